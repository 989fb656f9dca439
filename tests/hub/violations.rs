//! What breaks a rule about money is a violation in the same transaction, and stays one until both have stamped it.
//! Source: S14, S15, S16, S46.

use server::hub::Command;
use sync_core::{
    domain::{
        cash::{
            BreachKind, Collected, DrawerPart, LimitOverridden, LimitPart, Remitted, Reversed, Reversible,
            Violation, ViolationStamp, ViolationStamped,
        },
        people::{Role, StaffJoined},
    },
    log::Actor,
    op::Op,
    paper::{Paper, PaperKey},
    scope::Scope,
    time::business_date,
    unit::{Amount, ChangeId, DeviceId, Money, PaperId, StaffId},
};

use crate::house::{ACCOUNT, HEAD, House, MA, MONEY, Pen, SESSION, YANG, cash, minute, text};

const VP: StaffId = StaffId::from_bytes([207; 16]);

const fn by(staff: StaffId) -> Actor {
    Actor { staff, session: SESSION }
}

fn taken(fen: i64, receipt: u32) -> Op {
    match cash(1, fen, receipt) {
        Op::Collected(op) => {
            Op::Collected(Collected { over_limit: Some(text("客户已付，银行已下班")), ..op })
        }
        other => other,
    }
}

async fn violations(house: &House) -> Vec<(PaperId, Violation)> {
    let papers = house.papers().await.into_iter();
    papers
        .filter_map(|(key, paper)| match paper {
            Paper::Violation(violation) if violation.raised.is_some() => Some((PaperId(key.id), violation)),
            _ => None,
        })
        .collect()
}

async fn pushed(house: &House, pen: &Pen, at: u64) {
    house.push(pen, pen.batch(pen.next_seq() - 1..=pen.next_seq() - 1), minute(at)).await.expect("taken");
}

#[tokio::test]
async fn money_already_taken_is_a_violation_that_its_author_heads_and_finance_read() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 2_000_000, 1), minute(10));
    pushed(&house, &ma, 11).await;
    assert_eq!(violations(&house).await, [], "twenty thousand may be held");
    ma.writes(&taken(1, 2), minute(12));
    pushed(&house, &ma, 13).await;
    let all = violations(&house).await;
    let [(id, violation)] = &all[..] else { panic!("{all:?}") };
    let raised = violation.raised.as_ref().expect("it was raised");
    assert_eq!(*id, PaperId(ChangeId { device: ma.device, seq: 2 }.created()));
    assert_eq!((raised.what.staff, raised.what.kind), (MA, BreachKind::AboveShare));
    assert_eq!((raised.what.held, raised.what.amount), (Money::fen(2_000_001), Money::fen(1)));
    assert_eq!(raised.what.reason.as_str(), "客户已付，银行已下班");
    let key = PaperKey::violation(*id);
    assert_eq!(Paper::Violation(violation.clone()).scope(&key), Some(Scope::Staff(MA)));
    for (reader, reads) in [(MA, true), (HEAD, true), (MONEY, true), (YANG, false)] {
        let viewer = house.hub.viewer(reader).await.expect("the store").expect("a member of staff");
        assert_eq!(viewer.may_see(Scope::Staff(MA)), reads);
    }
    house.holds().await;
}

#[tokio::test]
async fn cash_taken_without_a_right_and_a_bounced_remittance_are_violations_as_well() {
    let house = House::new().await;
    let mut yang = house.pen(YANG, 2).await;
    yang.writes(&cash(11, 5_000, 1), minute(10));
    pushed(&house, &yang, 11).await;
    let kinds = |all: &[(PaperId, Violation)]| -> Vec<BreachKind> {
        let mut kinds: Vec<_> =
            all.iter().filter_map(|(_, one)| Some(one.raised.as_ref()?.what.kind)).collect();
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(kinds(&violations(&house).await), [BreachKind::NotACashRep]);
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 1_500_000, 1), minute(12));
    pushed(&house, &ma, 13).await;
    let amount = Amount::new(Money::yuan(15_000)).expect("a sum");
    let drawers = vec![DrawerPart { device: ma.device, amount }];
    let sent = Remitted { amount, account: ACCOUNT, drawers, reference: text("204817"), slip: None };
    ma.writes(&Op::Remitted(sent), minute(14));
    pushed(&house, &ma, 15).await;
    ma.writes(&cash(1, 1_000_000, 2), minute(16));
    pushed(&house, &ma, 17).await;
    assert_eq!(violations(&house).await.len(), 1);
    let of = PaperId(ChangeId { device: ma.device, seq: 2 }.created());
    let (kind, reason) = (Reversible::Remittance, text("银行退回"));
    let bounced = Op::Reversed(Reversed { kind, of, staff: MA, customer: None, reason });
    house.hub.command(Command::new(by(MONEY), bounced), minute(18)).await.expect("finance may");
    let all = violations(&house).await;
    assert_eq!(kinds(&all), [BreachKind::AboveShare, BreachKind::NotACashRep]);
    let back = all.iter().filter_map(|(_, one)| one.raised.as_ref()).find(|r| r.what.staff == MA);
    assert_eq!(back.expect("Ma's").what.held, Money::yuan(25_000));
    house.holds().await;
}

