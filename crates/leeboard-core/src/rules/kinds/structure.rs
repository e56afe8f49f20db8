//! Rules that take a whole sentence: fixed answers, parts, sections, repeating the request.
//!
//! Owns wordings whose pieces stand in several clauses.

use super::super::RuleKind;
use super::super::measure::Bound;
use super::super::reader::clause::Clause;
use super::super::reader::condition::Condition;
use super::super::reader::quantity;
use super::super::reader::token::Token;
use super::super::reader::verbs::Act;
use super::choice::one_of;
use super::{Reading, says};

/// Reads such a sentence; whether it was one, so that nothing else is read in it.
pub(super) fn read(reading: &mut Reading<'_>) -> bool {
    let parsed = reading.parsed;
    let words: Vec<&str> =
        parsed.tokens.iter().take(120).map(Token::word).filter(|word| !word.is_empty()).collect();
    let whole = format!(" {} ", words.join(" "));
    if let Some(clause) = divider(reading, &whole) {
        return clause;
    }
    let Some(clause) = parsed.clauses.iter().find(|clause| clause.directive).cloned() else {
        return paragraph_start(reading, &whole);
    };
    paragraph_start(reading, &whole)
        || (!clause.negative
            && (repeats(reading, &clause, &whole)
                || sections(reading, &clause, &whole)
                || one_of(reading, &clause, &whole)))
}

/// "separated by ******", "with the divider ***": parts of the reply.
fn divider(reading: &mut Reading<'_>, whole: &str) -> Option<bool> {
    if !says(whole, &["separated", "separate", "divided", "divide", "divider", "split", "separator"]) {
        return None;
    }
    let tokens = &reading.parsed.tokens;
    let run =
        |text: &str| text.len() >= 3 && text.chars().all(|c| matches!(c, '*' | '-' | '=' | '#' | '~' | '_'));
    let mark = tokens.iter().find_map(|token| match token {
        Token::Mark(mark) | Token::Quote(mark) if run(mark) => Some(mark.clone()),
        _ => None,
    });
    let asterisks = (0..tokens.len()).find_map(|at| {
        let (count, next) = quantity::quantity_at(tokens, at)?;
        let word = tokens.get(next).map(Token::word)?;
        (matches!(word, "asterisk" | "asterisks"))
            .then(|| "*".repeat(count.most.unwrap_or(3).clamp(1, 40) as usize))
    });
    let separator = mark.or(asterisks)?;
    let clause = reading
        .parsed
        .clauses
        .iter()
        .find(|clause| clause.directive)
        .or_else(|| reading.parsed.clauses.first())?
        .clone();
    if clause.negative {
        return None;
    }
    let count = (0..tokens.len().min(60)).find_map(|at| {
        let (count, next) = quantity::quantity_at(tokens, at)?;
        let unit = (next..next + 3).filter_map(|at| tokens.get(at)).map(Token::word).any(|word| {
            matches!(
                word,
                "responses"
                    | "paragraphs"
                    | "answers"
                    | "parts"
                    | "versions"
                    | "sections"
                    | "replies"
                    | "different"
            )
        });
        unit.then_some(count.least.or(count.most)).flatten()
    });
    // Without a count the one of the sentence before holds; `compile` puts them together.
    reading.push(&clause, RuleKind::Parts(separator, count.unwrap_or(0)));
    Some(true)
}

