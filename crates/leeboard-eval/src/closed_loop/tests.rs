//! The promises of the closed loop: reproducible, judged by the truth, honest sums.

use super::*;

fn options(turns: u32, seeds: u64, perturbation: Option<Kind>) -> Options {
    Options { turns, seeds, perturbation, upstream: None, config: Config::default() }
}

async fn trials(options: &Options, agents: &[Who]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for seed in 1..=options.seeds {
        for who in agents {
            trials.push(options.run(who, seed).await.unwrap());
        }
    }
    trials
}

#[tokio::test]
async fn a_short_loop_gives_the_same_report_in_any_order() {
    let options = options(30, 3, None);
    let mut held = trials(&options, &Who::all(false)).await;
    let report = Report::of(&options, &held);
    held.reverse();
    assert_eq!(Report::of(&options, &held), report);
    let (left, right) = tokio::join!(options.run(&Who::MANAGED, 2), options.run(&Who::Plain, 2));
    let again: Vec<String> = [left, right].map(|it| it.unwrap().turns[29].reply.clone()).into();
    let of = |who: &Who| held.iter().find(|it| it.seed == 2 && it.who == *who).unwrap();
    let before = [&Who::MANAGED, &Who::Plain].map(|who| of(who).turns[29].reply.clone());
    assert_eq!(again, before, "two at a time change nothing");
    let json = serde_json::to_value(&report).unwrap();
    for agent in ["plain", "managed"] {
        for field in [
            "off_persona_per_100",
            "wrong_facts_per_100",
            "broken_rules_per_100",
            "detection_delay_p95",
            "recovery_turns_p95",
            "recovered_share",
            "interventions_per_100",
            "false_interventions_per_100",
            "oscillations",
            "prompt_tokens_mean",
            "cached_share",
        ] {
            assert!(json["agents"][agent].get(field).is_some(), "{agent} {field}");
        }
    }
    let shown = table(&report);
    assert!(shown.contains("A simulation") && shown.contains("managed"), "{shown}");
}

#[tokio::test]
async fn the_plain_agent_never_intervenes_and_truth_comes_from_the_simulator() {
    let options = options(30, 1, Some(Kind::Topic));
    let trial = options.run(&Who::Plain, 1).await.unwrap();
    assert!(trial.turns.iter().all(|turn| turn.rungs.is_empty() && turn.flags.is_empty()));
    assert!(trial.turns.iter().any(|turn| turn.truth.off_topic && turn.truth.event == Some(Kind::Topic)));
    let figures = Report::of(&options, &[trial]).agents["plain"].figures.clone();
    assert_eq!((figures.episodes, figures.detection_delay_p95), (1, None));
}

#[tokio::test]
async fn without_a_rung_no_plan_takes_it() {
    let options = options(40, 1, Some(Kind::Rule));
    let without = Who::Managed { without: Some("restate".to_owned()) };
    let mut taken = 0;
    for seed in 1..=3 {
        let full = options.run(&Who::MANAGED, seed).await.unwrap();
        taken += full.turns.iter().filter(|turn| turn.rungs.iter().any(|rung| rung == "restate")).count();
        let less = options.run(&without, seed).await.unwrap();
        assert!(less.turns.iter().all(|turn| !turn.rungs.iter().any(|rung| rung == "restate")));
    }
    assert!(taken > 0, "a broken rule is restated");
}

/// What falls under these has regressed. Measured on these seeds, of models that obey (the run is
/// the same each time): all of 9 episodes flagged within two turns and over within three, 7 wrong
/// facts and 1 false intervention in 720 turns. The room is one episode, four wrong facts and three
/// interventions, for changes that move single turns. The figures of many seeds are in the guide.
#[tokio::test]
async fn drift_is_noticed_and_brought_back_and_nothing_else_is_corrected() {
    let mut managed = Vec::new();
    for seed in 1..=14 {
        managed.push(options(60, 14, None).run(&Who::MANAGED, seed).await.unwrap());
    }
    let report = Report::of(&options(60, 14, None), &managed);
    let figures = &report.obeying["managed"].figures;
    assert!(figures.episodes >= 8, "{figures:?}");
    assert!(figures.detected_within_2.unwrap() >= 8.0 / 9.0, "{figures:?}");
    assert!(figures.recovered_within_3.unwrap() >= 8.0 / 9.0, "{figures:?}");
    let per_100 = |turns: f64| 100.0 * turns / 720.0 + 1e-9;
    assert!(figures.wrong_facts_per_100 <= per_100(11.0), "{figures:?}");
    assert!(figures.false_interventions_per_100 <= per_100(4.0), "{figures:?}");
    assert_eq!(figures.oscillations, 0);
}
