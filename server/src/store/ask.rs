//! What can be asked of a store.

use sync_core::{
    paper::PaperKind,
    scope::Scope,
    unit::{CustomerId, StaffId},
};
use uuid::Uuid;

/// A slice of the feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedAsk {
    /// Only entries in these scopes; `None` for all.
    pub scopes: Option<Vec<Scope>>,
    /// Only positions above this.
    pub after: u64,
    /// Only positions up to this one, where given.
    pub through: Option<u64>,
    /// At most so many.
    pub limit: u32,
    /// The latest first.
    pub latest_first: bool,
    /// The links of the chains are not needed: they may come as zeros, which spares hashing each change.
    pub unlinked: bool,
    /// Where all scopes are asked for in the order of the feed, only as many as come to so many bytes, or some more: fewer
    /// than the limit does not mean that there are no others.
    pub most_bytes: Option<usize>,
}

/// Which parts of the book somebody sees, in a form that a store can search by.
///
/// Made from a `Viewer` only, by [`crate::scope::sight`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Every customer's papers.
    pub all_customers: bool,
    /// The personal fields of every customer.
    pub all_personal: bool,
    /// Every member of staff's own papers.
    pub all_staff: bool,
    /// And these.
    pub scopes: Vec<Scope>,
}

impl Sight {
    /// Everything but what is listed nowhere: for the server's own checks and for counts, never for rows that a person sees.
    pub fn everything() -> Self {
        use sync_core::scope::Desk;
        Self {
            all_customers: true,
            all_personal: true,
            all_staff: true,
            scopes: vec![
                Scope::Common,
                Scope::Desk(Desk::Dock),
                Scope::Desk(Desk::Logistics),
                Scope::Desk(Desk::Finance),
                Scope::Desk(Desk::Production),
                Scope::Desk(Desk::Books),
            ],
        }
    }

    /// Whether a scope is in it.
    pub fn holds(&self, scope: Scope) -> bool {
        let whole_class = match scope {
            Scope::Customer(_) => self.all_customers,
            Scope::CustomerPrivate(_) | Scope::StaffPrivate(_) => self.all_personal,
            Scope::Staff(_) => self.all_staff,
            Scope::Common | Scope::Desk(_) => false,
        };
        whole_class || self.scopes.contains(&scope)
    }
}

/// What a list is narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words, pinyin initials or numbers, each to be found in the search text of the paper itself, of its customer, or
    /// of its member of staff, as far as those are in sight.
    pub words: Option<String>,
    /// The one paper with this id.
    pub id: Option<Uuid>,
    /// Of one customer.
    pub customer: Option<CustomerId>,
    /// Of one member of staff.
    pub staff: Option<StaffId>,
    /// In one of these standings.
    pub status: Vec<String>,
    /// Not in these standings.
    pub status_not: Vec<String>,
    /// From this millisecond on.
    pub from_ms: Option<i64>,
    /// Before this millisecond.
    pub until_ms: Option<i64>,
    /// With such a sum.
    pub sums: Option<Sums>,
}

/// Which sums a list is narrowed to; what carries none is in neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sums {
    /// What came in.
    AboveNothing,
    /// What went out, or is nothing.
    NothingOrBelow,
}

impl Sums {
    /// The condition, as both databases write it.
    pub(super) const fn condition(self) -> &'static str {
        match self {
            Self::AboveNothing => " AND amount_fen > 0",
            Self::NothingOrBelow => " AND amount_fen <= 0",
        }
    }
}

/// What a list is ordered by; the paper's id settles ties. What has no name comes last, whichever way the names run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// When.
    #[default]
    At,
    /// The sum.
    Amount,
    /// The name.
    Label,
    /// The name of its customer.
    Customer,
    /// The name of its member of staff.
    Staff,
}

/// An order and its direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: Order,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAsk {
    /// Papers of these kinds.
    pub kinds: Vec<PaperKind>,
    /// That are in this sight.
    pub sight: Sight,
    /// And pass this filter.
    pub filter: Filter,
    /// In this order.
    pub sort: Sort,
    /// So many are left out at the beginning.
    pub offset: u64,
    /// At most so many; with zero only total and amount are asked for.
    pub limit: u32,
    /// Whether total and amount are asked for; without, both are answered with zero.
    pub totals: bool,
}

impl ListAsk {
    /// Every paper of some kinds that passes, the oldest first: for the server's own checks, as [`Sight::everything`] is.
    pub fn every(kinds: &[PaperKind], filter: Filter) -> Self {
        let (kinds, sight, sort) = (kinds.to_vec(), Sight::everything(), Sort::default());
        Self { kinds, sight, filter, sort, offset: 0, limit: u32::MAX, totals: false }
    }
}
