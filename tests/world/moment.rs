//! One moment of a book in memory, and the unit that writes the next.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};

use server::store::{
    Blob, CommandName, DeviceLog, Devices, Eviction, FeedAsk, FeedRow, Head, Inspection, ListAsk, Listed,
    Listing, NAMES_KEPT_MS, NamedCommand, Order, Period, Quarantined, Shown, Sight, Snapshot, StoreError,
    Stored, Sums, Tally, TallyKey, Unit, Writing, tallied,
};
use sync_core::{
    domain::visit::BlobHash,
    log::{Hash, SetDigest},
    paper::{Paper, PaperKey, PaperKind, Row, project},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CustomerId, DeviceId, Initials, Money, StaffId},
};
use tokio::sync::OwnedMutexGuard;

use super::{Book, MemoryStore};

fn is_of(sums: Sums, sum: Money) -> bool {
    match sums {
        Sums::AboveNothing => sum > Money::ZERO,
        Sums::NothingOrBelow => sum <= Money::ZERO,
    }
}

/// One moment of one book; with the lock, a unit that may write a new one.
#[derive(Debug)]
pub struct Moment {
    pub(super) store: MemoryStore,
    pub(super) book: Arc<Book>,
    pub(super) lock: Option<OwnedMutexGuard<()>>,
}

fn in_scopes(row: &FeedRow, scopes: Option<&Vec<Scope>>) -> bool {
    scopes.is_none_or(|scopes| row.scopes.iter().any(|scope| scopes.contains(scope)))
}

impl Snapshot for Moment {
    async fn head(&mut self) -> Stored<Head> {
        self.store.call("head")?;
        Ok(self.book.head)
    }

    async fn devices(&mut self, which: &Devices) -> Stored<Vec<DeviceLog>> {
        self.store.call("devices")?;
        let wanted = |log: &&DeviceLog| match which {
            Devices::These(ids) => ids.contains(&log.device),
            Devices::Of(staff) => log.staff == *staff,
            Devices::All => true,
        };
        let mut found: Vec<_> = self.book.devices.values().filter(wanted).cloned().collect();
        found.sort_by_key(|log| log.number);
        if let (Some(twist), Some(_)) = (&self.store.twist, &self.lock) {
            for log in &mut found {
                twist.shows(log);
            }
        }
        Ok(found)
    }

    async fn entries(&mut self, changes: &[ChangeId]) -> Stored<Vec<FeedRow>> {
        self.store.call("entries")?;
        let changes: BTreeSet<&ChangeId> = changes.iter().collect();
        let rows = changes.into_iter().filter_map(|id| self.book.places.get(id));
        Ok(rows.map(|place| FeedRow::clone(&self.book.feed[*place])).collect())
    }

    async fn feed(&mut self, ask: &FeedAsk) -> Stored<Vec<FeedRow>> {
        self.store.call("feed")?;
        let through = ask.through.unwrap_or(u64::MAX);
        let within = |row: &&Arc<FeedRow>| {
            let position = row.entry.position;
            position > ask.after
                && position <= through
                && in_scopes(row, ask.scopes.as_ref())
                && !self.hides(position)
        };
        let limit = usize::try_from(ask.limit).unwrap_or(usize::MAX);
        let rows = self.book.feed.iter().filter(within);
        let copy = |row: &Arc<FeedRow>| FeedRow::clone(row);
        Ok(if ask.latest_first {
            rows.rev().take(limit).map(copy).collect()
        } else {
            let mut room = ask.most_bytes.filter(|_| ask.scopes.is_none()).unwrap_or(usize::MAX);
            let fits = |row: &&Arc<FeedRow>| {
                let fits = room > 0;
                room = room.saturating_sub(row.bytes());
                fits
            };
            rows.take_while(fits).take(limit).map(copy).collect()
        })
    }

    async fn papers(&mut self, keys: &[PaperKey]) -> Stored<Vec<(PaperKey, Paper)>> {
        self.store.call("papers")?;
        let keys: BTreeSet<&PaperKey> = keys.iter().collect();
        Ok(keys.into_iter().filter_map(|key| self.book.papers.get_key_value(key)).map(owned).collect())
    }

    async fn papers_in(&mut self, sight: &Sight) -> Stored<Vec<(PaperKey, Paper)>> {
        self.store.call("papers_in")?;
        let seen = |(key, paper): &(&PaperKey, &Arc<Paper>)| {
            paper.scope(key).is_some_and(|scope| sight.holds(scope))
        };
        Ok(self.book.papers.iter().filter(seen).map(owned).collect())
    }

