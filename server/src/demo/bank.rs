//! What the demo's finance does on Mondays: it reads the bank's statement of the week in, and confirms what has arrived.
//!
//! Floor: beside the office. The last statement is read in and not matched yet: that is left to whoever looks at the demo.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    domain::{
        bank::{AsideKind, BookedLine, LineSetAside, StatementImported},
        cash::{ConfirmedPaper, Means, MoneyConfirmed, Reversible},
        visit::BlobHash,
    },
    log::sha256,
    op::Op,
    paper::{Paper, PaperKey, PaperKind},
    time::{BusinessDate, Timestamp, business_date},
    unit::{AccountId, Amount, CustomerId, Money, PaperId, StaffId},
};

use super::{
    DemoError,
    office::{OfficeDesk, at_desk},
    people, text,
};
use crate::store::{Filter, ListAsk, Snapshot, Store};

/// Lines that are nobody's in the last statement: who, what stands beside it, and how much in fen.
const NOBODYS: [(&str, &str, i64); 4] = [
    ("惠民超市", "货款 请查收", 680_000),
    ("宁夏某物业服务中心", "场地押金退还", 150_000),
    ("中国农业银行", "网银手续费", -1_250),
    ("丁某某", "转账 退款", -320_000),
];

/// One in so many transfers is never found: the bank has booked it under another name.
const NEVER_FOUND: u128 = 150;

/// A remittance, or a customer's transfer, that has not been confirmed.
struct Waiting {
    kind: Reversible,
    of: PaperId,
    by: StaffId,
    customer: Option<CustomerId>,
    at: Timestamp,
    amount: Amount,
    reference: String,
    payer: String,
}

impl Waiting {
    fn of(key: PaperKey, paper: &Paper, account: AccountId, people: &Names) -> Option<Self> {
        let of = PaperId(key.id);
        match paper {
            Paper::Remittance(paper) => {
                let sent = paper.recorded.as_ref().filter(|sent| sent.what.account == account)?;
                let payer = people.staff.get(&sent.by).cloned().unwrap_or_default();
                let (reference, amount) = (sent.what.reference.to_string(), sent.what.amount);
                let kind = Reversible::Remittance;
                Some(Self { kind, of, by: sent.by, customer: None, at: sent.at, amount, reference, payer })
            }
            Paper::Collection(paper) => {
                let taken = paper.recorded.as_ref().filter(|taken| !taken.withheld)?;
                let Means::Transfer { account: named, reference } = &taken.what.means else { return None };
                let (customer, amount) = (taken.what.customer, taken.what.amount);
                let payer = people.customers.get(&customer).cloned().unwrap_or_default();
                let (kind, reference) = (Reversible::Collection, reference.to_string());
                let (by, at, customer) = (taken.by, taken.at, Some(customer));
                (*named == account).then_some(Self { kind, of, by, customer, at, amount, reference, payer })
            }
            _ => None,
        }
    }

    fn line(&self, number: u32) -> BookedLine {
        BookedLine {
            number,
            date: business_date(self.at),
            amount: self.amount.money(),
            payer: text(&self.payer),
            reference: text(&format!("货款 {}", self.reference)),
            serial: text(&format!("B{:09}", self.of.0.as_u128() % 1_000_000_000)),
            again: 0,
        }
    }

    fn is_never_found(&self) -> bool {
        self.kind == Reversible::Collection && self.of.0.as_u128().is_multiple_of(NEVER_FOUND)
    }
}

/// Under which names the bank books.
struct Names {
    staff: BTreeMap<StaffId, String>,
    customers: BTreeMap<CustomerId, String>,
}

