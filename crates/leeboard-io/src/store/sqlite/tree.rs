//! Writing records into the tree of a session, and moving its head.
//!
//! Owns the SQL of commits. Every commit is one transaction that takes the write lock at once, so
//! what is read in it still holds when it is written.

use leeboard_core::record::{Digest, Record};
use leeboard_core::time::Timestamp;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;
use sqlx::{Sqlite, SqlitePool, Transaction};

use super::super::{Commit, Said, Standing, StoreError, Tip, check_batch, conflict, would_lose};
use super::{column, corrupt, database};

pub(super) type Writing<'a> = Transaction<'a, Sqlite>;

pub(super) async fn commit(pool: &SqlitePool, commit: Commit<'_>) -> Result<(), StoreError> {
    let Some(session) = check_batch(commit.records)? else {
        return Ok(());
    };
    let mut writing = pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
    add_to(&mut writing, session, commit).await?;
    writing.commit().await.map_err(database)
}

/// Does all of a commit but its end.
pub(super) async fn add_to(
    writing: &mut Writing<'_>,
    session: &str,
    commit: Commit<'_>,
) -> Result<(), StoreError> {
    let mut known = 0;
    for record in commit.records {
        if !has(writing, session, record.hash()).await? {
            break;
        }
        known += 1;
    }
    let head = head(writing, session).await?;
    let (parent, standing) = match commit.records.get(known) {
        Some(first) => followed(writing, session, head, first, commit.tip).await?,
        // All is known: the head can only go to where these end.
        None => (commit.records.last().map(Record::hash).unwrap_or_default(), Standing::default()),
    };
    if let Some((first, head)) = commit.records.get(known).zip(head)
        && commit.tip == Tip::Delivered
        && head != parent
        && would_lose(&down_to(writing, session, head, first.sequence).await?, parent)
    {
        return Err(conflict(session, first.sequence + 1, first.sequence));
    }
    touch(writing, session, commit).await?;
    let last = add(writing, session, commit, known, standing).await?;
    if commit.tip == Tip::Delivered || head.unwrap_or_default() == parent {
        set_head(writing, session, last).await?;
    }
    Ok(())
}

pub(super) async fn deliver(pool: &SqlitePool, session: &str, tip: Digest) -> Result<(), StoreError> {
    let mut writing = pool.begin_with("BEGIN IMMEDIATE").await.map_err(database)?;
    if !has(&mut writing, session, tip).await? {
        return Err(conflict(session, 0, 0));
    }
    set_head(&mut writing, session, tip).await?;
    writing.commit().await.map_err(database)
}

/// The records on the path to a head, from a place on.
async fn down_to(
    writing: &mut Writing<'_>,
    session: &str,
    head: Digest,
    from: u64,
) -> Result<Vec<Record>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "WITH RECURSIVE path (parent, sequence, record) AS ( \
             SELECT parent, sequence, record FROM records WHERE session = ?1 AND hash = ?2 \
                 AND sequence >= ?3 \
             UNION ALL \
             SELECT records.parent, records.sequence, records.record FROM path \
             JOIN records ON records.session = ?1 AND records.hash = path.parent \
             WHERE records.sequence >= ?3) \
         SELECT sequence, record FROM path ORDER BY sequence",
    )
    .bind(session)
    .bind(head.to_string())
    .bind(column(from)?)
    .fetch_all(&mut **writing)
    .await
    .map_err(database)?;
    let record = |(sequence, json): (i64, String)| {
        super::parse(session, u64::try_from(sequence).unwrap_or_default(), &json)
    };
    rows.into_iter().map(record).collect()
}

/// Adds the records from a place of the batch on. Gives the hash of the last.
async fn add(
    writing: &mut Writing<'_>,
    session: &str,
    commit: Commit<'_>,
    known: usize,
    mut standing: Standing,
) -> Result<Digest, StoreError> {
    let said = commit.said.iter().chain(std::iter::repeat(&None));
    let mut last = commit.records.last().map(Record::hash).unwrap_or_default();
    for (record, said) in commit.records.iter().zip(said).skip(known) {
        last = record.hash();
        let after = standing.turn.map(|(at, _)| at);
        let (next, path) = standing.next(record, last, said.as_ref());
        standing = next;
        insert(writing, record, last, standing).await?;
        if let Some(said) = said {
            mark(writing, session, &Turn { at: last, after, said, scope: commit.client.scope, path }).await?;
        }
    }
    Ok(last)
}

/// The record that a new one follows, and where that stands.
async fn followed(
    writing: &mut Writing<'_>,
    session: &str,
    head: Option<Digest>,
    first: &Record,
    tip: Tip,
) -> Result<(Digest, Standing), StoreError> {
    let wrong_place = tip == Tip::Required && first.parent != head.unwrap_or_default();
    let found = standing(writing, session, first.parent).await?;
    match found {
        Some((sequence, standing)) if !wrong_place && sequence + 1 == first.sequence => {
            Ok((first.parent, standing))
        }
        None if !wrong_place && first.parent == Digest::default() && first.sequence == 0 => {
            Ok((first.parent, Standing::default()))
        }
        _ => {
            let due = match head {
                Some(head) => standing_sequence(writing, session, head).await?,
                None => 0,
            };
            Err(conflict(session, due, first.sequence))
        }
    }
}

