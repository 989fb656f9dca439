//! 客户档案 (O07): the whole card with who wrote what when, values that lost, the people there, and the timeline.
//!
//! Floor: office, a screen. This module must not show a personal field the server did not send.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::customer::{FieldValue, Stage};

use super::account::CustomerAccount;
use super::card::{field_name, value_words};
use super::cells::nothing;
use super::handing::{Handing, Owned};
use super::timeline::CustomerTimeline;
use crate::office::api::At;
use crate::office::api::papers::{CustomerPage, FieldRow, PersonalRow, Written};
use crate::office::api::people::Person;
use crate::office::fetched::fetched;
use crate::office::gesture::Gesture;
use crate::office::list::print_foot;
use crate::ui::{
    Button, ButtonKind, ButtonLink, ButtonSize, Icon, Page, Panel, Tone, badge, format, icon, pairs, t,
};

/// The fields in the order of the card.
const ORDER: [&str; 16] = [
    "name",
    "county",
    "registered-address",
    "phone",
    "legal-representative",
    "founded-on",
    "trading-since",
    "organisation",
    "employees",
    "annual-sales",
    "stage",
    "location",
    "market-potential",
    "direction",
    "credit",
    "competitiveness",
];

/// One customer.
#[component]
pub(in crate::office) fn Customer(id: String) -> impl IntoView {
    let path = format!("/customers/{id}");
    let id = StoredValue::new(id);
    let fetched = fetched::<CustomerPage>(move || path.clone());
    // Drawn anew only when the card itself has changed, so that a sheet over it stays open.
    let page = Memo::new(move |_| fetched.shown.get());
    let title = move || {
        let name = fetched.shown.with(|page| page.as_ref().map(|page| page.name.clone()));
        name.unwrap_or_else(|| t!("nav-customers"))
    };
    let sub = move || {
        let line = fetched.shown.with(|page| page.as_ref().map(head_line));
        line.map(|line| fetched.as_of(line)).unwrap_or_default()
    };
    let owned = Memo::new(move |_| {
        page.with(|page| {
            page.as_ref().map_or_else(Owned::default, |page| Owned {
                customer: page.id.clone(),
                owner: page.owner.as_ref().map(|owner| owner.id.clone()).unwrap_or_default(),
            })
        })
    });
    let here = Memo::new(move |_| page.with(Option::is_some));
    let end = move || {
        let print = || {
            // A browser without a printer says so itself.
            let _ = window().print();
        };
        view! {
            <ButtonLink label=t!("customers-back") href="#/customers" icon=Icon::Back />
            <ButtonLink label=t!("nav-feed") href=format!("#/feed?customer={}", id.get_value()) icon=Icon::Feed />
            <Button label=t!("do-print") icon=Icon::Print on_press=print />
            <Show when=move || here.get()><Handing owned=owned.into() /></Show>
        }
        .into_any()
    };
    view! {
        <Page title=Signal::derive(title) sub=Signal::derive(sub) end=end>
            {fetched.or_wait()}
            {move || page.with(|page| page.as_ref().map(whole))}
            <CustomerAccount id=id.get_value() />
            <CustomerTimeline id=id.get_value() />
            {print_foot(move || fetched.shown.with(|page| page.as_ref().map(|page| page.name.clone())).unwrap_or_default())}
        </Page>
    }
    .into_any()
}

