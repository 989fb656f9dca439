//! 定位 of a visit: a help, never a condition.
//!
//! Floor: screens. This module must not hold anybody up.

use leptos::prelude::*;
use sync_core::{
    domain::customer::{CardField, FieldValue},
    replica::Replica,
    unit::{CustomerId, Place},
};
use wasm_bindgen_futures::spawn_local;

use super::parts;
use crate::{
    field::texts,
    ui::{Button, ButtonKind, Icon, format, icon, t},
};

/// How far the measuring is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Found {
    /// Not begun.
    #[default]
    NotYet,
    /// The phone is looking.
    Looking,
    /// Measured, and when (milliseconds since 1970).
    At(Place, i64),
    /// The phone knows none, for this reason.
    None(&'static str),
}

impl Found {
    /// The place, where there is one.
    pub(crate) const fn place(self) -> Option<Place> {
        match self {
            Self::At(place, _) => Some(place),
            Self::NotYet | Self::Looking | Self::None(_) => None,
        }
    }

    /// The place, where it was measured so shortly before `now` that the phone still is there.
    pub(crate) fn place_at(self, now: i64) -> Option<Place> {
        self.is_fresh(now).then(|| self.place()).flatten()
    }

    fn is_fresh(self, now: i64) -> bool {
        matches!(self, Self::At(_, at) if (at..=at + FRESH_MS).contains(&now))
    }
}

/// So long a measurement says where the phone is; a form kept since yesterday must not say it was there today.
const FRESH_MS: i64 = 5 * 60_000;

thread_local! {
    /// Where the phone was last, to name the nearest customer first.
    static LAST: std::cell::Cell<Option<Place>> = const { std::cell::Cell::new(None) };
}

/// Where the phone was last, in this page's life.
pub(crate) fn last() -> Option<Place> {
    LAST.get()
}

/// Forgets where the phone was.
pub(crate) fn forget() {
    LAST.set(None);
}

/// Measures, and again whenever the measurement has grown old while the form is on the screen.
pub(crate) fn keep_fresh(found: RwSignal<Found>) {
    let (field, now) = (parts::field(), parts::now());
    Effect::new(move |before: Option<()>| {
        let now = now.get();
        match (found.get_untracked(), before) {
            // Where the phone knew none, it is asked again by hand, or when the form is opened again.
            (Found::Looking, _) | (Found::None(_), Some(())) => {}
            (old, _) if !old.is_fresh(now) => {
                measure_with(field, found, old.place().is_some() && before.is_some());
            }
            _ => {}
        }
    });
}

/// Measures; `quietly`, the old place stands until the new one is there.
fn measure_with(field: crate::field::app::Field, found: RwSignal<Found>, quietly: bool) {
    if !quietly {
        found.set(Found::Looking);
    }
    spawn_local(async move {
        let outcome = match field.place().await {
            Ok(place) => {
                LAST.set(Some(place));
                Found::At(place, texts::ms(field.now()))
            }
            Err(code) => Found::None(code),
        };
        found.try_set(outcome);
    });
}

/// Metres between two places, near enough for two ends of a town.
pub(crate) fn metres(one: Place, other: Place) -> u32 {
    const METRES_A_DEGREE: f64 = 111_320.0;
    let degrees = |tenth_micro: i32| f64::from(tenth_micro) / 1e7;
    let north = degrees(one.latitude) - degrees(other.latitude);
    let narrowing = cosine(degrees(one.latitude).to_radians());
    let east = (degrees(one.longitude) - degrees(other.longitude)) * narrowing;
    whole((north.hypot(east) * METRES_A_DEGREE).round())
}

/// The cosine of an angle between the poles, to a millionth. The library's own takes any angle and three kilobytes.
fn cosine(angle: f64) -> f64 {
    let square = angle * angle;
    [132.0, 90.0, 56.0, 30.0, 12.0, 2.0].iter().fold(1.0, |inner, divisor| 1.0 - square / divisor * inner)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from a float saturates, and a distance is positive"
)]
fn whole(number: f64) -> u32 {
    number as u32
}

/// Where a customer is, as its card says.
pub(crate) fn of_customer(book: &Replica, customer: CustomerId) -> Option<Place> {
    match book.customer(customer)?.value(CardField::Location)? {
        FieldValue::Place(place) => Some(*place),
        _ => None,
    }
}

/// A distance in words: 40 米, 2.1 公里.
pub(crate) fn distance(metres: u32) -> String {
    if metres < 1_000 {
        t!("unit-metres", count = metres)
    } else {
        t!("unit-kilometres", count = format!("{}.{}", metres / 1_000, metres % 1_000 / 100))
    }
}

/// The row that says where the visit is.
#[component]
pub(super) fn PlaceRow(
    /// What was found.
    found: RwSignal<Found>,
    /// Where the customer is, as its card says.
    registered: Option<Place>,
) -> impl IntoView {
    let field = parts::field();
    let title = Signal::derive(move || match (found.get(), registered) {
        (Found::NotYet | Found::Looking, _) => t!("place-looking"),
        (Found::At(here, _), Some(there)) => {
            t!("place-from-registered", distance = distance(metres(here, there)))
        }
        (Found::At(..), None) => t!("place-found"),
        (Found::None(_), _) => t!("place-unknown"),
    });
    let sub = Signal::derive(move || match found.get() {
        Found::NotYet | Found::Looking => t!("place-go-on"),
        Found::At(here, at) => t!("place-measured", time = format::hour_minute(at), metres = here.accuracy_m),
        Found::None("place.denied") => t!("place-denied"),
        Found::None(_) => t!("place-without"),
    });
    let lead =
        Signal::derive(
            move || if found.get().place().is_some() { "row-lead row-lead--brand" } else { "row-lead" },
        );
    view! {
        <section class="card rows" aria-label=t!("card-location")>
            <div class="row" role="status" data-testid="place">
                <span class=lead>{icon(Icon::Visit)}</span>
                <span class="row-main">
                    <span class="row-title">{title}</span>
                    <span class="row-sub">{sub}</span>
                </span>
                <Button label=t!("place-again") kind=ButtonKind::Quiet on_press=move || measure_with(field, found, false) />
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundredth_of_a_degree_northwards_is_eleven_hundred_metres() {
        let here = Place { latitude: 380_000_000, longitude: 1_062_000_000, accuracy_m: 5 };
        let there = Place { latitude: 380_100_000, ..here };
        assert_eq!(metres(here, there), 1_113);
        assert_eq!(metres(here, here), 0);
    }
}
