//! What keeping a store up asks of it, beyond what the book asks: how large it is, who uses it, whether it is ours.

use std::future::Future;

use sync_core::unit::CompanyId;

use super::Stored;

/// How much a store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// Files of the company.
    pub blobs: u64,
    /// Their bytes.
    pub blob_bytes: u64,
    /// What the store takes on its disk for all companies.
    pub store_bytes: u64,
    /// Of that, what is written ahead and not carried over yet.
    pub log_bytes: u64,
}

/// Connections of one pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Which pool.
    pub pool: &'static str,
    /// In use.
    pub in_use: u64,
    /// Open and idle.
    pub idle: u64,
}

/// Whether the tables are those that this program was built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// They are.
    Ours,
    /// This step of ours is missing, was not finished, or was another one.
    Other(i64),
    /// A newer program has taken this step, which does more than add to the tables.
    Newer(i64),
}

/// What keeping a store up asks of it.
pub trait Upkeep {
    /// How much it holds. Reads no file's bytes.
    ///
    /// # Errors
    /// Any, as it comes.
    fn volume(&self, company: CompanyId) -> impl Future<Output = Stored<Volume>> + Send;

    /// Who uses it at the moment.
    fn connections(&self) -> Vec<Connections>;

    /// Whether the tables are still those that this program was built for.
    ///
    /// # Errors
    /// Any, as it comes.
    fn tables(&self) -> impl Future<Output = Stored<Tables>> + Send;

    /// Carries over what is written ahead, as far as nobody reads what it would change. Whether all of it was.
    ///
    /// # Errors
    /// Any, as it comes.
    fn settle(&self) -> impl Future<Output = Stored<bool>> + Send;
}
