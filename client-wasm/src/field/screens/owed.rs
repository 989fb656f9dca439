//! 待付与逾期: what a customer owes and why, what one order owes, the own overdue list. Source: S12, S34, S41, S43–S45.
//!
//! Floor: screens. This module must not reckon: the book says what an order owes, as the office does.

use leptos::prelude::*;
use sync_core::{
    domain::cash::{PromiseState, Receivable, Release, Reminded, Standing},
    replica::{AccountKnown, Replica},
    time::{BusinessDate, business_date},
    unit::{CustomerId, Money, PaperId},
};

use super::{
    papers,
    parts::{self, NotHere, SubHead},
    timeline,
};
use crate::{
    field::{
        app::Field,
        router::Route,
        texts::{self, ms},
    },
    ui::{
        Action, Body, ButtonLink, ButtonSize, Card, EmptyState, Icon, Lead, Row, Rows, Section, Tone, badge,
        fate_badge, format, fresh, kept, pairs, sum_view, t,
    },
};

/// A promise as it is shown: its day, how much, and where it stands.
type Promised = (BusinessDate, Money, PromiseState);

/// What a customer's page shows of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    open: Money,
    unconfirmed: Money,
    beyond: Money,
    overdue: Option<(Money, BusinessDate, i64)>,
    promised: Option<Promised>,
    exception: Option<(Money, BusinessDate, u16)>,
    others: bool,
}

impl Account {
    /// Whether something is collected that has not arrived: it is not paid. Decision Q3.
    pub(super) fn waits(&self) -> bool {
        self.unconfirmed > Money::ZERO
    }
}

/// The account of a customer today.
pub(super) fn account(book: &Replica, customer: CustomerId, today: BusinessDate) -> Account {
    let payments = book.payments_of(customer);
    let account = book.account_after(customer, &payments, today);
    let promised = Reminded::of(book.urgings_of(customer), None).promise(&payments, today);
    let exception = book.credit_policy(customer).and_then(|policy| policy.in_force_on(today));
    let known = book.knows_account(customer);
    let overdue = account.overdue(today).filter(|_| known != AccountKnown::Nothing);
    Account {
        open: account.open(),
        unconfirmed: account.unconfirmed(),
        beyond: account.beyond,
        overdue: overdue.map(|(sum, since)| (sum, since, (today.0 - since.0).num_days())),
        promised: promised.map(|(promise, state)| (promise.day, promise.amount.money(), state)),
        exception: exception.map(|(_, one)| (one.what.limit.money(), one.what.to, one.what.pay_within)),
        others: known != AccountKnown::All,
    }
}

fn yuan(sum: Money) -> String {
    t!("unit-yuan", amount = format::sum(sum))
}

fn promise_badge((day, sum, state): &Promised) -> AnyView {
    let words = t!(
        &format!("owed-promise-{}", state.code()),
        day = format::full_day(day.0),
        amount = format::sum(*sum)
    );
    match state {
        PromiseState::Kept => badge(Tone::Applied, Some(Icon::Check), words),
        PromiseState::Late => badge(Tone::Finding, Some(Icon::Check), words),
        PromiseState::Running => badge(Tone::Sending, Some(Icon::Clock), words),
        PromiseState::Broken => badge(Tone::Danger, Some(Icon::Warn), words),
    }
}

/// The account on the customer's page: what is to be paid, what was collected, what was promised, and the way to urge.
pub(super) fn account_card(id: CustomerId, account: &Account) -> AnyView {
    let mut entries = vec![
        (t!("owed-open"), yuan(account.open).into_any()),
        (t!("owed-unconfirmed"), yuan(account.unconfirmed).into_any()),
    ];
    if account.beyond > Money::ZERO {
        entries.push((t!("owed-beyond"), yuan(account.beyond).into_any()));
    }
    if let Some((limit, to, within)) = account.exception {
        let words =
            t!("owed-exception", amount = format::sum(limit), day = format::full_day(to.0), days = within);
        entries.push((t!("owed-exception-title"), words.into_any()));
    }
    let overdue = account.overdue.map(|(sum, since, days)| {
        let words =
            t!("owed-overdue-since", amount = format::sum(sum), day = format::full_day(since.0), days = days);
        view! { <p data-testid="overdue">{badge(Tone::Danger, Some(Icon::Warn), words)}</p> }
    });
    let promised = account.promised.as_ref().map(|promised| {
        view! { <p data-testid="promised">{promise_badge(promised)}</p> }
    });
    let note = account.waits().then(|| {
        let words = if account.others { t!("owed-unconfirmed-others") } else { t!("owed-unconfirmed-note") };
        view! { <p class="small muted">{words}</p> }
    });
    view! {
        <div data-testid="account">
            <Card label=t!("owed-account")>
                <div class="line line--between"><h2 class="h3">{t!("owed-account")}</h2></div>
                {overdue}
                {promised}
                {pairs(true, entries)}
                {note}
                <ButtonLink label=t!("urging-do") icon=Icon::Clock href=Route::Urge(id).href() size=ButtonSize::Block testid="do-urge" />
            </Card>
        </div>
    }
    .into_any()
}

