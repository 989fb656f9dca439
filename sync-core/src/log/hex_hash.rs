//! A hash in JSON: hexadecimal, as the lists of the office show it. Floor: log.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

use super::Hash;

/// Bytes as hexadecimal figures.
struct Hex<'h>(&'h Hash);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

pub(crate) fn serialize<S: Serializer>(hash: &Hash, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(&Hex(hash))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Hash, D::Error> {
    let text = String::deserialize(d)?;
    let wrong = || D::Error::custom("64 hexadecimal figures are wanted");
    if text.len() != 64 || !text.is_ascii() {
        return Err(wrong());
    }
    let mut hash = Hash::default();
    for (at, byte) in hash.iter_mut().enumerate() {
        let pair = text.get(at * 2..at * 2 + 2).ok_or_else(wrong)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(hash)
}
