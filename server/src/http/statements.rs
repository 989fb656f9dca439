//! Bank statements: a file is looked at, read by a layout, taken into the book, and held against it. Source: S34, S41, S46.

use axum::body::Body;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sync_core::{
    domain::{
        bank::{BookedLine, Layout, MOST_LINES, StatementImported, StatementRefusal, statement_of},
        visit::BlobHash,
    },
    locale::{Lang, Texts},
    log::{Actor, sha256},
    op::Op,
    paper::{Paper, PaperKey},
    refusal::Refusal,
    unit::{AccountId, Money, PaperId, Text},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::{Problem, ProblemDocument};
use super::read::{Query, parsed, whole};
use super::{App, Caller, Language};
use crate::hub::Command;
use crate::import::{
    Fault, ROWS_WITH_HEADERS, ReadStatement, Table, UnreadableFile, fits, known_layouts, read_statement,
};
use crate::rows::{MatchingPage, Reader, SaidLines};
use crate::store::{Snapshot, StoreError};

/// The most bytes of a statement's file.
const FILE_LIMIT: usize = 4 * 1024 * 1024;

/// So many rows of a file are shown before it is read, and so many from the headers on.
const SHOWN_ROWS: usize = 12;
const SHOWN_BELOW: usize = 6;

/// So many lines, and so many faults, are named one by one.
const NAMED: usize = 200;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(columns))
        .routes(routes!(preview))
        .routes(routes!(import))
        .routes(routes!(matching))
}

/// Which file, of which account.
#[derive(Deserialize, IntoParams)]
pub(super) struct OfFile {
    /// The file's name: its ending says what it is.
    name: String,
    /// Of which account.
    #[param(value_type = uuid::Uuid)]
    account: AccountId,
}

/// Which file, of which account, and how its bank writes.
#[derive(Deserialize, IntoParams)]
pub(super) struct ByLayout {
    /// The file's name: its ending says what it is.
    name: String,
    /// Of which account.
    #[param(value_type = uuid::Uuid)]
    account: AccountId,
    /// How its bank writes: the layout of `mapping-saved`, as JSON.
    layout: String,
}

/// Of which account.
#[derive(Deserialize, IntoParams)]
pub(super) struct OfAccount {
    /// Which.
    #[param(value_type = uuid::Uuid)]
    account: AccountId,
}

/// One row of a file.
#[derive(Serialize, ToSchema)]
pub(super) struct FileRow {
    /// Its number, as a spreadsheet shows it.
    number: u32,
    /// Its cells.
    cells: Vec<String>,
}

/// A file before it is read.
#[derive(Serialize, ToSchema)]
pub(super) struct ColumnsAnswer {
    /// Its first rows.
    rows: Vec<FileRow>,
    /// The row that is most likely the one of the headers.
    header_row: u32,
    /// The headers in that row.
    headers: Vec<String>,
    /// The layouts to choose from: the account's own first, then those that every company has.
    #[schema(value_type = Vec<Object>)]
    layouts: Vec<Layout>,
    /// The first of them that the file has every column of.
    fits: Option<usize>,
}

/// A place in a file that has to be corrected.
#[derive(Serialize, ToSchema)]
pub(super) struct FaultRow {
    /// The row, as a spreadsheet shows it.
    row: u32,
    /// The column's header.
    column: String,
    /// What is wrong, with the limit.
    why: String,
}

/// A line as it would be read in.
#[derive(Serialize, ToSchema)]
pub(super) struct PreviewLine {
    /// Its row in the file.
    number: u32,
    /// The day the bank booked it.
    #[schema(value_type = String, example = "2026-10-16")]
    date: String,
    /// How much came in; below nothing what went out.
    #[schema(value_type = String, example = "9000.00")]
    amount: Money,
    /// Who paid.
    payer: String,
    /// What stands beside it.
    reference: String,
    /// The bank's own number.
    serial: String,
    /// Whether it is in the book already.
    already: bool,
    /// Whether a line of the day, sum, and payer or number is there under other words: it may be this one.
    perhaps: bool,
}

