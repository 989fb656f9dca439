//! The console's frame: navigation, top bar, page and panels.
//!
//! Floor: ui. This module must not know routes or roles: a role's navigation is handed in, hidden is absent.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::focus;
use super::fresh::{fresh, maybe, yes_no};
use super::icon::{Icon, drawn, icon};
use super::say::ToastPlace;
use super::words::t;

/// One place of the console.
#[derive(Clone, Debug, PartialEq)]
pub struct NavItem {
    /// What it is called.
    pub label: String,
    /// Its icon.
    pub icon: Icon,
    /// Where it leads.
    pub href: String,
    /// How many need a person.
    pub count: Signal<u32>,
    /// Whether the count is urgent.
    pub urgent: bool,
}

/// A group of places: 款, 货, 客, 人, 表. The first has no title.
#[derive(Clone, Debug, PartialEq)]
pub struct NavGroup {
    /// The group's one character or word.
    pub title: Option<String>,
    /// Its places.
    pub items: Vec<NavItem>,
}

/// How the console stands with the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// Entries appear as they arrive; the book stands at this position.
    At(u64),
    /// The connection is lost; figures are as of this time.
    LostSince(String),
}

/// The whole console around its pages.
#[component]
pub fn Desk(
    /// The places this role sees.
    #[prop(into)]
    nav: Signal<Vec<NavGroup>>,
    /// The path shown now, to mark its place.
    #[prop(into)]
    path: Signal<String>,
    /// The line at the foot of the navigation: received = applied + held + quarantined.
    #[prop(into)]
    conservation: Signal<String>,
    /// Where what was put aside is to be seen; empty where nothing was, or it is not for this role.
    #[prop(into)]
    aside: Signal<String>,
    /// How the console stands with the server.
    #[prop(into)]
    live: Signal<Live>,
    /// Name and role of who is signed in.
    #[prop(into)]
    who: Signal<(String, String)>,
    /// What is searched for, when Enter is pressed in the top bar; `/` leads there.
    #[prop(into)]
    on_search: UnsyncCallback<(String,)>,
    /// Buttons at the end of the top bar: language, sign out.
    #[prop(optional, into)]
    end: Option<ViewFn>,
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="office">
            <a class="sr sr-skip" href="#page">{t!("skip-to-content")}</a>
            <Sidebar nav=nav path=path conservation=conservation aside=aside />
            <div class="desk">
                <TopBar live=live who=who on_search=on_search end=end />
                {children()}
                <ToastPlace />
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Sidebar(
    nav: Signal<Vec<NavGroup>>,
    path: Signal<String>,
    conservation: Signal<String>,
    aside: Signal<String>,
) -> impl IntoView {
    let item = move |item: NavItem| {
        let (count, urgent, own) = (item.count, item.urgent, item.href.clone());
        let here = move || {
            path.with(|path| {
                *path == own
                    || path.strip_prefix(&own).is_some_and(|rest| own != "/office/" && rest.starts_with('/'))
            })
        };
        view! {
            <a href=item.href aria-current=Signal::derive(move || here().then_some("page"))>
                {icon(item.icon)}
                {item.label}
                {maybe(move || Some(count.get()).filter(|n| *n > 0), move |n| view! { <b class:is-danger=urgent>{n.to_string()}</b> })}
            </a>
        }
    };
    let group = move |group: NavGroup| {
        let title = group.title.map(|title| view! { <p class="sidenav-group">{title}</p> });
        view! { {title}{group.items.into_iter().map(item).collect_view()} }
    };
    view! {
        <nav class="sidenav" aria-label=t!("main-nav")>
            <div class="sidenav-brand"><span class="logo" aria-hidden="true">"账"</span>{t!("app-name")}</div>
            {fresh(move || nav.get().into_iter().map(group).collect_view())}
            <p class="sidenav-foot">
                {fresh(move || {
                    let href = aside.get();
                    if href.is_empty() {
                        conservation.get().into_any()
                    } else {
                        view! { <a href=href data-testid="see-quarantine">{conservation.get()}</a> }.into_any()
                    }
                })}
            </p>
        </nav>
    }
    .into_any()
}

#[component]
fn TopBar(
    live: Signal<Live>,
    who: Signal<(String, String)>,
    on_search: UnsyncCallback<(String,)>,
    end: Option<ViewFn>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let slash = window_event_listener(ev::keydown, move |event| {
        if event.key() == "/" && !focus::typing() && !focus::behind_a_sheet() {
            event.prevent_default();
            if let Some(field) = field.get_untracked() {
                focus::focus(&field);
            }
        }
    });
    on_cleanup(move || slash.remove());
    let keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" {
            on_search.run((event_target_value(&event),));
        }
    };
    let state = move || match live.get() {
        Live::At(position) => {
            view! { <span class="live" role="status">{t!("top-live", position = position)}</span> }.into_any()
        }
        Live::LostSince(time) => {
            view! { <span class="live is-lost is-danger" role="status">{t!("top-lost", time = time)}</span> }
                .into_any()
        }
    };
    let person = move || {
        let (name, role) = who.get();
        let first: String = name.chars().next().into_iter().collect();
        view! {
            <span class="avatar" aria-hidden="true">{first}</span>
            <span class="small"><b class="blk">{name}</b><span class="faint tiny">{role}</span></span>
        }
    };
    view! {
        <header class="topbar">
            <span class="combo combo--lead" role="search" aria-label=t!("top-search")>
                {drawn(Icon::Search, "i i--lead")}
                <input
                    class="input"
                    type="search"
                    autocomplete="off"
                    aria-label=t!("top-search")
                    placeholder=t!("top-search")
                    node_ref=field
                    on:keydown=keys
                />
                <span class="kbd" aria-hidden="true">"/"</span>
            </span>
            <div class="topbar-end">
                {fresh(state)}
                <span class="line">{fresh(person)}</span>
                {end.map(|end| end.run())}
            </div>
        </header>
    }
    .into_any()
}

