//! What stands in the places of a row, the same way in every list.
//!
//! Floor: office/screens, at the bottom. This module must not know any row.

use leptos::prelude::*;
use sync_core::unit::Money;

use crate::office::api::At;
use crate::office::api::papers::Said;
use crate::office::api::people::Person;
use crate::ui::{Cell, Icon, Tone, badge, format, t};

/// A badge with icon and word.
pub(super) fn tag(tone: Tone, icon: Option<Icon>, word: String) -> Cell {
    Cell::View(ViewFn::from(move || badge(tone, icon, word.clone())))
}

/// A short word that is not broken where another column is long.
pub(super) fn unbroken(words: String) -> Cell {
    Cell::View(ViewFn::from(move || view! { <span class="nowrap">{words.clone()}</span> }))
}

/// A moment: the time or day, and the day in full below where it is not today.
pub(super) fn when(at: At) -> Cell {
    Cell::Text(at.recent())
}

/// Words that stand on one line, such as a name.
pub(super) fn nowrap(words: String) -> Cell {
    Cell::View(ViewFn::from(move || view! { <span class="nowrap">{words.clone()}</span> }.into_any()))
}

/// A moment that may be missing.
pub(super) fn when_if(at: Option<At>) -> Cell {
    Cell::Text(at.map_or_else(nothing, At::recent))
}

/// Nothing is known, or it is not shown to this viewer.
pub(super) fn nothing() -> String {
    "—".to_owned()
}

/// A day as the server writes it, as people read it.
pub(super) fn date(day: Option<&str>) -> String {
    day.and_then(format::typed_day).map_or_else(nothing, format::full_day)
}

/// Words one after another, with the comma of the language spoken.
pub(super) fn listed(words: &[String]) -> String {
    words.join(&t!("list-comma"))
}

/// Words, or a dash where there are none.
pub(super) fn or_nothing(words: &str) -> String {
    if words.is_empty() { nothing() } else { words.to_owned() }
}

/// The name of somebody or of a customer, where the viewer may see it.
pub(super) fn name(person: Option<&Person>) -> String {
    person.map_or_else(nothing, |person| person.name.clone())
}

/// A sum of money.
pub(super) fn money(sum: Money) -> Cell {
    Cell::Text(format::sum(sum))
}

/// A way to the customer's page.
pub(super) fn customer_link(customer: Option<&Person>) -> AnyView {
    match customer {
        Some(customer) => {
            let href = format!("#/customers/{}", customer.id);
            view! { <a class="link" href=href>{customer.name.clone()}</a> }.into_any()
        }
        None => view! { <span class="faint">{t!("not-shown-to-you")}</span> }.into_any(),
    }
}

/// Sentences of findings, each with its clause.
pub(super) fn findings(findings: &[Said]) -> Option<AnyView> {
    if findings.is_empty() {
        return None;
    }
    let lines = findings
        .iter()
        .map(|said| {
            view! { <span class="blk">{said.text.clone()} {said.clause.clone().map(|clause| view! { <span class="code tiny">{clause}</span> })}</span> }
        })
        .collect_view();
    Some(
        view! {
            <div class="banner banner--finding">
                {crate::ui::icon(Icon::Info)}
                <div class="banner-text">{lines}</div>
            </div>
        }
        .into_any(),
    )
}

/// The head of a panel beside a list.
pub(super) fn panel_head(title: String, end: AnyView) -> AnyView {
    view! { <div class="panel-head"><h2>{title}</h2><div class="panel-head-end">{end}</div></div> }.into_any()
}

/// A word with its value, as panels list them.
pub(super) fn pair(key: &str, value: impl Into<String>) -> (String, AnyView) {
    let value = or_nothing(&value.into());
    (t!(key), value.into_any())
}

/// Who took it over for its author (代为入账), where somebody did.
pub(super) fn accepted_by(head: Option<&Person>) -> Option<(String, AnyView)> {
    let name = head?.name.clone();
    Some((t!("col-accepted-by"), view! { <span data-testid="accepted-by">{name}</span> }.into_any()))
}
