//! 应收: what each order owes, by due day: what was collected, what of that is confirmed, what is open and how old it is;
//! who was urged and what was promised (S12, S34, S41, S43).
//!
//! Floor: office, a screen. This module must not reckon: the server says what an order owes.

use leptos::prelude::*;

use super::cells::{customer_link, date, money, name, nothing, or_nothing, pair, panel_head, tag, when_if};
use super::urging::Urging;
use crate::office::api::at::At;
use crate::office::api::call::in_address;
use crate::office::api::owed::{Promised, ReceivableRow, ReceivablesPage, Sums};
use crate::office::fetched::fetched;
use crate::office::list::{escape_closes, export_button, print_button, print_foot};
use crate::office::place::{self, Place};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, ButtonLink, Cell, Choice, Column, DataTable, Figure, Figures, FilterBar,
    FilterSelect, Icon, Page, SearchField, Sort, TableRow, TextField, Tone, badge, format, pairs, t,
};

const PER_PAGE: u32 = 50;
const STATUSES: [&str; 4] = ["overdue", "broken", "collected", "paid"];
const AGES: [&str; 5] = ["not-due", "1-30", "31-60", "61-90", "over-90"];
const USUAL: Sort = Sort { key: "due", descending: false };

/// What the list is narrowed to, kept in the address.
#[derive(Clone, Copy)]
struct Narrowed {
    q: RwSignal<String>,
    staff: RwSignal<String>,
    place: RwSignal<String>,
    age: RwSignal<String>,
    status: RwSignal<String>,
}

impl Narrowed {
    fn of(place: &Place) -> Self {
        let setting = |name| RwSignal::new(place.setting(name));
        Self {
            q: setting("q"),
            staff: setting("staff"),
            place: setting("place"),
            age: setting("age"),
            status: setting("status"),
        }
    }

