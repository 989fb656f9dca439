//! 对账: the lines of a bank's statement held against what was sent; finance confirms one, all that are certain, or what it
//! ticks (S13, S34, S41).
//!
//! Floor: office, a screen. This module must not score anything: the server does, and says why.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use sync_core::unit::Money;

use super::aside::{AsideSheet, Setting};
use super::cells::{date, or_nothing};
use super::visits::Photo;
use crate::office::api::papers::AccountRow;
use crate::office::api::standing::Done;
use crate::office::api::statements::{Agreement, BankLineRow, ExpectedRow, MatchingPage, ProposalRow};
use crate::office::api::{Deed, Fault};
use crate::office::fetched::{fetched, fetched_whole};
use crate::office::gesture::Gesture;
use crate::office::list::{export_button, print_button};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, EmptyState, Figure, Figures, Icon, Page, RefusalNote,
    SelectField, Sheet, Tone, badge, format, t, tell,
};

/// Lines and papers by their ids.
#[derive(Clone, Default, PartialEq)]
struct Desk {
    page: MatchingPage,
    lines: BTreeMap<String, BankLineRow>,
    papers: BTreeMap<String, ExpectedRow>,
}

impl Desk {
    fn of(page: MatchingPage) -> Self {
        let lines = page.lines.iter().map(|line| (line.id.clone(), line.clone())).collect();
        let papers = page.papers.iter().map(|paper| (paper.id.clone(), paper.clone())).collect();
        Self { page, lines, papers }
    }

    fn proposed(&self) -> impl Iterator<Item = &ProposalRow> {
        self.page.proposals.iter()
    }

    fn lines_left(&self) -> Vec<&BankLineRow> {
        let taken: Vec<&String> = self.proposed().flat_map(|one| &one.lines).collect();
        self.page.lines.iter().filter(|line| !taken.contains(&&line.id)).collect()
    }

    fn papers_left(&self) -> Vec<&ExpectedRow> {
        let taken: Vec<&String> = self.proposed().flat_map(|one| &one.papers).collect();
        self.page.papers.iter().filter(|paper| !taken.contains(&&paper.id)).collect()
    }

    fn sum_of_lines(&self, ids: &[String]) -> Money {
        ids.iter().filter_map(|id| self.lines.get(id)).map(|line| line.amount).sum()
    }

    fn sum_of_papers(&self, ids: &[String]) -> Money {
        ids.iter().filter_map(|id| self.papers.get(id)).map(|paper| paper.amount).sum()
    }

    /// Who has paid by these lines, and how much.
    fn whose(&self, lines: &[String]) -> String {
        let payer = lines.first().and_then(|id| self.lines.get(id)).map_or("", |line| line.payer.as_str());
        format!("{payer} {}", format::sum(self.sum_of_lines(lines)))
    }

    /// Whether papers are of one kind, of one customer, and of one rep: a confirmation is.
    fn are_of_one(&self, papers: &[String]) -> bool {
        let whose = |paper: &ExpectedRow| {
            let customer = paper.customer.as_ref().map(|customer| customer.id.clone());
            (paper.kind.clone(), customer, paper.staff.id.clone())
        };
        let mut all = papers.iter().filter_map(|id| self.papers.get(id)).map(whose);
        let first = all.next();
        all.all(|one| Some(&one) == first.as_ref())
    }

    /// The command that confirms these papers by these lines; nothing where none of them is there any more.
    fn command(&self, account: &str, lines: &[String], papers: &[String]) -> Option<Value> {
        let found: Vec<&ExpectedRow> = papers.iter().filter_map(|id| self.papers.get(id)).collect();
        let first = found.first()?;
        let days = lines.iter().filter_map(|id| self.lines.get(id)).map(|line| line.date.clone());
        let names: Vec<Value> =
            found.iter().map(|paper| json!({ "of": paper.id, "staff": paper.staff.id })).collect();
        Some(json!({
            "op": "money-confirmed",
            "kind": first.kind,
            "papers": names,
            "customer": first.customer.as_ref().map(|customer| &customer.id),
            "account": account,
            "amount": self.sum_of_papers(papers),
            "arrived_on": days.max()?,
            "lines": lines,
            "note": "",
        }))
    }
}

