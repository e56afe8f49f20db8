//! What becomes of a plan: lists, changes, goals, decisions.

use super::super::{Facts, Slot};
use super::list::list;
use super::*;
use crate::message::{Entry, Message, Role};

fn said(facts: &mut Facts, turn: u32, text: &str) {
    let stated =
        facts.stated_by_user(turn, &[Entry::new(format!("u{turn}"), Message::text(Role::User, text))]);
    facts.learn(&stated, 2_000);
}

fn replied(facts: &mut Facts, turn: u32, request: &str, reply: &str) {
    let stated = facts.proposed(request, reply, turn, "a");
    facts.learn(&stated, 2_000);
}

fn steps(facts: &Facts) -> Vec<String> {
    let shown = |step: &TaskStep<'_>| format!("{} {}: {}", step.number, step.state.name(), step.fact.shown);
    facts.task().steps.iter().map(shown).collect()
}

const PLAN: &str =
    "This is my plan:\n1. Buy running shoes\n2. See the doctor\n3. Run three times a week\n4. Enter a race";

fn planned() -> Facts {
    let mut facts = Facts::default();
    said(&mut facts, 1, PLAN);
    facts
}

#[test]
fn lists_of_many_forms_are_read() {
    for text in [
        "1. pack\n2. leave\n3. rest",
        "1) pack\n2) leave\n3) rest",
        "**Step 1:** pack\n\n**Step 2:** leave\n\nStep 3 - rest.",
        "The steps: 1) pack, 2) leave, and 3) rest.",
        "Our plan: (1) pack; (2) leave; (3) rest",
        "The plan is this: pack; leave; rest.",
        "My plan:\n- pack\n- leave\n- rest",
        "Step one: pack\nStep two: leave\nStep three: rest",
        "### Step 1\npack\n### Step 2\nleave\n### Step 3\nrest",
        "1. pack\n   - socks\n   - boots\n2. leave\n3. rest",
        "| # | Step |\n|---|---|\n| 1 | pack |\n| 2 | leave |\n| 3 | rest |",
        "| Step | What |\n|:--|:--|\n| **Step 1** | pack |\n| **Step 2** | leave |\n| **Step 3** | rest |",
    ] {
        let found = list(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.items, ["pack", "leave", "rest"], "{text}");
    }
    for text in ["Just talk. And more.", "- pack\n- leave", "I have 2. No, 3. Perhaps.", ""] {
        assert_eq!(list(text), None, "{text}");
    }
}

#[test]
fn weeks_keep_their_name_and_a_nested_list_is_no_second_plan() {
    let text = "Here is a plan.\nWeek 1: base\n1. run\n2. rest\nWeek 2: hills\n1. climb\n2. rest";
    let mut facts = Facts::default();
    replied(&mut facts, 1, "Please give me a plan for two weeks.", text);
    assert_eq!(steps(&facts), ["1 open: base", "2 open: hills"]);
    said(&mut facts, 2, "Week 1 is done. Change week 2 to flat runs only.");
    assert_eq!(steps(&facts), ["1 done: base", "2 open: flat runs only"]);
}

#[test]
fn what_a_step_quotes_is_part_of_it() {
    let found = list("My plan:\n1. **Read** \"Dune\"\n2. Rename `a_b.rs`\n3. rest").unwrap();
    assert_eq!(found.items, ["Read \"Dune\"", "Rename `a_b.rs`", "rest"]);
}

#[test]
fn a_list_that_is_no_plan_changes_nothing() {
    for text in [
        "My symptoms:\n1. headache\n2. cough",
        "1. What is a fjord?\n2. What is a bay?",
        "I bought:\n- eggs\n- flour",
        "My weights:\n| 1 | 80 kg |\n|---|---|\n| 2 | 79 kg |",
    ] {
        let mut facts = Facts::default();
        said(&mut facts, 1, text);
        assert!(facts.task().steps.is_empty(), "{text}");
    }
    let mut facts = planned();
    replied(&mut facts, 2, "How do I make soup?", "Steps:\n1. Chop onions\n2. Boil water\n3. Serve");
    replied(&mut facts, 3, "What is the plan again?", "The plan:\n1. Shoes\n2. Doctor\n3. Sleep well");
    assert_eq!(steps(&facts).len(), 4);
    assert_eq!(steps(&facts)[2], "3 open: Run three times a week");
}

