//! Requests in many languages, and questions that ask for no change.

use super::Asked;

#[test]
fn each_kind_of_request_is_read() {
    assert!(Asked::of("As a numbered list, please.").format);
    assert!(Asked::of("Be brief.").shorter);
    assert!(Asked::of("In two short sentences, what is a keel?").shorter);
    assert!(Asked::of("No more than 20 words.").shorter);
    assert!(Asked::of("Summarise the plan.").summary);
    assert!(Asked::of("Walk me through it in detail.").longer);
    assert!(Asked::of("Answer in a pirate's voice.").voice);
    assert!(Asked::of("Fine. Could you talk like someone else for once?").voice);
    assert!(Asked::of("Could you repeat that?").repeat);
    assert_eq!(Asked::of("Where is the harbour?"), Asked::default());
}

#[test]
fn a_request_for_one_thing_is_not_read_as_another() {
    assert!(!Asked::of("Be brief.").longer);
    assert!(!Asked::of("Explain in detail.").shorter);
    assert!(!Asked::of("What do these words mean to you?").shorter);
    assert!(!Asked::of("What role does rhythm play in a character?").voice);
    assert!(!Asked::of("Describe your tone.").voice);
}

/// A language's requests, one kind a row, and questions that ask for no change.
struct Spoken {
    language: &'static str,
    format: &'static [&'static str],
    shorter: &'static [&'static str],
    longer: &'static [&'static str],
    summary: &'static [&'static str],
    voice: &'static [&'static str],
    repeat: &'static [&'static str],
    plain: &'static [&'static str],
}

