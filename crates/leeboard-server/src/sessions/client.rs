//! Whose conversation a request belongs to, and how it is found where no id is sent.
//!
//! Owns the scope - tenant and user - and the search by what was said. A conversation of another
//! scope is never looked at.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use leeboard_core::record::Digest;
use leeboard_io::engine::EngineError;
use leeboard_io::store::{Said, Trace};
use serde_json::{Value, json};

use super::tree::Tree;
use crate::access::Caller;
use crate::openai::request::Fields;
use crate::state::AppState;

/// Headers in which clients name their user, after the body's `user`.
const USERS: [&str; 4] =
    ["x-openwebui-user-id", "x-litellm-end-user-id", "x-litellm-customer-id", "x-sm-user-id"];

/// Headers other than `Authorization` that carry the key of a client.
const KEYS: [&str; 2] = ["api-key", "x-api-key"];

/// How many of the last replies are looked for one by one before all are.
const NEAR: usize = 8;

/// The digest of tenant and user. Of a gateway without keys, the tenant is whoever has the key
/// that the client sends for the upstream.
pub(crate) fn scope(caller: &Caller, fields: &Fields, headers: &HeaderMap) -> Digest {
    let user = named_user(fields, headers);
    scope_of(caller, headers, user)
}

/// The user that a request names.
fn named_user(fields: &Fields, headers: &HeaderMap) -> Option<Vec<u8>> {
    match &fields.user {
        Some(Value::String(user)) if !user.is_empty() => Some(user.as_bytes().to_vec()),
        _ => USERS.iter().find_map(|name| bytes(headers, name)),
    }
}

/// The digest of tenant and user for a user that is known by its id.
pub(crate) fn scope_of(caller: &Caller, headers: &HeaderMap, user: Option<Vec<u8>>) -> Digest {
    if caller.is_proven() {
        return Digest::of_json(&json!(["leeboard tenant", caller.tenant(), user]));
    }
    let key = headers.get(AUTHORIZATION).map(|value| value.as_bytes().to_vec());
    let key = key.or_else(|| KEYS.iter().find_map(|name| bytes(headers, name)));
    Digest::of_json(&json!(["leeboard scope", key, user]))
}

fn bytes(headers: &HeaderMap, name: &str) -> Option<Vec<u8>> {
    headers.get(name).map(|value| value.as_bytes().to_vec())
}

/// The session that a history belongs to, if the user and a reply in it are known. Most is
/// decided by what was said from the start; a client that sends only the last part is found by
/// its replies, if they are in one session alone.
pub(crate) async fn find(
    state: &AppState,
    scope: Digest,
    sent: &[Said],
) -> Result<Option<String>, EngineError> {
    if !Tree::asks(sent) {
        return Ok(None);
    }
    let store = state.engine().store();
    let mut paths: Vec<(Digest, bool)> = Vec::new();
    for (at, said) in sent.iter().enumerate() {
        let path = said.path(paths.last().map(|(path, _)| *path));
        // A greeting alone is what many conversations begin with.
        paths.push((path, Tree::asks(sent.get(..=at).unwrap_or_default())));
    }
    let paths: Vec<Digest> = paths.into_iter().filter(|(_, asked)| *asked).map(|(path, _)| path).collect();
    let (far, near) = paths.split_at(paths.len().saturating_sub(NEAR));
    for path in near.iter().rev() {
        let found = store.find(scope, Trace::Paths(&[*path])).await?;
        if !found.is_empty() {
            return best(state, found, sent, true).await;
        }
    }
    let replies: Vec<Digest> = sent.iter().filter_map(|said| said.reply).collect();
    for reply in replies.iter().rev().take(NEAR) {
        let found = store.find(scope, Trace::Replies(&[*reply])).await?;
        if let Some(found) = best(state, found, sent, false).await? {
            return Ok(Some(found));
        }
    }
    if far.is_empty() {
        return Ok(None);
    }
    let found = store.find(scope, Trace::Paths(far)).await?;
    best(state, found, sent, true).await
}

/// Of these sessions, newest first, the one that has most of a history: at its end rather than
/// within it, where several have as much. Within conversations a part counts only if no other
/// session has it, and if it has two exchanges or is all that was sent.
async fn best(
    state: &AppState,
    sessions: Vec<String>,
    sent: &[Said],
    from_start: bool,
) -> Result<Option<String>, EngineError> {
    if from_start && sessions.len() < 2 {
        return Ok(sessions.into_iter().next());
    }
    let mut found = Vec::new();
    for id in sessions {
        let Some(view) = state.engine().store().view(&id, None).await? else { continue };
        let mut tree = Tree::default();
        tree.update(&view);
        let here = tree.find(sent, view.turn);
        let enough = from_start || here.common >= 2 || here.common == sent.len();
        if here.common > 0 && here.from_start == from_start && enough {
            found.push((here.common, here.at == view.turn, id));
        }
    }
    let most = found.iter().map(|(common, ..)| *common).max();
    found.retain(|(common, ..)| Some(*common) == most);
    if !from_start && found.len() > 1 {
        return Ok(None);
    }
    let at_its_end = found.iter().position(|(_, end, _)| *end).unwrap_or_default();
    Ok(found.into_iter().nth(at_its_end).map(|(.., id)| id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_a_key_and_a_user() {
        let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
        };
        let user = |name: &str| Fields { user: Some(json!(name)), ..Fields::default() };
        let plain = scope(&Caller::default(), &Fields::default(), &headers(&[]));
        let scopes = [
            plain,
            scope(&Caller::default(), &Fields::default(), &headers(&[("authorization", "Bearer a")])),
            scope(&Caller::default(), &Fields::default(), &headers(&[("authorization", "Bearer b")])),
            scope(&Caller::default(), &user("ann"), &headers(&[("authorization", "Bearer a")])),
            scope(&Caller::default(), &user("ann"), &headers(&[])),
        ];
        let mut distinct = scopes.to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), scopes.len());
        assert_eq!(
            scope(&Caller::default(), &user("ann"), &headers(&[])),
            scope(&Caller::default(), &Fields::default(), &headers(&[("x-sm-user-id", "ann")]))
        );
        assert_eq!(scope(&Caller::default(), &user(""), &headers(&[])), plain);
    }
}
