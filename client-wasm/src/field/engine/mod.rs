//! What keeps and sends the book: the replica in memory, the safe on the disk, the link to the server.
//!
//! Floor: field, behind [`super::app::Field`]. These modules decide no rule and draw nothing.
//!
//! *Invariant.* The book in memory changes only after the transaction that stores the change has completed.
//! *Invariant.* Whoever changes the book holds the pen: one change at a time, and only in the tab that writes.

mod forms;
mod holding;
mod hub_key;
mod keeping;
mod lock;
mod parcel;
mod past;
mod photos;
mod pull;
mod recording;
mod rescue;
mod sealed;
mod session;
mod stopped;
mod sync;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures::lock::Mutex;
use leptos::{prelude::*, task::spawn_local};
use sync_core::{
    domain::{cash::Share, people::Role, visit::BlobHash},
    replica::{Door, Identity, Replica},
    unit::{CompanyId, DeviceId, StaffId},
};

use self::{forms::Packed, session::Session, sync::Rounds};
use super::{
    app::{Link, Phase},
    later,
};
use crate::shell::{
    connectivity::{self, Around},
    device_key::DeviceKey,
    install, locks,
    safe::Safe,
    version,
};

pub(super) use self::{recording::record, rescue::rescue, sync::wake};

thread_local! {
    static ENGINE: Rc<Engine> = Rc::new(Engine::new());
}

/// The one engine of this page.
pub(super) struct Engine {
    pub(super) phase: ArcRwSignal<Phase>,
    pub(super) link: ArcRwSignal<Link>,
    pub(super) version: ArcRwSignal<u64>,
    pub(super) new_version: ArcRwSignal<bool>,
    pub(super) can_install: ArcRwSignal<bool>,
    book: RefCell<Rc<Replica>>,
    safe: RefCell<Option<Rc<Safe>>>,
    key: RefCell<Option<DeviceKey>>,
    session: Mutex<Session>,
    /// Whoever changes the book holds it.
    pen: Mutex<()>,
    /// Whether this tab is the one that writes.
    writes: Cell<bool>,
    begun: Cell<bool>,
    sync: Rounds,
    photo_urls: RefCell<BTreeMap<BlobHash, String>>,
    /// How many forms begun name a photo.
    in_forms: RefCell<BTreeMap<BlobHash, u32>>,
    /// Forms kept when the page was closed, by their page.
    kept_forms: RefCell<BTreeMap<String, Vec<u8>>>,
    /// Forms that wait for the pen to be kept, by their page.
    to_keep: RefCell<BTreeMap<String, Packed>>,
    /// Hands in every form begun.
    typed: RefCell<Option<Rc<dyn Fn()>>>,
    /// What a locked phone knows.
    pub(super) door: RefCell<Door>,
}

impl Engine {
    fn new() -> Self {
        Self {
            phase: ArcRwSignal::new(Phase::Loading),
            link: ArcRwSignal::new(Link::default()),
            version: ArcRwSignal::new(0),
            new_version: ArcRwSignal::new(false),
            can_install: ArcRwSignal::new(false),
            book: RefCell::new(Rc::new(Replica::new(nobody()))),
            safe: RefCell::new(None),
            key: RefCell::new(None),
            session: Mutex::new(Session::default()),
            pen: Mutex::new(()),
            writes: Cell::new(false),
            begun: Cell::new(false),
            sync: Rounds::default(),
            photo_urls: RefCell::new(BTreeMap::new()),
            in_forms: RefCell::new(BTreeMap::new()),
            kept_forms: RefCell::new(BTreeMap::new()),
            to_keep: RefCell::new(BTreeMap::new()),
            typed: RefCell::new(None),
            door: RefCell::new(Door::default()),
        }
    }

    pub(super) fn get() -> Rc<Self> {
        ENGINE.with(Rc::clone)
    }

    /// The book as it is now; it stays as it is for whoever holds it.
    pub(super) fn book(&self) -> Rc<Replica> {
        self.book.borrow().clone()
    }

    /// Shows another book.
    fn show(&self, book: Replica) {
        self.book.replace(Rc::new(book));
        self.changed();
    }

    /// Lets every view over the book run again.
    pub(super) fn changed(&self) {
        self.version.update(|version| *version += 1);
    }

    /// Whether there is a book to write into.
    fn is_open(&self) -> bool {
        matches!(self.phase_now(), Phase::Ready | Phase::FirstSync { .. })
    }