const SPOKEN: &[Spoken] = &[
    Spoken {
        language: "German",
        format: &[
            "Kannst du mir das als Liste geben?",
            "Bitte in Stichpunkten.",
            "Zähl mir die Schritte bitte einzeln auf.",
        ],
        shorter: &["Fass dich kurz.", "Geht das auch kürzer?", "Antworte in zwei Sätzen."],
        longer: &["Erklär mir das bitte ausführlich.", "Kannst du näher ins Detail gehen?"],
        summary: &["Fass unser Gespräch bitte zusammen.", "Gib mir eine Zusammenfassung."],
        voice: &["Sprich bitte wie ein Pirat.", "Schreib es mir in Reimen."],
        repeat: &["Kannst du das noch einmal sagen?", "Wiederhol das bitte.", "Wie war das?"],
        plain: &[
            "Wann soll ich die Tomaten gießen?",
            "Was kostet ein neues Rad?",
            "Und wenn es morgen regnet?",
            "Danke dir!",
        ],
    },
    Spoken {
        language: "Spanish",
        format: &[
            "¿Me lo pones en una lista?",
            "Enumera los ingredientes, por favor.",
            "Explícamelo paso a paso.",
        ],
        shorter: &["Sé más breve.", "Dímelo en pocas palabras.", "Responde en dos frases."],
        longer: &["Explícamelo con más detalle.", "¿Puedes desarrollar eso un poco?"],
        summary: &["Resume lo que hemos hablado.", "Hazme un resumen."],
        voice: &["Háblame como un pirata.", "Usa un tono más formal."],
        repeat: &["¿Puedes repetirlo?", "Dímelo otra vez.", "¿Qué dijiste antes?"],
        plain: &[
            "¿A qué hora abre el mercado?",
            "¿Cuánta sal le pongo?",
            "Y si no tengo pepino, ¿qué hago?",
            "Gracias.",
        ],
    },
    Spoken {
        language: "French",
        format: &["Peux-tu me faire une liste ?", "Énumère les étapes.", "Mets-moi ça dans un tableau."],
        shorter: &["Sois bref.", "Plus court, s'il te plaît.", "Réponds en deux phrases."],
        longer: &["Explique-moi ça en détail.", "Peux-tu développer un peu ?"],
        summary: &["Résume ce que nous avons dit.", "Tu peux récapituler ?"],
        voice: &["Parle-moi comme un pirate.", "Écris-le en vers."],
        repeat: &["Tu peux répéter ?", "Dis-le encore une fois.", "Qu'as-tu dit ?"],
        plain: &[
            "Pourquoi y a-t-il autant de passages à Lyon ?",
            "Où dois-je aller ensuite ?",
            "Et s'il pleut demain ?",
            "Merci !",
        ],
    },
    Spoken {
        language: "Italian",
        format: &[
            "Puoi farmi un elenco?",
            "Mettilo in una tabella, per favore.",
            "Spiegamelo passo per passo.",
        ],
        shorter: &["Sii più breve.", "Dimmelo in poche parole.", "Rispondi in due frasi."],
        longer: &["Spiegamelo nel dettaglio.", "Puoi approfondire un po'?"],
        summary: &["Riassumi quello che ci siamo detti.", "Fammi un riepilogo."],
        voice: &["Parlami come un pirata.", "Rispondi con un tono più formale."],
        repeat: &["Puoi ripetere?", "Dimmelo di nuovo.", "Cosa hai detto?"],
        plain: &[
            "Dove mi consigli di andare a giugno?",
            "Quanto costa il traghetto?",
            "E se piove, che cosa faccio?",
            "Grazie mille!",
        ],
    },
    Spoken {
        language: "Portuguese",
        format: &[
            "Podes fazer-me uma lista?",
            "Me explica passo a passo.",
            "Coloca isso numa tabela, por favor.",
        ],
        shorter: &["Seja breve.", "Responde em poucas palavras.", "Diz isso em duas frases."],
        longer: &["Explica isso com mais detalhes.", "Pode desenvolver um pouco?"],
        summary: &["Resume o que falámos.", "Faz um resumo, por favor."],
        voice: &["Fala comigo como um pirata.", "Usa um tom mais formal."],
        repeat: &["Podes repetir?", "Diz isso outra vez.", "O que você disse?"],
        plain: &[
            "Quantos quilômetros devo correr amanhã?",
            "E se eu ficar com dor no joelho?",
            "Qual tênis você recomenda?",
            "Obrigado!",
        ],
    },
    Spoken {
        language: "Dutch",
        format: &[
            "Kun je dat in een lijstje zetten?",
            "Zet het in een tabel, alsjeblieft.",
            "Leg het stap voor stap uit.",
        ],
        shorter: &["Hou het kort.", "Kan het wat korter?", "Antwoord in twee zinnen."],
        longer: &["Leg dat eens uitgebreider uit.", "Kun je wat meer in detail gaan?"],
        summary: &["Vat ons gesprek even samen.", "Geef een samenvatting."],
        voice: &["Praat eens als een piraat.", "Schrijf het op rijm."],
        repeat: &["Kun je dat nog eens zeggen?", "Herhaal dat even.", "Wat zei je?"],
        plain: &[
            "Mijn ketting loopt er steeds af, wat nu?",
            "Hoeveel olie heb ik nodig?",
            "En als het morgen regent?",
            "Bedankt!",
        ],
    },
    Spoken {
        language: "Swedish",
        format: &["Kan du ge mig det som en lista?", "Förklara det steg för steg."],
        shorter: &["Fatta dig kort.", "Svara i två meningar."],
        longer: &["Förklara det mer utförligt.", "Berätta mer om det."],
        summary: &["Sammanfatta vad vi har sagt."],
        voice: &["Prata som en pirat."],
        repeat: &["Kan du säga det igen?", "Upprepa det, tack."],
        plain: &["När ska jag vattna tomaterna?", "Vad kostar en ny cykel?", "Tack så mycket!"],
    },
    Spoken {
        language: "Polish",
        format: &["Możesz to wypisać w punktach?", "Zrób z tego listę.", "Wyjaśnij krok po kroku."],
        shorter: &["Krócej, proszę.", "Odpowiedz w dwóch zdaniach.", "Powiedz to w kilku słowach."],
        longer: &["Wyjaśnij to dokładniej.", "Możesz to rozwinąć?"],
        summary: &["Podsumuj naszą rozmowę.", "Streść to, proszę."],
        voice: &["Mów do mnie jak pirat.", "Napisz to wierszem."],
        repeat: &["Możesz powtórzyć?", "Powiedz to jeszcze raz.", "Co powiedziałeś?"],
        plain: &[
            "Jaką powieść polecasz na wieczór?",
            "Kto to napisał?",
            "A jeśli mi się nie spodoba?",
            "Dziękuję!",
        ],
    },
    Spoken {
        language: "Russian",
        format: &["Можешь дать это списком?", "Перечисли по пунктам.", "Объясни пошагово."],
        shorter: &["Покороче, пожалуйста.", "Ответь в двух словах.", "Скажи одним предложением."],
        longer: &["Расскажи подробнее.", "Объясни это более развёрнуто."],
        summary: &["Подытожь, о чём мы говорили.", "Сделай резюме."],
        voice: &["Говори со мной как пират.", "Напиши это стихами."],
        repeat: &["Повтори, пожалуйста.", "Скажи это ещё раз.", "Что ты сказал?"],
        plain: &[
            "Почему звёзды мерцают?",
            "Какой телескоп лучше купить?",
            "А если завтра будет облачно?",
            "Спасибо!",
        ],
    },
    Spoken {
        language: "Ukrainian",
        format: &["Можеш дати це списком?", "Поясни крок за кроком, будь ласка, її приготування."],
        shorter: &["Коротше, будь ласка, і без прикладів.", "Скажи двома словами, що це її смак."],
        longer: &["Розкажи докладніше про її смак."],
        summary: &["Підсумуй, про що ми говорили."],
        voice: &["Говори зі мною як пірат."],
        repeat: &["Скажи ще раз, що її псує.", "Повтори, що ти мав на увазі."],
        plain: &["Чому моя кава гірчить?", "Який млинок мені купити?", "Дякую, зрозуміло!"],
    },
    Spoken {
        language: "Czech",
        format: &["Můžeš mi to dát v bodech?", "Vysvětli to krok za krokem."],
        shorter: &["Stručněji, prosím.", "Odpověz ve dvou větách."],
        longer: &["Vysvětli to podrobněji."],
        summary: &["Shrň, co jsme si řekli."],
        voice: &["Mluv na mě jako pirát."],
        repeat: &["Můžeš to zopakovat?", "Řekni to ještě jednou."],
        plain: &["Kdy mám zalévat rajčata?", "Kolik stojí nové kolo?", "Díky moc!"],
    },
    Spoken {
        language: "Turkish",
        format: &["Bunu liste halinde yazar mısın?", "Adım adım anlat.", "Maddeler hâlinde sırala."],
        shorter: &["Daha kısa söyle.", "Kısaca cevap ver.", "İki cümleyle açıkla."],
        longer: &["Bunu ayrıntılı anlatır mısın?", "Daha uzun bir cevap ver."],
        summary: &["Konuştuklarımızı özetle.", "Bir özet verir misin?"],
        voice: &["Bir korsan gibi konuş.", "Daha resmi bir dille yaz."],
        repeat: &["Tekrar eder misin?", "Bunu bir daha söyle.", "Ne demiştin?"],
        plain: &[
            "İlk hamlem ne olmalı?",
            "Veziri ne zaman çıkarmalıyım?",
            "Rakip piyonu alırsa ne olur?",
            "Teşekkürler!",
        ],
    },
    Spoken {
        language: "Indonesian",
        format: &["Bisa tolong buat dalam bentuk daftar?", "Jelaskan langkah demi langkah."],
        shorter: &["Tolong lebih singkat.", "Jawab dalam dua kalimat."],
        longer: &["Jelaskan dengan lebih rinci.", "Ceritakan lebih banyak tentang itu."],
        summary: &["Tolong rangkum percakapan kita.", "Apa kesimpulannya?"],
        voice: &["Jawab seperti seorang bajak laut."],
        repeat: &["Bisa diulangi? Ulangi ya.", "Tolong katakan sekali lagi."],
        plain: &["Apakah angklung sulit dipelajari?", "Berapa harga yang baru?", "Terima kasih, Bu."],
    },
    Spoken {
        language: "Chinese",
        format: &["能列成清单吗？", "请用列表回答。", "一步一步告诉我。"],
        shorter: &["简短一点。", "用一句话回答。", "请在20字以内回答。"],
        longer: &["请详细解释一下。", "能展开讲讲吗？"],
        summary: &["总结一下我们刚才聊的。", "请概括一下。"],
        voice: &["用海盗的口吻回答我。", "语气更正式一点。"],
        repeat: &["请再说一遍。", "重复一下。", "你刚才说什么？"],
        plain: &["龙井茶怎么泡才好喝？", "水温多少合适？", "明天下雨怎么办？", "谢谢！"],
    },
    Spoken {
        language: "Japanese",
        format: &["リストにしてもらえますか。", "箇条書きでお願いします。", "手順を教えてください。"],
        shorter: &["もっと短くお願いします。", "一言で言うと？", "二文で答えてください。"],
        longer: &["もう少し詳しく教えてください。", "もっと長めに書いてください。"],
        summary: &["今までの話をまとめてください。", "要約してください。"],
        voice: &["海賊のように話してください。", "もっとくだけた口調で。"],
        repeat: &["もう一度言ってください。", "繰り返してください。", "さっき何て言いましたか。"],
        plain: &[
            "味噌汁がいつも薄くなってしまいます。",
            "だしは何がいいですか。",
            "明日は雨ですか。",
            "ありがとうございます。",
        ],
    },
    Spoken {
        language: "Korean",
        format: &["목록으로 정리해서 보여 주세요.", "단계별로 알려 주세요."],
        shorter: &["더 짧게 말해 주세요.", "한 문장으로 답해 주세요."],
        longer: &["더 자세히 설명해 주세요."],
        summary: &["지금까지 이야기를 요약해 주세요."],
        voice: &["해적처럼 말해 주세요."],
        repeat: &["다시 한번 말해 주세요.", "방금 뭐라고 하셨어요?"],
        plain: &["등산 초보인데 어디부터 가면 좋을까요?", "신발은 뭐가 좋아요?", "감사합니다!"],
    },
    Spoken {
        language: "Arabic",
        format: &["هل يمكنك كتابتها في قائمة؟", "اشرح خطوة بخطوة."],
        shorter: &["أجب باختصار.", "قلها في جملة واحدة."],
        longer: &["اشرح لي بالتفصيل."],
        summary: &["لخص ما تحدثنا عنه."],
        voice: &["تحدث معي كأنك قرصان. تحدث كأنك قرصان."],
        repeat: &["قلها مرة أخرى.", "ماذا قلت؟"],
        plain: &["بأي خط أبدأ التعلم؟", "ما نوع الورق المناسب؟", "شكرا لك!"],
    },
    Spoken {
        language: "Hindi",
        format: &["क्या आप सूची बना सकते हैं?", "चरण दर चरण बताइए।"],
        shorter: &["संक्षेप में बताइए।", "एक वाक्य में जवाब दीजिए।"],
        longer: &["विस्तार से समझाइए।"],
        summary: &["हमारी बातचीत का सारांश दीजिए।"],
        voice: &["समुद्री डाकू की तरह बोलिए।"],
        repeat: &["फिर से कहिए।", "क्या आप दोहरा सकते हैं?"],
        plain: &["छत पर सब्ज़ी कैसे उगाऊँ?", "पानी कितना देना है?", "धन्यवाद!"],
    },
];

