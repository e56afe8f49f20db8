//! Which session a request belongs to, and where in it the conversation goes on.

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use leeboard_core::Mode;
use leeboard_core::record::{Outcome, Payload};
use leeboard_io::store::{MemoryStore, PostgresStore, Store};
use serde_json::{Value, json};
use support::fragile::Fragile;
use support::postgres::Database;
use support::{Gateway, Play, header};

/// Messages from words: "u:Hi" and "a:Hello.".
#[cfg(test)]
fn messages(words: &[&str]) -> Value {
    let message = |word: &&str| {
        let (role, text) = word.split_once(':').unwrap();
        let role = match role {
            "s" => "system",
            "u" => "user",
            _ => "assistant",
        };
        json!({"role": role, "content": text})
    };
    words.iter().map(message).collect()
}

fn body(id: Option<&str>, words: &[&str]) -> String {
    let mut body = json!({"model": "m", "messages": messages(words)});
    if let Some(id) = id {
        body["session_id"] = json!(id);
    }
    body.to_string()
}

/// All that the head of a session holds, as words.
#[cfg(test)]
async fn held(gateway: &Gateway, id: &str) -> Vec<String> {
    let session = gateway.session(id).await;
    let entries: Vec<_> = session.turns().iter().flat_map(|turn| turn.into_owned().into_entries()).collect();
    let word = |entry: &leeboard_core::Entry| {
        let role = entry.message.role.as_str();
        format!("{}:{}", &role[..1], entry.message.full_text())
    };
    entries.iter().map(word).collect()
}

/// Sends a request without an id and says which session and turn it was.
#[cfg(test)]
async fn place(gateway: &Gateway, words: &[&str], headers: &[(&str, &str)]) -> (String, String) {
    let response = gateway.send_with(body(None, words), headers).await;
    (header(&response, "x-leeboard-session").to_owned(), header(&response, "x-leeboard-turn").to_owned())
}

fn says(gateway: &Gateway, replies: &[&str]) {
    for reply in replies {
        gateway.script.says(reply);
    }
}

#[tokio::test]
async fn without_an_id_a_known_reply_finds_the_session() {
    let gateway = Gateway::start(|_| ()).await;
    says(&gateway, &["1", "2", "3", "4", "5", "6"]);
    let (first, _) = place(&gateway, &["s:Be Ada.", "u:Hi"], &[]).await;
    // Another system prompt, as one with the date in it is.
    let second = place(&gateway, &["s:Be Ada. It is Monday.", "u:Hi", "a:1", "u:More"], &[]).await;
    assert_eq!(second, (first.clone(), "2".to_owned()));
    assert_eq!(gateway.session(&first).await.identity_version(), 2);
    // The first message again is the start of another conversation.
    let (other, turn) = place(&gateway, &["u:Hi"], &[]).await;
    assert!(other != first && turn == "1");
    // The last reply is edited: the rest is known.
    let edited = place(&gateway, &["u:Hi", "a:1", "u:More", "a:two", "u:And?"], &[]).await;
    assert_eq!(edited, (first.clone(), "3".to_owned()));
    assert_eq!(held(&gateway, &first).await, ["u:Hi", "a:1", "u:More", "a:two", "u:And?", "a:4"]);
    // Only its last part is sent.
    let truncated = place(&gateway, &["u:More", "a:two", "u:And?", "a:4", "u:Go on"], &[]).await;
    assert_eq!(truncated, (first, "4".to_owned()));
    // What nobody knows is imported.
    let unknown = place(&gateway, &["u:Ho", "a:Ha", "u:Hu"], &[]).await;
    assert_eq!(unknown.1, "2");
    assert_eq!(gateway.store.list().await.unwrap().len(), 3);
}

#[tokio::test]
async fn another_key_or_user_never_finds_it() {
    let gateway = Gateway::start(|_| ()).await;
    says(&gateway, &["1", "2", "3", "4"]);
    let ann = [("authorization", "Bearer one"), ("x-openwebui-user-id", "ann")];
    let (first, _) = place(&gateway, &["u:Hi"], &ann).await;
    let more = ["u:Hi", "a:1", "u:More"];
    let others: [&[(&str, &str)]; 2] = [
        &[("authorization", "Bearer two"), ("x-openwebui-user-id", "ann")],
        &[("authorization", "Bearer one")],
    ];
    for other in others {
        assert_ne!(place(&gateway, &more, other).await.0, first);
    }
    assert_eq!(place(&gateway, &more, &ann).await.0, first);
}

