//! The signed changes behind a figure of a month, and how they are asked for. Source: S17.
//!
//! Floor: rows, beside `month`.

use serde::{Deserialize, Serialize};
use sync_core::{recovery::Moved, time::Period, unit::Money};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::FeedLine;

/// A change behind a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthChange {
    /// What it did: `ordered`, `withdrawn`, `cash`, `transfer`, `remitted`, `reversed`, `settled`, `handed-in`,
    /// `confirmed`.
    #[schema(value_type = String, example = "cash")]
    pub moved: &'static str,
    /// Which line it moved: `customer`, `drawer`, `missing`, `withheld` or `confirmed`.
    #[schema(value_type = String, example = "drawer")]
    pub account: &'static str,
    /// By how much, with its sign.
    #[schema(value_type = String, example = "-2880.00")]
    pub sum: Money,
    /// The earlier, closed month in which it took effect, where it came late.
    #[schema(value_type = Option<String>, example = "2026-09")]
    pub late: Option<Period>,
    /// The month that it counts in, where that is a later one than it took effect in and this page is of the earlier.
    #[schema(value_type = Option<String>, example = "2026-11")]
    pub counts_in: Option<Period>,
    /// The change itself, as the feed has it.
    pub entry: FeedLine,
}

/// Which figure is opened.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MonthAsked {
    /// The line of this customer.
    pub customer: Option<Uuid>,
    /// The line of this rep.
    pub staff: Option<Uuid>,
    /// Only changes that did this, such as `cash`; several are separated by commas.
    pub moved: Option<String>,
    /// Only this account: `customer`, `drawer`, `missing`, `withheld` or `confirmed`.
    pub account: Option<String>,
    /// Only what took effect in an earlier, closed month.
    #[serde(default)]
    pub late: bool,
    /// Which page of 500, from 0.
    #[serde(default)]
    pub page: u32,
}

/// The changes behind a figure, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthChanges {
    /// The changes.
    pub changes: Vec<MonthChange>,
    /// How many there are.
    pub total: u64,
    /// What stood there when the month began: with `sum` it is what stands there when the month ends. Nothing where only
    /// some changes were asked for.
    #[schema(value_type = String, example = "1200.00")]
    pub opening: Money,
    /// What they come to, with the sign of the account: what is received makes less of what a customer owes.
    #[schema(value_type = String, example = "-2880.00")]
    pub sum: Money,
}

/// The stable name of what a change did.
pub(crate) const fn moved_code(moved: Moved) -> &'static str {
    match moved {
        Moved::Ordered => "ordered",
        Moved::Withdrawn => "withdrawn",
        Moved::Cash => "cash",
        Moved::Transfer => "transfer",
        Moved::Remitted => "remitted",
        Moved::Reversed => "reversed",
        Moved::Settled => "settled",
        Moved::HandedIn => "handed-in",
        Moved::Confirmed => "confirmed",
    }
}
