//! Vectors that come after the turn they belong to.
//!
//! Owns how many are taken in at a time. Asks no endpoint; [`Vectors`](crate::embed::Vectors) does.

use leeboard_core::session::Session;
use leeboard_core::turn;

use super::{Engine, EngineError};
use crate::embed::Answers;
use crate::store::Tip;

/// Messages whose vectors one record supplies at most.
const LATE_AT_ONCE: usize = 256;

/// Such records at a time, at most: with a new embedding model a turn of a long session waits for
/// 2,048 messages, not for all.
const LATE_RECORDS: usize = 8;

impl Engine {
    /// Takes in the vectors that have come since they were wanted, and with a new embedding model
    /// those of all indexed messages: as records, 2,048 messages at most; the next call goes on.
    /// `known` are answers that the caller has fetched; others come from the cache. Waits for no
    /// endpoint.
    ///
    /// # Errors
    /// [`EngineError`]; what was taken in before stays.
    pub async fn catch_up(&self, session: &mut Session, known: &Answers) -> Result<(), EngineError> {
        for _ in 0..LATE_RECORDS {
            let mut wanted = turn::wants_late(session, self.vectors.model(), LATE_AT_ONCE);
            if wanted.is_empty() {
                break;
            }
            let texts: Vec<String> = wanted.iter().map(|message| message.text.clone()).collect();
            let mut answers = self.vectors.at_hand(session.id(), &texts).await;
            for (answer, text) in answers.iter_mut().zip(&texts) {
                if let Some(known) = known.get(text).filter(|_| answer.is_late()) {
                    answer.clone_from(known);
                }
            }
            let mut came = answers.iter().map(|answer| !answer.is_late()).collect::<Vec<_>>().into_iter();
            wanted.retain(|_| came.next().unwrap_or_default());
            answers.retain(|answer| !answer.is_late());
            let stamp = self.stamp()?;
            let record = turn::late(session, self.vectors.model(), &wanted, &answers, stamp, self.tools())?;
            let Some(record) = record else { break };
            self.commit(session, &[record], Tip::Follows).await?;
        }
        Ok(())
    }

    /// The texts whose vectors the session waits for, where an endpoint has to be asked for them.
    /// [`Vectors::fetch`](crate::embed::Vectors::fetch) does, and [`catch_up`](Self::catch_up) takes them in then.
    #[must_use]
    pub fn wants_late(&self, session: &Session) -> Vec<String> {
        if !self.vectors.can_be_late() {
            return Vec::new();
        }
        let wanted = turn::wants_late(session, self.vectors.model(), LATE_AT_ONCE);
        wanted.into_iter().map(|message| message.text).collect()
    }
}
