//! Packs the files of a bundle for the way, once, as small as they get.

use std::io::Write;

use brotli::CompressorWriter;
use brotli::enc::BrotliEncoderParams;

/// What is put behind the name of a packed file; the server looks for it.
pub(super) const ENDING: &str = ".br";

/// Below this a file hardly gets smaller.
const WORTH_PACKING: usize = 512;

/// How much is packed at a time.
const BLOCK: usize = 64 * 1024;

/// The file packed by brotli, where that saves something.
pub(super) fn packed(content: &[u8]) -> Option<Vec<u8>> {
    if content.len() <= WORTH_PACKING {
        return None;
    }
    // A window of sixteen megabytes sees the whole program at once.
    let most = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: content.len(), ..Default::default() };
    let mut writer = CompressorWriter::with_params(Vec::new(), BLOCK, &most);
    writer.write_all(content).expect("a list in memory takes all that is written");
    let packed = writer.into_inner();
    (packed.len() < content.len()).then_some(packed)
}

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn what_repeats_is_packed_and_what_does_not_is_left() {
        let repeating = b"the way ".repeat(400);
        assert!(packed(&repeating).is_some_and(|packed| packed.len() < repeating.len() / 10));
        assert_eq!(packed(b"short"), None);
        let mut dice = 1_u32;
        let noise: Vec<u8> = (0..4096)
            .map(|_| {
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                dice.to_be_bytes()[0]
            })
            .collect();
        assert_eq!(packed(&noise), None);
    }
}
