//! Clauses: what is to be done or left, how strictly, and under which condition.
//!
//! Owns the cutting of a sentence into clauses and the reading of each one's head: subject,
//! modal verb, negation, verb. A clause without a head of its own goes on with the one before.
//! Statements about the user or the world are clauses without a directive.

use super::condition::{self, Condition};
use super::fragment::{fragment, labels, pleads};
use super::head::{Head, head as read_head};
use super::segment::{Segment, segments, without_asides};
use super::statement::goes_on_telling;
use super::token::Token;
use super::verbs::{self, Act};
use super::{quantity, rewrite, token};

/// A clause of a sentence.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Clause {
    /// Its tokens after the head.
    pub(in crate::rules) tokens: Vec<Token>,
    pub(in crate::rules) act: Option<Act>,
    /// Forbids what it names.
    pub(in crate::rules) negative: bool,
    /// "always", "must", "every".
    pub(in crate::rules) strong: bool,
    /// "try to", "usually", "prefer".
    pub(in crate::rules) soft: bool,
    /// Says what to do, and does not tell of something.
    pub(in crate::rules) directive: bool,
    /// Begins with its own verb or negation.
    pub(in crate::rules) headed: bool,
    pub(in crate::rules) only: bool,
    pub(in crate::rules) condition: Condition,
}

/// A sentence read.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Parsed {
    pub(in crate::rules) tokens: Vec<Token>,
    pub(in crate::rules) clauses: Vec<Clause>,
    /// Words of obligation occur, whether or not they could be read.
    pub(in crate::rules) obliges: bool,
}

/// Reads a sentence.
pub(in crate::rules) fn parse(text: &str) -> Parsed {
    let tokens = rewrite::rewritten(without_asides(token::tokens(text)));
    let obliges = obliges(&tokens);
    let segments = segments(&tokens);
    let mut clauses: Vec<Clause> = Vec::with_capacity(segments.len());
    // The condition that a leading "if ..." lays on all that follows.
    let mut standing = Condition::None;
    let mut in_condition = false;
    let mut swallowing: Option<Vec<Token>> = None;
    let mut waiting = false;
    for (n, segment) in segments.iter().enumerate() {
        let (joined, part) = (&segment.joined, segment.tokens);
        let mut head = read_head(part);
        // "Do not, in any answer, use tables": the negation waits for its verb.
        if head.act.is_some() && std::mem::take(&mut waiting) {
            head.negative = !head.negative;
        }
        waiting |= head.negative && head.act.is_none() && !head.directive && head.end >= part.len();
        if let Some(mut words) = swallowing.take() {
            let resumes = head.headed
                && (joined != "or" && joined != "and" || head.imperative)
                && (in_condition || joined != "or");
            // "In your response, words ...": a phrase that limits nothing ends at its comma.
            let ended = in_condition
                && joined == ","
                && words.len() <= 40
                && condition::read(&words) == Condition::None;
            if !resumes && !ended {
                words.extend_from_slice(part);
                swallowing = Some(words);
                continue;
            }
            if in_condition {
                standing = condition::read(&words);
                in_condition = false;
            }
        }
        if n == 0 && segments.len() > 1 && leads(part, &head) {
            swallowing = Some(part.to_vec());
            in_condition = true;
            continue;
        }
        let opener = (0..part.len()).find(|&at| {
            condition::opens(part, at, n == 0 && at == 0) && !(at == 0 && n == 0 && part.len() < 2)
        });
        let (kept, trailing) = part.split_at(opener.unwrap_or(part.len()));
        let evens =
            opener.is_some_and(|at| at > 0 && part.get(at - 1).is_some_and(|token| token.word() == "even"));
        // "American spelling, please."
        let pleads = n == 0 && segments.get(1).is_some_and(|next| pleads(next)) && part.len() <= 4;
        let labelled = n > 0 && labels(&segments[0]) || pleads;
        let head = if n == 0 || labelled { fragment(part, head, labelled) } else { head };
        let mut clause = if opener.is_some() {
            clause_of(kept, read_head(kept), clauses.last())
        } else {
            clause_of(part, head, clauses.last())
        };
        clause.condition = if clause.headed || clauses.is_empty() {
            standing
        } else {
            clauses.last().map_or(standing, |last| last.condition)
        };
        clause.only |=
            opener.is_some_and(|at| at > 0 && part.get(at - 1).is_some_and(|token| token.word() == "only"));
        if opener == Some(0) && n == 0 {
            // A condition without a clause of its own after a comma.
            clause.directive = false;
        }
        if n > 0 && goes_on_telling(segments[n - 1].tokens, segment, clauses.last()) {
            clause.directive = false;
        }
        clauses.push(clause);
        if opener.is_some() {
            // The condition governs back to the last head.
            let found =
                if evens { Condition::None } else { trailing_condition(trailing, &segments[n + 1..]) };
            if found != Condition::None {
                govern(&mut clauses, found);
            }
            swallowing = Some(Vec::new());
            in_condition = false;
        }
    }
    Parsed { tokens, clauses, obliges }
}

