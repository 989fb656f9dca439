//! Reading what comes in: bodies within their limits, fields named when they do not fit, filters, ids.

use std::io::Read;
use std::str::FromStr;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use flate2::bufread::GzDecoder;
use futures::TryStreamExt;
use serde::de::DeserializeOwned;

use sync_core::locale::Texts;
use sync_core::sentence;
use sync_core::unit::{Money, NotAText, NotAnAmount};

use super::App;
use super::problem::Problem;
use super::refused::{limit_of_amount, limit_of_text};

/// The most bytes of a JSON body.
pub(super) const JSON_LIMIT: usize = 256 * 1024;

/// The most bytes of a push on the wire.
pub(super) const PUSH_WIRE_LIMIT: usize = 1024 * 1024;

/// The most bytes of a push once inflated.
pub(super) const PUSH_INFLATED_LIMIT: usize = 8 * 1024 * 1024;

/// The most bytes of a picture.
pub(super) const BLOB_LIMIT: usize = 3 * 1024 * 1024;

/// How long a body may take to arrive.
const PATIENCE_SECONDS: u64 = 60;

/// A body that is too large is still read this far: a caller cut off while sending would never see the answer.
const HEARD_OUT: usize = 16 * 1024 * 1024;

/// The whole body, as long as it stays within `limit` and arrives in time.
///
/// # Errors
/// 413 with the limit under `code`, 408 for one that takes too long, 400 for a broken stream.
pub(super) async fn whole(body: Body, limit: usize, code: &str) -> Result<Bytes, Problem> {
    let arriving = tokio::time::timeout(Duration::from_secs(PATIENCE_SECONDS), collected(body, limit));
    match arriving.await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, code).limit(limit as u64)),
        Ok(Err(_)) => Err(Problem::malformed("the body broke off")),
        Err(_) => {
            let problem = Problem::new(StatusCode::REQUEST_TIMEOUT, "request.too-slow");
            Err(problem.saying("seconds", PATIENCE_SECONDS))
        }
    }
}

/// The body's bytes; `None` when there are more than `limit`.
async fn collected(body: Body, limit: usize) -> Result<Option<Bytes>, axum::Error> {
    let announced = usize::try_from(HttpBody::size_hint(&body).lower()).unwrap_or(usize::MAX);
    let mut kept = Vec::with_capacity(announced.min(limit));
    let mut heard = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.try_next().await? {
        heard += chunk.len();
        if heard <= limit {
            kept.extend_from_slice(&chunk);
        } else if heard.max(announced) > HEARD_OUT {
            break;
        }
    }
    Ok((heard <= limit).then(|| kept.into()))
}

/// How gzip begins; no batch begins like this.
pub(super) const GZIP: &[u8] = &[0x1f, 0x8b];

/// How large a push will be, as its last four bytes say where it came compressed; more than that is never inflated.
///
/// # Errors
/// 413 with the limit.
pub(super) fn inflated_size(wire: &Bytes) -> Result<usize, Problem> {
    let said = wire.last_chunk().filter(|_| wire.starts_with(GZIP)).map(|size| u32::from_le_bytes(*size));
    let size = said.map_or(wire.len(), |size| usize::try_from(size).unwrap_or(usize::MAX));
    if size > PUSH_INFLATED_LIMIT {
        let limit = PUSH_INFLATED_LIMIT as u64;
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "push.too-large").limit(limit));
    }
    Ok(size)
}

/// A push as its device made it: inflated where it came compressed, stopped while inflating where it swells too far.
///
/// Whether it is compressed its first bytes tell: one that came in pieces has no header to say so.
///
/// # Errors
/// 413 with the limit, 415 for another encoding, 400 for a broken stream.
pub(super) fn inflated(headers: &HeaderMap, wire: Bytes) -> Result<Bytes, Problem> {
    let encoding = headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
    match encoding {
        None | Some(b"identity") if !wire.starts_with(GZIP) => Ok(wire),
        None | Some(b"identity" | b"gzip") => {
            let malformed = || Problem::new(StatusCode::BAD_REQUEST, "push.malformed");
            let size = inflated_size(&wire)?;
            let mut out = Vec::with_capacity(size + 1);
            GzDecoder::new(&wire[..])
                .take(size as u64 + 1)
                .read_to_end(&mut out)
                .map_err(|error| malformed().technical(&error))?;
            if out.len() > size {
                return Err(malformed());
            }
            Ok(out.into())
        }
        Some(_) => {
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "request.media-type")
                .saying("expected", "gzip"))
        }
    }
}

/// A JSON body; one that does not fit names the field.
#[derive(Debug)]
pub(super) struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        JsonAsSaid::from_request(request, app).await.map(|JsonAsSaid(value, _)| Self(value))
    }
}

