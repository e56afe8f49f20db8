//! A simulated model with a hidden inner state, for the closed-loop evaluation.
//!
//! Owns one conversation with it: events at random turns, the reply to a prompt, and the truth
//! about each reply, which only the runner sees. It knows nothing but the text that it is sent
//! (`reading`) and what is latent in it (`latent`, `hidden`). `server` puts it behind an API.
//! Not to be confused with `leeboard_io::model::sim`, the stand-in of the demo.

mod hidden;
mod latent;
mod reading;
mod reply;
mod rule;
mod server;
mod speech;
mod voices;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::bootstrap::Dice;
use hidden::Hidden;
use latent::Latent;
use reading::Reading;
use reply::{Rut, Speaker as Voice};

pub(crate) use reading::Speaker;
pub(crate) use rule::Rule;
pub(crate) use server::Server;

/// What happens to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// A burst of replies out of character.
    Persona,
    /// It talks about something else.
    Topic,
    /// It believes and says something against what it was told.
    Fact,
    /// It breaks a rule.
    Rule,
    /// Its replies take one form.
    Rut,
    /// No event; the character and the rules fade by themselves, as they do in all kinds but
    /// `none`.
    Fade,
    /// Nothing happens, and nothing fades.
    None,
}

impl Kind {
    /// All kinds, in the order in which seeds take them.
    pub const ALL: [Self; 7] =
        [Self::Persona, Self::Topic, Self::Fact, Self::Rule, Self::Rut, Self::Fade, Self::None];

    /// The name in options and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Persona => "persona",
            Self::Topic => "topic",
            Self::Fact => "fact",
            Self::Rule => "rule",
            Self::Rut => "rut",
            Self::Fade => "fade",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A value that a reply gave for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Asserted {
    pub(crate) subject: String,
    pub(crate) value: String,
}

/// What was true of a reply, out of band.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Truth {
    /// Strength of the character, in [0, 1].
    pub(crate) persona: f64,
    pub(crate) off_persona: bool,
    pub(crate) off_topic: bool,
    pub(crate) rut: bool,
    /// Whether it holds a wrong belief, said or not.
    pub(crate) misbelieves: bool,
    pub(crate) broken: Vec<Rule>,
    /// Whether a question for something told was answered with a value.
    pub(crate) answered: Option<bool>,
    pub(crate) asserted: Vec<Asserted>,
    /// What has just happened to it.
    pub(crate) event: Option<Kind>,
}

/// Turns between two events, and from the beginning to the first.
const GAP: u32 = 25;
const FIRST: u32 = 12;

/// One event in so many turns.
const EVENT_EVERY: u32 = 50;

/// A conversation with a simulated model.
#[derive(Debug)]
pub(crate) struct Conversation {
    seed: u64,
    kind: Kind,
    hidden: Hidden,
    latent: Latent,
    rut: Option<Rut>,
    /// Events that are still to come.
    due: BTreeSet<u32>,
    opposite: usize,
    truths: Vec<Truth>,
}

impl Conversation {
    /// The model of a seed, to which something happens in a conversation of so many turns.
    pub(crate) fn new(seed: u64, kind: Kind, turns: u32) -> Self {
        let mut dice = Dice::of(seed ^ 0x00e7_e475);
        let due = events(kind, turns, &mut dice);
        let opposite = dice.below(voices::OPPOSITES.len());
        Self {
            seed,
            kind,
            hidden: Hidden::of(seed, kind),
            latent: Latent::default(),
            rut: None,
            due,
            opposite,
            truths: Vec::new(),
        }
    }

    /// Whether the model obeys corrections at all.
    pub(crate) fn obeys(&self) -> bool {
        self.hidden.obeys()
    }

    /// The truths about all replies so far.
    pub(crate) fn truths(&self) -> &[Truth] {
        &self.truths
    }

    /// The reply to a prompt.
    pub(crate) fn reply(&mut self, prompt: &[(Speaker, String)]) -> String {
        let reading = Reading::of(prompt);
        let turn = u32::try_from(self.truths.len()).unwrap_or(u32::MAX).saturating_add(1);
        // Each reply has dice of its own, so that what one agent is sent does not change the luck
        // of later turns.
        let luck =
            |stream: u64| Dice::of(self.seed.wrapping_mul(0x9e37_79b9) ^ (u64::from(turn) << 20) ^ stream);
        // One that could not happen comes back the next turn.
        let due = self.due.first().copied().filter(|&at| at <= turn);
        let event = due.map(|_| self.kind);
        let happened = self.latent.step(turn, &reading, event, &self.hidden, &mut luck(1));
        if let Some(due) = due.filter(|_| happened) {
            self.due.remove(&due);
        }
        let mut voice = Voice { hidden: &self.hidden, opposite: self.opposite, rut: &mut self.rut };
        let (text, truth) = voice.reply(&self.latent, &reading, &mut luck(2));
        self.truths.push(Truth { event: event.filter(|_| happened), ..truth });
        text
    }
}

/// The turns of the events of a conversation.
fn events(kind: Kind, turns: u32, dice: &mut Dice) -> BTreeSet<u32> {
    let mut due = BTreeSet::new();
    if matches!(kind, Kind::Fade | Kind::None) {
        return due;
    }
    let wanted = (turns / EVENT_EVERY).max(1);
    // One event in each equal part of the conversation, away from the next part.
    let room = turns.saturating_sub(FIRST + 8).max(1);
    let part = room / wanted;
    for n in 0..wanted {
        let free = part.saturating_sub(if wanted > 1 { GAP } else { 0 }).max(1);
        due.insert(FIRST + n * part + dice.below(free as usize) as u32);
    }
    due
}
