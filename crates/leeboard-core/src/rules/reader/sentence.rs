//! Where the sentences of a text end.
//!
//! Owns full stops, quotations and abbreviations. Which lines make one text is in `lines`.

/// A text's sentences with their places. Full stops in quotations and abbreviations end none.
pub(super) fn split(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut start, mut quoted) = (0, false);
    let balanced = text.matches('"').count().is_multiple_of(2);
    let mut chars = text.char_indices().peekable();
    let mut push = |from: usize, to: usize| {
        let part = &text[from..to];
        let trimmed = part.trim();
        if trimmed.chars().any(char::is_alphanumeric) {
            found.push((from + (part.len() - part.trim_start().len()), trimmed));
        }
    };
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, c)| c);
        match c {
            '"' if balanced => quoted = !quoted,
            '“' => quoted = text[at..].contains('”'),
            '”' => quoted = false,
            _ => {}
        }
        let end = at + c.len_utf8();
        let stop = matches!(c, '.' | '!' | '?') && next.is_none_or(char::is_whitespace)
            || matches!(c, '。' | '！' | '？');
        // "Say "aye." Then go": the quotation's own full stop ends the sentence.
        let closing = matches!(c, '"' | '”' | ')' | '\'')
            && text[..at].ends_with(['.', '!', '?'])
            && text[end..].trim_start().starts_with(char::is_uppercase)
            && text[end..].starts_with(' ');
        if !quoted && (closing || stop && !abbreviates(&text[start..at], &text[end..], c)) {
            push(start, end);
            start = end;
        }
    }
    push(start, text.len());
    found
}

/// Whether the stop after some text belongs to an abbreviation.
fn abbreviates(before: &str, after: &str, mark: char) -> bool {
    if mark != '.' {
        return false;
    }
    let last = before.rsplit(|c: char| c.is_whitespace() || c == '(' || c == '"').next().unwrap_or_default();
    let known = ["e.g", "i.e", "eg", "ie", "Mr", "Mrs", "Ms", "Dr", "St", "vs", "approx", "max", "min", "No"];
    let ends = after.trim_start().is_empty() || after.trim_start().starts_with(char::is_uppercase);
    match last {
        "" => false,
        "e.g" | "i.e" | "Mr" | "Mrs" | "Ms" | "Dr" => true,
        last if known.contains(&last) => !ends,
        last if last.chars().count() == 1 && last.chars().all(char::is_alphabetic) => !ends,
        last => last.contains('.') && !ends,
    }
}

pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['.', '!', '?', ':', ';', '。'])
}
