//! The signed changes behind one figure of a month, in a sheet (S17).
//!
//! Floor: office/screens, beside `month`.

use leptos::prelude::*;

use super::cells::nothing;
use super::entry;
use super::month::{Shown, name_of};
use crate::office::api::month::{MonthChange, MonthChanges};
use crate::office::fetched::fetched;
use sync_core::unit::Money;

use crate::ui::{Button, Cell, Sheet, Tone, badge, format, t};

/// A figure that is opened: what it is called, and what is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) title: String,
    /// Behind `/months/…/changes?`.
    pub(super) query: String,
    /// Whether the figure is what makes less of the account, and is shown without its minus: money received, money sent on.
    pub(super) turned: bool,
}

impl Opened {
    /// A sum as the figure has it.
    const fn as_figure(&self, sum: Money) -> Money {
        if self.turned { sum.negated() } else { sum }
    }
}

/// A figure that opens its changes; nought opens none.
pub(super) fn figure(shown: Shown, sum: Money, title: String, query: String, turned: bool) -> Cell {
    let word = format::sum(sum);
    if sum.is_zero() {
        return Cell::Text(word);
    }
    let opened = shown.opened;
    Cell::View(ViewFn::from(move || {
        let (title, query) = (title.clone(), query.clone());
        let open = move |_| opened.set(Some(Opened { title: title.clone(), query: query.clone(), turned }));
        view! { <button type="button" class="link num" on:click=open>{word.clone()}</button> }.into_any()
    }))
}

/// What a line begins with, which leads to the month before.
pub(super) fn opening(shown: Shown, sum: sync_core::unit::Money) -> Cell {
    let word = format::sum(sum);
    if sum.is_zero() {
        return Cell::Text(word);
    }
    Cell::View(ViewFn::from(move || {
        let title = t!("month-before");
        view! { <button type="button" class="link num" title=title on:click=move |_| shown.goes_back()>{word.clone()}</button> }.into_any()
    }))
}

/// One change: what it did, by whom and when, its place in the feed and its hash.
pub(super) fn change(change: &MonthChange) -> AnyView {
    change_of(change, change.sum)
}

fn change_of(change: &MonthChange, sum: Money) -> AnyView {
    let entry = &change.entry;
    let what = t!(&format!("month-moved-{}", change.moved));
    let who = entry::author(entry);
    let customer = entry.customer.as_ref().map(|customer| customer.name.clone());
    let below: Vec<String> =
        [Some(entry.happened().full()), Some(entry::device(entry)), customer, Some(entry::line(entry))]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty() && *part != nothing())
            .collect();
    let late = change.late.as_ref().map(|month| t!("month-late-of", month = name_of(month)));
    let counts_in = change.counts_in.as_ref().map(|month| t!("month-counts-in", month = name_of(month)));
    let mark = late.or(counts_in).map(|word| badge(Tone::Finding, None, word));
    let missing = matches!(change.account.as_str(), "missing" | "withheld")
        .then(|| badge(Tone::Danger, None, t!(&format!("month-difference-{}", change.account))));
    let hash: String = entry.hash.chars().take(12).collect();
    view! {
        <li class="line line--between">
            <span>
                <b>{who}" · "{what}</b>" "{mark}" "{missing}
                <span class="blk tiny faint">{below.join(" · ")}</span>
                <span class="blk code tiny">{format!("#{} · {hash}", entry.position)}</span>
            </span>
            <span class="num nowrap">{format::sum(sum)}</span>
        </li>
    }
    .into_any()
}

/// The sheet with the changes behind the figure that is opened.
pub(super) fn changes_sheet(shown: Shown, month: Memo<String>) -> AnyView {
    let opened = shown.opened;
    let path = Memo::new(move |_| {
        opened.with(|opened| {
            opened.as_ref().map_or_else(String::new, |opened| {
                format!("/months/{}/changes?{}", month.get(), opened.query)
            })
        })
    });
    let answer = fetched::<MonthChanges>(move || path.get());
    let is_open = Signal::derive(move || opened.with(Option::is_some));
    let title = Signal::derive(move || {
        opened.with(|opened| opened.as_ref().map_or_else(String::new, |opened| opened.title.clone()))
    });
    let lines = move || {
        let behind = answer.is_behind();
        answer.shown.with(|shown| {
            let all = shown.iter().filter(|_| !behind).flat_map(|shown| &shown.changes);
            let figure = opened.get();
            let sum = |sum: Money| figure.as_ref().map_or(sum, |figure| figure.as_figure(sum));
            all.map(|change| change_of(change, sum(change.sum))).collect_view()
        })
    };
    let sum = move || {
        let behind = answer.is_behind();
        answer.shown.with(|shown| {
            let shown = shown.as_ref().filter(|_| !behind)?;
            let figure = opened.get();
            let sum = |sum: Money| figure.as_ref().map_or(sum, |figure| figure.as_figure(sum));
            let moved = t!("month-changes-sum", count = shown.total, sum = format::sum(sum(shown.sum)));
            let ends = (!shown.opening.is_zero()).then(|| {
                let end = sum(shown.opening.plus(shown.sum));
                t!("month-changes-ends", opening = format::sum(sum(shown.opening)), end = format::sum(end))
            });
            let more = (shown.changes.len() as u64) < shown.total;
            let more = more.then(|| t!("month-changes-latest", shown = shown.changes.len()));
            Some([Some(moved), ends, more].into_iter().flatten().collect::<Vec<_>>().join(" "))
        })
    };
    view! {
        <Sheet open=is_open on_close=move || opened.set(None) title=title>
            <p class="small muted">{t!("month-changes-text")}</p>
            {move || opened.with(Option::is_some).then(|| answer.or_wait())}
            <ul class="stack stack--s" data-testid="month-changes">{lines}</ul>
            <p class="small" data-testid="month-changes-sum">{sum}</p>
            <div class="line"><Button label=t!("do-close") on_press=move || opened.set(None) /></div>
        </Sheet>
    }
    .into_any()
}
