//! The one list over all papers: filter, sort, page.

use sqlx::{Postgres, QueryBuilder, postgres::PgRow};
use sync_core::{
    paper::PaperKind,
    scope::Scope,
    unit::{Money, StaffId},
};

use super::{PostgresUnit, read::push_in};
use crate::store::{
    Filter, ListAsk, Listed, Listing, Order, Sight, Stored, TALLIED,
    codec::{self, Columns, count},
    slices,
    tally::{Stretch, day_beginning, day_of, stretches},
};

/// The classes of scopes that are in sight as a whole, by the first byte of their keys.
fn whole_classes(sight: &Sight) -> impl Iterator<Item = u8> {
    const ANY: [u8; 16] = [0; 16];
    let classes = [
        (sight.all_personal, Scope::StaffPrivate(sync_core::unit::StaffId::from_bytes(ANY))),
        (sight.all_customers, Scope::Customer(sync_core::unit::CustomerId::from_bytes(ANY))),
        (sight.all_personal, Scope::CustomerPrivate(sync_core::unit::CustomerId::from_bytes(ANY))),
        (sight.all_staff, Scope::Staff(sync_core::unit::StaffId::from_bytes(ANY))),
    ];
    classes.into_iter().filter(|(whole, _)| *whole).map(|(_, any)| any.to_bytes()[0])
}

/// Adds the condition that a paper's scope is in sight.
pub(super) fn push_sight(query: &mut QueryBuilder<Postgres>, sight: &Sight) {
    query.push(" AND (FALSE");
    for class in whole_classes(sight) {
        let (from, until) = ([class], [class + 1]);
        query.push(" OR (scope >= ").push_bind(&from[..]);
        query.push(" AND scope < ").push_bind(&until[..]).push(")");
    }
    if !sight.scopes.is_empty() {
        let bytes: Vec<Vec<u8>> = sight.scopes.iter().map(|scope| scope.to_bytes()).collect();
        let ids: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
        query.push(" OR (TRUE");
        push_in(query, "scope", &ids);
        query.push(")");
    }
    query.push(")");
}

/// Words as Postgres can be asked for them: it knows no zero byte, and no text of ours has one. What stands in its place is a
/// sign that no text has either, so that nothing is found by it.
fn sayable(words: &str) -> String {
    words.replace('\0', "\u{1}")
}

/// A word as a pattern, with the pattern's own signs taken literally.
fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for sign in sayable(word).to_lowercase().chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

/// Adds the condition that a word stands in the paper's own search text, or in that of what the paper names.
fn push_word(query: &mut QueryBuilder<Postgres>, company: &[u8], sight: &Sight, word: &str) {
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

/// The condition of the index over standings that few papers have, word for word.
const RARE: &str = " AND status IN ('withheld', 'accepted', 'withdrawn', 'reversed')";
const RARE_STATUSES: [&str; 4] = ["withheld", "accepted", "withdrawn", "reversed"];

/// The conditions of the indexes over sums and names, word for word.
const WITH_SUMS: &str = " AND papers.kind IN (40, 51, 52)";
const WITH_NAMES: &str = " AND named.kind IN (1, 10)";

/// So many papers are gathered and put in order rather than looked for along an index in that order.
const FEW: u64 = 1_000;

/// What papers are ordered by the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name {
    column: &'static str,
    kind: PaperKind,
}

const OF_CUSTOMER: Name = Name { column: "customer", kind: PaperKind::Customer };
const OF_STAFF: Name = Name { column: "staff", kind: PaperKind::Staff };

fn name_of(order: Order) -> Option<Name> {
    match order {
        Order::Customer => Some(OF_CUSTOMER),
        Order::Staff => Some(OF_STAFF),
        Order::At | Order::Amount | Order::Label => None,
    }
}

/// Whether only standings are asked for that few papers have.
fn only_rare(filter: &Filter) -> bool {
    !filter.status.is_empty() && filter.status.iter().all(|status| RARE_STATUSES.contains(&status.as_str()))
}

