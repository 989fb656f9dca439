//! The console as a whole: the door, the frame, and which screen stands at which place.
//!
//! Floor: office, at the top.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::api::{At, Session};
use super::finding;
use super::keys::{self, KeysSheet};
use super::navigation;
use super::place::{self, Place};
use super::screens;
use super::sign_in::{LanguageButton, SignIn};
use super::state::{Door, Going, Office, office};
use crate::ui::{
    Banner, Button, ButtonKind, Desk, EmptyState, ErrorState, Icon, Live, Loading, Page, Sheet, Tone, focus,
    format, t,
};

/// The console.
#[component]
pub(crate) fn App() -> impl IntoView {
    let office = office();
    let moved = window_event_listener(ev::hashchange, move |_| arrive(office));
    let closing = window_event_listener(ev::beforeunload, move |event| {
        if office.unsaved.get_untracked() {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        moved.remove();
        closing.remove();
    });
    place::arrived();
    // What somebody was at stays mounted while they sign in again.
    let session = Memo::new(move |_| match office.door.get() {
        Door::Open(session) | Door::Over(session) => Some(session),
        _ => None,
    });
    let over = Memo::new(move |_| matches!(office.door.get(), Door::Over(_)));
    let inside = move || match session.get() {
        Some(session) => view! { <Console session=session /> }.into_any(),
        None => view! { <Outside /> }.into_any(),
    };
    view! {
        <div class="behind-the-door" inert=over>{inside}</div>
        {move || over.get().then(|| view! { <SignIn /> })}
    }
    .into_any()
}

/// Follows the address, or asks first where that would lose what was typed.
fn arrive(office: Office) {
    let wanted = place::hash();
    let elsewhere = Place::read(&wanted)
        .is_some_and(|wanted| office.place.with_untracked(|place| place.path != wanted.path));
    if elsewhere && office.unsaved.get_untracked() {
        place::stay();
        office.going.set(Some(Going::To(wanted)));
    } else if let Some(place) = place::arrived() {
        office.place.set(place);
    }
}

/// Before anybody is signed in.
#[component]
fn Outside() -> impl IntoView {
    let office = office();
    move || match office.door.get() {
        Door::Closed => view! { <SignIn /> }.into_any(),
        Door::Unanswered(fault) => view! {
            <main class="door" id="page">
                <ErrorState code=fault.code() text=fault.sentence() on_retry=move || office.asks_who() />
            </main>
        }
        .into_any(),
        _ => view! { <main class="door" id="page"><Loading /></main> }.into_any(),
    }
}

/// Asks before what was typed is lost.
#[component]
fn LeaveSheet() -> impl IntoView {
    let office = office();
    let stay = move || office.going.set(None);
    let leave = move || {
        let going = office.going.get_untracked();
        office.going.set(None);
        office.unsaved.set(false);
        if let Some(going) = going {
            office.goes(going);
        }
    };
    view! {
        <Sheet open=Signal::derive(move || office.going.with(Option::is_some)) on_close=stay title=t!("leaving-title") alert=true>
            <p class="small muted">{t!("leaving-text")}</p>
            <div class="line">
                <Button attr:data-testid="leaving-stay" label=t!("leaving-stay") kind=ButtonKind::Primary on_press=stay />
                <Button attr:data-testid="leaving-leave" label=t!("leaving-leave") kind=ButtonKind::Danger on_press=leave />
                <span class="grow"></span>
                <span class="kbd" aria-hidden="true">"Esc"</span>
            </div>
        </Sheet>
    }
    .into_any()
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
                let settled = sum.settled();
                let line = t!(
                    if settled > 0 { "conservation-settled" } else { "conservation" },
                    received = sum.received,
                    applied = sum.entered(),
                    held = sum.waiting,
                    settled = settled,
                    quarantined = sum.quarantined
                );
                format!("{line} {}", if sum.holds() { "✓" } else { "≠" })
            })
        })
    };
    let aside = move || {
        let any = office
            .summary
            .with(|summary| summary.as_ref().is_some_and(|summary| summary.conservation.quarantined > 0));
        if any && navigation::granted("devices", role) {
            "#/devices?status=trouble".to_owned()
        } else {
            String::new()
        }
    };
    let end = move || {
        view! {
            <TimeOfDay />
            <LanguageButton />
            <Button attr:data-testid="keys" label="?" kind=ButtonKind::Quiet on_press=move || office.keys_open.set(true) />
            <Button attr:data-testid="sign-out" label=t!("do-sign-out") kind=ButtonKind::Quiet on_press=move || office.goes(Going::Out) />
        }
        .into_any()
    };
    let page = move || {
        let place = office.place.get();
        move_focus();
        if navigation::granted(&place.path, role) { screen(&place) } else { nowhere() }
    };
    view! {
        <Desk
            nav=Signal::derive(move || navigation::of(role, office))
            path=path
            conservation=Signal::derive(conservation)
            aside=Signal::derive(aside)
            live=office.live
            who=Signal::stored(who)
            on_search=move |words: String| {
                if let Some(address) = finding::address(&words) {
                    office.goes(Going::To(address));
                }
            }
            end=end
        >
            <ConnectionBanner />
            {page}
        </Desk>
        <KeysSheet role=role />
        <LeaveSheet />
    }
    .into_any()
}

/// The title of the page somebody has come to is read aloud, and the tab key goes on from there.
fn move_focus() {
    request_animation_frame(|| {
        let title = document().query_selector("#page h1").ok().flatten();
        // The first page of a sign-in, and a sheet that lies above, keep the focus where it is.
        let free = focus::focused().is_none_or(|now| now.closest("#page, .scrim").ok().flatten().is_none());
        if let Some(title) = title.and_then(|title| title.dyn_into().ok()).filter(|_| free) {
            focus::focus(&title);
        }
    });
}

/// The company's date and time, as this computer has it.
#[component]
fn TimeOfDay() -> impl IntoView {
    let words = move || {
        let now = At::drawn();
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
        ("customers", Some("transfer")) => view! { <screens::Transfer /> }.into_any(),
        ("customers", Some(id)) => view! { <screens::Customer id=id.to_owned() /> }.into_any(),
        ("cash", None) => view! { <screens::Cash /> }.into_any(),
        ("hand-ins", None) => screens::hand_ins(),
        ("month", None) => view! { <screens::Month /> }.into_any(),
        ("accounts", None) => screens::accounts(),
        ("bank-lines", None) => screens::bank_lines(),
        ("matching", None) => view! { <screens::Matching /> }.into_any(),
        ("matching", Some("import")) => view! { <screens::ImportStatement /> }.into_any(),
        ("violations", None) => screens::violations(),
        ("receivables", None) => view! { <screens::Receivables /> }.into_any(),
        ("credit-exceptions", None) => screens::credit_exceptions(),
        ("special-rules", None) => view! { <screens::SpecialRules /> }.into_any(),
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
