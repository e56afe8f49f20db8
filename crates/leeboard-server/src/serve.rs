//! Serving until shutdown: connections, and what one of them may take.
//!
//! Owns the listener's loop and the limits of a connection. What is answered is `app`'s. HTTP/1.1
//! only; something in front of the gateway may speak more.

use std::io;
use std::pin::pin;
use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::app::app;
use crate::retention;
use crate::state::AppState;

/// How long a listener rests that cannot accept, for example without a free socket.
const REST: Duration = Duration::from_millis(200);

/// For the last bytes of replies that were cut at shutdown.
const FLUSH: Duration = Duration::from_secs(1);

/// Serves the gateway until `shutdown` resolves; then replies under way may end within the
/// configured grace, every turn is closed, and this returns.
///
/// # Errors
/// None at present: a connection that fails is only that connection's end.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let limits = state.config().limits;
    let mut http = Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_header_size(limits.header_bytes);
    let service = TowerToHyperService::new(app(state.clone()));
    let connections = GracefulShutdown::new();
    let mut open = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    retention::watch(&state);
    loop {
        let connection = tokio::select! {
            connection = accept(&listener) => connection,
            Some(_) = open.join_next() => continue,
            () = &mut shutdown => break,
        };
        let served = connections.watch(http.serve_connection(TokioIo::new(connection), service.clone()));
        open.spawn(async move {
            if let Err(error) = served.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    // Who only listens would keep the connection for the whole grace.
    state.events().end();
    let mut ended = pin!(connections.shutdown());
    let in_time = timeout(limits.shutdown_grace, &mut ended).await.is_ok();
    state.finish().await;
    if !in_time && timeout(FLUSH, ended).await.is_err() {
        tracing::debug!("connections were cut at shutdown");
    }
    Ok(())
}

/// The next connection. One that is gone already is nobody's fault.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((connection, _)) => {
                // Pieces of a stream are small and must not wait for each other.
                if let Err(error) = connection.set_nodelay(true) {
                    tracing::debug!(%error, "a connection stays without TCP_NODELAY");
                }
                return connection;
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted for now");
                sleep(REST).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
