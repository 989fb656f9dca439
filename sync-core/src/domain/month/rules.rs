//! Who closes a month, when, and over what. Source: S17.

use minicbor::Encode;
use serde::Serialize;
use thiserror::Error;

use super::{
    Closing, Closings, LineNotes, MOST_MISSING, MissingPhone, MonthClosed, MonthLineExplained, MonthStamp,
    MonthStamped, MonthStatus, RecoveryLine,
};
use crate::{
    domain::people::{Author, Role},
    log::Hash,
    time::{Period, Timestamp},
    unit::Money,
};

/// Why a month is not closed, stamped or explained like this.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum MonthRefusal {
    /// The clerk closes a month and finance countersigns, either explains a line; a head lets it be closed without a phone.
    #[n(0)]
    #[error("the clerk closes a month, finance countersigns it")]
    NotYours,
    /// The month is not over.
    #[n(1)]
    #[error("the month goes on until {until:?}")]
    NotOver {
        /// When it ends.
        #[n(0)]
        until: Timestamp,
    },
    /// Both have signed this month: nothing of it changes any more.
    #[n(2)]
    #[error("{period} is closed")]
    Closed {
        /// Which month.
        #[n(0)]
        period: Period,
    },
    /// Another month is to be closed first.
    #[n(3)]
    #[error("{due} is to be closed first")]
    OutOfTurn {
        /// Which.
        #[n(0)]
        due: Period,
    },
    /// The feed as it stands gives another table than the one that was signed.
    #[n(4)]
    #[error("the feed gives another table")]
    OtherTable,
    /// Whoever has closed a month does not countersign it.
    #[n(5)]
    #[error("two persons sign")]
    SamePerson,
    /// Phones are not in, and no word says why the month is closed without them.
    #[n(6)]
    #[error("{missing} phones are not in; say why it is closed without them")]
    NoReason {
        /// How many.
        #[n(0)]
        missing: u32,
    },
    /// Other phones are not in than those that were named, or they stand elsewhere.
    #[n(7)]
    #[error("{missing} phones are not in, and others were named")]
    OtherPhones {
        /// How many are not in.
        #[n(0)]
        missing: u32,
    },
    /// Lines with a difference that nobody has explained.
    #[n(8)]
    #[error("{lines} differences are not explained")]
    Unexplained {
        /// How many.
        #[n(0)]
        lines: u32,
    },
    /// There is no such closing.
    #[n(9)]
    #[error("no such closing")]
    Unknown,
    /// It was stamped before, or the clerk has closed the month anew since.
    #[n(10)]
    #[error("it was stamped before, or another one has taken its place")]
    AlreadyStamped,
    /// It is sent back without a word why.
    #[n(11)]
    #[error("say why it is sent back")]
    NoNote,
    /// More phones than a closing names.
    #[n(12)]
    #[error("{has} phones; the limit is {most}")]
    TooManyPhones {
        /// How many were named.
        #[n(0)]
        has: u32,
        /// How many at most.
        #[n(1)]
        most: u16,
    },
    /// The feed does not reach so far.
    #[n(13)]
    #[error("the feed reaches to {head}")]
    AheadOfFeed {
        /// How far it reaches.
        #[n(0)]
        head: u64,
    },
    /// The month before was closed further on in the feed.
    #[n(14)]
    #[error("the month before was closed at {closed}")]
    BehindLast {
        /// Up to where the feed counted then.
        #[n(0)]
        closed: u64,
    },
    /// Changes that belong to the table have come since it was looked at.
    #[n(15)]
    #[error("{changes} more changes have come since; look again")]
    MoreCame {
        /// How many.
        #[n(0)]
        changes: u32,
    },
    /// The clerk has signed already: it is stamped or sent back first.
    #[n(16)]
    #[error("{period} is signed; it is stamped or sent back first")]
    Signed {
        /// Which month.
        #[n(0)]
        period: Period,
    },
    /// Other explanations count than those that were signed.
    #[n(17)]
    #[error("the explanations have changed; look again")]
    OtherNotes,
    /// A head's word is asked for only where phones are missing.
    #[n(18)]
    #[error("no phone is missing")]
    NobodyMissing,
    /// A month is closed, stamped and explained in the office.
    #[n(19)]
    #[error("not from a phone")]
    OfficeOnly,
}

reads_enum!(MonthRefusal {
    0: NotYours,
    1: NotOver { until },
    2: Closed { period },
    3: OutOfTurn { due },
    4: OtherTable,
    5: SamePerson,
    6: NoReason { missing },
    7: OtherPhones { missing },
    8: Unexplained { lines },
    9: Unknown,
    10: AlreadyStamped,
    11: NoNote,
    12: TooManyPhones { has, most },
    13: AheadOfFeed { head },
    14: BehindLast { closed },
    15: MoreCame { changes },
    16: Signed { period },
    17: OtherNotes,
    18: NobodyMissing,
    19: OfficeOnly,
});

