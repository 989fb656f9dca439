//! Which columns each list has on its sheet, and what stands in them.
//!
//! Floor: above the sheet. Takes rows as the console gets them, so that screen and file never differ.

use sync_core::{
    locale::{Texts, Value},
    time::BusinessDate,
};

use super::sheet::{Cell, Column, Sheet};
pub(super) use super::waiting::{conflicts, held};
use crate::rows::{
    AccountRow, CashRow, CollectionRow, CustomerRef, CustomerRow, DayCloseRow, DeviceRow, HandInRow,
    LimitsRow, OrderRow, PriceListRow, ProductRow, RemittanceRow, ReversalRow, Said, StaffRow, ViolationRow,
    ViolationStampRow, VisitRow,
};

/// What a file's words are taken from.
pub(super) struct Words<'t>(pub(super) &'t Texts);

impl Words<'_> {
    pub(super) fn of(&self, key: &str) -> String {
        self.0.text(key, &[])
    }

    /// The word for a code of one family, or the code itself.
    pub(super) fn code(&self, family: &str, code: &str) -> String {
        let key = format!("{family}-{code}");
        if self.0.has(&key) { self.of(&key) } else { code.to_owned() }
    }

    fn status(&self, code: &str) -> Cell {
        Cell::words(self.code("export-status", code))
    }

    fn yes(&self, yes: bool) -> Cell {
        if yes { Cell::words(self.of("export-yes")) } else { Cell::Empty }
    }

    /// A sheet with these columns: header and width.
    pub(super) fn sheet<T>(
        &self,
        title: &str,
        columns: &[(&str, u32)],
        rows: &[T],
        cells: impl Fn(&T) -> Vec<Cell>,
    ) -> Sheet {
        let columns = columns.iter().map(|(header, width)| Column {
            header: self.of(&format!("export-column-{header}")),
            width: *width,
        });
        Sheet {
            title: self.of(&format!("export-title-{title}")),
            columns: columns.collect(),
            rows: rows.iter().map(cells).collect(),
        }
    }
}

pub(super) fn customer(customer: Option<&CustomerRef>) -> Cell {
    Cell::maybe(customer, |customer| Cell::words(&customer.name))
}

pub(super) fn clock(clock: &str) -> Cell {
    Cell::Clock(clock.to_owned())
}

fn day(day: Option<BusinessDate>) -> Cell {
    Cell::maybe(day, |day| Cell::Day(day.0))
}

fn said(said: &[Said]) -> Cell {
    Cell::words(said.iter().map(|said| said.text.as_str()).collect::<Vec<_>>().join("\n"))
}

fn reversal(reversal: Option<&ReversalRow>) -> [Cell; 3] {
    [
        Cell::maybe(reversal, |r| clock(&r.at)),
        Cell::maybe(reversal, |r| Cell::words(&r.by.name)),
        Cell::maybe(reversal, |r| Cell::words(&r.reason)),
    ]
}

pub(super) fn visits(words: &Words<'_>, rows: &[VisitRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 14] = [
        ("at", 17),
        ("staff", 10),
        ("customer", 24),
        ("purposes", 18),
        ("met", 12),
        ("said", 48),
        ("next-step", 24),
        ("next-on", 12),
        ("latitude", 13),
        ("longitude", 13),
        ("photos", 8),
        ("received", 17),
        ("withheld", 10),
        ("findings", 40),
    ];
    let sheet = words.sheet("visits", &COLUMNS, rows, |row| {
        let purposes: Vec<String> = row.purposes.iter().map(|code| words.code("purpose", code)).collect();
        vec![
            clock(&row.at),
            Cell::words(&row.staff.name),
            customer(row.customer.as_ref()),
            Cell::words(purposes.join("、")),
            Cell::words(&row.met),
            Cell::words(&row.said),
            Cell::words(&row.next_step),
            day(row.next_on),
            Cell::maybe(row.place.as_ref(), |place| Cell::words(&place.latitude)),
            Cell::maybe(row.place.as_ref(), |place| Cell::words(&place.longitude)),
            Cell::Count(row.photos.len() as u64),
            Cell::maybe(row.received.as_deref(), clock),
            words.yes(row.withheld),
            said(&row.findings),
        ]
    });
    vec![sheet]
}

