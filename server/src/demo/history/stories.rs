//! What happens once in the past of the demo company: customers handed over, fields that two write, money taken back, and
//! drawers that are too full in the end.
//!
//! Floor: demo, part of `history`, which says on which day it tells them.

use chrono::NaiveDate;
use sync_core::{
    domain::{
        cash::{CreditStamp, Means},
        customer::{CardField, FieldValue},
        visit::{Purpose, VisitRecorded},
    },
    op::Op,
    paper::{Paper, PaperKind},
    time::Timestamp,
    unit::{CustomerId, Money, PaperId},
};

use super::History;
use crate::{
    demo::{DemoError, customers, days::at, dice::Dice, owed, rep::Rep, text},
    store::Store,
};

/// The rep who holds ten thousand and more at the end.
const MUST_REMIT: usize = 6;
/// The rep who took money above the limit.
const OVER_LIMIT: usize = 11;
/// The rep whose clock ran ahead one day, and how many workdays ago.
const CLOCK_AHEAD: (usize, usize) = (20, 12);
/// Customers handed over while the old rep was out of reach: from whom, to whom, how many workdays ago.
const HANDED_OVER: [(usize, usize, usize); 3] = [(9, 10, 9), (13, 14, 5), (21, 22, 3)];
/// Reps who wrote a field that the clerk wrote the same day, and how many workdays ago.
const CONFLICTS: [(usize, usize); 6] = [(0, 8), (3, 7), (12, 5), (18, 4), (27, 2), (16, 3)];
/// Transfers that finance takes back, by rep, and how many workdays ago.
const TAKEN_BACK: [(usize, usize); 4] = [(2, 40), (7, 26), (15, 14), (29, 6)];
/// The rep whose remittance finance takes back, and how many workdays ago at the earliest.
const SENT_BACK: (usize, usize) = (23, 15);
/// Cash that reps hand in at the company: who, how many workdays ago, and what finance says where it does not take it.
const HANDED_IN: [(usize, usize, Option<&str>); 4] =
    [(3, 31, None), (13, 17, None), (3, 9, Some("清点少一张 100 元，请当面再点")), (18, 1, None)];
/// The place of a customer on its rep's round of which such a story is told.
const STORY: usize = 5;

