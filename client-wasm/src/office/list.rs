//! Any list of the console: filter bar, sortable heads, paging, count, Excel, print, and a panel beside for the row looked at.
//!
//! Floor: office, above `fetched`. This module must not know which list it is: the kind is handed in as a [`Listing`].

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use serde::de::DeserializeOwned;
use web_sys::HtmlElement;

use super::api::call::in_address;
use super::api::papers::Listed;
use super::api::{self, At};
use super::fetched::{Fetched, fetched};
use super::gesture::Gesture;
use super::place::{self, Place};
use super::state::{Office, office};
use crate::ui::{
    Button, ButtonKind, Choice, Column, DataTable, FilterBar, FilterSelect, Icon, Page, SearchField, Sort,
    TableRow, TextField, TextKind, focus, format, t,
};

/// Rows a page.
const PER_PAGE: u32 = 50;

/// What opening a row does.
pub(crate) enum Opens<R: 'static> {
    /// Nothing.
    Nothing,
    /// Shows the row beside the list.
    Beside(fn(&R) -> AnyView),
    /// Leads to a page of its own.
    Page(fn(&str) -> String),
}

impl<R> Clone for Opens<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Opens<R> {}

/// One kind of list.
pub(crate) struct Listing<R: Send + Sync + 'static> {
    /// Its place behind `#/`, and its address at the server.
    pub(crate) kind: &'static str,
    /// The keys of its title and of the line below.
    pub(crate) title: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) columns: fn() -> Vec<Column>,
    pub(crate) row: fn(&R) -> TableRow,
    /// Whether it can be narrowed to one member of staff.
    pub(crate) by_staff: bool,
    /// The states it can be narrowed to; none where it has no states. One without a value names what is shown while
    /// nothing is chosen, where that is not everything.
    pub(crate) states: fn() -> Vec<Choice>,
    /// Whether it can be narrowed to some days.
    pub(crate) by_date: bool,
    pub(crate) sort: Sort,
    pub(crate) opens: Opens<R>,
    /// Buttons of its own in the page's head.
    pub(crate) head: Option<fn() -> AnyView>,
    /// The gestures on the row looked at. They stay while news draw the row anew, with whatever was typed into them.
    pub(crate) deeds: Option<fn(Signal<R>) -> AnyView>,
}

impl<R: Send + Sync> Clone for Listing<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Send + Sync> Copy for Listing<R> {}

/// What the list is narrowed to, kept in the address.
#[derive(Clone, Copy)]
struct Narrowed {
    text: RwSignal<String>,
    staff: RwSignal<String>,
    state: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
}

impl Narrowed {
    fn of(place: &Place) -> Self {
        let setting = |name| RwSignal::new(place.setting(name));
        Self {
            text: setting("q"),
            staff: setting("staff"),
            state: setting("status"),
            from: setting("from"),
            to: setting("to"),
        }
    }

