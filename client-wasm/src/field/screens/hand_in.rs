//! 交现金给公司: the rep signs how much is handed over; the money leaves the drawer once finance has signed too. S13, S17.
//!
//! Floor: screens. This module must not move any money: the paper does, with both signatures.

use leptos::prelude::*;
use sync_core::{
    domain::{
        Recorded,
        cash::{CashHandedIn, CashRefusal, HandInStamp, HandInStamped, HandInStatus, out_of},
    },
    op::Op,
    refusal::Refusal,
    replica::{DeviceShare, Replica},
    unit::{Amount, DeviceId, Money, PaperId, Text, capitals},
};

use super::{
    drafts::{Form, Slot},
    drawer::phone_name,
    parts::{self, NotHere, Saving, SubHead},
    timeline,
};
use crate::{
    field::{
        app::{Field, RecordError},
        router::{self, Route},
        texts::{self, ms},
    },
    ui::{
        Action, ActionBar, AmountField, Banner, Body, Button, ButtonKind, ButtonSize, Card, Fate, Icon, Note,
        Sheet, Stamp, StampState, TextField, Tick, Timeline, Tone, badge, fate_badge, focus, format, fresh,
        kept, pairs, sum_view, t, tell,
    },
};

#[derive(Clone, Copy)]
struct HandInForm {
    amount: RwSignal<String>,
    suggested: StoredValue<String>,
    note: RwSignal<String>,
    signed: RwSignal<bool>,
    amount_error: RwSignal<Option<String>>,
    note_error: RwSignal<Option<String>>,
}

impl Form for HandInForm {
    fn is_begun(&self) -> bool {
        self.note.with_untracked(|text| !text.trim().is_empty())
            || self.amount.with_untracked(|text| self.suggested.with_value(|before| text != before))
    }

    fn slots(&self) -> Vec<Slot> {
        [self.amount, self.note].map(Slot::Text).to_vec()
    }
}

impl HandInForm {
    fn blank(held: Money) -> Self {
        let suggested = if held > Money::ZERO { format::sum(held) } else { String::new() };
        Self {
            amount: RwSignal::new(suggested.clone()),
            suggested: StoredValue::new(suggested),
            note: RwSignal::new(String::new()),
            signed: RwSignal::new(false),
            amount_error: RwSignal::new(None),
            note_error: RwSignal::new(None),
        }
    }

    fn typed(&self) -> Option<Money> {
        self.amount.with(|text| Amount::typed(text).ok().map(Amount::money))
    }

    fn explain(&self, error: &RecordError) -> bool {
        let RecordError::Refused(Refusal::Cash(
            CashRefusal::MoreThanHeld { .. } | CashRefusal::PartsDiffer { .. },
        )) = error
        else {
            return false;
        };
        self.amount_error.try_set(Some(texts::not_recorded(error).sentence));
        focus::first_error();
        true
    }
}

/// The drawers less what was signed for and is not countersigned yet: the same cash is not signed away twice.
fn free(book: &Replica) -> Vec<DeviceShare> {
    let mut all = book.full_drawers();
    for (_, open) in book.hand_ins_open() {
        for part in open.recorded.iter().flat_map(|signed| &signed.what.drawers) {
            if let Some(drawer) = all.iter_mut().find(|drawer| drawer.device == part.device) {
                drawer.held = drawer.held.minus(part.amount.money());
            }
        }
    }
    all.retain(|drawer| drawer.held > Money::ZERO);
    all
}

