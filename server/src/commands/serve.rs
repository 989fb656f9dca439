//! `fieldbook serve`

use std::path::Path;
use std::time::Duration;

use server::config::Serving;
use server::http::{self, App, MetricsToken};
use server::outside::Outside;
use server::telemetry;
use tokio::net::TcpListener;

use super::{Trouble, open};

/// Serves until it is told to stop.
pub(crate) async fn serve(serving: Serving) -> Result<(), Trouble> {
    telemetry::figures();
    let metrics_token = serving.metrics_token_file.as_deref().map(metrics_token).transpose()?;
    let outside = Outside::real();
    let hub = open(&serving.folder, &outside).await?;
    let file = serving.folder.database();
    let of_store = |error| Trouble::of_store(&file, &error);
    hub.store().begin_life(outside.now()).await.map_err(of_store)?;
    let listener = TcpListener::bind(serving.listen).await.map_err(|error| {
        Trouble::new(
            format!("{}: {error}", serving.listen),
            "stop what uses the address, or choose another with --listen",
        )
    })?;
    let app = App::around(hub, outside, serving.surroundings()).await.map_err(of_store)?;
    if let Some(token) = metrics_token {
        app.show_figures_for(token);
    }
    app.tidy().await.map_err(of_store)?;
    tokio::spawn(tidy_daily(app.clone()));
    let stop = told_to_stop().map_err(|error| {
        Trouble::new(format!("signals cannot be heard: {error}"), "start the server again")
    })?;
    let address = listener.local_addr().unwrap_or(serving.listen);
    println!("fieldbook serves {} on http://{address}", file.display());
    tracing::info!(%address, "serving");
    http::serve(listener, app, stop)
        .await
        .map_err(|error| Trouble::new(format!("the listener broke: {error}"), "start the server again"))?;
    tracing::info!("stopped");
    Ok(())
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
        if let Err(error) = app.tidy().await {
            tracing::warn!(%error, "not tidied");
        }
    }
}

/// Ctrl-C, or the signal by which systems end services. From this call on neither ends the process at once.
#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
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