/// What an order's page shows of what it owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OrderOwed {
    row: Receivable,
    /// Not told where others have collected: what of it has arrived, only the company knows.
    release: Option<Release>,
    late: Option<u32>,
    promised: Option<Promised>,
}

/// What one order owes today; nothing where it was withdrawn, or its customer is looked after by somebody else by now: what they
/// collect is not known here. Source: S78.
pub(super) fn order_owed(
    book: &Replica,
    customer: CustomerId,
    order: PaperId,
    today: BusinessDate,
) -> Option<OrderOwed> {
    let known = Some(book.knows_account(customer)).filter(|known| *known != AccountKnown::Nothing)?;
    let payments = book.payments_of(customer);
    let account = book.account_after(customer, &payments, today);
    let (row, release) = account.order(order)?;
    let reminded = Reminded::of(book.urgings_of(customer), Some((order, row.at)));
    let promised = reminded.promise(&payments, today);
    Some(OrderOwed {
        row: *row,
        release: (known == AccountKnown::All || release == Release::Paid).then_some(release),
        late: row.days_overdue(today),
        promised: promised.map(|(promise, state)| (promise.day, promise.amount.money(), state)),
    })
}

fn standing_badge(owed: &OrderOwed) -> AnyView {
    match (owed.late, owed.row.standing()) {
        (Some(days), _) => badge(Tone::Danger, Some(Icon::Warn), t!("owed-late", days = days)),
        (None, Standing::Open) => badge(Tone::Line, Some(Icon::Clock), t!("owed-standing-open")),
        (None, Standing::Collected) if owed.release.is_none() => {
            badge(Tone::Line, Some(Icon::Cash), t!("owed-collected"))
        }
        (None, Standing::Collected) => badge(Tone::Finding, Some(Icon::Cash), t!("owed-standing-collected")),
        (None, Standing::Paid) => badge(Tone::Applied, Some(Icon::Check), t!("owed-standing-paid")),
    }
}

/// What lets its goods go, in one sentence.
fn release_badge(release: Option<Release>) -> AnyView {
    let Some(release) = release else {
        return view! { <span class="small muted">{t!("owed-unconfirmed-others")}</span> }.into_any();
    };
    match release {
        Release::Paid => badge(Tone::Applied, Some(Icon::Check), t!("owed-release-paid")),
        Release::Excepted => badge(Tone::Applied, Some(Icon::Check), t!("owed-release-excepted")),
        Release::Waits(unpaid) => {
            badge(Tone::Finding, Some(Icon::Stop), t!("owed-release-waits", amount = format::sum(unpaid)))
        }
    }
}

/// The card on an order's page.
pub(super) fn order_card(owed: &OrderOwed) -> AnyView {
    let row = &owed.row;
    let mut entries = vec![
        (t!("owed-due"), format::full_day(row.due.0).into_any()),
        (t!("owed-collected"), yuan(row.collected).into_any()),
        (t!("owed-open"), yuan(row.open()).into_any()),
    ];
    if owed.release.is_some() {
        entries.insert(2, (t!("owed-paid"), yuan(row.paid).into_any()));
    }
    let promised = owed.promised.as_ref().map(promise_badge);
    let (standing, release) = (standing_badge(owed), release_badge(owed.release));
    view! {
        <div data-testid="order-owed">
            <Card label=t!("owed-account")>
                <div class="line line--between"><h2 class="h3">{t!("owed-order")}</h2>{standing}</div>
                {pairs(true, entries)}
                {promised.map(|promised| view! { <p>{promised}</p> })}
                <p data-testid="release">{release}</p>
            </Card>
        </div>
    }
    .into_any()
}

/// One customer of whom something is overdue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Late {
    customer: CustomerId,
    name: String,
    sum: Money,
    since: BusinessDate,
    promised: Option<Promised>,
}

