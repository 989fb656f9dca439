//! Real messages to begin with: of a company in which something has happened.

use axum::body::Body;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::Signer;
use server::store::{Sight, Snapshot};
use sync_core::{
    claim::ReceiptClaim,
    domain::people::Role,
    snapshot::SnapshotAsk,
    unit::Money,
    wire::{MEDIA_TYPE, Page},
};

use crate::{Proved, grants::World, hostile::op};

/// Messages by what they are.
#[derive(Default)]
pub(crate) struct Seeds {
    pub(crate) changes: Vec<Vec<u8>>,
    pub(crate) batches: Vec<Vec<u8>>,
    pub(crate) pages: Vec<Vec<u8>>,
    pub(crate) replies: Vec<Vec<u8>>,
    /// A kind number in two bytes, then a body.
    pub(crate) bodies: Vec<Vec<u8>>,
    pub(crate) papers: Vec<Vec<u8>>,
    pub(crate) manifests: Vec<Vec<u8>>,
    pub(crate) asks: Vec<Vec<u8>>,
    pub(crate) claims: Vec<Vec<u8>>,
    pub(crate) links: Vec<Vec<u8>>,
    pub(crate) token: String,
    pub(crate) queries: Vec<Vec<u8>>,
    pub(crate) renewals: Vec<Vec<u8>>,
    pub(crate) commands: Vec<Vec<u8>>,
}

/// Lets something happen and gathers what was said.
pub(crate) async fn gathered(seed: u64) -> Proved<(World, Seeds)> {
    let mut world = World::found(seed).await?;
    for _ in 0..25 {
        world.step().await?;
    }
    let mut seeds = Seeds::default();
    for role in [Role::GeneralManager, Role::DirectRep, Role::Keeper] {
        let Some(staff) = world.in_role(role) else { continue };
        let access = world.access(staff, None).await?;
        let page = world.ask("GET", "/api/v1/pull?limit=12", &access, Body::empty(), &[]).await?.body;
        for entry in Page::from_bytes(&page)?.entries {
            let kind = entry.change.header.kind.to_be_bytes();
            seeds.bodies.push([&kind[..], entry.change.body()].concat());
            seeds.changes.push(entry.change.to_bytes());
        }
        seeds.pages.push(page.to_vec());
        seeds.token = access;
    }
    let mut moment = world.app.snapshot().await?;
    let mut papers = moment.papers_in(&Sight::everything()).await?;
    papers.truncate(120);
    seeds.papers = papers.iter().map(|(_, paper)| minicbor::to_vec(paper)).collect::<Result<_, _>>()?;
    drop(moment);
    spoken(&world, &mut seeds).await?;
    seeds.queries = [
        "epoch=1&after=3&limit=500&scopes=00112233445566778899aabbccddeeff",
        "after=18446744073709551615&limit=4294967295",
        "q=DH-07-0044&status=taken,withdrawn&from=2026-11-01&to=2026-11-30&sort=-amount&page=2&per_page=200",
        "before=12&limit=50&kind=order-taken&verdict=held&customer=00000000-0000-0000-0000-000000000000",
    ]
    .map(|query| query.as_bytes().to_vec())
    .to_vec();
    seeds.renewals = vec![
        br#"{"refresh":"00","device":"00000000-0000-0000-0000-000000000000","signature":"00"}"#.to_vec(),
        format!(r#"{{"refresh":"{}","device":null,"signature":null}}"#, "ab".repeat(32)).into_bytes(),
    ];
    seeds.commands = vec![
        br#"{"op":"customer-created","fields":[["name",{"type":"text","value":"x"}]],"owner":"00000000-0000-0000-0000-000000000000","contacts":[]}"#.to_vec(),
        br#"{"op":"price-list-issued","version":"1","meeting":"","valid_from":"2026-12-01","valid_to":"2026-12-31","prices":[["00000000-0000-0000-0000-000000000000","68.5"]]}"#.to_vec(),
        br#"{"op":"reversed","kind":"collection","of":"00000000-0000-0000-0000-000000000000","staff":"00000000-0000-0000-0000-000000000000","customer":null,"reason":"x"}"#.to_vec(),
    ];
    Ok((world, seeds))
}

/// What a phone and the server say to each other.
async fn spoken(world: &World, seeds: &mut Seeds) -> Proved<()> {
    let phone = world.phones.iter().find(|phone| !phone.revoked).ok_or("no phone")?;
    let (mut pen, mut dice) = (phone.pen.clone(), crate::dice::Dice::new(5));
    let access = world.access(pen.staff, Some(&pen)).await?;
    for _ in 0..4 {
        pen.writes(&op(0, &mut dice), world.now());
    }
    let batch = pen.batch(phone.through + 1..=pen.written(), world.now());
    let headers = [("content-type", MEDIA_TYPE)];
    let reply = world.ask("POST", "/api/v1/push", &access, Body::from(batch.clone()), &headers).await?;
    if reply.status != 200 {
        return Err(format!("a push: {}", reply.text()).into());
    }
    seeds.replies.push(reply.body.to_vec());
    seeds.batches.push(batch);
    let ask = SnapshotAsk { epoch: 0, position: None, held: [0; 16], scopes: None };
    let ask = minicbor::to_vec(&ask)?;
    let manifest = world.ask("POST", "/api/v1/snapshot", &access, Body::from(ask.clone()), &headers).await?;
    if manifest.status != 200 {
        return Err(format!("a snapshot: {}", manifest.text()).into());
    }
    seeds.manifests.push(manifest.body.to_vec());
    seeds.asks.push(ask);
    let claim = ReceiptClaim {
        company: pen.company,
        device: pen.device,
        seq: 1,
        receipt: 1,
        amount: Money::yuan(300),
    };
    let signed = claim.signed(&pen.key.sign(&claim.signing_bytes()).to_bytes());
    seeds.links.push(URL_SAFE_NO_PAD.encode(&signed).into_bytes());
    seeds.claims.push(signed);
    Ok(())
}
