//! The data sets on disk: sentence pairs, recorded runs, questions with their evidence.
//!
//! Owns reading a folder into them and saying what it lacks. Measures nothing.
//!
//! ```text
//! DATA/stsb/stsb-en-dev.csv, stsb-en-test.csv    sentence, sentence, score from 0 to 5
//! DATA/transcripts/*.json                        conversations
//! DATA/locomo/queries.jsonl                      questions with the ids of their evidence
//! DATA/locomo/conversations/*.json               what the questions are about
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use leeboard_core::message::Entry;
use leeboard_io::conversation::{self, Conversation, ConversationError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The category of questions with a false premise, which nothing answers.
const ADVERSARIAL: &str = "adversarial";

/// Why data could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// No such folder.
    #[error("find data to measure with: {} is no folder (name one with --data)", .0.display())]
    NoFolder(PathBuf),
    /// None of the data sets is there.
    #[error("find data to measure with: {} has no stsb, transcripts or locomo (name a folder with --data)", .0.display())]
    Nothing(PathBuf),
    /// A file could not be opened.
    #[error("read {}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is not what the format says.
    #[error("read {}:{line}: {reason}", .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// A file holds no conversation.
    #[error("read conversations: {0}")]
    Conversation(#[from] ConversationError),
}

/// All that was found in a folder.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Data {
    /// Sentence pairs, by split.
    pub sts: Vec<Split>,
    /// Recorded runs, by file name.
    pub runs: Vec<Run>,
    /// Questions by the conversation they are about.
    pub recall: Vec<Asked>,
    /// What was not found, for people.
    pub skipped: Vec<String>,
}

/// A split of the STS benchmark.
#[derive(Debug)]
#[non_exhaustive]
pub struct Split {
    /// `dev` or `test`.
    pub name: &'static str,
    /// Its pairs.
    pub pairs: Vec<Pair>,
}

/// Two sentences and how alike people find them.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Pair {
    /// The one sentence.
    pub left: String,
    /// The other.
    pub right: String,
    /// From 0, unrelated, to 5, the same.
    pub score: f64,
}

/// A recorded run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// The conversation's id.
    pub id: String,
    /// What was said, without system messages.
    pub entries: Vec<Entry>,
    /// Places of requests in `entries`, each with the place of its reply. Blank ones are out.
    pub pairs: Vec<(usize, usize)>,
}

/// A conversation with questions on it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Asked {
    /// The conversation's messages.
    pub entries: Vec<Entry>,
    /// The questions.
    pub questions: Vec<Question>,
}

/// A question and the messages that answer it; other fields of the line are ignored.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Question {
    /// The conversation's id.
    pub conversation: String,
    /// The question.
    pub query: String,
    /// Ids of the messages that answer it.
    pub evidence: BTreeSet<String>,
    /// What kind of question it is.
    #[serde(default)]
    pub category: String,
    /// Only messages before this 0-based index count; all of them without it.
    #[serde(default)]
    pub at: Option<usize>,
}

impl Data {
    /// Reads what a folder has. What is not there is named in `skipped`.
    ///
    /// # Errors
    /// [`DataError`] if there is nothing, or if a file that is there is bad.
    pub fn read(folder: &Path) -> Result<Self, DataError> {
        if !folder.is_dir() {
            return Err(DataError::NoFolder(folder.to_owned()));
        }
        let mut data = Self::default();
        for name in ["dev", "test"] {
            let path = folder.join("stsb").join(format!("stsb-en-{name}.csv"));
            if data.has(&path) {
                data.sts.push(Split { name, pairs: pairs(&path)? });
            }
        }
        let transcripts = folder.join("transcripts");
        if data.has(&transcripts) {
            data.runs = conversations(&transcripts)?.into_iter().map(Run::from).collect();
        }
        let (queries, about) = (folder.join("locomo/queries.jsonl"), folder.join("locomo/conversations"));
        if data.has(&queries) && data.has(&about) {
            let conversations = conversations(&about)?;
            data.recall = asked(lines(&queries)?, conversations, &mut data.skipped);
        }
        let nothing = data.sts.is_empty() && data.runs.is_empty() && data.recall.is_empty();
        if nothing { Err(DataError::Nothing(folder.to_owned())) } else { Ok(data) }
    }

    fn has(&mut self, path: &Path) -> bool {
        let there = path.exists();
        if !there {
            self.skipped.push(format!("{}: there is none", path.display()));
        }
        there
    }
}

