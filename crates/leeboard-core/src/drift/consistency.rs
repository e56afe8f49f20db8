//! Signal `consistency`: an unasked change of form.
//!
//! Raw measure: how far length, lists and headings lie from the conversation's usual, in standard
//! deviations, joined as the root of their weighted squares. A reply may be too long or too
//! short; fewer lists and headings than usual are no fault. What the user asked for in this
//! message does not count, and only that: whoever asked for brevity did not ask for headings.

use super::form::FormDistance;
use super::request::Asked;
use super::{Finding, Signal, Situation};

/// Weights of the squares; replies that grow are told apart from good ones more surely than
/// headings, which come in bursts. Calibrated on recorded dialogues, see `docs/concepts/drift.md`.
const LONGER: f64 = 1.7;
const SHORTER: f64 = 1.0;
const LISTS: f64 = 0.5;
const HEADINGS: f64 = 0.05;

/// What is left of a reply's shortness where a summary was asked for.
const SUMMARY: f64 = 0.7;

pub(super) fn judge(situation: &Situation<'_>, asked: Asked) -> Finding {
    let baseline = situation.session.form_baseline();
    if baseline.count() < situation.config.drift.baseline_replies {
        return Finding::abstain("too few replies to know the form");
    }
    if let Err(reason) = asked.unknown() {
        return Finding::abstain(reason);
    }
    let distance = baseline.distance(&situation.form);
    let counted = counted(distance, asked);
    let squares: f64 = weighed(counted).iter().map(|part| part * part).sum();
    Finding::scored(Signal::Consistency, situation.config.drift.consistency.score(squares.sqrt()), || {
        describe(counted)
    })
}

/// The part of the distances that nobody asked for.
fn counted(distance: FormDistance, asked: Asked) -> FormDistance {
    let length = match distance.length {
        longer if longer > 0.0 => longer * f64::from(u8::from(!asked.longer)),
        _ if asked.shorter => 0.0,
        shorter if asked.summary => shorter * SUMMARY,
        shorter => shorter,
    };
    let markup = |z: f64| if asked.format { 0.0 } else { z.max(0.0) };
    FormDistance { length, lists: markup(distance.lists), headings: markup(distance.headings) }
}

/// Length, lists and headings, each with its weight.
fn weighed(counted: FormDistance) -> [f64; 3] {
    let length = if counted.length > 0.0 { LONGER } else { SHORTER };
    [counted.length.abs() * length.sqrt(), counted.lists * LISTS.sqrt(), counted.headings * HEADINGS.sqrt()]
}

fn describe(counted: FormDistance) -> String {
    let length = if counted.length > 0.0 { "far longer" } else { "far shorter" };
    let [by_length, by_lists, by_headings] = weighed(counted);
    let mut parts = [(by_length, length), (by_lists, "more lists"), (by_headings, "more headings")];
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let named: Vec<&str> = parts.iter().filter(|(z, _)| *z >= 2.0).map(|&(_, name)| name).collect();
    let named = if named.is_empty() { vec![parts[0].1] } else { named };
    format!("unasked change of form: {} than usual in this conversation", named.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: FormDistance = FormDistance { length: 5.0, lists: 6.0, headings: -1.0 };

    #[test]
    fn only_what_was_asked_for_is_excused() {
        let asked = |request: &str| counted(FAR, Asked::of(request));
        let of = |length, lists| FormDistance { length, lists, headings: 0.0 };
        assert_eq!(asked("Where is the harbour?"), of(5.0, 6.0));
        assert_eq!(asked("Explain it in detail."), of(0.0, 6.0));
        assert_eq!(asked("Be brief."), of(5.0, 6.0));
        assert_eq!(asked("As a list, please."), of(5.0, 0.0));
        let short = FormDistance { length: -5.0, ..FAR };
        assert_eq!(counted(short, Asked::of("Be brief.")).length, 0.0);
        assert_eq!(counted(short, Asked::of("Summarise that.")).length, -3.5);
    }

    #[test]
    fn the_evidence_names_what_changed() {
        assert_eq!(
            describe(FormDistance { length: -5.0, lists: 6.0, headings: 0.0 }),
            "unasked change of form: far shorter and more lists than usual in this conversation"
        );
        assert!(describe(FormDistance { length: 1.0, ..FormDistance::default() }).contains("far longer"));
    }
}