/// The names a page is come by, one after the other, where that reads less than putting all in order: of one counted kind of
/// which `matching` papers of `all` pass the filter. By which index, the database finds out itself.
fn along(ask: &ListAsk, matching: u64, all: u64) -> Option<Name> {
    let filter = &ask.filter;
    let name = name_of(ask.sort.by)?;
    let counted = matches!(ask.kinds[..], [kind] if TALLIED.contains(&kind));
    if !counted || filter.customer.is_some() || filter.id.is_some() || filter.words.is_some() {
        return None;
    }
    let dated = filter.from_ms.is_some() || filter.until_ms.is_some();
    let narrowed = dated || filter.staff.is_some() || only_rare(filter);
    let wanted = ask.offset.saturating_add(u64::from(ask.limit));
    let looked_at = wanted.saturating_mul(all) / matching.max(1);
    (!narrowed || matching > looked_at.max(FEW)).then_some(name)
}

/// Whether every paper asked for carries a sum, so that they lie in an index by it.
fn with_sums(kinds: &[PaperKind]) -> bool {
    kinds.iter().all(|kind| TALLIED.contains(kind) && *kind != PaperKind::Visit)
}

/// Adds that a paper is of one of these kinds; of one alone, so that the order of an index goes on behind it.
fn push_kinds(query: &mut QueryBuilder<Postgres>, column: &str, kinds: &[PaperKind]) {
    query.push(" AND ").push(column);
    if let [kind] = kinds {
        query.push(" = ").push_bind(i64::from(*kind as u8));
        return;
    }
    let kinds: Vec<i64> = kinds.iter().map(|kind| i64::from(*kind as u8)).collect();
    query.push(" = ANY(").push_bind(kinds).push(")");
}

/// Adds what the papers have to pass but for the sight.
fn push_filter(query: &mut QueryBuilder<Postgres>, company: &[u8], ask: &ListAsk) {
    push_kinds(query, "papers.kind", &ask.kinds);
    query.push(" AND status IS NOT NULL");
    if only_rare(&ask.filter) {
        query.push(RARE);
    }
    let filter = &ask.filter;
    if let Some(id) = filter.id {
        query.push(" AND papers.id = ").push_bind(id.as_bytes().to_vec());
    }
    if let Some(customer) = filter.customer {
        query.push(" AND customer = ").push_bind(customer.bytes().to_vec());
    }
    if let Some(staff) = filter.staff {
        query.push(" AND staff = ").push_bind(staff.bytes().to_vec());
    }
    push_statuses(query, filter);
    if let Some(from) = filter.from_ms {
        query.push(" AND at_ms >= ").push_bind(from);
    }
    if let Some(until) = filter.until_ms {
        query.push(" AND at_ms < ").push_bind(until);
    }
    if let Some(sums) = filter.sums {
        query.push(sums.condition());
    }
    for word in filter.words.iter().flat_map(|words| words.split_whitespace()) {
        push_word(query, company, &ask.sight, word);
    }
}

fn push_statuses(query: &mut QueryBuilder<Postgres>, filter: &Filter) {
    for (statuses, word) in
        [(&filter.status, " AND status = ANY("), (&filter.status_not, " AND status <> ALL(")]
    {
        if !statuses.is_empty() {
            let statuses: Vec<String> = statuses.iter().map(|status| sayable(status)).collect();
            query.push(word).push_bind(statuses).push(")");
        }
    }
}

/// How many, and what they come to.
type Totals = (u64, Money);

fn totals(row: Option<&PgRow>) -> Stored<Totals> {
    let Some(row) = row else { return Ok((0, Money::ZERO)) };
    Ok((count(row, "total")?, Money::fen(row.number("amount")?)))
}

