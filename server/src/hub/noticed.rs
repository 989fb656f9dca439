//! What the hub notices of devices at a contact, beside what a push itself tells.
//!
//! Floor: hub. A note in the device's row; never a change of the book.

use sync_core::{
    log::{Declared, UnacceptableBatch},
    time::{Period, Timestamp},
    unit::DeviceId,
};

use super::{Hub, Unacceptable};
use crate::store::{DeviceLog, DeviceSeen, DeviceTrouble, Devices, Store, Stored, TroubleKind};

/// The same thing of the same device is noted once in so many milliseconds.
const NOTED_FOR_MS: u64 = 10 * 60_000;

/// What a device says of its own log when it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnLog {
    /// The last of its own changes that it knows.
    pub last_seq: u64,
    /// Its clock, in milliseconds, when it said so.
    pub clock_ms: u64,
}

impl OwnLog {
    /// What that shows beside what the company has of the log.
    ///
    /// Only what was said after the latest delivery counts, by the device's own clock: a request that was made before it
    /// and came late knows less by right.
    fn shows(self, log: &DeviceLog) -> Option<TroubleKind> {
        let since = log.seen.map_or(0, |seen| seen.declared.clock.millis());
        (self.last_seq < log.last_seq && self.clock_ms > since).then_some(TroubleKind::SetBack)
    }

    /// Whether that is another word than the one noted: of another number held back, of another month, or after a while.
    fn says_anew(self, log: &DeviceLog, now: Timestamp) -> bool {
        let noted = log.seen.and_then(|seen| seen.said.map(|said| (said, seen.declared.unsent)));
        self.last_seq >= log.last_seq
            && noted.is_none_or(|(said, unsent)| {
                unsent != self.last_seq - log.last_seq
                    || Period::at(said) != Period::at(now)
                    || now.millis().saturating_sub(said.millis()) >= NOTED_FOR_MS
            })
    }

    /// Notes it: what the device has recorded beyond what the company holds, it holds back.
    fn declares(self, log: &mut DeviceLog, now: Timestamp) {
        let Some(unsent) = self.last_seq.checked_sub(log.last_seq) else { return };
        let known = log.seen.map(|seen| seen.declared).unwrap_or_default();
        let clock = if self.clock_ms == 0 { now } else { Timestamp::from_millis(self.clock_ms) };
        let declared = Declared { unsent, clock, ..known };
        log.seen = Some(DeviceSeen { at: now, declared, said: Some(now) });
    }
}

impl Unacceptable {
    /// What a batch that was not taken shows of its device's log, and from which sequence on.
    pub const fn shows(&self) -> Option<(TroubleKind, u64)> {
        match self {
            Self::Batch(UnacceptableBatch::BrokenChain { seq }) => Some((TroubleKind::Broken, *seq)),
            Self::Batch(UnacceptableBatch::BadSignature) => Some((TroubleKind::Unsigned, 0)),
            Self::Batch(UnacceptableBatch::Malformed(_)) | Self::NotYourDevice => None,
        }
    }
}

impl<S: Store> Hub<S> {
    /// Notes that a device reads: whether it still knows its own log.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn reads(&self, device: DeviceId, own: OwnLog, now: Timestamp) -> Stored<()> {
        let Some(log) = self.device_log(device).await? else { return Ok(()) };
        if own.says_anew(&log, now) {
            self.note(device, |log| own.declares(log, now), now).await?;
        }
        match own.shows(&log) {
            Some(kind) => self.notice(device, kind, own.last_seq + 1, now).await,
            None if own.last_seq >= log.last_seq && log.trouble.is_some_and(is_set_back) => {
                self.note(device, |log| log.trouble = log.trouble.and_then(|known| known.continued(now)), now)
                    .await
            }
            None => Ok(()),
        }
    }

    /// Notes what a contact of a device has shown.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn notice(&self, device: DeviceId, kind: TroubleKind, seq: u64, now: Timestamp) -> Stored<()> {
        let Some(log) = self.device_log(device).await? else { return Ok(()) };
        let fresh = |known: DeviceTrouble| now.millis().saturating_sub(known.last.millis()) < NOTED_FOR_MS;
        if log.trouble.is_some_and(|known| (known.kind, known.seq) == (kind, seq) && fresh(known)) {
            return Ok(());
        }
        let note = |log: &mut DeviceLog| {
            log.trouble = Some(DeviceTrouble::after(log.trouble, kind, seq, now));
        };
        self.note(device, note, now).await
    }

    async fn note(&self, device: DeviceId, note: impl FnOnce(&mut DeviceLog), now: Timestamp) -> Stored<()> {
        let mut session = self.session(now).await?;
        session.load_devices(Devices::These(vec![device])).await?;
        if let Some(log) = session.touch(device) {
            note(log);
        }
        session.commit().await.map(drop)
    }
}

const fn is_set_back(known: DeviceTrouble) -> bool {
    matches!(known.kind, TroubleKind::SetBack)
}
