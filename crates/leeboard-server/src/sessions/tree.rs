//! Where in the tree of a session the conversation of a request goes on.
//!
//! Owns the comparison of what a client sends with what is marked. Pure: loads, locks and opens
//! nothing.

use std::collections::BTreeMap;

use leeboard_core::record::Digest;
use leeboard_io::store::{Mark, Said, View};

/// The marks of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    marks: Vec<Mark>,
    /// Places of marks by the turn before them.
    after: BTreeMap<Option<Digest>, Vec<usize>>,
    places: BTreeMap<Digest, usize>,
}

/// Where the history of a request was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The last turn that both have; `None` for the start of a conversation.
    pub(crate) at: Option<Digest>,
    /// How many exchanges of the history both have, from its first on.
    pub(crate) common: usize,
    /// Whether those are the first turns of the conversation, rather than some within it.
    pub(crate) from_start: bool,
}

impl Tree {
    /// Takes in what a store shows. Gives the tree to be asked.
    pub(crate) fn update(&mut self, view: &View) {
        if view.whole {
            *self = Self::default();
        }
        for mark in &view.marks {
            let place = self.marks.len();
            self.after.entry(mark.after).or_default().push(place);
            self.places.insert(mark.at, place);
            self.marks.push(mark.clone());
        }
    }

    /// The newest mark, as a store wants to hear of it.
    pub(crate) fn known(&self) -> Option<(u64, Digest)> {
        self.marks.last().map(|mark| (mark.number, mark.at))
    }

    /// Bytes that the tree takes, about: a mark with its digests and its places in the maps.
    pub(crate) fn weight(&self) -> usize {
        const EACH: usize = 320;
        self.marks.len() * EACH
    }

    /// The longest part of a history, from its first exchange on, that stands in the tree: at the
    /// start of a conversation, or within one where the client sends its last part only. Where
    /// several are as long, the one on the way to `head`, else the newest.
    pub(crate) fn find(&self, sent: &[Said], head: Option<Digest>) -> Found {
        let from_start = self.follow(self.children(None, sent.first(), Said::eq), sent);
        let all = 0..self.marks.len();
        let within = sent.first().map_or_else(Vec::new, |first| {
            all.filter(|place| self.reply(*place, first, ends_with)).collect()
        });
        let within = self.follow(within, sent);
        let (places, common, from_start) = match (from_start, within) {
            (start, within) if start.1 >= within.1 => (start.0, start.1, true),
            (_, within) => (within.0, within.1, false),
        };
        let path = self.path(head);
        let best = places.into_iter().max_by_key(|place| (path.contains(place), *place));
        Found { at: best.and_then(|place| self.marks.get(place)).map(|mark| mark.at), common, from_start }
    }

    /// The turns that are open after a turn and ask this, newest first.
    pub(crate) fn open(&self, after: Option<Digest>, asked: &[Digest]) -> Vec<Digest> {
        let marks = self.after.get(&after).into_iter().flatten().rev();
        let marks = marks.filter_map(|place| self.marks.get(*place));
        let open = marks.filter(|mark| mark.said.reply.is_none() && mark.said.asked == asked);
        open.map(|mark| mark.at).collect()
    }

    /// The finished turn before a mark.
    pub(crate) fn before(&self, at: Digest) -> Option<Digest> {
        self.marks.get(*self.places.get(&at)?)?.after
    }

    /// Whether the user asks something in the first turns of a history.
    pub(crate) fn asks(sent: &[Said]) -> bool {
        sent.iter().any(|said| !said.asked.is_empty())
    }

    /// Goes from turn to turn as long as some branch has what was sent: where that ends, and
    /// after how many exchanges.
    fn follow(&self, first: Vec<usize>, sent: &[Said]) -> (Vec<usize>, usize) {
        let (mut here, mut common) = (first, 0);
        if here.is_empty() {
            return (here, common);
        }
        loop {
            common += 1;
            let at = |place: &usize| self.marks.get(*place).map(|mark| mark.at);
            let next = here.iter().filter_map(at);
            let next =
                next.flat_map(|at| self.children(Some(at), sent.get(common), Said::eq)).collect::<Vec<_>>();
            if next.is_empty() {
                return (here, common);
            }
            here = next;
        }
    }

    fn children(
        &self,
        after: Option<Digest>,
        wanted: Option<&Said>,
        same: impl Fn(&Said, &Said) -> bool,
    ) -> Vec<usize> {
        let Some(wanted) = wanted else { return Vec::new() };
        let places = self.after.get(&after).into_iter().flatten().copied();
        places.filter(|place| self.reply(*place, wanted, &same)).collect()
    }