    fn each(self) -> [(&'static str, RwSignal<String>); 5] {
        [
            ("q", self.text),
            ("staff", self.staff),
            ("status", self.state),
            ("from", self.from),
            ("to", self.to),
        ]
    }

    fn settings(self) -> Vec<(String, String)> {
        let told = self.each().into_iter();
        told.map(|(name, value)| (name.to_owned(), value.get().trim().to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    fn is_any(self) -> bool {
        self.each().iter().any(|(_, value)| value.with(|v| !v.is_empty()))
    }

    fn clear(self) {
        for (_, value) in self.each() {
            value.set(String::new());
        }
    }
}

fn sort_word(sort: Sort) -> String {
    format!("{}{}", if sort.descending { "-" } else { "" }, sort.key)
}

fn sort_of(word: &str, usual: Sort, columns: &[Column]) -> Sort {
    let (descending, key) = word.strip_prefix('-').map_or((false, word), |key| (true, key));
    let known = columns.iter().find(|column| column.sorts && column.key == key);
    known.map_or(usual, |column| Sort { key: column.key, descending })
}

fn query(settings: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        settings.iter().map(|(name, value)| format!("{name}={}", in_address(value))).collect();
    pairs.join("&")
}

/// The list itself.
#[component]
pub(crate) fn ListScreen<R>(
    /// Which list.
    listing: Listing<R>,
) -> impl IntoView
where
    R: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let here = office();
    let place = here.place.get_untracked();
    let narrowed = Narrowed::of(&place);
    let columns = (listing.columns)();
    let sort = RwSignal::new(sort_of(&place.setting("sort"), listing.sort, &columns));
    let page = RwSignal::new(place.setting("page").parse::<u32>().unwrap_or(1).saturating_sub(1));
    let opened = Some(place.setting("open")).filter(|open| !open.is_empty());
    let selected = RwSignal::new(opened);
    keep_in_address(&listing, narrowed, sort, page, selected);
    let Listing { kind, title, lead, row: draw, opens, head, deeds, states, by_staff, by_date, .. } = listing;

    let fetched = fetched::<Listed<R>>(move || {
        let (narrowed, sort) = (query(&narrowed.settings()), sort_word(sort.get()));
        format!("/{kind}?{narrowed}&sort={sort}&page={}&per_page={PER_PAGE}", page.get() + 1)
    });
    let rows =
        move || fetched.shown.with(|s| s.as_ref().map(|s| s.rows.iter().map(draw).collect::<Vec<_>>()));
    let readable =
        Memo::new(move |_| fetched.shown.with(Option::is_some) || fetched.fault.with(Option::is_none));
    let counted = move || fetched.shown.with(|s| s.as_ref().map(|s| s.total));
    let total = move || counted().unwrap_or_default();
    let beside = matches!(opens, Opens::Beside(_));
    let on_open = match opens {
        Opens::Nothing => None,
        Opens::Beside(_) => Some(UnsyncCallback::new(|_: (String,)| {})),
        Opens::Page(address) => Some(UnsyncCallback::new(move |(id,): (String,)| place::go(&address(&id)))),
    };
    let sub = move || fetched.as_of(t!(lead));
    let is_open = move || beside && selected.with(Option::is_some);
    let table = if let Some(on_open) = on_open {
        view! { <DataTable label=t!(title) columns=columns rows=Signal::derive(rows) sort=sort page=page total=Signal::derive(total) page_size=PER_PAGE selected=selected on_open=on_open /> }.into_any()
    } else {
        view! { <DataTable label=t!(title) columns=columns rows=Signal::derive(rows) sort=sort page=page total=Signal::derive(total) page_size=PER_PAGE selected=selected /> }.into_any()
    };
    let states = states();
    let told_states = states.clone();
    let end = move || head_end(kind, narrowed, sort, head);
    view! {
        <Page title=t!(title) sub=Signal::derive(sub) end=end>
            <Filters narrowed=narrowed by_staff=by_staff by_date=by_date states=states total=Signal::derive(counted) />
            {move || fetched.fault.with(Option::is_some).then(|| fetched.or_wait())}
            <div class="cols" class:cols--wide=is_open class:is-stale=move || fetched.is_stale() aria-busy=move || fetched.is_behind().then_some("true") hidden=move || !readable.get() data-testid=format!("list-{kind}")>
                <section class="panel">{table}</section>
                {beside_view(kind, opens, deeds, draw, fetched, selected)}
            </div>
            {print_foot(move || filter_words(here, narrowed, &told_states))}
        </Page>
    }
    .into_any()
}

/// The address follows what the list is set to; narrowing begins at the first page.
fn keep_in_address<R: Send + Sync>(
    listing: &Listing<R>,
    narrowed: Narrowed,
    sort: RwSignal<Sort>,
    page: RwSignal<u32>,
    selected: RwSignal<Option<String>>,
) {
    let (path, usual) = (listing.kind.to_owned(), listing.sort);
    // A row that leads to a page of its own leaves no mark here: its page has an address.
    let beside = matches!(listing.opens, Opens::Beside(_));
    Effect::new(move |before: Option<Vec<(String, String)>>| {
        let settings = narrowed.settings();
        if before.is_some_and(|before| before != settings) {
            page.set(0);
        }
        settings
    });
    Effect::new(move |_| {
        let mut settings = narrowed.settings();
        let mut say = |name: &str, value: String| settings.push((name.to_owned(), value));
        if sort.get() != usual {
            say("sort", sort_word(sort.get()));
        }
        if page.get() > 0 {
            say("page", (page.get() + 1).to_string());
        }
        if beside && let Some(open) = selected.get() {
            say("open", open);
        }
        place::keep(&Place { path: path.clone(), settings });
    });
}

/// The row looked at; drawn anew only when the row itself has changed, with the gestures on it below.
fn beside_view<R: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static>(
    kind: &'static str,
    opens: Opens<R>,
    deeds: Option<fn(Signal<R>) -> AnyView>,
    draw: fn(&R) -> TableRow,
    fetched: Fetched<Listed<R>>,
    selected: RwSignal<Option<String>>,
) -> Option<AnyView> {
    let Opens::Beside(panel) = opens else { return None };
    escape_closes(selected);
    let among = move |listed: &Option<Listed<R>>, id: &str| {
        let mut rows = listed.iter().flat_map(|listed| &listed.rows);
        rows.find(|row| draw(row).id == id).cloned()
    };
    let listed = Memo::new(move |_| {
        let id = selected.get()?;
        Some((fetched.shown.with(|shown| among(shown, &id)), id))
    });
    // A row that news or a filter have taken off the page is asked for by itself as long as it is looked at.
    let alone = Memo::new(move |_| match listed.get() {
        Some((None, id)) if fetched.shown.with(Option::is_some) => format!("/{kind}?id={}", in_address(&id)),
        _ => String::new(),
    });
    let single = super::fetched::fetched::<Listed<R>>(move || alone.get());
    let row = Memo::new(move |before: Option<&Option<(String, R)>>| {
        let (now, id) = listed.get()?;
        let before = before.and_then(Option::as_ref).filter(|(known, _)| *known == id);
        now.or_else(|| single.shown.with(|shown| among(shown, &id)))
            .or_else(|| before.map(|(_, row)| row.clone()))
            .map(|row| (id, row))
    });
    let shown = Memo::new(move |_| row.with(|row| row.as_ref().map(|(id, _)| id.clone())));
    let close = move |_| selected.set(None);
    let view = move || {
        shown.get().map(|_| {
            let drawn = move || row.with(|row| row.as_ref().map(|(_, row)| panel(row)));
            view! {
                <section class="panel beside" data-testid="beside" aria-label=t!("beside-label")>
                    <div class="beside-close">
                        <button type="button" class="iconbtn" aria-label=t!("do-close") on:click=close>
                            {crate::ui::icon(Icon::Close)}
                        </button>
                    </div>
                    {drawn}
                    {deeds.and_then(|deeds| lasting(row)
                        .map(|row| view! { <div class="panel-body stack beside-deeds">{deeds(row)}</div> }))}
                </section>
            }
        })
    };
    Some(view! { {view} }.into_any())
}

/// The row looked at as long as it is looked at: what stands below it never sees it gone.
fn lasting<R: Clone + PartialEq + Send + Sync + 'static>(
    row: Memo<Option<(String, R)>>,
) -> Option<Signal<R>> {
    let last = RwSignal::new(untrack(|| row.get())?.1);
    Effect::new(move |_| {
        if let Some((_, row)) = row.get() {
            last.set(row);
        }
    });
    Some(last.into())
}

/// Esc puts the row looked at away, unless a sheet above takes the key.
pub(crate) fn escape_closes(selected: RwSignal<Option<String>>) {
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape"
            && !focus::typing()
            && !focus::behind_a_sheet()
            && selected.with_untracked(Option::is_some)
        {
            event.prevent_default();
            selected.set(None);
        }
    });
    on_cleanup(move || keys.remove());
}

