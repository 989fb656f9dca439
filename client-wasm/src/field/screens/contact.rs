//! 联系人: a person at the customer's, entered, corrected or taken off the card.
//!
//! Floor: screens. This module must not edit an entry: a correction is a new one that names the old.

use leptos::prelude::*;
use sync_core::{
    domain::customer::{Contact, ContactAdded, ContactRemoved},
    op::Op,
    unit::{ChangeId, CustomerId, NotAText, Text},
};

use super::{
    again::{Again, instead, named},
    drafts::{Form, Slot},
    parts::{self, Saving, SubHead},
};
use crate::{
    field::{
        app::Field,
        router::{self, Route},
        texts,
    },
    ui::{ActionBar, Body, Button, ButtonKind, ButtonSize, TextField, TextKind, focus, t, tell},
};

/// What is typed about a person.
#[derive(Clone, Copy)]
pub(crate) struct ContactForm {
    name: RwSignal<String>,
    position: RwSignal<String>,
    phone: RwSignal<String>,
    name_error: RwSignal<Option<String>>,
    position_error: RwSignal<Option<String>>,
    phone_error: RwSignal<Option<String>>,
    before: StoredValue<[String; 3]>,
}

impl Form for ContactForm {
    fn is_begun(&self) -> bool {
        self.before.with_value(|before| *before != self.raw())
    }

    fn slots(&self) -> Vec<Slot> {
        [self.name, self.position, self.phone].map(Slot::Text).to_vec()
    }
}

impl ContactForm {
    /// A form with what is known of the person.
    pub(crate) fn of(contact: Option<&Contact>) -> Self {
        let known = contact.map_or_else(Default::default, |contact| {
            [contact.name.to_string(), contact.position.to_string(), contact.phone.to_string()]
        });
        let [name, position, phone] = known.clone();
        Self {
            name: RwSignal::new(name),
            position: RwSignal::new(position),
            phone: RwSignal::new(phone),
            name_error: RwSignal::new(None),
            position_error: RwSignal::new(None),
            phone_error: RwSignal::new(None),
            before: StoredValue::new(known),
        }
    }

    fn raw(&self) -> [String; 3] {
        [self.name, self.position, self.phone].map(|one| one.get_untracked())
    }

    /// Whether nothing is filled in.
    pub(crate) fn is_empty(&self) -> bool {
        self.raw().iter().all(|text| text.trim().is_empty())
    }

    /// The person; `None` where something is wrong, which then stands below the control.
    pub(crate) fn contact(&self) -> Option<Contact> {
        let name = checked(self.name, self.name_error);
        let position = checked(self.position, self.position_error);
        let phone = checked(self.phone, self.phone_error);
        Some(Contact { name: name?, position: position?, phone: phone? })
    }

    /// Draws the three controls.
    pub(crate) fn controls(self) -> AnyView {
        parts::clears(self.name, self.name_error);
        parts::clears(self.phone, self.phone_error);
        view! {
            <TextField label=t!("contact-name") value=self.name error=self.name_error autocomplete="off" testid="contact-name" />
            <TextField label=t!("contact-position") value=self.position error=self.position_error optional=true autocomplete="off" testid="contact-position" />
            <TextField label=t!("contact-phone") value=self.phone kind=TextKind::Telephone error=self.phone_error optional=true autocomplete="off" testid="contact-phone" />
        }
        .into_any()
    }
}

fn checked<const LEAST: usize, const MOST: usize>(
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
) -> Option<Text<LEAST, MOST>> {
    error.set(None);
    match Text::new(&typed.get_untracked()) {
        Ok(text) => Some(text),
        Err(NotAText::TooShort { has: 0, .. }) => {
            error.set(Some(t!("form-missing", field = t!("contact-name"))));
            None
        }
        Err(why) => {
            error.set(Some(texts::not_a_text(&why)));
            None
        }
    }
}

fn known(field: Field, id: CustomerId, of: ChangeId) -> Option<Contact> {
    field.peek(|book| {
        let card = book.customer(id)?;
        card.contacts.elements().find(|(change, _)| *change == of).map(|(_, contact)| contact.clone())
    })
}

/// A new person, or one who is corrected: the addition `of`; `again`, where it corrects what waits.
pub(super) fn edit_contact(id: CustomerId, of: Option<ChangeId>, again: Option<Again>) -> AnyView {
    let field = parts::field();
    let drafts = parts::drafts();
    let (page, up) = Again::pages(again.as_ref(), Route::Contact(id, of), Route::Card(id));
    let corrects = again.is_some();
    let form = drafts.on_screen(page, || match again.as_ref().map(|again| &again.op) {
        Some(Op::ContactAdded(added)) => ContactForm::of(Some(&added.contact)),
        _ => ContactForm::of(of.and_then(|of| known(field, id, of)).as_ref()),
    });
    let saving = Saving::of(page);
    let done = move || {
        drafts.saved(page);
        tell(parts::saved_here());
        router::replace(Route::Card(id));
    };
    let save = move || {
        if !form.is_begun() && of.is_some() && !corrects {
            router::replace(Route::Card(id));
            return;
        }
        let Some(contact) = form.contact() else {
            focus::first_error();
            return;
        };
        let again = again.clone();
        saving.record(
            move |_| instead(again, Op::ContactAdded(ContactAdded { customer: id, contact, corrects: of })),
            move |_| done(),
            |_| false,
        );
    };
    let remove = of.filter(|_| !corrects).map(|addition| {
        let remove = move || {
            saving.record(
                move |_| Op::ContactRemoved(ContactRemoved { customer: id, addition }),
                move |_| done(),
                |_| false,
            );
        };
        view! { <Button label=t!("contact-remove") kind=ButtonKind::Quiet size=ButtonSize::Block on_press=remove testid="contact-remove" /> }
    });
    let title = if of.is_some() { t!("contact-edit") } else { t!("contact-add") };
    let (title, save_label) = named(corrects, title, t!("contact-save"));
    let name = field.peek(|book| texts::customer_name(book, id));
    view! {
        <SubHead title=title sub=name up=up />
        <Body>
            {saving.note()}
            {form.controls()}
        </Body>
        <ActionBar>
            <Button label=save_label kind=ButtonKind::Primary size=ButtonSize::Big on_press=save testid="save-contact" />
            {remove}
        </ActionBar>
    }
    .into_any()
}
