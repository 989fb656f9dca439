//! Rows to put into a store. What they mean is nothing to it.

use server::store::{Company, Counters, DeviceLog, FeedRow, Head, Store, Unit, Writing};
use sync_core::{
    crdt::Register,
    domain::{
        Recorded,
        customer::{CardField, CustomerCard, FieldValue},
        sale::{Order, OrderLine, OrderTaken},
        visit::{Purpose, Visit, VisitRecorded},
    },
    feed::Entry,
    log::{Change, Hash, Header, SetDigest, genesis},
    paper::{Paper, PaperKey},
    refusal::{ChangeRefusal, Finding, Verdict},
    scope::Scope,
    time::Timestamp,
    unit::{
        ChangeId, CompanyId, CustomerId, DeviceId, PaperId, PriceListId, ProductId, Quantity, StaffId, Text,
        UnitPrice,
    },
};

pub(crate) const COMPANY: CompanyId = CompanyId::from_bytes([1; 16]);
pub(crate) const OTHER_COMPANY: CompanyId = CompanyId::from_bytes([2; 16]);
pub(crate) const HUB: DeviceId = DeviceId::from_bytes([3; 16]);
pub(crate) const PHONE: DeviceId = DeviceId::from_bytes([4; 16]);
pub(crate) const STAFF: StaffId = StaffId::from_bytes([5; 16]);

pub(crate) fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("short enough")
}

pub(crate) fn customer(number: u8) -> CustomerId {
    CustomerId::from_bytes([number; 16])
}

pub(crate) fn company(id: CompanyId) -> Company {
    Company {
        id, name: "塞北食品".into(), hub: HUB, hub_key: [9; 32], founded: Timestamp::from_millis(7)
    }
}

pub(crate) fn log(device: DeviceId, number: u32) -> DeviceLog {
    DeviceLog {
        device,
        staff: STAFF,
        number,
        key: [8; 32],
        enrolled: Timestamp::from_millis(9),
        revoked: None,
        last_seq: 0,
        link: genesis(COMPANY, device, &[8; 32]),
        latest: Timestamp::ZERO,
        checkpoint: None,
        seen: None,
        trouble: None,
        aside: 0,
    }
}

pub(crate) async fn founded<S: Store>(store: &S) {
    store.found(&company(COMPANY), &log(HUB, 0)).await.expect("a new company");
}

pub(crate) fn row(position: u64, seq: u64, scopes: &[Scope]) -> FeedRow {
    let header = Header {
        seq,
        at: Timestamp::from_packed(1_000 + seq),
        seen: 3,
        kind: 4_711,
        version: 9,
        scopes: scopes.to_vec(),
        entity: Some(customer(7).0),
        actor: None,
        epoch: None,
    };
    let change = Change::seal(PHONE, header, Some([6; 16]), vec![0xf5, seq.to_le_bytes()[0]]);
    let verdict = match seq % 3 {
        0 => Verdict::plain(),
        1 => Verdict::Held { reason: ChangeRefusal::UnknownKind { kind: 4_711, version: 9 }.into() },
        _ => Verdict::Applied { findings: vec![Finding::ListExpired, Finding::OtherScopes], withheld: true },
    };
    let entry = Entry {
        position,
        change,
        staff: STAFF,
        effective: Timestamp::from_packed((1_759_000_000_000 << 16) + seq),
        received: Timestamp::from_packed((1_759_000_000_500 << 16) + 3),
        verdict,
    };
    FeedRow { entry, link: [seq.to_le_bytes()[0]; 32], scopes: scopes.to_vec() }
}

/// A writing of just these rows, after `position`.
pub(crate) fn writing(rows: Vec<FeedRow>) -> Writing {
    let position = rows.last().map_or(0, |row| row.entry.position);
    let head = Head {
        epoch: 1,
        position,
        latest: Timestamp::from_packed(position),
        counters: Counters { received: position, applied: position, held: 0, quarantined: 0 },
        devices: 1,
    };
    Writing { head, rows, ..Writing::default() }
}

pub(crate) async fn save<S: Store>(store: &S, company: CompanyId, writing: &Writing) {
    let mut unit = store.begin(company).await.expect("the lock");
    unit.save(writing).await.expect("saved");
    unit.commit().await.expect("durable");
}

pub(crate) fn hash(number: u8) -> Hash {
    [number; 32]
}

pub(crate) fn digest(number: u8) -> SetDigest {
    SetDigest { sum: hash(number), count: u64::from(number) }
}

/// A visit: who, whom, when, with words to be found by.
pub(crate) fn visit(number: u16, whom: u8, by: u8, minute: u64, said: &str) -> (PaperKey, Paper) {
    let id = ChangeId { device: PHONE, seq: u64::from(number) };
    let what = VisitRecorded {
        customer: customer(whom),
        purposes: vec![Purpose::Display],
        met: text("杨老板"),
        said: text(said),
        next_step: text(""),
        next_on: None,
        place: None,
        photos: Vec::new(),
    };
    let recorded = Recorded {
        what,
        id,
        by: StaffId::from_bytes([by; 16]),
        at: Timestamp::from_millis(1_759_000_000_000 + minute * 60_000),
        withheld: number.is_multiple_of(11),
        accepted_by: None,
    };
    (PaperKey::visit(PaperId(id.created())), Paper::Visit(Visit { recorded: Some(recorded) }))
}

/// An order that somebody took from a customer, so many days after the visits, for some yuan.
pub(crate) fn order(number: u8, whom: u8, by: u8, day: u64, yuan: u32) -> (PaperKey, Paper) {
    let id = ChangeId { device: PHONE, seq: 1_000 + u64::from(number) };
    let price = UnitPrice::typed("1").expect("a price");
    let quantity = Quantity::new(yuan).expect("a quantity");
    let what = OrderTaken {
        customer: customer(whom),
        number: u32::from(number),
        price_list: PriceListId::from_bytes([8; 16]),
        lines: vec![OrderLine::priced(ProductId::from_bytes([9; 16]), quantity, price)],
        deliver_by: None,
        deliver_to: text(""),
        payer: text(""),
        note: text("下午送"),
    };
    let recorded = Recorded {
        what,
        id,
        by: StaffId::from_bytes([by; 16]),
        at: Timestamp::from_millis(1_759_000_000_000 + day * 86_400_000),
        withheld: false,
        accepted_by: None,
    };
    let order = Order { recorded: Some(recorded), ..Order::default() };
    (PaperKey::order(PaperId(id.created())), Paper::Order(order))
}

/// A customer card with a name and an owner.
pub(crate) fn card(number: u8, name: &str, owner: u8) -> (PaperKey, Paper) {
    let id = ChangeId { device: HUB, seq: u64::from(number) };
    let by = StaffId::from_bytes([owner; 16]);
    let at = Timestamp::from_millis(1_758_000_000_000);
    let write = |value| sync_core::crdt::Write { value, at, by, replaces: Vec::new() };
    let mut card = CustomerCard { created: Some(at), ..CustomerCard::default() };
    let mut named = Register::default();
    named.write(id, write(FieldValue::Text(text(name))));
    card.fields.insert(CardField::Name, named);
    card.owner.write(id, sync_core::crdt::Write { value: by, at, by, replaces: Vec::new() });
    (PaperKey::customer(customer(number)), Paper::Customer(card))
}
