//! A bank statement of a thousand lines whose truth is known, held against the book. Source: S34.
//!
//! The generator writes what banks and people do: names with and without endings, slips of the pen, wrong days, one
//! payment in parts, several in one, lines said twice, money of strangers, and round sums that many pay.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    domain::bank::{Expected, Matching, Owner, StatementLine, match_lines},
    time::BusinessDate,
    unit::{Money, PaperId, StaffId},
};
use uuid::Uuid;

use crate::dice::Dice;

const LINES: usize = 1_000;

/// What a line is about in truth.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Truth {
    /// It pays these papers, together with the lines of the same number.
    Pays(Vec<PaperId>),
    /// It says once more what another line says.
    Twice,
    /// It is nothing of the book's.
    Foreign,
}

struct Generated {
    lines: Vec<StatementLine>,
    truths: Vec<Truth>,
    papers: Vec<Expected>,
}

const FIRST: [&str; 16] = [
    "宁安",
    "红柳",
    "河畔",
    "城南",
    "塞上",
    "贺兰",
    "沙湖",
    "枸杞",
    "银川",
    "固原",
    "中卫",
    "西夏",
    "永宁",
    "青铜峡",
    "石嘴山",
    "海原",
];
const SECOND: [&str; 10] =
    ["粮油", "食品", "副食", "调味品", "干果", "清真食品", "百货", "面粉", "杂货", "生鲜"];
const ENDING: [&str; 5] = ["商行", "有限公司", "经营部", "超市", "店"];
const PEOPLE: [&str; 10] =
    ["马立群", "杨建国", "海小军", "王秀英", "李国强", "丁玉兰", "哈文斌", "白永福", "金晓燕", "纳志刚"];

/// A name with a slip of the pen.
fn slipped(dice: &mut Dice, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = usize::try_from(dice.below(letters.len() as u64)).expect("small");
    if dice.once_in(2) && letters.len() > 3 {
        letters.remove(at);
    } else {
        letters[at] = '某';
    }
    letters.into_iter().collect()
}

/// Figures with a slip of the pen.
fn slipped_figures(dice: &mut Dice, figures: &str) -> String {
    let mut letters: Vec<char> = figures.chars().collect();
    let at = usize::try_from(dice.below(letters.len() as u64 - 1)).expect("small");
    if letters[at] != letters[at + 1] && dice.once_in(2) {
        letters.swap(at, at + 1);
    } else {
        letters[at] = if letters[at] == '7' { '1' } else { '7' };
    }
    letters.into_iter().collect()
}

/// One for each name.
fn owner(payers: &[String]) -> Owner {
    let mut id = [0_u8; 16];
    for (at, byte) in payers.concat().bytes().enumerate() {
        id[at % 16] = id[at % 16].wrapping_mul(31).wrapping_add(byte);
    }
    Owner::Rep(StaffId::from_bytes(id))
}

struct Writer {
    dice: Dice,
    made: Generated,
    serial: u64,
}

impl Writer {
    fn party(&mut self) -> (String, Vec<String>) {
        let turn = self.dice.below(70);
        if turn < 10 {
            let name = PEOPLE[usize::try_from(turn).expect("small")].to_owned();
            return (name.clone(), vec![name]);
        }
        let at = |bound: usize, by: u64| usize::try_from((turn * by) % bound as u64).expect("small");
        let bare = format!("{}{}", FIRST[at(16, 7)], SECOND[at(10, 3)]);
        let full = format!("{bare}{}", ENDING[at(5, 1)]);
        let boss = PEOPLE[at(10, 9)];
        (full.clone(), vec![full, format!("{boss}{turn}")])
    }

    fn amount(&mut self) -> Money {
        if self.dice.once_in(4) {
            Money::yuan(500 * (1 + i64::try_from(self.dice.below(30)).expect("small")))
        } else {
            Money::fen(50_000 + i64::try_from(self.dice.below(3_000_000)).expect("small"))
        }
    }

