//! Changes a JSON body in place: every byte that is not ours stays as the client wrote it.
//!
//! Owns a scanner for bodies that are known to be valid JSON, and the changes that the gateway
//! makes: of a request our own fields out, other messages in, a note into the last user message,
//! bounds of sampling; of a reply other words and another count of tokens.
//! Validates nothing; `openai::request` has done that.

use std::ops::Range;

use bytes::Bytes;
use leeboard_core::control::Throttle;
use leeboard_core::message::Message;
use serde_json::json;

/// The fields of a body that are for leeboard and that no upstream knows.
const OURS: [&str; 3] = ["session_id", "conversation", "leeboard"];

/// The body without our fields; the very same bytes if it has none.
pub(crate) fn without_ours(body: &Bytes) -> Bytes {
    let Some(members) = object(body, 0) else { return body.clone() };
    apply(body, removals(&members))
}

/// The body with other messages, and without our fields.
pub(crate) fn with_messages(body: &Bytes, messages: &[Message]) -> Bytes {
    let Some(members) = object(body, 0) else { return body.clone() };
    let mut edits = removals(&members);
    if let Some(member) = members.iter().find(|member| member.key == "messages") {
        edits.push((member.value.clone(), text_of(&json!(messages))));
    }
    apply(body, edits)
}

/// The body with a note in front of the last user message, as `prompt::attach_note` puts it,
/// and without our fields.
pub(crate) fn with_note(body: &Bytes, note: &str) -> Bytes {
    let Some(members) = object(body, 0) else { return body.clone() };
    let mut edits = removals(&members);
    edits.extend(last_user_message(body, &members).and_then(|message| note_into(body, message, note)));
    apply(body, edits)
}

/// The body with temperature and length of the reply bounded.
pub(crate) fn with_bounds(body: &Bytes, throttle: &Throttle) -> Bytes {
    let Some(members) = object(body, 0) else { return body.clone() };
    let mut edits = Vec::new();
    let bound = |name: &str, most: f64, edits: &mut Vec<Edit>| {
        let Some(member) = members.iter().find(|member| member.key == name) else { return false };
        let given = body.get(member.value.clone()).and_then(|it| serde_json::from_slice::<f64>(it).ok());
        if given.is_none_or(|given| given > most) {
            edits.push((member.value.clone(), json!(most).to_string()));
        }
        true
    };
    let mut added = String::new();
    if !bound("temperature", throttle.temperature, &mut edits) {
        added.push_str(&format!(",\"temperature\":{}", json!(throttle.temperature)));
    }
    if let Some(most) = throttle.max_tokens {
        let whole = |name: &str, edits: &mut Vec<Edit>| {
            let Some(member) = members.iter().find(|member| member.key == name) else { return false };
            let given = body.get(member.value.clone()).and_then(|it| serde_json::from_slice::<u64>(it).ok());
            if given.is_none_or(|given| given > u64::from(most)) {
                edits.push((member.value.clone(), most.to_string()));
            }
            true
        };
        let bounded = whole("max_completion_tokens", &mut edits) | whole("max_tokens", &mut edits);
        if !bounded {
            added.push_str(&format!(",\"max_tokens\":{most}"));
        }
    }
    // A chat request has messages, so there is a member before.
    if let Some(last) = members.last() {
        edits.push((last.value.end..last.value.end, added));
    }
    apply(body, edits)
}

/// A reply with other words in its first choice.
pub(crate) fn with_reply(body: &Bytes, text: &str) -> Bytes {
    words_at(body, "message")
        .map_or_else(|| body.clone(), |at| apply(body, vec![(at, text_of(&json!(text)))]))
}

/// An event of a stream with other words; `None` if it adds none.
pub(crate) fn with_delta(event: &Bytes, text: &str) -> Option<Bytes> {
    let at = words_at(event, "delta")?;
    let adds = event.get(at.clone()).is_some_and(|said| said.starts_with(b"\"") && said.len() > 2);
    adds.then(|| apply(event, vec![(at, text_of(&json!(text)))]))
}

/// A reply, or an event of a stream, with another count of tokens if it has one.
pub(crate) fn with_usage(body: &Bytes, usage: &serde_json::Value) -> Bytes {
    let members = object(body, 0).unwrap_or_default();
    let member = members.into_iter().find(|member| member.key == "usage");
    let counts = member.filter(|member| body.get(member.value.start) == Some(&b'{'));
    counts.map_or_else(|| body.clone(), |member| apply(body, vec![(member.value, text_of(usage))]))
}

