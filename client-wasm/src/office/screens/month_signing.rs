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
    let head = office().may(Role::closes_without_phones);
    view! {
        {clerk.then(|| closing(shown))}
        {finance.then(|| countersigning(shown, Countersign::FINANCE))}
        {head.then(|| countersigning(shown, Countersign::HEAD))}
    }
    .into_any()
}

fn title_of(shown: Shown) -> Signal<String> {
    Signal::derive(move || {
        let title = |page: &MonthPage| t!("month-title", month = name_of(&page.month));
        shown.page.with(|page| page.as_ref().map_or_else(String::new, title))
    })
}

/// What the clerk signs is what stood there when the sheet was opened: what has come since, the server says.
fn closing(shown: Shown) -> AnyView {
    let page = shown.page;
    let gesture = Gesture::new();
    let (sure, without) = (RwSignal::new(false), RwSignal::new(false));
    let seen: StoredValue<Option<Value>> = StoredValue::new(None);
    let missing_then = RwSignal::new(0_usize);
    let missing = move || page.with(|page| page.as_ref().map_or(0, |page| page.missing.len()));
    let begin = move || {
        seen.set_value(page.with_untracked(|page| page.as_ref().and_then(|page| page.to_sign.clone())));
        missing_then.set(untrack(missing));
        if untrack(missing) == 0 {
            sure.set(true);
        } else {
            without.set(true);
        }
    };
    let sign = move |reason: String| {
        let Some(Value::Object(mut content)) = seen.get_value() else { return };
        content.insert("op".into(), "month-closed".into());
        content.insert("reason".into(), reason.into());
        gesture.command(Value::Object(content), t!("month-closed-said"), move || {
            sure.set(false);
            without.set(false);
        });
    };
    let why = Signal::derive(move || page.with(|page| page.as_ref().and_then(why_not)));
    let verb_of = |count: usize| {
        if count == 0 { t!("month-close") } else { t!("month-close-without", count = count) }
    };
    let verb = Signal::derive(move || verb_of(missing()));
    let verb_then = Signal::derive(move || verb_of(missing_then.get()));
    let title = title_of(shown);
    view! {
        <Button attr:data-testid="close-month" label=verb kind=ButtonKind::Primary icon=Icon::Pen why_not=why on_press=begin />
        <SureSheet open=sure title=title text=t!("month-close-text") verb=t!("month-close") testid="close-month-confirm" gives=true gesture=gesture on_sure=move || sign(String::new()) />
        <ReasonSheet open=without title=title text=t!("month-close-without-text") verb=verb_then gesture=gesture on_reason=sign />
    }
    .into_any()
}

/// A stamp beside the clerk's signature: finance's, or a head's where phones are missing.
#[derive(Clone, Copy)]
struct Countersign {
    stamp: &'static str,
    verb: &'static str,
    text: &'static str,
    said: &'static str,
    testid: &'static str,
    confirm: &'static str,
    /// Whether it is only asked for where phones are missing.
    without_phones: bool,
}

impl Countersign {
    const FINANCE: Self = Self {
        stamp: "agreed",
        verb: "month-agree",
        text: "month-agree-text",
        said: "month-agreed-said",
        testid: "agree-month",
        confirm: "agree-month-confirm",
        without_phones: false,
    };
    const HEAD: Self = Self {
        stamp: "without-phones",
        verb: "month-release",
        text: "month-release-text",
        said: "month-released-said",
        testid: "release-month",
        confirm: "release-month-confirm",
        without_phones: true,
    };

    fn waits(self, page: &MonthPage) -> bool {
        let asked = |closing: &Closing| closing.needs_a_head || !self.without_phones;
        let stamped = |closing: &Closing| closing.stamp(self.stamp).is_some();
        page.status == "signed" && page.signed().is_some_and(|one| asked(one) && !stamped(one))
    }
}

