//! How long a request to a long session takes, with sessions kept in memory and without.
//!
//! Plays 400 turns through a gateway over HTTP with an upstream that answers at once, then takes
//! the median of further requests. Run with `cargo bench -p leeboard-server --bench request`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and stops at surprises")]
#![expect(clippy::disallowed_methods, reason = "gateway and upstream end with the process")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::response::IntoResponse;
use leeboard_core::{Config, Mode};
use leeboard_io::engine::Engine;
use leeboard_io::store::{Durability, SqliteStore};
use leeboard_io::tokens;
use leeboard_server::{AppState, ServerConfig, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Turns before the measurement.
const TURNS: usize = 400;
/// Requests that are measured.
const MEASURED: usize = 31;

/// Varied words, so that memory and detectors have something to do.
fn words(n: usize, many: usize) -> String {
    const WORDS: [&str; 24] = [
        "anchor", "tide", "harbour", "keel", "the", "we", "sail", "chart", "Skagen", "seven", "pilot", "and",
        "north", "wind", "rope", "before", "crew", "slowly", "lantern", "must", "berth", "cargo", "fog",
        "turn",
    ];
    let word = |at: usize| WORDS[(n * 7 + at * (n % 5 + 3) + at * at) % WORDS.len()];
    let text: Vec<&str> = (0..many).map(word).collect();
    format!("{} {n}.", text.join(" "))
}

struct Client {
    http: reqwest::Client,
    url: String,
    history: Vec<Value>,
    said: usize,
}

impl Client {
    /// Sends a turn, with the history or alone; the time until the reply and the gateway's own.
    async fn turn(&mut self, resend: bool) -> (Duration, f64) {
        self.said += 1;
        let asked = json!({"role": "user", "content": words(self.said, 20)});
        self.history.push(asked.clone());
        let messages = if resend { json!(self.history) } else { json!([asked]) };
        let body = json!({"model": "m", "session_id": format!("{resend}"), "messages": messages}).to_string();
        let started = Instant::now();
        let response = self.http.post(&self.url).body(body).send().await.unwrap();
        let own = response.headers()["x-leeboard-overhead-ms"].to_str().unwrap().parse().unwrap();
        let reply: Value = response.json().await.unwrap();
        let took = started.elapsed();
        self.history.push(reply["choices"][0]["message"].clone());
        (took, own)
    }

    async fn measure(&mut self, resend: bool) -> (f64, f64) {
        let (mut all, mut own) = (Vec::new(), Vec::new());
        for _ in 0..MEASURED {
            let (took, ours) = self.turn(resend).await;
            all.push(took.as_secs_f64() * 1e3);
            own.push(ours);
        }
        all.sort_by(f64::total_cmp);
        own.sort_by(f64::total_cmp);
        (all[MEASURED / 2], own[MEASURED / 2])
    }
}

async fn gateway(store: &SqliteStore, upstream: &str, mode: Mode, hot_bytes: Option<usize>) -> String {
    let mut config = ServerConfig::new(upstream);
    config.mode = mode;
    if let Some(bytes) = hot_bytes {
        config.limits.hot_bytes = bytes;
    }
    let counter = tokens::counter("estimate").unwrap();
    let state =
        AppState::new(config, Engine::new(Config::default(), counter, Arc::new(store.clone()))).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/chat/completions", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, state, std::future::pending()));
    url
}

async fn upstream() -> String {
    let answer = |body: String| async move {
        let text = words(body.len(), 40);
        let message = json!({"role": "assistant", "content": text});
        axum::Json(json!({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}))
            .into_response()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());
    format!("http://{address}/v1")
}

/// Resident memory in MiB, where the system tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<usize>().ok()? / 1024)
}

#[tokio::main]
async fn main() {
    println!("cargo bench -p leeboard-server --bench request (leeboard {})", env!("CARGO_PKG_VERSION"));
    println!(
        "{TURNS} turns before, median of {MEASURED} requests, milliseconds: until the reply, and leeboard's own"
    );
    let upstream = upstream().await;
    for (mode, resend) in [(Mode::Observe, true), (Mode::Manage, false)] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("leeboard.db");
        let store = SqliteStore::open(&path, Durability::Process).await.unwrap();
        let url = gateway(&store, &upstream, mode, None).await;
        let mut client = Client { http: reqwest::Client::new(), url, history: Vec::new(), said: 0 };
        let before = resident();
        for _ in 0..TURNS {
            client.turn(resend).await;
        }
        let memory = (before, resident());
        let hot = client.measure(resend).await;
        client.url = gateway(&store, &upstream, mode, Some(0)).await;
        let cold = client.measure(resend).await;
        let history = if resend { "whole history" } else { "message alone" };
        println!("{mode:?}, {history}: in memory {hot:.2?}, replayed {cold:.2?}; resident MiB {memory:?}");
    }
}
