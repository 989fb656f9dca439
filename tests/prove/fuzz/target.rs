//! What reads bytes from outside, each as one function of bytes.

use std::{cell::RefCell, fmt::Debug};

use axum::body::Body;
use minicbor::{Decode, Encode};
use server::auth::{AccessKey, Badge};
use sync_core::{
    claim::ScannedClaim,
    domain::people::Role,
    log::{Change, SignedBatch},
    op::Op,
    paper::Paper,
    snapshot::{SignedManifest, SnapshotAsk},
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
    wire::{Page, PushReply},
};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::seeds::Seeds;
use crate::grants::World;

/// How a message was answered, or what is wrong about that.
type Said = Result<String, String>;

/// What reads a message.
type Reader<'t> = Box<dyn Fn(&[u8]) -> Said + 't>;

/// One reader of bytes.
pub(crate) struct Target<'t> {
    pub(crate) name: &'static str,
    pub(crate) seeds: Vec<Vec<u8>>,
    /// Reads a message; how it was answered, or what is wrong about that.
    pub(crate) read: Reader<'t>,
    /// The same message from a newer version: with a part more at its end.
    pub(crate) grown: fn(&[u8]) -> Option<Vec<u8>>,
    /// That both read the same.
    pub(crate) same: fn(&[u8], &[u8]) -> Result<(), String>,
}

const DEVICE: DeviceId = DeviceId::from_bytes([9; 16]);

/// Everything that is read.
pub(crate) fn all<'t>(world: &'t World, seeds: &Seeds, runtime: &'t Runtime) -> Vec<Target<'t>> {
    let plain = |name, seeds: &[Vec<u8>], read: fn(&[u8]) -> Said| Target {
        name,
        seeds: seeds.to_vec(),
        read: Box::new(read),
        grown: |_| None,
        same: |_, _| Ok(()),
    };
    let web = |name, seeds: &[Vec<u8>], read: Reader<'t>| Target {
        read,
        ..plain(name, seeds, |_| Ok(String::new()))
    };
    let token = seeds.token.clone();
    let key = AccessKey::new(CompanyId::from_bytes([7; 16]), &[1; 32]);
    let badge = Badge { staff: StaffId(Uuid::from_u128(6)), session: Uuid::from_u128(5) };
    let start = Timestamp::from_millis(1_795_140_000_000);
    let sealed = key.seal(badge, start);
    vec![
        plain("change", &seeds.changes, change),
        plain("batch", &seeds.batches, batch),
        Target { grown: longer_array, same: same::<Page>, ..plain("page", &seeds.pages, round::<Page>) },
        Target {
            grown: longer_map,
            same: same::<PushReply>,
            ..plain("reply", &seeds.replies, round::<PushReply>)
        },
        plain("body", &seeds.bodies, body),
        plain("paper", &seeds.papers, round::<Paper>),
        plain("snapshot", &seeds.manifests, snapshot),
        Target {
            grown: longer_map,
            same: same::<SnapshotAsk>,
            ..plain("ask", &seeds.asks, round::<SnapshotAsk>)
        },
        plain("claim", &seeds.claims, claim),
        web(
            "token",
            &[sealed.clone().into_bytes()],
            Box::new(move |bytes| {
                let said = String::from_utf8_lossy(bytes);
                match key.read(&said, start) {
                    Ok(read) if read == badge => Ok("the badge".into()),
                    Ok(read) => Err(format!("a badge nobody sealed: {read:?}")),
                    Err(why) => Ok(why.code().into()),
                }
            }),
        ),
        web(
            "bearer",
            &[token.into_bytes()],
            Box::new(move |bytes| {
                let said: String =
                    String::from_utf8_lossy(bytes).chars().filter(char::is_ascii_graphic).collect();
                asked(world, runtime, "GET", "/api/v1/summary", &said, None)
            }),
        ),
        web("cursor", &seeds.queries, cursor(world, runtime, seeds.token.clone())),
        web(
            "refresh",
            &seeds.renewals,
            Box::new(move |bytes| asked(world, runtime, "POST", "/api/v1/session/refresh", "", Some(bytes))),
        ),
        web("command", &seeds.commands, command(world, runtime)),
        web(
            "receipt",
            &seeds.links,
            Box::new(move |bytes| asked(world, runtime, "GET", &format!("/r/{}", escaped(bytes)), "", None)),
        ),
    ]
}

/// Routes that read a query, one after the other.
fn cursor<'t>(world: &'t World, runtime: &'t Runtime, token: String) -> Reader<'t> {
    let turn = RefCell::new(0);
    Box::new(move |bytes| {
        let routes = ["pull", "feed", "visits", "devices", "cash", "summary"];
        *turn.borrow_mut() += 1;
        let route = routes[*turn.borrow() % routes.len()];
        asked(world, runtime, "GET", &format!("/api/v1/{route}?{}", escaped(bytes)), &token, None)
    })
}

/// Commands of somebody who may nearly everything.
fn command<'t>(world: &'t World, runtime: &'t Runtime) -> Reader<'t> {
    let head = world.in_role(Role::SalesHead).unwrap_or(StaffId(Uuid::nil()));
    let access = runtime.block_on(world.access(head, None)).unwrap_or_default();
    Box::new(move |bytes| asked(world, runtime, "POST", "/api/v1/commands", &access, Some(bytes)))
}

