//! Customers change hands: the transfer, late work judged by who looked after them then, and what phones confirm.
//! Source: S78, S79.

use std::collections::BTreeSet;

use server::{
    hub::{HoldingError, Outstanding, Transfer, TransferError, Transferred},
    store::{Eviction, Snapshot},
};
use sync_core::{
    domain::customer::CustomerRefusal,
    log::{Actor, SignedHolding},
    refusal::{Finding, Refusal, Verdict},
    scope::Scope,
    time::Timestamp,
    unit::{CustomerId, DeviceId, StaffId},
};

use crate::house::{ADMIN, HEAD, House, MA, MONEY, Pen, SESSION, YANG, card, customer, minute, text, visit};

fn of(numbers: impl IntoIterator<Item = u8>) -> Vec<CustomerId> {
    numbers.into_iter().map(customer).collect()
}

fn from_ma_to_yang(actor: StaffId, customers: Option<Vec<CustomerId>>) -> Transfer {
    let actor = Actor { staff: actor, session: SESSION };
    Transfer { actor, from: MA, to: YANG, customers, reason: Some(text("马调去销售二部")) }
}

impl House {
    async fn transfers(
        &self,
        customers: Option<Vec<CustomerId>>,
        now: Timestamp,
    ) -> Result<Transferred, TransferError> {
        self.hub.transfer(from_ma_to_yang(HEAD, customers), now).await
    }

    async fn grants(&self, staff: StaffId) -> BTreeSet<Scope> {
        let viewer = self.hub.viewer(staff).await.expect("the store").expect("a member of staff");
        viewer.listed_scopes().expect("a rep's scopes can be listed")
    }

    async fn at(&self) -> (u32, u64) {
        let head = self.hub.snapshot().await.expect("a moment").head().await.expect("a head");
        (head.epoch, head.position)
    }

    async fn losses(&self, device: DeviceId) -> Vec<Eviction> {
        let mut moment = self.hub.snapshot().await.expect("a moment");
        moment.evictions(Some(&[device])).await.expect("the store")
    }

    async fn unconfirmed(&self, device: DeviceId) -> Vec<Scope> {
        let losses = self.losses(device).await;
        losses.into_iter().filter(|lost| lost.confirmed.is_none()).map(|lost| lost.scope).collect()
    }

    async fn takes_in(&self, pen: &Pen, statement: &[u8]) -> Result<Outstanding, HoldingError> {
        let said = SignedHolding::from_bytes(statement).expect("a statement");
        self.hub.holds(pen.device, &said, statement, minute(60)).await
    }

    /// The device states what it may hold at the head of the feed.
    async fn states_its_grants(&self, pen: &Pen) -> Result<Outstanding, HoldingError> {
        let (epoch, position) = self.at().await;
        self.takes_in(pen, &pen.states(&self.grants(pen.staff).await, epoch, position)).await
    }
}

#[tokio::test]
async fn all_customers_of_a_rep_go_to_another_in_one_transaction_each_with_the_reason() {
    let house = House::new().await;
    let (_, before) = house.at().await;
    let moved = house.transfers(None, minute(5)).await.expect("a head may");
    assert_eq!((moved.done.len(), moved.already), (3, 0));
    assert_eq!(house.at().await.1, before + 3);
    let grants = house.grants(YANG).await;
    assert!((1..=3).all(|number| grants.contains(&Scope::Customer(customer(number)))));
    assert!(!house.grants(MA).await.iter().any(|scope| matches!(scope, Scope::Customer(_))));
    let told = house.pulled(YANG).await.into_iter().filter_map(|entry| match entry.op() {
        Ok(sync_core::op::Op::OwnerSet(op)) => Some(op.reason.expect("a reason").to_string()),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), ["马调去销售二部"; 3]);
    house.holds().await;
}

#[tokio::test]
async fn one_customer_that_is_somebody_elses_stops_the_whole_transfer() {
    let house = House::new().await;
    let before = house.holds().await;
    let refused = house.transfers(Some(of([1, 2, 99])), minute(5)).await;
    assert_eq!(refused, Err(TransferError::Elsewhere { customer: customer(99) }));
    assert_eq!(house.holds().await, before);
    assert!(house.grants(MA).await.contains(&Scope::Customer(customer(1))));
}

