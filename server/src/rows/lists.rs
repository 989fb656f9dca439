//! The lists: each kind of paper, filtered, ordered and paged, with the names on the page.
//!
//! Floor: above the rows. Whoever reads sees what `Viewer` lets them see, and nothing here asks anything else.

use std::collections::BTreeMap;

use sync_core::{
    domain::cash::{Balance, in_hand},
    paper::{Paper, PaperKey, PaperKind, WAITING, searched_number},
    scope::Scope,
    time::{Timestamp, business_date},
    unit::{AccountId, ChangeId, CustomerId, DeviceId, Money, PaperId, PriceListId, ProductId, StaffId},
};

use super::{
    AccountRow, Asked, BankLineRow, CollectionRow, CustomerRow, DayCloseRow, DeviceRow, HandInRow, HeldRow,
    List, OrderRow, PriceListRow, ProductRow, Reader, RemittanceRow, RowsError, StaffRow, StatementRow,
    UrgingRow, ViolationRow, VisitRow, cash, clock, customers,
    entries::Heard,
    goods, hand_ins, held, money,
    names::{Names, Wanted},
    numbers, orders, people, violations, visits,
};
use crate::{
    scope,
    store::{Devices, Filter, ListAsk, Listed, Listing, Order, Snapshot, Sort, Stored},
};

/// The latest first.
pub(super) const LATEST: Sort = Sort { by: Order::At, descending: true };

/// By name.
pub(super) const BY_NAME: Sort = Sort { by: Order::Label, descending: false };

/// What happens with customers.
const WITH_CUSTOMERS: [PaperKind; 3] = [PaperKind::Visit, PaperKind::Order, PaperKind::Collection];

/// When a paper of the ledger or form kind was written.
pub(super) fn written(paper: &Paper) -> Option<Timestamp> {
    match paper {
        Paper::Visit(paper) => paper.recorded.as_ref().map(|recorded| recorded.at),
        Paper::Order(paper) => paper.recorded.as_ref().map(|recorded| recorded.at),
        Paper::Collection(paper) => paper.recorded.as_ref().map(|recorded| recorded.at),
        Paper::Remittance(paper) => paper.recorded.as_ref().map(|recorded| recorded.at),
        _ => None,
    }
}

/// With which customer something happened, and when.
fn with_customer(paper: &Paper) -> Option<(CustomerId, Timestamp)> {
    let customer = match paper {
        Paper::Visit(paper) => paper.recorded.as_ref().map(|recorded| recorded.what.customer),
        Paper::Order(paper) => paper.recorded.as_ref().map(|recorded| recorded.what.customer),
        Paper::Collection(paper) => paper.recorded.as_ref().map(|recorded| recorded.what.customer),
        _ => None,
    };
    customer.zip(written(paper))
}

/// A piece of a list, without the page around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// How many there are in all.
    pub total: u64,
}

macro_rules! lists {
    ($($(#[$doc:meta])* $list:ident $slice:ident $rows:ident $row:ty, $kind:ident, $sort:expr;)*) => {
        impl<N: Snapshot> Reader<'_, N> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// Not askable like this, or those of the store.
                pub async fn $list(&mut self, asked: &Asked) -> Result<List<$row>, RowsError> {
                    let paging = asked.paging()?;
                    let slice = self.$slice(asked, paging.offset(), paging.per_page).await?;
                    self.page_of(slice, paging.page, paging.per_page).await
                }

                /// The same from an offset on, without the page around it.
                ///
                /// # Errors
                /// Not askable like this, or those of the store.
                pub async fn $slice(&mut self, asked: &Asked, offset: u64, limit: u32) -> Result<Slice<$row>, RowsError> {
                    let listing = self.listing(PaperKind::$kind, asked, $sort, offset, limit).await?;
                    let total = listing.total;
                    let rows = self.$rows(listing.rows).await?;
                    Ok(Slice { rows, total })
                }
            )*
        }
    };
}

