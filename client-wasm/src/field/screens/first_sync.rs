//! F03 首次取数: the book is coming; nothing is recorded before it is whole.
//!
//! Floor: screens. This module must not let anybody judge by half a book.

use leptos::prelude::*;

use super::parts;
use crate::{
    field::app::Phase,
    ui::{
        ActionBar, Banner, Body, Button, ButtonSize, Card, Icon, Note, PageHead, Progress, Tone, fresh, kept,
        t,
    },
};

/// The first sync with its progress.
#[component]
pub(super) fn FirstSync() -> impl IntoView {
    let field = parts::field();
    let (phase, link) = (field.phase(), field.link());
    let figures = kept(move || match phase.get() {
        Phase::FirstSync { done, total } => (done, total),
        _ => (0, 0),
    });
    let percent = move || {
        let (done, total) = figures.get();
        (done.min(total) * 100).checked_div(total).unwrap_or_default()
    };
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let offline = move || !link.get().online;
    view! {
        <PageHead title=t!("first-title") sub=t!("first-sub") />
        <Body>
            <Card>
                <div class="line line--between">
                    <b class="t-lg" data-testid="first-percent">{fresh(move || format!("{}%", percent()))}</b>
                    <span class="small muted num">
                        {fresh(move || { let (done, total) = figures.get(); t!("first-figures", done = done, total = total) })}
                    </span>
                </div>
                <Progress
                    label=t!("first-title")
                    done=kept(move || small(figures.get().0))
                    of=kept(move || small(figures.get().1))
                />
            </Card>
            {fresh(move || offline().then(|| view! { <Banner icon=Icon::Offline lead=t!("first-offline") text=t!("first-offline-text") /> }))}
            {fresh(move || link.get().last_error.map(|error| view! {
                <Banner tone=Tone::Finding icon=Icon::Info lead=t!("first-trouble") text=if error.text.is_empty() { error.code } else { error.text } />
            }))}
            <section class="card card--pad stack" aria-hidden="true">
                <div class="line"><span class="bone bone--box"></span><span class="grow stack stack--tight"><span class="bone bone--60"></span><span class="bone bone--40"></span></span></div>
                <div class="line"><span class="bone bone--box"></span><span class="grow stack stack--tight"><span class="bone bone--80"></span><span class="bone bone--40"></span></span></div>
            </section>
            <Note>{t!("first-note")}</Note>
        </Body>
        <ActionBar>
            <Button label=t!("first-again") size=ButtonSize::Block icon=Icon::Sync on_press=move || field.sync_now() />
        </ActionBar>
    }
}
