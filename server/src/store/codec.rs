//! Rows of tables as what they stand for, and back: the same for every backend, because their tables are twins.

use std::collections::BTreeMap;

use sync_core::{
    domain::visit::BlobHash,
    feed::Entry,
    log::{Change, Declared, SetDigest},
    paper::{Paper, PaperKey, PaperKind},
    refusal::Verdict,
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, CustomerId, DeviceId, Money, StaffId},
};
use uuid::Uuid;

use super::{
    Blob, Checkpoint, Company, Confirmed, Counters, DeviceLog, DeviceSeen, DeviceTrouble, Eviction, FeedRow,
    Head, Quarantined, Run, Shown, StoreError, Stored, Tally, TallyKey, TroubleKind,
};

/// A time as tables keep it. Times that are in the book stay below 2^63, so their order is kept.
pub(super) const fn packed(at: Timestamp) -> i64 {
    at.packed().cast_signed()
}

pub(super) const fn unpacked(packed: i64) -> Timestamp {
    Timestamp::from_packed(packed.cast_unsigned())
}

/// The columns of a row, by name, whichever database the row is from.
pub(super) trait Columns {
    /// A whole number.
    fn number(&self, name: &str) -> Stored<i64>;
    /// A whole number that may be absent.
    fn maybe_number(&self, name: &str) -> Stored<Option<i64>>;
    /// Bytes.
    fn bytes(&self, name: &str) -> Stored<&[u8]>;
    /// Bytes that may be absent.
    fn maybe_bytes(&self, name: &str) -> Stored<Option<&[u8]>>;
    /// Words.
    fn text(&self, name: &str) -> Stored<&str>;
    /// Words that may be absent.
    fn maybe_text(&self, name: &str) -> Stored<Option<&str>>;
}

/// Reads the columns of a backend's rows; its troubles become ours by `trouble`.
macro_rules! reads_columns {
    ($row:ty, $trouble:path) => {
        impl crate::store::codec::Columns for $row {
            fn number(&self, name: &str) -> Stored<i64> {
                self.try_get(name).map_err($trouble)
            }

            fn maybe_number(&self, name: &str) -> Stored<Option<i64>> {
                self.try_get(name).map_err($trouble)
            }

            fn bytes(&self, name: &str) -> Stored<&[u8]> {
                self.try_get(name).map_err($trouble)
            }

            fn maybe_bytes(&self, name: &str) -> Stored<Option<&[u8]>> {
                self.try_get(name).map_err($trouble)
            }

            fn text(&self, name: &str) -> Stored<&str> {
                self.try_get(name).map_err($trouble)
            }

            fn maybe_text(&self, name: &str) -> Stored<Option<&str>> {
                self.try_get(name).map_err($trouble)
            }
        }
    };
}

pub(super) use reads_columns;

/// Bytes in the store that are not what they should be.
pub(super) fn corrupt(what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(what.to_string())
}

pub(super) fn count(row: &impl Columns, name: &str) -> Stored<u64> {
    Ok(row.number(name)?.cast_unsigned())
}

pub(super) fn small(row: &impl Columns, name: &str) -> Stored<u32> {
    u32::try_from(row.number(name)?).map_err(|_| corrupt(format!("{name} is out of range")))
}

pub(super) fn time(row: &impl Columns, name: &str) -> Stored<Timestamp> {
    Ok(unpacked(row.number(name)?))
}

pub(super) fn fixed<const N: usize>(row: &impl Columns, name: &str) -> Stored<[u8; N]> {
    row.bytes(name)?.try_into().map_err(|_| corrupt(format!("{name} has not {N} bytes")))
}

/// A scope as tables keep it.
pub(super) fn scope(bytes: &[u8]) -> Stored<Scope> {
    Scope::from_bytes(bytes).ok_or_else(|| corrupt("no such scope"))
}

pub(super) fn company(row: &impl Columns) -> Stored<Company> {
    Ok(Company {
        id: CompanyId::from_bytes(fixed(row, "company")?),
        name: row.text("name")?.to_owned(),
        hub: DeviceId::from_bytes(fixed(row, "hub")?),
        hub_key: fixed(row, "hub_key")?,
        founded: time(row, "founded")?,
    })
}

