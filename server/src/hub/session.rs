//! One transaction of the hub: what it has loaded, judged and written so far.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    mem,
};

use sync_core::{
    domain::visit::BlobHash,
    feed::Entry,
    judge,
    log::{Change, Hash, SetDigest},
    op::{Op, UnreadableBody},
    paper::{Paper, PaperKey},
    refusal::Verdict,
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CompanyId, CustomerId, DeviceId, StaffId},
};

use super::{
    loaded::{Attempt, Loaded},
    writer::Writer,
};
use crate::figures::{DELIVERY_LAG, number};
use crate::store::{DeviceLog, Devices, Eviction, FeedRow, Head, NamedCommand, Stored, Unit, Writing};

/// Claims up to this far ahead of the hub's clock are believed. Source: R5.
const TOLERATED_AHEAD_MS: u64 = 120_000;

/// What is known when the feed lock has been taken.
#[derive(Debug)]
pub(super) struct Session<U> {
    writer: Writer<U>,
    pub(super) company: CompanyId,
    pub(super) hub: DeviceId,
    pub(super) now: Timestamp,
    pub(super) head: Head,
    pub(super) devices: BTreeMap<DeviceId, DeviceLog>,
    loaded: Loaded,
    moved: BTreeSet<DeviceId>,
    /// The rows of this transaction that are not being saved yet.
    rows: Vec<FeedRow>,
    /// At which positions the changes of this very transaction stand.
    fresh: BTreeMap<ChangeId, u64>,
    /// What the rows that are being saved add to the digests of their scopes.
    added: BTreeMap<Scope, SetDigest>,
    blobs: Vec<(BlobHash, Scope)>,
    /// Who looked after the customers whose card was written on, before this transaction.
    pub(super) owners: BTreeMap<CustomerId, StaffId>,
    /// The devices that lost all their rights in this transaction.
    pub(super) stopped: BTreeSet<DeviceId>,
    /// What devices must give up or have given up, to be written.
    pub(super) evictions: Vec<Eviction>,
    /// Commands of this transaction that their callers have named.
    pub(super) named: Vec<NamedCommand>,
    /// When the last command took effect that a reader of the feed up to a position has seen.
    commands_seen: BTreeMap<u64, Timestamp>,
}

/// A change with its body read, and whose log it goes on with.
#[derive(Debug)]
pub(super) struct Incoming<'c> {
    pub(super) change: Change,
    pub(super) link: Hash,
    pub(super) op: Result<&'c Op, &'c UnreadableBody>,
    pub(super) staff: StaffId,
}

impl<U: Unit> Session<U> {
    pub(super) async fn open(mut unit: U, company: CompanyId, hub: DeviceId, now: Timestamp) -> Stored<Self> {
        let head = unit.head().await?;
        Ok(Self {
            writer: Writer::of(unit),
            company,
            hub,
            now,
            head,
            devices: BTreeMap::new(),
            loaded: Loaded::default(),
            moved: BTreeSet::new(),
            rows: Vec::new(),
            fresh: BTreeMap::new(),
            added: BTreeMap::new(),
            blobs: Vec::new(),
            owners: BTreeMap::new(),
            stopped: BTreeSet::new(),
            evictions: Vec::new(),
            named: Vec::new(),
            commands_seen: BTreeMap::new(),
        })
    }

    /// The unit, to ask the store something: everything that was given to it is saved by then.
    ///
    /// # Errors
    /// Those of saving.
    pub(super) async fn unit(&mut self) -> Stored<&mut U> {
        self.writer.unit().await
    }

    /// Loads device logs; those that are not there stay absent.
    pub(super) async fn load_devices(&mut self, which: Devices) -> Stored<()> {
        for log in self.unit().await?.devices(&which).await? {
            self.devices.entry(log.device).or_insert(log);
        }
        Ok(())
    }

    /// Loads papers, in one go.
    pub(super) async fn load(&mut self, keys: impl IntoIterator<Item = PaperKey>) -> Stored<()> {
        let asked = self.loaded.unknown(keys);
        if asked.is_empty() {
            return Ok(());
        }
        let found = self.unit().await?.papers(&asked).await?;
        self.loaded.enter(asked, found);
        Ok(())
    }

    /// A paper that was loaded.
    pub(super) fn paper(&self, key: &PaperKey) -> Option<&Paper> {
        self.loaded.paper(key)
    }