    fn day(&mut self) -> BusinessDate {
        let first = BusinessDate::of(2026, 10, 1).expect("a date");
        BusinessDate(first.0 + chrono::Days::new(self.dice.below(31)))
    }

    fn paper(&mut self, amount: Money, date: BusinessDate, payers: Vec<String>) -> Expected {
        let reference = format!("{:06}", self.dice.below(1_000_000));
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(self.made.papers.len() as u64 + 1).to_be_bytes());
        id[8..].copy_from_slice(&self.dice.next().to_be_bytes());
        let paper = PaperId(Uuid::from_bytes(id));
        let owner = owner(&payers);
        let expected = Expected { paper, owner, confirmed: false, date, amount, payers, reference };
        self.made.papers.push(expected.clone());
        expected
    }

    fn line(&mut self, date: BusinessDate, amount: Money, payer: &str, reference: &str, truth: Truth) {
        let payer = match self.dice.below(100) {
            0..=7 => slipped(&mut self.dice, payer),
            8..=19 => payer.trim_end_matches("有限公司").trim_end_matches("商行").to_owned(),
            20..=26 => format!("{payer}（电子回单）").replace("（电子回单）", " "),
            _ => payer.to_owned(),
        };
        let reference = match self.dice.below(100) {
            0..=29 => "货款".to_owned(),
            30..=36 => slipped_figures(&mut self.dice, reference),
            37..=60 => format!("货款 {reference}"),
            _ => reference.to_owned(),
        };
        self.serial += 1;
        let serial =
            if self.dice.once_in(5) { String::new() } else { format!("B{:09}", self.serial * 7_919) };
        let date = match self.dice.below(100) {
            // The bank was late, or somebody wrote another month's day.
            0..=2 => BusinessDate(date.0 + chrono::Days::new(10 + self.dice.below(15))),
            3 => BusinessDate(date.0 - chrono::Days::new(1 + self.dice.below(9))),
            4..=60 => date,
            61..=85 => BusinessDate(date.0 + chrono::Days::new(1)),
            _ => BusinessDate(date.0 + chrono::Days::new(2 + self.dice.below(2))),
        };
        let number = u32::try_from(self.made.lines.len()).expect("small") + 1;
        self.made.lines.push(StatementLine {
            number,
            date,
            amount,
            payer,
            reference,
            serial,
            doubted: false,
        });
        self.made.truths.push(truth);
    }

    fn one(&mut self) {
        let (name, payers) = self.party();
        let (amount, date) = (self.amount(), self.day());
        match self.dice.below(100) {
            // One payment in two or three parts.
            0..=4 => {
                let paper = self.paper(amount, date, payers);
                let first = Money::fen(amount.as_fen() * 3 / 7);
                let second = Money::fen(amount.as_fen() / 5);
                let mut parts = vec![first, second, amount.minus(first).minus(second)];
                if self.dice.once_in(2) {
                    parts = vec![first, amount.minus(first)];
                }
                for part in parts {
                    self.line(date, part, &name, &paper.reference, Truth::Pays(vec![paper.paper]));
                }
            }
            // Two or three payments in one.
            5..=10 => {
                let many = 2 + self.dice.below(2);
                let papers: Vec<Expected> = (0..many)
                    .map(|_| {
                        let amount = self.amount();
                        self.paper(amount, date, payers.clone())
                    })
                    .collect();
                let sum = papers.iter().map(|paper| paper.amount).sum();
                let reference = papers[0].reference.clone();
                let ids = papers.iter().map(|paper| paper.paper).collect();
                self.line(date, sum, &name, &reference, Truth::Pays(ids));
            }
            // Said twice, mostly under the same number of the bank's.
            11..=13 => {
                let paper = self.paper(amount, date, payers);
                self.line(date, amount, &name, &paper.reference, Truth::Pays(vec![paper.paper]));
                let mut again = self.made.lines.last().expect("just written").clone();
                again.number += 1;
                self.made.lines.push(again);
                self.made.truths.push(Truth::Twice);
            }
            // Money of strangers, now and then of a sum that somebody owes.
            14..=17 => {
                let owed = self.made.papers.last().map(|paper| paper.amount).filter(|_| self.dice.once_in(2));
                let figures = format!("{:06}", self.dice.below(1_000_000));
                self.line(date, owed.unwrap_or(amount), "宁夏某物业服务中心", &figures, Truth::Foreign);
            }
            // Nothing has come in yet.
            18..=20 => {
                self.paper(amount, date, payers);
            }
            // Somebody slipped in the sum.
            21..=22 => {
                let figures = slipped_figures(&mut self.dice, &amount.as_fen().to_string());
                let wrong = figures.parse().map(Money::fen).expect("figures");
                let paper = self.paper(wrong, date, payers);
                self.line(date, amount, &name, &paper.reference, Truth::Pays(vec![paper.paper]));
            }
            _ => {
                let paper = self.paper(amount, date, payers);
                self.line(date, amount, &name, &paper.reference, Truth::Pays(vec![paper.paper]));
            }
        }
    }
}

