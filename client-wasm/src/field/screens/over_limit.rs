//! F10 超过上限：先别收: by how much, what may still be taken, the ways on, and the quieter second gesture. Source: S15.
//!
//! Floor: screens. This module must not empty what was typed.

use leptos::prelude::*;
use sync_core::{
    replica::DeviceShare,
    time::business_date,
    unit::{CustomerId, Money},
};

use super::{
    collect::{CollectForm, TRANSFER},
    drawer::phone_name,
    parts,
};
use crate::{
    field::router::{self, Route},
    ui::{Button, ButtonKind, ButtonSize, Icon, Lead, Meter, Row, Sheet, Tone, format, fresh, t},
};

/// What the rule said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Above {
    /// What would be held.
    pub(crate) would_hold: Money,
    /// What may be held.
    pub(crate) limit: Money,
    /// What may still be taken.
    pub(crate) may_take: Money,
}

/// The sheet of a refusal; it stands open while the form says so.
#[component]
pub(super) fn OverLimit(
    /// From whom the money is.
    id: CustomerId,
    /// The form it is about.
    form: CollectForm,
) -> impl IntoView {
    let close = move || form.above.set(None);
    let open = Signal::derive(move || form.above.with(Option::is_some));
    let over = move || form.above.get().map_or(Money::ZERO, |above| above.would_hold.minus(above.limit));
    let field = parts::field();
    let title = Signal::derive(move || {
        let rule = field.peek(|book| book.limits(business_date(field.now())).hold);
        let of_the_rule = form.above.get().is_none_or(|above| above.limit == rule);
        t!(if of_the_rule { "over-title" } else { "over-title-share" }, amount = format::sum(over()))
    });
    view! {
        <Sheet open=open on_close=close title=title alert=true>
            {fresh(move || form.above.get().map(|above| view! { <Ways id=id form=form above=above /> }))}
        </Sheet>
    }
}

#[component]
fn Ways(id: CustomerId, form: CollectForm, above: Above) -> impl IntoView {
    let field = parts::field();
    let now = field.now();
    let (held, all, limits, others) = field.peek(|book| {
        let me = book.identity().device;
        let others = book.shares(now).into_iter().filter(|phone| phone.device != me);
        let others: Vec<DeviceShare> = others.filter(|phone| phone.left() > Money::ZERO).collect();
        (book.cash_in_hand(), book.cash_in_all(), book.limits(business_date(now)), others)
    });
    // The rule of the company, or this phone's part of it.
    let text = if above.limit == limits.hold { "over-text" } else { "over-text-share" };
    let elsewhere = all.minus(held.max(Money::ZERO)).max(Money::ZERO);
    let still = if above.may_take > Money::ZERO {
        t!("over-still", amount = format::sum(above.may_take))
    } else {
        t!("over-nothing")
    };
    let other_phones = others
        .into_iter()
        .map(|phone| {
            let name = phone_name(phone.number);
            let sub = t!("over-other-phone-sub", amount = format::sum(phone.left()));
            view! { <Row lead=Lead::Icon(Icon::Device, Tone::Applied) title=t!("over-other-phone", phone = name) sub=sub testid="over-other-phone" /> }
        })
        .map(IntoAny::into_any)
        .collect_view();
    let over = above.would_hold.minus(above.limit);
    let close = move || form.above.set(None);
    let transfer = move || {
        form.means.set(Some(TRANSFER.to_owned()));
        close();
    };
    let less = move || {
        form.amount.set(format::sum(above.may_take));
        form.amount_error.set(None);
        close();
    };
    let remit = move || {
        close();
        router::go(Route::Remit);
    };
    let taken = move || {
        close();
        router::go(Route::Taken(id));
    };
    let lead = |icon| Lead::Icon(icon, Tone::Applied);
    view! {
        <p class="muted" data-testid="over-limit">
            {t!(text, held = format::sum(held), would = format::sum(above.would_hold), limit = format::sum(above.limit))}
            " "<b data-testid="over-still">{still}</b>
        </p>
        <Meter held=above.would_hold.plus(elsewhere) remit_at=limits.remit_from limit=limits.hold />
        <p class="label">{t!("over-ways")}</p>
        <div class="card rows">
            <Row lead=lead(Icon::Bank) title=t!("over-transfer") sub=t!("over-transfer-sub") on_press=transfer testid="over-transfer" />
            {(above.may_take > Money::ZERO).then(|| view! {
                <Row lead=lead(Icon::Cash) title=t!("over-less", amount = format::sum(above.may_take)) sub=t!("over-less-sub", amount = format::sum(over)) on_press=less testid="over-less" />
            })}
            {other_phones}
            {(held > Money::ZERO).then(|| view! {
                <Row lead=lead(Icon::Swap) title=t!("over-remit") sub=t!("over-remit-sub", amount = format::sum(over)) on_press=remit testid="over-remit" />
            })}
        </div>
        <Button label=t!("over-back") size=ButtonSize::Block on_press=close testid="over-back" />
        <Button label=t!("over-taken") kind=ButtonKind::Second on_press=taken testid="over-taken" />
    }
}
