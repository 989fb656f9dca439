//! A device's log: dense, hash-chained, and signed batch by batch.

use ed25519_dalek::{Signature, VerifyingKey};
use minicbor::{Decoder, Encode, Encoder};
use thiserror::Error;

use super::{Change, Hash, NotAChange, sha256};
use crate::{
    time::Timestamp,
    unit::{CompanyId, DeviceId, Money},
};

/// The link before the first change: it binds the chain to company, device and key.
pub fn genesis(company: CompanyId, device: DeviceId, key: &[u8; 32]) -> Hash {
    sha256(&[b"fieldbook.device-log.v1", company.bytes(), device.bytes(), key])
}

/// The link after `change`, given the link before it.
pub fn next_link(before: &Hash, change: &Change) -> Hash {
    sha256(&[before, &change.content_hash()])
}

/// What a device says of itself with every push.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Declared {
    /// Changes not yet acknowledged, this batch included.
    #[n(0)]
    pub unsent: u64,
    /// Cash in the drawer, as the device counts it.
    #[n(1)]
    pub cash: Money,
    /// The device's clock at the moment of sending.
    #[n(2)]
    pub clock: Timestamp,
}

reads_map!(Declared { 0: unsent, 1: cash, 2: clock });

/// What the signature stands over.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct BatchHeader {
    /// The company.
    #[n(0)]
    pub company: CompanyId,
    /// The device whose log this continues.
    #[n(1)]
    pub device: DeviceId,
    /// The sequence of the first change.
    #[n(2)]
    pub first: u64,
    /// How many changes follow.
    #[n(3)]
    pub count: u64,
    /// The link before the first change.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub before: Hash,
    /// The link after the last change: the chain head.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub head: Hash,
    /// What the device declares.
    #[n(6)]
    pub declared: Declared,
}

reads_map!(BatchHeader {
    0: company, 1: device, 2: first, 3: count, 4: before with minicbor::bytes::decode,
    5: head with minicbor::bytes::decode, 6: declared,
});

/// A batch that still needs the device's signature.
#[derive(Clone, Debug)]
pub struct PushBatch {
    first: u64,
    header_bytes: Vec<u8>,
    changes: Vec<Vec<u8>>,
}

const SIGNING_CONTEXT: &[u8] = b"fieldbook.push.v1";

impl PushBatch {
    /// Puts consecutive changes into a batch, given the link before the first.
    pub fn new(company: CompanyId, before: Hash, changes: &[Change], declared: Declared) -> Option<Self> {
        let first = changes.first()?;
        let head = changes.iter().fold(before, |link, change| next_link(&link, change));
        let header = BatchHeader {
            company,
            device: first.id.device,
            first: first.id.seq,
            count: changes.len() as u64,
            before,
            head,
            declared,
        };
        let header_bytes = minicbor::to_vec(&header).expect("writing to memory cannot fail");
        Some(Self {
            first: header.first,
            header_bytes,
            changes: changes.iter().map(Change::to_bytes).collect(),
        })
    }

    /// The sequences it carries, first to last.
    pub fn sequences(&self) -> std::ops::RangeInclusive<u64> {
        self.first..=self.first + (self.changes.len() as u64 - 1)
    }

    /// The bytes the device's key signs.
    pub fn signing_bytes(&self) -> Vec<u8> {
        [SIGNING_CONTEXT, &self.header_bytes].concat()
    }

    /// The bytes to send, with the device's signature over [`PushBatch::signing_bytes`].
    pub fn signed(&self, signature: &[u8; 64]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut e = Encoder::new(&mut out);
        e.array(3)
            .and_then(|e| e.bytes(&self.header_bytes))
            .and_then(|e| e.bytes(signature))
            .and_then(|e| e.array(self.changes.len() as u64))
            .expect("writing to memory cannot fail");
        for change in &self.changes {
            e.bytes(change).expect("writing to memory cannot fail");
        }
        out
    }
}

