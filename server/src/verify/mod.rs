//! Floor 4: everything recomputed from the feed, and compared with what is stored.
//!
//! It proves that the book is unchanged and complete, not that it is true.

mod chain;
mod latest;
mod months;
mod stored;

use chain::Chain;
pub use latest::Latest;

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    domain::{month::MonthClosed, visit::BlobHash},
    log::{SetDigest, genesis},
    op::Op,
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
};

use crate::{
    hub::{Hub, Signers},
    store::{Counters, DeviceLog, Devices, FeedAsk, FeedRow, Snapshot, Store, StoreError},
};

/// How many rows of the feed are looked at, at a time.
const LOOKED_AT: u32 = 2_000;

/// What was checked, and what does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries of the feed looked at.
    pub entries: u64,
    /// Device chains recomputed.
    pub chains: u64,
    /// Signatures over chain heads checked.
    pub signatures: u64,
    /// Papers folded anew and compared byte for byte.
    pub papers: u64,
    /// Scope digests recomputed.
    pub digests: u64,
    /// Places of entries in scopes, and of papers in lists, compared with what they follow from.
    pub places: u64,
    /// Files whose bytes were compared with their names.
    pub files: u64,
    /// Accounts whose balances were added up; the sum is zero.
    pub balances: u64,
    /// Tables of closed months built anew, whose hashes are those that were signed.
    pub months: u64,
    /// What was counted.
    pub counters: Counters,
    /// Everything that does not hold, in words.
    pub faults: Vec<String>,
}

impl Report {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, what: impl Into<String>) {
        self.faults.push(what.into());
    }

    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(what());
        }
    }
}

impl<S: Store> Hub<S> {
    /// Recomputes every chain, digest, paper and sum from the feed.
    ///
    /// # Errors
    /// Those of the store. What does not hold is no error but a fault in the report.
    pub async fn verify(&self) -> Result<Report, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let head = snapshot.head().await?;
        let logs = snapshot.devices(&Devices::All).await?;
        let mut check = Check::new(self.company(), self.device(), &logs);
        check.hub_keys(self.signers());
        let mut after = 0;
        loop {
            let ask = FeedAsk { after, limit: LOOKED_AT, ..FeedAsk::default() };
            let rows = snapshot.feed(&ask).await?;
            let Some(last) = rows.last() else { break };
            after = last.entry.position;
            for row in &rows {
                check.entry(row);
            }
        }
        check.months(&mut snapshot).await?;
        check.logs(&logs);
        check.head(&head, &mut snapshot).await?;
        check.digests(&mut snapshot).await?;
        check.papers(&mut snapshot).await?;
        check.shown(&mut snapshot).await?;
        check.tallies(&mut snapshot).await?;
        check.places(&mut snapshot).await?;
        check.files(&mut snapshot).await?;
        check.lists(&mut snapshot).await?;
        Ok(check.report)
    }
}

/// A device as the hub's own log says it was enrolled, and since when it has no rights.
struct Enrolment {
    staff: StaffId,
    number: u32,
    key: [u8; 32],
    at: Timestamp,
    revoked: Option<Timestamp>,
}

/// The book as it is being recomputed.
struct Check {
    company: CompanyId,
    hub: DeviceId,
    hub_keys: Vec<[u8; 32]>,
    logs: BTreeMap<DeviceId, DeviceLog>,
    chains: BTreeMap<DeviceId, Chain>,
    position: u64,
    latest: Timestamp,
    digests: BTreeMap<Scope, SetDigest>,
    places: BTreeSet<(Scope, u64)>,
    named: BTreeSet<(BlobHash, Scope)>,
    enrolled: BTreeMap<DeviceId, Enrolment>,
    papers: BTreeMap<PaperKey, Paper>,
    closed: Vec<(u64, MonthClosed)>,
    report: Report,
}

