//! 订单: the list of orders, and one order with its lines and stamps beside it; logistics accepts it here (S42).
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;

use super::account::OwedOf;
use super::cells::{accepted_by, customer_link, date, money, name, nothing, pair, panel_head, tag, when};
use crate::office::api::papers::{LineRow, OrderRow};
use crate::office::gesture::{Gesture, SureSheet};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, ButtonSize, Cell, Choice, Column, Icon, Sort, Stamp, StampState, TableRow, Timeline,
    Tone, badge, format, pairs, t,
};

/// The list of orders.
pub(in crate::office) fn orders() -> AnyView {
    let listing = Listing::<OrderRow> {
        kind: "orders",
        title: "nav-orders",
        lead: "orders-lead",
        columns,
        row,
        by_staff: true,
        states: || {
            ["taken", "accepted", "withdrawn"]
                .map(|state| Choice::new(state, t!(&format!("orders-state-{state}"))))
                .to_vec()
        },
        by_date: true,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(order_panel),
        head: None,
        deeds: Some(order_deeds),
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("at", t!("col-when")),
        Column::words("number", t!("col-number")).unsorted(),
        Column::words("staff", t!("col-rep")),
        Column::words("customer", t!("col-customer")),
        Column::figures("lines", t!("col-lines")).unsorted(),
        Column::figures("amount", t!("col-sum")),
        Column::words("deliver", t!("col-deliver-by")).unsorted(),
        Column::words("status", t!("col-state")).unsorted(),
    ]
}

/// Tone, icon and word of where an order stands.
pub(super) fn state(status: &str) -> (Tone, Option<Icon>, String) {
    let word = t!(&format!("orders-state-{status}"));
    match status {
        "accepted" => (Tone::Applied, Some(Icon::Check), word),
        "withdrawn" => (Tone::Saved, Some(Icon::Stop), word),
        _ => (Tone::Finding, Some(Icon::Clock), word),
    }
}

fn row(row: &OrderRow) -> TableRow {
    let (tone, icon, word) = state(&row.status);
    TableRow {
        id: row.id.clone(),
        cells: vec![
            when(row.at),
            Cell::Titled(
                row.number.clone(),
                row.price_list
                    .as_ref()
                    .map_or_else(nothing, |list| t!("orders-list", version = &list.version)),
            ),
            row.staff.name.clone().into(),
            name(row.customer.as_ref()).into(),
            row.lines.len().to_string().into(),
            money(row.total),
            date(row.deliver_by.as_deref()).into(),
            tag(tone, icon, word),
        ],
    }
}

fn order_panel(row: &OrderRow) -> AnyView {
    let (tone, icon, word) = state(&row.status);
    let mut facts = vec![
        pair("col-rep", row.staff.name.clone()),
        pair("times-happened", row.at.full()),
        pair("orders-price-list", row.price_list.as_ref().map_or_else(nothing, |list| list.version.clone())),
        pair("col-deliver-by", date(row.deliver_by.as_deref())),
        pair("orders-deliver-to", row.deliver_to.clone()),
        pair("orders-payer", row.payer.clone()),
        pair("col-note", row.note.clone()),
    ];
    facts.extend(accepted_by(row.accepted_by.as_ref()));
    view! {
        {panel_head(row.number.clone(), badge(tone, icon, word))}
        <div class="panel-body stack">
            <p class="t-lg strong">{customer_link(row.customer.as_ref())}</p>
            {pairs(false, facts)}
        </div>
        {lines_table(&row.lines, row.total)}
        {row.customer.as_ref().map(|customer| view! { <OwedOf customer=customer.id.clone() order=row.id.clone() /> })}
        <div class="panel-body stack">
            <Timeline stamps=stamps(row) />
        </div>
    }
    .into_any()
}

