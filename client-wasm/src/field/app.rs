//! [`Field`]: all that a screen asks of the phone: the book, recording, how things stand, signing in, photos.
//!
//! Floor: field, below the screens and above the engine. This module must not know how anything is stored or sent.
//!
//! ```ignore
//! let field = expect_context::<Field>();
//! let held = move || field.read(Replica::cash_in_hand);          // runs again after every change
//! spawn_local(async move {
//!     let saved = field.record_with(None, |book| Op::Collected(Collected { number: book.next_receipt(), … })).await;
//!     match saved {
//!         Ok(saved) => tell(t!("toast-saved")),                  // durable by now
//!         Err(RecordError::Refused(refusal)) => …,               // nothing happened; the form keeps what was typed
//!         Err(RecordError::NotSaved(code)) => …,                 // blocking: nothing was kept
//!     }
//! });
//! ```

use std::{fmt, ops::RangeInclusive, pin::Pin};

use leptos::{prelude::*, task::spawn_local};
use sync_core::{
    claim::ReceiptClaim,
    domain::visit::BlobHash,
    locale::Lang,
    op::Op,
    refusal::{Finding, Refusal},
    replica::{Backlog, Door, Replica},
    time::Timestamp,
    unit::{ChangeId, Place},
};
use web_sys::File;

use super::{
    engine::{self, Engine},
    later,
    router::Route,
};
use crate::{
    shell,
    ui::{Kept, kept, t, tell},
};

/// How far the phone is with opening its book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Looking for what is stored.
    #[default]
    Loading,
    /// No device yet: sign in.
    SignedOut,
    /// Enrolled, and the book is coming.
    FirstSync {
        /// Whether what every gesture needs is here.
        open: bool,
    },
    /// The book is open.
    Ready,
    /// The book is shut: [`Field::unlock`] opens it. What is unsent is delivered all the same.
    Locked,
    /// Another tab of this phone writes; [`Field::take_over`] brings the pen here.
    Elsewhere,
    /// The store did not open or does not answer; nothing is lost by it. The code says why.
    NotOpened(String),
    /// The store has lost something or the device was revoked; the code says which. Enrol anew.
    Lost(String),
    /// The device was revoked, the company has what it recorded, and the phone is empty; [`Field::begin_anew`] goes on.
    Stopped,
}

/// Something that went wrong at the last contact; nothing is lost by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {
    /// The stable code.
    pub code: String,
    /// The server's sentence, where it said one.
    pub text: String,
}

/// How the phone stands with the company's server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Whether there is a signal and the last attempt, if any, reached the server.
    pub online: bool,
    /// The sequences on their way just now.
    pub sending: Option<RangeInclusive<u64>>,
    /// When the server was last heard, by its own clock.
    pub last_contact: Option<Timestamp>,
    /// What went wrong last, until something goes right.
    pub last_error: Option<LinkError>,
    /// The session has ended: recording goes on, sending waits for [`Field::sign_in`].
    pub needs_sign_in: bool,
    /// Whether the server was heard since the page was opened.
    pub heard: bool,
    /// Photos that are still to be uploaded.
    pub photos_waiting: u32,
    /// Photos the server does not take: they stay on this phone.
    pub photos_refused: u32,
}

/// A recorded gesture: it is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Which change it is.
    pub id: ChangeId,
    /// What came to light.
    pub findings: Vec<Finding>,
}

/// Why a gesture was not recorded. Nothing has changed, in memory or on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// A rule says no.
    Refused(Refusal),
    /// The phone could not store it; a short code for people who help.
    NotSaved(String),
}

/// Why signing in did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// Number and password do not go together.
    WrongPassword {
        /// Tries left before a pause.
        tries_left: Option<u32>,
    },
    /// Too many tries.
    Throttled {
        /// Seconds to wait.
        seconds: u32,
    },
    /// Signing in needs a signal.
    NoSignal,
    /// This role has no phone.
    NoPhoneForRole,
    /// Somebody else than the phone's owner.
    NotTheOwner,
    /// Not this phone's passphrase; the next one is taken after so many seconds.
    WrongPassphrase {
        /// Seconds to wait.
        seconds: u32,
    },
    /// The password is right, but the company has no key to this phone's book.
    NoKey,
    /// The phone could not store it; a short code.
    NotSaved(String),
    /// Something else the server said.
    Server(LinkError),
}

/// Why the phone cannot be signed out now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignOutError {
    /// So many changes are unsent.
    Unsent(u64),
    /// So many photos are not uploaded.
    PhotosWaiting(u32),
    /// Cash or a share of the limit lies here, and the company does not hear of the sign-out.
    NotHeard,
    /// The phone could not clear its store; a short code.
    NotSaved(String),
}

