//! The state that a request goes on from.
//!
//! Owns the rules: what is appended, what starts anew, what forks, which open turn is gone on
//! with. Looks at marks first, so that only the one state that is needed is loaded.

use std::sync::Arc;

use leeboard_core::message::{Entry, Role};
use leeboard_core::record::Digest;
use leeboard_core::{Identity, Mode, Session};
use leeboard_io::conversation::Exchange;
use leeboard_io::engine::{Engine, EngineError};
use leeboard_io::stamp;
use leeboard_io::store::said::key;
use leeboard_io::store::{Client, MemoryStore, View};

use super::hot::Warm;
use super::snapshots;
use super::tree::Tree;
use super::{Sent, named_entries};
use crate::state::AppState;

/// A session at the state that a request goes on from.
pub(super) struct Place {
    pub(super) session: Session,
    /// The engine for this client.
    pub(super) engine: Engine,
    /// What tools have said since, if the request belongs to a turn that is open.
    pub(super) steps: Option<Vec<Entry>>,
    /// How often something of the session had been forgotten when it was read.
    pub(super) erasures: u64,
    /// The sequence number that the first record of the request gets.
    pub(super) from: u64,
    /// Whether it is stored.
    pub(super) kept: bool,
    unknown_from: usize,
}

/// What a turn is opened with - mode, whether to correct, identity: only with the same an open one
/// is gone on with.
type Terms<'a> = (Mode, bool, Option<&'a Identity>);

/// A session as it is found: what is known without reading its records.
pub(super) struct Sight {
    id: String,
    tree: Tree,
    view: Option<View>,
    warm: Option<Session>,
    erasures: u64,
}

impl Sight {
    /// The session of this id. Its lock must be held.
    pub(super) async fn of(state: &AppState, id: String) -> Result<Self, EngineError> {
        let Warm { mut tree, state: warm, erasures } = state.hot().take(&id);
        let view = state.engine().store().view(&id, tree.known()).await?;
        let warm = warm.filter(|_| view.as_ref().is_some_and(|view| view.erasures == erasures));
        let erasures = view.as_ref().map_or(0, |view| view.erasures);
        match &view {
            Some(view) => tree.update(view),
            None => tree = Tree::default(),
        }
        Ok(Self { id, tree, view, warm, erasures })
    }

    /// What leeboard may change in it, if that was set for the session.
    pub(super) fn mode(&self) -> Option<Mode> {
        self.view.as_ref().and_then(|view| view.mode)
    }
}

/// Finds a place.
struct Search<'a> {
    state: &'a AppState,
    id: &'a str,
    sent: &'a Sent,
    terms: Terms<'a>,
    tree: Tree,
    view: Option<View>,
    /// A state that need not be replayed.
    warm: Option<Session>,
}

impl Place {
    /// Where in a session a request goes on. The lock of the session must be held.
    pub(super) async fn find(
        state: &AppState,
        sight: Sight,
        scope: Digest,
        sent: &Sent,
        terms: Terms<'_>,
    ) -> Result<Self, EngineError> {
        let Sight { id, tree, view, warm, erasures } = sight;
        let mut search = Search { state, id: &id, sent, terms, tree, view, warm };
        let (session, steps, common) = search.place().await?;
        // Whoever sends again what is known does so with the whole conversation.
        let engine = state.engine().serving(Client { scope, resends: common > 0 });
        snapshots::put(state, &id, Warm { tree: search.tree, state: search.warm, erasures });
        let from = session.sequence();
        Ok(Self { session, engine, steps, erasures, from, kept: true, unknown_from: common })
    }

    /// A session that is gone with its turn.
    pub(super) fn passing(state: &AppState) -> Self {
        let engine = state.engine().over(Arc::new(MemoryStore::new()));
        let session = Session::new(stamp::new_id());
        Self { session, engine, steps: None, erasures: 0, from: 0, kept: false, unknown_from: 0 }
    }

    /// The new messages: those that no earlier, unanswered turn has taken in.
    pub(super) fn unknown(&self, mut tail: Vec<Entry>) -> Vec<Entry> {
        let known = known_first(waiting(&self.session), &tail).unwrap_or_default();
        tail.split_off(known)
    }

    /// Takes in what was said where leeboard was not there, or could not store it.
    pub(super) async fn import(&mut self, history: Vec<Exchange>) -> Result<(), EngineError> {
        let missed = history.into_iter().skip(self.unknown_from);
        let missed = missed.filter_map(|exchange| Some((exchange.input, exchange.reply?)));
        let named = (self.session.sequence()..).zip(missed).map(|(sequence, (input, reply))| {
            let input = named_entries('i', sequence, None, input);
            (input, Entry { id: format!("a{sequence}"), ..reply })
        });
        let exchanges: Vec<_> = named.collect();
        self.engine.import(&mut self.session, exchanges).await
    }
}

type Found = (Session, Option<Vec<Entry>>, usize);

