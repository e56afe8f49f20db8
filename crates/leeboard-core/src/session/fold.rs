//! The fold: what each record changes in a session.
//!
//! Owns [`Session::apply`], the only way to change a session, and nothing that decides.

use super::{Carried, Cycle, Session, Turn};
use crate::drift::{Drift, Opinion, Running, Signal};
use crate::error::ApplyError;
use crate::memory::episodes::{Summary, SummaryLine};
use crate::message::{Entry, Role};
use crate::record::{
    Closed, Digest, Embedded, FORMAT, Imported, MessageTokens, Opened, Payload, Recentered, Record,
};
use crate::safety::{Response, SafetyEvent};
use crate::text::Analysis;
use crate::vector::Answer;

impl Session {
    /// Folds one record in: the only way to change a session.
    ///
    /// # Errors
    /// [`ApplyError`] if the record does not follow the last one; the session is unchanged then.
    pub fn apply(&mut self, record: &Record) -> Result<(), ApplyError> {
        self.check(record)?;
        match record.payload() {
            None => self.redacted += 1,
            Some(Payload::Config(config)) => {
                self.config_digest = Digest::of_json(config);
                self.config.clone_from(config);
            }
            Some(Payload::Identity(identity)) => {
                self.identity = identity.clone();
                self.identity_version += 1;
                self.facts.forget_identity();
            }
            Some(Payload::Imported(imported)) => self.fold_imported(imported),
            Some(Payload::Opened(opened)) => self.fold_opened(opened),
            Some(Payload::Closed(closed)) => self.fold_closed(closed),
            Some(Payload::Embedded(embedded)) => self.fold_embedded(embedded),
            Some(Payload::Memory(edit)) => self.facts.edit(edit, self.config.memory.max_facts),
            // What was forgotten is not in the records any more; a session that has read them
            // before must be replayed.
            Some(Payload::Erased(_)) => {}
            Some(Payload::Recentered(recentered)) => self.fold_recentered(recentered),
        }
        self.head = record.hash();
        self.sequence += 1;
        Ok(())
    }

    fn check(&self, record: &Record) -> Result<(), ApplyError> {
        let sequence = record.sequence;
        if record.format > FORMAT {
            return Err(ApplyError::Newer { sequence, found: record.format, known: FORMAT });
        }
        if sequence != self.sequence || record.session != self.id {
            return Err(ApplyError::OutOfOrder {
                session: self.id.clone(),
                expected: self.sequence,
                found: sequence,
            });
        }
        if record.parent != self.head {
            return Err(ApplyError::Parent { sequence });
        }
        let open = self.pending.as_ref().map(|opened| opened.turn);
        match record.payload() {
            // A closing whose opening was forgotten cannot be folded and need not be.
            Some(Payload::Closed(closed)) if open != Some(closed.turn) && self.redacted == 0 => {
                Err(ApplyError::NotOpen { sequence, turn: closed.turn })
            }
            _ => Ok(()),
        }
    }

    fn fold_imported(&mut self, imported: &Imported) {
        self.adopt_model_of(imported.vectors.values());
        let vector = |entry: &Entry| imported.vectors.get(&entry.id).cloned();
        self.remember(imported.turn, &imported.input, vector);
        self.facts.learn(&imported.facts, self.config.memory.max_facts);
        self.learn_reply(imported.turn, &imported.reply, vector(&imported.reply), true);
        self.turns.push(Turn {
            number: imported.turn,
            input: imported.input.clone(),
            reply: imported.reply.clone(),
            tokens: imported.tokens.clone(),
        });
    }

    fn fold_opened(&mut self, opened: &Opened) {
        self.adopt_model_of(opened.vector.iter().chain(opened.vectors.values()));
        let vector = |entry: &Entry| opened.vectors.get(&entry.id).or(opened.vector.as_ref()).cloned();
        self.remember(opened.turn, &opened.input, vector);
        self.facts.learn(&opened.facts, self.config.memory.max_facts);
        self.facts.know_identity();
        self.safety.fold_attempts(opened.turn, &opened.attempts);
        self.steering.fold_plan(opened.turn, &opened.plan);
        if opened.plan.recenter {
            self.safety.recentered();
        }
        self.window_start = opened.window_start;
        self.cleared_before = opened.cleared_before;
        if let Some(anchors) = &opened.anchors {
            self.anchors.clone_from(anchors);
        }
        self.pending = Some(Box::new(opened.clone()));
    }

