//! Claims against facts: what agrees and what conflicts.
//!
//! Owns the confidence of a conflict, a raw value in [0, 1] by slot and by how much of the keys
//! is shared; its calibration to a score is in the settings.

use super::agreement::Agreement;
use super::extract::Claim;
use super::lexicon::{MANY, PET, RELATION, WIDE_PLACE, base, tags};
use super::value::{Dimension, Value};
use super::ways::{class_of, ways};
use super::{Fact, Facts, Slot, Source};

/// A claim that cannot be true if a fact is.
#[derive(Clone, Debug)]
pub(crate) struct Conflict<'a> {
    /// How sure it is, in [0, 1].
    pub(crate) confidence: f64,
    pub(crate) claim: &'a Claim,
    pub(crate) fact: &'a Fact,
    /// The claim was true once: the fact that was superseded.
    pub(crate) stale: Option<&'a Fact>,
}

/// The conflicts of a reply's claims with what is known, surest first.
pub(crate) fn conflicts<'a>(facts: &'a Facts, claims: &'a [Claim]) -> Vec<Conflict<'a>> {
    let mut found: Vec<Conflict<'a>> = Vec::new();
    for claim in claims.iter().filter(|claim| !claim.past && !negated_figure(claim)) {
        if let Some(conflict) = conflict(facts, claim) {
            found.push(conflict);
        }
    }
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    found
}

/// The known facts of the user that a reply says as they are known, where the request asks for them.
pub(crate) fn answers<'a>(facts: &'a Facts, claims: &[Claim], request: &[String]) -> Vec<&'a Fact> {
    if claims.is_empty() {
        return Vec::new();
    }
    let asked: Vec<_> = request.iter().map(|word| base(word)).collect();
    let asks = |known: &Fact| {
        let about = known.key.iter().chain([&known.who]);
        about.filter(|word| !word.is_empty()).any(|word| asked.iter().any(|asked| asked == word))
    };
    let said = |known: &Fact| {
        let of = |claim: &&Claim| !claim.past && answers_for(known, claim);
        claims.iter().filter(of).any(|claim| matches!(judge(facts, known, claim), Agrees))
    };
    let known = facts.valid().filter(|known| known.source == Source::User);
    known.filter(|known| asks(known) && said(known)).collect()
}

fn negated_figure(claim: &Claim) -> bool {
    claim.negated && matches!(claim.slot, Slot::Measure | Slot::Name | Slot::Age | Slot::Count)
}

fn conflict<'a>(facts: &'a Facts, claim: &'a Claim) -> Option<Conflict<'a>> {
    let mut best: Option<(f64, &Fact)> = None;
    for known in facts.valid().filter(|known| answers_for(known, claim)) {
        match judge(facts, known, claim) {
            Agrees => return None,
            Differs(confidence) if best.is_none_or(|(most, _)| confidence > most) => {
                best = Some((confidence, known));
            }
            Differs(_) | Silent => {}
        }
    }
    let (confidence, known) = best?;
    let stale = facts.all().find(|old| {
        !old.is_valid() && old.source == known.source && matches!(judge(facts, old, claim), Agrees)
    });
    // Said to be a recollection, or a value that was right once: more surely a fault.
    let sure = f64::from(u8::from(claim.recalled)) * 0.3 + f64::from(u8::from(stale.is_some())) * 0.3;
    Some(Conflict { confidence: confidence + (1.0 - confidence) * sure, claim, fact: known, stale })
}

/// Whether a fact of this source can be contradicted by a claim about that somebody.
fn answers_for(known: &Fact, claim: &Claim) -> bool {
    let about_assistant = claim.who.starts_with("assistant");
    match known.source {
        Source::User => !about_assistant,
        Source::Identity | Source::Assistant => about_assistant || claim.who.is_empty(),
    }
}

pub(super) enum Verdict {
    Agrees,
    Differs(f64),
    Silent,
}

