//! `fieldbook serve`

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use server::config::Serving;
use server::doctor::{Check, Level, of_settings};
use server::figures;
use server::http::{self, App, LineLimits, Lines, MetricsToken};
use server::outside::Outside;
use server::tls::{Tls, TlsFault};
use server::traces::Traces;
use tokio::net::TcpListener;

use super::{Trouble, open, place};

/// Serves until it is told to stop.
pub(crate) async fn serve(serving: Serving) -> Result<(), Trouble> {
    figures::figures();
    let metrics_token = serving.metrics_token_file.as_deref().map(metrics_token).transpose()?;
    let outside = Outside::real();
    let tls = secret(&serving, &outside)?;
    let place = place(&serving.folder)?;
    let hub = open(&place, &outside).await?;
    let of_store = |error| Trouble::of_store(&place, &error);
    hub.store().begin_life(outside.now()).await.map_err(of_store)?;
    let listener = bound(serving.listen, "--listen").await?;
    let redirect = match serving.tls.redirect_from {
        Some(from) => Some(bound(from, "--redirect-from").await?),
        None => None,
    };
    let app = App::around(hub, outside.clone(), serving.surroundings()).await.map_err(of_store)?;
    if let Some(token) = metrics_token {
        app.show_figures_for(token);
    }
    app.limit(serving.rates);
    app.stop_within(serving.stopping());
    app.tidy_in_turn().await.map_err(of_store)?;
    tokio::spawn(figures::keep_together());
    tokio::spawn(tidy_daily(app.clone()));
    tokio::spawn(watch_drawers_hourly(app.clone()));
    tokio::spawn(read_what_is_owed(app.clone()));
    let stop = told_to_stop().map_err(|error| {
        Trouble::new(format!("signals cannot be heard: {error}"), "start the server again")
    })?;
    let address = listener.local_addr().unwrap_or(serving.listen);
    let scheme = if tls.is_some() { "https" } else { "http" };
    if let Some(tls) = &tls {
        let signal = HangUp::heard().map_err(|error| {
            Trouble::new(format!("signals cannot be heard: {error}"), "start the server again")
        })?;
        tokio::spawn(look_again(tls.clone(), outside, signal));
    }
    println!("fieldbook serves {place} on {scheme}://{address}");
    tracing::info!(%address, "serving");
    let lines = Lines { listener, tls, redirect, limits: LineLimits::of(&serving) };
    http::serve_on(lines, app, stop)
        .await
        .map_err(|error| Trouble::new(format!("the listener broke: {error}"), "start the server again"))?;
    tracing::info!("stopped");
    Ok(())
}

/// Takes an address.
async fn bound(address: SocketAddr, flag: &str) -> Result<TcpListener, Trouble> {
    TcpListener::bind(address).await.map_err(|error| {
        Trouble::new(
            format!("{address}: {error}"),
            format!("stop what uses the address, or choose another with {flag}"),
        )
    })
}

/// HTTPS, where it was told to speak it.
fn secret(serving: &Serving, outside: &Outside) -> Result<Option<Tls>, Trouble> {
    // What does not fit together is told by whoever checks the settings: here as there.
    let unfit = of_settings(serving, outside.now()).into_iter().find(|check| {
        check.level == Level::Bad
            && ["tls_certificate", "tls_key", "redirect_from"].contains(&check.name.as_str())
    });
    if let Some(Check { name, saw, advice, .. }) = unfit {
        return Err(Trouble::new(format!("{name}: {saw}"), advice));
    }
    let Some((certificate, key)) = serving.tls.files() else { return Ok(None) };
    let of_fault = |fault: TlsFault| Trouble::new(fault.to_string(), "see `fieldbook config check`");
    Tls::open(certificate, key, outside.now()).map(Some).map_err(of_fault)
}

/// Takes up a certificate that has changed: looks every half minute, and at once when asked to (SIGHUP).
async fn look_again(tls: Tls, outside: Outside, mut signal: HangUp) {
    const EVERY: Duration = Duration::from_secs(30);
    let mut told = None;
    loop {
        let asked = tokio::select! {
            () = signal.asked() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
        match tls.look_again(outside.now()) {
            Ok(true) => {
                told = None;
                tracing::info!(
                    names = tls.certificate().names().join(" "),
                    "another certificate is in force"
                );
            }
            Ok(false) => told = None,
            // Said once, not every half minute; the one in force goes on.
            Err(fault) if asked || told.as_ref() != Some(&fault) => {
                tracing::warn!(%fault, "the certificate was not taken up");
                told = Some(fault);
            }
            Err(_) => {}
        }
    }
}

/// The signal by which a service is asked to look at its files again; no system but Unix has it.
struct HangUp {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
}

impl HangUp {
    fn heard() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?,
        })
    }

    async fn asked(&mut self) {
        #[cfg(unix)]
        if self.signal.recv().await.is_some() {
            return;
        }
        std::future::pending::<()>().await;
    }
}

/// Where traces go, if they go anywhere.
pub(crate) fn traces(serving: &Serving) -> Result<Option<Traces>, Trouble> {
    let to = |endpoint: &String| Traces::to(endpoint, serving.traces_percent);
    serving.traces_endpoint.as_ref().map(to).transpose().map_err(|why| {
        Trouble::new(
            format!("--traces-endpoint: {why}"),
            "correct the address, or leave it out: no traces are sent then",
        )
    })
}

/// The word in a file, for which the figures are shown.
fn metrics_token(file: &Path) -> Result<MetricsToken, Trouble> {
    let trouble = |why: String| {
        let advice = "write one line of 16 to 200 letters into it: head -c 24 /dev/urandom | base64 > FILE";
        Trouble::new(format!("{}: {why}", file.display()), advice)
    };
    let said = std::fs::read_to_string(file).map_err(|error| trouble(error.to_string()))?;
    MetricsToken::new(said.trim()).map_err(|why| trouble(why.to_string()))
}

/// Once a day; a store that does not answer is asked again the next.
async fn tidy_daily(app: App) {
    const DAY: Duration = Duration::from_hours(24);
    let mut days = tokio::time::interval_at(tokio::time::Instant::now() + DAY, DAY);
    loop {
        days.tick().await;
        if let Err(error) = app.tidy_in_turn().await {
            tracing::warn!(%error, "not tidied");
        }
    }
}

/// Once an hour, from the start on; a store that does not answer is asked again the next.
async fn watch_drawers_hourly(app: App) {
    let mut hours = tokio::time::interval(Duration::from_hours(1));
    loop {
        hours.tick().await;
        if let Err(error) = app.watch_drawers_in_turn().await {
            tracing::warn!(%error, "drawers not looked at");
        }
    }
}

/// Every half minute, from the start on, so that whoever opens the list waits for little; a store that does not answer is asked
/// again at the next turn.
async fn read_what_is_owed(app: App) {
    let mut turns = tokio::time::interval(Duration::from_secs(30));
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = app.read_receivables().await {
            tracing::warn!(%error, "what is owed was not read");
        }
    }
}

/// Ctrl-C, or the signal by which systems end services. From this call on the first of them ends nothing at once; the
/// second does: whatever was acknowledged is on the disk.
#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tokio::spawn(async move {
            let code = tokio::select! {
                _ = terminate.recv() => 128 + 15,
                _ = interrupt.recv() => 128 + 2,
            };
            tracing::warn!("told twice: ending at once");
            std::process::exit(code);
        });
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
