//! A client as small as can be: HTTP/1.1 over one kept connection, counting every byte it sends and gets.

use std::{
    io::{Read, Write},
    net::SocketAddr,
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::Measured;

/// One kept connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    /// Bytes received so far, heads included.
    pub(crate) received: u64,
}

/// How an answer was packed.
#[derive(Clone, Copy, Debug)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
    Brotli,
}

/// An answer, still as it was packed.
pub(crate) struct Answer {
    status: u16,
    packing: Packing,
    body: Vec<u8>,
}

impl Answer {
    /// The body of a good answer, unpacked.
    pub(crate) fn body(self) -> Measured<Vec<u8>> {
        let body = match self.packing {
            Packing::Plain => self.body,
            Packing::Zstd => zstd::decode_all(&self.body[..])?,
            Packing::Brotli => {
                let mut plain = Vec::new();
                brotli::BrotliDecompress(&mut &self.body[..], &mut plain)?;
                plain
            }
            Packing::Gzip => {
                let mut plain = Vec::new();
                GzDecoder::new(&self.body[..]).read_to_end(&mut plain)?;
                plain
            }
        };
        if self.status / 100 != 2 {
            return Err(format!("answered {}: {}", self.status, String::from_utf8_lossy(&body)).into());
        }
        Ok(body)
    }
}

/// A request, ready to be written to the wire in one go.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request.push_str("\r\n");
    [request.as_bytes(), body].concat()
}

/// Packed as the phone packs a push.
pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).and_then(|()| packer.finish()).expect("writing to memory cannot fail")
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Measured<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream), received: 0 })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Measured<Answer> {
        self.ask(request).await?;
        self.hear().await
    }

    /// Sends a request.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Measured<()> {
        Ok(self.stream.get_mut().write_all(request).await?)
    }

    /// Reads the whole answer to a request.
    pub(crate) async fn hear(&mut self) -> Measured<Answer> {
        let mut line = self.line().await?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no status")?;
        let (mut length, mut chunked, mut packing) = (0, false, Packing::Plain);
        loop {
            line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else { break };
            match (name.to_ascii_lowercase().as_str(), value.trim()) {
                ("content-length", value) => length = value.parse()?,
                ("transfer-encoding", value) => chunked = value == "chunked",
                ("content-encoding", "gzip") => packing = Packing::Gzip,
                ("content-encoding", "zstd") => packing = Packing::Zstd,
                ("content-encoding", "br") => packing = Packing::Brotli,
                _ => {}
            }
        }
        let body = if chunked { self.chunks().await? } else { self.exactly(length).await? };
        Ok(Answer { status, packing, body })
    }

    async fn line(&mut self) -> Measured<String> {
        let mut line = String::new();
        self.received += self.stream.read_line(&mut line).await? as u64;
        if line.is_empty() {
            return Err("the server closed the connection".into());
        }
        Ok(line.trim_end().to_owned())
    }

    async fn exactly(&mut self, length: usize) -> Measured<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).await?;
        self.received += length as u64;
        Ok(bytes)
    }

    async fn chunks(&mut self) -> Measured<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line().await?, 16)?;
            let chunk = self.exactly(length + 2).await?;
            if length == 0 {
                return Ok(body);
            }
            body.extend(&chunk[..length]);
        }
    }
}
