//! Which pattern is active after a cycle, and which live on: forming, switching, merging, dissolving.
//!
//! Owns these decisions and their causes. The state of the active one is decided in `attractor`.

use super::attractor::{self, Attractor, AttractorType, Core, Cycle, Lifecycle};
use super::cluster::{Cluster, Field};
use super::registry::{PatternChange, PatternEvent, Patterns};
use crate::config::PatternConfig;

/// How much heavier another cluster must be to become active, so that two that weigh about the same
/// do not alternate.
const SWITCH: f64 = 1.1;

/// Weight under which a motif has faded: that of a word said once just now. A pattern dissolves when
/// over half of the motifs have that the active one does not share, so that words which every turn
/// says do not keep it.
const FADED: f64 = 1.0;

/// Cycles in a row that a pattern may be fragmenting.
const FRAGMENTING: u32 = 3;

/// Cosine of two directions from which patterns that share motifs mean the same.
const SAME_MEANING: f64 = 0.5;

/// What is known of the cycle beside the field.
pub(super) struct Seen<'a, W, N> {
    pub(super) field: &'a Field<'a>,
    /// The active pattern's cluster, and the others, heaviest first.
    pub(super) clusters: (Cluster, Vec<Cluster>),
    /// The weight of a motif after the cycle.
    pub(super) weight: W,
    /// Cosine of the reply and a pattern's direction.
    pub(super) nearness: N,
    /// Whether the turn said a motif, and whether the user did.
    pub(super) said: &'a dyn Fn(&str) -> bool,
    pub(super) asked: &'a dyn Fn(&str) -> bool,
    /// Whether a signal is in alarm, and whether the posture before was more severe than stable.
    pub(super) alarm: bool,
    pub(super) correcting: bool,
}

/// What a turn decides about patterns.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Update {
    /// The active pattern after it.
    pub(crate) attractor: Option<Attractor>,
    /// What happened to patterns, in order.
    pub(crate) events: Vec<PatternEvent>,
}

/// The decisions of a cycle.
pub(super) fn choose<W, N>(patterns: &Patterns, seen: &Seen<'_, W, N>, cycle: &Cycle<'_>) -> Update
where
    W: Fn(&str) -> f64,
    N: Fn(&str) -> Option<f64>,
{
    let mut update = Update::default();
    let before = patterns.active();
    let (motifs, weight, old) = match core(patterns, seen, cycle.config) {
        Some(found) => found,
        None => {
            // Nothing recurs together now: what was active fades.
            let Some(old) = before.filter(|old| !has_faded(&old.motifs, &[], seen)) else {
                return faded(patterns, seen, cycle, update, None);
            };
            (old.motifs.clone(), weigh(&old.motifs, seen), Some(old))
        }
    };
    let kind = kind(seen, &motifs);
    let core = Core {
        density: (weight / seen.field.weight.max(weight)).clamp(0.0, 1.0),
        presence: share(&motifs, seen.said),
        nearness: old.and_then(|old| (seen.nearness)(&old.id)),
        motifs,
        kind,
        parent: patterns.last().map(str::to_owned),
    };
    let (mut now, cause) = attractor::step(old, core, cycle);
    formed(before, old, &now, cause, cycle.turn, &mut update.events);
    if now.lifecycle_state == Lifecycle::Fragmenting && now.cycles_in_state > FRAGMENTING {
        let cause = format!("fragmenting for more than {FRAGMENTING} cycles");
        update.events.push(dissolved(&now, cause, cycle.turn));
        return faded(patterns, seen, cycle, update, Some(&now.id));
    }
    merge(patterns, old, &mut now, cycle, &mut update.events);
    update.attractor = Some(now);
    faded(patterns, seen, cycle, update, None)
}

/// The motifs of the active cluster with their weight, and the pattern that it is; `None` for a new
/// one.
type Chosen<'a> = (Vec<String>, f64, Option<&'a Attractor>);

fn core<'a, W, N>(
    patterns: &'a Patterns,
    seen: &Seen<'_, W, N>,
    config: &PatternConfig,
) -> Option<Chosen<'a>> {
    let (own, others) = &seen.clusters;
    let challenger = others.first();
    let stays = own.is_concept(config) && challenger.is_none_or(|it| it.weight <= SWITCH * own.weight);
    let cluster = if stays { own } else { challenger? };
    let motifs = cluster.names(seen.field, config);
    let is = |old: &&Attractor| 2 * shared(&old.motifs, &motifs) >= old.motifs.len().max(1);
    // The active one first; else the one that shares most, of several the oldest.
    let known = patterns.active().filter(|_| stays).filter(is).or_else(|| {
        let mut known: Vec<&Attractor> = patterns.living().filter(is).collect();
        known.sort_by_key(|old| std::cmp::Reverse(shared(&old.motifs, &motifs)));
        known.first().copied()
    });
    Some((motifs, cluster.weight, known))
}

/// Of which kind a pattern would be that forms now.
fn kind<W, N>(seen: &Seen<'_, W, N>, motifs: &[String]) -> AttractorType {
    if seen.alarm {
        AttractorType::Adversarial
    } else if seen.correcting {
        AttractorType::Reflective
    } else if motifs.iter().all(|name| !(seen.asked)(name)) {
        AttractorType::Generative
    } else {
        AttractorType::Symbolic
    }
}

