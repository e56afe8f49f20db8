//! Two tenants with the same ids, the same first words and the same users, at random: nothing of
//! one ever comes to the other, neither in answers nor in prompts.
//!
//! What may be asked of the gateway beside chats is a table, [`REQUESTS`]: a new endpoint is a line.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leeboard_core::{Mode, Session};
use leeboard_io::store::postgres::PostgresStore;
use leeboard_io::store::sqlite::{Durability, SqliteStore};
use leeboard_io::store::{Keys, MemoryStore, Store, tenant};
use serde_json::json;
use support::{Gateway, Play, Then, event, key};

/// Method and path; `{id}` stands for a session's id.
const REQUESTS: [(&str, &str); 17] = [
    ("GET", "/v1/sessions"),
    ("GET", "/v1/sessions?limit=1000"),
    ("GET", "/v1/sessions/{id}"),
    ("GET", "/v1/sessions/{id}/state"),
    ("GET", "/v1/sessions/{id}/drift"),
    ("GET", "/v1/sessions/{id}/memories"),
    ("GET", "/v1/sessions/{id}/turns/1/trace"),
    ("GET", "/v1/sessions/{id}/export"),
    ("POST", "/v1/sessions/{id}/fork"),
    ("POST", "/v1/sessions/{id}/compact"),
    ("PATCH", "/v1/sessions/{id}"),
    ("DELETE", "/v1/sessions/{id}"),
    ("DELETE", "/v1/users/ann"),
    ("GET", "/field/attractors/{id}"),
    ("GET", "/metrics"),
    ("GET", "/v1/models"),
    ("POST", "/v1/embeddings"),
];

/// Ids that both tenants use.
const IDS: [&str; 4] = ["trip", "1", "acme/trip", "default/trip"];

/// What both tenants say and hear word for word.
const COMMON: [&str; 4] = ["Hello there.", "How deep is the harbour?", "Go on.", "What did I tell you?"];

/// Exchanges of one conversation, at most.
const LONGEST: usize = 8;

/// Numbers that look random and repeat.
struct Dice(u64);

impl Dice {
    /// From 0 up to, and without, `sides` (SplitMix64).
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }
}

/// A tenant with what it knows.
struct Tenant {
    name: &'static str,
    keys: Vec<String>,
    /// Stands in all that is only this tenant's.
    mark: String,
    /// Conversations as its client shows them: questions with replies.
    chats: Vec<Vec<(String, String)>>,
    /// Ids that the gateway gave to its sessions.
    given: BTreeSet<String>,
    /// Ids of the other tenant that it came to know and used for sessions of its own.
    guessed: BTreeSet<String>,
}

struct World {
    gateway: Gateway,
    store: Arc<dyn Store>,
    dice: Dice,
    said: usize,
}

#[cfg(test)]
impl World {
    /// One operation of one tenant, and what the other may not notice of it.
    async fn step(&mut self, me: &mut Tenant, other: &Tenant) {
        let (before, asked) = (self.sessions_of(other).await, self.gateway.script.got().len());
        let what = match self.dice.roll(10) {
            0..7 => self.chat(me, other).await,
            _ => self.request(me, other).await,
        };
        let guessed = &me.guessed;
        let unseen = |place: &str, text: &str| {
            assert!(!text.contains(&other.mark), "{} sees {} in {place}: {text}", me.name, other.name);
            for id in other.given.iter().filter(|id| !guessed.iter().any(|guessed| guessed.contains(*id))) {
                assert!(
                    !text.contains(id),
                    "{} sees session {id} of {} in {place}: {text}",
                    me.name,
                    other.name
                );
            }
        };
        unseen("an answer", &what);
        for got in self.gateway.script.got().split_off(asked) {
            // A client may name any id in a path.
            unseen("a prompt", &format!("{:?} {}", got.headers, got.body));
            assert!(!format!("{:?}", got.headers).contains("lb_"));
        }
        assert_eq!(self.sessions_of(other).await, before, "{} changed what {} has", me.name, other.name);
    }

