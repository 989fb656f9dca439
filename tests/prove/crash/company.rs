//! The company whose server is killed: a handful of phones, one clerk at a desk.

use ed25519_dalek::SigningKey;
use server::{
    auth::Passwords,
    hub::{Command, Enrolment, Hub},
    outside::Outside,
    store::{ChosenStore, Identities, Place},
};
use sync_core::{
    domain::{
        customer::{CardField, CustomerCreated, FieldValue},
        people::{Role, StaffJoined},
    },
    op::Op,
    time::Timestamp,
    unit::{CustomerId, StaffId, derived_bytes},
};
use uuid::Uuid;

use super::worker::{Desk, Phone, Worker};
use crate::{
    Proved,
    dice::Dice,
    pen::{Pen, text},
};

/// How many phones push at once.
const PHONES: u8 = 5;

/// How many customers each looks after.
const CUSTOMERS: u8 = 4;

/// Everybody's password; one hash serves all.
pub(crate) const PASSWORD: &str = "killed-on-loopback";

/// Who works in it.
pub(crate) struct Company {
    pub(crate) workers: Vec<Worker>,
}

fn staff_id(number: &str) -> StaffId {
    StaffId::from_bytes(derived_bytes("crash staff", &[number.as_bytes()]))
}

pub(crate) fn customer_id(phone: u8, index: u8) -> CustomerId {
    CustomerId::from_bytes(derived_bytes("crash customer", &[&[phone, index]]))
}

impl Company {
    /// Founds it at a place, as the server's own command would, and closes the book again.
    pub(crate) fn found(place: &Place, dice: &mut Dice) -> Proved<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(founded(place, dice))
    }
}

async fn founded(place: &Place, dice: &mut Dice) -> Proved<Company> {
    const HOUR_MS: u64 = 3_600_000;
    let outside = Outside::real();
    let now = Timestamp::from_millis(outside.now().millis() - HOUR_MS);
    let store = ChosenStore::open(place).await?;
    let hub = Hub::found(store, "断电测试公司", outside.clone(), now).await?;
    let numbers: Vec<String> = (0..PHONES).map(|phone| format!("10{phone:02}")).collect();
    let joined = |number: &str, role| {
        let (staff, name) = (staff_id(number), text(&format!("职工{number}")));
        Op::StaffJoined(StaffJoined { staff, number: text(number), name, role, team: text("") })
    };
    let mut ops: Vec<Op> = numbers.iter().map(|number| joined(number, Role::DirectRep)).collect();
    ops.push(joined("2000", Role::Clerk));
    for (phone, number) in (0..PHONES).zip(&numbers) {
        for index in 0..CUSTOMERS {
            let name = FieldValue::Text(text(&format!("商行{phone}-{index}")));
            ops.push(Op::CustomerCreated(CustomerCreated {
                customer: customer_id(phone, index),
                fields: vec![(CardField::Name, name)],
                contacts: Vec::new(),
                owner: staff_id(number),
            }));
        }
    }
    let operator = Command::operator(Uuid::nil());
    hub.commands(ops.into_iter().map(|op| Command::new(operator, op)).collect(), now).await?;
    let identities = Identities::new(hub.store(), hub.company());
    let hash = Passwords::new(&outside).hash(PASSWORD.to_owned(), outside.random()).await;
    let hash = hash.map_err(|error| error.to_string())?;
    let mut workers = Vec::new();
    for number in &numbers {
        identities.set_user(staff_id(number), number, &hash, now).await?;
        let mut secret = [0; 32];
        secret[..16].copy_from_slice(&dice.bytes16());
        secret[16..].copy_from_slice(&dice.bytes16());
        let key = SigningKey::from_bytes(&secret);
        let enrolment = Enrolment {
            staff: staff_id(number),
            session: Uuid::nil(),
            key: key.verifying_key().to_bytes(),
            name: text("手机"),
        };
        let enrolled = hub.enrol(enrolment, now).await?;
        let pen = Pen::new(hub.company(), enrolled.device, staff_id(number), key);
        let customers = (0..CUSTOMERS).map(|index| customer_id(workers.len().to_le_bytes()[0], index));
        let phone = Phone::new(number, pen, customers.collect(), Dice::new(dice.next()));
        workers.push(Worker::Phone(Box::new(phone)));
    }
    identities.set_user(staff_id("2000"), "2000", &hash, now).await?;
    let customers = (0..PHONES).map(|phone| customer_id(phone, 0)).collect();
    let desk = Desk::new("2000", hub.device(), customers, Dice::new(dice.next()));
    workers.push(Worker::Desk(Box::new(desk)));
    hub.store().close().await;
    Ok(Company { workers })
}