/// A photo that is stored on this phone, encrypted, and on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Its content's hash, which a visit names.
    pub hash: BlobHash,
    /// Where an `<img>` finds it, for the life of this page.
    pub url: String,
    /// Its size in bytes.
    pub bytes: u32,
}

/// The phone, as screens see it. Copy it wherever it is needed.
#[derive(Clone, Copy)]
pub struct Field {
    _private: (),
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Field")
    }
}

#[expect(
    clippy::unused_self,
    reason = "whoever calls must have been handed the handle; the page's one engine stands behind it"
)]
impl Field {
    /// Opens the store and starts syncing. Call once, where the application is drawn, and provide it as context.
    pub fn begin() -> Self {
        engine::begin();
        Self { _private: () }
    }

    /// Looks into the book; views that do run again after every change.
    pub fn read<T>(self, look: impl FnOnce(&Replica) -> T) -> T {
        let engine = Engine::get();
        engine.version.track();
        look(&engine.book())
    }

    /// Looks into the book once, from an event handler or a task.
    pub fn peek<T>(self, look: impl FnOnce(&Replica) -> T) -> T {
        look(&Engine::get().book())
    }

    /// Records a gesture; when it returns, it is durable.
    ///
    /// # Errors
    /// A rule that says no, or a phone that cannot store. Then nothing has changed.
    pub async fn record(self, op: Op) -> Result<Saved, RecordError> {
        self.record_with(None, |_| op).await
    }

    /// The same, for gestures that carry a number or an id taken from the book: nothing can come in between. The form of
    /// the page it was typed on leaves the store in the same moment.
    ///
    /// # Errors
    /// A rule that says no, or a phone that cannot store. Then nothing has changed.
    pub async fn record_with(
        self,
        form: Option<Route>,
        make: impl FnOnce(&Replica) -> Op + 'static,
    ) -> Result<Saved, RecordError> {
        engine::record(form.map(|page| page.href()), Box::new(make)).await
    }

    /// How far the phone is with opening its book.
    pub fn phase(self) -> ReadSignal<Phase> {
        ReadSignal::from(Engine::get().phase.read_only())
    }

    /// How the phone stands with the server.
    pub fn link(self) -> ReadSignal<Link> {
        ReadSignal::from(Engine::get().link.read_only())
    }

    /// How much is unsent, and since when.
    pub fn backlog(self) -> Kept<Backlog> {
        kept(move || self.read(Replica::backlog))
    }

    /// Whether this change is on its way just now.
    pub fn is_sending(self, seq: u64) -> bool {
        let link = Engine::get().link.clone();
        link.with(|link| link.sending.as_ref().is_some_and(|range| range.contains(&seq)))
    }

    /// Sends and fetches now, as the button says.
    pub fn sync_now(self) {
        engine::wake();
    }

    /// Lets a change be that was sent back: it waits for nobody any more, and stays out of the book.
    pub fn let_be(self, seq: u64) {
        let engine = Engine::get();
        shell::settings::let_be(engine.book().identity().number, seq);
        engine.changed();
    }

    /// Signs in; the first time, the phone is enrolled and its book begins to come.
    ///
    /// Where the session has ended ([`Link::needs_sign_in`]) the same device goes on, with all it holds.
    ///
    /// # Errors
    /// Wrong password, no signal, a role without a phone, a phone that cannot store.
    pub async fn sign_in(self, number: String, password: String) -> Result<(), SignInError> {
        Engine::get().sign_in(number, password).await
    }

    /// Opens the book with the passphrase: without a signal while the lease lasts, else by signing in, which also takes a
    /// password that was changed meanwhile.
    ///
    /// # Errors
    /// Not the passphrase, or as for [`Field::sign_in`].
    pub async fn unlock(self, passphrase: String, online: bool) -> Result<(), SignInError> {
        Engine::get().unlock(passphrase, online).await
    }

    /// Puts the key of the book away and loads the page anew; the passphrase opens it again.
    pub async fn lock(self) {
        Engine::get().lock().await;
    }

    /// What a locked phone still knows.
    pub fn door(self) -> Door {
        Engine::get().door.borrow().clone()
    }

    /// Whether an open book has lain untouched, or without contact, for too long.
    pub fn should_lock(self) -> bool {
        Engine::get().should_lock()
    }

    /// Signs out and clears this phone; refused while anything is unsent, and without a signal where cash or a share of
    /// the limit lies here: the share is passed on first.
    ///
    /// # Errors
    /// Something unsent, nobody who hears of it, or a store that cannot be cleared.
    pub async fn sign_out(self) -> Result<(), SignOutError> {
        Engine::get().sign_out().await
    }

