//! A gateway that works for long: at 70 % of what it can, its memory, its latency, its file
//! descriptors and its tasks stay as they are.
//!
//! And however many sessions there are, the memory is bounded.
//!
//! Some seconds; with `./test --long` 30 minutes, or as many as `LEEBOARD_TEST_SOAK_MINUTES` says.
//! On an SQLite file, or on PostgreSQL with `LEEBOARD_TEST_SOAK_STORE=postgres`. Linux says what a
//! process holds.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "each test file uses its part of the support")]
mod load;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use load::client::{Client, Seen};
use load::{Gateway, Place, asked, not_run, wire};

/// Clients that ask.
const CLIENTS: u64 = 8;
/// Turns of a conversation; then the client begins another one.
const TURNS: usize = 25;
/// Share of its capacity that the gateway is asked for.
const SHARE: f64 = 0.7;
/// The memory for sessions, so small that it is full long before the end.
const SETTINGS: &str = "[server]\nhot_bytes = 4000000\nsnapshot_records = 32\n";

/// The first part of the samples, in which memory fills: one of so many.
const WARM_UP: usize = 4;
/// Parts that the rest is looked at in.
const BLOCKS: usize = 6;

const LATENCY: &str = "median latency (ms)";
/// The share of the processors up to which other programs do not change how long a request waits. Then
/// the processor time for a turn has to be flat alone.
const OTHERS: f64 = 0.2;

/// Bytes of SQLite's write-ahead log: it is begun anew at 16 MB, once nobody reads it.
const LOG: u64 = 64_000_000;

/// What is measured at one moment.
#[derive(Clone, Copy, Debug)]
struct Sample {
    minutes: f64,
    resident_mib: f64,
    /// Of that, what is no file: the heap and the stacks.
    heap_mib: f64,
    descriptors: f64,
    threads: f64,
    tasks: f64,
    median_ms: f64,
    p99_ms: f64,
    /// Processor time of the gateway for a turn.
    processor_ms: f64,
    /// What was answered so far, and the ticks of all processors: the gateway's, those of this
    /// process, and all that were used.
    ticks: Ticks,
}

#[derive(Clone, Copy, Debug, Default)]
struct Ticks {
    answered: u64,
    gateway: f64,
    own: f64,
    all: f64,
    total: f64,
}

/// Milliseconds of a tick, as on every Linux.
const TICK: f64 = 10.0;

impl Ticks {
    fn now(gateway: u32, answered: u64) -> Self {
        let of = |process: &str| {
            let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
            let fields: Vec<f64> =
                stat.rsplit(") ").next().unwrap().split(' ').filter_map(|field| field.parse().ok()).collect();
            // User and system; the state before them is no number.
            fields[10] + fields[11]
        };
        let stat = std::fs::read_to_string("/proc/stat").unwrap();
        let fields = stat.lines().next().unwrap().split_whitespace();
        let fields: Vec<f64> = fields.filter_map(|field| field.parse().ok()).take(8).collect();
        let (total, idle) = (fields.iter().sum(), fields[3] + fields[4]);
        Self { answered, gateway: of(&gateway.to_string()), own: of("self"), all: total - idle, total }
    }

    /// Processor time of the gateway for a turn since then.
    fn each_ms(&self, since: &Self) -> f64 {
        TICK * (self.gateway - since.gateway) / (self.answered - since.answered).max(1) as f64
    }

    /// The share of the processors that other programs had since then, the database too.
    fn others(&self, since: &Self) -> f64 {
        let ours = self.gateway - since.gateway + self.own - since.own;
        (self.all - since.all - ours).max(0.0) / (self.total - since.total).max(1.0)
    }
}

struct Soak {
    gateway: Gateway,
    began: Instant,
    next_session: AtomicUsize,
    answered: AtomicU64,
    failed: AtomicU64,
    /// Of the answers since the last sample.
    latencies: Mutex<Vec<f64>>,
}

impl Soak {
    /// Asks until the end, at a pace of so many seconds between two questions or without a pause.
    fn talk(&self, until: Duration, pace: Option<f64>, phase: f64) {
        let new = || Client::new(self.next_session.fetch_add(1, Ordering::SeqCst));
        let (mut client, mut due) = (new(), self.began.elapsed().as_secs_f64() + phase);
        while self.began.elapsed() < until {
            if let Some(pace) = pace {
                // A question that is late is asked at once, and its wait counts.
                sleep(Duration::from_secs_f64((due - self.began.elapsed().as_secs_f64()).max(0.0)));
                due += pace;
            }
            let asked = Instant::now();
            let seen = client.ask(|| self.gateway.address.clone());
            let count = if seen == Seen::Acknowledged { &self.answered } else { &self.failed };
            count.fetch_add(1, Ordering::SeqCst);
            self.latencies.lock().unwrap().push(asked.elapsed().as_secs_f64() * 1e3);
            if client.turns() >= TURNS {
                client = new();
            }
        }
    }

