//! Writes the session API's description to the file that is named.
//!
//! `cargo run -p leeboard-server --example openapi docs/reference/openapi.json`

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give the file to write")?;
    Ok(std::fs::write(path, leeboard_server::openapi())?)
}