fn countersigning(shown: Shown, how: Countersign) -> AnyView {
    let page = shown.page;
    let (agreeing, returning) = (Gesture::new(), Gesture::new());
    let (agree_open, return_open) = (RwSignal::new(false), RwSignal::new(false));
    // What is stamped is the closing that stood there when the sheet was opened.
    let seen: StoredValue<Option<Value>> = StoredValue::new(None);
    let open = move |sheet: RwSignal<bool>| {
        seen.set_value(page.with_untracked(|page| {
            let page = page.as_ref()?;
            let closing = page.signed()?;
            Some(json!({ "op": "month-stamped", "closing": closing.id, "period": page.month,
                "table": closing.table }))
        }));
        sheet.set(true);
    };
    let content = move |stamp: &str, note: String| {
        let mut content = seen.get_value()?;
        content["stamp"] = stamp.into();
        content["note"] = note.into();
        Some(content)
    };
    let agree = move || {
        if let Some(content) = content(how.stamp, String::new()) {
            agreeing.command(content, t!(how.said), move || agree_open.set(false));
        }
    };
    let send_back = move |why: String| {
        if let Some(content) = content("sent-back", why) {
            returning.command(content, t!("month-sent-back-said"), move || return_open.set(false));
        }
    };
    let waits = Memo::new(move |_| page.with(|page| page.as_ref().is_some_and(|page| how.waits(page))));
    let why = Signal::derive(move || {
        let other = |page: &MonthPage| page.signed().is_some_and(|closing| !closing.is_of_table);
        page.with(|page| page.as_ref().is_some_and(other)).then(|| t!("month-other-table"))
    });
    let title = title_of(shown);
    view! {
        <Show when=move || waits.get()>
            <Button attr:data-testid="send-back-month" label=t!("month-send-back") on_press=move || open(return_open) />
            <Button attr:data-testid=how.testid label=t!(how.verb) kind=ButtonKind::Primary icon=Icon::Check why_not=why on_press=move || open(agree_open) />
        </Show>
        <SureSheet open=agree_open title=title text=t!(how.text) verb=t!(how.verb) testid=how.confirm gives=true gesture=agreeing on_sure=agree />
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
    let other = |kind: &str, seal: String, signed: String, next: String, red: bool| match closing.stamp(kind)
    {
        Some(stamp) => Stamp {
            seal,
            title: signed,
            meta: format!("{} · {}", stamp.by.name, stamp.at.full()),
            end: String::new(),
            state: StampState::Done,
            red,
        },
        None => Stamp {
            seal,
            title: next,
            meta: String::new(),
            end: String::new(),
            state: StampState::Now,
            red: false,
        },
    };
    let head = closing.needs_a_head.then(|| {
        other("without-phones", t!("month-seal-head"), t!("month-head-signed"), t!("month-head-next"), false)
    });
    let finance =
        other("agreed", t!("month-seal-finance"), t!("month-finance-signed"), t!("month-finance-next"), true);
    let all: Vec<Stamp> = [Some(clerk), head, Some(finance)].into_iter().flatten().collect();
    let differs = (!closing.is_of_table).then(|| {
        view! { <div data-testid="month-differs"><Banner tone=Tone::Danger icon=Icon::Back lead=t!("month-other-table") text=t!("month-other-table-text") /></div> }
    });
    let hash = closing.table.clone();
    view! {
        {differs}
        <section class="panel" data-testid="month-signatures">
            <div class="panel-head"><h2>{t!("month-signatures")}</h2></div>
            <div class="panel-body stack">
                <Timeline stamps=all />
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
            let closed = (page.status == "closed").then(|| {
                let lead = t!("month-is-closed", month = name_of(&page.month));
                let next = if page.due == page.month {
                    String::new()
                } else {
                    t!("month-is-closed-next", month = name_of(&page.due))
                };
                view! { <div data-testid="month-closed"><Banner tone=Tone::Applied icon=Icon::Check lead=lead text=next /></div> }
            });
            let stamps = page.signed().map(stamps);
            Some(view! { {closed}{stamps} }.into_any())
        })
    };
    view! { {drawn} }.into_any()
}
