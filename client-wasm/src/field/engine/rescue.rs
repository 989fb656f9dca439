//! 救援文件: what this phone could not deliver goes out as a file, sealed to the company; another phone's comes in.
//!
//! Floor: field, engine. This module must not know who carries the file.

use std::{collections::BTreeSet, pin::Pin};

use minicbor::bytes::ByteVec;
use sync_core::{
    domain::visit::BlobHash,
    rescue::{self, MOST_PHOTO_BYTES, Rescue},
    wire::seal,
};
use web_sys::File;

use super::{Engine, photos, sync::Halt};
use crate::{
    shell::{
        camera, clock,
        db::Store,
        js, keys,
        net::{Body, NetFault},
        vault::{self, Vault},
    },
    ui::t,
};

const FILE: &str = "application/octet-stream";

/// Files of photos, one after the other, each as full as it may be.
#[derive(Default)]
struct Parts {
    count: usize,
    room: usize,
}

impl Parts {
    /// The file that a photo of so many bytes goes into, counted from one.
    fn takes(&mut self, bytes: usize) -> usize {
        if self.count == 0 || bytes > self.room {
            self.count += 1;
            self.room = MOST_PHOTO_BYTES;
        }
        self.room = self.room.saturating_sub(bytes);
        self.count
    }
}

impl Engine {
    /// Hands everything that is not delivered out as a file. `None`: the phone could not make it; why.
    async fn hand_out(&self) -> Result<String, &'static str> {
        let safe = self.safe().map_err(|_| "store.unavailable")?;
        let public = self.door.borrow().sealing.clone();
        if public.is_empty() || !keys::come().await {
            return Err("rescue.no-key");
        }
        let key = self.key.borrow().clone().ok_or("store.no-key")?;
        let book = self.book();
        let mut content = Rescue::default();
        let mut records = 0;
        for batch in book.undelivered(clock::now()) {
            let signature = key.sign(&batch.signing_bytes()).await.map_err(|_| "store.no-key")?;
            records += batch.sequences().count();
            content.batches.push(batch.signed(&signature).into());
        }
        // Where the store is gone, what is in memory goes out all the same.
        let waiting = photos::waiting(&safe).await.unwrap_or_default();
        // What the files before this one carry is not carried again until all of it has been.
        let mut out: BTreeSet<BlobHash> = photos::handed_out(&safe).await.unwrap_or_default();
        if waiting.iter().all(|hash| out.contains(hash)) {
            out.clear();
        }
        let (mut before, mut after, mut left_out) = (Parts::default(), Parts::default(), 0);
        let mut carried = Vec::new();
        for hash in waiting {
            match safe.read(Store::Blobs, &hash.to_string()).await {
                Ok(Some(bytes)) if out.contains(&hash) => {
                    before.takes(bytes.len());
                }
                Ok(Some(bytes)) => {
                    if after.takes(bytes.len()) == 1 {
                        content.photos.push(ByteVec::from(bytes));
                        carried.push(hash);
                    }
                }
                _ => left_out += 1,
            }
        }
        let (part, parts) = (before.count + 1, before.count + after.count.max(1));
        let me = book.identity();
        // A key of this file alone, which nobody has but the company.
        let (secret, random, head) =
            (vault::random::<32>(), vault::random::<32>(), seal::head(&public, me.device));
        let secret_sealed = keys::call("seal", &[&public, rescue::KEY_CONTEXT, &head, &secret, &random]);
        let secret_sealed = seal::whole(&public, &secret_sealed.ok_or("rescue.no-key")?);
        let vault = Vault::of_bytes(&secret).await.map_err(|_| "browser.too-old")?;
        let sealed = vault.seal(rescue::CONTEXT, &content.to_bytes()).await.map_err(|_| "browser.too-old")?;
        let which = if parts > 1 { format!("-{part}") } else { String::new() };
        let name = format!("fieldbook-{:02}-{}{which}.rescue", me.number, book.next_seq() - 1);
        let bytes = rescue::file(me.device, &secret_sealed, &sealed.to_vec());
        camera::download(&bytes, &name).ok_or("file")?;
        photos::hand_out(&safe, &out, &carried).await;
        let mut made = t!("rescue-made", name = name, count = records, photos = content.photos.len());
        if parts > 1 {
            made += &t!(
                if part < parts { "rescue-part" } else { "rescue-last-part" },
                part = part,
                parts = parts
            );
        }
        Ok(if left_out > 0 { made + &t!("rescue-left-out", count = left_out) } else { made })
    }

    /// Brings another phone's file to the company.
    async fn bring_file(&self, file: File) -> Option<String> {
        let file = camera::bytes_of(&file).await?;
        let answer = match self.authorised("POST", "/rescue", Body::Packed(file, FILE)).await {
            Ok(answer) => js::from_json(&answer),
            Err(Halt::Net(NetFault::Problem(problem))) => return Some(problem.detail),
            Err(Halt::SignIn) => return Some(t!("rescue-sign-in")),
            Err(_) => return None,
        };
        let figure = |name| js::number(&answer, name).unwrap_or_default();
        let aside = figure("put_aside");
        Some(t!(
            if aside > 0 { "rescue-brought-aside" } else { "rescue-brought" },
            device = format!("{:02}", figure("device_number")),
            taken = figure("taken"),
            known = figure("known"),
            aside = aside,
            photos = figure("photos")
        ))
    }
}

/// Hands out this phone's file, or brings another's. Boxed, so that the bundle carries it once.
pub(in crate::field) fn rescue(file: Option<File>) -> Pin<Box<dyn Future<Output = String>>> {
    Box::pin(async move {
        let engine = Engine::get();
        match file {
            Some(file) => engine.bring_file(file).await.unwrap_or_else(|| t!("rescue-no-signal")),
            None => engine.hand_out().await.unwrap_or_else(|code| {
                t!(if code == "rescue.no-key" { "rescue-no-key" } else { "rescue-not-made" }, code = code)
            }),
        }
    })
}
