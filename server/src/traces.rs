//! Traces (OpenTelemetry): where the time of a request goes, sent to a collector over OTLP. Off unless an address is set.
//!
//! Floor: beside `telemetry`. It must not know any business noun. Spans carry routes, statuses, counts and the number of the
//! request; never a person, a customer, an amount, an address or a token. Only spans are sent, no log line.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use thiserror::Error;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, Targets, filter_fn};
use tracing_subscriber::registry::LookupSpan;

/// So long the collector may take. What it does not take is dropped: traces hold nothing up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most bytes of the collector's answer.
const MOST_ANSWER: u64 = 64 * 1024;

/// Why no traces can be sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoTraces {
    /// Not an address that is spoken to.
    #[error("{0} is no address of a collector: http://HOST:PORT/v1/traces is expected")]
    Address(String),
    /// The exporter says so.
    #[error("{0}")]
    Exporter(String),
}

/// Where spans go.
#[derive(Clone, Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends so many of a hundred traces to a collector.
    ///
    /// Which of them follows from the trace's number alone, whatever a caller asks for, so that all servers choose the same.
    ///
    /// # Errors
    /// Not the address of a collector.
    pub fn to(endpoint: &str, percent: u32) -> Result<Self, NoTraces> {
        if host_of(endpoint).is_none() {
            return Err(NoTraces::Address(endpoint.to_owned()));
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Plain)
            .with_endpoint(endpoint)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| NoTraces::Exporter(error.to_string()))?;
        let resource = Resource::builder_empty()
            .with_attributes([
                opentelemetry::KeyValue::new("service.name", "fieldbook"),
                opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            ])
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::TraceIdRatioBased(f64::from(percent.min(100)) / 100.0))
            .with_resource(resource)
            .build();
        Ok(Self(provider))
    }

    /// What turns our own spans into theirs; those of libraries stay out, because nobody here has looked at what they say.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: Subscriber + for<'s> LookupSpan<'s> + Send + Sync,
    {
        let ours = Targets::new().with_target("server", tracing::Level::INFO);
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("fieldbook"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_filter(ours.and(filter_fn(is_span)))
    }

    /// Sends what waits, and ends. Blocks for as long as the collector takes, within limits.
    pub fn deliver(&self) {
        // There is nobody to tell but the log, which has ended as well.
        let _ = self.0.shutdown_with_timeout(PATIENCE);
    }
}

/// Says in the span of a request how it was answered: to the collector alone, because the log line says it by itself, and
/// would have the whole span read and written anew for it.
pub fn answered(span: &Span, status: u16) {
    span.set_attribute("http.response.status_code", i64::from(status));
}

/// The span of a request. It goes on with the trace that the caller names in `traceparent`, by the W3C's rules.
pub fn request(traceparent: Option<&str>, method: &'static str, route: &str, number: &str) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        request = number,
    );
    if let Some(said) = traceparent {
        let carrier = HashMap::from([("traceparent".to_owned(), said.to_owned())]);
        // Where no traces are sent, there is nothing to go on with.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&carrier));
    }
    span
}

/// Whether it is a span and no line of the log.
fn is_span(about: &tracing::Metadata<'_>) -> bool {
    about.is_span()
}

/// Host and port in the address of a collector.
fn host_of(endpoint: &str) -> Option<&str> {
    let rest = endpoint.strip_prefix("http://")?;
    let host = rest.split('/').next()?;
    let (name, port) = host.rsplit_once(':')?;
    (!name.is_empty() && port.parse::<u16>().is_ok()).then_some(host)
}

/// One request over one connection, without TLS: a collector stands on this machine or beside it. The thread that sends
/// traces does nothing else, so it may wait.
#[derive(Debug)]
struct Plain;

#[async_trait]
impl HttpClient for Plain {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        use std::fmt::Write as _;
        let authority = request.uri().authority().ok_or("the collector has no address")?.as_str().to_owned();
        let place = authority.to_socket_addrs()?.next().ok_or("the collector's name is not known")?;
        let mut line = TcpStream::connect_timeout(&place, PATIENCE)?;
        line.set_read_timeout(Some(PATIENCE))?;
        line.set_write_timeout(Some(PATIENCE))?;
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let mut head = format!("POST {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n");
        for (name, value) in request.headers() {
            write!(head, "{name}: {}\r\n", value.to_str()?)?;
        }
        write!(head, "content-length: {}\r\n\r\n", request.body().len())?;
        line.write_all(head.as_bytes())?;
        line.write_all(request.body())?;
        let mut said = Vec::new();
        line.take(MOST_ANSWER).read_to_end(&mut said)?;
        let status = std::str::from_utf8(said.get(9..12).ok_or("the collector said nothing")?)?;
        let response = Response::builder().status(status.parse::<u16>()?);
        Ok(response.body(Bytes::new())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_spoken_to_by_its_address_and_nothing_else() {
        assert_eq!(host_of("http://127.0.0.1:4318/v1/traces"), Some("127.0.0.1:4318"));
        for wrong in ["", "127.0.0.1:4318", "https://x:1/", "http://x/", "http://:4318/", "http://x:y/"] {
            assert!(matches!(Traces::to(wrong, 100), Err(NoTraces::Address(_))), "{wrong}");
        }
    }
}
