//! 封件: how a batch lies that is sealed to the company's server, so that a phone delivers it without opening its book.
//!
//! | Bytes | What |
//! |---|---|
//! | 0 | the layout: 1 |
//! | 1..9 | which of the company's keys: the first eight bytes of the public key's SHA-256 |
//! | 9..41 | the encapsulated key |
//! | 41.. | the ciphertext: a signed batch as it is pushed, compressed with gzip |
//!
//! HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, `ChaCha20Poly1305`. `info` is [`CONTEXT`]; the
//! additional data are the first nine bytes and the device's id, so that no device delivers another one's batch.

use crate::{
    log::sha256,
    unit::{CompanyId, DeviceId},
};

/// The media type of a sealed batch.
pub const MEDIA_TYPE: &str = "application/vnd.fieldbook.sealed";
/// What keys are derived for.
pub const CONTEXT: &[u8] = b"fieldbook.sealed-push.v1";

const KEY_CONTEXT: &[u8] = b"fieldbook.sealing-key.v1";
const LAYOUT: u8 = 1;
const ID: usize = 8;
const HEAD: usize = 1 + ID;
const KEY: usize = 32;
/// Before the ciphertext lie so many bytes.
pub const LEAST_BYTES: usize = HEAD + KEY;

/// Which key it is.
pub fn id_of(public: &[u8]) -> [u8; ID] {
    let hash = sha256(&[KEY_CONTEXT, public]);
    std::array::from_fn(|at| hash[at])
}

/// What the hub signs of the key that is in use: nobody in between makes a phone seal to a key of their own.
pub fn key_signing_bytes(company: CompanyId, public: &[u8]) -> Vec<u8> {
    [KEY_CONTEXT, &company.bytes()[..], public].concat()
}

/// What is authenticated with the ciphertext.
pub fn head(public: &[u8], device: DeviceId) -> Vec<u8> {
    [&[LAYOUT][..], &id_of(public), &device.bytes()[..]].concat()
}

/// A sealed batch, given the encapsulated key and the ciphertext in one.
pub fn whole(public: &[u8], sealed: &[u8]) -> Vec<u8> {
    [&[LAYOUT][..], &id_of(public), sealed].concat()
}

/// A sealed batch in its parts.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// Which key it is sealed to.
    pub id: [u8; ID],
    /// The encapsulated key.
    pub key: &'a [u8],
    /// The ciphertext with its tag.
    pub ciphertext: &'a [u8],
}

/// Reads a sealed batch; `None` where it is none of this layout. Never panics, whatever the bytes.
pub fn parts(bytes: &[u8]) -> Option<Parts<'_>> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let (key, ciphertext) = rest.split_at_checked(KEY)?;
    let id = head.get(1..)?.try_into().ok()?;
    (head.first() == Some(&LAYOUT)).then_some(Parts { id, key, ciphertext })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_batch_comes_apart_as_it_was_put_together_and_nothing_else_does() {
        let sealed = [[3; KEY].as_slice(), b"ciphertext"].concat();
        let bytes = whole(&[7; 32], &sealed);
        let read = parts(&bytes).expect("it was just put together");
        assert_eq!(
            (read.id, read.key, read.ciphertext),
            (id_of(&[7; 32]), &[3; KEY][..], &b"ciphertext"[..])
        );
        assert!(parts(&bytes[..HEAD + KEY - 1]).is_none(), "too short");
        assert!(parts(&[&[2], &bytes[1..]].concat()).is_none(), "of another layout");
        assert!(parts(&[]).is_none());
    }
}
