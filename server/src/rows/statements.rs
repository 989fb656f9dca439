//! Rows of bank statements (银行流水) and of their lines. Source: S34, S41, S46.

use serde::Serialize;
use sync_core::{
    domain::{
        bank::{BankLine, Statement},
        cash::{Reversible, ViolationStatus},
    },
    paper::{Paper, PaperKey},
    unit::{Money, PaperId},
};
use utoipa::ToSchema;

use super::{
    Reader,
    common::{AccountRef, ChangeRef, CustomerRef, Person, clock},
    lists::of_variant,
    names::{Names, Wanted},
};
use crate::store::{Listed, Snapshot, Stored};

/// A paper that a line pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PaidRow {
    /// Which paper.
    #[schema(value_type = uuid::Uuid)]
    pub of: PaperId,
    /// Who wrote it.
    pub staff: Person,
}

/// What a line pays, as finance has confirmed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineMatchRow {
    /// The confirmation.
    pub confirmation: ChangeRef,
    /// Who confirmed.
    pub by: Person,
    /// When.
    pub at: String,
    /// What kind of papers: `collection` or `remittance`.
    #[schema(value_type = String, example = "remittance")]
    pub kind: Reversible,
    /// Which.
    pub papers: Vec<PaidRow>,
    /// Whose transfers they are.
    pub customer: Option<CustomerRef>,
    /// With which lines together, this one among them.
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub lines: Vec<PaperId>,
}

/// Why a line was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AsideLineRow {
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// Why: `fee`, `interest`, `returned`, `own-transfer`, `not-ours`, `duplicate`, `personal-account`.
    #[schema(value_type = String, example = "fee")]
    pub kind: &'static str,
    /// In words.
    pub note: String,
    /// Whose case it is, for a personal account.
    pub staff: Option<Person>,
    /// The violation that was raised with it.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub violation: Option<PaperId>,
    /// Whether that is not closed yet: until it is, the line is not taken up again.
    pub case_open: bool,
}

/// A line of a bank's statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BankLineRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// Its row in the file.
    pub number: u32,
    /// The day the bank booked it.
    #[schema(value_type = String, example = "2026-10-16")]
    pub date: String,
    /// On which account.
    pub account: AccountRef,
    /// How much came in; below nothing what went out.
    #[schema(value_type = String, example = "9000.00")]
    pub amount: Money,
    /// Who paid or was paid.
    pub payer: String,
    /// What stands beside it.
    pub reference: String,
    /// The bank's own number.
    pub serial: String,
    /// Where it stands: `open`, `reopened`, `matched`, `set-aside`.
    #[schema(value_type = String, example = "open")]
    pub status: &'static str,
    /// When it was read in.
    pub imported: String,
    /// What it pays.
    pub matched: Option<LineMatchRow>,
    /// Why it was set aside.
    pub aside: Option<AsideLineRow>,
}

/// A statement that was read in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StatementRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// The file's name.
    pub name: String,
    /// When it was read in.
    pub at: String,
    /// Who read it in.
    pub by: Person,
    /// Of which account.
    pub account: AccountRef,
    /// The first day.
    #[schema(value_type = String, example = "2026-10-01")]
    pub first: String,
    /// The last day.
    #[schema(value_type = String, example = "2026-10-31")]
    pub last: String,
    /// How many lines it brought.
    pub lines: u32,
    /// What came in.
    #[schema(value_type = String, example = "120600.00")]
    pub came_in: Money,
    /// What went out.
    #[schema(value_type = String, example = "50.00")]
    pub went_out: Money,
}

/// The names a line's row shows.
pub(super) fn line_wants(line: &BankLine, wanted: &mut Wanted) {
    let Some(recorded) = &line.recorded else { return };
    wanted.account(recorded.what.account);
    if let Some((_, one)) = line.standing() {
        wanted.staff(one.by);
        for paper in &one.papers {
            wanted.staff(paper.staff);
        }
        if let Some(customer) = one.customer {
            wanted.customer(customer);
        }
    }
    if let Some(aside) = line.aside() {
        wanted.staff(aside.by);
        if let Some(staff) = aside.what.staff {
            wanted.staff(staff);
        }
        if let Some((violation, _)) = line.case() {
            wanted.paper(PaperKey::violation(violation));
        }
    }
}

/// The row of a line; `None` while it is a shell.
pub(super) fn line_row(id: PaperId, line: &BankLine, names: &Names<'_>) -> Option<BankLineRow> {
    let recorded = line.recorded.as_ref()?;
    let what = &recorded.what.line;
    let matched = line.standing().map(|(change, one)| LineMatchRow {
        confirmation: change.into(),
        by: names.person(one.by),
        at: clock(one.at),
        kind: one.kind,
        papers: one
            .papers
            .iter()
            .map(|paper| PaidRow { of: paper.of, staff: names.person(paper.staff) })
            .collect(),
        customer: one.customer.and_then(|customer| names.customer(customer)),
        lines: one.lines.clone(),
    });
    let case = line.case().map(|(violation, _)| violation);
    let aside = line.aside().map(|stamp| AsideLineRow {
        by: names.person(stamp.by),
        at: clock(stamp.at),
        kind: stamp.what.kind.code(),
        note: stamp.what.note.to_string(),
        staff: stamp.what.staff.map(|staff| names.person(staff)),
        violation: case,
        case_open: case.is_some_and(|case| match names.paper(&PaperKey::violation(case)) {
            Some(Paper::Violation(violation)) => violation.status() != ViolationStatus::Closed,
            _ => false,
        }),
    });
    Some(BankLineRow {
        id,
        number: what.number,
        date: what.date.to_string(),
        account: names.account(recorded.what.account),
        amount: what.amount,
        payer: what.payer.to_string(),
        reference: what.reference.to_string(),
        serial: what.serial.to_string(),
        status: line.status().code(),
        imported: clock(recorded.at),
        matched,
        aside: aside.filter(|_| line.standing().is_none()),
    })
}

/// The row of a statement; `None` while it is a shell.
fn statement_row(id: PaperId, statement: &Statement, names: &Names<'_>) -> Option<StatementRow> {
    let parts = || statement.parts.entries().map(|(_, part)| part);
    let first = parts().min_by_key(|part| (part.at, part.id))?;
    Some(StatementRow {
        id,
        name: first.what.name.to_string(),
        at: clock(first.at),
        by: names.person(first.by),
        account: names.account(first.what.account),
        first: parts().map(|part| part.what.first).min()?.to_string(),
        last: parts().map(|part| part.what.last).max()?.to_string(),
        lines: parts().map(|part| part.what.lines).sum(),
        came_in: parts().map(|part| part.what.came_in).sum(),
        went_out: parts().map(|part| part.what.went_out).sum(),
    })
}

impl<N: Snapshot> Reader<'_, N> {
    pub(super) async fn bank_line_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<BankLineRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, BankLine).for_each(|(_, line)| line_wants(line, &mut wanted));
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, BankLine)
            .filter_map(|(id, line)| line_row(PaperId(id), line, &names))
            .collect())
    }

    pub(super) async fn statement_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<StatementRow>> {
        let mut wanted = Wanted::default();
        for (_, statement) in of_variant!(listed, Statement) {
            for (_, part) in statement.parts.entries() {
                wanted.staff(part.by).account(part.what.account);
            }
        }
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, Statement)
            .filter_map(|(id, statement)| statement_row(PaperId(id), statement, &names))
            .collect())
    }
}