    fn sample(&self, since: &Ticks) -> Sample {
        let ticks = Ticks::now(self.gateway.id(), self.answered.load(Ordering::SeqCst));
        let of = |what: &str| format!("/proc/{}/{what}", self.gateway.id());
        let status = std::fs::read_to_string(of("status")).unwrap();
        let metrics = self.gateway.get("/metrics");
        let number = |text: &str, name: &str| -> f64 {
            let line =
                text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}"));
            line.split_whitespace().next().unwrap().parse().unwrap()
        };
        let mut latencies = std::mem::take(&mut *self.latencies.lock().unwrap());
        latencies.sort_by(f64::total_cmp);
        let quantile = |share: f64| {
            let at = (latencies.len() as f64 * share) as usize;
            latencies.get(at).copied().unwrap_or(f64::NAN)
        };
        Sample {
            minutes: self.began.elapsed().as_secs_f64() / 60.0,
            resident_mib: number(&status, "VmRSS:") / 1024.0,
            heap_mib: number(&status, "RssAnon:") / 1024.0,
            descriptors: std::fs::read_dir(of("fd")).unwrap().count() as f64,
            threads: number(&status, "Threads:"),
            tasks: number(&metrics, "leeboard_tasks "),
            median_ms: quantile(0.5),
            p99_ms: quantile(0.99),
            processor_ms: ticks.each_ms(since),
            ticks,
        }
    }
}

/// The slope of a line through points, and its standard error.
fn slope(points: &[(f64, f64)]) -> (f64, f64) {
    let n = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let slope = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>() / spread;
    let rest: f64 = points.iter().map(|point| (point.1 - y - slope * (point.0 - x)).powi(2)).sum();
    (slope, (rest / (n - 2.0) / spread).sqrt())
}

/// The means of some parts, one after the other. Neighbouring samples are alike: an allocator keeps
/// for minutes what it has. Taken as they are, they would make the error of the slope too small.
fn blocks(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mean = |block: &[(f64, f64)]| {
        let sum = block.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
        (sum.0 / block.len() as f64, sum.1 / block.len() as f64)
    };
    points.chunks(points.len().div_ceil(BLOCKS)).map(mean).collect()
}

#[test]
fn a_leak_is_told_from_what_comes_and_goes() {
    // Swings of 10 MiB that take minutes, as measured.
    let swings = |minute: f64| 120.0 + 5.0 * (minute * 0.7).sin() + 3.0 * (minute * 2.3).cos();
    let grows = |leak: f64| {
        let points: Vec<(f64, f64)> = (15..60)
            .map(|half| {
                let minute = f64::from(half) / 2.0;
                (minute, swings(minute) + leak * minute)
            })
            .collect();
        let (slope, error) = slope(&blocks(&points));
        slope > 3.0 * error
    };
    assert!(!grows(0.0) && grows(0.8));
}

