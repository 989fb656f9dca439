//! 现金抽屉: what is held and against what, whose share lies where, the special rule, and what moved the cash. S14–S16.
//!
//! Floor: screens. This module must not compute a limit or a share: the rules do.

use leptos::prelude::*;
use sync_core::{
    domain::{
        Recorded,
        cash::{LimitOverridden, Limits, Violation, ViolationStamp},
    },
    replica::{CashMove, DeviceShare, RemitTask, Replica},
    time::{Timestamp, business_date},
    unit::{DeviceId, Money, PaperId},
};

use super::{
    look,
    parts::{self, SubHead},
    told,
};
use crate::{
    field::{
        app::Field,
        router::Route,
        texts::{self, ms},
    },
    ui::{
        Action, Banner, Body, ButtonLink, ButtonSize, Card, Icon, Lead, Meter, Row, Rows, Section, Tone,
        badge, format, fresh, kept, pairs, sum_view, t,
    },
};

/// So many lines of the history stand here at first.
const SHOWN: usize = 12;

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    held: Money,
    here: Money,
    sent: Money,
    limits: Limits,
    rule: Option<Recorded<LimitOverridden>>,
    rule_by: String,
    task: Option<RemitTask>,
    phones: Vec<DeviceShare>,
    unsettled: Vec<DeviceShare>,
    violations: Vec<(String, String, bool)>,
    moves: Vec<Line>,
    /// Cash signed for that finance has not countersigned yet.
    open: Vec<(PaperId, Timestamp, Money)>,
    /// What finance has confirmed: arrived, or signed for at its desk.
    confirmed: Money,
    /// When the day was closed last, and what was too much or too little.
    closed: Option<(Timestamp, Money)>,
    me: DeviceId,
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    at: Timestamp,
    icon: Icon,
    title: String,
    about: String,
    /// What it changed the bag by; `None` where it moved a share only.
    sum: Option<Money>,
    to: Option<Route>,
}

fn page(book: &Replica, now: Timestamp) -> Page {
    let today = business_date(now);
    let rule = book.special_rule(today).cloned();
    Page {
        held: book.cash_in_all(),
        here: book.cash_in_hand(),
        sent: book.cash_sent(),
        limits: book.limits(today),
        rule_by: rule.as_ref().map(|rule| texts::staff_name(book, rule.by)).unwrap_or_default(),
        rule,
        task: book.remit_task(now),
        phones: book.shares(now),
        unsettled: book.unsettled(),
        violations: book.violations().into_iter().filter_map(|(_, one)| violation(one)).collect(),
        moves: history(book),
        open: open_hand_ins(book),
        confirmed: book.cash_confirmed(),
        closed: last_close(book),
        me: book.identity().device,
    }
}

fn open_hand_ins(book: &Replica) -> Vec<(PaperId, Timestamp, Money)> {
    let open = book.hand_ins_open().filter_map(|(id, paper)| {
        let signed = paper.recorded.as_ref()?;
        Some((id, signed.at, signed.what.amount.money()))
    });
    let mut open: Vec<_> = open.collect();
    open.sort_by_key(|(_, at, _)| *at);
    open
}

fn last_close(book: &Replica) -> Option<(Timestamp, Money)> {
    let me = book.identity().staff;
    let mine = book.day_closes().filter_map(|(_, paper)| paper.recorded.as_ref().filter(|r| r.by == me));
    mine.max_by_key(|closed| closed.at).map(|closed| (closed.at, closed.what.difference()))
}

/// What a violation says, where it stands with what was held then, and whether it is closed.
fn violation(one: &Violation) -> Option<(String, String, bool)> {
    let raised = one.raised.as_ref()?;
    let looked = one.stamp(ViolationStamp::LookedInto).is_some();
    let settled = one.stamp(ViolationStamp::Settled).is_some();
    let stands = match (looked, settled) {
        (false, false) => "drawer-violation-open",
        (true, false) => "drawer-violation-looked",
        (false, true) => "drawer-violation-settled",
        (true, true) => "drawer-violation-closed",
    };
    let title = t!(&format!("breach-{}", raised.what.kind.code()), amount = format::sum(raised.what.amount));
    let when = format::moment(ms(raised.at));
    let stands = t!(stands, when = when);
    let held = raised.what.held_then();
    let with = held.map(|held| t!("drawer-violation-sub", stands = &stands, held = format::sum(held)));
    Some((title, with.unwrap_or(stands), looked && settled))
}

