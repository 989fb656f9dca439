//! The real binary as a child, and its end by signal 9.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdout, Stdio},
};

use super::book::Book;
use crate::Proved;

/// A server that runs, or is about to.
pub(crate) struct Server {
    child: Child,
    address: Option<SocketAddr>,
}

impl Server {
    /// Starts one, and does not wait until it serves.
    pub(crate) fn start(book: &Book) -> Proved<Self> {
        Self::begin(book).map(|(server, _)| server)
    }

    fn begin(book: &Book) -> Proved<(Self, ChildStdout)> {
        let log = File::create(book.folder.join("server.log"))?;
        let mut child = book.serve().stdout(Stdio::piped()).stderr(log).spawn()?;
        let output = child.stdout.take().ok_or("no standard output")?;
        Ok((Self { child, address: None }, output))
    }

    /// Starts one and waits until it says where it serves.
    pub(crate) fn serving(book: &Book) -> Proved<Self> {
        let (mut server, output) = Self::begin(book)?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        server.address = line.trim().rsplit("http://").next().and_then(|address| address.parse().ok());
        if server.address.is_none() {
            let log = std::fs::read_to_string(book.folder.join("server.log")).unwrap_or_default();
            return Err(format!("after a kill the server does not start: {line}{log}").into());
        }
        Ok(server)
    }

    /// Where it serves.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address.expect("it said where it serves")
    }

    /// Signal 9: nothing of it runs any more.
    pub(crate) fn kill(mut self) -> Proved<()> {
        self.child.kill()?;
        let ended = self.child.wait()?;
        // A server that ended by itself before the signal was not killed.
        if ended.code().is_none() { Ok(()) } else { Err(format!("it ended by itself with {ended}").into()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended long ago.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