    async fn digests(&mut self, scopes: Option<&[Scope]>) -> Stored<Vec<(Scope, SetDigest)>> {
        self.store.call("digests")?;
        let asked = |(scope, _): &(Scope, SetDigest)| scopes.is_none_or(|scopes| scopes.contains(scope));
        let mut found: Vec<_> = self.digests_seen().into_iter().filter(asked).collect();
        found.sort_by_key(|(scope, _)| scope.to_bytes());
        Ok(found)
    }

    async fn list(&mut self, ask: &ListAsk) -> Stored<Listing> {
        self.store.call("list")?;
        let mut rows: Vec<(Row, Listed)> =
            self.book.papers.iter().filter_map(|(key, paper)| self.listed(ask, *key, paper)).collect();
        rows.sort_by(|(a, left), (b, right)| {
            let by = match ask.sort.by {
                Order::At => a.at_ms.cmp(&b.at_ms),
                Order::Amount => a.amount.unwrap_or_default().cmp(&b.amount.unwrap_or_default()),
                Order::Label => a.label.cmp(&b.label),
                Order::Customer => self.name_of_customer(a).cmp(&self.name_of_customer(b)),
                Order::Staff => self.name_of_staff(a).cmp(&self.name_of_staff(b)),
            };
            let by = if ask.sort.descending { by.reverse() } else { by };
            // What has no name comes last, whichever way the names run.
            let nameless = |row| match ask.sort.by {
                Order::Customer => self.name_of_customer(row).is_none(),
                Order::Staff => self.name_of_staff(row).is_none(),
                Order::At | Order::Amount | Order::Label => false,
            };
            nameless(a).cmp(&nameless(b)).then(by).then(left.key.cmp(&right.key))
        });
        let total = if ask.totals { rows.len() as u64 } else { 0 };
        let amounts = rows.iter().filter(|_| ask.totals).filter_map(|(row, _)| row.amount);
        let amount = amounts.sum();
        let skipped = usize::try_from(ask.offset).unwrap_or(usize::MAX);
        let limit = usize::try_from(ask.limit).unwrap_or(usize::MAX);
        let rows = rows.into_iter().skip(skipped).take(limit).map(|(_, listed)| listed).collect();
        Ok(Listing { rows, total, amount })
    }

    async fn customers_of(&mut self, staff: StaffId) -> Stored<Vec<CustomerId>> {
        self.store.call("customers_of")?;
        let owned = |(key, paper): (&PaperKey, &Arc<Paper>)| match &**paper {
            Paper::Customer(card) if card.exists() && card.owner.value() == Some(&staff) => {
                Some(CustomerId(key.id))
            }
            _ => None,
        };
        Ok(self.book.papers.iter().filter_map(owned).collect())
    }

    async fn blob(&mut self, hash: &BlobHash) -> Stored<Option<(Blob, Vec<Scope>)>> {
        self.store.call("blob")?;
        let scopes = self.book.blob_scopes.iter().filter(|(named, _)| named == hash).map(|(_, scope)| *scope);
        Ok(self.book.blobs.get(hash).map(|blob| (blob.clone(), scopes.collect())))
    }

    async fn quarantine(&mut self) -> Stored<Vec<Quarantined>> {
        self.store.call("quarantine")?;
        Ok(self.book.quarantine.clone())
    }

    async fn quarantine_of(&mut self, device: DeviceId) -> Stored<Vec<Quarantined>> {
        self.store.call("quarantine")?;
        Ok(self.book.quarantine.iter().filter(|aside| aside.device == device).cloned().collect())
    }

    async fn is_aside(&mut self, device: DeviceId, link: &Hash) -> Stored<bool> {
        self.store.call("is_aside")?;
        Ok(self.book.quarantine.iter().any(|aside| aside.device == device && aside.link == *link))
    }

    async fn evictions(&mut self, devices: Option<&[DeviceId]>) -> Stored<Vec<Eviction>> {
        self.store.call("evictions")?;
        let asked = |eviction: &&Eviction| devices.is_none_or(|ids| ids.contains(&eviction.device));
        let mut found: Vec<_> = self.book.evictions.values().filter(asked).cloned().collect();
        found.sort_by_key(|eviction| (eviction.device, eviction.scope.to_bytes()));
        Ok(found)
    }

    async fn command_named(&mut self, name: &CommandName) -> Stored<Option<NamedCommand>> {
        self.store.call("command_named")?;
        Ok(self.book.named.get(name).cloned())
    }