    fn each(self) -> [(&'static str, RwSignal<String>); 5] {
        [
            ("q", self.q),
            ("staff", self.staff),
            ("place", self.place),
            ("age", self.age),
            ("status", self.status),
        ]
    }

    fn settings(self) -> Vec<(String, String)> {
        let told = self.each().into_iter();
        told.map(|(name, value)| (name.to_owned(), value.get().trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    fn query(self) -> String {
        let pairs: Vec<String> =
            self.settings().iter().map(|(name, value)| format!("{name}={}", in_address(value))).collect();
        pairs.join("&")
    }
}

fn sort_word(sort: Sort) -> String {
    format!("{}{}", if sort.descending { "-" } else { "" }, sort.key)
}

/// The page of what is owed.
#[component]
pub(in crate::office) fn Receivables() -> impl IntoView {
    let narrowed = Narrowed::of(&office().place.get_untracked());
    let sort = RwSignal::new(USUAL);
    let page = RwSignal::new(0_u32);
    let selected = RwSignal::new(None::<String>);
    Effect::new(move |before: Option<Vec<(String, String)>>| {
        let settings = narrowed.settings();
        if before.is_some_and(|before| before != settings) {
            page.set(0);
        }
        place::keep(&Place { path: "receivables".to_owned(), settings: settings.clone() });
        settings
    });
    let fetched = fetched::<ReceivablesPage>(move || {
        let (query, sort, page) = (narrowed.query(), sort_word(sort.get()), page.get() + 1);
        format!("/receivables?{query}&sort={sort}&page={page}&per_page={PER_PAGE}")
    });
    let rows =
        move || fetched.shown.with(|s| s.as_ref().map(|s| s.rows.iter().map(line).collect::<Vec<_>>()));
    let total = move || fetched.shown.with(|s| s.as_ref().map(|s| s.total));
    let figures = move || fetched.shown.with(|s| s.as_ref().map(|s| headline(&s.sums)).unwrap_or_default());
    let ages = move || fetched.shown.with(|s| s.as_ref().map(|s| aged(&s.sums)));
    let sub = move || fetched.as_of(t!("owed-lead"));
    let end = move || {
        view! {
            {export_button("receivables", move || format!("?{}&sort={}", narrowed.query(), sort_word(sort.get())))}
            {print_button()}
        }
        .into_any()
    };
    let said = move || {
        let status = narrowed.status.get();
        let status = if status.is_empty() { "open".to_owned() } else { status };
        t!(&format!("owed-status-{status}"))
    };
    let is_open = move || selected.with(Option::is_some);
    view! {
        <Page title=t!("nav-receivables") sub=Signal::derive(sub) end=end>
            <Filters narrowed=narrowed total=Signal::derive(total) />
            {move || fetched.fault.with(Option::is_some).then(|| fetched.or_wait())}
            <Figures figures=crate::ui::kept(figures) />
            <div data-testid="owed-ages">{ages}</div>
            <div class="cols" class:cols--wide=is_open class:is-stale=move || fetched.is_stale() data-testid="list-receivables">
                <section class="panel">
                    <DataTable label=t!("nav-receivables") columns=columns() rows=Signal::derive(rows) sort=sort page=page total=Signal::derive(move || total().unwrap_or_default()) page_size=PER_PAGE selected=selected on_open=|_: String| {} />
                </section>
                <Beside shown=fetched.shown selected=selected />
            </div>
            <p class="small muted">{t!("owed-words")}</p>
            {print_foot(said)}
        </Page>
    }
    .into_any()
}

#[component]
fn Filters(narrowed: Narrowed, total: Signal<Option<u64>>) -> impl IntoView {
    let office = office();
    let reps = crate::ui::kept(move || office.reps());
    let show_reps = move || reps.with(|reps| reps.len() > 1);
    let choices = |family: &str, codes: &[&str]| {
        codes.iter().map(|code| Choice::new(*code, t!(&format!("{family}-{code}")))).collect::<Vec<_>>()
    };
    let any = move || narrowed.each().iter().any(|(_, value)| value.with(|v| !v.is_empty()));
    let clear = move || narrowed.each().iter().for_each(|(_, value)| value.set(String::new()));
    view! {
        <FilterBar>
            <SearchField label=t!("filters-text") value=narrowed.q />
            <Show when=show_reps>
                <FilterSelect label=t!("filters-staff") value=narrowed.staff choices=reps all=t!("filters-all-staff") />
            </Show>
            <FilterSelect label=t!("filters-state") value=narrowed.status choices=choices("owed-status", &STATUSES) all=t!("owed-status-open") />
            <FilterSelect label=t!("owed-age") value=narrowed.age choices=choices("owed-age", &AGES) all=t!("owed-all-ages") />
            <TextField label=t!("owed-place") value=narrowed.place />
            <Show when=any><Button label=t!("filters-clear") kind=ButtonKind::Quiet on_press=clear /></Show>
            <span class="grow"></span>
            <span class="small muted" role="status" data-testid="count">{move || total.get().map(|total| t!("lists-count", count = total))}</span>
        </FilterBar>
    }
    .into_any()
}

fn headline(sums: &Sums) -> Vec<Figure> {
    let figure = |name: &str, sum, alert| Figure {
        name: t!(name),
        value: format::sum(sum),
        unit: t!("money-unit"),
        note: String::new(),
        alert,
    };
    vec![
        figure("owed-total", sums.total, false),
        figure("owed-collected", sums.collected, false),
        figure("owed-paid", sums.paid, false),
        figure("owed-open", sums.open, false),
    ]
}

/// What is open, by age.
fn aged(sums: &Sums) -> AnyView {
    let heads = sums
        .ages
        .iter()
        .map(|age| view! { <th scope="col" class="n">{t!(&format!("owed-age-{}", age.age))}</th> })
        .collect_view();
    let cells =
        sums.ages.iter().map(|age| view! { <td class="n">{format::sum(age.open)}</td> }).collect_view();
    view! {
        <section class="panel">
            <table class="table table--dense" aria-label=t!("owed-ages")>
                <thead><tr>{heads}</tr></thead>
                <tbody><tr>{cells}</tr></tbody>
            </table>
        </section>
    }
    .into_any()
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("due", t!("owed-due")),
        Column::words("number", t!("col-number")).unsorted(),
        Column::words("customer", t!("col-customer")),
        Column::words("staff", t!("col-owner")).unsorted(),
        Column::figures("total", t!("owed-total")).unsorted(),
        Column::figures("collected", t!("owed-collected")).unsorted(),
        Column::figures("paid", t!("owed-paid")).unsorted(),
        Column::figures("amount", t!("owed-open")),
        Column::words("urged", t!("owed-urged")).unsorted(),
        Column::words("promised", t!("owed-promised")).unsorted(),
    ]
}

/// How late an order is, in a badge.
pub(super) fn lateness(row: &ReceivableRow) -> (Tone, Option<Icon>, String) {
    match (row.days_overdue, row.standing.as_str()) {
        (Some(days), _) => (Tone::Danger, Some(Icon::Warn), t!("owed-late", days = days)),
        (None, "open") => (Tone::Line, Some(Icon::Clock), t!("owed-age-not-due")),
        (None, "collected") => (Tone::Finding, Some(Icon::Cash), t!("owed-standing-collected")),
        (None, _) => (Tone::Applied, Some(Icon::Check), t!("owed-standing-paid")),
    }
}

/// What was promised and where that stands, in a badge.
pub(super) fn promise(promised: &Promised) -> (Tone, Option<Icon>, String) {
    let (day, amount) = (date(Some(&promised.day)), format::sum(promised.amount));
    let words = t!(&format!("owed-promise-{}", promised.state), day = day, amount = amount);
    match promised.state.as_str() {
        "kept" => (Tone::Applied, Some(Icon::Check), words),
        "late" => (Tone::Finding, Some(Icon::Check), words),
        "broken" => (Tone::Danger, Some(Icon::Warn), words),
        _ => (Tone::Sending, Some(Icon::Clock), words),
    }
}

fn line(row: &ReceivableRow) -> TableRow {
    let (tone, icon, word) = lateness(row);
    let due = date(Some(&row.due));
    let late = Cell::View(ViewFn::from(move || {
        view! { <span class="nowrap">{due.clone()}</span><span class="sub">{badge(tone, icon, word.clone())}</span> }
            .into_any()
    }));
    let promised = row.promised.as_ref().map(promise);
    TableRow {
        id: row.id.clone(),
        cells: vec![
            late,
            Cell::Titled(row.number.clone(), row.at.recent()),
            Cell::Titled(name(row.customer.as_ref()), row.place.clone()),
            name(row.staff.as_ref()).into(),
            money(row.total),
            money(row.collected),
            money(row.paid),
            money(row.open),
            when_if(row.urged),
            promised.map_or_else(|| Cell::Text(nothing()), |(tone, icon, word)| tag(tone, icon, word)),
        ],
    }
}

/// The order looked at, with the way to its customer's account and the form to enter a reminder.
#[component]
fn Beside(shown: RwSignal<Option<ReceivablesPage>>, selected: RwSignal<Option<String>>) -> impl IntoView {
    escape_closes(selected);
    let row = Memo::new(move |before: Option<&Option<ReceivableRow>>| {
        let id = selected.get()?;
        let now = shown.with(|shown| shown.as_ref()?.rows.iter().find(|row| row.id == id).cloned());
        now.or_else(|| before.and_then(Option::as_ref).filter(|row| row.id == id).cloned())
    });
    let id = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.id.clone())));
    let facts = move || row.with(|row| row.as_ref().map(panel));
    move || {
        id.get().map(|_| {
            let order = row.get_untracked();
            let customer = order.as_ref().and_then(|row| row.customer.clone());
            let about = order.map(|row| (row.id, row.number));
            let urging = customer.map(|customer| view! { <Urging customer=customer.id order=about /> });
            view! {
                <section class="panel beside" data-testid="beside" aria-label=t!("beside-label")>
                    <div class="beside-close">
                        <button type="button" class="iconbtn" aria-label=t!("do-close") on:click=move |_| selected.set(None)>
                            {crate::ui::icon(Icon::Close)}
                        </button>
                    </div>
                    {facts}
                    <div class="panel-body stack beside-deeds">{urging}</div>
                </section>
            }
        })
    }
}

