//! What so many reps ask of the servers in a day, minute by minute. The numbers are those of the demonstration company
//! (`server/src/demo/rep.rs`), a multiple of its stops; what concerns the radio is stated here.

use crate::{dice::Dice, figures::Micros};

/// Of a hundred reps so many are out on a day.
const OUT: u64 = 94;
/// Stops of a day, drawn from these.
const STOPS: [u64; 6] = [1, 2, 2, 3, 3, 4];
/// The first stop begins here, or up to fifty minutes later; the next so many minutes on.
const FIRST: u64 = 8 * 60 + 25;
const FIRST_SPREAD: u64 = 50;
const APART: u64 = 55;
const APART_SPREAD: u64 = 70;
/// Of a hundred stops: with an order, with money, with news of the card, with a new contact.
const ORDERS: u64 = 40;
const PAYS: u64 = 45;
const NEWS: u64 = 8;
const CONTACTS: u64 = 3;

/// Of a hundred stops so many have a signal; what is recorded without one waits for the next that has, or the evening.
const SIGNAL: u64 = 70;
/// The phone is opened in the morning and put on the desk in the evening: middle and spread, in minutes.
const MORNING: (u64, u64) = (8 * 60, 25);
const EVENING: (u64, u64) = (17 * 60 + 50, 40);
/// Entries that a phone finds in the morning, and after each push.
const OVERNIGHT: u64 = 30;
const MEANWHILE: u64 = 3;
/// Of a thousand reps so many begin on a new phone that morning.
const NEW_PHONES: u64 = 5;
/// After an outage phones ask again spread over half of the longest pause.
const LONGEST_PAUSE: u64 = 300 * SECOND;

pub(crate) const SECOND: Micros = 1_000_000;
const MINUTE: Micros = 60 * SECOND;

/// What a phone asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// So many changes come.
    Push(u32),
    /// So many entries go.
    Pull(u32),
    /// All of the past goes.
    FirstSync,
}

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asks {
    pub(crate) at: Micros,
    pub(crate) company: u32,
    pub(crate) what: What,
}

/// How the reps are spread over companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Companies {
    /// All in one.
    One,
    /// Many, the largest with this many reps, the next with half of it, a third …, none with fewer than ten.
    Many {
        /// The reps of the largest.
        largest: u64,
    },
}

impl Companies {
    /// How many reps each company has.
    pub(crate) fn sizes(self, reps: u64) -> Vec<u64> {
        let Self::Many { largest } = self else { return vec![reps] };
        let (mut left, mut sizes) = (reps, Vec::new());
        while left > 0 {
            let size = (largest / (sizes.len() as u64 + 1)).clamp(10, largest).min(left);
            sizes.push(size);
            left -= size;
        }
        sizes
    }
}

/// A time of the day about a middle: the sum of four dice, so within twice the spread.
fn about(dice: &mut Dice, (middle, spread): (u64, u64)) -> Micros {
    let wide = spread * MINUTE;
    middle * MINUTE - 2 * wide + (0..4).map(|_| dice.below(wide)).sum::<u64>()
}

/// All requests of a usual day, in order.
pub(crate) fn usual(companies: &[u64], times: u64, seed: u64) -> Vec<Asks> {
    let mut dice = Dice::new(seed);
    let mut asks = Vec::new();
    for (company, reps) in companies.iter().enumerate() {
        let company = u32::try_from(company).unwrap_or(u32::MAX);
        for _ in 0..*reps {
            rep(&mut dice, company, times, &mut asks);
        }
    }
    asks.sort_unstable();
    asks
}

fn rep(dice: &mut Dice, company: u32, times: u64, asks: &mut Vec<Asks>) {
    let mut ask = |at, what| asks.push(Asks { at, company, what });
    let morning = about(dice, MORNING);
    let past = if dice.below(1_000) < NEW_PHONES { What::FirstSync } else { What::Pull(small(OVERNIGHT)) };
    ask(morning, past);
    if dice.below(100) >= OUT {
        return;
    }
    let stops = STOPS[usize::try_from(dice.below(6)).unwrap_or(0)] * times;
    let mut at = FIRST * MINUTE + dice.below(FIRST_SPREAD * MINUTE);
    let mut unsent = 0;
    for _ in 0..stops {
        let chance = |dice: &mut Dice, percent| u64::from(dice.below(100) < percent);
        unsent +=
            1 + [ORDERS, PAYS, NEWS, CONTACTS].into_iter().map(|percent| chance(dice, percent)).sum::<u64>();
        if dice.below(100) < SIGNAL {
            ask(at, What::Push(small(unsent)));
            ask(at + SECOND, What::Pull(small(MEANWHILE)));
            unsent = 0;
        }
        at += (APART * MINUTE + dice.below(APART_SPREAD * MINUTE)) / times;
    }
    let evening = about(dice, EVENING).max(at);
    if unsent > 0 {
        ask(evening, What::Push(small(unsent)));
    }
    ask(evening + SECOND, What::Pull(small(OVERNIGHT)));
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The same day with nobody reachable between two times: all that was asked for meanwhile comes when it is over, the
/// changes of one phone in one push.
pub(crate) fn after_an_outage(day: &[Asks], from: Micros, until: Micros, seed: u64) -> Vec<Asks> {
    let mut dice = Dice::new(seed ^ 0x0f);
    let mut asks: Vec<Asks> = day
        .iter()
        .map(|asked| {
            let waits = (from..until).contains(&asked.at);
            let at = if waits { until + dice.below(LONGEST_PAUSE / 2) } else { asked.at };
            Asks { at, ..*asked }
        })
        .collect();
    asks.sort_unstable();
    asks
}

/// The same day with everybody on a new phone in the morning: the day on which a company begins.
pub(crate) fn first_day(day: &[Asks]) -> Vec<Asks> {
    let noon = 12 * 60 * MINUTE;
    let begins = |asked: &Asks| asked.at < noon && asked.what == What::Pull(small(OVERNIGHT));
    day.iter()
        .map(|asked| if begins(asked) { Asks { what: What::FirstSync, ..*asked } } else { *asked })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_day_and_a_day_has_two_peaks() {
        let day = usual(&[2_000], 4, 7);
        assert_eq!(day, usual(&[2_000], 4, 7));
        assert_ne!(day, usual(&[2_000], 4, 8));
        let within = |hour: u64| day.iter().filter(|asked| asked.at / (3_600 * SECOND) == hour).count();
        assert!(within(8) > within(6) * 5 && within(17) > within(20) * 5, "{} {}", within(8), within(17));
    }

    #[test]
    fn every_rep_is_in_one_company_and_the_largest_is_as_large_as_was_said() {
        let sizes = Companies::Many { largest: 2_000 }.sizes(100_000);
        assert_eq!((sizes[0], sizes[1], sizes.iter().sum::<u64>()), (2_000, 1_000, 100_000));
        assert_eq!(Companies::One.sizes(70), [70]);
    }

    #[test]
    fn an_outage_loses_nothing_and_lets_nobody_in() {
        let day = usual(&[500], 4, 7);
        let (from, until) = (10 * 3_600 * SECOND, 11 * 3_600 * SECOND);
        let after = after_an_outage(&day, from, until, 7);
        assert_eq!(after.len(), day.len());
        assert!(!after.iter().any(|asked| (from..until).contains(&asked.at)));
    }
}
