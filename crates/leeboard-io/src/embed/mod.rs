//! Making vectors of texts: the trait, and what can go wrong.
//!
//! - [`table`] is the default: a static table in the binary, microseconds, no server.
//! - [`remote`] asks any OpenAI-compatible `/v1/embeddings`.
//! - [`conformance`] holds the suite that every embedder must pass.
//!
//! Owns no judgement: what a similarity means is for `leeboard-core`.

pub mod conformance;
mod error;
mod offline;
pub mod remote;
pub mod table;
mod vectors;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use leeboard_core::vector::Missing;

pub use error::EmbedError;
pub use offline::Offline;
pub use remote::Remote;
pub use table::Table;
pub use vectors::{Answers, Vectors};

/// One text's embedding: a vector of length 1, or why the model has no opinion on the text.
pub type Embedding = Result<Vec<f32>, Missing>;

/// Anything that makes vectors.
///
/// The same text gives the same vector, alone or in a batch. A text without one (empty, or in a
/// language that the model does not know) gets [`Missing`]; it is no fault of the call.
pub trait Embedder: Send + Sync {
    /// The model's id, stored with every vector: vectors of two ids never meet. It must change
    /// whenever the vectors do.
    fn model(&self) -> &Arc<str>;

    /// Components of a vector; `None` until an endpoint has told.
    fn dimensions(&self) -> Option<usize>;

    /// Whether a batch takes microseconds and cannot fail, so that a turn may wait for it.
    fn is_local(&self) -> bool;

    /// One embedding for each text, in order.
    ///
    /// # Errors
    /// [`EmbedError`] if the whole call failed; then no text has an answer.
    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Embedding>, EmbedError>>;
}
