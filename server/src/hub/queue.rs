//! The queue before the hub: concurrent pushes share a transaction, and too many are told to come back.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use sync_core::{
    log::{Actor, Hash},
    op::Ruling,
    time::Timestamp,
    unit::{DeviceId, Text},
    wire::PushReply,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use uuid::Uuid;

use super::{
    Arrived, Command, CommandError, Done, EnrolError, Enrolled, Enrolment, Hub, NamedError, OwnLog,
    PushError, Ruled,
};
use crate::{
    figures::PUSH_WAIT,
    outside::Outside,
    store::{CommandName, Store, StoreError, Stored, TroubleKind},
};

/// How much waits, and how much shares a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// The most pushes that wait; further ones are told to come back.
    pub waiting: usize,
    /// The most pushes in one transaction.
    pub group: usize,
    /// The most changes in one transaction, but for a single larger push.
    pub changes: usize,
    /// The most bytes that wait.
    pub bytes: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self { waiting: 512, group: 128, changes: 4_000, bytes: 128 << 20 }
    }
}

struct Waiting {
    arrived: Arrived,
    answer: oneshot::Sender<Result<PushReply, PushError>>,
    /// Its part of the memory for what waits; given back when it is answered.
    room: OwnedSemaphorePermit,
}

/// Memory for waiting pushes is given out in pieces of this size.
const PIECE: usize = 1 << 10;

/// The way to a hub for tasks that may be given up at any moment: what was begun is finished all the same.
#[derive(Debug)]
pub struct HubQueue<S> {
    hub: Arc<Hub<S>>,
    outside: Outside,
    pushes: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
    /// So many pieces of memory there are.
    pieces: usize,
    contacts: mpsc::Sender<DeviceId>,
    noted: Arc<Mutex<BTreeMap<DeviceId, Timestamp>>>,
}

/// What waits before the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Pushes that no transaction has taken yet.
    pub pushes: usize,
    /// The bytes of all that are not answered.
    pub bytes: usize,
}

/// A contact without a delivery is noted once in so many milliseconds.
const NOTED_FOR_MS: u64 = 10 * 60_000;

impl<S> Clone for HubQueue<S> {
    fn clone(&self) -> Self {
        Self {
            hub: Arc::clone(&self.hub),
            outside: self.outside.clone(),
            pushes: self.pushes.clone(),
            room: Arc::clone(&self.room),
            pieces: self.pieces,
            contacts: self.contacts.clone(),
            noted: Arc::clone(&self.noted),
        }
    }
}

impl<S: Store> HubQueue<S> {
    /// Starts the worker before a hub; it ends when the last handle is dropped. Needs a tokio runtime.
    pub fn start(hub: Arc<Hub<S>>, outside: Outside, limits: QueueLimits) -> Self {
        let (pushes, waiting) = mpsc::channel(limits.waiting.max(1));
        let (contacts, heard) = mpsc::channel(limits.waiting.max(1));
        tokio::spawn(work(Arc::clone(&hub), outside.clone(), limits, waiting));
        tokio::spawn(note(Arc::clone(&hub), outside.clone(), heard));
        let pieces = limits.bytes.div_ceil(PIECE);
        let room = Arc::new(Semaphore::new(pieces));
        Self { hub, outside, pushes, room, pieces, contacts, noted: Arc::default() }
    }

    /// The hub behind it.
    pub const fn hub(&self) -> &Arc<Hub<S>> {
        &self.hub
    }

