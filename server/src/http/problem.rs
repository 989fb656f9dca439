//! Why a request was not done: one problem document (RFC 9457) for every error, in the reader's language.
//!
//! A handler returns a [`Problem`] without words; [`super::layers`] puts them in, because only there the language is known.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use sync_core::{
    locale::{Texts, Value},
    refusal::Refusal,
    sentence,
};
use utoipa::ToSchema;

use super::refused;
use crate::auth::AuthRefusal;
use crate::figures::SIGN_INS_REFUSED;
use crate::store::StoreError;

/// The media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem document, as it is sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// `urn:fieldbook:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:fieldbook:problem:session.wrong-password")]
    pub kind: String,
    /// What happened, in a few words of the reader's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable name of the reason: the same here, on the phone and in the translations.
    #[schema(example = "session.wrong-password")]
    pub code: String,
    /// One sentence with the figures, and what to do.
    pub detail: String,
    /// The clause of the regulation behind it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "S15")]
    pub clause: Option<&'static str>,
    /// The field it is about, as a path into the request, or the code of a field of the customer's card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The limit that was passed; of sums in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The number of the request, as in `X-Request-Id` and in the server's log: by it an operator finds what happened.
    #[schema(example = "4f1c0e6a9b2d3357")]
    pub request: String,
    /// Further figures, such as `tries_left` or `expected`; `technical` is what a library says in its own English.
    #[serde(flatten)]
    pub figures: Map<String, Json>,
}

/// What the detail says.
#[derive(Clone, Debug)]
enum Said {
    /// The words of the code, with these values.
    Code(Vec<(&'static str, String)>),
    /// The sentence of a rule.
    Rule(Box<Refusal>),
    /// Words that stand in the shared dictionaries, made by whoever knows how.
    Words(fn(&Texts, &str) -> String, String),
}

/// Why a request was not done.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    code: String,
    said: Said,
    clause: Option<&'static str>,
    field: Option<String>,
    limit: Option<u64>,
    figures: Map<String, Json>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// So many bytes, as people say it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", bytes / 1_024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}

impl Problem {
    /// A problem of a status and a code, whose words stand in the server's dictionary.
    pub fn new(status: StatusCode, code: &str) -> Self {
        Self(Box::new(Parts {
            status,
            code: code.to_owned(),
            said: Said::Code(Vec::new()),
            clause: None,
            field: None,
            limit: None,
            figures: Map::new(),
            headers: Vec::new(),
        }))
    }

    /// A value for the sentence.
    #[must_use]
    pub fn saying(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        if let Said::Code(values) = &mut self.0.said {
            values.push((name, value.to_string()));
        }
        self
    }

    /// A figure beside the sentence, which it may also use.
    #[must_use]
    pub fn figure(mut self, name: &'static str, figure: u64) -> Self {
        self.0.figures.insert(name.to_owned(), figure.into());
        self.saying(name, figure)
    }

    /// What a library says about it, in its own English, beside the sentence for people.
    #[must_use]
    pub(super) fn technical(mut self, why: &dyn std::fmt::Display) -> Self {
        self.0.figures.insert("technical".to_owned(), why.to_string().into());
        self
    }

    /// The limit that was passed.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.0.limit = Some(limit);
        self.saying("limit", limit).saying("size", size(limit))
    }

    /// The field it is about.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        let field = field.into();
        self.0.field = (!field.is_empty() && field != ".").then_some(field);
        self
    }

    /// The limit that was passed, where there is one.
    #[must_use]
    pub(super) fn limited(self, limit: Option<u64>) -> Self {
        match limit {
            Some(limit) => self.limit(limit),
            None => self,
        }
    }

    /// The same under another code of the same status.
    #[must_use]
    pub(super) fn coded(mut self, code: &str) -> Self {
        code.clone_into(&mut self.0.code);
        self
    }

