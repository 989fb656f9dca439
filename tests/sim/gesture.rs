//! What people do all day, drawn by the dice from what their phone shows them.

use sync_core::{
    crdt::Register,
    domain::{
        cash::{Collected, DrawerPart, Means, Remitted, Reversed, Reversible},
        customer::{
            CardField, CardFieldSet, Contact, ContactAdded, CustomerCreated, FieldValue, PersonalField,
            PersonalFieldSet,
        },
        sale::{OrderLine, OrderTaken},
        visit::{Purpose, VisitRecorded},
    },
    op::{Op, Resubmitted, Ruling, Said},
    paper::Outcome,
    replica::Replica,
    time::{Timestamp, business_date},
    unit::{Amount, CustomerId, Money, Quantity, Text},
};

use crate::dice::Dice;

fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("short enough")
}

/// One gesture that the phone's screens would offer just now.
pub(crate) fn gesture(dice: &mut Dice, replica: &Replica, now: Timestamp) -> Op {
    let customers: Vec<CustomerId> =
        replica.customers().filter(|(_, card)| card.exists()).map(|(id, _)| id).collect();
    let Some(customer) = dice.pick(&customers).copied() else { return new_customer(dice, replica) };
    if dice.once_in(2)
        && let Some(op) = correction(dice, replica, customer)
    {
        return op;
    }
    match dice.below(20) {
        0 => new_customer(dice, replica),
        1..=6 => visit(dice, customer),
        7..=10 => order(dice, replica, customer, now).unwrap_or_else(|| visit(dice, customer)),
        11..=13 => collection(dice, replica, customer),
        14 => remittance(replica).unwrap_or_else(|| visit(dice, customer)),
        15 => reversal(dice, replica).unwrap_or_else(|| visit(dice, customer)),
        16 => contact(dice, customer),
        17 => personal(dice, replica, customer),
        _ => card_edit(dice, replica, customer),
    }
}

/// Something of one's own that waits or was sent back, written anew: about a customer that is on the phone.
fn correction(dice: &mut Dice, replica: &Replica, customer: CustomerId) -> Option<Op> {
    let me = replica.identity().staff;
    let open = |outcome: &Outcome| {
        outcome.settled().is_none_or(|settled| matches!(settled.ruling, Ruling::Declined { .. }))
    };
    let all = replica.held().into_iter();
    let mine = all.filter(|(held, outcome)| held.by == me && !held.is_fact() && outcome.is_none_or(open));
    let mine: Vec<_> = mine.filter_map(|(held, _)| Some((held.id, held.op().ok()?))).collect();
    let (held, before) = dice.pick(&mine)?.clone();
    let said = match before.said().clone() {
        Op::CustomerCreated(created) => Op::CustomerCreated(created),
        Op::CardFieldSet(set) => {
            let replaces = replica.customer(customer).map(|card| card.heads(set.field)).unwrap_or_default();
            Op::CardFieldSet(CardFieldSet { customer, replaces, ..set })
        }
        Op::ContactAdded(added) => Op::ContactAdded(ContactAdded { customer, corrects: None, ..added }),
        Op::PersonalFieldSet(set) => {
            Op::PersonalFieldSet(PersonalFieldSet { customer, replaces: Vec::new(), ..set })
        }
        Op::OrderTaken(taken) => Op::OrderTaken(OrderTaken { customer, ..taken }),
        _ => return None,
    };
    Some(Op::Resubmitted(Resubmitted { held, said: Said(Box::new(said)) }))
}

fn new_customer(dice: &mut Dice, replica: &Replica) -> Op {
    let name = FieldValue::Text(text(&format!("商行{}", dice.below(1000))));
    Op::CustomerCreated(CustomerCreated {
        customer: CustomerId(replica.next_id().created()),
        fields: vec![(CardField::Name, name)],
        contacts: vec![Contact { name: text("杨"), position: text("老板"), phone: text("0951") }],
        owner: replica.identity().staff,
    })
}

