//! Good replies in other languages than English are left alone.
//!
//! Owns the bound on false alarms over `languages/dialogues.jsonl`: twenty dialogues in many
//! languages and scripts, every reply of which is a good one. What drift looks like in them is
//! not measured here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use leeboard_core::Config;
use leeboard_core::drift::Signal;
use leeboard_core::tokens::Estimate;
use leeboard_eval::audit::{AuditLine, audit};
use leeboard_eval::offline::Means;
use leeboard_io::conversation::{Conversation, parse};
use leeboard_io::embed::{Offline, Table};

/// The share of good replies that may be flagged.
const MOST_FLAGGED: f64 = 0.02;

fn dialogues() -> Vec<Conversation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages/dialogues.jsonl");
    parse("dialogues.jsonl", &std::fs::read(path).unwrap()).unwrap()
}

/// Conversation, turn, signals with evidence, and the reply of every flag.
fn describe(flagged: &[&AuditLine]) -> String {
    let mut text = String::new();
    for line in flagged {
        writeln!(text, "{} turn {}: {}", line.conversation, line.turn, line.reply).unwrap();
        for signal in &line.flags {
            let evidence = line.evidence.iter().filter(|evidence| evidence.signal == *signal);
            let found: Vec<&str> = evidence.map(|evidence| evidence.text.as_str()).collect();
            let score = line.signals[signal].unwrap_or_default();
            writeln!(text, "    {} {score:.2}: {}", signal.name(), found.join("; ")).unwrap();
        }
    }
    text
}

/// How often each signal had no opinion, and why.
fn abstentions(lines: &[AuditLine]) -> String {
    let mut counts: BTreeMap<(Signal, &str), usize> = BTreeMap::new();
    for (&signal, reason) in lines.iter().flat_map(|line| &line.abstained) {
        *counts.entry((signal, reason)).or_default() += 1;
    }
    let mut text = String::new();
    for ((signal, reason), count) in counts {
        writeln!(text, "{count:5} {}: {reason}", signal.name()).unwrap();
    }
    text
}

/// How often each signal had an opinion, and where its score was highest.
fn opinions(lines: &[AuditLine]) -> String {
    let mut scored: BTreeMap<Signal, Vec<(f64, &AuditLine)>> = BTreeMap::new();
    for line in lines {
        for (&signal, score) in &line.signals {
            scored.entry(signal).or_default().extend(score.map(|score| (score, line)));
        }
    }
    let mut text = String::new();
    for (signal, scores) in scored {
        let highest = scores.iter().max_by(|(one, _), (other, _)| one.total_cmp(other));
        let highest = highest.map_or_else(String::new, |(score, line)| {
            format!(", at most {score:.3} in {} turn {}", line.conversation, line.turn)
        });
        writeln!(text, "{:5} {}{highest}", scores.len(), signal.name()).unwrap();
    }
    text
}

#[test]
fn good_replies_in_other_languages_are_hardly_ever_flagged() {
    let (config, embedder) = (Config::default(), Offline::new(Arc::new(Table::new())).unwrap());
    let means = Means { config: &config, counter: &Estimate, embedder: &embedder };
    let conversations = dialogues();
    assert_eq!(conversations.len(), 20);
    let mut lines = Vec::new();
    for conversation in &conversations {
        let judged = audit(conversation, None, means).unwrap();
        assert_eq!(judged.len(), 12, "replies of {}", conversation.id);
        lines.extend(judged);
    }
    let flagged: Vec<&AuditLine> = lines.iter().filter(|line| !line.flags.is_empty()).collect();
    let report = format!(
        "{} of {} replies are flagged\n{}opinions:\n{}abstentions:\n{}",
        flagged.len(),
        lines.len(),
        describe(&flagged),
        opinions(&lines),
        abstentions(&lines)
    );
    println!("{report}");
    assert!(flagged.len() as f64 <= MOST_FLAGGED * lines.len() as f64, "{report}");
}
