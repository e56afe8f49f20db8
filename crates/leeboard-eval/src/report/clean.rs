//! Text from logs made safe for a page and for a terminal.
//!
//! Owns which characters are left out. The escaping of markup is the template's.

use std::fmt::Write;

use maud::{Escaper, Render};

/// Text from a log. Control characters, which a page may not hold, and signs that turn the
/// direction of what follows are left out; the rest is escaped.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Render for Text<'_> {
    fn render_to(&self, page: &mut String) {
        let mut escaper = Escaper::new(page);
        for c in self.0.chars().filter(|c| is_shown(*c)) {
            // Writing to a String cannot fail.
            let _ = escaper.write_char(c);
        }
    }
}

/// Whether a character is shown. Marks of direction (U+200E, U+200F) and joiners, which scripts
/// need, are.
fn is_shown(c: char) -> bool {
    let turns = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
    c == '\n' || c == '\t' || !(c.is_control() || turns)
}

/// Text for one line of a terminal, which it must not steer.
pub(crate) fn printable(text: &str) -> String {
    let shown = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    shown.filter(|c| is_shown(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text_and_controls_are_left_out() {
        let shown = Text("</script>\"&\u{0}\u{1b}[2J\u{202e}אב\u{200f}\n").render().into_string();
        assert_eq!(shown, "&lt;/script&gt;&quot;&amp;[2Jאב\u{200f}\n");
    }
}
