//! What the user is after with a message: analysis, synthesis, reflection or scaffolding.
//!
//! Owns the cues and what an intent changes: a clause beside a correction, and how soon a signal of
//! form is corrected. It changes no score. Cues are words of seven languages; a message without any
//! of them, or with as many of two intents, has no intent.

use serde::{Deserialize, Serialize};

use crate::drift::Signal;
use crate::text;

/// The operational modes of the runtime architecture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the four modes, or none")]
pub enum Intent {
    /// Not to be told.
    #[default]
    None,
    /// To understand: tighten the structure, clarify.
    Analysis,
    /// To make something of what is there: integrate, construct.
    Synthesis,
    /// To look back: slow down, weigh.
    Reflection,
    /// To explore: keep it open.
    Scaffolding,
}

/// Words of a message that are looked at.
const LOOKED_AT: usize = 200;

/// Beginnings of words, without accents: English, German, French, Spanish, Italian, Portuguese, Dutch.
const CUES: [(Intent, &[&str]); 4] = [
    (
        Intent::Analysis,
        &[
            "analy",
            "anali",
            "compar",
            "vergleich",
            "vergelijk",
            "confront",
            "differen",
            "unterschied",
            "verschil",
            "diferenc",
            "explain",
            "erklar",
            "expliqu",
            "explic",
            "spiega",
            "uitleg",
            "why",
            "warum",
            "weshalb",
            "pourquoi",
            "perche",
            "waarom",
            "diagnos",
            "debug",
            "evaluat",
            "examin",
        ],
    ),
    (
        Intent::Synthesis,
        &[
            "combin",
            "kombin",
            "summar",
            "zusammenfass",
            "resum",
            "riassum",
            "samenvat",
            "integrat",
            "draft",
            "entwurf",
            "entwirf",
            "brouillon",
            "borrador",
            "bozza",
            "rascunho",
            "compose",
            "merge",
            "consolidat",
            "synthes",
            "sintes",
            "outline",
        ],
    ),
    (
        Intent::Reflection,
        &[
            "reflect",
            "reflekt",
            "reflech",
            "reflexion",
            "riflett",
            "reflet",
            "reconsider",
            "uberdenk",
            "nachdenk",
            "reconsid",
            "ripens",
            "repens",
            "heroverweeg",
            "nadenk",
            "lookback",
            "hindsight",
            "ruckblick",
            "terugblik",
        ],
    ),
    (
        Intent::Scaffolding,
        &[
            "brainstorm",
            "explor",
            "esplor",
            "erkund",
            "verken",
            "ideas",
            "ideen",
            "idees",
            "idee",
            "ideias",
            "options",
            "optionen",
            "opciones",
            "opzioni",
            "opcoes",
            "opties",
            "suggest",
            "vorschlag",
            "vorschlage",
            "sugger",
            "suggeri",
            "imagin",
            "vorstell",
            "immagin",
            "alternativ",
        ],
    ),
];

impl Intent {
    /// The intent of a message.
    #[must_use]
    pub fn of(request: &str) -> Self {
        let words: Vec<String> = text::words(request).take(LOOKED_AT).map(|word| plain(&word)).collect();
        let has =
            |cues: &[&str]| words.iter().filter(|word| cues.iter().any(|cue| word.starts_with(cue))).count();
        let mut found: Vec<(usize, Self)> = CUES.iter().map(|(intent, cues)| (has(cues), *intent)).collect();
        found.sort_by_key(|(cues, _)| std::cmp::Reverse(*cues));
        match found.as_slice() {
            [(first, intent), (second, _), ..] if first > second => *intent,
            _ => Self::None,
        }
    }

    /// The name in traces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Analysis => "analysis",
            Self::Synthesis => "synthesis",
            Self::Reflection => "reflection",
            Self::Scaffolding => "scaffolding",
        }
    }

    /// What a correction adds for it.
    pub(crate) fn clause(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Analysis => Some("Keep the answer structured and precise."),
            Self::Synthesis => Some("Bring together what was said."),
            Self::Reflection => Some("Take it slowly and weigh what was said."),
            Self::Scaffolding => Some("Leave room for open ends."),
        }
    }

    /// The index from which a signal is corrected at its first alarm: where somebody makes or explores
    /// something, a change of form is less of a fault.
    pub(super) fn threshold(self, signal: Signal, act: f64, recovery: f64) -> f64 {
        let form = matches!(signal, Signal::Consistency | Signal::Repetition);
        let free = matches!(self, Self::Synthesis | Self::Scaffolding);
        if form && free { act.midpoint(recovery.max(act)) } else { act }
    }
}

/// A lower-case word without the accents of the languages above.
fn plain(word: &str) -> String {
    let base = |c: char| match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    };
    word.chars().map(base).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_seven_languages_have_their_intent() {
        let table = [
            ("Why does the tide turn later each day? Compare the two bays.", Intent::Analysis),
            ("Erkläre mir den Unterschied zwischen Ebbe und Flut.", Intent::Analysis),
            ("Pourquoi la marée est-elle en retard ?", Intent::Analysis),
            ("Spiega la differenza tra le due rotte.", Intent::Analysis),
            ("Summarise the week and draft a letter to the harbour.", Intent::Synthesis),
            ("Fass es zu einem Entwurf zusammen.", Intent::Synthesis),
            ("Haz un borrador de la carta.", Intent::Synthesis),
            ("Let us reflect on the trip; in hindsight, was it wise?", Intent::Reflection),
            ("Ik wil nadenken over de reis.", Intent::Reflection),
            ("Let's brainstorm some ideas for the boat's name.", Intent::Scaffolding),
            ("Quero explorar outras opções.", Intent::Scaffolding),
            ("Hast du Ideen oder einen Vorschlag?", Intent::Scaffolding),
        ];
        for (request, wanted) in table {
            assert_eq!(Intent::of(request), wanted, "{request}");
        }
    }

    #[test]
    fn what_cannot_be_told_has_none() {
        for request in [
            "",
            "How deep is it there?",
            "Hoe diep is het daar?",
            "潮はいつ変わりますか",
            "Когда прилив?",
            "Explore why.",
            "I live in Odense.",
        ] {
            assert_eq!(Intent::of(request), Intent::None, "{request}");
        }
    }

    #[test]
    fn only_signals_of_form_are_met_later_and_never_beyond_recovery() {
        for signal in [Signal::Rules, Signal::Persona, Signal::OffTopic, Signal::Contradiction, Signal::Slow]
        {
            assert_eq!(Intent::Scaffolding.threshold(signal, 0.5, 0.6), 0.5);
        }
        let later = Intent::Scaffolding.threshold(Signal::Consistency, 0.5, 0.6);
        assert!((later - 0.55).abs() < 1e-9);
        assert_eq!(Intent::Analysis.threshold(Signal::Consistency, 0.5, 0.6), 0.5);
        assert_eq!(Intent::Synthesis.threshold(Signal::Consistency, 0.7, 0.6), 0.7);
    }
}