    async fn sessions_of(&self, whose: &Tenant) -> BTreeMap<String, u64> {
        let all = self.store.list().await.unwrap().into_iter();
        let theirs = all.filter(|line| tenant::split(&line.id).0 == whose.name);
        theirs.map(|line| (line.id, line.turns)).collect()
    }

    /// Goes on with a conversation, or begins one, in one of the ways of clients.
    async fn chat(&mut self, me: &mut Tenant, other: &Tenant) -> String {
        let mut chat = if me.chats.is_empty() || self.dice.roll(4) == 0 {
            Vec::new()
        } else {
            me.chats[self.dice.roll(me.chats.len())].clone()
        };
        match self.dice.roll(6) {
            // The last reply again, an earlier question again, or only the end of the history.
            0 => drop(chat.pop()),
            1 => chat.truncate(self.dice.roll(chat.len() + 1)),
            2 => drop(chat.drain(..self.dice.roll(chat.len() + 1))),
            _ => {}
        }
        if chat.len() >= LONGEST {
            chat.clear();
        }
        let (question, reply) = (self.words(me), self.words(me));
        let alone = self.dice.roll(3) == 0;
        let mut messages = Vec::new();
        for (question, reply) in chat.iter().filter(|_| !alone) {
            messages.push(json!({"role": "user", "content": question}));
            messages.push(json!({"role": "assistant", "content": reply}));
        }
        messages.push(json!({"role": "user", "content": question}));
        let mode = ["observe", "augment", "manage"][self.dice.roll(3)];
        let mut body = json!({"model": "m", "messages": messages, "leeboard": {"mode": mode}});
        if self.dice.roll(2) == 0 {
            body["user"] = json!("ann");
        }
        let mut headers = vec![("authorization", self.bearer(me))];
        match self.dice.roll(5) {
            0 => body["session_id"] = json!(IDS[self.dice.roll(IDS.len())]),
            1 => headers.push(("x-session-id", IDS[self.dice.roll(IDS.len())].to_owned())),
            // An id that was given to the other tenant, plain or as the store writes it.
            2 => {
                let id = self.id(other);
                body["session_id"] = json!(id);
                me.guessed.insert(id);
            }
            _ => {}
        }
        let streams = self.dice.roll(2) == 0;
        if streams {
            body["stream"] = json!(true);
            let pieces = vec![event(json!({"content": reply}), json!("stop")), "data: [DONE]\n\n".to_owned()];
            self.gateway.script.play(Play::Stream(pieces, Then::Closes));
        } else {
            self.gateway.script.says(&reply);
        }
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let response = self.gateway.send_with(body.to_string(), &headers).await;
        assert_eq!(response.status(), 200);
        let session = support::header(&response, "x-leeboard-session").to_owned();
        let head = format!("{:?}", response.headers());
        if !IDS.contains(&session.as_str()) && !me.guessed.contains(&session) {
            me.given.insert(session);
        }
        chat.push((question, reply));
        me.chats.push(chat);
        format!("{head} {}", response.text().await.unwrap())
    }

    /// Sends a line of the table.
    async fn request(&mut self, me: &Tenant, other: &Tenant) -> String {
        let (method, path) = REQUESTS[self.dice.roll(REQUESTS.len())];
        let whose = if self.dice.roll(2) == 0 { me } else { other };
        let id = self.id(whose);
        let encoded = id.replace('/', "%2F");
        let url = format!("{}{}", self.gateway.url, path.replace("{id}", &encoded));
        let request = self.gateway.client.request(method.parse().unwrap(), url);
        let body = match method {
            "POST" => "{}",
            "PATCH" => r#"{"mode": "observe"}"#,
            _ => "",
        };
        let request = request.header("authorization", self.bearer(me)).body(body);
        let response = request.send().await.unwrap();
        let head = format!("{} {:?}", response.status(), response.headers());
        // The id that the client itself has sent is no news to it.
        format!("{head} {}", response.text().await.unwrap()).replace(&encoded, "").replace(&id, "")
    }

