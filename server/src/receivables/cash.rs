//! What has arrived of reps' cash: kept beside the list of what is owed, and gone on with by what comes in the feed.
//!
//! Only where something finds its place before what was gone through, or was taken back, is all of a rep's cash read.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    domain::cash::{CashOfRep, CashTraced},
    paper::{Paper, PaperKey, PaperKind},
    unit::{CustomerId, Money, PaperId, StaffId},
};

use crate::store::{CashBy, CashMark, ChosenUnit, Filter, ListAsk, Listed, Snapshot, StoreError, Stored};

/// What a change did to a rep's cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It was collected.
    Collected(PaperId),
    /// It was sent to an account.
    Sent(PaperId),
    /// Finance has signed for what was handed in.
    HandedIn(PaperId),
    /// Finance has found what was sent.
    Found(PaperId),
    /// It is to be gone through anew: something came back, was decided afterwards, or a phone was settled.
    Anew,
}

/// The steps of each rep with their positions in the feed.
pub(super) type Steps = BTreeMap<StaffId, Vec<(u64, Step)>>;

/// Whose cash has moved since the table was read.
#[derive(Clone, Debug, Default)]
enum Behind {
    #[default]
    Nobody,
    These(BTreeSet<StaffId>),
    All,
}

/// What has arrived of reps' cash, as far as accounts have asked for it.
#[derive(Debug, Default)]
pub(super) struct Cash {
    behind: Behind,
    /// Of whom the table has it.
    in_table: BTreeMap<StaffId, bool>,
    /// Whose was gone through anew.
    anew: BTreeMap<StaffId, BTreeMap<PaperId, Money>>,
    /// What has arrived besides what the table has.
    besides: BTreeMap<PaperId, Money>,
    /// What the table has of the customer who was asked for last.
    last: Option<(CustomerId, BTreeMap<PaperId, Money>)>,
    /// What is to be kept.
    pub(super) kept: Vec<CashBy>,
    /// Of how many reps all cash was read.
    pub(super) read: u64,
}

/// All cash of a rep, gone through.
struct Whole {
    traced: CashTraced,
    arrived: BTreeMap<PaperId, Money>,
    customers: BTreeMap<PaperId, CustomerId>,
}

impl Cash {
    /// As the papers have it, whatever the table says.
    pub(super) fn of_papers() -> Self {
        Self { behind: Behind::All, ..Self::default() }
    }

    /// As the table has it, but for these reps.
    pub(super) fn but_for(reps: BTreeSet<StaffId>) -> Self {
        Self { behind: Behind::These(reps), ..Self::default() }
    }

    /// How much has arrived of a collection.
    pub(super) async fn arrived(
        &mut self,
        snapshot: &mut ChosenUnit,
        (customer, rep, paper): (CustomerId, StaffId, PaperId),
    ) -> Stored<Money> {
        let of = |all: &BTreeMap<PaperId, Money>| all.get(&paper).copied().unwrap_or(Money::ZERO);
        if !self.anew.contains_key(&rep) && !self.is_in_table(snapshot, rep).await? {
            self.goes_through(snapshot, rep).await?;
        }
        if let Some(all) = self.anew.get(&rep) {
            return Ok(of(all));
        }
        if self.last.as_ref().is_none_or(|(last, _)| *last != customer) {
            self.last = Some((customer, snapshot.cash_arrived(customer).await?));
        }
        let kept = self.last.as_ref().map_or(Money::ZERO, |(_, all)| of(all));
        Ok(kept.plus(of(&self.besides)))
    }

    async fn is_in_table(&mut self, snapshot: &mut ChosenUnit, rep: StaffId) -> Stored<bool> {
        match &self.behind {
            Behind::All => return Ok(false),
            Behind::These(reps) if reps.contains(&rep) => return Ok(false),
            Behind::These(_) | Behind::Nobody => {}
        }
        if let Some(known) = self.in_table.get(&rep) {
            return Ok(*known);
        }
        let known = snapshot.cash_mark(rep).await?.is_some();
        self.in_table.insert(rep, known);
        Ok(known)
    }

    /// Reads all cash of a rep, and keeps what came of it.
    async fn goes_through(
        &mut self,
        snapshot: &mut ChosenUnit,
        rep: StaffId,
    ) -> Stored<BTreeMap<PaperId, CustomerId>> {
        let through = snapshot.head().await?.position;
        let Whole { traced, arrived, customers } = whole(snapshot, rep).await?;
        let of = |(paper, sum): (&PaperId, &Money)| Some((*paper, *customers.get(paper)?, *sum));
        self.kept.push(CashBy {
            staff: rep,
            mark: CashMark { through, traced: written(&traced) },
            anew: true,
            arrived: arrived.iter().filter_map(of).collect(),
        });
        self.anew.insert(rep, arrived);
        self.read += 1;
        Ok(customers)
    }

    /// Goes through a rep's cash anew: the customers of whose cash more has arrived than was known, or less.
    async fn begins_again(
        &mut self,
        snapshot: &mut ChosenUnit,
        rep: StaffId,
    ) -> Stored<BTreeSet<CustomerId>> {
        let before = snapshot.cash_arrived_by(rep).await?;
        let customers = self.goes_through(snapshot, rep).await?;
        let now = &self.anew[&rep];
        let less = before.iter().filter(|(paper, (_, sum))| now.get(paper) != Some(sum));
        let less = less.map(|(_, (customer, _))| *customer);
        let more = now.iter().filter(|(paper, sum)| before.get(paper).map(|(_, was)| was) != Some(sum));
        Ok(less.chain(more.filter_map(|(paper, _)| customers.get(paper).copied())).collect())
    }

