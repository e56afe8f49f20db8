//! The figures of an agent over many trials, with intervals.
//!
//! Owns the sums. What an episode is stands in `episodes`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::episodes::{self, Episode, is_excused};
use super::trial::Trial;
use crate::bootstrap::{self, Dice};

/// Bootstrap samples of seeds.
const DRAWS: usize = 400;

/// What is measured of one agent. Rates are over all turns, shares and turns over planted
/// episodes; `null` where there are none, and in a percentile also where it lies among episodes
/// that were never detected or never over.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// Conversations.
    pub trials: usize,
    /// Turns out of character.
    pub off_persona_per_100: f64,
    /// Turns that state a value that does not hold, or do not give one that is asked for.
    pub wrong_facts_per_100: f64,
    /// The part of them in which none was given.
    pub unanswered_per_100: f64,
    /// Share of the questions for something told that got the right value and no other.
    pub facts_right: Option<f64>,
    /// Turns that break a rule.
    pub broken_rules_per_100: f64,
    /// Turns about something else.
    pub off_topic_per_100: f64,
    /// Planted episodes.
    pub episodes: usize,
    /// Turns from an onset to the first flag.
    pub detection_delay_p95: Option<f64>,
    /// Share of planted episodes that were flagged within two turns after the onset.
    pub detected_within_2: Option<f64>,
    /// Turns from the first flag back into the band; models that obey only.
    pub recovery_turns_p95: Option<f64>,
    /// Share of planted episodes over within three turns of the first flag; models that obey only.
    pub recovered_within_3: Option<f64>,
    /// Share of planted episodes that were over before the end; models that obey only.
    pub recovered_share: Option<f64>,
    /// Episodes without an event, and the share of them that was flagged.
    pub unplanted: usize,
    /// The share of them that was flagged.
    pub unplanted_detected: Option<f64>,
    /// Turns whose prompt corrected something, or that restarted the window or asked again.
    pub interventions_per_100: f64,
    /// Those for which nothing was out of band.
    pub false_interventions_per_100: f64,
    /// Three or more episodes of a kind in close order.
    pub oscillations: usize,
    /// Tokens of a turn's prompts.
    pub prompt_tokens_mean: f64,
    /// Tokens to pay for in a turn, a cached one counting a tenth.
    pub billed_tokens_mean: f64,
    /// Share of prompt tokens that a provider's cache would serve.
    pub cached_share: Option<f64>,
    /// Models that obey nothing: their number, and interventions there.
    pub not_responding: NotResponding,
}

/// What is done about models that obey nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NotResponding {
    /// Conversations with such a model.
    pub trials: usize,
    /// As for all.
    pub interventions_per_100: Option<f64>,
}

/// Figures with a 95 % interval, from samples of seeds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Measured {
    /// The figures.
    #[serde(flatten)]
    pub figures: Figures,
    /// The intervals, by name of the figure.
    pub intervals: BTreeMap<&'static str, [f64; 2]>,
}

