//! What the matrix is asked about: three reps and their things, somebody in every role, and another company beside.

use std::cell::Cell;

use ed25519_dalek::Signer;
use serde_json::{Value, json};
use server::auth::Client;
use server::hub::{Command, Enrolment};
use sync_core::domain::bank::{BookedLine, StatementImported};
use sync_core::domain::cash::{
    BreachKind, CashHandedIn, ConfirmedPaper, CreditExcepted, DrawerPart, MoneyConfirmed, Remitted,
    Reversible, ViolationRaised,
};
use sync_core::domain::customer::{
    CardField, CardFieldSet, CustomerCreated, FieldValue, PersonalField, PersonalFieldSet,
};
use sync_core::domain::people::{Role, StaffJoined};
use sync_core::domain::visit::BlobHash;
use sync_core::log::{Actor, Hash, sha256};
use sync_core::op::Op;
use sync_core::time::{BusinessDate, business_date};
use sync_core::unit::{Amount, ChangeId, CustomerId, DeviceId, Money, PaperId, StaffId};
use uuid::Uuid;

use super::oracle::{Duty, Whose, Word};
use crate::at_rest::seals;
use crate::house::{ACCOUNT, HERS, HIS, House, STAFF, text, who};
use crate::phone::{Phone, cash, hex, order, visit};
use crate::picture::jpeg;

/// The customer of the rep who takes no cash, the one of another company, and one whose owner never asks for anything.
const THEIRS: CustomerId = CustomerId::from_bytes([0xa7; 16]);
const ELSEWHERE: CustomerId = CustomerId::from_bytes([0xf6; 16]);
const APART: CustomerId = CustomerId::from_bytes([0x9d; 16]);

const UNUSED: CustomerId = CustomerId::from_bytes([0x9e; 16]);

/// The number of the owner of the customer apart, and of the rep of the other company.
pub(crate) const NOBODY: &str = "9009";
/// The number of a sales head who makes the credit exceptions: nobody who asks has made them.
const MAKER: &str = "9008";
const STRANGER: &str = "7007";

/// How many changes of each rep wait: every question that decides on one gets one of its own.
const WAITING: usize = 40;

/// Everything of one rep that an address or a body can name.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) staff: String,
    pub(crate) customer: CustomerId,
    pub(crate) device: String,
    /// The order and the collection that the device wrote, and the hash of the order's body.
    pub(crate) order: Uuid,
    pub(crate) collection: Uuid,
    pub(crate) over: Hash,
    /// Cash that the device has handed in, and the hash of that body; a violation of the rep's; a phone that was stopped.
    pub(crate) hand_in: Uuid,
    pub(crate) handed_over: Hash,
    pub(crate) violation: Uuid,
    pub(crate) lost: String,
    /// What was sent and waits for finance, and how much; what finance has confirmed, by which change; a bank's line.
    pub(crate) sent: Uuid,
    pub(crate) sum: &'static str,
    pub(crate) confirmed: Uuid,
    pub(crate) confirmation: Value,
    pub(crate) line: Uuid,
    /// The day it was sent.
    pub(crate) day: String,
    /// A credit exception for the customer, which waits for whoever approves it.
    pub(crate) exception: Uuid,
    /// A device that may lose its rights.
    pub(crate) spare: String,
    pub(crate) photo: Vec<u8>,
    pub(crate) held: String,
    pub(crate) held_personal: String,
    /// A batch that the device has delivered, plain and sealed.
    pub(crate) batch: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
    /// What the device says that it holds, signed.
    pub(crate) holding: Vec<u8>,
    /// What the device has brought a hundred bytes of.
    pub(crate) parcel: Vec<u8>,
    /// How its words begin; as long as anybody else's, so that nothing is told by a length.
    pub(crate) mark: &'static str,
}

impl Thing {
    pub(crate) fn photo_hash(&self) -> String {
        hex(&sha256(&[&self.photo]))
    }

    pub(crate) fn parcel_hash(&self) -> String {
        hex(&sha256(&[&self.parcel]))
    }
}

