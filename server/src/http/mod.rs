//! Floor 6: the HTTP interface. One file for each resource; the only place that names axum.
//!
//! A handler reads, asks, and answers. It must not decide a business rule, and it never sees a table.

mod blobs;
mod book;
mod caller;
mod claim;
mod commands;
mod devices;
mod docs;
mod drain;
mod events;
mod held;
mod layers;
mod limits;
mod lines;
mod lists;
mod months;
mod moves;
mod once;
mod ops;
mod pages;
mod patient;
mod pieces;
mod problem;
mod read;
mod receivables;
mod refused;
mod rescue;
mod session;
mod snapshots;
mod staff;
mod statements;
mod sync;
mod watched;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock};

use axum::middleware::from_fn_with_state;
use axum::serve::ListenerExt;
use axum::{Router, extract::DefaultBodyLimit};
pub use caller::{Caller, Deliverer, Language};
pub use layers::REQUEST_ID;
pub use lines::{LineLimits, Lines};
pub use ops::{MetricsToken, NotAMetricsToken};
pub use patient::{Patient, PatientListener};
pub use problem::{MEDIA_TYPE as PROBLEM_TYPE, Problem, ProblemDocument};
use sync_core::{
    locale::{CONTENT, Lang, SERVER, Texts},
    time::Timestamp,
    unit::DeviceId,
};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::auth::Auth;
use crate::config::{Stopping, Surroundings};
use crate::figures::TIDIED;
use crate::hub::{CommandError, Hub, HubQueue, QueueLimits, SharedHub};
use crate::live::Live;
use crate::outside::Outside;
use crate::snapshots::Snapshots;
use crate::store::{ChosenStore, Identities, Pieces, Receivables, Store, Stored, UNNAMED_KEPT_MS};
use session::CompanyAnswer;

/// The store behind the handlers.
pub type Backend = ChosenStore;

/// Everything handlers share.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
pub struct Parts {
    /// The way to the hub.
    pub queue: HubQueue<Backend>,
    /// The door.
    pub auth: Auth,
    /// Hints for live connections.
    pub live: Live,
    /// Clock and random source.
    pub outside: Outside,
    /// What stands around the server.
    pub surroundings: Surroundings,
    /// The company, as answers name it.
    pub company: CompanyAnswer,
    /// The bundles.
    pages: pages::Pages,
    /// Public keys of devices: one never changes, so it is read once.
    keys: Mutex<BTreeMap<DeviceId, [u8; 32]>>,
    /// Whoever inflates and checks a push.
    checks: Semaphore,
    /// The snapshots made last.
    snapshots: Snapshots,
    /// What is on its way in pieces.
    pieces: Pieces,
    /// The read table of what is owed.
    receivables: Receivables,
    /// Whose turn it is to read that table on.
    reading_receivables: tokio::sync::Mutex<()>,
    /// Transfers that were named.
    /// The word for the figures, where there is one.
    metrics_token: OnceLock<MetricsToken>,
    /// How much each caller may ask, where that is limited.
    limits: limits::Rated,
    /// How the server stops.
    stopping: OnceLock<Stopping>,
    /// Whether it takes new work.
    drain: drain::Drain,
    /// What was counted of the book when somebody last asked.
    watched: watched::Watched,
    texts: [Texts; 2],
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

impl App {
    /// Puts the parts together around a hub.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn around(
        hub: SharedHub<Backend>,
        outside: Outside,
        surroundings: Surroundings,
    ) -> Stored<Self> {
        let identities = Identities::new(hub.store(), hub.company());
        let pieces = Pieces::new(hub.store(), hub.company());
        let receivables = Receivables::new(hub.store(), hub.company());
        let company = CompanyAnswer { id: hub.company(), name: hub.company_name().to_owned() };
        Ok(Self(Arc::new(Parts {
            auth: Auth::open(hub.company(), Arc::clone(hub.signers()), identities, outside.clone()).await?,
            live: Live::follow(Arc::clone(&hub)),
            queue: HubQueue::start(hub, outside.clone(), QueueLimits::default()),
            outside,
            surroundings,
            company,
            pages: pages::Pages::default(),
            keys: Mutex::default(),
            checks: Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)),
            snapshots: Snapshots::default(),
            pieces,
            receivables,
            reading_receivables: tokio::sync::Mutex::default(),
            metrics_token: OnceLock::new(),
            limits: OnceLock::new(),
            stopping: OnceLock::new(),
            drain: drain::Drain::default(),
            watched: watched::Watched::default(),
            texts: Lang::ALL.map(|lang| Texts::new(lang).with(SERVER).with(CONTENT)),
        })))
    }

    /// Shows the figures to whoever brings this word, and to nobody else. The first one set stays.
    pub fn show_figures_for(&self, token: MetricsToken) {
        let _ = self.metrics_token.set(token);
    }

    /// Stops in this manner. The first one set stays.
    pub fn stop_within(&self, stopping: Stopping) {
        let _ = self.stopping.set(stopping);
    }

    /// Removes what is past use: tokens and sessions, files that no change has named in all that time, and pieces that
    /// nobody goes on with.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn tidy(&self) -> Stored<()> {
        self.auth.tidy().await?;
        let before = Timestamp::from_millis(self.outside.now().millis().saturating_sub(UNNAMED_KEPT_MS));
        let removed = self.hub().store().remove_unnamed(self.hub().company(), before).await?;
        let pieces = self.pieces.tidy(self.outside.now()).await?;
        for (what, count) in [("files", removed), ("pieces", pieces)] {
            metrics::counter!(TIDIED, "what" => what).increment(count);
        }
        tracing::info!(files = removed, pieces, "tidied");
        Ok(())
    }

    /// [`App::tidy`], unless this or another server of the company has done so within the last day.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn tidy_in_turn(&self) -> Stored<()> {
        const NEARLY_A_DAY_MS: u64 = 23 * 3_600_000;
        let (store, company, now) = (self.hub().store(), self.hub().company(), self.outside.now());
        if store.take_turn(company, "tidy", now, NEARLY_A_DAY_MS).await? { self.tidy().await } else { Ok(()) }
    }

    /// Raises violations for drawers that stand above their share though no entry says so, unless this or another server
    /// of the company has looked within the hour. Source: S15, S16.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn watch_drawers_in_turn(&self) -> Result<(), CommandError> {
        const NEARLY_AN_HOUR_MS: u64 = 55 * 60_000;
        let (store, company, now) = (self.hub().store(), self.hub().company(), self.outside.now());
        if store.take_turn(company, "drawers", now, NEARLY_AN_HOUR_MS).await? {
            let raised = self.hub().raise_still_above(now).await?;
            tracing::info!(raised, "drawers looked at");
        }
        Ok(())
    }

    /// The hub, for reading.
    pub fn hub(&self) -> &Hub<Backend> {
        self.queue.hub()
    }

    /// One moment of the company's book.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn snapshot(&self) -> Stored<<Backend as Store>::Snapshot> {
        self.hub().snapshot().await
    }

    /// The words of a language.
    pub fn texts(&self, lang: Lang) -> &Texts {
        let [chinese, english] = &self.texts;
        match lang {
            Lang::ZhCn => chinese,
            Lang::En => english,
        }
    }
}

