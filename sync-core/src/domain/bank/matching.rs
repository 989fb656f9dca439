//! Which lines of a statement pay which papers: one by one, several papers by one line, one paper by several lines.
//!
//! It proposes; finance confirms. What is not beyond doubt says so. Source: S34.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    BookedLine, CERTAIN_FROM, Expected, Owner, Score, StatementLine, plain_name,
    score::{ALIKE_FROM, is_slip},
    similar,
};
use crate::{domain::cash::ARRIVES_BEFORE_DAYS, unit::Money};

/// So many days before and after a line papers are looked for.
pub const WINDOW_DAYS: i64 = ARRIVES_BEFORE_DAYS;
/// So many days lie between the parts of one payment.
const PARTS_DAYS: i64 = 12;
/// At most so many papers are paid by one line, and so many lines pay one paper.
const MOST_PARTS: usize = 4;
/// Of so many papers or lines of one payer parts are tried: beyond, people look.
const MOST_TRIED: usize = 14;
/// A sum with a slip of the pen is proposed from so many points on: payer or reference must agree, and the day.
const SLIP_FROM: u32 = 45;
/// Another reading must be this far behind for a proposal to be beyond doubt.
const CLEAR_BY: u32 = 12;

/// Lines that pay papers, as far as can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Places in the lines handed in.
    pub lines: Vec<usize>,
    /// Places in the papers handed in.
    pub papers: Vec<usize>,
    /// What agrees.
    pub score: Score,
    /// Whether it is beyond doubt; else finance must choose.
    pub certain: bool,
}

/// What a statement comes to beside the book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// What pays what; no line and no paper stands in two of them.
    pub proposals: Vec<Proposal>,
    /// Lines that say once more what another line has said.
    pub duplicates: Vec<usize>,
    /// Lines that nothing was found for.
    pub lines_left: Vec<usize>,
    /// Papers that nothing was found for.
    pub papers_left: Vec<usize>,
}

/// Holds the lines of a statement against what is expected. The same input gives the same output, whatever its order.
pub fn match_lines(lines: &[StatementLine], papers: &[Expected]) -> Matching {
    let duplicates = duplicates(lines, papers);
    let there: Vec<usize> =
        (0..lines.len()).filter(|at| !duplicates.contains(at) && lines[*at].amount > Money::ZERO).collect();
    let table = Table::of(lines, papers);
    let returned = table.returned();
    let mut found = table.singles(&there);
    found.extend(table.merged(&there));
    found.extend(table.split(&there));
    // The best first; of equals the simpler one, then the earlier line.
    found.sort_by(|one, other| {
        let size = |one: &Proposal| one.lines.len() + one.papers.len();
        let key = |one: &Proposal| (std::cmp::Reverse(one.score.points()), size(one));
        key(one).cmp(&key(other)).then_with(|| table.order(one).cmp(&table.order(other)))
    });
    let (mut used_lines, mut used_papers): (BTreeSet<usize>, BTreeSet<usize>) = Default::default();
    let rivals = Rivals::of(&found);
    let mut proposals = Vec::new();
    for (at, one) in found.iter().enumerate() {
        let free = one.lines.iter().all(|line| !used_lines.contains(line))
            && one.papers.iter().all(|paper| !used_papers.contains(paper));
        if !free {
            continue;
        }
        used_lines.extend(&one.lines);
        used_papers.extend(&one.papers);
        let points = one.score.points();
        let nearest = rivals.best(&found, at);
        let clear = nearest.is_none_or(|rival| rival + CLEAR_BY <= points);
        let is_doubted = one.lines.iter().any(|line| lines[*line].doubted || returned.contains(line))
            || one.papers.iter().any(|paper| papers[*paper].confirmed);
        let speaks = one.score.is_exact() && one.score.has_a_witness() && points >= CERTAIN_FROM;
        let certain = speaks && clear && !is_doubted;
        proposals.push(Proposal { certain, ..one.clone() });
    }
    Matching {
        lines_left: there.into_iter().filter(|line| !used_lines.contains(line)).collect(),
        papers_left: (0..papers.len()).filter(|paper| !used_papers.contains(paper)).collect(),
        proposals,
        duplicates: duplicates.into_iter().collect(),
    }
}

/// Whether a line may be the return (退汇) of what another one brought: the same sum the other way round, no earlier, and of
/// the same payer or in nobody's name. Source: S17.
pub fn gives_back(back: &BookedLine, came: &BookedLine) -> bool {
    let days = (back.date.0 - came.date.0).num_days();
    came.amount > Money::ZERO
        && back.amount == came.amount.negated()
        && may_be_back(days, &plain_name(came.payer.as_str()), &plain_name(back.payer.as_str()))
}

