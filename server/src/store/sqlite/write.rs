//! What a unit writes: each table by statements of many rows, never row by row.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Sqlite, query_builder::Separated};
use sync_core::{
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::{DeviceId, Money},
};

use super::{SqliteUnit, read::kept_scope, trouble::trouble};
use crate::store::{
    DeviceLog, Eviction, Head, NAMES_KEPT_MS, NamedCommand, Quarantined, Shown, Stored, TALLIED, Tally,
    TallyKey, Unit, Writing,
    codec::{kept, packed},
    tally::{add, by_period},
};

/// The most rows in one statement.
const MOST_ROWS: usize = 128;

type Places<'q> = Separated<'q, Sqlite, &'static str>;

impl SqliteUnit {
    /// Inserts rows by statements of 128, 64, 32 … rows: few different statements, each prepared once. While the database
    /// carries one out, the next is put together.
    pub(super) async fn insert<T>(
        &mut self,
        head: &str,
        rows: &[T],
        tail: &'static str,
        mut bind: impl FnMut(&mut Places<'_>, &T) + Send,
    ) -> Stored<()>
    where
        T: Sync,
    {
        let company = self.company;
        self.insert_rows(head, rows, tail, |places, row| {
            places.push_bind(company.to_vec());
            bind(places, row);
        })
        .await
    }

    /// The same, of rows that do not begin with the company's id.
    async fn insert_rows<T>(
        &mut self,
        head: &str,
        rows: &[T],
        tail: &'static str,
        mut bind: impl FnMut(&mut Places<'_>, &T) + Send,
    ) -> Stored<()>
    where
        T: Sync,
    {
        self.rows += rows.len();
        let mut rest = rows;
        let mut put_together = || {
            let size = if rest.len() >= MOST_ROWS { MOST_ROWS } else { 1 << rest.len().checked_ilog2()? };
            let (some, further) = rest.split_at(size);
            rest = further;
            let mut query = QueryBuilder::new(head);
            query.push_values(some, |mut places, row| bind(&mut places, row));
            query.push(tail);
            Some(query)
        };
        let mut next = put_together();
        while let Some(mut query) = next {
            let carried_out = query.build().execute(&mut *self.tx);
            let (done, following) = tokio::join!(carried_out, async { put_together() });
            done.map_err(trouble)?;
            next = following;
        }
        Ok(())
    }

    async fn save_papers(
        &mut self,
        papers: &[(PaperKey, Paper)],
        made: &BTreeMap<PaperKey, u64>,
    ) -> Stored<()> {
        const HEAD: &str = "INSERT INTO papers (book, kind, id, scope, state, made, customer, staff, at_ms, \
                            amount_fen, status, label, search) ";
        const TAIL: &str = " ON CONFLICT (book, kind, id) DO UPDATE SET scope = excluded.scope, \
                            state = excluded.state, made = excluded.made, customer = excluded.customer, staff = excluded.staff, \
                            at_ms = excluded.at_ms, amount_fen = excluded.amount_fen, status = excluded.status, \
                            label = excluded.label, search = excluded.search";
        let mut tallies = self.taken_off(papers).await?;
        let book = self.book().await?;
        self.insert_rows(HEAD, papers, TAIL, |places, (key, paper)| {
            let row = Shown::of(key, paper);
            if let Some(key) = TallyKey::of(&row) {
                add(&mut tallies, key, 1, row.amount.unwrap_or_default());
            }
            let (state, made) = kept(paper, made.get(key));
            places
                .push_bind(book)
                .push_bind(i64::from(key.kind as u8))
                .push_bind(&key.id.as_bytes()[..])
                .push_bind(kept_scope(row.scope, row.customer))
                .push_bind(state)
                .push_bind(made)
                .push_bind(row.customer.map(|id| id.bytes().to_vec()))
                .push_bind(row.staff.map(|id| id.bytes().to_vec()))
                .push_bind(row.at_ms)
                .push_bind(row.amount.map(Money::as_fen))
                .push_bind(row.status)
                .push_bind(row.label)
                .push_bind(row.search);
        })
        .await?;
        self.save_tallies(tallies).await
    }

    /// What lists have shown of these papers so far, to be taken off what was counted.
    async fn taken_off(&mut self, papers: &[(PaperKey, Paper)]) -> Stored<BTreeMap<TallyKey, Tally>> {
        let counted = papers.iter().map(|(key, _)| *key).filter(|key| TALLIED.contains(&key.kind));
        let known: Vec<PaperKey> = counted.filter(|key| !self.absent.remove(key)).collect();
        let mut tallies = BTreeMap::new();
        for shown in self.shown_of(&known).await? {
            if let Some(key) = TallyKey::of(&shown) {
                add(&mut tallies, key, -1, shown.amount.unwrap_or_default().negated());
            }
        }
        Ok(tallies)
    }

    async fn save_tallies(&mut self, tallies: BTreeMap<TallyKey, Tally>) -> Stored<()> {
        const TAIL: &str = " ON CONFLICT (company, kind, day, staff, class, status) DO UPDATE SET \
                            papers = papers + excluded.papers, amount_fen = amount_fen + excluded.amount_fen";
        for (period, moved) in by_period(tallies) {
            let head = format!(
                "INSERT INTO {} (company, kind, staff, day, class, status, papers, amount_fen) ",
                period.table()
            );
            self.insert(&head, &moved, TAIL, |places, (key, tally)| {
                places
                    .push_bind(i64::from(key.kind as u8))
                    .push_bind(key.staff.map(|id| id.bytes().to_vec()).unwrap_or_default())
                    .push_bind(key.day)
                    .push_bind(vec![key.class])
                    .push_bind(key.status.clone())
                    .push_bind(tally.papers)
                    .push_bind(tally.amount.as_fen());
            })
            .await?;
        }
        Ok(())
    }

    pub(super) async fn save_devices(&mut self, devices: &[DeviceLog]) -> Stored<()> {
        const HEAD: &str = "INSERT INTO device_logs (company, device, staff, number, key, enrolled, revoked, last_seq, \
                            link, latest, header, signature, seen, unsent, cash_fen, clock, trouble, trouble_seq, \
                            trouble_since, trouble_last, aside, said) ";
        const TAIL: &str = " ON CONFLICT (company, device) DO UPDATE SET revoked = excluded.revoked, \
                            last_seq = excluded.last_seq, link = excluded.link, latest = excluded.latest, \
                            header = excluded.header, signature = excluded.signature, seen = excluded.seen, \
                            unsent = excluded.unsent, cash_fen = excluded.cash_fen, clock = excluded.clock, \
                            trouble = excluded.trouble, trouble_seq = excluded.trouble_seq, \
                            trouble_since = excluded.trouble_since, trouble_last = excluded.trouble_last, \
                            aside = excluded.aside, said = excluded.said";
        self.insert(HEAD, devices, TAIL, |places, log| {
            let checkpoint = log.checkpoint.as_ref();
            let declared = log.seen.map(|seen| seen.declared).unwrap_or_default();
            places
                .push_bind(&log.device.bytes()[..])
                .push_bind(&log.staff.bytes()[..])
                .push_bind(i64::from(log.number))
                .push_bind(&log.key[..])
                .push_bind(packed(log.enrolled))
                .push_bind(log.revoked.map(packed))
                .push_bind(log.last_seq.cast_signed())
                .push_bind(&log.link[..])
                .push_bind(packed(log.latest))
                .push_bind(checkpoint.map(|proof| &proof.header[..]))
                .push_bind(checkpoint.map(|proof| &proof.signature[..]))
                .push_bind(log.seen.map(|seen| packed(seen.at)))
                .push_bind(declared.unsent.cast_signed())
                .push_bind(declared.cash.as_fen())
                .push_bind(packed(declared.clock))
                .push_bind(log.trouble.map(|trouble| trouble.kind.code()))
                .push_bind(log.trouble.map_or(0, |trouble| trouble.seq.cast_signed()))
                .push_bind(log.trouble.map_or(0, |trouble| packed(trouble.since)))
                .push_bind(log.trouble.map_or(0, |trouble| packed(trouble.last)))
                .push_bind(log.aside.cast_signed())
                .push_bind(log.seen.and_then(|seen| seen.said).map(packed));
        })
        .await
    }

    async fn save_evictions(&mut self, regained: &[(DeviceId, Scope)], evictions: &[Eviction]) -> Stored<()> {
        const HEAD: &str =
            "INSERT INTO evictions (company, device, scope, position, since, confirmed, proof) ";
        const TAIL: &str = " ON CONFLICT (company, device, scope) DO UPDATE SET position = excluded.position, \
                            since = excluded.since, confirmed = excluded.confirmed, proof = excluded.proof";
        for (device, scope) in regained {
            sqlx::query("DELETE FROM evictions WHERE company = ? AND device = ? AND scope = ?")
                .bind(&self.company[..])
                .bind(&device.bytes()[..])
                .bind(scope.to_bytes())
                .execute(&mut *self.tx)
                .await
                .map_err(trouble)?;
        }
        self.insert(HEAD, evictions, TAIL, |places, eviction| {
            let confirmed = eviction.confirmed.as_ref();
            places
                .push_bind(&eviction.device.bytes()[..])
                .push_bind(eviction.scope.to_bytes())
                .push_bind(eviction.position.cast_signed())
                .push_bind(packed(eviction.since))
                .push_bind(confirmed.map(|confirmed| packed(confirmed.at)))
                .push_bind(confirmed.map(|confirmed| &confirmed.proof[..]));
        })
        .await
    }

    /// Keeps the names of commands, and lets go of those that nobody asks for any more.
    async fn save_names(&mut self, named: &[NamedCommand]) -> Stored<()> {
        let Some(latest) = named.iter().map(|named| named.at).max() else { return Ok(()) };
        sqlx::query("DELETE FROM command_names WHERE company = ? AND at < ?")
            .bind(&self.company[..])
            .bind(packed(Timestamp::from_millis(latest.millis().saturating_sub(NAMES_KEPT_MS))))
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
        let head = "INSERT INTO command_names (company, session, name, said, seq, at) ";
        self.insert(head, named, "", |places, named| {
            places
                .push_bind(&named.name.session.as_bytes()[..])
                .push_bind(&named.name.name[..])
                .push_bind(&named.said[..])
                .push_bind(named.seq.cast_signed())
                .push_bind(packed(named.at));
        })
        .await
    }

    async fn save_head(&mut self, head: &Head) -> Stored<()> {
        let counters = head.counters;
        sqlx::query(
            "UPDATE company SET position = ?, latest = ?, received = ?, applied = ?, held = ?, quarantined = ?, devices = ? \
             WHERE company = ?",
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

impl Unit for SqliteUnit {
    async fn save(&mut self, writing: &Writing) -> Stored<()> {
        self.save_feed(&writing.rows).await?;
        self.save_papers(&writing.papers, &writing.made).await?;
        self.insert(
            "INSERT INTO scope_digests (company, scope, sum, count) ",
            &writing.digests,
            " ON CONFLICT (company, scope) DO UPDATE SET sum = excluded.sum, count = excluded.count",
            |places, (scope, digest)| {
                places
                    .push_bind(scope.to_bytes())
                    .push_bind(&digest.sum[..])
                    .push_bind(digest.count.cast_signed());
            },
        )
        .await?;
        self.save_devices(&writing.devices).await?;
        self.insert(
            "INSERT INTO blob_scopes (company, hash, scope) ",
            &writing.blobs,
            " ON CONFLICT (company, hash, scope) DO NOTHING",
            |places, (hash, scope)| {
                places.push_bind(&hash.0[..]).push_bind(scope.to_bytes());
            },
        )
        .await?;
        self.save_evictions(&writing.regained, &writing.evictions).await?;
        self.save_names(&writing.named).await?;
        self.save_head(&writing.head).await
    }

    async fn put_aside(&mut self, what: &[Quarantined]) -> Stored<u64> {
        let mut new = 0;
        for aside in what {
            let done = sqlx::query(
                "INSERT INTO quarantine (company, device, seq, link, reason, at, change, header, signature) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company, device, seq, link) DO NOTHING",
            )
            .bind(&self.company[..])
            .bind(&aside.device.bytes()[..])
            .bind(aside.seq.cast_signed())
            .bind(&aside.link[..])
            .bind(&aside.reason)
            .bind(packed(aside.at))
            .bind(&aside.change[..])
            .bind(&aside.proof.header[..])
            .bind(&aside.proof.signature[..])
            .execute(&mut *self.tx)
            .await
            .map_err(trouble)?;
            new += done.rows_affected();
        }
        Ok(new)
    }

    async fn commit(self) -> Stored<()> {
        self.tx.commit().await.map_err(trouble)?;
        self.carrier.written(self.rows);
        Ok(())
    }
}
