//! A good conversation is within all invariants; one broken in a certain way is outside of one.

use super::*;
use crate::config::ControlConfig;
use crate::memory::talk::Talk;
use crate::record::Mode;

/// A reply that breaks the identity's rule.
const LIST: &str = "- the harbour channel at Skagen pier\n- a green harbour buoy with a bell";

fn observed() -> Talk {
    Talk { mode: Mode::Observe, ..Talk::new() }
}

fn last(talk: &Talk) -> Continuity {
    talk.session.history().back().unwrap().continuity
}

fn broken(talk: &Talk) -> Vec<&'static str> {
    last(talk).broken(&talk.config.control)
}

#[test]
fn srip_04_a_good_conversation_is_within_all_invariants() {
    let mut talk = observed();
    talk.turns(30);
    let limits = &talk.config.control;
    assert!(talk.session.history().iter().all(|cycle| cycle.continuity.holds(limits)));
    assert_eq!(last(&talk), Continuity::default());
}

#[test]
fn srip_04_continuity_falls_with_the_second_strong_drift_in_five_cycles() {
    let mut talk = observed();
    talk.turns(10);
    talk.say("Which buoy marks the channel?");
    talk.answer(LIST);
    let once = last(&talk).continuity;
    assert!((0.8..1.0).contains(&once), "{once}");
    talk.turns(1);
    talk.say("Which buoy marks the channel?");
    talk.answer(LIST);
    assert!(broken(&talk).contains(&"continuity"), "{:?}", last(&talk));
    talk.turns(5);
    assert_eq!(last(&talk).continuity, 1.0);
}

#[test]
fn srip_04_retention_falls_when_replies_flood_the_field_and_not_when_the_user_changes_the_subject() {
    let mut changed = observed();
    changed.turns(10);
    let mut flooded =
        Talk { session: changed.session.clone(), records: changed.records.clone(), ..observed() };
    for n in 0..6 {
        changed.say(&format!("How long does bread dough number {n} have to rest before it is baked?"));
        changed.answer("Bread dough rests for an hour, is folded once, and is baked when it has doubled.");
        assert!(last(&changed).retention >= 0.7, "{n}: {:?}", last(&changed));
    }
    let mut lowest = 1.0_f64;
    for n in 0..6 {
        flooded.say("Which buoy marks the channel?");
        let words = |k: usize| ["zorp", "quib", "flan", "drex"][k % 4].repeat(1 + (k / 4 + n) % 7);
        let reply: Vec<String> = (0..24).flat_map(|k| vec![words(k); 9]).collect();
        flooded.answer(&reply.join(" "));
        lowest = lowest.min(last(&flooded).retention);
    }
    assert!(lowest < 0.7, "{lowest}");
}

#[test]
fn srip_04_noise_is_the_share_of_unstable_replies_among_ten() {
    let mut talk = observed();
    talk.turns(10);
    for n in 1..=4 {
        talk.say("Which buoy marks the channel?");
        talk.answer(LIST);
        assert_eq!(last(&talk).noise, f64::from(n) / 10.0);
    }
    assert!(broken(&talk).contains(&"noise"));
    talk.turns(10);
    assert_eq!(last(&talk).noise, 0.0);
}

#[test]
fn srip_04_carry_over_falls_when_what_was_to_be_corrected_is_done_again() {
    let mut talk = observed();
    talk.turns(10);
    for _ in 0..2 {
        talk.say("Which buoy marks the channel?");
        talk.answer(LIST);
    }
    assert_eq!(last(&talk).carry_over, 0.75, "once again is not yet a habit");
    talk.say("Which buoy marks the channel?");
    talk.answer(LIST);
    assert!(broken(&talk).contains(&"carry-over"), "{:?}", last(&talk));
    let mut heeded = observed();
    heeded.turns(10);
    heeded.say("Which buoy marks the channel?");
    heeded.answer(LIST);
    heeded.turns(5);
    assert_eq!(last(&heeded).carry_over, 1.0);
}

#[test]
fn the_limits_themselves_hold() {
    let limits = ControlConfig::default();
    let at = Continuity { continuity: 0.8, retention: 0.7, noise: 0.3, carry_over: 0.75, unstable: true };
    assert!(at.holds(&limits));
    let under = Continuity { continuity: 0.799, retention: 0.699, noise: 0.301, carry_over: 0.749, ..at };
    assert_eq!(under.broken(&limits), ["continuity", "retention", "noise", "carry-over"]);
}

#[test]
fn srip_04_section_5_the_schema_has_the_names_of_the_standard() {
    let mut talk = observed();
    talk.vectors = true;
    talk.say("I am allergic to walnuts.");
    talk.answer("Noted, no walnuts aboard.");
    talk.turns(11);
    let schema = MemorySchema::of(&talk.session);
    assert!(schema.semantic_map.concepts.len() > 1, "{:?}", schema.semantic_map.concepts);
    assert_eq!(schema.episodic_store.len(), 12);
    assert!(schema.episodic_store.iter().all(|item| !item.summary.is_empty()));
    assert_eq!(schema.semantic_map.concepts.len(), schema.semantic_map.embeddings.len());
    let walnuts = schema.semantic_map.concepts.iter().position(|it| it.contains("walnut"));
    let walnuts = walnuts.unwrap_or_else(|| panic!("{:?}", schema.semantic_map.concepts));
    assert!(schema.semantic_map.embeddings[walnuts].is_some());
    assert!(schema.pil_invariants.identity_vector.is_some());
    assert_eq!(schema.symbolic_motifs.clusters, std::slice::from_ref(&schema.pil_invariants.core_motifs));
    let json = serde_json::to_value(&schema).unwrap();
    for (part, fields) in [
        ("/episodic_store/0", ["cycle_id", "state_vector", "drift_index", "summary"].as_slice()),
        ("/semantic_map", &["concepts", "embeddings"]),
        ("/symbolic_motifs", &["clusters", "density_scores"]),
        ("/pil_invariants", &["identity_vector", "core_motifs"]),
    ] {
        let part = json.pointer(part).unwrap();
        assert!(fields.iter().all(|field| part.get(*field).is_some_and(|it| !it.is_null())), "{part}");
    }
}
