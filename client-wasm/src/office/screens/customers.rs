//! 客户: the list of customers.
//!
//! Floor: office, a screen.

use leptos::prelude::*;

use super::card::stage_name;
use super::cells::{money, name, nothing, or_nothing, tag, when_if};
use crate::office::api::papers::CustomerRow;
use crate::office::list::{ListScreen, Listing, Opens};
use crate::ui::{Cell, Choice, Column, Icon, Sort, TableRow, Tone, format, t};

/// The list of customers.
pub(in crate::office) fn customers() -> AnyView {
    let listing = Listing::<CustomerRow> {
        kind: "customers",
        title: "nav-customers",
        lead: "customers-lead",
        columns,
        row,
        by_staff: true,
        states: || vec![Choice::new("conflict", t!("nav-conflicts"))],
        by_date: false,
        sort: Sort { key: "label", descending: false },
        opens: Opens::Page(|id| format!("#/customers/{id}")),
        head: super::transfer::way(),
        deeds: None,
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("label", t!("col-customer")),
        Column::words("county", t!("card-county")).unsorted(),
        Column::words("phone", t!("card-phone")).unsorted(),
        Column::words("staff", t!("col-owner")),
        Column::words("stage", t!("card-stage")).unsorted(),
        Column::words("last", t!("col-last")).unsorted(),
        Column::figures("paid", t!("col-paid")).unsorted(),
        Column::words("at", t!("customers-entered")),
        Column::words("marks", t!("col-marks")).unsorted(),
    ]
}

fn row(row: &CustomerRow) -> TableRow {
    let mark = match row.conflicts {
        0 => Cell::Text(String::new()),
        count => tag(Tone::Finding, Some(Icon::Swap), t!("marks-conflicts", count = count)),
    };
    let bold = row.name.clone();
    TableRow {
        id: row.id.clone(),
        cells: vec![
            Cell::View(ViewFn::from(move || view! { <b>{bold.clone()}</b> }.into_any())),
            or_nothing(row.county.as_deref().unwrap_or_default()).into(),
            or_nothing(row.phone.as_deref().unwrap_or_default()).into(),
            name(row.owner.as_ref()).into(),
            stage_name(row.stage.as_deref().unwrap_or_default()).into(),
            when_if(row.last_at),
            money(row.paid),
            row.created.map_or_else(nothing, |at| format::full_day(at.day())).into(),
            mark,
        ],
    }
}