#[tokio::test]
async fn a_greeting_is_no_reply_and_finds_nothing() {
    let gateway = Gateway::start(|_| ()).await;
    says(&gateway, &["1", "2", "3"]);
    let greeting = "a:Ahoy! I am Captain Brine.";
    let (first, turn) = place(&gateway, &[greeting, "u:Hi"], &[]).await;
    assert_eq!(turn, "2");
    assert_ne!(place(&gateway, &[greeting, "u:Hello"], &[]).await.0, first);
    assert_eq!(place(&gateway, &[greeting, "u:Hi", "a:1", "u:More"], &[]).await, (first, "3".to_owned()));
}

#[tokio::test]
async fn a_part_that_two_conversations_have_finds_neither() {
    let gateway = Gateway::start(|_| ()).await;
    says(&gateway, &["One.", "Welcome.", "Two.", "Welcome.", "Three."]);
    for start in ["u:A", "u:B"] {
        let reply = if start == "u:A" { "a:One." } else { "a:Two." };
        place(&gateway, &[start], &[]).await;
        place(&gateway, &[start, reply, "u:Thanks"], &[]).await;
    }
    let known: Vec<String> = gateway.store.list().await.unwrap().into_iter().map(|line| line.id).collect();
    assert_eq!(known.len(), 2);
    let (id, _) = place(&gateway, &["u:Thanks", "a:Welcome.", "u:Next"], &[]).await;
    assert!(!known.contains(&id));
}

#[tokio::test]
async fn a_lone_message_appends_until_the_client_resends() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    says(&gateway, &["1", "2", "3", "4"]);
    gateway.send(body(Some("s"), &["u:Secret harbour"])).await;
    gateway.send(body(Some("s"), &["u:B"])).await;
    assert_eq!(held(&gateway, "s").await, ["u:Secret harbour", "a:1", "u:B", "a:2"]);
    gateway.send(body(Some("s"), &["u:Secret harbour", "a:1", "u:B", "a:2", "u:C"])).await;
    // From here on one message is a new conversation, which knows nothing of the old one.
    let response = gateway.send(body(Some("s"), &["u:D"])).await;
    assert_eq!((header(&response, "x-leeboard-session"), header(&response, "x-leeboard-turn")), ("s", "1"));
    assert_eq!(gateway.script.last_json()["messages"].as_array().unwrap().len(), 1);
    assert!(!gateway.script.last().body.contains("harbour"));
    assert_eq!(held(&gateway, "s").await, ["u:D", "a:4"]);
}

#[tokio::test]
async fn history_that_came_with_the_first_request_is_not_sent_again() {
    let gateway = Gateway::start(|_| ()).await;
    says(&gateway, &["1", "2"]);
    gateway.send(body(Some("s"), &["u:A", "a:0", "u:B"])).await;
    gateway.send(body(Some("s"), &["u:C"])).await;
    assert_eq!(held(&gateway, "s").await, ["u:A", "a:0", "u:B", "a:1", "u:C", "a:2"]);
}

#[tokio::test]
async fn what_was_regenerated_or_edited_away_is_in_no_prompt() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    says(&gateway, &["Fine.", "The code is 4711.", "I cannot say.", "Right.", "Back.", "Well."]);
    gateway.send(body(Some("s"), &["u:Hi"])).await;
    let ask = ["u:Hi", "a:Fine.", "u:What is the code?"];
    gateway.send(body(Some("s"), &ask)).await;
    gateway.send(body(Some("s"), &ask)).await;
    let after = |reply| [&ask[..], &[reply, "u:What did you say of the code?"]].concat();
    gateway.send(body(Some("s"), &after("a:I cannot say."))).await;
    assert!(!gateway.script.last().body.contains("4711"));
    assert!(!held(&gateway, "s").await.concat().contains("4711"));
    // The user swipes back to the first reply.
    let response = gateway.send(body(Some("s"), &after("a:The code is 4711."))).await;
    assert_eq!(header(&response, "x-leeboard-turn"), "3");
    assert!(gateway.script.last().body.contains("4711") && !gateway.script.last().body.contains("cannot"));
    // The question is taken out of the middle.
    let cut = ["u:Hi", "a:Fine.", "u:What did you say of the code?", "a:Back.", "u:Well?"];
    gateway.send(body(Some("s"), &cut)).await;
    assert!(!gateway.script.last().body.contains("4711"));
    assert_eq!(gateway.store.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_regenerated_reply_has_the_same_prompt() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    says(&gateway, &["1", "2", "3"]);
    gateway.send(body(Some("s"), &["u:Hi"])).await;
    let ask = ["u:Hi", "a:1", "u:Well?"];
    let first = gateway.send(body(Some("s"), &ask)).await;
    let second = gateway.send(body(Some("s"), &ask)).await;
    assert_eq!(header(&first, "x-leeboard-trace"), header(&second, "x-leeboard-trace"));
    let sent = gateway.script.got();
    assert_eq!(sent[1].body, sent[2].body);
    assert_eq!(held(&gateway, "s").await, ["u:Hi", "a:1", "u:Well?", "a:3"]);
}

