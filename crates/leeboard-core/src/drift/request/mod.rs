//! What kind of change the user asked for in this very message.
//!
//! Owns the reading of a request for another format, length or voice, or for a repetition.
//! User-led change is not drift; but it excuses only the change that was asked for. Reads
//! English and the languages of `tables`. Where the request is in another language, any change
//! may have been asked for, and none is held against the reply.

mod english;
mod lexicon;
mod tables;

#[cfg(test)]
mod tests;

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
}

impl Asked {
    /// Whether another length was asked for, shorter or longer.
    pub(crate) fn length(self) -> bool {
        self.shorter || self.summary || self.longer
    }

    /// What a request asks for.
    pub(crate) fn of(request: &str) -> Self {
        let languages = likely_languages(request);
        // A word or two belong to no language for certain: any may have been meant.
        let meant = |code: &str| languages.known.is_empty() || languages.known.contains(&code);
        let read = |code: &&str| *code == "en" || tables::TABLES.iter().any(|table| table.code == *code);
        if languages.foreign || !languages.first.is_empty() && !languages.first.iter().any(read) {
            return Self::ANY;
        }
        let mut asked = if meant("en") { english::read(request) } else { Self::default() };
        let mut tables = tables::TABLES.iter().filter(|table| meant(table.code)).peekable();
        // English alone needs no second look.
        if tables.peek().is_some() {
            let request = lexicon::Request::of(request);
            asked = tables.fold(asked, |asked, table| asked.or(table.read(&request)));
        }
        asked
    }

    /// Whatever a request in a language asks for that is not read here.
    const ANY: Self =
        Self { format: true, shorter: true, summary: true, longer: true, voice: true, repeat: true };

    fn or(self, other: Self) -> Self {
        Self {
            format: self.format || other.format,
            shorter: self.shorter || other.shorter,
            summary: self.summary || other.summary,
            longer: self.longer || other.longer,
            voice: self.voice || other.voice,
            repeat: self.repeat || other.repeat,
        }
    }
}
