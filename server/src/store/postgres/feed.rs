//! The feed, kept in runs: how they are written and found.

use futures::TryStreamExt;
use sync_core::{scope::Scope, unit::DeviceId};

use super::{
    PostgresUnit,
    read::push_in,
    trouble,
    write::{MOST_ROWS, column},
};
use crate::store::{
    FeedRow, StoreError, Stored,
    codec::{self, packed},
    run::{Run, runs_of},
    slices::{RunAsk, Runs, below},
};

const RUN: &str = "SELECT last, count, device, last_seq, staff, received, link, entries FROM runs";

/// The same as the beginning of a table, with how many bytes those before each come to.
const WITH_BYTES_BEFORE: &str = "SELECT last, count, device, last_seq, staff, received, link, entries FROM (SELECT *, \
    SUM(OCTET_LENGTH(entries)) OVER (ORDER BY last) - OCTET_LENGTH(entries) AS before FROM runs";

/// The most runs in one statement: each is some kilobytes.
const AT_ONCE: usize = 200;

impl PostgresUnit {
    pub(super) async fn save_feed(&mut self, rows: &[FeedRow]) -> Stored<()> {
        let runs = runs_of(rows);
        self.are_new(&runs).await?;
        for some in runs.chunks(AT_ONCE) {
            sqlx::query(
                "INSERT INTO runs (company, last, count, device, last_seq, staff, received, link, entries) \
                 SELECT $1, * FROM UNNEST($2::int8[], $3::int8[], $4::bytea[], $5::int8[], $6::bytea[], $7::int8[], \
                 $8::bytea[], $9::bytea[])",
            )
            .bind(&self.company[..])
            .bind(column(some, |run| run.last.cast_signed()))
            .bind(column(some, |run| run.count.cast_signed()))
            .bind(column(some, |run| &run.device.bytes()[..]))
            .bind(column(some, |run| run.last_seq.cast_signed()))
            .bind(column(some, |run| &run.staff.bytes()[..]))
            .bind(column(some, |run| packed(run.received)))
            .bind(column(some, |run| &run.link[..]))
            .bind(column(some, |run| &run.entries[..]))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        }
        for some in codec::scopes_of(&runs, rows).chunks(MOST_ROWS) {
            sqlx::query(
                "INSERT INTO run_scopes (company, scope, last) SELECT $1, * FROM UNNEST($2::bytea[], $3::int8[])",
            )
            .bind(&self.company[..])
            .bind(column(some, |(scope, _)| &scope[..]))
            .bind(column(some, |(_, last)| last.cast_signed()))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        }
        Ok(())
    }

    /// Refuses runs of which anything is in the feed already: a change is there once, and so is a position.
    async fn are_new(&mut self, runs: &[Run]) -> Stored<()> {
        let Some(first) = runs.first().map(Run::first) else { return Ok(()) };
        let mut there = self.head_of_runs().await? >= first;
        let found = sqlx::query(
            "SELECT 1 FROM UNNEST($2::bytea[], $3::int8[], $4::int8[]) AS new (device, first, last) \
             WHERE EXISTS (SELECT 1 FROM runs WHERE company = $1 AND runs.device = new.device \
             AND runs.last_seq >= new.first AND runs.last_seq - runs.count < new.last) LIMIT 1",
        )
        .bind(&self.company[..])
        .bind(column(runs, |run| &run.device.bytes()[..]))
        .bind(column(runs, |run| run.first_seq().cast_signed()))
        .bind(column(runs, |run| run.last_seq.cast_signed()))
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(trouble)?;
        there |= found.is_some();
        if there {
            return Err(StoreError::Conflict("a change or a position that is in the feed already".into()));
        }
        Ok(())
    }

    async fn run(&mut self, query: &mut sqlx::QueryBuilder<sqlx::Postgres>) -> Stored<Option<Run>> {
        self.rows(query).await?.first().map(codec::run).transpose()
    }
}

impl Runs for PostgresUnit {
    async fn head_of_runs(&mut self) -> Stored<u64> {
        let mut query = self.of_company("SELECT COALESCE(MAX(last), 0) AS last FROM runs");
        self.rows(&mut query).await?.first().map_or(Ok(0), |row| codec::count(row, "last"))
    }

