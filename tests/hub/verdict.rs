//! What becomes of changes that break a rule, make no sense, or come from a wrong clock: nothing is lost.

use server::{
    hub::{Arrived, Unacceptable},
    store::Snapshot,
};
use sync_core::{
    log::UnacceptableBatch,
    op::Op,
    paper::PaperKey,
    refusal::{Finding, Verdict},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, Money},
};

use crate::house::{HEAD, House, LIU, MA, YANG, card, cash, customer, hand_over, minute, visit};

fn verdict(reply: &sync_core::wire::PushReply, index: usize) -> Verdict {
    reply.judged[index].verdict.clone().unwrap_or_else(Verdict::plain)
}

fn held_for(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Held { reason } => reason.code(),
        Verdict::Applied { .. } => "applied",
    }
}

#[tokio::test]
async fn a_visit_to_a_strangers_customer_counts_and_is_seen_by_its_author_only() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(11, "路过"), minute(10));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    assert!(matches!(verdict(&reply, 0), Verdict::Applied { withheld: true, .. }));
    let change = ChangeId { device: ma.device, seq: 1 };
    let is_it = |entry: &sync_core::feed::Entry| entry.change.id == change;
    assert!(house.pulled(MA).await.iter().any(is_it));
    assert!(!house.pulled(YANG).await.iter().any(is_it));
    assert!(house.pulled(HEAD).await.iter().any(is_it), "a supervisor sees it");
    house.holds().await;
}

#[tokio::test]
async fn cash_of_a_customer_that_is_not_there_lies_in_the_drawer_all_the_same() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(99, 300_000, 1), minute(10));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let Verdict::Applied { findings, withheld: true } = verdict(&reply, 0) else {
        panic!("a fact is never refused")
    };
    assert_eq!(findings[0].code(), "customer.not-yours");
    let drawer = PaperKey::balance(sync_core::domain::cash::LedgerAccount::Drawer(MA, ma.device));
    let papers = house.hub.snapshot().await.expect("a moment").papers(&[drawer]).await.expect("papers");
    let Some((_, sync_core::paper::Paper::Balance(balance))) = papers.first() else { panic!("a drawer") };
    assert_eq!(balance.sum, Money::yuan(3_000));
    house.holds().await;
}

#[tokio::test]
async fn a_card_of_a_stranger_or_of_nobody_is_held_with_its_reason_and_blocks_nothing() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&card(11, "别人的"), minute(10));
    ma.writes(&card(99, "没有的"), minute(11));
    ma.writes(&card(1, "自己的"), minute(12));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    assert_eq!(held_for(&verdict(&reply, 0)), "customer.not-yours");
    assert_eq!(held_for(&verdict(&reply, 1)), "customer.not-yours");
    assert_eq!(verdict(&reply, 2), Verdict::plain());
    let counters = house.holds().await.counters;
    assert_eq!(counters.held, 2);
}

#[tokio::test]
async fn an_unknown_kind_and_a_malformed_body_are_held_and_come_back_byte_for_byte() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes_raw(4_711, vec![1, 2, 3], vec![Scope::Customer(customer(1))], minute(10));
    ma.writes_raw(visit(1, "").kind(), vec![0xff; 40], vec![Scope::Customer(customer(1))], minute(11));
    ma.writes(&visit(1, "还能写"), minute(12));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    assert_eq!(held_for(&verdict(&reply, 0)), "change.unknown-kind");
    assert_eq!(held_for(&verdict(&reply, 1)), "change.malformed");
    assert_eq!(verdict(&reply, 2), Verdict::plain());
    let pulled = house.pulled(MA).await;
    let strange = pulled.iter().find(|entry| entry.change.header.kind == 4_711).expect("its author sees it");
    assert_eq!(strange.change.body(), [1, 2, 3]);
    house.holds().await;
}

#[tokio::test]
async fn a_clock_a_year_ahead_is_put_back_to_the_receipt_time_and_said_so() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let year = 365 * 24 * 60;
    ma.writes(&visit(1, "准时"), minute(21));
    ma.writes(&visit(1, "明年"), minute(20 + year));
    ma.writes(&visit(1, "又准时"), minute(21));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let effective: Vec<Timestamp> = reply.judged.iter().map(|judged| judged.effective).collect();
    assert_eq!(effective[0], minute(21), "a minute ahead is believed");
    assert!(effective[1] > effective[0] && effective[1] < minute(22), "{effective:?}");
    assert!(effective[2] > effective[1], "effective times strictly increase");
    let Verdict::Applied { findings, .. } = verdict(&reply, 1) else { panic!("a fact is never refused") };
    assert_eq!(findings, [Finding::ClockAhead { claimed: minute(20 + year) }]);
    house.holds().await;
}

