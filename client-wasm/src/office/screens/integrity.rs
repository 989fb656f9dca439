//! What does not fit about a phone's log, what was put aside of it, and the log as a file that anybody can check.
//!
//! Floor: office/screens, below `devices`. This module must not decide what is wrong: the server's rows say so.

use leptos::prelude::*;

use super::cells::customer_link;
use super::content::Content;
use super::held::kind_name;
use crate::office::api::people::{AsidePage, AsideRow, DeviceRow, Trouble};
use crate::office::api::{self, At};
use crate::office::fetched::fetched;
use crate::office::gesture::Gesture;
use crate::ui::{Banner, Button, ButtonKind, Icon, Tone, t};

/// Tone, icon and word of what does not fit.
pub(super) fn look(trouble: &Trouble) -> (Tone, Icon, String) {
    let word = t!(&format!("trouble-{}", trouble.code));
    if trouble.passes() { (Tone::Finding, Icon::Info, word) } else { (Tone::Danger, Icon::Stop, word) }
}

/// What happened, from where on and since when, and what to do now.
pub(super) fn banner(row: &DeviceRow) -> Option<AnyView> {
    let trouble = row.trouble.as_ref()?;
    let (tone, icon, word) = look(trouble);
    let said = t!(&format!("trouble-{}-said", trouble.code), seq = trouble.seq);
    let times = t!("trouble-times", since = trouble.since.full(), last = trouble.last.full());
    let next = t!(&format!("trouble-{}-next", trouble.code));
    Some(
        view! {
            <Banner tone=tone icon=icon lead=format!("{word}：") text=format!("{said} {times}") />
            <div class="note" data-testid="trouble-next"><b class="blk">{t!("waiting-next")}</b>{next}</div>
        }
        .into_any(),
    )
}

/// The buttons on a phone's panel: what was put aside, and its log as a file.
#[component]
pub(super) fn Evidence(row: Signal<DeviceRow>) -> impl IntoView {
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let count = Memo::new(move |_| row.with(|row| row.aside));
    let aside = fetched::<AsidePage>(move || {
        if open.get() { row.with(|row| format!("/devices/{}/aside", row.id)) } else { String::new() }
    });
    let take_out = move || {
        let (id, number) = row.with_untracked(|row| (row.id.clone(), row.number));
        let name = format!("fieldbook-{number:02}-{}.{}", At::now().day(), sync_core::evidence::EXTENSION);
        let path = format!("/devices/{id}/log");
        gesture.send(async move { api::download(&path, &name).await }, |()| {
            crate::ui::tell(t!("trouble-log-done"));
        });
    };
    let rows = move || {
        open.get().then(|| {
            let shown = move || {
                aside.shown.with(|page| page.as_ref().map(|page| page.rows.iter().map(one).collect_view()))
            };
            view! {
                <div class="stack" data-testid="aside">
                    <h3>{t!("trouble-aside-title")}</h3>
                    {aside.or_wait()}
                    {shown}
                    <p class="tiny faint">{t!("trouble-aside-kept")}</p>
                </div>
            }
        })
    };
    view! {
        {gesture.note()}
        <div class="line">
            <Show when=move || count.get() != 0>
                <Button attr:data-testid="see-aside" label=Signal::derive(move || t!("trouble-aside", count = count.get())) kind=ButtonKind::Quiet on_press=move || open.update(|open| *open = !*open) />
            </Show>
            <Button attr:data-testid="take-log" label=t!("trouble-log") icon=Icon::Export on_press=take_out />
        </div>
        <p class="tiny faint">{t!("trouble-log-text")}</p>
        {rows}
    }
    .into_any()
}

/// One change put aside: who, when, what.
fn one(row: &AsideRow) -> AnyView {
    let claimed = row.claimed.map_or_else(super::cells::nothing, At::full);
    let content = row.content.clone().map(|content| {
        view! { <Content content=content number=row.number.clone() amount=row.amount /> }.into_any()
    });
    view! {
        <div class="note stack">
            <div><b>{t!("trouble-aside-seq", seq = row.seq, kind = kind_name(&row.kind))}</b>" "{row.customer.as_ref().map(|customer| customer_link(Some(customer)))}</div>
            <span class="small muted">{t!("trouble-aside-times", who = &row.by.name, claimed = claimed, at = row.at.full())}</span>
            {content.unwrap_or_else(|| view! { <p class="small muted">{t!("trouble-aside-unreadable")}</p> }.into_any())}
            <span class="code tiny faint digest">{row.hash.clone()}</span>
        </div>
    }
    .into_any()
}
