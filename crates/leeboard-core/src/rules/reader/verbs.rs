//! The verbs of instructions, by what they ask to be done.
//!
//! Owns the table of base forms and the making of their other forms.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a verb asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Act {
    /// To have something in the reply.
    Use,
    /// To have something in the reply, for certain: include, contain.
    Include,
    /// To say or mention something.
    Say,
    /// To write the reply in some way.
    Reply,
    /// To ask.
    Ask,
    /// To begin or end with something.
    Start,
    /// See [`Act::Start`].
    End,
    /// To put something around the reply.
    Wrap,
    /// To leave something out.
    Avoid,
    /// To stay within a limit.
    Keep,
    /// To pass a limit.
    Exceed,
    /// To repeat the request.
    Repeat,
    /// To address or name somebody.
    Call,
    /// To mark passages.
    Mark,
    /// To leave a role.
    Break,
    /// To say sorry, hello or something rude.
    Utter,
    /// To spell words or numbers.
    Spell,
}

const BASES: &[(Act, &str)] = &[
    (
        Act::Use,
        "use utilise utilize employ insert put make produce output offer present structure create return show display apply give \
                provide deliver organise organize render type incorporate format generate supply place sprinkle decorate pepper draw set",
    ),
    (Act::Include, "include contain add have feature consist attach append carry"),
    (
        Act::Say,
        "say mention utter reveal admit claim state refer disclose describe talk discuss acknowledge tell quote name comment touch \
                engage identify pretend recommend share reference bring imply suggest confirm introduce present state",
    ),
    (
        Act::Reply,
        "answer reply respond write speak communicate converse narrate be stay remain compose phrase express summarise summarize explain \
                  chat message text sound draft tell output shout",
    ),
    (Act::Ask, "ask pose raise"),
    (Act::Start, "begin start open preface lead prefix commence"),
    (Act::End, "end close finish conclude sign terminate"),
    (Act::Wrap, "wrap enclose surround"),
    (
        Act::Avoid,
        "avoid refrain stop quit cease omit skip exclude abstain eliminate leave forgo remove steer drop ban forbid prohibit eschew minimise minimize",
    ),
    (Act::Keep, "keep limit restrict cap confine stick hold fit"),
    (Act::Exceed, "exceed surpass go grow run stretch extend"),
    (Act::Repeat, "repeat restate echo"),
    (Act::Call, "address call"),
    (Act::Mark, "highlight mark bold italicise italicize emphasise emphasize separate divide label split"),
    (Act::Break, "break step"),
    (Act::Utter, "apologise apologize greet swear curse"),
    (Act::Spell, "spell abbreviate contract"),
];

static FORMS: LazyLock<BTreeMap<String, Act>> = LazyLock::new(|| {
    let mut forms = BTreeMap::new();
    for (act, bases) in BASES {
        for base in bases.split_whitespace() {
            for form in forms_of(base) {
                forms.entry(form).or_insert(*act);
            }
        }
    }
    for (form, act) in [
        ("written", Act::Reply),
        ("kept", Act::Keep),
        ("put", Act::Use),
        ("made", Act::Use),
        ("given", Act::Use),
        ("left", Act::Avoid),
        ("spoken", Act::Reply),
        ("held", Act::Keep),
        ("begun", Act::Start),
        ("has", Act::Include),
        ("said", Act::Say),
        ("told", Act::Say),
    ] {
        forms.insert(form.to_owned(), act);
    }
    forms
});

/// The base, and its forms in -s, -ing and -ed.
fn forms_of(base: &str) -> Vec<String> {
    let doubles = [
        "put", "begin", "wrap", "refer", "quit", "run", "fit", "omit", "skip", "drop", "ban", "stop", "cap",
        "chat", "set", "step", "split",
    ];
    let stem = match base.strip_suffix('e') {
        Some(stem) if base != "be" => stem.to_owned(),
        _ if doubles.contains(&base) => format!("{base}{}", base.chars().next_back().unwrap_or_default()),
        _ => base.to_owned(),
    };
    let sibilant = base.ends_with(['s', 'x', 'z']) || base.ends_with("sh") || base.ends_with("ch");
    let third = match base {
        "go" => "goes".to_owned(),
        _ if sibilant => format!("{base}es"),
        _ => match base.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
            Some(stem) => format!("{stem}ies"),
            None => format!("{base}s"),
        },
    };
    let past = base.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    let past = past.map_or_else(|| format!("{stem}ed"), |stem| format!("{stem}ied"));
    vec![base.to_owned(), third, format!("{stem}ing"), past]
}

/// What a word asks for, if it is a verb of instructions.
pub(in crate::rules) fn act(word: &str) -> Option<Act> {
    FORMS.get(word).copied()
}

/// Whether the word is a base form, as imperatives are.
pub(in crate::rules) fn is_base(word: &str) -> bool {
    BASES.iter().any(|(_, bases)| bases.split(' ').any(|base| base == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_made() {
        for (form, wanted) in [
            ("using", Act::Use),
            ("refers", Act::Say),
            ("omitting", Act::Avoid),
            ("replies", Act::Reply),
            ("applied", Act::Use),
        ] {
            assert_eq!(act(form), Some(wanted), "{form}");
        }
        assert_eq!(act("love"), None);
    }
}
