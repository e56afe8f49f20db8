//! A session: everything that is known of one conversation, as a fold of its records.
//!
//! Owns the state and the folding. Decides nothing: decisions are made in `turn` and written in
//! records.

mod fold;
mod snapshot;
mod turns;

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::control::{Lapse, Posture, Steering};
use crate::drift::{
    Coherence, Drift, FormBaseline, PhraseIndex, RecentTerms, Running, Signal, VoiceBaseline,
};
use crate::error::ApplyError;
use crate::identity::Identity;
use crate::ledger::Chain;
use crate::memory::continuity::Track;
use crate::memory::facts::{self, Facts};
use crate::memory::{Anchors, Continuity, Episodes, Index};
use crate::message::{Entry, Role};
use crate::patterns::{Attractor, CausalLink, Motifs, Patterns};
use crate::prompt;
use crate::record::{Digest, Imported, MessageTokens, Opened, Payload, Record, Stamp};
use crate::safety::Safety;
use crate::tokens::TokenCounter;
use crate::turn::Unembedded;
use crate::vector::{Answer, Centroid};

pub use self::snapshot::SnapshotError;
pub use self::turns::Turns;

/// One conversation's state.
///
/// Three kinds of method:
/// - *getters* (`identity`, `turns`, `posture`, ...) read;
/// - *record makers* ([`start`](Self::start), [`import`](Self::import)) return records and change
///   nothing, as do [`turn::open`](crate::turn::open) and [`turn::close`](crate::turn::close);
/// - [`apply`](Self::apply) folds one record in, and is the only way to change a session.
///
/// The order is: `start` once, then `open` and `close` in turn; apply every record as it is
/// made, and persist it. The same records give the same session, on any machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    id: String,
    head: Digest,
    sequence: u64,
    config: Box<Config>,
    config_digest: Digest,
    identity: Identity,
    identity_version: u32,
    turns: Turns,
    /// User messages of abandoned turns; the next turn takes them along.
    carried: Carried,
    pending: Option<Box<Opened>>,
    window_start: u32,
    #[serde(default)]
    cleared_before: u32,
    #[serde(default)]
    anchors: Anchors,
    /// The last turn whose reply is not to be corrected any more; 0 for none.
    #[serde(default)]
    corrects_after: u32,
    index: Index,
    /// The model whose vectors the index holds; empty before the first.
    embedding_model: String,
    #[serde(default)]
    facts: Facts,
    #[serde(default)]
    episodes: Episodes,
    #[serde(default)]
    track: Track,
    phrases: PhraseIndex,
    recent_terms: RecentTerms,
    voice: VoiceBaseline,
    form: FormBaseline,
    /// What the accepted replies have in common.
    replies: Centroid,
    topic: Running,
    repeated: Running,
    motifs: Motifs,
    #[serde(default)]
    patterns: Patterns,
    posture: Posture,
    #[serde(default)]
    steering: Box<Steering>,
    #[serde(default)]
    safety: Safety,
    judged: Option<Drift>,
    history: VecDeque<Cycle>,
    causes: VecDeque<CausalLink>,
    redacted: u64,
}

/// Messages that wait for a reply, with their tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Carried {
    entries: Vec<Entry>,
    tokens: MessageTokens,
}

/// A finished turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Turn {
    /// From 1, one for each reply.
    pub number: u32,
    /// What was said before the reply, tool calls and results included.
    pub input: Vec<Entry>,
    /// The reply.
    pub reply: Entry,
    tokens: MessageTokens,
}

impl Turn {
    /// Its messages in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.input.iter().chain(std::iter::once(&self.reply))
    }

    /// Its messages in order, out of it.
    pub fn into_entries(self) -> impl DoubleEndedIterator<Item = Entry> {
        self.input.into_iter().chain(std::iter::once(self.reply))
    }

    /// How many messages it has; at least its reply.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a turn has its reply and is never empty")]
    pub fn len(&self) -> usize {
        self.input.len() + 1
    }

    /// Tokens of its messages: as recorded, or counted anew if another counter recorded them.
    pub(crate) fn tokens(&self, counter: &dyn TokenCounter) -> usize {
        if self.tokens.counter == counter.name() {
            return self.tokens.counts.iter().sum();
        }
        self.entries().map(|entry| prompt::count_message(&entry.message, counter)).sum()
    }
}

