//! What the user of the demo says: the words of the script, all of our own writing.
//!
//! Owns text only; `scenario` says which line comes when.

/// The identity of both agents, with four rules that can be checked.
pub(super) const IDENTITY: &str = "You are Quill, a planning partner who has moved many databases and \
    talks like a colleague at the next desk.\nNever use bullet points or lists.\nNever use exclamation \
    marks.\nUse at most 120 words.\nEnd every reply with \"Steady as we go.\"";

/// The first line of the conversation.
pub(super) const OPENING: &str = "Help me build a 10-step migration plan for our clinic bookings, one step at \
    a time. I will tell you about the place as we go.";

/// Something that the user tells, may correct, and asks for later.
pub(super) struct Fact {
    /// Its name in reports.
    pub(super) name: &'static str,
    /// How it is told.
    pub(super) told: &'static str,
    /// What a right answer holds.
    pub(super) value: &'static str,
    /// How it is corrected, with the value from then on.
    pub(super) change: Option<(&'static str, &'static str)>,
    /// How it is asked for, in turn.
    pub(super) asked: [&'static str; 3],
}

/// The facts in the order in which they are told. The ones that change stand at every third
/// place, so that a shorter script keeps some of them.
pub(super) const FACTS: [Fact; 12] = [
    Fact {
        name: "budget",
        told: "Our budget for the whole project is 46,000 euros, and not a cent is spent yet.",
        value: "46,000",
        change: Some(("Finance has spoken: our budget is now 39,500 euros.", "39,500")),
        asked: [
            "Before I talk to finance, what is our budget?",
            "Remind me how large our budget is.",
            "One for the minutes: how many euros do we have in the budget?",
        ],
    },
    Fact {
        name: "size",
        told: "The source is a MySQL database of 840 gigabytes, most of it old bookings.",
        value: "840",
        change: None,
        asked: [
            "How many gigabytes does our source database hold?",
            "I have to order disks. How big did I say our MySQL database is?",
            "What size is our source in gigabytes?",
        ],
    },
    Fact {
        name: "sponsor",
        told: "Our sponsor is Henrike Vaas from operations, who signs everything.",
        value: "Henrike Vaas",
        change: None,
        asked: [
            "Who is our sponsor?",
            "I am writing an invitation. Which name did I give you for our sponsor?",
            "Who from operations signs for us?",
        ],
    },
    Fact {
        name: "cutover",
        told: "The cutover has to happen on Saturday 19 September, between two holidays.",
        value: "19 September",
        change: Some(("The cutover is pushed back and happens on Saturday 3 October.", "3 October")),
        asked: [
            "On which Saturday do we plan the cutover?",
            "When does our cutover happen?",
            "The night shift wants to know: on which day do we have the cutover?",
        ],
    },
    Fact {
        name: "administrator",
        told: "The database administrator on our side is Tomas Okwuosa.",
        value: "Okwuosa",
        change: None,
        asked: [
            "What is the name of our database administrator?",
            "Who is the administrator on our side?",
            "I need a signature from our database administrator. Who was that?",
        ],
    },
    Fact {
        name: "hosting",
        told: "We settled on PostgreSQL 17, hosted in Frankfurt by the company that runs our mail.",
        value: "Frankfurt",
        change: None,
        asked: [
            "Where is our PostgreSQL going to be hosted?",
            "In which city do we host PostgreSQL?",
            "Where did we settle on hosting?",
        ],
    },
    Fact {
        name: "downtime",
        told: "The booking desk may be offline for 45 minutes at most.",
        value: "45 minutes",
        change: Some((
            "The clinics complained, so the booking desk may be offline for only 20 minutes.",
            "20 minutes",
        )),
        asked: [
            "How long may our booking desk be offline?",
            "Remind me for how many minutes the desk may be offline.",
            "How many minutes offline did I promise the clinics for our booking desk?",
        ],
    },
    Fact {
        name: "privacy",
        told: "Our privacy officer is called Lindqvist and wants every address masked in copies.",
        value: "Lindqvist",
        change: None,
        asked: [
            "Who is our privacy officer?",
            "I have a letter to write. What is our privacy officer called?",
            "Who wants the addresses masked in our copies?",
        ],
    },
    Fact {
        name: "rehearsal",
        told: "Our rehearsal server is called heron-2 and stands in the cellar.",
        value: "heron-2",
        change: None,
        asked: [
            "What is our rehearsal server called?",
            "Which server do we use for the rehearsal?",
            "What did I call the server in our cellar?",
        ],
    },
    Fact {
        name: "invoices",
        told: "By law we keep invoices for ten years, so they all come along.",
        value: "ten years",
        change: Some(("The auditor corrected me: by law we keep invoices for twelve years.", "twelve years")),
        asked: [
            "For how many years do we keep invoices?",
            "Remind me how long we have to keep invoices by law.",
            "How many years of invoices did the auditor tell us to keep?",
        ],
    },
    Fact {
        name: "largest table",
        told: "The table that worries me is appointments, with 310 million rows.",
        value: "310 million",
        change: None,
        asked: [
            "How many rows does our appointments table have?",
            "Which number of rows did I give you for the table that worries me?",
            "How many million rows do we have in appointments?",
        ],
    },
    Fact {
        name: "contract",
        told: "Our support contract with the old vendor ends on 30 November.",
        value: "30 November",
        change: None,
        asked: [
            "When does our support contract end?",
            "The vendor called. On which day does our contract with them end?",
            "What date did I give you for the end of our support contract?",
        ],
    },
];

/// What the ten steps are about.
pub(super) const STEPS: [&str; 10] = [
    "take stock of the schemas and the nightly jobs",
    "find out who reads and who writes the tables",
    "choose the tool that copies the rows",
    "translate the stored procedures",
    "mask the copies for the testers",
    "rehearse the copy from end to end",
    "compare the counts on both sides",
    "train the booking desk on the new screens",
    "write the way back in case it fails",
    "switch over and watch the first morning",
];

/// Remarks between the steps: about the work, and beside it.
pub(super) const REMARKS: [&str; 65] = [
    "The nightly jobs are older than I am in this company, and nobody documents them.",
    "Half of the reports come from one spreadsheet that somebody mails around.",
    "I found a schema called scratch that has been growing for years.",
    "There is a trigger that sends a fax, and I am not joking.",
    "I made a drawing of it all and it looks like a plate of noodles.",
    "Coffee first. The machine on our floor is broken again.",
    "The laboratory writes into the same tables without telling anybody.",
    "Two of the clinics still use the desktop client from before the merger.",
    "I asked around and three teams claim to own the patient table.",
    "The phone system looks up callers in there as well, every few seconds.",
    "The view for the accountants joins eleven tables and takes a minute.",
    "My train was late this morning, so I had time to read the logs.",
    "Somebody gave the intern write access and forgot about it.",
    "I tried one of the copy tools at home and liked its log output.",
    "The cheap tool loses the time zones on old timestamps.",
    "The vendor offered a demonstration, with biscuits.",
    "I would rather own a small script than rent a big box.",
    "Change data capture sounds grand, but we only have four busy tables.",
    "My brother restores pianos and says that patience is a tool as well.",
    "The copy ran overnight and stopped at a row with a broken letter in it.",
    "There are ninety stored procedures and I have read perhaps a dozen.",
    "One of them calculates Easter, which is almost beautiful.",
    "A few of them only exist to work around other ones.",
    "I moved the first five by hand to learn what breaks.",
    "Dates before 1970 come out wrong in the pension module.",
    "It is raining so hard that the window drips on my keyboard.",
    "The testers want real names because fake ones all look the same.",
    "I wrote a list of cat names for the masked patients.",
    "Phone numbers keep their length when masked, which helps the forms.",
    "One tester found her own dentist in the old copy, so masking is urgent.",
    "The masked copy is smaller, which surprised me.",
    "Somebody asked whether birthdays count as private. They do.",
    "Lunch was soup again, and the canteen has given up on salt.",
    "The first rehearsal broke off because a disk was full.",
    "For the second attempt I sat beside it with a stopwatch.",
    "The indexes take longer than the data, which nobody had guessed.",
    "We loaded without indexes and built them afterwards, much better.",
    "The network team moved a cable in the middle of it.",
    "The third attempt went through and I slept well.",
    "I keep a diary of the attempts, with times and moods.",
    "My daughter asked what a database is and I said a very strict cupboard.",
    "The row counts agree except for one table of old reminders.",
    "It was a filter for deleted rows, so nothing is lost.",
    "We compare checksums by month now, so that a gap shows where it is.",
    "One clinic had entered prices with a comma for years.",
    "The accountants trust nothing but their own totals, and rightly.",
    "I printed the comparison and hung it beside the door.",
    "The football results upset half of the office today.",
    "The booking desk saw the new screens and asked where the green button went.",
    "I gave them the green button back.",
    "Training in the morning works better than after lunch.",
    "Two people from the desk now explain it to the others, which is ideal.",
    "The new search finds names without accents, and they cheered.",
    "An older colleague has filled a notebook with shortcuts.",
    "I bought a plant for the window so that somebody gains from all the rain.",
    "The way back is harder to write than the way forward.",
    "We can replay the last hour from the log if it comes to that.",
    "I would like the way back to fit on one page.",
    "Operations wants a rehearsal of the way back as well, which is fair.",
    "I dreamt of a progress bar that ran backwards.",
    "The page is written, and a stranger could follow it.",
    "The night shift offered to bring cake on the big night.",
    "The monitoring shows six curves, and I understand five of them.",
    "I want somebody at the desk on the first morning who can say stop.",
    "It is strange how quiet it gets when the plan is nearly complete.",
];