#[tokio::test]
async fn a_clock_ahead_cannot_win_against_what_was_written_later() {
    let house = House::new().await;
    let (mut ma, head) = (house.pen(MA, 1).await, HEAD);
    ma.writes(&card(1, "明年的地址"), minute(500_000));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let command = server::hub::Command::new(
        sync_core::log::Actor { staff: head, session: crate::house::SESSION },
        card(1, "办公室的地址"),
    );
    house.hub.command(command, minute(21)).await.expect("a head may");
    let key = PaperKey::customer(customer(1));
    let papers = house.hub.snapshot().await.expect("a moment").papers(&[key]).await.expect("papers");
    let Some((_, sync_core::paper::Paper::Customer(card))) = papers.first() else { panic!("a card") };
    assert_eq!(card.text(sync_core::domain::customer::CardField::RegisteredAddress), "办公室的地址");
}

#[tokio::test]
async fn a_clock_a_year_behind_keeps_its_order() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "去年"), Timestamp::from_millis(5));
    ma.writes(&visit(1, "更早"), Timestamp::from_millis(4));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    assert_eq!(reply.judged[0].effective, Timestamp::from_millis(5));
    assert_eq!(reply.judged[1].effective, Timestamp::from_millis(5).next());
    house.holds().await;
}

#[tokio::test]
async fn ownership_is_judged_at_the_time_of_the_act() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "交接前"), minute(10));
    let actor = sync_core::log::Actor { staff: HEAD, session: crate::house::SESSION };
    house
        .hub
        .command(server::hub::Command::new(actor, hand_over(1, YANG)), minute(15))
        .await
        .expect("a head may");
    ma.writes(&visit(1, "交接后"), minute(20));
    let reply = house.push(&ma, ma.all(), minute(30)).await.expect("taken");
    assert_eq!(verdict(&reply, 0), Verdict::plain());
    assert!(matches!(verdict(&reply, 1), Verdict::Applied { withheld: true, .. }));
    house.holds().await;
}

#[tokio::test]
async fn a_change_about_a_customer_whose_creation_is_held_waits_for_it() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let id = ChangeId { device: ma.device, seq: 1 }.created();
    let new = sync_core::unit::CustomerId(id);
    // No name: the creation is held.
    let nameless = sync_core::domain::customer::CustomerCreated {
        customer: new,
        fields: Vec::new(),
        contacts: Vec::new(),
        owner: MA,
    };
    ma.writes(&Op::CustomerCreated(nameless), minute(10));
    let Op::CardFieldSet(mut set) = card(1, "新街") else { unreachable!("a card field") };
    set.customer = new;
    ma.writes(&Op::CardFieldSet(set), minute(11));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    assert_eq!(held_for(&verdict(&reply, 0)), "customer.no-name");
    assert_eq!(held_for(&verdict(&reply, 1)), "change.waits-for");
    house.holds().await;
}

#[tokio::test]
async fn bytes_that_are_no_push_of_this_device_are_refused_without_a_trace() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let yang = house.pen(YANG, 2).await;
    ma.writes(&visit(1, "谈了订货"), minute(10));
    ma.writes(&visit(2, "谈了订货"), minute(11));
    let good = ma.all();
    let key = house.hub.device_log(ma.device).await.expect("the store").expect("a device").key;
    let check =
        |bytes: &[u8]| Arrived::check(bytes, ma.company, ma.device, &key).map(|arrived| arrived.len());
    assert_eq!(check(&good), Ok(2));
    let strange = Arrived::check(&good, ma.company, yang.device, &key).map(|arrived| arrived.len());
    assert_eq!(strange, Err(Unacceptable::NotYourDevice));
    let other_key = house.hub.device_log(yang.device).await.expect("the store").expect("a device").key;
    let forged = Arrived::check(&good, ma.company, ma.device, &other_key).map(|arrived| arrived.len());
    assert_eq!(forged, Err(Unacceptable::Batch(UnacceptableBatch::BadSignature)));
    for index in 0..good.len() {
        let mut bad = good.clone();
        bad[index] ^= 0x10;
        assert!(check(&bad).is_err(), "byte {index} may not change unnoticed");
        assert!(check(&good[..index]).is_err(), "nor may the end be missing");
    }
    house.holds().await;
}