impl<S: Store> OfficeDesk<'_, S> {
    /// What was sent to an account and is not confirmed, the oldest first.
    async fn waiting(&self, account: AccountId) -> Result<Vec<Waiting>, DemoError> {
        let mut snapshot = self.hub().snapshot().await?;
        let filter = Filter { status: vec!["sent".to_owned(), "transfer".to_owned()], ..Filter::default() };
        let every = ListAsk::every(&[PaperKind::Remittance, PaperKind::Collection], filter);
        let ask = ListAsk { limit: 2_000, ..every };
        let listed = snapshot.list(&ask).await?.rows;
        let customers = listed.iter().filter_map(|row| match &row.paper {
            Paper::Collection(paper) => Some(PaperKey::customer(paper.recorded.as_ref()?.what.customer)),
            _ => None,
        });
        let customers: BTreeSet<PaperKey> = customers.collect();
        let cards = snapshot.papers(&customers.into_iter().collect::<Vec<_>>()).await?;
        let cards = cards.into_iter().filter_map(|(key, paper)| match paper {
            Paper::Customer(card) => Some((CustomerId(key.id), card.name().to_owned())),
            _ => None,
        });
        let staff = people::everybody();
        let staff = staff.iter().map(|person| (person.id(), person.joined().name.to_string()));
        let people = Names { staff: staff.collect(), customers: cards.collect() };
        Ok(listed.iter().filter_map(|row| Waiting::of(row.key, &row.paper, account, &people)).collect())
    }

    /// The statement of an account: what was sent there, and whatever else the bank has booked.
    fn statement(
        account: AccountId,
        waiting: &[Waiting],
        more: &[(&str, &str, i64)],
        day: BusinessDate,
    ) -> StatementImported {
        let mut lines: Vec<BookedLine> = (2..).zip(waiting).map(|(row, one)| one.line(row)).collect();
        for (payer, reference, fen) in more {
            lines.push(BookedLine {
                number: u32::try_from(lines.len()).unwrap_or(u32::MAX).saturating_add(2),
                date: day,
                amount: Money::fen(*fen),
                payer: text(payer),
                reference: text(reference),
                serial: text(&format!("F{day}{fen}")),
                again: 0,
            });
        }
        let file = BlobHash(sha256(&[b"demo statement", account.bytes(), day.to_string().as_bytes()]));
        let name = text(&format!("流水{day}.xlsx"));
        StatementImported { account, file, name, part: 1, parts: 1, lines }
    }

    /// Finance reads the week's statement in, confirms what was sent and has arrived, and sets the bank's fee aside.
    pub(super) async fn confirms_the_week(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let day = business_date(now);
        let waiting = self.waiting(account).await?.into_iter();
        let waiting: Vec<Waiting> =
            waiting.filter(|one| business_date(one.at) < day && !one.is_never_found()).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let fee = [("中国农业银行", "对公账户管理费", -1_000)];
        let statement = Self::statement(account, &waiting, &fee, day);
        let ids: Vec<PaperId> = statement.lines.iter().map(|line| line.id(account)).collect();
        let mut ops = vec![Op::StatementImported(statement)];
        for (one, line) in waiting.iter().zip(&ids) {
            ops.push(Op::MoneyConfirmed(MoneyConfirmed {
                kind: one.kind,
                papers: vec![ConfirmedPaper { of: one.of, staff: one.by }],
                customer: one.customer,
                account,
                amount: one.amount,
                arrived_on: business_date(one.at),
                lines: vec![*line],
                note: text(""),
            }));
        }
        if let Some(fee) = ids.last() {
            let (kind, note) = (AsideKind::Fee, text(""));
            ops.push(Op::LineSetAside(LineSetAside { line: *fee, kind, note, staff: None, amount: None }));
        }
        self.says(at_desk("CW-0002"), ops, now).await.map(|_| ())
    }

    /// Finance has read the last statement in and goes through it when somebody looks at the demo.
    pub(super) async fn reads_the_last_statement(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<(), DemoError> {
        let mut waiting = self.waiting(account).await?;
        waiting.retain(|one| !one.is_never_found());
        // The latest is on its way still.
        waiting.pop();
        let statement = Self::statement(account, &waiting, &NOBODYS, business_date(now));
        self.says(at_desk("CW-0002"), vec![Op::StatementImported(statement)], now).await.map(|_| ())
    }
}
