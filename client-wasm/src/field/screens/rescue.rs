//! 救援文件, on 我的 and where the phone's store is lost: out of this phone, and another phone's in.
//!
//! Floor: screens. This module must not take anything off the phone: exporting leaves all as it is.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlInputElement};

use super::parts;
use crate::ui::{Button, ButtonSize, Card, Icon, icon, maybe, t};

/// The card. Phones whose store is lost only give.
#[component]
pub(super) fn RescueCard(
    /// Whether another phone's file is taken in here.
    takes: bool,
) -> impl IntoView {
    let field = parts::field();
    let (link, backlog) = (field.link(), field.backlog());
    let said = RwSignal::new(None::<String>);
    // One after the other: a file that is being made is not made twice.
    let go = move |file: Option<File>| {
        said.set(None);
        spawn_local(async move {
            let sentence = field.rescue(file).await;
            said.try_set(Some(sentence));
        });
    };
    let bring = move |input: HtmlInputElement| {
        let file = input.files().and_then(|files| files.get(0));
        input.set_value("");
        if file.is_some() {
            go(file);
        }
    };
    let nothing = Signal::derive(move || {
        let waits = backlog.get().unsent > 0 || link.get().photos_waiting > 0;
        (!waits).then(|| t!("rescue-nothing"))
    });
    view! {
        <Card label=t!("rescue-title")>
            <h2 class="h3">{t!("rescue-title")}</h2>
            <p class="small muted">{t!("rescue-text")}</p>
            <Button label=t!("rescue-export") icon=Icon::File size=ButtonSize::Block why_not=nothing on_press=move || go(None) testid="rescue-export" />
            {takes.then(|| view! {
                <label class="btn btn--block">
                    <input class="sr" type="file" data-testid="rescue-import" on:change=move |event| bring(event_target(&event)) />
                    {icon(Icon::Device)}<span>{t!("rescue-import")}</span>
                </label>
            })}
            {maybe(move || said.get(), |sentence| view! { <p class="small" role="status" data-testid="rescue-said">{sentence}</p> })}
        </Card>
    }
}
