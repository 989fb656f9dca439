//! What only `verify` reads where the two databases want to be asked differently.

use sqlx::{QueryBuilder, Sqlite};
use sync_core::paper::PaperKey;

use super::{
    SqliteUnit,
    read::{MOST_IDS, SCOPE},
};
use crate::store::{Shown, Stored, codec, inspect::inspects};

inspects!(SqliteUnit);

/// The columns of what lists show.
fn shown_columns() -> String {
    format!("kind, id, {SCOPE}, customer, staff, at_ms, amount_fen, status, label, search")
}

impl SqliteUnit {
    /// A query of what lists show of this company's papers, to go on from.
    fn of_shown(&self) -> QueryBuilder<Sqlite> {
        self.of_papers(&format!("SELECT {} FROM papers", shown_columns()))
    }

    /// The columns beside some papers, as they are now.
    pub(super) async fn shown_of(&mut self, keys: &[PaperKey]) -> Stored<Vec<Shown>> {
        let mut found = Vec::new();
        for some in keys.chunks(MOST_IDS) {
            let mut query = self.of_wanted(&shown_columns(), some);
            found.extend(self.read(&mut query, codec::shown).await?);
        }
        Ok(found)
    }
}
