//! Opening a session that is not in memory: what a store, the records and the snapshot cost, at
//! several lengths, with an SQLite file and with PostgreSQL. Run: `cargo bench -p leeboard-io --bench open`, or with lengths in turns:
//! `cargo bench -p leeboard-io --bench open -- 1000 10000`.
//!
//! Absolute times are the machine's; the least and the median of several rounds are printed.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench reports, and stops at a surprise")]
#![expect(clippy::panic, reason = "so does what it shares with tests")]

#[expect(dead_code, reason = "each program uses its part of the support")]
#[path = "../tests/support/postgres.rs"]
mod postgres;

use std::sync::Arc;
use std::time::{Duration, Instant};

use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Digest, Mode, Outcome};
use leeboard_core::turn::{Delivery, Reply};
use leeboard_core::{Config, Identity, Session};
use leeboard_io::engine::Engine;
use leeboard_io::store::{Durability, PostgresStore, Snapshot, SqliteStore, Store};
use leeboard_io::tokens;
use postgres::Database;

const ROUNDS: usize = 7;
/// Records that are replayed after a snapshot, on average.
const BEHIND: usize = 64;
/// Words of a question and of a reply.
const WORDS: (usize, usize) = (15, 60);

/// A small vocabulary with a long tail, so that the index grows as a real one does.
fn words(seed: u64, count: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    for n in 0..count {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // The square of a uniform number: frequent words are much more frequent.
        let uniform = (state >> 11) as f64 / (1_u64 << 53) as f64;
        let word = (uniform * uniform * 6_000.0) as u64;
        text.push_str(&format!("w{word}{}", if n % 12 == 11 { ". " } else { " " }));
    }
    text
}

async fn one_turn(engine: &Engine, session: &mut Session, n: u64) {
    let entry = |kind, role, text| Entry {
        created_at: Some(engine.stamp().unwrap().time),
        ..Entry::new(format!("{kind}{n}"), Message::text(role, text))
    };
    let question = entry('u', Role::User, words(2 * n, WORDS.0));
    engine.open(session, vec![question], Mode::Manage).await.unwrap();
    let reply = Reply {
        steps: Vec::new(),
        entry: Some(entry('a', Role::Assistant, words(2 * n + 1, WORDS.1))),
        outcome: Outcome::Replied,
        rejected: Vec::new(),
        delivery: Delivery::Sent,
        stamp: engine.stamp().unwrap(),
    };
    engine.close(session, &reply).await.unwrap();
}

/// The least and the median of some times, in milliseconds.
fn print(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
    println!("  {what:<44} {:9.2} {:9.2}", ms(times.first()), ms(times.get(times.len() / 2)));
}

/// Resident bytes of this process.
fn resident() -> i64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<i64>().ok()).unwrap_or_default() * 4096
}

async fn measure(engine: &Engine, id: &str) {
    let store = engine.store();
    let head = store.view(id, None).await.unwrap().unwrap().head;
    let mut times: [Vec<Duration>; 8] = Default::default();
    let (mut bytes, mut size) = (0, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let view = store.view(id, None).await.unwrap().unwrap();
        times[0].push(start.elapsed());
        assert_eq!(view.head, head);
        let start = Instant::now();
        let records = store.load(id).await.unwrap();
        times[1].push(start.elapsed());
        let before = resident();
        let start = Instant::now();
        let session = Session::replay(id, &records).unwrap();
        times[2].push(start.elapsed());
        bytes = bytes.max(resident() - before);
        let start = Instant::now();
        let snapshot = Snapshot::of(&session).unwrap();
        times[3].push(start.elapsed());
        size = snapshot.bytes.len();
        let start = Instant::now();
        assert_eq!(snapshot.restore(id).unwrap().head(), head);
        times[4].push(start.elapsed());
        // Kept of a state some records back, as many as there are between two in the long run.
        let earlier = records.get(..records.len().saturating_sub(BEHIND)).unwrap();
        let earlier = Snapshot::of(&Session::replay(id, earlier).unwrap()).unwrap();
        let start = Instant::now();
        engine.keep_snapshot(id, 0, &earlier).await;
        times[5].push(start.elapsed());
        drop((records, session, snapshot));
        let start = Instant::now();
        let found = store.snapshot(id, head, Digest::default()).await.unwrap();
        times[6].push(start.elapsed());
        assert_eq!(found, Some(earlier));
        let start = Instant::now();
        let opened = engine.load_at(id, head, None).await.unwrap();
        times[7].push(start.elapsed());
        assert_eq!(opened.head(), head);
    }
    println!("  {:<44} {:>9} {:>9}", "milliseconds", "least", "median");
    let [view, load, replay, take, restore, keep, read, open] = times;
    print("head and marks", view);
    print("records, read and parsed", load);
    print("records, replayed", replay);
    print("a snapshot taken", take);
    print("a snapshot turned into a state", restore);
    // Only the first time it is written.
    print("a snapshot written", vec![keep.first().copied().unwrap_or_default()]);
    print("a snapshot read", read);
    print("opened from a snapshot and 64 records", open);
    println!("  {:<44} {:>9} KB", "a snapshot", size / 1000);
    println!("  {:<44} {:>9} KB", "resident memory of the state", bytes / 1000);
}

/// Makes sessions of these lengths in a store and opens them.
async fn report(name: &str, store: Arc<dyn Store>, lengths: &[u64]) {
    let engine = Engine::new(Config::default(), tokens::counter("estimate").unwrap(), store);
    for length in lengths {
        let id = length.to_string();
        let mut session = engine.load(&id).await.unwrap();
        let identity = Identity::from_system_message("You are Ada, a harbour pilot. Never use lists.");
        engine.start(&mut session, &identity).await.unwrap();
        let start = Instant::now();
        for n in 0..*length {
            one_turn(&engine, &mut session, n).await;
        }
        println!("{name}: {length} turns, made in {:.1?}", start.elapsed());
        drop(session);
        measure(&engine, &id).await;
    }
}

#[tokio::main]
async fn main() {
    let asked: Vec<u64> = std::env::args().filter_map(|length| length.parse().ok()).collect();
    let lengths = if asked.is_empty() { vec![100, 1_000, 10_000] } else { asked };
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load {}", load().trim());
    let directory = std::env::temp_dir().join(format!("leeboard-open-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let store = SqliteStore::open(&directory.join("open.db"), Durability::Process).await.unwrap();
    report("SQLite", Arc::new(store), &lengths).await;
    std::fs::remove_dir_all(&directory).unwrap();
    let database = Database::fresh().await;
    let store = PostgresStore::open(&database.url, 4).await.unwrap();
    report("PostgreSQL", Arc::new(store.clone()), &lengths).await;
    store.close().await;
    println!("load {}", load().trim());
}