    fn fold_closed(&mut self, closed: &Closed) {
        let Some(opened) = self.pending.take() else { return };
        self.carried.take_in(opened.input, &opened.tokens);
        self.carried.take_in(closed.steps.clone(), &closed.tokens);
        let Some(reply) = &closed.reply else { return };
        let Carried { entries: input, tokens } = std::mem::take(&mut self.carried);
        self.adopt_model_of(&closed.vector);
        let analysis = self.learn_reply(closed.turn, reply, closed.vector.clone(), closed.accepted);
        self.facts.learn(&closed.facts, self.config.memory.max_facts);
        self.turns.push(Turn { number: closed.turn, input, reply: reply.clone(), tokens });
        self.fold_summaries(&closed.summaries);
        self.fold_judgement(closed, &analysis);
    }

    /// A sentence whose message is no longer known was forgotten with it.
    fn fold_summaries(&mut self, summaries: &[Summary]) {
        for summary in summaries {
            let known = |line: &&SummaryLine| self.find(line.turn, &line.message).is_some();
            let lines: Vec<SummaryLine> = summary.lines.iter().filter(known).cloned().collect();
            let summary = Summary { lines, ..summary.clone() };
            self.episodes.learn(&summary, &self.config.memory.episodes);
        }
    }

    fn fold_judgement(&mut self, closed: &Closed, reply: &Analysis) {
        let keep = self.config.drift.baseline_keep;
        let trust = self.config.drift.baseline_trust;
        let score = |signal| closed.drift.signals.get(&signal).and_then(Opinion::score).unwrap_or(0.0);
        let doubtful = score(Signal::Persona).max(score(Signal::Slow)) > trust;
        if closed.accepted {
            self.form.add(&closed.form, keep);
            if let Some(vector) = closed.vector.as_ref().and_then(Answer::vector) {
                self.replies.add(vector);
            }
        } else {
            self.form.nudge(&closed.form, self.config.drift.baseline_nudge);
        }
        // The first replies are all there is to learn from.
        if closed.accepted && (!doubtful || self.voice.count() < 2 * self.config.drift.baseline_replies) {
            self.voice.add(&closed.voice, &reply.terms, keep);
        } else {
            self.voice.nudge(&closed.voice, self.config.drift.baseline_nudge);
        }
        if let Some(distance) = closed.drift.topic_distance.filter(|_| closed.accepted) {
            self.topic.add(distance, keep);
        }
        if let Some(share) = closed.drift.repeated.filter(|_| closed.accepted) {
            self.repeated.add(share, keep);
        }
        self.voice.remember(closed.turn, &closed.voice);
        self.motifs.observe(closed.turn, &closed.symbols, &self.config.patterns);
        self.patterns.fold(closed, &mut self.motifs, &self.config);
        self.posture = closed.posture;
        self.history.push_back(Cycle {
            turn: closed.turn,
            index: closed.drift.index,
            di: closed.drift.di,
            coherence: closed.drift.coherence,
            posture: closed.posture,
            flags: closed.drift.flags.clone(),
            broken: closed.drift.broken_rules().cloned().collect(),
            lapses: closed.lapses.clone(),
            stability: closed.attractor.as_ref().map(|it| it.stability_index),
            continuity: closed.continuity,
        });
        self.track
            .remember_core(closed.attractor.as_ref().map(|it| it.motifs.as_slice()).unwrap_or_default());
        if let Some(recovery) = &closed.recovery {
            self.window_start = recovery.window_start;
            self.track.prune(closed.turn, &recovery.pruned);
        }
        let rest = self.config.control.hold;
        self.steering.fold_reply(closed.turn, &closed.drift, &closed.held, &closed.effects, rest);
        self.safety.fold(&closed.safety);
        self.safety.fold_attempts(closed.turn, &closed.attempts);
        let dissolves = |event: &SafetyEvent| event.response == Response::Dissolve;
        if let Some(pattern) = closed.attractor.as_ref().filter(|_| closed.safety.iter().any(dissolves)) {
            self.motifs.halve(&pattern.motifs);
        }
        for event in &closed.safety {
            self.track.quarantine(&event.pruned);
        }
        self.causes.extend(closed.causes.iter().cloned());
        self.judged = Some(closed.drift.clone());
        let most = self.config.limits.max_history.max(1);
        self.history.drain(..self.history.len().saturating_sub(most));
        self.causes.drain(..self.causes.len().saturating_sub(most));
    }

