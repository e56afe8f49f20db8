//! Chat completions that are not streams: what the upstream gets, what the client gets back.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use leeboard_core::{Identity, Mode};
use leeboard_io::store::{Durability, SqliteStore};
use leeboard_server::Fail;
use serde_json::{Value, json};
use support::fragile::Fragile;
use support::{Gateway, Play, header, nowhere, reply, silence};

/// An identity with a rule, to be broken and restated.
const STERN: &str = "You are Ada. Never say \"moon\".";

fn ask(id: &str, text: &str) -> String {
    json!({"model": "m", "session_id": id, "messages": [{"role": "user", "content": text}]}).to_string()
}

fn body_with(id: &str, messages: &Value) -> String {
    json!({"model": "m", "session_id": id, "messages": messages}).to_string()
}

#[tokio::test]
async fn observe_forwards_the_very_bytes_and_answers_with_the_very_bytes() {
    let gateway = Gateway::start(|_| ()).await;
    let body = "{ \"z\": 1.50e+1,\"model\":\"m\", \"messages\":[{\"content\":\"caf\\u00e9\",\"role\":\"user\",\"x\":null}],\n\"a\":{\"c\":1,\"b\":2} }";
    gateway.script.says("Hello.");
    let response = gateway.send(body).await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "x-upstream"), "yes");
    assert!(response.headers().get("x-hop").is_none(), "hop-by-hop headers end here");
    let session = header(&response, "x-leeboard-session").to_owned();
    assert_eq!(session.len(), 36);
    assert_eq!(header(&response, "x-leeboard-turn"), "1");
    assert_eq!(header(&response, "x-leeboard-trace").len(), 64);
    assert_eq!(header(&response, "x-leeboard-action"), "observe");
    assert!(header(&response, "x-leeboard-drift").parse::<f64>().unwrap() < 0.45);
    assert!(header(&response, "x-leeboard-overhead-ms").parse::<f64>().unwrap() >= 0.0);
    assert_eq!(
        response.text().await.unwrap(),
        reply(json!({"role":"assistant","content":"Hello."})).to_string()
    );
    assert_eq!(gateway.script.last().body, body);
    assert_eq!(gateway.script.last().line, "POST /v1/chat/completions");
    let session = gateway.session(&session).await;
    assert_eq!(session.turns().get(0).unwrap().reply.message.full_text(), "Hello.");
}

