//! 救援文件: what a phone could not deliver, as a file that somebody else can carry to the company.
//!
//! | Bytes | What |
//! |---|---|
//! | 0..8 | [`MAGIC`] |
//! | 8..24 | the device it is of |
//! | 24..113 | the key of this file, sealed to the company's server as [`seal`] lays it out, for [`KEY_CONTEXT`] |
//! | 113.. | a byte 1, a nonce of 12 bytes, and [`Rescue`] under AES-256-GCM with that key; [`CONTEXT`] is authenticated with it |
//!
//! Floor: above the log. This module must not know who seals the file, nor who carries it.
//! The batches are signed by the device that wrote them: whoever brings the file can neither change nor add anything.

use minicbor::{Encode, bytes::ByteVec};

use crate::{unit::DeviceId, wire::seal};

/// The first bytes of a sealed file: what it is, and in which form.
pub const MAGIC: &[u8; 8] = b"FBRESC\x00\x01";

/// Authenticated with the file: one sealed for another purpose does not open.
pub const CONTEXT: &str = "fieldbook.rescue.v1";

/// What the key of a file is sealed for.
pub const KEY_CONTEXT: &[u8] = b"fieldbook.rescue-key.v1";

/// Bytes of a sealed key: the seal's head, the encapsulated key, the key of the file, and a tag.
const SEALED_KEY: usize = seal::LEAST_BYTES + 32 + 16;

/// The most bytes of photos in one file; what does not fit stays on the phone and is told.
pub const MOST_PHOTO_BYTES: usize = 24 * 1024 * 1024;

/// The most bytes of a sealed file.
pub const MOST_BYTES: usize = 32 * 1024 * 1024;

/// A sealed file of a device, given the sealed key and the sealed content.
pub fn file(device: DeviceId, key: &[u8], content: &[u8]) -> Vec<u8> {
    [MAGIC, &device.bytes()[..], key, content].concat()
}

/// A sealed file in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Whose it says it is: authenticated with the key.
    pub device: DeviceId,
    /// The sealed key.
    pub key: &'a [u8],
    /// The sealed content.
    pub content: &'a [u8],
}

/// Takes a sealed file apart; `None` where it is none. Never panics, whatever the bytes.
pub fn parts(bytes: &[u8]) -> Option<Parts<'_>> {
    let (device, rest) = bytes.strip_prefix(&MAGIC[..])?.split_first_chunk::<16>()?;
    let (key, content) = rest.split_at_checked(SEALED_KEY)?;
    Some(Parts { device: DeviceId::from_bytes(*device), key, content })
}

/// The content of a rescue file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Rescue {
    /// Signed batches, in the order of the log: the same bytes a push would bring.
    #[n(0)]
    pub batches: Vec<ByteVec>,
    /// Photos and slips that these records name and the server does not have.
    #[n(1)]
    pub photos: Vec<ByteVec>,
}

reads_map!(Rescue { 0: batches, 1: photos });

impl Rescue {
    /// The bytes to be sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads what was sealed. `None`: not the content of a rescue file. Never panics, whatever the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut decoder = minicbor::Decoder::new(bytes);
        let read = decoder.decode().ok()?;
        (decoder.position() == bytes.len()).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_anything_else_is_not() {
        let rescue = Rescue { batches: vec![vec![1, 2, 3].into()], photos: vec![vec![4; 300].into()] };
        let bytes = rescue.to_bytes();
        assert_eq!(Rescue::from_bytes(&bytes), Some(rescue));
        for cut in 0..bytes.len() {
            assert_eq!(Rescue::from_bytes(&bytes[..cut]), None, "{cut}");
        }
        assert_eq!(Rescue::from_bytes(&[&bytes[..], &[0]].concat()), None);
    }

    #[test]
    fn a_file_comes_apart_as_it_was_put_together_and_a_shorter_one_does_not() {
        let device = DeviceId::from_bytes([2; 16]);
        let bytes = file(device, &[7; SEALED_KEY], b"content");
        assert_eq!(parts(&bytes), Some(Parts { device, key: &[7; SEALED_KEY], content: b"content" }));
        assert_eq!(SEALED_KEY, 89, "as the table above says");
        for cut in 0..bytes.len() - b"content".len() {
            assert_eq!(parts(&bytes[..cut]), None, "{cut}");
        }
    }
}
