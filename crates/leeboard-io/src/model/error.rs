//! What can go wrong when a model is called, by fault.
//!
//! Messages read on after "failed to ...". None holds a key, a password or a query string.

use std::time::Duration;

use thiserror::Error;

/// Why there is no reply, or only a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The settings do not make a usable client.
    #[error("set up the model: {what}")]
    Setup {
        /// Which setting is wrong, and how.
        what: String,
    },
    /// No connection.
    #[error("reach the model at {url}: {reason} (check the address and that the server runs)")]
    Unreachable {
        /// The address, without credentials and query.
        url: String,
        /// What the network says.
        reason: String,
    },
    /// No answer in time.
    #[error("get an answer from the model within {after:?} (raise the timeout if it is just slow)")]
    Timeout {
        /// The limit that was reached.
        after: Duration,
    },
    /// The server refused or broke down.
    #[error("get a reply from the model: it answered {status}: {message}{}", status_hint(*status))]
    Status {
        /// The HTTP status.
        status: u16,
        /// The server's own words, where it has some.
        message: String,
        /// When the server wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// The server answered something that is no reply.
    #[error("read the model's reply: {what} (is the address that of an OpenAI-compatible API?)")]
    Malformed {
        /// What is wrong with it.
        what: String,
    },
    /// A recording has no more replies.
    #[error("replay another reply: all {recorded} recorded replies are used (record more turns)")]
    Exhausted {
        /// How many there were.
        recorded: usize,
    },
    /// A stream broke off after it had begun. What came until then stands, and no retry is made.
    #[error("read the reply to its end: {reason}")]
    Interrupted {
        /// What broke it.
        reason: String,
    },
}

/// The way out, for the statuses that have a common one.
fn status_hint(status: u16) -> &'static str {
    match status {
        401 | 403 => " (check the key)",
        404 => " (check the base URL and the model's name)",
        429 => " (wait, or raise the quota)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_value_and_the_way_out() {
        let refused =
            ModelError::Status { status: 401, message: "no such key".to_owned(), retry_after: None };
        assert_eq!(
            refused.to_string(),
            "get a reply from the model: it answered 401: no such key (check the key)"
        );
        let late = ModelError::Timeout { after: Duration::from_millis(1500) };
        assert!(late.to_string().contains("1.5s"));
    }
}
