//! A session's state as bytes, so that a long one is opened without replaying its log.
//!
//! Only a cache: the records are the truth, and whatever is wrong with the bytes, they are replayed
//! instead. Owns what stands in front of a state: a checksum, and what made it. Large parts say
//! themselves how they are written, in [`compact`](crate::compact) form.
//! MessagePack, since some parts are kept as they came and need a format that describes itself.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Session;
use crate::record::{ALGORITHM, Digest, FORMAT};

/// What made a snapshot: another record format or algorithm may fold the same records to another
/// state, and another version may write a state otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Maker {
    format: u16,
    algorithm: u16,
    version: String,
}

impl Maker {
    fn this() -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT, algorithm: ALGORITHM, version }
    }
}

/// Why there is no state in some bytes. The log has it still.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The bytes are not those that were written.
    #[error("read a snapshot: its checksum does not fit")]
    Damaged,
    /// Another version made it.
    #[error("read a snapshot: version {version} made it, with format {format} and algorithm {algorithm}")]
    Foreign {
        /// Its record format.
        format: u16,
        /// Its algorithm.
        algorithm: u16,
        /// The version of leeboard.
        version: String,
    },
    /// It is of another session or another place.
    #[error("read a snapshot: it is of another session or of another record")]
    Misplaced,
    /// A state cannot be written or read.
    #[error("turn a state into bytes or back: {0}")]
    Form(String),
}

/// Bytes of the checksum, which stands first.
const CHECKSUM: usize = 32;

impl Session {
    /// The state as bytes: a BLAKE3 checksum, what made it, the state.
    ///
    /// # Errors
    /// [`SnapshotError::Form`] for a state that cannot be written; none is known.
    pub fn snapshot(&self) -> Result<Vec<u8>, SnapshotError> {
        self.snapshot_by(&Maker::this())
    }

    fn snapshot_by(&self, maker: &Maker) -> Result<Vec<u8>, SnapshotError> {
        let mut bytes = vec![0; CHECKSUM];
        let form = |error: rmp_serde::encode::Error| SnapshotError::Form(error.to_string());
        rmp_serde::encode::write_named(&mut bytes, maker).map_err(form)?;
        rmp_serde::encode::write_named(&mut bytes, self).map_err(form)?;
        let checksum = Digest::of(bytes.get(CHECKSUM..).unwrap_or_default());
        bytes.iter_mut().zip(checksum.0).for_each(|(place, byte)| *place = byte);
        Ok(bytes)
    }

    /// The state of the session `id` after the record `head`, as [`snapshot`](Self::snapshot) wrote it.
    ///
    /// # Errors
    /// [`SnapshotError`]: replay the records instead.
    pub fn restore(id: &str, head: Digest, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let (checksum, rest) = bytes.split_at_checked(CHECKSUM).ok_or(SnapshotError::Damaged)?;
        if Digest::of(rest).0 != checksum {
            return Err(SnapshotError::Damaged);
        }
        let mut reader = rmp_serde::Deserializer::from_read_ref(rest);
        let form = |error: rmp_serde::decode::Error| SnapshotError::Form(error.to_string());
        let maker = Maker::deserialize(&mut reader).map_err(form)?;
        if maker != Maker::this() {
            let Maker { format, algorithm, version } = maker;
            return Err(SnapshotError::Foreign { format, algorithm, version });
        }
        let session = Self::deserialize(&mut reader).map_err(form)?;
        match session.id == id && session.head == head {
            true => Ok(session),
            false => Err(SnapshotError::Misplaced),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Entry, Message, Role};
    use crate::record::{Salt, Stamp};
    use crate::time::Timestamp;
    use crate::tokens::Estimate;
    use crate::{Config, Identity};

    fn session() -> Session {
        let stamp = Stamp { time: Timestamp(1), salt: Salt::from_text("s") };
        let mut session = Session::new("s");
        for record in session.start(&Identity::from_system_message("You are Ada."), &Config::default(), stamp)
        {
            session.apply(&record).unwrap();
        }
        let entry = |id: &str, role, text: &str| Entry::new(id, Message::text(role, text));
        let mut tool = entry("t", Role::Tool, "high water at six");
        tool.message.extra.insert("seen".to_owned(), serde_json::json!([1, 2.0, u64::MAX, null]));
        let input = vec![entry("u", Role::User, "When is high water?"), tool];
        let reply = entry("a", Role::Assistant, "At six, by the tide table of the harbour.");
        let record = session.import(input, reply, Default::default(), stamp, &Estimate);
        session.apply(&record).unwrap();
        session
    }

    #[test]
    fn a_state_is_written_and_read_back() {
        let session = session();
        let bytes = session.snapshot().unwrap();
        assert_eq!(Session::restore("s", session.head(), &bytes), Ok(session));
    }

    #[test]
    fn a_damaged_byte_is_noticed_wherever_it_is() {
        let session = session();
        let bytes = session.snapshot().unwrap();
        for at in (0..bytes.len()).step_by(7) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(Session::restore("s", session.head(), &damaged), Err(SnapshotError::Damaged));
            assert_eq!(Session::restore("s", session.head(), &bytes[..at]), Err(SnapshotError::Damaged));
        }
    }

    #[test]
    fn what_another_version_made_is_refused() {
        let session = session();
        let this = Maker::this();
        for maker in [
            Maker { algorithm: ALGORITHM + 1, ..this.clone() },
            Maker { format: FORMAT + 1, ..this.clone() },
            Maker { version: "0.0.1".to_owned(), ..this },
        ] {
            let bytes = session.snapshot_by(&maker).unwrap();
            let refused = Session::restore("s", session.head(), &bytes);
            assert!(matches!(refused, Err(SnapshotError::Foreign { .. })), "{refused:?}");
        }
    }

    #[test]
    fn a_state_of_another_place_is_refused() {
        let session = session();
        let bytes = session.snapshot().unwrap();
        let other = Session::restore("s", Digest::default(), &bytes);
        assert_eq!(other, Err(SnapshotError::Misplaced));
        assert_eq!(Session::restore("t", session.head(), &bytes), Err(SnapshotError::Misplaced));
    }
}
