//! What a change says, in a row: an icon, a title, a second line.
//!
//! Floor: screens. This module must not judge what became of it.

use leptos::prelude::AnyView;
use sync_core::{
    domain::{
        cash::{Collected, Means, PaymentUrged, Remitted},
        sale::OrderTaken,
        visit::VisitRecorded,
    },
    op::{Op, Ruling},
    paper::Settled,
    refusal::Verdict,
    replica::{self, OutboxLine, Replica},
};

use crate::{
    field::texts,
    shell::settings,
    ui::{
        Fate, Icon, Tone, badge, fate_badge,
        format::{self, sum},
        t,
    },
};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Its drawing.
    pub(crate) icon: Icon,
    /// What it is, with its sum.
    pub(crate) title: String,
    /// About whom.
    pub(crate) about: String,
}

/// 拜访 · 谈订货
pub(crate) fn visit_title(visit: &VisitRecorded) -> String {
    t!("told-visit", purposes = texts::purposes(&visit.purposes))
}

/// 订单 3 种 2,800.00
pub(crate) fn order_title(order: &OrderTaken) -> String {
    t!("told-order", count = order.lines.len(), amount = sum(order.total()))
}

/// 收款 3,200.00, with its means and its mark.
pub(crate) fn collection_title(collected: &Collected) -> String {
    let amount = sum(collected.amount.money());
    match (&collected.means, &collected.over_limit) {
        (_, Some(_)) => t!("told-over-limit", amount = amount),
        (Means::Cash, None) => t!("told-cash", amount = amount),
        (Means::Transfer { .. }, None) => t!("told-transfer", amount = amount),
    }
}

/// 汇款 11,440.00
pub(crate) fn remittance_title(remitted: &Remitted) -> String {
    t!("told-remit", amount = sum(remitted.amount.money()))
}

/// 催款 · 电话 · 老周
pub(crate) fn urging_title(urged: &PaymentUrged) -> String {
    t!("told-urging", how = t!(&format!("urged-by-{}", urged.by.code())), whom = urged.whom.to_string())
}

/// 农业银行 尾号 3318; empty where the account is not known here.
pub(crate) fn account_line(book: &Replica, account: sync_core::unit::AccountId) -> String {
    book.account(account).and_then(|account| account.opened.as_ref()).map_or_else(String::new, |opened| {
        let number = opened.what.number.as_str();
        let tail: String = number.chars().skip(number.chars().count().saturating_sub(4)).collect();
        t!("phone-account", bank = opened.what.bank.to_string(), tail = tail)
    })
}

