//! `audit`: scores the replies of recorded conversations.
//!
//! Owns the order of the output and the exit code. The scoring and the reports are
//! `leeboard_eval`'s.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use leeboard_core::Identity;
use leeboard_core::control::Posture;
use leeboard_core::tokens::Estimate;
use leeboard_eval::audit::{AuditLine, audit};
use leeboard_eval::offline::Means;
use leeboard_eval::report::{self, ConversationReport};

use crate::args::{AuditArguments, FailOn, Output};
use crate::exit::Exit;
use crate::input::{self, Found, Names, Source};
use crate::output::{self, Data};
use crate::parallel;
use crate::settings::Settings;
use crate::shell;

/// How long work may take before progress is shown.
const PATIENCE: Duration = Duration::from_secs(1);

pub(crate) fn run(arguments: &AuditArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let identity = input::identity(arguments.identity.as_deref())?;
    let to_terminal = arguments.out.is_none() && output::stdout_is_terminal();
    let default = if to_terminal { Output::Table } else { Output::Jsonl };
    let mut tally = Tally {
        sink: Sink::new(arguments.output.unwrap_or(default), arguments.out.as_deref()),
        fail_on: arguments.fail_on.map(posture),
        exit: Exit::Done,
        names: Names::default(),
        progress: Progress::new(),
    };
    let embedder = shell::offline(settings)?;
    let means = Means { config: &settings.core, counter: &Estimate, embedder: &embedder };
    let judge = |found: Found| Judged::of(found, identity.as_ref(), means);
    let source = Source::new(&arguments.files);
    parallel::in_order(source, parallel::threads(), judge, |judged| tally.take(judged))?;
    shell::tell_fault(&embedder);
    tally.finish(to_terminal)
}

fn posture(fail_on: FailOn) -> Posture {
    match fail_on {
        FailOn::Reflective => Posture::Reflective,
        FailOn::Recovery => Posture::Recovery,
        FailOn::Contain => Posture::Contain,
    }
}

/// A conversation's lines, or why there are none.
struct Judged {
    file: String,
    lines: anyhow::Result<(String, Vec<AuditLine>)>,
}

impl Judged {
    fn of(found: Found, identity: Option<&Identity>, means: Means<'_>) -> Self {
        let lines = found.conversation.and_then(|conversation| {
            let lines = audit(&conversation, identity, means)?;
            Ok((conversation.id, lines))
        });
        Self { file: found.file, lines }
    }
}

/// Takes the results in order.
struct Tally<'a> {
    sink: Sink<'a>,
    fail_on: Option<Posture>,
    exit: Exit,
    names: Names,
    progress: Progress,
}

impl Tally<'_> {
    fn take(&mut self, judged: Judged) -> anyhow::Result<()> {
        let (id, lines) = match judged.lines {
            Ok(found) => found,
            Err(error) => {
                self.progress.clear();
                output::failed(&error);
                self.exit = Exit::Bad;
                return Ok(());
            }
        };
        if !self.names.is_new(&id) {
            self.progress.clear();
            input::repeated(&id, &judged.file, "both are scored");
        }
        if lines.is_empty() {
            self.progress.clear();
            output::say(format_args!(
                "warning: {}: conversation {id:?} has no reply of an assistant, so nothing to score",
                judged.file
            ));
        }
        let reached = |line: &AuditLine| self.fail_on.is_some_and(|posture| line.posture >= posture);
        if lines.iter().any(reached) {
            self.exit = self.exit.max(Exit::Threshold);
        }
        self.progress.add(lines.len());
        self.sink.take(id, lines)
    }

    fn finish(mut self, to_terminal: bool) -> anyhow::Result<Exit> {
        self.progress.clear();
        self.sink.finish(to_terminal)?;
        Ok(self.exit)
    }
}

/// Where results go: lines at once, reports at the end.
struct Sink<'a> {
    output: Output,
    out: Option<&'a Path>,
    data: Option<Data>,
    /// What goes to `out`, written when all is known, so that a failed run leaves no half file.
    text: String,
    reports: Vec<ConversationReport>,
}

impl<'a> Sink<'a> {
    fn new(output: Output, out: Option<&'a Path>) -> Self {
        let data = out.is_none().then(Data::open);
        Self { output, out, data, text: String::new(), reports: Vec::new() }
    }

    fn take(&mut self, id: String, lines: Vec<AuditLine>) -> anyhow::Result<()> {
        if self.output != Output::Jsonl {
            self.reports.push(ConversationReport::new(id, lines));
            return Ok(());
        }
        for line in lines {
            let json = serde_json::to_string(&line).context("write JSON")?;
            self.write(&json)?;
            self.write("\n")?;
        }
        Ok(())
    }

    fn write(&mut self, text: &str) -> anyhow::Result<()> {
        match &mut self.data {
            Some(data) => data.text(text),
            None => {
                self.text.push_str(text);
                Ok(())
            }
        }
    }

    fn finish(mut self, to_terminal: bool) -> anyhow::Result<()> {
        let report = match self.output {
            Output::Jsonl => String::new(),
            Output::Html => report::html(&named_apart(self.reports.split_off(0))),
            Output::Table => {
                let width = to_terminal.then(comfy_table::Table::new).and_then(|table| table.width());
                report::table(&named_apart(self.reports.split_off(0)), width)
            }
        };
        self.write(&report)?;
        if let Some(data) = &mut self.data {
            data.flush()?;
        }
        match self.out {
            Some(path) => fs::write(path, self.text).with_context(|| format!("write {}", path.display())),
            None => Ok(()),
        }
    }
}

/// Conversations with one id are told apart in a report by a number.
fn named_apart(mut reports: Vec<ConversationReport>) -> Vec<ConversationReport> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for report in &mut reports {
        let times = seen.entry(report.conversation.clone()).or_default();
        *times += 1;
        if *times > 1 {
            report.conversation = format!("{} ({times})", report.conversation);
        }
    }
    reports
}

/// A counter on stderr for work that takes long, if somebody looks.
struct Progress {
    since: Instant,
    shown: Option<Instant>,
    watched: bool,
    conversations: usize,
    replies: usize,
}

impl Progress {
    fn new() -> Self {
        let watched = output::stderr_is_terminal();
        Self { since: Instant::now(), shown: None, watched, conversations: 0, replies: 0 }
    }

    fn add(&mut self, replies: usize) {
        self.conversations += 1;
        self.replies += replies;
        let last = self.shown.map_or(self.since + PATIENCE, |shown| shown + PATIENCE / 5);
        if self.watched && Instant::now() >= last {
            output::raw(format_args!(
                "\rscored {} replies of {} conversations ",
                self.replies, self.conversations
            ));
            self.shown = Some(Instant::now());
        }
    }

    fn clear(&mut self) {
        if self.shown.take().is_some() {
            output::raw("\r\u{1b}[K");
        }
    }
}
