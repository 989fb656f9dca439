//! A new price list out of a file (销售定价). Source: S5.
//!
//! Floor: above the hub's commands. A list is never edited: every import issues a new one.

use std::collections::BTreeMap;

use sync_core::{
    domain::sale::PriceListIssued,
    op::Op,
    paper::{Paper, PaperKind},
    refusal::Refusal,
    time::{BusinessDate, Timestamp},
    unit::{PriceListId, ProductId, Text, UnitPrice},
};

use super::{
    ImportError, Report, book,
    cells::date,
    columns::{Columns, Known},
    fault::{Fault, Why},
    table::Table,
};
use crate::{
    hub::{Command, CommandError, Hub},
    store::Store,
};

/// What is said of the list beside the file; where nothing is said, the file's columns count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListHead {
    /// Its version, such as `2026-11`.
    pub version: Option<String>,
    /// The meeting that set it.
    pub meeting: Option<String>,
    /// First day in force.
    pub from: Option<String>,
    /// Last day in force.
    pub to: Option<String>,
}

/// A column of a prices file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Code,
    Price,
    Name,
    Specification,
    Unit,
    Version,
    Meeting,
    From,
    To,
}

fn known() -> Vec<Known<Column>> {
    let all = [
        (Column::Code, ["产品代码", "product code", "代码", "code"], true),
        (Column::Price, ["单价", "price", "价格", "unit price"], true),
        (Column::Name, ["产品名称", "product", "名称", "name"], false),
        (Column::Specification, ["规格", "specification", "产品规格", "spec"], false),
        (Column::Unit, ["单位", "unit", "计量单位", "uom"], false),
        (Column::Version, ["版本", "version", "价格表版本", "list version"], false),
        (Column::Meeting, ["定价会", "meeting", "定价会议", "pricing meeting"], false),
        (Column::From, ["生效日期", "valid from", "开始日期", "from"], false),
        (Column::To, ["截止日期", "valid to", "结束日期", "to"], false),
    ];
    all.into_iter()
        .map(|(column, headers, required)| Known {
            column,
            headers: headers.map(str::to_owned).to_vec(),
            required,
        })
        .collect()
}

/// Reads prices and, where `apply` says so and nothing has to be corrected, issues them as one new list.
///
/// # Errors
/// Those of the store.
pub async fn prices<S: Store>(
    hub: &Hub<S>,
    table: &Table,
    head: &ListHead,
    apply: bool,
    now: Timestamp,
) -> Result<Report, ImportError> {
    let mut report = Report::of(table);
    let columns = match Columns::find(table, &known()) {
        Ok(columns) => columns,
        Err(faults) => {
            report.faults = faults;
            return Ok(report);
        }
    };
    let goods = goods(hub).await?;
    let prices = listed(table, &columns, &goods, &mut report.faults);
    let issued = PriceListIssued {
        list: PriceListId::from_bytes([0; 16]),
        version: word(table, &columns, Column::Version, head.version.as_deref(), &mut report.faults),
        meeting: word(table, &columns, Column::Meeting, head.meeting.as_deref(), &mut report.faults),
        valid_from: day(table, &columns, Column::From, head.from.as_deref(), &mut report.faults),
        valid_to: day(table, &columns, Column::To, head.to.as_deref(), &mut report.faults),
        prices,
    };
    if versions(hub).await?.contains(&issued.version.to_string()) {
        report.faults.push(Fault::of(0, issued.version.as_str(), Why::VersionTaken));
    }
    if issued.valid_to < issued.valid_from && report.faults.is_empty() {
        let refusal = Refusal::Price(sync_core::domain::sale::PriceRefusal::EndsBeforeItBegins);
        report.faults.push(Fault::of(0, &issued.valid_to.to_string(), Why::Refused(refusal)));
    }
    report.new = issued.prices.len();
    report.list = Some((issued.version.to_string(), issued.valid_from, issued.valid_to));
    report.left_out = goods
        .iter()
        .filter(|(_, (id, sold))| *sold && issued.prices.iter().all(|(listed, _)| listed != id))
        .map(|(code, _)| code.clone())
        .collect();
    if apply && report.faults.is_empty() {
        issue(hub, issued, &mut report, now).await?;
    }
    Ok(report)
}

async fn issue<S: Store>(
    hub: &Hub<S>,
    issued: PriceListIssued,
    report: &mut Report,
    now: Timestamp,
) -> Result<(), ImportError> {
    let command = Command::deriving(super::operator(), move |id| {
        Op::PriceListIssued(PriceListIssued { list: PriceListId(id.created()), ..issued })
    });
    match hub.command(command, now).await {
        Ok(_) => report.applied = true,
        Err(CommandError::Refused { refusal, .. }) => {
            report.faults.push(Fault::of(0, "", Why::Refused(refusal)));
        }
        Err(CommandError::Store(error)) => return Err(error.into()),
    }
    Ok(())
}

