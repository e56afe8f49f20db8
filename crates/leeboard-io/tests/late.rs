//! Vectors that come late, through the engine: no turn waits for them, a record supplies them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Mode, Outcome, Payload, Record};
use leeboard_core::turn::{Delivery, Reply};
use leeboard_core::vector::Missing;
use leeboard_core::{Config, Identity, Session};
use leeboard_io::driver::Runtime;
use leeboard_io::embed::{Answers, EmbedError, Embedder, Embedding};
use leeboard_io::engine::Engine;
use leeboard_io::model::Replay;
use leeboard_io::store::{MemoryStore, Store};
use leeboard_io::tokens;

/// An endpoint far away: it answers after a while, or not at all.
struct FarAway {
    model: Arc<str>,
    delay: Duration,
    down: AtomicBool,
    calls: AtomicUsize,
    asked: Mutex<Vec<String>>,
}

impl FarAway {
    fn new(model: &str, delay: Duration) -> Arc<Self> {
        let (down, calls, asked) = (AtomicBool::new(false), AtomicUsize::new(0), Mutex::default());
        Arc::new(Self { model: model.into(), delay, down, calls, asked })
    }
}

impl Embedder for FarAway {
    fn model(&self) -> &Arc<str> {
        &self.model
    }

    fn dimensions(&self) -> Option<usize> {
        Some(2)
    }

    fn is_local(&self) -> bool {
        false
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> BoxFuture<'a, Result<Vec<Embedding>, EmbedError>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        async move {
            tokio::time::sleep(self.delay).await;
            if self.down.load(Ordering::Relaxed) {
                return Err(EmbedError::Setup { reason: "it is down".to_owned() });
            }
            if texts.iter().any(|text| text.contains("endless")) {
                let (endpoint, limit) = ("http://far".to_owned(), Duration::ZERO);
                return Err(EmbedError::Timeout { endpoint, limit });
            }
            self.asked.lock().unwrap().extend_from_slice(texts);
            let vector = |text: &String| match text.contains("untellable") {
                true => Err(Missing("the text is too long".to_owned())),
                false => Ok(vec![1.0, text.len() as f32 / 100.0]),
            };
            Ok(texts.iter().map(vector).collect())
        }
        .boxed()
    }
}

fn engine(store: &Arc<dyn Store>, embedder: &Arc<FarAway>) -> Engine {
    let embedder: Arc<dyn Embedder> = Arc::<FarAway>::clone(embedder);
    Engine::new(Config::default(), tokens::counter("estimate").unwrap(), Arc::clone(store))
        .with_embedder(embedder)
}

async fn turn(engine: &Engine, session: &mut Session, user: &str, assistant: &str) {
    let entry = |kind: char, role, text: &str| {
        Entry::new(format!("{kind}{}", session.sequence()), Message::text(role, text))
    };
    let (said, answer) = (entry('u', Role::User, user), entry('a', Role::Assistant, assistant));
    engine.open(session, vec![said], Mode::Observe).await.unwrap();
    let reply = Reply {
        steps: Vec::new(),
        entry: Some(answer),
        outcome: Outcome::Replied,
        rejected: Vec::new(),
        delivery: Delivery::Sent,
        stamp: engine.stamp().unwrap(),
    };
    engine.close(session, &reply).await.unwrap();
}

fn exchange(n: usize, user: &str, assistant: &str) -> (Vec<Entry>, Entry) {
    let question = Entry::new(format!("q{n}"), Message::text(Role::User, user));
    (vec![question], Entry::new(format!("a{n}"), Message::text(Role::Assistant, assistant)))
}

async fn started(engine: &Engine) -> Session {
    let mut session = engine.load("s").await.unwrap();
    engine.start(&mut session, &Identity::from_system_message("You are Ada.")).await.unwrap();
    session
}

fn embedded(records: &[Record]) -> usize {
    let payloads = records.iter().filter_map(Record::payload);
    payloads.filter(|payload| matches!(payload, Payload::Embedded(_))).count()
}

#[tokio::test]
async fn no_turn_waits_and_a_record_supplies_what_came_late() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let far = FarAway::new("far", Duration::from_millis(400));
    let engine = engine(&store, &far);
    let mut session = started(&engine).await;
    let before = Instant::now();
    turn(&engine, &mut session, "Which harbour?", "The northern one.").await;
    assert!(before.elapsed() < Duration::from_millis(300), "{:?}", before.elapsed());
    assert_eq!(engine.wants_late(&session).len(), 2);

    engine.vectors().fetch("s", engine.wants_late(&session)).await;
    turn(&engine, &mut session, "And how deep?", "Two metres.").await;
    let records = store.load("s").await.unwrap();
    assert_eq!(embedded(&records), 1);
    assert_eq!(session.embedding_model(), "far");
    assert_eq!(engine.wants_late(&session), ["And how deep?", "Two metres."]);
    assert_eq!(engine.load("s").await.unwrap(), session);
}

#[tokio::test]
async fn what_was_answered_once_is_not_asked_again() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let far = FarAway::new("far", Duration::ZERO);
    let engine = engine(&store, &far);
    let mut session = started(&engine).await;
    for _ in 0..3 {
        turn(&engine, &mut session, "Which harbour?", "The northern one.").await;
        engine.vectors().fetch("s", engine.wants_late(&session)).await;
    }
    assert_eq!(*far.asked.lock().unwrap(), ["Which harbour?", "The northern one."]);
}

