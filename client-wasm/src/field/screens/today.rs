//! F04 今天: cash against its two lines, what was done, what is to be done.
//!
//! Floor: screens. This module must not decide when cash is to be remitted: the rule does.

use leptos::prelude::*;
use sync_core::{
    domain::cash::Limits,
    replica::{Backlog, DeviceShare, RemitTask},
    time::{BusinessDate, Timestamp, business_date},
    unit::{CustomerId, DeviceId, Money},
};

use super::{
    drawer,
    look::{self, Work},
    owed,
    parts::{self, PhoneTabs},
    timeline::{self, PaperRow},
};
use crate::{
    field::{
        app::Field,
        router::{self, Part, Route},
        texts::{self, ms},
    },
    ui::{
        Action, Banner, Body, ButtonLink, Card, EmptyState, Figure, Figures, Icon, IconButton, Lead, Meter,
        PageHead, Row, Rows, Section, Tab, Tone, format, fresh, kept, sum_view, t,
    },
};

const DAY_MS: u64 = 86_400_000;
/// Follow-ups are shown from so many days ahead.
const AHEAD_DAYS: u64 = 3;
/// From so many days on a customer counts as not seen for long.
pub(crate) const LONG_DAYS: u64 = 30;
/// So many rows of each kind stand here; the rest behind a link.
const SHOWN: usize = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
struct FollowUp {
    customer: CustomerId,
    name: String,
    step: String,
    on: BusinessDate,
}

/// A customer that has not been seen for long.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NotSeen {
    customer: CustomerId,
    name: String,
    county: String,
    last: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Day {
    takes_cash: bool,
    held: Money,
    /// What is held over all phones, and what the person is held against today. Source: S14–S16.
    in_all: Money,
    limits: Limits,
    may_take: Money,
    /// What is to be remitted, and by when. Source: S14.
    task: Option<RemitTask>,
    /// Where the shares lie; the phones that finance has to settle.
    phones: Vec<DeviceShare>,
    unsettled: Vec<DeviceShare>,
    me: DeviceId,
    waiting: usize,
    overdue: u64,
    work: Work,
    rows: Vec<PaperRow>,
    follow_ups: Vec<FollowUp>,
    /// Of whom something is overdue. Source: S41.
    late: Vec<owed::Late>,
    not_seen: Vec<NotSeen>,
    customers: usize,
    /// What was done today and moved with its customer.
    along: usize,
}

fn day(field: Field) -> Day {
    let now = field.now();
    let today = business_date(now);
    field.read(|book| {
        let held = book.cash_in_hand();
        let dealings = look::dealings(book);
        let (work, papers) = look::own_work(book, today, today);
        let soon = business_date(now.plus_millis(AHEAD_DAYS * DAY_MS));
        let long_ago = Timestamp::from_millis(now.millis().saturating_sub(LONG_DAYS * DAY_MS));
        let customers: Vec<_> = book.customers().filter(|(_, card)| card.exists()).collect();
        let mut follow_ups: Vec<FollowUp> = Vec::new();
        let mut not_seen: Vec<NotSeen> = Vec::new();
        for (id, card) in &customers {
            let with = dealings.get(id);
            let name = card.name().to_owned();
            let left = with.and_then(|with| with.follow_up.clone());
            if let Some((on, step)) = left.filter(|(on, _)| *on <= soon) {
                follow_ups.push(FollowUp { customer: *id, name: name.clone(), step, on });
            }
            let last = with.and_then(|with| with.last_visit);
            let since = last.or(card.created).unwrap_or_default();
            if since < long_ago {
                let county = card.text(sync_core::domain::customer::CardField::County).to_owned();
                not_seen.push(NotSeen { customer: *id, name, county, last });
            }
        }
        follow_ups.sort_by_key(|follow_up| follow_up.on);
        not_seen.sort_by_key(|customer| customer.last);
        Day {
            takes_cash: look::may_take_cash(book, now),
            held,
            in_all: book.cash_in_all(),
            limits: book.limits(today),
            may_take: book.share(now).less(held.max(Money::ZERO)).limit(),
            task: book.remit_task(now),
            phones: book.shares(now),
            unsettled: book.unsettled(),
            me: book.identity().device,
            waiting: look::held_here(book).0.len(),
            overdue: overdue(book.backlog(), now),
            work,
            rows: timeline::rows(book, field, papers.into_iter().map(|(_, paper)| paper), true),
            follow_ups,
            late: owed::late(book, today),
            not_seen,
            customers: customers.len(),
            along: book.moved_along().filter(|at| business_date(*at) == today).count(),
        }
    })
}

/// How much is unsent, where the oldest of it waits for more than a day.
fn overdue(backlog: Backlog, now: Timestamp) -> u64 {
    let waits = |oldest: Timestamp| now.millis().saturating_sub(oldest.millis()) >= DAY_MS;
    if backlog.oldest.is_some_and(waits) { backlog.unsent } else { 0 }
}

