//! Vectors for the turns of a session: from the embedder, or from the store's cache.
//!
//! Owns that a turn waits for a local embedder, which takes microseconds, and never for an endpoint.
//! Makes no records; `engine` does.

use std::collections::BTreeMap;
use std::sync::Arc;

use leeboard_core::message::Entry;
use leeboard_core::record::Digest;
use leeboard_core::vector::{Answer, Vector};

use super::{EmbedError, Embedder, Embedding};
use crate::store::Store;

/// Texts that an endpoint is asked for at once, before what it has answered is kept.
const AT_ONCE: usize = 32;

/// Timeouts after which an endpoint is asked for less: from 32 texts to 8, 2 and 1, and past one
/// that takes too long alone.
const TIMEOUTS: u32 = 4;

/// Answers by text.
pub type Answers = BTreeMap<String, Answer>;

/// An embedder with the store's cache before it.
#[derive(Clone)]
pub struct Vectors {
    embedder: Arc<dyn Embedder>,
    store: Arc<dyn Store>,
}

impl Vectors {
    /// Vectors of this embedder. What an endpoint has answered is kept in the store.
    #[must_use]
    pub fn new(embedder: Arc<dyn Embedder>, store: Arc<dyn Store>) -> Self {
        Self { embedder, store }
    }

    /// The same with another store's cache.
    #[must_use]
    pub fn over(&self, store: Arc<dyn Store>) -> Self {
        Self { embedder: Arc::clone(&self.embedder), store }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The embedding model's id.
    #[must_use]
    pub fn model(&self) -> &Arc<str> {
        self.embedder.model()
    }

    /// Whether answers can come late.
    #[must_use]
    pub fn can_be_late(&self) -> bool {
        !self.embedder.is_local()
    }

    /// Answers without waiting for an endpoint; what it has not answered before is late.
    pub async fn at_hand(&self, session: &str, texts: &[String]) -> Vec<Answer> {
        if texts.is_empty() {
            return Vec::new();
        }
        if self.embedder.is_local() {
            return self.embed(texts).await.unwrap_or_else(|error| missing(texts, &error));
        }
        self.cached(session, texts).await
    }

    /// Answers for the messages that memory keeps, by id.
    pub async fn of_messages<'a>(
        &self,
        session: &str,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> BTreeMap<String, Answer> {
        let (ids, texts): (Vec<String>, Vec<String>) = entries
            .filter(|entry| entry.message.is_remembered())
            .map(|entry| (entry.id.clone(), entry.message.spoken()))
            .filter(|(_, text)| !text.trim().is_empty())
            .unzip();
        let answers = self.at_hand(session, &texts).await;
        ids.into_iter().zip(answers).collect()
    }

    /// Asks an endpoint for what the cache does not have and keeps it there, part by part and the
    /// last texts first. Gives the answers by text; what the endpoint fails at stays late, and the
    /// next turn asks again. Where it takes too long, less is asked of it at once, and a text that
    /// takes too long alone is left out, so that it does not stand in the way of the others.
    pub async fn fetch(&self, session: &str, texts: Vec<String>) -> Answers {
        let mut answers = Answers::new();
        let (mut rest, mut most, mut timeouts) = (texts.as_slice(), AT_ONCE, 0);
        while !rest.is_empty() {
            let (earlier, part) = rest.split_at(rest.len().saturating_sub(most));
            match self.asked(session, part).await {
                Ok(found) => {
                    answers.extend(part.iter().cloned().zip(found));
                    (rest, most) = (earlier, AT_ONCE.min(2 * most));
                }
                Err(EmbedError::Timeout { .. }) if timeouts < TIMEOUTS => {
                    timeouts += 1;
                    if let [_] = part {
                        rest = earlier;
                    }
                    most = (part.len() / 4).max(1);
                }
                Err(error) => {
                    tracing::warn!(session, "failed to {error}");
                    break;
                }
            }
        }
        answers.retain(|_, answer| !answer.is_late());
        answers
    }

    async fn asked(&self, session: &str, texts: &[String]) -> Result<Vec<Answer>, EmbedError> {
        let mut answers = self.at_hand(session, texts).await;
        let late: Vec<String> = texts
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| answer.is_late())
            .map(|(text, _)| text.clone())
            .collect();
        if late.is_empty() {
            return Ok(answers);
        }
        let found = self.embed(&late).await?;
        self.keep(session, &late, &found).await;
        let mut found = found.into_iter();
        for answer in answers.iter_mut().filter(|answer| answer.is_late()) {
            *answer = found.next().unwrap_or(Answer::Late);
        }
        Ok(answers)
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Answer>, EmbedError> {
        let model = self.embedder.model();
        Ok(self.embedder.embed(texts).await?.into_iter().map(|embedding| answer(model, embedding)).collect())
    }

    async fn cached(&self, session: &str, texts: &[String]) -> Vec<Answer> {
        let digests: Vec<Digest> = texts.iter().map(|text| Digest::of(text.as_bytes())).collect();
        let found = self.store.vectors(session, self.model(), &digests).await.unwrap_or_else(|error| {
            tracing::warn!(session, "failed to {error}");
            Vec::new()
        });
        let found = found.into_iter().map(|vector| vector.map_or(Answer::Late, Answer::Vector));
        found.chain(std::iter::repeat(Answer::Late)).take(texts.len()).collect()
    }

    async fn keep(&self, session: &str, texts: &[String], answers: &[Answer]) {
        let kept: Vec<(Digest, Vector)> = texts
            .iter()
            .zip(answers)
            .filter_map(|(text, answer)| Some((Digest::of(text.as_bytes()), answer.vector()?.clone())))
            .collect();
        if let Err(error) = self.store.keep_vectors(session, &kept).await {
            tracing::warn!(session, "failed to {error}");
        }
    }
}

/// An embedding as the core takes it.
pub(super) fn answer(model: &Arc<str>, embedding: Embedding) -> Answer {
    match embedding {
        Ok(values) => Vector::new(model, &values)
            .map_or_else(|| Answer::missing("the embedding has no direction"), Answer::Vector),
        Err(missing) => Answer::Missing(missing),
    }
}

pub(super) fn missing(texts: &[String], error: &EmbedError) -> Vec<Answer> {
    texts.iter().map(|_| Answer::missing(format!("failed to {error}"))).collect()
}
