//! The chain of one device's log: how it goes on, where it stands, and who has signed that.

use sync_core::{
    log::{BatchHeader, Hash, is_signed, next_link},
    time::Timestamp,
    unit::CompanyId,
};

use super::Report;
use crate::store::{DeviceLog, FeedRow};

/// Where a device's chain stands while it is being recomputed.
pub(super) struct Chain {
    pub(super) seq: u64,
    pub(super) link: Hash,
    pub(super) latest: Timestamp,
}

impl Chain {
    /// Where it stands after an entry, as the entry says.
    pub(super) fn after(row: &FeedRow) -> Self {
        Self { seq: row.entry.change.id.seq, link: row.link, latest: row.entry.effective }
    }

    /// The next entry of the device follows from where the chain stands.
    pub(super) fn goes_on(&self, row: &FeedRow, report: &mut Report) {
        let (entry, at, id) = (&row.entry, row.entry.position, row.entry.change.id);
        report.expect(id.seq == self.seq + 1, || {
            format!("entry {at}: device {} goes on at {} after {}", id.device, id.seq, self.seq)
        });
        report.expect(next_link(&self.link, &entry.change) == row.link, || {
            format!("entry {at}: the chain of device {} breaks at sequence {}", id.device, id.seq)
        });
        report.expect(entry.effective > self.latest, || {
            format!("entry {at}: effective times of device {} do not increase", id.device)
        });
    }

    /// The log that is stored ends where the chain does.
    pub(super) fn is_stored_in(&self, log: &DeviceLog, report: &mut Report) {
        report.chains += 1;
        let stands = (log.last_seq, log.link, log.latest) == (self.seq, self.link, self.latest);
        report.expect(stands, || {
            format!("device {}: its log stands at {}, its chain at {}", log.device, log.last_seq, self.seq)
        });
    }
}

/// The device has signed that its log ends at this link and sequence.
///
/// `keys` are those it may sign with: the hub has a line of them, every other device one.
pub(super) fn is_proven(
    log: &DeviceLog,
    keys: &[[u8; 32]],
    company: CompanyId,
    (link, seq): (Hash, u64),
    report: &mut Report,
) {
    let Some(proof) = &log.checkpoint else {
        report.expect(log.last_seq == 0, || format!("device {}: no proof over its chain", log.device));
        return;
    };
    report.signatures += 1;
    let is_own = keys.iter().any(|key| is_signed(&proof.header, &proof.signature, key));
    report.expect(is_own, || format!("device {}: the signature over its chain is not its own", log.device));
    let proves = minicbor::decode::<BatchHeader>(&proof.header).is_ok_and(|header| {
        let last = header.first.saturating_add(header.count).saturating_sub(1);
        (header.company, header.device, header.head, last) == (company, log.device, link, seq)
    });
    report.expect(proves, || format!("device {}: the proof is of another chain", log.device));
}
