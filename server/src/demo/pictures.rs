//! The few pictures of the demo: what reps photograph, and a slip of the bank. Drawn, so that nobody is on them.
//!
//! Floor: a table of the demo. Must not know who took them.

use sync_core::{domain::visit::BlobHash, log::sha256, time::Timestamp, unit::StaffId};

use super::dice::Dice;
use crate::store::Blob;

/// What stands on visits: a shop front, a shelf, a store room.
const PHOTOS: [&[u8]; 3] = [
    include_bytes!("pictures/shop.jpg"),
    include_bytes!("pictures/shelf.jpg"),
    include_bytes!("pictures/store-room.jpg"),
];

/// What the bank gives back when cash was paid in.
const SLIP: &[u8] = include_bytes!("pictures/slip.jpg");

/// Every picture as the store keeps it.
pub(super) fn all(uploader: StaffId, created: Timestamp) -> Vec<Blob> {
    let blob = |bytes: &&[u8]| Blob {
        hash: BlobHash(sha256(&[bytes])),
        media: "image/jpeg".to_owned(),
        bytes: bytes.to_vec(),
        uploader,
        created,
    };
    PHOTOS.iter().chain([&SLIP]).map(blob).collect()
}

/// The photos of a visit: most have none.
pub(super) fn of_a_visit(mut dice: Dice) -> Vec<BlobHash> {
    if !dice.percent(7) {
        return Vec::new();
    }
    let first = dice.below(3) as usize;
    let many = if dice.percent(40) { 2 } else { 1 };
    (first..first + many).map(|at| BlobHash(sha256(&[PHOTOS[at % PHOTOS.len()]]))).collect()
}

/// The name of the slip.
pub(super) fn slip() -> BlobHash {
    BlobHash(sha256(&[SLIP]))
}
