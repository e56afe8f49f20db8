//! A trace in words: headings with indented lines, readable at 80 columns.
//!
//! Owns the wording and the wrapping. Figures are those of the records, rounded to print.

use std::fmt::Display;

use leeboard_core::control::{Effect, Intent, Plan};
use leeboard_core::drift::Drift;
use leeboard_core::memory::facts::ConflictState;
use leeboard_core::memory::{FactPlace, Place};
use leeboard_core::message::{Content, Entry};
use leeboard_core::patterns::Attractor;
use leeboard_core::prompt::TokenReport;
use leeboard_core::record::{Closed, Imported, Mode, Opened, Outcome};
use leeboard_core::safety::{Attempt, SafetyEvent};

use leeboard_io::trace::Trace;

/// Columns of a line, and of its heading.
const WIDTH: usize = 80;
const INDENT: usize = 13;

/// Characters of a message that are shown; `--json` has it whole.
const EXCERPT: usize = 200;

/// The trace as text.
pub(super) fn of(trace: &Trace<'_>) -> String {
    let mut page = Page::default();
    page.line("session", format_args!("{}, turn {}", trace.session, trace.turn));
    for earlier in &trace.given_up {
        page.line("given up", "an earlier opening of this turn got no reply; its input was taken along");
        page.said("", &earlier.payload.input);
    }
    if let Some(imported) = &trace.imported {
        page.imported(imported.payload);
    }
    if let Some(opened) = &trace.opened {
        page.opened(opened.payload);
    }
    page.facts(trace);
    match &trace.closed {
        Some(closed) => page.closed(closed.payload),
        None if trace.opened.is_some() => page.line("reply", "none yet; the turn is open"),
        None => {}
    }
    page.list("beliefs", trace.beliefs.iter().map(|it| format!("{}, because {}", it.what, it.why)));
    if let Some(again) = &trace.judged_again {
        page.line("judged again", format_args!("with vectors that came late, index {}", again.payload.index));
    }
    page.records(trace);
    page.text
}