impl MonthRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "month.not-yours",
            Self::NotOver { .. } => "month.not-over",
            Self::Closed { .. } => "month.closed",
            Self::OutOfTurn { .. } => "month.out-of-turn",
            Self::OtherTable => "month.other-table",
            Self::SamePerson => "month.same-person",
            Self::NoReason { .. } => "month.no-reason",
            Self::OtherPhones { .. } => "month.other-phones",
            Self::Unexplained { .. } => "month.unexplained",
            Self::Unknown => "month.unknown",
            Self::AlreadyStamped => "month.already-stamped",
            Self::NoNote => "month.no-note",
            Self::TooManyPhones { .. } => "month.too-many-phones",
            Self::AheadOfFeed { .. } => "month.ahead-of-feed",
            Self::BehindLast { .. } => "month.behind-last",
            Self::MoreCame { .. } => "month.more-came",
            Self::Signed { .. } => "month.signed",
            Self::OtherNotes => "month.other-notes",
            Self::NobodyMissing => "month.nobody-missing",
            Self::OfficeOnly => "month.office-only",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        "S17"
    }
}

/// The month that is to be closed next, where one was closed before.
fn due(closings: &Closings) -> Option<Period> {
    closings.both_signed().last().map(|last| last.closed.what.period.after())
}

/// Whether the clerk may close a month like this at `at`: it is over, it is its turn, and whoever is missing is missing
/// for a reason. What it comes to is asked of [`are_the_facts`]. Source: S17.
pub fn may_close_month(
    op: &MonthClosed,
    closings: &Closings,
    author: &Author,
    at: Timestamp,
) -> Result<(), MonthRefusal> {
    if author.may(Role::closes_months) { is_due(op, closings, at) } else { Err(MonthRefusal::NotYours) }
}

/// Whether a month may be closed like this at `at`, whoever does it. Source: S17.
pub fn is_due(op: &MonthClosed, closings: &Closings, at: Timestamp) -> Result<(), MonthRefusal> {
    let named = u32::try_from(op.missing.len()).unwrap_or(u32::MAX);
    if closings.status(op.period) == MonthStatus::Closed {
        Err(MonthRefusal::Closed { period: op.period })
    } else if let Some(due) = due(closings).filter(|due| *due != op.period) {
        Err(MonthRefusal::OutOfTurn { due })
    } else if at <= op.period.end() {
        Err(MonthRefusal::NotOver { until: op.period.end() })
    } else if closings.closed_before(op.period) != op.closed_before {
        Err(MonthRefusal::OtherTable)
    } else if let Some(closed) = op.closed_before.filter(|closed| op.through < *closed) {
        Err(MonthRefusal::BehindLast { closed })
    } else if closings.status(op.period) == MonthStatus::Signed {
        Err(MonthRefusal::Signed { period: op.period })
    } else if named > u32::from(MOST_MISSING) {
        Err(MonthRefusal::TooManyPhones { has: named, most: MOST_MISSING })
    } else if named > 0 && op.reason.as_str().is_empty() {
        Err(MonthRefusal::NoReason { missing: named })
    } else {
        Ok(())
    }
}

/// What whoever keeps the feed finds when a month is to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthFacts {
    /// How far the feed reaches.
    pub head: u64,
    /// The hash of the table, built anew up to the position that was named; absent where the feed does not reach it.
    pub table: Option<Hash>,
    /// The phones that are not in.
    pub missing: Vec<MissingPhone>,
    /// How many differences nobody has explained.
    pub unexplained: u32,
    /// How many changes behind the position belong to the table: they moved money and took effect within the month, or
    /// before it.
    pub since: u32,
    /// The hash of the explanations that count.
    pub notes: Hash,
}

/// Whether a closing says what is so: the completeness proof, the differences, and the table to the byte. Source: S17.
pub fn are_the_facts(op: &MonthClosed, facts: &MonthFacts) -> Result<(), MonthRefusal> {
    let Some(table) = facts.table else { return Err(MonthRefusal::AheadOfFeed { head: facts.head }) };
    let place = |phone: &MissingPhone| (phone.device, phone.seq, phone.link);
    let sorted = |phones: &[MissingPhone]| {
        let mut places: Vec<_> = phones.iter().map(place).collect();
        places.sort_unstable();
        places
    };
    if sorted(&op.missing) != sorted(&facts.missing) {
        let missing = u32::try_from(facts.missing.len()).unwrap_or(u32::MAX);
        Err(MonthRefusal::OtherPhones { missing })
    } else if facts.since > 0 {
        Err(MonthRefusal::MoreCame { changes: facts.since })
    } else if facts.unexplained > 0 {
        Err(MonthRefusal::Unexplained { lines: facts.unexplained })
    } else if table != op.table {
        Err(MonthRefusal::OtherTable)
    } else if facts.notes != op.notes {
        Err(MonthRefusal::OtherNotes)
    } else {
        Ok(())
    }
}