pub(super) fn orders(words: &Words<'_>, rows: &[OrderRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 11] = [
        ("number", 15),
        ("at", 17),
        ("staff", 10),
        ("customer", 24),
        ("total", 14),
        ("status", 10),
        ("price-list", 12),
        ("deliver-by", 12),
        ("deliver-to", 32),
        ("payer", 16),
        ("note", 24),
    ];
    const LINES: [(&str, u32); 9] = [
        ("number", 15),
        ("customer", 24),
        ("code", 12),
        ("product", 18),
        ("specification", 14),
        ("unit", 8),
        ("quantity", 10),
        ("price", 12),
        ("line-total", 14),
    ];
    let orders = words.sheet("orders", &COLUMNS, rows, |row| {
        let status = serde_json::to_value(row.status).ok();
        vec![
            Cell::words(&row.number),
            clock(&row.at),
            Cell::words(&row.staff.name),
            customer(row.customer.as_ref()),
            Cell::Money(row.total),
            words.status(status.as_ref().and_then(|s| s.as_str()).unwrap_or_default()),
            Cell::words(&row.price_list.version),
            day(row.deliver_by),
            Cell::words(&row.deliver_to),
            Cell::words(&row.payer),
            Cell::words(&row.note),
        ]
    });
    let lines: Vec<_> = rows.iter().flat_map(|row| row.lines.iter().map(move |line| (row, line))).collect();
    let lines = words.sheet("order-lines", &LINES, &lines, |(row, line)| {
        vec![
            Cell::words(&row.number),
            customer(row.customer.as_ref()),
            Cell::words(&line.product.code),
            Cell::words(&line.product.name),
            Cell::words(&line.product.specification),
            Cell::words(&line.product.unit),
            Cell::Count(u64::from(line.quantity)),
            Cell::Price(line.price),
            Cell::Money(line.total),
        ]
    });
    vec![orders, lines]
}

pub(super) fn collections(words: &Words<'_>, rows: &[CollectionRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 15] = [
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
        cells.extend(reversal(row.reversal.as_ref()));
        cells
    });
    vec![sheet]
}