/// Every route, with what each request passes around it.
pub fn router(app: App) -> Router {
    let (api, document) = OpenApiRouter::with_openapi(docs::document())
        .nest("/api/v1", api())
        .merge(ops::routes())
        .merge(claim::routes())
        .split_for_parts();
    api.merge(pages::routes())
        .merge(docs::routes(&document))
        .layer(DefaultBodyLimit::disable())
        .layer(CompressionLayer::new().quality(PACKING).compress_when(worth_packing()))
        .layer(from_fn_with_state(app.clone(), limits::within))
        .layer(from_fn_with_state(app.clone(), layers::watch))
        .with_state(app)
}

/// Answers longer than this are packed. Below it less is saved than the words take that say how it was packed, and making a
/// packer costs more than judging a change does: the answer to one is 140 bytes, most of them a signature.
const WORTH_PACKING: u64 = 256;

/// How hard answers are packed, by whatever a browser unpacks: somebody waits for each. At the usual level a third of the time
/// in which a page of the feed is made went into it, and the page came out no smaller.
const PACKING: CompressionLevel = CompressionLevel::Precise(2);

/// Which answers are packed: pictures are already, and events go out as they come about.
fn worth_packing() -> impl Predicate {
    SizeAbove::new(WORTH_PACKING).and(NotForContentType::IMAGES).and(NotForContentType::SSE)
}

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(session::routes())
        .merge(devices::routes())
        .merge(moves::routes())
        .merge(rescue::routes())
        .merge(staff::routes())
        .merge(statements::routes())
        .merge(sync::routes())
        .merge(snapshots::routes())
        .merge(blobs::routes())
        .merge(events::routes())
        .merge(commands::routes())
        .merge(held::routes())
        .merge(lists::routes())
        .merge(months::routes())
        .merge(book::routes())
        .merge(receivables::routes())
}

/// Serves until `stop` comes about; then says that it is not ready, takes nothing new after its grace, finishes what has
/// begun, drains the hub, carries the log over and closes the store: see [`Stopping`].
///
/// # Errors
/// The listener broke.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    serve_on(Lines::plain(listener), app, stop).await
}

/// The same, on these lines.
///
/// # Errors
/// The listener broke.
pub async fn serve_on(
    lines: Lines,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let Lines { listener, tls, redirect, limits } = lines;
    let Stopping { grace, within } = app.stopping.get().copied().unwrap_or_default();
    let port = listener.local_addr()?.port();
    let stopping = app.live.closing();
    if let Some(redirect) = redirect {
        let closed = closed_by(stopping.clone());
        tokio::spawn(lines::answer(redirect, None, limits, lines::redirecting(port), closed));
    }
    // An answer goes out as it is written: nothing is gained by waiting for more of it.
    let listener = PatientListener(listener.tap_io(|io| drop(io.set_nodelay(true))));
    let acceptor = tls.map(|tls| tls.acceptor());
    let serving = lines::answer(listener, acceptor, limits, router(app.clone()), app.closing(stop, grace));
    let too_long = async move {
        closed_by(stopping).await;
        tokio::time::sleep(within).await;
    };
    tokio::select! {
        () = serving => {}
        () = too_long => {}
    }
    app.finish(within).await;
    Ok(())
}

/// When the server stops.
async fn closed_by(mut stopping: tokio::sync::watch::Receiver<bool>) {
    // An error means that the last sender is gone, which is a stop as well.
    let _ = stopping.wait_for(|closing| *closing).await;
}
