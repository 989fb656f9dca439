//! The sync loop: push until nothing is unsent, fetch what is missing of the past, pull to the head, then photos.
//!
//! Floor: field, engine. What a batch or a page means, the replica knows; here is only when, how much, and what to do
//! when the link breaks.

use std::cell::{Cell, RefCell};

use leptos::task::spawn_local;
use sync_core::{
    replica::{LogRecord, Pace, Replica},
    snapshot::CHUNK_BYTES,
    wire::{MEDIA_TYPE, PushReply},
};

use super::{
    Engine, keeping,
    parcel::{Parcel, is_weak},
};
use crate::{
    field::app::{LinkError, Phase},
    shell::{
        clock, connectivity,
        db::StoreFault,
        js,
        net::{self, Body, NetFault},
        vault,
    },
};

/// How long after a good round the next one comes by itself.
const IDLE_MS: u32 = 30_000;
/// How often without a signal it is looked whether the browser is wrong about that.
const DEAF_MS: u32 = 60_000;
/// A batch is not made smaller than this: what a line does not carry at once goes in pieces.
const LEAST_BATCH: usize = 4 << 10;

/// What the loop remembers between rounds.
pub(super) struct Rounds {
    running: Cell<bool>,
    pub(super) again: Cell<bool>,
    /// Only the timer set last counts.
    timer: Cell<u32>,
    push: RefCell<Pace>,
    pub(super) pull: RefCell<Pace>,
    /// Bytes of a chunk at a time.
    pub(super) part: RefCell<Pace>,
    /// What has come of the chunk that comes next; should it be of another one, the chunk's hash says so.
    pub(super) begun: RefCell<Vec<u8>>,
    /// What did not get through at once, and is gone on with.
    parcel: RefCell<Option<Parcel>>,
    /// For everything where a smaller attempt does not help.
    pub(super) rest: RefCell<Pace>,
    /// Whether the book was fetched anew since the page was opened.
    pub(super) fetched_anew: Cell<bool>,
}

impl Default for Rounds {
    fn default() -> Self {
        Self {
            running: Cell::new(false),
            again: Cell::new(false),
            timer: Cell::new(0),
            push: RefCell::new(Pace::new(32 << 10, 128, 512 << 10)),
            pull: RefCell::new(Pace::new(500, 1, 1_000)),
            part: RefCell::new(Pace::new(CHUNK_BYTES, 2 << 10, CHUNK_BYTES)),
            begun: RefCell::default(),
            parcel: RefCell::new(None),
            rest: RefCell::new(Pace::new(1, 1, 1)),
            fetched_anew: Cell::new(false),
        }
    }
}

impl Rounds {
    /// Whether a round is under way.
    pub(super) fn running(&self) -> bool {
        self.running.get()
    }

    /// How much goes up at once, and no more than `most`.
    pub(super) fn up_to(&self, most: usize) -> usize {
        self.push.borrow().size().min(most)
    }

    /// Something went up.
    pub(super) fn pushed(&self) {
        self.push.borrow_mut().succeeded();
        self.rest.borrow_mut().succeeded();
    }

    /// A new signal may be a stronger one.
    pub(super) fn link_is_new(&self) {
        let fresh = Self::default();
        self.push.swap(&fresh.push);
        self.pull.swap(&fresh.pull);
        self.part.swap(&fresh.part);
        self.rest.swap(&fresh.rest);
    }
}

