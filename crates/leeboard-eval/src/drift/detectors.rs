//! What every detector is given, and the simple baselines.
//!
//! Owns a conversation as detectors see it, and the three baselines that anybody would try
//! first. The published detectors are in `published`.

use std::collections::HashSet;

use leeboard_core::message::Role;
use leeboard_core::text;
use leeboard_core::vector::Vector;
use leeboard_io::conversation::{Conversation, Exchange};
use leeboard_io::embed::Offline;

/// A detector beside leeboard's own.
pub(super) struct Detector {
    pub(super) name: &'static str,
    pub(super) definition: &'static str,
    /// A score for each reply, higher with more drift; `None` without an opinion.
    pub(super) judge: fn(&Talk, &Offline) -> Vec<Option<f64>>,
    /// What it flags, if it flags.
    pub(super) alarm: Option<fn(f64) -> bool>,
}

/// A conversation as text.
pub(super) struct Talk {
    pub(super) system: String,
    /// Requests and replies; the turn is the place, from 1.
    pub(super) said: Vec<Said>,
}

/// What the user said and what was replied.
pub(super) struct Said {
    pub(super) input: String,
    pub(super) reply: String,
}

impl Talk {
    pub(super) fn of(conversation: &Conversation) -> Self {
        let said = |exchange: Exchange| {
            let users = exchange.input.iter().filter(|entry| entry.message.role == Role::User);
            let input: Vec<String> = users.map(|entry| entry.message.spoken()).collect();
            Some(Said { input: input.join("\n\n"), reply: exchange.reply?.message.spoken() })
        };
        let said = conversation.exchanges().into_iter().filter_map(said).collect();
        Self { system: conversation.system_text().unwrap_or_default(), said }
    }
}

/// The vectors of texts; `None` where the embedder has none.
pub(super) fn vectors<'a>(
    texts: impl Iterator<Item = &'a String>,
    embedder: &Offline,
) -> Vec<Option<Vector>> {
    let texts: Vec<String> = texts.cloned().collect();
    embedder.answers(&texts).iter().map(|answer| answer.vector().cloned()).collect()
}

/// The baselines. They have no threshold of their own.
pub(super) const BASELINES: [Detector; 3] = [
    Detector {
        name: "distance to system prompt",
        definition: "1 - cosine of the vectors of reply and system prompt.",
        judge: to_system,
        alarm: None,
    },
    Detector {
        name: "distance to user's prompt",
        definition: "1 - cosine of the vectors of reply and request.",
        judge: to_request,
        alarm: None,
    },
    Detector {
        name: "4-gram overlap",
        definition: "share of the reply's different runs of four words that one earlier reply also has.",
        judge: overlap,
        alarm: None,
    },
];

fn to_system(talk: &Talk, embedder: &Offline) -> Vec<Option<f64>> {
    let system = vectors(std::iter::once(&talk.system), embedder).into_iter().next().flatten();
    let replies = vectors(talk.said.iter().map(|said| &said.reply), embedder);
    replies.iter().map(|reply| Some(1.0 - reply.as_ref()?.cosine(system.as_ref()?)?)).collect()
}

fn to_request(talk: &Talk, embedder: &Offline) -> Vec<Option<f64>> {
    let requests = vectors(talk.said.iter().map(|said| &said.input), embedder);
    let replies = vectors(talk.said.iter().map(|said| &said.reply), embedder);
    let pairs = replies.iter().zip(&requests);
    pairs.map(|(reply, request)| Some(1.0 - reply.as_ref()?.cosine(request.as_ref()?)?)).collect()
}

fn overlap(talk: &Talk, _: &Offline) -> Vec<Option<f64>> {
    let words: Vec<Vec<String>> = talk.said.iter().map(|said| text::words(&said.reply).collect()).collect();
    let grams: Vec<HashSet<&[String]>> = words.iter().map(|words| words.windows(4).collect()).collect();
    let share = |(n, own): (usize, &HashSet<&[String]>)| {
        let shared = |earlier: &HashSet<&[String]>| own.iter().filter(|gram| earlier.contains(*gram)).count();
        let most = grams.iter().take(n).map(shared).max().unwrap_or(0);
        (!own.is_empty()).then(|| most as f64 / own.len() as f64)
    };
    grams.iter().enumerate().map(share).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leeboard_io::embed::Table;

    use super::*;

    fn judged(name: &str, system: &str, said: &[(&str, &str)]) -> Vec<Option<f64>> {
        let said = said.iter().map(|(input, reply)| Said { input: (*input).into(), reply: (*reply).into() });
        let talk = Talk { system: system.to_owned(), said: said.collect() };
        let embedder = Offline::new(Arc::new(Table::new())).unwrap();
        let detector = BASELINES.iter().find(|detector| detector.name == name).unwrap();
        (detector.judge)(&talk, &embedder)
    }

    #[test]
    fn overlap_is_with_one_earlier_reply() {
        let found = judged(
            "4-gram overlap",
            "",
            &[("", "one two three four five"), ("", "six seven eight nine"), ("", "two three four five six")],
        );
        assert_eq!(found, [Some(0.0), Some(0.0), Some(0.5)]);
        assert_eq!(judged("4-gram overlap", "", &[("", "Aye aye.")]), [None]);
    }

    #[test]
    fn distances_are_to_what_their_name_says() {
        let said = [
            ("Which tide runs today?", "A spring tide runs until noon."),
            ("Which tide runs?", "Shares fell."),
        ];
        let found = judged("distance to user's prompt", "", &said);
        assert!(found[0] < found[1], "{found:?}");
        let found = judged("distance to system prompt", "Shares fell.", &said);
        assert!(found[0] > found[1] && found[1].unwrap() < 1e-6, "{found:?}");
        assert_eq!(judged("distance to system prompt", "", &said), [None, None]);
    }
}
