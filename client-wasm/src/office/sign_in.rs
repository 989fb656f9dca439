//! Signing in at the console.
//!
//! Floor: office, a screen. This module must not keep the passphrase.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use sync_core::locale::Lang;

use super::api::{Fault, session};
use super::state::{Door, Going, office};
use crate::ui::{
    Banner, Button, ButtonKind, ButtonSize, Icon, RefusalNote, TextField, TextKind, Tone, focus, t, words,
};

/// A button for the other language, in that language.
#[component]
pub(crate) fn LanguageButton() -> impl IntoView {
    let office = office();
    let other = if words::lang() == Lang::En { Lang::ZhCn } else { Lang::En };
    view! {
        <Button attr:data-testid="language" label=other.own_name() kind=ButtonKind::Quiet icon=Icon::Globe on_press=move || office.goes(Going::Speaking(other)) />
    }
}

/// Staff number and passphrase.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let office = office();
    let (number, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (missing_number, missing_password) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let fault = RwSignal::new(None::<Fault>);
    let asking = RwSignal::new(false);
    let first = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let Some(first) = first.get() {
            focus::focus(&first);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (who, secret) = (number.get_untracked().trim().to_owned(), password.get_untracked());
        missing_number.set(who.is_empty().then(|| t!("form-missing", field = t!("entrance-number"))));
        missing_password.set(secret.is_empty().then(|| t!("form-missing", field = t!("entrance-password"))));
        fault.set(None);
        if who.is_empty() || secret.is_empty() {
            focus::first_error();
            return;
        }
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        spawn_local(async move {
            let answer = session::sign_in(&who, &secret).await;
            asking.set(false);
            match answer {
                Ok(session) => office.open(session),
                Err(why) => fault.set(Some(why)),
            }
        });
    };
    let ran_out = move || office.door.with(|door| matches!(door, Door::Over(_)));
    let sentence = Signal::derive(move || fault.with(|fault| fault.as_ref().map(sentence_of)));
    let code = Signal::derive(move || fault.with(|fault| fault.as_ref().map(Fault::code)));
    Effect::new(move |_| document().set_title(&format!("{} · {}", t!("do-sign-in"), t!("office-name"))));
    view! {
        <main class="door" id="page">
            <form class="panel door-form" on:submit=submit novalidate data-testid="sign-in">
                <div class="line">
                    <span class="logo" aria-hidden="true">"账"</span>
                    <h1 class="grow">{t!("office-name")}</h1>
                </div>
                <p class="small muted">{t!("entrance-lead")}</p>
                <Show when=ran_out>
                    <Banner tone=Tone::Finding icon=Icon::Info lead=t!("entrance-ran-out") text=t!("entrance-ran-out-text") />
                </Show>
                <TextField label=t!("entrance-number") value=number kind=TextKind::Code name="username" autocomplete="username" node=first error=missing_number />
                <TextField label=t!("entrance-password") value=password kind=TextKind::Passphrase name="password" autocomplete="current-password" error=missing_password />
                <RefusalNote sentence=sentence code=code />
                <Button
                    label=Signal::derive(move || if asking.get() { t!("entrance-asking") } else { t!("do-sign-in") })
                    kind=ButtonKind::Primary
                    size=ButtonSize::Block
                    submit=true
                />
                <div class="line line--between">
                    <span class="tiny faint">{t!("entrance-phone")}</span>
                    <LanguageButton />
                </div>
            </form>
        </main>
    }
    .into_any()
}

fn sentence_of(fault: &Fault) -> String {
    let tries = match fault {
        Fault::Problem(problem) => problem.tries_left,
        _ => None,
    };
    match tries {
        Some(tries) => format!("{} {}", fault.sentence(), t!("entrance-tries", count = tries)),
        None => fault.sentence(),
    }
}
