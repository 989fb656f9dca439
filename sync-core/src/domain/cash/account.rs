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
    /// An account number is digits and nothing else.
    #[n(3)]
    #[error("an account number is digits only")]
    NotANumber,
    /// An open account has this number: statements and sums would be divided between the two.
    #[n(4)]
    #[error("an open account has this number")]
    NumberTaken,
    /// It is in the name of one of the staff: money goes to accounts of the company's only. Source: S46.
    #[n(5)]
    #[error("it is in the name of one of the staff")]
    StaffName,
}

reads_enum!(AccountRefusal {
    0: NotFinance,
    1: Unknown,
    2: Exists,
    3: NotANumber,
    4: NumberTaken,
    5: StaffName
});

impl AccountRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFinance => "account.not-finance",
            Self::Unknown => "account.unknown",
            Self::Exists => "account.exists",
            Self::NotANumber => "account.not-a-number",
            Self::NumberTaken => "account.number-taken",
            Self::StaffName => "account.staff-name",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::StaffName => "S46",
            _ => "S13",
        }
    }
}

/// Whether `author` may keep the accounts. Source: S13.
pub fn may_keep_accounts(author: &Author) -> Result<(), AccountRefusal> {
    if author.may(Role::keeps_accounts) { Ok(()) } else { Err(AccountRefusal::NotFinance) }
}

/// Whether this can be the number of an account. Source: S13.
pub fn is_a_number(op: &CompanyAccountOpened) -> Result<(), AccountRefusal> {
    let digits = op.number.as_str().bytes().all(|byte| byte.is_ascii_digit());
    if digits { Ok(()) } else { Err(AccountRefusal::NotANumber) }
}

/// Whether the account can be the company's, beside its other accounts and the names of its staff: asked where all of them
/// are at hand. Source: S13, S46.
pub fn may_be_ours<'b>(
    op: &CompanyAccountOpened,
    accounts: impl IntoIterator<Item = &'b CompanyAccount>,
    staff: impl IntoIterator<Item = &'b str>,
) -> Result<(), AccountRefusal> {
    let open = accounts.into_iter().filter(|account| account.closed.is_none());
    let mut others = open.filter_map(|account| account.opened.as_ref()).map(|opened| &opened.what);
    if others.any(|other| other.account != op.account && other.number == op.number) {
        return Err(AccountRefusal::NumberTaken);
    }
    let plain = |name: &str| name.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let holder = plain(op.holder.as_str());
    let is_theirs = staff.into_iter().any(|name| plain(name) == holder);
    if is_theirs { Err(AccountRefusal::StaffName) } else { Ok(()) }
}
