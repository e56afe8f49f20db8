//! The parsers take anything: random bytes, and valid files with random damage. They answer or
//! refuse with the file's name; they never panic.

use leeboard_core::identity::Identity;
use leeboard_io::conversation::parse;
use proptest::prelude::*;

const SEEDS: &[&str] = &[
    r#"{"id":"a","messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}"#,
    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"u\"}]}]}\n{\"messages\":[]}\n",
    r#"[{"id":1,"conversations":[{"from":"human","value":"u"},{"from":"gpt","value":"a"}]}]"#,
    r#"[{"title":"t","id":"c","current_node":"n","mapping":{"r":{"id":"r","children":["n"]},"n":{"id":"n","parent":"r","message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["u"]},"create_time":1.5}}}}]"#,
];

const IDENTITY: &str =
    "[identity]\nname = \"Ada\"\ntext = \"You are Ada.\"\n[[rule]]\nkind = \"max_words\"\nvalue = 9\n";

/// A seed with some bytes overwritten, cut out or doubled.
fn damaged(seed: &str, edits: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    for (at, byte, kind) in edits {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        match kind % 3 {
            0 => bytes[at] = *byte,
            1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, bytes[at]),
        }
    }
    bytes
}

fn read(bytes: &[u8]) -> Result<(), TestCaseError> {
    match parse("logs/chat.json", bytes) {
        Ok(conversations) => {
            for conversation in conversations {
                let replies =
                    conversation.exchanges().iter().filter(|exchange| exchange.reply.is_some()).count();
                let said = conversation.entries.iter().filter(|entry| entry.message.is_reply()).count();
                prop_assert_eq!(replies, said);
            }
        }
        Err(error) => prop_assert!(error.to_string().starts_with("logs/chat.json"), "{error}"),
    }
    Ok(())
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec(any::<(prop::sample::Index, u8, u8)>(), 0..12)
}

proptest! {
    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes)?;
    }

    #[test]
    fn damaged_conversations(seed in prop::sample::select(SEEDS.to_vec()), edits in edits()) {
        read(&damaged(seed, &edits))?;
    }

    #[test]
    fn damaged_identities(edits in edits()) {
        let bytes = damaged(IDENTITY, &edits);
        if let Err(error) = Identity::from_toml(&String::from_utf8_lossy(&bytes)) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
