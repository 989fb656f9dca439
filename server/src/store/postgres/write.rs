//! What a unit writes: each table by statements of many rows, whose columns go as arrays: one prepared statement for any
//! number of rows.

use std::collections::BTreeMap;

use sync_core::{
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::{DeviceId, Money},
};

use super::{PostgresUnit, trouble};
use crate::store::{
    DeviceLog, Eviction, Head, NAMES_KEPT_MS, NamedCommand, Period, Quarantined, Shown, Stored, TALLIED,
    Tally, TallyKey, Unit, Writing,
    codec::{kept, packed},
    tallied,
    tally::{add, by_period},
};

/// Papers by their columns; all of them new.
const INSERT: &str = "INSERT INTO papers (company, kind, id, scope, state, made, customer, staff, at_ms, amount_fen, status, \
    label, search) SELECT $1, * FROM UNNEST($2::int8[], $3::bytea[], $4::bytea[], $5::bytea[], $6::int8[], $7::bytea[], \
    $8::bytea[], $9::int8[], $10::int8[], $11::text[], $12::text[], $13::text[])";

/// Papers by their columns; some of them may be there.
const UPSERT: &str = "INSERT INTO papers (company, kind, id, scope, state, made, customer, staff, at_ms, amount_fen, status, \
    label, search) SELECT $1, * FROM UNNEST($2::int8[], $3::bytea[], $4::bytea[], $5::bytea[], $6::int8[], $7::bytea[], \
    $8::bytea[], $9::int8[], $10::int8[], $11::text[], $12::text[], $13::text[]) \
    ON CONFLICT (company, kind, id) DO UPDATE SET scope = excluded.scope, state = excluded.state, made = excluded.made, \
    customer = excluded.customer, staff = excluded.staff, at_ms = excluded.at_ms, amount_fen = excluded.amount_fen, \
    status = excluded.status, label = excluded.label, search = excluded.search";

/// The most rows in one statement, so that no message to the database is larger than it takes.
pub(super) const MOST_ROWS: usize = 2_000;

