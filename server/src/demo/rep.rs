//! One rep's days (业务员的一天): whom they visit, what is ordered, what is paid, what they learn about a customer.
//!
//! Floor: above the phone. Everything is recorded on the phone and nowhere else.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use sync_core::{
    domain::{
        cash::{Collected, DrawerPart, Means, REMIT_FROM, Remitted, Reversed, Reversible, ShareMoved},
        customer::{
            CardField, CardFieldSet, ContactAdded, CustomerCreated, FieldValue, PersonalFieldSet, Stage,
        },
        sale::{OrderLine, OrderStamp, OrderStamped, OrderTaken},
        visit::{Purpose, VisitRecorded},
    },
    log::Hash,
    op::Op,
    replica::DeviceShare,
    time::{BusinessDate, Timestamp, business_date},
    unit::{AccountId, Amount, CustomerId, Money, PaperId, Quantity},
};

use super::{
    DemoError, Person,
    customers::{self, Customer},
    days::at,
    dice::Dice,
    goods::GOODS,
    phone::Phone,
    pictures, text, words,
};

/// An order that the office has not seen yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) order: PaperId,
    pub(super) customer: CustomerId,
    pub(super) hash: Hash,
}

/// A customer on a rep's round.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) customer: Customer,
    /// What it ordered and has not paid.
    due: Money,
    /// The workday on which it is entered on the phone; zero for those imported at the start.
    entered_on: usize,
    /// Whether a story of its own is told of its card, which the daily round leaves alone.
    pub(super) spoken_for: bool,
    /// Whether it was handed over today, so that nobody has it on the round.
    pub(super) handed_over: bool,
}

/// A rep with a phone and a round.
#[derive(Debug)]
pub(super) struct Rep {
    pub(super) index: usize,
    pub(super) person: Person,
    pub(super) phone: Phone,
    pub(super) round: Vec<Account>,
    /// Orders that went out with no push yet.
    pub(super) taken: Vec<Taken>,
    /// Whether the way to the bank is put off: a story is told of the cash that is still in hand.
    pub(super) keeps_the_cash: bool,
    accounts: Vec<AccountId>,
    next: usize,
}

/// One day of one rep.
struct Day<'d> {
    index: usize,
    date: NaiveDate,
    until: Timestamp,
    dice: &'d mut Dice,
}

impl Rep {
    /// A rep with these customers; the last of them is found on the round itself.
    pub(super) fn new(
        index: usize,
        person: Person,
        phone: Phone,
        customers: Vec<Customer>,
        accounts: Vec<AccountId>,
    ) -> Self {
        let last = customers.len().saturating_sub(1);
        let round = customers
            .into_iter()
            .enumerate()
            .map(|(place, customer)| Account {
                customer,
                due: Money::ZERO,
                entered_on: if place == last { 8 + index } else { 0 },
                spoken_for: false,
                handed_over: false,
            })
            .collect();
        Self { index, person, phone, round, taken: Vec::new(), keeps_the_cash: false, accounts, next: index }
    }

    /// Works one day, up to `until`.
    pub(super) fn works(
        &mut self,
        index: usize,
        date: NaiveDate,
        first_minute: u32,
        until: Timestamp,
    ) -> Result<(), DemoError> {
        let mut dice = Dice::of("day", (self.index * 1_000 + index) as u64);
        if dice.percent(6) {
            return Ok(());
        }
        let mut day = Day { index, date, until, dice: &mut dice };
        let stops = *day.dice.pick(&[1_u32, 2, 2, 3, 3, 4]);
        let mut minute = first_minute + day.dice.below(50);
        for _ in 0..stops {
            let time = at(date, 0, minute);
            if time >= day.until || self.round.is_empty() {
                return Ok(());
            }
            self.stops_at_the_next(&mut day, time)?;
            minute += 55 + day.dice.below(70);
        }
        self.goes_to_the_bank(&mut day, minute.max(16 * 60 + 10))
    }

