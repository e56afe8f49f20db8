//! The `OpenAPI` document of the session API.
//!
//! Owns what all operations share: the error shape and the usual refusals. Each operation
//! describes itself beside its handler.

use std::collections::BTreeMap;

use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use utoipa::{IntoResponses, OpenApi, ToSchema};

use super::{
    drift, edits, events, fork, list, memories, mode, one, patterns, trace, transfer, users, window,
};

/// The document as it stands in the repository; a test compares it with [`openapi`].
const WRITTEN: &str = include_str!("../../../../docs/reference/openapi.json");

/// An error as `OpenAI`'s clients know it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `openai::error` writes")]
pub(super) struct ErrorBody {
    /// What went wrong.
    error: ErrorDetails,
}

/// What went wrong.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `openai::error` writes")]
pub(super) struct ErrorDetails {
    /// In words, with the way out.
    message: String,
    /// `invalid_request_error` for what the client can mend, else `server_error`.
    r#type: String,
    /// The field or parameter that is wrong.
    param: Option<String>,
    /// The kind of error, for programs.
    code: String,
}

/// What every operation may answer besides its own.
pub(super) struct Usual;

impl IntoResponses for Usual {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let all = [
            ("400", "A parameter or field has an impossible value."),
            ("401", "The gateway has keys, and the request has none of them."),
            ("403", "The key may not do this."),
            ("404", "There is no such session, turn or path."),
            ("405", "The path has no such method."),
            ("429", "Too many requests with this key."),
            ("500", "A stored session cannot be read, or a bug; the log says more."),
            ("503", "The store cannot be used now."),
        ];
        let described = |(status, description): (&str, &str)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build();
            let response = ResponseBuilder::new().description(description);
            (status.to_owned(), RefOr::T(response.content("application/json", content).build()))
        };
        all.map(described).into()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "leeboard session API",
        description = "What leeboard knows of conversations, and what can be done with them. Ids in paths are \
            percent-encoded. Errors have OpenAI's shape.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    paths(
        list::list,
        one::summary,
        one::delete,
        mode::change,
        one::state,
        drift::history,
        patterns::patterns,
        memories::search,
        edits::add,
        edits::change,
        edits::forget,
        edits::forget_text,
        trace::trace,
        fork::fork,
        window::compact,
        window::recenter,
        transfer::export,
        transfer::import,
        users::delete,
        events::of_session,
        events::all
    ),
    components(schemas(ErrorBody, ErrorDetails))
)]
struct Document;

/// The `OpenAPI` 3.1 document of the session API, as JSON.
#[must_use]
pub fn openapi() -> String {
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// The document as it is served.
pub(crate) fn written() -> &'static str {
    WRITTEN
}
