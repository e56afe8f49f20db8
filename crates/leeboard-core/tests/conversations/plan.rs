//! The task frame over whole conversations: goal, steps and decisions 120 turns later, in their present form.

use leeboard_core::Mode;
use leeboard_core::memory::facts::StepState;
use leeboard_core::message::Message;

use crate::shell::Run;

const STEPS: [&str; 10] = [
    "Measure the attic and draw a floor plan",
    "Ask the council about a permit",
    "Find a structural engineer",
    "Get three offers from carpenters",
    "Order two roof windows",
    "Clear out the boxes and the old stove",
    "Insulate between the rafters",
    "Lay the oak floor",
    "Wire the sockets and lamps",
    "Paint the walls and move the desk in",
];

/// What people talk of besides: none of it concerns the attic.
const TALK: [(&str, &str); 12] = [
    (
        "What makes a good sourdough starter?",
        "Patience above all. Feed it at the same hour, keep it somewhere mild, and judge it by its smell rather than by the clock; a starter that smells of ripe fruit is ready.",
    ),
    (
        "Why is the sky red in the evening?",
        "Low light crosses more air. The short blue waves are scattered away on the long path, and what arrives is what was left over, so the glow deepens as the sun sinks.",
    ),
    (
        "Tell me something odd about octopuses.",
        "Most of their neurons sit in the arms. Each arm can taste what it touches and act on it before the rest of the animal has heard of the matter, which makes them odd colleagues of themselves.",
    ),
    (
        "My neighbour plays the tuba at night.",
        "That sounds tiring. Perhaps a friendly word over the fence at noon would do more than knocking on the wall at midnight, and a rug under his chair would swallow the lowest notes.",
    ),
    (
        "How do bees find their way home?",
        "They keep the angle to the sun and correct for the hours that have passed. Near the hive they switch to landmarks, and in the last metres the smell of their own colony leads them.",
    ),
    (
        "I slept badly again.",
        "I am sorry to hear it. A cooler room and a dull book have helped many, and it may be worth leaving the telephone in another room so that the first thought of the morning is your own.",
    ),
    (
        "Recommend me a novel with a lighthouse.",
        "Woolf's comes to mind, naturally. It is less about the tower than about the years in between, and the middle part, where the empty house ages, is unlike anything else of its time.",
    ),
    (
        "What is the difference between jam and marmalade?",
        "Marmalade is made of citrus fruit, peel included, and keeps a bitter edge. Jam may be of any fruit; in Spanish the word covers both, which has started many an argument at breakfast.",
    ),
    (
        "It rains here without end.",
        "Then it is the weather for soup. Put barley in it; it forgives every distraction, thickens by itself and tastes better on the second day, when the rain may have stopped.",
    ),
    (
        "Who invented the zip?",
        "Whitcomb Judson had the first one, and it jammed. Gideon Sundback made it useful some twenty years later by setting the teeth closer together, and galoshes made it famous.",
    ),
    (
        "Can cats see colours?",
        "Some of them. Blue and yellow come out well, red hardly, and what they lose there they win back at dusk, when their eyes do with a sixth of the light that yours would want.",
    ),
    (
        "Give me a word I do not know.",
        "Psithurism: the sound of wind in leaves. It comes from the Greek for whispering, and hardly anyone has used it since the nineteenth century, which makes it free for the taking.",
    ),
];

fn chat(run: &mut Run, turns: usize) {
    for n in 0..turns {
        let (user, reply) = TALK[(n * 5 + n / 12) % TALK.len()];
        let (_, aside) = TALK[(n * 7 + 3) % TALK.len()];
        run.turn(user, &format!("{reply} By the way: {aside}"));
    }
}

fn prompt(run: &mut Run, user: &str) -> String {
    let Some(sent) = run.open(user, Mode::Manage).prompt else { return String::new() };
    assert!(sent.report.total <= sent.report.budget, "{:?}", sent.report);
    sent.messages.iter().map(Message::full_text).collect::<Vec<_>>().join("\n")
}

fn numbered() -> String {
    (1..).zip(STEPS).map(|(n, step)| format!("{n}. {step}.")).collect::<Vec<_>>().join("\n")
}

/// The plan at the end: step 5 was changed in turn 70, 2 and 3 done, 6 dropped.
fn check(run: &mut Run, opens_with: &str) {
    assert!(run.session.window_start() > 70, "the plan left the window: {}", run.session.window_start());
    let sent = prompt(run, "Where do we stand?");
    assert!(sent.contains(opens_with), "{sent}");
    let mut missing = Vec::new();
    for (n, step) in (1..).zip(STEPS) {
        let wanted = match n {
            2 | 3 => format!("step {n}, done: {step}"),
            5 => "step 5, open, changed in turn 70: ordering one large roof window".to_owned(),
            6 => "step 6, dropped".to_owned(),
            _ => format!("step {n}, open: {step}"),
        };
        if !sent.contains(&wanted) {
            missing.push(wanted);
        }
    }
    assert!(missing.is_empty(), "{missing:?} missing in {sent}");
    assert!(!sent.contains("Order two roof windows"), "the old step is gone: {sent}");
    assert_eq!(sent.matches("Lay the oak floor").count(), 1, "a step stands there once: {sent}");
    assert!(sent.contains("decided (turn 40): Let's go with the carpenter from Aarhus."), "{sent}");
    assert!(sent.contains("must be (turn 41): We can spend no more than 30,000 euros"), "{sent}");
    assert!(sent.contains("I'll call the engineer on Monday."), "{sent}");
}

