//! A book with two reps, their customers, a price list, two accounts and an order.

use std::collections::BTreeMap;

use sync_core::{
    domain::{
        cash::{CompanyAccountClosed, CompanyAccountOpened, Share},
        customer::{CardField, CustomerCreated, FieldValue},
        people::{Author, DeviceEnrolled, Role, StaffJoined},
        sale::{OrderLine, OrderTaken, PriceListIssued},
    },
    judge::{self, Act},
    op::Op,
    paper::{Paper, PaperKey},
    time::{BusinessDate, Timestamp},
    unit::{
        AccountId, Amount, ChangeId, CustomerId, DeviceId, Money, PaperId, PriceListId, ProductId, Quantity,
        StaffId, Text, UnitPrice,
    },
};

/// Ma sells directly and may hold cash, Yang may not.
pub(crate) const MA: StaffId = StaffId::from_bytes([1; 16]);
pub(crate) const YANG: StaffId = StaffId::from_bytes([2; 16]);
pub(crate) const HEAD: StaffId = StaffId::from_bytes([3; 16]);
pub(crate) const FINANCE: StaffId = StaffId::from_bytes([4; 16]);
pub(crate) const LOGISTICS: StaffId = StaffId::from_bytes([5; 16]);
pub(crate) const ADMIN: StaffId = StaffId::from_bytes([6; 16]);

pub(crate) const PEOPLE: [(StaffId, Role); 6] = [
    (MA, Role::DirectRep),
    (YANG, Role::Rep),
    (HEAD, Role::SalesHead),
    (FINANCE, Role::Finance),
    (LOGISTICS, Role::Logistics),
    (ADMIN, Role::Administrator),
];

pub(crate) const HIS: CustomerId = CustomerId::from_bytes([11; 16]);
pub(crate) const HERS: CustomerId = CustomerId::from_bytes([12; 16]);
pub(crate) const LIST: PriceListId = PriceListId::from_bytes([21; 16]);
pub(crate) const FLOUR: ProductId = ProductId::from_bytes([22; 16]);
pub(crate) const OPEN: AccountId = AccountId::from_bytes([31; 16]);
pub(crate) const CLOSED: AccountId = AccountId::from_bytes([32; 16]);

pub(crate) fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("short enough")
}

/// Noon of a day of October 2026 in the company's zone.
pub(crate) fn october(day: u64) -> Timestamp {
    Timestamp::from_millis((1_790_827_200 + (day - 1) * 86_400) * 1_000)
}

pub(crate) fn date(month: u32, day: u32) -> BusinessDate {
    BusinessDate::of(2026, month, day).expect("a date")
}

pub(crate) fn device(staff: StaffId) -> DeviceId {
    DeviceId::from_bytes([100 + staff.bytes()[0]; 16])
}

pub(crate) fn yuan(sum: &str) -> Amount {
    Amount::typed(sum).expect("an amount")
}

pub(crate) fn price(ten_thousandths: i64) -> UnitPrice {
    UnitPrice::new(ten_thousandths).expect("a price")
}

pub(crate) fn line(pieces: u32, ten_thousandths: i64) -> OrderLine {
    OrderLine::priced(FLOUR, Quantity::new(pieces).expect("some"), price(ten_thousandths))
}

pub(crate) fn order(lines: Vec<OrderLine>) -> OrderTaken {
    OrderTaken {
        customer: HIS,
        number: 1,
        price_list: LIST,
        lines,
        deliver_by: None,
        deliver_to: text(""),
        payer: text(""),
        note: text(""),
    }
}

/// The book, and who writes in it.
pub(crate) struct Book {
    papers: BTreeMap<PaperKey, Paper>,
    seq: u64,
}

