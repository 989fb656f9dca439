//! 客户基本信息卡: every field of S92 with its value, the personal ones, and the people there.
//!
//! Floor: screens. This module must not write; each field has its own screen.

use leptos::prelude::*;
use sync_core::{
    domain::customer::{CardField, CustomerRefusal, FieldValue, PersonalField},
    op::Op,
    paper::Outcome,
    refusal::Refusal,
    replica::Replica,
    unit::{ChangeId, CustomerId},
};

use super::parts::{self, NotHere, SubHead};
use crate::{
    field::{
        app::Field,
        router::Route,
        texts::{self, ms},
    },
    ui::{Action, Body, Icon, Row, Section, Tone, badge, format, fresh, kept, t},
};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    field: CardField,
    value: String,
    source: String,
    conflict: bool,
    /// An own value that binds the company and waits beside the one in use: whose are which, and where it is told.
    undecided: Option<(String, Route)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    name: String,
    lines: Vec<Line>,
    personal: Vec<(PersonalField, String)>,
    contacts: Vec<(ChangeId, String, String)>,
    since: Option<i64>,
}

fn page(field: Field, id: CustomerId) -> Option<Page> {
    field.read(|book| {
        let card = book.customer(id).filter(|card| card.exists())?;
        let in_conflict: Vec<CardField> = card.conflicts().map(|(field, _)| field).collect();
        let mut undecided = undecided(book, id);
        let lines = CardField::ALL
            .into_iter()
            .map(|field| {
                let current = card.fields.get(&field).and_then(|register| register.current());
                Line {
                    field,
                    value: current.map(|(_, write)| texts::value(&write.value)).unwrap_or_default(),
                    source: current.map_or_else(String::new, |(_, write)| {
                        let day = format::day(format::local(ms(write.at)).date());
                        match texts::staff_known(book, write.by) {
                            Some(name) => format!("{name} · {day}"),
                            None => day,
                        }
                    }),
                    conflict: in_conflict.contains(&field),
                    undecided: undecided
                        .iter()
                        .position(|(of, ..)| *of == field)
                        .map(|at| undecided.swap_remove(at))
                        .map(|(_, said, to)| (said, to)),
                }
            })
            .collect();
        let personal_card = book.personal_card(id);
        let personal = PersonalField::ALL
            .into_iter()
            .map(|field| {
                let words = personal_card
                    .and_then(|card| card.fields.get(&field))
                    .and_then(|register| register.value())
                    .map(ToString::to_string);
                (field, words.unwrap_or_default())
            })
            .collect();
        let contacts = card
            .contacts
            .elements()
            .map(|(change, contact)| {
                let details: Vec<&str> = [contact.position.as_str(), contact.phone.as_str()]
                    .into_iter()
                    .filter(|text| !text.is_empty())
                    .collect();
                (change, contact.name.to_string(), details.join(" · "))
            })
            .collect();
        Some(Page { name: card.name().to_owned(), lines, personal, contacts, since: card.created.map(ms) })
    })
}

/// The own changes that wait because somebody else wrote the same binding field without knowing of them: both values, and
/// whose they are.
fn undecided(book: &Replica, id: CustomerId) -> Vec<(CardField, String, Route)> {
    let device = book.identity().device;
    let words = |value: &FieldValue| {
        let words = texts::value(value);
        if words.is_empty() { t!("card-empty") } else { words }
    };
    let waits = book.held().into_iter().filter(|(_, outcome)| outcome.and_then(Outcome::settled).is_none());
    waits
        .filter_map(|(held, _)| {
            let Refusal::Customer(CustomerRefusal::Undecided { field, theirs, by, .. }) = &held.reason else {
                return None;
            };
            let op = held.op().ok()?;
            let Op::CardFieldSet(set) = op.said() else { return None };
            let here = held.id.device == device;
            let to = if here { Route::OutboxLine(held.id.seq) } else { Route::CardField(id, *field) };
            let said = t!(
                "card-undecided",
                mine = words(&set.value),
                who = texts::staff_name(book, *by),
                theirs = words(theirs)
            );
            (set.customer == id).then_some((*field, said, to))
        })
        .collect()
}

