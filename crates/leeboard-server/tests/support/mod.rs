//! A scripted upstream and a gateway in front of it.

pub(crate) mod fragile;
#[path = "../../../leeboard-io/tests/support/postgres.rs"]
pub(crate) mod postgres;
pub(crate) mod wire;

use std::collections::VecDeque;
use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::response::Builder;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use leeboard_core::record::Stamp;
use leeboard_core::{Config, Session, Timestamp};
use leeboard_io::engine::Engine;
use leeboard_io::store::{Key, Keys, MemoryStore, Store};
use leeboard_io::tokens;
use leeboard_server::{AppState, ServerConfig, serve};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// What the upstream got.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) line: String,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: String,
}

/// What the upstream does next.
pub(crate) enum Play {
    /// A whole body with a status.
    Whole(u16, String),
    /// The same with one more header.
    With(u16, (&'static str, &'static str), String),
    /// Status, headers and pieces of bytes.
    Raw(u16, Vec<(&'static str, &'static str)>, Vec<Bytes>),
    /// Pieces of bytes, as the wire may cut them; then it closes.
    Bytes(Vec<Bytes>),
    /// Pieces of a stream; then it closes, breaks off, or stays silent.
    Stream(Vec<String>, Then),
}

/// How a stream goes on after its pieces.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    Closes,
    Breaks,
    IsSilent,
}

