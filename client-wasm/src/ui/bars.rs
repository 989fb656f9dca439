//! The phone's frame: app bar above, the strip that never leaves, the page, and the tab bar or the action bar below.
//!
//! Floor: ui. This module must not know the replica: what the strip shows is handed in.

use leptos::html;
use leptos::prelude::*;
use sync_core::unit::Money;

use super::format::sum;
use super::fresh::{fresh, maybe};
use super::icon::{Icon, icon, icon_large};
use super::kept::{Kept, kept};
use super::meter::CashLevel;
use super::say::ToastPlace;
use super::words::t;
use super::{focus, unique};

/// How the device stands with the company.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Contact {
    /// In contact.
    Online,
    /// There is a signal, and nothing was heard yet.
    Connecting,
    /// The session has ended: nothing is sent before somebody signs in.
    SignIn,
    /// No signal.
    #[default]
    Offline,
    /// So many of so many are on their way.
    Sending {
        /// Acknowledged in this push.
        sent: u32,
        /// All of this push.
        total: u32,
    },
    /// Out of contact for days.
    Lost {
        /// Whole days.
        days: u32,
    },
    /// The screens are locked; the outbox lives.
    Locked,
}

/// What the strip shows: contact, the unsent and their age, what is held, cash in hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StripState {
    /// How the device stands with the company.
    pub contact: Contact,
    /// Changes not acknowledged.
    pub unsent: u32,
    /// Photos that are still to be uploaded.
    pub photos: u32,
    /// Age of the oldest unsent, in words ([`super::format::age`]).
    pub oldest: String,
    /// Whether that is more than a day.
    pub overdue: bool,
    /// Changes that wait for a person.
    pub held: u32,
    /// Whether some of what was delivered is not in the book: it was sent back, or corrected by another.
    pub closed: bool,
    /// Cash in hand and where it stands; absent for those who take no cash.
    pub cash: Option<(Money, CashLevel)>,
}

impl StripState {
    fn look(&self) -> (Icon, &'static str) {
        match self.contact {
            Contact::Locked => (Icon::Lock, "strip-sync is-old"),
            Contact::Sending { .. } => (Icon::Sending, "strip-sync is-sending"),
            Contact::SignIn => (Icon::Key, "strip-sync is-old"),
            Contact::Lost { .. } => (Icon::Warn, "strip-sync is-old"),
            Contact::Offline | Contact::Online if self.overdue => (Icon::Warn, "strip-sync is-old"),
            Contact::Offline if self.held > 0 => (Icon::Offline, "strip-sync is-held"),
            Contact::Offline => (Icon::Offline, "strip-sync is-offline"),
            Contact::Connecting => (Icon::Sync, "strip-sync is-sending"),
            Contact::Online if self.held > 0 => (Icon::Hold, "strip-sync is-held"),
            Contact::Online if self.photos > 0 => (Icon::Camera, "strip-sync is-sending"),
            Contact::Online => (Icon::Check, "strip-sync"),
        }
    }

    fn sentence(&self) -> String {
        let count = self.unsent;
        match self.contact {
            Contact::Locked if count == 0 => t!("strip-locked-clear"),
            Contact::Locked => t!("strip-locked", count = count, age = &self.oldest),
            Contact::Sending { sent, total } => t!("strip-sending", sent = sent, total = total),
            Contact::SignIn => t!("strip-sign-in", count = count),
            Contact::Connecting => t!("strip-connecting", count = count),
            Contact::Lost { days } => t!("strip-old", days = days, count = count),
            Contact::Offline if self.held > 0 => t!("strip-offline-held", held = self.held, count = count),
            Contact::Offline if count == 0 && self.photos > 0 => {
                t!("strip-offline-photos", photos = self.photos)
            }
            Contact::Offline if count == 0 => t!("strip-offline-clear"),
            Contact::Offline => t!("strip-offline", count = count, age = &self.oldest),
            Contact::Online if self.held > 0 => t!("strip-held", held = self.held, count = count),
            Contact::Online if count == 0 && self.photos > 0 => t!("strip-photos", photos = self.photos),
            Contact::Online if count == 0 && self.closed => t!("strip-settled"),
            Contact::Online if count == 0 => t!("strip-clear"),
            Contact::Online => t!("strip-online-unsent", count = count, age = &self.oldest),
        }
    }
}