/// One page of the console: its title, a line of what the figures cover, and actions.
#[component]
pub fn Page(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// As of when, and which phones are not in it.
    #[prop(optional, into)]
    sub: Signal<String>,
    /// What stands at the end: buttons.
    #[prop(optional, into)]
    end: Option<ViewFn>,
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    Effect::new(move |_| document().set_title(&format!("{} · {}", title.get(), t!("office-name"))));
    view! {
        <main class="page" id="page" tabindex="-1">
            <div class="page-head">
                <div>
                    <h1 tabindex="-1">{title}</h1>
                    <p>{move || sub.get()}</p>
                </div>
                {end.map(|end| view! { <div class="page-head-end">{end.run()}</div> })}
            </div>
            {children()}
        </main>
    }
    .into_any()
}

/// A white panel with a head.
#[component]
pub fn Panel(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// What stands at the end: buttons.
    #[prop(optional, into)]
    end: Option<ViewFn>,
    /// Air around the content; tables stand without.
    #[prop(optional)]
    padded: bool,
    /// What stands inside.
    children: Children,
) -> impl IntoView {
    let content = children();
    view! {
        <section class="panel">
            <div class="panel-head">
                <h2>{title}</h2>
                {end.map(|end| view! { <div class="panel-head-end">{end.run()}</div> })}
            </div>
            {if padded { view! { <div class="panel-body stack">{content}</div> }.into_any() } else { content }}
        </section>
    }
    .into_any()
}

/// Tabs above a list: the words, each with its count.
#[component]
pub fn Tabs(
    /// Read aloud.
    #[prop(into)]
    label: String,
    /// What is kept.
    value: RwSignal<String>,
    /// Value, word and count of each.
    #[prop(into)]
    tabs: Signal<Vec<(String, String, Option<u32>)>>,
) -> impl IntoView {
    let one = move |(kept, word, count): (String, String, Option<u32>)| {
        let (own, picked) = (kept.clone(), kept);
        view! {
            <button
                type="button"
                aria-pressed=yes_no(move || value.with(|v| *v == own))
                on:click=move |_| value.set(picked.clone())
            >
                {word}{count.map(|count| view! { <b>{count}</b> })}
            </button>
        }
    };
    view! { <div class="tabs" role="group" aria-label=label>{fresh(move || tabs.get().into_iter().map(one).collect_view())}</div> }.into_any()
}
