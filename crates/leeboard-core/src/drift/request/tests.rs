//! Requests in many languages, and questions that ask for no change.

mod spoken;

use super::Asked;
use spoken::SPOKEN;

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
        "How does repetition shape memory?",
        "Self care tips?",
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
