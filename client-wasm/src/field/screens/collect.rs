//! F09 收款: amount, capitals, what is held before and after, and the receipt. Source: S13–S15.
//!
//! Floor: screens. This module must not know the limit: it is read off the share, and the rule says no.

use leptos::prelude::*;
use sync_core::{
    domain::{
        cash::{CashRefusal, Collected, Means, would_hold},
        sale::OrderStatus,
    },
    op::Op,
    refusal::Refusal,
    replica::Replica,
    time::business_date,
    unit::{AccountId, Amount, CustomerId, Money, PaperId, Text, capitals},
};

use super::{
    drafts::{Drafts, Form, Slot},
    drawer, look,
    over_limit::{Above, OverLimit},
    parts::{self, NotHere, Saving, SubHead},
    told,
};
use crate::{
    field::{
        app::{Field, Photo, RecordError, Saved},
        router::{self, Route},
        texts,
    },
    ui::{
        AmountField, Banner, Body, Card, ChipLayout, Choice, ChoiceChips, Icon, Keypad, Meter, RadioRows,
        SelectField, TextField, Tone, focus, format, fresh, kept, pairs, t, tell,
    },
};

/// Cash, as the choice is kept.
pub(crate) const CASH: &str = "cash";
/// A transfer to a company account, as the choice is kept.
pub(crate) const TRANSFER: &str = "transfer";

/// What is typed about money received. F11 goes on with the same form.
#[derive(Clone, Copy)]
pub(crate) struct CollectForm {
    pub(crate) means: RwSignal<Option<String>>,
    pub(crate) amount: RwSignal<String>,
    pub(crate) order: RwSignal<String>,
    account: RwSignal<String>,
    reference: RwSignal<String>,
    pub(crate) amount_error: RwSignal<Option<String>>,
    account_error: RwSignal<Option<String>>,
    reference_error: RwSignal<Option<String>>,
    means_error: RwSignal<Option<String>>,
    /// The refusal whose sheet stands open.
    pub(crate) above: RwSignal<Option<Above>>,
    /// F11: why the money was taken first.
    pub(crate) reason: RwSignal<Option<String>>,
    /// F11: one more sentence.
    pub(crate) reason_more: RwSignal<String>,
    /// F11: the money is in hand.
    pub(crate) confirmed: RwSignal<bool>,
    /// F11: a photo of the money, or of what the customer wrote.
    pub(crate) photo: RwSignal<Vec<Photo>>,
    /// F11: photos on their way into the store.
    pub(crate) working: RwSignal<u32>,
}

impl Form for CollectForm {
    fn is_begun(&self) -> bool {
        let written = |text: RwSignal<String>| text.with_untracked(|text| !text.trim().is_empty());
        written(self.amount)
            || written(self.reference)
            || self.photo.with_untracked(|photo| !photo.is_empty())
            || self.working.get_untracked() > 0
    }

    fn slots(&self) -> Vec<Slot> {
        let texts = [self.amount, self.order, self.account, self.reference, self.reason_more].map(Slot::Text);
        let choices = [self.means, self.reason].map(Slot::Choice);
        texts.into_iter().chain(choices).chain([Slot::Photos(self.photo)]).collect()
    }
}

impl CollectForm {
    /// A blank form; those who may not take cash begin with a transfer.
    pub(crate) fn blank(field: Field) -> Self {
        let none = || RwSignal::new(None::<String>);
        let empty = || RwSignal::new(String::new());
        let cash = field.peek(|book| look::may_take_cash(book, field.now()));
        Self {
            means: RwSignal::new(Some(if cash { CASH } else { TRANSFER }.to_owned())),
            amount: empty(),
            order: empty(),
            account: empty(),
            reference: empty(),
            amount_error: none(),
            account_error: none(),
            reference_error: none(),
            means_error: none(),
            above: RwSignal::new(None),
            reason: none(),
            reason_more: empty(),
            confirmed: RwSignal::new(false),
            photo: RwSignal::new(Vec::new()),
            working: RwSignal::new(0),
        }
    }

    /// Whether cash is chosen; changes with the choice.
    fn is_cash(&self) -> bool {
        self.means.with(|means| means.as_deref() == Some(CASH))
    }

    /// The amount typed, when it is one; changes with it.
    pub(crate) fn typed(&self) -> Option<Money> {
        self.amount.with(|text| Amount::typed(text).ok().map(Amount::money))
    }

    fn order_id(&self) -> Option<PaperId> {
        self.order.with_untracked(|order| order.parse().ok())
    }

    /// The amount; what is wrong with it stands below it.
    pub(crate) fn amount(&self) -> Option<Amount> {
        let read = self.amount.with_untracked(|text| Amount::typed(text));
        self.amount_error.set(read.as_ref().err().map(texts::not_an_amount));
        read.ok()
    }