/// Why a round ended before its end.
#[derive(Debug)]
pub(super) enum Halt {
    /// No good answer.
    Net(NetFault),
    /// The phone could not store.
    Store(StoreFault),
    /// The session has ended.
    SignIn,
    /// This device cannot go on under its id.
    Lost(&'static str),
    /// The hub and this book cannot agree; the code.
    Stuck(&'static str),
}

/// A number for spreading pauses.
fn draw() -> u32 {
    u32::from_le_bytes(vault::random())
}

/// Syncs now, or once more where a round is under way.
pub(in crate::field) fn wake() {
    let engine = Engine::get();
    engine.sync.again.set(true);
    if !engine.may_sync() || engine.sync.running.replace(true) {
        return;
    }
    spawn_local(async move {
        while engine.may_sync() && engine.sync.again.replace(false) {
            let pause = match engine.round().await {
                Ok(pause) => pause,
                // What was recorded meanwhile goes with another round: the book stays open for it.
                Err(Halt::Lost("device.revoked")) => {
                    let empty = engine.empty_stopped().await;
                    (!empty).then(|| engine.sync.rest.borrow_mut().failed(draw()))
                }
                Err(halt) => engine.note(halt),
            };
            engine.tell(|link| link.sending = None);
            if let Some(pause) = pause {
                engine.wake_in(pause);
            }
        }
        engine.sync.running.set(false);
    });
}

impl Engine {
    fn may_sync(&self) -> bool {
        let delivers = self.is_open() || self.phase_now() == Phase::Locked;
        self.writes.get() && delivers && !self.link_now().needs_sign_in
    }

    fn wake_in(&self, milliseconds: u32) {
        let timer = self.sync.timer.get().wrapping_add(1);
        self.sync.timer.set(timer);
        spawn_local(async move {
            clock::sleep(milliseconds).await;
            if Engine::get().sync.timer.get() == timer {
                wake();
            }
        });
    }

    /// One round. When it comes back good, the book stands at the feed's head and nothing is unsent.
    async fn round(&self) -> Result<Option<u32>, Halt> {
        if !connectivity::has_signal() {
            self.tell(|link| link.online = false);
            return Ok(Some(DEAF_MS));
        }
        if self.phase_now() == Phase::Locked {
            let delivered = self.deliver_sealed().await;
            if matches!(delivered, Err(Halt::Lost("device.revoked"))) {
                self.give_up_locked().await?;
            }
            delivered?;
            self.sync.rest.borrow_mut().succeeded();
            self.answered();
            return Ok(Some(IDLE_MS + draw() % IDLE_MS));
        }
        let unsent = self.book().backlog().unsent;
        self.push_all().await?;
        if unsent > 0 {
            self.seal_all().await.map_err(Halt::Store)?;
        }
        let moved = self.book().moved_count();
        let read = match self.give_recovery().await {
            Ok(()) => self.read_all().await,
            halt => halt,
        };
        if let Err(halt) = read {
            if let Halt::Lost(code) = halt {
                // A revoked phone keeps the right to deliver what its changes name, and to say that it gave up the
                // rest; after this there is no round.
                let set_back = code == "store.rolled-back";
                self.offer_the_last(if set_back { Replica::offer_all } else { Replica::last_words }).await?;
                self.push_all().await?;
                self.upload_photos().await?;
                if matches!(halt, Halt::Lost("device.revoked")) {
                    let pen = self.pen.lock().await;
                    self.give_up_everything(&pen).await?;
                }
            }
            return Err(halt);
        }
        self.upload_photos().await?;
        self.state_holding(moved).await?;
        self.sync.rest.borrow_mut().succeeded();
        self.heard();
        Ok(Some(IDLE_MS + draw() % IDLE_MS))
    }

    /// Something was heard of the server.
    pub(super) fn answered(&self) {
        self.tell(|link| (link.online, link.heard) = (true, true));
    }

    /// The server was heard and nothing was wrong.
    pub(super) fn heard(&self) {
        let last_contact = self.book().index().last_contact;
        self.tell(|link| {
            link.online = true;
            link.heard = true;
            link.last_error = None;
            link.last_contact = last_contact;
        });
    }

    /// Takes note of why a round ended. The pause before the next comes back, if there is one.
    fn note(&self, halt: Halt) -> Option<u32> {
        let (code, text) = match &halt {
            Halt::Net(fault) => (fault.code().to_owned(), fault.detail().to_owned()),
            Halt::Store(fault) => (fault.code().to_owned(), String::new()),
            Halt::SignIn => ("session.ended".to_owned(), String::new()),
            Halt::Lost(code) | Halt::Stuck(code) => ((*code).to_owned(), String::new()),
        };
        let unheard = matches!(halt, Halt::Net(NetFault::NoAnswer));
        self.tell(|link| {
            link.online = !unheard && connectivity::has_signal();
            link.needs_sign_in = matches!(halt, Halt::SignIn);
            link.last_error = Some(LinkError { code, text });
        });
        match halt {
            Halt::SignIn => None,
            Halt::Lost(code) => {
                self.enter_from_open(Phase::Lost(code.into()));
                None
            }
            Halt::Store(StoreFault::Gone) => {
                self.enter_from_open(Phase::Lost(StoreFault::Gone.code().into()));
                None
            }
            Halt::Net(NetFault::Problem(problem)) if problem.retry_after.is_some() => problem
                .retry_after
                .map(|seconds| seconds.saturating_mul(1_000).saturating_add(draw() % 1_000)),
            Halt::Net(_) | Halt::Store(_) | Halt::Stuck(_) => {
                Some(self.sync.rest.borrow_mut().failed(draw()))
            }
        }
    }

    /// Whether less at once may get through. If so the pause before it is waited out here.
    pub(super) async fn smaller(&self, pace: &RefCell<Pace>, fault: &NetFault) -> bool {
        // Until something is heard again nobody knows whether the line is weak or the server is down.
        self.tell(|link| link.online &= !is_weak(fault));
        let before = pace.borrow().size();
        if !(is_weak(fault) || fault.status() == Some(413)) || !connectivity::has_signal() {
            return false;
        }
        let pause = pace.borrow_mut().failed(draw());
        if pace.borrow().size() == before {
            return false;
        }
        clock::sleep(pause).await;
        true
    }

    /// The same for what goes up.
    pub(super) async fn smaller_push(&self, fault: &NetFault) -> bool {
        self.smaller(&self.sync.push, fault).await
    }

    /// The next batch: the one that is on its way already, or a new one.
    async fn next_parcel(&self) -> Result<Option<Parcel>, Halt> {
        let size = self.sync.push.borrow().size();
        let Some(batch) = self.book().outgoing(size.max(LEAST_BATCH), clock::now()) else {
            return Ok(None);
        };
        let (first, last) = batch.sequences().into_inner();
        if let Some(begun) = self.sync.parcel.take().filter(|begun| begun.first == first) {
            return Ok(Some(begun));
        }
        let key = self.key.borrow().clone().ok_or(Halt::Lost("store.no-key"))?;
        let signature = key.sign(&batch.signing_bytes()).await.map_err(|_| Halt::Lost("store.no-key"))?;
        let plain = batch.signed(&signature);
        let bytes = net::gzip(&plain).await.unwrap_or(plain);
        Ok(Some(Parcel { first, last, bytes, begun: false }))
    }

    /// At once where the line may carry it, else in pieces.
    async fn bring(&self, parcel: &Parcel) -> Result<Vec<u8>, Halt> {
        if parcel.begun || parcel.bytes.len() > self.sync.push.borrow().size() {
            return self.in_pieces(&parcel.path(), &parcel.bytes).await;
        }
        let body = Body::Packed(parcel.bytes.clone(), MEDIA_TYPE);
        let answer = self.authorised("POST", "/push", body).await?;
        self.sync.pushed();
        Ok(answer)
    }

    pub(super) async fn push_all(&self) -> Result<(), Halt> {
        let mut given_up = None;
        while let Some(mut parcel) = self.next_parcel().await? {
            self.tell(|link| link.sending = Some(parcel.first..=parcel.last));
            match self.bring(&parcel).await {
                Ok(answer) => {
                    match self.acknowledge(&answer).await? {
                        Acknowledged::Yes => {}
                        // The office was restored from a backup: first its feed must tell what it still has.
                        Acknowledged::OtherLife => return Ok(()),
                        Acknowledged::OtherLog => {
                            self.give_up(&mut given_up, "store.rolled-back", parcel.last).await?;
                        }
                    }
                }
                Err(Halt::Net(fault)) => {
                    match verdict_on_log(&fault) {
                        Some(LogVerdict::GoesOnAt(due)) if due < parcel.first => {
                            self.offer_again(due).await?;
                            continue;
                        }
                        // The hub knows more of this log than this phone does: the phone's store was set back.
                        Some(LogVerdict::GoesOnAt(_)) => return Err(Halt::Lost("store.rolled-back")),
                        // Both logs are kept there; what follows is brought as well before this one is given up.
                        Some(LogVerdict::Lost("push.fork")) => {
                            self.give_up(&mut given_up, "push.fork", parcel.last).await?;
                            continue;
                        }
                        Some(LogVerdict::Lost(code)) => return Err(Halt::Lost(code)),
                        None => {}
                    }
                    let again = self.smaller_push(&fault).await;
                    if is_weak(&fault) {
                        parcel.begun = true;
                        self.sync.parcel.replace(Some(parcel));
                    }
                    if !again {
                        return Err(Halt::Net(fault));
                    }
                }
                Err(halt) => return Err(halt),
            }
        }
        given_up.map_or(Ok(()), |code| Err(Halt::Lost(code)))
    }

    /// This log is not what the hub has of it: all of it is brought once more, and what has been is not brought again.
    async fn give_up(
        &self,
        given_up: &mut Option<&'static str>,
        code: &'static str,
        last: u64,
    ) -> Result<(), Halt> {
        if given_up.replace(code).is_none() {
            return self.offer_the_last(Replica::offer_all).await;
        }
        let mut next = (*self.book()).clone();
        next.put_aside(last);
        self.show(next);
        Ok(())
    }

    /// Puts back among those to be sent what a device still has to say that will not go on.
    async fn offer_the_last(
        &self,
        offer: fn(&mut Replica, Vec<LogRecord>) -> Vec<LogRecord>,
    ) -> Result<(), Halt> {
        let log = keeping::log(&*self.safe().map_err(Halt::Store)?).await.map_err(Halt::Store)?;
        if self.book().is_behind(&log) {
            self.overtaken(&self.pen.lock().await).await;
            return Err(Halt::Store(StoreFault::Exists));
        }
        self.apply(|book| offer(book, log), |book, records| keeping::acknowledged(book, records))
            .await
            .map_err(Halt::Store)?;
        Ok(())
    }

    async fn acknowledge(&self, answer: &[u8]) -> Result<Acknowledged, Halt> {
        let reply: PushReply = minicbor::decode(answer).map_err(|_| Halt::Net(NetFault::Garbled))?;
        if self.book().is_answer_of_another_life(&reply) {
            return Ok(Acknowledged::OtherLife);
        }
        if self.book().is_contradicted_by(&reply) {
            return Ok(Acknowledged::OtherLog);
        }
        let change = |book: &mut Replica| book.acknowledge(&reply, clock::now());
        let records = self
            .apply(change, |book, records| keeping::acknowledged(book, records))
            .await
            .map_err(Halt::Store)?;
        if records.is_empty() {
            // An answer that acknowledges nothing would be asked for again for ever.
            return Err(Halt::Stuck("push.unanswered"));
        }
        self.sync.rest.borrow_mut().succeeded();
        self.heard();
        Ok(Acknowledged::Yes)
    }

    /// Puts own changes from `from` on back among those to be sent.
    pub(super) async fn offer_again(&self, from: u64) -> Result<(), Halt> {
        if from == 0 {
            return Ok(());
        }
        let log = keeping::log(&*self.safe().map_err(Halt::Store)?).await.map_err(Halt::Store)?;
        let change = |book: &mut Replica| book.offer_again(from, log);
        let offered = self
            .apply(change, |book, records| keeping::acknowledged(book, records))
            .await
            .map_err(Halt::Store)?;
        if offered.is_empty() {
            return Err(Halt::Stuck("push.gap"));
        }
        Ok(())
    }
}

/// What became of the answer to a push.
enum Acknowledged {
    /// It is taken note of.
    Yes,
    /// It is of another life of the book.
    OtherLife,
    /// It tells of another log than this phone has.
    OtherLog,
}

/// What the hub's answer says of this device's log.
enum LogVerdict {
    /// The sequence that should come first.
    GoesOnAt(u64),
    /// Going on would not help; the code.
    Lost(&'static str),
}

fn verdict_on_log(fault: &NetFault) -> Option<LogVerdict> {
    let NetFault::Problem(problem) = fault else {
        return None;
    };
    match problem.code.as_str() {
        "push.fork" => Some(LogVerdict::Lost("push.fork")),
        "push.not-your-device" => Some(LogVerdict::Lost("push.not-your-device")),
        "push.gap" => {
            js::number(&problem.document, "expected").map(|due| LogVerdict::GoesOnAt(u64::from(due)))
        }
        _ => None,
    }
}
