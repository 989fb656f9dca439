//! The statement of an account held against the book (对账). Source: S34, S41, S46.
//!
//! Floor: above the rows. It proposes; finance confirms.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sync_core::{
    domain::{
        bank::{
            Agreement, BankLine, BookedLine, Expected, LineStatus, Owner, Proposal, StatementLine,
            WINDOW_DAYS, gives_back, match_lines, plain_name,
        },
        cash::{Collection, Confirmations, ConfirmedPaper, Means, Remittance, Reversible},
    },
    paper::{Paper, PaperKey, PaperKind},
    time::{BusinessDate, business_date},
    unit::{AccountId, ChangeId, CustomerId, Money, PaperId, StaffId},
};
use utoipa::ToSchema;

use super::{
    Reader, RowsError,
    ask::day_begins_ms,
    common::{ChangeRef, CustomerRef, Person, clock},
    lists::{LATEST, of_variant},
    names::{Names, Wanted},
    statements::{BankLineRow, PaidRow, line_row, line_wants},
};
use crate::store::{Filter, Listed, Snapshot, StoreError, Stored, Sums};

/// The most open lines that came in, the most that went out, and the most papers, that are held against each other.
const MOST_HELD: u32 = 4_000;

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
    /// What finance has confirmed of it without a line, for a line that belongs to that.
    pub confirmation: Option<LinelessRow>,
}

/// What finance has confirmed without naming a line that says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinelessRow {
    /// The confirmation.
    pub confirmation: ChangeRef,
    /// Who confirmed.
    pub by: Person,
    /// The day that was named.
    #[schema(value_type = String, example = "2026-10-16")]
    pub arrived_on: String,
    /// All that it confirmed, this paper among them: the sum is that of all.
    pub papers: Vec<PaidRow>,
}

/// What agrees between lines and papers, and what that is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgreementRow {
    /// `amount`, `amount-nearly`, `date`, `payer`, `payer-nearly`, `reference`, `reference-nearly`.
    #[schema(value_type = String, example = "amount")]
    pub what: &'static str,
    /// So many days after the paper was written, for a date; below nothing before it.
    pub days: Option<i32>,
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

/// A line that may be the return (退汇) of money that finance has confirmed. Source: S17.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReturnRow {
    /// The line by which it went back.
    #[schema(value_type = uuid::Uuid)]
    pub line: PaperId,
    /// The line by which it had come, with what was confirmed by it.
    pub of: BankLineRow,
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
    /// What finance has confirmed without a line, and an open line seems to belong to.
    pub confirmed: Vec<ExpectedRow>,
    /// So many lines that came in, lines that went out, and papers, are held at most: the latest.
    pub at_most: u32,
    /// Whether more lines are open than are held.
    pub more_lines: bool,
    /// Whether more papers wait than are held.
    pub more_papers: bool,
    /// What pays what, the best first; no line and no paper stands in two of them.
    pub proposals: Vec<ProposalRow>,
    /// Lines that say once more what another line says.
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub duplicates: Vec<PaperId>,
    /// Lines that may be the return of what was confirmed: the papers are reversed before the line is set aside.
    pub returns: Vec<ReturnRow>,
}

/// What finance has confirmed of a paper without naming a line.
struct Lineless {
    change: ChangeId,
    by: StaffId,
    arrived_on: BusinessDate,
    papers: Vec<ConfirmedPaper>,
    /// Whether nothing else that was confirmed of it stands.
    alone: bool,
}

impl Lineless {
    /// What stands and names no line; nothing where a line is named, or where nothing was confirmed.
    fn of(confirmations: Option<&Confirmations>) -> Option<Self> {
        let confirmations = confirmations?;
        let (change, one) = confirmations.counts()?;
        Some(Self {
            change,
            by: one.by,
            arrived_on: one.arrived_on,
            papers: one.papers.clone(),
            alone: confirmations.standing().count() == 1,
        })
    }
}

/// A paper that is expected, before its names are known; or those that finance has confirmed at once without a line.
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
    confirmed: Option<Lineless>,
    /// How many papers it stands for.
    papers: usize,
}

