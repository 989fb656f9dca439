//! 导入银行流水: a file is chosen, its columns are named once for an account, looked over, and taken in whole (S34).
//!
//! Floor: office, a screen. This module must not read the file: the server does.

use leptos::html::Div;
use leptos::prelude::*;
use serde_json::{Value, json};
use web_sys::{File, HtmlInputElement};

use super::cells::{date, or_nothing};
use crate::office::api::call::{self, in_address};
use crate::office::api::papers::AccountRow;
use crate::office::api::statements::{Columns, Imported, Preview};
use crate::office::fetched::fetched_whole;
use crate::office::gesture::Gesture;
use crate::office::place;
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, Icon, Page, Panel, SelectField, TextField, Tone, badge, focus,
    format, icon, t, tell,
};

/// The ways in which a bank writes sums.
const WAYS: [&str; 3] = ["apart", "signed", "marked"];

/// The columns as they are being named.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    date: RwSignal<String>,
    way: RwSignal<String>,
    /// What came in, or the only sum there is.
    amount: RwSignal<String>,
    went_out: RwSignal<String>,
    mark: RwSignal<String>,
    /// The words of the mark for what came in, with commas between.
    words: RwSignal<String>,
    payer: RwSignal<String>,
    reference: RwSignal<String>,
    second: RwSignal<String>,
    serial: RwSignal<String>,
}

impl Form {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self {
            name: empty(),
            date: empty(),
            way: RwSignal::new("apart".to_owned()),
            amount: empty(),
            went_out: empty(),
            mark: empty(),
            words: RwSignal::new("贷".to_owned()),
            payer: empty(),
            reference: empty(),
            second: empty(),
            serial: empty(),
        }
    }

    /// Takes a layout over, as `mapping-saved` writes it.
    fn fill(self, layout: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let amount = &layout["amount"];
        self.name.set(text(&layout["name"]));
        self.date.set(text(&layout["date"]));
        self.way.set(text(&amount["type"]));
        self.amount.set(text(if amount["type"] == "apart" { &amount["came_in"] } else { &amount["amount"] }));
        self.went_out.set(text(&amount["went_out"]));
        self.mark.set(text(&amount["mark"]));
        if amount["type"] == "marked" {
            let words = amount["came_in"].as_array().into_iter().flatten();
            self.words.set(words.map(text).collect::<Vec<_>>().join(","));
        }
        self.payer.set(text(&layout["payer"]));
        self.reference.set(text(&layout["reference"][0]));
        self.second.set(text(&layout["reference"][1]));
        self.serial.set(text(&layout["serial"]));
    }

    /// The layout that is named; nothing while a column is missing that has to be there.
    fn layout(self) -> Option<Value> {
        let said =
            |value: RwSignal<String>| Some(value.get().trim().to_owned()).filter(|said| !said.is_empty());
        let amount = match self.way.get().as_str() {
            "signed" => json!({ "type": "signed", "amount": said(self.amount)? }),
            "marked" => {
                let words = self.words.get();
                let words: Vec<&str> = words
                    .split([',', '，', '、', ' '])
                    .map(str::trim)
                    .filter(|word| !word.is_empty())
                    .collect();
                (!words.is_empty()).then_some(())?;
                json!({ "type": "marked", "amount": said(self.amount)?, "mark": said(self.mark)?, "came_in": words })
            }
            _ => json!({ "type": "apart", "came_in": said(self.amount)?, "went_out": said(self.went_out) }),
        };
        let reference: Vec<String> = [self.reference, self.second].into_iter().filter_map(said).collect();
        Some(json!({
            "name": said(self.name).unwrap_or_else(|| t!("import-layout-name")),
            "date": said(self.date)?, "amount": amount, "payer": said(self.payer)?,
            "reference": reference, "serial": said(self.serial),
        }))
    }
}

/// What a preview is of.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    /// The address that reads in exactly this.
    import: String,
    layout: Value,
    account: String,
}

/// Which file of which account is asked about.
#[derive(Clone, Copy)]
struct Chosen {
    account: RwSignal<String>,
    /// How many files were chosen: each is another question.
    files: RwSignal<u32>,
    file: StoredValue<Option<File>, LocalStorage>,
}