/// 07 号机
pub(crate) fn phone_name(number: u32) -> String {
    t!("drawer-phone", number = format!("{number:02}"))
}

fn history(book: &Replica) -> Vec<Line> {
    let named = |device: DeviceId| {
        let number = book.own_devices().find(|(id, _)| *id == device).map(|(_, number)| number);
        number.map_or_else(|| t!("drawer-phone-unknown"), phone_name)
    };
    let of_customer = |id| {
        let taken = book.collection(id).and_then(|paper| paper.recorded.as_ref());
        taken.map(|taken| texts::customer_name(book, taken.what.customer)).unwrap_or_default()
    };
    let of_account = |id| {
        let sent = book.remittance(id).and_then(|paper| paper.recorded.as_ref());
        sent.map(|sent| told::account_line(book, sent.what.account)).unwrap_or_default()
    };
    let mut lines: Vec<Line> = book
        .cash_moves()
        .into_iter()
        .map(|(at, what, sum)| {
            let (icon, title, about, to) = match what {
                CashMove::Collected(id) => {
                    (Icon::Cash, "drawer-collected", of_customer(id), Some(Route::Receipt(id)))
                }
                CashMove::CollectionReversed(id) => {
                    (Icon::Swap, "drawer-collection-reversed", of_customer(id), Some(Route::Receipt(id)))
                }
                CashMove::Remitted(id) => {
                    (Icon::Bank, "drawer-remitted", of_account(id), Some(Route::RemittancePage(id)))
                }
                CashMove::RemittanceReversed(id) => (
                    Icon::Swap,
                    "drawer-remittance-reversed",
                    of_account(id),
                    Some(Route::RemittancePage(id)),
                ),
                CashMove::HandedIn(id) => {
                    (Icon::Cash, "drawer-handed-in", t!("drawer-office"), Some(Route::HandInPage(id)))
                }
                CashMove::HandInTakenBack(id) => (
                    Icon::Swap,
                    "drawer-hand-in-taken-back",
                    t!("drawer-office"),
                    Some(Route::HandInPage(id)),
                ),
                CashMove::Settled(device) => (Icon::Device, "drawer-settled", named(device), None),
            };
            Line { at, icon, title: t!(title), about, sum: Some(sum), to }
        })
        .collect();
    lines.extend(book.share_moves().map(|moved| {
        let amount = format::sum(moved.what.amount.money());
        let (from, to) = (named(moved.id.device), moved.what.to.map(named));
        let title = match &to {
            Some(_) => t!("drawer-share-moved", amount = amount),
            None => t!("drawer-share-returned", amount = amount),
        };
        let about = t!("drawer-share-way", from = from, to = to.unwrap_or_else(|| t!("drawer-company")));
        Line { at: moved.at, icon: Icon::Device, title, about, sum: None, to: None }
    }));
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    lines
}

/// The drawer.
#[component]
pub(super) fn Drawer() -> impl IntoView {
    let field = parts::field();
    let (now, link) = (parts::now(), field.link());
    let page = kept(move || {
        now.track();
        link.track();
        field.read(|book| page(book, field.now()))
    });
    let whole = RwSignal::new(false);
    let sub = Signal::derive(move || {
        t!("drawer-sub", number = format!("{:02}", field.peek(|book| book.identity().number)))
    });
    view! {
        <SubHead title=t!("drawer-title") sub=sub up=Route::Today />
        <Body>
            {fresh(move || page.with(|page| remit_banner(page.task, now.get())))}
            {fresh(move || page.with(|page| no_share(&page.phones, &page.unsettled, page.me)))}
            {fresh(move || page.with(held_card))}
            {fresh(move || page.with(rule_card))}
            {fresh(move || page.with(shares))}
            {fresh(move || page.with(|page| ways(page, now.get())))}
            {fresh(move || page.with(|page| violations(&page.violations)))}
            {fresh(move || page.with(|page| moved(&page.moves, now.get(), whole)))}
        </Body>
    }
}

