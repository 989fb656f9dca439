//! 更正后重新提交: a change that waits or was sent back is opened in its own form, with everything that was typed.
//!
//! Floor: screens. This module must not change what was written: a correction is a new change that names the old one.

use leptos::prelude::*;
use sync_core::{
    domain::customer::CustomerCard,
    op::{Op, Resubmitted, Ruling, Said},
    replica::Replica,
    unit::ChangeId,
};

use super::{
    card_field, contact, new_customer, order,
    parts::{self, NotHere},
};
use crate::{field::router::Route, ui::t};

/// A change that is written anew.
#[derive(Clone, Debug)]
pub(crate) struct Again {
    held: ChangeId,
    /// What it said.
    pub(crate) op: Op,
}

impl Again {
    /// The page of its form, and the one above it.
    pub(crate) fn pages(again: Option<&Self>, page: Route, up: Route) -> (Route, Route) {
        again.map_or((page, up), |again| (Route::Correct(again.held.seq), Route::OutboxLine(again.held.seq)))
    }
}

/// What a form is called and what its button says: a correction says that it is one.
pub(super) fn named(again: bool, title: String, save: String) -> (String, String) {
    if again { (t!("held-correct"), t!("held-correct-save")) } else { (title, save) }
}

/// An op as it is recorded: in the place of the one it corrects, where it does.
pub(crate) fn instead(again: Option<Again>, op: Op) -> Op {
    match again {
        None => op,
        Some(again) => Op::Resubmitted(Resubmitted { held: again.held, said: Said(Box::new(op)) }),
    }
}

/// The change behind a line of the outbox, where it can be written anew here: it waits or was sent back, there is a
/// form for it, and its customer is on this phone.
pub(crate) fn of(book: &Replica, seq: u64) -> Option<Again> {
    let id = ChangeId { device: book.identity().device, seq };
    let (held, outcome) = book.held().into_iter().find(|(held, _)| held.id == id)?;
    let settled = outcome.and_then(|outcome| outcome.settled());
    let open = settled.is_none_or(|settled| matches!(settled.ruling, Ruling::Declined { .. }));
    let op = held.op().ok()?.said().clone();
    let known = || op.customer().and_then(|id| book.customer(id)).is_some_and(CustomerCard::exists);
    let has_form = match op {
        Op::CustomerCreated(_) => true,
        Op::CardFieldSet(_) | Op::PersonalFieldSet(_) | Op::ContactAdded(_) | Op::OrderTaken(_) => known(),
        _ => false,
    };
    (open && has_form).then_some(Again { held: id, op })
}

/// The form of a change that is written anew.
pub(super) fn correct(seq: u64) -> AnyView {
    let Some(again) = parts::field().peek(|book| of(book, seq)) else {
        return view! { <NotHere up=Route::OutboxLine(seq) /> }.into_any();
    };
    match again.op.clone() {
        Op::CustomerCreated(_) => new_customer::new_customer(Some(again)),
        Op::CardFieldSet(set) => card_field::edit_card_field(set.customer, set.field, Some(again)),
        Op::PersonalFieldSet(set) => card_field::edit_personal_field(set.customer, set.field, Some(again)),
        Op::ContactAdded(added) => contact::edit_contact(added.customer, added.corrects, Some(again)),
        Op::OrderTaken(taken) => order::take_order(taken.customer, Some(again)),
        _ => ().into_any(),
    }
}
