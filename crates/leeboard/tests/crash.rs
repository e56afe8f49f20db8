//! What a client was told is there, whatever ends: a real `leeboard serve` under load from several
//! clients, ended with SIGKILL at random moments from a fixed seed, again and again over one store; or
//! the disk is full; or PostgreSQL crashes.
//!
//! Ten kills, or a tenth of `LEEBOARD_TEST_CASES` (`./test --long`): 200 for 2,000.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "each test file uses its part of the support")]
mod load;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use load::client::{Client, Seen};
use load::postgres::Cluster;
use load::small::SmallDisk;
use load::{Dice, Gateway, PATIENCE, Place, count, not_run, wait_until, wire};

/// Clients, each with a session of its own.
const CLIENTS: usize = 4;

/// Answers that a gateway gives at most, more or less, and the milliseconds that it lives on then: so
/// that it is killed in the midst of work on a machine of any speed.
const ANSWERS: u64 = 12;
const LIFE: u64 = 60;

/// Snapshots all the time, and few states in memory, so that those are killed and read as well.
const SETTINGS: &str = "[server]\nsnapshot_records = 4\nhot_bytes = 200000\n";

/// What is lost or there twice stays so, so many rounds are looked at together.
const LOOK_EVERY: u64 = 10;

/// What clients saw.
#[derive(Default)]
struct Counts {
    acknowledged: AtomicU64,
    cut: AtomicU64,
    refused: AtomicU64,
}

impl Counts {
    fn add(&self, seen: Seen) {
        let count = match seen {
            Seen::Acknowledged => &self.acknowledged,
            Seen::Cut => &self.cut,
            Seen::Refused => &self.refused,
        };
        count.fetch_add(1, Ordering::SeqCst);
    }

    fn all(&self) -> [u64; 3] {
        [&self.acknowledged, &self.cut, &self.refused].map(|count| count.load(Ordering::SeqCst))
    }
}

/// Clients that talk until they are stopped.
struct Talk {
    stop: Arc<AtomicBool>,
    talking: Vec<JoinHandle<Client>>,
}

impl Talk {
    fn begin(clients: Vec<Client>, address: &str, counts: &Arc<Counts>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let talk = |mut client: Client| {
            let (address, stop, counts) = (address.to_owned(), Arc::clone(&stop), Arc::clone(counts));
            spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let seen = client.ask(|| address.clone());
                    counts.add(seen);
                    if seen != Seen::Acknowledged {
                        sleep(Duration::from_millis(5));
                    }
                }
                client
            })
        };
        let talking = clients.into_iter().map(talk).collect();
        Self { stop, talking }
    }

    fn end(self) -> Vec<Client> {
        self.stop.store(true, Ordering::SeqCst);
        self.talking.into_iter().map(|talking| talking.join().unwrap()).collect()
    }
}

/// The clients of a new store, each known to the gateway as one that sends everything or not.
fn clients(place: &Place, upstream: &str) -> Vec<Client> {
    let gateway = Gateway::start(place, upstream);
    let mut clients: Vec<Client> = (0..CLIENTS).map(Client::new).collect();
    for client in &mut clients {
        for _ in 0..2 {
            assert_eq!(client.ask(|| gateway.address.clone()), Seen::Acknowledged);
        }
    }
    gateway.kill();
    clients
}

/// What the clients were told is there, and `verify` finds no fault.
fn check(place: &Place, clients: &[Client]) {
    let kept = place.kept();
    for client in clients {
        client.check(&kept[&client.session()]);
    }
    place.verify();
}

/// All sessions go on.
fn goes_on(place: &Place, upstream: &str, clients: &mut [Client]) {
    let gateway = Gateway::start(place, upstream);
    for client in clients.iter_mut() {
        assert_eq!(client.ask(|| gateway.address.clone()), Seen::Acknowledged, "{:?}", client.refusal);
    }
    gateway.kill();
    check(place, clients);
}

#[cfg(test)]
fn kill_again_and_again(place: &Place, name: &str) {
    place.set(SETTINGS);
    let upstream = wire::upstream();
    let mut dice = Dice(0x1eeb_0a2d);
    let mut clients = clients(place, &upstream);
    let counts = Arc::new(Counts::default());
    let rounds = count(10, 200);
    let began = Instant::now();
    for round in 1..=rounds {
        let gateway = Gateway::start(place, &upstream);
        let talk = Talk::begin(clients, &gateway.address, &counts);
        let wanted = counts.all()[0] + dice.below(ANSWERS);
        wait_until(|| counts.all()[0] >= wanted);
        sleep(Duration::from_millis(dice.below(LIFE)));
        gateway.kill();
        clients = talk.end();
        if rounds <= LOOK_EVERY || round.is_multiple_of(LOOK_EVERY) {
            check(place, &clients);
            println!("{name}: {round} kills, {:.0?}", began.elapsed());
        }
    }
    let [acknowledged, cut, refused] = counts.all();
    // It was killed in the midst of work, and said nothing else than replies.
    assert!(acknowledged >= rounds && cut >= rounds && refused == 0, "{acknowledged} {cut} {refused}");
    goes_on(place, &upstream, &mut clients);
    println!(
        "{name}: {rounds} kills, {acknowledged} turns acknowledged and all there once, {cut} requests cut, \
         no session damaged ({:.0?})",
        began.elapsed()
    );
}

#[test]
fn what_was_acknowledged_survives_every_kill_and_nothing_is_there_twice() {
    kill_again_and_again(&Place::file(), "SQLite");
}

#[test]
fn what_was_acknowledged_survives_every_kill_on_postgresql() {
    kill_again_and_again(&Place::database(), "PostgreSQL");
}

