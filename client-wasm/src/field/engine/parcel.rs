//! What a line that breaks carries in pieces: a batch that did not get through at once, and photos.
//!
//! Floor: field, engine. This module must not know what the bytes are.

use sync_core::{domain::visit::BlobHash, log::sha256};

use super::{Engine, sync::Halt};
use crate::shell::net::{Body, NetFault};

/// The largest piece.
const MOST_PIECE: usize = 64 << 10;

/// A batch on its way, the same bytes until it is answered: only so can what has come of it be gone on with.
#[derive(Clone)]
pub(super) struct Parcel {
    /// Its first change.
    pub(super) first: u64,
    /// Its last change.
    pub(super) last: u64,
    /// Signed and compressed.
    pub(super) bytes: Vec<u8>,
    /// Whether it did not get through at once, so that pieces of it may be there.
    pub(super) begun: bool,
}

impl Parcel {
    /// Where it is brought to, piece by piece.
    pub(super) fn path(&self) -> String {
        format!("/push/{}", BlobHash(sha256(&[&self.bytes])))
    }
}

/// Whether the line broke, or was too slow for what it was given.
pub(super) fn is_weak(fault: &NetFault) -> bool {
    matches!(fault, NetFault::NoAnswer | NetFault::Garbled) || fault.status() == Some(408)
}

impl Engine {
    /// Brings bytes piece by piece, each as large as the line carries, and goes on where the last attempt ended.
    /// The answer to the last piece comes back.
    ///
    /// # Errors
    /// A line that carries not even the question how much has come, or the server's word.
    pub(super) async fn in_pieces(&self, path: &str, bytes: &[u8]) -> Result<Vec<u8>, Halt> {
        let of = bytes.len();
        loop {
            let mut answer = self.asked("HEAD", path, Body::Empty).await?;
            loop {
                self.answered();
                let Some(at) = answer.come.filter(|at| *at < of) else {
                    return Ok(answer.bytes);
                };
                let end = of.min(at + self.sync.up_to(MOST_PIECE));
                let piece = Body::Piece { bytes: bytes[at..end].to_vec(), at, of };
                answer = match self.asked("PATCH", path, piece).await {
                    Ok(answer) => answer,
                    Err(Halt::Net(fault)) if is_weak(&fault) && self.smaller_push(&fault).await => break,
                    Err(halt) => return Err(halt),
                };
                self.sync.pushed();
            }
        }
    }
}
