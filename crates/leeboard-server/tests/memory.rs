//! Memory that users change while the gateway holds the session.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use leeboard_core::Mode;
use leeboard_core::memory::edit::Edit;
use leeboard_core::memory::forget::Forget;
use leeboard_io::store::Store;
use serde_json::json;
use support::fragile::Fragile;
use support::{Gateway, engine};

fn body(message: &str) -> String {
    json!({"model": "m", "session_id": "s", "messages": [{"role": "user", "content": message}]}).to_string()
}

#[tokio::test]
async fn a_session_in_memory_forgets_too() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    for (said, replied) in [("My code word is Zanzibar.", "Zanzibar it is."), ("Hello", "Hi.")] {
        gateway.script.says(replied);
        gateway.send(body(said)).await;
    }
    assert!(gateway.script.last().body.contains("Zanzibar"));
    let engine = engine(&gateway.store);
    let what = Forget::Text { text: "zanzibar".to_owned() };
    assert!(engine.forget("s", &what).await.unwrap().is_some());
    gateway.script.says("I do not know.");
    gateway.send(body("What is my code word?")).await;
    assert!(!gateway.script.last().body.contains("Zanzibar"));
    assert_eq!(gateway.session("s").await.turns().len(), 3);
}

#[tokio::test]
async fn an_edit_while_a_reply_is_under_way_is_kept() {
    let store = Arc::new(Fragile::default());
    let gateway =
        Gateway::over(Arc::clone(&store) as Arc<dyn Store>, |config| config.mode = Mode::Manage).await;
    store.waits.store(true, Ordering::SeqCst);
    gateway.script.says("Hi.");
    let edit = async {
        let engine = engine(&gateway.store);
        let mut session = gateway.session_when("s", |session| session.pending().is_some()).await;
        let order = Edit::Add { text: "My boat is called Petrel.".to_owned(), pinned: true };
        engine.edit_memory(&mut session, &order).await.unwrap();
        // The first try meets the edit, the second follows it.
        store.permits.0.add_permits(2);
    };
    tokio::join!(gateway.send(body("Hello")), edit);
    let session = gateway.session("s").await;
    assert_eq!(session.turns().len(), 1);
    assert!(session.facts().valid().any(|fact| fact.pinned && fact.words.contains("Petrel")));
    gateway.script.says("Petrel.");
    store.waits.store(false, Ordering::SeqCst);
    gateway.send(body("What is the name of my boat?")).await;
    assert!(gateway.script.last().body.contains("Petrel"));
}
