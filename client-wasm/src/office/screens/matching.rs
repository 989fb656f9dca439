//! 对账: the lines of a bank's statement held against what was sent; finance confirms one, all that are certain, or what it
//! ticks (S13, S34, S41).
//!
//! Floor: office, a screen. This module must not score anything: the server does, and says why.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Value, json};
use sync_core::unit::Money;

use super::aside::{AsideSheet, Setting};
use super::cells::{date, or_nothing};
use super::matching_left::{LinesLeft, PapersLeft, Slip, Ticked};
use super::matching_return::ReturnSheet;
use super::withdrawing::{Standing, named};
use crate::office::api::papers::AccountRow;
use crate::office::api::standing::Done;
use crate::office::api::statements::{
    Agreement, BankLineRow, ExpectedRow, Lineless, MatchingPage, ProposalRow,
};
use crate::office::api::{Deed, Fault};
use crate::office::fetched::{fetched, fetched_whole};
use crate::office::gesture::Gesture;
use crate::office::list::{export_button, print_button};
use crate::office::state::office;
use crate::ui::{
    Button, ButtonKind, ButtonLink, Choice, EmptyState, Figure, Figures, Icon, Page, RefusalNote,
    SelectField, Tone, badge, format, sum_view, t, tell,
};

/// Lines and papers by their ids.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Desk {
    pub(super) page: MatchingPage,
    pub(super) lines: BTreeMap<String, BankLineRow>,
    pub(super) papers: BTreeMap<String, ExpectedRow>,
}

impl Desk {
    fn of(page: MatchingPage) -> Self {
        let lines = page.lines.iter().map(|line| (line.id.clone(), line.clone())).collect();
        let papers = page.papers.iter().chain(&page.confirmed);
        let papers = papers.map(|paper| (paper.id.clone(), paper.clone())).collect();
        Self { page, lines, papers }
    }

    fn proposed(&self) -> impl Iterator<Item = &ProposalRow> {
        self.page.proposals.iter()
    }

    pub(super) fn lines_left(&self) -> Vec<&BankLineRow> {
        let taken: BTreeSet<&String> = self.proposed().flat_map(|one| &one.lines).collect();
        self.page.lines.iter().filter(|line| !taken.contains(&line.id)).collect()
    }

    pub(super) fn papers_left(&self) -> Vec<&ExpectedRow> {
        let taken: BTreeSet<&String> = self.proposed().flat_map(|one| &one.papers).collect();
        self.page.papers.iter().filter(|paper| !taken.contains(&paper.id)).collect()
    }

    pub(super) fn sum_of_lines(&self, ids: &[String]) -> Money {
        ids.iter().filter_map(|id| self.lines.get(id)).map(|line| line.amount).sum()
    }

    pub(super) fn sum_of_papers(&self, ids: &[String]) -> Money {
        ids.iter().filter_map(|id| self.papers.get(id)).map(|paper| paper.amount).sum()
    }

    /// Who has paid by these lines, and how much.
    fn whose(&self, lines: &[String]) -> String {
        let payer = lines.first().and_then(|id| self.lines.get(id)).map_or("", |line| line.payer.as_str());
        format!("{payer} {}", format::sum(self.sum_of_lines(lines)))
    }

    /// Whether papers are of one kind, of one customer, and of one rep: a confirmation is.
    pub(super) fn are_of_one(&self, papers: &[String]) -> bool {
        let whose = |paper: &ExpectedRow| {
            let customer = paper.customer.as_ref().map(|customer| customer.id.clone());
            (paper.kind.clone(), customer, paper.staff.id.clone())
        };
        let mut all = papers.iter().filter_map(|id| self.papers.get(id)).map(whose);
        let first = all.next();
        all.all(|one| Some(&one) == first.as_ref())
    }