use Verdict::{Agrees, Differs, Silent};

fn judge(facts: &Facts, known: &Fact, claim: &Claim) -> Verdict {
    let same_who = known.who == claim.who || alias(facts, &known.who, &claim.who);
    match (known.slot, claim.slot) {
        (Slot::Statement | Slot::Decision, _) | (_, Slot::Statement | Slot::Decision) => Silent,
        (Slot::Name, Slot::Name) => names(known, claim, same_who),
        (Slot::Age, Slot::Age) if same_who => compared(known, claim, 0.95),
        (Slot::Home, Slot::Home) if same_who => places(known, claim, 0.9),
        (Slot::Origin, Slot::Origin) if same_who => places(known, claim, 0.7),
        (Slot::Job, Slot::Job) if same_who => compared(known, claim, 0.85),
        (Slot::Employer, Slot::Employer) if same_who => compared(known, claim, 0.75),
        (Slot::Count, Slot::Count) if same_who && known.key == claim.key => compared(known, claim, 0.9),
        (Slot::Favourite, Slot::Favourite) if same_who && known.key == claim.key => {
            compared(known, claim, 0.85)
        }
        (Slot::Medication, Slot::Medication) if share(known, claim) => compared(known, claim, 0.9),
        (Slot::Step, Slot::Step) if known.key == claim.key && claim.recalled && !known.negated => {
            steps(known, claim)
        }
        (Slot::Allergy, Slot::Allergy) if same_who => allergies(known, claim),
        (Slot::Measure, Slot::Measure) => measures(known, claim),
        (Slot::Place, Slot::Place) => things(known, claim),
        (
            Slot::Diet | Slot::Allergy | Slot::Preference | Slot::Habit,
            Slot::Diet | Slot::Allergy | Slot::Preference | Slot::Habit,
        ) if same_who => ways(known, claim),
        (Slot::Count, Slot::Name) if denies_relation(known, claim) => Differs(0.7),
        _ => Silent,
    }
}

fn compared(known: &Fact, claim: &Claim, confidence: f64) -> Verdict {
    match known.value.compare(&claim.value) {
        Agreement::Unknown => Silent,
        agreement => match (agreement == Agreement::Agree, known.negated != claim.negated) {
            (true, false) | (false, true) => Agrees,
            (true, true) => Differs(confidence),
            (false, false) if known.negated => Silent,
            (false, false) => Differs(confidence),
        },
    }
}

/// Whether one is the name of the other: Anna is the user's sister.
fn alias(facts: &Facts, one: &str, other: &str) -> bool {
    let named = |who: &str, name: &str| {
        facts.valid().any(|fact| {
            fact.slot == Slot::Name
                && fact.who == who
                && matches!(&fact.value, Value::Name { name: known } if known.to_lowercase().split(' ').next() == Some(name))
        })
    };
    !one.is_empty() && !other.is_empty() && (named(one, other) || named(other, one))
}

fn names(known: &Fact, claim: &Claim, same_who: bool) -> Verdict {
    let agreement = known.value.compare(&claim.value);
    if same_who {
        // Of friends and colleagues one has many, and may have two sisters.
        let many = tags(&known.who) & MANY != 0;
        return match agreement {
            Agreement::Agree => Agrees,
            Agreement::Differ if many => Differs(0.35),
            Agreement::Differ => Differs(0.9),
            Agreement::Unknown => Silent,
        };
    }
    // "Your cat Biscuit" where Biscuit is the dog.
    let kinds = |who: &str| tags(who) & (PET | RELATION);
    let alike = kinds(&known.who) != 0 && kinds(&known.who) == kinds(&claim.who);
    if agreement == Agreement::Agree && alike { Differs(0.6) } else { Silent }
}

