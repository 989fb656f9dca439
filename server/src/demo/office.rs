//! What the demo's office does: it founds the book, accepts orders, hands customers over, corrects cards.
//!
//! Floor: above the hub's commands. Everything goes through them, in the name of somebody who may.

use chrono::{Datelike, NaiveDate};
use sync_core::{
    domain::{
        cash::{
            CompanyAccountClosed, CompanyAccountOpened, HandInStamp, HandInStamped, Reversed, Reversible,
        },
        customer::{CardField, CardFieldSet, CustomerCreated, FieldValue, OwnerSet},
        month::{MonthClosed, MonthLineExplained, MonthStamp, MonthStamped},
        sale::{OrderStamp, OrderStamped, PriceListIssued, ProductCard, ProductSet},
    },
    log::Actor,
    op::Op,
    paper::{Paper, PaperKey},
    time::{BusinessDate, Period, Timestamp},
    unit::{AccountId, ChangeId, CustomerId, PaperId, PriceListId, StaffId, derived_bytes},
};
use uuid::Uuid;

use super::{
    DemoError, customers::Customer, days::end_of_months, drawer::Signed, goods::GOODS, people,
    people::staff_id, pictures, rep::Taken, text,
};
use crate::{
    hub::{Command, Hub},
    recovery::Month,
    store::{Snapshot, Store},
};

/// The company's accounts; no bank has numbers like these.
const ACCOUNTS: [(&str, &str); 3] = [
    ("中国农业银行吴忠分行", "29000000000000001"),
    ("宁夏银行利通支行", "29000000000000002"),
    ("中国建设银行吴忠分行", "29000000000000003"),
];

/// For how many months the list in force holds: a demo is still looked at long after it was made.
const LASTS: u32 = 6;

/// Somebody of the office at their console.
pub(super) fn at_desk(number: &str) -> Actor {
    let session = Uuid::from_bytes(derived_bytes("demo session", &[number.as_bytes()]));
    Actor { staff: staff_id(number), session }
}

fn operator() -> Actor {
    Command::operator(Uuid::from_bytes(derived_bytes("demo session", &[b"operator"])))
}

/// The company account of this place in the list.
pub(super) fn account_id(index: usize) -> AccountId {
    AccountId::from_bytes(derived_bytes("demo account", &[ACCOUNTS[index].1.as_bytes()]))
}

/// The demo's office before its hub.
#[derive(Debug)]
pub(super) struct OfficeDesk<'h, S> {
    hub: &'h Hub<S>,
}

impl<'h, S: Store> OfficeDesk<'h, S> {
    /// The office of a hub's company.
    pub(super) const fn of(hub: &'h Hub<S>) -> Self {
        Self { hub }
    }