/// The statement of one account, held against the book.
#[component]
pub(in crate::office) fn Matching() -> impl IntoView {
    let accounts = fetched_whole::<AccountRow>(|| "/accounts".to_owned());
    let account = RwSignal::new(office().place.with_untracked(|place| place.setting("account")));
    let choices = crate::ui::kept(move || {
        accounts.shown.with(|shown| {
            let rows = shown.iter().flat_map(|shown| &shown.rows);
            rows.map(|row| Choice::new(&row.id, account_words(row))).collect::<Vec<_>>()
        })
    });
    Effect::new(move |_| {
        let first = choices.get().first().map(|choice| choice.value.clone());
        if let Some(first) = first.filter(|_| account.with_untracked(String::is_empty)) {
            account.set(first);
        }
    });
    let path = move || {
        account.with(|account| {
            if account.is_empty() { String::new() } else { format!("/statements/matching?account={account}") }
        })
    };
    let page = fetched::<MatchingPage>(path);
    let desk = Memo::new(move |_| page.shown.with(|shown| shown.clone().map(Desk::of).unwrap_or_default()));
    let setting = RwSignal::new(None::<Setting>);
    let looked = RwSignal::new(None::<String>);
    let (lines, papers) = (RwSignal::new(Vec::<String>::new()), RwSignal::new(Vec::<String>::new()));
    // What is gone is not ticked any more.
    Effect::new(move |_| {
        desk.with(|desk| {
            lines.update(|ids| ids.retain(|id| desk.lines.contains_key(id)));
            papers.update(|ids| ids.retain(|id| desk.papers.contains_key(id)));
        });
    });
    let end = move || {
        view! {
            {export_button("bank-lines", String::new)}
            {print_button()}
            <ButtonLink attr:data-testid="import-statement" label=t!("matching-import") href="#/matching/import" icon=Icon::File />
            <AllCertain desk=desk account=account />
        }
        .into_any()
    };
    let shown = crate::ui::kept(move || page.shown.with(Option::is_some));
    let lead = move || page.as_of(t!("matching-lead"));
    view! {
        <Page title=t!("nav-matching") sub=Signal::derive(lead) end=end>
            <Figures figures=crate::ui::kept(move || desk.with(figures)) />
            <section class="panel" data-testid="matching-proposals">
                <div class="panel-head">
                    <h2>{t!("matching-proposals")}</h2>
                    <div class="panel-head-end"><SelectField label=t!("col-account") value=account choices=choices testid="matching-account" /></div>
                </div>
                {page.or_wait()}
                <Show when=move || shown.get()><Proposals desk=desk account=account looked=looked /></Show>
            </section>
            <div class="cols cols--wide">
                <section class="panel" data-testid="lines-left">
                    <div class="panel-head"><h2>{t!("matching-lines-left")}</h2></div>
                    {move || desk.with(|desk| lines_left(desk, lines, setting))}
                </section>
                <section class="panel" data-testid="papers-left">
                    <div class="panel-head"><h2>{t!("matching-papers-left")}</h2></div>
                    {move || desk.with(|desk| papers_left(desk, papers, looked))}
                </section>
            </div>
            <Ticked desk=desk account=account lines=lines papers=papers />
            <AsideSheet setting=setting />
            <Slip looked=looked desk=desk />
        </Page>
    }
    .into_any()
}

fn account_words(row: &AccountRow) -> String {
    let digits: Vec<char> = row.number.chars().collect();
    let tail: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
    let words = t!("accounts-tail", bank = &row.bank, tail = tail);
    if row.status == "closed" { format!("{words} · {}", t!("accounts-state-closed")) } else { words }
}

fn figures(desk: &Desk) -> Vec<Figure> {
    let figure = |name: &str, value: String, note: String, alert: bool| Figure {
        name: t!(name),
        value,
        unit: t!("money-unit"),
        note,
        alert,
    };
    let count = |count: usize| t!("matching-count", count = count);
    let left = desk.lines_left();
    let came: Vec<&&BankLineRow> = left.iter().filter(|line| line.amount > Money::ZERO).collect();
    let unclaimed: Money = came.iter().map(|line| line.amount).sum();
    let waiting: Money = desk.page.papers.iter().map(|paper| paper.amount).sum();
    let without: Money = desk.papers_left().iter().map(|paper| paper.amount).sum();
    vec![
        figure("matching-waiting", format::sum(waiting), count(desk.page.papers.len()), false),
        figure("matching-unclaimed", format::sum(unclaimed), count(came.len()), !came.is_empty()),
        figure("matching-without", format::sum(without), count(desk.papers_left().len()), false),
    ]
}

