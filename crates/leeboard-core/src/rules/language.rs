//! Languages: their names, and which one a text is clearly not written in.
//!
//! Owns a conservative detector by script and by the commonest function words. It answers
//! "another language" only where that is plain; short or mixed texts have no answer.

mod likely;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(crate) use likely::likely;

/// Codes of the languages that a rule may name.
pub(super) const CODES: &[&str] = &[
    "en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "no", "pl", "fi", "tr", "vi", "id", "sw", "cs",
    "ro", "hu", "la", "ru", "uk", "bg", "el", "he", "ar", "fa", "ur", "hi", "mr", "ne", "bn", "pa", "gu",
    "ta", "te", "kn", "ml", "th", "zh", "ja", "ko",
];

/// English names, with the codes; several names may have one code.
const NAMES: &[(&str, &str)] = &[
    ("english", "en"),
    ("french", "fr"),
    ("german", "de"),
    ("spanish", "es"),
    ("italian", "it"),
    ("portuguese", "pt"),
    ("dutch", "nl"),
    ("swedish", "sv"),
    ("danish", "da"),
    ("norwegian", "no"),
    ("polish", "pl"),
    ("finnish", "fi"),
    ("turkish", "tr"),
    ("vietnamese", "vi"),
    ("indonesian", "id"),
    ("swahili", "sw"),
    ("czech", "cs"),
    ("romanian", "ro"),
    ("hungarian", "hu"),
    ("latin", "la"),
    ("russian", "ru"),
    ("ukrainian", "uk"),
    ("bulgarian", "bg"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("arabic", "ar"),
    ("persian", "fa"),
    ("farsi", "fa"),
    ("urdu", "ur"),
    ("hindi", "hi"),
    ("marathi", "mr"),
    ("nepali", "ne"),
    ("bengali", "bn"),
    ("punjabi", "pa"),
    ("gujarati", "gu"),
    ("tamil", "ta"),
    ("telugu", "te"),
    ("kannada", "kn"),
    ("malayalam", "ml"),
    ("thai", "th"),
    ("chinese", "zh"),
    ("mandarin", "zh"),
    ("japanese", "ja"),
    ("korean", "ko"),
    ("castilian", "es"),
];

/// The code of an English name in lower case.
pub(super) fn code(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == name).map(|&(_, code)| code)
}

/// The English name of a code, capitalised.
pub(super) fn name(code: &str) -> String {
    let name = NAMES.iter().find(|(_, known)| *known == code).map_or(code, |&(name, _)| name);
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Devanagari,
    Bengali,
    Gurmukhi,
    Gujarati,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Thai,
    Han,
    Kana,
    Hangul,
}

/// The script of a letter by Unicode block.
fn script(c: char) -> Option<Script> {
    Some(match u32::from(c) {
        0x41..=0x5A | 0x61..=0x7A | 0xC0..=0x24F | 0x1E00..=0x1EFF => Script::Latin,
        0x370..=0x3FF => Script::Greek,
        0x400..=0x52F => Script::Cyrillic,
        0x590..=0x5FF => Script::Hebrew,
        0x600..=0x6FF | 0x750..=0x77F => Script::Arabic,
        0x900..=0x97F => Script::Devanagari,
        0x980..=0x9FF => Script::Bengali,
        0xA00..=0xA7F => Script::Gurmukhi,
        0xA80..=0xAFF => Script::Gujarati,
        0xB80..=0xBFF => Script::Tamil,
        0xC00..=0xC7F => Script::Telugu,
        0xC80..=0xCFF => Script::Kannada,
        0xD00..=0xD7F => Script::Malayalam,
        0xE00..=0xE7F => Script::Thai,
        0x3040..=0x30FF => Script::Kana,
        0x4E00..=0x9FFF | 0x3400..=0x4DBF => Script::Han,
        0xAC00..=0xD7AF => Script::Hangul,
        _ => return None,
    })
}

fn script_of(code: &str) -> Script {
    match code {
        "ru" | "uk" | "bg" => Script::Cyrillic,
        "el" => Script::Greek,
        "he" => Script::Hebrew,
        "ar" | "fa" | "ur" => Script::Arabic,
        "hi" | "mr" | "ne" => Script::Devanagari,
        "bn" => Script::Bengali,
        "pa" => Script::Gurmukhi,
        "gu" => Script::Gujarati,
        "ta" => Script::Tamil,
        "te" => Script::Telugu,
        "kn" => Script::Kannada,
        "ml" => Script::Malayalam,
        "th" => Script::Thai,
        "zh" => Script::Han,
        "ja" => Script::Kana,
        "ko" => Script::Hangul,
        _ => Script::Latin,
    }
}

