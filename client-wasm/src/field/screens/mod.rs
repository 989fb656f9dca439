//! The phone's screens: the frame that never leaves, and one page for each route.
//!
//! Floor: field, above [`super::app`]. These modules must not know how anything is stored or sent.

#![expect(unreachable_pub, reason = "the component macro makes a public type of each component's values")]

mod again;
mod card;
mod card_field;
mod collect;
mod conflict;
mod contact;
mod customer;
mod customers;
mod day_close;
mod drafts;
mod drawer;
mod first_sync;
mod hand_in;
mod lock;
mod look;
mod me;
mod new_customer;
mod order;
mod order_page;
mod outbox;
mod outbox_line;
mod over_limit;
mod owed;
mod papers;
mod parts;
mod photos;
mod pick_product;
mod place;
mod qr;
mod receipt;
mod receipt_image;
mod record_sheet;
mod remit;
mod remittances;
mod rescue;
mod reverse;
mod share;
mod sign_in;
mod states;
mod strip;
mod taken;
mod timeline;
mod today;
mod told;
mod urge;
mod value_input;
mod visit;
mod visit_page;

use std::time::Duration;

use leptos::prelude::*;
use sync_core::unit::StaffId;

use self::{
    drafts::Drafts,
    parts::{Now, RecordSheetOpen},
};
use super::{
    app::{Field, Phase},
    later,
    router::{self, Part, Route},
    texts::ms,
};
use crate::ui::{FieldFrame, Loading, Speaking, fresh, hush, kept};

/// How often ages are told anew.
const TICK: Duration = Duration::from_secs(20);

/// The phone, whole. Draw it once; it opens the store and begins to sync.
#[component]
pub fn Phone() -> impl IntoView {
    let field = Field::begin();
    parts::keep_field(field);
    provide_context(field);
    let drafts = Drafts::begin(field);
    provide_context(drafts);
    provide_context(sign_in::Typed::nothing());
    provide_context(RecordSheetOpen(RwSignal::new(false)));
    let now = RwSignal::new(ms(field.now()));
    provide_context(Now(now));
    if let Ok(tick) = set_interval_with_handle(
        move || {
            now.set(ms(field.now()));
            lock::look(field, drafts);
        },
        TICK,
    ) {
        on_cleanup(move || tick.clear());
    }
    let route = router::begin();
    let phase = field.phase();
    lock::watch(field, drafts);
    Effect::new(move |before: Option<(bool, Option<StaffId>)>| {
        let (lost, whose) = before.unwrap_or_default();
        // Nothing of whoever was here stays for whoever comes.
        let forget = move || {
            drafts.clear();
            customers::forget();
            place::forget();
        };
        match phase.get() {
            Phase::Lost(_) => (true, whose),
            // After a loss what was typed waits for the same person.
            Phase::SignedOut if !lost => {
                forget();
                (false, None)
            }
            // Another tab goes on with what was typed here, and somebody else may: this one begins from the store.
            Phase::Stopped | Phase::Elsewhere => {
                forget();
                (false, None)
            }
            Phase::FirstSync { .. } | Phase::Ready => {
                let me = field.peek(|book| book.identity().staff);
                if whose.is_some_and(|whose| whose != me) {
                    forget();
                }
                (false, Some(me))
            }
            _ => (lost, whose),
        }
    });
    // A gesture changes the book: the moment is taken anew, so that nothing seems to lie in the future.
    Effect::new(move |_| {
        route.track();
        field.read(|_| ());
        now.set(ms(field.now()));
    });
    Effect::new(move |_| {
        route.track();
        hush();
    });
    view! { <Speaking><Frame route=route /></Speaking> }
}

