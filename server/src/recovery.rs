//! Floor 4: 销售资金回收表 of a month, made from the feed, and the completeness proof of its closing. Source: S17.
//!
//! Nothing is stored. The moves of money are kept in memory as far as the feed has been read, once for all months: the table
//! of any of them is made from there. Reading on is a task of its own with a reader of its own, so whoever asks waits
//! without one, and what was read stays though nobody waits any more.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sync_core::{
    domain::{
        cash::CashLimits,
        month::{Closings, LineNotes, MissingPhone, MonthClosed, MonthFacts, MonthStatus},
    },
    log::Hash,
    paper::{Paper, PaperKey},
    recovery::{Books, Bounds, RecoveryTable},
    time::{Period, Timestamp},
    unit::{StaffId, Text},
};
use tokio::task::spawn_blocking;

use crate::{
    hub::Hub,
    store::{DeviceLog, Devices, FeedAsk, Snapshot, Store, StoreError, Stored},
};

/// Entries are read so many at a time.
const READ_AT_ONCE: u32 = 2_000;

/// The books as far as the feed has been read.
#[derive(Clone, Default)]
pub struct Recoveries {
    kept: Arc<Mutex<Kept>>,
    /// Held by whoever reads on.
    reading: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct Kept {
    /// The life of the book they are of.
    epoch: u32,
    books: Books,
}

impl fmt::Debug for Recoveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recoveries").finish_non_exhaustive()
    }
}

impl Recoveries {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads on to the feed's head, in a task of its own: it goes on though whoever asked has gone away, and whoever asks
    /// meanwhile waits for it. Nobody who waits holds a reader.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn read_on<S: Store>(&self, hub: &Arc<Hub<S>>) -> Stored<()> {
        let (own, hub) = (self.clone(), Arc::clone(hub));
        let reading = tokio::spawn(async move {
            let _reads = own.reading.lock().await;
            let mut snapshot = hub.snapshot().await?;
            own.reads(&mut snapshot).await
        });
        reading.await.unwrap_or_else(|_| Err(broke_off()))
    }

    /// Reads what a moment has and the books do not yet.
    async fn reads(&self, snapshot: &mut impl Snapshot) -> Stored<()> {
        let head = snapshot.head().await?;
        loop {
            let after = {
                let mut kept = self.kept();
                if kept.epoch < head.epoch {
                    *kept = Kept { epoch: head.epoch, books: Books::default() };
                }
                if kept.epoch > head.epoch {
                    return Err(broke_off());
                }
                kept.books.reached()
            };
            if after >= head.position {
                return Ok(());
            }
            let ask = FeedAsk {
                after,
                through: Some(head.position),
                limit: READ_AT_ONCE,
                unlinked: true,
                ..FeedAsk::default()
            };
            let rows = snapshot.feed(&ask).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let own = self.clone();
            let folding = spawn_blocking(move || {
                let mut kept = own.kept();
                // Another life of the book may have begun meanwhile: then the next round says so.
                if kept.epoch == head.epoch {
                    for row in &rows {
                        kept.books.takes(&row.entry);
                    }
                }
            });
            folding.await.map_err(|_| broke_off())?;
        }
    }

    /// The table of a month at a position of the feed, which reaches it, and how many changes that belong to it have come
    /// since. What the moment has and the books do not is read first: a little, where somebody has called
    /// [`Recoveries::read_on`] before.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn table(
        &self,
        snapshot: &mut impl Snapshot,
        bounds: Bounds,
    ) -> Stored<(Arc<RecoveryTable>, u32)> {
        self.reads(snapshot).await?;
        let own = self.clone();
        let making = spawn_blocking(move || {
            let kept = own.kept();
            (Arc::new(kept.books.table(bounds)), kept.books.since(bounds.through, bounds.period))
        });
        making.await.map_err(|_| broke_off())
    }

    /// The hash of a table.
    ///
    /// # Errors
    /// Those of the store.
    async fn hash(&self, snapshot: &mut impl Snapshot, bounds: Bounds) -> Stored<Hash> {
        let (table, _) = self.table(snapshot, bounds).await?;
        spawn_blocking(move || table.hash()).await.map_err(|_| broke_off())
    }
}

