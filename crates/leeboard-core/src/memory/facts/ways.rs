//! Ways of eating, tastes, allergies and habits against one another.

use super::compare::Verdict::{self, Agrees, Differs, Silent};
use super::extract::Claim;
use super::lexicon::{DIET, class_name, entry, tags};
use super::value::Value;
use super::{Fact, Slot};

/// Foods that a way of eating excludes, as classes of words.
pub(super) fn excluded(diet: &str) -> &'static [&'static str] {
    match diet {
        "vegetarian" => &["meat", "fish", "shellfish"],
        "vegan" | "plant-bas" | "plant-based" => &["meat", "fish", "shellfish", "dairy", "egg"],
        "pescatarian" => &["meat"],
        "coeliac" | "celiac" | "gluten-free" | "gluten-fre" => &["gluten"],
        "dairy-free" | "dairy-fre" | "lactose-intolerant" => &["dairy"],
        "teetotal" | "teetotaller" | "non-drinker" => &["alcohol"],
        _ => &[],
    }
}

pub(super) fn class_of(word: &str) -> &'static str {
    // Keys hold base forms; the lists hold words.
    let known = entry(word).class;
    let known = if known == 0 { entry(&format!("{word}s")).class } else { known };
    class_name(if known == 0 { entry(&format!("{word}e")).class } else { known })
}

/// The classes of food that a claim or fact is about; for a diet, those it names itself.
pub(super) fn foods(key: &[String], value: &Value) -> Vec<&'static str> {
    let words = match value {
        Value::Words { words } => words.as_slice(),
        _ => &[],
    };
    key.iter().chain(words).map(|word| class_of(word)).filter(|class| !class.is_empty()).collect()
}

/// What somebody eats, drinks, likes and does, against one another.
pub(super) fn ways(known: &Fact, claim: &Claim) -> Verdict {
    // What the one rules out and the other affirms.
    let ruled = ruled_out(known.slot, known.negated, &known.key, &known.value);
    let eaten = affirmed(claim.slot, claim.negated, &claim.key, &claim.value);
    if eaten.iter().any(|food| ruled.contains(food)) {
        return Differs(0.88);
    }
    let ruled = ruled_out(claim.slot, claim.negated, &claim.key, &claim.value);
    let eaten = affirmed(known.slot, known.negated, &known.key, &known.value);
    if claim.slot != Slot::Allergy && eaten.iter().any(|food| ruled.contains(food)) {
        return Differs(0.75);
    }
    if known.slot != claim.slot {
        return Silent;
    }
    match known.slot {
        Slot::Diet => diets(known, claim),
        Slot::Preference | Slot::Habit => {
            let (short, long) = if known.key.len() <= claim.key.len() {
                (&known.key, &claim.key)
            } else {
                (&claim.key, &known.key)
            };
            let covered = short.iter().all(|word| long.contains(word));
            // "I don't drink" denies all drinking; "I don't drink coffee" denies only coffee.
            let denied_whole = known.negated && known.key.len() == 1 || claim.negated && claim.key.len() == 1;
            let comparable =
                covered && (denied_whole || known.key.len() == claim.key.len() || short.len() > 1);
            match (comparable, known.negated == claim.negated) {
                (true, true) => Agrees,
                (true, false) => Differs(0.8),
                (false, _) => Silent,
            }
        }
        _ => Silent,
    }
}

pub(super) fn diets(known: &Fact, claim: &Claim) -> Verdict {
    let word = |value: &Value| match value {
        Value::Words { words } => words.first().cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let (one, other) = (word(&known.value), word(&claim.value));
    if one == other {
        return if known.negated == claim.negated { Agrees } else { Differs(0.85) };
    }
    let plain = |diet: &str| {
        tags(diet) & DIET != 0
            && matches!(
                diet,
                "vegetarian" | "vegan" | "pescatarian" | "omnivore" | "carnivore" | "meat-eater" | "all-meat"
            )
    };
    if plain(&one) && plain(&other) && known.negated == claim.negated && !known.negated {
        Differs(0.7)
    } else {
        Silent
    }
}

pub(super) fn ruled_out(slot: Slot, negated: bool, key: &[String], value: &Value) -> Vec<&'static str> {
    match slot {
        Slot::Diet if !negated => {
            let Value::Words { words } = value else { return Vec::new() };
            words.iter().flat_map(|word| excluded(word)).copied().collect()
        }
        Slot::Allergy if !negated => foods(key, &Value::None),
        Slot::Preference if negated => foods(key, &Value::None),
        Slot::Habit if negated => {
            let all = foods(key, &Value::None);
            if all.is_empty() && key.len() == 1 && key.first().is_some_and(|verb| verb == "drink") {
                vec!["alcohol"]
            } else {
                all
            }
        }
        _ => Vec::new(),
    }
}

pub(super) fn affirmed(slot: Slot, negated: bool, key: &[String], value: &Value) -> Vec<&'static str> {
    match slot {
        Slot::Preference | Slot::Habit if !negated => foods(key, &Value::None),
        Slot::Diet if !negated => foods(&[], value),
        _ => Vec::new(),
    }
}
