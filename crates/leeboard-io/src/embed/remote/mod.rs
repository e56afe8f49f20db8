//! Vectors from any endpoint that speaks OpenAI's embeddings: OpenAI, Ollama, vLLM, TEI and kin.
//!
//! Owns the settings, the batches, and whose fault a refusal is. The JSON is in `wire`, the way
//! over the network in `http`. Batches go out one after the other. Errors and reasons hold
//! neither the key nor the texts, even where the server repeats them.

#[cfg(test)]
mod tests;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::vector::Missing;
use secrecy::SecretString;

use super::{EmbedError, Embedder, Embedding};
use crate::http::{Api, Fault, Patience};

/// How to reach an embedding model. Start from [`RemoteSettings::new`] and change what differs.
#[derive(Clone)]
#[non_exhaustive]
pub struct RemoteSettings {
    /// The API's root, with its version: `https://api.openai.com/v1`. A closing slash does not
    /// matter, and a bare host gets `/v1`.
    pub base_url: String,
    /// The model's name at the endpoint.
    pub model: String,
    /// The key; local servers often need none.
    pub key: Option<SecretString>,
    /// Components to ask for, at least 1, of models that can shorten their vectors. None: as
    /// many as the model has.
    pub dimensions: Option<usize>,
    /// For one request with all its tries and pauses. 2 seconds: endpoints take a tenth of that,
    /// and what comes later is fetched again.
    pub timeout: Duration,
    /// Texts in one request, at least 1. 64: OpenAI takes 2,048 and TEI 32 unless told
    /// otherwise; a request that is refused for its size is halved.
    pub batch: usize,
    /// Characters in one request; a longer text goes alone. 200,000: OpenAI takes 300,000 tokens,
    /// and no usual text has more than one token a character.
    pub characters: usize,
    /// How often to try again when the server is unreachable, busy (429) or broken (5xx). 2.
    pub retries: u32,
    /// The first pause between tries, doubled each time. 100 ms, so that two fit into the limit.
    /// A `Retry-After` of the server wins.
    pub first_pause: Duration,
}

impl RemoteSettings {
    /// The usual settings for an endpoint and a model.
    #[must_use]
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            key: None,
            dimensions: None,
            timeout: Duration::from_secs(2),
            batch: 64,
            characters: 200_000,
            retries: 2,
            first_pause: Duration::from_millis(100),
        }
    }

    /// The same with a key.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<SecretString>) -> Self {
        self.key = Some(key.into());
        self
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.model.trim().is_empty() {
            return Err("no model is named (embedding.model)");
        }
        if self.dimensions == Some(0) {
            return Err("embedding.dimensions is 0, but a vector has at least one component");
        }
        if self.batch == 0 || self.characters == 0 {
            return Err("a request holds no text (embedding.batch must be at least 1)");
        }
        if self.timeout.is_zero() {
            return Err("there is no time for an answer (embedding.timeout_ms must be over 0)");
        }
        Ok(())
    }
}

impl fmt::Debug for RemoteSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL may hold a password, so it is left out with the key.
        f.debug_struct("RemoteSettings").field("model", &self.model).finish_non_exhaustive()
    }
}

/// A client of one endpoint and model. Keeps its connections; calls may run side by side.
///
/// The model's id is its name, with `@` and the width where one is asked for:
/// `text-embedding-3-small@256`.
#[derive(Debug)]
pub struct Remote {
    api: Api,
    model: Arc<str>,
    /// Components of every vector: as asked for, else as first answered.
    width: OnceLock<usize>,
    /// Set once a vector has come, so that a later refusal is about a text.
    has_served: AtomicBool,
    settings: RemoteSettings,
}

/// What came of one request.
enum Outcome {
    /// An embedding for each text.
    Embedded(Vec<Embedding>),
    /// The server will not embed these texts together: too many, too long, or one of them bad.
    TextsRefused { status: u16, message: String },
}

type Answers<'a> = BTreeMap<&'a str, Embedding>;

/// The status of a server that is broken, and of llama.cpp's for a text that is too long.
const BROKEN: u16 = 500;

/// A text that any endpoint in order embeds.
const PLAIN: &str = "hello";

impl Remote {
    /// A client. Makes no connection yet.
    ///
    /// # Errors
    /// [`EmbedError::Setup`] for an address, a key or a number that cannot be used.
    pub fn new(settings: RemoteSettings) -> Result<Self, EmbedError> {
        settings.check().map_err(|reason| EmbedError::Setup { reason: reason.to_owned() })?;
        let api = Api::new(&settings.base_url, "/embeddings", settings.key.as_ref(), settings.timeout)
            .map_err(|reason| EmbedError::Setup { reason })?;
        let model = match settings.dimensions {
            Some(dimensions) => format!("{}@{dimensions}", settings.model),
            None => settings.model.clone(),
        };
        let width = settings.dimensions.map_or_else(OnceLock::new, OnceLock::from);
        Ok(Self { api, model: model.into(), width, has_served: AtomicBool::new(false), settings })
    }