lists! {
    /// Visits.
    visits visits_from visit_rows VisitRow, Visit, LATEST;
    /// Orders.
    orders orders_from order_rows OrderRow, Order, LATEST;
    /// Collections.
    collections collections_from collection_rows CollectionRow, Collection, LATEST;
    /// Remittances.
    remittances remittances_from remittance_rows RemittanceRow, Remittance, LATEST;
    /// Violations.
    violations violations_from violation_rows ViolationRow, Violation, LATEST;
    /// Cash handed to the office.
    hand_ins hand_ins_from hand_in_rows HandInRow, HandIn, LATEST;
    /// Days that were closed.
    day_closes day_closes_from day_close_rows DayCloseRow, DayClose, LATEST;
    /// Lines of bank statements.
    bank_lines bank_lines_from bank_line_rows BankLineRow, BankLine, LATEST;
    /// Bank statements.
    statements statements_from statement_rows StatementRow, Statement, LATEST;
    /// Customers.
    customers customers_from customer_rows CustomerRow, Customer, BY_NAME;
    /// Staff.
    staff staff_from staff_rows StaffRow, Staff, BY_NAME;
    /// Held changes.
    held held_from held_rows HeldRow, Held, LATEST;
    /// Products.
    products products_from product_rows ProductRow, Product, BY_NAME;
    /// Price lists.
    price_lists price_lists_from price_list_rows PriceListRow, PriceList, LATEST;
    /// Company accounts.
    accounts accounts_from account_rows AccountRow, Account, LATEST;
    /// Reminders to pay.
    urgings urgings_from urging_rows UrgingRow, Urging, LATEST;
}

/// The papers of one variant in a listing, with their ids.
macro_rules! of_variant {
    ($listed:expr, $variant:ident) => {
        $listed.iter().filter_map(|row| match &row.paper {
            Paper::$variant(paper) => Some((row.key.id, paper)),
            _ => None,
        })
    };
}

pub(super) use of_variant;

