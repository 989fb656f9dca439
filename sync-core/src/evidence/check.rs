//! What a log in a file proves, and exactly what is wrong with one that does not.
//!
//! Floor: evidence. Pure: the file's bytes and the hub's public key.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{AsideChange, Content, LogFile, SignedHead, line};
use crate::{
    log::{BatchHeader, Change, Hash, Header, genesis, is_signed, is_signed_by, link_after},
    op::Op,
    time::Timestamp,
    wire::Checkpoint,
};

/// Who has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The device, over its own chain.
    Device,
    /// The company, over the device's chain.
    Company,
    /// The company, in a checkpoint that was handed in beside the file.
    HandedIn,
}

impl std::fmt::Display for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Device => "the device's signature",
            Self::Company => "the company's countersignature",
            Self::HandedIn => "the checkpoint handed in",
        })
    }
}

/// Sequences from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            write!(f, "change {}", self.first)
        } else {
            write!(f, "changes {} to {}", self.first, self.last)
        }
    }
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Not a device's log, or one that was cut short.
    #[error("not a device's log, or a part of one: {0}")]
    NotALog(String),
    /// A format that this version does not read.
    #[error("the file is of format version {version}, which this program does not read")]
    OtherVersion {
        /// The version.
        version: u32,
    },
    /// The key in the file is not the one it is to be checked with.
    #[error("wrong key: the file names another key of the company than the one given")]
    OtherHubKey,
    /// Something in the file was changed after the company had given it out, or another company gave it out.
    #[error("the company's seal over the whole file does not match")]
    Seal,
    /// A change is missing.
    #[error("gap: {0} missing")]
    Gap(Span),
    /// A change does not stand in its place.
    #[error("reordered: change {found} stands where change {expected} belongs")]
    Reordered {
        /// What belongs there.
        expected: u64,
        /// What stands there.
        found: u64,
    },
    /// A change is there more than once.
    #[error("change {seq} is there more than once")]
    Twice {
        /// Which one.
        seq: u64,
    },
    /// A change cannot be read.
    #[error("change {seq} cannot be read")]
    Unreadable {
        /// Which one.
        seq: u64,
    },
    /// A change says something else than it did when it was linked into the chain.
    #[error("edited: change {seq} is not what was linked into the chain")]
    Edited {
        /// Which one.
        seq: u64,
    },
    /// The change is what it was, but the link noted beside it is not.
    #[error("the link noted after change {seq} is not that of the chain")]
    Link {
        /// After which one.
        seq: u64,
    },
    /// The hub declares a time that is not after the one before.
    #[error("the declared times do not increase at change {seq}")]
    Time {
        /// Where.
        seq: u64,
    },
    /// A signature is missing or not by its key.
    #[error("wrong key or altered: {0} does not match")]
    Signature(Party),
    /// A signature is of another company.
    #[error("{0} is of another company")]
    OtherCompany(Party),
    /// A signature is of another device.
    #[error("{0} is of another device")]
    OtherDevice(Party),
    /// Changes at the end are missing: somebody has signed further.
    #[error("cut off after change {ends}: {by} reaches to {through}")]
    CutOff {
        /// The last change in the file.
        ends: u64,
        /// How far the signature reaches.
        through: u64,
        /// Whose it is.
        by: Party,
    },
    /// Changes at the end that nobody has signed.
    #[error("{span} not covered by {by}")]
    Uncovered {
        /// Which ones.
        span: Span,
        /// By whose signature.
        by: Party,
    },
    /// Signed was another log than this.
    #[error("another log: {by} at change {through} is over another chain")]
    OtherLog {
        /// Where.
        through: u64,
        /// Whose signature.
        by: Party,
    },
    /// The entry that gave the device its key does not fit.
    #[error("the enrolment does not give this key to this device")]
    Enrolment,
    /// A change put aside is not proved by what stands beside it.
    #[error("put aside: change {seq} is not proved by its signature")]
    Aside {
        /// Which one.
        seq: u64,
    },
}

/// What was checked and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The file, where it could be read.
    pub file: Option<LogFile>,
    /// Changes in it.
    pub changes: u64,
    /// Of them without their body: withheld from whoever took the file out, or erased.
    pub without_body: u64,
    /// Up to which change the device has signed.
    pub signed_through: u64,
    /// The first change of another log that the same key has signed, where there is one.
    pub forks_at: Option<u64>,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

impl Checked {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    fn expect(&mut self, holds: bool, fault: Fault) {
        if !holds {
            self.fault(fault);
        }
    }
}