/// The warning that stands until the cash is remitted, with its due time. Source: S14.
pub(crate) fn remit_banner(task: Option<RemitTask>, now: i64) -> AnyView {
    task.map(|task| {
        let by = ms(task.by);
        let text = if by < now {
            t!("banner-remit-late", by = format::moment(by), late = format::age(now, by))
        } else {
            t!("banner-remit-due", by = format::moment(by))
        };
        view! {
            <div data-testid="remit-banner">
                <Banner
                    tone=Tone::Danger
                    icon=Icon::Bank
                    lead=t!("banner-remit", amount = format::sum(task.held))
                    text=text
                    action=Action::page(t!("banner-remit-do"), Route::Remit.href())
                />
            </div>
        }
    })
    .into_any()
}

/// Why this phone may take no cash, and whom to ask. Source: S15.
pub(crate) fn no_share(phones: &[DeviceShare], unsettled: &[DeviceShare], me: DeviceId) -> AnyView {
    let nothing = phones.iter().any(|phone| phone.device == me && phone.share.limit() <= Money::ZERO);
    if !nothing {
        return ().into_any();
    }
    let names = |all: &mut dyn Iterator<Item = &DeviceShare>| -> Vec<String> {
        all.map(|phone| {
            t!("drawer-phone-left", phone = phone_name(phone.number), amount = format::sum(phone.left()))
        })
        .collect()
    };
    let others = names(&mut phones.iter().filter(|phone| phone.device != me && phone.left() > Money::ZERO));
    let lost: Vec<String> = unsettled.iter().map(|phone| phone_name(phone.number)).collect();
    let comma = t!("phone-comma");
    let text = if !others.is_empty() {
        t!("no-share-others", phones = others.join(&comma))
    } else if !lost.is_empty() {
        t!("no-share-lost", phones = lost.join(&comma))
    } else if phones.iter().any(|phone| phone.device != me && phone.share.limit() > Money::ZERO) {
        t!("no-share-spent")
    } else {
        t!("no-share-none")
    };
    view! {
        <div data-testid="no-share">
            <Banner tone=Tone::Finding icon=Icon::Info lead=t!("no-share-lead") text=text />
        </div>
    }
    .into_any()
}

fn yuan(money: Money) -> String {
    t!("unit-yuan", amount = format::sum(money))
}

fn held_card(page: &Page) -> AnyView {
    let others = page.phones.iter().filter(|phone| phone.device != page.me).map(|phone| phone.held);
    let elsewhere: Money = others.chain(page.unsettled.iter().map(|phone| phone.held)).sum();
    let by_phone = (!elsewhere.is_zero() || page.here != page.held).then(|| {
        let entries = vec![
            (t!("drawer-here"), yuan(page.here).into_any()),
            (t!("drawer-elsewhere"), yuan(elsewhere).into_any()),
        ];
        view! { {pairs(true, entries)}<hr class="rule" /> }
    });
    let (limits, held) = (page.limits, page.held);
    let figures = vec![
        (t!("drawer-in-the-bag"), view! { <b data-testid="in-the-bag">{yuan(held)}</b> }.into_any()),
        (t!("drawer-sent"), view! { <b data-testid="sent">{yuan(page.sent)}</b> }.into_any()),
        (t!("drawer-confirmed"), view! { <b data-testid="confirmed">{yuan(page.confirmed)}</b> }.into_any()),
    ];
    view! {
        <Card label=t!("money-in-hand")>
            <div>
                <span class="label">{t!("drawer-held")}</span>
                <div class="amount amount--mid" data-testid="drawer-held">{sum_view(held)}</div>
            </div>
            <Meter held=held remit_at=limits.remit_from limit=limits.hold />
            {(held > limits.hold).then(|| view! {
                <p class="small is-danger" data-testid="drawer-over">{t!("drawer-over", amount = format::sum(held.minus(limits.hold)))}</p>
            })}
            {by_phone}
            {pairs(true, figures)}
            <p class="tiny faint">{t!("drawer-two-figures")}</p>
        </Card>
    }
    .into_any()
}