impl Check {
    fn new(company: CompanyId, hub: DeviceId, logs: &[DeviceLog]) -> Self {
        let begin = |log: &DeviceLog| Chain {
            seq: 0,
            link: genesis(company, log.device, &log.key),
            latest: Timestamp::ZERO,
        };
        Self {
            company,
            hub,
            hub_keys: Vec::new(),
            logs: logs.iter().map(|log| (log.device, log.clone())).collect(),
            chains: logs.iter().map(|log| (log.device, begin(log))).collect(),
            position: 0,
            latest: Timestamp::ZERO,
            digests: BTreeMap::new(),
            places: BTreeSet::new(),
            named: BTreeSet::new(),
            enrolled: BTreeMap::new(),
            papers: BTreeMap::new(),
            closed: Vec::new(),
            report: Report::default(),
        }
    }

    fn entry(&mut self, row: &FeedRow) {
        let entry = &row.entry;
        let at = entry.position;
        let report = &mut self.report;
        report.entries += 1;
        report.expect(at == self.position + 1, || format!("the feed has a gap before {at}"));
        self.position = at;
        self.latest = self.latest.max(entry.effective);
        if entry.verdict.is_applied() {
            report.counters.applied += 1;
        } else {
            report.counters.held += 1;
        }
        report.expect(row.scopes == entry.scopes(), || format!("entry {at}: other scopes than what it says"));
        self.chain(row);
        let hash = entry.hash();
        for scope in &row.scopes {
            self.digests.entry(*scope).or_default().add(&hash);
            self.places.insert((*scope, at));
        }
        if let Ok(op) = entry.op() {
            self.named
                .extend(op.files().into_iter().flat_map(|file| row.scopes.iter().map(move |s| (file, *s))));
            if entry.verdict.is_applied() {
                self.device(&op, row);
                if let Op::MonthClosed(closed) = op {
                    self.closed.push((at, closed));
                }
            }
        }
        entry.fold(&mut self.papers);
    }

    /// What the hub's own log, which it signs, says of devices.
    fn device(&mut self, op: &Op, row: &FeedRow) {
        let (from, at) = (row.entry.change.id.device, row.entry.effective);
        match op {
            Op::DeviceEnrolled(op) if from == self.hub => {
                let begun = Enrolment { staff: op.staff, number: op.number, key: op.key, at, revoked: None };
                self.enrolled.insert(op.device, begun);
            }
            Op::DeviceRevoked(op) => {
                if let Some(begun) = self.enrolled.get_mut(&op.device) {
                    begun.revoked = Some(begun.revoked.map_or(at, |there| there.min(at)));
                }
            }
            _ => {}
        }
    }

    /// The keys behind the hub's own log.
    fn hub_keys(&mut self, signers: &Signers) {
        self.hub_keys = signers.all().into_iter().map(|(_, key)| key).collect();
        let same = self.logs.get(&self.hub).is_some_and(|log| log.key == signers.founding());
        self.report.expect(same, || "the log of the hub has another key than the hub".to_owned());
    }

    fn chain(&mut self, row: &FeedRow) {
        let (entry, report) = (&row.entry, &mut self.report);
        let (at, id) = (entry.position, entry.change.id);
        let (Some(chain), Some(log)) = (self.chains.get_mut(&id.device), self.logs.get(&id.device)) else {
            report.fault(format!("entry {at}: device {} has no log", id.device));
            return;
        };
        chain.goes_on(row, report);
        let author = match entry.change.header.actor {
            Some(actor) if id.device == self.hub => actor.staff,
            _ => log.staff,
        };
        report.expect(author == entry.staff, || format!("entry {at}: another author than its device's"));
        *chain = Chain::after(row);
    }

    fn logs(&mut self, logs: &[DeviceLog]) {
        for log in logs {
            let Some(chain) = self.chains.get(&log.device) else { continue };
            let report = &mut self.report;
            if log.device != self.hub {
                let same = self.enrolled.get(&log.device).is_some_and(|begun| {
                    (begun.staff, begun.number, begun.key, begun.at, begun.revoked)
                        == (log.staff, log.number, log.key, log.enrolled, log.revoked)
                });
                report.expect(same, || {
                    format!("device {}: its log differs from its enrolment in the feed", log.device)
                });
            }
            chain.is_stored_in(log, report);
            let own = [log.key];
            let keys = if log.device == self.hub { &self.hub_keys[..] } else { &own };
            chain::is_proven(log, keys, self.company, (chain.link, chain.seq), report);
        }
    }
}