impl PostgresUnit {
    pub(super) async fn list_page(&mut self, ask: &ListAsk) -> Stored<Listing> {
        if ask.kinds.is_empty() {
            return Ok(Listing::default());
        }
        let mut listing = Listing::default();
        if !ask.totals {
            listing.rows = self.page(ask, along(ask, u64::MAX, u64::MAX)).await?;
            return Ok(listing);
        }
        (listing.total, listing.amount) = self.totals(ask).await?;
        if ask.limit == 0 || ask.offset >= listing.total {
            return Ok(listing);
        }
        let all = if name_of(ask.sort.by).is_some() && ask.kinds.iter().all(|kind| TALLIED.contains(kind)) {
            self.tallied(&ask.kinds, &Filter::default(), None, &[]).await?.0
        } else {
            listing.total
        };
        let along = along(ask, listing.total, all);
        listing.rows = self.page(ask, along).await?;
        let due = u64::from(ask.limit).min(listing.total - ask.offset);
        if along.is_some() && (listing.rows.len() as u64) < due {
            // Some have no name: they come last, and no name leads to them.
            listing.rows = self.page(ask, None).await?;
        }
        Ok(listing)
    }

    /// How many papers pass, and what they come to: counted as they were written where that can be, or now.
    async fn totals(&mut self, ask: &ListAsk) -> Stored<Totals> {
        let filter = &ask.filter;
        let begins = |at: Option<i64>| at.is_none_or(|at| day_beginning(at).is_some());
        let as_counted = ask.kinds.iter().all(|kind| TALLIED.contains(kind))
            && filter.words.is_none()
            && filter.id.is_none()
            && filter.customer.is_none()
            && filter.sums.is_none()
            && begins(filter.from_ms)
            && begins(filter.until_ms);
        if !as_counted {
            return self.counted(ask, &ask.sight).await;
        }
        let classes: Vec<u8> = whole_classes(&ask.sight).collect();
        let mut sum = (0, Money::ZERO);
        if !classes.is_empty() {
            sum = self.tallied(&ask.kinds, filter, filter.staff, &classes).await?;
        }
        // Scopes that are in sight one by one.
        let scopes = ask.sight.scopes.iter().copied();
        let scopes: Vec<Scope> = scopes.filter(|scope| !classes.contains(&scope.to_bytes()[0])).collect();
        if !scopes.is_empty() {
            let (papers, amount) = self.counted(ask, &Sight { scopes, ..Sight::default() }).await?;
            sum = (sum.0 + papers, sum.1.plus(amount));
        }
        Ok(sum)
    }

    /// What was counted as it was written; of all classes where none is named.
    async fn tallied(
        &mut self,
        kinds: &[PaperKind],
        filter: &Filter,
        staff: Option<StaffId>,
        classes: &[u8],
    ) -> Stored<Totals> {
        let mut sum = (0, Money::ZERO);
        for Stretch { of, from, before } in stretches(filter.from_ms.map(day_of), filter.until_ms.map(day_of))
        {
            let mut query = self.of_company(&format!(
                "SELECT COALESCE(SUM(papers), 0)::int8 AS total, COALESCE(SUM(amount_fen), 0)::int8 AS amount FROM {}",
                of.table()
            ));
            push_kinds(&mut query, "kind", kinds);
            if let Some(staff) = staff {
                query.push(" AND staff = ").push_bind(staff.bytes().to_vec());
            }
            if !classes.is_empty() {
                let classes: Vec<Vec<u8>> = classes.iter().map(|class| vec![*class]).collect();
                query.push(" AND class = ANY(").push_bind(classes).push(")");
            }
            push_statuses(&mut query, filter);
            if let Some(from) = from {
                query.push(" AND day >= ").push_bind(from);
            }
            if let Some(before) = before {
                query.push(" AND day < ").push_bind(before);
            }
            let (papers, amount) = totals(self.rows(&mut query).await?.first())?;
            sum = (sum.0 + papers, sum.1.plus(amount));
        }
        Ok(sum)
    }

