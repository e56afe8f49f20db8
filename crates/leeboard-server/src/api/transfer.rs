//! `export` and `import`: sessions as conversation files.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use leeboard_io::conversation::{self, Conversation};
use leeboard_io::engine::EngineError;
use leeboard_io::store::{Client, StoreError};
use leeboard_io::{stamp, upkeep};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::doc::{ErrorBody, Usual};
use super::read::{Asked, Named};
use crate::access::Caller;
use crate::openai::error::ApiError;
use crate::openai::request::Fields;
use crate::passthrough;
use crate::sessions::{client, id};
use crate::state::AppState;

/// What errors call the body, and the stem of ids that a file does not give.
const BODY: &str = "the request body";

/// The conversation as `leeboard sessions export` prints it: one line of JSON.
#[utoipa::path(get, operation_id = "export_session", path = "/v1/sessions/{id}/export", tag = "sessions",
    params(("id" = String, Path, description = "The session, percent-encoded.")),
    responses((status = 200, description = "The conversation.", body = Object, content_type = "application/json"),
              Usual))]
pub(super) async fn export(State(state): State<AppState>, named: Named) -> Result<Response, ApiError> {
    let lent = named.lend(&state).await?;
    let line = format!("{}\n", upkeep::conversation(&lent.session, &named.id).to_json());
    lent.give_back();
    Ok(([(CONTENT_TYPE, "application/json")], line).into_response())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// The user whose conversations they are, as in the field `user` of chat requests.
    user: Option<String>,
}

/// A conversation in our own format; the others are read too.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `leeboard_io::conversation` reads")]
pub(super) struct ConversationFile {
    /// Its id, at most 256 bytes; a fresh one without it.
    #[schema(min_length = 1, max_length = 64, pattern = r"^[A-Za-z0-9._/-]+$")]
    id: Option<String>,
    /// What was said.
    messages: Vec<FileMessage>,
}

/// A message of a conversation file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `leeboard_io::conversation` reads")]
pub(super) struct FileMessage {
    /// Who speaks.
    role: FileRole,
    /// What is said.
    content: String,
}

/// Who speaks.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "it describes what `leeboard_io::conversation` reads")]
pub(super) enum FileRole {
    System,
    User,
    Assistant,
}

/// What was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportResult {
    /// The new sessions, in the order of the file.
    sessions: Vec<ImportedSession>,
}

/// One new session.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportedSession {
    /// Its id: the conversation's, or a fresh one.
    id: String,
    /// Its turns.
    turns: usize,
}

/// Takes conversations in as new sessions, unscored: our own format, OpenAI fine-tuning JSONL,
/// `ShareGPT` or a `ChatGPT` export.
#[utoipa::path(post, operation_id = "import_sessions", path = "/v1/sessions/import", tag = "sessions", params(ImportQuery),
    request_body(content = ConversationFile, description = "A conversation file, of any format that leeboard reads."),
    responses((status = 201, description = "The new sessions.", body = ImportResult),
              (status = 409, description = "One of the ids is in use; nothing was taken in.", body = ErrorBody),
              (status = 413, description = "The body is too large.", body = ErrorBody), Usual))]
pub(super) async fn import(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<ImportQuery>,
    request: Request,
) -> Result<(StatusCode, Json<ImportResult>), ApiError> {
    let (head, body) = request.into_parts();
    let conversations = read(&state, body).await?;
    for conversation in &conversations {
        id::check(&conversation.id).map_err(|reason| ApiError::invalid("id", reason))?;
        if state.engine().store().summary(&caller.stored(&conversation.id)).await?.is_some() {
            return Err(taken(&conversation.id));
        }
    }
    let fields = Fields { user: asked.user.map(Into::into), ..Fields::default() };
    let scope = client::scope(&caller, &fields, &head.headers);
    let engine = state.engine().serving(Client { scope, resends: false });
    let mut sessions = Vec::new();
    for conversation in conversations {
        let stored = caller.stored(&conversation.id);
        let _held = state.locks().hold(&stored).await;
        match upkeep::import(&engine, &stored, &conversation).await {
            Ok(session) => {
                sessions.push(ImportedSession { id: conversation.id, turns: session.turns().len() });
            }
            Err(EngineError::Store(StoreError::Conflict { .. })) => return Err(taken(&conversation.id)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok((StatusCode::CREATED, Json(ImportResult { sessions })))
}

/// The conversations of a body, each with an id.
async fn read(state: &AppState, body: Body) -> Result<Vec<Conversation>, ApiError> {
    let bytes = passthrough::read(body, &state.config().limits).await?;
    let mut conversations =
        conversation::parse(BODY, &bytes).map_err(|error| ApiError::field(&error.to_string()))?;
    let mut ids = std::collections::BTreeSet::new();
    for conversation in &mut conversations {
        if conversation.id.starts_with(BODY) || conversation.id.trim().is_empty() {
            conversation.id = stamp::new_id();
        }
        if !ids.insert(conversation.id.clone()) {
            return Err(ApiError::invalid("id", "two conversations have the same id"));
        }
    }
    Ok(conversations)
}

fn taken(id: &str) -> ApiError {
    ApiError::conflict("session_exists", &format!("there is a session {id:?} already"))
}