/// One rep with a day behind them.
struct Side {
    phone: Phone,
    thing: Thing,
    held: Vec<String>,
    decided: Cell<usize>,
}

/// The house, and what is in it.
pub(crate) struct Stage {
    pub(crate) house: House,
    /// Another company in the same database.
    pub(crate) beside: House,
    his: Side,
    hers: Side,
    theirs: Side,
    elsewhere: Side,
    pub(crate) words: Vec<Word>,
    keys: Cell<u16>,
}

/// Who works in a role.
pub(crate) fn staff_in(role: Role) -> StaffId {
    let there = STAFF.iter().find(|(.., known)| *known == role);
    there.map_or_else(|| who(role.code()), |(number, ..)| who(number))
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let house = House::open().await;
        let beside =
            house.beside([(APART, "别家不记名", "13909530003"), (UNUSED, "别家", "13909530004")]).await;
        let missing = Role::ALL.into_iter().filter(|role| STAFF.iter().all(|(.., known)| known != role));
        for role in missing {
            joins(&house, role.code(), role).await;
        }
        joins(&beside, STRANGER, Role::DirectRep).await;
        joins(&house, NOBODY, Role::Rep).await;
        joins(&house, MAKER, Role::SalesHead).await;
        joins(&beside, MAKER, Role::SalesHead).await;
        enters(&beside, ELSEWHERE, "河西杂货铺", who(STRANGER)).await;
        enters(&house, APART, "城南不记名", who(NOBODY)).await;
        enters(&house, THEIRS, "河畔超市", staff_in(Role::Rep)).await;
        let his = Side::of(&house, Role::DirectRep, "1001", HIS, ("xjia", "4321.09", 1)).await;
        let hers = Side::of(&house, Role::DirectRep, "1002", HERS, ("xyyi", "5432.19", 2)).await;
        let theirs = Side::of(&house, Role::Rep, Role::Rep.code(), THEIRS, ("xbin", "", 3)).await;
        let elsewhere = Side::of(&beside, Role::DirectRep, STRANGER, ELSEWHERE, ("xwai", "6543.21", 4)).await;
        let mut words = vec![Word::of(Whose::Nobodys, "城南不记名", &[Duty::Customers])];
        words.extend(his.words(Whose::His, "宁安食品商行", "4321.09"));
        words.extend(hers.words(Whose::Hers, "红柳粮油店", "5432.19"));
        words.extend(theirs.words(Whose::Theirs, "河畔超市", ""));
        words.extend(elsewhere.words(Whose::Elsewhere, "河西杂货铺", "6543.21"));
        Self { house, beside, his, hers, theirs, elsewhere, words, keys: Cell::new(0xa000) }
    }

    /// A token of a session without a device.
    pub(crate) async fn access(&self, role: Role) -> String {
        let opened = self.house.app.auth.open_session(staff_in(role), Client::Phone, None).await;
        opened.expect("they are in the book").access
    }

    /// The phone of a role that works in the field.
    pub(crate) fn phone(&self, role: Role) -> Option<&Phone> {
        match role {
            Role::DirectRep => Some(&self.his.phone),
            Role::Rep => Some(&self.theirs.phone),
            _ => None,
        }
    }

    /// A key that no device has yet.
    pub(crate) fn fresh_key(&self) -> [u8; 32] {
        self.keys.set(self.keys.get() + 1);
        let [high, low] = self.keys.get().to_be_bytes();
        let mut secret = [high; 32];
        secret[1..].fill(low);
        ed25519_dalek::SigningKey::from_bytes(&secret).verifying_key().to_bytes()
    }

    /// A device without a log, of somebody of a house.
    async fn spare(&self, house: &House, staff: StaffId) -> String {
        let key = self.fresh_key();
        let enrolment = Enrolment { staff, session: Uuid::nil(), key, name: text("") };
        house.app.queue.enrol(enrolment).await.expect("a rep's phone").device.to_string()
    }

    /// What belongs to somebody; `fresh` where a question uses it up: a change to be decided on, a phone to be stopped.
    pub(crate) async fn thing(&self, whose: Whose, fresh: bool) -> Thing {
        let (house, side) = match whose {
            Whose::His => (&self.house, &self.his),
            Whose::Hers => (&self.house, &self.hers),
            Whose::Theirs => (&self.house, &self.theirs),
            Whose::Elsewhere => (&self.beside, &self.elsewhere),
            Whose::Nobodys => return self.nothing(),
        };
        let mut thing = side.thing.clone();
        if fresh {
            let turn = side.decided.replace(side.decided.get() + 1);
            thing.held = side.held.get(turn).expect("enough changes wait").clone();
            thing.spare = self.spare(house, side.phone.replica.identity().staff).await;
        }
        thing
    }

    /// What is not there, under names that could be.
    fn nothing(&self) -> Thing {
        let none = Uuid::from_bytes([0xee; 16]);
        let device = DeviceId(none);
        let [mut batch, mut holding] = [&self.hers.thing.batch, &self.hers.thing.holding].map(Clone::clone);
        let id = self.hers.phone.device();
        for signed in [&mut batch, &mut holding] {
            let at = signed.windows(16).position(|some| some == &id.bytes()[..]);
            let at = at.expect("what a device signs names it");
            signed[at..at + 16].copy_from_slice(&device.bytes()[..]);
        }
        let mut sealed = seals(&self.house, &self.hers.phone, &batch, 9);
        *sealed.last_mut().expect("a seal") ^= 1;
        Thing {
            staff: none.to_string(),
            customer: CustomerId(none),
            device: none.to_string(),
            order: none,
            collection: none,
            over: [0xee; 32],
            hand_in: none,
            handed_over: [0xee; 32],
            violation: none,
            lost: none.to_string(),
            sent: none,
            sum: "88.00",
            confirmed: none,
            confirmation: json!({ "device": device, "seq": 1 }),
            line: none,
            day: business_date(self.house.now()).to_string(),
            exception: none,
            spare: none.to_string(),
            photo: jpeg("xnot-photo"),
            held: none.to_string(),
            held_personal: none.to_string(),
            batch,
            sealed,
            holding,
            parcel: vec![0xee; 440],
            mark: "xnot",
        }
    }
}

