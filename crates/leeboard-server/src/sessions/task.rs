//! Background calls of chat UIs: titles, tags, follow-up questions, search queries.
//!
//! Owns how they are told from turns of a conversation. They carry the conversation's id and
//! quote what was said, so if they were taken for turns they would be remembered. Recognised by a
//! header that names a task, or by an instruction about the conversation itself.

use axum::http::HeaderMap;
use leeboard_core::message::{Message, Role};

use crate::openai::request::ChatRequest;

/// Says that a chat UI asks for a title, tags or the like, not for a turn.
const HEADER: &str = "x-openwebui-task";

/// What is to be made.
const ORDERS: [&str; 12] = [
    "generate",
    "create",
    "write",
    "suggest",
    "summarize",
    "summarise",
    "provide",
    "give",
    "come up with",
    "generating",
    "determine",
    "name",
];

/// Of what kind.
const PRODUCTS: [&str; 13] = [
    "title",
    "a name",
    "tags",
    "follow-up",
    "follow up",
    "followup",
    "search quer",
    "emoji",
    "topic",
    "label",
    "headline",
    "suggested prompt",
    "suggested repl",
];

/// About what. A title for a poem is a turn; one for the conversation is not.
const SUBJECTS: [&str; 6] =
    ["conversation", "chat history", "this chat", "the chat", "this dialogue", "chat session"];

/// Marks of a quoted conversation.
const QUOTES: [&str; 3] = ["<chat_history>", "<conversation>", "<chat>"];

/// The longest sentence that is read as an instruction.
const SENTENCE: usize = 400;

/// Instructions stand at the start or the end of a message, beside the conversation they quote.
const SENTENCES: usize = 6;

/// Whether a request is a background task of a chat UI.
pub(crate) fn is_task(request: &ChatRequest, headers: &HeaderMap) -> bool {
    let named = headers.get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    is_name(named) || is_ordered(request)
}

/// Open WebUI sends the template's name where there is no task to fill in.
fn is_name(task: &str) -> bool {
    !matches!(task.trim(), "" | "{{TASK}}")
}

fn is_ordered(request: &ChatRequest) -> bool {
    let messages = request.conversation.entries.iter().map(|entry| &entry.message);
    let Some(last) = messages.clone().rfind(|message| !message.role.instructs()) else { return false };
    if last.role != Role::User {
        return false;
    }
    let text = last.full_text();
    if asks_about_conversation(&text) {
        return true;
    }
    // The instruction may stand in the system message, beside a lone quoted conversation.
    let alone = messages.clone().filter(|message| !message.role.instructs()).count() == 1;
    let system = messages.filter(|message| message.role.instructs()).map(Message::full_text);
    alone && system.into_iter().any(|system| asks_about_conversation(&system) && quotes(&text))
}

fn asks_about_conversation(text: &str) -> bool {
    let task = text.trim_start().get(..9).is_some_and(|start| start.eq_ignore_ascii_case("### task:"));
    if task && quotes(text) {
        return true;
    }
    let sentences: Vec<&str> =
        text.split(['.', '\n', '!', '?', ';']).filter(|sentence| !sentence.trim().is_empty()).collect();
    let last = sentences.iter().skip(SENTENCES.max(sentences.len().saturating_sub(SENTENCES)));
    sentences.iter().take(SENTENCES).chain(last).any(|sentence| is_instruction(sentence))
}

/// An order for a product about the conversation, in one short sentence that begins with it.
fn is_instruction(sentence: &str) -> bool {
    if sentence.len() > SENTENCE {
        return false;
    }
    let sentence = sentence.to_lowercase();
    // "Please", "Your task is to", "Based on the chat history," and the like come before.
    let begins = |order: &&str| sentence.find(*order).is_some_and(|at| at < 80);
    let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    ORDERS.iter().any(begins) && has(&PRODUCTS) && has(&SUBJECTS)
}

fn quotes(text: &str) -> bool {
    let lines =
        |speaker: &str| text.lines().any(|line| line.trim_start().to_lowercase().starts_with(speaker));
    QUOTES.iter().any(|quote| text.contains(quote)) || (lines("user:") && lines("assistant:"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use bytes::Bytes;
    use serde_json::{Value, json};

    use super::*;
    use crate::openai::request::Parsed;

    fn request(messages: &Value) -> ChatRequest {
        match Parsed::of(Bytes::from(json!({"messages": messages}).to_string())) {
            Parsed::Chat(request) => *request,
            other => panic!("{other:?}"),
        }
    }

    fn task(messages: &Value) -> bool {
        is_task(&request(messages), &HeaderMap::new())
    }

    #[test]
    fn a_header_names_a_task() {
        let plain = request(&json!([{"role":"user","content":"Hi"}]));
        let mut headers = HeaderMap::new();
        assert!(!is_task(&plain, &headers));
        headers.insert(HEADER, HeaderValue::from_static("{{TASK}}"));
        assert!(!is_task(&plain, &headers));
        headers.insert(HEADER, HeaderValue::from_static("title_generation"));
        assert!(is_task(&plain, &headers));
    }

    #[test]
    fn orders_about_the_conversation_are_tasks() {
        for text in [
            "### Task:\nList what was discussed.\n<chat_history>\nUSER: hi\n</chat_history>",
            "Write a short title of at most five words for this conversation.",
            "Please generate three broad tags for the main themes of the chat history, as JSON.",
            "Based on the chat history, suggest 3 follow-up questions.\n\nUser: hi\nAssistant: hello",
            "User: hi\nAssistant: hello\n\nGive this conversation a name: come up with a title of 10 characters.",
        ] {
            assert!(task(&json!([{"role":"user","content":text}])), "{text}");
        }
        let quoted = json!([
            {"role":"system","content":"You create a concise title for a conversation."},
            {"role":"user","content":"User: where is Skagen?\nAssistant: In the north."}]);
        assert!(task(&quoted));
        let after_history = json!([
            {"role":"user","content":"Hi"},{"role":"assistant","content":"Hello."},
            {"role":"user","content":"Summarize our conversation as a title of four words, without quotation marks."}]);
        assert!(task(&after_history));
    }

    #[test]
    fn what_people_ask_is_no_task() {
        for text in [
            "Hi",
            "Generate a title for my poem about the sea.",
            "Can you suggest tags for these photos?",
            "Our conversation yesterday was good. What is the title of that book?",
            "### Task: paint the boat. Tell me how.",
            "I want to have a conversation about how to name a boat.",
            "What emoji do you like?",
        ] {
            assert!(!task(&json!([{"role":"user","content":text}])), "{text}");
        }
        let persona = json!([
            {"role":"system","content":"You help authors: create a title for every conversation scene they send."},
            {"role":"user","content":"Two sailors meet in a storm."}]);
        assert!(!task(&persona));
    }
}
