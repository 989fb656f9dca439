//! Floor 3: what orders owe (应收), read off the book: of one customer at once, of all into the read table behind the feed.
//!
//! Knows no rule of its own: `sync-core` says what an order owes, as it does on the phone. Must not know HTTP.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    domain::{
        Recorded,
        cash::{
            CashOfRep, ConfirmationWithdrawn, ConfirmedPaper, CreditPolicy, CustomerAccount, HandInStamp,
            Means, MoneyConfirmed, Owed, PassedOn, Payment, PaymentUrged, PromiseState, Reminded, Reversible,
            Standing, has_arrived,
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
    Came, ChosenStore, FeedAsk, Filter, ListAsk, Listed, Order as By, OwedAsk, OwedBy, OwedMark, OwedRow,
    OwedStatus, OwedSums, Receivables, Sight, Snapshot, Sort, Store, Stored,
};

/// Entries of the feed that are gone through at once. Whoever lies further behind reads all customers anew.
const AT_ONCE: u32 = 2_000;

/// Customers that are written at once.
const CUSTOMERS_AT_ONCE: usize = 200;

/// More papers than one customer or one rep ever has.
const MOST: u32 = 1_000_000;

const OLDEST: Sort = Sort { by: By::At, descending: false };

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

/// Reads accounts of one moment. What a rep has passed on is read once for all customers.
#[derive(Debug)]
pub struct Accounts<'s, N> {
    snapshot: &'s mut N,
    arrived: BTreeMap<StaffId, BTreeMap<PaperId, Money>>,
}

impl<'s, N: Snapshot> Accounts<'s, N> {
    /// Of a moment.
    pub const fn new(snapshot: &'s mut N) -> Self {
        Self { snapshot, arrived: BTreeMap::new() }
    }

    async fn list(
        &mut self,
        kinds: &[PaperKind],
        filter: Filter,
        offset: u64,
        limit: u32,
    ) -> Stored<Vec<Listed>> {
        let (kinds, sight) = (kinds.to_vec(), Sight::everything());
        let ask = ListAsk { kinds, sight, filter, sort: OLDEST, offset, limit, totals: false };
        Ok(self.snapshot.list(&ask).await?.rows)
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
        for listed in self.list(&kinds, filter, 0, MOST).await? {
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
                Some(rep) => self.arrived_of(rep).await?.get(&id).copied().unwrap_or(Money::ZERO),
                None => Money::ZERO,
            };
            account.payments.extend(Payment::of(id, &collection, |_| part));
        }
        Ok(account)
    }

    /// How much of each of a rep's cash collections has arrived; those that nothing of has are not named. Source: S34, Q3.
    async fn arrived_of(&mut self, rep: StaffId) -> Stored<&BTreeMap<PaperId, Money>> {
        if !self.arrived.contains_key(&rep) {
            let parts = self.read_arrived(rep).await?;
            self.arrived.insert(rep, parts);
        }
        Ok(&self.arrived[&rep])
    }

    async fn read_arrived(&mut self, rep: StaffId) -> Stored<BTreeMap<PaperId, Money>> {
        let filter = Filter { staff: Some(rep), ..Filter::default() };
        let kinds = [PaperKind::Collection, PaperKind::Remittance, PaperKind::HandIn];
        let mut cash = CashOfRep::default();
        for Listed { key, paper, .. } in self.list(&kinds, filter, 0, MOST).await? {
            match &paper {
                Paper::Collection(paper) => cash.collected(PaperId(key.id), paper),
                Paper::Remittance(paper) => cash.remitted(paper),
                Paper::HandIn(paper) => cash.handed_in(paper),
                _ => {}
            }
        }
        for (_, paper) in self.snapshot.papers(&[PaperKey::limits(rep)]).await? {
            if let Paper::Limits(limits) = &paper {
                cash.settled(limits);
            }
        }
        Ok(cash.arrived(&[]))
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
    /// All from whom these reps have cash.
    reps: BTreeSet<StaffId>,
    /// The same, where anything of theirs has arrived since: what comes late finds its place before it.
    late: BTreeMap<StaffId, Timestamp>,
}