#[tokio::test]
async fn a_transfer_asked_for_once_more_hands_over_what_is_left_and_nothing_twice() {
    let house = House::new().await;
    house.transfers(Some(of([1])), minute(5)).await.expect("a head may");
    let (_, before) = house.at().await;
    let again = house.transfers(Some(of([1, 2])), minute(6)).await.expect("a head may");
    assert_eq!((again.done.len(), again.already), (1, 1));
    let nothing = house.transfers(Some(of([1, 2])), minute(7)).await.expect("a head may");
    assert_eq!((nothing.done.len(), nothing.already), (0, 2));
    assert_eq!(house.at().await.1, before + 1);
}

#[tokio::test]
async fn only_heads_hand_customers_over_and_only_to_those_who_work_in_the_field() {
    let house = House::new().await;
    for actor in [MA, YANG, MONEY] {
        let refused = house.hub.transfer(from_ma_to_yang(actor, None), minute(5)).await;
        assert!(matches!(refused, Err(TransferError::Command(_))), "{refused:?}");
    }
    let to_the_desk = Transfer { to: MONEY, ..from_ma_to_yang(HEAD, None) };
    assert!(matches!(house.hub.transfer(to_the_desk, minute(5)).await, Err(TransferError::Command(_))));
    let to_himself = Transfer { to: MA, ..from_ma_to_yang(HEAD, None) };
    assert_eq!(house.hub.transfer(to_himself, minute(5)).await, Err(TransferError::SamePerson));
    assert_eq!(house.grants(MA).await.len(), 3 + 2 * 3);
}

/// What became of the changes of a push, in order.
async fn verdicts(house: &House, pen: &Pen) -> Vec<Verdict> {
    let reply = house.push(pen, pen.all(), minute(100)).await.expect("taken");
    reply.judged.into_iter().map(|judged| judged.verdict.unwrap_or_else(Verdict::plain)).collect()
}

fn not_yours(number: u8) -> Refusal {
    CustomerRefusal::NotYours { customer: customer(number) }.into()
}

#[tokio::test]
async fn work_done_before_the_hand_over_counts_however_late_it_comes() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "移交前的拜访"), minute(20));
    ma.writes(&card(1, "移交前改的地址"), minute(21));
    house.transfers(None, minute(30)).await.expect("a head may");
    assert_eq!(verdicts(&house, &ma).await, [Verdict::plain(), Verdict::plain()]);
    let hers = house.pulled(YANG).await.into_iter().filter(|entry| entry.change.id.device == ma.device);
    assert_eq!(hers.count(), 2, "the new owner sees both");
    house.holds().await;
}

#[tokio::test]
async fn work_done_after_the_hand_over_is_kept_under_its_authors_name_and_not_with_the_customer() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    house.transfers(None, minute(30)).await.expect("a head may");
    ma.writes(&visit(1, "移交后的拜访"), minute(40));
    ma.writes(&card(1, "移交后改的地址"), minute(41));
    let withheld = Verdict::Applied { findings: vec![Finding::AgainstRule(not_yours(1))], withheld: true };
    assert_eq!(verdicts(&house, &ma).await, [withheld, Verdict::Held { reason: not_yours(1) }]);
    let seen = |entries: Vec<sync_core::feed::Entry>| {
        entries.into_iter().filter(|entry| entry.change.id.device == ma.device).count()
    };
    assert_eq!(seen(house.pulled(YANG).await), 0, "nothing of it is with the customer");
    assert_eq!(seen(house.pulled(MA).await), 2, "its author keeps both");
    house.holds().await;
}

#[tokio::test]
async fn who_had_read_of_the_hand_over_cannot_date_an_act_back_before_it() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    house.transfers(None, minute(30)).await.expect("a head may");
    let (epoch, position) = house.at().await;
    ma.seen = (position, Some(epoch));
    ma.writes(&visit(1, "倒填日期的拜访"), minute(20));
    ma.writes(&card(1, "倒填日期的地址"), minute(21));
    let withheld = Verdict::Applied { findings: vec![Finding::AgainstRule(not_yours(1))], withheld: true };
    assert_eq!(verdicts(&house, &ma).await, [withheld, Verdict::Held { reason: not_yours(1) }]);
}

#[tokio::test]
async fn every_phone_of_the_old_owner_must_confirm_and_none_of_the_new_one() {
    let house = House::new().await;
    let (first, second) = (house.pen(MA, 1).await, house.pen(MA, 2).await);
    let hers = house.pen(YANG, 3).await;
    house.transfers(Some(of([1, 2])), minute(30)).await.expect("a head may");
    let lost = [Scope::Customer(customer(1)), Scope::Customer(customer(2))];
    for phone in [&first, &second] {
        assert_eq!(house.unconfirmed(phone.device).await, lost);
    }
    assert_eq!(house.losses(hers.device).await, []);
    let confirmed = house.states_its_grants(&first).await.expect("it holds what it may");
    assert_eq!(confirmed, Outstanding { confirmed: 2, unconfirmed: 0 });
    assert_eq!(house.unconfirmed(first.device).await, []);
    assert_eq!(house.unconfirmed(second.device).await, lost, "the other phone has said nothing");
    let again = house.states_its_grants(&first).await.expect("said twice");
    assert_eq!(again, Outstanding::default());
    let proof = house.losses(first.device).await.remove(0).confirmed.expect("confirmed").proof;
    assert_eq!(SignedHolding::from_bytes(&proof).expect("kept as it came").holding.device, first.device);
}

