//! The one list over all papers: filter, sort, totals. Its pages are read in `page`.

use sqlx::{QueryBuilder, Sqlite, sqlite::SqliteRow};
use sync_core::{
    paper::PaperKind,
    scope::Scope,
    unit::{Money, StaffId},
};

use super::{
    SqliteUnit,
    read::{push_in, push_in_book},
};
use crate::store::{
    Filter, ListAsk, Listing, Order, Sight, Stored, TALLIED,
    codec::{Columns, count},
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
pub(super) fn push_sight(query: &mut QueryBuilder<Sqlite>, company: &[u8], sight: &Sight) {
    let bytes: Vec<Vec<u8>> = sight.scopes.iter().map(|scope| scope.to_bytes()).collect();
    let ids: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
    let customers: Vec<&[u8]> = sight.scopes.iter().filter_map(of_customer).collect();
    let mut classes = whole_classes(sight).peekable();
    match (classes.peek(), ids.is_empty()) {
        (None, true) => drop(query.push(" AND 1 = 0")),
        // By themselves they are looked for by their indexes.
        (None, false) => {
            query.push(" AND papers.rowid IN (SELECT rowid FROM papers INDEXED BY papers_by_scope WHERE ");
            push_in_book(query, company);
            query.push(" AND scope > x''");
            push_in(query, "scope", &ids);
            if !customers.is_empty() {
                query.push(" UNION ALL SELECT rowid FROM papers INDEXED BY papers_by_customer WHERE ");
                push_in_book(query, company);
                push_in(query, "customer", &customers);
                query.push(" AND scope = x''");
            }
            query.push(")");
        }
        (Some(_), nothing_more) => {
            query.push(" AND (1 = 0");
            if sight.all_customers {
                query.push(" OR +scope = x''");
            }
            for class in classes {
                let (from, until) = ([class], [class + 1]);
                // A class is most of the book: by the signs before it no index is looked through for it.
                query.push(" OR (+scope >= ").push_bind(&from[..]);
                query.push(" AND +scope < ").push_bind(&until[..]).push(")");
            }
            if !nothing_more {
                query.push(" OR (1 = 1");
                push_in(query, "scope", &ids);
                query.push(")");
            }
            if !customers.is_empty() {
                query.push(" OR (+scope = x''");
                push_in(query, "+customer", &customers);
                query.push(")");
            }
            query.push(")");
        }
    }
}

/// The customer whose scope it is.
fn of_customer(scope: &Scope) -> Option<&[u8]> {
    match scope {
        Scope::Customer(customer) => Some(&customer.bytes()[..]),
        _ => None,
    }
}

/// The byte of a member of staff's id, counted from one, from which on the index has it.
const END_FROM: usize = 13;

/// The end of an id as the index over members of staff has it, word for word.
pub(super) fn end_of(column: &str) -> String {
    format!("SUBSTR({column}, {END_FROM})")
}

/// Adds the condition that papers are of a member of staff, by the end of the id, which the index has, and by the whole.
pub(super) fn push_staff(query: &mut QueryBuilder<Sqlite>, staff: StaffId) {
    let end = staff.bytes()[END_FROM - 1..].to_vec();
    query.push(" AND ").push(end_of("staff")).push(" = ").push_bind(end);
    query.push(" AND staff = ").push_bind(staff.bytes().to_vec());
}

/// Adds the condition that a word stands in the paper's own search text, or in that of what the paper names.
fn push_word(query: &mut QueryBuilder<Sqlite>, company: &[u8], sight: &Sight, word: &str) {
    // What is searched in stands in small letters: bytes are compared, not letters.
    let word = word.replace('\0', "\u{1}").to_lowercase();
    query.push(" AND (INSTR(search, ").push_bind(word.clone()).push(") > 0");
    for (column, kind) in [("customer", PaperKind::Customer), ("staff", PaperKind::Staff)] {
        query.push(" OR ").push(column).push(" IN (SELECT id FROM papers WHERE ");
        push_in_book(query, company);
        query.push(" AND kind = ").push_bind(i64::from(kind as u8));
        query.push(" AND INSTR(search, ").push_bind(word.clone()).push(") > 0");
        push_sight(query, company, sight);
        query.push(")");
    }
    query.push(")");
}

/// The condition of the index over standings that few papers have, word for word.
pub(super) const RARE: &str = " AND status IN ('withheld', 'accepted', 'withdrawn', 'reversed')";
const RARE_STATUSES: [&str; 4] = ["withheld", "accepted", "withdrawn", "reversed"];

/// The conditions of the indexes over sums and names, word for word.
pub(super) const WITH_SUMS: &str = " AND kind IN (40, 51, 52)";
pub(super) const WITH_NAMES: &str = " AND named.kind IN (1, 10)";
pub(super) const LABELLED: &str = " AND kind IN (1, 10)";

/// So many papers are gathered and put in order rather than looked for along an index in that order.
const FEW: u64 = 1_000;

/// Read as they lie, papers take so many times less than found one by one.
const AS_THEY_LIE: u64 = 8;

/// Of a kind with no more papers than these, words are looked for in each of them, found by their index; of one with more, in
/// all papers as they lie.
const LOOKED_THROUGH: u64 = 20_000;

/// How the papers of a page are come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// As the database thinks best.
    Free,
    /// By an index: in its order where that is the one asked for, or gathered and then put in order.
    By(&'static str),
    /// By the index over sums, which has each stretch of time in an order of its own: of one of them, or of all, which are
    /// few.
    BySums(Option<i64>),
    /// One after the other as they lie, and then put in order.
    Through,
    /// Along the names of what a column of the papers names, and for each name by an index.
    Named(Name),
}

/// What papers are ordered by the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) column: &'static str,
    pub(super) kind: PaperKind,
    pub(super) index: &'static str,
}

