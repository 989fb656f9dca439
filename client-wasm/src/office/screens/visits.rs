//! 拜访: the list of visits, and one visit beside it.
//!
//! Floor: office, a screen.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::cells::{
    accepted_by, customer_link, date, findings, listed, name, nothing, or_nothing, pair, panel_head, tag,
    when,
};
use crate::office::api::papers::VisitRow;
use crate::office::api::{Fault, call};
use crate::office::list::{ListScreen, Listing, Opens};
use crate::office::state::office;
use crate::shell::clock;
use crate::ui::{Cell, Choice, Column, Icon, Sort, TableRow, Tone, pairs, t};

/// The list of visits.
pub(in crate::office) fn visits() -> AnyView {
    let listing = Listing::<VisitRow> {
        kind: "visits",
        title: "nav-visits",
        lead: "visits-lead",
        columns,
        row,
        by_staff: true,
        states: || vec![Choice::new("withheld", t!("marks-withheld"))],
        by_date: true,
        sort: Sort { key: "at", descending: true },
        opens: Opens::Beside(visit_panel),
        head: None,
        deeds: None,
    };
    view! { <ListScreen listing=listing /> }.into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("at", t!("col-when")),
        Column::words("staff", t!("col-rep")),
        Column::words("customer", t!("col-customer")),
        Column::words("purpose", t!("col-purpose")).unsorted(),
        Column::words("said", t!("col-said")).unsorted(),
        Column::words("next", t!("col-next")).unsorted(),
        Column::words("marks", t!("col-marks")).unsorted(),
    ]
}

pub(super) fn purposes(row: &VisitRow) -> String {
    let named: Vec<String> = row.purposes.iter().map(|purpose| t!(&format!("purpose-{purpose}"))).collect();
    listed(&named)
}

fn row(row: &VisitRow) -> TableRow {
    let said = clipped(&row.said);
    let (place, photos) = (row.place.is_some(), row.photos.len());
    let warn = row.withheld || (!row.findings.is_empty() && row.accepted_by.is_none());
    let marks = move || {
        view! {
            <span class="line">
                {if place { crate::ui::badge(Tone::Line, Some(Icon::Visit), t!("visits-placed")) } else { crate::ui::badge(Tone::Finding, Some(Icon::Visit), t!("visits-unplaced")) }}
                {(photos > 0).then(|| crate::ui::badge(Tone::Line, Some(Icon::Camera), photos.to_string()))}
                {warn.then(|| crate::ui::badge(Tone::Finding, Some(Icon::Info), t!("fate-finding")))}
            </span>
        }
        .into_any()
    };
    TableRow {
        id: row.id.clone(),
        cells: vec![
            when(row.at),
            row.staff.name.clone().into(),
            name(row.customer.as_ref()).into(),
            purposes(row).into(),
            Cell::View(ViewFn::from(move || {
                view! { <span class="lines-2">{said.clone()}</span> }.into_any()
            })),
            Cell::Text(or_nothing(&clipped(&row.next_step))),
            Cell::View(ViewFn::from(marks)),
        ],
    }
}

fn clipped(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() > MOST {
        text.chars().take(MOST).chain(['…']).collect()
    } else {
        text.to_owned()
    }
}

fn visit_panel(row: &VisitRow) -> AnyView {
    let place = row.place.as_ref().map_or_else(
        || t!("visits-unplaced"),
        |spot| {
            t!(
                "visits-place",
                latitude = &spot.latitude,
                longitude = &spot.longitude,
                accuracy = spot.accuracy_m
            )
        },
    );
    let next = match (&row.next_step, &row.next_on) {
        (step, Some(day)) => format!("{step} · {}", date(Some(day))),
        (step, None) => step.clone(),
    };
    let mut facts = vec![
        pair("col-rep", row.staff.name.clone()),
        pair("times-happened", row.at.full()),
        pair("times-received", row.received.map_or_else(nothing, crate::office::api::At::full)),
        pair("col-purpose", purposes(row)),
        pair("visits-met", row.met.clone()),
        pair("visits-where", place),
        pair("col-next", next),
    ];
    facts.extend(accepted_by(row.accepted_by.as_ref()));
    let badge = match tag_of(row) {
        Cell::View(view) => view.run(),
        _ => ().into_any(),
    };
    let photos = row.photos.iter().map(|hash| view! { <Photo hash=hash.clone() /> }).collect_view();
    view! {
        {panel_head(t!("did-visit-recorded"), badge)}
        <div class="panel-body stack">
            <p class="t-lg strong">{customer_link(row.customer.as_ref())}</p>
            {findings(&row.findings)}
            <p class="said">{row.said.clone()}</p>
            {pairs(false, facts)}
            <div class="photos photos--wrap">{photos}</div>
        </div>
    }
    .into_any()
}

