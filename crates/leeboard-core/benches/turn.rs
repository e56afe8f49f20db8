//! One turn without the model (open and close in mode manage, with estimated token counts) in
//! sessions of 10, 1,000 and 10,000 turns. Run: `cargo bench -p leeboard-core --bench turn`.
//!
//! Compare the three with one another; absolute times are the machine's.

#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Mode, Outcome, Salt, Stamp};
use leeboard_core::tokens::Estimate;
use leeboard_core::turn::{self, Closing, Delivery, Input, Reply, Tools};
use leeboard_core::vector::Answer;
use leeboard_core::{Config, Identity, Session, Timestamp};

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

fn entry(id: String, role: Role, text: String) -> Entry {
    Entry::new(id, Message::text(role, text))
}

fn stamp(n: u64) -> Stamp {
    Stamp { time: Timestamp(n as i64), salt: Salt::from_text(&n.to_string()) }
}

fn one_turn(session: &mut Session, n: u64, config: &Config) {
    let tools = Tools { config, tokens: &Estimate };
    let missing = || vec![Answer::missing("none")];
    let input = Input {
        entries: vec![entry(format!("u{n}"), Role::User, words(2 * n, 20))],
        mode: Mode::Manage,
        stamp: stamp(2 * n),
    };
    let opening = turn::open(session, &input, &missing(), tools).unwrap();
    for record in &opening.records {
        session.apply(record).unwrap();
    }
    let reply = Reply {
        steps: Vec::new(),
        entry: Some(entry(format!("a{n}"), Role::Assistant, words(2 * n + 1, 200))),
        outcome: Outcome::Replied,
        rejected: Vec::new(),
        delivery: Delivery::Sent,
        stamp: stamp(2 * n + 1),
    };
    let Closing::Done(records) = turn::close(session, &reply, &missing(), tools).unwrap() else {
        unreachable!()
    };
    for record in &records {
        session.apply(record).unwrap();
    }
    black_box(session);
}

fn bench(criterion: &mut Criterion) {
    let config = Config::default();
    let mut session = Session::new("bench");
    let identity = Identity::from_system_message("You are Ada, a harbour pilot. Never use lists.");
    for record in session.start(&identity, &config, stamp(0)) {
        session.apply(&record).unwrap();
    }
    let mut n = 1;
    for length in [10, 1_000, 10_000] {
        while n <= length {
            one_turn(&mut session, n, &config);
            n += 1;
        }
        let name = format!("turn/{length}");
        if length < 100 {
            // A short session must not grow while it is measured: every turn gets a copy.
            criterion.bench_function(&name, |bencher| {
                bencher.iter_batched_ref(
                    || session.clone(),
                    |session| one_turn(session, n, &config),
                    criterion::BatchSize::PerIteration,
                );
            });
        } else {
            // A copy of a long one would be measured with cold caches; it grows in place, by up to
            // 500 turns in the short time that is measured.
            criterion.bench_function(&name, |bencher| {
                bencher.iter(|| {
                    one_turn(&mut session, n, &config);
                    n += 1;
                });
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(50))
        .measurement_time(std::time::Duration::from_millis(250));
    targets = bench
}
criterion_main!(benches);