/// Talks until so many requests were refused, each of which says why.
fn until_full(clients: Vec<Client>, gateway: &Gateway, counts: &Arc<Counts>, refusals: u64) -> Vec<Client> {
    let talk = Talk::begin(clients, &gateway.address, counts);
    let full = || wait_until(|| counts.all()[2] >= refusals);
    assert!((0..5).any(|_| full()), "the disk is never full: {:?}", counts.all());
    talk.end()
}

/// Fills a store until it refuses, kills, looks, and goes on with more room.
#[cfg(test)]
fn fill(place: &Place, name: &str, start: impl Fn(&str) -> Gateway, more_room: impl Fn()) {
    place.set("[server]\nsnapshot_records = 40\n");
    let upstream = wire::upstream();
    let mut clients = clients(place, &upstream);
    let counts = Arc::new(Counts::default());
    let gateway = start(&upstream);
    clients = until_full(clients, &gateway, &counts, 40);
    assert!(gateway.get("/health/live").contains("ok"), "it still lives");
    gateway.kill();
    let [filled, _, refused] = counts.all();
    assert!(filled > 10, "{filled}");
    more_room();
    check(place, &clients);
    goes_on(place, &upstream, &mut clients);
    println!("{name}: full after {filled} acknowledged turns, all there once; {refused} requests refused");
}

#[test]
fn what_was_acknowledged_is_there_when_files_may_not_grow() {
    let place = Place::file();
    fill(&place, "SQLite, files limited to 1.5 MiB", |url| Gateway::start_within(&place, url, 1536), || ());
}

#[test]
fn what_was_acknowledged_is_there_when_the_disk_is_full() {
    let Some(disk) = SmallDisk::mount(3 << 10) else {
        not_run("SQLite on a full disk: only root may mount a small one (the test with limited files ran)");
        return;
    };
    let place = Place::file_in(disk.path());
    let room = || disk.grow(64 << 10);
    fill(&place, "SQLite, disk of 3 MiB", |url| Gateway::start(&place, url), room);
}

#[test]
fn what_was_acknowledged_is_there_when_the_disk_of_postgresql_is_full() {
    let Some(disk) = SmallDisk::mount(4 << 10) else {
        not_run("PostgreSQL on a full disk: only root may mount a small one");
        return;
    };
    let cluster = Cluster::start();
    let place = Place::database_on(&cluster, &disk.folder_for_postgres());
    let room = || disk.grow(64 << 10);
    fill(&place, "PostgreSQL, tables on a disk of 4 MiB", |url| Gateway::start(&place, url), room);
}

#[test]
fn what_was_acknowledged_survives_every_crash_of_postgresql() {
    let mut cluster = Cluster::start();
    let place = Place::database_of(&cluster);
    place.set(SETTINGS);
    let upstream = wire::upstream();
    let mut clients = clients(&place, &upstream);
    let counts = Arc::new(Counts::default());
    let mut dice = Dice(0x5eed_0b0a);
    let rounds = count(5, 200);
    let began = Instant::now();
    let gateway = Gateway::start(&place, &upstream);
    for round in 0..rounds {
        let talk = Talk::begin(clients, &gateway.address, &counts);
        let wanted = counts.all()[0] + 1 + dice.below(ANSWERS);
        assert!(wait_until(|| counts.all()[0] >= wanted), "nothing is acknowledged any more");
        sleep(Duration::from_millis(dice.below(LIFE)));
        cluster.tell(if round % 2 == 0 { "crash" } else { "stop" });
        sleep(Duration::from_millis(dice.below(LIFE)));
        cluster.tell("start");
        clients = talk.end();
        if rounds <= LOOK_EVERY || (round + 1).is_multiple_of(LOOK_EVERY) {
            check(&place, &clients);
            println!("PostgreSQL ended {} times, {:.0?}", round + 1, began.elapsed());
        }
    }
    gateway.kill();
    goes_on(&place, &upstream, &mut clients);
    let [acknowledged, cut, refused] = counts.all();
    assert!(acknowledged >= rounds && began.elapsed() < PATIENCE * u32::try_from(rounds).unwrap());
    println!(
        "PostgreSQL crashed or stopped {rounds} times: {acknowledged} turns acknowledged and all there once, \
         {cut} requests cut, {refused} refused ({:.0?})",
        began.elapsed()
    );
}

#[test]
fn a_backup_that_is_made_while_clients_talk_is_whole() {
    let place = Place::file();
    place.set(SETTINGS);
    let upstream = wire::upstream();
    let mut clients = clients(&place, &upstream);
    let counts = Arc::new(Counts::default());
    let gateway = Gateway::start(&place, &upstream);
    for round in 0..count(3, 30) {
        let before = clients.clone();
        let talk = Talk::begin(clients, &gateway.address, &counts);
        let begun = counts.all()[0];
        assert!(wait_until(|| counts.all()[0] > begun + 2), "nobody is answered");
        let copy = format!("copy-{round}.db");
        place.good(&["backup", &copy]);
        let during = counts.all()[0];
        assert!(wait_until(|| counts.all()[0] > during), "a backup stops the gateway");
        clients = talk.end();
        place.good(&["verify", "--store", &copy]);
        let kept = place.kept_in(&["--store", &copy]);
        for client in &before {
            client.check_so_far(&kept[&client.session()]);
        }
    }
    gateway.kill();
    let [acknowledged, cut, refused] = counts.all();
    assert_eq!((cut, refused), (0, 0));
    check(&place, &clients);
    println!("{} copies while {acknowledged} turns were answered", count(3, 30));
}
