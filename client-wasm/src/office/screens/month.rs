//! O04 月末关账: 销售资金回收表 of a month, what its closing waits for, and both signatures (S17).
//!
//! Floor: office, a screen. This module must not judge whether a month may be closed: the server's answer says so.

use leptos::prelude::*;

use super::month_changes::{Opened, changes_sheet};
use super::month_gates::gates;
use super::month_lines::{customers, explaining, late, reps};
use super::month_paper::paper;
use super::month_signing::{banner, signing};
use crate::office::api::month::{MonthPage, MonthRow, Months};
use crate::office::fetched::fetched;
use crate::office::list::{export_from, print_button, print_foot};
use crate::office::place::{self, Place};
use crate::office::state::office;
use crate::ui::{Choice, FilterSelect, Page, kept, t};

/// `2026年10月` of `2026-10`.
pub(super) fn name_of(month: &str) -> String {
    let (year, number) = month.split_once('-').unwrap_or((month, ""));
    let word = t!(&format!("month-{}", number.trim_start_matches('0')));
    t!("date-month", year = year.to_owned(), month = word)
}

/// The month before one: `2025-12` of `2026-01`.
fn before(month: &str) -> Option<String> {
    let (year, number) = month.split_once('-')?;
    let (year, number) = (year.parse::<u32>().ok()?, number.parse::<u32>().ok()?);
    Some(if number > 1 { format!("{year:04}-{:02}", number - 1) } else { format!("{:04}-12", year - 1) })
}

impl Shown {
    /// Shows the month before: what a line begins with is what it ended with there.
    pub(super) fn goes_back(self) {
        let month = self.page.with_untracked(|page| page.as_ref().and_then(|page| before(&page.month)));
        if let Some(month) = month {
            self.chosen.set(month);
        }
    }
}

/// What the parts of the page have in common.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// The month as the server gave it last; the parts draw anew only where it is another one.
    pub(super) page: Memo<Option<MonthPage>>,
    /// The month that was chosen; none is the one to be closed next.
    pub(super) chosen: RwSignal<String>,
    /// The figure that is opened.
    pub(super) opened: RwSignal<Option<Opened>>,
    /// The line that is being explained.
    pub(super) explained: RwSignal<Option<super::month_lines::Line>>,
}

/// The page of a month.
#[component]
pub(in crate::office) fn Month() -> impl IntoView {
    let chosen = RwSignal::new(office().place.get_untracked().setting("month"));
    let months = fetched::<Months>(|| "/months".to_owned());
    let due = Memo::new(move |_| {
        months.shown.with(|months| months.as_ref().map(|months| months.due.clone())).unwrap_or_default()
    });
    // Nothing chosen: the one that is to be closed next, which stays when it has been closed.
    let shown_due = RwSignal::new(String::new());
    let month = Memo::new(move |_| {
        let chosen = chosen.get();
        let stays = shown_due.get();
        match (chosen.is_empty(), stays.is_empty()) {
            (false, _) => chosen,
            (true, false) => stays,
            (true, true) => due.get(),
        }
    });
    Effect::new(move |_| {
        let due = due.get();
        let stays = shown_due.get_untracked();
        if !chosen.with(String::is_empty) {
            shown_due.set(String::new());
        } else if stays.is_empty() {
            shown_due.set(due);
        } else if stays != due {
            chosen.set(stays);
        }
    });
    Effect::new(move |_| {
        let settings = vec![("month".to_owned(), chosen.get())];
        place::keep(&Place { path: "month".to_owned(), settings });
    });
    let table = fetched::<MonthPage>(move || {
        let month = month.get();
        if month.is_empty() { String::new() } else { format!("/months/{month}") }
    });
    let page = Memo::new(move |_| table.shown.get());
    let shown = Shown { page, chosen, opened: RwSignal::new(None), explained: RwSignal::new(None) };
    let choices = kept(move || {
        let word = |row: &MonthRow| {
            let state = t!(&format!("month-state-{}", row.status));
            Choice::new(&row.month, format!("{} · {state}", name_of(&row.month)))
        };
        months.shown.with(|months| months.iter().flat_map(|m| m.months.iter().map(word)).collect::<Vec<_>>())
    });
    let title = Signal::derive(move || {
        let month = month.get();
        if month.is_empty() { t!("nav-month") } else { t!("month-title", month = name_of(&month)) }
    });
    let sub = move || table.as_of(t!("month-lead"));
    let end = move || {
        let path = move || format!("/months/{}/table.xlsx", month.get_untracked());
        view! {
            <FilterSelect label=t!("month-choose") value=chosen choices=choices all=t!("month-due") />
            {export_from(path, t!("file-recovery"))}
            {print_button()}
            {signing(shown)}
        }
        .into_any()
    };
    view! {
        <Page title=title sub=Signal::derive(sub) end=end>
            {months.or_wait()}
            {table.or_wait()}
            <div class="stack" class:is-stale=move || table.is_stale() aria-busy=move || table.is_behind().then_some("true") hidden=move || page.with(Option::is_none) data-testid="month">
                {banner(shown)}
                {gates(shown)}
                {late(shown)}
                {customers(shown)}
                {reps(shown)}
            </div>
            {changes_sheet(shown, month)}
            {explaining(shown)}
            {paper(shown)}
            {print_foot(move || page.with(|page| page.as_ref().map_or_else(String::new, |page| {
                t!("month-print-foot", month = name_of(&page.month), through = page.through, hash = page.table.clone())
            })))}
        </Page>
    }
    .into_any()
}
