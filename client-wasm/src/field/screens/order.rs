//! F08 下订单: lines at the prices of the list in force, their sums, and the terms. Source: S5, S42.
//!
//! Floor: screens. This module must not change a price.

use leptos::prelude::*;
use sync_core::{
    domain::sale::{OrderLine, OrderRefusal, OrderTaken},
    op::Op,
    refusal::{Finding, Refusal},
    replica::Replica,
    time::{BusinessDate, business_date},
    unit::{CustomerId, Money, PriceListId, Quantity, Text, UnitPrice},
};

use super::{
    again::{Again, instead, named},
    drafts::{Form, Slot},
    parts::{self, NotHere, Saving, SubHead},
    pick_product::{self, Lines, Offered, PickProduct},
};
use crate::{
    field::{
        app::RecordError,
        router::{self, Route},
        texts,
    },
    ui::{
        ActionBar, Banner, Body, Button, ButtonKind, ButtonSize, EmptyState, Icon, IconButton, Kept, Stepper,
        TextArea, TextField, TextKind, Tone, focus, format, fresh, icon, kept, sum_view, t, tell,
    },
};

#[derive(Clone, Copy)]
struct OrderForm {
    lines: Lines,
    deliver_by: RwSignal<String>,
    deliver_to: RwSignal<String>,
    payer: RwSignal<String>,
    note: RwSignal<String>,
    lines_error: RwSignal<Option<String>>,
    by_error: RwSignal<Option<String>>,
    to_error: RwSignal<Option<String>>,
    payer_error: RwSignal<Option<String>>,
    note_error: RwSignal<Option<String>>,
}

impl Form for OrderForm {
    fn is_begun(&self) -> bool {
        let written = |text: RwSignal<String>| text.with_untracked(|text| !text.trim().is_empty());
        !untrack(|| self.lines.pieces()).is_empty()
            || [self.deliver_by, self.deliver_to, self.payer, self.note].into_iter().any(written)
    }

    fn slots(&self) -> Vec<Slot> {
        let texts = [self.deliver_by, self.deliver_to, self.payer, self.note].map(Slot::Text);
        [Slot::Lines(self.lines)].into_iter().chain(texts).collect()
    }
}

/// What is checked before the rules are asked: everything but the lines.
struct Terms {
    deliver_by: Option<BusinessDate>,
    deliver_to: Text<0, 200>,
    payer: Text<0, 60>,
    note: Text<0, 500>,
}

impl OrderForm {
    fn of(order: Option<&OrderTaken>) -> Self {
        let none = || RwSignal::new(None::<String>);
        let word = |said: fn(&OrderTaken) -> String| RwSignal::new(order.map(said).unwrap_or_default());
        let lines = Lines::none();
        for line in order.into_iter().flat_map(|order| &order.lines) {
            lines.put(line.product, line.quantity.pieces());
        }
        Self {
            lines,
            deliver_by: word(|order| order.deliver_by.map(|on| on.to_string()).unwrap_or_default()),
            deliver_to: word(|order| order.deliver_to.to_string()),
            payer: word(|order| order.payer.to_string()),
            note: word(|order| order.note.to_string()),
            lines_error: none(),
            by_error: none(),
            to_error: none(),
            payer_error: none(),
            note_error: none(),
        }
    }

    fn terms(&self) -> Option<Terms> {
        let typed = self.deliver_by.get_untracked();
        let deliver_by = format::typed_day(&typed).map(BusinessDate);
        let bad_date = deliver_by.is_none() && !typed.trim().is_empty();
        self.by_error.set(bad_date.then(|| t!("value-not-a-date")));
        let deliver_to = checked(self.deliver_to, self.to_error);
        let payer = checked(self.payer, self.payer_error);
        let note = checked(self.note, self.note_error);
        if bad_date {
            return None;
        }
        Some(Terms { deliver_by, deliver_to: deliver_to?, payer: payer?, note: note? })
    }

    /// Puts a refusal where it belongs; `false` where it is about the whole form.
    fn explain(&self, error: &RecordError) -> bool {
        let RecordError::Refused(Refusal::Order(refusal)) = error else { return false };
        match refusal {
            OrderRefusal::NoLines
            | OrderRefusal::TooManyLines { .. }
            | OrderRefusal::NotListed { .. }
            | OrderRefusal::NotTheListPrice { .. }
            | OrderRefusal::WrongTotal { .. }
            | OrderRefusal::NoSuchList { .. } => {
                self.lines_error.try_set(Some(texts::not_recorded(error).sentence));
                true
            }
            OrderRefusal::Unknown | OrderRefusal::OtherBody | OrderRefusal::NotYours => false,
        }
    }
}

