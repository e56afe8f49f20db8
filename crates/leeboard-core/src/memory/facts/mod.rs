//! Slot-level fact memory: what the user has said of themselves, what the identity says of the
//! assistant, and what the assistant has stated itself.
//!
//! A fact has somebody it is about, a slot, a key that tells it from others of the slot, and a
//! value, with the turn, the message and the words it comes from. A newer fact of the same slot
//! and key does not overwrite: it ends the older one, so that a stale value is known as stale.
//! Facts about the user come from the user's words only. Extraction is deterministic, knows
//! English and finds nothing in other languages. Does not judge replies; that is
//! `drift::contradiction`, by way of [`Facts`].

mod agreement;
mod asides;
mod clause;
mod compare;
mod conflicts;
mod cues;
mod date;
mod extract;
mod figures;
mod frames;
mod habits;
mod language;
mod lexicon;
mod lists;
mod number;
mod orders;
mod person;
mod phrase;
mod place;
mod quoted;
mod resolve;
mod store;
mod subject;
mod task;
#[cfg(test)]
mod tests;
mod timeline;
mod token;
mod unit;
mod value;
mod ways;

use serde::{Deserialize, Serialize};

use crate::message::Entry;
use crate::record::Digest;
use crate::session::Session;

pub use conflicts::{ConflictState, FactConflict};
pub use store::Facts;
pub use task::{StepState, TaskFrame, TaskStep};
pub use value::{Dimension, Value};

pub(crate) use compare::{Conflict, answers, conflicts};
pub(crate) use extract::{Claim, read_reply};
#[cfg(test)]
pub(crate) use extract::{Speaker, claims};
pub(crate) use language::is_english;
pub(crate) use task::asks_for_task;

/// Whose words a fact comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there are no other speakers")]
pub enum Source {
    /// The user's messages.
    #[default]
    User,
    /// The identity: facts of the persona.
    Identity,
    /// The assistant's own replies: what it has stated as its decision or plan.
    Assistant,
}

/// What a fact states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Slot {
    /// Somebody's name.
    Name,
    /// Somebody's age in years.
    Age,
    /// Where somebody lives.
    Home,
    /// Where somebody comes from.
    Origin,
    /// What somebody does for a living.
    Job,
    /// Whom somebody works for.
    Employer,
    /// What somebody is allergic to.
    Allergy,
    /// A dose of a medicine.
    Medication,
    /// A way of eating: vegetarian, gluten-free.
    Diet,
    /// What somebody likes, or negated, dislikes.
    Preference,
    /// The favourite of a kind.
    Favourite,
    /// How many of something somebody has.
    Count,
    /// A figure, date, time, name or class of something: the budget, the train's time.
    Measure,
    /// Where something is.
    Place,
    /// What somebody does or, negated, does not.
    Habit,
    /// What the user wants to reach.
    Goal,
    /// What was decided.
    Decision,
    /// A numbered step of a plan; negated, one that was dropped.
    Step,
    /// That a step is done; negated, that it is not.
    Progress,
    /// What must or must not be: a limit, a condition.
    Constraint,
    /// What somebody has promised to do.
    Commitment,
    /// A statement that fits no other slot; kept for its words.
    #[default]
    Statement,
}

impl Slot {
    /// Whether a newer value ends an older one, rather than adds to it.
    pub(crate) fn has_one_value(self) -> bool {
        !matches!(
            self,
            Self::Preference
                | Self::Habit
                | Self::Allergy
                | Self::Diet
                | Self::Decision
                | Self::Goal
                | Self::Constraint
                | Self::Commitment
                | Self::Statement
        )
    }
}

/// One fact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fact {
    /// Whom or what it is about: `user`, `assistant`, a relation such as `sister`, a name in
    /// lower case, or nothing for a thing that nobody is said to own.
    pub who: String,
    /// What it states.
    pub slot: Slot,
    /// Base forms of the words that tell it from other facts of the slot.
    pub key: Vec<String>,
    /// The value.
    pub value: Value,
    /// The value as written.
    pub shown: String,
    /// Whether it is denied: "I don't drink".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
    /// Whether it was said to correct or change something: "actually", "it is now".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub corrects: bool,
    /// Whose words.
    pub source: Source,
    /// The turn they were said in; 0 for the identity.
    pub turn: u32,
    /// The id of the message.
    pub message: String,
    /// The sentence, as written.
    pub words: String,
    /// The turn from which on it no longer held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u32>,
    /// Whether the user wants it kept in the prompt.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// Whether the user entered it into the memory, rather than said it in the conversation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub entered: bool,
    /// Whether what it stated was forgotten: what is left ends what it had ended, so that nothing
    /// older becomes true again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgotten: bool,
}

