//! The lines of the note that correct: on an event only, and only what was violated.
//!
//! Owns their words. Which signal is corrected, and how far, is decided in `control`.

use crate::control::{Correction, Intent, Plan, Step};
use crate::drift::Signal;
use crate::memory::facts::{Slot, Source};
use crate::session::Session;
use crate::text;

/// Sentences of the identity that are restated where one was not enough.
const RESTATED: usize = 3;

/// Characters of them, and of a fact, at most.
const MOST_CHARS: usize = 400;

/// The lines, the surest violation first.
pub(super) fn lines(session: &Session, plan: &Plan, intent: Intent) -> Vec<String> {
    let identity = session.identity();
    let mut lines = Vec::new();
    let broken = identity.rules().iter().filter(|rule| plan.rules.contains(&rule.id));
    lines.extend(broken.map(|rule| format!("A recent reply broke this rule, keep it: {}", rule.source)));
    for fact in plan.facts.iter().filter(|fact| !fact.forgotten) {
        let words = unmarked(&text::excerpt(&fact.words, MOST_CHARS));
        let who =
            if fact.turn == 0 { "Who you are says".to_owned() } else { format!("Turn {} says", fact.turn) };
        lines.push(format!("A recent reply went against this, keep to it. {who} (quoted): {words}"));
    }
    // Each fault has a line of its own: a rule that is restated brings back neither voice nor topic.
    for step in &plan.steps {
        let line = line(session, step);
        lines.extend(line.filter(|line| !lines.contains(line)));
    }
    if !plan.motifs.is_empty() {
        lines.push(format!("This conversation is about: {}.", plan.motifs.join(", ")));
    }
    if plan.vary {
        lines.push("Your replies have become alike; choose another opening and shape this time.".to_owned());
    }
    let form = |signal| matches!(signal, Signal::OffTopic | Signal::Consistency | Signal::Repetition);
    if plan.steps.iter().any(|step| form(step.signal)) {
        lines.extend(intent.clause().map(str::to_owned));
    }
    lines
}

/// The line for one signal; rules, facts and repetitions have theirs.
fn line(session: &Session, step: &Step) -> Option<String> {
    let (identity, restated) = (session.identity(), step.rung >= Correction::Restate);
    match step.signal {
        Signal::Persona | Signal::Slow if restated => {
            let sentences = identity.opening(RESTATED);
            (!sentences.is_empty()).then(|| {
                let said = text::excerpt(&sentences, MOST_CHARS);
                format!("Your last replies lost this voice; answer in it again: {said}")
            })
        }
        Signal::Persona | Signal::Slow => {
            identity.anchor().map(|anchor| format!("Stay as you are: {anchor}"))
        }
        Signal::OffTopic if restated => {
            let line = "Your last reply left what was asked. Answer the message below, and only that.";
            Some(goal(session).map_or_else(|| line.to_owned(), |goal| format!("{line} {goal}")))
        }
        Signal::OffTopic => Some("Answer what was asked in the message below.".to_owned()),
        Signal::Consistency if restated => Some(
            "Your last reply changed its form though nobody asked; go back to the length and layout of your \
             earlier replies."
                .to_owned(),
        ),
        Signal::Consistency => Some("Keep the length and layout of your earlier replies.".to_owned()),
        Signal::Rules | Signal::Repetition | Signal::Contradiction => None,
    }
}

/// What the user is after on the whole, in their own words.
fn goal(session: &Session) -> Option<String> {
    let stated =
        session.facts().valid().filter(|fact| fact.slot == Slot::Goal && fact.source == Source::User);
    let words = unmarked(&text::excerpt(&stated.last()?.words, MOST_CHARS));
    Some(format!("What the user is after (quoted): {words}"))
}

/// The note's own marks inside a quotation would end it early.
fn unmarked(text: &str) -> String {
    text.replace("leeboard_", "leeboard ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::talk::Talk;

    #[test]
    fn each_fault_has_its_own_line() {
        let mut talk = Talk::new();
        talk.say("My goal is to sail to Skagen by June.");
        talk.answer("Noted.");
        let said = |steps: &[(Signal, Correction)], rules: &[&str]| {
            let step = |&(signal, rung): &(Signal, Correction)| Step { signal, rung, begins: true };
            let rules = rules.iter().map(|rule| (*rule).to_owned()).collect();
            let plan = Plan { steps: steps.iter().map(step).collect(), rules, ..Plan::default() };
            lines(&talk.session, &plan, Intent::None).join("\n")
        };
        use Correction::{Anchor, Restate};
        let all = said(
            &[(Signal::Rules, Restate), (Signal::Persona, Anchor), (Signal::OffTopic, Anchor)],
            &["no_lists"],
        );
        for part in ["Never use lists.", "You are Ada, a pilot.", "Answer what was asked"] {
            assert!(all.contains(part), "{part}: {all}");
        }
        // Who the assistant is says nothing about a fact, and nothing about what was asked.
        assert_eq!(said(&[(Signal::Contradiction, Anchor)], &[]), "");
        let lost = said(&[(Signal::OffTopic, Restate)], &[]);
        assert!(lost.contains("sail to Skagen by June") && !lost.contains("Ada"), "{lost}");
    }
}
