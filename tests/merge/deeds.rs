//! Small histories made of numbers, for the property tests.

use proptest::prelude::*;
use sync_core::{
    domain::{
        bank::{AmountColumns, AsideKind, BookedLine, Layout, LineSetAside, MappingSaved, StatementImported},
        cash::{
            BreachKind, CashHandedIn, Collected, CompanyAccountClosed, CompanyAccountOpened,
            ConfirmationWithdrawn, ConfirmedPaper, Counted, CreditExcepted, CreditExceptionStamped,
            CreditStamp, DayClosed, DrawerHeld, DrawerPart, HandInStamp, HandInStamped, LimitOverridden,
            LimitPart, LostPhoneSettled, Means, MoneyConfirmed, PaymentPromise, PaymentUrged, RemitNow,
            Remitted, Reversed, Reversible, Share, ShareMoved, UrgedBy, ViolationRaised, ViolationStamp,
            ViolationStamped,
        },
        customer::{
            CardField, CardFieldSet, Contact, ContactAdded, ContactRemoved, CustomerCreated, FieldValue,
            OwnerSet, PersonalField, PersonalFieldSet,
        },
        month::{MonthClosed, MonthLineExplained, MonthStamp, MonthStamped, RecoveryLine},
        people::{DeviceEnrolled, DeviceRevoked, Role, StaffJoined, StaffRoleSet},
        sale::{OrderStamp, OrderStamped, OrderTaken, PriceListIssued, ProductCard, ProductSet},
        visit::{BlobHash, Purpose, VisitRecorded},
    },
    feed::Entry,
    log::{Change, Header},
    op::{Ending, HeldDecided, Op, Resubmitted, Ruling, Said, TakenOnBehalf},
    refusal::{ChangeRefusal, Finding, Verdict},
    time::{BusinessDate, Period, Timestamp},
    unit::{
        AccountId, Amount, ChangeId, CustomerId, DeviceId, Money, PaperId, PriceListId, ProductId, StaffId,
        Text,
    },
};
use uuid::Uuid;

/// One deed of a random history: what, by whom, when, and with which verdict.
#[derive(Clone, Debug)]
pub(crate) struct Deed {
    what: u8,
    who: u8,
    whose: u8,
    value: u8,
    earlier: u8,
    minutes: u16,
    verdict: u8,
}

pub(crate) fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = (0u8..41, 0u8..3, 0u8..2, 0u8..4, 0u8..6, 0u16..500, 0u8..12);
    let deed = deed.prop_map(|(what, who, whose, value, earlier, minutes, verdict)| Deed {
        what,
        who,
        whose,
        value,
        earlier,
        minutes,
        verdict,
    });
    proptest::collection::vec(deed, 1..25)
}

pub(crate) fn id(number: u8) -> [u8; 16] {
    [number; 16]
}

pub(crate) fn device(number: u8) -> DeviceId {
    DeviceId::from_bytes(id(number + 1))
}

fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("short enough")
}

/// The feed these deeds make.
pub(crate) fn entries(deeds: &[Deed]) -> Vec<Entry> {
    let mut seqs = [0u64; 3];
    let mut entries: Vec<Entry> = Vec::new();
    for (deed, position) in deeds.iter().zip(1u64..) {
        let seq = &mut seqs[usize::from(deed.who)];
        *seq += 1;
        let change_id = ChangeId { device: device(deed.who), seq: *seq };
        let staff = StaffId::from_bytes(id(deed.who + 40));
        let op = op(deed, &entries, staff, change_id);
        let at = Timestamp::from_millis(1_000_000 + u64::from(deed.minutes) * 60_000 + position);
        let header = Header {
            seq: *seq,
            at,
            seen: 0,
            kind: op.kind(),
            version: Op::VERSION,
            scopes: op.scopes(staff),
            entity: op.entity(),
            actor: None,
            epoch: None,
        };
        // As the judge does: facts are withheld, cards and forms are held.
        let verdict = match (deed.verdict, op.ending()) {
            (0 | 1, Ending::Ledger) => {
                let unknown = Finding::AgainstRule(ChangeRefusal::UnknownAuthor.into());
                Verdict::Applied { findings: vec![unknown], withheld: true }
            }
            (0 | 1, _) if !matches!(op, Op::HeldDecided(_) | Op::TakenOnBehalf(_)) => {
                Verdict::Held { reason: ChangeRefusal::UnknownAuthor.into() }
            }
            // Cash above the limit is a violation, whoever folds it.
            (2, Ending::Ledger) => {
                let held = RemitNow { held: Money::yuan(20_001) };
                Verdict::Applied { findings: vec![Finding::OverLimit(held)], withheld: false }
            }
            _ => Verdict::plain(),
        };
        let change = Change::seal(change_id.device, header, None, op.to_body());
        entries.push(Entry { position, change, staff, effective: at, received: at, verdict });
    }
    entries
}

