//! All drift signals on a reply of 200 words, in sessions of 100 and 10,000 turns, with vectors of
//! 256 dimensions at hand. Beside them, for the ratio, the analysis of the same reply (words,
//! stems), which every signal stands on.
//!
//! Run: `cargo bench -p leeboard-core --bench drift`. Made-up prose: the words are English, the
//! sentences are not, and the words so few that nearly every stem is remembered. Compare the
//! figures with one another; absolute times are the machine's.

#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Mode, Outcome, Salt, Stamp};
use leeboard_core::text::Analysis;
use leeboard_core::tokens::Estimate;
use leeboard_core::turn::{self, Closing, Delivery, Input, Reply, Tools};
use leeboard_core::vector::{Answer, Vector};
use leeboard_core::{Config, Identity, Session, Timestamp, drift};

const COMMON: &str = "the of and a to in is you that it he was for on are as with his they at be this \
                      have from or one had by but not what all were we when your can said there use an \
                      each which she do how their if will up other about out many then them these so";
const CONTENT: &str = "harbour tide pilot sail anchor chart mooring channel buoy keel wind morning coast \
                       light water evening crew vessel rudder current lantern quay island storm signal \
                       engine rope deck cargo captain north measure reckon steer hold watch remember turn";

/// Prose of this many words, different for each seed.
fn prose(seed: u64, count: usize) -> String {
    let (common, content): (Vec<&str>, Vec<&str>) =
        (COMMON.split_whitespace().collect(), CONTENT.split_whitespace().collect());
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::new();
    for n in 0..count {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let from = if state % 5 < 3 { &common } else { &content };
        text.push_str(from[(state >> 20) as usize % from.len()]);
        text.push_str(if n % 14 == 13 { ". " } else { " " });
    }
    text
}

fn vector(seed: u64) -> Answer {
    let values: Vec<f32> = (0..256_u64).map(|n| ((seed * 31 + n * 7) as f32).sin()).collect();
    Answer::Vector(Vector::new(&"bench".into(), &values).unwrap())
}

fn stamp(n: u64) -> Stamp {
    Stamp { time: Timestamp(n as i64), salt: Salt::from_text(&n.to_string()) }
}

fn entry(id: String, role: Role, text: String) -> Entry {
    Entry::new(id, Message::text(role, text))
}

fn one_turn(session: &mut Session, n: u64, config: &Config) {
    let tools = Tools { config, tokens: &Estimate };
    let said = format!("My boat number {n} is {} feet long. {}", 20 + n % 30, prose(2 * n, 20));
    let entries = vec![entry(format!("u{n}"), Role::User, said)];
    let input = Input { entries, mode: Mode::Observe, stamp: stamp(2 * n) };
    let opening = turn::open(session, &input, &[vector(n)], tools).unwrap();
    for record in &opening.records {
        session.apply(record).unwrap();
    }
    let reply = Reply {
        steps: Vec::new(),
        entry: Some(entry(format!("a{n}"), Role::Assistant, prose(2 * n + 1, 200))),
        outcome: Outcome::Replied,
        rejected: Vec::new(),
        delivery: Delivery::Sent,
        stamp: stamp(2 * n + 1),
    };
    let Closing::Done(records) = turn::close(session, &reply, &[vector(n + 1)], tools).unwrap() else {
        unreachable!()
    };
    for record in &records {
        session.apply(record).unwrap();
    }
}

fn bench(criterion: &mut Criterion) {
    let config = Config::default();
    let identity = Identity::from_system_message(
        "You are Ada, a harbour pilot. Never use lists. Keep to 300 words. No emoji.",
    );
    let (request, reply) = (prose(7, 20), prose(8, 200));
    criterion.bench_function("analysis of the reply", |bencher| {
        bencher.iter(|| black_box(Analysis::of(black_box(&reply))));
    });
    let mut session = Session::new("bench");
    for record in session.start(&identity, &config, stamp(0)) {
        session.apply(&record).unwrap();
    }
    let mut n = 1;
    let (asked, said) = (vector(1), vector(2));
    for length in [100, 10_000] {
        while n <= length {
            one_turn(&mut session, n, &config);
            n += 1;
        }
        criterion.bench_function(&format!("all signals/{length}"), |bencher| {
            bencher.iter(|| {
                black_box(drift::preview(&session, &request, &reply, [Some(&asked), Some(&said)], &config))
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_millis(1_000));
    targets = bench
}
criterion_main!(benches);