/// The text as far as it is written.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// A paragraph under a heading, or under the last one if there is none. What the terminal
    /// would take for a command is shown as a space.
    fn line(&mut self, heading: &str, text: impl Display) {
        let mut column = 0;
        let text = text.to_string().replace(char::is_control, " ");
        for word in text.split_whitespace() {
            let length = word.chars().count();
            if column == 0 || column + 1 + length > WIDTH {
                let heading = if column == 0 { heading } else { "" };
                let lead = if column == 0 { "" } else { "\n" };
                self.text.push_str(&format!("{lead}{heading:<12} {word}"));
                column = INDENT + length;
            } else {
                self.text.push(' ');
                self.text.push_str(word);
                column += 1 + length;
            }
        }
        self.text.push('\n');
    }

    /// A heading with one paragraph for each item.
    fn list(&mut self, heading: &str, items: impl IntoIterator<Item = String>) {
        let mut heading = heading;
        for item in items {
            self.line(heading, item);
            heading = "";
        }
    }

    fn said(&mut self, heading: &str, entries: &[Entry]) {
        self.list(heading, entries.iter().map(said));
    }

    fn imported(&mut self, imported: &Imported) {
        self.line("origin", "imported: it happened before leeboard saw it, so it was not scored");
        self.said("input", &imported.input);
        self.said("reply", std::slice::from_ref(&imported.reply));
    }

    fn opened(&mut self, opened: &Opened) {
        self.said("input", &opened.input);
        self.list("attempts", opened.attempts.iter().map(Attempt::in_words));
        let mode = match opened.mode {
            Mode::Observe => "observe: nothing was recalled, planned or changed",
            Mode::Augment => "augment: the client's messages were sent, with a note if there was one",
            Mode::Manage => "manage: the prompt was rebuilt",
        };
        self.line("mode", mode);
        if opened.mode == Mode::Observe {
            return;
        }
        self.recalled(opened);
        if opened.intent != Intent::None {
            self.line("intent", opened.intent.name());
        }
        self.line("plan", plan(&opened.plan));
        self.control(&opened.plan);
        let note = opened.note.as_deref().unwrap_or("none").lines();
        self.list("note", note.filter(|line| !line.trim().is_empty()).map(str::to_owned));
        self.prompt(opened);
    }

    /// What is done about each signal, or why nothing is, and by which methods.
    fn control(&mut self, plan: &Plan) {
        let steps = plan.steps.iter().map(|step| {
            let begins = if step.begins { "begins" } else { "held" };
            format!("{}: {}, {begins}", step.signal.name(), step.rung.name())
        });
        self.list("steps", steps);
        self.list("not corrected", plan.resting.iter().map(|it| format!("{}: {}", it.signal.name(), it.why)));
        let methods: Vec<&str> = plan.methods.iter().map(|method| method.name()).collect();
        if !methods.is_empty() {
            self.line("methods", methods.join(", "));
        }
        if plan.guards {
            self.line("guard", "who the assistant is was restated");
        }
        if plan.recenter {
            self.line("window", "started anew: identity, anchor facts and the last turns");
        }
    }

    fn recalled(&mut self, opened: &Opened) {
        let items = opened.recalled.iter().map(|item| {
            let used = if item.used { format!("{} tokens, used: ", item.tokens) } else { String::new() };
            let (id, turn, role) = (&item.id, item.turn, item.role.as_str());
            format!("{id} (turn {turn}, {role}), score {:.3}, {used}{}", item.score, item.why)
        });
        self.list("recalled", items);
        if opened.recalled.is_empty() {
            self.line("recalled", "nothing: no earlier message outside the window fits the input");
        }
    }

    /// Where the facts stood, those without a place last; what stands in its own message is only counted.
    fn facts(&mut self, trace: &Trace<'_>) {
        let (verbatim, mut told): (Vec<&FactPlace>, Vec<&FactPlace>) =
            trace.facts.iter().partition(|it| matches!(it.place, Place::Window | Place::Identity));
        told.sort_by_key(|it| it.place == Place::Out);
        let lines = told.iter().map(|it| {
            let (place, turn, tokens) = (it.place.name(), it.turn, it.tokens);
            format!(
                "{place}, {tokens} tokens: {} (turn {turn}, importance {:.2}): {}",
                it.fact, it.importance, it.why
            )
        });
        self.list("facts", lines);
        if !verbatim.is_empty() {
            let heading = if told.is_empty() { "facts" } else { "" };
            self.line(
                heading,
                format_args!("{} more stand verbatim in the window or the identity", verbatim.len()),
            );
        }
        let conflicts = trace.conflicts.iter().filter(|it| it.state == ConflictState::Buffered);
        self.list("in conflict", conflicts.map(|it| format!("{}: {}", it.in_words(), it.why)));
    }

    fn prompt(&mut self, opened: &Opened) {
        let TokenReport { total, system, facts, history, note, input, framing, budget, over_budget, .. } =
            opened.report;
        let built = if opened.mode == Mode::Augment { "in mode manage it would have " } else { "" };
        let over = if over_budget { ", OVER BUDGET: identity and input are never cut" } else { "" };
        self.line("prompt", format_args!("{built}{total} of {budget} tokens{over}"));
        let sections = format!(
            "system {system}, facts {facts}, history {history}, note {note}, input {input}, framing {framing}; \
             verbatim from turn {}",
            opened.window_start
        );
        self.line("", sections);
        if let Some(hash) = opened.prompt_hash {
            self.line("hash", hash);
        }
    }

    fn closed(&mut self, closed: &Closed) {
        self.said("steps", &closed.steps);
        for rejected in &closed.rejected {
            let (index, why) = (rejected.index, rejected.reasons.join("; "));
            self.line("taken back", format_args!("a reply with drift index {index:.3}: {why}"));
        }
        match (&closed.reply, closed.outcome) {
            (Some(reply), Outcome::Partial) => self.line("reply", format_args!("cut short; {}", said(reply))),
            (Some(reply), _) => self.line("reply", said(reply)),
            (None, _) => return self.line("reply", "none: the turn was given up"),
        }
        self.judgement(&closed.drift);
        let counted =
            if closed.accepted { "accepted as an example of the right voice" } else { "not accepted" };
        self.line("baseline", counted);
        let posture = match &closed.transition {
            Some(change) => format!("{}, before {}: {}", change.to.name(), change.from.name(), change.cause),
            None => format!("{}, as before", closed.posture.name()),
        };
        self.line("posture", posture);
        let held = match &closed.held.transition {
            Some(change) => format!("{}, before {}: {}", change.to.name(), change.from.name(), change.cause),
            None => format!("{}, since turn {}", closed.held.posture.name(), closed.held.since),
        };
        let lock = closed.held.lock.as_ref();
        let lock = lock.map(|lock| format!("; locked until turn {}: {}", lock.until, lock.cause));
        self.line("held posture", format_args!("{held}{}", lock.unwrap_or_default()));
        let lapses = closed.lapses.iter().map(|it| {
            format!("{} {} ({}): \"{}\"; {}", it.signal.name(), it.id, it.known.name(), it.words, it.why)
        });
        self.list("lapses", lapses);
        self.list("effects", closed.effects.iter().map(Effect::in_words));
        self.list("containment", closed.safety.iter().map(SafetyEvent::in_words));
        self.list("attempts", closed.attempts.iter().map(Attempt::in_words));
        if let Some(leak) = &closed.leak {
            let done = if leak.stripped { "taken out of the reply" } else { "recorded, the reply was out" };
            self.line("leak", format_args!("the runtime's own words, {done}: \"{}\"", leak.found));
        }
        let pattern = closed.attractor.as_ref().map_or_else(
            || "none".to_owned(),
            |it| {
                let (name, state) = (&it.name, it.lifecycle_state.name());
                let nominal = if it.is_nominal() { "nominal" } else { "not nominal" };
                format!(
                    "{name} ({state} for {} cycles), stability {:.3} ({nominal}), since turn {}",
                    it.cycles_in_state, it.stability_index, it.origin_cycle
                )
            },
        );
        self.line("pattern", pattern);
        if let Some(it) = &closed.attractor {
            self.line("", format_args!("motifs: {}", it.motifs.join(", ")));
            self.line("", figures(it));
        }
        let happened = closed.pattern_events.iter();
        self.list("registry", happened.map(|event| format!("{}: {}", event.in_words(), event.cause)));
        self.memory(closed);
        self.list("causes", closed.causes.iter().map(|link| format!("{} -> {}", link.cause, link.effect)));
    }

    /// SRIP-04's invariants, what was done about them, and what was summed up.
    fn memory(&mut self, closed: &Closed) {
        let it = &closed.continuity;
        let figures = format!(
            "continuity {:.3}, retention {:.3}, noise {:.3}, carry-over {:.3}",
            it.continuity, it.retention, it.noise, it.carry_over
        );
        self.line("memory", figures);
        if let Some(recovery) = &closed.recovery {
            let snapshot =
                recovery.snapshot.map_or_else(|| "no sound turn".to_owned(), |turn| format!("turn {turn}"));
            let pruned: Vec<String> = recovery.pruned.iter().map(u32::to_string).collect();
            let (cause, start) = (&recovery.cause, recovery.window_start);
            let pruned = pruned.join(", ");
            self.line(
                "recovery",
                format_args!("{cause}: to {snapshot}, from turn {start} on; pruned: {pruned}"),
            );
        }
        for summary in &closed.summaries {
            let lines = summary.lines.iter().map(|line| {
                let (turn, role) = (line.turn, line.role.as_str());
                format!("turn {turn}, {role}: \"{}\"", line.text)
            });
            let about = format!("turns {} to {}", summary.from, summary.through);
            self.list("summary", std::iter::once(about).chain(lines));
        }
    }

    fn judgement(&mut self, drift: &Drift) {
        let flags: Vec<&str> = drift.flags.iter().map(|flag| flag.name()).collect();
        let flags = if flags.is_empty() { "nothing".to_owned() } else { flags.join(", ") };
        self.line("drift", format_args!("index {:.3}, in alarm: {flags}; DI {:.3}", drift.index, drift.di));
        let signals = drift.signals.iter().map(|(signal, opinion)| {
            let said = match (opinion.score(), opinion.reason()) {
                (Some(score), _) => format!("{score:.3}"),
                (None, reason) => format!("no opinion: {}", reason.unwrap_or("no reason given")),
            };
            format!("{}: {said}", signal.name())
        });
        self.list("signals", signals);
        let evidence =
            drift.evidence.iter().map(|evidence| format!("{}: {}", evidence.signal.name(), evidence.text));
        self.list("evidence", evidence);
    }

    /// The records that say all this, by place and hash.
    fn records(&mut self, trace: &Trace<'_>) {
        let given_up = trace.given_up.iter().map(|it| ("opened", it.sequence, it.hash));
        let imported = trace.imported.iter().map(|it| ("imported", it.sequence, it.hash));
        let opened = trace.opened.iter().map(|it| ("opened", it.sequence, it.hash));
        let closed = trace.closed.iter().map(|it| ("closed", it.sequence, it.hash));
        self.line("records", "by place in the log, with their hashes");
        for (kind, sequence, hash) in given_up.chain(imported).chain(opened).chain(closed) {
            self.line(&format!("{kind} {sequence}"), hash);
        }
    }
}

