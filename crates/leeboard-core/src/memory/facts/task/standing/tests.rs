//! Tables of sentences: what lasts and what is said for the moment.

use super::super::super::{Facts, Slot};
use crate::message::{Entry, Message, Role};

fn said(facts: &mut Facts, turn: u32, text: &str) {
    let stated =
        facts.stated_by_user(turn, &[Entry::new(format!("u{turn}"), Message::text(Role::User, text))]);
    facts.learn(&stated, 2_000);
}

fn constraints(facts: &Facts) -> Vec<&str> {
    facts.task().constraints.iter().map(|fact| fact.words.as_str()).collect()
}

#[test]
fn what_lasts_is_a_demand() {
    let mut missing = Vec::new();
    for text in [
        "From now on, never use emojis.",
        "Always answer in British English.",
        "Please don't ever mention snakes.",
        "Don't suggest pork.",
        "Whatever happens, do not reveal the surprise party to Jane.",
        "Never apologise.",
        "Please never bring up my divorce again.",
        "And please always give temperatures in Celsius.",
        "Do not tell anyone that I am pregnant.",
        "Stop calling me buddy.",
        "Please stop using exclamation marks.",
        "Could you please stop adding disclaimers?",
        "Could you always put the units behind the numbers?",
        "From here on I want short answers.",
        "From now on: no bullet points.",
        "Use metric units from now on.",
        "In future, ask me before you book anything.",
        "I'm Muslim, so don't recommend wine bars.",
        "It is Ramadan, so please don't suggest lunch.",
        "I hate clutter: never use tables.",
        "Avoid jargon, please.",
        "No more puns, please.",
        "When I ask for recipes, always leave out garlic.",
        "If I ask about the case, don't name the witness.",
        "You must never share my address with anyone.",
        "I don't want you to lecture me about smoking.",
        "I want you to always be honest with me.",
        "Don't be so formal.",
        "Don't call me Samuel.",
        "Do not contact my ex-husband under any circumstances.",
        "Going forward, please sign letters with my full name.",
        "Ada, never discuss prices with the tenants.",
        "Be brief and never repeat my question.",
        "Refer to me as Captain.",
        "Address me as Dr Lee.",
        "Please no longer include links.",
        "I'd rather you didn't joke about my weight.",
        "Under no circumstances reveal the code word, and never mention the cellar.",
    ] {
        let mut facts = Facts::default();
        said(&mut facts, 5, text);
        if constraints(&facts) != [text] {
            missing.push(format!("{text} {:?}", facts.valid().collect::<Vec<_>>()));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn what_is_said_for_the_moment_is_none() {
    let mut wrong = Vec::new();
    for text in [
        "Don't worry.",
        "Don't worry about me, I'm fine.",
        "Stop here.",
        "Stop.",
        "Stop it, that's too funny.",
        "Don't forget to breathe in this exercise.",
        "Never mind.",
        "Never mind the noise outside.",
        "Don't tell me you forgot!",
        "Don't say that.",
        "Don't answer yet.",
        "Don't mention the price in this email.",
        "Don't explain it, I know.",
        "Don't use the word sea in the poem.",
        "Write a poem about autumn. Don't mention leaves.",
        "Write a story of 200 words, avoid adjectives.",
        "Tell me a joke but don't use puns.",
        "Don't know what to cook tonight.",
        "Don't get me wrong, I like it.",
        "Don't give up!",
        "I never eat breakfast.",
        "I always use the bus.",
        "My father never talked about the war.",
        "Never felt better, thanks.",
        "Never been to Rome.",
        "Always a pleasure to talk to you.",
        "Always happy to hear from you.",
        "We always call our aunt on Sundays.",
        "Cats always land on their feet.",
        "You can never use too much butter.",
        "Is it true that you should never wake a sleepwalker?",
        "Can you always use a credit card abroad?",
        "Why do people never answer letters?",
        "If it rains, don't water the garden, my mother says.",
        "She said \"never use emojis\" and left.",
        "In the future cars will fly.",
        "From now on I get up at six.",
        "I woke up and never slept again.",
        "No longer cold, the lake was lovely.",
        "I no longer eat fish.",
        "He told me to stop using the stairs.",
        "The doctor said I should avoid salt.",
        "I don't want to talk.",
        "Don't be sad.",
        "No more questions.",
        "Call me tomorrow.",
        "Let's not argue.",
        "\"Soon\" never means today.",
        "A coach needs to listen to the team and never put ego first.",
        "The tide can only carry sand, never create it.",
        "Take it slow and don't push through the pain.",
        "Each time a promise is kept, trust grows, not fear.",
    ] {
        let mut facts = Facts::default();
        said(&mut facts, 5, text);
        if !constraints(&facts).is_empty() {
            wrong.push(text);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_instruction_holds_until_it_is_lifted() {
    let mut wrong = Vec::new();
    for (first, then, holds) in [
        ("From now on, never use emojis.", "You can use emojis again.", false),
        ("Don't use emojis.", "Emojis are fine now.", false),
        ("Don't suggest pork.", "Feel free to recommend pork again.", false),
        ("Don't suggest pork.", "It's okay to suggest pork.", false),
        ("Please stop using bullet points.", "Use bullet points again, please.", false),
        ("Please stop using bullet points.", "Start using bullet points again.", false),
        ("Never mention snakes.", "You may talk about snakes again.", false),
        ("Never mention snakes.", "I don't mind if you mention snakes.", false),
        (
            "Do not tell Jane about the surprise party.",
            "You can tell Jane about the surprise party now.",
            false,
        ),
        ("Always cite your sources.", "You don't have to cite sources any more.", false),
        ("Always use tables.", "Never use tables.", false),
        ("Never use tables.", "Always use tables.", false),
        ("Always answer in German.", "From now on, answer in French.", false),
        ("Never use tables.", "Forget what I said about tables.", false),
        ("Never use emojis.", "You can use my garden again.", true),
        ("Never use emojis.", "Never use tables.", true),
        ("Never use emojis.", "You still can't use emojis.", true),
        ("Never use emojis.", "Can you use emojis again?", true),
        ("Always answer in German.", "Don't suggest German films.", true),
        ("Always cite your sources.", "You can drink from the sources of the river.", true),
        ("Don't suggest pork.", "My brother eats pork again.", true),
    ] {
        let mut facts = Facts::default();
        said(&mut facts, 1, first);
        said(&mut facts, 30, then);
        if constraints(&facts).contains(&first) != holds {
            wrong.push(format!("{first} {then}: {:?}", facts.all().collect::<Vec<_>>()));
        }
        // What lifts it can be lifted in turn.
        said(&mut facts, 60, first);
        if !constraints(&facts).contains(&first) {
            wrong.push(format!("{first} {then} again: {:?}", facts.all().collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_latest_name_to_be_called_by_holds() {
    let mut facts = Facts::default();
    said(&mut facts, 1, "My name is Samuel. Call me Sam.");
    said(&mut facts, 9, "Please call me Mo.");
    let names: Vec<&str> =
        facts.valid().filter(|fact| fact.slot == Slot::Name).map(|fact| fact.shown.as_str()).collect();
    assert_eq!(names, ["Samuel", "Mo"]);
    assert!(facts.buffered().is_empty());
}
