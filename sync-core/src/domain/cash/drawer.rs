//! 未汇回货款: the cash a rep holds, and how much that may be. Source: S14, S15.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::unit::{AccountId, Money};

/// From here on the cash must be remitted at once (货款累计到壹万元必须尽快汇回). Source: S14.
pub const REMIT_FROM: Money = Money::yuan(10_000);

/// The most a rep may hold (最多不能超过贰万元). Source: S15.
pub const HOLD_LIMIT: Money = Money::yuan(20_000);

/// A device's share of the limit. One device's share is the whole limit; a share never expires, a special rule does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Share(Money);

impl Share {
    /// The whole limit, for a rep with one device.
    pub const WHOLE: Self = Self(HOLD_LIMIT);

    /// Nothing: the device may take no cash.
    pub const NONE: Self = Self(Money::ZERO);

    /// So much, and never less than nothing.
    pub fn of(sum: Money) -> Self {
        Self(sum.max(Money::ZERO))
    }

    /// What is left of it beside cash that lies elsewhere.
    #[must_use]
    pub fn less(self, elsewhere: Money) -> Self {
        Self(self.0.minus(elsewhere).max(Money::ZERO))
    }

    /// How much the device may hold.
    pub const fn limit(self) -> Money {
        self.0
    }
}

/// The finding that cash must be remitted at once. Source: S14.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize)]
#[cbor(map)]
pub struct RemitNow {
    /// What the rep holds.
    #[n(0)]
    pub held: Money,
}

reads_map!(RemitNow { 0: held });

/// Why money is not taken, or not sent, like this.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum CashRefusal {
    /// The rep would hold more than the device's share. Source: S15.
    #[n(0)]
    #[error("would hold {would_hold}; the limit is {limit}")]
    AboveLimit {
        /// What the rep would hold.
        #[n(0)]
        would_hold: Money,
        /// What this device may hold.
        #[n(1)]
        limit: Money,
        /// What may still be collected.
        #[n(2)]
        may_take: Money,
    },
    /// Only direct-sales reps take cash. Source: S14.
    #[n(1)]
    #[error("only direct-sales reps take cash")]
    NotACashRep,
    /// More is remitted than the drawer holds.
    #[n(2)]
    #[error("the drawer holds {held}")]
    MoreThanHeld {
        /// What it holds.
        #[n(0)]
        held: Money,
    },
    /// The account is not one of the company's, or closed. Source: S13, S46.
    #[n(3)]
    #[error("not an open account of the company's")]
    NotACompanyAccount {
        /// The account that was named.
        #[n(0)]
        account: AccountId,
    },
    /// What is to be reversed is not in the book.
    #[n(4)]
    #[error("what is to be reversed is not in the book")]
    NothingToReverse,
    /// It was reversed before.
    #[n(5)]
    #[error("it was reversed before")]
    AlreadyReversed,
    /// Only its author or finance reverses it.
    #[n(6)]
    #[error("only its author or finance reverses it")]
    NotYours,
    /// The parts from the drawers do not add up to the amount.
    #[n(7)]
    #[error("the parts from the drawers come to {parts}")]
    PartsDiffer {
        /// What the parts come to.
        #[n(0)]
        parts: Money,
    },
    /// Finance has confirmed that it has arrived: finance alone reverses it.
    #[n(8)]
    #[error("it has arrived; only finance reverses it")]
    ConfirmedMoney,
}

reads_enum!(CashRefusal {
    0: AboveLimit { would_hold, limit, may_take },
    1: NotACashRep,
    2: MoreThanHeld { held },
    3: NotACompanyAccount { account },
    4: NothingToReverse,
    5: AlreadyReversed,
    6: NotYours,
    7: PartsDiffer { parts },
    8: ConfirmedMoney,
});

impl CashRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AboveLimit { .. } => "cash.above-limit",
            Self::NotACashRep => "cash.not-a-cash-rep",
            Self::MoreThanHeld { .. } => "cash.more-than-held",
            Self::NotACompanyAccount { .. } => "cash.not-a-company-account",
            Self::NothingToReverse => "cash.nothing-to-reverse",
            Self::AlreadyReversed => "cash.already-reversed",
            Self::NotYours => "cash.not-yours",
            Self::PartsDiffer { .. } => "cash.parts-differ",
            Self::ConfirmedMoney => "cash.confirmed-money",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::AboveLimit { .. } => "S15",
            Self::NotACompanyAccount { .. } => "S46",
            Self::NothingToReverse | Self::AlreadyReversed | Self::NotYours | Self::ConfirmedMoney => "S17",
            _ => "S14",
        }
    }
}

/// What a drawer holds with `amount` in it. One that stands below nothing gives no more room than an empty one.
pub fn would_hold(held: Money, amount: Money) -> Money {
    held.max(Money::ZERO).plus(amount)
}

/// What lies in several drawers together. One that stands below nothing is empty: it takes nothing away from what lies in
/// the others. Source: S14, S15.
pub fn in_hand(drawers: impl IntoIterator<Item = Money>) -> Money {
    drawers.into_iter().map(|held| held.max(Money::ZERO)).sum()
}

/// Whether this device may take `amount`, by its share of the limit.
///
/// # Errors
/// [`CashRefusal::AboveLimit`] with what the rep would hold and what may still be taken.
///
/// # Source
/// S15
pub fn may_collect(share: Share, held: Money, amount: Money) -> Result<(), CashRefusal> {
    let would_hold = would_hold(held, amount);
    if would_hold <= share.limit() {
        return Ok(());
    }
    let may_take = share.limit().minus(held.max(Money::ZERO)).max(Money::ZERO);
    Err(CashRefusal::AboveLimit { would_hold, limit: share.limit(), may_take })
}

/// The warning that stands from a sum on, mostly [`REMIT_FROM`], until the cash is remitted. Source: S14.
pub fn cash_warning(held: Money, remit_from: Money) -> Option<RemitNow> {
    (held >= remit_from).then_some(RemitNow { held })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_thousand_may_be_held_and_not_one_fen_more() {
        assert_eq!(may_collect(Share::WHOLE, Money::yuan(10_000), Money::yuan(10_000)), Ok(()));
        assert_eq!(
            may_collect(Share::WHOLE, Money::yuan(19_000), Money::fen(100_001)),
            Err(CashRefusal::AboveLimit {
                would_hold: Money::fen(2_000_001),
                limit: HOLD_LIMIT,
                may_take: Money::yuan(1_000),
            })
        );
    }

    #[test]
    fn a_drawer_below_nothing_gives_no_more_room() {
        let below = Money::yuan(-20_000);
        assert_eq!(may_collect(Share::WHOLE, below, Money::yuan(20_000)), Ok(()));
        assert!(may_collect(Share::WHOLE, below, Money::fen(2_000_001)).is_err());
    }

    #[test]
    fn a_drawer_below_nothing_hides_nothing_that_lies_in_another() {
        let held = [Money::yuan(-20_000), Money::yuan(12_000), Money::yuan(500)];
        assert_eq!(in_hand(held), Money::yuan(12_500));
    }

    #[test]
    fn the_warning_stands_from_ten_thousand_on() {
        assert_eq!(cash_warning(Money::fen(999_999), REMIT_FROM), None);
        assert_eq!(cash_warning(REMIT_FROM, REMIT_FROM), Some(RemitNow { held: REMIT_FROM }));
    }
}
