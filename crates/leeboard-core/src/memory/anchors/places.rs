//! Where each fact stands in a turn's prompt, or why it does not.
//!
//! Reads what was decided; decides nothing. The decisions are in `prompt::block` and `prompt::note`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Anchors, Statement, compact, statements};
use crate::memory::facts::{Fact, Slot, Source};
use crate::record::{Mode, Opened};
use crate::session::Session;
use crate::text;
use crate::tokens::TokenCounter;

/// Where a fact stands in the prompt of a turn, or why it does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FactPlace {
    /// The fact by itself.
    pub fact: String,
    /// What it states.
    pub slot: Slot,
    /// Whose words.
    pub source: Source,
    /// The turn they were said in; 0 for the identity.
    pub turn: u32,
    /// The id of the message.
    pub message: String,
    /// How much it matters that it is not forgotten, in [0, 1].
    pub importance: f64,
    /// Where it stands.
    pub place: Place,
    /// Why there, or why nowhere.
    pub why: String,
    /// Tokens of its line, or those that the line would take; 0 where it stands without one.
    pub tokens: usize,
}

/// A part of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Place {
    /// The identity.
    Identity,
    /// The task frame in front of the window.
    Task,
    /// A line of the user's words in front of the window.
    Anchor,
    /// The note.
    Note,
    /// Its own message, verbatim.
    Window,
    /// Nowhere.
    Out,
}

impl Place {
    /// As users read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Task => "task",
            Self::Anchor => "anchor",
            Self::Note => "note",
            Self::Window => "window",
            Self::Out => "out",
        }
    }
}

/// For each fact known when a turn was opened, where it stood in the turn's prompt, or why not.
///
/// `session` is the session before the turn's record, `opened` that record.
#[must_use]
pub fn fact_places(session: &Session, opened: &Opened, counter: &dyn TokenCounter) -> Vec<FactPlace> {
    places(session, opened, session.facts().all(), counter)
}

/// The same for one fact.
pub(crate) fn fact_place(
    session: &Session,
    opened: &Opened,
    fact: &Fact,
    counter: &dyn TokenCounter,
) -> FactPlace {
    places(session, opened, std::iter::once(fact), counter).remove(0)
}

fn places<'a>(
    session: &Session,
    opened: &Opened,
    facts: impl Iterator<Item = &'a Fact>,
    counter: &dyn TokenCounter,
) -> Vec<FactPlace> {
    let none = Anchors::default();
    let anchors = match opened.mode {
        Mode::Manage => opened.anchors.as_ref().unwrap_or_else(|| session.anchors()),
        Mode::Augment | Mode::Observe => &none,
    };
    let known = statements(session.facts(), opened.window_start);
    let least = known.iter().filter(|it| anchors.hold(it)).map(|it| it.importance).min_by(f64::total_cmp);
    let view = View { opened, anchors, known: &known, least, counter };
    facts.map(|fact| view.place(fact)).collect()
}

/// What a fact's place is told by.
struct View<'a> {
    opened: &'a Opened,
    anchors: &'a Anchors,
    known: &'a [Statement],
    /// The least importance of a statement that has a line.
    least: Option<f64>,
    counter: &'a dyn TokenCounter,
}

impl View<'_> {
    fn place(&self, fact: &Fact) -> FactPlace {
        let (place, why, line) = self.find(fact);
        FactPlace {
            fact: text::excerpt(
                &if fact.shown.is_empty() { fact.words.clone() } else { fact.in_words() },
                120,
            ),
            slot: fact.slot,
            source: fact.source,
            turn: fact.turn,
            message: fact.message.clone(),
            importance: self
                .statement(fact)
                .map_or_else(|| fact.importance(), |statement| statement.importance),
            place,
            why,
            tokens: line.map_or(0, |line| self.counter.count(&line) + 1),
        }
    }

    /// Place, reason and line.
    fn find(&self, fact: &Fact) -> (Place, String, Option<String>) {
        let opened = self.opened;
        let said = |place, why: &str, line| (place, why.to_owned(), line);
        if let Some(until) = fact.until.filter(|&until| until > fact.turn) {
            return (Place::Out, format!("superseded in turn {until}"), None);
        }
        if fact.source == Source::Identity {
            return said(Place::Identity, "stands in the identity", None);
        }
        if opened.mode == Mode::Observe {
            return said(Place::Out, "mode observe: no prompt was built", None);
        }
        if fact.turn >= opened.window_start {
            return said(Place::Window, "its message stands verbatim in the window", None);
        }
        if let Some(line) = self.anchors.task.iter().find(|line| tells(&line.text, fact)) {
            return said(
                Place::Task,
                "part of the goal, the plan or what was decided",
                Some(line.text.clone()),
            );
        }
        let statement = self.statement(fact);
        let line = statement.map(|statement| format!("{}: {}", statement.turn, statement.text));
        if statement.is_some_and(|statement| self.anchors.hold(statement)) {
            return said(Place::Anchor, "what matters most, of equals the newer", line);
        }
        let text = statement.map_or(&fact.words, |statement| &statement.text);
        let note = opened.note.as_deref().unwrap_or_default();
        let quoted =
            || opened.recalled.iter().any(|it| it.used && it.turn == fact.turn && it.id == fact.message);
        if note
            .lines()
            .any(|line| line.contains(text.as_str()) || tells(line.trim_start_matches("- the plan: "), fact))
        {
            return said(Place::Note, "fits the request or was changed", line);
        }
        if quoted() {
            return said(Place::Note, "its message was recalled", line);
        }
        (Place::Out, self.reason(fact, statement, text), line)
    }

    /// Why it stands nowhere.
    fn reason(&self, fact: &Fact, statement: Option<&Statement>, text: &str) -> String {
        if fact.source == Source::Assistant {
            return "of the assistant's words only the steps of the plan are told".to_owned();
        }
        if self.opened.mode == Mode::Augment {
            return "mode augment has no block, and it does not fit the request".to_owned();
        }
        let words: BTreeSet<String> = text::words(text).collect();
        let mut lines = self.anchors.lines.iter().chain(&self.anchors.task);
        if statement.is_none() || lines.any(|line| words.is_subset(&text::words(&line.text).collect())) {
            return "all its words stand in another line".to_owned();
        }
        let facts = self.opened.report.facts;
        match self.least.filter(|least| statement.is_some_and(|it| it.importance < *least)) {
            Some(least) => format!(
                "no room: the {facts} tokens of anchor facts hold what matters {least:.2} or more, and it does not fit \
                 the request"
            ),
            None => format!(
                "no room: others fill the {facts} tokens of anchor facts, and it does not fit the request"
            ),
        }
    }

    /// The sentence of a fact as a line would quote it.
    fn statement(&self, fact: &Fact) -> Option<&Statement> {
        let sentence = compact(&fact.words);
        let mut own = self.known.iter().filter(|it| it.turn == fact.turn && it.message == fact.message);
        own.find(|it| it.sentence == sentence)
    }
}