/// Asks through the whole HTTP layer: never a fault of the server.
fn asked(
    world: &World,
    runtime: &Runtime,
    method: &str,
    path: &str,
    access: &str,
    body: Option<&[u8]>,
) -> Said {
    let headers = [("content-type", "application/json")];
    let body = body.map_or_else(Body::empty, |bytes| Body::from(bytes.to_vec()));
    let answered = runtime.block_on(world.ask(method, path, access, body, &headers));
    // What is no request is not sent.
    let Ok(answer) = answered else { return Ok("no request".into()) };
    if answer.status >= 500 {
        return Err(format!("{path} is answered {} {}", answer.status, answer.text()));
    }
    let code = answer.json().ok().and_then(|problem| problem["code"].as_str().map(str::to_owned));
    Ok(format!("{} {}", answer.status, code.unwrap_or_default()))
}

/// Bytes as they may stand in an address; percent signs stay as they are.
fn escaped(bytes: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~&=%+,".contains(&byte);
    bytes
        .iter()
        .map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02x}") })
        .collect()
}

/// The reason in words, without its figures: so that new reasons are told from old ones.
fn kind_of(why: &impl ToString) -> String {
    why.to_string().chars().filter(|c| !c.is_ascii_digit()).take(60).collect()
}

/// Read, written and read again: the same.
fn round<T>(bytes: &[u8]) -> Said
where
    T: for<'b> Decode<'b, ()> + Encode<()> + PartialEq + Debug,
{
    let read: T = match minicbor::decode(bytes) {
        Ok(read) => read,
        Err(why) => return Ok(kind_of(&why)),
    };
    let written = minicbor::to_vec(&read).map_err(|why| why.to_string())?;
    match minicbor::decode::<T>(&written) {
        Ok(again) if again == read => Ok("read".into()),
        Ok(again) => Err(format!("reads as another after it was written: {read:?} {again:?}")),
        Err(why) => Err(format!("cannot be read after it was written: {why}")),
    }
}

fn same<T>(one: &[u8], other: &[u8]) -> Result<(), String>
where
    T: for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    let [one, other] = [one, other].map(|bytes| minicbor::decode::<T>(bytes).map_err(|why| why.to_string()));
    if one.is_ok() && one == other {
        Ok(())
    } else {
        Err(format!("a part more changes it: {one:?} {other:?}"))
    }
}

/// Something that no version knows yet.
const NEW: [u8; 8] = [0x82, 0x63, b'n', b'e', b'w', 0xa1, 0x01, 0x02];

fn longer_map(bytes: &[u8]) -> Option<Vec<u8>> {
    let first = *bytes.first().filter(|first| (0xa0..0xb6).contains(*first))?;
    Some([&[first + 1], &bytes[1..], &[0x19, 0x27, 0x0f], &NEW].concat())
}

fn longer_array(bytes: &[u8]) -> Option<Vec<u8>> {
    let first = *bytes.first().filter(|first| (0x80..0x96).contains(*first))?;
    Some([&[first + 1], &bytes[1..], &NEW].concat())
}

fn change(bytes: &[u8]) -> Said {
    let read = match Change::from_bytes(DEVICE, bytes) {
        Ok(read) => read,
        Err(why) => return Ok(kind_of(&why)),
    };
    let written = read.to_bytes();
    let again = Change::from_bytes(DEVICE, &written).map_err(|why| why.to_string())?;
    if again == read && again.content_hash() == read.content_hash() {
        Ok("read".into())
    } else {
        Err("a change reads as another after it was written".into())
    }
}

fn batch(bytes: &[u8]) -> Said {
    let read = match SignedBatch::from_bytes(bytes) {
        Ok(read) => read,
        Err(why) => return Ok(kind_of(&why)),
    };
    if read.verify(&[3; 32]).is_ok() {
        return Err("a batch passes under any key".into());
    }
    Ok("read".into())
}

fn body(bytes: &[u8]) -> Said {
    let Some((kind, body)) = bytes.split_first_chunk::<2>() else { return Ok("short".into()) };
    let read = match Op::from_body(u16::from_be_bytes(*kind), Op::VERSION, body) {
        Ok(read) => read,
        Err(why) => return Ok(kind_of(&why)),
    };
    let again = Op::from_body(read.kind(), Op::VERSION, &read.to_body()).map_err(|why| why.to_string())?;
    if again != read {
        return Err(format!("reads as another after it was written: {read:?}"));
    }
    let json = serde_json::to_vec(&read).map_err(|why| why.to_string())?;
    match serde_json::from_slice::<Op>(&json) {
        Ok(mirror) if mirror == read => Ok(format!("kind {}", read.kind())),
        Ok(_) => Err(format!("its mirror in JSON says something else: {read:?}")),
        Err(why) => Err(format!("its mirror in JSON cannot be read: {why}: {read:?}")),
    }
}

fn snapshot(bytes: &[u8]) -> Said {
    let read = match SignedManifest::from_bytes(bytes) {
        Ok(read) => read,
        Err(why) => return Ok(kind_of(&why)),
    };
    let again = SignedManifest::from_bytes(&read.to_bytes()).map_err(|why| why.to_string())?;
    if again != read {
        return Err(format!("reads as another after it was written: {read:?}"));
    }
    Ok(if read.manifest().is_ok() { "a manifest".into() } else { "signed nonsense".into() })
}

fn claim(bytes: &[u8]) -> Said {
    let Some(read) = ScannedClaim::from_bytes(bytes) else { return Ok("no claim".into()) };
    let again = ScannedClaim::from_bytes(&read.claim.signed(&[0; 64])).ok_or("cannot be read again")?;
    if again.claim != read.claim {
        return Err(format!("reads as another after it was written: {read:?}"));
    }
    if read.is_signed_by(&[3; 32]) { Err("a claim passes under any key".into()) } else { Ok("read".into()) }
}
