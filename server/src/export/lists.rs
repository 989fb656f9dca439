//! Which columns each list has on its sheet, and what stands in them.
//!
//! Floor: above the sheet. Takes rows as the console gets them, so that screen and file never differ.

use sync_core::{
    locale::{Texts, Value},
    time::BusinessDate,
};

pub(super) use super::money::{
    accounts, bank_lines, cash, collections, day_closes, hand_ins, limits, remittances, statements,
    violations,
};
pub(super) use super::receivables::{credit_exceptions, urgings};
use super::sheet::{Cell, Column, Sheet};
pub(super) use super::waiting::{conflicts, held};
use crate::rows::{
    CustomerRef, CustomerRow, DeviceRow, OrderRow, PriceListRow, ProductRow, Said, StaffRow, VisitRow,
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

    pub(super) fn status(&self, code: &str) -> Cell {
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

pub(super) fn day(day: Option<BusinessDate>) -> Cell {
    Cell::maybe(day, |day| Cell::Day(day.0))
}

fn said(said: &[Said]) -> Cell {
    Cell::words(said.iter().map(|said| said.text.as_str()).collect::<Vec<_>>().join("\n"))
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
            Cell::maybe(row.share, |share| Cell::Money(share.limit())),
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

/// Where something was left out of a file, so many of so many.
pub(super) fn cut_short(texts: &Texts, shown: u64, total: u64) -> String {
    texts.text("export-cut-short", &[("shown", Value::from(shown)), ("total", Value::from(total))])
}
