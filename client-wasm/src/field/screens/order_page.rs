//! An order as it was taken, its stamps, and taking it back.
//!
//! Floor: screens. This module must not change the order: its body is for good.

use leptos::prelude::*;
use sync_core::{
    domain::sale::{OrderStamp, OrderStamped, OrderStatus},
    op::Op,
    replica::Replica,
    time::business_date,
    unit::{CustomerId, Money, PaperId},
};

use super::{
    look, owed, papers,
    parts::{self, NotHere, Saving, SubHead},
    timeline,
};
use crate::{
    field::{
        app::Field,
        router::Route,
        texts::{self, ms},
    },
    ui::{
        ActionBar, Body, Button, ButtonKind, ButtonLink, ButtonSize, Card, Fate, Icon, Sheet, Stamp,
        StampState, Timeline, Tone, badge, fate_badge, format, fresh, kept, pairs, sum_view, t, tell,
    },
};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    name: String,
    said: String,
    total: Money,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    customer: CustomerId,
    name: String,
    number: String,
    lines: Vec<Line>,
    total: Money,
    status: OrderStatus,
    fate: Fate,
    stamps: Vec<Stamp>,
    over: [u8; 32],
    mine: bool,
    owed: Option<owed::OrderOwed>,
}

fn page(book: &Replica, field: Field, id: PaperId) -> Option<Page> {
    let order = book.order(id)?;
    let taken = order.recorded.as_ref()?;
    let lines = taken
        .what
        .lines
        .iter()
        .map(|line| {
            let (name, unit) = papers::product(book, line.product);
            let said = t!(
                "order-times",
                count = line.quantity.pieces(),
                unit = unit,
                price = line.price.to_string()
            );
            Line { name, said, total: line.total }
        })
        .collect();
    let over = taken.what.body_hash();
    let first = Stamp {
        seal: t!("order-seal-taken"),
        title: t!("order-stamp-taken", who = texts::staff_name(book, taken.by)),
        meta: format::full_moment(ms(taken.at)),
        end: String::new(),
        state: StampState::Done,
        red: false,
    };
    let accepted = taken.accepted_by.map(|head| Stamp {
        seal: t!("order-seal-behalf"),
        title: t!("order-stamp-behalf", who = texts::staff_name(book, head)),
        meta: String::new(),
        end: String::new(),
        state: StampState::Done,
        red: false,
    });
    let set = order.stamps.over(&over).map(|stamp| {
        let (seal, title, state) = match stamp.kind {
            OrderStamp::Accepted => (t!("order-seal-accepted"), t!("order-stamp-accepted"), StampState::Done),
            OrderStamp::Withdrawn => {
                (t!("order-seal-withdrawn"), t!("order-stamp-withdrawn"), StampState::Stopped)
            }
        };
        let who = texts::staff_name(book, stamp.by);
        let meta = format!("{who} · {}", format::full_moment(ms(stamp.at)));
        Stamp { seal, title, meta, end: String::new(), state, red: false }
    });
    let mut stamps: Vec<Stamp> = std::iter::once(first).chain(accepted).chain(set).collect();
    let status = order.status();
    if status == OrderStatus::Taken {
        stamps.push(Stamp {
            seal: t!("order-seal-accepted"),
            title: t!("order-stamp-wait"),
            meta: String::new(),
            end: String::new(),
            state: StampState::Wait,
            red: false,
        });
    }
    Some(Page {
        customer: taken.what.customer,
        name: texts::customer_name(book, taken.what.customer),
        number: look::order_number(book, taken.id, taken.what.number).unwrap_or_default(),
        lines,
        total: taken.what.total(),
        status,
        fate: timeline::fate_of(book, field, taken),
        stamps,
        over,
        mine: taken.by == book.identity().staff,
        owed: owed::order_owed(book, taken.what.customer, id, business_date(field.now())),
    })
}

/// An order.
#[component]
pub(super) fn OrderPage(
    /// Which.
    id: PaperId,
) -> impl IntoView {
    let field = parts::field();
    let link = field.link();
    let page = kept(move || {
        link.track();
        field.read(|book| page(book, field, id))
    });
    // These outlive a redraw: whatever arrives must not close a question that is being answered.
    let (asking, saving) = (RwSignal::new(false), Saving::new());
    fresh(move || match page.get() {
        None => view! { <NotHere up=Route::Today /> }.into_any(),
        Some(page) => view! { <Shown id=id page=page asking=asking saving=saving /> }.into_any(),
    })
}

#[component]
fn Shown(id: PaperId, page: Page, asking: RwSignal<bool>, saving: Saving) -> impl IntoView {
    let field = parts::field();
    let (customer, over) = (page.customer, page.over);
    let withdraw = move || {
        asking.set(false);
        saving.record(
            move |_| {
                Op::OrderStamped(OrderStamped { order: id, customer, stamp: OrderStamp::Withdrawn, over })
            },
            move |_| {
                saving.reopen();
                tell(parts::saved_here());
            },
            |_| false,
        );
    };
    let mark = match page.status {
        OrderStatus::Taken => fate_badge(page.fate),
        OrderStatus::Accepted => badge(Tone::Applied, Some(Icon::Check), t!("order-accepted")),
        OrderStatus::Withdrawn => badge(Tone::Line, Some(Icon::Close), t!("order-withdrawn")),
    };
    let rows = page
        .lines
        .into_iter()
        .map(|line| {
            view! {
                <div class="oline">
                    <div class="line line--between line--top">
                        <div class="grow"><span class="row-title">{line.name}</span><span class="row-sub num">{line.said}</span></div>
                        <span class="money">{sum_view(line.total)}</span>
                    </div>
                </div>
            }
        })
        .map(IntoAny::into_any).collect_view();
    let terms = field.peek(|book| {
        let mut entries = papers::Entries::new();
        if let Some(taken) = book.order(id).and_then(|order| order.recorded.as_ref()) {
            papers::terms(&mut entries, book, &taken.what);
        }
        entries
    });
    let may_withdraw = page.mine && page.status == OrderStatus::Taken;
    view! {
        <SubHead title=t!("paper-order") sub=format!("{} · {}", page.number, page.name) up=Route::Customer(customer) />
        <Body>
            {saving.note()}
            <section class="card" aria-label=t!("order-lines")>
                <div class="card-head"><span class="code">{page.number.clone()}</span>{mark}</div>
                <div class="rows">{rows}</div>
                <div class="oline ruled">
                    <div class="line line--between"><span class="muted">{t!("order-total")}</span><span class="money t-xl">{sum_view(page.total)}</span></div>
                </div>
            </section>
            {page.owed.as_ref().map(owed::order_card)}
            <Card>{pairs(true, terms)}</Card>
            <Card label=t!("order-stamps")><Timeline stamps=page.stamps /></Card>
            {may_withdraw.then(|| view! { <Button label=t!("order-withdraw") kind=ButtonKind::Second size=ButtonSize::Block on_press=move || asking.set(true) testid="withdraw" /> })}
        </Body>
        <ActionBar>
            <ButtonLink label=t!("order-to-customer") href=Route::Customer(customer).href() size=ButtonSize::Block testid="to-customer" />
        </ActionBar>
        <Sheet open=asking on_close=move || asking.set(false) title=t!("order-withdraw-title") alert=true>
            <p class="muted">{t!("order-withdraw-text")}</p>
            <Button label=t!("order-withdraw") kind=ButtonKind::Danger size=ButtonSize::Block on_press=withdraw testid="withdraw-yes" />
            <Button label=t!("do-cancel") size=ButtonSize::Block on_press=move || asking.set(false) />
        </Sheet>
    }
}
