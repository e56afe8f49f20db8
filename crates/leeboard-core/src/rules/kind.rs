//! The kinds of rules: what each checks, its name, its value and its wording.
//!
//! Owns how a kind stands in files and records: `kind`, and `value` where it has one. The
//! checks are in `check`.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::measure::{Bound, Measure};

/// What a rule checks. Counts are of the reply's own text; code in fences is left out where a
/// rule is about prose, lists or headings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RuleKind {
    /// A count within a bound.
    Count(Measure, Bound),
    /// A phrase, of whole words in any case, occurs so many times.
    Phrase(String, Bound),
    /// A letter occurs so many times, in any case.
    Letter(char, Bound),
    /// The phrase does not occur (whole words, any case).
    ForbiddenPhrase(String),
    /// The phrase occurs (whole words, any case).
    RequiredPhrase(String),
    /// The reply ends with the phrase, white space and case aside.
    EndsWith(String),
    /// The reply starts with the phrase, white space and case aside.
    StartsWith(String),
    /// The reply does not end with the phrase.
    NotEndsWith(String),
    /// The reply does not start with the phrase.
    NotStartsWith(String),
    /// The last sentence is a question, or must not be one.
    FinalQuestion(bool),
    /// Every sentence is a question.
    OnlyQuestions,
    /// The paragraph with this number starts with the phrase.
    ParagraphStartsWith(u32, String),
    /// Parts divided by a separator, so many.
    Parts(String, u32),
    /// Sections that begin with a marker and a number or name, so many.
    Sections(String, Bound),
    /// All letters are of one case: `lower`, `upper` or `title`.
    LetterCase(String),
    /// Narrated in the `first`, `second` or `third` person.
    Person(String),
    /// Narrated in the `past` or `present` tense.
    Tense(String),
    /// Written in this language (two-letter code).
    Language(String),
    /// Spelt in `british` or `american` English.
    Spelling(String),
    /// The whole reply is `json`, `yaml`, `xml`, `html`, `csv` or `code`.
    Format(String),
    /// The reply is one of these texts.
    OneOf(Vec<String>),
    /// A topic is left alone: `dosage`, `medical_advice`, ...; `docs/reference/identity.md` lists them.
    NoTopic(String),
    /// The whole reply stands in double quotation marks.
    Quoted,
    /// A postscript that begins with this mark.
    Postscript(String),
    /// A title in double angular brackets.
    Title,
    /// The reply begins with the user's message, word for word.
    RepeatsRequest,
}

const OTHER: &[&str] = &[
    "forbidden_phrase",
    "required_phrase",
    "max_phrase",
    "min_phrase",
    "exact_phrase",
    "max_letter",
    "min_letter",
    "exact_letter",
    "starts_with",
    "ends_with",
    "not_starts_with",
    "not_ends_with",
    "ends_with_question",
    "no_final_question",
    "only_questions",
    "paragraph_starts_with",
    "parts",
    "max_sections",
    "min_sections",
    "exact_sections",
    "letter_case",
    "person",
    "tense",
    "language",
    "spelling",
    "format",
    "one_of",
    "no_topic",
    "quoted",
    "postscript",
    "title",
    "repeats_request",
];

/// The names of all kinds.
pub(super) fn names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        Measure::ALL.iter().flat_map(|measure| measure.names()).chain(OTHER.iter().copied()).collect()
    });
    NAMES.as_slice()
}

