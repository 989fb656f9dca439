//! Connections: how many, how long they may be silent, and the secret between phone and server.
//!
//! The framework's own loop has no time limit for a caller who connects and says nothing; this one has.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::config::Serving;
use crate::tls::Tls;

/// For a year a browser that was here over HTTPS comes back by no other way.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The most bytes of a request's head over HTTP/2.
const HEAD_BYTES: u32 = 32 * 1024;

/// The most requests on their way at once over one HTTP/2 connection.
const AT_ONCE: u32 = 100;

/// What is allowed to connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineLimits {
    /// How many may be open at once; whoever comes after them waits.
    pub connections: usize,
    /// How many of them may be one address's, where addresses are those of callers; one more is hung up on.
    pub of_one_address: Option<usize>,
    /// For so long a caller may take to agree on a secret. Over a line of a kilobyte a second it takes ten seconds.
    pub handshake: Duration,
    /// For so long a caller may take to say a whole request's head, the silence before it counted in; over HTTP/2, to
    /// answer that they are still there.
    pub silence: Duration,
}

impl LineLimits {
    /// Those of a server that was told so.
    pub fn of(serving: &Serving) -> Self {
        let connections = usize::try_from(serving.connections).unwrap_or(usize::MAX);
        Self {
            connections,
            // Behind a proxy all addresses are the proxy's.
            of_one_address: (!serving.behind_proxy).then_some(connections.div_ceil(4)),
            ..Self::default()
        }
    }
}

impl Default for LineLimits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            of_one_address: None,
            handshake: Duration::from_secs(30),
            silence: Duration::from_secs(75),
        }
    }
}

/// Where a server listens, and how it speaks there.
#[derive(Debug)]
pub struct Lines {
    /// Where it listens.
    pub listener: TcpListener,
    /// HTTPS, where the server speaks it itself.
    pub tls: Option<Tls>,
    /// Where it listens for plain HTTP only to send callers on to HTTPS.
    pub redirect: Option<TcpListener>,
    /// What is allowed to connections.
    pub limits: LineLimits,
}

impl Lines {
    /// Plain HTTP, for this machine or a proxy.
    pub fn plain(listener: TcpListener) -> Self {
        Self { listener, tls: None, redirect: None, limits: LineLimits::default() }
    }
}

/// Answers whoever connects until `stop` comes about, and then finishes what has begun.
pub(super) async fn answer<L>(
    mut listener: L,
    tls: Option<TlsAcceptor>,
    limits: LineLimits,
    router: Router,
    stop: impl Future<Output = ()> + Send,
) where
    L: Listener<Addr = SocketAddr>,
{
    let places = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
    let crowd = Arc::new(Crowd { most: limits.of_one_address, open: Mutex::default() });
    let line = Arc::new(Line { tls, limits, builder: builder(limits), router });
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.expect("nobody closes the places");
            (place, listener.accept().await)
        };
        let (place, (io, from)) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        let Some(seat) = Crowd::enter(&crowd, from.ip()) else {
            tracing::debug!("an address has too many connections");
            continue;
        };
        let (line, watcher) = (Arc::clone(&line), open.watcher());
        tokio::spawn(async move {
            line.speak(io, from, watcher).await;
            drop((place, seat));
        });
    }
    drop(listener);
    open.shutdown().await;
}

/// What all connections of one listener share.
struct Line {
    tls: Option<TlsAcceptor>,
    limits: LineLimits,
    builder: [Builder<TokioExecutor>; 2],
    router: Router,
}

/// HTTP/1.1, and HTTP/2.
fn builder(limits: LineLimits) -> [Builder<TokioExecutor>; 2] {
    let mut first = Builder::new(TokioExecutor::new());
    first.http1().timer(TokioTimer::new()).header_read_timeout(limits.silence);
    let mut second = Builder::new(TokioExecutor::new());
    second
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.silence)
        .keep_alive_timeout(limits.silence)
        .max_concurrent_streams(AT_ONCE)
        .max_header_list_size(HEAD_BYTES);
    [first.http1_only(), second.http2_only()]
}

impl Line {
    /// Speaks with one caller until one of both ends it. How it ends is nobody's news: phones lose their line all day.
    async fn speak<I>(&self, io: I, from: SocketAddr, watcher: Watcher)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Some(tls) = &self.tls else {
            return self.requests(io, from, false, watcher).await;
        };
        match tokio::time::timeout(self.limits.handshake, tls.accept(io)).await {
            Ok(Ok(io)) => {
                let second = io.get_ref().1.alpn_protocol() == Some(b"h2");
                self.requests(io, from, second, watcher).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "no secret was agreed on"),
            Err(_) => tracing::debug!("no secret was agreed on in time"),
        }
    }

    async fn requests<I>(&self, io: I, from: SocketAddr, second: bool, watcher: Watcher)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let secret = self.tls.is_some();
        let service = self
            .router
            .clone()
            .map_request(move |request: Request<Incoming>| {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(from));
                request
            })
            .map_response(move |response| if secret { only_secret(response) } else { response });
        let speaking = self.builder[usize::from(second)]
            .serve_connection(TokioIo::new(io), TowerToHyperService::new(service));
        if let Err(error) = watcher.watch(speaking).await {
            tracing::debug!(%error, "a connection ended");
        }
    }
}