/// One column of some rows.
pub(super) fn column<'r, T, C>(rows: &'r [T], of: impl Fn(&'r T) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

impl PostgresUnit {
    async fn save_papers(
        &mut self,
        papers: &[(PaperKey, Paper)],
        made: &BTreeMap<PaperKey, u64>,
    ) -> Stored<()> {
        let shown = column(papers, |(key, paper)| Shown::of(key, paper));
        let rows: Vec<(&(PaperKey, Paper), &Shown)> = papers.iter().zip(&shown).collect();
        // Nobody else writes: what was looked for in this transaction and is not there can meet no other.
        let (new, others): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|(_, shown)| self.absent.contains(&shown.key));
        self.save_tallies(&shown).await?;
        self.insert_papers(INSERT, &new, made).await?;
        self.insert_papers(UPSERT, &others, made).await
    }

    async fn insert_papers(
        &mut self,
        statement: &'static str,
        rows: &[(&(PaperKey, Paper), &Shown)],
        made: &BTreeMap<PaperKey, u64>,
    ) -> Stored<()> {
        for some in rows.chunks(MOST_ROWS) {
            let kept = column(some, |((key, paper), _)| kept(paper, made.get(key)));
            sqlx::query(statement)
                .bind(&self.company[..])
                .bind(column(some, |(_, row)| i64::from(row.key.kind as u8)))
                .bind(column(some, |(_, row)| &row.key.id.as_bytes()[..]))
                .bind(column(some, |(_, row)| row.scope.map(Scope::to_bytes)))
                .bind(column(&kept, |(state, _)| &state[..]))
                .bind(column(&kept, |(_, made)| *made))
                .bind(column(some, |(_, row)| row.customer.as_ref().map(|id| &id.bytes()[..])))
                .bind(column(some, |(_, row)| row.staff.as_ref().map(|id| &id.bytes()[..])))
                .bind(column(some, |(_, row)| row.at_ms))
                .bind(column(some, |(_, row)| row.amount.map(Money::as_fen)))
                .bind(column(some, |(_, row)| row.status.as_deref()))
                .bind(column(some, |(_, row)| row.label.as_str()))
                .bind(column(some, |(_, row)| row.search.as_str()))
                .execute(&mut *self.tx)
                .await
                .map_err(trouble)?;
        }
        Ok(())
    }

    /// Counts what the lists will show, and takes off what they have shown of the same papers so far.
    async fn save_tallies(&mut self, papers: &[Shown]) -> Stored<()> {
        let counted = papers.iter().filter(|shown| TALLIED.contains(&shown.key.kind));
        let mut tallies = tallied(counted.clone());
        let known: Vec<PaperKey> =
            counted.map(|shown| shown.key).filter(|key| !self.absent.remove(key)).collect();
        for shown in self.shown_of(&known).await? {
            if let Some(key) = TallyKey::of(&shown) {
                add(&mut tallies, key, -1, shown.amount.unwrap_or_default().negated());
            }
        }
        for (period, moved) in by_period(tallies) {
            self.move_tallies(period, &moved).await?;
        }
        Ok(())
    }

    async fn move_tallies(&mut self, period: Period, moved: &[(TallyKey, Tally)]) -> Stored<()> {
        let table = period.table(); // one of two names of ours
        let statement = format!(
            "INSERT INTO {table} (company, kind, staff, day, class, status, papers, amount_fen) \
             SELECT $1, * FROM UNNEST($2::int8[], $3::bytea[], $4::int8[], $5::bytea[], $6::text[], $7::int8[], \
             $8::int8[]) ON CONFLICT (company, kind, day, staff, class, status) DO UPDATE SET \
             papers = {table}.papers + excluded.papers, amount_fen = {table}.amount_fen + excluded.amount_fen"
        );
        for some in moved.chunks(MOST_ROWS) {
            sqlx::query(sqlx::AssertSqlSafe(statement.as_str()))
                .bind(&self.company[..])
                .bind(column(some, |(key, _)| i64::from(key.kind as u8)))
                .bind(column(some, |(key, _)| key.staff.as_ref().map_or(&[][..], |id| &id.bytes()[..])))
                .bind(column(some, |(key, _)| key.day))
                .bind(column(some, |(key, _)| vec![key.class]))
                .bind(column(some, |(key, _)| key.status.as_str()))
                .bind(column(some, |(_, tally)| tally.papers))
                .bind(column(some, |(_, tally)| tally.amount.as_fen()))
                .execute(&mut *self.tx)
                .await
                .map_err(trouble)?;
        }
        Ok(())
    }

    pub(super) async fn save_devices(&mut self, devices: &[DeviceLog]) -> Stored<()> {
        for some in devices.chunks(MOST_ROWS) {
            let declared = column(some, |log| log.seen.map(|seen| seen.declared).unwrap_or_default());
            sqlx::query(
                "INSERT INTO device_logs (company, device, staff, number, key, enrolled, revoked, last_seq, link, latest, \
                 header, signature, seen, unsent, cash_fen, clock, trouble, trouble_seq, trouble_since, trouble_last, aside, \
                 said) \
                 SELECT $1, * FROM UNNEST($2::bytea[], $3::bytea[], $4::int8[], $5::bytea[], $6::int8[], $7::int8[], \
                 $8::int8[], $9::bytea[], $10::int8[], $11::bytea[], $12::bytea[], $13::int8[], $14::int8[], $15::int8[], \
                 $16::int8[], $17::text[], $18::int8[], $19::int8[], $20::int8[], $21::int8[], $22::int8[]) \
                 ON CONFLICT (company, device) DO UPDATE SET revoked = excluded.revoked, last_seq = excluded.last_seq, \
                 link = excluded.link, latest = excluded.latest, header = excluded.header, signature = excluded.signature, \
                 seen = excluded.seen, unsent = excluded.unsent, cash_fen = excluded.cash_fen, clock = excluded.clock, \
                 trouble = excluded.trouble, trouble_seq = excluded.trouble_seq, trouble_since = excluded.trouble_since, \
                 trouble_last = excluded.trouble_last, aside = excluded.aside, said = excluded.said",
            )
            .bind(&self.company[..])
            .bind(column(some, |log| &log.device.bytes()[..]))
            .bind(column(some, |log| &log.staff.bytes()[..]))
            .bind(column(some, |log| i64::from(log.number)))
            .bind(column(some, |log| &log.key[..]))
            .bind(column(some, |log| packed(log.enrolled)))
            .bind(column(some, |log| log.revoked.map(packed)))
            .bind(column(some, |log| log.last_seq.cast_signed()))
            .bind(column(some, |log| &log.link[..]))
            .bind(column(some, |log| packed(log.latest)))
            .bind(column(some, |log| log.checkpoint.as_ref().map(|proof| &proof.header[..])))
            .bind(column(some, |log| log.checkpoint.as_ref().map(|proof| &proof.signature[..])))
            .bind(column(some, |log| log.seen.map(|seen| packed(seen.at))))
            .bind(column(&declared, |declared| declared.unsent.cast_signed()))
            .bind(column(&declared, |declared| declared.cash.as_fen()))
            .bind(column(&declared, |declared| packed(declared.clock)))
            .bind(column(some, |log| log.trouble.map(|trouble| trouble.kind.code())))
            .bind(column(some, |log| log.trouble.map_or(0, |trouble| trouble.seq.cast_signed())))
            .bind(column(some, |log| log.trouble.map_or(0, |trouble| packed(trouble.since))))
            .bind(column(some, |log| log.trouble.map_or(0, |trouble| packed(trouble.last))))
            .bind(column(some, |log| log.aside.cast_signed()))
            .bind(column(some, |log| log.seen.and_then(|seen| seen.said).map(packed)))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        }
        Ok(())
    }

    async fn save_evictions(&mut self, regained: &[(DeviceId, Scope)], evictions: &[Eviction]) -> Stored<()> {
        for some in regained.chunks(MOST_ROWS) {
            sqlx::query(
                "DELETE FROM evictions WHERE company = $1 AND (device, scope) IN \
                 (SELECT * FROM UNNEST($2::bytea[], $3::bytea[]))",
            )
            .bind(&self.company[..])
            .bind(column(some, |(device, _)| &device.bytes()[..]))
            .bind(column(some, |(_, scope)| scope.to_bytes()))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        }
        // One statement may not write on a row twice: what was said last of a device and scope counts.
        let last: BTreeMap<_, _> = evictions.iter().map(|said| ((said.device, said.scope), said)).collect();
        let last: Vec<&Eviction> = last.into_values().collect();
        for some in last.chunks(MOST_ROWS) {
            sqlx::query(
                "INSERT INTO evictions (company, device, scope, position, since, confirmed, proof) \
                 SELECT $1, * FROM UNNEST($2::bytea[], $3::bytea[], $4::int8[], $5::int8[], $6::int8[], $7::bytea[]) \
                 ON CONFLICT (company, device, scope) DO UPDATE SET position = excluded.position, \
                 since = excluded.since, confirmed = excluded.confirmed, proof = excluded.proof",
            )
            .bind(&self.company[..])
            .bind(column(some, |eviction| &eviction.device.bytes()[..]))
            .bind(column(some, |eviction| eviction.scope.to_bytes()))
            .bind(column(some, |eviction| eviction.position.cast_signed()))
            .bind(column(some, |eviction| packed(eviction.since)))
            .bind(column(some, |eviction| eviction.confirmed.as_ref().map(|confirmed| packed(confirmed.at))))
            .bind(column(some, |eviction| eviction.confirmed.as_ref().map(|confirmed| &confirmed.proof[..])))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        }
        Ok(())
    }

    async fn save_digests_and_names(&mut self, writing: &Writing) -> Stored<()> {
        for some in writing.digests.chunks(MOST_ROWS) {
            sqlx::query(
                "INSERT INTO scope_digests (company, scope, sum, count) \
                 SELECT $1, * FROM UNNEST($2::bytea[], $3::bytea[], $4::int8[]) \
                 ON CONFLICT (company, scope) DO UPDATE SET sum = excluded.sum, count = excluded.count",
            )
            .bind(&self.company[..])
            .bind(column(some, |(scope, _)| scope.to_bytes()))
            .bind(column(some, |(_, digest)| &digest.sum[..]))
            .bind(column(some, |(_, digest)| digest.count.cast_signed()))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        }
        for some in writing.blobs.chunks(MOST_ROWS) {
            sqlx::query(
                "INSERT INTO blob_scopes (company, hash, scope) SELECT $1, * FROM UNNEST($2::bytea[], $3::bytea[]) \
                 ON CONFLICT (company, hash, scope) DO NOTHING",
            )
            .bind(&self.company[..])
            .bind(column(some, |(hash, _)| &hash.0[..]))
            .bind(column(some, |(_, scope)| scope.to_bytes()))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        }
        Ok(())
    }

    /// Keeps the names of commands, and lets go of those that nobody asks for any more.
    async fn save_command_names(&mut self, named: &[NamedCommand]) -> Stored<()> {
        let Some(latest) = named.iter().map(|named| named.at).max() else { return Ok(()) };
        sqlx::query("DELETE FROM command_names WHERE company = $1 AND at < $2")
            .bind(&self.company[..])
            .bind(packed(Timestamp::from_millis(latest.millis().saturating_sub(NAMES_KEPT_MS))))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        for some in named.chunks(MOST_ROWS) {
            sqlx::query(
                "INSERT INTO command_names (company, session, name, said, seq, at) \
                 SELECT $1, * FROM UNNEST($2::bytea[], $3::text[], $4::bytea[], $5::int8[], $6::int8[])",
            )
            .bind(&self.company[..])
            .bind(column(some, |named| &named.name.session.as_bytes()[..]))
            .bind(column(some, |named| &named.name.name[..]))
            .bind(column(some, |named| &named.said[..]))
            .bind(column(some, |named| named.seq.cast_signed()))
            .bind(column(some, |named| packed(named.at)))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        }
        Ok(())
    }

    async fn save_head(&mut self, head: &Head) -> Stored<()> {
        let counters = head.counters;
        sqlx::query(
            "UPDATE company SET position = $1, latest = $2, received = $3, applied = $4, held = $5, quarantined = $6, \
             devices = $7 WHERE company = $8",
        )
        .bind(head.position.cast_signed())
        .bind(packed(head.latest))
        .bind(counters.received.cast_signed())
        .bind(counters.applied.cast_signed())
        .bind(counters.held.cast_signed())
        .bind(counters.quarantined.cast_signed())
        .bind(i64::from(head.devices))
        .bind(&self.company[..])
        .execute(&mut *self.tx)
        .await
        .map_err(trouble)?;
        Ok(())
    }
}

