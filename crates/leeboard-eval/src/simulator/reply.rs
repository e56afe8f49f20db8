//! What a simulated model says: the latent state as text.
//!
//! Owns how a reply is made of the state and the prompt, and the truth about it. The words are in
//! `voices`.

use super::hidden::Hidden;
use super::latent::{BAND, Latent, another};
use super::reading::{Reading, count};
use super::rule::Rule;
use super::speech::{capitalised, patterns, pick, sentence};
use super::voices::{CHARACTERS, ELSEWHERE, OPPOSITES, Voice};
use super::{Asserted, Truth};
use crate::bootstrap::Dice;

/// Far back in the prompt: from here on a fact may be overlooked.
const FAR: usize = 400;

/// A rut: the sentences that every reply is made of.
pub(super) type Rut = Vec<String>;

/// What speaking needs besides the state.
pub(super) struct Speaker<'a> {
    pub(super) hidden: &'a Hidden,
    /// The place of the opposite voice.
    pub(super) opposite: usize,
    pub(super) rut: &'a mut Option<Rut>,
}

impl Speaker<'_> {
    /// The reply of a state to a prompt, with the truth about it.
    pub(super) fn reply(&mut self, latent: &Latent, reading: &Reading, dice: &mut Dice) -> (String, Truth) {
        let mut truth = Truth {
            persona: latent.persona,
            off_persona: latent.persona < BAND,
            off_topic: latent.away.is_some(),
            // The first of its replies is like no other yet.
            rut: latent.rut && self.rut.is_some(),
            misbelieves: !latent.beliefs.is_empty(),
            broken: latent.broken.clone(),
            ..Truth::default()
        };
        let character = reading.character.and_then(|at| CHARACTERS.get(at)).unwrap_or(&OPPOSITES[0]);
        let opposite = OPPOSITES.get(self.opposite).unwrap_or(&OPPOSITES[0]);
        // In band all of it is in character, far below nothing is.
        let share = ((latent.persona - 0.2) / (BAND - 0.2)).clamp(0.0, 1.0);
        let main = if share >= 0.5 { character } else { opposite };
        let mut sentences = Vec::new();
        if let (Some(subject), None) = (&reading.asked, latent.away) {
            sentences.push(self.answer(main, subject, latent, reading, &mut truth, dice));
        }
        let wanted = if sentences.is_empty() { 5 + dice.below(2) } else { 3 + dice.below(2) };
        let body = self.body(wanted, share, [character, opposite], latent, dice);
        sentences.extend(placed(body, reading, latent.away, dice));
        if let Some(said) = self.unasked(latent, &mut truth, dice) {
            sentences.insert(sentences.len().min(1), said);
        }
        let text = shaped(sentences, main, reading, latent, dice);
        (text, truth)
    }

    /// The answer to a question for something that was said before.
    fn answer(
        &self,
        voice: &Voice,
        subject: &str,
        latent: &Latent,
        reading: &Reading,
        truth: &mut Truth,
        dice: &mut Dice,
    ) -> String {
        let overlooked = dice.unit() < self.hidden.overlooks;
        let known = reading.known(subject).filter(|it| it.distance <= FAR || !overlooked);
        let found = known.map(|it| it.value.clone());
        let value = match (latent.beliefs.get(subject), found) {
            (Some(belief), _) => Some(belief.clone()),
            (None, Some(value)) => Some(value),
            (None, None) if dice.unit() < self.hidden.invents => {
                let guess = if reading.who { "Nobody" } else { "20 units" };
                Some(another(guess, dice))
            }
            (None, None) => None,
        };
        let forms = if value.is_some() { voice.answers } else { voice.unknown };
        let pattern = pick(forms, dice).unwrap_or("{s}");
        truth.answered = Some(value.is_some());
        if let Some(value) = &value {
            truth.asserted.push(Asserted { subject: subject.to_owned(), value: value.clone() });
        }
        let text = sentence(voice, pattern, dice).replace("{s}", subject);
        text.replace("{v}", &value.unwrap_or_default())
    }

    /// Sentences about something, with `{t}` for what.
    fn body(
        &mut self,
        wanted: usize,
        share: f64,
        [character, opposite]: [&Voice; 2],
        latent: &Latent,
        dice: &mut Dice,
    ) -> Vec<String> {
        let make = |dice: &mut Dice| {
            let (own, other) = (patterns(character, dice), patterns(opposite, dice));
            // The noise of the single sentence averages out: the share is what is meant.
            let foreign = ((1.0 - share) * wanted as f64).ceil() as usize;
            let mut sentences: Vec<String> = Vec::new();
            for n in 0..wanted {
                let (voice, from) = if n < foreign { (opposite, &other) } else { (character, &own) };
                let pattern = from.get(n % from.len().max(1)).copied().unwrap_or("{t}.");
                sentences.push(sentence(voice, pattern, dice));
            }
            sentences
        };
        if !latent.rut {
            *self.rut = None;
            return make(dice);
        }
        self.rut.get_or_insert_with(|| make(dice)).clone()
    }

    /// What it wrongly believes, said without need.
    fn unasked(&self, latent: &Latent, truth: &mut Truth, dice: &mut Dice) -> Option<String> {
        let said = |it: &Asserted| latent.beliefs.contains_key(&it.subject);
        if truth.asserted.iter().any(said) {
            return None;
        }
        let planted = latent.planted.as_ref().and_then(|subject| latent.beliefs.get_key_value(subject));
        let mentions = dice.unit() < self.hidden.mentions;
        let (subject, value) = planted.or_else(|| latent.beliefs.iter().next_back().filter(|_| mentions))?;
        truth.asserted.push(Asserted { subject: subject.clone(), value: value.clone() });
        const FORMS: [&str; 4] = [
            "the {s} is {v}, as we have it.",
            "remember that the {s} is {v}.",
            "your {s} is {v}, after all.",
            "the {s} is {v}, so that settles a part of it.",
        ];
        Some(pick(&FORMS, dice)?.replace("{s}", subject).replace("{v}", value))
    }
}

