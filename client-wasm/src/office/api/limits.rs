//! Cash limits and violations: rows as the server lists them.
//!
//! Floor: office/api. This module must not know how a row is drawn.

use serde::Deserialize;
use sync_core::unit::Money;

use super::At;
use super::people::Person;

/// A phone of a rep's, as the limit is divided.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct LimitPhone {
    pub(crate) id: String,
    pub(crate) number: u32,
    pub(crate) status: String,
    pub(crate) share: Money,
    pub(crate) drawer: Money,
    #[serde(default)]
    pub(crate) settled: Option<Settled>,
}

impl LimitPhone {
    /// Stopped, and nobody has settled it: what a later phone may hold waits for that.
    pub(crate) fn waits(&self) -> bool {
        self.status == "stopped" && !(self.share.is_zero() && self.drawer.is_zero())
    }
}

/// How a lost phone was settled.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Settled {
    pub(crate) by: Person,
    pub(crate) at: At,
    pub(crate) into: u32,
    pub(crate) counted: Money,
    pub(crate) missing: Money,
    pub(crate) note: String,
}

/// A special rule (特殊规定).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct SpecialRule {
    pub(crate) hold: Money,
    pub(crate) remit_from: Money,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) by: Person,
    pub(crate) at: At,
}

/// How the cash limit of one rep is divided, and what was ruled for them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct LimitsRow {
    pub(crate) staff: Person,
    pub(crate) hold: Money,
    pub(crate) phones: Vec<LimitPhone>,
    pub(crate) rules: Vec<SpecialRule>,
}

/// A stamp on a violation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ViolationStamp {
    pub(crate) by: Person,
    pub(crate) at: At,
    pub(crate) note: String,
}

/// What broke a rule about money (违规).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ViolationRow {
    pub(crate) id: String,
    pub(crate) at: At,
    pub(crate) staff: Person,
    pub(crate) kind: String,
    pub(crate) clause: String,
    #[serde(default)]
    pub(crate) held: Option<Money>,
    pub(crate) amount: Money,
    #[serde(default)]
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) photo: Option<String>,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) looked_into: Option<ViolationStamp>,
    #[serde(default)]
    pub(crate) settled: Option<ViolationStamp>,
    #[serde(default)]
    pub(crate) position: Option<u64>,
}