/// What a file would bring.
#[derive(Default, Serialize, ToSchema)]
pub(super) struct PreviewAnswer {
    /// The first lines.
    lines: Vec<PreviewLine>,
    /// How many there are.
    total: usize,
    /// How many of them are in the book already.
    already: usize,
    /// How many more may be: of a line of the day, sum, and payer or number, under other words.
    perhaps: usize,
    /// How many rows are no lines: sums, and what stands below with neither a day nor a sum.
    skipped: usize,
    /// The first of those rows.
    skipped_rows: Vec<u32>,
    /// In how many rows a payer or a remark was cut.
    shortened: usize,
    /// The first of those rows.
    shortened_rows: Vec<u32>,
    /// The first day.
    first: Option<String>,
    /// The last day.
    last: Option<String>,
    /// What came in.
    #[schema(value_type = String, example = "120600.00")]
    came_in: Money,
    /// What went out.
    #[schema(value_type = String, example = "50.00")]
    went_out: Money,
    /// What has to be corrected first; while there is anything, nothing is read in.
    faults: Vec<FaultRow>,
    /// How many faults there are.
    faulty: usize,
}

/// What a file has brought.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportAnswer {
    /// The statement.
    #[schema(value_type = uuid::Uuid)]
    statement: PaperId,
    /// Lines that are new.
    lines: usize,
    /// Lines that were in the book already.
    already: usize,
    /// The place of the last change in the feed.
    position: u64,
}

/// Finance reads statements, nobody else.
fn may_read(caller: &Caller) -> Result<(), Problem> {
    if caller.viewer.role.confirms_money() {
        Ok(())
    } else {
        Err(Refusal::from(StatementRefusal::NotFinance).into())
    }
}

fn unreadable(why: &UnreadableFile) -> Problem {
    let problem =
        Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "statement.unreadable").field("body");
    let limit = match why {
        UnreadableFile::TooLarge { most, .. }
        | UnreadableFile::UnpacksTooFar { most }
        | UnreadableFile::TooManyTexts { most } => Some(*most),
        UnreadableFile::TooManyRows { most } | UnreadableFile::TooManyColumns { most } => {
            Some(u64::from(*most))
        }
        _ => None,
    };
    let said = why.clone();
    let problem = match said {
        UnreadableFile::UnknownEnding => {
            problem.worded(|texts, _| UnreadableFile::UnknownEnding.said(texts), String::new())
        }
        UnreadableFile::NoRows => {
            problem.worded(|texts, _| UnreadableFile::NoRows.said(texts), String::new())
        }
        UnreadableFile::NotText => {
            problem.worded(|texts, _| UnreadableFile::NotText.said(texts), String::new())
        }
        other => problem
            .worded(|texts, why| UnreadableFile::NotATable(why.to_owned()).said(texts), other.to_string()),
    };
    match limit {
        Some(limit) => problem.limit(limit),
        None => problem,
    }
}

async fn table(body: Body, name: &str) -> Result<(Table, BlobHash), Problem> {
    let bytes = whole(body, FILE_LIMIT, "request.too-large").await?;
    let hash = BlobHash(sha256(&[&bytes]));
    let name = name.to_owned();
    // A workbook unpacks to many times its size: that may not hold up the others.
    let table = tokio::task::spawn_blocking(move || Table::read(&name, bytes.into()))
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
        .map_err(|why| unreadable(&why))?;
    Ok((table, hash))
}

fn layout(said: &str) -> Result<Layout, Problem> {
    parsed::<Layout>(said.as_bytes()).map_err(|problem| problem.coded("statement.bad-layout"))
}

/// Look at a statement's file: its first rows, its headers, and which layouts there are.
///
/// The body is the file: .xlsx or .csv, at most 4 MiB and 20,000 rows. Nothing is kept.
#[utoipa::path(post, path = "/statements/columns", tag = "statements", params(OfFile), security(("access" = ["finance"])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = ColumnsAnswer),
        (status = 413, body = ProblemDocument, description = "`request.too-large` with `limit`"),
        (status = 422, body = ProblemDocument, description = "`statement.not-finance`; `statement.unreadable` with why and the limit"),
    ))]
