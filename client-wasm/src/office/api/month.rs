//! A month of the books (销售资金回收表): as the server gives it.
//!
//! Floor: office/api. This module must not know how anything is drawn.

use serde::Deserialize;
use serde_json::Value;
use sync_core::unit::Money;

use super::At;
use super::people::Person;
use super::standing::FeedEntry;

/// A month in the list of months.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct MonthRow {
    pub(crate) month: String,
    pub(crate) status: String,
}

/// The months of the books.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Months {
    pub(crate) months: Vec<MonthRow>,
    pub(crate) due: String,
}

/// What was explained of a line.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Explained {
    pub(crate) explanation: String,
    pub(crate) by: Person,
    pub(crate) difference: Money,
}

/// What one customer owes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct CustomerLine {
    pub(crate) customer: Person,
    pub(crate) opening: Money,
    pub(crate) ordered: Money,
    pub(crate) cash: Money,
    pub(crate) transfer: Money,
    pub(crate) reversed: Money,
    pub(crate) difference: Money,
    #[serde(default)]
    pub(crate) last: Option<At>,
    #[serde(default)]
    pub(crate) by: Option<Person>,
    pub(crate) late: u32,
    #[serde(default)]
    pub(crate) explained: Option<Explained>,
}

/// What one rep holds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct RepLine {
    pub(crate) staff: Person,
    pub(crate) opening: Money,
    pub(crate) cash: Money,
    pub(crate) remitted: Money,
    pub(crate) handed_in: Money,
    pub(crate) confirmed: Money,
    pub(crate) reversed: Money,
    pub(crate) settled: Money,
    pub(crate) held: Money,
    pub(crate) difference: Money,
    pub(crate) differences: Vec<Difference>,
    pub(crate) late: u32,
}

/// A difference of a rep's: `missing`, `withheld` or `below`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Difference {
    pub(crate) kind: String,
    pub(crate) sum: Money,
    #[serde(default)]
    pub(crate) explained: Option<Explained>,
}

/// A phone that is not in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct MissingPhone {
    pub(crate) staff: Person,
    pub(crate) number: u32,
    #[serde(default)]
    pub(crate) heard: Option<At>,
    pub(crate) seq: u64,
    pub(crate) link: String,
    #[serde(default)]
    pub(crate) unsent: Option<u64>,
    #[serde(default)]
    pub(crate) declared_cash: Option<Money>,
    #[serde(default)]
    pub(crate) stopped: Option<At>,
}

/// What finance stamped.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct MonthStamp {
    pub(crate) stamp: String,
    pub(crate) by: Person,
    pub(crate) at: At,
    pub(crate) note: String,
}

/// What the clerk has signed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Closing {
    pub(crate) id: String,
    pub(crate) by: Person,
    pub(crate) at: At,
    pub(crate) table: String,
    pub(crate) missing: Vec<MissingPhone>,
    pub(crate) reason: String,
    pub(crate) stamps: Vec<MonthStamp>,
    pub(crate) needs_a_head: bool,
    pub(crate) is_of_table: bool,
}

impl Closing {
    /// The stamp of a kind.
    pub(crate) fn stamp(&self, kind: &str) -> Option<&MonthStamp> {
        self.stamps.iter().find(|stamp| stamp.stamp == kind)
    }
}

/// A change behind a figure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct MonthChange {
    pub(crate) moved: String,
    pub(crate) account: String,
    pub(crate) sum: Money,
    #[serde(default)]
    pub(crate) late: Option<String>,
    #[serde(default)]
    pub(crate) counts_in: Option<String>,
    pub(crate) entry: FeedEntry,
}

/// The changes behind a figure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct MonthChanges {
    pub(crate) changes: Vec<MonthChange>,
    pub(crate) total: u64,
    pub(crate) opening: Money,
    pub(crate) sum: Money,
}

/// The sums of a table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Totals {
    pub(crate) opening: Money,
    pub(crate) ordered: Money,
    pub(crate) cash: Money,
    pub(crate) transfer: Money,
    pub(crate) owed: Money,
    pub(crate) remitted: Money,
    pub(crate) handed_in: Money,
    pub(crate) held: Money,
    pub(crate) difference: Money,
}

/// A month of the books.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct MonthPage {
    pub(crate) month: String,
    pub(crate) status: String,
    pub(crate) ends: At,
    pub(crate) is_over: bool,
    pub(crate) due: String,
    pub(crate) through: u64,
    pub(crate) table: String,
    pub(crate) customers: Vec<CustomerLine>,
    pub(crate) reps: Vec<RepLine>,
    pub(crate) totals: Totals,
    pub(crate) phones: u32,
    pub(crate) missing: Vec<MissingPhone>,
    pub(crate) unexplained: u32,
    #[serde(default)]
    pub(crate) closing: Option<Closing>,
    pub(crate) late: Vec<MonthChange>,
    pub(crate) late_total: u64,
    pub(crate) later: Vec<MonthChange>,
    pub(crate) later_total: u64,
    /// What the clerk would sign now, as the command wants it.
    #[serde(default)]
    pub(crate) to_sign: Option<Value>,
}

impl MonthPage {
    /// The clerk's signature, unless finance has sent it back.
    pub(crate) fn signed(&self) -> Option<&Closing> {
        self.closing.as_ref().filter(|_| self.status != "open")
    }

    /// The phones that the month was closed without; those not in yet while nobody has signed.
    pub(crate) fn phones_missing(&self) -> &[MissingPhone] {
        self.signed().map_or(&self.missing, |closing| &closing.missing)
    }

    /// What finance sent back, where the clerk has not signed anew.
    pub(crate) fn sent_back(&self) -> Option<(&Closing, &MonthStamp)> {
        let closing = self.closing.as_ref().filter(|_| self.status == "open")?;
        Some((closing, closing.stamp("sent-back")?))
    }
}