/// "Paragraph 2 must start with the word tide".
fn paragraph_start(reading: &mut Reading<'_>, whole: &str) -> bool {
    if !says(whole, &["paragraph"])
        || !says(whole, &["start", "begin", "starts", "begins"])
        || says(whole, &["each paragraph", "every paragraph", "not", "never"])
    {
        return false;
    }
    let tokens = &reading.parsed.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let ordinal = |word: &str| {
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
            .iter()
            .position(|name| *name == word)
            .and_then(|at| u32::try_from(at + 1).ok())
    };
    let Some((at, number)) = (0..tokens.len().min(60)).find_map(|at| {
        let number = if word(at) == "paragraph" {
            quantity::number(word(at + 1)).or_else(|| ordinal(word(at.checked_sub(1)?)))
        } else {
            None
        };
        number.map(|number| (at, number))
    }) else {
        return false;
    };
    let Some(with) = (at..tokens.len().min(at + 12)).find(|&at| matches!(word(at), "with" | "by")) else {
        return false;
    };
    let named = (with + 1..with + 5)
        .find(|&at| !matches!(word(at), "the" | "word" | "words" | "phrase" | "exact") && at < tokens.len());
    let Some(phrase) = named
        .and_then(|at| tokens.get(at))
        .filter(|token| !matches!(token, Token::Mark(_)))
        .map(Token::written)
    else {
        return false;
    };
    let described = matches!(phrase.as_str(), "a" | "an" | "your" | "some");
    let quoted = matches!(named.and_then(|at| tokens.get(at)), Some(Token::Quote(_)));
    if described || !quoted && !says(whole, &["with word", "with the word", "with the exact word"]) {
        return false;
    }
    let clause = reading
        .parsed
        .clauses
        .iter()
        .find(|clause| clause.directive)
        .or_else(|| reading.parsed.clauses.first())
        .cloned();
    if let Some(clause) = clause {
        reading.push(&clause, RuleKind::ParagraphStartsWith(number, phrase));
    }
    true
}

/// "First repeat the request word for word".
fn repeats(reading: &mut Reading<'_>, clause: &Clause, whole: &str) -> bool {
    let what = says(
        whole,
        &["request", "question", "prompt", "query", "user's message", "message", "instruction", "input"],
    );
    let how =
        says(whole, &["word for word", "verbatim", "first repeat", "exactly", "without change", "repeating"])
            || says(whole, &["first", "before", "begin", "start"]);
    let repeats = reading
        .parsed
        .clauses
        .iter()
        .any(|other| other.act == Some(Act::Repeat) && other.directive && !other.negative)
        || says(whole, &["by repeating", "with repeating"]);
    let yes = what && how && repeats && !says(whole, &["not", "never"]) | says(whole, &["first repeat"]);
    if yes {
        // "word for word" is no condition.
        let clause = Clause { condition: Condition::None, ..clause.clone() };
        reading.push(&clause, RuleKind::RepeatsRequest);
    }
    yes
}

/// "3 sections", "mark the beginning of each section with SECTION X".
fn sections(reading: &mut Reading<'_>, clause: &Clause, whole: &str) -> bool {
    if !says(whole, &["sections", "section"])
        || says(
            whole,
            &[
                "highlight",
                "highlighted",
                "highlighting",
                "mark down",
                "words",
                "sentences",
                "paragraphs",
                "bold",
            ],
        )
    {
        return false;
    }
    let tokens = &reading.parsed.tokens;
    let word = |at: usize| tokens.get(at).map(Token::word).unwrap_or_default();
    let marks = says(
        whole,
        &[
            "beginning of each section",
            "start of each section",
            "each section with",
            "each section must begin with",
            "each section should begin with",
            "each section should start with",
            "each section must start with",
            "begin each section",
        ],
    );
    let marker = marks.then(|| {
        let with = tokens.iter().position(|token| token.word() == "with")?;
        tokens
            .iter()
            .skip(with + 1)
            .find(|token| {
                !matches!(token.word(), "the" | "word" | "a" | "") || matches!(token, Token::Quote(_))
            })
            .map(Token::written)
    });
    let count = (0..tokens.len().min(60)).find_map(|at| {
        let (count, next) = quantity::quantity_at(tokens, at)?;
        let unit = (next..next + 3).find(|&at| matches!(word(at), "sections" | "section"))?;
        (!matches!(word(unit + 1), "headings" | "titles")).then_some(count)
    });
    let marker = marker.flatten().map(|marker| {
        marker.trim_end_matches(|c: char| !c.is_alphabetic()).trim_end_matches(" X").to_owned()
    });
    let bound = count.map(|count| match (count.least, count.most) {
        (Some(n), None) => Bound::Min(n),
        (None, Some(n)) => Bound::Max(n),
        (_, n) => Bound::Exactly(n.unwrap_or(1)),
    });
    match (marker, bound) {
        (marker, Some(bound)) => {
            reading.push(clause, RuleKind::Sections(marker.unwrap_or_else(|| "Section".to_owned()), bound))
        }
        // The marker alone belongs to the count of the sentence before.
        (Some(marker), None) => reading.push(clause, RuleKind::Sections(marker, Bound::Min(0))),
        (None, None) => return false,
    }
    true
}
