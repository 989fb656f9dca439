//! A page of the one list: the papers that pass, by the way that was chosen, in the order asked for.

use std::collections::BTreeMap;

use sqlx::{QueryBuilder, Sqlite, sqlite::SqliteRow};
use sync_core::paper::PaperKind;

use super::{
    SqliteUnit,
    list::{
        LABELLED, Name, OF_CUSTOMER, OF_STAFF, RARE, WITH_NAMES, WITH_SUMS, Way, end_of, push_filter,
        push_kinds, push_sight,
    },
    read::{MOST_IDS, SCOPE, push_in_book},
};
use crate::store::{
    ListAsk, Listed, Order, Stored,
    codec::{self, Columns},
    slices,
};

/// Without so many of its last bits a moment is the stretch of time that it lies in, as the index over sums has it: 25 days.
const STRETCH_BITS: u32 = 31;

/// The stretch of time that a moment lies in.
const fn stretch_of(at_ms: i64) -> i64 {
    at_ms >> STRETCH_BITS
}

impl SqliteUnit {
    /// The papers of a page.
    pub(super) async fn page(&mut self, ask: &ListAsk, way: Way) -> Stored<Vec<Listed>> {
        let places = if way == Way::BySums(None) {
            self.places_by_sums(ask).await?
        } else {
            let mut query = self.in_order(ask, way);
            query.push(" LIMIT ").push_bind(i64::from(ask.limit));
            query.push(" OFFSET ").push_bind(ask.offset.cast_signed());
            self.read(&mut query, |row| row.number("place")).await?
        };
        self.at_places(&places).await
    }

    /// The places of a page in the order of sums. What is written at about the same time lies together in the index, so each
    /// stretch of time is in an order of its own: the first of each are put in order once more.
    async fn places_by_sums(&mut self, ask: &ListAsk) -> Stored<Vec<i64>> {
        let wanted = ask.offset.saturating_add(u64::from(ask.limit));
        let mut first = Vec::new();
        for stretch in self.stretches_of(ask).await? {
            let mut query = self.in_order(ask, Way::BySums(Some(stretch)));
            query.push(" LIMIT ").push_bind(i64::try_from(wanted).unwrap_or(i64::MAX));
            let read = |row: &SqliteRow| {
                let key = (row.number("kind")?, codec::fixed::<16>(row, "id")?);
                Ok((row.number("amount_fen")?, key, row.number("place")?))
            };
            first.extend(self.read(&mut query, read).await?);
        }
        if ask.sort.descending {
            first.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        } else {
            first.sort_unstable();
        }
        let page = first.into_iter().skip(usize::try_from(ask.offset).unwrap_or(usize::MAX));
        Ok(page.take(ask.limit as usize).map(|(_, _, place)| place).collect())
    }

    /// The stretches of time in which papers of the kinds asked for lie, within what the filter leaves: each is the next one
    /// in the index after the one before.
    async fn stretches_of(&mut self, ask: &ListAsk) -> Stored<Vec<i64>> {
        let before_first = ask.filter.from_ms.map_or(i64::MIN, |from| stretch_of(from) - 1);
        let last = ask.filter.until_ms.map_or(i64::MAX, stretch_of);
        let mut query = QueryBuilder::new("WITH RECURSIVE stretches (stretch) AS (SELECT ");
        query.push_bind(before_first).push(" UNION ALL SELECT (");
        query.push(format!(
            "SELECT MIN(at_ms >> {STRETCH_BITS}) FROM papers INDEXED BY papers_by_amount WHERE "
        ));
        push_in_book(&mut query, self.company());
        query.push(WITH_SUMS);
        push_kinds(&mut query, &ask.kinds);
        query.push(format!(" AND at_ms >> {STRETCH_BITS} > stretch) FROM stretches WHERE stretch < "));
        query.push_bind(last).push(") SELECT stretch FROM stretches WHERE stretch > ");
        query.push_bind(before_first).push(" AND stretch <= ").push_bind(last).push(" ORDER BY stretch");
        self.read(&mut query, |row| row.number("stretch")).await
    }

