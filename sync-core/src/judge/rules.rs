//! Floor 9: the rules put to an op: whether its author may say it, and what it brings to light.
//!
//! Below `judge`, which decides what becomes of what they say.

use uuid::Uuid;

use super::{
    Papers, account_paper, balance_paper, bank_line_paper, closings_paper, collection_paper, credit_policy,
    customer_card, device_card, drawers, hand_in_paper, limits_paper, money_key, order_paper, people,
    price_list, product_paper, remittance_paper, reversed_key, ruling, staff_card, violation_paper,
};
use crate::{
    domain::{
        Recorded, bank,
        cash::{
            self, AccountRefusal, Collected, LedgerAccount, Limits, LostPhone, Means, MoneyConfirmed,
            RemitNow, Remitted, Reversible, Sent, Share,
        },
        customer::{self, CustomerCreated, CustomerRefusal},
        month,
        people::{Author, Role, StaffRefusal},
        sale::{self, PriceRefusal},
        visit,
    },
    op::Op,
    paper::{Outcome, Paper, PaperKey},
    refusal::{ChangeRefusal, Finding, Refusal},
    time::{BusinessDate, Timestamp, business_date},
    unit::{ChangeId, CustomerId, DeviceId, Money, StaffId},
};
/// Puts the rules to one op, before it is recorded on a phone and again at the hub.
///
/// # Errors
/// The reason, from the noun whose rule it is.
pub fn check(
    papers: &impl Papers,
    op: &Op,
    id: ChangeId,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    match op {
        // Only where the feed is written are these decided: `judge` puts their rules to them.
        Op::HeldDecided(_) | Op::TakenOnBehalf(_) => Err(ChangeRefusal::NotARuler.into()),
        Op::Resubmitted(op) => {
            let creates = ruling::may_resubmit(papers, op, author.staff)?;
            check_said(papers, &op.said.0, creates, author, at)
        }
        _ => check_said(papers, op, id.created(), author, at),
    }
}

/// The rules put to what an op says of the company's papers. What it creates is named `creates`.
pub(super) fn check_said(
    papers: &impl Papers,
    op: &Op,
    creates: Uuid,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let customer_of = |customer: CustomerId| customer_card(papers, &PaperKey::customer(customer));
    let touch = |customer| customer::may_touch(customer, customer_of(customer), author, at);
    if let Some(held) = waits_for(papers, op, author) {
        return Err(held.into());
    }
    match op {
        Op::HeldDecided(_) | Op::TakenOnBehalf(_) | Op::Resubmitted(_) => {
            Err(ChangeRefusal::NothingHeld.into())
        }
        Op::StaffJoined(_) | Op::StaffRoleSet(_) | Op::DeviceEnrolled(_) | Op::DeviceRevoked(_) => {
            people::check(papers, op, author).map(|()| Vec::new())
        }
        Op::CustomerCreated(op) => may_create(op, papers, creates, author).map(|()| Vec::new()),
        Op::CardFieldSet(op) => nothing(customer::may_write_field(op, customer_of(op.customer), author, at)),
        Op::PersonalFieldSet(op) => {
            nothing(customer::may_write_personal_field(op, customer_of(op.customer), author, at))
        }
        Op::ContactAdded(op) => nothing(touch(op.customer)),
        Op::ContactRemoved(op) => nothing(touch(op.customer)),
        Op::OwnerSet(op) => {
            customer::may_touch(op.customer, customer_of(op.customer), author, at)?;
            if !author.may(Role::assigns_customers) {
                return Err(CustomerRefusal::MayNotAssign { owner: op.owner }.into());
            }
            nothing(is_a_rep(papers, op.owner))
        }
        Op::ProductSet(op) => {
            nothing(sale::may_describe(op, product_paper(papers, &PaperKey::product(op.product)), author))
        }
        Op::PriceListIssued(op) => {
            sale::may_issue(op, author)?;
            let known = price_list(papers, &PaperKey::price_list(op.list)).is_some();
            nothing(if known { Err(PriceRefusal::Exists) } else { Ok(()) })
        }
        Op::VisitRecorded(op) => {
            customer::may_touch(op.customer, customer_of(op.customer), author, at)?;
            nothing(visit::may_record(op))
        }
        Op::OrderTaken(op) => {
            customer::may_touch(op.customer, customer_of(op.customer), author, at)?;
            let list = price_list(papers, &PaperKey::price_list(op.price_list));
            sale::may_take(op, list)?;
            let expired = list.is_some_and(|list| !list.in_force_on(business_date(at)));
            Ok(expired.then_some(Finding::ListExpired).into_iter().collect())
        }
        Op::OrderStamped(op) => {
            customer::may_touch(op.customer, customer_of(op.customer), author, at)?;
            nothing(sale::may_stamp(op, order_paper(papers, &PaperKey::order(op.order)), author))
        }
        Op::CompanyAccountOpened(_) | Op::CompanyAccountClosed(_) => {
            nothing(check_account(papers, op, author))
        }
        Op::Collected(op) => check_collection(papers, op, author, at),
        Op::Remitted(op) => check_remittance(papers, op, author, at),
        Op::Reversed(op) => {
            cash::may_reverse(op, drawers::reversal_target(papers, op), author)?;
            Ok(drawers::after_reversal(papers, &reversed_key(op), at))
        }
        Op::ShareMoved(_)
        | Op::LostPhoneSettled(_)
        | Op::LimitOverridden(_)
        | Op::ViolationRaised(_)
        | Op::ViolationStamped(_) => check_limits(papers, op, author, at),
        Op::CashHandedIn(_) | Op::HandInStamped(_) | Op::DayClosed(_) => check_bag(papers, op, author, at),
        Op::MoneyConfirmed(op) => check_confirmation(papers, op, author, at),
        Op::ConfirmationWithdrawn(_)
        | Op::StatementImported(_)
        | Op::LineSetAside(_)
        | Op::MappingSaved(_) => check_statement(papers, op, author),
        Op::MonthClosed(_) | Op::MonthStamped(_) | Op::MonthLineExplained(_) => {
            months(papers, op, author, at)
        }
        Op::PaymentUrged(_) | Op::CreditExcepted(_) | Op::CreditExceptionStamped(_) => {
            check_receivable(papers, op, author, at)
        }
    }
}

