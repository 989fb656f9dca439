//! A head decides on a change that waits: accepts it for its author, or sends it back with a reason. Source: S79.
//!
//! Both halves of an acceptance, what was decided and what therefore counts, are written in one transaction.

use sync_core::{
    domain::{customer::CardFieldSet, sale::ProductSet},
    log::Actor,
    op::{HeldDecided, Op, Ruling, Said, TakenOnBehalf},
    paper::{HeldChange, Paper, PaperKey, PaperKind, WAITING},
    refusal::{ChangeRefusal, Refusal, Verdict},
    time::Timestamp,
    unit::{ChangeId, CustomerId},
};
use uuid::Uuid;

use super::{
    Hub,
    command::{Command, CommandError, Done},
    session::Session,
};
use crate::store::{Filter, ListAsk, Snapshot, Store, Stored, Unit};

/// A ruling that is in the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruled {
    /// The decision.
    pub done: Done,
    /// How many changes that waited for this one were accepted with it.
    pub also: u64,
}

/// The most changes that are accepted with the one they waited for.
const MOST_WITH_IT: u32 = 500;

impl<S: Store> Hub<S> {
    /// Decides on the change that waits in the paper `held`.
    ///
    /// What waited for an accepted change only is accepted with it, as far as nothing else stands in its way. Asked again
    /// by the same head, the same decision is the same answer.
    ///
    /// # Errors
    /// The rule that says no, or the store. Nothing was written then.
    pub async fn rule(
        &self,
        actor: Actor,
        held: Uuid,
        ruling: Ruling,
        now: Timestamp,
    ) -> Result<Ruled, CommandError> {
        let waited = self.waiting_for(CustomerId(held)).await?;
        let mut session = self.session(now).await?;
        let (change, before) =
            session.held(held).await?.ok_or_else(|| refused(ChangeRefusal::NothingHeld))?;
        if let Some(done) = session.said_before(before, actor, &ruling).await? {
            return Ok(Ruled { done, also: 0 });
        }
        let done = self.decide(&mut session, actor, &change, ruling.clone()).await?.map_err(refused)?;
        let mut also = 0;
        if ruling == Ruling::Accepted {
            let created = change.op().ok().as_ref().and_then(Op::customer);
            for waits in waited.iter().filter(|waits| created.is_some_and(|id| waits_for(waits, id))) {
                let accepted = self.decide(&mut session, actor, waits, Ruling::Accepted).await?;
                also += u64::from(accepted.is_ok());
            }
        }
        let head = session.commit().await?;
        self.tell(head);
        Ok(Ruled { done, also })
    }

    /// What waits about a customer, oldest first. What of it still waits under the feed lock, the rules say.
    async fn waiting_for(&self, held: CustomerId) -> Stored<Vec<HeldChange>> {
        let mut snapshot = self.snapshot().await?;
        let key = PaperKey { kind: PaperKind::Held, id: held.0 };
        let papers = snapshot.papers(&[key]).await?;
        let Some((_, Paper::Held(Some(change), _))) = papers.first() else { return Ok(Vec::new()) };
        let op = change.op();
        let Ok(Op::CustomerCreated(created)) = op.as_ref().map(Op::said) else { return Ok(Vec::new()) };
        let status = WAITING.map(str::to_owned).to_vec();
        let about = Filter { customer: Some(created.customer), status, ..Filter::default() };
        let ask = ListAsk { limit: MOST_WITH_IT, ..ListAsk::every(&[PaperKind::Held], about) };
        let listed = snapshot.list(&ask).await?.rows.into_iter();
        let mut waiting: Vec<HeldChange> = listed
            .filter_map(|row| match row.paper {
                Paper::Held(held, _) => held,
                _ => None,
            })
            .collect();
        waiting.sort_by_key(|held| (held.at, held.id));
        Ok(waiting)
    }

