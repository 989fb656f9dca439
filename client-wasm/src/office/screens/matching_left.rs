//! 对账, below the proposals: lines and papers that nothing was found for, to be ticked on both sides; and the slip.
//!
//! Floor: office/screens, part of `matching`.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::aside::Setting;
use super::cells::date;
use super::matching::{Desk, line_view, paper_view};
use super::visits::Photo;
use crate::office::api::statements::{BankLineRow, ExpectedRow};
use crate::office::gesture::Gesture;
use crate::ui::{Button, ButtonKind, EmptyState, Icon, SearchField, Sheet, Tone, badge, format, t};

fn ticks(ids: RwSignal<Vec<String>>, id: String, name: String) -> AnyView {
    let mine = id.clone();
    let on = Memo::new(move |_| ids.with(|ids| ids.contains(&mine)));
    let turn = move |_| {
        ids.update(|ids| match ids.iter().position(|one| *one == id) {
            Some(at) => drop(ids.remove(at)),
            None => ids.push(id.clone()),
        });
    };
    view! { <input class="box" type="checkbox" aria-label=name prop:checked=move || on.get() on:change=turn /> }
        .into_any()
}

/// So many of a list are drawn; the others are found by searching, or asked for.
const DRAWN: usize = 60;

/// Whether every word that is looked for stands in what a row says.
fn says(row: &[&str], looked_for: &str) -> bool {
    let row = row.join(" ").to_lowercase();
    looked_for.to_lowercase().split_whitespace().all(|word| row.contains(word))
}

/// A list with its search, of which the first are drawn.
#[component]
fn Left(
    title: String,
    find: RwSignal<String>,
    find_label: String,
    /// The rows that are found, in their order.
    rows: Memo<Vec<String>>,
    #[prop(into)] row: UnsyncCallback<(String,), Option<AnyView>>,
    /// What is said while nothing at all is left.
    none: (String, String),
    any: Signal<bool>,
    testids: (&'static str, &'static str),
) -> impl IntoView {
    let whole = RwSignal::new(false);
    let shown = Memo::new(move |_| {
        let most = if whole.get() { usize::MAX } else { DRAWN };
        rows.with(|rows| rows.iter().take(most).cloned().collect::<Vec<_>>())
    });
    let more = move || {
        let (drawn, all) = (shown.with(Vec::len), rows.with(Vec::len));
        (drawn < all).then(|| {
            view! { <button type="button" class="row link" on:click=move |_| whole.set(true)>{t!("matching-show-all", count = all)}</button> }
        })
    };
    let none = StoredValue::new(none);
    let empty = move || {
        if !any.get() {
            let (title, text) = none.get_value();
            return Some(view! { <EmptyState icon=Icon::Check title=title text=text /> }.into_any());
        }
        let nothing = rows.with(Vec::is_empty);
        nothing.then(|| {
            view! { <p class="row small muted" role="status">{t!("matching-none-found")}</p> }.into_any()
        })
    };
    view! {
        <section class="panel" data-testid=testids.0>
            <div class="panel-head">
                <h2>{title}</h2>
                <div class="panel-head-end"><SearchField label=find_label value=find testid=testids.1 /></div>
            </div>
            {empty}
            <div class="rows"><For each=move || shown.get() key=String::clone children=move |id| row.run((id,)) /></div>
            {more}
        </section>
    }
    .into_any()
}