/// Asks for the columns of the file that was chosen, and anew where another account is: how its bank writes is kept for each.
/// Once an answer is there: what was asked of the file or account before is dropped.
fn asks_for_columns(
    chosen: Chosen,
    form: Form,
    columns: RwSignal<Option<Columns>>,
    tried: RwSignal<bool>,
    reading: Gesture,
) {
    let question = move || (chosen.account.get(), chosen.files.get());
    let ask = move || {
        let Some(file) = chosen.file.get_value() else { return };
        columns.set(None);
        tried.set(false);
        let of = untrack(question);
        let path = format!("/statements/columns?name={}&account={}", in_address(&file.name()), of.0);
        reading.send(async move { call::brings::<Columns>(&path, &file).await }, move |found| {
            if untrack(question) != of {
                return;
            }
            if let Some(layout) = found.fits.and_then(|at| found.layouts.get(at)) {
                form.fill(layout);
            }
            columns.set(Some(found));
        });
    };
    let wants = Memo::new(move |_| (question(), reading.is_under_way()));
    Effect::new(move |before: Option<(String, u32)>| {
        let (now, is_under_way) = wants.get();
        if before.as_ref().is_none_or(|before| *before == now) {
            return before.unwrap_or(now);
        }
        if is_under_way {
            return before.unwrap_or_default();
        }
        ask();
        now
    });
}

/// The page.
#[component]
pub(in crate::office) fn ImportStatement() -> impl IntoView {
    let accounts = fetched_whole::<AccountRow>(|| "/accounts".to_owned());
    let account = RwSignal::new(String::new());
    let choices = crate::ui::kept(move || {
        accounts
            .shown
            .with(|shown| shown.iter().flat_map(|shown| &shown.rows).map(choice).collect::<Vec<_>>())
    });
    Effect::new(move |_| {
        let first = choices.get().first().map(|choice| choice.value.clone());
        if let Some(first) = first.filter(|_| account.with_untracked(String::is_empty)) {
            account.set(first);
        }
    });
    let file = StoredValue::new_local(None::<File>);
    let files = RwSignal::new(0_u32);
    let named = RwSignal::new(String::new());
    let (columns, preview) = (RwSignal::new(None::<Columns>), RwSignal::new(None::<Preview>));
    // What was asked when it was looked over: that is read in, whatever the form says by then.
    let asked = RwSignal::new(None::<Asked>);
    let form = Form::new();
    let (reading, looking, importing) = (Gesture::new(), Gesture::new(), Gesture::new());
    let tried = RwSignal::new(false);
    let bring = move |input: HtmlInputElement| {
        let Some(chosen) = input.files().and_then(|files| files.get(0)) else { return };
        input.set_value("");
        named.set(chosen.name());
        file.set_value(Some(chosen));
        preview.set(None);
        asked.set(None);
        files.update(|count| *count += 1);
    };
    asks_for_columns(Chosen { account, files, file }, form, columns, tried, reading);
    // Another column, another reading: what was looked over is not it any more.
    Effect::new(move |_| {
        let _ = form.layout();
        account.track();
        preview.set(None);
        asked.set(None);
    });
    let path = move |deed: &str| {
        let layout = untrack(|| form.layout())?;
        let (name, account) = (in_address(&named.get_untracked()), account.get_untracked());
        Some(format!(
            "/statements/{deed}?name={name}&account={account}&layout={}",
            in_address(&layout.to_string())
        ))
    };
    let look = move || {
        tried.set(true);
        let (Some(path), Some(import), Some(layout), Some(file)) =
            (path("preview"), path("import"), untrack(|| form.layout()), file.get_value())
        else {
            return focus::first_error();
        };
        let question = Asked { import, layout, account: account.get_untracked() };
        asked.set(Some(question.clone()));
        looking.send(async move { call::brings::<Preview>(&path, &file).await }, move |found| {
            // The answer to an older question is not looked over.
            if asked.with_untracked(|now| now.as_ref() == Some(&question)) {
                preview.set(Some(found));
            }
        });
    };
    let import = move || {
        let (Some(Asked { import: path, layout, account }), Some(file)) =
            (asked.get_untracked(), file.get_value())
        else {
            return;
        };
        importing.send(async move { call::brings::<Imported>(&path, &file).await }, move |done| {
            let said = t!("import-said", lines = done.lines, already = done.already);
            let page = format!("#/matching?account={account}");
            let on = move || place::go(&page);
            let is_kept = columns.with_untracked(|columns| {
                columns.as_ref().is_some_and(|columns| columns.layouts.contains(&layout))
            });
            if is_kept {
                tell(said);
                on();
            } else {
                // It is kept for the next statement of this account.
                let content = json!({ "op": "mapping-saved", "account": account, "layout": layout });
                importing.command(content, said, on);
            }
        });
    };
    let end =
        || view! { <ButtonLink label=t!("nav-matching") href="#/matching" icon=Icon::Back /> }.into_any();
    view! {
        <Page title=t!("import-title") sub=t!("import-lead") end=end>
            <section class="panel"><div class="panel-body stack">
                <SelectField label=t!("import-account") value=account choices=choices testid="import-account" />
                <label class="btn">
                    <input class="sr" type="file" accept=".xlsx,.csv,.txt" data-testid="statement-file" on:change=move |event| bring(event_target(&event)) />
                    {icon(Icon::File)}<span>{t!("import-choose")}</span>
                </label>
                <p class="small muted" role="status" data-testid="statement-name">{move || named.get()}</p>
                {reading.note()}
            </div></section>
            {move || columns.get().map(|columns| to_name(columns, form, tried, looking, look))}
            {move || preview.get().map(|found| looked_over(&found, importing, import))}
        </Page>
    }
    .into_any()
}