#[tokio::test]
async fn a_client_that_drops_its_failed_question_is_believed() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    says(&gateway, &["1"]);
    gateway.send(body(Some("s"), &["u:Hi"])).await;
    gateway.script.play(Play::Whole(500, "{}".to_owned())).says("2");
    gateway.send(body(Some("s"), &["u:Hi", "a:1", "u:Dropped"])).await;
    gateway.send(body(Some("s"), &["u:Hi", "a:1", "u:Kept"])).await;
    assert!(!gateway.script.last().body.contains("Dropped"));
    assert_eq!(held(&gateway, "s").await, ["u:Hi", "a:1", "u:Kept", "a:2"]);
}

#[tokio::test]
async fn two_requests_at_once_are_siblings_and_the_last_delivered_is_the_head() {
    let store = Arc::new(Fragile::default());
    let gateway = Gateway::over(Arc::clone(&store) as _, |_| ()).await;
    says(&gateway, &["1"]);
    gateway.send(body(Some("s"), &["u:Hi"])).await;
    store.waits.store(true, Ordering::SeqCst);
    says(&gateway, &["2", "3"]);
    let one = gateway.send(body(Some("s"), &["u:One"]));
    let two = async {
        while gateway.script.got().len() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        let two = gateway.send(body(Some("s"), &["u:Two"]));
        let release = async {
            while gateway.script.got().len() < 3 {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            store.permits.0.add_permits(2);
        };
        tokio::join!(two, release).0
    };
    let (one, two) = tokio::join!(one, two);
    for response in [&one, &two] {
        assert_eq!(header(response, "x-leeboard-turn"), "2");
        assert!(response.headers().get("x-leeboard-error").is_none());
    }
    let view = gateway.store.view("s", None).await.unwrap().unwrap();
    let replied: Vec<_> = view.marks.iter().filter(|mark| mark.said.reply.is_some()).collect();
    assert_eq!(replied.len(), 3);
    assert!(replied[1..].iter().all(|mark| mark.after == Some(replied[0].at)));
    assert_eq!(view.turn, Some(replied[2].at));
    assert_eq!(gateway.session("s").await.turns().len(), 2);
}

/// Two gateways, each with its own handle on one store, take turns in a session, also within a turn.
#[cfg(test)]
async fn two_gateways_serve_one_session(stores: [Arc<dyn Store>; 2]) {
    let [first, second] = stores;
    let one = Gateway::over(first, |config| config.mode = Mode::Manage).await;
    let two = Gateway::over(second, |config| config.mode = Mode::Manage).await;
    for n in 0..6 {
        let gateway = if n % 2 == 0 { &one } else { &two };
        gateway.script.says(&format!("Reply {n}."));
        let response = gateway.send(body(Some("s"), &[&format!("u:Question {n}?")])).await;
        assert_eq!(header(&response, "x-leeboard-turn"), (n + 1).to_string());
        assert_eq!(gateway.script.last_json()["messages"].as_array().unwrap().len(), 2 * n + 1);
    }
    assert_eq!(one.session("s").await.turns().len(), 6);
    // A tool is called through one and answered through the other.
    let calls = json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c1",
        "type": "function", "function": {"name": "tide", "arguments": "{}"}}]});
    one.script.play(Play::Whole(200, support::reply(calls.clone()).to_string()));
    let asked = json!({"role": "user", "content": "When is high water?"});
    let ask = json!({"session_id": "s", "messages": [asked]}).to_string();
    assert_eq!(header(&one.send(ask).await, "x-leeboard-turn"), "7");
    says(&two, &["At noon."]);
    let result = json!({"role": "tool", "tool_call_id": "c1", "content": "12:00"});
    let answer = json!({"session_id": "s", "messages": [asked, calls, result]}).to_string();
    assert_eq!(header(&two.send(answer).await, "x-leeboard-turn"), "7");
    let session = one.session("s").await;
    assert_eq!(session.turns().len(), 7);
    assert_eq!(session.turns().get(6).unwrap().reply.message.full_text(), "At noon.");
    // Deleted by one, it is gone for the other.
    one.store.delete("s").await.unwrap();
    says(&two, &["New."]);
    assert_eq!(header(&two.send(body(Some("s"), &["u:Anew"])).await, "x-leeboard-turn"), "1");
    assert_eq!(held(&two, "s").await, ["u:Anew", "a:New."]);
}

