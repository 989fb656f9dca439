//! 新客户: entered first of all (S85), without a signal; only the name is needed.
//!
//! Floor: screens. This module must not forbid a customer that looks like another one; it says so.

use leptos::prelude::*;
use sync_core::{
    domain::customer::{CardField, CustomerCreated, CustomerRefusal},
    op::Op,
    refusal::Refusal,
    unit::{CustomerId, folded},
};

use super::{
    again::{Again, instead, named},
    card::is_appraisal,
    contact::ContactForm,
    drafts::{Form, Slot},
    parts::{self, Saving, SubHead},
    value_input::ValueInput,
};
use crate::{
    field::{
        app::{Field, RecordError},
        router::{self, Route},
        texts,
    },
    ui::{
        Action, ActionBar, Banner, Body, Button, ButtonKind, ButtonSize, Icon, Note, Tone, focus, fresh,
        kept, t, tell,
    },
};

#[derive(Clone, Copy)]
struct NewForm {
    inputs: StoredValue<Vec<ValueInput>>,
    contact: ContactForm,
}

impl Form for NewForm {
    fn is_begun(&self) -> bool {
        !self.contact.is_empty()
            || self.inputs.with_value(|inputs| inputs.iter().any(|input| !input.is_empty()))
    }

    fn slots(&self) -> Vec<Slot> {
        let inputs =
            self.inputs.with_value(|inputs| inputs.iter().flat_map(ValueInput::slots).collect::<Vec<_>>());
        self.contact.slots().into_iter().chain(inputs).collect()
    }
}

impl NewForm {
    fn of(created: Option<&CustomerCreated>) -> Self {
        let value = |field: CardField| {
            let mut fields = created.into_iter().flat_map(|created| &created.fields);
            fields.find(|(other, _)| *other == field).map(|(_, value)| value)
        };
        let inputs = CardField::ALL.map(|field| ValueInput::of(field, value(field))).to_vec();
        Self {
            inputs: StoredValue::new(inputs),
            contact: ContactForm::of(created.and_then(|created| created.contacts.first())),
        }
    }

    fn input(&self, field: CardField) -> Option<ValueInput> {
        self.inputs.with_value(|inputs| inputs.iter().find(|input| input.field == field).copied())
    }

    fn controls(self, fields: impl Fn(CardField) -> bool) -> AnyView {
        let chosen: Vec<ValueInput> = self
            .inputs
            .with_value(|inputs| inputs.iter().filter(|input| fields(input.field)).copied().collect());
        chosen
            .into_iter()
            .map(|input| input.control(input.field != CardField::Name))
            .map(IntoAny::into_any)
            .collect_view()
            .into_any()
    }
}

/// What stands open on the page; the rest is unfolded when wanted.
const fn is_first(field: CardField) -> bool {
    matches!(field, CardField::Name | CardField::Phone | CardField::County | CardField::RegisteredAddress)
}

/// Customers on this phone of the same name or telephone.
fn alike(field: Field, name: &str, phone: &str) -> Vec<(CustomerId, String)> {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (name, phone) = (folded(name.trim()), digits(phone));
    field.read(|book| {
        let same_name = |other: &str| {
            name.chars().count() >= 2 && {
                let other = folded(other);
                other == name || (name.chars().count() >= 3 && other.contains(&name))
            }
        };
        let same_phone = |other: &str| phone.len() >= 7 && digits(other) == phone;
        book.customers()
            .filter(|(_, card)| card.exists())
            .filter(|(_, card)| {
                same_name(card.name())
                    || same_phone(card.text(CardField::Phone))
                    || card.contacts.elements().any(|(_, contact)| same_phone(contact.phone.as_str()))
            })
            .map(|(id, card)| (id, card.name().to_owned()))
            .take(3)
            .collect()
    })
}

