//! What kind of change the user asked for in this very message.
//!
//! Owns the reading of a request for another format, length or voice, or for a repetition.
//! User-led change is not drift; but it excuses only the change that was asked for. Reads
//! English and the languages of `tables`. Where the request is in another language, any change
//! may have been asked for, and none is held against the reply.

mod english;
mod index;
mod lexicon;
mod tables;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use self::lexicon::Matching;
use crate::rules::likely_languages;

/// The changes that the user asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// A list, a table, headings, steps.
    pub(crate) format: bool,
    /// A shorter reply than usual.
    pub(crate) shorter: bool,
    /// A summary: somewhat shorter.
    pub(crate) summary: bool,
    /// A longer reply than usual.
    pub(crate) longer: bool,
    /// Another voice, tone or style.
    pub(crate) voice: bool,
    /// The same again.
    pub(crate) repeat: bool,
    /// The request is in a language that is not read: any of them may have been asked for.
    pub(crate) unread: bool,
}

impl Asked {
    /// Why a signal has no opinion that must know what was asked for, where that is not read.
    pub(crate) fn unknown(self) -> Result<(), &'static str> {
        if self.unread { Err("the request is in a language that is not read") } else { Ok(()) }
    }

    /// Whether another length was asked for, shorter or longer.
    pub(crate) fn length(self) -> bool {
        self.shorter || self.summary || self.longer
    }

    /// What a request with these words asks for.
    pub(crate) fn read(request: &str, words: &[String]) -> Self {
        let ends = ends(request);
        let languages = likely_languages(&ends);
        // A word or two belong to no language for certain: any may have been meant.
        let meant = |code: &str| languages.known.is_empty() || languages.known.contains(&code);
        let read = |code: &&str| *code == "en" || tables::TABLES.iter().any(|table| table.code == *code);
        if languages.foreign || !languages.first.is_empty() && !languages.first.iter().any(read) {
            return Self::ANY;
        }
        let mut asked = if meant("en") { english::read(request, words) } else { Self::default() };
        let tables = || tables::TABLES.iter().filter(|table| meant(table.code));
        // English alone needs no second look.
        if tables().next().is_some() {
            let request = lexicon::Request::of(&ends);
            let meant = |place: usize| tables::TABLES.get(place).is_some_and(|table| meant(table.code));
            asked = asked.or(index::read(&request, meant));
            asked.format |= words.iter().any(|word| EVERYWHERE.contains(&word.as_str()));
            // What is searched within sentences is in other scripts.
            let within = tables().filter(|table| table.matching == Matching::Within && !ends.is_ascii());
            asked = within.fold(asked, |asked, table| asked.or(table.within(&request)));
        }
        asked
    }

    #[cfg(test)]
    pub(crate) fn of(request: &str) -> Self {
        Self::read(request, &crate::text::words(request).collect::<Vec<_>>())
    }

    /// Whatever a request in a language asks for that is not read here.
    const ANY: Self = Self {
        format: true,
        shorter: true,
        summary: true,
        longer: true,
        voice: true,
        repeat: true,
        unread: true,
    };

    fn or(self, other: Self) -> Self {
        Self {
            format: self.format || other.format,
            shorter: self.shorter || other.shorter,
            summary: self.summary || other.summary,
            longer: self.longer || other.longer,
            voice: self.voice || other.voice,
            repeat: self.repeat || other.repeat,
            unread: self.unread || other.unread,
        }
    }
}

/// Words for forms that are the same in all languages.
const EVERYWHERE: [&str; 5] = ["json", "csv", "markdown", "html", "yaml"];

/// Bytes at each end of a message in which a request in another language is looked for: what
/// is to be done stands at the beginning or the end of a long message, and the tables are many.
const LOOKED_AT: usize = 1_000;

/// A text without the middle of a long one.
fn ends(text: &str) -> Cow<'_, str> {
    if text.len() <= 2 * LOOKED_AT {
        return Cow::Borrowed(text);
    }
    let head = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let tail = text.get(text.ceil_char_boundary(text.len() - LOOKED_AT)..).unwrap_or_default();
    Cow::Owned(format!("{head}\n{tail}"))
}
