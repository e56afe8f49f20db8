//! Calibrates the token estimate, says how far off it is, and compares its speed with the exact
//! counters'. Run:
//!
//!     cargo bench -p leeboard-io --bench tokens -- --data DIR [DIR ...]
//!
//! Each directory holds conversation files in JSON (`{"messages": [{"content": ...}]}`), one a
//! run. Without `--data` only languages, code and speed are measured. Absolute times are the
//! machine's; compare them with one another.
//!
//! The fit: weighted least squares against `o200k_base` with weights of at least 0, the weight of
//! a message being one over its tokens, since the error of a sum grows with its square root.
//! First the features of ASCII text and the typographic marks, on the runs and half of the
//! project's own source files; then the letters of other scripts, on `languages.rs`, with the
//! first ones fixed.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints and may stop")]

mod languages;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use languages::LANGUAGES;
use leeboard_core::tokens::{Estimate, FEATURES, TokenCounter, WEIGHTS};
use leeboard_io::tokens::counter;
use serde_json::Value;

/// The features that the recorded runs can fit; the others are letters of other scripts.
const OF_RUNS: [usize; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15];

type Weights = [f64; FEATURES];

struct Text {
    features: Weights,
    exact: [f64; 2],
    bytes: usize,
}

struct Run {
    name: String,
    texts: Vec<Text>,
}

fn measured(text: &str, exact: &[std::sync::Arc<dyn TokenCounter>; 2]) -> Text {
    Text {
        features: Estimate::features(text).map(|count| count as f64),
        exact: [exact[0].count(text) as f64, exact[1].count(text) as f64],
        bytes: text.len(),
    }
}

fn predict(weights: &Weights, text: &Text) -> f64 {
    let sum: f64 = weights.iter().zip(text.features).map(|(weight, count)| weight * count).sum();
    (sum - 1e-9).ceil().max(1.0)
}

/// Least squares by coordinate descent over `free`, all weights at least 0.
fn fit<'a>(texts: impl Iterator<Item = &'a Text>, free: &[usize], start: Weights) -> Weights {
    let mut square = [[0.0; FEATURES]; FEATURES];
    let mut target = [0.0; FEATURES];
    for text in texts.filter(|text| text.exact[0] > 0.0) {
        let importance = 1.0 / text.exact[0];
        for ((squares, sum), count) in square.iter_mut().zip(&mut target).zip(text.features) {
            for (product, other) in squares.iter_mut().zip(text.features) {
                *product += importance * count * other;
            }
            // Rounding up adds half a token on average.
            *sum += importance * count * (text.exact[0] - 0.5);
        }
    }
    let mut weights = start;
    for _ in 0..20_000 {
        for &at in free.iter().filter(|&&at| square[at][at] > 0.0) {
            let others: f64 = (0..FEATURES).filter(|&n| n != at).map(|n| square[at][n] * weights[n]).sum();
            weights[at] = ((target[at] - others) / square[at][at]).max(0.0);
        }
    }
    weights
}

/// Mean, mean absolute, and 95th percentile of the absolute relative error, in percent.
fn errors(pairs: &[(f64, f64)]) -> String {
    let mut relative: Vec<f64> = pairs.iter().map(|(guess, exact)| 100.0 * (guess - exact) / exact).collect();
    let number = relative.len().max(1) as f64;
    let mean = relative.iter().sum::<f64>() / number;
    let absolute = relative.iter().map(|error| error.abs()).sum::<f64>() / number;
    relative.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
    let p95 = relative.get((relative.len() * 95).div_ceil(100).saturating_sub(1)).map_or(0.0, |e| e.abs());
    format!("{:>6} | {mean:>+6.1} | {absolute:>5.1} | {p95:>5.1}", relative.len())
}

fn table(title: &str, runs: &[Run], weights: &dyn Fn(usize, &Text) -> f64) {
    println!("\n{title}: relative error in percent\n  number |  mean | m.abs |  p95");
    for (vocabulary, name) in ["o200k_base", "cl100k_base"].iter().enumerate() {
        let pairs = |least: f64| -> Vec<(f64, f64)> {
            let all = runs.iter().enumerate().flat_map(|(at, run)| run.texts.iter().map(move |t| (at, t)));
            all.filter(|(_, text)| text.exact[vocabulary] >= least)
                .map(|(at, text)| (weights(at, text), text.exact[vocabulary]))
                .collect()
        };
        println!("  {} {name}, messages", errors(&pairs(1.0)));
        println!("  {} {name}, messages of 20 tokens and more", errors(&pairs(20.0)));
        println!("  {} {name}, messages of 100 tokens and more", errors(&pairs(100.0)));
        let whole: Vec<(f64, f64)> = runs
            .iter()
            .enumerate()
            .map(|(at, run)| {
                let guess = run.texts.iter().filter(|t| t.bytes > 0).map(|text| weights(at, text)).sum();
                (guess, run.texts.iter().map(|text| text.exact[vocabulary]).sum())
            })
            .collect();
        println!("  {} {name}, conversations", errors(&whole));
    }
}

fn files(directory: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
}

fn recorded(path: &Path) -> Vec<String> {
    let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let messages = file["messages"].as_array().unwrap();
    messages.iter().filter_map(|message| message["content"].as_str().map(str::to_owned)).collect()
}