/// The lines that nothing was found for.
#[component]
pub(super) fn LinesLeft(
    desk: Memo<Desk>,
    ticked: RwSignal<Vec<String>>,
    setting: RwSignal<Option<Setting>>,
    returning: RwSignal<Option<String>>,
) -> impl IntoView {
    let find = RwSignal::new(String::new());
    let rows = Memo::new(move |_| {
        let looked_for = find.get();
        desk.with(|desk| {
            let found = desk.lines_left().into_iter().filter(|line| {
                let sum = format::sum(line.amount);
                let plain = sum.replace(',', "");
                let row = [&line.payer, &line.reference, &line.serial, &line.date, &sum, &plain];
                says(&row.map(String::as_str), &looked_for) || ticked.with(|ids| ids.contains(&line.id))
            });
            found.map(|line| line.id.clone()).collect::<Vec<_>>()
        })
    });
    let row = move |id: String| {
        let line = desk.with_untracked(|desk| desk.lines.get(&id).cloned())?;
        let (twice, back) = desk.with_untracked(|desk| {
            (desk.page.duplicates.contains(&id), desk.page.returns.iter().find(|one| one.line == id).cloned())
        });
        let mark = twice.then(|| badge(Tone::Finding, Some(Icon::Info), t!("matching-twice")));
        let gives_back = back.map(|back| {
            let words = t!("matching-returns", day = date(Some(&back.of.date)), who = paid(&back.of));
            let line = back.line;
            let open = move || returning.set(Some(line.clone()));
            view! {
                <p>{badge(Tone::Danger, Some(Icon::Swap), words)}</p>
                <Button attr:data-testid="return-do" label=t!("matching-return-do") kind=ButtonKind::Second on_press=open />
            }
        });
        let what = Setting { line: line.id.clone(), amount: line.amount, payer: line.payer.clone() };
        let set = move || setting.set(Some(what.clone()));
        let name = t!("matching-tick", what = &line.payer, amount = format::sum(line.amount));
        Some(
            view! {
                <div class="row" data-testid="line-left">
                    {ticks(ticked, line.id.clone(), name)}
                    <span class="row-main">{line_view(&line)}{mark}{gives_back}</span>
                    <Button attr:data-testid="set-aside" label=t!("aside-do") kind=ButtonKind::Quiet on_press=set />
                </div>
            }
            .into_any(),
        )
    };
    // Where a line has become the return of another, it is drawn anew.
    let keyed = Memo::new(move |_| {
        desk.with(|desk| {
            let back: BTreeSet<&String> = desk.page.returns.iter().map(|one| &one.line).collect();
            let mark = |id: &String| if back.contains(id) { format!("{id}{BACK}") } else { id.clone() };
            rows.with(|rows| rows.iter().map(mark).collect::<Vec<_>>())
        })
    });
    let row = move |key: String| row(key.trim_end_matches(BACK).to_owned());
    let any = Signal::derive(move || desk.with(|desk| !desk.lines_left().is_empty()));
    let none = (t!("matching-no-lines"), t!("matching-no-lines-text"));
    view! { <Left title=t!("matching-lines-left") find=find find_label=t!("matching-find-lines") rows=keyed row=row none=none any=any testids=("lines-left", "find-lines") /> }
        .into_any()
}

/// The sign behind the key of a line that may be a return.
const BACK: &str = "|back";

/// Who was confirmed to have paid by a line.
pub(super) fn paid(line: &BankLineRow) -> String {
    let Some(matched) = &line.matched else { return line.payer.clone() };
    match &matched.customer {
        Some(customer) => customer.name.clone(),
        None => matched.papers.first().map_or_else(|| line.payer.clone(), |paper| paper.staff.name.clone()),
    }
}

/// The papers that nothing was found for; while lines are ticked, those nearest to what is left of their sum first.
#[component]
pub(super) fn PapersLeft(
    desk: Memo<Desk>,
    lines: RwSignal<Vec<String>>,
    ticked: RwSignal<Vec<String>>,
    looked: RwSignal<Option<String>>,
) -> impl IntoView {
    let find = RwSignal::new(String::new());
    let rows = Memo::new(move |_| {
        let looked_for = find.get();
        desk.with(|desk| {
            let is_ticked = |paper: &ExpectedRow| ticked.with(|ids| ids.contains(&paper.id));
            let mut found: Vec<&ExpectedRow> = desk
                .papers_left()
                .into_iter()
                .filter(|paper| {
                    let sum = format::sum(paper.amount);
                    let plain = sum.replace(',', "");
                    let customer = paper.customer.as_ref().map_or("", |customer| customer.name.as_str());
                    let row = [paper.staff.name.as_str(), customer, &paper.reference, &sum, &plain];
                    is_ticked(paper) || says(&row, &looked_for)
                })
                .collect();
            let rest = lines.with(|ids| {
                let due = ticked.with(|papers| desk.sum_of_papers(papers));
                (!ids.is_empty()).then(|| desk.sum_of_lines(ids).minus(due))
            });
            if let Some(rest) = rest {
                let away = |paper: &ExpectedRow| paper.amount.minus(rest).as_fen().unsigned_abs();
                found.sort_by_key(|paper| (!is_ticked(paper), away(paper)));
            }
            found.into_iter().map(|paper| paper.id.clone()).collect()
        })
    });
    let row = move |id: String| {
        let paper = desk.with_untracked(|desk| desk.papers.get(&id).cloned())?;
        let name = t!("matching-tick", what = &paper.staff.name, amount = format::sum(paper.amount));
        Some(
            view! {
                <div class="row" data-testid="paper-left">
                    {ticks(ticked, paper.id.clone(), name)}
                    <span class="row-main">{paper_view(&paper, looked)}</span>
                </div>
            }
            .into_any(),
        )
    };
    let any = Signal::derive(move || desk.with(|desk| !desk.papers_left().is_empty()));
    let none = (t!("matching-no-papers"), t!("matching-no-papers-text"));
    view! { <Left title=t!("matching-papers-left") find=find find_label=t!("matching-find-papers") rows=rows row=row none=none any=any testids=("papers-left", "find-papers") /> }
        .into_any()
}

