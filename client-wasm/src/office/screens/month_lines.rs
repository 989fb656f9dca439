//! The lines of 销售资金回收表: customers, reps, what came late, and the explanation of a difference (S17).
//!
//! Floor: office/screens, beside `month`.

use leptos::prelude::*;
use serde_json::{Value, json};
use sync_core::domain::people::Role;
use sync_core::unit::Money;

use super::cells::{nothing, nowrap};
use super::month::Shown;
use super::month_changes::{change, figure, opening};
use crate::office::api::month::{CustomerLine, Explained, MonthChange, MonthPage, RepLine};
use crate::office::gesture::Gesture;
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, Cell, Column, DataTable, Sheet, Sort, TableRow, TextArea, Tone, badge, focus, format,
    t,
};

/// A line that is being explained.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// As the command names it.
    of: Value,
    name: String,
    difference: Money,
    before: String,
}

/// The lines of one kind, and how they are shown.
struct Lines<R> {
    title: &'static str,
    columns: Vec<Column>,
    usual: Sort,
    of: fn(&MonthPage) -> &Vec<R>,
    order: fn(&R, &R, &str) -> std::cmp::Ordering,
    row: fn(Shown, &R, bool) -> TableRow,
    foot: fn(&MonthPage) -> String,
}

/// So many lines are drawn; the others are asked for. Paper and file have them all.
const DRAWN: usize = 100;

/// The lines of one kind, sorted as the reader wants them.
fn table<R: Clone + Send + Sync + 'static>(shown: Shown, lines: Lines<R>) -> AnyView {
    let Lines { title, columns, usual, of, order, row, foot } = lines;
    let sort = RwSignal::new(usual);
    let whole = RwSignal::new(false);
    let rows = move || {
        shown.page.with(|page| {
            let page = page.as_ref()?;
            let mut lines = of(page).clone();
            let Sort { key, descending } = sort.get();
            lines.sort_by(|a, b| if descending { order(b, a, key) } else { order(a, b, key) });
            let open = page.status == "open";
            let most = if whole.get() { usize::MAX } else { DRAWN };
            Some(lines.iter().take(most).map(|line| row(shown, line, open)).collect::<Vec<_>>())
        })
    };
    let more = move || {
        let all = shown.page.with(|page| page.as_ref().map_or(0, |page| of(page).len()));
        (all > DRAWN && !whole.get()).then(|| {
            view! { <button type="button" class="row link" data-testid=format!("{title}-all") on:click=move |_| whole.set(true)>{t!("month-show-all", count = all)}</button> }
        })
    };
    let head =
        move || shown.page.with(|page| page.as_ref().map(|page| t!("month-built", through = page.through)));
    let sums = move || shown.page.with(|page| page.as_ref().map(foot));
    view! {
        <section class="panel" data-testid=title>
            <div class="panel-head"><h2>{t!(title)}</h2><div class="panel-head-end">{head}</div></div>
            <DataTable label=t!(title) columns=columns rows=Signal::derive(rows) sort=sort page=RwSignal::new(0) total=Signal::stored(0) />
            {more}
            <p class="panel-note num" data-testid=format!("{title}-sums")>{sums}</p>
        </section>
    }
    .into_any()
}

/// The explanation of a line, or the way to give one.
fn explanation(
    shown: Shown,
    explained: Option<&Explained>,
    line: Value,
    name: &str,
    difference: Money,
    must: bool,
    open: bool,
) -> Cell {
    let current = explained.filter(|one| one.difference == difference);
    let said = current.map(|one| format!("{}（{}）", one.explanation, one.by.name));
    let stale = explained.filter(|_| current.is_none()).map(|one| {
        t!("month-explained-other", sum = format::sum(one.difference), why = one.explanation.clone())
    });
    if difference.is_zero() && said.is_none() {
        return Cell::Text(nothing());
    }
    let may = open && office().may(|role| Role::closes_months(role) || Role::countersigns_months(role));
    let before = explained.map(|one| one.explanation.clone()).unwrap_or_default();
    let asked = Line { of: line, name: name.to_owned(), difference, before };
    Cell::View(ViewFn::from(move || {
        let asked = asked.clone();
        let press = move |_| shown.explained.set(Some(asked.clone()));
        let waits = (must && said.is_none()).then(|| badge(Tone::Danger, None, t!("month-unexplained")));
        let word = if said.is_some() { t!("month-explain-again") } else { t!("month-explain") };
        let button =
            may.then(|| view! { <button type="button" class="link no-print" on:click=press>{word}</button> });
        view! { <span>{said.clone()} {stale.clone()} {waits} {button}</span> }.into_any()
    }))
}

