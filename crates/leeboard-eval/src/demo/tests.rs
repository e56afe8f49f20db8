//! The promises of the demo: reproducible, quick, honest sums.

use std::time::{Duration, Instant};

use super::*;

async fn rows(turns: u32, seed: u64) -> (Vec<Row>, Summary) {
    let mut rows = Vec::new();
    let summary = run(&Options { turns, seed }, |row| rows.push(row.clone())).await.unwrap();
    (rows, summary)
}

#[tokio::test]
async fn the_same_seed_gives_the_same_rows_and_another_seed_others() {
    let first = rows(40, 1).await;
    assert_eq!(first, rows(40, 1).await);
    assert_ne!(first.0, rows(40, 2).await.0);
}

#[tokio::test]
async fn thirty_turns_take_a_moment() {
    // The token table is loaded once in a process, and that is not what is measured.
    rows(1, 1).await;
    let start = Instant::now();
    let (rows, summary) = rows(30, 1).await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!((rows.len(), summary.turns, summary.simulated), (30, 30, true));
}

#[tokio::test]
async fn the_summary_is_the_sum_of_the_rows() {
    let (rows, summary) = rows(30, 3).await;
    for (totals, lanes) in [
        (&summary.managed, rows.iter().map(|row| &row.managed).collect::<Vec<_>>()),
        (&summary.plain, rows.iter().map(|row| &row.plain).collect()),
    ] {
        assert_eq!(totals.facts_asked, 7);
        assert_eq!(totals.tokens, lanes.iter().map(|lane| lane.prompt_tokens).sum::<usize>());
        let mean = lanes.iter().map(|lane| lane.drift).sum::<f64>() / 30.0;
        assert!((totals.mean_drift - mean).abs() < 1e-9);
        for lane in lanes {
            assert!(lane.cached_tokens < lane.prompt_tokens && lane.billed_tokens <= lane.prompt_tokens);
            assert!(!lane.reply.is_empty() && !lane.posture.is_empty());
            let fact = lane.fact.as_ref();
            assert!(
                fact.is_none_or(|fact| fact.in_prompt || !fact.right),
                "right without a source: {lane:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_plain_agent_gets_no_help() {
    let (rows, summary) = rows(30, 1).await;
    assert!(rows.iter().all(|row| row.plain.recalled == 0 && row.plain.correction.is_empty()));
    assert_eq!(summary.plain.corrections, 0);
}

#[tokio::test]
async fn no_turns_give_empty_totals() {
    let (rows, summary) = rows(0, 1).await;
    assert!(rows.is_empty());
    assert_eq!(summary.managed, Totals::default());
}