/// Where the words of the first choice are.
fn words_at(body: &[u8], holder: &str) -> Option<Range<usize>> {
    let find =
        |at: usize, key: &str| Some(object(body, at)?.into_iter().find(|member| member.key == key)?.value);
    let choices = find(0, "choices")?;
    let holder = find(array(body, choices.start)?.first()?.start, holder)?;
    find(holder.start, "content")
}

/// A piece of the body and what comes in its place.
type Edit = (Range<usize>, String);

/// One member of an object: its name, where it begins, and where its value is.
struct Member {
    key: String,
    start: usize,
    value: Range<usize>,
}

fn removals(members: &[Member]) -> Vec<Edit> {
    let is_ours = |member: &Member| OURS.contains(&member.key.as_str());
    let mut edits = Vec::new();
    let mut kept_before = false;
    for (at, member) in members.iter().enumerate() {
        if !is_ours(member) {
            kept_before = true;
            continue;
        }
        // With a member before it, its comma goes too; else the comma behind it.
        let before = at.checked_sub(1).and_then(|before| members.get(before));
        let range = match (kept_before, before, members.get(at + 1)) {
            (true, Some(before), _) => before.value.end..member.value.end,
            (_, _, Some(after)) => member.start..after.start,
            _ => member.start..member.value.end,
        };
        edits.push((range, String::new()));
    }
    edits
}

fn last_user_message(body: &[u8], members: &[Member]) -> Option<Vec<Member>> {
    let messages = members.iter().find(|member| member.key == "messages")?;
    let elements = array(body, messages.value.start)?;
    elements.iter().rev().filter_map(|element| object(body, element.start)).find(|message| {
        let role = message.iter().find(|member| member.key == "role");
        let role = role.and_then(|role| body.get(role.value.clone()));
        role.and_then(|role| serde_json::from_slice::<String>(role).ok()).as_deref() == Some("user")
    })
}

fn note_into(body: &[u8], message: Vec<Member>, note: &str) -> Option<Edit> {
    let quoted = text_of(&json!(note));
    let Some(content) = message.iter().find(|member| member.key == "content") else {
        // It has at least a role.
        let end = message.last()?.value.end;
        return Some((end..end, format!(",\"content\":{quoted}")));
    };
    let Range { start, end } = content.value;
    match body.get(start)? {
        b'"' => {
            let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
            Some((start + 1..start + 1, inner.to_owned()))
        }
        b'[' => {
            let part = text_of(&json!({ "type": "text", "text": note.trim_end() }));
            let comma = if array(body, start)?.is_empty() { "" } else { "," };
            Some((start + 1..start + 1, format!("{part}{comma}")))
        }
        _ => Some((start..end, quoted)),
    }
}

fn text_of(value: &serde_json::Value) -> String {
    value.to_string()
}

fn apply(body: &Bytes, mut edits: Vec<Edit>) -> Bytes {
    if edits.is_empty() {
        return body.clone();
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut changed = Vec::with_capacity(body.len());
    let mut at = 0;
    for (range, text) in edits {
        changed.extend_from_slice(body.get(at..range.start).unwrap_or_default());
        changed.extend_from_slice(text.as_bytes());
        at = range.end;
    }
    changed.extend_from_slice(body.get(at..).unwrap_or_default());
    Bytes::from(changed)
}

/// The members of the object that begins at or after a place.
fn object(body: &[u8], at: usize) -> Option<Vec<Member>> {
    let mut scanner = Scanner { body, at };
    scanner.expect(b'{')?;
    let mut members = Vec::new();
    if scanner.peek()? == b'}' {
        return Some(members);
    }
    loop {
        scanner.peek()?;
        let start = scanner.at;
        let key = scanner.value()?;
        scanner.expect(b':')?;
        let value = scanner.value()?;
        members.push(Member { key: serde_json::from_slice(body.get(key)?).ok()?, start, value });
        if scanner.next()? != b',' {
            return Some(members);
        }
    }
}

/// The elements of the array that begins at or after a place.
fn array(body: &[u8], at: usize) -> Option<Vec<Range<usize>>> {
    let mut scanner = Scanner { body, at };
    scanner.expect(b'[')?;
    let mut elements = Vec::new();
    if scanner.peek()? == b']' {
        return Some(elements);
    }
    loop {
        elements.push(scanner.value()?);
        if scanner.next()? != b',' {
            return Some(elements);
        }
    }
}

/// Walks over valid JSON; over anything else it ends early.
struct Scanner<'a> {
    body: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    /// The next byte that is not white space, without taking it.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match *self.body.get(self.at)? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    /// Takes one value and says where it was.
    fn value(&mut self) -> Option<Range<usize>> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'"' => self.string()?,
            b'{' | b'[' => self.nested()?,
            _ => self.scalar(),
        }
        Some(start..self.at)
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match *self.body.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(())
    }

    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match *self.body.get(self.at)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn scalar(&mut self) {
        let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
        let rest = self.body.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(ends).unwrap_or(rest.len());
    }
}

