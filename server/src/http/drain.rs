//! Stopping in good order: no new work first, then what is under way, then what waits, then the book is closed.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;

use super::App;
use crate::figures::READY;
use crate::store::Upkeep;

/// Whether the server takes new work.
#[derive(Debug)]
pub(super) struct Drain {
    begun: watch::Sender<bool>,
}

impl Default for Drain {
    fn default() -> Self {
        Self { begun: watch::Sender::new(false) }
    }
}

impl Drain {
    /// Whether it drains.
    pub(super) fn has_begun(&self) -> bool {
        *self.begun.borrow()
    }
}

impl App {
    /// Becomes ready when the server shall take no more connections: `stop` has come about, and the grace is over.
    pub(super) fn closing(
        &self,
        stop: impl Future<Output = ()> + Send + 'static,
        grace: Duration,
    ) -> impl Future<Output = ()> + Send + 'static {
        let app = self.clone();
        async move {
            stop.await;
            app.drain.begun.send_replace(true);
            metrics::gauge!(READY).set(0.0);
            tracing::info!(grace_ms = u64::try_from(grace.as_millis()).unwrap_or(u64::MAX), "draining");
            if !grace.is_zero() {
                tokio::time::sleep(grace).await;
            }
            app.live.close();
        }
    }

    /// After the last answer: what waits before the hub is written, the log is carried over, the book is closed.
    pub(super) async fn finish(&self, within: Duration) {
        if tokio::time::timeout(within, self.queue.drained()).await.is_err() {
            tracing::warn!("pushes were still waiting; their phones bring them again");
        }
        let store = self.hub().store();
        match store.settle().await {
            Ok(whole) => tracing::info!(whole, "the log was carried over"),
            Err(error) => tracing::warn!(%error, "the log was not carried over; it is at the next start"),
        }
        store.close().await;
    }
}
