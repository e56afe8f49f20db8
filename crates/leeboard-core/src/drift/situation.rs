//! One reply with everything that the signals judge it by, read once for all of them.
//!
//! Owns what is taken from request, reply and session before judging. Judges nothing.

use super::request::Asked;
use super::voice::{self, VoiceSample};
use super::{Drift, FormSample};
use crate::config::Config;
use crate::memory::facts::{self, Claim, Fact};
use crate::record::Opened;
use crate::session::Session;
use crate::text::{self, Analysis};
use crate::vector::{Answer, Vector};

/// One reply with everything it is judged by.
pub(crate) struct Situation<'a> {
    pub(crate) session: &'a Session,
    pub(crate) request: String,
    pub(crate) request_text: Analysis,
    pub(crate) reply: &'a str,
    pub(crate) reply_text: Analysis,
    /// What kind of change the user asked for.
    pub(crate) asked: Asked,
    pub(crate) voice: VoiceSample,
    pub(crate) form: FormSample,
    request_vector: Option<&'a Answer>,
    reply_vector: Option<&'a Answer>,
    /// Whether the reply is in English, and what it claims if it is.
    pub(crate) english: bool,
    pub(crate) claims: Vec<Claim>,
    /// The words with which the reply takes on another identity.
    pub(crate) adopted: Option<String>,
    pub(crate) config: &'a Config,
}

impl<'a> Situation<'a> {
    pub(crate) fn new(session: &'a Session, opened: &'a Opened, reply: &'a str, config: &'a Config) -> Self {
        Self::of(session, session.request(&opened.input), reply, config)
    }

    pub(super) fn of(session: &'a Session, request: String, reply: &'a str, config: &'a Config) -> Self {
        let reply_text = Analysis::of(reply);
        let request_text = Analysis::of(&request);
        let mut asked = Asked::read(&request, &request_text.words);
        let baseline = session.voice_baseline();
        let english = facts::is_english(reply);
        let claims = if english { facts::read_reply(reply, &request) } else { Vec::new() };
        // Who asks for something told before wants to hear it, and no more. Its words are the user's.
        let answers = if request.contains('?') {
            facts::answers(session.facts(), &claims, &request_text.words)
        } else {
            Vec::new()
        };
        let mut given = request_text.terms.clone();
        given.extend(answers.iter().flat_map(|fact| text::terms(&fact.shown)));
        let voice = VoiceSample::taken(reply, &reply_text, &given, asked, baseline);
        asked.shorter |= !answers.is_empty();
        Self {
            session,
            asked,
            voice,
            request_text,
            request,
            form: FormSample::of(reply, &reply_text),
            reply_text,
            english,
            claims,
            reply,
            request_vector: None,
            reply_vector: None,
            adopted: None,
            config,
        }
    }

    /// The same with the words with which the reply takes on another identity, if it does.
    pub(crate) fn with_adopted(self, adopted: Option<String>) -> Self {
        Self { adopted, ..self }
    }

    /// The same with the vectors of request and reply.
    pub(crate) fn with_vectors(self, request: Option<&'a Answer>, reply: Option<&'a Answer>) -> Self {
        Self { request_vector: request, reply_vector: reply, ..self }
    }
}

impl<'a> Situation<'a> {
    /// How far the reply's voice lies from the usual, or why that cannot be said.
    pub(super) fn voice_distances(&self) -> Result<voice::Distances, &'static str> {
        let baseline = self.session.voice_baseline();
        if self.voice.features.is_empty() {
            Err(VoiceSample::unmeasured(&self.reply_text.words))
        } else if baseline.count() < self.config.drift.baseline_replies {
            Err("too few replies to know the voice")
        } else {
            Ok(baseline.distances(&self.voice))
        }
    }

    /// The vectors of request and reply, or why there are none.
    pub(super) fn vectors(&self) -> Result<(&'a Vector, &'a Vector), &'a str> {
        let of = |answer: Option<&'a Answer>| match answer {
            Some(Answer::Vector(vector)) => Ok(vector),
            Some(Answer::Missing(reason)) => Err(reason.0.as_str()),
            Some(Answer::Late) => Err("the embedding endpoint has not answered yet"),
            None => Err("there is no text"),
        };
        Ok((of(self.request_vector)?, of(self.reply_vector)?))
    }

    /// What the reply states of the assistant itself and of the plan, to be held against later
    /// replies. A flagged reply is no source.
    pub(crate) fn stated(&self, drift: &Drift, turn: u32, message: &str) -> Vec<Fact> {
        if !drift.flags.is_empty() {
            return Vec::new();
        }
        let mut stated = facts::stated_by_assistant(&self.claims, turn, message);
        stated.extend(self.session.facts().proposed(&self.request, self.reply, turn, message));
        stated
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::talk::Talk;

    #[test]
    fn an_answer_that_was_asked_for_may_be_short() {
        let mut talk = Talk::new();
        talk.say("Our paint budget is 480 euros.");
        talk.answer("Noted.");
        let shorter = |request: &str, reply: &str| {
            Situation::of(&talk.session, request.to_owned(), reply, &talk.config).asked.shorter
        };
        assert!(shorter("What is our paint budget again?", "The paint budget is 480 euros."));
        // What is wrong, was not asked for or is no question excuses nothing.
        assert!(!shorter("What is our paint budget again?", "The paint budget is 510 euros."));
        assert!(!shorter("How do you see the gutters?", "The paint budget is 480 euros."));
        assert!(!shorter("Think about the paint budget.", "The paint budget is 480 euros."));
    }
}
