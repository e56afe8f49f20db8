//! Writing records into the tree of a session, and moving its head.
//!
//! Owns the SQL of commits. A commit is one statement that writes all, if the version of the session
//! is still the one that this replica saw last; where it saw none, or another one by now, a statement
//! before it reads what must be known. Each is a transaction of its own, so no lock is held while
//! leeboard decides, and of two replicas that write to one session at once the database lets one
//! through. The other looks again.

use std::collections::BTreeMap;

use leeboard_core::Mode;
use leeboard_core::record::{Digest, Record};
use sqlx::{FromRow, PgConnection, PgPool};

use super::super::heads::Heads;
use super::super::plan::{Row, follow, moves, rows};
use super::super::rows::{Place, column, digest, json, records, stands};
use super::super::{Commit, Standing, StoreError, Tip, check_batch, conflict, would_lose};
use super::fault::Fault;
use super::of;

/// How often a commit looks again because another replica was first. Each time one of them has gone
/// through, so this many replicas would have to write to one session in the same moment.
const LOOKS: u32 = 32;

/// The head of a session as this replica saw it last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) version: i64,
    pub(super) hash: Digest,
    pub(super) sequence: u64,
    pub(super) standing: Standing,
}

pub(super) async fn commit(pool: &PgPool, heads: &Heads<Head>, commit: Commit<'_>) -> Result<(), Fault> {
    let Some(session) = check_batch(commit.records)? else {
        return Ok(());
    };
    let mut known = heads.get(session);
    heads.forget(session);
    let mut connection = pool.acquire().await?;
    for _ in 0..LOOKS {
        let following = known.take().and_then(|head| Plan::following(head, &commit));
        let plan = match following {
            Some(plan) => plan,
            None => match plan(&mut connection, session, commit).await? {
                Some(plan) => plan,
                None => return Ok(()),
            },
        };
        if let Some(version) = plan.write(&mut connection, session, &commit).await? {
            if let Some(head) = plan.head_at(version) {
                heads.put(session, head);
            }
            return Ok(());
        }
    }
    Err(StoreError::Busy.into())
}

/// What a commit writes, and to which version of the session.
pub(super) struct Plan<'a> {
    /// `None` for a session that is not there yet.
    version: Option<i64>,
    rows: Vec<Row<'a>>,
    /// Where the head goes, and its turns.
    head: Option<(Digest, u64)>,
}

/// Decides what a commit does; `None` if all is there already.
pub(super) async fn plan<'a>(
    connection: &mut PgConnection,
    session: &str,
    commit: Commit<'a>,
) -> Result<Option<Plan<'a>>, Fault> {
    let found = look(connection, session, commit.records).await?;
    let head = found.head.map(|(head, _)| head).unwrap_or_default();
    let is_known = |record: &&Record| found.places.contains_key(&record.hash());
    let known = commit.records.iter().take_while(is_known).count();
    let Some(first) = commit.records.get(known) else {
        // All is known: the head can only go to where these end.
        let last = commit.records.last().map(Record::hash).unwrap_or_default();
        let turns = found.places.get(&last).map_or(0, |(_, standing)| standing.turns);
        let moved = head != last && moves(commit.tip, head, last);
        let plan = Plan { version: found.version, rows: Vec::new(), head: moved.then_some((last, turns)) };
        return Ok(moved.then_some(plan));
    };
    let before = found.places.get(&first.parent).copied();
    let (parent, standing) = follow(first, commit.tip, head, before).ok_or_else(|| {
        let due = found.head.map_or(0, |(_, sequence)| sequence + 1);
        conflict(session, due, first.sequence)
    })?;
    if commit.tip == Tip::Delivered
        && found.version.is_some()
        && head != parent
        && would_lose(&down_to(connection, session, head, first.sequence).await?, parent)
    {
        return Err(conflict(session, first.sequence + 1, first.sequence).into());
    }
    let rows = rows(&commit, known, standing);
    let last = rows.last().map(|last| (last.hash, last.standing.turns));
    let head = last.filter(|_| moves(commit.tip, head, parent));
    Ok(Some(Plan { version: found.version, rows, head }))
}

/// What a commit must know before it writes, of one moment.
#[derive(Default)]
struct Found {
    version: Option<i64>,
    /// The head and its place.
    head: Option<(Digest, u64)>,
    /// Where the records that are known stand, and the one that they follow.
    places: BTreeMap<Digest, (u64, Standing)>,
}

