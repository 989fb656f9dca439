//! The figures of the running server: their names, their units and what each means, in one list.
//!
//! Floor: beside `telemetry`. It must not know any route or business noun; whoever has something to count counts it under
//! a name that stands here. Labels are routes, reasons and stages, never a person, a customer or a device.

mod process;

use std::future::Future;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
pub use process::look;
use tracing::Instrument;

/// What sort of figure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How often which size.
    Histogram,
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name, which ends in its unit.
    pub name: &'static str,
    /// Its sort.
    pub sort: Sort,
    /// What it means.
    pub help: &'static str,
}

macro_rules! figures {
    ($($constant:ident = $sort:ident $name:literal, $help:literal;)*) => {
        $(#[doc = $help] pub const $constant: &str = $name;)*

        /// Every figure there is.
        pub const ALL: &[Figure] = &[$(Figure { name: $name, sort: Sort::$sort, help: $help }),*];
    };
}

figures! {
    REQUESTS = Counter "http_requests_total", "Requests answered, by method, route and status.";
    REQUEST_TIME = Histogram "http_request_duration_seconds", "Time from a request's head to the head of its answer, by method and route.";
    IN_FLIGHT = Gauge "http_requests_in_flight", "Requests that are being answered.";
    LIMITED = Counter "fieldbook_rate_limited_total", "Requests told to come back later because their device, sign-in or address sends too many.";
    SLOW_CUT = Counter "fieldbook_slow_readers_cut_total", "Connections cut because the other side took nothing for too long.";
    LISTENERS = Gauge "fieldbook_live_listeners", "Consoles that hear live events.";
    READY = Gauge "fieldbook_ready", "1 while the server takes new work, 0 while it drains.";
    SIGN_INS = Counter "fieldbook_sign_ins_total", "Sessions opened with number and password.";
    SIGN_INS_REFUSED = Counter "fieldbook_sign_in_refusals_total", "Sign-ins and renewals that were not let in, by reason.";
    WAITING = Gauge "fieldbook_push_waiting", "Pushes that wait for the feed lock or are being written.";
    WAITING_BYTES = Gauge "fieldbook_push_waiting_bytes", "Memory held by those pushes.";
    BUSY = Counter "fieldbook_push_busy_total", "Pushes told to come back because too many waited. Nothing of them was stored or lost.";
    PUSH_WAIT = Histogram "fieldbook_push_wait_seconds", "Time from a push's arrival in the queue to its answer.";
    GROUP_PUSHES = Histogram "fieldbook_group_pushes", "Pushes that shared one transaction.";
    GROUP_CHANGES = Histogram "fieldbook_group_changes", "Changes in one transaction of pushes.";
    STAGE_TIME = Histogram "fieldbook_write_stage_seconds", "Time of one stage of a write transaction: waiting for the feed lock, judging, saving, committing.";
    DELIVERY_LAG = Histogram "fieldbook_delivery_lag_seconds", "Time from an act, by its author's clock, to its receipt.";
    POSITION = Gauge "fieldbook_feed_position", "The last position of the feed.";
    EPOCH = Gauge "fieldbook_feed_epoch", "The life of the book; another number means that it was restored from a copy.";
    RECEIVED = Counter "fieldbook_changes_received_total", "Changes that came in for the first time. Of the company: every server shows the same.";
    APPLIED = Counter "fieldbook_changes_applied_total", "Of the changes received: in the book.";
    HELD = Counter "fieldbook_changes_held_total", "Of the changes received: held with a reason, whatever was decided since.";
    QUARANTINED = Counter "fieldbook_changes_quarantined_total", "Of the changes received: put aside, because their device's log says something else at this place.";
    HELD_OPEN = Gauge "fieldbook_held_open", "Held changes that wait for a decision, by reason.";
    UNCONFIRMED = Gauge "fieldbook_evictions_unconfirmed", "Scopes that devices must give up and have not said they did.";
    DEVICES = Gauge "fieldbook_devices", "Devices that have their rights.";
    SILENT = Gauge "fieldbook_devices_silent", "Devices with rights that were not heard of for more than so many days.";
    TROUBLED = Gauge "fieldbook_devices_in_trouble", "Devices with something that does not fit about their log, by kind.";
    UNSENT = Gauge "fieldbook_unsent_changes", "Changes not delivered yet, as devices declared at their last delivery.";
    UNSENT_AGE = Gauge "fieldbook_unsent_oldest_seconds", "The longest time since a device declared that it still had something unsent; its oldest change is at least so old.";
    BLOBS = Gauge "fieldbook_blobs", "Pictures and files kept.";
    BLOB_BYTES = Gauge "fieldbook_blobs_bytes", "The bytes of pictures and files kept.";
    STORE_BYTES = Gauge "fieldbook_store_bytes", "What the store takes on its disk, by part: the book itself and the log that is not carried over yet.";
    CONNECTIONS = Gauge "fieldbook_store_connections", "Connections to the store, by pool and whether one is in use.";
    TIDIED = Counter "fieldbook_tidied_total", "Rows removed because they were past use, by what they were.";
    BUILD = Gauge "fieldbook_build_info", "Always 1; its label tells the version.";
    CPU = Counter "process_cpu_seconds_total", "Processor time of this process.";
    MEMORY = Gauge "process_resident_memory_bytes", "Memory of this process that is in use.";
    FILES = Gauge "process_open_fds", "Files and connections this process has open.";
    MOST_FILES = Gauge "process_max_fds", "How many it may have open.";
    STARTED = Gauge "process_start_time_seconds", "When this process started, in seconds since 1970.";
}

/// Upper bounds in seconds of the buckets of times.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 20.0];

/// Upper bounds in seconds of the buckets of delivery lags: a second to five weeks.
const LAGS: [f64; 12] = [
    1.0,
    10.0,
    60.0,
    600.0,
    3_600.0,
    14_400.0,
    43_200.0,
    86_400.0,
    259_200.0,
    604_800.0,
    1_209_600.0,
    3_024_000.0,
];

/// Upper bounds of the buckets of numbers of pushes and changes.
const NUMBERS: [f64; 9] = [1.0, 2.0, 4.0, 16.0, 64.0, 128.0, 512.0, 2_048.0, 8_192.0];

/// Figures of a server that nobody asks for them are put together this often, so that they do not pile up.
const TOGETHER: Duration = Duration::from_secs(10);

/// The figures of this process, as `/metrics` shows them; made once.
///
/// # Panics
/// When something else in this process records figures already.
pub fn figures() -> &'static PrometheusHandle {
    static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();
    FIGURES.get_or_init(|| {
        let full = |name: &str| Matcher::Full(name.to_owned());
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .and_then(|builder| builder.set_buckets_for_metric(full(DELIVERY_LAG), &LAGS))
            .and_then(|builder| builder.set_buckets_for_metric(full(GROUP_PUSHES), &NUMBERS))
            .and_then(|builder| builder.set_buckets_for_metric(full(GROUP_CHANGES), &NUMBERS))
            .expect("there are buckets")
            .install_recorder()
            .expect("nobody else records figures");
        for figure in ALL {
            match figure.sort {
                Sort::Counter => metrics::describe_counter!(figure.name, figure.help),
                Sort::Gauge => metrics::describe_gauge!(figure.name, figure.help),
                Sort::Histogram => metrics::describe_histogram!(figure.name, figure.help),
            }
        }
        // What has not happened yet is a zero, not a gap.
        for name in [SLOW_CUT, SIGN_INS, BUSY] {
            metrics::counter!(name).increment(0);
        }
        for name in [IN_FLIGHT, LISTENERS, WAITING, WAITING_BYTES] {
            metrics::gauge!(name).set(0.0);
        }
        metrics::gauge!(READY).set(1.0);
        metrics::gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        handle
    })
}