    /// Tries once more to open the store, after [`Phase::NotOpened`].
    pub fn open_again(self) {
        engine::open_again();
    }

    /// Brings the pen to this tab; the other one stops writing.
    pub fn take_over(self) {
        engine::take_over();
    }

    /// Begins again under a new device id, after [`Phase::Lost`]: what cannot be sent any more is given up knowingly.
    ///
    /// # Errors
    /// A store that cannot be cleared; the code.
    pub async fn enrol_anew(self) -> Result<(), String> {
        Engine::get().clear().await.map_err(String::from)
    }

    /// Hands out everything that is not delivered as a rescue file, or brings another phone's to the company. What became
    /// of it, in a sentence; this phone keeps all it has.
    pub fn rescue(self, file: Option<File>) -> Pin<Box<dyn Future<Output = String>>> {
        engine::rescue(file)
    }

    /// Goes on to sign in, after [`Phase::Stopped`].
    pub fn begin_anew(self) {
        Engine::get().begin_anew();
    }

    /// Takes a photo in: made small, its own EXIF gone, stored encrypted, uploaded when there is a signal.
    ///
    /// # Errors
    /// Not a picture, or a phone that cannot store; a short code.
    pub async fn add_photo(self, file: File) -> Result<Photo, String> {
        Engine::get().add_photo(file).await
    }

    /// Lets a photo go that was taken off a form.
    pub fn drop_photo(self, hash: BlobHash) {
        spawn_local(async move { Engine::get().drop_photo(hash).await });
    }

    /// A photo of a form that was kept when the page was closed.
    pub async fn kept_photo(self, hash: BlobHash) -> Option<Photo> {
        Engine::get().kept_photo(hash).await
    }

    /// What was typed into a page's form before the page was closed, once.
    pub fn kept_form(self, page: &str) -> Option<Vec<Vec<String>>> {
        Engine::get().kept_form(page)
    }

    /// The pages whose forms were kept when the page was closed, and not opened since.
    pub fn kept_forms(self) -> Vec<String> {
        Engine::get().kept_forms()
    }

    /// Keeps what is typed into a page's form, sealed like everything else; `None` lets it go.
    pub fn keep_form(self, page: String, typed: Option<Vec<Vec<String>>>) {
        Engine::get().keep_form(page, typed);
    }

    /// What keeps the forms begun is called when this tab is about to lose the pen, or the book is about to be shut.
    pub fn on_last_moment(self, keep: impl Fn() + 'static) {
        Engine::get().on_last_moment(keep);
    }

    /// Signs a receipt's claim with this device's key; `None` where the phone cannot.
    pub async fn sign_claim(self, claim: ReceiptClaim) -> Option<[u8; 64]> {
        Engine::get().sign_claim(&claim).await
    }

    /// Where an `<img>` finds a photo: from this phone, or from the server when there is a signal.
    pub async fn photo_url(self, hash: BlobHash) -> Option<String> {
        Engine::get().photo_url(hash).await
    }

    /// Where the phone is; never a condition for anything.
    ///
    /// # Errors
    /// A short code: `place.denied`, `place.unavailable`, `place.timeout`.
    pub async fn place(self) -> Result<Place, &'static str> {
        shell::place::here().await
    }

    /// The language spoken.
    pub fn lang(self) -> Lang {
        crate::ui::words::lang()
    }

    /// Switches the language and keeps the choice; a language that is not here comes with the next signal.
    pub fn set_lang(self, lang: Lang) {
        later::want(lang);
        spawn_local(async {
            if !later::speak_as_wanted().await {
                tell(t!("language-later"));
            }
        });
    }

    /// The phone's time now, right or wrong.
    pub fn now(self) -> Timestamp {
        shell::clock::now()
    }

    /// Whether a newer version lies ready.
    pub fn new_version(self) -> Signal<bool> {
        Signal::from(Engine::get().new_version.read_only())
    }

    /// Changes to the newer version: the page is loaded anew.
    pub fn apply_new_version(self) {
        shell::version::take();
    }

    /// Whether the browser offers to install the app now.
    pub fn can_install(self) -> Signal<bool> {
        Signal::from(Engine::get().can_install.read_only())
    }

    /// Whether the app can only be put on the home screen by hand, as on an iPhone.
    pub fn installs_by_hand(self) -> bool {
        shell::install::by_hand()
    }

    /// Shows the browser's question whether to install.
    pub fn install_prompt(self) {
        engine::install();
    }
}
