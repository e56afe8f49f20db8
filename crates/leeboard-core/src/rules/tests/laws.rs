//! Laws of the reader and the checks: no panic, the same twice, what a rule wants passes.

use proptest::prelude::*;

use super::super::{Bound, Measure, RuleKind, compile, read};
use super::{silent, wordings};

/// A rule as it is written, a reply that keeps it and one that breaks it.
const REPLIES: &[(&str, &str, &str)] = &[
    ("Never use lists.", "One - two.\n```\n- code\n```", "Here:\n- one"),
    ("Never use headings.", "A #tag", "# Title\nText"),
    ("No exclamation marks.", "Fine `a!`.", "Fine!"),
    ("No emoji.", "Fine → ok", "Fine 🎉"),
    ("Do not ask questions.", "Fine.", "Is it fine?"),
    ("Never say you are an AI.", "I am a pilot.", "I’m an AI, sorry."),
    ("Use at most 3 words.", "One two three.", "One two three four."),
    ("Use at least 3 words.", "One two three.", "One two."),
    ("Use exactly 3 words.", "One two three.", "One two."),
    ("Use at most two sentences.", "One. Two.", "One. Two. Three."),
    ("Write a single paragraph.", "One.\nTwo.", "One.\n\nTwo."),
    ("At most 10 characters.", "ten chars.", "eleven char."),
    ("Use at most 4 words per sentence.", "One two three four. Five.", "One two three four five."),
    ("Paragraphs should have at most two sentences.", "A. B.\n\nC.", "Aa. Bb. Cc."),
    ("Each bullet point must be under 4 words.", "- one two three", "- one two three four"),
    ("Use exactly two bullet points.", "- a\n- b", "- a"),
    ("Always include a table.", "| a |\n|---|\n| b |", "a"),
    ("Do not use bold or italics.", "2 * 3 * 4", "It is **so**."),
    ("Highlight at least two sections.", "*a* and **b**", "*a*"),
    ("Do not use Markdown.", "Plain.", "# Head"),
    ("Never include links.", "See the chart.", "See https://a.example."),
    ("Use exactly two hashtags.", "#a #b", "#a"),
    ("Do not use commas.", "One and two.", "One, two."),
    ("Avoid semicolons.", "One.", "One; two."),
    ("Never use em dashes.", "3–5 boats", "So — it is."),
    ("No parentheses.", "[a](b)", "So (it is)."),
    ("Never use ellipses.", "So.", "So..."),
    ("Do not use quotation marks.", "It's so.", "It is \"so\"."),
    ("No digits.", "1. two", "It is 2."),
    ("Never use contractions.", "Ada's boat is not here.", "It isn't here."),
    ("Avoid abbreviations.", "For example this.", "E.g. this, asap."),
    ("Never write in all caps.", "I see a boat.", "I SEE a boat."),
    ("Never use the first person.", "World War I. She said \"I do\".", "I do."),
    ("Do not address the reader in the second person.", "One sees it.", "You see it."),
    ("Never apologise.", "Noted.", "I'm sorry about that."),
    ("Don't greet the user.", "The tide is in.", "Hello there."),
    ("Do not swear.", "Oh dear.", "Oh shit."),
    ("Ask at most one question per reply.", "Is it?", "Is it? Or not?"),
    ("End every reply with a question.", "So. Is it?", "Is it? So."),
    ("Don't end with a question.", "Is it? So.", "So. Is it?"),
    ("Never say \"sail\".", "A sailor.", "A Sail!"),
    ("Always say \"aye\".", "Aye, it is.", "Layers."),
    ("Use the word \"tide\" at least twice.", "Tide in, tide out.", "Tide in."),
    ("The letter q should appear less than 2 times.", "Quay.", "Quiet quay."),
    ("Never use the letter z.", "Sea.", "Zones."),
    ("End every reply with \"— Ada\".", "So.\n\n- Ada", "— Ada said"),
    ("Begin every reply with \"Ahoy\".", "Ahoy there", "Well, ahoy"),
    ("Never start a reply with \"Sure\".", "Surely so.", "Sure, so."),
    ("Never end with \"Let me know\".", "Let me know today.", "So. Let me know."),
    ("Write everything in lowercase.", "all is low.", "All is low."),
    ("Respond in all caps.", "ALL IS HIGH.", "All is high."),
    ("Narrate in the third person.", "She sees the boat.", "I see the boat."),
    (
        "Tell the story in the past tense.",
        "She was there. He went. It had gone.",
        "She is here. He walks. It goes. She looks up.",
    ),
    (
        "Always reply in English.",
        "The tide is in and the boats are here.",
        "La marée est haute et les bateaux sont dans le port.",
    ),
    (
        "Answer only in French.",
        "La marée est haute et les bateaux sont dans le port.",
        "The tide is in and the boats are in the harbour.",
    ),
    ("Use British spelling.", "The colour of the harbour at the centre.", "The color of the boat."),
    ("Write in American English.", "The color of the harbor.", "The colour of the boat."),
    ("Respond with valid JSON only.", "{\"a\": 1}", "Here: {\"a\": 1}"),
    ("Answer only yes or no.", "Yes.", "Yes, it is."),
    ("Wrap your entire response with double quotation marks.", "\"So it is.\"", "So it is."),
    ("Add a postscript starting with P.S.", "So.\n\nP.S. More.", "So."),
    (
        "Your answer must contain a title, wrapped in <<double angular brackets>>.",
        "<<Tide>>\nSo.",
        "Tide\nSo.",
    ),
    ("Give two responses, separated by ******.", "One.\n******\nTwo.", "One. Two."),
    (
        "Your response must have 2 sections. Mark the beginning of each section with SECTION X.",
        "SECTION 1\na\nSECTION 2\nb",
        "SECTION 1\na",
    ),
    ("Paragraph 2 must start with the word tide.", "One.\n\nTide two.", "Tide.\n\nTwo."),
    ("The response must contain at least 2 placeholders.", "Dear [name] of [place]", "Dear [name]"),
    ("Never give a dosage.", "Ask a doctor.", "Take 200 mg twice."),
    ("Avoid politics.", "I cannot discuss the election.", "The election was close."),
    ("Do not mention prices.", "It is cheap.", "It costs $40."),
];

