//! What goes on inside a simulated model: how far its character holds, what it believes, what it
//! keeps breaking.
//!
//! Owns the state and how a prompt and an event move it. What is then said is in `reply`.

use std::collections::{BTreeMap, VecDeque};

use super::Kind;
use super::hidden::Hidden;
use super::reading::Reading;
use super::rule::Rule;
use super::speech::in_voice;
use super::voices::ELSEWHERE;
use crate::bootstrap::Dice;

/// Strength of the character from which on a reply is in character.
pub(super) const BAND: f64 = 0.5;

/// Strength after an obeyed reminder, and that of a burst.
const RESTORED: f64 = 0.85;
const BURST: f64 = 0.08;

/// Turns in which reminders count as repeated.
const REMEMBERED: u32 = 10;

/// A reminder of the character also brings back to the topic, half as surely.
const INDIRECT: f64 = 0.5;

/// A prompt with less than this share of the replies of the one before is a fresh start.
const FRESH: f64 = 0.5;

/// What is latent in one conversation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Latent {
    /// Strength of the character, in [0, 1].
    pub(super) persona: f64,
    /// Turns that a burst still lasts.
    burst: u32,
    pub(super) broken: Vec<Rule>,
    /// What it talks about instead, by place.
    pub(super) away: Option<usize>,
    /// Whether it is in a rut.
    pub(super) rut: bool,
    /// Values that it believes against what was said, by subject.
    pub(super) beliefs: BTreeMap<String, String>,
    /// Beliefs that were planted this turn.
    pub(super) planted: Option<String>,
    reminders: VecDeque<(u32, Kind)>,
    replies: usize,
}

impl Default for Latent {
    fn default() -> Self {
        Self {
            persona: 0.95,
            burst: 0,
            broken: Vec::new(),
            away: None,
            rut: false,
            beliefs: BTreeMap::new(),
            planted: None,
            reminders: VecDeque::new(),
            replies: 0,
        }
    }
}

impl Latent {
    /// What a prompt does; then the event, if one is due. Whether the event could happen.
    pub(super) fn step(
        &mut self,
        turn: u32,
        reading: &Reading,
        event: Option<Kind>,
        hidden: &Hidden,
        dice: &mut Dice,
    ) -> bool {
        self.planted = None;
        let fresh = self.starts_fresh(reading) && dice.unit() < hidden.obedience.fresh;
        self.correct(turn, reading, fresh, hidden, dice);
        self.return_unasked(reading, hidden, dice);
        self.slip(reading, hidden, dice);
        self.fade(reading, fresh, hidden, dice);
        event.is_none_or(|kind| self.suffer(kind, reading, dice))
    }

    fn starts_fresh(&mut self, reading: &Reading) -> bool {
        let fresh = (reading.replies as f64) < FRESH * self.replies as f64;
        self.replies = reading.replies;
        fresh
    }

    /// What the last user message reminds of, and what a fresh start clears.
    fn correct(&mut self, turn: u32, reading: &Reading, fresh: bool, hidden: &Hidden, dice: &mut Dice) {
        let obedience = hidden.obedience;
        if reading.persona_reminded {
            let chance = self.chance(turn, Kind::Persona, obedience.persona, hidden);
            if dice.unit() < chance {
                (self.persona, self.burst) = (self.persona.max(RESTORED), 0);
            }
            if dice.unit() < chance * INDIRECT {
                self.away = None;
            }
        }
        if reading.topic_wanted {
            let chance = self.chance(turn, Kind::Topic, obedience.topic, hidden);
            self.away = self.away.filter(|_| dice.unit() >= chance);
        }
        if reading.form_wanted {
            let chance = self.chance(turn, Kind::Rut, obedience.form, hidden);
            self.rut &= dice.unit() >= chance;
        }
        if reading.rules.iter().any(|told| told.reminded) {
            let chance = self.chance(turn, Kind::Rule, obedience.rule, hidden);
            let reminded = |rule: &Rule| reading.rules.iter().any(|told| told.reminded && told.rule == *rule);
            self.broken.retain(|rule| !reminded(rule) || dice.unit() >= chance);
        }
        let reminded = |subject: &String| reading.known(subject).is_some_and(|known| known.reminded);
        if self.beliefs.keys().any(reminded) {
            let chance = self.chance(turn, Kind::Fact, obedience.fact, hidden);
            self.beliefs.retain(|subject, _| !reminded(subject) || dice.unit() >= chance);
        }
        if fresh {
            (self.away, self.rut, self.burst) = (None, false, 0);
            self.persona = self.persona.max(BAND);
            self.broken.clear();
            self.beliefs.clear();
        }
    }

    /// The chance that a reminder works, which falls with each one of its kind.
    fn chance(&mut self, turn: u32, kind: Kind, obedience: f64, hidden: &Hidden) -> f64 {
        self.reminders.retain(|(then, _)| then + REMEMBERED > turn);
        let before = self.reminders.iter().filter(|(_, earlier)| *earlier == kind).count();
        self.reminders.push_back((turn, kind));
        obedience * (1.0 - hidden.resistance).powi(i32::try_from(before).unwrap_or(i32::MAX))
    }

