//! Single things: a customer's page, its timeline, a slice of the feed.
//!
//! Floor: above the lists.

use serde::Deserialize;
use sync_core::{
    domain::cash::LedgerAccount,
    paper::{Paper, PaperKey, PaperKind},
    scope::Scope,
    time::Timestamp,
    unit::{CustomerId, StaffId},
};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{
    Asked, CustomerPage, FeedPage, List, Reader, RowsError, TimelineRow,
    ask::AskRefusal,
    customers, feed,
    held::kind_name,
    lists::{LATEST, Slice, written},
    names::{Names, Wanted},
    timeline,
};
use crate::store::{FeedAsk, FeedRow, Filter, Listed, Snapshot, Stored};

/// The most lines of one slice of the feed.
pub const MOST_FEED_LINES: u32 = 500;

/// Lines of a slice that does not say how many.
const USUAL_FEED_LINES: u32 = 50;

/// Entries looked through at once, for a reader who sees only some of them.
const LOOKED_THROUGH: u32 = 1_000;

/// Entries one answer looks through at most; whoever found too little goes on from where it says it came to.
const MOST_LOOKED_AT: usize = 20_000;

/// The slice of the feed that is asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedAsked {
    /// Only positions above this, the oldest first.
    pub after: Option<u64>,
    /// Only positions below this, the latest first.
    pub before: Option<u64>,
    /// At most so many lines, 1 to 500.
    pub limit: Option<u32>,
    /// Only changes of this member of staff.
    pub staff: Option<Uuid>,
    /// Only changes of this kind, such as `order-taken`.
    pub kind: Option<String>,
    /// Only changes of which this became: `applied`, `findings` or `held`.
    pub verdict: Option<String>,
    /// Only changes about this customer.
    pub customer: Option<Uuid>,
    /// Only changes about this member of staff's cash, limits and violations, whoever made them; none for a reader who
    /// does not see their drawer. Source: S14–S16.
    pub drawer: Option<Uuid>,
}

