//! Floor 1: the store. What the hub writes through and everybody reads from; two backends, one law.
//!
//! Must not know what a rule is, who may see what, or what a change means: it keeps what it is given.
//!
//! # The law
//!
//! 1. *One writer.* Between [`Store::begin`] and [`Unit::commit`] nobody else writes to the company: the unit holds the
//!    feed lock. What it reads, it reads after having taken the lock.
//! 2. *All or nothing.* What a unit saved is there as a whole after `commit` has answered, on disk, whatever happens
//!    next; a unit that is dropped, or whose `commit` fails, has written nothing.
//! 3. *Dense.* Positions in the feed are 1, 2, 3 …, without gaps, for each company. A reader who sees position *n* sees
//!    all before it.
//! 4. *Once.* A change (device, sequence) is in the feed at most once; saving it again is a [`StoreError::Conflict`].
//! 5. *Unchanged.* Bytes of changes, verdicts, signatures and files come out as they went in.
//! 6. *One moment.* All that a [`Snapshot`] answers is of the same moment, between two commits.
//! 7. *Apart.* Nothing of one company is ever seen or counted by another.
//! 8. *Said plainly.* Every failure is a [`StoreError`] that tells an operator what to do; absence is an `Option`.

mod ask;
mod chosen;
mod codec;
mod error;
pub mod health;
mod herald;
mod inspect;
pub mod moving;
mod place;
pub mod postgres;
mod receivables;
mod row;
mod run;
mod slices;
pub mod sqlite;
mod steps;
mod tally;
mod trouble;
mod upkeep;

use std::future::Future;

pub use ask::{FeedAsk, Filter, ListAsk, Order, Sight, Sort, Sums};
pub use chosen::{ChosenStore, ChosenUnit, Identities, LookedAt, Pieces, Receivables};
pub use error::StoreError;
pub use herald::{Ear, Word};
pub use inspect::{Inspection, Shown};
pub use place::{NotAPlace, Place};
pub use receivables::{
    Came, CashBy, CashMark, OwedAsk, OwedBy, OwedListing, OwedMark, OwedOrder, OwedRow, OwedStatus, OwedSums,
};
pub use row::{
    Blob, Checkpoint, CommandName, Company, Confirmed, Counters, DeviceLog, DeviceSeen, Eviction, FeedRow,
    Head, Kept, Listed, Listing, NAMES_KEPT_MS, NamedCommand, PIECES_KEPT_MS, Parcel, Quarantined,
    UNNAMED_KEPT_MS, Writing,
};
pub use run::{Run, runs_of};
use sync_core::{
    domain::visit::BlobHash,
    feed::Entry,
    log::{Hash, SetDigest},
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CompanyId, CustomerId, DeviceId, StaffId},
};
pub use tally::{Period, TALLIED, Tally, TallyKey, tallied};
pub use trouble::{DeviceTrouble, TroubleKind};
pub use upkeep::{Connections, Tables, Upkeep, Volume};

/// What a store answers.
pub type Stored<T> = Result<T, StoreError>;

/// Which device logs are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Devices {
    /// These, where they exist.
    These(Vec<DeviceId>),
    /// Those of one member of staff.
    Of(StaffId),
    /// All of the company, the hub's own included.
    All,
}

/// A place where the books of companies are kept.
pub trait Store: Clone + Send + Sync + 'static {
    /// One write transaction on one company, under its feed lock.
    type Unit: Unit;
    /// One moment of one company, to read.
    type Snapshot: Snapshot + Inspection;

    /// The companies whose books are kept here.
    fn companies(&self) -> impl Future<Output = Stored<Vec<Company>>> + Send;

    /// Enters a company with an empty feed and the log of its hub.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is there already.
    fn found(&self, company: &Company, hub: &DeviceLog) -> impl Future<Output = Stored<()>> + Send;

    /// Takes the feed lock of a company.
    fn begin(&self, company: CompanyId) -> impl Future<Output = Stored<Self::Unit>> + Send;

    /// Opens a moment of a company for reading. Never waits for a writer.
    fn snapshot(&self, company: CompanyId) -> impl Future<Output = Stored<Self::Snapshot>> + Send;

    /// Where a company's feed stands now, for whoever reads nothing else.
    fn head(&self, company: CompanyId) -> impl Future<Output = Stored<Head>> + Send {
        async move { self.snapshot(company).await?.head().await }
    }

    /// Keeps a file under its hash; the same file twice is kept once.
    ///
    /// `budget` is how many bytes of files that no change names yet somebody may have here; those older than
    /// [`UNNAMED_KEPT_MS`] do not count, because they are about to go.
    fn put_blob(
        &self,
        company: CompanyId,
        blob: &Blob,
        budget: u64,
    ) -> impl Future<Output = Stored<Kept>> + Send;

    /// Removes the files that came before `before` and that no change has named since. How many.
    fn remove_unnamed(
        &self,
        company: CompanyId,
        before: Timestamp,
    ) -> impl Future<Output = Stored<u64>> + Send;

    /// Takes the turn of a task that one server does for all, unless somebody took it less than so many milliseconds ago.
    fn take_turn(
        &self,
        company: CompanyId,
        task: &'static str,
        now: Timestamp,
        every_ms: u64,
    ) -> impl Future<Output = Stored<bool>> + Send;

    /// Tells the other servers over the same store something, outside of any transaction. It may be lost.
    fn announce(&self, _company: CompanyId, _word: Word) -> impl Future<Output = Stored<()>> + Send {
        async { Ok(()) }
    }

    /// What is announced from now on; `None` where no other server is told of anything.
    fn ear(&self, _company: CompanyId) -> impl Future<Output = Stored<Option<Ear>>> + Send {
        async { Ok(None) }
    }
}

