//! A small report that the tests of this room share, and what sums up a conversation.

use super::*;

pub(crate) fn turn(turn: u32, index: f64, flags: &[Signal]) -> TurnReport {
    let posture = match index {
        index if index >= 0.7 => Posture::Contain,
        index if index >= 0.6 => Posture::Recovery,
        index if index >= 0.45 => Posture::Reflective,
        _ => Posture::Stable,
    };
    TurnReport { turn, index, posture, flags: flags.to_vec(), detail: None }
}

/// Three turns, of which the second breaks a rule.
pub(crate) fn sample() -> ConversationReport {
    let part = |text: &str, marked| Part { text: text.to_owned(), marked };
    let passage = Passage { parts: vec![part("- one & two", true), part(" and more", false)] };
    let finding = Finding {
        signal: Signal::Rules,
        text: "2 list items, \"Never use <lists>.\"".to_owned(),
        rule: Some("no_lists".to_owned()),
        turn: Some(1),
        sentence: Some(passage.clone()),
        earlier: None,
    };
    let detail = Detail {
        request: "What of <it>?".to_owned(),
        reply: passage,
        findings: vec![finding],
        scores: [(Signal::Rules, 0.9), (Signal::Repetition, 0.1)].into(),
        abstained: [(Signal::Slow, "too few replies".to_owned())].into(),
        cause: "drift index 0.900".to_owned(),
    };
    let flagged = TurnReport { detail: Some(Box::new(detail)), ..turn(2, 0.9, &[Signal::Rules]) };
    ConversationReport {
        conversation: "a <b>".to_owned(),
        turns: vec![turn(1, 0.1, &[]), flagged, turn(3, 0.2, &[])],
    }
}

#[test]
fn a_report_sums_up_its_turns() {
    let report = sample();
    assert!((report.mean() - 0.4).abs() < 1e-9);
    assert_eq!(report.highest(), 0.9);
    assert_eq!(report.posture(), Posture::Contain);
    assert_eq!(report.worst().len(), 1);
    assert_eq!(ConversationReport::default().mean(), 0.0);
}

#[test]
fn the_worst_conversation_comes_first() {
    let (calm, bad) = (ConversationReport::new("calm", &[]), sample());
    let reports = [calm.clone(), bad, calm];
    let order: Vec<&str> = worst_first(&reports).iter().map(|report| report.conversation.as_str()).collect();
    assert_eq!(order, ["a <b>", "calm", "calm"]);
}

#[test]
fn alarms_are_worse_than_postures_alone() {
    let mut report = sample();
    report.turns[1].index = 0.5;
    let detail = report.turns[1].detail.clone();
    report.turns.push(TurnReport { detail, ..turn(4, 0.44, &[]) });
    assert_eq!(report.worst().iter().map(|turn| turn.turn).collect::<Vec<_>>(), [2, 4]);
}
