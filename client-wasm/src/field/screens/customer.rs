//! F06 客户页: how one stands with a customer, the four gestures, and all that happened.
//!
//! Floor: screens. This module must not write; each gesture has its own screen.

use leptos::prelude::*;
use sync_core::{
    domain::customer::CardField,
    time::{Timestamp, business_date},
    unit::{CustomerId, Money},
};

use super::{
    look, owed,
    parts::{self, NotHere, PhoneTabs, SubHead},
    timeline::{self, PaperRow},
};
use crate::{
    field::{
        app::Field,
        router::{self, Route},
        texts::{self, ms},
    },
    ui::{
        Action, Banner, Body, EmptyState, Figure, Figures, Icon, IconButton, Kept, Row, Section, Tab, Tone,
        format, fresh, icon, kept, pairs, t,
    },
};

/// So many rows of the timeline are drawn at first.
const FIRST_ROWS: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    name: String,
    sub: String,
    due: Money,
    orders: usize,
    ordered: Money,
    last_visit: Option<Timestamp>,
    contact: Option<(String, String)>,
    phone: String,
    address: String,
    organisation: String,
    filled: usize,
    missing: Vec<String>,
    conflicts: Vec<CardField>,
    account: owed::Account,
}

fn page(field: Field, id: CustomerId) -> Option<Page> {
    use chrono::Datelike;
    let this_year = business_date(field.now()).0.year();
    field.read(|book| {
        let card = book.customer(id).filter(|card| card.exists())?;
        let with = look::dealings_with(book, id);
        let taken = book.orders().filter_map(|(_, order)| order.recorded.as_ref());
        let this_year: Vec<Money> = taken
            .filter(|taken| taken.what.customer == id)
            .filter(|taken| business_date(taken.at).0.year() == this_year)
            .map(|taken| taken.what.total())
            .collect();
        let shown = |field: CardField| card.value(field).map(texts::value).filter(|text| !text.is_empty());
        let missing: Vec<String> = CardField::ALL
            .into_iter()
            .filter(|field| shown(*field).is_none())
            .map(texts::card_field)
            .collect();
        let sub: Vec<String> = [CardField::County, CardField::Stage].into_iter().filter_map(shown).collect();
        Some(Page {
            name: card.name().to_owned(),
            sub: sub.join(" · "),
            due: with.due(),
            orders: this_year.len(),
            ordered: this_year.into_iter().sum(),
            last_visit: with.last_visit,
            contact: card
                .contacts
                .elements()
                .next()
                .map(|(_, contact)| (contact.name.to_string(), contact.phone.to_string())),
            phone: card.text(CardField::Phone).to_owned(),
            address: shown(CardField::RegisteredAddress).unwrap_or_default(),
            organisation: shown(CardField::Organisation).unwrap_or_default(),
            filled: CardField::ALL.len() - missing.len(),
            missing,
            conflicts: card.conflicts().map(|(field, _)| field).collect(),
            account: owed::account(book, id, business_date(field.now())),
        })
    })
}

/// A customer.
#[component]
pub(super) fn Customer(
    /// Which.
    id: CustomerId,
) -> impl IntoView {
    let field = parts::field();
    let page = kept(move || page(field, id));
    let known = kept(move || page.with(Option::is_some));
    fresh(move || {
        if known.get() {
            view! { <Known id=id page=page /> }.into_any()
        } else {
            view! { <NotHere up=Route::Customers /> }.into_any()
        }
    })
}

#[component]
fn Known(id: CustomerId, page: Kept<Option<Page>>) -> impl IntoView {
    let now = parts::now();
    let of = move |read: fn(&Page) -> String| {
        Signal::derive(move || page.with(|page| page.as_ref().map(read).unwrap_or_default()))
    };
    let actions = move || {
        let phone = page.with_untracked(|page| page.as_ref().map(any_phone).unwrap_or_default());
        view! {
            {(!phone.is_empty()).then(|| view! { <a class="iconbtn" href=format!("tel:{phone}") aria-label=t!("customer-call")>{icon(Icon::Phone)}</a> })}
            <IconButton icon=Icon::Pen label=t!("customer-card") on_press=move || router::go(Route::Card(id)) />
        }
    };
    view! {
        <SubHead title=of(|page| page.name.clone()) sub=of(|page| page.sub.clone()) up=Route::Customers actions=actions />
        <Body>
            {fresh(move || page.get().map(|page| conflicts(id, &page.conflicts)))}
            {fresh(move || page.get().map(|page| standing(id, &page, now.get())))}
            {fresh(move || page.get().map(|page| owed::account_card(id, &page.account)))}
            <nav class="quick" aria-label=t!("customer-actions")>
                <a class="btn" href=Route::Visit(id).href() data-testid="do-visit">{icon(Icon::Visit)}<span>{t!("customer-visit")}</span></a>
                <a class="btn" href=Route::Order(id).href() data-testid="do-order">{icon(Icon::Order)}<span>{t!("customer-order")}</span></a>
                <a class="btn" href=Route::Collect(id).href() data-testid="do-collect">{icon(Icon::Cash)}<span>{t!("customer-collect")}</span></a>
                <a class="btn" href=Route::Card(id).href() data-testid="do-card">{icon(Icon::File)}<span>{t!("customer-fill")}</span></a>
            </nav>
            <Happened id=id />
        </Body>
        <PhoneTabs current=Tab::Customers />
    }
}

