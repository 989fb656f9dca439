//! Hashes, and sums of hashes that do not depend on the order.

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash over several parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The 256-bit sum of the hashes of a set of entries: equal sets have equal sums in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct SetDigest {
    /// The sum, little-endian, modulo 2^256.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub sum: Hash,
    /// How many were added.
    #[n(1)]
    pub count: u64,
}

impl SetDigest {
    /// Adds one entry's hash.
    pub fn add(&mut self, hash: &Hash) {
        self.absorb(&Self { sum: *hash, count: 1 });
    }

    /// Adds another set's sum.
    pub fn absorb(&mut self, other: &Self) {
        let mut carry = 0u16;
        for (mine, theirs) in self.sum.iter_mut().zip(other.sum) {
            let byte = u16::from(*mine) + u16::from(theirs) + carry;
            *mine = byte.to_le_bytes()[0];
            carry = byte >> 8;
        }
        self.count += other.count;
    }
}