fn late_mark(name: String, late: u32) -> Cell {
    if late == 0 {
        return nowrap(name);
    }
    Cell::View(ViewFn::from(move || {
        view! { <span class="nowrap">{name.clone()}</span>" "{badge(Tone::Finding, None, t!("month-late-count", count = late))} }.into_any()
    }))
}

/// What customers owe.
pub(super) fn customers(shown: Shown) -> AnyView {
    let columns = vec![
        Column::words("name", t!("col-customer")),
        Column::figures("opening", t!("month-opening-owed")),
        Column::figures("ordered", t!("month-ordered")),
        Column::figures("cash", t!("month-cash")),
        Column::figures("transfer", t!("month-transfer")),
        Column::figures("reversed", t!("month-reversed")),
        Column::words("last", t!("month-date")),
        Column::words("by", t!("col-rep")),
        Column::figures("difference", t!("month-difference")),
        Column::words("explained", t!("month-explained")).unsorted(),
    ];
    let order = |a: &CustomerLine, b: &CustomerLine, key: &str| match key {
        "opening" => a.opening.cmp(&b.opening),
        "ordered" => a.ordered.cmp(&b.ordered),
        "cash" => a.cash.cmp(&b.cash),
        "transfer" => a.transfer.cmp(&b.transfer),
        "reversed" => a.reversed.cmp(&b.reversed),
        "last" => a.last.cmp(&b.last),
        "by" => a.by.as_ref().map(|by| &by.name).cmp(&b.by.as_ref().map(|by| &by.name)),
        "difference" => a.difference.cmp(&b.difference),
        _ => a.customer.name.cmp(&b.customer.name),
    };
    let foot = |page: &MonthPage| {
        let sums = &page.totals;
        t!(
            "month-customers-sums",
            opening = format::sum(sums.opening),
            ordered = format::sum(sums.ordered),
            cash = format::sum(sums.cash),
            transfer = format::sum(sums.transfer),
            owed = format::sum(sums.owed)
        )
    };
    let usual = Sort { key: "difference", descending: true };
    let (title, row) = ("month-customers", customer_row);
    table(shown, Lines { title, columns, usual, of: |page| &page.customers, order, row, foot })
}

fn customer_row(shown: Shown, line: &CustomerLine, open: bool) -> TableRow {
    let (id, name) = (line.customer.id.clone(), line.customer.name.clone());
    let cell = |sum: Money, word: &str, moved: &str, turned: bool| {
        let query = format!("customer={id}&account=customer&moved={moved}");
        figure(shown, sum, format!("{name} · {}", t!(word)), query, turned)
    };
    TableRow {
        id: id.clone(),
        cells: vec![
            late_mark(name.clone(), line.late),
            opening(shown, line.opening),
            cell(line.ordered, "month-ordered", "ordered,withdrawn", false),
            cell(line.cash, "month-cash", "cash", true),
            cell(line.transfer, "month-transfer", "transfer", true),
            cell(line.reversed, "month-reversed", "reversed", false),
            Cell::Text(line.last.map_or_else(nothing, |at| at.day().format("%m-%d").to_string())),
            Cell::Text(line.by.as_ref().map_or_else(nothing, |by| by.name.clone())),
            cell(line.difference, "month-difference", "", false),
            explanation(
                shown,
                line.explained.as_ref(),
                json!({ "customer": id }),
                &name,
                line.difference,
                false,
                open,
            ),
        ],
    }
}

