//! Words that everybody uses, whatever they talk about, in groups that a writer uses alike.
//!
//! Owns the groups and the endings. How often they occur is counted in `features`.

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
}

/// How many groups there are.
pub(super) const GROUPS: usize = 25;

/// Lower-case words with their group, sorted.
const WORDS: [(&str, Group); 110] = [
    ("a", Group::An),
    ("across", Group::Into),
    ("allow", Group::Allow),
    ("allows", Group::Allow),
    ("am", Group::Be),
    ("an", Group::An),
    ("and", Group::And),
    ("are", Group::Be),
    ("be", Group::Be),
    ("because", Group::Because),
    ("become", Group::Become),
    ("becomes", Group::Become),
    ("been", Group::Be),
    ("being", Group::Be),
    ("by", Group::By),
    ("either", Group::Or),
    ("enable", Group::Allow),
    ("enables", Group::Allow),
    ("ensure", Group::Allow),
    ("ensures", Group::Allow),
    ("generally", Group::Perhaps),
    ("had", Group::Have),
    ("has", Group::Have),
    ("have", Group::Have),
    ("having", Group::Have),
    ("hence", Group::Because),
    ("here", Group::There),
    ("hold", Group::Remain),
    ("holds", Group::Remain),
    ("i", Group::First),
    ("i'd", Group::First),
    ("i'll", Group::First),
    ("i'm", Group::First),
    ("i've", Group::First),
    ("if", Group::If),
    ("into", Group::Into),
    ("is", Group::Be),
    ("keep", Group::Remain),
    ("keeps", Group::Remain),
    ("let", Group::Become),
    ("lets", Group::Become),
    ("like", Group::Like),
    ("likely", Group::Perhaps),
    ("make", Group::Become),
    ("makes", Group::Become),
    ("making", Group::Become),
    ("maybe", Group::Perhaps),
    ("me", Group::First),
    ("mine", Group::First),
    ("must", Group::Must),
    ("my", Group::First),
    ("myself", Group::First),
    ("need", Group::Must),
    ("neither", Group::Or),
    ("never", Group::Not),
    ("no", Group::Not),
    ("none", Group::Not),
    ("nor", Group::Or),
    ("not", Group::Not),
    ("nothing", Group::Not),
    ("now", Group::There),
    ("of", Group::Of),
    ("often", Group::Perhaps),
    ("onto", Group::Into),
    ("or", Group::Or),
    ("ought", Group::Must),
    ("our", Group::We),
    ("ours", Group::We),
    ("ourselves", Group::We),
    ("perhaps", Group::Perhaps),
    ("quite", Group::Perhaps),
    ("rather", Group::Perhaps),
    ("remain", Group::Remain),
    ("remains", Group::Remain),
    ("require", Group::Allow),
    ("requires", Group::Allow),
    ("shall", Group::Must),
    ("should", Group::Must),
    ("since", Group::Because),
    ("so", Group::Because),
    ("sometimes", Group::Perhaps),
    ("stay", Group::Remain),
    ("stays", Group::Remain),
    ("such", Group::This),
    ("than", Group::Like),
    ("that", Group::That),
    ("the", Group::The),
    ("there", Group::There),
    ("therefore", Group::Because),
    ("these", Group::This),
    ("this", Group::This),
    ("those", Group::This),
    ("through", Group::Into),
    ("thus", Group::Because),
    ("to", Group::Into),
    ("toward", Group::Into),
    ("towards", Group::Into),
    ("typically", Group::Perhaps),
    ("unless", Group::If),
    ("us", Group::We),
    ("usually", Group::Perhaps),
    ("was", Group::Be),
    ("we", Group::We),
    ("we're", Group::We),
    ("we've", Group::We),
    ("were", Group::Be),
    ("whether", Group::If),
    ("will", Group::Will),
    ("with", Group::By),
    ("without", Group::By),
];

/// Lower-case words that only few of the above need: the user addressed.
const SECOND: [&str; 9] =
    ["you", "you'd", "you'll", "you're", "you've", "your", "yours", "yourself", "yourselves"];

/// The group of a lower-case word.
pub(super) fn group(word: &str) -> Option<Group> {
    if word.ends_with("n't") {
        return Some(Group::Not);
    }
    if SECOND.contains(&word) {
        return Some(Group::Second);
    }
    if word == "would" {
        return Some(Group::Will);
    }
    let at = WORDS.binary_search_by(|(known, _)| (*known).cmp(word)).ok()?;
    WORDS.get(at).map(|&(_, group)| group)
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

/// Whether a word is built with one of the endings: two letters must stand before it.
pub(super) fn has_ending(word: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| word.len() > ending.len() + 2 && word.ends_with(ending))
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
    fn words_are_sorted_and_found() {
        assert!(WORDS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(group("the"), Some(Group::The));
        assert_eq!(group("don't"), Some(Group::Not));
        assert_eq!(group("yourself"), Some(Group::Second));
        assert_eq!(group("anchor"), None);
        assert_eq!(Group::We as usize + 1, GROUPS);
    }

    #[test]
    fn an_ending_needs_a_word_before_it() {
        assert!(has_ending("foundation", ENDINGS[0]));
        assert!(!has_ending("ration", &["ration"]) && !has_ending("less", ENDINGS[3]));
    }
}
