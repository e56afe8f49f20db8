//! Recovery of memory (SRIP-04 rule 9.1): first restore, then prune, then go on.
//!
//! Owns when memory recovers and what a recovery does, as a decision for the turn's record. In
//! this order:
//!
//! 1. *Restore* the last sound cycle at which all invariants held: the window starts anew with the sound
//!    turns up to it and those since, in front of them the identity and the anchor facts, written
//!    anew, with an outline of what came before.
//! 2. *Prune*: the turns with unstable replies leave the prompt, and those replies leave recall.
//!    What the user said in them stays in the facts and in recall. Nothing is deleted, and neither
//!    identity nor rules are touched: both are outside of what this can reach.
//! 3. *Go on* in posture recovery, with no other recovery of memory for a while.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::memory::Continuity;
use crate::message::Role;
use crate::patterns::CausalLink;
use crate::record::{Mode, Opened};
use crate::session::{Session, Turn};

/// What a recovery of memory does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Recovery {
    /// The last cycle with a sound reply at which all invariants held; `None` if none of those held in memory did.
    pub snapshot: Option<u32>,
    /// The first turn of the restored window.
    pub window_start: u32,
    /// The turns that leave the prompt and whose replies leave recall.
    pub pruned: Vec<u32>,
    /// Why, in words and figures.
    pub cause: String,
}

impl Recovery {
    /// Cause and effect, for the causal chain.
    pub(crate) fn link(&self, cycle: u32) -> CausalLink {
        let restored = self.snapshot.map_or_else(|| "the identity".to_owned(), |turn| format!("turn {turn}"));
        let pruned: Vec<String> = self.pruned.iter().map(u32::to_string).collect();
        let effect = format!("memory restored to {restored}, turns {} pruned", pruned.join(", "));
        CausalLink { cycle, cause: self.cause.clone(), effect }
    }
}

/// The recovery that this cycle's figures ask for. In mode observe nothing is changed, and memory
/// serves nobody.
pub(crate) fn recover(
    session: &Session,
    opened: &Opened,
    figures: &Continuity,
    config: &Config,
) -> Option<Recovery> {
    let limits = &config.control;
    let last = session.track().recovered();
    let cooling = last > 0 && opened.turn < last.saturating_add(limits.recovery_cooldown);
    if opened.mode == Mode::Observe || figures.noise <= limits.noise || cooling {
        return None;
    }
    let mut cycles = session.history().iter().rev().map(|cycle| (cycle.turn, &cycle.continuity));
    let sound = cycles.find(|(_, figures)| !figures.unstable && figures.holds(limits));
    let pruned: Vec<u32> = unstable(session);
    Some(Recovery {
        snapshot: sound.map(|(turn, _)| turn),
        window_start: restart(session, opened.turn, &pruned, config.prompt.min_messages),
        pruned,
        cause: format!("noise {:.3}, over {:.3}", figures.noise, limits.noise),
    })
}

/// The finished turns of the cycles that make the noise. The turn at hand is none of them: the
/// user's next words are mostly about it. A turn whose call the next one answers stays.
pub(super) fn unstable(session: &Session) -> Vec<u32> {
    let recent = session.history().iter().rev().take(Continuity::NOISE_CYCLES - 1);
    let noisy = recent.filter(|cycle| cycle.continuity.unstable && !session.track().is_pruned(cycle.turn));
    let mut turns = free(session, noisy.map(|cycle| cycle.turn).collect());
    turns.reverse();
    turns
}

/// Of some turns those whose call the next one does not answer.
pub(crate) fn free(session: &Session, mut turns: Vec<u32>) -> Vec<u32> {
    let answered = |turn: u32| {
        let next = session.turns().from(turn.saturating_add(1)).next();
        let first = next
            .as_ref()
            .map_or_else(|| session.pending().and_then(|it| it.input.first()), |turn| turn.input.first());
        first.is_some_and(|entry| entry.message.role == Role::Tool)
    };
    turns.retain(|turn| !answered(*turn));
    turns
}

