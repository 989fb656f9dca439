//! A new issue of the price list: begins as the one in force, prices changed in place, with validity and meeting (S5).
//!
//! Floor: office, a screen. This module must not judge the list: the server's rule does.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::json;
use sync_core::unit::UnitPrice;

use crate::office::api::papers::{Listed, PriceListRow, ProductRow};
use crate::office::fetched::fetched_whole;
use crate::office::gesture::Gesture;
use crate::office::place;
use crate::office::state::office;
use crate::ui::{Button, ButtonKind, ButtonLink, Icon, Page, Panel, TextField, TextKind, focus, t};

/// One line while it is edited.
#[derive(Clone)]
struct Line {
    product: ProductRow,
    before: Option<UnitPrice>,
    typed: RwSignal<String>,
}

impl Line {
    /// The price typed; `None` while the line is left out.
    fn price(&self) -> Option<Result<UnitPrice, ()>> {
        let typed = self.typed.get();
        let typed = typed.trim();
        (!typed.is_empty()).then(|| UnitPrice::typed(typed).map_err(|_| ()))
    }

    /// Whether it does not say what it began with.
    fn is_touched(&self) -> bool {
        let before = self.before.map(|price| price.to_string()).unwrap_or_default();
        self.typed.with(|typed| *typed != before)
    }

    fn error(&self) -> bool {
        matches!(self.price(), Some(Err(())))
    }
}

/// The editor of a new issue.
#[component]
pub(in crate::office) fn NewPriceList() -> impl IntoView {
    let products = fetched_whole::<ProductRow>(|| "/products?sort=label".to_owned());
    let lists = fetched_whole::<PriceListRow>(|| "/price-lists?sort=-at".to_owned());
    // What arrives while somebody types must not take the typing away: the lines are laid out once.
    let lines = RwSignal::new(None::<Vec<Line>>);
    Effect::new(move |_| {
        let ready = products.shown.with(Option::is_some) && lists.shown.with(Option::is_some);
        if ready && lines.with_untracked(Option::is_none) {
            let laid = products.shown.with_untracked(|products| {
                lists.shown.with_untracked(|lists| lay_out(products.as_ref(), lists.as_ref()))
            });
            lines.set(Some(laid));
        }
    });
    let end = || view! { <ButtonLink label=t!("do-cancel") href="#/price-lists" /> }.into_any();
    view! {
        <Page title=t!("prices-new") sub=t!("prices-new-lead") end=end>
            {products.or_wait()}
            {move || lists.fault.with(Option::is_some).then(|| lists.or_wait())}
            {move || lines.get().map(|lines| view! { <Editor lines=lines /> })}
        </Page>
    }
    .into_any()
}

fn lay_out(products: Option<&Listed<ProductRow>>, lists: Option<&Listed<PriceListRow>>) -> Vec<Line> {
    let current = lists.and_then(|lists| lists.rows.iter().find(|list| list.in_force).or(lists.rows.first()));
    let prices: BTreeMap<&str, UnitPrice> = current
        .map(|list| list.prices.iter().map(|price| (price.product.id.as_str(), price.price)).collect())
        .unwrap_or_default();
    let products = products.map(|products| products.rows.as_slice()).unwrap_or_default();
    products
        .iter()
        .filter(|product| !product.discontinued)
        .map(|product| {
            let before = prices.get(product.id.as_str()).copied();
            Line {
                product: product.clone(),
                before,
                typed: RwSignal::new(before.map(|price| price.to_string()).unwrap_or_default()),
            }
        })
        .collect()
}

