//! The companies the bench works on: reps with their own customers, a price list, one account, one clerk.

use std::path::Path;

use ed25519_dalek::{Signer, SigningKey};
use server::{
    auth::Passwords,
    hub::{Command, Hub},
    outside::Outside,
    store::{ChosenStore, Identities},
};
use sync_core::{
    domain::{
        cash::CompanyAccountOpened,
        customer::{CardField, Contact, CustomerCreated, FieldValue},
        people::{Role, StaffJoined},
        sale::{PriceListIssued, ProductCard, ProductSet},
    },
    log::{Change, Declared, Hash, PushBatch, genesis, next_link},
    op::Op,
    replica::Replica,
    time::{Timestamp, business_date},
    unit::{
        AccountId, ChangeId, CompanyId, CustomerId, DeviceId, PriceListId, ProductId, StaffId, UnitPrice,
        derived_bytes,
    },
};
use uuid::Uuid;

use crate::{
    Measured, database,
    dice::Dice,
    history::{enrolled, pulls},
    words,
    workload::{self, Kind, text},
};

/// How many devices push at once.
pub(crate) const DEVICES: u32 = 100;
/// How many changes each of them brings.
pub(crate) const CHANGES: usize = 200;
/// How many customers each rep looks after.
pub(crate) const CUSTOMERS: u32 = 20;
/// Everybody's password; one hash serves all.
pub(crate) const PASSWORD: &str = "bench-on-loopback";
/// The staff number of whoever pulls everything.
pub(crate) const CLERK: &str = "NQ-0001";

pub(crate) const DAY_MS: u64 = 86_400_000;
/// A rep records something every so often.
const PACE_MS: u64 = 170_000;

/// What is founded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// So many reps.
    pub(crate) reps: u32,
    /// Each with so many customers.
    pub(crate) customers: u32,
    /// So many of them, the first ones, with a phone and a full outbox.
    pub(crate) phones: u32,
    /// So many days ago.
    pub(crate) days: u64,
}

impl Plan {
    /// A hundred reps who have just begun.
    pub(crate) const NEW: Self = Self { reps: DEVICES, customers: CUSTOMERS, phones: DEVICES, days: 1 };
}

/// So many days ago.
pub(crate) fn days_ago(days: u64, now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.millis() - days * DAY_MS)
}

/// A phone with a full outbox.
pub(crate) struct Phone {
    pub(crate) number: String,
    pub(crate) device: DeviceId,
    pub(crate) changes: Vec<Change>,
    /// The changes as JSON, for comparing sizes.
    pub(crate) json: Vec<(Kind, Vec<u8>)>,
    company: CompanyId,
    key: SigningKey,
    now: Timestamp,
}

/// The company as it is before the measured pushes.
pub(crate) struct Company {
    pub(crate) phones: Vec<Phone>,
    /// The head of the feed before the pushes.
    pub(crate) position: u64,
}

impl Phone {
    /// The outbox in batches of so many changes, signed.
    pub(crate) fn batches(&self, size: usize) -> Vec<Vec<u8>> {
        let mut before: Hash = genesis(self.company, self.device, &self.key.verifying_key().to_bytes());
        let mut unsent = self.changes.len() as u64;
        let batches = self.changes.chunks(size).map(|changes| {
            let declared = Declared { unsent, clock: self.now, ..Declared::default() };
            let batch = PushBatch::new(self.company, before, changes, declared).expect("there are changes");
            before = changes.iter().fold(before, |link, change| next_link(&link, change));
            unsent -= changes.len() as u64;
            batch.signed(&self.key.sign(&batch.signing_bytes()).to_bytes())
        });
        batches.collect()
    }
}

pub(crate) fn staff_id(number: &str) -> StaffId {
    StaffId::from_bytes(derived_bytes("bench staff", &[number.as_bytes()]))
}

pub(crate) fn rep_number(rep: u32) -> String {
    format!("YW-{rep:04}")
}

fn operator() -> sync_core::log::Actor {
    Command::operator(Uuid::nil())
}

/// Founds the company in a new file or database and fills the phones' outboxes.
pub(crate) async fn found(file: &Path, outside: &Outside, plan: &Plan) -> Measured<Company> {
    let now = outside.now();
    let begun = days_ago(plan.days, now);
    let hub = Hub::found(database::opened(file).await?, "测速食品有限公司", outside.clone(), begun).await?;
    for ops in [staff(plan), goods(begun, now), customers(plan)] {
        let commands = ops.into_iter().map(|op| Command::new(operator(), op)).collect();
        hub.commands(commands, begun).await?;
    }
    let identities = Identities::new(hub.store(), hub.company());
    let hash = Passwords::new(outside)
        .hash(PASSWORD.to_owned(), outside.random())
        .await
        .map_err(|error| error.to_string())?;
    identities.set_user(staff_id(CLERK), CLERK, &hash, now).await?;
    let mut phones = Vec::new();
    for rep in 0..plan.reps {
        identities.set_user(staff_id(&rep_number(rep)), &rep_number(rep), &hash, now).await?;
        if rep < plan.phones {
            phones.push(phone(&hub, rep, begun, now).await?);
        }
    }
    let position = *hub.heads().borrow();
    hub.store().close().await;
    Ok(Company { phones, position })
}

