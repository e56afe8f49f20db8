//! The checks of the keys.

use std::slice::from_ref;

use leeboard_core::Mode;
use leeboard_core::time::Timestamp;

use super::super::keys::{Key, Keys};
use super::{Checked, StoreError, ensure, good, same};

fn key(tenant: &str, note: Option<&str>, time: i64) -> Result<Key, String> {
    let made = Key::generate(tenant, note.map(str::to_owned), Timestamp(time));
    made.map(|(key, _)| key).map_err(|error| error.to_string())
}

pub(super) async fn made_are_found(store: &impl Keys) -> Checked {
    ensure(!good(store.has_keys().await)?, || "an empty store has a key".to_owned())?;
    same(&good(store.keys().await)?, &[])?;
    let (late, mut early) = (key("acme", Some("for Ann's \"phone\""), 2)?, key("default", None, 1)?);
    early.mode = Some(Mode::Augment);
    for key in [&late, &early] {
        good(store.create_key(key).await)?;
    }
    ensure(good(store.has_keys().await)?, || "no key is there".to_owned())?;
    same(&good(store.keys().await)?, &[early.clone(), late.clone()])?;
    same(good(store.find_key(&late.id).await)?.as_slice(), from_ref(&late))?;
    for unknown in ["", "0", "%", &format!("{} ", late.id), &late.digest.to_hex()] {
        same(good(store.find_key(unknown).await)?.as_slice(), &[])?;
    }
    // A second one of the same id takes no place.
    let twin = Key::new(&late.id, early.digest, "other", None, Timestamp(3));
    match store.create_key(&twin).await {
        Err(StoreError::KeyExists { id }) if id == late.id => {}
        other => return Err(format!("a key that is there was made again: {other:?}")),
    }
    same(good(store.find_key(&late.id).await)?.as_slice(), &[late])
}

pub(super) async fn revoked_stay(store: &impl Keys) -> Checked {
    let (one, two) = (key("acme", None, 1)?, key("acme", None, 2)?);
    for key in [&one, &two] {
        good(store.create_key(key).await)?;
    }
    let missing = good(store.revoke_key("0000000000000000", Timestamp(5)).await)?;
    ensure(!missing, || "a key that is not there was revoked".to_owned())?;
    for time in [5, 9] {
        let found = good(store.revoke_key(&one.id, Timestamp(time)).await)?;
        ensure(found, || "a key was not found".to_owned())?;
    }
    let mut revoked = one;
    revoked.revoked_at = Some(Timestamp(5));
    same(&good(store.keys().await)?, &[revoked.clone(), two])?;
    ensure(good(store.has_keys().await)?, || "a revoked key counts as none".to_owned())?;
    same(good(store.find_key(&revoked.id).await)?.as_slice(), &[revoked])
}

pub(super) async fn uses_are_noted(store: &impl Keys) -> Checked {
    let (mut one, two) = (key("acme", None, 1)?, key("acme", None, 2)?);
    for key in [&one, &two] {
        good(store.create_key(key).await)?;
    }
    good(store.use_key("0000000000000000", Timestamp(3)).await)?;
    good(store.use_key(&one.id, Timestamp(7)).await)?;
    one.last_used_at = Some(Timestamp(7));
    same(&good(store.keys().await)?, &[one, two])
}