pub(super) fn remittances(words: &Words<'_>, rows: &[RemittanceRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 9] = [
        ("at", 17),
        ("staff", 10),
        ("amount", 14),
        ("account", 34),
        ("reference", 14),
        ("status", 10),
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
            Cell::Money(row.held),
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
    const COLUMNS: [(&str, u32); 8] = [
        ("at", 17),
        ("staff", 10),
        ("amount", 14),
        ("status", 12),
        ("received-by", 10),
        ("received-at", 17),
        ("note", 28),
        ("reason", 28),
    ];
    let sheet = words.sheet("hand-ins", &COLUMNS, rows, |row| {
        let received = row.received.as_ref();
        vec![
            clock(&row.at),
            Cell::words(&row.staff.name),
            Cell::Money(row.amount),
            Cell::words(words.code("export-hand-in", row.status)),
            Cell::maybe(received, |stamp| Cell::words(&stamp.by.name)),
            Cell::maybe(received, |stamp| clock(&stamp.at)),
            Cell::words(&row.note),
            Cell::maybe(row.sent_back.as_ref(), |stamp| Cell::words(&stamp.note)),
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

pub(super) fn customers(words: &Words<'_>, rows: &[CustomerRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 9] = [
        ("customer", 26),
        ("county", 12),
        ("phone", 16),
        ("owner", 10),
        ("stage", 12),
        ("created", 17),
        ("last", 17),
        ("paid", 14),
        ("conflicts", 10),
    ];
    let sheet = words.sheet("customers", &COLUMNS, rows, |row| {
        vec![
            Cell::words(&row.name),
            Cell::words(&row.county),
            Cell::words(&row.phone),
            Cell::maybe(row.owner.as_ref(), |owner| Cell::words(&owner.name)),
            Cell::maybe(row.stage.as_deref(), |stage| Cell::words(words.code("stage", stage))),
            clock(&row.created),
            Cell::maybe(row.last_at.as_deref(), clock),
            Cell::Money(row.paid),
            Cell::Count(u64::from(row.conflicts)),
        ]
    });
    vec![sheet]
}

pub(super) fn staff(words: &Words<'_>, rows: &[StaffRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 7] = [
        ("staff-number", 12),
        ("staff", 12),
        ("role", 16),
        ("team", 18),
        ("devices", 8),
        ("held", 14),
        ("customers", 10),
    ];
    let sheet = words.sheet("staff", &COLUMNS, rows, |row| {
        vec![
            Cell::words(&row.number),
            Cell::words(&row.name),
            Cell::words(words.code("role", row.role.code())),
            Cell::words(&row.team),
            Cell::maybe(row.devices, |n| Cell::Count(u64::from(n))),
            Cell::maybe(row.cash, Cell::Money),
            Cell::maybe(row.customers, |n| Cell::Count(u64::from(n))),
        ]
    });
    vec![sheet]
}

pub(super) fn devices(words: &Words<'_>, rows: &[DeviceRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 11] = [
        ("device", 8),
        ("device-name", 22),
        ("staff", 12),
        ("status", 10),
        ("since", 17),
        ("last-seen", 17),
        ("unsent", 10),
        ("declared-cash", 14),
        ("share", 14),
        ("unconfirmed", 12),
        ("unconfirmed-since", 17),
    ];
    let sheet = words.sheet("devices", &COLUMNS, rows, |row| {
        vec![
            Cell::Count(u64::from(row.number)),
            Cell::words(&row.name),
            Cell::words(&row.staff.name),
            words.status(row.status),
            clock(&row.since),
            Cell::maybe(row.last_seen.as_deref(), clock),
            Cell::Count(row.unsent),
            Cell::maybe(row.declared_cash, Cell::Money),
            Cell::Money(row.share.limit()),
            Cell::Count(row.unconfirmed),
            Cell::maybe(row.unconfirmed_since.as_deref(), clock),
        ]
    });
    vec![sheet]
}

pub(super) fn products(words: &Words<'_>, rows: &[ProductRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 10] = [
        ("code", 12),
        ("product", 18),
        ("specification", 14),
        ("packaging", 12),
        ("unit", 8),
        ("quality", 40),
        ("net-weight", 12),
        ("tolerance", 12),
        ("price", 12),
        ("discontinued", 8),
    ];
    let sheet = words.sheet("products", &COLUMNS, rows, |row| {
        vec![
            Cell::words(&row.code),
            Cell::words(&row.name),
            Cell::words(&row.specification),
            Cell::words(&row.packaging),
            Cell::words(&row.unit),
            Cell::words(&row.quality),
            Cell::Count(u64::from(row.net_weight_g)),
            Cell::Count(u64::from(row.tolerance_g)),
            Cell::maybe(row.price, Cell::Price),
            words.yes(row.discontinued),
        ]
    });
    vec![sheet]
}

/// The prices of each list; with product code and price in the headers that an import reads.
pub(super) fn price_lists(words: &Words<'_>, rows: &[PriceListRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 9] = [
        ("code", 12),
        ("product", 18),
        ("specification", 14),
        ("unit", 8),
        ("price", 12),
        ("version", 12),
        ("meeting", 22),
        ("valid-from", 12),
        ("valid-to", 12),
    ];
    let prices: Vec<_> =
        rows.iter().flat_map(|list| list.prices.iter().map(move |price| (list, price))).collect();
    let sheet = words.sheet("price-lists", &COLUMNS, &prices, |(list, price)| {
        vec![
            Cell::words(&price.product.code),
            Cell::words(&price.product.name),
            Cell::words(&price.product.specification),
            Cell::words(&price.product.unit),
            Cell::Price(price.price),
            Cell::words(&list.version),
            Cell::words(&list.meeting),
            Cell::Day(list.valid_from.0),
            Cell::Day(list.valid_to.0),
        ]
    });
    vec![sheet]
}

pub(super) fn accounts(words: &Words<'_>, rows: &[AccountRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 7] = [
        ("holder", 30),
        ("bank", 28),
        ("account-number", 26),
        ("status", 10),
        ("since", 17),
        ("closed", 17),
        ("in-transit", 14),
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
        ]
    });
    vec![sheet]
}

pub(super) fn cash(words: &Words<'_>, rows: &[CashRow]) -> Vec<Sheet> {
    const COLUMNS: [(&str, u32); 8] = [
        ("staff", 12),
        ("role", 16),
        ("held", 14),
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

/// Where something was left out of a file, so many of so many.
pub(super) fn cut_short(texts: &Texts, shown: u64, total: u64) -> String {
    texts.text("export-cut-short", &[("shown", Value::from(shown)), ("total", Value::from(total))])
}
