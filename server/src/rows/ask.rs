//! What a reader asks of a list: filter, order, page; checked here, with the field and the limit.
//!
//! Floor: bottom of the rows. Must not know which list it is.

use chrono::{Days, FixedOffset, NaiveDate, NaiveTime, TimeZone};
use serde::Deserialize;
use sync_core::unit::{CustomerId, StaffId};
use thiserror::Error;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::store::{Filter, Order, Sort};

/// The most rows of one page.
pub const MOST_PER_PAGE: u32 = 200;

/// Rows of a page that does not say how many.
const USUAL_PER_PAGE: u32 = 50;

/// The last page that can be asked for.
const LAST_PAGE: u32 = 1_000_000;

/// The most characters that are searched for.
const LONGEST_SEARCH: usize = 60;

/// The filter, order and page of a list, as they stand in the address.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Words, pinyin initials or numbers to search for.
    pub q: Option<String>,
    /// Only the row with this id.
    pub id: Option<Uuid>,
    /// Only of this customer.
    pub customer: Option<Uuid>,
    /// Only of this member of staff.
    pub staff: Option<Uuid>,
    /// Only what stands here; several are separated by commas.
    pub status: Option<String>,
    /// Only from this day on.
    pub from: Option<NaiveDate>,
    /// Only up to this day, itself included.
    pub to: Option<NaiveDate>,
    /// `at`, `amount`, `label`, `customer` or `staff`, devices also `seen`, `unsent`, `cash` or `unconfirmed`; with a `-`
    /// before it the largest first.
    pub sort: Option<String>,
    /// Which page, from 1.
    pub page: Option<u32>,
    /// Rows of a page, at most 200.
    pub per_page: Option<u32>,
}

/// Why a list cannot be asked like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AskRefusal {
    /// No list is ordered by that.
    #[error("sort takes at, amount, label, customer or staff, with - before it for the largest first")]
    NoSuchOrder,
    /// A number outside its limits.
    #[error("{field} is 1 to {most}")]
    OutOfRange {
        /// Which.
        field: &'static str,
        /// The largest taken.
        most: u32,
    },
    /// More words than are searched for.
    #[error("at most {most} characters are searched for")]
    SearchTooLong {
        /// How many are taken.
        most: u32,
    },
    /// The last day lies before the first.
    #[error("the last day lies before the first")]
    EndsBeforeItBegins,
    /// What is owed is not ordered by that.
    #[error("sort takes due, amount, at or customer, with - before it for the largest first")]
    NoSuchOwedOrder,
    /// Nothing that is owed stands so.
    #[error("status takes open, overdue, broken, collected or paid")]
    NoSuchStatus,
    /// Nothing is so old.
    #[error("age takes not-due, 1-30, 31-60, 61-90 or over-90")]
    NoSuchAge,
}

impl AskRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchOrder => "list.no-such-order",
            Self::OutOfRange { .. } => "list.out-of-range",
            Self::SearchTooLong { .. } => "list.search-too-long",
            Self::EndsBeforeItBegins => "list.ends-before-it-begins",
            Self::NoSuchOwedOrder => "list.no-such-owed-order",
            Self::NoSuchStatus => "list.no-such-status",
            Self::NoSuchAge => "list.no-such-age",
        }
    }

    /// The parameter the reason is about.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NoSuchOrder | Self::NoSuchOwedOrder => "sort",
            Self::OutOfRange { field, .. } => field,
            Self::SearchTooLong { .. } => "q",
            Self::EndsBeforeItBegins => "to",
            Self::NoSuchStatus => "status",
            Self::NoSuchAge => "age",
        }
    }

    /// The limit that was passed, where there is one.
    pub const fn limit(&self) -> Option<u32> {
        match self {
            Self::OutOfRange { most, .. } | Self::SearchTooLong { most } => Some(*most),
            Self::NoSuchOrder
            | Self::EndsBeforeItBegins
            | Self::NoSuchOwedOrder
            | Self::NoSuchStatus
            | Self::NoSuchAge => None,
        }
    }
}

/// A page that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// Which, from 1.
    pub page: u32,
    /// How many rows.
    pub per_page: u32,
}

impl Paging {
    /// How many rows come before it.
    pub fn offset(self) -> u64 {
        u64::from(self.page - 1) * u64::from(self.per_page)
    }
}

