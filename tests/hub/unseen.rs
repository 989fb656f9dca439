//! What a stranger may not learn: neither that there is a customer whose id they guess, nor why money was reversed that
//! they have never seen. Source: S78.

use std::collections::BTreeSet;

use sync_core::{
    domain::{
        cash::{LedgerAccount, Reversed, Reversible},
        customer::{
            CardField, Contact, ContactAdded, ContactRemoved, CustomerCreated, FieldValue, PersonalField,
            PersonalFieldSet,
        },
    },
    log::Actor,
    op::{Op, Ruling},
    paper::{Paper, PaperKey},
    refusal::Verdict,
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CustomerId, Money, PaperId, StaffId},
};

use server::{
    hub::{Command, CommandError},
    store::Snapshot,
};

use crate::house::{
    ADMIN, HEAD, House, MA, MONEY, Pen, SESSION, YANG, card, cash, customer, hand_over, minute, text, visit,
};

const REASON: &str = "数错了一张";
/// What a new owner has agreed with a customer.
const NEW: &str = "新负责人定的：先款后货";

fn reversal(of: ChangeId, whom: u8) -> Op {
    Op::Reversed(Reversed {
        kind: Reversible::Collection,
        of: PaperId(of.created()),
        staff: MA,
        customer: Some(customer(whom)),
        reason: text(REASON),
    })
}

async fn delivers(house: &House, pen: &mut Pen, op: &Op, at: Timestamp) -> (ChangeId, Verdict) {
    pen.writes(op, at);
    let seq = pen.next_seq() - 1;
    let reply = house.push(pen, pen.batch(seq..=seq), at.max(minute(20))).await.expect("taken");
    let verdict = reply.judged.last().and_then(|judged| judged.verdict.clone());
    (ChangeId { device: pen.device, seq }, verdict.unwrap_or_else(Verdict::plain))
}

/// Everything of the feed that somebody is given, as text: words, ids, all of it.
async fn reads(house: &House, staff: StaffId, word: &str) -> bool {
    let pulled = house.pulled(staff).await;
    pulled.iter().any(|entry| {
        let body = entry.change.body();
        body.windows(word.len()).any(|part| part == word.as_bytes())
    })
}

async fn drawer(house: &House, device: sync_core::unit::DeviceId) -> Money {
    let key = PaperKey::balance(LedgerAccount::Drawer(MA, device));
    let papers = house.hub.snapshot().await.expect("a moment").papers(&[key]).await.expect("papers");
    match papers.first() {
        Some((_, Paper::Balance(balance))) => balance.sum,
        _ => Money::ZERO,
    }
}

/// S17, S78: money taken from a stranger's customer counts for its author alone, and so does its reversal: the money
/// leaves the drawer, and whoever looks after the customer reads nothing of it.
#[tokio::test]
async fn the_reversal_of_withheld_money_is_read_by_those_alone_who_saw_the_money() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    // Yang's customer: what Ma takes from it, and takes back in the same minute, is not Yang's to read.
    let (taken, verdict) = delivers(&house, &mut ma, &cash(11, 30_000, 1), minute(10)).await;
    assert!(matches!(verdict, Verdict::Applied { withheld: true, .. }));
    assert_eq!(drawer(&house, ma.device).await, Money::yuan(300));
    let (_, verdict) = delivers(&house, &mut ma, &reversal(taken, 11), minute(11)).await;
    assert_eq!(verdict, Verdict::Applied { findings: vec![], withheld: true });
    assert_eq!(drawer(&house, ma.device).await, Money::ZERO, "it is out of the drawer");
    // Said twice it moves nothing, and is as little to be read.
    let (_, verdict) = delivers(&house, &mut ma, &reversal(taken, 11), minute(12)).await;
    assert!(matches!(verdict, Verdict::Applied { withheld: true, .. }), "{verdict:?}");
    assert!(!reads(&house, YANG, REASON).await, "Yang looks after the customer and never saw the money");
    for who in [MA, HEAD, MONEY] {
        assert!(reads(&house, who, REASON).await, "those who saw the money read why it was reversed");
    }
    // A customer handed over before the reversal: the new owner sees the money, and why it was reversed.
    let (his, _) = delivers(&house, &mut ma, &cash(1, 20_000, 2), minute(13)).await;
    house.hub.command(Command::new(actor(HEAD), hand_over(1, YANG)), minute(30)).await.expect("a head may");
    let (_, verdict) = delivers(&house, &mut ma, &reversal(his, 1), minute(31)).await;
    assert_eq!(verdict, Verdict::plain());
    assert!(reads(&house, YANG, REASON).await);
    house.holds().await;
}

