//! How the stand-in puts things: sentences from small banks, none repeated while it is recent.
//!
//! Owns the choosing and filling of sentences; the banks themselves are in `banks`. Says
//! nothing true: only `facts` brings in what the prompt holds.

use super::banks;
use super::dice::Dice;
use super::facts::words;

/// How many of its last replies the stand-in looks back on so as not to repeat itself.
const RECENT: usize = 8;

/// Words of a request that cannot be its subject.
const NO_SUBJECT: [&str; 62] = [
    "about",
    "after",
    "again",
    "also",
    "before",
    "could",
    "does",
    "done",
    "everything",
    "explain",
    "from",
    "give",
    "going",
    "good",
    "have",
    "help",
    "here",
    "into",
    "just",
    "know",
    "let's",
    "like",
    "make",
    "more",
    "much",
    "need",
    "next",
    "now",
    "please",
    "plan",
    "really",
    "shall",
    "should",
    "some",
    "start",
    "step",
    "steps",
    "tell",
    "than",
    "thank",
    "thanks",
    "that",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "think",
    "this",
    "today",
    "want",
    "what",
    "when",
    "where",
    "which",
    "will",
    "with",
    "would",
    "write",
    "your",
];

/// What replies are about and what must not be said again.
pub(super) struct Talk<'a> {
    /// The subjects of the user's message, in order.
    subjects: Vec<String>,
    /// The latest replies.
    recent: &'a [String],
}

impl<'a> Talk<'a> {
    pub(super) fn new(asked: &str, replied: &'a [String]) -> Self {
        let mut subjects = Vec::new();
        for word in words(asked) {
            let plain = word.chars().count() >= 4 && word.chars().all(char::is_alphabetic);
            if plain && !NO_SUBJECT.contains(&word.as_str()) && !subjects.contains(&word) {
                subjects.push(word);
            }
        }
        let start = replied.len().saturating_sub(RECENT);
        Self { subjects, recent: replied.get(start..).unwrap_or_default() }
    }

    /// A paragraph about a step of a plan, 60 to 120 words.
    pub(super) fn step(&self, step: &str, dice: &mut Dice) -> String {
        let mut parts = vec![
            self.pick(&banks::STEP_WORK, dice),
            self.pick(&banks::STEP_CHECK, dice),
            self.pick(&banks::STEP_PEOPLE, dice),
        ];
        // The middle in any order, so that no two paragraphs are built alike.
        for place in (1..parts.len()).rev() {
            parts.swap(place, dice.below(place + 1));
        }
        parts.insert(0, self.pick(&banks::STEP_OPENING, dice));
        parts.push(self.pick(&banks::STEP_CLOSE, dice));
        self.fill(&parts.join(" "), step, dice)
    }

    /// An answer to something that is neither a question of fact nor a step.
    pub(super) fn chat(&self, dice: &mut Dice) -> String {
        let [heard, about, advice, reason] =
            [&banks::HEARD[..], &banks::ABOUT, &banks::ADVICE, &banks::REASON]
                .map(|bank| self.pick(bank, dice));
        let mut text = format!("{heard}: {about}. {advice}, {reason}.");
        if dice.happens(0.6) {
            text = format!("{text} {}", self.pick(&banks::ONWARD, dice));
        }
        self.fill(&text, "", dice)
    }

    /// What the prompt holds, in the user's own words.
    pub(super) fn known(&self, sentence: &str, dice: &mut Dice) -> String {
        let frame = self.pick(&banks::KNOWN, dice);
        frame.replace("{fact}", sentence.trim_matches(['"', ' ']))
    }

    /// That the prompt holds no answer.
    pub(super) fn unknown(&self, dice: &mut Dice) -> String {
        let (unknown, again) = (self.pick(&banks::UNKNOWN, dice), self.pick(&banks::ASK_AGAIN, dice));
        self.fill(&format!("{unknown}, {again}."), "", dice)
    }

