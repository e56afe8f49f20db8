//! Addresses and keys as users write them, and what of them may be shown.

use reqwest::Url;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// The root of an API, with its version and without a closing slash: `https://api.openai.com/v1`.
/// A bare host gets `/v1`.
///
/// # Errors
///
/// What is wrong with the address, as a sentence about "it". The address is not repeated: it may
/// hold a password.
pub fn api_root(address: &str) -> Result<Url, String> {
    let mut url = Url::parse(address.trim()).map_err(|error| format!("it is not an address ({error})"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("it does not begin with http:// or https:// and name a host".to_owned());
    }
    let path = match url.path().trim_end_matches('/') {
        "" => "/v1".to_owned(),
        path => path.to_owned(),
    };
    url.set_path(&path);
    Ok(url)
}

/// The address as it may be shown: no user, password, query or fragment.
#[must_use]
pub fn public(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

/// The header that carries a key, marked so that nothing logs it.
///
/// # Errors
///
/// A sentence that does not repeat the key.
pub fn authorization(key: &SecretString) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret().trim()))
        .map_err(|_| "the key holds characters that no HTTP header can carry")?;
    value.set_sensitive(true);
    Ok(value)
}

/// The innermost message of an error: "connection refused" rather than "error sending request".
#[must_use]
pub fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
