//! F03 首次取数: the book is coming, customer by customer; what is whole can be worked with meanwhile.
//!
//! Floor: screens. This module must not let anybody judge by half a book.

use leptos::prelude::*;
use sync_core::replica::{Arrived, Replica};

use super::parts::{self, PhoneTabs};
use crate::{
    field::app::{Field, Phase},
    ui::{
        ActionBar, Banner, Body, Button, ButtonSize, Card, Icon, Kept, Note, PageHead, Progress, Tab, Tone,
        fresh, kept, t,
    },
};

/// Bytes are told in these.
const KB: u32 = 1_024;

/// The first sync with its progress.
#[component]
pub(super) fn FirstSync() -> impl IntoView {
    let field = parts::field();
    let (phase, link) = (field.phase(), field.link());
    let figures = figures(field);
    let open = move || matches!(phase.get(), Phase::FirstSync { open: true });
    let percent = move || {
        let Arrived { bytes, of_bytes, .. } = figures.get();
        (u64::from(bytes) * 100).checked_div(of_bytes.into()).unwrap_or_default()
    };
    let offline = move || !link.get().online;
    view! {
        <PageHead title=t!("first-title") sub=t!("first-sub") />
        <Body>
            <Card>
                <div class="line line--between">
                    <b class="t-lg" data-testid="first-percent">{fresh(move || format!("{}%", percent()))}</b>
                    <span class="small muted num" data-testid="first-bytes">
                        {fresh(move || {
                            let Arrived { bytes, of_bytes, customers, of_customers } = figures.get();
                            let (bytes, of_bytes) = (bytes.div_ceil(KB), of_bytes.div_ceil(KB));
                            t!("first-figures", done = bytes, total = of_bytes, customers = customers, of = of_customers)
                        })}
                    </span>
                </div>
                <Progress
                    label=t!("first-title")
                    done=kept(move || figures.get().bytes)
                    of=kept(move || figures.get().of_bytes)
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
            <Note>{fresh(move || if open() { t!("first-open") } else { t!("first-note") })}</Note>
        </Body>
        <ActionBar>
            <Button label=t!("first-again") size=ButtonSize::Block icon=Icon::Sync on_press=move || field.sync_now() />
        </ActionBar>
        {fresh(move || open().then(|| view! { <PhoneTabs current=Tab::Today /> }))}
    }
}

/// How much of the book has come.
fn figures(field: Field) -> Kept<Arrived> {
    kept(move || field.read(Replica::arrived))
}

/// Says above a list that some customers are still on their way: what is not found there is no new customer.
pub(super) fn still_coming(field: Field) -> AnyView {
    let figures = figures(field);
    fresh(move || {
        let Arrived { customers, of_customers, .. } = figures.get();
        (customers < of_customers).then(|| {
            let lead = t!("first-coming", done = customers, total = of_customers);
            view! { <Banner icon=Icon::Sync lead=lead text=t!("first-coming-text") /> }
        })
    })
}