fn live(run: &mut Run) {
    chat(run, 37);
    run.turn("Let's go with the carpenter from Aarhus.", "A good choice.");
    run.turn("We can spend no more than 30,000 euros on all of it.", "Understood.");
    chat(run, 8);
    run.turn("Steps 2 and 3 are done, by the way.", "Well done.");
    chat(run, 19);
    run.turn("Please change step 5 to ordering one large roof window.", "Gladly.");
    chat(run, 9);
    run.turn("We can drop step 6, my brother took everything.", "That saves a weekend.");
    chat(run, 19);
    run.turn("I'll call the engineer on Monday.", "Good.");
    chat(run, 21);
    assert_eq!(run.session.next_turn(), 122);
}

#[test]
fn the_users_plan_has_its_ten_steps_at_turn_120() {
    let mut run = Run::start("s", "You are Ada, a patient companion.");
    run.turn("I want to turn our attic into a study by October.", "A fine idea.");
    run.turn(&format!("Here is the plan, step by step:\n{}", numbered()), "That reads well.");
    live(&mut run);
    check(&mut run, "goal (turn 1): I want to turn our attic into a study by October.");
}

#[test]
fn a_plan_that_the_assistant_proposed_and_the_user_took_up_has_them_too() {
    let mut run = Run::start("s", "You are Ada, a patient companion.");
    run.turn(
        "Could you help me turn our attic into a study over the next 20 weeks? I need a plan.",
        &format!("Gladly. Here is a plan in ten steps:\n\n{}", numbered()),
    );
    run.turn("That sounds good, thank you.", "You are welcome.");
    live(&mut run);
    check(&mut run, "the plan, by the assistant in turn 1:");
}

#[test]
fn a_change_stands_in_the_note_until_the_block_is_written_anew() {
    let mut run = Run::start("s", "You are Ada.");
    run.turn(&format!("My plan:\n{}", numbered()), "That reads well.");
    while run.session.anchors().task.is_empty() {
        chat(&mut run, 1);
        assert!(run.session.next_turn() < 60, "the window is trimmed at some time");
    }
    run.turn("Step 4 is done. Drop step 9.", "Good.");
    let block = run.session.anchors().turn;
    let opening = run.open("And now?", Mode::Manage);
    assert_eq!(run.session.anchors().turn, block, "nothing was trimmed meanwhile");
    let note = opening.note.unwrap();
    assert!(
        note.contains("the plan: step 4, done: Get three offers")
            && note.contains("the plan: step 9, dropped"),
        "{note}"
    );
    assert!(!note.contains("step 5"), "{note}");
}

#[test]
fn in_augment_the_plan_is_told_when_it_is_asked_for() {
    let mut run = Run::start("s", "You are Ada.");
    run.config.prompt.note_reserve = 300;
    run.turn(&format!("My plan:\n{}", numbered()), "That reads well.");
    for n in 0..70 {
        let (user, reply) = TALK[n % TALK.len()];
        run.open(user, Mode::Augment);
        run.close(reply);
    }
    assert!(run.session.window_start() > 1, "{}", run.session.window_start());
    assert!(run.open("Tell me a joke.", Mode::Augment).note.is_none_or(|note| !note.contains("step 1")));
    run.close("No.");
    let note = run.open("What is the plan?", Mode::Augment).note.unwrap();
    assert!((1..=10).all(|n| note.contains(&format!("step {n}, open"))), "{note}");
    assert!(run.session.facts().task().steps.iter().all(|step| step.state == StepState::Open));
}

#[test]
fn standing_instructions_are_in_force_at_turn_120_until_they_are_lifted() {
    let given = [
        "From now on, never use emojis.",
        "Always answer in British English.",
        "Please don't ever mention my old boat.",
        "Do not tell Jane about the surprise party.",
        "Call me Captain.",
    ];
    let mut run = Run::start("s", "You are Ada, a patient companion.");
    run.turn("I live in Odense.", "A fine town.");
    for text in given {
        run.turn(text, "Understood.");
    }
    run.turn("Don't worry about the weather.", "I shall not.");
    run.turn("Write a poem of 4 lines. Don't mention rain.", "It is written.");
    chat(&mut run, 62);
    run.turn("You can use emojis again.", "Gladly.");
    chat(&mut run, 50);
    assert!(run.session.next_turn() > 120 && run.session.window_start() > 72);
    let sent = prompt(&mut run, "What shall we talk about?");
    for (turn, text) in (2..).zip(given).skip(1).take(3) {
        assert!(sent.contains(&format!("must be (turn {turn}): {text}")), "{text}: {sent}");
    }
    assert!(sent.contains("must be (turn 6): Call me Captain."), "{sent}");
    assert!(!sent.contains("never use emojis") && sent.contains("You can use emojis again."), "{sent}");
    assert!(!sent.contains("weather") && !sent.contains("Don't mention rain"), "{sent}");
}
