//! Floor 3: the merge shapes. Each merges by union, so the order and the repetition of what comes in do not matter.
//!
//! Knows nothing of what is written in the papers.

mod entries;
mod ledger;
mod register;
mod set;
mod stamp;

pub use entries::Entries;
pub use ledger::Ledger;
pub use register::{Register, Write};
pub use set::AddWinsSet;
pub use stamp::{Stamp, Stamps};
