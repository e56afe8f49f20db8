//! Recall: does a method rank the messages first that answer a question?
//!
//! Owns the figures. Dense vectors are of what a session embeds, the spoken text; words are
//! those of the text with the speaker's name.

use leeboard_core::memory::Index;
use leeboard_core::memory::lexical::{Weighted, similarity};
use leeboard_core::text;
use serde::Serialize;

use super::data::{Asked, Question};
use super::methods::{Bm25, Model, dense, fuse, ranking};
use super::metrics::Figure;
use super::{BM25, TF_IDF, with_bm25, with_words};

/// How well a method finds evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Recall {
    /// Questions.
    pub questions: usize,
    /// Share of the evidence among the first five messages, per cent, mean over the questions.
    pub at_5: Figure,
    /// The same among the first ten.
    pub at_10: Figure,
    /// Questions with some evidence among the first five, per cent.
    pub hit_5: Figure,
}

/// For each question, the ids found and its evidence.
#[derive(Default)]
struct Found {
    at_5: Vec<f64>,
    at_10: Vec<f64>,
    hit_5: Vec<f64>,
}

impl Found {
    fn add(&mut self, asked: &Asked, question: &Question, ranking: &[usize]) {
        let within = |k: usize| {
            let ids = ranking.iter().take(k).filter_map(|&at| asked.entries.get(at)).map(|entry| &entry.id);
            ids.filter(|id| question.evidence.contains(*id)).count() as f64
        };
        let all = question.evidence.len().max(1) as f64;
        self.at_5.push(within(5) / all);
        self.at_10.push(within(10) / all);
        self.hit_5.push(within(5).min(1.0));
    }

    fn figures(&self, draws: usize) -> Recall {
        Recall {
            questions: self.at_5.len(),
            at_5: Figure::of(&self.at_5, draws),
            at_10: Figure::of(&self.at_10, draws),
            hit_5: Figure::of(&self.hit_5, draws),
        }
    }
}

/// The figures by method, over the questions of all conversations.
pub(super) fn measure(
    conversations: &[Asked],
    models: &[Model],
    draws: usize,
    progress: &mut dyn FnMut(usize),
) -> Vec<(String, Recall)> {
    let mut names = vec![BM25.to_owned(), TF_IDF.to_owned()];
    for model in models {
        names.extend([model.name.clone(), with_words(&model.name), with_bm25(&model.name)]);
    }
    let mut found: Vec<Found> = names.iter().map(|_| Found::default()).collect();
    for (n, asked) in conversations.iter().enumerate() {
        progress(n);
        conversation(asked, models, &mut found);
    }
    names.into_iter().zip(found).map(|(name, found)| (name, found.figures(draws))).collect()
}

fn conversation(asked: &Asked, models: &[Model], found: &mut [Found]) {
    let spoken: Vec<String> = asked.entries.iter().map(|entry| entry.message.spoken()).collect();
    let named = |(entry, spoken): (&leeboard_core::Entry, &String)| {
        let mut terms = text::terms(spoken);
        terms.extend(entry.message.name.as_deref().map(text::terms).unwrap_or_default());
        terms
    };
    let terms: Vec<Vec<String>> = asked.entries.iter().zip(&spoken).map(named).collect();
    let bm25 = Bm25::new(&terms);
    let mut index = Index::default();
    for entry in &asked.entries {
        index.push(1, entry);
    }
    let weighted: Vec<Option<Weighted<'_>>> =
        terms.iter().map(|terms| Weighted::new(terms, &index)).collect();
    for question in &asked.questions {
        let end = question.at.unwrap_or(asked.entries.len()).min(asked.entries.len());
        let query = text::terms(&question.query);
        let query_weighted = Weighted::new(&query, &index);
        let by_bm25 = bm25.scores(&query);
        let by_words: Vec<Option<f64>> =
            weighted.iter().map(|text| Some(text.as_ref()?.cosine(query_weighted.as_ref()?))).collect();
        let mut all = vec![by_bm25.clone(), scores(&by_words)];
        for model in models {
            let asks = model.vector(&question.query);
            let by_vectors: Vec<Option<f64>> =
                spoken.iter().map(|text| dense(asks, model.vector(text))).collect();
            let mixed: Vec<Option<f64>> =
                by_vectors.iter().zip(&by_words).map(|(dense, words)| similarity(*dense, *words)).collect();
            let by_vectors = scores(&by_vectors);
            all.push(by_vectors.clone());
            all.push(scores(&mixed));
            all.push(fuse(&by_bm25[..end], &by_vectors[..end]));
        }
        for (found, scores) in found.iter_mut().zip(all) {
            found.add(asked, question, &ranking(&scores[..end]));
        }
    }
}

fn scores(opinions: &[Option<f64>]) -> Vec<f64> {
    opinions.iter().map(|score| score.unwrap_or(f64::NEG_INFINITY)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use leeboard_core::message::{Entry, Message, Role};

    use super::*;

    #[test]
    fn recall_is_the_share_of_the_evidence_before_the_question() {
        let texts = ["The kayak is red.", "Kelp grows here.", "We sold the kayak.", "A new kayak came."];
        let entry = |(n, text): (usize, &&str)| Entry::new(n.to_string(), Message::text(Role::User, *text));
        let question = |evidence: &[&str], at| Question {
            conversation: "a".to_owned(),
            query: "What of the kayak?".to_owned(),
            evidence: evidence.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>(),
            category: String::new(),
            at,
        };
        let asked = Asked {
            entries: texts.iter().enumerate().map(entry).collect(),
            questions: vec![question(&["0", "2"], None), question(&["0", "3"], Some(3))],
        };
        for (method, found) in measure(&[asked], &[], 0, &mut |_| ()) {
            assert_eq!((found.questions, found.at_5.value, found.hit_5.value), (2, 75.0, 100.0), "{method}");
        }
    }
}