    async fn embed_all(&self, texts: &[String]) -> Result<Vec<Embedding>, EmbedError> {
        let mut seen = BTreeSet::new();
        let spoken = texts.iter().map(String::as_str).filter(|text| !text.trim().is_empty());
        let wanted: Vec<&str> = spoken.filter(|text| seen.insert(*text)).collect();
        let mut answers = Answers::new();
        for batch in self.batches(&wanted) {
            self.embed_batch(batch, &mut answers).await?;
        }
        let empty = || Err(Missing("the text is empty".to_owned()));
        Ok(texts.iter().map(|text| answers.get(text.as_str()).cloned().unwrap_or_else(empty)).collect())
    }

    /// Cuts at the limits for texts and characters.
    fn batches<'t, 'a>(&self, texts: &'t [&'a str]) -> Vec<&'t [&'a str]> {
        let (mut batches, mut rest) = (Vec::new(), texts);
        while !rest.is_empty() {
            let mut characters = 0;
            let fits = |text: &&&str| {
                characters += text.chars().count();
                characters <= self.settings.characters
            };
            let count = rest.iter().take(self.settings.batch).take_while(fits).count().max(1);
            let (batch, later) = rest.split_at(count);
            batches.push(batch);
            rest = later;
        }
        batches
    }

    /// Embeds a batch. Where the server refuses it, halves it until only the texts that cannot be
    /// embedded are left over.
    async fn embed_batch<'a>(&self, batch: &[&'a str], answers: &mut Answers<'a>) -> Result<(), EmbedError> {
        let mut waiting = vec![batch];
        while let Some(texts) = waiting.pop() {
            match (self.request(texts).await?, texts) {
                (Outcome::Embedded(embeddings), _) => {
                    answers.extend(texts.iter().copied().zip(embeddings));
                }
                (Outcome::TextsRefused { status, message }, [text]) => {
                    self.serves_others(texts, status, &message).await?;
                    let reason = format!("the endpoint refused the text with status {status}: {message}");
                    answers.insert(text, Err(Missing(reason)));
                }
                (Outcome::TextsRefused { status, message }, _) => {
                    self.serves_others(texts, status, &message).await?;
                    let (left, right) = texts.split_at(texts.len() / 2);
                    waiting.extend([right, left]);
                }
            }
        }
        Ok(())
    }

    /// Whether a refusal is about the texts. A wrong model or width is refused like a text that is
    /// too long, so before the first vector the shortest text is tried alone, and its refusal is
    /// the endpoint's. A status of 500 may be either at any time, so a plain word is tried then.
    async fn serves_others(&self, texts: &[&str], status: u16, message: &str) -> Result<(), EmbedError> {
        let probe = match texts {
            _ if status == BROKEN => PLAIN,
            _ if self.has_served.load(Ordering::Relaxed) => return Ok(()),
            [] | [_] => return Err(self.refused(status, message.to_owned())),
            [first, ..] => texts.iter().min_by_key(|text| text.len()).unwrap_or(first),
        };
        match self.request(&[probe]).await? {
            Outcome::Embedded(_) => Ok(()),
            Outcome::TextsRefused { status, message } => {
                Err(self.refused(status, wire::without_texts(&message, texts)))
            }
        }
    }

    /// One request with its tries.
    async fn request(&self, texts: &[&str]) -> Result<Outcome, EmbedError> {
        let body = wire::body(&self.settings.model, self.settings.dimensions, texts);
        let once = || {
            async {
                let response = self.api.post(&body).await?;
                self.api.body(response).await
            }
            .boxed()
        };
        let RemoteSettings { timeout: within, retries, first_pause, .. } = self.settings;
        let embeddings = match (Patience { within, retries, first_pause }).ask(once).await {
            Ok(body) => wire::embeddings(&body, texts.len(), &self.width),
            // 413 and 422: what TEI says where OpenAI says 400; llama.cpp says 500.
            Err(Fault::Status { status: status @ (400 | 413 | 422 | BROKEN), message, .. }) => {
                let message = wire::without_texts(&message, texts);
                return Ok(Outcome::TextsRefused { status, message });
            }
            Err(fault) => return Err(self.error(fault, texts)),
        };
        let embeddings = embeddings.map_err(|what| self.error(self.api.malformed(&what), texts))?;
        self.has_served.store(true, Ordering::Relaxed);
        Ok(Outcome::Embedded(embeddings))
    }

    fn refused(&self, status: u16, message: String) -> EmbedError {
        EmbedError::Refused { endpoint: self.api.address(), status, message }
    }

    fn error(&self, fault: Fault, texts: &[&str]) -> EmbedError {
        let endpoint = self.api.address();
        match fault {
            Fault::Unreachable { reason } => EmbedError::Unreachable { endpoint, reason },
            Fault::Timeout { after } => EmbedError::Timeout { endpoint, limit: after },
            Fault::Status { status, message, .. } => {
                EmbedError::Refused { endpoint, status, message: wire::without_texts(&message, texts) }
            }
            Fault::Malformed { what } => {
                EmbedError::Malformed { endpoint, reason: wire::without_texts(&what, texts) }
            }
        }
    }
}

impl Embedder for Remote {
    fn model(&self) -> &Arc<str> {
        &self.model
    }

    fn dimensions(&self) -> Option<usize> {
        self.width.get().copied()
    }

    fn is_local(&self) -> bool {
        false
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Embedding>, EmbedError>> {
        self.embed_all(texts).boxed()
    }
}
