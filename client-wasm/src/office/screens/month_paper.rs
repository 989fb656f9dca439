//! 《销售资金回收表》 on paper: the form, black on white, with its signatures at the end (S17).
//!
//! Floor: office/screens, beside `month`. It is drawn while something is printed, and shows what the page has.

use leptos::ev;
use leptos::prelude::*;
use sync_core::unit::Money;

use super::cells::nothing;
use super::entry;
use super::month::{Shown, name_of};
use super::month_phones::words_of;
use crate::office::api::At;
use crate::office::api::month::{
    Closing, CustomerLine, Explained, MissingPhone, MonthChange, MonthPage, RepLine,
};
use crate::office::state::{Door, office};
use crate::ui::{format, fresh, t};

/// The form, there while the browser prints.
pub(super) fn paper(shown: Shown) -> AnyView {
    let printing = RwSignal::new(false);
    let begins = window_event_listener(ev::beforeprint, move |_| printing.set(true));
    let ends = window_event_listener(ev::afterprint, move |_| printing.set(false));
    on_cleanup(move || {
        begins.remove();
        ends.remove();
    });
    fresh(move || {
        if !printing.get() {
            return ().into_any();
        }
        shown.page.with(|page| page.as_ref().map(form)).into_any()
    })
}

fn company() -> String {
    office().door.with_untracked(|door| match door {
        Door::Open(session) | Door::Over(session) => session.company.name.clone(),
        _ => String::new(),
    })
}

fn form(page: &MonthPage) -> AnyView {
    view! {
        <article class="month-paper print-only" data-testid="month-paper">
            <header>
                <p class="month-paper-company">{company()}</p>
                <h2 class="month-paper-title">{t!("month-paper-title")}</h2>
                <p class="month-paper-line">
                    <span>{name_of(&page.month)}" · "{t!("month-paper-ends", time = page.ends.full())}</span>
                    <span data-testid="month-paper-state">{state(page)}</span>
                    <span>{t!("month-paper-unit")}</span>
                </p>
            </header>
            {reps(page)}
            {customers(page)}
            {late(page)}
            {phones(page)}
            {signatures(page)}
        </article>
    }
    .into_any()
}

/// A draft, waiting for whom, or closed and when.
fn state(page: &MonthPage) -> String {
    if let Some((_, stamp)) = page.sent_back() {
        let (who, why) = (stamp.by.name.clone(), stamp.note.clone());
        return t!("month-paper-sent-back", who = who, time = stamp.at.full(), why = why);
    }
    let Some(closing) = page.signed() else { return t!("month-paper-draft") };
    if page.status == "closed" {
        let last = closing.stamps.iter().map(|stamp| stamp.at).fold(closing.at, At::max);
        return t!("month-paper-closed", time = last.full());
    }
    let head = (closing.needs_a_head && closing.stamp("without-phones").is_none())
        .then(|| t!("month-paper-for-head"));
    let finance = closing.stamp("agreed").is_none().then(|| t!("month-paper-for-finance"));
    let waits: Vec<String> = head.into_iter().chain(finance).collect();
    t!("month-paper-waits", whom = waits.join(&t!("month-paper-and")))
}

/// A table with its heads, which stand on every page; those of sums from `numeric` on, before the words at its end.
fn table(heads: Vec<(String, bool)>, rows: AnyView) -> AnyView {
    let head = |(word, numeric): (String, bool)| view! { <th scope="col" class=n(numeric)>{word}</th> };
    view! {
        <table><thead><tr>{heads.into_iter().map(head).collect_view()}</tr></thead><tbody>{rows}</tbody></table>
    }
    .into_any()
}

const fn n(numeric: bool) -> &'static str {
    if numeric { "n" } else { "" }
}

fn sums(all: &[Money]) -> AnyView {
    all.iter().map(|sum| view! { <td class="n">{format::sum(*sum)}</td> }).collect_view().into_any()
}

fn words(key: &str) -> (String, bool) {
    (t!(key), false)
}

fn figures(key: &str) -> (String, bool) {
    (t!(key), true)
}

fn marked(name: &str, late: u32) -> String {
    if late == 0 { name.to_owned() } else { format!("{name}（{}）", t!("month-late-count", count = late)) }
}

/// What was said of a difference as it stands now.
fn explanation(explained: Option<&Explained>, difference: Money) -> Option<String> {
    let current = explained.filter(|one| one.difference == difference)?;
    Some(format!("{}（{}）", current.explanation, current.by.name))
}