pub(super) const OF_CUSTOMER: Name =
    Name { column: "customer", kind: PaperKind::Customer, index: "papers_by_customer" };
pub(super) const OF_STAFF: Name = Name { column: "staff", kind: PaperKind::Staff, index: "papers_by_staff" };

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

/// How to come by a page of one counted kind of which `matching` papers of `all` pass the filter.
fn way(ask: &ListAsk, matching: u64, all: u64) -> Way {
    let filter = &ask.filter;
    if filter.id.is_some() {
        return Way::Free;
    }
    if filter.customer.is_some() {
        return Way::By("papers_by_customer");
    }
    let [kind] = ask.kinds[..] else { return Way::Free };
    if !TALLIED.contains(&kind) {
        let named = matches!(kind, PaperKind::Customer | PaperKind::Staff);
        return if named && ask.sort.by == Order::Label { Way::By("papers_by_label") } else { Way::Free };
    }
    let dated = filter.from_ms.is_some() || filter.until_ms.is_some();
    let gathered = gathered(ask, all);
    let narrowed = dated || gathered != Way::By("papers_by_time");
    // Along an index in the order asked for, so many papers are looked at until the page is full.
    let wanted = ask.offset.saturating_add(u64::from(ask.limit));
    let looked_at = wanted.saturating_mul(all) / matching.max(1);
    let few = if gathered == Way::Through {
        looked_at >= all / AS_THEY_LIE
    } else {
        narrowed && matching <= looked_at.max(FEW)
    };
    match (ask.sort.by, name_of(ask.sort.by)) {
        (Order::Amount, _) if !few && kind != PaperKind::Visit => Way::BySums(None),
        (_, Some(name)) if !few => Way::Named(name),
        (Order::At, _) if !few && gathered == Way::Through => Way::By("papers_by_time"),
        (Order::Label, _) => Way::Free,
        _ => gathered,
    }
}

/// How the papers of a counted kind that pass a filter are gathered, of so many of that kind.
fn gathered(ask: &ListAsk, all: u64) -> Way {
    let filter = &ask.filter;
    if only_rare(filter) {
        Way::By("papers_by_standing")
    } else if filter.staff.is_some() {
        Way::By("papers_by_staff")
    } else if filter.words.is_some() && whole_classes(&ask.sight).next().is_none() {
        // By the few scopes that are in sight.
        Way::Free
    } else if filter.words.is_some() && all > LOOKED_THROUGH {
        // What is searched in stands in the paper's own row: all of them have to be read.
        Way::Through
    } else {
        Way::By("papers_by_time")
    }
}

/// Adds the condition that papers are of some kinds.
pub(super) fn push_kinds(query: &mut QueryBuilder<Sqlite>, kinds: &[PaperKind]) {
    query.push(" AND kind IN (");
    let mut list = query.separated(", ");
    for kind in kinds {
        list.push_bind(i64::from(*kind as u8));
    }
    query.push(")");
}

