//! Two turns on the simulated model: the smallest use of the runtime.

use std::io::Write;

use leeboard_core::identity::Identity;
use leeboard_io::driver::Runtime;
use leeboard_io::model::Sim;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let identity = Identity::from_system_message("You are Skipper, a sailing coach. Never use lists.");
    let runtime = Runtime::new(Sim::new(1));
    let mut session = runtime.session("minimal", &identity).await?;

    let mut out = std::io::stdout().lock();
    for said in ["My boat is called Wren.", "What is my boat called?"] {
        let step = runtime.step(&mut session, said).await?;
        writeln!(out, "user:  {said}\nmodel: {}", step.text())?;
        writeln!(out, "       drift {:.2}, {}", step.drift.index, step.posture.name())?;
    }
    Ok(())
}
