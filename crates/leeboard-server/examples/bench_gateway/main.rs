//! The two ends of the gateway's benchmark: an upstream that answers at once, and a client that
//! measures.
//!
//! `scripts/bench-gateway` builds and runs it. Both ends are blocking and speak plain HTTP/1.1, so
//! that what they cost themselves is small and the same for every target. This page owns the
//! arguments; what is said is in `prose`, the bytes on the wire are in `http`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and stops at surprises")]
#![expect(clippy::panic, clippy::expect_used, reason = "a benchmark prints and stops at surprises")]

mod client;
mod http;
mod prose;
mod upstream;

fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("upstream") => upstream::run(&arguments.next().expect("an address to listen on")),
        Some("client") => client::run(&client::Plan::parse(arguments)),
        _ => panic!("usage: bench_gateway upstream ADDRESS | bench_gateway client OPTIONS"),
    }
}
