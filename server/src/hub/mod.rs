//! Floor 3: the hub. Takes the feed lock, loads the papers touched, judges, saves: one transaction.
//!
//! Must not know HTTP, sessions, timers or threads; the clock comes in with every call, randomness with [`Outside`].

mod accounts;
mod arrived;
mod command;
mod devices;
mod evictions;
mod evidence;
mod ingest;
mod loaded;
mod months;
mod noticed;
mod once;
mod promises;
mod queue;
mod ruling;
mod session;
mod signers;
mod transfer;
mod viewers;
mod violations;
mod writer;

use std::sync::Arc;

pub use arrived::{Arrived, Unacceptable};
pub use command::{Command, CommandError, Done};
pub use devices::{EnrolError, Enrolled, Enrolment};
use ed25519_dalek::SigningKey;
pub use evictions::{HoldingError, Outstanding};
pub use ingest::PushError;
pub use noticed::OwnLog;
pub use once::NamedError;
pub use queue::{Backlog, HubQueue, Place, QueueLimits};
pub use ruling::Ruled;
use session::Session;
pub use signers::Signers;
use sync_core::{
    judge::OPERATOR,
    log::genesis,
    scope::Viewer,
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
};
use tokio::sync::watch;
pub use transfer::{MOST_TRANSFERRED, Transfer, TransferError, Transferred};
use viewers::Viewers;

use crate::{
    outside::Outside,
    recovery::Recoveries,
    scope,
    store::{Company, DeviceLog, Devices, Head, Snapshot, Store, Stored},
};

/// One company's hub: the only one who writes its book.
#[derive(Debug)]
pub struct Hub<S> {
    store: S,
    company: Company,
    signers: Arc<Signers>,
    outside: Outside,
    heads: watch::Sender<u64>,
    /// The head as this hub's own commits have moved it.
    written: watch::Sender<u64>,
    /// The books of the months, as far as they were read.
    recoveries: Recoveries,
    viewers: Viewers,
    /// So many judged changes of a group are saved while further ones are judged.
    ahead: usize,
}

/// Judged changes that are worth saving before the rest of their group is judged: below it the statements cost more than
/// the time that is won.
const AHEAD: usize = 512;