fn rule_card(page: &Page) -> AnyView {
    let Some(rule) = &page.rule else {
        let (remit, hold) = (format::sum(page.limits.remit_from), format::sum(page.limits.hold));
        return view! { <p class="small muted">{t!("drawer-usual", remit = remit, hold = hold)}</p> }
            .into_any();
    };
    let what = &rule.what;
    let days = t!("drawer-rule-days", from = format::full_day(what.from.0), to = format::full_day(what.to.0));
    let who = t!("drawer-rule-who", who = page.rule_by.clone(), when = format::moment(ms(rule.at)));
    let entries = vec![
        (t!("drawer-rule-hold"), yuan(what.hold.money()).into_any()),
        (t!("drawer-rule-remit"), yuan(what.remit_from.money()).into_any()),
        (t!("drawer-rule-when"), days.into_any()),
        (t!("drawer-rule-by"), who.into_any()),
        (t!("drawer-rule-why"), what.reason.to_string().into_any()),
    ];
    view! {
        <section class="card card--pad stack" aria-label=t!("drawer-rule") data-testid="special-rule">
            <div class="line line--between">
                <h2 class="h3">{t!("drawer-rule")}</h2>
                {badge(Tone::Sending, Some(Icon::File), t!("drawer-rule-in-force"))}
            </div>
            {pairs(true, entries)}
        </section>
    }
    .into_any()
}

fn shares(page: &Page) -> AnyView {
    let row = |phone: &DeviceShare, title: String, sub: String, lead: Tone| {
        let left = t!("drawer-left", amount = format::sum(phone.left()));
        view! {
            <Row lead=Lead::Icon(Icon::Device, lead) title=title sub=sub testid="share-row" end=move || view! { <span class="small">{left.clone()}</span> } />
        }
        .into_any()
    };
    let said = |phone: &DeviceShare| {
        let share = format::sum(phone.share.limit());
        if phone.held.is_zero() {
            t!("drawer-share-empty", share = share)
        } else {
            t!("drawer-share-of", share = share, held = format::sum(phone.held))
        }
    };
    let rows: Vec<AnyView> = page
        .phones
        .iter()
        .map(|phone| {
            let own = phone.device == page.me;
            let name = phone_name(phone.number);
            let title = if own { t!("drawer-this-phone", phone = name) } else { name };
            row(phone, title, said(phone), if own { Tone::Applied } else { Tone::Line })
        })
        .chain(page.unsettled.iter().map(|phone| {
            let sub = t!("drawer-unsettled", share = format::sum(phone.share.limit()), held = format::sum(phone.held));
            let title = t!("drawer-stopped", phone = phone_name(phone.number));
            view! { <Row lead=Lead::Icon(Icon::Device, Tone::Held) title=title sub=sub testid="unsettled-row" /> }.into_any()
        }))
        .collect();
    let left =
        page.phones.iter().find(|phone| phone.device == page.me).map_or(Money::ZERO, DeviceShare::left);
    let gives = left > Money::ZERO && page.phones.len() > 1;
    view! {
        <Section title=t!("drawer-shares") />
        <Rows label=t!("drawer-shares")>{rows.collect_view()}</Rows>
        <p class="small muted">{t!("drawer-shares-text")}</p>
        {gives.then(|| view! { <ButtonLink label=t!("share-do") icon=Icon::Swap size=ButtonSize::Block href=Route::GiveShare.href() testid="give-share" /> })}
    }
    .into_any()
}

