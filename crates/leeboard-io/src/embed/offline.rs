//! Vectors for work on files, where the caller waits: no store, no late answers.
//!
//! Owns a runtime of its own for endpoints; the table needs none.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use leeboard_core::vector::Answer;
use tokio::runtime::{Builder, Runtime};

use super::vectors::{answer, missing};
use super::{EmbedError, Embedder};

/// An embedder that is waited for.
pub struct Offline {
    embedder: Arc<dyn Embedder>,
    runtime: Option<Runtime>,
    failed: Mutex<Option<EmbedError>>,
}

impl Offline {
    /// Waits for this embedder.
    ///
    /// # Errors
    /// If an endpoint is to be asked and the system gives no threads for it.
    pub fn new(embedder: Arc<dyn Embedder>) -> io::Result<Self> {
        let runtime = if embedder.is_local() {
            None
        } else {
            Some(Builder::new_multi_thread().worker_threads(1).enable_all().build()?)
        };
        Ok(Self { embedder, runtime, failed: Mutex::new(None) })
    }

    /// One answer for each text. A failed call gives "missing" with the fault as the reason.
    #[must_use]
    pub fn answers(&self, texts: &[String]) -> Vec<Answer> {
        if texts.is_empty() {
            return Vec::new();
        }
        let call = self.embedder.embed(texts);
        let embeddings = match &self.runtime {
            Some(runtime) => runtime.block_on(call),
            // A local embedder answers at once.
            None => call.now_or_never().unwrap_or_else(|| {
                Err(EmbedError::Setup { reason: "a local embedder may not wait".to_owned() })
            }),
        };
        match embeddings {
            Ok(found) => {
                found.into_iter().map(|embedding| answer(self.embedder.model(), embedding)).collect()
            }
            Err(error) => {
                let answers = missing(texts, &error);
                self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                answers
            }
        }
    }

    /// The first fault, if a call failed: scores may lack what vectors would have told.
    #[must_use]
    pub fn fault(&self) -> Option<EmbedError> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
