//! Prints what the core measures of texts, for `scripts/calibrate-drift/fit.py`: reads one JSON
//! string a line from standard input and writes one `{"features", "terms"}` a line.

use std::io::{BufRead, Error, Write, stdin, stdout};

use leeboard_core::drift::VoiceSample;
use leeboard_core::text::Analysis;

fn main() -> Result<(), Error> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        let analysis = Analysis::of(&text);
        let features = VoiceSample::of(&text, &analysis).features;
        writeln!(out, "{}", serde_json::json!({"features": features, "terms": analysis.terms}))?;
    }
    Ok(())
}
