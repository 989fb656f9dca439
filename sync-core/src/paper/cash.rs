//! The rows of money: accounts, what came in and went on, what stands where, violations, cash handed in, days that were closed.

use super::{Paper, PaperKey, Row, millis, row_of, searched_number};
use crate::{
    domain::cash::{Balance, CreditPolicy, CreditStamp, LedgerAccount},
    unit::CustomerId,
};

/// Milliseconds the company's wall clock is ahead of UTC.
const ZONE_MS: i64 = 8 * 3_600_000;

/// The row of such a paper; `None` while it is a shell.
pub(super) fn row(paper: &Paper) -> Option<Row> {
    match paper {
        Paper::Account(account) => {
            let opened = account.opened.as_ref()?;
            Some(Row {
                label: format!("{} {}", opened.what.bank, opened.what.number),
                search: format!("{} {} {}", opened.what.holder, opened.what.bank, opened.what.number),
                status: if account.closed.is_some() { "closed" } else { "open" },
                ..row_of(opened, None, None)
            })
        }
        Paper::Collection(collection) => {
            let recorded = collection.recorded.as_ref()?;
            let what = &recorded.what;
            let status = collection.status();
            let search = format!("{} {}", searched_number(recorded.id.device, what.receipt), what.note);
            Some(Row { status, search, ..row_of(recorded, Some(what.customer), Some(what.amount.money())) })
        }
        Paper::Remittance(remittance) => {
            let recorded = remittance.recorded.as_ref()?;
            let status = remittance.status();
            let search = recorded.what.reference.to_string();
            Some(Row { status, search, ..row_of(recorded, None, Some(recorded.what.amount.money())) })
        }
        Paper::Balance(balance) => balance_row(balance),
        Paper::Violation(violation) => {
            let raised = violation.raised.as_ref()?;
            let what = &raised.what;
            Some(Row {
                staff: Some(what.staff),
                status: violation.status().code(),
                label: what.kind.code().to_owned(),
                search: what.reason.to_string(),
                ..row_of(raised, None, Some(what.amount))
            })
        }
        Paper::HandIn(paper) => {
            let recorded = paper.recorded.as_ref()?;
            let (status, search) = (paper.status().code(), recorded.what.note.to_string());
            Some(Row { status, search, ..row_of(recorded, None, Some(recorded.what.amount.money())) })
        }
        Paper::DayClose(paper) => {
            let recorded = paper.recorded.as_ref()?;
            let what = &recorded.what;
            Some(Row {
                status: paper.status(),
                label: what.day.to_string(),
                search: what.explanation.to_string(),
                ..row_of(recorded, None, Some(what.counted()))
            })
        }
        Paper::BankLine(line) => {
            let recorded = line.recorded.as_ref()?;
            let what = &recorded.what.line;
            let midnight = what.date.0.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
            Some(Row {
                customer: line.standing().and_then(|(_, one)| one.customer),
                staff: line.standing().and_then(|(_, one)| one.papers.first()).map(|paper| paper.staff),
                // The day the bank booked it, as the company's clock begins it.
                at_ms: midnight - ZONE_MS,
                amount: Some(what.amount),
                status: line.status().code(),
                label: what.payer.to_string(),
                search: format!("{} {} {}", what.payer, what.reference, what.serial),
            })
        }
        Paper::Statement(statement) => {
            let (_, part) = statement.parts.entries().min_by_key(|(_, part)| (part.at, part.id))?;
            let came_in = statement.parts.entries().map(|(_, part)| part.what.came_in).sum();
            let name = part.what.name.to_string();
            Some(Row { label: name.clone(), search: name, ..row_of(part, None, Some(came_in)) })
        }
        Paper::Urging(paper) => {
            let recorded = paper.recorded.as_ref()?;
            let what = &recorded.what;
            let promised = what.promised.map(|promise| promise.amount.money());
            Some(Row {
                search: format!("{} {}", what.whom, what.said),
                status: if recorded.withheld { "withheld" } else { what.by.code() },
                ..row_of(recorded, Some(what.customer), promised)
            })
        }
        _ => None,
    }
}

/// The row of a customer's credit exceptions, of which the latest made is shown; how each stands is a matter of the day.
pub(super) fn credit_row(key: &PaperKey, policy: &CreditPolicy) -> Option<Row> {
    let (_, latest) = policy.all().max_by_key(|(_, one)| (one.at, one.id))?;
    let approved = policy.all().any(|(id, _)| policy.stamp(id, CreditStamp::Approved).is_some());
    let reasons: Vec<&str> = policy.all().map(|(_, one)| one.what.reason.as_str()).collect();
    Some(Row {
        customer: Some(CustomerId(key.id)),
        staff: Some(latest.by),
        at_ms: millis(latest.at),
        amount: Some(latest.what.limit.money()),
        status: if approved { "approved" } else { "proposed" },
        label: latest.what.to.to_string(),
        search: reasons.join(" "),
    })
}

fn balance_row(balance: &Balance) -> Option<Row> {
    let (status, staff, customer) = match balance.account? {
        LedgerAccount::Drawer(staff, _) => ("drawer", Some(staff), None),
        LedgerAccount::Suspense(staff) => ("suspense", Some(staff), None),
        LedgerAccount::Difference(staff) => ("difference", Some(staff), None),
        LedgerAccount::Customer(customer) => ("customer", None, Some(customer)),
        LedgerAccount::InTransit(_) => ("in-transit", None, None),
        LedgerAccount::Arrived(_) => ("arrived", None, None),
        LedgerAccount::Till => ("till", None, None),
    };
    Some(Row { customer, staff, amount: Some(balance.sum), status, ..Row::default() })
}