#[expect(clippy::too_many_lines, reason = "one line for each kind of op")]
fn op(deed: &Deed, before: &[Entry], staff: StaffId, me: ChangeId) -> Op {
    let customer = CustomerId::from_bytes(id(deed.whose + 80));
    let earlier = before.get(usize::from(deed.earlier)).map_or(me, |entry| entry.change.id);
    let account = AccountId::from_bytes(id(120));
    let amount = Amount::new(Money::yuan(i64::from(deed.value) * 100 + 1)).expect("positive");
    match deed.what {
        0 => Op::CustomerCreated(CustomerCreated {
            customer,
            fields: vec![(CardField::Name, FieldValue::Text(text(&format!("商行{}", deed.value))))],
            contacts: vec![Contact { name: text("杨"), position: text(""), phone: text("") }],
            owner: staff,
        }),
        1 => Op::CardFieldSet(CardFieldSet {
            customer,
            field: CardField::Phone,
            value: FieldValue::Text(text(&format!("0951-{}", deed.value))),
            replaces: vec![earlier],
        }),
        2 => Op::ContactAdded(ContactAdded {
            customer,
            contact: Contact { name: text("马"), position: text(""), phone: text("") },
            corrects: (deed.value == 0).then_some(earlier),
        }),
        3 => Op::ContactRemoved(ContactRemoved { customer, addition: earlier }),
        4 => Op::OwnerSet(OwnerSet { customer, owner: staff, replaces: vec![earlier], reason: None }),
        5 => visit(customer),
        6 => Op::Collected(Collected {
            customer,
            amount,
            means: if deed.value == 0 {
                Means::Transfer { account, reference: text("") }
            } else {
                Means::Cash
            },
            receipt: u32::try_from(me.seq).expect("short history"),
            order: None,
            over_limit: None,
            note: text(""),
            photo: None,
        }),
        7 => Op::Remitted(Remitted {
            amount,
            account,
            drawers: vec![DrawerPart { device: me.device, amount }],
            reference: text(""),
            slip: None,
        }),
        8 => reversal(before, usize::from(deed.earlier)).unwrap_or_else(|| visit(customer)),
        9 if deed.value < 2 => {
            let order = OrderTaken {
                customer,
                number: 1,
                price_list: PriceListId::from_bytes(id(130)),
                lines: Vec::new(),
                deliver_by: None,
                deliver_to: text(""),
                payer: text(""),
                note: text(""),
            };
            Op::OrderTaken(order)
        }
        9 => stamp(before, usize::from(deed.earlier)).unwrap_or_else(|| visit(customer)),
        10 => Op::StaffRoleSet(StaffRoleSet {
            staff: StaffId::from_bytes(id(deed.whose + 40)),
            role: if deed.value == 0 { Role::Rep } else { Role::DirectRep },
            replaces: vec![earlier],
        }),
        // The hub enrols a device before it takes anything of it.
        11 if before.iter().any(|entry| concerns(entry, device(deed.whose))) => visit(customer),
        11 => Op::DeviceEnrolled(DeviceEnrolled {
            device: device(deed.whose),
            staff: StaffId::from_bytes(id(deed.whose + 40)),
            number: u32::from(deed.whose) + 1,
            name: text(""),
            key: [deed.value; 32],
            share: Share::WHOLE,
        }),
        12 => Op::DeviceRevoked(DeviceRevoked {
            device: device(deed.whose),
            staff: StaffId::from_bytes(id(deed.whose + 40)),
            reason: text("丢了"),
        }),
        13 => Op::PersonalFieldSet(PersonalFieldSet {
            customer,
            field: PersonalField::ALL[usize::from(deed.value)],
            value: text(&format!("记{}", deed.minutes)),
            replaces: vec![earlier],
        }),
        14 => Op::ProductSet(ProductSet {
            product: ProductId::from_bytes(id(deed.whose + 90)),
            card: product_card(deed.value),
            replaces: vec![earlier],
        }),
        15 => Op::PriceListIssued(PriceListIssued {
            list: PriceListId::from_bytes(id(130)),
            version: text(&format!("2026-{}", deed.value)),
            meeting: text("定价会"),
            valid_from: BusinessDate::of(2026, 1, 1).expect("a date"),
            valid_to: BusinessDate::of(2027, 1, 1).expect("a date"),
            prices: Vec::new(),
        }),
        16 => Op::CompanyAccountOpened(CompanyAccountOpened {
            account,
            holder: text("塞北食品"),
            bank: text("银行"),
            number: text(&format!("622200000{}", deed.value)),
        }),
        17 => Op::CompanyAccountClosed(CompanyAccountClosed { account }),
        19 => decided(before, deed).unwrap_or_else(|| visit(customer)),
        20 => taken(before, deed).unwrap_or_else(|| visit(customer)),
        21 => corrected(before, deed, staff).unwrap_or_else(|| visit(customer)),
        22 => {
            let to = (deed.value < 3).then(|| device(deed.whose));
            Op::ShareMoved(ShareMoved { staff, to, amount })
        }
        23 => Op::LostPhoneSettled(LostPhoneSettled {
            staff: StaffId::from_bytes(id(deed.whose + 40)),
            device: device(deed.whose),
            into: device(2),
            share: Money::yuan(20_000),
            drawer: amount.money(),
            counted: Money::yuan(i64::from(deed.value) * 100),
            note: text("当面点清"),
        }),
        24 => Op::LimitOverridden(LimitOverridden {
            staff: StaffId::from_bytes(id(deed.whose + 40)),
            hold: amount,
            remit_from: amount,
            from: BusinessDate::of(1970, 1, 1).expect("a date"),
            to: BusinessDate::of(1970, 1, 2).expect("a date"),
            parts: vec![LimitPart { device: device(deed.whose), amount }],
            reason: text("年关"),
        }),
        25 => Op::ViolationRaised(ViolationRaised {
            staff: StaffId::from_bytes(id(deed.whose + 40)),
            kind: BreachKind::PersonalAccount,
            held: Money::ZERO,
            amount: amount.money(),
            reason: text("汇入个人账户"),
            photo: None,
        }),
        26 => violation_stamp(before, deed).unwrap_or_else(|| visit(customer)),
        27 => {
            let drawers = vec![DrawerPart { device: device(deed.whose), amount }];
            Op::CashHandedIn(CashHandedIn { amount, drawers, note: text("") })
        }
        28 => hand_in_stamp(before, deed).unwrap_or_else(|| visit(customer)),
        31 => Op::StatementImported(statement(deed.value, account)),
        32 => Op::LineSetAside(aside(deed, account)),
        33 => Op::MappingSaved(MappingSaved { account, layout: layout(deed.value) }),
        34 => withdrawal(before, deed).unwrap_or_else(|| visit(customer)),
        30 => confirmation(before, deed, account).unwrap_or_else(|| visit(customer)),
        29 => Op::DayClosed(DayClosed {
            day: BusinessDate::of(1970, 1, 1).expect("a date"),
            drawers: vec![DrawerHeld { device: me.device, held: amount.money() }],
            counted: vec![Counted { denomination: Money::yuan(100), pieces: u32::from(deed.value) }],
            explanation: text("短"),
        }),
        35 => Op::PaymentUrged(PaymentUrged {
            customer,
            order: None,
            by: UrgedBy::Phone,
            whom: text("店主"),
            said: text("月底付"),
            promised: Some(PaymentPromise { day: BusinessDate::of(1970, 1, 2).expect("a date"), amount }),
        }),
        36 => Op::CreditExcepted(CreditExcepted {
            customer,
            limit: amount,
            pay_within: u16::from(deed.value),
            from: BusinessDate::of(1970, 1, 1).expect("a date"),
            to: BusinessDate::of(1970, 1, 2).expect("a date"),
            reason: text("老客户"),
        }),
        37 => credit_stamp(before, deed).unwrap_or_else(|| visit(customer)),
        38 => Op::MonthClosed(MonthClosed {
            period: period(deed.value),
            through: u64::from(deed.value),
            closed_before: None,
            table: [deed.earlier; 32],
            missing: Vec::new(),
            reason: text(""),
            notes: [0; 32],
        }),
        39 => month_stamp(before, deed).unwrap_or_else(|| visit(customer)),
        40 => Op::MonthLineExplained(MonthLineExplained {
            period: period(deed.value),
            line: RecoveryLine::Missing(staff),
            difference: Money::yuan(i64::from(deed.earlier)),
            explanation: text("短款"),
        }),
        _ => Op::StaffJoined(StaffJoined {
            staff: StaffId(Uuid::from_bytes(id(deed.whose + 40))),
            number: text("YW-0001"),
            name: text("马"),
            role: Role::DirectRep,
            team: text(""),
        }),
    }
}

