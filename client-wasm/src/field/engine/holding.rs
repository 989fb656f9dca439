//! Evict, then confirm: when what was lost has left this phone, it says so under its key.
//!
//! Floor: field, engine. This module must not decide what is lost: the replica knows.

use leptos::task::spawn_local;
use sync_core::{log::Holding, wire::MEDIA_TYPE};

use super::{Engine, keeping, sync::Halt};
use crate::{
    field::app::Phase,
    shell::{
        clock,
        net::{self, Ask, Body, NetFault},
    },
    ui::{t, tell, words},
};

const PATH: &str = "/evictions";

/// The last words of a phone that is being emptied, to be said when it is empty.
pub(super) struct LastWords {
    access: String,
    holds_nothing: Vec<u8>,
}

impl Engine {
    /// Says what this phone holds where the hub does not know it yet. The records left with the page that took the
    /// grants; photos that only they named leave now, before a word is said.
    pub(super) async fn state_holding(&self) -> Result<(), Halt> {
        let Some(holding) = self.book().holding_due(clock::now()) else { return Ok(()) };
        let safe = self.safe().map_err(Halt::Store)?;
        self.sweep_photos(&safe).await;
        let signed = self.signed_holding(&holding).await?;
        match self.authorised("POST", PATH, Body::Bytes(signed, MEDIA_TYPE)).await {
            // The grants have changed again: the next page tells them, and then this is said anew.
            Err(Halt::Net(NetFault::Problem(_))) => return Ok(()),
            answer => drop(answer?),
        }
        let told = |book: &mut sync_core::replica::Replica| book.holding_told(&holding);
        self.apply(told, |book, ()| vec![keeping::index(book)]).await.map_err(Halt::Store)
    }

    /// A phone that was stopped gives up all that it holds, and says so. What it recorded itself and could not deliver
    /// stays for whoever helps.
    pub(super) async fn give_up_everything(&self) -> Result<(), Halt> {
        let epoch = self.book().index().cursor.epoch;
        let empty = |book: &mut sync_core::replica::Replica| book.start_over(epoch);
        self.apply(empty, keeping::received).await.map_err(Halt::Store)?;
        let safe = self.safe().map_err(Halt::Store)?;
        self.sweep_photos(&safe).await;
        let nothing = self.book().holding_nothing(clock::now());
        let signed = self.signed_holding(&nothing).await?;
        self.authorised("POST", PATH, Body::Bytes(signed, MEDIA_TYPE)).await.map(drop)
    }

    /// Prepares what is to be said when this phone has been emptied; without a signal or a session there is nobody to
    /// say it to.
    pub(super) async fn last_words(&self) -> Option<LastWords> {
        let nothing = self.book().holding_nothing(clock::now());
        let holds_nothing = self.signed_holding(&nothing).await.ok()?;
        let access = self.access(None).await.ok()?;
        Some(LastWords { access, holds_nothing })
    }

    async fn signed_holding(&self, holding: &Holding) -> Result<Vec<u8>, Halt> {
        let key = self.key.borrow().clone().ok_or(Halt::Lost("store.no-key"))?;
        let signature = key.sign(&holding.signing_bytes()).await.map_err(|_| Halt::Lost("store.no-key"))?;
        Ok(holding.signed(&signature))
    }

    /// Tells the person on this phone that customers have left it.
    pub(super) fn tell_moved(&self, before: usize) {
        let moved = self.book().moved_count().saturating_sub(before);
        if moved > 0 && self.phase_now() == Phase::Ready {
            tell(t!("moved-toast", count = moved));
        }
    }
}

impl LastWords {
    /// Says them, and ends the session. The phone is empty: nobody waits for it.
    pub(super) fn say(self) {
        spawn_local(async move {
            for (method, path, body) in [
                ("POST", PATH, Body::Bytes(self.holds_nothing, MEDIA_TYPE)),
                // Without a signal the session ends by itself.
                ("DELETE", "/session", Body::Empty),
            ] {
                let access = Some(self.access.as_str());
                let _ = net::ask(&Ask { method, path: path.into(), access, body, lang: words::lang() }).await;
            }
        });
    }
}
