//! Floor 8: any paper of the book, its key, its scope, and its row in the lists.

mod cash;
mod held;

pub use held::{HeldChange, Outcome, Settled, WAITING, held_scope, held_status};
use minicbor::{Decode, Encode};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    domain::{
        Recorded,
        bank::{BankLine, Mapping, Statement},
        cash::{
            Balance, CashLimits, Collection, CompanyAccount, Confirmations, CreditPolicy, DayClose, HandIn,
            LedgerAccount, Posting, Remittance, Urging, Violation,
        },
        customer::{CardField, CustomerCard, PersonalCard},
        month::{Closings, LineNotes, closings_id, line_notes_id},
        people::{DeviceCard, StaffCard},
        sale::{Order, OrderStatus, PriceList, Product},
        visit::Visit,
    },
    scope::{Desk, Scope},
    time::{Period, Timestamp},
    unit::{
        AccountId, ChangeId, CustomerId, DeviceId, Initials, Money, PaperId, PriceListId, ProductId, StaffId,
        derived_bytes,
    },
};

/// What kind of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum PaperKind {
    /// Staff card.
    #[n(1)]
    Staff = 1,
    /// Device.
    #[n(2)]
    Device = 2,
    /// Customer card.
    #[n(10)]
    Customer = 10,
    /// Personal fields of a customer card.
    #[n(11)]
    Personal = 11,
    /// Product.
    #[n(20)]
    Product = 20,
    /// Price list.
    #[n(21)]
    PriceList = 21,
    /// Visit.
    #[n(30)]
    Visit = 30,
    /// Order.
    #[n(40)]
    Order = 40,
    /// Company account.
    #[n(50)]
    Account = 50,
    /// Collection.
    #[n(51)]
    Collection = 51,
    /// Remittance.
    #[n(52)]
    Remittance = 52,
    /// What stands in an account of the book.
    #[n(53)]
    Balance = 53,
    /// The cash limit of a rep.
    #[n(54)]
    Limits = 54,
    /// A violation.
    #[n(55)]
    Violation = 55,
    /// Cash handed in.
    #[n(56)]
    HandIn = 56,
    /// A day that was closed.
    #[n(57)]
    DayClose = 57,
    /// A line of a bank's statement.
    #[n(68)]
    BankLine = 68,
    /// A bank's statement.
    #[n(69)]
    Statement = 69,
    /// How the bank of an account writes.
    #[n(70)]
    Mapping = 70,
    /// A held change.
    #[n(60)]
    Held = 60,
    /// The book of closed months.
    #[n(64)]
    Closings = 64,
    /// What was explained of one month's table.
    #[n(65)]
    LineNotes = 65,
    /// An entry of the dunning log.
    #[n(66)]
    Urging = 66,
    /// The credit exceptions of a customer.
    #[n(67)]
    Credit = 67,
}

impl PaperKind {
    /// Every kind.
    pub const ALL: [Self; 24] = [
        Self::Staff,
        Self::Device,
        Self::Customer,
        Self::Personal,
        Self::Product,
        Self::PriceList,
        Self::Visit,
        Self::Order,
        Self::Account,
        Self::Collection,
        Self::Remittance,
        Self::Balance,
        Self::Limits,
        Self::Violation,
        Self::HandIn,
        Self::DayClose,
        Self::BankLine,
        Self::Statement,
        Self::Mapping,
        Self::Held,
        Self::Closings,
        Self::LineNotes,
        Self::Urging,
        Self::Credit,
    ];

    /// The kind of a number, as tables keep it.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }
}

/// Names one paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct PaperKey {
    /// Its kind.
    #[n(0)]
    pub kind: PaperKind,
    /// Its id.
    #[cbor(n(1), with = "crate::log::uuid_bytes")]
    pub id: Uuid,
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident($id:ty) $kind:ident;)*) => {
        impl PaperKey {
            $($(#[$doc])*
            pub const fn $name(id: $id) -> Self {
                Self { kind: PaperKind::$kind, id: id.0 }
            })*
        }
    };
}