async fn columns(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<OfFile>,
    body: Body,
) -> Result<axum::Json<ColumnsAnswer>, Problem> {
    may_read(&caller)?;
    let (table, _) = table(body, &asked.name).await?;
    let saved = saved_layout(&app, asked.account).await?;
    let layouts: Vec<Layout> = saved.into_iter().chain(known_layouts()).collect();
    let fits = layouts.iter().position(|layout| fits(layout, &table));
    let head = FileRow { number: table.header_row, cells: table.headers.clone() };
    let below = table.lines.iter().map(|line| FileRow { number: line.number, cells: line.cells.clone() });
    let mut rows: Vec<FileRow> =
        [head].into_iter().chain(below).take(ROWS_WITH_HEADERS + SHOWN_BELOW).collect();
    // What a bank writes above its headers has few cells; the headers have the most, and the first such row is theirs.
    let filled = |row: &FileRow| row.cells.iter().filter(|cell| !cell.is_empty()).count();
    let most = rows.iter().map(filled).max().unwrap_or_default();
    let at = rows.iter().position(|row| filled(row) == most).unwrap_or_default();
    let (header_row, headers) =
        rows.get(at).map_or((table.header_row, Vec::new()), |row| (row.number, row.cells.clone()));
    rows.truncate(SHOWN_ROWS.max(at + SHOWN_BELOW));
    Ok(axum::Json(ColumnsAnswer { rows, header_row, headers, layouts, fits }))
}

async fn saved_layout(app: &App, account: AccountId) -> Result<Option<Layout>, Problem> {
    let key = PaperKey::mapping(account);
    let found = app.snapshot().await?.papers(&[key]).await?;
    Ok(found.into_iter().find_map(|(_, paper)| match paper {
        Paper::Mapping(mapping) => mapping.layout().map(|saved| saved.what.layout.clone()),
        _ => None,
    }))
}

/// The ids of those lines that are in the book already.
async fn there(app: &App, account: AccountId, lines: &[BookedLine]) -> Result<Vec<PaperId>, StoreError> {
    let keys: Vec<PaperKey> = lines.iter().map(|line| PaperKey::bank_line(line.id(account))).collect();
    let mut moment = app.snapshot().await?;
    let mut known = Vec::new();
    for some in keys.chunks(500) {
        let found = moment.papers(some).await?;
        known.extend(found.into_iter().filter_map(|(key, paper)| match paper {
            Paper::BankLine(line) if line.recorded.is_some() => Some(PaperId(key.id)),
            _ => None,
        }));
    }
    known.sort_unstable();
    Ok(known)
}

/// What lines of those days in the book have said.
async fn said(
    app: &App,
    caller: &Caller,
    lang: Lang,
    account: AccountId,
    lines: &[BookedLine],
) -> Result<SaidLines, Problem> {
    let days = || lines.iter().map(|line| line.date);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(SaidLines::default()) };
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    Ok(reader.said_lines(account, first, last).await?)
}

fn faulty(texts: &Texts, faults: &[Fault]) -> PreviewAnswer {
    let rows = faults.iter().take(NAMED).map(|fault| FaultRow {
        row: fault.row,
        column: fault.column.clone(),
        why: fault.why.said(texts),
    });
    PreviewAnswer { faults: rows.collect(), faulty: faults.len(), ..PreviewAnswer::default() }
}

/// Read a statement's file by a layout, without keeping anything: its lines, or what has to be corrected by row and column.
#[utoipa::path(post, path = "/statements/preview", tag = "statements", params(ByLayout), security(("access" = ["finance"])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = PreviewAnswer),
        (status = 400, body = ProblemDocument, description = "`statement.bad-layout` with the field"),
        (status = 413, body = ProblemDocument, description = "`request.too-large` with `limit`"),
        (status = 422, body = ProblemDocument, description = "`statement.not-finance`; `statement.unreadable`"),
    ))]
