//! What only `verify` reads where the two databases want to be asked differently.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Sqlite};
use sync_core::paper::{PaperKey, PaperKind};

use super::{
    SqliteUnit,
    read::{MOST_IDS, SCOPE, push_in},
};
use crate::store::{Shown, Stored, codec, inspect::inspects};

inspects!(SqliteUnit);

impl SqliteUnit {
    /// A query of what lists show of this company's papers, to go on from.
    fn of_shown(&self) -> QueryBuilder<Sqlite> {
        self.of_papers(&format!(
            "SELECT kind, id, {SCOPE}, customer, staff, at_ms, amount_fen, status, label, search FROM papers"
        ))
    }

    /// The columns beside some papers, as they are now.
    pub(super) async fn shown_of(&mut self, keys: &[PaperKey]) -> Stored<Vec<Shown>> {
        let mut by_kind: BTreeMap<PaperKind, Vec<&[u8]>> = BTreeMap::new();
        for key in keys {
            by_kind.entry(key.kind).or_default().push(&key.id.as_bytes()[..]);
        }
        let mut found = Vec::new();
        for (kind, ids) in by_kind {
            for some in ids.chunks(MOST_IDS) {
                let mut query = self.of_shown();
                query.push(" AND kind = ").push_bind(i64::from(kind as u8));
                push_in(&mut query, "id", some);
                for row in &self.rows(&mut query).await? {
                    found.push(codec::shown(row)?);
                }
            }
        }
        Ok(found)
    }
}
