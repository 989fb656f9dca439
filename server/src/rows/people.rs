//! Rows of staff (职工) and devices (设备). Source: S78.
//!
//! Floor: rows. Pure: papers, device logs, and the names on a page.

use serde::Serialize;
use sync_core::{
    domain::{
        cash::Share,
        people::{DeviceCard, DeviceEnrolled, Role, StaffCard},
    },
    paper::{Paper, PaperKey},
    scope::Scope,
    time::BusinessDate,
    unit::{DeviceId, Money, StaffId},
};
use utoipa::ToSchema;

use super::{
    common::{Person, clock, hex},
    moves::still_held,
    names::Names,
};
use crate::store::{DeviceLog, DeviceTrouble, Eviction};

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StaffRow {
    /// Their id.
    #[schema(value_type = uuid::Uuid)]
    pub id: StaffId,
    /// Staff number (工号).
    #[schema(example = "YW-0117")]
    pub number: String,
    /// Name.
    pub name: String,
    /// Role.
    #[schema(value_type = String, example = "direct-rep")]
    pub role: Role,
    /// Team, empty where there is none.
    pub team: String,
    /// Devices in use; absent where the reader does not see them.
    pub devices: Option<u32>,
    /// Cash in hand (未汇回货款); absent where the reader does not see it.
    #[schema(value_type = Option<String>, example = "8200.00")]
    pub cash: Option<Money>,
    /// Customers they look after; absent where the reader does not see them all.
    pub customers: Option<u32>,
}

/// What else is known of a member of staff.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StaffFigures {
    /// Devices in use.
    pub devices: Option<u32>,
    /// Cash in hand.
    pub cash: Option<Money>,
    /// Customers.
    pub customers: Option<u32>,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: DeviceId,
    /// Its number in the company.
    pub number: u32,
    /// What it calls itself.
    pub name: String,
    /// Whose it is.
    pub staff: Person,
    /// `active` or `revoked`.
    #[schema(value_type = String, example = "active")]
    pub status: &'static str,
    /// Since when it has been enrolled.
    pub since: String,
    /// Its last contact; absent before the first.
    pub last_seen: Option<String>,
    /// Changes it still held back after that contact, as it declared.
    pub unsent: u64,
    /// Cash in its drawer, as it declared; absent where the reader keeps devices but sees no drawers.
    #[schema(value_type = Option<String>, example = "8200.00")]
    pub declared_cash: Option<Money>,
    /// How far its clock was ahead of the server's, in milliseconds; behind is negative.
    pub clock_ahead_ms: i64,
    /// The last sequence of its log that the company holds.
    pub last_seq: u64,
    /// Its share of the cash limit today, by all that was moved and ruled; absent where the reader sees no drawers.
    /// Source: S15, S16.
    #[schema(value_type = Option<String>, example = "20000.00")]
    pub share: Option<Share>,
    /// What does not fit about its log; absent where nothing is known.
    pub trouble: Option<TroubleRow>,
    /// How many of its changes were put aside.
    pub aside: u64,
    /// Its public key.
    pub key: String,
    /// How many losses it has not confirmed yet: records that somebody else looks after now, or all after it was
    /// stopped. Source: S79.
    pub unconfirmed: u64,
    /// Since when the longest of them is unconfirmed.
    pub unconfirmed_since: Option<String>,
}

/// What does not fit about a device's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TroubleRow {
    /// `gap`, `broken`, `unsigned`, `set-back`, `fork` or `cloned`.
    #[schema(value_type = String, example = "fork")]
    pub code: &'static str,
    /// The first sequence it is about.
    pub seq: u64,
    /// When it was noticed first.
    pub since: String,
    /// When it was noticed last.
    pub last: String,
}

impl From<DeviceTrouble> for TroubleRow {
    fn from(trouble: DeviceTrouble) -> Self {
        let DeviceTrouble { kind, seq, since, last } = trouble;
        Self { code: kind.code(), seq, since: clock(since), last: clock(last) }
    }
}

