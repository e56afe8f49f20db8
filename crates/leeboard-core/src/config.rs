//! Every knob of the core: its default, its unit and the reason for the default.
//!
//! Thresholds live here and nowhere else. The file format (`leeboard.toml`) is read by the
//! binary; each struct here is one of its sections.

mod anchor;
mod check;
mod control;
mod episodes;
mod held;
mod ladder;
mod later;
mod limits;
mod recall;
mod safety;

use serde::{Deserialize, Serialize};

pub use anchor::{AnchorConfig, AnchorRole};
pub use check::SettingError;
pub use control::ControlConfig;
pub use episodes::EpisodeConfig;
pub use held::HeldConfig;
pub use ladder::{LadderConfig, Policy};
pub use limits::Limits;
pub use recall::RecallWeights;
pub use safety::SafetyConfig;

/// All settings of the core.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// Calibration of the drift signals.
    pub drift: DriftConfig,
    /// Posture thresholds and corrections.
    pub control: ControlConfig,
    /// What is recalled, and how much.
    pub memory: MemoryConfig,
    /// Budgets of the prompt.
    pub prompt: PromptConfig,
    /// Motifs and the attractor.
    pub patterns: PatternConfig,
    /// Hard bounds.
    pub limits: Limits,
}

/// A logistic calibration: raw measure to a score in [0, 1].
///
/// `score = 1 / (1 + exp(-(raw - at) / width + ln(11/9)))`, so that `raw = at` gives .45, the
/// alarm threshold of `drift.index`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "two numbers, written in config files")]
pub struct Calibration {
    /// The raw value that scores .45.
    pub at: f64,
    /// How many raw units make one unit of log-odds.
    pub width: f64,
}

impl Calibration {
    /// The calibrated score in [0, 1]; a raw value that is not finite scores 0.
    #[must_use]
    pub fn score(self, raw: f64) -> f64 {
        // ln(11/9): the log-odds of .45, negated.
        let shift = (11.0_f64 / 9.0).ln();
        let score = 1.0 / (1.0 + (-(raw - self.at) / self.width + shift).exp());
        if raw.is_finite() && score.is_finite() { score } else { 0.0 }
    }
}

/// Calibration of the drift signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DriftConfig {
    /// `off_topic`: raw = distance of reply and request, .75 for unrelated texts.
    /// This and the next four were calibrated on recorded dialogues of 110 to 500 turns with
    /// two personas and three models: `at` so that the signals together alarm on under 2 % of
    /// good replies, `width` so that the index ranks good and bad replies best. See
    /// `docs/concepts/drift.md` for the rate of each.
    pub off_topic: Calibration,
    /// `persona`, style: raw = evidence in log-odds that somebody else wrote the reply.
    pub style: Calibration,
    /// `persona`, generic talk: raw = weight of the phrases that are not usual here; a stock
    /// phrase weighs 1, self-dissociation 4.
    pub stock: Calibration,
    /// `persona`: score of a reply that takes on an identity that somebody tried to impose. .75: over the
    /// limit of posture contain, for who the assistant is, is what dialogue may not change.
    #[serde(skip_serializing_if = "later::is_adopted")]
    pub adopted: f64,
    /// `slow`: raw = evidence in log-odds that somebody else wrote the last replies.
    pub slow: Calibration,
    /// `consistency`: raw = length, lists and headings beyond the usual, in weighted standard
    /// deviations.
    pub consistency: Calibration,
    /// `repetition`: raw = share of 4-grams found in one earlier reply, in [0, 1].
    pub repetition: Calibration,
    /// `contradiction`: raw = how sure it is that a claim of the reply and a known fact cannot both
    /// be true, in [0, 1]: by the kind of fact and the share of the words that name it. Placed so
    /// that an exact clash alarms and a doubtful one is only reported.
    pub contradiction: Calibration,
    /// Score of one broken rule by severity: warn, correct, block. A broken `correct` or
    /// `block` rule alarms by itself; a `warn` rule is only reported.
    pub rule_scores: [f64; 3],
    /// Replies that must be accepted before `persona` has an opinion. RoleBreak (2609.16614)
    /// sees the first failures after 10 turns; 5 leaves time to learn the voice before.
    pub baseline_replies: u32,
    /// What the running baseline keeps of its past per reply, in [0, 1]: .97 forgets half in
    /// 23 replies, so a voice may mature but not jump.
    pub baseline_keep: f64,
    /// Score of `persona` and `slow` up to which an accepted reply is taken into the running
    /// baseline like any other; over it the reply counts as a flagged one. A foreign voice just
    /// under the alarm must not teach the baseline.
    pub baseline_trust: f64,
    /// Weight of a flagged reply in the running baseline, in [0, 1]: a third of an accepted
    /// one's, so that a change that stays is the usual after some 50 replies.
    pub baseline_nudge: f64,
}