#[tokio::test]
async fn a_reversal_of_what_is_reversed_moves_no_money() {
    use sync_core::domain::cash::{Reversed, Reversible};
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 400_000, 1), minute(10));
    let of = sync_core::unit::PaperId(ChangeId { device: ma.device, seq: 1 }.created());
    let reversed = Op::Reversed(Reversed {
        kind: Reversible::Collection,
        of,
        staff: MA,
        customer: Some(customer(1)),
        reason: crate::house::text("写错了"),
    });
    ma.writes(&cash(2, 100_000, 2), minute(11));
    ma.writes(&reversed, minute(12));
    ma.writes(&reversed, minute(13));
    // One push each: what a transaction has not loaded, it must not overwrite.
    for seq in 1..=4 {
        house.push(&ma, ma.batch(seq..=seq), minute(20)).await.expect("taken");
    }
    let drawer = PaperKey::balance(sync_core::domain::cash::LedgerAccount::Drawer(MA, ma.device));
    let papers = house.hub.snapshot().await.expect("a moment").papers(&[drawer]).await.expect("papers");
    let Some((_, sync_core::paper::Paper::Balance(balance))) = papers.first() else { panic!("a drawer") };
    assert_eq!(balance.sum, Money::yuan(1_000));
    house.holds().await;
}

/// ◆ Where an author's `seen` covers the loss of a right, an act is judged as after it, whatever its clock says.
#[tokio::test]
async fn an_act_dated_back_before_a_hand_over_its_author_had_seen_is_judged_as_after_it() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let actor = sync_core::log::Actor { staff: HEAD, session: crate::house::SESSION };
    let command = server::hub::Command::new(actor, hand_over(1, YANG));
    let done = house.hub.command(command, minute(15)).await.expect("a head may");
    ma.writes(&visit(1, "没看到交接"), minute(10));
    ma.seen = (done.position, Some(1));
    ma.writes(&visit(1, "看到了，把钟拨回去"), minute(11));
    let reply = house.push(&ma, ma.all(), minute(30)).await.expect("taken");
    assert_eq!(verdict(&reply, 0), Verdict::plain());
    assert!(matches!(verdict(&reply, 1), Verdict::Applied { withheld: true, .. }));
    assert!(reply.judged[1].effective > done.effective);
    house.holds().await;
}

/// A position of another life of the book says nothing about this one.
#[tokio::test]
async fn what_was_seen_in_another_life_of_the_book_moves_no_act() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let actor = sync_core::log::Actor { staff: HEAD, session: crate::house::SESSION };
    let command = server::hub::Command::new(actor, hand_over(1, YANG));
    house.hub.command(command, minute(15)).await.expect("a head may");
    ma.seen = (10_000, Some(7));
    ma.writes(&visit(1, "恢复以前的"), minute(11));
    let reply = house.push(&ma, ma.all(), minute(30)).await.expect("taken");
    assert_eq!(verdict(&reply, 0), Verdict::plain());
    assert_eq!(reply.judged[0].effective, minute(11));
}

/// S92: what a rep wrote about a person at a customer's that was no longer theirs is held, and nobody sees it who may
/// not see such fields.
#[tokio::test]
async fn a_held_personal_field_is_seen_by_its_author_and_by_those_who_may_see_such_fields_only() {
    use sync_core::domain::customer::{PersonalField, PersonalFieldSet};
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let set = PersonalFieldSet {
        customer: customer(11),
        field: PersonalField::Family,
        value: crate::house::text("两个孩子"),
        replaces: Vec::new(),
    };
    ma.writes(&Op::PersonalFieldSet(set), minute(10));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    assert_eq!(held_for(&verdict(&reply, 0)), "customer.not-yours");
    let id = ChangeId { device: ma.device, seq: 1 };
    let sees = async |staff| house.pulled(staff).await.iter().any(|entry| entry.change.id == id);
    assert!(sees(MA).await && sees(HEAD).await);
    assert!(!sees(YANG).await && !sees(LIU).await && !sees(crate::house::MONEY).await);
    house.holds().await;
}

/// S15, S14: money taken without a right to the customer is in the drawer, and the limits speak all the same.
#[tokio::test]
async fn cash_from_a_strangers_customer_above_the_limit_says_both() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(11, 2_500_000, 4), minute(10));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let Verdict::Applied { findings, withheld: true } = verdict(&reply, 0) else { panic!("a fact") };
    let codes: Vec<_> = findings.iter().map(Finding::code).collect();
    assert_eq!(codes, ["customer.not-yours", "cash.over-limit", "cash.receipt-out-of-turn"]);
}

