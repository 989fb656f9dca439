//! How one bank writes its statements: which column says what. Finance keeps one for each account. Source: S34.
//!
//! Reading a file by it is the server's. Floor: domain.

use minicbor::Encode;
use serde::{Deserialize, Serialize};

use super::StatementRefusal;
use crate::{
    crdt::Ledger,
    domain::{
        Recorded,
        people::{Author, Role},
    },
    unit::{AccountId, Text},
};

/// The header of a column.
pub type Header = Text<1, 40>;

/// In which columns the sum stands, by their headers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum AmountColumns {
    /// One column for what came in, and perhaps one for what went out.
    #[n(0)]
    Apart {
        /// 贷方发生额, 收入金额
        #[n(0)]
        came_in: Header,
        /// 借方发生额, 支出金额
        #[n(1)]
        #[serde(default)]
        went_out: Option<Header>,
    },
    /// One column with a sign: below nothing is what went out.
    #[n(1)]
    Signed {
        /// 交易金额
        #[n(0)]
        amount: Header,
    },
    /// One column for the sum, and one that says which way it went.
    #[n(2)]
    Marked {
        /// 交易金额
        #[n(0)]
        amount: Header,
        /// 借贷标志
        #[n(1)]
        mark: Header,
        /// The words for what came in: 贷, 收, C.
        #[n(2)]
        came_in: Vec<Header>,
    },
}

reads_enum!(AmountColumns {
    0: Apart { came_in, went_out },
    1: Signed { amount },
    2: Marked { amount, mark, came_in },
});

/// How one bank writes its statements: the headers of the columns.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Layout {
    /// What finance calls it.
    #[n(0)]
    pub name: Header,
    /// The day the bank booked it.
    #[n(1)]
    pub date: Header,
    /// The sum.
    #[n(2)]
    pub amount: AmountColumns,
    /// Who paid.
    #[n(3)]
    pub payer: Header,
    /// What stands beside it; several are put together.
    #[n(4)]
    #[serde(default)]
    pub reference: Vec<Header>,
    /// The bank's own number, where the statement has one.
    #[n(5)]
    #[serde(default)]
    pub serial: Option<Header>,
}

reads_map!(Layout { 0: name, 1: date, 2: amount, 3: payer, 4: reference, 5: serial });

impl Layout {
    /// How many columns it names.
    pub fn columns(&self) -> usize {
        let marks = match &self.amount {
            AmountColumns::Marked { came_in, .. } => came_in.len(),
            AmountColumns::Apart { .. } | AmountColumns::Signed { .. } => 0,
        };
        self.reference.len() + marks
    }
}

/// Finance has said how the bank of an account writes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct MappingSaved {
    /// Of which account.
    #[n(0)]
    pub account: AccountId,
    /// How its bank writes.
    #[n(1)]
    pub layout: Layout,
}

reads_map!(MappingSaved { 0: account, 1: layout });

/// How the bank of an account writes, in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Mapping {
    /// Whatever finance has said of it; the last word counts.
    #[n(0)]
    pub saved: Ledger<Recorded<MappingSaved>>,
}

reads_map!(Mapping { 0: saved });

impl Mapping {
    /// How the bank writes now.
    pub fn layout(&self) -> Option<&Recorded<MappingSaved>> {
        self.saved.entries().map(|(_, one)| one).max_by_key(|one| (one.at, one.id))
    }
}

/// Whether finance may save this: of an account of the company's.
///
/// # Errors
/// Why not.
pub fn may_save_mapping(account_is_known: bool, author: &Author) -> Result<(), StatementRefusal> {
    if !author.may(Role::confirms_money) {
        Err(StatementRefusal::NotFinance)
    } else if !account_is_known {
        Err(StatementRefusal::UnknownAccount)
    } else {
        Ok(())
    }
}
