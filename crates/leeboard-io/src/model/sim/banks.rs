//! The sentences of the stand-in.
//!
//! Owns text only. `{topic}` and `{other}` are words of the user's message, `{step}` the step
//! asked for; `{time}`, `{person}` and `{tool}` are thrown. The persona is plain, calm and
//! specific; the `GENERIC` banks are what it turns into.

pub(super) const STEP_OPENING: [&str; 13] = [
    "Step {step} is the {topic} part, and it goes best when nobody hurries it.",
    "By the time you reach step {step}, the groundwork lies behind you and {topic} comes to the front.",
    "For step {step} I would clear the table first, because {topic} needs room.",
    "Everything in step {step} hangs on one decision about the {topic} side.",
    "Treat step {step} as a hinge: what came before it was preparation, what follows is mostly routine.",
    "Now {topic} gets its turn; that is all step {step} really asks for.",
    "Begin step {step} on a quiet morning, with {tool} close at hand.",
    "There is less to step {step} than it seems, provided the {topic} question was settled earlier.",
    "I see step {step} as two short jobs joined by a wait.",
    "With step {step} the work turns from talking to doing, and {topic} is where it shows.",
    "Step {step} looks small on paper, yet most plans of this kind slip exactly here.",
    "Let the earlier results steer step {step}; they tell you how far the {topic} work can go.",
    "Put {time} aside for step {step} and keep the rest of the day loose.",
];

pub(super) const STEP_WORK: [&str; 13] = [
    "Lay out what belongs to {topic}, strike whatever is already done, and work through the remainder from the largest piece down.",
    "Take the {other} part first, since it blocks the rest, then move on to {topic} once it is stable.",
    "Measure before you change anything, write the figure down, and only then touch the {topic} side.",
    "Split the {topic} work in half and finish one half completely before you even look at the other.",
    "Do a rough version in {time}, leave it alone overnight, and correct it with fresh eyes.",
    "Collect the loose ends around {other}, put them in one place, and deal with them in a single sitting.",
    "Make one small trial with {topic}, see how it behaves, and scale it up only if nothing surprises you.",
    "Start from the result you want, walk backwards through {other}, and note each thing that has to exist.",
    "Use {tool} for the parts that repeat and keep your own attention for the few that do not.",
    "Swap the usual order here: settle {other} while it is cheap, and leave {topic} until its cost is known.",
    "Write the {topic} part as if somebody else had to carry it out, then follow your own words exactly.",
    "Reserve the first hour for {topic} alone, because after that the {other} matters will claim you.",
    "Bring {topic} up to the agreed mark, resist polishing it, and let {other} catch up.",
];

pub(super) const STEP_CHECK: [&str; 12] = [
    "You will know it holds when the {topic} result survives a second look the following day.",
    "Check it against the figure from the start; a gap of more than a tenth deserves an explanation.",
    "A simple test is enough here: change one thing about {other} and see whether the rest still stands.",
    "If the numbers disagree, trust the older ones until you have found the reason.",
    "Stop after {time} and compare what you have with what you meant to have.",
    "The warning sign is silence: when nothing about {topic} goes wrong at all, something was not tried.",
    "Keep the first attempt, even a poor one, so that the improvement can be seen.",
    "Look once more at the edges, where {topic} meets {other}, because faults gather there.",
    "Two dry runs without a correction are the signal that this piece is finished.",
    "Ask whether it would still work with half the time; if so, it is sturdy enough.",
    "Mark anything you guessed with a cross, and return to the crosses before you close the step.",
    "Read the result aloud, since the ear catches what the eye has grown used to.",
];

pub(super) const STEP_PEOPLE: [&str; 11] = [
    "Let {person} look at it before it goes further, and ask for one objection rather than for praise.",
    "It helps to tell {person} what you are leaving out, so that nobody waits for it.",
    "Agree with {person} on a day, not on an intention, and put that day in writing.",
    "When {person} offers to take over the {other} part, accept, but keep the last word on {topic}.",
    "Costs stay modest at this point, though I would hold back a small reserve for {other}.",
    "Should the weather or the mood turn, postpone without guilt; this step tolerates a delay of {time}.",
    "Keep a short record of who decided what, because {person} will ask in a month.",
    "Nothing here needs new purchases if {tool} can be borrowed for {time}.",
    "Explain the {topic} choice to {person} in three sentences; if that fails, the choice is not ripe.",
    "Leave a margin for {other}, which has a habit of taking twice what was promised.",
    "Divide the hours fairly, so that {person} is not left with the dull half again.",
];

