//! F23 ＋记一笔: one entrance, two presses; the nearest or latest customer stands first.
//!
//! Floor: screens. This module must not ask for the place by itself.

use leptos::prelude::*;
use sync_core::{
    time::business_date,
    unit::{CustomerId, Money},
};

use super::{
    customers::{self, Line, words_of},
    look,
    parts::{self, RecordSheetOpen},
    place,
};
use crate::{
    field::{
        router::{self, Route},
        texts::ms,
    },
    ui::{Button, ButtonSize, Icon, Lead, Row, SearchField, Sheet, format, fresh, icon_large, t},
};

/// The customer whose page stands open.
const fn on_page(route: Route) -> Option<CustomerId> {
    match route {
        Route::Customer(id)
        | Route::Card(id)
        | Route::CardField(id, _)
        | Route::Personal(id, _)
        | Route::Contact(id, _)
        | Route::Conflict(id, _) => Some(id),
        _ => None,
    }
}

/// Farther away than this, being nearest says nothing.
const NEAR_METRES: u32 = 2_000;

/// Customers with the nearest first where the phone knows its place, else the latest dealt with first.
fn ordered(field: crate::field::app::Field, lines: &mut [Line]) {
    let here = place::last();
    field.peek(|book| {
        lines.sort_by_cached_key(|line| {
            let away = here
                .zip(place::of_customer(book, line.id))
                .map(|(here, there)| place::metres(here, there))
                .filter(|metres| *metres <= NEAR_METRES)
                .unwrap_or(u32::MAX);
            (away, std::cmp::Reverse(line.last_act), line.name.clone())
        });
    });
}

/// The sheet. It stands beside the pages and opens over any of them.
#[component]
pub(super) fn RecordSheet(
    /// The page below.
    route: ReadSignal<Route>,
) -> impl IntoView {
    let open = expect_context::<RecordSheetOpen>().0;
    let close = move || open.set(false);
    Effect::new(move |_| {
        route.track();
        open.set(false);
    });
    view! {
        <Sheet open=open on_close=close title=t!("tab-record")>
            <Inside route=route close=UnsyncCallback::new(move |()| close()) />
        </Sheet>
    }
}

#[component]
fn Inside(route: ReadSignal<Route>, close: UnsyncCallback<()>) -> impl IntoView {
    let field = parts::field();
    let lines = StoredValue::new({
        let mut lines = untrack(|| customers::lines(field));
        ordered(field, &mut lines);
        lines
    });
    let suggested = on_page(route.get_untracked())
        .or_else(|| lines.with_value(|lines| lines.first().map(|line| line.id)));
    let chosen = RwSignal::new(suggested);
    let choosing = RwSignal::new(false);
    view! {
        {fresh(move || if choosing.get() {
            view! { <Choose lines=lines chosen=chosen choosing=choosing /> }.into_any()
        } else {
            view! { <Tiles lines=lines chosen=chosen choosing=choosing /> }.into_any()
        })}
        <Button label=t!("do-close") size=ButtonSize::Block on_press=move || close.run(()) />
    }
}

#[component]
fn Choose(
    lines: StoredValue<Vec<Line>>,
    chosen: RwSignal<Option<CustomerId>>,
    choosing: RwSignal<bool>,
) -> impl IntoView {
    const MOST: usize = 30;
    let typed = RwSignal::new(String::new());
    let here = place::last();
    let field = parts::field();
    view! {
        <SearchField label=t!("customers-search") value=typed testid="record-search" />
        <div class="card rows picklist">
            {fresh(move || {
                let words = words_of(&typed.get());
                lines.with_value(|lines| {
                    lines
                        .iter()
                        .filter(|line| line.matches(&words))
                        .take(MOST)
                        .map(|line| {
                            let id = line.id;
                            let away = here
                                .zip(field.peek(|book| place::of_customer(book, id)))
                                .map(|(here, there)| place::distance(place::metres(here, there)));
                            let sub = [Some(line.place.clone()), away]
                                .into_iter()
                                .flatten()
                                .filter(|text| !text.is_empty())
                                .collect::<Vec<_>>()
                                .join(" · ");
                            let pick = move || {
                                chosen.set(Some(id));
                                choosing.set(false);
                            };
                            view! { <Row lead=Lead::Letter(line.name.clone()) title=line.name.clone() sub=sub clip=true on_press=pick testid="record-customer" /> }
                        })
                        .map(IntoAny::into_any).collect_view()
                })
            })}
        </div>
    }
}

#[component]
fn Tiles(
    lines: StoredValue<Vec<Line>>,
    chosen: RwSignal<Option<CustomerId>>,
    choosing: RwSignal<bool>,
) -> impl IntoView {
    let field = parts::field();
    let now = parts::now().get_untracked();
    let (takes_cash, held, left, list) = field.peek(|book| {
        let held = book.cash_in_hand();
        let left = book.share(field.now()).less(held.max(Money::ZERO)).limit();
        let list = book
            .price_list_on(business_date(field.now()))
            .and_then(|(_, list)| list.issued.as_ref())
            .map(|issued| issued.what.version.to_string());
        (look::may_take_cash(book, field.now()), held, left, list)
    });
    let line = move || {
        let id = chosen.get()?;
        lines.with_value(|lines| lines.iter().find(|line| line.id == id).cloned())
    };
    let tile = |glyph: Icon, word: String, note: String, to: Route, name: &'static str| {
        view! {
            <button type="button" class="rec" data-testid=name on:click=move |_| router::go(to)>
                {icon_large(glyph)}<b>{word}</b><span>{note}</span>
            </button>
        }
        .into_any()
    };
    let for_customer = move || {
        let line = line()?;
        let seen = line.last_visit.map_or_else(
            || t!("customers-never"),
            |last| t!("record-seen", age = format::age(now, ms(last))),
        );
        let cash_note =
            if takes_cash { t!("record-left", amount = format::sum(left)) } else { t!("collect-transfer") };
        let list = list
            .clone()
            .map_or_else(|| t!("order-no-list-short"), |version| t!("record-list", version = version));
        Some(vec![
            tile(Icon::Cash, t!("customer-collect"), cash_note, Route::Collect(line.id), "record-collect"),
            tile(Icon::Visit, t!("customer-visit"), seen, Route::Visit(line.id), "record-visit"),
            tile(Icon::Order, t!("customer-order"), list, Route::Order(line.id), "record-order"),
        ])
    };
    let remit = takes_cash.then(|| {
        tile(
            Icon::Bank,
            t!("remit-title"),
            t!("record-held", amount = format::sum(held)),
            Route::Remit,
            "record-remit",
        )
    });
    view! {
        {fresh(move || line().map(|line| view! {
            <div class="line line--between">
                <span class="small muted">{t!("record-for")}" "<b data-testid="record-for">{line.name}</b></span>
                <button type="button" class="btn btn--quiet" data-testid="record-other" on:click=move |_| choosing.set(true)>{t!("record-other")}</button>
            </div>
        }))}
        <div class="record">
            {for_customer}
            {remit}
            {tile(Icon::People, t!("customers-new"), t!("record-new-note"), Route::NewCustomer, "record-new")}
        </div>
    }
}
