//! Whatever a client edits, regenerates, deletes, forks, cuts off and tries again: the state is
//! that of a new session with the same surviving history.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::Outcome;
use leeboard_core::turn::{Delivery, Reply};
use leeboard_core::{Identity, Mode, Session};
use leeboard_io::engine::Engine;
use leeboard_io::store::{MemoryStore, Store};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Gateway, Play, engine};

const SYSTEM: &str = "You are Ada, a harbour pilot. Never say \"moon\". Keep to 40 words.";

/// What a client does next.
#[derive(Clone, Debug)]
enum Step {
    /// The user goes on.
    Say,
    /// The last reply is generated again.
    Regenerate,
    /// An earlier message of the user is changed; what came after it is gone.
    Edit(usize),
    /// A reply is changed by hand, and the user goes on.
    Rewrite(usize),
    /// An exchange is taken out of the middle, and the user goes on.
    Delete(usize),
    /// An earlier conversation is taken up again, and the user goes on.
    Return(usize),
    /// The user goes on, but only the last exchanges are sent.
    Truncate(usize),
    /// The upstream fails, and the client tries again.
    Fail,
    /// The upstream fails, the client drops the question, and the user asks something else.
    Drop,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any = 0..8_usize;
    let step = prop_oneof![
        3 => Just(Step::Say),
        2 => Just(Step::Regenerate),
        2 => any.clone().prop_map(Step::Edit),
        1 => any.clone().prop_map(Step::Rewrite),
        1 => any.clone().prop_map(Step::Delete),
        2 => any.clone().prop_map(Step::Return),
        2 => any.prop_map(Step::Truncate),
        1 => Just(Step::Fail),
        1 => Just(Step::Drop),
    ];
    prop::collection::vec(step, 1..16)
}

type Exchange = (String, String);

/// A client with its history, and what it knows of others that it had.
struct Chat<'a> {
    gateway: &'a Gateway,
    /// Whether the client sends an id.
    named: bool,
    /// The session of the last request.
    session: String,
    history: Vec<Exchange>,
    /// All that was ever in the session: whether each exchange of a path was scored by it.
    known: BTreeMap<Vec<Exchange>, Vec<bool>>,
    /// The histories that the client has had.
    before: Vec<Vec<Exchange>>,
    said: usize,
}

impl Chat<'_> {
    fn words(&mut self, about: &str) -> String {
        const PLACES: [&str; 5] = ["the harbour", "Skagen", "the pilot boat", "the moon", "seven anchors"];
        self.said += 1;
        let place = PLACES[self.said % PLACES.len()];
        format!("{about} {} of {place} and the tide of Skagen?", self.said)
    }

    async fn take(&mut self, step: &Step) {
        let length = self.history.len();
        let mut skipped = 0;
        match *step {
            Step::Say | Step::Fail | Step::Drop => {}
            Step::Regenerate => {
                // The first message alone would be a new conversation with the same words.
                let Some((asked, _)) = self.history.pop() else { return };
                return self.ask(asked, 0).await;
            }
            Step::Edit(at) if length > 0 => self.history.truncate(at % length),
            Step::Rewrite(at) if length > 0 => {
                let text = self.words("Rewritten");
                self.history[at % length].1 = text;
            }
            // Without its first exchanges a history looks like one that was cut off.
            Step::Delete(at) if length > 2 => drop(self.history.remove(1 + at % (length - 2))),
            Step::Return(at) if !self.before.is_empty() => {
                self.history.clone_from(&self.before[at % self.before.len()]);
            }
            // Without an id, a part that also stands in another session is found in neither.
            Step::Truncate(at) if self.named && length > 1 && self.known.contains_key(&self.history) => {
                skipped = at % length;
            }
            _ => {}
        }
        if matches!(step, Step::Fail | Step::Drop) {
            let asked = self.words("Failed");
            self.gateway.script.play(Play::Whole(500, "{}".to_owned()));
            self.send(&asked, 0).await;
            // A client that has not yet sent a reply again says one more thing with this.
            if matches!(step, Step::Fail) && !self.history.is_empty() {
                return self.ask(asked, 0).await;
            }
            if self.history.is_empty() {
                return;
            }
        }
        let asked = self.words("What");
        self.ask(asked, skipped).await;
    }

    async fn ask(&mut self, asked: String, skipped: usize) {
        let reply = self.words("Reply");
        self.gateway.script.says(&reply);
        self.send(&asked, skipped).await;
        // What the session should know now.
        let known = (0..=self.history.len()).rev().find_map(|n| self.known.get(&self.history[..n]));
        let mut scored = known.cloned().unwrap_or_default();
        for n in scored.len()..self.history.len() {
            scored.push(false);
            self.known.insert(self.history[..=n].to_vec(), scored.clone());
        }
        self.history.push((asked, reply));
        scored.push(true);
        self.known.insert(self.history.clone(), scored);
        self.before.push(self.history.clone());
    }

    async fn send(&mut self, asked: &str, skipped: usize) {
        let mut messages = vec![json!({"role":"system","content":SYSTEM})];
        for (asked, reply) in &self.history[skipped..] {
            messages.push(json!({"role":"user","content":asked}));
            messages.push(json!({"role":"assistant","content":reply}));
        }
        messages.push(json!({"role":"user","content":asked}));
        let id = if self.named { json!("s") } else { Value::Null };
        let body = json!({"session_id":id,"messages":messages}).to_string();
        let response = self.gateway.send(body).await;
        support::header(&response, "x-leeboard-session").clone_into(&mut self.session);
        assert!(response.headers().get("x-leeboard-error").is_none());
    }

    fn scored(&self) -> Vec<bool> {
        self.known.get(&self.history).cloned().unwrap_or_default()
    }
}

