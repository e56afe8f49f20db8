//! The form of a whole reply: JSON, YAML, markup, tables of values, code, fixed answers.
//!
//! Owns the recognisers. JSON is parsed; of the others only what cannot be right is refused.

use serde::de::IgnoredAny;

use super::reply::is_fence;

/// Why a reply is not of a format.
pub(super) fn fault(reply: &str, format: &str) -> Option<String> {
    let (inside, outside) = fenced(reply);
    let body = inside.as_deref().unwrap_or(reply).trim();
    let name = format.to_uppercase();
    if inside.is_some() && !outside.trim().is_empty() {
        return Some(format!("reply has text around the {name}"));
    }
    let fault = match format {
        "json" => serde_json::from_str::<IgnoredAny>(body).err().map(|error| error.to_string()),
        "xml" | "html" => markup(body)
            .then_some(())
            .map_or_else(|| Some("it is not one marked-up whole".to_owned()), |()| None),
        "yaml" => body.lines().any(is_prose_of_yaml).then(|| "it has lines that are no entries".to_owned()),
        "csv" => (!even(body)).then(|| "its lines have different numbers of fields".to_owned()),
        "code" if inside.is_some() => None,
        "code" => {
            (!body.contains(['{', '}', ';', '=', '(', '<', '#'])).then(|| "there is no code".to_owned())
        }
        _ => None,
    };
    fault.map(|fault| format!("reply is not valid {name} ({fault})"))
}

/// What stands in fences, and what around them; nothing if there are none.
fn fenced(reply: &str) -> (Option<String>, String) {
    let (mut inside, mut outside) = (String::new(), String::new());
    let (mut open, mut any) = (false, false);
    for line in reply.lines() {
        if is_fence(line) {
            open = !open;
            any = true;
        } else {
            let into = if open { &mut inside } else { &mut outside };
            into.push_str(line);
            into.push('\n');
        }
    }
    (any.then_some(inside), outside)
}

/// Begins and ends with a tag, and as many tags are closed as opened, give or take void ones.
fn markup(text: &str) -> bool {
    if !text.starts_with('<') || !text.ends_with('>') {
        return false;
    }
    let closing = text.matches("</").count();
    let single = text.matches("/>").count() + text.matches("<!").count() + text.matches("<?").count();
    let opening = text.matches('<').count() - closing;
    opening >= closing && (closing > 0 || single > 0)
}

/// A line that no YAML document of keys and items has.
fn is_prose_of_yaml(line: &str) -> bool {
    let bare = line.trim();
    let indented = line.starts_with([' ', '\t']);
    let entry = bare.is_empty() || bare.starts_with(['-', '#', '%', '{', '[', '}', ']']) || bare == "...";
    let key = bare.split_once(':').is_some_and(|(key, rest)| {
        (rest.is_empty() || rest.starts_with(' ')) && key.split_whitespace().count() <= 4
    });
    !entry && !key && !indented
}

/// Whether all lines have as many fields, two at least.
fn even(text: &str) -> bool {
    let fields = |line: &str| {
        let mut quoted = false;
        line.chars()
            .filter(|&c| {
                quoted ^= c == '"';
                !quoted && matches!(c, ',' | ';' | '\t')
            })
            .count()
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).map(fields);
    let first = lines.next().unwrap_or_default();
    first > 0 && lines.all(|count| count == first)
}

/// Lower case without white space, final marks and quotation marks around.
pub(super) fn bare_answer(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    text.trim_matches(['.', '!', '"', '“', '”', '\'', '*', '_', '`']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for (format, good, bad) in [
            ("json", "{\"a\": [1, 2]}", "Here: {\"a\": 1}"),
            ("json", "```json\n{\"a\": 1}\n```", "Sure!\n```json\n{}\n```"),
            ("yaml", "a: 1\nb:\n  - c\n", "Here is the list you wanted\na: 1"),
            ("xml", "<a><b>x</b></a>", "It is <b>x</b>"),
            ("csv", "a,b\n1,\"2,3\"", "a,b\nplain words"),
            ("code", "```rust\nfn main() {}\n```", "Use this:\n```\nx\n```"),
        ] {
            assert_eq!(fault(good, format), None, "{format}: {good}");
            assert!(fault(bad, format).is_some(), "{format}: {bad}");
        }
    }
}
