//! F03 首次取数: the book is coming, customer by customer; what is whole can be worked with meanwhile.
//!
//! Floor: screens. This module must not let anybody judge by half a book.

use leptos::prelude::*;
use sync_core::replica::Arrived;

use super::parts::{self, PhoneTabs};
use crate::{
    field::app::{Field, Phase},
    ui::{
        ActionBar, Banner, Body, Button, ButtonSize, Card, Icon, Note, PageHead, Progress, Tab, Tone, fresh,
        kept, t,
    },
};

/// Bytes are told in these.
const KB: u64 = 1_024;

/// The first sync with its progress.
#[component]
pub(super) fn FirstSync() -> impl IntoView {
    let field = parts::field();
    let (phase, link) = (field.phase(), field.link());
    let figures = kept(move || match phase.get() {
        Phase::FirstSync { arrived, .. } => arrived,
        _ => Arrived::default(),
    });
    let open = move || matches!(phase.get(), Phase::FirstSync { open: true, .. });
    let percent = move || {
        let Arrived { bytes, of_bytes, .. } = figures.get();
        (bytes * 100).checked_div(of_bytes).unwrap_or_default()
    };
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let offline = move || !link.get().online;
    view! {
        <PageHead title=t!("first-title") sub=t!("first-sub") />
        <Body>
            <Card>
                <div class="line line--between">
                    <b class="t-lg" data-testid="first-percent">{fresh(move || format!("{}%", percent()))}</b>
                    <span class="small muted num" data-testid="first-bytes">
                        {fresh(move || {
                            let Arrived { bytes, of_bytes, .. } = figures.get();
                            t!("first-figures", done = bytes.div_ceil(KB), total = of_bytes.div_ceil(KB))
                        })}
                    </span>
                </div>
                <Progress
                    label=t!("first-title")
                    done=kept(move || small(figures.get().bytes))
                    of=kept(move || small(figures.get().of_bytes))
                />
                <p class="small muted num" data-testid="first-customers">
                    {fresh(move || {
                        let Arrived { customers, of_customers, .. } = figures.get();
                        t!("first-customers", done = customers, total = of_customers)
                    })}
                </p>
            </Card>
            {fresh(move || offline().then(|| view! { <Banner icon=Icon::Offline lead=t!("first-offline") text=t!("first-offline-text") /> }))}
            {fresh(move || link.get().last_error.map(|error| view! {
                <Banner tone=Tone::Finding icon=Icon::Info lead=t!("first-trouble") text=if error.text.is_empty() { error.code } else { error.text } />
            }))}
            <section class="card card--pad stack" aria-hidden="true">
                <div class="line"><span class="bone bone--box"></span><span class="grow stack stack--tight"><span class="bone bone--60"></span><span class="bone bone--40"></span></span></div>
                <div class="line"><span class="bone bone--box"></span><span class="grow stack stack--tight"><span class="bone bone--80"></span><span class="bone bone--40"></span></span></div>
            </section>
            <Note>{fresh(move || if open() { t!("first-open") } else { t!("first-note") })}</Note>
        </Body>
        <ActionBar>
            <Button label=t!("first-again") size=ButtonSize::Block icon=Icon::Sync on_press=move || field.sync_now() />
        </ActionBar>
        {fresh(move || open().then(|| view! { <PhoneTabs current=Tab::Today /> }))}
    }
}

/// Says above a list that some customers are still on their way: what is not found there is no new customer.
pub(super) fn still_coming(field: Field) -> AnyView {
    let figures = kept(move || field.read(|book| (!book.index().missing.is_empty()).then(|| book.arrived())));
    fresh(move || {
        figures.get().map(|Arrived { customers, of_customers, .. }| {
            let lead = t!("first-coming", done = customers, total = of_customers);
            view! { <Banner icon=Icon::Sync lead=lead text=t!("first-coming-text") /> }
        })
    })
    .into_any()
}