    /// The first sentence from a thrown place on that no recent reply has.
    fn pick(&self, bank: &[&'static str], dice: &mut Dice) -> &'static str {
        let start = dice.below(bank.len());
        let from_start = || bank.iter().cycle().skip(start).take(bank.len());
        from_start()
            .find(|sentence| !self.recent.iter().any(|reply| reply.contains(core_of(sentence))))
            .or_else(|| from_start().next())
            .copied()
            .unwrap_or_default()
    }

    fn fill(&self, text: &str, step: &str, dice: &mut Dice) -> String {
        let subject =
            |n: usize, otherwise: &str| self.subjects.get(n).cloned().unwrap_or_else(|| otherwise.to_owned());
        let offset = dice.below(self.subjects.len().min(3));
        let mut thrown = |bank: &[&'static str]| bank.get(dice.below(bank.len())).copied().unwrap_or("");
        text.replace("{topic}", &subject(offset, "main"))
            .replace("{other}", &subject(offset + 1, "remaining"))
            .replace("{step}", step)
            .replace("{time}", thrown(&banks::TIMES))
            .replace("{person}", thrown(&banks::PEOPLE))
            .replace("{tool}", thrown(&banks::TOOLS))
    }
}

/// The longest piece of a sentence without slots, by which it is recognised.
fn core_of(sentence: &'static str) -> &'static str {
    sentence.split(['{', '}']).step_by(2).max_by_key(|piece| piece.len()).unwrap_or(sentence)
}

/// The step that a message asks for: "step 12", "step twelve", "step #12".
pub(super) fn step_of(asked: &str) -> Option<String> {
    let words = words(asked);
    let after = words.iter().zip(words.iter().skip(1)).find(|(word, next)| {
        *word == "step" && (next.parse::<u32>().is_ok() || banks::NUMBERS.contains(&next.as_str()))
    });
    after.map(|(_, step)| step.clone())
}

/// The tone of an assistant that has forgotten who it is, around a reply.
pub(super) fn generic(text: &str, dice: &mut Dice) -> String {
    let mut one = |bank: &[&'static str]| bank.get(dice.below(bank.len())).copied().unwrap_or("");
    let opening = one(&banks::GENERIC_OPENING);
    let close = one(&banks::GENERIC_CLOSE);
    format!("{opening} {text} {close}")
}

/// A bullet list that nobody asked for.
pub(super) fn list(dice: &mut Dice) -> String {
    let start = dice.below(banks::LIST_ITEMS.len());
    let items = banks::LIST_ITEMS.iter().cycle().skip(start).take(4);
    let lead = banks::LIST_LEADS.get(dice.below(banks::LIST_LEADS.len())).copied().unwrap_or("");
    items.fold(lead.to_owned(), |list, item| format!("{list}\n- {item}"))
}

/// Sentences that say nothing and go on too long.
pub(super) fn ramble(dice: &mut Dice) -> String {
    let start = dice.below(banks::RAMBLE.len());
    let sentences: Vec<_> = banks::RAMBLE.iter().cycle().skip(start).take(4).copied().collect();
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::facts::sentences;
    use super::*;

    #[test]
    fn steps_are_found_by_number_or_word() {
        assert_eq!(step_of("Now step 12: sand the hull.").as_deref(), Some("12"));
        assert_eq!(step_of("Please write Step three.").as_deref(), Some("three"));
        assert_eq!(step_of("One step at a time."), None);
    }

    #[test]
    fn a_hundred_steps_have_the_right_length_and_do_not_repeat_themselves() {
        let mut replied: Vec<String> = Vec::new();
        for step in 1..=100 {
            let asked = format!("Step {step} of the plan: sand the hull and order the varnish.");
            let mut dice = Dice::new(step);
            let text = Talk::new(&asked, &replied).step(&step.to_string(), &mut dice);
            let length = text.split_whitespace().count();
            assert!((60..=120).contains(&length), "{length} words: {text}");
            assert!(!text.contains(['{', '}', '!']), "{text}");
            let new: BTreeSet<_> = sentences(&text).into_iter().collect();
            for old in replied.iter().rev().take(5) {
                let old = sentences(old).into_iter().collect();
                assert!(new.is_disjoint(&old), "{text}");
            }
            replied.push(text);
        }
    }

    #[test]
    fn a_hundred_remarks_share_few_phrases_with_any_earlier_one() {
        let mut replied: Vec<String> = Vec::new();
        let mut alike = 0;
        let subjects: Vec<&str> = banks::NUMBERS.into_iter().chain(["varnish", "hull", "mast"]).collect();
        for n in 0..100_usize {
            let subject = |step: usize| subjects.get((n * 7 + step * 5) % 23).copied().unwrap_or_default();
            let asked = format!("The {} and the {} met a {}.", subject(0), subject(1), subject(2));
            let text = Talk::new(&asked, &replied).chat(&mut Dice::new(n as u64));
            let grams = |text: &str| -> BTreeSet<String> {
                words(text).windows(4).map(|four| four.join(" ")).collect()
            };
            let new = grams(&text);
            let shared = replied.iter().map(|old| grams(old).intersection(&new).count()).max();
            alike += usize::from(shared.unwrap_or(0) * 10 >= new.len() * 3);
            replied.push(text);
        }
        assert!(alike <= 15, "{alike} of 100 share three tenths of their phrases with another");
    }

    #[test]
    fn the_banks_say_nothing_twice() {
        for bank in banks::ALL {
            let cores: BTreeSet<_> = bank.iter().map(|sentence| core_of(sentence)).collect();
            assert_eq!(cores.len(), bank.len());
        }
    }
}