/// The row of a member of staff; `None` while the paper is a shell.
pub(super) fn staff_row(id: StaffId, card: &StaffCard, figures: StaffFigures) -> Option<StaffRow> {
    let joined = &card.joined.as_ref()?.what;
    Some(StaffRow {
        id,
        number: joined.number.to_string(),
        name: joined.name.to_string(),
        role: card.role.value().copied().unwrap_or(joined.role),
        team: joined.team.to_string(),
        devices: figures.devices,
        cash: figures.cash,
        customers: figures.customers,
    })
}

/// The row of a device; `None` while the paper is a shell.
pub(super) fn device_row(
    id: DeviceId,
    card: &DeviceCard,
    log: Option<&DeviceLog>,
    evictions: &[Eviction],
    today: BusinessDate,
    names: &Names<'_>,
) -> Option<DeviceRow> {
    let (unconfirmed, unconfirmed_since) = still_held(id, evictions);
    let enrolled = card.enrolled.as_ref()?;
    let seen = log.and_then(|log| log.seen);
    let sees_drawer = names.viewer().may_see(Scope::Staff(enrolled.what.staff));
    Some(DeviceRow {
        id,
        number: enrolled.what.number,
        name: enrolled.what.name.to_string(),
        staff: names.person(enrolled.what.staff),
        status: if card.revoked.is_some() { "revoked" } else { "active" },
        since: clock(enrolled.at),
        last_seen: seen.map(|seen| clock(seen.at)),
        unsent: log.map_or(0, DeviceLog::still_unsent),
        declared_cash: sees_drawer.then(|| seen.map_or(Money::ZERO, |seen| seen.cash())),
        clock_ahead_ms: seen.map_or(0, |seen| seen.clock_ahead_ms()),
        last_seq: log.map_or(0, |log| log.last_seq),
        share: sees_drawer.then(|| share(id, &enrolled.what, today, names)),
        trouble: log.and_then(|log| log.trouble).map(TroubleRow::from),
        aside: log.map_or(0, |log| log.aside),
        key: hex(&enrolled.what.key),
        unconfirmed,
        unconfirmed_since,
    })
}

/// What a device may hold today, where its owner's limits are among the papers.
fn share(id: DeviceId, enrolled: &DeviceEnrolled, today: BusinessDate, names: &Names<'_>) -> Share {
    match names.paper(&PaperKey::limits(enrolled.staff)) {
        Some(Paper::Limits(limits)) => limits.share(id, enrolled.share, today),
        _ => enrolled.share,
    }
}

/// What a device says of itself, by which devices can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    /// When it was last heard.
    Seen,
    /// How much it holds back.
    Unsent,
    /// What is in its drawer.
    Cash,
    /// How much it has not confirmed to have given up.
    Unconfirmed,
}

/// The order that is asked for, and whether the largest comes first; `None` where it is none of these.
pub(super) fn said_order(sort: Option<&str>) -> Option<(Declared, bool)> {
    let sort = sort?;
    let (descending, word) = sort.strip_prefix('-').map_or((false, sort), |word| (true, word));
    let said = match word {
        "seen" => Declared::Seen,
        "unsent" => Declared::Unsent,
        "cash" => Declared::Cash,
        "unconfirmed" => Declared::Unconfirmed,
        _ => return None,
    };
    Some((said, descending))
}

/// Orders devices by what they said; the number settles ties.
pub(super) fn order_by_what_they_said(rows: &mut [DeviceRow], by: Declared, descending: bool) {
    rows.sort_by(|one, other| {
        let said = match by {
            // The company's clock is written the same way everywhere, so the words sort as the moments do.
            Declared::Seen => one.last_seen.cmp(&other.last_seen),
            Declared::Unsent => one.unsent.cmp(&other.unsent),
            Declared::Unconfirmed => one.unconfirmed.cmp(&other.unconfirmed),
            Declared::Cash => one.declared_cash.cmp(&other.declared_cash),
        };
        let said = if descending { said.reverse() } else { said };
        said.then(one.number.cmp(&other.number))
    });
}
