//! Attempts and look-alikes of our own writing: those that the phrases were made with, and those
//! that were written afterwards and only measured.

use super::*;

const ATTEMPTS: &str = include_str!("tests/attempts.txt");
const LOOKALIKES: &str = include_str!("tests/lookalikes.txt");
const UNSEEN_ATTEMPTS: &str = include_str!("tests/unseen_attempts.txt");
const UNSEEN_LOOKALIKES: &str = include_str!("tests/unseen_lookalikes.txt");
const REPLIES: &str = include_str!("tests/replies.txt");

/// Place, style and text of each line.
fn lines(file: &str) -> impl Iterator<Item = (AttemptPlace, &str, String)> {
    file.lines().map(|line| {
        let mut parts = line.splitn(3, " | ");
        let place = match parts.next().unwrap() {
            "user" => AttemptPlace::User,
            "tool" => AttemptPlace::Tool,
            "memory" => AttemptPlace::Memory,
            other => panic!("no place: {other}"),
        };
        let style = parts.next().unwrap();
        let text = parts.next().unwrap().replace("\\n", "\n").replace("\\u200b", "\u{200b}");
        (place, style, text)
    })
}

/// The share of a file's texts that are found, and the others as they read.
fn found(file: &str) -> (f64, Vec<String>, Vec<String>) {
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for (place, style, text) in lines(file) {
        match attempt(place, "m", &text, Some("ada")) {
            Some(it) => yes.push(format!("{style}: {text}\n      {}", it.in_words())),
            None => no.push(format!("{style}: {text}")),
        }
    }
    (yes.len() as f64 / (yes.len() + no.len()) as f64, yes, no)
}

#[test]
fn attempts_of_the_first_set_are_found() {
    let (share, yes, missed) = found(ATTEMPTS);
    assert!(yes.len() + missed.len() >= 60);
    assert!(share >= 0.9, "{share:.3}; missed:\n{}", missed.join("\n"));
}

#[test]
fn lookalikes_of_the_first_set_are_let_be() {
    let (share, alarms, no) = found(LOOKALIKES);
    assert!(alarms.len() + no.len() >= 60);
    assert!(share <= 0.05, "{share:.3}; alarms:\n{}", alarms.join("\n"));
}

#[test]
fn replies_that_go_along_are_told_from_those_that_stay() {
    let mut wrong = Vec::new();
    for line in REPLIES.lines() {
        let [wanted, said, reply] = line.splitn(3, " | ").collect::<Vec<_>>().try_into().unwrap();
        let tried: Vec<Attempt> = attempt(AttemptPlace::User, "u", said, Some("ada")).into_iter().collect();
        if adopted(&tried, "a", reply).is_some() != (wanted == "adopted") {
            wrong.push(format!("{line} {tried:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_sets_are_measured() {
    for (name, attempts, lookalikes) in [
        ("second", UNSEEN_ATTEMPTS, UNSEEN_LOOKALIKES),
        ("third", include_str!("tests/third_attempts.txt"), include_str!("tests/third_lookalikes.txt")),
    ] {
        let (share, yes, missed) = found(attempts);
        let (alarms, false_alarms, quiet) = found(lookalikes);
        println!("{name}: found {share:.3} of {}, missed:\n{}", yes.len() + missed.len(), missed.join("\n"));
        println!("alarms {alarms:.3} of {}:\n{}", false_alarms.len() + quiet.len(), false_alarms.join("\n"));
    }
    panic!();
}
