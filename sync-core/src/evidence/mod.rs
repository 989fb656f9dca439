//! 设备日志的凭据: one device's log in a file, which somebody outside can check with nothing but the company's public key.
//!
//! Floor: above the wire. This module must not know who may take a log out, nor where it is kept.
//! A body that the reader may not see, or that was erased, is left out; its hash keeps its place in the chain.
//!
//! # Format
//! CBOR: the mark of self-described CBOR, then an array of four: the name, the version, the content as bytes, and the
//! hub's signature over [`LogFile::seal_bytes`]. The content is a map with integer keys, which may grow at its end.

mod check;
mod line;

use minicbor::{Decoder, Encode, Encoder, bytes::ByteVec};

pub use check::{Checked, Fault, Party, Span, check};
pub use line::{Link, Succession, line};

use crate::{
    log::{Change, Hash, body_hash, content_hash},
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
    wire::Checkpoint,
};

/// The media type of a log in a file.
pub const MEDIA_TYPE: &str = "application/vnd.fieldbook.log+cbor";

/// How such a file's name ends.
pub const EXTENSION: &str = "fieldbooklog";

/// The version of the format.
pub const VERSION: u32 = 1;

/// Self-described CBOR begins so.
const MARK: [u8; 3] = [0xd9, 0xd9, 0xf7];
const NAME: &str = "fieldbook device log";
const SEAL_CONTEXT: &[u8] = b"fieldbook.log-file.v1";

/// Whether a file that begins so may be a log: what else it is, reading it tells.
pub fn is_log(beginning: &[u8]) -> bool {
    beginning.starts_with(&MARK)
}

/// What is said of one change without its body having to be there.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Content {
    /// The header, as it was written.
    #[n(0)]
    pub header: ByteVec,
    /// The salt before the body, where there is one and the body is here.
    #[n(1)]
    pub salt: Option<ByteVec>,
    /// The body, as it was written; absent where it is withheld or erased.
    #[n(2)]
    pub body: Option<ByteVec>,
    /// In place of a body that is not here: the hash over salt and body.
    #[n(3)]
    pub body_hash: Option<ByteVec>,
}

reads_map!(Content { 0: header, 1: salt, 2: body, 3: body_hash });

impl Content {
    /// Of a change, with its body or with no more than its hash.
    pub fn of(change: &Change, with_body: bool) -> Self {
        let bytes = |bytes: &[u8]| ByteVec::from(bytes.to_vec());
        Self {
            header: bytes(change.header_bytes()),
            salt: change.salt().filter(|_| with_body).map(|salt| bytes(salt)),
            body: with_body.then(|| bytes(change.body())),
            body_hash: (!with_body).then(|| bytes(&change.body_hash())),
        }
    }

    /// The hash that the chain runs over; `None` where neither body nor hash is there.
    fn hash(&self) -> Option<Hash> {
        let body = match (&self.body, &self.body_hash) {
            (Some(body), None) => body_hash(self.salt.as_ref().map(|salt| &salt[..]), body),
            (None, Some(hash)) => hash[..].try_into().ok()?,
            _ => return None,
        };
        Some(content_hash(&self.header, &body))
    }
}

/// A change of the log and what the hub declares of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct LoggedChange {
    /// What it says.
    #[n(0)]
    pub content: Content,
    /// The link of the chain after it.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub link: Hash,
    /// Its place in the company's feed.
    #[n(2)]
    pub position: u64,
    /// When it takes effect.
    #[n(3)]
    pub effective: Timestamp,
    /// When the hub received it.
    #[n(4)]
    pub received: Timestamp,
    /// What became of it, encoded; absent for applied with nothing to say.
    #[n(5)]
    pub verdict: Option<ByteVec>,
}

reads_map!(LoggedChange {
    0: content, 1: link with minicbor::bytes::decode, 2: position, 3: effective, 4: received, 5: verdict,
});

/// What the device itself has signed: the header of a batch, which names the head of its chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct SignedHead {
    /// The batch's header.
    #[n(0)]
    pub header: ByteVec,
    /// The signature of the device's key.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

reads_map!(SignedHead { 0: header, 1: signature with minicbor::bytes::decode });

/// The entry of the hub's own log that binds the device to its key.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct EnrolledBy {
    /// The change, in its original bytes.
    #[n(0)]
    pub change: ByteVec,
    /// The link of the hub's chain after it.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub link: Hash,
    /// Its place in the feed.
    #[n(2)]
    pub position: u64,
}

reads_map!(EnrolledBy { 0: change, 1: link with minicbor::bytes::decode, 2: position });

