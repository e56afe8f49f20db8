//! How often what users say in recorded conversations is taken for an attempt to change the identity.
//!
//! `cargo run -p leeboard-io --example attempts -- FOLDER`: every `.json` and `.jsonl` file below it that is
//! a conversation; what is found is printed.

use std::io::Write;
use std::path::PathBuf;

use leeboard_core::Role;
use leeboard_core::safety::{AttemptPlace, attempt};
use leeboard_io::conversation::parse;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut folders: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let (mut messages, mut found) = (0, 0);
    let mut out = std::io::stdout().lock();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let conversations = parse(&path.to_string_lossy(), &std::fs::read(&path)?).unwrap_or_default();
            let entries = conversations.iter().flat_map(|conversation| &conversation.entries);
            for entry in entries.filter(|entry| entry.message.role == Role::User) {
                messages += 1;
                let text = entry.message.full_text();
                if let Some(attempt) = attempt(AttemptPlace::User, &entry.id, &text, None) {
                    found += 1;
                    writeln!(out, "{}: {}", path.display(), attempt.in_words())?;
                }
            }
        }
    }
    writeln!(out, "{found} of {messages} messages of users")?;
    Ok(())
}
