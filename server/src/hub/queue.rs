//! The queue before the hub: concurrent pushes share a transaction, and too many are told to come back.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
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
use tracing::{Instrument, Span, info_span};
use uuid::Uuid;

use super::{
    Arrived, Command, CommandError, Done, EnrolError, Enrolled, Enrolment, Hub, NamedError, OwnLog,
    PushError, Ruled, Transfer, TransferError, Transferred, ingest::Taken,
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
    /// The most bytes that wait, as they came.
    pub bytes: usize,
    /// The most bytes that are read and judged at once, inflated, but for a single larger push: what waits beyond that
    /// stays as it came, because read it takes ten times the room.
    pub in_hand: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self { waiting: 512, group: 128, changes: 4_000, bytes: 64 << 20, in_hand: 3 << 19 }
    }
}

struct Waiting {
    arrived: Arrived,
    answer: oneshot::Sender<Result<Taken, PushError>>,
    /// Given back when it is answered.
    place: Place,
}

/// A push's place before the hub: one of those that may wait, its part of the memory for what waits, and its turn to be
/// read. All of it is given back when the place is dropped.
#[derive(Debug)]
pub struct Place {
    since: Instant,
    /// Its wait, among the spans of its request.
    span: Span,
    _one: OwnedSemaphorePermit,
    _room: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
}

/// One that waits for its turn, until it is dropped.
struct Before(Arc<AtomicUsize>);

impl Before {
    fn one_more(waiting: &Arc<AtomicUsize>) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(waiting))
    }
}

impl Drop for Before {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Memory for waiting pushes is given out in pieces of this size.
const PIECE: usize = 1 << 10;

/// The way to a hub for tasks that may be given up at any moment: what was begun is finished all the same.
#[derive(Debug)]
pub struct HubQueue<S> {
    hub: Arc<Hub<S>>,
    outside: Outside,
    pushes: mpsc::Sender<Waiting>,
    places: Arc<Semaphore>,
    room: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    most_in_hand: u32,
    /// Pushes that wait for their turn.
    before: Arc<AtomicUsize>,
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
            places: Arc::clone(&self.places),
            room: Arc::clone(&self.room),
            turns: Arc::clone(&self.turns),
            most_in_hand: self.most_in_hand,
            before: Arc::clone(&self.before),
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
        let semaphore = |permits: usize| Arc::new(Semaphore::new(permits));
        let most_in_hand = pieces(limits.in_hand).max(1);
        let room = limits.bytes.div_ceil(PIECE);
        Self {
            hub,
            outside,
            pushes,
            places: semaphore(limits.waiting.max(1)),
            room: semaphore(room),
            turns: semaphore(most_in_hand as usize),
            most_in_hand,
            before: Arc::default(),
            pieces: room,
            contacts,
            noted: Arc::default(),
        }
    }

    /// The hub behind it.
    pub const fn hub(&self) -> &Arc<Hub<S>> {
        &self.hub
    }

    /// Waits for the turn of a push that came in so many bytes and will be so many inflated; whoever came first has it
    /// first. Until then nothing of it should be read.
    ///
    /// # Errors
    /// [`PushError::Busy`] at once when too many wait, or too much.
    pub async fn place(&self, wire: usize, inflated: usize) -> Result<Place, PushError> {
        let busy = |_| PushError::Busy;
        let one = Arc::clone(&self.places).try_acquire_owned().map_err(busy)?;
        let room = Arc::clone(&self.room).try_acquire_many_owned(pieces(wire)).map_err(busy)?;
        let turn = pieces(inflated).clamp(1, self.most_in_hand);
        let (since, before) = (Instant::now(), Before::one_more(&self.before));
        let span = info_span!("queue");
        let turn = Arc::clone(&self.turns).acquire_many_owned(turn).instrument(span.clone()).await;
        let turn = turn.map_err(|_| stopped())?;
        drop(before);
        Ok(Place { since, span, _one: one, _room: room, _turn: turn })
    }

    /// Hands in a push and waits for the answer.
    ///
    /// # Errors
    /// Why it was not taken; [`PushError::Busy`] at once when too many wait.
    pub async fn push(&self, arrived: Arrived) -> Result<PushReply, PushError> {
        let place = self.place(arrived.size(), arrived.size()).await?;
        self.push_from(place, arrived).await
    }

