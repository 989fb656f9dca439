//! 停用: a phone that has lost its rights is emptied at its next contact, once the company has what it recorded.
//!
//! Floor: field, engine. This module must not decide who loses rights: the server says so.

use super::{Engine, keeping::NotRestored};
use crate::{
    field::app::Phase,
    shell::{db::StoreFault, settings},
};

impl Engine {
    /// Empties a phone that was stopped; whether it is empty now. Source: S78.
    ///
    /// A round that ended with that word has brought all there is, or another one begins. What a locked phone could not
    /// seal when it was recorded lies in the book alone: it waits for its owner, who opens the book.
    pub(super) async fn empty_stopped(&self) -> bool {
        let pen = self.pen.lock().await;
        if self.has_something_to_bring().await != Ok(false) {
            return false;
        }
        // What was begun is no record, and goes with the book; its owner hears of it.
        self.keep_what_is_typed(&pen).await;
        settings::keep_stopped_forms(self.count_forms().await);
        // Should the power go now, the next start still says why there is no book.
        settings::keep_stopped(true);
        self.emptied(&pen, Phase::Stopped).await.is_ok()
    }

    async fn has_something_to_bring(&self) -> Result<bool, StoreFault> {
        if self.phase_now() == Phase::Locked {
            return Ok(self.door.borrow().unsent > 0 || self.has_sealed().await?);
        }
        Ok(self.book().backlog().unsent > 0 || self.photos_waiting().await? > 0)
    }

    /// Where there is no book: the phone is new, or it was stopped and nobody has begun anew since, or the browser has
    /// cleared the store while nothing was running. Source: R9.
    pub(super) fn without_book() -> Result<Phase, NotRestored> {
        if settings::stopped() {
            Ok(Phase::Stopped)
        } else if settings::had_book() {
            Err(NotRestored::Lost("store.evicted"))
        } else {
            Ok(Phase::SignedOut)
        }
    }

    /// Whoever reads that the phone was stopped goes on to sign in.
    pub(in crate::field) fn begin_anew(&self) {
        settings::keep_stopped(false);
        self.enter(Phase::SignedOut);
    }
}
