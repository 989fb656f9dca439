//! The statement of an account held against the book (对账). Source: S34, S41, S46.
//!
//! Floor: above the rows. It proposes; finance confirms.

mod sent;

use std::collections::BTreeSet;

use serde::Serialize;
use sync_core::{
    domain::{
        bank::{
            Agreement, BankLine, BookedLine, Expected, LineStatus, Proposal, StatementLine, WINDOW_DAYS,
            gives_back, match_lines, plain_name,
        },
        cash::Reversible,
    },
    paper::{Paper, PaperKind},
    time::BusinessDate,
    unit::{AccountId, Money, PaperId},
};
use utoipa::ToSchema;

use self::sent::Sent;
use super::{
    Reader, RowsError,
    ask::day_begins_ms,
    common::{ChangeRef, CustomerRef, Person, clock},
    lists::{LATEST, of_variant},
    names::Wanted,
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
            one.papers.iter().all(|at| !papers[*at].is_confirmed())
                || (one.score.is_exact() && one.papers.len() == 1 && papers[one.papers[0]].awaits_a_line())
        };
        let shown: Vec<&Proposal> = found.proposals.iter().filter(is_shown).collect();
        let named: BTreeSet<usize> = shown.iter().flat_map(|one| &one.papers).copied().collect();
        let rows = |confirmed: bool| {
            let of = papers.iter().enumerate().filter(move |(_, paper)| paper.is_confirmed() == confirmed);
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