/// One cycle's figures, kept for a bounded number of cycles (SRIP's coherence map).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cycle {
    /// The turn.
    pub turn: u32,
    /// Its drift index.
    pub index: f64,
    /// SRIP-03's composite.
    pub di: f64,
    /// The coherence metrics.
    pub coherence: Coherence,
    /// The posture after it.
    pub posture: Posture,
    /// The signals in alarm.
    pub flags: Vec<Signal>,
    /// The rules that were broken, by id.
    pub broken: Vec<String>,
    /// What it went against, and whether that was in the prompt.
    #[serde(default)]
    pub lapses: Vec<Lapse>,
    /// Stability of the active pattern.
    #[serde(default)]
    pub stability: Option<f64>,
    /// SRIP-04's invariants.
    #[serde(default)]
    pub continuity: Continuity,
}

impl Session {
    /// An empty session; nothing is known before [`start`](Self::start)'s records are applied.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        let config = Config::default();
        Self {
            id: id.into(),
            head: Digest::default(),
            sequence: 0,
            config_digest: Digest::of_json(&config),
            config: Box::new(config),
            identity: Identity::default(),
            identity_version: 0,
            turns: Turns::default(),
            carried: Carried::default(),
            pending: None,
            window_start: 1,
            cleared_before: 0,
            anchors: Anchors::default(),
            corrects_after: 0,
            index: Index::default(),
            embedding_model: String::new(),
            facts: Facts::default(),
            episodes: Episodes::default(),
            track: Track::default(),
            phrases: PhraseIndex::default(),
            recent_terms: RecentTerms::default(),
            voice: VoiceBaseline::default(),
            form: FormBaseline::default(),
            replies: Centroid::default(),
            topic: Running::default(),
            repeated: Running::default(),
            motifs: Motifs::default(),
            patterns: Patterns::default(),
            posture: Posture::default(),
            steering: Box::default(),
            safety: Safety::default(),
            judged: None,
            history: VecDeque::new(),
            causes: VecDeque::new(),
            redacted: 0,
        }
    }

    /// Replays a log.
    ///
    /// # Errors
    /// [`ApplyError`] naming the first record that does not fit.
    pub fn replay(id: impl Into<String>, records: &[Record]) -> Result<Self, ApplyError> {
        let mut session = Self::new(id);
        for record in records {
            session.apply(record)?;
        }
        Ok(session)
    }

    /// The records that set configuration and identity: at the start of a session, and later
    /// for what has changed.
    #[must_use]
    pub fn start(&self, identity: &Identity, config: &Config, stamp: Stamp) -> Vec<Record> {
        let mut chain = Chain::after(self, stamp, config);
        if self.sequence == 0 || *self.config != *config {
            chain.add(Payload::Config(Box::new(config.clone())));
        }
        if self.identity_version == 0 || self.identity != *identity {
            chain.add(Payload::Identity(identity.clone()));
        }
        chain.finish()
    }

    /// The record of an exchange that happened before leeboard saw the conversation: kept as
    /// memory and history, not scored. `vectors` are those of its messages, by id.
    #[must_use]
    pub fn import(
        &self,
        input: Vec<Entry>,
        reply: Entry,
        vectors: BTreeMap<String, Answer>,
        stamp: Stamp,
        counter: &dyn TokenCounter,
    ) -> Record {
        let input: Vec<Entry> = input.into_iter().map(Entry::remembered).collect();
        let reply = reply.remembered();
        let tokens = MessageTokens::of(input.iter().chain([&reply]), counter);
        let mut chain = Chain::after(self, stamp, &self.config);
        let turn = self.next_turn();
        let facts = facts::stated_before(self, turn, &input, &reply);
        chain.add(Payload::Imported(Imported { turn, input, reply, tokens, vectors, facts }));
        chain.finish().remove(0)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Hash of the last record; all zeros before the first.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.head
    }

    /// The sequence number that the next record gets.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The configuration in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn digest_of(&self, config: &Config) -> Digest {
        if *self.config == *config { self.config_digest } else { Digest::of_json(config) }
    }

    /// Who the assistant is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// How many identities the session has had; 0 before it is started.
    #[must_use]
    pub fn identity_version(&self) -> u32 {
        self.identity_version
    }

    /// The finished turns, oldest first.
    #[must_use]
    pub fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Tokens of the whole conversation with an opened turn: identity, all that was said, the new
    /// input. What a client that sends everything would pay for.
    #[must_use]
    pub fn whole_tokens(&self, opened: &Opened, counter: &dyn TokenCounter) -> usize {
        self.turns.tokens(counter) + opened.report.system + opened.report.input
    }

    /// The number that the next turn gets.
    #[must_use]
    pub fn next_turn(&self) -> u32 {
        self.turns.last().map_or(1, |turn| turn.number.saturating_add(1))
    }

    /// The turn that is open, if one is.
    #[must_use]
    pub fn pending(&self) -> Option<&Opened> {
        self.pending.as_deref()
    }

    /// User messages of abandoned turns, which the next turn takes along.
    #[must_use]
    pub fn carried(&self) -> &[Entry] {
        &self.carried.entries
    }

    /// The first turn that stands verbatim in the prompt.
    #[must_use]
    pub fn window_start(&self) -> u32 {
        self.window_start
    }

    /// Tool output of turns before this one is cleared in the prompt; 0 for none.
    #[must_use]
    pub fn cleared_before(&self) -> u32 {
        self.cleared_before
    }

    /// The anchor facts that stand in front of the window.
    #[must_use]
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// The judged replies that may still be corrected, newest first.
    pub(crate) fn correctable(&self) -> impl Iterator<Item = &Cycle> {
        self.history.iter().rev().take_while(|cycle| cycle.turn > self.corrects_after)
    }

    /// The posture after the last reply.
    #[must_use]
    pub fn posture(&self) -> Posture {
        self.posture
    }

    /// The posture that is held, what was done about each signal, and whether it helped.
    #[must_use]
    pub fn steering(&self) -> &Steering {
        &self.steering
    }

    /// Safe mode and the integrity ledger.
    #[must_use]
    pub fn safety(&self) -> &Safety {
        &self.safety
    }

    /// The active pattern.
    #[must_use]
    pub fn attractor(&self) -> Option<&Attractor> {
        self.patterns.active()
    }

    /// The patterns that live, and the registry of what happened to patterns.
    #[must_use]
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// What recurs.
    #[must_use]
    pub fn motifs(&self) -> &Motifs {
        &self.motifs
    }

    /// The judgement of the last scored reply.
    #[must_use]
    pub fn last_judgement(&self) -> Option<&Drift> {
        self.judged.as_ref()
    }

    /// Figures of the last cycles, oldest first.
    #[must_use]
    pub fn history(&self) -> &VecDeque<Cycle> {
        &self.history
    }

    /// Causes and effects of the last cycles, oldest first.
    #[must_use]
    pub fn causes(&self) -> &VecDeque<CausalLink> {
        &self.causes
    }

    /// The full-text index.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The model whose vectors the session holds; empty before the first.
    #[must_use]
    pub fn embedding_model(&self) -> &str {
        &self.embedding_model
    }

    /// The indexed messages of finished turns that have no answer of this model, newest first.
    pub(crate) fn unembedded<'a>(&'a self, model: &'a str) -> impl Iterator<Item = Unembedded> + 'a {
        let missing = self.index.without_vector(model, self.embedding_model == model);
        missing.filter_map(|(turn, id)| {
            let (entry, role) = self.find(turn, id)?;
            let text = entry.message.spoken();
            Some(Unembedded { turn, id: id.to_owned(), role, text })
        })
    }

    /// The vector of what this role said last in a finished turn.
    pub(crate) fn vector_of(&self, turn: u32, role: Role) -> Option<Answer> {
        self.index.vector_of(turn, role)
    }

    /// What is known: facts with their turns and words.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What earlier stretches were about: episodes and rib points.
    #[must_use]
    pub fn episodes(&self) -> &Episodes {
        &self.episodes
    }

    /// What the invariants of memory need of earlier cycles, and what recoveries have pruned.
    #[must_use]
    pub fn track(&self) -> &Track {
        &self.track
    }

    /// The finished turns from a number on that may stand in a prompt: those that no recovery has
    /// pruned.
    pub(crate) fn standing_turns(&self, number: u32) -> impl DoubleEndedIterator<Item = Cow<'_, Turn>> {
        self.turns.from(number).filter(|turn| self.may_stand(turn.number))
    }

    /// The same session as if these turns were quarantined.
    pub(crate) fn without(&self, turns: &[u32]) -> Self {
        let mut session = self.clone();
        session.track.quarantine(turns);
        session
    }

    /// Whether a turn stands in a window that begins at this turn.
    pub(crate) fn stands(&self, turn: u32, window_start: u32) -> bool {
        turn >= window_start && self.may_stand(turn)
    }

    /// Whether a turn may stand in a prompt. A quarantined one does as long as it is the last, since
    /// the user's next words are mostly about it.
    fn may_stand(&self, turn: u32) -> bool {
        let quarantined = self.track.is_quarantined(turn) && turn.saturating_add(1) < self.next_turn();
        !self.track.is_pruned(turn) && !quarantined
    }

    /// Records whose payload was forgotten.
    #[must_use]
    pub fn redacted(&self) -> u64 {
        self.redacted
    }

    pub(crate) fn phrases(&self) -> &PhraseIndex {
        &self.phrases
    }

    pub(crate) fn recent_terms(&self) -> &RecentTerms {
        &self.recent_terms
    }

    pub(crate) fn voice_baseline(&self) -> &VoiceBaseline {
        &self.voice
    }

    pub(crate) fn form_baseline(&self) -> &FormBaseline {
        &self.form
    }

    /// The mean direction of the accepted replies' vectors.
    pub(crate) fn replies_centroid(&self) -> &Centroid {
        &self.replies
    }

    pub(crate) fn repeated_baseline(&self) -> &Running {
        &self.repeated
    }

    pub(crate) fn topic_baseline(&self) -> &Running {
        &self.topic
    }

    /// How many cycles in a row the replies have overlapped with recent ones by more than this.
    pub(crate) fn rut_cycles(&self, overlap: f64) -> u32 {
        let rut = self.history.iter().rev().take_while(|cycle| cycle.coherence.term_overlap > overlap);
        u32::try_from(rut.count()).unwrap_or(u32::MAX)
    }

    /// What the user asks with this input: with the user messages of abandoned turns before it,
    /// or, for a turn without any, what the user asked last.
    pub(crate) fn request(&self, input: &[Entry]) -> String {
        self.asked_by(self.carried.entries.iter().chain(input))
    }

    /// What [`Self::request`] will say of this input once the open turn is given up.
    pub(crate) fn next_request(&self, input: &[Entry]) -> String {
        let abandoned = self.pending.iter().flat_map(|opened| &opened.input);
        self.asked_by(self.carried.entries.iter().chain(abandoned).chain(input))
    }

    fn asked_by<'a>(&self, entries: impl Iterator<Item = &'a Entry>) -> String {
        let asked = spoken_by_user(entries);
        if !asked.trim().is_empty() {
            return asked;
        }
        let before = self.turns.iter().rev().find(|turn| turn.input.iter().any(is_user));
        before.map(|turn| spoken_by_user(&turn.input)).unwrap_or_default()
    }

    /// What the user asked in a finished turn.
    pub(crate) fn asked_in(&self, turn: u32) -> String {
        self.turns.numbered(turn).map(|turn| spoken_by_user(&turn.input)).unwrap_or_default()
    }

    /// A message by turn and id, with its role.
    pub(crate) fn find(&self, turn: u32, id: &str) -> Option<(Cow<'_, Entry>, Role)> {
        let entry = match self.turns.numbered(turn)? {
            Cow::Borrowed(turn) => Cow::Borrowed(turn.entries().find(|entry| entry.id == id)?),
            Cow::Owned(turn) => Cow::Owned(turn.into_entries().find(|entry| entry.id == id)?),
        };
        let role = entry.message.role;
        Some((entry, role))
    }
}

fn is_user(entry: &Entry) -> bool {
    entry.message.role == Role::User
}

/// All that the user says in some messages.
fn spoken_by_user<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let spoken = entries.into_iter().filter(|entry| is_user(entry)).map(|entry| entry.message.spoken());
    spoken.collect::<Vec<_>>().join("\n")
}