fn checked<const MOST: usize>(
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
) -> Option<Text<0, MOST>> {
    let read = Text::new(&typed.get_untracked());
    error.set(read.as_ref().err().map(texts::not_a_text));
    read.ok()
}

/// The order, priced from the list known at this very moment.
fn taken(
    book: &Replica,
    day: BusinessDate,
    customer: CustomerId,
    pieces: Vec<(sync_core::unit::ProductId, u32)>,
    terms: Terms,
    number: Option<u32>,
) -> Op {
    let list = book.price_list_on(day);
    let lines = pieces
        .into_iter()
        .filter_map(|(product, pieces)| Some((product, Quantity::new(pieces)?)))
        .map(|(product, quantity)| {
            // A product that has left the list is refused whatever its price.
            let price = list.and_then(|(_, list)| list.price(product)).unwrap_or(UnitPrice::MOST);
            OrderLine::priced(product, quantity, price)
        })
        .collect();
    Op::OrderTaken(OrderTaken {
        customer,
        number: number.unwrap_or_else(|| book.next_order()),
        price_list: list.map_or(PriceListId::from_bytes([0; 16]), |(id, _)| id),
        lines,
        deliver_by: terms.deliver_by,
        deliver_to: terms.deliver_to,
        payer: terms.payer,
        note: terms.note,
    })
}

/// Takes an order of a customer; `again`, where it corrects one that waits.
pub(super) fn take_order(id: CustomerId, again: Option<Again>) -> AnyView {
    let field = parts::field();
    let drafts = parts::drafts();
    let (page, up) = Again::pages(again.as_ref(), Route::Order(id), Route::Customer(id));
    let before = match again.as_ref().map(|again| &again.op) {
        Some(Op::OrderTaken(order)) => Some(order.clone()),
        _ => None,
    };
    let Some(name) = parts::name_for_form(id, page) else {
        return view! { <NotHere up=Route::Customers /> }.into_any();
    };
    let form = drafts.on_screen(page, || OrderForm::of(before.as_ref()));
    // The customer knows it by its number.
    let number = before.map(|order| order.number);
    let (title, save_label) = named(again.is_some(), t!("take-order-title"), t!("order-save"));
    let saving = Saving::of(page);
    let picking = RwSignal::new(false);
    let offered = kept(move || {
        let day = business_date(field.now());
        field.read(|book| pick_product::offered(book, day))
    });
    let save = move || {
        form.lines_error.set(None);
        let (pieces, wrong) = untrack(|| (form.lines.pieces(), form.lines.first_wrong()));
        if let Some(line) = wrong {
            form.lines_error.set(Some(t!("order-quantity-wrong", line = line)));
            focus::first_error();
            return;
        }
        let Some(terms) = form.terms() else {
            focus::first_error();
            return;
        };
        let day = business_date(field.now());
        let again = again.clone();
        saving.record(
            move |book| instead(again, taken(book, day, id, pieces, terms, number)),
            move |saved| {
                drafts.saved(page);
                let expired = saved.findings.contains(&Finding::ListExpired);
                tell(if expired { t!("order-saved-expired") } else { parts::saved_here() });
                router::replace(Route::OrderPage(sync_core::unit::PaperId(saved.id.created())));
            },
            move |error| form.explain(error),
        );
    };
    let total = kept(move || {
        let pieces = form.lines.pieces();
        let count: u64 = pieces.iter().map(|(_, pieces)| u64::from(*pieces)).sum();
        let sum: Money = offered.with(|offered| {
            pieces
                .iter()
                .filter_map(|(product, pieces)| {
                    let price = offered.iter().find(|one| one.id == *product)?.price;
                    Some(price.times(Quantity::new(*pieces)?))
                })
                .sum()
        });
        (count, sum)
    });
    view! {
        <SubHead title=title sub=name up=up />
        <Body>
            {parts::moved_note(id)}
            {saving.note()}
            <ListLine />
            {fresh(move || form.lines_error.get().map(|sentence| view! {
                <p class="field-error" role="alert">{icon(Icon::Info)}<span>{sentence}</span></p>
            }))}
            <OrderLines lines=form.lines offered=offered />
            <button type="button" class="btn btn--block" data-testid="add-products" on:click=move |_| picking.set(true)>
                {icon(Icon::Plus)}{t!("order-add")}
            </button>
            <details class="card fold">
                <summary>{t!("order-terms")}</summary>
                <div class="stack">
                    <TextField label=t!("order-deliver-by") value=form.deliver_by kind=TextKind::Date error=form.by_error optional=true testid="order-deliver-by" />
                    <TextField label=t!("order-deliver-to") value=form.deliver_to error=form.to_error optional=true autocomplete="off" />
                    <TextField label=t!("order-payer") value=form.payer error=form.payer_error optional=true autocomplete="off" />
                    <TextArea label=t!("order-note") value=form.note error=form.note_error optional=true testid="order-note" />
                </div>
            </details>
        </Body>
        <ActionBar>
            <div class="line line--between">
                <span class="muted">{fresh(move || t!("order-pieces", count = total.get().0))}</span>
                <span class="money t-xl" data-testid="order-total">{fresh(move || sum_view(total.get().1))}</span>
            </div>
            <Button label=save_label kind=ButtonKind::Primary size=ButtonSize::Big on_press=save testid="save-order" />
        </ActionBar>
        <PickProduct open=picking offered=offered lines=form.lines />
    }
    .into_any()
}

