//! Sentences in other languages than the recorded runs have, written for the calibration.
//!
//! Owns no code. Each language has a half to fit its script's weight with, and a half to check.

/// Name, text to fit with, text to check with.
pub(crate) const LANGUAGES: [(&str, &str, &str); 12] = [
    (
        "German",
        "Der Lotse kommt erst bei Hochwasser an Bord. Bis dahin bleibt das Schiff vor der Sandbank liegen, \
         und die Mannschaft überprüft die Maschinen. Wer morgen früh auslaufen möchte, muss die \
         Genehmigung heute noch beantragen.",
        "Können Sie mir bitte erklären, warum die Lieferung verspätet ist? Ich habe die Rechnung schon \
         letzte Woche bezahlt und warte seither auf eine Bestätigung. Falls das Paket verloren ging, \
         hätte ich gern mein Geld zurück.",
    ),
    (
        "Spanish",
        "El capitán revisó las cartas antes de salir del puerto. Había niebla y el viento venía del norte, \
         así que decidió esperar hasta el mediodía. Después, la tripulación izó las velas sin prisa.",
        "¿Podrías decirme qué cenamos esta noche? Mañana viene mi hermana con los niños y todavía no he \
         comprado nada. También necesito que alguien arregle la lámpara del salón.",
    ),
    (
        "French",
        "Le bateau est resté à quai pendant trois jours à cause de la tempête. L'équipage en a profité pour \
         réparer la coque et repeindre la cabine. Personne ne s'est plaint du retard.",
        "Pourriez-vous m'envoyer le contrat avant vendredi ? J'aimerais le relire avec mon avocat, puisque \
         deux clauses ne me semblent pas très claires. Merci d'avance pour votre réponse.",
    ),
    (
        "Polish",
        "Statek wypłynął z portu wcześnie rano, kiedy mgła jeszcze leżała nad wodą. Kapitan znał tę drogę \
         od dzieciństwa, więc nie śpieszył się wcale.",
        "Czy możesz mi pomóc z tym zadaniem? Próbowałem już trzech sposobów, ale żaden nie działa. Może \
         jutro spróbujemy jeszcze raz razem.",
    ),
    (
        "Russian",
        "Корабль вышел из гавани рано утром, когда туман ещё лежал над водой. Капитан хорошо знал этот \
         путь и не торопился. К вечеру ветер усилился, и пришлось убрать паруса.",
        "Не могли бы вы объяснить, почему посылка до сих пор не пришла? Я оплатил счёт на прошлой неделе \
         и жду подтверждения. Если она потерялась, верните, пожалуйста, деньги.",
    ),
    (
        "Greek",
        "Το πλοίο έφυγε από το λιμάνι νωρίς το πρωί. Ο καπετάνιος γνώριζε καλά τον δρόμο και δεν βιαζόταν.",
        "Μπορείς να μου πεις πότε ανοίγει το κατάστημα; Θέλω να αγοράσω ένα δώρο για τη γιορτή της μητέρας μου.",
    ),
    (
        "Arabic",
        "غادرت السفينة الميناء في الصباح الباكر قبل أن يرتفع الضباب. كان القبطان يعرف الطريق جيدا ولم يكن في \
         عجلة من أمره. وفي المساء اشتدت الرياح.",
        "هل يمكنك أن تشرح لي لماذا تأخرت الرسالة؟ لقد دفعت الفاتورة في الأسبوع الماضي وما زلت أنتظر الرد. \
         شكرا جزيلا على المساعدة.",
    ),
    (
        "Hebrew",
        "האונייה יצאה מהנמל מוקדם בבוקר, לפני שהערפל התפזר. רב החובל הכיר היטב את הדרך ולא מיהר.",
        "תוכל להסביר לי למה החבילה מתעכבת? שילמתי את החשבון בשבוע שעבר ואני עדיין מחכה לתשובה.",
    ),
    (
        "Hindi",
        "जहाज़ सुबह जल्दी बंदरगाह से निकला। कप्तान को रास्ता अच्छी तरह मालूम था और उसे कोई जल्दी नहीं थी।",
        "क्या आप बता सकते हैं कि मेरा सामान कब आएगा? मैंने पिछले हफ़्ते पैसे दे दिए थे और अब तक कोई जवाब नहीं मिला।",
    ),
    (
        "Japanese",
        "船は霧が晴れる前に港を出ました。船長はこの航路をよく知っていたので、急ぐことはありませんでした。\
         夕方になると風が強くなり、帆をたたまなければなりませんでした。",
        "荷物がまだ届かない理由を教えていただけますか。先週お金を払いましたが、まだ返事がありません。\
         もし失くなったのなら、返金をお願いします。",
    ),
    (
        "Chinese",
        "清晨，雾还没有散，船就离开了港口。船长很熟悉这条航线，所以一点也不着急。到了傍晚，风越来越大，\
         水手们只好把帆收起来。",
        "请问我的包裹为什么还没有送到？我上个星期已经付了钱，一直在等你们的确认。如果东西丢了，\
         请把钱退给我，谢谢。",
    ),
    (
        "Korean",
        "배는 안개가 걷히기 전에 항구를 떠났습니다. 선장은 이 길을 잘 알고 있어서 서두르지 않았습니다.",
        "택배가 왜 아직 도착하지 않았는지 설명해 주시겠어요? 지난주에 돈을 냈는데 아직 답장을 받지 못했습니다. 🙂👍",
    ),
];