/// Today.
#[component]
pub(super) fn Today() -> impl IntoView {
    let field = parts::field();
    let now = parts::now();
    let link = field.link();
    // Ages move on with the moment; everything else with the book.
    let day = kept(move || {
        now.track();
        link.track();
        day(field)
    });
    let title_day = Signal::derive(move || format::day_with_weekday(format::local(now.get()).date()));
    let whole = RwSignal::new(false);
    let search = || view! { <IconButton icon=Icon::Search label=t!("do-search") on_press=|| router::go(Route::Customers) /> };
    view! {
        <PageHead title=t!("tab-today") sub=title_day actions=search />
        <Body>
            <NewVersion />
            {fresh(move || link.get().needs_sign_in.then(|| view! {
                <Banner tone=Tone::Finding icon=Icon::Key lead=t!("banner-session") text=t!("banner-session-text") action=Action::page(t!("do-sign-in"), Route::SignIn.href()) />
            }))}
            <Unfinished />
            {fresh(move || warnings(&day.get(), now.get()))}
            {fresh(move || day.with(|day| day.takes_cash.then(|| cash_card(day))))}
            <Section title=t!("today-done") />
            {fresh(move || day.with(|day| done(day, now.get(), whole)))}
            {fresh(move || day.with(|day| follow_ups(&day.follow_ups, field)))}
            {fresh(move || day.with(|day| owed::late_row(&day.late)))}
            {fresh(move || day.with(|day| not_seen(&day.not_seen, now.get())))}
            {fresh(move || day.with(|day| day.customers == 0).then(|| view! {
                <section class="card">
                    <EmptyState icon=Icon::People title=t!("customers-none") text=t!("customers-none-text") action=Action::page(t!("customers-new"), Route::NewCustomer.href()) />
                </section>
            }))}
        </Body>
        <PhoneTabs current=Tab::Today />
    }
}

/// The banner of a newer version: forms begun come first.
#[component]
pub(super) fn NewVersion() -> impl IntoView {
    let field = parts::field();
    let ready = field.new_version();
    let begun = parts::drafts();
    fresh(move || {
        ready.get().then(|| match begun.begun().first() {
            Some(form) => view! {
                <Banner tone=Tone::Sending icon=Icon::Sync lead=t!("banner-new-version") text=t!("banner-new-version-text") action=Action::page(t!("draft-open"), form.href()) />
            },
            None => view! {
                <Banner tone=Tone::Sending icon=Icon::Sync lead=t!("banner-new-version") text=t!("banner-new-version-safe") action=Action::act(t!("banner-new-version-do"), move || field.apply_new_version()) />
            },
        })
    })
}

/// Forms begun and not saved, each with its way back.
#[component]
fn Unfinished() -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    fresh(move || {
        let begun = drafts.begun();
        (!begun.is_empty()).then(|| {
            let rows = begun
                .into_iter()
                .map(|page| {
                    let title = field.read(|book| form_title(book, page));
                    view! { <Row lead=Lead::Icon(Icon::Pen, Tone::Finding) title=title sub=t!("draft-sub") href=page.href() testid="draft-row" /> }
                })
                .map(IntoAny::into_any).collect_view();
            view! { <Rows label=t!("draft-section")>{rows}</Rows> }
        })
    })
}

fn form_title(book: &sync_core::replica::Replica, page: Route) -> String {
    let of = |what: String, customer| format!("{what} · {}", texts::customer_name(book, customer));
    match page {
        Route::Visit(id) => of(t!("visit-title"), id),
        Route::Order(id) => of(t!("take-order-title"), id),
        Route::Collect(id) | Route::Taken(id) => of(t!("collect-title"), id),
        Route::Urge(id) => of(t!("urging-do"), id),
        Route::CardField(id, field) => of(texts::card_field(field), id),
        Route::Personal(id, field) => of(texts::personal_field(field), id),
        Route::Contact(id, _) => of(t!("contact-title"), id),
        Route::NewCustomer => t!("customers-new"),
        Route::Remit => t!("remit-title"),
        Route::GiveShare => t!("share-title"),
        Route::HandIn => t!("hand-in-title"),
        Route::DayClose => t!("close-title"),
        Route::Reverse(..) => t!("reverse-title"),
        _ => t!("draft-section"),
    }
}

fn warnings(day: &Day, now: i64) -> AnyView {
    let remit = drawer::remit_banner(day.task, now);
    let share = day.takes_cash.then(|| drawer::no_share(&day.phones, &day.unsettled, day.me));
    let waiting = (day.waiting > 0).then(|| {
        view! {
            <Banner
                tone=Tone::Held
                icon=Icon::Hold
                lead=t!("banner-held", count = day.waiting)
                text=t!("banner-held-text")
                action=Action::page(t!("banner-held-do"), Route::Outbox.href())
            />
        }
    });
    let overdue = (day.overdue > 0).then(|| {
        view! {
            <div data-testid="overdue-banner">
                <Banner
                    tone=Tone::Finding
                    icon=Icon::Warn
                    lead=t!("banner-overdue", count = day.overdue)
                    text=t!("banner-overdue-text")
                    action=Action::page(t!("banner-overdue-do"), Route::Me.href())
                />
            </div>
        }
    });
    (remit, share, overdue, waiting).into_any()
}

