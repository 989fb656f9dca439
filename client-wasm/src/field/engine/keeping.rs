//! Which record of the safe holds what of the book.
//!
//! Floor: field, engine. This module must not decide when anything is stored.

use std::{collections::BTreeSet, rc::Rc};

use minicbor::{Decode, Encode, bytes::ByteVec};
use sync_core::{
    replica::{Index, LogRecord, Received, Replica, ScopeRecord},
    scope::Scope,
};

use super::{Engine, session};
use crate::{
    field::app::Phase,
    shell::{
        clock,
        db::{Step, Store, StoreFault},
        hex::hex,
        safe::Safe,
        settings,
    },
};

pub(super) type Steps = Vec<Step<Vec<u8>>>;

const INDEX: &str = "index";
const SESSION: &str = "session";
/// Attempts to open a store that is there but does not answer.
const ATTEMPTS: u32 = 3;
const PAUSE_MS: u32 = 1_000;

/// The key of a log record: its sequence, in digits that sort.
fn log_key(seq: u64) -> String {
    format!("{seq:020}")
}

fn scope_key(scope: Scope) -> String {
    hex(&scope.to_bytes())
}

pub(super) fn encoded(value: &impl Encode<()>) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory cannot fail")
}

pub(super) fn decoded<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Result<T, StoreFault> {
    minicbor::decode(bytes).map_err(|_| StoreFault::Unreadable)
}

/// A new record of the log: the sequence must be free.
pub(super) fn new_in_log(record: &LogRecord) -> Step<Vec<u8>> {
    Step::Add(Store::Log, log_key(record.change.id.seq), encoded(record))
}

/// A log record with what became of it.
fn judged(record: &LogRecord) -> Step<Vec<u8>> {
    Step::Put(Store::Log, log_key(record.change.id.seq), encoded(record))
}

pub(super) fn index(book: &Replica) -> Step<Vec<u8>> {
    Step::Put(Store::Meta, INDEX.into(), encoded(book.index()))
}

/// What an acknowledgement changes on the disk.
pub(super) fn acknowledged(book: &Replica, records: &[LogRecord]) -> Steps {
    records.iter().map(judged).chain([index(book)]).collect()
}

/// What a page changes on the disk: index, scopes touched, scopes gone, own changes it has shown.
pub(super) fn received(book: &Replica, received: &Received) -> Steps {
    let gone: BTreeSet<Scope> = received.evicted.difference(&received.touched).copied().collect();
    let records = book.scope_records(&received.touched).into_iter();
    let scopes = records.map(|record| Step::Put(Store::Scopes, scope_key(record.scope), encoded(&record)));
    gone.into_iter()
        .map(|scope| Step::Delete(Store::Scopes, scope_key(scope)))
        .chain(scopes)
        .chain(received.settled.iter().map(judged))
        .chain([index(book)])
        .collect()
}

/// The whole log, as it is stored.
pub(super) async fn log(safe: &Safe) -> Result<Vec<LogRecord>, StoreFault> {
    all(safe, Store::Log).await
}

/// A device that has just been enrolled, with its session.
pub(super) fn enrolled(book: &Replica, refresh: &str) -> Steps {
    vec![index(book), session_kept(refresh)]
}

/// The session's refresh token.
pub(super) fn session_kept(refresh: &str) -> Step<Vec<u8>> {
    let bytes = ByteVec::from(refresh.as_bytes().to_vec());
    Step::Put(Store::Own, SESSION.into(), encoded(&bytes))
}

impl Engine {
    /// The safe, in the tab that writes.
    pub(super) fn safe(&self) -> Result<Rc<Safe>, StoreFault> {
        let safe = self.safe.borrow().clone();
        safe.filter(|_| self.writes.get()).ok_or(StoreFault::Unavailable)
    }

    /// Changes the book: on the disk first, then in memory. When the disk says no, nothing has changed.
    pub(super) async fn apply<T>(
        &self,
        change: impl FnOnce(&mut Replica) -> T,
        steps: impl FnOnce(&Replica, &T) -> Steps,
    ) -> Result<T, StoreFault> {
        let _pen = self.pen.lock().await;
        let safe = self.safe()?;
        if !self.is_open() {
            return Err(StoreFault::Unavailable);
        }
        let mut next = (*self.book()).clone();
        let outcome = change(&mut next);
        let mut steps = steps(&next, &outcome);
        steps.push(self.door_of(&next));
        safe.write(steps).await?;
        self.show(next);
        Ok(outcome)
    }

