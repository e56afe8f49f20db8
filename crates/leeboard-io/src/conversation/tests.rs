//! What holds for files of every format; each format's own tests are beside its code.

use leeboard_core::{Role, Timestamp};
use serde_json::json;

use super::*;

/// The conversations of a file called `chats.json`.
pub(super) fn read(text: &str) -> Result<Vec<Conversation>, ConversationError> {
    parse("chats.json", text.as_bytes())
}

/// The only conversation of a file.
pub(super) fn single(text: &str) -> Conversation {
    let mut conversations = read(text).unwrap();
    assert_eq!(conversations.len(), 1);
    conversations.remove(0)
}

/// What is said of a bad file.
pub(super) fn refusal(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn ids(text: &str) -> Vec<String> {
    read(text).unwrap().into_iter().map(|conversation| conversation.id).collect()
}

const NATIVE: &str = r#"{"id":"n","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Grüße ✓","created_at":"2023-05-08"},{"role":"assistant","content":"Hi"}]}"#;
const TUNING: &str = concat!(
    r#"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0}]}"#,
    "\r\n\r\n",
    r#"{"messages":[{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}"#,
    "\n",
);
const SHARE: &str = r#"[{"conversations":[{"from":"human","value":"a"},{"from":"function_call","value":"{}"},{"from":"gpt","value":"b"}]}]"#;
const EXPORT: &str = r#"[{"title":"t","id":"c","mapping":{"r":{"parent":null,"message":null},"u":{"parent":"r","message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["Hi"]},"create_time":1.5}}},"current_node":"u"}]"#;
const BARE: &str = r#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#;

#[test]
fn no_truncation_panics() {
    for sample in [NATIVE, TUNING, SHARE, EXPORT, BARE] {
        assert!(parse("a.json", sample.as_bytes()).is_ok(), "{sample}");
        for end in 0..sample.len() {
            let prefix = &sample.as_bytes()[..end];
            match parse("a.json", prefix) {
                // Whole lines, or a closed value without the final line break.
                Ok(_) => assert!(sample == TUNING || end + 2 >= sample.len(), "{end} of {sample}"),
                Err(error) => assert!(error.to_string().starts_with("a.json"), "{error}"),
            }
        }
    }
}

#[test]
fn lists_and_lines_are_numbered_where_ids_are_missing() {
    let none = r#"{"messages":[]}"#;
    assert_eq!(ids(none), ["chats"]);
    assert_eq!(ids(&format!("{none}\n")), ["chats"]);
    assert_eq!(ids(&format!("[{none}]")), ["chats"]);
    assert_eq!(ids(&format!("[{NATIVE},{none}]")), ["n", "chats-2"]);
    assert_eq!(ids(&format!("\n{NATIVE}\n\n{none}")), ["n", "chats-4"]);
    assert_eq!(
        ids(&format!("{none}\n[{none},{none}]\n{BARE}")),
        ["chats-1", "chats-2-1", "chats-2-2", "chats-3"]
    );
}

#[test]
fn the_stem_is_that_of_the_last_part_of_the_path() {
    let id = |name: &str| parse(name, b"{\"messages\":[]}").unwrap().remove(0).id;
    assert_eq!(id("logs/may.chats.jsonl"), "may.chats");
    assert_eq!(id("-"), "-");
    assert_eq!(id(""), "");
}

#[test]
fn fine_tuning_data_keeps_weights() {
    let read = read(TUNING).unwrap();
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].entries[1].message.extra.get("weight"), Some(&json!(0)));
    assert_eq!(read[1].id, "chats-3");
}

#[test]
fn a_byte_order_mark_is_no_content() {
    assert_eq!(ids(&format!("\u{feff}{NATIVE}")), ["n"]);
    assert_eq!(refusal("\u{feff}\n "), "chats.json is empty");
}

