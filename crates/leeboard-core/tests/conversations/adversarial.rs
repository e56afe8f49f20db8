//! Input that nobody means well: huge, without spaces, without meaning. A turn takes it in time
//! that grows with its size, and without a panic. What would be quadratic here takes minutes.

use crate::shell::Run;
use leeboard_core::record::Mode;
use leeboard_core::{ledger, rules, text};

#[test]
fn indentation_is_not_read_again_for_every_sentence() {
    let text = " ".repeat(400_000) + &"a. ".repeat(130_000);
    assert_eq!(text::sentences(&text).len(), 1);
}

#[test]
fn many_rules_of_one_kind_get_their_numbers_at_once() {
    let source: String = (0..10_000).map(|n| format!("Never say \"word{n}\".\n")).collect();
    let rules = rules::compile(&source);
    assert_eq!(rules.len(), 10_000);
    assert_eq!(rules[1].id, "forbidden_phrase_2");
    assert_eq!(rules[9_999].id, "forbidden_phrase_10000");
}

#[test]
fn a_sentence_of_counts_is_searched_for_its_bounds_once() {
    let source = "1 word ".repeat(50_000) + "at most";
    assert_eq!(rules::compile(&source).len(), 1);
    let phrases: String = (0..20_000).map(|n| format!("\"word{n}\", ")).collect();
    let rules = rules::compile(&format!("Never say {phrases}or so."));
    let copied: usize = rules.iter().map(|rule| rule.source.len()).sum();
    assert!(rules.len() == 20_000 && copied < 20_000 * 1_000, "{copied} bytes");
}

#[test]
fn strange_messages_take_the_whole_way() {
    let strange = [
        String::new(),
        "\0".repeat(1_000),
        "\u{202e}abc\u{202c} \u{2066}x\u{2069}\u{feff} e\u{301}\u{200d}\u{1f469}\u{200d}\u{1f680}"
            .repeat(500),
        "x".repeat(1 << 20),
        "- item\n".repeat(20_000),
        "é".repeat(100_000),
        "**".repeat(100_000),
        "<think>".repeat(10_000),
        "…。！？".repeat(20_000),
        "\"".repeat(100_000),
        "9".repeat(100_000),
    ];
    let mut run = Run::start("s", "You are Ada. Never use lists. Keep to 40 words. Never say \"x\".");
    for text in &strange {
        run.turn(text, text);
        run.open(text, Mode::Observe);
        run.close("A plain reply of some words, so that a baseline forms and the turn goes on.");
    }
    assert_eq!(run.session.turns().len(), 2 * strange.len());
    assert!(ledger::verify(&run.records).is_ok());
}
