//! Rows of tables as what they stand for, and back.

use sqlx::{Row, sqlite::SqliteRow};
use sync_core::{
    domain::visit::BlobHash,
    feed::Entry,
    log::{Change, Declared, SetDigest},
    paper::{Paper, PaperKey, PaperKind},
    refusal::Verdict,
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId, Money, StaffId},
};
use uuid::Uuid;

use super::trouble::{corrupt, trouble};
use crate::store::{
    Blob, Checkpoint, Company, Confirmed, DeviceLog, DeviceSeen, DeviceTrouble, Eviction, FeedRow,
    Quarantined, Stored, TroubleKind,
};

/// A time as tables keep it. Times that are in the book stay below 2^63, so their order is kept.
pub(super) const fn packed(at: Timestamp) -> i64 {
    at.packed().cast_signed()
}

pub(super) const fn unpacked(packed: i64) -> Timestamp {
    Timestamp::from_packed(packed.cast_unsigned())
}

pub(super) fn column<'r, T>(row: &'r SqliteRow, name: &str) -> Stored<T>
where
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    row.try_get(name).map_err(trouble)
}

pub(super) fn count(row: &SqliteRow, name: &str) -> Stored<u64> {
    Ok(column::<i64>(row, name)?.cast_unsigned())
}

pub(super) fn small(row: &SqliteRow, name: &str) -> Stored<u32> {
    u32::try_from(column::<i64>(row, name)?).map_err(|_| corrupt(format!("{name} is out of range")))
}

pub(super) fn time(row: &SqliteRow, name: &str) -> Stored<Timestamp> {
    Ok(unpacked(column(row, name)?))
}

pub(super) fn fixed<const N: usize>(row: &SqliteRow, name: &str) -> Stored<[u8; N]> {
    column::<&[u8]>(row, name)?.try_into().map_err(|_| corrupt(format!("{name} has not {N} bytes")))
}

/// A scope as tables keep it.
pub(super) fn scope(bytes: &[u8]) -> Stored<Scope> {
    Scope::from_bytes(bytes).ok_or_else(|| corrupt("no such scope"))
}

pub(super) fn company(row: &SqliteRow) -> Stored<Company> {
    Ok(Company {
        id: CompanyId::from_bytes(fixed(row, "company")?),
        name: column(row, "name")?,
        hub: DeviceId::from_bytes(fixed(row, "hub")?),
        hub_key: fixed(row, "hub_key")?,
        founded: time(row, "founded")?,
    })
}

pub(super) fn device_log(row: &SqliteRow) -> Stored<DeviceLog> {
    let header: Option<Vec<u8>> = column(row, "header")?;
    let checkpoint = match header {
        Some(header) => Some(Checkpoint { header, signature: fixed(row, "signature")? }),
        None => None,
    };
    let seen: Option<i64> = column(row, "seen")?;
    let declared = Declared {
        unsent: count(row, "unsent")?,
        cash: Money::fen(column(row, "cash_fen")?),
        clock: time(row, "clock")?,
    };
    Ok(DeviceLog {
        device: DeviceId::from_bytes(fixed(row, "device")?),
        staff: StaffId::from_bytes(fixed(row, "staff")?),
        number: small(row, "number")?,
        key: fixed(row, "key")?,
        enrolled: time(row, "enrolled")?,
        revoked: column::<Option<i64>>(row, "revoked")?.map(unpacked),
        last_seq: count(row, "last_seq")?,
        link: fixed(row, "link")?,
        latest: time(row, "latest")?,
        checkpoint,
        seen: seen.map(|at| DeviceSeen { at: unpacked(at), declared }),
        trouble: trouble_of(row)?,
        aside: count(row, "aside")?,
    })
}

fn trouble_of(row: &SqliteRow) -> Stored<Option<DeviceTrouble>> {
    let Some(code) = column::<Option<&str>>(row, "trouble")? else { return Ok(None) };
    let kind = TroubleKind::from_code(code).ok_or_else(|| corrupt("no such trouble of a device"))?;
    let (since, last) = (time(row, "trouble_since")?, time(row, "trouble_last")?);
    Ok(Some(DeviceTrouble { kind, seq: count(row, "trouble_seq")?, since, last }))
}

pub(super) fn feed_row(row: &SqliteRow) -> Stored<FeedRow> {
    let device = DeviceId::from_bytes(fixed(row, "device")?);
    let change = Change::from_bytes(device, column(row, "change")?).map_err(corrupt)?;
    let verdict = match column::<Option<&[u8]>>(row, "verdict")? {
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
        scopes: minicbor::decode(column(row, "scopes")?).map_err(corrupt)?,
    })
}

pub(super) fn kind(row: &SqliteRow) -> Stored<PaperKind> {
    u8::try_from(column::<i64>(row, "kind")?)
        .ok()
        .and_then(PaperKind::from_number)
        .ok_or_else(|| corrupt("no such kind of paper"))
}

pub(super) fn paper_key(row: &SqliteRow) -> Stored<PaperKey> {
    let kind = kind(row)?;
    Ok(PaperKey { kind, id: Uuid::from_bytes(fixed(row, "id")?) })
}

pub(super) fn paper(row: &SqliteRow) -> Stored<(PaperKey, Paper)> {
    let state: &[u8] = column(row, "state")?;
    Ok((paper_key(row)?, minicbor::decode(state).map_err(corrupt)?))
}

pub(super) fn digest(row: &SqliteRow) -> Stored<(Scope, SetDigest)> {
    let digest = SetDigest { sum: fixed(row, "sum")?, count: count(row, "count")? };
    Ok((scope(column(row, "scope")?)?, digest))
}

pub(super) fn blob(row: &SqliteRow) -> Stored<Blob> {
    Ok(Blob {
        hash: BlobHash(fixed(row, "hash")?),
        media: column(row, "media")?,
        bytes: column(row, "bytes")?,
        uploader: StaffId::from_bytes(fixed(row, "uploader")?),
        created: time(row, "created")?,
    })
}

pub(super) fn eviction(row: &SqliteRow) -> Stored<Eviction> {
    let confirmed = match column::<Option<i64>>(row, "confirmed")? {
        Some(at) => Some(Confirmed { at: unpacked(at), proof: column(row, "proof")? }),
        None => None,
    };
    Ok(Eviction {
        device: DeviceId::from_bytes(fixed(row, "device")?),
        scope: scope(column(row, "scope")?)?,
        position: count(row, "position")?,
        since: time(row, "since")?,
        confirmed,
    })
}

pub(super) fn quarantined(row: &SqliteRow) -> Stored<Quarantined> {
    Ok(Quarantined {
        device: DeviceId::from_bytes(fixed(row, "device")?),
        seq: count(row, "seq")?,
        link: fixed(row, "link")?,
        reason: column(row, "reason")?,
        at: time(row, "at")?,
        change: column(row, "change")?,
        proof: Checkpoint { header: column(row, "header")?, signature: fixed(row, "signature")? },
    })
}

/// Bytes as tables keep them.
pub(super) fn encoded<T: minicbor::Encode<()>>(value: T) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory cannot fail")
}
