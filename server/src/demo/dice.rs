//! The demo's own dice: the same seed always throws the same numbers, on every machine.
//!
//! Floor: bottom of the demo. Must not know what is drawn with it.

use sync_core::log::sha256;

/// The seed of the one demo company there is.
pub(super) const SEED: u64 = 20_261_016;

/// A small generator (`SplitMix64`). Every subject has dice of its own, so that one more throw here moves nothing there.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The dice of a subject, such as the ninth customer.
    pub(super) fn of(subject: &str, index: u64) -> Self {
        let hash = sha256(&[&SEED.to_be_bytes(), subject.as_bytes(), &index.to_be_bytes()]);
        let mut state = [0; 8];
        state.copy_from_slice(&hash[..8]);
        Self(u64::from_be_bytes(state))
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; zero where `end` is zero.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let thrown = self.throw() >> 32;
        u32::try_from((thrown * u64::from(end)) >> 32).unwrap_or(0)
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True so many times out of a hundred.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = self.below(u32::try_from(of.len()).unwrap_or(u32::MAX)) as usize;
        &of[index]
    }

    /// One of several words.
    pub(super) fn word(&mut self, of: &[&'static str]) -> &'static str {
        let index = self.below(u32::try_from(of.len()).unwrap_or(u32::MAX)) as usize;
        of[index]
    }

    /// The same things in another order.
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = self.below(u32::try_from(last).unwrap_or(u32::MAX) + 1) as usize;
            things.swap(last, other);
        }
    }

    /// Sixteen bytes.
    pub(super) fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.throw().to_be_bytes());
        bytes[8..].copy_from_slice(&self.throw().to_be_bytes());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_subject_throws_the_same_and_another_one_other_numbers() {
        let throws = |subject, index| {
            let mut dice = Dice::of(subject, index);
            (0..8).map(|_| dice.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(throws("visit", 1), throws("visit", 1));
        assert_ne!(throws("visit", 1), throws("visit", 2));
        assert_ne!(throws("visit", 1), throws("order", 1));
    }

    #[test]
    fn every_face_comes_up_and_none_beyond() {
        let mut dice = Dice::of("faces", 0);
        let mut seen = [0; 6];
        for _ in 0..600 {
            seen[dice.between(1, 6) as usize - 1] += 1;
        }
        assert!(seen.iter().all(|times| *times > 50), "{seen:?}");
    }
}
