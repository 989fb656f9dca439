//! 本机存储: IndexedDB, strictly durable. A write has happened when its transaction has completed, not before.
//!
//! Floor: shell. This module takes sealed records only and must not know what they say.
//! Everything is encrypted before a transaction opens: a transaction that waits for something else commits by itself.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures::channel::oneshot;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DomException, IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use super::{js, vault::Sealed};

const NAME: &str = "fieldbook";
const VERSION: u32 = 2;

/// A part of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// Keys that cannot be taken out.
    Keys,
    /// The device's own log, by sequence.
    Log,
    /// One record for each scope.
    Scopes,
    /// Index and session.
    Meta,
    /// Photos and slips, by content.
    Blobs,
    /// What a locked phone needs, under a key of the device and not under the passphrase.
    Own,
}

impl Store {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Keys, Self::Log, Self::Scopes, Self::Meta, Self::Blobs, Self::Own];

    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Log => "log",
            Self::Scopes => "scopes",
            Self::Meta => "meta",
            Self::Blobs => "blobs",
            Self::Own => "own",
        }
    }
}

/// One step of a write.
#[derive(Clone, Debug)]
pub enum Step<T> {
    /// A record that must be new: an existing one stops the whole write.
    Add(Store, String, T),
    /// A record, new or in place of the old.
    Put(Store, String, T),
    /// No record any more.
    Delete(Store, String),
}

/// Why the phone could not store or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// There is no IndexedDB here, or it does not open.
    Unavailable,
    /// This browser is too old: it has no keys to sign with.
    TooOld,
    /// The phone is full.
    Full,
    /// A record that had to be new is there already: somebody else writes.
    Exists,
    /// The connection broke, and broke again.
    Broken,
    /// The browser has deleted the store while the program ran: nothing that was in it is there.
    Gone,
    /// A record does not open, or does not say what it should.
    Unreadable,
}

impl StoreFault {
    /// The short code, for people who help.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "store.unavailable",
            Self::TooOld => "browser.too-old",
            Self::Full => "store.full",
            Self::Exists => "store.exists",
            Self::Broken => "store.broken",
            Self::Gone => "store.gone",
            Self::Unreadable => "store.unreadable",
        }
    }

    fn of(error: &JsValue) -> Self {
        match js::error_name(error).as_str() {
            "QuotaExceededError" => Self::Full,
            "ConstraintError" => Self::Exists,
            _ => Self::Broken,
        }
    }
}

/// The database of this phone. It opens anew by itself when the browser has dropped the connection.
#[derive(Debug, Default)]
pub struct Db {
    connection: Rc<RefCell<Option<IdbDatabase>>>,
    /// Whether the store was open before: should it have to be made anew then, it was deleted meanwhile.
    opened: Cell<bool>,
}

impl Db {
    /// Opens the database, making it where there is none.
    ///
    /// # Errors
    /// A browser without IndexedDB, or one that does not open it.
    pub async fn open() -> Result<Self, StoreFault> {
        let db = Self::default();
        db.connected().await?;
        Ok(db)
    }

    async fn connected(&self) -> Result<IdbDatabase, StoreFault> {
        if let Some(open) = self.connection.borrow().as_ref() {
            return Ok(open.clone());
        }
        let (opened, made) = connect().await?;
        if self.opened.replace(true) && made {
            // What is written into an empty store would be found by nobody.
            opened.close();
            let _ = remove();
            return Err(StoreFault::Gone);
        }
        let connection = self.connection.clone();
        let gone = Closure::<dyn Fn()>::new(move || {
            if let Some(old) = connection.take() {
                old.close();
            }
        })
        .into_js_value();
        // A newer version of the product, or the browser itself, may want this connection closed.
        opened.set_onversionchange(Some(gone.unchecked_ref()));
        opened.set_onclose(Some(gone.unchecked_ref()));
        self.connection.replace(Some(opened.clone()));
        Ok(opened)
    }

    fn drop_connection(&self) {
        if let Some(old) = self.connection.take() {
            old.close();
        }
    }

    /// Writes all steps, or none. When it returns, they are durable.
    ///
    /// # Errors
    /// Full, or a record that had to be new is there, or the connection broke twice. Then nothing was written.
    pub async fn write(&self, steps: &[Step<Sealed>]) -> Result<(), StoreFault> {
        match self.write_once(steps).await {
            Err(StoreFault::Broken | StoreFault::Unavailable) => {
                self.drop_connection();
                match self.write_once(steps).await {
                    // The first attempt may have completed without being able to say so.
                    Err(StoreFault::Exists) if self.holds_all(steps).await? => Ok(()),
                    outcome => outcome,
                }
            }
            outcome => outcome,
        }
    }

