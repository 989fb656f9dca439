//! Rows of violations (违规): what broke a rule about money, and who has stamped it. Source: S14–S16, S46.
//!
//! Floor: rows. Pure: a paper and the names on its page.

use serde::Serialize;
use sync_core::{
    domain::{
        Recorded,
        cash::{Violation, ViolationStamp, ViolationStamped},
    },
    unit::{Money, PaperId},
};
use utoipa::ToSchema;

use super::{
    common::{ChangeRef, Person, clock},
    entries::Heard,
    names::{Names, Wanted},
};

/// A stamp on a violation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ViolationStampRow {
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// What was found and done.
    pub note: String,
}

/// What broke a rule about money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ViolationRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// When.
    pub at: String,
    /// Who broke it.
    pub staff: Person,
    /// Which rule: `above-share`, `not-a-cash-rep`, `not-a-company-account`, `personal-account`, `still-above`,
    /// `below-zero`.
    #[schema(value_type = String, example = "above-share")]
    pub kind: &'static str,
    /// The clause.
    #[schema(value_type = String, example = "S15")]
    pub clause: &'static str,
    /// What was held then, where it is about cash in hand.
    #[schema(value_type = Option<String>, example = "21860.00")]
    pub held: Option<Money>,
    /// The sum that it is about.
    #[schema(value_type = String, example = "3240.00")]
    pub amount: Money,
    /// The reason given, or what was found.
    pub reason: String,
    /// The name of the photo taken with it.
    pub photo: Option<String>,
    /// Where it stands: `open`, `looked-into`, `settled`, `closed`.
    #[schema(value_type = String, example = "open")]
    pub status: &'static str,
    /// The head who has looked into it.
    pub looked_into: Option<ViolationStampRow>,
    /// Finance, who has settled it.
    pub settled: Option<ViolationStampRow>,
    /// The change that broke the rule.
    pub change: ChangeRef,
    /// Its place in the feed: what was held then stands in the changes up to it.
    pub position: Option<u64>,
}

/// The names a violation's row shows.
pub(super) fn wants(violation: &Violation, wanted: &mut Wanted) {
    if let Some(raised) = &violation.raised {
        wanted.staff(raised.what.staff);
    }
    for (_, stamp) in violation.stamps.entries() {
        wanted.staff(stamp.by);
    }
}

/// The row of a violation; `None` while the paper is a shell.
pub(super) fn row(
    id: PaperId,
    violation: &Violation,
    names: &Names<'_>,
    heard: &Heard,
) -> Option<ViolationRow> {
    let raised = violation.raised.as_ref()?;
    let what = &raised.what;
    let stamp = |stamp| violation.stamp(stamp).map(|one| stamp_row(one, names));
    Some(ViolationRow {
        id,
        at: clock(raised.at),
        staff: names.person(what.staff),
        kind: what.kind.code(),
        clause: what.kind.clause(),
        held: what.held_then(),
        amount: what.amount,
        reason: what.reason.to_string(),
        photo: what.photo.as_ref().map(ToString::to_string),
        status: violation.status().code(),
        looked_into: stamp(ViolationStamp::LookedInto),
        settled: stamp(ViolationStamp::Settled),
        change: raised.id.into(),
        position: heard.position(raised.id),
    })
}

fn stamp_row(stamp: &Recorded<ViolationStamped>, names: &Names<'_>) -> ViolationStampRow {
    ViolationStampRow { by: names.person(stamp.by), at: clock(stamp.at), note: stamp.what.note.to_string() }
}
