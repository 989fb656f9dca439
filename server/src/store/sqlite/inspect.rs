//! What only `verify` reads.

use sync_core::{
    domain::visit::BlobHash,
    paper::PaperKey,
    scope::Scope,
    unit::{CustomerId, Money, StaffId},
};

use super::{
    SqliteUnit,
    codec::{self, column, count, fixed, paper_key},
};
use crate::store::{Blob, Inspection, Shown, Stored};

impl Inspection for SqliteUnit {
    async fn shown(&mut self, after: Option<PaperKey>, limit: u32) -> Stored<Vec<Shown>> {
        let mut query = self.of_company(
            "SELECT kind, id, scope, customer, staff, at_ms, amount_fen, status, label, search FROM papers",
        );
        if let Some(after) = after {
            query.push(" AND (kind, id) > (").push_bind(i64::from(after.kind as u8));
            query.push(", ").push_bind(after.id.as_bytes().to_vec()).push(")");
        }
        query.push(" ORDER BY kind, id LIMIT ").push_bind(i64::from(limit));
        self.rows(&mut query).await?.iter().map(shown).collect()
    }

    async fn places(&mut self, after: Option<(Scope, u64)>, limit: u32) -> Stored<Vec<(Scope, u64)>> {
        let mut query = self.of_company("SELECT scope, position FROM feed_scopes");
        if let Some((scope, position)) = after {
            query.push(" AND (scope, position) > (").push_bind(scope.to_bytes());
            query.push(", ").push_bind(position.cast_signed()).push(")");
        }
        query.push(" ORDER BY scope, position LIMIT ").push_bind(i64::from(limit));
        let rows = self.rows(&mut query).await?;
        rows.iter().map(|row| Ok((codec::scope(column(row, "scope")?)?, count(row, "position")?))).collect()
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
        let rows = self.rows(&mut query).await?;
        rows.iter()
            .map(|row| Ok((BlobHash(fixed(row, "hash")?), codec::scope(column(row, "scope")?)?)))
            .collect()
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

fn shown(row: &sqlx::sqlite::SqliteRow) -> Stored<Shown> {
    let id = |name| {
        let bytes: Option<&[u8]> = column(row, name)?;
        bytes.map(|_| fixed::<16>(row, name)).transpose()
    };
    let scope: Option<&[u8]> = column(row, "scope")?;
    Ok(Shown {
        key: paper_key(row)?,
        scope: scope.map(codec::scope).transpose()?,
        customer: id("customer")?.map(CustomerId::from_bytes),
        staff: id("staff")?.map(StaffId::from_bytes),
        at_ms: column(row, "at_ms")?,
        amount: column::<Option<i64>>(row, "amount_fen")?.map(Money::fen),
        status: column(row, "status")?,
        label: column(row, "label")?,
        search: column(row, "search")?,
    })
}