fn sent(yuan: i64, parts: &[(DeviceId, i64)]) -> Op {
    let amount = |yuan| Amount::new(Money::yuan(yuan)).expect("a sum");
    let drawers = parts.iter().map(|(device, yuan)| DrawerPart { device: *device, amount: amount(*yuan) });
    let (reference, slip) = (text("204817"), None);
    Op::Remitted(Remitted {
        amount: amount(yuan),
        account: ACCOUNT,
        drawers: drawers.collect(),
        reference,
        slip,
    })
}

/// S14, S15, S17: whoever sends on what they took and then says that they never took it may take as much again; that
/// somebody must look into.
#[tokio::test]
async fn a_collection_reversed_after_its_cash_was_sent_on_is_a_violation() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 2_000_000, 1), minute(10));
    ma.writes(&sent(20_000, &[(ma.device, 20_000)]), minute(11));
    let of = PaperId(ChangeId { device: ma.device, seq: 1 }.created());
    let (kind, reason) = (Reversible::Collection, text("没收成"));
    let customer = Some(crate::house::customer(1));
    ma.writes(&Op::Reversed(Reversed { kind, of, staff: MA, customer, reason }), minute(12));
    ma.writes(&cash(1, 2_000_000, 2), minute(13));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let all = violations(&house).await;
    let [(id, violation)] = &all[..] else { panic!("{all:?}") };
    assert_eq!(*id, PaperId(ChangeId { device: ma.device, seq: 3 }.created()), "the reversal is behind it");
    let raised = &violation.raised.as_ref().expect("it was raised").what;
    assert_eq!((raised.staff, raised.kind, raised.reason.as_str()), (MA, BreachKind::BelowZero, "没收成"));
    assert_eq!((raised.held, raised.amount), (Money::yuan(-20_000), Money::yuan(20_000)));
    house.holds().await;
}

/// S14, S17: more sent on than lay there is a violation, and so it is where another rule was broken first.
#[tokio::test]
async fn more_sent_on_than_lay_in_a_drawer_is_a_violation_whatever_else_was_wrong() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 50_000, 1), minute(10));
    ma.writes(&sent(600, &[(ma.device, 600)]), minute(11));
    // The parts do not come to the sum, and more was taken out of the drawer.
    ma.writes(&sent(1, &[(ma.device, 900)]), minute(12));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let mut raised: Vec<_> = violations(&house).await.into_iter().filter_map(|(_, one)| one.raised).collect();
    raised.sort_by_key(|raised| raised.at);
    let said: Vec<_> = raised.iter().map(|one| (one.id.seq, one.what.kind, one.what.held)).collect();
    let below = BreachKind::BelowZero;
    assert_eq!(said, [(2, below, Money::yuan(500)), (3, below, Money::yuan(-1_000))]);
    house.holds().await;
}

/// S16: no entry tells that a special rule has run out over a full drawer: it is looked for.
#[tokio::test]
async fn a_drawer_that_is_above_its_share_without_an_entry_is_found_once() {
    const DAY: u64 = 1_440;
    let house = House::new().await;
    let joined = StaffJoined {
        staff: VP,
        number: text("207"),
        name: text("副总"),
        role: Role::MarketingVp,
        team: text(""),
    };
    house.says(Op::StaffJoined(joined)).await;
    let mut ma = house.pen(MA, 1).await;
    let amount = |yuan| Amount::new(Money::yuan(yuan)).expect("a sum");
    let today = business_date(minute(5));
    let rule = LimitOverridden {
        staff: MA,
        hold: amount(50_000),
        remit_from: amount(30_000),
        from: today,
        to: today,
        parts: vec![LimitPart { device: ma.device, amount: amount(30_000) }],
        reason: text("年关集中回款"),
    };
    house
        .hub
        .command(Command::new(by(VP), Op::LimitOverridden(rule)), minute(5))
        .await
        .expect("management may");
    ma.writes(&cash(1, 4_000_000, 1), minute(10));
    pushed(&house, &ma, 11).await;
    assert_eq!(house.hub.raise_still_above(minute(12)).await.expect("the store"), 0);
    assert_eq!(violations(&house).await, []);
    assert_eq!(house.hub.raise_still_above(minute(12 + DAY)).await.expect("the store"), 1);
    assert_eq!(house.hub.raise_still_above(minute(13 + DAY)).await.expect("the store"), 0, "it is open");
    let (violation, found) = violations(&house).await.pop().expect("one");
    assert_eq!(found.raised.expect("raised").what.kind, BreachKind::StillAbove);
    // Closed while the cash is still there, it is found again.
    for (who, stamp) in [(HEAD, ViolationStamp::LookedInto), (MONEY, ViolationStamp::Settled)] {
        let stamped = ViolationStamped { violation, staff: MA, stamp, note: text("明天汇") };
        let command = Command::new(by(who), Op::ViolationStamped(stamped));
        house.hub.command(command, minute(14 + DAY)).await.expect("each stamps its own");
    }
    assert_eq!(house.hub.raise_still_above(minute(15 + DAY)).await.expect("the store"), 1);
    house.holds().await;
}
