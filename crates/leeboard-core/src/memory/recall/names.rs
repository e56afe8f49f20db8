//! The speakers' names in a query.
//!
//! Owns finding them and taking them out: in the text that is embedded a name draws in every
//! message that calls somebody by it. The words keep what the names say; see `question`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::memory::Index;
use crate::text;

/// A query's text without the names of those who speak in the session, as it is embedded. The
/// text itself if it has none, or nothing else.
#[must_use]
pub fn without_names<'a>(index: &Index, query: &'a str) -> Cow<'a, str> {
    let names = parts(index);
    if names.is_empty() {
        return Cow::Borrowed(query);
    }
    let is_name = |word: &&str| names.contains(bare(word).as_str());
    if !query.split_whitespace().any(|word| is_name(&word)) {
        return Cow::Borrowed(query);
    }
    let rest: Vec<&str> = query.split_whitespace().filter(|word| !is_name(word)).collect();
    let says_something = rest.iter().any(|word| word.chars().any(char::is_alphanumeric));
    if says_something { Cow::Owned(rest.join(" ")) } else { Cow::Borrowed(query) }
}

/// The speakers whom a query names, in lower case.
pub(super) fn named(index: &Index, query: &str) -> BTreeSet<String> {
    if index.speakers().is_empty() {
        return BTreeSet::new();
    }
    let words: BTreeSet<String> = query.split_whitespace().map(bare).collect();
    let is_named = |speaker: &&String| name_parts(speaker).any(|part| words.contains(part));
    index.speakers().iter().filter(is_named).cloned().collect()
}

fn parts(index: &Index) -> BTreeSet<&str> {
    index.speakers().iter().flat_map(|speaker| name_parts(speaker)).collect()
}

fn name_parts(speaker: &str) -> impl Iterator<Item = &str> {
    speaker.split_whitespace().filter(|part| !text::is_stop_word(part))
}

/// A word without marks and genitive, in lower case.
fn bare(word: &str) -> String {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let end = word.trim_end_matches("'s").trim_end_matches("’s").len();
    word.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Entry, Message, Role};

    fn index(names: &[&str]) -> Index {
        let mut index = Index::default();
        for name in names {
            let mut message = Message::text(Role::User, "Hello.");
            message.name = Some((*name).to_owned());
            index.push(1, &Entry::new(*name, message));
        }
        index
    }

    #[test]
    fn names_leave_with_their_genitive() {
        let index = index(&["Ann Lee", "Bob"]);
        assert_eq!(without_names(&index, "What  colour is Bob's kayak, Ann?"), "What colour is kayak,");
        assert_eq!(without_names(&index, "Where is  the bobsleigh?"), "Where is  the bobsleigh?");
        assert_eq!(without_names(&index, "Bob?"), "Bob?");
        assert_eq!(without_names(&Index::default(), "Bob's kayak"), "Bob's kayak");
        assert_eq!(named(&index, "(Lee’s) boat"), BTreeSet::from(["ann lee".to_owned()]));
    }
}