/// The best of five passes over all texts, in nanoseconds a byte.
fn speed(counter: &dyn TokenCounter, texts: &[String]) -> f64 {
    let bytes: usize = texts.iter().map(String::len).sum();
    let pass = || {
        let begin = Instant::now();
        for text in texts {
            black_box(counter.count(black_box(text)));
        }
        begin.elapsed().as_nanos() as f64 / bytes as f64
    };
    (0..5).map(|_| pass()).fold(f64::INFINITY, f64::min)
}

fn main() {
    let exact = ["o200k_base", "cl100k_base"].map(|name| counter(name).unwrap());
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let mut conversations = Vec::new();
    for directory in arguments.iter().filter(|argument| *argument != "--data") {
        files(Path::new(directory), "json", &mut conversations);
    }
    let mut texts = Vec::new();
    let mut runs: Vec<Run> = Vec::new();
    for path in &conversations {
        let messages = recorded(path);
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        runs.push(Run { name, texts: messages.iter().map(|text| measured(text, &exact)).collect() });
        texts.extend(messages);
    }

    // Own source files, in pieces of 20 lines: even pieces to fit, odd pieces to check.
    let mut sources = Vec::new();
    for (folder, ending) in
        [("src", "rs"), ("../leeboard-core/src", "rs"), ("../../docs", "md"), ("../../scripts", "py")]
    {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), ending, &mut sources);
    }
    let mut code = [Vec::new(), Vec::new()];
    for path in &sources {
        let source = fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = source.lines().collect();
        for (number, piece) in lines.chunks(20).enumerate() {
            let piece = piece.join("\n");
            code[number % 2].push(measured(&piece, &exact));
            texts.push(piece);
        }
    }
    let halves =
        LANGUAGES.map(|(name, fitted, checked)| (name, measured(fitted, &exact), measured(checked, &exact)));

    let scripts: Vec<usize> = (1..FEATURES).filter(|at| !OF_RUNS.contains(at)).collect();
    // A word is a token: the rest explains what goes beyond.
    let mut start = [0.0; FEATURES];
    start[0] = 1.0;
    let fit_without = |left_out: Option<usize>| {
        let used =
            runs.iter().enumerate().filter(|(at, _)| Some(*at) != left_out).flat_map(|(_, run)| &run.texts);
        let first = fit(used.chain(&code[0]), &OF_RUNS, start);
        fit(halves.iter().map(|(_, fitted, _)| fitted), &scripts, first)
    };
    let current = WEIGHTS.map(|(_, weight)| weight as f64 / 1000.0);
    if !runs.is_empty() {
        println!("weight in thousandths: fitted to all runs, in use, name");
        for (fitted, (name, used)) in fit_without(None).iter().zip(WEIGHTS) {
            println!("  {:>6.0} {used:>6} {name}", 1000.0 * fitted);
        }
        let folds: Vec<Weights> = (0..runs.len()).map(|at| fit_without(Some(at))).collect();
        table("each run by weights fitted to the others", &runs, &|at, text| predict(&folds[at], text));
        table("weights in use", &runs, &|_, text| predict(&current, text));
        table("four bytes a token", &runs, &|_, text| text.bytes.div_ceil(4) as f64);
        println!("\nruns: tokens in o200k_base, error of the fit without the run, of the weights in use");
        for (at, run) in runs.iter().enumerate() {
            let total: f64 = run.texts.iter().map(|text| text.exact[0]).sum();
            let error = |weights: &Weights| {
                let guess: f64 = run.texts.iter().filter(|t| t.bytes > 0).map(|t| predict(weights, t)).sum();
                100.0 * (guess - total) / total
            };
            println!("  {total:>7} | {:>+5.1} | {:>+5.1} | {}", error(&folds[at]), error(&current), run.name);
        }
    }

    println!(
        "\nunseen halves, weights in use: o200k_base | estimate | error | against cl100k_base | four bytes a token"
    );
    let pieces = Run { name: "code and documents".to_owned(), texts: std::mem::take(&mut code[1]) };
    let sum = |of: &dyn Fn(&Text) -> f64| -> f64 { pieces.texts.iter().map(of).sum() };
    let whole = [
        sum(&|t| t.exact[0]),
        sum(&|t| t.exact[1]),
        sum(&|t| predict(&current, t)),
        sum(&|t| t.bytes.div_ceil(4) as f64),
    ];
    let checked = halves.iter().map(|(name, _, text)| {
        (*name, [text.exact[0], text.exact[1], predict(&current, text), text.bytes.div_ceil(4) as f64])
    });
    for (name, [o200k, cl100k, guess, rule]) in checked.chain([(pieces.name.as_str(), whole)]) {
        let error = |guess: f64, exact: f64| 100.0 * (guess - exact) / exact;
        println!(
            "  {o200k:>7} | {guess:>7} | {:>+5.1} | {:>+6.1} | {:>+6.1} | {name}",
            error(guess, o200k),
            error(guess, cl100k),
            error(rule, o200k)
        );
    }

    println!("\nspeed on all texts, best of five, ns a byte:");
    let estimate = speed(&Estimate, &texts);
    println!("  {estimate:>6.2} estimate");
    for counter in &exact {
        let exactly = speed(counter.as_ref(), &texts);
        println!("  {exactly:>6.2} {} = {:.1} times the estimate", counter.name(), exactly / estimate);
    }
}