/// Who has sent it, with what the slip says.
fn paper_view(paper: &ExpectedRow, looked: RwSignal<Option<String>>) -> AnyView {
    let who =
        paper.customer.as_ref().map_or_else(|| paper.staff.name.clone(), |customer| customer.name.clone());
    let kind = t!(&format!("matching-kind-{}", paper.kind));
    let reference = (!paper.reference.is_empty()).then(|| t!("matching-slip", digits = &paper.reference));
    let sub = [Some(paper.at.recent()), reference].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let slip = paper.slip.clone().map(|hash| {
        let look = move || looked.set(Some(hash.clone()));
        view! { <Button label=t!("matching-look") kind=ButtonKind::Quiet icon=Icon::File on_press=look /> }
    });
    view! {
        <div class="line line--between">
            <div><b>{who}</b>" "<span class="tiny faint">{kind}</span><span class="row-sub">{sub}</span>{slip}</div>
            <span class="money">{format::sum(paper.amount)}</span>
        </div>
    }
    .into_any()
}

fn line_view(line: &BankLineRow) -> AnyView {
    let reopened = (line.status == "reopened")
        .then(|| badge(Tone::Danger, Some(Icon::Swap), t!("bank-lines-state-reopened")));
    let sub = format!("{} · {}", date(Some(&line.date)), or_nothing(&line.reference));
    view! {
        <div class="line line--between">
            <div><b>{or_nothing(&line.payer)}</b><span class="row-sub">{sub}</span>{reopened}</div>
            <span class="money">{format::sum(line.amount)}</span>
        </div>
    }
    .into_any()
}

fn agreement(one: &Agreement) -> String {
    match (one.what.as_str(), one.days) {
        ("date", Some(0)) => t!("agrees-day"),
        ("date", Some(days)) => t!("agrees-days", days = days),
        (what, _) => t!(&format!("agrees-{what}")),
    }
}

#[component]
fn Proposals(desk: Memo<Desk>, account: RwSignal<String>, looked: RwSignal<Option<String>>) -> impl IntoView {
    let name = |one: &ProposalRow| format!("{}|{}", one.lines.join(","), one.papers.join(","));
    let keys = Memo::new(move |_| desk.with(|desk| desk.proposed().map(name).collect::<Vec<_>>()));
    let one = move |key: String| {
        let found = desk.with_untracked(|desk| desk.proposed().find(|one| name(one) == key).cloned());
        found.map(|found| view! { <One desk=desk account=account looked=looked proposal=found /> })
    };
    let none = move || {
        keys.with(Vec::is_empty).then(|| {
            view! { <EmptyState icon=Icon::Check title=t!("matching-none") text=t!("matching-none-text") /> }
        })
    };
    view! {
        <div class="match match--head"><span>{t!("matching-sent")}</span><span class="tc">{t!("matching-agrees")}</span><span>{t!("nav-bank-lines")}</span><span></span></div>
        {none}
        <For each=move || keys.get() key=String::clone children=one />
    }
    .into_any()
}

/// One proposal, with its score, what that is for, and the way to confirm it.
#[component]
fn One(
    desk: Memo<Desk>,
    account: RwSignal<String>,
    looked: RwSignal<Option<String>>,
    proposal: ProposalRow,
) -> impl IntoView {
    let gesture = Gesture::new();
    let (papers, lines, difference) = desk.with_untracked(|desk| {
        let papers =
            proposal.papers.iter().filter_map(|id| desk.papers.get(id)).map(|one| paper_view(one, looked));
        let lines = proposal.lines.iter().filter_map(|id| desk.lines.get(id)).map(line_view);
        let difference = desk.sum_of_lines(&proposal.lines).minus(desk.sum_of_papers(&proposal.papers));
        (papers.collect_view(), lines.collect_view(), difference)
    });
    let (tone, icon, word) = match (proposal.certain, proposal.exact) {
        (true, _) => (Tone::Applied, Icon::Check, t!("matching-certain", points = proposal.points)),
        (false, true) => (Tone::Finding, Icon::Info, t!("matching-uncertain", points = proposal.points)),
        (false, false) => {
            (Tone::Danger, Icon::Warn, t!("matching-differs", amount = format::sum(difference)))
        }
    };
    let why: Vec<String> = proposal
        .agrees
        .iter()
        .filter(|one| one.points > 0)
        .map(|one| t!("matching-why", what = agreement(one), points = one.points))
        .collect();
    let (exact, certain) = (proposal.exact, proposal.certain);
    let confirm = move || {
        let content = desk
            .with_untracked(|desk| desk.command(&account.get_untracked(), &proposal.lines, &proposal.papers));
        if let Some(content) = content {
            gesture.command(content, t!("confirming-said"), || ());
        }
    };
    let kind = if certain { ButtonKind::Primary } else { ButtonKind::Second };
    view! {
        <div class="match" data-testid="proposal" data-certain=certain.to_string()>
            <div class="stack">{papers}</div>
            <div class="tc">{badge(tone, Some(icon), word)}<span class="row-sub tiny">{why.join(" · ")}</span></div>
            <div class="stack">{lines}</div>
            <div class="right">
                {exact.then(|| view! { <Button attr:data-testid="confirm-proposal" label=t!("confirming-do") kind=kind on_press=confirm /> })}
                {(!exact).then(|| view! { <span class="tiny faint">{t!("matching-differs-text")}</span> })}
                {gesture.note()}
            </div>
        </div>
    }
    .into_any()
}

