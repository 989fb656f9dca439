//! 货款回收: money received from a customer, in cash or by transfer. Source: S13–S15.

use minicbor::Encode;
use serde::{Deserialize, Serialize};

use super::{
    CashRefusal, CompanyAccount, Confirmation, Confirmations, LedgerAccount, Posting, Reversal, confirmation,
    may_collect,
};
use crate::{
    crdt::Ledger,
    domain::{Recorded, people::Author, visit::BlobHash},
    time::Timestamp,
    unit::{AccountId, Amount, CustomerId, Money, PaperId, Text},
};

/// How the money came.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Means {
    /// 现金, into the device's drawer.
    #[n(0)]
    Cash,
    /// 转账, from the customer straight to a company account.
    #[n(1)]
    Transfer {
        /// Which account.
        #[n(0)]
        account: AccountId,
        /// What the bank wrote beside it.
        #[n(1)]
        #[serde(default)]
        reference: Text<0, 40>,
    },
}

reads_enum!(Means { 0: Cash, 1: Transfer { account, reference } });

/// Money was received.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Collected {
    /// From whom.
    #[n(0)]
    pub customer: CustomerId,
    /// How much.
    #[n(1)]
    pub amount: Amount,
    /// How.
    #[n(2)]
    pub means: Means,
    /// The receipt's number on this device, from 1, without gaps.
    #[n(3)]
    pub receipt: u32,
    /// For which order, when for one.
    #[n(4)]
    pub order: Option<PaperId>,
    /// Why money was already taken above the limit: such a receipt is marked 超限收款. Source: S15.
    #[n(5)]
    pub over_limit: Option<Text<1, 200>>,
    /// Anything else.
    #[n(6)]
    #[serde(default)]
    pub note: Text<0, 200>,
    /// A photo of money already taken above the limit. Source: S15.
    #[n(7)]
    #[serde(default)]
    pub photo: Option<BlobHash>,
}

reads_map!(Collected {
    0: customer,
    1: amount,
    2: means,
    3: receipt,
    4: order,
    5: over_limit,
    6: note,
    7: photo,
});

/// The number on the receipt: device, then the how-manieth of that device.
pub fn receipt_number(device: u32, receipt: u32) -> String {
    format!("SK-{device:02}-{receipt:04}")
}

/// A collection in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Collection {
    /// The collection as it was recorded.
    #[n(0)]
    pub recorded: Option<Recorded<Collected>>,
    /// Reversals; one is enough, more change nothing.
    #[n(1)]
    pub reversals: Ledger<Reversal>,
    /// Confirmations of finance's, for a transfer; one is enough.
    #[n(2)]
    pub confirmations: Option<Confirmations>,
}

reads_map!(Collection { 0: recorded, 1: reversals, 2: confirmations });

impl Collection {
    /// What finance has confirmed of a transfer, where it has. Source: S13, S34.
    pub fn confirmation(&self) -> Option<&Confirmation> {
        confirmation::first(self.confirmations.as_ref())
    }

    /// Where it stands, as lists use it: `cash`, `transfer`, `confirmed`, `reversed`; empty for a shell.
    pub fn status(&self) -> &'static str {
        match (self.recorded.as_ref().map(|recorded| &recorded.what.means), self.reversals.is_empty()) {
            (None, _) => "",
            (_, false) => "reversed",
            (Some(Means::Cash), true) => "cash",
            (Some(Means::Transfer { .. }), true) if self.confirmation().is_some() => "confirmed",
            (Some(Means::Transfer { .. }), true) => "transfer",
        }
    }

    /// What this paper would add to the accounts if it were never reversed. Always sums to zero.
    ///
    /// Withheld cash lies in the drawer all the same, against the author's suspense account;
    /// a withheld transfer is a claim only and adds nothing.
    pub fn unreversed_postings(&self) -> Vec<Posting> {
        let Some(recorded) = &self.recorded else {
            return Vec::new();
        };
        let amount = recorded.what.amount.money();
        let customer = LedgerAccount::Customer(recorded.what.customer);
        let drawer = LedgerAccount::Drawer(recorded.by, recorded.id.device);
        let cash = vec![Posting { account: drawer, sum: amount }];
        let (into, from) = match (&recorded.what.means, recorded.withheld) {
            (Means::Cash, false) => (cash, customer),
            (Means::Cash, true) => (cash, LedgerAccount::Suspense(recorded.by)),
            (Means::Transfer { account, .. }, false) => {
                (confirmation::sent_to(*account, amount, self.confirmations.as_ref()), customer)
            }
            (Means::Transfer { .. }, true) => return Vec::new(),
        };
        let from = Posting { account: from, sum: amount.negated() };
        into.into_iter().chain([from]).chain(recorded.left_suspense()).collect()
    }
}

/// Whether this money may be taken like this, with `held` in the device's drawer. Source: S13–S15.
///
/// Money already taken above the limit passes with a reason: truth is always recordable.
pub fn may_record_collection(
    op: &Collected,
    held: Money,
    account: Option<&CompanyAccount>,
    author: &Author,
    at: Timestamp,
) -> Result<(), CashRefusal> {
    match &op.means {
        Means::Cash if !author.role.may_take_cash() => Err(CashRefusal::NotACashRep),
        Means::Cash if op.over_limit.is_some() => Ok(()),
        Means::Cash => may_collect(author.share, held, op.amount.money()),
        Means::Transfer { account: named, .. } => {
            if account.is_some_and(|account| account.is_open_at(at)) {
                Ok(())
            } else {
                Err(CashRefusal::NotACompanyAccount { account: *named })
            }
        }
    }
}
