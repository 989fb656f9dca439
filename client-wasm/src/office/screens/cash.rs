//! 手上现金: what each rep holds against the two lines of the regulation (S14, S15).
//!
//! Floor: office, a screen. This module must not know the limits: the server sends them with each row.

use leptos::prelude::*;
use sync_core::unit::Money;

use super::cells::nothing;
use super::settling::LostPhones;
use crate::office::api::At;
use crate::office::api::people::{CashRow, CashState, DayClose};
use crate::office::fetched::fetched_whole;
use crate::office::list::export_button;
use crate::office::state::office;
use crate::ui::{
    Cell, Column, DataTable, Figure, Figures, Icon, Meter, Page, Sort, TableRow, Tabs, Tone, badge, format, t,
};

/// Cash in every rep's hand.
#[component]
pub(in crate::office) fn Cash() -> impl IntoView {
    let fetched = fetched_whole::<CashRow>(|| "/cash".to_owned());
    let shown_state = RwSignal::new(office().place.with_untracked(|place| place.setting("status")));
    let sort = RwSignal::new(Sort { key: "held", descending: true });
    let rows = move || {
        fetched.shown.with(|shown| {
            shown.as_ref().map(|shown| {
                let mut rows: Vec<&CashRow> =
                    shown.rows.iter().filter(|row| takes(&shown_state.get(), row)).collect();
                order(&mut rows, sort.get());
                rows.into_iter().map(line).collect::<Vec<_>>()
            })
        })
    };
    let figures = move || {
        fetched.shown.with(|shown| shown.as_ref().map(|shown| headline(&shown.rows)).unwrap_or_default())
    };
    let tabs = move || {
        fetched.shown.with(|shown| shown.as_ref().map(|shown| tab_words(&shown.rows)).unwrap_or_default())
    };
    let sub = move || fetched.as_of(t!("drawers-lead"));
    let end = || export_button("cash", String::new);
    view! {
        <Page title=t!("nav-cash") sub=Signal::derive(sub) end=end>
            {fetched.or_wait()}
            <LostPhones />
            <Figures figures=crate::ui::kept(figures) />
            <section class="panel" class:is-stale=move || fetched.is_stale() data-testid="list-cash">
                <div class="panel-head"><h2>{t!("drawers-by-rep")}</h2><Tabs label=t!("filters-state") value=shown_state tabs=Signal::derive(tabs) /></div>
                <DataTable
                    label=t!("nav-cash")
                    columns=columns()
                    rows=Signal::derive(rows)
                    sort=sort
                    page=RwSignal::new(0)
                    total=Signal::stored(0)
                    on_open=|id: String| crate::office::place::go(&format!("#/collections?staff={id}"))
                />
                <p class="panel-note">{t!("drawers-rule")}</p>
            </section>
        </Page>
    }
    .into_any()
}

/// All rows are here, so they are put in order here; the name settles ties.
fn order(rows: &mut [&CashRow], sort: Sort) {
    rows.sort_by(|one, other| {
        let by = match sort.key {
            "staff" => one.staff.name.cmp(&other.staff.name),
            "collection" => one.last_collection.cmp(&other.last_collection),
            "remittance" => one.last_remittance.cmp(&other.last_remittance),
            _ => one.held.cmp(&other.held),
        };
        let by = if sort.descending { by.reverse() } else { by };
        by.then_with(|| one.staff.name.cmp(&other.staff.name))
    });
}

/// What is missing in drawers that stand below nothing: no cash elsewhere makes up for it.
fn below(row: &CashRow) -> Money {
    let below = row.drawers.iter().map(|drawer| drawer.held).filter(|held| *held < Money::ZERO);
    below.sum::<Money>().negated()
}

fn takes(filter: &str, row: &CashRow) -> bool {
    match filter {
        "over" => row.state == CashState::Over,
        "remit" => row.state == CashState::Remit,
        "held" => row.state != CashState::None,
        "below" => !below(row).is_zero(),
        _ => true,
    }
}

fn count(rows: &[CashRow], filter: &str) -> u32 {
    u32::try_from(rows.iter().filter(|row| takes(filter, row)).count()).unwrap_or(u32::MAX)
}

fn tab_words(rows: &[CashRow]) -> Vec<(String, String, Option<u32>)> {
    ["", "over", "remit", "held", "below"]
        .map(|filter| {
            let word = if filter.is_empty() { t!("tabs-all") } else { t!(&format!("drawers-tab-{filter}")) };
            (filter.to_owned(), word, Some(count(rows, filter)))
        })
        .to_vec()
}

