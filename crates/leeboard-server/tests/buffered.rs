//! Streams that are held back where the client asks for it: judged before a word is out.

#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

#[cfg(test)]
#[expect(dead_code, reason = "each test file uses its part of the support")]
mod support;

use std::time::Duration;

use leeboard_core::record::{Closed, Outcome, Payload};
use leeboard_core::{Config, Mode};
use leeboard_server::ServerConfig;
use serde_json::{Value, json};
use support::{Gateway, Play, Then, event, header};

const DONE: &str = "data: [DONE]\n\n";
const RUT: [&str; 3] = ["So:\n- one", "\n- ", "two"];
const SOUND: [&str; 3] = ["High ", "water", " is at six."];

fn ask(text: &str, ours: &Value) -> String {
    let system = json!({"role": "system", "content": "You are Ada. Never use lists."});
    let messages = [system, json!({"role": "user", "content": text})];
    json!({"model": "m", "stream": true, "session_id": "s", "leeboard": ours, "messages": messages})
        .to_string()
}

/// A stream with odd white space, so that bytes that were written anew would show.
fn stream(words: &[&str], tokens: u32) -> Vec<String> {
    let mut pieces = vec![event(json!({"role": "assistant", "content": ""}), Value::Null)];
    for word in words {
        pieces.push(event(json!({"content": word}), Value::Null).replace("\"choices\":", "\"choices\" : "));
    }
    pieces.push(event(json!({}), json!("stop")));
    let usage = json!({"id": "r", "choices": [], "usage": {"prompt_tokens": tokens, "total_tokens": tokens}});
    pieces.push(format!("data: {usage}\n\n"));
    pieces.push(DONE.to_owned());
    pieces
}

fn plays(gateway: &Gateway, pieces: Vec<String>) {
    gateway.script.play(Play::Stream(pieces, Then::Closes));
}

async fn gateway(again: u32, change: impl FnOnce(&mut ServerConfig)) -> Gateway {
    let settings = move |config: &mut Config| config.control.regenerate = again;
    let change = |config: &mut ServerConfig| {
        config.mode = Mode::Manage;
        change(config);
    };
    Gateway::with_settings(change, settings).await
}

async fn asked(gateway: &Gateway, ours: &Value) -> String {
    gateway.send(ask("How is the tide?", ours)).await.text().await.expect("it ends well")
}

async fn closed(gateway: &Gateway) -> Closed {
    let records = gateway.store.load("s").await.expect("it is there");
    let closed = records.iter().rev().find_map(|record| match record.payload() {
        Some(Payload::Closed(closed)) => Some((**closed).clone()),
        _ => None,
    });
    closed.expect("it is there")
}

/// What a client reads: the events without comments, and the values of the last comment.
fn read(text: &str) -> (String, Value) {
    let (comments, events): (Vec<&str>, Vec<&str>) =
        text.split_inclusive("\n\n").partition(|event| event.starts_with(':'));
    let values = comments.last().and_then(|last| last.strip_prefix(": leeboard "));
    let values = values.and_then(|values| serde_json::from_str(values.trim()).ok());
    (events.concat(), values.unwrap_or_default())
}

#[tokio::test]
async fn a_stream_that_is_held_back_is_asked_for_again_and_the_sound_one_delivered() {
    for mode in [Mode::Manage, Mode::Augment] {
        let gateway = gateway(1, |config| config.mode = mode).await;
        plays(&gateway, stream(&RUT, 10));
        plays(&gateway, stream(&SOUND, 30));
        let response = gateway.send(ask("How is the tide?", &json!({"buffer": true}))).await;
        assert_eq!(header(&response, "content-type"), "text/event-stream; charset=utf-8");
        let (events, values) = read(&response.text().await.expect("it ends well"));
        // Both were paid for; nothing else differs from what the upstream has sent.
        let wanted = stream(&SOUND, 30).concat().replace(":30", ":40");
        assert_eq!(events, wanted);
        assert_eq!(values["action"], "regenerate");
        assert!(values["drift"].as_f64().expect("it is there") < 0.45);
        let second = gateway.script.last_json();
        assert_eq!((second["stream"].as_bool(), second.get("leeboard")), (Some(true), None));
        assert!(second.to_string().contains("A recent reply broke this rule"), "{second}");
        let closed = closed(&gateway).await;
        assert_eq!((closed.outcome, closed.rejected.len()), (Outcome::Replied, 1));
        assert_eq!(closed.reply.expect("it is there").message.full_text(), SOUND.concat());
        let metrics = gateway.client.get(format!("{}/metrics", gateway.url)).send().await.unwrap();
        let metrics = metrics.text().await.expect("it is there");
        assert!(metrics.contains("leeboard_upstream_tokens_total{kind=\"prompt\"} 40"), "{metrics}");
    }
}

#[tokio::test]
async fn a_sound_stream_passes_byte_for_byte_with_comments_while_it_is_held() {
    let gateway = gateway(1, |config| {
        config.buffer = true;
        config.limits.comment_every = Duration::from_millis(1);
    })
    .await;
    plays(&gateway, stream(&SOUND, 10));
    let text = asked(&gateway, &json!({})).await;
    let (events, values) = read(&text);
    assert_eq!((events, &values["action"]), (stream(&SOUND, 10).concat(), &json!("observe")));
    assert!(text.starts_with(": leeboard waits\n\n"), "{text}");
    let comment = text.find(": leeboard {").expect("it is there");
    assert!(comment > text.find("six").unwrap() && comment < text.find("[DONE]").unwrap());
}

