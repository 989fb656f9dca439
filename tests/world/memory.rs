//! A store in memory: the same law as every backend, no disk, no timers, failures where a test wants them.
//!
//! What a unit wrote is there after its commit and not before; a unit that is dropped has written nothing. So a crash
//! is nothing more than dropping what was not committed.

mod moment;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use server::store::{
    Blob, CommandName, Company, DeviceLog, Ear, Eviction, FeedRow, Head, Kept, NamedCommand, Quarantined,
    Store, StoreError, Stored, UNNAMED_KEPT_MS, Word,
};
use sync_core::{
    domain::visit::BlobHash,
    log::SetDigest,
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CompanyId, DeviceId},
};
use tokio::sync::mpsc;

pub use crate::twist::Twist;
pub use moment::Moment;

/// One company's book.
#[derive(Clone, Debug)]
struct Book {
    company: Company,
    head: Head,
    devices: BTreeMap<DeviceId, DeviceLog>,
    feed: Vec<Arc<FeedRow>>,
    places: BTreeMap<ChangeId, usize>,
    papers: BTreeMap<PaperKey, Arc<Paper>>,
    digests: BTreeMap<Scope, SetDigest>,
    blobs: BTreeMap<BlobHash, Blob>,
    blob_scopes: BTreeSet<(BlobHash, Scope)>,
    quarantine: Vec<Quarantined>,
    evictions: BTreeMap<(DeviceId, Scope), Eviction>,
    named: BTreeMap<CommandName, NamedCommand>,
    turns: BTreeMap<&'static str, Timestamp>,
}

impl Book {
    fn is_unnamed(&self, hash: &BlobHash) -> bool {
        !self.blob_scopes.iter().any(|(named, _)| named == hash)
    }
}

type Ears = Vec<(CompanyId, mpsc::Sender<Word>)>;
type Books = Arc<Mutex<BTreeMap<CompanyId, Arc<Book>>>>;

/// What an operator has kept of all books at one moment.
#[derive(Clone, Debug)]
pub struct Backup(BTreeMap<CompanyId, Arc<Book>>);

/// The store. Clones share the books and the failures.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    books: Books,
    writer: Arc<tokio::sync::Mutex<()>>,
    /// Calls left until one fails; zero for never.
    fails_in: Arc<AtomicU64>,
    /// Whether the next commit is made and answered as if it had not been.
    unsure: Arc<AtomicBool>,
    /// The calls that have failed.
    failed: Arc<Mutex<Vec<String>>>,
    /// Who hears what servers announce.
    ears: Arc<Mutex<Ears>>,
    /// Whether what is announced is lost.
    lossy: Arc<AtomicBool>,
    twist: Option<Arc<dyn Twist>>,
}

impl MemoryStore {
    /// A store that does something otherwise.
    #[must_use]
    pub fn twisted(self, twist: Option<Arc<dyn Twist>>) -> Self {
        Self { twist, ..self }
    }

    /// The next commit is made, and answered as if it had failed: its connection breaks in between.
    pub fn fail_unsure(&self) {
        self.unsure.store(true, Ordering::SeqCst);
    }

    /// From now on whatever a server announces to the others is lost.
    pub fn lose_words(&self) {
        self.lossy.store(true, Ordering::SeqCst);
    }

    /// How many servers hear what is announced.
    pub fn ears(&self) -> usize {
        self.ears.lock().expect("no test panics while it holds the ears").len()
    }

    /// Breaks the connections by which servers hear of one another.
    pub fn break_ears(&self) {
        self.ears.lock().expect("no test panics while it holds the ears").clear();
    }

    /// The calls that were made to fail since this was last asked.
    pub fn failures(&self) -> Vec<String> {
        std::mem::take(&mut self.failed.lock().expect("no test panics while it holds the failures"))
    }

    fn note(&self, what: &str) {
        self.failed.lock().expect("no test panics while it holds the failures").push(what.to_owned());
    }

    /// The `calls`-th call from now on fails, and only that one.
    pub fn fail_at(&self, calls: u64) {
        self.fails_in.store(calls, Ordering::SeqCst);
    }

    /// No call fails any more.
    pub fn fail_never(&self) {
        self.fail_at(0);
        self.unsure.store(false, Ordering::SeqCst);
    }

    /// All books as they are now, to go back to.
    pub fn backup(&self) -> Backup {
        Backup(self.books.lock().expect("no test panics while it holds the books").clone())
    }

    /// Goes back to a backup as if nothing had been in between: what no operator must do.
    pub fn put_back(&self, backup: &Backup) {
        *self.books.lock().expect("no test panics while it holds the books") = backup.0.clone();
    }

    /// Goes back to a backup, as an operator does after a disaster: every book begins a new life.
    pub fn restore(&self, backup: &Backup) {
        let mut books = self.books.lock().expect("no test panics while it holds the books");
        for (company, old) in &backup.0 {
            let lived = books.get(company).map_or(0, |book| book.head.epoch);
            let mut book = Book::clone(old);
            book.head.epoch = book.head.epoch.max(lived) + 1;
            books.insert(*company, Arc::new(book));
        }
    }

    /// Whether the failure asked for is still to come.
    pub fn will_fail(&self) -> bool {
        self.fails_in.load(Ordering::SeqCst) > 0
    }