    /// Hands in a push that has its place, and waits for the answer.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn push_from(&self, place: Place, arrived: Arrived) -> Result<PushReply, PushError> {
        let (begun, span) = (place.since, place.span.clone());
        let (answer, answered) = oneshot::channel();
        self.pushes.try_send(Waiting { arrived, answer, place }).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => PushError::Busy,
            mpsc::error::TrySendError::Closed(_) => PushError::Store(stopped()),
        })?;
        let answer = answered.instrument(span).await.unwrap_or_else(|_| Err(PushError::Store(stopped())));
        metrics::histogram!(PUSH_WAIT).record(begun.elapsed().as_secs_f64());
        answer.map(|taken| self.hub.countersigned(taken))
    }

    /// What waits: pushes that no transaction has taken yet, and the bytes of all that are not answered.
    pub fn backlog(&self) -> Backlog {
        let pieces = self.pieces.saturating_sub(self.room.available_permits());
        let read = self.pushes.max_capacity().saturating_sub(self.pushes.capacity());
        let pushes = read + self.before.load(Ordering::Relaxed);
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

    /// Does something in a task of its own: it is done to its end, though whoever asked has gone away, and belongs to
    /// their trace.
    async fn of_its_own<T, E, F>(&self, what: impl FnOnce(Arc<Hub<S>>, Timestamp) -> F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let task = what(Arc::clone(&self.hub), self.outside.now()).in_current_span();
        tokio::spawn(task).await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Carries out commands, all or none.
    ///
    /// # Errors
    /// As [`Hub::commands`].
    pub async fn commands(&self, commands: Vec<Command>) -> Result<Vec<Done>, CommandError> {
        self.of_its_own(|hub, now| async move { hub.commands(commands, now).await }).await
    }

    /// Carries out one command.
    ///
    /// # Errors
    /// As [`Hub::command`].
    pub async fn command(&self, command: Command) -> Result<Done, CommandError> {
        self.of_its_own(|hub, now| async move { hub.command(command, now).await }).await
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
        self.of_its_own(|hub, now| async move { hub.command_once(name, said, command, now).await }).await
    }

    /// Decides on a change that waits.
    ///
    /// # Errors
    /// As [`Hub::rule`].
    pub async fn rule(&self, actor: Actor, held: Uuid, ruling: Ruling) -> Result<Ruled, CommandError> {
        self.of_its_own(|hub, now| async move { hub.rule(actor, held, ruling, now).await }).await
    }

    /// Lets a phone begin its log.
    ///
    /// # Errors
    /// As [`Hub::enrol`].
    pub async fn enrol(&self, enrolment: Enrolment) -> Result<Enrolled, EnrolError> {
        self.of_its_own(|hub, now| async move { hub.enrol(enrolment, now).await }).await
    }

    /// Notes what a contact of a device has shown.
    ///
    /// # Errors
    /// As [`Hub::notice`].
    pub async fn notice(&self, device: DeviceId, kind: TroubleKind, seq: u64) -> Stored<()> {
        self.of_its_own(|hub, now| async move { hub.notice(device, kind, seq, now).await }).await
    }

    /// Notes that a device reads, and what it says of its own log.
    ///
    /// # Errors
    /// As [`Hub::reads`].
    pub async fn reads(&self, device: DeviceId, own: OwnLog) -> Stored<()> {
        self.of_its_own(|hub, now| async move { hub.reads(device, own, now).await }).await
    }

    /// Hands customers of one rep to another.
    ///
    /// # Errors
    /// As [`Hub::transfer`].
    pub async fn transfer(&self, transfer: Transfer) -> Result<Transferred, TransferError> {
        self.of_its_own(|hub, now| async move { hub.transfer(transfer, now).await }).await
    }

    /// Hands customers over under a name, once.
    ///
    /// # Errors
    /// As [`Hub::transfer_once`].
    pub async fn transfer_once(
        &self,
        name: CommandName,
        said: Hash,
        transfer: Transfer,
    ) -> Result<Transferred, TransferError> {
        self.of_its_own(|hub, now| async move { hub.transfer_once(name, said, transfer, now).await }).await
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
        self.of_its_own(|hub, now| async move { hub.revoke(actor, device, reason, now).await }).await
    }

    /// Takes a device's rights under a name, once.
    ///
    /// # Errors
    /// As [`Hub::revoke_once`].
    pub async fn revoke_once(
        &self,
        name: CommandName,
        said: Hash,
        actor: Actor,
        device: DeviceId,
        reason: Text<1, 200>,
    ) -> Result<Done, NamedError> {
        self.of_its_own(
            |hub, now| async move { hub.revoke_once(name, said, actor, device, reason, now).await },
        )
        .await
    }
}

/// How many pieces of memory so many bytes are.
fn pieces(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(PIECE)).unwrap_or(u32::MAX)
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

/// The span of a group: under the wait of the first push, and linked to those of the others.
fn of_group<'s>(mut waits: impl ExactSizeIterator<Item = &'s Span>, changes: usize) -> Span {
    let pushes = waits.len();
    let first = waits.next().and_then(Span::id);
    let span = info_span!(parent: first, "group", pushes, changes);
    for other in waits {
        span.follows_from(other);
    }
    span
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
        let (mut group, mut answers) = (vec![first.arrived], vec![(first.answer, first.place)]);
        while group.len() < limits.group && changes < limits.changes {
            let Ok(Waiting { arrived, answer, place }) = waiting.try_recv() else { break };
            changes += arrived.len();
            group.push(arrived);
            answers.push((answer, place));
        }
        let span = of_group(answers.iter().map(|(_, place)| &place.span), changes);
        let (hub, now) = (Arc::clone(&hub), outside.now());
        // A task of its own: should it ever fail, those who wait are told, and the next group is taken all the same.
        let ingesting = async move { hub.take_in(group, now).await }.instrument(span);
        let Ok(results) = tokio::spawn(ingesting).await else { continue };
        for ((answer, _place), result) in answers.into_iter().zip(results) {
            // Whoever has gone away meanwhile asks again.
            drop(answer.send(result));
        }
    }
}