fn lines_table(lines: &[LineRow], total: sync_core::unit::Money) -> AnyView {
    let one = |line: &LineRow| {
        view! {
            <tr>
                <td>{line.product.name.clone()}<span class="sub">{line.product.specification.clone()}</span></td>
                <td class="n">{format!("{} {}", line.quantity, line.product.unit)}</td>
                <td class="n">{line.price.to_string()}</td>
                <td class="n">{format::sum(line.total)}</td>
            </tr>
        }
    };
    view! {
        <table class="table table--dense ruled" aria-label=t!("orders-lines")>
            <thead><tr>
                <th scope="col">{t!("col-product")}</th>
                <th scope="col" class="n">{t!("col-quantity")}</th>
                <th scope="col" class="n">{t!("col-price")}</th>
                <th scope="col" class="n">{t!("col-line-sum")}</th>
            </tr></thead>
            <tbody>{lines.iter().map(one).collect_view()}</tbody>
            <tfoot><tr><td colspan="3">{t!("col-total")}</td><td class="n">{format::sum(total)}</td></tr></tfoot>
        </table>
    }
    .into_any()
}

/// An order's status is read off its stamps; so they are drawn.
fn stamps(row: &OrderRow) -> Vec<Stamp> {
    let stamp = |seal: &str, title: String, meta: String, state| Stamp {
        seal: t!(seal),
        title,
        meta,
        end: String::new(),
        state,
        red: false,
    };
    let taken = stamp(
        "seals-taken",
        t!("orders-stamp-taken"),
        format!("{} · {}", row.staff.name, row.at.moment()),
        StampState::Done,
    );
    let accepted = match row.status.as_str() {
        "accepted" => stamp("seals-accepted", t!("orders-stamp-accepted"), String::new(), StampState::Done),
        "withdrawn" => stamp(
            "seals-accepted",
            t!("orders-state-withdrawn"),
            t!("orders-withdrawn-text"),
            StampState::Stopped,
        ),
        _ => stamp("seals-accepted", t!("orders-stamp-accepted"), t!("orders-waits"), StampState::Now),
    };
    vec![taken, accepted]
}

/// A hash as its bytes, from hexadecimal figures.
fn bytes(hex: &str) -> Vec<u8> {
    let pair = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..hex.len()).step_by(2).filter_map(pair).collect()
}

fn order_deeds(row: Signal<OrderRow>) -> AnyView {
    view! { <Stamping row=row /> }.into_any()
}

/// The gestures of logistics on an order: taken in hand at once, withdrawn only when asked once more.
#[component]
fn Stamping(row: Signal<OrderRow>) -> impl IntoView {
    if !office().may(|role| role == Role::Logistics) {
        return ().into_any();
    }
    let (gesture, withdrawing) = (Gesture::new(), Gesture::new());
    let open = RwSignal::new(false);
    let content = move |stamp: &'static str| {
        row.with_untracked(|order| {
            json!({
                "op": "order-stamped",
                "order": order.id,
                "customer": order.customer.as_ref().map(|customer| &customer.id),
                "stamp": stamp,
                "over": bytes(&order.body_hash),
            })
        })
    };
    let accept = move || gesture.command(content("accepted"), t!("orders-said-accepted"), || {});
    let withdraw = move || {
        withdrawing.command(content("withdrawn"), t!("orders-said-withdrawn"), move || open.set(false));
    };
    let status = Memo::new(move |_| row.with(|row| row.status.clone()));
    let title = move || row.with(|row| t!("orders-withdraw-title", number = &row.number));
    view! {
        {gesture.note()}
        <Show when=move || status.with(|status| status == "taken")>
            <Button attr:data-testid="accept" label=t!("orders-accept") kind=ButtonKind::Primary size=ButtonSize::Block on_press=accept />
        </Show>
        <Show when=move || status.with(|status| status != "withdrawn")>
            <Button attr:data-testid="withdraw" label=t!("orders-withdraw") kind=ButtonKind::Danger size=ButtonSize::Block on_press=move || open.set(true) />
        </Show>
        <SureSheet open=open title=Signal::derive(title) text=t!("orders-withdraw-text") verb=t!("orders-withdraw") testid="withdraw-confirm" gesture=withdrawing on_sure=withdraw />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn a_hash_is_sent_as_its_bytes() {
        assert_eq!(bytes("00ab7f"), [0, 171, 127]);
    }
}