/// A batch as it arrived, read but not yet believed.
#[derive(Clone, Debug)]
pub struct SignedBatch {
    /// What the signature stands over.
    pub header: BatchHeader,
    /// The changes with the link after each.
    pub changes: Vec<(Change, Hash)>,
    header_bytes: Vec<u8>,
    signature: [u8; 64],
}

/// Why a batch was not taken at all. Nothing of it is stored as a change.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnacceptableBatch {
    /// Not a batch, or more changes than a batch may hold.
    #[error("malformed batch: {0}")]
    Malformed(String),
    /// A change is not where the header says, or the chain does not come out at the head.
    #[error("the chain breaks at sequence {seq}")]
    BrokenChain {
        /// Where.
        seq: u64,
    },
    /// The signature is not the device's.
    #[error("the signature does not match the device's key")]
    BadSignature,
}

impl From<minicbor::decode::Error> for UnacceptableBatch {
    fn from(e: minicbor::decode::Error) -> Self {
        Self::Malformed(e.to_string())
    }
}

impl From<NotAChange> for UnacceptableBatch {
    fn from(e: NotAChange) -> Self {
        Self::Malformed(e.to_string())
    }
}

impl SignedBatch {
    /// The most changes in one batch.
    pub const MOST_CHANGES: u64 = 1_000;

    /// Reads a batch and checks that its chain holds together.
    ///
    /// # Errors
    /// Malformed bytes or a broken chain. Never panics, whatever the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnacceptableBatch> {
        let malformed = |why: &str| UnacceptableBatch::Malformed(why.to_owned());
        let mut d = Decoder::new(bytes);
        if d.array()? != Some(3) {
            return Err(malformed("three parts are expected"));
        }
        let header_bytes = d.bytes()?.to_vec();
        let header: BatchHeader = minicbor::decode(&header_bytes)?;
        let signature = d.bytes()?.try_into().map_err(|_| malformed("a signature has 64 bytes"))?;
        let count = d.array()?.ok_or_else(|| malformed("the number of changes must stand first"))?;
        if count != header.count || count == 0 || count > Self::MOST_CHANGES {
            return Err(malformed("a batch holds 1 to 1000 changes, as many as its header says"));
        }
        let mut link = header.before;
        let mut changes = Vec::new();
        for index in 0..count {
            let change = Change::from_bytes(header.device, d.bytes()?)?;
            let expected =
                header.first.checked_add(index).ok_or_else(|| malformed("the sequence overflows"))?;
            if change.id.seq != expected {
                return Err(UnacceptableBatch::BrokenChain { seq: expected });
            }
            link = next_link(&link, &change);
            changes.push((change, link));
        }
        if d.position() != bytes.len() {
            return Err(malformed("there is more after the last change"));
        }
        if link != header.head {
            return Err(UnacceptableBatch::BrokenChain { seq: header.first + count - 1 });
        }
        Ok(Self { header, changes, header_bytes, signature })
    }

    /// Whether the device's key signed it.
    ///
    /// # Errors
    /// [`UnacceptableBatch::BadSignature`].
    pub fn verify(&self, key: &[u8; 32]) -> Result<(), UnacceptableBatch> {
        if is_signed(&self.header_bytes, &self.signature, key) {
            Ok(())
        } else {
            Err(UnacceptableBatch::BadSignature)
        }
    }

    /// The signature, kept beside the checkpoint it proves.
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// The header's bytes, which the signature stands over.
    pub fn header_bytes(&self) -> &[u8] {
        &self.header_bytes
    }
}

/// Whether `signature` is that of `key` over a batch's header: the proof over the head of a chain.
pub fn is_signed(header_bytes: &[u8], signature: &[u8; 64], key: &[u8; 32]) -> bool {
    is_signed_as(SIGNING_CONTEXT, header_bytes, signature, key)
}

/// The same for what is signed in another context.
pub(super) fn is_signed_as(context: &[u8], said: &[u8], signature: &[u8; 64], key: &[u8; 32]) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(key) else {
        return false;
    };
    let bytes = [context, said].concat();
    key.verify_strict(&bytes, &Signature::from_bytes(signature)).is_ok()
}
