//! Turning pages below what is no table.
//!
//! Floor: office/screens, at the bottom. This module must not know what is paged.

use leptos::prelude::*;

use crate::ui::{Button, ButtonSize, t};

/// Which rows are shown, and the ways back and on; nothing while all stand on one page.
#[component]
pub(super) fn Pager(
    /// From nought.
    page: RwSignal<u64>,
    per_page: u64,
    #[prop(into)] total: Signal<u64>,
) -> impl IntoView {
    let last = move || ((page.get() + 1) * per_page).min(total.get());
    let back = move || page.get() > 0;
    let on = move || last() < total.get();
    view! {
        <Show when=move || per_page < total.get()>
            <div class="pager">
                <span role="status">{move || t!("table-rows", from = page.get() * per_page + 1, to = last(), total = total.get())}</span>
                <Show when=back>
                    <Button label=t!("table-previous") size=ButtonSize::Small on_press=move || page.update(|page| *page = page.saturating_sub(1)) />
                </Show>
                <Show when=on>
                    <Button label=t!("table-next") size=ButtonSize::Small on_press=move || page.update(|page| *page += 1) />
                </Show>
            </div>
        </Show>
    }
    .into_any()
}