keys! {
    /// A staff card.
    staff(StaffId) Staff;
    /// A device.
    device(DeviceId) Device;
    /// A customer card.
    customer(CustomerId) Customer;
    /// The personal fields of a customer card.
    personal(CustomerId) Personal;
    /// A product.
    product(ProductId) Product;
    /// A price list.
    price_list(PriceListId) PriceList;
    /// A visit.
    visit(PaperId) Visit;
    /// An order.
    order(PaperId) Order;
    /// A company account.
    account(AccountId) Account;
    /// A collection.
    collection(PaperId) Collection;
    /// A remittance.
    remittance(PaperId) Remittance;
    /// The cash limit of a rep.
    limits(StaffId) Limits;
    /// A violation: named after the change that broke the rule.
    violation(PaperId) Violation;
    /// Cash handed in.
    hand_in(PaperId) HandIn;
    /// A day that was closed.
    day_close(PaperId) DayClose;
    /// A line of a bank's statement.
    bank_line(PaperId) BankLine;
    /// A bank's statement.
    statement(PaperId) Statement;
    /// How the bank of an account writes.
    mapping(AccountId) Mapping;
    /// An entry of the dunning log.
    urging(PaperId) Urging;
    /// The credit exceptions of a customer.
    credit(CustomerId) Credit;
}

impl PaperKey {
    /// What stands in an account of the book.
    pub fn balance(account: LedgerAccount) -> Self {
        let name = minicbor::to_vec(account).expect("writing to memory cannot fail");
        Self { kind: PaperKind::Balance, id: Uuid::from_bytes(derived_bytes("balance", &[&name])) }
    }

    /// The book of closed months.
    pub fn closings() -> Self {
        Self { kind: PaperKind::Closings, id: closings_id() }
    }

    /// What was explained of a month's table.
    pub fn line_notes(period: Period) -> Self {
        Self { kind: PaperKind::LineNotes, id: line_notes_id(period) }
    }

    /// A held change.
    pub fn held(change: ChangeId) -> Self {
        Self { kind: PaperKind::Held, id: change.created() }
    }
}

