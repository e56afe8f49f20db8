//! Files named on the command line: conversations, queries, identities.
//!
//! Owns opening them and saying which one is bad. The formats are `leeboard_io`'s.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, anyhow};
use leeboard_core::Identity;
use leeboard_io::conversation::{self, Conversation};
use serde::de::DeserializeOwned;

use crate::exit::Exit;
use crate::output;

/// Bad lines of a file that are named; more of them mean that it is the wrong file.
const NAMED: usize = 10;

/// A conversation, or why a file has none, with the file's name.
pub(crate) struct Found {
    pub(crate) file: String,
    pub(crate) conversation: anyhow::Result<Conversation>,
}

/// The conversations of files, in order. A bad file is one item, and the next one follows.
pub(crate) struct Source {
    files: VecDeque<PathBuf>,
    file: String,
    queue: VecDeque<Conversation>,
}

impl Source {
    /// The conversations of these files; `-` is stdin.
    pub(crate) fn new(files: &[PathBuf]) -> Self {
        Self { files: files.iter().cloned().collect(), file: String::new(), queue: VecDeque::new() }
    }
}

impl Iterator for Source {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if self.queue.is_empty() {
            let path = self.files.pop_front()?;
            self.file = shown(&path);
            match read_conversations(&path, &self.file) {
                Ok(conversations) => self.queue.extend(conversations),
                Err(error) => return Some(Found { file: self.file.clone(), conversation: Err(error) }),
            }
        }
        let conversation = self.queue.pop_front()?;
        Some(Found { file: self.file.clone(), conversation: Ok(conversation) })
    }
}

fn read_conversations(path: &Path, name: &str) -> anyhow::Result<Vec<Conversation>> {
    let conversations = conversation::parse(name, &bytes(path, name)?).context("read conversations")?;
    if conversations.is_empty() {
        return Err(anyhow!("read conversations: {name} holds none"));
    }
    Ok(conversations)
}

/// All conversations of some files. Bad files are named on stderr and make the exit code bad;
/// of conversations with one id the first is kept, for queries name them by id.
pub(crate) fn conversations(files: &[PathBuf], exit: &mut Exit) -> Vec<Conversation> {
    let mut names = Names::default();
    let mut conversations = Vec::new();
    for found in Source::new(files) {
        match found.conversation {
            Ok(conversation) if names.is_new(&conversation.id) => conversations.push(conversation),
            Ok(conversation) => repeated(&conversation.id, &found.file, "the first one counts"),
            Err(error) => {
                output::failed(&error);
                *exit = Exit::Bad;
            }
        }
    }
    conversations
}

/// The ids that have occurred.
#[derive(Default)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// Whether the id is met for the first time.
    pub(crate) fn is_new(&mut self, id: &str) -> bool {
        self.0.insert(id.to_owned())
    }
}

/// Warns of an id that two conversations have.
pub(crate) fn repeated(id: &str, file: &str, consequence: &str) {
    output::say(format_args!("warning: {file}: the id {id:?} has occurred before ({consequence})"));
}

/// The lines of a JSONL file with their numbers. A bad line is named on stderr, makes the exit
/// code bad and is left out.
pub(crate) fn lines<T: DeserializeOwned>(path: &Path, exit: &mut Exit) -> anyhow::Result<Vec<(usize, T)>> {
    let name = shown(path);
    let bytes = bytes(path, &name)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        anyhow!("read {name}: not UTF-8 at byte {offset} of the file; save it as UTF-8")
    })?;
    let mut values = Vec::new();
    let mut bad = 0_usize;
    for (n, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match value(line) {
            Ok(value) => values.push((n + 1, value)),
            Err(what) => {
                bad += 1;
                if bad <= NAMED {
                    output::say(format_args!("failed to read {name}:{}:{what}", n + 1));
                }
                *exit = Exit::Bad;
            }
        }
    }
    if bad > NAMED {
        output::say(format_args!("failed to read {} more lines of {name}; is it JSONL?", bad - NAMED));
    }
    Ok(values)
}

/// One line; else the column, the field and what is wrong with it.
fn value<T: DeserializeOwned>(line: &str) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_str(line);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        let text = inner.to_string();
        // The place is said in front; serde_json says it at the end as well.
        let what = text.split(" at line ").next().unwrap_or(&text);
        let field = if field == "." { String::new() } else { format!("{field}: ") };
        format!("{}: {field}{what}", inner.column())
    })
}

/// The identity of a file, if one is named.
pub(crate) fn identity(path: Option<&Path>) -> anyhow::Result<Option<Identity>> {
    let Some(path) = path else { return Ok(None) };
    let name = shown(path);
    if path != Path::new("-") && !path.exists() {
        return Err(anyhow!("read the identity file {name}: there is none (`leeboard init` writes one)"));
    }
    let text = String::from_utf8(bytes(path, &name)?)
        .map_err(|_| anyhow!("read the identity file {name}: it is not UTF-8; save it as UTF-8"))?;
    let identity = Identity::from_toml(&text).with_context(|| format!("read the identity file {name}"))?;
    Ok(Some(identity))
}

fn bytes(path: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    read.with_context(|| format!("read {name}"))
}

/// A path as messages show it.
pub(crate) fn shown(path: &Path) -> String {
    if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() }
}

#[cfg(test)]
mod tests {
    use leeboard_eval::recall::Query;

    use super::*;

    #[test]
    fn a_bad_query_names_column_and_field() {
        let bad = value::<Query>(r#"{"query_id":"1","conversation":"a","query":"b","at":-1}"#).unwrap_err();
        assert_eq!(bad, "54: at: invalid value: integer `-1`, expected usize");
        let missing = value::<Query>(r#"{"query_id":"1","query":"b"}"#).unwrap_err();
        assert_eq!(missing, "28: missing field `conversation`");
    }
}