/// Signs for cash handed to the office.
#[component]
pub(super) fn HandIn() -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    let drawers = kept(move || field.read(free));
    let held = kept(move || drawers.with(|all| all.iter().map(|drawer| drawer.held).sum::<Money>()));
    let form = drafts.on_screen(Route::HandIn, || HandInForm::blank(held.with_untracked(Clone::clone)));
    parts::clears(form.amount, form.amount_error);
    parts::clears(form.note, form.note_error);
    // Signed was another sum.
    Effect::new(move |before: Option<String>| {
        let typed = form.amount.get();
        if before.is_some_and(|before| before != typed) {
            form.signed.set(false);
        }
        typed
    });
    let saving = Saving::of(Route::HandIn);
    let save = move || {
        let amount = form.amount.with_untracked(|text| Amount::typed(text));
        form.amount_error.set(amount.as_ref().err().map(texts::not_an_amount));
        let note = form.note.with_untracked(|text| Text::new(text));
        form.note_error.set(note.as_ref().err().map(texts::not_a_text));
        let (Ok(amount), Ok(note)) = (amount, note) else {
            focus::first_error();
            return;
        };
        let all: Vec<(DeviceId, Money)> =
            untrack(|| drawers.with(|all| all.iter().map(|drawer| (drawer.device, drawer.held)).collect()));
        let Some(parts) = out_of(amount, &all) else {
            let why = Refusal::Cash(CashRefusal::MoreThanHeld { held: untrack(|| held.get()) });
            form.amount_error.set(Some(texts::refusal(&why)));
            focus::first_error();
            return;
        };
        saving.record(
            move |_| Op::CashHandedIn(CashHandedIn { amount, drawers: parts, note }),
            move |saved| {
                drafts.saved(Route::HandIn);
                tell(parts::saved_here());
                router::replace(Route::HandInPage(PaperId(saved.id.created())));
            },
            move |error| form.explain(error),
        );
    };
    let words = Signal::derive(move || form.typed().map(capitals).unwrap_or_default());
    let sub = Signal::derive(move || t!("hand-in-sub", amount = format::sum(held.get())));
    let why_not = Signal::derive(move || (!form.signed.get()).then(|| t!("hand-in-sign-first")));
    let me = field.peek(|book| book.identity().name.clone());
    let tick = Signal::derive(move || {
        t!("hand-in-tick", who = me.clone(), amount = format::sum(form.typed().unwrap_or(Money::ZERO)))
    });
    let nothing = kept(move || held.get() <= Money::ZERO);
    view! {
        <SubHead title=t!("hand-in-title") sub=sub up=Route::Drawer />
        {fresh(move || if nothing.get() {
            parts::nothing(Icon::Cash, t!("hand-in-nothing"), t!("hand-in-nothing-text"), Action::page(t!("drawer-title"), Route::Drawer.href()))
        } else {
            view! {
                <Body>
                    {saving.note()}
                    <Card>
                        <AmountField label=t!("hand-in-amount") text=form.amount capitals=words error=form.amount_error testid="amount" />
                    </Card>
                    <TextField label=t!("hand-in-note") value=form.note error=form.note_error optional=true autocomplete="off" testid="hand-in-note" />
                    <Note>{t!("hand-in-text")}</Note>
                </Body>
                <ActionBar>
                    <Tick label=tick value=form.signed testid="hand-in-tick" />
                    <Button label=t!("hand-in-save") kind=ButtonKind::Primary size=ButtonSize::Big why_not=why_not on_press=save testid="save-hand-in" />
                </ActionBar>
            }.into_any()
        })}
    }
}

/// What the page of one shows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    signed: Recorded<CashHandedIn>,
    status: HandInStatus,
    by: String,
    /// Finance's signature, where it was taken back.
    received: Option<(String, i64, String)>,
    second: Option<(String, i64, String)>,
    drawers: Vec<String>,
    fate: Fate,
    mine: bool,
}

fn page(book: &Replica, field: Field, id: PaperId) -> Option<Page> {
    let paper = book.hand_in(id)?;
    let signed = paper.recorded.clone()?;
    let status = paper.status();
    let of = |stamp| {
        paper.stamp(stamp).map(|one| (texts::staff_name(book, one.by), ms(one.at), one.what.note.to_string()))
    };
    let second = match status {
        HandInStatus::Signed => None,
        HandInStatus::Received => of(HandInStamp::Received),
        HandInStatus::SentBack => of(HandInStamp::SentBack),
        HandInStatus::Withdrawn => of(HandInStamp::Withdrawn),
        HandInStatus::TakenBack => of(HandInStamp::TakenBack),
    };
    let received = of(HandInStamp::Received).filter(|_| status == HandInStatus::TakenBack);
    let drawers = signed
        .what
        .drawers
        .iter()
        .map(|part| {
            let number =
                book.own_devices().find(|(device, _)| *device == part.device).map(|(_, number)| number);
            let phone = number.map_or_else(|| t!("drawer-phone-unknown"), phone_name);
            t!("remit-parts", phone = phone, amount = format::sum(part.amount.money()))
        })
        .collect();
    Some(Page {
        by: texts::staff_name(book, signed.by),
        received,
        second,
        drawers,
        fate: timeline::fate_of(book, field, &signed),
        mine: signed.by == book.identity().staff,
        signed,
        status,
    })
}

