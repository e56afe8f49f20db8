//! Words, quotations and marks of a sentence.
//!
//! Owns the normal form that the grammar reads: lower case, contractions with "not" opened,
//! hyphens as word breaks, quotations as one token each.

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Token {
    /// A word in lower case, a number without its commas; and whether it began with a capital.
    Word(String, bool),
    /// A quotation without its marks.
    Quote(String),
    /// Another mark, or a run of one mark ("***", "<<").
    Mark(String),
}

impl Token {
    /// The word, or nothing for what is no word.
    pub(in crate::rules) fn word(&self) -> &str {
        match self {
            Self::Word(word, _) => word,
            Self::Quote(_) | Self::Mark(_) => "",
        }
    }

    /// The word as it was written, as far as its first letter goes.
    pub(in crate::rules) fn written(&self) -> String {
        match self {
            Self::Word(word, true) => {
                let mut letters = word.chars();
                letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
            }
            Self::Word(text, false) | Self::Quote(text) | Self::Mark(text) => text.clone(),
        }
    }

    pub(in crate::rules) fn is(&self, mark: &str) -> bool {
        matches!(self, Self::Mark(found) if found == mark)
    }
}

/// The tokens of a sentence.
pub(in crate::rules) fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let closes = closings(&chars);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&(place, c)) = chars.get(at) {
        if let Some(end) = closes.get(at).copied().flatten() {
            let close = chars.get(end).map_or(text.len(), |&(place, _)| place);
            let inner = text[place + c.len_utf8()..close].trim();
            if !inner.is_empty() {
                found.push(Token::Quote(inner.to_owned()));
            }
            at = end + 1;
        } else if c.is_alphanumeric() {
            let mut end = at;
            while goes_on(&chars, end) {
                end += 1;
            }
            let to = chars.get(end).map_or(text.len(), |&(place, _)| place);
            push_word(&mut found, &text[place..to]);
            at = end;
        } else if c.is_whitespace() {
            at += 1;
        } else {
            let mut end = at + 1;
            while chars.get(end).is_some_and(|&(_, next)| next == c) {
                end += 1;
            }
            let to = chars.get(end).map_or(text.len(), |&(place, _)| place);
            let numbers = matches!(c, '-' | '–') && before_digit(&chars, at, end);
            if numbers {
                found.push(Token::Word("to".to_owned(), false));
            } else if c != '-' || end > at + 1 {
                found.push(Token::Mark(if c == '–' {
                    "—".to_owned()
                } else {
                    text[place..to].to_owned()
                }));
            }
            at = end;
        }
    }
    found
}

fn before_digit(chars: &[(usize, char)], at: usize, end: usize) -> bool {
    let digit = |place: Option<usize>| {
        place.and_then(|place| chars.get(place)).is_some_and(|(_, c)| c.is_ascii_digit())
    };
    digit(at.checked_sub(1)) && digit(Some(end))
}

/// Whether a word goes on at a place: letters and digits, and marks between them.
fn goes_on(chars: &[(usize, char)], at: usize) -> bool {
    let Some(&(_, c)) = chars.get(at) else { return false };
    let next = chars.get(at + 1).map(|&(_, c)| c);
    let before = at.checked_sub(1).and_then(|at| chars.get(at)).map(|&(_, c)| c);
    match c {
        '\'' | '’' => next.is_some_and(char::is_alphabetic) && before.is_some_and(char::is_alphanumeric),
        '.' | ',' => {
            let digits =
                before.is_some_and(|c| c.is_ascii_digit()) && next.is_some_and(|c| c.is_ascii_digit());
            let letters =
                c == '.' && before.is_some_and(char::is_alphabetic) && next.is_some_and(char::is_alphabetic);
            digits || letters
        }
        '+' => before.is_some_and(|c| c.is_ascii_digit()),
        c => c.is_alphanumeric(),
    }
}

