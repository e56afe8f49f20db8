//! Settings of the anchors: where the note stands, in whose name, and how often it reminds.

use serde::{Deserialize, Serialize};

/// Who speaks the note, in mode manage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the two places that chat templates have")]
pub enum AnchorRole {
    /// It stands in front of the user's words, in the same message.
    #[default]
    User,
    /// It is a system message of its own in front of the user's.
    System,
}

/// Depth, role and frequency of anchors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AnchorConfig {
    /// Messages of the user that stand below the note. 0: it stands at the last one, where models heed
    /// it most. Deeper is gentler, and what stands below is in no prompt cache.
    pub depth: u32,
    /// In whose name. User: many chat templates take one system message only, and some providers
    /// move all of them to the top.
    pub role: AnchorRole,
    /// Every so many turns the note says who the assistant is, also without a cause. 0: never; a
    /// reminder that nobody needs costs tokens in every such turn.
    pub every: u32,
}
