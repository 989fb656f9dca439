//! Photos: taken in, kept sealed, uploaded once a change in the log names them.
//!
//! Floor: field, engine. This module must not know which paper names a photo.

use std::collections::BTreeSet;

use sync_core::{domain::visit::BlobHash, log::sha256, op::Op, replica::Replica};
use web_sys::File;

use super::{Engine, keeping::Steps, sync::Halt};
use crate::{
    field::app::Photo,
    shell::{
        camera,
        db::{Step, Store, StoreFault},
        net::{Body, NetFault},
        safe::Safe,
    },
};

/// Marks a photo that the server does not have yet.
const WAITING: &str = "/waiting";
/// Marks a photo that a rescue file carries.
const HANDED_OUT: &str = "/handed-out";
/// Marks a photo that the server will not take; it stays on this phone.
const REFUSED: &str = "/refused";

fn waiting_key(hash: BlobHash) -> String {
    format!("{hash}{WAITING}")
}

/// Where a photo lies sealed to the company, for the time when the book is locked.
fn sealed_key(hash: BlobHash) -> String {
    format!("photo/{hash}")
}

/// Marks what an operation names as waiting, in the transaction that records it: only then is it uploaded at all.
pub(super) fn marked(op: &Op) -> Steps {
    op.files().into_iter().map(|hash| Step::Put(Store::Blobs, waiting_key(hash), Vec::new())).collect()
}

/// The photos the papers of a book name.
fn named_in(book: &Replica) -> Vec<BlobHash> {
    let visits = book.visits().filter_map(|(_, visit)| visit.recorded.as_ref());
    let remittances = book.remittances().filter_map(|(_, remittance)| remittance.recorded.as_ref());
    let collections = book.collections().filter_map(|(_, collection)| collection.recorded.as_ref());
    let outbox = book.outbox().into_iter().flat_map(|line| line.op.files());
    visits
        .flat_map(|visit| visit.what.photos.iter().copied())
        .chain(remittances.filter_map(|sent| sent.what.slip))
        .chain(collections.filter_map(|taken| taken.what.photo))
        .chain(outbox)
        .collect()
}

/// What kind of picture these bytes are.
fn kind_of(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'R', b'I', b'F', b'F', ..] => "image/webp",
        _ => camera::JPEG,
    }
}

impl Engine {
    /// Makes a photo small and keeps it.
    pub(in crate::field) async fn add_photo(&self, file: File) -> Result<Photo, String> {
        let bytes = camera::shrink(&file).await?;
        let hash = BlobHash(sha256(&[&bytes]));
        let url = camera::url_of(&bytes, camera::JPEG).ok_or("photo.not-a-picture")?;
        let size = u32::try_from(bytes.len()).map_err(|_| "photo.too-large")?;
        let safe = self.safe().map_err(StoreFault::code)?;
        let sealed = self.sealed(&bytes).map(|sealed| Step::Put(Store::Own, sealed_key(hash), sealed));
        let steps = [Step::Put(Store::Blobs, hash.to_string(), bytes)].into_iter().chain(sealed).collect();
        // Counted before it lies in the store, so that it is never taken for one that no form names.
        *self.in_forms.borrow_mut().entry(hash).or_default() += 1;
        safe.write(steps).await.map_err(StoreFault::code)?;
        let url = self.photo_urls.borrow_mut().entry(hash).or_insert(url).clone();
        Ok(Photo { hash, url, bytes: size })
    }

    /// A photo that a form kept from an earlier life of the page names.
    pub(in crate::field) async fn kept_photo(&self, hash: BlobHash) -> Option<Photo> {
        let bytes = self.safe().ok()?.read(Store::Blobs, &hash.to_string()).await.ok()??;
        let bytes = u32::try_from(bytes.len()).ok()?;
        let url = self.photo_url(hash).await?;
        *self.in_forms.borrow_mut().entry(hash).or_default() += 1;
        Some(Photo { hash, url, bytes })
    }

    /// A saved record names these photos now, and its form no more.
    pub(super) fn photos_saved(&self, named: &[BlobHash]) {
        let mut forms = self.in_forms.borrow_mut();
        for hash in named {
            forms.entry(*hash).and_modify(|forms| *forms = forms.saturating_sub(1));
        }
    }

