//! Floor 3: what orders owe (应收), read off the book: of one customer at once, of all into the read table behind the feed.
//!
//! Knows no rule of its own: `sync-core` says what an order owes, as it does on the phone. Must not know HTTP.

mod cash;

use std::collections::{BTreeMap, BTreeSet};

use cash::{Cash, Step, Steps};

use sync_core::{
    domain::{
        Recorded,
        cash::{
            ConfirmationWithdrawn, ConfirmedPaper, CreditPolicy, CustomerAccount, HandInStamp, Means,
            MoneyConfirmed, Owed, Payment, PaymentUrged, PromiseState, Reminded, Reversible, Standing,
        },
        customer::{CardField, CustomerCard},
        sale::Order,
    },
    feed::Entry,
    op::{Op, Ruling},
    paper::{Paper, PaperKey, PaperKind},
    refusal::Verdict,
    time::{BusinessDate, Timestamp},
    unit::{CompanyId, CustomerId, Money, PaperId, StaffId},
};

use crate::store::{
    Came, ChosenStore, ChosenUnit, FeedAsk, Filter, ListAsk, OwedAsk, OwedBy, OwedMark, OwedRow, OwedStatus,
    OwedSums, Receivables, Snapshot, Store, Stored,
};

/// Entries of the feed that are gone through at once. Whoever lies further behind reads all customers anew.
const AT_ONCE: u32 = 2_000;

/// Customers that are written at once.
const CUSTOMERS_AT_ONCE: usize = 200;

/// All that is known of what one customer owes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// The orders as they were taken.
    pub orders: Vec<(PaperId, Order)>,
    /// What they owe.
    pub owed: Vec<Owed>,
    /// What was received.
    pub payments: Vec<Payment>,
    /// The reminders.
    pub urgings: Vec<(PaperId, Recorded<PaymentUrged>)>,
    /// The credit exceptions.
    pub policy: CreditPolicy,
}

impl Account {
    /// What the customer owes on a day.
    pub fn on(&self, today: BusinessDate) -> CustomerAccount {
        CustomerAccount::of(&self.owed, &self.payments, Some(&self.policy), today)
    }

    /// The reminders about an order; about all that is owed where none is named.
    pub fn reminded(&self, order: Option<(PaperId, Timestamp)>) -> Reminded<'_> {
        Reminded::of(self.urgings.iter().map(|(_, one)| one), order)
    }
}

/// Reads accounts of one moment. What has arrived of a rep's cash is read off the table where that is of this moment.
#[derive(Debug)]
pub struct Accounts<'s> {
    snapshot: &'s mut ChosenUnit,
    cash: Cash,
}

