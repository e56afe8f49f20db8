//! Vectors for the turns of a session: from the embedder, or from the store's cache.
//!
//! Owns how long a turn waits: for a local embedder as long as it takes, for an endpoint never
//! once the reply is there. Makes no records; `engine` does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leeboard_core::message::Entry;
use leeboard_core::record::{Digest, Mode};
use leeboard_core::vector::{Answer, Vector};
use tokio::time;

use super::{EmbedError, Embedder, Embedding};
use crate::store::Store;

/// How long the prompt waits for the vector of the user's message, unless set otherwise.
pub const PATIENCE: Duration = Duration::from_millis(150);

/// Answers by text.
pub type Answers = BTreeMap<String, Answer>;

/// An embedder with the store's cache before it.
#[derive(Clone)]
pub struct Vectors {
    embedder: Arc<dyn Embedder>,
    store: Arc<dyn Store>,
    patience: Duration,
}

impl Vectors {
    /// Vectors of this embedder. What an endpoint has answered is kept in the store.
    #[must_use]
    pub fn new(embedder: Arc<dyn Embedder>, store: Arc<dyn Store>) -> Self {
        Self { embedder, store, patience: PATIENCE }
    }

    /// The same with another time that a prompt waits for an endpoint.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
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

    /// Answers for a prompt: an endpoint is given a moment where the prompt would use them.
    pub async fn answers(&self, session: &str, texts: &[String], mode: Mode) -> Vec<Answer> {
        if mode == Mode::Observe {
            return self.at_hand(session, texts).await;
        }
        let asked = time::timeout(self.patience, self.asked(session, texts)).await;
        match asked {
            Ok(answers) => answers,
            Err(_) => self.at_hand(session, texts).await,
        }
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

    /// Asks an endpoint for what the cache does not have and keeps it there. Gives the answers
    /// by text; where the endpoint fails, the texts stay late and the next turn asks again.
    pub async fn fetch(&self, session: &str, texts: Vec<String>) -> Answers {
        let answers = self.asked(session, &texts).await;
        texts.into_iter().zip(answers).filter(|(_, answer)| !answer.is_late()).collect()
    }

    async fn asked(&self, session: &str, texts: &[String]) -> Vec<Answer> {
        let mut answers = self.at_hand(session, texts).await;
        let late: Vec<String> = texts
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| answer.is_late())
            .map(|(text, _)| text.clone())
            .collect();
        if late.is_empty() {
            return answers;
        }
        match self.embed(&late).await {
            Ok(found) => {
                self.keep(session, &late, &found).await;
                let mut found = found.into_iter();
                for answer in answers.iter_mut().filter(|answer| answer.is_late()) {
                    *answer = found.next().unwrap_or(Answer::Late);
                }
            }
            Err(error) => tracing::warn!(session, "failed to {error}"),
        }
        answers
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
