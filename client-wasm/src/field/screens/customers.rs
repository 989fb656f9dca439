//! F05 客户: the customers on this phone, found by name, place, initials or telephone, without a signal.
//!
//! Floor: screens. This module must not ask the network.

use std::time::Duration;

use leptos::prelude::*;
use sync_core::{
    domain::customer::{CardField, CustomerCard},
    paper::{PaperKey, customer_search},
    time::Timestamp,
    unit::{CustomerId, Money, folded},
};

use super::{
    first_sync, look,
    parts::{self, PhoneTabs},
    today::LONG_DAYS,
};
use crate::{
    field::{
        app::Field,
        later,
        router::{self, Part, Route},
        texts::ms,
    },
    ui::{
        Action, Body, EmptyState, Icon, IconButton, PageHead, SearchField, Tab, format, fresh, icon, kept, t,
    },
};

/// So many rows are drawn at once; the rest follow a moment later.
const FIRST_ROWS: usize = 24;
const MOMENT: Duration = Duration::from_millis(60);

/// One customer as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) id: CustomerId,
    pub(crate) name: String,
    pub(crate) place: String,
    search: String,
    due: Money,
    pub(crate) last_visit: Option<Timestamp>,
    pub(crate) last_act: Option<Timestamp>,
    since: Timestamp,
    pending: bool,
    conflicts: usize,
}

/// Every customer on this phone, with what is searched in, made ready once for each state of the book.
pub(crate) fn lines(field: Field) -> Vec<Line> {
    field.read(|book| {
        let dealings = look::dealings(book);
        let mut all: Vec<Line> = book
            .customers()
            .filter(|(_, card)| card.exists())
            .map(|(id, card)| {
                let key = PaperKey::customer(id);
                let with = dealings.get(&id).cloned().unwrap_or_default();
                Line {
                    id,
                    name: card.name().to_owned(),
                    place: place(card),
                    search: folded(&customer_search(card, later::initials())),
                    due: with.due(),
                    last_visit: with.last_visit,
                    last_act: with.last_act,
                    since: with.last_visit.or(card.created).unwrap_or_default(),
                    pending: book.view().is_pending(&key),
                    conflicts: card.conflicts().count(),
                }
            })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        all
    })
}

fn place(card: &CustomerCard) -> String {
    let (county, address) = (card.text(CardField::County), card.text(CardField::RegisteredAddress));
    match (county.is_empty(), address.is_empty()) {
        (_, true) => county.to_owned(),
        (true, false) => address.to_owned(),
        (false, false) if address.contains(county) => address.to_owned(),
        (false, false) => format!("{county} {address}"),
    }
}

impl Line {
    /// Whether all the words are found in it.
    pub(crate) fn matches(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.search.contains(word.as_str()))
    }

    fn is_in(&self, part: Part, long_ago: Timestamp) -> bool {
        match part {
            Part::All => true,
            Part::Owing => self.due > Money::ZERO,
            Part::NotSeen => self.since < long_ago,
        }
    }
}

/// The words that are searched for.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    text.split_whitespace().map(folded).collect()
}

/// A text with the words found in it marked.
fn marked(text: &str, words: &[String]) -> AnyView {
    let lower = folded(text);
    let found = words
        .iter()
        .filter_map(|word| lower.find(word.as_str()).map(|at| (at, at + word.len())))
        .find(|(from, to)| {
            text.is_char_boundary(*from) && text.is_char_boundary(*to) && lower.len() == text.len()
        });
    match found {
        Some((from, to)) => {
            let (before, hit, after) =
                (text[..from].to_owned(), text[from..to].to_owned(), text[to..].to_owned());
            view! { {before}<mark>{hit}</mark>{after} }.into_any()
        }
        None => text.to_owned().into_any(),
    }
}