impl<S: Store> Hub<S> {
    /// Enters a new company and opens its hub. Ids and keys are drawn from `outside`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn found(store: S, name: &str, outside: Outside, now: Timestamp) -> Stored<Self> {
        let company = Company {
            id: CompanyId(outside.id()),
            name: name.to_owned(),
            hub: DeviceId::with_room(outside.id().into_bytes()),
            hub_key: outside.random(),
            founded: now,
        };
        Self::enter(store, company, outside).await
    }

    /// Enters a company whose ids and keys are given, and opens its hub.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn enter(store: S, company: Company, outside: Outside) -> Stored<Self> {
        let hub = Self::of(store, company, outside, 0);
        let (company, key) = (&hub.company, hub.signers.founding());
        let log = DeviceLog {
            device: company.hub,
            staff: OPERATOR,
            number: 0,
            key,
            enrolled: company.founded,
            revoked: None,
            last_seq: 0,
            link: genesis(company.id, company.hub, &key),
            latest: Timestamp::ZERO,
            checkpoint: None,
            seen: None,
            trouble: None,
            aside: 0,
        };
        hub.store.found(company, &log).await?;
        Ok(hub)
    }

    /// Opens the hub of a company that is there; `None` when there is none (or several and none is named).
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(store: S, company: Option<CompanyId>, outside: Outside) -> Stored<Option<Self>> {
        let mut there = store.companies().await?;
        there.retain(|kept| company.is_none_or(|named| named == kept.id));
        if there.len() > 1 {
            return Ok(None);
        }
        let Some(company) = there.pop() else { return Ok(None) };
        let position = store.head(company.id).await?.position;
        Ok(Some(Self::of(store, company, outside, position)))
    }

    fn of(store: S, company: Company, outside: Outside, position: u64) -> Self {
        let signers = Arc::new(Signers::new(company.id, &company.hub_key));
        let (heads, written) = (watch::Sender::new(position), watch::Sender::new(position));
        Self {
            store,
            company,
            signers,
            outside,
            heads,
            written,
            recoveries: Recoveries::default(),
            viewers: Viewers::default(),
            ahead: AHEAD,
        }
    }

    /// Saves judged changes while further ones of their group are judged as soon as there are so many. What comes out is
    /// the same for any number.
    #[must_use]
    pub fn saving_ahead(self, changes: usize) -> Self {
        Self { ahead: changes, ..self }
    }

    /// Takes the feed lock.
    async fn session(&self, now: Timestamp) -> Stored<Session<S::Unit>> {
        let unit = self.store.begin(self.company.id).await?;
        Session::open(unit, self.company.id, self.company.hub, now).await
    }

    /// Tells whoever listens that this hub has moved the feed.
    fn tell(&self, head: u64) {
        moves(&self.heads, head);
        moves(&self.written, head);
    }

    /// The company's id.
    pub const fn company(&self) -> CompanyId {
        self.company.id
    }

    /// The company's name.
    pub fn company_name(&self) -> &str {
        &self.company.name
    }

    /// The hub's own device, in whose log the console's commands stand.
    pub const fn device(&self) -> DeviceId {
        self.company.hub
    }

    /// The public half of the hub's key in use.
    pub fn public_key(&self) -> [u8; 32] {
        self.signer().verifying_key().to_bytes()
    }

    /// The hub's key in use, for what the company says of its own book.
    pub(crate) fn signer(&self) -> SigningKey {
        self.signers.in_use(self.outside.now())
    }

    /// All keys of the hub.
    pub const fn signers(&self) -> &Arc<Signers> {
        &self.signers
    }

    /// The secret half of the hub's first key, for the safe and for nothing else.
    pub fn signer_bytes(&self) -> [u8; 32] {
        self.company.hub_key
    }

    /// The store it writes through; everybody else may only read from it.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The feed's head as it moves: a hint, sent after each commit.
    pub fn heads(&self) -> watch::Receiver<u64> {
        self.heads.subscribe()
    }

    /// The feed's head as this hub's own commits move it: what other servers do not know yet.
    pub fn written(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }

    /// Looks where the feed stands, because somebody else may have written into the same store, and tells whoever listens.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn look(&self) -> Stored<u64> {
        let head = self.head().await?.position;
        moves(&self.heads, head);
        Ok(head)
    }

    /// One moment of the company's book.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn snapshot(&self) -> Stored<S::Snapshot> {
        self.store.snapshot(self.company.id).await
    }

    /// Where the feed stands now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn head(&self) -> Stored<Head> {
        self.store.head(self.company.id).await
    }

    /// A member of staff as a viewer.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn viewer(&self, staff: StaffId) -> Stored<Option<Viewer>> {
        if let Some(viewer) = self.viewers.as_of(&self.head().await?, staff) {
            return Ok(Some(viewer));
        }
        let mut moment = self.snapshot().await?;
        let head = moment.head().await?;
        let viewer = scope::viewer(&mut moment, staff).await?;
        if let Some(viewer) = &viewer {
            self.viewers.keep(&head, viewer.clone());
        }
        Ok(viewer)
    }

    /// A device and where its log stands.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn device_log(&self, device: DeviceId) -> Stored<Option<DeviceLog>> {
        let mut found = self.snapshot().await?.devices(&Devices::These(vec![device])).await?;
        Ok(found.pop())
    }
}

/// Moves what is known of the head on, never back.
fn moves(known: &watch::Sender<u64>, head: u64) {
    known.send_if_modified(|known| {
        let moved = head > *known;
        *known = head.max(*known);
        moved
    });
}

/// A hub that several tasks share.
pub type SharedHub<S> = Arc<Hub<S>>;
