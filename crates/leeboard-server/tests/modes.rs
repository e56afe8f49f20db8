//! Whose word counts on what leeboard may change: the request's, the session's, the key's, the
//! settings'.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::Arc;

use leeboard_core::record::Payload;
use leeboard_core::{Mode, Timestamp};
use leeboard_io::store::keys::Keys;
use leeboard_io::store::{Key, MemoryStore};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use support::Gateway;

/// A key of the tenant `acme` with a mode.
#[cfg(test)]
async fn key(keys: &dyn Keys, mode: Option<Mode>) -> String {
    let (mut key, secret) = Key::generate("acme", None, Timestamp(0)).unwrap();
    key.mode = mode;
    keys.create_key(&key).await.unwrap();
    secret.expose_secret().to_owned()
}

#[cfg(test)]
struct Tried {
    gateway: Gateway,
    plain: String,
    augmenting: String,
}

#[cfg(test)]
impl Tried {
    async fn new() -> Self {
        let keys = Arc::new(MemoryStore::new());
        let (plain, augmenting) = (key(&*keys, None).await, key(&*keys, Some(Mode::Augment)).await);
        let gateway = Gateway::with_keys(Arc::new(MemoryStore::new()), keys, |_| ()).await;
        Self { gateway, plain, augmenting }
    }

    /// The mode in which a request's turn was opened.
    async fn mode(&self, key: &str, session: &str, ours: Value) -> Mode {
        self.gateway.script.clear();
        self.gateway.script.says("Hello.");
        let body = json!({"session_id": session, "leeboard": ours,
            "messages": [{"role": "user", "content": "Hi, Ada."}]});
        let bearer = format!("Bearer {key}");
        let reply = self.gateway.send_with(body.to_string(), &[("authorization", &bearer)]).await;
        assert_eq!(reply.status(), 200);
        assert_eq!(self.gateway.script.got().len(), 1, "the model is asked once");
        let records = self.gateway.store.load(&format!("acme/{session}")).await.unwrap();
        let opened = records.iter().rev().find_map(|record| match record.payload() {
            Some(Payload::Opened(opened)) => Some(opened.mode),
            _ => None,
        });
        opened.unwrap()
    }

    async fn call(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let request =
            self.gateway.client.request(method.parse().unwrap(), format!("{}{path}", self.gateway.url));
        let reply = request.bearer_auth(&self.plain).body(body.to_owned()).send().await.unwrap();
        (reply.status().as_u16(), reply.json().await.unwrap())
    }
}

#[tokio::test]
async fn the_request_counts_before_the_session_the_key_and_the_settings() {
    let tried = Tried::new().await;
    let (plain, augmenting) = (&tried.plain, &tried.augmenting);
    assert_eq!(tried.mode(plain, "s", json!({})).await, Mode::Observe);
    assert_eq!(tried.mode(augmenting, "s", json!({})).await, Mode::Augment);
    assert_eq!(tried.mode(augmenting, "s", json!({"mode": "observe"})).await, Mode::Observe);

    let set = tried.call("PATCH", "/v1/sessions/s", r#"{"mode": "manage"}"#).await;
    assert_eq!(set, (200, json!({"id": "s", "mode": "manage"})));
    for key in [plain, augmenting] {
        assert_eq!(tried.mode(key, "s", json!({})).await, Mode::Manage);
        assert_eq!(tried.mode(key, "s", json!({"mode": "observe"})).await, Mode::Observe);
    }
    let (_, state) = tried.call("GET", "/v1/sessions/s/state", "").await;
    assert_eq!((&state["mode"], &state["session_mode"]), (&json!("manage"), &json!("manage")));
    // Other sessions stay as they were; a copy is like its original.
    assert_eq!(tried.mode(plain, "t", json!({})).await, Mode::Observe);
    assert_eq!(tried.call("POST", "/v1/sessions/s/fork", r#"{"id": "copy"}"#).await.0, 201);
    assert_eq!(tried.mode(plain, "copy", json!({})).await, Mode::Manage);

    let unset = tried.call("PATCH", "/v1/sessions/s", r#"{"mode": null}"#).await;
    assert_eq!(unset, (200, json!({"id": "s", "mode": null})));
    assert_eq!(tried.mode(augmenting, "s", json!({})).await, Mode::Augment);
    let (_, state) = tried.call("GET", "/v1/sessions/s/state", "").await;
    assert_eq!((&state["mode"], &state["session_mode"]), (&json!("observe"), &Value::Null));
}

#[tokio::test]
async fn only_a_mode_can_be_set_and_only_where_there_is_a_session() {
    let tried = Tried::new().await;
    assert_eq!(tried.call("PATCH", "/v1/sessions/s", r#"{"mode": "manage"}"#).await.0, 404);
    tried.mode(&tried.plain, "s", json!({})).await;
    for wrong in
        ["", "{}", "[]", "null", r#"{"mode": "fly"}"#, r#"{"mode": 1}"#, r#"{"mode": "manage", "x": 1}"#]
    {
        assert_eq!(tried.call("PATCH", "/v1/sessions/s", wrong).await.0, 400, "{wrong}");
    }
    assert_eq!(tried.mode(&tried.plain, "s", json!({})).await, Mode::Observe);
}