/// A new customer; `again`, where it corrects one that waits.
pub(super) fn new_customer(again: Option<Again>) -> AnyView {
    let field = parts::field();
    let drafts = parts::drafts();
    let (page, up) = Again::pages(again.as_ref(), Route::NewCustomer, Route::Customers);
    let before = match again.as_ref().map(|again| &again.op) {
        Some(Op::CustomerCreated(created)) => Some(created.clone()),
        _ => None,
    };
    let form = drafts.on_screen(page, || NewForm::of(before.as_ref()));
    let (title, save_label) = named(again.is_some(), t!("customers-new"), t!("customers-new-save"));
    let saving = Saving::of(page);
    let words = move |which: CardField| form.input(which).map(|input| input.words()).unwrap_or_default();
    let seen = kept(move || alike(field, &words(CardField::Name), &words(CardField::Phone)));
    let name_missing = move || {
        if let Some(name) = form.input(CardField::Name) {
            name.error.set(Some(texts::refusal(&Refusal::Customer(CustomerRefusal::NoName))));
        }
        focus::first_error();
    };
    let save = move || {
        let read: Vec<_> = form
            .inputs
            .with_value(|inputs| inputs.iter().map(|input| (input.field, input.value())).collect());
        let contact = if form.contact.is_empty() { Some(None) } else { form.contact.contact().map(Some) };
        let all_right = read.iter().all(|(_, value)| value.is_ok());
        let (Some(contact), true) = (contact, all_right) else {
            focus::first_error();
            return;
        };
        let fields: Vec<_> = read
            .into_iter()
            .filter_map(|(field, value)| value.ok().flatten().map(|value| (field, value)))
            .collect();
        if !fields.iter().any(|(field, _)| *field == CardField::Name) {
            name_missing();
            return;
        }
        let again = again.clone();
        // A customer that is corrected keeps its name: what was written about it meanwhile finds it.
        let kept = before.as_ref().map(|before| before.customer);
        saving.record(
            move |book| {
                let created = CustomerCreated {
                    customer: kept.unwrap_or_else(|| CustomerId(book.next_id().created())),
                    fields,
                    contacts: contact.into_iter().collect(),
                    owner: book.identity().staff,
                };
                instead(again, Op::CustomerCreated(created))
            },
            move |saved| {
                drafts.saved(page);
                tell(parts::saved_here());
                router::replace(Route::Customer(kept.unwrap_or_else(|| CustomerId(saved.id.created()))));
            },
            move |error| match error {
                RecordError::Refused(Refusal::Customer(CustomerRefusal::NoName)) => {
                    name_missing();
                    true
                }
                RecordError::Refused(Refusal::Customer(CustomerRefusal::Field { why })) => {
                    if let Some(input) = form.input(why.field()) {
                        input.error.set(Some(texts::not_recorded(error).sentence));
                    }
                    focus::first_error();
                    true
                }
                RecordError::Refused(_) | RecordError::NotSaved(_) => false,
            },
        );
    };
    view! {
        <SubHead title=title sub=t!("customers-new-sub") up=up />
        <Body>
            {saving.note()}
            {form.controls(is_first)}
            {fresh(move || seen.get().into_iter().map(|(id, name)| view! {
                <div data-testid="alike">
                    <Banner tone=Tone::Finding icon=Icon::Info lead=t!("customers-alike", name = name) text=t!("customers-alike-text") action=Action::page(t!("do-open"), Route::Customer(id).href()) />
                </div>
            }).map(IntoAny::into_any).collect_view())}
            <details class="card fold">
                <summary>{t!("card-people")}</summary>
                <div class="stack">{form.contact.controls()}</div>
            </details>
            <details class="card fold">
                <summary>{t!("card-more")}</summary>
                <div class="stack">{form.controls(|field| !is_first(field) && !is_appraisal(field))}</div>
            </details>
            <details class="card fold">
                <summary>{t!("card-appraisal")}</summary>
                <div class="stack">{form.controls(is_appraisal)}</div>
            </details>
            <Note>{t!("customers-new-note")}</Note>
        </Body>
        <ActionBar>
            <Button label=save_label kind=ButtonKind::Primary size=ButtonSize::Big on_press=save testid="save-customer" />
        </ActionBar>
    }
    .into_any()
}
