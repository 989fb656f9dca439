//! How well lines of a statement and papers of the book agree, in points that can be told one by one. Source: S34.

use super::{Expected, StatementLine, digits, edits, plain_name, similar};
use crate::unit::Money;

/// From so many points on, with nothing else near, finance need only confirm.
pub const CERTAIN_FROM: u32 = 75;

/// From so many parts of a hundred on two names are taken for one with a slip of the pen.
pub(super) const ALIKE_FROM: usize = 70;

/// What agrees, and how well: each is worth its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// 金额 to the fen.
    Amount,
    /// The same figures but for a slip of the pen.
    AmountNearly,
    /// 日期: so many days after the paper was written; below nothing before it.
    Date(i32),
    /// 付款人, letter by letter.
    Payer,
    /// The payer's name is contained in the other, or nearly the same.
    PayerNearly,
    /// 附言: the same figures.
    Reference,
    /// The same figures but for one.
    ReferenceNearly,
}

impl Agreement {
    /// What it is worth.
    #[expect(clippy::match_same_arms, reason = "a table: one line for each")]
    pub const fn points(self) -> u32 {
        match self {
            Self::Amount => 45,
            Self::AmountNearly => 15,
            Self::Date(days) => of_days(days),
            Self::Payer => 20,
            Self::PayerNearly => 14,
            Self::Reference => 20,
            Self::ReferenceNearly => 10,
        }
    }
}

/// The points of one proposal, and what they are for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// What agrees.
    pub agrees: Vec<Agreement>,
}

impl Score {
    /// In all, of a hundred.
    pub fn points(&self) -> u32 {
        self.agrees.iter().map(|one| one.points()).sum()
    }

    /// Whether the sums are the same to the fen.
    pub fn is_exact(&self) -> bool {
        self.agrees.contains(&Agreement::Amount)
    }

    /// Whether anything but the sum and the day speaks for it.
    pub fn has_a_witness(&self) -> bool {
        use Agreement::{Payer, PayerNearly, Reference, ReferenceNearly};
        self.agrees.iter().any(|one| matches!(one, Payer | PayerNearly | Reference | ReferenceNearly))
    }

    /// The score of these lines for these papers. Of several the weakest day and payer count, and the best reference:
    /// whoever pays three papers at once names one.
    pub fn of(lines: &[&StatementLine], papers: &[&Expected]) -> Self {
        let sum = |all: Vec<Money>| all.into_iter().sum::<Money>();
        let came = sum(lines.iter().map(|line| line.amount).collect());
        let due = sum(papers.iter().map(|paper| paper.amount).collect());
        let mut agrees = Vec::new();
        if came == due {
            agrees.push(Agreement::Amount);
        } else if is_slip(came, due) {
            agrees.push(Agreement::AmountNearly);
        }
        let pairs = || lines.iter().flat_map(|line| papers.iter().map(move |paper| (*line, *paper)));
        let days = pairs().map(|(line, paper)| days_after(line, paper));
        agrees.extend(days.map(Agreement::Date).min_by_key(|one| (one.points(), *one)));
        let worth = |one: &Option<Agreement>| one.map_or(0, Agreement::points);
        agrees.extend(pairs().map(|(line, paper)| payer(line, paper)).min_by_key(worth).flatten());
        agrees.extend(pairs().map(|(line, paper)| reference(line, paper)).max_by_key(worth).flatten());
        Self { agrees }
    }
}

/// So many days after the paper was written the bank has booked.
fn days_after(line: &StatementLine, paper: &Expected) -> i32 {
    i32::try_from((line.date.0 - paper.date.0).num_days()).unwrap_or(i32::MAX)
}

/// What the days between are worth. Before the paper was written the bank has seldom booked: each of those counts twice.
const fn of_days(days: i32) -> u32 {
    let apart = if days < 0 { days.unsigned_abs().saturating_mul(2) } else { days.unsigned_abs() };
    match apart {
        0 => 15,
        1 => 13,
        2..=3 => 10,
        4..=7 => 5,
        _ => 0,
    }
}

fn payer(line: &StatementLine, paper: &Expected) -> Option<Agreement> {
    let name = plain_name(&line.payer);
    let alike = paper.payers.iter().map(|one| similar(&name, &plain_name(one))).max().unwrap_or_default();
    match alike {
        100 => Some(Agreement::Payer),
        ALIKE_FROM.. => Some(Agreement::PayerNearly),
        _ => None,
    }
}

fn reference(line: &StatementLine, paper: &Expected) -> Option<Agreement> {
    const LEAST: usize = 4;
    let (there, here) = (digits(&line.reference), digits(&paper.reference));
    if here.len() < LEAST || there.len() < LEAST {
        return None;
    }
    if there.ends_with(&here) || there.contains(&here) {
        return Some(Agreement::Reference);
    }
    let tail = &there[there.len().saturating_sub(here.len())..];
    (edits(tail, &here) == 1).then_some(Agreement::ReferenceNearly)
}

/// Whether two sums differ as fingers slip: one figure wrong, or two side by side turned round.
pub(super) fn is_slip(one: Money, other: Money) -> bool {
    // One figure, or two side by side: anything else differs by another number before its noughts.
    let mut apart = one.minus(other).as_fen().unsigned_abs();
    while apart != 0 && apart.is_multiple_of(10) {
        apart /= 10;
    }
    if apart > 9 && (apart > 81 || !apart.is_multiple_of(9)) {
        return false;
    }
    let (one, other) = (one.as_fen().to_string(), other.as_fen().to_string());
    one.len() == other.len() && one.len() >= 5 && edits(&one, &other) == 1
}
