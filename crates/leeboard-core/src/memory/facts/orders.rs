//! Orders to the assistant: where one begins in a sentence, and the verbs of it.
//!
//! Owns telling an order for one reply ("write a poem of 4 lines") from what the user says of
//! themselves. Which orders last is in `task::standing`.

use super::clause::low;
use super::lexicon::{ADVERB, ASKS, BREAK, DETERMINER, MODAL, NEGATION, POSSESSIVE, PREPOSITION, PRONOUN};
use super::token::{Kind, Token};

/// The first word behind "please", "okay, and", "could you".
pub(super) fn behind_courtesies(tokens: &[Token<'_>], mut at: usize) -> usize {
    loop {
        let (word, next) = (low(tokens, at), low(tokens, at + 1));
        let mark =
            tokens.get(at).is_some_and(|token| matches!(token.kind, Kind::Mark(',' | ':' | '—' | '–')));
        let courtesy = listed(COURTESIES, word);
        // "Just now I ..." and "now that" say something of their own.
        let own = matches!((word, next), ("just", "now") | ("now" | "so", "that") | ("good" | "great", "at"));
        at += match (word, next) {
            ("can" | "could" | "would" | "will", "you") => 2,
            ("thank", "you") => 2,
            ("by", "the") if low(tokens, at + 2) == "way" => 3,
            _ if (courtesy && !own) || (mark && at > 0) => 1,
            _ => return at,
        };
    }
}

/// Whether a word can be a verb in an order: no function word, no form of a third person or of
/// a past.
pub(super) fn is_bare(token: &Token<'_>) -> bool {
    let word = token.low;
    let other =
        token.is(DETERMINER | PREPOSITION | PRONOUN | POSSESSIVE | ADVERB | NEGATION | ASKS | MODAL | BREAK);
    let inflected = word.ends_with("ed") && word != "need" && word != "feed"
        || word.ends_with("ing") && !matches!(word, "bring" | "sing" | "ring")
        || word.ends_with("ly") && !matches!(word, "reply" | "apply" | "rely" | "supply")
        || word.ends_with('s') && !word.ends_with("ss") && word != "focus";
    token.is_word() && word.len() > 1 && !token.capital && !other && !inflected
}

/// Whether a sentence opens with an order for one reply, or wishes one: "write a poem of 4
/// lines", "could you list 5 rivers", "I need a recipe for 4".
pub(super) fn asks_for_reply(tokens: &[Token<'_>]) -> bool {
    let at = behind_courtesies(tokens, 0);
    if is_request(low(tokens, at)) {
        // "Name:" and "address:" are headings.
        return tokens.get(at + 1).is_none_or(|token| !token.is_mark(':'));
    }
    wishes_text(tokens, at) || ordered_behind(tokens)
}

/// Whether a sentence wishes for a reply and tells nothing besides: "I need a recipe for 4".
pub(super) fn wishes_reply(tokens: &[Token<'_>]) -> bool {
    wishes_text(tokens, behind_courtesies(tokens, 0)) && !states_own(tokens)
}

fn wishes_text(tokens: &[Token<'_>], at: usize) -> bool {
    let word = |n: usize| low(tokens, at + n);
    let wishes = match (word(0), word(1), word(2)) {
        ("i" | "we", "want" | "need", _) => Some(at + 2),
        ("i" | "we", "'d", "like" | "love") => Some(at + 3),
        ("i" | "we", "would", "like" | "love") => Some(at + 3),
        ("let", "'s", "have" | "see" | "hear") => Some(at + 3),
        _ => None,
    };
    let Some(from) = wishes else { return false };
    if matches!((low(tokens, from), low(tokens, from + 1)), ("you", "to")) {
        return is_request(low(tokens, from + 2));
    }
    // What is wished for is a text: the first such noun within a few words.
    tokens
        .iter()
        .skip(from)
        .take(6)
        .take_while(|token| !token.is(PREPOSITION | BREAK))
        .any(|token| is_text(token.low))
}

/// "In three sentences, summarize ...": an order behind its circumstances.
fn ordered_behind(tokens: &[Token<'_>]) -> bool {
    let circumstance = tokens.first().is_some_and(|token| token.is(PREPOSITION) || token.low == "using");
    let behind =
        |pair: &[Token<'_>]| matches!(pair[0].kind, Kind::Mark(',' | ':' | '—')) && is_request(pair[1].low);
    let own = matches!(low(tokens, 0), "i" | "my" | "we" | "our");
    !own && tokens.windows(2).any(behind) && (circumstance || !states_own(tokens))
}

/// Whether a sentence says something of the user in a clause of its own: "..., I pay 900", "because
/// we have two cats", "my budget: 40". "Ideas that I could cook" do not.
pub(super) fn states_own(tokens: &[Token<'_>]) -> bool {
    (0..tokens.len()).any(|at| {
        let (word, next) = (low(tokens, at), low(tokens, at + 1));
        let begins = at == 0
            || tokens.get(at - 1).is_some_and(|token| {
                let joins = token.is(BREAK)
                    && !matches!(token.low, "which" | "who" | "whose" | "if" | "unless" | "until");
                matches!(token.kind, Kind::Mark(',' | ':' | ';' | '—' | '–' | '(' | '-'))
                    || joins
                    || token.low == "as"
            });
        let verb = tokens.get(at + 1).is_some_and(|token| token.is_word() && !token.is(MODAL | PREPOSITION));
        let wish = matches!(next, "want" | "need" | "like" | "love" | "'d" | "wonder" | "asked");
        match word {
            "i" | "we" => begins && verb && !wish,
            "my" | "our" => begins && at > 0,
            _ => false,
        }
    }) || own_heading(tokens)
}

/// "Explain my lab results: LDL 190": whose figures they are stands in front of them.
fn own_heading(tokens: &[Token<'_>]) -> bool {
    let colon = tokens.iter().position(|token| token.is_mark(':'));
    colon.is_some_and(|at| {
        let (before, after) = tokens.split_at(at);
        before.iter().any(|token| matches!(token.low, "my" | "our"))
            && after.iter().any(|token| token.kind == Kind::Number)
    })
}

/// Verbs by which the assistant is told what to write in this reply.
pub(super) fn is_request(word: &str) -> bool {
    listed(REQUESTS, word)
}

const REQUESTS: &str = "analyse analyze answer argue brainstorm build calculate check classify code compare complete compose \
    compute continue contrast convert correct count create critique debug define demonstrate describe \
    design discuss draft draw edit elaborate enumerate estimate evaluate expand explain explore find \
    finish fix forecast format generate give guess help identify illustrate implement improve interpret \
    invent justify list make mention name outline paraphrase pick predict prepare present pretend print \
    produce proofread propose prove provide quiz quote rank rate recite recommend reflect rephrase \
    respond review revise rewrite shorten show simplify simulate sing sketch solve sort spell state \
    suggest summarise summarize teach tell test thank thanks translate turn write";

/// Whether a word names something that a reply can be.
fn is_text(word: &str) -> bool {
    let single = word.strip_suffix('s').unwrap_or(word);
    listed(TEXTS, single)
}

/// Whether a verb is one of how the assistant talks, in all its replies: "use", "mention", "call".
pub(super) fn is_manner(word: &str) -> bool {
    listed(MANNERS, word)
        || !matches!(word, "make" | "find" | "help" | "turn" | "thank" | "thanks" | "check" | "test")
            && is_request(word)
}

const MANNERS: &str = "abbreviate accept act add address agree apologise apologize ask assume avoid begin book bring buy \
    call capitalise capitalize cite close comment compliment confirm consider contact contradict \
    criticise criticize curse disclose email end exceed expose flatter greet hide ignore include insert \
    insist interrupt introduce invite joke judge keep lecture lie link moralise moralize offer omit open \
    order patronise patronize phone praise preach publish push put raise refer remember repeat reply \
    reveal say schedule send share sign speak spoil start stick swear talk treat use warn";

/// The verb of a gerund: "use" of "using", "put" of "putting".
pub(super) fn of_gerund(word: &str) -> Option<String> {
    let root = word.strip_suffix("ing").filter(|root| root.len() > 1)?;
    let silent = format!("{root}e");
    let single = root.get(..root.len() - 1).unwrap_or_default();
    let doubled = root.get(root.len() - 1..) == single.get(single.len().saturating_sub(1)..);
    [root, silent.as_str(), if doubled { single } else { "" }]
        .into_iter()
        .find(|verb| is_manner(verb))
        .map(str::to_owned)
}

const TEXTS: &str = "poem story storie idea list recipe example summary explanation suggestion tip essay joke fact quote \
    outline draft translation haiku limerick sonnet paragraph sentence line letter email riddle synonym \
    headline slogan title script speech song description overview definition comparison recommendation \
    reason argument question quiz puzzle";

const COURTESIES: &str = "please and also oh so but ok okay well just hey hi hello kindly then next great good thanks now \
    again yes right";

/// Whether a list holds a word.
pub(super) fn listed(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}
