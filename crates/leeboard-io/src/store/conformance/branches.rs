//! The checks of the tree that records form: branches, heads, marks, searches.

use leeboard_core::Mode;
use leeboard_core::record::{Digest, Record};

use super::{Checked, Log, Store, ensure, good, refused, same};
use crate::store::{Client, Commit, Follower, Said, Tip, Trace};

/// Two logs of one session with the first turn in common, and then two turns each.
fn forked() -> Result<(Log, Log), String> {
    let (mut one, mut two) = (Log::new("a", 1, 0)?, Log::new("a", 1, 0)?);
    one.exchanges(2..=3, "one", 10_000)?;
    two.exchanges(2..=3, "two", 20_000)?;
    Ok((one, two))
}

fn scope(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

async fn commit(store: &impl Store, records: &[Record], tip: Tip, scope: Digest) -> Checked {
    let said = Follower::default().all(records);
    let client = Client { scope, resends: false };
    good(store.commit(Commit { records, said: &said, tip, client }).await)
}

fn tip(records: &[Record]) -> Digest {
    records.last().map(Record::hash).unwrap_or_default()
}

pub(super) async fn heads(store: &impl Store) -> Checked {
    let (one, two) = forked()?;
    good(store.append(&one.records).await)?;
    refused(store.append(two.part(2, 3)).await, 4, 2)?;
    commit(store, two.part(2, 3), Tip::Follows, scope("s")).await?;
    same(&good(store.load("a").await)?, &one.records)?;
    // What follows a branch that is not the head is no head either.
    commit(store, two.part(3, 4), Tip::Follows, scope("s")).await?;
    same(&good(store.load("a").await)?, &one.records)?;
    commit(store, two.part(3, 4), Tip::Delivered, scope("s")).await?;
    same(&good(store.load("a").await)?, &two.records)?;
    good(store.deliver("a", tip(one.part(0, 3))).await)?;
    same(&good(store.load("a").await)?, one.part(0, 3))?;
    let turns = good(store.list().await)?.first().map(|line| line.turns);
    ensure(turns == Some(2), || format!("{turns:?} turns on the path to the head instead of 2"))?;
    ensure(store.deliver("a", scope("nothing")).await.is_err(), || "a missing head was set".to_owned())?;
    // A record that follows nothing is refused, a new root is not.
    let orphan = Log::new("a", 2, 7)?;
    ensure(store.append(orphan.part(1, 2)).await.is_err(), || "an orphan was stored".to_owned())?;
    commit(store, &orphan.records, Tip::Delivered, scope("s")).await?;
    same(&good(store.load("a").await)?, &orphan.records)
}

pub(super) async fn paths(store: &impl Store) -> Checked {
    let (one, two) = forked()?;
    commit(store, &one.records, Tip::Follows, scope("s")).await?;
    commit(store, two.part(2, 4), Tip::Follows, scope("s")).await?;
    let start = Digest::default();
    same(&good(store.path("a", tip(&two.records), start).await)?, &two.records)?;
    same(&good(store.path("a", tip(two.part(0, 3)), start).await)?, two.part(0, 3))?;
    same(&good(store.path("a", tip(&one.records), tip(one.part(0, 2))).await)?, one.part(2, 4))?;
    same(&good(store.path("a", tip(&one.records), tip(&one.records)).await)?, &[])?;
    // One that is not on the way: all.
    same(&good(store.path("a", tip(&one.records), tip(&two.records)).await)?, &one.records)?;
    same(&good(store.path("a", scope("nothing"), start).await)?, &[])?;
    same(&good(store.path("b", tip(&one.records), start).await)?, &[])
}

pub(super) async fn modes(store: &impl Store) -> Checked {
    let set = good(store.set_mode("a", Some(Mode::Manage)).await)?;
    ensure(!set, || "an unknown session got a mode".to_owned())?;
    let (one, two) = forked()?;
    commit(store, one.part(0, 3), Tip::Follows, scope("s")).await?;
    let seen = async || -> Result<_, String> {
        let view = good(store.view("a", None).await)?;
        view.map(|view| view.mode).ok_or_else(|| "the session was not seen".to_owned())
    };
    same(&[seen().await?], &[None])?;
    for mode in [Some(Mode::Manage), Some(Mode::Augment), None, Some(Mode::Observe)] {
        let set = good(store.set_mode("a", mode).await)?;
        ensure(set, || "a session got no mode".to_owned())?;
        same(&[seen().await?], &[mode])?;
    }
    // Neither more turns nor another branch change it.
    commit(store, one.part(3, 4), Tip::Delivered, scope("s")).await?;
    commit(store, two.part(2, 4), Tip::Delivered, scope("s")).await?;
    same(&[seen().await?], &[Some(Mode::Observe)])?;
    // It goes with its session.
    good(store.delete("a").await)?;
    commit(store, &one.records, Tip::Delivered, scope("s")).await?;
    same(&[seen().await?], &[None])
}

pub(super) async fn views(store: &impl Store) -> Checked {
    ensure(good(store.view("a", None).await)?.is_none(), || "an unknown session was seen".to_owned())?;
    let (one, two) = forked()?;
    commit(store, one.part(0, 3), Tip::Follows, scope("s")).await?;
    let seen = async |known| -> Result<_, String> {
        good(store.view("a", known).await)?.ok_or_else(|| "the session was not seen".to_owned())
    };
    let first = seen(None).await?;
    let hash = |log: &Log, at: usize| log.records.get(at).map(Record::hash);
    ensure((Some(first.head), first.turn) == (hash(&one, 2), hash(&one, 2)), || format!("{first:?}"))?;
    let places: Vec<_> = first.marks.iter().map(|mark| (Some(mark.at), mark.after)).collect();
    same(&places, &[(hash(&one, 1), None), (hash(&one, 2), hash(&one, 1))])?;
    let said: Vec<Option<Said>> = first.marks.iter().map(|mark| Some(mark.said.clone())).collect();
    same(&said, &Follower::default().all(one.part(1, 3)))?;

    // From a known mark on, only what is new; a branch's marks name the turn that it leaves.
    commit(store, two.part(2, 3), Tip::Follows, scope("s")).await?;
    let known = first.marks.last().map(|mark| (mark.number, mark.at));
    let later = seen(known).await?;
    let places: Vec<_> = later.marks.iter().map(|mark| (Some(mark.at), mark.after)).collect();
    same(&places, &[(hash(&two, 2), hash(&two, 1))])?;
    ensure(!later.whole && later.head == first.head, || format!("{later:?}"))?;

    // A session that was deleted and made again shares no marks with the old one.
    good(store.delete("a").await)?;
    commit(store, &one.records, Tip::Follows, scope("s")).await?;
    let again = seen(known).await?;
    ensure(again.whole && again.marks.len() == 3, || format!("{again:?}"))
}

pub(super) async fn searches(store: &impl Store) -> Checked {
    let (one, two) = forked()?;
    let mut other = Log::new("b", 0, 0)?;
    other.exchanges(1..=1, "one", 30_000)?;
    commit(store, &one.records, Tip::Follows, scope("s")).await?;
    commit(store, two.part(2, 4), Tip::Follows, scope("t")).await?;
    commit(store, &other.records, Tip::Follows, scope("s")).await?;
    let said: Vec<Said> = Follower::default().all(&one.records).into_iter().flatten().collect();
    let path = said.iter().fold(None, |before, said| Some(said.path(before)));
    let replies: Vec<Digest> = said.iter().filter_map(|said| said.reply).collect();
    let (Some(last), Some(reply)) = (path, replies.last().copied()) else {
        return Err("nothing was said".to_owned());
    };
    let found = async |scope, trace: Trace<'_>| good(store.find(scope, trace).await);
    same(&found(scope("s"), Trace::Paths(&[last])).await?, &["a".to_owned()])?;
    same(&found(scope("t"), Trace::Paths(&[last])).await?, &[])?;
    same(&found(scope("s"), Trace::Replies(&[reply])).await?, &["b".to_owned(), "a".to_owned()])?;
    same(&found(scope("s"), Trace::Replies(&[])).await?, &[])?;
    same(&found(scope("u"), Trace::Replies(&replies)).await?, &[])?;
    good(store.delete("b").await)?;
    same(&found(scope("s"), Trace::Replies(&[reply])).await?, &["a".to_owned()])
}
