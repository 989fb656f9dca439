//! What every row is made of: names beside ids, times on the company's wall clock, sentences in the reader's language.
//!
//! Floor: bottom of the rows. Must not know any paper.

use chrono::SecondsFormat;
use serde::Serialize;
use sync_core::{
    domain::visit::BlobHash,
    locale::Texts,
    op::Op,
    refusal::{Finding, Refusal},
    scope::{Scope, Viewer},
    sentence,
    time::{Timestamp, business_date_time},
    unit::{AccountId, CustomerId, Place, PriceListId, ProductId, StaffId},
};
use utoipa::ToSchema;

/// A member of staff, as rows name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    /// Their id.
    #[schema(value_type = uuid::Uuid)]
    pub id: StaffId,
    /// Their name.
    pub name: String,
}

/// A customer, as rows name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CustomerRef {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: CustomerId,
    /// Its name (名称).
    pub name: String,
}

/// A product, as the lines of orders and price lists name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductRef {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: ProductId,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Specification (规格).
    pub specification: String,
    /// The unit it is sold in.
    pub unit: String,
}

/// A company account, as papers name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountRef {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: AccountId,
    /// Bank and branch.
    pub bank: String,
    /// Account number.
    pub number: String,
}

/// A price list, as orders name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PriceListRef {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PriceListId,
    /// Its version.
    pub version: String,
}

/// A change by device and sequence, as it is named in requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangeRef {
    /// The device in whose log it stands.
    #[schema(value_type = uuid::Uuid)]
    pub device: sync_core::unit::DeviceId,
    /// Its place there.
    pub seq: u64,
}

impl From<sync_core::unit::ChangeId> for ChangeRef {
    fn from(id: sync_core::unit::ChangeId) -> Self {
        Self { device: id.device, seq: id.seq }
    }
}

/// Something a rule says: its stable code, and one sentence in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Said {
    /// The stable code.
    pub code: &'static str,
    /// One sentence with its figures.
    pub text: String,
    /// The clause behind it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<&'static str>,
}

impl Said {
    /// What a refusal says.
    pub fn refusal(texts: &Texts, refusal: &Refusal) -> Self {
        Self { code: refusal.code(), text: sentence::refusal(texts, refusal), clause: refusal.clause() }
    }

    /// What a finding says.
    pub fn finding(texts: &Texts, finding: &Finding) -> Self {
        let clause = match finding {
            Finding::RemitNow(_) => Some("S14"),
            Finding::OverLimit(_) => Some("S15"),
            Finding::ListExpired => Some("S5"),
            Finding::ReceiptOutOfTurn { .. }
            | Finding::DrawerBelowZero { .. }
            | Finding::DrawerDiffers { .. } => Some("S17"),
            Finding::AgainstRule(refusal) => refusal.clause(),
            Finding::ClockAhead { .. } | Finding::OtherScopes => None,
        };
        Self { code: finding.code(), text: sentence::finding(texts, finding), clause }
    }
}

/// A place in degrees, as a map takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlaceRow {
    /// Degrees north, WGS-84.
    #[schema(example = "37.9852000")]
    pub latitude: String,
    /// Degrees east, WGS-84.
    #[schema(example = "106.2122000")]
    pub longitude: String,
    /// Radius within which the phone believed itself to be.
    pub accuracy_m: u32,
}

impl From<Place> for PlaceRow {
    fn from(place: Place) -> Self {
        Self {
            latitude: degrees(place.latitude),
            longitude: degrees(place.longitude),
            accuracy_m: place.accuracy_m,
        }
    }
}

fn degrees(ten_millionths: i32) -> String {
    let sign = if ten_millionths < 0 { "-" } else { "" };
    let size = ten_millionths.unsigned_abs();
    format!("{sign}{}.{:07}", size / 10_000_000, size % 10_000_000)
}

/// A point in time on the company's wall clock, as RFC 3339 with its offset.
pub fn clock(at: Timestamp) -> String {
    business_date_time(at).to_rfc3339_opts(SecondsFormat::Millis, false)
}

/// Whether somebody may read what a change says: its author, and whoever sees the personal fields it touches.
///
/// A held change lies in its author's scope; what it says of a customer's person stays in the customer's private one.
///
/// # Source
/// S92
pub(super) fn may_read(viewer: &Viewer, op: &Op, author: StaffId) -> bool {
    let personal = |scope: &Scope| matches!(scope, Scope::CustomerPrivate(_));
    let scopes = op.scopes(author);
    viewer.staff == author
        || scopes.iter().filter(|scope| personal(scope)).all(|scope| viewer.may_see(*scope))
}

/// A hash in hexadecimal digits.
pub(super) fn hex(hash: &[u8; 32]) -> String {
    BlobHash(*hash).to_string()
}

/// The names of photos.
pub(super) fn hashes(photos: &[BlobHash]) -> Vec<String> {
    photos.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_in_degrees_without_floats() {
        let place = Place { latitude: 379_852_001, longitude: -5, accuracy_m: 8 };
        let row = PlaceRow::from(place);
        assert_eq!((row.latitude.as_str(), row.longitude.as_str()), ("37.9852001", "-0.0000005"));
    }

    #[test]
    fn a_time_is_written_on_the_wall_clock_of_the_company() {
        assert_eq!(clock(Timestamp::from_millis(1_792_166_400_000)), "2026-10-17T00:00:00.000+08:00");
    }
}