fn generated(seed: u64) -> Generated {
    let made = Generated { lines: Vec::new(), truths: Vec::new(), papers: Vec::new() };
    let mut writer = Writer { dice: Dice::new(seed), made, serial: 0 };
    while writer.made.lines.len() < LINES {
        writer.one();
    }
    writer.made
}

/// What became of the lines.
#[derive(Debug, Default)]
struct Result {
    lines: usize,
    right: usize,
    wrong: usize,
    wrong_and_certain: Vec<String>,
    certain: usize,
}

fn compared(made: &Generated, found: &Matching) -> Result {
    let mut by_line: BTreeMap<usize, (&[usize], bool)> = BTreeMap::new();
    for proposal in &found.proposals {
        for line in &proposal.lines {
            by_line.insert(*line, (&proposal.papers, proposal.certain));
        }
    }
    let duplicates: BTreeSet<usize> = found.duplicates.iter().copied().collect();
    let mut result = Result { lines: made.lines.len(), ..Result::default() };
    for (at, truth) in made.truths.iter().enumerate() {
        let proposed = by_line.get(&at);
        let papers: Option<BTreeSet<PaperId>> =
            proposed.map(|(papers, _)| papers.iter().map(|paper| made.papers[*paper].paper).collect());
        let certain = proposed.is_some_and(|(_, certain)| *certain);
        let right = match truth {
            Truth::Pays(due) => papers == Some(due.iter().copied().collect()),
            Truth::Twice => duplicates.contains(&at) || (papers.is_none() && !certain),
            Truth::Foreign => papers.is_none() && !duplicates.contains(&at),
        };
        result.right += usize::from(right);
        result.certain += usize::from(certain);
        if !right {
            result.wrong += 1;
            let put_aside = duplicates.contains(&at);
            if certain || put_aside {
                result.wrong_and_certain.push(format!("{:?} {truth:?}, proposed {papers:?}", made.lines[at]));
            }
        }
    }
    result
}

/// S34: at least 95 of 100 lines are matched right, and none is matched wrong as if it were beyond doubt.
#[test]
fn a_statement_of_a_thousand_lines_is_matched_right_or_said_to_be_in_doubt() {
    for seed in 1..=6 {
        let made = generated(seed);
        let result = compared(&made, &match_lines(&made.lines, &made.papers));
        println!(
            "seed {seed}: {} lines, {} right, {} beyond doubt, {} wrong and in doubt",
            result.lines, result.right, result.certain, result.wrong
        );
        assert_eq!(result.wrong_and_certain, Vec::<String>::new(), "seed {seed}");
        assert!(result.right * 100 >= result.lines * 95, "seed {seed}: {result:?}");
        assert!(result.certain * 100 >= result.lines * 60, "seed {seed}: {result:?}");
    }
}

