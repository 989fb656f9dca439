//! One own change: what it says, what has become of it, and why it waits (F17 待处理，说清楚).
//!
//! Floor: screens. This module must not let anything be changed that was written.

use leptos::prelude::*;
use sync_core::{
    domain::customer::{CustomerCard, CustomerRefusal, FieldValue},
    op::{Op, Ruling},
    paper::Settled,
    refusal::{Refusal, Verdict},
    replica::{self, Replica},
    unit::ChangeId,
};

use super::{
    again, papers,
    parts::{self, NotHere, SubHead},
    told,
};
use crate::{
    field::{
        app::Field,
        router::Route,
        texts::{self, ms},
    },
    ui::{
        ActionBar, Banner, Body, Button, ButtonLink, ButtonSize, Card, ConflictCard, Fate, Icon, Stamp,
        StampState, Timeline, Tone, Version, badge, format, fresh, kept, pairs, t,
    },
};

/// A value that binds the company, which somebody else wrote meanwhile: what was there before, mine, theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Clash {
    field: String,
    base: Version,
    mine: Version,
    theirs: Version,
}

/// Both values of what must be chosen, as the reason carries them.
fn clash(book: &Replica, op: &Op, at: i64, reason: Option<&Refusal>) -> Option<Clash> {
    let Some(Refusal::Customer(CustomerRefusal::Undecided { field, base, theirs, by, at: then })) = reason
    else {
        return None;
    };
    let Op::CardFieldSet(set) = op.said() else { return None };
    let version = |who: String, value: Option<&FieldValue>, when: String| {
        let value = value.map(texts::value).filter(|value| !value.is_empty());
        Version { who, value: value.unwrap_or_else(|| t!("card-empty")), when }
    };
    Some(Clash {
        field: texts::card_field(*field),
        base: version(t!("conflict-base"), base.as_ref(), String::new()),
        mine: version(t!("conflict-mine"), Some(&set.value), format::moment(at)),
        theirs: version(
            t!("conflict-theirs", who = texts::staff_name(book, *by)),
            Some(theirs),
            format::moment(ms(*then)),
        ),
    })
}

/// The change of this device by which another one was corrected.
fn corrected_by(book: &Replica, settled: Option<&Settled>) -> Option<u64> {
    let settled = settled.filter(|settled| settled.ruling == Ruling::Corrected)?;
    (settled.id.device == book.identity().device).then_some(settled.id.seq)
}

/// One own change, found in the outbox or among the held.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    op: Op,
    at: i64,
    fate: Fate,
    reason: Option<Refusal>,
    findings: Vec<String>,
    withheld: bool,
    change: ChangeId,
    settled: Option<String>,
    /// The change of this device that took its place.
    corrected: Option<u64>,
    /// Both values, where one of two must be chosen.
    clash: Option<Clash>,
    /// Whether it can be written anew here.
    again: bool,
    /// What a decision has left it as.
    left: Left,
}

/// What a decision leaves of a change that waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// Nothing was decided, or it is in the book.
    AsItIs,
    /// It was sent back, and waits for its author.
    SentBack,
    /// It waits no more, and is not in the book.
    Closed,
}

fn page(book: &Replica, field: Field, seq: u64) -> Option<Page> {
    let device = book.identity().device;
    let change = ChangeId { device, seq };
    if let Some(line) = book.outbox().into_iter().find(|line| line.seq == seq) {
        let fate = told::fate(&line, field.is_sending(seq));
        let (reason, findings, withheld) = match line.fate {
            replica::Fate::SavedHere => (None, Vec::new(), false),
            replica::Fate::Judged(Verdict::Held { reason }) => (Some(reason), Vec::new(), false),
            replica::Fate::Judged(Verdict::Applied { findings, withheld }) => {
                (None, findings.iter().map(texts::finding).collect(), withheld)
            }
        };
        let again = again::of(book, seq).is_some();
        let corrected = corrected_by(book, line.settled.as_ref());
        let left = left(book, seq, line.settled.as_ref(), reason.is_some());
        let settled = line.settled.as_ref().map(|settled| told::settled(book, settled));
        let clash = clash(book, &line.op, ms(line.at), reason.as_ref());
        return Some(Page {
            op: line.op,
            at: ms(line.at),
            fate,
            reason,
            findings,
            withheld,
            change,
            settled,
            corrected,
            clash,
            again,
            left,
        });
    }
    let (held, outcome) = book.held().into_iter().find(|(held, _)| held.id == change)?;
    let settled = outcome.and_then(|outcome| outcome.settled());
    let fate = match settled.map(|settled| &settled.ruling) {
        None | Some(Ruling::Declined { .. }) => Fate::Held,
        Some(Ruling::Accepted) => Fate::Applied,
        Some(_) => Fate::Finding,
    };
    let left = left(book, seq, settled, true);
    let op = held.op().ok()?;
    Some(Page {
        corrected: corrected_by(book, settled),
        clash: clash(book, &op, ms(held.at), Some(&held.reason)),
        op,
        at: ms(held.at),
        fate,
        reason: Some(held.reason.clone()),
        findings: Vec::new(),
        withheld: false,
        change,
        settled: settled.map(|settled| told::settled(book, settled)),
        again: again::of(book, seq).is_some(),
        left,
    })
}

