//! Phrases of other languages that try to change who the assistant is, and what replies say that go along.
//!
//! Written without accents, as words are matched. Languages without spaces between words, and
//! scripts whose vowel signs are no letters, are searched within sentences. Fewer phrases than in
//! English, and without the means to tell an order from a report: the verbs have that form.

use super::AttemptKind::{Assigned, Disregard, Unbound};
use super::pattern::Sign;

/// Orders.
pub(super) static ORDERS: &[Sign] = &[
    // German.
    (
        Disregard,
        "ignorier*|missacht*|vergiss|vergesst|verwirf|losch*|uberschreib*|umgeh* ~ anweisung*|regeln|richtlinien|vorgaben|instruktionen|systemprompt|einschrankungen|beschrankungen|programmierung|rolle|personlichkeit|identitat|befehle",
    ),
    (Disregard, "vergiss ~ alles|was|wer ~ du|dir"),
    (
        Assigned,
        "ab jetzt|sofort|nun|heute|morgen bist|heisst|spielst|antwortest ~ du ?nur ?mehr ?als !immer|mein|nur|bitte|fertig|bereit",
    ),
    (Assigned, "ab jetzt|sofort|nun|heute ~ du bist|heisst|spielst"),
    (Assigned, "von nun|jetzt an bist|heisst|spielst ~ du"),
    (Assigned, "du bist ab jetzt|heute|nun|sofort !bei|immer|mein|meine|dabei|im|in|wieder|nicht"),
    (
        Assigned,
        "du bist ?ab jetzt|nun|nunmehr ein|eine|kein|keine|nicht|der|die|das !guter|gute|gutes|toller|tolle|schatz|held|engel|beste|besten|einzige",
    ),
    (Assigned, "du bist nicht mehr|langer"),
    (Assigned, "du bist kein|keine ~ mehr"),
    (Assigned, "bist ?du ?jetzt ?nun ein|eine ~ und antwortest|sprichst"),
    (Assigned, "du heisst ?ab jetzt|nun|nicht"),
    (Assigned, "dein|deine neuer|neue|wahrer|echter|wahre|echte name|rolle|identitat|personlichkeit"),
    (Assigned, "tu|tue ~ so als ob|warst|warest|seist|seiest du|ein|eine"),
    (Assigned, "gib dich ~ als|fur"),
    (Assigned, "stell dir vor du bist|warst|warest|seist ein|eine|der|die !kunde|gast|kind|anfanger"),
    (Assigned, "spiel|spiele|ubernimm|mim|mime ~ rolle|part|figur ?von ?des ?der ?eines ?einer"),
    (
        Assigned,
        "antworte|sprich|rede|handle|agiere|verhalte ?dich ?nur ?noch ?ab ?jetzt ?von ?nun ?an als|wie ein|eine",
    ),
    (Assigned, "hor|hore auf ~ zu sein|spielen"),
    (Unbound, "ohne ?jede ?jegliche ?alle regeln|einschrankungen|filter|beschrankungen|zensur|grenzen"),
    (
        Assigned,
        "ich bin|hier spricht|ist dein|deine entwickler*|schopfer*|betreiber*|administrator*|programmierer*",
    ),
    (Assigned, "sei|werde|spiel|sprich ab sofort|jetzt !bitte|ruhig"),
    (Disregard, "^@leave ~ @xrules"),
    (Disregard, "@xleave ~ your|the|all|my|previous @rules"),
    (
        Disregard,
        "deine|eure|die ~ regeln|anweisungen|vorgaben|einschrankungen gelten|zahlen|sind ~ nicht|aufgehoben|ungultig|weg",
    ),
    // Dutch.
    (
        Disregard,
        "negeer|vergeet ~ instructies|regels|richtlijnen|aanwijzingen|opdrachten|beperkingen|rol|prompt",
    ),
    (Disregard, "vergeet ~ wie|wat je|jij"),
    (Assigned, "vanaf nu ben|heet|speel ~ je|jij"),
    (Assigned, "je|jij bent ?vanaf nu een|geen|de|niet"),
    (Assigned, "je|jij bent ~ niet|geen ~ meer"),
    (Assigned, "doe alsof je|jij ~ bent"),
    (Assigned, "gedraag je ~ als een"),
    (Assigned, "speel de rol van"),
    (Assigned, "je nieuwe|echte naam|rol|identiteit"),
    // French.
    (
        Disregard,
        "ignore|ignorez|oublie|oubliez|efface|abandonne|outrepasse|contourne ~ les|tes|vos|ces|ton|ta|votre|aux ~ instructions|consignes|regles|directives|restrictions|prompt|ordres|role|personnage|identite",
    ),
    (Disregard, "ne suis|respecte|tiens ~ plus|pas|compte ~ instructions|consignes|regles"),
    (Disregard, "oublie ~ qui|que tu es"),
    (
        Assigned,
        "a partir de|d maintenant|present ~ tu|t ?ne es|seras|joues|appelles|reponds|parles !toujours|ma|mon",
    ),
    (Assigned, "desormais|dorenavant ~ tu|t es|seras|joues|appelles|reponds"),
    (Assigned, "tu es ?maintenant|desormais un|une|devenu|devenue !ange|amour|genie|amie|ami|aide|chef"),
    (Assigned, "tu n es plus"),
    (Assigned, "fais comme si tu etais"),
    (Assigned, "fais semblant d|de etre"),
    (Assigned, "agis|comporte|reponds|parle ?uniquement ?desormais ?toi comme un|une"),
    (Assigned, "agis|reponds|parle ?uniquement ?desormais en tant que|qu"),
    (Assigned, "joue|prends|endosse|adopte|incarne le role|personnage|identite d|de|du"),
    (Assigned, "ton|ta nouveau|nouvelle|vrai|veritable|vraie nom|role|identite|personnalite|prenom"),
    (Assigned, "imagine que tu es un|une"),
    (Unbound, "sans ?aucune ?aucun ?la ?moindre restriction*|filtre*|limite*|censure|regle*"),
    (Assigned, "je suis ton|votre developpeur|createur|administrateur|concepteur"),
    // Spanish.
    (
        Disregard,
        "ignora|olvida|olvide|olvidate|desobedece|descarta|borra|omite|anula ~ instrucciones|reglas|ordenes|directrices|restricciones|normas|prompt|indicaciones|identidad|papel|personaje",
    ),
    (Disregard, "olvida|olvidate ~ quien|que eres"),
    (
        Assigned,
        "a|desde partir|ahora|hoy ?de ?ahora ?este ?momento ~ eres|seras|llamas|actua*|actuaras !siempre",
    ),
    (Assigned, "desde ahora eres|seras|te|actua*"),
    (Assigned, "ahora eres un|una|el|la !unico|unica|mejor|persona|genio|sol|encanto"),
    (Assigned, "ya no eres"),
    (Assigned, "finge|fingir|simula|imagina ~ ser|eres"),
    (Assigned, "haz|hazte ~ pasar por"),
    (
        Assigned,
        "actua|comportate|responde|habla ?solo ?siempre como ?si ?fueras un|una|el|la|mi !amigo|siempre",
    ),
    (Assigned, "asume|adopta|toma|interpreta ~ papel|rol|identidad|personalidad|personaje d|de|del"),
    (Assigned, "tu nuevo|nueva|verdadero|verdadera nombre|rol|identidad|papel|personalidad"),
    (Unbound, "sin ?ninguna ?ningun ?ningún restriccion*|filtro*|limite*|censura|reglas|normas"),
    (Unbound, "no tienes ~ reglas|restricciones|limites|filtros|normas"),
    (Assigned, "soy tu|su desarrollador|creador|administrador|programador"),
    // Italian.
    (
        Disregard,
        "ignora|dimentica|scorda|trascura|annulla|disattiva|cancella ~ istruzioni|regole|direttive|restrizioni|ordini|prompt|indicazioni|ruolo|identita|personaggio",
    ),
    (Disregard, "dimentica|scorda ~ chi|cosa sei|eri"),
    (Assigned, "da|d ora|adesso ~ in ?poi|avanti ~ sei|sarai|ti|rispondi !sempre"),
    (Assigned, "ora|adesso sei un|uno|una|il|la|lo !mio|mia|migliore|genio|tesoro"),
    (Assigned, "non sei piu"),
    (Assigned, "fingi|fai|immagina ~ essere|finta ~ essere|sei"),
    (Assigned, "fingi|immagina|simula ~ di|che ?essere|sei un|uno|una|essere"),
    (Assigned, "comportati|rispondi|agisci|parla ?solo come ?se ?fossi un|uno|una|il|la"),
    (Assigned, "assumi|interpreta|recita|prendi ~ ruolo|parte|identita|personaggio d|di|del|della"),
    (Assigned, "il|la tuo|tua nuovo|nuova|vero|vera nome|ruolo|identita"),
    (Unbound, "senza ?alcuna ?nessuna restrizion*|filtri|limiti|censura|regole"),
    // Portuguese.
    (
        Disregard,
        "ignore|ignora|esqueca|esquece|desconsidere|descarte|anule|apague ~ instrucoes|regras|ordens|diretrizes|restricoes|comandos|orientacoes|identidade|papel",
    ),
    (Disregard, "esqueca|esquece ~ quem|que voce|tu"),
    (Assigned, "a partir de|daqui|desde agora|hoje ~ voce|tu ~ e|es|sera|se|chama|responde"),
    (Assigned, "agora voce|tu e|es um|uma|o|a !unico|unica|melhor|meu|minha|pessoa"),
    (Assigned, "voce|tu ~ nao e|es mais"),
    (Assigned, "finja|finge|imagine|imagina|simule ~ ser|seja|e|es um|uma|o|a|minha|meu"),
    (Assigned, "aja|atue|comporte|responda|fale|age ?apenas ?se como ?se ?fosse um|uma|o|a"),
    (Assigned, "assuma|adote|interprete|faca ~ papel|identidade|personagem|personalidade d|de|do|da"),
    (Assigned, "seu|sua|teu|tua novo|nova|verdadeiro|verdadeira nome|papel|identidade"),
    (Unbound, "sem ?nenhuma ?qualquer restricoes|restricao|filtros|limites|censura|regras"),
    // Swedish, Danish, Norwegian.
    (
        Disregard,
        "ignorera|ignorer|glom|glem|strunta|bortse ~ instruktion*|instruks*|regler*|regel*|anvisning*|foreskrifter|rolle*|roll*",
    ),
    (Assigned, "fran|fra ~ nu|na ~ ar|er|heter|hedder du ?inte ?ikke ?ikkje !min|mitt|alltid"),
    (Assigned, "nu|na ar|er du en|ett|et|ei !bra|god|min"),
    (Assigned, "du ar|er ?nu|na ?inte|ikke langre|laengere|lenger"),
    (Assigned, "du ar|er nu|na en|ett|et|ei !bra|god|av|af"),
    (Assigned, "lat|lad|late som om|at|att du|det ~ ar|er"),
    (Assigned, "latsas|lads|spill|spela|spil ~ att|at|rollen|rolle ~ du|som|av|af"),
    // Polish.
    (
        Disregard,
        "zignoruj|ignoruj|zapomnij|pomin|odrzuc ~ instrukcj*|polecen*|polecenia|zasad*|regul*|wytyczn*|ogranicz*|rol*|kim",
    ),
    (Assigned, "od teraz|tej|dzis ?pory ?chwili jestes|bedziesz|nazywasz|masz|odpowiadaj"),
    (Assigned, "jestes teraz|juz !gotow*|moj*|w|na|u|jedyn*|naj*"),
    (Assigned, "nie jestes juz"),
    (Assigned, "udawaj ~ ze|jestes|ze"),
    (Assigned, "wciel sie w"),
    (Assigned, "zachowuj|odpowiadaj|mow ?sie ~ jak|jako"),
    (Assigned, "twoje|twoja|twoj nowe|nowa|nowy|prawdziwe|prawdziwa imie|rola|tozsamosc"),
    // Czech and Slovak.
    (Disregard, "ignoruj|zapomen|zapomente|zabudni ~ instrukc*|pokyn*|pravidl*|omezeni|roli|kdo|kym"),
    (Assigned, "od ted|tedka|nynejska|teraz ~ jsi|si|budes|jmenujes"),
    (Assigned, "predstirej|predstieraj|chovej|hraj ~ ze|jsi|jako|roli|si"),
    (Assigned, "uz nejsi|nie"),
    // Hungarian, Romanian, Finnish.
    (Disregard, "hagyd|felejtsd ~ figyelmen|el ~ utasitas*|szabaly*|korabbi"),
    (Assigned, "mostantol ~ te|vagy|legy*"),
    (Disregard, "ignora|uita ~ instructiun*|regul*|indicatii*|cine"),
    (Assigned, "de acum ~ esti|vei"),
    (Disregard, "uita ~ instructiunile|regulile"),
    (Assigned, "prefa|prefate|poarta ?te ca|esti"),
    (Disregard, "unohda|ohita|sivuuta ~ ohjee*|ohjeet|saannot|saanno*|kuka|rooli*"),
    (Assigned, "tasta lahtien|eteenpain ~ olet|nimesi"),
    (Assigned, "olet nyt !valmis|oikeassa|paras"),
    (Assigned, "esita|leiki ~ olevasi|etta"),
    // Turkish.
    (Disregard, "talimat*|kural*|yonerge*|komut*|kim|rol* ~ unut|yoksay|gormezden|yok|dikkate|birak|uyma"),
    (Disregard, "unut|yoksay ~ talimat*|kural*"),
    (Assigned, "bundan sonra|boyle ~ sen"),
    (Assigned, "artik sen|bir ~ sin|sun|*sin|*sun|*sun|degilsin"),
    (Assigned, "artik ~ degilsin"),
    (Assigned, "gibi davran*|konus*|yap ?ve"),
    (Assigned, "gibi ?cevap davran|davranmani|cevap|rol"),
    (Assigned, "rolunu|rolune ustlen|oyna|burun|gir"),
    (Assigned, "senin yeni|gercek adin|ismin|kimligin|rolun"),
    // Vietnamese.
    (Disregard, "quên|bỏ|bo ~ hướng|chỉ|quy|mệnh dẫn|thị|tắc|lệnh"),
    (Assigned, "từ|kể ?từ bây|nay|giờ ?giờ ~ bạn|mày là|sẽ|tên|không"),
    (Assigned, "bạn bây|giờ ~ là"),
    (Assigned, "giả|đóng vờ|vai ~ là|làm|một"),
    // Indonesian, Malay.
    (Disregard, "abaikan|lupakan|langgar ~ instruksi|aturan|perintah|petunjuk|arahan|batasan|peran|siapa"),
    (Assigned, "mulai|sejak sekarang|saat ~ kamu|anda|engkau ~ adalah|menjadi|bernama"),
    (Assigned, "kamu|anda sekarang adalah|menjadi|bukan"),
    (Assigned, "kamu|anda bukan lagi"),
    (Assigned, "berpura|bertindaklah|bertindak|berperan*|jadilah ?pura ~ sebagai|menjadi|seolah|seperti"),
    // Russian.
    (
        Disregard,
        "забудь*|игнорируй*|проигнорируй*|отбрось*|отмени*|нарушь|удали ~ инструкци*|указани*|правил*|команд*|ограничени*|роль|промпт*|предписани*|настройки|личность",
    ),
    (Disregard, "забудь* ~ кто|кем|что ты|вы"),
    (
        Assigned,
        "теперь|отныне|сейчас ты|вы !можешь|можете|знаешь|знаете|понимаешь|прав|права|готов|готова|мой|моя|видишь|единствен*|где|как|куда|дома|уже|тоже|согласен|согласна|хочешь|думаешь|должна|должен|лучш*|свобод*",
    ),
    (Assigned, "с этого|сего момента|дня ~ ты|вы"),
    (Assigned, "с ?этой ?этого минуты|момента|дня ~ ты"),
    (Assigned, "ты|вы больше не"),
    (Assigned, "ты|вы ~ теперь !мой|моя|знаешь|можешь|где|как|прав|права|готов*"),
    (Assigned, "притворись|притворяйся|представь|вообрази ~ что|будто ты|вы !в|на|у|дома|клиент"),
    (
        Assigned,
        "веди|отвечай|говори|действуй|ведите|отвечайте ?себя ?только ?теперь как|словно|будто !обычно|можно|всегда|раньше|есть",
    ),
    (Assigned, "сыграй|играй|возьми|прими ~ роль|личность|образ"),
    (Assigned, "твое|ваше|твоя новое|настоящее|новая|настоящая имя|роль|личность"),
    (Unbound, "без ?всяких ?каких ?любых ограничени*|фильтр*|цензуры|правил"),
    // Ukrainian.
    (Disregard, "забудь*|ігноруй*|проігноруй* ~ інструкці*|вказівк*|правил*|обмежен*|хто|роль"),
    (Assigned, "тепер|відтепер|віднині ти|ви !можеш|знаєш|мій|моя|права|правий|готов*"),
    (Assigned, "відтепер|віднині ~ ти|тебе"),
    (Assigned, "ти більше не"),
    (Assigned, "уяви|прикинься|удавай|вдавай ~ що|ніби ти"),
    // Greek.
    (Disregard, "αγνόησε|ξέχασε|ξέχνα|παράβλεψε ~ οδηγίες|κανόνες|εντολές|ποιος|ρόλο"),
    (Assigned, "από τώρα|εδώ ?και ?στο ?εξής ~ είσαι|λέγεσαι"),
    (Assigned, "τώρα είσαι ένας|μια|μία|ο|η"),
    (Assigned, "κάνε|προσποιήσου|υποκρίσου ~ ότι|πως ~ είσαι"),
];