#[derive(FromRow)]
struct FoundRow {
    version: i64,
    head: String,
    head_sequence: Option<i64>,
    hash: Option<String>,
    sequence: Option<i64>,
    turns: Option<i64>,
    turn: Option<String>,
    path: Option<String>,
}

async fn look(connection: &mut PgConnection, session: &str, records: &[Record]) -> Result<Found, Fault> {
    let parent = records.first().map(|first| first.parent.to_string());
    let asked: Vec<String> =
        parent.into_iter().chain(records.iter().map(|record| record.hash().to_string())).collect();
    let rows: Vec<FoundRow> = sqlx::query_as(
        "SELECT s.version, s.head, \
             (SELECT sequence FROM leeboard.records \
              WHERE tenant = $1 AND session = $2 AND hash = s.head) AS head_sequence, \
             r.hash, r.sequence, r.turns, r.turn, r.path \
         FROM leeboard.sessions s \
         LEFT JOIN leeboard.records r ON r.tenant = $1 AND r.session = $2 AND r.hash = ANY($3) \
         WHERE s.tenant = $1 AND s.session = $2",
    )
    .bind(of(session))
    .bind(session)
    .bind(asked)
    .fetch_all(connection)
    .await?;
    let mut found = Found::default();
    for row in rows {
        let head = digest(session, &row.head)?;
        let place = row.head_sequence.and_then(|place| u64::try_from(place).ok()).unwrap_or_default();
        (found.version, found.head) = (Some(row.version), Some((head, place)));
        if let (Some(hash), Some(sequence)) = (row.hash, row.sequence) {
            let place: Place = (sequence, row.turns.unwrap_or(0), row.turn, row.path);
            found.places.insert(digest(session, &hash)?, stands(session, place)?);
        }
    }
    Ok(found)
}

/// The session's row, if it is still of the version that was seen.
const CHANGED: &str = "WITH mine AS ( \
    UPDATE leeboard.sessions SET version = nextval('leeboard.versions'), \
        updated_at = COALESCE($4, updated_at), resends = GREATEST(resends, $5), \
        head = COALESCE($6, head), turns = COALESCE($7, turns) \
    WHERE tenant = $1 AND session = $2 AND version = $3 RETURNING version)";

/// The row of a session that was not there.
const CREATED: &str = "WITH mine AS ( \
    INSERT INTO leeboard.sessions (tenant, session, version, updated_at, resends, head, turns) \
    VALUES ($1, $2, COALESCE($3, nextval('leeboard.versions')), $4, $5, $6, $7) \
    ON CONFLICT (tenant, session) DO NOTHING RETURNING version)";

/// The records and marks, if the row was.
const ADDED: &str = ", added AS ( \
    INSERT INTO leeboard.records \
        (tenant, session, hash, parent, sequence, time, turns, turn, path, record) \
    SELECT $1, $2, r.* FROM UNNEST($8::text[], $9::text[], $10::bigint[], $11::bigint[], \
        $12::bigint[], $13::text[], $14::text[], $15::text[]) AS r \
    WHERE EXISTS (SELECT 1 FROM mine)), \
    marked AS ( \
    INSERT INTO leeboard.turns (tenant, session, at, after, asked, reply, scope, path) \
    SELECT $1, $2, t.* FROM UNNEST($16::text[], $17::text[], $18::text[], $19::text[], \
        $20::text[], $21::text[]) AS t \
    WHERE EXISTS (SELECT 1 FROM mine)) \
    SELECT version FROM mine";

impl<'a> Plan<'a> {
    /// What a commit writes that follows the head where it was seen last.
    fn following(head: Head, commit: &Commit<'a>) -> Option<Self> {
        let first = commit.records.first().filter(|first| first.parent == head.hash)?;
        let place = Some((head.sequence, head.standing));
        let (_, standing) = follow(first, commit.tip, head.hash, place)?;
        let rows = rows(commit, 0, standing);
        let last = rows.last().map(|last| (last.hash, last.standing.turns));
        Some(Self { version: Some(head.version), rows, head: last })
    }

    /// The head once this is written, if it goes to the last record.
    fn head_at(&self, version: i64) -> Option<Head> {
        let last = self.rows.last().filter(|last| self.head.is_some_and(|(head, _)| head == last.hash))?;
        Some(Head { version, hash: last.hash, sequence: last.record.sequence, standing: last.standing })
    }