/// What a change of this device says.
pub(crate) fn told(book: &Replica, op: &Op) -> Told {
    let (icon, title) = match op.said() {
        Op::VisitRecorded(visit) => (Icon::Visit, visit_title(visit)),
        Op::OrderTaken(order) => (Icon::Order, order_title(order)),
        Op::OrderStamped(_) => (Icon::Order, t!("told-stamp")),
        Op::Collected(collected) => (Icon::Cash, collection_title(collected)),
        Op::Remitted(remitted) => (Icon::Bank, remittance_title(remitted)),
        Op::Reversed(reversed) => (Icon::Swap, t!("told-reverse", reason = reversed.reason.to_string())),
        Op::CustomerCreated(_) => (Icon::People, t!("told-customer")),
        Op::CardFieldSet(set) => (
            Icon::People,
            t!("told-card", field = texts::card_field(set.field), value = texts::value(&set.value)),
        ),
        Op::PersonalFieldSet(set) => {
            (Icon::People, t!("told-personal", field = texts::personal_field(set.field)))
        }
        Op::ContactAdded(added) => (Icon::People, t!("told-contact", name = added.contact.name.to_string())),
        Op::ContactRemoved(_) => (Icon::People, t!("told-contact-gone")),
        Op::OwnerSet(_) => (Icon::Swap, t!("told-owner")),
        Op::HeldDecided(_) | Op::TakenOnBehalf(_) | Op::Resubmitted(_) => (Icon::Hold, t!("fate-held")),
        Op::StaffJoined(_) | Op::StaffRoleSet(_) => (Icon::Me, t!("told-staff")),
        Op::DeviceEnrolled(_) | Op::DeviceRevoked(_) => (Icon::Device, t!("told-device")),
        Op::ProductSet(_) | Op::PriceListIssued(_) => (Icon::File, t!("told-prices")),
        Op::CompanyAccountOpened(_) | Op::CompanyAccountClosed(_) => (Icon::Bank, t!("told-account")),
        Op::ShareMoved(moved) => (Icon::Cash, t!("told-share", amount = sum(moved.amount.money()))),
        Op::CashHandedIn(signed) => (Icon::Cash, t!("told-hand-in", amount = sum(signed.amount.money()))),
        Op::HandInStamped(_) => (Icon::Cash, t!("told-hand-in-stamp")),
        Op::MoneyConfirmed(arrived) => (Icon::Bank, t!("told-arrived", amount = sum(arrived.amount.money()))),
        Op::PaymentUrged(urged) => (Icon::Clock, urging_title(urged)),
        Op::CreditExcepted(made) => (Icon::Key, t!("told-credit", amount = sum(made.limit.money()))),
        Op::CreditExceptionStamped(_) => (Icon::Key, t!("told-credit-stamp")),
        Op::DayClosed(closed) => (Icon::List, t!("told-close", amount = sum(closed.counted()))),
        Op::ConfirmationWithdrawn(_)
        | Op::StatementImported(_)
        | Op::LineSetAside(_)
        | Op::MappingSaved(_) => (Icon::Bank, t!("told-bank")),
        Op::MonthClosed(_)
        | Op::MonthStamped(_)
        | Op::MonthLineExplained(_)
        | Op::LostPhoneSettled(_)
        | Op::LimitOverridden(_)
        | Op::ViolationRaised(_)
        | Op::ViolationStamped(_) => (Icon::Cash, t!("told-limit")),
    };
    let about = match op {
        Op::Remitted(remitted) => account_line(book, remitted.account),
        _ => op.customer().map_or_else(String::new, |customer| texts::customer_name(book, customer)),
    };
    Told { icon, title, about }
}

/// What was said of a change that waited: who, when, what.
pub(crate) fn settled(book: &Replica, settled: &Settled) -> String {
    let (who, when) = (texts::staff_name(book, settled.by), format::full_moment(texts::ms(settled.at)));
    match &settled.ruling {
        Ruling::Accepted => t!("held-accepted", who = who, when = when),
        Ruling::Declined { reason } => {
            t!("held-declined", who = who, when = when, why = reason.to_string())
        }
        Ruling::Corrected => t!("held-corrected", when = when),
    }
}

/// Whether a change that was decided waits for its author: it was sent back, and is neither corrected nor let be.
pub(crate) fn waits_for_author(book: &Replica, seq: u64, settled: &Settled) -> bool {
    matches!(settled.ruling, Ruling::Declined { .. }) && !settings::is_let_be(book.identity().number, seq)
}

/// Where an own change stands: one of the five fates, or the word for what waits no more and is not in the book.
pub(crate) fn standing(fate: Fate, closed: bool) -> AnyView {
    if closed { badge(Tone::Line, Some(Icon::Check), t!("outbox-closed-mark")) } else { fate_badge(fate) }
}

/// What has become of an own change, as one of the five fates.
pub(crate) fn fate(line: &OutboxLine, sending: bool) -> Fate {
    match (&line.fate, line.settled.as_ref().map(|settled| &settled.ruling)) {
        (replica::Fate::Judged(_), Some(Ruling::Accepted)) => return Fate::Applied,
        // In the book through the one that corrects it.
        (replica::Fate::Judged(Verdict::Held { .. }), Some(Ruling::Corrected)) => return Fate::Finding,
        // What was sent back waits for its author.
        _ => {}
    }
    match &line.fate {
        replica::Fate::SavedHere if sending => Fate::Sending,
        replica::Fate::SavedHere => Fate::Saved,
        replica::Fate::Judged(Verdict::Held { .. }) => Fate::Held,
        replica::Fate::Judged(Verdict::Applied { findings, withheld }) => {
            if *withheld || !findings.is_empty() { Fate::Finding } else { Fate::Applied }
        }
    }
}
