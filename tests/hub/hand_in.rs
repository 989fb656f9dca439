//! Cash handed in: signed on a phone, countersigned in the office, and out of the drawer only then. Source: S13, S17.

use server::hub::{Command, CommandError};
use sync_core::{
    domain::cash::{CashHandedIn, DrawerPart, HandInStamp, HandInStamped, HandInStatus, LedgerAccount},
    log::{Actor, Hash},
    op::Op,
    paper::{Paper, PaperKey},
    refusal::{Refusal, Verdict},
    unit::{Amount, ChangeId, Money, PaperId, StaffId},
};

use crate::house::{HEAD, House, MA, MONEY, Pen, SESSION, YANG, cash, minute, text};

fn body(pen: &Pen, yuan: i64) -> CashHandedIn {
    let amount = Amount::new(Money::yuan(yuan)).expect("a sum");
    CashHandedIn { amount, drawers: vec![DrawerPart { device: pen.device, amount }], note: text("") }
}

fn stamp(hand_in: PaperId, over: Hash, stamp: HandInStamp) -> Op {
    Op::HandInStamped(HandInStamped { hand_in, staff: MA, stamp, over, note: text("对不上") })
}

async fn says(house: &House, staff: StaffId, op: Op, at: u64) -> Result<(), &'static str> {
    let command = Command::new(Actor { staff, session: SESSION }, op);
    match house.hub.command(command, minute(at)).await {
        Ok(_) => Ok(()),
        Err(CommandError::Refused { refusal, .. }) => Err(refusal.code()),
        Err(other) => panic!("{other}"),
    }
}

async fn sum(house: &House, account: LedgerAccount) -> Money {
    match house.papers().await.remove(&PaperKey::balance(account)) {
        Some(Paper::Balance(balance)) => balance.sum,
        _ => Money::ZERO,
    }
}

#[tokio::test]
async fn cash_handed_in_is_the_companys_when_finance_has_signed_and_the_withdrawal_that_comes_later_waits() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 900_000, 1), minute(10));
    let body = body(&ma, 9_000);
    ma.writes(&Op::CashHandedIn(body.clone()), minute(11));
    house.push(&ma, ma.all(), minute(12)).await.expect("taken");
    let id = PaperId(ChangeId { device: ma.device, seq: 2 }.created());
    let drawer = LedgerAccount::Drawer(MA, ma.device);
    assert_eq!(sum(&house, drawer).await, Money::yuan(9_000), "one signature moves nothing");
    let received = || stamp(id, body.body_hash(), HandInStamp::Received);
    for staff in [MA, YANG, HEAD] {
        assert_eq!(says(&house, staff, received(), 13).await, Err("hand-in.not-yours"));
    }
    // The rep withdraws it without a signal, while finance counts and signs.
    ma.writes(&stamp(id, body.body_hash(), HandInStamp::Withdrawn), minute(13));
    assert_eq!(says(&house, MONEY, received(), 14).await, Ok(()));
    assert_eq!(says(&house, MONEY, received(), 15).await, Err("hand-in.already-stamped"));
    let reply = house.push(&ma, ma.batch(3..=3), minute(16)).await.expect("taken");
    let verdict = reply.judged.last().and_then(|judged| judged.verdict.clone());
    let Some(Verdict::Held { reason: Refusal::HandIn(why) }) = verdict else { panic!("{verdict:?}") };
    assert_eq!(why.code(), "hand-in.already-stamped");
    assert_eq!(sum(&house, drawer).await, Money::ZERO);
    assert_eq!(sum(&house, LedgerAccount::Till).await, Money::yuan(9_000));
    let Some(Paper::HandIn(paper)) = house.papers().await.remove(&PaperKey::hand_in(id)) else {
        panic!("the paper is in the book")
    };
    assert_eq!(paper.status(), HandInStatus::Received);
    house.holds().await;
}