/// Words of a text that are looked at.
const SAMPLE: usize = 120;

/// Function words by language, sorted by code; words that other lists share count for both.
const WORDS: &[(&str, &str)] = &[
    ("cs", " je se na že to ale jsem jako jsou byl nebo který jen není také když "),
    ("da", " og er det at ikke en til af på med jeg som har de den der du kan vi hvad også "),
    (
        "de",
        " niemals keine kein immer antworte antworten benutze verwende nur bitte deine du der die das und ist nicht ein eine zu mit auf für den dem von im ich sie es wir auch sich wie aber oder \
             wenn sind wird bei nach kann haben hat ihr ihnen ",
    ),
    (
        "en",
        " a an no do all if me she he never each every any only use don't than i'm it's the of and to in is that it for you with on are as this be at have from or not your we by can was but \
             will they what there which when their has i my so ",
    ),
    (
        "es",
        " nunca siempre responde respuestas respuesta usa uses sin ni el la los las de que y en un una es no por con para del se al lo como más pero su sus le está son muy \
             qué esto cuando hay yo tu te ",
    ),
    ("fi", " ja on ei se että hän oli ovat mutta kun niin myös tämä joka voi sinä minä kuin "),
    (
        "fr",
        " jamais toujours réponds répondez utilise utilisez tes réponses réponse sans ni le la les des de et un une est pas que qui dans pour ce cette il elle vous nous je avec sur au aux du en \
             plus mais ou où sont votre son sa ses ne on être c'est d'une ",
    ),
    ("hu", " a az és hogy nem is egy ez van meg de csak ha mint már vagy azt még "),
    ("id", " yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya anda adalah ke bisa ada "),
    (
        "it",
        " il lo la gli le di e che un una è non per con del della sono si come più ma anche nel alla dei ci mi \
             questo questa ha suo sua ",
    ),
    (
        "nl",
        " de het een en van is dat niet te in op met voor zijn er aan ook als maar om dan je ik we bij of naar \
             kan wordt ",
    ),
    ("no", " og er det at ikke en til av på med jeg som har de den du kan vi hva også "),
    ("pl", " i w nie na się że z do to jest jak ale po co tak za od przez dla czy są tym który może "),
    (
        "pt",
        " o os as de que e em um uma é não por com para do da no na se mais como mas ao dos das você seu sua \
             são está isso também muito ",
    ),
    ("ro", " și de în la nu o un că pe cu este mai din care sunt pentru ca se fi sau "),
    ("sv", " och är det att inte en som på för med av jag till har de den om du kan vi ett också "),
    ("sw", " na ya wa kwa ni za katika la kuwa si hii kama lakini yako wewe "),
    ("tr", " ve bir bu için de da ile çok ne daha gibi olarak ama var değil sen ben kadar "),
    ("vi", " và là của có không được cho một những các với trong này bạn tôi để người thì đã rất "),
];

/// Each function word with the languages that have it, one bit for each entry of `WORDS`, at the
/// place of its hash or the next free one.
static INDEX: LazyLock<Vec<Option<(&'static str, u32)>>> = LazyLock::new(|| {
    let mut bits: BTreeMap<&'static str, u32> = BTreeMap::new();
    for (at, (_, list)) in WORDS.iter().enumerate() {
        for word in list.split_whitespace() {
            *bits.entry(word).or_default() |= 1 << at;
        }
    }
    let mut index = vec![None; SLOTS];
    for (word, bits) in bits {
        let mut at = hash(word);
        while index[at].is_some() {
            at = (at + 1) % SLOTS;
        }
        index[at] = Some((word, bits));
    }
    index
});

/// Places of the index, several for each function word.
const SLOTS: usize = 4096;

/// FNV-1a (Fowler, Noll and Vo), reduced to the places of the index.
fn hash(word: &str) -> usize {
    let hash =
        word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) as usize % SLOTS
}

/// The languages that have the function word.
fn languages(word: &str) -> u32 {
    let mut at = hash(word);
    while let Some(Some((known, bits))) = INDEX.get(at) {
        if *known == word {
            return *bits;
        }
        at = (at + 1) % SLOTS;
    }
    0
}

/// The function words of a text by language, in the order of `WORDS`.
fn counted(words: &[&str]) -> [usize; WORDS.len()] {
    let mut counts = [0_usize; WORDS.len()];
    for word in words {
        let mut bits = languages(word);
        while bits != 0 {
            counts[bits.trailing_zeros() as usize] += 1;
            bits &= bits - 1;
        }
    }
    counts
}