fn head_end(
    kind: &'static str,
    narrowed: Narrowed,
    sort: RwSignal<Sort>,
    own: Option<fn() -> AnyView>,
) -> AnyView {
    let asked = move || format!("?{}&sort={}", query(&narrowed.settings()), sort_word(sort.get()));
    view! {
        {export_button(kind, asked)}
        {print_button()}
        {own.map(|own| own())}
    }
    .into_any()
}

/// Takes a list out as a file, as it is asked for at that moment: what stands behind its address, `?` included.
pub(crate) fn export_button(kind: &'static str, asked: impl Fn() -> String + Copy + 'static) -> AnyView {
    let path = move || format!("/{kind}.xlsx{}", asked());
    export_from(path, t!(&format!("file-{kind}")))
}

/// The same from any address; the file is named after what it is and the day.
pub(crate) fn export_from(path: impl Fn() -> String + Copy + 'static, file: String) -> AnyView {
    let gesture = Gesture::new();
    let export = move || {
        let path = untrack(path);
        let name = format!("{file}-{}.xlsx", At::now().day());
        gesture.send(async move { api::download(&path, &name).await }, |()| {
            crate::ui::tell(t!("export-done"));
        });
    };
    view! {
        {gesture.note()}
        <Button attr:data-testid="export" label=t!("do-export") icon=Icon::Export on_press=export />
    }
    .into_any()
}

/// Prints the page.
pub(crate) fn print_button() -> AnyView {
    let print = || {
        // A browser without a printer says so itself.
        let _ = window().print();
    };
    view! { <Button attr:data-testid="print" label=t!("do-print") icon=Icon::Print on_press=print /> }
        .into_any()
}