fn broke_off() -> StoreError {
    StoreError::Unavailable("reading the books broke off".into())
}

/// Reads the feed for books of its own, up to a position.
///
/// # Errors
/// Those of the store.
pub(crate) async fn read_for(snapshot: &mut impl Snapshot, books: &mut Books, through: u64) -> Stored<()> {
    while books.reached() < through {
        let ask = FeedAsk {
            after: books.reached(),
            through: Some(through),
            limit: READ_AT_ONCE,
            unlinked: true,
            ..FeedAsk::default()
        };
        let rows = snapshot.feed(&ask).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            books.takes(&row.entry);
        }
    }
    Ok(())
}

/// The book of closed months.
///
/// # Errors
/// Those of the store.
pub async fn closings(snapshot: &mut impl Snapshot) -> Stored<Closings> {
    Ok(match snapshot.papers(&[PaperKey::closings()]).await?.pop() {
        Some((_, Paper::Closings(closings))) => closings,
        _ => Closings::default(),
    })
}

/// What was explained of a month's table.
///
/// # Errors
/// Those of the store.
pub async fn line_notes(snapshot: &mut impl Snapshot, period: Period) -> Stored<LineNotes> {
    Ok(match snapshot.papers(&[PaperKey::line_notes(period)]).await?.pop() {
        Some((_, Paper::LineNotes(notes))) => notes,
        _ => LineNotes::default(),
    })
}

/// How a month stands, as it is shown and as it is signed.
#[derive(Clone, Debug)]
pub struct Month {
    /// Which.
    pub period: Period,
    /// Where it stands.
    pub status: MonthStatus,
    /// Every closing there was, of all months.
    pub closings: Closings,
    /// What was explained.
    pub notes: LineNotes,
    /// The table: of a closed month as it was signed, of a signed one as the clerk signed it, else at the feed's head.
    pub table: Arc<RecoveryTable>,
    /// The phones there are, and those that are not in.
    pub phones: Phones,
    /// How far the feed reaches.
    pub head: u64,
    /// The changes that took effect in a closed month and came behind its position: with the table of the months after.
    pub later: Option<Arc<RecoveryTable>>,
}

/// The completeness proof: how many phones were asked, and those that are not in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phones {
    /// How many there are that could have something of the month.
    pub asked: u32,
    /// Those that are not in.
    pub missing: Vec<DeviceLog>,
}

impl Phones {
    /// As a closing names them.
    pub fn named(&self) -> Vec<MissingPhone> {
        let named = |log: &DeviceLog| MissingPhone {
            device: log.device,
            staff: log.staff,
            seq: log.last_seq,
            link: log.link,
            heard: log.seen.map(|seen| seen.at),
        };
        self.missing.iter().map(named).collect()
    }
}

/// The phones that could have something of a month, and those of them that are not in.
///
/// A phone is in when it has said after the month's end that it holds nothing back, and nothing of it was put aside; while
/// the month goes on, when it has said so within a day. To be heard of is not enough. One that was stopped is in when it
/// has signed that it is empty, when finance has settled it, or when a closed month has named it once. Source: S17.
///
/// # Errors
/// Those of the store.
pub async fn phones(
    snapshot: &mut impl Snapshot,
    period: Period,
    closings: &Closings,
    now: Timestamp,
) -> Stored<Phones> {
    const A_DAY_MS: u64 = 86_400_000;
    let logs = snapshot.devices(&Devices::All).await?;
    let a_day_ago = Timestamp::from_millis(now.millis().saturating_sub(A_DAY_MS));
    let end = if now > period.end() { period.end() } else { a_day_ago };
    let asked: Vec<DeviceLog> =
        logs.into_iter().filter(|log| log.number > 0 && log.enrolled <= end).collect();
    let mut stopped: Vec<StaffId> =
        asked.iter().filter(|log| log.revoked.is_some()).map(|log| log.staff).collect();
    stopped.sort_unstable();
    stopped.dedup();
    let keys: Vec<PaperKey> = stopped.into_iter().map(PaperKey::limits).collect();
    let limits: Vec<CashLimits> = snapshot
        .papers(&keys)
        .await?
        .into_iter()
        .filter_map(|(_, paper)| if let Paper::Limits(limits) = paper { Some(limits) } else { None })
        .collect();
    let evictions = snapshot.evictions(None).await?;
    // A phone that was stopped and has signed that it holds nothing of the company's any more.
    let is_empty = |log: &DeviceLog| {
        let mut of_phone = evictions.iter().filter(|one| one.device == log.device).peekable();
        of_phone.peek().is_some() && of_phone.all(|one| one.confirmed.is_some())
    };
    let is_in = |log: &DeviceLog| {
        let holds_nothing = log.still_unsent() == 0 && log.aside == 0;
        let said_after =
            |moment: Timestamp| log.seen.and_then(|seen| seen.said).is_some_and(|said| said > moment);
        match log.revoked {
            None => holds_nothing && said_after(end),
            Some(revoked) => {
                holds_nothing && said_after(revoked.min(end))
                    || limits.iter().any(|one| one.settlement(log.device).is_some())
                    || is_empty(log)
                    || closings.has_named(log.device)
            }
        }
    };
    let missing = asked.iter().filter(|log| !is_in(log)).cloned().collect();
    Ok(Phones { asked: u32::try_from(asked.len()).unwrap_or(u32::MAX), missing })
}

