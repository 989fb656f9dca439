//! What surrounds every control of a form: a label, a hint, and an error tied to it and read aloud.
//!
//! Floor: ui. This module must not judge what is typed: the error is handed in.

use leptos::prelude::*;

use super::fresh::maybe;
use super::icon::{Icon, icon};
use super::words::t;

/// What every control of a form says around itself.
pub(super) struct Around {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) optional: bool,
    pub(super) hint: Option<String>,
    pub(super) error: Signal<Option<String>>,
}

impl Around {
    fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }

    fn error_id(&self) -> String {
        format!("{}-error", self.id)
    }

    /// The ids to name in `aria-describedby`, as they are now.
    pub(super) fn described(&self) -> Signal<Option<String>> {
        let (hint, error_id, error) =
            (self.hint.as_ref().map(|_| self.hint_id()), self.error_id(), self.error);
        Signal::derive(move || {
            let error = error.with(Option::is_some).then(|| error_id.clone());
            let ids: Vec<String> = hint.clone().into_iter().chain(error).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    }

    /// The control with its label above and its sentences below.
    pub(super) fn wrap(self, control: AnyView) -> AnyView {
        let error = self.error;
        let below = self.below();
        view! {
            <div class="field" class:has-error=Signal::derive(move || error.with(Option::is_some))>
                <label for=self.id>{self.label} {optional_mark(self.optional)}</label>
                {control}
                {below}
            </div>
        }
        .into_any()
    }

    /// The same for several controls under one name.
    pub(super) fn group(self, controls: AnyView) -> AnyView {
        let error = self.error;
        let (below, described) = (self.below(), self.described());
        view! {
            <fieldset class="field" class:has-error=Signal::derive(move || error.with(Option::is_some)) aria-describedby=described>
                <legend>{self.label} {optional_mark(self.optional)}</legend>
                {controls}
                {below}
            </fieldset>
        }
        .into_any()
    }

    fn below(&self) -> AnyView {
        let (hint_id, error_id, error) = (self.hint_id(), self.error_id(), self.error);
        let hint = self.hint.clone().map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> });
        view! {
            {hint}
            {maybe(move || error.get(), move |sentence| view! {
                <p class="field-error" role="alert" id=error_id.clone()>{icon(Icon::Info)}<span>{sentence}</span></p>
            })}
        }
        .into_any()
    }
}

fn optional_mark(optional: bool) -> Option<impl IntoView> {
    optional.then(|| view! { <span class="opt">{t!("form-optional")}</span> })
}