impl Asked {
    /// The page.
    ///
    /// # Errors
    /// Page or rows outside their limits.
    pub fn paging(&self) -> Result<Paging, AskRefusal> {
        let within = |field, value: Option<u32>, usual, most| match value {
            None => Ok(usual),
            Some(value) if (1..=most).contains(&value) => Ok(value),
            Some(_) => Err(AskRefusal::OutOfRange { field, most }),
        };
        Ok(Paging {
            page: within("page", self.page, 1, LAST_PAGE)?,
            per_page: within("per_page", self.per_page, USUAL_PER_PAGE, MOST_PER_PAGE)?,
        })
    }

    /// The order, or the list's own where none was asked for.
    ///
    /// # Errors
    /// An order that no list has.
    pub fn sort(&self, usual: Sort) -> Result<Sort, AskRefusal> {
        let Some(asked) = self.sort.as_deref().filter(|asked| !asked.is_empty()) else {
            return Ok(usual);
        };
        let (descending, word) = asked.strip_prefix('-').map_or((false, asked), |word| (true, word));
        let by = match word {
            "at" => Order::At,
            "amount" => Order::Amount,
            "label" => Order::Label,
            "customer" => Order::Customer,
            "staff" => Order::Staff,
            _ => return Err(AskRefusal::NoSuchOrder),
        };
        Ok(Sort { by, descending })
    }

    /// The filter.
    ///
    /// # Errors
    /// More words than are searched for, or a last day before the first.
    pub fn filter(&self) -> Result<Filter, AskRefusal> {
        let words = self.q.as_deref().map(str::trim).filter(|words| !words.is_empty());
        if words.is_some_and(|words| words.chars().count() > LONGEST_SEARCH) {
            let most = u32::try_from(LONGEST_SEARCH).unwrap_or(u32::MAX);
            return Err(AskRefusal::SearchTooLong { most });
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to < from
        {
            return Err(AskRefusal::EndsBeforeItBegins);
        }
        let statuses = self.status.as_deref().unwrap_or_default().split(',');
        Ok(Filter {
            words: words.map(str::to_lowercase),
            id: self.id,
            customer: self.customer.map(CustomerId),
            staff: self.staff.map(StaffId),
            status: statuses.map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect(),
            status_not: Vec::new(),
            from_ms: self.from.map(day_begins_ms),
            until_ms: self.to.and_then(|to| to.checked_add_days(Days::new(1))).map(day_begins_ms),
            sums: None,
        })
    }
}

/// The first millisecond of a day in the company's zone.
///
/// # Panics
/// Never: eight hours are a valid offset.
pub fn day_begins_ms(day: NaiveDate) -> i64 {
    let zone = FixedOffset::east_opt(8 * 3600).expect("eight hours are a valid offset");
    zone.from_local_datetime(&day.and_time(NaiveTime::MIN))
        .single()
        .map_or(0, |midnight| midnight.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, day).expect("a day")
    }

    #[test]
    fn a_day_is_asked_for_whole_in_the_zone_of_the_company() {
        let asked = Asked { from: Some(day(16)), to: Some(day(16)), ..Asked::default() };
        let filter = asked.filter().expect("a filter");
        assert_eq!(filter.from_ms, Some(1_792_080_000_000));
        assert_eq!(filter.until_ms, Some(1_792_080_000_000 + 86_400_000));
    }

    #[test]
    fn an_order_is_a_word_and_its_direction() {
        let asked = |sort: &str| Asked { sort: Some(sort.into()), ..Asked::default() }.sort(Sort::default());
        assert_eq!(asked("-amount"), Ok(Sort { by: Order::Amount, descending: true }));
        assert_eq!(asked("colour"), Err(AskRefusal::NoSuchOrder));
    }

    #[test]
    fn a_page_has_limits_and_says_them() {
        let asked = Asked { per_page: Some(201), ..Asked::default() };
        assert_eq!(asked.paging(), Err(AskRefusal::OutOfRange { field: "per_page", most: 200 }));
        let asked = Asked { page: Some(0), ..Asked::default() };
        assert!(asked.paging().is_err());
        let asked = Asked { page: Some(3), per_page: Some(20), ..Asked::default() };
        assert_eq!(asked.paging().map(Paging::offset), Ok(40));
    }

    #[test]
    fn days_that_run_backwards_are_refused() {
        let asked = Asked { from: Some(day(16)), to: Some(day(15)), ..Asked::default() };
        assert_eq!(asked.filter(), Err(AskRefusal::EndsBeforeItBegins));
    }
}
