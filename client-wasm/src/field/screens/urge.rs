//! 催款: who was urged to pay, how, what was said and what was promised; recorded without a signal. Source: S43.
//!
//! Floor: screens. This module must not move money: a promise is words until the money comes.

use leptos::prelude::*;
use sync_core::{
    domain::cash::{PaymentPromise, PaymentUrged, Receivable, ReceivableRefusal, UrgedBy},
    op::Op,
    refusal::Refusal,
    time::{BusinessDate, business_date},
    unit::{Amount, CustomerId, Money, PaperId, Text, capitals},
};

use super::{
    drafts::{Form, Slot},
    look,
    parts::{self, NotHere, Saving, SubHead},
};
use crate::{
    field::{
        app::RecordError,
        router::{self, Route},
        texts,
    },
    ui::{
        ActionBar, AmountField, Body, Button, ButtonKind, ButtonSize, Card, ChipLayout, Choice, ChoiceChips,
        RadioRows, TextArea, TextField, TextKind, focus, format, t, tell,
    },
};

#[derive(Clone, Copy)]
struct UrgeForm {
    by: RwSignal<Option<String>>,
    whom: RwSignal<String>,
    picked: RwSignal<Option<String>>,
    said: RwSignal<String>,
    /// The order, or nothing for all that is owed.
    order: RwSignal<String>,
    day: RwSignal<String>,
    amount: RwSignal<String>,
    by_error: RwSignal<Option<String>>,
    whom_error: RwSignal<Option<String>>,
    said_error: RwSignal<Option<String>>,
    order_error: RwSignal<Option<String>>,
    day_error: RwSignal<Option<String>>,
    amount_error: RwSignal<Option<String>>,
}

impl Form for UrgeForm {
    fn is_begun(&self) -> bool {
        let written = |text: RwSignal<String>| text.with_untracked(|text| !text.trim().is_empty());
        [self.whom, self.said, self.day, self.amount].into_iter().any(written)
    }

    fn slots(&self) -> Vec<Slot> {
        let texts = [self.whom, self.said, self.order, self.day, self.amount].map(Slot::Text);
        texts.into_iter().chain([Slot::Choice(self.by)]).collect()
    }
}

impl UrgeForm {
    fn blank() -> Self {
        let none = || RwSignal::new(None::<String>);
        let empty = || RwSignal::new(String::new());
        Self {
            by: none(),
            whom: empty(),
            picked: none(),
            said: empty(),
            order: empty(),
            day: empty(),
            amount: empty(),
            by_error: none(),
            whom_error: none(),
            said_error: none(),
            order_error: none(),
            day_error: none(),
            amount_error: none(),
        }
    }

    /// What was promised, where anything was; what does not fit stands below its control.
    fn promised(&self) -> Result<Option<PaymentPromise>, ()> {
        let (day, amount) = (self.day.get_untracked(), self.amount.get_untracked());
        self.day_error.set(None);
        self.amount_error.set(None);
        if day.trim().is_empty() && amount.trim().is_empty() {
            return Ok(None);
        }
        let typed = format::typed_day(&day).map(BusinessDate);
        self.day_error.set(typed.is_none().then(|| t!("value-not-a-date")));
        let amount = Amount::typed(&amount);
        self.amount_error.set(amount.as_ref().err().map(texts::not_an_amount));
        match (typed, amount) {
            (Some(day), Ok(amount)) => Ok(Some(PaymentPromise { day, amount })),
            _ => Err(()),
        }
    }

    /// The entry, when every part is in order.
    fn urged(&self, customer: CustomerId) -> Option<PaymentUrged> {
        let by = self.by.get_untracked().and_then(|code| UrgedBy::from_code(&code));
        self.by_error.set(by.is_none().then(|| t!("urging-choose-way")));
        let whom = read(self.whom, self.whom_error);
        let said = read(self.said, self.said_error);
        let promised = self.promised();
        let order = self.order.get_untracked().parse::<PaperId>().ok();
        Some(PaymentUrged { customer, order, by: by?, whom: whom?, said: said?, promised: promised.ok()? })
    }

    /// Puts a refusal where it belongs; `false` where it is about the whole form.
    fn explain(&self, error: &RecordError) -> bool {
        let RecordError::Refused(Refusal::Receivable(refusal)) = error else { return false };
        let place = match refusal {
            ReceivableRefusal::NoSuchOrder => self.order_error,
            ReceivableRefusal::PromisedBefore { .. } | ReceivableRefusal::PromisedTooFar { .. } => {
                self.day_error
            }
            ReceivableRefusal::PromisedTooMuch { .. } => self.amount_error,
            _ => return false,
        };
        place.try_set(Some(texts::not_recorded(error).sentence));
        focus::first_error();
        true
    }
}