#[test]
fn an_empty_file_is_refused_but_an_empty_conversation_is_not() {
    assert_eq!(refusal(""), "chats.json is empty");
    assert_eq!(refusal(" \n\t"), "chats.json is empty");
    let empty = single(r#"{"id":"e","messages":[]}"#);
    assert!(empty.exchanges().is_empty());
    assert_eq!(empty.system_text(), None);
}

#[test]
fn other_encodings_are_refused() {
    let error = parse("a.json", b"{}\n{\"id\":\"\xe4\"}").unwrap_err();
    assert_eq!(error.to_string(), "a.json:2: not UTF-8 at byte 10 of the file; save it as UTF-8");
    assert!(matches!(error, ConversationError::Encoding { offset: 10, .. }));
}

#[test]
fn malformed_json_is_refused_with_its_place() {
    assert_eq!(
        refusal("{\"messages\":[\n {\"role\":\"user\",\"content\":}\n]}"),
        "chats.json:2:27: messages[0].content: not valid JSON: expected value"
    );
    assert_eq!(
        refusal("{\"messages\":[\n {\"role\":\"us"),
        "chats.json:2:12: messages[0].role: not valid JSON: EOF while parsing a string"
    );
    assert_eq!(
        refusal("{\n\"messages\":[]}\nand more"),
        "chats.json:3:1: not valid JSON: trailing characters"
    );
}

#[test]
fn a_bad_line_is_named_by_its_number_in_the_file() {
    assert_eq!(
        refusal(&format!("{NATIVE}\n\n{{\"messages\":[{{\"role\":\"user\",\"content\":1}}]}}\n")),
        "chats.json:3:39: messages[0].content: invalid type: integer `1`, expected a string, a \
         list of parts or null"
    );
    assert_eq!(
        refusal(&format!("{NATIVE}\r\n{{\"messages\":[\r\n")),
        "chats.json:2:13: messages: not valid JSON: EOF while parsing a list"
    );
    assert_eq!(
        refusal(&format!("{NATIVE}\n{NATIVE}{NATIVE}\n")),
        format!("chats.json:2:{}: not valid JSON: trailing characters", NATIVE.chars().count() + 1)
    );
    assert_eq!(
        refusal(&format!(
            "{NATIVE}\n[{{\"messages\":[{{\"role\":\"user\",\"id\":1}},{{\"role\":\"user\"}}]}}]"
        )),
        "chats.json:2: [0].messages[1].id: the id \"1\" is already that of message 0"
    );
}

#[test]
fn unknown_shapes_are_refused() {
    let found = |text: &str| match read(text).unwrap_err() {
        ConversationError::Shape { found, .. } => found,
        other => panic!("{other}"),
    };
    assert_eq!(found("{}"), "an object with none of these");
    assert_eq!(found("[]"), "an empty list");
    assert_eq!(found("null"), "null");
    assert_eq!(found("[[]]"), "a list that begins with a list");
    assert_eq!(found("[7]"), "a list that begins with a number");
    assert_eq!(found(r#"{"role":"user"}"#), "a message on its own");
    assert_eq!(
        refusal(&format!("{NATIVE}\n\"so\"")),
        "chats.json:2: no conversation: expected an object with `messages`, `conversations` or \
         `mapping`, a list of those or a list of messages, found a string"
    );
}

#[test]
fn depth_is_refused_and_size_is_not() {
    let deep =
        format!(r#"{{"messages":[{{"role":"user","x":{}1{}}}]}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(refusal(&deep).contains("recursion limit exceeded"));
    assert!(refusal(&"[".repeat(100_000)).contains("recursion limit exceeded"));
    assert!(refusal(&"{\"messages\":[".repeat(100_000)).contains("recursion limit exceeded"));

    let long = "ä".repeat(1 << 20);
    let read = single(&json!({"messages": [{"role": "user", "content": long}]}).to_string());
    assert_eq!(read.entries[0].message.full_text(), long);
}

#[test]
fn what_is_written_reads_back() {
    for sample in [NATIVE, TUNING, SHARE, EXPORT, BARE] {
        for conversation in read(sample).unwrap() {
            assert_eq!(single(&conversation.to_json().to_string()), conversation);
        }
    }
}

#[test]
fn the_written_form_is_the_contract() {
    let wire = json!({"id": "c", "messages": [
        {"id": "0", "role": "user", "content": "Hi", "name": "Ada", "weight": 1,
         "created_at": "2023-05-08T12:00:00Z"},
        {"id": "1", "role": "assistant", "content": null, "tool_calls": [{"id": "t"}]},
        {"id": "2", "role": "tool", "content": [{"type": "text", "text": "4"}], "tool_call_id": "t"},
    ]});
    assert_eq!(single(&wire.to_string()).to_json(), wire);
}

#[test]
fn instructions_are_joined() {
    let mut conversation = Conversation::default();
    for (role, text) in
        [(Role::System, "Be brief."), (Role::User, "Hi"), (Role::System, " "), (Role::Developer, "Be kind.")]
    {
        let id = conversation.entries.len().to_string();
        let mut entry = Entry::new(id, Message::text(role, text));
        entry.created_at = Some(Timestamp(0));
        conversation.entries.push(entry);
    }
    assert_eq!(conversation.system_text().as_deref(), Some("Be brief.\n\nBe kind."));
}