fn cash_card(day: &Day) -> AnyView {
    let (held, may_take, limits) = (day.in_all, day.may_take, day.limits);
    let until_remit = limits.remit_from.minus(held).max(Money::ZERO);
    let sentence = if until_remit.is_zero() {
        t!("today-cash-soon", most = format::sum(may_take))
    } else {
        t!("today-cash", until = format::sum(until_remit), most = format::sum(may_take))
    };
    view! {
        <Card label=t!("money-in-hand")>
            <div class="line line--between line--top">
                <div>
                    <span class="label">{t!("money-in-hand")}</span>
                    <div class="amount amount--mid" data-testid="cash-in-hand">{sum_view(held)}</div>
                </div>
                {(held > Money::ZERO).then(|| view! { <ButtonLink label=t!("banner-remit-do") icon=Icon::Bank href=Route::Remit.href() testid="to-remit" /> })}
            </div>
            <a class="stack" href=Route::Drawer.href() aria-label=t!("drawer-open") data-testid="to-drawer">
                <Meter held=held remit_at=limits.remit_from limit=limits.hold />
                <span class="line line--between"><span class="small muted">{sentence}</span><span class="small link">{t!("drawer-open")}</span></span>
            </a>
        </Card>
    }
    .into_any()
}

fn done(day: &Day, now: i64, whole: RwSignal<bool>) -> AnyView {
    let figure = |name: String, value: String, note: String| Figure {
        name,
        value,
        unit: String::new(),
        note,
        alert: false,
    };
    let work = &day.work;
    let figures = vec![
        figure(t!("today-visits"), work.visits.to_string(), String::new()),
        figure(
            t!("today-orders"),
            work.orders.to_string(),
            t!("unit-yuan", amount = format::sum(work.ordered)),
        ),
        figure(
            t!("today-collections"),
            work.collections.to_string(),
            t!("unit-yuan", amount = format::sum(work.collected)),
        ),
    ];
    let along = (day.along > 0).then(|| {
        view! { <p class="small muted pad-row" data-testid="today-along">{t!("today-along", count = day.along)}</p> }
    });
    let rows = if day.rows.is_empty() && day.along > 0 {
        ().into_any()
    } else if day.rows.is_empty() {
        view! { <p class="small muted pad-row">{t!("today-nothing")}</p> }.into_any()
    } else {
        let shown = if whole.get() { usize::MAX } else { SHOWN };
        let rows = day
            .rows
            .iter()
            .take(shown)
            .cloned()
            .map(|row| timeline::paper_row(row, now))
            .map(IntoAny::into_any)
            .collect_view();
        let more = (day.rows.len() > shown).then(|| {
            view! { <button type="button" class="row link" on:click=move |_| whole.set(true)>{t!("today-more", count = day.rows.len())}</button> }
        });
        view! { <div class="rows ruled">{rows}{more}</div> }.into_any()
    };
    view! { <section class="card" aria-label=t!("today-done")><Figures figures=figures inside=true />{rows}{along}</section> }.into_any()
}

fn follow_ups(all: &[FollowUp], field: Field) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let today = business_date(field.now());
    let rows = all
        .iter()
        .take(SHOWN * 2)
        .map(|one| {
            let days = (one.on.0 - today.0).num_days();
            let (class, word) = match days {
                ..0 => ("clock clock--late", t!("today-late", count = -days)),
                0 => ("clock clock--soon", t!("date-today")),
                _ => ("clock", format::day(one.on.0)),
            };
            view! {
                <Row
                    lead=Lead::Icon(Icon::Clock, if days <= 0 { Tone::Finding } else { Tone::Line })
                    title=one.name.clone()
                    sub=one.step.clone()
                    href=Route::Customer(one.customer).href()
                    clip=true
                    end=move || view! { <span class=class>{word.clone()}</span> }
                />
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! {
        <Section title=t!("today-follow") note=t!("unit-customers", count = all.len()) />
        <Rows label=t!("today-follow")>{rows}</Rows>
    }
    .into_any()
}

fn not_seen(all: &[NotSeen], now: i64) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let rows = all
        .iter()
        .take(SHOWN)
        .map(|one| {
            let last = one.last.map_or_else(|| t!("customers-never"), |last| format::age(now, ms(last)));
            view! {
                <Row
                    lead=Lead::Letter(one.name.clone())
                    title=one.name.clone()
                    sub=one.county.clone()
                    href=Route::Customer(one.customer).href()
                    clip=true
                    end=move || last.clone()
                />
            }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! {
        <Section title=t!("today-not-seen") action=Action::page(t!("today-all", count = all.len()), Route::CustomersOf(Part::NotSeen).href()) />
        <Rows label=t!("today-not-seen")>{rows}</Rows>
    }
    .into_any()
}
