//! Customer cards out of a file (客户基本信息卡). Source: S85, S92.
//!
//! Floor: above the hub's commands. The rules of the card are those of the book; here words become values.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    domain::{
        customer::{CardField, Contact, CustomerCreated, CustomerRefusal, FieldValue, Organisation, Stage},
        people::Role,
    },
    locale::{Lang, Texts},
    op::Op,
    paper::{Paper, PaperKind},
    refusal::Refusal,
    time::Timestamp,
    unit::{Amount, CustomerId, Money, StaffId, Text},
};

use super::{
    ImportError, Report, book,
    cells::{choice, count, date},
    columns::{Columns, Known},
    fault::{Fault, Why},
    table::{Line, Table},
};
use crate::{
    hub::{Command, CommandError, Hub},
    store::Store,
};

/// A column of a customers file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Field(CardField),
    Owner,
    ContactName,
    ContactPosition,
    ContactPhone,
}

const ORGANISATIONS: [(Organisation, &str); 5] = [
    (Organisation::SoleTrader, "sole-trader"),
    (Organisation::LimitedCompany, "limited-company"),
    (Organisation::Partnership, "partnership"),
    (Organisation::Cooperative, "cooperative"),
    (Organisation::Other, "other"),
];

const STAGES: [(Stage, &str); 4] = [
    (Stage::Potential, "potential"),
    (Stage::FirstContact, "first-contact"),
    (Stage::Signed, "signed"),
    (Stage::Maintained, "maintained"),
];

/// The most employees a card takes.
const MOST_EMPLOYEES: u32 = 1_000_000;

/// A customer as the file has it.
#[derive(Clone, Debug)]
struct Entered {
    row: u32,
    op: CustomerCreated,
}

/// Reads customers and, where `apply` says so and nothing has to be corrected, enters all of them at once.
///
/// # Errors
/// Those of the store.
pub async fn customers<S: Store>(
    hub: &Hub<S>,
    table: &Table,
    apply: bool,
    now: Timestamp,
) -> Result<Report, ImportError> {
    let both = Lang::ALL.map(Texts::new);
    let mut report = Report::of(table);
    let columns = match Columns::find(table, &known(&both)) {
        Ok(columns) => columns,
        Err(faults) => {
            report.faults = faults;
            return Ok(report);
        }
    };
    let staff = reps(hub).await?;
    let in_book = in_book(hub).await?;
    let file = File { columns, staff, both };
    let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut entered = Vec::new();
    for line in &table.lines {
        let (name, phone) = file.key(line);
        if let Some(row) = seen.insert((name.clone(), phone.clone()), line.number) {
            let column = Column::Field(CardField::Name);
            report.faults.push(file.columns.fault(line, column, Why::SameAsRow { row }));
        }
        if in_book.contains(&(name.clone(), phone)) {
            report.already.push((line.number, name));
            continue;
        }
        match file.customer(line) {
            Ok(op) => entered.push(Entered { row: line.number, op }),
            Err(mut faults) => report.faults.append(&mut faults),
        }
    }
    report.new = entered.len();
    if apply && report.faults.is_empty() {
        enter(hub, entered, &mut report, now).await?;
    }
    Ok(report)
}

async fn enter<S: Store>(
    hub: &Hub<S>,
    entered: Vec<Entered>,
    report: &mut Report,
    now: Timestamp,
) -> Result<(), ImportError> {
    let rows: Vec<u32> = entered.iter().map(|customer| customer.row).collect();
    let commands = entered.into_iter().map(|customer| {
        Command::deriving(super::operator(), move |id| {
            Op::CustomerCreated(CustomerCreated { customer: CustomerId(id.created()), ..customer.op })
        })
    });
    match hub.commands(commands.collect(), now).await {
        Ok(_) => report.applied = true,
        Err(CommandError::Refused { index, refusal }) => {
            let row = rows.get(index).copied().unwrap_or(0);
            report.faults.push(Fault::of(row, "", Why::Refused(refusal)));
        }
        Err(CommandError::Store(error)) => return Err(error.into()),
    }
    Ok(())
}

/// The columns of a customers file: the fields of the card by their names, the rep by staff number, one contact.
fn known(both: &[Texts; 2]) -> Vec<Known<Column>> {
    let fields = CardField::ALL.into_iter().filter(|field| *field != CardField::Location);
    let fields = fields.map(|field| {
        let mut headers: Vec<String> =
            both.iter().map(|texts| texts.text(&format!("card-{}", field.code()), &[])).collect();
        headers.push(field.code().to_owned());
        Known { column: Column::Field(field), headers, required: field == CardField::Name }
    });
    let others = [
        (Column::Owner, ["负责人工号", "owner number", "业务员工号", "rep"], true),
        (Column::ContactName, ["联系人", "contact", "联系人姓名", "contact name"], false),
        (Column::ContactPosition, ["联系人职务", "contact position", "职务", "position"], false),
        (Column::ContactPhone, ["联系人电话", "contact phone", "联系电话", "contact number"], false),
    ];
    let others = others.into_iter().map(|(column, headers, required)| Known {
        column,
        headers: headers.map(str::to_owned).to_vec(),
        required,
    });
    fields.chain(others).collect()
}