/// What a decision has left of a change of this device; `waited` where it did.
fn left(book: &Replica, seq: u64, settled: Option<&Settled>, waited: bool) -> Left {
    match settled.filter(|settled| waited && settled.ruling != Ruling::Accepted) {
        None => Left::AsItIs,
        Some(settled) if told::waits_for_author(book, seq, settled) => Left::SentBack,
        Some(_) => Left::Closed,
    }
}

/// Where the change can be looked at as a paper.
fn to_paper(page: &Page) -> Option<Route> {
    use sync_core::unit::{CustomerId, PaperId};
    let created = PaperId(page.change.created());
    match page.op.said() {
        Op::VisitRecorded(_) => Some(Route::VisitPage(created)),
        Op::OrderTaken(_) => Some(Route::OrderPage(created)),
        Op::Collected(_) => Some(Route::Receipt(created)),
        Op::Remitted(_) => Some(Route::RemittancePage(created)),
        Op::CashHandedIn(_) => Some(Route::HandInPage(created)),
        Op::HandInStamped(stamped) => Some(Route::HandInPage(stamped.hand_in)),
        Op::DayClosed(_) => Some(Route::DayClosePage(created)),
        Op::PaymentUrged(_) => Some(Route::UrgingPage(created)),
        Op::CustomerCreated(_) => Some(Route::Customer(CustomerId(page.change.created()))),
        other => other.customer().map(Route::Customer),
    }
}

/// Whether a page has something to show: the customer of a change may be somebody else's by now.
fn is_here(book: &Replica, page: Route) -> bool {
    match page {
        Route::Customer(id) => book.customer(id).is_some_and(CustomerCard::exists),
        _ => true,
    }
}

/// One own change.
#[component]
pub(super) fn OutboxLine(
    /// Its sequence in this device's log.
    seq: u64,
) -> impl IntoView {
    let field = parts::field();
    let link = field.link();
    let page = kept(move || {
        link.track();
        field.read(|book| page(book, field, seq))
    });
    fresh(move || match page.get() {
        None => view! { <NotHere up=Route::Outbox /> }.into_any(),
        Some(page) => shown(field, seq, &page),
    })
}

fn stamps(page: &Page) -> Vec<Stamp> {
    let stamp = |seal: String, title: String, meta: String, state: StampState| Stamp {
        seal,
        title,
        meta,
        end: String::new(),
        state,
        red: false,
    };
    vec![
        stamp(t!("held-seal-saved"), t!("fate-saved"), format::full_moment(page.at), StampState::Done),
        stamp(t!("held-seal-received"), t!("held-received"), t!("held-received-text"), StampState::Done),
        stamp(t!("held-seal-decide"), t!("held-decide"), t!("held-decide-text"), StampState::Now),
        stamp(t!("held-seal-applied"), t!("held-applied"), String::new(), StampState::Wait),
    ]
}

fn fate_banner(page: &Page) -> AnyView {
    let (tone, glyph) = match page.fate {
        Fate::Saved => (Tone::Saved, Icon::Device),
        Fate::Sending => (Tone::Sending, Icon::Sending),
        Fate::Applied => (Tone::Applied, Icon::Check),
        Fate::Finding => (Tone::Finding, Icon::Info),
        Fate::Held => (Tone::Held, Icon::Hold),
    };
    let lead = if let Some(settled) = page.settled.clone() {
        settled
    } else if page.fate == Fate::Held {
        t!("held-lead")
    } else {
        t!("phone-sentence", words = page.fate.word())
    };
    let text = match (page.left, page.fate) {
        (Left::SentBack, _) => t!("held-sent-back"),
        (Left::Closed, _) => t!("held-settled"),
        (_, Fate::Held) => t!("held-text"),
        _ => page.fate.meaning(),
    };
    view! { <Banner tone=tone icon=glyph lead=lead text=text /> }.into_any()
}