fn panel(row: &ReceivableRow) -> AnyView {
    let (tone, icon, word) = lateness(row);
    let facts = vec![
        pair("owed-due", date(Some(&row.due))),
        pair("owed-total", t!("unit-yuan", amount = format::sum(row.total))),
        pair("owed-collected", t!("unit-yuan", amount = format::sum(row.collected))),
        pair("owed-paid", t!("unit-yuan", amount = format::sum(row.paid))),
        pair("owed-open", t!("unit-yuan", amount = format::sum(row.open))),
        pair("col-owner", name(row.staff.as_ref())),
        pair("owed-place", or_nothing(&row.place)),
        pair("col-deliver-by", date(row.deliver_by.as_deref())),
        pair("owed-progress", t!(if row.accepted { "orders-state-accepted" } else { "orders-state-taken" })),
        pair("owed-urged", row.urged.map_or_else(nothing, At::full)),
    ];
    let promised = row.promised.as_ref().map(|promised| {
        let (tone, icon, word) = promise(promised);
        badge(tone, icon, word)
    });
    let account = row.customer.as_ref().map(|customer| {
        view! { <ButtonLink label=t!("owed-account") href=format!("#/customers/{}", customer.id) icon=Icon::People /> }
    });
    view! {
        {panel_head(row.number.clone(), badge(tone, icon, word))}
        <div class="panel-body stack">
            <p class="t-lg strong">{customer_link(row.customer.as_ref())}</p>
            {pairs(false, facts)}
            {promised}
            {account}
        </div>
    }
    .into_any()
}