    /// Hands in a push and waits for the answer.
    ///
    /// # Errors
    /// Why it was not taken; [`PushError::Busy`] at once when too many wait.
    pub async fn push(&self, arrived: Arrived) -> Result<PushReply, PushError> {
        let begun = Instant::now();
        let pieces = u32::try_from(arrived.size().div_ceil(PIECE)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).try_acquire_many_owned(pieces).map_err(|_| PushError::Busy)?;
        let (answer, answered) = oneshot::channel();
        self.pushes.try_send(Waiting { arrived, answer, room }).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => PushError::Busy,
            mpsc::error::TrySendError::Closed(_) => PushError::Store(stopped()),
        })?;
        let answer = answered.await.unwrap_or_else(|_| Err(PushError::Store(stopped())));
        metrics::histogram!(PUSH_WAIT).record(begun.elapsed().as_secs_f64());
        answer
    }

    /// What waits: pushes that no transaction has taken yet, and the bytes of all that are not answered.
    pub fn backlog(&self) -> Backlog {
        let pieces = self.pieces.saturating_sub(self.room.available_permits());
        let pushes = self.pushes.max_capacity().saturating_sub(self.pushes.capacity());
        Backlog { pushes, bytes: pieces * PIECE }
    }

    /// Waits until everything handed in has been answered. What comes meanwhile is told to come back.
    pub async fn drained(&self) {
        let pieces = u32::try_from(self.pieces).unwrap_or(u32::MAX);
        // An error would mean that the room is closed, and nobody closes it.
        drop(self.room.acquire_many(pieces).await);
    }

    /// Takes note that a device was heard of, be it only to read; many such notes share one transaction.
    pub fn heard_of(&self, device: DeviceId) {
        let now = self.outside.now();
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = noted.get(&device).is_some_and(|at| now < at.plus_millis(NOTED_FOR_MS));
        // Where too many wait, the next contact tells as well.
        if !fresh && self.contacts.try_send(device).is_ok() {
            noted.insert(device, now);
        }
    }

    /// Carries out commands, all or none.
    ///
    /// # Errors
    /// As [`Hub::commands`].
    pub async fn commands(&self, commands: Vec<Command>) -> Result<Vec<Done>, CommandError> {
        let (hub, now) = (Arc::clone(&self.hub), self.outside.now());
        let task = tokio::spawn(async move { hub.commands(commands, now).await });
        task.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Carries out one command.
    ///
    /// # Errors
    /// As [`Hub::command`].
    pub async fn command(&self, command: Command) -> Result<Done, CommandError> {
        let (hub, now) = (Arc::clone(&self.hub), self.outside.now());
        let task = tokio::spawn(async move { hub.command(command, now).await });
        task.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Carries out a command under a name, once.
    ///
    /// # Errors
    /// As [`Hub::command_once`].
    pub async fn command_once(
        &self,
        name: CommandName,
        said: Hash,
        command: Command,
    ) -> Result<Done, NamedError> {
        let (hub, now) = (Arc::clone(&self.hub), self.outside.now());
        let task = tokio::spawn(async move { hub.command_once(name, said, command, now).await });
        task.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Decides on a change that waits.
    ///
    /// # Errors
    /// As [`Hub::rule`].
    pub async fn rule(&self, actor: Actor, held: Uuid, ruling: Ruling) -> Result<Ruled, CommandError> {
        let (hub, now) = (Arc::clone(&self.hub), self.outside.now());
        let task = tokio::spawn(async move { hub.rule(actor, held, ruling, now).await });
        task.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Lets a phone begin its log.
    ///
    /// # Errors
    /// As [`Hub::enrol`].
    pub async fn enrol(&self, enrolment: Enrolment) -> Result<Enrolled, EnrolError> {
        let (hub, now) = (Arc::clone(&self.hub), self.outside.now());
        let task = tokio::spawn(async move { hub.enrol(enrolment, now).await });
        task.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Notes what a contact of a device has shown.
    ///
    /// # Errors
    /// As [`Hub::notice`].
    pub async fn notice(&self, device: DeviceId, kind: TroubleKind, seq: u64) -> Stored<()> {
        let (hub, now) = (Arc::clone(&self.hub), self.outside.now());
        let task = tokio::spawn(async move { hub.notice(device, kind, seq, now).await });
        task.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Notes that a device reads, and what it says of its own log.
    ///
    /// # Errors
    /// As [`Hub::reads`].
    pub async fn reads(&self, device: DeviceId, own: OwnLog) -> Stored<()> {
        let (hub, now) = (Arc::clone(&self.hub), self.outside.now());
        let task = tokio::spawn(async move { hub.reads(device, own, now).await });
        task.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Takes a device's rights.
    ///
    /// # Errors
    /// As [`Hub::revoke`].
    pub async fn revoke(
        &self,
        actor: Actor,
        device: DeviceId,
        reason: Text<1, 200>,
    ) -> Result<Done, CommandError> {
        let (hub, now) = (Arc::clone(&self.hub), self.outside.now());
        let task = tokio::spawn(async move { hub.revoke(actor, device, reason, now).await });
        task.await.unwrap_or_else(|_| Err(stopped().into()))
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the hub has stopped".into())
}

/// Notes who was heard of, all that wait in one transaction, until nobody can tell any more.
async fn note<S: Store>(hub: Arc<Hub<S>>, outside: Outside, mut heard: mpsc::Receiver<DeviceId>) {
    while let Some(first) = heard.recv().await {
        let mut devices = vec![first];
        while let Ok(device) = heard.try_recv() {
            devices.push(device);
        }
        // A note that could not be made now is made at a later contact; nobody waits for it.
        let _ = hub.heard_of(devices, outside.now()).await;
    }
}

/// Takes what waits, as much as one transaction may hold, until nobody can hand in any more.
async fn work<S: Store>(
    hub: Arc<Hub<S>>,
    outside: Outside,
    limits: QueueLimits,
    mut waiting: mpsc::Receiver<Waiting>,
) {
    while let Some(first) = waiting.recv().await {
        let mut changes = first.arrived.len();
        let (mut group, mut answers) = (vec![first.arrived], vec![(first.answer, first.room)]);
        while group.len() < limits.group && changes < limits.changes {
            let Ok(Waiting { arrived, answer, room }) = waiting.try_recv() else { break };
            changes += arrived.len();
            group.push(arrived);
            answers.push((answer, room));
        }
        let (hub, now) = (Arc::clone(&hub), outside.now());
        // A task of its own: should it ever fail, those who wait are told, and the next group is taken all the same.
        let Ok(results) = tokio::spawn(async move { hub.ingest(group, now).await }).await else { continue };
        for ((answer, _room), result) in answers.into_iter().zip(results) {
            // Whoever has gone away meanwhile asks again.
            drop(answer.send(result));
        }
    }
}