/// Whether an entry is of a device's log, or takes its rights.
fn concerns(entry: &Entry, device: DeviceId) -> bool {
    entry.change.id.device == device
        || matches!(entry.op(), Ok(Op::DeviceRevoked(revoked)) if revoked.device == device)
}

fn product_card(value: u8) -> ProductCard {
    ProductCard {
        code: text(&format!("P{value}")),
        name: text("特一面粉"),
        specification: text("25 kg"),
        packaging: text("编织袋"),
        unit: text("袋"),
        quality: text(""),
        net_weight_g: 25_000,
        tolerance_g: 100,
        discontinued: value == 0,
    }
}

/// Cash taken from a customer.
pub(crate) fn collected(customer: CustomerId) -> Collected {
    let amount = Amount::new(Money::yuan(100)).expect("positive");
    Collected {
        customer,
        amount,
        means: Means::Cash,
        receipt: 1,
        order: None,
        over_limit: None,
        note: text(""),
        photo: None,
    }
}

fn visit(customer: CustomerId) -> Op {
    Op::VisitRecorded(VisitRecorded {
        customer,
        purposes: vec![Purpose::Other],
        met: text(""),
        said: text("谈"),
        next_step: text(""),
        next_on: None,
        place: None,
        photos: Vec::new(),
    })
}