/// Adds what the papers have to pass but for the sight.
pub(super) fn push_filter(query: &mut QueryBuilder<Sqlite>, company: &[u8], ask: &ListAsk) {
    push_kinds(query, &ask.kinds);
    query.push(" AND status IS NOT NULL");
    let filter = &ask.filter;
    if let Some(id) = filter.id {
        query.push(" AND id = ").push_bind(id.as_bytes().to_vec());
    }
    if let Some(customer) = filter.customer {
        query.push(" AND customer = ").push_bind(customer.bytes().to_vec());
    }
    if let Some(staff) = filter.staff {
        push_staff(query, staff);
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

fn push_statuses(query: &mut QueryBuilder<Sqlite>, filter: &Filter) {
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
}

/// How many, and what they come to.
type Totals = (u64, Money);

fn totals(row: Option<&SqliteRow>) -> Stored<Totals> {
    let Some(row) = row else { return Ok((0, Money::ZERO)) };
    Ok((count(row, "total")?, Money::fen(row.number("amount")?)))
}

impl SqliteUnit {
    pub(super) async fn list_page(&mut self, ask: &ListAsk) -> Stored<Listing> {
        if ask.kinds.is_empty() {
            return Ok(Listing::default());
        }
        let mut listing = Listing::default();
        if !ask.totals {
            listing.rows = self.page(ask, way(ask, u64::MAX, u64::MAX)).await?;
            return Ok(listing);
        }
        let tallied = ask.kinds.iter().all(|kind| TALLIED.contains(kind));
        let searched = tallied && ask.filter.words.is_some();
        let of_kind = if searched { Some(self.all_of(&ask.kinds).await?) } else { None };
        (listing.total, listing.amount) = self.totals(ask, of_kind).await?;
        if ask.limit == 0 || ask.offset >= listing.total {
            return Ok(listing);
        }
        let along = name_of(ask.sort.by).is_some() || ask.sort.by == Order::Amount;
        let narrowed = ask.filter != Filter::default();
        let all = match of_kind {
            Some(all) => all,
            None if narrowed && along && tallied => self.all_of(&ask.kinds).await?,
            None => listing.total,
        };
        let way = way(ask, listing.total, all);
        listing.rows = self.page(ask, way).await?;
        let due = u64::from(ask.limit).min(listing.total - ask.offset);
        if matches!(way, Way::Named(_)) && (listing.rows.len() as u64) < due {
            // Some have no name: they come last, and no name leads to them.
            listing.rows = self.page(ask, Way::Free).await?;
        }
        Ok(listing)
    }

    /// How many papers pass, and what they come to: counted as they were written where that can be, or now.
    /// Of so many of the kind, where that is known.
    async fn totals(&mut self, ask: &ListAsk, of_kind: Option<u64>) -> Stored<Totals> {
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
            return self.counted(ask, &ask.sight, of_kind).await;
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
            let (papers, amount) = self.counted(ask, &Sight { scopes, ..Sight::default() }, of_kind).await?;
            sum = (sum.0 + papers, sum.1.plus(amount));
        }
        Ok(sum)
    }

    /// How many papers of some counted kinds there are in all.
    async fn all_of(&mut self, kinds: &[PaperKind]) -> Stored<u64> {
        Ok(self.tallied(kinds, &Filter::default(), None, &[]).await?.0)
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
                "SELECT COALESCE(SUM(papers), 0) AS total, COALESCE(SUM(amount_fen), 0) AS amount FROM {}",
                of.table()
            ));
            push_kinds(&mut query, kinds);
            if let Some(staff) = staff {
                query.push(" AND staff = ").push_bind(staff.bytes().to_vec());
            }
            if !classes.is_empty() {
                query.push(" AND class IN (");
                let mut list = query.separated(", ");
                for class in classes {
                    list.push_bind(vec![*class]);
                }
                query.push(")");
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
    async fn counted(&mut self, ask: &ListAsk, sight: &Sight, of_kind: Option<u64>) -> Stored<Totals> {
        let company = self.company().to_vec();
        let counted_kinds = ask.kinds.iter().all(|kind| TALLIED.contains(kind));
        let one_by_one = whole_classes(sight).next().is_none();
        let way = match &ask.filter {
            filter if filter.id.is_some() => "",
            filter if filter.customer.is_some() => " INDEXED BY papers_by_customer",
            _ if counted_kinds
                && !one_by_one
                && gathered(ask, of_kind.unwrap_or(u64::MAX)) == Way::Through =>
            {
                " NOT INDEXED"
            }
            _ => "",
        };
        let mut query = self.of_papers(&format!(
            "SELECT COUNT(*) AS total, COALESCE(SUM(amount_fen), 0) AS amount FROM papers{way}"
        ));
        push_filter(&mut query, &company, ask);
        push_sight(&mut query, &company, sight);
        totals(self.rows(&mut query).await?.first())
    }
}
