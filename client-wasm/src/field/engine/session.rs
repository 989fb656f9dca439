//! Signing in, enrolling this phone, and staying signed in.
//!
//! Floor: field, engine. This module must not know what is synced.

use std::rc::Rc;

use futures::lock::MutexGuard;
use leptos::task::spawn_local;
use serde::{
    Deserialize,
    de::{IntoDeserializer, value::Error as NotAValue},
};
use sync_core::{
    claim::ReceiptClaim,
    domain::{cash::Share, people::Role},
    op::Op,
    replica::{Identity, Replica},
    unit::StaffId,
    wire::seal,
};
use wasm_bindgen::JsValue;

use super::{Engine, keeping, lock, nobody, recording::record, sync::Halt, wake};
use crate::{
    field::app::{Link, LinkError, Phase, RecordError, SignInError, SignOutError},
    shell::{
        ajar, camera, clock, connectivity,
        db::StoreFault,
        device_key::{DeviceKey, is_signed},
        device_name::device_name,
        hex::{hex, unhex},
        js, keys,
        net::{self, Answer, Ask, Body, NetFault},
        safe::Safe,
        settings, vault,
    },
    ui::words,
};

/// An access token is not used in its last moments.
const MARGIN_MS: u64 = 30_000;
/// How often it is looked whether a round has ended.
const MOMENT_MS: u32 = 50;
const REFRESH_CONTEXT: &[u8] = b"fieldbook.refresh.v1";

/// The tokens of this phone.
#[derive(Default)]
pub(super) struct Session {
    refresh: String,
    /// With the time until which it is good.
    access: Option<(String, u64)>,
}

impl Session {
    /// A session as it was stored.
    pub(super) fn kept(refresh: String) -> Self {
        Self { refresh, access: None }
    }

    /// What an answer says; a token it does not name stays.
    fn take(&mut self, answer: &JsValue) -> Result<(), NetFault> {
        let access = js::text(answer, "access").ok_or(NetFault::Garbled)?;
        let seconds = js::number(answer, "expires_in").ok_or(NetFault::Garbled)?;
        let until = clock::now().millis() + u64::from(seconds) * 1_000;
        self.access = Some((access, until));
        if let Some(refresh) = js::text(answer, "refresh") {
            self.refresh = refresh;
        }
        Ok(())
    }

    fn good_access(&self) -> Option<String> {
        let (access, until) = self.access.as_ref()?;
        (clock::now().millis() + MARGIN_MS < *until).then(|| access.clone())
    }
}

/// Posts JSON, reads JSON.
async fn post(path: &str, access: Option<&str>, properties: &[(&str, JsValue)]) -> Result<JsValue, NetFault> {
    let answer = net::ask(&Ask {
        method: "POST",
        path: path.into(),
        access,
        body: Body::Json(js::to_json(properties)),
        lang: words::lang(),
    })
    .await?;
    let document = js::from_json(&answer.bytes);
    (!document.is_undefined()).then_some(document).ok_or(NetFault::Garbled)
}

impl Engine {
    /// The body of the answer to [`Self::asked`].
    pub(super) async fn authorised(
        &self,
        method: &'static str,
        path: &str,
        body: Body,
    ) -> Result<Vec<u8>, Halt> {
        Ok(self.asked(method, path, body).await?.bytes)
    }

    /// A request with the session's access token, refreshed once where it has run out.
    pub(super) async fn asked(&self, method: &'static str, path: &str, body: Body) -> Result<Answer, Halt> {
        let mut refused = None;
        for _ in 0..2 {
            let access = self.access(refused.as_deref()).await?;
            let asked = Ask {
                method,
                path: path.into(),
                access: Some(&access),
                body: body.clone(),
                lang: words::lang(),
            };
            match net::ask(&asked).await {
                Err(fault) if fault.status() == Some(401) => refused = Some(access),
                Err(fault) if fault.code() == "device.revoked" => {
                    return Err(Halt::Lost("device.revoked"));
                }
                outcome => return outcome.map_err(Halt::Net),
            }
        }
        Err(Halt::SignIn)
    }

    /// Renews the session, though its token is good: the answer says what else is new.
    pub(super) async fn renew(&self) -> Result<(), Halt> {
        let good = self.session.lock().await.good_access();
        self.access(good.as_deref()).await.map(drop)
    }

