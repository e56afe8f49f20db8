//! What a simulated model takes from a prompt: sentences, read by its own plain means.
//!
//! Owns the reading, which `docs/guides/eval-loop.md` describes. Knows no mark, heading or block
//! of leeboard: a line in a note is read as the same words would be anywhere else.

use std::collections::BTreeSet;

use super::rule::Rule;
use super::voices::CHARACTERS;

/// Who said a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    System,
    User,
    Own,
}

/// Something that was stated to be so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    /// As it is called: `linen order`.
    pub(crate) subject: String,
    pub(crate) value: String,
    /// Words after it.
    pub(crate) distance: usize,
    /// Whether it stands in the last user message, before the request itself.
    pub(crate) reminded: bool,
}

/// A rule with where it was last said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) rule: Rule,
    pub(crate) distance: usize,
    pub(crate) reminded: bool,
}

/// A prompt as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// The place of the character in [`CHARACTERS`].
    pub(crate) character: Option<usize>,
    /// Words after the last mention of who it is.
    pub(crate) persona_distance: usize,
    pub(crate) persona_reminded: bool,
    pub(crate) rules: Vec<Told>,
    /// What users stated, in the order of the prompt.
    pub(crate) statements: Vec<Statement>,
    /// Whether it is asked for another form, or to keep to what was asked.
    pub(crate) form_wanted: bool,
    pub(crate) topic_wanted: bool,
    /// What is talked about now: nouns with what stands before them, in the last paragraph.
    pub(crate) topics: Vec<String>,
    /// What is asked to be recalled now.
    pub(crate) asked: Option<String>,
    /// Whether the answer is a person.
    pub(crate) who: bool,
    /// Its last replies, newest first, at most [`OWN`].
    pub(crate) own: Vec<String>,
    /// Its replies in the prompt.
    pub(crate) replies: usize,
}

/// Own replies that are copied from.
const OWN: usize = 6;

/// Words in front of which the subject of a statement ends, seen from its verb.
const DETERMINERS: [&str; 6] = ["my", "our", "the", "your", "that", "this"];

/// What asks for something that was said before.
const RECALLS: [&str; 6] = ["remind me", "again", "did i say", "did i tell you", "what is our", "who is our"];

/// Words that are no topic.
const EMPTY: &str = " asked come dear decide has hurts laughed needs offers settled sits soon takes think too \
    took wants worries worth wrong about after again also and any are ask before but can change could did does easiest \
    done each else far first for from get give handle have her here him how into just keep know last let \
    like look make may me might more most much must need next now off once one only other our out over plan \
    please remind said say see should some still talk tell than that the their them then there these they \
    thing think this time today told too turn under until use very want was way week were what when where \
    which while who why will with without work would you your ";

impl Reading {
    /// Reads a prompt.
    pub(crate) fn of(prompt: &[(Speaker, String)]) -> Self {
        let mut reading = Self::default();
        let last = prompt.iter().rposition(|(speaker, _)| *speaker == Speaker::User);
        let name = name(prompt);
        let mut left: usize = prompt.iter().map(|(_, text)| count(text)).sum();
        reading.persona_distance = left;
        for (n, (speaker, text)) in prompt.iter().enumerate() {
            if *speaker == Speaker::Own {
                left = left.saturating_sub(count(text));
                reading.replies += 1;
                reading.own.insert(0, text.clone());
                reading.own.truncate(OWN);
                continue;
            }
            let is_last = Some(n) == last;
            let request = if is_last { text.rfind("\n\n").map_or(0, |at| at + 2) } else { usize::MAX };
            for (at, sentence) in sentences(text) {
                left = left.saturating_sub(count(sentence));
                let reminds = is_last && at < request;
                let speaker = if quotes_itself(text, at) { Speaker::Own } else { *speaker };
                reading.take(sentence, speaker, left, reminds, name.as_deref());
            }
            if is_last {
                reading.request(text.get(request..).unwrap_or_default());
            }
        }
        reading
    }

    fn take(
        &mut self,
        sentence: &str,
        speaker: Speaker,
        distance: usize,
        reminded: bool,
        name: Option<&str>,
    ) {
        let lower = sentence.to_lowercase();
        if name.is_some_and(|name| sentence.contains(name)) && lower.contains("you are") {
            self.persona_distance = distance;
            self.persona_reminded |= reminded;
            if self.character.is_none() {
                let calls = |words: &[&str]| words.iter().any(|word| lower.contains(word));
                self.character = CHARACTERS.iter().position(|voice| calls(voice.called_by));
            }
        }
        if let Some(rule) = Rule::read(sentence, &lower) {
            self.rules.retain(|told| told.rule != rule);
            self.rules.push(Told { rule, distance, reminded });
        }
        if reminded {
            let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
            self.form_wanted |= has(&["alike", "another opening", "another shape", "vary", "other form"]);
            self.topic_wanted |= has(&["what was asked", "what the user asks", "the question", "on topic"]);
        }
        if speaker == Speaker::User
            && let Some((subject, value)) = statement(sentence, &lower)
        {
            self.statements.push(Statement { subject, value, distance, reminded });
        }
    }

    fn request(&mut self, request: &str) {
        let lower = request.to_lowercase();
        if lower.trim_end().ends_with('?') && RECALLS.iter().any(|cue| lower.contains(cue)) {
            let words: Vec<&str> = lower.split_whitespace().map(bare).collect();
            let from = words.iter().rposition(|word| DETERMINERS.contains(word));
            self.asked = from.map(|at| words.get(at + 1..).unwrap_or_default().join(" "));
            self.who = words.contains(&"who");
        }
        self.topics = topics(request);
    }

