//! A device's log as a file that somebody outside can check, sealed by the hub.
//!
//! Floor: hub. Reads and signs; writes nothing. Whose bodies may be in it, the caller says.

use ed25519_dalek::Signer;
use minicbor::bytes::ByteVec;
use sync_core::{
    evidence::{AsideChange, Content, EnrolledBy, LogFile, LoggedChange, SignedHead},
    log::{Change, Hash},
    paper::{Paper, PaperKey},
    refusal::Verdict,
    time::Timestamp,
    unit::{ChangeId, DeviceId},
    wire,
};

use super::Hub;
use crate::store::{Checkpoint, DeviceLog, FeedRow, Quarantined, Snapshot, Store, StoreError, Stored};

/// How many changes are read at a time.
const READ_AT_ONCE: u64 = 1_000;

impl<S: Store> Hub<S> {
    /// The log of a device in a file, sealed and countersigned; `None` where there is no such device.
    ///
    /// `may_read` says of a row of the feed whether its body may be in the file; of a change put aside whether it may.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn log_file(
        &self,
        device: DeviceId,
        may_read: impl Fn(&FeedRow) -> bool,
        may_read_aside: impl Fn(&DeviceLog, &Change) -> bool,
        now: Timestamp,
    ) -> Stored<Option<Vec<u8>>> {
        let mut snapshot = self.snapshot().await?;
        let these = crate::store::Devices::These(vec![device]);
        let Some(log) = snapshot.devices(&these).await?.pop() else { return Ok(None) };
        let epoch = snapshot.head().await?.epoch;
        let mut changes = Vec::new();
        let mut next = 1;
        while next <= log.last_seq {
            let last = log.last_seq.min(next + READ_AT_ONCE - 1);
            let ids: Vec<ChangeId> = (next..=last).map(|seq| ChangeId { device, seq }).collect();
            let rows = snapshot.entries(&ids).await?;
            changes.extend(rows.iter().map(|row| logged(row, may_read(row))));
            next = last + 1;
        }
        let aside = snapshot.quarantine_of(device).await?;
        let aside = aside.iter().map(|kept| strange(kept, |change| may_read_aside(&log, change)));
        let aside = aside.collect::<Stored<Vec<_>>>()?;
        let file = LogFile {
            company: self.company.id,
            company_name: self.company.name.clone(),
            hub: self.company.hub,
            hub_key: self.public_key(),
            device,
            number: log.number,
            staff: log.staff,
            owner: name_of(&mut snapshot, &log).await?,
            key: log.key,
            enrolled: self.enrolled_by(&mut snapshot, device).await?,
            revoked: log.revoked,
            changes,
            signed: log.checkpoint.as_ref().map(signed),
            checkpoint: self.checkpoint_of(&log, epoch, now),
            aside,
            line: Some(self.signers.line(now)).filter(|line| !line.is_empty()),
        };
        let content = file.content();
        let signature = self.signer().sign(&LogFile::seal_bytes(&content)).to_bytes();
        Ok(Some(LogFile::sealed(&content, &signature)))
    }

    /// What the hub now holds of a device's log, countersigned.
    pub(super) fn checkpoint_of(&self, log: &DeviceLog, epoch: u32, at: Timestamp) -> wire::Checkpoint {
        self.checkpoint(log.device, epoch, (log.last_seq, log.link), at)
    }

    /// A countersignature over a device's log up to a sequence, with the link after it.
    pub(super) fn checkpoint(
        &self,
        device: DeviceId,
        epoch: u32,
        (through, link): (u64, Hash),
        at: Timestamp,
    ) -> wire::Checkpoint {
        let bytes = wire::Checkpoint::signing_bytes(self.company.id, device, epoch, through, &link, at);
        wire::Checkpoint { epoch, through, link, at, signature: self.signer().sign(&bytes).to_bytes() }
    }

    /// The entry of the hub's own log by which a device was enrolled.
    async fn enrolled_by(
        &self,
        snapshot: &mut impl Snapshot,
        device: DeviceId,
    ) -> Stored<Option<EnrolledBy>> {
        if device == self.company.hub {
            return Ok(None);
        }
        let papers = snapshot.papers(&[PaperKey::device(device)]).await?;
        let by = papers.iter().find_map(|(_, paper)| match paper {
            Paper::Device(card) => card.enrolled.as_ref().map(|enrolled| enrolled.id),
            _ => None,
        });
        let by = by.ok_or_else(|| StoreError::Corrupt(format!("device {device} was never enrolled")))?;
        let row = snapshot.entries(&[by]).await?.pop();
        let row =
            row.ok_or_else(|| StoreError::Corrupt(format!("the enrolment of {device} is not there")))?;
        let change = ByteVec::from(row.entry.change.to_bytes());
        Ok(Some(EnrolledBy { change, link: row.link, position: row.entry.position }))
    }
}

async fn name_of(snapshot: &mut impl Snapshot, log: &DeviceLog) -> Stored<String> {
    let papers = snapshot.papers(&[PaperKey::staff(log.staff)]).await?;
    let name = papers.into_iter().find_map(|(_, paper)| match paper {
        Paper::Staff(card) => card.joined.map(|joined| joined.what.name.to_string()),
        _ => None,
    });
    Ok(name.unwrap_or_default())
}

fn logged(row: &FeedRow, with_body: bool) -> LoggedChange {
    let entry = &row.entry;
    let verdict = (entry.verdict != Verdict::plain())
        .then(|| minicbor::to_vec(&entry.verdict).expect("writing to memory cannot fail"));
    LoggedChange {
        content: Content::of(&entry.change, with_body),
        link: row.link,
        position: entry.position,
        effective: entry.effective,
        received: entry.received,
        verdict: verdict.map(ByteVec::from),
    }
}

fn strange(kept: &Quarantined, may_read: impl Fn(&Change) -> bool) -> Stored<AsideChange> {
    let change = Change::from_bytes(kept.device, &kept.change);
    let change = change.map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(AsideChange {
        content: Content::of(&change, may_read(&change)),
        link: kept.link,
        at: kept.at,
        signed: signed(&kept.proof),
    })
}

fn signed(proof: &Checkpoint) -> SignedHead {
    SignedHead { header: ByteVec::from(proof.header.clone()), signature: proof.signature }
}
