//! Keys on the command line, the addresses that need one, and that no secret is told: secrets are
//! planted wherever one can stand, everything goes wrong at the most talkative log level, and then all
//! that came out is searched for them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use tempfile::TempDir;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Secrets, each with the place where it stands.
const CANARIES: [(&str, &str); 8] = [
    ("the upstream's key", "sk-canary-upstream-Aa1"),
    ("the upstream's password", "canary-word-Bb2"),
    ("a client's Authorization", "sk-canary-client-Cc3"),
    ("a client's own upstream key", "sk-canary-own-Dd4"),
    ("the embedding key", "sk-canary-embedding-Ee5"),
    ("the embedding password", "canary-word-Ff6"),
    ("the store's password", "canary-word-Gg7"),
    ("what a user said", "canary said a user Hh8"),
];

struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let output = Command::new(cargo_bin("leeboard"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn keys_are_shown_once_listed_and_revoked() {
    let place = TempDir::new().unwrap();
    let keys =
        |line: &str| run(place.path(), &["keys"].into_iter().chain(line.split(' ')).collect::<Vec<_>>(), &[]);
    assert!(keys("list").stderr.contains("there is no such file"));
    let made = keys("create --tenant acme --note phone");
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let key = made.stdout.trim_end();
    assert!(key.starts_with("lb_") && made.stdout.lines().count() == 1, "{}", made.stdout);
    assert!(made.stderr.contains("of tenant acme") && made.stderr.contains("answers nobody without a key"));
    assert!(!made.stderr.contains(key));
    let second = lines(&keys("create --json").stdout).remove(0);
    assert_eq!((second["tenant"].as_str(), second["note"].as_str()), (Some("default"), None));
    assert_eq!(second["key"].as_str().unwrap().len(), key.len());

    let listed = keys("list --json");
    let list = lines(&listed.stdout);
    assert_eq!((&list[0]["tenant"], &list[0]["note"]), (&json!("acme"), &json!("phone")));
    assert_eq!((&list[0]["last_used_at"], &list[0]["revoked_at"]), (&Value::Null, &Value::Null));
    let table = keys("list");
    let id = list[0]["id"].as_str().unwrap();
    assert!(table.stdout.contains(id) && table.stdout.contains("acme"), "{}", table.stdout);
    for text in [&listed.stdout, &table.stdout] {
        assert!(
            !text.contains(key.rsplit('_').next().unwrap())
                && !text.contains(second["key"].as_str().unwrap())
        );
    }
    // By its id, or by the key that somebody has found.
    assert_eq!(keys(&format!("revoke {id}")).code, Some(0));
    let found = keys(&format!("revoke {}", second["key"].as_str().unwrap()));
    assert!(
        found.code == Some(0) && !found.stderr.contains(second["key"].as_str().unwrap()),
        "{}",
        found.stderr
    );
    assert!(lines(&keys("list --json").stdout).iter().all(|key| key["revoked_at"].is_string()));
    let missing = keys("revoke lb_none");
    assert_eq!(missing.code, Some(2));
    assert_eq!(missing.stderr, "leeboard: failed to find that key (`leeboard keys list` shows the ids)\n");
    let wrong = keys("create --tenant Acme!");
    assert!(wrong.code == Some(2) && wrong.stderr.contains("lower-case letters"), "{}", wrong.stderr);
}

#[test]
fn only_the_loopback_address_is_served_without_a_key() {
    let place = TempDir::new().unwrap();
    for listen in ["0.0.0.0:0", "[::]:0"] {
        let serve = ["serve", "--upstream", "http://127.0.0.1:9/v1", "--listen", listen];
        let refused = run(place.path(), &serve, &[]);
        assert_eq!(refused.code, Some(2));
        assert!(
            refused
                .stderr
                .contains("no key protects it (make one with `leeboard keys create --store ./leeboard.db`"),
            "{}",
            refused.stderr
        );
    }
    let key = run(place.path(), &["keys", "create"], &[]).stdout;
    let gateway =
        Gateway::start(place.path(), &["--upstream", "http://127.0.0.1:9/v1", "--listen", "0.0.0.0:0"], &[]);
    assert!(gateway.ask("GET", "/health", &[], "").starts_with("HTTP/1.1 200"));
    assert!(gateway.ask("GET", "/v1/models", &[], "").starts_with("HTTP/1.1 401"));
    assert!(gateway.ask("GET", "/v1/models", &[("x-api-key", key.trim())], "").starts_with("HTTP/1.1 502"));
}

#[test]
fn limits_of_the_settings_are_checked_and_come_into_force() {
    let place = TempDir::new().unwrap();
    let with = |settings: &str| {
        std::fs::write(place.path().join("leeboard.toml"), format!("[server]\n{settings}")).unwrap();
    };
    for (settings, said) in [
        ("body_timeout_ms = 0", "server.body_timeout_ms is 0, not from 1 to 86400000"),
        ("header_bytes = 100", "server.header_bytes is 100, under 8192"),
        ("burst = 3", "server.burst is set, but server.requests_per_minute is not"),
        ("cors_origins = [\"*\"]", "allow pages of \"*\": it is no origin"),
    ] {
        with(settings);
        let refused = run(place.path(), &["serve", "--upstream", "http://127.0.0.1:9/v1"], &[]);
        assert!(refused.code == Some(2) && refused.stderr.contains(said), "{settings}: {}", refused.stderr);
    }
    with(
        "listen = \"127.0.0.1:0\"\nrequests_per_minute = 1\nrequest_bytes = 10\ncors_origins = [\"https://a.example\"]",
    );
    let gateway = Gateway::start(place.path(), &["--upstream", "http://127.0.0.1:9/v1"], &[]);
    let ask =
        || gateway.ask("POST", "/v1/chat/completions", &[("origin", "https://a.example")], &"x".repeat(11));
    let first = ask();
    assert!(
        first.starts_with("HTTP/1.1 413") && first.contains("access-control-allow-origin: https://a.example")
    );
    let second = ask().to_ascii_lowercase();
    assert!(second.starts_with("http/1.1 429") && second.contains("retry-after: "), "{second}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_told_whatever_goes_wrong() {
    let place = TempDir::new().unwrap();
    let upstream = MockServer::start().await;
    let embedding = MockServer::start().await;
    let [key, password, client, own, embedding_key, embedding_password, store_password, said] =
        CANARIES.map(|(_, canary)| canary);
    let refusal = format!("{{\"error\":{{\"message\":\"wrong key {embedding_key}\"}}}}");
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(401).set_body_string(refusal))
        .mount(&embedding)
        .await;
    let with_password =
        |url: String, password: &str| url.replace("http://", &format!("http://user:{password}@"));
    let settings = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nupstream = \"{}/v1\"\nmode = \"manage\"\nrequest_bytes = 2000\n\
         [model]\napi_key = \"env::PLANTED\"\n[embedding]\nkind = \"remote\"\nmodel = \"m\"\nbase_url = \
         \"{}/v1\"\napi_key = \"env::PLANTED_TOO\"\n",
        with_password(upstream.uri(), password),
        with_password(embedding.uri(), embedding_password),
    );
    std::fs::write(place.path().join("leeboard.toml"), settings).unwrap();
    let variables = [("PLANTED", key), ("PLANTED_TOO", embedding_key), ("LEEBOARD_LOG", "trace")];
    let chat = json!({"session_id": "s", "messages": [{"role": "user", "content": said}]}).to_string();
    let mut out = String::new();

    // Without keys: the client's Authorization is meant for the upstream and replaced by ours.
    let gateway = Gateway::start(place.path(), &[], &variables);
    let bearer = format!("Bearer {client}");
    let clients =
        [("authorization", bearer.as_str()), ("x-api-key", client), ("x-leeboard-upstream-key", own)];
    let good = r#"{"choices":[{"message":{"role":"assistant","content":"Aye."},"finish_reason":"stop"}]}"#;
    for answer in [
        ResponseTemplate::new(200).set_body_raw(good, "application/json"),
        ResponseTemplate::new(200)
            .set_body_raw("data: {\"choices\":[{\"delta\":{\"content\":\"A\"}}]}\n\n", "text/event-stream"),
        ResponseTemplate::new(500).set_body_string("broken"),
        ResponseTemplate::new(200).set_body_string("no json"),
        ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/"),
    ] {
        upstream.reset().await;
        Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&upstream).await;
        out += &gateway.ask("POST", "/v1/chat/completions", &clients, &chat);
        out += &gateway.ask("GET", "/v1/models", &clients, "");
    }
    let asked = upstream.received_requests().await.unwrap();
    assert_eq!(asked.last().unwrap().headers["authorization"], format!("Bearer {key}"));
    for path in ["/metrics", "/health", "/v1/sessions", "/v1/sessions/s", "/v1/../../x", "/nowhere"] {
        out += &gateway.ask("GET", path, &clients, "");
    }
    out += &gateway.ask("POST", "/v1/chat/completions", &clients, &chat.replace("\"s\"", "[]"));
    out += &gateway.ask("POST", "/v1/chat/completions", &clients, &format!("{chat}{{"));
    out += &gateway.ask("POST", "/v1/chat/completions", &clients, &chat.repeat(40));
    out += &gateway.ask("POST", "/v1/chat/completions", &[("host", "evil.example"), clients[0]], &chat);

    // With keys, of which the gateway's own may not be told either.
    let secret = run(place.path(), &["keys", "create"], &[("LEEBOARD_LOG", "trace")]);
    out += &secret.stderr;
    let secret = secret.stdout.trim().to_owned();
    std::thread::sleep(Duration::from_millis(5_100));
    let wrong = format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('0') { '1' } else { '0' });
    for shown in [&secret, &wrong] {
        let headers =
            [("authorization", format!("Bearer {shown}")), ("x-leeboard-upstream-key", own.to_owned())];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        out += &gateway.ask("POST", "/v1/chat/completions", &headers, &chat);
        out += &gateway.ask("GET", "/v1/models", &headers, "");
    }
    let answered = out.matches("HTTP/1.1 401").count();
    assert_eq!(answered, 2, "the wrong key was let in or the right one was not");
    out += &gateway.end();
    assert!(out.contains("TRACE") && out.contains("hyper"), "the log says little");
    assert!(out.contains("embed"), "the failing endpoint of embeddings was never heard of");

    // The upstream is away, the store's server too, the settings are wrong.
    let away = with_password("http://127.0.0.1:1".to_owned(), password);
    let gateway = Gateway::start(place.path(), &["--upstream", &away, "--store", "other.db"], &variables);
    out += &gateway.ask("POST", "/v1/chat/completions", &clients, &chat);
    out += &gateway.ask("GET", "/v1/models", &clients, "");
    out += &gateway.end();
    assert!(out.contains("upstream_unreachable"));
    for arguments in [
        vec!["serve", "--store", &format!("postgres://user:{store_password}@127.0.0.1:1/db")],
        vec![
            "keys",
            "list",
            "--store",
            &format!("postgres://user:{store_password}@127.0.0.1:1/db?password={store_password}"),
        ],
        vec!["serve", "--upstream", &format!("ftp://user:{password}@host/v1")],
        vec!["serve", "--upstream", &format!("http://user:{password}@host:port/v1")],
        vec!["keys", "revoke", &wrong.replacen("lb_", "lb_0", 1)],
        vec!["sessions", "ls"],
    ] {
        let Run { stdout, stderr, .. } = run(place.path(), &arguments, &variables);
        out = out + &stdout + &stderr;
    }

    let secret_part = secret.rsplit('_').next().unwrap();
    let planted =
        CANARIES.into_iter().chain([("a key of the gateway", secret_part), ("a wrong key", &wrong)]);
    for (what, canary) in planted.clone() {
        let line = out.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{what} was told");
    }
    for entry in std::fs::read_dir(place.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let settings = path.ends_with("leeboard.toml");
        for (what, canary) in planted.clone().filter(|(what, _)| *what != "what a user said" && !settings) {
            let held = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!held, "{what} is in {}", path.display());
        }
    }
}

/// A gateway that runs, with what it says going to a file.
struct Gateway {
    child: Child,
    address: String,
    log: tempfile::NamedTempFile,
}

impl Gateway {
    fn start(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let child = Command::new(cargo_bin("leeboard"))
            .arg("serve")
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let started = Instant::now();
        let mut gateway = Self { child, address: String::new(), log };
        while started.elapsed() < Duration::from_secs(60) {
            let text = gateway.said();
            if let Some(rest) = text.split("listening on http://").nth(1)
                && let Some((address, _)) = rest.split_once("/v1")
            {
                gateway.address = address.replace("0.0.0.0", "127.0.0.1");
                return gateway;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the gateway never listened: {}", gateway.said());
    }

    fn said(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        let mut request = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            request += "host: localhost\r\n";
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // What was not read of a refused body may end the connection early.
        let _ = connection.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned() + "\n"
    }

    /// Ends the gateway and gives all that it said.
    fn end(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.said()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