/// Whether a line of the task frame tells a fact.
fn tells(line: &str, fact: &Fact) -> bool {
    match fact.slot {
        Slot::Step | Slot::Progress => {
            let name = fact.key.join(" ");
            line.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(','))
        }
        Slot::Goal | Slot::Decision | Slot::Constraint | Slot::Commitment => {
            line.contains(&format!("(turn {}): {}", fact.turn, compact(&fact.words)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Entry, Message, Role};
    use crate::tokens::Estimate;

    fn session(messages: &[&str]) -> Session {
        let mut session = Session::new("s");
        let identity = crate::Identity::from_system_message("You are Ada, living in Bath.");
        let stamp = |n: i64| crate::record::Stamp {
            time: crate::Timestamp(n),
            salt: crate::record::Salt::from_text(&n.to_string()),
        };
        for record in session.start(&identity, &crate::Config::default(), stamp(0)) {
            session.apply(&record).unwrap();
        }
        for (n, text) in (1..).zip(messages) {
            let said = Entry::new(format!("u{n}"), Message::text(Role::User, *text));
            let reply = Entry::new(format!("a{n}"), Message::text(Role::Assistant, "Noted."));
            let record =
                session.import(vec![said], reply, std::collections::BTreeMap::new(), stamp(n), &Estimate);
            session.apply(&record).unwrap();
        }
        session
    }

    #[test]
    fn each_fact_has_a_place_or_a_reason() {
        let session = session(&[
            "My plan:\n1. Buy paint\n2. Paint the door",
            "I'm allergic to wool.",
            "I live in Odense.",
            "My sofa is green.",
            "I live in Aarhus now.",
            "My boat is 9 metres long.",
        ]);
        let window_start = 6;
        let mut lines = statements(session.facts(), window_start);
        lines.retain(|it| it.importance > 0.9);
        let task = super::super::task_lines(session.facts(), window_start, |_| true);
        let mut opened = Opened { turn: 7, mode: Mode::Manage, window_start, ..Opened::default() };
        opened.anchors = Some(Anchors { task, ..Anchors::of(7, lines) });
        opened.note = Some("- turn 5: I live in Aarhus now.".to_owned());
        let places = fact_places(&session, &opened, &Estimate);
        let of = |fact: &str| {
            let found = places
                .iter()
                .find(|it| it.fact.contains(fact))
                .unwrap_or_else(|| panic!("{fact}: {places:?}"));
            (found.place, found.why.as_str(), found.tokens > 0)
        };
        assert_eq!(of("Paint the door").0, Place::Task);
        assert_eq!((of("wool").0, of("wool").2), (Place::Anchor, true));
        assert_eq!(of("Odense"), (Place::Out, "superseded in turn 5", false));
        assert_eq!(of("Aarhus").0, Place::Note);
        assert_eq!(of("9 metres"), (Place::Window, "its message stands verbatim in the window", false));
        assert!(of("green").1.starts_with("no room") && of("green").0 == Place::Out, "{:?}", of("green"));
        opened.mode = Mode::Observe;
        let observed = fact_places(&session, &opened, &Estimate);
        assert!(observed.iter().all(|it| it.place == Place::Out && !it.why.is_empty()));
    }
}