fn tag_of(row: &VisitRow) -> Cell {
    if row.withheld {
        tag(Tone::Held, Some(Icon::Hold), t!("marks-withheld"))
    } else if row.findings.is_empty() || row.accepted_by.is_some() {
        tag(Tone::Applied, Some(Icon::Check), t!("fate-applied"))
    } else {
        tag(Tone::Finding, Some(Icon::Info), t!("fate-finding"))
    }
}

/// How long is waited before a photo is asked for again, unless news come first.
const FIRST_WAIT_MS: u32 = 2_000;
const LONGEST_WAIT_MS: u32 = 60_000;

/// How far a photo is.
#[derive(Clone, PartialEq)]
enum Picture {
    Asked,
    /// The phone has not sent it yet.
    OnItsWay,
    /// Something else stands in the way.
    Faulty(Fault),
    Here(String),
}

/// A photo or slip, fetched with the viewer's right; one that has not arrived is asked for until it has.
#[component]
pub(super) fn Photo(hash: String) -> impl IntoView {
    let picture = RwSignal::new(Picture::Asked);
    let again = RwSignal::new(0_u32);
    let wait = StoredValue::new(FIRST_WAIT_MS);
    let news = office().news;
    Effect::new(move |_| {
        again.track();
        news.track();
        if picture.with_untracked(|picture| matches!(picture, Picture::Here(_))) {
            return;
        }
        let path = format!("/blobs/{hash}");
        spawn_local(async move {
            let found = match call::file(&path).await {
                Ok(found) => Picture::Here(found),
                Err(Fault::Problem(problem)) if problem.status == 404 => Picture::OnItsWay,
                Err(fault) => Picture::Faulty(fault),
            };
            let here = matches!(found, Picture::Here(_));
            if let Some(unwanted) = picture.try_set(found) {
                give_back(&unwanted);
                return;
            }
            if !here {
                let Some(now) = wait.try_get_value() else { return };
                clock::sleep(now).await;
                wait.try_set_value((now * 2).min(LONGEST_WAIT_MS));
                again.try_update(|again| *again = again.wrapping_add(1));
            }
        });
    });
    on_cleanup(move || {
        if let Some(picture) = picture.try_get_untracked() {
            give_back(&picture);
        }
    });
    let shown = move || {
        match picture.get() {
        Picture::Here(address) => {
            let shown = address.clone();
            view! { <a href=address target="_blank" rel="noopener"><img class="photo-img" src=shown alt=t!("visits-photo") /></a> }.into_any()
        }
        Picture::OnItsWay => view! { <span class="tiny">{t!("visits-photo-on-its-way")}</span> }.into_any(),
        Picture::Faulty(fault) => {
            view! { <span class="tiny" role="alert">{t!("visits-photo-faulty")}<span class="blk code">{fault.code()}</span></span> }.into_any()
        }
        Picture::Asked => view! { <span class="bone bone--box" aria-busy="true"></span> }.into_any(),
    }
    };
    view! { <span class="photo">{shown}</span> }.into_any()
}

fn give_back(picture: &Picture) {
    if let Picture::Here(address) = picture {
        // An address that is gone already is no loss.
        let _ = web_sys::Url::revoke_object_url(address);
    }
}