    /// The places of the papers that pass, in the order asked for; of a stretch of time, where the way names one.
    fn in_order(&self, ask: &ListAsk, way: Way) -> QueryBuilder<Sqlite> {
        let company = self.company().to_vec();
        let descending = if ask.sort.descending { " DESC" } else { "" };
        let mut query = match way {
            Way::Free => self.of_papers("SELECT rowid AS place FROM papers"),
            Way::BySums(_) => self.of_papers(
                "SELECT rowid AS place, kind, id, amount_fen FROM papers INDEXED BY papers_by_amount",
            ),
            Way::Through => self.of_papers("SELECT rowid AS place FROM papers NOT INDEXED"),
            Way::By(index) => {
                self.of_papers(&format!("SELECT rowid AS place FROM papers INDEXED BY {index}"))
            }
            Way::Named(Name { column, kind, index }) => {
                // The papers stand in a table of their own, so that the conditions are the same in every way.
                let mut query = self.of_papers(
                    "SELECT papers.rowid AS place FROM (SELECT id AS name_id, label AS name FROM papers AS named INDEXED BY papers_by_label",
                );
                query.push(" AND named.kind = ").push_bind(i64::from(kind as u8)).push(WITH_NAMES);
                query.push(" AND label <> '') CROSS JOIN papers INDEXED BY ").push(index);
                query.push(" WHERE ");
                push_in_book(&mut query, &company);
                query.push(" AND papers.").push(column).push(" = name_id");
                if kind == PaperKind::Staff {
                    query.push(format!(" AND {} = {}", end_of("papers.staff"), end_of("name_id")));
                }
                query
            }
        };
        push_filter(&mut query, &company, ask);
        push_sight(&mut query, &company, &ask.sight);
        match way {
            Way::By("papers_by_standing") => drop(query.push(RARE)),
            Way::BySums(stretch) => {
                query.push(WITH_SUMS);
                if let Some(stretch) = stretch {
                    query.push(format!(" AND at_ms >> {STRETCH_BITS} = ")).push_bind(stretch);
                }
            }
            Way::By("papers_by_label") => drop(query.push(LABELLED)),
            _ => {}
        }
        query.push(" ORDER BY ");
        match (way, ask.sort.by) {
            (Way::Named(_), _) => drop(query.push("name").push(descending)),
            (_, Order::At) => drop(query.push("at_ms").push(descending)),
            (Way::BySums(_), _) => drop(query.push("amount_fen").push(descending)),
            (_, Order::Amount) => drop(query.push("COALESCE(amount_fen, 0)").push(descending)),
            (_, Order::Label) => drop(query.push("label").push(descending)),
            (_, by @ (Order::Customer | Order::Staff)) => {
                let name = if by == Order::Customer { OF_CUSTOMER } else { OF_STAFF };
                push_name(&mut query, name);
                query.push(" IS NULL, ");
                push_name(&mut query, name);
                query.push(descending);
            }
        }
        query.push(", papers.kind, papers.id");
        query
    }

    /// The papers at some places of the table, in that order. They are put in order without their content, and only those
    /// of the page are read.
    async fn at_places(&mut self, places: &[i64]) -> Stored<Vec<Listed>> {
        let (mut found, mut of_places) = (Vec::new(), Vec::new());
        for some in places.chunks(MOST_IDS) {
            // By their places: any index would be one of all papers of the company.
            let mut query = self.of_papers(&format!(
                "SELECT rowid AS place, kind, id, {SCOPE}, state, made FROM papers NOT INDEXED"
            ));
            query.push(" AND rowid IN (");
            let mut list = query.separated(", ");
            for place in some {
                list.push_bind(*place);
            }
            query.push(")");
            for row in &self.rows(&mut query).await? {
                of_places.push((row.number("place")?, codec::scope(row.bytes("scope")?)?));
                found.push(codec::content(row)?);
            }
        }
        let whole = slices::whole(self, found).await?;
        let listed = whole.into_iter().zip(of_places);
        let listed = listed.map(|((key, paper), (place, scope))| (place, Listed { key, paper, scope }));
        let mut listed: BTreeMap<i64, Listed> = listed.collect();
        Ok(places.iter().filter_map(|place| listed.remove(place)).collect())
    }
}

/// Adds the name of what a column of the paper names; nothing where it has none.
fn push_name(query: &mut QueryBuilder<Sqlite>, name: Name) {
    query.push("(SELECT NULLIF(named.label, '') FROM papers AS named WHERE named.book = papers.book");
    query.push(" AND named.kind = ").push_bind(i64::from(name.kind as u8));
    query.push(" AND named.id = papers.").push(name.column).push(")");
}