#[test]
fn every_language_asks_in_its_own_words() {
    let mut wrong = Vec::new();
    for spoken in SPOKEN {
        let mut hold = |requests: &[&str], kind: &str, of: fn(Asked) -> bool| {
            for request in requests {
                if !of(Asked::of(request)) {
                    wrong.push(format!("{}: {request} is no {kind}", spoken.language));
                }
            }
        };
        hold(spoken.format, "format", |asked| asked.format);
        hold(spoken.shorter, "shorter", |asked| asked.shorter && !asked.longer);
        hold(spoken.longer, "longer", |asked| asked.longer && !asked.shorter);
        hold(spoken.summary, "summary", |asked| asked.summary);
        hold(spoken.voice, "voice", |asked| asked.voice && !asked.repeat);
        hold(spoken.repeat, "repeat", |asked| asked.repeat && !asked.voice);
        hold(spoken.plain, "plain question", |asked| asked == Asked::default());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_language_that_is_not_read_may_have_asked_for_anything() {
    for request in [
        "Voisitko sanoa sen lyhyemmin, kun se on niin pitkä?",
        "Kas sa võiksid seda lühemalt öelda, palun?",
        "Μπορείς να το πεις πιο σύντομα;",
        "תוכל לקצר בבקשה?",
        "ช่วยตอบสั้น ๆ หน่อย",
        "Anh nói ngắn hơn được không, và bạn có thể lặp lại?",
    ] {
        assert!(Asked::of(request).repeat && Asked::of(request).format, "{request}");
    }
}

#[test]
fn english_questions_are_not_read_with_the_words_of_others() {
    for question in [
        "Do people in Paris sit at a table on the street?",
        "Why is the tide higher in spring?",
        "Who was Lise Meitner?",
        "And tomorrow?",
        "Carbonara without cream?",
        "Thanks!",
        "Was it a résumé or a café?",
    ] {
        let asked = Asked::of(question);
        assert!(
            asked == Asked::default() || asked == Asked { format: true, ..Asked::default() },
            "{question}: {asked:?}"
        );
    }
}

#[test]
fn a_long_message_is_read_at_both_ends() {
    let filler = "Das Boot liegt am Steg und wartet auf die Flut. ".repeat(400);
    assert!(Asked::of(&format!("Als Liste, bitte. {filler}")).format);
    assert!(Asked::of(&format!("{filler} Bitte als Liste.")).format);
    assert!(!Asked::of(&filler).format);
}
