//! A small HTTP client: one connection for each request, nothing hidden.

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A request about to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    to: SocketAddr,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The bytes of the question and of the answer on the wire, heads and all.
    pub(crate) wire: usize,
}

impl Request {
    pub(crate) fn new(to: SocketAddr, method: &'static str, path: impl Into<String>) -> Self {
        Self { to, method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With a question behind its path.
    pub(crate) fn query(mut self, query: &str) -> Self {
        self.path = format!("{}?{query}", self.path);
        self
    }

    pub(crate) fn bearer(self, access: &str) -> Self {
        self.header("authorization", format!("Bearer {access}"))
    }

    pub(crate) fn english(self) -> Self {
        self.header("accept-language", "en")
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").bytes(body.to_string())
    }

    pub(crate) fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    fn head(&self) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {}\r\n", self.method, self.path, self.to);
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").expect("writing to memory cannot fail");
        }
        write!(head, "content-length: {}\r\n", self.body.len()).expect("writing to memory cannot fail");
        head
    }

    /// Sends it and reads the whole answer.
    pub(crate) async fn send(self) -> Answer {
        let stream = TcpStream::connect(self.to).await.expect("the server listens");
        let (mut from, mut to) = stream.into_split();
        let sent = self.whole_head();
        let writing = async {
            // A server that has heard enough may close its half while we still write.
            let _ = to.write_all(sent.as_bytes()).await;
            let _ = to.write_all(&self.body).await;
        };
        let mut raw = Vec::new();
        let reading = from.read_to_end(&mut raw);
        let (read, ()) = tokio::join!(reading, writing);
        read.expect("the answer arrives");
        let wire = sent.len() + self.body.len() + raw.len();
        Answer { wire, ..Answer::read(&raw) }
    }

    /// How many bytes go before the body.
    pub(crate) fn head_length(&self) -> usize {
        self.whole_head().len()
    }

    fn whole_head(&self) -> String {
        format!("{}connection: close\r\n\r\n", self.head())
    }

    /// Sends it over a line that is cut after so many bytes; the answer, when all of it went through.
    pub(crate) async fn send_cut(self, after: usize) -> Option<Answer> {
        let sent = [self.whole_head().as_bytes(), &self.body].concat();
        if sent.len() <= after {
            return Some(self.send().await);
        }
        let mut stream = TcpStream::connect(self.to).await.expect("the server listens");
        stream.write_all(&sent[..after]).await.expect("the server reads");
        stream.shutdown().await.expect("the line ends");
        None
    }

    /// Sends it and reads the answer, of one without an end its head.
    pub(crate) async fn answered(self) -> Answer {
        let mut stream = TcpStream::connect(self.to).await.expect("the server listens");
        stream.write_all(self.whole_head().as_bytes()).await.expect("the server reads");
        let mut raw = Vec::new();
        while stream.read_buf(&mut raw).await.expect("the answer arrives") > 0 {
            let end = raw.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end.filter(|end| raw[..*end].windows(12).any(|some| some == b"event-stream")) {
                raw.truncate(end + 4);
                break;
            }
        }
        Answer::read(&raw)
    }

    /// Sends it and keeps reading lines as they come.
    pub(crate) async fn listen(self) -> Lines {
        let mut stream = TcpStream::connect(self.to).await.expect("the server listens");
        let head = format!("{}\r\n", self.head());
        stream.write_all(head.as_bytes()).await.expect("the server reads");
        let mut lines = Lines { from: BufReader::new(stream) };
        let first = lines.next().await;
        assert!(first.contains(" 200 "), "{first}");
        lines
    }
}

/// The lines of an answer that does not end.
pub(crate) struct Lines {
    from: BufReader<TcpStream>,
}

impl Lines {
    pub(crate) async fn next(&mut self) -> String {
        let mut line = String::new();
        self.from.read_line(&mut line).await.expect("a line arrives");
        line
    }

    /// The next line that begins like this.
    pub(crate) async fn next_with(&mut self, beginning: &str) -> String {
        loop {
            let line = self.next().await;
            assert!(!line.is_empty(), "the answer ended before a line with {beginning}");
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.trim().to_owned();
            }
        }
    }
}

impl Answer {
    fn read(raw: &[u8]) -> Self {
        let end = raw
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or_else(|| panic!("not an answer: {:?}", String::from_utf8_lossy(raw)));
        let head = String::from_utf8_lossy(&raw[..end]);
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok())
            .expect("an answer has a status");
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let mut answer = Self { status, headers, body: raw[end + 4..].to_vec(), wire: raw.len() };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = unchunked(&answer.body);
        }
        answer
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The body, unpacked as a browser does.
    pub(crate) fn unpacked(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        match self.header("content-encoding") {
            Some("br") => brotli::BrotliDecompress(&mut &self.body[..], &mut plain).expect("Brotli"),
            Some("zstd") => plain = zstd::decode_all(&self.body[..]).expect("Zstandard"),
            Some(other) => panic!("{other} was not expected"),
            None => plain.clone_from(&self.body),
        }
        plain
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text()))
    }

    /// A problem document of this status and code; both are checked.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let problem = self.json();
        assert_eq!((self.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 5), "{problem}");
        assert_ne!(problem["detail"], problem["code"], "the code has words");
        problem
    }

    /// The body of an answer that succeeded.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        self.json()
    }
}

fn unchunked(mut raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = raw.windows(2).position(|two| two == b"\r\n") {
        let size =
            usize::from_str_radix(&String::from_utf8_lossy(&raw[..end]), 16).expect("a chunk has a size");
        out.extend_from_slice(&raw[end + 2..end + 2 + size]);
        raw = &raw[end + 4 + size..];
        if size == 0 {
            break;
        }
    }
    out
}
