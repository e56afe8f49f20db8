//! Lists of steps: the plan as the user writes it, and as a reply proposes it.
//!
//! Owns when a list is the plan; the forms of lists are in `list`. A list of symptoms or of ingredients is
//! none: a plan is announced or was asked for.

use super::goals::is_goal;
use super::list::{List, list};
use super::{Origin, StepState, TaskFrame, alike, names_a_plan, words_of};
use crate::memory::facts::{Fact, Facts, Slot, Source};
use crate::text;

/// The steps that the user writes as a plan.
pub(in super::super) fn announced_by_user(facts: &Facts, text: &str, from: Origin<'_>) -> Vec<Fact> {
    let Some(list) = list(text) else { return Vec::new() };
    let asks = list.items.iter().filter(|item| item.ends_with('?')).count();
    let announced = names_a_plan(&list.lead) || list.labelled;
    if asks * 2 > list.items.len() || !announced {
        return Vec::new();
    }
    take_over(&facts.task(), &list, from)
}

/// The steps that a reply proposes as the plan: the user has asked for one, or there is none yet
/// and the reply announces one. What a later list says of the plan is only its repetition.
pub(in super::super) fn proposed(facts: &Facts, request: &str, reply: &str, from: Origin<'_>) -> Vec<Fact> {
    let Some(list) = list(reply) else { return Vec::new() };
    let task = facts.task();
    let asked = names_a_plan(request) || text::sentences(request).into_iter().any(is_goal);
    let announced = names_a_plan(&list.lead);
    let open = task.steps.iter().any(|step| step.state == StepState::Open);
    let wanted = if !open {
        (asked && (announced || list.numbered)) || (announced && !task.goals.is_empty()) || list.labelled
    } else if engaged(facts, &task) {
        revises(request)
    } else {
        names_a_plan(request) && (revises(request) || !refers(request))
    };
    if wanted { take_over(&task, &list, from) } else { Vec::new() }
}

/// Whether the user has taken the plan up: made it, changed it, followed it or agreed to it.
fn engaged(facts: &Facts, task: &TaskFrame<'_>) -> bool {
    let since = task.steps.iter().map(|step| step.fact.turn).min().unwrap_or_default();
    task.steps.iter().any(|step| step.fact.source == Source::User)
        || facts.valid().any(|fact| {
            fact.turn >= since
                && match fact.slot {
                    Slot::Progress => true,
                    Slot::Decision => fact.key.first().is_some_and(|word| word == "plan"),
                    _ => false,
                }
        })
}

/// Whether a request asks for the plan to be made anew: it speaks of the plan and of change.
fn revises(request: &str) -> bool {
    let mut words = text::words(request);
    names_a_plan(request)
        && words.any(|word| {
            matches!(
                word.as_str(),
                "new"
                    | "revise"
                    | "revised"
                    | "rework"
                    | "redo"
                    | "rewrite"
                    | "update"
                    | "updated"
                    | "adjust"
                    | "adapt"
                    | "change"
                    | "shorten"
                    | "extend"
                    | "restructure"
                    | "replan"
                    | "different"
                    | "replace"
                    | "another"
                    | "over"
                    | "fewer"
                    | "instead"
            )
        })
}

/// Whether a request speaks of the plan that there is, to hear it again.
fn refers(request: &str) -> bool {
    text::words(request).any(|word| {
        matches!(
            word.as_str(),
            "remind"
                | "recap"
                | "again"
                | "repeat"
                | "summarise"
                | "summarize"
                | "our"
                | "the"
                | "so"
                | "was"
                | "were"
        )
    })
}

/// The facts that make a list the plan. A step that only says the same in other words stays as
/// it is; what the old plan had beyond the list falls away.
fn take_over(task: &TaskFrame<'_>, list: &List, from: Origin<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let numbered = || (1_u32..).zip(&list.items);
    for step in task.live() {
        let kept = step.fact.key.first() == Some(&list.label) && numbered().any(|(n, _)| n == step.number);
        if !kept {
            facts.push(from.dropped(step, &step.fact.shown));
        }
    }
    for (number, item) in numbered() {
        let known =
            task.live().find(|step| step.fact.key.first() == Some(&list.label) && step.number == number);
        let same = known.is_some_and(|step| {
            from.source == Source::Assistant && alike(&words_of(&step.fact.shown), &words_of(item))
        });
        if !same {
            facts.push(from.step(&list.label, number, item, item));
        }
    }
    facts
}
