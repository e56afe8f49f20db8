//! Attempts and look-alikes of our own writing.
//!
//! Four sets, each of attempts and of texts that only look alike. The phrases were made with the
//! first. Each of the others was written afterwards, measured while it was new, and then made part
//! of the work. How they did when they were new stands in `docs/concepts/control.md`.

use super::*;

/// Name, attempts and look-alikes of the sets that the phrases were made with.
const KNOWN: [(&str, &str, &str); 3] = [
    ("first", include_str!("tests/attempts.txt"), include_str!("tests/lookalikes.txt")),
    ("second", include_str!("tests/second_attempts.txt"), include_str!("tests/second_lookalikes.txt")),
    ("third", include_str!("tests/third_attempts.txt"), include_str!("tests/third_lookalikes.txt")),
];

/// The last set that they were measured on.
const UNSEEN: (&str, &str) =
    (include_str!("tests/unseen_attempts.txt"), include_str!("tests/unseen_lookalikes.txt"));

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

/// The share of a file's texts that are found, those, and the others.
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
fn attempts_are_found_and_lookalikes_let_be() {
    for (name, attempts, lookalikes) in KNOWN {
        let (share, yes, missed) = found(attempts);
        assert!(yes.len() + missed.len() >= 40);
        assert!(share >= 0.9, "{name}: {share:.3}; missed:\n{}", missed.join("\n"));
        let (share, alarms, quiet) = found(lookalikes);
        assert!(alarms.len() + quiet.len() >= 40);
        assert!(share <= 0.05, "{name}: {share:.3}; alarms:\n{}", alarms.join("\n"));
    }
    assert!(lines(KNOWN[0].1).count() >= 60 && lines(KNOWN[0].2).count() >= 60);
}

#[test]
fn the_last_set_is_held_at_the_same_rates() {
    let (share, yes, missed) = found(UNSEEN.0);
    println!("found {share:.3} of {}; missed:\n{}", yes.len() + missed.len(), missed.join("\n"));
    let (alarms, loud, quiet) = found(UNSEEN.1);
    println!("alarms {alarms:.3} of {}:\n{}", loud.len() + quiet.len(), loud.join("\n"));
    assert!(share >= 0.9 && alarms <= 0.05);
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