/// An account to choose; those that are closed say so.
fn choice(row: &AccountRow) -> Choice {
    let closed = (row.status == "closed").then(|| format!(" · {}", t!("accounts-state-closed")));
    Choice::new(&row.id, format!("{} {}", row.bank, row.number) + &closed.unwrap_or_default())
}

/// The file's first rows, and which column says what.
fn to_name(
    columns: Columns,
    form: Form,
    tried: RwSignal<bool>,
    looking: Gesture,
    look: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    view! {
        <Panel title=t!("import-columns") padded=true>
            {rows_view(&columns)}
            <Mapping columns=columns form=form tried=tried />
            {looking.note()}
            <div class="line"><Button attr:data-testid="preview-statement" label=t!("import-look") kind=ButtonKind::Primary on_press=look /></div>
        </Panel>
    }
    .into_any()
}

/// What would be read in, and the way to do so where nothing is at fault.
fn looked_over(
    found: &Preview,
    importing: Gesture,
    import: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let ready = found.faulty == 0 && found.total > found.already;
    let count = found.total.saturating_sub(found.already);
    let lines = preview_view(found);
    // What was asked for begins below the columns: it comes into sight by itself.
    let here = NodeRef::<Div>::new();
    here.on_load(|here| here.scroll_into_view());
    view! {
        <div node_ref=here></div>
        <Panel title=t!("import-preview") padded=true>
            {lines}
            {importing.note()}
            {ready.then(|| view! { <div class="line"><Button attr:data-testid="import-lines" label=t!("import-do", count = count) kind=ButtonKind::Primary icon=Icon::Check on_press=import /></div> })}
        </Panel>
    }
    .into_any()
}

/// The first rows as they stand in the file.
fn rows_view(columns: &Columns) -> AnyView {
    let head = columns.header_row;
    let rows = columns.rows.iter().map(|row| {
        let is_head = row.number == head;
        let cells = row.cells.iter().cloned().map(move |cell| {
            if is_head {
                view! { <th scope="col">{cell}</th> }.into_any()
            } else {
                view! { <td>{cell}</td> }.into_any()
            }
        });
        view! { <tr><td class="faint num">{row.number}</td>{cells.collect_view()}</tr> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=t!("import-rows")>
            <table class="table" aria-label=t!("import-rows") data-testid="statement-rows"><tbody>{rows.collect_view()}</tbody></table>
        </div>
    }
    .into_any()
}

#[component]
fn Mapping(columns: Columns, form: Form, tried: RwSignal<bool>) -> impl IntoView {
    let headers: Vec<Choice> = columns
        .headers
        .iter()
        .filter(|header| !header.is_empty())
        .map(|header| Choice::new(header, header))
        .collect();
    let headers = StoredValue::new(headers);
    let known = columns.layouts.clone();
    let names: Vec<Choice> = (0_usize..)
        .zip(&known)
        .map(|(at, layout)| Choice::new(at.to_string(), layout["name"].as_str().unwrap_or_default()))
        .collect();
    let names = crate::ui::kept(move || names.clone());
    let picked = RwSignal::new(columns.fits.map(|at| at.to_string()).unwrap_or_default());
    Effect::new(move |before: Option<String>| {
        let now = picked.get();
        if before.is_some_and(|before| before != now)
            && let Some(layout) = now.parse::<usize>().ok().and_then(|at| known.get(at))
        {
            form.fill(layout);
        }
        now
    });
    let ways =
        crate::ui::kept(|| WAYS.map(|way| Choice::new(way, t!(&format!("import-way-{way}")))).to_vec());
    let missing = move |value: RwSignal<String>, name: &'static str| {
        Signal::derive(move || {
            let gone = value.with(|value| {
                !value.is_empty() && headers.with_value(|all| all.iter().all(|choice| choice.value != *value))
            });
            let empty = tried.get() && value.with(String::is_empty);
            if gone {
                Some(t!("import-no-column", column = value.get()))
            } else {
                empty.then(|| t!("form-missing", field = t!(name)))
            }
        })
    };
    let column = move |value: RwSignal<String>, name: &'static str, testid: &'static str| {
        let choices = crate::ui::kept(move || headers.get_value());
        view! { <SelectField label=t!(name) value=value choices=choices none=t!("import-none") error=missing(value, name) testid=testid /> }
    };
    let maybe = move |value: RwSignal<String>, name: &'static str| {
        let choices = crate::ui::kept(move || headers.get_value());
        view! { <SelectField label=t!(name) value=value choices=choices none=t!("import-none") optional=true /> }
    };
    let is = move |way: &'static str| Memo::new(move |_| form.way.with(|now| now == way));
    let (apart, marked) = (is("apart"), is("marked"));
    view! {
        <div class="cols" data-testid="mapping">
            <SelectField label=t!("import-layout") value=picked choices=names none=t!("import-layout-own") testid="layout" />
            <TextField label=t!("import-layout-called") value=form.name optional=true />
            {column(form.date, "import-date", "column-date")}
            {column(form.payer, "bank-lines-payer", "column-payer")}
            <SelectField label=t!("import-way") value=form.way choices=ways testid="amount-way" />
            {column(form.amount, "import-amount", "column-amount")}
            <Show when=move || apart.get()>{maybe(form.went_out, "import-went-out")}</Show>
            <Show when=move || marked.get()>
                {column(form.mark, "import-mark", "column-mark")}
                <TextField label=t!("import-words") value=form.words />
            </Show>
            {maybe(form.reference, "col-reference")}
            {maybe(form.second, "import-second")}
            {maybe(form.serial, "bank-lines-serial")}
        </div>
    }
    .into_any()
}

