//! What can be read in a transaction.

use std::collections::BTreeSet;

use futures::TryStreamExt;
use sqlx::{QueryBuilder, Sqlite, sqlite::SqliteRow};
use sync_core::{
    domain::visit::BlobHash,
    feed::Entry,
    log::{Hash, SetDigest},
    paper::{Paper, PaperKey, PaperKind},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CustomerId, DeviceId, StaffId},
};

use super::{
    SqliteUnit,
    list::{push_sight, push_staff},
    trouble::trouble,
};
use crate::store::{
    Blob, CommandName, DeviceLog, Devices, Eviction, FeedAsk, FeedRow, Head, ListAsk, Listing, NamedCommand,
    Quarantined, Sight, Snapshot, StoreError, Stored, TALLIED,
    codec::{self, Columns, time},
    slices,
};

/// How many ids one statement asks for at most.
pub(super) const MOST_IDS: usize = 256;

impl SqliteUnit {
    pub(super) fn company(&self) -> &[u8] {
        &self.company[..]
    }

    pub(super) async fn rows(&mut self, query: &mut QueryBuilder<Sqlite>) -> Stored<Vec<SqliteRow>> {
        query.build().fetch_all(&mut *self.tx).await.map_err(trouble)
    }

    /// Rows as they come: one is read while the database looks for the next.
    pub(super) async fn read<T>(
        &mut self,
        query: &mut QueryBuilder<Sqlite>,
        read: impl Fn(&SqliteRow) -> Stored<T>,
    ) -> Stored<Vec<T>> {
        self.read_until(query, |row| read(row).map(Some)).await
    }

    /// The same, until `read` says that it has enough.
    pub(super) async fn read_until<T>(
        &mut self,
        query: &mut QueryBuilder<Sqlite>,
        mut read: impl FnMut(&SqliteRow) -> Stored<Option<T>>,
    ) -> Stored<Vec<T>> {
        let mut found = Vec::new();
        let mut rows = query.build().fetch(&mut *self.tx);
        while let Some(row) = rows.try_next().await.map_err(trouble)? {
            let Some(some) = read(&row)? else { break };
            found.push(some);
        }
        Ok(found)
    }

    /// A query that ends in `company = ?`, to go on from.
    pub(super) fn of_company(&self, select: &str) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(select);
        query.push(" WHERE company = ").push_bind(self.company());
        query
    }

    /// A query of papers that ends in the condition that they stand in this company's book, to go on from.
    pub(super) fn of_papers(&self, select: &str) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(select);
        query.push(" WHERE ");
        push_in_book(&mut query, self.company());
        query
    }

    /// A query of these papers of the company, as often as they are asked for. Each is looked for by itself, by its key: of a
    /// list of keys the database would read all papers of the book.
    pub(super) fn of_wanted(&self, columns: &str, keys: &[PaperKey]) -> QueryBuilder<Sqlite> {
        let mut query = QueryBuilder::new(format!("SELECT {columns} FROM ("));
        // The number of places is one of a few, so that the same statements come again.
        query.push_values(0..keys.len().next_power_of_two(), |mut places, index| {
            let key = keys.get(index);
            places
                .push_bind(key.map(|key| i64::from(key.kind as u8)))
                .push_bind(key.map(|key| key.id.as_bytes().to_vec()));
        });
        query.push(") CROSS JOIN papers WHERE ");
        push_in_book(&mut query, self.company());
        query.push(" AND kind = column1 AND id = column2");
        query
    }
}

/// The scope of a paper, whole: where it is that of the customer whom the paper names, what is kept is empty.
pub(super) const SCOPE: &str =
    "CASE scope WHEN x'' THEN CAST(x'01' || customer AS BLOB) ELSE scope END AS scope";

/// A paper's scope as it is kept.
pub(super) fn kept_scope(scope: Option<Scope>, customer: Option<CustomerId>) -> Option<Vec<u8>> {
    match (scope?, customer) {
        (Scope::Customer(of), Some(customer)) if of == customer => Some(Vec::new()),
        (scope, _) => Some(scope.to_bytes()),
    }
}

/// Adds the condition that papers stand in a company's book.
pub(super) fn push_in_book(query: &mut QueryBuilder<Sqlite>, company: &[u8]) {
    query.push("book = (SELECT number FROM books WHERE company = ").push_bind(company.to_vec()).push(")");
}