fn entry(kind: char, session: &Session, role: Role, text: &str) -> Entry {
    let now = (kind != 'i').then_some(leeboard_core::Timestamp(1_000));
    let id = format!("{kind}{}", session.sequence());
    Entry { created_at: now, ..Entry::new(id, Message::text(role, text)) }
}

/// A new session with this history.
#[cfg(test)]
async fn fresh(engine: &Engine, id: &str, history: &[Exchange], scored: &[bool]) -> Session {
    let mut session = Session::new(id);
    engine.start(&mut session, &Identity::from_system_message(SYSTEM)).await.unwrap();
    for ((asked, replied), scored) in history.iter().zip(scored) {
        if *scored {
            let input = vec![entry('u', &session, Role::User, asked)];
            engine.open(&mut session, input, Mode::Manage).await.unwrap();
            let reply = Reply {
                steps: Vec::new(),
                entry: Some(entry('a', &session, Role::Assistant, replied)),
                outcome: Outcome::Replied,
                rejected: Vec::new(),
                delivery: Delivery::Sent,
                stamp: engine.stamp().unwrap(),
            };
            engine.close(&mut session, &reply).await.unwrap();
        } else {
            let input = vec![entry('i', &session, Role::User, asked)];
            let id = format!("a{}", session.sequence());
            let reply = Entry::new(id, Message::text(Role::Assistant, replied));
            engine.import(&mut session, [(input, reply)]).await.unwrap();
        }
    }
    session
}

/// The state without what random salts go into: the hash of its last record, and patterns' ids.
#[cfg(test)]
fn state(session: &Session) -> Value {
    let mut state = serde_json::to_value(session).unwrap();
    state.as_object_mut().unwrap().remove("head");
    blur(&mut state);
    state
}

fn blur(value: &mut Value) {
    match value {
        Value::String(text) if text.len() == 36 && text.matches('-').count() == 4 => {
            "a pattern".clone_into(text)
        }
        Value::Array(values) => values.iter_mut().for_each(blur),
        Value::Object(values) => values.values_mut().for_each(blur),
        _ => {}
    }
}

/// 24 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn the_state_is_that_of_the_surviving_history(
        steps in steps(),
        hot in prop::bool::ANY,
        named in prop::bool::ANY,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let gateway = Gateway::start(|config| {
                config.mode = Mode::Manage;
                if !hot {
                    config.limits.hot_bytes = 0;
                }
            })
            .await;
            let (history, said) = (Vec::new(), 0);
            let (known, before) = (BTreeMap::new(), Vec::new());
            let session = String::new();
            let mut chat = Chat { gateway: &gateway, named, session, history, known, before, said };
            // Twice, so that the gateway knows a client that sends everything.
            for step in [Step::Say, Step::Say].iter().chain(&steps) {
                chat.take(step).await;
                if chat.history.is_empty() {
                    continue;
                }
                let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
                let wanted = fresh(&engine(&store), &chat.session, &chat.history, &chat.scored()).await;
                let session = gateway.session(&chat.session).await;
                assert_eq!(state(&session), state(&wanted), "after {step:?} of {steps:?}");
            }
        });
    }
}
