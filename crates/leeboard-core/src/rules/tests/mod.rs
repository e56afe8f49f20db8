//! The reader and the checks together: wordings that compile, sentences that must not, laws.

mod fresh;
mod laws;
mod silent;
mod unseen;
mod wordings;

use super::{Rule, compile, read};

/// The rules of a text as the tables write them.
fn shown(text: &str) -> Vec<String> {
    let written = |rule: &Rule| match rule.kind.value() {
        Some(serde_json::Value::String(text)) => format!("{}={text}", rule.kind.name()),
        Some(value) => format!("{}={value}", rule.kind.name()),
        None => rule.kind.name().to_owned(),
    };
    let mut all: Vec<String> = compile(text).iter().map(written).collect();
    all.sort();
    all
}

/// The wordings that do not compile to their rules.
fn missed(wordings: &[(&str, &str)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (text, wanted) in wordings {
        let mut wanted: Vec<String> = wanted.split("; ").map(str::to_owned).collect();
        wanted.sort();
        let found = shown(text);
        if found != wanted {
            wrong.push(format!("{text}\n    wanted {wanted:?}\n    found  {found:?}"));
        }
    }
    wrong
}

#[test]
fn every_wording_compiles_to_its_rules() {
    for (wordings, least) in [(wordings::WORDINGS, 200), (unseen::UNSEEN, 120), (fresh::WORDINGS, 40)] {
        let wrong = missed(wordings);
        assert!(wrong.is_empty(), "{} of {} wordings:\n{}", wrong.len(), wordings.len(), wrong.join("\n"));
        assert!(wordings.len() >= least);
    }
}

#[test]
fn no_statement_and_no_condition_becomes_a_rule() {
    let sentences = || silent::SILENT.iter().chain(unseen::UNRULED).chain(fresh::UNRULED);
    let found = sentences().map(|text| (text, shown(text)));
    let wrong: Vec<String> = found
        .filter(|(_, rules)| !rules.is_empty())
        .map(|(text, rules)| format!("{text} -> {rules:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), sentences().count(), wrong.join("\n"));
    assert!(silent::SILENT.len() >= 60 && unseen::UNRULED.len() >= 60);
}

#[test]
fn exceptions_lift_their_rules_and_nothing_else_does() {
    for (wording, asked) in [
        ("No more than three sentences unless the user asks for detail.", "Could you give me more detail?"),
        ("Avoid code blocks except when the user asks for code.", "Show me the code."),
        ("Use bullet points only when the user requests them.", "As bullet points, please."),
        ("Unless asked, don't include links.", "Send me the link."),
        ("Don't use emojis unless the user requests emoji.", "With an emoji or two, please."),
    ] {
        let rules = compile(wording);
        assert_eq!(rules.len(), 1, "{wording}");
        assert!(rules[0].is_lifted_by(asked), "{wording}: {asked}");
        assert!(!rules[0].is_lifted_by("Where is the harbour?"), "{wording}");
    }
}

#[test]
fn what_obliges_without_a_bound_is_listed_as_not_checked() {
    for wording in [
        "Avoid long lists.",
        "Try not to ask too many questions.",
        "Use exclamation marks sparingly.",
        "Do not use complicated words.",
        "Keep paragraphs short.",
        "If the answer is long, use headings.",
        "For technical questions, write at least 200 words.",
        "In the summary, use bullet points.",
    ] {
        let reading = read(wording);
        assert!(reading.rules.is_empty() && reading.unchecked.len() == 1, "{wording}: {reading:?}");
    }
}