/// The figures of a pattern that say most.
fn figures(pattern: &Attractor) -> String {
    let it = &pattern.symbolic;
    format!(
        "density {:.3}, {:.3} of its motifs said, divergence {:.3}; symbolic density: {}; zone: {}",
        pattern.density,
        pattern.presence,
        it.divergence_rate,
        it.density_rule.name(),
        it.zone.name()
    )
}

fn plan(plan: &Plan) -> String {
    let rules = match plan.rules.as_slice() {
        [] => String::new(),
        rules => format!(" {}", rules.join(", ")),
    };
    let vary = if plan.vary { ", and ask for another form" } else { "" };
    let cause = if plan.cause.is_empty() { "no cause given" } else { &plan.cause };
    format!("{}{rules}{vary}: {cause}", plan.correction.name())
}

/// Who said what, shortened.
fn said(entry: &Entry) -> String {
    let message = &entry.message;
    let text = message.full_text();
    let mut shown: String = text.chars().take(EXCERPT).collect();
    if shown.len() < text.len() {
        shown.push_str(" ...");
    }
    let calls = message.tool_calls.len();
    let what = match (&message.content, calls) {
        (Content::Absent, 0) => "nothing".to_owned(),
        (Content::Absent, calls) => format!("calls {calls} tools"),
        _ => format!("\"{shown}\""),
    };
    format!("{} {}: {what}", message.role.as_str(), entry.id)
}
