//! Example sentences for extraction, and the laws of the timeline.
//!
//! The table is in `tests/extraction.txt`: a sentence, and the slots, owners and values that
//! must be found in it; `-` where nothing may be found.

use proptest::prelude::*;

use super::compare::conflicts;
use super::extract::{Speaker, claims, read_reply};
use super::{Fact, Facts, Slot};
use crate::message::{Entry, Message, Role};

const TABLE: &str = include_str!("tests/extraction.txt");

fn said(text: &str) -> Vec<Entry> {
    vec![Entry::new("m", Message::text(Role::User, text))]
}

fn learn(facts: &mut Facts, turn: u32, text: &str) {
    let stated = facts.stated_by_user(turn, &said(text));
    facts.learn(&stated, 100);
}

fn shown(fact: &Fact) -> String {
    let slot = serde_json::to_value(fact.slot).unwrap();
    format!("{} {} {}", slot.as_str().unwrap(), fact.who, fact.shown).trim_end().to_owned()
}

#[test]
fn the_table_of_sentences_is_read_as_it_says() {
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for row in TABLE.lines().filter(|row| !row.is_empty()) {
        let (sentence, wanted) = row.split_once(" | ").unwrap();
        let found: Vec<String> =
            Facts::default().stated_by_user(1, &said(sentence)).iter().map(shown).collect();
        let all = if wanted == "-" {
            found.iter().all(|fact| fact.starts_with("statement"))
        } else {
            wanted.split("; ").all(|one| found.iter().any(|fact| fact == one.trim_end()))
        };
        if !all {
            wrong.push(format!("{sentence}\n    wanted {wanted}\n    found {found:?}"));
        }
        rows += 1;
    }
    assert!(rows >= 150, "{rows}");
    assert!(wrong.is_empty(), "{} of {rows}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn negation_and_past_are_kept() {
    let one = |text: &str| Facts::default().stated_by_user(3, &said(text)).remove(0);
    assert!(
        one("I don't drink.").negated && one("I hate opera.").negated && one("I stopped smoking.").negated
    );
    assert!(!one("I love jazz.").negated);
    assert_eq!(one("I used to live in Lindau.").until, Some(3));
    assert_eq!(one("I live in Lindau.").until, None);
}

#[test]
fn a_newer_fact_ends_the_older_one_and_the_words_stay() {
    let mut facts = Facts::default();
    learn(&mut facts, 1, "I live in Lindau.");
    learn(&mut facts, 2, "I have two dogs.");
    learn(&mut facts, 7, "I have moved, I live in Bregenz now.");
    let homes: Vec<(&str, Option<u32>)> = facts
        .all()
        .filter(|fact| fact.slot == Slot::Home)
        .map(|fact| (fact.shown.as_str(), fact.until))
        .collect();
    assert_eq!(homes, [("Lindau", Some(7)), ("Bregenz", None)]);
    assert_eq!(facts.valid().count(), 2);
    let words: Vec<String> = facts.valid().map(Fact::in_words).collect();
    assert_eq!(words, ["two dogs", "lives in Bregenz"]);
}

#[test]
fn what_is_not_clear_is_kept_in_both_versions() {
    for (first, second, state) in [
        ("I'm 34.", "I'm 36.", "buffered"),
        ("I'm 34.", "I'm 35.", "resolved"),
        ("I'm 34.", "Actually, I'm 36.", "resolved"),
        ("I'm 34.", "I'm 34.", "none"),
        ("My name is Anna.", "My name is Maria.", "buffered"),
        ("My name is Anna.", "Sorry, my name is Maria.", "resolved"),
        ("My name is Beatrice.", "People call me Bea.", "none"),
        ("My friend is called Anna.", "My friend is called Maria.", "none"),
        ("I was born in Linz.", "I was born in Graz.", "buffered"),
        ("I'm allergic to nuts.", "I'm not allergic to nuts.", "buffered"),
        ("I'm allergic to nuts.", "I'm no longer allergic to nuts.", "resolved"),
        ("I live in Linz.", "I live in Graz.", "resolved"),
        ("The budget is 300 euros.", "The budget is 400 euros.", "resolved"),
        ("I like tea.", "I like coffee.", "none"),
        ("My birthday is on 3 May.", "My birthday is on 4 June.", "buffered"),
    ] {
        let mut facts = Facts::default();
        learn(&mut facts, 1, first);
        learn(&mut facts, 2, second);
        let found: Vec<String> = facts
            .conflicts()
            .iter()
            .map(|it| serde_json::to_value(it.state).unwrap().as_str().unwrap().to_owned())
            .collect();
        let wanted = if state == "none" { Vec::new() } else { vec![state.to_owned()] };
        assert_eq!(found, wanted, "{first} {second}");
        let kept = facts.valid().filter(|fact| fact.slot != Slot::Statement).count();
        assert_eq!(
            kept == 2,
            found == ["buffered"] || (state == "none" && first != second),
            "{first} {second}"
        );
    }
}

#[test]
fn what_the_user_says_again_resolves_it_and_says_so() {
    let mut facts = Facts::default();
    learn(&mut facts, 3, "I'm 34.");
    learn(&mut facts, 80, "I'm 36.");
    let both = facts.conflicts();
    assert_eq!(both[0].in_words(), "two ages were given: 34 (turn 3), 36 (turn 80)");
    assert_eq!(both[0].why, "no birthday lies between the two, and no correction was said");
    learn(&mut facts, 82, "As I said, I'm 34.");
    assert!(facts.buffered().is_empty());
    let resolved = facts.conflicts();
    assert_eq!((resolved[0].later.turn, resolved[0].why.as_str()), (3, "the user said it again in turn 82"));
    let json = serde_json::to_value(&resolved).unwrap();
    assert_eq!(json[0]["state"], "resolved");
    assert_eq!(serde_json::from_value::<Vec<super::FactConflict>>(json).unwrap(), resolved);
}

#[test]
fn the_identity_and_the_assistant_do_not_overwrite_and_are_not_overwritten() {
    let mut facts = Facts::default();
    let identity = facts.stated_by_identity("You are Ada, living in Bath. The user is 52 years old.");
    facts.learn(&identity, 100);
    learn(&mut facts, 4, "I'm 47.");
    learn(&mut facts, 5, "The deadline is Friday.");
    let own = claims("The deadline is Monday. I live in Leeds.", Speaker::Assistant);
    let own = super::stated_by_assistant(&own, 6, "a");
    facts.learn(&own, 100);
    let found: Vec<String> = facts.buffered().iter().map(super::FactConflict::in_words).collect();
    assert_eq!(
        found,
        [
            "two ages were given: 52 years (instructions), 47 (turn 4)",
            "both were said: assistant lives in Bath (instructions), assistant lives in Leeds (assistant, turn 6)",
            "two values were given for due: Friday (turn 5), Monday (assistant, turn 6)",
        ]
    );
    // The user's word stands.
    learn(&mut facts, 8, "The deadline is Monday.");
    assert!(facts.buffered().iter().all(|it| it.slot != Slot::Measure));
}

#[test]
fn a_correction_without_a_name_goes_to_the_latest_such_value() {
    let mut facts = Facts::default();
    learn(&mut facts, 1, "The call is on Monday.");
    learn(&mut facts, 1, "The budget is 300 euros.");
    learn(&mut facts, 2, "No, make it Friday.");
    let valid: Vec<&str> = facts.valid().map(|fact| fact.shown.as_str()).collect();
    assert_eq!(valid, ["300 euros", "Friday"]);
}

#[test]
fn tastes_add_up_and_end_when_denied() {
    let mut facts = Facts::default();
    learn(&mut facts, 1, "I like tea.");
    learn(&mut facts, 2, "I like chess.");
    learn(&mut facts, 3, "I no longer like tea.");
    let valid: Vec<(&str, bool)> = facts.valid().map(|fact| (fact.shown.as_str(), fact.negated)).collect();
    assert_eq!(valid, [("chess", false), ("tea", true)]);
}

#[test]
fn no_more_facts_are_held_than_asked_for() {
    let mut facts = Facts::default();
    for n in 0..50 {
        let stated =
            facts.stated_by_user(n, &said(&format!("I own {n} bicycles and {n} lamps stand in room {n}.")));
        facts.learn(&stated, 5);
    }
    assert!(facts.all().count() <= 5 && !facts.is_empty());
}

/// 64 cases, or as many as `LEEBOARD_TEST_CASES` says.
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

/// What the reply claims when it says a user's sentence back.
fn turned(sentence: &str) -> String {
    let words = sentence.split(' ').map(|word| match word {
        "I" => "you".to_owned(),
        "I'm" | "I’m" => "you're".to_owned(),
        "I've" => "you've".to_owned(),
        "am" => "are".to_owned(),
        "My" | "Our" => "Your".to_owned(),
        "my" | "our" => "your".to_owned(),
        word => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_sentence_of_the_table_said_back_agrees() {
    for row in TABLE.lines().filter(|row| !row.is_empty()) {
        let sentence = row.split(" | ").next().unwrap();
        let mut facts = Facts::default();
        learn(&mut facts, 1, sentence);
        let reply = turned(sentence);
        let found = claims(&reply, Speaker::Assistant);
        let clash = conflicts(&facts, &found);
        assert!(clash.is_empty(), "{sentence} / {reply}: {clash:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn no_text_panics(text in "\\PC{0,200}", more in "[ -~\n]{0,300}") {
        for text in [text.as_str(), more.as_str(), &format!("I am {text}, my {more}")] {
            for speaker in [Speaker::User, Speaker::Assistant, Speaker::Identity] {
                let _ = claims(text, speaker);
            }
            let mut facts = Facts::default();
            learn(&mut facts, 1, text);
            let found = claims(text, Speaker::Assistant);
            prop_assert!(conflicts(&facts, &found).iter().all(|clash| (0.0..=1.0).contains(&clash.confidence)));
        }
    }

    #[test]
    fn an_update_agrees_with_the_new_value_and_clashes_with_the_old(
        old in 20_u32..50, by in 1_u32..40, thing in "(budget|deposit|ticket|limit)",
    ) {
        let new = old + by;
        let mut facts = Facts::default();
        learn(&mut facts, 1, &format!("My {thing} is {old} euros. I am {old}. I have {old} pens."));
        learn(&mut facts, 2, &format!("Actually, my {thing} is now {new} euros. I am {new} now. I have {new} pens now."));
        for (value, clashes) in [(new, 0), (old, 3)] {
            let reply = format!("Your {thing} is {value} euros. You are {value}. You have {value} pens.");
            let found = claims(&reply, Speaker::Assistant);
            prop_assert_eq!(conflicts(&facts, &found).len(), clashes, "{}", reply);
        }
    }
}

#[test]
fn it_and_he_may_be_what_the_user_asked_about() {
    let known = |words: &str| {
        let mut facts = Facts::default();
        let stated = facts.stated_by_user(1, &[Entry::new("m", Message::text(Role::User, words))]);
        facts.learn(&stated, 100);
        facts
    };
    for (words, request, reply, clash) in [
        ("The race is on 19 October.", "When is the race?", "It is on 12 October, so we rest.", true),
        ("The race is on 19 October.", "When is the race?", "It is on 19 October, so we rest.", false),
        ("The race is on 19 October.", "When is the dinner?", "It is on 12 October, so we rest.", false),
        ("The race is on 19 October.", "When?", "It is on 12 October, so we rest.", false),
        ("My brother Denzil is 19.", "How old is my brother?", "He is 24, and you know it.", true),
        ("My brother Denzil is 19.", "How old is my brother?", "He is 19, and you know it.", false),
        // Only the beginning of a reply answers.
        (
            "The race is on 19 October.",
            "When is the race?",
            "Not so soon. Think of autumn. It is on 12 October that I travel.",
            false,
        ),
    ] {
        let claims = read_reply(reply, request);
        assert_eq!(!conflicts(&known(words), &claims).is_empty(), clash, "{words} {request} {reply}");
    }
}

#[test]
fn sentences_that_were_written_before_they_could_be_read() {
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for row in include_str!("tests/unseen.txt").lines().filter(|row| !row.is_empty()) {
        let (sentence, wanted) = row.split_once(" | ").unwrap();
        let found: Vec<String> =
            Facts::default().stated_by_user(9, &said(sentence)).iter().map(shown).collect();
        let told = |fact: &String| !fact.starts_with("statement") && !fact.starts_with("commitment");
        let all = if wanted == "-" {
            !found.iter().any(|fact| fact.starts_with("count") || fact.starts_with("age"))
        } else {
            wanted.split("; ").all(|one| found.iter().any(|fact| fact == one))
                && found.iter().filter(|fact| told(fact)).count() <= wanted.split("; ").count() + 1
        };
        if !all {
            wrong.push(format!("{sentence}\n    wanted {wanted}\n    found {found:?}"));
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{} of {rows}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Requests of several kinds, each for one reply.
fn requests() -> Vec<String> {
    let kinds = [
        "Write a poem of {} lines about the harbour.",
        "Recommend me a novel with {} chapters.",
        "Please give me {} ideas for a birthday party.",
        "Explain chapter {} of the manual.",
        "Could you list {} rivers in Asia.",
        "Okay, now draft an email of at most {} words to a plumber.",
        "In {} sentences, summarise the French Revolution.",
        "I need a recipe for {} people.",
        "I'd like {} tips on sleeping better.",
        "Translate these {} sentences into Danish.",
        "What happened in the year 19{}.",
        "How many litres are {} gallons.",
        "Suggest {} places that I could visit in spring.",
        "Calculate {} times 17.",
        "I want you to name {} painters.",
        "Compose a song with no more than {} verses.",
        "Thanks, and tell me {} facts about Mars.",
        "Find {} synonyms of brave.",
        "Let's see {} examples of irony.",
        "Rewrite it in under {} words.",
    ];
    (0..100).map(|n| kinds[n % kinds.len()].replace("{}", &(11 + n / 2).to_string())).collect()
}

#[test]
fn a_hundred_requests_leave_nothing_and_what_is_said_in_between_stays() {
    let told = [
        "I have 3 hens and a goat.",
        "Write a letter to my landlord: I pay 900 euros a month.",
        "Explain my blood test to me: LDL 190 and HDL 40.",
        "My train leaves at 7:40.",
        "What a week: I lost 3 kg.",
        "We can spend no more than 2,000 euros.",
        "Plan the menu, I'm allergic to celery.",
        "The boiler was serviced on 3 May.",
    ];
    let mut facts = Facts::default();
    for (n, request) in (0..).zip(requests()) {
        learn(&mut facts, n * 2 + 1, &request);
        if let Some(sentence) = told.get(n as usize / 12).filter(|_| n % 12 == 5) {
            learn(&mut facts, n * 2 + 2, sentence);
        }
    }
    let mut words: Vec<&str> = facts.all().map(|fact| fact.words.as_str()).collect();
    words.dedup();
    assert_eq!(words, told);
}