/// A JSON body, with the bytes in which it was said.
pub(super) struct JsonAsSaid<T>(pub(super) T, pub(super) Bytes);

impl<T: DeserializeOwned> FromRequest<App> for JsonAsSaid<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let said = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if said.is_none_or(|said| said.split(';').next().unwrap_or_default().trim() != "application/json") {
            let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "request.media-type");
            return Err(problem.saying("expected", "application/json"));
        }
        let bytes = whole(request.into_body(), JSON_LIMIT, "request.too-large").await?;
        parsed(&bytes).map(|value| Self(value, bytes))
    }
}

/// Reads JSON; what does not fit is named by its path.
///
/// # Errors
/// 400 with the field, and the limit where there is one.
pub(super) fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        unfit(&path, &error.into_inner().to_string())
    })?;
    reader.end().map_err(Problem::malformed)?;
    Ok(value)
}

/// Why a value does not fit, in the reader's language where the product has words for it.
fn unfit(path: &str, said: &str) -> Problem {
    // The reader adds where in the text it stood, which nobody needs beside the path.
    let why = said.split(" at line ").next().unwrap_or(said);
    let within = |field: &str| match path {
        "." => field.to_owned(),
        path => format!("{path}.{field}"),
    };
    if let Some(field) = why.strip_prefix("missing field").and_then(|_| named_in(why)) {
        return Problem::missing(within(field)).technical(&why);
    }
    let problem = Problem::malformed(why).field(path);
    match worded(why) {
        Some((words, limit)) => problem.worded(words, why.to_owned()).limited(limit),
        None if path == "." => problem,
        None => problem.worded(|texts, _| texts.text("http-field-malformed", &[]), String::new()),
    }
}

type Words = fn(&Texts, &str) -> String;

/// The words of the product for what its own types say, and the limit in it.
fn worded(why: &str) -> Option<(Words, Option<u64>)> {
    if let Some(text) = not_a_text(why) {
        let limit = limit_of_text(&text);
        let words: Words =
            |texts, why| not_a_text(why).map_or_else(String::new, |why| sentence::not_a_text(texts, &why));
        return Some((words, limit));
    }
    let amount = not_an_amount(why)?;
    let words: Words =
        |texts, why| not_an_amount(why).map_or_else(String::new, |why| sentence::not_an_amount(texts, &why));
    Some((words, limit_of_amount(&amount)))
}

/// The text's own reason, read back from how it says itself.
fn not_a_text(why: &str) -> Option<NotAText> {
    let (first, second) = (figure(why, 0), figure(why, 1));
    let candidates = [
        NotAText::TooShort { has: first, least: second },
        NotAText::TooLong { has: first, most: second },
        NotAText::ControlCharacter,
    ];
    candidates.into_iter().find(|reason| reason.to_string() == why)
}

/// The amount's own reason, read back from how it says itself.
fn not_an_amount(why: &str) -> Option<NotAnAmount> {
    // A sum says itself in yuan with two decimals: without the point that is fen.
    let most = why.rsplit(' ').next().unwrap_or_default().replace('.', "").parse().ok();
    let candidates = [
        Some(NotAnAmount::Empty),
        Some(NotAnAmount::NotANumber),
        Some(NotAnAmount::TooManyDecimals { most: figure(why, 0) }),
        Some(NotAnAmount::NotPositive),
        most.map(|most| NotAnAmount::TooLarge { most: Money::fen(most) }),
    ];
    candidates.into_iter().flatten().find(|reason| reason.to_string() == why)
}

/// The `n`-th number in a sentence, from 0.
fn figure(said: &str, n: usize) -> u32 {
    let numbers = said.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    numbers.filter_map(|number| number.parse().ok()).nth(n).unwrap_or_default()
}

/// The part of an address that names one thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Id<T>(pub T);

impl<T: FromStr> FromRequestParts<App> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, app).await.map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// The filters of an address; one that does not fit is named.
#[derive(Debug)]
pub(super) struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let said = parts.uri.query().unwrap_or_default();
        // A form sends its empty fields too: they ask for nothing.
        let pairs: Vec<&str> = said
            .split('&')
            .filter(|pair| pair.split_once('=').is_some_and(|(_, value)| !value.is_empty()))
            .collect();
        let uri = format!("/?{}", pairs.join("&")).parse().map_err(|error| malformed_query("", &error))?;
        let read = axum::extract::Query::<T>::try_from_uri(&uri);
        read.map(|query| Self(query.0)).map_err(|rejection| not_a_query(&rejection.body_text()))
    }
}

/// The framework says `…: field: why` in one text.
fn not_a_query(said: &str) -> Problem {
    let said = said.split_once(": ").map_or(said, |(_, rest)| rest);
    match said.split_once(": ") {
        Some((field, why)) if !field.contains(' ') => malformed_query(field, &why),
        _ => malformed_query(named_in(said).unwrap_or_default(), &said),
    }
}

