//! 特殊政策: credit exceptions to 先款后货: for one customer, up to a sum, from one day to another. Source: S45.
//!
//! Floor: domain. One signs why, another approves it; it runs out by itself, and can be ended before.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::ReceivableRefusal;
use crate::{
    crdt::Ledger,
    domain::{Recorded, people::Author},
    time::{BusinessDate, Timestamp, business_date},
    unit::{Amount, CustomerId, PaperId, Text},
};

/// For how many days a credit exception is made at most: it is looked at again then. Source: S45.
pub const LONGEST_EXCEPTION_DAYS: u32 = 366;

/// How many days after an order the money may come at the latest.
pub const LONGEST_CREDIT_DAYS: u16 = 180;

/// A credit exception is made: goods may go before the money, up to a sum. Source: S45.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct CreditExcepted {
    /// For which customer.
    #[n(0)]
    pub customer: CustomerId,
    /// The most that may be unpaid.
    #[n(1)]
    pub limit: Amount,
    /// How many days after it was taken an order is due.
    #[n(2)]
    pub pay_within: u16,
    /// The first day.
    #[n(3)]
    pub from: BusinessDate,
    /// The last day.
    #[n(4)]
    pub to: BusinessDate,
    /// Why.
    #[n(5)]
    pub reason: Text<1, 200>,
}

reads_map!(CreditExcepted { 0: customer, 1: limit, 2: pay_within, 3: from, 4: to, 5: reason });

impl CreditExcepted {
    /// Whether it names a day.
    pub fn names(&self, day: BusinessDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether the two name a day in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// What a stamp on a credit exception says.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum CreditStamp {
    /// 批准: it counts.
    #[n(0)]
    Approved,
    /// 不批: it does not, with the reason.
    #[n(1)]
    SentBack,
    /// 终止: it counts no longer, from that day on.
    #[n(2)]
    Ended,
}

/// A credit exception is approved, sent back or ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct CreditExceptionStamped {
    /// Which one: the paper that the change which made it is named after.
    #[n(0)]
    pub exception: PaperId,
    /// Whose it is.
    #[n(1)]
    pub customer: CustomerId,
    /// What the stamp says.
    #[n(2)]
    pub stamp: CreditStamp,
    /// Why, where it is sent back or ended.
    #[n(3)]
    #[serde(default)]
    pub note: Text<0, 200>,
}

reads_map!(CreditExceptionStamped { 0: exception, 1: customer, 2: stamp, 3: note });

/// The credit exceptions of one customer in the book: a paper of its own, in the customer's scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct CreditPolicy {
    /// The exceptions.
    #[n(0)]
    pub exceptions: Ledger<Recorded<CreditExcepted>>,
    /// Their stamps.
    #[n(1)]
    pub stamps: Ledger<Recorded<CreditExceptionStamped>>,
}

reads_map!(CreditPolicy { 0: exceptions, 1: stamps });

/// Where a credit exception stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CreditStatus {
    /// Nobody has approved it.
    Proposed,
    /// It was not approved.
    SentBack,
    /// It is approved and begins later.
    Ahead,
    /// It counts.
    InForce,
    /// It has run out, or was ended.
    Ended,
}

impl CreditStatus {
    /// The stable name, as lists use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::SentBack => "sent-back",
            Self::Ahead => "ahead",
            Self::InForce => "in-force",
            Self::Ended => "ended",
        }
    }
}

impl CreditPolicy {
    /// Whether nothing was ever written here.
    pub fn is_empty(&self) -> bool {
        self.exceptions.is_empty() && self.stamps.is_empty()
    }

    /// The exceptions with the papers they are named as.
    pub fn all(&self) -> impl Iterator<Item = (PaperId, &Recorded<CreditExcepted>)> {
        self.exceptions.entries().map(|(id, one)| (PaperId(id.created()), one))
    }

    /// One of them.
    pub fn exception(&self, id: PaperId) -> Option<&Recorded<CreditExcepted>> {
        self.all().find(|(named, _)| *named == id).map(|(_, one)| one)
    }

    /// The first stamp of a kind on an exception.
    pub fn stamp(&self, id: PaperId, stamp: CreditStamp) -> Option<&Recorded<CreditExceptionStamped>> {
        let all = self.stamps.entries().map(|(_, one)| one);
        let of = all.filter(|one| one.what.exception == id && one.what.stamp == stamp);
        of.min_by_key(|one| (one.at, one.id))
    }

