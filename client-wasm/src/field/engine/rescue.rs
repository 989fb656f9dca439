//! 救援文件: what this phone could not deliver goes out as a file, sealed to the company; another phone's comes in.
//!
//! Floor: field, engine. This module must not know who carries the file.

use std::pin::Pin;

use minicbor::bytes::ByteVec;
use sync_core::rescue::{CONTEXT, MAGIC, MOST_PHOTO_BYTES, Rescue};
use web_sys::File;

use super::{Engine, photos, sync::Halt};
use crate::{
    shell::{
        camera, clock,
        db::{Step, Store},
        js,
        net::{Body, NetFault},
        vault::Vault,
    },
    ui::t,
};

/// Where this device's key for rescue files lies among the phone's own notes.
const KEY: &str = "rescue";
const FILE: &str = "application/octet-stream";

impl Engine {
    /// Learns the key that rescue files are sealed to, once, so that it is here when there is no signal any more.
    pub(super) async fn learn_sealing_key(&self) -> Result<(), Halt> {
        if !self.sealing.borrow().is_empty() {
            return Ok(());
        }
        let safe = self.safe().map_err(Halt::Store)?;
        if let Some(known) = safe.read(Store::Meta, KEY).await.map_err(Halt::Store)? {
            self.sealing.replace(known);
            return Ok(());
        }
        match self.authorised("GET", "/rescue-key", Body::Empty).await {
            // An older server has none; what cannot be sealed now is not held up by it.
            Err(Halt::Net(NetFault::Problem(_))) => Ok(()),
            Err(halt) => Err(halt),
            Ok(key) => {
                self.sealing.replace(key.clone());
                safe.write(vec![Step::Put(Store::Meta, KEY.into(), key)]).await.map_err(Halt::Store)
            }
        }
    }

    /// Hands everything that is not delivered out as a file. `None`: the phone could not make it; why.
    async fn hand_out(&self) -> Result<String, &'static str> {
        let safe = self.safe().map_err(|_| "store.unavailable")?;
        let mut secret = self.sealing.borrow().clone();
        if secret.is_empty() {
            secret = safe.read(Store::Meta, KEY).await.ok().flatten().ok_or("rescue.no-key")?;
        }
        let key = self.key.borrow().clone().ok_or("store.no-key")?;
        let book = self.book();
        let mut rescue = Rescue::default();
        let mut records = 0;
        for batch in book.undelivered(clock::now()) {
            let signature = key.sign(&batch.signing_bytes()).await.map_err(|_| "store.no-key")?;
            records += batch.sequences().count();
            rescue.batches.push(batch.signed(&signature).into());
        }
        let (mut room, mut left_out) = (MOST_PHOTO_BYTES, 0);
        // Where the store is gone, what is in memory goes out all the same.
        for hash in photos::waiting(&safe).await.unwrap_or_default() {
            match safe.read(Store::Blobs, &hash.to_string()).await {
                Ok(Some(bytes)) if bytes.len() <= room => {
                    room -= bytes.len();
                    rescue.photos.push(ByteVec::from(bytes));
                }
                _ => left_out += 1,
            }
        }
        let vault = Vault::of_bytes(&secret).await.map_err(|_| "browser.too-old")?;
        let sealed = vault.seal(CONTEXT, &rescue.to_bytes()).await.map_err(|_| "browser.too-old")?;
        let me = book.identity();
        let name = format!("fieldbook-{:02}-{}.rescue", me.number, book.next_seq() - 1);
        let bytes = [MAGIC, &me.device.bytes()[..], &sealed.to_vec()].concat();
        camera::download(&bytes, &name).ok_or("file")?;
        let made = t!("rescue-made", name = name, count = records, photos = rescue.photos.len());
        Ok(if left_out > 0 { made + &t!("rescue-left-out", count = left_out) } else { made })
    }

    /// Brings another phone's file to the company.
    async fn bring(&self, file: File) -> Option<String> {
        let file = camera::bytes_of(&file).await?;
        let answer = match self.authorised("POST", "/rescue", Body::Packed(file, FILE)).await {
            Ok(answer) => js::from_json(&answer),
            Err(Halt::Net(NetFault::Problem(problem))) => return Some(problem.detail),
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
            Some(file) => engine.bring(file).await.unwrap_or_else(|| t!("rescue-no-signal")),
            None => engine.hand_out().await.unwrap_or_else(|code| {
                t!(if code == "rescue.no-key" { "rescue-no-key" } else { "rescue-not-made" }, code = code)
            }),
        }
    })
}
