//! Numbers in English words: "two hundred and fifty-one", "five thousand two hundred".
//!
//! Owns which words are numbers and how they compose. Digits, units and what is counted are read
//! by the callers: `rules` for limits, `memory` for facts.

/// The number below a hundred that one word says, hyphens included.
pub(crate) fn word(word: &str) -> Option<u32> {
    const ONES: &[&str] = &[
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if let Some((tens, ones)) = word.split_once('-') {
        let (tens, ones) = (self::word(tens)?, self::word(ones)?);
        return (tens >= 20 && tens.is_multiple_of(10) && ones < 10).then_some(tens + ones);
    }
    let place =
        |list: &[&str]| list.iter().position(|known| *known == word).and_then(|n| u32::try_from(n).ok());
    place(ONES).or_else(|| place(TENS).map(|n| (n + 2) * 10))
}

/// The place that an ordinal says, from one up: "third", "3rd"; up to twentieth in words.
pub(crate) fn ordinal(word: &str) -> Option<u32> {
    const WORDS: &str = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth \
                         thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth \
                         twentieth";
    let spelled = || (1..).zip(WORDS.split(' ')).find(|(_, known)| *known == word).map(|(place, _)| place);
    let figures = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending))?;
    figures.parse().ok().filter(|&place| place > 0).or_else(spelled)
}

/// What a word multiplies the number before it by.
pub(crate) fn scale(word: &str) -> Option<u64> {
    Some(match word {
        "hundred" => 100,
        "thousand" => 1_000,
        "million" => 1_000_000,
        "billion" => 1_000_000_000,
        _ => return None,
    })
}

/// The number that the words from a place on say, and the place after it. `words` gives nothing
/// beyond the end.
pub(crate) fn spelled<'w>(words: impl Fn(usize) -> &'w str, at: usize) -> Option<(u64, usize)> {
    match words(at) {
        "a" | "an" if scale(words(at + 1)).is_some() => Some(composed(words, 1, at + 1)),
        first => word(first).map(|n| composed(words, n.into(), at + 1)),
    }
}

/// Goes on with a number: scales, and what they leave room for.
pub(crate) fn composed<'w>(words: impl Fn(usize) -> &'w str, first: u64, at: usize) -> (u64, usize) {
    let (mut total, mut group, mut end) = (0_u64, first, at);
    loop {
        let room = if group.is_multiple_of(100) { 100 } else { 10 };
        let open = group.is_multiple_of(10) && (group >= 20 || total > 0);
        if let Some(factor) = scale(words(end)) {
            if factor > 100 {
                total = total.saturating_add(group.saturating_mul(factor));
                group = 0;
            } else {
                group = group.saturating_mul(factor);
            }
        } else if let Some(more) = word(words(end)).filter(|&more| more > 0 && u64::from(more) < room && open)
        {
            group += u64::from(more);
        } else if !(words(end) == "and" && (group >= 100 || total > 0) && word(words(end + 1)).is_some()) {
            return (total.saturating_add(group), end);
        }
        end += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(u64, usize)> {
        let words: Vec<&str> = text.split(' ').collect();
        spelled(|at| words.get(at).copied().unwrap_or_default(), 0)
    }

    #[test]
    fn words_compose() {
        for (text, wanted) in [
            ("ninety nine boats", Some((99, 2))),
            ("two hundred and fifty-one", Some((251, 4))),
            ("five thousand two hundred dollars", Some((5200, 4))),
            ("a hundred and", Some((100, 2))),
            ("one two", Some((1, 1))),
            ("three and four", Some((3, 1))),
            ("a boat", None),
            ("hundred", None),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
        let huge = read(&format!("nine{}", " billion".repeat(9)));
        assert!(huge.is_some());
        assert_eq!(word("thirty-four"), Some(34));
        assert_eq!(word("four-thirty"), None);
        let ordinals = ["first", "3rd", "twentieth", "21st", "0th", "th", "forth"].map(ordinal);
        assert_eq!(ordinals, [Some(1), Some(3), Some(20), Some(21), None, None, None]);
    }
}