fn ways(page: &Page, now: i64) -> AnyView {
    let held = page.held;
    let open = page
        .open
        .iter()
        .map(|(id, at, amount)| {
            let sub = t!("drawer-hand-in-open", when = format::recent(now, ms(*at)));
            let title = t!("told-hand-in", amount = format::sum(*amount));
            view! { <Row lead=Lead::Icon(Icon::Clock, Tone::Held) title=title sub=sub href=Route::HandInPage(*id).href() testid="hand-in-open" /> }
        })
        .map(IntoAny::into_any)
        .collect_view();
    let close = match page.closed {
        Some((at, difference)) if difference.is_zero() => {
            t!("drawer-closed-even", when = format::recent(now, ms(at)))
        }
        Some((at, difference)) => {
            let word = if difference < Money::ZERO { "drawer-closed-short" } else { "drawer-closed-over" };
            let amount = format::sum(difference.max(difference.negated()));
            t!(word, when = format::recent(now, ms(at)), amount = amount)
        }
        None => t!("drawer-close-sub"),
    };
    let remit = (held > Money::ZERO).then(|| {
        view! { <Row lead=Lead::Icon(Icon::Bank, Tone::Applied) title=t!("banner-remit-do") sub=t!("drawer-remit-sub") href=Route::Remit.href() testid="drawer-remit" /> }
    });
    view! {
        <Rows label=t!("drawer-ways")>
            {remit}
            {(held > Money::ZERO).then(|| view! { <Row lead=Lead::Icon(Icon::Cash, Tone::Applied) title=t!("hand-in-title") sub=t!("drawer-hand-in-sub") href=Route::HandIn.href() testid="drawer-hand-in" /> })}
            {open}
            <Row lead=Lead::Icon(Icon::Check, Tone::Line) title=t!("close-title") sub=close href=Route::DayClose.href() testid="drawer-close" />
            <Row lead=Lead::Icon(Icon::List, Tone::Line) title=t!("remittances-title") sub=t!("me-remittances-sub") href=Route::Remittances.href() />
        </Rows>
    }
    .into_any()
}

fn violations(all: &[(String, String, bool)]) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let rows = all
        .iter()
        .cloned()
        .map(|(title, sub, closed)| {
            let mark = move || {
                if closed {
                    badge(Tone::Line, Some(Icon::Check), t!("drawer-closed"))
                } else {
                    badge(Tone::Danger, Some(Icon::Warn), t!("mark-violation"))
                }
            };
            view! { <Row lead=Lead::Icon(Icon::Warn, if closed { Tone::Line } else { Tone::Danger }) title=title sub=sub end=mark testid="violation-row" /> }
        })
        .map(IntoAny::into_any)
        .collect_view();
    view! {
        <Section title=t!("drawer-violations") />
        <Rows label=t!("drawer-violations")>{rows}</Rows>
    }
    .into_any()
}

fn signed(sum: Money) -> String {
    if sum > Money::ZERO { format!("+{}", format::sum(sum)) } else { format::sum(sum) }
}

fn moved(all: &[Line], now: i64, whole: RwSignal<bool>) -> AnyView {
    if all.is_empty() {
        return view! {
            <Section title=t!("drawer-history") />
            <p class="small muted">{t!("drawer-nothing")}</p>
        }
        .into_any();
    }
    let shown = if whole.get() { usize::MAX } else { SHOWN };
    let row = |line: Line| {
        let when = format::recent(now, ms(line.at));
        let sub = if line.about.is_empty() { when } else { format!("{when} · {}", line.about) };
        let end = line.sum.map(signed).unwrap_or_default();
        let lead = Lead::Icon(line.icon, Tone::Line);
        let end = move || view! { <span class="num">{end.clone()}</span> };
        match line.to {
            Some(to) => {
                view! { <Row lead=lead title=line.title sub=sub href=to.href() end=end testid="move-row" /> }
                    .into_any()
            }
            None => view! { <Row lead=lead title=line.title sub=sub end=end testid="move-row" /> }.into_any(),
        }
    };
    let rows = all.iter().take(shown).cloned().map(row).collect_view();
    let more = (all.len() > shown).then(|| {
        view! { <button type="button" class="row link" on:click=move |_| whole.set(true)>{t!("drawer-more", count = all.len())}</button> }
    });
    view! {
        <Section title=t!("drawer-history") />
        <Rows label=t!("drawer-history")>{rows}{more}</Rows>
    }
    .into_any()
}

/// What the person on this phone may take here now, with what stands in the way: for the pages that take cash.
pub(crate) fn why_no_share(field: Field) -> AnyView {
    field.peek(|book| {
        let now = field.now();
        if !look::may_take_cash(book, now) {
            return ().into_any();
        }
        no_share(&book.shares(now), &book.unsettled(), book.identity().device)
    })
}
