//! 封好待发: what is unsent lies sealed to the company's server as well, so that a locked phone delivers it.
//!
//! Floor: field, engine. This module must not know what a change says.
//! A part of the log is sealed anew with every gesture in it; parts are small, so that a long time without a signal makes
//! no gesture slower. What is delivered sealed is pushed once more when the book is open: the server knows it by its links.

use sync_core::{
    log::PushBatch,
    replica::{PART, Replica},
    wire::{PushReply, seal},
};

use super::{Engine, keeping::Steps, sync::Halt};
use crate::{
    field::app::Phase,
    shell::{
        clock,
        db::{Step, Store, StoreFault},
        keys,
        net::{self, Body, NetFault},
        vault,
    },
};

/// Where the parts lie, under the key of the device.
const TAIL: &str = "tail/";

fn key_of(seq: u64) -> String {
    format!("{TAIL}{:020}", seq / PART)
}

/// The last number that a part may hold, by the part's name.
fn last_of(name: &str) -> u64 {
    let part: u64 = name.trim_start_matches(TAIL).parse().unwrap_or_default();
    part * PART + PART - 1
}

impl Engine {
    /// Seals bytes to the company's server. Nothing where the program that seals has not come, or no key was told yet.
    pub(super) fn sealed(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let door = self.door.borrow();
        let public = &door.sealing;
        let head = seal::head(public, door.device?);
        let sealed = keys::call("seal", &[public, seal::CONTEXT, &head, plain, &vault::random::<32>()])?;
        Some(seal::whole(public, &sealed))
    }

    async fn sealed_batch(&self, batch: PushBatch) -> Option<Vec<u8>> {
        let key = self.key.borrow().clone()?;
        let signature = key.sign(&batch.signing_bytes()).await.ok()?;
        self.sealed(&net::gzip(&batch.signed(&signature)).await?)
    }

    /// The part of the log that a gesture lies in, sealed, to be stored with it. What cannot be sealed now is sealed
    /// with the next gesture or at the next start, and goes out with the open book in any case.
    pub(super) async fn sealed_part(&self, book: &Replica, seq: u64) -> Option<Step<Vec<u8>>> {
        let sealed = self.sealed_batch(book.part(seq, clock::now())?).await?;
        Some(Step::Put(Store::Own, key_of(seq), sealed))
    }

    /// Seals every part with something unsent anew, and lets those go that are delivered.
    pub(super) async fn seal_all(&self) -> Result<(), StoreFault> {
        if !keys::come().await {
            return Ok(());
        }
        let _pen = self.pen.lock().await;
        let safe = self.safe()?;
        if !self.is_open() {
            return Ok(());
        }
        let book = self.book();
        let next = book.next_seq();
        let first = next - book.backlog().unsent.min(next);
        let mut steps: Steps = Vec::new();
        for name in safe.keys(Store::Own).await? {
            if name.starts_with(TAIL) && (first == next || name < key_of(first)) {
                steps.push(Step::Delete(Store::Own, name));
            }
        }
        for part in first / PART..next.div_ceil(PART) {
            steps.extend(self.sealed_part(&book, part * PART).await);
        }
        if !steps.is_empty() {
            safe.write(steps).await?;
        }
        self.seal_photos(&safe).await
    }

    /// A round of a locked phone: what was sealed goes out, and the company says whether this phone has its rights.
    pub(super) async fn deliver_sealed(&self) -> Result<(), Halt> {
        let safe = self.safe().map_err(Halt::Store)?;
        let names = safe.keys(Store::Own).await.map_err(Halt::Store)?;
        for name in names.into_iter().filter(|name| name.starts_with(TAIL)) {
            let sealed = safe.read(Store::Own, &name).await.map_err(Halt::Store)?.unwrap_or_default();
            let through = match self.bring_sealed(&name, sealed).await {
                Ok(answer) => {
                    let reply: Result<PushReply, _> = minicbor::decode(&answer);
                    reply.map_err(|_| Halt::Net(NetFault::Garbled))?.through
                }
                // It is kept there beside the log it forks from, and so delivered to its end.
                Err(Halt::Net(fault)) if fault.code() == "push.fork" => last_of(&name),
                Err(halt) => return Err(halt),
            };
            let _pen = self.pen.lock().await;
            if self.phase_now() != Phase::Locked {
                // Opened meanwhile: the part may have been sealed anew.
                return Ok(());
            }
            self.door.borrow_mut().delivered(through);
            let steps = vec![Step::Delete(Store::Own, name), self.door_as_it_is()];
            safe.write(steps).await.map_err(Halt::Store)?;
            self.changed();
        }
        self.deliver_sealed_photos().await?;
        self.authorised("GET", "/session", Body::Empty).await.map(drop)
    }

    /// Whether anything lies sealed that is not delivered.
    pub(super) async fn has_sealed(&self) -> Result<bool, StoreFault> {
        let names = self.safe()?.keys(Store::Own).await?;
        Ok(names.iter().any(|name| name.starts_with(TAIL)))
    }

    /// Brings a part, and says what is true now: what was declared when it was sealed may be days old.
    async fn bring_sealed(&self, name: &str, sealed: Vec<u8>) -> Result<Vec<u8>, Halt> {
        let (last, clock) = (self.door.borrow().last, clock::now().millis());
        let after = last.saturating_sub(last_of(name));
        let path = format!("/push/sealed?unsent={after}&clock={clock}");
        self.authorised("POST", &path, Body::Packed(sealed, seal::MEDIA_TYPE)).await
    }
}
