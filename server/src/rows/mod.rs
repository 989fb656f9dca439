//! Floor 5: papers as the rows of the office's lists, and what stands beside them on a page.
//!
//! Reads one moment of the store and asks `Viewer` who may see; must not write, judge, or know HTTP.
//! The names on a page are loaded by one query for the page, never by one for each row.

mod account;
mod aside;
mod ask;
mod cash;
mod common;
mod conflicts;
mod credit;
mod customers;
mod entries;
mod feed;
mod goods;
mod hand_ins;
mod held;
mod limits;
mod lists;
mod matching;
mod money;
mod month;
mod month_change;
mod months;
mod moves;
mod names;
mod numbers;
mod orders;
mod pages;
mod people;
mod receivables;
mod statements;
mod summary;
mod timeline;
mod urging;
mod violations;
mod visits;

pub use account::{AccountPage, OverdueRow};
pub use aside::{AsidePage, AsideRow, reads_aside};
pub use ask::{AskRefusal, Asked, MOST_PER_PAGE, Paging, day_begins_ms};
pub use cash::{CashRow, CashState, DrawerRow};
pub use common::{
    AccountRef, ChangeRef, CustomerRef, Person, PlaceRow, PriceListRef, ProductRef, Said, clock,
};
pub use conflicts::{ChoiceRef, ConflictRow};
pub use credit::{CreditRow, CreditStampRow};
pub use customers::{ContactRow, CustomerPage, CustomerRow, FieldRow, WriteRow};
pub use feed::{FeedLine, FeedPage, Summary};
pub use goods::{PriceListRow, PriceRow, ProductRow};
pub use hand_ins::{DayCloseRow, HandInPartRow, HandInRow, HandInStampRow, PiecesRow};
pub use held::{HeldRow, kind_name};
pub use limits::{LimitPhoneRow, LimitsRow, SettledRow, SpecialRuleRow};
pub use lists::Slice;
pub use matching::{AgreementRow, ExpectedRow, LinelessRow, MatchingPage, ProposalRow, ReturnRow, SaidLines};
pub use money::{AccountRow, CollectionRow, ConfirmationRow, RemittanceRow, ReversalRow};
pub use month::{
    ClosingRow, DifferenceRow, ExplainedRow, MissingRow, MonthPage, MonthRow, MonthStampRow, MonthTotals,
    MonthsPage, RecoveryCustomerRow, RecoveryRepRow,
};
pub use month_change::{MonthAsked, MonthChange, MonthChanges};
pub use moves::{AffectedPhone, EvictionPage, EvictionRow, TransferPreview};
pub use orders::{OrderLineRow, OrderRow};
pub use pages::{FeedAsked, MOST_FEED_LINES};
pub use people::{DeviceRow, StaffRow, TroubleRow};
pub use receivables::{AgeSum, OwedAsked, PromiseRow, ReceivableRow, ReceivableSums, ReceivablesPage};
pub use statements::{AsideLineRow, BankLineRow, LineMatchRow, PaidRow, StatementRow};
pub use summary::{Conservation, SummaryPage};
pub use timeline::{CardRow, FieldWritten, TimelineRow};
pub use urging::UrgingRow;
pub use violations::{ViolationRow, ViolationStampRow};
pub use visits::VisitRow;

use serde::Serialize;
use sync_core::{locale::Texts, scope::Viewer, time::Timestamp};
use thiserror::Error;
use utoipa::ToSchema;

use crate::store::{Snapshot, StoreError};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct List<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// How many there are on all pages.
    pub total: u64,
    /// Which page this is, from 1.
    pub page: u32,
    /// Rows of a page.
    pub per_page: u32,
    /// The feed position it is of.
    pub position: u64,
    /// When it was read.
    pub as_of: String,
}

/// Why rows could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RowsError {
    /// Not askable like this.
    #[error(transparent)]
    Ask(#[from] AskRefusal),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One moment of the book, read by somebody in their language.
#[derive(Debug)]
pub struct Reader<'r, N> {
    pub(crate) snapshot: &'r mut N,
    pub(crate) viewer: &'r Viewer,
    pub(crate) texts: &'r Texts,
    pub(crate) now: Timestamp,
}

impl<'r, N: Snapshot> Reader<'r, N> {
    /// Of a moment, for a viewer, in the language of `texts`.
    pub fn new(snapshot: &'r mut N, viewer: &'r Viewer, texts: &'r Texts, now: Timestamp) -> Self {
        Self { snapshot, viewer, texts, now }
    }
}
