//! Photos: taken in, kept sealed, uploaded after the changes that name them.
//!
//! Floor: field, engine. This module must not know which paper names a photo.

use sync_core::{domain::visit::BlobHash, log::sha256};
use web_sys::File;

use super::{Engine, sync::Halt, wake};
use crate::{
    field::app::Photo,
    shell::{
        camera,
        db::{Step, Store, StoreFault},
        net::Body,
        safe::Safe,
    },
};

/// Marks a photo that the server does not have yet.
const WAITING: &str = "/waiting";

fn waiting_key(hash: BlobHash) -> String {
    format!("{hash}{WAITING}")
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
        safe.write(vec![
            Step::Put(Store::Blobs, hash.to_string(), bytes),
            Step::Put(Store::Blobs, waiting_key(hash), Vec::new()),
        ])
        .await
        .map_err(StoreFault::code)?;
        self.photo_urls.borrow_mut().insert(hash, url.clone());
        self.count_photos(&safe).await;
        wake();
        Ok(Photo { hash, url, bytes: size })
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

    /// Uploads what waits, one after the other.
    pub(super) async fn upload_photos(&self) -> Result<(), Halt> {
        let safe = self.safe().map_err(Halt::Store)?;
        for hash in waiting(&safe).await {
            let Some(bytes) = safe.read(Store::Blobs, &hash.to_string()).await.map_err(Halt::Store)? else {
                continue;
            };
            let body = Body::Packed(bytes, camera::JPEG);
            self.authorised("PUT", &format!("/blobs/{hash}"), body).await?;
            safe.write(vec![Step::Delete(Store::Blobs, waiting_key(hash))]).await.map_err(Halt::Store)?;
            self.count_photos(&safe).await;
        }
        Ok(())
    }

    /// Tells how many photos wait.
    pub(super) async fn count_photos(&self, safe: &Safe) {
        let count = u32::try_from(waiting(safe).await.len()).unwrap_or(u32::MAX);
        self.tell(|link| link.photos_waiting = count);
    }
}

/// The photos that wait; a store that does not answer is asked again later.
async fn waiting(safe: &Safe) -> Vec<BlobHash> {
    let keys = safe.keys(Store::Blobs).await.unwrap_or_default();
    keys.iter().filter_map(|key| key.strip_suffix(WAITING)?.parse().ok()).collect()
}