/// The strip that never leaves: signal, unsent with age, cash in hand. Mounted once, by [`FieldFrame`].
#[component]
pub fn Strip(
    /// What it shows.
    #[prop(into)]
    state: Kept<StripState>,
    /// Where the left half leads: the outbox.
    #[prop(into)]
    sync_href: String,
    /// Where the right half leads: cash.
    #[prop(into)]
    cash_href: String,
) -> impl IntoView {
    let look = kept(move || state.with(StripState::look));
    let sentence = kept(move || state.with(StripState::sentence));
    let cash = kept(move || state.with(|state| state.cash));
    let cash_class = move || match cash.get() {
        Some((_, CashLevel::Soon)) => "strip-cash is-soon",
        Some((_, CashLevel::Over)) => "strip-cash is-over",
        _ => "strip-cash",
    };
    view! {
        <div class="strip" role="status">
            <a class=Signal::derive(move || look.get().1) href=sync_href>
                <span>{fresh(move || icon(look.get().0))}</span>
                <span>{Signal::derive(move || sentence.get())}</span>
            </a>
            {maybe(move || cash.get(), move |(held, _)| view! {
                <a class=cash_class href=cash_href.clone()>{t!("strip-cash")}" "<b class="num">{sum(held)}</b></a>
            })}
        </div>
    }
    .into_any()
}

/// Where the arrow of an app bar leads.
#[derive(Clone)]
pub enum Back {
    /// To a page.
    Page(String),
    /// To whatever the page decides, such as a form that asks first.
    Act(UnsyncCallback<()>),
}

#[derive(Clone)]
struct Head {
    owner: String,
    title: String,
    sub: String,
    back: Option<Back>,
    actions: Option<ViewFn>,
}

/// The frame of every phone page: the app bar as the page's [`PageHead`] says, the strip, then the page.
///
/// Locked and sign-in screens stand in it too; a page without [`PageHead`] has no app bar, and `strip` is hidden only before enrolment.
#[component]
pub fn FieldFrame(
    /// What the strip shows.
    #[prop(into)]
    strip: Kept<StripState>,
    /// Where the left half leads: the outbox.
    #[prop(into)]
    sync_href: String,
    /// Where the right half leads: cash.
    #[prop(into)]
    cash_href: String,
    /// False only while there is no device yet.
    #[prop(default = true.into(), into)]
    enrolled: Signal<bool>,
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    let head = RwSignal::new_local(None::<Head>);
    provide_context(head);
    view! {
        <main class="screen">
            {maybe(move || head.get(), |head| view! { <AppBar head=head /> })}
            <Show when=move || enrolled.get()>
                <Strip state=strip sync_href=sync_href.clone() cash_href=cash_href.clone() />
            </Show>
            {children()}
            <ToastPlace />
        </main>
    }
    .into_any()
}

#[component]
fn AppBar(head: Head) -> impl IntoView {
    let title = NodeRef::<html::H1>::new();
    let back = head.back.map(|back| match back {
        Back::Page(href) => {
            view! { <a class="iconbtn appbar-back" href=href aria-label=t!("do-back")>{icon_large(Icon::Back)}</a> }.into_any()
        }
        Back::Act(act) => view! {
            <button type="button" class="iconbtn appbar-back" aria-label=t!("do-back") on:click=move |_| act.run(())>
                {icon_large(Icon::Back)}
            </button>
        }
        .into_any(),
    });
    Effect::new(move |_| {
        // A new page is read from its title; the very first one is read from the top by itself.
        if let Some(title) = title.get()
            && document().ready_state() == "complete"
            && focus::focused().is_none_or(|now| now.tag_name() == "BODY")
        {
            focus::focus(&title);
        }
    });
    let sub = head.sub;
    view! {
        <header class="appbar">
            {back}
            <h1 class="appbar-title head-title" tabindex="-1" node_ref=title>
                {head.title}
                {(!sub.is_empty()).then(|| view! { <span class="appbar-sub">{sub}</span> })}
            </h1>
            {head.actions.map(|actions| actions.run())}
        </header>
    }
    .into_any()
}

