//! A gesture that goes to the server: pressed once, waited for, said when done, and what stood in the way.
//!
//! Floor: office, above `api` and `state`. This module must not know what the gesture means.

use std::future::Future;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::api::standing::Done;
use super::api::{Deed, Fault};
use super::state::{Office, office};
use crate::ui::{Button, ButtonKind, RefusalNote, Sheet, TextArea, focus, is_opening, t, tell};

/// What was asked for, and the way to ask for the same again.
type Asked = (Deed, Rc<dyn Fn()>);

/// One gesture of a screen.
#[derive(Clone, Copy)]
pub(crate) struct Gesture {
    /// Known from the beginning: a gesture that follows on the answer to another one has no page to ask for it.
    office: Office,
    under_way: RwSignal<bool>,
    pub(crate) fault: RwSignal<Option<Fault>>,
    /// What was asked for last, and how to ask for the same again.
    last: StoredValue<Option<Asked>, LocalStorage>,
}

impl Gesture {
    pub(crate) fn new() -> Self {
        let (under_way, fault) = (RwSignal::new(false), RwSignal::new(None));
        Self { office: office(), under_way, fault, last: StoredValue::new_local(None) }
    }

    /// Sends a command into the office's log; `done` follows when the server has it.
    pub(crate) fn command(self, content: Value, said: String, done: impl Fn() + 'static) {
        self.commands(vec![content], said, done);
    }

    /// Sends commands one after the other; what stands in the way of one stops those behind it. `said` and `done` follow
    /// when the server has all.
    pub(crate) fn commands(self, contents: Vec<Value>, said: String, done: impl Fn() + 'static) {
        self.commands_from(Rc::new(contents), 0, said, Rc::new(done));
    }

    fn commands_from(self, contents: Rc<Vec<Value>>, at: usize, said: String, done: Rc<dyn Fn()>) {
        let Some(content) = contents.get(at).cloned() else { return };
        self.asks("POST", "/commands", content, move |answer: Done| {
            if at + 1 < contents.len() {
                self.commands_from(contents.clone(), at + 1, said.clone(), done.clone());
            } else {
                let finding = answer.findings.into_iter().next().map(|finding| finding.text);
                tell(match finding.filter(|text| !text.is_empty()) {
                    Some(finding) => format!("{said} {finding}"),
                    None => said.clone(),
                });
                done();
            }
        });
    }

    /// Asks the server to do something; `done` follows when it has. Where no answer came, the same asked for once more
    /// is no second deed: it finds out what became of the first.
    pub(crate) fn asks<T: DeserializeOwned + 'static>(
        self,
        method: &'static str,
        path: impl Into<String>,
        content: Value,
        done: impl Fn(T) + 'static,
    ) {
        let deed = Deed::new(method, path.into(), content);
        let before = self.last.with_value(|last| last.as_ref().map(|(deed, _)| deed.clone()));
        let unknown = before.filter(|before| untrack(|| self.is_unknown()) && before.says_as(&deed));
        self.asks_for(unknown.unwrap_or(deed), Rc::new(done));
    }

    fn asks_for<T: DeserializeOwned + 'static>(self, deed: Deed, done: Rc<dyn Fn(T)>) {
        if self.under_way.get_untracked() {
            return;
        }
        let again = {
            let (deed, done) = (deed.clone(), done.clone());
            Rc::new(move || self.asks_for(deed.clone(), done.clone()))
        };
        self.last.set_value(Some((deed.clone(), again)));
        self.send(deed.ask::<T>(), move |answer| done(answer));
    }

    /// Whether something was asked for and nobody knows whether it was done.
    pub(crate) fn is_unknown(self) -> bool {
        self.fault.with(|fault| matches!(fault, Some(Fault::Unanswered)))
    }

    /// Whether an answer is waited for.
    pub(crate) fn is_under_way(self) -> bool {
        self.under_way.get()
    }

    /// Whether something was asked for whose answer has not come, or will not.
    pub(crate) fn is_open(self) -> bool {
        self.under_way.get() || self.is_unknown()
    }

    /// Finds out what became of what nobody knows of: the same is asked for under the same name.
    pub(crate) fn looks(self) {
        let again = self.last.with_value(|last| last.as_ref().map(|(_, again)| again.clone()));
        if let Some(again) = again {
            again();
        }
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
        let office = self.office;
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

    /// What stood in the way, read aloud. A sheet that is opened begins without what stood in the way last time, unless
    /// nobody knows what became of that.
    pub(crate) fn note(self) -> AnyView {
        if is_opening() && !untrack(|| self.is_unknown()) {
            self.fault.set(None);
        }
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
    let verb = Signal::derive(move || if gesture.is_unknown() { t!("do-look") } else { verb.get() });
    let go = move || {
        if untrack(|| gesture.is_unknown()) {
            gesture.looks();
            return;
        }
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
    let word = move || if gesture.is_unknown() { t!("do-look") } else { verb.get_value() };
    let go = move || {
        if untrack(|| gesture.is_unknown()) {
            gesture.looks();
        } else {
            on_sure.run(());
        }
    };
    view! {
        <Sheet open=open on_close=move || open.set(false) title=title alert=true>
            <p class="small muted">{text.get_value()}</p>
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid=testid label=Signal::derive(word) kind=if gives { ButtonKind::Primary } else { ButtonKind::Danger } on_press=go />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
                <span class="grow"></span>
                <span class="kbd" aria-hidden="true">"Esc"</span>
            </div>
        </Sheet>
    }
    .into_any()
}
