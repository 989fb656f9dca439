//! What the phone's screens share: the head of a form, saving, the things a screen is given.
//!
//! Floor: screens. This module must not know any one screen.

use leptos::prelude::*;
use sync_core::{op::Op, replica::Replica, unit::CustomerId};
use wasm_bindgen_futures::spawn_local;

use super::drafts::Drafts;
use crate::{
    field::{
        app::{Field, RecordError, Saved},
        router::{self, Route},
        texts::{self, Said},
    },
    ui::{Action, Back, Body, EmptyState, Icon, PageHead, RefusalNote, Tab, TabBar, Tone, badge, kept, t},
};

/// The phone.
pub(crate) fn field() -> Field {
    expect_context()
}

/// The forms begun.
pub(crate) fn drafts() -> Drafts {
    expect_context()
}

/// Whether the sheet ＋记一笔 is open.
#[derive(Clone, Copy)]
pub(crate) struct RecordSheetOpen(pub(crate) RwSignal<bool>);

/// A moment that moves on by itself, so that ages stay true.
#[derive(Clone, Copy)]
pub(crate) struct Now(pub(crate) RwSignal<i64>);

/// Milliseconds since 1970; moves on by itself.
pub(crate) fn now() -> ReadSignal<i64> {
    expect_context::<Now>().0.read_only()
}

/// The app bar of a page below another one.
#[component]
pub(super) fn SubHead(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// The second line.
    #[prop(optional, into)]
    sub: Signal<String>,
    /// Where the arrow leads.
    up: Route,
    /// Icon buttons at the end of the bar.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
) -> impl IntoView {
    let back = Back::Act(UnsyncCallback::new(move |()| router::replace(up)));
    match actions {
        Some(actions) => view! { <PageHead title=title sub=sub back=back actions=actions /> }.into_any(),
        None => view! { <PageHead title=title sub=sub back=back /> }.into_any(),
    }
}

/// The tab bar of a page, with the count of the unsent.
#[component]
pub(super) fn PhoneTabs(
    /// The tab shown now.
    current: Tab,
) -> impl IntoView {
    let open = expect_context::<RecordSheetOpen>().0;
    let backlog = field().backlog();
    let unsent = kept(move || u32::try_from(backlog.get().unsent).unwrap_or(u32::MAX));
    view! { <TabBar current=current unsent=unsent on_record=move || open.set(true) /> }
}

/// Lets what is wrong with a control go as soon as something else is typed into it.
pub(crate) fn clears<T: Send + Sync + 'static>(typed: RwSignal<T>, error: RwSignal<Option<String>>) {
    Effect::new(move |before: Option<()>| {
        typed.track();
        if before.is_some() && error.with_untracked(Option::is_some) {
            error.set(None);
        }
    });
}

/// Saving a form: once at a time, and what was typed stays until it is durable.
#[derive(Clone, Copy)]
pub(crate) struct Saving {
    /// The page whose form is saved.
    form: Option<Route>,
    busy: RwSignal<bool>,
    /// Why it was not recorded, for the whole form.
    pub(crate) said: RwSignal<Option<Said>>,
}

impl Saving {
    /// Nothing under way, where no form is kept.
    pub(crate) fn new() -> Self {
        Self { form: None, busy: RwSignal::new(false), said: RwSignal::new(None) }
    }

    /// The same for the form of a page: it is let go by what records it.
    pub(crate) fn of(form: Route) -> Self {
        Self { form: Some(form), ..Self::new() }
    }

    /// Records a gesture; a second press meanwhile does nothing. A refusal the form has no place for is said above it.
    ///
    /// Once recorded it stays shut: the form is still drawn until the page has been left, and a press then would
    /// record twice. A page that stays calls [`Saving::reopen`].
    pub(crate) fn record(
        self,
        make: impl FnOnce(&Replica) -> Op + 'static,
        saved: impl FnOnce(Saved) + 'static,
        refused: impl FnOnce(&RecordError) -> bool + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.said.set(None);
        let field = field_outside();
        spawn_local(async move {
            match field.record_with(self.form, make).await {
                Ok(done) => saved(done),
                Err(error) => {
                    self.reopen();
                    if !refused(&error) {
                        self.said.try_set(Some(texts::not_recorded(&error)));
                    }
                }
            }
        });
    }

