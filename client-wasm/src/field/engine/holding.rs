//! Evict, then confirm: when what was lost has left this phone, it says so under its key.
//!
//! Floor: field, engine. This module must not decide what is lost: the replica knows.

use futures::lock::MutexGuard;
use sync_core::{log::Holding, replica::Replica, wire::MEDIA_TYPE};

use super::{Engine, keeping, sync::Halt};
use crate::{
    field::app::Phase,
    shell::{
        clock,
        db::{Step, Store},
        net::{Body, NetFault},
    },
    ui::{t, tell},
};

impl Engine {
    /// Says what this phone holds where the hub does not know it yet.
    pub(super) async fn state_holding(&self, moved_before: usize) -> Result<(), Halt> {
        let moved = self.book().moved_count().saturating_sub(moved_before);
        if moved > 0 && self.phase_now() == Phase::Ready {
            tell(t!("moved-toast", count = moved));
        }
        let Some(holding) = self.book().holding_due(clock::now()) else { return Ok(()) };
        match self.state(&holding).await {
            // The grants have changed again: the next page tells them, and then this is said anew.
            Err(Halt::Net(NetFault::Problem(_))) => return Ok(()),
            said => said?,
        }
        let told = |book: &mut Replica| book.holding_told(&holding);
        self.apply(told, |book, ()| vec![keeping::index(book)]).await.map_err(Halt::Store)
    }

    /// A phone that was stopped, or whose owner leaves, gives up all that it holds and says so. What it recorded itself
    /// stays in its log. Whoever calls holds the pen.
    pub(super) async fn give_up_everything(&self, _pen: &MutexGuard<'_, ()>) -> Result<(), Halt> {
        let mut emptied = (*self.book()).clone();
        let epoch = emptied.index().cursor.epoch;
        let gone = emptied.start_over(epoch);
        let mut steps = keeping::received(&emptied, &gone);
        steps.push(self.door_of(&emptied));
        self.safe().map_err(Halt::Store)?.write(steps).await.map_err(Halt::Store)?;
        self.show(emptied);
        self.state(&self.book().holding_nothing(clock::now())).await
    }

    /// The same for a phone that is locked: what the scopes hold goes, and the company hears of it.
    pub(super) async fn give_up_locked(&self) -> Result<(), Halt> {
        let _pen = self.pen.lock().await;
        let safe = self.safe().map_err(Halt::Store)?;
        let scopes = safe.keys(Store::Scopes).await.map_err(Halt::Store)?;
        let steps = scopes.into_iter().map(|scope| Step::Delete(Store::Scopes, scope)).collect();
        safe.write(steps).await.map_err(Halt::Store)?;
        let nothing = self.door.borrow().holding_nothing(clock::now());
        match nothing {
            Some(nothing) => self.state(&nothing).await,
            None => Ok(()),
        }
    }

    /// Signs a statement and brings it. The records have left with the transaction before; photos that only they named
    /// leave now, before a word is said.
    async fn state(&self, holding: &Holding) -> Result<(), Halt> {
        let safe = self.safe().map_err(Halt::Store)?;
        self.sweep_photos(&safe).await;
        let key = self.key.borrow().clone().ok_or(Halt::Lost("store.no-key"))?;
        let signature = key.sign(&holding.signing_bytes()).await.map_err(|_| Halt::Lost("store.no-key"))?;
        let body = Body::Bytes(holding.signed(&signature), MEDIA_TYPE);
        self.authorised("POST", "/evictions", body).await.map(drop)
    }
}
