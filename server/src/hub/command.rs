//! What the console and the command line say: changes in the hub's own log, signed by the hub.

use ed25519_dalek::Signer;
use sync_core::{
    feed::Entry,
    judge::OPERATOR,
    log::{Actor, Change, Declared, Hash, Header, PushBatch, SignedBatch, next_link},
    op::Op,
    refusal::{Finding, Refusal, Verdict},
    time::Timestamp,
    unit::ChangeId,
};
use thiserror::Error;
use uuid::Uuid;

use super::{
    Hub,
    session::{Incoming, Session},
};
use crate::store::{Checkpoint, Devices, Store, StoreError, Stored};

/// Somebody wants something written.
pub struct Command {
    pub(crate) actor: Actor,
    pub(crate) write: Box<dyn FnOnce(ChangeId) -> Op + Send>,
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Command").field("actor", &self.actor).finish_non_exhaustive()
    }
}

impl Command {
    /// A command whose ids are all known.
    pub fn new(actor: Actor, op: Op) -> Self {
        Self::deriving(actor, |_| op)
    }

    /// A command that derives the id of what it creates from its own identity (`ChangeId::created`).
    pub fn deriving(actor: Actor, write: impl FnOnce(ChangeId) -> Op + Send + 'static) -> Self {
        Self { actor, write: Box::new(write) }
    }

    /// The command line at the server, and what the server does on somebody's behalf in a session.
    pub const fn operator(session: Uuid) -> Actor {
        Actor { staff: OPERATOR, session }
    }
}

/// A command that is in the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Which change it is.
    pub change: ChangeId,
    /// Its place in the feed.
    pub position: u64,
    /// When it takes effect.
    pub effective: Timestamp,
    /// What became of it; never held.
    pub verdict: Verdict,
}

impl Done {
    /// A command as it stands in the feed.
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            change: entry.change.id,
            position: entry.position,
            effective: entry.effective,
            verdict: entry.verdict.clone(),
        }
    }
}

/// Why a command was not carried out. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CommandError {
    /// A rule says no.
    #[error("command {index}: {refusal}")]
    Refused {
        /// The how-manieth of the commands, from 0.
        index: usize,
        /// The reason.
        refusal: Refusal,
    },
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<S: Store> Hub<S> {
    /// Carries out one command.
    ///
    /// # Errors
    /// The rule that says no, or the store. Nothing was written then.
    pub async fn command(&self, command: Command, now: Timestamp) -> Result<Done, CommandError> {
        let mut session = self.session(now).await?;
        let written = self.write(&mut session, command).await?;
        let done = written.map_err(|refusal| CommandError::Refused { index: 0, refusal })?;
        let head = session.commit().await?;
        self.tell(head);
        Ok(done)
    }

    /// Carries out several commands in one transaction, all or none; later ones see what earlier ones wrote.
    ///
    /// # Errors
    /// The first rule that says no, or the store. Nothing was written then.
    pub async fn commands(&self, commands: Vec<Command>, now: Timestamp) -> Result<Vec<Done>, CommandError> {
        let mut session = self.session(now).await?;
        let mut done = Vec::with_capacity(commands.len());
        for (index, command) in commands.into_iter().enumerate() {
            let written = self.write(&mut session, command).await?;
            done.push(written.map_err(|refusal| CommandError::Refused { index, refusal })?);
        }
        let head = session.commit().await?;
        self.tell(head);
        Ok(done)
    }

    /// Writes one command into the hub's own log, signed over the new head of its chain.
    pub(super) async fn write(
        &self,
        session: &mut Session<S::Unit>,
        command: Command,
    ) -> Stored<Result<Done, Refusal>> {
        let device = self.company.hub;
        if !session.devices.contains_key(&device) {
            session.load_devices(Devices::These(vec![device])).await?;
        }
        let log = session.devices.get(&device).cloned();
        let log = log.ok_or_else(|| StoreError::Corrupt("the hub has no log".into()))?;
        let id = ChangeId { device, seq: log.last_seq + 1 };
        let op = (command.write)(id);
        let effective = session.now.max(session.head.latest.next()).max(log.latest.next());
        let header = Header {
            seq: id.seq,
            at: effective,
            seen: session.head.position,
            kind: op.kind(),
            version: Op::VERSION,
            scopes: op.scopes(command.actor.staff),
            entity: op.entity(),
            actor: Some(command.actor),
            epoch: None,
        };
        let salt = op.names_persons().then(|| self.outside.random());
        let change = Change::seal(device, header, salt, op.to_body());
        let link = next_link(&log.link, &change);
        let proof = self.sign(&change, log.link)?;
        let named = match &op {
            Op::DeviceRevoked(op) => vec![op.device],
            _ => Vec::new(),
        };
        session.load_devices(Devices::These(named)).await?;
        session.load(Session::<S::Unit>::probable(Ok(&op), id, command.actor.staff)).await?;
        let incoming = Incoming { change, link, op: Ok(&op), staff: command.actor.staff };
        let written = session.write(incoming, effective, refuse_against_rules).await?;
        if let Err(refusal) = written {
            return Ok(Err(refusal));
        }
        if let Err(refusal) = session.account_is_ours(&op).await? {
            return Ok(Err(refusal.into()));
        }
        if let Err(refusal) = session.promise_is_owed(&op).await? {
            return Ok(Err(refusal.into()));
        }
        if let Err(refusal) = self.month_is_so(session, &op).await? {
            return Ok(Err(refusal.into()));
        }
        if let Some(log) = session.touch(device) {
            log.checkpoint = Some(proof);
        }
        let row = session.latest_row().expect("a row was just written");
        Ok(Ok(Done::of(&row.entry)))
    }

    /// The proof over the chain up to `change`.
    fn sign(&self, change: &Change, before: Hash) -> Stored<Checkpoint> {
        let one = std::slice::from_ref(change);
        let batch =
            PushBatch::new(self.company.id, before, one, Declared::default()).expect("one change is a batch");
        let signature = self.signer().sign(&batch.signing_bytes()).to_bytes();
        let signed = SignedBatch::from_bytes(&batch.signed(&signature))
            .map_err(|e| StoreError::Corrupt(e.to_string()))?;
        Ok(Checkpoint { header: signed.header_bytes().to_vec(), signature })
    }
}

/// At the console a rule says no *before* anything is recorded, for facts of the ledger as well.
fn refuse_against_rules(verdict: &Verdict) -> Result<(), Refusal> {
    match verdict {
        Verdict::Held { reason } => Err(reason.clone()),
        Verdict::Applied { findings, .. } => {
            let broken = findings.iter().find_map(|finding| match finding {
                Finding::AgainstRule(refusal) => Some(refusal.clone()),
                _ => None,
            });
            broken.map_or(Ok(()), Err)
        }
    }
}
