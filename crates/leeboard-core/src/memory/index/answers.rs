//! What the embedder said of the messages: which have a vector, which wait for one, and which get
//! none.
//!
//! Owns setting, dropping and giving vectors. Where they stand is `vectors`'.

use serde::{Deserialize, Serialize};

use super::vectors::Meeting;
use super::{Document, Index, number};
use crate::message::Role;
use crate::vector::{Answer, Missing, Vector};

/// What the embedder said of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Asked {
    /// Nothing: it was not asked, or of another model.
    Never,
    Late,
    Missing(Box<str>),
    /// A vector, which stands with the others.
    Answered,
}

impl Asked {
    pub(super) fn of(answer: Option<&Answer>) -> Self {
        match answer {
            None => Self::Never,
            Some(Answer::Late) => Self::Late,
            Some(Answer::Missing(Missing(reason))) => Self::Missing(reason.as_str().into()),
            Some(Answer::Vector(_)) => Self::Answered,
        }
    }

    /// Whether an answer is still to come.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Never | Self::Late)
    }
}

impl Index {
    /// Sets a message's vector, unless the message has left.
    pub(crate) fn set_vector(&mut self, turn: u32, id: &str, answer: &Answer) {
        let from = self.first_of(turn);
        let same_turn = self.documents.range_mut(from..).take_while(|document| document.turn == turn);
        for (place, document) in (from..).zip(same_turn).filter(|(_, document)| &*document.id == id) {
            document.asked = Asked::of(Some(answer));
            self.vectors.set(place, answer.vector());
            let number = number(self.evicted, place);
            if document.asked.is_open() {
                self.waiting.insert(number);
            } else {
                self.waiting.remove(&number);
            }
        }
    }

    /// Forgets all vectors: they are of another model.
    pub(crate) fn drop_vectors(&mut self) {
        self.vectors.clear();
        for (place, document) in self.documents.iter_mut().enumerate() {
            document.asked = Asked::Never;
            self.waiting.insert(number(self.evicted, place));
        }
    }

    /// Turn and id of the messages that this model has not answered for, newest first. A text that a model
    /// has no vector for is not asked for again, `same` being whether the model is the last one;
    /// then all vectors are its own.
    pub(crate) fn without_vector<'a>(
        &'a self,
        model: &'a str,
        same: bool,
    ) -> impl Iterator<Item = (u32, &'a str)> {
        let missing = move |document: &&Document| match &document.asked {
            Asked::Answered => self.vectors.model() != model,
            Asked::Never | Asked::Late | Asked::Missing(_) => true,
        };
        let waiting = same.then_some(&self.waiting).into_iter().flat_map(|waiting| waiting.iter().rev());
        let waiting = waiting.filter_map(|number| self.documents.get(self.place_of(*number)));
        let all =
            (!same).then_some(&self.documents).into_iter().flat_map(|all| all.iter().rev()).filter(missing);
        waiting.chain(all).map(|document| (document.turn, &*document.id))
    }

    /// The answer for the last message that this role has in a turn; one that has no vector, such
    /// as a bare picture, only where no other has.
    pub(crate) fn vector_of(&self, turn: u32, role: Role) -> Option<Answer> {
        let from = self.first_of(turn);
        let same_turn =
            (from..).zip(self.documents.range(from..)).take_while(|(_, document)| document.turn == turn);
        let own = same_turn.filter(|(_, document)| document.role == role);
        let last = own.clone().filter(|(_, document)| !matches!(document.asked, Asked::Missing(_))).last();
        let (place, document) = last.or_else(|| own.last())?;
        match &document.asked {
            Asked::Never => None,
            Asked::Late => Some(Answer::Late),
            Asked::Missing(reason) => Some(Answer::missing(&**reason)),
            Asked::Answered => self.vectors.get(place).map(Answer::Vector),
        }
    }

    /// The messages' vectors with a query's; `None` if the query is of another model.
    pub(crate) fn meet(&self, query: &Vector) -> Option<Meeting<'_>> {
        self.vectors.meet(query)
    }
}