impl Touched {
    /// A rep's remittances have arrived, or a customer's transfers; or they have not after all.
    fn confirms(&mut self, kind: Reversible, papers: &[ConfirmedPaper], customer: Option<CustomerId>) {
        match kind {
            Reversible::Collection => self.customers.extend(customer),
            Reversible::Remittance => self.reps.extend(papers.iter().map(|paper| paper.staff)),
        }
    }

    fn moves_cash(&mut self, rep: StaffId, at: Timestamp) {
        let late = self.late.entry(rep).or_insert(at);
        *late = at.min(*late);
    }

    /// By what `author` has written, in effect from `at` on.
    fn by(&mut self, op: &Op, author: StaffId, at: Timestamp) {
        match op.said() {
            Op::Collected(taken) => {
                self.customers.insert(taken.customer);
                if taken.means == Means::Cash {
                    self.moves_cash(author, at);
                }
            }
            Op::Remitted(_) => self.moves_cash(author, at),
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
            Op::HandInStamped(stamped) => {
                self.reps.insert(stamped.staff);
            }
            Op::LostPhoneSettled(settled) => {
                self.reps.insert(settled.staff);
            }
            Op::MoneyConfirmed(MoneyConfirmed { kind, papers, customer, .. })
            | Op::ConfirmationWithdrawn(ConfirmationWithdrawn { kind, papers, customer, .. }) => {
                self.confirms(*kind, papers, *customer);
            }
            // What a rep has taken back was the oldest, perhaps: all that came after it has arrived earlier.
            Op::Reversed(reversed) => {
                self.customers.extend(reversed.customer.filter(|_| reversed.kind == Reversible::Collection));
                self.reps.insert(reversed.staff);
            }
            _ => {}
        }
    }
}

async fn touched<N: Snapshot>(snapshot: &mut N, entries: &[Entry]) -> Stored<Touched> {
    let mut touched = Touched::default();
    for entry in entries {
        let (Ok(op), Verdict::Applied { .. }) = (entry.op(), &entry.verdict) else { continue };
        match &op {
            Op::HeldDecided(decided) if matches!(decided.ruling, Ruling::Accepted) => {
                let held = snapshot.papers(&[PaperKey::held(decided.change)]).await?;
                if let Some((_, Paper::Held(Some(held), _))) = held.first()
                    && let Ok(op) = held.op()
                {
                    touched.by(&op, held.by, held.at);
                }
            }
            Op::TakenOnBehalf(behalf) => touched.by(&op, behalf.author, behalf.at),
            op => touched.by(op, entry.staff, entry.effective),
        }
    }
    Ok(touched)
}

/// Whether any cash of a rep's has gone to the company after a moment.
async fn passed_on_since<N: Snapshot>(snapshot: &mut N, rep: StaffId, at: Timestamp) -> Stored<bool> {
    let filter = Filter { staff: Some(rep), ..Filter::default() };
    let kinds = [PaperKind::HandIn, PaperKind::Remittance];
    let all = Accounts::new(snapshot).list(&kinds, filter, 0, MOST).await?;
    Ok(all.iter().any(|listed| match &listed.paper {
        Paper::HandIn(paper) => paper.stamp(HandInStamp::Received).is_some_and(|one| one.at >= at),
        Paper::Remittance(paper) => {
            has_arrived(PassedOn::Remittance(paper)) && paper.recorded.as_ref().is_some_and(|one| one.at > at)
        }
        _ => false,
    }))
}

