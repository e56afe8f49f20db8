//! The client against servers that behave, refuse, stall, babble and break off.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use leeboard_core::record::Digest;
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::super::conformance;
use super::*;

mod faults;
mod secrets;

const KEY: &str = "sk-canary-keep-this-to-yourself";

/// A server of deterministic vectors, last text first, with the limits that real ones have.
#[derive(Clone, Copy)]
struct Server {
    /// Characters of a text.
    longest: usize,
    /// Texts in a request.
    most: usize,
}

const SERVER: Server = Server { longest: 200, most: 64 };

/// Eight components from a text's digest, none of them zero.
fn raw(text: &str) -> Vec<f32> {
    let Digest(bytes) = Digest::of(text.as_bytes());
    bytes.iter().take(8).map(|&byte| f32::from(byte) - 127.5).collect()
}

fn unit(values: &[f32]) -> Vec<f32> {
    let length = values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
    values.iter().map(|&value| (f64::from(value) / length) as f32).collect()
}

fn sent(request: &Request) -> Vec<String> {
    let body: Value = request.body_json().unwrap();
    serde_json::from_value(body["input"].clone()).unwrap()
}

impl Respond for Server {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let texts = sent(request);
        if texts.len() > self.most {
            return refusal(422, "batch too large");
        }
        if texts.iter().any(|text| text.chars().count() > self.longest) {
            return refusal(400, "the input is too long");
        }
        let width = request.body_json::<Value>().unwrap()["dimensions"].as_u64().unwrap_or(8);
        let vector = |text: &str| raw(text)[..usize::try_from(width).unwrap()].to_vec();
        let items = texts.iter().enumerate().rev();
        answer(items.map(|(index, text)| json!({"index": index, "embedding": vector(text)})).collect())
    }
}

fn answer(data: Vec<Value>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"object": "list", "data": data, "model": "m"}))
}

fn refusal(status: u16, said: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({"error": {"message": said, "type": "x"}}))
}

fn settings(base_url: &str) -> RemoteSettings {
    let mut settings = RemoteSettings::new(base_url, "small").with_key(KEY);
    settings.first_pause = Duration::from_millis(1);
    settings.timeout = Duration::from_secs(20);
    settings
}

fn remote(server: &MockServer) -> Remote {
    Remote::new(settings(&server.uri())).unwrap()
}

/// A server that gives one answer some times, then serves.
async fn server(first: impl Respond + 'static, times: u64, then: Server) -> MockServer {
    let server = MockServer::start().await;
    let post = || Mock::given(method("POST")).and(path("/v1/embeddings"));
    post().respond_with(first).up_to_n_times(times).mount(&server).await;
    post().respond_with(then).mount(&server).await;
    server
}

async fn serving(limits: Server) -> MockServer {
    server(limits, u64::MAX, limits).await
}

async fn requests(server: &MockServer) -> Vec<Vec<String>> {
    server.received_requests().await.unwrap().iter().map(sent).collect()
}

fn texts<T: AsRef<str>>(texts: &[T]) -> Vec<String> {
    texts.iter().map(|text| text.as_ref().to_owned()).collect()
}

#[tokio::test]
async fn texts_go_out_in_batches_and_come_back_in_order() {
    let server = serving(SERVER).await;
    let mut settings = settings(&server.uri());
    settings.batch = 3;
    let remote = Remote::new(settings).unwrap();
    assert_eq!((remote.model().as_ref(), remote.dimensions(), remote.is_local()), ("small", None, false));
    let asked = texts(&["a", "b", "", "c", "a", " \n", "d", "e", "f", "g"]);
    let found = remote.embed(&asked).await.unwrap();
    for (text, embedding) in asked.iter().zip(&found) {
        match embedding {
            Ok(values) => assert_eq!(values, &unit(&raw(text)), "{text}"),
            Err(Missing(reason)) => assert!(text.trim().is_empty() && reason.contains("empty"), "{text}"),
        }
    }
    assert_eq!(found.iter().filter(|embedding| embedding.is_err()).count(), 2);
    assert_eq!(requests(&server).await, [vec!["a", "b", "c"], vec!["d", "e", "f"], vec!["g"]]);
    assert_eq!(remote.dimensions(), Some(8));
}

#[tokio::test]
async fn nothing_is_sent_for_nothing() {
    let server = serving(SERVER).await;
    let remote = remote(&server);
    assert_eq!(remote.embed(&[]).await.unwrap(), []);
    assert!(remote.embed(&texts(&["", " "])).await.unwrap().iter().all(Result::is_err));
    assert!(requests(&server).await.is_empty());
}

