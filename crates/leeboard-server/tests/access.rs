//! Who may ask: keys, tenants, limits, pages of other origins.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use leeboard_core::Timestamp;
use leeboard_io::store::{Keys, MemoryStore, Store};
use leeboard_server::{Fail, ServerConfig};
use serde_json::Value;
use support::{Gateway, Play, Then, event, header, key};
use tokio::time::sleep;

const ASK: &str = r#"{"session_id":"s","messages":[{"role":"user","content":"Hi"}]}"#;

/// A gateway over a store that keeps keys too; what it heard of them counts for 50 ms.
#[cfg(test)]
async fn gateway(change: impl FnOnce(&mut ServerConfig)) -> (Gateway, Arc<MemoryStore>) {
    let store = Arc::new(MemoryStore::new());
    let gateway =
        Gateway::with_keys(Arc::clone(&store) as Arc<dyn Store>, Arc::clone(&store) as _, |config| {
            config.access.key_memory = Duration::from_millis(50);
            change(config);
        });
    (gateway.await, store)
}

#[cfg(test)]
async fn refused(response: reqwest::Response, status: u16, code: &str) {
    let found = response.status();
    let body: Value = response.json().await.unwrap();
    assert_eq!((found.as_u16(), body["error"]["code"].as_str()), (status, Some(code)), "{body}");
    assert!(body["error"]["message"].is_string() && body["error"]["type"].is_string());
}

#[tokio::test]
async fn with_the_first_key_every_path_but_health_needs_one() {
    let (gateway, store) = gateway(|_| ()).await;
    gateway.script.says("1");
    assert_eq!(gateway.send(ASK).await.status(), 200);
    let (secret, id) = key(store.as_ref(), "acme").await;
    sleep(Duration::from_millis(60)).await;
    for path in ["/v1/models", "/v1/sessions", "/metrics", "/", "//health", "/health/x", "/Health"] {
        let response = gateway.client.get(format!("{}{path}", gateway.url)).send().await.unwrap();
        assert_eq!(header(&response, "www-authenticate"), "Bearer");
        refused(response, 401, "missing_api_key").await;
    }
    refused(gateway.send(ASK).await, 401, "missing_api_key").await;
    let health = gateway.client.get(format!("{}/health", gateway.url)).send().await.unwrap();
    assert_eq!(health.status(), 200);
    assert_eq!(gateway.script.got().len(), 1);

    let bearer = format!("Bearer {secret}");
    for (name, value) in [("authorization", &bearer), ("x-api-key", &secret), ("api-key", &secret)] {
        gateway.script.says("2");
        assert_eq!(gateway.send_with(ASK, &[(name, value)]).await.status(), 200, "{name}");
    }
    let wrong = format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('0') { '1' } else { '0' });
    for wrong in [&wrong, "sk-1", "", "lb_x_y"] {
        let response = gateway.send_with(ASK, &[("authorization", &format!("Bearer {wrong}"))]).await;
        refused(response, 401, "invalid_api_key").await;
    }
    // Revoking the last key opens nothing.
    assert!(store.revoke_key(&id, Timestamp(1)).await.unwrap());
    sleep(Duration::from_millis(60)).await;
    refused(gateway.send_with(ASK, &[("authorization", &bearer)]).await, 401, "invalid_api_key").await;
    refused(gateway.send(ASK).await, 401, "missing_api_key").await;
}

#[tokio::test]
async fn a_gateway_that_requires_keys_is_closed_before_there_is_one() {
    let (gateway, _) = gateway(|config| config.access.require_key = true).await;
    refused(gateway.send(ASK).await, 401, "missing_api_key").await;
    refused(gateway.send_with(ASK, &[("authorization", "Bearer sk-1")]).await, 401, "invalid_api_key").await;
    assert!(gateway.script.got().is_empty());
}

#[tokio::test]
async fn a_known_key_costs_no_query_until_it_is_to_be_looked_up_again() {
    let keys = Arc::new(support::fragile::Asked::default());
    let (secret, id) = key(keys.as_ref(), "acme").await;
    let gateway = Gateway::with_keys(Arc::new(MemoryStore::new()), Arc::clone(&keys) as _, |_| ()).await;
    for _ in 0..20 {
        gateway.script.says("1");
        assert_eq!(gateway.send_with(ASK, &[("api-key", &secret)]).await.status(), 200);
    }
    assert_eq!(keys.queries.load(Ordering::SeqCst), 2);
    assert!(keys.find_key(&id).await.unwrap().unwrap().last_used_at.is_some());
}