    fn means(&self) -> Option<Means> {
        self.account_error.set(None);
        self.reference_error.set(None);
        if untrack(|| self.is_cash()) {
            return Some(Means::Cash);
        }
        let account = self.account.with_untracked(|account| account.parse::<AccountId>().ok());
        if account.is_none() {
            self.account_error.set(Some(t!("collect-choose-account")));
        }
        let reference = self.reference.with_untracked(|text| Text::new(text));
        self.reference_error.set(reference.as_ref().err().map(texts::not_a_text));
        Some(Means::Transfer { account: account?, reference: reference.ok()? })
    }

    /// Puts a refusal where it belongs; `false` where it is about the whole form.
    pub(crate) fn explain(&self, error: &RecordError) -> bool {
        let RecordError::Refused(Refusal::Cash(refusal)) = error else { return false };
        let sentence = texts::not_recorded(error).sentence;
        match refusal {
            CashRefusal::AboveLimit { would_hold, limit, may_take } => {
                self.above.try_set(Some(Above {
                    would_hold: *would_hold,
                    limit: *limit,
                    may_take: *may_take,
                }));
            }
            CashRefusal::NotACashRep => {
                self.means_error.try_set(Some(sentence));
            }
            CashRefusal::NotACompanyAccount { .. } => {
                self.account_error.try_set(Some(sentence));
            }
            CashRefusal::MoreThanHeld { .. } | CashRefusal::PartsDiffer { .. } => {
                self.amount_error.try_set(Some(sentence));
            }
            CashRefusal::NothingToReverse
            | CashRefusal::AlreadyReversed
            | CashRefusal::NotYours
            | CashRefusal::ConfirmedMoney => {
                return false;
            }
        }
        focus::first_error();
        true
    }
}

/// The open company accounts: value, bank with the last figures, holder.
pub(crate) fn accounts(field: Field) -> Vec<(Choice, String)> {
    let now = field.now();
    field.peek(|book| {
        book.accounts()
            .filter(|(_, account)| account.is_open_at(now))
            .filter_map(|(id, account)| {
                let opened = account.opened.as_ref()?;
                let line = told::account_line(book, id);
                let holder = format!("{} {}", opened.what.holder, opened.what.number);
                Some((Choice::new(id.to_string(), line), holder))
            })
            .collect()
    })
}

/// The latest orders that stand, to say what the money is for.
fn open_orders(book: &Replica, customer: CustomerId) -> Vec<Choice> {
    const MOST: usize = 12;
    let mut orders: Vec<_> = book
        .orders()
        .filter(|(_, order)| order.status() != OrderStatus::Withdrawn)
        .filter_map(|(id, order)| order.recorded.as_ref().map(|taken| (id, taken)))
        .filter(|(_, taken)| taken.what.customer == customer)
        .collect();
    orders.sort_by_key(|(_, taken)| std::cmp::Reverse(taken.at));
    orders
        .into_iter()
        .take(MOST)
        .map(|(id, taken)| {
            let number = look::order_number(book, taken.id, taken.what.number).unwrap_or_default();
            let day = format::day(format::local(texts::ms(taken.at)).date());
            let amount = format::sum(taken.what.total());
            Choice::new(id.to_string(), t!("collect-order", number = number, day = day, amount = amount))
        })
        .collect()
}

/// Goes on after money was recorded: the receipt.
pub(crate) fn after_saving(drafts: Drafts, id: CustomerId, saved: &Saved) {
    drafts.saved(Route::Collect(id));
    tell(parts::saved_here());
    let receipt = Route::Receipt(PaperId(saved.id.created()));
    match router::here() {
        Route::Taken(_) => router::replace_both(receipt),
        _ => router::replace(receipt),
    }
}

