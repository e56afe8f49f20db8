//! Everything beside chat completions: health, pass-through, envelopes, limits.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use serde_json::{Value, json};
use support::{Gateway, Play, Then};

#[tokio::test]
async fn health_and_unknown_paths_answer_in_their_own_form() {
    let gateway = Gateway::start(|_| ()).await;
    let get = |path: &str| gateway.client.get(format!("{}{path}", gateway.url)).send();
    let health: Value = get("/health").await.unwrap().json().await.unwrap();
    assert_eq!(health, json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}));
    for path in ["/", "/chat/completions", "/v2/models"] {
        let response = get(path).await.unwrap();
        assert_eq!(response.status(), 404);
        let error: Value = response.json().await.unwrap();
        assert_eq!(error["error"]["code"], "unknown_url");
    }
    let response = gateway.client.post(format!("{}/health", gateway.url)).send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert!(gateway.script.got().is_empty());
}

#[tokio::test]
async fn the_rest_of_the_api_passes_both_ways() {
    let gateway = Gateway::start(|_| ()).await;
    gateway.script.play(Play::Whole(200, "{\"data\":[]}".to_owned()));
    gateway.script.play(Play::Stream(vec!["data: a\n\n".to_owned(), "data: b\n\n".to_owned()], Then::Closes));
    gateway.script.play(Play::Whole(200, "{}".to_owned()));
    let url = |path: &str| format!("{}/v1{path}", gateway.url);
    let response = gateway.client.get(url("/models?after=a%20b")).send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), "{\"data\":[]}");
    assert_eq!(gateway.script.last().line, "GET /v1/models?after=a%20b");
    assert_eq!(gateway.script.last().body, "");

    let request = gateway.client.post(url("/responses")).header("x-kept", "yes").body("{\"session_id\" : 1}");
    let response = request.send().await.unwrap();
    assert!(response.headers().get("x-leeboard-session").is_none());
    assert_eq!(response.text().await.unwrap(), "data: a\n\ndata: b\n\n");
    let got = gateway.script.last();
    assert_eq!(
        (got.body.as_str(), &got.headers["x-kept"]),
        ("{\"session_id\" : 1}", &"yes".parse().unwrap())
    );

    gateway.client.get(url("/chat/completions")).send().await.unwrap();
    assert_eq!(gateway.script.last().line, "GET /v1/chat/completions");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_in_the_envelope() {
    let gateway = Gateway::start(|config| config.limits.request_bytes = 100).await;
    let response = gateway.send("x".repeat(101)).await;
    assert_eq!(response.status(), 413);
    let error: Value = response.json().await.unwrap();
    assert!(error["error"]["message"].as_str().unwrap().contains("100 bytes"));
}
