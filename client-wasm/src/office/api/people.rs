//! Who works here, with which phone and which cash: rows as the server lists them.
//!
//! Floor: office/api. This module must not know how a row is drawn.

use serde::Deserialize;
use sync_core::domain::people::Role;
use sync_core::unit::Money;

use super::At;

/// After so long without a contact a phone is late.
const LATE_AFTER_MS: i64 = 48 * 3_600_000;

/// A member of staff as rows name them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A member of staff (职工).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct StaffRow {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    #[serde(default)]
    pub(crate) team: String,
    #[serde(default)]
    pub(crate) devices: Option<u32>,
    #[serde(default)]
    pub(crate) cash: Option<Money>,
    #[serde(default)]
    pub(crate) customers: Option<u32>,
}

/// A phone (手机).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct DeviceRow {
    pub(crate) id: String,
    pub(crate) number: u32,
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) staff: Person,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) since: Option<At>,
    #[serde(default)]
    pub(crate) last_seen: Option<At>,
    #[serde(default)]
    pub(crate) unsent: Option<u64>,
    #[serde(default)]
    pub(crate) declared_cash: Option<Money>,
    #[serde(default)]
    pub(crate) clock_ahead_ms: Option<i64>,
    #[serde(default)]
    pub(crate) last_seq: u64,
    #[serde(default)]
    pub(crate) share: Option<Money>,
    #[serde(default)]
    pub(crate) trouble: Option<Trouble>,
    #[serde(default)]
    pub(crate) aside: u64,
    #[serde(default)]
    pub(crate) key: String,
    /// Losses whose eviction the phone has not confirmed yet (S79).
    #[serde(default)]
    pub(crate) unconfirmed: u64,
    #[serde(default)]
    pub(crate) unconfirmed_since: Option<At>,
}

/// What does not fit about a phone's log.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Trouble {
    pub(crate) code: String,
    pub(crate) seq: u64,
    pub(crate) since: At,
    pub(crate) last: At,
}

impl Trouble {
    /// Whether it passes with the next good delivery.
    pub(crate) fn passes(&self) -> bool {
        matches!(self.code.as_str(), "gap" | "broken" | "unsigned")
    }
}

/// A change put aside (隔离).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct AsideRow {
    pub(crate) seq: u64,
    pub(crate) at: At,
    #[serde(default)]
    pub(crate) claimed: Option<At>,
    pub(crate) by: Person,
    #[serde(default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) content: Option<serde_json::Value>,
    #[serde(default)]
    pub(crate) number: Option<String>,
    #[serde(default)]
    pub(crate) amount: Option<Money>,
    #[serde(default)]
    pub(crate) customer: Option<Person>,
    #[serde(default)]
    pub(crate) hash: String,
}

/// What was put aside of one phone.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct AsidePage {
    pub(crate) total: u64,
    pub(crate) rows: Vec<AsideRow>,
}

/// A phone that a transfer touches.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct AffectedPhone {
    #[serde(flatten)]
    pub(crate) device: DeviceRow,
    pub(crate) loses: u64,
}

/// What a transfer would do (移交).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct TransferPreview {
    pub(crate) from: Person,
    pub(crate) customers: Vec<Person>,
    pub(crate) phones: Vec<AffectedPhone>,
}

/// A transfer that was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Transferred {
    pub(crate) moved: u64,
    pub(crate) already: u64,
}

/// Something a phone must give up, or has given up.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct EvictionRow {
    pub(crate) customer: Option<Person>,
    pub(crate) everything: bool,
    pub(crate) since: At,
    #[serde(default)]
    pub(crate) confirmed: Option<At>,
}

/// All that one phone must give up, or has given up.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct EvictionPage {
    pub(crate) rows: Vec<EvictionRow>,
}

impl DeviceRow {
    pub(crate) fn is_active(&self) -> bool {
        self.status == "active"
    }

    /// Whether nothing was heard of it for two days.
    pub(crate) fn is_late(&self) -> bool {
        let heard = self.last_seen.or(self.since);
        self.is_active() && heard.is_none_or(|heard| At::now().0 - heard.0 > LATE_AFTER_MS)
    }
}

/// Where a rep's cash stands against the two lines. Source: S14.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CashState {
    None,
    Held,
    Remit,
    Over,
}

/// One phone's drawer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Drawer {
    pub(crate) number: u32,
    pub(crate) held: Money,
}

/// A day that was closed (日结).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct DayClose {
    pub(crate) day: String,
    pub(crate) at: At,
    pub(crate) expected: Money,
    pub(crate) counted: Money,
    pub(crate) difference: Money,
    #[serde(default)]
    pub(crate) explanation: String,
}

/// Cash in one rep's hand (手上现金).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct CashRow {
    pub(crate) staff: Person,
    pub(crate) role: Role,
    pub(crate) held: Money,
    #[serde(default)]
    pub(crate) sent: Money,
    #[serde(default)]
    pub(crate) confirmed: Money,
    pub(crate) limit: Money,
    pub(crate) remit_from: Money,
    pub(crate) state: CashState,
    #[serde(default)]
    pub(crate) drawers: Vec<Drawer>,
    #[serde(default)]
    pub(crate) last_collection: Option<At>,
    #[serde(default)]
    pub(crate) last_remittance: Option<At>,
    #[serde(default)]
    pub(crate) last_close: Option<DayClose>,
}