    fn stops_at_the_next(&mut self, day: &mut Day<'_>, time: Timestamp) -> Result<(), DemoError> {
        let place = self.chooses(day);
        if self.round[place].entered_on > 0 && self.round[place].entered_on <= day.index {
            self.enters(place, time)?;
        }
        self.visits(place, day, time)?;
        let minutes = |minutes: u64| time.plus_millis(minutes * 60_000);
        if day.dice.percent(40) {
            self.takes_an_order(place, day, minutes(9))?;
        }
        self.is_paid(place, day, minutes(14))?;
        self.learns(place, day, minutes(19))
    }

    /// The next customer of the round; one in five is passed by, and who is not entered yet is no customer.
    fn chooses(&mut self, day: &mut Day<'_>) -> usize {
        loop {
            self.next += if day.dice.percent(20) { 2 } else { 1 };
            let place = self.next % self.round.len();
            let account = &self.round[place];
            if account.entered_on <= day.index && !account.handed_over {
                return place;
            }
        }
    }

    /// Enters a customer that was found on the round.
    fn enters(&mut self, place: usize, time: Timestamp) -> Result<(), DemoError> {
        let id = CustomerId(self.phone.replica.next_id().created());
        let account = &mut self.round[place];
        account.entered_on = 0;
        account.customer.id = id;
        let fields = account.customer.fields.iter().map(|(field, value)| match field {
            CardField::Stage => (*field, FieldValue::Stage(Stage::FirstContact)),
            _ => (*field, value.clone()),
        });
        let op = CustomerCreated {
            customer: id,
            fields: fields.filter(|(field, _)| *field != CardField::TradingSince).collect(),
            contacts: account.customer.contacts.clone(),
            owner: self.person.id(),
        };
        self.phone.act(Op::CustomerCreated(op), time).map(|_| ())
    }

    fn visits(&mut self, place: usize, day: &mut Day<'_>, time: Timestamp) -> Result<(), DemoError> {
        let account = &self.round[place];
        let (purpose, said, next_step) = words::talk(day.dice);
        let mut purposes = vec![purpose];
        if day.dice.percent(22) && purpose != Purpose::Display {
            purposes.push(Purpose::Display);
        }
        let contact = day.dice.pick(&account.customer.contacts);
        let days = u64::from(day.dice.between(2, 14));
        let op = VisitRecorded {
            customer: account.customer.id,
            purposes,
            met: text(contact.name.as_str()),
            said: text(said),
            next_step: text(next_step),
            next_on: (!next_step.is_empty()).then(|| BusinessDate(day.date + Days::new(days))),
            place: day.dice.percent(84).then(|| account.customer.county.place(day.dice)),
            photos: pictures::of_a_visit(Dice::of("photo", time.millis() + self.index as u64)),
        };
        self.phone.act(Op::VisitRecorded(op), time).map(|_| ())
    }

    fn takes_an_order(&mut self, place: usize, day: &mut Day<'_>, time: Timestamp) -> Result<(), DemoError> {
        let Some(op) = self.order(place, day.dice, time) else {
            return Ok(());
        };
        let (total, hash, customer) = (op.total(), op.body_hash(), op.customer);
        let id = self.phone.act(Op::OrderTaken(op), time)?;
        let order = PaperId(id.created());
        self.round[place].due = self.round[place].due.plus(total);
        if day.dice.percent(2) {
            let op = OrderStamped { order, customer, stamp: OrderStamp::Withdrawn, over: hash };
            self.round[place].due = self.round[place].due.minus(total);
            self.phone.act(Op::OrderStamped(op), time.plus_millis(180_000))?;
        } else {
            self.taken.push(Taken { order, customer, hash });
        }
        Ok(())
    }