/// Staff by number.
async fn reps<S: Store>(hub: &Hub<S>) -> Result<BTreeMap<String, (StaffId, Role)>, ImportError> {
    let papers = book(hub, PaperKind::Staff).await?;
    Ok(papers
        .into_iter()
        .filter_map(|(_, paper)| match paper {
            Paper::Staff(card) => {
                let joined = card.joined?.what;
                let role = card.role.value().copied().unwrap_or(joined.role);
                Some((joined.number.to_string(), (joined.staff, role)))
            }
            _ => None,
        })
        .collect())
}

/// Names and telephones of the customers in the book.
async fn in_book<S: Store>(hub: &Hub<S>) -> Result<BTreeSet<(String, String)>, ImportError> {
    let papers = book(hub, PaperKind::Customer).await?;
    Ok(papers
        .into_iter()
        .filter_map(|(_, paper)| match paper {
            Paper::Customer(card) => Some(key(card.name(), card.text(CardField::Phone))),
            _ => None,
        })
        .collect())
}

/// Name and telephone without what people write differently.
fn key(name: &str, phone: &str) -> (String, String) {
    let name = name.chars().filter(|c| !c.is_whitespace()).collect();
    let phone = phone.chars().filter(char::is_ascii_digit).collect();
    (name, phone)
}

/// A file whose columns are found.
struct File {
    columns: Columns<Column>,
    staff: BTreeMap<String, (StaffId, Role)>,
    both: [Texts; 2],
}

impl File {
    fn key(&self, line: &Line) -> (String, String) {
        let cell = |field| self.columns.cell(line, Column::Field(field));
        key(cell(CardField::Name), cell(CardField::Phone))
    }

    fn customer(&self, line: &Line) -> Result<CustomerCreated, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut fields = Vec::new();
        for field in CardField::ALL {
            let column = Column::Field(field);
            let cell = self.columns.cell(line, column);
            if cell.is_empty() {
                if field == CardField::Name {
                    faults.push(self.columns.fault(line, column, Why::Missing));
                }
                continue;
            }
            match self.value(field, cell) {
                Ok(value) => fields.push((field, value)),
                Err(why) => faults.push(self.columns.fault(line, column, why)),
            }
        }
        let owner = self.owner(line).map_err(|fault| faults.push(fault)).ok();
        let contact = self.contact(line).map_err(|mut some| faults.append(&mut some)).ok();
        match (owner, contact) {
            (Some(owner), Some(contact)) if faults.is_empty() => Ok(CustomerCreated {
                customer: CustomerId::from_bytes([0; 16]),
                fields,
                contacts: contact.into_iter().collect(),
                owner,
            }),
            _ => Err(faults),
        }
    }

    fn value(&self, field: CardField, cell: &str) -> Result<FieldValue, Why> {
        let value = match field {
            CardField::FoundedOn | CardField::TradingSince => FieldValue::Date(date(cell)?),
            CardField::Employees => FieldValue::Count(count(cell, MOST_EMPLOYEES)?),
            CardField::AnnualSales => FieldValue::Money(sum(cell)?),
            CardField::Organisation => {
                FieldValue::Organisation(choice(cell, "organisation", &ORGANISATIONS, &self.both)?)
            }
            CardField::Stage => FieldValue::Stage(choice(cell, "stage", &STAGES, &self.both)?),
            _ => FieldValue::Text(Text::new(cell).map_err(Why::Text)?),
        };
        field
            .accepts(&value)
            .map_err(|why| Why::Refused(Refusal::Customer(CustomerRefusal::Field { why })))?;
        Ok(value)
    }

    fn owner(&self, line: &Line) -> Result<StaffId, Fault> {
        let number = self.columns.cell(line, Column::Owner);
        let fault = |why| self.columns.fault(line, Column::Owner, why);
        if number.is_empty() {
            return Err(fault(Why::Missing));
        }
        match self.staff.get(number) {
            None => Err(fault(Why::NoSuchStaff)),
            Some((_, role)) if !role.is_rep() => Err(fault(Why::NotARep)),
            Some((staff, _)) => Ok(*staff),
        }
    }

    fn contact(&self, line: &Line) -> Result<Option<Contact>, Vec<Fault>> {
        let cell = |column| self.columns.cell(line, column);
        let fault = |column, why| self.columns.fault(line, column, why);
        let (name, position, phone) =
            (cell(Column::ContactName), cell(Column::ContactPosition), cell(Column::ContactPhone));
        if name.is_empty() && position.is_empty() && phone.is_empty() {
            return Ok(None);
        }
        let mut faults = Vec::new();
        if name.is_empty() {
            let column = if self.columns.has(Column::ContactName) {
                Column::ContactName
            } else {
                Column::ContactPhone
            };
            return Err(vec![fault(column, Why::Missing)]);
        }
        let name = Text::new(name).map_err(|why| faults.push(fault(Column::ContactName, Why::Text(why))));
        let position =
            Text::new(position).map_err(|why| faults.push(fault(Column::ContactPosition, Why::Text(why))));
        let phone = Text::new(phone).map_err(|why| faults.push(fault(Column::ContactPhone, Why::Text(why))));
        match (name, position, phone) {
            (Ok(name), Ok(position), Ok(phone)) => Ok(Some(Contact { name, position, phone })),
            _ => Err(faults),
        }
    }
}

/// A sum that may be nothing.
fn sum(cell: &str) -> Result<Money, Why> {
    if cell.parse::<rust_decimal::Decimal>().is_ok_and(|sum| sum.is_zero()) {
        return Ok(Money::ZERO);
    }
    Amount::typed(cell).map(Amount::money).map_err(Why::Amount)
}
