//! Three months of the demo company, day by day, through the real hub.
//!
//! Floor: top of the demo. The only place that knows in which order things happen.

mod stories;

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use sync_core::{
    snapshot::CHUNK_BYTES,
    time::{Period, Timestamp},
    unit::{CustomerId, PaperId, Text},
};

use super::{
    DemoError,
    customers::{self, Customer},
    days::{Calendar, at},
    dice::Dice,
    drawer::Signed,
    office::{OfficeDesk, account_id, at_desk},
    people,
    phone::Phone,
    rep::{Rep, Taken},
    text,
};
use crate::{
    feed::PullAsk,
    hub::{Arrived, Enrolment, HoldingError, Hub},
    store::Store,
};

/// Reps whose phones have not been seen for days, and since how many workdays.
const SILENT: [(usize, usize); 2] = [(4, 6), (25, 4)];
/// What phones call themselves.
const PHONES: [&str; 5] = ["华为畅享 60", "小米 Redmi Note 13", "荣耀 X50", "OPPO A2", "vivo Y100"];

/// The company while its past is told.
#[derive(Debug)]
pub(super) struct History<'h, S> {
    hub: &'h Hub<S>,
    office: OfficeDesk<'h, S>,
    calendar: Calendar,
    reps: Vec<Rep>,
    /// Orders that the office holds and logistics has not taken in hand.
    waiting: Vec<Taken>,
    /// Cash that was signed for today, and what finance will say where it does not take it.
    handed_in: Vec<(Signed, Option<&'static str>)>,
    /// Credit exceptions that will be ended: whose, and in how many workdays from now back.
    excepted: Vec<(PaperId, CustomerId, usize)>,
    /// Reps whose phones fetch the feed tomorrow, whatever weekday it is.
    fetch: BTreeSet<usize>,
}

impl<'h, S: Store> History<'h, S> {
    /// Founds the book and enrols the phones, a few days before the history begins.
    pub(super) async fn begins(hub: &'h Hub<S>, calendar: Calendar) -> Result<Self, DemoError> {
        let office = OfficeDesk::of(hub);
        let before = |days| calendar.first - Days::new(days);
        office.founds(at(before(4), 9, 0)).await?;
        let first_month = calendar.months()[0];
        let lists = u32::try_from(calendar.months().len()).unwrap_or(0);
        office.keeps_pictures(at(before(4), 9, 30)).await?;
        office.issues(first_month, lists.saturating_sub(1), at(before(4), 10, 0)).await?;
        let all = customers::customers(calendar.today);
        let people = people::reps();
        let rounds: Vec<Vec<Customer>> = (0..people.len())
            .map(|rep| all.iter().filter(|customer| customer.rep == rep).cloned().collect())
            .collect();
        // The last customer of each round is found by the rep.
        let known = rounds.iter().zip(&people).flat_map(|(round, person)| {
            round[..round.len() - 1].iter().map(|customer| (customer, person.id()))
        });
        office.imports(known, at(before(3), 9, 0)).await?;
        let mut history = Self {
            hub,
            office,
            calendar,
            reps: Vec::new(),
            waiting: Vec::new(),
            handed_in: Vec::new(),
            excepted: Vec::new(),
            fetch: BTreeSet::new(),
        };
        for (index, (person, round)) in people.into_iter().zip(rounds).enumerate() {
            let minute = u32::try_from(index).unwrap_or(0);
            let now = at(before(2), 9, minute * 3);
            let phone = history.enrols(index, &person, now).await?;
            history.reps.push(Rep::new(index, person, phone, round, vec![account_id(0), account_id(1)]));
        }
        history.fetch_all(at(before(1), 8, 0)).await?;
        Ok(history)
    }

    async fn enrols(
        &self,
        index: usize,
        person: &people::Person,
        now: Timestamp,
    ) -> Result<Phone, DemoError> {
        let key = person.key();
        let enrolment = Enrolment {
            staff: person.id(),
            session: at_desk(&person.number).session,
            key: key.verifying_key().to_bytes(),
            name: text(PHONES[index % PHONES.len()]),
        };
        let enrolled = self.hub.enrol(enrolment, now).await?;
        Ok(Phone::new(self.hub.company(), person, &enrolled, key))
    }

