//! Pushes of devices, a group in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    log::{Declared, Hash, genesis},
    paper::PaperKey,
    refusal::Verdict,
    time::Timestamp,
    unit::DeviceId,
    wire::{Judged, PushReply},
};
use thiserror::Error;

use super::{
    Arrived, Hub,
    session::{Incoming, Session},
};
use crate::figures::{GROUP_CHANGES, GROUP_PUSHES, Stage, number};
use crate::store::{
    DeviceLog, DeviceSeen, DeviceTrouble, Devices, FeedRow, Quarantined, Store, StoreError, Stored,
    TroubleKind, Unit,
};

/// Why a push was not taken. The device keeps what it could not deliver.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PushError {
    /// Changes are missing before it.
    #[error("the log goes on at {expected}")]
    Gap {
        /// The sequence that should come first.
        expected: u64,
    },
    /// It says something else than what the device said before: a clone, a rollback or an old image. Its bytes are kept.
    #[error("another change {seq} of this device is in the feed")]
    Fork {
        /// The first sequence that differs.
        seq: u64,
    },
    /// No such device in this company.
    #[error("no such device")]
    UnknownDevice,
    /// Too many are waiting; try again.
    #[error("too many pushes are waiting")]
    Busy,
    /// Nothing was stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// So many changes are judged between two looks after what is being saved: about as long as the database takes for one
/// statement.
const LOOKED_AFTER_EVERY: usize = 16;

type Answer = Result<PushReply, PushError>;

/// The answer to a push that is in the feed for good, all but the hub's signature.
#[derive(Debug)]
pub(super) struct Taken {
    device: DeviceId,
    reply: PushReply,
}

impl<S: Store> Hub<S> {
    /// Takes in a group of pushes in one transaction and answers each, in order.
    ///
    /// Later pushes see what earlier ones wrote. One that cannot be taken is answered alone; if the commit fails, all
    /// get the error and nothing is stored.
    pub async fn ingest(&self, group: Vec<Arrived>, now: Timestamp) -> Vec<Answer> {
        let taken = self.take_in(group, now).await;
        taken.into_iter().map(|taken| taken.map(|taken| self.countersigned(taken))).collect()
    }

    /// [`Hub::ingest`] without its signatures: whoever waits for an answer signs it, while the next group is taken in.
    pub(super) async fn take_in(&self, group: Vec<Arrived>, now: Timestamp) -> Vec<Result<Taken, PushError>> {
        match self.ingest_all(&group, now).await {
            Ok((answers, head)) => {
                metrics::histogram!(GROUP_PUSHES).record(number(group.len() as u64));
                let changes = group.iter().map(Arrived::len).sum::<usize>();
                metrics::histogram!(GROUP_CHANGES).record(number(changes as u64));
                self.tell(head);
                let taken = group.iter().zip(answers);
                taken.map(|(arrived, answer)| Ok(Taken { device: arrived.device, reply: answer? })).collect()
            }
            // What one push touches does not make sense any more: the others need not suffer for it.
            Err(StoreError::Corrupt(_)) if group.len() > 1 => {
                let mut answers = Vec::with_capacity(group.len());
                for alone in group {
                    answers.extend(Box::pin(self.take_in(vec![alone], now)).await);
                }
                answers
            }
            Err(error) => group.iter().map(|_| Err(error.clone().into())).collect(),
        }
    }

    async fn ingest_all(&self, group: &[Arrived], now: Timestamp) -> Stored<(Vec<Answer>, u64)> {
        let mut session = Stage::Lock.of(self.session(now)).await?;
        let named = group.iter().flat_map(Arrived::devices);
        let devices: BTreeSet<_> = named.chain([self.company.hub]).collect();
        session.load_devices(Devices::These(devices.into_iter().collect())).await?;
        let mut answers = Stage::Judge.of(session.take_all(group, self.ahead)).await?;
        let logs = session.devices.clone();
        let epoch = session.head.epoch;
        let head = session.commit().await?;
        for (arrived, answer) in group.iter().zip(&mut answers) {
            if let (Ok(reply), Some(log)) = (answer, logs.get(&arrived.device)) {
                (reply.through, reply.link, reply.epoch) = (log.last_seq, log.link, epoch);
            }
        }
        Ok((answers, head))
    }

