//! Why a message was found, in words for people.

use super::Document;
use super::features::{Evidence, is_meant};
use super::question::Question;
use super::scan::Scan;

/// What speaks for a message, and what against it.
pub(super) fn why(question: &Question<'_>, scan: &Scan, document: &Document, found: &Evidence) -> String {
    let terms = |bits: u32| {
        let held = question.terms.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
        held.map(|(_, term)| term.text.as_str()).collect::<Vec<_>>().join(", ")
    };
    let own = scan.holds.get(found.place).copied().unwrap_or(0);
    let alike = scan.resembles(found.place) & !own;
    let mut reasons = Vec::new();
    if own != 0 {
        reasons.push(format!("shares {}", terms(own)));
    } else if found.around() > 0.0 {
        reasons.push("stands beside a match".to_owned());
    }
    if alike != 0 {
        reasons.push(format!("has a word like {}", terms(alike)));
    }
    let share = scan.meaning.as_ref().and_then(|all| all.get(found.place)).copied().unwrap_or(0.0);
    let cosine = f64::from(share) * scan.best_cosine;
    if share > 0.7 || (reasons.is_empty() && share > 0.0) {
        reasons.push(format!("close in meaning ({cosine:.2})"));
    }
    if reasons.is_empty() && scan.meaning.is_some() {
        reasons.push("follows a question close in meaning".to_owned());
    }
    if is_meant(question, document.role, document.speaker.as_deref()) {
        let named = if question.named.is_empty() { "the side asked about" } else { "the speaker named" };
        reasons.push(format!("said by {named}"));
    }
    if found.is_of_the_time() {
        reasons.push("from the time named".to_owned());
    }
    if found.only_asks() {
        reasons.push("but only asks".to_owned());
    }
    reasons.join("; ")
}