/// A head does not take over money that is not there any more; taken over first, its reversal is the customer's to read.
#[tokio::test]
async fn reversed_money_is_not_accepted_and_accepted_money_is_reversed_for_all() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let (gone, _) = delivers(&house, &mut ma, &cash(11, 30_000, 1), minute(10)).await;
    let (kept, _) = delivers(&house, &mut ma, &cash(12, 20_000, 2), minute(11)).await;
    delivers(&house, &mut ma, &reversal(gone, 11), minute(12)).await;
    let rules = async |change: ChangeId, ruling| {
        house.hub.rule(actor(HEAD), change.created(), ruling, minute(30)).await
    };
    let Err(CommandError::Refused { refusal, .. }) = rules(gone, Ruling::Accepted).await else {
        panic!("there is nothing to accept")
    };
    assert_eq!(refusal.code(), "cash.already-reversed");
    rules(gone, Ruling::Declined { reason: text("已冲正") }).await.expect("it is closed with a word");
    rules(kept, Ruling::Accepted).await.expect("a head may");
    let (_, verdict) = delivers(&house, &mut ma, &reversal(kept, 12), minute(40)).await;
    assert_eq!(verdict, Verdict::plain());
    assert!(reads(&house, YANG, REASON).await, "what counts for the customer is reversed for the customer");
    assert_eq!(drawer(&house, ma.device).await, Money::ZERO);
    house.holds().await;
}

fn actor(staff: StaffId) -> Actor {
    Actor { staff, session: SESSION }
}

/// A verdict without the one thing that the author has said themselves: whom they named.
fn told(verdict: &Verdict, named: CustomerId) -> String {
    format!("{verdict:?}").replace(&format!("{named:?}"), "")
}

/// Everything that can be said of a customer.
fn everything_about(named: CustomerId) -> Vec<Op> {
    let mut ops = vec![card(0, "宁安大街 1 号"), visit(0, "路过"), cash(0, 5_000, 1)];
    ops.push(hand_over(0, MA));
    for op in &mut ops {
        match op {
            Op::CardFieldSet(op) => op.customer = named,
            Op::VisitRecorded(op) => op.customer = named,
            Op::Collected(op) => op.customer = named,
            Op::OwnerSet(op) => op.customer = named,
            _ => {}
        }
    }
    let (contact, replaces) = (Contact { name: text("杨"), position: text(""), phone: text("") }, Vec::new());
    let addition = ChangeId { device: sync_core::unit::DeviceId::from_bytes([5; 16]), seq: 1 };
    let (field, value) = (PersonalField::Family, text("两个孩子"));
    ops.extend([
        Op::ContactAdded(ContactAdded { customer: named, contact, corrects: None }),
        Op::ContactRemoved(ContactRemoved { customer: named, addition }),
        Op::PersonalFieldSet(PersonalFieldSet { customer: named, field, value, replaces }),
        Op::CustomerCreated(CustomerCreated {
            customer: named,
            fields: vec![(CardField::Name, FieldValue::Text(text("重名商行")))],
            contacts: vec![],
            owner: MA,
        }),
    ]);
    ops
}

