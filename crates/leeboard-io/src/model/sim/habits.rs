//! Simple rules that the stand-in understands, how it keeps them and how it breaks them.
//!
//! Owns a handful of forms that system prompts often have. A rule in any other form is neither
//! kept nor broken on purpose.

use super::dice::Dice;
use super::facts::{sentences, words};
use super::prose;
use super::view::quotations;

/// A rule that can be kept or broken without understanding anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    NoExclamation,
    NoEmoji,
    NoLists,
    Sentences(usize),
    Words(usize),
    EndQuestion,
    EndWith(String),
    NeverSay(String),
}

const NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

/// The habits that standing instructions ask for.
pub(super) fn habits(standing: &str) -> Vec<Habit> {
    sentences(standing).iter().flat_map(|sentence| habits_of(sentence)).collect()
}

fn habits_of(sentence: &str) -> Vec<Habit> {
    let lower = sentence.to_lowercase();
    let words = words(sentence);
    let word = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let forbidden = word(&["never", "no", "not", "don't", "avoid", "without"]);
    let limited = word(&["most", "more", "under", "maximum", "fewer", "less", "than", "limit"])
        || lower.contains("up to");
    let ending = word(&["end", "close", "finish", "sign"]);
    let number = words.iter().find_map(|word| number(word));
    let quotation = quotations(sentence).into_iter().next();
    let mut found = Vec::new();
    let mut add = |wanted: bool, habit: Habit| {
        if wanted {
            found.push(habit);
        }
    };
    add(forbidden && lower.contains("exclamation"), Habit::NoExclamation);
    add(forbidden && lower.contains("emoji"), Habit::NoEmoji);
    add(forbidden && (lower.contains("bullet") || word(&["list", "lists"])), Habit::NoLists);
    if let Some(number) = number.filter(|_| limited) {
        add(word(&["sentence", "sentences"]), Habit::Sentences(number));
        add(word(&["word", "words"]), Habit::Words(number));
    }
    match quotation {
        Some(text) if ending && !forbidden => add(true, Habit::EndWith(text)),
        Some(text) if forbidden => add(true, Habit::NeverSay(text)),
        _ => add(ending && word(&["question"]) && !forbidden, Habit::EndQuestion),
    }
    found
}

fn number(word: &str) -> Option<usize> {
    word.parse().ok().or_else(|| NUMBERS.iter().position(|name| *name == word))
}

/// The text changed so that it keeps the habits: shortened first, then ended as they ask.
pub(super) fn keep(text: &str, habits: &[Habit]) -> String {
    let mut text = text.to_owned();
    let endings =
        habits.iter().filter(|habit| matches!(habit, Habit::EndQuestion | Habit::EndWith(_))).count();
    for habit in habits {
        match habit {
            Habit::NoExclamation => text = text.replace('!', "."),
            Habit::Sentences(limit) => text = shorten(&text, |all, _| all + endings <= *limit),
            Habit::Words(limit) => text = shorten(&text, |_, words| words + 8 * endings <= *limit),
            Habit::NeverSay(phrase) => text = without(&text, phrase),
            Habit::NoEmoji | Habit::NoLists | Habit::EndQuestion | Habit::EndWith(_) => {}
        }
    }
    for habit in habits {
        match habit {
            Habit::EndQuestion => text.push_str(" Shall we take that next?"),
            Habit::EndWith(phrase) => text = format!("{text} {phrase}"),
            _ => {}
        }
    }
    text
}

/// As many whole sentences as fit, but always one.
fn shorten(text: &str, fits: impl Fn(usize, usize) -> bool) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut length = 0;
    for sentence in sentences(text) {
        length += sentence.split_whitespace().count();
        if !kept.is_empty() && !fits(kept.len() + 1, length) {
            break;
        }
        kept.push(sentence);
    }
    kept.join(" ")
}

/// The sentences that do not hold the phrase, or a neutral one if all do.
fn without(text: &str, phrase: &str) -> String {
    let phrase = phrase.to_lowercase();
    let mut kept = sentences(text);
    kept.retain(|sentence| !sentence.to_lowercase().contains(&phrase));
    if kept.is_empty() { "Let me put that differently.".to_owned() } else { kept.join(" ") }
}

/// The text changed so that it breaks one habit, which `keep` must have left out.
pub(super) fn break_one(text: &str, habit: &Habit, dice: &mut Dice) -> String {
    match habit {
        Habit::NoExclamation => format!("{text} What a great moment to carry on!!"),
        Habit::NoEmoji => format!("{text} 🎉🙌"),
        Habit::NoLists => format!("{text}\n\n{}", prose::list(dice)),
        Habit::Sentences(_) | Habit::Words(_) => format!("{text} {}", prose::ramble(dice)),
        Habit::NeverSay(phrase) => format!("{text} In a word: {phrase}."),
        // Left out is broken.
        Habit::EndQuestion | Habit::EndWith(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_forms_of_rules_are_read() {
        let text = "You are Skipper. Never use exclamation marks or emoji. Answer in at most three \
            sentences.\nEnd every reply with \"Fair winds.\" Never say \"as an AI\". No bullet lists.";
        let expected = [
            Habit::NoExclamation,
            Habit::NoEmoji,
            Habit::Sentences(3),
            Habit::EndWith("Fair winds.".to_owned()),
            Habit::NeverSay("as an AI".to_owned()),
            Habit::NoLists,
        ];
        assert_eq!(habits(text), expected);
        assert_eq!(habits("You are kind. Use no more than 40 words."), [Habit::Words(40)]);
        assert_eq!(habits("End with a question."), [Habit::EndQuestion]);
    }

    #[test]
    fn kept_means_kept_and_broken_means_broken() {
        let text = "One! Two. Three. Four, as an AI.";
        let kept = keep(text, &habits("Use at most 3 sentences. End with \"Bye.\" No exclamation marks."));
        assert_eq!(kept, "One. Two. Bye.");
        assert_eq!(keep(text, &habits("Never say \"as an AI\".")), "One! Two. Three.");
        let mut dice = Dice::new(1);
        assert!(break_one("Hm.", &Habit::NoLists, &mut dice).contains("\n- "));
        assert!(sentences(&break_one("Hm.", &Habit::Sentences(1), &mut dice)).len() > 1);
    }
}
