//! The office: the hub, finance and management.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use futures::executor::block_on;
use server::{
    feed::PullAsk,
    hub::{Command, Enrolment, Hub},
    outside::Outside,
    store::{FeedAsk, FeedRow, Sight, Snapshot},
};
use sync_core::{
    domain::{
        cash::{CompanyAccountOpened, LedgerAccount, Reversed, Reversible},
        customer::{CardField, CustomerCreated, FieldValue},
        people::{Role, StaffJoined},
    },
    judge,
    log::{Actor, sha256},
    op::Op,
    paper::{Paper, PaperKey},
    refusal::Refusal,
    replica::{Identity, Replica},
    time::{BusinessDate, Timestamp},
    unit::{AccountId, CustomerId, DeviceId, Money, PaperId, StaffId},
    wire::Page,
};
use tests::memory::MemoryStore;
use uuid::Uuid;

use crate::phone::{Phone, text};

pub(crate) const MA: StaffId = StaffId::from_bytes([201; 16]);
pub(crate) const FINANCE: StaffId = StaffId::from_bytes([202; 16]);
pub(crate) const VP: StaffId = StaffId::from_bytes([203; 16]);
const SESSION: Uuid = Uuid::from_bytes([77; 16]);

pub(crate) fn customer(number: u8) -> CustomerId {
    CustomerId::from_bytes([number; 16])
}

pub(crate) struct Office {
    pub(crate) hub: Hub<MemoryStore>,
    keys: u8,
}

impl Office {
    pub(crate) fn founded(now: Timestamp) -> Self {
        let drawn = std::sync::atomic::AtomicU64::new(0);
        let outside = Outside::of(
            move || now,
            move |bytes: &mut [u8]| {
                let turn = drawn.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                let hash = sha256(&[b"cash", &turn.to_be_bytes()]);
                bytes.iter_mut().zip(hash.iter().cycle()).for_each(|(byte, drawn)| *byte = *drawn);
            },
        );
        let hub = block_on(Hub::found(MemoryStore::default(), "塞北食品", outside, now)).expect("a company");
        let office = Self { hub, keys: 0 };
        let operator = Command::operator(SESSION).staff;
        for (staff, role) in [(MA, Role::DirectRep), (FINANCE, Role::Finance), (VP, Role::MarketingVp)] {
            let number = text(&staff.bytes()[0].to_string());
            let joined = StaffJoined { staff, number, name: text("某"), role, team: text("") };
            office.says(operator, Op::StaffJoined(joined), now).expect("the operator may");
        }
        for number in 1..=2 {
            let fields = vec![(CardField::Name, FieldValue::Text(text("商行")))];
            let customer = customer(number);
            let created = CustomerCreated { customer, fields, contacts: Vec::new(), owner: MA };
            office.says(operator, Op::CustomerCreated(created), now).expect("the operator may");
        }
        let opened = CompanyAccountOpened {
            account: AccountId::from_bytes([61; 16]),
            holder: text("塞北食品"),
            bank: text("银行"),
            number: text("622200001"),
        };
        office.says(operator, Op::CompanyAccountOpened(opened), now).expect("the operator may");
        office
    }

    /// Somebody at the console says something.
    pub(crate) fn says(&self, staff: StaffId, op: Op, now: Timestamp) -> Result<(), Refusal> {
        let command = Command::new(Actor { staff, session: SESSION }, op);
        match block_on(self.hub.command(command, now)) {
            Ok(_) => Ok(()),
            Err(server::hub::CommandError::Refused { refusal, .. }) => Err(refusal),
            Err(other) => panic!("{other}"),
        }
    }

    pub(crate) fn enrols(&mut self, now: Timestamp) -> Phone {
        self.keys += 1;
        let signing = SigningKey::from_bytes(&[self.keys; 32]);
        let key = signing.verifying_key().to_bytes();
        let enrolment = Enrolment { staff: MA, session: SESSION, key, name: text("") };
        let enrolled = block_on(self.hub.enrol(enrolment, now)).expect("a rep's phone");
        let identity = Identity {
            company: self.hub.company(),
            device: enrolled.device,
            number: enrolled.number,
            staff: MA,
            name: "马".into(),
            role: enrolled.role,
            share: enrolled.share,
            key,
        };
        Phone::new(Replica::new(identity), signing)
    }

    pub(crate) fn stops(&self, device: DeviceId, now: Timestamp) {
        let actor = Command::operator(SESSION);
        block_on(self.hub.revoke(actor, device, text("丢了"), now)).expect("the operator may");
    }

    /// Finance takes a remittance back: the bank has returned it.
    pub(crate) fn bounces(&self, of: PaperId, now: Timestamp) -> Result<(), Refusal> {
        let kind = Reversible::Remittance;
        let reversed = Reversed { kind, of, staff: MA, customer: None, reason: text("银行退回") };
        self.says(FINANCE, Op::Reversed(reversed), now)
    }

    pub(crate) fn page(&self, replica: &Replica, now: Timestamp) -> Page {
        let viewer = block_on(self.hub.viewer(MA)).expect("the store").expect("a member of staff");
        let index = replica.index();
        let scopes = index.scopes_fingerprint();
        let ask = PullAsk { epoch: index.cursor.epoch, after: index.cursor.position, limit: 60, scopes };
        block_on(self.hub.pull_for(&viewer, replica.identity().device, ask, now)).expect("a page")
    }

    pub(crate) fn papers(&self) -> BTreeMap<PaperKey, Paper> {
        let mut moment = block_on(self.hub.snapshot()).expect("a moment");
        block_on(moment.papers_in(&Sight::everything())).expect("the store").into_iter().collect()
    }

    pub(crate) fn rows(&self) -> Vec<FeedRow> {
        let mut moment = block_on(self.hub.snapshot()).expect("a moment");
        let all = FeedAsk { limit: u32::MAX, ..FeedAsk::default() };
        block_on(moment.feed(&all)).expect("the store")
    }
}

/// The drawers in a book.
pub(crate) fn drawers(papers: &BTreeMap<PaperKey, Paper>) -> BTreeMap<DeviceId, Money> {
    let all = papers.values().filter_map(|paper| match paper {
        Paper::Balance(balance) => Some(balance),
        _ => None,
    });
    let of = all.filter_map(|balance| match balance.account {
        Some(LedgerAccount::Drawer(_, device)) => Some((device, balance.sum)),
        _ => None,
    });
    of.collect()
}

/// Every device that was ever enrolled, with its share on a day.
pub(crate) fn shares(papers: &BTreeMap<PaperKey, Paper>, day: BusinessDate) -> BTreeMap<DeviceId, Money> {
    let all = papers.iter().filter_map(|(key, paper)| match paper {
        Paper::Device(card) if card.enrolled.as_ref().is_some_and(|r| r.what.staff == MA) => {
            Some(DeviceId(key.id))
        }
        _ => None,
    });
    all.map(|device| (device, judge::share_on(papers, MA, device, day).limit())).collect()
}
