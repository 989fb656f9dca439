//! A transaction in whichever database was chosen.

use sync_core::{
    domain::visit::BlobHash,
    feed::Entry,
    log::{Hash, SetDigest},
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CustomerId, DeviceId, StaffId},
};

use super::either;
use crate::store::{
    Blob, CommandName, DeviceLog, Devices, Eviction, FeedAsk, FeedRow, Head, Inspection, ListAsk, Listing,
    NamedCommand, Period, Quarantined, Shown, Sight, Snapshot, Stored, Tally, TallyKey, Unit, Writing,
    moving::{Movable, Table, Value},
    postgres::PostgresUnit,
    sqlite::SqliteUnit,
};

/// A transaction on one company: to write, or one moment to read.
#[derive(Debug)]
pub enum ChosenUnit {
    /// In a SQLite file.
    Sqlite(SqliteUnit),
    /// In Postgres.
    Postgres(PostgresUnit),
}

impl Snapshot for ChosenUnit {
    async fn head(&mut self) -> Stored<Head> {
        either!(self, unit => unit.head().await)
    }

    async fn devices(&mut self, which: &Devices) -> Stored<Vec<DeviceLog>> {
        either!(self, unit => unit.devices(which).await)
    }

    async fn entries(&mut self, changes: &[ChangeId]) -> Stored<Vec<FeedRow>> {
        either!(self, unit => unit.entries(changes).await)
    }

    async fn entries_unlinked(&mut self, changes: &[ChangeId]) -> Stored<Vec<Entry>> {
        either!(self, unit => unit.entries_unlinked(changes).await)
    }

    async fn feed(&mut self, ask: &FeedAsk) -> Stored<Vec<FeedRow>> {
        either!(self, unit => unit.feed(ask).await)
    }

    async fn papers(&mut self, keys: &[PaperKey]) -> Stored<Vec<(PaperKey, Paper)>> {
        either!(self, unit => unit.papers(keys).await)
    }

    async fn papers_in(&mut self, sight: &Sight) -> Stored<Vec<(PaperKey, Paper)>> {
        either!(self, unit => unit.papers_in(sight).await)
    }

    async fn digests(&mut self, scopes: Option<&[Scope]>) -> Stored<Vec<(Scope, SetDigest)>> {
        either!(self, unit => unit.digests(scopes).await)
    }

    async fn list(&mut self, ask: &ListAsk) -> Stored<Listing> {
        either!(self, unit => unit.list(ask).await)
    }

    async fn customers_of(&mut self, staff: StaffId) -> Stored<Vec<CustomerId>> {
        either!(self, unit => unit.customers_of(staff).await)
    }

    async fn blob(&mut self, hash: &BlobHash) -> Stored<Option<(Blob, Vec<Scope>)>> {
        either!(self, unit => unit.blob(hash).await)
    }

    async fn quarantine(&mut self) -> Stored<Vec<Quarantined>> {
        either!(self, unit => unit.quarantine().await)
    }

    async fn quarantine_of(&mut self, device: DeviceId) -> Stored<Vec<Quarantined>> {
        either!(self, unit => unit.quarantine_of(device).await)
    }

    async fn is_aside(&mut self, device: DeviceId, link: &Hash) -> Stored<bool> {
        either!(self, unit => unit.is_aside(device, link).await)
    }

    async fn evictions(&mut self, devices: Option<&[DeviceId]>) -> Stored<Vec<Eviction>> {
        either!(self, unit => unit.evictions(devices).await)
    }

    async fn command_named(&mut self, name: &CommandName) -> Stored<Option<NamedCommand>> {
        either!(self, unit => unit.command_named(name).await)
    }

    async fn latest_of(&mut self, device: DeviceId, through: u64) -> Stored<Option<Timestamp>> {
        either!(self, unit => unit.latest_of(device, through).await)
    }
}

impl Inspection for ChosenUnit {
    async fn shown(&mut self, after: Option<PaperKey>, limit: u32) -> Stored<Vec<Shown>> {
        either!(self, unit => unit.shown(after, limit).await)
    }

    async fn tallies(&mut self, of: Period) -> Stored<Vec<(TallyKey, Tally)>> {
        either!(self, unit => unit.tallies(of).await)
    }

    async fn places(&mut self, after: Option<(Scope, u64)>, limit: u32) -> Stored<Vec<(Scope, u64)>> {
        either!(self, unit => unit.places(after, limit).await)
    }

    async fn named(
        &mut self,
        after: Option<(BlobHash, Scope)>,
        limit: u32,
    ) -> Stored<Vec<(BlobHash, Scope)>> {
        either!(self, unit => unit.named(after, limit).await)
    }

    async fn next_blob(&mut self, after: Option<BlobHash>) -> Stored<Option<Blob>> {
        either!(self, unit => unit.next_blob(after).await)
    }
}

impl Unit for ChosenUnit {
    async fn save(&mut self, writing: &Writing) -> Stored<()> {
        either!(self, unit => unit.save(writing).await)
    }

    async fn put_aside(&mut self, what: &[Quarantined]) -> Stored<u64> {
        either!(self, unit => unit.put_aside(what).await)
    }

    async fn commit(self) -> Stored<()> {
        either!(self, unit => unit.commit().await)
    }
}

impl Movable for ChosenUnit {
    async fn tables(&mut self) -> Stored<Vec<Table>> {
        either!(self, unit => unit.tables().await)
    }

    async fn page(&mut self, table: &Table, after: Option<&[Value]>, limit: u32) -> Stored<Vec<Vec<Value>>> {
        either!(self, unit => unit.page(table, after, limit).await)
    }

    async fn take(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Stored<()> {
        either!(self, unit => unit.take(table, rows).await)
    }

    async fn be_patient(&mut self) -> Stored<()> {
        either!(self, unit => unit.be_patient().await)
    }

    async fn mark_moved(&mut self) -> Stored<()> {
        either!(self, unit => unit.mark_moved().await)
    }
}
