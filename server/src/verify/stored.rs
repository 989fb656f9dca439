//! What is stored beside the feed, compared with what the feed brings.
//!
//! Floor: below `verify`. Reads only.

use std::collections::BTreeMap;

use sync_core::{
    log::{SetDigest, sha256},
    paper::{Paper, PaperKey, PaperKind, project},
    scope::Scope,
    unit::{DeviceId, Initials, Money},
};

use super::{Check, LOOKED_AT};
use crate::store::{
    Filter, Head, Inspection, ListAsk, Period, Shown, Sight, Snapshot, Stored, TallyKey, tallied,
};

impl Check {
    pub(super) async fn head(&mut self, head: &Head, snapshot: &mut impl Snapshot) -> Stored<()> {
        let mut of_device: BTreeMap<DeviceId, u64> = BTreeMap::new();
        for kept in snapshot.quarantine().await? {
            *of_device.entry(kept.device).or_default() += 1;
        }
        for log in self.logs.values() {
            let (kept, noted) = (of_device.get(&log.device).copied().unwrap_or_default(), log.aside);
            self.report.expect(kept == noted, || {
                format!("device {}: {kept} changes are put aside, its log says {noted}", log.device)
            });
        }
        let aside: u64 = of_device.values().sum();
        let report = &mut self.report;
        report.counters.quarantined = aside;
        report.counters.received = report.counters.applied + report.counters.held + aside;
        let (counted, stored) = (report.counters, head.counters);
        report.expect(counted == stored, || format!("counted {counted:?}, stored {stored:?}"));
        report.expect(head.position == self.position, || {
            format!("the head says {}, the feed ends at {}", head.position, self.position)
        });
        let numbers = self.enrolled.values().map(|begun| begun.number).max().unwrap_or(0);
        report.expect(head.devices == numbers, || {
            format!("the head says {} devices, the feed {numbers}", head.devices)
        });
        report.expect(head.latest == self.latest, || "the head says another latest time".to_owned());
        Ok(())
    }

    pub(super) async fn digests(&mut self, snapshot: &mut impl Snapshot) -> Stored<()> {
        let mut stored: BTreeMap<Scope, SetDigest> = snapshot.digests(None).await?.into_iter().collect();
        for (scope, digest) in &self.digests {
            self.report.digests += 1;
            let same = stored.remove(scope).is_some_and(|there| there == *digest);
            self.report.expect(same, || format!("{scope:?}: another digest is stored"));
        }
        for scope in stored.keys() {
            self.report.fault(format!("{scope:?}: a digest of nothing"));
        }
        Ok(())
    }

    pub(super) async fn papers(&mut self, snapshot: &mut impl Snapshot) -> Stored<()> {
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

    /// What lists filter, sort and search by, and whose a paper is: it follows from the paper.
    pub(super) async fn shown(&mut self, snapshot: &mut impl Inspection) -> Stored<()> {
        let mut after = None;
        loop {
            let some = snapshot.shown(after, LOOKED_AT).await?;
            let Some(last) = some.last() else { return Ok(()) };
            after = Some(last.key);
            for stored in some {
                let key = stored.key;
                let Some(paper) = self.papers.get(&key) else {
                    // A shell that nothing was written on yet is nobody's and shown nowhere.
                    let hidden = stored.scope.is_none() && stored.status.is_none();
                    self.report
                        .expect(hidden, || format!("{:?} {}: shown, but nowhere written", key.kind, key.id));
                    continue;
                };
                self.report.places += 1;
                self.report.expect(Shown::of(&key, paper) == stored, || {
                    format!("{:?} {}: lists show another than the paper says", key.kind, key.id)
                });
            }
        }
    }

    /// What was counted as papers were written: it follows from the papers.
    pub(super) async fn tallies(&mut self, snapshot: &mut impl Inspection) -> Stored<()> {
        let shown: Vec<Shown> = self.papers.iter().map(|(key, paper)| Shown::of(key, paper)).collect();
        let by_day = tallied(&shown);
        for period in Period::ALL {
            let of = |key: &TallyKey| match period {
                Period::Day => format!("{:?} of day {}", key.kind, key.day),
                Period::Month => format!("{:?} of the month from day {}", key.kind, key.day),
            };
            let mut meant = period.gathered(by_day.clone());
            for (key, stored) in snapshot.tallies(period).await? {
                self.report.places += 1;
                let meant = meant.remove(&key).unwrap_or_default();
                self.report.expect(meant == stored, || {
                    format!("{}: {} were counted, there are {}", of(&key), stored.papers, meant.papers)
                });
            }
            for (key, meant) in meant {
                self.report.fault(format!("{}: none was counted, there are {}", of(&key), meant.papers));
            }
        }
        Ok(())
    }

    /// Where entries are to be seen: it follows from what they say.
    pub(super) async fn places(&mut self, snapshot: &mut impl Inspection) -> Stored<()> {
        let mut after = None;
        loop {
            let some = snapshot.places(after, LOOKED_AT).await?;
            let Some(last) = some.last() else { break };
            after = Some(*last);
            for (scope, position) in some {
                self.report.places += 1;
                let meant = self.places.remove(&(scope, position));
                self.report
                    .expect(meant, || format!("entry {position}: listed in {scope:?}, where it is not"));
            }
        }
        for (scope, position) in std::mem::take(&mut self.places) {
            self.report.fault(format!("entry {position}: not listed in {scope:?}"));
        }
        Ok(())
    }

    /// Files: each is what its name says, and seen where the changes that name it are seen.
    pub(super) async fn files(&mut self, snapshot: &mut impl Inspection) -> Stored<()> {
        let mut after = None;
        while let Some(blob) = snapshot.next_blob(after).await? {
            after = Some(blob.hash);
            self.report.files += 1;
            let same = sha256(&[&blob.bytes]) == blob.hash.0;
            self.report
                .expect(same, || format!("file {}: its bytes are others than its name says", blob.hash));
        }
        let mut after = None;
        loop {
            let some = snapshot.named(after, LOOKED_AT).await?;
            let Some(last) = some.last() else { break };
            after = Some(*last);
            for (file, scope) in some {
                let meant = self.named.remove(&(file, scope));
                self.report
                    .expect(meant, || format!("file {file}: shown in {scope:?}, where nothing names it"));
            }
        }
        for (file, scope) in std::mem::take(&mut self.named) {
            self.report.fault(format!("file {file}: not shown in {scope:?}, where a change names it"));
        }
        Ok(())
    }

    /// What lists show: as many papers, coming to as much, as the feed brings.
    pub(super) async fn lists(&mut self, snapshot: &mut impl Snapshot) -> Stored<()> {
        for kind in PaperKind::ALL {
            let rows = self
                .papers
                .iter()
                .filter(|(key, paper)| key.kind == kind && paper.scope(key).is_some())
                .filter_map(|(key, paper)| project(key, paper, Initials::BUILT_IN));
            let (mut total, mut amount) = (0, Money::ZERO);
            for row in rows {
                total += 1;
                amount = amount.plus(row.amount.unwrap_or(Money::ZERO));
            }
            let every = ListAsk::every(&[kind], Filter::default());
            let ask = ListAsk { limit: 0, totals: true, ..every };
            let listing = snapshot.list(&ask).await?;
            self.report.expect((listing.total, listing.amount) == (total, amount), || {
                format!("{kind:?}: lists show {} papers, the feed brings {total}", listing.total)
            });
        }
        Ok(())
    }
}
