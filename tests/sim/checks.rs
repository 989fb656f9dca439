//! What must hold: after every step, and when the faults have healed.

use std::collections::{BTreeMap, BTreeSet};

use futures::executor::block_on;
use server::store::{Devices, FeedAsk, FeedRow, Sight, Snapshot};
use sync_core::{
    log::Hash,
    paper::{Paper, PaperKey},
    refusal::Verdict,
    scope::{Scope, Viewer},
    unit::{DeviceId, Money},
};

use crate::{office::Office, phone::Phone, truth::Truth};

/// How far ahead of its receipt a change may take effect. Source: R5.
const AHEAD_MS: u64 = 120_000;

impl Office {
    pub(crate) fn rows(&self) -> Vec<FeedRow> {
        let all = FeedAsk { limit: u32::MAX, ..FeedAsk::default() };
        self.moment(|snapshot| block_on(snapshot.feed(&all)).expect("without failures"))
    }

    /// Each change that is kept, in the feed or put aside, by the link after it: how often, and its bytes.
    pub(crate) fn kept(&self) -> BTreeMap<Hash, (usize, Vec<u8>)> {
        let aside = self.moment(|snapshot| block_on(snapshot.quarantine()).expect("without failures"));
        let aside = aside.into_iter().map(|aside| (aside.link, aside.change));
        let rows = self.rows().into_iter().map(|row| (row.link, row.entry.change.to_bytes()));
        let mut kept: BTreeMap<Hash, (usize, Vec<u8>)> = BTreeMap::new();
        for (link, bytes) in rows.chain(aside) {
            kept.entry(link).or_insert((0, bytes)).0 += 1;
        }
        kept
    }

    pub(crate) fn papers(&self, sight: &Sight) -> BTreeMap<PaperKey, Paper> {
        let papers = self.moment(|snapshot| block_on(snapshot.papers_in(sight)).expect("without failures"));
        papers.into_iter().collect()
    }

    /// After every step: postings sum to zero, and what came in was applied, held or put aside.
    pub(crate) fn adds_up(&self) -> Result<(), String> {
        let balances = self.papers(&Sight::everything());
        let sums = balances.values().filter_map(|paper| match paper {
            Paper::Balance(balance) => Some(balance.sum),
            _ => None,
        });
        let sum: Money = sums.sum();
        if !sum.is_zero() {
            return Err(format!("postings come to {sum}"));
        }
        let counters = self.head().counters;
        if counters.received == counters.applied + counters.held + counters.quarantined {
            Ok(())
        } else {
            Err(format!("received {} is not applied + held + quarantined", counters.received))
        }
    }

    /// The hub's own check of itself, and conservation against the logs.
    pub(crate) fn holds_together(&self) -> Result<(), String> {
        let report = block_on(self.hub.verify()).map_err(|e| e.to_string())?;
        if let Some(fault) = report.faults.first() {
            return Err(fault.clone());
        }
        let counters = report.counters;
        let devices =
            self.moment(|snapshot| block_on(snapshot.devices(&Devices::All)).expect("without failures"));
        let delivered: u64 = devices.iter().map(|device| device.last_seq).sum();
        if delivered + counters.quarantined == counters.received {
            Ok(())
        } else {
            Err(format!("{delivered} changes stand in the logs, {} were counted", counters.received))
        }
    }

    /// The scopes in which a phone has counted other entries than the hub.
    pub(crate) fn scopes_that_differ(&self, phone: &Phone) -> String {
        let replica = &phone.replica;
        let scopes: Vec<Scope> = replica.scopes().iter().copied().collect();
        let there =
            self.moment(|snapshot| block_on(snapshot.digests(Some(&scopes))).expect("without failures"));
        let there: BTreeMap<_, _> = there.into_iter().collect();
        let counts = scopes
            .iter()
            .map(|scope| (scope, replica.digest(*scope), there.get(scope).copied().unwrap_or_default()));
        let differing = counts.filter(|(_, here, there)| here != there);
        let told = differing
            .map(|(scope, here, there)| format!("{scope:?}: {} here, {} there", here.count, there.count));
        told.collect::<Vec<_>>().join("; ")
    }

    /// The first paper on which a phone and the hub differ.
    fn first_difference(&self, phone: &Phone) -> String {
        let sight = server::scope::sight(&self.viewer(phone.person));
        let there = self.papers(&sight);
        let here = phone.replica.view().confirmed();
        let held = |key: &PaperKey, paper: &Paper| {
            paper.scope(key).is_some_and(|scope| phone.replica.scopes().contains(&scope))
        };
        let mine = here.iter().filter(|(key, paper)| held(key, paper) && there.get(key) != Some(paper));
        let theirs = there.iter().filter(|(key, paper)| here.get(key) != Some(paper));
        let mut differing = mine.chain(theirs).map(|(key, _)| key);
        differing.next().map_or("no paper differs".into(), |key| {
            format!("here {:?}\nthere {:?}", here.get(key), there.get(key))
        })
    }
}

