//! English words that carry grammar rather than content.
//!
//! Owns the list. How often they stand in a text tells whether it is English.

use std::sync::LazyLock;

use super::lookup::Lookup;

/// Lower case, sorted.
const WORDS: &str = "\
    a about above actually after again against all almost also although always am among an and any \
    anything are aren't around as at back be because been before being below between both but by can \
    can't cannot could couldn't did didn't do does doesn't doing don't done down during each either \
    else even ever every few for from further get give go got had hadn't has hasn't have haven't \
    having he he's her here hers herself hey hi him himself his how however i i'd i'll i'm i've if \
    in instead into is isn't it it's its itself just kind let let's like made make many may maybe me \
    might more most much must my myself never no nor not now of off oh on once one only onto or \
    other others ought our ours ourselves out over own per perhaps please quite rather really same \
    shall she she's should shouldn't since so some something still such than that that's the their \
    theirs them themselves then there there's these they they're thing things this those though \
    through thus to too toward towards under until up upon us very was wasn't way we we're we've \
    well were weren't what what's when where whether which while who who's whom whose why will with \
    within without won't would wouldn't yes yet you you'd you'll you're you've your yours yourself \
    yourselves";

static TABLE: LazyLock<Lookup<()>> = LazyLock::new(|| WORDS.split(' ').map(|word| (word, ())).collect());

/// Whether a lower-case word is a stop word.
#[must_use]
pub fn is_stop_word(word: &str) -> bool {
    TABLE.get(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted_and_found() {
        let words: Vec<&str> = WORDS.split(' ').collect();
        assert!(words.is_sorted() && words.iter().all(|word| is_stop_word(word)));
        assert!(!is_stop_word("anchor") && !is_stop_word(""));
    }
}