    async fn runs_between<T: Send>(
        &mut self,
        after: u64,
        through: u64,
        most_bytes: Option<usize>,
        mut read: impl FnMut(Run) -> Stored<Option<T>> + Send,
    ) -> Stored<Vec<T>> {
        let mut query = match most_bytes {
            Some(_) => self.of_company(WITH_BYTES_BEFORE),
            None => self.of_company(RUN),
        };
        query.push(" AND last > ").push_bind(after.cast_signed());
        query.push(" AND last < ").push_bind(below(through).cast_signed());
        query.push(" AND last - count < ").push_bind(through.cast_signed());
        if let Some(most) = most_bytes {
            // The database sends all rows it finds, also those that nobody will read: packed they are hardly ever more than
            // what comes out of them.
            query.push(") AS run WHERE before < ").push_bind(i64::try_from(most).unwrap_or(i64::MAX));
        }
        query.push(" ORDER BY last");
        let mut found = Vec::new();
        let mut rows = query.build().fetch(&mut *self.tx);
        while let Some(row) = rows.try_next().await.map_err(trouble)? {
            let Some(some) = read(codec::run(&row)?)? else { break };
            found.push(some);
        }
        Ok(found)
    }

    async fn runs_in(&mut self, ask: RunAsk<'_>) -> Stored<Vec<Run>> {
        let direction = if ask.latest_first { "DESC" } else { "ASC" };
        let ids: Vec<&[u8]> = ask.scopes.iter().map(Vec::as_slice).collect();
        let mut query = self.of_company(RUN);
        query.push(" AND last IN (SELECT DISTINCT last FROM run_scopes WHERE company = ");
        query.push_bind(self.company().to_vec());
        push_in(&mut query, "scope", &ids);
        query.push(" AND last > ").push_bind(ask.above.cast_signed());
        query.push(" AND last < ").push_bind(ask.below.cast_signed());
        query.push(" ORDER BY last ").push(direction);
        query.push(" LIMIT ").push_bind(i64::from(ask.limit)).push(") ORDER BY last ").push(direction);
        self.rows(&mut query).await?.iter().map(codec::run).collect()
    }

    async fn runs_with(&mut self, positions: &[u64]) -> Stored<Vec<Run>> {
        let rows = sqlx::query(
            "SELECT last, count, device, last_seq, staff, received, link, entries FROM runs WHERE company = $1 AND last IN \
             (SELECT (SELECT MIN(last) FROM runs WHERE company = $1 AND last >= at.position) \
             FROM UNNEST($2::int8[]) AS at (position)) ORDER BY last",
        )
        .bind(&self.company[..])
        .bind(column(positions, |position| position.cast_signed()))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(trouble)?;
        rows.iter().map(codec::run).collect()
    }

    async fn run_ending(&mut self, last: u64) -> Stored<Option<Run>> {
        let mut query = self.of_company(RUN);
        query.push(" AND last = ").push_bind(last.cast_signed());
        self.run(&mut query).await
    }

    async fn run_with(&mut self, device: DeviceId, seq: u64) -> Stored<Option<Run>> {
        let mut query = self.of_company(RUN);
        query.push(" AND device = ").push_bind(device.bytes().to_vec());
        query.push(" AND last_seq >= ").push_bind(seq.cast_signed());
        query.push(" ORDER BY last_seq LIMIT 1");
        self.run(&mut query).await
    }

    async fn run_before(&mut self, device: DeviceId, through: u64) -> Stored<Option<Run>> {
        let mut query = self.of_company(RUN);
        query.push(" AND device = ").push_bind(device.bytes().to_vec());
        query.push(" AND last - count < ").push_bind(through.cast_signed());
        query.push(" ORDER BY last_seq DESC LIMIT 1");
        self.run(&mut query).await
    }

    async fn listed_runs(&mut self, after: Option<(Scope, u64)>, limit: u32) -> Stored<Vec<(Scope, u64)>> {
        let mut query = self.of_company("SELECT scope, last AS position FROM run_scopes");
        if let Some((scope, last)) = after {
            query.push(" AND (scope, last) > (").push_bind(scope.to_bytes());
            query.push(", ").push_bind(last.cast_signed()).push(")");
        }
        query.push(" ORDER BY scope, last LIMIT ").push_bind(i64::from(limit));
        self.rows(&mut query).await?.iter().map(codec::place).collect()
    }
}