/// R1, R7: every change that was reported as saved is kept exactly once, as it was written, and nothing else is.
pub(crate) fn everything_is_kept_once(office: &Office, truth: &Truth) -> Result<(), String> {
    let kept = office.kept();
    for (link, saved) in truth.demanded() {
        let id = saved.change.id;
        let (times, bytes) = kept.get(link).cloned().unwrap_or_default();
        if times != 1 {
            return Err(format!("change {} of device {} is kept {times} times", id.seq, id.device));
        }
        if bytes != saved.change.to_bytes() {
            return Err(format!("change {} of device {} is kept in other bytes", id.seq, id.device));
        }
    }
    if let Some((_, (times, _))) = kept.iter().find(|(link, (times, _))| truth.is_gone(link) && *times > 1) {
        return Err(format!("a change is kept {times} times"));
    }
    let hub = office.hub.device();
    let invented = |row: &&FeedRow| row.entry.change.id.device != hub && !truth.knows(&row.link);
    match office.rows().iter().find(invented) {
        Some(row) => Err(format!("entry {} was never recorded by anybody", row.entry.position)),
        None => Ok(()),
    }
}

/// R2: the same entries, and folded the same.
pub(crate) fn holds_the_same_book(office: &Office, phone: &Phone) -> Result<(), String> {
    let viewer = office.viewer(phone.person);
    let digest = block_on(office.hub.digest(&viewer)).map_err(|e| e.to_string())?;
    if phone.replica.combined_digest() != digest.set {
        return Err(format!("another set of entries than the hub's: {}", office.scopes_that_differ(phone)));
    }
    if phone.replica.state_digest() == digest.state { Ok(()) } else { Err(office.first_difference(phone)) }
}

/// Neither the book in memory nor anything stored shows what its owner may not see.
pub(crate) fn holds_nothing_foreign(viewer: &Viewer, phone: &Phone) -> Result<(), String> {
    if let Some(scope) = phone.replica.scopes().iter().find(|scope| !viewer.may_see(**scope)) {
        return Err(format!("holds {scope:?}, which is not its owner's"));
    }
    let foreign = |key: &PaperKey, paper: &Paper| {
        let scopes = paper.scopes(key);
        !scopes.is_empty() && !viewer.may_see_any(&scopes)
    };
    for (scope, key, paper) in phone.disk.papers() {
        if !viewer.may_see(scope) || foreign(&key, &paper) {
            return Err(format!("stores a {:?} that is not its owner's to see, under {scope:?}", key.kind));
        }
    }
    for (key, paper) in phone.replica.view().confirmed() {
        if foreign(key, paper) {
            return Err(format!("has a {:?} in memory that is not its owner's to see", key.kind));
        }
    }
    Ok(())
}

/// R10: everybody sees what of theirs is held: why, and what they wrote. How many that are.
pub(crate) fn held_changes_are_visible(office: &Office, phones: &[Phone]) -> Result<u64, String> {
    let mut held = 0;
    for row in office.rows() {
        let Verdict::Held { reason } = &row.entry.verdict else { continue };
        held += 1;
        let change = &row.entry.change;
        let author = office.people.iter().position(|person| person.staff == row.entry.staff);
        for phone in phones.iter().filter(|phone| Some(phone.person) == author) {
            let key = PaperKey::held(change.id);
            let Some(Paper::Held(Some(shown), _)) = phone.replica.view().confirmed().get(&key) else {
                return Err(format!("held change {} is not shown to its author", change.id.seq));
            };
            let same = (&shown.reason, shown.kind, shown.version, &shown.body[..])
                == (reason, change.header.kind, change.header.version, change.body());
            if !same || shown.reason.code().is_empty() {
                return Err(format!("held change {} is shown otherwise than it is", change.id.seq));
            }
        }
    }
    Ok(held)
}

/// R5: nothing takes effect more than two minutes ahead of its receipt, and nothing is moved without need.
pub(crate) fn no_clock_wins(office: &Office) -> Result<(), String> {
    let (hub, rows) = (office.hub.device(), office.rows());
    let commands: BTreeSet<u64> = rows
        .iter()
        .filter(|row| row.entry.change.id.device == hub)
        .map(|row| row.entry.effective.packed())
        .collect();
    let mut latest: BTreeMap<DeviceId, u64> = BTreeMap::new();
    for row in &rows {
        let (entry, claimed) = (&row.entry, row.entry.change.header.at);
        let at = entry.position;
        if entry.effective.millis() > entry.received.millis() + AHEAD_MS + 1 {
            return Err(format!("entry {at} takes effect more than two minutes ahead of its receipt"));
        }
        let before = latest.insert(entry.change.id.device, entry.effective.packed());
        if entry.change.id.device == hub || claimed.millis() > entry.received.millis() + AHEAD_MS {
            continue;
        }
        let one_before = entry.effective.packed() - 1;
        let needed = before == Some(one_before) || commands.contains(&one_before);
        if entry.effective < claimed || entry.effective > claimed && !needed {
            return Err(format!("entry {at} takes effect at another time than its author's, without need"));
        }
    }
    Ok(())
}

/// What was received was received in the time of this world, and not in some phone's.
pub(crate) fn receipts_are_of_this_time(office: &Office, until_ms: u64) -> Result<(), String> {
    let late = |row: &&FeedRow| row.entry.received.millis() > until_ms;
    match office.rows().iter().find(late) {
        Some(row) => Err(format!("entry {} was received in the future", row.entry.position)),
        None => Ok(()),
    }
}