    /// The papers that were loaded, for a rule that is asked before anything is written.
    pub(super) fn at_hand(&self) -> Attempt<'_> {
        Attempt::on(&self.loaded)
    }

    /// The papers that a change will probably touch, as far as it says so itself.
    pub(super) fn probable(
        op: Result<&Op, &UnreadableBody>,
        id: ChangeId,
        staff: StaffId,
    ) -> BTreeSet<PaperKey> {
        match op {
            Ok(op) => judge::needs(&BTreeMap::new(), op, id, staff),
            Err(_) => {
                BTreeSet::from([PaperKey::staff(staff), PaperKey::device(id.device), PaperKey::held(id)])
            }
        }
    }

    /// When a change takes effect: at its author's time, unless that lies too far ahead; always after the change before
    /// in its log, and after every command of the office that its author had seen. So nobody can date an act back
    /// before the loss of a right that they knew of.
    pub(super) async fn effective(&mut self, change: &Change) -> Stored<Timestamp> {
        let claimed = change.header.at;
        let believed = claimed <= self.now.plus_millis(TOLERATED_AHEAD_MS);
        let at = if believed { claimed } else { self.now.max(self.head.latest.next()) };
        let latest = |log: Option<&DeviceLog>| log.map_or(Timestamp::ZERO, |log| log.latest);
        let at = at.max(latest(self.devices.get(&change.id.device)).next());
        if change.header.epoch != Some(self.head.epoch) || at > latest(self.devices.get(&self.hub)) {
            return Ok(at);
        }
        Ok(at.max(self.latest_command(change.header.seen).await?.next()))
    }

    /// The effective time of the office's last command at or below a position of the feed.
    async fn latest_command(&mut self, seen: u64) -> Stored<Timestamp> {
        if let Some(known) = self.commands_seen.get(&seen) {
            return Ok(*known);
        }
        let latest = self.writer.unit().await?.latest_of(self.hub, seen).await?.unwrap_or_default();
        self.commands_seen.insert(seen, latest);
        Ok(latest)
    }

    /// Judges a change, folds it and gives it its place in the feed.
    ///
    /// `accept` may refuse the verdict; then nothing of the change remains.
    pub(super) async fn write<E>(
        &mut self,
        incoming: Incoming<'_>,
        effective: Timestamp,
        accept: impl Fn(&Verdict) -> Result<(), E>,
    ) -> Stored<Result<(), E>> {
        let Incoming { change, link, op, staff } = incoming;
        let mut entry = Entry {
            position: self.head.position + 1,
            change,
            staff,
            effective,
            received: self.now,
            verdict: Verdict::plain(),
        };
        let written = loop {
            let mut attempt = Attempt::on(&self.loaded);
            entry.verdict = judge::judge(&attempt, &entry.change, op, staff, effective);
            entry.fold_as_read(op, &mut attempt);
            match attempt.finish() {
                Ok(written) => break written,
                Err(missing) => self.load(missing).await?,
            }
        };
        if let Err(refused) = accept(&entry.verdict) {
            return Ok(Err(refused));
        }
        for (key, paper) in &written {
            self.note_owner(key, paper);
        }
        self.loaded.keep(written, entry.position);
        if let (Ok(op), true) = (op, entry.verdict.is_applied()) {
            self.note_device(op, &entry);
        }
        self.enter(entry, link, op);
        Ok(Ok(()))
    }

    /// [`Session::write`], whatever the verdict: what a phone has recorded always gets its place.
    pub(super) async fn write_whatever(
        &mut self,
        incoming: Incoming<'_>,
        effective: Timestamp,
    ) -> Stored<()> {
        let Ok(()) = self.write(incoming, effective, |_| Ok::<_, Infallible>(())).await?;
        Ok(())
    }

    /// Gives an entry its place: feed, counters, device log, files.
    fn enter(&mut self, entry: Entry, link: Hash, op: Result<&Op, &UnreadableBody>) {
        let scopes = entry.scopes_as_read(op);
        let counters = &mut self.head.counters;
        counters.received += 1;
        if entry.verdict.is_applied() {
            counters.applied += 1;
        } else {
            counters.held += 1;
        }
        self.head.position = entry.position;
        self.head.latest = self.head.latest.max(entry.effective);
        if let Some(log) = self.devices.get_mut(&entry.change.id.device) {
            log.last_seq = entry.change.id.seq;
            log.link = link;
            log.latest = entry.effective;
        }
        self.moved.insert(entry.change.id.device);
        for hash in op.map(Op::files).unwrap_or_default() {
            self.blobs.extend(scopes.iter().map(|scope| (hash, *scope)));
        }
        self.fresh.insert(entry.change.id, entry.position);
        self.rows.push(FeedRow { entry, link, scopes });
    }

    /// What an applied change says of devices. Only the hub's own log begins logs: it alone gives out numbers.
    fn note_device(&mut self, op: &Op, entry: &Entry) {
        match op {
            Op::DeviceEnrolled(op) if entry.change.id.device == self.hub => {
                let log = DeviceLog {
                    device: op.device,
                    staff: op.staff,
                    number: op.number,
                    key: op.key,
                    enrolled: entry.effective,
                    revoked: None,
                    last_seq: 0,
                    link: sync_core::log::genesis(self.company, op.device, &op.key),
                    latest: Timestamp::ZERO,
                    checkpoint: None,
                    seen: None,
                    trouble: None,
                    aside: 0,
                };
                self.head.devices = self.head.devices.max(op.number);
                self.devices.insert(op.device, log);
                self.moved.insert(op.device);
            }
            Op::DeviceRevoked(op) => {
                if let Some(log) = self.devices.get_mut(&op.device) {
                    let earliest = log.revoked.map_or(entry.effective, |there| there.min(entry.effective));
                    log.revoked = Some(earliest);
                    self.moved.insert(op.device);
                    self.stopped.insert(op.device);
                }
            }
            _ => {}
        }
    }

    /// A device log to be written even if no change was added to it.
    pub(super) fn touch(&mut self, device: DeviceId) -> Option<&mut DeviceLog> {
        self.moved.insert(device);
        self.devices.get_mut(&device)
    }

    /// Rows of the feed by change, those of this transaction included.
    pub(super) async fn rows_of(
        &mut self,
        device: DeviceId,
        from: u64,
        through: u64,
    ) -> Stored<Vec<FeedRow>> {
        let ids: Vec<ChangeId> = (from..=through).map(|seq| ChangeId { device, seq }).collect();
        let (fresh, stored): (Vec<_>, Vec<_>) = ids.into_iter().partition(|id| self.fresh.contains_key(id));
        // Here even where nothing is asked: what is on its way into the store is in nobody's sight.
        let unit = self.writer.unit().await?;
        let mut rows = if stored.is_empty() { Vec::new() } else { unit.entries(&stored).await? };
        rows.extend(fresh.iter().filter_map(|id| self.row_at(*self.fresh.get(id)?)).cloned());
        Ok(rows)
    }

    /// The row of this transaction at a position.
    fn row_at(&self, position: u64) -> Option<&FeedRow> {
        let saved = self.writer.saved();
        let first = saved.first().or(self.rows.first())?.entry.position;
        let place = usize::try_from(position.checked_sub(first)?).ok()?;
        saved.get(place).or_else(|| self.rows.get(place.checked_sub(saved.len())?))
    }

    /// The latest row of this transaction.
    pub(super) fn latest_row(&self) -> Option<&FeedRow> {
        self.rows.last()
    }

    /// Begins to save what was judged so far, while more is judged; all but the papers of which it is known that more will
    /// be written on them. Nothing, as long as something is being saved, or there is too little.
    pub(super) async fn save_ahead(&mut self, least: usize, stays: impl Fn(&PaperKey) -> bool) {
        if self.writer.is_free() && self.rows.len() >= least {
            let (papers, made) = self.loaded.take_written(stays);
            self.add_up();
            let rows = mem::take(&mut self.rows);
            self.writer.save(Writing { head: self.head, rows, papers, made, ..Writing::default() });
        }
        self.writer.rest().await;
    }

    /// Looks after what is being saved, if anything is.
    pub(super) async fn look_after(&mut self) {
        self.writer.look().await;
    }

    /// Saves everything and makes it durable. The head of the feed.
    pub(super) async fn commit(mut self) -> Stored<u64> {
        let regained = self.changed_hands().await?;
        let digests = self.digests().await?;
        self.blobs.sort_unstable();
        self.blobs.dedup();
        let (papers, made) = self.loaded.take_written(|_| false);
        let rest = Writing {
            head: self.head,
            rows: self.rows,
            papers,
            made,
            digests,
            devices: self.moved.iter().filter_map(|id| self.devices.remove(id)).collect(),
            blobs: self.blobs,
            regained,
            evictions: self.evictions,
            named: self.named,
        };
        let rows = self.writer.commit(rest).await?;
        rows.iter().for_each(note_lag);
        Ok(self.head.position)
    }

    /// Adds the rows to the digests of their scopes.
    fn add_up(&mut self) {
        for row in &self.rows {
            let hash = row.entry.hash();
            for scope in &row.scopes {
                self.added.entry(*scope).or_default().add(&hash);
            }
        }
    }

    async fn digests(&mut self) -> Stored<Vec<(Scope, SetDigest)>> {
        self.add_up();
        let mut digests = mem::take(&mut self.added);
        if digests.is_empty() {
            return Ok(Vec::new());
        }
        let asked: Vec<Scope> = digests.keys().copied().collect();
        for (scope, before) in self.unit().await?.digests(Some(&asked)).await? {
            digests.entry(scope).or_default().absorb(&before);
        }
        Ok(digests.into_iter().collect())
    }
}

/// How long a change was on its way, by its author's clock; one that runs ahead makes none.
fn note_lag(row: &FeedRow) {
    let (acted, received) = (row.entry.change.header.at.millis(), row.entry.received.millis());
    metrics::histogram!(DELIVERY_LAG).record(number(received.saturating_sub(acted)) / 1_000.0);
}
