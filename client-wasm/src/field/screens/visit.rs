//! F07 记拜访: where, what for, whom, what was said, what comes next, photos. Source: S93.
//!
//! Floor: screens. This module must not make place or photos a condition.

use leptos::prelude::*;
use sync_core::{
    domain::{
        customer::CustomerRefusal,
        visit::{MOST_PHOTOS, Purpose, VisitRecorded, VisitRefusal},
    },
    op::Op,
    refusal::Refusal,
    time::BusinessDate,
    unit::{CustomerId, Text},
};

use super::{
    drafts::{Form, Slot},
    parts::{self, NotHere, Saving, SubHead},
    photos::{PhotoField, still_working},
    place::{self, Found, PlaceRow},
};
use crate::{
    field::{
        app::{Photo, RecordError},
        router::{self, Route},
        texts,
    },
    ui::{
        ActionBar, Body, Button, ButtonKind, ButtonSize, ChipLayout, Choice, ChoiceChips, MultiChips,
        TextArea, TextField, TextKind, focus, format, t, tell,
    },
};

#[derive(Clone, Copy)]
struct VisitForm {
    found: RwSignal<Found>,
    purposes: RwSignal<Vec<String>>,
    met: RwSignal<String>,
    picked: RwSignal<Option<String>>,
    said: RwSignal<String>,
    next_step: RwSignal<String>,
    next_on: RwSignal<String>,
    photos: RwSignal<Vec<Photo>>,
    working: RwSignal<u32>,
    purposes_error: RwSignal<Option<String>>,
    met_error: RwSignal<Option<String>>,
    said_error: RwSignal<Option<String>>,
    step_error: RwSignal<Option<String>>,
    on_error: RwSignal<Option<String>>,
    photos_error: RwSignal<Option<String>>,
}

impl Form for VisitForm {
    fn is_begun(&self) -> bool {
        let written = |text: RwSignal<String>| text.with_untracked(|text| !text.trim().is_empty());
        self.purposes.with_untracked(|all| !all.is_empty())
            || self.photos.with_untracked(|all| !all.is_empty())
            || self.working.get_untracked() > 0
            || [self.met, self.said, self.next_step, self.next_on].into_iter().any(written)
    }

    fn slots(&self) -> Vec<Slot> {
        let texts = [self.met, self.said, self.next_step, self.next_on].map(Slot::Text);
        [Slot::Several(self.purposes), Slot::Photos(self.photos)].into_iter().chain(texts).collect()
    }
}

impl VisitForm {
    fn blank() -> Self {
        let none = || RwSignal::new(None::<String>);
        let empty = || RwSignal::new(String::new());
        Self {
            found: RwSignal::new(Found::NotYet),
            purposes: RwSignal::new(Vec::new()),
            met: empty(),
            picked: none(),
            said: empty(),
            next_step: empty(),
            next_on: empty(),
            photos: RwSignal::new(Vec::new()),
            working: RwSignal::new(0),
            purposes_error: none(),
            met_error: none(),
            said_error: none(),
            step_error: none(),
            on_error: none(),
            photos_error: none(),
        }
    }

    /// The visit, when every part is in order; what is not, stands below its control.
    fn visit(&self, customer: CustomerId, now: i64) -> Option<VisitRecorded> {
        let chosen = self.purposes.get_untracked();
        let purposes: Vec<Purpose> = Purpose::ALL
            .into_iter()
            .filter(|purpose| chosen.iter().any(|code| code == purpose.code()))
            .collect();
        let no_purpose = Refusal::Visit(VisitRefusal::NoPurpose);
        self.purposes_error.set(purposes.is_empty().then(|| texts::refusal(&no_purpose)));
        let met = text(self.met, self.met_error);
        let said = text(self.said, self.said_error);
        let next_step = text(self.next_step, self.step_error);
        let typed_on = self.next_on.get_untracked();
        let next_on = format::typed_day(&typed_on).map(BusinessDate);
        let bad_date = next_on.is_none() && !typed_on.trim().is_empty();
        self.on_error.set(bad_date.then(|| t!("value-not-a-date")));
        self.photos_error.set(None);
        if purposes.is_empty() || bad_date {
            return None;
        }
        Some(VisitRecorded {
            customer,
            purposes,
            met: met?,
            said: said?,
            next_step: next_step?,
            next_on,
            place: self.found.get_untracked().place_at(now),
            photos: self.photos.with_untracked(|all| all.iter().map(|photo| photo.hash).collect()),
        })
    }