async fn preview(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Query(asked): Query<ByLayout>,
    body: Body,
) -> Result<axum::Json<PreviewAnswer>, Problem> {
    may_read(&caller)?;
    let layout = layout(&asked.layout)?;
    let (table, _) = table(body, &asked.name).await?;
    let ReadStatement { lines, skipped, shortened } = match read_statement(&layout, &table) {
        Ok(read) => read,
        Err(faults) => return Ok(axum::Json(faulty(app.texts(lang), &faults))),
    };
    let known = there(&app, asked.account, &lines).await?;
    let is_known = |line: &BookedLine| known.binary_search(&line.id(asked.account)).is_ok();
    let said = said(&app, &caller, lang, asked.account, &lines).await?;
    let is_perhaps = |line: &BookedLine| !is_known(line) && said.holds(line);
    let sum = |out: bool| -> Money {
        lines.iter().map(|line| line.amount).filter(|sum| (*sum < Money::ZERO) == out).sum()
    };
    let days = || lines.iter().map(|line| line.date);
    Ok(axum::Json(PreviewAnswer {
        total: lines.len(),
        already: lines.iter().filter(|line| is_known(line)).count(),
        perhaps: lines.iter().filter(|line| is_perhaps(line)).count(),
        skipped: skipped.len(),
        skipped_rows: skipped.into_iter().take(SHOWN_ROWS).collect(),
        shortened: shortened.len(),
        shortened_rows: shortened.into_iter().take(SHOWN_ROWS).collect(),
        first: days().min().map(|day| day.to_string()),
        last: days().max().map(|day| day.to_string()),
        came_in: sum(false),
        went_out: sum(true).negated(),
        lines: lines
            .iter()
            .take(NAMED)
            .map(|line| PreviewLine {
                number: line.number,
                date: line.date.to_string(),
                amount: line.amount,
                payer: line.payer.to_string(),
                reference: line.reference.to_string(),
                serial: line.serial.to_string(),
                already: is_known(line),
                perhaps: is_perhaps(line),
            })
            .collect(),
        ..PreviewAnswer::default()
    }))
}

/// Read a statement's file into the book, all of it or nothing.
///
/// Lines that are in the book already, out of the same file or another one of the same days, are left out; a file that
/// brings nothing new is refused. A long statement is written as several changes of at most 500 lines, in one transaction.
#[utoipa::path(post, path = "/statements/import", tag = "statements", params(ByLayout), security(("access" = ["finance"])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = ImportAnswer),
        (status = 400, body = ProblemDocument, description = "`statement.bad-layout` with the field"),
        (status = 413, body = ProblemDocument, description = "`request.too-large` with `limit`"),
        (status = 422, body = ProblemDocument, description = "`statement.not-finance`, `statement.unknown-account`, \
            `statement.already-imported`, `statement.no-lines`; `statement.unreadable`; `statement.faults` with how many"),
    ))]
async fn import(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ByLayout>,
    body: Body,
) -> Result<axum::Json<ImportAnswer>, Problem> {
    may_read(&caller)?;
    let layout = layout(&asked.layout)?;
    let (table, file) = table(body, &asked.name).await?;
    let account = asked.account;
    let lines = read_statement(&layout, &table).map(|read| read.lines).map_err(|faults| {
        let problem = Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "statement.faults");
        problem.figure("faults", faults.len() as u64)
    })?;
    let all = lines.len();
    let known = there(&app, account, &lines).await?;
    let (old, new): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| known.binary_search(&line.id(account)).is_ok());
    // Where nothing is new the rule says so.
    let new = if new.is_empty() { old } else { new };
    let name: String = asked.name.chars().filter(|c| !c.is_control()).take(120).collect();
    let name = Text::new(&name).map_err(|_| Problem::missing("name"))?;
    let actor = Actor { staff: caller.session.staff, session: caller.session.id };
    let parts = u32::try_from(new.len().div_ceil(MOST_LINES)).unwrap_or(u32::MAX);
    let op = |part: u32, lines: Vec<BookedLine>| {
        Op::StatementImported(StatementImported { account, file, name: name.clone(), part, parts, lines })
    };
    let mut commands = Vec::new();
    for (at, some) in (1..).zip(new.chunks(MOST_LINES)) {
        commands.push(Command::new(actor, op(at, some.to_vec())));
    }
    if commands.is_empty() {
        return Err(Refusal::from(StatementRefusal::NoLines).into());
    }
    let done = app.queue.commands(commands).await?;
    Ok(axum::Json(ImportAnswer {
        statement: statement_of(account, &file),
        lines: new.len(),
        already: all - new.len(),
        position: done.last().map_or(0, |done| done.position),
    }))
}

/// The open lines of an account held against what was sent there: what pays what, how sure that is and why, and what is left
/// on both sides. Source: S34, S41.
#[utoipa::path(get, path = "/statements/matching", tag = "statements", params(OfAccount), security(("access" = ["finance"])),
    responses(
        (status = 200, body = MatchingPage),
        (status = 422, body = ProblemDocument, description = "`statement.not-finance`"),
    ))]
async fn matching(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
    Query(asked): Query<OfAccount>,
) -> Result<axum::Json<MatchingPage>, Problem> {
    may_read(&caller)?;
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
    Ok(axum::Json(reader.matching(asked.account).await?))
}
