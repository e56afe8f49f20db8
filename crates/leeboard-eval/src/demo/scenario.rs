//! The script of the demo: which line comes in which turn, and which facts hold then.
//!
//! Owns the order of things, scaled to the number of turns, and the bookkeeping of what a right
//! answer is. The words are in `lines`. Knows nothing about agents: both get the same script.

use std::collections::{BTreeMap, BTreeSet};

use super::lines::{FACTS, Fact, OPENING, REMARKS, STEPS};

/// Turns of the whole script; beyond it further rounds follow.
const ROUND: u32 = 120;

/// A step is asked for in every so many turns that hold nothing else.
const TURNS_PER_STEP: usize = 8;

/// Where things stand in the whole script. Facts are told in turns 2 to 24, asked for from
/// turn 30 on, and again 70 to 80 turns after they were told; what has changed in the middle is
/// asked for once more at the end.
const TOLD: [u32; 2] = [2, 2];
const ASKED: [[u32; 2]; 2] = [[30, 3], [71, 3]];
const CHANGED: [u32; 4] = [44, 52, 61, 67];
const CHANGED_ASKED: [u32; 2] = [109, 3];

/// One line of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What the user says.
    pub(super) text: String,
    /// What it is in the script.
    pub(super) kind: Kind,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The first line.
    Opening,
    /// A step of the plan is asked for.
    Step(usize),
    /// Something beside the plan.
    Remark,
    /// A fact is told, or told anew: its name and its value from now on.
    Tell(&'static str, &'static str),
    /// A fact is asked for: its name.
    Ask(&'static str),
}

impl Kind {
    /// The phase in reports.
    pub(super) fn phase(self) -> String {
        match self {
            Self::Opening => "opening".to_owned(),
            Self::Step(number) => format!("step {number}"),
            Self::Remark => "remark".to_owned(),
            Self::Tell(name, _) => format!("tells {name}"),
            Self::Ask(name) => format!("asks {name}"),
        }
    }
}

/// The script for so many turns.
pub(super) fn script(turns: u32) -> Vec<Line> {
    let mut events = place(events(turns), turns);
    let mut fillers = (0..).map(filler);
    (1..=turns)
        .filter_map(|turn| match events.remove(&turn) {
            Some(event) => Some(event),
            None if turn == 1 => Some(Line { text: OPENING.to_owned(), kind: Kind::Opening }),
            None => fillers.next(),
        })
        .collect()
}

/// What must happen, each with its turn in an unscaled script, in order.
fn events(turns: u32) -> Vec<(u32, Line)> {
    let chosen = chosen(turns);
    let mut events = Vec::new();
    for round in 0..turns.div_ceil(ROUND) {
        let start = round * ROUND;
        for (place, fact) in (0..).zip(&FACTS).filter(|(place, _)| chosen.contains(place)) {
            let at = |[first, gap]: [u32; 2], place: u32| start + first + gap * place;
            if round == 0 {
                events.push((at(TOLD, place), tell(fact.told, fact, fact.value)));
            }
            let [first, second, third] = fact.asked.map(|text| ask(text, fact));
            events.push((at(ASKED[0], place), first));
            events.push((at(ASKED[1], place), second));
            // The facts that change stand at every third place.
            let number = place / 3;
            if let Some((text, value)) = fact.change {
                let changed = CHANGED.get(number as usize).copied().unwrap_or_default();
                if round == 0 {
                    events.push((changed, tell(text, fact, value)));
                }
                events.push((at(CHANGED_ASKED, number), third));
            }
        }
    }
    events.sort_by_key(|(at, _)| *at);
    events
}

/// The places of the facts in a script of so many turns: all twelve from 120 turns on, fewer
/// and evenly spread below.
fn chosen(turns: u32) -> BTreeSet<u32> {
    let all = u32::try_from(FACTS.len()).unwrap_or(u32::MAX);
    let count = (turns.min(ROUND) * all).div_ceil(ROUND);
    (0..count).map(|n| n * all / count).collect()
}

fn tell(text: &str, fact: &Fact, value: &'static str) -> Line {
    Line { text: text.to_owned(), kind: Kind::Tell(fact.name, value) }
}

fn ask(text: &str, fact: &Fact) -> Line {
    Line { text: text.to_owned(), kind: Kind::Ask(fact.name) }
}

/// Events at their turns in a script of this length, in the same order, one a turn and none in
/// the first; what falls off the end is left out.
fn place(events: Vec<(u32, Line)>, turns: u32) -> BTreeMap<u32, Line> {
    let mut placed = BTreeMap::new();
    let mut next = 2;
    for (at, line) in events {
        let at = if turns < ROUND { at * turns / ROUND } else { at };
        let turn = at.max(next);
        next = turn + 1;
        if turn <= turns {
            placed.insert(turn, line);
        }
    }
    placed
}