    /// An access token; a new one where the last is old or is the one that was refused.
    async fn access(&self, refused: Option<&str>) -> Result<String, Halt> {
        let mut session = self.session.lock().await;
        if let Some(access) = session.good_access().filter(|access| Some(access.as_str()) != refused) {
            return Ok(access);
        }
        if session.refresh.is_empty() {
            return Err(Halt::SignIn);
        }
        let key = self.key.borrow().clone().ok_or(Halt::Store(StoreFault::Unavailable))?;
        let signed = [REFRESH_CONTEXT, session.refresh.as_bytes()].concat();
        let signature = key.sign(&signed).await.map_err(|_| Halt::Lost("store.no-key"))?;
        let asked = [
            ("refresh", session.refresh.as_str().into()),
            ("device", self.device().into()),
            ("signature", hex(&signature).into()),
        ];
        let answer = post("/session/refresh", None, &asked).await.map_err(|fault| match fault.status() {
            Some(401) => Halt::SignIn,
            Some(403) if fault.code() == "device.revoked" => Halt::Lost("device.revoked"),
            _ => Halt::Net(fault),
        })?;
        session.take(&answer).map_err(Halt::Net)?;
        self.heard_at_the_door(&answer).await;
        let steps = vec![keeping::session_kept(&session.refresh), self.door_as_it_is()];
        self.safe().map_err(Halt::Store)?.write(steps).await.map_err(Halt::Store)?;
        session.good_access().ok_or(Halt::SignIn)
    }

    /// Signs in; enrols this phone where it is new.
    pub(in crate::field) async fn sign_in(
        &self,
        number: String,
        password: String,
    ) -> Result<(), SignInError> {
        let locked = self.phase_now() == Phase::Locked;
        let enrolled = locked || self.is_open();
        let safe = self.safe().map_err(not_saved)?;
        let mut asked = vec![("number", JsValue::from(&number)), ("password", JsValue::from(&password))];
        if enrolled {
            asked.push(("device", self.device().into()));
        }
        let answer = post("/session", None, &asked).await.map_err(refused)?;
        let staff = staff_of(&answer).ok_or_else(garbled)?;
        if !locked && enrolled && staff != self.book().identity().staff {
            return Err(SignInError::NotTheOwner);
        }
        let mut session = Session::default();
        session.take(&answer).map_err(refused)?;
        self.door.borrow_mut().staff_number = number;
        self.heard_at_the_door(&answer).await;
        if !keys::come().await {
            return Err(SignInError::NoSignal);
        }
        if enrolled {
            let recovery = js::text(&answer, "recovery").and_then(|text| unhex(&text));
            let key = self.key_by_sign_in(&safe, &password, recovery).await.map_err(not_saved)?;
            let steps = vec![keeping::session_kept(&session.refresh), self.door_as_it_is()];
            safe.write(steps).await.map_err(not_saved)?;
            *self.session.lock().await = session;
            match key {
                Some(key) => self.opens_with(&safe, &key).await.map_err(not_saved)?,
                None if locked => return Err(SignInError::NoKey),
                None => {}
            }
        } else {
            self.enrol(&safe, &mut session, &password, &answer).await?;
            *self.session.lock().await = session;
        }
        if locked {
            self.open_again_with(&safe).await;
        }
        self.tell(|link| {
            link.needs_sign_in = false;
            link.last_error = None;
        });
        wake();
        Ok(())
    }

    /// What an answer says of the lease: the company was heard just now.
    async fn heard_at_the_door(&self, answer: &JsValue) {
        {
            let mut door = self.door.borrow_mut();
            // Only who still has their rights begins the days anew.
            if let Some(days) = js::number(answer, "lease_days") {
                door.hear(clock::now());
                door.lease_days = days;
            }
        }
        self.learn_hub_keys(&self.book(), answer).await;
        self.learn_sealing_key(&self.book(), answer).await;
    }

    /// The key to seal to, where the hub has signed it whose key this phone knows: nobody between them is sealed to.
    async fn learn_sealing_key(&self, book: &Replica, answer: &JsValue) {
        let told = |name| js::text(answer, name);
        let key: Option<[u8; 32]> = told("sealing_key").and_then(|text| unhex(&text));
        let signature: Option<[u8; 64]> = told("sealing_signature").and_then(|text| unhex(&text));
        // A locked phone knows no key of the hub, and seals nothing.
        let (Some(key), Some(signature), Some(hub)) = (key, signature, self.hub_key(book).await) else {
            return;
        };
        let signed = seal::key_signing_bytes(book.identity().company, &key);
        if is_signed(&hub, &signed, &signature).await {
            self.door.borrow_mut().sealing = key.to_vec();
        }
    }

