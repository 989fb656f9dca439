//! Pictures as phones bring them.

const SHOP: &[u8] = include_bytes!("../../server/src/demo/pictures/shop.jpg");

/// A real JPEG, told from others by a comment in it.
pub(crate) fn jpeg(comment: &str) -> Vec<u8> {
    with_segment(0xfe, comment.as_bytes())
}

/// A real JPEG with a segment of the caller's behind its first two bytes.
pub(crate) fn with_segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("a short segment");
    [&SHOP[..2], &[0xff, marker], &length.to_be_bytes(), content, &SHOP[2..]].concat()
}