fn listed(
    table: &Table,
    columns: &Columns<Column>,
    goods: &BTreeMap<String, (ProductId, bool)>,
    faults: &mut Vec<Fault>,
) -> Vec<(ProductId, UnitPrice)> {
    let mut seen: BTreeMap<ProductId, u32> = BTreeMap::new();
    let mut prices = Vec::new();
    for line in &table.lines {
        let code = columns.cell(line, Column::Code);
        let product = goods.get(&code.to_uppercase()).map(|(id, _)| *id);
        let price = UnitPrice::typed(columns.cell(line, Column::Price));
        match product {
            None if code.is_empty() => faults.push(columns.fault(line, Column::Code, Why::Missing)),
            None => faults.push(columns.fault(line, Column::Code, Why::NoSuchProduct)),
            Some(product) => {
                if let Some(row) = seen.insert(product, line.number) {
                    faults.push(columns.fault(line, Column::Code, Why::SameAsRow { row }));
                }
            }
        }
        match (product, price) {
            (Some(product), Ok(price)) => prices.push((product, price)),
            (_, Err(why)) => faults.push(columns.fault(line, Column::Price, Why::Amount(why))),
            (None, Ok(_)) => {}
        }
    }
    prices
}

/// What is said of the whole list: beside the file, or the same in every row of it.
fn said<'t>(
    table: &'t Table,
    columns: &Columns<Column>,
    column: Column,
    beside: Option<&'t str>,
    faults: &mut Vec<Fault>,
) -> Option<&'t str> {
    if let Some(beside) = beside {
        return Some(beside);
    }
    let mut rows = table.lines.iter().filter(|line| !columns.cell(line, column).is_empty());
    let first = columns.cell(rows.next()?, column);
    for line in rows.filter(|line| columns.cell(line, column) != first) {
        faults.push(columns.fault(line, column, Why::Differs { first: first.to_owned() }));
    }
    Some(first)
}

/// What must be said, and how it can be said on the command line.
const fn option(column: Column) -> &'static str {
    match column {
        Column::From => "--from 2026-11-01",
        Column::To => "--to 2026-11-30",
        Column::Meeting => "--meeting NAME",
        _ => "--version 2026-11",
    }
}

fn header(column: Column) -> String {
    let known = known().into_iter().find(|known| known.column == column);
    known.and_then(|known| known.headers.into_iter().next()).unwrap_or_default()
}

fn word<const LEAST: usize, const MOST: usize>(
    table: &Table,
    columns: &Columns<Column>,
    column: Column,
    beside: Option<&str>,
    faults: &mut Vec<Fault>,
) -> Text<LEAST, MOST> {
    let found = said(table, columns, column, beside, faults);
    if found.is_none() && LEAST > 0 {
        faults.push(Fault::of(0, &header(column), Why::NotSaid { option: option(column) }));
    }
    Text::new(found.unwrap_or_default()).unwrap_or_else(|why| {
        if found.is_some() {
            faults.push(Fault::of(0, &header(column), Why::Text(why)));
        }
        Text::new("?").expect("one character is within every limit of this file's texts")
    })
}

fn day(
    table: &Table,
    columns: &Columns<Column>,
    column: Column,
    beside: Option<&str>,
    faults: &mut Vec<Fault>,
) -> BusinessDate {
    let read = match said(table, columns, column, beside, faults) {
        Some(found) => date(found),
        None => Err(Why::NotSaid { option: option(column) }),
    };
    read.unwrap_or_else(|why| {
        faults.push(Fault::of(0, &header(column), why));
        BusinessDate(chrono::NaiveDate::MIN)
    })
}

/// Products by code, and whether they are sold.
async fn goods<S: Store>(hub: &Hub<S>) -> Result<BTreeMap<String, (ProductId, bool)>, ImportError> {
    let papers = book(hub, PaperKind::Product).await?;
    Ok(papers
        .into_iter()
        .filter_map(|(key, paper)| match paper {
            Paper::Product(product) => {
                let card = product.card.value()?;
                Some((card.code.as_str().to_uppercase(), (ProductId(key.id), !card.discontinued)))
            }
            _ => None,
        })
        .collect())
}

/// The versions in the book.
async fn versions<S: Store>(hub: &Hub<S>) -> Result<Vec<String>, ImportError> {
    let papers = book(hub, PaperKind::PriceList).await?;
    Ok(papers
        .into_iter()
        .filter_map(|(_, paper)| match paper {
            Paper::PriceList(list) => list.issued.map(|issued| issued.what.version.to_string()),
            _ => None,
        })
        .collect())
}
