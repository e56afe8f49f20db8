//! What the network and the server do wrong.

use super::*;

async fn fails(server: &MockServer) -> EmbedError {
    remote(server).embed(&texts(&["one", "two"])).await.unwrap_err()
}

async fn serves_after(first: ResponseTemplate, times: u64) {
    let server = server(first, times, SERVER).await;
    let found = remote(&server).embed(&texts(&["one", "two"])).await.unwrap();
    assert_eq!(found, ["one", "two"].map(|text| Ok(unit(&raw(text)))));
    assert_eq!(requests(&server).await.len() as u64, times + 1);
}

#[tokio::test]
async fn a_server_that_is_busy_or_breaks_is_tried_again() {
    serves_after(refusal(429, "busy").insert_header("retry-after", "0"), 2).await;
    serves_after(refusal(429, "busy"), 1).await;
    serves_after(refusal(500, "broken"), 2).await;
    serves_after(refusal(503, "loading"), 1).await;
}

#[tokio::test]
async fn a_server_that_stays_broken_or_asks_for_hours_is_given_up() {
    let broken = server(refusal(500, "broken"), 99, SERVER).await;
    let error = fails(&broken).await;
    assert!(matches!(&error, EmbedError::Refused { status: 500, message, .. } if message == "broken"));
    // The text, then a plain word, each with its tries.
    assert_eq!(requests(&broken).await.len(), 6);
    let later = server(refusal(429, "later").insert_header("retry-after", "7200"), 1, SERVER).await;
    assert!(matches!(fails(&later).await, EmbedError::Refused { status: 429, .. }));
    assert_eq!(requests(&later).await.len(), 1);
}

/// Breaks at a text that is too long, as llama.cpp does, and serves all others.
struct Breaks;

impl Respond for Breaks {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        match sent(request).iter().any(|text| text.len() > 9) {
            true => refusal(500, "increase the batch size"),
            false => SERVER.respond(request),
        }
    }
}

