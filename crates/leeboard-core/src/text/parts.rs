//! The parts of a text: sentences, paragraphs, list items, headings.
//!
//! Owns where they begin and end. Words are cut in the room above.

/// The sentences of a text, trimmed: split at line ends and after `.`, `!`, `?`, `…` or their
/// CJK forms where white space, a closing mark or the end follows. List markers, abbreviations
/// of one letter and decimal numbers do not end a sentence.
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        let mut marks = line.char_indices().peekable();
        while let Some((at, mark)) = marks.next() {
            let end = at + mark.len_utf8();
            let ends = match mark {
                '。' | '！' | '？' => true,
                '.' | '!' | '?' | '…' => {
                    let next = marks.peek().map(|&(_, c)| c);
                    next.is_none_or(|c| c.is_whitespace() || "\"'”’)»*_".contains(c))
                        && !(mark == '.' && is_abbreviation(&line[start..at]))
                }
                _ => false,
            };
            if ends {
                // Closing marks belong to the sentence that they close.
                let closing = line[end..].chars().take_while(|c| "\"”’)»*_".contains(*c));
                let end = end + closing.map(char::len_utf8).sum::<usize>();
                push_sentence(&mut found, &line[start..end]);
                start = end;
            }
        }
        push_sentence(&mut found, &line[start..]);
    }
    found
}

fn push_sentence<'a>(found: &mut Vec<&'a str>, text: &'a str) {
    let text = text.trim();
    if text.chars().any(char::is_alphanumeric) {
        found.push(text);
    }
}

/// Whether the text before a full stop ends in a single letter, a short title or a list number.
fn is_abbreviation(before: &str) -> bool {
    let last = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let lone_letter = last.chars().count() == 1 && last.chars().all(char::is_alphabetic) && last != "I";
    // The trimming comes last: it reads all of a long indentation.
    let list_number = !last.is_empty()
        && last.chars().all(|c| c.is_ascii_digit())
        && before.trim_start().len() == last.len();
    let known = matches!(last, "Mr" | "Mrs" | "Ms" | "Dr" | "St" | "e.g" | "i.e" | "vs" | "etc" | "No");
    lone_letter || list_number || known
}

/// The paragraphs of a text: runs of lines between blank lines.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            if let Some(from) = start.take() {
                found.push(text[from..offset].trim());
            }
        } else if start.is_none() {
            start = Some(offset);
        }
        offset += line.len();
    }
    if let Some(from) = start {
        found.push(text[from..].trim());
    }
    found
}

/// Whether a line is an item of a bullet or numbered list.
#[must_use]
pub fn is_list_item(line: &str) -> bool {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix(['-', '*', '+', '•', '‣', '–']) {
        return rest.starts_with([' ', '\t']);
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let marker = &line[digits..];
    (1..=3).contains(&digits) && marker.starts_with(['.', ')']) && marker[1..].starts_with([' ', '\t'])
}

/// Whether a line is a heading: Markdown `#`, or a line that is bold as a whole.
#[must_use]
pub fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let hashes = line.chars().take_while(|&c| c == '#').count();
    let markdown = (1..=6).contains(&hashes) && line[hashes..].starts_with(' ');
    let bold = line.len() > 4
        && line.starts_with("**")
        && line.trim_end_matches(':').ends_with("**")
        && line.matches("**").count() == 2;
    markdown || bold
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        assert_eq!(
            sentences("Dr. Lee paid 3.5 pounds. \"Why?\" she asked.\n1. First\n2. Second one! Yes"),
            ["Dr. Lee paid 3.5 pounds.", "\"Why?\"", "she asked.", "1. First", "2. Second one!", "Yes"]
        );
        assert_eq!(sentences("好。再见！"), ["好。", "再见！"]);
        assert!(sentences("... !!").is_empty());
    }

    #[test]
    fn lists_and_headings() {
        assert!(is_list_item("- a") && is_list_item("  12) b") && is_list_item("• c"));
        assert!(!is_list_item("-a") && !is_list_item("2024 was") && !is_list_item("**bold** x"));
        assert!(is_heading("## Plan") && is_heading("**Plan:**") && is_heading("**Plan**:"));
        assert!(!is_heading("#tag") && !is_heading("**a** and **b**"));
    }

    #[test]
    fn paragraphs_are_runs_of_lines() {
        assert_eq!(paragraphs("\n a\nb\n\n \nc\n"), ["a\nb", "c"]);
    }
}