impl Default for DriftConfig {
    fn default() -> Self {
        Self {
            off_topic: Calibration { at: 0.77, width: 0.025 },
            style: Calibration { at: 1.55, width: 1.5 },
            stock: Calibration { at: 3.2, width: 0.4 },
            adopted: later::ADOPTED,
            slow: Calibration { at: 2.2, width: 1.5 },
            consistency: Calibration { at: 3.9, width: 1.0 },
            repetition: Calibration { at: 0.2, width: 0.05 },
            contradiction: Calibration { at: 0.5, width: 0.12 },
            rule_scores: [0.3, 0.9, 0.95],
            baseline_replies: 5,
            baseline_keep: 0.97,
            baseline_trust: 0.25,
            baseline_nudge: 0.01,
        }
    }
}

/// The retrieval envelope (SRIP-14) and BM25's constants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct MemoryConfig {
    /// Recalled messages in a prompt, at most. SRIP-14: 5.
    pub max_results: usize,
    /// Tokens of recalled text in a prompt, at most. SRIP-14: 1,200.
    pub max_tokens: usize,
    /// Score below which a message is not put into a prompt, in [0, 1]. It keeps out what is not
    /// about the conversation at all; see docs/concepts/memory.md, "The score".
    pub floor: f64,
    /// The floor for a request that does not refer to anything earlier, unless the message
    /// states something of the user: general questions need no memory, and quotations are paid
    /// whole every turn.
    pub unasked_floor: f64,
    /// BM25 term saturation (Robertson and Zaragoza 2009 recommend 1.2 to 2).
    pub bm25_k1: f64,
    /// BM25 length normalisation, in [0, 1] (the usual .75; less, as messages are short).
    pub bm25_b: f64,
    /// How messages are ranked.
    pub recall: RecallWeights,
    /// Messages in the session's own index, at most; the oldest leave first and stay in the
    /// store.
    pub max_indexed: usize,
    /// Facts held, at most. Ended facts leave first, then mere statements, then the oldest.
    /// 2,000 are some 600 kB and more than a person states in a thousand turns.
    pub max_facts: usize,
    /// When a stretch is summed up, and how much is kept.
    pub episodes: EpisodeConfig,
}

impl Default for MemoryConfig {
    fn default() -> Self {
        Self {
            max_results: 5,
            max_tokens: 1_200,
            floor: 0.03,
            unasked_floor: 1.0,
            bm25_k1: 1.2,
            bm25_b: 0.5,
            recall: RecallWeights::default(),
            max_indexed: 50_000,
            max_facts: 2_000,
            episodes: EpisodeConfig::default(),
        }
    }
}