/// The n-th line that carries no fact: a step, then remarks.
fn filler(n: usize) -> Line {
    let step = n / TURNS_PER_STEP;
    if n.is_multiple_of(TURNS_PER_STEP) {
        let again = if step < STEPS.len() { "" } else { ", now for the next group of clinics" };
        let topic = STEPS.get(step % STEPS.len()).copied().unwrap_or_default();
        let text = format!("On to step {} of the plan: {topic}{again}.", step + 1);
        return Line { text, kind: Kind::Step(step + 1) };
    }
    let remark = n - step - 1;
    let text = REMARKS.get(remark % REMARKS.len()).copied().unwrap_or_default();
    let round = remark / REMARKS.len();
    let text = if round == 0 { text.to_owned() } else { format!("Group {} this time. {text}", round + 1) };
    Line { text, kind: Kind::Remark }
}

/// What is known of the facts so far: the present value of each, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known(BTreeMap<&'static str, (&'static str, u32)>);

/// What a right answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) name: &'static str,
    pub(super) value: &'static str,
    /// Turns since it was told.
    pub(super) age: u32,
}

impl Known {
    /// Takes in a line; if it asks for a fact, says what a right answer holds.
    pub(super) fn follow(&mut self, turn: u32, line: &Line) -> Option<Expected> {
        match line.kind {
            Kind::Tell(name, value) => {
                self.0.insert(name, (value, turn));
                None
            }
            Kind::Ask(name) => {
                let &(value, since) = self.0.get(name)?;
                Some(Expected { name, value, age: turn - since })
            }
            Kind::Opening | Kind::Step(_) | Kind::Remark => None,
        }
    }
}

/// Whether a text holds a value as whole words, in any case.
pub(super) fn holds(text: &str, value: &str) -> bool {
    let (text, value) = (text.to_lowercase(), value.to_lowercase());
    text.match_indices(&value).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(script: &[Line], test: fn(Kind) -> bool) -> usize {
        script.iter().filter(|line| test(line.kind)).count()
    }

    #[test]
    fn the_whole_script_has_twelve_facts_four_changes_and_ten_steps() {
        let script = script(120);
        assert_eq!(script.len(), 120);
        assert_eq!(count(&script, |kind| matches!(kind, Kind::Tell(..))), 16);
        assert_eq!(count(&script, |kind| matches!(kind, Kind::Ask(_))), 28);
        assert_eq!(count(&script, |kind| matches!(kind, Kind::Step(_))), 10);
        let texts: BTreeSet<&str> = script.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts.len(), 120, "no line is said twice");
    }

    #[test]
    fn every_question_has_an_answer_that_was_told_before_in_any_length() {
        for turns in [0, 1, 2, 5, 9, 30, 60, 119, 120, 121, 240, 500] {
            let script = script(turns);
            assert_eq!(script.len(), turns as usize);
            let mut known = Known::default();
            for (turn, line) in (1..).zip(&script) {
                let expected = known.follow(turn, line);
                assert_eq!(expected.is_some(), matches!(line.kind, Kind::Ask(_)), "{turns} {line:?}");
                assert!(expected.is_none_or(|expected| !holds(&line.text, expected.value)));
            }
        }
    }

    #[test]
    fn facts_are_asked_for_twenty_to_eighty_turns_later() {
        let mut known = Known::default();
        let ages: Vec<u32> = (1..)
            .zip(&script(120))
            .filter_map(|(turn, line)| known.follow(turn, line))
            .map(|expected| expected.age)
            .collect();
        assert!(ages.iter().all(|age| (20..=82).contains(age)), "{ages:?}");
    }

    #[test]
    fn a_shorter_script_keeps_facts_changes_and_questions_in_balance() {
        let script = script(30);
        assert_eq!(count(&script, |kind| matches!(kind, Kind::Tell(..))), 4);
        assert_eq!(count(&script, |kind| matches!(kind, Kind::Ask(_))), 7);
    }

    #[test]
    fn the_present_value_counts_and_the_old_one_does_not() {
        let line = |text: &str, kind| Line { text: text.to_owned(), kind };
        let mut known = Known::default();
        assert_eq!(known.follow(1, &line("Who?", Kind::Ask("cook"))), None);
        known.follow(2, &line("Ann cooks.", Kind::Tell("cook", "Ann")));
        known.follow(5, &line("Now Bo cooks.", Kind::Tell("cook", "Bo")));
        let expected = known.follow(9, &line("Who cooks?", Kind::Ask("cook"))).unwrap();
        assert_eq!(expected, Expected { name: "cook", value: "Bo", age: 4 });
        assert!(holds("It is \"bo\".", expected.value));
        assert!(!holds("It is Ann, not Bob.", expected.value));
    }
}
