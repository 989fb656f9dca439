//! The two bundles: `/app/` for phones, `/office/` for desktops.
//!
//! Release builds carry the files inside; development builds read them from disk at run time.

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
#[allow_missing = true]
struct Field;

#[derive(RustEmbed)]
#[folder = "../target/web/office"]
#[allow_missing = true]
struct Office;

/// Files named by their content never change; a browser need not ask again.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// Everything else is asked for each time and answered "not modified".
const ASK_AGAIN: &str = "no-cache";

/// Below this a file is sent as it is.
const WORTH_PACKING: usize = 512;

/// Larger files are packed before anybody asks.
const WORTH_PREPARING: usize = 64 * 1024;

/// The level beyond which a phone's program hardly gets smaller.
const ZSTD_LEVEL: i32 = 19;

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
    app.pages.answer("index.html", Field::get("index.html"), &headers).await
}

async fn office_index(State(app): State<App>, headers: HeaderMap) -> Response {
    app.pages.answer("index.html", Office::get("index.html"), &headers).await
}

async fn field(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    app.pages.answer(&path, Field::get(&path), &headers).await
}

async fn office(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    app.pages.answer(&path, Office::get(&path), &headers).await
}

/// How a file is packed for the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Packing {
    /// A fifth smaller than gzip on the phone's program.
    Zstd,
    /// What every browser takes.
    Gzip,
}

impl Packing {
    const fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// The best that a browser says it takes.
    fn taken_by(asked: &HeaderMap) -> Option<Self> {
        let said = asked.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
        [Self::Zstd, Self::Gzip].into_iter().find(|packing| {
            said.split(',').any(|way| {
                let mut parts = way.trim().split(';');
                parts.next() == Some(packing.name()) && !parts.any(|weight| weight.trim() == "q=0")
            })
        })
    }

    fn pack(self, plain: &[u8]) -> Bytes {
        match self {
            Self::Zstd => zstd::bulk::compress(plain, ZSTD_LEVEL).unwrap_or_default().into(),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
                let packed = encoder.write_all(plain).and_then(|()| encoder.finish());
                packed.unwrap_or_default().into()
            }
        }
    }
}

/// Packed files, by the hash of their content; whoever comes while one is being packed waits for that one only.
type Packed = Mutex<BTreeMap<([u8; 32], Packing), Arc<OnceLock<Bytes>>>>;

/// Files packed once.
#[derive(Debug, Default)]
pub(super) struct Pages {
    packed: Arc<Packed>,
}

impl Pages {
    /// Packs the large files before the first phone asks for them.
    pub(super) fn prepare(&self) {
        let packed = Arc::clone(&self.packed);
        tokio::task::spawn_blocking(move || {
            let bundles = Field::iter()
                .map(|path| Field::get(&path))
                .chain(Office::iter().map(|path| Office::get(&path)));
            for file in bundles.flatten().filter(|file| file.data.len() > WORTH_PREPARING) {
                pack(&packed, file.metadata.sha256_hash(), Packing::Zstd, &file.data);
            }
        });
    }

    async fn answer(&self, path: &str, file: Option<EmbeddedFile>, asked: &HeaderMap) -> Response {
        let Some(file) = file else {
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
        let packing = Packing::taken_by(asked).filter(|_| worth_packing(&file));
        let body = self.body(file, packing).await;
        if let Some(packing) = packing {
            set(&mut headers, header::CONTENT_ENCODING, packing.name());
        }
        (headers, Body::from(body)).into_response()
    }

    /// The file as it goes out; packing a large one takes a second, which others need not wait for.
    async fn body(&self, file: EmbeddedFile, packing: Option<Packing>) -> Bytes {
        let Some(packing) = packing else {
            return Bytes::from(file.data.into_owned());
        };
        let packed = Arc::clone(&self.packed);
        let work = move || pack(&packed, file.metadata.sha256_hash(), packing, &file.data);
        tokio::task::spawn_blocking(work).await.unwrap_or_default()
    }
}

fn pack(packed: &Packed, hash: [u8; 32], packing: Packing, plain: &[u8]) -> Bytes {
    let place =
        Arc::clone(packed.lock().unwrap_or_else(PoisonError::into_inner).entry((hash, packing)).or_default());
    place.get_or_init(|| packing.pack(plain)).clone()
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

/// `name-0123456789abcdef.ending`
fn named_by_content(path: &str) -> bool {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    stem.rsplit_once('-')
        .is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|c| c.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_best_packing_it_takes() {
        let taken = |said: &'static str| {
            let mut asked = HeaderMap::new();
            asked.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(said));
            Packing::taken_by(&asked)
        };
        assert_eq!(taken("gzip, deflate, br, zstd"), Some(Packing::Zstd));
        assert_eq!(taken("gzip, zstd;q=0"), Some(Packing::Gzip));
        assert_eq!(taken("br"), None);
        let plain = b"outlasting the way ".repeat(400);
        for packing in [Packing::Zstd, Packing::Gzip] {
            assert!(packing.pack(&plain).len() < plain.len() / 10, "{packing:?}");
        }
    }

    #[test]
    fn only_files_named_by_their_content_are_kept_forever() {
        assert!(named_by_content("field-39ae10536d134bcb.js"));
        for asked_again in ["index.html", "sw.js", "icon-192.png", "icon-maskable-512.png"] {
            assert!(!named_by_content(asked_again), "{asked_again}");
        }
    }
}