/// The condition's words may go on over the next segments that have no head.
fn trailing_condition(trailing: &[Token], following: &[Segment<'_>]) -> Condition {
    let mut words = trailing.to_vec();
    for segment in following.iter().take(4) {
        if read_head(segment.tokens).headed {
            break;
        }
        words.extend_from_slice(segment.tokens);
    }
    condition::read(&words)
}

/// Lays a condition on the clauses back to the last head.
fn govern(clauses: &mut [Clause], found: Condition) {
    for clause in clauses.iter_mut().rev() {
        clause.condition = found;
        if clause.headed {
            break;
        }
    }
}

/// Whether a first segment is a condition or a phrase that limits what follows.
fn leads(part: &[Token], head: &Head) -> bool {
    if condition::opens(part, 0, true) {
        return true;
    }
    let first = part.first().map(Token::word).unwrap_or_default();
    let second = part.get(1).map(Token::word).unwrap_or_default();
    let phrase = matches!(
        first,
        "for" | "in" | "during" | "on" | "with" | "at" | "as" | "even" | "to" | "regardless" | "no" | "under"
    );
    phrase
        && !head.headed
        && !(first == "no" && second != "matter")
        && quantity::quantity_at(part, 0).is_none()
        && !(first == "with" && second == "no")
}

/// The clause of a segment: with its own head, or going on with the clause before.
fn clause_of(part: &[Token], head: Head, before: Option<&Clause>) -> Clause {
    let rest = part.get(head.end.min(part.len())..).unwrap_or_default();
    if head.headed || before.is_none() {
        let encouraged = rest.iter().chain(part).any(|token| {
            matches!(
                token.word(),
                "hesitate" | "afraid" | "forget" | "fail" | "shy" | "worry" | "neglect" | "feel"
            )
        });
        let flips = encouraged && head.negative
            || part.iter().any(|token| {
                token.word() == "matter" || token.word() == "need" && head.negative && head.act.is_none()
            });
        let fresh = before.is_none_or(|before| head.act.is_some() || !before.directive);
        let kept = before.filter(|_| !fresh);
        return Clause {
            tokens: rest.to_vec(),
            act: head.act.or_else(|| kept.and_then(|kept| kept.act)),
            negative: head.negative,
            strong: head.strong || kept.is_some_and(|kept| kept.strong),
            soft: head.soft || kept.is_some_and(|kept| kept.soft),
            directive: head.directive && !flips,
            headed: true,
            only: head.only,
            condition: Condition::None,
        };
    }
    let mut clause = before.cloned().unwrap_or_else(|| clause_of(part, Head::default(), None));
    clause.tokens = part.to_vec();
    clause.headed = false;
    clause
}

/// Whether some word obliges or forbids, or the sentence begins with a verb of instructions.
fn obliges(tokens: &[Token]) -> bool {
    let mut words = tokens.iter().map(Token::word);
    let first = words.next().unwrap_or_default();
    let first_act = matches!(tokens.first(), Some(Token::Word(..))) && verbs::is_base(first);
    first_act
        || tokens.iter().any(|token| {
            matches!(
                token.word(),
                "must"
                    | "never"
                    | "always"
                    | "should"
                    | "shall"
                    | "avoid"
                    | "ensure"
                    | "forbidden"
                    | "prohibited"
                    | "not"
                    | "refrain"
                    | "only"
                    | "no"
                    | "without"
            )
        })
}