    async fn latest_of(&mut self, device: DeviceId, through: u64) -> Stored<Option<Timestamp>> {
        self.store.call("latest_of")?;
        let below = usize::try_from(through).unwrap_or(usize::MAX).min(self.book.feed.len());
        let rows = self.book.feed[..below].iter().rev();
        Ok(rows
            .map(|row| &row.entry)
            .find(|entry| entry.change.id.device == device)
            .map(|entry| entry.effective))
    }
}

impl Inspection for Moment {
    async fn shown(&mut self, after: Option<PaperKey>, limit: u32) -> Stored<Vec<Shown>> {
        self.store.call("shown")?;
        let papers = self.book.papers.iter().filter(|(key, _)| after.is_none_or(|after| **key > after));
        Ok(papers.take(limit as usize).map(|(key, paper)| Shown::of(key, paper)).collect())
    }

    async fn tallies(&mut self, of: Period) -> Stored<Vec<(TallyKey, Tally)>> {
        self.store.call("tallies")?;
        let shown: Vec<Shown> = self.book.papers.iter().map(|(key, paper)| Shown::of(key, paper)).collect();
        Ok(of.gathered(tallied(&shown)).into_iter().collect())
    }

    async fn places(&mut self, after: Option<(Scope, u64)>, limit: u32) -> Stored<Vec<(Scope, u64)>> {
        self.store.call("places")?;
        let listed = |row: &Arc<FeedRow>| {
            row.scopes.iter().map(|scope| (*scope, row.entry.position)).collect::<Vec<_>>()
        };
        let places: BTreeSet<(Scope, u64)> = self.book.feed.iter().flat_map(listed).collect();
        let places = places.into_iter().filter(|place| after.is_none_or(|after| *place > after));
        Ok(places.take(limit as usize).collect())
    }

    async fn named(
        &mut self,
        after: Option<(BlobHash, Scope)>,
        limit: u32,
    ) -> Stored<Vec<(BlobHash, Scope)>> {
        self.store.call("named")?;
        let named = self.book.blob_scopes.iter().filter(|named| after.is_none_or(|after| **named > after));
        Ok(named.take(limit as usize).copied().collect())
    }

    async fn next_blob(&mut self, after: Option<BlobHash>) -> Stored<Option<Blob>> {
        self.store.call("next_blob")?;
        let mut blobs = self.book.blobs.values();
        Ok(blobs.find(|blob| after.is_none_or(|after| blob.hash > after)).cloned())
    }
}

fn owned((key, paper): (&PaperKey, &Arc<Paper>)) -> (PaperKey, Paper) {
    (*key, Paper::clone(paper))
}

impl Moment {
    /// Whether a row is not to be seen yet; the writer sees all.
    fn hides(&self, position: u64) -> bool {
        let reader = self.lock.is_none();
        reader
            && self.store.twist.as_ref().is_some_and(|twist| twist.hides(position, self.book.head.position))
    }

    /// The digests of what is to be seen.
    fn digests_seen(&self) -> BTreeMap<Scope, SetDigest> {
        if !self.book.feed.iter().any(|row| self.hides(row.entry.position)) {
            return self.book.digests.clone();
        }
        let mut digests: BTreeMap<Scope, SetDigest> = BTreeMap::new();
        for row in self.book.feed.iter().filter(|row| !self.hides(row.entry.position)) {
            for scope in &row.scopes {
                digests.entry(*scope).or_default().add(&row.entry.hash());
            }
        }
        digests
    }

    fn listed(&self, ask: &ListAsk, key: PaperKey, paper: &Paper) -> Option<(Row, Listed)> {
        let row = project(&key, paper, Initials::BUILT_IN)?;
        let scope = paper.scope(&key)?;
        let filter = &ask.filter;
        let wanted_kind = |kind: &PaperKind| *kind == key.kind;
        let mut words = filter.words.iter().flat_map(|words| words.split_whitespace());
        let passes = ask.kinds.iter().any(wanted_kind)
            && ask.sight.holds(scope)
            && filter.id.is_none_or(|id| key.id == id)
            && filter.customer.is_none_or(|customer| row.customer == Some(customer))
            && filter.staff.is_none_or(|staff| row.staff == Some(staff))
            && (filter.status.is_empty() || filter.status.iter().any(|status| status == row.status))
            && !filter.status_not.iter().any(|status| status == row.status)
            && filter.from_ms.is_none_or(|from| row.at_ms >= from)
            && filter.until_ms.is_none_or(|until| row.at_ms < until)
            && filter.sums.is_none_or(|sums| row.amount.is_some_and(|sum| is_of(sums, sum)))
            && words.all(|word| self.is_found(&word.to_lowercase(), &row, &ask.sight));
        passes.then(|| (row, Listed { key, paper: paper.clone(), scope }))
    }

