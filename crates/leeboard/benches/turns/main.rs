//! Turns a second in mode manage, on SQLite and on PostgreSQL, beside a plain program that inserts the
//! same rows: one transaction a turn, the same durability, as many connections, in the same run.
//! Run: `cargo bench -p leeboard --bench turns`, or with the number of turns: `... -- 4000`.
//!
//! Real gateways over HTTP. The clients, the model that answers at once and the database share the
//! processors with them, so the shares of one run say more than its times.

#![cfg(target_os = "linux")]
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench reports, and stops at a surprise")]
#![expect(clippy::panic, reason = "so does what it shares with tests")]

#[expect(dead_code, reason = "each program uses its part of the support")]
#[path = "../../tests/load/mod.rs"]
mod load;
mod plain;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::scope;
use std::time::Instant;

use leeboard_io::store::{Durability, PostgresStore, SqliteStore};
use load::client::{Client, Seen};
use load::postgres::Cluster;
use load::{Gateway, Place, block_on, wire};

const CLIENTS: usize = 16;
/// Turns of a conversation.
const LENGTH: usize = 20;
const ROUNDS: usize = 3;
/// Connections that write: of SQLite one at a time, of PostgreSQL the default of `store.connections`.
const CONNECTIONS: [usize; 2] = [1, 10];

/// What a gateway did, or the plain program.
struct Done {
    /// Turns a second.
    rate: f64,
    /// Seconds of a processor for a turn, of the gateway or the plain program alone.
    processor: f64,
    /// The same of the clients and the model.
    around: f64,
}

/// Rounds, each the gateway's and the plain program's.
type Rounds = Vec<(Done, Done)>;

/// Lets clients talk until so many turns are done.
fn managed(place: &Place, turns: usize) -> Done {
    let upstream = wire::upstream();
    let gateway = Gateway::start(place, &upstream);
    let next = AtomicUsize::new(0);
    let both = || (seconds(gateway.id()), seconds(std::process::id()));
    let (began, before) = (Instant::now(), both());
    scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= turns / LENGTH {
                        break;
                    }
                    let mut client = Client::new(number);
                    for _ in 0..LENGTH {
                        let seen = client.ask(|| gateway.address.clone());
                        assert_eq!(seen, Seen::Acknowledged, "{:?}", client.refusal);
                    }
                }
            });
        }
    });
    let (took, after) = (began.elapsed().as_secs_f64(), both());
    let each = |before: f64, after: f64| (after - before) / turns as f64;
    Done { rate: turns as f64 / took, processor: each(before.0, after.0), around: each(before.1, after.1) }
}

/// Inserts rows; what that took.
fn plain(turns: usize, insert: impl FnOnce() -> f64) -> Done {
    let before = seconds(std::process::id());
    let took = insert();
    let processor = (seconds(std::process::id()) - before) / turns as f64;
    Done { rate: turns as f64 / took, processor, around: 0.0 }
}

/// Processor time of a process.
fn seconds(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    // User and system, in ticks of 10 ms as on every Linux.
    [11, 12].iter().map(|at: &usize| fields[*at].parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn print(name: &str, rounds: &Rounds, bytes: u64, turns: usize) {
    let of = |what: fn(&(Done, Done)) -> f64| median(rounds.iter().map(what).collect());
    let (rate, plain) = (of(|round| round.0.rate), of(|round| round.1.rate));
    let share = of(|round| round.0.rate / round.1.rate);
    let (own, around) = (of(|round| round.0.processor), of(|round| round.0.around));
    let simple = of(|round| round.1.processor);
    println!(
        "{name:<36} {rate:>8.0} {plain:>6.0} {share:>6.2} {:>8.2} {:>7.2} {:>6.2} {:>10.0} {:>12}",
        own * 1e3,
        around * 1e3,
        simple * 1e3,
        1.0 / own,
        bytes / turns as u64
    );
}

fn sqlite(turns: usize, durability: Durability, word: &str) {
    let (mut rounds, mut bytes) = (Rounds::new(), 0);
    for _ in 0..ROUNDS {
        let place = Place::file();
        place.set(&format!("[store]\ndurability = \"{word}\"\n"));
        let managed = managed(&place, turns);
        let rows = block_on(plain::Rows::of_sqlite(&place.folder().join("leeboard.db")));
        let copy = place.folder().join("plain.db");
        block_on(async { SqliteStore::open(&copy, durability).await.unwrap().close().await });
        let plain = plain(rows.turns(), || plain::sqlite(&rows, &copy, durability, CONNECTIONS[0]));
        bytes = std::fs::metadata(&copy).unwrap().len();
        rounds.push((managed, plain));
    }
    print(&format!("SQLite, durability = \"{word}\""), &rounds, bytes, turns);
}

fn postgres(turns: usize, cluster: &Cluster, name: &str) {
    let (mut rounds, mut bytes) = (Rounds::new(), 0);
    for _ in 0..ROUNDS {
        let place = Place::database_of(cluster);
        let managed = managed(&place, turns);
        let rows = block_on(plain::Rows::of_postgres(place.url().unwrap()));
        let copy = Place::database_of(cluster);
        let url = copy.url().unwrap();
        block_on(async { PostgresStore::open(url, 1).await.unwrap().close().await });
        let plain = plain(rows.turns(), || plain::postgres(&rows, url, CONNECTIONS[1]));
        bytes = block_on(plain::size(url));
        rounds.push((managed, plain));
    }
    print(name, &rounds, bytes, turns);
}

fn main() {
    let asked = std::env::args().find_map(|argument| argument.parse().ok());
    let turns: usize = asked.unwrap_or(2_000);
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap();
    println!("$ cargo bench -p leeboard --bench turns -- {turns}   (leeboard {})", env!("CARGO_PKG_VERSION"));
    println!(
        "{CLIENTS} clients, conversations of {LENGTH} turns, median of {ROUNDS} rounds, load {}",
        load().trim()
    );
    println!(
        "{:<36} {:>8} {:>6} {:>6} {:>8} {:>7} {:>6} {:>10} {:>12}",
        "", "turns/s", "plain", "share", "ms: own", "around", "plain", "for a core", "bytes a turn"
    );
    sqlite(turns, Durability::Process, "process");
    sqlite(turns, Durability::Machine, "machine");
    let lazy = Cluster::start();
    postgres(turns, &lazy, "PostgreSQL, fsync = off");
    drop(lazy);
    let durable = Cluster::start_with(&["fsync=on"]);
    postgres(turns, &durable, "PostgreSQL, synchronous_commit = on");
    println!(
        "\nplain: the same rows by the same driver, one statement a row, {} connection to SQLite and {} to\n\
         PostgreSQL. ms: processor time for a turn of the gateway, of the clients and the model around it, and of\n\
         the plain program, each without the database's server. for a core: turns for a second of one processor\n\
         in the gateway's process. They all share the processors. leeboard commits twice a turn, before the model is asked and before\n\
         the reply is delivered, and judges and builds prompts besides. Load at the end: {}",
        CONNECTIONS[0],
        CONNECTIONS[1],
        load().trim()
    );
}
