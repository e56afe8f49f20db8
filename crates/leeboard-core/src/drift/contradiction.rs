//! Signal `contradiction`: the reply against what is known.
//!
//! The reply's claims are read by the same code as the user's facts, so that a fact said back
//! word for word agrees with itself. Whether a contradicted fact was in the prompt, and so
//! whether it was forgotten by us or ignored by the model, is decided elsewhere.

use super::{Evidence, Finding, Opinion, Signal, Situation};
use crate::memory::facts::{Conflict, Source, conflicts};
use crate::text::{self, Analysis};

/// Conflicts shown as evidence, at most.
const MAX_EVIDENCE: usize = 3;

/// Characters of the fact's own words in the evidence, at most.
const WORDS_SHOWN: usize = 120;

pub(super) fn judge(situation: &Situation<'_>) -> Finding {
    let facts = situation.session.facts();
    if facts.is_empty() {
        return Finding::abstain("no facts are known");
    }
    if !situation.english {
        return Finding::abstain("the reply is not in English");
    }
    let mut found = conflicts(facts, &situation.claims);
    // The user may take the talk to another number or name; the reply only follows.
    found.retain(|conflict| {
        conflict.fact.source != Source::Assistant || !names(&situation.request_text, &conflict.claim.shown)
    });
    let raw = 1.0 - found.iter().map(|conflict| 1.0 - conflict.confidence).product::<f64>();
    let score = if found.is_empty() { 0.0 } else { situation.config.drift.contradiction.score(raw) };
    let score = text::round6(score);
    if score < super::index::ALARM {
        return Finding { opinion: Opinion::Score(score), evidence: Vec::new() };
    }
    let evidence = found.iter().take(MAX_EVIDENCE).map(evidence).collect();
    Finding { opinion: Opinion::Score(score), evidence }
}

/// Whether a text holds all words of a value.
fn names(text: &Analysis, value: &str) -> bool {
    let mut words = text::words(value).peekable();
    words.peek().is_some() && words.all(|word| text.words.contains(&word))
}

fn evidence(conflict: &Conflict<'_>) -> Evidence {
    let (claim, fact) = (conflict.claim, conflict.fact);
    let stated = |shown: &str, negated: bool, words: &str| {
        let not = if negated { "not " } else { "" };
        if shown.is_empty() { text::excerpt(words, WORDS_SHOWN) } else { format!("{not}{shown}") }
    };
    let claimed = stated(&claim.shown, claim.negated, &claim.words);
    let known = stated(&fact.shown, fact.negated, &fact.words);
    let words = text::excerpt(&fact.words, WORDS_SHOWN);
    let said = match fact.source {
        Source::User => format!("user said {known} at turn {} (\"{words}\")", fact.turn),
        Source::Identity => format!("the identity says {known} (\"{words}\")"),
        Source::Assistant => format!("its own words at turn {} were {known} (\"{words}\")", fact.turn),
    };
    let stale = conflict.stale.map(|old| format!(", which held from turn {} and was superseded", old.turn));
    let text = format!("reply says {claimed}{}; {said}", stale.unwrap_or_default());
    let turn = (fact.source != Source::Identity).then_some(fact.turn);
    Evidence { turn, ..Evidence::new(Signal::Contradiction, text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DriftConfig;
    use crate::memory::facts::{Facts, Speaker, claims, is_english, stated_by_assistant};
    use crate::message::{Entry, Message, Role};

    const PAIRS: &str = include_str!("contradiction/pairs.txt");

    fn knowing(messages: &str) -> Facts {
        let mut facts = Facts::default();
        for (turn, message) in (1..).zip(messages.split(" / ")) {
            let entry = Entry::new("m", Message::text(Role::User, message));
            let stated = facts.stated_by_user(turn, &[entry]);
            facts.learn(&stated, 100);
        }
        facts
    }

    fn score(facts: &Facts, reply: &str) -> f64 {
        let found = claims(reply, Speaker::Assistant);
        let most = conflicts(facts, &found).first().map_or(0.0, |conflict| conflict.confidence);
        DriftConfig::default().contradiction.score(most)
    }

    #[test]
    fn a_value_is_named_by_all_of_its_words() {
        let text = Analysis::of("And how deep is boat number 7 of Anna's?");
        assert!(names(&text, "7") && names(&text, "boat 7"));
        assert!(!names(&text, "8") && !names(&text, "boat 8") && !names(&text, ""));
    }

    #[test]
    fn the_table_of_pairs_is_judged_as_it_says() {
        let (mut wrong, mut rows) = (Vec::new(), 0);
        for row in PAIRS.lines().filter(|row| !row.is_empty()) {
            let parts: Vec<&str> = row.split(" | ").collect();
            let [messages, reply, verdict] = parts[..] else { panic!("{row}") };
            let score = score(&knowing(messages), reply);
            if (score >= super::super::index::ALARM) != (verdict == "clash") {
                wrong.push(format!("{row}: {score}"));
            }
            rows += 1;
        }
        assert!(rows >= 80, "{rows}");
        assert!(wrong.is_empty(), "{} of {rows}:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn the_assistant_is_held_to_its_identity_and_its_own_words() {
        let mut facts = Facts::default();
        let persona =
            facts.stated_by_identity("You are James, 52, living in Bath. You are a retired teacher.");
        facts.learn(&persona, 100);
        for (reply, clash) in [
            ("I am James, and I live in Bath.", false),
            ("I am 52 and enjoy it.", false),
            ("I live in Leeds, of course.", true),
            ("I am 34 and enjoy it.", true),
            ("My name is Arthur.", true),
            ("You live in Leeds.", false),
        ] {
            assert_eq!(score(&facts, reply) >= super::super::index::ALARM, clash, "{reply}");
        }
        let own = claims("The deadline is Friday. I keep three working rules.", Speaker::Assistant);
        facts.learn(&stated_by_assistant(&own, 4, "m"), 100);
        assert!(score(&facts, "The deadline is Monday.") >= super::super::index::ALARM);
        assert!(score(&facts, "I keep five working rules.") >= super::super::index::ALARM);
        assert!(score(&facts, "The deadline is Friday. I keep three working rules.") < 0.1);
    }

    #[test]
    fn what_the_assistant_says_of_the_user_is_no_fact() {
        let own = claims("You are 45. Your dog is called Max. You live in Linz.", Speaker::Assistant);
        assert!(own.len() >= 3 && stated_by_assistant(&own, 1, "m").is_empty());
    }

    #[test]
    fn evidence_names_both_values_the_turn_and_the_words() {
        let facts = knowing("I'm 54 years old.");
        let found = claims("You are 45.", Speaker::Assistant);
        let shown = evidence(&conflicts(&facts, &found)[0]);
        assert_eq!(shown.text, "reply says 45; user said 54 years at turn 1 (\"I'm 54 years old.\")");
        assert_eq!(shown.turn, Some(1));
        assert!(is_english("You are 45 and well."));
    }
}
