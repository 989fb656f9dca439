//! 日结: the cash in the bag counted by denomination, against what the book says; a difference is explained. S14, S17.
//!
//! It moves no money: what is missing stays in the drawer until somebody says otherwise. Floor: domain.

use minicbor::Encode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    domain::{Recorded, people::Author},
    time::BusinessDate,
    unit::{DeviceId, Money, Text},
};

/// The notes and coins that are counted (人民币面额), the largest first.
pub const DENOMINATIONS: [Money; 11] = [
    Money::yuan(100),
    Money::yuan(50),
    Money::yuan(20),
    Money::yuan(10),
    Money::yuan(5),
    Money::yuan(1),
    Money::fen(50),
    Money::fen(10),
    Money::fen(5),
    Money::fen(2),
    Money::fen(1),
];

/// The most pieces of one denomination that are counted.
pub const MOST_PIECES: u32 = 100_000;

/// How many there are of one denomination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Counted {
    /// Which note or coin.
    #[n(0)]
    pub denomination: Money,
    /// How many.
    #[n(1)]
    pub pieces: u32,
}

reads_map!(Counted { 0: denomination, 1: pieces });

/// What the book on the phone said lay in one drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct DrawerHeld {
    /// Whose drawer.
    #[n(0)]
    pub device: DeviceId,
    /// What lay in it.
    #[n(1)]
    pub held: Money,
}

reads_map!(DrawerHeld { 0: device, 1: held });

/// A rep has counted the cash at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct DayClosed {
    /// Which day.
    #[n(0)]
    pub day: BusinessDate,
    /// What the book on this phone said, drawer by drawer.
    #[n(1)]
    pub drawers: Vec<DrawerHeld>,
    /// What was counted.
    #[n(2)]
    pub counted: Vec<Counted>,
    /// In words, what explains a difference.
    #[n(3)]
    #[serde(default)]
    pub explanation: Text<0, 200>,
}

reads_map!(DayClosed { 0: day, 1: drawers, 2: counted, 3: explanation });

impl DayClosed {
    /// What should have been in the bag.
    pub fn expected(&self) -> Money {
        self.drawers.iter().map(|drawer| drawer.held).sum()
    }

    /// What was in it.
    pub fn counted(&self) -> Money {
        counted(&self.counted)
    }

    /// What is too much; below nothing what is missing.
    pub fn difference(&self) -> Money {
        self.counted().minus(self.expected())
    }
}

/// What notes and coins come to. A number that nobody can count is taken for the most that is counted.
pub fn counted(all: &[Counted]) -> Money {
    let one = |one: &Counted| {
        let fen = one.denomination.as_fen().clamp(0, DENOMINATIONS[0].as_fen());
        Money::fen(fen * i64::from(one.pieces.min(MOST_PIECES)))
    };
    all.iter().map(one).sum()
}

/// A day that was closed, in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct DayClose {
    /// As it was recorded.
    #[n(0)]
    pub recorded: Option<Recorded<DayClosed>>,
}

reads_map!(DayClose { 0: recorded });

impl DayClose {
    /// How it came out, as lists use it.
    pub fn status(&self) -> &'static str {
        let difference = self.recorded.as_ref().map_or(Money::ZERO, |closed| closed.what.difference());
        if difference.is_zero() {
            "even"
        } else if difference < Money::ZERO {
            "short"
        } else {
            "over"
        }
    }
}

/// Why a day is not closed like this.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum DayCloseRefusal {
    /// Only who takes cash counts it.
    #[n(0)]
    #[error("only direct-sales reps close their day")]
    NotACashRep,
    /// There is no such note or coin, or it was counted twice.
    #[n(1)]
    #[error("{denomination} is no note or coin, or was counted twice")]
    NotADenomination {
        /// What was named.
        #[n(0)]
        denomination: Money,
    },
    /// More pieces than anybody carries.
    #[n(2)]
    #[error("{pieces} pieces of {denomination}; the limit is {most}")]
    TooMany {
        /// Of which note or coin.
        #[n(0)]
        denomination: Money,
        /// How many were named.
        #[n(1)]
        pieces: u32,
        /// How many at most.
        #[n(2)]
        most: u32,
    },
    /// What was counted is not what should be there, and no word says why.
    #[n(3)]
    #[error("the difference is {difference}; say why")]
    Unexplained {
        /// Too much; below nothing what is missing.
        #[n(0)]
        difference: Money,
    },
    /// The day has not come yet.
    #[n(4)]
    #[error("the day has not come yet")]
    NotYet,
}

reads_enum!(DayCloseRefusal {
    0: NotACashRep,
    1: NotADenomination { denomination },
    2: TooMany { denomination, pieces, most },
    3: Unexplained { difference },
    4: NotYet,
});

impl DayCloseRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotACashRep => "day-close.not-a-cash-rep",
            Self::NotADenomination { .. } => "day-close.not-a-denomination",
            Self::TooMany { .. } => "day-close.too-many",
            Self::Unexplained { .. } => "day-close.unexplained",
            Self::NotYet => "day-close.not-yet",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::NotACashRep => "S14",
            _ => "S17",
        }
    }
}

/// Whether a day may be closed like this, on the day `today`. Source: S14, S17.
pub fn may_close_day(op: &DayClosed, author: &Author, today: BusinessDate) -> Result<(), DayCloseRefusal> {
    if !author.role.may_take_cash() {
        return Err(DayCloseRefusal::NotACashRep);
    }
    if op.day > today {
        return Err(DayCloseRefusal::NotYet);
    }
    for (at, one) in op.counted.iter().enumerate() {
        let Counted { denomination, pieces } = *one;
        let twice = op.counted.iter().take(at).any(|other| other.denomination == denomination);
        if twice || !DENOMINATIONS.contains(&denomination) {
            return Err(DayCloseRefusal::NotADenomination { denomination });
        }
        if pieces > MOST_PIECES {
            return Err(DayCloseRefusal::TooMany { denomination, pieces, most: MOST_PIECES });
        }
    }
    let difference = op.difference();
    if difference.is_zero() || !op.explanation.as_str().is_empty() {
        Ok(())
    } else {
        Err(DayCloseRefusal::Unexplained { difference })
    }
}
