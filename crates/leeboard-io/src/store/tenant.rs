//! Whose a session is, as its stored id tells.
//!
//! Two tenants may give their sessions the same id, so what a store knows a session by holds the
//! tenant: `acme/trip-1`. Sessions of the default tenant keep their plain ids, unless those would
//! read as another's. Owns this writing and nothing of keys or requests.

/// The tenant of a gateway without keys.
pub const DEFAULT: &str = "default";

/// Longest name of a tenant in bytes.
pub const LONGEST: usize = 64;

/// Whether this can be a tenant's name: 1 to 64 lower-case letters, digits, `-` and `_`.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(plain)
}

/// What a store knows a tenant's session by.
#[must_use]
pub fn stored(tenant: &str, id: &str) -> String {
    if tenant == DEFAULT && !id.contains('/') { id.to_owned() } else { format!("{tenant}/{id}") }
}

/// The tenant and its own id of a stored session.
#[must_use]
pub fn split(stored: &str) -> (&str, &str) {
    stored.split_once('/').unwrap_or((DEFAULT, stored))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_with_the_same_ids_have_other_sessions() {
        let ids = ["a", "acme/a", "default/a", "/", ""];
        let tenants = [DEFAULT, "acme", "a"];
        let mut all: Vec<String> =
            tenants.iter().flat_map(|tenant| ids.map(|id| stored(tenant, id))).collect();
        for (at, id) in all.iter().enumerate() {
            assert_eq!(split(id), (tenants[at / ids.len()], ids[at % ids.len()]), "{id}");
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), tenants.len() * ids.len());
    }

    #[test]
    fn names_are_plain() {
        assert!(is_name("acme-2_eu") && is_name(DEFAULT));
        for wrong in ["", "Acme", "a/b", "a b", "é", &"x".repeat(65)] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