/// Confirms every proposal that is beyond doubt, one after the other; what stands in the way of one is said with its payer
/// and sum, and the others go on.
#[component]
fn AllCertain(desk: Memo<Desk>, account: RwSignal<String>) -> impl IntoView {
    let under_way = RwSignal::new(false);
    let fault = RwSignal::new(None::<Fault>);
    let failed = RwSignal::new(Vec::<String>::new());
    let certain = Memo::new(move |_| desk.with(|desk| desk.proposed().filter(|one| one.certain).count()));
    let go = move || {
        if under_way.get_untracked() {
            return;
        }
        let account = account.get_untracked();
        let commands: Vec<(String, Value)> = desk.with_untracked(|desk| {
            let all = desk.proposed().filter(|one| one.certain);
            all.filter_map(|one| {
                let whose = desk.whose(&one.lines);
                desk.command(&account, &one.lines, &one.papers).map(|command| (whose, command))
            })
            .collect()
        });
        under_way.set(true);
        fault.set(None);
        failed.set(Vec::new());
        let office = office();
        spawn_local(async move {
            let mut done = 0_usize;
            for (whose, content) in commands {
                match Deed::new("POST", "/commands".to_owned(), content).ask::<Done>().await {
                    Ok(_) => done += 1,
                    Err(error) => {
                        failed.try_update(|all| all.push(format!("{whose}: {}", error.sentence())));
                        fault.try_set(Some(error));
                    }
                }
            }
            under_way.try_set(false);
            if done > 0 {
                tell(t!("matching-all-said", count = done));
            }
            office.catch_up();
        });
    };
    let sentence = Signal::derive(move || failed.with(|all| (!all.is_empty()).then(|| all.join(" "))));
    let code = Signal::derive(move || fault.with(|fault| fault.as_ref().map(Fault::code)));
    let label = Signal::derive(move || t!("matching-all", count = certain.get()));
    view! {
        <RefusalNote sentence=sentence code=code />
        <Show when=move || { certain.get() > 0 }>
            <Button attr:data-testid="confirm-all" label=label kind=ButtonKind::Primary icon=Icon::Check on_press=go />
        </Show>
    }
    .into_any()
}

fn ticks(ids: RwSignal<Vec<String>>, id: String, name: String) -> AnyView {
    let mine = id.clone();
    let on = Memo::new(move |_| ids.with(|ids| ids.contains(&mine)));
    let turn = move |_| {
        ids.update(|ids| match ids.iter().position(|one| *one == id) {
            Some(at) => drop(ids.remove(at)),
            None => ids.push(id.clone()),
        });
    };
    view! { <input class="box" type="checkbox" aria-label=name prop:checked=move || on.get() on:change=turn /> }
        .into_any()
}

fn lines_left(desk: &Desk, ticked: RwSignal<Vec<String>>, setting: RwSignal<Option<Setting>>) -> AnyView {
    let left = desk.lines_left();
    if left.is_empty() {
        return view! { <EmptyState icon=Icon::Check title=t!("matching-no-lines") text=t!("matching-no-lines-text") /> }.into_any();
    }
    let rows = left.into_iter().map(|line| {
        let twice = desk.page.duplicates.contains(&line.id);
        let mark = twice.then(|| badge(Tone::Finding, Some(Icon::Info), t!("matching-twice")));
        let what = Setting { line: line.id.clone(), amount: line.amount, payer: line.payer.clone() };
        let set = move || setting.set(Some(what.clone()));
        let name = t!("matching-tick", what = &line.payer, amount = format::sum(line.amount));
        view! {
            <div class="row" data-testid="line-left">
                {ticks(ticked, line.id.clone(), name)}
                <span class="row-main">{line_view(line)}{mark}</span>
                <Button attr:data-testid="set-aside" label=t!("aside-do") kind=ButtonKind::Quiet on_press=set />
            </div>
        }
    });
    view! { <div class="rows">{rows.collect_view()}</div> }.into_any()
}

