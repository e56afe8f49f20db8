//! Anchor facts: what the user has stated, in the user's words, as lines for a prompt.
//!
//! Owns which sentences still hold, how much each matters, and the lines that stand in a
//! session's prompts until the next trim. Reading facts from text is in `facts`; the room they
//! may take and where they stand is in `prompt`.

mod compact;
mod places;
mod task;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::episodes::SummaryLine;
use super::facts::{Fact, Facts, Slot, Source};
use crate::text;

pub use places::{FactPlace, Place, fact_places};

pub(crate) use compact::compact;
pub(crate) use places::fact_place;
pub(crate) use task::{task_changes, task_lines};

/// The anchor facts that stand in front of the window, as decided when it was trimmed last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Anchors {
    /// The turn whose prompt they were written for; 0 before the first trim.
    pub turn: u32,
    /// The task frame: goal, steps with their states, decisions, demands, promises.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub task: Vec<AnchorLine>,
    /// One line for each message, oldest first.
    pub lines: Vec<AnchorLine>,
    /// What earlier stretches were about, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<SummaryLine>,
}

/// What one message of the user has stated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AnchorLine {
    /// The turn it was said in.
    pub turn: u32,
    /// The message's id.
    pub message: String,
    /// Whose words.
    pub source: Source,
    /// The words, without fillers.
    pub text: String,
}

impl Anchors {
    /// The lines that hold these statements, those of one message joined.
    pub(crate) fn of(turn: u32, mut statements: Vec<Statement>) -> Self {
        statements.sort_by_key(|statement| (statement.source, statement.turn, statement.place));
        let mut lines: Vec<AnchorLine> = Vec::new();
        for statement in statements {
            match lines.last_mut() {
                Some(line) if line.turn == statement.turn && line.message == statement.message => {
                    line.text.push(' ');
                    line.text.push_str(&statement.text);
                }
                _ => lines.push(AnchorLine {
                    turn: statement.turn,
                    message: statement.message,
                    source: statement.source,
                    text: statement.text,
                }),
            }
        }
        Self { turn, task: Vec::new(), lines, earlier: Vec::new() }
    }

    /// Whether a statement stands in the lines.
    pub(crate) fn hold(&self, statement: &Statement) -> bool {
        self.frame(statement) || self.quotes(statement)
    }

    /// Whether the task frame quotes a statement.
    pub(crate) fn frame(&self, statement: &Statement) -> bool {
        self.task
            .iter()
            .any(|line| line.message == statement.message && line.text.contains(&statement.sentence))
    }

    fn quotes(&self, statement: &Statement) -> bool {
        self.lines
            .iter()
            .any(|line| line.message == statement.message && line.text.contains(&statement.sentence))
    }

    /// Whether something of a message stands in the lines.
    pub(crate) fn quote(&self, turn: u32, message: &str) -> bool {
        self.lines.iter().chain(&self.task).any(|line| line.turn == turn && line.message == message)
    }
}

/// A sentence that states something which still holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) turn: u32,
    pub(crate) message: String,
    pub(crate) source: Source,
    /// The sentence without fillers, with what of it holds no longer.
    pub(crate) text: String,
    /// The sentence without fillers.
    pub(crate) sentence: String,
    /// How much it matters that it is not forgotten, in [0, 1].
    pub(crate) importance: f64,
    /// Whether it stands in every prompt that has room: the user pinned it or entered it.
    pub(crate) kept: bool,
    /// Whether it stands in no message: the user entered it.
    pub(crate) entered: bool,
    /// Where it stands among the session's statements.
    pub(crate) place: usize,
}

impl Statement {
    /// Its words, for telling what it repeats.
    pub(crate) fn words(&self) -> BTreeSet<String> {
        text::words(&self.text).collect()
    }
}

/// The statements that still hold, of turns before one or entered into the memory, oldest first.
pub(crate) fn statements(facts: &Facts, before: u32) -> Vec<Statement> {
    let mut groups: Vec<Vec<&Fact>> = Vec::new();
    let said = |fact: &&Fact| fact.turn < before || fact.entered;
    for fact in facts.all().filter(said).filter(|fact| is_anchor(fact)) {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| same_sentence(first, fact)) => group.push(fact),
            _ => groups.push(vec![fact]),
        }
    }
    let steps: Vec<&Fact> = facts.all().filter(|fact| task::is_task(fact)).collect();
    groups.retain(|group| !task::tells(&steps, group));
    let numbered = groups.iter().enumerate();
    numbered.filter_map(|(place, group)| statement(place, group)).collect()
}

/// The user's words. The steps of the plan stand in the task frame.
fn is_anchor(fact: &Fact) -> bool {
    fact.source == Source::User && !task::is_task(fact) && !task::is_consent(fact)
}

fn same_sentence(one: &Fact, other: &Fact) -> bool {
    (one.turn, one.source, &one.message, &one.words)
        == (other.turn, other.source, &other.message, &other.words)
}

