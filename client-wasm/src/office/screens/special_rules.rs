//! 特殊规定: another cash limit for one rep, from one day to another; those in force and those that have ended (S16).
//!
//! Floor: office, a screen. This module must not judge a rule: the server's answer says what does not fit.

use leptos::prelude::*;
use serde_json::{Value, json};
use sync_core::domain::cash::HOLD_LIMIT;
use sync_core::domain::people::Role;
use sync_core::unit::Money;

use super::cells::{date, nowrap, tag};
use super::settling::typed_sum;
use crate::office::api::limits::{LimitsRow, SpecialRule};
use crate::office::fetched::fetched_whole;
use crate::office::gesture::Gesture;
use crate::office::list::{export_button, print_button, print_foot};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, Cell, Choice, Column, DataTable, Icon, Page, SelectField, Sheet, Sort, TableRow,
    Tabs, TextArea, TextField, TextKind, Tone, focus, format, t,
};

const STATES: [&str; 4] = ["in-force", "ahead", "ended", "replaced"];

/// A rule with the name of whom it is for.
type Ruled = (String, SpecialRule);

/// The page of special rules.
#[component]
pub(in crate::office) fn SpecialRules() -> impl IntoView {
    let fetched = fetched_whole::<LimitsRow>(|| "/limits".to_owned());
    let shown_state = RwSignal::new(String::new());
    let sort = RwSignal::new(Sort { key: "to", descending: true });
    let rules = Memo::new(move |_| {
        fetched.shown.with(|shown| {
            let each = |row: &LimitsRow| {
                let who = row.staff.name.clone();
                row.rules.iter().map(|rule| (who.clone(), rule.clone())).collect::<Vec<Ruled>>()
            };
            shown.as_ref().map(|shown| shown.rows.iter().flat_map(each).collect::<Vec<_>>())
        })
    });
    let rows = move || {
        let state = shown_state.get();
        let mut picked: Vec<Ruled> = rules.get()?;
        picked.retain(|(_, rule)| state.is_empty() || rule.status == state);
        order(&mut picked, sort.get());
        Some(picked.iter().enumerate().map(|(at, ruled)| line(at, ruled)).collect::<Vec<_>>())
    };
    let tabs = move || {
        let all = rules.get().unwrap_or_default();
        let count =
            |state: &str| all.iter().filter(|(_, rule)| state.is_empty() || rule.status == state).count();
        [""].iter()
            .chain(&STATES)
            .map(|state| {
                let word =
                    if state.is_empty() { t!("tabs-all") } else { t!(&format!("rules-state-{state}")) };
                ((*state).to_owned(), word, u32::try_from(count(state)).ok())
            })
            .collect::<Vec<_>>()
    };
    let none = move || {
        let is_empty = rules.with(|rules| rules.as_ref().is_some_and(Vec::is_empty));
        is_empty.then(|| (t!("rules-none"), t!("rules-none-text")))
    };
    let sub = move || fetched.as_of(t!("rules-lead"));
    let makes = office().may(Role::makes_special_rules);
    let limits = Memo::new(move |_| {
        fetched.shown.with(|shown| shown.as_ref().map(|s| s.rows.clone()).unwrap_or_default())
    });
    let end = move || {
        view! {
            {export_button("limits", String::new)}
            {print_button()}
            {makes.then(|| view! { <Making limits=limits /> })}
        }
        .into_any()
    };
    view! {
        <Page title=t!("nav-special-rules") sub=Signal::derive(sub) end=end>
            {fetched.or_wait()}
            <section class="panel" class:is-stale=move || fetched.is_stale() data-testid="list-special-rules">
                <div class="panel-head"><h2>{t!("nav-special-rules")}</h2><Tabs label=t!("filters-state") value=shown_state tabs=Signal::derive(tabs) /></div>
                <DataTable label=t!("nav-special-rules") columns=columns() rows=Signal::derive(rows) sort=sort page=RwSignal::new(0) total=Signal::stored(0) none=Signal::derive(none) />
                <p class="panel-note">{t!("rules-note")}</p>
            </section>
            {print_foot(|| t!("nav-special-rules"))}
        </Page>
    }
    .into_any()
}