fn papers_left(desk: &Desk, ticked: RwSignal<Vec<String>>, looked: RwSignal<Option<String>>) -> AnyView {
    let left = desk.papers_left();
    if left.is_empty() {
        return view! { <EmptyState icon=Icon::Check title=t!("matching-no-papers") text=t!("matching-no-papers-text") /> }.into_any();
    }
    let rows = left.into_iter().map(|paper| {
        let name = t!("matching-tick", what = &paper.staff.name, amount = format::sum(paper.amount));
        view! {
            <div class="row" data-testid="paper-left">
                {ticks(ticked, paper.id.clone(), name)}
                <span class="row-main">{paper_view(paper, looked)}</span>
            </div>
        }
    });
    view! { <div class="rows">{rows.collect_view()}</div> }.into_any()
}

/// What was ticked on both sides, what it comes to, and the way to confirm it: one line for several papers, and several
/// lines for one.
#[component]
fn Ticked(
    desk: Memo<Desk>,
    account: RwSignal<String>,
    lines: RwSignal<Vec<String>>,
    papers: RwSignal<Vec<String>>,
) -> impl IntoView {
    let gesture = Gesture::new();
    let any = Memo::new(move |_| lines.with(|ids| !ids.is_empty()) || papers.with(|ids| !ids.is_empty()));
    let sums = Memo::new(move |_| {
        desk.with(|desk| {
            (lines.with(|ids| desk.sum_of_lines(ids)), papers.with(|ids| desk.sum_of_papers(ids)))
        })
    });
    let said = move || {
        let (came, due) = sums.get();
        let count = (lines.with(Vec::len), papers.with(Vec::len));
        t!(
            "matching-ticked",
            lines = count.0,
            came = format::sum(came),
            papers = count.1,
            due = format::sum(due),
            difference = format::sum(came.minus(due))
        )
    };
    let confirm = move || {
        let content = desk.with_untracked(|desk| {
            desk.command(&account.get_untracked(), &lines.get_untracked(), &papers.get_untracked())
        });
        if let Some(content) = content {
            gesture.command(content, t!("confirming-said"), move || {
                lines.set(Vec::new());
                papers.set(Vec::new());
            });
        }
    };
    let of_one = Memo::new(move |_| desk.with(|desk| papers.with(|ids| desk.are_of_one(ids))));
    let fits = Memo::new(move |_| {
        let (came, due) = sums.get();
        of_one.get() && came == due && lines.with(|ids| !ids.is_empty()) && papers.with(|ids| !ids.is_empty())
    });
    view! {
        <Show when=move || any.get()>
            <section class="panel"><div class="panel-body line line--between" data-testid="ticked">
                <p class="small" role="status">{said}</p>
                <Show when=move || !of_one.get()><p class="small strong" role="alert">{t!("matching-several-owners")}</p></Show>
                <Show when=move || fits.get()>
                    <Button attr:data-testid="confirm-ticked" label=t!("confirming-do") kind=ButtonKind::Primary icon=Icon::Check on_press=confirm />
                </Show>
            </div>{gesture.note()}</section>
        </Show>
    }
    .into_any()
}

/// The photo of a slip, large.
#[component]
fn Slip(looked: RwSignal<Option<String>>, desk: Memo<Desk>) -> impl IntoView {
    let title = move || {
        desk.with(|desk| {
            let found = desk.page.papers.iter().find(|paper| paper.slip == looked.get());
            found.map_or_else(
                || t!("remit-slip-title"),
                |paper| format!("{} {}", paper.staff.name, format::sum(paper.amount)),
            )
        })
    };
    let open = Signal::derive(move || looked.with(Option::is_some));
    let photo = move || looked.get().map(|hash| view! { <div class="photos"><Photo hash=hash /></div> });
    view! {
        <Sheet open=open on_close=move || looked.set(None) title=Signal::derive(title)>
            {photo}
            <div class="line"><Button label=t!("do-close") on_press=move || looked.set(None) /></div>
        </Sheet>
    }
    .into_any()
}