    fn phase_now(&self) -> Phase {
        self.phase.get_untracked()
    }

    fn enter(&self, phase: Phase) {
        if self.phase_now() != phase {
            self.phase.set(phase);
            fetch_the_rest();
        }
    }

    /// The same for a round that has ended: only in the tab that still writes, and while its book is open.
    fn enter_from_open(&self, phase: Phase) {
        if self.writes.get() && self.is_open() {
            self.enter(phase);
        }
    }

    fn link_now(&self) -> Link {
        self.link.get_untracked()
    }

    /// Tells how the phone stands with the server, where that has changed.
    fn tell(&self, change: impl FnOnce(&mut Link)) {
        let before = self.link_now();
        let mut now = before.clone();
        change(&mut now);
        if now != before {
            self.link.set(now);
        }
    }

    /// Opens what is stored, if no other tab has the pen.
    async fn open(self: Rc<Self>, by_force: bool) {
        self.enter(Phase::Loading);
        let other = self.clone();
        let lost = move || other.loses_the_pen();
        // A page that tries again to open its store has the pen already.
        if !self.writes.get() && !locks::take(by_force, lost).await {
            self.enter(Phase::Elsewhere);
            return;
        }
        self.writes.set(true);
        let loaded = self.load().await;
        if !self.writes.get() {
            // The pen was taken away meanwhile, and this page says so.
            return;
        }
        self.enter(match loaded {
            Ok(phase) => phase,
            Err(fault) => fault.phase(),
        });
        wake();
        if self.is_open() {
            // Some browsers ask the user first, and wait.
            connectivity::keep_storage().await;
        }
    }
}

impl Engine {
    /// Another tab writes from now on: what stands here is no longer the book, nor are the forms what was typed last.
    fn loses_the_pen(&self) {
        self.writes.set(false);
        self.forget_forms();
        self.enter(Phase::Elsewhere);
    }

    /// Another tab asks for the pen: what was typed here lies in the store before it goes.
    async fn hand_over(&self) {
        let pen = self.pen.lock().await;
        if self.writes.get() {
            self.keep_what_is_typed(&pen).await;
            self.loses_the_pen();
        }
        locks::give_back();
    }
}

/// Starts, once in the life of the page.
pub(super) fn begin() {
    let engine = Engine::get();
    if engine.begun.replace(true) {
        return;
    }
    engine.new_version.set(version::is_ready());
    let ready = engine.new_version.clone();
    version::on_ready(move || ready.set(true));
    let can_install = engine.can_install.clone();
    install::on_change(move |can| can_install.set(can));
    engine.tell(|link| link.online = connectivity::has_signal());
    locks::on_asked(|| spawn_local(async { Engine::get().hand_over().await }));
    connectivity::on_change(|around| match around {
        Around::Offline => Engine::get().tell(|link| link.online = false),
        Around::Online => {
            // A guess, until an attempt has told.
            Engine::get().tell(|link| link.online = true);
            Engine::get().sync.link_is_new();
            wake();
            fetch_the_rest();
        }
        Around::Looked => wake(),
    });
    spawn_local(engine.open(false));
}

/// Fetches what the first start did without: a language, and what is searched by once there is a book.
fn fetch_the_rest() {
    spawn_local(async {
        later::speak_as_wanted().await;
        let engine = Engine::get();
        if engine.is_open() {
            // What cannot be sealed now is sealed with the next gesture.
            let _ = engine.seal_all().await;
        }
        if engine.phase_now() == Phase::Ready && later::initials_come().await {
            engine.changed();
        }
    });
}

/// Opens the store once more.
pub(super) fn open_again() {
    spawn_local(Engine::get().open(false));
}

/// Brings the pen to this tab.
pub(super) fn take_over() {
    spawn_local(Engine::get().open(true));
}

/// Asks the browser's question.
pub(super) fn install() {
    install::ask();
    Engine::get().can_install.set(false);
}

/// The device of a page that has none yet: no screen over the book is drawn before there is one.
fn nobody() -> Identity {
    Identity {
        company: CompanyId(uuid::Uuid::nil()),
        device: DeviceId(uuid::Uuid::nil()),
        number: 0,
        staff: StaffId(uuid::Uuid::nil()),
        name: String::new(),
        role: Role::Rep,
        share: Share::NONE,
        key: [0; 32],
    }
}
