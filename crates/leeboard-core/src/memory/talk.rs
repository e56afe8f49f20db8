//! A conversation for tests of memory, driven through the core with made-up stamps.

use crate::config::Config;
use crate::identity::Identity;
use crate::message::{Entry, Message, Role};
use crate::record::{Closed, Mode, Outcome, Payload, Record, Salt, Stamp};
use crate::session::Session;
use crate::time::Timestamp;
use crate::tokens::Estimate;
use crate::turn::{self, Closing, Delivery, Input, Opening, Reply, Tools};
use crate::vector::{Answer, Vector};

/// A session in which turns are spoken one after the other, with its log.
pub(crate) struct Talk {
    pub(crate) session: Session,
    pub(crate) records: Vec<Record>,
    pub(crate) config: Config,
    pub(crate) mode: Mode,
    /// Whether messages have vectors.
    pub(crate) vectors: bool,
}

impl Talk {
    pub(crate) fn new() -> Self {
        let config = Config::default();
        let mut talk = Self {
            session: Session::new("s"),
            records: Vec::new(),
            config,
            mode: Mode::Manage,
            vectors: false,
        };
        let identity = Identity::from_system_message("You are Ada, a pilot. Never use lists.");
        let records = talk.session.start(&identity, &talk.config, talk.stamp());
        talk.take(records);
        talk
    }

    pub(crate) fn stamp(&self) -> Stamp {
        Stamp { time: Timestamp(1), salt: Salt::from_text(&self.records.len().to_string()) }
    }

    pub(crate) fn take(&mut self, records: Vec<Record>) {
        records.iter().for_each(|record| self.session.apply(record).unwrap());
        self.records.extend(records);
    }

    fn answers(&self, texts: &[String]) -> Vec<Answer> {
        let vector = |text: &String| Vector::new(&"m".into(), &[1.0, text.len() as f32 / 50.0]);
        let answer = |text| vector(text).filter(|_| self.vectors).map(Answer::Vector);
        texts.iter().map(|text| answer(text).unwrap_or_else(|| Answer::missing("none"))).collect()
    }

    pub(crate) fn say(&mut self, text: &str) -> Opening {
        let tools = Tools { config: &self.config, tokens: &Estimate };
        let entry = Entry::new(format!("u{}", self.records.len()), Message::text(Role::User, text));
        let input = Input { entries: vec![entry], mode: self.mode, stamp: self.stamp() };
        let answers = self.answers(&turn::wants_open(&self.session, &input));
        let opening = turn::open(&self.session, &input, &answers, tools).unwrap();
        self.take(opening.records.clone());
        opening
    }

    pub(crate) fn answer(&mut self, text: &str) -> Closed {
        let tools = Tools { config: &self.config, tokens: &Estimate };
        let id = format!("a{}", self.records.len());
        let reply = Reply {
            steps: Vec::new(),
            entry: Some(Entry::new(id, Message::text(Role::Assistant, text))),
            outcome: Outcome::Replied,
            rejected: Vec::new(),
            delivery: Delivery::Sent,
            stamp: self.stamp(),
        };
        let answers = self.answers(&turn::wants_close(&self.session, &reply));
        let Closing::Done(records) = turn::close(&self.session, &reply, &answers, tools).unwrap() else {
            panic!("nothing is buffered")
        };
        let closed = records.iter().find_map(|record| match record.payload() {
            Some(Payload::Closed(closed)) => Some((**closed).clone()),
            _ => None,
        });
        self.take(records);
        closed.unwrap()
    }

    /// Some turns about one thing, each with a sound reply.
    pub(crate) fn turns(&mut self, count: usize) {
        for n in 0..count {
            self.say(&format!("Which buoy marks harbour channel number {n} at Skagen pier?"));
            self.answer(&format!(
                "Channel {n} at Skagen pier is marked by a green harbour buoy with a bell."
            ));
        }
    }

    /// The sentences of all episodes.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let lines = self.session.episodes().episodes().flat_map(|episode| &episode.lines);
        lines.map(|line| line.text.as_str()).collect()
    }
}