fn may_be_back(days: i64, came: &str, back: &str) -> bool {
    (0..=WINDOW_DAYS).contains(&days) && (back.is_empty() || similar(came, back) >= ALIKE_FROM)
}

/// Lines of a day under the same number of the bank's; and, where it gives none, lines alike to the letter of which there are
/// more than papers of that sum.
fn duplicates(lines: &[StatementLine], papers: &[Expected]) -> BTreeSet<usize> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|at| {
        let line = &lines[*at];
        (line.date, line.amount, &line.serial, &line.payer, &line.reference, line.number)
    });
    let mut serials = BTreeSet::new();
    let mut alike: BTreeMap<_, usize> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for at in order {
        let line = &lines[at];
        if !line.serial.is_empty() {
            if !serials.insert((line.date, &line.serial, line.amount)) {
                found.insert(at);
            }
            continue;
        }
        let times = alike.entry((line.date, line.amount, &line.payer, &line.reference)).or_default();
        *times += 1;
        let fits = |paper: &&Expected| {
            paper.amount == line.amount && (line.date.0 - paper.date.0).num_days().abs() <= PARTS_DAYS
        };
        if *times > 1 && papers.iter().filter(fits).count() < *times {
            found.insert(at);
        }
    }
    found
}

struct Table<'t> {
    lines: &'t [StatementLine],
    papers: &'t [Expected],
    /// The payers of the lines, and of the papers, as [`plain_name`] has them.
    names: Vec<String>,
    payers: Vec<Vec<String>>,
}

impl<'t> Table<'t> {
    fn of(lines: &'t [StatementLine], papers: &'t [Expected]) -> Self {
        let names = lines.iter().map(|line| plain_name(&line.payer)).collect();
        let payers = |paper: &Expected| paper.payers.iter().map(|one| plain_name(one)).collect();
        Self { lines, papers, names, payers: papers.iter().map(payers).collect() }
    }

    fn score(&self, lines: &[usize], papers: &[usize]) -> Score {
        let lines: Vec<&StatementLine> = lines.iter().map(|at| &self.lines[*at]).collect();
        let papers: Vec<&Expected> = papers.iter().map(|at| &self.papers[*at]).collect();
        Score::of(&lines, &papers)
    }

    fn proposal(&self, lines: Vec<usize>, papers: Vec<usize>) -> Proposal {
        let score = self.score(&lines, &papers);
        Proposal { lines, papers, score, certain: false }
    }

    /// A name for a proposal that does not hang on the order of the input.
    fn order(&self, one: &Proposal) -> (Vec<u32>, Vec<crate::unit::PaperId>) {
        let lines = one.lines.iter().map(|at| self.lines[*at].number).collect();
        (lines, one.papers.iter().map(|at| self.papers[*at].paper).collect())
    }

    fn days(&self, line: usize, paper: usize) -> i64 {
        (self.lines[line].date.0 - self.papers[paper].date.0).num_days()
    }

    /// One line, one paper: of the same sum; or of one that fingers have slipped in, where payer and reference agree.
    fn singles(&self, there: &[usize]) -> Vec<Proposal> {
        let mut found = Vec::new();
        for line in there {
            for paper in 0..self.papers.len() {
                let (came, due) = (self.lines[*line].amount, self.papers[paper].amount);
                let near = self.days(*line, paper).abs() <= WINDOW_DAYS;
                if !near || (came != due && !is_slip(came, due)) {
                    continue;
                }
                let one = self.proposal(vec![*line], vec![paper]);
                if one.score.is_exact() || one.score.points() >= SLIP_FROM {
                    found.push(one);
                }
            }
        }
        found
    }

    /// Lines whose money a later one of the same payer, or of nobody's name, may have taken back: 退汇. Source: S17.
    fn returned(&self) -> BTreeSet<usize> {
        let mut went: BTreeMap<Money, Vec<usize>> = BTreeMap::new();
        for (at, line) in self.lines.iter().enumerate().filter(|(_, line)| line.amount < Money::ZERO) {
            went.entry(line.amount.negated()).or_default().push(at);
        }
        let is_back = |came: usize, back: usize| {
            let days = (self.lines[back].date.0 - self.lines[came].date.0).num_days();
            may_be_back(days, &self.names[came], &self.names[back])
        };
        let all = (0..self.lines.len()).filter(|at| self.lines[*at].amount > Money::ZERO);
        all.filter(|came| {
            let backs = went.get(&self.lines[*came].amount);
            backs.is_some_and(|backs| backs.iter().any(|back| is_back(*came, *back)))
        })
        .collect()
    }

