//! The task frame: what the conversation is for, the steps of its plan with their states, and
//! what was decided, demanded and promised on the way.
//!
//! Owns putting the frame together from the facts that hold. The plan is taken from lists in
//! `steps`, what the user does to single steps in `changes`, goals, decisions, demands and
//! promises in `wishes`. One plan at a time.

mod changes;
mod cues;
mod goals;
mod list;
mod moves;
mod named;
mod standing;
mod steps;
#[cfg(test)]
mod tests;
mod wishes;

use super::clause::content;
use super::token::{sentences, tokens};
use super::value::Value;
use super::{Fact, Facts, Slot, Source};

pub(super) use changes::changes;
pub(super) use standing::is_language;
pub(super) use steps::{announced_by_user, proposed};
pub(super) use wishes::wishes;

/// What a session is for and how far it has come.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TaskFrame<'a> {
    /// What the user wants to reach, oldest first.
    pub goals: Vec<&'a Fact>,
    /// The steps of the plan in their order.
    pub steps: Vec<TaskStep<'a>>,
    /// What was decided, oldest first.
    pub decisions: Vec<&'a Fact>,
    /// What must or must not be, oldest first.
    pub constraints: Vec<&'a Fact>,
    /// What somebody has promised to do, oldest first.
    pub commitments: Vec<&'a Fact>,
}

/// One step of the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct TaskStep<'a> {
    /// Its number in the plan.
    pub number: u32,
    /// What it says now.
    pub fact: &'a Fact,
    /// How far it is.
    pub state: StepState,
    /// The turn in which it was changed last, if it was.
    pub changed: Option<u32>,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepState {
    /// It is still to be done.
    Open,
    /// The user has said that it is done.
    Done,
    /// The user has taken it out of the plan.
    Dropped,
}

impl StepState {
    /// As users read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

impl TaskFrame<'_> {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
            && [&self.goals, &self.decisions, &self.constraints, &self.commitments]
                .iter()
                .all(|facts| facts.is_empty())
    }

    /// The steps that are still in the plan.
    pub(super) fn live(&self) -> impl Iterator<Item = &TaskStep<'_>> {
        self.steps.iter().filter(|step| step.state != StepState::Dropped)
    }

    /// What the steps are called: `step`, `week`, `day`.
    pub(super) fn label(&self) -> &str {
        self.steps.first().and_then(|step| step.fact.key.first()).map_or("step", String::as_str)
    }
}

impl Facts {
    /// What the session is for, by the facts that hold.
    #[must_use]
    pub fn task(&self) -> TaskFrame<'_> {
        let mut frame = self.task_with_dropped();
        // What was dropped at the end of a plan is no gap in its numbers.
        while frame.steps.last().is_some_and(|step| step.state == StepState::Dropped) {
            frame.steps.pop();
        }
        frame
    }

    /// The same with all steps that were ever dropped.
    pub(crate) fn task_with_dropped(&self) -> TaskFrame<'_> {
        let mut frame = TaskFrame::default();
        for fact in self.valid() {
            match fact.slot {
                Slot::Goal => frame.goals.push(fact),
                Slot::Decision if fact.source == Source::User => frame.decisions.push(fact),
                // What lifts an instruction demands nothing itself.
                Slot::Constraint if fact.value != Value::None => frame.constraints.push(fact),
                Slot::Commitment => frame.commitments.push(fact),
                Slot::Step => self.add_step(&mut frame, fact),
                _ => {}
            }
        }
        frame.steps.sort_by(|a, b| (a.fact.key.first(), a.number).cmp(&(b.fact.key.first(), b.number)));
        frame
    }

    fn add_step<'a>(&'a self, frame: &mut TaskFrame<'a>, fact: &'a Fact) {
        let Some(number) = fact.key.get(1).and_then(|number| number.parse().ok()) else { return };
        let progress = self.valid().find(|it| it.slot == Slot::Progress && it.key == fact.key);
        let done = progress.is_some_and(|it| !it.negated && it.turn >= fact.turn);
        let state = match (fact.negated, done) {
            (true, _) => StepState::Dropped,
            (false, true) => StepState::Done,
            (false, false) => StepState::Open,
        };
        let before = self.all().any(|it| {
            it.slot == Slot::Step && it.key == fact.key && !it.negated && it.until == Some(fact.turn)
        });
        let step = TaskStep { number, fact, state, changed: before.then_some(fact.turn) };
        // Where both have stated a step, the user's word holds.
        match frame.steps.iter_mut().find(|known| known.fact.key == fact.key) {
            Some(known) if fact.source == Source::User || known.fact.source == Source::Assistant => {
                *known = step;
            }
            Some(_) => {}
            None => frame.steps.push(step),
        }
    }
}

