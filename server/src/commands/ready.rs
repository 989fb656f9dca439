//! `fieldbook ready`: whether the server with these settings takes new work, for whoever watches over it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use rustls::pki_types::ServerName;
use server::config::Serving;
use server::tls::pinned;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Trouble;

/// For so long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most bytes of an answer that are read.
const MOST_BYTES: u64 = 4_096;

/// `fieldbook ready`
#[derive(Args)]
pub(crate) struct Ready {
    #[command(flatten)]
    serving: Serving,
}

impl Ready {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let at = reached(self.serving.listen);
        let advice = "see whether it runs, and what its log says";
        let said = tokio::time::timeout(PATIENCE, self.ask(at))
            .await
            .unwrap_or_else(|_| Err(format!("no answer in {} s", PATIENCE.as_secs())))
            .map_err(|why| Trouble::new(format!("{at}: {why}"), advice))?;
        let first = said.lines().next().unwrap_or_default();
        if first.split(' ').nth(1) == Some("200") {
            println!("{at} is ready");
            return Ok(());
        }
        Err(Trouble::new(format!("{at} is not ready: {first}"), advice))
    }

    async fn ask(&self, at: SocketAddr) -> Result<String, String> {
        let stream = TcpStream::connect(at).await.map_err(|error| error.to_string())?;
        let Some((certificate, _)) = self.serving.tls.files() else {
            return answer(stream).await.map_err(|error| error.to_string());
        };
        let connector = pinned::only(certificate).map_err(|fault| fault.to_string())?;
        let secret =
            connector.connect(ServerName::from(at.ip()), stream).await.map_err(|error| error.to_string())?;
        answer(secret).await.map_err(|error| error.to_string())
    }
}

/// Where a server that listens there is reached from this machine.
fn reached(listen: SocketAddr) -> SocketAddr {
    let here = match listen.ip() {
        IpAddr::V4(all) if all.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(all) if all.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        one => one,
    };
    SocketAddr::new(here, listen.port())
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<String> {
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut said = Vec::new();
    match stream.take(MOST_BYTES).read_to_end(&mut said).await {
        // A line that ends without a word of leave has still said what it said.
        Err(error) if said.is_empty() => Err(error),
        _ => Ok(String::from_utf8_lossy(&said).into_owned()),
    }
}