#[tokio::test]
async fn a_text_that_breaks_the_server_is_the_only_one_missing() {
    let server = server(Breaks, u64::MAX, SERVER).await;
    for asked in
        [&["far too long"][..], &["one", "two", "far too long", "three"], &["far too long", "again too long"]]
    {
        let found = remote(&server).embed(&texts(asked)).await.unwrap();
        for (text, embedding) in asked.iter().zip(found) {
            match embedding {
                Ok(values) => assert_eq!(values, unit(&raw(text))),
                Err(Missing(reason)) => {
                    assert!(text.len() > 9, "{text}");
                    assert!(reason.ends_with("status 500: increase the batch size"), "{reason}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_refused_key_or_an_unknown_model_is_not_tried_again() {
    for status in [401, 403, 404] {
        let server = server(refusal(status, "no"), 99, SERVER).await;
        let error = fails(&server).await;
        assert!(matches!(error, EmbedError::Refused { status: told, .. } if told == status));
        assert_eq!(requests(&server).await.len(), 1);
    }
}

#[tokio::test]
async fn a_server_that_stalls_is_a_timeout() {
    let server = server(SERVER.respond_late(), 99, SERVER).await;
    let mut settings = settings(&server.uri());
    settings.timeout = Duration::from_millis(100);
    let error = Remote::new(settings).unwrap().embed(&texts(&["one"])).await.unwrap_err();
    let endpoint = format!("{}/v1/embeddings", server.uri());
    assert_eq!(error, EmbedError::Timeout { endpoint, limit: Duration::from_millis(100) });
}

impl Server {
    fn respond_late(self) -> ResponseTemplate {
        answer(Vec::new()).set_delay(Duration::from_secs(30))
    }
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_named_without_credentials() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let remote = Remote::new(settings(&format!("http://ann:hunter2@{free}/v1?token=hunter3"))).unwrap();
    let error = remote.embed(&texts(&["one"])).await.unwrap_err();
    let EmbedError::Unreachable { endpoint, .. } = &error else { panic!("{error}") };
    assert_eq!(endpoint, &format!("http://{free}/v1/embeddings"));
    assert!(!format!("{error} {error:?} {remote:?}").contains("hunter"));
}

#[tokio::test]
async fn a_connection_that_breaks_is_made_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = json!({"data": [{"index": 0, "embedding": [3, 4]}]}).to_string();
    let whole = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let server = thread::spawn(move || {
        // Breaks before the answer, then in the middle of it, then answers.
        for length in [0, whole.len() - 9, whole.len()] {
            let (mut connection, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"}") {
                let mut byte = [0];
                connection.read_exact(&mut byte).unwrap();
                request.extend(byte);
            }
            connection.write_all(&whole.as_bytes()[..length]).unwrap();
        }
    });
    let found = Remote::new(settings(&url)).unwrap().embed(&texts(&["one"])).await.unwrap();
    assert_eq!(found, [Ok(vec![0.6, 0.8])]);
    server.join().unwrap();
}

#[tokio::test]
async fn answers_that_are_none_are_malformed_and_not_asked_for_again() {
    let item = |index: usize, values: &[f32]| json!({"index": index, "embedding": values});
    let (first, second) = (item(0, &[1.0, 0.0]), item(1, &[0.0, 1.0]));
    let whole = |data: &[&Value]| json!({ "data": data }).to_string();
    for (body, word) in [
        ("<html>".to_owned(), "not JSON"),
        ("{\"data\": [{\"index\": 0, \"embedding\": [NaN]}]}".to_owned(), "not JSON"),
        ("{}".to_owned(), "no list of embeddings"),
        (json!({"error": {"message": "out of memory"}}).to_string(), "out of memory"),
        (whole(&[]), "no vector for text 0"),
        (whole(&[&first]), "no vector for text 1"),
        (whole(&[&first, &first]), "two vectors for text 0"),
        (whole(&[&first, &second, &item(2, &[1.0, 1.0])]), "text 2, counted from 0, but 2"),
        (whole(&[&first, &item(1, &[1.0])]), "differ in how many components"),
        (whole(&[&item(0, &[]), &item(1, &[])]), "no components"),
        (json!({"data": [{"embedding": "?"}, {"embedding": "AACAPw=="}]}).to_string(), "no base64"),
        (json!({"data": [{"embedding": "AAA="}, {"embedding": "AAA="}]}).to_string(), "four-byte"),
    ] {
        let server = server(ResponseTemplate::new(200).set_body_string(&*body), 99, SERVER).await;
        let error = fails(&server).await;
        assert!(matches!(&error, EmbedError::Malformed { reason, .. } if reason.contains(word)), "{error}");
        assert_eq!(requests(&server).await.len(), 1, "{body}");
    }
}

#[tokio::test]
async fn a_width_that_changes_is_malformed() {
    let served = serving(SERVER).await;
    let remote = remote(&served);
    remote.embed(&texts(&["one"])).await.unwrap();
    served.reset().await;
    let other = answer(vec![json!({"index": 0, "embedding": [1.0, 2.0]})]);
    Mock::given(method("POST")).respond_with(other).mount(&served).await;
    let error = remote.embed(&texts(&["two"])).await.unwrap_err();
    assert!(matches!(&error, EmbedError::Malformed { reason, .. }
        if reason.contains("2 components instead of 8")));
    assert_eq!(remote.dimensions(), Some(8));
}

#[tokio::test]
async fn a_width_that_was_asked_for_must_come() {
    let served = answer(vec![json!({"index": 0, "embedding": [1.0, 2.0]})]);
    let server = server(served, 99, SERVER).await;
    let mut settings = settings(&server.uri());
    settings.dimensions = Some(3);
    let error = Remote::new(settings).unwrap().embed(&texts(&["one"])).await.unwrap_err();
    assert!(error.to_string().contains("2 components instead of 3"), "{error}");
}

#[tokio::test]
async fn a_vector_without_direction_is_missing_and_the_others_stand() {
    let data =
        vec![json!({"index": 1, "embedding": [0.0, 2.0]}), json!({"index": 0, "embedding": [0.0, 0.0]})];
    let server = server(answer(data), 99, SERVER).await;
    let found = remote(&server).embed(&texts(&["one", "two"])).await.unwrap();
    assert!(found[0].is_err());
    assert_eq!(found[1], Ok(vec![0.0, 1.0]));
}
