//! What single words are: tags, word classes and base forms.
//!
//! Owns the lookup. The word lists are in `lists`; the grammar that uses the tags is in
//! `clause`.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::lists;
use crate::text::lookup::Lookup;

/// A set of properties of a word.
pub(super) type Tags = u32;

/// Personal pronouns that can be a subject.
pub(super) const PRONOUN: Tags = 1;
/// Possessive determiners.
pub(super) const POSSESSIVE: Tags = 1 << 1;
/// Other determiners.
pub(super) const DETERMINER: Tags = 1 << 2;
/// Forms of be, have and do, and full verbs that state something of somebody.
pub(super) const VERB: Tags = 1 << 3;
/// Modal verbs: what follows is not stated as a fact.
pub(super) const MODAL: Tags = 1 << 4;
/// Prepositions.
pub(super) const PREPOSITION: Tags = 1 << 5;
/// Words that begin another clause.
pub(super) const BREAK: Tags = 1 << 6;
/// Adverbs that may stand between subject and verb.
pub(super) const ADVERB: Tags = 1 << 7;
/// Words that negate.
pub(super) const NEGATION: Tags = 1 << 8;
/// Words that make what follows a supposition or an example.
pub(super) const SUPPOSE: Tags = 1 << 9;
/// Words that carry grammar or too little sense to tell one matter from another.
pub(super) const LIGHT: Tags = 1 << 10;
/// People and animals that somebody has.
pub(super) const RELATION: Tags = 1 << 11;
/// Animals kept at home.
pub(super) const PET: Tags = 1 << 12;
/// Trades and professions.
pub(super) const JOB: Tags = 1 << 13;
/// Ways to eat and to live with food.
pub(super) const DIET: Tags = 1 << 14;
/// Words of liking.
pub(super) const LIKE: Tags = 1 << 15;
/// Words of disliking.
pub(super) const DISLIKE: Tags = 1 << 16;
/// Relations of which one has many: another name is another person.
pub(super) const MANY: Tags = 1 << 17;
/// Forms that tell of the past.
pub(super) const PAST: Tags = 1 << 18;
/// Question words.
pub(super) const ASKS: Tags = 1 << 19;
/// Function words by which English is known.
pub(super) const ENGLISH: Tags = 1 << 20;
/// Capitalised words that are no names: months, days, languages.
pub(super) const NO_NAME: Tags = 1 << 21;
/// Countries and regions: wider than a town, so they neither repeat nor contradict one.
pub(super) const WIDE_PLACE: Tags = 1 << 22;
/// Verbs of which one does one at a time: another object is another fact.
pub(super) const SINGLE: Tags = 1 << 23;
/// Verbs of eating and drinking.
pub(super) const CONSUME: Tags = 1 << 24;
/// Light words that are full verbs where a verb is looked for.
pub(super) const FULL: Tags = 1 << 25;
/// Verbs of saying and thinking: what is reported is a clause of its own.
pub(super) const REPORT: Tags = 1 << 26;
/// Words that a number, a date or a time can begin with.
pub(super) const VALUE: Tags = 1 << 27;

/// What the lists say of one word.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    pub(super) tags: Tags,
    /// Index of the word class in `lists::CLASSES`, plus one.
    pub(super) class: u8,
}

static TABLE: LazyLock<Lookup<Entry>> = LazyLock::new(|| {
    let tagged = lists::TAGGED.iter().map(|&(tags, list)| (list, Entry { tags, class: 0 }));
    let classes = (1..).zip(lists::CLASSES).map(|(class, &(_, list))| (list, Entry { tags: 0, class }));
    let words = tagged.chain(classes);
    let words = words.flat_map(|(list, entry)| list.split_whitespace().map(move |word| (word, entry)));
    Lookup::joined(words, |known, entry| {
        known.tags |= entry.tags;
        known.class = known.class.max(entry.class);
    })
});

/// Looks a lower-case word up.
pub(super) fn entry(word: &str) -> Entry {
    TABLE.get(word).copied().unwrap_or_default()
}

