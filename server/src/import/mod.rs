//! Customers and prices out of Excel and CSV files: first a dry run, then all or nothing.
//!
//! Floor: beside the command line, above the hub. What has to be corrected is named by row and column, with the limit;
//! what is taken in goes through the hub's commands in one transaction.

mod cells;
mod columns;
mod customers;
mod fault;
mod known;
mod package;
mod prices;
mod statement;
mod table;

pub use customers::customers;
pub use fault::{Fault, Why};
pub use known::known_layouts;
pub use package::{MOST_TEXTS, MOST_UNPACKED};
pub use prices::{ListHead, prices};
pub use statement::{ROWS_WITH_HEADERS, ReadStatement, fits, read_statement};
pub use table::{Line, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table, UnreadableFile};

use sync_core::{
    judge::OPERATOR,
    locale::Texts,
    log::Actor,
    paper::{Paper, PaperKey, PaperKind},
    scope::Viewer,
    time::BusinessDate,
};
use thiserror::Error;
use uuid::Uuid;

use crate::{
    hub::{Command, Hub},
    scope,
    store::{Filter, ListAsk, Order, Snapshot, Sort, Store, StoreError},
};

/// Faults that a report names one by one; of further ones it says how many.
const NAMED_FAULTS: usize = 200;

/// Product codes that a report names.
const NAMED_CODES: usize = 20;

/// Why a file could not be taken in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// The store could not do it. Nothing was written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a file would bring, or has brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that were read.
    pub rows: usize,
    /// Customers or prices that are new.
    pub new: usize,
    /// Customers that are in the book already, with their rows: they are not entered again.
    pub already: Vec<(u32, String)>,
    /// The price list, where it is one: version, first and last day.
    pub list: Option<(String, BusinessDate, BusinessDate)>,
    /// Products that are sold and not on the list, by code.
    pub left_out: Vec<String>,
    /// What has to be corrected; while there is anything, nothing is written.
    pub faults: Vec<Fault>,
    /// Whether it was written.
    pub applied: bool,
}

impl Report {
    fn of(table: &Table) -> Self {
        Self { rows: table.lines.len(), ..Self::default() }
    }

    /// The report in words, a line for each thing to say.
    pub fn said(&self, texts: &Texts) -> String {
        let mut lines = vec![self.summary(texts)];
        if !self.left_out.is_empty() {
            let codes = self.left_out.iter().take(NAMED_CODES).cloned().collect::<Vec<_>>().join("、");
            let values = [("count", self.left_out.len().into()), ("codes", codes.into())];
            lines.push(texts.text("import-left-out", &values));
        }
        for (row, name) in self.already.iter().take(NAMED_FAULTS) {
            let values = [("row", row.to_string().into()), ("name", name.into())];
            lines.push(texts.text("import-already", &values));
        }
        lines.extend(self.faults.iter().take(NAMED_FAULTS).map(|fault| fault.said(texts)));
        let unnamed = self.faults.len().saturating_sub(NAMED_FAULTS);
        if unnamed > 0 {
            lines.push(texts.text("import-more", &[("count", unnamed.into())]));
        }
        let end = match (self.applied, self.faults.is_empty()) {
            (true, _) => "import-applied",
            (false, true) => "import-dry",
            (false, false) => "import-nothing",
        };
        lines.push(texts.text(end, &[]));
        lines.join("\n")
    }

    fn summary(&self, texts: &Texts) -> String {
        let mut values = vec![
            ("rows", self.rows.into()),
            ("new", self.new.into()),
            ("already", self.already.len().into()),
            ("faults", self.faults.len().into()),
        ];
        match &self.list {
            None => texts.text("import-summary-rows", &values),
            Some((version, from, to)) => {
                let day = |day: &BusinessDate| {
                    if day.0 == chrono::NaiveDate::MIN { "?".to_owned() } else { day.to_string() }
                };
                values.extend([
                    ("version", version.into()),
                    ("from", day(from).into()),
                    ("to", day(to).into()),
                ]);
                texts.text("import-summary-prices", &values)
            }
        }
    }
}

impl UnreadableFile {
    /// The sentence.
    pub fn said(&self, texts: &Texts) -> String {
        match self {
            Self::UnknownEnding => texts.text("import-file-ending", &[]),
            Self::TooLarge { has, most } => {
                texts.text("import-file-too-large", &[("has", (*has).into()), ("most", (*most).into())])
            }
            Self::UnpacksTooFar { most } => {
                texts.text("import-file-unpacks-too-far", &[("most", (*most).into())])
            }
            Self::TooManyTexts { most } => {
                texts.text("import-file-too-many-texts", &[("most", (*most).into())])
            }
            Self::NotATable(why) => texts.text("import-file-not-a-table", &[("why", why.into())]),
            Self::NotText => texts.text("import-file-not-text", &[]),
            Self::TooManyRows { most } => {
                texts.text("import-file-too-many-rows", &[("most", (*most).into())])
            }
            Self::TooManyColumns { most } => {
                texts.text("import-file-too-many-columns", &[("most", (*most).into())])
            }
            Self::NoRows => texts.text("import-file-no-rows", &[]),
        }
    }
}

/// Who imports: the command line at the server.
fn operator() -> Actor {
    Command::operator(Uuid::nil())
}

/// Every paper of a kind, as the operator sees it.
async fn book<S: Store>(hub: &Hub<S>, kind: PaperKind) -> Result<Vec<(PaperKey, Paper)>, ImportError> {
    const AT_ONCE: u32 = 2_000;
    let mut snapshot = hub.snapshot().await?;
    let operator: Option<Viewer> = scope::viewer(&mut snapshot, OPERATOR).await?;
    let sight = operator.map(|viewer| scope::sight(&viewer)).unwrap_or_default();
    let mut papers = Vec::new();
    loop {
        let listing = snapshot
            .list(&ListAsk {
                kinds: vec![kind],
                sight: sight.clone(),
                filter: Filter::default(),
                sort: Sort { by: Order::Label, descending: false },
                offset: papers.len() as u64,
                limit: AT_ONCE,
                totals: false,
            })
            .await?;
        let some = listing.rows.len();
        papers.extend(listing.rows.into_iter().map(|row| (row.key, row.paper)));
        if some < AT_ONCE as usize {
            return Ok(papers);
        }
    }
}
