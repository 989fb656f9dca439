//! Who may move shares, settle lost phones and make special rules. Source: S14–S16.

use minicbor::Encode;
use serde::Serialize;
use thiserror::Error;

use super::{LONGEST_OVERRIDE_DAYS, LimitOverridden, LostPhoneSettled, ShareMoved};
use crate::{
    domain::people::{Author, DeviceCard, Role},
    time::BusinessDate,
    unit::{DeviceId, Money, StaffId},
};

/// Why a share is not moved, a phone not settled, or a special rule not made.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum LimitRefusal {
    /// A share is moved on a phone of the rep's own, to another phone of theirs that is in use.
    #[n(0)]
    #[error("not a phone in use of the same rep")]
    NotYourPhone,
    /// More is given up than is left beside the cash in the drawer.
    #[n(1)]
    #[error("of this phone's share {left} is left")]
    MoreThanLeft {
        /// What is left.
        #[n(0)]
        left: Money,
    },
    /// Only finance settles a lost phone.
    #[n(2)]
    #[error("only finance settles a lost phone")]
    NotFinance,
    /// The phone that is to be settled has not been stopped.
    #[n(3)]
    #[error("the phone has not been stopped")]
    StillInUse,
    /// It was settled before.
    #[n(4)]
    #[error("it was settled before")]
    AlreadySettled,
    /// The book has other figures than were signed.
    #[n(5)]
    #[error("the book has a share of {share} and {drawer} in the drawer")]
    OtherFigures {
        /// The lost phone's share.
        #[n(0)]
        share: Money,
        /// What lies in its drawer.
        #[n(1)]
        drawer: Money,
    },
    /// Less than nothing was counted.
    #[n(6)]
    #[error("less than nothing cannot be counted")]
    BelowNothing,
    /// The company's special rules are made by its management.
    #[n(7)]
    #[error("special rules are made by the marketing vice president or the general manager")]
    NotManagement,
    /// It is not for somebody who takes cash.
    #[n(8)]
    #[error("only direct-sales reps hold cash")]
    NotACashRep,
    /// It ends before it begins.
    #[n(9)]
    #[error("ends before it begins")]
    EndsBeforeItBegins,
    /// It is made for too long.
    #[n(10)]
    #[error("{days} days; the limit is {most}")]
    TooLong {
        /// For how many days.
        #[n(0)]
        days: u32,
        /// For how many at most.
        #[n(1)]
        most: u32,
    },
    /// Who must remit from more than they may hold never must.
    #[n(11)]
    #[error("must be remitted from {remit_from}; {hold} may be held")]
    RemitAboveHold {
        /// From here on to remit.
        #[n(0)]
        remit_from: Money,
        /// The most to hold.
        #[n(1)]
        hold: Money,
    },
    /// The parts of the devices do not come to what is to be divided.
    #[n(12)]
    #[error("the parts come to {parts}; {due} is to be divided")]
    PartsDiffer {
        /// What they come to.
        #[n(0)]
        parts: Money,
        /// What they should.
        #[n(1)]
        due: Money,
    },
    /// Nobody settles a phone of their own, or makes a special rule for themselves.
    #[n(13)]
    #[error("nobody settles their own phone or makes a special rule for themselves")]
    OwnAffair,
    /// It would begin before the day on which it is made: what was against the rules then stays so.
    #[n(14)]
    #[error("begins on {day}, which has passed")]
    BeginsBefore {
        /// The day.
        #[n(0)]
        day: BusinessDate,
    },
}

reads_enum!(LimitRefusal {
    0: NotYourPhone,
    1: MoreThanLeft { left },
    2: NotFinance,
    3: StillInUse,
    4: AlreadySettled,
    5: OtherFigures { share, drawer },
    6: BelowNothing,
    7: NotManagement,
    8: NotACashRep,
    9: EndsBeforeItBegins,
    10: TooLong { days, most },
    11: RemitAboveHold { remit_from, hold },
    12: PartsDiffer { parts, due },
    13: OwnAffair,
    14: BeginsBefore { day },
});

impl LimitRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotYourPhone => "limit.not-your-phone",
            Self::MoreThanLeft { .. } => "limit.more-than-left",
            Self::NotFinance => "limit.not-finance",
            Self::StillInUse => "limit.still-in-use",
            Self::AlreadySettled => "limit.already-settled",
            Self::OtherFigures { .. } => "limit.other-figures",
            Self::BelowNothing => "limit.below-nothing",
            Self::NotManagement => "limit.not-management",
            Self::NotACashRep => "limit.not-a-cash-rep",
            Self::EndsBeforeItBegins => "limit.ends-before-it-begins",
            Self::TooLong { .. } => "limit.too-long",
            Self::RemitAboveHold { .. } => "limit.remit-above-hold",
            Self::PartsDiffer { .. } => "limit.parts-differ",
            Self::OwnAffair => "limit.own-affair",
            Self::BeginsBefore { .. } => "limit.begins-before",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::NotManagement
            | Self::NotACashRep
            | Self::EndsBeforeItBegins
            | Self::BeginsBefore { .. }
            | Self::TooLong { .. }
            | Self::RemitAboveHold { .. }
            | Self::PartsDiffer { .. } => "S16",
            _ => "S15",
        }
    }
}