#[test]
fn what_a_rule_wants_passes_and_the_opposite_does_not() {
    for (text, good, bad) in REPLIES {
        let rules = compile(text);
        assert!(!rules.is_empty(), "{text}");
        for rule in &rules {
            assert_eq!(rule.check(good), None, "{text}: {good}");
            assert!(rule.check(" \n").is_none(), "{text}: empty");
        }
        assert!(rules.iter().any(|rule| rule.check(bad).is_some()), "{text}: {bad}");
    }
}

#[test]
fn a_kind_that_is_written_is_read_again() {
    let texts =
        wordings::WORDINGS.iter().map(|(text, _)| *text).chain(REPLIES.iter().map(|(text, ..)| *text));
    for rule in texts.flat_map(compile) {
        let written = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<super::Rule>(&written).unwrap(), rule, "{written}");
    }
    let old = r#"{"id":"a","kind":"max_words","value":80,"severity":"correct","source":"s","line":2}"#;
    let rule: super::Rule = serde_json::from_str(old).unwrap();
    assert_eq!(rule.kind, RuleKind::Count(Measure::Words, Bound::Max(80)));
}

#[test]
fn a_limit_hardly_passed_is_a_weak_sign() {
    let rule = compile("Use at most 100 words.").remove(0);
    let strength = |words: usize| rule.check(&"word ".repeat(words)).map(|violation| violation.strength);
    assert_eq!(strength(100), None);
    assert!(strength(103).unwrap() < 0.2 && strength(101).unwrap() > 0.0);
    assert_eq!(strength(130), Some(1.0));
}

#[test]
fn evidence_names_the_rule_and_its_line() {
    let rules = compile("You are Ada.\nNever use lists.");
    let violation = rules[0].check("So:\n- this").unwrap();
    assert_eq!(
        violation.evidence,
        "reply uses a list (\"- this\"); rule no_lists (\"Never use lists.\", line 2)"
    );
}

#[test]
fn an_exception_lifts_what_was_asked_for_and_no_more() {
    let rule = compile("Never use lists unless the user asks for one.").remove(0);
    assert!(rule.is_lifted_by("Please give it as a LIST"));
    assert!(!rule.is_lifted_by("No lists, please") && !rule.is_lifted_by("Please answer"));
    let quoting = compile("Never say \"boat\" except when quoting.").remove(0);
    assert!(quoting.check("He wrote \"my boat\" here.").is_none());
    assert!(quoting.check("A boat.").is_some());
}

