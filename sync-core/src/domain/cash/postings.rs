//! Accounts of the book and what papers add to them. Whatever a paper adds sums to zero.

use minicbor::Encode;

use crate::{
    domain::Recorded,
    unit::{AccountId, CustomerId, DeviceId, Money, StaffId},
};

/// An account of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode)]
pub enum LedgerAccount {
    /// The cash drawer of one device of a rep (未汇回货款).
    #[n(0)]
    Drawer(#[n(0)] StaffId, #[n(1)] DeviceId),
    /// What a customer paid, as a negative sum.
    #[n(1)]
    Customer(#[n(0)] CustomerId),
    /// Sent to a company account, not yet confirmed by finance.
    #[n(2)]
    InTransit(#[n(0)] AccountId),
    /// Taken from a customer the author had no right to, until a supervisor rules.
    #[n(3)]
    Suspense(#[n(0)] StaffId),
    /// 差额: what was missing when a lost phone was settled; below nothing what was too much.
    #[n(4)]
    Difference(#[n(0)] StaffId),
    /// 已到账: arrived on a company account, as finance has confirmed it.
    #[n(5)]
    Arrived(#[n(0)] AccountId),
    /// 出纳现金: handed in by reps and countersigned by finance.
    #[n(8)]
    Till,
}

reads_enum!(LedgerAccount {
    0: Drawer(a, b),
    1: Customer(a),
    2: InTransit(a),
    3: Suspense(a),
    4: Difference(a),
    5: Arrived(a),
    8: Till,
});

/// A sum added to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Which account.
    pub account: LedgerAccount,
    /// How much, with its sign.
    pub sum: Money,
}

impl<T> Recorded<T> {
    /// The suspense account that an accepted paper stood in while it was withheld: concerned, with nothing left in it.
    pub(super) fn left_suspense(&self) -> Option<Posting> {
        let account = LedgerAccount::Suspense(self.by);
        self.accepted_by.map(|_| Posting { account, sum: Money::ZERO })
    }
}

/// What stands in an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Balance {
    /// Which account; absent before the first posting.
    #[n(0)]
    pub account: Option<LedgerAccount>,
    /// What stands there.
    #[n(1)]
    pub sum: Money,
}

reads_map!(Balance { 0: account, 1: sum });
