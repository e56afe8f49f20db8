//! Matching: is a reply closer to its own request than to the run's other requests?
//!
//! Owns the matching figures: for each reply, the place of its own request among all requests
//! of the run. Requests of the same text do not compete; ties count against a method.

use leeboard_core::memory::Index;
use leeboard_core::memory::lexical::{Weighted, similarity};
use leeboard_core::text;
use leeboard_core::vector::Vector;
use serde::Serialize;

use super::data::Run;
use super::methods::{Bm25, Model, dense};
use super::metrics::Figure;
use super::{BM25, TF_IDF, as_then, with_words};

/// How well a method matches the replies of a run to their requests.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Matching {
    /// Replies.
    pub replies: usize,
    /// Replies whose own request is first, per cent.
    pub at_1: Figure,
    /// Replies whose own request is among the first five, per cent.
    pub at_5: Figure,
}

/// A run taken apart.
struct Parts<'a> {
    run: &'a Run,
    requests: Vec<String>,
    replies: Vec<String>,
    request_terms: Vec<Vec<String>>,
    reply_terms: Vec<Vec<String>>,
}

impl<'a> Parts<'a> {
    fn of(run: &'a Run) -> Self {
        let spoken = |at: usize| run.entries.get(at).map_or_else(String::new, |entry| entry.message.spoken());
        let requests: Vec<String> = run.pairs.iter().map(|&(request, _)| spoken(request)).collect();
        let replies: Vec<String> = run.pairs.iter().map(|&(_, reply)| spoken(reply)).collect();
        let terms = |texts: &[String]| texts.iter().map(|text| text::terms(text)).collect();
        Self { run, request_terms: terms(&requests), reply_terms: terms(&replies), requests, replies }
    }

    /// Scores of each reply with every request, by words, weighed by the whole run.
    fn words(&self) -> Vec<Vec<Option<f64>>> {
        let mut index = Index::default();
        for entry in &self.run.entries {
            index.push(1, entry);
        }
        let requests = weigh(&self.request_terms, &index);
        self.reply_terms.iter().map(|reply| row(reply, &requests, &index)).collect()
    }

    /// The same with the weights that a session had when the reply came.
    fn words_then(&self) -> Vec<Vec<Option<f64>>> {
        let mut index = Index::default();
        let mut seen = 0;
        let mut rows = Vec::with_capacity(self.reply_terms.len());
        for (&(_, reply), terms) in self.run.pairs.iter().zip(&self.reply_terms) {
            for entry in self.run.entries.get(seen..reply).unwrap_or_default() {
                index.push(1, entry);
            }
            seen = seen.max(reply);
            rows.push(row(terms, &weigh(&self.request_terms, &index), &index));
        }
        rows
    }

    fn vectors(&self, model: &Model) -> Vec<Vec<Option<f64>>> {
        let of = |texts: &[String]| -> Vec<Option<Vector>> {
            texts.iter().map(|text| model.vector(text).cloned()).collect()
        };
        let (requests, replies) = (of(&self.requests), of(&self.replies));
        let row = |reply: &Option<Vector>| {
            requests.iter().map(|request| dense(request.as_ref(), reply.as_ref())).collect()
        };
        replies.iter().map(row).collect()
    }

    /// The place of each reply's own request, from 1.
    fn places(&self, scores: &[Vec<Option<f64>>]) -> Vec<usize> {
        let score = |score: Option<f64>| score.unwrap_or(f64::NEG_INFINITY);
        let place = |(at, row): (usize, &Vec<Option<f64>>)| {
            let own = row.get(at).copied().map_or(f64::NEG_INFINITY, score);
            let rivals = row.iter().zip(&self.requests);
            1 + rivals
                .filter(|(rival, request)| score(**rival) >= own && self.requests.get(at) != Some(*request))
                .count()
        };
        scores.iter().enumerate().map(place).collect()
    }

