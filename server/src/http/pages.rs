//! The two bundles: `/app/` for phones, `/office/` for desktops.
//!
//! Release builds carry the files inside; development builds read them from disk at run time.
//! `cargo xtask web` packs them by brotli; who does not take that gets gzip, packed at the first asking.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::App;

#[derive(RustEmbed)]
#[folder = "../target/web/field"]
struct Field;

#[derive(RustEmbed)]
#[folder = "../target/web/office"]
struct Office;

/// Files named by their content never change; a browser need not ask again.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Everything else is asked for each time and answered "not modified".
const ASK_AGAIN: &str = "no-cache";

/// Below this a file is sent as it is.
const WORTH_PACKING: usize = 512;

/// What stands beside a file that was packed when the bundle was built.
const PACKED_ENDING: &str = ".br";

/// Where the bundles are served.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(front_door))
        .route("/app", get(|| async { Redirect::permanent("/app/") }))
        .route("/office", get(|| async { Redirect::permanent("/office/") }))
        .route("/app/", get(field_index))
        .route("/office/", get(office_index))
        .route("/app/{*path}", get(field))
        .route("/office/{*path}", get(office))
}

/// Phones to the field bundle, desktops to the office.
async fn front_door(headers: HeaderMap) -> Response {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let phone =
        agent.is_some_and(|agent| ["Mobi", "Android", "iPhone"].iter().any(|word| agent.contains(word)));
    let to = Redirect::temporary(if phone { "/app/" } else { "/office/" });
    ([(header::VARY, HeaderValue::from_static("user-agent"))], to).into_response()
}

async fn field_index(State(app): State<App>, headers: HeaderMap) -> Response {
    app.pages.answer::<Field>("index.html", &headers).await
}

async fn office_index(State(app): State<App>, headers: HeaderMap) -> Response {
    app.pages.answer::<Office>("index.html", &headers).await
}

async fn field(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    app.pages.answer::<Field>(&path, &headers).await
}

async fn office(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    app.pages.answer::<Office>(&path, &headers).await
}

/// How a file is packed for the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    /// A quarter smaller than gzip on the phone's program; browsers take it on https and from their own machine.
    Brotli,
    /// What every browser takes.
    Gzip,
}

impl Packing {
    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// Whether a browser says it takes this one.
    fn is_taken_by(self, asked: &HeaderMap) -> bool {
        let said = asked.get(header::ACCEPT_ENCODING).and_then(|said| said.to_str().ok()).unwrap_or_default();
        said.split(',').any(|way| {
            let mut parts = way.trim().split(';');
            parts.next() == Some(self.name()) && !parts.any(|weight| weight.trim() == "q=0")
        })
    }
}

/// Files packed by gzip, by the hash of their content; whoever comes while one is being packed waits for that one only.
type Gzipped = Mutex<BTreeMap<[u8; 32], Arc<OnceLock<Bytes>>>>;

/// The pages, each packed by gzip once.
#[derive(Debug, Default)]
pub(super) struct Pages {
    gzipped: Arc<Gzipped>,
}

impl Pages {
    async fn answer<Bundle: RustEmbed>(&self, path: &str, asked: &HeaderMap) -> Response {
        let Some(file) = Bundle::get(path) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let hash = file.metadata.sha256_hash();
        let tag = format!("\"{}\"", super::read::hex(&hash[..16]));
        let keep = if named_by_content(path) { FOREVER } else { ASK_AGAIN };
        let mut headers = HeaderMap::new();
        let set = |headers: &mut HeaderMap, name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(&mut headers, header::ETAG, &tag);
        set(&mut headers, header::CACHE_CONTROL, keep);
        set(&mut headers, header::VARY, "accept-encoding");
        if asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        set(&mut headers, header::CONTENT_TYPE, &media_type(path, &file));
        let (body, packing) = self.body::<Bundle>(path, file, asked).await;
        if let Some(packing) = packing {
            set(&mut headers, header::CONTENT_ENCODING, packing.name());
        }
        let mut response = (headers, Body::from(body)).into_response();
        if !is_opened(path) {
            response.extensions_mut().insert(OnlyAPart);
        }
        response
    }

