//! One field of the card, changed as a change of its own; and one personal field.
//!
//! Floor: screens. This module must not overwrite: a write names what it replaces.

use leptos::prelude::*;
use sync_core::{
    crdt::Register,
    domain::customer::{
        CardField, CardFieldSet, CustomerRefusal, FieldValue, PersonalField, PersonalFieldSet,
    },
    op::Op,
    refusal::Refusal,
    unit::{ChangeId, CustomerId, Text},
};

use super::{
    again::{Again, instead, named},
    drafts::{Form, Slot},
    parts::{self, NotHere, Saving, SubHead},
    value_input::ValueInput,
};
use crate::{
    field::{
        app::RecordError,
        router::{self, Route},
        texts,
    },
    ui::{ActionBar, Body, Button, ButtonKind, ButtonSize, Note, TextArea, focus, t, tell},
};

#[derive(Clone, Copy)]
struct FieldForm {
    input: ValueInput,
    before: StoredValue<(String, Option<String>, Option<sync_core::unit::Place>)>,
    /// What stood there when the form was opened: whatever came since was not seen, and is not replaced.
    heads: StoredValue<Vec<ChangeId>>,
}

impl Form for FieldForm {
    fn is_begun(&self) -> bool {
        self.before.with_value(|before| *before != self.input.raw())
    }

    fn slots(&self) -> Vec<Slot> {
        self.input.slots().into_iter().chain([Slot::Heads(self.heads)]).collect()
    }
}

/// Changes one field of a customer's card; `again`, where it corrects what waits.
pub(super) fn edit_card_field(id: CustomerId, field: CardField, again: Option<Again>) -> AnyView {
    let phone = parts::field();
    let (page, up) = Again::pages(again.as_ref(), Route::CardField(id, field), Route::Card(id));
    let corrects = again.is_some();
    let Some(name) = parts::name_for_form(id, page) else {
        return view! { <NotHere up=Route::Customers /> }.into_any();
    };
    let drafts = parts::drafts();
    let form = drafts.on_screen(page, || {
        let (input, heads) = phone.peek(|book| {
            let card = book.customer(id);
            let heads = card.map(|card| card.heads(field)).unwrap_or_default();
            let there = match again.as_ref().map(|again| &again.op) {
                Some(Op::CardFieldSet(set)) => Some(&set.value),
                _ => card.and_then(|card| card.value(field)),
            };
            (ValueInput::of(field, there), heads)
        });
        FieldForm { input, before: StoredValue::new(input.raw()), heads: StoredValue::new(heads) }
    });
    let saving = Saving::of(page);
    let label = texts::card_field(field);
    let save = move || {
        if !form.is_begun() && !corrects {
            router::replace(Route::Card(id));
            return;
        }
        let again = again.clone();
        let value = match (form.input.value(), field) {
            (Ok(Some(value)), _) => value,
            // Words can be cleared; a name cannot, and other types have no empty value.
            (Ok(None), CardField::Name) => {
                form.input.error.set(Some(texts::refusal(&Refusal::Customer(CustomerRefusal::NoName))));
                focus::first_error();
                return;
            }
            (Ok(None), _) if takes_text(field) => FieldValue::Text(Text::default()),
            (Ok(None), _) => {
                form.input.error.set(Some(t!("value-keep")));
                focus::first_error();
                return;
            }
            (Err(_), _) => {
                focus::first_error();
                return;
            }
        };
        saving.record(
            move |_| {
                let replaces = form.heads.get_value();
                instead(again, Op::CardFieldSet(CardFieldSet { customer: id, field, value, replaces }))
            },
            move |_| {
                drafts.saved(page);
                tell(parts::saved_here());
                router::replace(Route::Card(id));
            },
            move |error| match error {
                RecordError::Refused(Refusal::Customer(CustomerRefusal::Field { .. })) => {
                    form.input.error.set(Some(texts::not_recorded(error).sentence));
                    focus::first_error();
                    true
                }
                RecordError::Refused(Refusal::Customer(CustomerRefusal::Undecided { .. })) => {
                    // What somebody else wrote is told with the reason; from now on it was seen.
                    let seen = phone.peek(|book| book.customer(id).map(|card| card.heads(field)));
                    form.heads.set_value(seen.unwrap_or_default());
                    false
                }
                RecordError::Refused(_) | RecordError::NotSaved(_) => false,
            },
        );
    };
    let (title, save_label) = named(corrects, t!("card-edit", field = label), t!("do-save"));
    view! {
        <SubHead title=title sub=name up=up />
        <Body>
            {parts::moved_note(id)}
            {saving.note()}
            {form.input.control(false)}
            <Note>{t!("card-edit-note")}</Note>
        </Body>
        <ActionBar>
            <Button label=save_label kind=ButtonKind::Primary size=ButtonSize::Big on_press=save testid="save-field" />
        </ActionBar>
    }
    .into_any()
}