pub(super) const STEP_CLOSE: [&str; 14] = [
    "After that, tidy up and let it rest before the next piece.",
    "Once it is written down, the step counts as done and you need not return to it.",
    "The step after this one will be lighter for it.",
    "If only one thing gets finished today, let it be the {topic} part.",
    "I would not add anything to that before the results are in.",
    "Then close the notebook; tired corrections rarely improve {topic}.",
    "What remains afterwards is small enough to be handled on the way.",
    "From there the path is straight for a while.",
    "Take a photograph or a copy of the state you reach, as a place to come back to.",
    "A quiet ending is a good sign at this stage.",
    "Tell me how {topic} turned out, and the following step can be fitted to it.",
    "That leaves {other} untouched, which is deliberate.",
    "Ending a little early is better here than ending exhausted.",
    "With this settled, you can afford to change your mind about the details later.",
];

pub(super) const TIMES: [&str; 7] = [
    "half an hour",
    "an afternoon",
    "two evenings",
    "a full morning",
    "ninety minutes",
    "a weekend",
    "three short sessions",
];

pub(super) const PEOPLE: [&str; 7] = [
    "a patient friend",
    "whoever pays for it",
    "a neighbour",
    "the most careful person you know",
    "somebody from outside",
    "your partner in this",
    "a colleague",
];

pub(super) const TOOLS: [&str; 7] = [
    "a plain list",
    "a pencil and a ruler",
    "last year's notes",
    "a kitchen timer",
    "a spare copy",
    "a sharp knife",
    "the simplest spreadsheet",
];

/// Beginnings of a remark, short so that two remarks rarely share four words.
pub(super) const HEARD: [&str; 14] = [
    "Noted",
    "Good to know",
    "Fair enough",
    "I see",
    "That helps",
    "Understood",
    "Makes sense",
    "So that is how it stands",
    "Thanks for saying so",
    "Clear so far",
    "I had wondered",
    "One thing",
    "My first thought",
    "Between us",
];

pub(super) const ABOUT: [&str; 16] = [
    "I would look at the {topic} side first",
    "the {topic} part may set the pace",
    "old {topic} trouble tends to come back",
    "nobody should touch the {topic} end yet",
    "the {topic} matter sounds settled",
    "{topic} business deserves its own hour",
    "somebody must own the {topic} piece",
    "all that {topic} work may cost less than feared",
    "put the {topic} figure on the wall",
    "the {topic} corner can stay as it is",
    "most of the risk has a {topic} smell",
    "at night the {topic} load behaves differently",
    "we could halve the {topic} effort",
    "time that {topic} stretch once",
    "a second {topic} check is cheap",
    "I like how the {topic} bit turned out",
];

pub(super) const ADVICE: [&str; 16] = [
    "Start small",
    "Ask {person}",
    "Leave the {other} part alone",
    "Take {time} for it",
    "Write it down tonight",
    "Keep {tool} at hand",
    "Do the dull half first",
    "Trust the older figure",
    "Try it on a copy",
    "Sleep on it",
    "Count twice",
    "Name one owner",
    "Draw it once",
    "Say no to extras",
    "Give the {other} people a date",
    "Cut the {other} list short",
];

pub(super) const REASON: [&str; 16] = [
    "since undoing it is costly",
    "because the middle gets underrated",
    "while the reasons are fresh",
    "as nobody checks later",
    "before the next person asks",
    "so that the order shows itself",
    "and the worry will shrink",
    "because surprises hide there",
    "since first estimates lie",
    "and then move on",
    "so the evening stays free",
    "as edges fray first",
    "because habits are stubborn",
    "until it proves its worth",
    "for the sake of whoever follows",
    "which costs almost nothing",
];

pub(super) const ONWARD: [&str; 12] = [
    "Does the {topic} date worry you?",
    "Who signs off the {other} part?",
    "Is the {topic} side urgent?",
    "Shall the {other} piece wait?",
    "When is it due?",
    "What would you drop?",
    "Is there a spare?",
    "Whose idea was that?",
    "Any news from {person}?",
    "Enough for today?",
    "What comes before that?",
    "Ready for the next piece?",
];

