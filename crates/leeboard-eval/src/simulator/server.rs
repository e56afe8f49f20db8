//! The simulated models behind chat completions on loopback.
//!
//! Owns the way from a request to a conversation: the path names it, `/NAME/v1/chat/completions`.
//! Judges nothing.

use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::{Conversation, Speaker};

type Shared = Arc<Mutex<BTreeMap<String, Conversation>>>;

/// A running server. Ends when it is dropped.
pub(crate) struct Server {
    conversations: Shared,
    port: u16,
    /// Ends with the server.
    _serving: JoinSet<()>,
}

impl Server {
    /// Serves these conversations by name on a port of the system's choice.
    pub(crate) async fn start(conversations: BTreeMap<String, Conversation>) -> io::Result<Self> {
        let conversations: Shared = Arc::new(Mutex::new(conversations));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let routes = Router::new()
            .route("/{name}/v1/chat/completions", post(complete))
            .with_state(Arc::clone(&conversations));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // It ends with the task: there is nobody to tell before that.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { conversations, port, _serving: serving })
    }

    /// The API's root for one conversation.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}/v1", self.port)
    }

    /// What the conversation can tell, out of band.
    pub(crate) fn look<T>(&self, name: &str, at: impl FnOnce(&Conversation) -> T) -> Option<T> {
        lock(&self.conversations).get(name).map(at)
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, BTreeMap<String, Conversation>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn complete(
    State(conversations): State<Shared>,
    Path(name): Path<String>,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let fault = |status, what: &str| (status, Json(json!({ "error": { "message": what } })));
    let Some(prompt) = prompt(&body) else {
        return fault(StatusCode::BAD_REQUEST, "there are no messages");
    };
    let mut conversations = lock(&conversations);
    let Some(conversation) = conversations.get_mut(&name) else {
        return fault(StatusCode::NOT_FOUND, "there is no such conversation");
    };
    let text = conversation.reply(&prompt);
    let message = json!({ "role": "assistant", "content": text });
    let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
    (StatusCode::OK, Json(json!({ "object": "chat.completion", "model": "simulated", "choices": [choice] })))
}

/// The messages of a request with text.
fn prompt(body: &Value) -> Option<Vec<(Speaker, String)>> {
    let messages = body.get("messages")?.as_array()?;
    let read = |message: &Value| {
        let speaker = match message.get("role")?.as_str()? {
            "system" | "developer" => Speaker::System,
            "assistant" => Speaker::Own,
            _ => Speaker::User,
        };
        Some((speaker, message.get("content")?.as_str()?.to_owned()))
    };
    Some(messages.iter().filter_map(read).collect())
}