async fn joins(house: &House, number: &str, role: Role) {
    let staff = who(number);
    let short = text(&number[..number.len().min(20)]);
    let joined = StaffJoined { staff, number: short, name: text("某人"), role, team: text("") };
    let operator = Command::operator(Uuid::nil());
    house.app.queue.command(Command::new(operator, Op::StaffJoined(joined))).await.expect("the operator may");
    let user = house.identities.set_user(staff, number, "no hash", house.now());
    user.await.expect("the number is free");
}

async fn enters(house: &House, customer: CustomerId, name: &str, owner: StaffId) {
    let fields = vec![(CardField::Name, FieldValue::Text(text(name)))];
    let created = CustomerCreated { customer, fields, contacts: Vec::new(), owner };
    let operator = Command::operator(Uuid::nil());
    let command = Command::new(operator, Op::CustomerCreated(created));
    house.app.queue.command(command).await.expect("the operator may");
}

fn personal(customer: CustomerId, value: &str) -> Op {
    let (field, value) = (PersonalField::Hobbies, text(value));
    Op::PersonalFieldSet(PersonalFieldSet { customer, field, value, replaces: Vec::new() })
}

fn address(customer: CustomerId, value: &str) -> Op {
    let (field, value) = (CardField::RegisteredAddress, FieldValue::Text(text(value)));
    Op::CardFieldSet(CardFieldSet { customer, field, value, replaces: Vec::new() })
}

