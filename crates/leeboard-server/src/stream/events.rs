//! A stream that is held as a whole, with other words or another count of tokens in its events.
//!
//! Owns lines and the events they make. What is not changed stays byte for byte; what changes
//! within an event is `splice`'s.

use bytes::Bytes;
use serde_json::Value;

use crate::splice;

/// The stream with other words: all of them where its first words were. Every event stays, those
/// that said more words without them.
pub(crate) fn with_text(stream: &Bytes, text: &str) -> Bytes {
    let mut left = text;
    changed(stream, |event| {
        let changed = splice::with_delta(event, left)?;
        left = "";
        Some(changed)
    })
}

/// The stream with another count of tokens, wherever it has one.
pub(crate) fn with_usage(stream: &Bytes, usage: &Value) -> Bytes {
    changed(stream, |event| Some(splice::with_usage(event, usage)))
}

/// One line.
struct Line<'a> {
    /// `data:` with its space, or else the whole line.
    head: &'a [u8],
    /// What it says of the data of its event.
    data: Option<&'a [u8]>,
    end: &'a [u8],
}

impl<'a> Line<'a> {
    fn of(line: &'a [u8], end: &'a [u8]) -> Self {
        let data = line.strip_prefix(b"data:").map(|data| data.strip_prefix(b" ").unwrap_or(data));
        let head = line.len() - data.map_or(0, <[u8]>::len);
        Self { head: line.get(..head).unwrap_or_default(), data, end }
    }

    /// Whether the event before it ends here.
    fn is_empty(&self) -> bool {
        self.head.is_empty()
    }
}

/// Each event's data as `change` wants it, in one line. What is not changed stays as it is.
fn changed(stream: &Bytes, mut change: impl FnMut(&Bytes) -> Option<Bytes>) -> Bytes {
    let mut out = Vec::with_capacity(stream.len());
    for event in lines(stream).split_inclusive(Line::is_empty) {
        let said: Vec<&[u8]> = event.iter().filter_map(|line| line.data).collect();
        // Within JSON a line break says no more than a space, and the new line must be one.
        let said = Bytes::from(said.join(&b' '));
        let new = change(&said).filter(|new| *new != said);
        let last = event.iter().rposition(|line| line.data.is_some());
        for (at, line) in event.iter().enumerate() {
            let data = match (line.data, &new) {
                (Some(_), Some(new)) if Some(at) == last => new,
                (Some(_), Some(_)) => continue,
                (data, _) => data.unwrap_or_default(),
            };
            for part in [line.head, data, line.end] {
                out.extend_from_slice(part);
            }
        }
    }
    Bytes::from(out)
}

/// The lines of a stream, whatever they end with.
fn lines(stream: &[u8]) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut rest = stream;
    while !rest.is_empty() {
        let at = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        let (line, after) = rest.split_at(at);
        let end = if after.starts_with(b"\r\n") { 2 } else { after.len().min(1) };
        let (end, after) = after.split_at(end);
        lines.push(Line::of(line, end));
        rest = after;
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const STREAM: &str = ": hello\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}],\"usage\":null}\n\nevent: x\ndata:{\"choices\":[{\"delta\":{\"content\":\"a\"} }]}\r\n\r\ndata: {\"choices\":[\ndata: {\"delta\":{\"content\":\"b\"}}]}\r\rdata: {\"choices\":[],\"usage\":{\"n\":1}}\n\n";

    #[test]
    fn what_does_not_change_stays_byte_for_byte() {
        let stream = Bytes::from_static(STREAM.as_bytes());
        assert_eq!(changed(&stream, |_| None), stream);
        assert_eq!(with_usage(&stream, &json!({"n": 1})), stream);
        for cut in 0..stream.len() {
            let part = stream.slice(..cut);
            assert_eq!(changed(&part, |_| None), part);
        }
    }

    #[test]
    fn other_words_stand_where_the_first_were() {
        let stream = Bytes::from_static(STREAM.as_bytes());
        let wanted = STREAM.replace(r#"{"content":"a"}"#, r#"{"content":"c \"d\""}"#).replace(
            "data: {\"choices\":[\ndata: {\"delta\":{\"content\":\"b\"}}]}",
            "data: {\"choices\":[ {\"delta\":{\"content\":\"\"}}]}",
        );
        assert_eq!(with_text(&stream, "c \"d\""), wanted);
        let counted = STREAM.replace(r#"{"n":1}"#, r#"{"n":3}"#);
        assert_eq!(with_usage(&stream, &json!({"n": 3})), counted);
    }
}
