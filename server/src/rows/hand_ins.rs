//! Rows of cash handed to the office (交款单), and of days that were closed (日结). Source: S13, S14, S17.
//!
//! Floor: rows. Pure: a paper and the names on its page.

use serde::Serialize;
use sync_core::{
    domain::cash::{DayClose, HandIn, HandInStamp},
    unit::{Money, PaperId, capitals},
};
use utoipa::ToSchema;

use super::{
    common::{Person, clock, hex},
    names::{Names, Wanted},
};

/// Who stamped it, when, and what was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandInStampRow {
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// Why it was sent back, or the signature taken back.
    pub note: String,
}

/// How much of it comes out of which drawer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandInPartRow {
    /// The number of the device.
    pub number: u32,
    /// How much.
    #[schema(value_type = String, example = "3000.00")]
    pub amount: Money,
}

/// Cash that a rep has signed for, to be countersigned by finance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandInRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// When the rep signed.
    pub at: String,
    /// Who.
    pub staff: Person,
    /// How much.
    #[schema(value_type = String, example = "9000.00")]
    pub amount: Money,
    /// The same in capitals (大写).
    pub capitals: String,
    /// Out of which drawers.
    pub drawers: Vec<HandInPartRow>,
    /// Anything else.
    pub note: String,
    /// Where it stands: `signed`, `received`, `sent-back`, `withdrawn`, `taken-back`.
    #[schema(value_type = String, example = "signed")]
    pub status: &'static str,
    /// What is signed: the hash of the paper's body.
    pub over: String,
    /// Finance, who has it.
    pub received: Option<HandInStampRow>,
    /// Finance, who did not take it.
    pub sent_back: Option<HandInStampRow>,
    /// Its author, who withdrew it.
    pub withdrawn: Option<HandInStampRow>,
    /// Finance, who had signed for it by mistake and has taken that back.
    pub taken_back: Option<HandInStampRow>,
}

/// The names a row shows.
pub(super) fn wants(paper: &HandIn, wanted: &mut Wanted) {
    let Some(recorded) = &paper.recorded else { return };
    wanted.staff(recorded.by);
    for part in &recorded.what.drawers {
        wanted.device(part.device);
    }
    for (_, stamp) in paper.stamps.entries() {
        wanted.staff(stamp.by);
    }
}

/// The row of cash handed in; `None` while the paper is a shell.
pub(super) fn row(id: PaperId, paper: &HandIn, names: &Names<'_>) -> Option<HandInRow> {
    let recorded = paper.recorded.as_ref()?;
    let what = &recorded.what;
    let stamp = |stamp| {
        paper.stamp(stamp).map(|one| HandInStampRow {
            by: names.person(one.by),
            at: clock(one.at),
            note: one.what.note.to_string(),
        })
    };
    let part = |part: &sync_core::domain::cash::DrawerPart| HandInPartRow {
        number: names.device_number(part.device),
        amount: part.amount.money(),
    };
    Some(HandInRow {
        id,
        at: clock(recorded.at),
        staff: names.person(recorded.by),
        amount: what.amount.money(),
        capitals: capitals(what.amount.money()),
        drawers: what.drawers.iter().map(part).collect(),
        note: what.note.to_string(),
        status: paper.status().code(),
        over: hex(&what.body_hash()),
        received: stamp(HandInStamp::Received),
        sent_back: stamp(HandInStamp::SentBack),
        withdrawn: stamp(HandInStamp::Withdrawn),
        taken_back: stamp(HandInStamp::TakenBack).filter(|_| paper.is_taken_back()),
    })
}

/// A day that a rep has closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayCloseRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// Which day.
    #[schema(value_type = String, example = "2026-10-16")]
    pub day: String,
    /// When it was counted.
    pub at: String,
    /// Who.
    pub staff: Person,
    /// What the book on the phone said.
    #[schema(value_type = String, example = "8640.00")]
    pub expected: Money,
    /// What was counted.
    #[schema(value_type = String, example = "8635.00")]
    pub counted: Money,
    /// What is too much; below nothing what is missing.
    #[schema(value_type = String, example = "-5.00")]
    pub difference: Money,
    /// In words, what explains it.
    pub explanation: String,
    /// How it came out: `even`, `short`, `over`.
    #[schema(value_type = String, example = "short")]
    pub status: &'static str,
    /// The notes and coins: denomination, then how many.
    pub pieces: Vec<PiecesRow>,
}

/// How many there were of one note or coin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PiecesRow {
    /// Which.
    #[schema(value_type = String, example = "100.00")]
    pub denomination: Money,
    /// How many.
    pub pieces: u32,
}

/// The row of a closed day; `None` while the paper is a shell.
pub(super) fn day_close_row(id: PaperId, paper: &DayClose, names: &Names<'_>) -> Option<DayCloseRow> {
    let recorded = paper.recorded.as_ref()?;
    let what = &recorded.what;
    let piece = |one: &sync_core::domain::cash::Counted| PiecesRow {
        denomination: one.denomination,
        pieces: one.pieces,
    };
    Some(DayCloseRow {
        id,
        day: what.day.to_string(),
        at: clock(recorded.at),
        staff: names.person(recorded.by),
        expected: what.expected(),
        counted: what.counted(),
        difference: what.difference(),
        explanation: what.explanation.to_string(),
        status: paper.status(),
        pieces: what.counted.iter().filter(|one| one.pieces > 0).map(piece).collect(),
    })
}
