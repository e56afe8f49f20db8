//! Words that everybody uses, whatever they talk about, in groups that a writer uses alike.
//!
//! Owns the groups and the endings. How often they occur is counted in `features`.

use std::sync::LazyLock;

use crate::text::lookup::Lookup;

/// The groups, in the order in which their rates stand among the features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    The,
    An,
    Of,
    Into,
    By,
    Like,
    And,
    Or,
    If,
    Because,
    That,
    This,
    Be,
    Have,
    Must,
    Will,
    Not,
    There,
    Perhaps,
    Become,
    Remain,
    Allow,
    First,
    Second,
    We,
    Casual,
    Stiff,
}

/// How many groups there are.
pub(super) const GROUPS: usize = 27;

/// Lower-case words by group.
const WORDS: [(Group, &str); GROUPS] = [
    (Group::The, "the"),
    (Group::An, "a an"),
    (Group::Of, "of"),
    (Group::Into, "across into onto through to toward towards"),
    (Group::By, "by with without"),
    (Group::Like, "like than"),
    (Group::And, "and"),
    (Group::Or, "either neither nor or"),
    (Group::If, "if unless whether"),
    (Group::Because, "because hence since so therefore thus"),
    (Group::That, "that"),
    (Group::This, "such these this those"),
    (Group::Be, "am are be been being is was were"),
    (Group::Have, "had has have having"),
    (Group::Must, "must need ought shall should"),
    (Group::Will, "will would"),
    (Group::Not, "never no none not nothing"),
    (Group::There, "here now there"),
    (Group::Perhaps, "generally likely maybe often perhaps quite rather sometimes typically usually"),
    (Group::Become, "become becomes let lets make makes making"),
    (Group::Remain, "hold holds keep keeps remain remains stay stays"),
    (Group::Allow, "allow allows enable enables ensure ensures require requires"),
    (Group::First, "i i'd i'll i'm i've me mine my myself"),
    (Group::Second, "you you'd you'll you're you've your yours yourself yourselves"),
    (Group::We, "our ours ourselves us we we're we've"),
    (
        Group::Casual,
        "amazing awesome basically btw bro bruh buddy cause chill cool cuz damn dude epic fab folks fun funky gonna \
         gotta guess guys haha hella hey hi honestly hype idk insane kinda lemme literally lmao lol lotta mega meh nah \
         nope obsessed oh okay ok omg oops outta pal pretty seriously sorta stuff stoked sucks super tbh \
         thingy tho tons totally trust ugh ur vibe vibes wanna whatever whoa woah wow yay yeah yep yikes yo yup",
    ),
    (
        Group::Stiff,
        "accordance accordingly additionally adequate advised advisable aforementioned appropriate approximately \
         assess assessed assist commence commenced concerning conduct conducted considered consequently constitute \
         constitutes deemed demonstrate demonstrates designated determined employ employed encompass encompasses \
         evaluate evaluated facilitate facilitates foregoing furthermore henceforth hereby herein however implement \
         implemented indicate indicates individuals inform initiate initiated moreover namely nevertheless nonetheless \
         numerous obtain obtained occur occurs optimal participants pertaining primarily prior procedure procedures \
         pursuant recommended regarding relevant respective respectively subsequent subsequently substantial sufficient \
         thereafter thereby therein thereof undertake undertaken upon utilise utilised utilize utilized verified via \
         whereas whereby wherein whereupon",
    ),
];

static TABLE: LazyLock<Lookup<Group>> = LazyLock::new(|| {
    let words = |(group, list): (Group, &'static str)| list.split(' ').map(move |word| (word, group));
    WORDS.into_iter().flat_map(words).collect()
});

/// The group of a lower-case word.
pub(super) fn group(word: &str) -> Option<Group> {
    if word.ends_with("n't") { Some(Group::Not) } else { TABLE.get(word).copied() }
}

/// Endings whose rates are features: of nouns, adjectives, verbs and adverbs built with them.
pub(super) const ENDINGS: [&[&str]; 8] = [
    &["tion", "sion"],
    &["ance", "ence"],
    &["ic"],
    &["less"],
    &["ly"],
    &["ize", "ise", "ized", "ised"],
    &["ate"],
    &["ant", "ent"],
];

/// Which of the endings a word is built with: two letters must stand before it. No word has two.
pub(super) fn ending(word: &str) -> Option<usize> {
    let built = |ending: &&str| word.len() > ending.len() + 2 && word.ends_with(*ending);
    // No ending has fewer than two letters.
    let long = word.len() > 4;
    if long { ENDINGS.iter().position(|endings| endings.iter().any(built)) } else { None }
}

/// How sentences open that point at something said before.
pub(super) const POINTING: [&str; 5] = ["the", "this", "that", "these", "it"];

/// How sentences open that put a clause or a circumstance first.
pub(super) const SUBORDINATE: [&str; 11] =
    ["when", "if", "while", "as", "by", "without", "in", "through", "because", "since", "once"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_their_group() {
        assert!(WORDS.iter().enumerate().all(|(place, (group, _))| *group as usize == place));
        assert_eq!(group("the"), Some(Group::The));
        assert_eq!(group("don't"), Some(Group::Not));
        assert_eq!(group("yourself"), Some(Group::Second));
        assert_eq!(group("anchor"), None);
        assert_eq!((group("gonna"), group("pursuant")), (Some(Group::Casual), Some(Group::Stiff)));
        assert_eq!(Group::Stiff as usize + 1, GROUPS);
    }

    #[test]
    fn an_ending_needs_a_word_before_it() {
        assert_eq!(ending("foundation"), Some(0));
        assert_eq!(ending("music"), Some(2));
        assert_eq!([ending("less"), ending("sion"), ending("only"), ending("anchor")], [None; 4]);
    }
}