fn visit(dice: &mut Dice, customer: CustomerId) -> Op {
    Op::VisitRecorded(VisitRecorded {
        customer,
        purposes: vec![Purpose::ALL[usize::try_from(dice.below(6)).expect("small")]],
        met: text("杨老板"),
        said: text(&format!("谈了{}件事", dice.below(9))),
        next_step: text(""),
        next_on: None,
        place: None,
        photos: Vec::new(),
    })
}

fn order(dice: &mut Dice, replica: &Replica, customer: CustomerId, now: Timestamp) -> Option<Op> {
    let (price_list, list) = replica.price_list_on(business_date(now))?;
    let prices = &list.issued.as_ref()?.what.prices;
    let lines = (0..=dice.below(4)).filter_map(|_| {
        let (product, price) = dice.pick(prices)?;
        let quantity = Quantity::new(1 + u32::try_from(dice.below(50)).ok()?)?;
        Some(OrderLine::priced(*product, quantity, *price))
    });
    Some(Op::OrderTaken(OrderTaken {
        customer,
        number: replica.next_order(),
        price_list,
        lines: lines.collect(),
        deliver_by: None,
        deliver_to: text(""),
        payer: text(""),
        note: text(""),
    }))
}

fn collection(dice: &mut Dice, replica: &Replica, customer: CustomerId) -> Op {
    let amount =
        Amount::new(Money::fen(1 + i64::try_from(dice.below(900_000)).expect("small"))).expect("positive");
    let account = replica.accounts().next().map(|(id, _)| id);
    let means = match account {
        Some(account) if dice.once_in(4) => Means::Transfer { account, reference: text("") },
        _ => Means::Cash,
    };
    Op::Collected(Collected {
        customer,
        amount,
        means,
        receipt: replica.next_receipt(),
        order: None,
        over_limit: dice.once_in(20).then(|| text("客户已付清")),
        note: text(""),
        photo: None,
    })
}

fn remittance(replica: &Replica) -> Option<Op> {
    let amount = Amount::new(replica.cash_in_hand()).ok()?;
    let (account, _) = replica.accounts().next()?;
    let drawers = vec![DrawerPart { device: replica.identity().device, amount }];
    Some(Op::Remitted(Remitted { amount, account, drawers, reference: text("123456"), slip: None }))
}

fn reversal(dice: &mut Dice, replica: &Replica) -> Option<Op> {
    let me = replica.identity().staff;
    let mine: Vec<_> = replica
        .collections()
        .filter(|(_, paper)| paper.reversals.is_empty())
        .filter_map(|(id, paper)| {
            paper.recorded.as_ref().filter(|r| r.by == me).map(|r| (id, r.what.customer))
        })
        .collect();
    let (of, customer) = *dice.pick(&mine)?;
    let reversed = Reversed {
        kind: Reversible::Collection,
        of,
        staff: me,
        customer: Some(customer),
        reason: text("数错"),
    };
    Some(Op::Reversed(reversed))
}

fn contact(dice: &mut Dice, customer: CustomerId) -> Op {
    let contact =
        Contact { name: text(&format!("马{}", dice.below(9))), position: text(""), phone: text("") };
    Op::ContactAdded(ContactAdded { customer, contact, corrects: None })
}

fn personal(dice: &mut Dice, replica: &Replica, customer: CustomerId) -> Op {
    let field = PersonalField::ALL[usize::try_from(dice.below(8)).expect("small")];
    let card = replica.personal_card(customer);
    let replaces = card.and_then(|card| card.fields.get(&field)).map(Register::heads).unwrap_or_default();
    Op::PersonalFieldSet(PersonalFieldSet {
        customer,
        field,
        value: text(&format!("记{}", dice.below(9))),
        replaces,
    })
}

fn card_edit(dice: &mut Dice, replica: &Replica, customer: CustomerId) -> Op {
    // The credit binds the company: two who write it without knowing of each other are told.
    let fields = [CardField::Phone, CardField::RegisteredAddress, CardField::Credit, CardField::Credit];
    let field = *dice.pick(&fields).expect("there are some");
    let replaces = replica.customer(customer).map(|card| card.heads(field)).unwrap_or_default();
    let value = FieldValue::Text(text(&format!("{}号", dice.below(100))));
    Op::CardFieldSet(CardFieldSet { customer, field, value, replaces })
}