fn reps(page: &MonthPage) -> AnyView {
    let heads = vec![
        words("col-rep"),
        figures("month-opening-held"),
        figures("month-cash"),
        figures("month-remitted"),
        figures("month-handed-in"),
        figures("month-confirmed"),
        figures("month-reversed"),
        figures("month-settled"),
        figures("month-held"),
        figures("month-difference"),
        words("month-explained"),
    ];
    let mut lines: Vec<&RepLine> = page.reps.iter().collect();
    lines.sort_by(|a, b| b.held.cmp(&a.held).then_with(|| a.staff.name.cmp(&b.staff.name)));
    let figures = |line: &RepLine| {
        [
            line.opening,
            line.cash,
            line.remitted,
            line.handed_in,
            line.confirmed,
            line.reversed,
            line.settled,
            line.held,
            line.difference,
        ]
    };
    let row = |line: &&RepLine| {
        view! { <tr><td>{marked(&line.staff.name, line.late)}</td>{sums(&figures(line))}<td>{differences(line)}</td></tr> }
    };
    let total = lines.iter().fold([Money::ZERO; 9], |total, line| {
        let each = figures(line);
        std::array::from_fn(|at| total[at].plus(each[at]))
    });
    let rows = view! {
        {lines.iter().map(row).collect_view()}
        <tr class="month-paper-sum"><td>{t!("month-paper-sum")}</td>{sums(&total)}<td></td></tr>
    };
    view! { <h2>{t!("month-paper-reps")}</h2>{table(heads, rows.into_any())} }.into_any()
}

/// Each difference of a rep with what was said of it.
fn differences(line: &RepLine) -> String {
    let each = line.differences.iter().filter(|one| !one.sum.is_zero() || one.explained.is_some());
    let said = each.map(|one| {
        let why = explanation(one.explained.as_ref(), one.sum).unwrap_or_else(|| t!("month-unexplained"));
        format!("{} {}：{why}", t!(&format!("month-difference-{}", one.kind)), format::sum(one.sum))
    });
    said.collect::<Vec<_>>().join("；")
}

fn customers(page: &MonthPage) -> AnyView {
    let heads = vec![
        words("col-customer"),
        figures("month-opening-owed"),
        figures("month-ordered"),
        figures("month-cash"),
        figures("month-transfer"),
        figures("month-reversed"),
        words("month-date"),
        words("col-rep"),
        figures("month-difference"),
        words("month-explained"),
    ];
    let mut lines: Vec<&CustomerLine> = page.customers.iter().collect();
    let rep = |line: &CustomerLine| line.by.as_ref().map(|by| by.name.clone());
    lines.sort_by(|a, b| rep(a).cmp(&rep(b)).then_with(|| a.customer.name.cmp(&b.customer.name)));
    let row = |line: &&CustomerLine| {
        let moved = [line.opening, line.ordered, line.cash, line.transfer, line.reversed];
        let last = line.last.map_or_else(nothing, |at| at.day().format("%m-%d").to_string());
        view! {
            <tr>
                <td>{marked(&line.customer.name, line.late)}</td>
                {sums(&moved)}
                <td>{last}</td>
                <td>{rep(line).unwrap_or_else(nothing)}</td>
                {sums(&[line.difference])}
                <td>{explanation(line.explained.as_ref(), line.difference)}</td>
            </tr>
        }
    };
    let reversed = lines.iter().fold(Money::ZERO, |sum, line| sum.plus(line.reversed));
    let of = &page.totals;
    let rows = view! {
        {lines.iter().map(row).collect_view()}
        <tr class="month-paper-sum">
            <td>{t!("month-paper-sum")}</td>
            {sums(&[of.opening, of.ordered, of.cash, of.transfer, reversed])}
            <td></td><td></td>
            {sums(&[of.owed])}
            <td></td>
        </tr>
    };
    let title = t!("month-paper-customers", count = lines.len());
    view! { <h2>{title}</h2>{table(heads, rows.into_any())} }.into_any()
}

