//! What `verify` asks beyond what everybody else asks: the columns and tables that only follow from others.

use std::future::Future;

use sync_core::{
    domain::visit::BlobHash,
    paper::{Paper, PaperKey, project},
    scope::Scope,
    unit::{CustomerId, Initials, Money, StaffId},
};

use super::{Blob, Period, Stored, Tally, TallyKey};

/// A paper as lists search and show it: what is stored beside its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its key.
    pub key: PaperKey,
    /// Its scope; none for a shell that belongs to nobody yet.
    pub scope: Option<Scope>,
    /// The customer it is about.
    pub customer: Option<CustomerId>,
    /// Whose it is.
    pub staff: Option<StaffId>,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// The sum it carries.
    pub amount: Option<Money>,
    /// Where it stands; none for what lists do not show.
    pub status: Option<String>,
    /// Its name, for sorting.
    pub label: String,
    /// What is searched in, in small letters.
    pub search: String,
}

impl Shown {
    /// What has to be stored beside a paper.
    pub fn of(key: &PaperKey, paper: &Paper) -> Self {
        let row = project(key, paper, Initials::BUILT_IN);
        let status = row.as_ref().map(|row| row.status.to_owned());
        let row = row.unwrap_or_default();
        Self {
            key: *key,
            scope: paper.scope(key),
            customer: row.customer,
            staff: row.staff,
            at_ms: row.at_ms,
            amount: row.amount,
            status,
            label: row.label,
            search: row.search.to_lowercase(),
        }
    }
}

/// Everything of one moment, piece by piece and in order: each call goes on after what the one before ended with.
pub trait Inspection: Send {
    /// The columns beside the papers, by key.
    fn shown(
        &mut self,
        after: Option<PaperKey>,
        limit: u32,
    ) -> impl Future<Output = Stored<Vec<Shown>>> + Send;

    /// What was counted as papers were written, but for what has come to nothing, by key.
    fn tallies(&mut self, of: Period) -> impl Future<Output = Stored<Vec<(TallyKey, Tally)>>> + Send;

    /// Which entry is listed in which scope, by scope and position.
    fn places(
        &mut self,
        after: Option<(Scope, u64)>,
        limit: u32,
    ) -> impl Future<Output = Stored<Vec<(Scope, u64)>>> + Send;

    /// Which file is named in which scope, by name and scope.
    fn named(
        &mut self,
        after: Option<(BlobHash, Scope)>,
        limit: u32,
    ) -> impl Future<Output = Stored<Vec<(BlobHash, Scope)>>> + Send;

    /// The next file by its name.
    fn next_blob(&mut self, after: Option<BlobHash>) -> impl Future<Output = Stored<Option<Blob>>> + Send;
}

/// What only `verify` reads, of a backend whose units have `of_company`, `of_shown` and `rows`: both are asked the same.
macro_rules! inspects {
    ($unit:ty) => {
        const _: () = {
            use sync_core::{domain::visit::BlobHash, paper::PaperKey, scope::Scope};

            use crate::store::{Blob, Inspection, Period, Shown, Stored, Tally, TallyKey, codec, slices};

            impl Inspection for $unit {
                async fn shown(&mut self, after: Option<PaperKey>, limit: u32) -> Stored<Vec<Shown>> {
                    let mut query = self.of_shown();
                    if let Some(after) = after {
                        query.push(" AND (kind, id) > (").push_bind(i64::from(after.kind as u8));
                        query.push(", ").push_bind(after.id.as_bytes().to_vec()).push(")");
                    }
                    query.push(" ORDER BY kind, id LIMIT ").push_bind(i64::from(limit));
                    self.rows(&mut query).await?.iter().map(codec::shown).collect()
                }

                async fn tallies(&mut self, of: Period) -> Stored<Vec<(TallyKey, Tally)>> {
                    let mut query = self.of_company(&format!(
                        "SELECT kind, staff, day, class, status, papers, amount_fen FROM {}",
                        of.table()
                    ));
                    query.push(
                        " AND (papers <> 0 OR amount_fen <> 0) ORDER BY kind, staff, day, class, status",
                    );
                    self.rows(&mut query).await?.iter().map(codec::tally).collect()
                }

                async fn places(
                    &mut self,
                    after: Option<(Scope, u64)>,
                    limit: u32,
                ) -> Stored<Vec<(Scope, u64)>> {
                    slices::places(self, after, limit).await
                }

                async fn named(
                    &mut self,
                    after: Option<(BlobHash, Scope)>,
                    limit: u32,
                ) -> Stored<Vec<(BlobHash, Scope)>> {
                    let mut query = self.of_company("SELECT hash, scope FROM blob_scopes");
                    if let Some((hash, scope)) = after {
                        query.push(" AND (hash, scope) > (").push_bind(hash.0.to_vec());
                        query.push(", ").push_bind(scope.to_bytes()).push(")");
                    }
                    query.push(" ORDER BY hash, scope LIMIT ").push_bind(i64::from(limit));
                    self.rows(&mut query).await?.iter().map(codec::named).collect()
                }

                async fn next_blob(&mut self, after: Option<BlobHash>) -> Stored<Option<Blob>> {
                    let mut query =
                        self.of_company("SELECT hash, media, bytes, uploader, created FROM blobs");
                    if let Some(after) = after {
                        query.push(" AND hash > ").push_bind(after.0.to_vec());
                    }
                    query.push(" ORDER BY hash LIMIT 1");
                    self.rows(&mut query).await?.first().map(codec::blob).transpose()
                }
            }
        };
    };
}

pub(super) use inspects;
