//! 移交客户: several customers of one rep to another at once, with what it does to whose phones (S79).
//!
//! Floor: office, a screen. This module must not decide who may hand over, nor what a phone keeps.

use futures::FutureExt;
use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;

use super::cells::nothing;
use crate::office::api::people::{AffectedPhone, TransferPreview, Transferred};
use crate::office::api::{At, call};
use crate::office::fetched::fetched_by;
use crate::office::gesture::{Gesture, ReasonSheet};
use crate::office::place;
use crate::office::state::office;
use crate::ui::{
    Banner, Button, ButtonKind, ButtonLink, Choice, EmptyState, Icon, MultiChips, Page, Panel, SelectField,
    Tone, badge, format, t,
};

/// The way to this page, for those who may.
pub(super) fn way() -> Option<fn() -> AnyView> {
    office().may(Role::assigns_customers).then_some(|| {
        view! { <ButtonLink attr:data-testid="to-transfer" label=t!("transfer-title") href="#/customers/transfer" icon=Icon::Swap /> }
            .into_any()
    })
}

/// Customers of one rep to another.
#[component]
pub(in crate::office) fn Transfer() -> impl IntoView {
    let office = office();
    let from = RwSignal::new(office.place.with_untracked(|place| place.setting("from")));
    let to = RwSignal::new(String::new());
    let chosen = RwSignal::new(Vec::<String>::new());
    let same = Signal::derive(move || {
        (!from.get().is_empty() && from.get() == to.get()).then(|| t!("transfer-same"))
    });
    let reps = crate::ui::kept(move || office.reps());
    let ready = move || !from.get().is_empty() && !to.get().is_empty() && same.get().is_none();
    let path = move || if ready() { format!("{}/{}", from.get(), to.get()) } else { String::new() };
    let preview = fetched_by::<TransferPreview>(path, |path| {
        async move {
            let (from, to) = path.split_once('/').unwrap_or_default();
            call::ask("POST", "/transfers/preview", &json!({ "from": from, "to": to })).await
        }
        .boxed_local()
    });
    // A customer that is still there stays chosen while news come; of another rep's none is chosen at first.
    let of = StoredValue::new(String::new());
    Effect::new(move |_| {
        preview.shown.with(|shown| {
            let Some(shown) = shown else { return };
            if of.get_value() == shown.from.id {
                let all: Vec<String> = shown.customers.iter().map(|customer| customer.id.clone()).collect();
                chosen.update(|chosen| chosen.retain(|id| all.contains(id)));
            } else {
                of.set_value(shown.from.id.clone());
                chosen.set(Vec::new());
            }
        });
    });
    let customers = Memo::new(move |_| {
        preview.shown.with(|shown| {
            shown.as_ref().map(|shown| {
                let choices = shown.customers.iter().map(|one| Choice::new(&one.id, &one.name));
                choices.collect::<Vec<_>>()
            })
        })
    });
    // News draw the chips and the phones anew; the deed below with its reason stays.
    let asked = crate::ui::kept(move || ready() && !preview.is_behind());
    let any = crate::ui::kept(move || {
        asked.get() && customers.with(|all| all.as_ref().is_some_and(|all| !all.is_empty()))
    });
    let all = move || {
        let everyone = customers.get_untracked().unwrap_or_default();
        chosen.set(everyone.into_iter().map(|choice| choice.value).collect());
    };
    let end = move || {
        view! { <ButtonLink label=t!("customers-back") href="#/customers" icon=Icon::Back /> }.into_any()
    };
    view! {
        <Page title=t!("transfer-title") sub=t!("transfer-lead") end=end>
            <section class="panel"><div class="panel-body cols">
                <SelectField attr:data-testid="transfer-from" label=t!("transfer-from") value=from choices=reps none=t!("transfer-choose") />
                <SelectField attr:data-testid="transfer-to" label=t!("handing-to") value=to choices=reps none=t!("transfer-choose") error=same />
            </div></section>
            {move || ready().then(|| preview.or_wait())}
            {move || asked.get().then(|| customers.get()).flatten().map(|choices| {
                if choices.is_empty() {
                    return view! { <section class="panel"><EmptyState icon=Icon::People title=t!("transfer-none") text=t!("transfer-none-text") /></section> }.into_any();
                }
                let count = choices.len();
                let end = move || view! {
                    <span class="small muted num">{move || t!("transfer-chosen", chosen = chosen.get().len(), all = count)}</span>
                    <Button attr:data-testid="transfer-all" label=t!("transfer-all") kind=ButtonKind::Quiet on_press=all />
                    <Button attr:data-testid="transfer-clear" label=t!("transfer-clear") kind=ButtonKind::Quiet on_press=move || chosen.set(Vec::new()) />
                }.into_any();
                view! {
                    <Panel title=t!("transfer-customers") end=end padded=true>
                        <div data-testid="transfer-customers"><MultiChips label=t!("transfer-pick") values=chosen choices=choices /></div>
                    </Panel>
                    <Panel title=t!("transfer-phones")>{move || preview.shown.with(|shown| shown.as_ref().map(|shown| phones(&shown.phones, chosen.get().len())))}</Panel>
                }.into_any()
            })}
            <Doing from=from to=to chosen=chosen any=any.into() />
        </Page>
    }
    .into_any()
}

