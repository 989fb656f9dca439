//! A product described anew, or a new one (S1).
//!
//! Floor: office, a screen. This module must not judge the description beyond what cannot be sent.

use leptos::prelude::*;
use serde_json::json;

use crate::office::api::papers::ProductRow;
use crate::office::fetched::fetched_whole;
use crate::office::gesture::Gesture;
use crate::office::place;
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, ButtonLink, EmptyState, Icon, Page, Panel, TextField, TextKind, Tick, focus, t,
};

/// The editor of one product; `new` begins an empty one.
#[component]
pub(in crate::office) fn ProductEditor(id: String) -> impl IntoView {
    let is_new = id == "new";
    let products =
        fetched_whole::<ProductRow>(
            move || {
                if is_new { String::new() } else { "/products?sort=label".to_owned() }
            },
        );
    // What arrives while somebody types must not take the typing away.
    let found = RwSignal::new(is_new.then(|| Some(ProductRow::default())));
    Effect::new(move |_| {
        products.shown.with(|listed| {
            if let Some(listed) = listed
                && found.with_untracked(Option::is_none)
            {
                found.set(Some(listed.rows.iter().find(|row| row.id == id).cloned()));
            }
        });
    });
    let title = move || {
        let name = found.with(|found| found.clone().flatten().map(|row| row.name)).unwrap_or_default();
        if name.is_empty() { t!("products-new") } else { name }
    };
    let end = || view! { <ButtonLink label=t!("do-cancel") href="#/products" /> }.into_any();
    let body = move || {
        found.get().map(|found| match found {
            Some(row) => view! { <Editor row=row /> }.into_any(),
            None => view! { <section class="panel"><EmptyState icon=Icon::Search title=t!("states-gone-title") text=t!("states-gone-text") /></section> }.into_any(),
        })
    };
    view! {
        <Page title=Signal::derive(title) sub=t!("products-edit-lead") end=end>
            {(!is_new).then(|| products.or_wait())}
            {body}
        </Page>
    }
    .into_any()
}

#[component]
fn Editor(row: ProductRow) -> impl IntoView {
    let (office, gesture) = (office(), Gesture::new());
    let text = |value: &str| RwSignal::new(value.to_owned());
    let (code, name, specification) = (text(&row.code), text(&row.name), text(&row.specification));
    let (packaging, unit, quality) = (text(&row.packaging), text(&row.unit), text(&row.quality));
    let weight = text(&row.net_weight_g.to_string());
    let tolerance = text(&row.tolerance_g.to_string());
    let discontinued = RwSignal::new(row.discontinued);
    let tried = RwSignal::new(false);
    let needed = move |value: RwSignal<String>, key: &'static str, field: &'static str| {
        let said = gesture.about(field);
        Signal::derive(move || {
            let empty = tried.get() && value.with(|value| value.trim().is_empty());
            if empty { Some(t!("form-missing", field = t!(key))) } else { said.get() }
        })
    };
    let grams = move |value: RwSignal<String>| {
        Signal::derive(move || {
            value.with(|value| value.trim().parse::<u32>().is_err()).then(|| t!("products-grams-wrong"))
        })
    };
    let before = row.clone();
    office.minds(move || {
        let same = |value: RwSignal<String>, before: &str| value.with(|value| value == before);
        !(same(code, &before.code)
            && same(name, &before.name)
            && same(specification, &before.specification)
            && same(packaging, &before.packaging)
            && same(unit, &before.unit)
            && same(quality, &before.quality)
            && same(weight, &before.net_weight_g.to_string())
            && same(tolerance, &before.tolerance_g.to_string())
            && discontinued.get() == before.discontinued)
    });
    let row = StoredValue::new(row);
    let save = move || {
        tried.set(true);
        let said = |value: RwSignal<String>| value.get_untracked().trim().to_owned();
        let weights = [weight, tolerance].map(|value| said(value).parse::<u32>());
        let ([Ok(net_weight), Ok(off)], false) =
            (weights, [code, name, unit].iter().any(|value| said(*value).is_empty()))
        else {
            focus::first_error();
            return;
        };
        let mut content = json!({
            "op": "product-set",
            "card": {
                "code": said(code), "name": said(name), "specification": said(specification), "packaging": said(packaging),
                "unit": said(unit), "quality": said(quality), "net_weight_g": net_weight, "tolerance_g": off,
                "discontinued": discontinued.get_untracked(),
            },
            "replaces": row.with_value(|row| row.heads.clone()),
        });
        let id = row.with_value(|row| row.id.clone());
        if !id.is_empty() {
            content["product"] = id.into();
        }
        gesture.command(content, t!("products-saved"), move || {
            office.unsaved.set(false);
            place::go("#/products");
        });
    };
    view! {
        <div class="cols cols--half" data-testid="product-editor">
            <Panel title=t!("products-what") padded=true>
                <div class="pair">
                    <TextField label=t!("products-code") value=code kind=TextKind::Code error=needed(code, "products-code", "code") />
                    <TextField label=t!("products-unit") value=unit hint=t!("products-unit-hint") error=needed(unit, "products-unit", "unit") />
                </div>
                <TextField label=t!("products-name") value=name error=needed(name, "products-name", "name") />
                <div class="pair">
                    <TextField label=t!("products-specification") value=specification error=gesture.about("specification") />
                    <TextField label=t!("products-packaging") value=packaging error=gesture.about("packaging") />
                </div>
            </Panel>
            <Panel title=t!("products-measures") padded=true>
                <div class="pair">
                    <TextField label=t!("products-weight-g") value=weight kind=TextKind::Digits error=grams(weight) />
                    <TextField label=t!("products-tolerance-g") value=tolerance kind=TextKind::Digits error=grams(tolerance) />
                </div>
                <TextField label=t!("products-quality") value=quality optional=true error=gesture.about("quality") />
                <Tick label=t!("products-discontinue") value=discontinued />
                {gesture.note()}
                <div class="line"><Button attr:data-testid="save-product" label=t!("products-save") kind=ButtonKind::Primary icon=Icon::Check on_press=save /></div>
            </Panel>
        </div>
    }
    .into_any()
}