/// A country says nothing against a town.
fn places(known: &Fact, claim: &Claim, confidence: f64) -> Verdict {
    let wide = |shown: &str| shown.split(' ').any(|word| tags(&word.to_lowercase()) & WIDE_PLACE != 0);
    match compared(known, claim, confidence) {
        Differs(_) if wide(&known.shown) != wide(&claim.shown) => Silent,
        verdict => verdict,
    }
}

/// Where the same thing is. A place may lie in another one, so it is less sure than a figure.
fn things(known: &Fact, claim: &Claim) -> Verdict {
    let overlap = overlap(&known.key, &claim.key);
    if !same_owner(&known.who, &claim.who) || overlap < SAME_THING {
        return Silent;
    }
    compared(known, claim, 0.75 * overlap)
}

fn share(known: &Fact, claim: &Claim) -> bool {
    known.key.iter().any(|word| claim.key.contains(word))
}

fn steps(known: &Fact, claim: &Claim) -> Verdict {
    let (Value::Words { words }, Value::Words { words: others }) = (&known.value, &claim.value) else {
        return Silent;
    };
    if words.iter().any(|word| others.contains(word)) { Agrees } else { Differs(0.75) }
}

/// One may have many allergies; one that was never spoken of is a wrong recollection.
fn allergies(known: &Fact, claim: &Claim) -> Verdict {
    if known.key == claim.key || kin(&known.key, &claim.key) {
        return if known.negated == claim.negated { Agrees } else { Differs(0.9) };
    }
    if known.negated || claim.negated { Silent } else { Differs(0.62) }
}

fn kin(one: &[String], other: &[String]) -> bool {
    let class = |words: &[String]| words.iter().map(|word| class_of(word)).find(|class| !class.is_empty());
    class(one).is_some() && class(one) == class(other)
}

/// How much of the two keys is shared, in [0, 1]: the mean of both shares.
pub(super) fn overlap(one: &[String], other: &[String]) -> f64 {
    if one.is_empty() || other.is_empty() {
        return if one.is_empty() && other.is_empty() { 1.0 } else { 0.0 };
    }
    let shared = one.iter().filter(|word| other.contains(word)).count() as f64;
    (shared / one.len() as f64 + shared / other.len() as f64) / 2.0
}

/// Least overlap of keys at which two figures are of one thing.
pub(super) const SAME_THING: f64 = 0.6;

fn measures(known: &Fact, claim: &Claim) -> Verdict {
    if !same_owner(&known.who, &claim.who) {
        return Silent;
    }
    let overlap = overlap(&known.key, &claim.key);
    let agreement = known.value.compare(&claim.value);
    match agreement {
        Agreement::Agree if overlap > 0.0 => Agrees,
        Agreement::Differ if overlap >= SAME_THING && solid(known, claim) => {
            let own = if known.source == Source::Assistant { 0.7 } else { 0.95 };
            Differs(own * overlap)
        }
        _ => Silent,
    }
}

/// Whether the two figures can be of one kind: a bare number beside a unit needs equal keys.
fn solid(known: &Fact, claim: &Claim) -> bool {
    match (&known.value, &claim.value) {
        (Value::Number { dimension, .. }, Value::Number { dimension: other, .. }) => {
            dimension == other
                || !matches!((dimension, other), (Dimension::Plain, _) | (_, Dimension::Plain))
                || overlap(&known.key, &claim.key) > 0.7
        }
        _ => true,
    }
}

/// Things of the user and things that nobody is said to own are one: "my report", "the report".
pub(super) fn same_owner(one: &str, other: &str) -> bool {
    let shared = |who: &str| who.is_empty() || who == "user" || who == "assistant";
    one == other || (shared(one) && shared(other) && (one.is_empty() || other.is_empty()))
}

/// "Your daughter Anna" where the user has no daughters.
fn denies_relation(known: &Fact, claim: &Claim) -> bool {
    known.key.first() == Some(&claim.who) && matches!(known.value, Value::Number { high, .. } if high == 0.0)
}