impl<N: Snapshot> Reader<'_, N> {
    pub(super) async fn page_of<T>(
        &mut self,
        slice: Slice<T>,
        page: u32,
        per_page: u32,
    ) -> Result<List<T>, RowsError> {
        let position = self.snapshot.head().await?.position;
        let as_of = clock(self.now);
        Ok(List { rows: slice.rows, total: slice.total, page, per_page, position, as_of })
    }

    pub(super) async fn listing(
        &mut self,
        kind: PaperKind,
        asked: &Asked,
        usual: Sort,
        offset: u64,
        limit: u32,
    ) -> Result<Listing, RowsError> {
        let mut filter = asked.filter()?;
        let sort = asked.sort(usual)?;
        if kind == PaperKind::Held && filter.status.is_empty() && filter.id.is_none() {
            // What waits, unless something else is asked for.
            filter.status = WAITING.map(str::to_owned).to_vec();
        }
        if let Some(words) = filter.words.take() {
            filter.words = Some(self.with_numbers(kind, &words).await?);
        }
        let sight = match kind {
            PaperKind::Device => scope::sight_of_devices(self.viewer),
            _ => scope::sight(self.viewer),
        };
        let ask = ListAsk { kinds: vec![kind], sight, filter, sort, offset, limit, totals: true };
        Ok(self.snapshot.list(&ask).await?)
    }

    /// Words to search by, with each number as it stands on paper (`DH-07-0044`) as the papers of a kind are searched.
    async fn with_numbers(&mut self, kind: PaperKind, words: &str) -> Stored<String> {
        if !words.split_whitespace().any(|word| numbers::read(kind, word).is_some()) {
            return Ok(words.to_owned());
        }
        let logs = self.snapshot.devices(&Devices::All).await?;
        let searched = |word: &str| {
            let (device, count) = numbers::read(kind, word)?;
            let log = logs.iter().find(|log| log.number == device)?;
            Some(searched_number(log.device, count))
        };
        let words = words.split_whitespace();
        Ok(words.map(|word| searched(word).unwrap_or_else(|| word.to_owned())).collect::<Vec<_>>().join(" "))
    }

    /// Devices.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn devices(&mut self, asked: &Asked) -> Result<List<DeviceRow>, RowsError> {
        let paging = asked.paging()?;
        let slice = self.devices_from(asked, paging.offset(), paging.per_page).await?;
        self.page_of(slice, paging.page, paging.per_page).await
    }

    /// The same from an offset on, without the page around it.
    ///
    /// What a device says of itself, and what does not fit about its log, stands in its log and in no paper: ordered
    /// by the one or narrowed to the other (`trouble`), all devices are read.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn devices_from(
        &mut self,
        asked: &Asked,
        offset: u64,
        limit: u32,
    ) -> Result<Slice<DeviceRow>, RowsError> {
        const ALL: u32 = 100_000;
        let in_trouble = asked.status.as_deref() == Some("trouble");
        let said = people::said_order(asked.sort.as_deref());
        if in_trouble {
            let all =
                Asked { sort: asked.sort.clone().filter(|_| said.is_none()), status: None, ..asked.clone() };
            let listing = self.listing(PaperKind::Device, &all, BY_NAME, 0, ALL).await?;
            let mut rows = self.device_rows(listing.rows).await?;
            rows.retain(|row| row.trouble.is_some() || row.aside > 0);
            if let Some((said, descending)) = said {
                people::order_by_what_they_said(&mut rows, said, descending);
            }
            let total = rows.len() as u64;
            let skip = usize::try_from(offset).unwrap_or(usize::MAX);
            return Ok(Slice { rows: rows.into_iter().skip(skip).take(limit as usize).collect(), total });
        }
        let Some((said, descending)) = said else {
            let listing = self.listing(PaperKind::Device, asked, BY_NAME, offset, limit).await?;
            let total = listing.total;
            return Ok(Slice { rows: self.device_rows(listing.rows).await?, total });
        };
        let by_number = Asked { sort: None, ..asked.clone() };
        let listing = self.listing(PaperKind::Device, &by_number, BY_NAME, 0, ALL).await?;
        let mut rows = self.device_rows(listing.rows).await?;
        people::order_by_what_they_said(&mut rows, said, descending);
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        let rows = rows.into_iter().skip(skip).take(limit as usize).collect();
        Ok(Slice { rows, total: listing.total })
    }

    /// What the viewer sees of some kinds of paper.
    pub(super) async fn ask(
        &mut self,
        kinds: &[PaperKind],
        filter: Filter,
        sort: Sort,
        offset: u64,
        limit: u32,
    ) -> Stored<Listing> {
        let sight = scope::sight(self.viewer);
        let kinds = kinds.to_vec();
        self.snapshot.list(&ListAsk { kinds, sight, filter, sort, offset, limit, totals: limit == 0 }).await
    }

    /// The papers that were wanted, as names.
    pub(super) async fn names(&mut self, wanted: Wanted) -> Stored<Names<'_>> {
        let keys: Vec<PaperKey> = wanted.0.into_iter().collect();
        let papers = self.snapshot.papers(&keys).await?.into_iter().collect();
        Ok(Names::new(papers, self.viewer, self.texts))
    }

    /// What the feed says of the changes behind some papers.
    pub(super) async fn heard(&mut self, changes: &[ChangeId]) -> Stored<Heard> {
        Ok(Heard::of(self.snapshot.entries_unlinked(changes).await?))
    }

    pub(super) async fn visit_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<VisitRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, Visit).for_each(|(_, visit)| visits::wants(visit, &mut wanted));
        let changes: Vec<ChangeId> =
            of_variant!(listed, Visit).filter_map(|(_, v)| v.recorded.as_ref().map(|r| r.id)).collect();
        let heard = self.heard(&changes).await?;
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, Visit)
            .filter_map(|(id, visit)| visits::row(PaperId(id), visit, &names, &heard))
            .collect())
    }

    pub(super) async fn order_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<OrderRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, Order).for_each(|(_, order)| orders::wants(order, &mut wanted));
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, Order)
            .filter_map(|(id, order)| orders::row(PaperId(id), order, &names))
            .collect())
    }

    pub(super) async fn collection_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<CollectionRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, Collection).for_each(|(_, paper)| money::collection_wants(paper, &mut wanted));
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, Collection)
            .filter_map(|(id, paper)| money::collection_row(PaperId(id), paper, &names))
            .collect())
    }

    async fn remittance_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<RemittanceRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, Remittance).for_each(|(_, paper)| money::remittance_wants(paper, &mut wanted));
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, Remittance)
            .filter_map(|(id, paper)| money::remittance_row(PaperId(id), paper, &names))
            .collect())
    }

    async fn violation_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<ViolationRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, Violation).for_each(|(_, paper)| violations::wants(paper, &mut wanted));
        let changes: Vec<ChangeId> =
            of_variant!(listed, Violation).filter_map(|(_, v)| v.raised.as_ref().map(|r| r.id)).collect();
        let heard = self.heard(&changes).await?;
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, Violation)
            .filter_map(|(id, paper)| violations::row(PaperId(id), paper, &names, &heard))
            .collect())
    }

    async fn hand_in_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<HandInRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, HandIn).for_each(|(_, paper)| hand_ins::wants(paper, &mut wanted));
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, HandIn)
            .filter_map(|(id, paper)| hand_ins::row(PaperId(id), paper, &names))
            .collect())
    }

    pub(super) async fn day_close_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<DayCloseRow>> {
        let mut wanted = Wanted::default();
        for (_, paper) in of_variant!(listed, DayClose) {
            if let Some(recorded) = &paper.recorded {
                wanted.staff(recorded.by);
            }
        }
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, DayClose)
            .filter_map(|(id, paper)| hand_ins::day_close_row(PaperId(id), paper, &names))
            .collect())
    }

    async fn account_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<super::AccountRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, Account).for_each(|(id, _)| money::account_wants(AccountId(id), &mut wanted));
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, Account)
            .filter_map(|(id, paper)| money::account_row(AccountId(id), paper, &names))
            .collect())
    }

    async fn held_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<HeldRow>> {
        let held = || {
            listed.iter().filter_map(|row| match &row.paper {
                Paper::Held(Some(held), outcome) => Some((row.key.id, held, outcome.as_ref())),
                _ => None,
            })
        };
        let mut wanted = Wanted::default();
        held().for_each(|(_, change, outcome)| held::wants(change, outcome, &mut wanted));
        let names = self.names(wanted).await?;
        Ok(held().map(|(id, change, outcome)| held::row(id, change, outcome, &names)).collect())
    }

    async fn price_list_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<PriceListRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, PriceList).for_each(|(_, list)| goods::price_list_wants(list, &mut wanted));
        let today = business_date(self.now);
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, PriceList)
            .filter_map(|(id, list)| goods::price_list_row(PriceListId(id), list, &names, today))
            .collect())
    }

    async fn product_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<ProductRow>> {
        let lists = self.ask(&[PaperKind::PriceList], Filter::default(), LATEST, 0, 1_000).await?.rows;
        let lists = of_variant!(lists, PriceList).map(|(id, list)| (PriceListId(id), list));
        let in_force = goods::in_force(lists, business_date(self.now)).map(|(_, list)| list);
        Ok(of_variant!(listed, Product)
            .filter_map(|(id, product)| goods::product_row(ProductId(id), product, in_force))
            .collect())
    }

    async fn customer_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<CustomerRow>> {
        let mut wanted = Wanted::default();
        of_variant!(listed, Customer)
            .for_each(|(id, card)| customers::wants(CustomerId(id), card, &mut wanted));
        let names = self.names(wanted).await?;
        let mut rows: Vec<CustomerRow> = of_variant!(listed, Customer)
            .filter_map(|(id, card)| customers::row(CustomerId(id), card, &names))
            .collect();
        if rows.len() > super::MOST_PER_PAGE as usize {
            let last = self.last_of_all().await?;
            for row in &mut rows {
                row.last_at = last.get(&row.id).map(|at| clock(*at));
            }
            return Ok(rows);
        }
        for row in &mut rows {
            let filter = Filter { customer: Some(row.id), ..Filter::default() };
            row.last_at = self.last(&WITH_CUSTOMERS, filter).await?;
        }
        Ok(rows)
    }

    /// When something last happened with each customer: for a whole export, where asking one by one takes longer.
    async fn last_of_all(&mut self) -> Stored<BTreeMap<CustomerId, Timestamp>> {
        const AT_ONCE: u32 = 2_000;
        const MOST: u64 = 200_000;
        let mut last = BTreeMap::new();
        let mut offset = 0;
        loop {
            let some = self.ask(&WITH_CUSTOMERS, Filter::default(), LATEST, offset, AT_ONCE).await?.rows;
            for (customer, at) in some.iter().filter_map(|row| with_customer(&row.paper)) {
                last.entry(customer).or_insert(at);
            }
            offset += some.len() as u64;
            if some.len() < AT_ONCE as usize || offset >= MOST {
                return Ok(last);
            }
        }
    }

    /// When the last paper of some kinds was written.
    pub(super) async fn last(&mut self, kinds: &[PaperKind], filter: Filter) -> Stored<Option<String>> {
        let last = self.ask(kinds, filter, LATEST, 0, 1).await?.rows.pop();
        Ok(last.and_then(|row| written(&row.paper)).map(clock))
    }

    /// The drawers the viewer sees, by their owners.
    pub(super) async fn drawers(&mut self) -> Stored<BTreeMap<StaffId, Vec<(DeviceId, Money)>>> {
        let filter = Filter { status: vec!["drawer".into()], ..Filter::default() };
        let listed = self.ask(&[PaperKind::Balance], filter, Sort::default(), 0, 10_000).await?.rows;
        let balances = of_variant!(listed, Balance).map(|(_, balance): (_, &Balance)| balance);
        let mut by_staff: BTreeMap<StaffId, Vec<(DeviceId, Money)>> = BTreeMap::new();
        for (staff, device, sum) in cash::drawers(balances) {
            by_staff.entry(staff).or_default().push((device, sum));
        }
        Ok(by_staff)
    }

    async fn staff_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<StaffRow>> {
        let drawers = self.drawers().await?;
        let logs = self.snapshot.devices(&Devices::All).await?;
        let mut rows = Vec::new();
        for (id, card) in of_variant!(listed, Staff) {
            let staff = StaffId(id);
            let mut figures = people::StaffFigures::default();
            let sees_drawer = self.viewer.may_see(Scope::Staff(staff));
            if sees_drawer || self.viewer.role.keeps_staff() {
                let active = logs.iter().filter(|log| log.staff == staff && log.revoked.is_none()).count();
                figures.devices = u32::try_from(active).ok();
            }
            if sees_drawer {
                figures.cash = Some(in_hand(drawers.get(&staff).into_iter().flatten().map(|(_, sum)| *sum)));
            }
            let is_rep = card.role.value().is_some_and(|role| role.is_rep());
            if is_rep && (self.viewer.role.sees_all_customers() || staff == self.viewer.staff) {
                let customers = self.snapshot.customers_of(staff).await?.len();
                figures.customers = u32::try_from(customers).ok();
            }
            rows.extend(people::staff_row(staff, card, figures));
        }
        Ok(rows)
    }

    async fn device_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<DeviceRow>> {
        let mut wanted = Wanted::default();
        for (_, card) in of_variant!(listed, Device) {
            if let Some(enrolled) = &card.enrolled {
                wanted.staff(enrolled.what.staff).paper(PaperKey::limits(enrolled.what.staff));
            }
        }
        let ids: Vec<DeviceId> = of_variant!(listed, Device).map(|(id, _)| DeviceId(id)).collect();
        let evictions = self.snapshot.evictions(Some(&ids)).await?;
        let logs = self.snapshot.devices(&Devices::These(ids)).await?;
        let today = business_date(self.now);
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, Device)
            .filter_map(|(id, card)| {
                let log = logs.iter().find(|log| log.device == DeviceId(id));
                people::device_row(DeviceId(id), card, log, &evictions, today, &names)
            })
            .collect())
    }
}
