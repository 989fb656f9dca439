//! Forms begun and not saved, kept sealed beside the book, so that a page the phone has closed loses no typing.
//!
//! Floor: field, engine. This module must not know what a form says: screens pack and unpack.

use super::{
    Engine,
    keeping::{decoded, encoded},
};
use crate::shell::{
    db::{Step, Store, StoreFault},
    safe::Safe,
};

const FORM: &str = "draft/";

impl Engine {
    /// Reads the forms that were kept.
    pub(super) async fn load_forms(&self, safe: &Safe) -> Result<(), StoreFault> {
        for key in safe.keys(Store::Meta).await? {
            let Some(page) = key.strip_prefix(FORM) else { continue };
            // A form that does not open is no record; the book opens without it.
            let Ok(Some(bytes)) = safe.read(Store::Meta, &key).await else { continue };
            self.kept_forms.borrow_mut().insert(page.to_owned(), bytes);
        }
        Ok(())
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
    pub(in crate::field) async fn keep_form(&self, page: String, packed: Option<Vec<Vec<String>>>) {
        let _pen = self.pen.lock().await;
        let Ok(safe) = self.safe() else { return };
        if !self.is_open() {
            return;
        }
        let key = format!("{FORM}{page}");
        let step = match packed {
            Some(packed) => Step::Put(Store::Meta, key, encoded(&packed)),
            None => Step::Delete(Store::Meta, key),
        };
        let _ = safe.write(vec![step]).await;
    }
}
