//! Reads the `conversations.json` of a `ChatGPT` data export.
//!
//! Owns which branch of the message tree is the visible one, and what of a node is a message.
//! Reasoning, hidden nodes and empty placeholders are left out. What the assistant addresses
//! to a tool becomes a tool call, so that it is no reply.

use std::collections::{BTreeMap, BTreeSet};

use leeboard_core::{Content, Entry, Message, Role, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ConversationError;
use super::origin::Origin;
use super::{Conversation, Recording, calls, field};

#[derive(Deserialize)]
pub(super) struct ChatGpt {
    #[serde(default, deserialize_with = "field::id")]
    id: Option<String>,
    #[serde(default, deserialize_with = "field::id")]
    conversation_id: Option<String>,
    mapping: BTreeMap<String, Node>,
    current_node: Option<String>,
}

#[derive(Deserialize)]
struct Node {
    parent: Option<String>,
    message: Option<NodeMessage>,
}

#[derive(Deserialize)]
struct NodeMessage {
    author: Author,
    #[serde(default, deserialize_with = "field::time")]
    create_time: Option<Timestamp>,
    content: Option<NodeContent>,
    metadata: Option<Metadata>,
    /// `all`, or the tool the assistant addresses.
    recipient: Option<String>,
}

#[derive(Deserialize)]
struct Author {
    #[serde(deserialize_with = "field::role")]
    role: Role,
    name: Option<String>,
}

#[derive(Deserialize)]
struct NodeContent {
    content_type: Option<String>,
    parts: Option<Vec<Value>>,
    text: Option<Value>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "is_visually_hidden_from_conversation")]
    hidden: Option<bool>,
}

impl Recording for ChatGpt {
    fn conversation(mut self, origin: &Origin<'_>) -> Result<Conversation, ConversationError> {
        let mut entries = Vec::new();
        for id in self.branch(origin)? {
            if let Some(message) = self.mapping.remove(&id).and_then(|node| node.message) {
                entries.extend(message.entry(id));
            }
        }
        calls::link(&mut entries);
        let id = self.id.or(self.conversation_id);
        Ok(Conversation { id: id.unwrap_or_else(|| origin.fallback.clone()), entries })
    }
}

impl ChatGpt {
    /// The ids of the visible nodes, from the root to the current node.
    fn branch(&self, origin: &Origin<'_>) -> Result<Vec<String>, ConversationError> {
        let mut path = Vec::new();
        let mut seen = BTreeSet::new();
        let mut named_in = "current_node".to_owned();
        let mut next = self.start(origin)?;
        while let Some(id) = next {
            if !seen.insert(id) {
                let place = origin.field("mapping");
                return Err(ConversationError::Cycle { place, node: id.to_owned() });
            }
            let Some(node) = self.mapping.get(id) else {
                let place = origin.field(&named_in);
                return Err(ConversationError::MissingNode { place, node: id.to_owned() });
            };
            path.push(id.to_owned());
            named_in = format!("mapping.{id}.parent");
            next = node.parent.as_deref();
        }
        path.reverse();
        Ok(path)
    }

    /// The current node, or the latest leaf; of leaves of one time, the last by id.
    fn start(&self, origin: &Origin<'_>) -> Result<Option<&str>, ConversationError> {
        if let Some(current) = &self.current_node {
            return Ok(Some(current));
        }
        let parents: BTreeSet<_> = self.mapping.values().filter_map(|node| node.parent.as_deref()).collect();
        let leaf = self
            .mapping
            .iter()
            .filter(|(id, _)| !parents.contains(id.as_str()))
            .max_by_key(|(id, node)| (node.message.as_ref().map(|said| said.create_time), *id));
        match (leaf, self.mapping.keys().next()) {
            (Some((id, _)), _) => Ok(Some(id)),
            (None, None) => Ok(None),
            // Without a leaf every node has a child: the parents go round.
            (None, Some(node)) => {
                let place = origin.field("mapping");
                Err(ConversationError::Cycle { place, node: node.clone() })
            }
        }
    }
}

impl NodeMessage {
    /// None for what a reader of the chat does not see.
    fn entry(self, id: String) -> Option<Entry> {
        if self.metadata.is_some_and(|metadata| metadata.hidden == Some(true)) {
            return None;
        }
        let content = self.content?.read();
        let blank = match &content {
            Content::Absent => return None,
            Content::Text(text) => text.trim().is_empty(),
            Content::Parts(parts) => parts.is_empty(),
        };
        // An upload may come without a word and still be what the reply answers.
        if blank && self.author.role != Role::User {
            return None;
        }
        let tool = self.recipient.filter(|recipient| recipient != "all");
        let message = match tool {
            Some(tool) if self.author.role == Role::Assistant => {
                let mut words = Message::text(Role::Assistant, "");
                words.content = content;
                calls::calling(&id, &tool, &words.full_text())
            }
            _ => {
                let mut message = Message::text(self.author.role, "");
                message.content = content;
                message.name = self.author.name;
                message
            }
        };
        Some(Entry { id, created_at: self.create_time, message })
    }
}

impl NodeContent {
    fn read(self) -> Content {
        if matches!(self.content_type.as_deref(), Some("thoughts" | "reasoning_recap")) {
            return Content::Absent;
        }
        match (self.parts, self.text) {
            (Some(parts), _) => from_parts(parts),
            (None, Some(Value::String(text))) => Content::Text(text),
            (None, _) => Content::Absent,
        }
    }
}

