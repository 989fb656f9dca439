//! 到账确认: finance confirms that what was sent has arrived on an account of the company's. Source: S13, S34, S46.
//!
//! Before it the money has been sent and no more; a reversal afterwards undoes it with all else. Floor: domain.

use std::collections::BTreeSet;

use minicbor::Encode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Collection, LedgerAccount, Means, Posting, Remittance, Reversible};
use crate::{
    crdt::Ledger,
    domain::people::{Author, Role},
    scope::{Desk, Scope},
    time::{BusinessDate, Timestamp, business_date},
    unit::{AccountId, Amount, ChangeId, CustomerId, Money, PaperId, StaffId, Text},
};

/// A paper whose money has arrived, and who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ConfirmedPaper {
    /// Which paper.
    #[n(0)]
    pub of: PaperId,
    /// Who wrote it.
    #[n(1)]
    pub staff: StaffId,
}

reads_map!(ConfirmedPaper { 0: of, 1: staff });

/// Money that was sent has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct MoneyConfirmed {
    /// Remittances of a rep, or transfers of a customer.
    #[n(0)]
    pub kind: Reversible,
    /// Which: several, where they were paid in at once.
    #[n(1)]
    pub papers: Vec<ConfirmedPaper>,
    /// Whose transfers they are.
    #[n(2)]
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// On which account.
    #[n(3)]
    pub account: AccountId,
    /// How much: what the papers come to.
    #[n(4)]
    pub amount: Amount,
    /// 起息日: the day the bank booked it.
    #[n(5)]
    pub arrived_on: BusinessDate,
    /// The lines of bank statements that say so.
    #[n(6)]
    #[serde(default)]
    pub lines: Vec<PaperId>,
    /// Anything else.
    #[n(7)]
    #[serde(default)]
    pub note: Text<0, 200>,
}

reads_map!(MoneyConfirmed {
    0: kind,
    1: papers,
    2: customer,
    3: account,
    4: amount,
    5: arrived_on,
    6: lines,
    7: note,
});

/// A confirmation as it stands on the paper that it is of.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Confirmation {
    /// Who confirmed.
    #[n(0)]
    pub by: StaffId,
    /// When.
    #[n(1)]
    pub at: Timestamp,
    /// The day the bank booked it.
    #[n(2)]
    pub arrived_on: BusinessDate,
    /// Anything else.
    #[n(3)]
    pub note: Text<0, 200>,
    /// The lines of bank statements that say so.
    #[n(4)]
    pub lines: Vec<PaperId>,
    /// Which papers it confirmed at once, this one among them: they stand and fall together.
    #[n(5)]
    pub papers: Vec<ConfirmedPaper>,
}

reads_map!(Confirmation { 0: by, 1: at, 2: arrived_on, 3: note, 4: lines, 5: papers });

/// The confirmations of one paper. One that stands is enough, more change nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Confirmations {
    /// All of them.
    #[n(0)]
    pub all: Ledger<Confirmation>,
    /// Those that were wrong, or of which a paper was reversed.
    #[n(1)]
    pub withdrawn: BTreeSet<ChangeId>,
}

reads_map!(Confirmations { 0: all, 1: withdrawn });

impl Confirmations {
    /// Those that stand.
    pub fn standing(&self) -> impl Iterator<Item = (&ChangeId, &Confirmation)> {
        self.all.entries().filter(|(id, _)| !self.withdrawn.contains(id))
    }

    /// The one that counts, with its change: the earliest of those that stand.
    pub fn counts(&self) -> Option<(ChangeId, &Confirmation)> {
        self.standing().min_by_key(|(id, one)| (one.at, **id)).map(|(id, one)| (*id, one))
    }
}

/// The confirmation that counts.
pub(super) fn first(confirmations: Option<&Confirmations>) -> Option<&Confirmation> {
    confirmations.and_then(Confirmations::counts).map(|(_, one)| one)
}