/// The rules about the company's own accounts. Source: S13.
fn check_account(papers: &impl Papers, op: &Op, author: &Author) -> Result<(), AccountRefusal> {
    cash::may_keep_accounts(author)?;
    let known = |account| account_paper(papers, &PaperKey::account(account)).is_some();
    match op {
        Op::CompanyAccountOpened(op) if known(op.account) => Err(AccountRefusal::Exists),
        Op::CompanyAccountOpened(op) => cash::is_a_number(op),
        Op::CompanyAccountClosed(op) if !known(op.account) => Err(AccountRefusal::Unknown),
        _ => Ok(()),
    }
}

/// The rules about shares of the limit, special rules and violations.
fn check_limits(
    papers: &impl Papers,
    op: &Op,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    match op {
        Op::ShareMoved(op) => {
            let held = drawer_holds(papers, author.staff, author.device).max(Money::ZERO);
            let left = own_share(papers, author.staff, author.device).minus(held).max(Money::ZERO);
            nothing(cash::may_move_share(op, left, |id| device_card(papers, &PaperKey::device(id)), author))
        }
        Op::LostPhoneSettled(op) => {
            let lost = LostPhone {
                share: own_share(papers, op.staff, op.device),
                drawer: drawer_holds(papers, op.staff, op.device),
                settled: limits_paper(papers, &PaperKey::limits(op.staff))
                    .is_some_and(|limits| limits.settlement(op.device).is_some()),
            };
            cash::may_settle(op, lost, |id| device_card(papers, &PaperKey::device(id)), author)?;
            // What is settled counts in the same moment: the share, and the lost phone's part of a special rule.
            let settled = Recorded {
                what: op.clone(),
                id: ChangeId { device: author.device, seq: u64::MAX },
                by: author.staff,
                at,
                withheld: false,
                accepted_by: None,
            };
            let mut limits = limits_paper(papers, &PaperKey::limits(op.staff)).cloned().unwrap_or_default();
            limits.settled.enter(settled.id, settled);
            let share = limits.share(op.into, leased(papers, op.into), business_date(at));
            let held = cash::would_hold(drawer_holds(papers, op.staff, op.into), op.counted);
            Ok(above(share, held).into_iter().collect())
        }
        Op::LimitOverridden(op) => {
            let role = staff_card(papers, &PaperKey::staff(op.staff)).and_then(|card| card.role.value());
            let card = |id| device_card(papers, &PaperKey::device(id));
            nothing(cash::may_override(op, role.copied(), card, author, business_date(at)))
        }
        Op::ViolationRaised(op) => {
            cash::may_raise(op, author)?;
            let known = staff_card(papers, &PaperKey::staff(op.staff)).is_some();
            nothing(if known { Ok(()) } else { Err(StaffRefusal::Unknown) })
        }
        Op::ViolationStamped(op) => {
            let violation = violation_paper(papers, &PaperKey::violation(op.violation));
            nothing(cash::may_stamp_violation(op, violation, author))
        }
        _ => Ok(Vec::new()),
    }
}

