//! A store around another that fails where a test wants it: at one call, before it is done; or after a write is durable,
//! when only its answer is lost.
//!
//! It stands around any backend, so the same failures are put to each.

use std::sync::{Arc, Mutex, MutexGuard};

use server::store::{
    Blob, CommandName, Company, DeviceLog, Devices, Eviction, FeedAsk, FeedRow, Head, Inspection, Kept,
    ListAsk, Listing, NamedCommand, Period, Quarantined, Shown, Sight, Snapshot, Store, StoreError, Stored,
    Tally, TallyKey, Unit, Writing,
};
use sync_core::{
    domain::visit::BlobHash,
    log::{Hash, SetDigest},
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CompanyId, CustomerId, DeviceId, StaffId},
};

/// What is to fail, and what has.
#[derive(Debug, Default)]
struct Plan {
    /// Calls left until one fails, with what it says; `None` for never.
    call: Option<(u64, StoreError)>,
    /// Durable writes left until the answer to one is lost; `None` for never.
    answer: Option<u64>,
    /// The call that failed last.
    failed: Option<&'static str>,
}

/// The store. Clones share what is to fail.
#[derive(Clone, Debug)]
pub struct Failing<S> {
    store: S,
    plan: Arc<Mutex<Plan>>,
}

impl<S> Failing<S> {
    /// A store that does as the other does, until it is told to fail.
    pub fn around(store: S) -> Self {
        Self { store, plan: Arc::default() }
    }

    /// The store inside, which never fails.
    pub const fn inside(&self) -> &S {
        &self.store
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().expect("nobody panics while holding the plan")
    }

    /// The `calls`-th call from now on says `error` and is not done, and only that one.
    pub fn fail_at(&self, calls: u64, error: StoreError) {
        *self.plan() = Plan { call: Some((calls, error)), ..Plan::default() };
    }

    /// The `writes`-th durable write from now on is done, and its answer lost: the connection breaks in between.
    pub fn lose_answer(&self, writes: u64) {
        *self.plan() = Plan { answer: Some(writes), ..Plan::default() };
    }

    /// Nothing fails any more. The call that has failed since it was told to, if any.
    pub fn heal(&self) -> Option<&'static str> {
        std::mem::take(&mut *self.plan()).failed
    }
}

impl Plan {
    fn call(&mut self, what: &'static str) -> Stored<()> {
        let Some((left, error)) = &mut self.call else { return Ok(()) };
        *left -= 1;
        if *left > 0 {
            return Ok(());
        }
        let error = error.clone();
        *self = Self { failed: Some(what), ..Self::default() };
        Err(error)
    }

    fn answer<T>(&mut self, what: &'static str, done: T) -> Stored<T> {
        let Some(left) = &mut self.answer else { return Ok(done) };
        *left -= 1;
        if *left > 0 {
            return Ok(done);
        }
        *self = Self { failed: Some(what), ..Self::default() };
        Err(StoreError::Unavailable(format!("the connection broke after {what}")))
    }
}

fn call(plan: &Mutex<Plan>, what: &'static str) -> Stored<()> {
    plan.lock().expect("nobody panics while holding the plan").call(what)
}

fn answer<T>(plan: &Mutex<Plan>, what: &'static str, done: T) -> Stored<T> {
    plan.lock().expect("nobody panics while holding the plan").answer(what, done)
}

impl<S: Store> Store for Failing<S> {
    type Unit = FailingMoment<S::Unit>;
    type Snapshot = FailingMoment<S::Snapshot>;

    async fn companies(&self) -> Stored<Vec<Company>> {
        call(&self.plan, "companies")?;
        self.store.companies().await
    }

    async fn found(&self, company: &Company, hub: &DeviceLog) -> Stored<()> {
        call(&self.plan, "found")?;
        self.store.found(company, hub).await?;
        answer(&self.plan, "found", ())
    }