impl<S: Store> History<'_, S> {
    /// The office acts while the phones are out of reach.
    pub(super) async fn tells_stories_before_noon(&mut self, date: NaiveDate) -> Result<(), DemoError> {
        for (from, to, ago) in HANDED_OVER {
            if self.is(date, ago) {
                let customer = self.reps[from].round[STORY].customer.id;
                let heads = self.reps[from].phone.replica.customer(customer).map(|card| card.owner.heads());
                let owner = self.reps[to].person.id();
                self.office.hands_over(customer, owner, heads.unwrap_or_default(), at(date, 10, 0)).await?;
                let account = &mut self.reps[from].round[STORY];
                (account.spoken_for, account.handed_over) = (true, true);
            }
        }
        for (story, (rep, ago)) in CONFLICTS.into_iter().enumerate() {
            if self.is(date, ago) {
                let account = &mut self.reps[rep].round[STORY];
                account.spoken_for = true;
                let (field, value, _) = conflict(story);
                let customer = account.customer.id;
                let card = self.reps[rep].phone.replica.customer(customer);
                let heads = card.map(|card| card.heads(field)).unwrap_or_default();
                self.office.corrects(customer, field, value, heads, at(date, 11, 0)).await?;
            }
        }
        for (rep, ago) in TAKEN_BACK {
            if self.is(date, ago) {
                self.takes_back_a_transfer(rep, at(date, 11, 30)).await?;
            }
        }
        self.tells_of_what_is_owed(date).await?;
        let (rep, ago) = SENT_BACK;
        if self.is(date, ago) {
            self.sends_cash_back(rep, at(date, 11, 40)).await?;
        }
        Ok(())
    }

    /// Goods that may go before their money, and until when; the office urges too.
    async fn tells_of_what_is_owed(&mut self, date: NaiveDate) -> Result<(), DemoError> {
        for (rep, ago, days, became) in owed::EXCEPTED {
            if self.is(date, ago) {
                let customer = self.reps[rep].round[STORY + 1].customer.id;
                let exception = self.office.excepts(customer, days, became, at(date, 9, 20)).await?;
                if became == owed::Became::Ended {
                    self.excepted.push((exception, customer, ago.saturating_sub(owed::ENDED_AFTER)));
                }
            }
        }
        for (exception, customer, ago) in self.excepted.clone() {
            if self.is(date, ago) {
                let (stamp, why) = (CreditStamp::Ended, "连着两单没按时付，改回先款后货");
                self.office.stamps_credit(exception, customer, stamp, why, at(date, 9, 50)).await?;
            }
        }
        if self.is(date, 4) {
            let customer = self.reps[5].round[STORY + 1].customer.id;
            self.office.urges(customer, at(date, 10, 30)).await?;
        }
        Ok(())
    }

    /// Finance takes back the latest remittance of a rep that the hub knows; the rep's phone hears of it tomorrow.
    async fn sends_cash_back(&mut self, rep: usize, now: Timestamp) -> Result<(), DemoError> {
        let staff = self.reps[rep].person.id();
        let papers =
            self.reps[rep].phone.replica.view().confirmed().iter().filter_map(|(key, paper)| match paper {
                Paper::Remittance(paper) => Some((key.id, paper.recorded.as_ref()?.at)),
                _ => None,
            });
        if let Some((id, _)) = papers.max_by_key(|(_, at)| *at) {
            self.office.reverses_a_remittance(PaperId(id), staff, now).await?;
            self.fetch.insert(rep);
        }
        Ok(())
    }

    /// Finance takes back the latest transfer of a rep that the hub knows.
    async fn takes_back_a_transfer(&self, rep: usize, now: Timestamp) -> Result<(), DemoError> {
        let replica = &self.reps[rep].phone.replica;
        let transfer = replica
            .view()
            .confirmed()
            .iter()
            .filter(|(key, _)| key.kind == PaperKind::Collection)
            .filter_map(|(key, paper)| match paper {
                Paper::Collection(paper) if paper.reversals.is_empty() && paper.confirmation().is_none() => {
                    Some((key, paper.recorded.as_ref()?))
                }
                _ => None,
            })
            .filter(|(_, recorded)| matches!(recorded.what.means, Means::Transfer { .. }))
            .max_by_key(|(_, recorded)| recorded.at);
        let Some((key, recorded)) = transfer else {
            return Ok(());
        };
        let (of, customer) = (PaperId(key.id), recorded.what.customer);
        self.office.reverses(of, recorded.by, customer, now).await
    }

    /// The phones act without knowing what the office did.
    pub(super) fn tells_stories_after_noon(&mut self, date: NaiveDate) -> Result<(), DemoError> {
        for (from, _, ago) in HANDED_OVER {
            if self.is(date, ago) {
                self.goes_on_unknowing(from, date)?;
            }
        }
        for (story, (rep, ago)) in CONFLICTS.into_iter().enumerate() {
            if self.is(date, ago) {
                let (field, _, value) = conflict(story);
                self.reps[rep].writes(STORY, field, value, at(date, 15, 20))?;
            }
        }
        for (rep, ago, sent_back) in HANDED_IN {
            if self.is(date, ago) {
                let rep_of_it = &mut self.reps[rep];
                // Nobody comes to the counter with less than a note.
                if rep_of_it.phone.cash() < Money::yuan(100) {
                    rep_of_it.collects(0, Money::yuan(1_860), Means::Cash, None, at(date, 17, 58))?;
                }
                let signed = rep_of_it.hands_in(at(date, 18, 2))?;
                self.handed_in.extend(signed.map(|signed| (signed, sent_back)));
                self.fetch.insert(rep);
            }
        }
        for (rep, ago) in owed::URGED {
            if self.is(date, ago) {
                self.reps[rep].urges(date, at(date, 16, 40))?;
            }
        }
        if self.is(date, 1) {
            self.fills_the_drawers(date)?;
        }
        let (rep, ago) = CLOCK_AHEAD;
        if self.is(date, ago) {
            let customer = self.reps[rep].round[0].customer.id;
            self.reps[rep].phone.act(note(customer, "手机没电换了电池，时间可能不准。"), at(date, 23, 40))?;
        }
        Ok(())
    }

    /// A rep visits, writes and takes an order where a customer was handed over in the morning.
    fn goes_on_unknowing(&mut self, rep: usize, date: NaiveDate) -> Result<(), DemoError> {
        let time = at(date, 14, 10);
        let rep = &mut self.reps[rep];
        let customer = rep.round[STORY].customer.id;
        rep.phone.act(note(customer, "老板说换了业务员的事没人跟他讲，货还是照订。"), time)?;
        let mobile = customers::mobile(&mut Dice::of("handed over", rep.index as u64));
        rep.writes(STORY, CardField::Phone, FieldValue::Text(text(&mobile)), time)?;
        if let Some(order) = rep.order(STORY, &mut Dice::of("held order", rep.index as u64), time) {
            rep.phone.act(Op::OrderTaken(order), time)?;
        }
        Ok(())
    }

    /// On the last evening one rep must remit, and one has taken more than may be held.
    fn fills_the_drawers(&mut self, date: NaiveDate) -> Result<(), DemoError> {
        let upto = |rep: &mut Rep, sum: Money, time: Timestamp| {
            let missing = sum.minus(rep.phone.cash());
            if missing > Money::ZERO {
                rep.collects(0, missing, Means::Cash, None, time)?;
            }
            Ok::<(), DemoError>(())
        };
        for rep in [MUST_REMIT, OVER_LIMIT] {
            self.reps[rep].keeps_the_cash = true;
        }
        upto(&mut self.reps[MUST_REMIT], Money::fen(1_346_000), at(date, 17, 30))?;
        let rep = &mut self.reps[OVER_LIMIT];
        upto(rep, Money::fen(1_862_000), at(date, 17, 5))?;
        let reason = "客户年底前结清全部货款，现金已经收下，银行已经下班";
        rep.collects(1, Money::fen(324_000), Means::Cash, Some(reason), at(date, 17, 40))?;
        for rep in &mut self.reps {
            let held = rep.phone.cash();
            if !rep.person.keeps_a_phone() {
                if held > Money::ZERO {
                    rep.remits(held, 660_117, at(date, 17, 45))?;
                }
                rep.gives_its_share_back(at(date, 17, 50))?;
            }
        }
        Ok(())
    }

    /// A customer that was handed over is on the other rep's round from now on.
    pub(super) fn moves_rounds(&mut self, date: NaiveDate) {
        for (from, to, ago) in HANDED_OVER {
            if self.is(date, ago) {
                let mut account = self.reps[from].round.remove(STORY);
                account.handed_over = false;
                self.reps[to].round.push(account);
                self.fetch.extend([from, to]);
            }
        }
    }
}

/// What the clerk writes, and what the rep writes without knowing.
fn conflict(story: usize) -> (CardField, FieldValue, FieldValue) {
    let words = |words: &str| FieldValue::Text(text(words));
    let mut dice = Dice::of("conflict", story as u64);
    match story % 3 {
        0 => {
            let mut mobile = || words(&customers::mobile(&mut dice));
            (CardField::Phone, mobile(), mobile())
        }
        1 => (CardField::Employees, FieldValue::Count(6), FieldValue::Count(9)),
        _ => (
            CardField::Credit,
            words("财务对账：上季度两次逾期，均在十天内结清"),
            words("老客户，现款现货，信用好"),
        ),
    }
}

/// A visit in a few words.
fn note(customer: CustomerId, said: &str) -> Op {
    Op::VisitRecorded(VisitRecorded {
        customer,
        purposes: vec![Purpose::Other],
        met: text(""),
        said: text(said),
        next_step: text(""),
        next_on: None,
        place: None,
        photos: Vec::new(),
    })
}
