//! Reading the feed to its head, page by page.
//!
//! Floor: field, engine. What a page means, the replica knows.

use sync_core::{feed::Cursor, replica::Replica, wire::Page};

use super::{Engine, keeping, sync::Halt};
use crate::shell::{
    clock,
    hex::hex,
    net::{Body, NetFault},
};

impl Engine {
    /// One page of the feed, for a reader who stands at `cursor` and holds these scopes.
    pub(super) async fn page(&self, cursor: Cursor, scopes: [u8; 16]) -> Result<Page, Halt> {
        let Cursor { epoch, position } = cursor;
        let scopes = hex(&scopes);
        loop {
            let limit = self.sync.pull.borrow().size();
            let (own, clock) = (self.book().next_seq() - 1, clock::now().millis());
            let path = format!(
                "/pull?epoch={epoch}&after={position}&limit={limit}&scopes={scopes}&own={own}&clock={clock}"
            );
            let answer = self.authorised("GET", &path, Body::Empty).await;
            let page =
                answer.and_then(|bytes| Page::from_bytes(&bytes).map_err(|_| Halt::Net(NetFault::Garbled)));
            match page {
                Ok(page) => {
                    self.sync.pull.borrow_mut().succeeded();
                    self.answered();
                    return Ok(page);
                }
                Err(Halt::Net(fault)) if self.smaller(&self.sync.pull, &fault).await => {}
                Err(halt) => return Err(halt),
            }
        }
    }

    pub(super) async fn pull_all(&self) -> Result<(), Halt> {
        loop {
            let (cursor, scopes) = standing(&self.book());
            let page = self.page(cursor, scopes).await?;
            if self.book().is_of_another_life(&page) {
                // The office was restored from a backup: what it has lost is still here.
                let last = self.book().last_answered();
                self.offer_again(last).await?;
                if self.book().index().complete {
                    self.fetch_anew(page.scanned_to.epoch).await?;
                    // Only then: what cannot be fetched now is tried again after a pause.
                    self.sync.again.set(true);
                    return Ok(());
                }
                self.sync.again.set(true);
            }
            let forgotten = self.book().forgotten_by(&page);
            if let Some(from) = forgotten {
                match self.offer_again(from).await {
                    Ok(()) => self.sync.again.set(true),
                    // What was cleared away long ago is not here any more either; what others did is read all the same.
                    Err(Halt::Stuck(_)) => {}
                    Err(halt) => return Err(halt),
                }
            }
            let received =
                self.apply(|book| book.receive(&page), keeping::received).await.map_err(Halt::Store)?;
            if received.rolled_back {
                return Err(Halt::Lost("store.rolled-back"));
            }
            self.enter_from_open(keeping::phase_of(&self.book()));
            if received.diverged {
                if self.sync.fetched_anew.replace(true) {
                    return Err(Halt::Stuck("sync.diverged"));
                }
                return self.fetch_anew(page.scanned_to.epoch).await;
            }
            if !received.more {
                return Ok(());
            }
        }
    }
}

/// Where a book stands, as a request for a page says it.
pub(super) fn standing(book: &Replica) -> (Cursor, [u8; 16]) {
    (book.index().cursor, book.index().scopes_fingerprint())
}