    /// Whether a word stands in a row's own search text, or in that of what it names and the sight holds.
    fn is_found(&self, word: &str, row: &Row, sight: &Sight) -> bool {
        let named = [row.customer.map(PaperKey::customer), row.staff.map(PaperKey::staff)];
        let seen = named.into_iter().flatten().filter(|key| {
            let scope = self.book.papers.get(key).and_then(|paper| paper.scope(key));
            scope.is_some_and(|scope| sight.holds(scope))
        });
        let texts = seen.filter_map(|key| Some(self.row(key)?.search));
        texts.chain([row.search.clone()]).any(|text| text.to_lowercase().contains(word))
    }

    fn row(&self, key: PaperKey) -> Option<Row> {
        project(&key, self.book.papers.get(&key)?, Initials::BUILT_IN)
    }

    fn name_of_customer(&self, row: &Row) -> Option<String> {
        Some(self.row(PaperKey::customer(row.customer?))?.label).filter(|name| !name.is_empty())
    }

    fn name_of_staff(&self, row: &Row) -> Option<String> {
        Some(self.row(PaperKey::staff(row.staff?))?.label).filter(|name| !name.is_empty())
    }
}

impl Unit for Moment {
    async fn save(&mut self, writing: &Writing) -> Stored<()> {
        self.store.call("save")?;
        let twist = self.store.twist.clone();
        let mut twisted = writing.clone();
        if let Some(twist) = &twist {
            twist.saves(&mut twisted);
        }
        let writing = &twisted;
        let repeats = twist.is_some_and(|twist| twist.repeats());
        let book = Arc::make_mut(&mut self.book);
        for row in &writing.rows {
            let id = row.entry.change.id;
            if book.places.insert(id, book.feed.len()).is_some() && !repeats {
                return Err(StoreError::Conflict(format!("change {} is in the feed already", id.seq)));
            }
            assert_eq!(row.entry.position, book.feed.len() as u64 + 1, "positions are dense");
            book.feed.push(Arc::new(row.clone()));
        }
        // The rows are written, nothing that follows from them is.
        self.store.call("save, half-way")?;
        book.papers.extend(writing.papers.iter().map(|(key, paper)| (*key, Arc::new(paper.clone()))));
        book.digests.extend(writing.digests.iter().copied());
        book.devices.extend(writing.devices.iter().map(|log| (log.device, log.clone())));
        book.blob_scopes.extend(writing.blobs.iter().copied());
        for gone in &writing.regained {
            book.evictions.remove(gone);
        }
        let evictions = writing.evictions.iter().cloned();
        book.evictions.extend(evictions.map(|eviction| ((eviction.device, eviction.scope), eviction)));
        if let Some(latest) = writing.named.iter().map(|named| named.at).max() {
            let before = latest.millis().saturating_sub(NAMES_KEPT_MS);
            book.named.retain(|_, named| named.at.millis() >= before);
        }
        for named in &writing.named {
            if book.named.insert(named.name.clone(), named.clone()).is_some() {
                return Err(StoreError::Conflict("a command has this name already".into()));
            }
        }
        book.head = Head { epoch: book.head.epoch, ..writing.head };
        Ok(())
    }

    async fn put_aside(&mut self, what: &[Quarantined]) -> Stored<u64> {
        self.store.call("put_aside")?;
        let mut what = what.to_vec();
        if let Some(twist) = &self.store.twist {
            twist.puts_aside(&mut what);
        }
        let book = Arc::make_mut(&mut self.book);
        let mut new = 0;
        for aside in &what {
            let key = |aside: &Quarantined| (aside.device, aside.seq, aside.link);
            if let Err(place) = book.quarantine.binary_search_by_key(&key(aside), key) {
                book.quarantine.insert(place, aside.clone());
                new += 1;
            }
        }
        Ok(new)
    }

    async fn commit(self) -> Stored<()> {
        self.store.call("commit")?;
        if self.store.twist.as_ref().is_some_and(|twist| twist.forgets()) {
            return Ok(());
        }
        let mut books = self.store.books.lock().expect("no test panics while it holds the books");
        books.insert(self.book.company.id, Arc::clone(&self.book));
        if self.store.unsure.swap(false, Ordering::SeqCst) {
            self.store.note("commit, unsure");
            return Err(StoreError::Unavailable("the connection broke after the commit".into()));
        }
        Ok(())
    }
}
