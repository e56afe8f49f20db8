//! Conversations for the benchmark: questions and replies that vary, made from word lists.
//!
//! Owns the text and its size. The same number gives the same text, so that both ends know a reply
//! by its number.

/// Replies that differ.
pub(crate) const REPLIES: usize = 256;

pub(crate) const SYSTEM: &str = "You are Marit, the harbour office's assistant. You answer skippers in \
    plain words, name depths in metres and times in local time, never guess a tide, and ask back \
    when the ship's draught is not known.";

const PLACES: [&str; 16] = [
    "the north basin",
    "the old quay",
    "Skagen",
    "the fuel berth",
    "the outer mole",
    "the lock",
    "Lysekil",
    "the fish dock",
    "the river mouth",
    "the dry dock",
    "Hanstholm",
    "the guest harbour",
    "the east pier",
    "the pilot station",
    "the sound",
    "the customs shed",
];
const THINGS: [&str; 16] = [
    "the mooring lines",
    "a spare impeller",
    "the cargo list",
    "fresh water",
    "the tide table",
    "a berth",
    "the radio check",
    "diesel",
    "the weather report",
    "the anchor chain",
    "the crew list",
    "shore power",
    "the chart correction",
    "a tow",
    "the pilot's fee",
    "the fenders",
];
const VERBS: [&str; 12] = [
    "wait for",
    "order",
    "check",
    "move",
    "report",
    "inspect",
    "bring",
    "pay for",
    "replace",
    "plan",
    "share",
    "look after",
];
const REASONS: [&str; 12] = [
    "the wind backs to the west after noon",
    "the ferry needs the turning basin",
    "the draught is close to the sill",
    "two other yachts arrive on the same tide",
    "the crane is booked until the evening",
    "fog is likely before sunrise",
    "the engine ran warm on the last leg",
    "the office closes early on Fridays",
    "the current sets hard across the entrance",
    "a survey vessel works there this week",
    "the crew has been awake since four",
    "the insurance asks for it in writing",
];

/// A repeatable row of choices.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len())]
    }

    fn sentence(&mut self) -> String {
        let (place, thing, verb) = (self.of(&PLACES), self.of(&THINGS), self.of(&VERBS));
        let (reason, number) = (self.of(&REASONS), self.roll(58) + 2);
        match self.roll(5) {
            0 => {
                format!("Near {place} you should {verb} {thing} within {number} minutes, because {reason}. ")
            }
            1 => format!("I would {verb} {thing} first; {reason}. "),
            2 => format!("At {place} there are {number} places left, and {reason}. "),
            3 => format!("Once you {verb} {thing}, call {place} on channel {number}. "),
            _ => format!("Since {reason}, {place} is the better choice for {thing}. "),
        }
    }
}

/// A reply of about 480 bytes.
pub(crate) fn reply(number: usize) -> String {
    let mut dice = Dice(number as u64 * 7_919 + 17);
    let mut text = String::new();
    while text.len() < 430 {
        text.push_str(&dice.sentence());
    }
    text.trim_end().to_owned()
}

/// A question of about 120 bytes.
pub(crate) fn question(session: usize, turn: usize) -> String {
    let mut dice = Dice((session * 1_009 + turn) as u64 * 104_729 + 5);
    let (place, thing, verb) = (dice.of(&PLACES), dice.of(&THINGS), dice.of(&VERBS));
    let (reason, number) = (dice.of(&REASONS), dice.roll(28) + 2);
    match dice.roll(4) {
        0 => format!(
            "We come in at {number} past and need to {verb} {thing} at {place}. Is that wise if {reason}?"
        ),
        1 => format!(
            "How long does it take to {verb} {thing} near {place}? We draw {number} decimetres and {reason}."
        ),
        2 => format!(
            "My mate says that {reason}. Should we {verb} {thing} before we reach {place} with {number} people?"
        ),
        _ => format!("What would you do about {thing} at {place} on the {number}th, given that {reason}?"),
    }
}
