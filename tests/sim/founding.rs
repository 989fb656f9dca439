//! How the company of a run begins: people, customers, goods, prices, phones.

use std::{collections::BTreeMap, rc::Rc};

use futures::executor::block_on;
use server::{
    hub::{Command, Hub},
    outside::Outside,
};
use sync_core::{
    domain::{
        cash::CompanyAccountOpened,
        customer::{CardField, CustomerCreated, FieldValue},
        people::{Role, StaffJoined},
        sale::{PriceListIssued, ProductCard, ProductSet},
    },
    op::Op,
    time::{BusinessDate, Timestamp},
    unit::{AccountId, CustomerId, PriceListId, ProductId, StaffId, UnitPrice},
};
use tests::memory::MemoryStore;

use crate::{
    dice::Dice,
    office::{Office, Person, SESSION, text},
    phone::Phone,
    ruling::HEAD,
    ways::Ways,
};

fn staff(index: usize) -> StaffId {
    let mut bytes = [200; 16];
    bytes[0] = u8::try_from(index).expect("few");
    StaffId::from_bytes(bytes)
}

impl Office {
    /// A company of so many people with three customers each and a phone or two, four products and an account.
    pub(crate) fn founded(
        dice: &mut Dice,
        people: usize,
        ways: &Rc<dyn Ways>,
        now: Timestamp,
    ) -> (Self, Vec<Phone>) {
        let mut seed = dice.clone();
        let outside = Outside::of(|| Timestamp::ZERO, {
            let dice = std::sync::Mutex::new(Dice::new(seed.next()));
            move |bytes: &mut [u8]| {
                let mut dice = dice.lock().expect("one thread");
                bytes
                    .chunks_mut(8)
                    .for_each(|part| part.copy_from_slice(&dice.next().to_le_bytes()[..part.len()]));
            }
        });
        let store = MemoryStore::default().twisted(ways.twist());
        let hub = block_on(Hub::found(store, "模拟食品", outside, now)).expect("a new company");
        let hub = hub.saving_ahead(1);
        let (people_there, customers, keys) = (Vec::new(), Vec::new(), BTreeMap::new());
        let ways = Rc::clone(ways);
        let mut office = Self { hub, people: people_there, customers, keys, backup: None, ways };
        office.stock_the_shelves(now);
        office.employ(HEAD, "XS-1", Role::SalesHead, now);
        let mut phones = Vec::new();
        for index in 0..people {
            office.hire(dice, index, now);
            for _ in 0..=dice.below(2) {
                let (identity, key) = office.enrol(dice, index, now).expect("nothing fails yet");
                phones.push(Phone::new(index, identity, key));
            }
        }
        (office, phones)
    }

    fn says(&self, op: Op, now: Timestamp) {
        let command = Command::new(Command::operator(SESSION), op);
        block_on(self.hub.command(command, now)).expect("the operator may");
    }

    fn stock_the_shelves(&self, now: Timestamp) {
        let product = |number: u8| ProductId::from_bytes([number; 16]);
        for number in 1..=4 {
            let card = ProductCard {
                code: text(&format!("P{number}")),
                name: text("特一面粉"),
                specification: text("25 kg"),
                packaging: text("编织袋"),
                unit: text("袋"),
                quality: text(""),
                net_weight_g: 25_000,
                tolerance_g: 100,
                discontinued: false,
            };
            self.says(
                Op::ProductSet(ProductSet { product: product(number), card, replaces: Vec::new() }),
                now,
            );
        }
        let price = |number: u8| UnitPrice::new(i64::from(number) * 123_456).expect("a price");
        self.says(
            Op::PriceListIssued(PriceListIssued {
                list: PriceListId::from_bytes([60; 16]),
                version: text("2026-09"),
                meeting: text("定价会"),
                valid_from: BusinessDate::of(2026, 1, 1).expect("a date"),
                valid_to: BusinessDate::of(2030, 1, 1).expect("a date"),
                prices: (1..=4).map(|number| (product(number), price(number))).collect(),
            }),
            now,
        );
        let account = AccountId::from_bytes([61; 16]);
        let opened = CompanyAccountOpened {
            account,
            holder: text("模拟食品"),
            bank: text("银行"),
            number: text("6222000011"),
        };
        self.says(Op::CompanyAccountOpened(opened), now);
    }

    fn employ(&self, staff: StaffId, number: &str, role: Role, now: Timestamp) {
        let joined = StaffJoined { staff, number: text(number), name: text("马"), role, team: text("") };
        self.says(Op::StaffJoined(joined), now);
    }

    fn hire(&mut self, dice: &mut Dice, index: usize, now: Timestamp) {
        let role = if index == 0 { Role::Rep } else { Role::DirectRep };
        let staff = staff(index);
        self.employ(staff, &format!("YW-{index}"), role, now);
        self.people.push(Person { staff, role });
        for _ in 0..3 {
            let customer = CustomerId::from_bytes(dice.bytes16());
            let fields = vec![(CardField::Name, FieldValue::Text(text("老客户")))];
            let created = CustomerCreated { customer, fields, contacts: Vec::new(), owner: staff };
            self.says(Op::CustomerCreated(created), now);
            self.customers.push(customer);
        }
    }
}
