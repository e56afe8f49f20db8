//! Ways to make a prompt that leeboard's is compared with.
//!
//! Owns what each of them sends. How the prompts are counted is in `cost`.

use leeboard_core::message::{Message, Role};
use leeboard_core::prompt::Prompt;
use leeboard_core::session::Session;
use leeboard_core::tokens::TokenCounter;
use leeboard_io::conversation::Conversation;

use crate::offline::Replay;

/// How the prompt is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// As leeboard does in mode manage.
    #[default]
    Leeboard,
    /// Identity and the last 20 messages, the usual plain agent.
    Window20,
    /// Identity and everything.
    Full,
    /// Identity and 20 to 40 messages: at 40 the older half leaves at once.
    Blocks,
    /// The layout of the published Sigma Runtime agents (SR-EI-03, SR-EI-037): identity and a
    /// description of the state in one system message, written anew every turn, then the last 20
    /// messages. Their own text is not used.
    StateFirst,
}

/// Messages in a rolling window, the current input included.
const WINDOW: usize = 20;

/// Messages at which the older ones leave a window that is cut in blocks.
const BLOCKS: usize = 40;

impl Policy {
    /// The policies by name.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("leeboard", Self::Leeboard),
        ("window20", Self::Window20),
        ("full", Self::Full),
        ("blocks", Self::Blocks),
        ("state-first", Self::StateFirst),
    ];

    /// The policy of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, policy)| policy)
    }

    /// How many of so many messages are left out, the oldest first.
    fn left_out(self, messages: usize) -> usize {
        match self {
            Self::Leeboard | Self::Full => 0,
            Self::Window20 | Self::StateFirst => messages.saturating_sub(WINDOW),
            // Whole blocks, so that the beginning stands still between two cuts.
            Self::Blocks => messages.saturating_sub(WINDOW) / (BLOCKS - WINDOW) * (BLOCKS - WINDOW),
        }
    }
}

/// A prompt as an agent without a memory sends it: the identity and some of the history.
pub(crate) fn plain(
    replay: &Replay<'_>,
    conversation: &Conversation,
    at: usize,
    policy: Policy,
    counter: &dyn TokenCounter,
) -> Prompt {
    let mut system = replay.session().identity().prompt().to_owned();
    if policy == Policy::StateFirst {
        system.push_str(&state(replay.session()));
    }
    let spoken = conversation.entries.iter().take(at + 1).map(|entry| &entry.message);
    let history: Vec<&Message> = spoken.filter(|message| !message.role.instructs()).collect();
    let from = policy.left_out(history.len());
    let mut messages = Vec::new();
    if !system.is_empty() {
        messages.push(Message::text(Role::System, system));
    }
    messages.extend(history.into_iter().skip(from).cloned());
    Prompt::plain(messages, counter)
}

/// A description of the state in about as many tokens as the published agents spend on it (118
/// were counted in one of their logs), from what this session knows.
fn state(session: &Session) -> String {
    let motifs: Vec<&str> = session.motifs().ranked().take(8).map(|(name, _)| name.as_str()).collect();
    let drift = session.last_judgement();
    let index = drift.map_or(0.0, |drift| drift.index);
    let parts = drift.map(|drift| drift.coherence).unwrap_or_default();
    format!(
        "\n\nState of the conversation, turn {}:\n- posture: {}\n- drift index: {index:.3}\n- semantic drift: \
         {:.3}, variation: {:.3}, posture distance: {:.3}, compression: {:.3}\n- recurring symbols: {}\n- \
         symbolic density: {:.3}\n- keep to the voice, the role and the thread of the conversation so far",
        session.next_turn(),
        session.posture().name(),
        parts.semantic_drift,
        parts.symbolic_variation,
        parts.posture_distance,
        parts.compression.0,
        motifs.join(", "),
        parts.symbolic_density,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_roll_or_are_cut_in_blocks() {
        let kept = |policy: Policy| [1, 20, 21, 39, 40, 41, 60, 79].map(|n| n - policy.left_out(n));
        assert_eq!(kept(Policy::Full), [1, 20, 21, 39, 40, 41, 60, 79]);
        assert_eq!(kept(Policy::Window20), [1, 20, 20, 20, 20, 20, 20, 20]);
        assert_eq!(kept(Policy::Blocks), [1, 20, 21, 39, 20, 21, 20, 39]);
    }

    #[test]
    fn every_policy_has_a_name() {
        for (name, policy) in Policy::NAMES {
            assert_eq!(Policy::from_name(name), Some(policy));
        }
        assert_eq!(Policy::from_name("other"), None);
    }
}
