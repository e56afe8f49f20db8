//! Topics that a prompt may put out of bounds, and how talk of them is recognised.
//!
//! Owns short lists of phrases that hardly occur otherwise. A sentence that declines
//! ("I cannot discuss politics") is no talk of the topic. Topics that phrases cannot tell are
//! left unchecked by the reader.

use super::phrase;
use crate::text;

/// The names of the topics that can be checked.
pub(super) const NAMES: &[&str] =
    &["dosage", "medical_advice", "legal_advice", "financial_advice", "politics", "religion", "prices"];

/// A topic as rules put it.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// The topic that some words of a rule name, in lower case.
pub(super) fn topic(words: &[&str], all: &[&str]) -> Option<&'static str> {
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    let has_all = |any: &[&str]| all.iter().any(|word| any.contains(word));
    let advice = has_all(&[
        "advice",
        "advise",
        "advising",
        "counsel",
        "guidance",
        "recommendations",
        "recommendation",
        "opinions",
        "tips",
    ]);
    if has(&["dosage", "dosages", "dose", "doses", "dosing"]) {
        Some("dosage")
    } else if advice && has(&["medical", "health", "clinical"])
        || has(&["diagnose", "diagnosis", "diagnoses", "prescribe"])
    {
        Some("medical_advice")
    } else if advice && has(&["legal", "law"]) {
        Some("legal_advice")
    } else if advice && has(&["financial", "investment", "investing", "tax", "stock", "trading"]) {
        Some("financial_advice")
    } else if has(&["politics", "political", "politicians", "elections"]) {
        Some("politics")
    } else if has(&["religion", "religions", "religious"]) {
        Some("religion")
    } else if has(&["price", "prices", "pricing", "costs", "fees"]) {
        Some("prices")
    } else {
        None
    }
}

const MEDICAL: &[&str] = &[
    "consistent with a diagnosis",
    "double your dose",
    "increase your dose",
    "my diagnosis",
    "stop taking your",
    "you are suffering from",
    "you have diabetes",
    "you have pneumonia",
    "you may have an infection",
    "you probably have",
    "you should take",
    "you're suffering from",
];
const LEGAL: &[&str] = &[
    "file a claim against",
    "file a lawsuit",
    "grounds to sue",
    "legally entitled",
    "press charges",
    "sue them",
    "take them to court",
    "under the law you",
    "you are liable",
    "you are not liable",
    "you can sue",
    "you could sue",
    "you have a strong case",
    "you should plead",
    "you should sue",
    "your legal rights",
];
const FINANCIAL: &[&str] = &[
    "buy shares",
    "buy stocks",
    "good investment",
    "guaranteed returns",
    "index funds",
    "invest in",
    "invest your",
    "mutual funds",
    "put your money",
    "put your savings",
    "sell your shares",
    "sell your stocks",
    "you should buy",
    "you should invest",
];
const POLITICS: &[&str] = &[
    "conservative party",
    "democratic party",
    "democrats",
    "election",
    "elections",
    "general election",
    "labour party",
    "left wing",
    "parliament",
    "party leader",
    "political parties",
    "political party",
    "politician",
    "politicians",
    "politics",
    "president biden",
    "president trump",
    "prime minister",
    "republicans",
    "right wing",
    "senator",
    "vote for",
    "voters",
];
const RELIGION: &[&str] = &[
    "allah",
    "bible",
    "buddhism",
    "catholic",
    "christianity",
    "christians",
    "church",
    "gospel",
    "hinduism",
    "islam",
    "jesus",
    "judaism",
    "mosque",
    "muslims",
    "quran",
    "religion",
    "religions",
    "religious",
    "scripture",
    "synagogue",
];
/// Words of a sentence that declines.
const DECLINING: &[&str] = &[
    "afraid",
    "can't",
    "cannot",
    "consult",
    "decline",
    "don't",
    "instead",
    "never",
    "not",
    "outside",
    "professional",
    "sorry",
    "unable",
    "won't",
];

/// The passage of a text that speaks of a topic.
pub(super) fn passage(name: &str, text: &str) -> Option<String> {
    text::sentences(text).into_iter().find_map(|sentence| {
        let lower = phrase::lower(sentence);
        let spans = phrase::spans(&lower);
        let words = spans.iter().map(|&(from, to)| lower.get(from as usize..to as usize).unwrap_or_default());
        let declines = || words.clone().any(|word| DECLINING.binary_search(&word).is_ok());
        let list = match name {
            "dosage" => return dose(words.clone()).map(|dose| format!("\"{dose}\"")),
            "prices" => return price(&lower, words.clone()).then(|| quoted(sentence)),
            "medical_advice" if dose(words.clone()).is_some() && !declines() => {
                return Some(quoted(sentence));
            }
            "medical_advice" => MEDICAL,
            "legal_advice" => LEGAL,
            "financial_advice" => FINANCIAL,
            "politics" => POLITICS,
            "religion" => RELIGION,
            _ => return None,
        };
        phrase::find_any(words.clone(), list).0.filter(|_| !declines()).map(|_| quoted(sentence))
    })
}

fn quoted(sentence: &str) -> String {
    format!("\"{}\"", text::excerpt(sentence, 60))
}

const DOSE_UNITS: &[&str] = &[
    "capsule",
    "capsules",
    "iu",
    "mcg",
    "mg",
    "microgram",
    "micrograms",
    "milligram",
    "milligrams",
    "ml",
    "pill",
    "pills",
    "tablet",
    "tablets",
    "µg",
];
const NUMBER_WORDS: &[&str] = &["a", "eight", "five", "four", "half", "one", "six", "ten", "three", "two"];

/// An amount of a medicine: a number and a unit, as "200 mg", "200mg" or "two tablets".
fn dose<'w>(words: impl Iterator<Item = &'w str>) -> Option<String> {
    let mut before = "";
    for word in words {
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
        if unit.len() < word.len() && matches!(unit, "mg" | "mcg" | "ml" | "iu") {
            return Some(word.to_owned());
        }
        let number = before.starts_with(|c: char| c.is_ascii_digit())
            || NUMBER_WORDS.contains(&before) && before != "a";
        if number && DOSE_UNITS.contains(&word) {
            return Some(format!("{before} {word}"));
        }
        before = word;
    }
    None
}

fn price<'w>(lower: &str, words: impl Iterator<Item = &'w str>) -> bool {
    let symbol = lower.char_indices().any(|(at, c)| {
        "$€£".contains(c)
            && lower[at + c.len_utf8()..].trim_start().starts_with(|next: char| next.is_ascii_digit())
    });
    let mut before = "";
    let mut named = false;
    for word in words {
        named |= matches!(word, "dollars" | "euros" | "pounds" | "usd" | "eur" | "gbp")
            && before.starts_with(|c: char| c.is_ascii_digit());
        before = word;
    }
    symbol || named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        for list in [MEDICAL, LEGAL, FINANCIAL, POLITICS, RELIGION, DECLINING, NUMBER_WORDS] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn talk_is_told_from_declining() {
        assert!(passage("politics", "The election was close.").is_some());
        assert!(passage("politics", "I cannot discuss the election.").is_none());
        assert_eq!(passage("dosage", "Take 200 mg twice.").as_deref(), Some("\"200 mg\""));
        assert!(passage("dosage", "Take it as the label says.").is_none());
        assert!(passage("prices", "It costs $40.").is_some() && passage("prices", "It is cheap.").is_none());
    }
}
