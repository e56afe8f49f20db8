//! `identity lint`: which rules a prompt states, and what in it cannot be checked.
//!
//! Owns how the reading is shown. The reading itself is the core's.

use std::io::Read;
use std::path::Path;
use std::{fs, io};

use anyhow::{Context, anyhow};
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use leeboard_core::Identity;
use leeboard_core::rules::{self, Reading, Rule, Severity};
use serde_json::{Value, json};

use crate::args::{IdentityAction, IdentityArguments};
use crate::exit::Exit;
use crate::output::{self, Data};

pub(crate) fn run(arguments: &IdentityArguments) -> anyhow::Result<Exit> {
    let IdentityAction::Lint { source, json } = &arguments.action;
    let (text, is_toml) = text(source)?;
    let reading = if is_toml {
        Identity::lint(&text).with_context(|| format!("read the identity file {source}"))?
    } else {
        rules::read(&text)
    };
    let mut data = Data::open();
    if *json {
        data.json(&as_json(&reading))?;
    } else {
        data.text(&as_tables(&reading))?;
    }
    data.flush()?;
    Ok(Exit::Done)
}

/// The text of a file, of stdin, or the argument itself if there is no such file; whether it is
/// an identity file.
fn text(source: &str) -> anyhow::Result<(String, bool)> {
    if source == "-" {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).context("read stdin as UTF-8")?;
        let is_toml = is_identity(&text);
        return Ok((text, is_toml));
    }
    let path = Path::new(source);
    let named = path.extension().is_some_and(|end| end == "toml");
    if path.is_file() {
        let text = fs::read_to_string(path).with_context(|| format!("read {source} as UTF-8"))?;
        let is_toml = named || is_identity(&text);
        return Ok((text, is_toml));
    }
    let one_word = !source.trim().contains(char::is_whitespace);
    if path.is_dir() || one_word && (named || source.contains(['/', '\\']) || path.extension().is_some()) {
        return Err(anyhow!("read {source}: there is no such file (a prompt has several words)"));
    }
    Ok((source.to_owned(), false))
}

/// Whether a text without a file name is an identity file: it has the table that all have.
fn is_identity(text: &str) -> bool {
    text.lines().any(|line| line.trim() == "[identity]")
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Warn => "warn",
        Severity::Correct => "correct",
        Severity::Block => "block",
    }
}

fn as_json(reading: &Reading) -> Value {
    let rules: Vec<Value> = reading.rules.iter().map(rule_as_json).collect();
    let excepted = reading.rules.iter().filter(|rule| !rule.exceptions.is_empty() || rule.outside_quotations);
    let exceptions: Vec<Value> = excepted
        .map(|rule| json!({"rule": rule.id, "phrases": rule.exceptions, "quotations": rule.outside_quotations}))
        .collect();
    json!({"rules": rules, "unchecked": reading.unchecked, "exceptions": exceptions})
}

fn rule_as_json(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "kind": rule.kind.name(),
        "value": rule.kind.value(),
        "severity": severity(rule),
        "source": {"line": rule.line, "text": rule.source},
        "exceptions": rule.exceptions,
    })
}

fn as_tables(reading: &Reading) -> String {
    let mut out = String::new();
    if reading.rules.is_empty() {
        out.push_str("No checkable rule.\n");
    } else {
        let mut table = table(["line", "rule", "value", "severity", "from"]);
        for rule in &reading.rules {
            let value = rule.kind.value().map(|value| match value {
                Value::String(text) => text,
                value => value.to_string(),
            });
            let excepted = if rule.exceptions.is_empty() {
                String::new()
            } else {
                format!(" (lifted by: {})", rule.exceptions.join(", "))
            };
            table.add_row([
                line(rule.line),
                rule.id.clone(),
                value.unwrap_or_default(),
                severity(rule).to_owned(),
                format!("{}{excepted}", rule.source),
            ]);
        }
        out.push_str(&format!("{table}\n"));
    }
    if !reading.unchecked.is_empty() {
        out.push_str("\nNot checked:\n");
        let mut table = table(["line", "sentence", "why", "instead"]);
        for sentence in &reading.unchecked {
            table.add_row([
                line(sentence.line),
                sentence.text.clone(),
                sentence.reason.clone(),
                sentence.suggestion.clone(),
            ]);
        }
        out.push_str(&format!("{table}\n"));
    }
    out
}

fn line(line: Option<u32>) -> String {
    line.map(|line| line.to_string()).unwrap_or_default()
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header(header);
    // A terminal has a width; a file gets a line for each row.
    if output::stdout_is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}