fn push_word(found: &mut Vec<Token>, raw: &str) {
    let word = raw.to_lowercase().replace('’', "'");
    let digits = word.starts_with(|c: char| c.is_ascii_digit());
    let word = if digits { word.replace(',', "") } else { word };
    let capital = raw.starts_with(char::is_uppercase);
    let mut push = |word: &str| found.push(Token::Word(word.to_owned(), capital));
    match word.as_str() {
        "can't" | "cannot" => ["can", "not"].into_iter().for_each(push),
        "won't" => ["will", "not"].into_iter().for_each(push),
        "dont" => ["do", "not"].into_iter().for_each(push),
        "let's" => push("let"),
        _ => match word.strip_suffix("n't") {
            Some(verb) => [verb, "not"].into_iter().for_each(push),
            None => match word.split_once('\'') {
                Some((subject @ ("you" | "they" | "we"), "re")) => {
                    [subject, "are"].into_iter().for_each(push)
                }
                Some((subject @ ("i" | "we" | "you"), "d")) => [subject, "would"].into_iter().for_each(push),
                _ => push(&word),
            },
        },
    }
}

/// For each place that opens a quotation, the place that closes it.
fn closings(chars: &[(usize, char)]) -> Vec<Option<usize>> {
    let mut closes = vec![None; chars.len()];
    let mut open: Option<(usize, char)> = None;
    // The last place of each closing mark: what can no longer close is not opened.
    let last = |mark: char| chars.iter().rposition(|&(_, c)| c == mark);
    let ends = [
        ('"', last('"')),
        ('”', last('”')),
        ('\'', last('\'')),
        ('’', last('’')),
        ('`', last('`')),
        ('»', last('»')),
    ];
    let can_close = |mark: char, at: usize| {
        ends.iter().any(|&(end, last)| end == mark && last.is_some_and(|last| last > at))
    };
    for (at, &(_, c)) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).map(|&(_, c)| c);
        let after = chars.get(at + 1).map(|&(_, c)| c);
        match open {
            Some((from, mark)) => {
                let single = mark == '\'' || mark == '’';
                let ends_word = !single || after.is_none_or(|c| !c.is_alphanumeric());
                let curly = mark == '”' && c == '"';
                if (c == mark || curly) && ends_word {
                    if let Some(close) = closes.get_mut(from) {
                        *close = Some(at);
                    }
                    open = None;
                }
            }
            None => {
                let mark = match c {
                    '"' => '"',
                    '“' | '„' => '”',
                    '`' => '`',
                    '«' => '»',
                    '‘' => '’',
                    '\'' if before.is_none_or(|c| !c.is_alphanumeric())
                        && after.is_some_and(|c| !c.is_whitespace()) =>
                    {
                        '\''
                    }
                    _ => continue,
                };
                if can_close(mark, at) {
                    open = Some((at, mark));
                }
            }
        }
    }
    closes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let all = tokens(text).into_iter().map(|token| match token {
            Token::Word(word, _) => word,
            Token::Quote(quote) => format!("[{quote}]"),
            Token::Mark(mark) => format!("<{mark}>"),
        });
        all.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_normal_form() {
        assert_eq!(shown("Don't use bullet-points, ever."), "do not use bullet points <,> ever <.>");
        assert_eq!(
            shown("Say \"Ahoy!\" or 'aye' in 50-100 words"),
            "say [Ahoy!] or [aye] in 50 to 100 words"
        );
        assert_eq!(
            shown("It’s the user's 1,000+ words; P.S. ok"),
            "it's the user's 1000+ words <;> p.s <.> ok"
        );
        assert_eq!(shown("****** <<title>> [address]"), "<******> <<<> title <>>> <[> address <]>");
        assert_eq!(shown("rock 'n roll's"), "rock <'> n roll's");
        assert_eq!(shown("You're “Ada” - a pilot"), "you are [Ada] a pilot");
    }
}