    /// The device's id, as requests carry it; a locked phone knows it too.
    fn device(&self) -> String {
        self.door.borrow().device.map(|device| device.to_string()).unwrap_or_default()
    }

    /// Enrols this phone: its key, its number, an empty book.
    async fn enrol(
        &self,
        safe: &Safe,
        session: &mut Session,
        password: &str,
        signed_in: &JsValue,
    ) -> Result<(), SignInError> {
        // A key from an attempt whose answer was lost is used again: the server then finds the same device.
        let mut key = match safe.device_key().await.map_err(not_saved)? {
            Some(key) => key,
            None => safe.new_device_key().await.map_err(not_saved)?,
        };
        let access = session.good_access().ok_or_else(garbled)?;
        let ask = async |key: &DeviceKey| {
            let asked = [("key", JsValue::from(hex(&key.public()))), ("name", device_name().into())];
            post("/devices", Some(&access), &asked).await
        };
        let mut answer = ask(&key).await;
        if answer.as_ref().is_err_and(|fault| fault.code() == "device.key-in-use") {
            // Left from somebody else's attempt on this phone: nothing was ever signed with it here.
            key = safe.new_device_key().await.map_err(not_saved)?;
            answer = ask(&key).await;
        }
        let answer = answer.map_err(refused)?;
        let identity = identity_of(&answer, &key).ok_or_else(garbled)?;
        if let Some(refresh) = js::text(&answer, "refresh") {
            session.refresh = refresh;
        }
        let mut book = Replica::new(identity);
        if let Some(hub) = js::text(&answer, "hub_key").and_then(|figures| unhex::<32>(&figures)) {
            book.pin_hub_key(&hub);
        }
        self.learn_sealing_key(&book, signed_in).await;
        let book_key = vault::random::<32>();
        let mut steps = lock::wrapped(&book_key, password, &[]).ok_or_else(garbled)?;
        steps.extend(keeping::enrolled(&book, &session.refresh));
        steps.push(self.door_of(&book));
        safe.move_to(&book_key, steps).await.map_err(not_saved)?;
        settings::keep_had_book(true);
        self.opens_with(safe, &book_key).await.map_err(not_saved)?;
        self.key.replace(Some(key));
        let phase = keeping::phase_of(&book);
        self.show(book);
        if self.writes.get() {
            self.enter(phase);
        }
        // Some browsers ask the user first; nothing waits for the answer.
        spawn_local(async {
            connectivity::keep_storage().await;
        });
        Ok(())
    }

    /// Signs out and clears this phone, when all it holds has been delivered.
    pub(in crate::field) async fn sign_out(&self) -> Result<(), SignOutError> {
        self.pass_share_on().await?;
        let before = self.close_book().await;
        let outcome = self.leave().await;
        self.open_again_after(&outcome, before);
        outcome
    }

    /// What is left of this phone's share goes on before its log ends. Source: S15.
    async fn pass_share_on(&self) -> Result<(), SignOutError> {
        self.all_delivered().await?;
        let (held, moved) = {
            let book = self.book();
            (book.cash_in_hand(), book.share_passed_on(clock::now()))
        };
        if held.is_zero() && moved.is_none() {
            return Ok(());
        }
        // Nobody gives up what they may take before it is certain that the company hears of it.
        let here = self.authorised("GET", "/session", Body::Empty).await;
        here.map_err(|_| SignOutError::NotHeard)?;
        let Some(moved) = moved else { return Ok(()) };
        let recorded = record(None, Box::new(move |_| Op::ShareMoved(moved))).await;
        recorded.map_err(|error| match error {
            RecordError::NotSaved(code) => SignOutError::NotSaved(code),
            RecordError::Refused(why) => SignOutError::NotSaved(why.code().into()),
        })?;
        while self.sync.running() {
            clock::sleep(MOMENT_MS).await;
        }
        self.all_delivered().await
    }