#[test]
fn the_user_changes_single_steps() {
    let mut wrong = Vec::new();
    for (sentence, number, wanted) in [
        ("Change step 3 to swimming twice a week.", 3, "3 open: swimming twice a week"),
        ("Actually, let's make step 3 two slow runs.", 3, "3 open: two slow runs"),
        ("Step 3: swim instead.", 3, "3 open: swim"),
        ("Step 3 is now swimming.", 3, "3 open: swimming"),
        ("Step 3 should be a long walk.", 3, "3 open: a long walk"),
        ("Could you change the third step to cycling, please?", 3, "3 open: cycling"),
        ("For step 3, let's try cycling instead.", 3, "3 open: try cycling"),
        ("Let's replace the doctor with a physiotherapist.", 2, "2 open: See a physiotherapist"),
        ("Let's swap the race for a hike.", 4, "4 open: Enter a hike"),
        ("Step 2 is done.", 2, "2 done: See the doctor"),
        ("I've finished step 2!", 2, "2 done: See the doctor"),
        ("We are done with step 2.", 2, "2 done: See the doctor"),
        ("Steps 1 and 2 are complete.", 1, "1 done: Buy running shoes"),
        ("Steps 1 to 3 are behind me.", 3, "3 done: Run three times a week"),
        ("Step 2 isn't done yet.", 2, "2 open: See the doctor"),
        ("I will finish step 2 tomorrow.", 2, "2 open: See the doctor"),
        ("Is step 2 done?", 2, "2 open: See the doctor"),
        ("Step 2 is almost done.", 2, "2 open: See the doctor"),
        ("Drop step 2.", 2, "2 dropped: See the doctor"),
        ("Please skip the second step.", 2, "2 dropped: See the doctor"),
        ("We don't need step 2 any more.", 2, "2 dropped: See the doctor"),
        ("Don't drop step 2.", 2, "2 open: See the doctor"),
        ("If we drop step 2, what happens?", 2, "2 open: See the doctor"),
        ("Should we drop step 2?", 2, "2 open: See the doctor"),
        ("Step 3 was hard.", 3, "3 open: Run three times a week"),
        ("How does step 3 work?", 3, "3 open: Run three times a week"),
        ("I think step 3 is fine.", 3, "3 open: Run three times a week"),
        ("Swap steps 1 and 2.", 1, "1 open: See the doctor"),
        ("Add a step: buy a watch.", 5, "5 open: buy a watch"),
        ("Add buying a watch as a last step.", 5, "5 open: buying a watch"),
        ("Add a step after step 1: buy a watch.", 3, "3 open: See the doctor"),
        ("My target is 8,000 steps a day.", 3, "3 open: Run three times a week"),
    ] {
        let mut facts = planned();
        said(&mut facts, 2, sentence);
        if steps(&facts).get(number - 1).map(String::as_str) != Some(wanted) {
            wrong.push(format!("{sentence} {:?}", steps(&facts)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_plan_of_the_assistant_holds_until_it_is_refused_or_asked_for_anew() {
    let (first, second) = (
        "Here is a plan:\n1. Learn to float\n2. Learn to kick\n3. Swim a lap",
        "Plan:\n1. Book a coach\n2. Swim a lap",
    );
    let mut facts = Facts::default();
    replied(&mut facts, 1, "Help me make a plan to learn to swim.", first);
    assert_eq!(steps(&facts).len(), 3);
    said(&mut facts, 2, "Sounds good, let's do that.");
    // It was agreed to, so another list is not the plan, unless a new one is asked for.
    replied(&mut facts, 3, "Make a plan for dinner.", second);
    assert_eq!(steps(&facts).len(), 3);
    said(&mut facts, 4, "Change step 2 to diving.");
    replied(&mut facts, 5, "Please revise the plan so that it has two steps.", second);
    assert_eq!(steps(&facts), ["1 open: Book a coach", "2 open: Swim a lap"]);
    said(&mut facts, 6, "I don't like this plan.");
    assert!(steps(&facts).is_empty());
}

#[test]
fn a_done_step_that_is_changed_is_open_again_and_says_when() {
    let mut facts = planned();
    said(&mut facts, 2, "Step 1 is done.");
    said(&mut facts, 5, "Change step 1 to buying trail shoes.");
    let task = facts.task();
    assert_eq!((task.steps[0].state, task.steps[0].changed), (StepState::Open, Some(5)));
    assert_eq!(task.steps[1].changed, None);
}

fn found(turn: u32, text: &str) -> Vec<(Slot, String)> {
    let stated = Facts::default().stated_by_user(turn, &[Entry::new("u", Message::text(Role::User, text))]);
    let task = |slot| matches!(slot, Slot::Goal | Slot::Decision | Slot::Constraint | Slot::Commitment);
    stated.into_iter().filter(|fact| task(fact.slot)).map(|fact| (fact.slot, fact.shown)).collect()
}

#[test]
fn goals_decisions_demands_and_promises_are_told_from_talk() {
    let mut wrong = Vec::new();
    for (text, slot, shown) in [
        ("My goal is to speak Danish by June.", Slot::Goal, "speak Danish by June"),
        ("I want to run a marathon in ten weeks.", Slot::Goal, "run a marathon in ten weeks"),
        (
            "We're planning a trip to Norway over the next 3 months.",
            Slot::Goal,
            "planning a trip to Norway over the next 3 months",
        ),
        ("Can you help me plan a garden?", Slot::Goal, "plan a garden"),
        ("Let's go with the blue tiles.", Slot::Decision, "Let's go with the blue tiles"),
        ("We decided on Lisbon.", Slot::Decision, "on Lisbon"),
        ("I'll take the night train.", Slot::Decision, "I'll take the night train"),
        ("Lisbon it is!", Slot::Decision, "Lisbon"),
        ("I'll call her on Monday.", Slot::Commitment, "I'll call her on Monday"),
        ("Remind me to water the plants.", Slot::Commitment, "Remind me to water the plants"),
        ("I promise to rest.", Slot::Commitment, "I promise to rest"),
        ("We can spend no more than 2,000 euros.", Slot::Constraint, "We can spend no more than 2,000 euros"),
        ("It has to be vegetarian.", Slot::Constraint, "It has to be vegetarian"),
        ("Never on Fridays, please.", Slot::Constraint, "Never on Fridays, please"),
    ] {
        if !found(9, text).contains(&(slot, shown.to_owned())) {
            wrong.push(format!("{text}: {:?}", found(9, text)));
        }
    }
    for text in [
        "I want to know more about tides.",
        "I'd like to ask something.",
        "What is the goal of chess?",
        "I'll be fine.",
        "Should I take the night train?",
        "If I go, I'll take the train.",
        "I must admit that it was fun.",
        "I have to be honest with you.",
        "That made me want to cry.",
    ] {
        if !found(9, text).is_empty() {
            wrong.push(format!("{text}: {:?}", found(9, text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_goal_said_anew_takes_the_old_ones_place() {
    let mut facts = Facts::default();
    said(&mut facts, 1, "I want to run a half marathon in ten weeks.");
    said(&mut facts, 2, "Let's go with the evening group.");
    said(&mut facts, 9, "My goal is to run the half marathon in twelve weeks.");
    said(&mut facts, 12, "Actually, let's go with the morning group instead.");
    let task = facts.task();
    assert_eq!(task.goals.iter().map(|fact| fact.turn).collect::<Vec<_>>(), [9]);
    assert_eq!(task.decisions.iter().map(|fact| fact.turn).collect::<Vec<_>>(), [12]);
}
