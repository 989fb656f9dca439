//! A visit as it was recorded.
//!
//! Floor: screens. This module must not change it: a visit is a fact.

use leptos::prelude::*;
use sync_core::unit::PaperId;

use super::{
    papers,
    parts::{self, NotHere, SubHead},
    photos::Photos,
    timeline,
};
use crate::{
    field::{
        router::Route,
        texts::{self, ms},
    },
    ui::{Body, Card, fate_badge, format, fresh, pairs, t},
};

/// A visit.
#[component]
pub(super) fn VisitPage(
    /// Which.
    id: PaperId,
) -> impl IntoView {
    let field = parts::field();
    let link = field.link();
    fresh(move || {
        link.track();
        let found = field.read(|book| {
            let visit = book.visit(id)?.recorded.clone()?;
            let name = texts::customer_name(book, visit.what.customer);
            let by = texts::staff_name(book, visit.by);
            let fate = timeline::fate_of(book, field, &visit);
            let accepted = papers::accepted_by(book, visit.accepted_by);
            Some((visit, name, by, fate, accepted))
        });
        let Some((visit, name, by, fate, accepted)) = found else {
            return view! { <NotHere up=Route::Today /> }.into_any();
        };
        let customer = visit.what.customer;
        let mut entries = papers::of_visit(&visit.what);
        entries.push((t!("paper-by"), by.into_any()));
        entries.push((t!("paper-at"), format::full_moment(ms(visit.at)).into_any()));
        entries.extend(accepted);
        let photos = visit.what.photos.clone();
        view! {
            <SubHead title=t!("paper-visit") sub=name up=Route::Customer(customer) />
            <Body>
                <Card>
                    <div class="line line--between"><h2 class="h3">{t!("paper-as-is")}</h2>{fate_badge(fate)}</div>
                    {pairs(false, entries)}
                </Card>
                {(!photos.is_empty()).then(|| view! { <Card><h2 class="h3">{t!("visit-photos")}</h2><Photos hashes=photos /></Card> })}
            </Body>
        }
        .into_any()
    })
}