    /// Takes gestures again.
    pub(crate) fn reopen(self) {
        self.busy.try_set(false);
    }

    /// The sentence above the button, where there is one.
    pub(crate) fn note(self) -> AnyView {
        let sentence =
            Signal::derive(move || self.said.with(|said| said.as_ref().map(|s| s.sentence.clone())));
        let code = Signal::derive(move || self.said.with(|said| said.as_ref().map(|s| s.code.clone())));
        view! { <RefusalNote sentence=sentence code=code /> }.into_any()
    }
}

thread_local! {
    static FIELD: std::cell::Cell<Option<Field>> = const { std::cell::Cell::new(None) };
}

/// Keeps the phone for gestures, which run outside every view.
pub(crate) fn keep_field(field: Field) {
    FIELD.set(Some(field));
}

/// That something is stored, and when it goes.
pub(crate) fn saved_here() -> String {
    crate::ui::t!(if field_outside().link().get_untracked().online {
        "toast-saved-going"
    } else {
        "toast-saved"
    })
}

/// The same for a visit without a place.
pub(crate) fn saved_without_place() -> String {
    let online = field_outside().link().get_untracked().online;
    crate::ui::t!(if online { "visit-saved-no-place-going" } else { "visit-saved-no-place" })
}

fn field_outside() -> Field {
    FIELD.get().expect("the phone is kept before anything is drawn")
}

/// What could not be found on this phone, or has left it with its customer.
#[component]
pub(super) fn NotHere(
    /// Where the arrow leads.
    up: Route,
) -> impl IntoView {
    let moved = router::here().customer().is_some_and(|id| field().peek(|book| book.has_moved(id)));
    let (icon, title, text) = if moved {
        (Icon::Swap, "moved-title", "moved-text")
    } else {
        (Icon::Search, "not-here-title", "not-here-text")
    };
    view! {
        <SubHead title=t!(if moved { "moved-name" } else { "state-unknown-title" }) up=up />
        {nothing(icon, t!(title), t!(text), Action::page(t!("do-back"), up.href()))}
    }
}

/// A page with nothing on it: what that means, and one way on.
pub(super) fn nothing(icon: Icon, title: String, text: String, action: Action) -> AnyView {
    view! {
        <Body>
            <section class="card">
                <EmptyState icon=icon title=title text=text action=action />
            </section>
        </Body>
    }
    .into_any()
}

/// The name over a form about a customer; of one that was taken away only where the form had been begun before: what
/// was done then can still be told. Source: S79.
pub(super) fn name_for_form(id: CustomerId, page: Route) -> Option<String> {
    let known = field().peek(|book| {
        let card = book.customer(id).filter(|card| card.exists());
        card.map(|card| card.name().to_owned()).or_else(|| book.has_moved(id).then(String::new))
    })?;
    if known.is_empty() {
        let begun = untrack(|| drafts().begun().contains(&page));
        return begun.then(|| field().peek(|book| texts::customer_name(book, id)));
    }
    Some(known)
}

/// What stands above such a form.
pub(super) fn moved_note(id: CustomerId) -> AnyView {
    use crate::ui::Banner;
    let moved = field().peek(|book| book.has_moved(id));
    moved
        .then(|| view! { <Banner tone=Tone::Held icon=Icon::Swap lead=t!("moved-lead") text=t!("moved-form") /> })
        .into_any()
}

/// The mark of money that has arrived, as finance has confirmed it.
pub(crate) fn arrived_badge() -> AnyView {
    badge(Tone::Applied, Some(Icon::Check), t!("arrived"))
}

/// The mark of money that was sent on and that finance has not confirmed yet.
pub(crate) fn waits_badge() -> AnyView {
    badge(Tone::Line, Some(Icon::Clock), t!("remittance-wait"))
}

/// The mark of a paper that was taken back.
pub(crate) fn reversed_badge() -> AnyView {
    badge(Tone::Danger, Some(Icon::Swap), t!("reversed"))
}