#[tokio::test]
async fn a_store_that_fails_opens_nothing() {
    for (fail, known) in [(Fail::Open, 200), (Fail::Closed, 503)] {
        let keys = Arc::new(support::fragile::Asked::default());
        let (secret, _) = key(keys.as_ref(), "acme").await;
        let (other, _) = key(keys.as_ref(), "acme").await;
        let gateway = Gateway::with_keys(Arc::new(MemoryStore::new()), Arc::clone(&keys) as _, |config| {
            config.fail = fail;
            config.access.key_memory = Duration::ZERO;
        })
        .await;
        let send = async |secret: &str| {
            gateway.script.says("1");
            gateway.send_with(ASK, &[("api-key", secret)]).await
        };
        assert_eq!(send(&secret).await.status(), 200);
        keys.fails.store(true, Ordering::SeqCst);
        assert_eq!(send(&secret).await.status(), known);
        refused(send(&other).await, 503, "keys_unavailable").await;
        refused(gateway.send(ASK).await, 401, "missing_api_key").await;
    }
    // Nothing was ever heard of the keys.
    let keys = Arc::new(support::fragile::Asked::default());
    keys.fails.store(true, Ordering::SeqCst);
    let gateway = Gateway::with_keys(Arc::new(MemoryStore::new()), keys, |_| ()).await;
    refused(gateway.send(ASK).await, 503, "keys_unavailable").await;
}

#[tokio::test]
async fn the_upstream_never_sees_a_key_of_the_gateway() {
    let (gateway, store) = gateway(|_| ()).await;
    let (secret, _) = key(store.as_ref(), "acme").await;
    let bearer = format!("Bearer {secret}");
    let sent = [("authorization", bearer.as_str()), ("x-api-key", &secret), ("api-key", "sk-2")];
    let own = ("x-leeboard-upstream-key", "sk-own");
    gateway.script.says("1").says("2").says("3").says("4");
    gateway.send_with(ASK, &sent).await;
    gateway.send_with(ASK, &[&sent[..], &[own]].concat()).await;
    let models = gateway.client.get(format!("{}/v1/models", gateway.url)).header("api-key", &secret);
    models.header(own.0, own.1).send().await.unwrap();
    // A title call passes beside the sessions.
    let task = [&sent[..], &[("x-openwebui-task", "title_generation")]].concat();
    gateway.send_with(ASK, &task).await;
    let got = gateway.script.got();
    let keys: Vec<_> = got.iter().map(|got| got.headers.get("authorization").cloned()).collect();
    let own = Some("Bearer sk-own".parse().unwrap());
    assert_eq!(keys, [None, own.clone(), own, None]);
    for got in got {
        let text = format!("{} {:?} {}", got.line, got.headers, got.body);
        assert!(!text.contains("lb_") && !text.contains("sk-2") && !text.contains("upstream-key"), "{text}");
    }
}

#[tokio::test]
async fn a_configured_key_wins_over_the_clients_own() {
    let (gateway, store) = gateway(|config| config.upstream_key = Some("sk-ours".into())).await;
    gateway.script.says("1").says("2").says("3");
    gateway.send_with(ASK, &[("x-leeboard-upstream-key", "sk-own")]).await;
    gateway.send_with(ASK, &[("authorization", "Bearer sk-own")]).await;
    let (secret, _) = key(store.as_ref(), "acme").await;
    sleep(Duration::from_millis(60)).await;
    gateway.send_with(ASK, &[("api-key", &secret), ("x-leeboard-upstream-key", "sk-own")]).await;
    for got in gateway.script.got() {
        assert_eq!(got.headers["authorization"], "Bearer sk-ours");
        assert!(got.headers.get("x-leeboard-upstream-key").is_none());
    }
}

#[tokio::test]
async fn another_key_of_the_tenant_finds_its_sessions_and_another_tenant_does_not() {
    let (gateway, store) = gateway(|_| ()).await;
    let (old, id) = key(store.as_ref(), "acme").await;
    let (new, _) = key(store.as_ref(), "acme").await;
    let (other, _) = key(store.as_ref(), "other").await;
    let history = r#"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"1"},{"role":"user","content":"And?"}]}"#;
    let turn = async |key: &str, body: &str| {
        gateway.script.says("1");
        let response = gateway.send_with(body.to_owned(), &[("api-key", key)]).await;
        (header(&response, "x-leeboard-session").to_owned(), header(&response, "x-leeboard-turn").to_owned())
    };
    assert_eq!(turn(&old, ASK).await, ("s".to_owned(), "1".to_owned()));
    store.revoke_key(&id, Timestamp(1)).await.unwrap();
    // Found by its id, and by what was said.
    assert_eq!(turn(&new, history).await, ("s".to_owned(), "2".to_owned()));
    assert_eq!(turn(&new, ASK).await.0, "s");
    assert_ne!(turn(&other, history).await.0, "s");
    assert_eq!(turn(&other, ASK).await, ("s".to_owned(), "1".to_owned()));
    let ids: Vec<String> = store.list().await.unwrap().into_iter().map(|line| line.id).collect();
    assert!(ids.contains(&"acme/s".to_owned()) && ids.contains(&"other/s".to_owned()), "{ids:?}");
}

