//! Bytes in hexadecimal digits, as addresses and keys write them.
//!
//! Floor: shell, at the bottom. This module must not know what the bytes are.

use std::fmt::Write;

/// Two lower-case digits for each byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to memory cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of a key or a signature in hexadecimal digits.
pub fn unhex<const N: usize>(figures: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let mut digits = figures.chars().map(|figure| figure.to_digit(16));
    for byte in &mut bytes {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

/// Bytes of any length in hexadecimal digits.
pub fn unhex_all(figures: &str) -> Option<Vec<u8>> {
    let pairs = figures.as_bytes().chunks(2);
    pairs.map(|pair| unhex::<1>(std::str::from_utf8(pair).ok()?).map(|[byte]| byte)).collect()
}
