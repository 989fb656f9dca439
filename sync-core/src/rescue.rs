//! 救援文件: what a phone could not deliver, as a file that somebody else can carry to the company.
//!
//! Floor: above the log. This module must not know how the file is sealed, nor who carries it.
//! The batches are signed by the device that wrote them: whoever brings the file can neither change nor add anything.

use minicbor::{Encode, bytes::ByteVec};

/// The first bytes of a sealed file: what it is, and in which form. The device's id follows.
pub const MAGIC: &[u8; 8] = b"FBRESC\x00\x01";

/// What the key is derived for, authenticated with the file: one sealed for another purpose does not open.
pub const CONTEXT: &str = "fieldbook.rescue.v1";

/// The most bytes of photos in one file; what does not fit stays on the phone and is told.
pub const MOST_PHOTO_BYTES: usize = 24 * 1024 * 1024;

/// The most bytes of a sealed file.
pub const MOST_BYTES: usize = 32 * 1024 * 1024;

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
}
