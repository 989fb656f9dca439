//! Rows of bank statements (银行流水), and the statement of an account held against the book. Source: S34, S41, S46.
//!
//! Floor: above the rows. It proposes; finance confirms.

use std::collections::BTreeSet;

use serde::Serialize;
use sync_core::{
    domain::{
        bank::{
            Agreement, BankLine, BookedLine, Expected, LineStatus, Owner, Proposal, Statement, StatementLine,
            match_lines, plain_name,
        },
        cash::{Collection, Confirmations, Means, Remittance, Reversible},
    },
    paper::{Paper, PaperKey, PaperKind},
    time::{BusinessDate, business_date},
    unit::{AccountId, CustomerId, Money, PaperId, StaffId},
};
use utoipa::ToSchema;

use super::{
    Reader, RowsError,
    common::{AccountRef, ChangeRef, CustomerRef, Person, clock},
    lists::{LATEST, of_variant},
    names::{Names, Wanted},
};
use crate::store::{Filter, Listed, Snapshot, StoreError, Stored};

/// The most open lines, and the most papers, that are held against each other at once.
const MOST_HELD: u32 = 4_000;

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

/// Money that was sent and has not arrived yet, as far as finance has said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExpectedRow {
    /// Which paper.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// `remittance` of a rep, or `collection`: a customer's transfer.
    #[schema(value_type = String, example = "remittance")]
    pub kind: Reversible,
    /// When it was recorded.
    pub at: String,
    /// Who recorded it.
    pub staff: Person,
    /// Whose transfer it is.
    pub customer: Option<CustomerRef>,
    /// How much.
    #[schema(value_type = String, example = "9000.00")]
    pub amount: Money,
    /// The last digits of the slip, or what the payer wrote.
    pub reference: String,
    /// The name of the slip's photo.
    pub slip: Option<String>,
}

/// What agrees between lines and papers, and what that is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgreementRow {
    /// `amount`, `amount-nearly`, `date`, `payer`, `payer-nearly`, `reference`, `reference-nearly`.
    #[schema(value_type = String, example = "amount")]
    pub what: &'static str,
    /// So many days apart, for a date.
    pub days: Option<u32>,
    /// What it is worth, of a hundred in all.
    pub points: u32,
}

/// Lines that pay papers, as far as can be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProposalRow {
    /// The lines.
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub lines: Vec<PaperId>,
    /// The papers.
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub papers: Vec<PaperId>,
    /// Points of a hundred.
    pub points: u32,
    /// What they are for.
    pub agrees: Vec<AgreementRow>,
    /// Whether it is beyond doubt; else finance looks.
    pub certain: bool,
    /// Whether the sums are the same to the fen: only then it can be confirmed.
    pub exact: bool,
}

/// The open lines of an account held against what is expected there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchingPage {
    /// When it was read.
    pub as_of: String,
    /// The feed position it is of.
    pub position: u64,
    /// The open lines.
    pub lines: Vec<BankLineRow>,
    /// What is expected.
    pub papers: Vec<ExpectedRow>,
    /// What pays what, the best first; no line and no paper stands in two of them.
    pub proposals: Vec<ProposalRow>,
    /// Lines that say once more what another line says.
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub duplicates: Vec<PaperId>,
}

/// The names a line's row shows.
fn line_wants(line: &BankLine, wanted: &mut Wanted) {
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
    }
}

