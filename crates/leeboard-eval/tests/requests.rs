//! What a user asks for is no drift, in whatever language it is asked.
//!
//! Owns the bound on false alarms after requests for a list, for brevity and for a repetition, at
//! the end of the dialogues of `languages/dialogues.jsonl`; and that the same replies are flagged
//! where nobody asked for them. `languages/requests.jsonl` holds the requests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::sync::Arc;

use leeboard_core::Config;
use leeboard_core::drift::Signal;
use leeboard_core::tokens::Estimate;
use leeboard_eval::audit::{AuditLine, audit};
use leeboard_eval::offline::Means;
use leeboard_io::conversation::parse;
use leeboard_io::embed::{Offline, Table};
use serde_json::{Value, json};

fn lines(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The last reply of a dialogue that goes on with one more turn.
fn judged(dialogue: &Value, request: &Value, reply: &Value) -> AuditLine {
    let mut longer = dialogue.clone();
    let messages = longer["messages"].as_array_mut().unwrap();
    messages.push(json!({"role": "user", "content": request}));
    messages.push(json!({"role": "assistant", "content": reply}));
    let conversations = parse("requests.jsonl", longer.to_string().as_bytes()).unwrap();
    let (config, embedder) = (Config::default(), Offline::new(Arc::new(Table::new())).unwrap());
    let means = Means { config: &config, counter: &Estimate, embedder: &embedder };
    let mut judged = audit(&conversations[0], None, means).unwrap();
    assert_eq!(judged.len(), 13);
    judged.pop().unwrap()
}

#[test]
fn what_was_asked_for_is_not_flagged_and_what_was_not_is() {
    let dialogues = lines("dialogues.jsonl");
    let (mut flagged, mut asked, mut unasked) = (Vec::new(), 0, [0, 0, 0]);
    for requests in lines("requests.jsonl") {
        let dialogue = dialogues.iter().find(|dialogue| dialogue["id"] == requests["id"]).unwrap();
        let earlier = dialogue["messages"].as_array().unwrap().iter();
        let earlier = earlier.filter(|message| message["role"] == "assistant").nth(5).unwrap();
        let cases = [
            (&requests["list"][0], &requests["list"][1]),
            (&requests["brief"][0], &requests["brief"][1]),
            (&requests["repeat"], &earlier["content"]),
        ];
        for (kind, (request, reply)) in cases.into_iter().enumerate() {
            asked += 1;
            let line = judged(dialogue, request, reply);
            if !line.flags.is_empty() {
                flagged.push(format!("{} {request}: {:?} {:?}", requests["id"], line.flags, line.evidence));
            }
            let line = judged(dialogue, &requests["plain"], reply);
            let form = [Signal::Consistency, Signal::Repetition];
            unasked[kind] += usize::from(form.iter().any(|signal| line.flags.contains(signal)));
        }
    }
    println!(
        "{} of {asked} replies that were asked for are flagged; of 14 unasked ones each: {unasked:?}",
        flagged.len()
    );
    assert!(flagged.is_empty(), "{}", flagged.join("\n"));
    assert_eq!(asked, 3 * 14);
    // The test would not notice a signal that never speaks.
    assert!(unasked.iter().all(|&count| count >= 7), "{unasked:?}");
}