impl Side {
    /// A day of everything: what counts, what waits, and what is put aside.
    async fn of(
        house: &House,
        role: Role,
        number: &str,
        customer: CustomerId,
        (mark, money, seed): (&'static str, &'static str, u8),
    ) -> Self {
        let staff = who(number);
        let opened = house.app.auth.open_session(staff, Client::Phone, None).await;
        let access = opened.expect("they are in the book").access;
        let mut phone = Phone::with(house, access, seed, &format!("{mark}-phone")).await;
        phone.pulls(house).await;
        let photo = jpeg(&format!("{mark}-photo"));
        let hash = sha256(&[&photo]);
        let path = format!("/api/v1/blobs/{}", hex(&hash));
        let put = house.request("PUT", &path).bearer(&phone.access).bytes(photo.clone()).send().await;
        assert_eq!(put.status, 201, "{}", put.text());
        let (mut over, mut handed_over) = (Hash::default(), Hash::default());
        for op in day(customer, mark, money, hash, phone.device()) {
            if let Op::OrderTaken(order) = &op {
                over = order.body_hash();
            }
            if let Op::CashHandedIn(paper) = &op {
                handed_over = paper.body_hash();
            }
            phone.does(op, house.now());
        }
        let batch = phone.outgoing(house.now()).expect("a day is unsent");
        phone.pushes(house).await;
        phone.pulls(house).await;
        let holding = phone.replica.holding_due(house.now()).expect("nobody knows it yet");
        let holding = holding.signed(&phone.key.sign(&holding.signing_bytes()).to_bytes());
        let (held, held_personal) = waits(house, &phone, staff, mark, role).await;
        // The same places again with other words: that is put aside.
        let aside = visit(customer, &format!("{mark}-aside"));
        let fork = phone.hand_made(&[(aside.kind(), aside.to_body())], house.now());
        phone.send(house, fork).await.problem(409, "push.fork");
        let parcel = format!("{mark}-parcel").repeat(40).into_bytes();
        let device = phone.device();
        let (violation, lost) = goes_wrong(house, staff, seed).await;
        let exception = is_excepted(house, customer).await;
        let sealed = seals(house, &phone, &batch, 5);
        let at_the_bank =
            if money.is_empty() { None } else { Some(at_the_bank(house, staff, device, seed).await) };
        let (confirmation, line) =
            at_the_bank.unwrap_or((json!({ "device": device, "seq": 1 }), Uuid::nil()));
        let thing = Thing {
            staff: staff.to_string(),
            customer,
            device: device.to_string(),
            order: ChangeId { device, seq: 2 }.created(),
            collection: ChangeId { device, seq: 4 }.created(),
            over,
            hand_in: ChangeId { device, seq: 7 }.created(),
            handed_over,
            violation,
            lost,
            sent: ChangeId { device, seq: 5 }.created(),
            sum: if money.is_empty() { "88.00" } else { money },
            confirmed: ChangeId { device, seq: 9 }.created(),
            confirmation,
            line,
            day: business_date(house.now()).to_string(),
            exception,
            spare: device.to_string(),
            photo,
            held: held[0].clone(),
            held_personal,
            batch,
            sealed,
            holding,
            parcel,
            mark,
        };
        let path = format!("/api/v1/push/{}", thing.parcel_hash());
        let piece =
            super::table::piece(house.request("PATCH", &path).bearer(&phone.access), &thing.parcel, 100);
        assert_eq!(piece.send().await.status, 204);
        Self { phone, thing, held, decided: Cell::new(0) }
    }

