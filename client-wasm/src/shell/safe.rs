//! The database behind the vault: plain records in and out, sealed ones on the disk.
//!
//! Floor: shell. This module must not know what a record says.

use std::cell::{Cell, RefCell};

use futures::future::join_all;

use super::{
    db::{Db, Step, Store, StoreFault},
    device_key::DeviceKey,
    vault::{Sealed, Vault},
};

/// The key the whole store was sealed with before there was a passphrase.
const OLD_KEY: &str = "vault";
const OWN_KEY: &str = "own";
const DEVICE_KEY: &str = "device";

/// What this phone keeps: the book under the key that a passphrase opens, and what a locked phone needs under its own.
#[derive(Debug)]
pub struct Safe {
    db: Db,
    own: Vault,
    book: RefCell<Option<Vault>>,
    /// Whether the book is still sealed with a key that no passphrase guards.
    old: Cell<bool>,
}

/// What is authenticated with a record: its store and its key.
fn place(store: Store, key: &str) -> String {
    format!("{}/{key}", store.name())
}

impl Safe {
    /// Opens what is stored, making database and key where there are none. The book stays shut, unless it is of the
    /// time before there was a passphrase.
    ///
    /// # Errors
    /// A browser that stores nothing or has no WebCrypto.
    pub async fn open() -> Result<Self, StoreFault> {
        let db = Db::open().await?;
        let old = db.crypto_key(OLD_KEY).await?;
        let own = if let Some(key) = db.crypto_key(OWN_KEY).await? {
            Vault::of_key(key).map_err(|_| StoreFault::Unreadable)?
        } else {
            let own = Vault::generate().await.map_err(|_| StoreFault::Unavailable)?;
            db.keep_crypto_key(OWN_KEY, own.key()).await?;
            own
        };
        let is_old = Cell::new(old.is_some());
        let book = old.map(Vault::of_key).transpose().map_err(|_| StoreFault::Unreadable)?;
        Ok(Self { db, own, book: RefCell::new(book), old: is_old })
    }

    /// Whether the book is of the time before there was a passphrase.
    pub fn is_old(&self) -> bool {
        self.old.get()
    }

    /// Opens the book with its key.
    ///
    /// # Errors
    /// Not a key.
    pub async fn unlock(&self, key: &[u8]) -> Result<(), StoreFault> {
        let book = Vault::of_bytes(key).await.map_err(|_| StoreFault::Unavailable)?;
        self.book.replace(Some(book));
        Ok(())
    }

    /// The vault of the device itself.
    pub fn own(&self) -> &Vault {
        &self.own
    }

    /// Seals everything anew for another key of the book, with these steps, in one transaction; the old key is gone.
    ///
    /// # Errors
    /// The phone could not do it; then all is as it was.
    pub async fn move_to(&self, key: &[u8], also: Vec<Step<Vec<u8>>>) -> Result<(), StoreFault> {
        let mut steps = Vec::new();
        if self.is_old() {
            for store in [Store::Log, Store::Scopes, Store::Meta, Store::Blobs] {
                for name in self.keys(store).await? {
                    if let Some(plain) = self.read(store, &name).await? {
                        steps.push(Step::Put(store, name, plain));
                    }
                }
            }
            steps.push(Step::Delete(Store::Keys, OLD_KEY.into()));
        }
        steps.extend(also);
        let before = self.book.borrow().clone();
        self.unlock(key).await?;
        let moved = self.write(steps).await;
        if moved.is_ok() {
            self.old.set(false);
        } else {
            self.book.replace(before);
        }
        moved
    }

    /// The device's key, if it has one.
    ///
    /// # Errors
    /// The phone could not read it.
    pub async fn device_key(&self) -> Result<Option<DeviceKey>, StoreFault> {
        match self.db.crypto_key(DEVICE_KEY).await? {
            Some(pair) => DeviceKey::of_pair(pair).await.map(Some).map_err(|_| StoreFault::Unreadable),
            None => Ok(None),
        }
    }

    /// Makes the device's key and keeps it.
    ///
    /// # Errors
    /// A browser without Ed25519, or a phone that could not store it.
    pub async fn new_device_key(&self) -> Result<DeviceKey, StoreFault> {
        let key = DeviceKey::generate().await.map_err(|_| StoreFault::TooOld)?;
        self.db.keep_crypto_key(DEVICE_KEY, key.pair()).await?;
        Ok(key)
    }

    /// Seals every record, then writes all steps in one transaction, or none.
    ///
    /// # Errors
    /// Nothing was written.
    pub async fn write(&self, steps: Vec<Step<Vec<u8>>>) -> Result<(), StoreFault> {
        let sealed = join_all(steps.into_iter().map(|step| self.seal(step))).await;
        let sealed: Vec<Step<Sealed>> = sealed.into_iter().collect::<Result<_, _>>()?;
        self.db.write(&sealed).await
    }

    async fn seal(&self, step: Step<Vec<u8>>) -> Result<Step<Sealed>, StoreFault> {
        let sealed = async |store, key: &str, plain: Vec<u8>| {
            self.vault(store)?.seal(&place(store, key), &plain).await.map_err(|_| StoreFault::Unreadable)
        };
        Ok(match step {
            Step::Add(store, key, plain) => {
                let record = sealed(store, &key, plain).await?;
                Step::Add(store, key, record)
            }
            Step::Put(store, key, plain) => {
                let record = sealed(store, &key, plain).await?;
                Step::Put(store, key, record)
            }
            Step::Delete(store, key) => Step::Delete(store, key),
        })
    }

    /// One record.
    ///
    /// # Errors
    /// The phone could not read it, or it does not open.
    pub async fn read(&self, store: Store, key: &str) -> Result<Option<Vec<u8>>, StoreFault> {
        match self.db.get(store, key).await? {
            Some(sealed) => self.open_record(store, key, &sealed).await.map(Some),
            None => Ok(None),
        }
    }

    /// All records of a store.
    ///
    /// # Errors
    /// The phone could not read them, or one does not open.
    pub async fn read_all(&self, store: Store) -> Result<Vec<Vec<u8>>, StoreFault> {
        let sealed = self.db.all(store).await?;
        let opened = sealed.iter().map(|(key, sealed)| self.open_record(store, key, sealed));
        join_all(opened).await.into_iter().collect()
    }

    async fn open_record(&self, store: Store, key: &str, sealed: &Sealed) -> Result<Vec<u8>, StoreFault> {
        self.vault(store)?.open(&place(store, key), sealed).await.map_err(|_| StoreFault::Unreadable)
    }

    /// Which key a store is under; of a book that is locked there is none.
    fn vault(&self, store: Store) -> Result<Vault, StoreFault> {
        match store {
            Store::Own => Ok(self.own.clone()),
            _ => self.book.borrow().clone().ok_or(StoreFault::Unavailable),
        }
    }

    /// The keys of a store, in order.
    ///
    /// # Errors
    /// The phone could not read them.
    pub async fn keys(&self, store: Store) -> Result<Vec<String>, StoreFault> {
        self.db.keys(store).await
    }

    /// Empties everything, keys and all; this safe is of no use any more, the next one begins with a new key.
    ///
    /// # Errors
    /// The phone could not do it.
    pub async fn clear(&self) -> Result<(), StoreFault> {
        self.db.clear().await
    }
}
