//! Corrections that do not name what they correct, or name it otherwise: "no, make it Friday", "the
//! dog is called Max" of the user's dog.
//!
//! Owns which fact such a claim is about. What it does to that fact is in `timeline`.

use super::agreement::Agreement;
use super::extract::Claim;
use super::lexicon::{RELATION, relation};
use super::token::{Kind, sentences, tokens};
use super::value::{Dimension, Value};
use super::{Fact, Facts, Slot, Source};

/// Turns in which a correction that names nothing goes to the latest fact with such a value.
const NEAR: u32 = 2;

impl Facts {
    /// Gives a correction the key of the fact that it is about, if it is told which.
    pub(super) fn resolve(&self, claim: &mut Claim, turn: u32) {
        if !claim.change {
            return;
        }
        self.own(claim);
        if claim.slot != Slot::Measure || !claim.key.is_empty() {
            return;
        }
        let comparable = |fact: &&Fact| {
            fact.is_valid()
                && fact.source == Source::User
                && fact.value.compare(&claim.value) != Agreement::Unknown
        };
        let latest = self.all().filter(comparable).filter(|fact| fact.turn + NEAR >= turn).last();
        let only = || {
            let mut kin = self.all().filter(|fact| corrected(&claim.value, fact));
            kin.next().filter(|_| kin.next().is_none())
        };
        let found = latest.or_else(|| if points_back(&claim.words) { only() } else { None });
        if let Some(fact) = found {
            claim.who.clone_from(&fact.who);
            claim.key.clone_from(&fact.key);
            claim.slot = fact.slot;
        }
    }

    /// "The dog" of a correction is the user's dog where the user has spoken of one.
    fn own(&self, claim: &mut Claim) {
        let personal = matches!(
            claim.slot,
            Slot::Name
                | Slot::Age
                | Slot::Home
                | Slot::Origin
                | Slot::Job
                | Slot::Employer
                | Slot::Allergy
                | Slot::Diet
        );
        if !claim.who.is_empty() || !personal {
            return;
        }
        let all = sentences(&claim.words);
        let named = all.iter().find_map(|sentence| {
            let tokens = tokens(sentence);
            let pair = tokens.windows(2).find(|pair| pair[0].low == "the" && pair[1].is(RELATION))?;
            Some(relation(pair[1].low).to_owned())
        });
        let known = |who: &String| self.valid().any(|fact| fact.source == Source::User && fact.who == *who);
        if let Some(who) = named.filter(known) {
            claim.who = who;
        }
    }
}

/// Whether a correction that names nothing may be about a fact: its value is of the same kind.
pub(super) fn corrected(value: &Value, fact: &Fact) -> bool {
    let kind = match (value, &fact.value) {
        (Value::Number { dimension, .. }, Value::Number { dimension: other, .. }) => {
            use Dimension::{Pound, Sterling};
            dimension == other || matches!((dimension, other), (Pound, Sterling) | (Sterling, Pound))
        }
        _ => true,
    };
    kind && fact.is_valid()
        && fact.source == Source::User
        && !fact.key_is_missing()
        && fact.slot.has_one_value()
        && fact.value.compare(value) != Agreement::Unknown
}

impl Fact {
    /// Whether its words do not say what it is about, though it is known: "actually it is 1,200 pounds".
    pub(crate) fn is_told_elsewhere(&self) -> bool {
        self.corrects && !self.key.is_empty() && self.slot != Slot::Statement && points_back(&self.words)
    }

    /// Whether it corrects something that it does not name.
    pub(super) fn key_is_missing(&self) -> bool {
        self.slot == Slot::Measure && self.key.is_empty() && self.corrects && points_back(&self.words)
    }
}

/// Whether a sentence says nothing but a value and that it is to replace another: "actually it is
/// 1,200 pounds". "Sorry, I slept for 9 hours" tells something else.
fn points_back(words: &str) -> bool {
    let all = sentences(words);
    let mut points = false;
    for sentence in &all {
        let tokens = tokens(sentence);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if let Some(read) = super::clause::value_at(&tokens, at) {
                at = read.end.max(at + 1);
                continue;
            }
            if token.is_word() && !POINTING.split_whitespace().any(|word| word == token.low) {
                return false;
            }
            if token.kind == Kind::Number {
                return false;
            }
            points |= token.is_word();
            at += 1;
        }
    }
    points
}

