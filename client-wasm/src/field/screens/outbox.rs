//! F16 待发: counts that add up, and each own change with what has become of it. Nothing vanishes.
//!
//! Floor: screens. This module must not send; the engine does.

use leptos::prelude::*;
use sync_core::{replica::Replica, time::business_date};

use super::{
    look,
    parts::{self, PhoneTabs},
    today::NewVersion,
    told::{self, Told},
};
use crate::{
    field::{
        app::Field,
        router::Route,
        texts::{self, ms},
    },
    ui::{
        Action, Banner, Body, EmptyState, Fate, Icon, Lead, PageHead, Row, Section, Tab, Tone, format, fresh,
        icon, kept, t,
    },
};

/// One own change as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    seq: u64,
    at: i64,
    told: Told,
    fate: Fate,
    why: Option<String>,
    today: bool,
    /// Whether it waits no more and is not in the book.
    closed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Counts {
    written: u64,
    applied: u64,
    held: u64,
    unsent: u64,
    closed: u64,
    /// In the book, and on this phone no more: they moved with their customers.
    along: u64,
}

fn lines(book: &Replica, field: Field) -> Vec<Line> {
    use sync_core::{op::Ruling, refusal::Verdict, replica};
    let today = business_date(field.now());
    book.outbox()
        .into_iter()
        .map(|line| {
            let why = match &line.fate {
                replica::Fate::Judged(_) if line.settled.is_some() => {
                    line.settled.as_ref().map(|settled| told::settled(book, settled))
                }
                replica::Fate::Judged(Verdict::Held { reason }) => Some(texts::refusal(reason)),
                replica::Fate::Judged(Verdict::Applied { findings, withheld }) => {
                    findings.first().map(texts::finding).or_else(|| withheld.then(|| t!("outbox-withheld")))
                }
                replica::Fate::SavedHere => None,
            };
            Line {
                seq: line.seq,
                at: ms(line.at),
                told: told::told(book, &line.op),
                fate: told::fate(&line, field.is_sending(line.seq)),
                why,
                today: business_date(line.at) == today,
                closed: matches!(line.fate, replica::Fate::Judged(Verdict::Held { .. }))
                    && line.settled.as_ref().is_some_and(|settled| {
                        settled.ruling != Ruling::Accepted && !told::waits_for_author(book, line.seq, settled)
                    }),
            }
        })
        .collect()
}

fn is_in_the_book(line: &Line) -> bool {
    !line.closed && matches!(line.fate, Fate::Applied | Fate::Finding)
}

fn counts(book: &Replica) -> Counts {
    let written = book.next_seq() - 1;
    let unsent = book.backlog().unsent;
    let (held, closed) = look::held_here(book);
    let held = held.len() as u64;
    let along = book.moved_along().count() as u64;
    Counts { written, applied: written.saturating_sub(unsent + held + closed), held, unsent, closed, along }
}

/// The outbox.
#[component]
pub(super) fn Outbox() -> impl IntoView {
    let field = parts::field();
    let (now, link, backlog) = (parts::now(), field.link(), field.backlog());
    let lines = kept(move || {
        link.track();
        now.track();
        field.read(|book| lines(book, field))
    });
    let counts = kept(move || field.read(counts));
    let send = move || {
        view! {
            <button type="button" class="btn btn--quiet" data-testid="sync-now" on:click=move |_| field.sync_now()>
                {icon(Icon::Sync)}{t!("outbox-send")}
            </button>
        }
    };
    let some = move |wanted: fn(&Line) -> bool| {
        lines.with(|lines| lines.iter().filter(|line| wanted(line)).cloned().collect::<Vec<_>>())
    };
    view! {
        <PageHead title=t!("tab-outbox") actions=send />
        <Body>
            <NewVersion />
            {fresh(move || figures(&counts.get()))}
            {fresh(move || trouble(field))}
            {fresh(move || {
                let held = some(|line| line.fate == Fate::Held && !line.closed);
                group("held", t!("outbox-held", count = held.len()), t!("outbox-held-note"), held, now.get())
            })}
            {fresh(move || {
                let unsent = some(|line| matches!(line.fate, Fate::Saved | Fate::Sending));
                let oldest = backlog.get().oldest.map(|oldest| t!("outbox-oldest", age = format::recent(now.get(), ms(oldest))));
                group("unsent", t!("outbox-unsent", count = unsent.len()), oldest.unwrap_or_default(), unsent, now.get())
            })}
            {fresh(move || {
                let closed = some(|line| line.closed);
                group("closed", t!("outbox-closed-title", count = closed.len()), t!("outbox-closed-note"), closed, now.get())
            })}
            {fresh(move || {
                let today = some(|line| line.today && is_in_the_book(line));
                group("applied", t!("outbox-today", count = today.len()), String::new(), today, now.get())
            })}
            {fresh(move || {
                let earlier = some(|line| !line.today && is_in_the_book(line));
                let shown: Vec<Line> = earlier.into_iter().take(30).collect();
                group("earlier", t!("outbox-earlier"), String::new(), shown, now.get())
            })}
            {fresh(move || (lines.with(Vec::is_empty) && counts.with(|counts| counts.along == 0)).then(|| view! {
                <section class="card"><EmptyState icon=Icon::Check title=t!("outbox-empty") text=t!("outbox-empty-text") /></section>
            }))}
        </Body>
        <PhoneTabs current=Tab::Outbox />
    }
}