/// Whether what finance has confirmed of money names a line that says so.
fn has_a_line(confirmations: Option<&Confirmations>) -> bool {
    confirmations.is_some_and(|some| some.standing().any(|(_, one)| !one.lines.is_empty()))
}

impl Sent {
    fn of_remittance(id: uuid::Uuid, paper: &Remittance, account: AccountId) -> Option<Self> {
        let recorded = paper.recorded.as_ref().filter(|one| one.what.account == account && !one.withheld)?;
        let confirmations = paper.confirmations.as_ref();
        (!has_a_line(confirmations)).then(|| Self {
            id: PaperId(id),
            kind: Reversible::Remittance,
            date: business_date(recorded.at),
            at: clock(recorded.at),
            staff: recorded.by,
            customer: None,
            amount: recorded.what.drawers.iter().map(|part| part.amount.money()).sum(),
            reference: recorded.what.reference.to_string(),
            slip: recorded.what.slip.as_ref().map(ToString::to_string),
            confirmed: Lineless::of(confirmations),
            papers: 1,
        })
    }

    fn of_collection(id: uuid::Uuid, paper: &Collection, account: AccountId) -> Option<Self> {
        let recorded = paper.recorded.as_ref().filter(|one| !one.withheld)?;
        let Means::Transfer { account: to, reference } = &recorded.what.means else { return None };
        let confirmations = paper.confirmations.as_ref();
        (*to == account && !has_a_line(confirmations)).then(|| Self {
            id: PaperId(id),
            kind: Reversible::Collection,
            date: business_date(recorded.at),
            at: clock(recorded.at),
            staff: recorded.by,
            customer: Some(recorded.what.customer),
            amount: recorded.what.amount.money(),
            reference: reference.to_string(),
            slip: None,
            confirmed: Lineless::of(confirmations),
            papers: 1,
        })
    }

    fn of(row: &Listed, account: AccountId) -> Option<Self> {
        match &row.paper {
            Paper::Remittance(paper) => Self::of_remittance(row.key.id, paper, account),
            Paper::Collection(paper) => Self::of_collection(row.key.id, paper, account),
            _ => None,
        }
    }

    /// What was confirmed at once is one sum: a line belongs to all of it or to nothing.
    fn put_together(all: Vec<Self>) -> Vec<Self> {
        let mut places: BTreeMap<ChangeId, usize> = BTreeMap::new();
        let mut together: Vec<Self> = Vec::new();
        for one in all {
            let first = one.confirmed.as_ref().and_then(|said| places.get(&said.change)).copied();
            if let Some(first) = first.and_then(|at| together.get_mut(at)) {
                first.amount = first.amount.plus(one.amount);
                first.papers += 1;
                continue;
            }
            if let Some(said) = &one.confirmed {
                places.insert(said.change, together.len());
            }
            together.push(one);
        }
        together
    }

    /// Whether a line can still be named for what was confirmed: nothing else was, and all its papers are here.
    fn awaits_a_line(&self) -> bool {
        self.confirmed.as_ref().is_some_and(|said| said.alone && said.papers.len() == self.papers)
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
            confirmed: self.confirmed.is_some(),
            date: self.date,
            amount: self.amount,
            payers: self.payers(names),
            reference: self.reference.clone(),
        }
    }

    fn wants(&self, wanted: &mut Wanted) {
        wanted.staff(self.staff);
        if let Some(customer) = self.customer {
            wanted.customer(customer);
        }
        if let Some(said) = &self.confirmed {
            wanted.staff(said.by);
        }
    }

    fn row(&self, names: &Names<'_>) -> ExpectedRow {
        let paid = |paper: &ConfirmedPaper| PaidRow { of: paper.of, staff: names.person(paper.staff) };
        ExpectedRow {
            id: self.id,
            kind: self.kind,
            at: self.at.clone(),
            staff: names.person(self.staff),
            customer: self.customer.and_then(|customer| names.customer(customer)),
            amount: self.amount,
            reference: self.reference.clone(),
            slip: self.slip.clone(),
            confirmation: self.confirmed.as_ref().map(|said| LinelessRow {
                confirmation: said.change.into(),
                by: names.person(said.by),
                arrived_on: said.arrived_on.to_string(),
                papers: said.papers.iter().map(paid).collect(),
            }),
        }
    }
}

