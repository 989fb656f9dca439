//! A gesture that goes to the server: pressed once, waited for, said when done, and what stood in the way.
//!
//! Floor: office, above `api` and `state`. This module must not know what the gesture means.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use super::api::standing::Done;
use super::api::{self, Fault};
use super::state::office;
use crate::ui::{Button, ButtonKind, RefusalNote, Sheet, TextArea, focus, t, tell};

/// One gesture of a screen.
#[derive(Clone, Copy)]
pub(crate) struct Gesture {
    under_way: RwSignal<bool>,
    pub(crate) fault: RwSignal<Option<Fault>>,
}

impl Gesture {
    pub(crate) fn new() -> Self {
        Self { under_way: RwSignal::new(false), fault: RwSignal::new(None) }
    }

    /// Sends a command into the office's log; `done` follows when the server has it.
    pub(crate) fn command(self, content: Value, said: String, done: impl FnOnce() + 'static) {
        self.send(async move { api::command(&content).await }, move |answer: Done| {
            let finding = answer.findings.into_iter().next().map(|finding| finding.text);
            tell(match finding.filter(|text| !text.is_empty()) {
                Some(finding) => format!("{said} {finding}"),
                None => said,
            });
            done();
        });
    }

    /// Waits for an answer; a second press meanwhile does nothing.
    pub(crate) fn send<T: 'static>(
        self,
        asked: impl Future<Output = Result<T, Fault>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.under_way.get_untracked() {
            return;
        }
        self.under_way.set(true);
        self.fault.set(None);
        let office = office();
        spawn_local(async move {
            let answer = asked.await;
            if self.under_way.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(answer) => {
                    done(answer);
                    office.catch_up();
                }
                Err(fault) => {
                    self.fault.set(Some(fault));
                    focus::first_error();
                }
            }
        });
    }

    /// What stood in the way, read aloud.
    pub(crate) fn note(self) -> AnyView {
        let sentence = Signal::derive(move || self.fault.with(|fault| fault.as_ref().map(Fault::sentence)));
        let code = Signal::derive(move || self.fault.with(|fault| fault.as_ref().map(Fault::code)));
        view! { <RefusalNote sentence=sentence code=code /> }.into_any()
    }

    /// What the server says about one field.
    pub(crate) fn about(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.fault.with(|fault| fault.as_ref().and_then(|fault| fault.about(field))))
    }
}

/// A step that cannot be taken back: looked at once more, with a reason, then done.
#[component]
pub(crate) fn ReasonSheet(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// What follows from it.
    #[prop(into)]
    text: String,
    /// Verb and result.
    #[prop(into)]
    verb: Signal<String>,
    gesture: Gesture,
    #[prop(into)] on_reason: UnsyncCallback<(String,)>,
) -> impl IntoView {
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(None::<String>);
    let text = StoredValue::new(text);
    let go = move || {
        let said = reason.get_untracked().trim().to_owned();
        if said.is_empty() {
            missing.set(Some(t!("reasons-missing")));
            focus::first_error();
        } else {
            missing.set(None);
            on_reason.run((said,));
        }
    };
    view! {
        <Sheet open=open on_close=move || open.set(false) title=title alert=true>
            <p class="small muted">{text.get_value()}</p>
            <div data-testid="reason">
                <TextArea label=t!("reasons-label") value=reason error=missing />
            </div>
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="reason-confirm" label=verb kind=ButtonKind::Danger on_press=go />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
                <span class="grow"></span>
                <span class="kbd" aria-hidden="true">"Esc"</span>
            </div>
        </Sheet>
    }
    .into_any()
}

/// A step that cannot be taken back and needs no reason: looked at once more, then done.
#[component]
pub(crate) fn SureSheet(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// What follows from it.
    #[prop(into)]
    text: String,
    /// Verb and result.
    #[prop(into)]
    verb: String,
    /// A stable name of the verb for browser stories.
    testid: &'static str,
    /// Whether nothing is taken away by it.
    #[prop(optional)]
    gives: bool,
    gesture: Gesture,
    #[prop(into)] on_sure: UnsyncCallback<()>,
) -> impl IntoView {
    let (text, verb) = (StoredValue::new(text), StoredValue::new(verb));
    view! {
        <Sheet open=open on_close=move || open.set(false) title=title alert=true>
            <p class="small muted">{text.get_value()}</p>
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid=testid label=verb.get_value() kind=if gives { ButtonKind::Primary } else { ButtonKind::Danger } on_press=move || on_sure.run(()) />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
                <span class="grow"></span>
                <span class="kbd" aria-hidden="true">"Esc"</span>
            </div>
        </Sheet>
    }
    .into_any()
}
