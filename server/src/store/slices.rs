//! Slices of a feed that is kept in runs: the same for every backend, which only finds the runs.

use std::collections::BTreeMap;
use std::future::Future;

use sync_core::{
    feed::Entry,
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, DeviceId},
};

use super::{
    FeedAsk, FeedRow, Stored,
    codec::{Content, corrupt, made as made_by},
    run::{MOST_ENTRIES, Run, Wanted},
};

/// How many runs of some scopes are read at first, and at most, in one go.
const RUNS_AT_ONCE: [u32; 2] = [4, 32];

/// The most places that are looked up in one go.
const PLACES_AT_ONCE: u32 = 64;

/// The most positions whose runs are looked up in one go.
const POSITIONS_AT_ONCE: usize = 32;

/// The largest position that a table can hold.
const MOST: u64 = i64::MAX.cast_unsigned();

/// Which runs of some scopes are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunAsk<'a> {
    /// Runs with an entry in one of these, as tables keep them.
    pub(super) scopes: &'a [Vec<u8>],
    /// That end above this position.
    pub(super) above: u64,
    /// And below this one.
    pub(super) below: u64,
    /// The latest first.
    pub(super) latest_first: bool,
    /// At most so many.
    pub(super) limit: u32,
}

/// Where runs are found.
pub(super) trait Runs: Send {
    /// The last position of any run; zero where there is none.
    fn head_of_runs(&mut self) -> impl Future<Output = Stored<u64>> + Send;

    /// The runs that end above `after` and begin at or before `through`, in order, each as it is read, until that says it
    /// has enough; it will by the time that they come to so many bytes as they are kept.
    fn runs_between<T: Send>(
        &mut self,
        after: u64,
        through: u64,
        most_bytes: Option<usize>,
        read: impl FnMut(Run) -> Stored<Option<T>> + Send,
    ) -> impl Future<Output = Stored<Vec<T>>> + Send;

