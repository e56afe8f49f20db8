//! As much of HTTP/1.1 as both ends need: one message at a time on a connection that stays open.
//!
//! Owns reading a head and a body by length or in chunks. Knows no API.

use std::io::Read;
use std::net::TcpStream;
use std::time::Instant;

/// A connection and what has been read of it.
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// A message as it was read.
pub(crate) struct Message {
    pub(crate) head: String,
    /// Without the frames of chunks.
    pub(crate) body: Vec<u8>,
    /// When the first byte of the body was there.
    pub(crate) first: Instant,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: vec![0; 1 << 20], filled: 0 }
    }

    /// The next message; `None` if the other end has closed.
    pub(crate) fn read(&mut self) -> Option<Message> {
        let end = loop {
            if let Some(end) = find(&self.buffer[..self.filled], b"\r\n\r\n") {
                break end + 4;
            }
            self.more()?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
        self.drop_first(end);
        if field(&head, "transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
            return self.chunks(head);
        }
        let length: usize = field(&head, "content-length").map_or(0, |length| length.parse().unwrap());
        let mut first = (self.filled > 0).then(Instant::now);
        while self.filled < length {
            self.more()?;
            first.get_or_insert_with(Instant::now);
        }
        let body = self.buffer[..length].to_vec();
        self.drop_first(length);
        Some(Message { head, body, first: first.unwrap_or_else(Instant::now) })
    }

    fn chunks(&mut self, head: String) -> Option<Message> {
        let (mut body, mut at, mut first) = (Vec::new(), 0, None);
        loop {
            if self.filled > 0 {
                first.get_or_insert_with(Instant::now);
            }
            let Some(line) = find(&self.buffer[at..self.filled], b"\r\n") else {
                self.more()?;
                continue;
            };
            let size = std::str::from_utf8(&self.buffer[at..at + line]).unwrap();
            let size = usize::from_str_radix(size.split(';').next().unwrap().trim(), 16).unwrap();
            let (from, to) = (at + line + 2, at + line + 2 + size);
            if self.filled < to + 2 {
                self.more()?;
                continue;
            }
            body.extend_from_slice(&self.buffer[from..to]);
            at = to + 2;
            if size == 0 {
                self.drop_first(at);
                return Some(Message { head, body, first: first.unwrap() });
            }
        }
    }

    fn more(&mut self) -> Option<()> {
        assert!(self.filled < self.buffer.len(), "a message is larger than the buffer");
        let read = self.stream.read(&mut self.buffer[self.filled..]).ok().filter(|read| *read > 0)?;
        self.filled += read;
        Some(())
    }

    fn drop_first(&mut self, count: usize) {
        self.buffer.copy_within(count..self.filled, 0);
        self.filled -= count;
    }
}

pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The value of a header in a head in lower case.
pub(crate) fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let line = head.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.map(str::trim)
}