/// The customers, or a part of them.
#[component]
pub(super) fn Customers(
    /// Which of them.
    part: Part,
) -> impl IntoView {
    let field = parts::field();
    let now = parts::now();
    let typed = SEARCHED.with(|kept| RwSignal::new(kept.borrow().clone()));
    Effect::new(move |_| SEARCHED.with(|kept| kept.replace(typed.get())));
    let all = kept(move || lines(field));
    let long_ago =
        move || Timestamp::from_millis(field.now().millis().saturating_sub(LONG_DAYS * 86_400_000));
    let words = kept(move || words_of(&typed.get()));
    let counts = kept(move || {
        let long_ago = long_ago();
        all.with(|all| {
            [Part::All, Part::Owing, Part::NotSeen]
                .map(|part| all.iter().filter(|line| line.is_in(part, long_ago)).count())
        })
    });
    let found = kept(move || {
        let (words, long_ago) = (words.get(), long_ago());
        all.with(|all| {
            all.iter()
                .filter(|line| line.is_in(part, long_ago) && line.matches(&words))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let limit = RwSignal::new(FIRST_ROWS);
    set_timeout(
        move || {
            limit.try_set(usize::MAX);
        },
        MOMENT,
    );
    let new = || view! { <IconButton icon=Icon::Plus label=t!("customers-new") testid="new-customer" on_press=|| router::go(Route::NewCustomer) /> };
    let sub = Signal::derive(move || t!("customers-mine", count = counts.get()[0]));
    view! {
        <PageHead title=t!("tab-customers") sub=sub actions=new />
        <Body>
            <SearchField label=t!("customers-search") value=typed testid="customer-search" />
            <nav class="chips" aria-label=t!("customers-parts")>
                {fresh(move || chips(part, counts.get()))}
            </nav>
            {first_sync::still_coming(field)}
            {fresh(move || {
                if found.with(Vec::is_empty) {
                    return nothing(&typed.get(), part, counts.get()[0]);
                }
                let words = words.get();
                let now = now.get();
                let rows = found.with(|found| found.iter().take(limit.get()).map(|line| row(line, &words, now)).map(IntoAny::into_any).collect_view());
                view! { <section class="card rows" aria-label=t!("tab-customers")>{rows}</section> }.into_any()
            })}
            <p class="tiny faint tc">{fresh(move || t!("customers-foot", count = counts.get()[0]))}</p>
        </Body>
        <PhoneTabs current=Tab::Customers />
    }
}

thread_local! {
    /// What was searched for last, so that coming back from a customer finds the list as it was.
    static SEARCHED: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
}

/// Forgets what was searched for.
pub(super) fn forget() {
    SEARCHED.take();
}

fn chips(current: Part, counts: [usize; 3]) -> AnyView {
    [
        (Part::All, t!("customers-whole", count = counts[0])),
        (Part::Owing, t!("customers-owing", count = counts[1])),
        (Part::NotSeen, t!("customers-not-seen", count = counts[2])),
    ]
    .map(|(part, word)| {
        let here = part == current;
        view! { <a class="chip chip--sm" class:is-on=here href=Route::CustomersOf(part).href() aria-current=here.then_some("true")>{word}</a> }
    })
    .map(IntoAny::into_any).collect_view()
    .into_any()
}

fn nothing(typed: &str, part: Part, all: usize) -> AnyView {
    let (title, text, action) = if !typed.trim().is_empty() {
        (
            t!("customers-not-found", text = typed.trim()),
            t!("customers-not-found-text", count = all),
            Some(Action::page(t!("customers-new"), Route::NewCustomer.href())),
        )
    } else if part == Part::All {
        (
            t!("customers-none"),
            t!("customers-none-text"),
            Some(Action::page(t!("customers-new"), Route::NewCustomer.href())),
        )
    } else {
        (t!("customers-part-none"), t!("customers-part-none-text"), None)
    };
    let state = match action {
        Some(action) => {
            view! { <EmptyState icon=Icon::Search title=title text=text action=action /> }.into_any()
        }
        None => view! { <EmptyState icon=Icon::Check title=title text=text /> }.into_any(),
    };
    view! { <section class="card">{state}</section> }.into_any()
}

/// Drawn by hand, without reactive parts: there may be hundreds.
fn row(line: &Line, words: &[String], now: i64) -> AnyView {
    let first: String = line.name.chars().next().into_iter().collect();
    let end = if line.conflicts > 0 {
        view! { <span class="badge badge--finding">{icon(Icon::Info)}{t!("customers-conflict")}</span> }
            .into_any()
    } else if line.pending {
        view! { <span class="badge badge--saved">{icon(Icon::Device)}{t!("fate-saved")}</span> }.into_any()
    } else if line.due > Money::ZERO {
        view! { <span class="is-soon">{t!("customers-due")}" "<b class="num">{format::sum(line.due)}</b></span> }.into_any()
    } else {
        ().into_any()
    };
    let seen = line.last_visit.map_or_else(|| t!("customers-never"), |last| format::age(now, ms(last)));
    view! {
        <a class="row" href=Route::Customer(line.id).href() data-testid="customer-row">
            <span class="row-lead" aria-hidden="true">{first}</span>
            <span class="row-main">
                <span class="row-title clip">{marked(&line.name, words)}</span>
                <span class="row-sub clip">{marked(&line.place, words)}</span>
            </span>
            <span class="row-end">{end}<span class="blk">{seen}</span></span>
        </a>
    }
    .into_any()
}
