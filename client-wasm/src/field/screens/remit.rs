//! F13 汇回公司: cash sent on, to an account of finance's list and no other. Source: S13, S14, S46.
//!
//! Floor: screens. This module must not offer any account that is not on the list.

use leptos::prelude::*;
use sync_core::{
    domain::cash::{CashRefusal, Remitted, out_of},
    op::Op,
    refusal::Refusal,
    replica::{DeviceShare, Replica},
    unit::{AccountId, Amount, DeviceId, Money, PaperId, Text, capitals},
};

use super::{
    collect,
    drafts::{Form, Slot},
    drawer::phone_name,
    parts::{self, Saving, SubHead},
    photos::{PhotoField, still_working},
};
use crate::{
    field::{
        app::{Photo, RecordError},
        router::{self, Route},
        texts,
    },
    ui::{
        Action, ActionBar, AmountField, Banner, Body, Button, ButtonKind, ButtonSize, Card, ChipLayout,
        Choice, Icon, MultiChips, Note, RadioRows, TextField, TextKind, Tone, focus, format, fresh, kept, t,
        tell,
    },
};

#[derive(Clone, Copy)]
struct RemitForm {
    amount: RwSignal<String>,
    suggested: StoredValue<String>,
    account: RwSignal<String>,
    reference: RwSignal<String>,
    slip: RwSignal<Vec<Photo>>,
    working: RwSignal<u32>,
    /// The drawers it comes out of, by their devices; empty: all of them.
    from: RwSignal<Vec<String>>,
    amount_error: RwSignal<Option<String>>,
    account_error: RwSignal<Option<String>>,
    reference_error: RwSignal<Option<String>>,
}

impl Form for RemitForm {
    fn is_begun(&self) -> bool {
        self.reference.with_untracked(|text| !text.trim().is_empty())
            || self.slip.with_untracked(|slip| !slip.is_empty())
            || self.working.get_untracked() > 0
            || self.amount.with_untracked(|text| self.suggested.with_value(|before| text != before))
    }

    fn slots(&self) -> Vec<Slot> {
        let texts = [self.amount, self.account, self.reference].map(Slot::Text);
        texts.into_iter().chain([Slot::Photos(self.slip), Slot::Several(self.from)]).collect()
    }
}

impl RemitForm {
    /// Everything in hand, to the one account there is or none yet.
    fn blank(held: Money, only_account: Option<String>) -> Self {
        let suggested = if held > Money::ZERO { format::sum(held) } else { String::new() };
        let none = || RwSignal::new(None::<String>);
        Self {
            amount: RwSignal::new(suggested.clone()),
            suggested: StoredValue::new(suggested),
            account: RwSignal::new(only_account.unwrap_or_default()),
            reference: RwSignal::new(String::new()),
            slip: RwSignal::new(Vec::new()),
            working: RwSignal::new(0),
            from: RwSignal::new(Vec::new()),
            amount_error: none(),
            account_error: none(),
            reference_error: none(),
        }
    }

    /// The drawers chosen, in their order: this phone's first.
    fn chosen(&self, all: &[DeviceShare]) -> Vec<(DeviceId, Money)> {
        let from = self.from.get();
        // What was chosen before may be empty by now: then it chooses nothing.
        let chosen = |drawer: &DeviceShare| from.contains(&drawer.device.to_string());
        let any = all.iter().any(chosen);
        let picked = |drawer: &&DeviceShare| !any || chosen(drawer);
        all.iter().filter(picked).map(|drawer| (drawer.device, drawer.held)).collect()
    }

    fn typed(&self) -> Option<Money> {
        self.amount.with(|text| Amount::typed(text).ok().map(Amount::money))
    }

    /// Puts a refusal where it belongs; `false` where it is about the whole form.
    fn explain(&self, error: &RecordError) -> bool {
        let RecordError::Refused(Refusal::Cash(refusal)) = error else { return false };
        let place = match refusal {
            CashRefusal::MoreThanHeld { .. }
            | CashRefusal::PartsDiffer { .. }
            | CashRefusal::AboveLimit { .. } => self.amount_error,
            CashRefusal::NotACompanyAccount { .. } => self.account_error,
            CashRefusal::NotACashRep
            | CashRefusal::NothingToReverse
            | CashRefusal::AlreadyReversed
            | CashRefusal::NotYours
            | CashRefusal::ConfirmedMoney => return false,
        };
        place.try_set(Some(texts::not_recorded(error).sentence));
        focus::first_error();
        true
    }
}