fn order(rules: &mut [Ruled], sort: Sort) {
    rules.sort_by(|(who, one), (whose, other)| {
        let by = match sort.key {
            "staff" => who.cmp(whose),
            "hold" => one.hold.cmp(&other.hold),
            "remit" => one.remit_from.cmp(&other.remit_from),
            "from" => one.from.cmp(&other.from),
            _ => one.to.cmp(&other.to),
        };
        if sort.descending { by.reverse() } else { by }
    });
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("staff", t!("col-rep")),
        Column::figures("hold", t!("rules-hold")),
        Column::figures("remit", t!("rules-remit-from")),
        Column::words("from", t!("rules-from")),
        Column::words("to", t!("rules-to")),
        Column::words("reason", t!("rules-reason")).unsorted(),
        Column::words("by", t!("rules-by")).unsorted(),
        Column::words("state", t!("col-state")).unsorted(),
    ]
}

fn line(at: usize, (who, rule): &Ruled) -> TableRow {
    let (tone, icon) = match rule.status.as_str() {
        "in-force" => (Tone::Applied, Icon::Check),
        "ahead" => (Tone::Finding, Icon::Clock),
        _ => (Tone::Saved, Icon::Stop),
    };
    TableRow {
        id: at.to_string(),
        cells: vec![
            nowrap(who.clone()),
            format::sum(rule.hold).into(),
            format::sum(rule.remit_from).into(),
            nowrap(date(Some(&rule.from))),
            nowrap(date(Some(&rule.to))),
            rule.reason.clone().into(),
            Cell::Titled(rule.by.name.clone(), rule.at.recent()),
            tag(tone, Some(icon), t!(&format!("rules-state-{}", rule.status))),
        ],
    }
}

/// What the parts must come to: all above everybody's limit, or the whole of a lower one.
fn due(hold: Money) -> Money {
    if hold > HOLD_LIMIT { hold.minus(HOLD_LIMIT) } else { hold }
}

/// The phones in use of somebody.
fn phones(limits: &[LimitsRow], staff: &str) -> Vec<(String, u32)> {
    let row = limits.iter().find(|row| row.staff.id == staff);
    let phones = row.into_iter().flat_map(|row| &row.phones);
    phones.filter(|phone| phone.status == "active").map(|phone| (phone.id.clone(), phone.number)).collect()
}