    /// The command that confirms these papers by these lines; nothing where none of them is there any more.
    pub(super) fn command(&self, account: &str, lines: &[String], papers: &[String]) -> Option<Value> {
        let found: Vec<&ExpectedRow> = papers.iter().filter_map(|id| self.papers.get(id)).collect();
        let first = found.first()?;
        let days = lines.iter().filter_map(|id| self.lines.get(id)).map(|line| line.date.clone());
        let names: Vec<Value> = found
            .iter()
            .flat_map(|paper| match &paper.confirmation {
                Some(said) => named(&said.papers),
                None => vec![json!({ "of": paper.id, "staff": paper.staff.id })],
            })
            .collect();
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

    /// What was confirmed of these papers without a line: it is taken back before they are confirmed by one.
    fn standing(&self, papers: &[String]) -> Option<Standing> {
        let paper = papers.iter().find_map(|id| self.papers.get(id))?;
        let said = paper.confirmation.as_ref()?;
        let customer = paper.customer.as_ref();
        Some(Standing {
            confirmation: said.confirmation,
            kind: paper.kind.clone(),
            papers: said.papers.clone(),
            customer: customer.map(|customer| customer.id.clone()),
            lines: Vec::new(),
            who: customer.map_or_else(|| paper.staff.name.clone(), |customer| customer.name.clone()),
            amount: paper.amount,
        })
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
    let returning = RwSignal::new(None::<String>);
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
            {move || desk.with(|desk| more(&desk.page))}
            <section class="panel" data-testid="matching-proposals">
                <div class="panel-head">
                    <h2>{t!("matching-proposals")}</h2>
                    <div class="panel-head-end"><SelectField label=t!("col-account") value=account choices=choices testid="matching-account" /></div>
                </div>
                {page.or_wait()}
                <Show when=move || shown.get()><Proposals desk=desk account=account looked=looked /></Show>
            </section>
            <div class="cols cols--wide">
                <LinesLeft desk=desk ticked=lines setting=setting returning=returning />
                <PapersLeft desk=desk lines=lines ticked=papers looked=looked />
            </div>
            <Ticked desk=desk account=account lines=lines papers=papers />
            <AsideSheet setting=setting />
            <ReturnSheet desk=desk returning=returning />
            <Slip looked=looked desk=desk />
        </Page>
    }
    .into_any()
}

/// What is not on the page, where more is open than is held at once.
fn more(page: &MatchingPage) -> Option<AnyView> {
    let words = match (page.more_lines, page.more_papers) {
        (true, _) => t!("matching-more-lines", most = page.at_most),
        (false, true) => t!("matching-more-papers", most = page.at_most),
        (false, false) => return None,
    };
    Some(view! { <p class="note" role="status" data-testid="matching-more">{words}</p> }.into_any())
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
pub(super) fn paper_view(paper: &ExpectedRow, looked: RwSignal<Option<String>>) -> AnyView {
    let who =
        paper.customer.as_ref().map_or_else(|| paper.staff.name.clone(), |customer| customer.name.clone());
    let kind = t!(&format!("matching-kind-{}", paper.kind));
    let reference = (!paper.reference.is_empty()).then(|| t!("matching-slip", digits = &paper.reference));
    let sub = [Some(paper.at.recent()), reference].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let said = paper.confirmation.as_ref().map(confirmed_view);
    let slip = paper.slip.clone().map(|hash| {
        let look = move || looked.set(Some(hash.clone()));
        view! { <Button label=t!("matching-look") kind=ButtonKind::Quiet icon=Icon::File on_press=look /> }
    });
    view! {
        <div class="line line--between">
            <div><b>{who}</b>" "<span class="tiny faint">{kind}</span><span class="row-sub">{sub}</span>{said}{slip}</div>
            <span class="money">{sum_view(paper.amount)}</span>
        </div>
    }
    .into_any()
}

/// Who has confirmed it without a line, and for which day.
fn confirmed_view(said: &Lineless) -> AnyView {
    let day = date(Some(&said.arrived_on));
    let words = t!("matching-belongs", who = &said.by.name, day = day, count = said.papers.len());
    badge(Tone::Finding, Some(Icon::Info), words)
}

pub(super) fn line_view(line: &BankLineRow) -> AnyView {
    let reopened = (line.status == "reopened")
        .then(|| badge(Tone::Danger, Some(Icon::Swap), t!("bank-lines-state-reopened")));
    let sub = format!("{} · {}", date(Some(&line.date)), or_nothing(&line.reference));
    view! {
        <div class="line line--between">
            <div><b>{or_nothing(&line.payer)}</b><span class="row-sub">{sub}</span>{reopened}</div>
            <span class="money">{sum_view(line.amount)}</span>
        </div>
    }
    .into_any()
}

fn agreement(one: &Agreement) -> String {
    match (one.what.as_str(), one.days) {
        ("date", Some(0)) => t!("agrees-day"),
        ("date", Some(days)) if days < 0 => t!("agrees-before", days = days.unsigned_abs()),
        ("date", Some(days)) => t!("agrees-days", days = days),
        (what, _) => t!(&format!("agrees-{what}")),
    }
}

#[component]
fn Proposals(desk: Memo<Desk>, account: RwSignal<String>, looked: RwSignal<Option<String>>) -> impl IntoView {
    // What has become uncertain is drawn anew.
    let name = |one: &ProposalRow| {
        format!("{}|{}|{}|{}", one.lines.join(","), one.papers.join(","), one.points, one.certain)
    };
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
    let belongs = desk.with_untracked(|desk| desk.standing(&proposal.papers)).is_some();
    let confirm = move || {
        let (content, before) = desk.with_untracked(|desk| {
            let content = desk.command(&account.get_untracked(), &proposal.lines, &proposal.papers);
            (content, desk.standing(&proposal.papers))
        });
        let Some(content) = content else { return };
        // What was confirmed without a line is taken back, and confirmed anew by it: two signed changes, one gesture.
        let withdrawn = before.map(|before| before.withdrawn(&t!("matching-belongs-reason")));
        let said = if belongs { t!("matching-belongs-said") } else { t!("confirming-said") };
        gesture.commands(withdrawn.into_iter().chain([content]).collect(), said, || ());
    };
    let label = if belongs { t!("matching-belongs-do") } else { t!("confirming-do") };
    let kind = if certain { ButtonKind::Primary } else { ButtonKind::Second };
    view! {
        <div class="match" data-testid="proposal" data-certain=certain.to_string() data-belongs=belongs.to_string()>
            <div class="stack">{papers}</div>
            <div class="tc">{badge(tone, Some(icon), word)}<span class="row-sub tiny">{why.join(" · ")}</span></div>
            <div class="stack">{lines}</div>
            <div class="right">
                {exact.then(|| view! { <Button attr:data-testid="confirm-proposal" label=label kind=kind on_press=confirm /> })}
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
