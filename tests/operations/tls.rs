//! HTTPS by the server itself: a real handshake, certificates that change under it, and callers who say nothing.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::http::{LineLimits, Lines, serve_on};
use server::tls::{Certificate, Tls, TlsFault};
use sync_core::time::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::house::House;

/// 2026-11-20, inside of what [`Files::good`] is good for.
const TODAY: Timestamp = Timestamp::from_millis(1_795_140_000_000);

/// Certificate and key in a folder of their own, gone afterwards.
struct Files {
    folder: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("fieldbook-tls-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
        Self { certificate: folder.join("cert.pem"), key: folder.join("key.pem"), folder }
    }

    /// With a certificate that is good in 2026 and 2027.
    fn good(name: &str) -> (Self, CertificateDer<'static>) {
        let files = Self::new(name);
        let made = files.put(2026, 2028);
        (files, made)
    }

    /// A new pair, good from the first day of a year to the first day of another.
    fn put(&self, from: i32, to: i32) -> CertificateDer<'static> {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec!["fieldbook.example".to_owned()]).expect("a name");
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let made = params.self_signed(&key).expect("signed");
        std::fs::write(&self.certificate, made.pem()).expect("written");
        std::fs::write(&self.key, key.serialize_pem()).expect("written");
        made.der().clone()
    }

    fn open(&self) -> Result<Tls, TlsFault> {
        Tls::open(&self.certificate, &self.key, TODAY)
    }

    fn refused(&self) -> String {
        self.open().expect_err("they cannot be used").to_string()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The house's server on other lines.
struct Served {
    at: SocketAddr,
    stop: oneshot::Sender<()>,
    running: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    async fn on(house: &House, tls: Option<Tls>, limits: LineLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::of(house, Lines { listener, tls, redirect: None, limits })
    }

    fn of(house: &House, lines: Lines) -> Self {
        let at = lines.listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let app = house.app.clone();
        let running = tokio::spawn(serve_on(lines, app, async {
            let _ = stopped.await;
        }));
        Self { at, stop, running }
    }

    async fn close(self) {
        let _ = self.stop.send(());
        self.running.await.expect("it does not panic").expect("the listener holds");
    }

    /// A connection of somebody who trusts this certificate only, and speaks these protocols.
    async fn trusting(
        &self,
        root: &CertificateDer<'static>,
        alpn: &[&str],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(root.clone()).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        let name = ServerName::try_from("fieldbook.example").expect("a name");
        let stream = TcpStream::connect(self.at).await?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }
}

/// Asks for a page over an open HTTP/1.1 connection that stays open.
async fn asks(stream: &mut TlsStream<TcpStream>, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: fieldbook.example\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut said = Vec::new();
    let whole = loop {
        if let Some(head) = said.windows(4).position(|four| four == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&said[..head]).to_lowercase();
            let length =
                text.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
            break head + 4 + length.trim().parse::<usize>().expect("a number");
        }
        assert!(stream.read_buf(&mut said).await.expect("the answer arrives") > 0);
    };
    while said.len() < whole {
        assert!(stream.read_buf(&mut said).await.expect("the rest arrives") > 0);
    }
    assert_eq!(said.len(), whole, "nothing follows the answer");
    String::from_utf8_lossy(&said).into_owned()
}