impl<'s> Accounts<'s> {
    /// Of a moment: off the table, but for reps whose cash has moved since that was read.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn at(snapshot: &'s mut ChosenUnit) -> Stored<Self> {
        let (head, mark) = (snapshot.head().await?.position, snapshot.owed_mark().await?);
        let known = mark.through.max(mark.until);
        let cash = if known > head || head - known > u64::from(AT_ONCE) {
            Cash::of_papers()
        } else {
            let entries = entries(snapshot, known, head).await?;
            Cash::but_for(touched(snapshot, &entries).await?.cash.into_keys().collect())
        };
        Ok(Self { snapshot, cash })
    }

    /// Of a moment, all of it off the papers.
    fn of_papers(snapshot: &'s mut ChosenUnit) -> Self {
        Self { snapshot, cash: Cash::of_papers() }
    }

    /// What one customer owes, whoever asks: whether they may is asked before.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of(&mut self, customer: CustomerId) -> Stored<Account> {
        let mut account = Account::default();
        if let Some((_, Paper::Credit(policy))) =
            self.snapshot.papers(&[PaperKey::credit(customer)]).await?.into_iter().next()
        {
            account.policy = policy;
        }
        let filter = Filter { customer: Some(customer), ..Filter::default() };
        let kinds = [PaperKind::Order, PaperKind::Collection, PaperKind::Urging];
        let mut collections = Vec::new();
        for listed in self.snapshot.list(&ListAsk::every(&kinds, filter)).await?.rows {
            let id = PaperId(listed.key.id);
            match listed.paper {
                Paper::Order(order) => {
                    account.owed.extend(Owed::of(id, &order, Some(&account.policy)));
                    account.orders.push((id, order));
                }
                Paper::Collection(collection) => collections.push((id, collection)),
                Paper::Urging(urging) => account.urgings.extend(urging.recorded.map(|one| (id, one))),
                _ => {}
            }
        }
        for (id, collection) in collections {
            // Of a transfer the paper itself says whether it has arrived: nobody's drawer is gone through for it.
            let cash = collection.recorded.as_ref().filter(|taken| taken.what.means == Means::Cash);
            let part = match cash.map(|taken| taken.by) {
                Some(rep) => self.cash.arrived(self.snapshot, (customer, rep, id)).await?,
                None => Money::ZERO,
            };
            account.payments.extend(Payment::of(id, &collection, |_| part));
        }
        Ok(account)
    }

    /// The rows of the read table of one customer.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn rows_of(&mut self, customer: CustomerId) -> Stored<OwedBy> {
        let account = self.of(customer).await?;
        if account.owed.is_empty() {
            return Ok(OwedBy { customer, rows: Vec::new() });
        }
        let card = match self.snapshot.papers(&[PaperKey::customer(customer)]).await?.into_iter().next() {
            Some((_, Paper::Customer(card))) => card,
            _ => CustomerCard::default(),
        };
        let (receivables, _) = sync_core::domain::cash::receivables(&account.owed, &account.payments);
        let rows = receivables.into_iter().map(|owed| {
            let reminded = account.reminded(Some((owed.order, owed.at)));
            // Whether it came is the same on every day.
            let promise = reminded.promise(&account.payments, BusinessDate(chrono::NaiveDate::default()));
            let came = match promise {
                Some((_, PromiseState::Kept)) => Some(Came::InTime),
                Some((_, PromiseState::Late)) => Some(Came::Later),
                _ => None,
            };
            OwedRow {
                customer,
                name: card.name().to_owned(),
                staff: card.owner.value().copied(),
                place: card.text(CardField::County).to_owned(),
                urged: reminded.last.map(|one| one.at),
                promised: promise.map(|(promise, _)| (promise.day, promise.amount.money())),
                came,
                owed,
            }
        });
        Ok(OwedBy { customer, rows: rows.collect() })
    }
}

/// Whose accounts an entry of the feed moves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Touched {
    customers: BTreeSet<CustomerId>,
    /// What it did to reps' cash.
    cash: Steps,
}

impl Touched {
    /// A rep's remittances have arrived, or a customer's transfers; or they have not after all.
    fn confirms(
        &mut self,
        (kind, papers, customer): (Reversible, &[ConfirmedPaper], Option<CustomerId>),
        position: u64,
        found: bool,
    ) {
        match kind {
            Reversible::Collection => self.customers.extend(customer),
            Reversible::Remittance => {
                for paper in papers {
                    self.moves_cash(
                        paper.staff,
                        position,
                        if found { Step::Found(paper.of) } else { Step::Anew },
                    );
                }
            }
        }
    }

    fn moves_cash(&mut self, rep: StaffId, position: u64, step: Step) {
        self.cash.entry(rep).or_default().push((position, step));
    }

    /// By what `author` has written at a position, which created `created`. What was decided afterwards, or takes the place
    /// of something, finds its own place among a rep's cash.
    fn by(&mut self, op: &Op, author: StaffId, (position, created): (u64, Option<PaperId>)) {
        let step = |step: fn(PaperId) -> Step| created.map_or(Step::Anew, step);
        match op.said() {
            Op::Collected(taken) => {
                self.customers.insert(taken.customer);
                if taken.means == Means::Cash {
                    self.moves_cash(author, position, step(Step::Collected));
                }
            }
            Op::Remitted(_) => self.moves_cash(author, position, step(Step::Sent)),
            Op::OrderTaken(_)
            | Op::OrderStamped(_)
            | Op::PaymentUrged(_)
            | Op::CreditExcepted(_)
            | Op::CreditExceptionStamped(_)
            | Op::CustomerCreated(_)
            | Op::OwnerSet(_) => self.customers.extend(op.customer()),
            Op::CardFieldSet(set) if matches!(set.field, CardField::Name | CardField::County) => {
                self.customers.insert(set.customer);
            }
            Op::HandInStamped(stamped) if stamped.stamp == HandInStamp::Received => {
                self.moves_cash(stamped.staff, position, Step::HandedIn(stamped.hand_in));
            }
            Op::LostPhoneSettled(settled) => self.moves_cash(settled.staff, position, Step::Anew),
            Op::MoneyConfirmed(MoneyConfirmed { kind, papers, customer, .. }) => {
                self.confirms((*kind, papers, *customer), position, true);
            }
            Op::ConfirmationWithdrawn(ConfirmationWithdrawn { kind, papers, customer, .. }) => {
                self.confirms((*kind, papers, *customer), position, false);
            }
            // What a rep has taken back was the oldest, perhaps: all that came after it has arrived earlier.
            Op::Reversed(reversed) => {
                self.customers.extend(reversed.customer.filter(|_| reversed.kind == Reversible::Collection));
                self.moves_cash(reversed.staff, position, Step::Anew);
            }
            _ => {}
        }
    }
}