fn headline(rows: &[CashRow]) -> Vec<Figure> {
    let sum: Money = rows.iter().map(|row| row.held).sum();
    let sent: Money = rows.iter().map(|row| row.sent).sum();
    let confirmed: Money = rows.iter().map(|row| row.confirmed).sum();
    let figure = |name: &str, value: String, unit: &str, alert: bool| Figure {
        name: t!(name),
        value,
        unit: t!(unit),
        note: String::new(),
        alert,
    };
    let (over, remit, held) = (count(rows, "over"), count(rows, "remit"), count(rows, "held"));
    vec![
        figure("money-in-hand", format::sum(sum), "money-unit", false),
        figure("drawers-sent", format::sum(sent), "money-unit", false),
        figure("drawers-confirmed", format::sum(confirmed), "money-unit", false),
        figure("drawers-holders", held.to_string(), "people-unit", false),
        figure("drawers-to-remit", remit.to_string(), "people-unit", false),
        figure("drawers-over", over.to_string(), "people-unit", over > 0),
    ]
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("staff", t!("col-rep")),
        Column::figures("held", t!("col-held")),
        Column::figures("sent", t!("drawers-sent")).unsorted(),
        Column::figures("confirmed", t!("drawers-confirmed")).unsorted(),
        Column::words("meter", t!("drawers-meter")).unsorted(),
        Column::words("state", t!("col-state")).unsorted(),
        Column::words("drawers", t!("drawers-drawers")).unsorted(),
        Column::words("collection", t!("drawers-last-collection")),
        Column::words("remittance", t!("drawers-last-remittance")),
        Column::words("close", t!("drawers-last-close")).unsorted(),
    ]
}

/// The day closed last: how what was counted differs from the book, and what explains it.
fn close_cell(close: Option<&DayClose>) -> Cell {
    let Some(close) = close else { return nothing().into() };
    let how = if close.difference.is_zero() {
        t!("drawers-close-even")
    } else {
        let word = if close.difference < Money::ZERO { "drawers-close-short" } else { "drawers-close-over" };
        let difference = format::sum(close.difference.max(close.difference.negated()));
        t!(word, difference = difference)
    };
    let words = [how, close.explanation.clone()].into_iter().filter(|part| !part.is_empty());
    Cell::Titled(close.at.recent(), words.collect::<Vec<_>>().join(" · "))
}

/// One line for each phone that holds something.
fn drawers_cell(drawers: Vec<String>) -> Cell {
    if drawers.is_empty() {
        return nothing().into();
    }
    Cell::View(ViewFn::from(move || {
        drawers
            .iter()
            .map(|line| view! { <span class="blk nowrap">{line.clone()}</span> })
            .collect_view()
            .into_any()
    }))
}

fn line(row: &CashRow) -> TableRow {
    let (held, remit_from, limit) = (row.held, row.remit_from, row.limit);
    let drawers: Vec<String> = row
        .drawers
        .iter()
        .filter(|drawer| !drawer.held.is_zero())
        .map(|drawer| {
            format!(
                "{} {}",
                t!("devices-number", number = format!("{:02}", drawer.number)),
                format::sum(drawer.held)
            )
        })
        .collect();
    let (state, below) = (row.state, below(row));
    let badge = move || match state {
        _ if !below.is_zero() => {
            badge(Tone::Danger, Some(Icon::Warn), t!("drawers-state-below", amount = format::sum(below)))
        }
        CashState::Over => badge(
            Tone::Danger,
            Some(Icon::Warn),
            t!("drawers-state-over", amount = format::sum(held.minus(limit))),
        ),
        CashState::Remit => badge(Tone::Finding, Some(Icon::Clock), t!("drawers-state-remit")),
        CashState::Held => badge(Tone::Applied, Some(Icon::Check), t!("drawers-state-held")),
        CashState::None => badge(Tone::Line, None, t!("drawers-state-none")),
    };
    TableRow {
        id: row.staff.id.clone(),
        cells: vec![
            Cell::Titled(row.staff.name.clone(), t!(&format!("role-{}", row.role.code()))),
            Cell::Text(format::sum(held)),
            Cell::Text(format::sum(row.sent)),
            Cell::Text(format::sum(row.confirmed)),
            Cell::View(ViewFn::from(move || {
                view! { <div class="meter-cell"><Meter held=held remit_at=remit_from limit=limit /></div> }
                    .into_any()
            })),
            Cell::View(ViewFn::from(badge)),
            drawers_cell(drawers),
            row.last_collection.map_or_else(nothing, At::recent).into(),
            row.last_remittance.map_or_else(nothing, At::recent).into(),
            close_cell(row.last_close.as_ref()),
        ],
    }
}