/// The field that a sentence such as "unknown field `x`" or "missing field `x`" names.
fn named_in(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("field `")?;
    rest.split_once('`').map(|(field, _)| field)
}

fn malformed_query(field: &str, why: &dyn std::fmt::Display) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "query.malformed").field(field).technical(why)
}

/// Sixty-four hexadecimal figures and the like, as bytes.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let nibble = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    digits.chunks_exact(2).map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?)).collect()
}

/// Exactly `N` bytes in hexadecimal figures.
pub(super) fn unhex_exactly<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex(text)?.try_into().ok()
}

/// Bytes in hexadecimal figures.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to memory cannot fail");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync_core::unit::Amount;

    #[test]
    fn hexadecimal_figures_come_and_go() {
        assert_eq!(unhex_exactly::<3>(&hex(&[0, 171, 255])), Some([0, 171, 255]));
        for wrong in ["0", "zz", "00112"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_field_that_does_not_fit_is_named_by_its_path() {
        #[derive(Debug, serde::Deserialize)]
        struct Inner {
            #[expect(dead_code, reason = "only its reading matters")]
            many: u8,
        }
        #[derive(Debug, serde::Deserialize)]
        struct Outer {
            #[expect(dead_code, reason = "only its reading matters")]
            lines: Vec<Inner>,
        }
        let problem = parsed::<Outer>(br#"{"lines":[{"many":1},{"many":900}]}"#).expect_err("too large");
        assert!(format!("{problem:?}").contains("lines[1].many"), "{problem:?}");
    }

    #[test]
    fn what_the_products_own_types_say_is_told_in_both_languages_with_its_limit() {
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only its reading matters")]
        struct Taken {
            name: sync_core::unit::Text<1, 4>,
            amount: Amount,
        }
        let english = Texts::new(sync_core::locale::Lang::En)
            .with(sync_core::locale::SERVER)
            .with(sync_core::locale::CONTENT);
        let said = |body: &str| {
            let problem = parsed::<Taken>(body.as_bytes()).expect_err("it does not fit");
            let document = problem.document(&english, "");
            (document.field.unwrap_or_default(), document.limit, document.detail)
        };
        let (field, limit, detail) = said(r#"{"name":"宁安食品行","amount":"1.00"}"#);
        assert_eq!((field.as_str(), limit), ("name", Some(4)));
        assert_eq!(detail, "Name: It has 5 characters; 4 at most.");
        let amounts = [
            ("1.001", "2 decimals", Some(2)),
            ("0", "more than 0", None),
            ("-5", "more than 0", None),
            ("1000000000000", "999,999,999.99", Some(99_999_999_999)),
            ("x", "figures", None),
        ];
        for (amount, word, most) in amounts {
            let (field, limit, detail) = said(&format!(r#"{{"name":"宁安","amount":"{amount}"}}"#));
            assert_eq!((field.as_str(), limit), ("amount", most));
            assert!(detail.contains(word), "{amount}: {detail}");
        }
        let (field, _, detail) = said(r#"{"name":"宁安"}"#);
        assert_eq!((field.as_str(), detail.as_str()), ("amount", "Amount: Please fill this in."));
        let (field, _, detail) = said(r#"{"name":7,"amount":"1.00"}"#);
        assert_eq!(
            (field.as_str(), detail.as_str()),
            ("name", "Name: This cannot be read; please check it.")
        );
        let (field, _, detail) = said("[");
        assert_eq!((field.as_str(), detail.contains("The request")), ("", true), "{detail}");
    }

    #[test]
    fn one_of_several_is_named_with_its_place_and_what_nobody_sees_by_its_path() {
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only its reading matters")]
        struct Line {
            #[serde(default)]
            note: sync_core::unit::Text<0, 4>,
            #[serde(default)]
            wire_only: sync_core::unit::Text<0, 4>,
        }
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only its reading matters")]
        struct Taken {
            lines: Vec<Line>,
        }
        let chinese = Texts::new(sync_core::locale::Lang::ZhCn)
            .with(sync_core::locale::SERVER)
            .with(sync_core::locale::CONTENT);
        let said = |body: &str| {
            parsed::<Taken>(body.as_bytes()).expect_err("it does not fit").document(&chinese, "").detail
        };
        let long = said(r#"{"lines":[{},{"note":"到货前先打电话"}]}"#);
        assert_eq!(long, "备注（第 2 项）：现有 7 个字，最多 4 个。");
        let long = said(r#"{"lines":[{"wire_only":"12345"}]}"#);
        assert_eq!(long, "lines[0].wire_only：现有 5 个字，最多 4 个。");
    }
}