    /// The hub it speaks to.
    pub(super) const fn hub(&self) -> &'h Hub<S> {
        self.hub
    }

    pub(super) async fn says(
        &self,
        actor: Actor,
        ops: Vec<Op>,
        now: Timestamp,
    ) -> Result<Vec<ChangeId>, DemoError> {
        if ops.is_empty() {
            return Ok(Vec::new());
        }
        let commands = ops.into_iter().map(|op| Command::new(actor, op)).collect();
        let done = self.hub.commands(commands, now).await?;
        Ok(done.into_iter().map(|done| done.change).collect())
    }

    /// Staff, products and accounts, as they are at the start.
    pub(super) async fn founds(&self, now: Timestamp) -> Result<(), DemoError> {
        let staff = people::everybody().iter().map(|person| Op::StaffJoined(person.joined())).collect();
        self.says(operator(), staff, now).await?;
        let goods = GOODS.iter().map(|goods| {
            Op::ProductSet(ProductSet { product: goods.id(), card: goods.card(), replaces: Vec::new() })
        });
        self.says(at_desk("NQ-0001"), goods.collect(), now).await?;
        let accounts = ACCOUNTS.iter().enumerate().map(|(index, (bank, number))| {
            Op::CompanyAccountOpened(CompanyAccountOpened {
                account: account_id(index),
                holder: text(super::COMPANY),
                bank: text(bank),
                number: text(number),
            })
        });
        self.says(at_desk("CW-0001"), accounts.collect(), now).await.map(|_| ())
    }

    /// Takes the last account off the list.
    pub(super) async fn closes_an_account(&self, now: Timestamp) -> Result<(), DemoError> {
        let account = account_id(ACCOUNTS.len() - 1);
        let op = Op::CompanyAccountClosed(CompanyAccountClosed { account });
        self.says(at_desk("CW-0001"), vec![op], now).await.map(|_| ())
    }

    /// Takes one product off the shelf.
    pub(super) async fn retires_a_product(&self, now: Timestamp) -> Result<(), DemoError> {
        let mut ops = Vec::new();
        for goods in GOODS.iter().filter(|goods| goods.is_retired()) {
            let papers = self.hub.snapshot().await?.papers(&[PaperKey::product(goods.id())]).await?;
            let replaces = papers.into_iter().find_map(|(_, paper)| match paper {
                Paper::Product(product) => Some(product.card.heads()),
                _ => None,
            });
            let card = ProductCard { discontinued: true, ..goods.card() };
            let product = goods.id();
            ops.push(Op::ProductSet(ProductSet { product, card, replaces: replaces.unwrap_or_default() }));
        }
        self.says(at_desk("NQ-0001"), ops, now).await.map(|_| ())
    }

    /// Issues the list of a month, which lies so many months back.
    pub(super) async fn issues(
        &self,
        month: NaiveDate,
        months_ago: u32,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let version = format!("{}-{:02}", month.year(), month.month());
        let op = PriceListIssued {
            list: PriceListId::from_bytes(derived_bytes("demo price list", &[version.as_bytes()])),
            version: text(&version),
            meeting: text(&format!("{}年{}月定价会", month.year(), month.month())),
            valid_from: BusinessDate(month),
            valid_to: BusinessDate(end_of_months(month, if months_ago == 0 { LASTS } else { 1 })),
            prices: GOODS
                .iter()
                .filter(|goods| months_ago > 1 || !goods.is_retired())
                .map(|goods| (goods.id(), goods.price(months_ago)))
                .collect(),
        };
        self.says(at_desk("NQ-0001"), vec![Op::PriceListIssued(op)], now).await.map(|_| ())
    }

    /// Enters the customers that the company had before.
    pub(super) async fn imports(
        &self,
        customers: impl Iterator<Item = (&Customer, StaffId)>,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let created = customers.map(|(customer, owner)| {
            Op::CustomerCreated(CustomerCreated {
                customer: customer.id,
                fields: customer.fields.clone(),
                contacts: customer.contacts.clone(),
                owner,
            })
        });
        self.says(operator(), created.collect(), now).await.map(|_| ())
    }

    /// Logistics takes orders in hand.
    pub(super) async fn accepts(&self, orders: Vec<Taken>, now: Timestamp) -> Result<(), DemoError> {
        let stamps = orders.into_iter().map(|taken| {
            Op::OrderStamped(OrderStamped {
                order: taken.order,
                customer: taken.customer,
                stamp: OrderStamp::Accepted,
                over: taken.hash,
            })
        });
        self.says(at_desk("WL-0001"), stamps.collect(), now).await.map(|_| ())
    }

    /// The sales head hands a customer to another rep.
    pub(super) async fn hands_over(
        &self,
        customer: CustomerId,
        owner: StaffId,
        replaces: Vec<ChangeId>,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let op = Op::OwnerSet(OwnerSet { customer, owner, replaces, reason: None });
        self.says(at_desk("XS-0001"), vec![op], now).await.map(|_| ())
    }

    /// The clerk writes a field of a card.
    pub(super) async fn corrects(
        &self,
        customer: CustomerId,
        field: CardField,
        value: FieldValue,
        replaces: Vec<ChangeId>,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let op = Op::CardFieldSet(CardFieldSet { customer, field, value, replaces });
        self.says(at_desk("NQ-0002"), vec![op], now).await.map(|_| ())
    }

    /// Finance takes back a transfer that the bank does not know.
    pub(super) async fn reverses(
        &self,
        of: PaperId,
        staff: StaffId,
        customer: CustomerId,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let op = Op::Reversed(Reversed {
            kind: Reversible::Collection,
            of,
            staff,
            customer: Some(customer),
            reason: text("银行流水里没有这一笔，客户确认转错了账户"),
        });
        self.says(at_desk("CW-0002"), vec![op], now).await.map(|_| ())
    }

    /// Finance takes back a remittance that did not arrive; the cash is in the rep's hand again.
    pub(super) async fn reverses_a_remittance(
        &self,
        of: PaperId,
        staff: StaffId,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let op = Op::Reversed(Reversed {
            kind: Reversible::Remittance,
            of,
            staff,
            customer: None,
            reason: text("柜台退回：少一位账号，现金由本人取回重汇"),
        });
        self.says(at_desk("CW-0002"), vec![op], now).await.map(|_| ())
    }

    /// Finance counts what a rep hands in and signs for it, or sends it back and says why.
    pub(super) async fn answers_a_hand_in(
        &self,
        signed: Signed,
        sent_back: Option<&str>,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let Signed { hand_in, staff, over } = signed;
        let stamp = if sent_back.is_some() { HandInStamp::SentBack } else { HandInStamp::Received };
        let op = HandInStamped { hand_in, staff, stamp, over, note: text(sent_back.unwrap_or_default()) };
        self.says(at_desk("CW-0002"), vec![Op::HandInStamped(op)], now).await.map(|_| ())
    }

    /// The clerk explains the differences of a month and closes it, with a word for phones that are not in; a head lets that
    /// pass, and finance countersigns.
    pub(super) async fn closes_a_month(&self, period: Period, now: Timestamp) -> Result<(), DemoError> {
        let explained =
            self.month(period, now).await?.table.differences().into_iter().map(|(line, difference)| {
                let explanation = text("客户移交前后各记了一笔，部长裁定以后冲平");
                Op::MonthLineExplained(MonthLineExplained { period, line, difference, explanation })
            });
        self.says(at_desk("NQ-0001"), explained.collect(), now).await?;
        let month = self.month(period, now).await?;
        let complete = month.phones.missing.is_empty();
        let reason =
            if complete { "" } else { "人在山区没信号，已电话核对，没有没交的收据" };
        let closed = MonthClosed { reason: text(reason), ..month.to_sign() };
        let table = closed.table;
        let done = self.says(at_desk("NQ-0001"), vec![Op::MonthClosed(closed)], now).await?;
        let Some(closing) = done.last() else { return Ok(()) };
        let closing = PaperId(closing.created());
        let stamp =
            |stamp| vec![Op::MonthStamped(MonthStamped { closing, period, stamp, table, note: text("") })];
        if !complete {
            self.says(at_desk("SC-0001"), stamp(MonthStamp::WithoutPhones), now).await?;
        }
        self.says(at_desk("CW-0001"), stamp(MonthStamp::Agreed), now).await.map(|_| ())
    }

    async fn month(&self, period: Period, now: Timestamp) -> Result<Month, DemoError> {
        let mut moment = self.hub.snapshot().await?;
        Ok(self.hub.recoveries().month(&mut moment, period, now).await?)
    }

    /// The pictures that phones have sent on.
    pub(super) async fn keeps_pictures(&self, now: Timestamp) -> Result<(), DemoError> {
        for blob in pictures::all(at_desk("DA-0001").staff, now) {
            self.hub.store().put_blob(self.hub.company(), &blob, u64::MAX).await?;
        }
        Ok(())
    }
}
