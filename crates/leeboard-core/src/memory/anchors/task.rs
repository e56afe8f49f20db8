//! The lines of the task frame: goal, steps with their states, decisions, demands, promises.
//!
//! Owns their wording, their order and what gives way where room is short. What the frame holds
//! is in `facts::task`.

use super::{AnchorLine, compact};
use crate::memory::facts::{Fact, Facts, Slot, Source, StepState, TaskStep};

/// Facts of one kind that stand in the frame, at most: the newest.
const MOST_OF_A_KIND: usize = 6;

/// Words of a step where room is short.
const FEW_WORDS: usize = 10;

/// The lines of the frame, or none if nothing of it was said before a turn: then all of it
/// stands in the window.
pub(crate) fn task_lines(
    facts: &Facts,
    before: u32,
    fits: impl Fn(&[AnchorLine]) -> bool,
) -> Vec<AnchorLine> {
    let frame = facts.task();
    let parts = [&frame.goals, &frame.constraints, &frame.decisions, &frame.commitments];
    let told = parts.iter().flat_map(|part| part.iter().copied());
    let earliest = told.chain(frame.steps.iter().map(|step| step.fact)).map(|fact| fact.turn).min();
    if earliest.is_none_or(|turn| turn >= before) {
        return Vec::new();
    }
    let mut most = MOST_OF_A_KIND;
    let mut words = usize::MAX;
    loop {
        let mut lines: Vec<AnchorLine> = newest(&frame.goals, most).map(|it| told_line("goal", it)).collect();
        lines.extend(frame.steps.iter().min_by_key(|step| step.fact.turn).map(heading));
        lines.extend(frame.steps.iter().map(|step| line_of_step(step, words)));
        for (label, part) in
            [("must be", &frame.constraints), ("decided", &frame.decisions), ("promised", &frame.commitments)]
        {
            lines.extend(newest(part, most).map(|it| told_line(label, it)));
        }
        if fits(&lines) || most == 0 {
            return if fits(&lines) { lines } else { Vec::new() };
        }
        // First the steps get shorter, then the older words of the user give way.
        if words > FEW_WORDS { words = FEW_WORDS } else { most -= 1 }
    }
}

/// What has become of the plan since its lines were written, in present words.
pub(crate) fn task_changes(facts: &Facts, since: u32) -> Vec<AnchorLine> {
    let frame = facts.task_with_dropped();
    let changed = |step: &&TaskStep<'_>| {
        let of_step = |it: &&Fact| it.slot == Slot::Progress && it.key == step.fact.key && it.turn >= since;
        step.fact.turn >= since || facts.valid().any(|it| of_step(&it))
    };
    frame.steps.iter().filter(changed).map(|step| line_of_step(step, usize::MAX)).collect()
}

/// Whether a fact is told by the frame and not by a line of its own.
pub(super) fn is_task(fact: &Fact) -> bool {
    matches!(fact.slot, Slot::Step | Slot::Progress)
}

/// "Great, thanks." behind a plan: it tells that the plan holds and need not be told itself.
pub(super) fn is_consent(fact: &Fact) -> bool {
    fact.slot == Slot::Decision && fact.key == ["plan", "agree"]
}

/// Whether a sentence only says what steps of the plan say.
pub(super) fn tells(steps: &[&Fact], sentence: &[&Fact]) -> bool {
    let Some(first) = sentence.first() else { return true };
    let plain = |fact: &&Fact| {
        matches!(fact.slot, Slot::Statement | Slot::Measure | Slot::Count | Slot::Place | Slot::Habit)
    };
    let step = |fact: &&Fact| {
        (fact.turn, &fact.message) == (first.turn, &first.message) && first.words.contains(&fact.words)
    };
    sentence.iter().all(plain) && steps.iter().any(step)
}

fn newest<'a>(facts: &'a [&'a Fact], most: usize) -> impl Iterator<Item = &'a Fact> {
    let kept: Vec<&Fact> = facts.iter().copied().filter(|fact| !is_consent(fact)).collect();
    let skipped = kept.len().saturating_sub(most);
    kept.into_iter().skip(skipped)
}

fn told_line(label: &str, fact: &Fact) -> AnchorLine {
    AnchorLine {
        turn: fact.turn,
        message: fact.message.clone(),
        source: fact.source,
        text: format!("{label} (turn {}): {}", fact.turn, compact(&fact.words)),
    }
}

/// Whose plan it is.
fn heading(step: &TaskStep<'_>) -> AnchorLine {
    let fact = step.fact;
    let who = if fact.source == Source::User { "user" } else { "assistant" };
    AnchorLine {
        turn: fact.turn,
        message: fact.message.clone(),
        source: fact.source,
        text: format!("the plan, by the {who} in turn {}:", fact.turn),
    }
}

fn line_of_step(step: &TaskStep<'_>, words: usize) -> AnchorLine {
    let fact = step.fact;
    let label = fact.key.first().map_or("step", String::as_str);
    let since = step.changed.map(|turn| format!(", changed in turn {turn}")).unwrap_or_default();
    let said = fact.shown.split_whitespace();
    let mut text = said.clone().take(words).collect::<Vec<_>>().join(" ");
    if said.count() > words {
        text.push('…');
    }
    let text = if step.state == StepState::Dropped { String::new() } else { format!(": {text}") };
    AnchorLine {
        turn: fact.turn,
        message: fact.message.clone(),
        source: fact.source,
        text: format!("{label} {}, {}{since}{text}", step.number, step.state.name()),
    }
}
