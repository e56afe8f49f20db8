//! What a client was told is there, whenever the gateway is killed: a real `leeboard serve` under
//! load from several clients, ended with SIGKILL at random moments from a fixed seed, again and again
//! over one store.
//!
//! Ten times, or a tenth of `LEEBOARD_TEST_CASES` (`./test --long`): 200 for 2,000.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Clients, each with a session of its own. Those with an even number send the whole conversation
/// every time and ask again what got no answer; the others send new messages alone and go on.
const CLIENTS: usize = 4;

/// Answers that a gateway gives at most, more or less, and the milliseconds that it lives on then: so
/// that it is killed in the midst of work on a machine of any speed.
const ANSWERS: u64 = 12;
const LIFE: u64 = 60;

/// Long enough for a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Xorshift: the same moments in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

fn rounds() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse::<u64>().ok()).map_or(10, |cases| (cases / 10).max(10))
}

/// The head and the body of an HTTP message whose sender closes the connection or says its length.
fn message(reader: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let lower = head.to_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    let mut body = Vec::new();
    match length {
        Some(length) => {
            body.resize(length, 0);
            reader.read_exact(&mut body).ok()?;
        }
        None => {
            reader.read_to_end(&mut body).ok()?;
            if lower.contains("transfer-encoding: chunked") && !body.ends_with(b"0\r\n\r\n") {
                return None;
            }
        }
    }
    Some((lower, body))
}

/// A model that answers with the number of its reply and the mark in the question.
fn upstream() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let replies = Arc::new(AtomicU64::new(1));
    spawn(move || {
        for connection in listener.incoming() {
            let replies = Arc::clone(&replies);
            spawn(move || answer(connection.unwrap(), replies.fetch_add(1, Ordering::SeqCst)));
        }
    });
    format!("http://{address}/v1")
}