    /// Counted now.
    async fn counted(&mut self, ask: &ListAsk, sight: &Sight) -> Stored<Totals> {
        let company = self.company().to_vec();
        let mut query = self
            .of_company("SELECT COUNT(*) AS total, COALESCE(SUM(amount_fen), 0)::int8 AS amount FROM papers");
        push_filter(&mut query, &company, ask);
        push_sight(&mut query, sight);
        totals(self.rows(&mut query).await?.first())
    }

    /// The papers of a page, along the names that lead to them or as the database thinks best.
    async fn page(&mut self, ask: &ListAsk, along: Option<Name>) -> Stored<Vec<Listed>> {
        let company = self.company().to_vec();
        let descending = if ask.sort.descending { " DESC" } else { "" };
        let mut query = if let Some(Name { column, kind }) = along {
            // The papers stand in a table of their own, so that the conditions are the same in every way.
            let mut query = QueryBuilder::new(
                "SELECT papers.kind, papers.id, papers.scope, papers.state, papers.made FROM \
                 (SELECT id AS name_id, label AS name FROM papers AS named WHERE company = ",
            );
            query.push_bind(company.clone());
            query.push(" AND named.kind = ").push_bind(i64::from(kind as u8)).push(WITH_NAMES);
            query.push(" AND label <> '') AS names JOIN papers ON papers.company = ");
            query.push_bind(company.clone()).push(" AND papers.").push(column);
            query.push(" = name_id WHERE company = ").push_bind(company.clone());
            query
        } else {
            self.of_company("SELECT kind, id, scope, state, made FROM papers")
        };
        push_filter(&mut query, &company, ask);
        push_sight(&mut query, &ask.sight);
        let by_sums = ask.sort.by == Order::Amount && with_sums(&ask.kinds);
        if by_sums {
            query.push(WITH_SUMS);
        }
        query.push(" ORDER BY ");
        match (along, ask.sort.by) {
            (Some(_), _) => drop(query.push("name").push(descending)),
            (None, Order::At) => drop(query.push("at_ms").push(descending)),
            (None, Order::Amount) if by_sums => drop(query.push("amount_fen").push(descending)),
            (None, Order::Amount) => drop(query.push("COALESCE(amount_fen, 0)").push(descending)),
            (None, Order::Label) => drop(query.push("label").push(descending)),
            (None, by @ (Order::Customer | Order::Staff)) => {
                push_name(&mut query, if by == Order::Customer { OF_CUSTOMER } else { OF_STAFF });
                query.push(descending).push(" NULLS LAST");
            }
        }
        query.push(", papers.kind, papers.id LIMIT ").push_bind(i64::from(ask.limit));
        query.push(" OFFSET ").push_bind(ask.offset.cast_signed());
        let (mut found, mut scopes) = (Vec::new(), Vec::new());
        // Along the names, a page is full after a few of them. The database takes the papers of all names for few, and would
        // put them all in order; without that way it puts those of each name in order as it comes to it.
        if along.is_some() {
            self.tell("SET LOCAL enable_sort = off").await?;
        }
        let rows = self.rows(&mut query).await?;
        if along.is_some() {
            self.tell("SET LOCAL enable_sort TO DEFAULT").await?;
        }
        for row in &rows {
            found.push(codec::content(row)?);
            scopes.push(codec::scope(row.bytes("scope")?)?);
        }
        let listed = slices::whole(self, found).await?.into_iter().zip(scopes);
        Ok(listed.map(|((key, paper), scope)| Listed { key, paper, scope }).collect())
    }
}

/// Adds the name of what a column of the paper names; nothing where it has none.
fn push_name(query: &mut QueryBuilder<Postgres>, name: Name) {
    query.push("(SELECT NULLIF(named.label, '') FROM papers AS named WHERE named.company = papers.company");
    query.push(" AND named.kind = ").push_bind(i64::from(name.kind as u8));
    query.push(" AND named.id = papers.").push(name.column).push(")");
}