fn shown(field: Field, seq: u64, page: &Page) -> AnyView {
    let (told, entries) = field.peek(|book| (told::told(book, &page.op), papers::of_op(book, &page.op)));
    let banner = fate_banner(page);
    let steps = stamps(page);
    let (open, correctable) = (page.fate == Fate::Held && page.settled.is_none(), page.again);
    let why = page.reason.clone().map(|reason| {
        let clause = reason.clause().map(|clause| t!("held-clause", clause = clause)).unwrap_or_default();
        view! {
            <Card>
                <h2 class="h3">{if open { t!("held-why") } else { t!("held-why-then") }}</h2>
                <p class="small" data-testid="held-reason">{texts::refusal(&reason)}</p>
                <p class="tiny faint">{t!("held-code", code = reason.code())}" "{clause}</p>
            </Card>
            {open.then(|| view! {
                <Card>
                    <h2 class="h3">{t!("held-next")}</h2>
                    <Timeline stamps=steps />
                    {(!correctable).then(|| view! { <p class="small muted">{t!("held-no-form")}</p> })}
                </Card>
            })}
        }
    });
    let clash = page.clash.clone().filter(|_| open).map(|clash| {
        let nobody = Signal::derive(|| false);
        view! { <ConflictCard field=clash.field base=clash.base mine=clash.mine theirs=clash.theirs mine_in_use=nobody waits=true why=t!("held-undecided") /> }
    });
    let notes = (!page.findings.is_empty() || page.withheld).then(|| {
        let withheld = page.withheld.then(|| t!("outbox-withheld"));
        let all = page
            .findings
            .iter()
            .cloned()
            .chain(withheld)
            .map(|sentence| view! { <li class="small">{sentence}</li> })
            .map(IntoAny::into_any).collect_view();
        view! { <Card><h2 class="h3">{t!("outbox-notes")}</h2><ul class="stack stack--tight">{all}</ul></Card> }
    });
    let (at, fate, closed) = (page.at, page.fate, page.left == Left::Closed);
    let to = match (page.again, page.fate, page.reason.is_some()) {
        (true, ..) if !closed => Some((t!("held-correct"), Route::Correct(seq), "correct")),
        _ if page.corrected.is_some() => {
            page.corrected.map(|seq| (t!("held-to-correction"), Route::OutboxLine(seq), "see-correction"))
        }
        (_, Fate::Held, _) | (_, Fate::Finding, true) => None,
        _ => to_paper(page)
            .filter(|to| field.peek(|book| is_here(book, *to)))
            .map(|to| (t!("outbox-open-paper"), to, "open-paper")),
    };
    let to = to.map(|(label, to, testid)| {
        view! { <ButtonLink label=label href=to.href() size=ButtonSize::Block testid=testid /> }
    });
    let let_be = (page.left == Left::SentBack).then(|| {
        view! { <Button label=t!("held-let-be") size=ButtonSize::Block on_press=move || field.let_be(seq) testid="let-be" /> }
    });
    let bar = (to.is_some() || let_be.is_some()).then(|| view! { <ActionBar>{to}{let_be}</ActionBar> });
    view! {
        <SubHead title=told.title sub=told.about up=Route::Outbox />
        <Body>
            {banner}
            {clash}
            {why}
            {notes}
            <Card>
                <div class="line line--between">
                    <h2 class="h3">{t!("paper-as-is")}</h2>
                    {badge(Tone::Line, Some(Icon::Lock), t!("paper-untouched"))}
                </div>
                {pairs(true, entries)}
                <hr class="rule" />
                {pairs(true, vec![
                    (t!("paper-at"), format::full_moment(at).into_any()),
                    (t!("outbox-number"), seq.to_string().into_any()),
                    (t!("outbox-fate"), told::standing(fate, closed)),
                ])}
            </Card>
        </Body>
        {bar}
    }
    .into_any()
}
