//! The control that each field of the customer card takes, and the value it holds. Source: S92.
//!
//! Floor: screens. This module must not judge more than the type: the field's rule does the rest.

use leptos::prelude::*;
use sync_core::{
    domain::customer::{CardField, FieldValue},
    time::BusinessDate,
    unit::{Amount, Place, Text, narrow_digit},
};
use wasm_bindgen_futures::spawn_local;

use super::{drafts::Slot, parts};
use crate::{
    field::texts,
    ui::{
        Button, ChipLayout, Choice, ChoiceChips, Icon, TextArea, TextField, TextKind, format, fresh, t,
        unique,
    },
};

/// What is typed into one field, whatever its type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ValueInput {
    /// Which field.
    pub(crate) field: CardField,
    text: RwSignal<String>,
    choice: RwSignal<Option<String>>,
    place: RwSignal<Option<Place>>,
    /// What is wrong with it.
    pub(crate) error: RwSignal<Option<String>>,
}

impl ValueInput {
    /// The control with the value a card shows.
    pub(crate) fn of(field: CardField, value: Option<&FieldValue>) -> Self {
        let mut text = String::new();
        let mut choice = None;
        let mut place = None;
        match value {
            None => {}
            Some(FieldValue::Text(words)) => text = words.to_string(),
            Some(FieldValue::Date(date)) => text = date.to_string(),
            Some(FieldValue::Count(count)) => text = count.to_string(),
            Some(FieldValue::Money(money)) => text = money.to_string(),
            Some(FieldValue::Place(at)) => place = Some(*at),
            Some(FieldValue::Organisation(kind)) => choice = Some(texts::organisation_code(*kind).to_owned()),
            Some(FieldValue::Stage(stage)) => choice = Some(texts::stage_code(*stage).to_owned()),
        }
        Self {
            field,
            text: RwSignal::new(text),
            choice: RwSignal::new(choice),
            place: RwSignal::new(place),
            error: RwSignal::new(None),
        }
    }

    /// Whether nothing is filled in.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.with_untracked(|text| text.trim().is_empty())
            && self.choice.with_untracked(Option::is_none)
            && self.place.with_untracked(Option::is_none)
    }

    /// What is typed, as it stands, to compare by.
    pub(crate) fn raw(&self) -> (String, Option<String>, Option<Place>) {
        (self.text.get_untracked(), self.choice.get_untracked(), self.place.get_untracked())
    }

    /// What is kept of it while it is not saved.
    pub(crate) fn slots(&self) -> [Slot; 3] {
        [Slot::Text(self.text), Slot::Choice(self.choice), Slot::Place(self.place)]
    }

    /// The words typed so far; changes with them.
    pub(crate) fn words(&self) -> String {
        self.text.get()
    }

    /// The value; `None` where nothing is filled in.
    ///
    /// # Errors
    /// The sentence that says what is wrong, which also stands below the control.
    pub(crate) fn value(&self) -> Result<Option<FieldValue>, String> {
        self.error.set(None);
        let value = if self.is_empty() { Ok(None) } else { self.read().map(Some) };
        let value = value.and_then(|value| match value {
            Some(value) => match self.field.accepts(&value) {
                Ok(()) => Ok(Some(value)),
                Err(why) => Err(refused(&why)),
            },
            None => Ok(None),
        });
        if let Err(sentence) = &value {
            self.error.set(Some(sentence.clone()));
        }
        value
    }

    fn read(&self) -> Result<FieldValue, String> {
        let text = self.text.get_untracked();
        let chosen = self.choice.get_untracked().unwrap_or_default();
        match self.field {
            CardField::FoundedOn | CardField::TradingSince => {
                let date = format::typed_day(&text).ok_or_else(|| t!("value-not-a-date"))?;
                Ok(FieldValue::Date(BusinessDate(date)))
            }
            CardField::Employees => {
                narrow(&text).parse().map(FieldValue::Count).map_err(|_| t!("value-not-a-count"))
            }
            CardField::AnnualSales => Amount::typed(&text)
                .map(|amount| FieldValue::Money(amount.money()))
                .map_err(|why| texts::not_an_amount(&why)),
            CardField::Organisation => texts::ORGANISATIONS
                .into_iter()
                .find(|kind| texts::organisation_code(*kind) == chosen)
                .map(FieldValue::Organisation)
                .ok_or_else(|| t!("form-choose")),
            CardField::Stage => texts::STAGES
                .into_iter()
                .find(|stage| texts::stage_code(*stage) == chosen)
                .map(FieldValue::Stage)
                .ok_or_else(|| t!("form-choose")),
            CardField::Location => {
                self.place.get_untracked().map(FieldValue::Place).ok_or_else(|| t!("place-none"))
            }
            CardField::Name
            | CardField::RegisteredAddress
            | CardField::Phone
            | CardField::LegalRepresentative
            | CardField::County
            | CardField::MarketPotential
            | CardField::Direction
            | CardField::Credit
            | CardField::Competitiveness => {
                Text::new(&text).map(FieldValue::Text).map_err(|why| texts::not_a_text(&why))
            }
        }
    }

    /// Draws the control.
    pub(crate) fn control(self, optional: bool) -> AnyView {
        let label = texts::card_field(self.field);
        parts::clears(self.text, self.error);
        parts::clears(self.choice, self.error);
        parts::clears(self.place, self.error);
        let chips = |choices: Vec<Choice>| {
            view! { <ChoiceChips label=label.clone() value=self.choice choices=choices layout=ChipLayout::Two optional=optional error=self.error /> }.into_any()
        };
        let line = |kind: TextKind, hint: String| {
            let testid = testid(self.field);
            if hint.is_empty() {
                return view! { <TextField label=label.clone() value=self.text kind=kind optional=optional error=self.error testid=testid autocomplete="off" /> }.into_any();
            }
            view! { <TextField label=label.clone() value=self.text kind=kind optional=optional error=self.error hint=hint testid=testid autocomplete="off" /> }.into_any()
        };
        match self.field {
            CardField::Name
            | CardField::LegalRepresentative
            | CardField::County
            | CardField::RegisteredAddress => line(TextKind::Words, String::new()),
            CardField::Phone => line(TextKind::Telephone, String::new()),
            CardField::FoundedOn | CardField::TradingSince => line(TextKind::Date, String::new()),
            CardField::Employees => line(TextKind::Digits, String::new()),
            CardField::AnnualSales => line(TextKind::Decimal, t!("value-yuan")),
            CardField::Organisation => chips(
                texts::ORGANISATIONS
                    .map(|kind| Choice::new(texts::organisation_code(kind), texts::organisation(kind)))
                    .to_vec(),
            ),
            CardField::Stage => chips(
                texts::STAGES
                    .map(|stage| Choice::new(texts::stage_code(stage), texts::stage(stage)))
                    .to_vec(),
            ),
            CardField::Location => {
                view! { <PlaceControl label=label place=self.place error=self.error /> }.into_any()
            }
            CardField::MarketPotential
            | CardField::Direction
            | CardField::Credit
            | CardField::Competitiveness => {
                view! { <TextArea label=label value=self.text optional=optional error=self.error testid=testid(self.field) /> }
                    .into_any()
            }
        }
    }
}