/// Where a fact of the task comes from.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) source: Source,
    pub(super) turn: u32,
    pub(super) message: &'a str,
}

impl Origin<'_> {
    fn fact(self, slot: Slot, key: Vec<String>, shown: &str, words: &str) -> Fact {
        Fact {
            who: if slot == Slot::Step || slot == Slot::Progress { "" } else { "user" }.to_owned(),
            slot,
            key,
            value: Value::Words { words: words_of(shown) },
            shown: shown.to_owned(),
            negated: false,
            corrects: false,
            source: self.source,
            turn: self.turn,
            message: self.message.to_owned(),
            words: words.to_owned(),
            until: None,
            ..Fact::default()
        }
    }

    fn step(self, label: &str, number: u32, shown: &str, words: &str) -> Fact {
        Fact { corrects: true, ..self.fact(Slot::Step, key(label, number), shown, words) }
    }

    /// A step that is taken out of the plan.
    fn dropped(self, step: &TaskStep<'_>, words: &str) -> Fact {
        Fact {
            negated: true,
            corrects: true,
            ..self.fact(Slot::Step, step.fact.key.clone(), &step.fact.shown, words)
        }
    }

    fn progress(self, label: &str, number: u32, done: bool, words: &str) -> Fact {
        Fact { negated: !done, ..self.fact(Slot::Progress, key(label, number), "done", words) }
    }
}

fn key(label: &str, number: u32) -> Vec<String> {
    vec![label.to_owned(), number.to_string()]
}

/// Base forms of a text's content words.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let all = sentences(text);
    let mut words: Vec<String> = Vec::new();
    for sentence in &all {
        let tokens = tokens(sentence);
        words.extend(content(&tokens, 0, tokens.len(), &[]));
    }
    words.truncate(16);
    words
}

/// Share of the words of two texts that must be common for one to be a wording of the other.
const ALIKE: f64 = 0.5;

/// Whether two lists of words say much the same.
pub(super) fn alike(one: &[String], other: &[String]) -> bool {
    super::compare::overlap(one, other) >= ALIKE
}

/// Whether a text is about what is to be done: the plan, a step, the goal.
pub(crate) fn asks_for_task(text: &str) -> bool {
    let about =
        |word: String| matches!(word.as_str(), "step" | "goal" | "goals" | "decisions" | "decided" | "tasks");
    names_a_plan(text) || crate::text::words(text).any(about)
}

/// Words by which a plan is spoken of.
pub(super) fn names_a_plan(text: &str) -> bool {
    crate::text::words(text).any(|word| {
        matches!(
            word.as_str(),
            "plan"
                | "plans"
                | "planning"
                | "steps"
                | "stages"
                | "phases"
                | "milestones"
                | "roadmap"
                | "itinerary"
                | "schedule"
                | "timetable"
                | "programme"
                | "program"
                | "syllabus"
                | "curriculum"
                | "agenda"
                | "checklist"
                | "to-do"
                | "todo"
                | "todos"
                | "route"
                | "breakdown"
                | "timeline"
        )
    })
}