/// What was ticked on both sides, what it comes to, and the way to confirm it: one line for several papers, and several
/// lines for one.
#[component]
pub(super) fn Ticked(
    desk: Memo<Desk>,
    account: RwSignal<String>,
    lines: RwSignal<Vec<String>>,
    papers: RwSignal<Vec<String>>,
) -> impl IntoView {
    let gesture = Gesture::new();
    let any = Memo::new(move |_| lines.with(|ids| !ids.is_empty()) || papers.with(|ids| !ids.is_empty()));
    let sums = Memo::new(move |_| {
        desk.with(|desk| {
            (lines.with(|ids| desk.sum_of_lines(ids)), papers.with(|ids| desk.sum_of_papers(ids)))
        })
    });
    let said = move || {
        let (came, due) = sums.get();
        let count = (lines.with(Vec::len), papers.with(Vec::len));
        t!(
            "matching-ticked",
            lines = count.0,
            came = format::sum(came),
            papers = count.1,
            due = format::sum(due),
            difference = format::sum(came.minus(due))
        )
    };
    let confirm = move || {
        let content = desk.with_untracked(|desk| {
            desk.command(&account.get_untracked(), &lines.get_untracked(), &papers.get_untracked())
        });
        if let Some(content) = content {
            gesture.command(content, t!("confirming-said"), move || {
                lines.set(Vec::new());
                papers.set(Vec::new());
            });
        }
    };
    let of_one = Memo::new(move |_| desk.with(|desk| papers.with(|ids| desk.are_of_one(ids))));
    let fits = Memo::new(move |_| {
        let (came, due) = sums.get();
        of_one.get() && came == due && lines.with(|ids| !ids.is_empty()) && papers.with(|ids| !ids.is_empty())
    });
    view! {
        <Show when=move || any.get()>
            <section class="panel panel--foot"><div class="panel-body line line--between" data-testid="ticked">
                <p class="small" role="status">{said}</p>
                <Show when=move || !of_one.get()><p class="small strong" role="alert">{t!("matching-several-owners")}</p></Show>
                <Show when=move || fits.get()>
                    <Button attr:data-testid="confirm-ticked" label=t!("confirming-do") kind=ButtonKind::Primary icon=Icon::Check on_press=confirm />
                </Show>
            </div>{gesture.note()}</section>
        </Show>
    }
    .into_any()
}

/// The photo of a slip, large.
#[component]
pub(super) fn Slip(looked: RwSignal<Option<String>>, desk: Memo<Desk>) -> impl IntoView {
    let title = move || {
        desk.with(|desk| {
            let found = desk.page.papers.iter().find(|paper| paper.slip == looked.get());
            found.map_or_else(
                || t!("remit-slip-title"),
                |paper| format!("{} {}", paper.staff.name, format::sum(paper.amount)),
            )
        })
    };
    let open = Signal::derive(move || looked.with(Option::is_some));
    let photo = move || looked.get().map(|hash| view! { <div class="photos"><Photo hash=hash /></div> });
    view! {
        <Sheet open=open on_close=move || looked.set(None) title=Signal::derive(title)>
            {photo}
            <div class="line"><Button label=t!("do-close") on_press=move || looked.set(None) /></div>
        </Sheet>
    }
    .into_any()
}
