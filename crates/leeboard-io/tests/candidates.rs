//! The driver with several candidates of one turn: the better one is delivered, and what a fault
//! leaves is better than nothing.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use leeboard_core::{Config, Identity};
use leeboard_io::driver::Runtime;
use leeboard_io::engine::Engine;
use leeboard_io::model::{Model, ModelError, ModelReply, ModelRequest, Pieces, in_pieces};
use leeboard_io::store::MemoryStore;
use leeboard_io::tokens;

/// Says these replies in turn; after the last it fails.
struct Script(Mutex<Vec<&'static str>>);

impl Script {
    fn next(&self) -> Result<ModelReply, ModelError> {
        let next = self.0.lock().unwrap().pop();
        next.map(ModelReply::text).ok_or_else(|| ModelError::Interrupted { reason: "over".to_owned() })
    }
}

impl Model for Script {
    fn name(&self) -> &str {
        "script"
    }

    fn complete<'a>(&'a self, _: &'a ModelRequest) -> BoxFuture<'a, Result<ModelReply, ModelError>> {
        future::ready(self.next()).boxed()
    }

    fn stream<'a>(&'a self, _: &'a ModelRequest) -> BoxFuture<'a, Result<Pieces, ModelError>> {
        future::ready(self.next().map(in_pieces)).boxed()
    }
}

/// What is delivered when the model says these replies, and how many were rejected.
async fn delivered(mut replies: Vec<&'static str>) -> (String, usize) {
    replies.reverse();
    let mut config = Config::default();
    config.control.regenerate = 2;
    let engine = Engine::new(config, tokens::counter("estimate").unwrap(), Arc::new(MemoryStore::default()));
    let runtime = Runtime::new(Script(Mutex::new(replies))).with_engine(engine);
    let identity = Identity::from_system_message("You are Ada. Never use lists. Never use headings.");
    let mut session = runtime.session("s", &identity).await.unwrap();
    let step = runtime.step(&mut session, "How is the tide?").await.unwrap();
    (step.text(), step.rejected.len())
}

#[tokio::test]
async fn the_better_candidate_is_delivered() {
    let (one, two, none) = ("So:\n- one\n- two", "# Tide\n- one\n- two", "High water is at six.");
    assert_eq!(delivered(vec![two, none]).await, (none.to_owned(), 1));
    assert_eq!(delivered(vec![two, one, two]).await, (one.to_owned(), 2));
}

#[tokio::test]
async fn when_the_model_fails_the_best_of_what_there_is_is_delivered() {
    let (one, two) = ("So:\n- one\n- two", "# Tide\n- one\n- two");
    assert_eq!(delivered(vec![two, one]).await, (one.to_owned(), 1));
    assert_eq!(delivered(vec![one]).await, (one.to_owned(), 0));
}
