//! Recall as a whole.

use proptest::prelude::*;

use super::*;
use crate::message::{Entry, Message, Role};
use crate::vector::Answer;

fn entry(n: usize, name: &str, text: &str) -> Entry {
    let mut message = Message::text(Role::User, text);
    message.name = (!name.is_empty()).then(|| name.to_owned());
    Entry::new(n.to_string(), message)
}

fn index(messages: &[(&str, &str)]) -> Index {
    let mut index = Index::default();
    for (n, (name, text)) in messages.iter().enumerate() {
        index.add(1, &entry(n, name, text), None, None, 100);
    }
    index
}

fn find(index: &Index, text: &str, k: usize) -> Vec<Hit> {
    recall(index, &Query { text, ..Query::default() }, k, &MemoryConfig::default())
}

fn ids(index: &Index, query: &str) -> Vec<String> {
    find(index, query, 3).into_iter().map(|hit| hit.id).collect()
}

#[test]
fn the_rarer_shared_word_wins_and_neighbours_follow() {
    let index = index(&[
        ("", "We sailed to the harbour."),
        ("", "Which harbour has moorings?"),
        ("", "The northern one, near Skagen."),
        ("", "I bought a sextant in Skagen."),
    ]);
    assert_eq!(ids(&index, "Where did I buy the sextant?")[0], "3");
    let hits = find(&index, "sextant", 4);
    assert_eq!(hits[0].why, "shares sextant");
    assert_eq!((hits[1].id.as_str(), hits[1].why.as_str()), ("2", "stands beside a match"));
}

#[test]
fn the_named_speaker_is_preferred() {
    let index = index(&[("Ann", "The kayak is red."), ("Bob", "The kayak is red.")]);
    let hits = find(&index, "What colour is Bob's kayak?", 2);
    assert_eq!(hits[0].id, "1");
    assert_eq!(hits[0].why, "shares kayak; said by the speaker named");
}

#[test]
fn no_shared_word_no_hit() {
    assert!(ids(&index(&[("", "anchor")]), "the of and").is_empty());
    assert!(ids(&Index::default(), "anchor").is_empty());
    assert!(ids(&Index::default(), "What was my first question?").is_empty());
}

#[test]
fn a_place_comes_first_and_exactly() {
    let index = index(&[("", "Good morning."), ("", "How deep is it?"), ("", "Is the harbour deep?")]);
    let hits = find(&index, "What was my first question about the harbour?", 3);
    assert!(hits.iter().all(|hit| hit.score < 1.0), "what it was about is no place");
    let hits = find(&index, "What was my first question?", 3);
    assert_eq!((hits[0].id.as_str(), hits[0].score), ("1", 1.0));
    assert_eq!(hits[0].why, "stands at the place asked for, turn 1");
}

#[test]
fn a_form_of_a_word_is_found_by_its_spelling() {
    let index = index(&[("", "Kelp."), ("", "Her education took years."), ("", "Sand."), ("", "Rope.")]);
    let hits = find(&index, "educaton", 1);
    assert_eq!((hits[0].id.as_str(), hits[0].why.as_str()), ("1", "has a word like educaton"));
}

fn embedded(values: &[f32]) -> Answer {
    Vector::new(&"m".into(), values).map_or(Answer::Late, Answer::Vector)
}

#[test]
fn meaning_finds_what_shares_no_word_and_words_do_without_it() {
    let mut index = Index::default();
    for (n, (said, vector)) in
        [("We grow oranges.", [1.0, 0.1]), ("The tide turns.", [0.0, 1.0])].iter().enumerate()
    {
        index.add(1, &entry(n, "", said), None, Some(embedded(vector)), 9);
    }
    let asked = embedded(&[0.9, 0.0]);
    let query = Query { text: "citrus fruit", vector: asked.vector(), now: None };
    let hits = recall(&index, &query, 1, &MemoryConfig::default());
    assert_eq!((hits[0].id.as_str(), hits[0].why.as_str()), ("0", "close in meaning (0.99)"));
    assert!(find(&index, "citrus fruit", 1).is_empty(), "no vector, no opinion");
    assert_eq!(find(&index, "oranges", 1)[0].id, "0");
    let other = Vector::new(&"another".into(), &[0.9, 0.0]);
    let query = Query { text: "citrus fruit", vector: other.as_ref(), now: None };
    assert!(recall(&index, &query, 1, &MemoryConfig::default()).is_empty(), "models never meet");
}

#[test]
fn the_time_named_is_preferred() {
    let mut index = Index::default();
    for (n, day) in [19_400_i64, 19_480, 19_486].into_iter().enumerate() {
        let mut entry = entry(n, "", "We sailed.");
        entry.created_at = Some(Timestamp(day * 86_400_000));
        index.push(1, &entry);
    }
    let ask = |text| {
        let query = Query { text, vector: None, now: Some(Timestamp(19_487 * 86_400_000)) };
        recall(&index, &query, 3, &MemoryConfig::default()).remove(0)
    };
    assert_eq!(ask("Where did we sail yesterday?").id, "2");
    assert_eq!(ask("Where did we sail last week?").id, "1");
    assert_eq!(ask("Where did we sail in February?").id, "0");
    assert!(ask("Where did we sail in February?").why.contains("from the time named"));
}

