//! A push that has arrived: read, its chain and signature checked, its bodies read. All of it outside the feed lock.

use sync_core::{
    log::{Change, Declared, Hash, SignedBatch, UnacceptableBatch},
    op::{Op, UnreadableBody},
    unit::{CompanyId, DeviceId},
};
use thiserror::Error;

use crate::store::Checkpoint;

/// Why a push was not taken at all. Nothing of it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unacceptable {
    /// Not a batch, a broken chain, or a signature that is not the device's.
    #[error(transparent)]
    Batch(#[from] UnacceptableBatch),
    /// It continues the log of another device, or of another company.
    #[error("the batch continues the log of another device")]
    NotYourDevice,
}

/// One change of a push, with its body read once.
#[derive(Clone, Debug)]
pub(crate) struct ArrivedChange {
    pub(crate) change: Change,
    pub(crate) link: Hash,
    pub(crate) op: Result<Op, UnreadableBody>,
}

/// A push whose chain holds together and whose signature is the device's.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub(crate) device: DeviceId,
    pub(crate) first: u64,
    pub(crate) before: Hash,
    pub(crate) changes: Vec<ArrivedChange>,
    pub(crate) declared: Declared,
    pub(crate) checkpoint: Checkpoint,
    pub(crate) size: usize,
}

impl Arrived {
    /// Reads and checks a push of `device`, whose public key is `key`. Never panics, whatever the bytes.
    ///
    /// # Errors
    /// Why nothing of it can be taken.
    pub fn check(
        bytes: &[u8],
        company: CompanyId,
        device: DeviceId,
        key: &[u8; 32],
    ) -> Result<Self, Unacceptable> {
        let batch = SignedBatch::from_bytes(bytes)?;
        if batch.header.company != company || batch.header.device != device {
            return Err(Unacceptable::NotYourDevice);
        }
        if batch.header.first == 0 {
            return Err(UnacceptableBatch::Malformed("a log begins with sequence 1".into()).into());
        }
        batch.verify(key)?;
        let checkpoint = Checkpoint { header: batch.header_bytes().to_vec(), signature: *batch.signature() };
        let changes = batch
            .changes
            .into_iter()
            .map(|(change, link)| {
                let header = &change.header;
                let op = Op::from_body(header.kind, header.version, change.body());
                ArrivedChange { change, link, op }
            })
            .collect();
        Ok(Self {
            device,
            first: batch.header.first,
            before: batch.header.before,
            changes,
            declared: batch.header.declared,
            checkpoint,
            size: bytes.len(),
        })
    }

    /// The device whose log it continues.
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// Every device it is about: its own, and those it revokes.
    pub(crate) fn devices(&self) -> impl Iterator<Item = DeviceId> {
        let revoked = self.changes.iter().filter_map(|arrived| match &arrived.op {
            Ok(Op::DeviceRevoked(op)) => Some(op.device),
            _ => None,
        });
        revoked.chain([self.device])
    }

    /// The sequence of its last change.
    pub fn end(&self) -> u64 {
        self.first + (self.changes.len() as u64).saturating_sub(1)
    }

    /// The link of the chain after its last change.
    pub fn head(&self) -> Hash {
        self.changes.last().map_or(self.before, |last| last.link)
    }

    /// How many changes it brings.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether it brings none; never so for a push that was read.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many bytes it came in, once inflated.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// What the device declares of itself.
    pub const fn declared(&self) -> &Declared {
        &self.declared
    }
}
