//! One side of a conversation: what it asks, what it was told, and whether the store has that.

use serde_json::{Value, json};

use super::wire::{Answer, send};

/// What a client saw of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The reply, to the end, with the gateway's word for it.
    Acknowledged,
    /// No reply, or one that ended too early.
    Cut,
    /// That the gateway could not do its part.
    Refused,
}

/// One conversation. Those with an even number send all of it every time, ask again what got no
/// answer, and use a tool in each fifth turn; the others send new messages alone and go on.
#[derive(Clone)]
pub(crate) struct Client {
    number: usize,
    asked: u64,
    history: Vec<Value>,
    /// What the turn has so far that got no answer.
    open: Vec<Value>,
    /// The last refusal.
    pub(crate) refusal: Option<String>,
}

impl Client {
    pub(crate) fn new(number: usize) -> Self {
        Self { number, asked: 0, history: Vec::new(), open: Vec::new(), refusal: None }
    }

    pub(crate) fn session(&self) -> String {
        format!("client-{}", self.number)
    }

    fn sends_all(&self) -> bool {
        self.number.is_multiple_of(2)
    }

    /// Turns that were acknowledged.
    pub(crate) fn turns(&self) -> usize {
        self.history.iter().filter(|said| said["role"] == "user").count()
    }

    /// Asks one question, or the open one again; each request goes to the next address.
    pub(crate) fn ask(&mut self, mut address: impl FnMut() -> String) -> Seen {
        if self.open.is_empty() || !self.sends_all() {
            self.asked += 1;
            let question = format!("What is known of mark-{}-{}?", self.number, self.asked);
            self.open = vec![json!({"role": "user", "content": question})];
        }
        loop {
            let uses_tool = self.sends_all() && self.asked.is_multiple_of(5) && self.open.len() == 1;
            let before = if self.sends_all() { self.history.as_slice() } else { &[] };
            let messages: Vec<&Value> = before.iter().chain(&self.open).collect();
            let mut body = json!({"model": "m", "session_id": self.session(), "messages": messages,
                "stream": self.asked.is_multiple_of(2) && !uses_tool});
            if uses_tool {
                body["tool_choice"] = json!("required");
            }
            match send(&address(), &body) {
                Answer::Message(said) if said["tool_calls"].is_array() => {
                    let found = format!("The log has mark-{}-{}.", self.number, self.asked);
                    let call = &said["tool_calls"][0]["id"];
                    let result = json!({"role": "tool", "tool_call_id": call, "content": found});
                    self.open.extend([said, result]);
                }
                Answer::Message(said) => {
                    self.history.append(&mut self.open);
                    self.history.push(said);
                    return Seen::Acknowledged;
                }
                Answer::Refused(why) => {
                    self.refusal = Some(why);
                    return Seen::Refused;
                }
                Answer::Cut => return Seen::Cut,
            }
        }
    }

    /// Whether the store has what the client was told: each word of it once, in order.
    pub(crate) fn check(&self, kept: &[String]) {
        self.check_so_far(kept);
        // Nothing but that, and perhaps a last turn of which the client was not told.
        let told = self.history.iter().filter(|said| said["content"].is_string()).count();
        assert!(!self.sends_all() || kept.len() <= told + 3, "{kept:#?} is more than {:#?}", self.history);
    }

    /// The same of a store that may have more by now.
    pub(crate) fn check_so_far(&self, kept: &[String]) {
        let said = self.history.iter().filter_map(|said| said["content"].as_str());
        if self.sends_all() {
            let said: Vec<&str> = said.collect();
            let same = kept.iter().zip(&said).all(|(kept, said)| kept == said);
            assert!(same && kept.len() >= said.len(), "{said:#?} is not the start of {kept:#?}");
            return;
        }
        let mut from = 0;
        for said in said {
            assert_eq!(kept.iter().filter(|text| *text == said).count(), 1, "{said} in {kept:#?}");
            let at = kept.iter().position(|text| text == said).unwrap();
            assert!(at >= from, "{said} is out of order in {kept:#?}");
            from = at;
        }
    }
}
