//! What the user says: facts told, changed and asked for later, a plan, and talk in between.
//!
//! Owns the order and what a right answer is. Follows from the seed; knows neither agents nor
//! simulator. The words are in `script_words`.

use std::collections::BTreeMap;

use super::script_words as words;
use crate::bootstrap::Dice;
use crate::simulator::Rule;

/// One line of the user.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    /// What is asked for.
    pub(super) asks: Option<String>,
    /// What is told: subject and value.
    pub(super) tells: Option<(String, String)>,
    /// Whether it asks the assistant for its name.
    pub(super) probes: bool,
}

/// A conversation to be held.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Script {
    pub(super) identity: String,
    /// The name that the assistant goes by.
    pub(super) name: String,
    pub(super) rules: Vec<Rule>,
    pub(super) lines: Vec<Line>,
}

/// Facts that are told at the beginning; further ones come one in so many turns.
const EARLY: usize = 6;
const FURTHER: usize = 11;

/// A question in so many turns, a change in so many, a step of the plan in so many.
const ASK: usize = 6;
const CHANGE: usize = 37;
const STEP: usize = 13;

/// Turns in which something is not asked for again.
const RECENT: usize = 4;

/// The assistant is asked for its name one in so many turns.
const PROBE: usize = 27;

/// The rules' word limit: a usual reply has about 70.
const WORDS: usize = 120;

impl Script {
    /// The script of a seed.
    pub(super) fn new(seed: u64, turns: u32) -> Self {
        let mut dice = Dice::of(seed ^ 0x0005_c21b_7000);
        let (who, sign_off) = words::CHARACTERS[dice.below(words::CHARACTERS.len())];
        let rules = vec![
            Rule::NoLists,
            Rule::NoExclamations,
            Rule::AtMost(WORDS),
            Rule::SignOff(sign_off.to_owned()),
        ];
        let stated: Vec<String> = rules.iter().map(Rule::stated).collect();
        let name = who.split([' ', ',']).nth(2).unwrap_or_default().to_owned();
        let mut writer = Writer { untold: subjects(&mut dice), told: BTreeMap::new(), dice };
        let lines = (0..turns as usize).map(|turn| writer.line(turn)).collect();
        Self { identity: format!("{who}\n{}", stated.join("\n")), name, rules, lines }
    }
}

/// The values that hold, as the user tells them.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(BTreeMap<String, String>);

impl Known {
    /// Takes in a line.
    pub(super) fn hear(&mut self, line: &Line) {
        if let Some((subject, value)) = &line.tells {
            self.0.insert(subject.clone(), value.clone());
        }
    }

    pub(super) fn value(&self, subject: &str) -> Option<&str> {
        self.0.get(subject).map(String::as_str)
    }
}

/// What a fact is of.
#[derive(Clone, Copy)]
enum Subject {
    Number(&'static str, &'static str),
    Person(&'static str),
    Place(&'static str),
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Self::Number(name, _) | Self::Person(name) | Self::Place(name) => name,
        }
    }

    fn value(self, dice: &mut Dice) -> String {
        match self {
            Self::Number(_, unit) => format!("{} {unit}", 12 + dice.below(880)),
            Self::Person(_) => {
                format!("{} {}", one(&words::FIRST_NAMES, dice), one(&words::LAST_NAMES, dice))
            }
            Self::Place(_) => format!("in {}", one(&words::SPOTS, dice)),
        }
    }
}

fn subjects(dice: &mut Dice) -> Vec<Subject> {
    let numbers = words::NUMBERS.iter().map(|(name, unit)| Subject::Number(name, unit));
    let people = words::PEOPLE.iter().map(|name| Subject::Person(name));
    let places = words::PLACES.iter().map(|name| Subject::Place(name));
    let mut ordered: Vec<Subject> = numbers.chain(people).chain(places).collect();
    let mut mixed = Vec::new();
    while !ordered.is_empty() {
        mixed.push(ordered.swap_remove(dice.below(ordered.len())));
    }
    mixed
}

