//! Forms begun and not saved, kept sealed beside the book, so that a page the phone has closed loses no typing.
//!
//! Floor: field, engine. This module must not know what a form says: screens pack and unpack.

use std::rc::Rc;

use futures::lock::MutexGuard;
use leptos::task::spawn_local;

use super::{
    Engine,
    keeping::{decoded, encoded},
};
use crate::shell::{
    db::{Step, Store, StoreFault},
    safe::Safe,
};

const FORM: &str = "draft/";

/// A form as it lies in the store; `None` lets it go.
pub(super) type Packed = Option<Vec<Vec<String>>>;

fn key(page: &str) -> String {
    format!("{FORM}{page}")
}

impl Engine {
    /// Reads the forms that were kept; what another tab has let go is not known here any more either.
    pub(super) async fn load_forms(&self, safe: &Safe) -> Result<(), StoreFault> {
        self.kept_forms.take();
        for key in safe.keys(Store::Meta).await? {
            let Some(page) = key.strip_prefix(FORM) else { continue };
            // A form that does not open is no record; the book opens without it.
            let Ok(Some(bytes)) = safe.read(Store::Meta, &key).await else { continue };
            self.kept_forms.borrow_mut().insert(page.to_owned(), bytes);
        }
        Ok(())
    }

    /// How many forms begun lie in the store.
    pub(super) async fn count_forms(&self) -> u32 {
        let Ok(safe) = self.safe() else { return 0 };
        let keys = safe.keys(Store::Meta).await.unwrap_or_default();
        u32::try_from(keys.iter().filter(|key| key.starts_with(FORM)).count()).unwrap_or(u32::MAX)
    }

    /// Every word in forms that were kept and not opened since.
    pub(super) fn words_of_kept_forms(&self) -> Vec<String> {
        let forms = self.kept_forms.borrow();
        let packed = forms.values().filter_map(|bytes| decoded::<Vec<Vec<String>>>(bytes).ok());
        packed.flatten().flatten().collect()
    }

    pub(in crate::field) fn kept_form(&self, page: &str) -> Option<Vec<Vec<String>>> {
        let bytes = self.kept_forms.borrow_mut().remove(page)?;
        decoded(&bytes).ok()
    }

    pub(in crate::field) fn kept_forms(&self) -> Vec<String> {
        self.kept_forms.borrow().keys().cloned().collect()
    }

    /// Keeps a form as it is now, or lets it go. What cannot be kept stands on the screen all the same.
    pub(in crate::field) fn keep_form(self: Rc<Self>, page: String, packed: Packed) {
        // The latest is kept, and none that was recorded meanwhile.
        self.to_keep.borrow_mut().insert(page, packed);
        spawn_local(async move {
            let pen = self.pen.lock().await;
            self.write_forms(&pen).await;
        });
    }

    /// Stores what waits to be kept; whoever calls holds the pen.
    pub(super) async fn write_forms(&self, _pen: &MutexGuard<'_, ()>) {
        let waiting = self.to_keep.take();
        let Ok(safe) = self.safe() else { return };
        if waiting.is_empty() || !self.is_open() {
            return;
        }
        let step = |(page, packed): (String, Packed)| match packed {
            Some(packed) => Step::Put(Store::Meta, key(&page), encoded(&packed)),
            None => Step::Delete(Store::Meta, key(&page)),
        };
        let _ = safe.write(waiting.into_iter().map(step).collect()).await;
    }

    /// Lets the form of a page go with what it was recorded as: both in one transaction, or neither.
    pub(super) fn form_recorded(page: &str) -> Step<Vec<u8>> {
        Step::Delete(Store::Meta, key(page))
    }

    /// Has every form begun handed in as it stands on the screen, and stores them all; whoever calls holds the pen.
    pub(super) async fn keep_what_is_typed(&self, pen: &MutexGuard<'_, ()>) {
        let hand_in = self.typed.borrow().clone();
        if let Some(hand_in) = hand_in {
            hand_in();
        }
        self.write_forms(pen).await;
    }

    /// Whoever has the forms begun is asked for them before this tab may not store them any more.
    pub(in crate::field) fn on_last_moment(&self, hand_in: impl Fn() + 'static) {
        self.typed.replace(Some(Rc::new(hand_in)));
    }

    /// Nothing of a form stays in memory: the store has it.
    pub(super) fn forget_forms(&self) {
        self.to_keep.take();
        self.kept_forms.take();
        self.in_forms.take();
    }
}