/// The control's stable name in stories.
const fn testid(field: CardField) -> &'static str {
    match field {
        CardField::Name => "card-name",
        CardField::Phone => "card-phone",
        CardField::RegisteredAddress => "card-registered-address",
        CardField::County => "card-county",
        CardField::LegalRepresentative => "card-legal-representative",
        CardField::Credit => "card-credit",
        _ => "card-value",
    }
}

/// Full-width figures made narrow, spaces and commas dropped.
fn narrow(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ',' | '，' | ' ')).map(narrow_digit).collect()
}

/// What a field's own rule says, without the field's name: the control has it already.
fn refused(why: &sync_core::domain::customer::FieldRefusal) -> String {
    use sync_core::domain::customer::FieldRefusal;
    match why {
        FieldRefusal::WrongType { .. } => t!("refusal-field-wrong-type"),
        FieldRefusal::Text { why, .. } => texts::not_a_text(why),
        FieldRefusal::TooLarge { most, .. } => t!("refusal-field-too-large", most = *most),
    }
}

#[component]
fn PlaceControl(
    label: String,
    place: RwSignal<Option<Place>>,
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    let field = parts::field();
    let looking = RwSignal::new(false);
    let measure = move || {
        looking.set(true);
        error.set(None);
        spawn_local(async move {
            let found = field.place().await;
            looking.try_set(false);
            match found {
                Ok(at) => {
                    place.try_set(Some(at));
                }
                Err(_) => {
                    error.try_set(Some(t!("place-not-found")));
                }
            }
        });
    };
    let error_id = unique("place");
    let described = error_id.clone();
    let said = Signal::derive(move || match (looking.get(), place.get()) {
        (true, _) => t!("place-looking"),
        (false, Some(at)) => texts::place(&at),
        (false, None) => t!("place-none"),
    });
    view! {
        <fieldset class="field" class:has-error=move || error.with(Option::is_some) aria-describedby=Signal::derive(move || error.with(Option::is_some).then(|| described.clone()))>
            <legend>{label} <span class="opt">{t!("form-optional")}</span></legend>
            <div class="line line--between">
                <span class="small muted">{fresh(move || said.get())}</span>
                <Button label=t!("place-here") icon=Icon::Visit on_press=measure />
            </div>
            {fresh(move || error.get().map(|sentence| view! { <p class="field-error" role="alert" id=error_id.clone()><span>{sentence}</span></p> }))}
        </fieldset>
    }
}
