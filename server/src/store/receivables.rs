//! The read table of what orders owe (应收): beside the book, made anew behind the feed, the same SQL for both backends.
//!
//! It is no part of the book: nobody judges by it. Whoever refreshes it says up to which position it was read and up to
//! which it is read now; of two who do so at once one is told that the other was quicker.

mod reading;
mod writing;

use sync_core::{
    domain::cash::{Age, Receivable, Standing},
    time::{BusinessDate, Timestamp},
    unit::{CustomerId, Money, PaperId, StaffId},
};

/// One order as the table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedRow {
    /// What it owes.
    pub owed: Receivable,
    /// Whose order it is.
    pub customer: CustomerId,
    /// The customer's name, to be ordered by.
    pub name: String,
    /// Who looks after the customer.
    pub staff: Option<StaffId>,
    /// The customer's place (县区).
    pub place: String,
    /// When somebody was last urged to pay it.
    pub urged: Option<Timestamp>,
    /// What was last promised: until which day, and how much.
    pub promised: Option<(BusinessDate, Money)>,
    /// Whether as much has come since: in time, or later.
    pub came: Option<Came>,
}

/// When what was promised came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// Until the end of the day for which it was promised.
    InTime,
    /// After it.
    Later,
}

impl Came {
    pub(super) const fn number(came: Option<Self>) -> i64 {
        match came {
            None => 0,
            Some(Self::InTime) => 1,
            Some(Self::Later) => 2,
        }
    }

    pub(super) const fn of_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::InTime),
            2 => Some(Self::Later),
            _ => None,
        }
    }
}

/// How far the table was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwedMark {
    /// All rows are of this position of the feed, or newer.
    pub through: u64,
    /// Up to which position it is being read on; zero where it is not.
    pub until: u64,
    /// The customers up to this one have been read for it.
    pub after: Option<CustomerId>,
}

/// Which orders a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwedStatus {
    /// Something is still to be collected.
    #[default]
    Open,
    /// And its day is over.
    Overdue,
    /// And what was promised has not come.
    Broken,
    /// All was collected, and not all confirmed.
    Collected,
    /// All was confirmed.
    Paid,
}

impl OwedStatus {
    /// Every one, in the order of the screen.
    pub const ALL: [Self; 5] = [Self::Open, Self::Overdue, Self::Broken, Self::Collected, Self::Paid];

    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Broken => "broken",
            Self::Collected => "collected",
            Self::Paid => "paid",
        }
    }

    pub(super) const fn standing(self) -> Standing {
        match self {
            Self::Open | Self::Overdue | Self::Broken => Standing::Open,
            Self::Collected => Standing::Collected,
            Self::Paid => Standing::Paid,
        }
    }
}

/// What the list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwedOrder {
    /// The due day.
    #[default]
    Due,
    /// What is open.
    Open,
    /// When the order was taken.
    Taken,
    /// The customer's name.
    Name,
}

impl OwedOrder {
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Open => "open_fen",
            Self::Taken => "taken",
            Self::Name => "name",
        }
    }
}

/// A page of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedAsk {
    /// Today, by which what is overdue is told.
    pub today: BusinessDate,
    /// Only orders of these customers, in order; of all where none are named.
    pub sight: Option<Vec<CustomerId>>,
    /// Words to be found in what the customer is searched by.
    pub words: Option<String>,
    /// The one order.
    pub order: Option<PaperId>,
    /// Of one customer.
    pub customer: Option<CustomerId>,
    /// Of customers of one member of staff.
    pub staff: Option<StaffId>,
    /// Of customers at one place.
    pub place: Option<String>,
    /// Of one age.
    pub age: Option<Age>,
    /// Which.
    pub status: OwedStatus,
    /// In which order.
    pub by: OwedOrder,
    /// The largest first.
    pub descending: bool,
    /// So many are left out at the beginning.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
}

impl OwedAsk {
    /// What all that stand so come to, without a row.
    pub const fn all(status: OwedStatus) -> Self {
        Self {
            today: BusinessDate(chrono::NaiveDate::MIN),
            sight: None,
            words: None,
            order: None,
            customer: None,
            staff: None,
            place: None,
            age: None,
            status,
            by: OwedOrder::Due,
            descending: false,
            offset: 0,
            limit: 0,
        }
    }
}

/// What some orders come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwedSums {
    /// How many.
    pub orders: u64,
    /// What they come to.
    pub total: Money,
    /// What was collected.
    pub collected: Money,
    /// What of that is confirmed.
    pub paid: Money,
    /// What is open by age, the youngest first.
    pub ages: [Money; 5],
}

/// A page with what all of them come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwedListing {
    /// The page.
    pub rows: Vec<OwedRow>,
    /// What all come to.
    pub sums: OwedSums,
}

/// What one customer owes now, in place of all that the table had of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedBy {
    /// Who.
    pub customer: CustomerId,
    /// Their orders.
    pub rows: Vec<OwedRow>,
}

/// Where the cash of a rep lies, gone through up to a position of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashMark {
    /// Up to which position.
    pub through: u64,
    /// What was found, as `CashTraced` writes it.
    pub traced: Vec<u8>,
}

/// What has arrived of a rep's cash: in place of all that was known, or besides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashBy {
    /// Whose.
    pub staff: StaffId,
    /// Where it lies now.
    pub mark: CashMark,
    /// In place of all that was known.
    pub anew: bool,
    /// How much of which collection, and whose customer's it is.
    pub arrived: Vec<(PaperId, CustomerId, Money)>,
}

/// Days since 1970, as the table keeps them.
pub(super) fn day_number(day: BusinessDate) -> i64 {
    (day.0 - chrono::NaiveDate::default()).num_days()
}

/// The day of a number.
pub(super) fn day_of_number(number: i64) -> Option<BusinessDate> {
    chrono::NaiveDate::default().checked_add_signed(chrono::TimeDelta::try_days(number)?).map(BusinessDate)
}

/// The number of a standing, as the table keeps it.
pub(super) const fn standing_number(standing: Standing) -> i64 {
    match standing {
        Standing::Open => 0,
        Standing::Collected => 1,
        Standing::Paid => 2,
    }
}

/// The table of one company in a backend. Both backends speak the same SQL but for one function, and for the sign before a
/// column by which it is not looked for along an index: one of them knows by itself which index is best.
macro_rules! receivables_table {
    ($store:ty, $unit:ty, $db:ty, $find:literal, $unsought:literal, $in_book:path, $begin:expr) => {
        use std::collections::BTreeMap;

        use sqlx::{QueryBuilder, Transaction};
        use sync_core::{
            domain::cash::{Age, Receivable},
            paper::PaperKind,
            unit::{CompanyId, CustomerId, Money, PaperId, StaffId},
        };

        use crate::store::{
            Came, CashBy, CashMark, OwedAsk, OwedBy, OwedListing, OwedMark, OwedOrder, OwedRow, OwedStatus,
            OwedSums, Stored,
            codec::{self, Columns, corrupt, packed, unpacked},
            receivables::{day_number, day_of_number, standing_number},
        };

        $crate::store::receivables::receivables_read!($unit, $db, $find, $unsought, $in_book);
        $crate::store::receivables::receivables_written!($store, $db, $begin);
    };
}

pub(super) use {reading::receivables_read, receivables_table, writing::receivables_written};