/// What is to be known beside the lines: which may be there under other words, what was passed by, and what was cut.
fn beside(found: &Preview) -> AnyView {
    let named = |rows: &[u32], all: u64| {
        let first = rows.iter().map(u32::to_string).collect::<Vec<_>>().join(&t!("list-comma"));
        if all > rows.len() as u64 { format!("{first}…") } else { first }
    };
    let told = [
        (found.perhaps > 0).then(|| t!("import-perhaps", count = found.perhaps)),
        (found.skipped > 0).then(|| {
            t!("import-skipped", count = found.skipped, rows = named(&found.skipped_rows, found.skipped))
        }),
        (found.shortened > 0).then(|| {
            t!(
                "import-shortened",
                count = found.shortened,
                rows = named(&found.shortened_rows, found.shortened)
            )
        }),
    ];
    let told = told.into_iter().flatten().map(|words| view! { <p class="small">{words}</p> });
    view! { <div class="stack" data-testid="statement-beside">{told.collect_view()}</div> }.into_any()
}

fn preview_view(found: &Preview) -> AnyView {
    if found.faulty > 0 {
        let rows = found.faults.iter().map(|fault| {
            view! { <tr><td class="num">{fault.row}</td><td>{fault.column.clone()}</td><td>{fault.why.clone()}</td></tr> }
        });
        return view! {
            <p class="strong" role="alert" data-testid="statement-faults">{t!("import-faulty", count = found.faulty)}</p>
            <div class="table-scroll" tabindex="0" role="region" aria-label=t!("import-faults")>
                <table class="table" aria-label=t!("import-faults")>
                    <thead><tr><th scope="col">{t!("import-fault-row")}</th><th scope="col">{t!("import-fault-column")}</th><th scope="col">{t!("import-fault-why")}</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any();
    }
    let said = t!(
        "import-sum",
        count = found.total,
        from = date(found.first.as_deref()),
        to = date(found.last.as_deref()),
        came_in = format::sum(found.came_in),
        went_out = format::sum(found.went_out),
        already = found.already
    );
    let rows = found.lines.iter().map(|line| {
        let mark = match (line.already, line.perhaps) {
            (true, _) => Some(badge(Tone::Line, Some(Icon::Check), t!("import-line-there"))),
            (false, true) => Some(badge(Tone::Finding, Some(Icon::Info), t!("import-line-perhaps"))),
            (false, false) => None,
        };
        view! {
            <tr><td class="faint num">{line.number}</td><td class="nowrap">{date(Some(&line.date))}</td><td>{or_nothing(&line.payer)}</td><td>{or_nothing(&line.reference)}</td><td class="n">{format::sum(line.amount)}</td><td>{mark}</td></tr>
        }
    });
    view! {
        <p class="strong" role="status" data-testid="statement-sum">{said}</p>
        {beside(found)}
        <div class="table-scroll" tabindex="0" role="region" aria-label=t!("import-preview")>
            <table class="table" aria-label=t!("import-preview")>
                <thead><tr><th scope="col">{t!("import-fault-row")}</th><th scope="col">{t!("bank-lines-date")}</th><th scope="col">{t!("bank-lines-payer")}</th><th scope="col">{t!("col-reference")}</th><th scope="col" class="n">{t!("col-amount")}</th><th scope="col">{t!("col-state")}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