/// Any paper of the book. A paper that was only referred to so far is an empty shell.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub enum Paper {
    /// Staff card.
    #[n(1)]
    Staff(#[n(0)] StaffCard),
    /// Device.
    #[n(2)]
    Device(#[n(0)] DeviceCard),
    /// Customer card.
    #[n(10)]
    Customer(#[n(0)] CustomerCard),
    /// Personal fields of a customer card.
    #[n(11)]
    Personal(#[n(0)] PersonalCard),
    /// Product.
    #[n(20)]
    Product(#[n(0)] Product),
    /// Price list.
    #[n(21)]
    PriceList(#[n(0)] PriceList),
    /// Visit.
    #[n(30)]
    Visit(#[n(0)] Visit),
    /// Order.
    #[n(40)]
    Order(#[n(0)] Order),
    /// Company account.
    #[n(50)]
    Account(#[n(0)] CompanyAccount),
    /// Collection.
    #[n(51)]
    Collection(#[n(0)] Collection),
    /// Remittance.
    #[n(52)]
    Remittance(#[n(0)] Remittance),
    /// What stands in an account of the book.
    #[n(53)]
    Balance(#[n(0)] Balance),
    /// The cash limit of a rep.
    #[n(54)]
    Limits(#[n(0)] CashLimits),
    /// A violation.
    #[n(55)]
    Violation(#[n(0)] Violation),
    /// Cash handed in.
    #[n(56)]
    HandIn(#[n(0)] HandIn),
    /// A day that was closed.
    #[n(57)]
    DayClose(#[n(0)] DayClose),
    /// A line of a bank's statement.
    #[n(68)]
    BankLine(#[n(0)] BankLine),
    /// A bank's statement.
    #[n(69)]
    Statement(#[n(0)] Statement),
    /// How the bank of an account writes.
    #[n(70)]
    Mapping(#[n(0)] Mapping),
    /// A held change.
    #[n(60)]
    Held(#[n(0)] Option<HeldChange>, #[n(1)] Option<Outcome>),
    /// The book of closed months.
    #[n(64)]
    Closings(#[n(0)] Closings),
    /// What was explained of one month's table.
    #[n(65)]
    LineNotes(#[n(0)] LineNotes),
    /// An entry of the dunning log.
    #[n(66)]
    Urging(#[n(0)] Urging),
    /// The credit exceptions of a customer.
    #[n(67)]
    Credit(#[n(0)] CreditPolicy),
}

reads_enum!(Paper {
    1: Staff(a),
    2: Device(a),
    10: Customer(a),
    11: Personal(a),
    20: Product(a),
    21: PriceList(a),
    30: Visit(a),
    40: Order(a),
    50: Account(a),
    51: Collection(a),
    52: Remittance(a),
    53: Balance(a),
    54: Limits(a),
    55: Violation(a),
    56: HandIn(a),
    57: DayClose(a),
    68: BankLine(a),
    69: Statement(a),
    70: Mapping(a),
    60: Held(a, b),
    64: Closings(a),
    65: LineNotes(a),
    66: Urging(a),
    67: Credit(a),
});

impl Paper {
    /// A shell of a kind.
    pub fn shell(kind: PaperKind) -> Self {
        match kind {
            PaperKind::Staff => Self::Staff(StaffCard::default()),
            PaperKind::Device => Self::Device(DeviceCard::default()),
            PaperKind::Customer => Self::Customer(CustomerCard::default()),
            PaperKind::Personal => Self::Personal(PersonalCard::default()),
            PaperKind::Product => Self::Product(Product::default()),
            PaperKind::PriceList => Self::PriceList(PriceList::default()),
            PaperKind::Visit => Self::Visit(Visit::default()),
            PaperKind::Order => Self::Order(Order::default()),
            PaperKind::Account => Self::Account(CompanyAccount::default()),
            PaperKind::Collection => Self::Collection(Collection::default()),
            PaperKind::Remittance => Self::Remittance(Remittance::default()),
            PaperKind::Balance => Self::Balance(Balance::default()),
            PaperKind::Limits => Self::Limits(CashLimits::default()),
            PaperKind::Violation => Self::Violation(Violation::default()),
            PaperKind::HandIn => Self::HandIn(HandIn::default()),
            PaperKind::DayClose => Self::DayClose(DayClose::default()),
            PaperKind::BankLine => Self::BankLine(BankLine::default()),
            PaperKind::Statement => Self::Statement(Statement::default()),
            PaperKind::Mapping => Self::Mapping(Mapping::default()),
            PaperKind::Held => Self::Held(None, None),
            PaperKind::Closings => Self::Closings(Closings::default()),
            PaperKind::LineNotes => Self::LineNotes(LineNotes::default()),
            PaperKind::Urging => Self::Urging(Urging::default()),
            PaperKind::Credit => Self::Credit(CreditPolicy::default()),
        }
    }

    /// What the paper adds to the accounts of the book, given its reversals. Always sums to zero.
    pub fn postings(&self) -> Vec<Posting> {
        let reversed = match self {
            Self::Collection(paper) => !paper.reversals.is_empty(),
            Self::Remittance(paper) => !paper.reversals.is_empty(),
            Self::HandIn(paper) => paper.is_taken_back(),
            Self::Limits(_) => false,
            _ => true,
        };
        if reversed { Vec::new() } else { self.unreversed_postings() }
    }

    /// What the paper would add if it were never reversed: the accounts it concerns.
    pub fn unreversed_postings(&self) -> Vec<Posting> {
        match self {
            Self::Collection(paper) => paper.unreversed_postings(),
            Self::Remittance(paper) => paper.unreversed_postings(),
            Self::Limits(paper) => paper.postings(),
            Self::HandIn(paper) => paper.unreversed_postings(),
            _ => Vec::new(),
        }
    }

    /// What finance has confirmed of money that was sent.
    pub const fn confirmations(&self) -> Option<&Confirmations> {
        match self {
            Self::Collection(paper) => paper.confirmations.as_ref(),
            Self::Remittance(paper) => paper.confirmations.as_ref(),
            _ => None,
        }
    }

    /// The one scope the paper belongs to; `None` for a shell that nothing was written on yet.
    pub fn scope(&self, key: &PaperKey) -> Option<Scope> {
        fn of<T>(recorded: &Recorded<T>, scope: impl FnOnce(&T) -> Scope) -> Scope {
            if recorded.withheld { Scope::Staff(recorded.by) } else { scope(&recorded.what) }
        }
        match self {
            Self::Staff(_) | Self::Product(_) | Self::PriceList(_) | Self::Account(_) => Some(Scope::Common),
            Self::Device(card) => card.enrolled.as_ref().map(|device| Scope::Staff(device.what.staff)),
            Self::Customer(_) => Some(Scope::Customer(CustomerId(key.id))),
            Self::Personal(_) => Some(Scope::CustomerPrivate(CustomerId(key.id))),
            Self::Visit(p) => p.recorded.as_ref().map(|r| of(r, |visit| Scope::Customer(visit.customer))),
            Self::Order(p) => p.recorded.as_ref().map(|r| of(r, |order| Scope::Customer(order.customer))),
            Self::Collection(p) => p.recorded.as_ref().map(|r| of(r, |cash| Scope::Customer(cash.customer))),
            Self::Remittance(p) => p.recorded.as_ref().map(|r| Scope::Staff(r.by)),
            Self::Balance(balance) => balance.account.map(|account| match account {
                LedgerAccount::Drawer(staff, _)
                | LedgerAccount::Suspense(staff)
                | LedgerAccount::Difference(staff) => Scope::Staff(staff),
                LedgerAccount::Customer(customer) => Scope::Customer(customer),
                LedgerAccount::InTransit(_) | LedgerAccount::Arrived(_) | LedgerAccount::Till => {
                    Scope::Desk(Desk::Finance)
                }
            }),
            Self::Limits(limits) => (!limits.is_empty()).then_some(Scope::Staff(StaffId(key.id))),
            Self::Violation(violation) => violation.staff().map(Scope::Staff),
            Self::HandIn(paper) => paper.staff().map(Scope::Staff),
            Self::DayClose(paper) => paper.recorded.as_ref().map(|r| Scope::Staff(r.by)),
            Self::Closings(book) => (!book.is_empty()).then_some(Scope::Desk(Desk::Books)),
            Self::LineNotes(notes) => (!notes.explained.is_empty()).then_some(Scope::Desk(Desk::Books)),
            Self::BankLine(line) => (!line.is_shell()).then_some(Scope::Desk(Desk::Finance)),
            Self::Statement(paper) => (!paper.parts.is_empty()).then_some(Scope::Desk(Desk::Finance)),
            Self::Mapping(paper) => (!paper.saved.is_empty()).then_some(Scope::Desk(Desk::Finance)),
            Self::Urging(p) => p.recorded.as_ref().map(|r| of(r, |urged| Scope::Customer(urged.customer))),
            Self::Credit(policy) => (!policy.is_empty()).then_some(Scope::Customer(CustomerId(key.id))),
            Self::Held(held, outcome) => {
                let said = outcome.as_ref().map(|outcome| held_scope(outcome.author, outcome.personal));
                held.as_ref().map(HeldChange::scope).or(said)
            }
        }
    }
}

impl Paper {
    /// Every scope whose holders see what the paper was written by; the first is [`Paper::scope`].
    ///
    /// A paper leaves a device with the last of them: a rep whose customer was handed over keeps the money he took,
    /// or a later reversal could not be taken out of his drawer.
    pub fn scopes(&self, key: &PaperKey) -> Vec<Scope> {
        let author = match self {
            Self::Collection(paper) => paper.recorded.as_ref().map(|r| r.by),
            Self::Order(paper) => paper.recorded.as_ref().map(|r| r.by),
            // A visit or a reminder taken over by a head stays with whoever made it.
            Self::Visit(paper) => paper.recorded.as_ref().filter(|r| r.accepted_by.is_some()).map(|r| r.by),
            Self::Urging(paper) => paper.recorded.as_ref().filter(|r| r.accepted_by.is_some()).map(|r| r.by),
            _ => None,
        };
        let mut scopes: Vec<Scope> = self.scope(key).into_iter().chain(author.map(Scope::Staff)).collect();
        scopes.dedup();
        scopes
    }
}

/// What lists filter, sort and search by: the paper's row in the read table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The customer it is about.
    pub customer: Option<CustomerId>,
    /// Whose it is.
    pub staff: Option<StaffId>,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// The sum it carries.
    pub amount: Option<Money>,
    /// Where it stands, as a short word.
    pub status: &'static str,
    /// Its name, for sorting.
    pub label: String,
    /// What is searched in: names, initials, numbers.
    pub search: String,
}

fn millis(at: Timestamp) -> i64 {
    i64::try_from(at.millis()).unwrap_or(i64::MAX)
}

fn row_of<T>(recorded: &Recorded<T>, customer: Option<CustomerId>, amount: Option<Money>) -> Row {
    Row { customer, staff: Some(recorded.by), at_ms: millis(recorded.at), amount, ..Row::default() }
}

/// The row of a paper; `None` while it is a shell.
pub fn project(key: &PaperKey, paper: &Paper, initials: Initials) -> Option<Row> {
    match paper {
        Paper::Staff(card) => {
            let joined = &card.joined.as_ref()?.what;
            Some(Row {
                staff: Some(joined.staff),
                label: joined.name.to_string(),
                search: format!("{} {} {}", joined.name, initials.of(joined.name.as_str()), joined.number),
                status: card.role.value().map_or("", |role| role.code()),
                ..Row::default()
            })
        }
        Paper::Device(card) => {
            let enrolled = card.enrolled.as_ref()?;
            let device = &enrolled.what;
            Some(Row {
                staff: Some(device.staff),
                at_ms: millis(enrolled.at),
                label: format!("{:05}", device.number),
                search: format!("{} {}", device.number, device.name),
                status: if card.revoked.is_some() { "revoked" } else { "active" },
                ..Row::default()
            })
        }
        Paper::Customer(card) => customer_row(key, card, initials),
        Paper::Product(product) => {
            let card = product.card.value()?;
            Some(Row {
                label: card.code.to_string(),
                search: format!("{} {} {}", card.name, initials.of(card.name.as_str()), card.code),
                status: if card.discontinued { "discontinued" } else { "sold" },
                ..Row::default()
            })
        }
        Paper::PriceList(list) => {
            let issued = list.issued.as_ref()?;
            let version = issued.what.version.to_string();
            Some(Row { search: version.clone(), label: version, ..row_of(issued, None, None) })
        }
        Paper::Visit(visit) => {
            let recorded = visit.recorded.as_ref()?;
            let what = &recorded.what;
            Some(Row {
                search: format!("{} {} {}", what.met, what.said, what.next_step),
                status: if recorded.withheld { "withheld" } else { "" },
                ..row_of(recorded, Some(what.customer), None)
            })
        }
        Paper::Order(order) => {
            let recorded = order.recorded.as_ref()?;
            let status = match order.status() {
                OrderStatus::Taken => "taken",
                OrderStatus::Accepted => "accepted",
                OrderStatus::Withdrawn => "withdrawn",
            };
            let row = row_of(recorded, Some(recorded.what.customer), Some(recorded.what.total()));
            let number = searched_number(recorded.id.device, recorded.what.number);
            Some(Row { status, search: format!("{number} {}", recorded.what.note), ..row })
        }
        Paper::Held(held, outcome) => held.as_ref().map(|held| held::row(held, outcome.as_ref())),
        Paper::Account(_)
        | Paper::Collection(_)
        | Paper::Remittance(_)
        | Paper::Balance(_)
        | Paper::Violation(_)
        | Paper::HandIn(_)
        | Paper::DayClose(_)
        | Paper::BankLine(_)
        | Paper::Statement(_)
        | Paper::Urging(_) => cash::row(paper),
        Paper::Credit(policy) => cash::credit_row(key, policy),
        Paper::Personal(_)
        | Paper::Limits(_)
        | Paper::Mapping(_)
        | Paper::Closings(_)
        | Paper::LineNotes(_) => None,
    }
}

/// A number given by a device as lists search it: the count in figures, then the device in four signs nobody types.
///
/// A paper knows its device's id and not its number; a reader who is asked for `DH-07-0044` knows both.
pub fn searched_number(device: DeviceId, count: u32) -> String {
    /// The first of 256 braille patterns.
    const SIGNS: u32 = 0x2800;
    let signs = device.bytes().iter().take(4).filter_map(|byte| char::from_u32(SIGNS + u32::from(*byte)));
    format!("{count:04}{}", signs.collect::<String>())
}

/// What a customer is found by: name, initials, place, telephone, and the people there.
pub fn customer_search(card: &CustomerCard, initials: Initials) -> String {
    let contacts: Vec<&str> = card
        .contacts
        .elements()
        .flat_map(|(_, contact)| [contact.name.as_str(), contact.phone.as_str()])
        .collect();
    let name = card.name();
    [
        name,
        &initials.of(name),
        card.text(CardField::County),
        card.text(CardField::RegisteredAddress),
        card.text(CardField::Phone),
        &contacts.join(" "),
    ]
    .join(" ")
}

fn customer_row(key: &PaperKey, card: &CustomerCard, initials: Initials) -> Option<Row> {
    let created = card.created?;
    Some(Row {
        customer: Some(CustomerId(key.id)),
        staff: card.owner.value().copied(),
        at_ms: millis(created),
        amount: None,
        status: if card.conflicts().next().is_some() { "conflict" } else { "" },
        label: card.name().to_owned(),
        search: customer_search(card, initials),
    })
}
