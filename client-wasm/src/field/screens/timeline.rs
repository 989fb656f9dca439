//! 往来: what happened with a customer, and an own day, as rows.
//!
//! Floor: screens. This module must not know where it stands.

use std::collections::BTreeMap;

use leptos::prelude::*;
use sync_core::{
    domain::{Recorded, sale::OrderStatus},
    replica::{Replica, TimelineItem},
    time::Timestamp,
    unit::{CustomerId, DeviceId},
};

use super::{
    look::{self, Own},
    parts, told,
};
use crate::{
    field::{
        app::Field,
        router::Route,
        texts::{self, ms},
    },
    ui::{Fate, Icon, Lead, Row, Tone, badge, fate_badge, format, t},
};

/// One paper as a row shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PaperRow {
    icon: Icon,
    title: String,
    about: String,
    at: Timestamp,
    to: Route,
    mark: Mark,
    /// What kind of paper, for filters.
    pub(crate) kind: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Fate(Fate),
    Reversed,
    Arrived,
    /// Sent on, and not confirmed by finance yet.
    Waits,
    Withdrawn,
    Accepted,
}

/// What has become of a paper of the book; the outbox and the paper's own page say the same.
pub(crate) fn fate_of<T>(book: &Replica, field: Field, recorded: &Recorded<T>) -> Fate {
    Fates::of(book, field).fate(recorded)
}

/// What has become of the own changes, looked up once for a whole list.
struct Fates {
    device: DeviceId,
    by_seq: BTreeMap<u64, Fate>,
}

impl Fates {
    fn of(book: &Replica, field: Field) -> Self {
        let outbox = book.outbox().into_iter();
        let by_seq = outbox.map(|line| (line.seq, told::fate(&line, field.is_sending(line.seq)))).collect();
        Self { device: book.identity().device, by_seq }
    }

    /// What is no longer in the outbox has been applied; whether with a note, the paper itself still says.
    fn fate<T>(&self, recorded: &Recorded<T>) -> Fate {
        let own = (recorded.id.device == self.device).then(|| self.by_seq.get(&recorded.id.seq)).flatten();
        let settled = if recorded.withheld { Fate::Finding } else { Fate::Applied };
        own.copied().unwrap_or(settled)
    }
}

/// Papers as rows; `named` says about whom.
pub(crate) fn rows(
    book: &Replica,
    field: Field,
    papers: impl IntoIterator<Item = Own>,
    named: bool,
) -> Vec<PaperRow> {
    let fates = Fates::of(book, field);
    papers.into_iter().filter_map(|paper| row(book, &fates, paper, named)).collect()
}

/// The rows of what happened with a customer, latest first.
pub(crate) fn with_customer(book: &Replica, field: Field, customer: CustomerId) -> Vec<PaperRow> {
    let papers = book.timeline(customer).into_iter().map(|item| match item {
        TimelineItem::Visit(id, _) => Own::Visit(id),
        TimelineItem::Order(id, _) => Own::Order(id),
        TimelineItem::Collection(id, _) => Own::Collection(id),
        TimelineItem::Urging(id, _) => Own::Urging(id),
    });
    rows(book, field, papers, false)
}