    /// Puts a refusal below the control it is about; `false` where it is about the whole form.
    fn explain(&self, error: &RecordError) -> bool {
        let sentence = || Some(texts::not_recorded(error).sentence);
        let RecordError::Refused(refusal) = error else { return false };
        let placed = match refusal {
            Refusal::Visit(VisitRefusal::NoPurpose) => self.purposes_error.try_set(sentence()),
            Refusal::Visit(VisitRefusal::TooManyPhotos { .. }) => self.photos_error.try_set(sentence()),
            // A place that cannot be is left out; the next press saves without it.
            Refusal::Visit(VisitRefusal::NoSuchPlace) => {
                self.found.set(Found::None("place.unavailable"));
                return false;
            }
            Refusal::Customer(
                CustomerRefusal::Unknown { .. }
                | CustomerRefusal::NotYours { .. }
                | CustomerRefusal::Exists { .. }
                | CustomerRefusal::Field { .. }
                | CustomerRefusal::NoName
                | CustomerRefusal::MayNotAssign { .. }
                | CustomerRefusal::NotARep { .. }
                | CustomerRefusal::Undecided { .. },
            )
            | Refusal::Staff(_)
            | Refusal::Device(_)
            | Refusal::Product(_)
            | Refusal::Price(_)
            | Refusal::Order(_)
            | Refusal::Account(_)
            | Refusal::Cash(_)
            | Refusal::Limit(_)
            | Refusal::Violation(_)
            | Refusal::HandIn(_)
            | Refusal::Confirmation(_)
            | Refusal::Statement(_)
            | Refusal::DayClose(_)
            | Refusal::Month(_)
            | Refusal::Receivable(_)
            | Refusal::Change(_) => return false,
        };
        focus::first_error();
        placed.is_none()
    }
}

fn text<const LEAST: usize, const MOST: usize>(
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
) -> Option<Text<LEAST, MOST>> {
    let read = Text::new(&typed.get_untracked());
    error.set(read.as_ref().err().map(texts::not_a_text));
    read.ok()
}

/// Records a visit.
#[component]
pub(super) fn RecordVisit(
    /// To whom.
    id: CustomerId,
) -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    let page = Route::Visit(id);
    let (people, registered) = field.peek(|book| {
        let contacts = book.customer(id).into_iter().flat_map(|card| card.contacts.elements());
        let people: Vec<String> = contacts.map(|(_, contact)| contact.name.to_string()).collect();
        (people, place::of_customer(book, id))
    });
    let Some(name) = parts::name_for_form(id, page) else {
        return view! { <NotHere up=Route::Customers /> }.into_any();
    };
    let form = drafts.on_screen(page, VisitForm::blank);
    place::keep_fresh(form.found);
    parts::clears(form.purposes, form.purposes_error);
    parts::clears(form.said, form.said_error);
    parts::clears(form.photos, form.photos_error);
    let saving = Saving::of(page);
    let save = move || {
        let Some(visit) = form.visit(id, texts::ms(field.now())) else {
            focus::first_error();
            return;
        };
        let placed = visit.place.is_some();
        saving.record(
            move |_| Op::VisitRecorded(visit),
            move |_| {
                drafts.saved(page);
                tell(if placed { parts::saved_here() } else { parts::saved_without_place() });
                router::replace(Route::Customer(id));
            },
            move |error| form.explain(error),
        );
    };
    let purposes = Purpose::ALL.map(|purpose| Choice::new(purpose.code(), texts::purpose(purpose))).to_vec();
    let met = (!people.is_empty()).then(|| {
        let choices = people.into_iter().map(|person| Choice::new(person.clone(), person)).collect::<Vec<_>>();
        Effect::new(move |before: Option<Option<String>>| {
            let now = form.picked.get();
            if let (Some(person), true) = (&now, before.is_some_and(|before| before != now)) {
                form.met.set(person.clone());
            }
            now
        });
        view! { <ChoiceChips label=t!("visit-met-known") value=form.picked choices=choices layout=ChipLayout::Flow optional=true /> }
    });
    view! {
        <SubHead title=t!("visit-title") sub=name up=Route::Customer(id) />
        <Body>
            {parts::moved_note(id)}
            {saving.note()}
            <PlaceRow found=form.found registered=registered />
            <MultiChips label=t!("visit-purpose") values=form.purposes choices=purposes hint=t!("form-several") error=form.purposes_error />
            {met}
            <TextField label=t!("visit-met") value=form.met error=form.met_error optional=true autocomplete="off" testid="visit-met" />
            <TextArea label=t!("visit-said") value=form.said error=form.said_error optional=true testid="visit-said" />
            <TextField label=t!("visit-next") value=form.next_step error=form.step_error optional=true autocomplete="off" testid="visit-next" />
            <TextField label=t!("visit-next-on") value=form.next_on kind=TextKind::Date error=form.on_error optional=true testid="visit-next-on" />
            <PhotoField label=t!("visit-photos") photos=form.photos working=form.working most=MOST_PHOTOS as usize error=form.photos_error />
        </Body>
        <ActionBar>
            <Button label=t!("visit-save") kind=ButtonKind::Primary size=ButtonSize::Big why_not=still_working(form.working) on_press=save testid="save-visit" />
        </ActionBar>
    }
    .into_any()
}
