//! Records of every format that was ever written are still read: their hashes are what they were, and
//! they replay. `data/records/FORMAT.jsonl` holds a log of each format, as a store held it; a change of
//! the format adds a file and never changes one.

use std::path::{Path, PathBuf};

use leeboard_core::Session;
use leeboard_core::record::{FORMAT, Payload, Record};

fn file(format: u16) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/records/{format}.jsonl"))
}

#[test]
fn a_log_of_every_format_is_read_and_replayed() {
    for format in 1..=FORMAT {
        let file = file(format);
        let text = std::fs::read_to_string(&file).unwrap_or_else(|_| {
            let file = file.display();
            format!("format {format} has no log in {file}")
        });
        let records: Vec<Record> = text
            .lines()
            .map(|line| serde_json::from_str(line).map_err(|error| format!("{error}: {line}")).unwrap())
            .collect();
        assert!(records.iter().all(|record| record.format == format && record.payload().is_some()));
        for two in records.windows(2) {
            // What was written is what is read, to the last digit.
            assert_eq!(two[1].parent, two[0].hash(), "after record {}", two[0].sequence);
        }
        for record in &records {
            assert_eq!(record.sealed.as_ref().unwrap().digest(), record.digest, "{}", record.sequence);
        }
        let has = |kind: fn(&Payload) -> bool| records.iter().filter_map(Record::payload).any(kind);
        assert!(has(|payload| matches!(payload, Payload::Imported(_))));
        assert!(has(|payload| matches!(payload, Payload::Opened(_))));
        assert!(has(|payload| matches!(payload, Payload::Closed(_))));
        let session = Session::replay(&records[0].session, &records).unwrap();
        assert!(session.turns().len() >= 4, "{}", session.turns().len());
    }
}