fn stamps(page: &Page) -> Vec<Stamp> {
    let stamp = |seal: &str, title: String, meta: String, state: StampState, red: bool| Stamp {
        seal: t!(seal),
        title,
        meta,
        end: String::new(),
        state,
        red,
    };
    let meta = |who: &str, at: i64| t!("hand-in-who", who = who, when = format::full_moment(at));
    let first = stamp(
        "hand-in-seal-rep",
        t!("hand-in-rep-signed"),
        meta(&page.by, ms(page.signed.at)),
        StampState::Done,
        false,
    );
    let said = page.second.as_ref().map(|(who, at, _)| meta(who, *at)).unwrap_or_default();
    let why = page.second.as_ref().map(|(.., why)| why.clone()).unwrap_or_default();
    let second = match page.status {
        HandInStatus::Signed => {
            stamp("hand-in-seal-finance", t!("hand-in-finance-next"), String::new(), StampState::Now, false)
        }
        HandInStatus::Received => {
            stamp("hand-in-seal-finance", t!("hand-in-finance-signed"), said, StampState::Done, true)
        }
        HandInStatus::SentBack => stamp(
            "hand-in-seal-finance",
            t!("hand-in-sent-back", why = why),
            said,
            StampState::Stopped,
            false,
        ),
        HandInStatus::Withdrawn => {
            stamp("hand-in-seal-finance", t!("hand-in-withdrawn"), said, StampState::Stopped, false)
        }
        HandInStatus::TakenBack => stamp(
            "hand-in-seal-finance",
            t!("hand-in-taken-back", why = why),
            said,
            StampState::Stopped,
            false,
        ),
    };
    let between = page.received.as_ref().map(|(who, at, _)| {
        let title = t!("hand-in-finance-signed");
        stamp("hand-in-seal-finance", title, meta(who, *at), StampState::Done, false)
    });
    [first].into_iter().chain(between).chain([second]).collect()
}

/// One paper of cash handed in.
#[component]
pub(super) fn HandInPage(
    /// Which.
    id: PaperId,
) -> impl IntoView {
    let field = parts::field();
    let link = field.link();
    let saving = Saving::new();
    let asking = RwSignal::new(false);
    let found = kept(move || {
        link.track();
        field.read(|book| page(book, field, id))
    });
    let withdraw = move |staff, over| {
        saving.record(
            move |_| {
                let stamp = HandInStamp::Withdrawn;
                Op::HandInStamped(HandInStamped { hand_in: id, staff, stamp, over, note: Text::default() })
            },
            move |_| {
                saving.reopen();
                tell(parts::saved_here());
            },
            |_| false,
        );
    };
    fresh(move || {
        let Some(page) = found.get() else {
            return view! { <NotHere up=Route::Drawer /> }.into_any();
        };
        let amount = page.signed.what.amount.money();
        let mut entries = vec![(t!("paper-at"), format::full_moment(ms(page.signed.at)).into_any())];
        entries.push((t!("hand-in-from"), page.drawers.join(&t!("phone-comma")).into_any()));
        if !page.signed.what.note.as_str().is_empty() {
            entries.push((t!("hand-in-note"), page.signed.what.note.to_string().into_any()));
        }
        let open = page.status == HandInStatus::Signed;
        let mark = match page.status {
            HandInStatus::Received => badge(Tone::Applied, Some(Icon::Check), t!("hand-in-state-received")),
            HandInStatus::SentBack => badge(Tone::Danger, Some(Icon::Swap), t!("hand-in-state-sent-back")),
            HandInStatus::Withdrawn => badge(Tone::Line, Some(Icon::Close), t!("hand-in-state-withdrawn")),
            HandInStatus::TakenBack => badge(Tone::Danger, Some(Icon::Swap), t!("hand-in-state-taken-back")),
            HandInStatus::Signed => fate_badge(page.fate),
        };
        let back = page.status == HandInStatus::TakenBack;
        let (staff, over) = (page.signed.by, page.signed.what.body_hash());
        let steps = stamps(&page);
        view! {
            <SubHead title=t!("hand-in-paper") up=Route::Drawer />
            <Body>
                {saving.note()}
                {open.then(|| view! { <Banner tone=Tone::Sending icon=Icon::Info lead=t!("hand-in-waits") text=t!("hand-in-waits-text") /> })}
                {back.then(|| view! { <Banner tone=Tone::Danger icon=Icon::Swap lead=t!("hand-in-back") text=t!("hand-in-back-text") /> })}
                <Card>
                    <div class="line line--between line--top">
                        <div>
                            <div class="amount amount--mid" data-testid="hand-in-amount">{sum_view(amount)}</div>
                            <p class="capitals">{capitals(amount)}</p>
                        </div>
                        <span data-testid="hand-in-state">{mark}</span>
                    </div>
                    <hr class="rule" />
                    {pairs(true, entries)}
                </Card>
                <Card label=t!("order-stamps")><Timeline stamps=steps /></Card>
                {(open && page.mine).then(|| view! {
                    <Button label=t!("hand-in-withdraw") kind=ButtonKind::Second size=ButtonSize::Block on_press=move || asking.set(true) testid="withdraw-hand-in" />
                })}
            </Body>
            <Sheet open=asking on_close=move || asking.set(false) title=t!("hand-in-withdraw-title", amount = format::sum(amount)) alert=true>
                <p class="muted">{t!("hand-in-withdraw-text")}</p>
                <Button label=t!("hand-in-withdraw-yes") kind=ButtonKind::Danger size=ButtonSize::Block on_press=move || { asking.set(false); withdraw(staff, over); } testid="withdraw-hand-in-yes" />
                <Button label=t!("do-cancel") size=ButtonSize::Block on_press=move || asking.set(false) />
            </Sheet>
        }
        .into_any()
    })
}
