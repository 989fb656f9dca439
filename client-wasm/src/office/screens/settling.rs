//! 清丢失手机的账: finance takes a lost phone's share and drawer over to another phone of the same rep (S14, S15).
//!
//! Floor: office/screens. The figures are the book's; only the cash as it was counted is typed.

use leptos::prelude::*;
use serde_json::json;
use sync_core::domain::people::Role;
use sync_core::sentence;
use sync_core::unit::{Amount, Money, NotAnAmount};

use super::cells::pair;
use crate::office::api::limits::{LimitPhone, LimitsRow};
use crate::office::api::people::DeviceRow;
use crate::office::fetched::fetched_whole;
use crate::office::gesture::Gesture;
use crate::office::state::office;
use crate::ui::{
    Banner, Button, ButtonKind, Choice, Icon, SelectField, Sheet, TextArea, TextField, TextKind, Tone, focus,
    format, pairs, t, words,
};

/// A sum as it is typed, nothing at all included.
pub(super) fn typed_sum(typed: &str) -> Result<Money, String> {
    match Amount::typed(typed) {
        Ok(amount) => Ok(amount.money()),
        Err(NotAnAmount::NotPositive) if !typed.contains(['-', '－']) => Ok(Money::ZERO),
        Err(why) => Err(words::with_texts(|texts| sentence::not_an_amount(texts, &why)).unwrap_or_default()),
    }
}

/// What the book has of a lost phone, and the phones that may take over.
#[derive(Clone, Debug, PartialEq)]
struct Lost {
    staff: String,
    who: String,
    phone: LimitPhone,
    heirs: Vec<Choice>,
}

fn number(phone: &LimitPhone) -> String {
    t!("devices-number", number = format!("{:02}", phone.number))
}

fn lost_among(rows: &[LimitsRow], device: &str) -> Option<Lost> {
    rows.iter().find_map(|row| {
        let phone = row.phones.iter().find(|phone| phone.id == device)?;
        let active = row.phones.iter().filter(|phone| phone.status == "active");
        Some(Lost {
            staff: row.staff.id.clone(),
            who: row.staff.name.clone(),
            phone: phone.clone(),
            heirs: active.map(|phone| Choice::new(&phone.id, number(phone))).collect(),
        })
    })
}

/// The deed on one phone of the list: what waits, and the way to settle it.
#[component]
pub(super) fn Settling(row: Signal<DeviceRow>) -> impl IntoView {
    // A phone in use has nothing to settle.
    let path = move || {
        row.with(
            |row| {
                if row.is_active() { String::new() } else { format!("/limits?staff={}", row.staff.id) }
            },
        )
    };
    let limits = fetched_whole::<LimitsRow>(path);
    let lost = Memo::new(move |_| {
        let device = row.with(|row| row.id.clone());
        limits.shown.with(|shown| lost_among(&shown.as_ref()?.rows, &device))
    });
    let waits = Memo::new(move |_| lost.with(|lost| lost.as_ref().is_some_and(|lost| lost.phone.waits())));
    let settled = move || {
        let settled = lost.with(|lost| lost.as_ref().and_then(|lost| lost.phone.settled.clone()))?;
        let facts = vec![
            pair("settling-into", t!("devices-number", number = format!("{:02}", settled.into))),
            pair("settling-counted", format::sum(settled.counted)),
            pair("settling-missing", format::sum(settled.missing)),
            pair("settling-by", settled.by.name.clone()),
            pair("times-happened", settled.at.full()),
            pair("col-note", settled.note.clone()),
        ];
        Some(view! {
            <div data-testid="settled"><h3 class="h3">{t!("settling-done")}</h3>{pairs(false, facts)}</div>
        })
    };
    view! {
        {settled}
        <Show when=move || waits.get()><Waiting lost=lost /></Show>
    }
    .into_any()
}

#[component]
fn Waiting(lost: Memo<Option<Lost>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let said = move || {
        lost.get().map(|lost| {
        let text = t!("settling-waits-text", share = format::sum(lost.phone.share), drawer = format::sum(lost.phone.drawer));
        view! { <div data-testid="settling-waits"><Banner tone=Tone::Finding icon=Icon::Cash lead=t!("settling-waits", who = &lost.who) text=text /></div> }
    })
    };
    let may = office().may(Role::settles_phones);
    view! {
        {said}
        <Show when=move || may>
            <Button attr:data-testid="settle" label=t!("settling-do") kind=ButtonKind::Primary icon=Icon::Cash on_press=move || open.set(true) />
            <SettleSheet open=open lost=lost />
        </Show>
    }
    .into_any()
}

