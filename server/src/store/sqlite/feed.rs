//! The feed, kept in runs: how they are written and found.

use sqlx::{QueryBuilder, Sqlite};
use sync_core::{scope::Scope, unit::DeviceId};

use super::{SqliteUnit, read::push_in};
use crate::store::{
    FeedRow, StoreError, Stored,
    codec::{self, packed},
    run::{Run, runs_of},
    slices::{RunAsk, Runs, below},
};

const RUN: &str = "SELECT last, count, device, last_seq, staff, received, link, entries FROM runs";

impl SqliteUnit {
    pub(super) async fn save_feed(&mut self, rows: &[FeedRow]) -> Stored<()> {
        const HEAD: &str =
            "INSERT INTO runs (company, last, count, device, last_seq, staff, received, link, entries) ";
        let runs = runs_of(rows);
        self.are_new(&runs).await?;
        self.insert(HEAD, &runs, "", |places, run| {
            places
                .push_bind(run.last.cast_signed())
                .push_bind(run.count.cast_signed())
                .push_bind(run.device.bytes().to_vec())
                .push_bind(run.last_seq.cast_signed())
                .push_bind(run.staff.bytes().to_vec())
                .push_bind(packed(run.received))
                .push_bind(run.link.to_vec())
                .push_bind(run.entries.clone());
        })
        .await?;
        let scopes = codec::scopes_of(&runs, rows);
        let head = "INSERT INTO run_scopes (company, scope, last) ";
        self.insert(head, &scopes, "", |places, (scope, last)| {
            places.push_bind(scope.clone()).push_bind(last.cast_signed());
        })
        .await
    }

    /// Refuses runs of which anything is in the feed already: a change is there once, and so is a position.
    async fn are_new(&mut self, runs: &[Run]) -> Stored<()> {
        const THERE: &str = " AND runs.device = new.device AND runs.last_seq >= new.first \
                             AND runs.last_seq - runs.count < new.last) LIMIT 1";
        let Some(first) = runs.first().map(Run::first) else { return Ok(()) };
        let mut there = self.head_of_runs().await? >= first;
        for some in runs.chunks(64) {
            let mut query = QueryBuilder::<Sqlite>::new("WITH new (device, first, last) AS (");
            query.push_values(some, |mut places, run| {
                places
                    .push_bind(run.device.bytes().to_vec())
                    .push_bind(run.first_seq().cast_signed())
                    .push_bind(run.last_seq.cast_signed());
            });
            query.push(") SELECT 1 FROM new WHERE EXISTS (SELECT 1 FROM runs WHERE company = ");
            query.push_bind(self.company().to_vec()).push(THERE);
            there |= !self.rows(&mut query).await?.is_empty();
        }
        if there {
            return Err(StoreError::Conflict("a change or a position that is in the feed already".into()));
        }
        Ok(())
    }
}

impl Runs for SqliteUnit {
    async fn head_of_runs(&mut self) -> Stored<u64> {
        let mut query = self.of_company("SELECT COALESCE(MAX(last), 0) AS last FROM runs");
        Ok(self.read(&mut query, |row| codec::count(row, "last")).await?.pop().unwrap_or(0))
    }

    async fn runs_between<T: Send>(
        &mut self,
        after: u64,
        through: u64,
        _: Option<usize>, // rows are read one by one: those that are not wanted any more never come
        mut read: impl FnMut(Run) -> Stored<Option<T>> + Send,
    ) -> Stored<Vec<T>> {
        let mut query = self.of_company(RUN);
        query.push(" AND last > ").push_bind(after.cast_signed());
        query.push(" AND last < ").push_bind(below(through).cast_signed());
        query.push(" AND last - count < ").push_bind(through.cast_signed());
        query.push(" ORDER BY last");
        self.read_until(&mut query, move |row| read(codec::run(row)?)).await
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
        self.read(&mut query, codec::run).await
    }

    async fn runs_with(&mut self, positions: &[u64]) -> Stored<Vec<Run>> {
        let mut query = self.of_company(RUN);
        query.push(" AND last IN (");
        let mut list = query.separated(", ");
        for position in positions {
            list.push("(SELECT MIN(last) FROM runs WHERE company = ")
                .push_bind_unseparated(self.company().to_vec());
            list.push_unseparated(" AND last >= ").push_bind_unseparated(position.cast_signed());
            list.push_unseparated(")");
        }
        query.push(") ORDER BY last");
        self.read(&mut query, codec::run).await
    }

    async fn run_ending(&mut self, last: u64) -> Stored<Option<Run>> {
        let mut query = self.of_company(RUN);
        query.push(" AND last = ").push_bind(last.cast_signed());
        Ok(self.read(&mut query, codec::run).await?.pop())
    }

    async fn run_with(&mut self, device: DeviceId, seq: u64) -> Stored<Option<Run>> {
        let mut query = self.of_company(RUN);
        query.push(" AND device = ").push_bind(device.bytes().to_vec());
        query.push(" AND last_seq >= ").push_bind(seq.cast_signed());
        query.push(" ORDER BY last_seq LIMIT 1");
        Ok(self.read(&mut query, codec::run).await?.pop())
    }

    async fn run_before(&mut self, device: DeviceId, through: u64) -> Stored<Option<Run>> {
        let mut query = self.of_company(RUN);
        query.push(" AND device = ").push_bind(device.bytes().to_vec());
        query.push(" AND last - count < ").push_bind(through.cast_signed());
        query.push(" ORDER BY last_seq DESC LIMIT 1");
        Ok(self.read(&mut query, codec::run).await?.pop())
    }

    async fn listed_runs(&mut self, after: Option<(Scope, u64)>, limit: u32) -> Stored<Vec<(Scope, u64)>> {
        let mut query = self.of_company("SELECT scope, last AS position FROM run_scopes");
        if let Some((scope, last)) = after {
            query.push(" AND (scope, last) > (").push_bind(scope.to_bytes());
            query.push(", ").push_bind(last.cast_signed()).push(")");
        }
        query.push(" ORDER BY scope, last LIMIT ").push_bind(i64::from(limit));
        self.read(&mut query, codec::place).await
    }
}
