//! Records and vectors for the tests of stores.

use leeboard_core::record::{Digest, FORMAT, Record};
use leeboard_core::vector::Vector;
use serde_json::json;

/// A log of records that only the envelopes of matter for.
pub(super) fn records<const N: usize>(session: &str, texts: [&str; N]) -> [Record; N] {
    let mut parent = Digest::default();
    let mut sequence = 0;
    texts.map(|text| {
        let identity = leeboard_core::identity::Identity::from_system_message(text);
        let payload = leeboard_core::record::Payload::Identity(identity);
        let salt = leeboard_core::record::Salt::from_text(text);
        let sealed = leeboard_core::record::Sealed::new(payload, salt);
        let record: Record = serde_json::from_value(json!({
            "format": FORMAT, "algorithm": 1, "config": Digest::default(), "session": session,
            "sequence": sequence, "parent": parent, "time": 0,
            "digest": sealed.digest(), "sealed": sealed,
        }))
        .unwrap();
        (parent, sequence) = (record.hash(), sequence + 1);
        record
    })
}

pub(super) fn record(session: &str, text: &str) -> Record {
    let [record] = records(session, [text]);
    record
}

pub(super) fn vector() -> Vector {
    Vector::new(&"m".into(), &[0.5, -1.0, 0.0]).unwrap()
}
