//! What an operator watches of a company's book: what waits, who is silent, who has not given up what they must.
//!
//! Floor: above `hub`, below `http`. Counts only: no id and no name leaves this file.

use std::collections::BTreeMap;

use sync_core::{
    paper::{Paper, PaperKind, WAITING},
    time::Timestamp,
};

use crate::{
    figures::{self, number},
    hub::Hub,
    store::{DeviceLog, Devices, Filter, ListAsk, Snapshot, Store, Stored, Upkeep, Volume},
};

/// So many held changes are counted by their reason; what waits beyond them is counted as `further`.
const MOST_BY_REASON: u32 = 2_000;

/// After so many days a device is silent: a day, a week, and as long as a phone opens without a signal.
pub const SILENT_DAYS: [u64; 3] = [1, 7, 35];

const DAY_MS: u64 = 86_400_000;

/// What is counted by looking through the book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Held changes that wait, by the code of their reason.
    pub held_open: BTreeMap<&'static str, u64>,
    /// Scopes that devices have not confirmed to be gone.
    pub unconfirmed: u64,
    /// Devices with rights.
    pub devices: u64,
    /// Of them, silent for more than so many days each.
    pub silent: [u64; 3],
    /// Devices with something that does not fit, by kind.
    pub troubled: BTreeMap<&'static str, u64>,
    /// Changes declared as unsent.
    pub unsent: u64,
    /// Milliseconds since the earliest of these declarations.
    pub unsent_since_ms: u64,
    /// How much the store holds.
    pub volume: Volume,
}

impl Vitals {
    /// Looks through the book.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of<S: Store + Upkeep>(hub: &Hub<S>, now: Timestamp) -> Stored<Self> {
        let mut vitals = Self { volume: hub.store().volume(hub.company()).await?, ..Self::default() };
        let mut moment = hub.snapshot().await?;
        for log in moment.devices(&Devices::All).await? {
            if log.device != hub.device() {
                vitals.count(&log, now);
            }
        }
        let evictions = moment.evictions(None).await?;
        vitals.unconfirmed = evictions.iter().filter(|eviction| eviction.confirmed.is_none()).count() as u64;
        let waiting = Filter { status: WAITING.map(str::to_owned).into(), ..Filter::default() };
        let every = ListAsk::every(&[PaperKind::Held], waiting);
        let ask = ListAsk { limit: MOST_BY_REASON, totals: true, ..every };
        let listing = moment.list(&ask).await?;
        let further = listing.total.saturating_sub(listing.rows.len() as u64);
        for row in listing.rows {
            if let Paper::Held(Some(held), _) = row.paper {
                *vitals.held_open.entry(held.reason.code()).or_default() += 1;
            }
        }
        if further > 0 {
            vitals.held_open.insert("further", further);
        }
        Ok(vitals)
    }

    fn count(&mut self, log: &DeviceLog, now: Timestamp) {
        if let Some(trouble) = log.trouble {
            *self.troubled.entry(trouble.kind.code()).or_default() += 1;
        }
        if let Some(seen) = log.seen.filter(|seen| seen.declared.unsent > 0) {
            self.unsent += seen.declared.unsent;
            let since = now.millis().saturating_sub(seen.at.millis());
            self.unsent_since_ms = self.unsent_since_ms.max(since);
        }
        if log.revoked.is_some() {
            return;
        }
        self.devices += 1;
        let heard = log.seen.map_or(log.enrolled, |seen| seen.at.max(log.enrolled));
        let silence = now.millis().saturating_sub(heard.millis());
        for (days, silent) in SILENT_DAYS.into_iter().zip(&mut self.silent) {
            *silent += u64::from(silence > days * DAY_MS);
        }
    }

    /// Shows it among the figures. What was there at an earlier look and is there no more becomes zero.
    pub fn show(&self, before: Option<&Self>) {
        labelled(figures::HELD_OPEN, "reason", &self.held_open, before.map(|before| &before.held_open));
        labelled(figures::TROUBLED, "kind", &self.troubled, before.map(|before| &before.troubled));
        for (days, silent) in SILENT_DAYS.into_iter().zip(self.silent) {
            metrics::gauge!(figures::SILENT, "days" => days.to_string()).set(number(silent));
        }
        for (name, value) in [
            (figures::UNCONFIRMED, self.unconfirmed),
            (figures::DEVICES, self.devices),
            (figures::UNSENT, self.unsent),
            (figures::UNSENT_AGE, self.unsent_since_ms / 1_000),
            (figures::BLOBS, self.volume.blobs),
            (figures::BLOB_BYTES, self.volume.blob_bytes),
        ] {
            metrics::gauge!(name).set(number(value));
        }
        let book = self.volume.store_bytes.saturating_sub(self.volume.log_bytes);
        for (part, bytes) in [("book", book), ("log", self.volume.log_bytes)] {
            metrics::gauge!(figures::STORE_BYTES, "part" => part).set(number(bytes));
        }
    }
}

fn labelled(
    name: &'static str,
    label: &'static str,
    now: &BTreeMap<&'static str, u64>,
    before: Option<&BTreeMap<&'static str, u64>>,
) {
    // Where nothing is wrong that is said as well.
    if now.is_empty() {
        metrics::gauge!(name, label => "none").set(0.0);
    }
    for gone in before.into_iter().flat_map(BTreeMap::keys).filter(|key| !now.contains_key(*key)) {
        metrics::gauge!(name, label => *gone).set(0.0);
    }
    for (key, count) in now {
        metrics::gauge!(name, label => *key).set(number(*count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DeviceSeen, DeviceTrouble, TroubleKind};
    use sync_core::{
        log::Declared,
        unit::{DeviceId, Money, StaffId},
    };

    fn log(enrolled_days: u64, seen: Option<(u64, u64)>, revoked: bool) -> DeviceLog {
        let day = |days: u64| Timestamp::from_millis((100 - days) * DAY_MS);
        let declared = |unsent| Declared { unsent, cash: Money::ZERO, clock: day(0) };
        DeviceLog {
            device: DeviceId::from_bytes([1; 16]),
            staff: StaffId::from_bytes([2; 16]),
            number: 1,
            key: [0; 32],
            enrolled: day(enrolled_days),
            revoked: revoked.then(|| day(0)),
            last_seq: 0,
            link: [0; 32],
            latest: Timestamp::ZERO,
            checkpoint: None,
            seen: seen.map(|(days, unsent)| DeviceSeen {
                at: day(days),
                declared: declared(unsent),
                said: None,
            }),
            trouble: None,
            aside: 0,
        }
    }

    #[test]
    fn a_device_is_silent_since_it_was_heard_of_last_and_a_stopped_one_is_missed_by_nobody() {
        let now = Timestamp::from_millis(100 * DAY_MS);
        let mut vitals = Vitals::default();
        // Heard of today; never since its enrolment eight days ago; forty days ago with three unsent; stopped.
        for log in [log(50, Some((0, 0)), false), log(8, None, false), log(90, Some((40, 3)), false)] {
            vitals.count(&log, now);
        }
        let fork = DeviceTrouble { kind: TroubleKind::Fork, seq: 1, since: now, last: now };
        vitals.count(&DeviceLog { trouble: Some(fork), ..log(90, Some((60, 2)), true) }, now);
        assert_eq!((vitals.devices, vitals.silent), (3, [2, 2, 1]));
        assert_eq!(vitals.unsent, 5, "what a stopped phone still has is missed as well");
        assert_eq!(vitals.unsent_since_ms, 60 * DAY_MS);
        assert_eq!(vitals.troubled, BTreeMap::from([("fork", 1)]));
    }
}