fn from_parts(parts: Vec<Value>) -> Content {
    if parts.iter().all(Value::is_string) {
        let texts: Vec<_> = parts.iter().filter_map(Value::as_str).collect();
        return Content::Text(texts.join("\n"));
    }
    let parts = parts.into_iter().filter(|part| part.as_str() != Some("") && !part.is_null());
    Content::Parts(
        parts
            .map(|part| match part {
                Value::String(text) => json!({"type": "text", "text": text}),
                other => other,
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, single};
    use super::*;

    /// A node that says `text`, as an export writes it.
    fn node(parent: Option<&str>, role: &str, text: &str, time: f64) -> Value {
        json!({"parent": parent, "children": [], "message": {
            "author": {"role": role, "name": null}, "create_time": time, "recipient": "all",
            "content": {"content_type": "text", "parts": [text]}, "metadata": {}}})
    }

    /// A node with some other content and recipient.
    fn of(role: &str, content: Value, recipient: &str) -> Value {
        let mut node = node(None, role, "", 5.0);
        node["message"]["content"] = content;
        node["message"]["recipient"] = json!(recipient);
        node
    }

    /// Each node the parent of the next.
    fn chain<const N: usize>(nodes: [(&str, Value); N]) -> Value {
        let mut mapping = json!({});
        let mut parent = None;
        for (id, mut node) in nodes {
            node["parent"] = json!(parent.replace(id));
            mapping[id] = node;
        }
        mapping
    }

    fn export(mapping: Value, current: Option<&str>) -> String {
        json!([{"title": "t", "id": "c1", "conversation_id": "c1", "mapping": mapping,
                "current_node": current}])
        .to_string()
    }

    fn tree() -> Value {
        json!({
            "root": {"id": "root", "parent": null, "children": ["s"], "message": null},
            "s": node(Some("root"), "system", "", 1.0),
            "u": node(Some("s"), "user", "Hello", 2.0),
            "a1": node(Some("u"), "assistant", "First try", 3.0),
            "a2": node(Some("u"), "assistant", "Second try", 4.0),
        })
    }

    fn texts(text: &str) -> Vec<String> {
        single(text).entries.iter().map(|entry| entry.message.full_text()).collect()
    }

    #[test]
    fn the_visible_branch_is_read() {
        let read = single(&export(tree(), Some("a1")));
        assert_eq!(read.id, "c1");
        let ids: Vec<_> = read.entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["u", "a1"]);
        assert_eq!(read.entries[1].created_at, Some(Timestamp(3000)));
    }

    #[test]
    fn without_a_current_node_the_latest_leaf_counts() {
        assert_eq!(texts(&export(tree(), None)), ["Hello", "Second try"]);
        let mut tie = tree();
        tie["a3"] = node(Some("u"), "assistant", "Third try", 4.0);
        assert_eq!(texts(&export(tie, None)), ["Hello", "Third try"]);
        assert!(texts(&export(json!({}), None)).is_empty());
    }

    #[test]
    fn only_what_was_seen_is_kept() {
        let mut hidden = node(None, "system", "You are hidden", 2.0);
        hidden["message"]["metadata"] = json!({"is_visually_hidden_from_conversation": true});
        let mut output = of("tool", json!({"content_type": "execution_output", "text": "2"}), "all");
        output["message"]["author"]["name"] = json!("python");
        let parts = json!([{"asset_pointer": "x"}, "", "What is it?"]);
        let mapping = chain([
            ("u", node(None, "user", "Hi", 1.0)),
            ("hidden", hidden),
            ("settings", of("user", json!({"content_type": "user_editable_context"}), "all")),
            ("image", of("user", json!({"content_type": "multimodal_text", "parts": parts}), "all")),
            ("thoughts", of("assistant", json!({"content_type": "thoughts", "text": "hm"}), "all")),
            ("code", of("assistant", json!({"content_type": "code", "text": "1+1"}), "python")),
            ("output", output),
            ("placeholder", node(None, "assistant", "", 8.0)),
            ("a", node(None, "assistant", "Two", 9.0)),
        ]);

        let read = single(&export(mapping, Some("a")));
        let ids: Vec<_> = read.entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["u", "image", "code", "output", "a"]);
        let [_, image, code, output, _] = &read.entries[..] else { panic!("five messages") };
        let text = json!({"type": "text", "text": "What is it?"});
        assert_eq!(image.message.content, Content::Parts(vec![json!({"asset_pointer": "x"}), text]));
        let function = json!({"name": "python", "arguments": "1+1"});
        assert_eq!(code.message.tool_calls[0]["function"], function);
        assert_eq!(output.message.tool_call_id.as_deref(), Some("code"));
        assert_eq!(output.message.name.as_deref(), Some("python"));
        assert_eq!(read.exchanges().len(), 1);
    }

    #[test]
    fn broken_trees_are_refused() {
        let mut cycle = tree();
        cycle["root"]["parent"] = json!("a1");
        assert_eq!(
            refusal(&export(cycle, Some("a1"))),
            "chats.json: [0].mapping: the parents of node \"a1\" lead back to it"
        );
        assert_eq!(
            refusal(&export(json!({"x": node(Some("x"), "user", "Hi", 1.0)}), None)),
            "chats.json: [0].mapping: the parents of node \"x\" lead back to it"
        );
        let mut dangling = tree();
        dangling["u"]["parent"] = json!("gone");
        assert_eq!(
            refusal(&export(dangling, Some("a1"))),
            "chats.json: [0].mapping.u.parent: node \"gone\" is not in the mapping"
        );
        assert_eq!(
            refusal(&export(tree(), Some("gone"))),
            "chats.json: [0].current_node: node \"gone\" is not in the mapping"
        );
    }

    #[test]
    fn a_wrong_field_is_named() {
        let mut wrong = tree();
        wrong["u"]["message"]["author"]["role"] = json!("critic");
        let text = refusal(&export(wrong, None));
        assert!(text.contains("[0].mapping.u.message.author.role: unknown role \"critic\""), "{text}");
    }
}
