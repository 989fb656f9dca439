//! Why a store could not do it, told apart by what an operator can do about it.

use thiserror::Error;

/// Why the store could not do it. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// Not now: locked by another process, the connection gone, the disk not answering. Try again.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// The disk is full. Make room; nothing is lost, phones keep what they could not deliver.
    #[error("the disk is full: {0}")]
    Full(String),
    /// It is there already.
    #[error("already there: {0}")]
    Conflict(String),
    /// What is stored cannot be read: not a database, a damaged file, bytes that are no paper.
    #[error("the store is damaged or not a store: {0}")]
    Corrupt(String),
    /// The tables could not be brought to this version.
    #[error("the tables could not be brought up to date: {0}")]
    Migration(String),
}

impl StoreError {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "store.unavailable",
            Self::Full(_) => "store.full",
            Self::Conflict(_) => "store.conflict",
            Self::Corrupt(_) => "store.corrupt",
            Self::Migration(_) => "store.migration",
        }
    }
}