    /// Signs what the hub now holds of a device's log, so that its owner can prove it. Only after the commit.
    pub(super) fn countersigned(&self, taken: Taken) -> PushReply {
        let Taken { device, mut reply } = taken;
        let PushReply { epoch, through, link, now, .. } = reply;
        reply.countersigned = self.checkpoint(device, epoch, (through, link), now).signature;
        reply
    }
}

impl<U: Unit> Session<U> {
    /// Takes in the pushes of a group, in order.
    ///
    /// Whenever so many changes are judged as `ahead` says and nothing is being saved, they are saved while further ones
    /// are judged.
    async fn take_all(&mut self, group: &[Arrived], ahead: usize) -> Stored<Vec<Answer>> {
        let last_touched = self.load_for(group).await?;
        let mut answers = Vec::with_capacity(group.len());
        for (place, arrived) in group.iter().enumerate() {
            answers.push(self.take(arrived).await?);
            if place + 1 < group.len() {
                let touched_later = |key: &PaperKey| last_touched.get(key).is_some_and(|last| *last > place);
                self.save_ahead(ahead, touched_later).await;
            }
        }
        Ok(answers)
    }

    /// Loads, in one go, the papers that the new changes of a group say they touch. Which push touches each last.
    async fn load_for(&mut self, group: &[Arrived]) -> Stored<BTreeMap<PaperKey, usize>> {
        let mut last_touched = BTreeMap::new();
        for (place, arrived) in group.iter().enumerate() {
            let Some(log) = self.devices.get(&arrived.device) else { continue };
            let new = arrived.changes.iter().filter(|arrived| arrived.change.id.seq > log.last_seq);
            for arrived in new {
                let keys = Self::probable(arrived.op.as_ref(), arrived.change.id, log.staff);
                last_touched.extend(keys.into_iter().map(|key| (key, place)));
            }
        }
        self.load(last_touched.keys().copied()).await?;
        Ok(last_touched)
    }

    /// Takes in one push: checked against the log first; after that it cannot fail any more.
    async fn take(&mut self, arrived: &Arrived) -> Stored<Answer> {
        let Some(log) = self.devices.get(&arrived.device).cloned() else {
            return Ok(Err(PushError::UnknownDevice));
        };
        if arrived.first > log.last_seq + 1 {
            if self.unit().await?.is_aside(arrived.device, &arrived.before).await? {
                // It goes on with the other chain of a fork.
                self.set_aside(arrived, arrived.first, 0).await?;
                return Ok(Err(PushError::Fork { seq: arrived.first }));
            }
            let expected = log.last_seq + 1;
            self.noticed(arrived.device, TroubleKind::Gap, expected);
            return Ok(Err(PushError::Gap { expected }));
        }
        let goes_on = arrived.end() > log.last_seq;
        let known = self.overlap(arrived, &log).await?;
        if let Some((seq, matching)) = known.differs(arrived) {
            self.set_aside(arrived, seq, matching).await?;
            return Ok(Err(PushError::Fork { seq }));
        }
        let mut judged: Vec<Judged> = known.rows.iter().map(answer).collect();
        for (place, arrived) in arrived.changes[known.rows.len()..].iter().enumerate() {
            if place % LOOKED_AFTER_EVERY == 0 {
                self.look_after().await;
            }
            let effective = self.effective(&arrived.change).await?;
            let incoming = Incoming {
                change: arrived.change.clone(),
                link: arrived.link,
                op: arrived.op.as_ref(),
                staff: log.staff,
            };
            self.write_whatever(incoming, effective).await?;
            judged.extend(self.latest_row().map(answer));
        }
        let reply = self.contact(arrived, judged);
        if let (Some(known), true) = (log.trouble, goes_on) {
            let now = self.now;
            if let Some(log) = self.touch(arrived.device) {
                log.trouble = known.continued(now);
            }
        }
        Ok(Ok(reply))
    }