fn head_line(page: &CustomerPage) -> String {
    let text = |field: &str| {
        let row = page.fields.iter().find(|row| row.field == field);
        row.and_then(|row| row.value.as_ref()).map(value_words).unwrap_or_default()
    };
    let owner = page.owner.as_ref().map(|owner| t!("customers-owner", who = &owner.name));
    let since = page.created.map(|at| t!("customers-since", day = format::full_day(at.day())));
    [Some(text("county")), owner, since]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

fn whole(page: &CustomerPage) -> AnyView {
    let filled = page.fields.iter().filter(|row| is_filled(row)).count();
    let card_title = t!("customers-card");
    let count = t!("customers-filled", filled = filled, all = ORDER.len());
    let rows = ORDER.iter().map(|field| field_rows(page, field)).collect_view();
    let (dealings, contacts, personal) = (dealings(page), contacts(page), personal(page.personal.as_deref()));
    view! {
        <section class="panel"><div class="panel-body">{stages(page)}</div></section>
        <div class="cols cols--rail" data-testid="customer">
            <section class="panel">
                <div class="panel-head"><h2>{card_title.clone()}</h2><div class="panel-head-end"><span>{count}</span></div></div>
                <table class="table table--dense card-table" aria-label=card_title>
                    <thead class="sr"><tr><th scope="col">{t!("col-field")}</th><th scope="col">{t!("col-value")}</th><th scope="col">{t!("col-by")}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
            <div class="stack stack--g">
                <Panel title=t!("customers-dealings") padded=true>{dealings}</Panel>
                <Panel title=t!("customers-contacts")>{contacts}</Panel>
                <Panel title=t!("customers-personal") padded=true>{personal}</Panel>
            </div>
        </div>
    }
    .into_any()
}

fn is_filled(row: &FieldRow) -> bool {
    row.value.as_ref().is_some_and(|value| !value_words(value).is_empty())
}

/// Where the customer stands in its life (S81), read off the stage.
fn stages(page: &CustomerPage) -> AnyView {
    let now = page.fields.iter().find(|row| row.field == "stage");
    let reached = now.and_then(|row| match row.value {
        Some(FieldValue::Stage(stage)) => Some(stage),
        _ => None,
    });
    let since = now.and_then(|row| row.at);
    let one = |(stage, seal, name): (Stage, &str, &str)| {
        let class = match reached {
            Some(reached) if stage < reached => "stamp is-done",
            Some(reached) if stage == reached => "stamp is-now",
            _ => "stamp is-wait",
        };
        let meta = since.filter(|_| reached == Some(stage)).map(|at| format::full_day(at.day()));
        view! {
            <li class=class>
                <span class="seal" aria-hidden="true">{t!(seal)}</span>
                <div><div class="stamp-title">{t!(name)}</div><div class="stamp-meta">{meta}</div></div>
            </li>
        }
    };
    let stages = [
        (Stage::Potential, "seals-potential", "stage-potential"),
        (Stage::FirstContact, "seals-first-contact", "stage-first-contact"),
        (Stage::Signed, "seals-signed", "stage-signed"),
        (Stage::Maintained, "seals-maintained", "stage-maintained"),
    ];
    view! { <ol class="stamps stamps--across">{stages.into_iter().map(one).collect_view()}</ol> }.into_any()
}

fn written(by: Option<&Person>, at: Option<At>) -> String {
    match (by, at) {
        (Some(by), Some(at)) => format!("{} · {}", by.name, at.moment()),
        _ => String::new(),
    }
}

fn field_rows(page: &CustomerPage, field: &str) -> AnyView {
    let row = page.fields.iter().find(|row| row.field == field);
    let value = row.and_then(|row| row.value.as_ref()).map(value_words).filter(|words| !words.is_empty());
    let both = row.is_some_and(|row| !row.losing.is_empty());
    let shown = match value {
        Some(value) => view! { {value} }.into_any(),
        None => view! { <span class="is-soon">{t!("customers-empty")}</span> }.into_any(),
    };
    let losing = row.map(|row| {
        let gesture = Gesture::new();
        let lines = row.losing.iter().map(|lost| losing_row(page, row, lost, gesture)).collect_view();
        view! { {lines} }
    });
    view! {
        <tr>
            <th scope="row" class="faint nowrap">{field_name(field)}</th>
            <td>{shown}" "{both.then(|| badge(Tone::Finding, Some(Icon::Info), t!("conflicts-both")))}</td>
            <td class="faint tiny nowrap right">{row.map(|row| written(row.by.as_ref(), row.at))}</td>
        </tr>
        {losing}
    }
    .into_any()
}

/// The command that writes a value over everything that stands in the field.
pub(super) fn settle(
    customer: &str,
    row_field: &str,
    heads: &[sync_core::unit::ChangeId],
    value: Option<&FieldValue>,
) -> serde_json::Value {
    json!({ "op": "card-field-set", "customer": customer, "field": row_field, "value": value, "replaces": heads })
}

fn losing_row(page: &CustomerPage, row: &FieldRow, lost: &Written, gesture: Gesture) -> AnyView {
    let words = lost.value.as_ref().map_or_else(nothing, value_words);
    let content = settle(&page.id, &row.field, &row.heads, lost.value.as_ref());
    let restore = move || gesture.command(content.clone(), t!("conflicts-settled"), || {});
    view! {
        <tr class="why">
            <td class="tiny">{t!("conflicts-other")}</td>
            <td>
                <span class="strong">{words}</span>
                <span class="sub">{written(Some(&lost.by), Some(lost.at))}</span>
                {gesture.note()}
            </td>
            <td class="right"><Button attr:data-testid="restore" label=t!("conflict-restore") size=ButtonSize::Small kind=ButtonKind::Plain on_press=restore /></td>
        </tr>
    }
    .into_any()
}

fn dealings(page: &CustomerPage) -> AnyView {
    let paid = t!("unit-yuan", amount = format::sum(page.paid));
    let owner = page.owner.as_ref().map_or_else(nothing, |owner| owner.name.clone());
    let entered = page.created.map_or_else(nothing, |at| format::full_day(at.day()));
    pairs(
        true,
        vec![
            (t!("col-paid"), paid.into_any()),
            (t!("col-owner"), owner.into_any()),
            (t!("customers-entered"), entered.into_any()),
        ],
    )
}

fn contacts(page: &CustomerPage) -> AnyView {
    if page.contacts.is_empty() {
        return view! { <p class="panel-body small muted">{t!("customers-no-contacts")}</p> }.into_any();
    }
    let one = |contact: &crate::office::api::papers::ContactRow| {
        view! {
            <div class="row">
                <span class="row-main"><span class="row-title">{contact.name.clone()}</span><span class="row-sub">{contact.position.clone()}</span></span>
                <span class="row-end num">{contact.phone.clone()}</span>
            </div>
        }
    };
    view! { <div class="rows">{page.contacts.iter().map(one).collect_view()}</div> }.into_any()
}

fn personal(fields: Option<&[PersonalRow]>) -> AnyView {
    let Some(fields) = fields else {
        return view! {
            <p class="line line--top small"><span class="faint">{icon(Icon::Lock)}</span><span>{t!("customers-personal-masked")}</span></p>
        }
        .into_any();
    };
    let entries: Vec<_> = fields
        .iter()
        .map(|row| {
            let words = row.value.as_str().map_or_else(
                || row.value.get("value").and_then(|value| value.as_str()).unwrap_or_default().to_owned(),
                str::to_owned,
            );
            let who = written(row.by.as_ref(), row.at);
            let view =
                view! { {super::cells::or_nothing(&words)}<span class="sub blk tiny faint">{who}</span> }
                    .into_any();
            (t!(&format!("personal-{}", row.field)), view)
        })
        .collect();
    if entries.is_empty() {
        return view! { <p class="small muted">{t!("customers-personal-none")}</p> }.into_any();
    }
    pairs(false, entries)
}
