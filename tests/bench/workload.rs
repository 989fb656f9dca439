//! What one rep does: so many visits, orders, collections and card edits, put to the same rules as on the phone.

use sync_core::{
    domain::{
        cash::{Collected, Means},
        customer::{CardField, CardFieldSet, FieldValue, Stage},
        sale::{OrderLine, OrderTaken},
        visit::{Purpose, VisitRecorded},
    },
    op::Op,
    replica::Replica,
    time::{Timestamp, business_date},
    unit::{Amount, CustomerId, Money, Place, Quantity, Text},
};

use crate::{dice::Dice, words};

/// What is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Visit,
    Order,
    Collection,
    Edit,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Visit, Self::Order, Self::Collection, Self::Edit];

    /// How many of a hundred changes are of this kind.
    pub(crate) const fn share(self) -> usize {
        match self {
            Self::Visit => 40,
            Self::Order => 25,
            Self::Collection => 15,
            Self::Edit => 20,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Order => "order of 5 lines",
            Self::Collection => "collection",
            Self::Edit => "card edit",
        }
    }
}

/// The kinds of so many changes, mixed.
pub(crate) fn mixed(count: usize, dice: &mut Dice) -> Vec<Kind> {
    let of = |kind: Kind| std::iter::repeat_n(kind, count * kind.share() / 100);
    let mut kinds: Vec<Kind> = Kind::ALL.into_iter().flat_map(of).collect();
    dice.shuffle(&mut kinds);
    kinds
}

/// One gesture of a kind, with one of the rep's customers.
pub(crate) fn gesture(
    kind: Kind,
    replica: &Replica,
    customers: &[CustomerId],
    at: Timestamp,
    dice: &mut Dice,
) -> Op {
    let customer = *dice.pick(&customers.iter().collect::<Vec<_>>());
    match kind {
        Kind::Visit => visit(customer, at, dice),
        Kind::Order => order(replica, customer, at, dice),
        Kind::Collection => collection(replica, customer, dice),
        Kind::Edit => edit(replica, customer, dice),
    }
}

/// A text that is within its limits.
pub(crate) fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("the bench's own words are within every limit")
}

fn days_after(at: Timestamp, days: u32) -> sync_core::time::BusinessDate {
    business_date(at.plus_millis(u64::from(days) * 86_400_000))
}

/// A place in Ningxia, as a phone measures it.
pub(crate) fn place(dice: &mut Dice) -> Place {
    let degree = |whole: i32, dice: &mut Dice| whole + i32::try_from(dice.below(2_000_000)).expect("small");
    Place {
        latitude: degree(379_000_000, dice),
        longitude: degree(1_061_000_000, dice),
        accuracy_m: dice.between(4, 60),
    }
}

fn visit(customer: CustomerId, at: Timestamp, dice: &mut Dice) -> Op {
    let purpose = *dice.pick(&Purpose::ALL.iter().collect::<Vec<_>>());
    let next = dice.percent(60);
    Op::VisitRecorded(VisitRecorded {
        customer,
        purposes: vec![purpose],
        met: text(&words::met(dice)),
        said: text(&words::said(dice)),
        next_step: text(&if next { words::next_step(dice) } else { String::new() }),
        next_on: next.then(|| days_after(at, dice.between(2, 20))),
        place: dice.percent(85).then(|| place(dice)),
        photos: Vec::new(),
    })
}

fn order(replica: &Replica, customer: CustomerId, at: Timestamp, dice: &mut Dice) -> Op {
    let (price_list, list) = replica.price_list_on(business_date(at)).expect("a list is in force");
    let prices = &list.issued.as_ref().expect("it was issued").what.prices;
    let mut listed: Vec<_> = prices.iter().collect();
    dice.shuffle(&mut listed);
    let lines = listed.into_iter().take(5).map(|(product, price)| {
        let pieces = Quantity::new(dice.between(1, 60)).expect("above zero");
        OrderLine::priced(*product, pieces, *price)
    });
    Op::OrderTaken(OrderTaken {
        customer,
        number: replica.next_order(),
        price_list,
        lines: lines.collect(),
        deliver_by: Some(days_after(at, dice.between(1, 9))),
        deliver_to: text(""),
        payer: text(""),
        note: text(if dice.percent(30) { words::note(dice) } else { "" }),
    })
}

/// Two thirds by transfer; the cash stays far below the sum from which a rep is told to remit.
fn collection(replica: &Replica, customer: CustomerId, dice: &mut Dice) -> Op {
    let cash = dice.percent(33);
    let (most, step) = if cash { (250, 100) } else { (9_000, 10) };
    let fen = i64::from(dice.between(50, most) * 100 / step * step);
    let account = replica.accounts().next().map(|(id, _)| id).expect("the company has an account");
    let means = if cash {
        Means::Cash
    } else {
        Means::Transfer { account, reference: text(&format!("{:08}", dice.below(100_000_000))) }
    };
    Op::Collected(Collected {
        customer,
        amount: Amount::new(Money::fen(fen)).expect("above zero"),
        means,
        receipt: replica.next_receipt(),
        order: None,
        over_limit: None,
        note: text(if dice.percent(20) { words::note(dice) } else { "" }),
        photo: None,
    })
}

fn edit(replica: &Replica, customer: CustomerId, dice: &mut Dice) -> Op {
    let (field, value) = match dice.below(4) {
        0 => (CardField::Phone, FieldValue::Text(text(&words::phone(dice)))),
        1 => (CardField::Employees, FieldValue::Count(dice.between(1, 80))),
        2 => (CardField::Credit, FieldValue::Text(text(dice.pick(&["好", "一般", "月底付", "拖过一次"])))),
        _ => (CardField::Stage, FieldValue::Stage(*dice.pick(&[&Stage::FirstContact, &Stage::Maintained]))),
    };
    let replaces = replica.customer(customer).map(|card| card.heads(field)).unwrap_or_default();
    Op::CardFieldSet(CardFieldSet { customer, field, value, replaces })
}