    /// Whether a line may be of the payer of a paper.
    fn is_of_payer(&self, line: usize, paper: usize) -> bool {
        self.payers[paper].iter().any(|one| similar(&self.names[line], one) >= ALIKE_FROM)
    }

    /// One line that pays several papers of one owner.
    fn merged(&self, there: &[usize]) -> Vec<Proposal> {
        let mut found = Vec::new();
        for line in there {
            let near = |paper: &usize| {
                (-2..=PARTS_DAYS).contains(&self.days(*line, *paper))
                    && self.papers[*paper].amount < self.lines[*line].amount
                    && self.is_of_payer(*line, *paper)
            };
            let mut by_owner: BTreeMap<Owner, Vec<usize>> = BTreeMap::new();
            for paper in (0..self.papers.len()).filter(near) {
                by_owner.entry(self.papers[paper].owner).or_default().push(paper);
            }
            for mut of_owner in by_owner.into_values() {
                of_owner.sort_by_key(|paper| (self.days(*line, *paper).abs(), self.papers[*paper].paper));
                of_owner.truncate(MOST_TRIED);
                let sums = |at: &usize| self.papers[*at].amount;
                for papers in parts(&of_owner, &sums, self.lines[*line].amount) {
                    found.push(self.proposal(vec![*line], papers));
                }
            }
        }
        found
    }

    /// One paper that several lines of one payer pay.
    fn split(&self, there: &[usize]) -> Vec<Proposal> {
        let mut found = Vec::new();
        for paper in 0..self.papers.len() {
            let near = |line: &usize| {
                (-2..=PARTS_DAYS).contains(&self.days(*line, paper))
                    && self.lines[*line].amount < self.papers[paper].amount
                    && self.is_of_payer(*line, paper)
            };
            let mut of_payer: Vec<usize> = there.iter().copied().filter(near).collect();
            of_payer.sort_by_key(|line| (self.days(*line, paper).abs(), self.lines[*line].number));
            of_payer.truncate(MOST_TRIED);
            let sums = |at: &usize| self.lines[*at].amount;
            for lines in parts(&of_payer, &sums, self.papers[paper].amount) {
                found.push(self.proposal(lines, vec![paper]));
            }
        }
        found
    }
}

/// The choices of two to [`MOST_PARTS`] of these whose sums come to `due`.
fn parts(of: &[usize], sum: &impl Fn(&usize) -> Money, due: Money) -> Vec<Vec<usize>> {
    fn go(
        of: &[usize],
        sum: &impl Fn(&usize) -> Money,
        left: Money,
        chosen: &mut Vec<usize>,
        found: &mut Vec<Vec<usize>>,
    ) {
        if left.is_zero() && chosen.len() > 1 {
            found.push(chosen.clone());
            return;
        }
        if chosen.len() == MOST_PARTS || left <= Money::ZERO {
            return;
        }
        for (at, one) in of.iter().enumerate() {
            chosen.push(*one);
            go(&of[at + 1..], sum, left.minus(sum(one)), chosen, found);
            chosen.pop();
        }
    }
    let mut found = Vec::new();
    go(of, sum, due, &mut Vec::new(), &mut found);
    found
}

/// Which proposals stand in each other's way.
struct Rivals {
    of_line: BTreeMap<usize, Vec<usize>>,
    of_paper: BTreeMap<usize, Vec<usize>>,
}

impl Rivals {
    fn of(found: &[Proposal]) -> Self {
        let mut rivals = Self { of_line: BTreeMap::new(), of_paper: BTreeMap::new() };
        for (at, one) in found.iter().enumerate() {
            for line in &one.lines {
                rivals.of_line.entry(*line).or_default().push(at);
            }
            for paper in &one.papers {
                rivals.of_paper.entry(*paper).or_default().push(at);
            }
        }
        rivals
    }

    /// The points of the best other reading of a line or paper of this proposal.
    fn best(&self, found: &[Proposal], at: usize) -> Option<u32> {
        let lines = found[at].lines.iter().filter_map(|line| self.of_line.get(line));
        let papers = found[at].papers.iter().filter_map(|paper| self.of_paper.get(paper));
        let others = lines.chain(papers).flatten().filter(|other| **other != at);
        others.map(|other| found[*other].score.points()).max()
    }
}
