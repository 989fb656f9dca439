//! The sheets of the lists about money: what came in and went on, what broke a rule, and the limits.
//!
//! Floor: above the sheet, beside the other lists.

use super::{
    lists::{Words, clock, customer},
    sheet::{Cell, Sheet},
};
use crate::rows::{
    AccountRow, BankLineRow, CashRow, CollectionRow, ConfirmationRow, DayCloseRow, HandInRow, LimitsRow,
    RemittanceRow, ReversalRow, StatementRow, ViolationRow, ViolationStampRow,
};

fn reversal(reversal: Option<&ReversalRow>) -> [Cell; 3] {
    [
        Cell::maybe(reversal, |r| clock(&r.at)),
        Cell::maybe(reversal, |r| Cell::words(&r.by.name)),
        Cell::maybe(reversal, |r| Cell::words(&r.reason)),
    ]
}

fn confirmation(confirmation: Option<&ConfirmationRow>) -> [Cell; 2] {
    [
        Cell::maybe(confirmation, |one| Cell::words(&one.arrived_on)),
        Cell::maybe(confirmation, |one| Cell::words(&one.by.name)),
    ]
}

pub(super) fn collections(words: &Words<'_>, rows: &[CollectionRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 17] = [
        ("number", 15),
        ("at", 17),
        ("staff", 10),
        ("customer", 24),
        ("amount", 14),
        ("capitals", 30),
        ("means", 8),
        ("account", 34),
        ("reference", 14),
        ("over-limit", 28),
        ("status", 10),
        ("note", 20),
        ("arrived-on", 12),
        ("confirmed-by", 10),
        ("reversed-at", 17),
        ("reversed-by", 10),
        ("reason", 28),
    ];
    let sheet = words.sheet("collections", &COLUMNS, rows, |row| {
        let account = |a: &crate::rows::AccountRef| Cell::words(format!("{} {}", a.bank, a.number));
        let mut cells = vec![
            Cell::words(&row.number),
            clock(&row.at),
            Cell::words(&row.staff.name),
            customer(row.customer.as_ref()),
            Cell::Money(row.amount),
            Cell::words(&row.capitals),
            words.status(row.means),
            Cell::maybe(row.account.as_ref(), account),
            Cell::words(&row.reference),
            Cell::maybe(row.over_limit.as_ref(), Cell::words),
            words.status(row.status),
            Cell::words(&row.note),
        ];
        cells.extend(confirmation(row.confirmation.as_deref()));
        cells.extend(reversal(row.reversal.as_ref()));
        cells
    });
    vec![sheet]
}

pub(super) fn remittances(words: &Words<'_>, rows: &[RemittanceRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 11] = [
        ("at", 17),
        ("staff", 10),
        ("amount", 14),
        ("account", 34),
        ("reference", 14),
        ("status", 10),
        ("arrived-on", 12),
        ("confirmed-by", 10),
        ("reversed-at", 17),
        ("reversed-by", 10),
        ("reason", 28),
    ];
    let sheet = words.sheet("remittances", &COLUMNS, rows, |row| {
        let mut cells = vec![
            clock(&row.at),
            Cell::words(&row.staff.name),
            Cell::Money(row.amount),
            Cell::words(format!("{} {}", row.account.bank, row.account.number)),
            Cell::words(&row.reference),
            words.status(row.status),
        ];
        cells.extend(confirmation(row.confirmation.as_deref()));
        cells.extend(reversal(row.reversal.as_ref()));
        cells
    });
    vec![sheet]
}

pub(super) fn violations(words: &Words<'_>, rows: &[ViolationRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 13] = [
        ("at", 17),
        ("staff", 10),
        ("violation", 18),
        ("clause", 8),
        ("amount", 14),
        ("held", 14),
        ("given-reason", 32),
        ("status", 12),
        ("looked-into-by", 10),
        ("looked-into-at", 17),
        ("closed-by", 10),
        ("closed-at", 17),
        ("note", 36),
    ];
    let sheet = words.sheet("violations", &COLUMNS, rows, |row| {
        let stamp = |stamp: Option<&ViolationStampRow>| {
            [Cell::maybe(stamp, |s| Cell::words(&s.by.name)), Cell::maybe(stamp, |s| clock(&s.at))]
        };
        let notes = [&row.looked_into, &row.settled].into_iter().flatten().map(|stamp| stamp.note.as_str());
        let mut cells = vec![
            clock(&row.at),
            Cell::words(&row.staff.name),
            Cell::words(words.code("export-violation", row.kind)),
            Cell::words(row.clause),
            Cell::Money(row.amount),
            Cell::maybe(row.held, Cell::Money),
            Cell::words(&row.reason),
            Cell::words(words.code("export-violation-status", row.status)),
        ];
        cells.extend(stamp(row.looked_into.as_ref()));
        cells.extend(stamp(row.settled.as_ref()));
        cells.push(Cell::words(notes.collect::<Vec<_>>().join("\n")));
        cells
    });
    vec![sheet]
}

