//! How much is tried at once over a link of unknown strength, and how long to wait after it broke.

/// A size that halves when the link breaks and grows again while it holds.
///
/// A link that is cut after every few kilobytes still carries what is smaller than that. So the size falls until
/// something gets through, and only after a while of success tries more than the last size that broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    size: usize,
    /// Half of what broke last: not exceeded for a while.
    ceiling: usize,
    start: usize,
    least: usize,
    most: usize,
    /// Successes at the ceiling.
    streak: u32,
    /// Failures at the least size.
    failures: u32,
}

/// After so many successes at the ceiling, more is tried.
const TRUSTED_AFTER: u32 = 8;
/// So many failures at the least size in a row are no weak link's.
const OUTAGE_AFTER: u32 = 3;
/// The pause before a smaller attempt.
const SHORT_PAUSE_MS: u32 = 200;
/// The first pause when nothing smaller is left to try.
const FIRST_PAUSE_MS: u32 = 1_000;
/// The longest pause.
const LONGEST_PAUSE_MS: u32 = 300_000;

impl Pace {
    /// Begins at `start`, never goes below `least` or above `most`.
    pub const fn new(start: usize, least: usize, most: usize) -> Self {
        Self { size: start, ceiling: most, start, least, most, streak: 0, failures: 0 }
    }

    /// How much to try now.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// It got through.
    pub fn succeeded(&mut self) {
        let outage = std::mem::take(&mut self.failures) >= OUTAGE_AFTER;
        if outage {
            // The server was away; that says nothing of the link.
            (self.size, self.ceiling) = (self.start, self.most);
            return;
        }
        if self.size < self.ceiling {
            self.size = (self.size * 2).min(self.ceiling);
            return;
        }
        self.streak += 1;
        if self.streak >= TRUSTED_AFTER {
            self.streak = 0;
            self.ceiling = (self.ceiling * 2).min(self.most);
        }
    }

    /// It did not; so many milliseconds are to be waited before the next attempt.
    /// `draw` is a random number handed in, so that many phones do not come back at once.
    #[must_use]
    pub fn failed(&mut self, draw: u32) -> u32 {
        self.streak = 0;
        if self.size > self.least {
            self.size = (self.size / 2).max(self.least);
            self.ceiling = self.size;
            return SHORT_PAUSE_MS + draw % SHORT_PAUSE_MS;
        }
        let doubled = FIRST_PAUSE_MS.saturating_mul(1 << self.failures.min(16));
        self.failures += 1;
        let pause = doubled.min(LONGEST_PAUSE_MS);
        pause / 2 + draw % (pause / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A link that is cut after so many bytes.
    fn drain(pace: &mut Pace, mut bytes: usize, cut: usize, change: usize) -> u32 {
        let mut attempts = 0;
        while bytes > 0 {
            attempts += 1;
            let sent = pace.size().max(change).min(bytes);
            if sent > cut {
                let _ = pace.failed(attempts);
            } else {
                bytes -= sent;
                pace.succeeded();
            }
            assert!(attempts < 1_000, "never drains");
        }
        attempts
    }

    #[test]
    fn a_link_that_is_cut_after_every_four_kilobytes_still_drains() {
        let mut pace = Pace::new(32_768, 128, 524_288);
        let attempts = drain(&mut pace, 100_000, 4_096, 400);
        assert!(attempts < 60, "{attempts} attempts");
    }

    #[test]
    fn a_strong_link_is_soon_used_to_the_full() {
        let mut pace = Pace::new(32_768, 128, 524_288);
        assert_eq!(drain(&mut pace, 1_000_000, usize::MAX, 400), 5);
        assert_eq!(pace.size(), 524_288);
    }

    #[test]
    fn after_an_outage_the_link_is_used_as_at_the_start() {
        let mut pace = Pace::new(32_768, 128, 524_288);
        for _ in 0..20 {
            let _ = pace.failed(0);
        }
        assert_eq!(pace.size(), 128);
        pace.succeeded();
        assert_eq!(pace.size(), 32_768);
        // Two failures at the least size are a weak link's.
        for _ in 0..10 {
            let _ = pace.failed(0);
        }
        pace.succeeded();
        assert_eq!(pace.size(), 128);
    }

    #[test]
    fn a_link_that_has_healed_is_trusted_again() {
        let mut pace = Pace::new(32_768, 128, 524_288);
        for _ in 0..10 {
            let _ = pace.failed(0);
        }
        assert_eq!(pace.size(), 128);
        for _ in 0..200 {
            pace.succeeded();
        }
        assert_eq!(pace.size(), 524_288);
    }

    #[test]
    fn pauses_are_spread_so_that_a_hundred_phones_do_not_come_back_at_once() {
        for failures in 1..=12 {
            let pauses: Vec<u32> = (0..100_u32)
                .map(|phone| {
                    let mut pace = Pace::new(1, 1, 1);
                    (0..failures).map(|_| pace.failed(phone.wrapping_mul(2_654_435_761))).last().unwrap_or(0)
                })
                .collect();
            let whole = FIRST_PAUSE_MS.saturating_mul(1 << (failures - 1)).min(LONGEST_PAUSE_MS);
            assert!(pauses.iter().all(|pause| (whole / 2..whole).contains(pause)), "{failures}: {pauses:?}");
            // No tenth of the time between the shortest and the longest pause sees a quarter of the phones.
            let tenths = pauses.iter().map(|pause| (pause - whole / 2) * 20 / whole);
            let mut crowd = [0; 10];
            tenths.for_each(|tenth| crowd[tenth as usize] += 1);
            assert!(crowd.iter().all(|phones| *phones < 25), "{failures}: {crowd:?}");
        }
    }

    #[test]
    fn pauses_double_up_to_five_minutes_and_never_overflow() {
        let mut pace = Pace::new(128, 128, 524_288);
        let pauses: Vec<u32> = (0..40).map(|_| pace.failed(0)).collect();
        assert_eq!(pauses[..4], [500, 1_000, 2_000, 4_000]);
        assert_eq!(pauses[39], 150_000);
        assert!(pace.failed(u32::MAX) <= LONGEST_PAUSE_MS);
    }
}