/// The rules about a month that is closed. Source: S17.
fn months(papers: &impl Papers, op: &Op, author: &Author, at: Timestamp) -> Result<Vec<Finding>, Refusal> {
    let none = month::Closings::default();
    let closings = closings_paper(papers, &PaperKey::closings()).unwrap_or(&none);
    nothing(match op {
        Op::MonthClosed(op) => month::may_close_month(op, closings, author, at),
        Op::MonthStamped(op) => month::may_stamp_month(op, closings, author),
        Op::MonthLineExplained(op) => month::may_explain_line(op, closings, author),
        _ => Ok(()),
    })
}

/// The rules about what is owed: who urges whom to pay, and who lets goods go before their money. Source: S43, S45.
fn check_receivable(
    papers: &impl Papers,
    op: &Op,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let today = business_date(at);
    if let Some(customer) = op.customer() {
        customer::may_touch(customer, customer_card(papers, &PaperKey::customer(customer)), author, at)?;
    }
    match op {
        Op::PaymentUrged(op) => {
            let order = op.order.and_then(|id| order_paper(papers, &PaperKey::order(id)));
            nothing(cash::may_urge(op, order, author, today))
        }
        Op::CreditExcepted(op) => {
            let policy = credit_policy(papers, &PaperKey::credit(op.customer));
            nothing(cash::may_except(op, policy, author, today))
        }
        Op::CreditExceptionStamped(op) => {
            let policy = credit_policy(papers, &PaperKey::credit(op.customer));
            nothing(cash::may_stamp_credit(op, policy, author, today))
        }
        _ => Ok(Vec::new()),
    }
}

/// The rules about cash handed to the office, and about days that are closed. Source: S13, S14, S17.
fn check_bag(papers: &impl Papers, op: &Op, author: &Author, at: Timestamp) -> Result<Vec<Finding>, Refusal> {
    match op {
        Op::DayClosed(op) => {
            cash::may_close_day(op, author, business_date(at))?;
            Ok(drawers::at_close(papers, op, author.staff, author.device))
        }
        Op::CashHandedIn(op) => {
            nothing(cash::may_hand_in(op, |device| drawer_holds(papers, author.staff, device)))
        }
        Op::HandInStamped(op) => {
            let paper = hand_in_paper(papers, &PaperKey::hand_in(op.hand_in));
            cash::may_stamp_hand_in(op, paper, author)?;
            if op.stamp == cash::HandInStamp::TakenBack {
                return Ok(drawers::after_reversal(papers, &PaperKey::hand_in(op.hand_in), at));
            }
            let signed = paper.and_then(|paper| paper.recorded.as_ref());
            // Since it was signed the cash may have gone another way.
            match signed.filter(|_| op.stamp == cash::HandInStamp::Received) {
                Some(signed) => {
                    let held = |device| drawer_holds(papers, signed.by, device);
                    nothing(cash::may_hand_in(&signed.what, held))
                }
                None => Ok(Vec::new()),
            }
        }
        _ => Ok(Vec::new()),
    }
}

fn nothing<E: Into<Refusal>>(checked: Result<(), E>) -> Result<Vec<Finding>, Refusal> {
    checked.map(|()| Vec::new()).map_err(Into::into)
}

/// Whether the creation of what an op is about still waits. Once a head has accepted it, or its author has corrected
/// it, what it created is there, and what waited for it can be decided in its turn.
///
/// Only whoever may see that it waits is told. Source: S78.
fn waits_for(papers: &impl Papers, op: &Op, author: &Author) -> Option<ChangeRefusal> {
    if matches!(op, Op::CustomerCreated(_)) {
        return None;
    }
    let waits = |id: &Uuid| match papers.paper(&PaperKey { kind: crate::paper::PaperKind::Held, id: *id }) {
        Some(Paper::Held(Some(held), outcome)) => {
            let accepted = outcome.as_ref().is_some_and(Outcome::is_accepted);
            let card = customer_card(papers, &PaperKey::customer(CustomerId(*id)));
            let sees = held.by == author.staff || author.may(Role::sees_all_drawers);
            sees && !held.is_fact() && !accepted && !card.is_some_and(customer::CustomerCard::exists)
        }
        _ => false,
    };
    [op.entity(), op.customer().map(|customer| customer.0)]
        .into_iter()
        .flatten()
        .find(waits)
        .map(|paper| ChangeRefusal::WaitsFor { paper })
}

