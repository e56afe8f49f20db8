//! Which languages a short text may be in.
//!
//! Owns the guess for requests of users, which leaves open what it cannot tell. Which language a
//! reply is plainly not in is told in `language`.

use std::collections::BTreeMap;

use super::{SAMPLE, Script, WORDS, counted, script};

/// Function words that tell a language.
const SURE: usize = 3;

/// Letters of languages whose function words are not known here: Baltic and Balkan ones, Icelandic.
const FOREIGN_LETTERS: &str = "āēģķļņūėįųđþð";

/// Which languages a short text may be in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Likely {
    /// Codes of the languages that it may be in; none where its words do not tell.
    pub(crate) known: Vec<&'static str>,
    /// Codes of the languages that have most of its words, if any has one.
    pub(crate) first: Vec<&'static str>,
    /// Whether it is in a language or script that is not known here.
    pub(crate) foreign: bool,
}

/// The languages that a text may be in: those of its script, or those with most function words
/// in it. A Latin text of a few words leaves all open.
pub(crate) fn likely(text: &str) -> Likely {
    let mut counts: BTreeMap<Script, usize> = BTreeMap::new();
    // ASCII letters are Latin: nothing else needs to be counted.
    let plain = text.is_ascii();
    for found in text.chars().filter(|_| !plain).filter_map(script) {
        *counts.entry(found).or_default() += 1;
    }
    let letters: usize = counts.values().sum();
    // Names and terms in Latin letters stand in texts of every script.
    let other = counts.iter().filter(|(script, _)| **script != Script::Latin);
    let most = other.max_by_key(|(_, count)| **count).filter(|(_, count)| **count * 4 >= letters.max(1));
    if let Some((&script, _)) = most {
        let has = |marks: &str| text.chars().any(|c| marks.contains(c));
        let known: &[&'static str] = match script {
            Script::Han | Script::Kana if counts.contains_key(&Script::Kana) => &["ja"],
            Script::Han => &["zh"],
            Script::Hangul => &["ko"],
            Script::Cyrillic if has("іїєґІЇЄҐ") => &["uk"],
            Script::Cyrillic if has("јљњћђџ") => &[],
            Script::Cyrillic => &["ru", "uk"],
            Script::Arabic if has("پچژگکی") => &["fa"],
            Script::Arabic => &["ar"],
            Script::Devanagari => &["hi"],
            _ => &[],
        };
        return Likely { known: known.to_vec(), first: known.to_vec(), foreign: known.is_empty() };
    }
    let lower = text.to_lowercase().replace('\u{2019}', "'");
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .take(SAMPLE)
        .collect();
    let counts = counted(&words);
    let most = counts.iter().copied().max().unwrap_or_default();
    let foreign = text.chars().any(|c| FOREIGN_LETTERS.contains(c))
        || text.contains('õ') && text.contains(['ä', 'ü']) && !text.contains('ç');
    let with = |least: usize| {
        let all = WORDS.iter().zip(counts);
        all.filter(|(_, count)| *count >= least).map(|(&(code, _), _)| code).collect::<Vec<_>>()
    };
    // Two function words may stand in a text of another language by chance; related languages
    // share many, so that one more tells nothing either.
    if most < SURE || most * 4 < words.len() {
        // One such word without other letters than English has tells nothing: "care", "la".
        let first = if most >= 2 || most == 1 && !plain { with(most) } else { Vec::new() };
        return Likely { known: Vec::new(), first, foreign };
    }
    Likely { known: with(most - 1), first: with(most), foreign }
}
