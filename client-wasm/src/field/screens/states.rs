//! The phone when its book cannot be shown: open elsewhere, or its store was lost.
//!
//! Floor: screens. This module must not delete anything without being asked twice.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{parts, rescue::RescueCard};
use crate::{
    field::{later, texts},
    shell::settings,
    ui::{
        ActionBar, Banner, Body, Button, ButtonKind, ButtonSize, Card, ErrorState, Icon, Note, PageHead,
        Tick, Tone, fresh, icon, t,
    },
};

/// Another tab of this phone writes.
#[component]
pub(super) fn Elsewhere() -> impl IntoView {
    let field = parts::field();
    view! {
        <PageHead title=t!("app-name") />
        <Body centred=true>
            <span class="lockmark">{icon(Icon::Device)}</span>
            <div class="tc">
                <h2 class="h-big">{t!("elsewhere-title")}</h2>
                <p class="muted">{t!("elsewhere-text")}</p>
            </div>
        </Body>
        <ActionBar>
            <Button label=t!("elsewhere-do") kind=ButtonKind::Primary size=ButtonSize::Big testid="take-over" on_press=move || field.take_over() />
        </ActionBar>
    }
}

/// The store did not open, or does not answer now: nothing is lost by it.
#[component]
pub(super) fn NotOpened(
    /// The stable code.
    code: String,
) -> impl IntoView {
    let field = parts::field();
    // Of a store that merely does not answer, the page's own sentence says enough.
    let text = (code != "store.broken").then(|| texts::not_stored(&code));
    view! {
        <PageHead title=t!("app-name") />
        <Body>
            <ErrorState code=code text=text.unwrap_or_else(|| t!("state-error-text")) on_retry=move || field.open_again() />
        </Body>
    }
}

/// The half of the program that draws the pages has not come: it is asked for again by itself.
#[component]
pub(super) fn PagesMissing() -> impl IntoView {
    let field = parts::field();
    // The half of an older version may be nowhere any more, while a newer one lies here whole.
    let again = move || {
        if field.new_version().get_untracked() { field.apply_new_version() } else { later::ask_for_pages() }
    };
    view! {
        <PageHead title=t!("app-name") />
        <Body centred=true>
            <span class="lockmark">{icon(Icon::Device)}</span>
            <div class="tc" role="status" data-testid="pages-missing">
                <h2 class="h-big">{t!("pages-missing")}</h2>
                <p class="muted">{t!("pages-missing-text")}</p>
            </div>
        </Body>
        <ActionBar>
            <Button label=t!("do-retry") kind=ButtonKind::Primary size=ButtonSize::Big testid="pages-again" on_press=again />
        </ActionBar>
    }
}

/// The company has stopped this phone: it has delivered what it recorded, and is empty.
#[component]
pub(super) fn Stopped() -> impl IntoView {
    let field = parts::field();
    let forms = settings::stopped_forms();
    view! {
        <PageHead title=t!("app-name") />
        <Body centred=true>
            <span class="lockmark">{icon(Icon::Stop)}</span>
            <div class="tc">
                <h2 class="h-big">{t!("stopped-title")}</h2>
                <p class="muted" data-testid="stopped">{t!("stopped-text")}</p>
            </div>
            {(forms > 0).then(|| view! { <div data-testid="stopped-forms"><Note>{t!("stopped-forms", count = forms)}</Note></div> })}
            <Note>{t!("stopped-next")}</Note>
        </Body>
        <ActionBar>
            <Button label=t!("stopped-do") kind=ButtonKind::Primary size=ButtonSize::Big testid="begin-anew" on_press=move || field.begin_anew() />
        </ActionBar>
    }
}

/// The phone's store has lost something, or the device was revoked.
#[component]
pub(super) fn Lost(
    /// The stable code.
    code: String,
) -> impl IntoView {
    let field = parts::field();
    let understood = RwSignal::new(false);
    let fault = RwSignal::new(None::<String>);
    let why_not = Signal::derive(move || (!understood.get()).then(|| t!("lost-tick-first")));
    let begin_anew = move || {
        spawn_local(async move {
            if let Err(code) = field.enrol_anew().await {
                fault.try_set(Some(code));
            }
        });
    };
    let revoked = code.contains("revoked");
    let (lead, text) = if revoked {
        (t!("lost-revoked"), t!("lost-revoked-text"))
    } else {
        (t!("lost-title"), t!("lost-store-text"))
    };
    view! {
        <PageHead title=t!("lost-page") />
        <Body>
            <Banner tone=Tone::Danger icon=Icon::Device lead=lead text=text />
            // What the store still holds can go out as a file, before anything is given up.
            {(field.peek(|book| book.backlog().unsent) > 0).then(|| view! { <RescueCard takes=false /> })}
            <Card>
                <p class="small">{t!("lost-means")}</p>
                <Tick label=t!("lost-tick") value=understood />
                <p class="code faint">{code}</p>
                {fresh(move || fault.get().map(|code| view! { <p class="code is-danger" role="alert">{code}</p> }))}
            </Card>
        </Body>
        <ActionBar>
            <Button label=t!("lost-do") kind=ButtonKind::Primary size=ButtonSize::Big why_not=why_not testid="enrol-anew" on_press=begin_anew />
        </ActionBar>
    }
}