fn may_create(
    op: &CustomerCreated,
    papers: &impl Papers,
    named: Uuid,
    author: &Author,
) -> Result<(), Refusal> {
    let exists = customer_card(papers, &PaperKey::customer(op.customer))
        .is_some_and(crate::domain::customer::CustomerCard::exists);
    // A phone's customer is named after the change that enters it; only an import hands ids in.
    let foreign_id = author.role != Role::Operator && op.customer.0 != named;
    if exists || foreign_id {
        return Err(CustomerRefusal::Exists { customer: op.customer }.into());
    }
    customer::may_assign(op.owner, author)?;
    if op.owner != author.staff {
        is_a_rep(papers, op.owner)?;
    }
    for (field, value) in &op.fields {
        field.accepts(value).map_err(|why| CustomerRefusal::Field { why })?;
    }
    let named = op.fields.iter().any(|(field, _)| *field == customer::CardField::Name);
    if named { Ok(()) } else { Err(CustomerRefusal::NoName.into()) }
}

/// Whether somebody works in the field, so that customers can be theirs. Source: S79.
fn is_a_rep(papers: &impl Papers, staff: StaffId) -> Result<(), Refusal> {
    let card = staff_card(papers, &PaperKey::staff(staff)).ok_or(StaffRefusal::Unknown)?;
    let rep = card.role.value().is_some_and(|role| role.is_rep());
    if rep { Ok(()) } else { Err(CustomerRefusal::NotARep { owner: staff }.into()) }
}

/// The cash in one device's drawer.
pub fn drawer_holds(papers: &impl Papers, staff: StaffId, device: DeviceId) -> Money {
    balance_paper(papers, &PaperKey::balance(LedgerAccount::Drawer(staff, device)))
        .map_or(Money::ZERO, |balance| balance.sum)
}

/// What is left of what a device was enrolled with; special rules apart. Source: S14, S15.
pub fn own_share(papers: &impl Papers, staff: StaffId, device: DeviceId) -> Money {
    let leased = leased(papers, device);
    limits_paper(papers, &PaperKey::limits(staff)).map_or(leased.limit(), |limits| limits.own(device, leased))
}

/// A device's share of the limit on a day. Source: S14–S16.
pub fn share_on(papers: &impl Papers, staff: StaffId, device: DeviceId, day: BusinessDate) -> Share {
    let leased = leased(papers, device);
    limits_paper(papers, &PaperKey::limits(staff)).map_or(leased, |limits| limits.share(device, leased, day))
}

/// The sums that a rep is held against on a day. Source: S14–S16.
pub fn limits_on(papers: &impl Papers, staff: StaffId, day: BusinessDate) -> Limits {
    limits_paper(papers, &PaperKey::limits(staff)).map_or(Limits::USUAL, |limits| limits.limits_on(day))
}

/// What a device was enrolled with.
fn leased(papers: &impl Papers, device: DeviceId) -> Share {
    let card = device_card(papers, &PaperKey::device(device));
    card.and_then(|card| card.enrolled.as_ref()).map_or(Share::NONE, |enrolled| enrolled.what.share)
}

/// The author with the share that their device has on the day of the act, by all that was moved since it was enrolled.
///
/// A device that has not read yet of its own enrolment goes by what it was told then.
fn with_share(papers: &impl Papers, author: &Author, at: Timestamp) -> Author {
    let limits = limits_paper(papers, &PaperKey::limits(author.staff));
    let share =
        limits.map_or(author.share, |limits| limits.share(author.device, author.share, business_date(at)));
    Author { share, ..*author }
}

pub(super) fn above(share: Share, held: Money) -> Option<Finding> {
    (held > share.limit()).then_some(Finding::OverLimit(RemitNow { held }))
}

fn check_collection(
    papers: &impl Papers,
    op: &Collected,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    customer::may_touch(op.customer, customer_card(papers, &PaperKey::customer(op.customer)), author, at)?;
    check_money(papers, op, author, at)
}

/// The rules about the money of a collection, whoever the customer is.
fn check_money(
    papers: &impl Papers,
    op: &Collected,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let author = &with_share(papers, author, at);
    let held = drawer_holds(papers, author.staff, author.device);
    let account = match op.means {
        Means::Transfer { account, .. } => account_paper(papers, &PaperKey::account(account)),
        Means::Cash => None,
    };
    cash::may_record_collection(op, held, account, author, at)?;
    Ok(collection_findings(papers, op, (author.staff, author.device), author.share, at))
}