impl RuleKind {
    /// The kind's name in identity files and traces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let bounded = |bound: &Bound, names: [&'static str; 3]| match bound {
            Bound::Max(_) => names[0],
            Bound::Min(_) => names[1],
            Bound::Exactly(_) => names[2],
        };
        match self {
            Self::Count(measure, bound) => measure.kind(*bound),
            Self::Phrase(_, bound) => bounded(bound, ["max_phrase", "min_phrase", "exact_phrase"]),
            Self::Letter(_, bound) => bounded(bound, ["max_letter", "min_letter", "exact_letter"]),
            Self::ForbiddenPhrase(_) => "forbidden_phrase",
            Self::RequiredPhrase(_) => "required_phrase",
            Self::EndsWith(_) => "ends_with",
            Self::StartsWith(_) => "starts_with",
            Self::NotEndsWith(_) => "not_ends_with",
            Self::NotStartsWith(_) => "not_starts_with",
            Self::FinalQuestion(true) => "ends_with_question",
            Self::FinalQuestion(false) => "no_final_question",
            Self::OnlyQuestions => "only_questions",
            Self::ParagraphStartsWith(..) => "paragraph_starts_with",
            Self::Parts(..) => "parts",
            Self::Sections(_, bound) => bounded(bound, ["max_sections", "min_sections", "exact_sections"]),
            Self::LetterCase(_) => "letter_case",
            Self::Person(_) => "person",
            Self::Tense(_) => "tense",
            Self::Language(_) => "language",
            Self::Spelling(_) => "spelling",
            Self::Format(_) => "format",
            Self::OneOf(_) => "one_of",
            Self::NoTopic(_) => "no_topic",
            Self::Quoted => "quoted",
            Self::Postscript(_) => "postscript",
            Self::Title => "title",
            Self::RepeatsRequest => "repeats_request",
        }
    }

    /// The value beside the name, where the kind has one.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Count(_, Bound::Max(0))
            | Self::FinalQuestion(_)
            | Self::OnlyQuestions
            | Self::Quoted
            | Self::Title
            | Self::RepeatsRequest => return None,
            Self::Count(_, bound) => json!(bound.number()),
            Self::Phrase(phrase, bound) => json!({"phrase": phrase, "count": bound.number()}),
            Self::Letter(letter, bound) => json!({"phrase": letter, "count": bound.number()}),
            Self::ParagraphStartsWith(at, phrase) => json!({"phrase": phrase, "count": at}),
            Self::Parts(separator, count) => json!({"phrase": separator, "count": count}),
            Self::Sections(marker, bound) => json!({"phrase": marker, "count": bound.number()}),
            Self::ForbiddenPhrase(text)
            | Self::RequiredPhrase(text)
            | Self::EndsWith(text)
            | Self::StartsWith(text)
            | Self::NotEndsWith(text)
            | Self::NotStartsWith(text)
            | Self::LetterCase(text)
            | Self::Person(text)
            | Self::Tense(text)
            | Self::Language(text)
            | Self::Spelling(text)
            | Self::Format(text)
            | Self::NoTopic(text)
            | Self::Postscript(text) => json!(text),
            Self::OneOf(texts) => json!(texts),
        })
    }

    /// The kind of a name and a value, or what the value must be.
    pub(super) fn of(name: &str, value: Option<&Value>) -> Result<Self, &'static str> {
        let read = Values(value);
        if let Some((measure, bound)) = Measure::of_kind(name) {
            return Ok(Self::Count(measure, bound(if name.starts_with("no_") { 0 } else { read.count()? })));
        }
        let bound = |count: u32| match name.split('_').next() {
            Some("max") => Bound::Max(count),
            Some("min") => Bound::Min(count),
            _ => Bound::Exactly(count),
        };
        Ok(match name {
            "forbidden_phrase" => Self::ForbiddenPhrase(read.phrase()?),
            "required_phrase" => Self::RequiredPhrase(read.phrase()?),
            "starts_with" => Self::StartsWith(read.phrase()?),
            "ends_with" => Self::EndsWith(read.phrase()?),
            "not_starts_with" => Self::NotStartsWith(read.phrase()?),
            "not_ends_with" => Self::NotEndsWith(read.phrase()?),
            "max_phrase" | "min_phrase" | "exact_phrase" => {
                read.counted().map(|(phrase, count)| Self::Phrase(phrase, bound(count)))?
            }
            "max_letter" | "min_letter" | "exact_letter" => {
                let (phrase, count) = read.counted()?;
                Self::Letter(phrase.chars().next().unwrap_or_default(), bound(count))
            }
            "paragraph_starts_with" => {
                read.counted().map(|(phrase, count)| Self::ParagraphStartsWith(count, phrase))?
            }
            "parts" => read.counted().map(|(phrase, count)| Self::Parts(phrase, count))?,
            "max_sections" | "min_sections" | "exact_sections" => {
                read.counted().map(|(phrase, count)| Self::Sections(phrase, bound(count)))?
            }
            "ends_with_question" => Self::FinalQuestion(true),
            "no_final_question" => Self::FinalQuestion(false),
            "only_questions" => Self::OnlyQuestions,
            "letter_case" => Self::LetterCase(read.among(&["lower", "upper", "title"])?),
            "person" => Self::Person(read.among(&["first", "second", "third"])?),
            "tense" => Self::Tense(read.among(&["past", "present"])?),
            "language" => Self::Language(read.among(super::language::CODES)?),
            "spelling" => Self::Spelling(read.among(&["british", "american"])?),
            "format" => Self::Format(read.among(&["json", "yaml", "xml", "html", "csv", "code"])?),
            "no_topic" => Self::NoTopic(read.among(super::topics::NAMES)?),
            "one_of" => Self::OneOf(read.list()?),
            "postscript" => Self::Postscript(read.phrase()?),
            "quoted" => Self::Quoted,
            "title" => Self::Title,
            "repeats_request" => Self::RepeatsRequest,
            _ => return Err("kind is not known"),
        })
    }

    /// The rule in words, as it is put to the model.
    #[must_use]
    pub fn wording(&self) -> String {
        match self {
            Self::Count(measure, bound) => count_wording(*measure, *bound),
            Self::Phrase(phrase, bound) => format!("Use \"{phrase}\" {} times in a reply.", bound.words()),
            Self::Letter(letter, bound) => {
                format!("Use the letter {letter} {} times in a reply.", bound.words())
            }
            Self::ForbiddenPhrase(phrase) => format!("Never use \"{phrase}\"."),
            Self::RequiredPhrase(phrase) => format!("Use \"{phrase}\" in every reply."),
            Self::EndsWith(phrase) => format!("End every reply with \"{phrase}\"."),
            Self::StartsWith(phrase) => format!("Begin every reply with \"{phrase}\"."),
            Self::NotEndsWith(phrase) => format!("Never end a reply with \"{phrase}\"."),
            Self::NotStartsWith(phrase) => format!("Never begin a reply with \"{phrase}\"."),
            Self::FinalQuestion(true) => "End every reply with a question.".to_owned(),
            Self::FinalQuestion(false) => "Never end a reply with a question.".to_owned(),
            Self::OnlyQuestions => "Write nothing but questions.".to_owned(),
            Self::ParagraphStartsWith(at, phrase) => format!("Begin paragraph {at} with \"{phrase}\"."),
            Self::Parts(separator, count) => format!("Write {count} parts, divided by {separator}."),
            Self::Sections(marker, bound) => {
                format!("Write {} sections, each beginning with \"{marker}\".", bound.words())
            }
            Self::LetterCase(case) if case == "title" => "Write in title case.".to_owned(),
            Self::LetterCase(case) => format!("Write in {case} case letters only."),
            Self::Person(person) => format!("Narrate in the {person} person."),
            Self::Tense(tense) => format!("Narrate in the {tense} tense."),
            Self::Language(code) => format!("Always reply in {}.", super::language::name(code)),
            Self::Spelling(variety) if variety == "british" => "Use British spelling.".to_owned(),
            Self::Spelling(_) => "Use American spelling.".to_owned(),
            Self::Format(format) => format!("Reply with valid {} only.", format.to_uppercase()),
            Self::OneOf(texts) => format!("Answer only with one of: \"{}\".", texts.join("\", \"")),
            Self::NoTopic(topic) => format!("Never give or discuss {}.", super::topics::words(topic)),
            Self::Quoted => "Wrap every reply in double quotation marks.".to_owned(),
            Self::Postscript(mark) => format!("End every reply with a postscript that begins with {mark}"),
            Self::Title => "Give every reply a title in double angular brackets.".to_owned(),
            Self::RepeatsRequest => "Begin every reply by repeating the request word for word.".to_owned(),
        }
    }
}

