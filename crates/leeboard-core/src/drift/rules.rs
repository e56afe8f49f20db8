//! Signal `rules`: the reply against the identity's checkable rules.
//!
//! Exact, not statistical: a broken rule scores what its severity says. The checks are in
//! `crate::rules`.

use super::{Evidence, Finding, Opinion, Signal, Situation, index};
use crate::rules::Severity;

pub(super) fn judge(situation: &Situation<'_>) -> Finding {
    let rules = situation.session.identity().rules();
    if rules.is_empty() {
        return Finding::abstain("the identity states no checkable rule");
    }
    if situation.reply.trim().is_empty() {
        return Finding::abstain("the reply is empty");
    }
    let scores = situation.config.drift.rule_scores;
    let (mut passed, mut alarming) = (1.0, false);
    let mut evidence = Vec::new();
    for rule in rules.iter().filter(|rule| !rule.is_lifted_by(&situation.request)) {
        let Some(violation) = rule.check(situation.reply) else { continue };
        let score = match rule.severity {
            Severity::Warn => scores[0],
            Severity::Correct => scores[1],
            Severity::Block => scores[2],
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