impl Unit for PostgresUnit {
    async fn save(&mut self, writing: &Writing) -> Stored<()> {
        self.save_feed(&writing.rows).await?;
        self.save_papers(&writing.papers, &writing.made).await?;
        self.save_digests_and_names(writing).await?;
        self.save_devices(&writing.devices).await?;
        self.save_evictions(&writing.regained, &writing.evictions).await?;
        self.save_command_names(&writing.named).await?;
        self.save_head(&writing.head).await
    }

    async fn put_aside(&mut self, what: &[Quarantined]) -> Stored<u64> {
        let mut new = 0;
        for some in what.chunks(MOST_ROWS) {
            let done = sqlx::query(
                "INSERT INTO quarantine (company, device, seq, link, reason, at, change, header, signature) \
                 SELECT $1, * FROM UNNEST($2::bytea[], $3::int8[], $4::bytea[], $5::text[], $6::int8[], $7::bytea[], \
                 $8::bytea[], $9::bytea[]) ON CONFLICT (company, device, seq, link) DO NOTHING",
            )
            .bind(&self.company[..])
            .bind(column(some, |aside| &aside.device.bytes()[..]))
            .bind(column(some, |aside| aside.seq.cast_signed()))
            .bind(column(some, |aside| &aside.link[..]))
            .bind(column(some, |aside| aside.reason.as_str()))
            .bind(column(some, |aside| packed(aside.at)))
            .bind(column(some, |aside| &aside.change[..]))
            .bind(column(some, |aside| &aside.proof.header[..]))
            .bind(column(some, |aside| &aside.proof.signature[..]))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
            new += done.rows_affected();
        }
        Ok(new)
    }

    async fn commit(self) -> Stored<()> {
        self.tx.commit().await.map_err(trouble)
    }
}