/// What lines have said already: another one of the same day and sum, by the same payer or under the same number, may say
/// it once more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaidLines(BTreeSet<(BusinessDate, Money, String)>);

impl SaidLines {
    fn of<'l>(lines: impl Iterator<Item = &'l BookedLine>) -> Self {
        Self(
            lines
                .flat_map(|line| {
                    let by = |words: &str| (line.date, line.amount, plain_name(words));
                    [by(line.payer.as_str()), by(line.serial.as_str())]
                })
                .collect(),
        )
    }

    /// Whether one of them may be this line.
    pub fn holds(&self, line: &BookedLine) -> bool {
        let by =
            |words: &str| !words.is_empty() && self.0.contains(&(line.date, line.amount, plain_name(words)));
        by(line.payer.as_str()) || by(line.serial.as_str())
    }
}

fn booked(row: &Listed, account: AccountId) -> Option<&BookedLine> {
    match &row.paper {
        Paper::BankLine(line) => line
            .recorded
            .as_ref()
            .map(|one| &one.what)
            .filter(|what| what.account == account)
            .map(|what| &what.line),
        _ => None,
    }
}

/// The open lines that may be the return of what a confirmed line brought; each with the latest such line.
fn returned<'l>(
    open: &[Listed],
    settled: &'l [Listed],
    account: AccountId,
) -> Vec<(PaperId, PaperId, &'l BankLine)> {
    let confirmed = settled.iter().filter_map(|row| match &row.paper {
        Paper::BankLine(line) if line.standing().is_some() => {
            Some((PaperId(row.key.id), line, booked(row, account)?))
        }
        _ => None,
    });
    let confirmed: Vec<_> = confirmed.collect();
    let backs = open.iter().filter_map(|row| Some((PaperId(row.key.id), booked(row, account)?)));
    backs
        .filter_map(|(id, back)| {
            let came = confirmed.iter().filter(|(_, _, came)| gives_back(back, came));
            came.max_by_key(|(of, _, came)| (came.date, *of)).map(|(of, line, _)| (id, *of, *line))
        })
        .collect()
}

