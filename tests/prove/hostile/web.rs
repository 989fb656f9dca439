//! The same through the whole HTTP layer: packed, cut while packed, and packed to burst.

use std::io::Write;

use axum::body::Body;
use flate2::{Compression, write::GzEncoder};
use sync_core::{domain::people::Role, wire::MEDIA_TYPE};

use super::{
    Tally,
    house::op,
    mutant::{Victim, mangled},
};
use crate::{Proved, dice::Dice, grants::World};

/// How many batches go through it in every run.
const BATCHES: u64 = 400;

/// What a refusal may look like; nothing else may, least of all a fault of the server.
const REFUSALS: [u16; 6] = [400, 403, 409, 413, 415, 422];

fn gzip(bytes: &[u8]) -> Proved<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// One round.
pub(crate) async fn round(seed: u64, tally: &Tally) -> Proved<()> {
    let mut dice = Dice::new(seed);
    let world = World::found(seed).await?;
    let staff = world.in_role(Role::DirectRep).ok_or("nobody sells directly")?;
    let phone = world.phones.iter().find(|phone| phone.pen.staff == staff).ok_or("no phone")?;
    let access = world.access(staff, Some(&phone.pen)).await?;
    let before = world.ask("GET", "/api/v1/summary", &access, Body::empty(), &[]).await?.json()?;
    let bombs = bombs()?;
    for turn in 0..BATCHES {
        let (kind, body, encoding) = if turn % 20 == 0 {
            let bomb = dice.pick(&bombs).ok_or("bombs")?;
            ("a bomb, packed", bomb.clone(), Some("gzip"))
        } else {
            let mut pen = phone.pen.clone();
            pen.writes(&op(0, &mut dice), world.now());
            let honest = pen.batch(1..=1, world.now());
            let victim = Victim {
                pen: &phone.pen,
                through: 0,
                other: &honest,
                op: &|dice| op(0, dice),
                now: world.now(),
            };
            hostile(&victim, &honest, &mut dice)?
        };
        let mut headers = vec![("content-type", MEDIA_TYPE)];
        headers.extend(encoding.map(|encoding| ("content-encoding", encoding)));
        let answer = world.ask("POST", "/api/v1/push", &access, Body::from(body), &headers).await?;
        if !REFUSALS.contains(&answer.status) {
            return Err(format!("over HTTP, {kind}: {} {}", answer.status, answer.text()).into());
        }
        tally.note(kind, "refused over HTTP");
    }
    let after = world.ask("GET", "/api/v1/summary", &access, Body::empty(), &[]).await?.json()?;
    if before["conservation"] != after["conservation"] || before["position"] != after["position"] {
        return Err(format!("the book has moved: {before} {after}").into());
    }
    Ok(())
}

/// A batch that cannot be taken, and how it is packed.
fn hostile(
    victim: &Victim<'_>,
    honest: &[u8],
    dice: &mut Dice,
) -> Proved<(&'static str, Vec<u8>, Option<&'static str>)> {
    match dice.below(5) {
        0 => {
            let mut packed = gzip(honest)?;
            packed.truncate(usize::try_from(dice.below(packed.len() as u64))?);
            Ok(("packed and cut", packed, Some("gzip")))
        }
        1 => {
            let packed = gzip(honest)?;
            let (_, mut broken) = mangled(&packed[10..], honest, dice);
            // What the checksum at the end says of the rest is believed only if it is true.
            broken.truncate(packed.len().saturating_sub(11));
            Ok(("packed and changed", [&packed[..10], &broken].concat(), Some("gzip")))
        }
        2 => Ok(("packed twice", gzip(&gzip(honest)?)?, Some("gzip"))),
        3 => Ok(("packed in a way nobody takes", honest.to_vec(), Some("br"))),
        _ => loop {
            let mutant = victim.mutant(dice)?;
            if mutant.due == super::mutant::Due::Refused {
                let packed = dice.once_in(2);
                let body = if packed { gzip(&mutant.bytes)? } else { mutant.bytes };
                return Ok((mutant.kind, body, packed.then_some("gzip")));
            }
        },
    }
}

/// Small on the wire, large once inflated: zeros, arrays in arrays, and a batch that says it goes on for ever.
fn bombs() -> Proved<Vec<Vec<u8>>> {
    const MIB: usize = 1 << 20;
    let zeros = gzip(&vec![0; 64 * MIB])?;
    let arrays = gzip(&vec![0x9f; 7 * MIB])?;
    let nested = gzip(&vec![0x81; 7 * MIB])?;
    let batch = [&[0x83, 0x5b, 0, 0, 0, 0, 0, 0x6f, 0xff, 0xff][..], &vec![0; 7 * MIB]].concat();
    Ok(vec![zeros, arrays, nested, gzip(&batch)?])
}
