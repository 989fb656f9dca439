//! Connections whose other side takes nothing for too long are cut: a slow reader holds its own answer, and not for ever.
//!
//! An answer is read out of the store before its first byte is sent, so a reader never holds a connection to the store;
//! what it holds is the memory of one answer.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::figures::SLOW_CUT;

/// So long the other side may take nothing at all. A line of a hundred bytes a second takes something within that time; one
/// that reads a byte a second does not, because its own buffers stay full.
const PATIENCE: Duration = Duration::from_mins(2);

/// A connection that is cut when nothing can be written for too long.
#[derive(Debug)]
pub struct Patient<I> {
    io: I,
    patience: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<I> Patient<I> {
    /// A connection with so much patience.
    pub const fn new(io: I, patience: Duration) -> Self {
        Self { io, patience, waiting: None }
    }

    /// What a try to write came to, once the time it has waited is looked at.
    fn looked_at<T>(&mut self, tried: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.waiting = None;
            return tried;
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        std::task::ready!(waiting.as_mut().poll(cx));
        metrics::counter!(SLOW_CUT).increment(1);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Patient<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, into)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Patient<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.looked_at(tried, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.io).poll_write_vectored(cx, parts);
        self.looked_at(tried, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// A listener whose connections have patience, and no more than that.
#[derive(Debug)]
pub struct PatientListener<L>(pub L);

impl<L: Listener> Listener for PatientListener<L> {
    type Io = Patient<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (io, from) = self.0.accept().await;
        (Patient::new(io, PATIENCE), from)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn who_takes_nothing_is_cut_and_who_takes_something_is_not() {
        let (ours, _theirs) = tokio::io::duplex(8);
        let mut line = Patient::new(ours, Duration::from_millis(1));
        line.write_all(&[1; 8]).await.expect("the buffer has room");
        let cut = line.write_all(&[2; 8]).await.expect_err("nobody reads");
        assert_eq!(cut.kind(), io::ErrorKind::TimedOut);
        let (ours, mut theirs) = tokio::io::duplex(8);
        let mut line = Patient::new(ours, Duration::from_hours(1));
        let reading = async {
            let mut all = Vec::new();
            theirs.read_to_end(&mut all).await.expect("it arrives");
            all.len()
        };
        let writing = async move {
            line.write_all(&[3; 1_000]).await.expect("somebody reads");
            line.shutdown().await.expect("it ends");
        };
        let (read, ()) = tokio::join!(reading, writing);
        assert_eq!(read, 1_000);
    }
}