/// Puts the rules to a fact about a customer that this device does not hold any more: all but whose it is.
///
/// # Errors
/// The reason, from the noun whose rule it is.
pub(crate) fn check_fact_of_moved(
    papers: &impl Papers,
    op: &Op,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    match op {
        Op::VisitRecorded(op) => nothing(visit::may_record(op)),
        Op::Collected(op) => check_money(papers, op, author, at),
        Op::PaymentUrged(op) => {
            let order = op.order.and_then(|id| order_paper(papers, &PaperKey::order(id)));
            nothing(cash::may_urge(op, order, author, business_date(at)))
        }
        _ => Ok(Vec::new()),
    }
}

/// What a collection brings to light, whether or not it was made with a right to it. Source: S14, S15, S17.
pub(super) fn collection_findings(
    papers: &impl Papers,
    op: &Collected,
    (staff, device): (StaffId, DeviceId),
    share: Share,
    at: Timestamp,
) -> Vec<Finding> {
    let limits = limits_on(papers, staff, business_date(at));
    let held = drawer_holds(papers, staff, device);
    let mut findings = Vec::new();
    if op.means == Means::Cash {
        let holds = cash::would_hold(held, op.amount.money());
        let warning = cash::cash_warning(holds, limits.remit_from).map(Finding::RemitNow);
        findings.extend(above(share, holds).or(warning));
    }
    let given = device_card(papers, &PaperKey::device(device)).map_or(0, |card| card.receipts);
    let due = given.saturating_add(1);
    if op.receipt != due {
        findings.push(Finding::ReceiptOutOfTurn { due, found: op.receipt });
    }
    findings
}

fn check_remittance(
    papers: &impl Papers,
    op: &Remitted,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let account = account_paper(papers, &PaperKey::account(op.account));
    nothing(cash::may_remit(op, |device| drawer_holds(papers, author.staff, device), account, at))
}

/// The rules about money that has arrived. Source: S13, S34, S46.
fn check_confirmation(
    papers: &impl Papers,
    op: &MoneyConfirmed,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let account_is_known = account_paper(papers, &PaperKey::account(op.account)).is_some();
    cash::may_confirm(op, |of| sent(papers, op.kind, of), account_is_known, author, business_date(at))?;
    nothing(bank::lines_fit(op, |line| bank_line_paper(papers, &PaperKey::bank_line(line))))
}

/// What the book knows of money that was sent.
fn sent(papers: &impl Papers, kind: Reversible, of: crate::unit::PaperId) -> Option<Sent> {
    let key = money_key(kind, of);
    match kind {
        Reversible::Collection => collection_paper(papers, &key).and_then(Sent::of_collection),
        Reversible::Remittance => remittance_paper(papers, &key).and_then(Sent::of_remittance),
    }
}

/// The rules about a bank's statement, its lines and its layout. Source: S34, S46.
fn check_statement(papers: &impl Papers, op: &Op, author: &Author) -> Result<Vec<Finding>, Refusal> {
    let is_known = |account| account_paper(papers, &PaperKey::account(account)).is_some();
    let line = |line| bank_line_paper(papers, &PaperKey::bank_line(line));
    match op {
        Op::ConfirmationWithdrawn(op) => {
            let confirmations = |paper: &cash::ConfirmedPaper| {
                papers.paper(&money_key(op.kind, paper.of)).and_then(Paper::confirmations)
            };
            nothing(cash::may_withdraw_confirmation(
                op,
                |of| sent(papers, op.kind, of),
                confirmations,
                author,
            ))
        }
        Op::StatementImported(op) => {
            let there = |id| line(id).is_some_and(|line| line.recorded.is_some());
            let statement = match papers.paper(&PaperKey::statement(op.statement())) {
                Some(Paper::Statement(statement)) => Some(statement),
                _ => None,
            };
            nothing(bank::may_import(op, is_known(op.account), statement, there, author))
        }
        Op::LineSetAside(op) => {
            let case_is_open = |violation| match papers.paper(&PaperKey::violation(violation)) {
                Some(Paper::Violation(violation)) => violation.status() != cash::ViolationStatus::Closed,
                _ => false,
            };
            bank::may_set_aside(op, line(op.line), case_is_open, author)?;
            let whose = op.case().map(|(staff, _)| staff);
            let known = whose.is_none_or(|staff| staff_card(papers, &PaperKey::staff(staff)).is_some());
            nothing(if known { Ok(()) } else { Err(StaffRefusal::Unknown) })
        }
        Op::MappingSaved(op) => nothing(bank::may_save_mapping(is_known(op.account), author)),
        _ => Ok(Vec::new()),
    }
}