    /// What the feed holds already of a push.
    async fn overlap(&mut self, arrived: &Arrived, log: &DeviceLog) -> Stored<Overlap> {
        let first = arrived.first;
        if first == log.last_seq + 1 {
            return Ok(Overlap { before: log.link, rows: Vec::new() });
        }
        let last = log.last_seq.min(first + arrived.changes.len() as u64 - 1);
        let from = first.saturating_sub(1).max(1);
        let mut rows = self.rows_of(arrived.device, from, last).await?;
        rows.sort_by_key(|row| row.entry.change.id.seq);
        if rows.len() as u64 != last + 1 - from {
            return Err(StoreError::Corrupt(format!("the log of device {} has a gap", arrived.device)));
        }
        let before =
            if first == 1 { genesis(self.company, log.device, &log.key) } else { rows.remove(0).link };
        Ok(Overlap { before, rows })
    }

    /// Keeps the changes of a fork, each once however often and in whatever pieces it comes, and counts it once.
    async fn set_aside(&mut self, arrived: &Arrived, seq: u64, matching: usize) -> Stored<()> {
        let now = self.now;
        let strange = arrived.changes[matching..].iter().map(|strange| Quarantined {
            device: arrived.device,
            seq: strange.change.id.seq,
            link: strange.link,
            reason: format!("fork at {seq}"),
            at: now,
            change: strange.change.to_bytes(),
            proof: arrived.checkpoint.clone(),
        });
        let new = self.unit().await?.put_aside(&strange.collect::<Vec<_>>()).await?;
        self.head.counters.received += new;
        self.head.counters.quarantined += new;
        self.noticed(arrived.device, TroubleKind::Fork, seq);
        if let Some(log) = self.touch(arrived.device) {
            log.aside += new;
        }
        Ok(())
    }

    /// Notes what a push has shown of its device's log.
    fn noticed(&mut self, device: DeviceId, kind: TroubleKind, seq: u64) {
        let now = self.now;
        if let Some(log) = self.touch(device) {
            log.trouble = Some(DeviceTrouble::after(log.trouble, kind, seq, now));
        }
    }

    /// Notes what the device declares, and answers it.
    fn contact(&mut self, arrived: &Arrived, judged: Vec<Judged>) -> PushReply {
        let now = self.now;
        let end = arrived.end();
        let log = self.touch(arrived.device).expect("it was found before");
        // An old batch that is sent again says nothing new of the device.
        if end == log.last_seq {
            let held_back = arrived.declared.unsent.saturating_sub(arrived.len() as u64);
            let declared = Declared { unsent: held_back, ..arrived.declared };
            log.seen = Some(DeviceSeen { at: now, declared, said: Some(now) });
            log.checkpoint = Some(arrived.checkpoint.clone());
        }
        PushReply { through: log.last_seq, judged, now, epoch: 0, countersigned: [0; 64], link: log.link }
    }
}

/// What the feed holds already of a push: the link before it, and its first changes.
struct Overlap {
    before: Hash,
    rows: Vec<FeedRow>,
}

impl Overlap {
    /// The first sequence that differs from what the feed holds, and how many agree before it.
    fn differs(&self, arrived: &Arrived) -> Option<(u64, usize)> {
        if self.before != arrived.before {
            return Some((arrived.first, 0));
        }
        let pairs = self.rows.iter().zip(&arrived.changes);
        let matching = pairs.take_while(|(row, change)| row.link == change.link).count();
        (matching < self.rows.len()).then(|| (arrived.first + matching as u64, matching))
    }
}

fn answer(row: &FeedRow) -> Judged {
    let verdict = &row.entry.verdict;
    Judged {
        seq: row.entry.change.id.seq,
        position: row.entry.position,
        effective: row.entry.effective,
        verdict: (*verdict != Verdict::plain()).then(|| verdict.clone()),
    }
}
