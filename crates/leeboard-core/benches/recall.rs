//! Recall in sessions of 100, 1,000 and 10,000 turns (two messages each, 30 words a message,
//! vectors of 256 components), and what such a session takes in memory.
//! Run: `cargo bench -p leeboard-core --bench recall`.
//!
//! Words are drawn so that frequent ones are much more frequent; no real text is that even.
//! Vectors are random, so no message stands out. Compare the sizes with one another; absolute
//! times are the machine's. Memory is what the process has more of than before, with what the allocator keeps.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench may stop and speak")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use leeboard_core::config::MemoryConfig;
use leeboard_core::memory::{Query, recall};
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Salt, Stamp};
use leeboard_core::tokens::Estimate;
use leeboard_core::vector::{Answer, Vector};
use leeboard_core::{Config, Identity, Session, Timestamp};

const WIDTH: usize = 256;

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Words of which half are grammar, as in English, and the others have a long tail.
    fn words(&mut self, count: usize) -> String {
        const GRAMMAR: [&str; 8] = ["the", "and", "of", "to", "in", "was", "it", "for"];
        let mut text = String::new();
        for n in 0..count {
            if n % 2 == 0 {
                text.push_str(GRAMMAR[(self.uniform() * 8.0) as usize]);
            } else {
                let rank = (6_000.0_f64.powf(self.uniform())) as u32;
                let (a, b, c) = (rank % 20, rank / 20 % 20, rank / 400);
                for letter in [a, b, c] {
                    text.push(char::from(b'b' + letter as u8));
                    text.push(['a', 'e', 'i', 'o', 'u'][(letter % 5) as usize]);
                }
            }
            text.push_str(if n % 12 == 11 { ". " } else { " " });
        }
        text
    }

    fn vector(&mut self, model: &Arc<str>) -> Vector {
        let values: Vec<f32> = (0..WIDTH).map(|_| (self.uniform() - 0.5) as f32).collect();
        Vector::new(model, &values).unwrap()
    }
}

/// A session of so many turns, imported.
fn session(turns: u32) -> Session {
    let (mut dice, model) = (Dice(1), Arc::from("bench"));
    let mut session = Session::new("bench");
    let stamp = |n: u32| Stamp { time: Timestamp(i64::from(n)), salt: Salt::from_text(&n.to_string()) };
    for record in session.start(&Identity::from_system_message("You are Ada."), &Config::default(), stamp(0))
    {
        session.apply(&record).unwrap();
    }
    for turn in 1..=turns {
        let mut say = |kind: char, role| {
            let mut entry = Entry::new(format!("{kind}{turn}"), Message::text(role, dice.words(30)));
            // Ten turns a day.
            entry.created_at = Some(Timestamp(i64::from(turn / 10) * 86_400_000));
            (entry, Answer::Vector(dice.vector(&model)))
        };
        let (asked, first) = say('u', Role::User);
        let (replied, second) = say('a', Role::Assistant);
        let vectors = [(asked.id.clone(), first), (replied.id.clone(), second)].into();
        let record = session.import(vec![asked], replied, vectors, stamp(turn), &Estimate);
        session.apply(&record).unwrap();
    }
    session
}

/// Resident memory of this process in bytes; `None` where the system does not tell.
fn resident() -> Option<usize> {
    #[expect(clippy::disallowed_methods, reason = "a bench may look at its own process")]
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kilobytes| kilobytes * 1024)
}

fn bench(criterion: &mut Criterion) {
    let config = MemoryConfig::default();
    let before = resident();
    let hot = session(10_000);
    if let Some((before, after)) = before.zip(resident()) {
        let megabytes = after.saturating_sub(before) as f64 / 1e6;
        println!("a session of 10,000 turns, 30 words a message: {megabytes:.1} MB more resident memory");
    }
    drop(hot);
    for turns in [100, 1_000, 5_000, 10_000] {
        let session = session(turns);
        let (mut dice, model) = (Dice(u64::from(turns)), Arc::from("bench"));
        let asked: Vec<(String, Vector)> = (0..64).map(|_| (dice.words(12), dice.vector(&model))).collect();
        for (kind, dense) in [("words", false), ("words and vectors", true)] {
            let mut n = 0;
            criterion.bench_function(&format!("recall/{turns} turns, {kind}"), |bencher| {
                bencher.iter(|| {
                    let (text, vector) = &asked[n % asked.len()];
                    n += 1;
                    let query = Query { text, vector: dense.then_some(vector), now: None };
                    black_box(recall(session.index(), &query, 10, &config))
                });
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(100))
        .measurement_time(std::time::Duration::from_millis(500));
    targets = bench
}
criterion_main!(benches);