#[tokio::test]
async fn a_key_that_asks_too_often_waits_and_others_do_not() {
    let (gateway, store) = gateway(|config| {
        (config.access.limits.per_minute, config.access.limits.burst) = (6, 2);
    })
    .await;
    let (one, _) = key(store.as_ref(), "acme").await;
    let (two, _) = key(store.as_ref(), "acme").await;
    for _ in 0..3 {
        gateway.script.says("1");
    }
    for _ in 0..2 {
        assert_eq!(gateway.send_with(ASK, &[("api-key", &one)]).await.status(), 200);
    }
    let response = gateway.send_with(ASK, &[("api-key", &one)]).await;
    let wait: u64 = header(&response, "retry-after").parse().unwrap();
    assert!((1..=10).contains(&wait), "{wait}");
    refused(response, 429, "rate_limit_exceeded").await;
    assert_eq!(gateway.send_with(ASK, &[("api-key", &two)]).await.status(), 200);
    let health = gateway.client.get(format!("{}/health", gateway.url)).send().await.unwrap();
    assert_eq!(health.status(), 200);
}

#[tokio::test]
async fn streams_hold_their_place_until_they_end() {
    let (gateway, store) = gateway(|config| {
        (config.access.limits.requests_per_key, config.access.limits.requests) = (1, 2);
    })
    .await;
    let mut keys = Vec::new();
    for _ in 0..3 {
        keys.push(key(store.as_ref(), "acme").await.0);
    }
    let pieces = || vec![event(serde_json::json!({"content": "Hel"}), Value::Null)];
    let stream = ASK.replacen('{', r#"{"stream":true,"#, 1);
    let mut open = Vec::new();
    for key in &keys[..2] {
        gateway.script.play(Play::Stream(pieces(), Then::IsSilent));
        let response = gateway.send_with(stream.clone(), &[("api-key", key)]).await;
        assert_eq!(response.status(), 200);
        if open.is_empty() {
            let over = gateway.send_with(ASK, &[("api-key", key)]).await;
            assert_eq!(header(&over, "retry-after"), "1");
            refused(over, 429, "concurrency_limit_exceeded").await;
        }
        open.push(response);
    }
    let over = gateway.send_with(ASK, &[("api-key", &keys[2])]).await;
    assert_eq!(header(&over, "retry-after"), "1");
    refused(over, 503, "gateway_busy").await;
    drop(open);
    for _ in 0..200 {
        gateway.script.says("1");
        let response = gateway.send_with(ASK, &[("api-key", &keys[0])]).await;
        if response.status() == 200 {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("the places of clients that left were never given back");
}

#[tokio::test]
async fn pages_of_other_origins_are_kept_out_unless_they_are_named() {
    let (gateway, store) = gateway(|config| {
        config.access.cors_origins = vec!["https://chat.example".to_owned()];
        config.access.hosts = vec!["box.lan".to_owned()];
    })
    .await;
    let from = async |headers: &[(&str, &str)]| {
        gateway.script.says("1");
        gateway.send_with(ASK, headers).await
    };
    refused(from(&[("origin", "https://evil.example")]).await, 403, "unknown_origin").await;
    refused(from(&[("host", "evil.example")]).await, 403, "unknown_host").await;
    assert_eq!(from(&[("host", "box.lan:8377")]).await.status(), 200);
    let allowed = from(&[("origin", "https://chat.example")]).await;
    assert_eq!(header(&allowed, "access-control-allow-origin"), "https://chat.example");
    assert!(header(&allowed, "access-control-expose-headers").contains("x-leeboard-session"));

    // With keys a page needs one, whatever its host; a preflight shows none.
    let (secret, _) = key(store.as_ref(), "acme").await;
    sleep(Duration::from_millis(60)).await;
    let preflight = async |origin: &str| {
        let url = format!("{}/v1/chat/completions", gateway.url);
        let request = gateway.client.request(reqwest::Method::OPTIONS, url).header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "authorization").send().await.unwrap()
    };
    let answer = preflight("https://chat.example").await;
    assert_eq!(header(&answer, "access-control-allow-origin"), "https://chat.example");
    assert_eq!(header(&answer, "access-control-allow-headers"), "authorization");
    assert!(answer.headers().get("access-control-allow-credentials").is_none());
    assert!(preflight("https://evil.example").await.headers().get("access-control-allow-origin").is_none());
    assert_eq!(from(&[("host", "gateway.example"), ("api-key", &secret)]).await.status(), 200);
}

#[tokio::test]
async fn without_origins_no_page_is_answered() {
    let (gateway, _) = gateway(|_| ()).await;
    gateway.script.says("1");
    let response = gateway.send(ASK).await;
    assert!(!response.headers().keys().any(|name| name.as_str().starts_with("access-control")));
    refused(gateway.send_with(ASK, &[("origin", "null")]).await, 403, "unknown_origin").await;
}