/// The customers on this phone of whom something is overdue, the longest first.
pub(super) fn late(book: &Replica, today: BusinessDate) -> Vec<Late> {
    let late = book.overdue(today).into_iter().filter_map(|(customer, sum, since)| {
        let card = book.customer(customer).filter(|card| card.exists())?;
        let reminded = Reminded::of(book.urgings_of(customer), None);
        let promised = reminded
            .promised
            .and_then(|_| reminded.promise(&book.payments_of(customer), today))
            .map(|(promise, state)| (promise.day, promise.amount.money(), state));
        Some(Late { customer, name: card.name().to_owned(), sum, since, promised })
    });
    late.collect()
}

/// The row on the page of today that leads to the list.
pub(super) fn late_row(all: &[Late]) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let sum: Money = all.iter().map(|one| one.sum).sum();
    let broken = all.iter().filter(|one| matches!(one.promised, Some((.., PromiseState::Broken)))).count();
    let sub = if broken > 0 {
        t!("overdue-sub-broken", amount = format::sum(sum), broken = broken)
    } else {
        t!("overdue-sub", amount = format::sum(sum))
    };
    let title = t!("overdue-title-count", count = all.len());
    view! {
        <Section title=t!("overdue-title") />
        <Rows label=t!("overdue-title")>
            <Row lead=Lead::Icon(Icon::Warn, Tone::Danger) title=title sub=sub href=Route::Overdue.href() testid="to-overdue" />
        </Rows>
    }
    .into_any()
}

/// The own overdue list.
#[component]
pub(super) fn Overdue() -> impl IntoView {
    let field = parts::field();
    let link = field.link();
    let all = kept(move || {
        link.track();
        let today = business_date(field.now());
        (today, field.read(|book| late(book, today)))
    });
    view! {
        <SubHead title=t!("overdue-title") up=Route::Today />
        <Body>
            {fresh(move || {
                let (today, all) = all.get();
                if all.is_empty() {
                    return view! {
                        <section class="card"><EmptyState icon=Icon::Check title=t!("overdue-none") text=t!("overdue-none-text") action=Action::page(t!("tab-customers"), Route::Customers.href()) /></section>
                    }.into_any();
                }
                let sum: Money = all.iter().map(|one| one.sum).sum();
                let rows = all.iter().map(|one| late_line(one, today)).map(IntoAny::into_any).collect_view();
                view! {
                    <p class="small muted" data-testid="overdue-sum">{t!("overdue-lead", count = all.len(), amount = format::sum(sum))}</p>
                    <Rows label=t!("overdue-title")>{rows}</Rows>
                }.into_any()
            })}
        </Body>
    }
}

fn late_line(one: &Late, today: BusinessDate) -> AnyView {
    let days = (today.0 - one.since.0).num_days();
    let mut sub = t!("overdue-since", day = format::full_day(one.since.0), days = days);
    if let Some((day, amount, state)) = one.promised {
        let said = t!(
            &format!("owed-promise-{}", state.code()),
            day = format::full_day(day.0),
            amount = format::sum(amount)
        );
        sub = format!("{sub} · {said}");
    }
    let sum = one.sum;
    view! {
        <Row
            lead=Lead::Letter(one.name.clone())
            title=one.name.clone()
            sub=sub
            href=Route::Customer(one.customer).href()
            end=move || view! { <span class="money">{sum_view(sum)}</span> }
            testid="overdue-row"
        />
    }
    .into_any()
}

/// A reminder as it was entered.
#[component]
pub(super) fn UrgingPage(
    /// Which.
    id: PaperId,
) -> impl IntoView {
    let field = parts::field();
    let link = field.link();
    fresh(move || {
        link.track();
        let found = field.read(|book| read(book, field, id));
        let Some((customer, name, entries, fate)) = found else {
            return view! { <NotHere up=Route::Today /> }.into_any();
        };
        view! {
            <SubHead title=t!("urging-do") sub=name up=Route::Customer(customer) />
            <Body>
                <Card>
                    <div class="line line--between"><h2 class="h3">{t!("paper-as-is")}</h2>{fate_badge(fate)}</div>
                    {pairs(false, entries)}
                </Card>
            </Body>
        }
        .into_any()
    })
}

fn read(
    book: &Replica,
    field: Field,
    id: PaperId,
) -> Option<(CustomerId, String, papers::Entries, crate::ui::Fate)> {
    let urged = book.urging(id)?.recorded.as_ref()?;
    let mut entries = papers::of_urging(book, &urged.what);
    entries.push((t!("paper-by"), texts::staff_name(book, urged.by).into_any()));
    entries.push((t!("paper-at"), format::full_moment(ms(urged.at)).into_any()));
    let customer = urged.what.customer;
    let fate = timeline::fate_of(book, field, urged);
    Some((customer, texts::customer_name(book, customer), entries, fate))
}
