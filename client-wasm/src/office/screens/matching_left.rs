//! 对账, below the proposals: lines and papers that nothing was found for, to be ticked on both sides; and the slip.
//!
//! Floor: office/screens, part of `matching`.

use leptos::prelude::*;

use super::aside::Setting;
use super::matching::{Desk, line_view, paper_view};
use super::visits::Photo;
use crate::office::gesture::Gesture;
use crate::ui::{Button, ButtonKind, EmptyState, Icon, Sheet, Tone, badge, format, t};

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

pub(super) fn lines_left(
    desk: &Desk,
    ticked: RwSignal<Vec<String>>,
    setting: RwSignal<Option<Setting>>,
) -> AnyView {
    let left = desk.lines_left();
    if left.is_empty() {
        return view! { <EmptyState icon=Icon::Check title=t!("matching-no-lines") text=t!("matching-no-lines-text") /> }.into_any();
    }
    let rows = left.into_iter().map(|line| {
        let twice = desk.page.duplicates.contains(&line.id);
        let mark = twice.then(|| badge(Tone::Finding, Some(Icon::Info), t!("matching-twice")));
        let what = Setting { line: line.id.clone(), amount: line.amount, payer: line.payer.clone() };
        let set = move || setting.set(Some(what.clone()));
        let name = t!("matching-tick", what = &line.payer, amount = format::sum(line.amount));
        view! {
            <div class="row" data-testid="line-left">
                {ticks(ticked, line.id.clone(), name)}
                <span class="row-main">{line_view(line)}{mark}</span>
                <Button attr:data-testid="set-aside" label=t!("aside-do") kind=ButtonKind::Quiet on_press=set />
            </div>
        }
    });
    view! { <div class="rows">{rows.collect_view()}</div> }.into_any()
}

pub(super) fn papers_left(
    desk: &Desk,
    ticked: RwSignal<Vec<String>>,
    looked: RwSignal<Option<String>>,
) -> AnyView {
    let left = desk.papers_left();
    if left.is_empty() {
        return view! { <EmptyState icon=Icon::Check title=t!("matching-no-papers") text=t!("matching-no-papers-text") /> }.into_any();
    }
    let rows = left.into_iter().map(|paper| {
        let name = t!("matching-tick", what = &paper.staff.name, amount = format::sum(paper.amount));
        view! {
            <div class="row" data-testid="paper-left">
                {ticks(ticked, paper.id.clone(), name)}
                <span class="row-main">{paper_view(paper, looked)}</span>
            </div>
        }
    });
    view! { <div class="rows">{rows.collect_view()}</div> }.into_any()
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
            <section class="panel"><div class="panel-body line line--between" data-testid="ticked">
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
