//! The one list over all papers: filter, sort, page.

use sqlx::{QueryBuilder, Sqlite};
use sync_core::{paper::PaperKind, scope::Scope, unit::Money};

use super::{
    SqliteUnit,
    codec::{self, column, count},
    read::push_in,
};
use crate::store::{ListAsk, Listed, Listing, Order, Sight, Stored};

/// The first byte of a scope's key tells its class.
fn class_bounds(any: &[u8]) -> ([u8; 1], [u8; 1]) {
    let tag = any.first().copied().unwrap_or_default();
    ([tag], [tag + 1])
}

/// Adds the condition that a paper's scope is in sight.
pub(super) fn push_sight(query: &mut QueryBuilder<Sqlite>, sight: &Sight) {
    const ANY: [u8; 16] = [0; 16];
    let classes = [
        (sight.all_personal, Scope::StaffPrivate(sync_core::unit::StaffId::from_bytes(ANY))),
        (sight.all_customers, Scope::Customer(sync_core::unit::CustomerId::from_bytes(ANY))),
        (sight.all_personal, Scope::CustomerPrivate(sync_core::unit::CustomerId::from_bytes(ANY))),
        (sight.all_staff, Scope::Staff(sync_core::unit::StaffId::from_bytes(ANY))),
    ];
    query.push(" AND (1 = 0");
    for (_, any) in classes.into_iter().filter(|(whole, _)| *whole) {
        let (from, until) = class_bounds(&any.to_bytes());
        query.push(" OR (scope >= ").push_bind(&from[..]);
        query.push(" AND scope < ").push_bind(&until[..]).push(")");
    }
    if !sight.scopes.is_empty() {
        let bytes: Vec<Vec<u8>> = sight.scopes.iter().map(|scope| scope.to_bytes()).collect();
        let ids: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
        query.push(" OR (1 = 1");
        push_in(query, "scope", &ids);
        query.push(")");
    }
    query.push(")");
}

/// A word as a pattern, with the pattern's own signs taken literally.
fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for sign in word.to_lowercase().chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

/// Adds the condition that a word stands in the paper's own search text, or in that of what the paper names.
fn push_word(query: &mut QueryBuilder<Sqlite>, company: &[u8], sight: &Sight, word: &str) {
    query.push(" AND (search LIKE ").push_bind(pattern(word)).push(" ESCAPE '\\'");
    for (column, kind) in [("customer", PaperKind::Customer), ("staff", PaperKind::Staff)] {
        query.push(" OR ").push(column).push(" IN (SELECT id FROM papers WHERE company = ");
        query.push_bind(company.to_vec()).push(" AND kind = ").push_bind(i64::from(kind as u8));
        query.push(" AND search LIKE ").push_bind(pattern(word)).push(" ESCAPE '\\'");
        push_sight(query, sight);
        query.push(")");
    }
    query.push(")");
}

/// Orders by the name of what a column of the paper names.
fn push_named(query: &mut QueryBuilder<Sqlite>, column: &str, kind: PaperKind) {
    query.push(" ORDER BY (SELECT named.label FROM papers AS named WHERE named.company = papers.company");
    query.push(" AND named.kind = ").push_bind(i64::from(kind as u8));
    query.push(" AND named.id = papers.").push(column).push(")");
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, company: &[u8], ask: &ListAsk) {
    query.push(" AND kind IN (");
    let mut kinds = query.separated(", ");
    for kind in &ask.kinds {
        kinds.push_bind(i64::from(*kind as u8));
    }
    query.push(") AND status IS NOT NULL");
    push_sight(query, &ask.sight);
    let filter = &ask.filter;
    if let Some(id) = filter.id {
        query.push(" AND id = ").push_bind(id.as_bytes().to_vec());
    }
    if let Some(customer) = filter.customer {
        query.push(" AND customer = ").push_bind(customer.bytes().to_vec());
    }
    if let Some(staff) = filter.staff {
        query.push(" AND staff = ").push_bind(staff.bytes().to_vec());
    }
    for (statuses, word) in
        [(&filter.status, " AND status IN ("), (&filter.status_not, " AND status NOT IN (")]
    {
        if !statuses.is_empty() {
            query.push(word);
            let mut list = query.separated(", ");
            for status in statuses {
                list.push_bind(status.clone());
            }
            query.push(")");
        }
    }
    if let Some(from) = filter.from_ms {
        query.push(" AND at_ms >= ").push_bind(from);
    }
    if let Some(until) = filter.until_ms {
        query.push(" AND at_ms < ").push_bind(until);
    }
    for word in filter.words.iter().flat_map(|words| words.split_whitespace()) {
        push_word(query, company, &ask.sight, word);
    }
}

impl SqliteUnit {
    pub(super) async fn list_page(&mut self, ask: &ListAsk) -> Stored<Listing> {
        if ask.kinds.is_empty() {
            return Ok(Listing::default());
        }
        let company = self.company().to_vec();
        let mut query =
            self.of_company("SELECT COUNT(*) AS total, COALESCE(SUM(amount_fen), 0) AS amount FROM papers");
        push_filter(&mut query, &company, ask);
        let all = self.rows(&mut query).await?;
        let mut listing = Listing::default();
        if let Some(row) = all.first() {
            listing.total = count(row, "total")?;
            listing.amount = Money::fen(column(row, "amount")?);
        }
        if ask.limit == 0 {
            return Ok(listing);
        }
        let mut query = self.of_company("SELECT kind, id, scope, state FROM papers");
        push_filter(&mut query, &company, ask);
        match ask.sort.by {
            Order::At => drop(query.push(" ORDER BY at_ms")),
            Order::Amount => drop(query.push(" ORDER BY COALESCE(amount_fen, 0)")),
            Order::Label => drop(query.push(" ORDER BY label")),
            Order::Customer => push_named(&mut query, "customer", PaperKind::Customer),
            Order::Staff => push_named(&mut query, "staff", PaperKind::Staff),
        }
        query.push(if ask.sort.descending { " DESC, kind, id" } else { ", kind, id" });
        query.push(" LIMIT ").push_bind(i64::from(ask.limit));
        query.push(" OFFSET ").push_bind(ask.offset.cast_signed());
        for row in &self.rows(&mut query).await? {
            let (key, paper) = codec::paper(row)?;
            let scope = codec::scope(column(row, "scope")?)?;
            listing.rows.push(Listed { key, paper, scope });
        }
        Ok(listing)
    }
}
