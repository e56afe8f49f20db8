//! The checks of lists: a tenant's sessions in parts, and those of a user.

use leeboard_core::record::Digest;

use super::{Checked, Log, Store, good, same};
use crate::store::{Client, Commit, Follower, Page, SessionSummary, Tip, tenant};

pub(super) async fn pages(store: &impl Store) -> Checked {
    let ids = [("acme", "one"), ("acme", "two"), ("ac", "one"), ("acme2", "x"), (tenant::DEFAULT, "plain")];
    for (place, (owner, id)) in (0..).zip(ids) {
        // The second and the fourth are of one moment with the one before.
        let start = i64::from(place / 2) * 10_000;
        good(store.append(&Log::new(&tenant::stored(owner, id), 1, start)?.records).await)?;
    }
    let slashed = tenant::stored(tenant::DEFAULT, "a/b");
    good(store.append(&Log::new(&slashed, 0, 90_000)?.records).await)?;
    let all = good(store.list().await)?;
    for line in &all {
        same(&[good(store.summary(&line.id).await)?], &[Some(line.clone())])?;
    }
    same(&[good(store.summary("none").await)?], &[None])?;
    for owner in ["acme", "ac", "acme2", tenant::DEFAULT, "nobody", "%", ""] {
        let expected: Vec<SessionSummary> =
            all.iter().filter(|line| tenant::split(&line.id).0 == owner).cloned().collect();
        let whole = good(store.page(Page { tenant: owner, after: None, limit: 10 }).await)?;
        same(&whole, &expected)?;
        let mut parts: Vec<SessionSummary> = Vec::new();
        loop {
            let after = parts.last().map(|line| (line.updated_at, line.id.clone()));
            let after = after.as_ref().map(|(moment, id)| (*moment, id.as_str()));
            let part = good(store.page(Page { tenant: owner, after, limit: 1 }).await)?;
            if part.is_empty() {
                break;
            }
            parts.extend(part);
            if parts.len() > all.len() {
                return Err("a part of the list came again".to_owned());
            }
        }
        same(&parts, &expected)?;
    }
    same(&good(store.page(Page { tenant: "acme", after: None, limit: 0 }).await)?, &[])
}

pub(super) async fn scopes(store: &impl Store) -> Checked {
    let (ann, bob) = (Digest::of(b"ann"), Digest::of(b"bob"));
    for (id, scope) in [("b", ann), ("a", ann), ("c", bob)] {
        let log = Log::new(id, 2, 0)?;
        let said = Follower::default().all(&log.records);
        let client = Client { scope, resends: false };
        good(store.commit(Commit { records: &log.records, said: &said, tip: Tip::Follows, client }).await)?;
    }
    same(&good(store.sessions_of(ann).await)?, &["a".to_owned(), "b".to_owned()])?;
    same(&good(store.sessions_of(bob).await)?, &["c".to_owned()])?;
    same(&[good(store.scope("b").await)?, good(store.scope("none").await)?], &[Some(ann), None])?;
    good(store.delete("a").await)?;
    same(&good(store.sessions_of(ann).await)?, &["b".to_owned()])?;
    same(&good(store.sessions_of(Digest::of(b"nobody")).await)?, &[])
}
