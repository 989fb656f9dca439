//! Floor 4: 销售资金回收表 of a month, built from the feed when somebody asks, and the completeness proof of its closing.
//! Source: S17.
//!
//! Nothing is stored. The tables made last are kept in memory under what they were built from, for whoever opens one asks
//! for its lines, its file and its changes next; the one that still grows goes on from where the feed was read to.

use std::{collections::VecDeque, fmt, sync::Arc};

use sync_core::{
    domain::{
        cash::CashLimits,
        month::{Closings, LineNotes, MissingPhone, MonthClosed, MonthFacts, MonthStatus},
    },
    paper::{Paper, PaperKey},
    recovery::{Bounds, Building, RecoveryTable},
    time::{Period, Timestamp},
    unit::{StaffId, Text},
};
use tokio::sync::Mutex;

use crate::store::{DeviceLog, Devices, FeedAsk, Snapshot, Stored};

/// Entries are read so many at a time.
const READ_AT_ONCE: u32 = 2_000;

/// So many tables are kept.
const KEPT: usize = 12;

/// So many of those that still grow are kept, each with the papers it was built from.
const KEPT_GROWING: usize = 2;

/// A table that still grows: its month, and up to where the feed counted when the month before was closed.
type Growing = (Period, Option<u64>, u32, Building);

/// The tables made last.
#[derive(Default)]
pub struct Recoveries(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// By the life of the book and what they were built from, the latest first.
    tables: VecDeque<(u32, Arc<RecoveryTable>)>,
    growing: VecDeque<Growing>,
}

impl fmt::Debug for Recoveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recoveries").finish_non_exhaustive()
    }
}

impl Recoveries {
    /// The table of a month at a position of the feed, which reaches it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn table(&self, snapshot: &mut impl Snapshot, bounds: Bounds) -> Stored<Arc<RecoveryTable>> {
        let epoch = snapshot.head().await?.epoch;
        // Whoever asks for what is being built waits for it, and does not build it as well.
        let mut kept = self.0.lock().await;
        if let Some(at) =
            kept.tables.iter().position(|(life, table)| *life == epoch && table.bounds == bounds)
        {
            let (life, table) = kept.tables.remove(at).expect("it was just found");
            kept.tables.push_front((life, Arc::clone(&table)));
            return Ok(table);
        }
        let goes_on = kept.growing.iter().position(|(period, closed, life, building)| {
            (*period, *closed, *life) == (bounds.period, bounds.closed_before, epoch)
                && building.reached() <= bounds.through
        });
        let mut building = match goes_on.and_then(|at| kept.growing.remove(at)) {
            Some((.., building)) => building,
            None => Building::of([Bounds { through: u64::MAX, ..bounds }]),
        };
        read_for(snapshot, &mut building, bounds.through).await?;
        let mut table = building.tables().pop().expect("one was asked for");
        table.bounds = bounds;
        let table = Arc::new(table);
        kept.growing.push_front((bounds.period, bounds.closed_before, epoch, building));
        kept.growing.truncate(KEPT_GROWING);
        kept.tables.push_front((epoch, Arc::clone(&table)));
        kept.tables.truncate(KEPT);
        Ok(table)
    }
}

/// Reads the feed for tables, from where they stand up to a position.
///
/// # Errors
/// Those of the store.
pub(crate) async fn read_for(
    snapshot: &mut impl Snapshot,
    building: &mut Building,
    through: u64,
) -> Stored<()> {
    while building.reached() < through {
        let ask = FeedAsk {
            after: building.reached(),
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
            building.takes(&row.entry);
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
/// A phone is in when it was heard of after the month's end and held nothing back; while the month goes on, when it was
/// heard of within a day. One that was stopped is in when it has signed that it is empty, when finance has settled it, or
/// when a closed month has named it once. Source: S17.
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
        let nothing_unsent = log.still_unsent() == 0;
        let heard_after = |moment: Timestamp| log.seen.is_some_and(|seen| seen.at > moment);
        match log.revoked {
            None => nothing_unsent && heard_after(end),
            Some(revoked) => {
                nothing_unsent && heard_after(revoked.min(end))
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
        let table = self.table(snapshot, bounds).await?;
        let later = if status == MonthStatus::Closed {
            // Everything that came behind the position, whatever month it went to.
            let next = Bounds { period: period.after(), through: head, closed_before: Some(bounds.through) };
            Some(self.table(snapshot, next).await?)
        } else {
            None
        };
        Ok(Month { period, status, notes, table, phones, head, later, closings })
    }

    /// What is found when somebody closes a month like this.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn facts(
        &self,
        snapshot: &mut impl Snapshot,
        op: &MonthClosed,
        now: Timestamp,
    ) -> Stored<MonthFacts> {
        let head = snapshot.head().await?.position;
        let closings = closings(snapshot).await?;
        let missing = phones(snapshot, op.period, &closings, now).await?.named();
        let notes = line_notes(snapshot, op.period).await?;
        if op.through > head {
            return Ok(MonthFacts { head, table: None, missing, unexplained: 0 });
        }
        let table = self.table(snapshot, bounds_of(op)).await?;
        let unexplained = notes.unexplained(&table.differences());
        Ok(MonthFacts { head, table: Some(table.hash()), missing, unexplained })
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
        }
    }
}