fn staff(plan: &Plan) -> Vec<Op> {
    let mut dice = Dice::new(1);
    let reps = (0..plan.reps).map(|rep| (rep_number(rep), Role::DirectRep));
    let everybody = reps.chain([(CLERK.to_owned(), Role::Clerk)]);
    let joined = everybody.map(|(number, role)| {
        Op::StaffJoined(StaffJoined {
            staff: staff_id(&number),
            number: text(&number),
            name: text(&words::person(&mut dice)),
            role,
            team: text("银川一组"),
        })
    });
    joined.collect()
}

fn goods(at: Timestamp, now: Timestamp) -> Vec<Op> {
    let mut dice = Dice::new(2);
    let id = |name: &str| ProductId::from_bytes(derived_bytes("bench product", &[name.as_bytes()]));
    let products = words::GOODS.iter().zip(1..).map(|(name, number)| {
        let card = ProductCard {
            code: text(&format!("CP-{number:04}")),
            name: text(name),
            specification: text("500 g×20"),
            packaging: text("纸箱"),
            unit: text("箱"),
            quality: text(""),
            net_weight_g: 10_000,
            tolerance_g: 60,
            discontinued: false,
        };
        Op::ProductSet(ProductSet { product: id(name), card, replaces: Vec::new() })
    });
    let mut ops: Vec<Op> = products.collect();
    let price =
        |dice: &mut Dice| UnitPrice::new(i64::from(dice.between(50, 900)) * 1_000).expect("above zero");
    ops.push(Op::PriceListIssued(PriceListIssued {
        list: PriceListId::from_bytes(derived_bytes("bench list", &[])),
        version: text("测速"),
        meeting: text("定价会"),
        valid_from: business_date(Timestamp::from_millis(at.millis() - DAY_MS)),
        valid_to: business_date(now.plus_millis(9 * DAY_MS)),
        prices: words::GOODS.iter().map(|name| (id(name), price(&mut dice))).collect(),
    }));
    ops.push(Op::CompanyAccountOpened(CompanyAccountOpened {
        account: AccountId::from_bytes(derived_bytes("bench account", &[])),
        holder: text("测速食品有限公司"),
        bank: text("宁夏银行"),
        number: text("29000000000000009"),
    }));
    ops
}

/// The id of a rep's customer: one after the other, as an import names them.
pub(crate) fn customer_id(rep: u32, index: u32) -> CustomerId {
    let device = DeviceId::with_room(derived_bytes("bench import", &[]));
    let seq = 1 + u64::from(rep) * u64::from(u16::MAX) + u64::from(index);
    CustomerId(ChangeId { device, seq }.created())
}

fn customers(plan: &Plan) -> Vec<Op> {
    let mut dice = Dice::new(3);
    let each = plan.customers;
    let all = (0..plan.reps).flat_map(|rep| (0..each).map(move |index| (rep, index)));
    let created = all.map(|(rep, index)| {
        let words = |words: String| FieldValue::Text(text(&words));
        let fields = vec![
            (CardField::Name, words(words::shop(&mut dice))),
            (CardField::RegisteredAddress, words(words::address(&mut dice))),
            (CardField::Phone, words(words::phone(&mut dice))),
            (CardField::County, words(words::county(&mut dice).to_owned())),
        ];
        let contact = Contact {
            name: text(&words::person(&mut dice)),
            position: text("老板"),
            phone: text(&words::phone(&mut dice)),
        };
        Op::CustomerCreated(CustomerCreated {
            customer: customer_id(rep, index),
            fields,
            contacts: vec![contact],
            owner: staff_id(&rep_number(rep)),
        })
    });
    created.collect()
}

/// Enrols a phone, lets it read its part of the book, and fills its outbox.
async fn phone(hub: &Hub<ChosenStore>, rep: u32, begun: Timestamp, now: Timestamp) -> Measured<Phone> {
    let mut dice = Dice::new(1_000 + u64::from(rep));
    let key = SigningKey::from_bytes(&dice.bytes());
    let mut replica = enrolled(hub, rep, &key, begun).await?;
    pulls(hub, &mut replica, now).await?;
    let mut phone = Phone {
        number: rep_number(rep),
        device: replica.identity().device,
        changes: Vec::new(),
        json: Vec::new(),
        company: hub.company(),
        key,
        now,
    };
    phone.records(&mut replica, rep, &mut dice)?;
    Ok(phone)
}

impl Phone {
    fn records(&mut self, replica: &mut Replica, rep: u32, dice: &mut Dice) -> Measured<()> {
        let customers: Vec<CustomerId> = (0..CUSTOMERS).map(|index| customer_id(rep, index)).collect();
        let begun = self.now.millis() - PACE_MS * CHANGES as u64;
        for (kind, index) in workload::mixed(CHANGES, dice).into_iter().zip(0..) {
            let at = Timestamp::from_millis(begun + index * PACE_MS + u64::from(dice.below(60_000)));
            let op = workload::gesture(kind, replica, &customers, at, dice);
            self.json.push((kind, serde_json::to_vec(&op)?));
            let draft = replica.draft(op, at, dice.bytes())?;
            if !draft.findings().is_empty() {
                return Err(format!("the workload raises findings: {:?}", draft.findings()).into());
            }
            self.changes.push(draft.record().change);
            replica.saved(draft);
        }
        Ok(())
    }
}
