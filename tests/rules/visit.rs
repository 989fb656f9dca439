//! Visits. Source: S93.

use sync_core::{
    domain::visit::{BlobHash, MOST_PHOTOS, Purpose, VisitRecorded},
    op::Op,
    unit::Place,
};

use crate::book::{Book, FINE, HIS, MA, YANG, text};

fn visit() -> VisitRecorded {
    VisitRecorded {
        customer: HIS,
        purposes: vec![Purpose::DiscussOrder],
        met: text(""),
        said: text(""),
        next_step: text(""),
        next_on: None,
        place: None,
        photos: Vec::new(),
    }
}

/// S93: a visit has a purpose, at most nine photos, and a place on the earth or none.
#[test]
fn a_visit_has_a_purpose_at_most_nine_photos_and_a_place_that_exists() {
    let book = Book::new();
    let asks = |visit| book.asks(MA, &Op::VisitRecorded(visit));
    assert_eq!(asks(visit()), FINE);
    assert_eq!(asks(VisitRecorded { purposes: Vec::new(), ..visit() }), Err("visit.no-purpose"));
    let photos = |count: u32| (0..count).map(|n| BlobHash([u8::try_from(n).expect("few"); 32])).collect();
    assert_eq!(asks(VisitRecorded { photos: photos(MOST_PHOTOS), ..visit() }), FINE);
    assert_eq!(
        asks(VisitRecorded { photos: photos(MOST_PHOTOS + 1), ..visit() }),
        Err("visit.too-many-photos")
    );
    let at = |latitude, longitude| Some(Place { latitude, longitude, accuracy_m: 5 });
    assert_eq!(asks(VisitRecorded { place: at(900_000_000, -1_800_000_000), ..visit() }), FINE);
    assert_eq!(asks(VisitRecorded { place: at(900_000_001, 0), ..visit() }), Err("visit.no-such-place"));
    assert_eq!(asks(VisitRecorded { place: at(0, 1_800_000_001), ..visit() }), Err("visit.no-such-place"));
}

#[test]
fn a_visit_to_a_strangers_customer_is_refused_before_it_is_recorded() {
    assert_eq!(Book::new().asks(YANG, &Op::VisitRecorded(visit())), Err("customer.not-yours"));
}