/// Adds `column IN (?, ?, …)`. The number of places is one of a few, so that the same statements come again.
pub(super) fn push_in(query: &mut QueryBuilder<Sqlite>, column: &str, ids: &[&[u8]]) {
    query.push(" AND ").push(column).push(" IN (");
    let places = ids.len().next_power_of_two();
    let mut list = query.separated(", ");
    let again = ids.last().copied().unwrap_or_default();
    for index in 0..places {
        list.push_bind(ids.get(index).copied().unwrap_or(again));
    }
    query.push(")");
}

impl Snapshot for SqliteUnit {
    async fn head(&mut self) -> Stored<Head> {
        let mut query = self.of_company(
            "SELECT epoch, position, latest, received, applied, held, quarantined, devices, copied FROM company",
        );
        let rows = self.rows(&mut query).await?;
        let row = rows.first().ok_or_else(|| StoreError::Corrupt("no such company in this store".into()))?;
        codec::head(row)
    }

    async fn devices(&mut self, which: &Devices) -> Stored<Vec<DeviceLog>> {
        let mut query = self.of_company("SELECT * FROM device_logs");
        match which {
            Devices::These(ids) if ids.is_empty() => return Ok(Vec::new()),
            Devices::These(ids) => {
                let ids: Vec<&[u8]> = ids.iter().map(|id| &id.bytes()[..]).collect();
                push_in(&mut query, "device", &ids);
            }
            Devices::Of(staff) => {
                query.push(" AND staff = ").push_bind(&staff.bytes()[..]);
            }
            Devices::All => {}
        }
        query.push(" ORDER BY number");
        self.rows(&mut query).await?.iter().map(codec::device_log).collect()
    }

    async fn entries(&mut self, changes: &[ChangeId]) -> Stored<Vec<FeedRow>> {
        slices::entries(self, changes).await
    }

    async fn entries_unlinked(&mut self, changes: &[ChangeId]) -> Stored<Vec<Entry>> {
        slices::entries_unlinked(self, changes).await
    }

    async fn feed(&mut self, ask: &FeedAsk) -> Stored<Vec<FeedRow>> {
        slices::slice(self, ask).await
    }

    async fn papers(&mut self, keys: &[PaperKey]) -> Stored<Vec<(PaperKey, Paper)>> {
        let mut found = Vec::new();
        for some in keys.chunks(MOST_IDS) {
            let mut query = self.of_wanted("kind, id, state, made", some);
            found.extend(self.read(&mut query, codec::content).await?);
        }
        found.sort_unstable_by_key(|(key, _)| *key);
        found.dedup_by_key(|(key, _)| *key);
        let there: BTreeSet<PaperKey> = found.iter().map(|(key, _)| *key).collect();
        let counted = keys.iter().filter(|key| TALLIED.contains(&key.kind));
        self.absent.extend(counted.filter(|key| !there.contains(key)));
        slices::whole(self, found).await
    }

    async fn papers_in(&mut self, sight: &Sight) -> Stored<Vec<(PaperKey, Paper)>> {
        let mut query = self.of_papers("SELECT kind, id, state, made FROM papers");
        push_sight(&mut query, self.company(), sight);
        query.push(" ORDER BY kind, id");
        let found = self.read(&mut query, codec::content).await?;
        slices::whole(self, found).await
    }

    async fn digests(&mut self, scopes: Option<&[Scope]>) -> Stored<Vec<(Scope, SetDigest)>> {
        let chunks: Vec<Option<&[Scope]>> = match scopes {
            Some(scopes) => scopes.chunks(MOST_IDS).map(Some).collect(),
            None => vec![None],
        };
        let mut found = Vec::new();
        for chunk in chunks {
            let mut query = self.of_company("SELECT scope, sum, count FROM scope_digests");
            if let Some(scopes) = chunk {
                push_scopes(&mut query, scopes);
            }
            query.push(" ORDER BY scope");
            for row in &self.rows(&mut query).await? {
                found.push(codec::digest(row)?);
            }
        }
        Ok(found)
    }

    async fn list(&mut self, ask: &ListAsk) -> Stored<Listing> {
        self.list_page(ask).await
    }

