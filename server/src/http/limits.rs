//! Who asks too much is told to come back: by device, by sign-in, and by address where nobody has signed in.
//!
//! What a phone wanted to deliver is not lost: it keeps it, and comes back when it was told to.

use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sync_core::{time::Timestamp, unit::DeviceId};
use uuid::Uuid;

use super::App;
use super::problem::Problem;
use super::session::address_of;
use crate::auth::{Buckets, TooMany};
use crate::config::{Rate, Rates};
use crate::figures::LIMITED;

/// For those who watch over the server; they are never told to come back.
const WATCHED: [&str; 5] = ["/health/live", "/health/ready", "/healthz", "/readyz", "/metrics"];

/// The buckets of everybody who calls.
#[derive(Debug)]
pub(super) struct Limits {
    devices: Buckets<DeviceId>,
    sessions: Buckets<Uuid>,
    addresses: Buckets<Option<IpAddr>>,
}

impl Limits {
    fn of(rates: Rates) -> Self {
        Self {
            devices: Buckets::new(rates.device()),
            sessions: Buckets::new(rates.session()),
            addresses: Buckets::new(rates.address()),
        }
    }

    /// One more request of a device.
    ///
    /// # Errors
    /// It sends too many.
    pub(super) fn device(&self, device: DeviceId, now: Timestamp) -> Result<(), Problem> {
        told("device", self.devices.rate(), self.devices.take(device, now))
    }

    fn session(&self, session: Uuid, now: Timestamp) -> Result<(), Problem> {
        told("session", self.sessions.rate(), self.sessions.take(session, now))
    }

    fn address(&self, address: Option<IpAddr>, now: Timestamp) -> Result<(), Problem> {
        told("address", self.addresses.rate(), self.addresses.take(address.map(network), now))
    }
}

/// Whose rates are set at most once, before the first request.
pub(super) type Rated = OnceLock<Limits>;

impl App {
    /// From now on nobody may ask for more than this. The first rates set stay.
    pub fn limit(&self, rates: Rates) {
        for limit in ["device", "session", "address"] {
            metrics::counter!(LIMITED, "limit" => limit).increment(0);
        }
        let _ = self.limits.set(Limits::of(rates));
    }
}

/// Around every request: one token of its sign-in, or of its address where no sign-in came along.
pub(super) async fn within(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(limits) = app.limits.get().filter(|_| !is_watched(&request)) else {
        return next.run(request).await;
    };
    let now = app.outside.now();
    let brought = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = brought.and_then(|said| said.strip_prefix("Bearer ")).map(str::trim);
    let badge = match token {
        Some(token) => app.auth.badge(token).await.ok(),
        None => None,
    };
    let admitted = if let Some(badge) = badge {
        request.extensions_mut().insert(badge);
        limits.session(badge.session, now)
    } else {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
        limits.address(peer.and_then(|peer| address_of(&app, peer, request.headers()).parse().ok()), now)
    };
    match admitted {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn is_watched(request: &Request) -> bool {
    request.extensions().get::<MatchedPath>().is_some_and(|path| WATCHED.contains(&path.as_str()))
}

/// What one caller can choose freely: of an IPv6 address the first half belongs to whoever has the line.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        address @ IpAddr::V4(_) => address,
    }
}

fn told(which: &'static str, rate: Rate, taken: Result<(), TooMany>) -> Result<(), Problem> {
    taken.map_err(|TooMany { wait_ms }| {
        metrics::counter!(LIMITED, "limit" => which).increment(1);
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, &format!("limit.{which}"));
        let problem = problem.limit(rate.per_second.into()).figure("burst", rate.burst.into());
        problem.retry_after(wait_ms.div_ceil(1_000).max(1))
    })
}