#[tokio::test]
async fn a_phone_that_still_holds_what_it_lost_confirms_nothing() {
    let house = House::new().await;
    let ma = house.pen(MA, 1).await;
    let before = house.grants(MA).await;
    house.transfers(Some(of([1])), minute(30)).await.expect("a head may");
    let (epoch, position) = house.at().await;
    for (scopes, epoch) in [(before, epoch), (house.grants(MA).await, epoch + 1)] {
        let refused = house.takes_in(&ma, &ma.states(&scopes, epoch, position)).await;
        assert_eq!(refused, Err(HoldingError::OtherScopes));
    }
    assert_eq!(house.unconfirmed(ma.device).await, [Scope::Customer(customer(1))]);
}

#[tokio::test]
async fn a_statement_says_nothing_of_a_loss_that_came_after_it() {
    let house = House::new().await;
    let ma = house.pen(MA, 1).await;
    house.transfers(Some(of([1])), minute(30)).await.expect("a head may");
    let (epoch, position) = house.at().await;
    let old = ma.states(&house.grants(MA).await, epoch, position);
    // Given back and lost once more: the phone holds the same as before, and this statement is on its way still.
    let back = Transfer { from: YANG, to: MA, ..from_ma_to_yang(HEAD, Some(of([1]))) };
    house.hub.transfer(back, minute(31)).await.expect("a head may");
    assert_eq!(house.losses(ma.device).await, [], "what is granted again need not be given up");
    house.transfers(Some(of([1])), minute(32)).await.expect("a head may");
    let late = house.takes_in(&ma, &old).await.expect("the same scopes");
    assert_eq!(late, Outstanding { confirmed: 0, unconfirmed: 1 });
    assert_eq!(house.states_its_grants(&ma).await.expect("anew").confirmed, 1);
}

#[tokio::test]
async fn a_stopped_phone_owes_everything_until_it_says_that_it_holds_nothing() {
    let house = House::new().await;
    let ma = house.pen(MA, 1).await;
    let actor = Actor { staff: ADMIN, session: SESSION };
    house.hub.revoke(actor, ma.device, text("丢了"), minute(20)).await.expect("an administrator may");
    house.transfers(None, minute(30)).await.expect("a head may");
    assert_eq!(house.unconfirmed(ma.device).await, [Scope::Common], "once for everything");
    assert_eq!(house.states_its_grants(&ma).await, Err(HoldingError::OtherScopes));
    let nothing = ma.states(&BTreeSet::new(), 0, 0);
    assert_eq!(house.takes_in(&ma, &nothing).await.expect("empty").confirmed, 1);
    assert_eq!(house.unconfirmed(ma.device).await, []);
}

#[tokio::test]
async fn an_emptied_phone_owes_nothing_of_what_its_owner_loses_later() {
    let house = House::new().await;
    let (left, used) = (house.pen(MA, 1).await, house.pen(MA, 2).await);
    house.takes_in(&left, &left.states(&BTreeSet::new(), 0, 0)).await.expect("signed out");
    house.transfers(Some(of([1])), minute(30)).await.expect("a head may");
    assert_eq!(house.unconfirmed(left.device).await, []);
    assert_eq!(house.unconfirmed(used.device).await, [Scope::Customer(customer(1))]);
}

#[tokio::test]
async fn a_statement_of_another_device_or_under_another_key_is_not_taken() {
    let house = House::new().await;
    let (ma, yang) = (house.pen(MA, 1).await, house.pen(YANG, 2).await);
    let said = ma.states(&BTreeSet::new(), 0, 0);
    assert_eq!(house.takes_in(&yang, &said).await, Err(HoldingError::NotYourDevice));
    let mut forged = said.clone();
    *forged.last_mut().expect("a signature") ^= 1;
    assert!(matches!(house.takes_in(&ma, &forged).await, Err(HoldingError::Unacceptable(_))));
    assert_eq!(house.losses(ma.device).await, []);
}
