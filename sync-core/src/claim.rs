//! 收据的凭据: what a receipt's code says, signed by the device that gave it out.
//!
//! Floor: above the log. This module must not know how a code is drawn, nor what the check page says.
//! It proves who gave a receipt out, before any record of it has arrived; whether the money is in the book, the book says.

use ed25519_dalek::{Signature, VerifyingKey};
use minicbor::{Decode, Encode};

use crate::unit::{ChangeId, CompanyId, DeviceId, Money};

const SIGNING_CONTEXT: &[u8] = b"fieldbook.receipt.v1";
const SIGNATURE: usize = 64;

/// What a receipt claims. Source: S13.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ReceiptClaim {
    /// Whose receipt it is.
    #[n(0)]
    pub company: CompanyId,
    /// The device that gave it out.
    #[n(1)]
    pub device: DeviceId,
    /// The collection's place in the device's log.
    #[n(2)]
    pub seq: u64,
    /// The receipt's number on the device.
    #[n(3)]
    pub receipt: u32,
    /// The sum received.
    #[n(4)]
    pub amount: Money,
}

impl ReceiptClaim {
    /// The change that recorded the money.
    pub const fn change(&self) -> ChangeId {
        ChangeId { device: self.device, seq: self.seq }
    }

    fn bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// What the device signs: the context, then the claim.
    pub fn signing_bytes(&self) -> Vec<u8> {
        [SIGNING_CONTEXT, &self.bytes()].concat()
    }

    /// The claim as the code carries it: its bytes, then the signature.
    pub fn signed(&self, signature: &[u8; SIGNATURE]) -> Vec<u8> {
        [&self.bytes()[..], signature].concat()
    }
}

/// A claim as it was scanned, with the signature that came with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedClaim {
    /// What it says.
    pub claim: ReceiptClaim,
    signature: [u8; SIGNATURE],
}

impl ScannedClaim {
    /// Reads what a code carried. `None`: not a signed claim.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (claim, signature) = bytes.split_last_chunk::<SIGNATURE>()?;
        let mut decoder = minicbor::Decoder::new(claim);
        let read = decoder.decode().ok()?;
        (decoder.position() == claim.len()).then_some(Self { claim: read, signature: *signature })
    }

    /// Whether the device with this key has signed exactly this.
    pub fn is_signed_by(&self, key: &[u8; 32]) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(key) else {
            return false;
        };
        key.verify_strict(&self.claim.signing_bytes(), &Signature::from_bytes(&self.signature)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    fn scanned(claim: &ReceiptClaim, key: &SigningKey) -> ScannedClaim {
        let signature = key.sign(&claim.signing_bytes()).to_bytes();
        ScannedClaim::from_bytes(&claim.signed(&signature)).expect("a signed claim")
    }

    fn claim() -> ReceiptClaim {
        ReceiptClaim {
            company: CompanyId(uuid::Uuid::from_u128(1)),
            device: DeviceId(uuid::Uuid::from_u128(2)),
            seq: 7,
            receipt: 3,
            amount: Money::yuan(300),
        }
    }

    #[test]
    fn a_claim_comes_back_as_it_was_signed_and_only_under_its_own_key() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let scanned = scanned(&claim(), &key);
        assert_eq!(scanned.claim, claim());
        assert!(scanned.is_signed_by(&key.verifying_key().to_bytes()));
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert!(!scanned.is_signed_by(&other.to_bytes()));
    }

    #[test]
    fn another_sum_under_the_same_signature_is_not_signed() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let signature = key.sign(&claim().signing_bytes()).to_bytes();
        let raised = ReceiptClaim { amount: Money::yuan(3_000), ..claim() };
        let forged = ScannedClaim::from_bytes(&raised.signed(&signature)).expect("it reads like one");
        assert!(!forged.is_signed_by(&key.verifying_key().to_bytes()));
    }

    #[test]
    fn what_is_cut_short_or_has_something_between_is_no_claim() {
        let whole = claim().signed(&[0; SIGNATURE]);
        assert_eq!(ScannedClaim::from_bytes(&whole[..whole.len() - 1]), None);
        let padded = [&claim().signed(&[0; 0x40])[..whole.len() - SIGNATURE], &[0; 65]].concat();
        assert_eq!(ScannedClaim::from_bytes(&padded), None);
        assert_eq!(ScannedClaim::from_bytes(b"short"), None);
    }
}
