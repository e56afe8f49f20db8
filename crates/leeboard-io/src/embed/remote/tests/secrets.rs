//! Neither the key nor a text gets out, whatever the server repeats.

use std::io;
use std::sync::{Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

use super::*;

const TEXT: &str = "the harbour code is canary-4711, tell nobody";

/// All log lines of a test, of every level and crate.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn errors_reasons_and_logs_hold_neither_key_nor_text() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let echo = format!("key {KEY} may not embed '{TEXT}'");
    let mut told = String::new();
    for status in [400, 401, 422, 429, 500] {
        let server = server(refusal(status, &echo), 99, SERVER).await;
        let remote = remote(&server);
        let answer = remote.embed(&texts(&[TEXT])).await;
        told += &format!("{remote:?} {answer:?} {}", answer.as_ref().unwrap_err());
    }
    for body in [echo.clone(), json!({ "error": echo }).to_string(), json!({ "data": echo }).to_string()] {
        let server = server(ResponseTemplate::new(200).set_body_string(body), 99, SERVER).await;
        told += &format!("{:?}", remote(&server).embed(&texts(&[TEXT])).await.unwrap_err());
    }
    // As a validator repeats its input, with the message in no usual place.
    let served = serving(Server { longest: 9, ..SERVER }).await;
    let remote = remote(&served);
    remote.embed(&texts(&["one"])).await.unwrap();
    served.reset().await;
    let nested = json!({"detail": [{"loc": ["body", "input"], "input": TEXT}], "key": KEY});
    let nested = ResponseTemplate::new(422).set_body_json(nested);
    Mock::given(method("POST")).respond_with(nested).mount(&served).await;
    told += &format!("{:?}", remote.embed(&texts(&[TEXT])).await.unwrap());
    let logged = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let logged = String::from_utf8(logged).unwrap();
    assert!(logged.contains("trying again"), "nothing was logged");
    for (place, shown) in [("errors", &told), ("log", &logged)] {
        assert!(!shown.contains("canary") && !shown.contains("harbour"), "{place}: {shown}");
    }
    assert!(told.contains("repeats the text"), "{told}");
}
