//! Keys of the gateway: how one is made and recognised, and the trait that keeps them.
//!
//! A key is `lb_<id>_<secret>`: an id of 8 random bytes, by which people and stores name it, and a
//! secret of 32, both in hex digits. What is kept of it is a BLAKE3 digest of the whole. A slow hash
//! as for passwords would add nothing: nobody guesses 256 random bits, however fast the guesses are
//! checked, and every request would pay for it. Owns no policy of who must show a key.

use std::fmt;

use futures_util::future::BoxFuture;
use leeboard_core::Mode;
use leeboard_core::time::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::{StoreError, tenant};
use crate::stamp::NoRandomness;

/// What every key begins with, so that scanners for leaked secrets can know it.
const PREFIX: &str = "lb";
/// Bytes of an id.
const ID: usize = 8;
/// Bytes of a secret.
const SECRET: usize = 32;

/// A key as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key {
    /// Its name, which is no secret.
    pub id: String,
    /// What the key is recognised by.
    pub digest: KeyDigest,
    /// Whose sessions it opens.
    pub tenant: String,
    /// What people wrote down about it.
    pub note: Option<String>,
    /// What leeboard may change in requests with it, if that was set for the key.
    pub mode: Option<Mode>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used, within an hour.
    pub last_used_at: Option<Timestamp>,
    /// From when on it opens nothing.
    pub revoked_at: Option<Timestamp>,
}

/// The digest of a key. Comparing two takes the same time wherever they differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyDigest(blake3::Hash);

impl KeyDigest {
    fn of(key: &str) -> Self {
        Self(blake3::hash(key.as_bytes()))
    }

    /// The digest that [`to_hex`](Self::to_hex) wrote.
    #[must_use]
    pub fn from_hex(digits: &str) -> Option<Self> {
        blake3::Hash::from_hex(digits).ok().map(Self)
    }

    /// As 64 hex digits, for stores.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.to_hex().to_string()
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest(..)")
    }
}

/// Why a key was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NewKeyError {
    /// The tenant cannot be named so.
    #[error(
        "make a key for the tenant {0:?}: a name has 1 to 64 lower-case letters, digits, - and _ (take \
         another name)"
    )]
    Tenant(String),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

impl Key {
    /// A new key for a tenant, and the key itself, which is nowhere else.
    ///
    /// # Errors
    ///
    /// [`NewKeyError`] for a name that no tenant can have, or without random bytes.
    pub fn generate(
        tenant: &str,
        note: Option<String>,
        now: Timestamp,
    ) -> Result<(Self, SecretString), NewKeyError> {
        if !tenant::is_name(tenant) {
            return Err(NewKeyError::Tenant(tenant.to_owned()));
        }
        let (id, secret) = (random::<ID>()?, random::<SECRET>()?);
        let text = format!("{PREFIX}_{id}_{secret}");
        let key = Self::new(id, KeyDigest::of(&text), tenant, note, now);
        Ok((key, text.into()))
    }

    /// A key that is neither used nor revoked yet, for stores that read one back.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        digest: KeyDigest,
        tenant: impl Into<String>,
        note: Option<String>,
        created_at: Timestamp,
    ) -> Self {
        let (id, tenant) = (id.into(), tenant.into());
        Self { id, digest, tenant, note, mode: None, created_at, last_used_at: None, revoked_at: None }
    }

    /// Whether this is the key that was shown and it still opens something.
    #[must_use]
    pub fn admits(&self, shown: &ShownKey) -> bool {
        self.digest == shown.digest && self.id == shown.id && self.revoked_at.is_none()
    }
}

/// A key that somebody shows: its id, which may name nothing, and its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownKey {
    id: String,
    digest: KeyDigest,
}