/// The model is asked while the turn is stored where nothing is changed, else after that.
#[tokio::test]
async fn the_model_need_not_wait_for_the_store_where_it_is_only_observed() {
    for mode in [Mode::Observe, Mode::Manage] {
        let store = Arc::new(Fragile::default());
        store.waits_to_open.store(true, Ordering::SeqCst);
        let gateway = Gateway::over(store.clone(), |config| config.mode = mode).await;
        gateway.script.says("Hello.");
        let look = async {
            let asked = async {
                while gateway.script.got().is_empty() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            let patience = if mode == Mode::Observe { 10_000 } else { 100 };
            let asked = tokio::time::timeout(Duration::from_millis(patience), asked).await.is_ok();
            assert_eq!(asked, mode == Mode::Observe);
            store.permits.0.add_permits(1);
        };
        let (response, ()) = tokio::join!(gateway.send(ask("s", "Hi")), look);
        assert_eq!((response.status().as_u16(), header(&response, "x-leeboard-turn")), (200, "1"));
        assert_eq!(gateway.script.got().len(), 1);
    }
}

#[tokio::test]
async fn our_fields_are_read_and_removed_and_the_rest_stays() {
    let gateway = Gateway::start(|_| ()).await;
    gateway.script.says("Hello.");
    let body = r#"{"zeta":1,"session_id":"s1","conversation":null,"metadata":{"session_id":"no"}, "leeboard":{"mode":"observe"},"alpha":[1.0],"messages":[{"role":"user","content":"Hi"}]}"#;
    let response = gateway.send(body).await;
    assert_eq!(header(&response, "x-leeboard-session"), "s1");
    let wanted = r#"{"zeta":1,"metadata":{"session_id":"no"},"alpha":[1.0],"messages":[{"role":"user","content":"Hi"}]}"#;
    assert_eq!(gateway.script.last().body, wanted);
}

#[tokio::test]
async fn the_clients_key_passes_unless_one_is_configured() {
    let gateway = Gateway::start(|_| ()).await;
    gateway.script.says("a").says("b");
    let headers = [("authorization", "Bearer client"), ("x-session-id", "s"), ("accept-encoding", "gzip")];
    gateway.send_with(ask("", "Hi"), &headers).await;
    assert_eq!(gateway.script.last().headers["authorization"], "Bearer client");
    assert!(gateway.script.last().headers.get("accept-encoding").is_none());
    assert_eq!(gateway.session("s").await.turns().len(), 1);

    let gateway = Gateway::start(|config| config.upstream_key = Some("ours".into())).await;
    gateway.script.says("a");
    gateway.send_with(ask("s", "Hi"), &headers).await;
    assert_eq!(gateway.script.last().headers["authorization"], "Bearer ours");
}

/// Two turns; the first reply breaks the identity's rule.
#[cfg(test)]
async fn astray(gateway: &Gateway) {
    gateway.script.says("The moon is bright tonight, my friend.").says("As you wish.");
    let first = json!([{"role":"system","content":STERN},{"role":"user","content":"What is up there?"}]);
    let response = gateway.send(body_with("s", &first)).await;
    assert!(header(&response, "x-leeboard-drift").parse::<f64>().unwrap() >= 0.45);
    let second = json!([
        {"role":"system","content":STERN},
        {"role":"user","content":"What is up there?"},
        {"role":"assistant","content":"The moon is bright tonight, my friend."},
        {"role":"user","content":"And below?","custom":1}
    ]);
    let response = gateway.send(body_with("s", &second)).await;
    assert_eq!(header(&response, "x-leeboard-session"), "s");
    assert_eq!(header(&response, "x-leeboard-turn"), "2");
}

#[tokio::test]
async fn augment_keeps_the_messages_and_adds_the_note_to_the_last() {
    let gateway = Gateway::start(|config| config.mode = Mode::Augment).await;
    astray(&gateway).await;
    let sent = gateway.script.last_json();
    let messages = sent["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 4);
    assert_eq!(messages[2]["content"], "The moon is bright tonight, my friend.");
    let last = messages[3]["content"].as_str().unwrap();
    assert!(last.starts_with("<leeboard_note>") && last.ends_with("And below?"), "{last}");
    assert!(last.contains("moon"), "the broken rule is restated: {last}");
    assert_eq!(messages[3]["custom"], 1);
    let held = gateway.session("s").await;
    assert_eq!(
        held.turns().get(1).unwrap().input[0].message.full_text(),
        "And below?",
        "the note is not remembered"
    );
}

#[tokio::test]
async fn manage_sends_the_prompt_of_the_core() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    gateway.script.says("Aye, captain Smith.").says("You are Smith.");
    let first = json!([{"role":"system","content":STERN},{"role":"user","content":"I am captain Smith."}]);
    gateway.send(body_with("s", &first)).await;
    // A lone message: the gateway remembers the rest.
    let response = gateway.send(ask("s", "Who am I?")).await;
    assert_eq!(header(&response, "x-leeboard-turn"), "2");
    let sent = gateway.script.last_json();
    let texts: Vec<&str> = sent["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["content"].as_str().unwrap())
        .collect();
    assert_eq!(texts[..3], [STERN, "I am captain Smith.", "Aye, captain Smith."]);
    assert!(texts[3].ends_with("Who am I?"));
    assert_eq!((texts.len(), sent["model"].as_str()), (4, Some("m")));
}

#[tokio::test]
async fn a_request_may_ask_for_another_mode() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    gateway.script.says("Hello.");
    let body = r#"{"messages":[{"role":"user","content":"Hi","x":1}],"leeboard":{"mode":"observe"}}"#;
    gateway.send(body).await;
    assert_eq!(gateway.script.last().body, r#"{"messages":[{"role":"user","content":"Hi","x":1}]}"#);
    let response =
        gateway.send(r#"{"messages":[{"role":"user","content":"Hi"}],"leeboard":{"mode":"fly"}}"#).await;
    assert_eq!(response.status(), 400);
    let error: Value = response.json().await.unwrap();
    assert_eq!(error["error"]["param"], "leeboard.mode");
}

fn call() -> Value {
    json!({"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"depth","arguments":"{}"}}]})
}

#[tokio::test]
async fn a_tool_turn_spans_two_requests_with_one_prompt() {
    for mode in [Mode::Observe, Mode::Augment, Mode::Manage] {
        let gateway = Gateway::start(|config| config.mode = mode).await;
        let script = &gateway.script;
        script.play(Play::Whole(200, reply(call()).to_string())).says("Four fathoms.").says("Yes.");
        let user = json!({"role":"user","content":"How deep is it?"});
        let response = gateway.send(body_with("s", &json!([user]))).await;
        assert!(response.headers().get("x-leeboard-drift").is_none());
        assert!(gateway.session("s").await.pending().is_some(), "the turn is open");
        let result = json!({"role":"tool","content":"4","tool_call_id":"c1"});

        let response = gateway.send(body_with("s", &json!([user, call(), result]))).await;
        assert_eq!(header(&response, "x-leeboard-turn"), "1");
        let sent: Vec<Value> =
            script.got().iter().map(|got| serde_json::from_str(&got.body).unwrap()).collect();
        let messages = |at: usize| sent[at]["messages"].as_array().unwrap().clone();
        assert_eq!(messages(1)[..messages(0).len()], messages(0), "the prompt stands still");
        assert_eq!(messages(1)[messages(0).len()..], [call(), result.clone()]);

        let session = gateway.session("s").await;
        assert!(session.pending().is_none());
        let turn = session.turns().get(0).unwrap();
        assert_eq!((turn.input.len(), turn.reply.message.full_text().as_str()), (3, "Four fathoms."));

        let more = json!([user, call(), result, {"role":"assistant","content":"Four fathoms."}, {"role":"user","content":"Sure?"}]);
        let response = gateway.send(body_with("s", &more)).await;
        assert_eq!(
            (header(&response, "x-leeboard-session"), header(&response, "x-leeboard-turn")),
            ("s", "2")
        );
    }
}

#[tokio::test]
async fn a_reply_with_text_and_calls_closes_its_turn_and_keeps_its_calls() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    let mut spoken = call();
    spoken["content"] = json!("Let me look.");
    gateway.script.play(Play::Whole(200, reply(spoken.clone()).to_string())).says("Four fathoms.");
    let user = json!({"role":"user","content":"How deep is it?"});
    gateway.send(body_with("s", &json!([user]))).await;
    assert!(gateway.session("s").await.pending().is_none());
    let result = json!({"role":"tool","content":"4","tool_call_id":"c1"});
    let response = gateway.send(body_with("s", &json!([user, spoken, result]))).await;
    assert_eq!((header(&response, "x-leeboard-session"), header(&response, "x-leeboard-turn")), ("s", "2"));
    assert_eq!(gateway.script.last_json()["messages"], json!([user, spoken, result]));
}

#[tokio::test]
async fn history_of_a_new_session_is_imported_and_an_edit_goes_to_a_branch() {
    let gateway = Gateway::start(|_| ()).await;
    gateway.script.says("c").says("x").says("y").says("z");
    let mut messages = json!([
        {"role":"system","content":STERN},
        {"role":"user","content":"A?"},{"role":"assistant","content":"a"},
        {"role":"user","content":"B?"},{"role":"assistant","content":"b"},
        {"role":"user","content":"C?"}
    ]);
    gateway.send(body_with("s", &messages)).await;
    let session = gateway.session("s").await;
    assert_eq!((session.turns().len(), session.identity().prompt()), (3, STERN));
    assert_eq!(session.history().len(), 1, "what was imported is not scored");

    // The user edits the second question: the conversation goes on from there.
    messages = json!([{"role":"user","content":"A?"},{"role":"assistant","content":"a"},{"role":"user","content":"B2?"}]);
    let response = gateway.send(body_with("s", &messages)).await;
    assert_eq!((header(&response, "x-leeboard-session"), header(&response, "x-leeboard-turn")), ("s", "2"));
    assert_eq!(gateway.session("s").await.turns().len(), 2);
    messages
        .as_array_mut()
        .unwrap()
        .extend([json!({"role":"assistant","content":"x"}), json!({"role":"user","content":"D?"})]);
    gateway.send(body_with("s", &messages)).await;
    assert_eq!(gateway.session("s").await.turns().len(), 3);

    // The reply is generated again: the later one is the conversation.
    let response = gateway.send(body_with("s", &messages)).await;
    assert_eq!(header(&response, "x-leeboard-turn"), "3");
    let session = gateway.session("s").await;
    assert_eq!(
        (session.turns().len(), session.turns().get(2).unwrap().reply.message.full_text().as_str()),
        (3, "z")
    );
}

#[tokio::test]
async fn a_session_goes_on_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leeboard.db");
    for turn in ["1", "2"] {
        let store = SqliteStore::open(&path, Durability::Process).await.unwrap();
        let gateway = Gateway::over(Arc::new(store.clone()), |_| ()).await;
        gateway.script.says("Aye.");
        let response = gateway.send(ask("s", "Steady?")).await;
        assert_eq!(header(&response, "x-leeboard-turn"), turn);
        drop(response);
        gateway.stop().await;
        store.close().await;
    }
}

#[tokio::test]
async fn errors_of_the_upstream_pass_and_a_retry_is_the_same_question() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    for (status, text) in [(429, "{\"error\":{\"message\":\"slow down\"}}"), (500, "oops")] {
        gateway.script.play(Play::Whole(status, text.to_owned()));
        let response = gateway.send(ask("s", "Hi")).await;
        assert_eq!(response.status(), status);
        assert_eq!(header(&response, "x-upstream"), "yes");
        assert_eq!(response.text().await.unwrap(), text);
        assert!(gateway.session("s").await.pending().is_none());
    }
    gateway.script.says("Hello.");
    gateway.send(ask("s", "Hi")).await;
    assert_eq!(gateway.script.last_json()["messages"].as_array().unwrap().len(), 1);
    let session = gateway.session("s").await;
    assert_eq!((session.turns().len(), session.turns().get(0).unwrap().input.len()), (1, 1));
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_named_without_its_password() {
    let address = nowhere().await;
    let gateway = Gateway::start(|config| config.upstream = address).await;
    let response = gateway.send(ask("s", "Hi")).await;
    assert_eq!(response.status(), 502);
    let error: Value = response.json().await.unwrap();
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.contains("http://127.0.0.1:") && message.contains("check that it runs"), "{message}");
    assert!(!error.to_string().contains("hunter2"));
    assert!(gateway.session("s").await.pending().is_none());
    let response = gateway.client.get(format!("{}/v1/models", gateway.url)).send().await.unwrap();
    assert_eq!(response.status(), 502);
}

#[tokio::test]
async fn an_upstream_that_is_silent_is_a_timeout() {
    let mut tasks = tokio::task::JoinSet::new();
    let address = silence(&mut tasks).await;
    let gateway = Gateway::start(|config| {
        config.upstream = address;
        config.limits.reply_timeout = Duration::from_millis(50);
    })
    .await;
    assert_eq!(gateway.send(ask("s", "Hi")).await.status(), 504);
}

#[tokio::test]
async fn what_is_no_chat_passes_or_is_refused() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    let response = gateway.send("{\"messages\": [").await;
    assert_eq!(response.status(), 400);
    let error: Value = response.json().await.unwrap();
    let fields: Vec<&String> = error["error"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["code", "message", "param", "type"]);
    assert_eq!(error["error"]["type"], "invalid_request_error");
    assert!(gateway.script.got().is_empty());

    gateway.script.says("Hello.").says("Title");
    let odd = r#"{"messages":[{"role":"oracle","content":"x"}],"b":1}"#;
    let response = gateway.send(odd).await;
    assert!(header(&response, "x-leeboard-error").contains("oracle"));
    assert_eq!(gateway.script.last().body, odd);

    let response = gateway.send_with(ask("s", "Hi"), &[("x-openwebui-task", "title_generation")]).await;
    assert!(response.headers().get("x-leeboard-session").is_none());
    assert!(gateway.store.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_store_that_fails_opens_or_closes_the_gate() {
    let store = Arc::new(Fragile::default());
    store.fails.store(true, Ordering::SeqCst);
    let gateway = Gateway::over(Arc::clone(&store) as _, |config| config.mode = Mode::Manage).await;
    gateway.script.says("Hello.");
    let response =
        gateway.send(r#"{"session_id":"s","messages":[{"role":"user","content":"Hi"}],"b":1}"#).await;
    assert!(header(&response, "x-leeboard-error").contains("disk full"));
    assert_eq!(gateway.script.last().body, r#"{"messages":[{"role":"user","content":"Hi"}],"b":1}"#);

    let gateway = Gateway::over(Arc::clone(&store) as _, |config| config.fail = Fail::Closed).await;
    assert_eq!(gateway.send(ask("s", "Hi")).await.status(), 503);
    assert!(gateway.script.got().is_empty());

    store.fails.store(false, Ordering::SeqCst);
    store.fails_to_close.store(true, Ordering::SeqCst);
    gateway.script.says("Hello.");
    assert_eq!(gateway.send(ask("s", "Hi")).await.status(), 503);

    // What could not be stored is taken in when the client sends it again.
    store.fails_to_close.store(false, Ordering::SeqCst);
    gateway.script.says("Fine.");
    let messages = json!([{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello."},{"role":"user","content":"Well?"}]);
    let response = gateway.send(body_with("s", &messages)).await;
    assert_eq!((header(&response, "x-leeboard-session"), header(&response, "x-leeboard-turn")), ("s", "2"));
}

#[tokio::test]
async fn a_configured_identity_wins_and_a_missing_one_stays() {
    let gateway =
        Gateway::start(|config| config.identity = Some(Identity::from_system_message("I am Bo."))).await;
    gateway.script.says("a");
    gateway
        .send(body_with("s", &json!([{"role":"system","content":STERN},{"role":"user","content":"Hi"}])))
        .await;
    assert_eq!(gateway.session("s").await.identity().prompt(), "I am Bo.");

    let gateway = Gateway::start(|_| ()).await;
    gateway.script.says("a").says("b").says("c");
    gateway
        .send(body_with("s", &json!([{"role":"system","content":STERN},{"role":"user","content":"Hi"}])))
        .await;
    gateway.send(ask("s", "Ho")).await;
    assert_eq!(gateway.session("s").await.identity_version(), 1);
    gateway
        .send(body_with(
            "s",
            &json!([{"role":"developer","content":"Be Cy."},{"role":"user","content":"Ha"}]),
        ))
        .await;
    let session = gateway.session("s").await;
    assert_eq!((session.identity_version(), session.identity().prompt()), (2, "Be Cy."));
}

#[tokio::test]
async fn a_question_that_was_answered_elsewhere_keeps_its_place() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    gateway.script.play(Play::Whole(500, "{}".to_owned())).says("Second.");
    gateway.send(ask("s", "One?")).await;
    let messages = json!([
        {"role":"user","content":"One?"},{"role":"assistant","content":"First."},
        {"role":"user","content":"More?"},{"role":"assistant","content":"Yes."},
        {"role":"user","content":"Two?"}
    ]);
    let response = gateway.send(body_with("s", &messages)).await;
    assert_eq!((header(&response, "x-leeboard-session"), header(&response, "x-leeboard-turn")), ("s", "3"));
    let sent = gateway.script.last_json();
    let texts: Vec<_> = sent["messages"].as_array().unwrap().iter().map(|it| it["content"].clone()).collect();
    assert_eq!(texts, ["One?", "First.", "More?", "Yes.", "Two?"]);
}

#[tokio::test]
async fn a_long_history_is_taken_in_with_one_commit() {
    let store = Arc::new(Fragile::default());
    let gateway = Gateway::over(store.clone(), |_| ()).await;
    gateway.script.says("Fine.");
    let mut messages = Vec::new();
    for turn in 0..50 {
        messages.push(json!({"role":"user","content":format!("Question {turn}?")}));
        messages.push(json!({"role":"assistant","content":format!("Answer {turn}.")}));
    }
    messages.push(json!({"role":"user","content":"And now?"}));
    gateway.send(body_with("s", &json!(messages))).await;
    assert_eq!(gateway.session("s").await.turns().len(), 51);
    // Settings and identity; the history; the two halves of the turn.
    assert_eq!(store.appends.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn a_request_without_messages_is_the_upstreams_to_refuse() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    gateway.script.says("Hello.").play(Play::Whole(400, "{}".to_owned()));
    gateway.send(ask("s", "Hi")).await;
    let response = gateway.send(body_with("s", &json!([]))).await;
    assert_eq!(response.status(), 400);
    assert!(header(&response, "x-leeboard-error").contains("find a message"));
    assert_eq!(gateway.script.last().body, r#"{"messages":[],"model":"m"}"#);
    assert_eq!(gateway.session("s").await.turns().len(), 1);
}

#[tokio::test]
async fn the_query_of_a_chat_request_reaches_the_upstream() {
    let gateway = Gateway::start(|_| ()).await;
    gateway.script.says("Hello.").says("Hello.");
    for body in [ask("s", "Hi"), "{}".to_owned()] {
        let url = format!("{}/v1/chat/completions?api-version=2024-10-21&x=%20y", gateway.url);
        gateway.client.post(url).body(body).send().await.unwrap();
        assert_eq!(gateway.script.last().line, "POST /v1/chat/completions?api-version=2024-10-21&x=%20y");
    }
}
