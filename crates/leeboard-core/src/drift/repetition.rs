//! Signal `repetition`: the reply against any one earlier reply.
//!
//! Raw measure: the share of the reply's distinct 4-grams of words that one earlier reply also
//! has. On the labelled development cases this alone separates repetition at AUROC .99. The index
//! of 4-grams, which is part of the fold, is in `phrases`.

mod phrases;

use std::collections::BTreeSet;

pub use self::phrases::PhraseIndex;

use self::phrases::Grams;
use super::request::Asked;
use super::{Finding, Signal, Situation};
use crate::text;

/// Distinct 4-grams that a reply needs before it is judged: fewer repeat by chance.
const MIN_GRAMS: usize = 8;

/// The earlier turn that is repeated most, and how much; or why that cannot be told.
pub(super) type Repeated = Result<(Option<u32>, f64), &'static str>;

/// The raw measure.
pub(super) fn measure(situation: &Situation<'_>) -> Repeated {
    let grams = Grams::of(&situation.reply_text.words);
    if grams.len() < MIN_GRAMS {
        return Err("the reply is too short");
    }
    let closest = situation.session.phrases().closest(&grams);
    Ok(closest.map_or((None, 0.0), |(turn, share)| (Some(turn), share)))
}

/// Shares seen before the conversation's own are trusted, and the standard deviations above their
/// mean that are still usual.
const MIN_SEEN: u32 = 5;
const USUAL: f64 = 4.0;

/// What is taken off at most, as a share of the point of alarm.
const MOST_USUAL: f64 = 0.5;

/// What is taken off a share because this voice has turns of phrase: nothing, as long as its usual
/// shares stay under the alarm. The more replies there are, the likelier is one that shares a few.
fn allowance(situation: &Situation<'_>) -> f64 {
    let usual = situation.session.repeated_baseline();
    let most = usual.mean + USUAL * usual.variance.sqrt();
    let at = situation.config.drift.repetition.at;
    if usual.count < MIN_SEEN { 0.0 } else { (most - at).clamp(0.0, MOST_USUAL * at.max(0.0)) }
}

pub(super) fn judge(situation: &Situation<'_>, repeated: Repeated, asked: Asked) -> Finding {
    let (closest, share) = match repeated {
        Ok(repeated) => repeated,
        Err(reason) => return Finding::abstain(reason),
    };
    if let Err(reason) = asked.unknown() {
        return Finding::abstain(reason);
    }
    if asked.repeat {
        return Finding::abstain("the user asked for a repetition");
    }
    let Some(turn) = closest else {
        return Finding::scored(Signal::Repetition, 0.0, String::new);
    };
    if asked_alike(situation, turn) {
        return Finding::abstain("the user asked the same as before");
    }
    let score = situation.config.drift.repetition.score(share - allowance(situation));
    let mut finding = Finding::scored(Signal::Repetition, score, || {
        format!("{:.0} % of the reply's four-word phrases stand in the reply of turn {turn}", share * 100.0)
    });
    for evidence in &mut finding.evidence {
        evidence.turn = Some(turn);
    }
    finding
}

/// Share of the distinct terms of two requests from which on they ask the same.
const ALIKE: f64 = 0.5;

/// Content terms that such a request needs: "Go on." said twice asks for two different replies.
const MIN_TERMS: usize = 2;

/// Whether the user asked in that turn what is asked now: then the same answer is right.
fn asked_alike(situation: &Situation<'_>, turn: u32) -> bool {
    let then: BTreeSet<String> = text::terms(&situation.session.asked_in(turn)).into_iter().collect();
    let now: BTreeSet<String> = situation.request_text.terms.iter().cloned().collect();
    let all = then.union(&now).count();
    now.len() >= MIN_TERMS && then.intersection(&now).count() as f64 >= ALIKE * all as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A conversation whose replies share a turn of phrase with an earlier one; the opinion of the
    /// last reply.
    fn opinion(shared: &str, last: &str) -> f64 {
        let mut talk = crate::memory::talk::Talk::new();
        let things = ["mast", "rudder", "galley", "anchor", "bilge", "stove", "compass", "ladder"];
        for (n, thing) in things.iter().cycle().take(14).enumerate() {
            talk.say(&format!("What of the {thing} in week {n}?"));
            let own = if n % 2 == 0 { 18 } else { 70 };
            let own = (0..own).map(|at| format!("{thing}{n}{at}")).collect::<Vec<_>>().join(" ");
            talk.answer(&format!("{shared} {own}"));
        }
        talk.say("And what of the lantern?");
        let drift = talk.answer(last).drift;
        drift.signals.get(&Signal::Repetition).and_then(crate::drift::Opinion::score).unwrap()
    }

    #[test]
    fn a_voice_with_turns_of_phrase_is_held_to_its_own() {
        let phrase = "take it slow and watch the weather";
        let own: Vec<String> = (0..12).map(|at| format!("lantern{at}")).collect();
        let last = format!("{phrase} {}", own.join(" "));
        let usual = opinion(phrase, &last);
        assert!(usual < crate::drift::index::ALARM, "{usual}");
        // A whole reply again is no turn of phrase.
        let again = (0..70).map(|at| format!("anchor3{at}")).collect::<Vec<_>>().join(" ");
        let said = opinion(phrase, &format!("{phrase} {again}"));
        assert!(said >= crate::drift::index::ALARM, "{said}");
    }
}
