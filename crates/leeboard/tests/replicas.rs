//! Two replicas, real processes on one PostgreSQL database: clients hop between them and between
//! sessions at random, also in the midst of a turn that uses a tool, while replicas are killed and
//! started again. Each session's history is what its clients saw: nothing lost, nothing twice.
//!
//! 400 turns of 10 clients in 40 sessions; with `./test --long` 20,000 of 50 in 200, or as many turns as
//! `LEEBOARD_TEST_TURNS` says.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "each test file uses its part of the support")]
mod load;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use load::client::{Client, Seen};
use load::{Dice, Gateway, PATIENCE, Place, asked, count, wire};

/// Sessions for each client.
const SESSIONS: u64 = 4;
/// Milliseconds between two kills, at least, and how many more at most.
const PAUSE: (u64, u64) = (300, 1_500);

struct Load {
    addresses: [RwLock<String>; 2],
    /// Sessions that no client talks in just now.
    free: Mutex<Vec<Client>>,
    turns: u64,
    acknowledged: AtomicU64,
    cut: AtomicU64,
    refused: AtomicU64,
    done: AtomicBool,
}

impl Load {
    fn is_done(&self) -> bool {
        self.acknowledged.load(Ordering::SeqCst) >= self.turns || self.done.load(Ordering::SeqCst)
    }

    /// One client: a random session, one turn, each request at a random replica.
    fn talk(&self, mut dice: Dice) {
        while !self.is_done() {
            let mut session = {
                let mut free = self.free.lock().unwrap();
                let at = usize::try_from(dice.below(free.len() as u64)).unwrap();
                free.swap_remove(at)
            };
            let any = || self.addresses[usize::try_from(dice.below(2)).unwrap()].read().unwrap().clone();
            let count = match session.ask(any) {
                Seen::Acknowledged => &self.acknowledged,
                Seen::Cut => &self.cut,
                Seen::Refused => &self.refused,
            };
            count.fetch_add(1, Ordering::SeqCst);
            self.free.lock().unwrap().push(session);
        }
    }

    /// Kills one replica after the other and starts it again; how often.
    #[cfg(test)]
    fn kill(&self, place: &Place, upstream: &str, mut replicas: [Gateway; 2]) -> u64 {
        let mut dice = Dice(0x0ddb_a115);
        let (mut kills, mut before, mut moved) = (0, 0, Instant::now());
        while !self.is_done() {
            sleep(Duration::from_millis(PAUSE.0 + dice.below(PAUSE.1)));
            let at = usize::try_from(dice.below(2)).unwrap();
            replicas[at].end();
            replicas[at] = Gateway::start(place, upstream);
            self.addresses[at].write().unwrap().clone_from(&replicas[at].address);
            kills += 1;
            let now = self.acknowledged.load(Ordering::SeqCst);
            if now > before {
                (before, moved) = (now, Instant::now());
            }
            if kills % 20 == 0 {
                println!("{now} turns, {kills} kills");
            }
            if moved.elapsed() > PATIENCE {
                self.done.store(true, Ordering::SeqCst);
            }
        }
        kills
    }
}

#[test]
fn sessions_that_hop_between_replicas_lose_nothing_and_have_nothing_twice() {
    let place = Place::database();
    place.set("[server]\nfail = \"closed\"\nsnapshot_records = 32\nhot_bytes = 4000000\n");
    let upstream = wire::upstream();
    let (clients, turns) =
        (count(10, 50), asked("LEEBOARD_TEST_TURNS").unwrap_or_else(|| count(400, 20_000)));
    let sessions = usize::try_from(clients * SESSIONS).unwrap();
    let replicas = [Gateway::start(&place, &upstream), Gateway::start(&place, &upstream)];
    let mut known: Vec<Client> = (0..sessions).map(Client::new).collect();
    for client in &mut known {
        // A client that sends everything is known as such once it did.
        for replica in &replicas {
            assert_eq!(client.ask(|| replica.address.clone()), Seen::Acknowledged, "{:?}", client.refusal);
        }
    }
    let load = Load {
        addresses: [0, 1].map(|at: usize| RwLock::new(replicas[at].address.clone())),
        free: Mutex::new(known),
        turns,
        acknowledged: AtomicU64::new(0),
        cut: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        done: AtomicBool::new(false),
    };
    let began = Instant::now();
    let kills = scope(|scope| {
        for client in 0..clients {
            scope.spawn({
                let load = &load;
                move || load.talk(Dice(0x5eed + 7_919 * client))
            });
        }
        load.kill(&place, &upstream, replicas)
    });
    let took = began.elapsed();
    let counts = [&load.acknowledged, &load.cut, &load.refused].map(|count| count.load(Ordering::SeqCst));
    let [acknowledged, cut, refused] = counts;
    let sessions = load.free.into_inner().unwrap();
    let refusal = sessions.iter().find_map(|client| client.refusal.as_deref());
    assert!(acknowledged >= turns && kills > 0, "{counts:?} {refusal:?}");
    let kept = place.kept();
    assert_eq!(kept.len(), sessions.len());
    for client in &sessions {
        client.check(&kept[&client.session()]);
    }
    let turns: usize = sessions.iter().map(Client::turns).sum();
    assert_eq!(turns as u64, acknowledged + 2 * sessions.len() as u64);
    place.verify();
    println!(
        "{clients} clients, {} sessions, {acknowledged} turns acknowledged in {took:.0?} while replicas were \
         killed {kills} times: all there once; {cut} requests cut, {refused} refused ({refusal:?})",
        sessions.len()
    );
}
