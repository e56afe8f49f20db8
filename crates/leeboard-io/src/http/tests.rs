//! Addresses, error texts and waits. The clients' own tests run the requests.

use std::future::ready;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use secrecy::SecretString;

use super::answer::{error_message, retry_after, shorten};
use super::*;

#[test]
fn an_api_has_a_version_and_no_closing_slash() {
    for (written, root) in [
        ("https://host", "https://host/v1"),
        (" https://host/ ", "https://host/v1"),
        ("http://host:9/v1/", "http://host:9/v1"),
        ("http://host/api/openai/", "http://host/api/openai"),
    ] {
        assert_eq!(api_root(written).unwrap().as_str(), root);
    }
    for refused in ["", "host", "localhost:8080", "ftp://host/v1", "http://"] {
        assert!(api_root(refused).is_err(), "{refused}");
    }
}

#[test]
fn what_is_shown_holds_no_credential() {
    let key = SecretString::from(" sk-canary\n");
    let url = "http://ann:hunter2@host:9/v1?token=hunter3#hunter4";
    let api = Api::new(url, "/embeddings", Some(&key), Duration::from_secs(1)).unwrap();
    assert_eq!(api.address(), "http://host:9/v1/embeddings");
    let shown = format!("{api:?} {:?} {}", api.authorization, api.secrets().hide("sk-canary, hunter2"));
    assert!(!shown.contains("hunter") && !shown.contains("canary"), "{shown}");
    let refused = authorization(&"canary\nkey".into()).unwrap_err();
    assert!(refused.starts_with("the key") && !refused.contains("canary"), "{refused}");
}

#[test]
fn error_texts_are_found_in_every_usual_place() {
    for body in [
        r#"{"error":{"message":"busy"}}"#,
        r#"{"error":"busy"}"#,
        r#"{"message":"busy"}"#,
        r#"{"detail":"busy"}"#,
        " busy\n",
    ] {
        assert_eq!(error_message(body.as_bytes()), "busy", "{body}");
    }
    assert_eq!(error_message(b""), "no explanation");
    assert_eq!(shorten(&"é".repeat(900)).chars().count(), 500);
}

#[test]
fn what_is_wrong_with_an_answer_is_told_in_few_words_and_without_the_key() {
    let api = Api::new("http://host", "/x", Some(&"sk-canary".into()), Duration::from_secs(1)).unwrap();
    let Fault::Malformed { what } = api.malformed(&"sk-canary ".repeat(1000)) else {
        panic!("another fault")
    };
    assert!(what.chars().count() == 500 && !what.contains("canary"), "{what}");
}

#[test]
fn retry_after_reads_seconds_and_dates() {
    let headers = |value: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        retry_after(&headers)
    };
    assert_eq!(headers("7"), Some(Duration::from_secs(7)));
    assert_eq!(headers("Thu, 01 Jan 1970 00:00:09 GMT"), Some(Duration::ZERO));
    assert!(headers("Fri, 01 Jan 2100 00:00:00 GMT").unwrap() > Duration::from_secs(9));
    assert_eq!(headers("soon"), None);
}

fn patience(within: u64, first_pause: u64) -> Patience {
    let (within, first_pause) = (Duration::from_secs(within), Duration::from_secs(first_pause));
    Patience { within, retries: 9, first_pause }
}

#[test]
fn pauses_double_up_to_a_limit_and_the_server_s_wish_wins() {
    let pause = |fault: Fault, tries| patience(60, 4).pause(&fault, tries).map(|pause| pause.as_secs());
    let lost = || Fault::Unreachable { reason: String::new() };
    assert_eq!([0, 1, 2, 3, 99].map(|tries| pause(lost(), tries)), [4, 8, 16, 30, 30].map(Some));
    let status = |status, wish: Option<u64>| Fault::Status {
        status,
        message: String::new(),
        retry_after: wish.map(Duration::from_secs),
    };
    assert_eq!(pause(status(429, Some(7)), 0), Some(7));
    assert_eq!(pause(status(503, None), 0), Some(4));
    assert_eq!(pause(status(429, Some(31)), 0), None);
    assert_eq!(pause(status(400, Some(1)), 0), None);
    assert_eq!(pause(Fault::Malformed { what: String::new() }, 0), None);
}

#[tokio::test]
async fn a_pause_that_does_not_fit_is_not_begun() {
    let tries = AtomicU32::new(0);
    let fault = Fault::Unreachable { reason: "refused".to_owned() };
    let once = || {
        tries.fetch_add(1, Ordering::Relaxed);
        ready(Err::<(), _>(fault.clone())).boxed()
    };
    let start = Instant::now();
    assert_eq!(patience(10, 20).ask(once).await, Err(fault.clone()));
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(tries.into_inner(), 1);
}