    /// What must be seen by nobody but those who may.
    fn words(&self, whose: Whose, name: &str, money: &str) -> Vec<Word> {
        use Duty::{Customers, Drawers, Personal, Phones};
        let (mark, thing) = (self.thing.mark, &self.thing);
        let said = |part: &str, duties| Word::of(whose, format!("{mark}-{part}"), duties);
        let mut words = vec![
            Word::of(whose, name, &[Customers]),
            said("visit", &[Customers]),
            said("order", &[Customers]),
            said("photo", &[Customers]),
            said("hobby", &[Personal]),
            said("phone", &[Drawers, Phones]),
            said("held", &[Drawers]),
            said("secret", &[Personal]),
            said("aside", &[Drawers]),
            Word::of(whose, thing.customer.to_string(), &[Customers]),
            Word::of(whose, &thing.customer.bytes()[..], &[Customers]),
            Word::of(whose, thing.photo_hash(), &[Customers]),
            Word::of(whose, &sha256(&[&thing.photo])[..], &[Customers]),
            Word::of(whose, thing.device.clone(), &[Customers, Drawers, Phones]),
            Word::of(whose, &self.phone.device().bytes()[..], &[Customers, Drawers, Phones]),
            Word::of(whose, thing.held_personal.clone(), &[Personal]),
        ];
        words.extend(self.held.iter().map(|held| Word::of(whose, held.clone(), &[Drawers]).unsought()));
        // Tokens and what opens a locked book are nobody's to read, not even by the one they were given to.
        for secret in [&self.phone.access, &self.phone.refresh] {
            words.push(Word::of(Whose::Nobodys, secret.clone(), &[]).unsought());
        }
        if !money.is_empty() {
            words.push(Word::of(whose, money, &[Customers, Drawers]));
            words.push(said("slip", &[Drawers]));
            let fen: u32 = money.replace('.', "").parse().expect("a sum");
            words.push(Word::of(whose, minicbor::to_vec(fen).expect("to memory"), &[Customers, Drawers]));
        }
        words
    }
}

/// A violation of somebody's that finance has raised, and a phone of theirs that was stopped with nothing in it.
async fn goes_wrong(house: &House, staff: StaffId, seed: u8) -> (Uuid, String) {
    let (kind, held, amount) = (BreachKind::PersonalAccount, Money::ZERO, Money::yuan(9));
    let raised = ViolationRaised { staff, kind, held, amount, reason: text(""), photo: None };
    let finance = Actor { staff: who("2001"), session: Uuid::nil() };
    let command = Command::new(finance, Op::ViolationRaised(raised));
    let done = house.app.queue.command(command).await.expect("finance may");
    let key = ed25519_dalek::SigningKey::from_bytes(&[200 + seed; 32]).verifying_key().to_bytes();
    let enrolment = Enrolment { staff, session: Uuid::nil(), key, name: text("") };
    let lost = house.app.queue.enrol(enrolment).await.expect("a rep's phone").device;
    house.app.hub().revoke(head(), lost, text("丢了"), house.now()).await.expect("a head may");
    (done.change.created(), lost.to_string())
}

/// What finance has confirmed of a rep's, by which change; and a line of a bank's statement that nobody has claimed.
async fn at_the_bank(house: &House, staff: StaffId, device: DeviceId, seed: u8) -> (Value, Uuid) {
    let finance = Actor { staff: who("2001"), session: Uuid::nil() };
    let amount = Amount::typed("2.05").expect("an amount");
    let confirmed = MoneyConfirmed {
        kind: Reversible::Remittance,
        papers: vec![ConfirmedPaper { of: PaperId(ChangeId { device, seq: 9 }.created()), staff }],
        customer: None,
        account: ACCOUNT,
        amount,
        arrived_on: business_date(house.now()),
        lines: Vec::new(),
        note: text(""),
    };
    let done = house.app.queue.command(Command::new(finance, Op::MoneyConfirmed(confirmed)));
    let change = done.await.expect("finance may").change;
    let line = BookedLine {
        number: u32::from(seed),
        date: business_date(house.now()),
        amount: Money::fen(-i64::from(seed)),
        payer: text("开户行"),
        reference: text(""),
        serial: text(""),
        again: 0,
    };
    let (id, lines) = (line.id(ACCOUNT).0, vec![line]);
    let (file, name) = (BlobHash([seed; 32]), text("a.csv"));
    let read = StatementImported { account: ACCOUNT, file, name, part: 1, parts: 1, lines };
    let done = house.app.queue.command(Command::new(finance, Op::StatementImported(read)));
    done.await.expect("finance may");
    (json!({ "device": change.device, "seq": change.seq }), id)
}