    /// Tells all days.
    pub(super) async fn runs(&mut self) -> Result<(), DemoError> {
        for (index, date) in self.calendar.workdays().into_iter().enumerate() {
            if at(date, 0, self.calendar.first_minute(date)) >= self.calendar.now {
                break;
            }
            if at(date, 8, 15) < self.calendar.now {
                self.opens_the_day(date).await?;
            }
            self.tells_stories_before_noon(date).await?;
            self.works(index, date)?;
            self.tells_stories_after_noon(date)?;
            self.closes_the_day(index, date).await?;
        }
        Ok(())
    }

    /// Phones fetch the feed on Mondays, logistics takes in hand what came in, the next list is issued in time.
    async fn opens_the_day(&mut self, date: NaiveDate) -> Result<(), DemoError> {
        let months = self.calendar.months();
        for (place, month) in months.iter().enumerate().skip(1) {
            if self.first_workday_since(*month - Days::new(9)) == Some(date) {
                let ago = u32::try_from(months.len() - 1 - place).unwrap_or(0);
                self.office.issues(*month, ago, at(date, 7, 30)).await?;
            }
        }
        if self.first_workday_since(self.calendar.first + Days::new(30)) == Some(date) {
            self.office.closes_an_account(at(date, 7, 40)).await?;
            self.office.retires_a_product(at(date, 7, 45)).await?;
        }
        for month in months {
            let period = Period::of(month.year(), month.month()).expect("a month of the history");
            let mut after = self.calendar.workdays().into_iter().filter(|day| *day > period.last_day().0);
            if after.nth(1) == Some(date) {
                self.office.closes_a_month(period, at(date, 7, 50)).await?;
            }
        }
        // The bank's statement comes on Mondays; the last one lies open.
        if date.weekday() == Weekday::Mon && !self.is(date, 1) {
            for account in 0..2 {
                self.office.confirms_the_week(account_id(account), at(date, 7, 50)).await?;
            }
        }
        if self.is(date, 1) {
            self.office.reads_the_last_statement(account_id(0), at(date, 7, 55)).await?;
        }
        let orders = std::mem::take(&mut self.waiting);
        self.office.accepts(orders, at(date, 8, 0)).await?;
        if date.weekday() == Weekday::Mon {
            self.fetch_all(at(date, 8, 10)).await?;
            self.fetch.clear();
        }
        for rep in std::mem::take(&mut self.fetch) {
            self.fetches(rep, at(date, 8, 10)).await?;
        }
        Ok(())
    }

    fn first_workday_since(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.calendar.workdays().into_iter().find(|day| *day >= date)
    }

    fn is(&self, date: NaiveDate, workdays_ago: usize) -> bool {
        date == self.calendar.workdays_ago(workdays_ago)
    }

    /// Whether a rep's phone has gone silent before this day, or was taken out of use.
    fn is_silent(&self, rep: usize, date: NaiveDate) -> bool {
        let out_of_reach =
            SILENT.iter().any(|(who, ago)| *who == rep && date > self.calendar.workdays_ago(*ago));
        let retired = !self.reps[rep].person.keeps_a_phone() && date >= self.calendar.today;
        out_of_reach || retired
    }

    fn works(&mut self, index: usize, date: NaiveDate) -> Result<(), DemoError> {
        let until =
            at(date, 18, 0).min(Timestamp::from_millis(self.calendar.now.millis().saturating_sub(600_000)));
        let first_minute = self.calendar.first_minute(date);
        for rep in 0..self.reps.len() {
            if !self.is_silent(rep, date) {
                self.reps[rep].works(index, date, first_minute, until)?;
                self.reps[rep].counts_its_cash(index, date, until)?;
            }
        }
        Ok(())
    }