/// Says that a pattern formed, became active again, changed its state.
fn formed(
    before: Option<&Attractor>,
    old: Option<&Attractor>,
    now: &Attractor,
    cause: String,
    turn: u32,
    events: &mut Vec<PatternEvent>,
) {
    let other = before.map(|it| it.id.clone()).filter(|id| *id != now.id);
    match old {
        None => {
            let cause = format!("{} motifs recur together, density {:.3}", now.motifs.len(), now.density);
            let event = PatternEvent::new(turn, PatternChange::Formed, now, cause);
            events.push(PatternEvent {
                to: Some(now.lifecycle_state),
                other: now.parent_id.clone(),
                ..event
            });
        }
        Some(_) if before.is_none_or(|before| before.id != now.id) => {
            let cause = format!("its motifs are the heaviest again, density {:.3}", now.density);
            let event = PatternEvent::new(turn, PatternChange::Activated, now, cause);
            events.push(PatternEvent { to: Some(now.lifecycle_state), other, ..event });
        }
        Some(_) => {}
    }
    if let Some(from) = old.map(|old| old.lifecycle_state).filter(|from| *from != now.lifecycle_state) {
        let event = PatternEvent::new(turn, PatternChange::Transition, now, cause);
        events.push(PatternEvent { from: Some(from), to: Some(now.lifecycle_state), ..event });
    }
}

/// Evaluates the living patterns that share enough motifs with the active one (SRIP-02: 60 %). Where
/// vectors are at hand, they must mean the same to be merged.
fn merge(
    patterns: &Patterns,
    old: Option<&Attractor>,
    now: &mut Attractor,
    cycle: &Cycle<'_>,
    events: &mut Vec<PatternEvent>,
) {
    if old.is_some_and(|old| old.motifs == now.motifs) {
        return;
    }
    for other in patterns.living().filter(|other| other.id != now.id) {
        let both = shared(&other.motifs, &now.motifs);
        let fewer = other.motifs.len().min(now.motifs.len()).max(1);
        if (both as f64) < cycle.config.merge_overlap * fewer as f64 {
            continue;
        }
        let meaning = patterns
            .direction(&now.id)
            .zip(patterns.direction(&other.id))
            .and_then(|(one, other)| one.cosine(other));
        let merges = meaning.is_none_or(|cosine| cosine >= SAME_MEANING);
        let meant =
            meaning.map_or_else(String::new, |cosine| format!(", cosine of their replies {cosine:.3}"));
        let cause = format!("shares {both} of {fewer} motifs with \"{}\"{meant}", other.name);
        let change = if merges { PatternChange::Merged } else { PatternChange::KeptApart };
        let known = |event: &PatternEvent| {
            event.event == change && event.pattern == now.id && event.other.as_ref() == Some(&other.id)
        };
        if merges {
            now.kind = AttractorType::Synthetic;
        } else if patterns.registry().iter().any(known) {
            continue;
        }
        let event = PatternEvent::new(cycle.turn, change, now, cause);
        events.push(PatternEvent { other: Some(other.id.clone()), ..event });
    }
}

/// Dissolves what has faded, and the lightest where more live than may.
fn faded<W, N>(
    patterns: &Patterns,
    seen: &Seen<'_, W, N>,
    cycle: &Cycle<'_>,
    mut update: Update,
    gone: Option<&str>,
) -> Update
where
    W: Fn(&str) -> f64,
{
    let merged = |id: &str, events: &[PatternEvent]| {
        events.iter().any(|it| it.event == PatternChange::Merged && it.other.as_deref() == Some(id))
    };
    let active = update.attractor.as_ref().map(|it| it.id.clone());
    let shared = update.attractor.as_ref().map(|it| it.motifs.clone()).unwrap_or_default();
    let mut dormant: Vec<(f64, &Attractor)> = patterns
        .living()
        .filter(|it| Some(&it.id) != active.as_ref() && Some(it.id.as_str()) != gone)
        .filter(|it| !merged(&it.id, &update.events))
        .map(|it| (weigh(&it.motifs, seen), it))
        .collect();
    // Stable: of the same weight the oldest goes first.
    dormant.sort_by(|one, other| one.0.total_cmp(&other.0));
    let most = cycle.config.max_living.saturating_sub(usize::from(active.is_some()));
    let surplus = dormant.len().saturating_sub(most);
    for (n, (weight, it)) in dormant.into_iter().enumerate() {
        let cause = if has_faded(&it.motifs, &shared, seen) {
            format!("its motifs have faded, weight {weight:.3}")
        } else if n < surplus {
            format!("the lightest of more than {} patterns, weight {weight:.3}", cycle.config.max_living)
        } else {
            continue;
        };
        let event = PatternEvent::new(cycle.turn, PatternChange::Dissolved, it, cause);
        update.events.push(event);
    }
    update
}

/// A dissolution of what has fragmented: its motifs lose half of their weight (ERI).
fn dissolved(it: &Attractor, cause: String, turn: u32) -> PatternEvent {
    let event = PatternEvent::new(turn, PatternChange::Dissolved, it, cause);
    PatternEvent { from: Some(Lifecycle::Fragmenting), ..event }
}

/// Whether over half of some motifs, those that are `shared` left out, have faded.
fn has_faded<W, N>(motifs: &[String], shared: &[String], seen: &Seen<'_, W, N>) -> bool
where
    W: Fn(&str) -> f64,
{
    let own = || motifs.iter().filter(|name| !shared.contains(name));
    2 * own().filter(|name| (seen.weight)(name) < FADED).count() > own().count()
}

fn weigh<W, N>(motifs: &[String], seen: &Seen<'_, W, N>) -> f64
where
    W: Fn(&str) -> f64,
{
    motifs.iter().map(|name| (seen.weight)(name)).sum()
}

fn share(motifs: &[String], holds: &dyn Fn(&str) -> bool) -> f64 {
    motifs.iter().filter(|name| holds(name)).count() as f64 / motifs.len().max(1) as f64
}

fn shared(one: &[String], other: &[String]) -> usize {
    one.iter().filter(|name| other.contains(name)).count()
}

#[cfg(test)]
mod tests;