/// What reps hold.
pub(super) fn reps(shown: Shown) -> AnyView {
    let columns = vec![
        Column::words("name", t!("col-rep")),
        Column::figures("opening", t!("month-opening-held")),
        Column::figures("cash", t!("month-cash")),
        Column::figures("remitted", t!("month-remitted")),
        Column::figures("handed-in", t!("month-handed-in")),
        Column::figures("confirmed", t!("month-confirmed")),
        Column::figures("reversed", t!("month-reversed")),
        Column::figures("settled", t!("month-settled")),
        Column::figures("held", t!("month-held")),
        Column::figures("difference", t!("month-difference")),
        Column::words("explained", t!("month-explained")).unsorted(),
    ];
    let order = |a: &RepLine, b: &RepLine, key: &str| match key {
        "opening" => a.opening.cmp(&b.opening),
        "cash" => a.cash.cmp(&b.cash),
        "remitted" => a.remitted.cmp(&b.remitted),
        "handed-in" => a.handed_in.cmp(&b.handed_in),
        "confirmed" => a.confirmed.cmp(&b.confirmed),
        "reversed" => a.reversed.cmp(&b.reversed),
        "settled" => a.settled.cmp(&b.settled),
        "held" => a.held.cmp(&b.held),
        "difference" => a.difference.cmp(&b.difference),
        _ => a.staff.name.cmp(&b.staff.name),
    };
    let foot = |page: &MonthPage| {
        let sums = &page.totals;
        t!(
            "month-reps-sums",
            remitted = format::sum(sums.remitted),
            handed = format::sum(sums.handed_in),
            held = format::sum(sums.held),
            difference = format::sum(sums.difference)
        )
    };
    let usual = Sort { key: "held", descending: true };
    let (title, row) = ("month-reps", rep_row);
    table(shown, Lines { title, columns, usual, of: |page| &page.reps, order, row, foot })
}

fn rep_row(shown: Shown, line: &RepLine, open: bool) -> TableRow {
    let (id, name) = (line.staff.id.clone(), line.staff.name.clone());
    let of = |account: &str, sum: Money, word: &str, moved: &str, turned: bool| {
        let query = format!("staff={id}&account={account}&moved={moved}");
        figure(shown, sum, format!("{name} · {}", t!(word)), query, turned)
    };
    let cell = |sum, word: &str, moved: &str, turned| of("drawer", sum, word, moved, turned);
    TableRow {
        id: id.clone(),
        cells: vec![
            late_mark(name.clone(), line.late),
            opening(shown, line.opening),
            cell(line.cash, "month-cash", "cash", false),
            cell(line.remitted, "month-remitted", "remitted", true),
            cell(line.handed_in, "month-handed-in", "handed-in", true),
            of("confirmed", line.confirmed, "month-confirmed", "", false),
            cell(line.reversed, "month-reversed", "reversed", false),
            cell(line.settled, "month-settled", "settled", false),
            cell(line.held, "month-held", "", false),
            differences(shown, line),
            explanations(shown, line, open),
        ],
    }
}

/// The differences of a rep, each by its name and with its changes; drawers below nothing are read off what is held.
fn differences(shown: Shown, line: &RepLine) -> Cell {
    let (id, name) = (line.staff.id.clone(), line.staff.name.clone());
    let each = line.differences.iter().filter(|one| !one.sum.is_zero());
    let cells: Vec<(String, Cell)> = each
        .map(|one| {
            let word = t!(&format!("month-difference-{}", one.kind));
            let account = if one.kind == "below" { "drawer" } else { one.kind.as_str() };
            let query = format!("staff={id}&account={account}");
            let turned = one.kind == "withheld";
            (word.clone(), figure(shown, one.sum, format!("{name} · {word}"), query, turned))
        })
        .collect();
    if cells.is_empty() {
        return Cell::Text(format::sum(Money::ZERO));
    }
    several(cells.into_iter().map(|(word, cell)| (Some(word), cell)).collect())
}

/// Each difference of a rep explained by itself.
fn explanations(shown: Shown, line: &RepLine, open: bool) -> Cell {
    let each = line.differences.iter().map(|one| {
        let word = t!(&format!("month-difference-{}", one.kind));
        let name = format!("{} · {word}", line.staff.name);
        let which = json!({ one.kind.as_str(): line.staff.id });
        let cell = explanation(shown, one.explained.as_ref(), which, &name, one.sum, true, open);
        ((line.differences.len() > 1).then_some(word), cell)
    });
    let cells: Vec<_> = each.collect();
    if cells.is_empty() { Cell::Text(nothing()) } else { several(cells) }
}

