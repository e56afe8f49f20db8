//! What a line wears: list markers, tags, emphasis.
//!
//! Owns the way to the bare words of a line. Knows no sentences.

/// A line without its list marker, tags and emphasis; whether it had a marker.
pub(super) fn body(line: &str) -> (bool, String) {
    let mut rest = line.trim_start_matches(['>', ' ']).trim();
    let mut item = false;
    let bullets = ['-', '*', '+', '•', '‣', '–', '·', '●', '○', '▪', '✗', '✓', '❌', '✅', '→'];
    let marked = rest.strip_prefix(bullets).filter(|after| after.starts_with([' ', '\t', '\u{fe0f}']));
    if let Some(after) = marked {
        rest = after.trim_start_matches('\u{fe0f}').trim_start();
        item = true;
    }
    let opened = rest.strip_prefix('(').unwrap_or(rest);
    let label = opened.chars().take_while(char::is_ascii_alphanumeric).count();
    let number = opened.chars().take(label).all(|c| c.is_ascii_digit()) && label <= 3;
    if (number && label > 0 || label == 1)
        && opened[label..].starts_with(['.', ')'])
        && opened[label + 1..].starts_with([' ', '\t'])
    {
        rest = opened[label + 1..].trim_start();
        item = true;
    }
    let rest = rest.strip_prefix("[ ]").or_else(|| rest.strip_prefix("[x]")).unwrap_or(rest);
    (item, plain(rest.trim()))
}

/// Without emphasis and without tags around the whole.
fn plain(text: &str) -> String {
    let mut rest = text;
    while let Some(inner) = rest.strip_prefix('<').filter(|inner| !inner.starts_with('<')) {
        match inner.split_once('>') {
            Some((name, after)) if name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') => {
                rest = after
            }
            _ => break,
        }
    }
    while let Some(at) = rest.rfind("</").filter(|_| rest.ends_with('>')) {
        rest = rest[..at].trim_end();
    }
    let mut out = String::with_capacity(rest.len());
    let mut chars = rest.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        if c != '*' && c != '_' {
            out.push(c);
            before = c;
            continue;
        }
        let mut run = 1;
        while chars.peek() == Some(&c) {
            chars.next();
            run += 1;
        }
        let beside = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        let inner = c == '_' && before.is_alphanumeric() && chars.peek().is_some_and(|c| c.is_alphanumeric());
        // Three and more, or one that stands alone, is meant as itself.
        if inner || run > 2 || !(beside(Some(before)) || beside(chars.peek().copied())) {
            out.extend(std::iter::repeat_n(c, run));
        }
        before = c;
    }
    out
}
