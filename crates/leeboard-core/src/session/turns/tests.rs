//! Packing must not be noticed: whatever is asked, the answer is that of a plain list.

use proptest::prelude::*;

use super::*;
use crate::message::{Message, Role};
use crate::record::MessageTokens;
use crate::time::Timestamp;
use crate::tokens::Estimate;

fn turn(number: u32, tool: bool, counter: &str) -> Turn {
    let mut said =
        Entry::new(format!("u{number}"), Message::text(Role::User, format!("Is buoy {number} lit?")));
    said.created_at = Some(Timestamp(i64::from(number)));
    let mut input = vec![said];
    if tool {
        let mut result = Entry::new("t", Message::text(Role::Tool, "lit since six"));
        result.message.extra.insert("seen".to_owned(), serde_json::json!([1, 2.5, u64::MAX, null]));
        input.push(result);
    }
    let words = format!("Buoy {number} is lit, and the tide turns at {} past six. ", number % 60).repeat(9);
    let reply = Entry::new(format!("a{number}"), Message::text(Role::Assistant, words));
    let tokens =
        MessageTokens { counter: counter.to_owned(), counts: vec![number as usize; input.len() + 1] };
    Turn { number, input, reply, tokens }
}

fn plain(turns: &Turns) -> Vec<Turn> {
    turns.iter().map(Cow::into_owned).collect()
}

#[test]
fn what_is_packed_is_smaller() {
    let list: Vec<Turn> = (1..=2_000).map(|number| turn(number, false, "estimate")).collect();
    let turns = Turns::of(list);
    let packed: usize = turns.blocks.iter().map(|block| block.packed.0.len()).sum();
    assert_eq!(turns.len(), turns.packed.turns + turns.recent.len());
    assert!(turns.recent.len() < PLAIN + BLOCK && turns.dictionary.len() <= DICTIONARY);
    assert!(packed < turns.bytes() / 2, "{packed} of {}", turns.bytes());
}

/// 64 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "how long to test is no setting of the core")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|count| count.parse().ok()).unwrap_or(64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn packed_turns_are_what_they_were(
        count in 0_usize..600,
        gap in 1_u32..3,
        tool in 1_usize..9,
        other_counter in 0_usize..700,
        asked in 0_u32..1_300,
    ) {
        let counter = |n: usize| if n < other_counter { "estimate" } else { "another" };
        let list: Vec<Turn> =
            (0..count).map(|n| turn(1 + n as u32 * gap, n % tool == 0, counter(n))).collect();
        let turns = Turns::of(list.clone());
        prop_assert_eq!(turns.len(), list.len());
        prop_assert_eq!(turns.is_empty(), list.is_empty());
        prop_assert_eq!(turns.messages(), list.iter().map(Turn::len).sum::<usize>());
        prop_assert_eq!(&plain(&turns), &list);
        let backwards: Vec<Turn> = turns.iter().rev().map(Cow::into_owned).collect();
        prop_assert!(backwards.iter().eq(list.iter().rev()));
        prop_assert_eq!(turns.first_number(), list.first().map(|turn| turn.number));
        prop_assert_eq!(turns.last(), list.last());
        let place = asked as usize / 2;
        prop_assert_eq!(turns.get(place).map(Cow::into_owned), list.get(place).cloned());
        let numbered = list.iter().find(|turn| turn.number == asked).cloned();
        prop_assert_eq!(turns.numbered(asked).map(Cow::into_owned), numbered);
        let from: Vec<Turn> = turns.from(asked).map(Cow::into_owned).collect();
        prop_assert!(from.iter().eq(list.iter().filter(|turn| turn.number >= asked)));
        let tokens: usize = list.iter().map(|turn| turn.tokens(&Estimate)).sum();
        prop_assert_eq!(turns.tokens(&Estimate), tokens);
        let json = serde_json::to_string(&turns).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<Turn>>(&json).unwrap(), list);
        prop_assert_eq!(&serde_json::from_str::<Turns>(&json).unwrap(), &turns);
        let bytes = rmp_serde::to_vec_named(&turns).unwrap();
        prop_assert_eq!(rmp_serde::from_slice::<Turns>(&bytes).unwrap(), turns);
    }
}