    /// An order as this customer gives one, at the prices the phone knows.
    pub(super) fn order(&self, place: usize, dice: &mut Dice, time: Timestamp) -> Option<OrderTaken> {
        let account = &self.round[place];
        let replica = &self.phone.replica;
        let (price_list, list) = replica.price_list_on(business_date(time))?;
        let wanted = 1 + dice.below(3) + dice.below(4);
        let mut lines: Vec<OrderLine> = Vec::new();
        for _ in 0..wanted {
            let goods = drawn_by_demand(dice);
            let pieces = dice.between(2, 9) * account.customer.size;
            if goods.is_retired() {
                continue;
            }
            let product = goods.id();
            let price = list.price(product)?;
            if lines.iter().all(|line| line.product != product) {
                lines.push(OrderLine::priced(product, Quantity::new(pieces)?, price));
            }
        }
        let deliver_by = business_date(time).0 + Days::new(u64::from(dice.between(2, 7)));
        let address = account.customer.fields.iter().find(|(f, _)| *f == CardField::RegisteredAddress);
        let address = address.and_then(|(_, value)| value.text()).unwrap_or_default();
        if lines.is_empty() {
            return None;
        }
        Some(OrderTaken {
            customer: account.customer.id,
            number: replica.next_order(),
            price_list,
            lines,
            deliver_by: dice.percent(80).then_some(BusinessDate(deliver_by)),
            deliver_to: text(if dice.percent(60) { address } else { "" }),
            payer: text(""),
            note: text(words::order_note(dice)),
        })
    }

    fn is_paid(&mut self, place: usize, day: &mut Day<'_>, time: Timestamp) -> Result<(), DemoError> {
        let due = self.round[place].due;
        if due < Money::yuan(100) || !day.dice.percent(62) {
            return Ok(());
        }
        let by_hand = self.person.role.may_take_cash() && day.dice.percent(72);
        let most = if by_hand { Money::yuan(4_800) } else { due };
        let sum = if due <= most { due } else { Money::yuan(i64::from(day.dice.between(8, 48)) * 100) };
        let room = self.phone.replica.share(time).limit().minus(self.phone.cash());
        let means = if by_hand && sum <= room {
            Means::Cash
        } else {
            let account = *day.dice.pick(&self.accounts);
            let reference = format!("{:06}", day.dice.below(1_000_000));
            Means::Transfer { account, reference: text(&reference) }
        };
        let id = self.collects(place, sum, means, None, time)?;
        if day.dice.percent(1) {
            self.takes_back(place, id, sum, "客户说付错了，当场退回", time.plus_millis(240_000))?;
        }
        Ok(())
    }

    /// Records money received.
    pub(super) fn collects(
        &mut self,
        place: usize,
        sum: Money,
        means: Means,
        over_limit: Option<&str>,
        time: Timestamp,
    ) -> Result<PaperId, DemoError> {
        let op = Collected {
            customer: self.round[place].customer.id,
            amount: amount(sum),
            means,
            receipt: self.phone.replica.next_receipt(),
            order: None,
            over_limit: over_limit.map(text),
            note: text(""),
            photo: None,
        };
        let id = self.phone.act(Op::Collected(op), time)?;
        self.round[place].due = self.round[place].due.minus(sum);
        Ok(PaperId(id.created()))
    }

    fn takes_back(
        &mut self,
        place: usize,
        of: PaperId,
        sum: Money,
        reason: &str,
        time: Timestamp,
    ) -> Result<(), DemoError> {
        let op = Reversed {
            kind: Reversible::Collection,
            of,
            staff: self.person.id(),
            customer: Some(self.round[place].customer.id),
            reason: text(reason),
        };
        self.phone.act(Op::Reversed(op), time)?;
        self.round[place].due = self.round[place].due.plus(sum);
        Ok(())
    }

    /// From ten thousand on at once, and before the weekend what is worth the way.
    fn goes_to_the_bank(&mut self, day: &mut Day<'_>, minute: u32) -> Result<(), DemoError> {
        let held = self.phone.cash();
        let must = held >= REMIT_FROM;
        let weekend = day.date.weekday() == Weekday::Fri && held > Money::yuan(3_000) && day.dice.percent(70);
        let time = at(day.date, 0, minute);
        if self.keeps_the_cash || (!must && !weekend) || time >= day.until {
            return Ok(());
        }
        let rounded = Money::yuan(held.as_fen() / 10_000 * 100);
        self.remits(rounded, day.dice.below(1_000_000), time)
    }

