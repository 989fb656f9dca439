//! Chapters 2 and 4: money on its way from the customer's hand to the company's account. Source: S13–S16, S46.
//!
//! There is no type for a personal account: a remittance names a company account or it cannot be written.

mod account;
mod collection;
mod drawer;
mod postings;
mod remittance;
mod reversal;

pub use account::{
    AccountRefusal, CompanyAccount, CompanyAccountClosed, CompanyAccountOpened, may_keep_accounts,
};
pub use collection::{Collected, Collection, Means, may_record_collection, receipt_number};
pub use drawer::{
    CashRefusal, HOLD_LIMIT, REMIT_FROM, RemitNow, Share, cash_warning, may_collect, would_hold,
};
pub use postings::{Balance, LedgerAccount, Posting};
pub use remittance::{DrawerPart, Remittance, Remitted, may_remit};
pub use reversal::{Reversal, Reversed, Reversible, Target, may_reverse};