/// What can be read of one company at one moment.
pub trait Snapshot: Send {
    /// Where the feed stands, and what was counted.
    fn head(&mut self) -> impl Future<Output = Stored<Head>> + Send;

    /// Device logs, by number.
    fn devices(&mut self, which: &Devices) -> impl Future<Output = Stored<Vec<DeviceLog>>> + Send;

    /// The entries of these changes, where they are in the feed, by device and sequence.
    fn entries(&mut self, changes: &[ChangeId]) -> impl Future<Output = Stored<Vec<FeedRow>>> + Send;

    /// The same without the links of their chains, which take as long to follow as a whole run is: for lists.
    fn entries_unlinked(&mut self, changes: &[ChangeId]) -> impl Future<Output = Stored<Vec<Entry>>> + Send {
        async { Ok(self.entries(changes).await?.into_iter().map(|row| row.entry).collect()) }
    }

    /// A slice of the feed.
    fn feed(&mut self, ask: &FeedAsk) -> impl Future<Output = Stored<Vec<FeedRow>>> + Send;

    /// These papers, where anything was ever written on them, in key order.
    fn papers(&mut self, keys: &[PaperKey]) -> impl Future<Output = Stored<Vec<(PaperKey, Paper)>>> + Send;

    /// Every paper of what is in sight, in key order. Shells that belong to no scope are in nobody's sight.
    fn papers_in(&mut self, sight: &Sight) -> impl Future<Output = Stored<Vec<(PaperKey, Paper)>>> + Send;

    /// The digests of these scopes, or of all; a scope without entries is left out.
    fn digests(
        &mut self,
        scopes: Option<&[Scope]>,
    ) -> impl Future<Output = Stored<Vec<(Scope, SetDigest)>>> + Send;

    /// One page of a list.
    fn list(&mut self, ask: &ListAsk) -> impl Future<Output = Stored<Listing>> + Send;

    /// The customers somebody looks after.
    fn customers_of(&mut self, staff: StaffId) -> impl Future<Output = Stored<Vec<CustomerId>>> + Send;

    /// A file, with the scopes of the papers that name it.
    fn blob(&mut self, hash: &BlobHash) -> impl Future<Output = Stored<Option<(Blob, Vec<Scope>)>>> + Send;

    /// What was put aside, by device and sequence.
    fn quarantine(&mut self) -> impl Future<Output = Stored<Vec<Quarantined>>> + Send;

    /// What was put aside of one device, by sequence.
    fn quarantine_of(&mut self, device: DeviceId) -> impl Future<Output = Stored<Vec<Quarantined>>> + Send;

    /// Whether a change with this link after it was put aside for this device.
    fn is_aside(&mut self, device: DeviceId, link: &Hash) -> impl Future<Output = Stored<bool>> + Send;

    /// What these devices must give up, or have given up; of all devices where none are named. By device and scope.
    fn evictions(
        &mut self,
        devices: Option<&[DeviceId]>,
    ) -> impl Future<Output = Stored<Vec<Eviction>>> + Send;

    /// The command that was carried out under a name, if it is remembered.
    fn command_named(
        &mut self,
        name: &CommandName,
    ) -> impl Future<Output = Stored<Option<NamedCommand>>> + Send;

    /// The effective time of a device's last change at or below a position of the feed.
    fn latest_of(
        &mut self,
        device: DeviceId,
        through: u64,
    ) -> impl Future<Output = Stored<Option<Timestamp>>> + Send;
}

/// A write transaction: reads what it wrote itself; dropped without [`Unit::commit`], it has written nothing.
pub trait Unit: Snapshot + 'static {
    /// Writes judged changes and all that follows from them.
    ///
    /// A unit may be given a group in several parts, in the order of the feed. What a later part says of a paper, a scope,
    /// a device or the head takes the place of what an earlier one has said; the whole is what it would be in one part.
    fn save(&mut self, writing: &Writing) -> impl Future<Output = Stored<()>> + Send;

    /// Puts changes aside that cannot be changes of this feed. How many of them were new.
    fn put_aside(&mut self, what: &[Quarantined]) -> impl Future<Output = Stored<u64>> + Send;

    /// Makes it durable.
    ///
    /// # Errors
    /// Any: then nothing was written.
    fn commit(self) -> impl Future<Output = Stored<()>> + Send;
}
