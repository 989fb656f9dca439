//! 流水搁置: a line that pays nothing of the book's is set aside with a reason; a personal account becomes a case (S46).
//!
//! Floor: office/screens.

use leptos::prelude::*;
use serde_json::json;
use sync_core::unit::Money;

use crate::office::gesture::Gesture;
use crate::office::state::office;
use crate::ui::{Button, ButtonKind, Choice, SelectField, Sheet, TextArea, focus, format, t};

/// The reasons, as the op knows them; `returned` and `duplicate` are what finance meets most.
const KINDS: [&str; 7] =
    ["fee", "interest", "returned", "own-transfer", "duplicate", "not-ours", "personal-account"];

/// The line that is to be set aside.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Setting {
    pub(super) line: String,
    pub(super) amount: Money,
    pub(super) payer: String,
}

/// The words for a reason.
pub(super) fn kind_words(kind: &str) -> String {
    t!(&format!("aside-{kind}"))
}

/// The sheet; open while a line is handed in.
#[component]
pub(super) fn AsideSheet(setting: RwSignal<Option<Setting>>) -> impl IntoView {
    let gesture = Gesture::new();
    let (kind, note, staff) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tried = RwSignal::new(false);
    Effect::new(move |_| {
        if setting.with(Option::is_some) {
            for value in [kind, note, staff] {
                value.set(String::new());
            }
            tried.set(false);
        }
    });
    let personal = Memo::new(move |_| kind.with(|kind| kind == "personal-account"));
    let wordy =
        Memo::new(move |_| kind.with(|kind| matches!(kind.as_str(), "personal-account" | "not-ours")));
    let kinds = crate::ui::kept(move || KINDS.map(|kind| Choice::new(kind, kind_words(kind))).to_vec());
    let reps = crate::ui::kept(move || office().reps());
    let empty =
        move |value: RwSignal<String>, needed: Memo<bool>, name: &'static str, field: &'static str| {
            let said = gesture.about(field);
            Signal::derive(move || {
                let empty = tried.get() && needed.get() && value.with(|value| value.trim().is_empty());
                if empty { Some(t!("form-missing", field = t!(name))) } else { said.get() }
            })
        };
    let always = Memo::new(|_| true);
    let close = move || setting.set(None);
    let save = move || {
        tried.set(true);
        let (kind, note, staff) =
            (kind.get_untracked(), note.get_untracked().trim().to_owned(), staff.get_untracked());
        let missing = kind.is_empty()
            || wordy.get_untracked() && note.is_empty()
            || personal.get_untracked() && staff.is_empty();
        let Some(line) = setting.get_untracked().filter(|_| !missing) else { return focus::first_error() };
        let sum = if line.amount < Money::ZERO { line.amount.negated() } else { line.amount };
        let case = personal.get_untracked();
        let content = json!({
            "op": "line-set-aside", "line": line.line, "kind": kind, "note": note,
            "staff": case.then_some(staff), "amount": case.then_some(sum),
        });
        let said = if case { t!("aside-case-said") } else { t!("aside-said") };
        gesture.command(content, said, close);
    };
    let title = move || {
        setting.with(|one| {
            one.as_ref().map_or_else(String::new, |one| {
                t!("aside-title", payer = &one.payer, amount = format::sum(one.amount))
            })
        })
    };
    let open = Signal::derive(move || setting.with(Option::is_some));
    let verb = Signal::derive(move || if personal.get() { t!("aside-case-do") } else { t!("aside-do") });
    view! {
        <Sheet open=open on_close=close title=Signal::derive(title)>
            <p class="small muted">{t!("aside-text")}</p>
            <SelectField label=t!("aside-kind") value=kind choices=kinds none=t!("transfer-choose") error=empty(kind, always, "aside-kind", "kind") testid="aside-kind" />
            <Show when=move || personal.get()>
                <p class="note">{t!("aside-case-text")}</p>
                <SelectField label=t!("aside-staff") value=staff choices=reps none=t!("transfer-choose") error=empty(staff, personal, "aside-staff", "staff") testid="aside-staff" />
            </Show>
            <div data-testid="aside-note"><TextArea label=t!("reasons-label") value=note error=empty(note, wordy, "reasons-label", "note") /></div>
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="aside-save" label=verb kind=ButtonKind::Primary on_press=save />
                <Button label=t!("do-cancel") on_press=close />
            </div>
        </Sheet>
    }
    .into_any()
}