    /// In the evening phones send what the day has brought; one in ten finds no signal and sends it tomorrow.
    async fn closes_the_day(&mut self, index: usize, date: NaiveDate) -> Result<(), DemoError> {
        let five_minutes_ago = Timestamp::from_millis(self.calendar.now.millis().saturating_sub(300_000));
        let now = at(date, 18, 40).min(five_minutes_ago);
        let mut group: Vec<(usize, Arrived)> = Vec::new();
        for rep in 0..self.reps.len() {
            let no_signal = Dice::of("signal", (rep * 1_000 + index) as u64).percent(10);
            let near_the_end = date >= self.calendar.workdays_ago(12);
            if self.is_silent(rep, date) || (no_signal && !near_the_end) {
                continue;
            }
            let last_words = SILENT.iter().any(|(who, ago)| *who == rep && self.is(date, *ago));
            let phone = &self.reps[rep].phone;
            let push = if last_words { phone.push_at_most(1, now)? } else { phone.push(now)? };
            group.extend(push.map(|arrived| (rep, arrived)));
        }
        let (senders, pushes): (Vec<usize>, Vec<Arrived>) = group.into_iter().unzip();
        let replies = self.hub.ingest(pushes, now).await;
        for (rep, reply) in senders.into_iter().zip(replies) {
            let rep = &mut self.reps[rep];
            rep.phone.acknowledge(&reply?, now);
            // What came in last is left on logistics' desk.
            if date < self.calendar.workdays_ago(1) && rep.phone.replica.backlog().unsent == 0 {
                self.waiting.append(&mut rep.taken);
            }
        }
        self.moves_rounds(date);
        for (signed, sent_back) in std::mem::take(&mut self.handed_in) {
            // What came in last is left on the desk of finance.
            if !self.is(date, 1) {
                self.office.answers_a_hand_in(signed, sent_back, at(date, 18, 45)).await?;
            }
        }
        if self.is(date, 1) {
            self.retires_phones(at(date, 18, 50)).await?;
        }
        Ok(())
    }

    async fn retires_phones(&self, now: Timestamp) -> Result<(), DemoError> {
        for rep in self.reps.iter().filter(|rep| !rep.person.keeps_a_phone()) {
            let device = rep.phone.replica.identity().device;
            let reason: Text<1, 200> = text("换新手机，旧机已交回");
            self.hub.revoke(at_desk("GL-0001"), device, reason, now).await?;
        }
        Ok(())
    }

    async fn fetch_all(&mut self, now: Timestamp) -> Result<(), DemoError> {
        for rep in 0..self.reps.len() {
            self.fetches(rep, now).await?;
            self.states(rep, now).await?;
        }
        Ok(())
    }

    /// A phone whose grants have changed says what it holds.
    async fn states(&mut self, rep: usize, now: Timestamp) -> Result<(), DemoError> {
        let phone = &mut self.reps[rep].phone;
        if let Some((holding, signed)) = phone.statement(now) {
            let device = holding.device;
            let said = sync_core::log::SignedHolding::from_bytes(&signed).map_err(HoldingError::from)?;
            self.hub.holds(device, &said, &signed, now).await?;
            phone.replica.holding_told(&holding);
        }
        Ok(())
    }

    /// A phone reads the feed to its end, and the past of what is newly its own.
    async fn fetches(&mut self, rep: usize, now: Timestamp) -> Result<(), DemoError> {
        if self.is_silent(rep, sync_core::time::business_date(now).0) {
            return Ok(());
        }
        let phone = &mut self.reps[rep].phone;
        let staff = phone.replica.identity().staff;
        let viewer = self.hub.viewer(staff).await?.ok_or(DemoError::NoSuchPerson)?;
        loop {
            if let Some(ask) = phone.replica.missing_past() {
                let cut = self.hub.cut(&viewer, &ask, CHUNK_BYTES).await?;
                let signed = self.hub.signed(&cut.manifest, Vec::new(), None).await?;
                phone.take_snapshot(&ask, &signed, &cut);
            }
            let index = phone.replica.index();
            let ask = PullAsk {
                epoch: index.cursor.epoch,
                after: index.cursor.position,
                limit: 1_000,
                scopes: index.scopes_fingerprint(),
            };
            let page = self.hub.pull(&viewer, ask, now).await?;
            if !phone.receive(&page)? && phone.replica.missing_past().is_none() {
                break;
            }
        }
        Ok(())
    }
}
