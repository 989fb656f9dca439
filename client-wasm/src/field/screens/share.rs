//! 转出额度: this phone gives a part of its share to another own phone, and where it goes when this one is signed out. S15.
//!
//! Floor: screens. This module must not know what is left of a share: the rule does.

use leptos::prelude::*;
use sync_core::{
    domain::cash::{LimitRefusal, ShareMoved},
    op::Op,
    refusal::Refusal,
    replica::Replica,
    unit::{Amount, DeviceId, Money},
};

use super::{
    drafts::{Form, Slot},
    drawer::phone_name,
    parts::{self, Saving, SubHead},
};
use crate::{
    field::{
        app::{Field, RecordError},
        router::{self, Route},
        texts,
    },
    ui::{
        Action, ActionBar, AmountField, Body, Button, ButtonKind, ButtonSize, Card, Choice, Icon, Note,
        RadioRows, focus, format, fresh, kept, pairs, t, tell,
    },
};

#[derive(Clone, Copy)]
struct ShareForm {
    amount: RwSignal<String>,
    to: RwSignal<String>,
    amount_error: RwSignal<Option<String>>,
    to_error: RwSignal<Option<String>>,
}

impl Form for ShareForm {
    fn is_begun(&self) -> bool {
        self.amount.with_untracked(|text| !text.trim().is_empty())
    }

    fn slots(&self) -> Vec<Slot> {
        [self.amount, self.to].map(Slot::Text).to_vec()
    }
}

impl ShareForm {
    fn blank(only: Option<String>) -> Self {
        Self {
            amount: RwSignal::new(String::new()),
            to: RwSignal::new(only.unwrap_or_default()),
            amount_error: RwSignal::new(None),
            to_error: RwSignal::new(None),
        }
    }

    fn explain(&self, error: &RecordError) -> bool {
        let RecordError::Refused(Refusal::Limit(refusal)) = error else { return false };
        let place = match refusal {
            LimitRefusal::MoreThanLeft { .. } => self.amount_error,
            LimitRefusal::NotYourPhone => self.to_error,
            _ => return false,
        };
        place.try_set(Some(texts::not_recorded(error).sentence));
        focus::first_error();
        true
    }
}

/// Gives a part of the share to another own phone.
#[component]
pub(super) fn GiveShare() -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    let others = kept(move || field.read(|book| others(book, field)));
    let only = untrack(|| others.with(|all| (all.len() == 1).then(|| all[0].0.value.clone())));
    let form = drafts.on_screen(Route::GiveShare, || ShareForm::blank(only));
    parts::clears(form.amount, form.amount_error);
    parts::clears(form.to, form.to_error);
    let saving = Saving::of(Route::GiveShare);
    let left = kept(move || field.read(Replica::share_to_give));
    let save = move || {
        let amount = form.amount.with_untracked(|text| Amount::typed(text));
        form.amount_error.set(amount.as_ref().err().map(texts::not_an_amount));
        let to = form.to.with_untracked(|to| to.parse::<DeviceId>().ok());
        form.to_error.set(to.is_none().then(|| t!("share-choose")));
        let (Ok(amount), Some(to)) = (amount, to) else {
            focus::first_error();
            return;
        };
        saving.record(
            move |book| Op::ShareMoved(ShareMoved { staff: book.identity().staff, to: Some(to), amount }),
            move |_| {
                drafts.saved(Route::GiveShare);
                tell(parts::saved_here());
                router::replace(Route::Drawer);
            },
            move |error| form.explain(error),
        );
    };
    let typed =
        move || form.amount.with(|text| Amount::typed(text).ok().map(Amount::money)).unwrap_or(Money::ZERO);
    let yuan = |money: Money| t!("unit-yuan", amount = format::sum(money));
    let after = move || {
        let (left, typed) = (left.get(), typed());
        pairs(
            true,
            vec![
                (t!("share-left"), yuan(left).into_any()),
                (t!("share-after"), yuan(left.minus(typed).max(Money::ZERO)).into_any()),
            ],
        )
    };
    // A phone enrolled meanwhile appears with the next contact.
    Effect::new(move |_| {
        let only = others.with(|all| (all.len() == 1).then(|| all[0].0.value.clone()));
        if let Some(only) = only.filter(|_| form.to.with_untracked(String::is_empty)) {
            form.to.set(only);
        }
    });
    let spent = kept(move || left.get() <= Money::ZERO);
    let alone = kept(move || others.with(Vec::is_empty));
    view! {
        <SubHead title=t!("share-title") up=Route::Drawer />
        {fresh(move || if alone.get() {
            parts::nothing(Icon::Device, t!("share-no-other"), t!("share-no-other-text"), Action::page(t!("do-back"), Route::Drawer.href()))
        } else if spent.get() {
            parts::nothing(Icon::Cash, t!("share-spent"), t!("share-spent-text"), Action::page(t!("do-back"), Route::Drawer.href()))
        } else {
            view! {
        <Body>
            {saving.note()}
            <Card>
                <AmountField label=t!("share-amount") text=form.amount error=form.amount_error testid="amount" />
                {fresh(after)}
            </Card>
            {fresh(move || view! { <RadioRows label=t!("share-to") value=form.to choices=others.get() error=form.to_error /> })}
            <Note>{t!("share-note")}</Note>
        </Body>
        <ActionBar>
            <Button label=t!("share-save") kind=ButtonKind::Primary size=ButtonSize::Big on_press=save testid="save-share" />
        </ActionBar>
            }.into_any()
        })}
    }
    .into_any()
}

/// The other phones in use, each with its share and what lies in its drawer.
fn others(book: &Replica, field: Field) -> Vec<(Choice, String)> {
    let me = book.identity().device;
    let phones = book.shares(field.now()).into_iter().filter(|phone| phone.device != me);
    phones
        .map(|phone| {
            let share = format::sum(phone.share.limit());
            let sub = t!("drawer-share-of", share = share, held = format::sum(phone.held));
            (Choice::new(phone.device.to_string(), phone_name(phone.number)), sub)
        })
        .collect()
}

/// Before signing out: the cash that stays in hand, and where what is left of the share goes.
#[component]
pub(super) fn PassedOn() -> impl IntoView {
    let field = parts::field();
    let said = kept(move || {
        field.read(|book| {
            let now = field.now();
            let number =
                |device| book.shares(now).iter().find(|one| one.device == device).map(|one| one.number);
            let moved = book.share_passed_on(now);
            let share = moved.map(|moved| (moved.amount.money(), moved.to.and_then(number)));
            (book.cash_in_hand(), share)
        })
    });
    fresh(move || {
        let (held, share) = said.get();
        let cash = (held > Money::ZERO).then(|| {
            view! { <p class="is-danger" data-testid="sign-out-cash">{t!("signout-cash", amount = format::sum(held))}</p> }
        });
        let share = share.map(|(amount, to)| {
            let amount = format::sum(amount);
            let text = match to {
                Some(number) => t!("signout-share-to", amount = amount, phone = phone_name(number)),
                None => t!("signout-share", amount = amount),
            };
            view! { <p class="small" data-testid="sign-out-share">{text}</p> }
        });
        (cash, share).into_any()
    })
}