impl Search<'_> {
    /// The state, the steps of the turn to go on with, and how much of the history is known.
    async fn place(&mut self) -> Result<Found, EngineError> {
        let Some(view) = self.view.clone() else {
            return Ok((Session::new(self.id), None, 0));
        };
        if !self.sent.said.is_empty() {
            return self.after_history(&view).await;
        }
        if view.resends && !self.sent.asked.is_empty() {
            // A client that sends everything and now sends one message has begun anew.
            return self.after(&view, None, 0).await;
        }
        self.at_head(&view).await
    }

    /// The history says where: the longest part of it that is known.
    async fn after_history(&mut self, view: &View) -> Result<Found, EngineError> {
        let found = self.tree.find(&self.sent.said, view.turn);
        self.after(view, found.at, found.common).await
    }

    /// After a finished turn, or at the start. Whoever sends the history says what is in it, so
    /// a question without a reply that is not sent again is not taken along.
    async fn after(
        &mut self,
        view: &View,
        turn: Option<Digest>,
        common: usize,
    ) -> Result<Found, EngineError> {
        if common == self.sent.said.len() {
            for open in self.tree.open(turn, &self.sent.asked) {
                let session = self.load(open).await?;
                match self.steps(&session).filter(|steps| self.may_go_on(&session, steps)) {
                    Some(steps) => return Ok((session, Some(steps), common)),
                    None => self.warm = Some(session),
                }
            }
        }
        if let Some(turn) = turn.filter(|turn| view.turn == Some(*turn)) {
            // At the head there may be vectors that came late.
            let session = self.load(view.head).await?;
            if session.pending().is_none() && session.carried().is_empty() {
                return Ok((session, None, common));
            }
            self.warm = Some(session);
            return Ok((self.load(turn).await?, None, common));
        }
        Ok((self.load(turn.unwrap_or_default()).await?, None, common))
    }

    /// Only what is new was sent: it goes on at the head.
    async fn at_head(&mut self, view: &View) -> Result<Found, EngineError> {
        let session = self.load(view.head).await?;
        if session.pending().is_some() {
            if let Some(steps) = self.steps(&session) {
                return Ok((session, Some(steps), 0));
            }
            // While a reply is under way, the next message is a sibling, not a sequel.
            if self.state.flights().has(session.head()) {
                let before = self.tree.before(session.head()).unwrap_or_default();
                self.warm = Some(session);
                return Ok((self.load(before).await?, None, 0));
            }
        }
        Ok((session, None, 0))
    }

    async fn load(&mut self, tip: Digest) -> Result<Session, EngineError> {
        self.state.engine().load_at(self.id, tip, self.warm.take()).await
    }

    /// What tools have said since an open turn, if the request belongs to it.
    fn steps(&self, session: &Session) -> Option<Vec<Entry>> {
        session.pending()?;
        let tail = &self.sent.tail;
        let asks = |entries: &[Entry]| entries.iter().any(|entry| entry.message.role == Role::User);
        let steps = match known_first(waiting(session), tail) {
            Some(known) => tail.get(known..)?,
            // Some clients send the results alone.
            None => tail,
        };
        (!asks(steps)).then(|| steps.to_vec())
    }

    /// Whether an open turn is what the request would open: the same mode, identity and settings.
    /// In the midst of a tool turn those of its beginning hold.
    fn may_go_on(&self, session: &Session, steps: &[Entry]) -> bool {
        let (mode, correct, identity) = self.terms;
        let same_mode = session
            .pending()
            .is_some_and(|opened| opened.mode == mode && opened.plan.is_switched_off() != correct);
        let same_identity = identity.is_none_or(|identity| session.identity() == identity);
        !steps.is_empty() || (same_mode && same_identity && session.config() == self.state.engine().config())
    }
}

/// What waits for a reply.
fn waiting(session: &Session) -> impl Iterator<Item = &Entry> {
    session.carried().iter().chain(session.pending().into_iter().flat_map(|opened| &opened.input))
}

/// How many messages at the start of `entries` are those of `known`: all of them or none.
fn known_first<'a>(known: impl IntoIterator<Item = &'a Entry>, entries: &[Entry]) -> Option<usize> {
    let known: Vec<Digest> = known.into_iter().map(|entry| key(&entry.message)).collect();
    let first = entries.get(..known.len())?;
    first.iter().map(|entry| key(&entry.message)).eq(known.iter().copied()).then_some(known.len())
}

#[cfg(test)]
mod tests {
    use leeboard_core::message::Message;

    use super::*;

    #[test]
    fn known_messages_are_all_there_or_not_known() {
        let entries = |text: &str| -> Vec<Entry> {
            text.chars().map(|c| Entry::new("x", Message::text(Role::User, c))).collect()
        };
        assert_eq!(known_first(&entries(""), &entries("ab")), Some(0));
        assert_eq!(known_first(&entries("a"), &entries("ab")), Some(1));
        assert_eq!(known_first(&entries("ab"), &entries("a")), None);
        assert_eq!(known_first(&entries("b"), &entries("ab")), None);
    }
}
