//! Chapters 2 and 4: money on its way from the customer's hand to the company's account. Source: S12–S16, S41–S46.
//!
//! There is no type for a personal account: a remittance names a company account or it cannot be written.

mod account;
mod arrival;
mod collection;
mod confirmation;
mod credit;
mod day_close;
mod drawer;
mod due;
mod hand_in;
mod limit_rules;
mod limits;
mod passed_on;
mod postings;
mod receivable;
mod receivable_refusal;
mod remittance;
mod reversal;
mod urging;
mod violation;

pub use account::{
    AccountRefusal, CompanyAccount, CompanyAccountClosed, CompanyAccountOpened, is_a_number, may_be_ours,
    may_keep_accounts,
};
pub use arrival::{CashOfRep, CashTraced, PassedOn, has_arrived};
pub use collection::{Collected, Collection, Means, may_record_collection, receipt_number};
pub use confirmation::{
    ARRIVES_BEFORE_DAYS, Confirmation, ConfirmationRefusal, ConfirmationWithdrawn, Confirmations,
    ConfirmedPaper, MoneyConfirmed, Sent, confirmation_scopes, may_confirm, may_withdraw_confirmation,
};
pub use credit::{
    CreditExcepted, CreditExceptionStamped, CreditPolicy, CreditStamp, CreditStatus, LONGEST_CREDIT_DAYS,
    LONGEST_EXCEPTION_DAYS, may_except, may_stamp_credit,
};
pub use day_close::{
    Counted, DENOMINATIONS, DayClose, DayCloseRefusal, DayClosed, DrawerHeld, MOST_PIECES, counted,
    may_close_day,
};
pub use drawer::{
    CashRefusal, HOLD_LIMIT, REMIT_FROM, RemitNow, Share, cash_warning, in_hand, may_collect, would_hold,
};
pub use due::{REMIT_BY_HOUR, held_since, out_of, remit_by};
pub use hand_in::{
    CashHandedIn, HandIn, HandInRefusal, HandInStamp, HandInStamped, HandInStatus, may_hand_in,
    may_stamp_hand_in,
};
pub use limit_rules::{LimitRefusal, LostPhone, may_move_share, may_override, may_settle};
pub use limits::{
    CashLimits, LONGEST_OVERRIDE_DAYS, LimitOverridden, LimitPart, Limits, LostPhoneSettled, ShareMoved,
};
pub use passed_on::{Breached, DrawerRun};
pub use postings::{Balance, LedgerAccount, Posting};
pub use receivable::{
    Age, CustomerAccount, Owed, Payment, Receivable, Release, Standing, is_released, receivables, released,
};
pub use receivable_refusal::ReceivableRefusal;
pub use remittance::{DrawerPart, Remittance, Remitted, may_remit, parts_are_held};
pub use reversal::{Reversal, Reversed, Reversible, Target, may_reverse};
pub use urging::{
    PaymentPromise, PaymentUrged, PromiseState, Reminded, UrgedBy, Urging, may_promise, may_urge,
};
pub use violation::{
    BreachKind, Violation, ViolationRaised, ViolationRefusal, ViolationStamp, ViolationStamped,
    ViolationStatus, is_unraised, may_raise, may_stamp_violation,
};