/// A confirmation was wrong: the money had not arrived, or for another paper. Source: S13, S34.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ConfirmationWithdrawn {
    /// Which one: the change that brought it.
    #[n(0)]
    pub confirmation: ChangeId,
    /// Of what kind of papers.
    #[n(1)]
    pub kind: Reversible,
    /// Of which.
    #[n(2)]
    pub papers: Vec<ConfirmedPaper>,
    /// Whose transfers they are.
    #[n(3)]
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// The lines of bank statements that it named.
    #[n(4)]
    #[serde(default)]
    pub lines: Vec<PaperId>,
    /// Why.
    #[n(5)]
    pub reason: Text<1, 200>,
}

reads_map!(ConfirmationWithdrawn { 0: confirmation, 1: kind, 2: papers, 3: customer, 4: lines, 5: reason });

/// Where a confirmation of papers of a kind is to be seen: with the customer, with each rep, and at finance's desk.
pub fn confirmation_scopes(
    kind: Reversible,
    customer: Option<CustomerId>,
    papers: &[ConfirmedPaper],
) -> Vec<Scope> {
    let customer = customer.filter(|_| kind == Reversible::Collection).map(Scope::Customer);
    let reps: BTreeSet<StaffId> = papers.iter().map(|paper| paper.staff).collect();
    let reps = reps.into_iter().map(Scope::Staff);
    customer.into_iter().chain(reps).chain([Scope::Desk(Desk::Finance)]).collect()
}

/// Where money stands that was sent to `account`: on its way, or arrived. The place it has left is concerned, with
/// nothing in it.
pub(super) fn sent_to(account: AccountId, sum: Money, confirmations: Option<&Confirmations>) -> Vec<Posting> {
    let on_its_way = LedgerAccount::InTransit(account);
    if confirmations.is_none_or(|some| some.all.is_empty()) {
        return vec![Posting { account: on_its_way, sum }];
    }
    // Also where every confirmation was withdrawn: whichever was heard first, both places have been concerned.
    let (left, came) = if first(confirmations).is_some() { (Money::ZERO, sum) } else { (sum, Money::ZERO) };
    let arrived = LedgerAccount::Arrived(account);
    vec![Posting { account: on_its_way, sum: left }, Posting { account: arrived, sum: came }]
}

/// So many days before its paper was written money may have arrived, where no line of the bank's says when: reps write
/// customers' transfers down afterwards.
pub const ARRIVES_BEFORE_DAYS: i64 = 35;

/// What a confirmation must know of a paper that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Who wrote it.
    pub by: StaffId,
    /// The day it was written.
    pub day: BusinessDate,
    /// Whose it is, for a transfer.
    pub customer: Option<CustomerId>,
    /// To which account; absent for cash that was taken.
    pub account: Option<AccountId>,
    /// How much: what its parts come to, for a remittance.
    pub amount: Money,
    /// Whether it counts for its author only, until a head has decided.
    pub withheld: bool,
    /// Whether it was reversed.
    pub reversed: bool,
    /// Whether it was confirmed before.
    pub confirmed: bool,
}

impl Sent {
    /// What a remittance says; nothing while it is a shell.
    pub fn of_remittance(paper: &Remittance) -> Option<Self> {
        let recorded = paper.recorded.as_ref()?;
        Some(Self {
            by: recorded.by,
            day: business_date(recorded.at),
            customer: None,
            account: Some(recorded.what.account),
            amount: recorded.what.drawers.iter().map(|part| part.amount.money()).sum(),
            withheld: recorded.withheld,
            reversed: !paper.reversals.is_empty(),
            confirmed: paper.confirmation().is_some(),
        })
    }

    /// What a collection says; nothing while it is a shell.
    pub fn of_collection(paper: &Collection) -> Option<Self> {
        let recorded = paper.recorded.as_ref()?;
        let account = match recorded.what.means {
            Means::Transfer { account, .. } => Some(account),
            Means::Cash => None,
        };
        Some(Self {
            by: recorded.by,
            day: business_date(recorded.at),
            customer: Some(recorded.what.customer),
            account,
            amount: recorded.what.amount.money(),
            withheld: recorded.withheld,
            reversed: !paper.reversals.is_empty(),
            confirmed: paper.confirmation().is_some(),
        })
    }
}

