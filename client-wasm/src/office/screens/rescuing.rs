//! 导入救援文件: what a phone could not deliver itself is brought in by the office.
//!
//! Floor: office, a screen. This module must not read the file: only the server opens it.

use leptos::prelude::*;
use serde::Deserialize;
use web_sys::{File, HtmlInputElement};

use crate::office::api::call;
use crate::office::gesture::Gesture;
use crate::ui::{Button, Icon, Sheet, icon, t};

/// What became of a file.
#[derive(Clone, Copy, Deserialize)]
struct Brought {
    device_number: u32,
    taken: u64,
    known: u64,
    put_aside: u64,
    photos: u64,
}

/// The button in the head of the list of phones, and its sheet.
#[component]
pub(super) fn Rescuing() -> impl IntoView {
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let said = RwSignal::new(None::<String>);
    let begin = move || {
        said.set(None);
        open.set(true);
    };
    let bring = move |input: HtmlInputElement| {
        let file: Option<File> = input.files().and_then(|files| files.get(0));
        input.set_value("");
        let Some(file) = file else { return };
        said.set(None);
        gesture.send(async move { call::brings::<Brought>("/rescue", &file).await }, move |one| {
            said.set(Some(t!(
                if one.put_aside > 0 { "rescuing-aside" } else { "rescuing-brought" },
                device = format!("{:02}", one.device_number),
                taken = one.taken,
                known = one.known,
                aside = one.put_aside,
                photos = one.photos
            )));
        });
    };
    view! {
        <Button attr:data-testid="rescue" label=t!("rescuing-title") icon=Icon::Device on_press=begin />
        <Sheet open=open on_close=move || open.set(false) title=t!("rescuing-title")>
            <p class="small muted">{t!("rescuing-text")}</p>
            <label class="btn">
                <input class="sr" type="file" data-testid="rescue-file" on:change=move |event| bring(event_target(&event)) />
                {icon(Icon::File)}<span>{t!("rescuing-choose")}</span>
            </label>
            {gesture.note()}
            {move || said.get().map(|sentence| view! { <p role="status" data-testid="rescue-said">{sentence}</p> })}
            <div class="line"><Button label=t!("do-close") on_press=move || open.set(false) /></div>
        </Sheet>
    }
    .into_any()
}
