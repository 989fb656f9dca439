//! 销售资金回收表: a month of the company's money, built from the feed and from nothing else. Source: S17.
//!
//! Floor: above the feed. Only the office builds it: nothing of this may be reached from what a phone runs.
//!
//! *Invariant.* The same entries, period and positions give the same bytes. So a closed month needs no table kept beside
//! it: whoever doubts it builds it again and holds the hash against the one that was signed.

mod book;
mod table;

pub use crate::time::Period;
pub use book::{Books, recovery_table};
pub use table::{Bounds, CustomerLine, Differences, Moved, RecoveryTable, RepLine, Source};
