//! Signal `rules`: the reply against the identity's checkable rules.
//!
//! Exact, not statistical: a broken rule scores what its severity says, less where a limit of
//! words or characters was hardly passed. The checks are in `crate::rules`.

use super::{Evidence, Finding, Opinion, Signal, Situation, index};
use crate::rules::{Reply, Severity};

pub(super) fn judge(situation: &Situation<'_>) -> Finding {
    let rules = situation.session.identity().rules();
    if rules.is_empty() {
        return Finding::abstain("the identity states no checkable rule");
    }
    if situation.reply.trim().is_empty() {
        return Finding::abstain("the reply is empty");
    }
    let scores = situation.config.drift.rule_scores;
    let words = situation.reply_text.words.len();
    let reply = Reply::new(situation.reply, &situation.request).with_word_count(words);
    let (mut passed, mut alarming) = (1.0, false);
    let mut evidence = Vec::new();
    for rule in rules.iter().filter(|rule| !rule.is_lifted_by(&situation.request)) {
        let Some(violation) = rule.check_reply(&reply) else { continue };
        let score = match rule.severity {
            Severity::Warn => scores[0] * violation.strength,
            Severity::Correct => scaled(scores[1], violation.strength),
            Severity::Block => scaled(scores[2], violation.strength),
        };
        passed *= 1.0 - score.clamp(0.0, 1.0);
        alarming |= rule.severity != Severity::Warn;
        evidence.push(Evidence {
            rule: Some(rule.id.clone()),
            ..Evidence::new(Signal::Rules, violation.evidence)
        });
    }
    // Noisy-or: two broken rules are worse than one, and no number of them leaves [0, 1].
    // Warnings are only reported, however many there are.
    let most = if alarming { 1.0 } else { index::JUST_UNDER };
    Finding { opinion: Opinion::Score(crate::text::round6(1.0 - passed).min(most)), evidence }
}

/// A broken rule is an alarm however little it is broken: strength moves the score between the
/// alarm threshold and the severity's own score.
fn scaled(score: f64, strength: f64) -> f64 {
    if score > index::ALARM { index::ALARM + (score - index::ALARM) * strength } else { score * strength }
}