#[cfg(test)]
mod tests {
    use leeboard_core::prompt::attach_note;
    use serde_json::Value;

    use super::*;

    fn stripped(body: &'static str) -> String {
        String::from_utf8(without_ours(&Bytes::from_static(body.as_bytes())).to_vec()).unwrap()
    }

    #[test]
    fn our_fields_go_wherever_they_stand() {
        for (before, after) in [
            (r#"{"session_id":"a","model":"m"}"#, r#"{"model":"m"}"#),
            (r#"{ "model" : "m" , "leeboard" : {"x":[1,"}"]} }"#, r#"{ "model" : "m" }"#),
            (r#"{"z":1,"conversation":null,"a":2}"#, r#"{"z":1,"a":2}"#),
            (r#"{"session_id":1,"conversation":2,"leeboard":3}"#, "{}"),
            (r#"{"session_id":1,"a":"\"","conversation":2}"#, r#"{"a":"\""}"#),
            (r#"{"a":1,"session_id":1,"conversation":2,"b":3}"#, r#"{"a":1,"b":3}"#),
            ("{\"session\\u005fid\":1,\n \"a\":1.50e+1}", "{\"a\":1.50e+1}"),
        ] {
            assert_eq!(stripped(before), after);
        }
    }

    #[test]
    fn without_our_fields_the_bytes_are_the_same() {
        let body = Bytes::from_static(br#"{"metadata":{"session_id":"x"},"b":1, "a":[] }"#);
        assert_eq!(without_ours(&body), body);
        assert_eq!(without_ours(&Bytes::from_static(b"[1]")), "[1]");
    }

    #[test]
    fn only_the_messages_change() {
        let body = Bytes::from_static(br#"{"z":1.0,"messages":[{"role":"user"}],"a":{"b" :2}}"#);
        let message = Message::text(leeboard_core::Role::User, "hi");
        let changed = with_messages(&body, &[message]);
        assert_eq!(changed, r#"{"z":1.0,"messages":[{"content":"hi","role":"user"}],"a":{"b" :2}}"#);
    }

    #[test]
    fn a_note_stands_where_the_core_puts_it() {
        let note = "<note>\n\"quoted\" \\ é\n</note>\n\n";
        for messages in [
            r#"[{"role":"user","content":"caf\u00e9 \"x\""},{"role":"assistant","content":"b"}]"#,
            r#"[{"role":"user","content":"a"},{"content":[{"type":"text","text":"b"}],"role":"user"}]"#,
            r#"[{"role":"user","content":[]},{"role":"tool","content":"t"}]"#,
            r#"[{"role":"user","content":null}]"#,
            r#"[{"role":"user"}]"#,
            r#"[{"role":"assistant","content":"a"}]"#,
            "[]",
        ] {
            let body = Bytes::from(format!(r#"{{"messages":{messages},"n":1}}"#));
            let changed: Value = serde_json::from_slice(&with_note(&body, note)).unwrap();
            let mut wanted: Vec<Message> = serde_json::from_str(messages).unwrap();
            attach_note(&mut wanted, note);
            let got: Vec<Message> = serde_json::from_value(changed["messages"].clone()).unwrap();
            assert_eq!(got, wanted, "{messages}");
        }
    }

    #[test]
    fn damaged_json_ends_the_walk_instead_of_the_program() {
        for body in ["", "{", "{\"a", "{\"a\":", "{\"a\":[", "{\"a\":1,", "{\"a\\", "{]", "{\"a\":]]"] {
            assert_eq!(without_ours(&Bytes::from_static(body.as_bytes())), body);
        }
    }
}
