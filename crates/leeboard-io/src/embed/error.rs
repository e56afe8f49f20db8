//! What can go wrong with an embedder, by fault.
//!
//! Messages read on after "failed to ...". None holds a key or the text that was to be embedded.

use std::time::Duration;

use thiserror::Error;

/// Why a batch got no vectors.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// The settings cannot work: no address, not a URL, ...
    #[error("set up the embedding endpoint: {reason}")]
    Setup {
        /// What is wrong.
        reason: String,
    },
    /// Nobody answered at the address.
    #[error("reach the embedding endpoint {endpoint}: {reason}")]
    Unreachable {
        /// Where, without credentials.
        endpoint: String,
        /// Why.
        reason: String,
    },
    /// No answer in time.
    #[error("get vectors from {endpoint} within {} ms (embedding.timeout_ms)", .limit.as_millis())]
    Timeout {
        /// Where, without credentials.
        endpoint: String,
        /// The limit.
        limit: Duration,
    },
    /// The endpoint refused.
    #[error("get vectors from {endpoint}: it answered {status}: {message}")]
    Refused {
        /// Where, without credentials.
        endpoint: String,
        /// The HTTP status.
        status: u16,
        /// What it said, shortened.
        message: String,
    },
    /// The answer is not what the API promises: a vector too few, another width, no JSON, ...
    #[error("read the vectors from {endpoint}: {reason}")]
    Malformed {
        /// Where, without credentials.
        endpoint: String,
        /// What is wrong with it.
        reason: String,
    },
}
