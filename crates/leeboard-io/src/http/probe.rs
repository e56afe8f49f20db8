//! Whether an API is there: one request for its list of models.
//!
//! Owns the question and what the answer means. Sends no conversation and costs nothing.

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use reqwest::{Client, StatusCode, redirect};
use secrecy::SecretString;

use super::{api_root, authorization, root_cause};

/// What an API answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Probe {
    /// It is there and takes the key, or wants none.
    Ready,
    /// It is there and knows no list of models, as some do.
    NoList(u16),
    /// It is there and refuses the key, or wants one.
    Refused(u16),
    /// It is there and says that it cannot work.
    Failing(u16),
    /// It cannot be reached, and why.
    Unreachable(String),
}

/// Asks an API for its models.
///
/// # Errors
/// What is wrong with the address or the key.
pub async fn probe(address: &str, key: Option<&SecretString>, patience: Duration) -> Result<Probe, String> {
    let root = api_root(address)?;
    let url = format!("{}/models", root.as_str().trim_end_matches('/'));
    let client = Client::builder().timeout(patience).redirect(redirect::Policy::none()).build();
    let mut request = client.map_err(|error| root_cause(&error))?.get(url);
    if let Some(key) = key {
        let key = authorization(key).map_err(|_| "the key holds characters that a header cannot carry")?;
        request = request.header(AUTHORIZATION, key);
    }
    Ok(match request.send().await {
        Err(error) if error.is_timeout() => {
            Probe::Unreachable(format!("no answer within {} seconds", patience.as_secs()))
        }
        Err(error) => Probe::Unreachable(root_cause(&error.without_url())),
        Ok(answer) => read(answer.status()),
    })
}

fn read(status: StatusCode) -> Probe {
    let code = status.as_u16();
    match code {
        200..=299 => Probe::Ready,
        401 | 403 => Probe::Refused(code),
        500..=599 => Probe::Failing(code),
        _ => Probe::NoList(code),
    }
}

#[cfg(test)]
mod tests {
    use wiremock::matchers::{header, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn what_the_api_answers_is_told() {
        let server = MockServer::start().await;
        let key = SecretString::from("right");
        let keyed = Mock::given(path("/v1/models")).and(header("authorization", "Bearer right"));
        keyed.respond_with(ResponseTemplate::new(200)).mount(&server).await;
        Mock::given(path("/v1/models")).respond_with(ResponseTemplate::new(401)).mount(&server).await;
        Mock::given(path("/broken/models")).respond_with(ResponseTemplate::new(502)).mount(&server).await;
        let at = |place: &str| format!("{}{place}", server.uri());
        assert_eq!(probe(&at(""), Some(&key), PATIENCE).await, Ok(Probe::Ready));
        assert_eq!(probe(&at("/v1"), None, PATIENCE).await, Ok(Probe::Refused(401)));
        assert_eq!(probe(&at("/broken"), None, PATIENCE).await, Ok(Probe::Failing(502)));
        assert_eq!(probe(&at("/none"), None, PATIENCE).await, Ok(Probe::NoList(404)));
        assert!(probe("nonsense", None, PATIENCE).await.is_err());
        drop(server);
    }

    #[tokio::test]
    async fn an_address_where_nobody_listens_is_told_without_its_password() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://user:hunter2@{}/v1", listener.local_addr().unwrap());
        drop(listener);
        let Ok(Probe::Unreachable(reason)) = probe(&address, None, PATIENCE).await else {
            panic!("somebody listens")
        };
        assert!(!reason.is_empty() && !reason.contains("hunter2"), "{reason}");
    }
}