/// The function words of a text in `code`, and the most of any other language.
fn tally(words: &[&str], code: &str) -> (usize, usize, &'static str) {
    let counts = counted(words);
    let (mut own, mut most, mut other) = (0, 0, "");
    for (&(language, _), count) in WORDS.iter().zip(counts) {
        if language == code {
            own = count;
        } else if count > most {
            (most, other) = (count, language);
        }
    }
    (own, most, other)
}

/// The language that a text is plainly in, if that is not the wanted one; the words are in
/// lower case. Under 8 words of one script there is no answer.
pub(super) fn other_than(code: &str, text: &str, words: &[&str]) -> Option<String> {
    let wanted = script_of(code);
    let (mut own, mut letters) = (0_usize, 0_usize);
    let mut foreign = None;
    // ASCII letters are Latin: nothing else needs to be looked up.
    let plain = text.is_ascii() && wanted == Script::Latin;
    for found in text.chars().filter(|_| !plain).filter_map(script) {
        letters += 1;
        // Japanese is written with Chinese characters too, and Korean may be.
        if found == wanted || (found == Script::Han && matches!(wanted, Script::Kana | Script::Hangul)) {
            own += 1;
        } else {
            foreign = Some(found);
        }
    }
    if letters >= 8 && own * 2 < letters {
        return foreign.map(|script| match script {
            Script::Latin => tell(words).map_or_else(|| "Latin letters".to_owned(), name),
            other => format!("{other:?} script"),
        });
    }
    let kana = || text.chars().any(|c| script(c) == Some(Script::Kana));
    if code == "zh" && kana() {
        return Some("Japanese".to_owned());
    }
    if wanted != Script::Latin || words.len() < 5 || !WORDS.iter().any(|(known, _)| *known == code) {
        return None;
    }
    let sample = words.get(..SAMPLE).unwrap_or(words);
    let (own, most, other) = tally(sample, code);
    // A tenth of running text are function words of its language; twice as many as of the
    // wanted one leaves no doubt.
    (most >= 2 && most * 8 >= sample.len() && most > own * 2).then(|| name(other))
}

/// The language of Latin text, if its function words tell.
pub(super) fn tell(words: &[&str]) -> Option<&'static str> {
    let sample = words.get(..SAMPLE).unwrap_or(words);
    let (_, most, language) = tally(sample, "");
    (most >= 2 && most * 6 >= sample.len()).then_some(language)
}

/// Whether a sentence of a prompt is written in another language than English.
pub(super) fn is_foreign(text: &str, words: &[&str]) -> Option<String> {
    let letters = text.chars().filter_map(script);
    let (mut latin, mut all, mut other) = (0_usize, 0_usize, None);
    for script in letters {
        all += 1;
        if script == Script::Latin { latin += 1 } else { other = Some(script) }
    }
    if latin * 2 < all {
        return other.map(|script| match script {
            Script::Han => "Chinese".to_owned(),
            Script::Kana => "Japanese".to_owned(),
            Script::Hangul => "Korean".to_owned(),
            other => format!("{other:?} script"),
        });
    }
    let (own, most, language) = tally(words, "en");
    (most >= 2 && most > own + 1
        || (most >= 1
            && own == 0
            && words.len() <= 4
            && text.chars().any(|c| !c.is_ascii() && c.is_alphabetic())))
    .then(|| name(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(code: &str, text: &str) -> Option<String> {
        let lower = text.to_lowercase();
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
        other_than(code, text, &words)
    }

    #[test]
    fn plain_cases() {
        assert_eq!(
            other("en", "La marée monte et les bateaux sont dans le port avec nous.").as_deref(),
            Some("French")
        );
        assert_eq!(other("en", "The tide comes in and the boats are in the harbour."), None);
        assert_eq!(
            other("fr", "The tide comes in and the boats are in the harbour.").as_deref(),
            Some("English")
        );
        assert_eq!(other("fr", "La marée monte et les bateaux sont dans le port."), None);
        assert_eq!(other("de", "Die Flut kommt und die Boote sind im Hafen."), None);
        assert_eq!(
            other("en", "Прилив приходит, и лодки стоят в гавани.").as_deref(),
            Some("Cyrillic script")
        );
        assert_eq!(other("ja", "潮が満ちて船は港にいます。"), None);
        assert_eq!(other("en", "Bonjour."), None);
    }
}
