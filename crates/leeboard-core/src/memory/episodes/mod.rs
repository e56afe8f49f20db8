//! Episodes and rib points: what a stretch of the conversation was about, in its own sentences.
//!
//! Owns when a stretch is summed up, the summaries and their bounded store. Which sentences are
//! taken is decided in `choose`, by the weights of `rank`; what counts as said is in `said`. A
//! summary is decided when a turn closes and stored in its record. Identity and rules are never
//! part of one, and nothing depends on one for them.

mod choose;
mod outline;
mod rank;
mod said;
mod store;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use self::said::Said;
use crate::config::EpisodeConfig;
use crate::message::{Entry, Role};
use crate::session::Session;
use crate::vector::{Answer, Centroid, Vector};

pub use store::Episodes;

pub(crate) use outline::{asks_for_outline, outline};

/// How much a summary covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scope {
    /// Ten turns, unless the settings say otherwise.
    Episode,
    /// Five episodes (SRIP-11).
    RibPoint,
}

/// What a stretch was about, in sentences that were said in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Summary {
    /// How much it covers.
    pub scope: Scope,
    /// The first turn.
    pub from: u32,
    /// The last turn.
    pub through: u32,
    /// The sentences, in the order in which they were said.
    pub lines: Vec<SummaryLine>,
    /// The mean direction of what was said, of a rib point whose messages have vectors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centroid: Option<Vector>,
}

/// One sentence of a summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SummaryLine {
    /// The turn it was said in.
    pub turn: u32,
    /// The message's id.
    pub message: String,
    /// Who said it.
    pub role: Role,
    /// The sentence on one line, cut if it is long.
    pub text: String,
}

/// The turn that is being closed.
pub(crate) struct Present<'a> {
    pub(crate) turn: u32,
    /// What was said before the reply.
    pub(crate) input: Vec<&'a Entry>,
    pub(crate) reply: Option<&'a Entry>,
    pub(crate) accepted: bool,
    /// The reply's vector.
    pub(crate) vector: Option<&'a Answer>,
}

/// Stretches that one closing sums up, at most, where many turns wait since they were imported.
const AT_ONCE: u32 = 5;

/// The summaries that are due with this turn: usually none.
pub(crate) fn due(session: &Session, present: &Present<'_>, config: &EpisodeConfig) -> Vec<Summary> {
    let mut summaries = Vec::new();
    let first = session.turns().first_number().unwrap_or(present.turn);
    let stretch = |store: &Episodes| {
        let from = store.next_turn().max(first);
        let through = from.saturating_add(config.turns.checked_sub(1)?);
        (through <= present.turn).then_some((from, through))
    };
    // Nothing is copied where nothing is due, which is the usual case.
    if stretch(session.episodes()).is_none() {
        return summaries;
    }
    let mut store = session.episodes().unsummed();
    for _ in 0..AT_ONCE {
        let Some(stretch) = stretch(&store) else { break };
        let episode = episode(session, present, config, stretch);
        store.learn(&episode, config);
        summaries.push(episode);
        if let Some(rib) = rib_point(session, present, config, &store) {
            store.learn(&rib, config);
            summaries.push(rib);
        }
    }
    summaries
}

fn episode(
    session: &Session,
    present: &Present<'_>,
    config: &EpisodeConfig,
    (from, through): (u32, u32),
) -> Summary {
    let said = Said::in_turns(session, present, from, through);
    let candidates = said.iter().flat_map(Said::sentences).collect();
    let lines = choose::lines(candidates, session.facts(), config.sentences, config.max_chars);
    Summary { scope: Scope::Episode, from, through, lines, centroid: None }
}

/// The rib point over the last episodes, if there are enough that no other covers.
fn rib_point(
    session: &Session,
    present: &Present<'_>,
    config: &EpisodeConfig,
    store: &Episodes,
) -> Option<Summary> {
    let episodes: Vec<&Summary> = store.unribbed().collect();
    let wanted = usize::try_from(config.rib_episodes).unwrap_or(usize::MAX);
    if wanted == 0 || episodes.len() < wanted {
        return None;
    }
    let (from, through) = (episodes.first()?.from, episodes.last()?.through);
    let lines = episodes.iter().flat_map(|episode| &episode.lines);
    let candidates = lines.map(rank::Sentence::again).collect();
    let lines = choose::lines(candidates, session.facts(), config.rib_sentences, config.max_chars);
    let mut centroid = Centroid::default();
    for turn in from..=through {
        for role in [Role::User, Role::Assistant] {
            let own = present.vector.filter(|_| turn == present.turn && role == Role::Assistant).cloned();
            if let Some(Answer::Vector(vector)) = own.or_else(|| session.vector_of(turn, role)) {
                centroid.add(&vector);
            }
        }
    }
    Some(Summary { scope: Scope::RibPoint, from, through, lines, centroid: centroid.direction() })
}