/// Checks a file against a public key of the company, the one in use or one before it, and, where somebody has one, a checkpoint that the company once gave
/// to the device. Never panics, whatever the bytes.
pub fn check(bytes: &[u8], hub_key: &[u8; 32], handed_in: Option<&Checkpoint>) -> Checked {
    let mut checked = Checked::default();
    let (content, seal) = match LogFile::opened(bytes) {
        Ok(parts) => parts,
        Err(fault) => {
            checked.fault(fault);
            return checked;
        }
    };
    let mut keys = vec![*hub_key];
    match LogFile::from_content(content) {
        Ok(file) => {
            keys = line(file.company, hub_key, file.line.as_deref().unwrap_or_default());
            let ends = chain(&file, &mut checked);
            enrolment(&file, &keys, &mut checked);
            signed(&file, &keys, &ends, &mut checked);
            countersigned(&file, &file.checkpoint, Party::Company, &keys, &ends, &mut checked);
            if let Some(handed_in) = handed_in {
                countersigned(&file, handed_in, Party::HandedIn, &keys, &ends, &mut checked);
            }
            aside(&file, &ends, &mut checked);
            checked.expect(keys.contains(&file.hub_key), Fault::OtherHubKey);
            checked.file = Some(file);
        }
        Err(fault) => checked.fault(fault),
    }
    let sealed = keys.iter().any(|key| is_signed_by(key, &LogFile::seal_bytes(content), &seal));
    checked.expect(sealed, Fault::Seal);
    checked
}

/// The links of the chain as far as it was recomputed, by sequence, the beginning at zero.
struct Ends {
    links: BTreeMap<u64, Hash>,
    last: u64,
}

/// Recomputes the chain from its beginning; what does not fit is named by its sequence.
fn chain(file: &LogFile, checked: &mut Checked) -> Ends {
    let begins = genesis(file.company, file.device, &file.key);
    let mut by_seq: BTreeMap<u64, (&Content, Hash)> = BTreeMap::new();
    let mut expected = 1;
    let mut latest = Timestamp::ZERO;
    let header = |content: &Content| minicbor::decode::<Header>(&content.header).ok();
    let there: Vec<Option<u64>> =
        file.changes.iter().map(|logged| header(&logged.content).map(|header| header.seq)).collect();
    for (logged, seq) in file.changes.iter().zip(&there) {
        checked.changes += 1;
        checked.without_body += u64::from(logged.content.body.is_none());
        let seq = seq.unwrap_or_else(|| {
            checked.fault(Fault::Unreadable { seq: expected });
            expected
        });
        if by_seq.insert(seq, (&logged.content, logged.link)).is_some() {
            checked.fault(Fault::Twice { seq });
            continue;
        }
        if seq > expected && !there.contains(&Some(expected)) {
            checked.fault(Fault::Gap(Span { first: expected, last: seq - 1 }));
            expected = seq;
        } else if seq != expected {
            checked.fault(Fault::Reordered { expected, found: seq });
        } else {
            checked.expect(logged.effective > latest, Fault::Time { seq });
        }
        latest = logged.effective;
        expected = expected.saturating_add(1);
    }
    let last = by_seq.last_key_value().map_or(0, |(seq, _)| *seq);
    let head = signed_header(file.signed.as_ref()).map(|header| header.head);
    let mut links = BTreeMap::from([(0, begins)]);
    for (seq, (content, noted)) in &by_seq {
        // After a gap the chain is taken up again where the file says it stands.
        let Some(before) = links.get(&seq.wrapping_sub(1)).copied() else {
            links.insert(*seq, *noted);
            continue;
        };
        let computed = content.hash().map(|hash| link_after(&before, &hash));
        let follows = |computed: &Hash| match by_seq.get(&seq.wrapping_add(1)) {
            Some((next, link)) => next.hash().is_some_and(|hash| link_after(computed, &hash) == *link),
            None => head == Some(*computed),
        };
        match computed {
            Some(computed) if computed == *noted => {}
            Some(computed) if follows(&computed) => {
                checked.fault(Fault::Link { seq: *seq });
                links.insert(*seq, computed);
                continue;
            }
            Some(_) => checked.fault(Fault::Edited { seq: *seq }),
            None => checked.fault(Fault::Unreadable { seq: *seq }),
        }
        links.insert(*seq, *noted);
    }
    Ends { links, last }
}

fn enrolment(file: &LogFile, hub_keys: &[[u8; 32]], checked: &mut Checked) {
    let Some(enrolled) = &file.enrolled else {
        checked.expect(file.device == file.hub && hub_keys.contains(&file.key), Fault::Enrolment);
        return;
    };
    let op = Change::from_bytes(file.hub, &enrolled.change)
        .ok()
        .and_then(|change| Op::from_body(change.header.kind, change.header.version, change.body()).ok());
    let fits = matches!(op, Some(Op::DeviceEnrolled(op))
        if (op.device, op.number, op.staff, op.key) == (file.device, file.number, file.staff, file.key));
    checked.expect(fits, Fault::Enrolment);
}

