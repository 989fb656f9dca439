//! The console's lists: sortable heads, paging, a filter bar, one selected row, and the keys J, K and Enter.
//!
//! Floor: ui. This module must not sort or page by itself: the server does, and hands the rows in.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::badge::{Fate, fate_badge};
use super::focus;
use super::fresh::{flag, fresh, maybe};
use super::icon::{Icon, icon};
use super::kept::Kept;
use super::pick::{Choice, select_options};
use super::state::EmptyState;
use super::words::t;

/// A column: the key the server sorts by, and its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The key the server sorts by.
    pub key: &'static str,
    /// The head; empty for a column of buttons.
    pub head: String,
    /// Figures stand at the right edge.
    pub numeric: bool,
    /// Whether a press on the head sorts.
    pub sorts: bool,
}

impl Column {
    /// A column of words that sorts.
    pub fn words(key: &'static str, head: impl Into<String>) -> Self {
        Self { key, head: head.into(), numeric: false, sorts: true }
    }

    /// A column of figures that sorts.
    pub fn figures(key: &'static str, head: impl Into<String>) -> Self {
        Self { key, head: head.into(), numeric: true, sorts: true }
    }

    /// The same, without sorting.
    #[must_use]
    pub fn unsorted(mut self) -> Self {
        self.sorts = false;
        self
    }
}

/// What stands in one place of a row.
#[derive(Clone)]
pub enum Cell {
    /// Words or a figure.
    Text(String),
    /// Bold words with a quiet line below.
    Titled(String, String),
    /// One of the five fates.
    Fate(Fate),
    /// Anything else: a badge, a button.
    View(ViewFn),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// One row: what it is called when opened, and its cells in the order of the columns.
#[derive(Clone)]
pub struct TableRow {
    /// Handed to `on_open`.
    pub id: String,
    /// In the order of the columns.
    pub cells: Vec<Cell>,
}

/// By which column, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column's key.
    pub key: &'static str,
    /// The largest or latest first.
    pub descending: bool,
}

/// A list of the console. Sorting and paging only change `sort` and `page`; whoever owns the rows fetches anew.
#[component]
pub fn DataTable(
    /// Read aloud: what is listed.
    #[prop(into)]
    label: String,
    /// The columns, in their order.
    columns: Vec<Column>,
    /// `None` while fetching.
    #[prop(into)]
    rows: Signal<Option<Vec<TableRow>>>,
    /// How the rows are sorted; a press on a head changes it.
    sort: RwSignal<Sort>,
    /// From nought.
    page: RwSignal<u32>,
    /// Rows in all.
    #[prop(into)]
    total: Signal<u64>,
    /// Rows a page.
    #[prop(default = 50)]
    page_size: u32,
    /// The row looked at; kept by the caller so that a panel beside can show it.
    #[prop(optional)]
    selected: RwSignal<Option<String>>,
    /// What is said of a list without rows where it is not for a filter: in short, and in a sentence.
    #[prop(optional, into)]
    none: Signal<Option<(String, String)>>,
    /// Enter or a press on a row; without it rows cannot be opened.
    #[prop(optional, into)]
    on_open: Option<UnsyncCallback<(String,)>>,
) -> impl IntoView {
    let body = NodeRef::<html::Tbody>::new();
    if on_open.is_some() {
        let keys = window_event_listener(ev::keydown, move |event| move_rows(&event, body));
        on_cleanup(move || keys.remove());
    }
    let numeric: Vec<bool> = columns.iter().map(|column| column.numeric).collect();
    let width = columns.len().to_string();
    let heads = columns.into_iter().map(|column| head(column, sort, page)).collect_view();
    let numeric = StoredValue::new(numeric);
    // Rows are known by their ids: the focus and what is open stay with a row when others arrive above it.
    let ids = Memo::new(move |_| {
        let ids = |rows: &Vec<TableRow>| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        rows.with(|rows| rows.as_ref().map(ids).unwrap_or_default())
    });
    let row = move |id: String| row_view(id, rows, numeric, selected, on_open);
    let own_words = none;
    let none = move || {
        rows.with(|rows| match rows {
        None => view! { <tr><td colspan=width.clone() aria-busy="true"><span class="sr">{t!("table-loading")}</span><span class="bone bone--60"></span></td></tr> }.into_any(),
        Some(rows) if rows.is_empty() => {
            let (title, text) = own_words.get().unwrap_or_else(|| (t!("table-none"), t!("table-none-text")));
            view! { <tr><td colspan=width.clone()><EmptyState icon=Icon::Search title=title text=text /></td></tr> }
                .into_any()
        }
        Some(_) => ().into_any(),
    })
    };
    let region = label.clone();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=region>
            <table class="table" aria-label=label>
                <thead><tr>{heads}</tr></thead>
                <tbody node_ref=body>{fresh(none)}<For each=move || ids.get() key=String::clone children=row /></tbody>
            </table>
        </div>
        <Pager page=page total=total page_size=page_size />
    }
    .into_any()
}

