//! British and American spelling: which words of a text are spelt the other way.
//!
//! Owns suffix families and short word lists. Words of which both varieties have both forms
//! (metre and meter, programme and program, judgement) are left alone. So are words in -ize:
//! Oxford's British spelling has them too.

use std::sync::LazyLock;

/// Stems of words in -or (American) and -our (British), without that ending.
const OUR: &[&str] = &[
    "ard",
    "arm",
    "behavi",
    "cand",
    "clam",
    "col",
    "demean",
    "discol",
    "dishon",
    "disfav",
    "endeav",
    "enam",
    "fav",
    "ferv",
    "flav",
    "glam",
    "harb",
    "hon",
    "hum",
    "lab",
    "misbehavi",
    "neighb",
    "od",
    "parl",
    "ranc",
    "rig",
    "rum",
    "sav",
    "savi",
    "splend",
    "succ",
    "tum",
    "val",
    "vap",
    "vig",
];
/// What may follow -or or -our; before other endings both varieties have -or- (humorous).
const AFTER_OUR: &[&str] = &[
    "", "able", "ably", "ed", "er", "ers", "ful", "fully", "hood", "hoods", "ing", "ings", "ist", "ite",
    "ites", "less", "ly", "s", "y", "al", "ally", "ism",
];
/// Stems of words in -er (American) and -re (British).
const RE: &[&str] = &[
    "cent", "epicent", "theat", "lit", "fib", "somb", "lust", "spect", "calib", "meag", "sab", "kilomet",
    "centimet", "millimet",
];
/// Stems that double the l in British spelling only.
const LL: &[&str] = &[
    "travel", "cancel", "model", "label", "level", "signal", "counsel", "fuel", "marvel", "quarrel",
    "tunnel", "unravel", "channel", "dial", "duel", "equal", "funnel", "initial", "jewel", "libel", "panel",
    "pedal", "rival", "shovel", "snivel", "spiral", "swivel", "total", "yodel", "grovel", "chisel", "bevel",
    "shrivel", "ravel", "revel", "dishevel", "pencil",
];
const AFTER_LL: &[&str] = &["ed", "er", "ers", "ing", "ings", "or", "ors", "ous", "ously"];
/// American words with their British forms, sorted by the first.
const PAIRS: &[(&str, &str)] = &[
    ("aluminum", "aluminium"),
    ("analog", "analogue"),
    ("anemia", "anaemia"),
    ("catalog", "catalogue"),
    ("check-in", "check-in"),
    ("cozy", "cosy"),
    ("defense", "defence"),
    ("defenses", "defences"),
    ("dialog", "dialogue"),
    ("enroll", "enrol"),
    ("enrollment", "enrolment"),
    ("esthetic", "aesthetic"),
    ("fulfill", "fulfil"),
    ("fulfillment", "fulfilment"),
    ("fulfills", "fulfils"),
    ("gray", "grey"),
    ("grays", "greys"),
    ("installment", "instalment"),
    ("jewelry", "jewellery"),
    ("maneuver", "manoeuvre"),
    ("maneuvers", "manoeuvres"),
    ("mold", "mould"),
    ("moldy", "mouldy"),
    ("mustache", "moustache"),
    ("offense", "offence"),
    ("offenses", "offences"),
    ("pajamas", "pyjamas"),
    ("plow", "plough"),
    ("pretense", "pretence"),
    ("pretenses", "pretences"),
    ("skeptic", "sceptic"),
    ("skeptical", "sceptical"),
    ("skepticism", "scepticism"),
    ("skillful", "skilful"),
    ("skillfully", "skilfully"),
    ("smolder", "smoulder"),
    ("smoldering", "smouldering"),
    ("woolen", "woollen"),
];
/// Stems of words in -yze (American) and -yse (British).
const YSE: &[&str] = &["anal", "paral", "catal", "dial", "electrol", "hydrol", "breathal"];
/// Words in -ise in both varieties; they tell nothing.
const ALWAYS_ISE: &[&str] = &[
    "advertise",
    "advise",
    "apprise",
    "arise",
    "chastise",
    "circumcise",
    "comprise",
    "compromise",
    "demise",
    "despise",
    "devise",
    "disguise",
    "enterprise",
    "excise",
    "exercise",
    "expertise",
    "franchise",
    "guise",
    "improvise",
    "incise",
    "merchandise",
    "otherwise",
    "paradise",
    "poise",
    "praise",
    "premise",
    "promise",
    "raise",
    "reprise",
    "revise",
    "rise",
    "sunrise",
    "supervise",
    "surmise",
    "surprise",
    "televise",
    "treatise",
    "wise",
    "likewise",
    "clockwise",
    "noise",
    "precise",
    "concise",
    "cruise",
    "bruise",
    "appraise",
    "moonrise",
    "turquoise",
    "tortoise",
    "liaise",
    "malaise",
    "mayonnaise",
    "valise",
    "vise",
    "anise",
    "porpoise",
    "counterpoise",
    "televise",
    "polonaise",
    "cerise",
    "marquise",
];
/// The first of the words that is spelt the other way than the wanted variety, and the number
/// of all that are.
pub(super) fn other_variety<'w>(
    words: impl Iterator<Item = &'w str>,
    british: bool,
) -> (Option<&'w str>, usize) {
    let mut others =
        words.filter(|word| word.len() > 3 && if british { is_american(word) } else { is_british(word) });
    let first = others.next();
    (first, usize::from(first.is_some()) + others.count())
}