/// A credit exception for a customer in January, made by somebody whom no row of the matrix asks as.
async fn is_excepted(house: &House, customer: CustomerId) -> Uuid {
    let day = |day| BusinessDate::of(2027, 1, day).expect("a date");
    let limit = Amount::typed("5000").expect("an amount");
    let (from, to, reason) = (day(1), day(31), text("老客户"));
    let made = CreditExcepted { customer, limit, pay_within: 30, from, to, reason };
    let maker = Actor { staff: who(MAKER), session: Uuid::nil() };
    let command = Command::new(maker, Op::CreditExcepted(made));
    house.app.queue.command(command).await.expect("a head may").change.created()
}

/// What counts of a day.
fn day(customer: CustomerId, mark: &str, money: &str, photo: [u8; 32], device: DeviceId) -> Vec<Op> {
    let mut visited = visit(customer, &format!("{mark}-visit"));
    if let Op::VisitRecorded(visit) = &mut visited {
        visit.photos.push(BlobHash(photo));
    }
    let mut ordered = order(customer, 1, 1);
    if let Op::OrderTaken(order) = &mut ordered {
        order.note = text(&format!("{mark}-order"));
    }
    let mut ops = vec![visited, ordered, personal(customer, &format!("{mark}-hobby"))];
    if !money.is_empty() {
        let amount = Amount::typed(money).expect("an amount");
        ops.push(cash(customer, money, 1));
        ops.push(Op::Remitted(Remitted {
            amount,
            account: ACCOUNT,
            drawers: vec![DrawerPart { device, amount }],
            reference: text(&format!("{mark}-slip")),
            slip: None,
        }));
        let amount = Amount::typed("3.07").expect("an amount");
        ops.push(cash(customer, "3.07", 2));
        let drawers = vec![DrawerPart { device, amount }];
        ops.push(Op::CashHandedIn(CashHandedIn { amount, drawers, note: text("") }));
        let amount = Amount::typed("2.05").expect("an amount");
        let (account, reference, slip) = (ACCOUNT, text(""), None);
        ops.push(cash(customer, "2.05", 3));
        let drawers = vec![DrawerPart { device, amount }];
        ops.push(Op::Remitted(Remitted { amount, account, drawers, reference, slip }));
    }
    ops
}

/// Writes on the card of the customer apart, which waits. The ids of what waits, and that of what is about a person.
async fn waits(
    house: &House,
    phone: &Phone,
    staff: StaffId,
    mark: &str,
    role: Role,
) -> (Vec<String>, String) {
    let mut ops: Vec<Op> = (0..WAITING).map(|turn| address(APART, &format!("{mark}-held-{turn}"))).collect();
    ops.push(personal(APART, &format!("{mark}-secret")));
    let bodies: Vec<(u16, Vec<u8>)> = ops.iter().map(|op| (op.kind(), op.to_body())).collect();
    let sent = phone.send(house, phone.hand_made(&bodies, house.now())).await;
    assert_eq!(sent.status, 200, "{role:?}: {}", sent.text());
    let head = house.access("3001").await;
    let page = house.read(&head, &format!("/api/v1/held?per_page=200&staff={staff}")).await.ok();
    let rows: &Vec<Value> = page["rows"].as_array().expect("rows");
    let ids = |kind: &str| -> Vec<String> {
        let of_kind = rows.iter().filter(|row| row["kind"] == kind);
        of_kind.filter_map(|row| row["id"].as_str().map(ToOwned::to_owned)).collect()
    };
    let (held, mut personal) = (ids("card-field-set"), ids("personal-field-set"));
    assert_eq!((held.len(), personal.len()), (WAITING, 1), "{page}");
    (held, personal.remove(0))
}

/// What a head says who takes a device's rights.
pub(crate) fn lost() -> Value {
    json!({ "reason": "丢了" })
}

/// The sales head, as the hub names whoever acts.
pub(crate) fn head() -> Actor {
    Actor { staff: who("3001"), session: Uuid::nil() }
}
