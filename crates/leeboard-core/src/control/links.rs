//! Causes and effects of a cycle that control and safety add to the causal chain.

use super::{Effect, Held, Lapse};
use crate::patterns::CausalLink;
use crate::safety::Leak;

/// What was broken, what corrections have brought, how the held posture moved, and what leaked.
pub(crate) fn links(
    turn: u32,
    lapses: &[Lapse],
    effects: &[Effect],
    held: &Held,
    leak: Option<&Leak>,
) -> Vec<CausalLink> {
    let link = |cause: String, effect: String| CausalLink { cycle: turn, cause, effect };
    let mut links: Vec<CausalLink> = lapses
        .iter()
        .map(|lapse| {
            let what = if lapse.turn == 0 { "rule" } else { "fact" };
            link(format!("{what} {}: {}", lapse.id, lapse.why), lapse.known.name().to_owned())
        })
        .collect();
    links.extend(effects.iter().map(|effect| {
        let outcome = match effect.fell {
            Some(true) => "the signal fell",
            Some(false) if effect.ends => "not responding",
            Some(false) => "the signal stayed in alarm",
            None => "could not be judged",
        };
        let of = format!("{} of turn {} for {}", effect.rung.name(), effect.began, effect.signal.name());
        link(of, outcome.to_owned())
    }));
    if let Some(change) = &held.transition {
        let effect = format!("held posture {} to {}", change.from.name(), change.to.name());
        links.push(link(change.cause.clone(), effect));
    }
    if let Some(leak) = leak {
        let done = if leak.stripped { "taken out before delivery" } else { "recorded" };
        links.push(link("the reply repeats the runtime's own words".to_owned(), done.to_owned()));
    }
    links
}
