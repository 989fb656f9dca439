//! Live events: hints that the feed has moved, over one long answer.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use futures::Stream;
use futures::stream::unfold;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::ProblemDocument;
use super::{App, Caller};
use crate::figures::{LISTENERS, Present};
use crate::live::Hint;

/// A sign of life, so that neither proxy nor browser believes the line dead; and whether the caller still stands is asked
/// as often, so that a line without any hint ends as soon as a request would be refused.
const HEARTBEAT: Duration = Duration::from_secs(9);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}

/// Hints that the feed has moved: `event: feed`, `data: {"position": 48213}`.
///
/// `event: device` says that something else is known of a phone: that it has given up what it had to.
/// Only hints the caller may see come through; a reader who missed one asks the lists as always. Where nothing moves for
/// a while, `event: head` says the same of the head as it stands.
#[utoipa::path(get, path = "/events", tag = "live", security(("access" = [])), responses(
    (status = 200, content_type = "text/event-stream", body = String),
    (status = 401, body = ProblemDocument),
))]
async fn events(State(app): State<App>, caller: Caller) -> impl IntoResponse {
    let present = Present::of(LISTENERS);
    let (hints_of, closing) = (app.live.hear(), app.live.closing());
    let hearing = Hearing { hints: hints_of, closing, app, caller, _present: present };
    Sse::new(hints(hearing))
}

struct Hearing {
    hints: broadcast::Receiver<Hint>,
    closing: watch::Receiver<bool>,
    app: App,
    caller: Caller,
    _present: Present,
}

impl Hearing {
    /// The next hint for this caller; `None` when the line ends.
    async fn next(&mut self) -> Option<(&'static str, u64)> {
        loop {
            let heard = tokio::select! {
                heard = self.hints.recv() => heard,
                _ = self.closing.wait_for(|closing| *closing) => return None,
            };
            // Rights are asked anew at every hint: a session that has ended hears nothing more.
            self.caller = self.caller.anew(&self.app).await.ok()?;
            match heard {
                Ok(hint) if hint.is_for(&self.caller.viewer) => return Some((hint.name(), hint.position)),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => {
                    // What was missed may have been of a phone as well.
                    return Some(("device", *self.app.hub().heads().borrow()));
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

fn hints(hearing: Hearing) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(hearing, |mut hearing| async move {
        let heard = tokio::time::timeout(HEARTBEAT, hearing.next()).await;
        let (name, position) = if let Ok(heard) = heard {
            heard?
        } else {
            hearing.caller = hearing.caller.anew(&hearing.app).await.ok()?;
            // Another process may have written into the same store: an import, say.
            let hub = hearing.app.hub();
            let known = *hub.heads().borrow();
            ("head", hub.look().await.unwrap_or(known))
        };
        let event = Event::default().event(name).data(format!("{{\"position\":{position}}}"));
        Some((Ok(event), hearing))
    })
}