/// The figures that have intervals.
type Part = (&'static str, fn(&Figures) -> Option<f64>);
const PARTS: [Part; 7] = [
    ("off_persona_per_100", |it| Some(it.off_persona_per_100)),
    ("wrong_facts_per_100", |it| Some(it.wrong_facts_per_100)),
    ("broken_rules_per_100", |it| Some(it.broken_rules_per_100)),
    ("detected_within_2", |it| it.detected_within_2),
    ("recovered_within_3", |it| it.recovered_within_3),
    ("interventions_per_100", |it| Some(it.interventions_per_100)),
    ("false_interventions_per_100", |it| Some(it.false_interventions_per_100)),
];

impl Measured {
    /// Of these trials.
    pub(super) fn of(trials: &[&Trial]) -> Self {
        let sums: Vec<Sums> = trials.iter().map(|trial| Sums::of(trial)).collect();
        let figures = Sums::figures(sums.iter());
        let mut dice = Dice::default();
        let mut drawn: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
        for _ in 0..if sums.len() > 1 { DRAWS } else { 0 } {
            let sample = (0..sums.len()).filter_map(|_| sums.get(dice.below(sums.len())));
            let figures = Sums::figures(sample.collect::<Vec<_>>().into_iter());
            for (name, part) in PARTS {
                drawn.entry(name).or_default().extend(part(&figures));
            }
        }
        let interval = |(name, drawn)| Some((name, bootstrap::interval(drawn)?));
        Self { figures, intervals: drawn.into_iter().filter_map(interval).collect() }
    }
}

/// What is added up of one trial.
struct Sums {
    turns: usize,
    off_persona: usize,
    wrong: usize,
    unanswered: usize,
    asked: usize,
    right: usize,
    broken: usize,
    off_topic: usize,
    interventions: usize,
    unfounded: usize,
    tokens: [usize; 3],
    episodes: Vec<Episode>,
    oscillations: usize,
    obeys: bool,
}

impl Sums {
    fn of(trial: &Trial) -> Self {
        let turns = &trial.turns;
        let count = |test: &dyn Fn(usize) -> bool| (0..turns.len()).filter(|&at| test(at)).count();
        let of = |at: usize, test: fn(&super::trial::Turn) -> bool| turns.get(at).is_some_and(test);
        let acts = |at: usize| of(at, |turn| !turn.rungs.is_empty());
        let episodes = episodes::episodes(trial);
        Self {
            turns: turns.len(),
            off_persona: count(&|at| of(at, |turn| turn.truth.off_persona)),
            wrong: count(&|at| of(at, |turn| turn.wrong_fact)),
            unanswered: count(&|at| of(at, |turn| turn.unanswered)),
            asked: count(&|at| of(at, |turn| turn.asked)),
            right: count(&|at| of(at, |turn| turn.asked && !turn.wrong_fact)),
            broken: count(&|at| of(at, |turn| !turn.truth.broken.is_empty())),
            off_topic: count(&|at| of(at, |turn| turn.truth.off_topic)),
            interventions: count(&acts),
            unfounded: count(&|at| acts(at) && !is_excused(turns, at)),
            tokens: [
                turns.iter().map(|turn| turn.prompt_tokens).sum(),
                turns.iter().map(|turn| turn.billed_tokens).sum(),
                turns.iter().map(|turn| turn.cached_tokens).sum(),
            ],
            oscillations: episodes::cycles(&episodes).len(),
            episodes,
            obeys: trial.obeys,
        }
    }

    fn figures<'a>(sums: impl Iterator<Item = &'a Self> + Clone) -> Figures {
        let total = |part: fn(&Self) -> usize| sums.clone().map(part).sum::<usize>();
        let turns = total(|it| it.turns);
        let share = |part: usize, of: usize| if of == 0 { 0.0 } else { part as f64 / of as f64 };
        let rate = |part: fn(&Self) -> usize| 100.0 * share(total(part), turns);
        let some = |part: usize, of: usize| (of > 0).then(|| share(part, of));
        let planted = |obeying: bool| {
            let sums = sums.clone().filter(move |it| it.obeys || !obeying);
            sums.flat_map(|it| &it.episodes).filter(|it| it.planted).collect::<Vec<_>>()
        };
        let (all, obeying) = (planted(false), planted(true));
        let within = |from: &[&Episode], most: usize, turns: fn(&Episode) -> Option<usize>| {
            some(from.iter().filter(|it| turns(it).is_some_and(|it| it <= most)).count(), from.len())
        };
        let unplanted: Vec<&Episode> =
            sums.clone().flat_map(|it| &it.episodes).filter(|it| !it.planted).collect();
        let deaf = sums.clone().filter(|it| !it.obeys);
        let deaf_turns = deaf.clone().map(|it| it.turns).sum();
        let detected = unplanted.iter().filter(|it| it.detected.is_some()).count();
        let prompt = total(|it| it.tokens[0]);
        Figures {
            trials: sums.clone().count(),
            off_persona_per_100: rate(|it| it.off_persona),
            wrong_facts_per_100: rate(|it| it.wrong),
            unanswered_per_100: rate(|it| it.unanswered),
            facts_right: some(total(|it| it.right), total(|it| it.asked)),
            broken_rules_per_100: rate(|it| it.broken),
            off_topic_per_100: rate(|it| it.off_topic),
            episodes: all.len(),
            detection_delay_p95: p95(&all, Episode::delay),
            detected_within_2: within(&all, 2, Episode::delay),
            recovery_turns_p95: p95(&obeying, Episode::recovery),
            recovered_within_3: within(&obeying, 3, Episode::recovery),
            recovered_share: within(&obeying, usize::MAX, Episode::recovery),
            unplanted_detected: some(detected, unplanted.len()),
            unplanted: unplanted.len(),
            interventions_per_100: rate(|it| it.interventions),
            false_interventions_per_100: rate(|it| it.unfounded),
            oscillations: total(|it| it.oscillations),
            prompt_tokens_mean: share(prompt, turns),
            billed_tokens_mean: share(total(|it| it.tokens[1]), turns),
            cached_share: some(total(|it| it.tokens[2]), prompt),
            not_responding: NotResponding {
                trials: deaf.clone().count(),
                interventions_per_100: some(deaf.map(|it| it.interventions).sum(), deaf_turns)
                    .map(|share| 100.0 * share),
            },
        }
    }
}

/// The 95th percentile (nearest rank); `None` is later than any turn.
fn p95(episodes: &[&Episode], turns: fn(&Episode) -> Option<usize>) -> Option<f64> {
    let mut found: Vec<usize> = episodes.iter().map(|it| turns(it).unwrap_or(usize::MAX)).collect();
    found.sort_unstable();
    let rank = (found.len() * 95).div_ceil(100).checked_sub(1)?;
    found.get(rank).filter(|&&turns| turns != usize::MAX).map(|&turns| turns as f64)
}
