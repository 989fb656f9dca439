//! 关账条件: what the closing of a month waits for, and the phones that are not in (S17).
//!
//! Floor: office/screens, beside `month`.

use leptos::prelude::*;

use super::month::Shown;
use super::month_phones::words_of;
use crate::office::api::month::{Closing, MissingPhone, MonthPage};
use crate::ui::{Icon, format, icon, t};

/// One condition.
struct Gate {
    name: &'static str,
    done: bool,
    title: String,
    text: String,
    end: String,
}

fn all(page: &MonthPage) -> Vec<Gate> {
    let signed = page.signed();
    let missing = page.phones_missing().len();
    let phones = Gate {
        name: "phones",
        done: missing == 0 && page.is_over,
        title: if missing == 0 {
            t!("month-gate-phones")
        } else {
            t!("month-gate-phones-missing", missing = missing)
        },
        text: t!(
            if page.is_over { "month-gate-phones-text" } else { "month-gate-phones-running" },
            there = usize::try_from(page.phones).unwrap_or_default().saturating_sub(missing),
            all = page.phones,
            end = page.ends.full()
        ),
        end: String::new(),
    };
    let differences = Gate {
        name: "differences",
        done: page.unexplained == 0,
        title: if page.unexplained == 0 {
            t!("month-gate-differences")
        } else {
            t!("month-gate-differences-open", count = page.unexplained)
        },
        text: t!("month-gate-differences-text", sum = format::sum(page.totals.difference)),
        end: String::new(),
    };
    let both = page.status == "closed";
    let signatures = Gate {
        name: "signatures",
        done: both,
        title: t!("month-gate-signatures"),
        text: signed.map_or_else(|| t!("month-gate-signatures-none"), |closing| who_signed(closing, both)),
        end: signed.map_or_else(String::new, |closing| closing.at.moment()),
    };
    vec![phones, differences, signatures]
}

/// Who has signed, and whom it waits for.
fn who_signed(closing: &Closing, all: bool) -> String {
    let (finance, head) = (closing.stamp("agreed"), closing.stamp("without-phones"));
    let names: Vec<&str> = [Some(&closing.by), head.map(|stamp| &stamp.by), finance.map(|stamp| &stamp.by)]
        .into_iter()
        .flatten()
        .map(|by| by.name.as_str())
        .collect();
    let who = names.join(&t!("month-paper-and"));
    match (all, closing.needs_a_head && head.is_none(), finance.is_none()) {
        (true, ..) if closing.needs_a_head => t!("month-gate-signatures-all"),
        (true, ..) => t!("month-gate-signatures-both"),
        (false, true, true) => t!("month-gate-signatures-head", who = who),
        (false, true, false) => t!("month-gate-signatures-head-last", who = who),
        (false, false, _) => t!("month-gate-signatures-clerk", who = who),
    }
}

fn gate(gate: &Gate) -> AnyView {
    let mark = icon(if gate.done { Icon::Check } else { Icon::Clock });
    let class = if gate.done { "gate is-done" } else { "gate is-missing" };
    let said = if gate.done { t!("month-gate-done") } else { t!("month-gate-waits") };
    view! {
        <li class=class data-testid=format!("gate-{}", gate.name)>
            <span class="gate-mark">{mark}<span class="sr">{said}</span></span>
            <div><strong>{gate.title.clone()}</strong><span class="muted">{gate.text.clone()}</span></div>
            <div class="right small">{gate.end.clone()}</div>
        </li>
    }
    .into_any()
}

fn phone(phone: &MissingPhone) -> AnyView {
    let stopped = phone.stopped.map(|at| t!("month-phone-stopped", time = at.full()));
    let of = words_of(phone);
    view! {
        <tr>
            <td><b>{of.who}</b>" · "{of.number}<span class="sub">{stopped}</span></td>
            <td>{of.heard}<span class="sub code">{of.checkpoint}</span></td>
            <td class="n">{of.unsent}</td>
            <td class="n">{of.cash}</td>
        </tr>
    }
    .into_any()
}

fn phones(page: &MonthPage) -> AnyView {
    let signed = page.signed();
    let missing = page.phones_missing();
    let note = match signed {
        Some(closing) if !closing.reason.is_empty() => {
            t!("month-override-said", who = closing.by.name.clone(), why = closing.reason.clone())
        }
        _ if missing.is_empty() => t!("month-phones-all"),
        _ => t!("month-phones-note"),
    };
    let title = if signed.is_some() { t!("month-phones-closed-without") } else { t!("month-phones-missing") };
    let table = (!missing.is_empty()).then(|| {
        view! {
            <div class="table-scroll" tabindex="0" role="region" aria-label=title.clone()>
                <table class="table" data-testid="missing-phones">
                    <thead><tr>
                        <th scope="col">{t!("month-phone")}</th>
                        <th scope="col">{t!("month-phone-heard")}</th>
                        <th scope="col" class="n">{t!("month-phone-unsent")}</th>
                        <th scope="col" class="n">{t!("month-phone-cash")}</th>
                    </tr></thead>
                    <tbody>{missing.iter().map(phone).collect_view()}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <section class="panel">
            <div class="panel-head"><h2>{title.clone()}</h2></div>
            {table}
            <p class="panel-note" data-testid="missing-note">{note}</p>
        </section>
    }
    .into_any()
}

/// The conditions, and beside them the phones that are not in.
pub(super) fn gates(shown: Shown) -> AnyView {
    let drawn = move || {
        shown.page.with(|page| {
            page.as_ref().map(|page| {
                let all = all(page);
                let done = all.iter().filter(|gate| gate.done).count();
                view! {
                    <section class="panel">
                        <div class="panel-head"><h2>{t!("month-gates")}</h2><div class="panel-head-end">{t!("month-gates-done", done = done, all = all.len())}</div></div>
                        <ul class="gates">{all.iter().map(gate).collect_view()}</ul>
                    </section>
                    {phones(page)}
                }
            })
        })
    };
    view! { <div class="cols cols--half" data-testid="month-gates">{drawn}</div> }.into_any()
}
