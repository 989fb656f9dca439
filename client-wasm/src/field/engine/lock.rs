//! 锁: the key of the book, what wraps it, and when it is put away.
//!
//! Floor: field, engine. This module must not know what the book says.
//!
//! *Invariant.* The key lies in the store only wrapped: by the passphrase, and by a recovery key that the company keeps.
//! While nobody has locked the phone it lies also in a file of its own, sealed by the device, for no longer than the
//! phone lies untouched.

use sync_core::replica::Replica;

use super::{
    Engine,
    keeping::{NotRestored, Steps, decoded, encoded},
    session::not_saved,
    sync::Halt,
    wake,
};
use crate::{
    field::app::{Phase, SignInError},
    shell::{
        ajar, clock,
        db::{Step, Store, StoreFault},
        hex::hex,
        js, keys,
        net::Body,
        safe::Safe,
        settings,
        vault::{self, Sealed},
    },
};

const WRAPS: &str = "wraps";
const DOOR: &str = "door";
/// A recovery key that the company has not taken yet.
const RECOVERY: &str = "recovery";
const AJAR: &str = "ajar";
/// How many random bytes a wrapping takes.
const RANDOM: usize = 40;
/// So many wrong passphrases are free; from then on the pause doubles.
const FREE_TRIES: u32 = 3;
const FIRST_PAUSE_S: u32 = 5;
const DOUBLINGS: u32 = 6;
const MINUTE_MS: u64 = 60_000;

/// The key under a passphrase and a new recovery key, and that recovery key for the company.
pub(super) fn wrapped(key: &[u8], passphrase: &str, before: &[u8]) -> Option<Steps> {
    let recovery = vault::random::<32>();
    let random = vault::random::<RANDOM>();
    let record = keys::call("wrap", &[key, passphrase.as_bytes(), &recovery, before, &random])?;
    Some(vec![
        Step::Put(Store::Own, WRAPS.into(), record),
        Step::Put(Store::Meta, RECOVERY.into(), recovery.to_vec()),
    ])
}

impl Engine {
    /// What a locked phone knows, as the book says it now; to be stored with what the book is stored with.
    pub(super) fn door_of(&self, book: &Replica) -> Step<Vec<u8>> {
        self.door.borrow_mut().follow(book, clock::now());
        self.door_as_it_is()
    }

    /// The same, where no book is open.
    pub(super) fn door_as_it_is(&self) -> Step<Vec<u8>> {
        Step::Put(Store::Own, DOOR.into(), encoded(&*self.door.borrow()))
    }

    /// Reads what a locked phone knows. Where the book may open without asking, it is open now.
    pub(super) async fn may_open(&self, safe: &Safe) -> Result<Phase, NotRestored> {
        if let Some(bytes) = safe.read(Store::Own, DOOR).await? {
            self.door.replace(decoded(&bytes)?);
        }
        if safe.is_old() {
            return Ok(Phase::Ready);
        }
        if safe.read(Store::Own, WRAPS).await?.is_none() {
            return Self::without_book();
        }
        if let Some(kept) = ajar::kept().await.filter(|_| self.may_stay_open())
            && let Ok(key) = safe.own().open(AJAR, &Sealed::of_bytes(&kept)).await
        {
            safe.unlock(&key).await?;
            return Ok(Phase::Ready);
        }
        ajar::forget().await;
        Ok(Phase::Locked)
    }

    /// Whether the phone was touched lately, and the company was heard lately enough.
    fn may_stay_open(&self) -> bool {
        let now = clock::now();
        let idle = u64::from(settings::idle_minutes()) * MINUTE_MS;
        let touched = settings::touched();
        // A clock that was set back has no say in how long the phone lay untouched.
        let lately = touched <= now.millis() && now.millis() - touched <= idle;
        lately && self.door.borrow().days_left(now).is_some()
    }

    /// Whether an open book has to be locked now. A book of the time before there was a passphrase cannot be.
    pub(in crate::field) fn should_lock(&self) -> bool {
        let guarded = self.safe.borrow().as_ref().is_some_and(|safe| !safe.is_old());
        guarded && (self.is_open() || self.phase_now() == Phase::Elsewhere) && !self.may_stay_open()
    }

    /// The book is open from now on, until it is locked.
    pub(super) async fn opens_with(&self, safe: &Safe, key: &[u8]) -> Result<(), StoreFault> {
        settings::touch(clock::now().millis());
        settings::keep_tries(0, 0);
        if let Ok(sealed) = safe.own().seal(AJAR, key).await {
            ajar::keep(sealed.value()).await;
        }
        safe.unlock(key).await
    }