    /// Sends cash on to the first company account.
    pub(super) fn remits(&mut self, sum: Money, slip: u32, time: Timestamp) -> Result<(), DemoError> {
        let device = self.phone.replica.identity().device;
        let op = Remitted {
            amount: amount(sum),
            account: self.accounts[0],
            drawers: vec![DrawerPart { device, amount: amount(sum) }],
            reference: text(&format!("{slip:06}")),
            slip: Dice::of("slip", u64::from(slip)).percent(30).then(pictures::slip),
        };
        self.phone.act(Op::Remitted(op), time).map(|_| ())
    }

    /// A phone that is handed in gives its share of the cash limit back. Source: S15.
    pub(super) fn gives_its_share_back(&mut self, time: Timestamp) -> Result<(), DemoError> {
        let left = self.phone.replica.shares(time).first().map_or(Money::ZERO, DeviceShare::left);
        let Ok(amount) = Amount::new(left) else { return Ok(()) };
        let op = ShareMoved { staff: self.person.id(), to: None, amount };
        self.phone.act(Op::ShareMoved(op), time).map(|_| ())
    }

    fn learns(&mut self, place: usize, day: &mut Day<'_>, time: Timestamp) -> Result<(), DemoError> {
        if self.round[place].spoken_for {
            return Ok(());
        }
        let many = if day.dice.percent(70) { 2 } else { 1 };
        for _ in 0..many {
            if let Some((field, value)) = self.round[place].customer.personal.pop() {
                let op = PersonalFieldSet {
                    customer: self.round[place].customer.id,
                    field,
                    value: text(value),
                    replaces: Vec::new(),
                };
                self.phone.act(Op::PersonalFieldSet(op), time)?;
            }
        }
        if day.dice.percent(8) {
            let (field, value) = self.news(place, day.dice);
            self.writes(place, field, value, time)?;
        }
        if day.dice.percent(3) {
            let contact = sync_core::domain::customer::Contact {
                name: text(&customers::person(day.dice)),
                position: text(day.dice.word(&["采购", "会计", "店员", "送货司机"])),
                phone: text(&customers::mobile(day.dice)),
            };
            let customer = self.round[place].customer.id;
            let op = ContactAdded { customer, contact, corrects: None };
            self.phone.act(Op::ContactAdded(op), time)?;
        }
        Ok(())
    }

    /// Something new about a customer.
    fn news(&self, place: usize, dice: &mut Dice) -> (CardField, FieldValue) {
        let words = |words: &str| FieldValue::Text(text(words));
        let account = &self.round[place];
        match dice.below(6) {
            0 => (CardField::Phone, words(&customers::mobile(dice))),
            1 => (CardField::Employees, FieldValue::Count(account.customer.size * 2 + dice.below(4))),
            2 => (CardField::Stage, FieldValue::Stage(Stage::Maintained)),
            3 => (CardField::Credit, words(dice.word(&["这个月付得快了", "月底结清", "拖过一次，已结清"]))),
            4 => (CardField::Location, FieldValue::Place(account.customer.county.place(dice))),
            _ => (
                CardField::Direction,
                words(dice.word(&["想上冷柜卖羊肉制品", "准备扩一间门面", "打算做社区团购"])),
            ),
        }
    }

    /// Writes a field of a card, over what the phone sees there.
    pub(super) fn writes(
        &mut self,
        place: usize,
        field: CardField,
        value: FieldValue,
        time: Timestamp,
    ) -> Result<(), DemoError> {
        let customer = self.round[place].customer.id;
        let replaces = self.phone.replica.customer(customer).map(|card| card.heads(field));
        let op = CardFieldSet { customer, field, value, replaces: replaces.unwrap_or_default() };
        self.phone.act(Op::CardFieldSet(op), time).map(|_| ())
    }
}

/// A sum of the demo as an amount.
fn amount(sum: Money) -> Amount {
    Amount::new(sum).expect("the demo only moves sums above zero and far below the limit")
}

fn drawn_by_demand(dice: &mut Dice) -> &'static super::goods::Goods {
    let all: u32 = GOODS.iter().map(|goods| goods.demand).sum();
    let mut left = dice.below(all);
    GOODS
        .iter()
        .find(|goods| {
            let found = left < goods.demand;
            left = left.saturating_sub(goods.demand);
            found
        })
        .expect("the demands add up to the number drawn below")
}