    async fn customers_of(&mut self, staff: StaffId) -> Stored<Vec<CustomerId>> {
        // By themselves they would be looked for in the order of all customers.
        let mut query = self.of_papers("SELECT id FROM papers INDEXED BY papers_by_staff");
        query.push(" AND kind = ").push_bind(i64::from(PaperKind::Customer as u8));
        push_staff(&mut query, staff);
        query.push(" ORDER BY id");
        let rows = self.rows(&mut query).await?;
        rows.iter().map(|row| codec::fixed(row, "id").map(CustomerId::from_bytes)).collect()
    }

    async fn blob(&mut self, hash: &BlobHash) -> Stored<Option<(Blob, Vec<Scope>)>> {
        let mut query = self.of_company("SELECT hash, media, bytes, uploader, created FROM blobs");
        query.push(" AND hash = ").push_bind(&hash.0[..]);
        let Some(blob) = self.rows(&mut query).await?.first().map(codec::blob).transpose()? else {
            return Ok(None);
        };
        let mut query = self.of_company("SELECT scope FROM blob_scopes");
        query.push(" AND hash = ").push_bind(&hash.0[..]).push(" ORDER BY scope");
        let rows = self.rows(&mut query).await?;
        let scopes = rows.iter().map(|row| codec::scope(row.bytes("scope")?)).collect::<Stored<_>>()?;
        Ok(Some((blob, scopes)))
    }

    async fn quarantine(&mut self) -> Stored<Vec<Quarantined>> {
        let mut query = self
            .of_company("SELECT device, seq, link, reason, at, change, header, signature FROM quarantine");
        query.push(" ORDER BY device, seq, link");
        self.rows(&mut query).await?.iter().map(codec::quarantined).collect()
    }

    async fn quarantine_of(&mut self, device: DeviceId) -> Stored<Vec<Quarantined>> {
        let mut query = self
            .of_company("SELECT device, seq, link, reason, at, change, header, signature FROM quarantine");
        query.push(" AND device = ").push_bind(&device.bytes()[..]).push(" ORDER BY seq, link");
        self.rows(&mut query).await?.iter().map(codec::quarantined).collect()
    }

    async fn is_aside(&mut self, device: DeviceId, link: &Hash) -> Stored<bool> {
        let mut query = self.of_company("SELECT 1 FROM quarantine");
        query.push(" AND device = ").push_bind(&device.bytes()[..]);
        query.push(" AND link = ").push_bind(&link[..]).push(" LIMIT 1");
        Ok(!self.rows(&mut query).await?.is_empty())
    }

    async fn evictions(&mut self, devices: Option<&[DeviceId]>) -> Stored<Vec<Eviction>> {
        let chunks: Vec<Option<&[DeviceId]>> = match devices {
            Some(ids) => ids.chunks(MOST_IDS).map(Some).collect(),
            None => vec![None],
        };
        let mut found = Vec::new();
        for chunk in chunks {
            let mut query =
                self.of_company("SELECT device, scope, position, since, confirmed, proof FROM evictions");
            if let Some(ids) = chunk {
                let ids: Vec<&[u8]> = ids.iter().map(|id| &id.bytes()[..]).collect();
                push_in(&mut query, "device", &ids);
            }
            query.push(" ORDER BY device, scope");
            for row in &self.rows(&mut query).await? {
                found.push(codec::eviction(row)?);
            }
        }
        Ok(found)
    }

    async fn command_named(&mut self, name: &CommandName) -> Stored<Option<NamedCommand>> {
        let mut query = self.of_company("SELECT said, seq, at FROM command_names");
        query.push(" AND session = ").push_bind(&name.session.as_bytes()[..]);
        query.push(" AND name = ").push_bind(&name.name[..]);
        let rows = self.rows(&mut query).await?;
        let named = rows.first().map(|row| {
            let (said, seq, at) = (codec::fixed(row, "said")?, codec::count(row, "seq")?, time(row, "at")?);
            Ok(NamedCommand { name: name.clone(), said, seq, at })
        });
        named.transpose()
    }

    async fn latest_of(&mut self, device: DeviceId, through: u64) -> Stored<Option<Timestamp>> {
        slices::latest_of(self, device, through).await
    }
}

fn push_scopes(query: &mut QueryBuilder<Sqlite>, scopes: &[Scope]) {
    let bytes: Vec<Vec<u8>> = scopes.iter().map(|scope| scope.to_bytes()).collect();
    let ids: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
    push_in(query, "scope", &ids);
}