/// Says what the app bar shows while this page is open: title, second line, back, buttons at the end.
#[component]
pub fn PageHead(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// The second line.
    #[prop(optional, into)]
    sub: Signal<String>,
    /// Where the arrow leads; none on the first page of a tab.
    #[prop(optional, into)]
    back: Option<Back>,
    /// Icon buttons at the end of the bar.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
) -> impl IntoView {
    let frame = use_context::<RwSignal<Option<Head>, LocalStorage>>();
    let owner = unique("page");
    let mine = owner.clone();
    Effect::new(move |_| {
        let (title, sub) = (title.get(), sub.get());
        // The browser writes titles into its history, where nothing is sealed: no customer's name stands in them.
        document().set_title(&t!("app-name"));
        if let Some(frame) = frame {
            frame.set(Some(Head {
                owner: owner.clone(),
                title,
                sub,
                back: back.clone(),
                actions: actions.clone(),
            }));
        }
    });
    on_cleanup(move || {
        if let Some(frame) = frame {
            // The next page may have spoken already, and the whole frame may be gone.
            frame.try_update(|head| {
                if head.as_ref().is_some_and(|head| head.owner == mine) {
                    *head = None;
                }
            });
        }
    });
}

/// The part of the page that scrolls.
#[component]
pub fn Body(
    /// Everything in the middle, as sign-in and lock screens stand.
    #[prop(optional)]
    centred: bool,
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    view! { <div class=if centred { "screen-body center" } else { "screen-body" } tabindex="0">{children()}</div> }.into_any()
}

/// The bar at the thumb: a line of explanation and the one primary button.
#[component]
pub fn ActionBar(
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    view! { <div class="actionbar">{children()}</div> }.into_any()
}

/// The five places of the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// 今天
    Today,
    /// 客户
    Customers,
    /// 待发
    Outbox,
    /// 我的
    Me,
}

impl Tab {
    /// Where the tab leads.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Today => "#/",
            Self::Customers => "#/customers",
            Self::Outbox => "#/outbox",
            Self::Me => "#/me",
        }
    }
}

/// The tab bar: 今天 · 客户 · ＋记一笔 · 待发 · 我的.
#[component]
pub fn TabBar(
    /// The tab shown now.
    current: Tab,
    /// The count beside 待发.
    #[prop(into)]
    unsent: Kept<u32>,
    /// Opens the record sheet.
    #[prop(into)]
    on_record: UnsyncCallback<()>,
) -> impl IntoView {
    let tab = move |which: Tab, glyph: Icon, word: String| {
        let count = (which == Tab::Outbox).then(|| {
            maybe(
                move || Some(unsent.get()).filter(|n| *n > 0),
                |n| {
                    view! {
                        <span class="tab-count" aria-hidden="true">{n.to_string()}</span>
                        <span class="sr">{t!("tab-unsent", count = n)}</span>
                    }
                },
            )
        });
        view! {
            <a class="tab" href=which.href() aria-current=(which == current).then_some("page")>
                {icon(glyph)}<span>{word}</span>{count}
            </a>
        }
    };
    view! {
        <nav class="tabbar" aria-label=t!("main-nav")>
            {tab(Tab::Today, Icon::Today, t!("tab-today"))}
            {tab(Tab::Customers, Icon::People, t!("tab-customers"))}
            <button type="button" class="tab tab--record" on:click=move |_| on_record.run(())>
                <span>{icon(Icon::Plus)}</span><span>{t!("tab-record")}</span>
            </button>
            {tab(Tab::Outbox, Icon::Outbox, t!("tab-outbox"))}
            {tab(Tab::Me, Icon::Me, t!("tab-me"))}
        </nav>
    }
    .into_any()
}