/// What it does to whose phones.
fn phones(phones: &[AffectedPhone], chosen: usize) -> AnyView {
    if phones.is_empty() {
        return view! { <p class="panel-body small muted">{t!("transfer-no-phones")}</p> }.into_any();
    }
    let losing = phones.iter().filter(|phone| phone.loses > 0);
    let unsent: u64 = losing.map(|phone| phone.device.unsent.unwrap_or_default()).sum();
    let warn = (unsent > 0).then(|| {
        view! { <div class="panel-body"><Banner tone=Tone::Finding icon=Icon::Info lead=t!("transfer-unsent", count = unsent) text=t!("transfer-unsent-text") /></div> }
    });
    let rows = phones
        .iter()
        .map(|phone| {
            let device = &phone.device;
            let (tone, icon, word) = if phone.loses > 0 {
                (Tone::Finding, Icon::Swap, t!("transfer-loses", count = chosen))
            } else {
                (Tone::Applied, Icon::Check, t!("transfer-gains", count = chosen))
            };
            let number = t!("devices-number", number = format!("{:02}", device.number));
            view! {
                <tr>
                    <td><b>{number}</b>" "<span class="muted">{device.staff.name.clone()}</span></td>
                    <td>{badge(tone, Some(icon), word)}</td>
                    <td>{device.last_seen.map_or_else(|| t!("devices-never-seen"), At::recent)}</td>
                    <td class="n">{device.unsent.map_or_else(nothing, |unsent| unsent.to_string())}</td>
                    <td class="n">{device.declared_cash.map_or_else(nothing, format::sum)}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        {warn}
        <table class="table" data-testid="transfer-phones" aria-label=t!("transfer-phones")>
            <thead><tr>
                <th scope="col">{t!("col-device")}</th><th scope="col">{t!("transfer-effect")}</th><th scope="col">{t!("devices-last-seen")}</th>
                <th scope="col" class="n">{t!("devices-unsent")}</th><th scope="col" class="n">{t!("devices-cash")}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The button while there are `any` to choose, the reason, and the deed.
#[component]
fn Doing(
    from: RwSignal<String>,
    to: RwSignal<String>,
    chosen: RwSignal<Vec<String>>,
    any: Signal<bool>,
) -> impl IntoView {
    let office = office();
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let name = move |id: RwSignal<String>| {
        let id = id.get();
        office
            .people
            .with(|people| people.iter().find(|one| one.id == id).map(|one| one.name.clone()))
            .unwrap_or_default()
    };
    let count = move || chosen.with(Vec::len);
    // What was asked for is told as it was, while nobody knows whether it was done: done, its customers are no longer there.
    let told = Memo::new(move |before: Option<&(usize, String, String)>| match before {
        Some(before) if gesture.is_open() => before.clone(),
        _ => (count(), name(from), name(to)),
    });
    let verb = move || told.with(|(count, ..)| t!("transfer-do", count = *count));
    let title =
        move || told.with(|(count, from, to)| t!("transfer-sure", count = *count, from = from, to = to));
    let why_not = Signal::derive(move || (count() == 0).then(|| t!("transfer-nobody")));
    let send = move |reason: String| {
        let content = json!({
            "from": from.get_untracked(), "to": to.get_untracked(), "customers": chosen.get_untracked(), "reason": reason
        });
        gesture.asks("POST", "/transfers", content, move |done: Transferred| {
            open.set(false);
            crate::ui::tell(t!("transfer-said", count = done.moved + done.already));
            place::go("#/devices?sort=-unconfirmed");
        });
    };
    view! {
        <div class="line" hidden=move || !any.get()><Button attr:data-testid="transfer-do" label=Signal::derive(verb) kind=ButtonKind::Primary why_not=why_not on_press=move || open.set(true) /></div>
        <ReasonSheet open=open title=Signal::derive(title) text=t!("transfer-text") verb=Signal::derive(verb) gesture=gesture on_reason=send />
    }
    .into_any()
}