fn count_wording(measure: Measure, bound: Bound) -> String {
    match (measure, bound) {
        (Measure::Lists, Bound::Max(0)) => "Never use bullet points or numbered lists.".to_owned(),
        (Measure::Questions, Bound::Max(0)) => "Never ask the user a question.".to_owned(),
        (Measure::AiTalk, _) => "Never mention being an AI or a language model.".to_owned(),
        (_, Bound::Max(0)) => format!("Never use {}.", measure.unit()),
        _ => format!("Use {} {} in a reply.", bound.words(), measure.unit()),
    }
}

/// Reads the value of a kind.
struct Values<'a>(Option<&'a Value>);

impl Values<'_> {
    fn count(&self) -> Result<u32, &'static str> {
        const WANTED: &str = "value must be a whole number from 1 up, for example value = 120";
        positive(self.0).ok_or(WANTED)
    }

    fn phrase(&self) -> Result<String, &'static str> {
        text(self.0).ok_or("value must be a text, for example value = \"sir\"")
    }

    fn among(&self, known: &[&str]) -> Result<String, &'static str> {
        let found = text(self.0).filter(|text| known.contains(&text.as_str()));
        found.ok_or("value must be one of the words that docs/reference/identity.md lists for this kind")
    }

    fn list(&self) -> Result<Vec<String>, &'static str> {
        let texts = self.0.and_then(Value::as_array).map(|all| all.iter().filter_map(|one| text(Some(one))));
        let texts: Vec<String> = texts.into_iter().flatten().collect();
        if texts.is_empty() {
            Err("value must be a list of texts, for example value = [\"yes\", \"no\"]")
        } else {
            Ok(texts)
        }
    }

    fn counted(&self) -> Result<(String, u32), &'static str> {
        let phrase = text(self.0.and_then(|value| value.get("phrase")));
        let count = self
            .0
            .and_then(|value| value.get("count"))
            .and_then(Value::as_u64)
            .and_then(|n| u32::try_from(n).ok());
        phrase
            .zip(count)
            .ok_or("value must have phrase and count, for example value = { phrase = \"tide\", count = 2 }")
    }
}

fn positive(value: Option<&Value>) -> Option<u32> {
    value.and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).filter(|&n| n > 0)
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A kind as files and records have it.
#[derive(Serialize, Deserialize)]
struct Written {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

impl Serialize for RuleKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { kind: self.name().to_owned(), value: self.value() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RuleKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        Self::of(&written.kind, written.value.as_ref()).map_err(serde::de::Error::custom)
    }
}