    /// Where an exception stands on a day, read off its stamps. What was approved counts, whatever else was said, until
    /// its last day or the day on which it was ended.
    pub fn status(&self, id: PaperId, today: BusinessDate) -> Option<CreditStatus> {
        let what = &self.exception(id)?.what;
        let there = |stamp| self.stamp(id, stamp).is_some();
        let ended = self.stamp(id, CreditStamp::Ended).is_some_and(|one| business_date(one.at) <= today);
        Some(match (there(CreditStamp::Approved), there(CreditStamp::SentBack)) {
            (false, true) => CreditStatus::SentBack,
            _ if ended || what.to < today => CreditStatus::Ended,
            (false, false) => CreditStatus::Proposed,
            (true, _) if today < what.from => CreditStatus::Ahead,
            (true, _) => CreditStatus::InForce,
        })
    }

    /// The exception that counts on a day: approved, not run out, not ended. Of several the one that was approved first.
    /// Source: S45.
    pub fn in_force_on(&self, day: BusinessDate) -> Option<(PaperId, &Recorded<CreditExcepted>)> {
        let counts = self.all().filter(|(id, _)| self.status(*id, day) == Some(CreditStatus::InForce));
        self.first_approved(counts)
    }

    /// The day on which an order is due that was taken at `taken`: at once, or as an exception says that was in force at
    /// that moment. What is ended afterwards has counted for it. Source: S12, S44, S45.
    pub fn due_day(&self, taken: Timestamp) -> BusinessDate {
        let day = business_date(taken);
        let counted = self.all().filter(|(id, one)| {
            let approved = self.stamp(*id, CreditStamp::Approved).is_some();
            let ended = self.stamp(*id, CreditStamp::Ended).is_some_and(|stamp| stamp.at <= taken);
            one.what.names(day) && approved && !ended
        });
        let days = self.first_approved(counted).map_or(0, |(_, one)| one.what.pay_within);
        BusinessDate(day.0.checked_add_days(chrono::Days::new(u64::from(days))).unwrap_or(day.0))
    }

    /// Of several exceptions the one that was approved first.
    fn first_approved<'p>(
        &self,
        some: impl Iterator<Item = (PaperId, &'p Recorded<CreditExcepted>)>,
    ) -> Option<(PaperId, &'p Recorded<CreditExcepted>)> {
        some.min_by_key(|(id, one)| {
            (self.stamp(*id, CreditStamp::Approved).map(|stamp| (stamp.at, stamp.id)), one.id)
        })
    }
}

/// Whether `author` may make such an exception, beside those that the customer has. Source: S45.
pub fn may_except(
    op: &CreditExcepted,
    policy: Option<&CreditPolicy>,
    author: &Author,
    today: BusinessDate,
) -> Result<(), ReceivableRefusal> {
    if !author.role.proposes_credit() {
        return Err(ReceivableRefusal::MayNotExcept);
    }
    let days = (op.to.0 - op.from.0).num_days() + 1;
    if days < 1 {
        return Err(ReceivableRefusal::EndsBeforeItBegins);
    }
    if op.to < today {
        return Err(ReceivableRefusal::Over { day: op.to });
    }
    if op.from < today {
        return Err(ReceivableRefusal::BeginsBefore { day: op.from });
    }
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    if days > LONGEST_EXCEPTION_DAYS {
        return Err(ReceivableRefusal::TooLong { days, most: LONGEST_EXCEPTION_DAYS });
    }
    if op.pay_within > LONGEST_CREDIT_DAYS {
        return Err(ReceivableRefusal::CreditTooLong { days: op.pay_within, most: LONGEST_CREDIT_DAYS });
    }
    not_beside_another(op, policy, today, |status| {
        matches!(status, CreditStatus::Proposed | CreditStatus::Ahead | CreditStatus::InForce)
    })
}