#[test]
fn nothing_grows_at_seventy_percent_of_capacity() {
    let long = asked::<u64>("LEEBOARD_TEST_CASES").is_some_and(|cases| cases >= 2_000);
    let minutes = asked("LEEBOARD_TEST_SOAK_MINUTES").unwrap_or(if long { 30.0 } else { 0.15_f64 });
    let on_postgres = asked::<String>("LEEBOARD_TEST_SOAK_STORE").as_deref() == Some("postgres");
    let place = if on_postgres { Place::database() } else { Place::file() };
    place.set(SETTINGS);
    let upstream = wire::upstream();
    let soak = Soak {
        gateway: Gateway::start(&place, &upstream),
        began: Instant::now(),
        next_session: AtomicUsize::new(0),
        answered: AtomicU64::new(0),
        failed: AtomicU64::new(0),
        latencies: Mutex::default(),
    };
    let calibration = Duration::from_secs_f64((minutes * 6.0).clamp(2.0, 60.0));
    scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| soak.talk(calibration, None, 0.0));
        }
    });
    let capacity = soak.answered.swap(0, Ordering::SeqCst) as f64 / soak.began.elapsed().as_secs_f64();
    soak.latencies.lock().unwrap().clear();
    let pace = CLIENTS as f64 / (SHARE * capacity);
    let started = soak.began.elapsed();
    let until = started + Duration::from_secs_f64(minutes * 60.0);
    let every = Duration::from_secs_f64((minutes * 60.0 / 60.0).max(0.5));
    let mut samples = Vec::new();
    scope(|scope| {
        for client in 0..CLIENTS {
            let (soak, phase) = (&soak, pace * client as f64 / CLIENTS as f64);
            scope.spawn(move || soak.talk(until, Some(pace), phase));
        }
        let mut ticks = Ticks::now(soak.gateway.id(), 0);
        while soak.began.elapsed() + every < until {
            sleep(every);
            let sample = soak.sample(&ticks);
            ticks = sample.ticks;
            samples.push(sample);
        }
    });
    let rate = soak.answered.load(Ordering::SeqCst) as f64 / (minutes * 60.0);
    println!("capacity {capacity:.0} turns/s, asked for {:.0}, answered {rate:.0}", SHARE * capacity);
    println!(
        "{:>8} {:>8} {:>8} {:>6} {:>8} {:>6} {:>8} {:>8} {:>8}",
        "minutes", "MiB", "heap", "files", "threads", "tasks", "ms", "p99 ms", "cpu ms"
    );
    for sample in samples.iter().step_by((samples.len() / 30).max(1)) {
        let Sample { minutes, resident_mib, heap_mib, descriptors, threads, tasks, .. } = sample;
        let Sample { median_ms, p99_ms, processor_ms, .. } = sample;
        println!(
            "{minutes:8.2} {resident_mib:8.1} {heap_mib:8.1} {descriptors:6} {threads:8} {tasks:6} {median_ms:8.2} \
             {p99_ms:8.2} {processor_ms:8.2}"
        );
    }
    let later = &samples[samples.len() / WARM_UP..];
    let mut grows = Vec::new();
    for (name, of, allowed) in [
        ("memory (MiB)", (|sample: &Sample| sample.resident_mib) as fn(&Sample) -> f64, 0.05),
        ("file descriptors", |sample| sample.descriptors, 0.1),
        ("tasks", |sample| sample.tasks, 0.2),
        ("processor time for a turn (ms)", |sample| sample.processor_ms, 0.25),
        (LATENCY, |sample| sample.median_ms, 0.25),
    ] {
        let points: Vec<_> = later.iter().map(|sample| (sample.minutes, of(sample))).collect();
        let mean = points.iter().map(|point| point.1).sum::<f64>() / points.len() as f64;
        let (slope, error) = slope(&blocks(&points));
        let share = slope * (points[points.len() - 1].0 - points[0].0) / mean;
        println!(
            "{name}: mean {mean:.1}, slope {slope:+.3} ± {error:.3} a minute, {:+.1} % after the warm-up",
            100.0 * share
        );
        if share > allowed && slope > 3.0 * error {
            grows.push(name);
        }
    }
    if let (Some(first), Some(last)) = (later.first(), later.last()) {
        let others = last.ticks.others(&first.ticks);
        println!("other programs, the database among them, had {:.0} % of the processors", 100.0 * others);
        if others > OTHERS && grows.contains(&LATENCY) {
            not_run("the latency of the soak: other programs had too much of the processors");
            grows.retain(|name| *name != LATENCY);
        }
    }
    assert_eq!(soak.failed.load(Ordering::SeqCst), 0);
    if let Ok(log) = std::fs::metadata(place.folder().join("leeboard.db-wal")) {
        println!("write-ahead log: {} bytes", log.len());
        assert!(log.len() < LOG, "{} bytes of write-ahead log", log.len());
    }
    assert!(rate > 0.9 * SHARE * capacity || !long, "it does not keep up");
    // In seconds nothing is at rest yet.
    assert!(minutes < 2.0 || grows.is_empty(), "{grows:?} grow");
    // All is given back once nobody asks any more.
    let at_rest = || {
        let sample = soak.sample(&Ticks::default());
        sample.tasks < 20.0 && sample.descriptors < 60.0
    };
    assert!(load::wait_until(at_rest), "{:?}", soak.sample(&Ticks::default()));
    if minutes < 2.0 {
        place.verify();
    }
}

#[test]
fn memory_is_bounded_however_many_sessions_there_are() {
    /// Megabytes for sessions, and what else may come and go, such as SQLite's pages.
    const HOT: f64 = 8.0;
    const ELSE: f64 = 12.0;
    let sessions = load::count(600, 100_000);
    let place = Place::file();
    place.set(&format!("[server]\nhot_bytes = {}\n", HOT * 1e6));
    let upstream = wire::upstream();
    let gateway = Gateway::start(&place, &upstream);
    let next = AtomicUsize::new(0);
    let talk = |until: u64| {
        scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::SeqCst);
                        if number as u64 >= until {
                            break;
                        }
                        let mut client = Client::new(number);
                        let seen = client.ask(|| gateway.address.clone());
                        assert_eq!(seen, Seen::Acknowledged, "{:?}", client.refusal);
                    }
                });
            }
        });
        next.store(usize::try_from(until).unwrap(), Ordering::SeqCst);
        let status = std::fs::read_to_string(format!("/proc/{}/status", gateway.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let resident: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        let metrics = gateway.get("/metrics");
        let of = |name: &str| -> f64 {
            metrics.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().parse().unwrap()
        };
        let (hot, bytes) = (of("leeboard_hot_sessions"), of("leeboard_hot_bytes"));
        println!(
            "{until} sessions: {:.1} MiB resident, {hot} sessions of {bytes} bytes hot",
            resident / 1024.0
        );
        assert!(bytes <= HOT * 1e6 && hot < until as f64, "{metrics}");
        resident / 1024.0
    };
    let early = talk(sessions / 3);
    let late = talk(sessions);
    assert!(late - early < ELSE, "{early} MiB became {late}");
}
