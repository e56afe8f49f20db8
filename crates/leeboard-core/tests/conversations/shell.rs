//! A shell for tests: drives sessions through the core with made-up stamps, without vectors unless told.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use leeboard_core::message::{Entry, Message, Role};
use leeboard_core::record::{Mode, Outcome, Record, Salt, Stamp};
use leeboard_core::tokens::Estimate;
use leeboard_core::turn::{self, Closing, Delivery, Input, Opening, Reply, Tools};
use leeboard_core::vector::Answer;
use leeboard_core::{Config, Identity, Session, Timestamp};

/// A session with the log that made it.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) session: Session,
    pub(crate) records: Vec<Record>,
    pub(crate) config: Config,
    /// Makes the vectors.
    pub(crate) embed: fn(&str) -> Answer,
    /// The hash of every prompt that was built.
    pub(crate) prompts: Vec<String>,
}

impl Run {
    pub(crate) fn start(id: &str, system: &str) -> Self {
        Self::start_as(id, &Identity::from_system_message(system))
    }

    pub(crate) fn start_as(id: &str, identity: &Identity) -> Self {
        let config = Config::default();
        let mut run = Self {
            session: Session::new(id),
            records: Vec::new(),
            config,
            embed: |_| Answer::missing("none"),
            prompts: Vec::new(),
        };
        let records = run.session.start(identity, &run.config, run.stamp());
        run.take(records);
        run
    }

    pub(crate) fn stamp(&self) -> Stamp {
        let n = self.records.len();
        Stamp { time: Timestamp(n as i64 * 1_000), salt: Salt::from_text(&n.to_string()) }
    }

    pub(crate) fn take(&mut self, records: Vec<Record>) {
        for record in &records {
            self.session.apply(record).expect("the core's own records apply");
        }
        self.records.extend(records);
    }

    pub(crate) fn open(&mut self, user: &str, mode: Mode) -> Opening {
        let entry = Entry::new(format!("u{}", self.records.len()), Message::text(Role::User, user));
        self.open_with(vec![entry], mode)
    }

    pub(crate) fn open_with(&mut self, entries: Vec<Entry>, mode: Mode) -> Opening {
        let input = Input { entries, mode, stamp: self.stamp() };
        let answers: Vec<_> =
            turn::wants_open(&self.session, &input).iter().map(|text| (self.embed)(text)).collect();
        let tools = Tools { config: &self.config, tokens: &Estimate };
        let opening = turn::open(&self.session, &input, &answers, tools).expect("a valid input opens");
        self.prompts.extend(opening.prompt.as_ref().map(|prompt| prompt.hash.to_string()));
        self.take(opening.records.clone());
        opening
    }

    pub(crate) fn reply(&self, text: &str) -> Reply {
        Reply {
            steps: Vec::new(),
            entry: Some(Entry::new(format!("a{}", self.records.len()), Message::text(Role::Assistant, text))),
            outcome: Outcome::Replied,
            rejected: Vec::new(),
            delivery: Delivery::Sent,
            stamp: self.stamp(),
        }
    }

    pub(crate) fn judge(&self, reply: &Reply) -> Closing {
        let answers: Vec<_> =
            turn::wants_close(&self.session, reply).iter().map(|text| (self.embed)(text)).collect();
        let tools = Tools { config: &self.config, tokens: &Estimate };
        turn::close(&self.session, reply, &answers, tools).expect("an open turn closes")
    }

    pub(crate) fn close(&mut self, text: &str) {
        self.close_with(&self.reply(text));
    }

    pub(crate) fn close_with(&mut self, reply: &Reply) {
        match self.judge(reply) {
            Closing::Done(records) => self.take(records),
            Closing::Retry { .. } | Closing::Better { .. } => {
                panic!("an unbuffered reply is never asked for again")
            }
        }
    }

    pub(crate) fn turn(&mut self, user: &str, assistant: &str) {
        self.open(user, Mode::Manage);
        self.close(assistant);
    }
}
