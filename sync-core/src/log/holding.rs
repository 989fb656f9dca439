//! What a device says it holds: the proof that a scope it lost has left its storage.

use minicbor::{Decoder, Encode, Encoder};

use super::device_log::{UnacceptableBatch, is_signed_by};
use crate::{
    scope::{Scope, scopes_fingerprint},
    time::Timestamp,
    unit::{CompanyId, DeviceId},
};

const SIGNING_CONTEXT: &[u8] = b"fieldbook.holding.v1";

/// A device's statement: *at this position of the feed my storage holds exactly these scopes*. Source: S78, S79.
///
/// It is made after the transaction that removed what was lost has completed. It proves that the device said so under
/// its key, not that nobody has photographed its screen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Holding {
    /// The company.
    #[n(0)]
    pub company: CompanyId,
    /// The device.
    #[n(1)]
    pub device: DeviceId,
    /// The life of the book that the position counts in.
    #[n(2)]
    pub epoch: u32,
    /// Up to here the device had read the feed, and knew its grants.
    #[n(3)]
    pub position: u64,
    /// The fingerprint of the scopes it holds: [`scopes_fingerprint`].
    #[cbor(n(4), with = "minicbor::bytes")]
    pub scopes: [u8; 16],
    /// The device's clock.
    #[n(5)]
    pub at: Timestamp,
}

reads_map!(Holding {
    0: company, 1: device, 2: epoch, 3: position, 4: scopes with minicbor::bytes::decode, 5: at,
});

impl Holding {
    fn bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Whether it says that nothing at all is held: the device was emptied.
    pub fn is_of_nothing(&self) -> bool {
        self.scopes == scopes_fingerprint(std::iter::empty::<&Scope>())
    }

    /// The bytes the device's key signs.
    pub fn signing_bytes(&self) -> Vec<u8> {
        [SIGNING_CONTEXT, &self.bytes()].concat()
    }

    /// The bytes to send, with the device's signature over [`Holding::signing_bytes`].
    pub fn signed(&self, signature: &[u8; 64]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut e = Encoder::new(&mut out);
        e.array(2)
            .and_then(|e| e.bytes(&self.bytes()))
            .and_then(|e| e.bytes(signature))
            .expect("writing to memory cannot fail");
        out
    }
}

/// A statement as it arrived, read but not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHolding {
    /// What it says.
    pub holding: Holding,
    signature: [u8; 64],
    signed: Vec<u8>,
}

impl SignedHolding {
    /// Reads a statement. Never panics, whatever the bytes.
    ///
    /// # Errors
    /// Not a statement.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnacceptableBatch> {
        let malformed = |why: &str| UnacceptableBatch::Malformed(why.to_owned());
        let mut d = Decoder::new(bytes);
        if d.array()? != Some(2) {
            return Err(malformed("two parts are expected"));
        }
        let said = d.bytes()?;
        let signature = d.bytes()?.try_into().map_err(|_| malformed("a signature has 64 bytes"))?;
        if d.position() != bytes.len() {
            return Err(malformed("there is more after the signature"));
        }
        Ok(Self { holding: minicbor::decode(said)?, signature, signed: [SIGNING_CONTEXT, said].concat() })
    }

    /// Whether the device's key signed it.
    ///
    /// # Errors
    /// [`UnacceptableBatch::BadSignature`].
    pub fn verify(&self, key: &[u8; 32]) -> Result<(), UnacceptableBatch> {
        if is_signed_by(key, &self.signed, &self.signature) {
            Ok(())
        } else {
            Err(UnacceptableBatch::BadSignature)
        }
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    fn holding(scopes: &[Scope]) -> Holding {
        Holding {
            company: CompanyId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([2; 16]),
            epoch: 1,
            position: 40,
            scopes: scopes_fingerprint(scopes),
            at: Timestamp::from_millis(1_000),
        }
    }

    #[test]
    fn a_statement_comes_back_as_it_was_signed_and_only_under_its_own_key() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let said = holding(&[Scope::Common]);
        let bytes = said.signed(&key.sign(&said.signing_bytes()).to_bytes());
        let read = SignedHolding::from_bytes(&bytes).expect("a statement");
        assert_eq!(read.holding, said);
        assert_eq!(read.verify(&key.verifying_key().to_bytes()), Ok(()));
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes();
        assert_eq!(read.verify(&other), Err(UnacceptableBatch::BadSignature));
    }

    #[test]
    fn a_signature_over_another_position_proves_nothing_and_cut_bytes_are_no_statement() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let said = holding(&[Scope::Common]);
        let signature = key.sign(&said.signing_bytes()).to_bytes();
        let later = Holding { position: 41, ..said };
        let forged = SignedHolding::from_bytes(&later.signed(&signature)).expect("it reads like one");
        assert!(forged.verify(&key.verifying_key().to_bytes()).is_err());
        let whole = said.signed(&signature);
        for cut in 0..whole.len() {
            assert!(SignedHolding::from_bytes(&whole[..cut]).is_err(), "{cut}");
        }
        assert!(SignedHolding::from_bytes(&[&whole[..], &[0]].concat()).is_err());
    }

    #[test]
    fn holding_nothing_is_told_from_holding_something() {
        assert!(holding(&[]).is_of_nothing());
        assert!(!holding(&[Scope::Common]).is_of_nothing());
    }
}