impl From<Conversation> for Run {
    fn from(conversation: Conversation) -> Self {
        let said = |at: usize| {
            conversation.entries.get(at).is_some_and(|entry| !entry.message.spoken().trim().is_empty())
        };
        // A place in the conversation, counted without system messages.
        let place = |at: usize| {
            conversation.entries.iter().take(at).filter(|entry| !entry.message.role.instructs()).count()
        };
        let pair = |exchange: conversation::Exchange| {
            exchange.at.filter(|&at| said(at)).zip(exchange.reply_index.filter(|&at| said(at)))
        };
        let pairs = conversation.exchanges().into_iter().filter_map(pair);
        let pairs = pairs.map(|(request, reply)| (place(request), place(reply))).collect();
        let entries = conversation.entries.iter().filter(|entry| !entry.message.role.instructs()).cloned();
        Self { entries: entries.collect(), pairs, id: conversation.id.clone() }
    }
}

pub(crate) fn text(path: &Path) -> Result<Vec<u8>, DataError> {
    fs::read(path).map_err(|source| DataError::Io { path: path.to_owned(), source })
}

fn pairs(path: &Path) -> Result<Vec<Pair>, DataError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(path)
        .map_err(|error| bad_csv(path, &error))?;
    reader.deserialize().map(|row| row.map_err(|error| bad_csv(path, &error))).collect()
}

fn bad_csv(path: &Path, error: &csv::Error) -> DataError {
    let line = error.position().map_or(1, csv::Position::line);
    DataError::Line { path: path.to_owned(), line, reason: error.to_string() }
}

/// The lines of a JSONL file; a bad one makes the file bad.
pub(crate) fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, DataError> {
    let bytes = text(path)?;
    let lines = bytes.split(|&byte| byte == b'\n').zip(1_u64..);
    lines
        .filter(|(line, _)| !line.trim_ascii().is_empty())
        .map(|(line, number)| {
            let bad = |error: serde_json::Error| DataError::Line {
                path: path.to_owned(),
                line: number,
                reason: error.to_string(),
            };
            serde_json::from_slice(line).map_err(bad)
        })
        .collect()
}

/// The JSON files of a folder, by name.
pub(crate) fn json_files(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let io = |source| DataError::Io { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for item in fs::read_dir(folder).map_err(io)? {
        let path = item.map_err(io)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The conversations of a folder's JSON files, by file name.
pub(crate) fn conversations(folder: &Path) -> Result<Vec<Conversation>, DataError> {
    let mut found = Vec::new();
    for path in json_files(folder)? {
        found.extend(conversation::parse(&path.display().to_string(), &text(&path)?)?);
    }
    Ok(found)
}

/// Brings questions and conversations together; questions that nothing answers are out.
fn asked(
    questions: Vec<Question>,
    conversations: Vec<Conversation>,
    skipped: &mut Vec<String>,
) -> Vec<Asked> {
    let mut found: Vec<(String, Asked)> = conversations
        .into_iter()
        .map(|talk| (talk.id, Asked { entries: talk.entries, questions: Vec::new() }))
        .collect();
    let (mut unknown, mut unanswerable) = (0_usize, 0_usize);
    for question in questions {
        if question.evidence.is_empty() || question.category == ADVERSARIAL {
            unanswerable += 1;
        } else if let Some((_, asked)) = found.iter_mut().find(|(id, _)| *id == question.conversation) {
            asked.questions.push(question);
        } else {
            unknown += 1;
        }
    }
    if unanswerable > 0 {
        skipped.push(format!("locomo: {unanswerable} questions that no message answers"));
    }
    if unknown > 0 {
        skipped.push(format!("locomo: {unknown} questions on conversations that are not there"));
    }
    found.into_iter().map(|(_, asked)| asked).filter(|asked| !asked.questions.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use leeboard_core::{Message, Role};

    use super::*;

    #[test]
    fn blank_replies_make_no_pair_and_instructions_no_place() {
        let entry =
            |(n, (role, text)): (usize, (Role, &str))| Entry::new(n.to_string(), Message::text(role, text));
        let said = [
            (Role::System, "Be brief."),
            (Role::User, "Where is the buoy?"),
            (Role::Assistant, "North."),
            (Role::User, "And the bar?"),
            (Role::Assistant, " "),
        ];
        let entries = said.into_iter().enumerate().map(entry).collect();
        let run = Run::from(Conversation { id: "a".to_owned(), entries });
        assert_eq!((run.entries.len(), run.pairs), (4, vec![(0, 1)]));
    }
}
