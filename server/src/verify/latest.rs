//! The end of the feed: what can be looked at in a moment, however long the book is.
//!
//! What it finds is wrong; what it does not find may be wrong further back, which only the whole check sees.

use std::collections::BTreeMap;

use sync_core::{
    time::Timestamp,
    unit::{ChangeId, DeviceId},
};

use super::{
    LOOKED_AT, Report,
    chain::{Chain, is_proven},
};
use crate::{
    hub::Hub,
    store::{DeviceLog, Devices, FeedAsk, FeedRow, Snapshot, Store, StoreError},
};

/// The end of the feed as it was read, with what only an operator's look asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latest {
    /// What was checked, and what does not hold.
    pub report: Report,
    /// The latest receipt among what was read.
    pub received: Option<Timestamp>,
    /// The most by which a receipt lies before the one that came before it, in milliseconds: the clock was set back.
    pub set_back_ms: u64,
}

impl<S: Store> Hub<S> {
    /// Recomputes the chains of the last so many entries, and checks every device's signature over the head of its log.
    ///
    /// # Errors
    /// Those of the store. What does not hold is no error but a fault in the report.
    pub async fn verify_latest(&self, entries: u64) -> Result<Latest, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let head = snapshot.head().await?;
        let logs = snapshot.devices(&Devices::All).await?;
        let mut after = head.position.saturating_sub(entries);
        let mut tail = Tail { position: after, ..Tail::default() };
        loop {
            let ask = FeedAsk { after, limit: LOOKED_AT, ..FeedAsk::default() };
            let rows = snapshot.feed(&ask).await?;
            let Some(last) = rows.last() else { break };
            after = last.entry.position;
            tail.begin(&rows, &mut snapshot).await?;
            for row in &rows {
                tail.entry(row);
            }
        }
        let position = tail.position;
        tail.latest.report.expect(head.position == position, || {
            format!("the head says {}, the feed ends at {position}", head.position)
        });
        for log in &logs {
            tail.log(log, self);
        }
        Ok(tail.latest)
    }
}

#[derive(Default)]
struct Tail {
    chains: BTreeMap<DeviceId, Chain>,
    position: u64,
    latest: Latest,
}

impl Tail {
    /// Where the chains of these rows stand before the first of each device: read from the entries before them.
    async fn begin(&mut self, rows: &[FeedRow], snapshot: &mut impl Snapshot) -> Result<(), StoreError> {
        let mut before: BTreeMap<DeviceId, u64> = BTreeMap::new();
        for id in rows.iter().map(|row| row.entry.change.id) {
            if !self.chains.contains_key(&id.device) {
                before.entry(id.device).or_insert(id.seq.saturating_sub(1));
            }
        }
        let asked: Vec<ChangeId> = before
            .iter()
            .filter(|(_, seq)| **seq > 0)
            .map(|(device, seq)| ChangeId { device: *device, seq: *seq })
            .collect();
        for row in snapshot.entries(&asked).await? {
            self.chains.insert(row.entry.change.id.device, Chain::after(&row));
        }
        Ok(())
    }

    fn entry(&mut self, row: &FeedRow) {
        let (entry, Latest { report, received, set_back_ms }) = (&row.entry, &mut self.latest);
        let (at, id) = (entry.position, entry.change.id);
        report.entries += 1;
        report.expect(at == self.position + 1, || format!("the feed has a gap before {at}"));
        self.position = at;
        if let Some(before) = *received {
            *set_back_ms = (*set_back_ms).max(before.millis().saturating_sub(entry.received.millis()));
        }
        *received = (*received).max(Some(entry.received));
        if let Some(chain) = self.chains.get(&id.device) {
            chain.goes_on(row, report);
        } else {
            // The first of a log follows from the device's key, which the whole check recomputes.
            report.expect(id.seq == 1, || {
                format!("entry {at}: device {} has nothing before sequence {}", id.device, id.seq)
            });
        }
        self.chains.insert(id.device, Chain::after(row));
    }

    /// A device's log ends where its chain does, and is signed there.
    fn log<S: Store>(&mut self, log: &DeviceLog, hub: &Hub<S>) {
        let report = &mut self.latest.report;
        if let Some(chain) = self.chains.get(&log.device) {
            chain.is_stored_in(log, report);
        }
        let mut keys = vec![log.key];
        if log.device == hub.device() {
            let same = log.key == hub.signers().founding();
            report.expect(same, || "the log of the hub has another key than the hub".to_owned());
            keys = hub.signers().all().into_iter().map(|(_, key)| key).collect();
        }
        is_proven(log, &keys, hub.company(), (log.link, log.last_seq), report);
    }
}