#[tokio::test]
async fn the_request_says_whether_a_stream_is_held_back_and_else_the_settings() {
    for (usual, ours, named, held) in [
        (false, json!({}), None, false),
        (false, json!({"buffer": true}), None, true),
        (false, json!({}), Some("true"), true),
        (true, json!({}), None, true),
        (true, json!({"buffer": false}), Some("true"), false),
        (true, json!({}), Some("false"), false),
        (true, json!({"correct": false}), None, false),
        (true, json!({"mode": "observe"}), None, false),
    ] {
        let gateway = gateway(1, |config| config.buffer = usual).await;
        plays(&gateway, stream(&RUT, 10));
        plays(&gateway, stream(&SOUND, 30));
        let request = gateway.client.post(format!("{}/v1/chat/completions", gateway.url));
        let request = named.into_iter().fold(request, |it, value| it.header("x-leeboard-buffer", value));
        let text = request.body(ask("How is the tide?", &ours)).send().await.unwrap().text().await.unwrap();
        assert_eq!(text.contains("High "), held, "{usual} {ours} {named:?}");
        assert_eq!(gateway.script.got().len(), 1 + usize::from(held));
    }
}

#[tokio::test]
async fn srip_06_runtime_text_is_taken_out_of_a_stream_that_is_held_back() {
    let leaking = ["A recent reply broke this rule, ", "keep it: fine.\nHigh ", "water is at six."];
    // Also where the second question fails.
    for again in [0, 1] {
        let gateway = gateway(again, |config| config.buffer = true).await;
        for words in [&RUT, &RUT, &leaking] {
            gateway.script.clear();
            plays(&gateway, stream(words, 10));
            asked(&gateway, &json!({})).await;
        }
        gateway.script.clear();
        plays(&gateway, stream(&leaking, 10));
        let (events, _) = read(&asked(&gateway, &json!({})).await);
        let mut wanted = stream(&leaking, 10);
        wanted[1] = wanted[1].replace(leaking[0], &SOUND.concat());
        for (at, word) in [(2, "keep it: fine.\\nHigh "), (3, leaking[2])] {
            wanted[at] = wanted[at].replace(word, "");
        }
        assert_eq!(events, wanted.concat());
        assert!(closed(&gateway).await.leak.expect("it is recorded").stripped);
    }
}

#[tokio::test]
async fn without_another_stream_the_first_is_delivered() {
    let broken = Play::Stream(stream(&SOUND, 10)[..2].to_vec(), Then::Breaks);
    let whole = support::reply(json!({"role": "assistant", "content": "x"})).to_string();
    for second in [Play::Whole(500, "{}".to_owned()), Play::Whole(200, whole), broken] {
        let gateway = gateway(2, |config| config.buffer = true).await;
        plays(&gateway, stream(&RUT, 10));
        gateway.script.play(second);
        assert_eq!(read(&asked(&gateway, &json!({})).await).0, stream(&RUT, 10).concat());
        assert_eq!(gateway.session("s").await.turns().len(), 1, "the turn is closed");
    }
}

#[tokio::test]
async fn what_cannot_be_held_back_passes_as_it_came() {
    let call = json!({"index":0,"id":"c1","type":"function","function":{"name":"depth","arguments":"{}"}});
    let calls = vec![
        event(json!({"role": "assistant", "content": null, "tool_calls": [call]}), Value::Null),
        event(json!({}), json!("tool_calls")),
        DONE.to_owned(),
    ];
    let two = stream(&RUT, 10).concat().replace("\"index\":0", "\"index\":1");
    let without_done = {
        let all = stream(&SOUND, 10);
        all[..all.len() - 1].to_vec()
    };
    for pieces in [calls, vec![stream(&RUT, 10)[..4].concat() + &two], without_done] {
        let gateway = gateway(1, |config| config.buffer = true).await;
        plays(&gateway, pieces.clone());
        assert_eq!(read(&asked(&gateway, &json!({})).await).0, pieces.concat());
        assert_eq!(gateway.script.got().len(), 1);
    }
}

#[tokio::test]
async fn a_stream_that_is_too_long_to_hold_passes() {
    let gateway = gateway(1, |config| {
        config.buffer = true;
        config.limits.reply_bytes = 150;
    })
    .await;
    plays(&gateway, stream(&RUT, 10));
    assert_eq!(read(&asked(&gateway, &json!({})).await).0, stream(&RUT, 10).concat());
    assert_eq!(gateway.script.got().len(), 1);
    assert_eq!(gateway.session("s").await.turns().len(), 1);
}

#[tokio::test]
async fn a_client_that_leaves_or_an_upstream_that_breaks_off_closes_the_turn() {
    let gateway = gateway(1, |config| config.buffer = true).await;
    gateway.script.play(Play::Stream(stream(&SOUND, 10)[..3].to_vec(), Then::Breaks));
    let mut response = gateway.send(ask("How is the tide?", &json!({}))).await;
    let mut text = String::new();
    let broken = loop {
        match response.chunk().await {
            Ok(Some(piece)) => text.push_str(std::str::from_utf8(&piece).expect("it is text")),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(broken && text == stream(&SOUND, 10)[..3].concat(), "{text}");
    assert_eq!(closed(&gateway).await.outcome, Outcome::Partial);

    gateway.script.play(Play::Stream(stream(&SOUND, 10)[..3].to_vec(), Then::IsSilent));
    let response = gateway.send(ask("And now?", &json!({}))).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(response);
    let session = gateway.session_when("s", |session| session.turns().len() == 2).await;
    assert_eq!(session.turns().get(1).expect("it is there").reply.message.full_text(), "High water");
}