/// Whether what is countersigned is still what the feed gives: the table at the closing's own bounds, and the
/// explanations. Source: S17.
pub fn still_gives(closed: &MonthClosed, table: Option<Hash>, notes: Hash) -> Result<(), MonthRefusal> {
    if table != Some(closed.table) {
        Err(MonthRefusal::OtherTable)
    } else if notes != closed.notes {
        Err(MonthRefusal::OtherNotes)
    } else {
        Ok(())
    }
}

/// Whether a closing may be stamped like this: the one that stands, of another person, over the same table; by finance,
/// and where phones are missing by a head as well. Source: S17, Q10.
pub fn may_stamp_month(op: &MonthStamped, closings: &Closings, author: &Author) -> Result<(), MonthRefusal> {
    let (finance, head) = (author.may(Role::countersigns_months), author.may(Role::closes_without_phones));
    let allowed = match op.stamp {
        MonthStamp::Agreed => finance,
        MonthStamp::WithoutPhones => head,
        MonthStamp::SentBack => finance || head,
    };
    if !allowed {
        return Err(MonthRefusal::NotYours);
    }
    let known = closings.all().into_iter().find(|one| one.id() == op.closing);
    let Some(closing) = known.filter(|one| one.closed.what.period == op.period) else {
        return Err(MonthRefusal::Unknown);
    };
    let stands = closings.of(op.period).is_some_and(|one| one.id() == op.closing);
    if closings.status(op.period) == MonthStatus::Closed {
        Err(MonthRefusal::Closed { period: op.period })
    } else if !finance && !closing.needs_a_head() {
        Err(MonthRefusal::NobodyMissing)
    } else if closing.closed.by == author.staff || has_signed_otherwise(op.stamp, &closing, author) {
        Err(MonthRefusal::SamePerson)
    } else if closing.closed.what.table != op.table {
        Err(MonthRefusal::OtherTable)
    } else if !stands || closing.status() != MonthStatus::Signed || is_there(op.stamp, &closing) {
        Err(MonthRefusal::AlreadyStamped)
    } else if op.stamp == MonthStamp::SentBack && op.note.as_str().is_empty() {
        Err(MonthRefusal::NoNote)
    } else {
        Ok(())
    }
}

/// Whether the other of the two stamps is of this person.
fn has_signed_otherwise(stamp: MonthStamp, closing: &Closing<'_>, author: &Author) -> bool {
    let other = match stamp {
        MonthStamp::Agreed => closing.released,
        MonthStamp::WithoutPhones => closing.agreed,
        MonthStamp::SentBack => None,
    };
    other.is_some_and(|other| other.by == author.staff)
}

/// Whether a closing has this stamp already.
const fn is_there(stamp: MonthStamp, closing: &Closing<'_>) -> bool {
    match stamp {
        MonthStamp::Agreed => closing.agreed.is_some(),
        MonthStamp::WithoutPhones => closing.released.is_some(),
        MonthStamp::SentBack => closing.sent_back.is_some(),
    }
}

/// Whether a line of a month may be explained: by the clerk or finance, while nobody has signed over it. Source: S17.
pub fn may_explain_line(
    op: &MonthLineExplained,
    closings: &Closings,
    author: &Author,
) -> Result<(), MonthRefusal> {
    let allowed = author.may(Role::closes_months) || author.may(Role::countersigns_months);
    if !allowed {
        Err(MonthRefusal::NotYours)
    } else if closings.status(op.period) == MonthStatus::Closed {
        Err(MonthRefusal::Closed { period: op.period })
    } else if closings.status(op.period) == MonthStatus::Signed {
        Err(MonthRefusal::Signed { period: op.period })
    } else {
        Ok(())
    }
}

impl LineNotes {
    /// How many of these differences nobody has explained.
    pub fn unexplained<'d>(&self, differences: impl IntoIterator<Item = &'d (RecoveryLine, Money)>) -> u32 {
        let open = differences.into_iter().filter(|(line, sum)| !self.explains(*line, *sum)).count();
        u32::try_from(open).unwrap_or(u32::MAX)
    }
}
