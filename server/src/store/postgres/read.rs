//! What can be read in a transaction.

use std::collections::BTreeSet;

use sqlx::{PgExecutor, Postgres, QueryBuilder, postgres::PgRow};
use sync_core::{
    domain::visit::BlobHash,
    feed::Entry,
    log::{Hash, SetDigest},
    paper::{Paper, PaperKey, PaperKind},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CustomerId, DeviceId, StaffId},
};

use super::{PostgresUnit, list::push_sight, trouble::trouble};
use crate::store::{
    Blob, CommandName, DeviceLog, Devices, Eviction, FeedAsk, FeedRow, Head, ListAsk, Listing, NamedCommand,
    Quarantined, Sight, Snapshot, StoreError, Stored, TALLIED,
    codec::{self, Columns, time},
    slices,
};

/// How many ids one statement asks for at most.
pub(super) const MOST_IDS: usize = 8_000;

impl PostgresUnit {
    pub(super) fn company(&self) -> &[u8] {
        &self.company[..]
    }

    pub(super) async fn rows(&mut self, query: &mut QueryBuilder<Postgres>) -> Stored<Vec<PgRow>> {
        query.build().fetch_all(&mut *self.tx).await.map_err(trouble)
    }

    /// Tells the database something for the rest of the transaction.
    pub(super) async fn tell(&mut self, what: &'static str) -> Stored<()> {
        sqlx::query(what).execute(&mut *self.tx).await.map(drop).map_err(trouble)
    }

    /// A query that ends in `company = $1`, to go on from.
    pub(super) fn of_company(&self, select: &str) -> QueryBuilder<Postgres> {
        let mut query = QueryBuilder::new(select);
        query.push(" WHERE company = ").push_bind(self.company());
        query
    }

    /// A query of papers that ends in the condition that they stand in this company's book, to go on from.
    pub(super) fn of_papers(&self, select: &str) -> QueryBuilder<Postgres> {
        self.of_company(select)
    }
}

/// Where the feed of a company stands.
pub(super) async fn head_of(database: impl PgExecutor<'_>, company: &[u8; 16]) -> Stored<Head> {
    let row = sqlx::query(
        "SELECT epoch, position, latest, received, applied, held, quarantined, devices, copied FROM company \
         WHERE company = $1",
    );
    let row = row.bind(&company[..]).fetch_optional(database).await.map_err(trouble)?;
    codec::head(&row.ok_or_else(|| StoreError::Corrupt("no such company in this store".into()))?)
}

/// Adds the condition that papers stand in a company's book.
pub(super) fn push_in_book(query: &mut QueryBuilder<Postgres>, company: &[u8]) {
    query.push("company = ").push_bind(company.to_vec());
}

/// Adds that a column is one of these: one array, so that the statement is the same for any number.
pub(super) fn push_in(query: &mut QueryBuilder<Postgres>, column: &str, ids: &[&[u8]]) {
    query.push(" AND ").push(column).push(" = ANY(").push_bind(ids).push(")");
}

/// Adds the keys of papers as rows. Each is looked for by itself, by its key: of a list of ids the database may think that
/// reading all papers of the kind is less, by what it knew of the table when there were few.
pub(super) fn push_wanted(query: &mut QueryBuilder<Postgres>, keys: &[PaperKey]) {
    let kinds: Vec<i64> = keys.iter().map(|key| i64::from(key.kind as u8)).collect();
    let ids: Vec<Vec<u8>> = keys.iter().map(|key| key.id.as_bytes().to_vec()).collect();
    query.push("UNNEST(").push_bind(kinds).push(", ").push_bind(ids).push(") AS wanted (kind, id)");
}

/// What follows the company where one paper is looked for that [`push_wanted`] names.
pub(super) const ONE_OF_WANTED: &str = " AND kind = wanted.kind AND id = wanted.id LIMIT 1) AS found";

impl Snapshot for PostgresUnit {
    async fn head(&mut self) -> Stored<Head> {
        let company = self.company;
        head_of(&mut *self.tx, &company).await
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
            let mut query = QueryBuilder::new("SELECT found.kind, found.id, found.state, found.made FROM ");
            push_wanted(&mut query, some);
            query.push(" CROSS JOIN LATERAL (SELECT kind, id, state, made FROM papers WHERE company = ");
            query.push_bind(self.company().to_vec()).push(ONE_OF_WANTED);
            for row in &self.rows(&mut query).await? {
                found.push(codec::content(row)?);
            }
        }
        found.sort_unstable_by_key(|(key, _)| *key);
        found.dedup_by_key(|(key, _)| *key);
        let there: BTreeSet<PaperKey> = found.iter().map(|(key, _)| *key).collect();
        let counted = keys.iter().filter(|key| TALLIED.contains(&key.kind));
        self.absent.extend(counted.filter(|key| !there.contains(key)));
        slices::whole(self, found).await
    }

    async fn papers_in(&mut self, sight: &Sight) -> Stored<Vec<(PaperKey, Paper)>> {
        let mut query = self.of_company("SELECT kind, id, state, made FROM papers");
        push_sight(&mut query, sight);
        query.push(" ORDER BY kind, id");
        let found: Stored<Vec<_>> = self.rows(&mut query).await?.iter().map(codec::content).collect();
        slices::whole(self, found?).await
    }

    async fn digests(&mut self, scopes: Option<&[Scope]>) -> Stored<Vec<(Scope, SetDigest)>> {
        let mut found = Vec::new();
        let Some(scopes) = scopes else {
            let mut query = self.of_company("SELECT scope, sum, count FROM scope_digests");
            query.push(" ORDER BY scope");
            return self.rows(&mut query).await?.iter().map(codec::digest).collect();
        };
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        for some in scopes.chunks(MOST_IDS) {
            let bytes: Vec<Vec<u8>> = some.iter().map(|scope| scope.to_bytes()).collect();
            let mut query = QueryBuilder::new("SELECT found.scope, found.sum, found.count FROM UNNEST(");
            query.push_bind(bytes).push(") AS wanted (scope) CROSS JOIN LATERAL ");
            query.push("(SELECT scope, sum, count FROM scope_digests WHERE company = ");
            query.push_bind(self.company().to_vec());
            query.push(" AND scope = wanted.scope LIMIT 1) AS found ORDER BY found.scope");
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
        let mut query = self.of_company("SELECT id FROM papers");
        query.push(" AND kind = ").push_bind(i64::from(PaperKind::Customer as u8));
        query.push(" AND staff = ").push_bind(&staff.bytes()[..]).push(" ORDER BY id");
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