/// Why money is not confirmed like this.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ConfirmationRefusal {
    /// There is no such paper, or it is another's.
    #[n(0)]
    #[error("no such money was sent")]
    Unknown,
    /// Only finance confirms.
    #[n(1)]
    #[error("only finance confirms")]
    NotFinance,
    /// Nobody confirms what they have sent themselves.
    #[n(2)]
    #[error("nobody confirms their own money")]
    OwnMoney,
    /// It was taken back.
    #[n(3)]
    #[error("it was reversed")]
    Reversed,
    /// It was confirmed before.
    #[n(4)]
    #[error("it was confirmed before")]
    AlreadyConfirmed,
    /// Another sum than the papers come to.
    #[n(5)]
    #[error("the papers come to {due}")]
    AmountDiffers {
        /// What they come to.
        #[n(0)]
        due: Money,
    },
    /// It was sent to another account.
    #[n(6)]
    #[error("it was sent to another account")]
    OtherAccount {
        /// Which one.
        #[n(0)]
        account: AccountId,
    },
    /// Cash in a drawer: it has not been sent.
    #[n(7)]
    #[error("cash in a drawer has not been sent")]
    NotSent,
    /// The day has not come yet.
    #[n(8)]
    #[error("{today} is the last day that can be named")]
    NotYet {
        /// The last day that can be named.
        #[n(0)]
        today: BusinessDate,
    },
    /// Money of several reps is confirmed one rep at a time: each reads of their own only.
    #[n(9)]
    #[error("one rep at a time")]
    SeveralReps,
    /// No paper is named, or one twice.
    #[n(10)]
    #[error("each paper once, and at least one")]
    NothingNamed,
    /// There is no such confirmation, or it was withdrawn.
    #[n(11)]
    #[error("no such confirmation stands")]
    NotConfirmed,
    /// It counts for its author only, until a head has decided.
    #[n(12)]
    #[error("a head has not decided on it yet")]
    Withheld,
    /// It was sent to an account that is not the company's.
    #[n(13)]
    #[error("not an account of the company's")]
    NotACompanyAccount,
    /// Long before it was sent.
    #[n(14)]
    #[error("{first} is the first day that can be named")]
    TooEarly {
        /// The first day that can be named.
        #[n(0)]
        first: BusinessDate,
    },
}

reads_enum!(ConfirmationRefusal {
    0: Unknown,
    1: NotFinance,
    2: OwnMoney,
    3: Reversed,
    4: AlreadyConfirmed,
    5: AmountDiffers { due },
    6: OtherAccount { account },
    7: NotSent,
    8: NotYet { today },
    9: SeveralReps,
    10: NothingNamed,
    11: NotConfirmed,
    12: Withheld,
    13: NotACompanyAccount,
    14: TooEarly { first },
});

impl ConfirmationRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "confirmation.unknown",
            Self::NotFinance => "confirmation.not-finance",
            Self::OwnMoney => "confirmation.own-money",
            Self::Reversed => "confirmation.reversed",
            Self::AlreadyConfirmed => "confirmation.already-confirmed",
            Self::AmountDiffers { .. } => "confirmation.amount-differs",
            Self::OtherAccount { .. } => "confirmation.other-account",
            Self::NotSent => "confirmation.not-sent",
            Self::NotYet { .. } => "confirmation.not-yet",
            Self::SeveralReps => "confirmation.several-reps",
            Self::NothingNamed => "confirmation.nothing-named",
            Self::NotConfirmed => "confirmation.not-confirmed",
            Self::Withheld => "confirmation.withheld",
            Self::NotACompanyAccount => "confirmation.not-a-company-account",
            Self::TooEarly { .. } => "confirmation.too-early",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::OtherAccount { .. } | Self::NotACompanyAccount => "S46",
            Self::Reversed => "S17",
            _ => "S13",
        }
    }
}

