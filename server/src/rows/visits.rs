//! Rows of the list of visits (客户访问). Source: S93.
//!
//! Floor: rows. Pure: a paper, the names on its page, and what the feed says of it.

use serde::Serialize;
use sync_core::{
    domain::visit::{Purpose, Visit},
    time::BusinessDate,
    unit::PaperId,
};
use utoipa::ToSchema;

use super::{
    common::{CustomerRef, Person, PlaceRow, Said, clock, hashes},
    entries::Heard,
    names::{Names, Wanted},
};

/// A visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VisitRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// When it was made.
    pub at: String,
    /// When the company received it.
    pub received: Option<String>,
    /// Who made it.
    pub staff: Person,
    /// Whom; absent where the reader may not see the customer.
    pub customer: Option<CustomerRef>,
    /// What for.
    #[schema(value_type = Vec<String>, example = json!(["discuss-order"]))]
    pub purposes: Vec<&'static str>,
    /// Whom the rep met.
    pub met: String,
    /// What was said.
    pub said: String,
    /// What comes next.
    pub next_step: String,
    /// By when.
    #[schema(value_type = Option<chrono::NaiveDate>)]
    pub next_on: Option<BusinessDate>,
    /// Where; absent when the phone knew none.
    pub place: Option<PlaceRow>,
    /// The names of its photos.
    pub photos: Vec<String>,
    /// Whether it counts in its author's scope only, until a supervisor rules.
    pub withheld: bool,
    /// The head who took it over for its author, where it counts through them (代为入账).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<Person>,
    /// What came to light.
    pub findings: Vec<Said>,
}

/// The names a visit's row shows.
pub(super) fn wants(visit: &Visit, wanted: &mut Wanted) {
    if let Some(recorded) = &visit.recorded {
        wanted.staff(recorded.by).taken_over_by(recorded.accepted_by).customer(recorded.what.customer);
    }
}

/// The row of a visit; `None` while the paper is a shell.
pub(super) fn row(id: PaperId, visit: &Visit, names: &Names<'_>, heard: &Heard) -> Option<VisitRow> {
    let recorded = visit.recorded.as_ref()?;
    let what = &recorded.what;
    Some(VisitRow {
        id,
        at: clock(recorded.at),
        received: heard.received(recorded.id),
        staff: names.person(recorded.by),
        customer: names.customer(what.customer),
        purposes: what.purposes.iter().copied().map(Purpose::code).collect(),
        met: what.met.to_string(),
        said: what.said.to_string(),
        next_step: what.next_step.to_string(),
        next_on: what.next_on,
        place: what.place.map(PlaceRow::from),
        photos: hashes(&what.photos),
        withheld: recorded.withheld,
        accepted_by: recorded.accepted_by.map(|head| names.person(head)),
        findings: heard.findings(recorded.id, names.texts()),
    })
}
