//! A customer's whole timeline, page by page: visits, orders, collections, changes to the card.
//!
//! Floor: office/screens.

use leptos::prelude::*;

use super::card::{field_name, value_words};
use super::cells::{date, listed};
use super::entry;
use super::orders::state as order_state;
use super::pager::Pager;
use super::visits::purposes;
use crate::office::api::At;
use crate::office::api::papers::{Listed, Moment};
use crate::office::fetched::fetched;
use crate::ui::{EmptyState, Icon, Panel, Tone, badge, format, icon, t};

/// Entries a page, as the server gives them.
const PER_PAGE: u64 = 50;

/// The timeline below the card.
#[component]
pub(super) fn CustomerTimeline(id: String) -> impl IntoView {
    let page = RwSignal::new(0_u64);
    let fetched = fetched::<Listed<Moment>>(move || {
        format!("/customers/{id}/timeline?page={}&per_page={PER_PAGE}", page.get() + 1)
    });
    let counted = move || fetched.shown.with(|shown| shown.as_ref().map(|shown| shown.total));
    let total = move || counted().unwrap_or_default();
    let lines = move || {
        fetched.shown.with(|shown| {
            shown.as_ref().map(|shown| {
                if shown.rows.is_empty() {
                    view! { <EmptyState icon=Icon::Clock title=t!("stories-none") text=t!("stories-none-text") /> }.into_any()
                } else {
                    view! { <ol class="moments">{shown.rows.iter().map(line).collect_view()}</ol> }.into_any()
                }
            })
        })
    };
    let end = move || {
        view! { <span role="status">{move || counted().map(|total| t!("lists-count", count = total))}</span> }
            .into_any()
    };
    view! {
        <div data-testid="timeline">
        <Panel title=t!("stories-title") end=end>
            {fetched.or_wait()}
            {lines}
            <Pager page=page per_page=PER_PAGE total=Signal::derive(total) />
        </Panel>
        </div>
    }
    .into_any()
}

fn line(moment: &Moment) -> AnyView {
    match moment {
        Moment::Visit(visit) => {
            let next = match (&visit.next_step, &visit.next_on) {
                (step, _) if step.is_empty() => String::new(),
                (step, day) => t!(
                    "stories-next",
                    step = step,
                    day = day.as_deref().map(|day| date(Some(day))).unwrap_or_default()
                ),
            };
            drawn(
                Icon::Visit,
                visit.at,
                &visit.staff.name,
                t!("stories-visit", purposes = purposes(visit)),
                &[&visit.said, &next],
                None,
            )
        }
        Moment::Order(order) => {
            let (tone, mark, word) = order_state(&order.status);
            let lines: Vec<String> = order
                .lines
                .iter()
                .map(|line| {
                    format!(
                        "{} {} × {} {}",
                        line.product.name, line.product.specification, line.quantity, line.product.unit
                    )
                })
                .collect();
            let title = format!(
                "{} {} · {}",
                t!("did-order-taken"),
                order.number,
                t!("unit-yuan", amount = format::sum(order.total))
            );
            drawn(
                Icon::Order,
                order.at,
                &order.staff.name,
                title,
                &[&listed(&lines)],
                Some(badge(tone, mark, word)),
            )
        }
        Moment::Collection(collection) => {
            let key = if collection.means == "transfer" { "did-collected-transfer" } else { "did-collected" };
            let title = format!(
                "{} {} · {}",
                t!(key),
                t!("unit-yuan", amount = format::sum(collection.amount)),
                collection.number
            );
            let mark = (collection.status == "reversed")
                .then(|| badge(Tone::Saved, Some(Icon::Stop), t!("money-state-reversed")));
            drawn(Icon::Cash, collection.at, &collection.staff.name, title, &[&collection.note], mark)
        }
        Moment::Card(card) => {
            let written: Vec<String> = card
                .fields
                .iter()
                .map(|one| {
                    t!("stories-card", field = field_name(&one.field), value = value_words(&one.value))
                })
                .collect();
            let title = if card.created { t!("did-customer-created") } else { t!("did-card-field-set") };
            drawn(Icon::Pen, card.at, &card.staff.name, title, &[&listed(&written)], None)
        }
        Moment::Change(change) => drawn(
            mark_of(&change.kind),
            change.at,
            &entry::author(change),
            entry::title(change),
            &[&entry::line(change), &entry::sentences(change).join(" ")],
            None,
        ),
        Moment::Other => ().into_any(),
    }
}

/// The drawing beside a change that has a line of its own.
fn mark_of(kind: &str) -> Icon {
    match kind {
        "owner-set" => Icon::Swap,
        "order-stamped" => Icon::Order,
        "reversed" => Icon::Back,
        "payment-urged" => Icon::Clock,
        "credit-excepted" | "credit-exception-stamped" => Icon::Key,
        "personal-field-set" => Icon::Lock,
        _ => Icon::People,
    }
}

fn drawn(mark: Icon, at: At, who: &str, title: String, below: &[&str], end: Option<AnyView>) -> AnyView {
    let below = below
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| view! { <span class="blk muted">{(*text).to_owned()}</span> })
        .collect_view();
    view! {
        <li>
            <time>{at.full()}</time>
            <span class="row-lead">{icon(mark)}</span>
            <div class="grow"><b>{title}</b>{below}</div>
            <span>{end}</span>
            <span class="faint nowrap">{who.to_owned()}</span>
        </li>
    }
    .into_any()
}
