//! Whether a text is English, by its share of English function words.

use super::lexicon::{ENGLISH, tags};

/// Share of words that must be English function words. English talk has .4 to .6; German, Dutch
/// and the Romance languages share a few of the words and stay under .15.
const SHARE: f64 = 0.2;

/// Words looked at; more say nothing new.
const LOOKED_AT: usize = 120;

/// Whether a text reads as English. A text without words is not.
pub(crate) fn is_english(text: &str) -> bool {
    let (mut words, mut known) = (0_u32, 0_u32);
    let mut lower = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(LOOKED_AT) {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        words += 1;
        lower.clear();
        lower.push_str(word);
        lower.make_ascii_lowercase();
        known += u32::from(tags(&lower) & ENGLISH != 0);
    }
    words > 0 && f64::from(known) >= SHARE * f64::from(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_told_from_others() {
        assert!(is_english("My name is Anna and I live in Graz."));
        assert!(is_english("You are 54 years old, so the risk is a little higher than it was."));
        assert!(!is_english("Ich bin 54 Jahre alt und wohne mit meiner Familie in Graz."));
        assert!(!is_english("Je m'appelle Anne et j'habite dans une petite maison à Lyon."));
        assert!(!is_english("Me llamo Ana y vivo en Madrid con mis dos hijos."));
        assert!(!is_english("我住在上海"));
        assert!(!is_english("12 34"));
    }
}
