//! Floor 4: everything recomputed from the feed, and compared with what is stored.
//!
//! It proves that the book is unchanged and complete, not that it is true.

use std::collections::BTreeMap;

use sync_core::{
    log::{BatchHeader, Hash, SetDigest, genesis, is_signed, next_link},
    paper::{Paper, PaperKey, PaperKind, project},
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId, Money},
};

use crate::{
    hub::Hub,
    store::{
        Counters, DeviceLog, Devices, FeedAsk, FeedRow, Filter, Head, ListAsk, Sight, Snapshot, Sort, Store,
        StoreError, Stored,
    },
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
    /// Accounts whose balances were added up; the sum is zero.
    pub balances: u64,
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
        check.logs(&logs);
        check.head(&head, &mut snapshot).await?;
        check.digests(&mut snapshot).await?;
        check.papers(&mut snapshot).await?;
        check.lists(&mut snapshot).await?;
        Ok(check.report)
    }
}

/// Where a device's chain stands while it is being recomputed.
struct Chain {
    seq: u64,
    link: Hash,
    latest: Timestamp,
}

/// The book as it is being recomputed.
struct Check {
    company: CompanyId,
    hub: DeviceId,
    logs: BTreeMap<DeviceId, DeviceLog>,
    chains: BTreeMap<DeviceId, Chain>,
    position: u64,
    latest: Timestamp,
    digests: BTreeMap<Scope, SetDigest>,
    papers: BTreeMap<PaperKey, Paper>,
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
            logs: logs.iter().map(|log| (log.device, log.clone())).collect(),
            chains: logs.iter().map(|log| (log.device, begin(log))).collect(),
            position: 0,
            latest: Timestamp::ZERO,
            digests: BTreeMap::new(),
            papers: BTreeMap::new(),
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
        }
        entry.fold(&mut self.papers);
    }

    fn chain(&mut self, row: &FeedRow) {
        let (entry, report) = (&row.entry, &mut self.report);
        let (at, id) = (entry.position, entry.change.id);
        let (Some(chain), Some(log)) = (self.chains.get_mut(&id.device), self.logs.get(&id.device)) else {
            report.fault(format!("entry {at}: device {} has no log", id.device));
            return;
        };
        report.expect(id.seq == chain.seq + 1, || {
            format!("entry {at}: device {} goes on at {} after {}", id.device, id.seq, chain.seq)
        });
        let link = next_link(&chain.link, &entry.change);
        report.expect(link == row.link, || {
            format!("entry {at}: the chain of device {} breaks at sequence {}", id.device, id.seq)
        });
        report.expect(entry.effective > chain.latest, || {
            format!("entry {at}: effective times of device {} do not increase", id.device)
        });
        let author = match entry.change.header.actor {
            Some(actor) if id.device == self.hub => actor.staff,
            _ => log.staff,
        };
        report.expect(author == entry.staff, || format!("entry {at}: another author than its device's"));
        *chain = Chain { seq: id.seq, link: row.link, latest: entry.effective };
    }

    fn logs(&mut self, logs: &[DeviceLog]) {
        for log in logs {
            let Some(chain) = self.chains.get(&log.device) else { continue };
            let report = &mut self.report;
            report.chains += 1;
            let stands = (log.last_seq, log.link, log.latest) == (chain.seq, chain.link, chain.latest);
            report.expect(stands, || {
                format!(
                    "device {}: its log stands at {}, its chain at {}",
                    log.device, log.last_seq, chain.seq
                )
            });
            let Some(proof) = &log.checkpoint else {
                report
                    .expect(log.last_seq == 0, || format!("device {}: no proof over its chain", log.device));
                continue;
            };
            report.signatures += 1;
            report.expect(is_signed(&proof.header, &proof.signature, &log.key), || {
                format!("device {}: the signature over its chain is not its own", log.device)
            });
            let proves = minicbor::decode::<BatchHeader>(&proof.header).is_ok_and(|header| {
                let last = header.first.saturating_add(header.count).saturating_sub(1);
                (header.company, header.device, header.head, last)
                    == (self.company, log.device, chain.link, chain.seq)
            });
            report.expect(proves, || format!("device {}: the proof is of another chain", log.device));
        }
    }

    async fn head(&mut self, head: &Head, snapshot: &mut impl Snapshot) -> Stored<()> {
        let aside = snapshot.quarantine().await?.len() as u64;
        let report = &mut self.report;
        report.counters.quarantined = aside;
        report.counters.received = report.counters.applied + report.counters.held + aside;
        let (counted, stored) = (report.counters, head.counters);
        report.expect(counted == stored, || format!("counted {counted:?}, stored {stored:?}"));
        report.expect(head.position == self.position, || {
            format!("the head says {}, the feed ends at {}", head.position, self.position)
        });
        report.expect(head.latest == self.latest, || "the head says another latest time".to_owned());
        Ok(())
    }

    async fn digests(&mut self, snapshot: &mut impl Snapshot) -> Stored<()> {
        let mut stored: BTreeMap<Scope, SetDigest> = snapshot.digests(None).await?.into_iter().collect();
        for (scope, digest) in &self.digests {
            self.report.digests += 1;
            let same = stored.remove(scope).is_some_and(|there| there == *digest);
            self.report.expect(same, || format!("{scope:?}: another digest is stored"));
            let ask = FeedAsk { scopes: Some(vec![*scope]), limit: u32::MAX, ..FeedAsk::default() };
            let listed = snapshot.feed(&ask).await?.len() as u64;
            self.report.expect(listed == digest.count, || {
                format!("{scope:?}: {listed} entries are listed, {} are there", digest.count)
            });
        }
        for scope in stored.keys() {
            self.report.fault(format!("{scope:?}: a digest of nothing"));
        }
        Ok(())
    }

    async fn papers(&mut self, snapshot: &mut impl Snapshot) -> Stored<()> {
        let bytes = |paper: &Paper| minicbor::to_vec(paper).expect("writing to memory cannot fail");
        let mut stored: BTreeMap<PaperKey, Paper> =
            snapshot.papers_in(&Sight::everything()).await?.into_iter().collect();
        let report = &mut self.report;
        let mut sums = [Money::ZERO; 2];
        for (key, paper) in self.papers.iter().filter(|(key, paper)| paper.scope(key).is_some()) {
            report.papers += 1;
            let there = stored.remove(key);
            if let Paper::Balance(balance) = paper {
                report.balances += 1;
                sums[0] = sums[0].plus(balance.sum);
            }
            if let Some(Paper::Balance(balance)) = &there {
                sums[1] = sums[1].plus(balance.sum);
            }
            let same = there.is_some_and(|there| bytes(&there) == bytes(paper));
            report.expect(same, || format!("{:?} {}: another paper is stored", key.kind, key.id));
        }
        for key in stored.keys() {
            report.fault(format!("{:?} {}: a paper that no entry wrote", key.kind, key.id));
        }
        report.expect(sums == [Money::ZERO; 2], || "the balances do not add up to zero".to_owned());
        Ok(())
    }

    /// What lists show: as many papers, coming to as much, as the feed brings.
    async fn lists(&mut self, snapshot: &mut impl Snapshot) -> Stored<()> {
        for kind in PaperKind::ALL {
            let rows = self
                .papers
                .iter()
                .filter(|(key, paper)| key.kind == kind && paper.scope(key).is_some())
                .filter_map(|(key, paper)| project(key, paper));
            let (mut total, mut amount) = (0, Money::ZERO);
            for row in rows {
                total += 1;
                amount = amount.plus(row.amount.unwrap_or(Money::ZERO));
            }
            let ask = ListAsk {
                kinds: vec![kind],
                sight: Sight::everything(),
                filter: Filter::default(),
                sort: Sort::default(),
                offset: 0,
                limit: 0,
            };
            let listing = snapshot.list(&ask).await?;
            self.report.expect((listing.total, listing.amount) == (total, amount), || {
                format!("{kind:?}: lists show {} papers, the feed brings {total}", listing.total)
            });
        }
        Ok(())
    }
}
