//! What only `verify` reads where the two databases want to be asked differently.

use sqlx::{Postgres, QueryBuilder};
use sync_core::paper::PaperKey;

use super::{
    PostgresUnit,
    read::{MOST_IDS, ONE_OF_WANTED, push_wanted},
};
use crate::store::{Shown, Stored, codec, inspect::inspects};

inspects!(PostgresUnit);

impl PostgresUnit {
    /// A query of what lists show of this company's papers, to go on from.
    fn of_shown(&self) -> QueryBuilder<Postgres> {
        self.of_papers(
            "SELECT kind, id, scope, customer, staff, at_ms, amount_fen, status, label, search FROM papers",
        )
    }

    /// The columns beside some papers, as they are now.
    pub(super) async fn shown_of(&mut self, keys: &[PaperKey]) -> Stored<Vec<Shown>> {
        const FOUND: &str = "SELECT found.kind, found.id, found.scope, found.customer, found.staff, found.at_ms, \
                             found.amount_fen, found.status, found.label, found.search FROM ";
        const ONE: &str = " CROSS JOIN LATERAL (SELECT kind, id, scope, customer, staff, at_ms, amount_fen, status, \
                           label, search FROM papers WHERE company = ";
        let mut found = Vec::new();
        for some in keys.chunks(MOST_IDS) {
            let mut query = QueryBuilder::new(FOUND);
            push_wanted(&mut query, some);
            query.push(ONE).push_bind(self.company().to_vec()).push(ONE_OF_WANTED);
            for row in &self.rows(&mut query).await? {
                found.push(codec::shown(row)?);
            }
        }
        Ok(found)
    }
}