/// A house where Yang has entered a customer for somebody else, which waits for a head: not Ma's to know.
async fn where_one_waits() -> (House, CustomerId) {
    let house = House::new().await;
    let mut yang = house.pen(YANG, 2).await;
    let waits = CustomerId(ChangeId { device: yang.device, seq: 1 }.created());
    let name = vec![(CardField::Name, FieldValue::Text(text("等人定的店")))];
    let entered = CustomerCreated { customer: waits, fields: name, contacts: vec![], owner: HEAD };
    let (_, verdict) = delivers(&house, &mut yang, &Op::CustomerCreated(entered), minute(5)).await;
    assert!(matches!(verdict, Verdict::Held { .. }));
    (house, waits)
}

/// S78: whoever may not see a customer is answered the same, whether there is one, none, or one whose entry waits.
#[tokio::test]
async fn a_guessed_id_tells_nobody_whether_there_is_such_a_customer() {
    let mut answers: Vec<Vec<String>> = Vec::new();
    for guess in 0..3 {
        let (house, waits) = where_one_waits().await;
        let named = [customer(11), customer(99), waits][guess];
        let mut ma = house.pen(MA, 1).await;
        let mut told_of = Vec::new();
        for (index, op) in everything_about(named).iter().enumerate() {
            let at = minute(10 + u64::try_from(index).expect("small"));
            let (_, verdict) = delivers(&house, &mut ma, op, at).await;
            told_of.push(told(&verdict, named));
        }
        answers.push(told_of);
        let pulled = house.pulled(MA).await;
        let seen: BTreeSet<Scope> = pulled.iter().flat_map(sync_core::feed::Entry::scopes).collect();
        assert!(!seen.contains(&Scope::Customer(named)));
        // At the console as well, for those who see no customer there.
        let command = Command::new(actor(ADMIN), everything_about(named).swap_remove(0));
        let Err(CommandError::Refused { refusal, .. }) = house.hub.command(command, minute(40)).await else {
            panic!("an administrator writes no card")
        };
        assert_eq!(refusal.code(), "customer.not-yours");
        house.holds().await;
    }
    assert_eq!(answers[0], answers[1], "there is one, there is none");
    assert_eq!(answers[0], answers[2], "there will be one perhaps");
    // Whoever sees all customers is told the truth.
    let house = House::new().await;
    let command = Command::new(actor(HEAD), card(99, "没有的"));
    let Err(CommandError::Refused { refusal, .. }) = house.hub.command(command, minute(41)).await else {
        panic!("there is none")
    };
    assert_eq!(refusal.code(), "customer.unknown");
}

/// S78, S82: a value that binds the company, written late by whoever had looked after the customer: it does not stand
/// over the newer one, and does not bring it to the eyes of somebody whom the customer has left.
#[tokio::test]
async fn a_late_write_of_a_former_owner_is_not_answered_with_the_new_owners_value() {
    let credit = |words: &str| {
        let Op::CardFieldSet(mut set) = card(1, words) else { unreachable!("a card field") };
        set.field = CardField::Credit;
        Op::CardFieldSet(set)
    };
    let house = House::new().await;
    let (mut ma, mut yang) = (house.pen(MA, 1).await, house.pen(YANG, 2).await);
    house.hub.command(Command::new(actor(HEAD), hand_over(1, YANG)), minute(30)).await.expect("a head may");
    let (_, verdict) = delivers(&house, &mut yang, &credit(NEW), minute(35)).await;
    assert_eq!(verdict, Verdict::plain());
    // Ma wrote at minute ten, and finds a signal only now.
    let (_, verdict) = delivers(&house, &mut ma, &credit("月结三万"), minute(10)).await;
    assert_eq!(verdict, Verdict::plain(), "Ma had the right, and has lost it since");
    assert!(!format!("{verdict:?}").contains("先款后货") && !reads(&house, MA, NEW).await);
    let key = PaperKey::customer(customer(1));
    let papers = house.hub.snapshot().await.expect("a moment").papers(&[key]).await.expect("papers");
    let Some((_, Paper::Customer(card))) = papers.first() else { panic!("a card") };
    assert_eq!(card.text(CardField::Credit), NEW, "the later value stands");
    assert_eq!(card.conflicts().count(), 1, "and whoever sees the customer is told that both wrote");
    house.holds().await;
}