/// Whether `author` may confirm this on a day: finance, of what others have sent to an account of the company's, open or
/// closed, and nobody has confirmed or taken back, to the fen; on a day that has come, and where no line says when, not long
/// before the earliest paper. Source: S13, S34, S46.
///
/// # Errors
/// The first paper that does not fit, with the reason; or the sum that they come to.
pub fn may_confirm(
    op: &MoneyConfirmed,
    sent: impl Fn(PaperId) -> Option<Sent>,
    account_is_known: bool,
    author: &Author,
    today: BusinessDate,
) -> Result<(), ConfirmationRefusal> {
    if !author.may(Role::confirms_money) {
        return Err(ConfirmationRefusal::NotFinance);
    }
    let named: BTreeSet<PaperId> = op.papers.iter().map(|paper| paper.of).collect();
    if named.is_empty() || named.len() != op.papers.len() {
        return Err(ConfirmationRefusal::NothingNamed);
    }
    let mut due = Money::ZERO;
    let mut earliest: Option<BusinessDate> = None;
    for paper in &op.papers {
        let one = sent(paper.of)
            .filter(|one| one.by == paper.staff && one.customer == op.customer)
            .ok_or(ConfirmationRefusal::Unknown)?;
        let account = one.account.ok_or(ConfirmationRefusal::NotSent)?;
        if one.by == author.staff {
            return Err(ConfirmationRefusal::OwnMoney);
        }
        if one.withheld {
            return Err(ConfirmationRefusal::Withheld);
        }
        if one.reversed {
            return Err(ConfirmationRefusal::Reversed);
        }
        if one.confirmed {
            return Err(ConfirmationRefusal::AlreadyConfirmed);
        }
        if account != op.account {
            return Err(ConfirmationRefusal::OtherAccount { account });
        }
        due = due.plus(one.amount);
        earliest = Some(earliest.map_or(one.day, |day| day.min(one.day)));
    }
    let days = chrono::Duration::days(ARRIVES_BEFORE_DAYS);
    let first = earliest.filter(|_| op.lines.is_empty()).map(|day| BusinessDate(day.0 - days));
    if !account_is_known {
        return Err(ConfirmationRefusal::NotACompanyAccount);
    }
    let reps: BTreeSet<StaffId> = op.papers.iter().map(|paper| paper.staff).collect();
    if reps.len() > 1 {
        Err(ConfirmationRefusal::SeveralReps)
    } else if due != op.amount.money() {
        Err(ConfirmationRefusal::AmountDiffers { due })
    } else if op.arrived_on > today {
        Err(ConfirmationRefusal::NotYet { today })
    } else {
        match first {
            Some(first) if op.arrived_on < first => Err(ConfirmationRefusal::TooEarly { first }),
            _ => Ok(()),
        }
    }
}

/// Whether `author` may withdraw this confirmation: finance, while it stands, of all that it confirmed. Source: S13, S34.
///
/// # Errors
/// Why not.
pub fn may_withdraw_confirmation<'p>(
    op: &ConfirmationWithdrawn,
    sent: impl Fn(PaperId) -> Option<Sent>,
    paper: impl Fn(&ConfirmedPaper) -> Option<&'p Confirmations>,
    author: &Author,
) -> Result<(), ConfirmationRefusal> {
    if !author.may(Role::confirms_money) {
        return Err(ConfirmationRefusal::NotFinance);
    }
    if op.papers.is_empty() {
        return Err(ConfirmationRefusal::NothingNamed);
    }
    let named: BTreeSet<ConfirmedPaper> = op.papers.iter().copied().collect();
    let is_theirs = |named: &ConfirmedPaper| {
        sent(named.of).is_some_and(|one| one.by == named.staff && one.customer == op.customer)
    };
    let stands = |of: &ConfirmedPaper| {
        let standing = paper(of).into_iter().flat_map(Confirmations::standing);
        standing.filter(|(id, _)| **id == op.confirmation).any(|(_, one)| {
            one.lines == op.lines && one.papers.iter().copied().collect::<BTreeSet<_>>() == named
        })
    };
    if named.len() != op.papers.len() {
        Err(ConfirmationRefusal::NothingNamed)
    } else if !named.iter().all(is_theirs) {
        Err(ConfirmationRefusal::Unknown)
    } else if !named.iter().all(stands) {
        Err(ConfirmationRefusal::NotConfirmed)
    } else {
        Ok(())
    }
}