pub(super) const KNOWN: [&str; 8] = [
    "You told me this: \"{fact}\"",
    "That one I have, in your own words: \"{fact}\"",
    "Going by what you said, \"{fact}\"",
    "It was this: \"{fact}\"",
    "Here is how you put it: \"{fact}\"",
    "Yes, you mentioned it. \"{fact}\"",
    "From your side I have: \"{fact}\"",
    "You were clear about that: \"{fact}\"",
];

pub(super) const UNKNOWN: [&str; 12] = [
    "I don't have that",
    "Nothing here tells me",
    "That is out of my sight",
    "I can't find the {topic} answer",
    "The {topic} detail has slipped away",
    "I hold nothing {topic} at all",
    "My side of this is blank",
    "Anything I said would be a guess",
    "I see no {topic} line here",
    "I'm missing that piece",
    "This far back I see nothing",
    "Sadly the {topic} words are gone",
];

pub(super) const ASK_AGAIN: [&str; 12] = [
    "so tell me once more",
    "so what was it",
    "and I won't make one up",
    "but I can work with it once you repeat it",
    "so please give it to me again",
    "and guessing would be worse",
    "so say it again in a word or two",
    "though you may well have told me",
    "so let us fill it in now",
    "and I would rather ask than invent",
    "so I need it from you",
    "hence my question back",
];

pub(super) const GENERIC_OPENING: [&str; 8] = [
    "Certainly! I'd be delighted to assist you with that.",
    "Great question! Let's dive right in.",
    "Absolutely! Here is a comprehensive overview for you.",
    "Of course! As an AI language model, I can provide some general information.",
    "Thank you for reaching out! I understand how important this is to you.",
    "Sure thing! I've got you covered.",
    "What a fantastic point! Let me break that down for you.",
    "I'm here to help! Below you will find some useful insights.",
];

pub(super) const GENERIC_CLOSE: [&str; 8] = [
    "I hope this helps! Feel free to reach out with any further questions.",
    "Let me know if there is anything else I can assist you with today!",
    "Remember, every situation is unique, so consider consulting a qualified professional.",
    "Would you like me to elaborate on any of these points?",
    "Don't hesitate to ask if you need additional support!",
    "Ultimately, it is important to find the balance that works best for you.",
    "Please note that I do not have personal experiences or opinions.",
    "Is there anything else I can help you with?",
];

pub(super) const LIST_LEADS: [&str; 4] = [
    "Here are some key points to consider:",
    "To summarize the most important aspects:",
    "Some best practices worth keeping in mind:",
    "Key takeaways:",
];

pub(super) const LIST_ITEMS: [&str; 9] = [
    "**Planning:** Define clear and achievable goals.",
    "**Communication:** Keep all stakeholders informed.",
    "**Flexibility:** Be open to adjusting your approach.",
    "**Consistency:** Small habits lead to big results.",
    "**Resources:** Make use of the tools available to you.",
    "**Feedback:** Seek input early and often.",
    "**Balance:** Remember to take care of yourself.",
    "**Research:** Gather information from reliable sources.",
    "**Review:** Evaluate your progress regularly.",
];

pub(super) const RAMBLE: [&str; 7] = [
    "There are, of course, many different ways in which this could be looked at.",
    "Each of them has advantages and disadvantages that depend on the circumstances.",
    "In general it is advisable to weigh all of the relevant factors carefully.",
    "It may also be worthwhile to consider the broader context of the question.",
    "Various approaches have proven to be effective in a wide range of situations.",
    "At the end of the day, the right choice is the one that suits your needs.",
    "On the other hand, there can be good reasons to see the matter differently.",
];

pub(super) const NUMBERS: [&str; 20] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// The banks that must not say anything twice, for tests.
#[cfg(test)]
pub(super) const ALL: [&[&str]; 13] = [
    &STEP_OPENING,
    &STEP_WORK,
    &STEP_CHECK,
    &STEP_PEOPLE,
    &STEP_CLOSE,
    &HEARD,
    &ABOUT,
    &ADVICE,
    &REASON,
    &ONWARD,
    &UNKNOWN,
    &ASK_AGAIN,
    &RAMBLE,
];