fn figures(counts: &Counts) -> AnyView {
    let one = |name: String, value: u64, class: &'static str, id: &'static str| {
        let class = if value == 0 { "num" } else { class };
        view! { <div class="stat"><dt>{name}</dt><dd class=class data-testid=id>{value.to_string()}</dd></div> }
    };
    view! {
        <section class="card" aria-label=t!("outbox-counts")>
            <dl class="stats stats--sm stats--in stats--4">
                {one(t!("outbox-written"), counts.written, "num", "count-written")}
                {one(t!("fate-applied"), counts.applied, "num is-ok", "count-applied")}
                {one(t!("fate-held"), counts.held, "num is-held", "count-held")}
                {one(t!("outbox-not-sent"), counts.unsent, "num", "count-unsent")}
            </dl>
            {(counts.closed > 0).then(|| view! { <p class="conflict-why" data-testid="count-closed">{t!("outbox-closed", count = counts.closed)}</p> })}
            {(counts.along > 0).then(|| view! { <p class="conflict-why" data-testid="count-along">{t!("outbox-along", count = counts.along)}</p> })}
        </section>
    }
    .into_any()
}

/// What keeps things from being sent, in one sentence.
fn trouble(field: Field) -> AnyView {
    let link = field.link().get();
    let unsent = field.backlog().get().unsent;
    let session = link.needs_sign_in.then(|| {
        view! { <Banner tone=Tone::Finding icon=Icon::Key lead=t!("banner-session") text=t!("banner-session-text") action=Action::page(t!("do-sign-in"), Route::SignIn.href()) /> }
    });
    let offline = (!link.online && !link.needs_sign_in && unsent > 0).then(
        || view! { <Banner icon=Icon::Offline lead=t!("banner-offline") text=t!("banner-offline-text") /> },
    );
    let photos = (link.photos_waiting > 0)
        .then(|| view! { <Banner icon=Icon::Camera lead=t!("outbox-photos", count = link.photos_waiting) text=t!("outbox-photos-text") /> });
    let refused = (link.photos_refused > 0).then(|| view! {
        <Banner tone=Tone::Finding icon=Icon::Camera lead=t!("outbox-photos-refused", count = link.photos_refused) text=t!("outbox-photos-refused-text") />
    });
    let error = link.last_error.filter(|_| !link.needs_sign_in && link.online).map(|error| {
        let text =
            if error.text.is_empty() { t!("outbox-trouble-text", code = error.code) } else { error.text };
        view! { <Banner tone=Tone::Finding icon=Icon::Info lead=t!("outbox-trouble") text=text /> }
    });
    (session, offline, photos, refused, error).into_any()
}

fn group(name: &'static str, title: String, note: String, lines: Vec<Line>, now: i64) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let label = title.clone();
    let rows = lines.into_iter().map(|line| row(line, now)).map(IntoAny::into_any).collect_view();
    view! {
        <Section title=title note=note />
        <section class="card rows" aria-label=label data-testid=format!("outbox-{name}")>{rows}</section>
    }
    .into_any()
}

fn row(line: Line, now: i64) -> AnyView {
    let when = format::recent(now, line.at);
    let about = (!line.told.about.is_empty()).then(|| line.told.about.clone());
    let sub = about.into_iter().chain([when]).chain(line.why.clone()).collect::<Vec<_>>().join(" · ");
    let (fate, closed) = (line.fate, line.closed);
    let tone = if fate == Fate::Held && !closed { Tone::Held } else { Tone::Line };
    view! {
        <Row
            lead=Lead::Icon(line.told.icon, tone)
            title=line.told.title
            sub=sub
            href=Route::OutboxLine(line.seq).href()
            end=move || told::standing(fate, closed)
            testid="outbox-line"
        />
    }
    .into_any()
}