/// Which list the prices are from, and whether it has run out. Source: S5.
#[component]
fn ListLine() -> impl IntoView {
    let field = parts::field();
    fresh(move || {
        let day = business_date(field.now());
        let list = field.read(|book| {
            let (_, list) = book.price_list_on(day)?;
            let issued = list.issued.as_ref()?;
            Some((
                issued.what.version.to_string(),
                issued.what.meeting.to_string(),
                issued.what.valid_to,
                list.in_force_on(day),
            ))
        });
        match list {
            None => view! { <Banner tone=Tone::Finding icon=Icon::Info lead=t!("order-no-list") text=t!("order-no-list-text") /> }.into_any(),
            Some((version, meeting, until, in_force)) => {
                let until = format::day(until.0);
                let meeting = if meeting.is_empty() { String::new() } else { t!("order-meeting", meeting = meeting) };
                view! {
                    <p class="small muted" data-testid="list-version">{t!("order-list-line", version = version, meeting = meeting, until = until.clone())}</p>
                    {(!in_force).then(|| view! { <Banner tone=Tone::Finding icon=Icon::Clock lead=t!("order-expired", until = until) text=t!("order-expired-text") /> })}
                }.into_any()
            }
        }
    })
}

#[component]
fn OrderLines(lines: Lines, offered: Kept<Vec<Offered>>) -> impl IntoView {
    fresh(move || {
        let all = lines.get();
        if all.is_empty() {
            return view! {
                <section class="card"><EmptyState icon=Icon::Order title=t!("order-empty") text=t!("order-empty-text") /></section>
            }
            .into_any();
        }
        let rows = all
            .into_iter()
            .map(|(product, quantity)| {
                let known = offered.with(|offered| offered.iter().find(|one| one.id == product).cloned());
                match known {
                    Some(known) => view! { <OrderLineRow product=known quantity=quantity lines=lines /> }.into_any(),
                    None => view! {
                        <div class="oline">
                            <div class="line line--between">
                                <span class="row-title">{t!("order-product-unknown")}</span>
                                <IconButton icon=Icon::Close label=t!("do-remove") on_press=move || lines.remove(product) />
                            </div>
                        </div>
                    }
                    .into_any(),
                }
            })
            .map(IntoAny::into_any).collect_view();
        view! { <section class="card rows" aria-label=t!("order-lines")>{rows}</section> }.into_any()
    })
}

#[component]
fn OrderLineRow(product: Offered, quantity: RwSignal<u32>, lines: Lines) -> impl IntoView {
    let (id, price, grams) = (product.id, product.price, product.grams);
    let unit = product.unit.clone();
    let sum = move || Quantity::new(quantity.get()).map_or(Money::ZERO, |pieces| price.times(pieces));
    let weight = move || {
        let pieces = Quantity::new(quantity.get()).map_or(0, Quantity::pieces);
        let kilograms = u64::from(grams) * u64::from(pieces) / 1_000;
        if kilograms == 0 { unit.clone() } else { t!("order-weight", unit = unit.clone(), count = kilograms) }
    };
    let off_label = format!("{} {}", t!("do-remove"), product.name);
    view! {
        <div class="oline" data-testid="order-line">
            <div class="line line--between line--top">
                <div class="grow">
                    <span class="row-title">{product.name.clone()}</span>
                    <span class="row-sub num">{t!("order-price", price = price.to_string(), unit = product.unit)}</span>
                </div>
                <span class="money">{fresh(move || sum_view(sum()))}</span>
            </div>
            <div class="line line--between">
                <Stepper label=product.name value=quantity testid="quantity" />
                <span class="line">
                    <span class="small muted">{fresh(weight)}</span>
                    <IconButton icon=Icon::Close label=off_label on_press=move || lines.remove(id) />
                </span>
            </div>
        </div>
    }
}