pub(super) fn device_log(row: &impl Columns) -> Stored<DeviceLog> {
    let header = row.maybe_bytes("header")?.map(<[u8]>::to_vec);
    let checkpoint = match header {
        Some(header) => Some(Checkpoint { header, signature: fixed(row, "signature")? }),
        None => None,
    };
    let seen = row.maybe_number("seen")?;
    let said = row.maybe_number("said")?.map(unpacked);
    let declared = Declared {
        unsent: count(row, "unsent")?,
        cash: Money::fen(row.number("cash_fen")?),
        clock: time(row, "clock")?,
    };
    Ok(DeviceLog {
        device: DeviceId::from_bytes(fixed(row, "device")?),
        staff: StaffId::from_bytes(fixed(row, "staff")?),
        number: small(row, "number")?,
        key: fixed(row, "key")?,
        enrolled: time(row, "enrolled")?,
        revoked: row.maybe_number("revoked")?.map(unpacked),
        last_seq: count(row, "last_seq")?,
        link: fixed(row, "link")?,
        latest: time(row, "latest")?,
        checkpoint,
        seen: seen.map(|at| DeviceSeen { at: unpacked(at), declared, said }),
        trouble: trouble_of(row)?,
        aside: count(row, "aside")?,
    })
}

fn trouble_of(row: &impl Columns) -> Stored<Option<DeviceTrouble>> {
    let Some(code) = row.maybe_text("trouble")? else { return Ok(None) };
    let kind = TroubleKind::from_code(code).ok_or_else(|| corrupt("no such trouble of a device"))?;
    let (since, last) = (time(row, "trouble_since")?, time(row, "trouble_last")?);
    Ok(Some(DeviceTrouble { kind, seq: count(row, "trouble_seq")?, since, last }))
}

pub(super) fn feed_row(row: &impl Columns) -> Stored<FeedRow> {
    let device = DeviceId::from_bytes(fixed(row, "device")?);
    let change = Change::from_bytes(device, row.bytes("change")?).map_err(corrupt)?;
    let verdict = match row.maybe_bytes("verdict")? {
        Some(bytes) => minicbor::decode(bytes).map_err(corrupt)?,
        None => Verdict::plain(),
    };
    let entry = Entry {
        position: count(row, "position")?,
        change,
        staff: StaffId::from_bytes(fixed(row, "staff")?),
        effective: time(row, "effective")?,
        received: time(row, "received")?,
        verdict,
    };
    Ok(FeedRow {
        entry,
        link: fixed(row, "link")?,
        scopes: minicbor::decode(row.bytes("scopes")?).map_err(corrupt)?,
    })
}

/// A run of the feed.
pub(super) fn run(row: &impl Columns) -> Stored<Run> {
    Ok(Run {
        last: count(row, "last")?,
        count: count(row, "count")?,
        device: DeviceId::from_bytes(fixed(row, "device")?),
        last_seq: count(row, "last_seq")?,
        staff: StaffId::from_bytes(fixed(row, "staff")?),
        received: time(row, "received")?,
        link: fixed(row, "link")?,
        entries: row.bytes("entries")?.to_vec(),
    })
}

/// Which runs are listed in which scopes, as tables keep them: each once, in order.
pub(super) fn scopes_of(runs: &[Run], rows: &[FeedRow]) -> Vec<(Vec<u8>, u64)> {
    let mut listed = Vec::new();
    let mut rest = rows;
    for run in runs {
        let (some, further) = rest.split_at(usize::try_from(run.count).unwrap_or(rest.len()));
        let mut scopes: Vec<Scope> = some.iter().flat_map(|row| row.scopes.iter().copied()).collect();
        scopes.sort_unstable();
        scopes.dedup();
        listed.extend(scopes.iter().map(|scope| (scope.to_bytes(), run.last)));
        rest = further;
    }
    listed.sort_unstable();
    listed
}

pub(super) fn kind(row: &impl Columns) -> Stored<PaperKind> {
    u8::try_from(row.number("kind")?)
        .ok()
        .and_then(PaperKind::from_number)
        .ok_or_else(|| corrupt("no such kind of paper"))
}

pub(super) fn paper_key(row: &impl Columns) -> Stored<PaperKey> {
    Ok(PaperKey { kind: kind(row)?, id: Uuid::from_bytes(fixed(row, "id")?) })
}

/// A paper as tables keep it: whole, or as the position of the entry that alone has made it.
pub(super) enum Content {
    Whole(Box<Paper>),
    MadeAt(u64),
}

pub(super) fn content(row: &impl Columns) -> Stored<(PaperKey, Content)> {
    let content = match row.maybe_number("made")? {
        Some(position) => Content::MadeAt(position.cast_unsigned()),
        None => Content::Whole(minicbor::decode(row.bytes("state")?).map_err(corrupt)?),
    };
    Ok((paper_key(row)?, content))
}

/// The columns of a paper that hold it: its bytes, or which entry has made it.
pub(super) fn kept(paper: &Paper, made: Option<&u64>) -> (Vec<u8>, Option<i64>) {
    match made {
        Some(position) => (Vec::new(), Some(position.cast_signed())),
        None => (encoded(paper), None),
    }
}