fn head(column: Column, sort: RwSignal<Sort>, page: RwSignal<u32>) -> AnyView {
    let key = column.key;
    let class = if column.numeric { "n" } else { "" };
    if column.head.is_empty() {
        return view! { <td></td> }.into_any();
    }
    if !column.sorts {
        return view! { <th scope="col" class=class>{column.head}</th> }.into_any();
    }
    let mine = move || Some(sort.get()).filter(|sort| sort.key == key);
    let press = move |_| {
        sort.update(|sort| *sort = Sort { key, descending: sort.key == key && !sort.descending });
        page.set(0);
    };
    view! {
        <th
            scope="col"
            class=class
            aria-sort=Signal::derive(move || mine().map(|sort| if sort.descending { "descending" } else { "ascending" }))
        >
            <button type="button" on:click=press>
                {column.head}
                {maybe(mine, |sort| icon(if sort.descending { Icon::Down } else { Icon::Up }))}
            </button>
        </th>
    }
    .into_any()
}

fn row_view(
    id: String,
    rows: Signal<Option<Vec<TableRow>>>,
    numeric: StoredValue<Vec<bool>>,
    selected: RwSignal<Option<String>>,
    on_open: Option<UnsyncCallback<(String,)>>,
) -> AnyView {
    let id = StoredValue::new(id);
    let cells = fresh(move || {
        let own = rows.with(|rows| {
            let mut rows = rows.iter().flatten();
            id.with_value(|id| rows.find(|row| row.id == *id).map(|row| row.cells.clone()))
        });
        let figures = numeric.get_value().into_iter().chain(std::iter::repeat(false));
        own.unwrap_or_default()
            .into_iter()
            .zip(figures)
            .map(|(cell, numeric)| view! { <td class=if numeric { "n" } else { "" }>{cell_view(cell)}</td> })
            .collect_view()
    });
    let picked = move || selected.with(|s| id.with_value(|id| s.as_ref() == Some(id)));
    let open = move || {
        selected.set(Some(id.get_value()));
        if let Some(on_open) = on_open {
            on_open.run((id.get_value(),));
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && event.target() == event.current_target() {
            open();
        }
    };
    view! {
        <tr
            tabindex=on_open.map(|_| "0")
            aria-selected=flag(picked)
            on:click=move |_| if on_open.is_some() { open() }
            on:keydown=keys
        >
            {cells}
        </tr>
    }
    .into_any()
}

fn cell_view(cell: Cell) -> AnyView {
    match cell {
        Cell::Text(text) => text.into_any(),
        Cell::Titled(title, sub) => view! { <b>{title}</b><span class="sub">{sub}</span> }.into_any(),
        Cell::Fate(fate) => fate_badge(fate),
        Cell::View(view) => view.run(),
    }
}

/// J and K move among the rows of the table on the page.
fn move_rows(event: &ev::KeyboardEvent, body: NodeRef<html::Tbody>) {
    let down = match event.key().as_str() {
        "j" | "J" => true,
        "k" | "K" => false,
        _ => return,
    };
    if focus::typing() || focus::behind_a_sheet() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(body) = body.get_untracked() else { return };
    focus::next_row(&body, down);
}

#[component]
fn Pager(page: RwSignal<u32>, total: Signal<u64>, page_size: u32) -> impl IntoView {
    let first = move || u64::from(page.get()) * u64::from(page_size);
    let last = move || (first() + u64::from(page_size)).min(total.get());
    let at_start = move || page.get() == 0;
    let at_end = move || last() >= total.get();
    let previous = move |_| page.update(|page| *page = page.saturating_sub(1));
    let next = move |_| {
        if !untrack(at_end) {
            page.update(|page| *page += 1);
        }
    };
    view! {
        {maybe(move || Some(total.get()).filter(|total| *total > 0), move |_| view! {
            <div class="pager">
                <span role="status">{Signal::derive(move || t!("table-rows", from = first() + 1, to = last(), total = total.get()))}</span>
                <button type="button" class="btn btn--sm" aria-disabled=flag(at_start) on:click=previous>
                    {t!("table-previous")}
                </button>
                <button type="button" class="btn btn--sm" aria-disabled=flag(at_end) on:click=next>
                    {t!("table-next")}
                </button>
            </div>
        })}
    }
    .into_any()
}

/// The bar of filters above a list.
#[component]
pub fn FilterBar(
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    view! { <div class="filters" role="group" aria-label=t!("table-filter")>{children()}</div> }.into_any()
}

/// One filter: a short list whose first choice lets everything through.
#[component]
pub fn FilterSelect(
    /// Read aloud.
    #[prop(into)]
    label: String,
    /// What is kept.
    value: RwSignal<String>,
    /// What there is to pick from.
    #[prop(into)]
    choices: Kept<Vec<Choice>>,
    /// 全部人员
    #[prop(into)]
    all: String,
) -> impl IntoView {
    view! {
        <span class="combo">
            <select class="input" aria-label=label on:change=move |event| value.set(event_target_value(&event))>
                {select_options(value, choices, Some(all))}
            </select>
            {icon(Icon::Down)}
        </span>
    }
    .into_any()
}
