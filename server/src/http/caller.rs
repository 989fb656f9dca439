//! Who is calling, as handlers are handed it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use sync_core::{
    locale::Lang,
    scope::Viewer,
    unit::{DeviceId, StaffId},
};

use super::App;
use super::layers::language;
use super::problem::Problem;
use crate::auth::{AuthRefusal, Badge, Session};

/// Somebody signed in whose session, person and device all still stand.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Their session.
    pub session: Session,
    /// What they may see.
    pub viewer: Viewer,
}

impl Caller {
    /// The same caller as they stand now: within ten seconds of the loss of a right nothing is left of it.
    ///
    /// # Errors
    /// Their session has ended, their device was stopped, they may sign in no more, or the store does not answer.
    pub(super) async fn anew(&self, app: &App) -> Result<Self, Problem> {
        Self::of(app, app.auth.still_stands(self.session.id).await?).await
    }

    /// The enrolled device they call from.
    ///
    /// # Errors
    /// They signed in without one.
    pub fn device(&self) -> Result<DeviceId, Problem> {
        self.session.device.ok_or_else(no_device)
    }
}

/// Somebody who only delivers: also from a device that has lost its other rights, or when they may sign in no more.
#[derive(Clone, Copy, Debug)]
pub struct Deliverer {
    /// Who.
    pub staff: StaffId,
    /// From which device.
    pub device: DeviceId,
}

fn no_device() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "device.missing")
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let session = app.auth.session_of(badge(parts, app).await?).await?;
        if let Some(device) = session.device {
            within_limits(app, device)?;
        }
        Self::of(app, session).await
    }
}

impl Caller {
    /// Whoever a session is of, while they, it and its device all still stand.
    async fn of(app: &App, session: Session) -> Result<Self, Problem> {
        if let Some(device) = session.device {
            let log = || async { app.hub().device_log(device).await };
            let stands = app.auth.device_stands(device, || async {
                Ok(log().await?.is_some_and(|log| log.revoked.is_none()))
            });
            if !stands.await? {
                return Err(Problem::new(StatusCode::FORBIDDEN, "device.revoked"));
            }
        }
        let viewer = app.hub().viewer(session.staff).await?;
        let viewer = viewer.ok_or(AuthRefusal::Ended)?;
        Ok(Self { session, viewer })
    }
}

impl FromRequestParts<App> for Deliverer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let session = app.auth.delivering_session_of(badge(parts, app).await?).await?;
        let device = session.device.ok_or_else(no_device)?;
        within_limits(app, device)?;
        Ok(Self { staff: session.staff, device })
    }
}

/// What the bearer token says; where it was read before, it is not read again.
async fn badge(parts: &Parts, app: &App) -> Result<Badge, AuthRefusal> {
    match parts.extensions.get::<Badge>() {
        Some(badge) => Ok(*badge),
        None => app.auth.badge(token(parts)?).await,
    }
}

/// A device that asks too much is told to come back.
fn within_limits(app: &App, device: DeviceId) -> Result<(), Problem> {
    app.limits.get().map_or(Ok(()), |limits| limits.device(device, app.outside.now()))
}

/// The bearer token.
pub(super) fn token(parts: &Parts) -> Result<&str, AuthRefusal> {
    let said = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    said.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim).ok_or(AuthRefusal::Missing)
}

/// The language the caller reads.
#[derive(Clone, Copy, Debug)]
pub struct Language(pub Lang);

impl FromRequestParts<App> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(language(&parts.headers)))
    }
}