/// The row of a line; `None` while it is a shell.
fn line_row(id: PaperId, line: &BankLine, names: &Names<'_>) -> Option<BankLineRow> {
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
    let aside = line.aside().map(|stamp| AsideLineRow {
        by: names.person(stamp.by),
        at: clock(stamp.at),
        kind: stamp.what.kind.code(),
        note: stamp.what.note.to_string(),
        staff: stamp.what.staff.map(|staff| names.person(staff)),
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

/// A paper that is expected, before its names are known.
struct Sent {
    id: PaperId,
    kind: Reversible,
    date: BusinessDate,
    at: String,
    staff: StaffId,
    customer: Option<CustomerId>,
    amount: Money,
    reference: String,
    slip: Option<String>,
    /// Whether finance has confirmed it, without any line that says so.
    confirmed: bool,
}

/// Whether what finance has confirmed of money names a line that says so.
fn has_a_line(confirmations: Option<&Confirmations>) -> bool {
    confirmations.is_some_and(|some| some.standing().any(|(_, one)| !one.lines.is_empty()))
}

impl Sent {
    fn of_remittance(id: uuid::Uuid, paper: &Remittance, account: AccountId) -> Option<Self> {
        let recorded = paper.recorded.as_ref().filter(|one| one.what.account == account && !one.withheld)?;
        if has_a_line(paper.confirmations.as_ref()) {
            return None;
        }
        Some(Self {
            id: PaperId(id),
            kind: Reversible::Remittance,
            date: business_date(recorded.at),
            at: clock(recorded.at),
            staff: recorded.by,
            customer: None,
            amount: recorded.what.drawers.iter().map(|part| part.amount.money()).sum(),
            reference: recorded.what.reference.to_string(),
            slip: recorded.what.slip.as_ref().map(ToString::to_string),
            confirmed: paper.confirmation().is_some(),
        })
    }

    fn of_collection(id: uuid::Uuid, paper: &Collection, account: AccountId) -> Option<Self> {
        let recorded = paper.recorded.as_ref().filter(|one| !one.withheld)?;
        let Means::Transfer { account: to, reference } = &recorded.what.means else { return None };
        (*to == account && !has_a_line(paper.confirmations.as_ref())).then(|| Self {
            id: PaperId(id),
            kind: Reversible::Collection,
            date: business_date(recorded.at),
            at: clock(recorded.at),
            staff: recorded.by,
            customer: Some(recorded.what.customer),
            amount: recorded.what.amount.money(),
            reference: reference.to_string(),
            slip: None,
            confirmed: paper.confirmation().is_some(),
        })
    }

    /// Whose name the bank may write: the rep's for a remittance; the customer's and their people's for a transfer.
    fn payers(&self, names: &Names<'_>) -> Vec<String> {
        let Some(customer) = self.customer else { return vec![names.person(self.staff).name] };
        match names.paper(&PaperKey::customer(customer)) {
            Some(Paper::Customer(card)) => {
                let people = card.contacts.elements().map(|(_, contact)| contact.name.to_string());
                [card.name().to_owned()].into_iter().chain(people).filter(|name| !name.is_empty()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn expected(&self, names: &Names<'_>) -> Expected {
        Expected {
            paper: self.id,
            owner: self.customer.map_or(Owner::Rep(self.staff), |one| Owner::Customer(one, self.staff)),
            confirmed: self.confirmed,
            date: self.date,
            amount: self.amount,
            payers: self.payers(names),
            reference: self.reference.clone(),
        }
    }

    fn row(&self, names: &Names<'_>) -> ExpectedRow {
        ExpectedRow {
            id: self.id,
            kind: self.kind,
            at: self.at.clone(),
            staff: names.person(self.staff),
            customer: self.customer.and_then(|customer| names.customer(customer)),
            amount: self.amount,
            reference: self.reference.clone(),
            slip: self.slip.clone(),
        }
    }
}

fn agreement(one: Agreement) -> AgreementRow {
    let (what, days) = match one {
        Agreement::Amount => ("amount", None),
        Agreement::AmountNearly => ("amount-nearly", None),
        Agreement::Date(days) => ("date", Some(days)),
        Agreement::Payer => ("payer", None),
        Agreement::PayerNearly => ("payer-nearly", None),
        Agreement::Reference => ("reference", None),
        Agreement::ReferenceNearly => ("reference-nearly", None),
    };
    AgreementRow { what, days, points: one.points() }
}

fn proposal(one: &Proposal, lines: &[(PaperId, StatementLine)], papers: &[Sent]) -> ProposalRow {
    ProposalRow {
        lines: one.lines.iter().map(|at| lines[*at].0).collect(),
        papers: one.papers.iter().map(|at| papers[*at].id).collect(),
        points: one.score.points(),
        agrees: one.score.agrees.iter().map(|one| agreement(*one)).collect(),
        certain: one.certain,
        exact: one.score.is_exact(),
    }
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

    /// The open lines of an account held against what is expected there. Source: S34.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn matching(&mut self, account: AccountId) -> Result<MatchingPage, RowsError> {
        let standing = |words: &[&str]| Filter {
            status: words.iter().map(|word| (*word).to_owned()).collect(),
            ..Filter::default()
        };
        let open = standing(&["open", "reopened"]);
        let mut listed = self.ask(&[PaperKind::BankLine], open, LATEST, 0, MOST_HELD).await?.rows;
        listed.retain(|row| match &row.paper {
            Paper::BankLine(line) => line.recorded.as_ref().is_some_and(|one| one.what.account == account),
            _ => false,
        });
        let mut sent =
            self.ask(&[PaperKind::Remittance], standing(&["sent"]), LATEST, 0, MOST_HELD).await?.rows;
        let mut transfers =
            self.ask(&[PaperKind::Collection], standing(&["transfer"]), LATEST, 0, MOST_HELD).await?.rows;
        // What is confirmed is asked for apart, so that it takes no place of what still waits.
        for (kind, found) in [(PaperKind::Remittance, &mut sent), (PaperKind::Collection, &mut transfers)] {
            found.extend(self.ask(&[kind], standing(&["confirmed"]), LATEST, 0, MOST_HELD).await?.rows);
        }
        let mut papers: Vec<Sent> = of_variant!(sent, Remittance)
            .filter_map(|(id, paper)| Sent::of_remittance(id, paper, account))
            .collect();
        papers.extend(
            of_variant!(transfers, Collection)
                .filter_map(|(id, paper)| Sent::of_collection(id, paper, account)),
        );
        // What a line of these days has said already, matched or set aside, another one may say once more.
        let settled = self
            .ask(&[PaperKind::BankLine], standing(&["matched", "set-aside"]), LATEST, 0, MOST_HELD)
            .await?
            .rows;
        let said: BTreeSet<_> = of_variant!(settled, BankLine)
            .filter_map(|(_, line)| line.recorded.as_ref().map(|one| &one.what))
            .filter(|what| what.account == account)
            .flat_map(|what| {
                let line = &what.line;
                let by = |words: &str| (line.date, line.amount, plain_name(words));
                [by(line.payer.as_str()), by(line.serial.as_str())]
            })
            .collect();
        let is_said = |what: &BookedLine| {
            let by = |words: &str| {
                !words.is_empty() && said.contains(&(what.date, what.amount, plain_name(words)))
            };
            by(what.payer.as_str()) || by(what.serial.as_str())
        };
        let lines: Vec<(PaperId, StatementLine)> = of_variant!(listed, BankLine)
            .filter_map(|(id, paper)| {
                let what = &paper.recorded.as_ref()?.what.line;
                let line = StatementLine {
                    number: what.number,
                    date: what.date,
                    amount: what.amount,
                    payer: what.payer.to_string(),
                    reference: what.reference.to_string(),
                    serial: what.serial.to_string(),
                    doubted: paper.status() == LineStatus::Reopened || is_said(what),
                };
                Some((PaperId(id), line))
            })
            .collect();
        let mut wanted = Wanted::default();
        of_variant!(listed, BankLine).for_each(|(_, line)| line_wants(line, &mut wanted));
        for paper in &papers {
            wanted.staff(paper.staff);
            if let Some(customer) = paper.customer {
                wanted.customer(customer);
            }
        }
        let position = self.snapshot.head().await?.position;
        let as_of = clock(self.now);
        let names = self.names(wanted).await?;
        let expected: Vec<Expected> = papers.iter().map(|paper| paper.expected(&names)).collect();
        let read: Vec<StatementLine> = lines.iter().map(|(_, line)| line.clone()).collect();
        // A thousand lines against as many papers take longer than a request may hold up the others.
        let found = tokio::task::spawn_blocking(move || match_lines(&read, &expected))
            .await
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        // What finance has confirmed already is a rival only: its line is nobody else's for certain.
        let is_open = |one: &&Proposal| one.papers.iter().all(|at| !papers[*at].confirmed);
        Ok(MatchingPage {
            as_of,
            position,
            lines: of_variant!(listed, BankLine)
                .filter_map(|(id, line)| line_row(PaperId(id), line, &names))
                .collect(),
            papers: papers.iter().filter(|paper| !paper.confirmed).map(|paper| paper.row(&names)).collect(),
            proposals: found
                .proposals
                .iter()
                .filter(is_open)
                .map(|one| proposal(one, &lines, &papers))
                .collect(),
            duplicates: found.duplicates.iter().map(|at| lines[*at].0).collect(),
        })
    }
}