    /// The file as it goes out, in the best packing the browser takes.
    async fn body<Bundle: RustEmbed>(
        &self,
        path: &str,
        file: EmbeddedFile,
        asked: &HeaderMap,
    ) -> (Bytes, Option<Packing>) {
        if Packing::Brotli.is_taken_by(asked)
            && let Some(packed) = Bundle::get(&format!("{path}{PACKED_ENDING}"))
        {
            return (bytes(packed), Some(Packing::Brotli));
        }
        if !Packing::Gzip.is_taken_by(asked) || !worth_packing(&file) {
            return (bytes(file), None);
        }
        // Packing a large file takes a moment, which others need not wait for.
        let gzipped = Arc::clone(&self.gzipped);
        let work = move || gzipped_once(&gzipped, file.metadata.sha256_hash(), &file.data);
        (tokio::task::spawn_blocking(work).await.unwrap_or_default(), Some(Packing::Gzip))
    }
}

fn bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => data.into(),
    }
}

fn gzipped_once(gzipped: &Gzipped, hash: [u8; 32], plain: &[u8]) -> Bytes {
    let place = Arc::clone(gzipped.lock().unwrap_or_else(PoisonError::into_inner).entry(hash).or_default());
    place.get_or_init(|| gzip(plain)).clone()
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).and_then(|()| encoder.finish()).unwrap_or_default().into()
}

fn media_type(path: &str, file: &EmbeddedFile) -> String {
    // Browsers compile while loading only with exactly this type.
    match path.rsplit('.').next() {
        Some("wasm") => "application/wasm".to_owned(),
        Some("webmanifest") => "application/manifest+json".to_owned(),
        Some("js" | "css" | "html") => format!("{}; charset=utf-8", file.metadata.mimetype()),
        _ => file.metadata.mimetype().to_owned(),
    }
}

fn worth_packing(file: &EmbeddedFile) -> bool {
    file.data.len() > WORTH_PACKING && file.metadata.mimetype() != "image/png"
}

/// A file that a page only takes in: what a page or a worker may do is not said of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnlyAPart;

/// Whether a browser opens the file as a page or runs it as a worker, under the policy it comes with.
fn is_opened(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "html") || path == "sw.js"
}

/// `name-0123456789abcdef.ending`
fn named_by_content(path: &str) -> bool {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    stem.rsplit_once('-')
        .is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|c| c.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(RustEmbed)]
    #[folder = "../client-wasm/web/shared"]
    struct Plain;

    /// A bundle with one file, packed beforehand or not.
    struct Packed;

    impl RustEmbed for Packed {
        fn get(path: &str) -> Option<EmbeddedFile> {
            let mut file = Plain::get(path.trim_end_matches(PACKED_ENDING))?;
            if path.ends_with(PACKED_ENDING) {
                file.data = Cow::Borrowed(b"packed");
            }
            Some(file)
        }

        fn iter() -> impl Iterator<Item = Cow<'static, str>> + 'static {
            Plain::iter()
        }
    }

    async fn way<Bundle: RustEmbed>(said: &'static str) -> Option<Packing> {
        let mut asked = HeaderMap::new();
        asked.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(said));
        let file = Bundle::get("tokens.css").expect("the bundles share their colours");
        let plain = file.data.len();
        let (body, packing) = Pages::default().body::<Bundle>("tokens.css", file, &asked).await;
        assert_eq!(packing.is_none(), body.len() == plain, "{said}");
        packing
    }

    #[tokio::test]
    async fn a_browser_gets_the_best_packing_it_takes() {
        assert_eq!(way::<Packed>("gzip, deflate, br, zstd").await, Some(Packing::Brotli));
        assert_eq!(way::<Packed>("gzip, br;q=0").await, Some(Packing::Gzip));
        assert_eq!(way::<Packed>("zstd").await, None);
        assert_eq!(way::<Plain>("gzip, br").await, Some(Packing::Gzip));
        assert_eq!(way::<Plain>("br").await, None);
    }

    #[test]
    fn only_files_named_by_their_content_are_kept_forever() {
        assert!(named_by_content("field-39ae10536d134bcb.js"));
        for asked_again in ["index.html", "sw.js", "icon-192.png", "icon-maskable-512.png"] {
            assert!(!named_by_content(asked_again), "{asked_again}");
        }
    }
}
