//! 客户欠付: what one customer owes, order by order, with what lets each go; the dunning log; credit exceptions (S12, S34,
//! S41, S43–S45).
//!
//! Floor: office/screens. This module must not reckon: the server says what an order owes.

use leptos::prelude::*;
use sync_core::unit::Money;

use super::cells::{date, pair};
use super::credit::{self, Excepting, Stamping};
use super::receivables::{lateness, promise};
use super::urging::Urging;
use crate::office::api::owed::{AccountPage, CreditRow, ReceivableRow, UrgingRow};
use crate::office::fetched::fetched;
use crate::ui::{Icon, Panel, Timeline, Tone, badge, format, pairs, t};

/// The account on the customer's page.
#[component]
pub(super) fn CustomerAccount(id: String) -> impl IntoView {
    let path = format!("/customers/{id}/account");
    let fetched = fetched::<AccountPage>(move || path.clone());
    let page = Memo::new(move |_| fetched.shown.get());
    let may = Memo::new(move |_| {
        page.with(|page| page.as_ref().map(|page| (page.may_urge, page.may_except)).unwrap_or_default())
    });
    let customer = StoredValue::new(id);
    let end = move || {
        let (urges, excepts) = may.get();
        view! {
            {urges.then(|| view! { <Urging customer=customer.get_value() order=None /> })}
            {excepts.then(|| view! { <Excepting customer=customer.get_value() /> })}
        }
    };
    view! {
        <div data-testid="account">
            <Panel title=t!("owed-account")>
                {fetched.or_wait()}
                <div class="panel-body stack">
                    {move || page.with(|page| page.as_ref().map(headline))}
                    <div class="line">{end}</div>
                </div>
                {move || page.with(|page| page.as_ref().map(orders))}
            </Panel>
            {move || page.with(|page| page.as_ref().map(|page| exceptions(&page.exceptions)))}
            {move || page.with(|page| page.as_ref().map(|page| urgings(&page.urgings)))}
        </div>
    }
    .into_any()
}

fn yuan(sum: Money) -> String {
    t!("unit-yuan", amount = format::sum(sum))
}

fn headline(page: &AccountPage) -> AnyView {
    let mut facts =
        vec![pair("owed-open", yuan(page.open)), pair("owed-unconfirmed", yuan(page.unconfirmed))];
    if !page.beyond.is_zero() {
        facts.push(pair("owed-beyond", yuan(page.beyond)));
    }
    let late = page.overdue.as_ref().map(|late| {
        let words = t!(
            "owed-overdue-since",
            amount = format::sum(late.amount),
            day = date(Some(&late.since)),
            days = late.days
        );
        view! { <p data-testid="overdue">{badge(Tone::Danger, Some(Icon::Warn), words)}</p> }
    });
    let promised = page.promised.as_ref().map(|promised| {
        let (tone, icon, words) = promise(promised);
        view! { <p data-testid="promised">{badge(tone, icon, words)}</p> }
    });
    view! { {late} {promised} {pairs(true, facts)} }.into_any()
}

/// What lets the goods of an order go, in a badge.
pub(super) fn release(row: &ReceivableRow) -> Option<AnyView> {
    let code = row.release.as_deref()?;
    let words = t!(&format!("owed-release-{code}"), amount = format::sum(row.total.minus(row.paid)));
    Some(match code {
        "waits" => badge(Tone::Finding, Some(Icon::Stop), words),
        _ => badge(Tone::Applied, Some(Icon::Check), words),
    })
}