#[test]
fn wishes_are_warnings() {
    for text in [
        "Try to stay under 50 words.",
        "Usually answer in one paragraph.",
        "Where possible, avoid lists.",
        "Prefer prose over bullet points.",
    ] {
        let rules = compile(text);
        assert!(
            !rules.is_empty() && rules.iter().all(|rule| rule.severity == super::super::Severity::Warn),
            "{text}: {rules:?}"
        );
    }
}

#[test]
fn what_is_not_checked_is_listed_with_a_reason() {
    let reading = read(
        "You are Ada.\nBe concise and friendly.\nIf asked, use a list.\nBenutze niemals Listen in den Antworten.",
    );
    let lines: Vec<_> = reading.unchecked.iter().map(|sentence| sentence.line).collect();
    assert_eq!(lines, [Some(2), Some(3), Some(4)], "{:?}", reading.unchecked);
    assert!(reading.unchecked[2].reason.contains("German") && reading.rules.is_empty());
}

#[test]
fn lead_ins_and_headings_govern_lists() {
    let text = "## Never\n- use emoji\n- ask questions\n\nYou must always:\n- write in lower case\n\nAvoid the following words:\n- delve\n- robust";
    let kinds: Vec<_> = compile(text).iter().map(|rule| rule.kind.name()).collect();
    assert_eq!(kinds, ["no_emoji", "no_questions", "letter_case", "forbidden_phrase", "forbidden_phrase"]);
}

#[test]
fn a_long_prompt_is_read_in_proportion_to_its_length() {
    // What is quadratic here takes minutes.
    for part in [
        "for the for the ",
        "never use ",
        "if a, b ",
        "\"a ",
        "'a ",
        "words: a, b, ",
        "at least 3 ",
        "no a, ",
        "(",
        "letter a ",
        "a to b or c ",
    ] {
        let text = part.repeat(20_000);
        assert_eq!(compile(&text), compile(&text), "{part}");
    }
    let prompt: String =
        wordings::WORDINGS.iter().map(|(text, _)| format!("- {text}\n")).collect::<String>().repeat(20);
    assert!(compile(&prompt).len() > 150);
}

fn sentence() -> impl Strategy<Value = String> {
    let wording = prop::sample::select(wordings::WORDINGS).prop_map(|(text, _)| text.to_owned());
    let silent = prop::sample::select(silent::SILENT).prop_map(str::to_owned);
    prop_oneof![3 => wording, 1 => silent, 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn no_text_panics_and_reading_is_the_same_twice(parts in prop::collection::vec(sentence(), 0..6), joint in "[ \n.,]{0,3}", reply in any::<String>()) {
        let text = parts.join(&joint);
        let reading = read(&text);
        prop_assert_eq!(&reading, &read(&text));
        prop_assert_eq!(&reading.rules, &compile(&text));
        for rule in &reading.rules {
            if let Some(violation) = rule.check(&reply) {
                prop_assert!(violation.strength > 0.0 && violation.strength <= 1.0);
            }
            prop_assert!(rule.line.is_some_and(|line| line as usize <= text.lines().count()));
        }
    }

    #[test]
    fn a_bound_of_any_number_is_kept_by_it_and_broken_beyond(n in 1_u32..400) {
        let rules = compile(&format!("Keep every reply to at most {n} words."));
        prop_assert_eq!(rules.len(), 1);
        prop_assert!(rules[0].check(&"tide ".repeat(n as usize)).is_none());
        prop_assert!(rules[0].check(&"tide ".repeat(n as usize + 1)).is_some());
    }

    #[test]
    fn forbidden_words_are_found_as_words(word in "[b-df-hj-np-tv-z]{4,9}") {
        let rules = compile(&format!("Never say \"{word}\"."));
        let (said, inside) = (format!("Well, {word} it is"), format!("Well, {word}a it is"));
        prop_assert!(rules[0].check(&said).is_some());
        prop_assert!(rules[0].check(&inside).is_none());
    }
}

/// 64 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

/// A blank of two bytes before the word that is shown was cut through.
#[test]
fn a_word_after_a_wide_blank_is_shown_whole() {
    for (wording, reply) in
        [("Write in all lower case.", "so\u{a0}Ada"), ("Write in all capitals.", "SO\u{a0}ada\u{3000}")]
    {
        let rules = compile(wording);
        assert_eq!(rules.len(), 1, "{wording}");
        let violation = rules[0].check(reply).unwrap();
        assert!(violation.evidence.to_lowercase().contains("\"ada\""), "{wording}: {}", violation.evidence);
    }
}
