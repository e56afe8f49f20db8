//! When a newer fact ends an older one.

use super::compare::{SAME_THING, overlap, same_owner};
use super::lexicon::{MANY, tags};
use super::value::Agreement;
use super::{Fact, Slot, Source};

/// Whether two facts are of the same slot: one value of both can hold, unless the slot takes many.
pub(super) fn same_slot(one: &Fact, other: &Fact) -> bool {
    one.slot == other.slot
        && match one.slot {
            Slot::Name | Slot::Age | Slot::Home | Slot::Origin | Slot::Job | Slot::Employer => {
                one.who == other.who
            }
            Slot::Measure => {
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

/// Whether a newer fact ends an older one.
pub(super) fn supersedes(new: &Fact, old: &Fact) -> bool {
    let rank = |source: Source| match source {
        Source::Identity => 2,
        Source::User => 1,
        Source::Assistant => 0,
    };
    // A plan that the user has asked for anew is the assistant's to write.
    let anew = new.slot == Slot::Step && new.corrects;
    // The user's word ends what the assistant stated; nothing said ends what the identity says.
    if (rank(new.source) < rank(old.source) && !anew)
        || (old.source == Source::Identity && new.source != Source::Identity)
        || new.turn < old.turn
    {
        return false;
    }
    if !same_slot(new, old) {
        return false;
    }
    let many_names = new.slot == Slot::Name && tags(&new.who) & MANY != 0;
    match new.slot {
        Slot::Preference | Slot::Habit | Slot::Allergy => new.negated != old.negated,
        Slot::Diet => {
            new.negated && new.value == old.value || !new.negated && old.value != new.value && new.corrects
        }
        Slot::Statement | Slot::Constraint | Slot::Commitment => false,
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