/// The first of the sound turns that together have so many messages, within the present window.
fn restart(session: &Session, turn: u32, pruned: &[u32], messages: usize) -> u32 {
    let (mut first, mut seen) = (turn, 0);
    let sound = |it: &Cow<'_, Turn>| !pruned.contains(&it.number) && !session.track().is_pruned(it.number);
    for kept in session.turns().from(session.window_start()).rev().filter(sound) {
        if seen >= messages {
            break;
        }
        // A result whose call stands in the turn before does not begin a window.
        if kept.input.first().is_none_or(|entry| entry.message.role != Role::Tool) {
            first = kept.number;
        }
        seen += kept.len();
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Posture;
    use crate::memory::talk::Talk;
    use crate::record::Closed;
    use crate::turn::Opening;

    /// Some turns whose replies break the identity's rule; what the last of them decided.
    fn unsound(talk: &mut Talk, turns: u32) -> Closed {
        let mut closed = None;
        for _ in 0..turns {
            let turn = talk.session.next_turn();
            talk.say(&format!("I have {turn} fenders. Which buoy marks the channel?"));
            closed = Some(talk.answer(&format!("- unsound {turn}: a harbour buoy\n- at Skagen pier")));
        }
        closed.unwrap()
    }

    /// Eight sound turns and the four unsound ones that make memory recover.
    fn recovered() -> (Talk, Recovery) {
        let mut talk = Talk::new();
        // The ladder would have restarted the window before.
        talk.config.control.ladder =
            talk.config.control.ladder.clone().up_to(crate::control::Correction::Restate);
        talk.turns(8);
        assert!(unsound(&mut talk, 3).recovery.is_none());
        let closed = unsound(&mut talk, 1);
        assert!(closed.posture >= Posture::Recovery);
        (talk, closed.recovery.unwrap())
    }

    fn sent(opening: &Opening) -> String {
        opening.prompt.as_ref().unwrap().text()
    }

    #[test]
    fn srip_04_rule_9_1_restores_the_last_sound_cycle_then_prunes_then_goes_on() {
        let (mut talk, recovery) = recovered();
        assert_eq!((recovery.snapshot, recovery.window_start), (Some(8), 6));
        assert_eq!(recovery.pruned, [9, 10, 11]);
        let causes: Vec<_> = talk.session.causes().iter().map(|link| link.effect.as_str()).collect();
        assert!(causes.contains(&"memory restored to turn 8, turns 9, 10, 11 pruned"), "{causes:?}");
        let prompt = sent(&talk.say("Which buoy marks the channel?"));
        assert!((9..12).all(|turn| !prompt.contains(&format!("unsound {turn}"))), "{prompt}");
        assert!(prompt.contains("unsound 12"), "what the user answers to stays");
        assert!(
            prompt.contains("Channel 7 at Skagen") && !prompt.contains("Channel 3 at Skagen pier is"),
            "{prompt}"
        );
        talk.answer("The green one with a bell marks the channel.");
        let figures = talk.session.history().back().unwrap().continuity;
        assert_eq!(figures.noise, 0.1, "what was pruned is no noise");
        assert_eq!(Session::replay("s", &talk.records).unwrap(), talk.session);
    }

    #[test]
    fn srip_04_rule_9_1_keeps_identity_and_what_the_user_said() {
        let mut talk = Talk::new();
        talk.turns(8);
        let (identity, rules) = (talk.session.identity().clone(), talk.session.identity().rules().to_vec());
        unsound(&mut talk, 4);
        assert_eq!(talk.session.identity(), &identity);
        assert_eq!(talk.session.identity().rules(), rules);
        let prompt = sent(&talk.say("How many fenders do I have?"));
        assert!(prompt.starts_with(identity.prompt()), "{prompt}");
        assert!(prompt.contains("fenders"), "{prompt}");
        let stated = talk.session.facts().all().filter(|fact| fact.words.contains("fenders"));
        assert_eq!(stated.count(), 4, "no fact is gone");
    }

    #[test]
    fn srip_04_rule_9_1_pruned_replies_are_not_recalled() {
        let (mut talk, _) = recovered();
        talk.say("What did you say was unsound?");
        let recalled = &talk.session.pending().unwrap().recalled;
        let pruned: Vec<_> =
            recalled.iter().filter(|it| it.role == Role::Assistant && (9..12).contains(&it.turn)).collect();
        assert!(!pruned.is_empty() && pruned.iter().all(|it| !it.used), "{recalled:?}");
        assert!(pruned.iter().any(|it| it.why == "not used: pruned when memory recovered"), "{pruned:?}");
    }

    #[test]
    fn srip_04_rule_9_1_waits_before_it_recovers_again() {
        let (mut talk, _) = recovered();
        for turn in 13..27 {
            assert!(unsound(&mut talk, 1).recovery.is_none(), "turn {turn}");
        }
        assert!(unsound(&mut talk, 1).recovery.is_some());
    }

    #[test]
    fn srip_04_rule_9_1_changes_nothing_in_observe_or_when_it_is_off() {
        let mut observed = Talk { mode: Mode::Observe, ..Talk::new() };
        observed.turns(8);
        assert!(unsound(&mut observed, 6).recovery.is_none());
        let mut off = Talk::new();
        off.config.control.noise = 1.0;
        off.turns(8);
        assert!(unsound(&mut off, 12).recovery.is_none());
    }

    #[test]
    fn srip_04_rule_9_1_sound_conversations_never_recover() {
        let mut talk = Talk::new();
        talk.turns(60);
        assert_eq!(talk.session.track().recovered(), 0);
    }
}