impl Fact {
    /// What it is known by: 16 hex digits that follow from whom and what it is about, its words
    /// and where they were said.
    #[must_use]
    pub fn id(&self) -> String {
        let named = (&self.who, self.slot, &self.key, &self.shown, self.negated, self.turn, &self.message);
        let mut id = Digest::of_json(&(named, &self.words)).to_string();
        id.truncate(16);
        id
    }

    /// Whether it still holds.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.until.is_none()
    }

    /// How much it matters that it is not forgotten, in [0, 1]. Health and constraints first,
    /// then who somebody is, then figures and decisions, then tastes; a mere statement last. Our
    /// ordering; nothing was fitted.
    #[must_use]
    pub fn importance(&self) -> f64 {
        match self.slot {
            _ if self.pinned => 1.0,
            Slot::Allergy | Slot::Medication | Slot::Diet => 0.95,
            Slot::Name | Slot::Goal => 0.9,
            Slot::Age | Slot::Home | Slot::Job | Slot::Decision | Slot::Step | Slot::Progress => 0.8,
            Slot::Constraint | Slot::Commitment => 0.8,
            Slot::Habit if self.negated => 0.8,
            Slot::Measure | Slot::Count | Slot::Place => 0.7,
            Slot::Origin | Slot::Employer | Slot::Favourite | Slot::Preference => 0.6,
            Slot::Habit => 0.5,
            Slot::Statement => 0.3,
        }
    }

    /// The fact by itself, without the rest of its sentence: `lives in Odense`, `two dogs`,
    /// `budget: 4,000 pounds`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let key = || self.key.join(" ");
        let label = match self.slot {
            Slot::Name => "name".to_owned(),
            Slot::Age => "age".to_owned(),
            Slot::Home => "lives in".to_owned(),
            Slot::Origin => "from".to_owned(),
            Slot::Job => "job".to_owned(),
            Slot::Employer => "works for".to_owned(),
            Slot::Allergy => "allergic to".to_owned(),
            Slot::Medication => format!("takes {}", key()),
            Slot::Preference => "likes".to_owned(),
            Slot::Favourite | Slot::Measure | Slot::Place => format!("{}:", key()),
            Slot::Goal => "goal:".to_owned(),
            Slot::Step => format!("{}:", key()),
            Slot::Progress => key(),
            Slot::Diet
            | Slot::Count
            | Slot::Habit
            | Slot::Decision
            | Slot::Constraint
            | Slot::Commitment
            | Slot::Statement => String::new(),
        };
        let who = if self.who == "user" || self.who.is_empty() { "" } else { self.who.as_str() };
        let not = if self.negated { "not" } else { "" };
        let parts = [who, not, &label, &self.shown];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// What the user states in new messages, and the identity where its facts are not in yet.
pub(crate) fn stated(session: &Session, entries: &[Entry]) -> Vec<Fact> {
    let facts = session.facts();
    let mut found = facts.stated_by_identity(session.identity().text());
    found.extend(facts.stated_by_user(session.next_turn(), entries));
    found
}

/// Whether one of some newer facts ends a known one.
pub(crate) fn ended_by(known: &Fact, newer: &[Fact]) -> bool {
    newer.iter().any(|new| timeline::supersedes(new, known))
}

/// What an exchange of earlier days states: the user of themselves, the reply of the plan.
pub(crate) fn stated_before(session: &Session, turn: u32, input: &[Entry], reply: &Entry) -> Vec<Fact> {
    let facts = session.facts();
    let mut found = facts.stated_by_user(turn, input);
    found.extend(facts.proposed(&session.request(input), &reply.message.spoken(), turn, &reply.id));
    found
}

/// What a reply states of the assistant itself. What it says of the user is no fact: those come
/// from the user's words only.
pub(crate) fn stated_by_assistant(claims: &[Claim], turn: u32, message: &str) -> Vec<Fact> {
    let own = claims.iter().filter(|claim| match claim.slot {
        // Where things lie in what it tells may change with every sentence.
        Slot::Step | Slot::Place => false,
        // What is called what is the user's to say.
        Slot::Measure if matches!(claim.value, Value::Name { .. }) => claim.who == "assistant",
        Slot::Measure => claim.who.is_empty() || claim.who == "assistant",
        _ => claim.who.starts_with("assistant"),
    });
    own.filter(|claim| !claim.past)
        .map(|claim| store::fact(claim.clone(), Source::Assistant, turn, message))
        .collect()
}
