//! The tables of request words, one a language.
//!
//! Owns which languages there are. English, whose voices need grammar, is in `english`.

use super::lexicon::Requests;

mod ar;
mod cs;
mod da;
mod de;
mod es;
mod fr;
mod hi;
mod id;
mod it;
mod ja;
mod ko;
mod nl;
mod no;
mod pl;
mod pt;
mod ru;
mod sv;
mod tr;
mod uk;
mod zh;

/// All tables, sorted by code.
pub(super) const TABLES: &[Requests] = &[
    ar::TABLE,
    cs::TABLE,
    da::TABLE,
    de::TABLE,
    es::TABLE,
    fr::TABLE,
    hi::TABLE,
    id::TABLE,
    it::TABLE,
    ja::TABLE,
    ko::TABLE,
    nl::TABLE,
    no::TABLE,
    pl::TABLE,
    pt::TABLE,
    ru::TABLE,
    sv::TABLE,
    tr::TABLE,
    uk::TABLE,
    zh::TABLE,
];
