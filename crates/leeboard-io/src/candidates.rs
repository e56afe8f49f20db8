//! A reply that is held back: judged, asked for again where the core wishes, and the best delivered.
//!
//! Owns that exchange, for the driver and the gateway alike. The decisions are the core's
//! (`turn::close`); where replies come from is the caller's.

use leeboard_core::control::Plan;
use leeboard_core::prompt::Prompt;
use leeboard_core::record::{Record, Rejected};
use leeboard_core::session::Session;
use leeboard_core::turn::{Closing, Delivery, Reply};

use crate::engine::{Engine, EngineError};

/// Where the replies of a turn come from.
pub trait Source: Send {
    /// A reply as it came.
    type Answer: Send;

    /// The reply as it is judged; `delivery` says whether it is held back.
    ///
    /// # Errors
    /// As the source sees fit; the turn stays open then.
    fn reply(&mut self, session: &Session, answer: &Self::Answer) -> Result<Reply, EngineError>;

    /// Asks the model once more. Without another reply the best of those before is delivered.
    fn again(&mut self, wish: Wish) -> impl Future<Output = Option<Self::Answer>> + Send;
}

/// What the model is asked with once more.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Wish {
    /// The corrected prompt, for mode manage.
    pub prompt: Prompt,
    /// The corrected note, for mode augment.
    pub note: Option<String>,
    /// What it corrects.
    pub plan: Plan,
}

/// A closed turn with the reply to be delivered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settled<A> {
    /// The reply as it came. Where the record of the closing says that runtime text was taken out,
    /// its reply is the one to deliver.
    pub answer: A,
    /// The records of the closing.
    pub records: Vec<Record>,
    /// The replies that are not delivered.
    pub rejected: Vec<Rejected>,
}

/// Judges a reply and asks again as the core wishes, until the turn is closed with one of them.
///
/// # Errors
/// [`EngineError`]; the turn is open then.
pub async fn settle<S: Source>(
    engine: &Engine,
    session: &mut Session,
    source: &mut S,
    first: S::Answer,
) -> Result<Settled<S::Answer>, EngineError> {
    let mut candidates = Candidates { answers: Vec::new(), rejected: Vec::new() };
    let mut last = false;
    let mut answer = first;
    loop {
        let mut reply = source.reply(session, &answer)?;
        reply.rejected.clone_from(&candidates.rejected);
        if last && reply.delivery == Delivery::Held {
            reply.delivery = Delivery::Last;
        }
        match engine.close(session, &reply).await? {
            Closing::Retry { prompt, note, rejected } => {
                let wish = Wish { prompt: *prompt, note, plan: rejected.plan.clone() };
                match source.again(wish).await {
                    Some(next) => candidates.add(std::mem::replace(&mut answer, next), rejected),
                    // What there is, is better than nothing.
                    None => last = true,
                }
            }
            Closing::Better { candidate, rejected } => {
                if let Some(best) = candidates.take(candidate) {
                    candidates.add(std::mem::replace(&mut answer, best), rejected);
                }
            }
            Closing::Done(records) => {
                return Ok(Settled { answer, records, rejected: candidates.rejected });
            }
        }
    }
}

/// Replies of one turn that are not delivered, each with its judgement.
struct Candidates<A> {
    answers: Vec<A>,
    rejected: Vec<Rejected>,
}

impl<A> Candidates<A> {
    fn add(&mut self, answer: A, rejected: Rejected) {
        self.answers.push(answer);
        self.rejected.push(rejected);
    }

    fn take(&mut self, at: usize) -> Option<A> {
        (at < self.answers.len() && at < self.rejected.len()).then(|| {
            self.rejected.remove(at);
            self.answers.remove(at)
        })
    }
}