/// Budgets of the prompt, in tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PromptConfig {
    /// The whole prompt, at most. Identity and current input are never cut; if they alone are
    /// over it, the report says `over_budget`.
    pub budget: usize,
    /// Share of the room for history that is kept when the window is trimmed, in (0, 1). A
    /// fifth: what is kept is paid whole at every trim, and the less it is the rarer trims are.
    pub keep: f64,
    /// Tokens held back for the note, so that a longer note never cuts the window early.
    pub note_reserve: usize,
    /// The last messages that a trim never takes, where the budget allows.
    pub min_messages: usize,
    /// Anchor facts in front of the window, at most. 1,100 tokens hold some 60 sentences.
    pub facts: usize,
    /// Anchor facts in the note, at most: those that have no place in front of the window and
    /// fit the request.
    pub note_facts: usize,
    /// Sentences of earlier episodes in front of the window, at most; part of `facts`. 0 = none:
    /// on ten recorded runs 150 tokens cost more than they were seen to bring.
    pub earlier: usize,
    /// Sentences of earlier episodes in the note, at most, where the user asks what the
    /// conversation was about. 300 tokens hold some ten.
    pub note_earlier: usize,
    /// Depth, role and frequency of anchors.
    #[serde(skip_serializing_if = "later::is_default")]
    pub anchor: AnchorConfig,
}

impl Default for PromptConfig {
    fn default() -> Self {
        Self {
            budget: 4_000,
            keep: 0.2,
            note_reserve: 150,
            min_messages: 6,
            facts: 1_100,
            note_facts: 300,
            earlier: 0,
            note_earlier: 300,
            anchor: AnchorConfig::default(),
        }
    }
}

/// Motifs and the attractor (SRIP-02).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PatternConfig {
    /// What a motif keeps of its weight per turn, in [0, 1]: .9 halves it in 7 turns.
    pub motif_keep: f64,
    /// Turns in which a symbol must occur to be a motif.
    pub min_recurrence: u32,
    /// Motifs that form the attractor. ERI looks at the top five.
    pub attractor_motifs: usize,
    /// Words taken from one turn, at most.
    pub max_symbols: usize,
    /// Phrases of two words taken from one turn, at most.
    pub max_phrases: usize,
    /// Words held, at most, and as many phrases; the lightest leave first.
    pub max_motifs: usize,
    /// Co-occurrence from which a motif joins a cluster, in [0, 1]: with the mean of its members,
    /// and as much their turns' closeness in meaning, where vectors are at hand.
    pub link: f64,
    /// Share of motifs from which two patterns are evaluated for merging. SRIP-02: .6.
    pub merge_overlap: f64,
    /// Patterns that live at a time, at most; the lightest dissolve.
    pub max_living: usize,
    /// Drift below which a pattern is stable. SRIP-02: .35.
    pub stable_drift: f64,
    /// Stability over which a pattern is stable. SRIP-02: .8.
    pub stable_psi: f64,
    /// Drift index for reflective, recovery, fragmenting. SRIP-02: .5, .6, .7.
    pub drift: [f64; 3],
    /// PSD at or over which a pattern is reflective. SRIP-02: .15.
    pub reflective_psd: f64,
    /// PSI under which a pattern is in recovery. SRIP-02: .6.
    pub recovery_psi: f64,
}

impl Default for PatternConfig {
    fn default() -> Self {
        Self {
            motif_keep: 0.9,
            min_recurrence: 2,
            attractor_motifs: 5,
            max_symbols: 24,
            max_phrases: 8,
            max_motifs: 200,
            link: 0.4,
            merge_overlap: 0.6,
            max_living: 6,
            stable_drift: 0.35,
            stable_psi: 0.8,
            drift: [0.5, 0.6, 0.7],
            reflective_psd: 0.15,
            recovery_psi: 0.6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calibration_point_is_the_alarm_threshold() {
        let calibration = Calibration { at: 2.0, width: 0.5 };
        assert!((calibration.score(2.0) - 0.45).abs() < 1e-12);
        assert!(calibration.score(3.0) > calibration.score(2.5));
        assert_eq!(calibration.score(f64::NAN), 0.0);
        assert!(calibration.score(-1e300) >= 0.0 && calibration.score(1e300) <= 1.0);
    }

    #[test]
    fn unknown_settings_are_refused_by_name() {
        let error = toml::from_str::<Config>("[prompt]\nbudgett = 3\n").unwrap_err();
        assert!(error.to_string().contains("budgett"), "{error}");
    }
}