    /// The newest statement on a subject.
    pub(crate) fn known(&self, subject: &str) -> Option<&Statement> {
        let asked: BTreeSet<&str> = subject.split(' ').collect();
        let fits = |it: &&Statement| it.subject.split(' ').collect::<BTreeSet<_>>() == asked;
        self.statements.iter().rev().find(fits)
    }
}

/// Whether the line around a place quotes the assistant, or something that it says was changed
/// since: neither is what the user says.
fn quotes_itself(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let head = before.rsplit('\n').next().unwrap_or_default();
    let rest = after.split('\n').next().unwrap_or_default();
    let line = format!("{head}{rest}");
    let quoted = line.split_once('"').map_or("", |(source, _)| source);
    quoted.contains("assistant") || line.contains("(changed in turn")
}

/// What a request is about: the words behind "the" up to the next that is no topic, else behind
/// any other determiner.
fn topics(request: &str) -> Vec<String> {
    let mut found: [Vec<String>; 2] = [Vec::new(), Vec::new()];
    let mut words = request.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let word = bare(word).to_lowercase();
        let Some(list) = found.get_mut(usize::from(word != "the")) else { continue };
        if !DETERMINERS.contains(&word.as_str()) {
            continue;
        }
        let mut run: Vec<String> = Vec::new();
        while let Some(next) = words.peek() {
            let plain = bare(next).to_lowercase();
            if plain.len() < 3 || EMPTY.contains(&format!(" {plain} ")) {
                break;
            }
            let ends = next.ends_with([',', '.', '?', ':']);
            run.push(plain);
            words.next();
            if ends {
                break;
            }
        }
        list.extend((!run.is_empty()).then(|| run.join(" ")));
    }
    let [first, other] = found;
    if first.is_empty() { other } else { first }
}

/// What the system message calls the assistant.
fn name(prompt: &[(Speaker, String)]) -> Option<String> {
    let (_, text) = prompt.iter().find(|(speaker, _)| *speaker == Speaker::System)?;
    let after = text.split_once("You are ")?.1;
    after.split_whitespace().next().map(|word| bare(word).to_owned())
}

/// Subject and value of a sentence like "Our linen order is 340 sheets."; what is said to be no
/// longer so states nothing.
fn statement(sentence: &str, lower: &str) -> Option<(String, String)> {
    if lower.ends_with('?') || lower.contains("no longer") || lower.contains("(changed") {
        return None;
    }
    let at = sentence.find(" is ")?;
    let (before, after) = (sentence.get(..at)?, sentence.get(at + 4..)?);
    let words: Vec<String> = before.split_whitespace().map(|word| bare(word).to_lowercase()).collect();
    let from = words.iter().rposition(|word| DETERMINERS.contains(&word.as_str()))?;
    let subject = words.get(from + 1..).filter(|words| (1..=4).contains(&words.len()))?.join(" ");
    let after = after.trim_start_matches("now ").trim_start_matches("called ");
    let value = after.split([',', ';', '"', '(']).next()?.trim().trim_end_matches(['.', '!']).to_owned();
    (!value.is_empty() && value.split(' ').count() <= 5).then_some((subject, value))
}

/// The sentences of a text with where they begin. Line breaks end one too.
fn sentences(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut marks = text.char_indices().peekable();
    while let Some((at, mark)) = marks.next() {
        let end = at + mark.len_utf8();
        let closes = matches!(mark, '.' | '?' | '!')
            && marks.peek().is_none_or(|(_, next)| next.is_whitespace() || *next == '"');
        if closes || mark == '\n' || end == text.len() {
            let sentence = text.get(from..end).unwrap_or_default();
            if sentence.contains(char::is_alphanumeric) {
                // A closing remark in brackets or quotation marks belongs to what it closes.
                found.push((from, sentence.trim()));
            }
            from = end;
        }
    }
    found
}

pub(crate) fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// A word without the marks around it.
pub(crate) fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(system: &str, user: &str) -> Reading {
        Reading::of(&[(Speaker::System, system.to_owned()), (Speaker::User, user.to_owned())])
    }

    const COOK: &str = "You are Edda, a ferry cook.\nNever use bullet points.\nUse at most 90 words.";

    #[test]
    fn instructions_are_read_wherever_they_stand() {
        let far = read(COOK, &"so it goes ".repeat(100));
        assert_eq!((far.character, far.persona_reminded), (Some(0), false));
        assert!(far.persona_distance >= 300);
        assert_eq!(far.rules.len(), 2);
        let note = "Keep in mind: You are Edda, a ferry cook.\nKeep this rule: Never use bullet points.\n\n\
            How is the attic?";
        let near = read(COOK, note);
        assert!(near.persona_reminded && near.persona_distance < 20);
        assert!(near.rules.iter().any(|told| told.rule == Rule::NoLists && told.reminded));
        assert_eq!(near.topics, ["attic"]);
    }

    #[test]
    fn facts_are_read_from_what_users_say_and_the_last_one_counts() {
        let told = "Our linen order is 340 sheets. Change of plan: our linen order is now 280 sheets.";
        let asked = format!("{told}\n\nCan you remind me, what is our linen order?");
        let reading = read(COOK, &asked);
        assert_eq!(reading.asked.as_deref(), Some("linen order"));
        assert_eq!(reading.known("linen order").unwrap().value, "280 sheets");
        assert_eq!(reading.known("boiler code"), None);
        let stale = "Our linen order is no longer 340 sheets.\n\nWhat is our linen order?";
        assert_eq!(read(COOK, stale).known("linen order"), None);
    }
}
