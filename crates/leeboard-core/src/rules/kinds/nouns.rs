//! The nouns of instructions: what can be counted or left out.
//!
//! Owns the synonyms. One match a place, the longest first.

use super::super::measure::Measure;
use super::super::reader::token::Token;

/// The measure that the words at a place name, and how many words do.
pub(super) fn noun_at(tokens: &[Token], at: usize) -> Option<(Measure, usize)> {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let (first, second, third) = (word(at), word(at + 1), word(at + 2));
    let one = |measure| Some((measure, 1));
    let two = |measure| Some((measure, 2));
    match (first, second) {
        (
            "bullet" | "bulleted" | "bullet-point" | "unordered",
            "point" | "points" | "list" | "lists" | "item" | "items",
        ) => {
            let point = matches!((second, third), ("point" | "points", "list" | "lists"));
            Some((Measure::Bullets, if point { 3 } else { 2 }))
        }
        ("bullets" | "bullet", _) | ("bulleted", _) => one(Measure::Bullets),
        ("numbered" | "ordered" | "enumerated", "list" | "lists" | "item" | "items" | "points" | "steps") => {
            two(Measure::NumberedItems)
        }
        ("numbered", _) if matches!(third, "bulleted" | "bullet") => one(Measure::NumberedItems),
        ("list" | "lists" | "listicle" | "listicles" | "enumerations", _) => one(Measure::Lists),
        (
            "heading" | "headings" | "header" | "headers" | "subheading" | "subheadings" | "subheaders"
            | "headlines",
            _,
        ) => one(Measure::Headings),
        ("section", "titles" | "headings" | "headers") => two(Measure::Headings),
        ("section", "heading" | "title" | "header") => two(Measure::Headings),
        ("emoji" | "emojis" | "emoticon" | "emoticons" | "smiley" | "smileys", _) => one(Measure::Emoji),
        ("exclamation", "mark" | "marks" | "point" | "points") => two(Measure::ExclamationMarks),
        ("exclamations" | "exclamation", _) => one(Measure::ExclamationMarks),
        ("question", "mark" | "marks") => two(Measure::Questions),
        ("question" | "questions", _) => one(Measure::Questions),
        ("comma" | "commas", _) => one(Measure::Commas),
        ("semicolon" | "semicolons", _) => one(Measure::Semicolons),
        ("semi", "colon" | "colons") => two(Measure::Semicolons),
        ("colon" | "colons", _) => one(Measure::Colons),
        ("parenthesis" | "parentheses" | "parentheticals" | "parenthetical", _) => one(Measure::Parentheses),
        ("round" | "curved", "brackets") => two(Measure::Parentheses),
        ("brackets", _) => one(Measure::Parentheses),
        ("em" | "en" | "long", "dash" | "dashes") => two(Measure::Dashes),
        ("dash" | "dashes", _) => one(Measure::Dashes),
        ("ellipsis" | "ellipses", _) => one(Measure::Ellipses),
        ("quotation" | "speech", "mark" | "marks") => two(Measure::QuotationMarks),
        ("inverted", "commas") => two(Measure::QuotationMarks),
        ("double", "quotes") => two(Measure::QuotationMarks),
        ("asterisk" | "asterisks", _) => one(Measure::Asterisks),
        ("digit" | "digits" | "numerals", _) => one(Measure::Digits),
        ("arabic", "numerals") => two(Measure::Digits),
        ("contraction" | "contractions", _) => one(Measure::Contractions),
        ("contracted", "forms" | "form") => two(Measure::Contractions),
        ("abbreviation" | "abbreviations" | "acronym" | "acronyms", _) => one(Measure::Abbreviations),
        ("url" | "urls" | "link" | "links" | "hyperlink" | "hyperlinks", _) => one(Measure::Urls),
        ("web", "address" | "addresses" | "links" | "urls") => two(Measure::Urls),
        ("hashtag" | "hashtags", _) => one(Measure::Hashtags),
        ("hash", "tags") => two(Measure::Hashtags),
        ("table" | "tables", _) => one(Measure::Tables),
        (
            "code",
            "block" | "blocks" | "fence" | "fences" | "snippet" | "snippets" | "samples" | "examples",
        ) => two(Measure::CodeBlocks),
        ("code", "") => one(Measure::CodeBlocks),
        ("markdown", _) => {
            Some((Measure::Markdown, 1 + usize::from(matches!(second, "formatting" | "syntax" | "markup"))))
        }
        ("formatting", _) => one(Measure::Markdown),
        ("bold", "text" | "type" | "face" | "font" | "words" | "print") => two(Measure::Bold),
        ("bold" | "boldface" | "bolding" | "bolded", _) => one(Measure::Bold),
        ("italic" | "italics" | "italicised" | "italicized", _) => {
            Some((Measure::Italics, 1 + usize::from(second == "text")))
        }
        ("blockquote" | "blockquotes", _) => one(Measure::Blockquotes),
        ("block", "quotes" | "quotations" | "quote") => two(Measure::Blockquotes),
        ("horizontal", "rule" | "rules" | "lines" | "line") => two(Measure::Dividers),
        ("divider" | "dividers", _) => one(Measure::Dividers),
        ("html", _) => Some((Measure::HtmlTags, 1 + usize::from(second == "tags"))),
        ("placeholder" | "placeholders", _) => one(Measure::Placeholders),
        (
            "profanity" | "profanities" | "obscenities" | "obscenity" | "expletives" | "vulgarity"
            | "swearwords",
            _,
        ) => one(Measure::Profanity),
        ("swear" | "curse" | "cuss" | "dirty" | "four", "words" | "word") => two(Measure::Profanity),
        (
            "foul" | "bad" | "vulgar" | "profane" | "obscene" | "crude" | "coarse" | "offensive",
            "language",
        ) => two(Measure::Profanity),
        ("apology" | "apologies", _) => one(Measure::Apologies),
        ("greeting" | "greetings" | "salutation" | "salutations", _) => one(Measure::Greetings),
        ("first", "person") => Some((
            Measure::FirstPerson,
            2 + usize::from(matches!(third, "pronouns" | "pronoun" | "singular")),
        )),
        ("second", "person") => Some((Measure::SecondPerson, 2 + usize::from(third == "pronouns"))),
        ("highlighted", "section" | "sections" | "parts" | "passages" | "phrases" | "words") => {
            two(Measure::Highlights)
        }
        ("capitalized" | "capitalised" | "uppercase" | "capital", "word" | "words") => {
            two(Measure::CapitalWords)
        }
        ("all", "caps" | "capitals" | "uppercase") if !matches!(third, "letters" | "letter") => {
            two(Measure::CapitalWords)
        }
        _ => None,
    }
}

/// The unit of length at a place, and how many words name it.
pub(super) fn unit_at(tokens: &[Token], at: usize) -> Option<(Measure, usize)> {
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let capital = || {
        (at + 1..at + 6).any(|at| {
            matches!(word(at), "capital" | "capitals" | "caps" | "uppercase" | "capitalized" | "capitalised")
        }) && matches!(word(at + 1), "in" | "with" | "written" | "of")
    };
    match word(at) {
        "word" | "words" if capital() => Some((Measure::CapitalWords, 1)),
        "word" | "words" => Some((Measure::Words, 1)),
        "sentence" | "sentences" | "sentance" | "liners" => Some((Measure::Sentences, 1)),
        "paragraph" | "paragraphs" => Some((Measure::Paragraphs, 1)),
        "line" | "lines" => Some((Measure::Lines, 1)),
        "character" | "characters" | "chars" => Some((Measure::Characters, 1)),
        "section" | "sections"
            if !matches!(word(at + 1), "title" | "titles" | "heading" | "headings" | "headers") =>
        {
            None
        }
        _ => noun_at(tokens, at),
    }
}