    /// Lets a photo go that was taken off a form, unless a record or another form names it too.
    pub(in crate::field) async fn drop_photo(&self, hash: BlobHash) {
        let left = self.in_forms.borrow_mut().get_mut(&hash).map_or(0, |forms| {
            *forms = forms.saturating_sub(1);
            *forms
        });
        let _pen = self.pen.lock().await;
        if left > 0 || named_in(&self.book()).contains(&hash) {
            return;
        }
        if let Some(url) = self.photo_urls.borrow_mut().remove(&hash) {
            camera::forget_url(&url);
        }
        if let Ok(safe) = self.safe() {
            // What cannot be deleted now is swept at the next start.
            let _ = safe.write(gone(hash)).await;
        }
    }

    /// Deletes what neither a record nor a begun form names: taken for a form that was never saved, or of a customer
    /// that was taken away.
    pub(super) async fn sweep_photos(&self, safe: &Safe) {
        let keys = safe.keys(Store::Blobs).await.unwrap_or_default();
        let named = named_in(&self.book());
        let kept = self.words_of_kept_forms();
        let swept = keys.iter().filter_map(|key| {
            let marked = |mark| keys.iter().any(|other| other.strip_suffix(mark) == Some(key));
            let hash = key.parse::<BlobHash>().ok().filter(|hash| !named.contains(hash))?;
            let in_form =
                kept.contains(key) || self.in_forms.borrow().get(&hash).is_some_and(|forms| *forms > 0);
            (!in_form && !marked(WAITING) && !marked(REFUSED)).then_some(hash)
        });
        let mut steps = Steps::new();
        for hash in swept {
            if let Some(url) = self.photo_urls.borrow_mut().remove(&hash) {
                camera::forget_url(&url);
            }
            steps.extend(gone(hash));
        }
        if !steps.is_empty() {
            // The next start tries again.
            let _ = safe.write(steps).await;
        }
    }

    /// Where an `<img>` finds a photo.
    pub(in crate::field) async fn photo_url(&self, hash: BlobHash) -> Option<String> {
        if let Some(url) = self.photo_urls.borrow().get(&hash) {
            return Some(url.clone());
        }
        let kept = self.safe().ok()?.read(Store::Blobs, &hash.to_string()).await.ok()?;
        let bytes = match kept {
            Some(bytes) => bytes,
            None => self.authorised("GET", &format!("/blobs/{hash}"), Body::Empty).await.ok()?,
        };
        let url = camera::url_of(&bytes, kind_of(&bytes))?;
        self.photo_urls.borrow_mut().insert(hash, url.clone());
        Some(url)
    }

    /// Uploads what waits, one after the other. One that will never get through does not hold up the others.
    pub(super) async fn upload_photos(&self) -> Result<(), Halt> {
        let safe = self.safe().map_err(Halt::Store)?;
        for hash in marked_with(WAITING, &safe).await.map_err(Halt::Store)? {
            let mut steps = delivered(hash);
            match safe.read(Store::Blobs, &hash.to_string()).await {
                Ok(Some(bytes)) => match self.in_pieces(&format!("/blobs/{hash}"), &bytes).await {
                    Err(Halt::Net(fault)) if is_definite(&fault) => steps.push(refused(hash)),
                    answer => drop(answer?),
                },
                // The mark of a photo that is not here: nothing could ever be uploaded.
                Ok(None) => {}
                Err(StoreFault::Unreadable) => steps.push(refused(hash)),
                Err(fault) => return Err(Halt::Store(fault)),
            }
            safe.write(steps).await.map_err(Halt::Store)?;
            self.count_photos(&safe).await;
        }
        Ok(())
    }

    /// Seals the photos that wait and could not be sealed when they were taken.
    pub(super) async fn seal_photos(&self, safe: &Safe) -> Result<(), StoreFault> {
        let sealed = safe.keys(Store::Own).await?;
        for hash in marked_with(WAITING, safe).await? {
            if !sealed.contains(&sealed_key(hash))
                && let Some(bytes) = safe.read(Store::Blobs, &hash.to_string()).await?
                && let Some(bytes) = self.sealed(&bytes)
            {
                safe.write(vec![Step::Put(Store::Own, sealed_key(hash), bytes)]).await?;
            }
        }
        Ok(())
    }

