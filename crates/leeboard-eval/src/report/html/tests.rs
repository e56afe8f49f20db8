//! The page as a whole: it stands alone, its links lead somewhere, no text of a log is markup.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::report::tests::{sample, turn};
use crate::report::{Part, Passage, TurnReport};

const LIMITS: [f64; 3] = [0.45, 0.6, 0.7];

/// The values of an attribute.
fn values<'a>(page: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {attribute}=\"");
    let starts: Vec<usize> = page.match_indices(&start).map(|(at, found)| at + found.len()).collect();
    starts.into_iter().filter_map(move |at| page[at..].split('"').next())
}

fn links_lead_somewhere(page: &str) {
    let ids: Vec<&str> = values(page, "id").collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "ids are not unique");
    for link in values(page, "href").chain(values(page, "aria-labelledby")) {
        for target in link.split(' ') {
            assert!(unique.contains(target.trim_start_matches('#')), "{target} leads nowhere");
        }
    }
}

/// The names of all tags in order.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).map(|part| part.split([' ', '>']).next().unwrap_or_default()).collect()
}

/// A report with this text wherever a log can put one.
fn with(text: &str) -> ConversationReport {
    let mut report = sample();
    report.conversation = text.to_owned();
    let passage = || Passage {
        parts: vec![
            Part { text: text.to_owned(), marked: false },
            Part { text: text.to_owned(), marked: true },
        ],
    };
    for detail in report.turns.iter_mut().filter_map(|turn| turn.detail.as_mut()) {
        detail.request = text.to_owned();
        detail.reply = passage();
        detail.cause = text.to_owned();
        for reason in detail.abstained.values_mut() {
            *reason = text.to_owned();
        }
        for finding in &mut detail.findings {
            finding.text = text.to_owned();
            finding.rule = Some(text.to_owned());
            finding.sentence = Some(passage());
            finding.earlier = Some(passage());
        }
    }
    report
}

#[test]
fn the_page_stands_alone() {
    let page = html(&[sample(), sample()], LIMITS);
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert!(!page.contains("://") && !page.contains(" src=") && !page.contains("@import"));
    assert!(page.contains("prefers-color-scheme: dark"));
    links_lead_somewhere(&page);
}

#[test]
fn the_policy_lets_only_the_one_script_run() {
    let sum = STANDARD.encode(Sha256::digest(SCRIPT));
    assert!(POLICY.ends_with(&format!("script-src 'sha256-{sum}'")), "sha256-{sum}");
    // What the template writes is what was summed.
    let page = html(&[sample()], LIMITS);
    assert!(page.contains(&format!("<script>{SCRIPT}</script>")));
}

#[test]
fn long_and_many_conversations_keep_their_links() {
    let mut long = sample();
    let flagged = long.turns[1].clone();
    long.turns = (1..=500)
        .map(|n| if n % 3 == 0 { TurnReport { turn: n, ..flagged.clone() } } else { turn(n, 0.1, &[]) })
        .collect();
    let page = html(&[long], LIMITS);
    links_lead_somewhere(&page);
    assert!(page.contains("The 60 worst of 166 are listed"));
    let many = vec![sample(); SECTIONS + 5];
    let page = html(&many, LIMITS);
    links_lead_somewhere(&page);
    assert_eq!(page.matches("class=\"conversation\"").count(), SECTIONS);
    assert!(page.contains("5 conversations further down"));
}

#[test]
fn nothing_is_a_page_too() {
    let page = html(&[], LIMITS);
    assert!(page.contains("No reply to score"));
    links_lead_somewhere(&html(&[ConversationReport::new("empty", &[]), sample()], LIMITS));
}

#[test]
fn hostile_text_stays_text() {
    let plain = html(&[with("plain"), sample()], LIMITS);
    for text in [
        "</script><script>alert(1)</script>",
        "\" onmouseover=\"alert(1)",
        "' onclick='x",
        "--><img src=x onerror=alert(1)>",
        "]]></title></style><svg onload=x>",
        "\u{0}\u{7}\u{1b}[2J\u{9f}",
        "\u{202e}סוף\u{2066}",
        "&lt;script&gt;&#60;b&#62;",
        &"<b>".repeat(34_000),
    ] {
        let page = html(&[with(text), sample()], LIMITS);
        assert_eq!(tags(&page), tags(&plain), "{text}");
        assert_eq!(values(&page, "href").collect::<Vec<_>>(), values(&plain, "href").collect::<Vec<_>>());
        assert!(!page.chars().any(|c| c.is_control() && c != '\n'), "{text}");
        links_lead_somewhere(&page);
    }
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
    fn no_text_of_a_log_becomes_markup(
        text in r#"([<>&"'/=]|script|</|<!--|\PC|\p{Cc}|[אבג]|\u{202e}){1,60}"#
    ) {
        let page = html(&[with(&text), sample()], LIMITS);
        let plain = html(&[with("plain"), sample()], LIMITS);
        prop_assert!(tags(&page) == tags(&plain), "{}", page);
        prop_assert!(!page.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
    }
}