    /// Whether a mark is a finished turn like the one wanted.
    fn reply(&self, place: usize, wanted: &Said, same: impl Fn(&Said, &Said) -> bool) -> bool {
        let mark = self.marks.get(place);
        mark.is_some_and(|mark| mark.said.reply.is_some() && same(&mark.said, wanted))
    }

    /// The places of a turn and of all before it.
    fn path(&self, head: Option<Digest>) -> Vec<usize> {
        let place = |at: Digest| self.places.get(&at).copied();
        let first = head.and_then(place);
        let before = |at: &usize| self.marks.get(*at).and_then(|mark| mark.after).and_then(place);
        std::iter::successors(first, before).collect()
    }
}

/// The first exchange that a client sends may have lost its beginning.
fn ends_with(held: &Said, sent: &Said) -> bool {
    held.reply == sent.reply && held.asked.ends_with(&sent.asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    /// A turn written as question and reply: "a1" asks a, with the reply 1; "a" waits.
    fn said(word: &str) -> Said {
        let (reply, asked): (Vec<char>, Vec<char>) = word.chars().partition(char::is_ascii_digit);
        let keys = |chars: Vec<char>| chars.into_iter().map(|c| digest(&c.to_string())).collect::<Vec<_>>();
        Said::new(keys(asked), keys(reply).first().copied())
    }

    /// A tree of paths, each turn named by all words up to it: "a1 b2" and "a1 b3".
    fn tree(paths: &[&str]) -> Tree {
        let mut marks: Vec<Mark> = Vec::new();
        for path in paths {
            let mut name = String::new();
            let mut after = None;
            for word in path.split_whitespace() {
                name.push_str(word);
                let at = digest(&name);
                if !marks.iter().any(|mark| mark.at == at) {
                    let number = marks.len() as u64 + 1;
                    marks.push(Mark { number, at, after, said: said(word) });
                }
                after = Some(at);
            }
        }
        let mut tree = Tree::default();
        let (head, turn) = (Digest::default(), None);
        tree.update(&View { head, turn, resends: false, erasures: 0, mode: None, marks, whole: true });
        tree
    }

    #[test]
    fn the_longest_part_counts_wherever_it_stands() {
        let held = tree(&["a1 b2 c3", "a1 b4", "xa1 y5"]);
        for (sent, at, common, from_start) in [
            ("", "", 0, true),
            ("a1", "a1", 1, true),
            ("a1 b2 c3", "a1b2c3", 3, true),
            ("a1 b4", "a1b4", 2, true),
            ("a1 b9 c3", "a1", 1, true),
            ("b2 c3", "a1b2c3", 2, false),
            ("c3 d7", "a1b2c3", 1, false),
            // The beginning of the first exchange is lost.
            ("1 b2", "a1b2", 2, false),
            ("a1 y5", "xa1y5", 2, false),
            ("q1", "", 0, true),
            ("q1 b2", "", 0, true),
        ] {
            let sent: Vec<Said> = sent.split_whitespace().map(said).collect();
            let at = (!at.is_empty()).then(|| digest(at));
            assert_eq!(held.find(&sent, None), Found { at, common, from_start }, "{sent:?}");
        }
    }

    #[test]
    fn of_equal_paths_the_one_to_the_head_counts_and_then_the_newest() {
        let held = tree(&["x1 k2 a3", "y1 k2", "z1 k2"]);
        let sent = [said("k2")];
        let at = |head: &str| held.find(&sent, Some(digest(head))).at;
        assert_eq!(at("x1k2a3"), Some(digest("x1k2")));
        assert_eq!(at("nothing"), Some(digest("z1k2")));
    }

    #[test]
    fn open_turns_are_found_by_their_question_and_are_no_history() {
        let held = tree(&["a1 b", "a1 c", "b"]);
        assert_eq!(held.open(Some(digest("a1")), &said("b").asked), [digest("a1b")]);
        assert_eq!(held.open(None, &said("b").asked), [digest("b")]);
        assert_eq!(held.open(None, &said("c").asked), Vec::<Digest>::new());
        assert_eq!(held.before(digest("a1c")), Some(digest("a1")));
        assert_eq!(held.find(&[said("b")], None).common, 0);
    }

    #[test]
    fn an_update_adds_to_what_is_known() {
        let mut held = tree(&["a1 b2"]);
        let known = held.known();
        let mark = Mark { number: 3, at: digest("x"), after: Some(digest("a1")), said: said("x1") };
        let view = View {
            head: digest("x"),
            turn: None,
            resends: false,
            erasures: 0,
            mode: None,
            marks: vec![mark],
            whole: false,
        };
        held.update(&view);
        assert_eq!(held.find(&[said("a1"), said("x1")], None).at, Some(digest("x")));
        assert_eq!((known, held.known()), (Some((2, digest("a1b2"))), Some((3, digest("x")))));
    }
}
