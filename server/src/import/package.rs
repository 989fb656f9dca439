//! An .xlsx looked through before it is opened: a small file can claim, or unpack to, more than any memory holds.
//!
//! Floor: bottom of the import. Must not know what a sheet is.

use std::io::{Cursor, Read};

use zip::{ZipArchive, result::ZipError};

use super::table::UnreadableFile;

/// The most bytes of all parts together, unpacked.
pub const MOST_UNPACKED: u64 = 256 * 1024 * 1024;

/// The most different texts, announced or there: as many as the largest table has cells.
pub const MOST_TEXTS: u64 = 1_200_000;

const MIB: u64 = 1024 * 1024;

/// How much of a part is looked at, at a time.
const LOOKED_AT: usize = 64 * 1024;

/// How far behind its name a count has to stand.
const COUNT_WITHIN: usize = 64;

/// The attribute by which room for texts is asked for.
const COUNT: &[u8] = b"uniqueCount";

/// What a part may unpack to: sheets are read cell by cell, the others are held in memory several times their size.
fn most_of(name: &str) -> u64 {
    let name = name.to_lowercase().replace('\\', "/");
    let file = name.rsplit('/').next().unwrap_or_default();
    if name.contains("/worksheets/") || name.contains("/media/") {
        MOST_UNPACKED
    } else if file == "styles.xml" {
        4 * MIB
    } else if is_texts(file) {
        64 * MIB
    } else {
        16 * MIB
    }
}

fn is_texts(name: &str) -> bool {
    name.to_lowercase().ends_with("sharedstrings.xml")
}

fn broken(error: &dyn std::fmt::Display) -> UnreadableFile {
    UnreadableFile::NotATable(error.to_string())
}

/// Unpacks every part once without keeping it.
///
/// # Errors
/// No package, parts that unpack too far, or more texts announced than are read.
pub(super) fn look_through(bytes: &[u8]) -> Result<(), UnreadableFile> {
    let broken_zip = |error: ZipError| broken(&error);
    let mut package = ZipArchive::new(Cursor::new(bytes)).map_err(broken_zip)?;
    let mut left = MOST_UNPACKED;
    for place in 0..package.len() {
        let part = package.by_index(place).map_err(broken_zip)?;
        let name = part.name().map_err(broken_zip)?.into_owned();
        let most = left.min(most_of(&name));
        let has = unpacked(part, most, is_texts(&name))?;
        left = left.saturating_sub(has);
    }
    Ok(())
}

/// How many bytes a part unpacks to, looking for counts on the way where it holds the texts.
fn unpacked(part: impl Read, most: u64, texts: bool) -> Result<u64, UnreadableFile> {
    let mut part = part.take(most + 1);
    let mut chunk = vec![0; LOOKED_AT];
    let (mut has, mut seen, mut held) = (0, Texts::default(), Vec::new());
    loop {
        let read = part.read(&mut chunk).map_err(|error| broken(&error))?;
        has += read as u64;
        if has > most {
            return Err(UnreadableFile::UnpacksTooFar { most });
        }
        if texts {
            held.extend_from_slice(&chunk[..read]);
            let done = seen.look(&held, read == 0)?;
            held.drain(..done);
        }
        if read == 0 {
            return Ok(has);
        }
    }
}

/// What has been seen of the texts so far.
#[derive(Default)]
struct Texts {
    there: u64,
}

impl Texts {
    /// Looks at some bytes; how many of them are done with. The rest is shown again, with what follows it.
    fn look(&mut self, bytes: &[u8], last: bool) -> Result<usize, UnreadableFile> {
        let most = MOST_TEXTS;
        let until = if last { bytes.len() } else { bytes.len().saturating_sub(COUNT.len() + COUNT_WITHIN) };
        for at in 0..until {
            let rest = &bytes[at..];
            if rest[0] == 0 {
                return Err(broken(&"the texts are not in UTF-8"));
            }
            if rest.starts_with(b"<si") {
                self.there += 1;
            }
            if let Some(rest) = rest.strip_prefix(COUNT) {
                let claimed = announced(&rest[..rest.len().min(COUNT_WITHIN)])
                    .ok_or_else(|| broken(&"the number of texts cannot be read"))?;
                if claimed > most {
                    return Err(UnreadableFile::TooManyTexts { most });
                }
            }
            if self.there > most {
                return Err(UnreadableFile::TooManyTexts { most });
            }
        }
        Ok(until)
    }
}

/// The figure behind `uniqueCount`: `="12"`.
fn announced(rest: &[u8]) -> Option<u64> {
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first()?;
    let end = rest.iter().position(|byte| byte == quote)?;
    let figure = std::str::from_utf8(&rest[..end]).ok()?;
    figure.trim().parse().ok()
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    use super::*;

    /// A package of these parts.
    pub(in super::super) fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, bytes) in parts {
            out.start_file(*name, packed).expect("a part begins");
            out.write_all(bytes).expect("memory takes it");
        }
        out.finish().expect("a package").into_inner()
    }

    fn texts(xml: &str) -> Result<(), UnreadableFile> {
        look_through(&package(&[("xl/SharedStrings.xml", xml.as_bytes())]))
    }

    #[test]
    fn a_package_that_unpacks_beyond_the_limit_is_left_packed() {
        let zeros = vec![b' '; 17 * 1024 * 1024];
        let bomb = package(&[("xl/workbook.xml", &zeros)]);
        assert!(bomb.len() < 64 * 1024, "it is small as long as it is packed");
        assert_eq!(look_through(&bomb), Err(UnreadableFile::UnpacksTooFar { most: 16 * MIB }));
        let names: Vec<String> = (0..17).map(|n| format!("xl/part{n}.xml")).collect();
        let zeros = &zeros[..16 * 1024 * 1024];
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), zeros)).collect();
        assert!(matches!(look_through(&package(&parts)), Err(UnreadableFile::UnpacksTooFar { .. })));
    }

    #[test]
    fn texts_that_are_announced_beyond_the_limit_get_no_room() {
        let most = MOST_TEXTS;
        assert_eq!(texts(r#"<sst uniqueCount="1200000">"#), Ok(()));
        for count in ["1200001", "18446744073709551615"] {
            let refused = Err(UnreadableFile::TooManyTexts { most });
            assert_eq!(texts(&format!(r#"<sst count="1" uniqueCount="{count}">"#)), refused);
            // Wherever the real head of the list stands.
            let far = format!("<!-- {} --><sst uniqueCount = '{count}'>", "x".repeat(LOOKED_AT - 20));
            assert_eq!(texts(&far), refused);
        }
        assert!(matches!(texts("<sst uniqueCount>"), Err(UnreadableFile::NotATable(_))));
        let wide = r#"<sst uniqueCount="9">"#.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let wide = look_through(&package(&[("xl/sharedStrings.xml", &wide)]));
        assert!(matches!(wide, Err(UnreadableFile::NotATable(_))));
    }

    #[test]
    fn texts_are_counted_whatever_is_announced() {
        let many = "<si/>".repeat(1_200_001);
        assert_eq!(texts(&many), Err(UnreadableFile::TooManyTexts { most: MOST_TEXTS }));
    }
}