const fn takes_text(field: CardField) -> bool {
    !matches!(
        field,
        CardField::FoundedOn
            | CardField::TradingSince
            | CardField::Organisation
            | CardField::Employees
            | CardField::AnnualSales
            | CardField::Location
            | CardField::Stage
    )
}

#[derive(Clone, Copy)]
struct PersonalForm {
    words: RwSignal<String>,
    before: StoredValue<String>,
    heads: StoredValue<Vec<ChangeId>>,
    error: RwSignal<Option<String>>,
}

impl Form for PersonalForm {
    fn is_begun(&self) -> bool {
        self.before.with_value(|before| *before != self.words.get_untracked())
    }

    fn slots(&self) -> Vec<Slot> {
        vec![Slot::Text(self.words), Slot::Heads(self.heads)]
    }
}

/// Changes one personal field; `again`, where it corrects what waits. Source: S92.
pub(super) fn edit_personal_field(id: CustomerId, field: PersonalField, again: Option<Again>) -> AnyView {
    let phone = parts::field();
    let drafts = parts::drafts();
    let (page, up) = Again::pages(again.as_ref(), Route::Personal(id, field), Route::Card(id));
    let corrects = again.is_some();
    let name = phone.peek(|book| texts::customer_name(book, id));
    let form = drafts.on_screen(page, || {
        let (now, heads) = phone.peek(|book| {
            let register = book.personal_card(id).and_then(|card| card.fields.get(&field));
            let there = match again.as_ref().map(|again| &again.op) {
                Some(Op::PersonalFieldSet(set)) => Some(&set.value),
                _ => register.and_then(|register| register.value()),
            };
            let now = there.map(ToString::to_string);
            (now.unwrap_or_default(), register.map(Register::heads).unwrap_or_default())
        });
        PersonalForm {
            words: RwSignal::new(now.clone()),
            before: StoredValue::new(now),
            heads: StoredValue::new(heads),
            error: RwSignal::new(None),
        }
    });
    let saving = Saving::of(page);
    let save = move || {
        if !form.is_begun() && !corrects {
            router::replace(Route::Card(id));
            return;
        }
        let again = again.clone();
        form.error.set(None);
        let value = match Text::new(&form.words.get_untracked()) {
            Ok(value) => value,
            Err(why) => {
                form.error.set(Some(texts::not_a_text(&why)));
                focus::first_error();
                return;
            }
        };
        saving.record(
            move |_| {
                let replaces = form.heads.get_value();
                instead(
                    again,
                    Op::PersonalFieldSet(PersonalFieldSet { customer: id, field, value, replaces }),
                )
            },
            move |_| {
                drafts.saved(page);
                tell(parts::saved_here());
                router::replace(Route::Card(id));
            },
            |_| false,
        );
    };
    let label = texts::personal_field(field);
    let (title, save_label) = named(corrects, t!("card-edit", field = label.clone()), t!("do-save"));
    view! {
        <SubHead title=title sub=name up=up />
        <Body>
            {parts::moved_note(id)}
            {saving.note()}
            <TextArea label=label value=form.words error=form.error testid="personal-value" />
            <Note>{t!("card-personal-note")}</Note>
        </Body>
        <ActionBar>
            <Button label=save_label kind=ButtonKind::Primary size=ButtonSize::Big on_press=save testid="save-field" />
        </ActionBar>
    }
    .into_any()
}
