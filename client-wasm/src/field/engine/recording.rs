//! Recording a gesture: the rules, then the disk, then the book.
//!
//! Floor: field, engine. This module must not know what was recorded.

use std::pin::Pin;

use futures::lock::MutexGuard;
use sync_core::{op::Op, replica::Replica};

use super::{Engine, keeping, photos, wake};
use crate::{
    field::app::{RecordError, Saved},
    shell::{clock, db::StoreFault, vault},
};

/// What a gesture says, given the book.
pub(in crate::field) type Make = Box<dyn FnOnce(&Replica) -> Op>;

/// Records what `make` says. Boxed, so that the bundle carries this once and not once for each screen.
pub(in crate::field) fn record(
    form: Option<String>,
    make: Make,
) -> Pin<Box<dyn Future<Output = Result<Saved, RecordError>>>> {
    Box::pin(async move { Engine::get().record(form, make).await })
}

impl Engine {
    /// Numbers that `make` takes from the book are still free when the gesture is stored. With it goes the form it was
    /// typed into, by its page: a page that is killed in between has saved it or keeps it, and never both.
    async fn record(&self, form: Option<String>, make: Make) -> Result<Saved, RecordError> {
        let pen = self.pen.lock().await;
        let not_saved = |fault: StoreFault| RecordError::NotSaved(fault.code().into());
        let safe = self.safe().map_err(not_saved)?;
        if !self.is_open() || !self.book().may_record() {
            return Err(RecordError::NotSaved("book.not-open".into()));
        }
        let (draft, named, photos) = {
            let book = self.book();
            let op = make(&book);
            let (named, photos) = (op.files(), photos::marked(&op));
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
        steps.extend(form.as_deref().map(Self::form_recorded));
        let stored = safe.write(steps).await;
        if stored == Err(StoreFault::Exists) {
            self.overtaken(&pen).await;
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
        if let Some(form) = form {
            // What waited to be kept of it was typed before it was recorded.
            self.to_keep.borrow_mut().remove(&form);
        }
        wake();
        Ok(saved)
    }

    /// Another tab has written: what is shown here is no longer the book. What is typed waits in the store.
    pub(super) async fn overtaken(&self, pen: &MutexGuard<'_, ()>) {
        self.keep_what_is_typed(pen).await;
        self.loses_the_pen();
    }
}
