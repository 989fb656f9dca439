//! Customers change hands: several of one rep to another, in one transaction. Source: S79.

use std::collections::BTreeSet;

use sync_core::{
    domain::customer::OwnerSet,
    feed::Entry,
    log::{Actor, Hash},
    op::Op,
    paper::{Paper, PaperKey},
    time::Timestamp,
    unit::{ChangeId, CustomerId, StaffId, Text},
};
use thiserror::Error;

use super::{Command, CommandError, Done, Hub, NamedError, session::Session};
use crate::store::{CommandName, NamedCommand, Snapshot, Store, StoreError, Stored, Unit};

/// The most customers of one transfer: the feed lock is held for all of them.
pub const MOST_TRANSFERRED: usize = 2_000;

/// Customers are to change hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Who says so.
    pub actor: Actor,
    /// Who looks after them now.
    pub from: StaffId,
    /// Who is to look after them.
    pub to: StaffId,
    /// Which; all of theirs where none are named.
    pub customers: Option<Vec<CustomerId>>,
    /// Why.
    pub reason: Option<Text<1, 200>>,
}

/// A transfer that is in the feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transferred {
    /// One change for each customer that was handed over.
    pub done: Vec<Done>,
    /// How many of those named were with the new owner already: the same asked for once more.
    pub already: u64,
}

/// Why customers did not change hands. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TransferError {
    /// From somebody to themselves.
    #[error("both are the same person")]
    SamePerson,
    /// Nothing to hand over.
    #[error("no customer is named and none is theirs")]
    Nothing,
    /// Too many at once.
    #[error("{has} customers at once, at most {MOST_TRANSFERRED}")]
    TooMany {
        /// How many.
        has: usize,
    },
    /// Somebody else looks after a customer that was named, or nobody knows it.
    #[error("the customer is not with the one it is to be taken from")]
    Elsewhere {
        /// Which.
        customer: CustomerId,
    },
    /// Its name was given to another command before.
    #[error("another command has this name")]
    NameUsed,
    /// A rule says no, or the store could not do it.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl From<StoreError> for TransferError {
    fn from(error: StoreError) -> Self {
        Self::Command(error.into())
    }
}

impl From<NamedError> for TransferError {
    fn from(error: NamedError) -> Self {
        match error {
            NamedError::NameUsed => Self::NameUsed,
            NamedError::Command(error) => Self::Command(error),
        }
    }
}

impl<S: Store> Hub<S> {
    /// Hands customers of one rep to another: all or none, judged and written under the feed lock.
    ///
    /// Each is a change of its own in the customer's scope, so that who held it when stays readable there.
    ///
    /// # Errors
    /// Why nothing was handed over.
    pub async fn transfer(&self, transfer: Transfer, now: Timestamp) -> Result<Transferred, TransferError> {
        let mut session = self.session(now).await?;
        let transferred = self.hand_over(&mut session, transfer).await?;
        let head = session.commit().await?;
        self.tell(head);
        Ok(transferred)
    }

    /// The same under a name: asked for again it is answered as before, whoever has the customers meanwhile.
    ///
    /// `said` is the hash of what the caller asked for. A transfer that found nothing left to do has no name: asked for
    /// again, it is looked at anew.
    ///
    /// # Errors
    /// Why nothing was handed over.
    pub async fn transfer_once(
        &self,
        name: CommandName,
        said: Hash,
        transfer: Transfer,
        now: Timestamp,
    ) -> Result<Transferred, TransferError> {
        let mut session = self.session(now).await?;
        if let Some(before) = session.named_before(&name, said).await? {
            return Ok(session.transferred(&before, &transfer).await?);
        }
        let transferred = self.hand_over(&mut session, transfer).await?;
        if let Some(first) = transferred.done.first() {
            session.named.push(NamedCommand { name, said, seq: first.change.seq, at: now });
        }
        let head = session.commit().await?;
        self.tell(head);
        Ok(transferred)
    }

    /// Writes what hands customers over, each into the hub's log right behind the one before.
    async fn hand_over(
        &self,
        session: &mut Session<S::Unit>,
        transfer: Transfer,
    ) -> Result<Transferred, TransferError> {
        let Transfer { actor, from, to, customers, reason } = transfer;
        if from == to {
            return Err(TransferError::SamePerson);
        }
        let named: BTreeSet<CustomerId> = match customers {
            Some(customers) => customers.into_iter().collect(),
            None => session.unit().await?.customers_of(from).await?.into_iter().collect(),
        };
        if named.is_empty() {
            return Err(TransferError::Nothing);
        }
        if named.len() > MOST_TRANSFERRED {
            return Err(TransferError::TooMany { has: named.len() });
        }
        session.load(named.iter().map(|customer| PaperKey::customer(*customer))).await?;
        let mut transferred = Transferred::default();
        for (index, customer) in named.into_iter().enumerate() {
            let owned = match session.paper(&PaperKey::customer(customer)) {
                Some(Paper::Customer(card)) if card.exists() => {
                    card.owner.value().map(|owner| (*owner, card.owner.heads()))
                }
                _ => None,
            };
            let replaces: Vec<ChangeId> = match owned {
                Some((owner, heads)) if owner == from => heads,
                Some((owner, _)) if owner == to => {
                    transferred.already += 1;
                    continue;
                }
                _ => return Err(TransferError::Elsewhere { customer }),
            };
            let op = OwnerSet { customer, owner: to, replaces, reason: reason.clone() };
            let written = self.write(session, Command::new(actor, Op::OwnerSet(op))).await?;
            let done = written.map_err(|refusal| CommandError::Refused { index, refusal })?;
            transferred.done.push(done);
        }
        Ok(transferred)
    }
}

impl<U: Unit> Session<U> {
    /// What became of a transfer that was named: its changes stand one behind the other in the hub's log, and were
    /// received at one moment.
    async fn transferred(&mut self, named: &NamedCommand, transfer: &Transfer) -> Stored<Transferred> {
        let asked: Option<BTreeSet<CustomerId>> =
            transfer.customers.as_ref().map(|customers| customers.iter().copied().collect());
        let most = asked.as_ref().map_or(MOST_TRANSFERRED, BTreeSet::len);
        let ids: Vec<ChangeId> =
            (named.seq..).take(most).map(|seq| ChangeId { device: self.hub, seq }).collect();
        let mut rows = self.unit().await?.entries(&ids).await?;
        rows.sort_by_key(|row| row.entry.change.id);
        let mut left = asked.clone();
        let mut of_it = |entry: &Entry| {
            let Ok(Op::OwnerSet(set)) = entry.op() else { return false };
            let asked = left.as_mut().is_none_or(|left| left.remove(&set.customer));
            asked && set.owner == transfer.to && entry.received == named.at
        };
        let done = rows.iter().map(|row| &row.entry).take_while(|entry| of_it(entry)).map(Done::of);
        let done: Vec<Done> = done.collect();
        if done.is_empty() {
            return Err(StoreError::Corrupt(format!("the named transfer {} is not there", named.seq)));
        }
        let already = asked.map_or(0, |asked| asked.len() - done.len()) as u64;
        Ok(Transferred { done, already })
    }
}