/// Whether a device in the book is one of `staff`'s.
fn is_theirs(card: Option<&DeviceCard>, staff: StaffId) -> bool {
    card.and_then(|card| card.enrolled.as_ref()).is_some_and(|enrolled| enrolled.what.staff == staff)
}

/// Whether a device is one of `staff`'s and has its rights.
fn is_in_use(card: Option<&DeviceCard>, staff: StaffId) -> bool {
    is_theirs(card, staff) && card.is_some_and(|card| card.revoked.is_none())
}

/// Whether a device may give this up: `left` is its own share less its drawer. Source: S14, S15.
pub fn may_move_share<'c>(
    op: &ShareMoved,
    left: Money,
    card: impl Fn(DeviceId) -> Option<&'c DeviceCard>,
    author: &Author,
) -> Result<(), LimitRefusal> {
    let mine = op.staff == author.staff && is_theirs(card(author.device), author.staff);
    let to = op.to.is_none_or(|to| to != author.device && is_in_use(card(to), author.staff));
    if !mine || !to {
        return Err(LimitRefusal::NotYourPhone);
    }
    if op.amount.money() > left { Err(LimitRefusal::MoreThanLeft { left }) } else { Ok(()) }
}

/// What the book has of a lost phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostPhone {
    /// Its own share, special rules apart.
    pub share: Money,
    /// What lies in its drawer.
    pub drawer: Money,
    /// Whether it was settled before.
    pub settled: bool,
}

/// Whether a lost phone may be settled like this: by finance, and by nobody for themselves. Source: S14, S15.
pub fn may_settle<'c>(
    op: &LostPhoneSettled,
    lost: LostPhone,
    card: impl Fn(DeviceId) -> Option<&'c DeviceCard>,
    author: &Author,
) -> Result<(), LimitRefusal> {
    let LostPhone { share, drawer, settled } = lost;
    if !author.may(Role::settles_phones) {
        Err(LimitRefusal::NotFinance)
    } else if op.staff == author.staff {
        Err(LimitRefusal::OwnAffair)
    } else if !is_theirs(card(op.device), op.staff) || !is_in_use(card(op.into), op.staff) {
        Err(LimitRefusal::NotYourPhone)
    } else if is_in_use(card(op.device), op.staff) {
        Err(LimitRefusal::StillInUse)
    } else if settled {
        Err(LimitRefusal::AlreadySettled)
    } else if (op.share, op.drawer) != (share, drawer) {
        Err(LimitRefusal::OtherFigures { share, drawer })
    } else if op.counted < Money::ZERO {
        Err(LimitRefusal::BelowNothing)
    } else {
        Ok(())
    }
}

/// Whether a special rule may be made like this today, for somebody else, of this role. Source: S16.
pub fn may_override<'c>(
    op: &LimitOverridden,
    role: Option<Role>,
    card: impl Fn(DeviceId) -> Option<&'c DeviceCard>,
    author: &Author,
    today: BusinessDate,
) -> Result<(), LimitRefusal> {
    if !author.may(Role::makes_special_rules) {
        return Err(LimitRefusal::NotManagement);
    }
    if op.staff == author.staff {
        return Err(LimitRefusal::OwnAffair);
    }
    if !role.is_some_and(Role::may_take_cash) {
        return Err(LimitRefusal::NotACashRep);
    }
    if op.from < today {
        return Err(LimitRefusal::BeginsBefore { day: op.from });
    }
    let days = (op.to.0 - op.from.0).num_days() + 1;
    if days < 1 {
        return Err(LimitRefusal::EndsBeforeItBegins);
    }
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    if days > LONGEST_OVERRIDE_DAYS {
        return Err(LimitRefusal::TooLong { days, most: LONGEST_OVERRIDE_DAYS });
    }
    let (remit_from, hold) = (op.remit_from.money(), op.hold.money());
    if remit_from > hold {
        return Err(LimitRefusal::RemitAboveHold { remit_from, hold });
    }
    if op.parts.iter().any(|part| !is_in_use(card(part.device), op.staff)) {
        return Err(LimitRefusal::NotYourPhone);
    }
    let (parts, due): (Money, Money) = (op.parts.iter().map(|part| part.amount.money()).sum(), op.due());
    if parts == due { Ok(()) } else { Err(LimitRefusal::PartsDiffer { parts, due }) }
}
