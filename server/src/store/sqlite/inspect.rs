//! What only `verify` reads.

use std::collections::BTreeMap;

use sync_core::{
    domain::visit::BlobHash,
    paper::{PaperKey, PaperKind},
    scope::Scope,
};

use super::{
    SqliteUnit,
    read::{MOST_IDS, push_in},
};
use crate::store::{Blob, Inspection, Shown, Stored, Tally, TallyKey, codec, slices};

const SHOWN: &str =
    "SELECT kind, id, scope, customer, staff, at_ms, amount_fen, status, label, search FROM papers";

impl SqliteUnit {
    /// The columns beside some papers, as they are now.
    pub(super) async fn shown_of(&mut self, keys: &[PaperKey]) -> Stored<Vec<Shown>> {
        let mut by_kind: BTreeMap<PaperKind, Vec<&[u8]>> = BTreeMap::new();
        for key in keys {
            by_kind.entry(key.kind).or_default().push(&key.id.as_bytes()[..]);
        }
        let mut found = Vec::new();
        for (kind, ids) in by_kind {
            for some in ids.chunks(MOST_IDS) {
                let mut query = self.of_company(SHOWN);
                query.push(" AND kind = ").push_bind(i64::from(kind as u8));
                push_in(&mut query, "id", some);
                for row in &self.rows(&mut query).await? {
                    found.push(codec::shown(row)?);
                }
            }
        }
        Ok(found)
    }
}

impl Inspection for SqliteUnit {
    async fn shown(&mut self, after: Option<PaperKey>, limit: u32) -> Stored<Vec<Shown>> {
        let mut query = self.of_company(SHOWN);
        if let Some(after) = after {
            query.push(" AND (kind, id) > (").push_bind(i64::from(after.kind as u8));
            query.push(", ").push_bind(after.id.as_bytes().to_vec()).push(")");
        }
        query.push(" ORDER BY kind, id LIMIT ").push_bind(i64::from(limit));
        self.rows(&mut query).await?.iter().map(codec::shown).collect()
    }

    async fn tallies(&mut self) -> Stored<Vec<(TallyKey, Tally)>> {
        let mut query =
            self.of_company("SELECT kind, staff, day, class, status, papers, amount_fen FROM tallies");
        query.push(" AND (papers <> 0 OR amount_fen <> 0) ORDER BY kind, staff, day, class, status");
        self.rows(&mut query).await?.iter().map(codec::tally).collect()
    }

    async fn places(&mut self, after: Option<(Scope, u64)>, limit: u32) -> Stored<Vec<(Scope, u64)>> {
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
        let mut query = self.of_company("SELECT hash, media, bytes, uploader, created FROM blobs");
        if let Some(after) = after {
            query.push(" AND hash > ").push_bind(after.0.to_vec());
        }
        query.push(" ORDER BY hash LIMIT 1");
        self.rows(&mut query).await?.first().map(codec::blob).transpose()
    }
}