fn one<'a>(from: &[&'a str], dice: &mut Dice) -> &'a str {
    from.get(dice.below(from.len())).copied().unwrap_or_default()
}

struct Writer {
    untold: Vec<Subject>,
    /// What was told, with its value and the turn it was last asked for or told.
    told: BTreeMap<&'static str, (Subject, String, usize)>,
    dice: Dice,
}

impl Writer {
    fn line(&mut self, turn: usize) -> Line {
        let plain = |text: String| Line { text, ..Line::default() };
        if turn == 0 {
            return plain(words::OPENING.to_owned());
        }
        let early = turn <= 2 * EARLY && turn % 2 == 1;
        if (early || turn.is_multiple_of(FURTHER))
            && let Some(subject) = self.untold.pop()
        {
            return self.tell(subject, &words::TOLD, turn);
        }
        if turn % CHANGE == CHANGE - 1
            && let Some(subject) = self.known(turn)
        {
            return self.tell(subject, &words::CHANGED, turn);
        }
        if turn % ASK == ASK - 1
            && let Some(subject) = self.known(turn)
        {
            return self.ask(subject, turn);
        }
        if turn % PROBE == PROBE - 1 {
            return Line { text: words::PROBE.to_owned(), probes: true, ..Line::default() };
        }
        let topic = self.topic();
        if turn % STEP == STEP - 1 {
            let step = 1 + (turn / STEP) % 8;
            return plain(format!("On to step {step} of the plan, the {topic}. Where do we begin?"));
        }
        let other = self.topic();
        plain(one(&words::TALK, &mut self.dice).replace("{t}", &topic).replace("{u}", &other))
    }

    fn topic(&mut self) -> String {
        format!("{} {}", one(&words::ADJECTIVES, &mut self.dice), one(&words::NOUNS, &mut self.dice))
    }

    /// One of the subjects, but none of the last few turns.
    fn known(&mut self, turn: usize) -> Option<Subject> {
        let known: Vec<Subject> =
            self.told.values().filter(|told| told.2 + RECENT <= turn).map(|told| told.0).collect();
        known.get(self.dice.below(known.len())).copied()
    }

    fn tell(&mut self, subject: Subject, forms: &[&str], turn: usize) -> Line {
        let name = subject.name();
        let before = self.told.get(name).map(|told| told.1.clone());
        let mut value = subject.value(&mut self.dice);
        while before.as_ref() == Some(&value) {
            value = subject.value(&mut self.dice);
        }
        self.told.insert(name, (subject, value.clone(), turn));
        let text = one(forms, &mut self.dice).replace("{s}", name).replace("{v}", &value);
        Line { text, tells: Some((name.to_owned(), value)), ..Line::default() }
    }

    fn ask(&mut self, subject: Subject, turn: usize) -> Line {
        let name = subject.name();
        if let Some(told) = self.told.get_mut(name) {
            told.2 = turn;
        }
        let forms: &[&str] =
            if matches!(subject, Subject::Person(_)) { &words::ASKED_WHO } else { &words::ASKED };
        let text = one(forms, &mut self.dice).replace("{s}", name);
        Line { text, asks: Some(name.to_owned()), ..Line::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_was_told_before_and_a_seed_gives_one_script() {
        for (seed, turns) in [(1, 30), (2, 200), (3, 500)] {
            let script = Script::new(seed, turns);
            assert_eq!(script, Script::new(seed, turns));
            assert_ne!(script.lines, Script::new(seed + 9, turns).lines);
            let mut known = Known::default();
            let mut asked = 0;
            for line in &script.lines {
                if let Some(subject) = &line.asks {
                    let value = known.value(subject).unwrap();
                    assert!(line.text.contains(subject.as_str()) && !line.text.contains(value), "{line:?}");
                    asked += 1;
                }
                known.hear(line);
            }
            assert!(asked >= turns / 9, "{asked} of {turns}");
            assert!(script.identity.contains(&script.name) && !script.name.is_empty());
        }
    }
}
