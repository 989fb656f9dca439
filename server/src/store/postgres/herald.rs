//! Words between servers over one database, by `NOTIFY` on a channel of the company's: outside of any transaction that
//! writes, because a commit that notifies takes a lock over the whole database.

use std::sync::Arc;

use sqlx::postgres::PgListener;
use sync_core::unit::CompanyId;

use super::{PostgresStore, trouble};
use crate::store::{Ear, Stored, Word};

/// Words that may wait until they are heard.
const MOST_WAITING: usize = 256;

/// The company's channel.
fn channel(company: CompanyId) -> String {
    format!("fieldbook_{}", company.0.simple())
}

/// A word that another server has said; one's own come back as well.
fn of_another(said: &str, own: &str) -> Option<Word> {
    let (voice, said) = said.split_once(' ')?;
    if voice == own { None } else { Word::of(said) }
}

impl PostgresStore {
    pub(super) async fn says(&self, company: CompanyId, word: Word) -> Stored<()> {
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(channel(company))
            .bind(format!("{} {}", self.voice, word.said()))
            .execute(&self.readers)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// Listens on a connection of its own, until that is lost or nobody hears any more.
    pub(super) async fn listens(&self, company: CompanyId) -> Stored<Ear> {
        let mut listener = PgListener::connect_with(&self.readers).await.map_err(trouble)?;
        listener.listen(&channel(company)).await.map_err(trouble)?;
        let (says, ear) = Ear::open(MOST_WAITING);
        let own = Arc::clone(&self.voice);
        tokio::spawn(async move {
            loop {
                let said = tokio::select! {
                    said = listener.try_recv() => said,
                    () = says.closed() => return,
                };
                // No word: the connection was lost, and perhaps words with it.
                let Ok(Some(said)) = said else { return };
                if let Some(word) = of_another(said.payload(), &own)
                    && says.send(word).await.is_err()
                {
                    return;
                }
            }
        });
        Ok(ear)
    }
}
