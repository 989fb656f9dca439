//! 公司指定账户: the only accounts money may go to. Kept by finance. Source: S13, S46.

use minicbor::Encode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    domain::{
        Recorded,
        people::{Author, Role},
    },
    time::Timestamp,
    unit::{AccountId, Text},
};

/// Finance names an account of the company's.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct CompanyAccountOpened {
    /// The account's id.
    #[n(0)]
    pub account: AccountId,
    /// In whose name: the company's.
    #[n(1)]
    pub holder: Text<1, 60>,
    /// Bank and branch.
    #[n(2)]
    pub bank: Text<1, 60>,
    /// Account number.
    #[n(3)]
    pub number: Text<6, 34>,
}

reads_map!(CompanyAccountOpened { 0: account, 1: holder, 2: bank, 3: number });

/// Finance takes an account off the list.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct CompanyAccountClosed {
    /// The account.
    #[n(0)]
    pub account: AccountId,
}

reads_map!(CompanyAccountClosed { 0: account });

/// A company account in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct CompanyAccount {
    /// As it was opened.
    #[n(0)]
    pub opened: Option<Recorded<CompanyAccountOpened>>,
    /// Since when it is off the list: the earliest closing.
    #[n(1)]
    pub closed: Option<Timestamp>,
}

reads_map!(CompanyAccount { 0: opened, 1: closed });

impl CompanyAccount {
    /// Whether money may be sent there at a time.
    pub fn is_open_at(&self, at: Timestamp) -> bool {
        self.opened.is_some() && self.closed.is_none_or(|closed| at < closed)
    }
}

/// Why a change to the accounts is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum AccountRefusal {
    /// Only finance keeps the accounts. Source: S13.
    #[n(0)]
    #[error("only finance keeps the company's accounts")]
    NotFinance,
    /// There is no such account.
    #[n(1)]
    #[error("no such account")]
    Unknown,
    /// The account is in the book already.
    #[n(2)]
    #[error("this account is in the book already")]
    Exists,
}

reads_enum!(AccountRefusal { 0: NotFinance, 1: Unknown, 2: Exists });

impl AccountRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFinance => "account.not-finance",
            Self::Unknown => "account.unknown",
            Self::Exists => "account.exists",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        "S13"
    }
}

/// Whether `author` may keep the accounts. Source: S13.
pub fn may_keep_accounts(author: &Author) -> Result<(), AccountRefusal> {
    if author.may(Role::keeps_accounts) { Ok(()) } else { Err(AccountRefusal::NotFinance) }
}