#[component]
fn Editor(lines: Vec<Line>) -> impl IntoView {
    let (office, gesture) = (office(), Gesture::new());
    let field = || RwSignal::new(String::new());
    let (version, meeting, from, to) = (field(), field(), field(), field());
    let tried = RwSignal::new(false);
    let missing = move |value: RwSignal<String>, name: &'static str, about: &'static str| {
        let said = gesture.about(about);
        Signal::derive(move || {
            let empty = tried.get() && value.with(|value| value.trim().is_empty());
            if empty { Some(t!("form-missing", field = t!(name))) } else { said.get() }
        })
    };
    let lines = StoredValue::new(lines);
    office.minds(move || {
        let said = [version, meeting, from, to].iter().any(|value| value.with(|value| !value.is_empty()));
        said || lines.with_value(|lines| lines.iter().any(Line::is_touched))
    });
    let issue = move || {
        tried.set(true);
        let told = [version, meeting, from, to].map(|value| value.get_untracked().trim().to_owned());
        let wrong = lines.with_value(|lines| untrack(|| lines.iter().any(Line::error)));
        let [version_said, meeting_said, from_said, to_said] = told;
        if wrong || version_said.is_empty() || from_said.is_empty() || to_said.is_empty() {
            focus::first_error();
            return;
        }
        let prices: Vec<(String, String)> = lines.with_value(|lines| {
            let priced = lines.iter().filter_map(|line| {
                let price = untrack(|| line.price())?.ok()?;
                Some((line.product.id.clone(), price.to_string()))
            });
            priced.collect()
        });
        let content = json!({
            "op": "price-list-issued",
            "version": version_said,
            "meeting": meeting_said,
            "valid_from": from_said,
            "valid_to": to_said,
            "prices": prices,
        });
        gesture.command(content, t!("prices-issued-said"), move || {
            office.unsaved.set(false);
            place::go("#/price-lists");
        });
    };
    let changed = move || {
        lines.with_value(|lines| {
            let differs = |line: &&Line| {
                !matches!((line.price(), line.before), (Some(Ok(now)), Some(before)) if now == before)
                    && (line.before.is_some() || line.price().is_some())
            };
            lines.iter().filter(differs).count()
        })
    };
    let listed = move || {
        lines.with_value(|lines| lines.iter().filter(|line| matches!(line.price(), Some(Ok(_)))).count())
    };
    view! {
        <div class="cols cols--rail" data-testid="price-editor">
            <section class="panel">
                <div class="panel-head"><h2>{t!("prices-lines")}</h2><div class="panel-head-end" role="status">{move || t!("prices-changed", listed = listed(), changed = changed())}</div></div>
                <table class="table table--dense" aria-label=t!("prices-lines")>
                    <thead><tr>
                        <th scope="col">{t!("products-code")}</th><th scope="col">{t!("col-product")}</th>
                        <th scope="col" class="n">{t!("prices-before")}</th><th scope="col" class="n">{t!("prices-now")}</th>
                        <th scope="col" class="n">{t!("prices-difference")}</th>
                    </tr></thead>
                    <tbody>{lines.with_value(|lines| lines.iter().map(line_row).collect_view())}</tbody>
                </table>
            </section>
            <Panel title=t!("prices-issue") padded=true>
                <TextField label=t!("prices-version") value=version hint=t!("prices-version-hint") error=missing(version, "prices-version", "version") />
                <TextField label=t!("prices-meeting") value=meeting optional=true error=gesture.about("meeting") />
                <TextField label=t!("prices-from") value=from kind=TextKind::Date error=missing(from, "prices-from", "valid_from") />
                <TextField label=t!("prices-to") value=to kind=TextKind::Date error=missing(to, "prices-to", "valid_to") />
                <p class="small muted">{t!("prices-issue-text")}</p>
                {gesture.note()}
                <Button attr:data-testid="issue" label=t!("prices-issue-do") kind=ButtonKind::Primary icon=Icon::Check on_press=issue />
            </Panel>
        </div>
    }
    .into_any()
}

fn line_row(line: &Line) -> AnyView {
    let (typed, name) = (line.typed, t!("prices-of", product = &line.product.name));
    let before = line.before.map_or_else(super::cells::nothing, |price| price.to_string());
    let kept = StoredValue::new(line.clone());
    let wrong = Signal::derive(move || kept.with_value(Line::error));
    let difference = move || {
        kept.with_value(|line| match (line.price(), line.before) {
            (Some(Err(())), _) => view! { <span class="is-danger">{t!("prices-wrong")}</span> }.into_any(),
            (None, Some(_)) => view! { <span class="is-soon">{t!("prices-left-out")}</span> }.into_any(),
            (Some(Ok(_)), None) => view! { <span class="is-ok">{t!("prices-added")}</span> }.into_any(),
            (Some(Ok(now)), Some(before)) if now != before => {
                view! { <b>{signed(now, before)}</b> }.into_any()
            }
            _ => view! { <span class="faint">"—"</span> }.into_any(),
        })
    };
    view! {
        <tr>
            <td><span class="code faint">{line.product.code.clone()}</span></td>
            <td>{line.product.name.clone()}<span class="sub">{format!("{} · {}", line.product.specification, line.product.unit)}</span></td>
            <td class="n">{before}</td>
            <td class="n">
                <input class="input price-input" type="text" inputmode="decimal" autocomplete="off" maxlength="14" aria-label=name
                    aria-invalid=move || wrong.get().then_some("true")
                    prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) />
            </td>
            <td class="n">{difference}</td>
        </tr>
    }
    .into_any()
}

/// By how much a price rises or falls: `+0.50`.
fn signed(now: UnitPrice, before: UnitPrice) -> String {
    let by = now.as_ten_thousandths() - before.as_ten_thousandths();
    let (whole, part) = (by.unsigned_abs() / 10_000, by.unsigned_abs() % 10_000);
    let sign = if by < 0 { "−" } else { "+" };
    if part % 100 == 0 {
        format!("{sign}{whole}.{:02}", part / 100)
    } else {
        format!("{sign}{whole}.{part:04}")
    }
}

#[cfg(test)]
mod tests {
    use super::signed;
    use sync_core::unit::UnitPrice;

    #[test]
    fn a_difference_keeps_the_decimals_it_needs() {
        let price = |text: &str| UnitPrice::typed(text).expect("a price");
        assert_eq!(signed(price("96.50"), price("96")), "+0.50");
        assert_eq!(signed(price("95"), price("96.0025")), "−1.0025");
    }
}