#[component]
fn SettleSheet(open: RwSignal<bool>, lost: Memo<Option<Lost>>) -> impl IntoView {
    let gesture = Gesture::new();
    let (counted, note, into) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tried = RwSignal::new(false);
    let sum = Memo::new(move |_| typed_sum(&counted.get()));
    let heirs =
        crate::ui::kept(move || lost.with(|lost| lost.as_ref().map_or_else(Vec::new, |l| l.heirs.clone())));
    Effect::new(move |_| {
        // With one phone in use there is nothing to choose.
        if let [only] = heirs.get().as_slice() {
            into.set(only.value.clone());
        }
    });
    let missing = move || {
        let drawer = lost.with(|lost| lost.as_ref().map(|lost| lost.phone.drawer))?;
        Some(drawer.minus(sum.get().ok()?))
    };
    let missing_line = move || match missing() {
        None => t!("settling-missing-unknown"),
        Some(sum) if sum > Money::ZERO => t!("settling-missing-line", amount = format::sum(sum)),
        Some(sum) if sum < Money::ZERO => t!("settling-over-line", amount = format::sum(sum.negated())),
        Some(_) => t!("settling-fits"),
    };
    let about = |field| gesture.about(field);
    let (counted_said, note_said, into_said) = (about("counted"), about("note"), about("into"));
    let counted_error = Signal::derive(move || {
        let wrong = (tried.get() || !counted.with(String::is_empty)).then(|| sum.get().err()).flatten();
        wrong.or_else(|| counted_said.get())
    });
    let empty = move |value: RwSignal<String>, name: &'static str, said: Signal<Option<String>>| {
        Signal::derive(move || {
            let empty = tried.get() && value.with(|value| value.trim().is_empty());
            if empty { Some(t!("form-missing", field = t!(name))) } else { said.get() }
        })
    };
    let save = move || {
        tried.set(true);
        let (Ok(counted), Some(lost)) = (sum.get_untracked(), lost.get_untracked()) else {
            return focus::first_error();
        };
        let (note, into) = (note.get_untracked().trim().to_owned(), into.get_untracked());
        if note.is_empty() || into.is_empty() {
            return focus::first_error();
        }
        let content = json!({
            "op": "lost-phone-settled", "staff": lost.staff, "device": lost.phone.id, "into": into,
            "share": lost.phone.share, "drawer": lost.phone.drawer, "counted": counted, "note": note,
        });
        gesture.command(content, t!("settling-said"), move || open.set(false));
    };
    let title = move || {
        lost.with(|lost| {
            lost.as_ref()
                .map_or_else(String::new, |l| t!("settling-title", device = number(&l.phone), who = &l.who))
        })
    };
    let book = move || {
        lost.get().map(|lost| {
            pairs(
                false,
                vec![
                    pair("settling-share", format::sum(lost.phone.share)),
                    pair("settling-drawer", format::sum(lost.phone.drawer)),
                ],
            )
        })
    };
    view! {
        <Sheet open=open on_close=move || open.set(false) title=Signal::derive(title)>
            <p class="small muted">{t!("settling-text")}</p>
            {book}
            <div data-testid="settle-counted"><TextField label=t!("settling-counted") value=counted kind=TextKind::Decimal hint=t!("settling-counted-hint") error=counted_error /></div>
            <p class="note" role="status" data-testid="settle-missing">{missing_line}</p>
            <SelectField label=t!("settling-into") value=into choices=heirs none=t!("transfer-choose") error=empty(into, "settling-into", into_said) testid="settle-into" />
            <div data-testid="settle-note"><TextArea label=t!("settling-note") value=note error=empty(note, "settling-note", note_said) /></div>
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="settle-save" label=t!("settling-do") kind=ButtonKind::Primary on_press=save />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}

/// Above the cash board: the lost phones that nobody has settled, each with the way to it.
#[component]
pub(super) fn LostPhones() -> impl IntoView {
    let limits = fetched_whole::<LimitsRow>(|| "/limits?status=stopped".to_owned());
    let lines = move || {
        limits.shown.with(|shown| {
            let rows = shown.iter().flat_map(|shown| &shown.rows);
            let waiting = rows.flat_map(|row| row.phones.iter().filter(|phone| phone.waits()).map(move |phone| (row, phone)));
            waiting.map(|(row, phone)| {
                let href = format!("#/devices?staff={}&open={}", row.staff.id, phone.id);
                let text = t!("settling-waits-text", share = format::sum(phone.share), drawer = format::sum(phone.drawer));
                let lead = t!("settling-lost", device = number(phone), who = &row.staff.name);
                view! { <Banner tone=Tone::Finding icon=Icon::Cash lead=lead text=text action=crate::ui::Action::page(t!("settling-do"), &href) /> }
            }).collect_view()
        })
    };
    view! { <div class="stack" data-testid="lost-phones">{lines}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use sync_core::unit::Money;

    use super::typed_sum;

    #[test]
    fn nothing_counted_is_a_sum_and_less_than_nothing_is_none() {
        assert_eq!(typed_sum("0.00"), Ok(Money::ZERO));
        assert_eq!(typed_sum("１,０００"), Ok(Money::yuan(1_000)));
        assert!(typed_sum("-1").is_err());
        assert!(typed_sum("").is_err());
    }
}
