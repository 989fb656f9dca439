//! Floor 0: whether bytes are a picture, all of them and nothing else.
//!
//! What a sender calls a file does not count, and its first bytes alone prove little: a picture with a page or an archive
//! behind it is both. So the markers and chunks are walked to the end. Pixels are not decoded: a picture may still be ugly.

use flate2::Crc;

/// The longest edge of a picture, in pixels; phones bring 1,600 at most.
pub const MOST_EDGE: u32 = 12_000;

/// The most pixels of a picture: what a browser still opens without trouble.
pub const MOST_PIXELS: u64 = 60_000_000;

/// What is taken, as media types.
pub const TAKEN: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// Why bytes are not a picture that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAPicture {
    /// The first bytes are no picture's that is taken: a page, an archive, a program, a drawing of another kind.
    Unknown,
    /// It begins as a picture, and its parts do not hold together; where it stopped making sense.
    Broken(&'static str),
    /// There is more after its end.
    Trailing,
    /// Beside the pixels it carries what a page or an archive begins with.
    Stowaway,
    /// It is wider, higher or larger than pictures are here, or has no extent at all.
    Extent,
}

impl NotAPicture {
    /// In plain English, for whoever reads the technical detail.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Unknown => "no JPEG, PNG or WebP begins like this",
            Self::Broken(what) => what,
            Self::Trailing => "there is more after the end of the picture",
            Self::Stowaway => "beside the pixels it carries what a page or an archive begins with",
            Self::Extent => "the picture has no extent, or too many pixels",
        }
    }
}

/// The media type of a picture, once all of it was walked through.
///
/// # Errors
/// Why it is not taken.
pub fn media_type(bytes: &[u8]) -> Result<&'static str, NotAPicture> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => jpeg(bytes).map(|()| TAKEN[0]),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, rest @ ..] => png(rest).map(|()| TAKEN[1]),
        [b'R', b'I', b'F', b'F', a, b, c, d, b'W', b'E', b'B', b'P', rest @ ..] => {
            webp(u32::from_le_bytes([*a, *b, *c, *d]), rest).map(|()| TAKEN[2])
        }
        _ => Err(NotAPicture::Unknown),
    }
}

/// The first `N` bytes, and the rest.
fn split<'a, const N: usize>(
    bytes: &'a [u8],
    what: &'static str,
) -> Result<(&'a [u8; N], &'a [u8]), NotAPicture> {
    bytes.split_first_chunk().ok_or(NotAPicture::Broken(what))
}

/// The first `length` bytes, and the rest.
fn split_at<'a>(
    bytes: &'a [u8],
    length: usize,
    what: &'static str,
) -> Result<(&'a [u8], &'a [u8]), NotAPicture> {
    bytes.split_at_checked(length).ok_or(NotAPicture::Broken(what))
}

fn extent(width: u32, height: u32) -> Result<(), NotAPicture> {
    let edges = [width, height].iter().all(|edge| (1..=MOST_EDGE).contains(edge));
    let fits = edges && u64::from(width) * u64::from(height) <= MOST_PIXELS;
    if fits { Ok(()) } else { Err(NotAPicture::Extent) }
}

/// What stands beside the pixels, such as comments and the camera's notes, must not be a page or an archive.
fn beside_the_pixels(bytes: &[u8]) -> Result<(), NotAPicture> {
    const SIGNS: [&[u8]; 10] = [
        b"<script",
        b"<html",
        b"<svg",
        b"<!doctype",
        b"<?php",
        b"<iframe",
        b"pk\x03\x04",
        b"pk\x05\x06",
        b"%pdf-",
        b"javascript:",
    ];
    let lower = bytes.to_ascii_lowercase();
    let carries = |sign: &&[u8]| lower.windows(sign.len()).any(|part| part == *sign);
    if SIGNS.iter().any(carries) { Err(NotAPicture::Stowaway) } else { Ok(()) }
}