    /// Writes a decision and, where it accepts, what therefore counts.
    async fn decide(
        &self,
        session: &mut Session<S::Unit>,
        actor: Actor,
        held: &HeldChange,
        ruling: Ruling,
    ) -> Result<Result<Done, Refusal>, CommandError> {
        let (change, author, personal) = (held.id, held.by, held.personal);
        let accepts = ruling == Ruling::Accepted;
        let decided = Op::HeldDecided(HeldDecided { change, author, personal, ruling });
        let done = match self.write(session, Command::new(actor, decided)).await? {
            Ok(done) => done,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !accepts {
            return Ok(Ok(done));
        }
        let op = held.op().map_err(|unreadable| refused(ChangeRefusal::from(unreadable)))?;
        let said = Said(Box::new(op.said().clone()));
        let taken = Op::TakenOnBehalf(TakenOnBehalf { change, author, at: held.at, said });
        // What was just decided may be taken over: were it not so, nothing at all may be written.
        self.write(session, Command::new(actor, taken)).await?.map_err(refused)?;
        if held.reason.is_undecided()
            && let Some(chosen) = session.chosen(op.said(), change).await?
        {
            self.write(session, Command::new(actor, chosen)).await?.map_err(refused)?;
        }
        Ok(Ok(done))
    }
}

impl<U: Unit> Session<U> {
    /// The change that waits in a paper, and who decided on it by which change.
    async fn held(&mut self, id: Uuid) -> Stored<Option<(HeldChange, Option<(ChangeId, Ruling)>)>> {
        let key = PaperKey { kind: PaperKind::Held, id };
        self.load([key]).await?;
        Ok(match self.paper(&key) {
            Some(Paper::Held(Some(held), outcome)) => {
                let decided = outcome.as_ref().and_then(|outcome| outcome.decided.clone());
                Some((held.clone(), decided.map(|decided| (decided.id, decided.ruling))))
            }
            _ => None,
        })
    }

    /// The same decision of the same head, where it is in the feed already.
    async fn said_before(
        &mut self,
        before: Option<(ChangeId, Ruling)>,
        actor: Actor,
        ruling: &Ruling,
    ) -> Stored<Option<Done>> {
        let Some((change, _)) = before.filter(|(_, there)| there == ruling) else { return Ok(None) };
        let found = self.unit().await?.entries(&[change]).await?;
        let mine = found.into_iter().map(|row| row.entry).find(|entry| entry.staff == actor.staff);
        Ok(mine.map(|entry| Done {
            change,
            position: entry.position,
            effective: entry.effective,
            verdict: Verdict::plain(),
        }))
    }

    /// Of two values of which one had to be chosen, the one that was: written once more over both, so that it is shown
    /// whichever of them is later. `None` where it is shown already.
    async fn chosen(&mut self, said: &Op, change: ChangeId) -> Stored<Option<Op>> {
        match said {
            Op::CardFieldSet(set) => {
                let key = PaperKey::customer(set.customer);
                self.load([key]).await?;
                let Some(Paper::Customer(card)) = self.paper(&key) else { return Ok(None) };
                let register = card.fields.get(&set.field);
                let Some(heads) = register.and_then(|there| overruled(there, change)) else {
                    return Ok(None);
                };
                Ok(Some(Op::CardFieldSet(CardFieldSet { replaces: heads, ..set.clone() })))
            }
            Op::ProductSet(set) => {
                let key = PaperKey::product(set.product);
                self.load([key]).await?;
                let Some(Paper::Product(product)) = self.paper(&key) else { return Ok(None) };
                let Some(heads) = overruled(&product.card, change) else { return Ok(None) };
                Ok(Some(Op::ProductSet(ProductSet { replaces: heads, ..set.clone() })))
            }
            _ => Ok(None),
        }
    }
}

/// What must be named as replaced so that a write is shown; `None` where it is.
fn overruled<T: PartialEq>(
    register: &sync_core::crdt::Register<T>,
    chosen: ChangeId,
) -> Option<Vec<ChangeId>> {
    let shown = register.current().is_some_and(|(id, _)| id == chosen);
    let alone = register.losing().is_empty();
    (!shown || !alone).then(|| register.heads())
}

fn refused(refusal: impl Into<Refusal>) -> CommandError {
    CommandError::Refused { index: 0, refusal: refusal.into() }
}

/// Whether a change waited for the creation of this customer and for nothing else.
fn waits_for(waits: &HeldChange, created: CustomerId) -> bool {
    waits.reason == ChangeRefusal::WaitsFor { paper: created.0 }.into()
}
