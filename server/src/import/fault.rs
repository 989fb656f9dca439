//! What has to be corrected in a file before it can be taken in: where, and why, in a sentence.
//!
//! Floor: beside the table.

use sync_core::{
    locale::{Texts, Value},
    refusal::Refusal,
    sentence,
    unit::{NotAText, NotAnAmount},
};

/// A place in a file that has to be corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row, as the spreadsheet shows it; zero for the file as a whole.
    pub row: u32,
    /// The column's header, as the file has it.
    pub column: String,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a cell, a column or a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A column that nobody knows.
    UnknownColumn {
        /// The columns that are known.
        known: Vec<String>,
    },
    /// A column that has to be there.
    MissingColumn,
    /// A column that is there twice.
    ColumnTwice,
    /// A cell that has to be filled.
    Missing,
    /// Words that are too long, too short or hold control characters.
    Text(NotAText),
    /// Not an amount, or not a price.
    Amount(NotAnAmount),
    /// Not a date.
    NotADate,
    /// A minus beside a mark that says the direction already.
    SignBesideMark,
    /// Not a whole number within limits.
    NotACount {
        /// The largest taken.
        most: u32,
    },
    /// Not one of the words for this column.
    NotOneOf {
        /// The words.
        choices: Vec<String>,
    },
    /// Nobody has this staff number.
    NoSuchStaff,
    /// Whoever has this staff number has no customers.
    NotARep,
    /// No product has this code.
    NoSuchProduct,
    /// The same as an earlier row.
    SameAsRow {
        /// Which.
        row: u32,
    },
    /// The rows have to agree, and do not.
    Differs {
        /// What the first row says.
        first: String,
    },
    /// A version that is in the book already.
    VersionTaken,
    /// Neither a column nor an option says it.
    NotSaid {
        /// The option that could.
        option: &'static str,
    },
    /// A rule of the book says no.
    Refused(Refusal),
}

impl Fault {
    /// A fault of one cell.
    pub fn of(row: u32, column: &str, why: Why) -> Self {
        Self { row, column: column.to_owned(), why }
    }

    /// The sentence, with row and column before it.
    pub fn said(&self, texts: &Texts) -> String {
        let why = self.why.said(texts);
        if self.row == 0 {
            let values = [("column", Value::from(&self.column)), ("why", why.into())];
            return texts.text("import-at-column", &values);
        }
        let row = self.row.to_string();
        texts.text(
            "import-at-cell",
            &[("row", row.into()), ("column", (&self.column).into()), ("why", why.into())],
        )
    }
}

impl Why {
    /// The sentence.
    pub fn said(&self, texts: &Texts) -> String {
        let list = |words: &[String]| Value::from(words.join("、"));
        match self {
            Self::UnknownColumn { known } => texts.text("import-unknown-column", &[("known", list(known))]),
            Self::MissingColumn => texts.text("import-missing-column", &[]),
            Self::ColumnTwice => texts.text("import-column-twice", &[]),
            Self::Missing => texts.text("import-missing", &[]),
            Self::Text(why) => sentence::not_a_text(texts, why),
            Self::Amount(why) => sentence::not_an_amount(texts, why),
            Self::NotADate => texts.text("import-not-a-date", &[]),
            Self::SignBesideMark => texts.text("import-sign-beside-mark", &[]),
            Self::NotACount { most } => texts.text("import-not-a-count", &[("most", (*most).into())]),
            Self::NotOneOf { choices } => texts.text("import-not-one-of", &[("choices", list(choices))]),
            Self::NoSuchStaff => texts.text("import-no-such-staff", &[]),
            Self::NotARep => texts.text("import-not-a-rep", &[]),
            Self::NoSuchProduct => texts.text("import-no-such-product", &[]),
            Self::SameAsRow { row } => texts.text("import-same-as-row", &[("row", row.to_string().into())]),
            Self::Differs { first } => texts.text("import-differs", &[("first", first.into())]),
            Self::VersionTaken => texts.text("import-version-taken", &[]),
            Self::NotSaid { option } => texts.text("import-not-said", &[("option", (*option).into())]),
            Self::Refused(refusal) => sentence::refusal(texts, refusal),
        }
    }
}