    /// Goes on with what has come up to a position: the customers of whose cash more has arrived, or less.
    pub(super) async fn goes_on(
        &mut self,
        snapshot: &mut ChosenUnit,
        steps: Steps,
        through: u64,
    ) -> Stored<BTreeSet<CustomerId>> {
        let mut moved = BTreeSet::new();
        for (rep, steps) in steps {
            // Of whom nothing is kept nobody's account was read: whoever reads one goes through it.
            let Some(mark) = snapshot.cash_mark(rep).await? else { continue };
            let steps: Vec<Step> =
                steps.into_iter().filter(|(at, _)| *at > mark.through).map(|(_, step)| step).collect();
            if steps.is_empty() {
                continue;
            }
            if let Some((traced, more)) = goes_on_with(snapshot, read(&mark)?, &steps).await? {
                let customers = customers_of(snapshot, more.keys()).await?;
                moved.extend(customers.values().copied());
                let of = |(paper, sum): (&PaperId, &Money)| Some((*paper, *customers.get(paper)?, *sum));
                let arrived = more.iter().filter_map(of).collect();
                let mark = CashMark { through, traced: written(&traced) };
                self.kept.push(CashBy { staff: rep, mark, anew: false, arrived });
                self.besides.extend(more);
            } else {
                moved.extend(self.begins_again(snapshot, rep).await?);
            }
        }
        Ok(moved)
    }
}

fn written(traced: &CashTraced) -> Vec<u8> {
    minicbor::to_vec(traced).expect("writing to memory cannot fail")
}

fn read(mark: &CashMark) -> Stored<CashTraced> {
    minicbor::decode(&mark.traced).map_err(|_| StoreError::Corrupt("where a rep's cash lies".into()))
}

/// Goes on from where a rep's cash lay; `None` where it is to be gone through anew.
async fn goes_on_with(
    snapshot: &mut ChosenUnit,
    mut traced: CashTraced,
    steps: &[Step],
) -> Stored<Option<(CashTraced, BTreeMap<PaperId, Money>)>> {
    let (mut cash, mut found) = (CashOfRep::default(), Vec::new());
    for step in steps {
        let key = match *step {
            Step::Collected(id) => PaperKey::collection(id),
            Step::Sent(id) | Step::Found(id) => PaperKey::remittance(id),
            Step::HandedIn(id) => PaperKey::hand_in(id),
            Step::Anew => return Ok(None),
        };
        match (step, snapshot.papers(&[key]).await?.pop()) {
            (Step::Found(_), Some((_, Paper::Remittance(paper)))) => {
                found.extend(paper.recorded.as_ref().map(|sent| sent.id));
            }
            (_, Some((_, Paper::Collection(paper)))) => cash.collected(PaperId(key.id), &paper),
            (_, Some((_, Paper::Remittance(paper)))) => cash.remitted(&paper),
            (_, Some((_, Paper::HandIn(paper)))) => cash.handed_in(&paper),
            _ => return Ok(None),
        }
    }
    let Some(mut more) = traced.goes_on(cash) else { return Ok(None) };
    for out in found {
        let Some(arrived) = traced.has_found(out) else { return Ok(None) };
        for (paper, sum) in arrived {
            let of = more.entry(paper).or_default();
            *of = of.plus(sum);
        }
    }
    Ok(Some((traced, more)))
}

/// Whose customers' these cash collections are.
async fn customers_of<'p>(
    snapshot: &mut ChosenUnit,
    papers: impl Iterator<Item = &'p PaperId>,
) -> Stored<BTreeMap<PaperId, CustomerId>> {
    let keys: Vec<PaperKey> = papers.map(|paper| PaperKey::collection(*paper)).collect();
    let all = snapshot.papers(&keys).await?.into_iter();
    Ok(all.filter_map(|(key, paper)| Some((PaperId(key.id), customer(&paper)?))).collect())
}

fn customer(paper: &Paper) -> Option<CustomerId> {
    match paper {
        Paper::Collection(paper) => paper.recorded.as_ref().map(|taken| taken.what.customer),
        _ => None,
    }
}

/// All cash of a rep, from the first collection on. Source: S34, Q3.
async fn whole(snapshot: &mut ChosenUnit, rep: StaffId) -> Stored<Whole> {
    let filter = Filter { staff: Some(rep), ..Filter::default() };
    let kinds = [PaperKind::Collection, PaperKind::Remittance, PaperKind::HandIn];
    let (mut cash, mut customers) = (CashOfRep::default(), BTreeMap::new());
    for Listed { key, paper, .. } in snapshot.list(&ListAsk::every(&kinds, filter)).await?.rows {
        customers.extend(customer(&paper).map(|customer| (PaperId(key.id), customer)));
        match &paper {
            Paper::Collection(paper) => cash.collected(PaperId(key.id), paper),
            Paper::Remittance(paper) => cash.remitted(paper),
            Paper::HandIn(paper) => cash.handed_in(paper),
            _ => {}
        }
    }
    for (_, paper) in snapshot.papers(&[PaperKey::limits(rep)]).await? {
        if let Paper::Limits(limits) = &paper {
            cash.settled(limits);
        }
    }
    let (traced, arrived) = cash.traced(&[]);
    Ok(Whole { traced, arrived, customers })
}