    /// Opens the safe and restores the book from it.
    pub(super) async fn load(&self) -> Result<Phase, NotRestored> {
        let mut attempt = 1;
        let safe = loop {
            match Safe::open().await {
                Ok(safe) => break safe,
                Err(fault) if fault == StoreFault::Unreadable || attempt == ATTEMPTS => {
                    return Err(fault.into());
                }
                Err(_) => attempt += 1,
            }
            clock::sleep(PAUSE_MS).await;
        };
        let safe = Rc::new(safe);
        let restored = self.restore(&safe).await;
        if !matches!(restored, Err(NotRestored::NotOpened(_))) {
            // What merely does not answer now must not be cleared by anybody.
            self.safe.replace(Some(safe));
        }
        restored
    }

    async fn restore(&self, safe: &Safe) -> Result<Phase, NotRestored> {
        let phase = self.may_open(safe).await?;
        if matches!(phase, Phase::SignedOut | Phase::Stopped) {
            return Ok(phase);
        }
        // A locked phone still delivers: its key and its session are not under the passphrase.
        let key = safe.device_key().await?;
        let refresh = match safe.read(Store::Own, SESSION).await? {
            None if safe.is_old() => safe.read(Store::Meta, SESSION).await?,
            kept => kept,
        };
        let refresh = match refresh {
            Some(bytes) => decoded::<ByteVec>(&bytes)?.to_vec(),
            None => Vec::new(),
        };
        self.key.replace(key);
        *self.session.lock().await = session::Session::kept(String::from_utf8_lossy(&refresh).into_owned());
        self.count_photos(safe).await;
        if phase == Phase::Locked {
            return Ok(phase);
        }
        self.restore_book(safe).await
    }

    /// Restores the book, of which the key is here.
    pub(super) async fn restore_book(&self, safe: &Safe) -> Result<Phase, NotRestored> {
        let Some(index) = safe.read(Store::Meta, INDEX).await? else {
            return Ok(Phase::SignedOut);
        };
        settings::keep_had_book(true);
        let index: Index = decoded(&index)?;
        if self.key.borrow().is_none() {
            return Err(NotRestored::Lost("store.no-key"));
        }
        let scopes = all::<ScopeRecord>(safe, Store::Scopes).await?;
        let log = all::<LogRecord>(safe, Store::Log).await?;
        let book = Replica::restore(index, scopes, log).map_err(|_| NotRestored::Lost("store.gap"))?;
        let phase = phase_of(&book);
        let last_contact = book.index().last_contact;
        self.tell(|link| link.last_contact = last_contact);
        // What a locked phone knows may be older than the book; a full store opens all the same.
        let _ = safe.write(vec![self.door_of(&book)]).await;
        self.show(book);
        self.load_forms(safe).await?;
        self.sweep_photos(safe).await;
        Ok(phase)
    }
}

/// Why the book could not be restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotRestored {
    /// The store does not answer now; what it holds is not known, and nobody may clear it.
    NotOpened(&'static str),
    /// Something that must be there is not, or does not open.
    Lost(&'static str),
}

impl NotRestored {
    /// The phase the phone is in by it.
    pub(super) fn phase(self) -> Phase {
        match self {
            Self::NotOpened(code) => Phase::NotOpened(code.into()),
            Self::Lost(code) => Phase::Lost(code.into()),
        }
    }
}

impl From<StoreFault> for NotRestored {
    fn from(fault: StoreFault) -> Self {
        match fault {
            StoreFault::Unreadable | StoreFault::Gone => Self::Lost(fault.code()),
            StoreFault::Unavailable
            | StoreFault::TooOld
            | StoreFault::Full
            | StoreFault::Exists
            | StoreFault::Broken => Self::NotOpened(fault.code()),
        }
    }
}

/// Whether the book is whole, or how far it is.
pub(super) fn phase_of(book: &Replica) -> Phase {
    if book.index().complete {
        return Phase::Ready;
    }
    Phase::FirstSync { open: book.may_record() }
}

async fn all<T: for<'b> Decode<'b, ()>>(safe: &Safe, store: Store) -> Result<Vec<T>, StoreFault> {
    let records = safe.read_all(store).await?;
    records.iter().map(|bytes| decoded(bytes)).collect()
}
