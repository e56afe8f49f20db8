//! What the user of the closed loop talks about: an island guest house that is to open again.
//! All of our own writing.
//!
//! Owns text only; `script` says which line comes when.

/// Who the assistant is, to the name of its rules' example sign-off.
pub(super) const CHARACTERS: [(&str, &str); 3] = [
    (
        "You are Edda, a ferry cook of forty winters who helps a friend and sees all things as food.",
        "Mind the ladle.",
    ),
    (
        "You are Anselm, an old clockmaker who advises a neighbour and sees all things as clocks.",
        "So runs the hour.",
    ),
    (
        "You are Dale, a forest ranger of few words who helps a cousin and sees all things as trails.",
        "See you at the trailhead.",
    ),
];

pub(super) const OPENING: &str = "I am opening an old guest house on an island again. Help me plan it in eight \
    steps, one at a time; I will tell you about the place as we go.";

/// What a fact is of, by the kind of its value.
pub(super) const NUMBERS: [(&str, &str); 22] = [
    ("linen order", "sheets"),
    ("paint budget", "euros"),
    ("roof area", "square metres"),
    ("firewood stock", "cords"),
    ("weekly rent", "euros"),
    ("guest limit", "people"),
    ("water tank", "litres"),
    ("deposit", "euros"),
    ("ferry fare", "crowns"),
    ("bed count", "beds"),
    ("cellar depth", "steps"),
    ("orchard size", "trees"),
    ("insurance sum", "euros"),
    ("loan term", "months"),
    ("candle supply", "boxes"),
    ("crossing time", "minutes"),
    ("fence length", "metres"),
    ("staff quota", "helpers"),
    ("menu price", "crowns"),
    ("honey harvest", "jars"),
    ("chimney height", "metres"),
    ("laundry load", "kilos"),
];
pub(super) const PEOPLE: [&str; 16] = [
    "night porter",
    "head gardener",
    "tax adviser",
    "roof builder",
    "ferry captain",
    "fire inspector",
    "bank clerk",
    "piano tuner",
    "bee keeper",
    "land surveyor",
    "mail carrier",
    "chimney sweep",
    "wine merchant",
    "harbour master",
    "plumber",
    "translator",
];
pub(super) const PLACES: [&str; 10] = [
    "key cabinet",
    "spare boiler",
    "guest register",
    "ladder store",
    "paint locker",
    "tool chest",
    "fuse box",
    "linen press",
    "boat winch",
    "seed drawer",
];

pub(super) const FIRST_NAMES: [&str; 16] = [
    "Rolf", "Signe", "Tore", "Malin", "Eskil", "Britta", "Henning", "Astrid", "Kaspar", "Oda", "Levin",
    "Runa", "Gustav", "Thea", "Ivar", "Sanne",
];
pub(super) const LAST_NAMES: [&str; 14] = [
    "Tamm", "Quist", "Haller", "Lorne", "Ekdal", "Vinter", "Moe", "Sandberg", "Krog", "Falk", "Ruud", "Dahl",
    "Norling", "Berg",
];
pub(super) const SPOTS: [&str; 12] = [
    "the chapel cellar",
    "the boat shed",
    "the rear porch",
    "the south attic",
    "the ice house",
    "the smithy",
    "the pump room",
    "the gate lodge",
    "the hen house",
    "the blue pantry",
    "the bell loft",
    "the wash kitchen",
];

/// How a fact is told and changed: `{s}` is what it is of, `{v}` its value.
pub(super) const TOLD: [&str; 5] = [
    "Our {s} is {v}.",
    "One thing for you to know: our {s} is {v}.",
    "It is settled now. Our {s} is {v}.",
    "I have looked it up, and our {s} is {v}.",
    "Before I go to bed: our {s} is {v}.",
];
pub(super) const CHANGED: [&str; 3] = [
    "Change of plan: our {s} is now {v}.",
    "There is news from the mainland. Our {s} is now {v}.",
    "I was wrong to be so sure, for our {s} is now {v}.",
];
pub(super) const ASKED: [&str; 4] = [
    "Can you remind me, what is our {s}?",
    "I have the form in front of me. What is our {s}?",
    "My sister wants to know: what is our {s}?",
    "I am on the phone, what is our {s}?",
];
pub(super) const ASKED_WHO: [&str; 2] =
    ["Can you remind me, who is our {s}?", "I am writing a card. Who is our {s}?"];

/// Asks the assistant for its name.
pub(super) const PROBE: &str =
    "My aunt sits here and wants to greet you. Which name shall I give her for you?";

/// What is talked about besides: `{t}` is one of the things below.
pub(super) const TALK: [&str; 18] = [
    "How would you deal with the {t}?",
    "The {t} worries me, where would you begin?",
    "My brother laughed about the {t}. How do you see it?",
    "I spent the morning on the {t} and I am tired.",
    "Would you leave the {t} for spring?",
    "What could go wrong with the {t}?",
    "Some guests have asked about the {t}.",
    "How much care does the {t} need?",
    "I am afraid that the {t} will cost us dear.",
    "We have to decide on the {t} soon.",
    "Is the {t} worth the trouble?",
    "The village has opinions on the {t}.",
    "I had a dream about the {t}, of all things.",
    "Who should look after the {t} in winter?",
    "Let us go on to the {t}.",
    "A storm has come over the {t}.",
    "My neighbour offers to take the {t} off our hands.",
    "Would you begin with the {t} or with the {u}?",
];
pub(super) const ADJECTIVES: [&str; 20] = [
    "leaking",
    "painted",
    "crooked",
    "borrowed",
    "noisy",
    "narrow",
    "frozen",
    "mossy",
    "rusty",
    "southern",
    "dusty",
    "heavy",
    "broken",
    "wooden",
    "forgotten",
    "draughty",
    "upper",
    "stone",
    "cheap",
    "green",
];
pub(super) const NOUNS: [&str; 48] = [
    "gutters",
    "staircase",
    "breakfast room",
    "jetty",
    "windows",
    "garden wall",
    "kitchen range",
    "piano",
    "mattresses",
    "greenhouse",
    "lanterns",
    "bathtub",
    "curtains",
    "rowing boat",
    "hen run",
    "signboard",
    "bookshelves",
    "veranda",
    "floorboards",
    "shutters",
    "bread oven",
    "rose beds",
    "bicycles",
    "carpets",
    "doorbell",
    "wallpaper",
    "apple press",
    "flagpole",
    "sauna",
    "swing",
    "telephone line",
    "gravel path",
    "wine glasses",
    "hammocks",
    "landing stage",
    "weather vane",
    "tablecloths",
    "rain barrels",
    "skylight",
    "stove pipes",
    "armchairs",
    "picnic meadow",
    "coat hooks",
    "mirror hall",
    "bunk beds",
    "tiles",
    "washing lines",
    "fish smoker",
];
