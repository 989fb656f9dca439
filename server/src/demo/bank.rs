//! What the demo's finance does on Mondays: it reads the bank's statement of the week in, and confirms what has arrived.
//!
//! Floor: beside the office. The last statement is read in and not matched yet: that is left to whoever looks at the demo.

use std::collections::BTreeMap;

use sync_core::{
    domain::{
        bank::{AsideKind, BookedLine, LineSetAside, StatementImported},
        cash::{ConfirmedPaper, MoneyConfirmed, Remittance, Reversible},
        visit::BlobHash,
    },
    log::sha256,
    op::Op,
    paper::{Paper, PaperKind},
    time::{BusinessDate, Timestamp, business_date},
    unit::{AccountId, Money, PaperId, StaffId},
};

use super::{
    DemoError,
    office::{OfficeDesk, at_desk},
    people, text,
};
use crate::store::{Filter, ListAsk, Order, Sight, Snapshot, Sort, Store};

/// Lines that are nobody's in the last statement: who, what stands beside it, and how much in fen.
const NOBODYS: [(&str, &str, i64); 4] = [
    ("惠民超市", "货款 请查收", 680_000),
    ("宁夏某物业服务中心", "场地押金退还", 150_000),
    ("中国农业银行", "网银手续费", -1_250),
    ("丁某某", "转账 退款", -320_000),
];

/// A remittance that has not been confirmed.
struct Waiting {
    of: PaperId,
    by: StaffId,
    at: Timestamp,
    paper: Remittance,
}

impl Waiting {
    fn line(&self, number: u32, name: &str) -> Option<BookedLine> {
        let what = &self.paper.recorded.as_ref()?.what;
        Some(BookedLine {
            number,
            date: business_date(self.at),
            amount: what.amount.money(),
            payer: text(name),
            reference: text(&format!("货款 {}", what.reference)),
            serial: text(&format!("B{:09}", self.of.0.as_u128() % 1_000_000_000)),
            again: 0,
        })
    }
}

impl<S: Store> OfficeDesk<'_, S> {
    async fn waiting(&self, account: AccountId) -> Result<Vec<Waiting>, DemoError> {
        let filter = Filter { status: vec!["sent".to_owned()], ..Filter::default() };
        let (kinds, sight) = (vec![PaperKind::Remittance], Sight::everything());
        let sort = Sort { by: Order::At, descending: false };
        let ask = ListAsk { kinds, sight, filter, sort, offset: 0, limit: 2_000, totals: false };
        let listed = self.hub().snapshot().await?.list(&ask).await?.rows;
        let waiting = listed.into_iter().filter_map(|row| match row.paper {
            Paper::Remittance(paper) => {
                let recorded = paper.recorded.as_ref().filter(|one| one.what.account == account)?;
                let (by, at) = (recorded.by, recorded.at);
                Some(Waiting { of: PaperId(row.key.id), by, at, paper })
            }
            _ => None,
        });
        Ok(waiting.collect())
    }

    /// The statement of an account: what was sent there, and whatever else the bank has booked.
    fn statement(
        account: AccountId,
        waiting: &[Waiting],
        more: &[(&str, &str, i64)],
        day: BusinessDate,
    ) -> StatementImported {
        let names: BTreeMap<StaffId, String> = people::everybody()
            .iter()
            .map(|person| (person.id(), person.joined().name.to_string()))
            .collect();
        let named = |by: &StaffId| names.get(by).map_or("", String::as_str);
        let mut lines: Vec<BookedLine> =
            (2..).zip(waiting).filter_map(|(row, one)| one.line(row, named(&one.by))).collect();
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
        let waiting: Vec<Waiting> =
            self.waiting(account).await?.into_iter().filter(|one| business_date(one.at) < day).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let fee = [("中国农业银行", "对公账户管理费", -1_000)];
        let statement = Self::statement(account, &waiting, &fee, day);
        let ids: Vec<PaperId> = statement.lines.iter().map(|line| line.id(account)).collect();
        let mut ops = vec![Op::StatementImported(statement)];
        for (one, line) in waiting.iter().zip(&ids) {
            let Some(recorded) = &one.paper.recorded else { continue };
            ops.push(Op::MoneyConfirmed(MoneyConfirmed {
                kind: Reversible::Remittance,
                papers: vec![ConfirmedPaper { of: one.of, staff: one.by }],
                customer: None,
                account,
                amount: recorded.what.amount,
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
        // The latest is on its way still.
        waiting.pop();
        let statement = Self::statement(account, &waiting, &NOBODYS, business_date(now));
        self.says(at_desk("CW-0002"), vec![Op::StatementImported(statement)], now).await.map(|_| ())
    }
}