fn any_phone(page: &Page) -> String {
    let contact = page.contact.as_ref().map(|(_, phone)| phone.clone()).filter(|phone| !phone.is_empty());
    contact.unwrap_or_else(|| page.phone.clone())
}

fn conflicts(id: CustomerId, fields: &[CardField]) -> AnyView {
    fields
        .iter()
        .map(|field| {
            view! {
                <Banner
                    tone=Tone::Finding
                    icon=Icon::Info
                    lead=t!("customer-conflict", field = texts::card_field(*field))
                    text=t!("customer-conflict-text")
                    action=Action::page(t!("customer-conflict-do"), Route::Conflict(id, *field).href())
                />
            }
        })
        .map(IntoAny::into_any)
        .collect_view()
        .into_any()
}

fn standing(id: CustomerId, page: &Page, now: i64) -> AnyView {
    let figure = |name: String, value: String, unit: String, note: String| Figure {
        name,
        value,
        unit,
        note,
        alert: false,
    };
    let due_note = if page.due > Money::ZERO {
        t!("customer-due-note")
    } else if page.account.waits() {
        t!("customer-collected-note")
    } else {
        t!("customer-clear-note")
    };
    let seen = page.last_visit.map_or_else(|| t!("customers-never"), |last| format::age(now, ms(last)));
    let figures = vec![
        figure(t!("customers-due"), format::sum(page.due), String::new(), due_note),
        figure(
            t!("customer-orders"),
            page.orders.to_string(),
            String::new(),
            t!("unit-yuan", amount = format::sum(page.ordered)),
        ),
        figure(t!("customer-seen"), seen, String::new(), String::new()),
    ];
    let contact = page.contact.clone().map(|(name, phone)| {
        let call = phone.clone();
        let number =
            (!phone.is_empty()).then(|| view! { <a class="link num" href=format!("tel:{call}")>{phone}</a> });
        (t!("contact-title"), view! { {name}" "{number} }.into_any())
    });
    let plain = |name: String, value: &str| (!value.is_empty()).then(|| (name, value.to_owned().into_any()));
    let phone = (!page.phone.is_empty()).then(|| {
        let number = page.phone.clone();
        (
            t!("card-phone"),
            view! { <a class="link num" href=format!("tel:{number}")>{page.phone.clone()}</a> }.into_any(),
        )
    });
    let entries: Vec<_> = [
        contact,
        phone,
        plain(t!("customer-address"), &page.address),
        plain(t!("card-organisation"), &page.organisation),
    ]
    .into_iter()
    .flatten()
    .collect();
    let kept = (!entries.is_empty())
        .then(|| view! { <hr class="rule" /><div class="card--pad">{pairs(false, entries)}</div> });
    let missing = match page.missing.len() {
        0 => t!("customer-card-full", count = page.filled),
        missing => {
            let names: Vec<String> = page.missing.iter().take(3).cloned().collect();
            let names = names.join(&t!("phone-comma"));
            t!("customer-card-missing", count = page.filled, missing = missing, names = names)
        }
    };
    view! {
        <section class="card" aria-label=t!("customer-standing")>
            <Figures figures=figures inside=true />
            {kept}
            <div class="ruled"><Row title=t!("customer-card") sub=missing href=Route::Card(id).href() testid="card-row" /></div>
        </section>
    }
    .into_any()
}

/// What happened, with a filter.
#[component]
fn Happened(id: CustomerId) -> impl IntoView {
    let field = parts::field();
    let now = parts::now();
    let link = field.link();
    let kind = RwSignal::new(None::<&'static str>);
    let whole = RwSignal::new(false);
    let rows = kept(move || {
        link.track();
        field.read(|book| timeline::with_customer(book, field, id))
    });
    let chip = move |mine: Option<&'static str>, word: String| {
        view! {
            <button
                type="button"
                class="chip chip--sm"
                aria-pressed=move || if kind.get() == mine { "true" } else { "false" }
                on:click=move |_| kind.set(mine)
            >
                {word}
            </button>
        }
    };
    view! {
        <Section title=t!("customer-happened") />
        <div class="chips" role="group" aria-label=t!("customer-filter")>
            {chip(None, t!("customer-all"))}
            {chip(Some("visit"), t!("customer-visits"))}
            {chip(Some("order"), t!("customer-orders-only"))}
            {chip(Some("money"), t!("customer-money"))}
        </div>
        {fresh(move || {
            let of_kind: Vec<PaperRow> = rows.with(|rows| {
                rows.iter().filter(|row| kind.get().is_none_or(|kind| row.kind == kind)).cloned().collect()
            });
            if of_kind.is_empty() {
                return view! {
                    <section class="card"><EmptyState icon=Icon::Clock title=t!("customer-nothing") text=t!("customer-nothing-text") /></section>
                }.into_any();
            }
            let now = now.get();
            let more = of_kind.len() > FIRST_ROWS && !whole.get();
            let shown = if whole.get() { usize::MAX } else { FIRST_ROWS };
            let drawn = of_kind.into_iter().take(shown).map(|row| timeline::paper_row(row, now)).map(IntoAny::into_any).collect_view();
            view! {
                <section class="card rows" aria-label=t!("customer-happened")>{drawn}</section>
                {more.then(|| view! { <button type="button" class="btn btn--block" on:click=move |_| whole.set(true)>{t!("customer-more")}</button> })}
            }.into_any()
        })}
    }
}