pub(super) fn hand_ins(words: &Words<'_>, rows: &[HandInRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 10] = [
        ("at", 17),
        ("staff", 10),
        ("amount", 14),
        ("status", 12),
        ("received-by", 10),
        ("received-at", 17),
        ("taken-back-by", 10),
        ("taken-back-at", 17),
        ("note", 28),
        ("reason", 28),
    ];
    let sheet = words.sheet("hand-ins", &COLUMNS, rows, |row| {
        let (received, taken_back) = (row.received.as_ref(), row.taken_back.as_ref());
        vec![
            clock(&row.at),
            Cell::words(&row.staff.name),
            Cell::Money(row.amount),
            Cell::words(words.code("export-hand-in", row.status)),
            Cell::maybe(received, |stamp| Cell::words(&stamp.by.name)),
            Cell::maybe(received, |stamp| clock(&stamp.at)),
            Cell::maybe(taken_back, |stamp| Cell::words(&stamp.by.name)),
            Cell::maybe(taken_back, |stamp| clock(&stamp.at)),
            Cell::words(&row.note),
            Cell::maybe(taken_back.or(row.sent_back.as_ref()), |stamp| Cell::words(&stamp.note)),
        ]
    });
    vec![sheet]
}

pub(super) fn bank_lines(words: &Words<'_>, rows: &[BankLineRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 10] = [
        ("booked-on", 12),
        ("account", 34),
        ("amount", 14),
        ("payer", 28),
        ("reference", 36),
        ("serial", 18),
        ("status", 12),
        ("pays", 28),
        ("line-aside", 12),
        ("note", 36),
    ];
    let sheet = words.sheet("bank-lines", &COLUMNS, rows, |row| {
        let pays = row.matched.as_ref().map(|one| match &one.customer {
            Some(customer) => customer.name.clone(),
            None => one.papers.first().map(|paper| paper.staff.name.clone()).unwrap_or_default(),
        });
        let aside = row.aside.as_ref();
        vec![
            Cell::words(&row.date),
            Cell::words(format!("{} {}", row.account.bank, row.account.number)),
            Cell::Money(row.amount),
            Cell::words(&row.payer),
            Cell::words(&row.reference),
            Cell::words(&row.serial),
            Cell::words(words.code("export-line", row.status)),
            Cell::maybe(pays, Cell::words),
            Cell::maybe(aside, |one| Cell::words(words.code("export-aside", one.kind))),
            Cell::maybe(aside, |one| Cell::words(&one.note)),
        ]
    });
    vec![sheet]
}

pub(super) fn statements(words: &Words<'_>, rows: &[StatementRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 9] = [
        ("at", 17),
        ("staff", 10),
        ("file", 30),
        ("account", 34),
        ("first-day", 12),
        ("last-day", 12),
        ("lines", 10),
        ("came-in", 14),
        ("went-out", 14),
    ];
    let sheet = words.sheet("statements", &COLUMNS, rows, |row| {
        vec![
            clock(&row.at),
            Cell::words(&row.by.name),
            Cell::words(&row.name),
            Cell::words(format!("{} {}", row.account.bank, row.account.number)),
            Cell::words(&row.first),
            Cell::words(&row.last),
            Cell::Count(row.lines.into()),
            Cell::Money(row.came_in),
            Cell::Money(row.went_out),
        ]
    });
    vec![sheet]
}

pub(super) fn day_closes(words: &Words<'_>, rows: &[DayCloseRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 7] = [
        ("at", 17),
        ("staff", 10),
        ("closed-day", 12),
        ("expected", 14),
        ("counted", 14),
        ("difference", 14),
        ("note", 36),
    ];
    let sheet = words.sheet("day-closes", &COLUMNS, rows, |row| {
        vec![
            clock(&row.at),
            Cell::words(&row.staff.name),
            Cell::words(&row.day),
            Cell::Money(row.expected),
            Cell::Money(row.counted),
            Cell::Money(row.difference),
            Cell::words(&row.explanation),
        ]
    });
    vec![sheet]
}