/// The card of a customer.
#[component]
pub(super) fn Card(
    /// Whose.
    id: CustomerId,
) -> impl IntoView {
    let field = parts::field();
    let page = kept(move || page(field, id));
    fresh(move || match page.get() {
        None => view! { <NotHere up=Route::Customers /> }.into_any(),
        Some(page) => whole(id, page),
    })
}

fn whole(id: CustomerId, page: Page) -> AnyView {
    let (first, second): (Vec<Line>, Vec<Line>) =
        page.lines.into_iter().partition(|line| !is_appraisal(line.field));
    let since = page
        .since
        .map(|since| t!("card-since", day = format::full_day(format::local(since).date())))
        .unwrap_or_default();
    let contacts = page
        .contacts
        .into_iter()
        .map(|(change, name, details)| {
            view! { <Row title=name sub=details href=Route::Contact(id, Some(change)).href() testid="contact-row" /> }
        })
        .map(IntoAny::into_any).collect_view();
    let personal = page
        .personal
        .into_iter()
        .map(|(field, words)| {
            line_row(texts::personal_field(field), words, String::new(), Route::Personal(id, field), None)
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! {
        <SubHead title=t!("customer-card") sub=page.name up=Route::Customer(id) />
        <Body>
            <Section title=t!("card-basics") note=since />
            <section class="card rows" aria-label=t!("card-basics")>{card_rows(id, first)}</section>
            <Section title=t!("card-people") action=Action::page(t!("do-add"), Route::Contact(id, None).href()) />
            <section class="card rows" aria-label=t!("card-people")>
                {contacts}
                <Row title=t!("contact-add") href=Route::Contact(id, None).href() testid="contact-add" />
            </section>
            <Section title=t!("card-appraisal") />
            <section class="card rows" aria-label=t!("card-appraisal")>{card_rows(id, second)}</section>
            <Section title=t!("card-personal") note=t!("card-personal-note") />
            <section class="card rows" aria-label=t!("card-personal")>{personal}</section>
        </Body>
    }
    .into_any()
}

/// The fields that appraise a customer rather than describe it. Source: S81, S82.
pub(crate) const fn is_appraisal(field: CardField) -> bool {
    matches!(
        field,
        CardField::Stage
            | CardField::MarketPotential
            | CardField::Direction
            | CardField::Credit
            | CardField::Competitiveness
    )
}

fn card_rows(id: CustomerId, lines: Vec<Line>) -> AnyView {
    lines
        .into_iter()
        .map(|line| {
            let name = texts::card_field(line.field);
            if let Some((both, to)) = line.undecided {
                let mark = badge(Tone::Held, Some(Icon::Hold), t!("card-undecided-mark"));
                return line_row(name, line.value, both, to, Some(mark));
            }
            let to = if line.conflict {
                Route::Conflict(id, line.field)
            } else {
                Route::CardField(id, line.field)
            };
            let mark =
                line.conflict.then(|| badge(Tone::Finding, Some(Icon::Info), t!("customers-conflict")));
            line_row(name, line.value, line.source, to, mark)
        })
        .map(IntoAny::into_any)
        .collect_view()
        .into_any()
}

fn line_row(name: String, value: String, source: String, to: Route, mark: Option<AnyView>) -> AnyView {
    let empty = value.is_empty();
    let shown = if empty { t!("card-empty") } else { value };
    view! {
        <a class="row" href=to.href() data-testid="card-line">
            <span class="row-main">
                <span class="row-sub">{name}</span>
                <span class=if empty { "row-title faint" } else { "row-title" }>{shown}</span>
                {(!source.is_empty() && (!empty || mark.is_some())).then(|| view! { <span class="tiny faint">{source}</span> })}
            </span>
            {mark}
            {crate::ui::icon(Icon::Next)}
        </a>
    }
    .into_any()
}
