//! The console as a whole: the door, the frame, and which screen stands at which place.
//!
//! Floor: office, at the top.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

use super::api::{At, Session};
use super::finding;
use super::keys::{self, KeysSheet};
use super::navigation;
use super::place::{self, Place};
use super::screens;
use super::sign_in::{LanguageButton, SignIn};
use super::state::{Door, office};
use crate::ui::{Banner, Button, ButtonKind, Desk, EmptyState, Icon, Live, Loading, Page, Tone, format, t};

/// The console.
#[component]
pub(crate) fn App() -> impl IntoView {
    let office = office();
    let moved = window_event_listener(ev::hashchange, move |_| {
        if let Some(place) = place::arrived() {
            office.place.set(place);
        }
    });
    on_cleanup(move || moved.remove());
    place::arrived();
    let door = Memo::new(move |_| office.door.get());
    move || match door.get() {
        Door::Asking => view! { <main class="door" id="page"><Loading /></main> }.into_any(),
        Door::Closed { .. } => view! { <SignIn /> }.into_any(),
        Door::Open(session) => view! { <Console session=session /> }.into_any(),
    }
}

#[component]
fn Console(session: Session) -> impl IntoView {
    let office = office();
    let role = session.staff.role;
    keys::listen(role);
    let role_word = t!(&format!("role-{}", role.code()));
    let who = (session.staff.name, role_word);
    let path = Memo::new(move |_| format!("#/{}", office.place.with(|place| place.path.clone())));
    let conservation = move || {
        office.summary.with(|summary| {
            summary.as_ref().map_or_else(String::new, |summary| {
                let sum = summary.conservation;
                let line = t!(
                    "conservation",
                    received = sum.received,
                    applied = sum.applied,
                    held = sum.held,
                    quarantined = sum.quarantined
                );
                format!("{line} {}", if sum.holds() { "✓" } else { "≠" })
            })
        })
    };
    let end = move || {
        view! {
            <TimeOfDay />
            <LanguageButton />
            <Button attr:data-testid="keys" label="?" kind=ButtonKind::Quiet on_press=move || office.keys_open.set(true) />
            <Button attr:data-testid="sign-out" label=t!("do-sign-out") kind=ButtonKind::Quiet on_press=move || office.sign_out() />
        }
        .into_any()
    };
    let page = move || {
        let place = office.place.get();
        if navigation::granted(&place.path, role) { screen(&place) } else { nowhere() }
    };
    view! {
        <Desk
            nav=Signal::derive(move || navigation::of(role, office))
            path=path
            conservation=Signal::derive(conservation)
            live=office.live
            who=Signal::stored(who)
            on_search=move |words: String| finding::find(&words)
            end=end
        >
            <ConnectionBanner />
            {page}
        </Desk>
        <KeysSheet role=role />
    }
    .into_any()
}

/// The company's date and time, as this computer has it.
#[component]
fn TimeOfDay() -> impl IntoView {
    const EVERY: Duration = Duration::from_secs(15);
    let now = RwSignal::new(At::now());
    let ticking = set_interval_with_handle(move || now.set(At::now()), EVERY);
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    let words = move || {
        let now = now.get();
        format!("{} {}", format::day_with_weekday(now.day()), now.hour_minute())
    };
    view! { <span class="num">{words}</span> }
}

#[component]
fn ConnectionBanner() -> impl IntoView {
    let office = office();
    let lost = move || match office.live.get() {
        Live::LostSince(time) => Some(time),
        Live::At(_) => None,
    };
    move || {
        lost().map(|time| {
            view! {
                <div role="alert" data-testid="lost">
                    <Banner
                        tone=Tone::Danger
                        icon=Icon::Offline
                        flush=true
                        lead=t!("link-lost-lead")
                        text=t!("link-lost-text", time = time)
                        action=crate::ui::Action::act(t!("do-refresh"), move || office.catch_up())
                    />
                </div>
            }
        })
    }
}

fn screen(place: &Place) -> AnyView {
    let mut parts = place.path.splitn(2, '/');
    let (first, rest) = (parts.next().unwrap_or_default(), parts.next());
    match (first, rest) {
        ("", None) => view! { <screens::Home /> }.into_any(),
        ("feed", None) => view! { <screens::Feed /> }.into_any(),
        ("visits", None) => screens::visits(),
        ("orders", None) => screens::orders(),
        ("collections", None) => screens::collections(),
        ("remittances", None) => screens::remittances(),
        ("customers", None) => screens::customers(),
        ("customers", Some(id)) => view! { <screens::Customer id=id.to_owned() /> }.into_any(),
        ("cash", None) => view! { <screens::Cash /> }.into_any(),
        ("accounts", None) => screens::accounts(),
        ("price-lists", None) => screens::price_lists(),
        ("price-lists", Some("new")) => view! { <screens::NewPriceList /> }.into_any(),
        ("products", None) => screens::products(),
        ("products", Some(id)) => view! { <screens::ProductEditor id=id.to_owned() /> }.into_any(),
        ("held", None) => screens::held(),
        ("conflicts", None) => view! { <screens::Conflicts /> }.into_any(),
        ("staff", None) => screens::staff(),
        ("devices", None) => screens::devices(),
        ("search", None) => view! { <screens::Search words=place.setting("q") /> }.into_any(),
        _ => nowhere(),
    }
}

fn nowhere() -> AnyView {
    view! {
        <Page title=t!("state-unknown-title")>
            <section class="panel">
                <EmptyState icon=Icon::Search title=t!("state-unknown-title") text=t!("state-unknown-text") action=crate::ui::Action::page(t!("nav-home"), "#/") />
            </section>
        </Page>
    }
    .into_any()
}
