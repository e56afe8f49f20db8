//! What a request can do without: leeboard, its store, its corrections.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use leeboard_core::Mode;
use serde_json::{Value, json};
use support::{Gateway, header};

fn ask(text: &str, ours: Value) -> String {
    json!({"session_id": "s", "messages": [
        {"role": "system", "content": "You are Ada. Never use lists."},
        {"role": "user", "content": text}], "leeboard": ours})
    .to_string()
}

/// A gateway in mode manage with a turn that broke a rule.
#[cfg(test)]
async fn drifted() -> Gateway {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    gateway.script.says("High water is at six:\n- wait\n- then go");
    gateway.send(ask("How is the tide?", json!({}))).await;
    gateway
}

#[tokio::test]
async fn a_bypassed_request_passes_as_it_is() {
    let gateway = drifted().await;
    let before = gateway.session("s").await;
    let plain = r#"{"messages" : [{"role":"user","content":"Hi"}], "x":1}"#;
    let odd = "not JSON at all";
    for (body, headers) in [
        (ask("Hi", json!({"bypass": true})), &[][..]),
        (plain.to_owned(), &[("x-leeboard-bypass", "true"), ("x-session-id", "s")][..]),
        (odd.to_owned(), &[("x-leeboard-bypass", "1")][..]),
    ] {
        gateway.script.says("Hello.");
        let reply = gateway.send_with(body.clone(), headers).await;
        assert!(reply.headers().keys().all(|name| !name.as_str().starts_with("x-leeboard-")), "{reply:?}");
        let got = gateway.script.last();
        assert!(got.headers.keys().all(|name| !name.as_str().starts_with("x-leeboard-")));
        if !body.contains("leeboard") {
            assert_eq!(got.body, body);
        }
        assert!(!got.body.contains("leeboard_note"));
    }
    assert_eq!(gateway.session("s").await, before);
    assert_eq!(gateway.store.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_turn_that_is_not_stored_is_judged_all_the_same() {
    let gateway = drifted().await;
    let before = gateway.session("s").await;
    gateway.script.says("So:\n- one\n- two");
    let reply = gateway.send(ask("And now?", json!({"store": false}))).await;
    assert_eq!((reply.status().as_u16(), header(&reply, "x-leeboard-stored")), (200, "false"));
    assert!(header(&reply, "x-leeboard-drift").parse::<f64>().unwrap() > 0.4);
    assert!(reply.headers().get("x-leeboard-session").is_none());
    // The prompt is built from what was sent, and knows nothing of the session.
    assert_eq!(gateway.script.last_json()["messages"].as_array().unwrap().len(), 2);
    assert_eq!(gateway.session("s").await, before);
    assert_eq!(gateway.store.list().await.unwrap().len(), 1);
    let metrics = gateway.client.get(format!("{}/metrics", gateway.url)).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(metrics.contains("leeboard_turns_total{mode=\"manage\",outcome=\"replied\"} 2"), "{metrics}");
    assert!(metrics.contains("leeboard_flags_total{signal=\"rules\"} 2"), "{metrics}");
}

#[tokio::test]
async fn without_corrections_memory_stays() {
    let gateway = drifted().await;
    gateway.script.says("Fine.");
    gateway.send_with(ask("And now?", json!({})), &[("x-leeboard-no-correct", "1")]).await;
    let sent = gateway.script.last_json();
    let said = sent["messages"].as_array().unwrap();
    assert_eq!(said.len(), 4, "history stays: {sent}");
    assert!(!said[3]["content"].as_str().unwrap().contains("broke this rule"), "{sent}");
    gateway.script.says("Fine.");
    gateway.send(ask("And then?", json!({"correct": true}))).await;
    assert!(gateway.script.last().body.contains("broke this rule"));
}

#[tokio::test]
async fn the_mode_comes_by_header_too() {
    let gateway = Gateway::start(|_| ()).await;
    gateway.script.says("Hello.");
    let headers = [("x-leeboard-mode", "manage")];
    gateway.send_with(ask("Hi", json!({})), &headers).await;
    let records = gateway.store.load("s").await.unwrap();
    assert!(serde_json::to_string(&records).unwrap().contains("\"mode\":\"manage\""));
    for (ours, headers) in [
        (json!({"bypass": "yes"}), &[][..]),
        (json!({}), &[("x-leeboard-no-store", "perhaps")][..]),
        (json!({}), &[("x-leeboard-mode", "fly")][..]),
    ] {
        assert_eq!(gateway.send_with(ask("Hi", ours), headers).await.status(), 400);
    }
}
