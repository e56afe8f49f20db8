//! The static table from outside: agreement with the reference tokenizer, and what holds for
//! every text. Golden files: `tests/data/embedding`, made by `scripts/distill`.

use std::path::Path;

use leeboard_io::embed::Table;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Tokens {
    text: String,
    ids: Vec<u16>,
}

#[test]
fn every_golden_text_has_the_reference_tokens() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/embedding/tokens.jsonl");
    let lines = std::fs::read_to_string(path).unwrap();
    let golden: Vec<Tokens> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(golden.len() > 2_000, "only {} texts", golden.len());
    for Tokens { text, ids } in golden {
        assert_eq!(Table::new().tokens(&text), ids, "{text:?}");
    }
}

/// Prose, runs of one character, and characters from anywhere.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(vec![
            "the",
            "harbour",
            "is",
            "Quiet",
            "unloading",
            "don't",
            "ﬁne",
            "東京",
            "[UNK]"
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z']{1,12}",
        "\\PC{0,8}",
        (any::<char>(), 1..300_usize).prop_map(|(c, count)| c.to_string().repeat(count)),
        prop::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter),
    ];
    prop::collection::vec((word, prop::sample::select(vec![" ", "", "\n", ", ", "\u{a0}"])), 0..30)
        .prop_map(|parts| parts.into_iter().map(|(word, gap)| word + gap).collect())
}

/// 64 cases, or as many as `LEEBOARD_TEST_CASES` says (`./test --long`).
fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test may read how long it shall run")]
    let asked = std::env::var("LEEBOARD_TEST_CASES");
    asked.ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn any_text_has_a_finite_vector_of_length_one_or_a_reason(text in text()) {
        let found = Table::new().vector(&text);
        prop_assert_eq!(&found, &Table::new().vector(&text));
        match found {
            Ok(vector) => {
                prop_assert_eq!(vector.len(), 256);
                let square: f32 = vector.iter().map(|value| value * value).sum();
                prop_assert!((square - 1.0).abs() < 1e-5, "{}", square);
            }
            Err(missing) => prop_assert!(!missing.0.is_empty()),
        }
    }

    /// Case, accents, the kind of white space and what surrounds a text carry nothing.
    #[test]
    fn what_the_tokenizer_drops_changes_nothing(text in text()) {
        let tokens = Table::new().tokens(&text);
        let spaced = format!("\u{feff}\n {} \u{200b}\t", text.replace(' ', "\r\n\u{3000}"));
        prop_assert_eq!(&Table::new().tokens(&spaced), &tokens);
        prop_assert_eq!(Table::new().tokens(&text.to_ascii_uppercase()), tokens);
    }

    /// Tokens do not reach over white space, so a text's tokens are those of its halves.
    #[test]
    fn texts_add_up(left in text(), right in text()) {
        let mut tokens = Table::new().tokens(&left);
        tokens.extend(Table::new().tokens(&right));
        prop_assert_eq!(Table::new().tokens(&format!("{left} {right}")), tokens);
    }
}
