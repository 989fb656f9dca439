//! Both signatures under a month: the clerk closes it, finance countersigns or sends it back (S17).
//!
//! Floor: office/screens, beside `month`. The op that the clerk signs comes from the server whole.

use leptos::prelude::*;
use serde_json::{Value, json};
use sync_core::domain::people::Role;

use super::month::{Shown, name_of};
use crate::office::api::month::{Closing, MonthPage};
use crate::office::gesture::{Gesture, ReasonSheet, SureSheet};
use crate::office::state::office;
use crate::ui::{Banner, Button, ButtonKind, Icon, Stamp, StampState, Timeline, Tone, t};

/// Why the clerk cannot close the month now, in one sentence.
fn why_not(page: &MonthPage) -> Option<String> {
    if page.status == "closed" {
        Some(t!("month-why-closed"))
    } else if page.status == "signed" {
        Some(t!("month-why-signed"))
    } else if !page.is_over {
        Some(t!("month-why-not-over", time = page.ends.full()))
    } else if page.due != page.month {
        Some(t!("month-why-not-due", month = name_of(&page.due)))
    } else if page.unexplained > 0 {
        Some(t!("month-gate-differences-open", count = page.unexplained))
    } else {
        None
    }
}

/// The gestures of whoever may sign.
pub(super) fn signing(shown: Shown) -> AnyView {
    let clerk = office().may(Role::closes_months);
    let finance = office().may(Role::countersigns_months);
    view! {
        {clerk.then(|| closing(shown))}
        {finance.then(|| countersigning(shown))}
    }
    .into_any()
}

fn closing(shown: Shown) -> AnyView {
    let page = shown.page;
    let gesture = Gesture::new();
    let (sure, without) = (RwSignal::new(false), RwSignal::new(false));
    let missing = move || page.with(|page| page.as_ref().map_or(0, |page| page.missing.len()));
    let begin = move || {
        if untrack(missing) == 0 {
            sure.set(true);
        } else {
            without.set(true);
        }
    };
    let sign = move |reason: String| {
        let content = page.with_untracked(|page| page.as_ref().and_then(|page| page.to_sign.clone()));
        let Some(Value::Object(mut content)) = content else { return };
        content.insert("op".into(), "month-closed".into());
        content.insert("reason".into(), reason.into());
        gesture.command(Value::Object(content), t!("month-closed-said"), move || {
            sure.set(false);
            without.set(false);
        });
    };
    let why = Signal::derive(move || page.with(|page| page.as_ref().and_then(why_not)));
    let verb = Signal::derive(move || {
        let count = missing();
        if count == 0 { t!("month-close") } else { t!("month-close-without", count = count) }
    });
    let title = Signal::derive(move || {
        page.with(|page| {
            page.as_ref().map_or_else(String::new, |page| t!("month-title", month = name_of(&page.month)))
        })
    });
    view! {
        <Button attr:data-testid="close-month" label=verb kind=ButtonKind::Primary icon=Icon::Pen why_not=why on_press=begin />
        <SureSheet open=sure title=title text=t!("month-close-text") verb=t!("month-close") testid="close-month-confirm" gives=true gesture=gesture on_sure=move || sign(String::new()) />
        <ReasonSheet open=without title=title text=t!("month-close-without-text") verb=verb gesture=gesture on_reason=sign />
    }
    .into_any()
}

fn countersigning(shown: Shown) -> AnyView {
    let page = shown.page;
    let (agreeing, returning) = (Gesture::new(), Gesture::new());
    let (agree_open, return_open) = (RwSignal::new(false), RwSignal::new(false));
    let content = move |stamp: &str, note: String| {
        page.with_untracked(|page| {
            let page = page.as_ref()?;
            let closing = page.signed()?;
            Some(json!({ "op": "month-stamped", "closing": closing.id, "period": page.month, "stamp": stamp,
                "table": closing.table, "note": note }))
        })
    };
    let agree = move || {
        if let Some(content) = content("agreed", String::new()) {
            agreeing.command(content, t!("month-agreed-said"), move || agree_open.set(false));
        }
    };
    let send_back = move |why: String| {
        if let Some(content) = content("sent-back", why) {
            returning.command(content, t!("month-sent-back-said"), move || return_open.set(false));
        }
    };
    let waits =
        Memo::new(move |_| page.with(|page| page.as_ref().is_some_and(|page| page.status == "signed")));
    let title = Signal::derive(move || {
        page.with(|page| {
            page.as_ref().map_or_else(String::new, |page| t!("month-title", month = name_of(&page.month)))
        })
    });
    view! {
        <Show when=move || waits.get()>
            <Button attr:data-testid="send-back-month" label=t!("month-send-back") on_press=move || return_open.set(true) />
            <Button attr:data-testid="agree-month" label=t!("month-agree") kind=ButtonKind::Primary icon=Icon::Check on_press=move || agree_open.set(true) />
        </Show>
        <SureSheet open=agree_open title=title text=t!("month-agree-text") verb=t!("month-agree") testid="agree-month-confirm" gives=true gesture=agreeing on_sure=agree />
        <ReasonSheet open=return_open title=title text=t!("month-send-back-text") verb=t!("month-send-back") gesture=returning on_reason=send_back />
    }
    .into_any()
}

fn stamps(closing: &Closing) -> AnyView {
    let clerk = Stamp {
        seal: t!("month-seal-clerk"),
        title: t!("month-clerk-signed"),
        meta: format!("{} · {}", closing.by.name, closing.at.full()),
        end: String::new(),
        state: StampState::Done,
        red: false,
    };
    let finance = match &closing.stamp {
        Some(stamp) => Stamp {
            seal: t!("month-seal-finance"),
            title: t!("month-finance-signed"),
            meta: format!("{} · {}", stamp.by.name, stamp.at.full()),
            end: String::new(),
            state: StampState::Done,
            red: true,
        },
        None => Stamp {
            seal: t!("month-seal-finance"),
            title: t!("month-finance-next"),
            meta: String::new(),
            end: String::new(),
            state: StampState::Now,
            red: false,
        },
    };
    let hash = closing.table.clone();
    view! {
        <section class="panel" data-testid="month-signatures">
            <div class="panel-head"><h2>{t!("month-signatures")}</h2></div>
            <div class="panel-body stack">
                <Timeline stamps=vec![clerk, finance] />
                <p class="tiny faint code" data-testid="month-hash">{t!("month-hash", hash = hash)}</p>
            </div>
        </section>
    }
    .into_any()
}

/// Where the month stands: sent back and why, or who has signed.
pub(super) fn banner(shown: Shown) -> AnyView {
    let drawn = move || {
        shown.page.with(|page| {
            let page = page.as_ref()?;
            if let Some((_, stamp)) = page.sent_back() {
                let lead = t!("month-was-sent-back", who = stamp.by.name.clone());
                let text = format!("{} · {}", stamp.note, stamp.at.full());
                return Some(view! { <div data-testid="month-sent-back"><Banner tone=Tone::Danger icon=Icon::Back lead=lead text=text /></div> }.into_any());
            }
            page.signed().map(stamps)
        })
    };
    view! { {drawn} }.into_any()
}
