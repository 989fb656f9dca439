//! A batch taken apart, so that any part of it can be made to lie, and put together again.

use ed25519_dalek::{Signer, SigningKey};
use minicbor::{Decoder, Encoder};
use sync_core::log::BatchHeader;

use crate::Proved;

/// What stands before a header when it is signed, written down once more: the wire must not change unnoticed.
const SIGNED_AS: &[u8] = b"fieldbook.push.v1";

/// The parts of a batch.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) header: Vec<u8>,
    pub(crate) signature: [u8; 64],
    pub(crate) changes: Vec<Vec<u8>>,
    /// How many changes it says it has, where that is another number.
    pub(crate) says: Option<u64>,
}

impl Parts {
    /// Takes a whole batch apart.
    pub(crate) fn of(bytes: &[u8]) -> Proved<Self> {
        let mut d = Decoder::new(bytes);
        d.array()?;
        let header = d.bytes()?.to_vec();
        let signature = d.bytes()?.try_into()?;
        let count = d.array()?.unwrap_or(0);
        let mut changes = Vec::new();
        for _ in 0..count {
            changes.push(d.bytes()?.to_vec());
        }
        Ok(Self { header, signature, changes, says: None })
    }

    /// The header, read.
    pub(crate) fn read(&self) -> Proved<BatchHeader> {
        Ok(minicbor::decode(&self.header)?)
    }

    /// Another header in its place.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut BatchHeader)) -> Proved<Self> {
        let mut header = self.read()?;
        change(&mut header);
        self.header = minicbor::to_vec(&header)?;
        Ok(self)
    }

    /// Signed by a key, as it stands.
    pub(crate) fn signed(mut self, key: &SigningKey) -> Self {
        self.signature = key.sign(&[SIGNED_AS, &self.header].concat()).to_bytes();
        self
    }

    /// The bytes to send.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut e = Encoder::new(&mut out);
        let says = self.says.unwrap_or(self.changes.len() as u64);
        e.array(3)
            .and_then(|e| e.bytes(&self.header)?.bytes(&self.signature)?.array(says))
            .expect("writing to memory cannot fail");
        for change in &self.changes {
            e.bytes(change).expect("writing to memory cannot fail");
        }
        out
    }
}
