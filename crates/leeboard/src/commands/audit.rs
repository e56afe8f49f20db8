//! `audit`: scores the replies of recorded conversations.
//!
//! Owns the order of the output and the exit code. The scoring and the reports are
//! `leeboard_eval`'s.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use leeboard_core::Identity;
use leeboard_core::control::Posture;
use leeboard_core::tokens::Estimate;
use leeboard_eval::audit::{AuditLine, audit_with};
use leeboard_eval::offline::Means;
use leeboard_eval::report::{self, ConversationReport, Look};

use crate::args::{AuditArguments, FailOn, Output};
use crate::exit::Exit;
use crate::input::{self, Found, Names, Source};
use crate::output::{self, Data};
use crate::parallel;
use crate::progress::Progress;
use crate::settings::Settings;
use crate::shell;

pub(crate) fn run(arguments: &AuditArguments, settings: &Settings) -> anyhow::Result<Exit> {
    let identity = input::identity(arguments.identity.as_deref())?;
    let to_terminal = arguments.out.is_none() && output::stdout_is_terminal();
    let default = if to_terminal { Output::Table } else { Output::Jsonl };
    let counter = Counter::new();
    let mut tally = Tally {
        sink: Sink::new(arguments.output.unwrap_or(default), arguments.out.as_deref(), settings),
        fail_on: arguments.fail_on.map(posture),
        exit: Exit::Done,
        names: Names::default(),
        counter: &counter,
    };
    let embedder = shell::offline(settings)?;
    let means = Means { config: &settings.core, counter: &Estimate, embedder: &embedder };
    let judge = |found: Found| Judged::of(found, identity.as_ref(), means, &counter);
    let source = Source::new(&arguments.files);
    parallel::in_order(source, parallel::threads(), judge, |judged| tally.take(judged))?;
    shell::tell_fault(&embedder);
    tally.finish()
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
    fn of(found: Found, identity: Option<&Identity>, means: Means<'_>, counter: &Counter) -> Self {
        let lines = found.conversation.and_then(|conversation| {
            let lines = audit_with(&conversation, identity, means, &mut || counter.reply())?;
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
    counter: &'a Counter,
}

impl Tally<'_> {
    fn take(&mut self, judged: Judged) -> anyhow::Result<()> {
        let (id, lines) = match judged.lines {
            Ok(found) => found,
            Err(error) => {
                self.counter.aside(|| output::failed(&error));
                self.exit = Exit::Bad;
                return Ok(());
            }
        };
        if !self.names.is_new(&id) {
            self.counter.aside(|| input::repeated(&id, &judged.file, "both are scored"));
        }
        if lines.is_empty() {
            self.counter.aside(|| {
                output::say(format_args!(
                    "warning: {}: conversation {id:?} has no reply of an assistant, so nothing to score",
                    judged.file
                ));
            });
        }
        let reached = |line: &AuditLine| self.fail_on.is_some_and(|posture| line.posture >= posture);
        if lines.iter().any(reached) {
            self.exit = self.exit.max(Exit::Threshold);
        }
        self.counter.conversation();
        self.sink.take(id, lines)
    }

    fn finish(self) -> anyhow::Result<Exit> {
        self.counter.aside(|| ());
        self.sink.finish()?;
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
    /// Where the index asks for another posture.
    limits: [f64; 3],
    colour: bool,
}

impl<'a> Sink<'a> {
    fn new(output: Output, out: Option<&'a Path>, settings: &Settings) -> Self {
        let data = out.is_none().then(Data::open);
        let limits = settings.core.control.index;
        Self { output, out, data, text: String::new(), reports: Vec::new(), limits, colour: settings.color }
    }

    /// A table in a file is neither broken nor coloured.
    fn look(&self) -> Look {
        if self.out.is_some() || !output::stdout_is_terminal() {
            return Look::default();
        }
        Look { width: comfy_table::Table::new().width(), colour: self.colour }
    }

    fn take(&mut self, id: String, lines: Vec<AuditLine>) -> anyhow::Result<()> {
        if self.output != Output::Jsonl {
            self.reports.push(ConversationReport::new(id, &lines));
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

    fn finish(mut self) -> anyhow::Result<()> {
        let report = match self.output {
            Output::Jsonl => String::new(),
            Output::Html => report::html(&named_apart(self.reports.split_off(0)), self.limits),
            Output::Table => report::table(&named_apart(self.reports.split_off(0)), self.look()),
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

/// How much is scored, for people who wait.
struct Counter {
    replies: AtomicUsize,
    conversations: AtomicUsize,
    progress: Mutex<Progress>,
}

impl Counter {
    fn new() -> Self {
        Self {
            replies: AtomicUsize::new(0),
            conversations: AtomicUsize::new(0),
            progress: Mutex::new(Progress::of_counts()),
        }
    }

    /// One reply more.
    fn reply(&self) {
        let replies = self.replies.fetch_add(1, Ordering::Relaxed) + 1;
        // Who finds the line taken leaves it to the next one.
        if let Ok(mut progress) = self.progress.try_lock() {
            let conversations = self.conversations.load(Ordering::Relaxed);
            progress.show(format_args!("scored {replies} replies, {conversations} conversations done"));
        }
    }

    /// One conversation more.
    fn conversation(&self) {
        self.conversations.fetch_add(1, Ordering::Relaxed);
    }

    /// Says something with the line taken away.
    fn aside(&self, say: impl FnOnce()) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.clear();
        say();
    }
}