    /// Runs of some scopes, in order.
    fn runs_in(&mut self, ask: RunAsk<'_>) -> impl Future<Output = Stored<Vec<Run>>> + Send;

    /// The runs with these positions, which are in order.
    fn runs_with(&mut self, positions: &[u64]) -> impl Future<Output = Stored<Vec<Run>>> + Send;

    /// The run that ends at a position.
    fn run_ending(&mut self, last: u64) -> impl Future<Output = Stored<Option<Run>>> + Send;

    /// The first run of a device that ends at or after a sequence.
    fn run_with(&mut self, device: DeviceId, seq: u64) -> impl Future<Output = Stored<Option<Run>>> + Send;

    /// The last run of a device that begins at or before a position.
    fn run_before(
        &mut self,
        device: DeviceId,
        through: u64,
    ) -> impl Future<Output = Stored<Option<Run>>> + Send;

    /// Which runs, by their last position, are listed in which scope: by scope and position.
    fn listed_runs(
        &mut self,
        after: Option<(Scope, u64)>,
        limit: u32,
    ) -> impl Future<Output = Stored<Vec<(Scope, u64)>>> + Send;
}

/// A run is looked for by its last position, and is not longer than the longest: below this one ends what begins at or
/// before `through`.
pub(super) const fn below(through: u64) -> u64 {
    let below = through.saturating_add(MOST_ENTRIES);
    if below > MOST { MOST } else { below }
}

/// The entries of these changes, where they are in the feed, by device and sequence.
pub(super) async fn entries(of: &mut impl Runs, changes: &[ChangeId]) -> Stored<Vec<FeedRow>> {
    let wanted = |run: &Run, sequences: &[u64]| {
        let wanted = |row: &FeedRow| sequences.binary_search(&row.entry.change.id.seq).is_ok();
        Ok(run.rows()?.into_iter().filter(wanted).collect())
    };
    of_changes(of, changes, wanted).await
}

/// The same without their links: of each run, only what is asked for is read.
pub(super) async fn entries_unlinked(of: &mut impl Runs, changes: &[ChangeId]) -> Stored<Vec<Entry>> {
    let wanted = |run: &Run, sequences: &[u64]| {
        let inside = sequences.iter().filter(|seq| **seq >= run.first_seq());
        let places: Vec<u64> = inside.map(|seq| run.last - (run.last_seq - seq)).collect();
        run.entries_at(&places)
    };
    of_changes(of, changes, wanted).await
}

/// What is read of each run in which some of these changes may stand, by device and sequence.
async fn of_changes<T>(
    of: &mut impl Runs,
    changes: &[ChangeId],
    read: impl Fn(&Run, &[u64]) -> Stored<Vec<T>>,
) -> Stored<Vec<T>> {
    let mut by_device: BTreeMap<DeviceId, Vec<u64>> = BTreeMap::new();
    for change in changes {
        by_device.entry(change.device).or_default().push(change.seq);
    }
    let mut found = Vec::new();
    for (device, mut sequences) in by_device {
        sequences.sort_unstable();
        sequences.dedup();
        let mut rest = &sequences[..];
        while let [from, ..] = rest {
            let Some(run) = of.run_with(device, *from).await? else { break };
            let (inside, further) = rest.split_at(rest.partition_point(|seq| *seq <= run.last_seq));
            found.extend(read(&run, inside)?);
            rest = further;
        }
    }
    Ok(found)
}

/// A slice of the feed.
pub(super) async fn slice(of: &mut impl Runs, ask: &FeedAsk) -> Stored<Vec<FeedRow>> {
    let mut rows = match &ask.scopes {
        _ if ask.limit == 0 => return Ok(Vec::new()),
        None => dense(of, ask).await?,
        Some(scopes) if scopes.is_empty() => return Ok(Vec::new()),
        Some(scopes) => of_scopes(of, ask, scopes).await?,
    };
    rows.truncate(ask.limit as usize);
    Ok(rows)
}

/// Positions are dense: which of them are asked for is known before anything is read.
async fn dense(of: &mut impl Runs, ask: &FeedAsk) -> Stored<Vec<FeedRow>> {
    let limit = u64::from(ask.limit);
    let mut through = ask.through.unwrap_or(MOST).min(MOST);
    let mut after = ask.after;
    if ask.latest_first {
        through = through.min(of.head_of_runs().await?);
        after = after.max(through.saturating_sub(limit));
    } else {
        through = through.min(after.saturating_add(limit));
    }
    let wanted = Wanted { after, through, scopes: None, links: !ask.unlinked };
    // One row at least: none are the end of the feed.
    let most = ask.most_bytes.filter(|_| !ask.latest_first).map(|most| most.max(1));
    let mut room = most.unwrap_or(usize::MAX);
    let read = move |run: Run| {
        if room == 0 {
            return Ok(None);
        }
        let rows = run.wanted(&wanted)?;
        room = room.saturating_sub(rows.iter().map(FeedRow::bytes).sum());
        Ok(Some(rows))
    };
    let found = of.runs_between(after, through, most, read).await?;
    let mut rows: Vec<FeedRow> = found.into_iter().flatten().collect();
    if ask.latest_first {
        rows.reverse();
    }
    Ok(rows)
}

async fn of_scopes(of: &mut impl Runs, ask: &FeedAsk, scopes: &[Scope]) -> Stored<Vec<FeedRow>> {
    let mut sorted = scopes.to_vec();
    sorted.sort_unstable();
    let bytes: Vec<Vec<u8>> = sorted.iter().map(|scope| scope.to_bytes()).collect();
    let through = ask.through.unwrap_or(MOST).min(MOST);
    let wanted = Wanted { after: ask.after, through, scopes: Some(&sorted), links: !ask.unlinked };
    let mut runs = RunAsk {
        scopes: &bytes,
        above: ask.after.min(MOST),
        below: below(through),
        latest_first: ask.latest_first,
        limit: RUNS_AT_ONCE[0],
    };
    let mut rows = Vec::new();
    loop {
        let found = of.runs_in(runs).await?;
        let all = found.len() < runs.limit as usize;
        for run in found {
            let mut some = run.wanted(&wanted)?;
            if ask.latest_first {
                some.reverse();
                runs.below = run.last;
            } else {
                runs.above = run.last;
            }
            rows.extend(some);
            if rows.len() >= ask.limit as usize || (!ask.latest_first && run.last >= through) {
                return Ok(rows);
            }
        }
        if all {
            return Ok(rows);
        }
        runs.limit = (runs.limit * 2).min(RUNS_AT_ONCE[1]);
    }
}

/// Papers whole: of those that one entry has made, the entry is looked up and folded.
pub(super) async fn whole(
    of: &mut impl Runs,
    found: Vec<(PaperKey, Content)>,
) -> Stored<Vec<(PaperKey, Paper)>> {
    let made = found.iter().enumerate().filter_map(|(place, (_, content))| match content {
        Content::MadeAt(position) => Some((*position, place)),
        Content::Whole(_) => None,
    });
    let places: BTreeMap<u64, Vec<usize>> = made.fold(BTreeMap::new(), |mut places, (position, place)| {
        places.entry(position).or_insert_with(Vec::new).push(place);
        places
    });
    let positions: Vec<u64> = places.keys().copied().collect();
    let mut papers: BTreeMap<usize, Paper> = BTreeMap::new();
    let mut rest = &positions[..];
    while !rest.is_empty() {
        let runs = of.runs_with(&rest[..rest.len().min(POSITIONS_AT_ONCE)]).await?;
        let Some(end) = runs.last().map(|run| run.last) else { break };
        for run in runs {
            for entry in run.entries_at(rest)? {
                for place in places.get(&entry.position).into_iter().flatten() {
                    papers.insert(*place, made_by(&entry, &found[*place].0)?);
                }
            }
        }
        rest = &rest[rest.partition_point(|position| *position <= end)..];
    }
    let whole = found.into_iter().enumerate().map(|(place, (key, content))| {
        let paper = match content {
            Content::Whole(paper) => Some(*paper),
            Content::MadeAt(_) => papers.remove(&place),
        };
        let missing = || corrupt(format!("{:?} {}: its entry is not in the feed", key.kind, key.id));
        Ok((key, paper.ok_or_else(missing)?))
    });
    whole.collect()
}

/// The effective time of a device's last change at or below a position.
pub(super) async fn latest_of(
    of: &mut impl Runs,
    device: DeviceId,
    through: u64,
) -> Stored<Option<Timestamp>> {
    let Some(run) = of.run_before(device, through.min(MOST)).await? else { return Ok(None) };
    let rows = run.wanted(&Wanted { through, links: false, ..Wanted::ALL })?;
    Ok(rows.last().map(|row| row.entry.effective))
}

/// Which entry is listed in which scope, by scope and position. A run is listed once in each scope of its entries; one that
/// is listed where none of them belongs is shown by its last.
pub(super) async fn places(
    of: &mut impl Runs,
    after: Option<(Scope, u64)>,
    limit: u32,
) -> Stored<Vec<(Scope, u64)>> {
    let (mut from, mut shown) = (after, Vec::new());
    while shown.len() < limit as usize {
        let listed = of.listed_runs(from, limit.min(PLACES_AT_ONCE)).await?;
        let Some(last) = listed.last() else { break };
        from = Some(*last);
        for (scope, last) in listed {
            let scopes = [scope];
            let wanted = Wanted { scopes: Some(&scopes), links: false, ..Wanted::ALL };
            let rows = match of.run_ending(last).await? {
                Some(run) => run.wanted(&wanted)?,
                None => Vec::new(),
            };
            let mut places: Vec<u64> = rows.iter().map(|row| row.entry.position).collect();
            if places.is_empty() {
                places.push(last);
            }
            // Of the run that the last answer ended in, only the rest.
            let told = after.filter(|(told, _)| *told == scope).map_or(0, |(_, position)| position);
            shown.extend(places.into_iter().filter(|place| *place > told).map(|place| (scope, place)));
        }
    }
    shown.truncate(limit as usize);
    Ok(shown)
}
