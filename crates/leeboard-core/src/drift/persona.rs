//! Signal `persona`: the reply's voice against the conversation's own.
//!
//! Two raw measures, each calibrated, the higher of which counts: the evidence in log-odds that
//! somebody else wrote this, from style and vocabulary against accepted replies; and generic
//! assistant talk or self-dissociation that is not usual here. A change that the user asked for
//! in this message does not count, but for a reply that says itself to be somebody else.

use super::request::Asked;
use super::{Finding, Signal, Situation, voice};

pub(super) fn judge(situation: &Situation<'_>, asked: Asked) -> Finding {
    let drift = &situation.config.drift;
    // Who the assistant is, no user can ask to be changed.
    if let Some(words) = &situation.adopted {
        let words = || format!("voice: takes on another identity, \"{words}\"");
        return Finding::scored(Signal::Persona, drift.adopted, words);
    }
    let baseline = situation.session.voice_baseline();
    // Most replies hold no such phrase at all; the sample has looked already.
    let (talk, phrase) = if situation.voice.phrases.is_empty() {
        (0.0, None)
    } else {
        let program = voice::expects_programs(situation.session.identity().text(), &situation.request);
        baseline.foreign_talk(&situation.reply_text.words, program)
    };
    let distances = match situation.voice_distances() {
        _ if asked.voice => Err(asked.unknown().err().unwrap_or("the user asked for another voice")),
        distances => distances,
    };
    let talk_score = drift.stock.score(talk);
    match distances {
        // Few replies, few words and another voice still show what no voice should say.
        Err(reason) if talk_score < super::index::ALARM => Finding::abstain(reason),
        Err(_) => Finding::scored(Signal::Persona, talk_score, || describe_talk(phrase)),
        Ok(distances) => {
            let style = drift.style.score(distances.evidence());
            Finding::scored(Signal::Persona, style.max(talk_score), || {
                if talk_score > style {
                    describe_talk(phrase)
                } else {
                    format!("voice: {}", distances.describe().join("; "))
                }
            })
        }
    }
}

fn describe_talk(phrase: Option<String>) -> String {
    format!("voice: generic assistant talk, \"{}\"", phrase.unwrap_or_default())
}
