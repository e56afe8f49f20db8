//! OpenAI's chat format as the gateway needs it: requests, replies, errors.
//!
//! Owns the reading of bodies and the shape of errors. Opens no connection and no turn.

pub(crate) mod error;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod wishes;
