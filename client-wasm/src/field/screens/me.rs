//! 我的: who, which device, the own week, the language, what the phone keeps, and signing out.
//!
//! Floor: screens. This module must not sign out while anything is unsent; the engine refuses it too.

use leptos::prelude::*;
use sync_core::{
    locale::Lang,
    replica::Replica,
    time::{BusinessDate, business_date},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{
    lock::Locking,
    look::{self, Work},
    parts::{self, PhoneTabs},
    rescue::RescueCard,
    share::PassedOn,
    today::NewVersion,
};
use crate::{
    field::{
        app::{Field, SignOutError},
        router::Route,
        texts,
    },
    shell::hex::hex,
    ui::{
        Body, Button, ButtonKind, ButtonSize, Card, ChipLayout, Choice, ChoiceChips, Figure, Figures, Icon,
        Kept, PageHead, Row, Rows, Section, Sheet, Tab, format, fresh, kept, maybe, pairs, t,
    },
};

/// The Monday of a day's week.
fn monday(day: BusinessDate) -> BusinessDate {
    use chrono::{Datelike, Days};
    let since = u64::from(day.0.weekday().num_days_from_monday());
    BusinessDate(day.0.checked_sub_days(Days::new(since)).unwrap_or(day.0))
}

fn week(field: Field) -> (Work, BusinessDate) {
    let today = business_date(field.now());
    let from = monday(today);
    let (work, _) = field.read(|book| look::own_work(book, from, today));
    (work, from)
}

/// The page of the person on this phone.
#[component]
pub(super) fn Me() -> impl IntoView {
    let field = parts::field();
    let now = parts::now();
    let who = kept(move || {
        field.read(|book| {
            let me = book.identity();
            let joined = book.staff_card(me.staff).and_then(|card| card.joined.as_ref());
            let number = joined.map(|joined| joined.what.number.to_string()).unwrap_or_default();
            let team = joined.map(|joined| joined.what.team.to_string()).unwrap_or_default();
            (me.name.clone(), texts::role(look::role(book, field.now())), number, team, me.number)
        })
    });
    let sub = Signal::derive(move || {
        let (_, role, number, team, _) = who.get();
        [role, number, team].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
    });
    let name = Signal::derive(move || who.get().0);
    let week = kept(move || {
        now.track();
        week(field)
    });
    let takes_cash = field.peek(|book| look::may_take_cash(book, field.now()));
    view! {
        <PageHead title=name sub=sub />
        <Body>
            <NewVersion />
            <Section title=t!("me-week") note=Signal::derive(move || t!("me-since", day = format::day(week.get().1.0))) />
            {fresh(move || week_card(&week.get().0))}
            <Rows label=t!("me-more")>
                {takes_cash.then(|| view! { <Row title=t!("drawer-title") sub=t!("drawer-open-sub") href=Route::Drawer.href() testid="drawer" /> })}
                {takes_cash.then(|| view! { <Row title=t!("remittances-title") sub=t!("me-remittances-sub") href=Route::Remittances.href() testid="remittances" /> })}
                <Row title=t!("tab-outbox") sub=t!("me-outbox-sub") href=Route::Outbox.href() />
            </Rows>
            <Install />
            <Language />
            <Card><Locking /></Card>
            <ThisPhone who_number=kept(move || who.get().4) />
            <RescueCard takes=true />
            <Card label=t!("me-change")>
                <h2 class="h3">{t!("me-change")}</h2>
                <p class="small" data-testid="change-phone">{t!("me-change-new")}</p>
                <p class="small">{t!("me-change-lost")}</p>
            </Card>
            <SignOut />
        </Body>
        <PhoneTabs current=Tab::Me />
    }
}

fn week_card(work: &Work) -> AnyView {
    let figure = |name: String, value: String, note: String| Figure {
        name,
        value,
        unit: String::new(),
        note,
        alert: false,
    };
    let yuan = |amount| t!("unit-yuan", amount = format::sum(amount));
    let figures = vec![
        figure(t!("today-visits"), work.visits.to_string(), String::new()),
        figure(t!("today-orders"), work.orders.to_string(), yuan(work.ordered)),
        figure(t!("today-collections"), work.collections.to_string(), yuan(work.collected)),
    ];
    view! {
        <section class="card" aria-label=t!("me-week")>
            <Figures figures=figures inside=true />
            <div class="ruled card--pad">{pairs(true, vec![(t!("me-remitted"), yuan(work.remitted).into_any())])}</div>
        </section>
    }
    .into_any()
}

#[component]
fn Install() -> impl IntoView {
    let field = parts::field();
    let can = field.can_install();
    if field.installs_by_hand() {
        return view! {
            <Card label=t!("me-install")><p class="small">{t!("me-install-by-hand")}</p></Card>
        }
        .into_any();
    }
    fresh(move || {
        can.get().then(|| {
            view! {
                <Card label=t!("me-install")>
                    <p class="small">{t!("me-install-text")}</p>
                    <Button label=t!("me-install") icon=Icon::Device size=ButtonSize::Block on_press=move || field.install_prompt() testid="install" />
                </Card>
            }
        })
    })
}

#[component]
fn Language() -> impl IntoView {
    let field = parts::field();
    let chosen = RwSignal::new(Some(field.lang().tag().to_owned()));
    Effect::new(move |before: Option<Option<String>>| {
        let now = chosen.get();
        if let (Some(tag), Some(before)) = (&now, before)
            && Some(tag) != before.as_ref()
        {
            field.set_lang(Lang::from_tag(tag));
        }
        now
    });
    let choices = Lang::ALL.map(|lang| Choice::new(lang.tag(), lang.own_name())).to_vec();
    view! { <Card><ChoiceChips label=t!("language") value=chosen choices=choices layout=ChipLayout::Two /></Card> }
}

/// What the browser says about its keeping: whether it will not clear by itself, how much is kept, and of how much.
async fn keeping() -> Option<(bool, u64, u64)> {
    let storage = web_sys::window()?.navigator().storage();
    let persisted = JsFuture::from(storage.persisted().ok()?).await.ok()?.as_bool()?;
    let estimate = JsFuture::from(storage.estimate().ok()?).await.ok()?;
    let figure = |name: &str| {
        let figure = js_sys::Reflect::get(estimate.unchecked_ref(), &name.into()).ok()?.as_f64()?;
        Some(crate::shell::clock::millis(figure))
    };
    Some((persisted, figure("usage")?, figure("quota")?))
}

#[component]
fn ThisPhone(who_number: Kept<u32>) -> impl IntoView {
    const KILOBYTE: u64 = 1024;
    const MEGABYTE: u64 = 1024 * KILOBYTE;
    /// Below so much, or above four fifths, the phone is nearly full.
    const NARROW: u64 = 50 * MEGABYTE;
    let field = parts::field();
    let link = field.link();
    let storage = RwSignal::new(None::<(bool, u64, u64)>);
    spawn_local(async move {
        let found = keeping().await;
        storage.try_set(found);
    });
    let digest =
        kept(move || field.read(|book: &Replica| (book.index().cursor.position, hex(&book.state_digest()))));
    let signed = kept(move || field.read(|book| book.index().checkpoint.clone()));
    let contact = move || {
        link.get().last_contact.map_or_else(|| t!("me-no-contact"), |last| format::moment(texts::ms(last)))
    };
    view! {
        <Card label=t!("me-phone")>
            <h2 class="h3">{t!("me-phone")}</h2>
            {fresh(move || pairs(true, vec![
                (t!("me-number"), t!("me-number-value", number = format!("{:02}", who_number.get())).into_any()),
                (t!("me-contact"), contact().into_any()),
                (t!("me-keeping"), match storage.get() {
                    Some((true, ..)) => t!("me-persisted").into_any(),
                    Some((false, ..)) => view! { <span class="is-soon">{t!("me-not-persisted")}</span> }.into_any(),
                    None => "—".into_any(),
                }),
                (t!("me-usage"), storage.get().map_or_else(|| "—".to_owned(), |(_, used, of)| t!("me-kilobytes", count = used.div_ceil(KILOBYTE), of = of / MEGABYTE)).into_any()),
                (t!("me-position"), digest.get().0.to_string().into_any()),
                (t!("me-signed"), signed.get().map_or_else(|| "—".to_owned(), |signed| t!("me-signed-value", seq = signed.through, time = format::moment(texts::ms(signed.at)))).into_any()),
            ]))}
            {fresh(move || storage.get().filter(|(_, used, of)| of.saturating_sub(*used) < NARROW || used / 4 > of / 5).map(|(_, used, of)| view! {
                <p class="small is-danger" data-testid="narrow">{t!("me-narrow", count = of.saturating_sub(used) / MEGABYTE)}</p>
            }))}
            <div>
                <span class="label">{t!("me-digest")}</span>
                <p class="code tiny faint digest" data-testid="digest">{fresh(move || { let (position, hex) = digest.get(); format!("{position} {hex}") })}</p>
                <p class="tiny faint">{t!("me-digest-text")}</p>
            </div>
            {maybe(move || signed.get(), |signed| {
                let proof = minicbor::to_vec(&signed).expect("writing to memory cannot fail");
                view! {
                    <div>
                        <span class="label">{t!("me-proof")}</span>
                        <p class="code tiny faint digest" data-testid="proof">{hex(&proof)}</p>
                        <p class="tiny faint">{t!("me-proof-text")}</p>
                    </div>
                }
            })}
        </Card>
    }
}

#[component]
fn SignOut() -> impl IntoView {
    let field = parts::field();
    let backlog = field.backlog();
    let drafts = parts::drafts();
    let takes_cash = field.peek(|book| look::may_take_cash(book, field.now()));
    let asking = RwSignal::new(false);
    let leaving = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    let why_not = Signal::derive(move || {
        let unsent = backlog.get().unsent;
        (unsent > 0).then(|| t!("signout-unsent", count = unsent))
    });
    let leave = move || {
        if leaving.get_untracked() {
            return;
        }
        leaving.set(true);
        spawn_local(async move {
            let outcome = field.sign_out().await;
            leaving.try_set(false);
            asking.try_set(false);
            let sentence = match outcome {
                Ok(()) => return,
                Err(SignOutError::Unsent(count)) => t!("signout-unsent", count = count),
                Err(SignOutError::PhotosWaiting(count)) => t!("signout-photos", count = count),
                Err(SignOutError::NotHeard) => t!("signout-not-heard"),
                Err(SignOutError::NotSaved(code)) => texts::not_stored(&code),
            };
            trouble.try_set(Some(sentence));
        });
    };
    view! {
        {maybe(move || trouble.get(), |sentence| view! { <p class="field-error" role="alert"><span>{sentence}</span></p> })}
        <Button label=t!("do-sign-out") size=ButtonSize::Block icon=Icon::Logout why_not=why_not on_press=move || asking.set(true) testid="sign-out" />
        <Sheet open=asking on_close=move || asking.set(false) title=t!("signout-title") alert=true>
            <p class="muted">{t!("signout-text")}</p>
            {takes_cash.then(|| view! { <PassedOn /> })}
            {fresh(move || {
                let begun = drafts.begun().len();
                (begun > 0).then(|| view! { <p class="is-danger" data-testid="sign-out-drafts">{t!("signout-drafts", count = begun)}</p> })
            })}
            <Button label=t!("do-sign-out") kind=ButtonKind::Danger size=ButtonSize::Block why_not=why_not on_press=leave testid="sign-out-yes" />
            <Button label=t!("do-cancel") size=ButtonSize::Block on_press=move || asking.set(false) />
        </Sheet>
    }
}