/// Sends cash on to the company.
#[component]
pub(super) fn Remit() -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    let drawers = kept(move || field.read(Replica::full_drawers));
    let held = kept(move || drawers.with(|all| all.iter().map(|drawer| drawer.held).sum::<Money>()));
    let choices = collect::accounts(field);
    let only = (choices.len() == 1).then(|| choices[0].0.value.clone());
    let form = drafts.on_screen(Route::Remit, || RemitForm::blank(held.with_untracked(Clone::clone), only));
    parts::clears(form.amount, form.amount_error);
    parts::clears(form.account, form.account_error);
    let saving = Saving::of(Route::Remit);
    let save = move || {
        form.account_error.set(None);
        let amount = form.amount.with_untracked(|text| Amount::typed(text));
        form.amount_error.set(amount.as_ref().err().map(texts::not_an_amount));
        let account = form.account.with_untracked(|account| account.parse::<AccountId>().ok());
        if account.is_none() {
            form.account_error.set(Some(t!("collect-choose-account")));
        }
        let reference = form.reference.with_untracked(|text| Text::new(text));
        form.reference_error.set(reference.as_ref().err().map(texts::not_a_text));
        let chosen = untrack(|| form.chosen(&drawers.get()));
        let parts = amount.as_ref().ok().and_then(|amount| out_of(*amount, &chosen));
        if amount.is_ok() && parts.is_none() {
            let held = chosen.iter().map(|(_, held)| *held).sum();
            let why = Refusal::Cash(CashRefusal::MoreThanHeld { held });
            form.amount_error.set(Some(texts::refusal(&why)));
        }
        let (Ok(amount), Some(account), Ok(reference), Some(parts)) = (amount, account, reference, parts)
        else {
            focus::first_error();
            return;
        };
        let slip = form.slip.with_untracked(|slip| slip.first().map(|photo| photo.hash));
        saving.record(
            move |_| Op::Remitted(Remitted { amount, account, drawers: parts, reference, slip }),
            move |saved| {
                drafts.saved(Route::Remit);
                tell(parts::saved_here());
                router::replace(Route::RemittancePage(PaperId(saved.id.created())));
            },
            move |error| form.explain(error),
        );
    };
    let words = Signal::derive(move || form.typed().map(capitals).unwrap_or_default());
    let sub = Signal::derive(move || t!("remit-sub", amount = format::sum(held.get())));
    let left = move || {
        let left = held.get().minus(form.typed().unwrap_or(Money::ZERO)).max(Money::ZERO);
        t!("remit-note", amount = format::sum(left))
    };
    let nothing = kept(move || held.get() <= Money::ZERO);
    let accounts = StoredValue::new(choices);
    view! {
        <SubHead title=t!("remit-title") sub=sub up=Route::Today />
        {fresh(move || if nothing.get() {
            parts::nothing(Icon::Bank, t!("remit-nothing"), t!("remit-nothing-text"), Action::page(t!("remittances-title"), Route::Remittances.href()))
        } else {
            view! {
                <Body>
                    {saving.note()}
                    <Card>
                        <AmountField label=t!("remit-amount") text=form.amount capitals=words error=form.amount_error testid="amount" />
                    </Card>
                    {if accounts.with_value(Vec::is_empty) {
                        view! { <Banner tone=Tone::Finding icon=Icon::Bank lead=t!("accounts-none") text=t!("accounts-none-text") /> }.into_any()
                    } else {
                        view! { <RadioRows label=t!("remit-to") value=form.account choices=accounts.get_value() hint=t!("accounts-hint") error=form.account_error /> }.into_any()
                    }}
                    {fresh(move || drawers.with(|all| from_drawers(form, all)))}
                    <PhotoField label=t!("remit-slip") photos=form.slip working=form.working most=1 />
                    <TextField label=t!("remit-reference") value=form.reference kind=TextKind::Digits error=form.reference_error optional=true autocomplete="off" testid="remit-reference" />
                    <Note>{fresh(left)}</Note>
                </Body>
                <ActionBar>
                    <Button label=t!("remit-save") kind=ButtonKind::Primary size=ButtonSize::Big why_not=still_working(form.working) on_press=save testid="save-remittance" />
                </ActionBar>
            }.into_any()
        })}
    }
}

/// Out of which drawers, where there is a choice, and what comes out of each.
fn from_drawers(form: RemitForm, all: &[DeviceShare]) -> AnyView {
    if all.len() < 2 {
        return ().into_any();
    }
    let choice = |drawer: &DeviceShare| {
        let held = format::sum(drawer.held);
        Choice::new(
            drawer.device.to_string(),
            t!("remit-drawer-held", phone = phone_name(drawer.number), amount = held),
        )
    };
    let choices: Vec<Choice> = all.iter().map(choice).collect();
    let all = all.to_vec();
    let parts = move || {
        let amount = form.amount.with(|text| Amount::typed(text)).ok()?;
        let parts = out_of(amount, &form.chosen(&all))?;
        let said = parts.iter().filter_map(|part| {
            let number = all.iter().find(|drawer| drawer.device == part.device)?.number;
            Some(t!("remit-parts", phone = phone_name(number), amount = format::sum(part.amount.money())))
        });
        Some(said.collect::<Vec<_>>().join(&t!("phone-comma")))
    };
    view! {
        <MultiChips label=t!("remit-from") values=form.from choices=choices layout=ChipLayout::Two hint=t!("remit-from-hint") optional=true />
        <p class="small" data-testid="remit-parts">{fresh(parts)}</p>
    }
    .into_any()
}
