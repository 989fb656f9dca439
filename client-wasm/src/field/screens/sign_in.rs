//! F01 首次登录: staff number and passphrase; the first time the phone is enrolled by it.
//!
//! Floor: screens. This module must not keep a passphrase anywhere.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{
    lock,
    parts::{self, SubHead},
};
use crate::{
    field::{
        app::{Phase, SignInError},
        router::{self, Route},
        texts,
    },
    ui::{
        ActionBar, Body, Button, ButtonKind, ButtonSize, Note, RefusalNote, TextField, TextKind, focus, t,
        tell,
    },
};
use sync_core::locale::Lang;

const MINUTE: u32 = 60;

/// What was typed so far; it outlives a change of language, which draws everything anew.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    number: RwSignal<String>,
    password: RwSignal<String>,
}

impl Typed {
    /// Nothing yet. Call where the application is drawn.
    pub(super) fn nothing() -> Self {
        Self { number: RwSignal::new(String::new()), password: RwSignal::new(String::new()) }
    }
}

/// What stands below each field, and what is about the whole form.
#[derive(Clone, Copy)]
struct Errors {
    number: RwSignal<Option<String>>,
    password: RwSignal<Option<String>>,
    form: RwSignal<Option<String>>,
    /// Whether the phone is locked: it knows its owner's number, and asks for the passphrase alone.
    locked: bool,
}

impl Errors {
    /// Says why signing in did not work, where it can be mended.
    fn explain(self, error: SignInError) {
        match error {
            SignInError::WrongPassword { tries_left } => {
                let tries = tries_left.unwrap_or_default();
                self.password.set(Some(match (tries, self.locked) {
                    (0, true) => t!("lock-wrong"),
                    (0, false) => t!("signin-wrong"),
                    (_, true) => t!("lock-wrong-tries", count = tries),
                    (_, false) => t!("signin-wrong-tries", count = tries),
                }));
            }
            SignInError::Throttled { seconds } => {
                let minutes = seconds.div_ceil(MINUTE).max(1);
                self.password.set(Some(t!("signin-throttled", minutes = minutes)));
            }
            SignInError::NoSignal if self.locked => self.form.set(Some(t!("lock-no-signal"))),
            SignInError::NoSignal => self.form.set(Some(t!("signin-no-signal"))),
            SignInError::NoPhoneForRole => self.number.set(Some(t!("signin-no-phone"))),
            SignInError::NotTheOwner => self.number.set(Some(t!("signin-not-owner"))),
            SignInError::WrongPassphrase { seconds } => self.password.set(Some(match seconds {
                0 => t!("lock-wrong"),
                seconds => t!("lock-wait", seconds = seconds),
            })),
            SignInError::NoKey => self.form.set(Some(t!("signin-no-key"))),
            SignInError::NotSaved(code) => self.form.set(Some(texts::not_stored(&code))),
            SignInError::Server(error) => self.form.set(Some(if error.text.is_empty() {
                t!("signin-server", code = error.code)
            } else {
                error.text
            })),
        }
        focus::first_error();
    }
}

/// Signing in; `again` where the session of an enrolled phone has ended.
#[component]
pub(super) fn SignIn(
    /// Whether the phone is enrolled already.
    again: bool,
) -> impl IntoView {
    let field = parts::field();
    let Typed { number, password } = expect_context();
    let number_error = RwSignal::new(None::<String>);
    let password_error = RwSignal::new(None::<String>);
    let form_error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    parts::clears(number, number_error);
    parts::clears(password, password_error);
    let locked = field.phase().get_untracked() == Phase::Locked;
    let errors = Errors { number: number_error, password: password_error, form: form_error, locked };
    let send = move |online: bool| {
        if busy.get_untracked() {
            return;
        }
        number_error.set(None);
        password_error.set(None);
        form_error.set(None);
        let (who, secret) = (number.get_untracked().trim().to_owned(), password.get_untracked());
        if who.is_empty() && !locked {
            number_error.set(Some(t!("form-missing", field = t!("signin-number"))));
        }
        if secret.is_empty() {
            password_error.set(Some(t!("form-missing", field = t!("signin-password"))));
        }
        if who.is_empty() && !locked || secret.is_empty() {
            focus::first_error();
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome =
                if locked { field.unlock(secret, online).await } else { field.sign_in(who, secret).await };
            busy.try_set(false);
            if outcome.is_ok() {
                password.set(String::new());
            }
            match outcome {
                Ok(()) if again => {
                    tell(t!("signin-again-done"));
                    router::replace(Route::Today);
                }
                Ok(()) => {}
                Err(error) => errors.explain(error),
            }
        });
    };
    let label = Signal::derive(move || match (busy.get(), again) {
        (true, _) => t!("signin-busy"),
        (false, _) if locked => t!("lock-open"),
        (false, true) => t!("do-sign-in"),
        (false, false) => t!("signin-do"),
    });
    let other = if field.lang() == Lang::ZhCn { Lang::En } else { Lang::ZhCn };
    let head = again.then(|| view! { <SubHead title=t!("signin-again-title") up=Route::Today /> });
    let brand = (!again && !locked).then(|| view! {
        <div class="line line--between line--top">
            <div class="stack brandblock">
                <span class="logo logo--big" aria-hidden="true">"账"</span>
                <div><h1 class="h-big">{t!("app-name")}</h1><p class="muted">{t!("app-line")}</p></div>
            </div>
            <button type="button" class="btn btn--quiet" lang=other.tag() data-testid="language" on:click=move |_| field.set_lang(other)>
                {other.own_name()}
            </button>
        </div>
    });
    let note = note(locked, again);
    view! {
        {head}
        <form class="form-page" novalidate=true on:submit=move |event| { event.prevent_default(); send(false); }>
            <Body>
                {brand}
                {locked.then(|| lock::head(field))}
                <RefusalNote sentence=form_error />
                {(!locked).then(|| view! { <TextField
                    label=t!("signin-number") value=number kind=TextKind::Code error=number_error
                    autocomplete="username" name="number" testid="sign-in-number"
                /> })}
                <TextField
                    label=t!("signin-password") value=password kind=TextKind::Passphrase error=password_error
                    autocomplete="current-password" name="password" testid="sign-in-password"
                />
                {note}
            </Body>
            <ActionBar>
                <Button label=label kind=ButtonKind::Primary size=ButtonSize::Big submit=true testid=if locked { "unlock" } else { "sign-in" } />
                {if locked {
                    view! { <Button label=t!("lock-forgot") size=ButtonSize::Block on_press=move || send(true) testid="unlock-online" /> }.into_any()
                } else {
                    view! { <p class="tiny faint tc">{t!("signin-forgot")}</p> }.into_any()
                }}
            </ActionBar>
        </form>
    }
}

/// What else is to be known before signing in.
fn note(locked: bool, again: bool) -> AnyView {
    match (locked, again) {
        (true, _) => view! { <Note>{t!("lock-delivers")}</Note> }.into_any(),
        (false, true) => view! { <Note>{t!("signin-again-note")}</Note> }.into_any(),
        (false, false) => {
            view! { <Note><b>{t!("signin-note-lead")}</b>" "{t!("signin-note")}</Note> }.into_any()
        }
    }
}