#[component]
fn Making(limits: Memo<Vec<LimitsRow>>) -> impl IntoView {
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let text = || RwSignal::new(String::new());
    let (staff, hold, remit_from, from, to, reason) = (text(), text(), text(), text(), text(), text());
    let parts = RwSignal::new(Vec::<(String, RwSignal<String>)>::new());
    let tried = RwSignal::new(false);
    let reps = crate::ui::kept(move || {
        limits.with(|rows| {
            rows.iter().map(|row| Choice::new(&row.staff.id, &row.staff.name)).collect::<Vec<_>>()
        })
    });
    let theirs = Memo::new(move |_| limits.with(|rows| phones(rows, &staff.get())));
    // A phone that comes or goes leaves what is typed for the others.
    Effect::new(move |_| {
        let theirs = theirs.get();
        parts.update(|parts| {
            let typed = |id: &str| parts.iter().find(|(one, _)| one == id).map(|(_, typed)| *typed);
            *parts = theirs
                .into_iter()
                .map(|(id, _)| {
                    let typed = typed(&id).unwrap_or_else(text);
                    (id, typed)
                })
                .collect();
        });
    });
    let missing = move |value: RwSignal<String>, name: &'static str, field: &'static str| {
        let said = gesture.about(field);
        Signal::derive(move || {
            let empty = tried.get() && value.with(|value| value.trim().is_empty());
            if empty { Some(t!("form-missing", field = t!(name))) } else { said.get() }
        })
    };
    let sum_error = move |value: RwSignal<String>, field: &'static str| {
        let said = gesture.about(field);
        Signal::derive(move || {
            let wrong = (tried.get() || !value.with(String::is_empty)).then(|| typed_sum(&value.get()).err());
            wrong.flatten().or_else(|| said.get())
        })
    };
    let several = Memo::new(move |_| theirs.with(|theirs| theirs.len() > 1));
    let save = move || {
        tried.set(true);
        let (Ok(hold), Ok(remit_from)) =
            (typed_sum(&hold.get_untracked()), typed_sum(&remit_from.get_untracked()))
        else {
            return focus::first_error();
        };
        let words = [staff, from, to, reason].map(|value| value.get_untracked().trim().to_owned());
        if words.iter().any(String::is_empty) {
            return focus::first_error();
        }
        let mut divided: Vec<Value> = Vec::new();
        for (id, typed) in parts.get_untracked() {
            let amount =
                if several.get_untracked() { typed_sum(&typed.get_untracked()) } else { Ok(due(hold)) };
            let Ok(amount) = amount else { return focus::first_error() };
            if !amount.is_zero() {
                divided.push(json!({ "device": id, "amount": amount }));
            }
        }
        let [staff, from, to, reason] = words;
        let content = json!({ "op": "limit-overridden", "staff": staff, "hold": hold, "remit_from": remit_from,
            "from": from, "to": to, "parts": divided, "reason": reason });
        gesture.command(content, t!("rules-said"), move || {
            open.set(false);
            tried.set(false);
        });
    };
    let division = move || {
        several.get().then(|| {
            let numbers = theirs.get();
            let fields = parts.get().into_iter().map(|(id, typed)| {
                let number = numbers.iter().find(|(one, _)| *one == id).map_or(0, |(_, number)| *number);
                let label = t!("devices-number", number = format!("{number:02}"));
                view! { <TextField label=label value=typed kind=TextKind::Decimal error=sum_error(typed, "parts") /> }
            }).collect_view();
            view! { <fieldset class="stack"><legend class="small">{move || {
                let due = typed_sum(&hold.get()).map(due).unwrap_or_default();
                t!("rules-parts", amount = format::sum(due))
            }}</legend>{fields}</fieldset> }
        })
    };
    view! {
        <Button attr:data-testid="make-rule" label=t!("rules-make") kind=ButtonKind::Primary icon=Icon::Plus on_press=move || open.set(true) />
        <Sheet open=open on_close=move || open.set(false) title=t!("rules-make")>
            <p class="small muted">{t!("rules-make-text")}</p>
            <SelectField label=t!("col-rep") value=staff choices=reps none=t!("transfer-choose") error=missing(staff, "col-rep", "staff") testid="rule-staff" />
            <div class="cols cols--half">
                <div data-testid="rule-hold"><TextField label=t!("rules-hold") value=hold kind=TextKind::Decimal error=sum_error(hold, "hold") /></div>
                <div data-testid="rule-remit"><TextField label=t!("rules-remit-from") value=remit_from kind=TextKind::Decimal error=sum_error(remit_from, "remit_from") /></div>
                <div data-testid="rule-from"><TextField label=t!("rules-from") value=from kind=TextKind::Date error=missing(from, "rules-from", "from") /></div>
                <div data-testid="rule-to"><TextField label=t!("rules-to") value=to kind=TextKind::Date error=missing(to, "rules-to", "to") /></div>
            </div>
            {division}
            <div data-testid="rule-reason"><TextArea label=t!("rules-reason") value=reason error=missing(reason, "rules-reason", "reason") /></div>
            {gesture.note()}
            <div class="line">
                <Button attr:data-testid="rule-save" label=t!("rules-save") kind=ButtonKind::Primary on_press=save />
                <Button label=t!("do-cancel") on_press=move || open.set(false) />
            </div>
        </Sheet>
    }
    .into_any()
}