impl Recoveries {
    /// A month as it stands.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn month(&self, snapshot: &mut impl Snapshot, period: Period, now: Timestamp) -> Stored<Month> {
        let head = snapshot.head().await?.position;
        let closings = closings(snapshot).await?;
        let notes = line_notes(snapshot, period).await?;
        let phones = phones(snapshot, period, &closings, now).await?;
        let (status, signed) = match closings.of(period) {
            Some(one) if one.status() != MonthStatus::Open => (one.status(), Some(&one.closed.what)),
            _ => (MonthStatus::Open, None),
        };
        let bounds = match signed {
            Some(signed) => bounds_of(signed),
            None => Bounds { period, through: head, closed_before: closings.closed_before(period) },
        };
        let (table, _) = self.table(snapshot, bounds).await?;
        let later = if status == MonthStatus::Closed {
            // Everything that came behind the position, whatever month it went to.
            let next = Bounds { period: period.after(), through: head, closed_before: Some(bounds.through) };
            Some(self.table(snapshot, next).await?.0)
        } else {
            None
        };
        Ok(Month { period, status, closings, notes, table, phones, head, later })
    }

    /// What is found when somebody closes a month like this. The books of closings and explanations are the caller's:
    /// where the feed is being written they know what is not in the store yet.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn facts(
        &self,
        snapshot: &mut impl Snapshot,
        op: &MonthClosed,
        (closings, notes): (&Closings, &LineNotes),
        now: Timestamp,
    ) -> Stored<MonthFacts> {
        let head = snapshot.head().await?.position;
        let missing = phones(snapshot, op.period, closings, now).await?.named();
        let nothing =
            MonthFacts { head, table: None, missing, unexplained: 0, since: 0, notes: notes.hash() };
        if op.through > head {
            return Ok(nothing);
        }
        let (table, since) = self.table(snapshot, bounds_of(op)).await?;
        let unexplained = notes.unexplained(&table.differences());
        let hash = spawn_blocking(move || table.hash()).await.map_err(|_| broke_off())?;
        Ok(MonthFacts { table: Some(hash), unexplained, since, ..nothing })
    }

    /// The hash of the table that a closing was signed over, as the feed gives it; none where it does not reach so far.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn given(&self, snapshot: &mut impl Snapshot, op: &MonthClosed) -> Stored<Option<Hash>> {
        let reached = op.through <= snapshot.head().await?.position;
        if reached { self.hash(snapshot, bounds_of(op)).await.map(Some) } else { Ok(None) }
    }
}

/// What the table of a closing was built from.
pub const fn bounds_of(closed: &MonthClosed) -> Bounds {
    Bounds { period: closed.period, through: closed.through, closed_before: closed.closed_before }
}

impl Month {
    /// The closing that the clerk signs, as things stand.
    pub fn to_sign(&self) -> MonthClosed {
        MonthClosed {
            period: self.period,
            through: self.table.bounds.through,
            closed_before: self.table.bounds.closed_before,
            table: self.table.hash(),
            missing: self.phones.named(),
            reason: Text::default(),
            notes: self.notes.hash(),
        }
    }
}
