//! The index by itself: eviction, rarity, messages that wait for a vector.

use super::*;
use crate::message::Message;
use crate::vector::Vector;

fn entry(id: &str, text: &str) -> Entry {
    Entry::new(id, Message::text(Role::User, text))
}

#[test]
fn the_oldest_leave_and_take_their_postings_along() {
    let mut index = Index::default();
    index.add(1, &entry("a", "anchor chain"), None, None, 2);
    index.add(2, &entry("b", "anchor buoy"), None, None, 2);
    index.add(3, &entry("c", "tide table"), None, None, 2);
    assert_eq!(index.len(), 2);
    assert_eq!(index.postings("anchor").unwrap().len(), 1);
    let posting = index.postings("tide").unwrap().next().unwrap();
    assert_eq!(&*index.documents()[index.place(posting)].id, "c");
    assert!(index.rarity("chain") > index.rarity("anchor"));
}

fn answer(model: &str) -> Answer {
    Vector::new(&model.into(), &[1.0, 0.5]).map_or(Answer::Late, Answer::Vector)
}

fn wanted(index: &Index, model: &str, same: bool) -> Vec<String> {
    index.without_vector(model, same).map(|(_, id)| id.to_owned()).collect()
}

#[test]
fn a_message_waits_until_it_is_answered_or_leaves() {
    let mut index = Index::default();
    for (turn, answer) in (1..).zip([Some(Answer::Late), None, Some(answer("m")), Some(Answer::Late)]) {
        index.add(turn, &entry(&format!("id{turn}"), "anchor"), None, answer, 3);
    }
    assert_eq!(wanted(&index, "m", true), ["id4", "id2"]);
    index.set_vector(2, "id2", &Answer::missing("another language"));
    index.set_vector(4, "id4", &Answer::Late);
    assert_eq!(wanted(&index, "m", true), ["id4"]);
    index.set_vector(4, "id4", &answer("m"));
    assert_eq!(wanted(&index, "m", true), [""; 0]);
    assert_eq!(wanted(&index, "n", false), ["id4", "id3", "id2"]);
    index.drop_vectors();
    assert_eq!(wanted(&index, "n", true), ["id4", "id3", "id2"]);
}

#[test]
fn a_message_without_text_has_no_vector_and_waits_for_none() {
    let mut index = Index::default();
    index.add(1, &entry("text", "anchor"), None, Some(answer("m")), 9);
    index.add(1, &entry("picture", " \n"), None, Some(answer("m")), 9);
    index.add(2, &entry("bare", ""), None, None, 9);
    assert_eq!(wanted(&index, "m", true), [""; 0]);
    assert_eq!(index.vectors.get(1), None);
    assert_eq!(index.vector_of(1, Role::User), Some(answer("m")));
    assert!(matches!(index.vector_of(2, Role::User), Some(Answer::Missing(_))));
    assert_eq!(index.vector_of(1, Role::Assistant), None);
}