/// The customers from whom a rep has cash.
async fn customers_with_cash_of<N: Snapshot>(snapshot: &mut N, rep: StaffId) -> Stored<BTreeSet<CustomerId>> {
    let mut accounts = Accounts::new(snapshot);
    let filter = Filter { staff: Some(rep), ..Filter::default() };
    let all = accounts.list(&[PaperKind::Collection], filter, 0, MOST).await?;
    let customers = all.iter().filter_map(|listed| match &listed.paper {
        Paper::Collection(paper) => paper.recorded.as_ref().map(|taken| taken.what.customer),
        _ => None,
    });
    Ok(customers.collect())
}

/// Whose accounts are to be read between two positions of the feed, in order; of everybody where that is far.
async fn to_be_read<N: Snapshot>(snapshot: &mut N, from: u64, until: u64) -> Stored<BTreeSet<CustomerId>> {
    if until - from > u64::from(AT_ONCE) {
        return all_customers(snapshot).await;
    }
    let ask =
        FeedAsk { after: from, through: Some(until), limit: AT_ONCE, unlinked: true, ..FeedAsk::default() };
    let entries: Vec<Entry> = snapshot.feed(&ask).await?.into_iter().map(|row| row.entry).collect();
    let Touched { mut customers, mut reps, late } = touched(snapshot, &entries).await?;
    for (rep, at) in late {
        if !reps.contains(&rep) && passed_on_since(snapshot, rep, at).await? {
            reps.insert(rep);
        }
    }
    for rep in reps {
        customers.extend(customers_with_cash_of(snapshot, rep).await?);
    }
    Ok(customers)
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

/// Reads the table up to where the feed stands, some customers at a time. Of several servers each goes on from where the
/// others have come to; what a slower one has read of an earlier moment is not written. How many customers were read here.
///
/// A row may be newer than the mark says, and never older: the entries in between are read once more.
///
/// # Errors
/// Those of the store.
pub async fn refresh(store: &ChosenStore, table: &Receivables, company: CompanyId) -> Stored<u64> {
    let mut read = 0;
    loop {
        // Head and mark are of one moment: only then a mark beyond the head means that the book was taken back.
        let mut snapshot = store.snapshot(company).await?;
        let head = snapshot.head().await?.position;
        let mut mark = snapshot.owed_mark().await?;
        if mark.through.max(mark.until) > head {
            drop(snapshot);
            table.forget(mark).await?;
            continue;
        }
        if mark.until == 0 && mark.through == head {
            return Ok(read);
        }
        let until = if mark.until == 0 { head } else { mark.until };
        let customers = to_be_read(&mut snapshot, mark.through, until).await?;
        let rest: Vec<CustomerId> =
            customers.into_iter().filter(|one| mark.after.is_none_or(|after| *one > after)).collect();
        let done = OwedMark { through: until, until: 0, after: None };
        if rest.is_empty() {
            drop(snapshot);
            table.replace(mark, done, &[]).await?;
            continue;
        }
        let mut accounts = Accounts::new(&mut snapshot);
        let mut chunks = rest.chunks(CUSTOMERS_AT_ONCE).peekable();
        while let Some(some) = chunks.next() {
            let mut of = Vec::with_capacity(some.len());
            for customer in some {
                of.push(accounts.rows_of(*customer).await?);
            }
            let now = match chunks.peek() {
                None => done,
                Some(_) => OwedMark { through: mark.through, until, after: some.last().copied() },
            };
            if !table.replace(mark, now, &of).await? {
                break;
            }
            mark = now;
            read += some.len() as u64;
        }
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
        let rows = Accounts::new(&mut snapshot).rows_of(customer).await?.rows;
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

async fn all_customers<N: Snapshot>(snapshot: &mut N) -> Stored<BTreeSet<CustomerId>> {
    let mut accounts = Accounts::new(snapshot);
    let mut found = BTreeSet::new();
    loop {
        let some =
            accounts.list(&[PaperKind::Customer], Filter::default(), found.len() as u64, 5_000).await?;
        let before = found.len();
        found.extend(some.iter().map(|listed| CustomerId(listed.key.id)));
        if found.len() == before {
            return Ok(found);
        }
    }
}