    /// Writes all in one statement, or nothing if the session has changed meanwhile. Gives the new
    /// version.
    pub(super) async fn write(
        &self,
        connection: &mut PgConnection,
        session: &str,
        commit: &Commit<'_>,
    ) -> Result<Option<i64>, Fault> {
        let hex = |digest: Digest| digest.to_string();
        let rows = &self.rows;
        let newest = rows.last().map(|last| last.record.time.0);
        let statement = match self.version {
            Some(_) => format!("{CHANGED}{ADDED}"),
            None => format!("{CREATED}{ADDED}"),
        };
        let sequences: Vec<i64> =
            rows.iter().map(|row| column(row.record.sequence)).collect::<Result<_, _>>()?;
        let counts: Vec<i64> = rows.iter().map(|row| column(row.standing.turns)).collect::<Result<_, _>>()?;
        let bodies: Vec<String> = rows.iter().map(|row| json(row.record)).collect::<Result<_, _>>()?;
        let turn = |row: &Row<'_>| row.standing.turn;
        let marks: Vec<_> = rows.iter().filter_map(|row| row.turn.as_ref()).collect();
        let written: Option<(i64,)> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(of(session))
            .bind(session)
            .bind(self.version)
            .bind(newest)
            .bind(i64::from(commit.client.resends))
            .bind(self.head.map(|(head, _)| hex(head)))
            .bind(self.head.map(|(_, turns)| column(turns)).transpose()?)
            .bind(rows.iter().map(|row| hex(row.hash)).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| hex(row.record.parent)).collect::<Vec<_>>())
            .bind(sequences)
            .bind(rows.iter().map(|row| row.record.time.0).collect::<Vec<_>>())
            .bind(counts)
            .bind(rows.iter().map(|row| turn(row).map(|(at, _)| hex(at))).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| turn(row).map(|(_, path)| hex(path))).collect::<Vec<_>>())
            .bind(bodies)
            .bind(marks.iter().map(|turn| hex(turn.at)).collect::<Vec<_>>())
            .bind(marks.iter().map(|turn| turn.after.map(hex)).collect::<Vec<_>>())
            .bind(marks.iter().map(|turn| turn.asked()).collect::<Vec<_>>())
            .bind(marks.iter().map(|turn| turn.said.reply.map(hex)).collect::<Vec<_>>())
            .bind(marks.iter().map(|turn| hex(turn.scope)).collect::<Vec<_>>())
            .bind(marks.iter().map(|turn| turn.path.map(hex)).collect::<Vec<_>>())
            .fetch_optional(connection)
            .await?;
        Ok(written.map(|(version,)| version))
    }
}

/// Moves the head. The session's turns are those on the path to it.
pub(super) async fn deliver(pool: &PgPool, session: &str, tip: Digest) -> Result<(), Fault> {
    let moved = sqlx::query(
        "UPDATE leeboard.sessions s SET version = nextval('leeboard.versions'), head = $3, \
             turns = r.turns FROM leeboard.records r \
         WHERE s.tenant = $1 AND s.session = $2 AND r.tenant = $1 AND r.session = $2 AND r.hash = $3",
    )
    .bind(of(session))
    .bind(session)
    .bind(tip.to_string())
    .execute(pool)
    .await?;
    if moved.rows_affected() == 0 { Err(conflict(session, 0, 0).into()) } else { Ok(()) }
}

/// Sets what leeboard may change in a session; tells whether there is one.
pub(super) async fn set_mode(pool: &PgPool, session: &str, mode: Option<Mode>) -> Result<bool, Fault> {
    let set = sqlx::query("UPDATE leeboard.sessions SET mode = $3 WHERE tenant = $1 AND session = $2")
        .bind(of(session))
        .bind(session)
        .bind(mode.map(Mode::name))
        .execute(pool)
        .await?;
    Ok(set.rows_affected() > 0)
}

/// The records on the path to a head, from a place on.
async fn down_to(
    connection: &mut PgConnection,
    session: &str,
    head: Digest,
    from: u64,
) -> Result<Vec<Record>, Fault> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "WITH RECURSIVE path (parent, sequence, record) AS ( \
             SELECT parent, sequence, record FROM leeboard.records \
             WHERE tenant = $1 AND session = $2 AND hash = $3 AND sequence >= $4 \
             UNION ALL \
             SELECT r.parent, r.sequence, r.record FROM path, LATERAL ( \
                 SELECT parent, sequence, record FROM leeboard.records \
                 WHERE tenant = $1 AND session = $2 AND hash = path.parent LIMIT 1) r \
             WHERE r.sequence >= $4) \
         SELECT sequence, record FROM path ORDER BY sequence",
    )
    .bind(of(session))
    .bind(session)
    .bind(head.to_string())
    .bind(column(from)?)
    .fetch_all(connection)
    .await?;
    Ok(records(session, rows)?)
}
