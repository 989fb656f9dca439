//! F18 两人都改了: both values, who and when, and one press to use the other.
//!
//! Floor: screens. This module must not decide: keeping or restoring is a new change that names all it settles.

use leptos::prelude::*;
use sync_core::{
    crdt::{Register, Write},
    domain::customer::{CardField, CardFieldSet, FieldValue},
    op::Op,
    replica::Replica,
    unit::{ChangeId, CustomerId},
};

use super::parts::{self, NotHere, Saving, SubHead};
use crate::{
    field::{
        router::{self, Route},
        texts::{self, ms},
    },
    ui::{
        ActionBar, Body, Button, ButtonSize, ConflictCard, EmptyState, Icon, Version, WayOn, format, fresh,
        kept, t, tell,
    },
};

/// One value that lost, beside the one in use.
#[derive(Clone, Debug, PartialEq)]
struct Clash {
    base: Option<Version>,
    mine: Version,
    theirs: Version,
    mine_in_use: bool,
    lost: FieldValue,
}

#[derive(Clone, Debug, PartialEq)]
struct Page {
    name: String,
    in_use: FieldValue,
    in_use_by: String,
    mine_in_use: bool,
    clashes: Vec<Clash>,
}

fn version(book: &Replica, id: ChangeId, write: &Write<FieldValue>) -> Version {
    let me = book.identity();
    let who = if write.by == me.staff && id.device == me.device {
        t!("conflict-mine")
    } else if write.by == me.staff {
        t!("clash-other-phone")
    } else {
        t!("conflict-theirs", who = texts::staff_name(book, write.by))
    };
    let value = texts::value(&write.value);
    Version {
        who,
        value: if value.is_empty() { t!("card-empty") } else { value },
        when: format::moment(ms(write.at)),
    }
}

/// The value both had before: one that each of the two replaced.
fn base_of<'a>(
    register: &'a Register<FieldValue>,
    one: &Write<FieldValue>,
    other: &Write<FieldValue>,
) -> Option<&'a Write<FieldValue>> {
    let common: Option<&ChangeId> = one.replaces.iter().find(|id| other.replaces.contains(id));
    common.and_then(|id| register.get(*id))
}

fn page(book: &Replica, id: CustomerId, field: CardField) -> Option<Page> {
    let card = book.customer(id).filter(|card| card.exists())?;
    let register = card.fields.get(&field)?;
    let (shown_id, shown) = register.current()?;
    let me = book.identity();
    let mine_in_use = shown.by == me.staff && shown_id.device == me.device;
    let clashes = register
        .losing()
        .into_iter()
        .map(|(lost_id, lost)| {
            let base = base_of(register, shown, lost).map(|base| Version {
                who: t!("conflict-base"),
                value: texts::value(&base.value),
                when: format::day(format::local(ms(base.at)).date()),
            });
            let (winner, loser) = (version(book, shown_id, shown), version(book, lost_id, lost));
            let (mine, theirs) = if mine_in_use { (winner, loser) } else { (loser, winner) };
            Clash { base, mine, theirs, mine_in_use, lost: lost.value.clone() }
        })
        .collect();
    Some(Page {
        name: card.name().to_owned(),
        in_use: shown.value.clone(),
        in_use_by: version(book, shown_id, shown).who,
        mine_in_use,
        clashes,
    })
}

/// A field that two have changed without knowing of each other.
#[component]
pub(super) fn Conflict(
    /// Whose card.
    id: CustomerId,
    /// Which field.
    field: CardField,
) -> impl IntoView {
    let phone = parts::field();
    let page = kept(move || phone.read(|book| page(book, id, field)));
    let saving = Saving::new();
    let settle = move |value: FieldValue| {
        saving.record(
            move |book| {
                let replaces = book.customer(id).map(|card| card.heads(field)).unwrap_or_default();
                Op::CardFieldSet(CardFieldSet { customer: id, field, value, replaces })
            },
            move |_| {
                tell(parts::saved_here());
                router::replace(Route::Customer(id));
            },
            |_| false,
        );
    };
    fresh(move || {
        let Some(page) = page.get() else {
            return view! { <NotHere up=Route::Customers /> }.into_any();
        };
        let label = texts::card_field(field);
        let title = t!("clash-title", field = label.clone());
        let sub = format!("{} · {}", page.name, t!("customer-card"));
        let settled = page.clashes.is_empty();
        let cards = page
            .clashes
            .into_iter()
            .map(|clash| {
                let lost = clash.lost;
                let restore = move || settle(lost.clone());
                match clash.base {
                    Some(base) => view! { <ConflictCard field=label.clone() base=base mine=clash.mine theirs=clash.theirs mine_in_use=clash.mine_in_use on_restore=restore /> }.into_any(),
                    None => view! { <ConflictCard field=label.clone() mine=clash.mine theirs=clash.theirs mine_in_use=clash.mine_in_use on_restore=restore /> }.into_any(),
                }
            })
            .map(IntoAny::into_any).collect_view();
        let keep =
            if page.mine_in_use { t!("clash-keep-mine") } else { t!("clash-keep", who = page.in_use_by) };
        let in_use = page.in_use;
        view! {
            <SubHead title=title sub=sub up=Route::Customer(id) />
            <Body>
                {saving.note()}
                {if settled {
                    let on = WayOn::page(t!("order-to-customer"), Route::Customer(id).href());
                    view! { <section class="card"><EmptyState icon=Icon::Check title=t!("clash-settled") action=on /></section> }.into_any()
                } else {
                    view! { <p class="muted small">{t!("clash-text")}</p> }.into_any()
                }}
                <div class="stack" data-testid="conflict">{cards}</div>
            </Body>
            {(!settled).then(|| view! {
                <ActionBar>
                    <p class="actionbar-why">{t!("conflict-restore-note")}</p>
                    <Button label=keep size=ButtonSize::Big on_press=move || settle(in_use.clone()) testid="keep" />
                </ActionBar>
            })}
        }
        .into_any()
    })
}