impl Book {
    pub(crate) fn new() -> Self {
        let mut book = Self { papers: BTreeMap::new(), seq: 0 };
        for (staff, role) in PEOPLE {
            let number = text(&staff.bytes()[0].to_string());
            book.has(
                ADMIN,
                Op::StaffJoined(StaffJoined { staff, number, name: text("某"), role, team: text("") }),
            );
            let share = if role == Role::DirectRep { Share::WHOLE } else { Share::NONE };
            let number = u32::from(staff.bytes()[0]);
            let enrolled =
                DeviceEnrolled { device: device(staff), staff, number, name: text(""), key: [7; 32], share };
            book.has(ADMIN, Op::DeviceEnrolled(enrolled));
        }
        for (customer, owner) in [(HIS, MA), (HERS, YANG)] {
            let fields = vec![(CardField::Name, FieldValue::Text(text("商行")))];
            let created = CustomerCreated { customer, fields, contacts: Vec::new(), owner };
            book.has(owner, Op::CustomerCreated(created));
        }
        book.has(
            HEAD,
            Op::PriceListIssued(PriceListIssued {
                list: LIST,
                version: text("2026-10"),
                meeting: text(""),
                valid_from: date(10, 1),
                valid_to: date(10, 31),
                prices: vec![(FLOUR, price(1_234_567))],
            }),
        );
        for account in [OPEN, CLOSED] {
            let opened = CompanyAccountOpened {
                account,
                holder: text("公司"),
                bank: text("银行"),
                number: text("622200"),
            };
            book.has(FINANCE, Op::CompanyAccountOpened(opened));
        }
        book.has(FINANCE, Op::CompanyAccountClosed(CompanyAccountClosed { account: CLOSED }));
        book
    }

    pub(crate) const fn papers(&self) -> &BTreeMap<PaperKey, Paper> {
        &self.papers
    }

    /// What all balances come to.
    pub(crate) fn balances(&self) -> Money {
        let all = self.papers.values().filter_map(|paper| match paper {
            Paper::Balance(balance) => Some(balance.sum),
            _ => None,
        });
        all.sum()
    }

    fn next(&self, staff: StaffId) -> ChangeId {
        ChangeId { device: device(staff), seq: self.seq + 1 }
    }

    /// Writes something into the book, whatever the rules say. What it creates is named after the change.
    pub(crate) fn has(&mut self, staff: StaffId, op: impl std::borrow::Borrow<Op>) -> PaperId {
        let at = Timestamp::from_millis(october(2).millis() + self.seq + 1);
        self.has_at(staff, op, at)
    }

    /// The same at a moment.
    pub(crate) fn has_at(
        &mut self,
        staff: StaffId,
        op: impl std::borrow::Borrow<Op>,
        at: Timestamp,
    ) -> PaperId {
        self.acts(Act { id: self.next(staff), staff, at, withheld: false, accepted_by: None }, op.borrow())
    }

    /// The same where it counts in its author's scope only.
    pub(crate) fn has_withheld(&mut self, staff: StaffId, op: impl std::borrow::Borrow<Op>) -> PaperId {
        let at = Timestamp::from_millis(october(2).millis() + self.seq + 1);
        self.acts(Act { id: self.next(staff), staff, at, withheld: true, accepted_by: None }, op.borrow())
    }

    /// The same from another device of theirs.
    pub(crate) fn has_on(
        &mut self,
        device: DeviceId,
        staff: StaffId,
        op: impl std::borrow::Borrow<Op>,
    ) -> PaperId {
        let at = Timestamp::from_millis(october(2).millis() + self.seq + 1);
        let id = ChangeId { device, seq: self.seq + 1 };
        self.acts(Act { id, staff, at, withheld: false, accepted_by: None }, op.borrow())
    }

    fn acts(&mut self, act: Act, op: &Op) -> PaperId {
        self.seq += 1;
        judge::apply(&mut self.papers, &act, op);
        PaperId(act.id.created())
    }

    pub(crate) fn author(&self, staff: StaffId, at: Timestamp) -> Author {
        judge::author_at(&self.papers, staff, device(staff), at).expect("one of the people")
    }

    /// The id that the next change of somebody would give to what it creates.
    pub(crate) fn names(&self, staff: StaffId) -> CustomerId {
        CustomerId(self.next(staff).created())
    }

    /// Puts the rules to a gesture on the tenth of October: the codes of what comes to light, or of the refusal.
    pub(crate) fn asks(&self, staff: StaffId, op: &Op) -> Result<Vec<&'static str>, &'static str> {
        self.asks_at(staff, op, october(10))
    }

    pub(crate) fn asks_at(
        &self,
        staff: StaffId,
        op: &Op,
        at: Timestamp,
    ) -> Result<Vec<&'static str>, &'static str> {
        let found = judge::check(&self.papers, op, self.next(staff), &self.author(staff, at), at);
        found
            .map(|found| found.iter().map(sync_core::refusal::Finding::code).collect())
            .map_err(|no| no.code())
    }
}

/// Nothing to say against it and nothing came to light.
pub(crate) const FINE: Result<Vec<&str>, &str> = Ok(Vec::new());

/// Money as a sum, for what the rules name.
pub(crate) const fn whole(yuan: i64) -> Money {
    Money::yuan(yuan)
}