/// The tags of a lower-case word.
pub(super) fn tags(word: &str) -> Tags {
    entry(word).tags
}

/// The name of the class that a word belongs to: "instrument", "colour".
pub(super) fn class_name(class: u8) -> &'static str {
    usize::from(class).checked_sub(1).and_then(|n| lists::CLASSES.get(n)).map_or("", |&(name, _)| name)
}

/// A word's base form, with synonyms joined: words of one matter get one form.
///
/// A light stemmer of our own rather than Porter's: it is run on every word of every reply.
pub(super) fn base(word: &str) -> Cow<'_, str> {
    if let Some(same) = synonym(word) {
        return Cow::Borrowed(same);
    }
    let stem = stem(word);
    match synonym(&stem) {
        Some(same) => Cow::Borrowed(same),
        None => stem,
    }
}

/// A relation in the singular, with synonyms joined: "mum" and "mothers" are "mother".
pub(super) fn relation(word: &str) -> &str {
    let single = word.strip_suffix('s').filter(|single| tags(single) & RELATION != 0).unwrap_or(word);
    synonym(single).unwrap_or(single)
}

fn synonym(word: &str) -> Option<&'static str> {
    let at = SYNONYMS.binary_search_by(|&(known, _)| known.cmp(word)).ok()?;
    SYNONYMS.get(at).map(|&(_, same)| same)
}

static SYNONYMS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let mut pairs: Vec<(&str, &str)> = lists::SYNONYMS
        .iter()
        .flat_map(|group| {
            let first = group.split_whitespace().next().unwrap_or_default();
            group.split_whitespace().map(move |word| (word, first))
        })
        .collect();
    pairs.sort_unstable();
    pairs
});

fn stem(word: &str) -> Cow<'_, str> {
    let length = word.len();
    if !word.is_ascii() || length < 4 {
        return Cow::Borrowed(word);
    }
    if let Some(root) = word.strip_suffix("ies").filter(|root| root.len() > 2) {
        return Cow::Owned(format!("{root}y"));
    }
    let cut = |suffix: &str| word.strip_suffix(suffix).filter(|root| root.len() > 2 && has_vowel(root));
    if let Some(root) = cut("ing").or_else(|| cut("ed")) {
        let bytes = root.as_bytes();
        let doubled = bytes.len() > 3 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2];
        let root = if doubled && !root.ends_with("ll") && !root.ends_with("ss") {
            &root[..root.len() - 1]
        } else {
            root
        };
        return Cow::Borrowed(root.strip_suffix('e').unwrap_or(root));
    }
    if let Some(root) = ["ches", "shes", "sses", "xes"]
        .iter()
        .find_map(|end| word.ends_with(end).then(|| &word[..length - 2]))
    {
        return Cow::Borrowed(root);
    }
    let root = match word.strip_suffix('s') {
        Some(root) if !root.ends_with(['s', 'u', 'i']) => root,
        _ => word,
    };
    Cow::Borrowed(root.strip_suffix('e').filter(|cut| cut.len() > 2).unwrap_or(root))
}

fn has_vowel(root: &str) -> bool {
    root.bytes().any(|b| b"aeiouy".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_matter_have_one_form() {
        for (one, other) in [
            ("meet", "meeting"),
            ("daughters", "daughter"),
            ("lives", "living"),
            ("deadline", "due"),
            ("spend", "budget"),
            ("running", "run"),
            ("allergies", "allergy"),
            ("mum", "mother"),
            ("decided", "decide"),
            ("classes", "class"),
        ] {
            assert_eq!(base(one), base(other), "{one} {other}");
        }
    }

    #[test]
    fn listed_words_are_found() {
        assert!(tags("my") & POSSESSIVE != 0 && tags("if") & SUPPOSE != 0);
        assert!(tags("zebrafish") == 0 && tags("") == 0 && tags("éa") == 0);
        assert_eq!(class_name(entry("cello").class), "instrument");
        assert_eq!(class_name(0), "");
    }
}