/// Words of a correction that names nothing.
const POINTING: &str = "actually it is 's that this was wrong i no not make made should be have been will now say said \
    sorry correction meant mean scratch change changed to the right correct figure amount number value sum date day \
    time rather instead of than let us please oh wait well make on at by about more like has become my mistake mistaken \
    'm 've am mixed up raised lowered increased reduced updated update postponed moved rescheduled pushed brought \
    forward back 'll and but again";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Entry, Message, Role};

    fn after(said: &[(u32, &str)]) -> Facts {
        let mut facts = Facts::default();
        for (turn, text) in said {
            let stated = facts.stated_by_user(*turn, &[Entry::new("m", Message::text(Role::User, *text))]);
            facts.learn(&stated, 100);
        }
        facts
    }

    fn holds(facts: &Facts) -> Vec<String> {
        let typed = facts.valid().filter(|fact| fact.slot != Slot::Statement);
        typed.map(|fact| fact.in_words().trim_start_matches([':', ' ']).to_owned()).collect()
    }

    #[test]
    fn a_correction_takes_the_only_fact_of_its_kind_however_late() {
        let mut wrong = Vec::new();
        for (first, then, wanted) in [
            ("My budget is 900 pounds.", "Actually it is 1,200 pounds.", "budget: 1,200 pounds"),
            ("The deadline is Thursday.", "Sorry, I meant Friday.", "due: Friday"),
            ("My train leaves at 7:40.", "No, make it 8:15.", "leave train: 8:15"),
            ("My dog is called Rex.", "I was wrong, the dog is called Max.", "dog name Max"),
            ("My sister is 30.", "Correction: the sister is 31.", "sister age 31"),
            ("My boat is called Petrel.", "Sorry, the boat is called Tern.", "boat: Tern"),
        ] {
            let facts = after(&[(3, first), (5, "I'm 54."), (60, then)]);
            if !holds(&facts).contains(&wanted.to_owned()) || holds(&facts).len() != 2 {
                wrong.push(format!("{first} {then}: {:?}", holds(&facts)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_no_correction_of_it_changes_nothing() {
        for (first, then) in [
            ("My flight takes 9 hours.", "Sorry, I slept for 3 hours."),
            ("My budget is 900 pounds.", "Actually it is 30 kilometres."),
            ("My dog is called Rex.", "Actually, the cat is called Max."),
            ("My budget is 900 pounds.", "The king's horse now costs 1,200 pounds."),
        ] {
            let before = holds(&after(&[(3, first)]));
            let facts = after(&[(3, first), (60, then)]);
            assert!(
                before.iter().all(|fact| holds(&facts).contains(fact)),
                "{first} {then}: {:?}",
                holds(&facts)
            );
        }
    }

    #[test]
    fn with_several_of_its_kind_it_is_kept_as_a_conflict() {
        let said = [
            (3, "My budget is 900 pounds."),
            (4, "My rent is 700 pounds."),
            (20, "Actually it is 1,200 pounds."),
        ];
        let facts = after(&said);
        let told: Vec<String> = facts.buffered().iter().map(|it| it.in_words()).collect();
        assert_eq!(
            told,
            [
                "two values were given for budget: 900 pounds (turn 3), 1,200 pounds (turn 20)",
                "two values were given for rent: 700 pounds (turn 4), 1,200 pounds (turn 20)"
            ]
        );
        assert!(holds(&facts).contains(&"budget: 900 pounds".to_owned()));
        // Said with its name, it is clear.
        let clear = [said.as_slice(), &[(22, "Actually, my budget is 1,200 pounds.")]].concat();
        let facts = after(&clear);
        assert!(facts.buffered().is_empty(), "{:?}", facts.buffered());
        assert!(holds(&facts).contains(&"rent: 700 pounds".to_owned()));
    }
}
