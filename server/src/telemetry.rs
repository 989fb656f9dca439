//! Logs about the running server. They carry ids, never a name, a number of a phone, an address or an amount.
//!
//! Floor: beside `config`. It must not know any route or business noun.

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

pub use crate::figures::figures;
use crate::traces::Traces;

/// What is logged unless `FIELDBOOK_LOG` says otherwise. Statements stay out: they would carry values.
const DEFAULT_FILTER: &str = "info,sqlx=warn,hyper=warn";

/// One line of JSON for each event, to whatever `writer` makes.
pub fn json_lines<W>(writer: W, filter: &str) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(writer);
    tracing_subscriber::registry().with(EnvFilter::new(filter)).with(lines)
}

/// Begins logging to standard error: JSON, or plain lines where a person looks on. What is traced is none of the filter's.
pub fn begin(filter: Option<&str>, traces: Option<&Traces>) {
    let filter = filter.unwrap_or(DEFAULT_FILTER);
    if std::io::stderr().is_terminal() {
        let lines = fmt::layer().with_writer(std::io::stderr).compact().with_filter(EnvFilter::new(filter));
        let _ = tracing_subscriber::registry().with(lines).with(traces.map(Traces::layer)).try_init();
    } else {
        let lines = fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_writer(std::io::stderr)
            .with_filter(EnvFilter::new(filter));
        let _ = tracing_subscriber::registry().with(lines).with(traces.map(Traces::layer)).try_init();
    }
}