/// A statement of two lines, the same ones for the same value.
fn statement(value: u8, account: AccountId) -> StatementImported {
    let line = |number: u32| BookedLine {
        number,
        date: BusinessDate::of(1970, 1, 1).expect("a date"),
        amount: Money::yuan(i64::from(value) * 100 + 1),
        payer: text("商行"),
        reference: text("货款"),
        serial: text(&format!("B{number}")),
        again: 0,
    };
    let (file, name) = (BlobHash([value % 2; 32]), text("流水.csv"));
    StatementImported { account, file, name, part: 1, parts: 1, lines: vec![line(2), line(3)] }
}

/// A line is set aside or taken up, whether or not it was read in yet.
fn aside(deed: &Deed, account: AccountId) -> LineSetAside {
    let kind = [AsideKind::Fee, AsideKind::PersonalAccount, AsideKind::TakenUp, AsideKind::NotOurs]
        [usize::from(deed.earlier % 4)];
    let case = kind == AsideKind::PersonalAccount;
    LineSetAside {
        line: statement(deed.value, account).lines[0].id(account),
        kind,
        note: text("查"),
        staff: case.then(|| StaffId::from_bytes(id(deed.whose + 40))),
        amount: case.then(|| Amount::new(Money::yuan(9)).expect("positive")),
    }
}

fn layout(value: u8) -> Layout {
    Layout {
        name: text(&format!("{value}行")),
        date: text("日期"),
        amount: AmountColumns::Signed { amount: text("金额") },
        payer: text("户名"),
        reference: Vec::new(),
        serial: None,
    }
}

/// A confirmation before some more was wrong.
fn withdrawal(before: &[Entry], deed: &Deed) -> Option<Op> {
    // Of money that nobody has confirmed as well: what is said of it changes nothing.
    let confirmed = |entry: &Entry| match entry.op().ok()? {
        Op::MoneyConfirmed(op) => Some(Op::ConfirmationWithdrawn(ConfirmationWithdrawn {
            confirmation: entry.change.id,
            kind: op.kind,
            papers: op.papers,
            customer: op.customer,
            lines: op.lines,
            reason: text("对错了"),
        })),
        Op::Remitted(_) => Some(Op::ConfirmationWithdrawn(ConfirmationWithdrawn {
            confirmation: entry.change.id,
            kind: Reversible::Remittance,
            papers: vec![ConfirmedPaper { of: PaperId(entry.change.id.created()), staff: entry.staff }],
            customer: None,
            lines: Vec::new(),
            reason: text("对错了"),
        })),
        _ => None,
    };
    before.iter().rev().filter_map(confirmed).nth(usize::from(deed.earlier % 2))
}

