//! When a newer fact ends an older one, and when both are kept because it is not clear.

use super::agreement::Agreement;
use super::compare::{SAME_THING, overlap, same_owner};
use super::lexicon::{MANY, RELATION, tags};
use super::resolve::corrected;
use super::task::is_language;
use super::value::Value;
use super::{Fact, Slot, Source};

/// Whether two facts are of the same slot: one value of both can hold, unless the slot takes many.
pub(super) fn same_slot(one: &Fact, other: &Fact) -> bool {
    one.slot == other.slot
        && match one.slot {
            Slot::Age | Slot::Home | Slot::Origin | Slot::Job | Slot::Employer => one.who == other.who,
            // What somebody is called stands beside the name.
            Slot::Name => one.who == other.who && one.key == other.key,
            Slot::Measure | Slot::Place => {
                let least = if one.corrects || other.corrects { 0.5 } else { SAME_THING };
                same_owner(&one.who, &other.who) && overlap(&one.key, &other.key) >= least
            }
            Slot::Medication => one.key.iter().any(|word| other.key.contains(word)),
            Slot::Statement => one.words == other.words,
            Slot::Diet => one.who == other.who,
            // Of other goals the newer one is told by what it says.
            Slot::Goal => true,
            Slot::Decision => one.who == other.who && overlap(&one.key, &other.key) > 0.0,
            _ => one.who == other.who && one.key == other.key,
        }
}

/// What a newer fact does to an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    /// Both hold.
    Apart,
    /// The newer one ends the older one.
    Ends,
    /// Both cannot be true, and it is not clear which is: both are kept.
    Disagree(&'static str),
}

/// What a newer fact does to an older one.
///
/// The user's latest word ends an earlier one where the thing can change (a budget, a home, a
/// job), or where it is said to be a correction. What does not change by itself, and health, is
/// kept in both versions until the user says one again.
pub(super) fn meet(new: &Fact, old: &Fact) -> Meeting {
    let rank = |source: Source| match source {
        Source::Identity => 2,
        Source::User => 1,
        Source::Assistant => 0,
    };
    if new.turn < old.turn {
        return Meeting::Apart;
    }
    // Said clearly, it says what was corrected.
    let clear = new.source == old.source && new.slot == old.slot && !new.key.is_empty();
    if clear && new.value == old.value && old.key_is_missing() {
        return Meeting::Ends;
    }
    if new.key_is_missing() && new.turn > old.turn && new.source == old.source && corrected(&new.value, old) {
        return Meeting::Disagree("the correction does not say which of several it is about");
    }
    if !same_slot(new, old) {
        return Meeting::Apart;
    }
    // What was forgotten goes on ending what it had ended.
    if new.forgotten && new.slot.has_one_value() && old.source != Source::Identity {
        return Meeting::Ends;
    }
    if new.forgotten || !differs(new, old) {
        return Meeting::Apart;
    }
    // A plan that the user has asked for anew is the assistant's to write.
    let anew = new.slot == Slot::Step && new.corrects;
    // Nothing said ends what the identity says, and the assistant's word not what the user stated.
    if old.source == Source::Identity && new.source != Source::Identity {
        return Meeting::Disagree("the identity says otherwise, and no word of a conversation changes it");
    }
    if rank(new.source) < rank(old.source) && !anew {
        return Meeting::Disagree("the assistant stated otherwise than the user");
    }
    let own_words = new.source == Source::User && old.source == Source::User && !new.corrects;
    match unclear(new, old).filter(|_| own_words) {
        Some(why) => Meeting::Disagree(why),
        None => Meeting::Ends,
    }
}

/// Whether a newer fact ends an older one.
pub(super) fn supersedes(new: &Fact, old: &Fact) -> bool {
    meet(new, old) == Meeting::Ends
}

/// Whether two facts of one slot cannot both hold.
fn differs(new: &Fact, old: &Fact) -> bool {
    let many_names = new.slot == Slot::Name && tags(&new.who) & MANY != 0;
    match new.slot {
        Slot::Preference | Slot::Habit | Slot::Allergy => new.negated != old.negated,
        Slot::Diet => {
            new.negated && new.value == old.value || !new.negated && old.value != new.value && new.corrects
        }
        Slot::Statement | Slot::Commitment => false,
        // An instruction ends with its opposite, and one language to answer in with another.
        Slot::Constraint => new.negated != old.negated || is_language(new) && new.value != old.value,
        // A decision or a goal is given up for another one, or said anew.
        Slot::Decision | Slot::Goal => new.corrects && new.turn > old.turn,
        Slot::Step => new.value != old.value || new.negated != old.negated,
        Slot::Progress => new.negated != old.negated,
        _ if many_names => false,
        _ => match new.value.compare(&old.value) {
            Agreement::Differ => new.negated == old.negated,
            Agreement::Agree => new.negated != old.negated,
            Agreement::Unknown => false,
        },
    }
}

/// Why it is not clear which of two words of the user holds, if it is not.
fn unclear(new: &Fact, old: &Fact) -> Option<&'static str> {
    match new.slot {
        // How somebody wants to be called is theirs to change.
        Slot::Name if new.key == ["call"] => None,
        Slot::Name | Slot::Origin => Some("it does not change by itself, and no correction was said"),
        Slot::Age if !a_birthday(new, old) => {
            Some("no birthday lies between the two, and no correction was said")
        }
        Slot::Allergy => Some("it is about health, and no correction was said"),
        Slot::Measure if lasting(new) => Some("it does not change by itself, and no correction was said"),
        _ => None,
    }
}

/// Whether somebody may just have become a year older.
fn a_birthday(new: &Fact, old: &Fact) -> bool {
    match (&new.value, &old.value) {
        (Value::Number { low, .. }, Value::Number { high, .. }) => *low > *high && *low <= *high + 1.0,
        _ => false,
    }
}

/// Figures of a person that stay: the day of birth, the height, the blood group.
fn lasting(fact: &Fact) -> bool {
    let person = fact.who == "user" || tags(&fact.who) & RELATION != 0;
    person
        && match &fact.value {
            Value::Member { class, .. } => matches!(class.as_str(), "blood group" | "handedness"),
            Value::Date { .. } => fact.key.iter().any(|word| word == "birthday"),
            Value::Number { .. } => fact.key.iter().any(|word| word == "tall"),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::super::extract::{Speaker, claims};
    use super::super::store::fact;
    use super::*;

    #[test]
    fn half_of_the_keys_is_not_enough() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(overlap(&words("report due"), &words("due")) >= SAME_THING);
        assert!(overlap(&words("report due"), &words("due essay")) < SAME_THING);
        assert_eq!(overlap(&[], &words("due")), 0.0);
    }

    #[test]
    fn the_user_ends_what_the_assistant_said_but_not_the_other_way() {
        let of = |text, speaker, source, turn| {
            let claim = claims(text, speaker).remove(0);
            fact(claim, source, turn, "")
        };
        let said = of("The deadline is Thursday.", Speaker::Assistant, Source::Assistant, 1);
        let told = of("The deadline is Friday.", Speaker::User, Source::User, 2);
        assert!(supersedes(&told, &said) && !supersedes(&said, &told));
    }
}
