//! The three promises: reproducible, no memory of its own, a persona that anchors hold.

use super::super::collect;
use super::*;

const IDENTITY: &str = "You are Skipper, a calm sailing coach. Never use exclamation marks. \
    No bullet lists.";

fn user(text: impl Into<String>) -> Message {
    Message::text(Role::User, text)
}

/// A prompt with so many exchanges between the identity and the user's words.
fn prompt(exchanges: usize, asked: &str) -> ModelRequest {
    let mut messages = vec![Message::text(Role::System, IDENTITY)];
    for n in 0..exchanges {
        messages.push(user(format!("Exchange {n}: tell me about the rig and the weather.")));
        messages.push(Message::text(Role::Assistant, "The rig is sound and the weather holds."));
    }
    messages.push(user(asked));
    ModelRequest::new(messages)
}

fn reply(request: &ModelRequest) -> String {
    Sim::new(7).reply(request)
}

/// How many of many differently worded requests get a drifted reply.
fn drifted(exchanges: usize, note: &str) -> usize {
    (0..200)
        .map(|n| reply(&prompt(exchanges, &format!("{note}Step {n} of the plan, please."))))
        .filter(|text| text.contains('!') || text.contains("\n- ") || text.contains("I can assist"))
        .count()
}

#[tokio::test]
async fn the_same_seed_and_prompt_give_the_same_reply_whole_or_streamed() {
    let request = prompt(3, "Step 4: the sails.");
    let whole = Sim::new(1).complete(&request).await.unwrap();
    assert_eq!(Sim::new(1).complete(&request).await.unwrap(), whole);
    assert_eq!(collect(Sim::new(1).stream(&request).await.unwrap()).await.unwrap(), whole);
    assert_ne!(Sim::new(2).complete(&request).await.unwrap(), whole);
    assert!(Sim::new(1).simulated());
}

#[test]
fn a_fact_is_known_if_and_only_if_the_prompt_holds_it() {
    let asked = "What is my sister's name?";
    for exchanges in [0, 5, 60] {
        let mut request = prompt(exchanges, asked);
        assert!(!reply(&request).contains("Annelie"));
        request.messages.insert(1, user("Hello. My sister is called Annelie. She sails too."));
        assert!(reply(&request).contains("Annelie"), "{}", reply(&request));
    }
    let noted = "<leeboard_note>\nThe user said: \"My sister is called Annelie.\"\n\
        </leeboard_note>\nWhat is my sister's name?";
    assert!(reply(&prompt(5, noted)).contains("Annelie"));
    // What the model itself said does not count.
    let mut request = prompt(0, asked);
    request.messages.insert(1, Message::text(Role::Assistant, "Your sister is called Annelie."));
    assert!(!reply(&request).contains("Annelie"));
}

#[test]
fn a_corrected_fact_is_answered_by_its_newest_form() {
    let mut request = prompt(2, "When is my exam?");
    request.messages.insert(1, user("My exam is on 3 May."));
    request.messages.insert(4, user("Change of plan, my exam is on 9 June."));
    let text = reply(&request);
    assert!(text.contains("9 June") && !text.contains("3 May"), "{text}");
}

#[test]
fn the_persona_decays_with_distance_and_an_anchor_brings_it_back() {
    let probability = |request: &ModelRequest| Sim::new(7).drift_probability(&request.messages);
    let near = probability(&prompt(0, "Go on."));
    let far = probability(&prompt(80, "Go on."));
    let note = "<leeboard_note>\nRule: no exclamation marks.\n</leeboard_note>\n";
    let anchored = probability(&prompt(80, &format!("{note}Go on.")));
    assert!(near < 0.05 && far > 0.5, "{near} {far}");
    assert!((anchored - LEAST_DRIFT).abs() < 1e-9);
    assert!(drifted(0, "") < 12);
    assert!(drifted(80, "") > 80);
    assert!(drifted(80, note) < 12);
}

#[test]
fn rules_are_kept_while_the_persona_holds() {
    for n in 0..50 {
        let mut request = prompt(0, &format!("Step {n} of the plan, please."));
        let rules = "Answer in at most two sentences. End every reply with \"Fair winds.\"";
        request.messages[0] = Message::text(Role::System, rules);
        let view = View::of(&request.messages);
        let text = habits::keep(&say(&view, &mut Dice::new(n)), &habits::habits(&view.standing));
        assert!(text.ends_with("Fair winds.") && facts::sentences(&text).len() == 2, "{text}");
    }
}

#[test]
fn any_prompt_gets_a_reply() {
    for messages in [
        vec![],
        vec![user("")],
        vec![Message::text(Role::Tool, "42")],
        vec![user("<leeboard_note>\nnever closed")],
        vec![user("你好，我叫小明？"), user("?")],
    ] {
        assert!(!reply(&ModelRequest::new(messages)).is_empty());
    }
}