/// S14, S17: a reversal of what was remitted already leaves a drawer below zero, and that gives no more room.
#[tokio::test]
async fn a_drawer_below_zero_is_said_and_gives_no_room_above_the_limit() {
    use sync_core::domain::cash::{DrawerPart, Remitted, Reversed, Reversible};
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 2_000_000, 1), minute(10));
    let amount = sync_core::unit::Amount::new(Money::yuan(20_000)).expect("a sum");
    let remitted = Remitted {
        amount,
        account: crate::house::ACCOUNT,
        drawers: vec![DrawerPart { device: ma.device, amount }],
        reference: crate::house::text("1"),
        slip: None,
    };
    ma.writes(&Op::Remitted(remitted), minute(11));
    let reversed = Reversed {
        kind: Reversible::Collection,
        of: sync_core::unit::PaperId(ChangeId { device: ma.device, seq: 1 }.created()),
        staff: MA,
        customer: Some(customer(1)),
        reason: crate::house::text("写错了"),
    };
    ma.writes(&Op::Reversed(reversed), minute(12));
    ma.writes(&cash(1, 2_000_001, 2), minute(13));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let codes = |index| match verdict(&reply, index) {
        Verdict::Applied { findings, .. } => findings.iter().map(Finding::code).collect::<Vec<_>>(),
        Verdict::Held { .. } => panic!("a fact is never held"),
    };
    assert_eq!(codes(2), ["cash.drawer-below-zero"]);
    assert_eq!(codes(3), ["cash.above-limit", "cash.over-limit"]);
    house.holds().await;
}

/// S42: the number of an order that is held is not given to the next one.
#[tokio::test]
async fn a_held_order_keeps_its_number() {
    use sync_core::domain::sale::OrderTaken;
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let order = OrderTaken {
        customer: customer(11),
        number: 7,
        price_list: sync_core::unit::PriceListId::from_bytes([60; 16]),
        lines: Vec::new(),
        deliver_by: None,
        deliver_to: crate::house::text(""),
        payer: crate::house::text(""),
        note: crate::house::text(""),
    };
    ma.writes(&Op::OrderTaken(order), minute(10));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    assert_eq!(held_for(&verdict(&reply, 0)), "customer.not-yours");
    let key = PaperKey::device(ma.device);
    let papers = house.hub.snapshot().await.expect("a moment").papers(&[key]).await.expect("papers");
    let Some((_, sync_core::paper::Paper::Device(card))) = papers.first() else { panic!("a device") };
    assert_eq!(card.orders, 7);
    house.holds().await;
}

#[tokio::test]
async fn a_list_longer_than_any_screen_fills_is_held_with_its_limit() {
    use sync_core::domain::cash::{DrawerPart, Remitted};
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let fen = sync_core::unit::Amount::new(Money::fen(1)).expect("a sum");
    let remitted = Remitted {
        amount: sync_core::unit::Amount::new(Money::fen(33)).expect("a sum"),
        account: crate::house::ACCOUNT,
        drawers: vec![DrawerPart { device: ma.device, amount: fen }; 33],
        reference: crate::house::text("1"),
        slip: None,
    };
    ma.writes(&Op::Remitted(remitted), minute(10));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let Verdict::Held { reason } = verdict(&reply, 0) else { panic!("no screen writes this") };
    assert_eq!(reason.to_string(), "malformed: 33 drawers; the limit is 32");
}

/// S15: what was counted is a sum that one paper may carry, whatever way it comes.
#[tokio::test]
async fn a_count_that_nobody_can_hold_is_malformed_and_its_limit_is_named() {
    use sync_core::domain::cash::LostPhoneSettled;
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let settled = |fen| {
        let (share, drawer, counted) = (Money::ZERO, Money::ZERO, Money::fen(fen));
        let (device, note) = (ma.device, crate::house::text("点过"));
        Op::LostPhoneSettled(LostPhoneSettled {
            staff: MA,
            device,
            into: device,
            share,
            drawer,
            counted,
            note,
        })
    };
    let counts = [99_999_999_999, 100_000_000_000, -100_000_000_000, i64::MIN].map(settled);
    for (op, minutes) in counts.iter().zip(10..) {
        ma.writes(op, minute(minutes));
    }
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let said = |index| match verdict(&reply, index) {
        Verdict::Held { reason } => reason.to_string(),
        Verdict::Applied { .. } => panic!("nobody may settle like this"),
    };
    assert_eq!(said(0), "only finance settles a lost phone", "as much as one paper may carry");
    assert_eq!(said(1), "malformed: counted is 1000000000.00; the limit is 999999999.99");
    assert_eq!(said(2), "malformed: counted is -1000000000.00; the limit is 999999999.99");
    assert!(said(3).ends_with("; the limit is 999999999.99"), "{}", said(3));
    house.holds().await;
}
