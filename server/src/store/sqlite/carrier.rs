//! Carries the write-ahead log over into the file beside the feed lock: a disk flush that no push waits for.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use sqlx::SqlitePool;

/// So many rows are written before the log is carried over: a page of a key is written by many pushes before the key
/// has moved on, and carrying it over each time would be wasted.
const ROWS: usize = 20_000;

/// The one that carries over, with a connection of its own.
#[derive(Clone, Debug)]
pub(super) struct Carrier {
    connection: SqlitePool,
    rows: Arc<AtomicUsize>,
    at_work: Arc<AtomicBool>,
}

impl Carrier {
    pub(super) fn over(connection: SqlitePool) -> Self {
        Self { connection, rows: Arc::default(), at_work: Arc::default() }
    }

    /// Takes note of rows that are durable, and carries them over when there are enough.
    pub(super) fn written(&self, rows: usize) {
        let waiting = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        if waiting < ROWS || self.at_work.swap(true, Ordering::AcqRel) {
            return;
        }
        self.rows.store(0, Ordering::Relaxed);
        let carrier = self.clone();
        tokio::spawn(async move {
            // What is not carried over now stays in the log, where it is as durable, until the next time.
            let done = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&carrier.connection).await;
            if let Err(why) = done {
                tracing::debug!(%why, "the write-ahead log was not carried over");
            }
            carrier.at_work.store(false, Ordering::Release);
        });
    }

    pub(super) async fn close(&self) {
        self.connection.close().await;
    }
}
