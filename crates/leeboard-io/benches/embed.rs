//! The embedding table on short, long and awkward texts, beside what a turn does with each message
//! anyway (its terms) and beside the least that any table could do (split at spaces, look up).
//! Run: `cargo bench -p leeboard-io --bench embed`.
//!
//! Compare the columns with one another; absolute times are the machine's. The three take turns,
//! so that a busy moment hits them alike; the least and the median of all rounds are printed.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use leeboard_core::text::Analysis;
use leeboard_io::embed::Table;

const ROUNDS: usize = 200;
/// How long one measurement takes at least, so that the clock's steps do not show.
const LEAST: Duration = Duration::from_micros(200);

const PROSE: &str = "When the tide turned we had already packed the boat, and nobody wanted to unload it \
    again; the skipper grumbled about rescheduling. \"You'll see,\" she said, \"the forecast was hopeless \
    this morning, but the harbourmaster's barometer is rising.\" So we waited, drank lukewarm coffee from \
    a dented thermos, and argued whether seagulls recognise individual fishermen. ";

/// A text of so many words, made of the words of another.
fn words(count: usize, of: &str) -> String {
    of.split_whitespace().cycle().take(count).collect::<Vec<_>>().join(" ")
}

fn texts() -> Vec<(&'static str, String)> {
    let curly = PROSE.replace('\'', "\u{2019}").replace(" \"", " \u{201c}").replace('"', "\u{201d}");
    let accents = curly.replace("coffee", "café").replace("recognise", "reconnaître");
    vec![
        ("5 words", words(5, PROSE)),
        ("20 words", words(20, PROSE)),
        ("200 words", words(200, PROSE)),
        ("200 words, curly and accents", words(200, &accents)),
        ("2,000 words", words(2_000, PROSE)),
        ("20,000 words", words(20_000, PROSE)),
        ("200 Russian words", words(200, "Когда начался прилив, мы уже упаковали лодку.")),
        ("200 unknown words of 90 letters", words(200, &"qzxjk".repeat(18))),
        ("one word of 100,000 letters", "a".repeat(100_000)),
        ("one letter, 50,000 accents", format!("e{}", "\u{301}".repeat(50_000))),
    ]
}

/// Nanoseconds for one call.
fn time(work: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    let mut calls = 0_u32;
    loop {
        work();
        calls += 1;
        let passed = start.elapsed();
        if passed >= LEAST {
            return passed.as_nanos() as f64 / f64::from(calls);
        }
    }
}

fn least_and_median(times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times.first().copied().unwrap_or_default(), times.get(times.len() / 2).copied().unwrap_or_default())
}

fn main() {
    let start = Instant::now();
    let first = Table::new().vector("the first text");
    println!("first text, with everything that is built for it: {:.2?}", start.elapsed());
    black_box(first.is_ok());

    let lookup: HashMap<&str, usize> = PROSE.split_whitespace().zip(0..).collect();
    println!(
        "\n{:32} {:>9} {:>7} | {:>11} {:>11} {:>7} | {:>11} {:>7} | {:>11} {:>7}",
        "text", "bytes", "tokens", "least ns", "median ns", "MB/s", "terms ns", "ratio", "lookup ns", "ratio"
    );
    for (name, text) in texts() {
        let mut table = || drop(black_box(Table::new().vector(black_box(&text))));
        let mut terms = || drop(black_box(Analysis::of(black_box(&text))));
        let mut found = || {
            let known = black_box(&text).split_whitespace().filter_map(|word| lookup.get(word));
            black_box(known.sum::<usize>());
        };
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            let works: [&mut dyn FnMut(); 3] = [&mut table, &mut terms, &mut found];
            works.into_iter().zip(&mut times).for_each(|(work, times)| times.push(time(work)));
        }
        let [(least, median), (terms, _), (found, _)] = times.each_mut().map(|times| least_and_median(times));
        println!(
            "{name:32} {:>9} {:>7} | {least:>11.0} {median:>11.0} {:>7.1} | {terms:>11.0} {:>7.2} | {found:>11.0} {:>7.1}",
            text.len(),
            Table::new().tokens(&text).len(),
            text.len() as f64 / least * 1e3,
            least / terms,
            least / found,
        );
    }
    println!("\nratio: the table's least time over the other's least time");
}