    /// Empties this phone after a loss, also of what can no longer be sent.
    pub(in crate::field) async fn clear(&self) -> Result<(), &'static str> {
        let before = self.close_book().await;
        let pen = self.pen.lock().await;
        let outcome = if matches!(before, Phase::Lost(_)) {
            self.emptied(&pen, Phase::SignedOut).await.map_err(StoreFault::code)
        } else {
            Err("book.not-lost")
        };
        self.open_again_after(&outcome, before);
        outcome
    }

    /// With no book open nothing more is recorded, and the round under way comes to its end.
    async fn close_book(&self) -> Phase {
        let before = self.phase_now();
        self.enter(Phase::Loading);
        while self.sync.running() {
            clock::sleep(MOMENT_MS).await;
        }
        before
    }

    fn open_again_after<T, E>(&self, outcome: &Result<T, E>, before: Phase) {
        // Another tab may have taken the pen meanwhile; then this one says so.
        if outcome.is_err() && self.phase_now() == Phase::Loading {
            self.enter(before);
        }
    }

    async fn leave(&self) -> Result<(), SignOutError> {
        // A gesture that had the pen before the book was closed is in the log by now, and counts.
        let pen = self.pen.lock().await;
        self.all_delivered().await?;
        // Without a signal nobody hears of it, the session ends by itself, and its tokens are gone from here all the same.
        let _ = self.give_up_everything(&pen).await;
        let _ = self.authorised("DELETE", "/session", Body::Empty).await;
        let emptied = self.emptied(&pen, Phase::SignedOut).await;
        emptied.map_err(|fault| SignOutError::NotSaved(fault.code().into()))
    }

    /// Whether nothing would be lost by emptying this phone. Whoever asks holds the pen until it is empty.
    async fn all_delivered(&self) -> Result<(), SignOutError> {
        let unsent = self.book().backlog().unsent;
        if unsent > 0 {
            return Err(SignOutError::Unsent(unsent));
        }
        let photos =
            self.photos_waiting().await.map_err(|fault| SignOutError::NotSaved(fault.code().into()))?;
        if photos > 0 {
            return Err(SignOutError::PhotosWaiting(photos));
        }
        Ok(())
    }

    /// Empties the store and all that is in memory, and says so; whoever calls holds the pen.
    pub(super) async fn emptied(&self, _pen: &MutexGuard<'_, ()>, phase: Phase) -> Result<(), StoreFault> {
        match self.safe()?.clear().await {
            // The browser was quicker.
            Ok(()) | Err(StoreFault::Gone) => {}
            Err(fault) => return Err(fault),
        }
        settings::keep_had_book(false);
        ajar::forget().await;
        self.key.replace(None);
        self.door.take();
        *self.session.lock().await = Session::default();
        for url in self.photo_urls.take().into_values() {
            camera::forget_url(&url);
        }
        self.forget_forms();
        self.tell(|link| {
            *link = Link { online: link.online, ..Link::default() };
        });
        let safe = Safe::open().await?;
        self.safe.replace(Some(Rc::new(safe)));
        self.show(Replica::new(nobody()));
        self.enter(phase);
        Ok(())
    }

    /// Signs a receipt's claim.
    pub(in crate::field) async fn sign_claim(&self, claim: &ReceiptClaim) -> Option<[u8; 64]> {
        let key = self.key.borrow().clone()?;
        key.sign(&claim.signing_bytes()).await.ok()
    }
}

fn staff_of(answer: &JsValue) -> Option<StaffId> {
    js::text(&js::get(answer, "staff"), "id")?.parse().ok()
}

/// Who this device is, as enrolment tells it.
fn identity_of(answer: &JsValue, key: &DeviceKey) -> Option<Identity> {
    let staff = js::get(answer, "staff");
    let share = js::text(answer, "share")?;
    let share = Share::deserialize(IntoDeserializer::<NotAValue>::into_deserializer(share)).ok()?;
    Some(Identity {
        company: js::text(answer, "company")?.parse().ok()?,
        device: js::text(answer, "device")?.parse().ok()?,
        number: js::number(answer, "number")?,
        staff: staff_of(answer)?,
        name: js::text(&staff, "name")?,
        role: Role::from_code(&js::text(&staff, "role")?)?,
        share,
        key: key.public(),
    })
}

pub(super) fn not_saved(fault: StoreFault) -> SignInError {
    SignInError::NotSaved(fault.code().into())
}

fn garbled() -> SignInError {
    refused(NetFault::Garbled)
}

fn refused(fault: NetFault) -> SignInError {
    let said = LinkError { code: fault.code().to_owned(), text: fault.detail().to_owned() };
    let NetFault::Problem(problem) = fault else {
        return match fault {
            NetFault::NoAnswer => SignInError::NoSignal,
            _ => SignInError::Server(said),
        };
    };
    match problem.code.as_str() {
        "session.wrong-password" => {
            SignInError::WrongPassword { tries_left: js::number(&problem.document, "tries_left") }
        }
        "session.throttled" => SignInError::Throttled { seconds: problem.retry_after.unwrap_or(60) },
        "device.role-has-no-phone" => SignInError::NoPhoneForRole,
        _ => SignInError::Server(said),
    }
}
