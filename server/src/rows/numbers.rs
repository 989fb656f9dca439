//! A number as it stands on paper, where somebody types it into a search: `DH-07-0044`, `SK-12-0069`.
//!
//! Floor: bottom of the rows. Must not know which paper has the number.

use sync_core::paper::PaperKind;

/// The device's number and the count of a word, where it is a number that papers of this kind carry.
pub(super) fn read(kind: PaperKind, word: &str) -> Option<(u32, u32)> {
    let letters = match kind {
        PaperKind::Order | PaperKind::Held => "dh",
        PaperKind::Collection => "sk",
        _ => return None,
    };
    let lower = word.to_lowercase();
    let (device, count) = lower.strip_prefix(letters)?.strip_prefix('-')?.split_once('-')?;
    Some((device.parse().ok()?, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_on_paper_is_a_device_and_a_count() {
        assert_eq!(read(PaperKind::Order, "DH-07-0044"), Some((7, 44)));
        assert_eq!(read(PaperKind::Collection, "sk-112-1"), Some((112, 1)));
        assert_eq!(read(PaperKind::Collection, "DH-07-0044"), None);
        assert_eq!(read(PaperKind::Order, "DH-07"), None);
        assert_eq!(read(PaperKind::Visit, "DH-07-0044"), None);
    }
}
