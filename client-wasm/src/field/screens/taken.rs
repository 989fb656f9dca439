//! F11 钱已收下，如实记: the second gesture, with its reason; the receipt is marked 超限收款. Source: S15.
//!
//! Floor: screens. This module must not blame: truth is always recordable.

use leptos::prelude::*;
use sync_core::{
    domain::{
        cash::{Collected, Means, would_hold},
        people::Role,
    },
    op::Op,
    replica::Replica,
    unit::{CustomerId, Money, PaperId, Text, capitals},
};

use super::{
    collect::{self, CollectForm},
    parts::{self, Saving, SubHead},
    photos::{PhotoField, still_working},
};
use crate::{
    field::{
        router::{self, Route},
        texts,
    },
    ui::{
        ActionBar, Banner, Body, Button, ButtonKind, ButtonSize, Card, ChipLayout, Choice, ChoiceChips, Icon,
        TextField, Tick, focus, format, fresh, pairs, sum_view, t,
    },
};

const REASONS: [&str; 4] = ["paid-and-left", "outlet-closed", "did-not-know", "other"];

/// Money that was taken above the limit already.
#[component]
pub(super) fn Taken(
    /// From whom.
    id: CustomerId,
) -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    let form = drafts.on_screen(Route::Collect(id), || CollectForm::blank(field));
    if untrack(|| form.typed()).is_none() {
        // Opened from an address, or long after: the amount is typed first.
        router::replace(Route::Collect(id));
        return ().into_any();
    }
    let saving = Saving::of(Route::Collect(id));
    let reason_error = RwSignal::new(None::<String>);
    let more_error = RwSignal::new(None::<String>);
    parts::clears(form.reason, reason_error);
    parts::clears(form.reason_more, more_error);
    let name = field.peek(|book| texts::customer_name(book, id));
    let amount = move || form.typed().unwrap_or(Money::ZERO);
    let save = move || {
        let Some(amount) = form.amount() else {
            saving.said.set(None);
            reason_error.set(form.amount_error.get_untracked());
            focus::first_error();
            return;
        };
        let Some(reason) = reason(form, reason_error, more_error) else {
            focus::first_error();
            return;
        };
        let order = form.order.with_untracked(|order| order.parse::<PaperId>().ok());
        let photo = form.photo.with_untracked(|photo| photo.first().map(|photo| photo.hash));
        let now = field.now();
        saving.record(
            move |book| {
                // The receipt is marked only where the money does go above: something may have been remitted since.
                let over = would_hold(book.cash_in_hand(), amount.money()) > book.share(now).limit();
                Op::Collected(Collected {
                    customer: id,
                    amount,
                    means: Means::Cash,
                    receipt: book.next_receipt(),
                    order,
                    over_limit: over.then_some(reason),
                    note: Text::default(),
                    photo,
                })
            },
            move |saved| collect::after_saving(drafts, id, &saved),
            |_| false,
        );
    };
    let figures = move || {
        let (held, limit) = field.read(|book| (book.cash_in_hand(), book.share(field.now()).limit()));
        let after = held.plus(amount());
        let over = after.minus(limit).max(Money::ZERO);
        let yuan = |money: Money| t!("unit-yuan", amount = format::sum(money));
        pairs(
            true,
            vec![
                (t!("taken-after"), view! { <b class="is-danger">{yuan(after)}</b> }.into_any()),
                (t!("taken-over"), view! { <span class="is-danger">{yuan(over)}</span> }.into_any()),
            ],
        )
    };
    let choices = REASONS.map(|reason| Choice::new(reason, t!(&format!("taken-{reason}")))).to_vec();
    let busy = still_working(form.working);
    let why_not = Signal::derive(move || {
        busy.get().or_else(|| (!form.confirmed.get()).then(|| t!("taken-tick-first")))
    });
    let who = field.peek(who_sees);
    let tick = Signal::derive(move || t!("taken-tick", amount = format::sum(amount())));
    view! {
        <SubHead title=t!("taken-title") sub=name up=Route::Collect(id) />
        <Body>
            {saving.note()}
            <Card>
                <span class="label">{t!("taken-amount")}</span>
                <div class="amount" data-testid="taken-amount">{fresh(move || sum_view(amount()))}</div>
                <p class="capitals">{fresh(move || capitals(amount()))}</p>
                <hr class="rule" />
                {fresh(figures)}
            </Card>
            <ChoiceChips label=t!("taken-why") value=form.reason choices=choices layout=ChipLayout::Two error=reason_error />
            <TextField label=t!("taken-more") value=form.reason_more optional=true placeholder=t!("taken-more-example") error=more_error autocomplete="off" testid="taken-more" />
            <PhotoField label=t!("taken-photo") photos=form.photo working=form.working most=1 />
            <p class="tiny faint">{t!("taken-photo-hint")}</p>
            <p class="small" data-testid="taken-who">{t!("taken-who", who = who)}</p>
            <Banner icon=Icon::Info lead=t!("taken-right") text=t!("taken-right-text") />
        </Body>
        <ActionBar>
            <Tick label=tick value=form.confirmed testid="taken-confirm" />
            <Button label=t!("taken-save") kind=ButtonKind::Primary size=ButtonSize::Big why_not=why_not on_press=save testid="taken-save" />
        </ActionBar>
    }    .into_any()
}

/// Who sees what is recorded here, those first who look into it and settle it: by name where the book knows them. Source: S15.
fn who_sees(book: &Replica) -> String {
    const MOST: usize = 6;
    let mut people: Vec<(Role, String)> = book
        .staff_cards()
        .filter_map(|(_, card)| {
            let role = *card.role.value()?;
            role.sees_all_drawers()
                .then(|| card.joined.as_ref().map(|joined| (role, joined.what.name.to_string())))
                .flatten()
        })
        .collect();
    if people.is_empty() {
        return t!("taken-who-list");
    }
    // Those who have to do something about it first.
    people
        .sort_by_key(|(role, name)| (!(role.rules_on_held() || role.settles_phones()), *role, name.clone()));
    let count = people.len();
    people.truncate(MOST);
    let named =
        people.into_iter().map(|(role, name)| t!("taken-who-one", name = name, role = texts::role(role)));
    let named = named.collect::<Vec<_>>().join(&t!("phone-comma"));
    if count > MOST { t!("taken-who-more", who = named, count = count) } else { named }
}

fn reason(
    form: CollectForm,
    reason_error: RwSignal<Option<String>>,
    more_error: RwSignal<Option<String>>,
) -> Option<Text<1, 200>> {
    reason_error.set(None);
    more_error.set(None);
    let chosen = form.reason.get_untracked();
    let more = form.reason_more.with_untracked(|more| more.trim().to_owned());
    let said = match chosen.as_deref() {
        None => {
            reason_error.set(Some(t!("form-missing", field = t!("taken-why"))));
            return None;
        }
        Some("other") if more.is_empty() => {
            more_error.set(Some(t!("taken-say-more")));
            return None;
        }
        Some(code) => {
            let word = t!(&format!("taken-{code}"));
            if more.is_empty() { word } else { t!("taken-reason-more", reason = word, more = more) }
        }
    };
    let text = Text::new(&said);
    more_error.set(text.as_ref().err().map(texts::not_a_text));
    text.ok()
}
