//! What is owed: orders by due day, a customer's account, reminders, credit exceptions; rows as the server lists them.
//!
//! Floor: office/api. This module must not know how a row is drawn.

use serde::Deserialize;
use sync_core::unit::Money;

use super::At;
use super::people::Person;

/// What was promised, and where that stands.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Promised {
    pub(crate) day: String,
    pub(crate) amount: Money,
    pub(crate) state: String,
}

/// What one order owes (应收).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ReceivableRow {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) at: At,
    pub(crate) customer: Option<Person>,
    pub(crate) staff: Option<Person>,
    #[serde(default)]
    pub(crate) place: String,
    #[serde(default)]
    pub(crate) deliver_by: Option<String>,
    #[serde(default)]
    pub(crate) accepted: bool,
    pub(crate) due: String,
    pub(crate) total: Money,
    pub(crate) collected: Money,
    pub(crate) paid: Money,
    pub(crate) open: Money,
    pub(crate) standing: String,
    #[serde(default)]
    pub(crate) days_overdue: Option<u32>,
    pub(crate) age: String,
    #[serde(default)]
    pub(crate) urged: Option<At>,
    #[serde(default)]
    pub(crate) promised: Option<Promised>,
    #[serde(default)]
    pub(crate) release: Option<String>,
}

/// What is open of one age.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct AgeSum {
    pub(crate) age: String,
    pub(crate) open: Money,
}

/// What all orders of a list come to.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Sums {
    pub(crate) total: Money,
    pub(crate) collected: Money,
    pub(crate) paid: Money,
    pub(crate) open: Money,
    pub(crate) ages: Vec<AgeSum>,
}

/// A page of the list of what is owed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ReceivablesPage {
    pub(crate) rows: Vec<ReceivableRow>,
    pub(crate) total: u64,
    pub(crate) sums: Sums,
}

/// A reminder to pay (催款).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct UrgingRow {
    pub(crate) id: String,
    pub(crate) at: At,
    pub(crate) staff: Person,
    pub(crate) customer: Option<Person>,
    #[serde(default)]
    pub(crate) order_number: Option<String>,
    pub(crate) by: String,
    pub(crate) whom: String,
    pub(crate) said: String,
    #[serde(default)]
    pub(crate) promised_on: Option<String>,
    #[serde(default)]
    pub(crate) promised: Option<Money>,
}

/// A stamp on a credit exception.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct CreditStamp {
    pub(crate) by: Person,
    pub(crate) at: At,
    #[serde(default)]
    pub(crate) note: String,
}

/// A credit exception (特殊政策).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct CreditRow {
    pub(crate) id: String,
    pub(crate) customer: Option<Person>,
    pub(crate) limit: Money,
    pub(crate) pay_within: u16,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) reason: String,
    pub(crate) by: Person,
    pub(crate) at: At,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) approved: Option<CreditStamp>,
    #[serde(default)]
    pub(crate) sent_back: Option<CreditStamp>,
    #[serde(default)]
    pub(crate) ended: Option<CreditStamp>,
}

/// What is overdue of one customer's.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Overdue {
    pub(crate) amount: Money,
    pub(crate) since: String,
    pub(crate) days: i64,
}

/// The account of one customer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct AccountPage {
    pub(crate) open: Money,
    pub(crate) unconfirmed: Money,
    pub(crate) beyond: Money,
    #[serde(default)]
    pub(crate) overdue: Option<Overdue>,
    pub(crate) orders: Vec<ReceivableRow>,
    pub(crate) urgings: Vec<UrgingRow>,
    #[serde(default)]
    pub(crate) promised: Option<Promised>,
    pub(crate) exceptions: Vec<CreditRow>,
    pub(crate) may_urge: bool,
    pub(crate) may_except: bool,
}