impl<N: Snapshot> Reader<'_, N> {
    /// The reader's own name.
    pub(crate) async fn reader_name(&mut self) -> Stored<String> {
        let staff = self.viewer.staff;
        let mut wanted = Wanted::default();
        wanted.staff(staff);
        Ok(self.names(wanted).await?.person(staff).name)
    }

    /// The names of whom a list is narrowed to: staff, customer.
    pub(crate) async fn filter_names(&mut self, asked: &Asked) -> Stored<(Option<String>, Option<String>)> {
        let (staff, customer) = (asked.staff.map(StaffId), asked.customer.map(CustomerId));
        let mut wanted = Wanted::default();
        staff.map(|staff| wanted.staff(staff));
        customer.map(|customer| wanted.customer(customer));
        let names = self.names(wanted).await?;
        let customer =
            customer.map(|id| names.customer(id).map_or_else(|| id.to_string(), |found| found.name));
        Ok((staff.map(|id| names.person(id).name), customer))
    }

    /// The page of a customer; `None` where there is none, or the viewer may not see it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn customer(&mut self, id: CustomerId) -> Stored<Option<CustomerPage>> {
        if !self.viewer.may_see(Scope::Customer(id)) {
            return Ok(None);
        }
        let sees_personal = self.viewer.may_see(Scope::CustomerPrivate(id));
        let mut keys = vec![PaperKey::customer(id)];
        keys.extend(sees_personal.then_some(PaperKey::personal(id)));
        let papers = self.snapshot.papers(&keys).await?;
        let card = papers.iter().find_map(|(_, paper)| match paper {
            Paper::Customer(card) => Some(card),
            _ => None,
        });
        let personal = papers.iter().find_map(|(_, paper)| match paper {
            Paper::Personal(card) => Some(card),
            _ => None,
        });
        let Some(card) = card else { return Ok(None) };
        let mut wanted = Wanted::default();
        customers::wants(id, card, &mut wanted);
        customers::writers(card, personal, &mut wanted);
        wanted.paper(PaperKey::balance(LedgerAccount::Customer(id)));
        let names = self.names(wanted).await?;
        let personal = match personal {
            _ if !sees_personal => customers::Personal::NotTheirs,
            None => customers::Personal::Nothing,
            Some(card) => customers::Personal::Card(card),
        };
        Ok(customers::page(id, card, personal, &names))
    }

    /// What happened with a customer, latest first; `None` where the viewer may not see it.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn timeline(
        &mut self,
        id: CustomerId,
        asked: &Asked,
    ) -> Result<Option<List<TimelineRow>>, RowsError> {
        let paging = asked.paging()?;
        if !self.viewer.may_see(Scope::Customer(id)) {
            return Ok(None);
        }
        let card = match self.snapshot.papers(&[PaperKey::customer(id)]).await?.pop() {
            Some((_, Paper::Customer(card))) if card.exists() => card,
            _ => return Ok(None),
        };
        let writes = timeline::card_writes(&card);
        let kinds = [PaperKind::Visit, PaperKind::Order, PaperKind::Collection];
        let filter = Filter { customer: Some(id), ..Filter::default() };
        let changes = self.changes_with(id).await?;
        let mut others: Vec<Item> = writes.into_iter().map(Item::Card).collect();
        others.extend(changes.into_iter().map(Item::Change));
        let papers = self.ask(&kinds, filter.clone(), LATEST, 0, 0).await?.total;
        let total = papers + others.len() as u64;
        // As many papers as there are other lines may have to make room for them; further back nothing can reach the page.
        let first = paging.offset().saturating_sub(others.len() as u64).min(papers.saturating_sub(1));
        let until = paging.offset() + u64::from(paging.per_page);
        let limit = u32::try_from(until.saturating_sub(first)).unwrap_or(u32::MAX);
        let listed = self.ask(&kinds, filter, LATEST, first, limit).await?.rows;
        let (before, items) = merged(first > 0, listed, others);
        let skip = usize::try_from(paging.offset().saturating_sub(first + before)).unwrap_or(usize::MAX);
        let page: Vec<Item> = items.into_iter().skip(skip).take(paging.per_page as usize).collect();
        let rows = self.timeline_rows(&card, page).await?;
        Ok(Some(self.page_of(Slice { rows, total }, paging.page, paging.per_page).await?))
    }

    async fn timeline_rows(
        &mut self,
        card: &sync_core::domain::customer::CustomerCard,
        page: Vec<Item>,
    ) -> Stored<Vec<TimelineRow>> {
        let mut rows: Vec<(Timestamp, usize, TimelineRow)> = Vec::new();
        let mut papers: Vec<(Timestamp, usize, Listed)> = Vec::new();
        let mut writes = Vec::new();
        let mut changes = Vec::new();
        for (place, item) in page.into_iter().enumerate() {
            let at = item.at();
            match item {
                Item::Paper(listed) => papers.push((at, place, listed)),
                Item::Card(write) => writes.push((at, place, write)),
                Item::Change(row) => changes.push((at, place, row)),
            }
        }
        if !writes.is_empty() {
            let mut wanted = Wanted::default();
            customers::writers(card, None, &mut wanted);
            let names = self.names(wanted).await?;
            rows.extend(
                writes.into_iter().map(|(at, place, w)| (at, place, TimelineRow::Card(w.row(&names)))),
            );
        }
        if !changes.is_empty() {
            let names = self.names_of_lines(changes.iter().map(|(_, _, row)| row)).await?;
            let line = |row| Box::new(feed::line(row, &names));
            rows.extend(changes.iter().map(|(at, place, row)| (*at, *place, TimelineRow::Change(line(row)))));
        }
        for kind in [PaperKind::Visit, PaperKind::Order, PaperKind::Collection] {
            let of_kind: Vec<_> = papers.iter().filter(|(_, _, listed)| listed.key.kind == kind).collect();
            let places: Vec<_> = of_kind.iter().map(|(at, place, _)| (*at, *place)).collect();
            let listed: Vec<Listed> = of_kind.into_iter().map(|(_, _, listed)| listed.clone()).collect();
            let of_kind: Vec<TimelineRow> = match kind {
                PaperKind::Visit => {
                    self.visit_rows(listed).await?.into_iter().map(TimelineRow::Visit).collect()
                }
                PaperKind::Order => {
                    self.order_rows(listed).await?.into_iter().map(TimelineRow::Order).collect()
                }
                _ => self.collection_rows(listed).await?.into_iter().map(TimelineRow::Collection).collect(),
            };
            rows.extend(places.into_iter().zip(of_kind).map(|((at, place), row)| (at, place, row)));
        }
        rows.sort_by_key(|(_, place, _)| *place);
        Ok(rows.into_iter().map(|(_, _, row)| row).collect())
    }

    /// A slice of the feed, as the viewer sees it.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn feed(&mut self, asked: &FeedAsked) -> Result<FeedPage, RowsError> {
        let limit = asked.limit.unwrap_or(USUAL_FEED_LINES);
        if !(1..=MOST_FEED_LINES).contains(&limit) {
            return Err(AskRefusal::OutOfRange { field: "limit", most: MOST_FEED_LINES }.into());
        }
        let head = self.snapshot.head().await?.position;
        let (rows, reached) = self.seen(asked, limit as usize, head).await?;
        let names = self.names_of_lines(rows.iter()).await?;
        let entries = rows.iter().map(|row| feed::line(row, &names)).collect();
        Ok(FeedPage { head, reached, entries })
    }

    /// The names that lines of the feed show, with the papers that stamps and reversals are about.
    pub(super) async fn names_of_lines(&mut self, rows: impl Iterator<Item = &FeedRow>) -> Stored<Names<'_>> {
        let mut wanted = Wanted::default();
        let mut targets = Vec::new();
        for row in rows {
            feed::wants(row, &mut wanted);
            targets.extend(feed::target(row));
        }
        if !targets.is_empty() {
            for (key, paper) in self.snapshot.papers(&targets).await? {
                wanted.paper(key);
                if let Some(device) = feed::device_of(&paper) {
                    wanted.device(device);
                }
            }
        }
        self.names(wanted).await
    }

    /// Entries the viewer sees and asked for, with the position that was looked up to: searched for by scope where the
    /// scopes can be listed, else looked through, some at a time.
    async fn seen(&mut self, asked: &FeedAsked, limit: usize, head: u64) -> Stored<(Vec<FeedRow>, u64)> {
        let listed = self.viewer.listed_scopes().map(|scopes| scopes.into_iter().collect::<Vec<_>>());
        let latest_first = asked.after.is_none();
        let end = if latest_first { 1 } else { head };
        let listed = match asked.drawer.map(|staff| Scope::Staff(StaffId(staff))) {
            Some(scope) if !self.viewer.may_see(scope) => return Ok((Vec::new(), end)),
            Some(scope) => Some(vec![scope]),
            None => listed,
        };
        let mut after = asked.after.unwrap_or(0);
        let mut through = asked.before.map(|before| before.saturating_sub(1));
        let mut found: Vec<FeedRow> = Vec::new();
        let mut looked_at = 0;
        loop {
            if through == Some(0) {
                return Ok((found, end));
            }
            let looked = self
                .snapshot
                .feed(&FeedAsk {
                    scopes: listed.clone(),
                    after,
                    through,
                    limit: LOOKED_THROUGH,
                    latest_first,
                    ..FeedAsk::default()
                })
                .await?;
            looked_at += looked.len();
            let whole = looked.len() >= LOOKED_THROUGH as usize;
            let last = looked.last().map_or(end, |row| row.entry.position);
            found.extend(looked.into_iter().filter(|row| self.takes(asked, row)));
            if found.len() > limit || (found.len() == limit && whole) {
                found.truncate(limit);
                let reached = found.last().map_or(last, |row| row.entry.position);
                return Ok((found, reached));
            }
            if !whole {
                return Ok((found, end));
            }
            if looked_at >= MOST_LOOKED_AT {
                return Ok((found, last));
            }
            if latest_first {
                through = Some(last.saturating_sub(1));
            } else {
                after = last;
            }
        }
    }

    /// Whether the viewer sees an entry and asked for it.
    fn takes(&self, asked: &FeedAsked, row: &FeedRow) -> bool {
        let entry = &row.entry;
        asked.staff.is_none_or(|staff| entry.staff == StaffId(staff))
            && asked.kind.as_ref().is_none_or(|kind| *kind == kind_name(entry.change.header.kind))
            && asked.verdict.as_ref().is_none_or(|verdict| verdict == feed::verdict(entry))
            && self.viewer.may_see_any(&row.scopes)
            && asked.customer.is_none_or(|customer| {
                let customer = CustomerId(customer);
                let about = entry.op().ok().and_then(|op| op.customer());
                about == Some(customer) && self.viewer.may_see(Scope::Customer(customer))
            })
    }

    /// What else happened with a customer and stands in no paper of its own: hand-overs, contacts, stamps, reversals,
    /// and that a personal field was written.
    async fn changes_with(&mut self, id: CustomerId) -> Stored<Vec<FeedRow>> {
        let mut scopes = vec![Scope::Customer(id), Scope::CustomerPrivate(id)];
        scopes.retain(|scope| self.viewer.may_see(*scope));
        let mut found = Vec::new();
        let mut through = None;
        loop {
            let ask = FeedAsk {
                scopes: Some(scopes.clone()),
                through,
                limit: LOOKED_THROUGH,
                latest_first: true,
                ..FeedAsk::default()
            };
            let looked = self.snapshot.feed(&ask).await?;
            let whole = looked.len() >= LOOKED_THROUGH as usize;
            through = looked.last().map(|row| row.entry.position.saturating_sub(1));
            found.extend(looked.into_iter().filter(|row| timeline::is_a_line_of_its_own(&row.entry)));
            if !whole {
                return Ok(found);
            }
        }
    }
}

/// Papers and other lines as one, the latest first; where it begins in the middle, how many other lines came before it.
fn merged(in_the_middle: bool, listed: Vec<Listed>, others: Vec<Item>) -> (u64, Vec<Item>) {
    let begins = listed.first().and_then(|row| written(&row.paper)).map(Timestamp::millis);
    let earlier = |other: &Item| in_the_middle && begins.is_some_and(|begins| other.at().millis() > begins);
    let before = others.iter().filter(|other| earlier(other)).count() as u64;
    let mut items: Vec<Item> = listed.into_iter().map(Item::Paper).collect();
    items.extend(others.into_iter().filter(|other| !earlier(other)));
    // By the millisecond, as the store orders them, so that pages fit together.
    items.sort_by_key(|item| std::cmp::Reverse(item.at().millis()));
    (before, items)
}

/// An item of a timeline before names are put to it.
enum Item {
    Paper(Listed),
    Card(timeline::CardWrite),
    Change(FeedRow),
}

impl Item {
    fn at(&self) -> Timestamp {
        match self {
            Self::Card(write) => write.at,
            Self::Change(row) => row.entry.effective,
            Self::Paper(listed) => written(&listed.paper).unwrap_or_default(),
        }
    }
}
