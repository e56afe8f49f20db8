//! Settings that came after records were first written.
//!
//! Owns when they are left out of records: where they have their default, so that a log from before
//! keeps its hashes. A default of such a setting can therefore never change: another one needs another
//! name.

/// What a reply that takes on another identity scores.
pub(super) const ADOPTED: f64 = 0.75;

pub(super) fn is_adopted(score: &f64) -> bool {
    score.to_bits() == ADOPTED.to_bits()
}

pub(super) fn is_default<T: Default + PartialEq>(setting: &T) -> bool {
    *setting == T::default()
}

pub(super) fn is_on(setting: &bool) -> bool {
    *setting
}