    /// Words of the server's own dictionary in the place of the rule's, with values that the rule does not know.
    #[must_use]
    pub(super) fn said_by(mut self, code: &str, values: &[(&'static str, String)]) -> Self {
        code.clone_into(&mut self.0.code);
        self.0.said = Said::Code(values.to_vec());
        self
    }

    /// That a bearer token is wanted.
    #[must_use]
    pub(super) fn wanting_bearer(mut self) -> Self {
        self.0.headers.push((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        self
    }

    /// When to come back.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.headers.push((header::RETRY_AFTER, HeaderValue::from(seconds)));
        self.saying("seconds", seconds)
    }

    /// Words that another dictionary has for it.
    #[must_use]
    pub fn worded(mut self, words: fn(&Texts, &str) -> String, argument: String) -> Self {
        self.0.said = Said::Words(words, argument);
        self
    }

    /// Not there, or not for this viewer: both look the same from outside.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "thing.not-found")
    }

    /// A field of a body that has to be there.
    pub(super) fn missing(field: impl Into<String>) -> Self {
        let words: fn(&Texts, &str) -> String = |texts, _| texts.text("http-request-missing-field", &[]);
        let problem = Self::new(StatusCode::BAD_REQUEST, "request.missing-field").field(field);
        problem.worded(words, String::new())
    }

    /// A request that cannot be read.
    pub fn malformed(why: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "request.malformed").technical(&why)
    }

    /// The stable name of the reason.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// Whether it stands in the log as a fault of ours.
    pub fn is_fault(&self) -> bool {
        self.0.status.is_server_error()
    }

    /// The document, in a language.
    pub fn document(&self, texts: &Texts, request: &str) -> ProblemDocument {
        ProblemDocument {
            kind: format!("urn:fieldbook:problem:{}", self.0.code),
            title: texts.text(&format!("http-title-{}", self.0.status.as_u16()), &[]),
            status: self.0.status.as_u16(),
            code: self.0.code.clone(),
            detail: self.detail(texts, request),
            clause: self.0.clause,
            field: self.0.field.clone(),
            limit: self.0.limit,
            request: request.to_owned(),
            figures: self.0.figures.clone(),
        }
    }

    fn detail(&self, texts: &Texts, request: &str) -> String {
        match &self.0.said {
            Said::Rule(refusal) => sentence::refusal(texts, refusal),
            Said::Words(words, argument) => {
                let why = words(texts, argument);
                self.0.field.as_deref().map_or_else(|| why.clone(), |path| about(texts, path, &why))
            }
            Said::Code(values) => {
                let field = self.0.field.clone().unwrap_or_default();
                let mut values: Vec<(&str, Value<'_>)> =
                    values.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
                values.push(("request", request.into()));
                values.push(("field", (&field).into()));
                texts
                    .of_code("http", &self.0.code, &values)
                    .map_or_else(|| self.0.code.clone(), |said| said.trim_end().to_owned())
            }
        }
    }
}

/// A sentence about one field of a request's body.
fn about(texts: &Texts, path: &str, why: &str) -> String {
    texts.text("http-field-said", &[("field", field_name(texts, path).into()), ("why", why.into())])
}

/// What people call a field of a request's body, with its place among several; one that they never see keeps its path.
fn field_name(texts: &Texts, path: &str) -> String {
    let named = path.split('.').next_back().and_then(|part| part.split('[').next()).unwrap_or_default();
    let key = format!("content-{}", named.replace('_', "-"));
    if !texts.has(&key) {
        return path.to_owned();
    }
    let name = texts.text(&key, &[]);
    let nth = path.split('[').nth(1).and_then(|rest| rest.split(']').next()?.parse::<u64>().ok());
    match nth {
        Some(index) => texts.text("http-field-nth", &[("field", name.into()), ("nth", (index + 1).into())]),
        None => name,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        for (name, value) in &self.0.headers {
            response.headers_mut().insert(name, value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, refusal.code());
        problem.0.clause = refusal.clause();
        problem.0.field = refused::field(&refusal);
        problem.0.limit = refused::limit(&refusal);
        problem.0.said = Said::Rule(Box::new(refusal));
        problem
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // What exactly is wrong stands in the log, not in the answer.
        tracing::error!(%error, "the store did not answer");
        let code = match error {
            StoreError::Full(_) => "server.full",
            _ => "server.unavailable",
        };
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code).retry_after(5)
    }
}

impl From<AuthRefusal> for Problem {
    fn from(refusal: AuthRefusal) -> Self {
        let code = refusal.code();
        metrics::counter!(SIGN_INS_REFUSED, "reason" => code).increment(1);
        match refusal {
            AuthRefusal::Store(error) => error.into(),
            AuthRefusal::Disabled => Self::new(StatusCode::FORBIDDEN, code),
            AuthRefusal::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, code).retry_after(5),
            AuthRefusal::Throttled { wait_ms } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, code).retry_after(wait_ms.div_ceil(1000))
            }
            AuthRefusal::WrongPassword { tries_left } => {
                Self::new(StatusCode::UNAUTHORIZED, code).figure("tries_left", tries_left.into())
            }
            _ => Self::new(StatusCode::UNAUTHORIZED, code).wanting_bearer(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_limit_is_said_in_the_units_people_use() {
        assert_eq!([512, 65_536, 33_554_432].map(size), ["512 B", "64 KB", "32 MB"]);
    }
}