    /// Brings the photos that wait from a locked phone, as far as they lie sealed to the company.
    pub(super) async fn deliver_sealed_photos(&self) -> Result<(), Halt> {
        let safe = self.safe().map_err(Halt::Store)?;
        for hash in marked_with(WAITING, &safe).await.map_err(Halt::Store)? {
            let sealed = safe.read(Store::Own, &sealed_key(hash)).await.map_err(Halt::Store)?;
            let Some(sealed) = sealed else { continue };
            let path = format!("/blobs/{}", BlobHash(sha256(&[&sealed])));
            let steps = match self.in_pieces(&path, &sealed).await {
                Ok(_) => delivered(hash),
                // The open book says so of the photo itself.
                Err(Halt::Net(fault)) if is_definite(&fault) => {
                    vec![Step::Delete(Store::Own, sealed_key(hash))]
                }
                Err(halt) => return Err(halt),
            };
            safe.write(steps).await.map_err(Halt::Store)?;
            self.count_photos(&safe).await;
        }
        Ok(())
    }

    /// Tells how many photos wait, and how many are not taken; a store that does not answer is asked again later.
    pub(super) async fn count_photos(&self, safe: &Safe) {
        let count = async |mark| {
            let found = marked_with(mark, safe).await.ok()?;
            Some(u32::try_from(found.len()).unwrap_or(u32::MAX))
        };
        if let (Some(waiting), Some(refused)) = (count(WAITING).await, count(REFUSED).await) {
            self.tell(|link| (link.photos_waiting, link.photos_refused) = (waiting, refused));
        }
    }

    /// How many photos are still to be uploaded, asked of the store itself.
    pub(super) async fn photos_waiting(&self) -> Result<u32, StoreFault> {
        let found = marked_with(WAITING, &*self.safe()?).await?;
        Ok(u32::try_from(found.len()).unwrap_or(u32::MAX))
    }
}

/// Whether the server has looked at the photo and will say the same again: too large, no picture, not its hash.
///
/// That too much waits there for its records is no verdict on this photo: it goes another time.
fn is_definite(fault: &NetFault) -> bool {
    matches!(fault.status(), Some(413 | 415 | 422)) && fault.code() != "blob.over-budget"
}

/// A photo that is not kept any more.
fn gone(hash: BlobHash) -> Steps {
    vec![Step::Delete(Store::Blobs, hash.to_string()), Step::Delete(Store::Own, sealed_key(hash))]
}

/// A photo that waits no more.
fn delivered(hash: BlobHash) -> Steps {
    vec![
        Step::Delete(Store::Blobs, waiting_key(hash)),
        Step::Delete(Store::Blobs, format!("{hash}{HANDED_OUT}")),
        Step::Delete(Store::Own, sealed_key(hash)),
    ]
}

fn refused(hash: BlobHash) -> Step<Vec<u8>> {
    Step::Put(Store::Blobs, format!("{hash}{REFUSED}"), Vec::new())
}

/// The photos that are still to be uploaded.
pub(super) async fn waiting(safe: &Safe) -> Result<Vec<BlobHash>, StoreFault> {
    marked_with(WAITING, safe).await
}

/// The photos that a rescue file carries.
pub(super) async fn handed_out(safe: &Safe) -> Result<BTreeSet<BlobHash>, StoreFault> {
    Ok(marked_with(HANDED_OUT, safe).await?.into_iter().collect())
}

/// Marks what a rescue file carries, beside what the files before it did; the marks of an earlier round go.
pub(super) async fn hand_out(safe: &Safe, before: &BTreeSet<BlobHash>, carried: &[BlobHash]) {
    let marked = handed_out(safe).await.unwrap_or_default();
    let gone =
        marked.difference(before).map(|hash| Step::Delete(Store::Blobs, format!("{hash}{HANDED_OUT}")));
    let more = carried.iter().map(|hash| Step::Put(Store::Blobs, format!("{hash}{HANDED_OUT}"), Vec::new()));
    // A store that is gone or full marks nothing: the next file then carries the same photos once more.
    let _ = safe.write(gone.chain(more).collect()).await;
}

/// The photos with a mark.
async fn marked_with(mark: &str, safe: &Safe) -> Result<Vec<BlobHash>, StoreFault> {
    let keys = safe.keys(Store::Blobs).await?;
    Ok(keys.iter().filter_map(|key| key.strip_suffix(mark)?.parse().ok()).collect())
}