fn standing(words: &[&str]) -> Filter {
    Filter { status: words.iter().map(|word| (*word).to_owned()).collect(), ..Filter::default() }
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
    /// The latest papers of a kind that pass and are `wanted`, at most [`MOST_HELD`]; and whether there are more.
    async fn up_to_most(
        &mut self,
        kind: PaperKind,
        filter: &Filter,
        wanted: impl Fn(&Listed) -> bool,
    ) -> Stored<(Vec<Listed>, bool)> {
        let most = MOST_HELD as usize;
        let (mut found, mut read) = (Vec::new(), 0);
        loop {
            let page = self.ask(&[kind], filter.clone(), LATEST, read, MOST_HELD).await?.rows;
            let (whole, count) = (page.len() == most, page.len() as u64);
            read += count;
            found.extend(page.into_iter().filter(|row| wanted(row)));
            if found.len() > most {
                found.truncate(most);
                return Ok((found, true));
            }
            if !whole {
                return Ok((found, false));
            }
        }
    }

    /// The open lines of an account: what came in, and beside it what went out, each by its own bound.
    async fn open_lines(&mut self, account: AccountId) -> Stored<(Vec<Listed>, bool)> {
        let of_account = |row: &Listed| booked(row, account).is_some();
        let (mut lines, mut more) = (Vec::new(), false);
        for sums in [Sums::AboveNothing, Sums::NothingOrBelow] {
            let open = Filter { sums: Some(sums), ..standing(&["open", "reopened"]) };
            let (some, beyond) = self.up_to_most(PaperKind::BankLine, &open, of_account).await?;
            lines.extend(some);
            more |= beyond;
        }
        Ok((lines, more))
    }

    /// What waits on an account; and beside it, so that it takes no place of that, what was confirmed since a day.
    async fn sent_to(&mut self, account: AccountId, since: Option<i64>) -> Stored<(Vec<Sent>, bool)> {
        let of_account = |row: &Listed| Sent::of(row, account).is_some();
        let (mut papers, mut more) = (Vec::new(), false);
        for (kind, waits) in [(PaperKind::Remittance, "sent"), (PaperKind::Collection, "transfer")] {
            let (some, beyond) = self.up_to_most(kind, &standing(&[waits]), of_account).await?;
            papers.extend(some.iter().filter_map(|row| Sent::of(row, account)));
            more |= beyond;
            if since.is_some() {
                let confirmed = Filter { from_ms: since, ..standing(&["confirmed"]) };
                let (some, _) = self.up_to_most(kind, &confirmed, of_account).await?;
                papers.extend(some.iter().filter_map(|row| Sent::of(row, account)));
            }
        }
        Ok((Sent::put_together(papers), more))
    }

    /// What lines of an account have said from one day through another, wherever they stand.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn said_lines(
        &mut self,
        account: AccountId,
        first: BusinessDate,
        last: BusinessDate,
    ) -> Result<SaidLines, RowsError> {
        let (from_ms, until_ms) =
            (Some(day_begins_ms(first.0)), Some(day_begins_ms(last.0 + chrono::Duration::days(1))));
        let days = Filter { from_ms, until_ms, ..Filter::default() };
        let (lines, _) =
            self.up_to_most(PaperKind::BankLine, &days, |row| booked(row, account).is_some()).await?;
        Ok(SaidLines::of(lines.iter().filter_map(|row| booked(row, account))))
    }

    /// The open lines of an account held against what is expected there. Source: S34.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn matching(&mut self, account: AccountId) -> Result<MatchingPage, RowsError> {
        let (listed, more_lines) = self.open_lines(account).await?;
        let first = listed.iter().filter_map(|row| booked(row, account)).map(|line| line.date).min();
        let before = |day: BusinessDate| day_begins_ms(day.0 - chrono::Duration::days(WINDOW_DAYS));
        let (papers, more_papers) = self.sent_to(account, first.map(before)).await?;
        let settled = match first {
            Some(day) => {
                let settled = standing(&["matched", "set-aside"]);
                let settled = Filter { from_ms: Some(before(day)), ..settled };
                self.up_to_most(PaperKind::BankLine, &settled, |row| booked(row, account).is_some()).await?.0
            }
            None => Vec::new(),
        };
        let said = SaidLines::of(settled.iter().filter_map(|row| booked(row, account)));
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
                    doubted: paper.status() == LineStatus::Reopened || said.holds(what),
                };
                Some((PaperId(id), line))
            })
            .collect();
        let mut wanted = Wanted::default();
        of_variant!(listed, BankLine).for_each(|(_, line)| line_wants(line, &mut wanted));
        let returned = returned(&listed, &settled, account);
        for (_, _, came) in &returned {
            line_wants(came, &mut wanted);
        }
        for paper in &papers {
            paper.wants(&mut wanted);
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
        // What finance has confirmed is a rival of what waits; a line belongs to it by itself, and to the fen.
        let is_shown = |one: &&Proposal| {
            one.papers.iter().all(|at| papers[*at].confirmed.is_none())
                || (one.score.is_exact() && one.papers.len() == 1 && papers[one.papers[0]].awaits_a_line())
        };
        let shown: Vec<&Proposal> = found.proposals.iter().filter(is_shown).collect();
        let named: BTreeSet<usize> = shown.iter().flat_map(|one| &one.papers).copied().collect();
        let rows = |confirmed: bool| {
            let of =
                papers.iter().enumerate().filter(move |(_, paper)| paper.confirmed.is_some() == confirmed);
            of.filter(|(at, _)| !confirmed || named.contains(at))
                .map(|(_, paper)| paper.row(&names))
                .collect()
        };
        Ok(MatchingPage {
            as_of,
            position,
            lines: of_variant!(listed, BankLine)
                .filter_map(|(id, line)| line_row(PaperId(id), line, &names))
                .collect(),
            papers: rows(false),
            confirmed: rows(true),
            at_most: MOST_HELD,
            more_lines,
            more_papers,
            proposals: shown.into_iter().map(|one| proposal(one, &lines, &papers)).collect(),
            duplicates: found.duplicates.iter().map(|at| lines[*at].0).collect(),
            returns: returned
                .into_iter()
                .filter_map(|(line, id, came)| Some(ReturnRow { line, of: line_row(id, came, &names)? }))
                .collect(),
        })
    }
}