/// Who printed what and when: below what is printed, and at the foot of every page where the browser can.
pub(crate) fn print_foot(filter: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    let office = office();
    let line = Memo::new(move |_| {
        let who = office.who().map_or_else(String::new, |who| format!("{} {}", who.number, who.name));
        t!("print-line", who = who, time = At::drawn().full(), filter = filter())
    });
    let root = || {
        let root = document().document_element()?;
        Some(root.dyn_into::<HtmlElement>().ok()?.style())
    };
    Effect::new(move |_| {
        let quoted = line.with(|line| line.replace('\\', "").replace('"', "”"));
        if let Some(style) = root() {
            // A style sheet takes any quoted words; one that does not prints them at the end only.
            let _ = style.set_property("--print-foot", &format!("\"{quoted}\""));
        }
    });
    on_cleanup(move || {
        if let Some(style) = root() {
            let _ = style.remove_property("--print-foot");
        }
    });
    view! { <p class="print-foot print-only tiny">{move || line.get()}</p> }.into_any()
}

/// What a list is narrowed to, in the words of the filter bar.
fn filter_words(office: Office, narrowed: Narrowed, states: &[Choice]) -> String {
    let day = |value: RwSignal<String>| format::typed_day(&value.get()).map(format::full_day);
    let staff = office.people.with(|people| {
        let chosen = narrowed.staff.get();
        people.iter().find(|person| person.id == chosen).map(|person| person.name.clone())
    });
    let state = narrowed.state.get();
    let words: Vec<String> = [
        Some(narrowed.text.get().trim().to_owned()),
        staff,
        states.iter().find(|choice| choice.value == state).map(|choice| choice.word.clone()),
        day(narrowed.from).map(|day| format!("{} {day}", t!("filters-from"))),
        day(narrowed.to).map(|day| format!("{} {day}", t!("filters-to"))),
    ]
    .into_iter()
    .flatten()
    .filter(|word| !word.is_empty())
    .collect();
    if words.is_empty() { t!("print-all") } else { words.join(" · ") }
}

#[component]
fn Filters(
    narrowed: Narrowed,
    by_staff: bool,
    by_date: bool,
    states: Vec<Choice>,
    total: Signal<Option<u64>>,
) -> impl IntoView {
    let office = office();
    let has_states = !states.is_empty();
    let (usual, states): (Vec<Choice>, Vec<Choice>) =
        states.into_iter().partition(|state| state.value.is_empty());
    let usual = usual.into_iter().next().map_or_else(|| t!("filters-all-states"), |usual| usual.word);
    let reps = crate::ui::kept(move || office.reps());
    let show_reps = move || by_staff && reps.with(|reps| reps.len() > 1);
    let date = |label: String, value: RwSignal<String>| view! { <TextField label=label value=value kind=TextKind::Date /> };
    view! {
        <FilterBar>
            <SearchField label=t!("filters-text") value=narrowed.text />
            <Show when=show_reps>
                <FilterSelect label=t!("filters-staff") value=narrowed.staff choices=reps all=t!("filters-all-staff") />
            </Show>
            {has_states.then(|| view! { <FilterSelect label=t!("filters-state") value=narrowed.state choices=states all=usual /> })}
            {by_date.then(|| view! { {date(t!("filters-from"), narrowed.from)} {date(t!("filters-to"), narrowed.to)} })}
            <Show when=move || narrowed.is_any()>
                <Button label=t!("filters-clear") kind=ButtonKind::Quiet on_press=move || narrowed.clear() />
            </Show>
            <span class="grow"></span>
            <span class="small muted" role="status" data-testid="count">{move || total.get().map(|total| t!("lists-count", count = total))}</span>
        </FilterBar>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{Sort, sort_of, sort_word};
    use crate::ui::Column;

    #[test]
    fn a_sort_in_the_address_is_read_back_as_it_was_written() {
        let columns = [Column::words("at", "时间"), Column::figures("amount", "金额")];
        let usual = Sort { key: "at", descending: true };
        for sort in [usual, Sort { key: "amount", descending: false }] {
            assert_eq!(sort_of(&sort_word(sort), usual, &columns), sort);
        }
    }

    #[test]
    fn a_sort_nobody_offers_falls_back_to_the_usual_one() {
        let usual = Sort { key: "at", descending: true };
        assert_eq!(sort_of("-weight", usual, &[Column::words("at", "时间")]), usual);
    }
}