fn signed_header(signed: Option<&SignedHead>) -> Option<BatchHeader> {
    minicbor::decode(&signed?.header).ok()
}

/// The device's own signature, over the head of its chain and so over every change before it. The hub signs its own log
/// with any key of its line.
fn signed(file: &LogFile, hub_keys: &[[u8; 32]], ends: &Ends, checked: &mut Checked) {
    let by = Party::Device;
    let Some(signed) = &file.signed else {
        checked.expect(ends.last == 0, Fault::Uncovered { span: Span { first: 1, last: ends.last }, by });
        return;
    };
    let own = [file.key];
    let keys = if file.device == file.hub { hub_keys } else { &own };
    let is_theirs = keys.iter().any(|key| is_signed(&signed.header, &signed.signature, key));
    checked.expect(is_theirs, Fault::Signature(by));
    let Some(header) = signed_header(Some(signed)) else {
        checked.expect(!is_theirs, Fault::Signature(by));
        return;
    };
    checked.expect(header.company == file.company, Fault::OtherCompany(by));
    checked.expect(header.device == file.device, Fault::OtherDevice(by));
    let through = last_of(&header);
    checked.signed_through = if is_theirs { through } else { 0 };
    reaches(through, &header.head, by, ends, checked);
}

fn last_of(header: &BatchHeader) -> u64 {
    header.first.saturating_add(header.count).saturating_sub(1)
}

/// What the company has countersigned.
fn countersigned(
    file: &LogFile,
    checkpoint: &Checkpoint,
    by: Party,
    hub_keys: &[[u8; 32]],
    ends: &Ends,
    checked: &mut Checked,
) {
    let Checkpoint { epoch, through, link, at, signature } = checkpoint;
    let bytes = Checkpoint::signing_bytes(file.company, file.device, *epoch, *through, link, *at);
    let is_theirs = hub_keys.iter().any(|key| is_signed_by(key, &bytes, signature));
    checked.expect(is_theirs, Fault::Signature(by));
    if by == Party::HandedIn && *through < ends.last {
        // An earlier one proves that the log up to there is still the same.
        let same = ends.links.get(through) == Some(link);
        checked.expect(same, Fault::OtherLog { through: *through, by });
        return;
    }
    reaches(*through, link, by, ends, checked);
}

fn reaches(through: u64, link: &Hash, by: Party, ends: &Ends, checked: &mut Checked) {
    let last = ends.last;
    if through > last {
        checked.fault(Fault::CutOff { ends: last, through, by });
        return;
    }
    if through < last {
        checked.fault(Fault::Uncovered { span: Span { first: through + 1, last }, by });
    }
    checked.expect(ends.links.get(&through) == Some(link), Fault::OtherLog { through, by });
}

/// The other log: each change linked to what stands before it, and signed by the same key.
fn aside(file: &LogFile, ends: &Ends, checked: &mut Checked) {
    let mut others: BTreeMap<u64, Vec<Hash>> = BTreeMap::new();
    let mut strange: Vec<(u64, &AsideChange)> = Vec::new();
    for aside in &file.aside {
        let header = minicbor::decode::<Header>(&aside.content.header).ok();
        let Some(seq) = header.map(|header| header.seq) else {
            checked.fault(Fault::Aside { seq: 0 });
            continue;
        };
        others.entry(seq).or_default().push(aside.link);
        strange.push((seq, aside));
    }
    for (seq, aside) in strange {
        let main = ends.links.get(&seq.wrapping_sub(1));
        let before = main.into_iter().chain(others.get(&seq.wrapping_sub(1)).into_iter().flatten());
        let hash = aside.content.hash();
        let linked = hash.is_some_and(|hash| before.into_iter().any(|b| link_after(b, &hash) == aside.link));
        let header = signed_header(Some(&aside.signed));
        let theirs = header.is_some_and(|header| {
            (header.company, header.device) == (file.company, file.device)
                && (header.first..=last_of(&header)).contains(&seq)
                && (seq < last_of(&header) || header.head == aside.link)
        });
        let signed = is_signed(&aside.signed.header, &aside.signed.signature, &file.key);
        checked.expect(linked && theirs && signed, Fault::Aside { seq });
        if linked && theirs && signed && ends.links.get(&seq) != Some(&aside.link) {
            checked.forks_at = Some(checked.forks_at.map_or(seq, |first| first.min(seq)));
        }
    }
}