impl ShownKey {
    /// What was shown, if it has the form of a key at all.
    #[must_use]
    pub fn read(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret();
        let (id, secret) = text.strip_prefix(PREFIX)?.strip_prefix('_')?.split_once('_')?;
        let is_hex = |text: &str, bytes: usize| {
            text.len() == 2 * bytes && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        (is_hex(id, ID) && is_hex(secret, SECRET))
            .then(|| Self { id: id.to_owned(), digest: KeyDigest::of(text) })
    }

    /// The id that is looked up.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The digest of all that was shown.
    #[must_use]
    pub fn digest(&self) -> KeyDigest {
        self.digest
    }
}

/// Random bytes of the operating system in hex digits.
fn random<const N: usize>() -> Result<String, NoRandomness> {
    use fmt::Write;
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| NoRandomness { reason: error.to_string() })?;
    Ok(bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    }))
}

/// The keys of a gateway. They are revoked and never deleted, so that a gateway that once asked for
/// keys does not become an open one.
pub trait Keys: Send + Sync {
    /// Keeps a new key.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyExists`] if there is one of its id.
    fn create_key<'a>(&'a self, key: &'a Key) -> BoxFuture<'a, Result<(), StoreError>>;

    /// All keys, oldest first, those of one moment by id.
    fn keys<'a>(&'a self) -> BoxFuture<'a, Result<Vec<Key>, StoreError>>;

    /// Whether there ever was a key.
    fn has_keys<'a>(&'a self) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// The key of an id, revoked or not. Whoever asks compares the digests.
    fn find_key<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Key>, StoreError>>;

    /// Revokes a key for good and tells whether there is one. Once more changes nothing.
    fn revoke_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Notes that a key was used; one that is not there is no error.
    fn use_key<'a>(&'a self, id: &'a str, now: Timestamp) -> BoxFuture<'a, Result<(), StoreError>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> (Key, SecretString) {
        Key::generate("acme", None, Timestamp(1)).unwrap()
    }

    #[test]
    fn a_key_is_recognised_and_no_other() {
        let (stored, secret) = key();
        let text = secret.expose_secret().to_owned();
        assert_eq!(text.len(), 2 + 1 + 16 + 1 + 64, "{text}");
        assert!(stored.admits(&ShownKey::read(&secret).unwrap()));
        let (_, other) = key();
        assert!(!stored.admits(&ShownKey::read(&other).unwrap()));
        // The id of one with the secret of another.
        let mixed = format!("lb_{}_{}", stored.id, other.expose_secret().rsplit('_').next().unwrap());
        let mixed = ShownKey::read(&mixed.into()).unwrap();
        assert_eq!(mixed.id(), stored.id);
        assert!(!stored.admits(&mixed));
        let revoked = Key { revoked_at: Some(Timestamp(2)), ..stored };
        assert!(!revoked.admits(&ShownKey::read(&secret).unwrap()));
    }

    #[test]
    fn what_has_not_the_form_of_a_key_is_not_looked_up() {
        let (_, secret) = key();
        let text = secret.expose_secret();
        let wrong = ["", "lb_", "lb__", "sk-1", &text[1..], &text[..text.len() - 1], &format!("{text}0")];
        for wrong in wrong.map(str::to_owned).into_iter().chain([text.to_uppercase(), text.replace('_', "-")])
        {
            assert_eq!(ShownKey::read(&wrong.clone().into()), None, "{wrong}");
        }
    }

    #[test]
    fn nothing_that_is_kept_or_shown_tells_the_key() {
        let (stored, secret) = key();
        let text = secret.expose_secret();
        let secret_part = text.rsplit('_').next().unwrap();
        let shown = format!("{stored:?} {:?} {}", ShownKey::read(&secret), stored.digest.to_hex());
        assert!(!shown.contains(secret_part) && !format!("{stored:?}").contains(&stored.digest.to_hex()));
        assert_eq!(KeyDigest::from_hex(&stored.digest.to_hex()), Some(stored.digest));
        assert_eq!(KeyDigest::from_hex("zz"), None);
    }

    #[test]
    fn only_tenants_with_a_name_have_keys() {
        let error = Key::generate("Acme Inc", None, Timestamp(0)).unwrap_err().to_string();
        assert!(error.contains("\"Acme Inc\"") && error.contains("lower-case"), "{error}");
    }
}
