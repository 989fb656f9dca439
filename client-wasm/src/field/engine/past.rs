//! The past: a snapshot's manifest, then its chunks, one after the other; a chunk that does not get through comes in parts.
//!
//! Floor: field, engine. What a chunk means, the replica knows; here is only asking, checking who signed, and what to do
//! when the link breaks.

use sync_core::{
    replica::{Received, Replica},
    snapshot::{SignedManifest, SnapshotAsk},
    wire::MEDIA_TYPE,
};

use super::{Engine, keeping, pull::standing, sync::Halt};
use crate::shell::{
    device_key::is_signed,
    net::{Body, NetFault},
};

/// So often in a row the grants may change while the past is fetched; then there is a pause.
const ATTEMPTS: u32 = 4;

/// What was asked for, which chunk, and the answer.
type Piece = (SnapshotAsk, Option<u32>, Vec<u8>);

impl Engine {
    /// Reads all there is: what is missing of the past, then the feed to its head.
    pub(super) async fn read_all(&self) -> Result<(), Halt> {
        for _ in 0..ATTEMPTS {
            while let Some((ask, number, bytes)) = self.piece(&self.book()).await? {
                let change = |book: &mut Replica| book.take_piece(&ask, number, &bytes);
                let received = self.apply(change, keeping::received).await.map_err(Halt::Store)?;
                self.goes_on(&received)?;
                self.enter_from_open(keeping::phase_of(&self.book()));
                // What is recorded meanwhile does not wait for the rest of the book.
                self.push_all().await?;
            }
            self.pull_all().await?;
            if self.book().missing_past().is_none() {
                return Ok(());
            }
        }
        Err(Halt::Stuck("sync.grants"))
    }

    /// Fetches the whole book again beside the one that is shown, and changes to it in one step.
    /// What is unsent stays; whatever is recorded meanwhile is in it too.
    pub(super) async fn fetch_anew(&self, epoch: u32) -> Result<(), Halt> {
        let mut beside = (*self.book()).clone();
        beside.start_over(epoch);
        loop {
            while let Some((ask, number, bytes)) = self.piece(&beside).await? {
                self.goes_on(&beside.take_piece(&ask, number, &bytes))?;
            }
            let (cursor, scopes) = standing(&beside);
            let received = beside.receive(&self.page(cursor, scopes).await?);
            if received.diverged {
                return Err(Halt::Stuck("sync.diverged"));
            }
            if !received.more && beside.missing_past().is_none() {
                break;
            }
        }
        self.apply(|book| book.adopt(beside), keeping::received).await.map_err(Halt::Store).map(drop)
    }

    /// A piece that changes nothing would be asked for again for ever.
    fn goes_on(&self, received: &Received) -> Result<(), Halt> {
        if received.rolled_back {
            return Err(Halt::Lost("store.rolled-back"));
        }
        if received.more {
            return Err(Halt::Net(NetFault::Garbled));
        }
        self.sync.rest.borrow_mut().succeeded();
        self.heard();
        Ok(())
    }

    /// The next piece of the past; none when nothing is missing, or when the feed must tell first why there is none.
    ///
    /// A chunk comes in parts as large as the link carries; what has come of it is not asked for again.
    async fn piece(&self, book: &Replica) -> Result<Option<Piece>, Halt> {
        let Some(ask) = book.missing_past() else { return Ok(None) };
        let (pace, begun) = (&self.sync.part, &self.sync.begun);
        let number = book.next_chunk();
        let size = number
            .zip(book.coming())
            .and_then(|(number, coming)| coming.bytes.get(usize::try_from(number).ok()?).copied());
        let mut bytes = number.map(|_| begun.take()).unwrap_or_default();
        while bytes.is_empty() || size.is_some_and(|size| bytes.len() < usize::try_from(size).unwrap_or(0)) {
            let path = number.map_or_else(
                || "/snapshot".to_owned(),
                |number| format!("/snapshot/{number}?from={}&most={}", bytes.len(), pace.borrow().size()),
            );
            let body = Body::Packed(keeping::encoded(&ask), MEDIA_TYPE);
            match self.authorised("POST", &path, body).await {
                Ok(part) if part.is_empty() => return Err(Halt::Net(NetFault::Garbled)),
                Ok(part) => {
                    bytes.extend(part);
                    pace.borrow_mut().succeeded();
                }
                Err(Halt::Net(fault))
                    if fault.code().starts_with("snapshot.") || fault.code() == "scope.not-held" =>
                {
                    return Ok(None);
                }
                Err(Halt::Net(fault)) if self.smaller(pace, &fault).await => {}
                Err(halt) => {
                    begun.replace(bytes);
                    return Err(halt);
                }
            }
        }
        if number.is_none() {
            let signed = SignedManifest::from_bytes(&bytes).map_err(|_| Halt::Net(NetFault::Garbled))?;
            if !self.is_signed_by_hub(book, &signed).await {
                // Another key may have taken the place of the one believed so far: a renewal tells.
                self.renew().await?;
                if !self.is_signed_by_hub(book, &signed).await {
                    return Err(Halt::Net(NetFault::Garbled));
                }
            }
        }
        Ok(Some((ask, number, bytes)))
    }

    async fn is_signed_by_hub(&self, book: &Replica, signed: &SignedManifest) -> bool {
        let key = self.hub_key(book).await.unwrap_or_else(|| signed.key.to_vec());
        is_signed(&key, &signed.signing_bytes(), &signed.signature).await
    }
}