pub(super) fn accounts(words: &Words<'_>, rows: &[AccountRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 8] = [
        ("holder", 30),
        ("bank", 28),
        ("account-number", 26),
        ("status", 10),
        ("since", 17),
        ("closed", 17),
        ("in-transit", 14),
        ("arrived", 14),
    ];
    let sheet = words.sheet("accounts", &COLUMNS, rows, |row| {
        vec![
            Cell::words(&row.holder),
            Cell::words(&row.bank),
            Cell::words(&row.number),
            words.status(row.status),
            clock(&row.opened),
            Cell::maybe(row.closed.as_deref(), clock),
            Cell::maybe(row.in_transit, Cell::Money),
            Cell::maybe(row.arrived, Cell::Money),
        ]
    });
    vec![sheet]
}

pub(super) fn cash(words: &Words<'_>, rows: &[CashRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 10] = [
        ("staff", 12),
        ("role", 16),
        ("held", 14),
        ("sent", 14),
        ("confirmed", 14),
        ("state", 12),
        ("remit-from", 14),
        ("limit", 14),
        ("last-collection", 17),
        ("last-remittance", 17),
    ];
    let sheet = words.sheet("cash", &COLUMNS, rows, |row| {
        let state = serde_json::to_value(row.state).ok();
        vec![
            Cell::words(&row.staff.name),
            Cell::words(words.code("role", row.role.code())),
            Cell::Money(row.held),
            Cell::Money(row.sent),
            Cell::Money(row.confirmed),
            Cell::words(
                words.code("export-cash", state.as_ref().and_then(|s| s.as_str()).unwrap_or_default()),
            ),
            Cell::Money(row.remit_from),
            Cell::Money(row.limit),
            Cell::maybe(row.last_collection.as_deref(), clock),
            Cell::maybe(row.last_remittance.as_deref(), clock),
        ]
    });
    vec![sheet]
}

pub(super) fn limits(words: &Words<'_>, rows: &[LimitsRow]) -> Vec<Sheet> {
    const PHONES: [(&str, u32); 10] = [
        ("staff", 12),
        ("remit-from", 14),
        ("limit", 14),
        ("device", 8),
        ("status", 12),
        ("share", 14),
        ("held", 14),
        ("counted", 14),
        ("missing", 14),
        ("note", 36),
    ];
    const RULES: [(&str, u32); 9] = [
        ("staff", 12),
        ("limit", 14),
        ("remit-from", 14),
        ("first-day", 12),
        ("last-day", 12),
        ("status", 12),
        ("given-reason", 36),
        ("ruled-by", 10),
        ("at", 17),
    ];
    let phones: Vec<_> =
        rows.iter().flat_map(|row| row.phones.iter().map(move |phone| (row, phone))).collect();
    let rules: Vec<_> = rows.iter().flat_map(|row| row.rules.iter().map(move |rule| (row, rule))).collect();
    let phones = words.sheet("limits", &PHONES, &phones, |(row, phone)| {
        let settled = phone.settled.as_ref();
        vec![
            Cell::words(&row.staff.name),
            Cell::Money(row.remit_from),
            Cell::Money(row.hold),
            Cell::words(format!("{:02}", phone.number)),
            Cell::words(words.code("export-limit", phone.status)),
            Cell::Money(phone.share),
            Cell::Money(phone.drawer),
            Cell::maybe(settled, |settled| Cell::Money(settled.counted)),
            Cell::maybe(settled, |settled| Cell::Money(settled.missing)),
            Cell::maybe(settled, |settled| Cell::words(&settled.note)),
        ]
    });
    let rules = words.sheet("special-rules", &RULES, &rules, |(row, rule)| {
        vec![
            Cell::words(&row.staff.name),
            Cell::Money(rule.hold),
            Cell::Money(rule.remit_from),
            Cell::words(&rule.from),
            Cell::words(&rule.to),
            Cell::words(words.code("export-limit", rule.status)),
            Cell::words(&rule.reason),
            Cell::words(&rule.by.name),
            clock(&rule.at),
        ]
    });
    vec![phones, rules]
}