    /// The same books, seen by somebody whom no failure touches.
    #[must_use]
    pub fn without_failures(&self) -> Self {
        Self { fails_in: Arc::default(), unsure: Arc::default(), failed: Arc::default(), ..self.clone() }
    }

    fn call(&self, what: &str) -> Stored<()> {
        let left = self.fails_in.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left != Ok(1) {
            return Ok(());
        }
        self.note(what);
        Err(StoreError::Unavailable(format!("{what} was made to fail")))
    }

    fn book(&self, company: CompanyId) -> Stored<Arc<Book>> {
        let books = self.books.lock().expect("no test panics while it holds the books");
        books
            .get(&company)
            .cloned()
            .ok_or_else(|| StoreError::Corrupt("no such company in this store".into()))
    }
}

impl Store for MemoryStore {
    type Unit = Moment;
    type Snapshot = Moment;

    async fn companies(&self) -> Stored<Vec<Company>> {
        self.call("companies")?;
        let books = self.books.lock().expect("no test panics while it holds the books");
        let mut companies: Vec<_> = books.values().map(|book| book.company.clone()).collect();
        companies.sort_by_key(|company| (company.founded, company.id));
        Ok(companies)
    }

    async fn found(&self, company: &Company, hub: &DeviceLog) -> Stored<()> {
        self.call("found")?;
        let book = Book {
            company: company.clone(),
            head: Head { epoch: 1, ..Head::default() },
            devices: BTreeMap::from([(hub.device, hub.clone())]),
            feed: Vec::new(),
            places: BTreeMap::new(),
            papers: BTreeMap::new(),
            digests: BTreeMap::new(),
            blobs: BTreeMap::new(),
            blob_scopes: BTreeSet::new(),
            quarantine: Vec::new(),
            evictions: BTreeMap::new(),
            named: BTreeMap::new(),
            turns: BTreeMap::new(),
        };
        let mut books = self.books.lock().expect("no test panics while it holds the books");
        if books.contains_key(&company.id) {
            return Err(StoreError::Conflict("the company is there already".into()));
        }
        books.insert(company.id, Arc::new(book));
        Ok(())
    }

    async fn begin(&self, company: CompanyId) -> Stored<Moment> {
        self.call("begin")?;
        let lock = Arc::clone(&self.writer).lock_owned().await;
        Ok(Moment { store: self.clone(), book: self.book(company)?, lock: Some(lock) })
    }

    async fn snapshot(&self, company: CompanyId) -> Stored<Moment> {
        self.call("snapshot")?;
        Ok(Moment { store: self.clone(), book: self.book(company)?, lock: None })
    }

    async fn put_blob(&self, company: CompanyId, blob: &Blob, budget: u64) -> Stored<Kept> {
        self.call("put_blob")?;
        let _lock = self.writer.lock().await;
        let mut book = self.book(company)?;
        if book.blobs.contains_key(&blob.hash) {
            return Ok(Kept::Already);
        }
        let since = blob.created.millis().saturating_sub(UNNAMED_KEPT_MS);
        let waits = |other: &&Blob| {
            other.uploader == blob.uploader && other.created.millis() >= since && book.is_unnamed(&other.hash)
        };
        let waiting: usize = book.blobs.values().filter(waits).map(|other| other.bytes.len()).sum();
        if (waiting + blob.bytes.len()) as u64 > budget {
            return Ok(Kept::OverBudget);
        }
        Arc::make_mut(&mut book).blobs.insert(blob.hash, blob.clone());
        self.books.lock().expect("no test panics while it holds the books").insert(company, book);
        Ok(Kept::New)
    }

    async fn remove_unnamed(&self, company: CompanyId, before: Timestamp) -> Stored<u64> {
        self.call("remove_unnamed")?;
        let _lock = self.writer.lock().await;
        let mut book = self.book(company)?;
        let goes = |blob: &&Blob| blob.created < before && book.is_unnamed(&blob.hash);
        let gone: Vec<BlobHash> = book.blobs.values().filter(goes).map(|blob| blob.hash).collect();
        for hash in &gone {
            Arc::make_mut(&mut book).blobs.remove(hash);
        }
        self.books.lock().expect("no test panics while it holds the books").insert(company, book);
        Ok(gone.len() as u64)
    }

    async fn take_turn(
        &self,
        company: CompanyId,
        task: &'static str,
        now: Timestamp,
        every_ms: u64,
    ) -> Stored<bool> {
        self.call("take_turn")?;
        let _lock = self.writer.lock().await;
        let mut book = self.book(company)?;
        if book.turns.get(task).is_some_and(|since| now.millis() < since.millis() + every_ms) {
            return Ok(false);
        }
        Arc::make_mut(&mut book).turns.insert(task, now);
        self.books.lock().expect("no test panics while it holds the books").insert(company, book);
        Ok(true)
    }

    async fn announce(&self, company: CompanyId, word: Word) -> Stored<()> {
        if !self.lossy.load(Ordering::SeqCst) {
            let ears = self.ears.lock().expect("no test panics while it holds the ears");
            for (_, ear) in ears.iter().filter(|(of, _)| *of == company) {
                // Whoever has gone away hears nothing.
                let _ = ear.try_send(word);
            }
        }
        Ok(())
    }

    async fn ear(&self, company: CompanyId) -> Stored<Option<Ear>> {
        let (says, ear) = Ear::open(64);
        self.ears.lock().expect("no test panics while it holds the ears").push((company, says));
        Ok(Some(ear))
    }
}
