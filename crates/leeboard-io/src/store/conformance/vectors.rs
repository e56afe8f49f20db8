//! The checks of the cache of vectors.

use std::sync::Arc;

use leeboard_core::record::Digest;
use leeboard_core::vector::Vector;

use super::{Checked, Log, Store, ensure, good, same};

fn text(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

fn vector(model: &str, values: &[f32]) -> Result<Vector, String> {
    Vector::new(&Arc::from(model), values).ok_or_else(|| format!("{values:?} has no direction"))
}

async fn begun(store: &impl Store, session: &str) -> Checked {
    good(store.append(&Log::new(session, 1, 0)?.records).await)
}

/// Keeps a vector for a session.
pub(super) async fn keep_one(store: &impl Store, session: &str) -> Checked {
    good(store.keep_vectors(session, &[(text("one"), vector("m", &[1.0, 0.0])?)]).await)
}

/// Whether it is still there.
pub(super) async fn has_one(store: &impl Store, session: &str) -> Result<bool, String> {
    Ok(good(store.vectors(session, "m", &[text("one")]).await)?.iter().all(Option::is_some))
}

pub(super) async fn kept_are_served(store: &impl Store) -> Checked {
    begun(store, "a").await?;
    let wide: Vec<f32> = (0..3072_u16).map(|n| f32::from(n % 255) - 127.0).collect();
    let (first, second) = (vector("m", &[0.25, -1.0, 0.0])?, vector("m", &wide)?);
    good(store.keep_vectors("a", &[]).await)?;
    good(store.keep_vectors("a", &[(text("one"), first.clone()), (text("two"), second.clone())]).await)?;
    // In the order of the question, with gaps, and one asked for twice.
    let asked = ["two", "other", "one", "two"].map(text);
    let found = good(store.vectors("a", "m", &asked).await)?;
    same(&found, &[Some(second.clone()), None, Some(first), Some(second)])?;
    same(&good(store.vectors("a", "m", &[]).await)?, &[])
}

pub(super) async fn apart(store: &impl Store) -> Checked {
    begun(store, "a").await?;
    begun(store, "b").await?;
    let (old, new) = (vector("m", &[1.0, 0.0])?, vector("m@2", &[0.0, 1.0])?);
    good(store.keep_vectors("a", &[(text("one"), old.clone()), (text("one"), new.clone())]).await)?;
    same(&good(store.vectors("a", "m", &[text("one")]).await)?, &[Some(old)])?;
    same(&good(store.vectors("a", "m@2", &[text("one")]).await)?, &[Some(new)])?;
    for (session, model) in [("a", "M"), ("a", ""), ("b", "m"), ("A", "m"), ("", "m"), ("unknown", "m")] {
        same(&good(store.vectors(session, model, &[text("one")]).await)?, &[None])?;
    }
    Ok(())
}

pub(super) async fn later_wins(store: &impl Store) -> Checked {
    begun(store, "a").await?;
    let (first, second) = (vector("m", &[1.0, 0.0])?, vector("m", &[0.5, -1.0])?);
    for kept in [&first, &first, &second] {
        good(store.keep_vectors("a", &[(text("one"), kept.clone())]).await)?;
        same(&good(store.vectors("a", "m", &[text("one")]).await)?, &[Some(kept.clone())])?;
    }
    good(store.keep_vectors("a", &[(text("one"), second), (text("one"), first.clone())]).await)?;
    same(&good(store.vectors("a", "m", &[text("one")]).await)?, &[Some(first)])
}

pub(super) async fn deleted_are_gone(store: &impl Store) -> Checked {
    let kept = [(text("one"), vector("m", &[1.0, 0.0])?)];
    for session in ["a", "b"] {
        begun(store, session).await?;
        good(store.keep_vectors(session, &kept).await)?;
    }
    good(store.delete("a").await)?;
    // An answer that comes too late.
    good(store.keep_vectors("a", &kept).await)?;
    same(&good(store.vectors("a", "m", &[text("one")]).await)?, &[None])?;
    let found = good(store.vectors("b", "m", &[text("one")]).await)?;
    ensure(found.iter().all(Option::is_some), || "another session lost its vectors".to_owned())?;
    // The id is free again and has no vectors, nor did the late answer leave one.
    begun(store, "a").await?;
    same(&good(store.vectors("a", "m", &[text("one")]).await)?, &[None])?;
    ensure(good(store.list().await)?.len() == 2, || "the list does not have two sessions".to_owned())
}
