//! 汇回: cash sent on to an account of the company's. Source: S13, S14, S46.

use std::collections::BTreeMap;

use minicbor::Encode;
use serde::{Deserialize, Serialize};

use super::{
    CashRefusal, CompanyAccount, Confirmation, Confirmations, LedgerAccount, Posting, Reversal, confirmation,
};
use crate::{
    crdt::Ledger,
    domain::{Recorded, visit::BlobHash},
    time::Timestamp,
    unit::{AccountId, Amount, DeviceId, Money, Text},
};

/// How much of a remittance comes out of which drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct DrawerPart {
    /// The device whose drawer is emptied.
    #[n(0)]
    pub device: DeviceId,
    /// How much of it.
    #[n(1)]
    pub amount: Amount,
}

reads_map!(DrawerPart { 0: device, 1: amount });

/// Cash was sent to the company.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Remitted {
    /// How much.
    #[n(0)]
    pub amount: Amount,
    /// To which account, from the list that finance keeps.
    #[n(1)]
    pub account: AccountId,
    /// Out of which drawers.
    #[n(2)]
    pub drawers: Vec<DrawerPart>,
    /// The last digits of the bank's slip.
    #[n(3)]
    #[serde(default)]
    pub reference: Text<0, 40>,
    /// The slip, as a photo.
    #[n(4)]
    pub slip: Option<BlobHash>,
}

reads_map!(Remitted { 0: amount, 1: account, 2: drawers, 3: reference, 4: slip });

/// A remittance in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Remittance {
    /// The remittance as it was recorded.
    #[n(0)]
    pub recorded: Option<Recorded<Remitted>>,
    /// Reversals; one is enough, more change nothing.
    #[n(1)]
    pub reversals: Ledger<Reversal>,
    /// Confirmations of finance's; one is enough.
    #[n(2)]
    pub confirmations: Option<Confirmations>,
}

reads_map!(Remittance { 0: recorded, 1: reversals, 2: confirmations });

impl Remittance {
    /// What stands as sent out of one drawer: nothing, once it was taken back.
    pub fn out_of(&self, device: DeviceId) -> Money {
        let stands = self.recorded.iter().filter(|_| self.reversals.is_empty());
        let parts = stands.flat_map(|sent| &sent.what.drawers).filter(|part| part.device == device);
        parts.map(|part| part.amount.money()).sum()
    }

    /// What finance has confirmed, where it has. Source: S13.
    pub fn confirmation(&self) -> Option<&Confirmation> {
        confirmation::first(self.confirmations.as_ref())
    }

    /// Where it stands, as lists use it: `sent`, `confirmed`, `reversed`.
    pub fn status(&self) -> &'static str {
        match (self.reversals.is_empty(), self.confirmation()) {
            (false, _) => "reversed",
            (true, Some(_)) => "confirmed",
            (true, None) => "sent",
        }
    }

    /// What this paper would add to the accounts if it were never reversed. Always sums to zero.
    pub fn unreversed_postings(&self) -> Vec<Posting> {
        let Some(recorded) = &self.recorded else {
            return Vec::new();
        };
        let out = recorded.what.drawers.iter().map(|part| Posting {
            account: LedgerAccount::Drawer(recorded.by, part.device),
            sum: part.amount.money().negated(),
        });
        let parts: Money = recorded.what.drawers.iter().map(|part| part.amount.money()).sum();
        let account = recorded.what.account;
        let into = if recorded.withheld {
            vec![Posting { account: LedgerAccount::Suspense(recorded.by), sum: parts }]
        } else {
            confirmation::sent_to(account, parts, self.confirmations.as_ref())
        };
        out.chain(into).chain(recorded.left_suspense()).collect()
    }
}

/// Whether this remittance can be recorded: parts that add up, no more than each drawer `held`, a company account.
///
/// # Source
/// S13, S14, S46
pub fn may_remit(
    op: &Remitted,
    held: impl Fn(DeviceId) -> Money,
    account: Option<&CompanyAccount>,
    at: Timestamp,
) -> Result<(), CashRefusal> {
    if !account.is_some_and(|account| account.is_open_at(at)) {
        return Err(CashRefusal::NotACompanyAccount { account: op.account });
    }
    parts_are_held(op.amount, &op.drawers, held)
}

/// Whether the parts come to the amount, and no drawer is to give more than it `held`. Source: S14.
pub fn parts_are_held(
    amount: Amount,
    drawers: &[DrawerPart],
    held: impl Fn(DeviceId) -> Money,
) -> Result<(), CashRefusal> {
    let parts: Money = drawers.iter().map(|part| part.amount.money()).sum();
    if parts != amount.money() {
        return Err(CashRefusal::PartsDiffer { parts });
    }
    let mut asked: BTreeMap<DeviceId, Money> = BTreeMap::new();
    for part in drawers {
        let of_device = asked.entry(part.device).or_default();
        *of_device = of_device.plus(part.amount.money());
    }
    let short = asked.into_iter().find_map(|(device, asked)| Some(held(device)).filter(|held| asked > *held));
    short.map_or(Ok(()), |held| Err(CashRefusal::MoreThanHeld { held }))
}