    fn fold_embedded(&mut self, embedded: &Embedded) {
        self.adopt(&embedded.model);
        for message in &embedded.vectors {
            self.index.set_vector(message.turn, &message.id, &message.vector);
        }
        let Some(drift) = &embedded.drift else { return };
        self.learn_late(drift);
        if let Some(cycle) = self.history.back_mut() {
            cycle.index = drift.index;
            cycle.flags.clone_from(&drift.flags);
        }
        self.judged = Some(drift.clone());
    }

    fn fold_recentered(&mut self, recentered: &Recentered) {
        self.window_start = recentered.window_start;
        self.cleared_before = recentered.cleared_before;
        self.anchors.clone_from(&recentered.anchors);
        self.track.quarantine(&recentered.set_aside);
        if recentered.corrections_dropped {
            self.corrects_after = recentered.after;
        }
    }

    /// What an accepted reply would have taught at its closing, had its vector been there.
    fn learn_late(&mut self, drift: &Drift) {
        let waited = self.judged.as_ref().is_some_and(|judged| judged.topic_distance.is_none());
        let Some(cycle) = self.history.back().filter(|cycle| waited && cycle.flags.is_empty()) else {
            return;
        };
        let Some(distance) = drift.topic_distance.filter(|_| drift.flags.is_empty()) else { return };
        if let Some(Answer::Vector(vector)) = self.index.vector_of(cycle.turn, Role::Assistant) {
            self.replies.add(&vector);
        }
        self.topic.add(distance, self.config.drift.baseline_keep);
    }

    fn adopt_model_of<'a>(&mut self, answers: impl IntoIterator<Item = &'a Answer>) {
        if let Some(vector) = answers.into_iter().find_map(Answer::vector) {
            self.adopt(vector.model());
        }
    }

    /// Vectors of two models never meet: with a new one the old vectors go, and what was learned
    /// from them starts anew.
    fn adopt(&mut self, model: &str) {
        if self.embedding_model != model {
            if !self.embedding_model.is_empty() {
                self.index.drop_vectors();
                self.topic = Running::default();
            }
            model.clone_into(&mut self.embedding_model);
        }
    }

    /// Indexes what was said.
    fn remember(&mut self, turn: u32, entries: &[Entry], vector: impl Fn(&Entry) -> Option<Answer>) {
        for entry in entries.iter().filter(|entry| entry.message.is_remembered()) {
            self.index.add(turn, entry, None, vector(entry), self.config.memory.max_indexed);
        }
    }

    fn learn_reply(&mut self, turn: u32, reply: &Entry, vector: Option<Answer>, accepted: bool) -> Analysis {
        let analysis = Analysis::of(&reply.message.spoken());
        if reply.message.is_remembered() {
            self.index.add(turn, reply, Some(&analysis.terms), vector, self.config.memory.max_indexed);
        }
        // What a flagged reply said may be said again in its right place.
        if accepted {
            self.phrases.add(turn, &analysis.words);
        }
        self.recent_terms.add(&analysis.terms);
        analysis
    }
}

impl Carried {
    /// Takes in messages with the first of `tokens`; counts of two counters do not add up, and
    /// an unknown counter's name makes them be counted anew.
    fn take_in(&mut self, entries: Vec<Entry>, tokens: &MessageTokens) {
        if entries.is_empty() && tokens.counts.is_empty() {
            return;
        }
        if self.entries.is_empty() {
            self.tokens.counter.clone_from(&tokens.counter);
        } else if self.tokens.counter != tokens.counter {
            self.tokens.counter.clear();
        }
        self.tokens.counts.extend(&tokens.counts);
        self.entries.extend(entries);
    }
}