    async fn write_once(&self, steps: &[Step<Sealed>]) -> Result<(), StoreFault> {
        let db = self.connected().await?;
        let transaction = begin(&db, "readwrite")?;
        let done = completion(&transaction);
        for step in steps {
            let issued = match step {
                Step::Add(store, key, record) => {
                    object_store(&transaction, *store)?.add_with_key(record.value(), &key.into())
                }
                Step::Put(store, key, record) => {
                    object_store(&transaction, *store)?.put_with_key(record.value(), &key.into())
                }
                Step::Delete(store, key) => object_store(&transaction, *store)?.delete(&key.into()),
            };
            if let Err(error) = issued {
                // Nothing of the transaction may stay; where it is over already, nothing does.
                let _ = transaction.abort();
                return Err(StoreFault::of(&error));
            }
        }
        commit(&transaction);
        done.await
    }

    async fn holds_all(&self, steps: &[Step<Sealed>]) -> Result<bool, StoreFault> {
        for step in steps {
            if let Step::Add(store, key, record) = step {
                let held = self.get(*store, key).await?;
                if !held.is_some_and(|held| held.equals(record)) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    async fn ask(
        &self,
        store: Store,
        question: impl Fn(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<JsValue, StoreFault> {
        let outcome = self.ask_once(store, &question).await;
        if outcome.is_ok() {
            return outcome;
        }
        self.drop_connection();
        self.ask_once(store, &question).await
    }

    async fn ask_once(
        &self,
        store: Store,
        question: &impl Fn(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
    ) -> Result<JsValue, StoreFault> {
        let db = self.connected().await?;
        let transaction = begin(&db, "readonly")?;
        let request =
            question(&object_store(&transaction, store)?).map_err(|error| StoreFault::of(&error))?;
        answer(&request).await
    }

    /// One record.
    ///
    /// # Errors
    /// The connection broke twice.
    pub async fn get(&self, store: Store, key: &str) -> Result<Option<Sealed>, StoreFault> {
        let value = self.ask(store, |store| store.get(&key.into())).await?;
        Ok(Sealed::stored(&value))
    }

    /// All records of a store with their keys.
    ///
    /// # Errors
    /// The connection broke twice.
    pub async fn all(&self, store: Store) -> Result<Vec<(String, Sealed)>, StoreFault> {
        match self.all_once(store).await {
            Err(StoreFault::Unreadable) => Err(StoreFault::Unreadable),
            Err(_) => {
                self.drop_connection();
                self.all_once(store).await
            }
            outcome => outcome,
        }
    }

    async fn all_once(&self, store: Store) -> Result<Vec<(String, Sealed)>, StoreFault> {
        let db = self.connected().await?;
        let records = object_store(&begin(&db, "readonly")?, store)?;
        let keys = answer(&records.get_all_keys().map_err(|error| StoreFault::of(&error))?);
        let values = answer(&records.get_all().map_err(|error| StoreFault::of(&error))?);
        let keys: Array = keys.await?.dyn_into().map_err(|_| StoreFault::Broken)?;
        let values: Array = values.await?.dyn_into().map_err(|_| StoreFault::Broken)?;
        keys.iter()
            .zip(values.iter())
            .map(|(key, value)| Some((key.as_string()?, Sealed::stored(&value)?)))
            .collect::<Option<_>>()
            .ok_or(StoreFault::Unreadable)
    }

    /// The keys of a store, in order.
    ///
    /// # Errors
    /// The connection broke twice.
    pub async fn keys(&self, store: Store) -> Result<Vec<String>, StoreFault> {
        let keys: Array = self
            .ask(store, IdbObjectStore::get_all_keys)
            .await?
            .dyn_into()
            .map_err(|_| StoreFault::Broken)?;
        Ok(keys.iter().filter_map(|key| key.as_string()).collect())
    }

    /// A key that the browser keeps for this program without showing it.
    ///
    /// # Errors
    /// The connection broke twice.
    pub async fn crypto_key(&self, name: &str) -> Result<Option<JsValue>, StoreFault> {
        let value = self.ask(Store::Keys, |store| store.get(&name.into())).await?;
        Ok((!value.is_undefined()).then_some(value))
    }

    /// Keeps such a key.
    ///
    /// # Errors
    /// The phone could not store it.
    pub async fn keep_crypto_key(&self, name: &str, key: &JsValue) -> Result<(), StoreFault> {
        let db = self.connected().await?;
        let transaction = begin(&db, "readwrite")?;
        let done = completion(&transaction);
        object_store(&transaction, Store::Keys)?
            .put_with_key(key, &name.into())
            .map_err(|error| StoreFault::of(&error))?;
        commit(&transaction);
        done.await
    }

    /// Empties every store, keys and all: what was sealed can never be opened again.
    ///
    /// # Errors
    /// The phone could not do it; then nothing is gone.
    pub async fn clear(&self) -> Result<(), StoreFault> {
        let db = self.connected().await?;
        let transaction = begin(&db, "readwrite")?;
        let done = completion(&transaction);
        for store in Store::ALL {
            object_store(&transaction, store)?.clear().map_err(|error| StoreFault::of(&error))?;
        }
        commit(&transaction);
        done.await
    }
}

/// Removes the empty store that looking for a deleted one has made, so that every later look finds the same.
fn remove() -> Option<IdbOpenDbRequest> {
    web_sys::window()?.indexed_db().ok()??.delete_database(NAME).ok()
}

/// The database, and whether it had to be made.
async fn connect() -> Result<(IdbDatabase, bool), StoreFault> {
    let factory =
        web_sys::window().and_then(|window| window.indexed_db().ok()?).ok_or(StoreFault::Unavailable)?;
    let request = factory.open_with_u32(NAME, VERSION).map_err(|error| StoreFault::of(&error))?;
    let making = request.clone();
    let made = Rc::new(Cell::new(false));
    let is_made = made.clone();
    let make = Closure::<dyn FnMut()>::new(move || {
        is_made.set(true);
        make_stores(&making);
    });
    request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
    let opened = answer(&request).await?;
    request.set_onupgradeneeded(None);
    Ok((opened.dyn_into().map_err(|_| StoreFault::Unavailable)?, made.get()))
}

fn make_stores(request: &IdbOpenDbRequest) {
    let Some(db) = request.result().ok().and_then(|db| db.dyn_into::<IdbDatabase>().ok()) else {
        return;
    };
    for store in Store::ALL {
        if !db.object_store_names().contains(store.name()) {
            // Should it fail, the first transaction says so.
            let _ = db.create_object_store(store.name());
        }
    }
}

fn begin(db: &IdbDatabase, mode: &str) -> Result<IdbTransaction, StoreFault> {
    let stores: Array = Store::ALL.iter().map(|store| JsValue::from(store.name())).collect();
    let strict = js::object(&[("durability", "strict".into())]);
    js::call(db, "transaction", &[stores.into(), mode.into(), strict])
        .map(JsCast::unchecked_into)
        .map_err(|_| StoreFault::Broken)
}

fn object_store(transaction: &IdbTransaction, store: Store) -> Result<IdbObjectStore, StoreFault> {
    transaction.object_store(store.name()).map_err(|_| StoreFault::Broken)
}

/// Begins to commit at once, where the browser can; all others do it when nothing more is asked.
fn commit(transaction: &IdbTransaction) {
    // A browser without the method commits by itself.
    let _ = js::call(transaction, "commit", &[]);
}

/// Waits for a transaction to complete. Only that is success.
fn completion(transaction: &IdbTransaction) -> impl Future<Output = Result<(), StoreFault>> + use<> {
    let (tell, told) = oneshot::channel();
    let tell = Rc::new(RefCell::new(Some(tell)));
    let say = move |outcome: Result<(), StoreFault>| {
        if let Some(tell) = tell.take() {
            // Whoever waited may be gone; the transaction has ended all the same.
            let _ = tell.send(outcome);
        }
    };
    let stop = say.clone();
    let watched = transaction.clone();
    let complete = Closure::<dyn FnMut()>::new(move || say(Ok(())));
    let abort = Closure::<dyn FnMut()>::new(move || {
        let error = watched.error().map_or(JsValue::UNDEFINED, |error: DomException| error.into());
        stop(Err(StoreFault::of(&error)));
    });
    transaction.set_oncomplete(Some(complete.as_ref().unchecked_ref()));
    transaction.set_onabort(Some(abort.as_ref().unchecked_ref()));
    let transaction = transaction.clone();
    async move {
        let outcome = told.await.unwrap_or(Err(StoreFault::Broken));
        transaction.set_oncomplete(None);
        transaction.set_onabort(None);
        drop((complete, abort));
        outcome
    }
}

/// Waits for the answer to a request.
fn answer(request: &IdbRequest) -> impl Future<Output = Result<JsValue, StoreFault>> + use<> {
    let (tell, told) = oneshot::channel();
    let tell = Rc::new(RefCell::new(Some(tell)));
    let say = move |good: bool| {
        if let Some(tell) = tell.take() {
            // Whoever waited may be gone.
            let _ = tell.send(good);
        }
    };
    let stop = say.clone();
    let success = Closure::<dyn FnMut()>::new(move || say(true));
    let error = Closure::<dyn FnMut()>::new(move || stop(false));
    request.set_onsuccess(Some(success.as_ref().unchecked_ref()));
    request.set_onerror(Some(error.as_ref().unchecked_ref()));
    let request = request.clone();
    async move {
        let good = told.await.unwrap_or(false);
        request.set_onsuccess(None);
        request.set_onerror(None);
        drop((success, error));
        if good {
            return request.result().map_err(|error| StoreFault::of(&error));
        }
        let error = request.error().ok().flatten();
        Err(error.map_or(StoreFault::Broken, |error| StoreFault::of(&error)))
    }
}
