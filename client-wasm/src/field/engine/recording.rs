//! Recording a gesture: the rules, then the disk, then the book.
//!
//! Floor: field, engine. This module must not know what was recorded.

use std::pin::Pin;

use sync_core::{op::Op, replica::Replica};

use super::{Engine, keeping, photos, wake};
use crate::{
    field::app::{Phase, RecordError, Saved},
    shell::{clock, db::StoreFault, vault},
};

/// What a gesture says, given the book.
pub(in crate::field) type Make = Box<dyn FnOnce(&Replica) -> Op>;

/// Records what `make` says. Boxed, so that the bundle carries this once and not once for each screen.
pub(in crate::field) fn record(make: Make) -> Pin<Box<dyn Future<Output = Result<Saved, RecordError>>>> {
    Box::pin(async move { Engine::get().record(make).await })
}

impl Engine {
    /// Numbers that `make` takes from the book are still free when the gesture is stored.
    async fn record(&self, make: Make) -> Result<Saved, RecordError> {
        let _pen = self.pen.lock().await;
        let not_saved = |fault: StoreFault| RecordError::NotSaved(fault.code().into());
        let safe = self.safe().map_err(not_saved)?;
        if !self.is_open() || !self.book().may_record() {
            return Err(RecordError::NotSaved("book.not-open".into()));
        }
        let (draft, named, photos) = {
            let book = self.book();
            let op = make(&book);
            let (named, photos) = (photos::named_by(&op).to_vec(), photos::marked(&op));
            let draft = book.draft(op, clock::now(), vault::random()).map_err(RecordError::Refused)?;
            (draft, named, photos)
        };
        let has_photos = !photos.is_empty();
        let saved = Saved { id: draft.id(), findings: draft.findings().to_vec() };
        let mut steps: keeping::Steps = vec![keeping::new_in_log(&draft.record())];
        let mut next = (*self.book()).clone();
        next.saved(draft);
        steps.extend(photos);
        steps.extend(self.sealed_part(&next, saved.id.seq).await);
        steps.push(self.door_of(&next));
        let stored = safe.write(steps).await;
        if stored == Err(StoreFault::Exists) {
            self.overtaken();
        }
        if stored == Err(StoreFault::Gone) {
            // What is still in memory is brought to the company, then this page says what has happened.
            wake();
        }
        stored.map_err(not_saved)?;
        self.show(next);
        if has_photos {
            self.photos_saved(&named);
            self.count_photos(&safe).await;
        }
        wake();
        Ok(saved)
    }

    /// Another tab has written: what is shown here is no longer the book.
    pub(super) fn overtaken(&self) {
        self.writes.set(false);
        self.enter(Phase::Elsewhere);
    }
}
