//! The least that a gateway in Rust can do: pass both bodies of a chat on as they come.
//!
//! The yardstick of `scripts/bench-gateway`. axum in front; behind it `hyper-util`'s client, which
//! is the fastest of the common ones, or reqwest, which the gateway uses. Neither reads anything.
//!
//! Run with `passthrough hyper|reqwest LISTEN UPSTREAM`.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "an example for a benchmark"
)]

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::http::header::HOST;
use axum::response::Response;
use axum::serve::ListenerExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [client, listen, upstream] =
        <[String; 3]>::try_from(arguments).expect("hyper|reqwest LISTEN UPSTREAM");
    let router = if client == "hyper" {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Router::new().fallback(by_hyper).with_state((client, upstream))
    } else {
        let client = reqwest::Client::builder().tcp_nodelay(true).build().unwrap();
        Router::new().fallback(by_reqwest).with_state((client, upstream))
    };
    let listener = TcpListener::bind(listen).await.unwrap();
    println!("ready");
    let listener = listener.tap_io(|connection| connection.set_nodelay(true).unwrap());
    axum::serve(listener, router).await.unwrap();
}

async fn by_hyper(
    State((client, upstream)): State<(Client<HttpConnector, Body>, String)>,
    mut request: Request,
) -> Response {
    let path = request.uri().path_and_query().unwrap().as_str();
    *request.uri_mut() = Uri::try_from(format!("{upstream}{path}")).unwrap();
    request.headers_mut().remove(HOST);
    client.request(request).await.unwrap().map(Body::new)
}

async fn by_reqwest(
    State((client, upstream)): State<(reqwest::Client, String)>,
    mut request: Request,
) -> Response {
    let path = request.uri().path_and_query().unwrap().as_str();
    let url = format!("{upstream}{path}");
    request.headers_mut().remove(HOST);
    let (head, body) = request.into_parts();
    let body = reqwest::Body::wrap_stream(body.into_data_stream());
    let sent = client.request(head.method, url).headers(head.headers).body(body).send();
    axum::http::Response::from(sent.await.unwrap()).map(Body::new)
}