/// Whether some stem or word of the lists begins with the two letters of the word. Most words
/// begin otherwise, and need no look at the lists.
fn begins_like_one(word: &str) -> bool {
    static BEGINNINGS: LazyLock<Vec<bool>> = LazyLock::new(|| {
        let mut found = vec![false; 26 * 26];
        let words = PAIRS.iter().flat_map(|(american, british)| [*american, *british]);
        for stem in OUR.iter().chain(RE).chain(LL).chain(YSE).copied().chain(words) {
            if let Some(at) = beginning(stem) {
                found[at] = true;
            }
        }
        found
    });
    beginning(word).and_then(|at| BEGINNINGS.get(at)).is_some_and(|found| *found)
}

/// A number for two letters.
fn beginning(word: &str) -> Option<usize> {
    let letter = |at: usize| {
        word.as_bytes().get(at).filter(|byte| byte.is_ascii_lowercase()).map(|byte| usize::from(byte - b'a'))
    };
    Some(letter(0)? * 26 + letter(1)?)
}

fn is_american(word: &str) -> bool {
    begins_like_one(word) && american_list(word)
}

fn american_list(word: &str) -> bool {
    PAIRS.binary_search_by(|(american, _)| (*american).cmp(word)).is_ok_and(|at| PAIRS[at].0 != PAIRS[at].1)
        || family(word, "or", OUR, AFTER_OUR)
        || family(word, "er", RE, &["", "s", "ed"])
        || family(word, "", LL, AFTER_LL)
        || yze(word, 'z')
}

fn is_british(word: &str) -> bool {
    begins_like_one(word) && british_list(word)
        || ise(word).is_some_and(|base| !ALWAYS_ISE.contains(&base.as_str()))
}

fn british_list(word: &str) -> bool {
    // Words that American English has too.
    let shared = matches!(word, "catalogue" | "dialogue" | "aesthetic" | "glamour" | "glamours");
    let listed = PAIRS.iter().any(|(american, british)| american != british && *british == word);
    let family = family(word, "our", OUR, AFTER_OUR)
        || family(word, "re", RE, &["", "s", "d"])
        || family(word, "l", LL, AFTER_LL)
        || yze(word, 's');
    !shared && (listed || family)
}

/// Whether the word is a stem, the middle and an ending of the family.
fn family(word: &str, middle: &str, stems: &[&str], endings: &[&str]) -> bool {
    stems.iter().any(|stem| {
        word.strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix(middle))
            .is_some_and(|end| endings.contains(&end))
    })
}

/// The verb in -ise that the word is a form of. Three letters at least and a vowel come before:
/// "rise" is no such verb.
fn ise(word: &str) -> Option<String> {
    let endings = ["e", "es", "ed", "er", "ers", "ing", "ation", "ations", "able"];
    let at = word.rfind("is").filter(|_| word.is_ascii())?;
    let (stem, end) = (word.get(..at)?, word.get(at + 2..)?);
    let verb = endings.contains(&end) && stem.len() >= 3 && stem.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    // A vowel in front makes another sound (raise, noise), and -wise is a word of its own.
    let other = stem.ends_with(['a', 'e', 'o', 'u', 'w']);
    (verb && !other).then(|| format!("{stem}ise"))
}

fn yze(word: &str, letter: char) -> bool {
    YSE.iter().any(|stem| {
        word.strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix('y'))
            .and_then(|rest| rest.strip_prefix(letter))
            .is_some_and(|end| ["e", "ed", "er", "ers", "ing"].contains(&end) || end == "es" && letter == 'z')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_tell_the_varieties() {
        for american in [
            "color",
            "favorite",
            "neighborhood",
            "center",
            "traveling",
            "analyze",
            "gray",
            "defense",
            "behavioral",
        ] {
            assert!(is_american(american) && !is_british(american), "{american}");
        }
        for british in [
            "colour",
            "favourite",
            "neighbourhood",
            "centre",
            "travelling",
            "organise",
            "realised",
            "analyse",
            "grey",
            "defence",
            "organisation",
            "behavioural",
        ] {
            assert!(is_british(british) && !is_american(british), "{british}");
        }
        for both in [
            "size",
            "prize",
            "seized",
            "rise",
            "wise",
            "exercise",
            "promise",
            "humorous",
            "honorary",
            "analysis",
            "analyses",
            "advertising",
            "surprised",
            "order",
            "enter",
            "centered-ish",
            "labor-ish",
            "vocal",
            "revelation",
            "revise",
            "likewise",
            "horizon",
            "laborious",
            "minister",
            "liter-al",
            "raised",
            "noise",
            "equality",
            "modelled-ish",
            "promises",
            "premises",
            "fiberglass",
            "valorous",
            "coloration",
            "rigorous",
            "vigorous",
            "bite",
            "sized",
            "resized",
            "comprised",
            "improvising",
        ] {
            assert!(!is_american(both) && !is_british(both), "{both}");
        }
    }

    #[test]
    fn the_pairs_are_sorted() {
        assert!(PAIRS.is_sorted());
    }
}