fn change(change: &MonthChange) -> AnyView {
    let entry = &change.entry;
    let belongs = change
        .late
        .as_ref()
        .map(|month| t!("month-late-of", month = name_of(month)))
        .or_else(|| change.counts_in.as_ref().map(|month| t!("month-counts-in", month = name_of(month))));
    let customer = entry.customer.as_ref().map_or_else(nothing, |customer| customer.name.clone());
    let what = [t!(&format!("month-moved-{}", change.moved)), entry::line(entry)];
    let hash: String = entry.hash.chars().take(12).collect();
    view! {
        <tr>
            <td>{entry.happened().full()}</td>
            <td>{entry::author(entry)}" · "{entry::device(entry)}</td>
            <td>{customer}</td>
            <td>{what.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")}</td>
            <td class="n">{format::sum(change.sum)}</td>
            <td>{belongs}</td>
            <td>{format!("#{} · {hash}", entry.position)}</td>
        </tr>
    }
    .into_any()
}

/// What came late into this month, and what came after it was closed.
fn late(page: &MonthPage) -> AnyView {
    let heads = || {
        vec![
            words("month-date"),
            words("col-rep"),
            words("col-customer"),
            words("month-paper-what"),
            figures("col-amount"),
            words("month-paper-belongs"),
            words("month-paper-place"),
        ]
    };
    let kind = |title: &str, all: &[MonthChange], total: u64| {
        let more = ((all.len() as u64) < total)
            .then(|| t!("month-paper-late-shown", shown = all.len(), total = total));
        (!all.is_empty()).then(|| {
            let rows = all.iter().map(change).collect_view().into_any();
            view! { <p>{t!(title)}" "{more}</p>{table(heads(), rows)} }
        })
    };
    let none =
        (page.late.is_empty() && page.later.is_empty()).then(|| view! { <p>{t!("month-paper-no-late")}</p> });
    view! {
        <h2>{t!("month-paper-late")}</h2>
        {kind("month-late", &page.late, page.late_total)}
        {kind("month-later", &page.later, page.later_total)}
        {none}
    }
    .into_any()
}

fn phone(phone: &MissingPhone) -> AnyView {
    let of = words_of(phone);
    view! {
        <tr>
            <td>{of.who}" · "{of.number}</td>
            <td>{of.heard}</td>
            <td>{of.checkpoint}</td>
            <td class="n">{of.unsent}</td>
            <td class="n">{of.cash}</td>
        </tr>
    }
    .into_any()
}

/// The phones that the month was closed without, and why; those not in yet while nobody has signed.
fn phones(page: &MonthPage) -> AnyView {
    let signed = page.signed();
    let missing = page.phones_missing();
    if missing.is_empty() {
        return view! { <h2>{t!("month-paper-phones")}</h2><p>{t!("month-paper-no-phones")}</p> }.into_any();
    }
    let why = signed.filter(|closing| !closing.reason.is_empty()).map(|closing| {
        view! { <p>{t!("month-override-said", who = closing.by.name.clone(), why = closing.reason.clone())}</p> }
    });
    let heads = vec![
        words("month-phone"),
        words("month-phone-heard"),
        words("month-paper-place"),
        figures("month-phone-unsent"),
        figures("month-phone-cash"),
    ];
    let rows = missing.iter().map(phone).collect_view().into_any();
    view! { <h2>{t!("month-paper-phones")}</h2>{why}{table(heads, rows)} }.into_any()
}

fn signature(role: String, signed: Option<(String, At)>) -> AnyView {
    let (who, at) =
        signed.map_or_else(|| (t!("month-paper-unsigned"), String::new()), |(who, at)| (who, at.full()));
    view! { <div class="month-paper-sign"><span>{role}</span><b>{who}</b><span>{at}</span></div> }.into_any()
}

fn signatures(page: &MonthPage) -> AnyView {
    let closing = page.signed();
    let stamp = |closing: Option<&Closing>, kind: &str| {
        closing.and_then(|closing| closing.stamp(kind)).map(|stamp| (stamp.by.name.clone(), stamp.at))
    };
    let clerk = closing.map(|closing| (closing.by.name.clone(), closing.at));
    let without = closing.map_or(!page.missing.is_empty(), |closing| closing.needs_a_head);
    let head = without.then(|| signature(t!("month-paper-head"), stamp(closing, "without-phones")));
    let hash = match closing {
        Some(closing) if !closing.is_of_table => {
            t!("month-paper-other", signed = closing.table.clone(), hash = page.table.clone())
        }
        Some(_) => t!("month-paper-of-table", hash = page.table.clone(), through = page.through),
        None => t!("month-paper-built", hash = page.table.clone(), through = page.through),
    };
    view! {
        <section class="month-paper-signs" data-testid="month-paper-signs">
            <h2>{t!("month-paper-signs")}</h2>
            <div>
                {signature(t!("month-paper-clerk"), clerk)}
                {head}
                {signature(t!("month-paper-finance"), stamp(closing, "agreed"))}
            </div>
            <p class="month-paper-hash">{hash}</p>
        </section>
    }
    .into_any()
}