/// Whether `author` may set this stamp: somebody else than who made the exception approves it or sends it back; whoever
/// may approve ends it, or who made it. Source: S45.
pub fn may_stamp_credit(
    op: &CreditExceptionStamped,
    policy: Option<&CreditPolicy>,
    author: &Author,
    today: BusinessDate,
) -> Result<(), ReceivableRefusal> {
    let made = policy.and_then(|policy| Some((policy, policy.exception(op.exception)?)));
    let Some((policy, made)) = made.filter(|(_, made)| made.what.customer == op.customer) else {
        return Err(ReceivableRefusal::NoSuchException);
    };
    let (own, approves) = (made.by == author.staff, author.role.approves_credit());
    match op.stamp {
        CreditStamp::Approved | CreditStamp::SentBack if own => return Err(ReceivableRefusal::YourOwn),
        CreditStamp::Approved | CreditStamp::SentBack if approves => {}
        CreditStamp::Ended if own || approves => {}
        _ => return Err(ReceivableRefusal::MayNotApprove),
    }
    if op.stamp != CreditStamp::Approved && op.note.as_str().is_empty() {
        return Err(ReceivableRefusal::NoReason);
    }
    let status = policy.status(op.exception, today);
    let open = match op.stamp {
        CreditStamp::Approved | CreditStamp::SentBack => status == Some(CreditStatus::Proposed),
        CreditStamp::Ended => {
            matches!(status, Some(CreditStatus::Proposed | CreditStatus::Ahead | CreditStatus::InForce))
        }
    };
    if !open {
        return Err(ReceivableRefusal::AlreadyStamped);
    }
    if op.stamp != CreditStamp::Approved {
        return Ok(());
    }
    not_beside_another(&made.what, Some(policy), today, |status| {
        matches!(status, CreditStatus::Ahead | CreditStatus::InForce)
    })
}

/// Whether no other exception of the customer's that `stands` names one of its days.
fn not_beside_another(
    op: &CreditExcepted,
    policy: Option<&CreditPolicy>,
    today: BusinessDate,
    stands: impl Fn(CreditStatus) -> bool,
) -> Result<(), ReceivableRefusal> {
    let Some(policy) = policy else { return Ok(()) };
    let other = policy
        .all()
        .find(|(id, one)| one.what.overlaps(op) && policy.status(*id, today).is_some_and(&stands));
    match other {
        Some((_, one)) => Err(ReceivableRefusal::Overlaps { from: one.what.from, to: one.what.to }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{cash::Share, people::Role},
        unit::{ChangeId, DeviceId, Money, StaffId},
    };

    const CUSTOMER: CustomerId = CustomerId::from_bytes([1; 16]);

    fn author(role: Role) -> Author {
        let (staff, device) = (StaffId::from_bytes([role as u8 + 1; 16]), DeviceId::from_bytes([2; 16]));
        // Whoever takes a waiting change over lends no right: two look at goods that go before their money.
        Author { staff, role, device, share: Share::NONE, backed: Some(Role::MarketingVp) }
    }

    fn today() -> BusinessDate {
        BusinessDate::of(2026, 10, 10).expect("a date")
    }

    fn made() -> CreditExcepted {
        CreditExcepted {
            customer: CUSTOMER,
            limit: Amount::new(Money::yuan(100)).expect("a sum"),
            pay_within: 30,
            from: today(),
            to: today(),
            reason: Text::new("老客户").expect("short"),
        }
    }

    /// S45: by the regulation's roles, each asked, of an exception that somebody else has made.
    #[test]
    fn finance_the_vice_president_and_the_general_manager_approve_and_nobody_else() {
        let id = ChangeId { device: DeviceId::from_bytes([9; 16]), seq: 1 };
        let (by, at) = (StaffId::from_bytes([99; 16]), Timestamp::from_millis(1));
        let recorded = Recorded { what: made(), id, by, at, withheld: false, accepted_by: None };
        let mut policy = CreditPolicy::default();
        policy.exceptions.enter(id, recorded);
        let exception = PaperId(id.created());
        for role in Role::ALL {
            let approves = matches!(role, Role::Finance | Role::MarketingVp | Role::GeneralManager);
            for stamp in [CreditStamp::Approved, CreditStamp::SentBack, CreditStamp::Ended] {
                let note = Text::new("说明").expect("short");
                let op = CreditExceptionStamped { exception, customer: CUSTOMER, stamp, note };
                let due = if approves { Ok(()) } else { Err(ReceivableRefusal::MayNotApprove) };
                assert_eq!(
                    may_stamp_credit(&op, Some(&policy), &author(role), today()),
                    due,
                    "{role:?} {stamp:?}"
                );
            }
        }
    }

    /// S45: finance and the heads make them.
    #[test]
    fn finance_and_the_heads_make_exceptions_and_nobody_else() {
        for role in Role::ALL {
            let makes = matches!(
                role,
                Role::Finance
                    | Role::SalesHead
                    | Role::SalesManager
                    | Role::MarketingHead
                    | Role::MarketingVp
                    | Role::GeneralManager
            );
            let due = if makes { Ok(()) } else { Err(ReceivableRefusal::MayNotExcept) };
            assert_eq!(may_except(&made(), None, &author(role), today()), due, "{role:?}");
        }
    }
}