    /// Opens the book with the passphrase: without a signal, while the lease lasts; else by signing in.
    pub(in crate::field) async fn unlock(&self, passphrase: String, online: bool) -> Result<(), SignInError> {
        let now = clock::now();
        let left = self.door.borrow().days_left(now);
        if online || left.is_none() {
            let number = self.door.borrow().staff_number.clone();
            return self.sign_in(number, passphrase).await;
        }
        let (tries, until) = settings::tries();
        let waits = until.saturating_sub(now.millis()).div_ceil(1_000);
        if waits > 0 {
            return Err(SignInError::WrongPassphrase { seconds: u32::try_from(waits).unwrap_or(u32::MAX) });
        }
        let safe = self.safe().map_err(not_saved)?;
        let wraps = safe.read(Store::Own, WRAPS).await.map_err(not_saved)?.unwrap_or_default();
        if !keys::come().await {
            return Err(SignInError::NoSignal);
        }
        let Some(key) = keys::call("open", &[&wraps, passphrase.as_bytes()]) else {
            let over = (tries + 1).checked_sub(FREE_TRIES);
            let seconds = over.map_or(0, |over| FIRST_PAUSE_S << over.min(DOUBLINGS));
            settings::keep_tries(tries + 1, now.millis() + u64::from(seconds) * 1_000);
            return Err(SignInError::WrongPassphrase { seconds });
        };
        self.opens_with(&safe, &key).await.map_err(not_saved)?;
        self.open_again_with(&safe).await;
        Ok(())
    }

    /// What a sign-in does to the key of the book: the password that was just recognised opens it from now on.
    ///
    /// Where neither the password nor the company's recovery key opens it, it stays as it is, and none comes back.
    pub(super) async fn key_by_sign_in(
        &self,
        safe: &Safe,
        passphrase: &str,
        recovery: Option<[u8; 32]>,
    ) -> Result<Option<Vec<u8>>, StoreFault> {
        if safe.is_old() {
            let key = vault::random::<32>();
            let Some(steps) = wrapped(&key, passphrase, &[]) else { return Ok(None) };
            safe.move_to(&key, steps).await?;
            return Ok(Some(key.to_vec()));
        }
        let wraps = safe.read(Store::Own, WRAPS).await?.unwrap_or_default();
        if let Some(key) = keys::call("open", &[&wraps, passphrase.as_bytes()]) {
            return Ok(Some(key));
        }
        let recovered = recovery.and_then(|recovery| keys::call("recover", &[&wraps, &recovery]));
        if let Some(key) = &recovered
            && let Some(steps) = wrapped(key, passphrase, &wraps)
        {
            // The key must be in the safe before anything is sealed with it.
            safe.unlock(key).await?;
            safe.write(steps).await?;
        }
        Ok(recovered)
    }

    /// Gives the company the recovery key it does not have yet; the one before opens nothing from then on.
    pub(super) async fn give_recovery(&self) -> Result<(), Halt> {
        let safe = self.safe().map_err(Halt::Store)?;
        let Some(recovery) = safe.read(Store::Meta, RECOVERY).await.map_err(Halt::Store)? else {
            return Ok(());
        };
        let said = js::to_json(&[("recovery", hex(&recovery).into())]);
        self.authorised("PUT", "/devices/recovery", Body::Json(said)).await?;
        let mut steps = vec![Step::Delete(Store::Meta, RECOVERY.into())];
        let wraps = safe.read(Store::Own, WRAPS).await.map_err(Halt::Store)?.unwrap_or_default();
        // Without the program the one before stays until the next time.
        if let Some(settled) = keys::call("settle", &[&wraps]) {
            steps.push(Step::Put(Store::Own, WRAPS.into(), settled));
        }
        safe.write(steps).await.map_err(Halt::Store)
    }

    /// Draws the book after its key has come.
    pub(super) async fn open_again_with(&self, safe: &Safe) {
        let phase = self.restore_book(safe).await.unwrap_or_else(NotRestored::phase);
        self.enter(phase);
        wake();
    }

    /// Locks: what is being saved comes to its end, the key goes, and the page is loaded anew without the book.
    pub(in crate::field) async fn lock(&self) {
        let pen = self.pen.lock().await;
        self.keep_what_is_typed(&pen).await;
        ajar::forget().await;
        self.enter(Phase::Loading);
        if let Some(window) = web_sys::window() {
            // A page that cannot be loaded anew shows no book either.
            let _ = window.location().reload();
        }
    }
}