/// The latest money sent before some more has arrived, by its own words, as the judge demands.
fn confirmation(before: &[Entry], deed: &Deed, statements: AccountId) -> Option<Op> {
    let mut sent = before.iter().rev().filter_map(|entry| {
        let (kind, customer, account, amount) = match entry.op().ok()? {
            Op::Remitted(op) => (Reversible::Remittance, None, op.account, op.amount),
            Op::Collected(op) => match op.means {
                Means::Transfer { account, .. } => {
                    (Reversible::Collection, Some(op.customer), account, op.amount)
                }
                Means::Cash => return None,
            },
            _ => return None,
        };
        let papers = vec![ConfirmedPaper { of: PaperId(entry.change.id.created()), staff: entry.staff }];
        let arrived_on = BusinessDate::of(1970, 1, 1).expect("a date");
        // Now and then a line says so, whether or not it was read in yet.
        let named = (deed.value < 3).then(|| statement(deed.value, statements).lines[0].id(statements));
        let (lines, note) = (named.into_iter().collect(), text(""));
        Some(Op::MoneyConfirmed(MoneyConfirmed {
            kind,
            papers,
            customer,
            account,
            amount,
            arrived_on,
            lines,
            note,
        }))
    });
    sent.nth(usize::from(deed.earlier % 3))
}

/// The latest money before `skip` more, reversed by its own words, as the judge demands.
fn reversal(before: &[Entry], skip: usize) -> Option<Op> {
    let mut reversible = before.iter().rev().filter_map(|entry| {
        let (kind, customer) = match entry.op().ok()? {
            Op::Collected(op) => (Reversible::Collection, Some(op.customer)),
            Op::Remitted(_) => (Reversible::Remittance, None),
            _ => return None,
        };
        let of = PaperId(entry.change.id.created());
        Some(Op::Reversed(Reversed { kind, of, staff: entry.staff, customer, reason: text("写错") }))
    });
    reversible.nth(skip)
}

fn stamp(before: &[Entry], skip: usize) -> Option<Op> {
    let mut orders = before.iter().rev().filter_map(|entry| match entry.op().ok()? {
        Op::OrderTaken(op) => {
            let (customer, over) = (op.customer, op.body_hash());
            let order = PaperId(entry.change.id.created());
            Some(Op::OrderStamped(OrderStamped { order, customer, stamp: OrderStamp::Accepted, over }))
        }
        _ => None,
    });
    orders.nth(skip)
}

/// A violation is stamped, of whoever it is, as the judge demands.
fn violation_stamp(before: &[Entry], deed: &Deed) -> Option<Op> {
    let mut raised = before.iter().rev().filter_map(|entry| {
        let staff = match entry.op().ok()? {
            Op::ViolationRaised(op) => op.staff,
            Op::Collected(_) | Op::Remitted(_) => entry.staff,
            Op::Reversed(op) => op.staff,
            _ => return None,
        };
        Some((PaperId(entry.change.id.created()), staff))
    });
    let (violation, staff) = raised.nth(usize::from(deed.earlier % 3))?;
    let stamp = if deed.value < 2 { ViolationStamp::LookedInto } else { ViolationStamp::Settled };
    Some(Op::ViolationStamped(ViolationStamped { violation, staff, stamp, note: text("已查") }))
}

/// A credit exception is approved, sent back or ended.
fn credit_stamp(before: &[Entry], deed: &Deed) -> Option<Op> {
    let mut made = before.iter().rev().filter_map(|entry| match entry.op().ok()? {
        Op::CreditExcepted(op) => Some((PaperId(entry.change.id.created()), op.customer)),
        _ => None,
    });
    let (exception, customer) = made.nth(usize::from(deed.earlier % 3))?;
    let stamp = match deed.value {
        0 | 1 => CreditStamp::Approved,
        2 => CreditStamp::SentBack,
        _ => CreditStamp::Ended,
    };
    Some(Op::CreditExceptionStamped(CreditExceptionStamped {
        exception,
        customer,
        stamp,
        note: text("说明"),
    }))
}

