//! The session API: what it shows of a session, what it does with it, and how it refuses.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use leeboard_core::Mode;
use reqwest::Method;
use serde_json::{Value, json};
use support::{Gateway, header};

#[cfg(test)]
async fn call(gateway: &Gateway, method: Method, path: &str, body: Option<&str>) -> (u16, Value) {
    let request = gateway.client.request(method, format!("{}{path}", gateway.url));
    let request =
        body.map(|body| body.to_owned()).into_iter().fold(request, |request, body| request.body(body));
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

async fn get(gateway: &Gateway, path: &str) -> Value {
    let (status, body) = call(gateway, Method::GET, path, None).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

fn ask(id: &str, text: &str) -> String {
    json!({"session_id": id, "user": "ann", "messages": [{"role": "user", "content": text}]}).to_string()
}

/// A gateway in mode manage with a session of some turns.
#[cfg(test)]
async fn sailed(id: &str) -> Gateway {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    let turns = [
        ("My sloop is called Petrel and she draws 1.4 metres.", "Noted: Petrel draws 1.4 metres."),
        ("Where is the harbour channel?", "North of the bar, by the green buoy."),
        ("How is the tide?", "High water is at six."),
        ("And the wind?", "South-west, four."),
        ("How much does Petrel draw?", "She draws 1.4 metres."),
    ];
    for (asked, said) in turns {
        gateway.script.says(said);
        gateway.send(ask(id, asked)).await;
    }
    gateway
}

#[tokio::test]
async fn a_session_shows_how_it_stands() {
    let gateway = sailed("boats/1").await;
    let list = get(&gateway, "/v1/sessions").await;
    assert_eq!((list["data"][0]["id"].as_str(), list["has_more"].as_bool()), (Some("boats/1"), Some(false)));
    let short = get(&gateway, "/v1/sessions/boats%2F1").await;
    assert_eq!((&short["turns"], &short["posture"]), (&json!(5), &json!("stable")));
    let state = get(&gateway, "/v1/sessions/boats%2F1/state").await;
    assert_eq!((&state["mode"], &state["window"]["turns"]), (&json!("manage"), &json!(5)));
    assert!(state["facts"]["valid"].as_u64().unwrap() > 0, "{state}");
    assert!(state["field"]["coherence"].is_object(), "{state}");
    let drift = get(&gateway, "/v1/sessions/boats%2F1/drift?limit=2").await;
    assert_eq!((&drift["data"][1]["turn"], &drift["next"]), (&json!(2), &json!(2)));
    let rest = get(&gateway, "/v1/sessions/boats%2F1/drift?after=2").await;
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["next"]), (3, &Value::Null));
    for (asked, said) in [
        (
            "How much water does Petrel draw by the green buoy?",
            "Petrel draws less than the green buoy needs.",
        ),
        (
            "May Petrel pass the green buoy tonight?",
            "Petrel may pass the green buoy, since she draws little.",
        ),
        ("And what must Petrel draw to pass the green buoy?", "Under two metres, and Petrel draws less."),
    ] {
        gateway.script.says(said);
        gateway.send(ask("boats/1", asked)).await;
    }
    let patterns = get(&gateway, "/v1/sessions/boats%2F1/patterns").await;
    assert!(patterns["motifs"].as_array().unwrap().len() > 3);
    assert_eq!(patterns["registry"][0]["event"], "formed", "{patterns}");
    assert_eq!(patterns["living"][0]["id"], patterns["registry"][0]["pattern"], "{patterns}");
    // The path without encoding names another session, which there is not.
    assert_eq!(call(&gateway, Method::GET, "/v1/sessions/boats/1", None).await.0, 404);
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let gateway = Gateway::start(|_| ()).await;
    for id in ["a", "b", "c"] {
        gateway.script.says("Hello.");
        gateway.send(ask(id, "Hi")).await;
    }
    let mut ids = Vec::new();
    let mut path = "/v1/sessions?limit=2".to_owned();
    loop {
        let page = get(&gateway, &path).await;
        ids.extend(
            page["data"].as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/sessions?limit=2&cursor={next}");
    }
    ids.sort();
    assert_eq!(ids, ["a", "b", "c"]);
}

#[tokio::test]
async fn memories_are_listed_and_found_with_reasons() {
    let gateway = sailed("s").await;
    let found =
        get(&gateway, "/v1/sessions/s/memories?query=how%20deep%20does%20Petrel%20draw&limit=3").await;
    let best = &found["data"][0];
    let whys: Vec<&str> =
        found["data"].as_array().unwrap().iter().filter_map(|it| it["why"].as_str()).collect();
    assert!(whys.iter().any(|why| why.contains("petrel")), "{found}");
    assert!(best["score"].as_f64().unwrap() > 0.0 && best["why"].is_string(), "{found}");
    let facts = get(&gateway, "/v1/sessions/s/memories?kind=fact").await;
    let facts = facts["data"].as_array().unwrap();
    assert!(!facts.is_empty() && facts.iter().all(|it| it["kind"] == "fact" && it["fact"]["valid"] == true));
    let messages = get(&gateway, "/v1/sessions/s/memories?kind=message&limit=1").await;
    assert_eq!(messages["data"][0]["text"], "She draws 1.4 metres.");
}

#[tokio::test]
async fn memories_are_added_changed_and_forgotten() {
    let gateway = sailed("s").await;
    let add = json!({"text": "My dog is called Biscuit.", "pinned": true}).to_string();
    let (status, added) = call(&gateway, Method::POST, "/v1/sessions/s/memories", Some(&add)).await;
    assert_eq!((status, &added["data"][0]["fact"]["pinned"]), (201, &json!(true)), "{added}");
    let id = added["data"][0]["id"].as_str().unwrap().to_owned();
    gateway.script.says("A good dog.");
    gateway.send(ask("s", "What is my dog called?")).await;
    assert!(gateway.script.last().body.contains("Biscuit"));
    let path = format!("/v1/sessions/s/memories/{id}");
    let change = |body: &'static str| call(&gateway, Method::PATCH, &path, Some(body));
    let (status, unpinned) = change(r#"{"pinned": false}"#).await;
    assert_eq!((status, &unpinned["data"][0]["fact"]["pinned"]), (200, &json!(false)), "{unpinned}");
    let (status, replaced) = change(r#"{"text": "My dog is called Rusk."}"#).await;
    assert_eq!(status, 200, "{replaced}");
    assert!(replaced["data"][0]["text"].as_str().unwrap().contains("Rusk"));
    // The old one holds no longer.
    assert_eq!(change(r#"{"ended": true}"#).await.0, 404);
    assert_eq!(change(r#"{"ended": false}"#).await.0, 409);
    for wrong in ["{}", "", r#"{"pinned": true, "ended": true}"#, r#"{"pin": true}"#] {
        assert_eq!(change(wrong).await.0, 400, "{wrong}");
    }
    let (status, _) =
        call(&gateway, Method::POST, "/v1/sessions/s/memories", Some(r#"{"text": " - "}"#)).await;
    assert_eq!(status, 400);
    let new = replaced["data"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/sessions/s/memories/{new}");
    let (status, gone) = call(&gateway, Method::DELETE, &path, None).await;
    assert!(status == 200 && gone["facts"].as_u64().unwrap() > 0, "{status} {gone}");
    assert_eq!(call(&gateway, Method::DELETE, &path, None).await.0, 404);
    let path = "/v1/sessions/s/memories?text=Petrel";
    let (status, gone) = call(&gateway, Method::DELETE, path, None).await;
    assert!(status == 200 && gone["messages"].as_u64().unwrap() > 1, "{status} {gone}");
    assert!(!get(&gateway, "/v1/sessions/s/export").await.to_string().contains("Petrel"));
    let nothing = call(&gateway, Method::DELETE, path, None).await;
    assert_eq!(nothing, (200, json!({"messages": 0, "facts": 0, "still_said": []})));
    let empty = call(&gateway, Method::DELETE, "/v1/sessions/s/memories?text=", None).await;
    assert_eq!(empty.1, nothing.1);
    for path in ["/v1/sessions/none/memories?text=x", "/v1/sessions/none/memories?text="] {
        assert_eq!(call(&gateway, Method::DELETE, path, None).await.0, 404);
    }
    assert_eq!(call(&gateway, Method::DELETE, "/v1/sessions/s/memories", None).await.0, 400);
}

#[tokio::test]
async fn a_trace_says_why_and_why_not() {
    let gateway = sailed("s").await;
    let trace = get(&gateway, "/v1/sessions/s/turns/5/trace").await;
    let all = trace["opened"]["recalled"].as_array().unwrap().len();
    let sorted = trace["why"].as_array().unwrap().len() + trace["why_not"].as_array().unwrap().len();
    assert!(all > 0 && all == sorted, "{trace}");
    assert!(trace["why_not"].as_array().unwrap().iter().all(|item| item["used"] == false));
    let (status, error) = call(&gateway, Method::GET, "/v1/sessions/s/turns/9/trace", None).await;
    assert_eq!((status, error["error"]["code"].as_str()), (404, Some("not_found")));
    assert!(error["error"]["message"].as_str().unwrap().contains("the turns 1 to 5"));
    assert_eq!(call(&gateway, Method::GET, "/v1/sessions/s/turns/x/trace", None).await.0, 400);
}

#[tokio::test]
async fn a_fork_goes_on_by_itself() {
    let gateway = sailed("s").await;
    let fork = |body: &'static str| call(&gateway, Method::POST, "/v1/sessions/s/fork", Some(body));
    assert_eq!(fork(r#"{"through": 2, "id": "t"}"#).await, (201, json!({"id": "t", "turns": 2})));
    gateway.script.says("It has turned.");
    let reply = gateway.send(ask("t", "And now?")).await;
    assert_eq!(header(&reply, "x-leeboard-turn"), "3");
    assert_eq!(get(&gateway, "/v1/sessions/s").await["turns"], 5);
    for (body, status) in [
        (r#"{"id": "t"}"#, 409),
        (r#"{"through": 9}"#, 404),
        (r#"{"trough": 1}"#, 400),
        (r#"{"id": "a\u0000b"}"#, 400),
        ("[", 400),
    ] {
        assert_eq!(fork(body).await.0, status, "{body}");
    }
    let (status, whole) = fork("").await;
    assert_eq!((status, &whole["turns"]), (201, &json!(5)));
    // A fork belongs to the same user.
    let (_, gone) = call(&gateway, Method::DELETE, "/v1/users/ann", None).await;
    assert_eq!(gone, json!({"id": "ann", "sessions": 3, "turns": 13}));
    assert!(gateway.store.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_window_is_restarted_on_request() {
    let gateway = sailed("s").await;
    let (status, window) = call(&gateway, Method::POST, "/v1/sessions/s/compact", None).await;
    assert_eq!((status, &window["window_start"]), (200, &json!(3)), "{window}");
    assert!(window["anchors"].as_u64().unwrap() > 0);
    gateway.script.says("Good.");
    gateway.send(ask("s", "Thanks.")).await;
    let sent = gateway.script.last().body;
    assert!(sent.contains("<leeboard_memory>") && !sent.contains("harbour channel"), "{sent}");
    let (status, window) = call(&gateway, Method::POST, "/v1/sessions/s/recenter", None).await;
    assert_eq!((status, &window["corrections_dropped"]), (200, &json!(true)));
    // While tools are called, the turn's prompt stands.
    let calls = json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function",
        "function": {"name": "tide", "arguments": "{}"}}]});
    gateway.script.play(support::Play::Whole(200, support::reply(calls).to_string()));
    gateway.send(ask("s", "Look it up.")).await;
    let (status, error) = call(&gateway, Method::POST, "/v1/sessions/s/compact", None).await;
    assert_eq!((status, &error["error"]["code"]), (409, &json!("turn_open")));
}

#[tokio::test]
async fn what_is_exported_can_be_imported() {
    let gateway = sailed("s").await;
    let exported = get(&gateway, "/v1/sessions/s/export").await;
    assert_eq!(exported["messages"].as_array().unwrap().len(), 10);
    let gateway = &gateway;
    let import =
        async |body: String| call(gateway, Method::POST, "/v1/sessions/import?user=bo", Some(&body)).await;
    let lines = format!("{}\n{}", exported.to_string().replace("\"s\"", "\"copy\""), json!({"messages": []}));
    let taken = import(exported.to_string()).await;
    assert_eq!((taken.0, &taken.1["error"]["code"]), (409, &json!("session_exists")));
    let (status, imported) = import(lines).await;
    assert_eq!((status, &imported["sessions"][0]), (201, &json!({"id": "copy", "turns": 5})), "{imported}");
    assert_eq!(imported["sessions"][1]["id"].as_str().unwrap().len(), 36);
    for wrong in ["", "[", "{}", r#"{"messages": 3}"#] {
        assert_eq!(import(wrong.to_owned()).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn deleting_leaves_others_alone() {
    let gateway = sailed("s").await;
    gateway.script.says("Hello.");
    let other = json!({"session_id": "o", "user": "bo", "messages": [{"role": "user", "content": "Hi"}]});
    gateway.send(other.to_string()).await;
    let gone = call(&gateway, Method::DELETE, "/v1/sessions/s", None).await;
    assert_eq!(gone, (200, json!({"id": "s", "deleted": true, "turns": 5})));
    assert_eq!(call(&gateway, Method::DELETE, "/v1/sessions/s", None).await.0, 404);
    assert_eq!(call(&gateway, Method::GET, "/v1/sessions/s/state", None).await.0, 404);
    let nobody = call(&gateway, Method::DELETE, "/v1/users/nobody", None).await;
    assert_eq!(nobody, (200, json!({"id": "nobody", "sessions": 0, "turns": 0})));
    let list = get(&gateway, "/v1/sessions").await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    // The id is free again, and nothing is known.
    gateway.script.says("Hello.");
    assert_eq!(header(&gateway.send(ask("s", "Hi")).await, "x-leeboard-turn"), "1");
}

#[tokio::test]
async fn nothing_of_ours_reaches_the_upstream() {
    let gateway = sailed("s").await;
    let before = gateway.script.got().len();
    for (method, path, status) in [
        (Method::GET, "/v1/sessions/none", 404),
        (Method::GET, "/v1/sessions/", 404),
        (Method::GET, "/v1/sessions/s/nothing", 404),
        (Method::GET, "/v1/sessions/%ff", 404),
        (Method::GET, "/v1/sessions/a%00b/state", 404),
        (Method::GET, "/v1/users/ann", 405),
        (Method::PUT, "/v1/sessions/s", 405),
        (Method::POST, "/v1/sessions", 405),
        (Method::GET, "/v1/sessions?limit=0", 400),
        (Method::GET, "/v1/sessions?limit=x", 400),
        (Method::GET, "/v1/sessions?cursor=x", 400),
        (Method::GET, "/v1/sessions/s/memories?kind=thing", 400),
        (Method::GET, "/v1/sessions/s/memories?limit=101", 400),
        (Method::POST, "/metrics", 405),
    ] {
        let (found, error) = call(&gateway, method.clone(), path, None).await;
        assert_eq!(found, status, "{method} {path}: {error}");
        assert!(error["error"]["message"].is_string(), "{method} {path}: {error}");
    }
    assert_eq!(gateway.script.got().len(), before);
}

#[tokio::test]
async fn the_document_is_that_of_the_code() {
    let written = include_str!("../../../docs/reference/openapi.json");
    assert!(
        written == leeboard_server::openapi(),
        "docs/reference/openapi.json is not that of the code; write it anew with \
         `cargo run -p leeboard-server --example openapi docs/reference/openapi.json`"
    );
    let gateway = Gateway::start(|_| ()).await;
    let served = get(&gateway, "/openapi.json").await;
    assert_eq!(served["openapi"], "3.1.0");
    // Every operation tells how it refuses.
    let operations = served["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap());
    let mut names = std::collections::BTreeSet::new();
    for (method, operation) in operations {
        assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{operation}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.len() > 7, "{method} {operation}");
    }
}