#[tokio::test]
async fn an_endpoint_that_is_down_costs_a_signal_and_nothing_else() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let far = FarAway::new("far", Duration::ZERO);
    far.down.store(true, Ordering::Relaxed);
    let engine = engine(&store, &far);
    let mut session = started(&engine).await;
    turn(&engine, &mut session, "Which harbour?", "The northern one.").await;
    assert_eq!(engine.vectors().fetch("s", engine.wants_late(&session)).await, Answers::new());
    turn(&engine, &mut session, "And how deep?", "Two metres.").await;
    assert_eq!(engine.wants_late(&session).len(), 4);

    far.down.store(false, Ordering::Relaxed);
    let answers = engine.vectors().fetch("s", engine.wants_late(&session)).await;
    engine.catch_up(&mut session, &answers).await.unwrap();
    assert_eq!(engine.wants_late(&session), Vec::<String>::new());
}

#[tokio::test]
async fn a_text_that_has_no_vector_is_recorded_as_such() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let far = FarAway::new("far", Duration::ZERO);
    let engine = engine(&store, &far);
    let mut session = started(&engine).await;
    turn(&engine, &mut session, "Which harbour?", "An untellable one.").await;
    let answers = engine.vectors().fetch("s", engine.wants_late(&session)).await;
    engine.catch_up(&mut session, &answers).await.unwrap();
    assert_eq!(engine.wants_late(&session), Vec::<String>::new());
    assert_eq!(far.calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn another_model_makes_the_vectors_anew() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let (old, new) = (FarAway::new("old", Duration::ZERO), FarAway::new("new", Duration::ZERO));
    let before = engine(&store, &old);
    let mut session = started(&before).await;
    turn(&before, &mut session, "Which harbour?", "The northern one.").await;
    let answers = before.vectors().fetch("s", before.wants_late(&session)).await;
    before.catch_up(&mut session, &answers).await.unwrap();
    assert_eq!(session.embedding_model(), "old");

    let after = engine(&store, &new);
    assert_eq!(after.wants_late(&session).len(), 2);
    let answers = after.vectors().fetch("s", after.wants_late(&session)).await;
    after.catch_up(&mut session, &answers).await.unwrap();
    assert_eq!(session.embedding_model(), "new");
    assert_eq!(after.load("s").await.unwrap(), session);
}

#[tokio::test]
async fn what_comes_before_a_fault_is_kept_and_the_newest_is_asked_for_first() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let far = FarAway::new("far", Duration::ZERO);
    let engine = engine(&store, &far);
    let mut session = started(&engine).await;
    let mut exchanges = vec![exchange(0, "endless 1", "endless 2"), exchange(1, "endless 3", "endless 4")];
    exchanges.extend((2..40).map(|n| exchange(n, &format!("Question {n}"), &format!("Answer {n}"))));
    engine.import(&mut session, exchanges).await.unwrap();

    // One slow text takes four tries to be told from the others around it.
    let answers = engine.vectors().fetch("s", engine.wants_late(&session)).await;
    assert_eq!(answers.len(), 76);
    assert!(far.asked.lock().unwrap().iter().any(|text| text == "Answer 39"));
    assert!(far.calls.load(Ordering::Relaxed) < 20, "{:?}", far.calls);
    engine.catch_up(&mut session, &Answers::new()).await.unwrap();
    assert_eq!(engine.wants_late(&session), ["endless 1", "endless 2", "endless 3", "endless 4"]);
}

#[tokio::test]
async fn a_text_that_takes_too_long_does_not_keep_older_ones_waiting() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let far = FarAway::new("far", Duration::ZERO);
    let engine = engine(&store, &far);
    let mut session = started(&engine).await;
    let mut exchanges: Vec<_> = (0..40).map(|n| exchange(n, &format!("Question {n}"), "Yes.")).collect();
    exchanges.push(exchange(40, "And then?", "An endless story."));
    engine.import(&mut session, exchanges).await.unwrap();
    let answers = engine.vectors().fetch("s", engine.wants_late(&session)).await;
    engine.catch_up(&mut session, &answers).await.unwrap();
    assert_eq!(engine.wants_late(&session), ["An endless story."]);
}

#[tokio::test]
async fn a_new_model_takes_a_long_session_in_parts() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let far = FarAway::new("far", Duration::ZERO);
    let engine = engine(&store, &far);
    let mut session = started(&engine).await;
    engine.import(&mut session, (0..1_100).map(|n| exchange(n, "Which harbour?", "Yes."))).await.unwrap();
    engine.vectors().fetch("s", vec!["Which harbour?".to_owned(), "Yes.".to_owned()]).await;
    engine.catch_up(&mut session, &Answers::new()).await.unwrap();
    assert_eq!(embedded(&store.load("s").await.unwrap()), 8);
    assert_eq!(engine.wants_late(&session).len(), 2_200 - 2_048);
    engine.catch_up(&mut session, &Answers::new()).await.unwrap();
    assert_eq!(engine.wants_late(&session), Vec::<String>::new());
    assert_eq!(engine.load("s").await.unwrap(), session);
}

#[tokio::test]
async fn the_driver_records_what_an_endpoint_refuses() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let far = FarAway::new("far", Duration::from_millis(200));
    let engine = engine(&store, &far);
    let said = |text| Message::text(Role::Assistant, text);
    let model = Replay::of_messages([said("An untellable one."), said("Two metres.")]);
    let runtime = Runtime::new(model).with_engine(engine.clone());
    let mut session = runtime.session("s", &Identity::from_system_message("You are Ada.")).await.unwrap();
    runtime.step(&mut session, "Which harbour?").await.unwrap();
    tokio::time::sleep(Duration::from_millis(400)).await;
    runtime.step(&mut session, "And how deep?").await.unwrap();
    assert!(!engine.wants_late(&session).contains(&"An untellable one.".to_owned()));
}