/// Signs in scripts that are searched within sentences: parts in order, `|` for either.
pub(super) static WITHIN: &[Sign] = &[
    // Chinese, simplified and traditional.
    (
        Disregard,
        "忽略|无视|無視|忘记|忘記|忘掉|忘了|抛弃|不要遵守|不再遵守|放弃~之前|以前|先前|上面|所有|一切|你的|全部|你~指令|指示|规则|規則|提示|设定|設定|说明|命令|身份|是谁|限制",
    ),
    (Assigned, "从现在|從現在|从今|從今|现在开始|今后|今後~你|妳~是|就是|叫|扮演|成为|成為|名"),
    (
        Assigned,
        "你现在是|你現在是|你不再是|你已经不是|你将扮演|你要扮演|你是一个没有|你的新名字|你的新身份|你的真名",
    ),
    (Assigned, "扮演|假装|假裝|冒充|装作|充当~你|是|一个|一個|一名|角色|成"),
    (Unbound, "没有|沒有|不受~任何|限制|约束|約束~回答|模型|助手|的你|AI|ai"),
    // Japanese.
    (
        Disregard,
        "これまで|以前|今まで|上記|前|すべて|全て|あなた~指示|命令|ルール|規則|設定|制限|プロンプト~無視|忘れて|忘れろ|破棄|従わ",
    ),
    (Assigned, "今から|これから|今後|以後|いまから~あなたは|君は|お前は|きみは|おまえは"),
    (Assigned, "あなたはもう|君はもう|お前はもう~ではありません|ではない|じゃない"),
    (Assigned, "あなたの|君の|お前の~新しい|本当の~名前|役割|人格"),
    (Assigned, "として|になりきって|のふりを|を演じて~答えて|話して|振る舞|ください|して|演じ"),
    // Korean.
    (
        Disregard,
        "이전|지금까지|모든|앞의|기존|위의|너의|당신의~지시|명령|규칙|지침|설정|프롬프트~무시|잊어|잊고|따르지",
    ),
    (Assigned, "지금부터|이제부터|앞으로|이제~너는|넌|당신은|너의 이름|네 이름"),
    (Assigned, "너는|당신은|넌~더 이상~아니"),
    (Assigned, "너는 이제|넌 이제|당신은 이제|이제 너는|이제 넌~이야|야|입니다|다"),
    (Disregard, "규칙|지시|명령|지침|설정~무시해|잊어|버려"),
    (Assigned, "인 척|인척|처럼~행동|대답|말해|연기"),
    (Assigned, "역할을~해|맡아|연기|수행"),
    // Arabic.
    (
        Disregard,
        "تجاهل|انس|إنس|انسَ|اترك|تخلَّ~تعليمات|التعليمات|القواعد|قواعد|الأوامر|أوامر|تعليماتك|قواعدك|القيود|من أنت|دورك",
    ),
    (Assigned, "من الآن|منذ الآن|من هذه اللحظة|ابتداء من الآن~أنت|انت|ستكون|اسمك|كن"),
    (Assigned, "أنت الآن|انت الآن|لم تعد|لست بعد الآن|اسمك الجديد|هويتك الجديدة"),
    (Assigned, "تظاهر|تصرف|تقمص|مثّل|العب دور|تخيل أنك"),
    // Persian, Hebrew.
    (Disregard, "نادیده بگیر|فراموش کن|دستورات قبلی|قوانین خود"),
    (Assigned, "از این به بعد|از حالا~تو|شما|نام"),
    (Disregard, "תתעלם|התעלם|שכח|תשכח|התעלמי~הוראות|ההוראות|כללים|הכללים|מי אתה|הקודמות"),
    (Assigned, "מעכשיו|מרגע זה|מהיום~אתה|את|שמך"),
    (Assigned, "תעמיד פנים|העמד פנים|אתה כבר לא"),
    // Hindi.
    (Disregard, "निर्देश|नियम|आदेश|निर्देशों|नियमों~भूल|अनदेखा|अनदेखी|नज़रअंदाज़|नजरअंदाज|उपेक्षा"),
    (Assigned, "अब से|आज से|अबसे~तुम|आप|तू|तुम्हारा|आपका"),
    (Assigned, "तुम अब|आप अब~हो|हैं|नहीं"),
    (Assigned, "तुम्हारा|आपका~नया~नाम|भूमिका"),
    (Assigned, "होने का नाटक|बनकर जवाब|की भूमिका निभा|बन जाओ|बन जाइए"),
    // Bengali, Thai, Vietnamese is Latin.
    (Disregard, "নির্দেশ|নিয়ম~ভুলে|উপেক্ষা"),
    (Assigned, "এখন থেকে~তুমি|আপনি"),
    (Disregard, "เพิกเฉย|ไม่ต้องสนใจ|ลืม|ละเลย~คำสั่ง|กฎ|คำแนะนำ"),
    (Assigned, "จากนี้ไป|ตั้งแต่นี้|ต่อจากนี้~คุณ|เธอ|แก"),
];

/// What replies say that go along.
pub(super) static CLAIMS: &[Sign] = &[
    (Disregard, "ich ignoriere|vergesse ~ anweisungen|regeln"),
    (Unbound, "ich habe keine ?mehr regeln|einschrankungen|grenzen"),
    (Unbound, "je n ai aucune|plus ?de ?aucune regle*|restriction*|limite*"),
    (Unbound, "no tengo ~ reglas|limites|restricciones"),
    (Unbound, "non ho ~ regole|limiti|restrizioni"),
    (Unbound, "nao tenho ~ regras|limites|restricoes"),
    (Unbound, "у меня ?больше нет ?никаких правил|ограничений"),
];