/// The order in which lines and papers are handed in changes nothing.
#[test]
fn a_statement_read_backwards_is_matched_alike() {
    let made = generated(7);
    let named = |found: &Matching, lines: &[StatementLine], papers: &[Expected]| {
        let mut all: Vec<_> = found
            .proposals
            .iter()
            .map(|one| {
                let mut numbers: Vec<u32> = one.lines.iter().map(|at| lines[*at].number).collect();
                numbers.sort_unstable();
                let ids: BTreeSet<PaperId> = one.papers.iter().map(|at| papers[*at].paper).collect();
                (numbers, ids, one.certain, one.score.points())
            })
            .collect();
        all.sort();
        all
    };
    let forwards = named(&match_lines(&made.lines, &made.papers), &made.lines, &made.papers);
    let lines: Vec<StatementLine> = made.lines.iter().rev().cloned().collect();
    let papers: Vec<Expected> = made.papers.iter().rev().cloned().collect();
    assert_eq!(named(&match_lines(&lines, &papers), &lines, &papers), forwards);
}

fn day(day: u32) -> BusinessDate {
    BusinessDate::of(2026, 10, day).expect("a date")
}

fn line(number: u32, yuan: i64, payer: &str, reference: &str, serial: &str) -> StatementLine {
    let (payer, reference, serial) = (payer.to_owned(), reference.to_owned(), serial.to_owned());
    let (date, amount) = (day(16), Money::yuan(yuan));
    StatementLine { number, date, amount, payer, reference, serial, doubted: false }
}

fn expected(number: u8, yuan: i64, payer: &str, reference: &str) -> Expected {
    let (payers, reference) = (vec![payer.to_owned()], reference.to_owned());
    let paper = PaperId::from_bytes([number; 16]);
    let (owner, amount) = (owner(&payers), Money::yuan(yuan));
    Expected { paper, owner, confirmed: false, date: day(16), amount, payers, reference }
}

/// S34: of two readings that fit alike none is beyond doubt; what tells them apart makes both so.
#[test]
fn what_can_be_read_two_ways_is_in_doubt() {
    let lines = [line(1, 500, "宁安食品商行", "货款", "B1"), line(2, 500, "宁安食品商行", "货款", "B2")];
    let papers = [expected(1, 500, "宁安食品商行", "204817"), expected(2, 500, "宁安食品商行", "660117")];
    let found = match_lines(&lines, &papers);
    assert_eq!(found.proposals.len(), 2);
    assert!(found.proposals.iter().all(|one| !one.certain && one.score.points() >= 75), "{found:?}");
    let told = [line(1, 500, "宁安食品商行", "660117", "B1"), line(2, 500, "宁安食品商行", "204817", "B2")];
    let found = match_lines(&told, &papers);
    let mut pairs: Vec<_> = found.proposals.iter().map(|one| (one.lines[0], one.papers[0])).collect();
    pairs.sort_unstable();
    assert_eq!(pairs, [(0, 1), (1, 0)]);
    assert!(found.proposals.iter().all(|one| one.certain), "{found:?}");
}

/// S34: nothing but sum and day speaks for it: that is no proof.
#[test]
fn a_sum_and_a_day_alone_are_in_doubt() {
    let found =
        match_lines(&[line(1, 500, "某物业", "", "B1")], &[expected(1, 500, "宁安食品商行", "204817")]);
    assert_eq!(found.proposals.len(), 1);
    assert!(!found.proposals[0].certain);
}

/// S34: one number of the bank's is one payment; without numbers, alike lines are as many as the papers of that sum.
#[test]
fn what_a_statement_says_twice_is_put_aside() {
    let paper = expected(1, 500, "宁安食品商行", "204817");
    let again = |serial: &str| {
        [line(1, 500, "宁安食品商行", "204817", serial), line(2, 500, "宁安食品商行", "204817", serial)]
    };
    assert_eq!(match_lines(&again("B1"), std::slice::from_ref(&paper)).duplicates, [1]);
    assert_eq!(match_lines(&again(""), std::slice::from_ref(&paper)).duplicates, [1]);
    let two = [paper, expected(2, 500, "宁安食品商行", "660117")];
    assert_eq!(match_lines(&again(""), &two).duplicates, Vec::<usize>::new());
    assert_eq!(match_lines(&again("B1"), &two).duplicates, [1]);
}