fn period(value: u8) -> Period {
    Period::of(2026, 1 + u32::from(value % 2)).expect("a month")
}

/// A closing before is stamped, over its table; now and then over another one.
fn month_stamp(before: &[Entry], deed: &Deed) -> Option<Op> {
    let mut closed = before.iter().rev().filter_map(|entry| match entry.op().ok()? {
        Op::MonthClosed(op) => Some((PaperId(entry.change.id.created()), op)),
        _ => None,
    });
    let (closing, op) = closed.nth(usize::from(deed.earlier % 3))?;
    let stamp = [MonthStamp::Agreed, MonthStamp::SentBack, MonthStamp::WithoutPhones, MonthStamp::Agreed]
        [usize::from(deed.value % 4)];
    let table = if deed.verdict == 0 { [0xff; 32] } else { op.table };
    Some(Op::MonthStamped(MonthStamped { closing, period: op.period, stamp, table, note: text("说明") }))
}

/// A paper of cash handed in is stamped, over what it says, as the judge demands; now and then over something else.
fn hand_in_stamp(before: &[Entry], deed: &Deed) -> Option<Op> {
    let mut signed = before.iter().rev().filter_map(|entry| match entry.op().ok()? {
        Op::CashHandedIn(op) => Some((PaperId(entry.change.id.created()), entry.staff, op.body_hash())),
        _ => None,
    });
    let (hand_in, staff, body) = signed.nth(usize::from(deed.earlier % 3))?;
    let stamp = match deed.value {
        0 | 1 => HandInStamp::Received,
        2 => HandInStamp::SentBack,
        3 => HandInStamp::TakenBack,
        _ => HandInStamp::Withdrawn,
    };
    let over = if deed.earlier == 5 { [0; 32] } else { body };
    Some(Op::HandInStamped(HandInStamped { hand_in, staff, stamp, over, note: text("") }))
}

/// The latest change that waits before some more.
fn waiting<'b>(before: &'b [Entry], deed: &Deed) -> Option<&'b Entry> {
    let waits = |entry: &&Entry| match &entry.verdict {
        Verdict::Held { .. } => true,
        Verdict::Applied { withheld, .. } => *withheld,
    };
    before.iter().rev().filter(waits).nth(usize::from(deed.earlier % 3))
}

/// A head decides, whether or not somebody has decided before.
fn decided(before: &[Entry], deed: &Deed) -> Option<Op> {
    let entry = waiting(before, deed)?;
    let ruling =
        if deed.value < 2 { Ruling::Accepted } else { Ruling::Declined { reason: text("不归他") } };
    let (change, author) = (entry.change.id, entry.staff);
    let personal = entry.op().is_ok_and(|op| op.is_personal());
    Some(Op::HeldDecided(HeldDecided { change, author, personal, ruling }))
}

/// What nobody takes over or writes anew: a phone has recorded nothing before it is enrolled.
fn is_for_the_office_alone(said: &Op) -> bool {
    matches!(said, Op::StaffJoined(_) | Op::StaffRoleSet(_) | Op::DeviceEnrolled(_) | Op::DeviceRevoked(_))
}

/// What waits is taken over, by its own words and at its own time, as the judge demands.
fn taken(before: &[Entry], deed: &Deed) -> Option<Op> {
    let entry = waiting(before, deed)?;
    let said = entry.op().ok()?.said().clone();
    if is_for_the_office_alone(&said) {
        return None;
    }
    let said = Said(Box::new(said));
    let (change, author, at) = (entry.change.id, entry.staff, entry.effective);
    Some(Op::TakenOnBehalf(TakenOnBehalf { change, author, at, said }))
}

/// An author writes anew what waits of theirs.
fn corrected(before: &[Entry], deed: &Deed, staff: StaffId) -> Option<Op> {
    let entry = waiting(before, deed).filter(|entry| entry.staff == staff)?;
    let said = entry.op().ok()?.said().clone();
    if said.ending() == Ending::Ledger || is_for_the_office_alone(&said) {
        return None;
    }
    Some(Op::Resubmitted(Resubmitted { held: entry.change.id, said: Said(Box::new(said)) }))
}