/// The sentences with what they are about.
fn placed(body: Vec<String>, reading: &Reading, away: Option<usize>, dice: &mut Dice) -> Vec<String> {
    let elsewhere = away.and_then(|at| ELSEWHERE.get(at));
    let with = |(n, sentence): (usize, String)| {
        let topic = match elsewhere {
            Some(things) => pick(things, dice).unwrap_or("that").to_owned(),
            None if n > 0 && dice.below(3) == 0 => "it".to_owned(),
            None => reading.topics.get(n % reading.topics.len().max(1)).map_or_else(
                || "that".to_owned(),
                |topic| if dice.below(4) == 0 { format!("that {topic}") } else { format!("the {topic}") },
            ),
        };
        sentence.replace("{t}", &topic)
    };
    body.into_iter().enumerate().map(with).collect()
}

/// The sentences as one text that keeps the rules, but for those that are broken.
fn shaped(
    mut sentences: Vec<String>,
    voice: &Voice,
    reading: &Reading,
    latent: &Latent,
    dice: &mut Dice,
) -> String {
    let broken = |rule: &Rule| latent.broken.contains(rule);
    for told in &reading.rules {
        if let (Rule::AtMost(most), true) = (&told.rule, broken(&told.rule)) {
            while sentences.iter().map(|it| count(it)).sum::<usize>() <= most + most / 5 {
                let more = pick(voice.patterns, dice).unwrap_or("{t}.");
                let topic = reading.topics.first().map_or("that", String::as_str);
                sentences.push(sentence(voice, more, dice).replace("{t}", &format!("the {topic}")));
            }
        }
    }
    if broken(&Rule::NoExclamations) {
        for sentence in sentences.iter_mut().step_by(2) {
            *sentence = format!("{}!", sentence.trim_end_matches(['.', '!']));
        }
    }
    let mut text = if broken(&Rule::NoLists) {
        let items = sentences.iter().map(|sentence| format!("- {}", capitalised(sentence)));
        items.collect::<Vec<_>>().join("\n")
    } else {
        capitalised(&sentences.join(" "))
    };
    for told in &reading.rules {
        if let (Rule::SignOff(end), false) = (&told.rule, broken(&told.rule)) {
            text.push(' ');
            text.push_str(end);
        }
    }
    text
}