/// Tells browsers to come back over HTTPS only: with every page, which is where a browser looks.
fn only_secret(mut response: Response) -> Response {
    if response.headers().contains_key(header::CONTENT_SECURITY_POLICY) {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    response
}

/// How many connections each address has open.
#[derive(Debug)]
struct Crowd {
    most: Option<usize>,
    open: Mutex<BTreeMap<IpAddr, usize>>,
}

/// One connection of an address; dropped, it is no more.
#[derive(Debug)]
struct Seat {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Crowd {
    /// One connection more of an address, where it may have one.
    fn enter(crowd: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let address = address.to_canonical();
        if let Some(most) = crowd.most {
            let mut open = crowd.open.lock().unwrap_or_else(PoisonError::into_inner);
            let has = open.entry(address).or_default();
            if *has >= most {
                return None;
            }
            *has += 1;
        }
        Some(Seat { crowd: Arc::clone(crowd), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if self.crowd.most.is_some() {
            let mut open = self.crowd.open.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(has) = open.get_mut(&self.address) {
                *has = has.saturating_sub(1);
                if *has == 0 {
                    open.remove(&self.address);
                }
            }
        }
    }
}

/// What plain HTTP answers where the server speaks HTTPS itself: the same place, over HTTPS.
pub(super) fn redirecting(port: u16) -> Router {
    Router::new().fallback(move |headers: HeaderMap, uri: Uri| async move { sent_on(&headers, &uri, port) })
}

/// Sends a caller on. What they ask for may hold secrets of theirs: it goes into no log.
fn sent_on(headers: &HeaderMap, uri: &Uri, port: u16) -> Response {
    let said = headers.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(name_of);
    let Some(name) = said else {
        return (StatusCode::BAD_REQUEST, "host?\n").into_response();
    };
    let port = if port == 443 { String::new() } else { format!(":{port}") };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let Ok(place) = HeaderValue::from_str(&format!("https://{name}{port}{path}")) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let gone = [(header::LOCATION, place), (header::CONNECTION, HeaderValue::from_static("close"))];
    (StatusCode::PERMANENT_REDIRECT, gone).into_response()
}

/// The name in a `Host` header, without the port.
fn name_of(host: &str) -> Option<String> {
    let authority: axum::http::uri::Authority = host.parse().ok()?;
    let name = authority.host();
    (!name.is_empty() && !host.contains('@')).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share_of_the_connections_and_gets_it_back() {
        let crowd = Arc::new(Crowd { most: Some(2), open: Mutex::default() });
        let (here, there) = (IpAddr::from([192, 0, 2, 7]), IpAddr::from([192, 0, 2, 8]));
        let first = Crowd::enter(&crowd, here).expect("one");
        let mapped = "::ffff:192.0.2.7".parse().expect("an address");
        let second = Crowd::enter(&crowd, mapped).expect("two: it is the same address");
        assert!(Crowd::enter(&crowd, here).is_none(), "three");
        let other = Crowd::enter(&crowd, there).expect("another address has its own share");
        drop(first);
        assert!(Crowd::enter(&crowd, here).is_some());
        drop((second, other));
        assert!(crowd.open.lock().expect("nobody panics").is_empty(), "nothing is kept of who has gone");
    }

    #[test]
    fn a_caller_of_plain_http_is_sent_to_the_same_place_over_https() {
        let place = |host: &str, path: &str, port| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(host).expect("a header"));
            let sent = sent_on(&headers, &path.parse().expect("a path"), port);
            let place = sent.headers().get(header::LOCATION).and_then(|place| place.to_str().ok());
            (sent.status().as_u16(), place.map(ToOwned::to_owned))
        };
        let to = |place: &str| (308, Some(place.to_owned()));
        assert_eq!(place("fieldbook.example", "/app/?q=1", 443), to("https://fieldbook.example/app/?q=1"));
        assert_eq!(place("fieldbook.example:80", "/", 8443), to("https://fieldbook.example:8443/"));
        assert_eq!(place("[2001:db8::7]:80", "/app/", 443), to("https://[2001:db8::7]/app/"));
        for strange in ["", "a b", "evil@fieldbook.example", "x/y"] {
            assert_eq!(place(strange, "/", 443), (400, None), "{strange:?}");
        }
    }
}