#[derive(Clone, Default)]
pub(crate) struct Script {
    plays: Arc<Mutex<VecDeque<Play>>>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Script {
    pub(crate) fn play(&self, play: Play) -> &Self {
        self.plays.lock().unwrap().push_back(play);
        self
    }

    pub(crate) fn says(&self, text: &str) -> &Self {
        self.play(Play::Whole(200, reply(json!({"role": "assistant", "content": text})).to_string()))
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// Forgets what was got, and what was to be played.
    pub(crate) fn clear(&self) {
        self.got.lock().unwrap().clear();
        self.plays.lock().unwrap().clear();
    }

    /// Drops what the upstream got so far.
    pub(crate) fn forget(&self) {
        self.got.lock().unwrap().clear();
    }

    pub(crate) fn last(&self) -> Got {
        self.got().pop().unwrap()
    }

    pub(crate) fn last_json(&self) -> Value {
        serde_json::from_str(&self.last().body).unwrap()
    }
}

pub(crate) fn reply(message: Value) -> Value {
    json!({"id": "r", "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
}

pub(crate) fn event(delta: Value, finish_reason: Value) -> String {
    let chunk = json!({"id": "r", "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]});
    format!("data: {chunk}\n\n")
}

async fn act(State(script): State<Script>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let line = format!("{} {}", head.method, head.uri);
    script.got.lock().unwrap().push(Got { line, headers: head.headers, body });
    let play = script.plays.lock().unwrap().pop_front();
    let response =
        Response::builder().header("x-upstream", "yes").header("connection", "x-hop").header("x-hop", "1");
    match play {
        None => response.status(404).body(Body::from("nothing scripted")),
        Some(Play::Whole(status, body)) => {
            response.status(status).header("content-type", "application/json").body(body.into())
        }
        Some(Play::With(status, (name, value), body)) => {
            response.status(status).header(name, value).body(body.into())
        }
        Some(Play::Raw(status, headers, pieces)) => {
            let named = |response: Builder, (name, value)| response.header(name, value);
            headers.into_iter().fold(response.status(status), named).body(in_pieces(pieces))
        }
        Some(Play::Bytes(pieces)) => {
            response.header("content-type", "text/event-stream").body(in_pieces(pieces))
        }
        Some(Play::Stream(pieces, then)) => {
            // A pause after each piece keeps them apart on the wire.
            let pieces = stream::iter(pieces).then(|piece| async move {
                tokio::time::sleep(Duration::from_millis(2)).await;
                Ok(Bytes::from(piece))
            });
            let tail = match then {
                Then::Closes => stream::empty().boxed(),
                // At once, the server would drop what it has not written yet.
                Then::Breaks => stream::once(async {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Err(io::Error::other("broken"))
                })
                .boxed(),
                Then::IsSilent => stream::pending().boxed(),
            };
            let response = response.header("content-type", "text/event-stream; charset=utf-8");
            response.body(Body::from_stream(pieces.chain(tail)))
        }
    }
    .unwrap()
}

fn in_pieces(pieces: Vec<Bytes>) -> Body {
    Body::from_stream(stream::iter(pieces).then(|piece| async move {
        tokio::task::yield_now().await;
        Ok::<_, io::Error>(piece)
    }))
}

/// An engine as the gateway has it, at a moment that stands still.
pub(crate) fn engine(store: &Arc<dyn Store>) -> Engine {
    engine_with(store, Config::default())
}

fn engine_with(store: &Arc<dyn Store>, config: Config) -> Engine {
    let stamps = || {
        let now = leeboard_io::stamp::now()?;
        Ok(Stamp { time: Timestamp(1_000), ..now })
    };
    Engine::new(config, tokens::counter("estimate").unwrap(), Arc::clone(store)).with_stamps(Arc::new(stamps))
}

/// A gateway with its upstream; both end with it.
pub(crate) struct Gateway {
    pub(crate) url: String,
    pub(crate) script: Script,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    tasks: JoinSet<io::Result<()>>,
}

impl Gateway {
    pub(crate) async fn start(change: impl FnOnce(&mut ServerConfig)) -> Self {
        Self::over(Arc::new(MemoryStore::new()), change).await
    }

    pub(crate) async fn over(store: Arc<dyn Store>, change: impl FnOnce(&mut ServerConfig)) -> Self {
        Self::with_keys(store, Arc::new(MemoryStore::new()), change).await
    }

    /// With other settings of the loop.
    pub(crate) async fn with_settings(
        change: impl FnOnce(&mut ServerConfig),
        settings: impl FnOnce(&mut Config),
    ) -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let mut config = Config::default();
        settings(&mut config);
        let engine = engine_with(&store, config);
        Self::with_engine(store, engine, Arc::new(MemoryStore::new()), change).await
    }

    pub(crate) async fn with_keys(
        store: Arc<dyn Store>,
        keys: Arc<dyn Keys>,
        change: impl FnOnce(&mut ServerConfig),
    ) -> Self {
        let engine = engine(&store);
        Self::with_engine(store, engine, keys, change).await
    }

    async fn with_engine(
        store: Arc<dyn Store>,
        engine: Engine,
        keys: Arc<dyn Keys>,
        change: impl FnOnce(&mut ServerConfig),
    ) -> Self {
        let script = Script::default();
        let mut tasks = JoinSet::new();
        let upstream = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = upstream.local_addr().unwrap();
        let router = Router::new().fallback(act).with_state(script.clone());
        tasks.spawn(axum::serve(upstream, router).into_future());
        let mut config = ServerConfig::new(format!("http://{address}/v1"));
        change(&mut config);

        let state = AppState::with_keys(config, engine, keys).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        tasks.spawn(async move { serve(listener, state, stopped.map(drop)).await });
        let client = reqwest::Client::new();
        Self { url, script, store, client, stop: Some(stop), tasks }
    }

    /// Sends a chat request as it is written.
    pub(crate) async fn send(&self, body: impl Into<String>) -> reqwest::Response {
        self.send_with(body, &[]).await
    }

    pub(crate) async fn send_with(
        &self,
        body: impl Into<String>,
        headers: &[(&str, &str)],
    ) -> reqwest::Response {
        let request = self.client.post(format!("{}/v1/chat/completions", self.url)).body(body.into());
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn session(&self, id: &str) -> Session {
        Session::replay(id, &self.store.load(id).await.unwrap()).unwrap()
    }

    /// Waits until a session fits; the gateway works on after a client has left.
    pub(crate) async fn session_when(&self, id: &str, fits: impl Fn(&Session) -> bool) -> Session {
        for _ in 0..500 {
            let session = self.session(id).await;
            if fits(&session) {
                return session;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("session {id} never came to be as expected");
    }

    /// Shuts down and waits for the gateway to end.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        let ended = tokio::time::timeout(Duration::from_secs(10), self.tasks.join_next()).await;
        ended.unwrap().unwrap().unwrap().unwrap();
    }
}

/// A new key of a tenant, with its id.
pub(crate) async fn key(keys: &dyn Keys, tenant: &str) -> (String, String) {
    let (key, secret) = Key::generate(tenant, None, Timestamp(0)).unwrap();
    keys.create_key(&key).await.unwrap();
    (secret.expose_secret().to_owned(), key.id)
}

pub(crate) fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    response.headers().get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
}

/// An address where nobody listens.
pub(crate) async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://user:hunter2@{}/v1", listener.local_addr().unwrap())
}

/// An address that reads a request, answers with some bytes and resets the connection.
pub(crate) async fn reset(tasks: &mut JoinSet<()>, answer: &'static [u8]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tasks.spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = [0; 1];
        connection.read_exact(&mut request).await.unwrap();
        connection.write_all(answer).await.unwrap();
        connection.flush().await.unwrap();
        tokio::time::sleep(Duration::from_millis(30)).await;
        // What was not read makes the system reset the connection.
        drop(connection);
    });
    format!("http://{address}/v1")
}

/// An address that accepts and never answers.
pub(crate) async fn silence(tasks: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tasks.spawn(async move {
        let _open = listener.accept().await;
        pending::<()>().await;
    });
    format!("http://{address}/v1")
}