/// Several cells in one, each on a line of its own.
fn several(cells: Vec<(Option<String>, Cell)>) -> Cell {
    Cell::View(ViewFn::from(move || {
        let each = cells.iter().map(|(word, cell)| {
            let drawn = match cell {
                Cell::Text(text) => text.clone().into_any(),
                Cell::View(view) => view.run(),
                Cell::Titled(..) | Cell::Fate(_) => ().into_any(),
            };
            view! { <span class="blk">{word.clone()}" "{drawn}</span> }
        });
        each.collect_view().into_any()
    }))
}

fn late_panel(
    title: String,
    text: String,
    testid: &'static str,
    all: &[MonthChange],
    total: u64,
) -> Option<AnyView> {
    let latest = ((all.len() as u64) < total).then(|| t!("month-changes-latest", shown = all.len()));
    (!all.is_empty()).then(|| {
        view! {
            <section class="panel" data-testid=testid>
                <div class="panel-head"><h2>{title}</h2><div class="panel-head-end">{t!("month-late-count", count = total)}</div></div>
                <p class="panel-note">{text}" "{latest}</p>
                <div class="panel-body"><ul class="stack stack--s">{all.iter().map(change).collect_view()}</ul></div>
            </section>
        }
        .into_any()
    })
}

/// What came late: into this month from earlier ones, and out of this closed month into later ones.
pub(super) fn late(shown: Shown) -> AnyView {
    let drawn = move || {
        shown.page.with(|page| {
            page.as_ref().map(|page| {
                let into = late_panel(
                    t!("month-late"),
                    t!("month-late-text"),
                    "month-late",
                    &page.late,
                    page.late_total,
                );
                let out = late_panel(
                    t!("month-later"),
                    t!("month-later-text"),
                    "month-later",
                    &page.later,
                    page.later_total,
                );
                view! { {into}{out} }
            })
        })
    };
    view! { {drawn} }.into_any()
}

/// The sheet in which a difference is explained. What was typed stays where the server says no.
pub(super) fn explaining(shown: Shown) -> AnyView {
    let line = shown.explained;
    let gesture = Gesture::new();
    let typed = RwSignal::new(String::new());
    let empty = RwSignal::new(false);
    // Another line begins with what was said of it before.
    Effect::new(move |before: Option<Option<Line>>| {
        let now = line.get();
        if before.flatten() != now {
            typed.set(now.as_ref().map(|line| line.before.clone()).unwrap_or_default());
            empty.set(false);
        }
        now
    });
    let said = gesture.about("explanation");
    let error = Signal::derive(move || {
        let missing = empty.get() && typed.with(|typed| typed.trim().is_empty());
        if missing { Some(t!("form-missing", field = t!("month-explained"))) } else { said.get() }
    });
    let save = move || {
        let text = typed.get_untracked().trim().to_owned();
        if text.is_empty() {
            empty.set(true);
            return focus::first_error();
        }
        let period = shown.page.with_untracked(|page| page.as_ref().map(|page| page.month.clone()));
        let Some(asked) = line.get_untracked() else { return };
        let content = json!({ "op": "month-line-explained", "period": period, "line": asked.of,
            "difference": asked.difference, "explanation": text });
        gesture.command(content, t!("month-explained-said"), move || line.set(None));
    };
    let title = Signal::derive(move || {
        line.with(|line| {
            line.as_ref().map_or_else(String::new, |line| {
                t!("month-explain-title", who = line.name.clone(), sum = format::sum(line.difference))
            })
        })
    });
    let is_open = Signal::derive(move || line.with(Option::is_some));
    view! {
        <Sheet open=is_open on_close=move || line.set(None) title=title>
            <p class="small muted">{t!("month-explain-text")}</p>
            <div data-testid="explanation"><TextArea label=t!("month-explained") value=typed error=error /></div>
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="explain-save" label=t!("month-explain-save") kind=ButtonKind::Primary on_press=save />
                <Button label=t!("do-cancel") on_press=move || line.set(None) />
            </div>
        </Sheet>
    }
    .into_any()
}
