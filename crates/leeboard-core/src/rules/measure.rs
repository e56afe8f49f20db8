//! What can be counted in a reply, and within which bounds.
//!
//! Owns the names of the counts. How they are counted is in `reply` and `check`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Makes a bound of a number.
type Maker = fn(u32) -> Bound;

macro_rules! measures {
    ($($variant:ident $name:literal $unit:literal $bounds:literal;)*) => {
        /// Something that a reply has a number of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Measure {
            $(#[doc = concat!("The number of ", $name, " (kinds `…_", $name, "`).")] $variant,)*
        }

        impl Measure {
            /// Every measure.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The names that a bound on it may have: none, at most, at least, exactly.
            const fn kinds(self) -> [&'static str; 4] {
                match self {
                    $(Self::$variant => [
                        concat!("no_", $name), concat!("max_", $name), concat!("min_", $name),
                        concat!("exact_", $name),
                    ],)*
                }
            }

            /// What it counts, as evidence says it in the plural.
            #[must_use]
            pub const fn unit(self) -> &'static str {
                match self { $(Self::$variant => $unit,)* }
            }

            /// The bounds it may have: `n` none, `x` at most, `m` at least, `e` exactly.
            const fn bounds(self) -> &'static str {
                match self { $(Self::$variant => $bounds,)* }
            }
        }
    };
}

measures! {
    Words "words" "words" "xme";
    Sentences "sentences" "sentences" "xme";
    Paragraphs "paragraphs" "paragraphs" "xme";
    Lines "lines" "lines" "xme";
    Characters "characters" "characters" "xme";
    WordsPerSentence "words_per_sentence" "words in a sentence" "x";
    WordsPerParagraph "words_per_paragraph" "words in a paragraph" "x";
    SentencesPerParagraph "sentences_per_paragraph" "sentences in a paragraph" "x";
    WordsPerItem "words_per_item" "words in a list item" "x";
    Lists "lists" "lists" "nxme";
    Bullets "bullets" "bullet points" "nxme";
    NumberedItems "numbered_items" "numbered items" "nxme";
    Headings "headings" "headings" "nxme";
    Bold "bold" "bold passages" "nxm";
    Italics "italics" "italic passages" "nxm";
    Highlights "highlights" "highlighted sections" "nxme";
    Tables "tables" "tables" "nxme";
    CodeBlocks "code_blocks" "code blocks" "nxme";
    Blockquotes "blockquotes" "block quotes" "nm";
    Dividers "dividers" "horizontal rules" "nm";
    Markdown "markdown" "Markdown marks" "nm";
    HtmlTags "html_tags" "HTML tags" "nm";
    Urls "urls" "links" "nxme";
    Hashtags "hashtags" "hashtags" "nxme";
    Placeholders "placeholders" "placeholders in square brackets" "nxme";
    ExclamationMarks "exclamation_marks" "exclamation marks" "nxme";
    Questions "questions" "questions" "nxme";
    Commas "commas" "commas" "nxme";
    Semicolons "semicolons" "semicolons" "nxme";
    Colons "colons" "colons" "nxme";
    Parentheses "parentheses" "parentheses" "nxm";
    Dashes "dashes" "dashes" "nxm";
    Ellipses "ellipses" "ellipses" "nxm";
    QuotationMarks "quotation_marks" "quotation marks" "nxm";
    Asterisks "asterisks" "asterisks" "n";
    Emoji "emoji" "emoji" "nxme";
    Digits "digits" "numbers in digits" "nxme";
    Contractions "contractions" "contractions" "nxm";
    Abbreviations "abbreviations" "abbreviations" "nx";
    CapitalWords "capital_words" "words in capital letters" "nxme";
    FirstPerson "first_person" "first-person pronouns" "nxm";
    SecondPerson "second_person" "second-person pronouns" "nxm";
    AiTalk "ai_talk" "mentions of being an AI" "n";
    Apologies "apologies" "apologies" "nx";
    Greetings "greetings" "greetings" "n";
    Profanity "profanity" "swear words" "n";
}

/// How many of something a reply may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "all the ways to bound a count")]
pub enum Bound {
    /// At most so many; 0 forbids.
    Max(u32),
    /// At least so many.
    Min(u32),
    /// Exactly so many.
    Exactly(u32),
}

impl Bound {
    /// Whether a count keeps the bound.
    #[must_use]
    pub fn allows(self, count: usize) -> bool {
        let limit = self.number() as usize;
        match self {
            Self::Max(_) => count <= limit,
            Self::Min(_) => count >= limit,
            Self::Exactly(_) => count == limit,
        }
    }

    /// The number of the bound.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Max(n) | Self::Min(n) | Self::Exactly(n) => n,
        }
    }

    /// "at most 3", as rules and evidence put it.
    pub(super) fn words(self) -> String {
        match self {
            Self::Max(n) => format!("at most {n}"),
            Self::Min(n) => format!("at least {n}"),
            Self::Exactly(n) => format!("exactly {n}"),
        }
    }
}

impl Measure {
    /// Whether the bound is one that identity files can name.
    pub(super) fn takes(self, bound: Bound) -> bool {
        let mark = match bound {
            Bound::Max(0) => 'n',
            Bound::Max(_) => 'x',
            Bound::Min(_) => 'm',
            Bound::Exactly(_) => 'e',
        };
        self.bounds().contains(mark)
    }

    /// The kind's name with this bound.
    pub(super) fn kind(self, bound: Bound) -> &'static str {
        let [none, most, least, exactly] = self.kinds();
        match bound {
            Bound::Max(0) => none,
            Bound::Max(_) => most,
            Bound::Min(_) => least,
            Bound::Exactly(_) => exactly,
        }
    }

    /// The names in the order of `ALL`, those that are kinds only.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        let marks = ['n', 'x', 'm', 'e'];
        self.kinds()
            .into_iter()
            .zip(marks)
            .filter(move |&(_, mark)| self.bounds().contains(mark))
            .map(|(name, _)| name)
    }

    /// The measure of a kind's name, and its bound made of a number.
    pub(super) fn of_kind(name: &str) -> Option<(Self, Maker)> {
        static KINDS: LazyLock<BTreeMap<&'static str, (Measure, Maker)>> = LazyLock::new(|| {
            let makers: [Maker; 4] = [|_| Bound::Max(0), Bound::Max, Bound::Min, Bound::Exactly];
            let all = Measure::ALL.iter();
            all.flat_map(|&measure| {
                measure.kinds().into_iter().zip(makers).map(move |(kind, maker)| (kind, (measure, maker)))
            })
            .collect()
        });
        KINDS.get(name).copied()
    }
}
