"""Sentences in several languages, written for this check, and English that looks unusual.

The rule for "not English enough" is set on CHOOSE and the English sets. REPORT shows how it carries over to
languages that no weight was fitted to.
"""

CHOOSE = {
    "German": """Ich habe gestern lange mit meiner Schwester telefoniert.|Kannst du mir bitte erklären, wie das funktioniert?|
Der Zug nach München fährt heute leider nicht.|Was hältst du von dem neuen Vorschlag?|Wir treffen uns morgen um acht vor dem Kino.|
Die Katze schläft auf dem Sofa.|Mein Vater arbeitet seit zwanzig Jahren als Tischler.|Das Wetter war schön, aber der Wind wehte kalt.|
Schreib mir eine kurze Zusammenfassung des Textes.|Warum fällt es mir so schwer, früh aufzustehen?|Ohne Vertrauen gibt es keine Freundschaft.|
Ich bin allergisch gegen Nüsse und esse kein Fleisch.|Wo finde ich die Rechnung vom letzten Monat?|Bitte antworte nur in ganzen Sätzen.|
Sie hat ihre Stelle gekündigt und zieht nach Hamburg.|Die Regierung plant höhere Steuern auf Benzin.|Alles Gute zum Geburtstag, liebe Anna!|
Wie viel kostet eine Fahrkarte für zwei Erwachsene?|Das Gedächtnis verändert sich mit jeder Erinnerung.|Hast du schon gegessen?|
Ein Mann spielt im Park Gitarre.|Zwei Kinder laufen über die Straße.|Ich wollte dir nur sagen, dass es mir besser geht.|
In Berlin war es am Wochenende warm.|Der Arzt meint, ich solle weniger Kaffee trinken und mehr schlafen.""",
    "Spanish": """Ayer hablé mucho tiempo con mi hermana por teléfono.|¿Puedes explicarme cómo funciona esto?|El tren a Sevilla no sale hoy.|
¿Qué opinas de la nueva propuesta?|Nos vemos mañana a las ocho delante del cine.|El gato duerme en el sofá.|Mi padre trabaja como carpintero desde hace veinte años.|
Hacía buen tiempo, pero el viento era frío.|Escríbeme un breve resumen del texto.|¿Por qué me cuesta tanto levantarme temprano?|Sin confianza no hay amistad.|
Soy alérgico a las nueces y no como carne.|¿Dónde encuentro la factura del mes pasado?|Por favor, responde solo con frases completas.|Ella dejó su trabajo y se muda a Valencia.|
El gobierno planea subir los impuestos de la gasolina.|¡Feliz cumpleaños, querida Ana!|¿Cuánto cuesta un billete para dos adultos?|La memoria cambia con cada recuerdo.|¿Ya has comido?|
Un hombre toca la guitarra en el parque.|Dos niños cruzan la calle corriendo.|Solo quería decirte que estoy mejor.|En Madrid hizo calor el fin de semana.|
El médico dice que debo tomar menos café y dormir más.""",
    "Russian": """Вчера я долго говорил с сестрой по телефону.|Ты можешь объяснить, как это работает?|Поезд в Казань сегодня не идёт.|Что ты думаешь о новом предложении?|
Встретимся завтра в восемь у кинотеатра.|Кошка спит на диване.|Мой отец двадцать лет работает столяром.|Погода была хорошая, но дул холодный ветер.|
Напиши мне краткое изложение текста.|Почему мне так трудно рано вставать?|Без доверия нет дружбы.|У меня аллергия на орехи, и я не ем мяса.|Где найти счёт за прошлый месяц?|
Пожалуйста, отвечай только полными предложениями.|Она уволилась и переезжает в Москву.|Правительство планирует повысить налоги на бензин.|С днём рождения, дорогая Анна!|
Сколько стоит билет для двух взрослых?|Память меняется с каждым воспоминанием.|Ты уже поел?|Мужчина играет на гитаре в парке.|Двое детей бегут через улицу.|
Я только хотел сказать, что мне лучше.|В выходные было тепло.|Врач говорит, что мне нужно пить меньше кофе и больше спать.""",
    "Chinese": """昨天我和姐姐打了很长时间的电话。|你能给我解释一下这是怎么回事吗？|今天没有去上海的火车。|你觉得新的建议怎么样？|我们明天八点在电影院门口见。|猫在沙发上睡觉。|
我父亲做了二十年木匠。|天气很好，但是风很冷。|请给我写一个简短的摘要。|为什么我早起这么难？|没有信任就没有友谊。|我对坚果过敏，也不吃肉。|上个月的账单在哪里？|请只用完整的句子回答。|
她辞职了，要搬到北京。|政府计划提高汽油税。|祝你生日快乐！|两个成年人的票多少钱？|记忆随着每一次回忆而改变。|你吃饭了吗？|一个男人在公园里弹吉他。|两个孩子跑过马路。|
我只是想告诉你我好多了。|周末天气很暖和。|医生说我应该少喝咖啡多睡觉。""",
}
REPORT = {
    "French": """Hier, j'ai longtemps parlé avec ma sœur au téléphone.|Peux-tu m'expliquer comment ça marche ?|Le train pour Lyon ne part pas aujourd'hui.|Que penses-tu de la nouvelle proposition ?|
Le chat dort sur le canapé.|Sans confiance, il n'y a pas d'amitié.|Je suis allergique aux noix et je ne mange pas de viande.|Elle a quitté son travail et déménage à Nantes.|
Un homme joue de la guitare dans le parc.|Le médecin dit que je dois boire moins de café et dormir davantage.""",
    "Italian": """Ieri ho parlato a lungo al telefono con mia sorella.|Puoi spiegarmi come funziona?|Il treno per Bologna oggi non parte.|Che cosa pensi della nuova proposta?|Il gatto dorme sul divano.|
Senza fiducia non c'è amicizia.|Sono allergico alle noci e non mangio carne.|Ha lasciato il lavoro e si trasferisce a Roma.|Un uomo suona la chitarra nel parco.|
Il medico dice che devo bere meno caffè e dormire di più.""",
    "Portuguese": """Ontem falei muito tempo com a minha irmã ao telefone.|Podes explicar-me como isto funciona?|O comboio para o Porto não sai hoje.|O que achas da nova proposta?|O gato dorme no sofá.|
Sem confiança não há amizade.|Sou alérgico a nozes e não como carne.|Ela deixou o emprego e vai mudar-se para Lisboa.|Um homem toca guitarra no parque.|
O médico diz que devo beber menos café e dormir mais.""",
    "Dutch": """Gisteren heb ik lang met mijn zus gebeld.|Kun je me uitleggen hoe dit werkt?|De trein naar Utrecht rijdt vandaag niet.|Wat vind je van het nieuwe voorstel?|De kat slaapt op de bank.|
Zonder vertrouwen is er geen vriendschap.|Ik ben allergisch voor noten en eet geen vlees.|Ze heeft haar baan opgezegd en verhuist naar Leiden.|Een man speelt gitaar in het park.|
De dokter zegt dat ik minder koffie moet drinken en meer moet slapen.""",
    "Swedish": """Igår pratade jag länge med min syster i telefon.|Kan du förklara hur det här fungerar?|Tåget till Uppsala går inte i dag.|Vad tycker du om det nya förslaget?|Katten sover på soffan.|
Utan tillit finns ingen vänskap.|Jag är allergisk mot nötter och äter inte kött.|Hon har sagt upp sig och flyttar till Malmö.|En man spelar gitarr i parken.|
Läkaren säger att jag bör dricka mindre kaffe och sova mer.""",
    "Polish": """Wczoraj długo rozmawiałem z siostrą przez telefon.|Czy możesz mi wyjaśnić, jak to działa?|Pociąg do Krakowa dzisiaj nie jedzie.|Co myślisz o nowej propozycji?|Kot śpi na kanapie.|
Bez zaufania nie ma przyjaźni.|Mam alergię na orzechy i nie jem mięsa.|Rzuciła pracę i przeprowadza się do Gdańska.|Mężczyzna gra na gitarze w parku.|
Lekarz mówi, że powinienem pić mniej kawy i więcej spać.""",
    "Turkish": """Dün kız kardeşimle uzun süre telefonda konuştum.|Bunun nasıl çalıştığını açıklayabilir misin?|Ankara treni bugün kalkmıyor.|Yeni öneri hakkında ne düşünüyorsun?|Kedi kanepede uyuyor.|
Güven olmadan dostluk olmaz.|Fındığa alerjim var ve et yemiyorum.|İşinden ayrıldı ve İzmir'e taşınıyor.|Bir adam parkta gitar çalıyor.|Doktor daha az kahve içip daha çok uyumam gerektiğini söylüyor.""",
    "Indonesian": """Kemarin saya lama berbicara dengan kakak di telepon.|Bisakah kamu menjelaskan cara kerjanya?|Kereta ke Bandung tidak berangkat hari ini.|Apa pendapatmu tentang usulan baru itu?|
Kucing tidur di sofa.|Tanpa kepercayaan tidak ada persahabatan.|Saya alergi kacang dan tidak makan daging.|Dia berhenti bekerja dan pindah ke Medan.|
Seorang pria bermain gitar di taman.|Dokter bilang saya harus mengurangi kopi dan lebih banyak tidur.""",
    "Arabic": """تحدثت أمس طويلا مع أختي على الهاتف.|هل يمكنك أن تشرح لي كيف يعمل هذا؟|القطة تنام على الأريكة.|لا صداقة بلا ثقة.|ما رأيك في الاقتراح الجديد؟""",
    "Japanese": """昨日は姉と長い間電話で話しました。|これがどう動くのか説明してくれますか。|猫がソファで寝ています。|信頼がなければ友情はない。|新しい提案についてどう思いますか。""",
    "Korean": """어제 언니와 오랫동안 통화했어요.|이게 어떻게 작동하는지 설명해 줄래요?|고양이가 소파에서 자고 있다.|신뢰 없이는 우정도 없다.|새 제안에 대해 어떻게 생각해요?""",
}
UNUSUAL_ENGLISH = {
    "names": """Siobhan O'Shaughnessy and Krzysztof Wiśniewski flew to Reykjavik.|Dr. Venkataraman met Ngozi Okonjo in Addis Ababa.|My cousin Xiomara lives in Tegucigalpa with Guillermo.|
Bjørn and Åse Håkonsson opened a café in Tromsø.|Did Thiruvananthapuram's mayor reply to Oluwaseun?|Lunch with Zbigniew at Kowalczyk's deli tomorrow.|Ask Priyanka whether Subramaniam booked Ljubljana.|
Nguyen Thi Minh Khai street is near Ben Thanh market.|I loved Almodóvar's film and García Márquez's novel.|Jürgen Müller scored twice for Mönchengladbach.""",
    "code": """Call `parse_config(path)` before `init_logger()`.|The function returns Result<Vec<u8>, io::Error>.|Use `git rebase -i HEAD~3` to squash the commits.|fn main() { println!("hello"); }|
TypeError: cannot unpack non-iterable NoneType object|SELECT name, age FROM users WHERE id = 42;|Set LOG_LEVEL=debug in docker-compose.yml and restart nginx.|
I get a NullPointerException in UserServiceImpl.java:118.|kubectl get pods -n staging shows CrashLoopBackOff|for i in range(10): print(i ** 2)""",
    "typos": """i relly dont knwo waht to do abuot this|cna you plese expalin it agian|teh wether is awfull todya|thx, c u tmrw at teh statoin|im gona be lat becuase of trafic|
whats teh diffrence betwen thees two|I recieved yuor mesage yesteday|pls sned me teh adress of teh resturant|she sayd its definately her favorit moovie|wich one shoud i chose, ths or taht""",
    "terse": """Milk, eggs, butter, flour, yeast, cinnamon|Quarterly revenue forecast spreadsheet|Acetaminophen 500mg twice daily|Flight BA117 delayed, gate B42|Breaking: markets tumble worldwide|
Ingredients: chickpeas, tahini, garlic, lemon, cumin|Red Toyota Corolla, license plate 7XKJ392|Photosynthesis, respiration, transpiration|Wow, awesome pic!|LOL same here haha""",
    "short": """Yes|No, thanks|Thank you!|Hello there|Really?|Good morning|Sounds great|Photosynthesis|Why?|Pizza tonight?|Haha|Okay|Exactly|Caroline|Kubernetes|Congratulations, Melanie!|Tell me more|
Adoption agencies|Chicken tikka masala|Goodnight""",
}
SHORT_FOREIGN = {
    "German": "Ja|Nein danke|Danke schön|Guten Morgen|Wirklich?|Warum?|Klingt gut|Bis morgen|Genau|Erzähl mir mehr",
    "Spanish": "Sí|No, gracias|Muchas gracias|Buenos días|¿De verdad?|¿Por qué?|Suena bien|Hasta mañana|Exacto|Cuéntame más",
    "Russian": "Да|Нет, спасибо|Большое спасибо|Доброе утро|Правда?|Почему?|Звучит хорошо|До завтра|Точно|Расскажи ещё",
    "Chinese": "是|不，谢谢|非常感谢|早上好|真的吗？|为什么？|听起来不错|明天见|没错|再告诉我一些",
}


def split(text):
    """The sentences of one entry above."""
    return [s.strip() for s in text.replace("\n", "").split("|")]