/// 64 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "how long to test is no setting of the core")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|count| count.parse().ok()).unwrap_or(64)
}

type Said = (String, bool, Option<Vec<f32>>, Option<i64>);

fn said() -> impl Strategy<Value = Said> {
    let vector = proptest::option::of(proptest::collection::vec(-1.0_f32..1.0, 3));
    ("([a-e]{1,2}[ .?]){0,8}", any::<bool>(), vector, proptest::option::of(0_i64..40))
}

fn fold(messages: &[Said], max: usize) -> Index {
    let mut index = Index::default();
    for (n, (text, user, vector, day)) in messages.iter().enumerate() {
        let mut message = Message::text(if *user { Role::User } else { Role::Assistant }, text.as_str());
        message.name = user.then(|| "ba".to_owned());
        let mut entry = Entry::new(n.to_string(), message);
        entry.created_at = day.map(|day| Timestamp(day * 86_400_000));
        let turn = u32::try_from(n / 2 + 1).unwrap();
        index.add(turn, &entry, None, vector.as_deref().map(embedded), max);
    }
    index
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn scores_are_in_range_in_order_and_the_same_again(
        messages in proptest::collection::vec(said(), 0..30),
        query in "([a-e]{1,2} ){0,6}(yesterday|last answer|at turn 3|)",
        vector in proptest::collection::vec(-1.0_f32..1.0, 3),
        k in 0_usize..12,
        max in 1_usize..40,
    ) {
        let index = fold(&messages, max);
        let asked = embedded(&vector);
        let query = Query { text: &query, vector: asked.vector(), now: Some(Timestamp(86_400_000 * 41)) };
        let hits = recall(&index, &query, k, &MemoryConfig::default());
        prop_assert!(hits.len() <= k);
        prop_assert!(hits.iter().all(|hit| (0.0..=1.0).contains(&hit.score) && !hit.why.is_empty()), "{hits:?}");
        prop_assert!(hits.is_sorted_by(|a, b| a.score >= b.score), "{hits:?}");
        let ids: std::collections::BTreeSet<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
        prop_assert_eq!(ids.len(), hits.len());
        let oldest = messages.len().saturating_sub(max);
        prop_assert!(ids.iter().all(|id| id.parse::<usize>().unwrap() >= oldest));
        for found in evidence(&index, &query, &MemoryConfig::default()) {
            prop_assert!(found.features.iter().all(|value| (0.0..=1.000_01).contains(value)), "{found:?}");
        }
        prop_assert_eq!(recall(&fold(&messages, max), &query, k, &MemoryConfig::default()), hits);
    }

    #[test]
    fn an_index_is_that_of_its_messages_however_their_vectors_came(
        messages in proptest::collection::vec(said(), 1..20),
    ) {
        let whole = fold(&messages, 99);
        let bare: Vec<Said> = messages.iter().map(|(a, b, _, d)| (a.clone(), *b, None, *d)).collect();
        let mut late = fold(&bare, 99);
        for (n, (text, _, vector, _)) in messages.iter().enumerate() {
            let turn = u32::try_from(n / 2 + 1).unwrap();
            if let Some(vector) = vector && !text.trim().is_empty() {
                late.set_vector(turn, &n.to_string(), &embedded(vector));
            }
        }
        let asked = embedded(&[0.3, -0.2, 0.9]);
        let query = Query { text: "aa b cd", vector: asked.vector(), now: None };
        let config = MemoryConfig::default();
        prop_assert_eq!(recall(&late, &query, 9, &config), recall(&whole, &query, 9, &config));
        let written = serde_json::to_string(&whole).unwrap();
        prop_assert_eq!(serde_json::from_str::<Index>(&written).unwrap(), whole);
    }

    #[test]
    fn what_left_the_index_is_as_if_it_had_never_been(
        messages in proptest::collection::vec(said(), 1..30),
        max in 1_usize..12,
    ) {
        let folded = fold(&messages, max);
        let from = messages.len().saturating_sub(max);
        let mut fresh = Index::default();
        for (n, (text, user, vector, day)) in messages.iter().enumerate().skip(from) {
            let mut message = Message::text(if *user { Role::User } else { Role::Assistant }, text.as_str());
            message.name = user.then(|| "ba".to_owned());
            let mut entry = Entry::new(n.to_string(), message);
            entry.created_at = day.map(|day| Timestamp(day * 86_400_000));
            fresh.add(u32::try_from(n / 2 + 1).unwrap(), &entry, None, vector.as_deref().map(embedded), max);
        }
        let asked = embedded(&[0.3, -0.2, 0.9]);
        let query = Query { text: "aa b cd", vector: asked.vector(), now: None };
        let config = MemoryConfig::default();
        prop_assert_eq!(recall(&folded, &query, 9, &config), recall(&fresh, &query, 9, &config));
    }
}
