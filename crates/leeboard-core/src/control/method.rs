//! The five stabilization methods of SRIP-03, as far as a plan is one of them.
//!
//! Owns which method a plan is, the answer to hyper-correction, and the bounds of sampling. Adds
//! nothing to a prompt that is not corrected anyway: no figure of patterns corrects by itself.

use super::plan::{Method, Plan, Resting, Throttle};
use super::{Correction, Posture};
use crate::config::ControlConfig;
use crate::drift::Signal;
use crate::session::Session;
use crate::text;

/// Turns that hyper-correction looks back at.
const LOOKED_BACK: u32 = 10;

/// Motifs named, at most, and the turns in which their written forms are looked for.
const MOST_MOTIFS: usize = 4;
const SPOKEN_TURNS: usize = 4;

/// Tokens of a throttled reply per word that is usual here.
const TOKENS_PER_WORD: f64 = 2.5;

/// SRIP-03 section 8, identity hyper-correction or sterile attractor: replies that are corrected all
/// the time and have become alike are asked for another form, and no more reminders are given.
pub(super) fn rebalance(plan: &mut Plan, session: &Session, control: &ControlConfig) {
    let from = session.next_turn().saturating_sub(LOOKED_BACK);
    let corrected = session.steering().corrected(from);
    let alike = session.rut_cycles(control.crystallization_overlap) >= control.crystallization_cycles
        || repeated(session) > control.over_correction / 2;
    if control.over_correction == 0 || corrected < control.over_correction || !alike {
        return;
    }
    let reminds = |signal| matches!(signal, Signal::Persona | Signal::Slow | Signal::Consistency);
    let why = format!(
        "hyper-correction: {corrected} corrected turns of {LOOKED_BACK} and replies alike; variance first"
    );
    for step in plan.steps.iter().filter(|step| reminds(step.signal)) {
        plan.resting.push(Resting { signal: step.signal, why: why.clone() });
    }
    plan.steps.retain(|step| !reminds(step.signal));
    plan.vary = true;
}

/// Replies of the last ten that repeated an earlier one.
fn repeated(session: &Session) -> u32 {
    let recent = session.history().iter().rev().take(LOOKED_BACK as usize);
    let repeated = recent.filter(|cycle| cycle.flags.contains(&Signal::Repetition)).count();
    u32::try_from(repeated).unwrap_or(u32::MAX)
}

/// Names the methods of a plan, and adds those that only go with a correction.
pub(super) fn name(plan: &mut Plan, session: &Session, control: &ControlConfig) {
    let corrects = plan.correction > Correction::Observe;
    if corrects || plan.recenter {
        plan.methods.push(Method::SemanticReanchoring);
    }
    if plan.vary {
        plan.methods.push(Method::DensityModulation);
    }
    let held = session.steering().held();
    if held.lock.is_some() {
        plan.methods.push(Method::PostureRealignment);
    }
    if corrects && control.throttle && held.posture >= Posture::Reflective {
        plan.throttle = Some(throttle(plan, session, control));
        plan.methods.push(Method::EntropyThrottling);
    }
    let wanders = plan.treats(Signal::OffTopic) || plan.treats(Signal::Slow);
    if wanders && weak_core(session, control) {
        plan.motifs = spoken_motifs(session);
        if !plan.motifs.is_empty() {
            plan.methods.push(Method::AttractorReinforcement);
        }
    }
}

/// Whether the pattern has to be reinforced: compression under .65 (SRIP-03) or symbolic density
/// under .45 (SRIP-07).
fn weak_core(session: &Session, control: &ControlConfig) -> bool {
    let [reflective, ..] = control.compression;
    session.history().back().is_some_and(|cycle| {
        cycle.coherence.compression.0 < reflective || cycle.coherence.symbolic_density < control.density_floor
    })
}

/// The heaviest motifs of the active pattern as the user has written them.
fn spoken_motifs(session: &Session) -> Vec<String> {
    let Some(pattern) = session.attractor() else { return Vec::new() };
    let recent = session.turns().iter().rev().take(SPOKEN_TURNS);
    let texts: Vec<String> = recent.map(|turn| session.asked_in(turn.number)).collect();
    let spoken: Vec<Vec<String>> = texts.iter().map(|text| text::words(text).collect()).collect();
    // A motif is one word or a phrase of two, in base forms.
    let written = |motif: &String| {
        let parts: Vec<&str> = motif.split(' ').collect();
        let says = |words: &&[String]| {
            words
                .iter()
                .zip(&parts)
                .all(|(word, part)| text::terms(word).first().is_some_and(|it| it == part))
        };
        let found = spoken.iter().find_map(|words| words.windows(parts.len()).find(says));
        found.map(|words| words.join(" "))
    };
    pattern.motifs.iter().filter_map(written).take(MOST_MOTIFS).collect()
}

/// Less heat, and no longer than usual where the form is what drifted.
fn throttle(plan: &Plan, session: &Session, control: &ControlConfig) -> Throttle {
    let usual = session.form_baseline().usual_words();
    let max_tokens = plan.treats(Signal::Consistency).then_some((usual * TOKENS_PER_WORD).ceil());
    let max_tokens = max_tokens.filter(|tokens| (1.0..1e6).contains(tokens)).map(|tokens| tokens as u32);
    Throttle { temperature: control.throttle_temperature, max_tokens }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::plan::Step;
    use crate::memory::talk::Talk;

    /// A conversation with a pattern, and a plan that corrects its topic.
    fn wandering() -> (Talk, Plan) {
        let mut talk = Talk::new();
        talk.turns(10);
        assert!(talk.session.attractor().is_some());
        let step = Step { signal: Signal::OffTopic, rung: Correction::Anchor, begins: true };
        (talk, Plan { correction: Correction::Anchor, steps: vec![step], ..Plan::default() })
    }

    #[test]
    fn srip_07_density_under_its_floor_reinforces_the_core_with_a_correction() {
        let (talk, corrected) = wandering();
        for (floor, wanted) in [(1.01, true), (0.0, false)] {
            let mut control = ControlConfig { density_floor: floor, ..ControlConfig::default() };
            control.compression = [0.0; 3];
            let mut plan = corrected.clone();
            name(&mut plan, &talk.session, &control);
            assert_eq!(plan.methods.contains(&Method::AttractorReinforcement), wanted, "{floor}: {plan:?}");
            assert_eq!(!plan.motifs.is_empty(), wanted);
        }
    }

    #[test]
    fn srip_03_section_3_compression_under_065_reinforces_the_core_with_a_correction() {
        let (talk, corrected) = wandering();
        for (limit, wanted) in [(1.01, true), (0.0, false)] {
            let control = ControlConfig {
                compression: [limit, 0.0, 0.0],
                density_floor: 0.0,
                ..ControlConfig::default()
            };
            let mut plan = corrected.clone();
            name(&mut plan, &talk.session, &control);
            assert_eq!(plan.methods.contains(&Method::AttractorReinforcement), wanted, "{limit}: {plan:?}");
            // Without a correction nothing is reinforced.
            let mut calm = Plan::default();
            name(&mut calm, &talk.session, &control);
            assert!(calm.methods.is_empty() && calm.motifs.is_empty(), "{calm:?}");
        }
    }
}