/// What an entry alone makes of a paper.
pub(super) fn made(entry: &Entry, key: &PaperKey) -> Stored<Paper> {
    let mut papers = BTreeMap::new();
    entry.fold(&mut papers);
    let missing = || corrupt(format!("entry {}: it has not made the paper that names it", entry.position));
    papers.remove(key).ok_or_else(missing)
}

pub(super) fn digest(row: &impl Columns) -> Stored<(Scope, SetDigest)> {
    let digest = SetDigest { sum: fixed(row, "sum")?, count: count(row, "count")? };
    Ok((scope(row.bytes("scope")?)?, digest))
}

pub(super) fn blob(row: &impl Columns) -> Stored<Blob> {
    Ok(Blob {
        hash: BlobHash(fixed(row, "hash")?),
        media: row.text("media")?.to_owned(),
        bytes: row.bytes("bytes")?.to_vec(),
        uploader: StaffId::from_bytes(fixed(row, "uploader")?),
        created: time(row, "created")?,
    })
}

pub(super) fn eviction(row: &impl Columns) -> Stored<Eviction> {
    let confirmed = match row.maybe_number("confirmed")? {
        Some(at) => Some(Confirmed { at: unpacked(at), proof: row.bytes("proof")?.to_vec() }),
        None => None,
    };
    Ok(Eviction {
        device: DeviceId::from_bytes(fixed(row, "device")?),
        scope: scope(row.bytes("scope")?)?,
        position: count(row, "position")?,
        since: time(row, "since")?,
        confirmed,
    })
}

pub(super) fn quarantined(row: &impl Columns) -> Stored<Quarantined> {
    Ok(Quarantined {
        device: DeviceId::from_bytes(fixed(row, "device")?),
        seq: count(row, "seq")?,
        link: fixed(row, "link")?,
        reason: row.text("reason")?.to_owned(),
        at: time(row, "at")?,
        change: row.bytes("change")?.to_vec(),
        proof: Checkpoint { header: row.bytes("header")?.to_vec(), signature: fixed(row, "signature")? },
    })
}

pub(super) fn shown(row: &impl Columns) -> Stored<Shown> {
    let id = |name| {
        let bytes = row.maybe_bytes(name)?;
        bytes.map(|_| fixed::<16>(row, name)).transpose()
    };
    Ok(Shown {
        key: paper_key(row)?,
        scope: row.maybe_bytes("scope")?.map(scope).transpose()?,
        customer: id("customer")?.map(CustomerId::from_bytes),
        staff: id("staff")?.map(StaffId::from_bytes),
        at_ms: row.number("at_ms")?,
        amount: row.maybe_number("amount_fen")?.map(Money::fen),
        status: row.maybe_text("status")?.map(str::to_owned),
        label: row.text("label")?.to_owned(),
        search: row.text("search")?.to_owned(),
    })
}

pub(super) fn tally(row: &impl Columns) -> Stored<(TallyKey, Tally)> {
    let nobody = row.bytes("staff")?.is_empty();
    let key = TallyKey {
        kind: kind(row)?,
        staff: if nobody { None } else { Some(StaffId::from_bytes(fixed(row, "staff")?)) },
        day: row.number("day")?,
        class: fixed::<1>(row, "class")?[0],
        status: row.text("status")?.to_owned(),
    };
    Ok((key, Tally { papers: row.number("papers")?, amount: Money::fen(row.number("amount_fen")?) }))
}

/// What `company.copied` says of a book that is kept elsewhere by now.
const MOVED: i64 = 2;

pub(super) fn head(row: &impl Columns) -> Stored<Head> {
    if row.number("copied")? == MOVED {
        let why = "this book has moved to another store: serve it from there (`fieldbook migrate-store` said where)";
        return Err(StoreError::Unavailable(why.into()));
    }
    Ok(Head {
        epoch: small(row, "epoch")?,
        position: count(row, "position")?,
        latest: time(row, "latest")?,
        counters: Counters {
            received: count(row, "received")?,
            applied: count(row, "applied")?,
            held: count(row, "held")?,
            quarantined: count(row, "quarantined")?,
        },
        devices: small(row, "devices")?,
    })
}

pub(super) fn place(row: &impl Columns) -> Stored<(Scope, u64)> {
    Ok((scope(row.bytes("scope")?)?, count(row, "position")?))
}

pub(super) fn named(row: &impl Columns) -> Stored<(BlobHash, Scope)> {
    Ok((BlobHash(fixed(row, "hash")?), scope(row.bytes("scope")?)?))
}

/// Bytes as tables keep them.
pub(super) fn encoded<T: minicbor::Encode<()>>(value: T) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory cannot fail")
}