async fn standing_sequence(
    writing: &mut Writing<'_>,
    session: &str,
    head: Digest,
) -> Result<u64, StoreError> {
    Ok(standing(writing, session, head).await?.map_or(0, |(sequence, _)| sequence + 1))
}

async fn standing(
    writing: &mut Writing<'_>,
    session: &str,
    hash: Digest,
) -> Result<Option<(u64, Standing)>, StoreError> {
    let row: Option<(i64, i64, Option<String>, Option<String>)> =
        sqlx::query_as("SELECT sequence, turns, turn, path FROM records WHERE session = ? AND hash = ?")
            .bind(session)
            .bind(hash.to_string())
            .fetch_optional(&mut **writing)
            .await
            .map_err(database)?;
    let Some((sequence, turns, turn, path)) = row else { return Ok(None) };
    let sequence = u64::try_from(sequence).map_err(|_| corrupt(session, 0, "its place is negative"))?;
    let turn = match (turn, path) {
        (Some(turn), Some(path)) => Some((digest(session, &turn)?, digest(session, &path)?)),
        _ => None,
    };
    Ok(Some((sequence, Standing { turns: u64::try_from(turns).unwrap_or(0), turn })))
}

async fn has(writing: &mut Writing<'_>, session: &str, hash: Digest) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM records WHERE session = ? AND hash = ?")
        .bind(session)
        .bind(hash.to_string())
        .fetch_optional(&mut **writing)
        .await
        .map_err(database)?;
    Ok(row.is_some())
}

async fn head(writing: &mut Writing<'_>, session: &str) -> Result<Option<Digest>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT head FROM sessions WHERE id = ?")
        .bind(session)
        .fetch_optional(&mut **writing)
        .await
        .map_err(database)?;
    row.map(|(head,)| digest(session, &head)).transpose()
}

/// Moves the head. The session's turns are those on the path to it.
pub(super) async fn set_head(
    writing: &mut Writing<'_>,
    session: &str,
    tip: Digest,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE sessions SET head = ?2, turns = \
         (SELECT turns FROM records WHERE session = ?1 AND hash = ?2) WHERE id = ?1",
    )
    .bind(session)
    .bind(tip.to_string())
    .execute(&mut **writing)
    .await
    .map_err(database)?;
    Ok(())
}

/// Creates the session's row or brings it up to date.
async fn touch(writing: &mut Writing<'_>, session: &str, commit: Commit<'_>) -> Result<(), StoreError> {
    let now = commit.records.last().map_or(Timestamp(0), |newest| newest.time);
    sqlx::query(
        "INSERT INTO sessions (id, turns, updated_at, head, resends) VALUES (?, 0, ?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, \
         resends = MAX(resends, excluded.resends)",
    )
    .bind(session)
    .bind(now.0)
    .bind(Digest::default().to_string())
    .bind(i64::from(commit.client.resends))
    .execute(&mut **writing)
    .await
    .map_err(database)?;
    Ok(())
}

async fn insert(
    writing: &mut Writing<'_>,
    record: &Record,
    hash: Digest,
    standing: Standing,
) -> Result<(), StoreError> {
    let json = super::json(record)?;
    sqlx::query(
        "INSERT INTO records (session, hash, parent, sequence, time, turns, turn, path, record) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&record.session)
    .bind(hash.to_string())
    .bind(record.parent.to_string())
    .bind(column(record.sequence)?)
    .bind(record.time.0)
    .bind(column(standing.turns)?)
    .bind(standing.turn.map(|(at, _)| at.to_string()))
    .bind(standing.turn.map(|(_, path)| path.to_string()))
    .bind(json)
    .execute(&mut **writing)
    .await
    .map_err(database)?;
    Ok(())
}

/// A mark that is to be written.
pub(super) struct Turn<'a> {
    pub(super) at: Digest,
    pub(super) after: Option<Digest>,
    pub(super) said: &'a Said,
    pub(super) scope: Digest,
    pub(super) path: Option<Digest>,
}

pub(super) async fn mark(
    writing: &mut Writing<'_>,
    session: &str,
    turn: &Turn<'_>,
) -> Result<(), StoreError> {
    let asked: Vec<String> = turn.said.asked.iter().map(Digest::to_string).collect();
    sqlx::query(
        "INSERT INTO turns (session, at, after, asked, reply, scope, path) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(session)
    .bind(turn.at.to_string())
    .bind(turn.after.map(|after| after.to_string()))
    .bind(asked.join(","))
    .bind(turn.said.reply.map(|reply| reply.to_string()))
    .bind(turn.scope.to_string())
    .bind(turn.path.map(|path| path.to_string()))
    .execute(&mut **writing)
    .await
    .map_err(database)?;
    Ok(())
}

/// A digest as it stands in a column.
pub(super) fn digest(session: &str, hex: &str) -> Result<Digest, StoreError> {
    Digest::deserialize(hex.into_deserializer())
        .map_err(|error: ValueError| corrupt(session, 0, &format!("a hash of it is damaged: {error}")))
}
