//! The client: plays the same conversations through every target and measures each request.
//!
//! Owns the plan, the turns and the figures. In each round every target gets the same request on
//! its own connection, one after the other and each round beginning with another one, so that
//! noise hits all alike. What a target adds is the difference to the first target in the same
//! round.

use std::io::Write;
use std::net::TcpStream;
use std::time::Instant;

use serde_json::{Value, json};

use crate::http::{Wire, field};
use crate::prose::{REPLIES, SYSTEM, question, reply};

pub(crate) struct Plan {
    targets: Vec<Target>,
    sessions: usize,
    /// Turns before the measurement, and within it.
    before: usize,
    turns: usize,
    stream: bool,
}

struct Target {
    name: String,
    address: String,
    path: String,
    /// Whether it has to be told the turns before the measurement.
    remembers: bool,
    /// Processes whose time is counted.
    processes: Vec<u32>,
}

impl Plan {
    /// `--sessions N --before N --turns N [--stream] --target NAME,ADDRESS,PATH,REMEMBERS,PID+PID ...`
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut plan = Self { targets: Vec::new(), sessions: 20, before: 7, turns: 6, stream: false };
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().expect("a value");
            match name.as_str() {
                "--sessions" => plan.sessions = value().parse().unwrap(),
                "--before" => plan.before = value().parse().unwrap(),
                "--turns" => plan.turns = value().parse().unwrap(),
                "--stream" => plan.stream = true,
                "--target" => plan.targets.push(Target::parse(&value())),
                other => panic!("unknown option {other}"),
            }
        }
        plan
    }
}

impl Target {
    fn parse(text: &str) -> Self {
        let parts: Vec<&str> = text.split(',').collect();
        let [name, address, path, remembers, processes] = parts[..] else {
            panic!("a target has five parts")
        };
        let [name, address, path] = [name, address, path].map(str::to_owned);
        let processes = processes.split('+').filter(|pid| !pid.is_empty());
        let processes = processes.map(|pid| pid.parse().unwrap()).collect();
        Self { name, address, path, remembers: remembers == "remembers", processes }
    }

    /// Processor seconds of its processes, user and system, ended threads included.
    fn processor_seconds(&self) -> f64 {
        /// Ticks in a second, which Linux fixes for programs.
        const TICKS: f64 = 100.0;
        let ticks = |pid: &u32| -> f64 {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
            let after_name = &stat[stat.rfind(')').unwrap() + 2..];
            after_name.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum()
        };
        self.processes.iter().map(ticks).sum::<f64>() / TICKS
    }
}

/// One conversation: what every target was told so far.
struct Session {
    number: usize,
    /// Messages as JSON, with a comma before each but the first.
    messages: String,
    turn: usize,
}

impl Session {
    fn new(number: usize) -> Self {
        Self { number, messages: json!({"role": "system", "content": SYSTEM}).to_string(), turn: 0 }
    }

    fn seed(&self) -> usize {
        (self.number * 31 + self.turn * 7) % REPLIES
    }

    /// The body of the next request. The question is in the history from then on.
    fn ask(&mut self, stream: bool) -> String {
        let question = json!({"role": "user", "content": question(self.number, self.turn)});
        self.messages.push_str(&format!(",{question}"));
        let (seed, messages) = (self.seed(), &self.messages);
        format!("{{\"model\":\"bench\",\"seed\":{seed},\"stream\":{stream},\"messages\":[{messages}]}}")
    }

    fn answered(&mut self) {
        let reply = json!({"role": "assistant", "content": reply(self.seed())});
        self.messages.push_str(&format!(",{reply}"));
        self.turn += 1;
    }
}

/// What was measured of a target, in microseconds.
#[derive(Default)]
struct Measured {
    first: Vec<f64>,
    last: Vec<f64>,
}

struct Line {
    wire: Wire,
    head: String,
}

impl Line {
    fn to(target: &Target) -> Self {
        let wire = Wire::new(TcpStream::connect(&target.address).unwrap());
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\nauthorization: Bearer bench\r\n",
            target.path, target.address
        );
        Self { wire, head }
    }

    /// Sends a request and reads its reply: microseconds until the first and the last byte of it.
    fn exchange(&mut self, target: &Target, session: &Session, body: &str) -> (f64, f64) {
        let (head, number, length) = (&self.head, session.number, body.len());
        let request = format!("{head}x-session-id: bench-{number}\r\ncontent-length: {length}\r\n\r\n{body}");
        let started = Instant::now();
        self.wire.stream.write_all(request.as_bytes()).unwrap();
        let message = self.wire.read().expect("a reply");
        let ended = started.elapsed();
        let status = message.head.split(' ').nth(1);
        let problem = field(&message.head, "x-leeboard-error");
        assert!(status == Some("200") && problem.is_none(), "{}: {}", target.name, message.head);
        let first = message.first.duration_since(started);
        (first.as_secs_f64() * 1e6, ended.as_secs_f64() * 1e6)
    }
}

pub(crate) fn run(plan: &Plan) {
    let mut lines: Vec<Line> = plan.targets.iter().map(Line::to).collect();
    let mut sessions: Vec<Session> = (0..plan.sessions).map(Session::new).collect();
    for turn in 0..plan.before {
        for session in &mut sessions {
            let body = session.ask(plan.stream);
            for (target, line) in plan.targets.iter().zip(&mut lines) {
                // The last turns warm up the others too.
                if target.remembers || turn + 2 >= plan.before {
                    line.exchange(target, session, &body);
                }
            }
            session.answered();
        }
    }

    let before: Vec<f64> = plan.targets.iter().map(Target::processor_seconds).collect();
    let mut measured: Vec<Measured> = plan.targets.iter().map(|_| Measured::default()).collect();
    let (mut bytes, mut round) = (0, 0);
    for _ in 0..plan.turns {
        for session in &mut sessions {
            let body = session.ask(plan.stream);
            bytes += body.len();
            for step in 0..lines.len() {
                let at = (round + step) % lines.len();
                let (first, last) = lines[at].exchange(&plan.targets[at], session, &body);
                measured[at].first.push(first);
                measured[at].last.push(last);
            }
            session.answered();
            round += 1;
        }
    }
    let spent = plan.targets.iter().zip(before).map(|(target, before)| target.processor_seconds() - before);
    let figures: Vec<Value> = plan
        .targets
        .iter()
        .zip(&measured)
        .zip(spent)
        .map(|((target, measured_here), spent)| {
            figures(target, measured_here, &measured[0], spent * 1e6 / round as f64)
        })
        .collect();
    let mean = bytes / round.max(1);
    println!("{}", json!({"requests": round, "body_bytes": mean, "stream": plan.stream, "targets": figures}));
}

fn figures(target: &Target, measured: &Measured, direct: &Measured, processor: f64) -> Value {
    let added = |of: fn(&Measured) -> &Vec<f64>| -> f64 {
        let pairs = of(measured).iter().zip(of(direct));
        quantile(&pairs.map(|(here, direct)| here - direct).collect::<Vec<f64>>(), 0.5)
    };
    json!({
        "name": target.name,
        "median_us": quantile(&measured.last, 0.5),
        "p95_us": quantile(&measured.last, 0.95),
        "added_median_us": added(|measured| &measured.last),
        "added_p95_us": quantile(&measured.last, 0.95) - quantile(&direct.last, 0.95),
        "first_byte_added_median_us": added(|measured| &measured.first),
        "processor_us": if target.processes.is_empty() { None } else { Some(processor) },
    })
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}
