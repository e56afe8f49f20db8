//! What becomes of a reply that repeats the runtime's own words.
//!
//! Owns the taking out. What is a leak is decided in `safety`. A reply that was delivered already is
//! left as it is: the user has seen it, and the client will send it again so.

use std::borrow::Cow;

use super::{Delivery, Reply};
use crate::message::Content;
use crate::record::Opened;
use crate::safety::{self, Leak};

/// The reply without the runtime's words if it is still held back, and what was found.
pub(super) fn taken_out<'a>(opened: &Opened, reply: &'a Reply) -> (Cow<'a, Reply>, Option<Leak>) {
    let found = reply.spoken().and_then(|spoken| safety::leak(opened.note.as_deref(), &spoken));
    let Some((mut leak, left)) = found else { return (Cow::Borrowed(reply), None) };
    let mut clean = reply.clone();
    match &mut clean.entry {
        Some(entry)
            if reply.delivery != Delivery::Sent
                && !left.is_empty()
                && matches!(entry.message.content, Content::Text(_)) =>
        {
            entry.message.content = Content::Text(left);
            leak.stripped = true;
            (Cow::Owned(clean), Some(leak))
        }
        _ => (Cow::Borrowed(reply), Some(leak)),
    }
}