    async fn begin(&self, company: CompanyId) -> Stored<Self::Unit> {
        call(&self.plan, "begin")?;
        Ok(FailingMoment { moment: self.store.begin(company).await?, plan: Arc::clone(&self.plan) })
    }

    async fn snapshot(&self, company: CompanyId) -> Stored<Self::Snapshot> {
        call(&self.plan, "snapshot")?;
        Ok(FailingMoment { moment: self.store.snapshot(company).await?, plan: Arc::clone(&self.plan) })
    }

    async fn put_blob(&self, company: CompanyId, blob: &Blob, budget: u64) -> Stored<Kept> {
        call(&self.plan, "put_blob")?;
        let kept = self.store.put_blob(company, blob, budget).await?;
        answer(&self.plan, "put_blob", kept)
    }

    async fn remove_unnamed(&self, company: CompanyId, before: Timestamp) -> Stored<u64> {
        call(&self.plan, "remove_unnamed")?;
        let removed = self.store.remove_unnamed(company, before).await?;
        answer(&self.plan, "remove_unnamed", removed)
    }

    async fn take_turn(
        &self,
        company: CompanyId,
        task: &'static str,
        now: Timestamp,
        every_ms: u64,
    ) -> Stored<bool> {
        call(&self.plan, "take_turn")?;
        let taken = self.store.take_turn(company, task, now, every_ms).await?;
        answer(&self.plan, "take_turn", taken)
    }
}

/// A moment, or a unit, of which a call may fail.
#[derive(Debug)]
pub struct FailingMoment<M> {
    moment: M,
    plan: Arc<Mutex<Plan>>,
}

/// Each call asks whether it is to fail, and is otherwise the other store's.
macro_rules! passed_on {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {
        $(async fn $name(&mut self, $($argument: $kind),*) -> Stored<$answer> {
            call(&self.plan, stringify!($name))?;
            self.moment.$name($($argument),*).await
        })*
    };
}

impl<M: Snapshot> Snapshot for FailingMoment<M> {
    passed_on! {
        head() -> Head;
        devices(which: &Devices) -> Vec<DeviceLog>;
        entries(changes: &[ChangeId]) -> Vec<FeedRow>;
        feed(ask: &FeedAsk) -> Vec<FeedRow>;
        papers(keys: &[PaperKey]) -> Vec<(PaperKey, Paper)>;
        papers_in(sight: &Sight) -> Vec<(PaperKey, Paper)>;
        digests(scopes: Option<&[Scope]>) -> Vec<(Scope, SetDigest)>;
        list(ask: &ListAsk) -> Listing;
        customers_of(staff: StaffId) -> Vec<CustomerId>;
        blob(hash: &BlobHash) -> Option<(Blob, Vec<Scope>)>;
        quarantine() -> Vec<Quarantined>;
        quarantine_of(device: DeviceId) -> Vec<Quarantined>;
        is_aside(device: DeviceId, link: &Hash) -> bool;
        evictions(devices: Option<&[DeviceId]>) -> Vec<Eviction>;
        command_named(name: &CommandName) -> Option<NamedCommand>;
        latest_of(device: DeviceId, through: u64) -> Option<Timestamp>;
    }
}

impl<M: Inspection> Inspection for FailingMoment<M> {
    passed_on! {
        shown(after: Option<PaperKey>, limit: u32) -> Vec<Shown>;
        places(after: Option<(Scope, u64)>, limit: u32) -> Vec<(Scope, u64)>;
        named(after: Option<(BlobHash, Scope)>, limit: u32) -> Vec<(BlobHash, Scope)>;
        next_blob(after: Option<BlobHash>) -> Option<Blob>;
        tallies(of: Period) -> Vec<(TallyKey, Tally)>;
    }
}

impl<U: Unit> Unit for FailingMoment<U> {
    passed_on! {
        save(writing: &Writing) -> ();
        put_aside(what: &[Quarantined]) -> u64;
    }

    async fn commit(self) -> Stored<()> {
        call(&self.plan, "commit")?;
        self.moment.commit().await?;
        answer(&self.plan, "commit", ())
    }
}