fn orders(page: &AccountPage) -> AnyView {
    if page.orders.is_empty() {
        return view! { <p class="panel-body small muted">{t!("owed-none")}</p> }.into_any();
    }
    let one = |row: &ReceivableRow| {
        let (tone, icon, word) = lateness(row);
        view! {
            <tr>
                <td>{row.number.clone()}<span class="sub">{row.at.recent()}</span></td>
                <td><span class="nowrap">{date(Some(&row.due))}</span><span class="sub">{badge(tone, icon, word)}</span></td>
                <td class="n">{format::sum(row.total)}</td>
                <td class="n">{format::sum(row.collected)}</td>
                <td class="n">{format::sum(row.paid)}</td>
                <td class="n strong">{format::sum(row.open)}</td>
                <td>{release(row)}</td>
            </tr>
        }
    };
    view! {
        <table class="table table--dense" aria-label=t!("owed-account") data-testid="account-orders">
            <thead><tr>
                <th scope="col">{t!("col-number")}</th>
                <th scope="col">{t!("owed-due")}</th>
                <th scope="col" class="n">{t!("owed-total")}</th>
                <th scope="col" class="n">{t!("owed-collected")}</th>
                <th scope="col" class="n">{t!("owed-paid")}</th>
                <th scope="col" class="n">{t!("owed-open")}</th>
                <th scope="col">{t!("owed-release")}</th>
            </tr></thead>
            <tbody>{page.orders.iter().map(one).collect_view()}</tbody>
        </table>
        <p class="panel-note">{t!("owed-words")}</p>
    }
    .into_any()
}

fn exceptions(rows: &[CreditRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let one = |row: &CreditRow| {
        let (tone, icon, word) = credit::state(&row.status);
        let signal = Signal::stored(row.clone());
        view! {
            <div class="panel-body stack">
                <p>{badge(tone, icon, word)}</p>
                {credit::facts(row)}
                <Timeline stamps=credit::stamps(row) />
                <div class="line"><Stamping row=signal /></div>
            </div>
        }
    };
    let rows = rows.iter().map(one).collect_view();
    Some(
        view! { <div data-testid="exceptions"><Panel title=t!("nav-credit")>{rows}</Panel></div> }.into_any(),
    )
}

fn urgings(rows: &[UrgingRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let one = |row: &UrgingRow| {
        let head = t!(
            "urging-line",
            how = t!(&format!("urged-by-{}", row.by)),
            whom = row.whom.clone(),
            who = row.staff.name.clone()
        );
        let about = row.order_number.clone().map(|number| view! { <span class="sub">{number}</span> });
        let promised = row.promised_on.as_deref().zip(row.promised).map(|(day, sum)| {
            let words = t!("urging-promised", day = date(Some(day)), amount = format::sum(sum));
            view! { <span class="sub">{words}</span> }
        });
        view! {
            <div class="row">
                <span class="row-main"><span class="row-title">{head}</span><span class="row-sub">{row.said.clone()}</span>{promised}{about}</span>
                <span class="row-end num">{row.at.recent()}</span>
            </div>
        }
    };
    let rows = rows.iter().map(one).collect_view();
    Some(
        view! { <div data-testid="urgings"><Panel title=t!("urging-log")><div class="rows">{rows}</div></Panel></div> }
            .into_any(),
    )
}

/// What one order owes, beside its lines.
#[component]
pub(super) fn OwedOf(customer: String, order: String) -> impl IntoView {
    let fetched = fetched::<AccountPage>(move || format!("/customers/{customer}/account"));
    let shown = move || {
        fetched.shown.with(|page| {
            let row = page.as_ref()?.orders.iter().find(|row| row.id == order)?;
            let (tone, icon, word) = lateness(row);
            let facts = vec![
                pair("owed-due", date(Some(&row.due))),
                pair("owed-collected", yuan(row.collected)),
                pair("owed-paid", yuan(row.paid)),
                pair("owed-open", yuan(row.open)),
            ];
            let promised = row.promised.as_ref().map(|promised| {
                let (tone, icon, words) = promise(promised);
                view! { <p>{badge(tone, icon, words)}</p> }
            });
            Some(view! {
                <div class="panel-body stack" data-testid="order-owed">
                    <p class="line">{badge(tone, icon, word)}{release(row)}</p>
                    {pairs(false, facts)}
                    {promised}
                </div>
            })
        })
    };
    view! { {shown} }.into_any()
}