/// S34: one line pays several papers of its payer, several lines one paper, and somebody else's stay out of it.
#[test]
fn payments_are_put_together_and_taken_apart() {
    let papers = [
        expected(1, 300, "宁安食品商行", "111111"),
        expected(2, 450, "宁安食品商行", "222222"),
        expected(3, 450, "河畔超市", "333333"),
        expected(4, 900, "城南粮油店", "444444"),
    ];
    let lines = [
        line(1, 750, "宁安食品商行", "111111", "B1"),
        line(2, 400, "城南粮油店", "444444", "B2"),
        line(3, 500, "城南粮油店", "444444", "B3"),
    ];
    let found = match_lines(&lines, &papers);
    let mut told: Vec<_> = found
        .proposals
        .iter()
        .map(|one| {
            let (mut lines, mut papers) = (one.lines.clone(), one.papers.clone());
            lines.sort_unstable();
            papers.sort_unstable();
            (lines, papers, one.certain)
        })
        .collect();
    told.sort();
    assert_eq!(told, [(vec![0], vec![0, 1], true), (vec![1, 2], vec![3], true)]);
    assert_eq!((found.lines_left, found.papers_left), (vec![], vec![2]));
}

/// S17, S34: what came and went back, what a bounce has opened, and what may be there already is never beyond doubt.
#[test]
fn money_that_may_have_gone_back_is_in_doubt() {
    let paper = [expected(1, 9_000, "宁安食品商行", "204817")];
    let came = || line(1, 9_000, "宁安食品商行", "204817", "B1");
    assert!(match_lines(&[came()], &paper).proposals[0].certain);
    let back = StatementLine { date: day(18), ..line(2, -9_000, "宁安食品商行", "退汇", "B2") };
    let found = match_lines(&[came(), back.clone()], &paper);
    assert_eq!((found.proposals.len(), found.proposals[0].certain), (1, false), "{found:?}");
    let before = StatementLine { date: day(15), ..back.clone() };
    assert!(match_lines(&[came(), before], &paper).proposals[0].certain, "what went before is no return");
    let other = StatementLine { payer: "河畔超市".to_owned(), ..back };
    assert!(match_lines(&[came(), other], &paper).proposals[0].certain, "another's money");
    let doubted = StatementLine { doubted: true, ..came() };
    assert!(!match_lines(&[doubted], &paper).proposals[0].certain);
}

/// S34: papers of two owners are never put together, alike as their names may be.
#[test]
fn papers_of_two_owners_are_not_put_together() {
    let papers = [expected(1, 300, "宁安食品商行", "111111"), expected(2, 450, "宁安食品二店", "222222")];
    let of_one = [papers[0].clone(), Expected { owner: papers[0].owner, ..papers[1].clone() }];
    let lines = [line(1, 750, "宁安食品商行", "111111", "B1")];
    assert_eq!(match_lines(&lines, &of_one).proposals.len(), 1);
    assert_eq!(match_lines(&lines, &papers).proposals, []);
}

/// S13, S34: what finance has confirmed without a line is a rival: its line is not certainly another paper's.
#[test]
fn what_was_confirmed_without_a_line_keeps_its_line_in_doubt() {
    let mut papers = vec![expected(1, 9_000, "马立群", "204817"), expected(2, 9_000, "马立群", "")];
    papers[0].confirmed = true;
    let lines = [line(1, 9_000, "马立群", "204817", "B1")];
    let found = match_lines(&lines, &papers);
    assert!(found.proposals.iter().all(|one| !one.certain), "{found:?}");
}

/// S34: banks that count anew each day give one number to two payments.
#[test]
fn one_number_on_two_days_is_two_payments() {
    let next = StatementLine { date: day(17), ..line(2, 500, "河畔超市", "333333", "1") };
    let lines = [line(1, 500, "宁安食品商行", "204817", "1"), next];
    assert_eq!(match_lines(&lines, &[]).duplicates, Vec::<usize>::new());
}