/// Keeps the figures together until the process ends: what is measured and never asked for would fill the memory.
pub async fn keep_together() {
    let mut turns = tokio::time::interval(TOGETHER);
    loop {
        turns.tick().await;
        figures().run_upkeep();
    }
}

/// A whole number as figures carry it: exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "nothing that is counted here gets beyond 2^53")]
pub const fn number(count: u64) -> f64 {
    count as f64
}

/// A gauge that is up by one for as long as this lives.
#[derive(Debug)]
pub struct Present(&'static str);

impl Present {
    /// One more of them.
    pub fn of(name: &'static str) -> Self {
        metrics::gauge!(name).increment(1.0);
        Self(name)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        metrics::gauge!(self.0).decrement(1.0);
    }
}

/// A stage of a write transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for the feed lock.
    Lock,
    /// Loading and judging.
    Judge,
    /// Writing it down.
    Save,
    /// Making it durable.
    Commit,
}

impl Stage {
    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Judge => "judge",
            Self::Save => "save",
            Self::Commit => "commit",
        }
    }

    fn span(self) -> tracing::Span {
        match self {
            Self::Lock => tracing::info_span!("lock"),
            Self::Judge => tracing::info_span!("judge"),
            Self::Save => tracing::info_span!("save"),
            Self::Commit => tracing::info_span!("commit"),
        }
    }

    /// Measures the stage that `work` is.
    pub async fn of<T>(self, work: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let done = work.instrument(self.span()).await;
        metrics::histogram!(STAGE_TIME, "stage" => self.code()).record(begun.elapsed().as_secs_f64());
        done
    }
}