    /// Words of both tenants alike, or such that only this one has.
    fn words(&mut self, me: &Tenant) -> String {
        self.said += 1;
        match self.dice.roll(2) {
            0 => COMMON[self.dice.roll(COMMON.len())].to_owned(),
            _ => format!("My boat {} is {} feet long, remember that.", me.mark, 20 + self.said % 70),
        }
    }

    fn bearer(&mut self, me: &Tenant) -> String {
        format!("Bearer {}", me.keys[self.dice.roll(me.keys.len())])
    }

    /// An id of somebody's session: shared, given by the gateway, or as the store writes it.
    fn id(&mut self, whose: &Tenant) -> String {
        let given: Vec<&String> = whose.given.iter().collect();
        let id = match given.len() {
            0 => IDS[self.dice.roll(IDS.len())].to_owned(),
            count => given[self.dice.roll(count)].clone(),
        };
        if self.dice.roll(3) == 0 { format!("{}/{id}", whose.name) } else { id }
    }
}

#[cfg(test)]
async fn run<S: Store + Keys + 'static>(store: Arc<S>, names: [&'static str; 2], seed: u64) {
    let mut tenants = Vec::new();
    for name in names {
        let keys = vec![key(store.as_ref(), name).await.0, key(store.as_ref(), name).await.0];
        let mark = format!("Zq{name}zqX");
        tenants.push(Tenant {
            name,
            keys,
            mark,
            chats: Vec::new(),
            given: BTreeSet::new(),
            guessed: BTreeSet::new(),
        });
    }
    let gateway = Gateway::with_keys(Arc::clone(&store) as _, Arc::clone(&store) as _, |config| {
        config.mode = Mode::Manage;
    });
    let gateway = gateway.await;
    let mut world = World { gateway, store: Arc::clone(&store) as _, dice: Dice(seed), said: 0 };
    for _ in 0..operations() {
        let me = world.dice.roll(2);
        let mut tenant = tenants.remove(me);
        world.step(&mut tenant, &tenants[0]).await;
        tenants.insert(me, tenant);
        // What was seen is not looked at again.
        world.gateway.script.clear();
    }
    let (mut sessions, mut marked) = (0, 0);
    for line in world.store.list().await.unwrap() {
        let records = world.store.load(&line.id).await.unwrap();
        let session = Session::replay(line.id.as_str(), &records).unwrap();
        let text = serde_json::to_string(&records).unwrap();
        let owner = tenant::split(session.id()).0;
        sessions += 1;
        marked += usize::from(text.contains("Zq"));
        for tenant in &tenants {
            assert!(
                tenant.name == owner || !text.contains(&tenant.mark),
                "{} holds {}",
                line.id,
                tenant.mark
            );
        }
    }
    assert!(sessions > 20 && marked > 10, "{sessions} sessions, {marked} with something of their tenant's");
    assert!(tenants.iter().all(|tenant| tenant.given.len() > 5));
}

#[tokio::test]
async fn nothing_of_a_tenant_comes_to_another() {
    run(Arc::new(MemoryStore::new()), ["acme", "umbra"], 1).await;
}

#[tokio::test]
async fn nothing_of_a_tenant_comes_to_another_in_sqlite_with_the_default_tenant() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&directory.path().join("s.db"), Durability::Process).await.unwrap();
    run(Arc::new(store), ["acme", "default"], 2).await;
}

#[tokio::test]
async fn nothing_of_a_tenant_comes_to_another_in_postgres() {
    let database = support::postgres::Database::fresh().await;
    let store = PostgresStore::open(&database.url, 4).await.unwrap();
    run(Arc::new(store), ["acme", "default"], 3).await;
}

/// 500 operations in each test, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
fn operations() -> usize {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(500)
}
