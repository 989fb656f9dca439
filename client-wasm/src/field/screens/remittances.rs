//! 汇款记录: what was sent on, and one remittance as it was recorded.
//!
//! Floor: screens. This module must not confirm anything: finance does.

use leptos::prelude::*;
use sync_core::{
    domain::cash::Reversible,
    unit::{PaperId, capitals},
};

use super::{
    look::Own,
    papers,
    parts::{self, NotHere, SubHead},
    photos::Photos,
    timeline,
};
use crate::{
    field::{
        router::Route,
        texts::{self, ms},
    },
    ui::{
        Action, Banner, Body, ButtonKind, ButtonLink, ButtonSize, Card, EmptyState, Fate, Icon, Rows, Stamp,
        StampState, Timeline, Tone, fate_badge, format, fresh, kept, pairs, sum_view, t,
    },
};

/// All own remittances, latest first.
#[component]
pub(super) fn Remittances() -> impl IntoView {
    let field = parts::field();
    let (now, link) = (parts::now(), field.link());
    let rows = kept(move || {
        link.track();
        field.read(|book| {
            let me = book.identity().staff;
            let mut own: Vec<_> = book
                .remittances()
                .filter_map(|(id, paper)| paper.recorded.as_ref().map(|recorded| (id, recorded)))
                .filter(|(_, recorded)| recorded.by == me)
                .map(|(id, recorded)| (recorded.at, id))
                .collect();
            own.sort_unstable_by(|one, other| other.cmp(one));
            timeline::rows(book, field, own.into_iter().map(|(_, id)| Own::Remittance(id)), false)
        })
    });
    view! {
        <SubHead title=t!("remittances-title") up=Route::Me />
        <Body>
            {fresh(move || {
                let rows = rows.get();
                if rows.is_empty() {
                    return view! {
                        <section class="card"><EmptyState icon=Icon::Bank title=t!("remittances-none") text=t!("remittances-none-text") action=Action::page(t!("remit-title"), Route::Remit.href()) /></section>
                    }.into_any();
                }
                let now = now.get();
                let rows = rows.into_iter().map(|row| timeline::paper_row(row, now)).map(IntoAny::into_any).collect_view();
                view! { <Rows label=t!("remittances-title")>{rows}</Rows> }.into_any()
            })}
        </Body>
    }
}

/// One remittance.
#[component]
pub(super) fn RemittancePage(
    /// Which.
    id: PaperId,
) -> impl IntoView {
    let field = parts::field();
    let link = field.link();
    fresh(move || {
        link.track();
        let found = field.read(|book| {
            let remittance = book.remittance(id)?;
            let sent = remittance.recorded.clone()?;
            let reversal = remittance.reversals.entries().next().map(|(_, reversal)| {
                (texts::staff_name(book, reversal.by), ms(reversal.at), reversal.reason.to_string())
            });
            let fate = timeline::fate_of(book, field, &sent);
            let entries = papers::of_remittance(book, &sent.what);
            let mine = sent.by == book.identity().staff;
            let arrived = remittance.confirmation().map(|one| {
                let day = format::full_day(one.arrived_on.0);
                let said = t!(
                    "remittance-arrived-by",
                    who = texts::staff_name(book, one.by),
                    when = format::moment(ms(one.at))
                );
                (t!("remittance-arrived", day = day), said)
            });
            Some((sent, reversal, fate, entries, mine, arrived))
        });
        let Some((sent, reversal, fate, entries, mine, arrived)) = found else {
            return view! { <NotHere up=Route::Remittances /> }.into_any();
        };
        let amount = sent.what.amount.money();
        let stamp = |seal: String, title: String, meta: String, state: StampState, red: bool| Stamp {
            seal,
            title,
            meta,
            end: String::new(),
            state,
            red,
        };
        let sent_on = stamp(
            t!("remittance-seal-sent"),
            t!("money-remitted"),
            format::full_moment(ms(sent.at)),
            StampState::Done,
            false,
        );
        let confirmed = match (&arrived, &reversal) {
            (Some((title, said)), taken_back) => {
                let state = if taken_back.is_some() { StampState::Stopped } else { StampState::Done };
                Some((title.clone(), said.clone(), state, taken_back.is_none()))
            }
            (None, None) => Some((t!("remittance-wait"), String::new(), StampState::Wait, false)),
            // Nobody confirms what was taken back.
            (None, Some(_)) => None,
        };
        let confirmed = confirmed
            .map(|(title, said, state, red)| stamp(t!("remittance-seal-confirmed"), title, said, state, red));
        let stamps: Vec<Stamp> = std::iter::once(sent_on).chain(confirmed).collect();
        let may_reverse = mine && reversal.is_none() && arrived.is_none();
        let finance_reverses = mine && reversal.is_none() && arrived.is_some();
        let mark = match (&reversal, &arrived) {
            (Some(_), _) => parts::reversed_badge(),
            (None, Some(_)) => parts::arrived_badge(),
            (None, None) if fate == Fate::Applied => parts::waits_badge(),
            (None, None) => fate_badge(fate),
        };
        let slip: Vec<_> = sent.what.slip.into_iter().collect();
        view! {
            <SubHead title=t!("paper-remittance") up=Route::Remittances />
            <Body>
                {reversal.map(|(who, at, reason)| view! {
                    <Banner tone=Tone::Danger icon=Icon::Swap lead=t!("receipt-reversed") text=t!("receipt-reversed-text", who = who, at = format::moment(at), reason = reason) />
                })}
                <Card>
                    <div class="line line--between line--top">
                        <div>
                            <div class="amount amount--mid" data-testid="remittance-amount">{sum_view(amount)}</div>
                            <p class="capitals">{capitals(amount)}</p>
                        </div>
                        {mark}
                    </div>
                    <hr class="rule" />
                    {pairs(true, entries)}
                </Card>
                {(!slip.is_empty()).then(|| view! { <Card><h2 class="h3">{t!("remit-slip")}</h2><Photos hashes=slip /></Card> })}
                <Card label=t!("order-stamps")><Timeline stamps=stamps /></Card>
                {may_reverse.then(|| view! {
                    <ButtonLink label=t!("reverse-do") kind=ButtonKind::Second size=ButtonSize::Block href=Route::Reverse(Reversible::Remittance, id).href() testid="reverse" />
                })}
                {finance_reverses.then(|| view! { <p class="small muted" data-testid="finance-reverses">{t!("reverse-finance")}</p> })}
            </Body>
        }
        .into_any()
    })
}
