//! One phone of the rep: its book and log, and what somebody does with it.

use ed25519_dalek::{Signer, SigningKey};
use server::hub::Arrived;
use sync_core::{
    domain::cash::{
        CashHandedIn, Collected, DrawerPart, Means, Remitted, Reversed, Reversible, ShareMoved, out_of,
    },
    op::Op,
    refusal::Refusal,
    replica::Replica,
    time::Timestamp,
    unit::{Amount, CustomerId, DeviceId, Money, PaperId, Text},
};

use crate::dice::Dice;

pub(crate) fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("short enough")
}

pub(crate) struct Phone {
    pub(crate) replica: Replica,
    key: SigningKey,
    /// Nobody has it in hand just now.
    pub(crate) lost: bool,
    /// The office has taken its rights.
    pub(crate) stopped: bool,
}

impl Phone {
    pub(crate) const fn new(replica: Replica, key: SigningKey) -> Self {
        Self { replica, key, lost: false, stopped: false }
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.replica.identity().device
    }

    pub(crate) fn push(&self, now: Timestamp) -> Option<Arrived> {
        let batch = self.replica.outgoing(4_000, now)?;
        let signed = batch.signed(&self.key.sign(&batch.signing_bytes()).to_bytes());
        let me = self.replica.identity();
        Some(Arrived::check(&signed, me.company, me.device, &me.key).expect("an honest batch"))
    }

    /// Does it, if the rules say yes.
    pub(crate) fn does(&mut self, op: Op, now: Timestamp) -> Result<(), Refusal> {
        let draft = self.replica.draft(op, now, [0; 16])?;
        self.replica.saved(draft);
        Ok(())
    }

    pub(crate) fn collects(&self, amount: Amount, customer: CustomerId, over: bool) -> Op {
        Op::Collected(Collected {
            customer,
            amount,
            means: Means::Cash,
            receipt: self.replica.next_receipt(),
            order: None,
            over_limit: over.then(|| text("客户已付清")),
            note: text(""),
            photo: None,
        })
    }

    /// Sends on what some of the drawers hold, as far as this phone knows: its own, or others' as well.
    pub(crate) fn remits(&self, dice: &mut Dice, now: Timestamp) -> Option<Op> {
        let own_only = dice.once_in(2);
        let me = self.replica.identity();
        let held: Vec<DrawerPart> = self
            .all_drawers(now)
            .into_iter()
            .filter(|(device, _)| !own_only || *device == me.device)
            .filter_map(|(device, held)| Some(DrawerPart { device, amount: Amount::new(held).ok()? }))
            .collect();
        let amount = Amount::new(held.iter().map(|part| part.amount.money()).sum()).ok()?;
        let (account, _) = self.replica.accounts().next()?;
        Some(Op::Remitted(Remitted { amount, account, drawers: held, reference: text("123456"), slip: None }))
    }

    /// Signs for cash out of some of the drawers, all of it or a part, for finance to countersign.
    pub(crate) fn hands_in(&self, dice: &mut Dice) -> Option<Op> {
        let all = self.replica.full_drawers();
        let held: Vec<(DeviceId, Money)> = all.iter().map(|one| (one.device, one.held)).collect();
        let sum: Money = held.iter().map(|(_, held)| *held).sum();
        let part = if dice.once_in(2) { sum } else { Money::fen(sum.as_fen() / 2) };
        let amount = Amount::new(part).ok()?;
        let drawers = out_of(amount, &held)?;
        Some(Op::CashHandedIn(CashHandedIn { amount, drawers, note: text("") }))
    }

    fn all_drawers(&self, now: Timestamp) -> Vec<(DeviceId, Money)> {
        self.replica.shares(now).into_iter().map(|one| (one.device, one.held)).collect()
    }

    /// Gives a part of its share to another phone, or back.
    pub(crate) fn gives(&self, dice: &mut Dice, now: Timestamp) -> Option<Op> {
        let shares = self.replica.shares(now);
        let (mine, others) = shares.split_first()?;
        let to = dice.pick(others).map(|other| other.device).filter(|_| !dice.once_in(6));
        let left = mine.left().as_fen();
        let part =
            if dice.once_in(3) { left } else { i64::try_from(dice.below(1 + left.unsigned_abs())).ok()? };
        let amount = Amount::new(Money::fen(part)).ok()?;
        Some(Op::ShareMoved(ShareMoved { staff: self.replica.identity().staff, to, amount }))
    }

    /// Sends on so much out of its own drawer.
    pub(crate) fn sends(&self, sum: Money) -> Option<Op> {
        let amount = Amount::new(sum).ok()?;
        let drawers = vec![DrawerPart { device: self.device(), amount }];
        let (account, _) = self.replica.accounts().next()?;
        Some(Op::Remitted(Remitted { amount, account, drawers, reference: text("654321"), slip: None }))
    }

    /// Takes a paper of its own back.
    pub(crate) fn takes_back(&self, kind: Reversible, of: PaperId, customer: Option<CustomerId>) -> Op {
        let staff = self.replica.identity().staff;
        Op::Reversed(Reversed { kind, of, staff, customer, reason: text("没收成") })
    }

    /// Takes one of its own papers back.
    pub(crate) fn reverses(&self, dice: &mut Dice) -> Option<Op> {
        let collections = self.replica.collections().filter(|(_, paper)| paper.reversals.is_empty());
        let collections = collections.filter_map(|(id, paper)| {
            paper.recorded.as_ref().map(|r| (Reversible::Collection, id, Some(r.what.customer)))
        });
        let remittances = self.replica.remittances().filter(|(_, paper)| paper.reversals.is_empty());
        let remittances = remittances
            .filter_map(|(id, paper)| paper.recorded.as_ref().map(|_| (Reversible::Remittance, id, None)));
        let all: Vec<(Reversible, PaperId, Option<CustomerId>)> = collections.chain(remittances).collect();
        let (kind, of, customer) = *dice.pick(&all)?;
        Some(self.takes_back(kind, of, customer))
    }
}