async fn touched(snapshot: &mut ChosenUnit, entries: &[Entry]) -> Stored<Touched> {
    let mut touched = Touched::default();
    for entry in entries {
        let (Ok(op), Verdict::Applied { .. }) = (entry.op(), &entry.verdict) else { continue };
        match &op {
            Op::HeldDecided(decided) if matches!(decided.ruling, Ruling::Accepted) => {
                let held = snapshot.papers(&[PaperKey::held(decided.change)]).await?;
                if let Some((_, Paper::Held(Some(held), _))) = held.first()
                    && let Ok(op) = held.op()
                {
                    touched.by(&op, held.by, (entry.position, None));
                }
            }
            Op::TakenOnBehalf(behalf) => touched.by(&op, behalf.author, (entry.position, None)),
            Op::Resubmitted(_) => touched.by(&op, entry.staff, (entry.position, None)),
            op => {
                let created = PaperId(entry.change.id.created());
                touched.by(op, entry.staff, (entry.position, Some(created)));
            }
        }
    }
    Ok(touched)
}

/// The entries behind a position up to another, where those are not too many.
async fn entries(snapshot: &mut ChosenUnit, from: u64, until: u64) -> Stored<Vec<Entry>> {
    let ask =
        FeedAsk { after: from, through: Some(until), limit: AT_ONCE, unlinked: true, ..FeedAsk::default() };
    Ok(snapshot.feed(&ask).await?.into_iter().map(|row| row.entry).collect())
}

/// Whether the table lies so far behind that whoever asks for it does not wait: what is there is shown as of where it was
/// read to.
///
/// # Errors
/// Those of the store.
pub async fn is_far_behind(store: &ChosenStore, company: CompanyId) -> Stored<bool> {
    let mut snapshot = store.snapshot(company).await?;
    let (head, mark) = (snapshot.head().await?.position, snapshot.owed_mark().await?);
    Ok(head.saturating_sub(mark.through) > u64::from(AT_ONCE))
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// How many customers' accounts.
    pub customers: u64,
    /// Of how many reps all cash from the first collection on.
    pub reps: u64,
}

/// Reads the table up to where the feed stands. Of several servers each goes on from where the others have come to; what a
/// slower one has read of an earlier moment is not written.
///
/// A row may be newer than the mark says, and never older: the entries in between are read once more.
///
/// # Errors
/// Those of the store.
pub async fn refresh(store: &ChosenStore, table: &Receivables, company: CompanyId) -> Stored<Refreshed> {
    let mut read = Refreshed::default();
    loop {
        // Head and mark are of one moment: only then a mark beyond the head means that the book was taken back.
        let mut snapshot = store.snapshot(company).await?;
        let head = snapshot.head().await?.position;
        let mark = snapshot.owed_mark().await?;
        if mark.through.max(mark.until) > head {
            drop(snapshot);
            table.forget(mark).await?;
        } else if mark.until == 0 && mark.through == head {
            return Ok(read);
        } else {
            let until = if mark.until == 0 { head } else { mark.until };
            if until - mark.through <= u64::from(AT_ONCE) {
                reads_on(table, &mut snapshot, (mark, until), &mut read).await?;
            } else if mark.until == 0 {
                drop(snapshot);
                let now = OwedMark { through: mark.through, until, after: None };
                table.forget_cash(mark, now).await?;
            } else {
                reads_anew(table, &mut snapshot, mark, &mut read).await?;
            }
        }
    }
}