    fn figures(&self, scores: &[Vec<Option<f64>>], draws: usize) -> Matching {
        let places = self.places(scores);
        let within = |k: usize| {
            let hits: Vec<f64> = places.iter().map(|&place| f64::from(u8::from(place <= k))).collect();
            Figure::of(&hits, draws)
        };
        Matching { replies: places.len(), at_1: within(1), at_5: within(5) }
    }
}

fn weigh<'a>(texts: &'a [Vec<String>], index: &Index) -> Vec<Option<Weighted<'a>>> {
    texts.iter().map(|terms| Weighted::new(terms, index)).collect()
}

fn row(reply: &[String], requests: &[Option<Weighted<'_>>], index: &Index) -> Vec<Option<f64>> {
    let reply = Weighted::new(reply, index);
    requests.iter().map(|request| Some(request.as_ref()?.cosine(reply.as_ref()?))).collect()
}

fn mixed(vectors: &[Vec<Option<f64>>], words: &[Vec<Option<f64>>]) -> Vec<Vec<Option<f64>>> {
    let row = |(dense, lexical): (&Vec<Option<f64>>, &Vec<Option<f64>>)| {
        dense.iter().zip(lexical).map(|(dense, lexical)| similarity(*dense, *lexical)).collect()
    };
    vectors.iter().zip(words).map(row).collect()
}

/// The figures of a run by method.
pub(super) fn measure(run: &Run, models: &[Model], draws: usize) -> Vec<(String, Matching)> {
    let parts = Parts::of(run);
    let (words, then) = (parts.words(), parts.words_then());
    let bm25 = Bm25::new(&parts.request_terms);
    let bm25: Vec<Vec<Option<f64>>> =
        parts.reply_terms.iter().map(|reply| bm25.scores(reply).into_iter().map(Some).collect()).collect();
    let mut found = vec![
        (BM25.to_owned(), parts.figures(&bm25, draws)),
        (TF_IDF.to_owned(), parts.figures(&words, draws)),
        (as_then(TF_IDF), parts.figures(&then, draws)),
    ];
    for model in models {
        let vectors = parts.vectors(model);
        let both = with_words(&model.name);
        found.push((model.name.clone(), parts.figures(&vectors, draws)));
        found.push((both.clone(), parts.figures(&mixed(&vectors, &words), draws)));
        found.push((as_then(&both), parts.figures(&mixed(&vectors, &then), draws)));
    }
    found
}

#[cfg(test)]
mod tests {
    use leeboard_core::message::{Entry, Message, Role};

    use super::*;

    fn run(said: &[&str]) -> Run {
        let role = |n: usize| if n.is_multiple_of(2) { Role::User } else { Role::Assistant };
        let entry = |(n, text): (usize, &&str)| Entry::new(n.to_string(), Message::text(role(n), *text));
        let pairs = (0..said.len()).step_by(2).map(|n| (n, n + 1)).collect();
        Run { id: "a".to_owned(), entries: said.iter().enumerate().map(entry).collect(), pairs }
    }

    #[test]
    fn replies_that_take_up_their_request_are_matched() {
        let run = run(&[
            "Where is the anchor?",
            "The anchor lies on the foredeck.",
            "Which tide runs today?",
            "A spring tide runs until noon.",
            "Is the sextant on board?",
            "The anchor chain was greased.",
        ]);
        for (method, found) in measure(&run, &[], 0) {
            assert_eq!(found.replies, 3, "{method}");
            // The last reply speaks of the first request.
            assert!((found.at_1.value - 200.0 / 3.0).abs() < 1e-3, "{method} {found:?}");
            assert_eq!(found.at_5.value, 100.0, "{method}");
        }
    }

    #[test]
    fn ties_count_against_a_method_and_twins_do_not_compete() {
        let run = run(&["Which tide?", "Spring.", "Which tide?", "Neap.", "And the buoy?", "Red."]);
        let parts = Parts::of(&run);
        assert_eq!(parts.places(&[vec![Some(0.5); 3], vec![None; 3], vec![Some(0.5); 3]]), [2, 2, 3]);
    }
}