/// A change that the hub has put aside: the same key has signed another log.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct AsideChange {
    /// What it says.
    #[n(0)]
    pub content: Content,
    /// The link of the other chain after it.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub link: Hash,
    /// When it came.
    #[n(2)]
    pub at: Timestamp,
    /// The signature over the batch that brought it.
    #[n(3)]
    pub signed: SignedHead,
}

reads_map!(AsideChange { 0: content, 1: link with minicbor::bytes::decode, 2: at, 3: signed });

/// One device's log, as the company gives it out.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct LogFile {
    /// The company.
    #[n(0)]
    pub company: CompanyId,
    /// Its name.
    #[n(1)]
    pub company_name: String,
    /// The hub's own device.
    #[n(2)]
    pub hub: DeviceId,
    /// The public half of the hub's key, for comparison with the one that is known.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub hub_key: [u8; 32],
    /// The device.
    #[n(4)]
    pub device: DeviceId,
    /// Its number in the company; zero for the hub itself.
    #[n(5)]
    pub number: u32,
    /// Whose it is.
    #[n(6)]
    pub staff: StaffId,
    /// Their name, as the hub declares it.
    #[n(7)]
    pub owner: String,
    /// The device's public key.
    #[cbor(n(8), with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// How the device got its key; absent for the hub itself.
    #[n(9)]
    pub enrolled: Option<EnrolledBy>,
    /// Since when it has no rights.
    #[n(10)]
    pub revoked: Option<Timestamp>,
    /// Every change, from the first.
    #[n(11)]
    pub changes: Vec<LoggedChange>,
    /// The device's signature over the head of its chain; absent while the log is empty.
    #[n(12)]
    pub signed: Option<SignedHead>,
    /// The hub's countersignature over the same head, with its time.
    #[n(13)]
    pub checkpoint: Checkpoint,
    /// What was put aside.
    #[n(14)]
    pub aside: Vec<AsideChange>,
    /// How the hub's key has come from those before it; absent while it is the first.
    #[n(15)]
    pub line: Option<Vec<Link>>,
}

reads_map!(LogFile {
    0: company, 1: company_name, 2: hub, 3: hub_key with minicbor::bytes::decode, 4: device, 5: number, 6: staff,
    7: owner, 8: key with minicbor::bytes::decode, 9: enrolled, 10: revoked, 11: changes, 12: signed, 13: checkpoint,
    14: aside, 15: line,
});

impl LogFile {
    /// The content's bytes.
    pub fn content(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// What the hub's key signs, so that nothing in the file is changed unnoticed.
    pub fn seal_bytes(content: &[u8]) -> Vec<u8> {
        [SEAL_CONTEXT, content].concat()
    }

    /// The file, with the hub's signature over [`LogFile::seal_bytes`].
    pub fn sealed(content: &[u8], signature: &[u8; 64]) -> Vec<u8> {
        let mut out = MARK.to_vec();
        let mut e = Encoder::new(&mut out);
        e.array(4)
            .and_then(|e| e.str(NAME)?.u32(VERSION)?.bytes(content)?.bytes(signature))
            .expect("writing to memory cannot fail");
        out
    }

    /// Takes a file apart: its content's bytes and the hub's signature over them. Never panics, whatever the bytes.
    ///
    /// # Errors
    /// Not such a file, one of another version, or one that was cut or lengthened.
    pub fn opened(bytes: &[u8]) -> Result<(&[u8], [u8; 64]), Fault> {
        let rest = bytes
            .strip_prefix(&MARK[..])
            .ok_or_else(|| Fault::NotALog("it does not begin like one".into()))?;
        let mut d = Decoder::new(rest);
        let broken = |e: minicbor::decode::Error| Fault::NotALog(e.to_string());
        let parts = d.array().map_err(broken)?;
        if parts != Some(4) || d.str().map_err(broken)? != NAME {
            return Err(Fault::NotALog("it does not begin like one".into()));
        }
        let version = d.u32().map_err(broken)?;
        if version != VERSION {
            return Err(Fault::OtherVersion { version });
        }
        let content = d.bytes().map_err(broken)?;
        let signature = d.bytes().map_err(broken)?.try_into();
        let signature = signature.map_err(|_| Fault::NotALog("a signature has 64 bytes".into()))?;
        if d.position() != rest.len() {
            return Err(Fault::NotALog("there is more after its end".into()));
        }
        Ok((content, signature))
    }

    /// Reads the content.
    ///
    /// # Errors
    /// Bytes that are none.
    pub fn from_content(content: &[u8]) -> Result<Self, Fault> {
        let mut d = Decoder::new(content);
        let read = d.decode().map_err(|e| Fault::NotALog(e.to_string()))?;
        if d.position() == content.len() {
            Ok(read)
        } else {
            Err(Fault::NotALog("there is more after its end".into()))
        }
    }
}