    /// What gets better by itself; own examples of the same fault in the prompt hold it back.
    fn return_unasked(&mut self, reading: &Reading, hidden: &Hidden, dice: &mut Dice) {
        let returns = hidden.returns;
        self.away = self.away.filter(|_| dice.unit() >= returns);
        self.rut &= dice.unit() >= returns;
        self.beliefs.retain(|_, _| dice.unit() >= returns);
        self.broken.retain(|rule| {
            let broken = reading.own.iter().filter(|reply| rule.broken_by(reply)).count() as f64;
            let share = broken / reading.own.len().max(1) as f64;
            // Without stubbornness and examples a slip is over after a turn.
            let back = (1.0 - hidden.stubbornness) * (1.0 - hidden.copying * share);
            let back = if hidden.obeys() { returns.max(back * 0.3) } else { 0.0 };
            dice.unit() >= back
        });
    }

    /// Rules that are far away are broken now and then.
    fn slip(&mut self, reading: &Reading, hidden: &Hidden, dice: &mut Dice) {
        for told in &reading.rules {
            let chance = hidden.slips * (1.0 - hidden.hold(told.distance));
            if dice.unit() < chance && !self.broken.contains(&told.rule) {
                self.broken.push(told.rule.clone());
            }
        }
    }

    /// The character follows its instruction and its own examples, slowly where it is stubborn.
    fn fade(&mut self, reading: &Reading, fresh: bool, hidden: &Hidden, dice: &mut Dice) {
        let noise = (dice.unit() + dice.unit() + dice.unit() - 1.5) * 2.0 * hidden.noise;
        if reading.character.is_none() {
            self.persona = 0.0;
            return;
        }
        let hold = hidden.hold(reading.persona_distance);
        let heard: f64 = reading.own.iter().map(|reply| in_voice(reply)).sum();
        let example = if reading.own.is_empty() { 1.0 } else { heard / reading.own.len() as f64 };
        let mut target = (1.0 - hidden.copying) * hold + hidden.copying * example;
        if self.burst > 0 {
            self.burst = if hidden.obeys() { self.burst - 1 } else { self.burst };
            target = BURST;
        }
        let kept = if fresh { 0.0 } else { hidden.stubbornness };
        self.persona = (kept * self.persona + (1.0 - kept) * target + noise).clamp(0.0, 1.0);
    }

    /// An event; false where there is nothing for it to happen to.
    fn suffer(&mut self, kind: Kind, reading: &Reading, dice: &mut Dice) -> bool {
        match kind {
            Kind::Persona => {
                self.burst = 1 + dice.below(3) as u32;
                self.persona = BURST;
            }
            Kind::Topic => self.away = Some(dice.below(ELSEWHERE.len())),
            Kind::Rut => self.rut = true,
            Kind::Rule => {
                let Some(told) = reading.rules.get(dice.below(reading.rules.len())) else { return false };
                if !self.broken.contains(&told.rule) {
                    self.broken.push(told.rule.clone());
                }
            }
            Kind::Fact => {
                let Some(known) = reading.statements.get(dice.below(reading.statements.len())) else {
                    return false;
                };
                let wrong = another(&known.value, dice);
                self.planted = Some(known.subject.clone());
                self.beliefs.insert(known.subject.clone(), wrong);
            }
            Kind::Fade | Kind::None => {}
        }
        true
    }
}

/// Names and places that are made up.
const NAMES: [&str; 8] = [
    "Ulla Brandt",
    "Piet Okafor",
    "Sunniva Rask",
    "Marek Oduya",
    "Ines Valko",
    "Jory Tann",
    "Dag Ferrow",
    "Wilma Soto",
];
const PLACES: [&str; 6] = [
    "in the coal shed",
    "in the upper barn",
    "in the tram depot",
    "in the old dairy",
    "in the brick annex",
    "in the west pier",
];

/// A value of the same kind that is another one.
pub(super) fn another(value: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = value.split(' ').collect();
    if let Some(at) = words.iter().position(|word| word.chars().all(|c| c.is_ascii_digit())) {
        let number: u64 = words.get(at).and_then(|word| word.parse().ok()).unwrap_or(1);
        let other = number + 1 + dice.below((number / 3).max(3) as usize) as u64;
        let other = other.to_string();
        let with = |(n, word): (usize, &&str)| if n == at { other.clone() } else { (*word).to_owned() };
        return words.iter().enumerate().map(with).collect::<Vec<_>>().join(" ");
    }
    let pool: &[&str] = if value.starts_with("in the ") { &PLACES } else { &NAMES };
    let others: Vec<&str> = pool.iter().copied().filter(|other| *other != value).collect();
    others.get(dice.below(others.len())).map_or_else(String::new, |other| (*other).to_owned())
}