fn row(book: &Replica, fates: &Fates, paper: Own, named: bool) -> Option<PaperRow> {
    let name = |customer| if named { texts::customer_name(book, customer) } else { String::new() };
    match paper {
        Own::Visit(id) => {
            let visit = book.visit(id)?.recorded.as_ref()?;
            let about = if named { name(visit.what.customer) } else { first_line(visit.what.said.as_str()) };
            Some(PaperRow {
                icon: Icon::Visit,
                title: told::visit_title(&visit.what),
                about,
                at: visit.at,
                to: Route::VisitPage(id),
                mark: Mark::Fate(fates.fate(visit)),
                kind: "visit",
            })
        }
        Own::Order(id) => {
            let order = book.order(id)?;
            let taken = order.recorded.as_ref()?;
            let mark = match order.status() {
                OrderStatus::Withdrawn => Mark::Withdrawn,
                OrderStatus::Accepted => Mark::Accepted,
                OrderStatus::Taken => Mark::Fate(fates.fate(taken)),
            };
            let about = if named {
                name(taken.what.customer)
            } else {
                look::order_number(book, taken.id, taken.what.number).unwrap_or_default()
            };
            Some(PaperRow {
                icon: Icon::Order,
                title: told::order_title(&taken.what),
                about,
                at: taken.at,
                to: Route::OrderPage(id),
                mark,
                kind: "order",
            })
        }
        Own::Collection(id) => {
            let collection = book.collection(id)?;
            let taken = collection.recorded.as_ref()?;
            let mark = money_mark(collection.status(), || fates.fate(taken));
            let about = if named {
                name(taken.what.customer)
            } else {
                look::receipt_number(book, taken.id, taken.what.receipt).unwrap_or_default()
            };
            Some(PaperRow {
                icon: Icon::Cash,
                title: told::collection_title(&taken.what),
                about,
                at: taken.at,
                to: Route::Receipt(id),
                mark,
                kind: "money",
            })
        }
        Own::Urging(id) => {
            let urged = book.urging(id)?.recorded.as_ref()?;
            let what = &urged.what;
            let about = if named { name(what.customer) } else { first_line(what.said.as_str()) };
            Some(PaperRow {
                icon: Icon::Clock,
                title: told::urging_title(what),
                about,
                at: urged.at,
                to: Route::UrgingPage(id),
                mark: Mark::Fate(fates.fate(urged)),
                kind: "money",
            })
        }
        Own::Remittance(id) => {
            let remittance = book.remittance(id)?;
            let sent = remittance.recorded.as_ref()?;
            let mark = match money_mark(remittance.status(), || fates.fate(sent)) {
                Mark::Fate(Fate::Applied) => Mark::Waits,
                mark => mark,
            };
            Some(PaperRow {
                icon: Icon::Bank,
                title: told::remittance_title(&sent.what),
                about: told::account_line(book, sent.what.account),
                at: sent.at,
                to: Route::RemittancePage(id),
                mark,
                kind: "money",
            })
        }
    }
}

/// How money stands: taken back, arrived, or else what has become of its change.
fn money_mark(status: &str, fate: impl FnOnce() -> Fate) -> Mark {
    match status {
        "reversed" => Mark::Reversed,
        "confirmed" => Mark::Arrived,
        _ => Mark::Fate(fate()),
    }
}

fn first_line(text: &str) -> String {
    const MOST: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= MOST {
        return line.to_owned();
    }
    let cut: String = line.chars().take(MOST).collect();
    format!("{cut}…")
}

fn mark_view(mark: Mark) -> AnyView {
    match mark {
        Mark::Fate(fate) => fate_badge(fate),
        Mark::Reversed => parts::reversed_badge(),
        Mark::Arrived => parts::arrived_badge(),
        Mark::Waits => parts::waits_badge(),
        Mark::Withdrawn => badge(Tone::Line, Some(Icon::Close), t!("order-withdrawn")),
        Mark::Accepted => badge(Tone::Applied, Some(Icon::Check), t!("order-accepted")),
    }
}

/// Draws a row.
pub(crate) fn paper_row(paper: PaperRow, now: i64) -> AnyView {
    let when = format::recent(now, ms(paper.at));
    let sub = if paper.about.is_empty() { when } else { format!("{when} · {}", paper.about) };
    let mark = paper.mark;
    // A row that carries a sum is never cut.
    let clip = paper.kind == "visit";
    view! {
        <Row
            lead=Lead::Icon(paper.icon, Tone::Line)
            title=paper.title
            sub=sub
            href=paper.to.href()
            clip=clip
            end=move || mark_view(mark)
            testid="paper-row"
        />
    }
    .into_any()
}