/// Reads whose accounts have moved up to a position, and writes them at once.
async fn reads_on(
    table: &Receivables,
    snapshot: &mut ChosenUnit,
    (mark, until): (OwedMark, u64),
    read: &mut Refreshed,
) -> Stored<()> {
    let entries = entries(snapshot, mark.through, until).await?;
    let Touched { mut customers, cash: steps } = touched(snapshot, &entries).await?;
    let mut cash = Cash::default();
    customers.extend(cash.goes_on(snapshot, steps, until).await?);
    customers.retain(|one| mark.after.is_none_or(|after| *one > after));
    let mut accounts = Accounts { snapshot, cash };
    let mut of = Vec::with_capacity(customers.len());
    for customer in customers {
        of.push(accounts.rows_of(customer).await?);
    }
    let done = OwedMark { through: until, until: 0, after: None };
    if table.replace(mark, done, &of, &accounts.cash.kept).await? {
        read.customers += of.len() as u64;
        read.reps += accounts.cash.read;
    }
    Ok(())
}

/// Reads everybody's account, some customers at a time, from where whoever has begun has come to.
async fn reads_anew(
    table: &Receivables,
    snapshot: &mut ChosenUnit,
    mut mark: OwedMark,
    read: &mut Refreshed,
) -> Stored<()> {
    let all = all_customers(snapshot).await?;
    let rest: Vec<CustomerId> =
        all.into_iter().filter(|one| mark.after.is_none_or(|after| *one > after)).collect();
    let done = OwedMark { through: mark.until, until: 0, after: None };
    let mut accounts = Accounts { snapshot, cash: Cash::default() };
    let mut chunks = rest.chunks(CUSTOMERS_AT_ONCE).peekable();
    loop {
        let some = chunks.next().unwrap_or_default();
        let mut of = Vec::with_capacity(some.len());
        for customer in some {
            of.push(accounts.rows_of(*customer).await?);
        }
        let now = match chunks.peek() {
            None => done,
            Some(_) => OwedMark { after: some.last().copied(), ..mark },
        };
        let kept = std::mem::take(&mut accounts.cash.kept);
        if !table.replace(mark, now, &of, &kept).await? {
            return Ok(());
        }
        read.customers += some.len() as u64;
        read.reps += kept.len() as u64;
        if now == done {
            return Ok(());
        }
        mark = now;
    }
}

/// Every account read anew and compared with the table, where the table was read up to where the feed stands: what does not
/// hold, in words. A table that lies behind is no fault: whoever asks for it reads it on.
///
/// # Errors
/// Those of the store.
pub async fn faults(store: &ChosenStore, company: CompanyId) -> Stored<Vec<String>> {
    let mut snapshot = store.snapshot(company).await?;
    let mut faults = Vec::new();
    let mark = snapshot.owed_mark().await?;
    if mark != (OwedMark { through: snapshot.head().await?.position, until: 0, after: None }) {
        return Ok(faults);
    }
    let mut sums: BTreeMap<OwedStatus, OwedSums> = BTreeMap::new();
    for customer in all_customers(&mut snapshot).await? {
        let rows = Accounts::of_papers(&mut snapshot).rows_of(customer).await?.rows;
        if snapshot.owed_of(customer).await? != rows {
            faults.push(format!("what customer {customer} owes: the list says another than the papers"));
        }
        for row in rows {
            let status = match row.owed.standing() {
                Standing::Open => OwedStatus::Open,
                Standing::Collected => OwedStatus::Collected,
                Standing::Paid => OwedStatus::Paid,
            };
            let sum = sums.entry(status).or_default();
            sum.orders += 1;
            sum.total = sum.total.plus(row.owed.total);
            sum.collected = sum.collected.plus(row.owed.collected);
            sum.paid = sum.paid.plus(row.owed.paid);
        }
    }
    for status in [OwedStatus::Open, OwedStatus::Collected, OwedStatus::Paid] {
        let meant = sums.remove(&status).unwrap_or_default();
        let told = snapshot.owed_page(&OwedAsk::all(status)).await?.sums;
        let same = |sums: &OwedSums| (sums.orders, sums.total, sums.collected, sums.paid);
        if same(&told) != same(&meant) {
            faults.push(format!(
                "orders that are {}: the list counts another sum than they come to",
                status.code()
            ));
        }
    }
    Ok(faults)
}

async fn all_customers(snapshot: &mut ChosenUnit) -> Stored<BTreeSet<CustomerId>> {
    let mut found = BTreeSet::new();
    loop {
        let every = ListAsk::every(&[PaperKind::Customer], Filter::default());
        let ask = ListAsk { offset: found.len() as u64, limit: 5_000, ..every };
        let some = snapshot.list(&ask).await?.rows;
        let before = found.len();
        found.extend(some.iter().map(|listed| CustomerId(listed.key.id)));
        if found.len() == before {
            return Ok(found);
        }
    }
}