#[tokio::test]
async fn a_request_holds_no_more_characters_than_allowed() {
    let server = serving(SERVER).await;
    let mut settings = settings(&server.uri());
    settings.characters = 6;
    let asked = texts(&["ñññ", "bbb", "c", "ddddddddd", "e"]);
    let found = Remote::new(settings).unwrap().embed(&asked).await.unwrap();
    assert!(found.iter().all(Result::is_ok));
    assert_eq!(requests(&server).await, [vec!["ñññ", "bbb"], vec!["c"], vec!["ddddddddd"], vec!["e"]]);
}

#[tokio::test]
async fn the_key_and_the_width_are_sent_and_named() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/embeddings"))
        .and(header("authorization", format!("Bearer {KEY}")))
        .respond_with(SERVER)
        .mount(&server)
        .await;
    let mut settings = settings(&server.uri());
    settings.dimensions = Some(3);
    let remote = Remote::new(settings).unwrap();
    assert_eq!((remote.model().as_ref(), remote.dimensions()), ("small@3", Some(3)));
    let found = remote.embed(&texts(&["a"])).await.unwrap();
    assert_eq!(found, [Ok(unit(&raw("a")[..3]))]);
}

#[tokio::test]
async fn a_text_that_is_too_long_is_the_only_one_missing() {
    let server = serving(Server { longest: 9, ..SERVER }).await;
    let long = "far too long";
    for at in [0, 3, 6] {
        let mut asked = texts(&["a", "b", "c", "d", "e", "f"]);
        asked.insert(at, long.to_owned());
        let found = remote(&server).embed(&asked).await.unwrap();
        for (text, embedding) in asked.iter().zip(found) {
            match embedding {
                Ok(values) => assert_eq!(values, unit(&raw(text))),
                Err(Missing(reason)) => {
                    assert_eq!(text, long);
                    assert!(reason.ends_with("refused the text with status 400: the input is too long"));
                }
            }
        }
    }
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_halved() {
    let server = serving(Server { most: 2, ..SERVER }).await;
    let asked: Vec<String> = (0..9).map(|n| format!("text {n}")).collect();
    let found = remote(&server).embed(&asked).await.unwrap();
    assert_eq!(found, asked.iter().map(|text| Ok(unit(&raw(text)))).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_endpoint_that_embeds_nothing_is_told_and_not_blamed_on_the_texts() {
    let server = serving(Server { longest: 0, ..SERVER }).await;
    let asked: Vec<String> = (0..64).map(|n| format!("text {n}")).collect();
    let remote = remote(&server);
    let error = remote.embed(&asked).await.unwrap_err();
    assert!(matches!(&error, EmbedError::Refused { status: 400, message, .. }
        if message == "the input is too long"));
    assert_eq!(requests(&server).await.len(), 2);
    assert!(remote.embed(&asked[..1]).await.is_err());
}

#[tokio::test]
async fn a_long_text_alone_is_missing_once_the_endpoint_has_served() {
    let server = serving(Server { longest: 9, ..SERVER }).await;
    let remote = remote(&server);
    remote.embed(&texts(&["a"])).await.unwrap();
    let found = remote.embed(&texts(&["far too long", "also too long"])).await.unwrap();
    assert!(found.iter().all(Result::is_err), "{found:?}");
}

#[tokio::test]
async fn settings_that_cannot_work_are_told_at_once() {
    let refused = |change: fn(&mut RemoteSettings)| {
        let mut settings = settings("http://host");
        change(&mut settings);
        let error = Remote::new(settings).unwrap_err();
        assert!(matches!(error, EmbedError::Setup { .. }), "{error}");
        error.to_string()
    };
    assert!(refused(|settings| settings.base_url = "localhost:8080".to_owned()).contains("http://"));
    assert!(refused(|settings| settings.model = " ".to_owned()).contains("embedding.model"));
    assert!(refused(|settings| settings.dimensions = Some(0)).contains("embedding.dimensions"));
    assert!(refused(|settings| settings.batch = 0).contains("embedding.batch"));
    assert!(refused(|settings| settings.timeout = Duration::ZERO).contains("embedding.timeout_ms"));
    assert!(refused(|settings| settings.key = Some("line\nbreak".into())).contains("the key"));
}

#[tokio::test]
async fn passes_the_conformance_suite() {
    let server = serving(Server { longest: 300, most: 32 }).await;
    conformance::check(&remote(&server)).await.unwrap();
}