fn read<const LEAST: usize, const MOST: usize>(
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
) -> Option<Text<LEAST, MOST>> {
    let read = Text::new(typed.get_untracked().trim());
    error.set(read.as_ref().err().map(texts::not_a_text));
    read.ok()
}

/// The open orders of a customer as choices, all of them first.
fn choices(book: &sync_core::replica::Replica, id: CustomerId, today: BusinessDate) -> Vec<(Choice, String)> {
    let account = book.account_of(id, today);
    let open = account.rows.iter().filter(|row| row.open() > Money::ZERO);
    let one = |row: &Receivable| {
        let taken = book.order(row.order)?.recorded.as_ref()?;
        let number = look::order_number(book, taken.id, taken.what.number).unwrap_or_default();
        let sub = t!("urging-order-sub", amount = format::sum(row.open()), day = format::full_day(row.due.0));
        Some((Choice::new(row.order.to_string(), number), sub))
    };
    let all = (Choice::new("", t!("urging-about-all")), yuan(account.open()));
    std::iter::once(all).chain(open.filter_map(one)).collect()
}

fn yuan(sum: Money) -> String {
    t!("unit-yuan", amount = format::sum(sum))
}

/// Enters a reminder.
#[component]
pub(super) fn Urge(
    /// To whom.
    id: CustomerId,
) -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    let page = Route::Urge(id);
    let today = business_date(field.now());
    let (people, orders) = field.peek(|book| {
        let contacts = book.customer(id).into_iter().flat_map(|card| card.contacts.elements());
        let people: Vec<String> = contacts.map(|(_, contact)| contact.name.to_string()).collect();
        (people, choices(book, id, today))
    });
    let Some(name) = parts::name_for_form(id, page) else {
        return view! { <NotHere up=Route::Customers /> }.into_any();
    };
    let form = drafts.on_screen(page, UrgeForm::blank);
    parts::clears(form.by, form.by_error);
    parts::clears(form.whom, form.whom_error);
    parts::clears(form.said, form.said_error);
    parts::clears(form.day, form.day_error);
    parts::clears(form.amount, form.amount_error);
    let saving = Saving::of(page);
    let save = move || {
        let Some(urged) = form.urged(id) else {
            focus::first_error();
            return;
        };
        saving.record(
            move |_| Op::PaymentUrged(urged),
            move |_| {
                drafts.saved(page);
                tell(parts::saved_here());
                router::replace(Route::Customer(id));
            },
            move |error| form.explain(error),
        );
    };
    let ways =
        UrgedBy::ALL.map(|way| Choice::new(way.code(), t!(&format!("urged-by-{}", way.code())))).to_vec();
    let known = (!people.is_empty()).then(|| {
        let choices = people.into_iter().map(|person| Choice::new(person.clone(), person)).collect::<Vec<_>>();
        Effect::new(move |before: Option<Option<String>>| {
            let now = form.picked.get();
            if let (Some(person), true) = (&now, before.is_some_and(|before| before != now)) {
                form.whom.set(person.clone());
            }
            now
        });
        view! { <ChoiceChips label=t!("visit-met-known") value=form.picked choices=choices layout=ChipLayout::Flow optional=true /> }
    });
    let words = Signal::derive(move || {
        form.amount.with(|text| Amount::typed(text).ok().map(|sum| capitals(sum.money()))).unwrap_or_default()
    });
    let about = (orders.len() > 1).then(|| {
        view! { <RadioRows label=t!("urging-about") value=form.order choices=orders error=form.order_error /> }
    });
    view! {
        <SubHead title=t!("urging-do") sub=name up=Route::Customer(id) />
        <Body>
            {parts::moved_note(id)}
            {saving.note()}
            {about}
            <ChoiceChips label=t!("urging-by") value=form.by choices=ways layout=ChipLayout::Two error=form.by_error />
            {known}
            <TextField label=t!("urging-whom") value=form.whom error=form.whom_error autocomplete="off" testid="urge-whom" />
            <TextArea label=t!("urging-what") value=form.said error=form.said_error testid="urge-what" />
            <TextField label=t!("owed-promised-day") value=form.day kind=TextKind::Date error=form.day_error optional=true testid="urge-day" />
            <Card>
                <AmountField label=t!("owed-promised-sum") text=form.amount capitals=words error=form.amount_error testid="amount" />
            </Card>
        </Body>
        <ActionBar>
            <Button label=t!("urging-save") kind=ButtonKind::Primary size=ButtonSize::Big on_press=save testid="save-urging" />
        </ActionBar>
    }
    .into_any()
}