fn statement(place: usize, group: &[&Fact]) -> Option<Statement> {
    let first = group.first()?;
    // What was told as past ended in its own turn and is as true as before.
    let holds = |fact: &&&Fact| fact.until.is_none_or(|until| until <= fact.turn);
    let holding: Vec<&Fact> = group.iter().filter(holds).copied().collect();
    let sentence = compact(&first.words);
    let text = if holding.len() == group.len() {
        // "Actually it is 1,200 pounds": of what, an earlier sentence said.
        let told = holding.iter().find(|fact| fact.is_told_elsewhere());
        told.map_or_else(|| sentence.clone(), |fact| format!("{sentence} ({})", fact.in_words()))
    } else if holding.iter().any(|fact| fact.slot != Slot::Statement) {
        format!("{sentence} ({})", changed(&sentence, group))
    } else {
        return None;
    };
    let importance = holding.iter().map(|fact| fact.importance()).fold(0.0, f64::max);
    (!text.is_empty()).then(|| Statement {
        turn: first.turn,
        message: first.message.clone(),
        source: first.source,
        importance: (importance + concreteness(&text)).clamp(0.0, 1.0),
        kept: holding.iter().any(|fact| fact.pinned || fact.entered),
        entered: holding.iter().any(|fact| fact.entered),
        text,
        sentence,
        place,
    })
}

/// What of a sentence holds no longer: "since turn 20 no longer: Odense".
fn changed(sentence: &str, group: &[&Fact]) -> String {
    let mut parts: Vec<(u32, Vec<String>)> = Vec::new();
    for fact in group {
        let Some(until) = fact.until.filter(|&until| until > fact.turn) else { continue };
        // In the sentence's own words where they say it.
        let own = !fact.shown.is_empty() && sentence.contains(&fact.shown);
        let said = if own { fact.shown.clone() } else { fact.in_words() };
        match parts.iter_mut().find(|part| part.0 == until) {
            Some(part) if part.1.contains(&said) => {}
            Some(part) => part.1.push(said),
            None => parts.push((until, vec![said])),
        }
    }
    let told = parts.iter().map(|(turn, said)| format!("since turn {turn} no longer: {}", said.join(", ")));
    told.collect::<Vec<_>>().join("; ")
}

/// How much a sentence says that could not be guessed: figures and names over bare feelings and
/// opinions. Our ordering; nothing was fitted.
fn concreteness(text: &str) -> f64 {
    let figure = text.bytes().any(|byte| byte.is_ascii_digit());
    let words = || text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let name = words().skip(1).any(|word| {
        word.chars().next().is_some_and(char::is_uppercase) && word != "I" && !word.starts_with("I'")
    });
    let opinion = words().take(4).any(|word| OPINIONS.contains(&word.to_ascii_lowercase().as_str()));
    0.15 * f64::from(u8::from(figure)) + 0.1 * f64::from(u8::from(name)) - 0.1 * f64::from(u8::from(opinion))
}

/// Verbs and adjectives that open an opinion or a mood rather than a fact.
const OPINIONS: [&str; 22] = [
    "think",
    "thinking",
    "feel",
    "feels",
    "felt",
    "guess",
    "wonder",
    "wondering",
    "know",
    "believe",
    "suppose",
    "hope",
    "wish",
    "want",
    "wanted",
    "afraid",
    "scared",
    "worried",
    "glad",
    "read",
    "heard",
    "found",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Entry, Message, Role};

    fn learn(messages: &[&str]) -> Facts {
        let mut facts = Facts::default();
        for (n, text) in messages.iter().enumerate() {
            let turn = n as u32 + 1;
            let entry = Entry::new(format!("u{turn}"), Message::text(Role::User, *text));
            let stated = facts.stated_by_user(turn, &[entry]);
            facts.learn(&stated, 2_000);
        }
        facts
    }

    fn lines(facts: &Facts, before: u32) -> Vec<String> {
        let lines = Anchors::of(before, statements(facts, before)).lines;
        lines.into_iter().map(|line| format!("{}: {}", line.turn, line.text)).collect()
    }

    #[test]
    fn what_was_superseded_is_told_as_such_or_not_at_all() {
        let facts = learn(&[
            "I live in Odense and I have two dogs.",
            "What is a fjord?",
            "We moved: I live in Aarhus now.",
        ]);
        let changed = "1: I live in Odense and I have two dogs. (since turn 3 no longer: Odense)";
        assert_eq!(lines(&facts, 3), [changed]);
        assert_eq!(lines(&facts, 4), [changed, "3: We moved: I live in Aarhus now."]);
    }

    #[test]
    fn a_sentence_whose_facts_have_all_ended_is_gone() {
        let facts =
            learn(&["I live in Odense.", "I call my car \"Betsy\".", "I moved, I live in Aarhus now."]);
        assert_eq!(lines(&facts, 3), ["2: I call my car \"Betsy\"."]);
    }

    #[test]
    fn a_correction_that_names_nothing_says_what_it_is_about() {
        let facts =
            learn(&["My budget is 900 pounds.", "What is a fjord?", "Why?", "Actually it is 1,200 pounds."]);
        assert_eq!(lines(&facts, 5), ["4: Actually it is 1,200 pounds. (budget: 1,200 pounds)"]);
    }

    #[test]
    fn sentences_of_one_message_share_a_line_and_past_times_stay() {
        let facts = learn(&["My father was a baker. I used to row every morning."]);
        assert_eq!(lines(&facts, 2), ["1: My father was a baker. I used to row every morning."]);
    }

    #[test]
    fn figures_matter_more_than_moods() {
        let facts = learn(&["I feel a bit lost lately.", "My boat is 9 metres long."]);
        let found = statements(&facts, 3);
        assert!(found[1].importance > found[0].importance + 0.3, "{found:?}");
    }
}
