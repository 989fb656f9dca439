//! The company's own figures, put beside those of the process when somebody asks.

use std::sync::{Arc, Mutex, PoisonError};

use sync_core::time::Timestamp;

use super::App;
use crate::figures::{self, number};
use crate::store::{Stored, Upkeep};
use crate::vitals::Vitals;

/// What takes a look through the book is looked at once in so many milliseconds, however often somebody asks.
const FRESH_MS: u64 = 15_000;

/// What was counted of the book when somebody last asked.
#[derive(Debug, Default)]
pub(super) struct Watched(Mutex<Option<(Timestamp, Arc<Vitals>)>>);

impl Watched {
    /// Brings the figures up to date.
    ///
    /// # Errors
    /// The store does not answer.
    pub(super) async fn show(&self, app: &App) -> Stored<()> {
        figures::look();
        let backlog = app.queue.backlog();
        metrics::gauge!(figures::WAITING).set(number(backlog.pushes as u64));
        metrics::gauge!(figures::WAITING_BYTES).set(number(backlog.bytes as u64));
        for pool in app.hub().store().connections() {
            for (state, count) in [("in use", pool.in_use), ("idle", pool.idle)] {
                metrics::gauge!(figures::CONNECTIONS, "pool" => pool.pool, "state" => state)
                    .set(number(count));
            }
        }
        let head = app.hub().head().await?;
        metrics::gauge!(figures::POSITION).set(number(head.position));
        metrics::gauge!(figures::EPOCH).set(f64::from(head.epoch));
        for (name, count) in [
            (figures::RECEIVED, head.counters.received),
            (figures::APPLIED, head.counters.applied),
            (figures::HELD, head.counters.held),
            (figures::QUARANTINED, head.counters.quarantined),
        ] {
            metrics::counter!(name).absolute(count);
        }
        self.look_through(app).await
    }

    async fn look_through(&self, app: &App) -> Stored<()> {
        let now = app.outside.now();
        let known = self.known();
        if known.as_ref().is_some_and(|(at, _)| now < at.plus_millis(FRESH_MS)) {
            return Ok(());
        }
        let vitals = Vitals::of(app.hub(), now).await?;
        vitals.show(known.as_ref().map(|(_, before)| &**before));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::new(vitals)));
        Ok(())
    }

    fn known(&self) -> Option<(Timestamp, Arc<Vitals>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