/// The system's clock may stand before or after a certificate's time; the test's certificates are good at both.
#[tokio::test]
async fn a_phone_that_trusts_the_certificate_speaks_http_2_or_1_1_and_is_told_to_come_over_https_only() {
    let house = House::open().await;
    let (files, root) = Files::good("speaks");
    let served = Served::on(&house, Some(files.open().expect("good")), LineLimits::default()).await;
    let mut first = served.trusting(&root, &["http/1.1"]).await.expect("a handshake");
    let page = asks(&mut first, "/office/").await;
    assert!(page.to_lowercase().contains("strict-transport-security: max-age="), "{page}");
    let alive = asks(&mut first, "/healthz").await;
    assert!(alive.starts_with("HTTP/1.1 200"), "the same connection goes on: {alive}");
    let mut second = served.trusting(&root, &["h2", "http/1.1"]).await.expect("a handshake");
    assert_eq!(second.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    // The preface of HTTP/2 and empty settings: the server answers with its own settings (a frame of type 4).
    second.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("it reads");
    let mut frame = [0; 9];
    second.read_exact(&mut frame).await.expect("a frame");
    assert_eq!(frame[3], 4, "settings");
    drop((first, second));
    served.close().await;
}

#[tokio::test]
async fn a_new_certificate_is_taken_up_and_open_connections_go_on() {
    let house = House::open().await;
    let (files, old) = Files::good("changes");
    let tls = files.open().expect("good");
    let served = Served::on(&house, Some(tls.clone()), LineLimits::default()).await;
    let mut open = served.trusting(&old, &["http/1.1"]).await.expect("a handshake");
    assert_eq!(tls.look_again(TODAY), Ok(false), "nothing has changed");
    let new = files.put(2026, 2029);
    assert!(served.trusting(&new, &[]).await.is_err(), "not before somebody has looked");
    assert_eq!(tls.look_again(TODAY), Ok(true));
    served.trusting(&new, &[]).await.expect("the new one is shown");
    assert!(served.trusting(&old, &[]).await.is_err(), "and the old one no more");
    assert!(asks(&mut open, "/healthz").await.starts_with("HTTP/1.1 200"), "who was here is still here");
    // What cannot be used is named, and what was in force stays.
    let key = std::fs::read(&files.key).expect("read");
    files.put(2026, 2030);
    std::fs::write(&files.key, key).expect("written");
    assert!(matches!(tls.look_again(TODAY), Err(TlsFault::Mismatch { .. })));
    served.trusting(&new, &[]).await.expect("the last good one stays");
    drop(open);
    served.close().await;
}

#[test]
fn what_is_wrong_with_certificate_or_key_is_named_before_anything_begins() {
    let files = Files::new("wrong");
    assert!(files.refused().contains("cert.pem: No such file"), "{}", files.refused());
    files.put(2026, 2028);
    assert_eq!(files.open().expect("good").certificate().names(), ["fieldbook.example"]);
    let certificate = std::fs::read_to_string(&files.certificate).expect("read");
    let key = std::fs::read_to_string(&files.key).expect("read");
    let with = |certificate: &str, key: &str| {
        std::fs::write(&files.certificate, certificate).expect("written");
        std::fs::write(&files.key, key).expect("written");
        files.refused()
    };
    let said = with(&key, &key);
    assert!(said.contains("cert.pem: no certificate in PEM"), "{said}");
    let said = with(&certificate, &certificate);
    assert!(said.contains("key.pem: no private key in PEM"), "{said}");
    let said = with(&certificate[..certificate.len() / 2], &key);
    assert!(said.contains("cert.pem: a block has no end"), "{said}");
    let said = with(&certificate, &KeyPair::generate().expect("a key").serialize_pem());
    assert!(said.contains("key.pem is not the key of the first certificate in"), "{said}");
    files.put(2024, 2026);
    assert!(files.refused().contains("the certificate ran out on 2026-01-01"), "{}", files.refused());
    files.put(2027, 2028);
    let said = files.refused();
    assert!(said.contains("good from 2027-01-01 only") && said.contains("2026-11-20"), "{said}");
    for secret in key.lines().filter(|line| !line.starts_with("-----")) {
        assert!(!said.contains(secret), "no message shows the key");
    }
}

#[test]
fn days_left_are_whole_and_there_are_none_outside_of_its_time() {
    let (files, _) = Files::good("days");
    let read = Certificate::read(&files.certificate, &files.key).expect("good");
    // To 2028-01-01 00:00 UTC.
    let end: u64 = 1_830_297_600_000;
    let at = |ms| read.days_left(Timestamp::from_millis(ms));
    assert_eq!((at(end), at(end - 86_400_000), at(end - 86_399_999)), (Some(0), Some(1), Some(0)));
    assert_eq!(at(end + 1), None);
}

/// What the server says to somebody who connects and sends only this; the server ends it.
async fn hung_up_on(at: SocketAddr, says: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(at).await.expect("it listens");
    stream.write_all(says).await.expect("it reads");
    let mut said = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut said).await;
    said
}

#[tokio::test]
async fn who_connects_and_says_nothing_or_half_a_request_is_hung_up_on() {
    let house = House::open().await;
    let short = Duration::from_millis(30);
    let limits = LineLimits { handshake: short, silence: short, ..LineLimits::default() };
    let plain = Served::on(&house, None, limits).await;
    for half in [&b""[..], b"GET /healthz HTTP/1.1\r\nhost: x\r\n"] {
        let said = hung_up_on(plain.at, half).await;
        assert!(!said.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&said));
    }
    plain.close().await;
    let house = House::open().await;
    let (files, _) = Files::good("silent");
    let secret = Served::on(&house, Some(files.open().expect("good")), limits).await;
    for half in [&b""[..], b"\x16\x03\x01", b"GET / HTTP/1.1\r\n\r\n"] {
        let said = hung_up_on(secret.at, half).await;
        assert!(!said.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&said));
    }
    secret.close().await;
}

#[tokio::test]
async fn who_comes_after_the_last_place_waits_and_one_address_does_not_take_all() {
    let house = House::open().await;
    let limits = LineLimits { connections: 1, ..LineLimits::default() };
    let served = Served::on(&house, None, limits).await;
    let holder = TcpStream::connect(served.at).await.expect("it listens");
    let mut waiting = TcpStream::connect(served.at).await.expect("the system keeps it");
    waiting.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("kept");
    let mut said = Vec::new();
    let mut reading = Box::pin(waiting.read_to_end(&mut said));
    assert!(futures::poll!(&mut reading).is_pending(), "there is no place yet");
    drop(holder);
    reading.await.expect("now there is");
    assert!(said.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&said));
    served.close().await;
    let house = House::open().await;
    let limits = LineLimits { of_one_address: Some(1), ..LineLimits::default() };
    let served = Served::on(&house, None, limits).await;
    let holder = TcpStream::connect(served.at).await.expect("it listens");
    let mut second = TcpStream::connect(served.at).await.expect("the system takes it");
    let mut nothing = Vec::new();
    assert_eq!(second.read_to_end(&mut nothing).await.expect("an end"), 0, "hung up on at once");
    drop(holder);
    served.close().await;
}

#[tokio::test]
async fn plain_http_only_leads_to_https() {
    let house = House::open().await;
    let (files, root) = Files::good("leads");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let redirect = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let from = redirect.local_addr().expect("an address");
    let tls = Some(files.open().expect("good"));
    let served =
        Served::of(&house, Lines { listener, tls, redirect: Some(redirect), limits: LineLimits::default() });
    for asked in ["GET /app/?q=1", "POST /api/v1/session", "GET /metrics"] {
        let path = asked.split(' ').nth(1).expect("a path");
        let said =
            hung_up_on(from, format!("{asked} HTTP/1.1\r\nhost: fieldbook.example:80\r\n\r\n").as_bytes())
                .await;
        let said = String::from_utf8_lossy(&said).to_lowercase();
        let place = format!("location: https://fieldbook.example:{}{path}\r\n", served.at.port());
        assert!(said.starts_with("http/1.1 308") && said.contains(&place), "{said}");
    }
    served.trusting(&root, &[]).await.expect("HTTPS is where it says");
    served.close().await;
}
