//! The reader and the checks together: wordings that compile, sentences that must not, laws.

mod fresh;
mod laws;
mod silent;
mod unseen;
mod wordings;

use super::{Rule, compile};

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
