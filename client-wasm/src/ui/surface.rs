//! Surfaces: cards, section heads, rows, pairs of name and value, figures.
//!
//! Floor: ui. This module must not know any paper.

use leptos::prelude::*;

use super::badge::Tone;
use super::fresh::{fresh, maybe};
use super::icon::{Icon, icon};
use super::kept::Kept;
use super::say::WayOn;

/// A white surface with air around its content.
#[component]
pub fn Card(
    /// Read aloud as the card's name.
    #[prop(optional, into)]
    label: Option<String>,
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    view! { <section class="card card--pad stack" aria-label=label>{children()}</section> }.into_any()
}

/// A white surface of [`Row`]s with lines between them.
#[component]
pub fn Rows(
    /// What it is called; read aloud where it is not shown.
    #[prop(optional, into)]
    label: Option<String>,
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    view! { <section class="card rows" aria-label=label>{children()}</section> }.into_any()
}

/// The head of a group of cards: a title, and a note or a way on at its end.
#[component]
pub fn Section(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// A quiet note at the end.
    #[prop(optional, into)]
    note: Signal<String>,
    /// One way on.
    #[prop(optional, into)]
    action: Option<WayOn>,
) -> impl IntoView {
    view! {
        <div class="section">
            <h2>{title}</h2>
            <span class="small muted">{note}{action.map(WayOn::view)}</span>
        </div>
    }
    .into_any()
}

/// What stands at the head of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead {
    /// An icon on a tint.
    Icon(Icon, Tone),
    /// The first letter of a name.
    Letter(String),
}

fn lead_view(lead: Lead) -> AnyView {
    match lead {
        Lead::Icon(which, tone) => {
            let class = match tone {
                Tone::Saved | Tone::Line => "row-lead",
                Tone::Sending => "row-lead row-lead--sending",
                Tone::Applied => "row-lead row-lead--brand",
                Tone::Finding => "row-lead row-lead--soon",
                Tone::Held => "row-lead row-lead--held",
                Tone::Danger => "row-lead row-lead--danger",
            };
            view! { <span class=class>{icon(which)}</span> }.into_any()
        }
        Lead::Letter(name) => {
            let first: String = name.chars().next().into_iter().collect();
            view! { <span class="row-lead" aria-hidden="true">{first}</span> }.into_any()
        }
    }
}

/// One row: lead, title, second line, and whatever stands at its end. With `href` or `on_press` the whole row is a target.
#[component]
pub fn Row(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// The second line.
    #[prop(optional, into)]
    sub: Signal<String>,
    /// What stands at the head.
    #[prop(optional, into)]
    lead: Option<Lead>,
    /// Where it leads.
    #[prop(optional, into)]
    href: Option<String>,
    /// What pressing does.
    #[prop(optional, into)]
    on_press: Option<UnsyncCallback<()>>,
    /// The end of the row: a time, an amount, a badge.
    #[prop(optional, into)]
    end: Option<ViewFn>,
    /// Cut long lines instead of wrapping them; never for amounts.
    #[prop(optional)]
    clip: bool,
    /// A stable name for browser stories.
    #[prop(optional, into)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let (title_class, sub_class) =
        if clip { ("row-title clip", "row-sub clip") } else { ("row-title", "row-sub") };
    let onwards = end.is_none() && (href.is_some() || on_press.is_some());
    let inner = view! {
        {lead.map(lead_view)}
        <span class="row-main">
            <span class=title_class>{title}</span>
            {maybe(move || Some(sub.get()).filter(|s| !s.is_empty()), move |s| view! { <span class=sub_class>{s}</span> })}
        </span>
        {end.map(|end| view! { <span class="row-end">{end.run()}</span> })}
        {onwards.then(|| icon(Icon::Next))}
    };
    match (href, on_press) {
        (Some(href), _) => view! { <a class="row" href=href data-testid=testid>{inner}</a> }.into_any(),
        (None, Some(press)) => {
            view! { <button type="button" class="row" data-testid=testid on:click=move |_| press.run(())>{inner}</button> }
                .into_any()
        }
        (None, None) => view! { <div class="row" data-testid=testid>{inner}</div> }.into_any(),
    }
}

/// Pairs of name and value. `right` sets values at the right edge, as sums stand.
pub fn pairs(right: bool, entries: Vec<(String, AnyView)>) -> AnyView {
    let class = if right { "kv kv--right" } else { "kv" };
    let entries = entries
        .into_iter()
        .map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> })
        .map(IntoAny::into_any)
        .collect_view();
    view! { <dl class=class>{entries}</dl> }.into_any()
}

/// A quiet remark on a tint.
#[component]
pub fn Note(
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    view! { <div class="note">{children()}</div> }.into_any()
}

/// One headline figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub name: String,
    /// The figure, grouped.
    pub value: String,
    /// Its unit: 次, 单, 元.
    pub unit: String,
    /// A line below.
    pub note: String,
    /// Whether it needs a person.
    pub alert: bool,
}

/// A strip of headline figures. `inside` draws it within a card, small.
#[component]
pub fn Figures(
    /// The figures, in their order.
    #[prop(into)]
    figures: Kept<Vec<Figure>>,
    /// Small, within a page of cards.
    #[prop(optional)]
    inside: bool,
) -> impl IntoView {
    let (around, class) = if inside { ("card", "stats stats--sm stats--in stats--4") } else { ("", "stats") };
    let one = |figure: Figure| {
        let class = if figure.alert { "stat is-alert" } else { "stat" };
        view! {
            <div class=class>
                <dt>{figure.name}</dt>
                <dd>{figure.value}<small>{figure.unit}</small></dd>
                {(!figure.note.is_empty()).then(|| view! { <dd class="stat-note">{figure.note}</dd> })}
            </div>
        }
    };
    view! { <div class=around><dl class=class>{fresh(move || figures.get().into_iter().map(one).map(IntoAny::into_any).collect_view())}</dl></div> }.into_any()
}