#[tokio::test]
async fn two_gateways_on_one_store_serve_one_session() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    two_gateways_serve_one_session([Arc::clone(&store), store]).await;
}

#[tokio::test]
async fn two_replicas_on_one_database_serve_one_session() {
    let database = Database::fresh().await;
    let replica = async || Arc::new(PostgresStore::open(&database.url, 4).await.unwrap()) as Arc<dyn Store>;
    two_gateways_serve_one_session([replica().await, replica().await]).await;
}

#[tokio::test]
async fn a_session_in_use_is_not_loaded_again() {
    let store = Arc::new(Fragile::default());
    let gateway = Gateway::over(Arc::clone(&store) as _, |_| ()).await;
    let mut words = Vec::new();
    for n in 0..5 {
        gateway.script.says(&format!("Reply {n}."));
        words.push(format!("u:Question {n}?"));
        let words_now: Vec<&str> = words.iter().map(String::as_str).collect();
        gateway.send(body(Some("s"), &words_now)).await;
        words.push(format!("a:Reply {n}."));
    }
    assert_eq!(gateway.session("s").await.turns().len(), 5);
    assert_eq!(store.loads.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_session_deleted_under_way_does_not_come_back() {
    let store = Arc::new(Fragile::default());
    let gateway = Gateway::over(Arc::clone(&store) as _, |_| ()).await;
    store.waits.store(true, Ordering::SeqCst);
    says(&gateway, &["1"]);
    let asked = gateway.send(body(Some("s"), &["u:Hi"]));
    let deleted = async {
        while gateway.script.got().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        assert!(gateway.store.delete("s").await.unwrap());
        store.permits.0.add_permits(1);
    };
    let (response, ()) = tokio::join!(asked, deleted);
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("x-leeboard-error"));
    assert!(gateway.store.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn speakers_of_a_group_are_told_apart() {
    let gateway = Gateway::start(|_| ()).await;
    says(&gateway, &["1", "2", "3"]);
    let ask = |name: &str| {
        let hello = json!({"role":"user","name":name,"content":"Hello"});
        json!({"session_id":"s","messages":[hello,{"role":"assistant","name":"Ada","content":"1"},{"role":"user","content":"So?"}]})
    };
    let first = json!({"session_id":"s","messages":[{"role":"user","name":"Ann","content":"Hello"}]});
    gateway.send(first.to_string()).await;
    assert_eq!(header(&gateway.send(ask("Ann").to_string()).await, "x-leeboard-turn"), "2");
    gateway.send(ask("Bo").to_string()).await;
    let session = gateway.session("s").await;
    assert_eq!(session.turns().get(0).unwrap().input[0].message.name.as_deref(), Some("Bo"));
}

#[tokio::test]
async fn titles_and_tags_leave_no_trace() {
    let gateway = Gateway::start(|config| config.mode = Mode::Manage).await;
    says(&gateway, &["1", "A title", "2"]);
    gateway.send(body(Some("s"), &["u:Hi"])).await;
    let task = "u:### Task:\nGenerate a concise title for the chat history.\n<chat_history>\nUSER: Hi\n</chat_history>";
    let response = gateway.send(body(Some("s"), &[task])).await;
    assert!(response.headers().get("x-leeboard-session").is_none());
    assert!(!gateway.script.last().body.contains("session_id"));
    gateway.send(body(Some("s"), &["u:Hi", "a:1", "u:More"])).await;
    assert_eq!(held(&gateway, "s").await, ["u:Hi", "a:1", "u:More", "a:2"]);
    let records = gateway.store.load("s").await.unwrap();
    let abandoned = records.iter().any(|record| {
        matches!(record.payload(), Some(Payload::Closed(closed)) if closed.outcome == Outcome::Abandoned)
    });
    assert!(!abandoned);
}
