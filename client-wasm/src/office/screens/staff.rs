//! 职工: who works here.
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use sync_core::domain::people::Role;

use super::cells::{nothing, or_nothing, pair, panel_head};
use super::renewing::Renewing;
use crate::office::api::people::StaffRow;
use crate::office::list::{ListScreen, Listing, Opens};
use crate::ui::{Cell, Choice, Column, Sort, TableRow, format, pairs, t};

/// The list of staff.
pub(in crate::office) fn staff() -> AnyView {
    let listing = Listing::<StaffRow> {
        kind: "staff",
        title: "nav-staff",
        lead: "staff-lead",
        columns,
        row,
        by_staff: false,
        states: || {
            Role::ALL.map(|role| Choice::new(role.code(), t!(&format!("role-{}", role.code())))).to_vec()
        },
        by_date: false,
        sort: Sort { key: "label", descending: false },
        opens: Opens::Beside(panel),
        head: None,
        deeds: Some(|row| view! { <Renewing row=row /> }.into_any()),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("number", t!("col-staff-number")).unsorted(),
        Column::words("label", t!("col-name")),
        Column::words("role", t!("col-role")).unsorted(),
        Column::words("team", t!("col-team")).unsorted(),
        Column::figures("devices", t!("col-phones")).unsorted(),
        Column::figures("customers", t!("col-customers")).unsorted(),
        Column::figures("cash", t!("money-in-hand")).unsorted(),
    ]
}

/// Who it is, and the way to what they do.
fn panel(row: &StaffRow) -> AnyView {
    let facts = vec![
        pair("col-staff-number", row.number.clone()),
        pair("col-role", t!(&format!("role-{}", row.role.code()))),
        pair("col-team", or_nothing(&row.team)),
        pair("col-phones", row.devices.map_or_else(nothing, |count| count.to_string())),
        pair("col-customers", row.customers.map_or_else(nothing, |count| count.to_string())),
        pair("money-in-hand", row.cash.map_or_else(nothing, format::sum)),
    ];
    let visits = format!("#/visits?staff={}", row.id);
    view! {
        {panel_head(row.name.clone(), ().into_any())}
        <div class="panel-body stack">
            {pairs(false, facts)}
            <p><a class="link" href=visits>{t!("staff-visits")}</a></p>
        </div>
    }
    .into_any()
}

/// A count, where the viewer is given it.
fn count(count: Option<u32>) -> Cell {
    Cell::Text(count.map_or_else(nothing, |count| count.to_string()))
}

fn row(row: &StaffRow) -> TableRow {
    let (number, bold) = (row.number.clone(), row.name.clone());
    TableRow {
        id: row.id.clone(),
        cells: vec![
            Cell::View(ViewFn::from(move || view! { <span class="code">{number.clone()}</span> }.into_any())),
            Cell::View(ViewFn::from(move || view! { <b>{bold.clone()}</b> }.into_any())),
            t!(&format!("role-{}", row.role.code())).into(),
            or_nothing(&row.team).into(),
            count(row.devices),
            count(row.customers),
            row.cash.map_or_else(nothing, format::sum).into(),
        ],
    }
}