#[component]
fn Frame(route: ReadSignal<Route>) -> impl IntoView {
    let field = parts::field();
    let phase = field.phase();
    let ended = kept(move || field.link().get().needs_sign_in);
    // Without a book there are no figures, and none may be made up.
    let enrolled = Signal::derive(move || {
        let closed = matches!(
            phase.get(),
            Phase::Loading | Phase::SignedOut | Phase::Stopped | Phase::NotOpened(_) | Phase::Elsewhere
        );
        !closed && (phase.get() == Phase::Locked || field.read(|book| book.identity().number > 0))
    });
    // Once gestures can be recorded, nothing takes a form away from under somebody's hands.
    let stage = kept(move || match phase.get() {
        Phase::FirstSync { open: true } => Phase::Ready,
        other => other,
    });
    let coming = kept(move || matches!(phase.get(), Phase::FirstSync { .. }));
    let now = expect_context::<Now>().0;
    Effect::new(move |_| {
        now.track();
        if !matches!(phase.get(), Phase::Loading | Phase::SignedOut) {
            later::ask_for_pages();
        }
    });
    view! {
        <FieldFrame
            strip=strip::strip_state(field)
            sync_href=Route::Outbox.href()
            cash_href=Route::Drawer.href()
            enrolled=enrolled
        >
            {fresh(move || match stage.get() {
                Phase::Loading => view! { <Loading /> }.into_any(),
                // Without a session the book would never come.
                Phase::FirstSync { .. } if ended.get() => view! { <sign_in::SignIn again=true /> }.into_any(),
                Phase::FirstSync { .. } => view! { <first_sync::FirstSync /> }.into_any(),
                Phase::Ready => fresh(move || match later::pages() {
                    None if later::pages_missed() => view! { <states::PagesMissing /> }.into_any(),
                    None => view! { <Loading /> }.into_any(),
                    Some(pages) => view! { {fresh(move || match route.get() {
                        Route::Today if coming.get() => view! { <first_sync::FirstSync /> }.into_any(),
                        route => (pages.page)(route),
                    })} {(pages.record_sheet)(route)} }.into_any(),
                }),
                Phase::SignedOut | Phase::Locked => view! { <sign_in::SignIn again=false /> }.into_any(),
                Phase::Elsewhere => view! { <states::Elsewhere /> }.into_any(),
                Phase::NotOpened(code) => view! { <states::NotOpened code=code /> }.into_any(),
                Phase::Stopped => view! { <states::Stopped /> }.into_any(),
                Phase::Lost(code) => view! { <states::Lost code=code /> }.into_any(),
            })}
        </FieldFrame>
    }
}

/// The sheet that asks what to record.
pub(super) fn record_sheet(route: ReadSignal<Route>) -> AnyView {
    view! { <record_sheet::RecordSheet route=route /> }.into_any()
}

/// The page of a route.
pub(super) fn page(route: Route) -> AnyView {
    match route {
        Route::Today => view! { <today::Today /> }.into_any(),
        Route::Customers => view! { <customers::Customers part=Part::All /> }.into_any(),
        Route::CustomersOf(part) => view! { <customers::Customers part=part /> }.into_any(),
        Route::NewCustomer => new_customer::new_customer(None),
        Route::Customer(id) => view! { <customer::Customer id=id /> }.into_any(),
        Route::Card(id) => view! { <card::Card id=id /> }.into_any(),
        Route::CardField(id, field) => card_field::edit_card_field(id, field, None),
        Route::Personal(id, field) => card_field::edit_personal_field(id, field, None),
        Route::Contact(id, of) => contact::edit_contact(id, of, None),
        Route::Conflict(id, field) => view! { <conflict::Conflict id=id field=field /> }.into_any(),
        Route::Visit(id) => view! { <visit::RecordVisit id=id /> }.into_any(),
        Route::Order(id) => order::take_order(id, None),
        Route::Collect(id) => view! { <collect::Collect id=id /> }.into_any(),
        Route::Taken(id) => view! { <taken::Taken id=id /> }.into_any(),
        Route::Urge(id) => view! { <urge::Urge id=id /> }.into_any(),
        Route::UrgingPage(id) => view! { <owed::UrgingPage id=id /> }.into_any(),
        Route::Overdue => view! { <owed::Overdue /> }.into_any(),
        Route::VisitPage(id) => view! { <visit_page::VisitPage id=id /> }.into_any(),
        Route::OrderPage(id) => view! { <order_page::OrderPage id=id /> }.into_any(),
        Route::Receipt(id) => view! { <receipt::Receipt id=id /> }.into_any(),
        Route::Drawer => view! { <drawer::Drawer /> }.into_any(),
        Route::GiveShare => view! { <share::GiveShare /> }.into_any(),
        Route::HandIn => view! { <hand_in::HandIn /> }.into_any(),
        Route::HandInPage(id) => view! { <hand_in::HandInPage id=id /> }.into_any(),
        Route::DayClose => view! { <day_close::DayClose /> }.into_any(),
        Route::DayClosePage(id) => view! { <day_close::DayClosePage id=id /> }.into_any(),
        Route::Remit => view! { <remit::Remit /> }.into_any(),
        Route::RemittancePage(id) => view! { <remittances::RemittancePage id=id /> }.into_any(),
        Route::Remittances => view! { <remittances::Remittances /> }.into_any(),
        Route::Reverse(kind, id) => view! { <reverse::Reverse kind=kind id=id /> }.into_any(),
        Route::Outbox => view! { <outbox::Outbox /> }.into_any(),
        Route::OutboxLine(seq) => view! { <outbox_line::OutboxLine seq=seq /> }.into_any(),
        Route::Correct(seq) => again::correct(seq),
        Route::Me => view! { <me::Me /> }.into_any(),
        Route::SignIn => view! { <sign_in::SignIn again=true /> }.into_any(),
        Route::Unknown => view! { <parts::NotHere up=Route::Today /> }.into_any(),
    }
}