/// Marker by marker: start, segments, scans, end, and nothing after it.
fn jpeg(bytes: &[u8]) -> Result<(), NotAPicture> {
    let (mut rest, mut framed, mut scanned) = (&bytes[2..], false, false);
    loop {
        let (marker, after) = marker(rest)?;
        rest = after;
        match marker {
            0xd9 if !(framed && scanned) => return Err(NotAPicture::Broken("a JPEG ends before its pixels")),
            0xd9 => return if rest.is_empty() { Ok(()) } else { Err(NotAPicture::Trailing) },
            0x01 | 0xd0..=0xd7 => {}
            0xc0..=0xfe if marker != 0xd8 => {
                let (content, after) = segment(rest)?;
                rest = after;
                match marker {
                    0xc4 | 0xc8 | 0xcc => {}
                    0xc0..=0xcf => {
                        frame(content)?;
                        framed = true;
                    }
                    0xda if framed => {
                        rest = &rest[entropy(rest)..];
                        scanned = true;
                    }
                    0xda => return Err(NotAPicture::Broken("a JPEG scans before it says its size")),
                    0xe0..=0xef | 0xfe => beside_the_pixels(content)?,
                    _ => {}
                }
            }
            _ => return Err(NotAPicture::Broken("no marker of a JPEG")),
        }
    }
}

/// The next marker; any number of fill bytes may stand before it.
fn marker(bytes: &[u8]) -> Result<(u8, &[u8]), NotAPicture> {
    const WHAT: &str = "a JPEG breaks off where a marker should be";
    let ([0xff], mut rest) = split(bytes, WHAT)? else { return Err(NotAPicture::Broken(WHAT)) };
    loop {
        let ([marker], after) = split(rest, WHAT)?;
        rest = after;
        if *marker != 0xff {
            return Ok((*marker, rest));
        }
    }
}

/// A segment's content; its length counts its own two bytes.
fn segment(bytes: &[u8]) -> Result<(&[u8], &[u8]), NotAPicture> {
    const WHAT: &str = "a segment of a JPEG breaks off";
    let (length, rest) = split(bytes, WHAT)?;
    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2).ok_or(NotAPicture::Broken(WHAT))?;
    split_at(rest, length, WHAT)
}

/// Precision, height, width.
fn frame(content: &[u8]) -> Result<(), NotAPicture> {
    let ([_, h0, h1, w0, w1], _) = split(content, "the frame of a JPEG breaks off")?;
    extent(u16::from_be_bytes([*w0, *w1]).into(), u16::from_be_bytes([*h0, *h1]).into())
}

/// How far the packed pixels go: up to the next marker that is neither stuffing nor a restart.
fn entropy(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    let end = bytes.windows(2).position(ends).unwrap_or(bytes.len());
    // Fill bytes before the marker are the marker's.
    bytes[..end].iter().rposition(|byte| *byte != 0xff).map_or(0, |last| last + 1)
}

/// Chunk by chunk, each with its checksum: head, data, end, and nothing after it.
fn png(mut rest: &[u8]) -> Result<(), NotAPicture> {
    const WHAT: &str = "a chunk of a PNG breaks off";
    let (mut first, mut data) = (true, false);
    loop {
        let (length, after) = split(rest, WHAT)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (summed, after) = split_at(after, length.saturating_add(4), WHAT)?;
        let (sum, after) = split(after, WHAT)?;
        rest = after;
        let mut crc = Crc::new();
        crc.update(summed);
        if crc.sum() != u32::from_be_bytes(*sum) {
            return Err(NotAPicture::Broken("the checksum of a PNG's chunk does not match"));
        }
        let (kind, content) = split::<4>(summed, WHAT)?;
        if first != (kind == b"IHDR") {
            return Err(NotAPicture::Broken("a PNG begins with its head, once"));
        }
        first = false;
        match kind {
            b"IHDR" => {
                let ([w0, w1, w2, w3, h0, h1, h2, h3], _) = split(content, WHAT)?;
                extent(u32::from_be_bytes([*w0, *w1, *w2, *w3]), u32::from_be_bytes([*h0, *h1, *h2, *h3]))?;
            }
            b"IDAT" => data = true,
            b"IEND" if !data => return Err(NotAPicture::Broken("a PNG ends before its pixels")),
            b"IEND" => return if rest.is_empty() { Ok(()) } else { Err(NotAPicture::Trailing) },
            b"PLTE" | b"fdAT" => {}
            _ if kind.iter().all(u8::is_ascii_alphabetic) => beside_the_pixels(content)?,
            _ => return Err(NotAPicture::Broken("no chunk of a PNG")),
        }
    }
}