/// Takes money in.
#[component]
pub(super) fn Collect(
    /// From whom.
    id: CustomerId,
) -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    let Some(name) = parts::name_for_form(id, Route::Collect(id)) else {
        return view! { <NotHere up=Route::Customers /> }.into_any();
    };
    let orders = field.peek(|book| open_orders(book, id));
    let form = drafts.on_screen(Route::Collect(id), || CollectForm::blank(field));
    parts::clears(form.amount, form.amount_error);
    parts::clears(form.account, form.account_error);
    parts::clears(form.means, form.means_error);
    // The figures of an earlier refusal may be true no longer.
    form.above.set(None);
    let saving = Saving::of(Route::Collect(id));
    let due = kept(move || field.read(|book| look::dealings_with(book, id).due()));
    let save = move || {
        let (amount, means) = (form.amount(), form.means());
        let (Some(amount), Some(means)) = (amount, means) else {
            focus::first_error();
            return;
        };
        let order = form.order_id();
        saving.record(
            move |book| {
                Op::Collected(Collected {
                    customer: id,
                    amount,
                    means,
                    receipt: book.next_receipt(),
                    order,
                    over_limit: None,
                    note: Text::default(),
                    photo: None,
                })
            },
            move |saved| after_saving(drafts, id, &saved),
            move |error| form.explain(error),
        );
    };
    let takes_cash = field.peek(|book| look::may_take_cash(book, field.now()));
    let means = takes_cash.then(|| {
        let choices = vec![Choice::new(CASH, t!("collect-cash")), Choice::new(TRANSFER, t!("collect-transfer"))];
        view! { <ChoiceChips label=t!("collect-means") value=form.means choices=choices layout=ChipLayout::Two error=form.means_error /> }
    });
    let words = Signal::derive(move || form.typed().map(capitals).unwrap_or_default());
    let sub = Signal::derive(move || {
        if due.get() > Money::ZERO {
            t!("collect-sub", name = name.clone(), due = format::sum(due.get()))
        } else {
            name.clone()
        }
    });
    let whole = fresh(move || {
        let due = due.get();
        (due > Money::ZERO).then(|| {
            let pressed = Signal::derive(move || if form.typed() == Some(due) { "true" } else { "false" });
            view! {
                <div class="chips">
                    <button type="button" class="chip chip--sm" aria-pressed=pressed on:click=move |_| form.amount.set(format::sum(due))>
                        {t!("collect-all-due", amount = format::sum(due))}
                    </button>
                </div>
            }
        })
    });
    let orders = (!orders.is_empty()).then(|| {
        view! { <SelectField label=t!("collect-for") value=form.order choices=orders none=t!("collect-for-none") optional=true testid="collect-order" /> }
    });
    view! {
        <SubHead title=t!("collect-title") sub=sub up=Route::Customer(id) />
        <Body>
            {parts::moved_note(id)}
            {saving.note()}
            {drawer::why_no_share(field)}
            <Card>
                <AmountField label=t!("collect-amount") text=form.amount capitals=words error=form.amount_error testid="amount" />
                {whole}
            </Card>
            {means}
            {fresh(move || if form.is_cash() {
                view! { <BeforeAndAfter form=form /> }.into_any()
            } else {
                view! { <Transfer form=form /> }.into_any()
            })}
            {orders}
        </Body>
        <Keypad text=form.amount go=t!("collect-go") on_go=save testid="collect-save" />
        <OverLimit id=id form=form />
    }
    .into_any()
}

/// What is held before and after, and what may still be taken. Source: S14, S15.
#[component]
fn BeforeAndAfter(form: CollectForm) -> impl IntoView {
    let field = parts::field();
    let figures = kept(move || {
        let now = field.now();
        field.read(|book| {
            let limits = book.limits(business_date(now));
            (book.cash_in_hand(), book.cash_in_all(), book.share(now), limits.remit_from, limits.hold)
        })
    });
    let in_all = kept(move || figures.get().1);
    let after = kept(move || form.typed().map(|amount| in_all.get().plus(amount)));
    let yuan = |money: Money| t!("unit-yuan", amount = format::sum(money));
    view! {
        <Card label=t!("money-in-hand")>
            {fresh(move || {
                let (.., remit_from, hold) = figures.get();
                view! { <Meter held=in_all after=after remit_at=remit_from limit=hold /> }
            })}
            {fresh(move || {
                let (here, held, share, ..) = figures.get();
                let typed = form.typed().unwrap_or(Money::ZERO);
                let still = share.less(would_hold(here, typed)).limit();
                let class = if would_hold(here, typed) > share.limit() { "is-danger" } else { "" };
                pairs(true, vec![
                    (t!("collect-before"), yuan(held).into_any()),
                    (t!("collect-after"), view! { <b class=class>{yuan(held.plus(typed))}</b> }.into_any()),
                    (t!("collect-still"), view! { <span data-testid="collect-still">{yuan(still)}</span> }.into_any()),
                ])
            })}
        </Card>
        {fresh(move || {
            let (here, held, share, remit_from, _) = figures.get();
            let typed = form.typed().unwrap_or(Money::ZERO);
            let reaches = typed > Money::ZERO && held.plus(typed) >= remit_from;
            let may = would_hold(here, typed) <= share.limit();
            (reaches && may).then(|| view! {
                <div data-testid="passes-remit-line">
                    <Banner tone=Tone::Finding icon=Icon::Warn lead=t!("collect-passes", amount = format::sum(remit_from)) text=t!("collect-passes-text") />
                </div>
            })
        })}
    }
}

/// To which account of the company's, and what the bank wrote beside it. Source: S13, S46.
#[component]
fn Transfer(form: CollectForm) -> impl IntoView {
    let field = parts::field();
    let choices = accounts(field);
    if choices.is_empty() {
        return view! { <Banner tone=Tone::Finding icon=Icon::Bank lead=t!("accounts-none") text=t!("accounts-none-text") /> }.into_any();
    }
    if choices.len() == 1 && form.account.with_untracked(String::is_empty) {
        form.account.set(choices[0].0.value.clone());
    }
    view! {
        <RadioRows label=t!("collect-account") value=form.account choices=choices hint=t!("accounts-hint") error=form.account_error />
        <TextField label=t!("collect-reference") value=form.reference error=form.reference_error optional=true autocomplete="off" testid="collect-reference" />
    }
    .into_any()
}