fn answer(connection: TcpStream, number: u64) {
    let mut reader = BufReader::new(connection);
    let Some((_, body)) = message(&mut reader) else { return };
    let request: Value = serde_json::from_slice(&body).unwrap();
    let asked = request["messages"].to_string();
    let mark: String = asked[asked.rfind("mark-").unwrap()..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let text = format!("Reply {number} for {mark}, as the harbour master wrote it down in the log.");
    let (kind, body) = if request["stream"] == true {
        let piece = |delta: Value| {
            json!({"id": "c", "object": "chat.completion.chunk", "created": 1,
            "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
        };
        let (first, rest) = text.split_at(text.len() / 2);
        let pieces = [json!({"role": "assistant", "content": first}), json!({"content": rest})];
        let events: String = pieces.into_iter().map(|delta| format!("data: {}\n\n", piece(delta))).collect();
        ("text/event-stream", format!("{events}data: [DONE]\n\n"))
    } else {
        let reply = json!({"id": "c", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]});
        ("application/json", reply.to_string())
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    // The gateway may be dead by now.
    let _ = reader.get_mut().write_all(format!("{head}{body}").as_bytes());
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin("leeboard"));
    command.args(arguments).current_dir(folder).env_clear();
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

struct Gateway {
    process: Child,
    address: String,
}

impl Gateway {
    fn start(folder: &Path, upstream: &str) -> Self {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--mode", "manage", "--upstream", upstream];
        let mut process = command(folder, &serve).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let ready = lines.by_ref().map(Result::unwrap).find(|line| line.contains("listening on")).unwrap();
        let address = ready.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        spawn(move || lines.for_each(drop));
        Self { process, address }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// One side of a conversation, and what it was told.
struct Client {
    number: usize,
    asked: u64,
    history: Vec<Value>,
    /// A question that got no answer.
    open: Option<String>,
}

impl Client {
    fn session(&self) -> String {
        format!("client-{}", self.number)
    }

    fn sends_all(&self) -> bool {
        self.number.is_multiple_of(2)
    }

    /// Asks one question; whether the answer was acknowledged.
    fn ask(&mut self, address: &str) -> bool {
        let question = self.open.take().filter(|_| self.sends_all()).unwrap_or_else(|| {
            self.asked += 1;
            format!("What is known of mark-{}-{}?", self.number, self.asked)
        });
        let said = json!({"role": "user", "content": question});
        let stream = self.asked.is_multiple_of(2);
        let before = if self.sends_all() { self.history.as_slice() } else { &[] };
        let messages: Vec<&Value> = before.iter().chain([&said]).collect();
        let body =
            json!({"model": "m", "session_id": self.session(), "stream": stream, "messages": messages});
        match Self::send(address, &body.to_string(), stream) {
            Some(reply) => {
                self.history.extend([said, json!({"role": "assistant", "content": reply})]);
                true
            }
            None => {
                self.open = Some(question);
                false
            }
        }
    }

    /// The reply, if the gateway stood by it to the end.
    fn send(address: &str, body: &str, stream: bool) -> Option<String> {
        let mut connection = TcpStream::connect(address).ok()?;
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        connection.write_all(format!("{head}{body}").as_bytes()).ok()?;
        let (head, body) = message(&mut BufReader::new(connection))?;
        assert!(head.starts_with("http/1.1 200") && !head.contains("x-leeboard-error"), "{head}");
        let text = String::from_utf8(body).unwrap();
        if !stream {
            let reply: Value = serde_json::from_str(&text).unwrap();
            return Some(reply["choices"][0]["message"]["content"].as_str().unwrap().to_owned());
        }
        let events = text.lines().filter_map(|line| line.strip_prefix("data: "));
        let (mut reply, mut done) = (String::new(), false);
        for event in events {
            match serde_json::from_str::<Value>(event) {
                Ok(event) => {
                    reply.push_str(event["choices"][0]["delta"]["content"].as_str().unwrap_or_default());
                }
                Err(_) => done = event == "[DONE]",
            }
        }
        done.then_some(reply)
    }

    /// Whether the store has what the client was told: each answer once, in order, and each question
    /// that was answered.
    fn check(&self, folder: &Path) {
        let exported = run(folder, &["sessions", "export", &self.session()]);
        assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
        let kept: Value = serde_json::from_slice(&exported.stdout).unwrap();
        let kept: Vec<&str> =
            kept["messages"].as_array().unwrap().iter().filter_map(|said| said["content"].as_str()).collect();
        let mut from = 0;
        for said in &self.history {
            let said = said["content"].as_str().unwrap();
            assert_eq!(kept.iter().filter(|text| **text == said).count(), 1, "{said} in {kept:#?}");
            let at = kept.iter().position(|text| *text == said).unwrap();
            assert!(at >= from, "{said} is out of order in {kept:#?}");
            from = at;
        }
        if self.sends_all() {
            // Nothing but that, and perhaps a last turn of which the client was not told.
            assert!(kept.len() <= self.history.len() + 2, "{kept:#?}");
        }
    }
}

/// Lets the clients talk until they are stopped, and counts the answers.
fn talk(
    clients: Vec<Client>,
    address: &str,
    stop: &Arc<AtomicBool>,
    answers: &Arc<AtomicU64>,
) -> Vec<JoinHandle<Client>> {
    let talk = |mut client: Client| {
        let (address, stop, answers) = (address.to_owned(), Arc::clone(stop), Arc::clone(answers));
        spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                answers.fetch_add(u64::from(client.ask(&address)), Ordering::SeqCst);
            }
            client
        })
    };
    clients.into_iter().map(talk).collect()
}

#[test]
fn what_was_acknowledged_survives_every_kill_and_nothing_is_there_twice() {
    let place = TempDir::new().unwrap();
    let folder = place.path();
    // Snapshots all the time, and few states in memory, so that those are killed and read as well.
    let settings = "[server]\nsnapshot_records = 4\nhot_bytes = 200000\n";
    std::fs::write(folder.join("leeboard.toml"), settings).unwrap();
    let upstream = upstream();
    let mut dice = Dice(0x1eeb_0a2d);
    let new = |number| Client { number, asked: 0, history: Vec::new(), open: None };
    let mut clients: Vec<Client> = (0..CLIENTS).map(new).collect();
    let gateway = Gateway::start(folder, &upstream);
    for client in &mut clients {
        // A client that sends everything is known as such once it did.
        assert!(client.ask(&gateway.address) && client.ask(&gateway.address));
    }
    gateway.kill();
    let (mut acknowledged, mut unanswered) = (0, 0);
    for _ in 0..rounds() {
        let gateway = Gateway::start(folder, &upstream);
        let stop = Arc::new(AtomicBool::new(false));
        let answers = Arc::new(AtomicU64::new(0));
        let talking = talk(clients, &gateway.address, &stop, &answers);
        let (wanted, began) = (dice.below(ANSWERS), Instant::now());
        while answers.load(Ordering::SeqCst) < wanted && began.elapsed() < PATIENCE {
            sleep(Duration::from_millis(1));
        }
        sleep(Duration::from_millis(dice.below(LIFE)));
        gateway.kill();
        stop.store(true, Ordering::SeqCst);
        clients = Vec::new();
        for client in talking {
            let client = client.join().unwrap();
            unanswered += u64::from(client.open.is_some());
            client.check(folder);
            clients.push(client);
        }
        acknowledged += answers.load(Ordering::SeqCst);
        let verified = run(folder, &["verify"]);
        assert!(
            verified.status.success(),
            "{}{}",
            String::from_utf8_lossy(&verified.stdout),
            String::from_utf8_lossy(&verified.stderr)
        );
    }
    // It was killed in the midst of work, and all sessions go on.
    assert!(acknowledged >= rounds() && unanswered >= rounds(), "{acknowledged} {unanswered}");
    let gateway = Gateway::start(folder, &upstream);
    let began = Instant::now();
    for client in &mut clients {
        assert!(client.ask(&gateway.address));
        client.check(folder);
    }
    assert!(began.elapsed() < PATIENCE);
    gateway.kill();
    let store = std::fs::metadata(folder.join("leeboard.db")).unwrap();
    println!("{acknowledged} turns acknowledged, {unanswered} cut, a store of {} bytes", store.len());
}