/// Chunk by chunk, exactly as long as the head says.
fn webp(said: u32, mut rest: &[u8]) -> Result<(), NotAPicture> {
    const WHAT: &str = "a chunk of a WebP breaks off";
    let said = usize::try_from(said).unwrap_or(usize::MAX);
    // The length counts the four letters behind it too.
    match said.checked_sub(4) {
        Some(length) if rest.len() == length => {}
        Some(length) if rest.len() > length => return Err(NotAPicture::Trailing),
        _ => return Err(NotAPicture::Broken(WHAT)),
    }
    let mut pixels = false;
    while !rest.is_empty() {
        let (kind, after) = split::<4>(rest, WHAT)?;
        let (length, after) = split(after, WHAT)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let (content, after) = split_at(after, length, WHAT)?;
        rest = if length % 2 == 1 { split_at(after, 1, WHAT)?.1 } else { after };
        match kind {
            b"VP8 " => {
                let ([_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1], _) = split(content, WHAT)? else {
                    return Err(NotAPicture::Broken("the pixels of a WebP do not begin like any"));
                };
                let edge = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
                extent(edge(*w0, *w1), edge(*h0, *h1))?;
                pixels = true;
            }
            b"VP8L" => {
                let ([0x2f, a, b, c, d], _) = split(content, WHAT)? else {
                    return Err(NotAPicture::Broken("the pixels of a WebP do not begin like any"));
                };
                let bits = u32::from_le_bytes([*a, *b, *c, *d]);
                extent((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)?;
                pixels = true;
            }
            b"VP8X" => {
                let ([_, _, _, _, w0, w1, w2, h0, h1, h2], _) = split(content, WHAT)?;
                let edge = |a, b, c| u32::from_le_bytes([a, b, c, 0]) + 1;
                extent(edge(*w0, *w1, *w2), edge(*h0, *h1, *h2))?;
            }
            b"ANMF" => pixels = true,
            b"ALPH" | b"ANIM" => {}
            b"ICCP" | b"EXIF" | b"XMP " => beside_the_pixels(content)?,
            _ => return Err(NotAPicture::Broken("no chunk of a WebP")),
        }
    }
    if pixels { Ok(()) } else { Err(NotAPicture::Broken("a WebP ends before its pixels")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &[u8] = include_bytes!("demo/pictures/shop.jpg");

    fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        let summed = [&kind[..], content].concat();
        let mut crc = Crc::new();
        crc.update(&summed);
        let length = u32::try_from(content.len()).expect("small");
        [&length.to_be_bytes()[..], &summed, &crc.sum().to_be_bytes()].concat()
    }

    fn a_png(width: u32, height: u32, beside: &[u8]) -> Vec<u8> {
        let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        let parts =
            [chunk(*b"IHDR", &head), chunk(*b"tEXt", beside), chunk(*b"IDAT", &[1, 2]), chunk(*b"IEND", &[])];
        [&b"\x89PNG\r\n\x1a\n"[..], &parts.concat()].concat()
    }

    fn a_webp(width: u16, beside: &[u8]) -> Vec<u8> {
        let pixels = [&[0, 0, 0, 0x9d, 1, 0x2a][..], &width.to_le_bytes(), &[40, 0, 7]].concat();
        let mut chunks = Vec::new();
        for (kind, content) in [(b"VP8 ", &pixels[..]), (b"XMP ", beside)] {
            let length = u32::try_from(content.len()).expect("small");
            chunks.extend([&kind[..], &length.to_le_bytes(), content].concat());
            chunks.resize(chunks.len().next_multiple_of(2), 0);
        }
        let length = u32::try_from(chunks.len() + 4).expect("small");
        [b"RIFF", &length.to_le_bytes()[..], b"WEBP", &chunks].concat()
    }

    /// The same JPEG with a segment of ours behind its first two bytes.
    fn with_segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).expect("small");
        [&SHOP[..2], &[0xff, marker], &length.to_be_bytes(), content, &SHOP[2..]].concat()
    }

    #[test]
    fn whole_pictures_are_known_by_what_they_are() {
        let pictures = [
            (SHOP.to_vec(), TAKEN[0]),
            (with_segment(0xfe, "拍于门口".as_bytes()), TAKEN[0]),
            (a_png(40, 30, b"Title\0shop"), TAKEN[1]),
            (a_webp(40, b"<x:xmpmeta/>"), TAKEN[2]),
        ];
        for (bytes, kind) in pictures {
            assert_eq!(media_type(&bytes), Ok(kind));
        }
    }

    #[test]
    fn what_is_no_picture_is_not_taken_whatever_it_is_called() {
        let others: [&[u8]; 10] = [
            b"",
            b"GIF89a\x01\x00\x01\x00",
            b"<html><script>alert(1)</script>",
            b"<svg xmlns='x'/>",
            b"%PDF-1.7\n",
            b"MZ\x90\x00",
            b"PK\x03\x04",
            b"\x7fELF",
            b"BM\x36\x00",
            b"\x00\x00\x00\x1cftypheic",
        ];
        for bytes in others {
            assert_eq!(media_type(bytes), Err(NotAPicture::Unknown), "{bytes:?}");
        }
    }

    #[test]
    fn a_picture_cut_anywhere_is_broken_and_one_with_anything_behind_it_is_not_taken() {
        for whole in [SHOP[..].to_vec(), a_png(40, 30, b"t"), a_webp(40, b"x")] {
            let step = (whole.len() / 200).max(1);
            for end in (0..whole.len()).step_by(step).chain([whole.len() - 1]) {
                assert!(media_type(&whole[..end]).is_err(), "cut at {end} of {}", whole.len());
            }
            for more in [&b"PK\x03\x04"[..], b"<script>alert(1)</script>", b"\0", b"\xff\xd9"] {
                let polyglot = [&whole[..], more].concat();
                assert_eq!(media_type(&polyglot), Err(NotAPicture::Trailing), "{more:?}");
            }
        }
    }

    #[test]
    fn what_hides_in_comments_is_found() {
        for hidden in
            [&b"/*<SCRIPT>alert(1)</script>*/"[..], b"PK\x05\x06\0\0\0\0", b"<?php system();", b"x%PDF-1.4"]
        {
            for marker in [0xe1, 0xef, 0xfe] {
                assert_eq!(media_type(&with_segment(marker, hidden)), Err(NotAPicture::Stowaway));
            }
            assert_eq!(media_type(&a_png(40, 30, hidden)), Err(NotAPicture::Stowaway));
            assert_eq!(media_type(&a_webp(40, hidden)), Err(NotAPicture::Stowaway));
        }
    }

    #[test]
    fn a_picture_without_extent_or_far_too_large_is_not_taken() {
        for (width, height) in [(0, 30), (40, 0), (MOST_EDGE + 1, 1), (9_000, 9_000)] {
            assert_eq!(
                media_type(&a_png(width, height, b"t")),
                Err(NotAPicture::Extent),
                "{width} by {height}"
            );
        }
        assert_eq!(media_type(&a_webp(0, b"x")), Err(NotAPicture::Extent));
    }

    #[test]
    fn a_checksum_that_does_not_match_is_noticed() {
        let mut bytes = a_png(40, 30, b"t");
        bytes[20] ^= 1;
        assert!(matches!(media_type(&bytes), Err(NotAPicture::Broken(_))));
    }

    #[test]
    fn whatever_the_bytes_nothing_panics() {
        for begins in [SHOP[..2_000].to_vec(), a_png(40, 30, b"t"), a_webp(40, b"x")] {
            for turn in 0..4_000_usize {
                let mut bytes = begins.clone();
                let at = turn * 7_919 % bytes.len();
                bytes[at] = u8::try_from(turn * 31 % 256).expect("a byte");
                // Only that it comes back matters.
                let _ = media_type(&bytes);
            }
        }
    }
}
