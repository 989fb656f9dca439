//! The read table of what orders owe (应收): beside the book, made anew behind the feed, the same SQL for both backends.
//!
//! It is no part of the book: nobody judges by it. Whoever refreshes it says up to which position it was read and up to
//! which it is read now; of two who do so at once one is told that the other was quicker.

use sync_core::{
    domain::cash::{Age, Receivable, Standing},
    time::{BusinessDate, Timestamp},
    unit::{CustomerId, Money, PaperId, StaffId},
};

/// One order as the table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedRow {
    /// What it owes.
    pub owed: Receivable,
    /// Whose order it is.
    pub customer: CustomerId,
    /// The customer's name, to be ordered by.
    pub name: String,
    /// Who looks after the customer.
    pub staff: Option<StaffId>,
    /// The customer's place (县区).
    pub place: String,
    /// When somebody was last urged to pay it.
    pub urged: Option<Timestamp>,
    /// What was last promised: until which day, and how much.
    pub promised: Option<(BusinessDate, Money)>,
    /// Whether as much has come since: in time, or later.
    pub came: Option<Came>,
}

/// When what was promised came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// Until the end of the day for which it was promised.
    InTime,
    /// After it.
    Later,
}

impl Came {
    pub(super) const fn number(came: Option<Self>) -> i64 {
        match came {
            None => 0,
            Some(Self::InTime) => 1,
            Some(Self::Later) => 2,
        }
    }

    pub(super) const fn of_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::InTime),
            2 => Some(Self::Later),
            _ => None,
        }
    }
}

/// How far the table was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwedMark {
    /// All rows are of this position of the feed, or newer.
    pub through: u64,
    /// Up to which position it is being read on; zero where it is not.
    pub until: u64,
    /// The customers up to this one have been read for it.
    pub after: Option<CustomerId>,
}

/// Which orders a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwedStatus {
    /// Something is still to be collected.
    #[default]
    Open,
    /// And its day is over.
    Overdue,
    /// And what was promised has not come.
    Broken,
    /// All was collected, and not all confirmed.
    Collected,
    /// All was confirmed.
    Paid,
}

impl OwedStatus {
    /// Every one, in the order of the screen.
    pub const ALL: [Self; 5] = [Self::Open, Self::Overdue, Self::Broken, Self::Collected, Self::Paid];

    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Broken => "broken",
            Self::Collected => "collected",
            Self::Paid => "paid",
        }
    }

    pub(super) const fn standing(self) -> Standing {
        match self {
            Self::Open | Self::Overdue | Self::Broken => Standing::Open,
            Self::Collected => Standing::Collected,
            Self::Paid => Standing::Paid,
        }
    }
}

/// What the list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwedOrder {
    /// The due day.
    #[default]
    Due,
    /// What is open.
    Open,
    /// When the order was taken.
    Taken,
    /// The customer's name.
    Name,
}

impl OwedOrder {
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Open => "open_fen",
            Self::Taken => "taken",
            Self::Name => "name",
        }
    }
}

/// A page of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedAsk {
    /// Today, by which what is overdue is told.
    pub today: BusinessDate,
    /// Only orders of these customers, in order; of all where none are named.
    pub sight: Option<Vec<CustomerId>>,
    /// Words to be found in what the customer is searched by.
    pub words: Option<String>,
    /// The one order.
    pub order: Option<PaperId>,
    /// Of one customer.
    pub customer: Option<CustomerId>,
    /// Of customers of one member of staff.
    pub staff: Option<StaffId>,
    /// Of customers at one place.
    pub place: Option<String>,
    /// Of one age.
    pub age: Option<Age>,
    /// Which.
    pub status: OwedStatus,
    /// In which order.
    pub by: OwedOrder,
    /// The largest first.
    pub descending: bool,
    /// So many are left out at the beginning.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
}

impl OwedAsk {
    /// What all that stand so come to, without a row.
    pub const fn all(status: OwedStatus) -> Self {
        Self {
            today: BusinessDate(chrono::NaiveDate::MIN),
            sight: None,
            words: None,
            order: None,
            customer: None,
            staff: None,
            place: None,
            age: None,
            status,
            by: OwedOrder::Due,
            descending: false,
            offset: 0,
            limit: 0,
        }
    }
}

/// What some orders come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwedSums {
    /// How many.
    pub orders: u64,
    /// What they come to.
    pub total: Money,
    /// What was collected.
    pub collected: Money,
    /// What of that is confirmed.
    pub paid: Money,
    /// What is open by age, the youngest first.
    pub ages: [Money; 5],
}

/// A page with what all of them come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwedListing {
    /// The page.
    pub rows: Vec<OwedRow>,
    /// What all come to.
    pub sums: OwedSums,
}

/// What one customer owes now, in place of all that the table had of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedBy {
    /// Who.
    pub customer: CustomerId,
    /// Their orders.
    pub rows: Vec<OwedRow>,
}

/// Where the cash of a rep lies, gone through up to a position of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashMark {
    /// Up to which position.
    pub through: u64,
    /// What was found, as `CashTraced` writes it.
    pub traced: Vec<u8>,
}

/// What has arrived of a rep's cash: in place of all that was known, or besides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashBy {
    /// Whose.
    pub staff: StaffId,
    /// Where it lies now.
    pub mark: CashMark,
    /// In place of all that was known.
    pub anew: bool,
    /// How much of which collection, and whose customer's it is.
    pub arrived: Vec<(PaperId, CustomerId, Money)>,
}

/// Days since 1970, as the table keeps them.
pub(super) fn day_number(day: BusinessDate) -> i64 {
    (day.0 - chrono::NaiveDate::default()).num_days()
}

/// The day of a number.
pub(super) fn day_of_number(number: i64) -> Option<BusinessDate> {
    chrono::NaiveDate::default().checked_add_signed(chrono::TimeDelta::try_days(number)?).map(BusinessDate)
}

/// The number of a standing, as the table keeps it.
pub(super) const fn standing_number(standing: Standing) -> i64 {
    match standing {
        Standing::Open => 0,
        Standing::Collected => 1,
        Standing::Paid => 2,
    }
}

/// The table of one company in a backend. Both backends speak the same SQL but for one function.
macro_rules! receivables_table {
    ($store:ty, $unit:ty, $db:ty, $find:literal, $in_book:path, $begin:expr) => {
        use std::collections::BTreeMap;

        use sqlx::{QueryBuilder, Transaction};
        use sync_core::{
            domain::cash::{Age, Receivable},
            paper::PaperKind,
            unit::{CompanyId, CustomerId, Money, PaperId, StaffId},
        };

        use crate::store::{
            Came, CashBy, CashMark, OwedAsk, OwedBy, OwedListing, OwedMark, OwedRow, OwedStatus, OwedSums, Stored,
            codec::{self, Columns, corrupt, packed, unpacked},
            receivables::{day_number, day_of_number, standing_number},
        };

        /// So many rows are written by one statement: a statement takes some 32,000 values at most.
        const AT_ONCE: usize = 500;

        /// What is counted together: standing, staff, place and due day.
        type SumKey = (i64, Vec<u8>, String, i64);

        const COLUMNS: &str = "SELECT paper, customer, name, staff, place, taken, due, total_fen, collected_fen, paid_fen, \
                               urged, promised, promised_fen, kept FROM receivables";

        /// The table.
        #[derive(Clone, Debug)]
        pub struct Receivables {
            store: $store,
            company: CompanyId,
        }

        fn owed(row: &impl Columns) -> Stored<OwedRow> {
            let day = |number| day_of_number(number).ok_or_else(|| corrupt("a due day"));
            let id = |name| codec::fixed(row, name);
            let staff = row.bytes("staff")?;
            let promised = match (row.maybe_number("promised")?, row.maybe_number("promised_fen")?) {
                (Some(until), Some(fen)) => Some((day(until)?, Money::fen(fen))),
                _ => None,
            };
            Ok(OwedRow {
                owed: Receivable {
                    order: PaperId::from_bytes(id("paper")?),
                    at: unpacked(row.number("taken")?),
                    due: day(row.number("due")?)?,
                    total: Money::fen(row.number("total_fen")?),
                    collected: Money::fen(row.number("collected_fen")?),
                    paid: Money::fen(row.number("paid_fen")?),
                },
                customer: CustomerId::from_bytes(id("customer")?),
                name: row.text("name")?.to_owned(),
                staff: <[u8; 16]>::try_from(staff).ok().map(StaffId::from_bytes),
                place: row.text("place")?.to_owned(),
                urged: row.maybe_number("urged")?.map(unpacked),
                promised,
                came: Came::of_number(row.number("kept")?),
            })
        }

        fn staff_bytes(row: &OwedRow) -> Vec<u8> {
            row.staff.map(|staff| staff.bytes().to_vec()).unwrap_or_default()
        }

        fn count(sums: &mut BTreeMap<SumKey, [i64; 4]>, row: &OwedRow, sign: i64) {
            let owed = &row.owed;
            let key = (
                standing_number(owed.standing()),
                staff_bytes(row),
                row.place.clone(),
                day_number(owed.due),
            );
            let sum = sums.entry(key).or_default();
            let of = [1, owed.total.as_fen(), owed.collected.as_fen(), owed.paid.as_fen()];
            for (into, what) in sum.iter_mut().zip(of) {
                *into += sign * what;
            }
        }

        /// What both the rows and their sums are narrowed by.
        fn push_narrowed(query: &mut QueryBuilder<$db>, ask: &OwedAsk) {
            query.push(" AND standing = ").push_bind(standing_number(ask.status.standing()));
            let today = day_number(ask.today);
            if ask.status == OwedStatus::Overdue {
                query.push(" AND due < ").push_bind(today);
            }
            if let Some((from, to)) = ask.age.map(Age::days) {
                // So many days past the due day: the due day lies so many days back.
                if let Some(from) = from {
                    query.push(" AND due <= ").push_bind(today - from);
                }
                if let Some(to) = to {
                    query.push(" AND due >= ").push_bind(today - to);
                }
            }
            if let Some(staff) = ask.staff {
                query.push(" AND staff = ").push_bind(staff.bytes().to_vec());
            }
            if let Some(place) = &ask.place {
                query.push(" AND place = ").push_bind(place.clone());
            }
        }

        /// What only the rows are narrowed by.
        fn push_further(query: &mut QueryBuilder<$db>, company: &[u8], ask: &OwedAsk) {
            if ask.status == OwedStatus::Broken {
                query.push(" AND promised IS NOT NULL AND kept = 0 AND promised < ").push_bind(day_number(ask.today));
            }
            if let Some(order) = ask.order {
                query.push(" AND paper = ").push_bind(order.0.as_bytes().to_vec());
            }
            if let Some(customer) = ask.customer {
                query.push(" AND customer = ").push_bind(customer.bytes().to_vec());
            }
            for word in ask.words.iter().flat_map(|words| words.split_whitespace()) {
                let word = word.replace('\0', "\u{1}").to_lowercase();
                query.push(" AND customer IN (SELECT id FROM papers WHERE ");
                $in_book(query, company);
                query.push(" AND kind = ").push_bind(i64::from(PaperKind::Customer as u8));
                query.push(concat!(" AND ", $find, "(search, ")).push_bind(word).push(") > 0)");
            }
            if let Some(customers) = &ask.sight {
                query.push(" AND customer IN (");
                let mut list = query.separated(", ");
                list.push_bind(Vec::<u8>::new());
                for customer in customers {
                    list.push_bind(customer.bytes().to_vec());
                }
                query.push(")");
            }
        }

        fn goes_further(ask: &OwedAsk) -> bool {
            ask.status == OwedStatus::Broken
                || ask.order.is_some()
                || ask.customer.is_some()
                || ask.words.is_some()
                || ask.sight.is_some()
        }

        fn bytes_after(mark: OwedMark) -> Vec<u8> {
            mark.after.map(|customer| customer.bytes().to_vec()).unwrap_or_default()
        }

        impl $unit {
            /// How far the table of what is owed was read, at this moment.
            pub(in crate::store) async fn owed_mark(&mut self) -> Stored<OwedMark> {
                let mut query = self.of_company("SELECT through, until, after FROM receivables_read");
                let rows = self.rows(&mut query).await?;
                let Some(row) = rows.first() else { return Ok(OwedMark::default()) };
                Ok(OwedMark {
                    through: row.number("through")?.cast_unsigned(),
                    until: row.number("until")?.cast_unsigned(),
                    after: <[u8; 16]>::try_from(row.bytes("after")?).ok().map(CustomerId::from_bytes),
                })
            }

            /// One page of what is owed, with what all of them come to, at this moment.
            pub(in crate::store) async fn owed_page(&mut self, ask: &OwedAsk) -> Stored<OwedListing> {
                let sums = self.owed_sums(ask).await?;
                if ask.limit == 0 || ask.offset >= sums.orders {
                    return Ok(OwedListing { rows: Vec::new(), sums });
                }
                let company = self.company().to_vec();
                let mut query = self.of_company(COLUMNS);
                push_narrowed(&mut query, ask);
                push_further(&mut query, &company, ask);
                let way = if ask.descending { " DESC" } else { "" };
                query.push(" ORDER BY ").push(ask.by.column()).push(way).push(", paper").push(way);
                query.push(" LIMIT ").push_bind(i64::from(ask.limit));
                query.push(" OFFSET ").push_bind(i64::try_from(ask.offset).unwrap_or(i64::MAX));
                let rows = self.rows(&mut query).await?;
                Ok(OwedListing { rows: rows.iter().map(owed).collect::<Stored<_>>()?, sums })
            }

            /// What the table has of one customer, in the order of their orders.
            pub(in crate::store) async fn owed_of(&mut self, customer: CustomerId) -> Stored<Vec<OwedRow>> {
                let mut query = self.of_company(COLUMNS);
                query.push(" AND customer = ").push_bind(customer.bytes().to_vec()).push(" ORDER BY taken, paper");
                self.rows(&mut query).await?.iter().map(owed).collect()
            }

            /// Where the cash of a rep lies, where it was gone through.
            pub(in crate::store) async fn cash_mark(&mut self, staff: StaffId) -> Stored<Option<CashMark>> {
                let mut query = self.of_company("SELECT through, traced FROM cash_traced");
                query.push(" AND staff = ").push_bind(staff.bytes().to_vec());
                let rows = self.rows(&mut query).await?;
                let Some(row) = rows.first() else { return Ok(None) };
                let (through, traced) = (row.number("through")?.cast_unsigned(), row.bytes("traced")?.to_vec());
                Ok(Some(CashMark { through, traced }))
            }

            /// How much has arrived of which cash collections of one customer.
            pub(in crate::store) async fn cash_arrived(
                &mut self,
                customer: CustomerId,
            ) -> Stored<BTreeMap<PaperId, Money>> {
                let mut query = self.of_company("SELECT paper, fen FROM cash_arrived");
                query.push(" AND customer = ").push_bind(customer.bytes().to_vec());
                let rows = self.rows(&mut query).await?;
                let each = rows.iter().map(|row| {
                    Ok((PaperId::from_bytes(codec::fixed(row, "paper")?), Money::fen(row.number("fen")?)))
                });
                each.collect()
            }

            /// How much has arrived of which cash collections of one rep, and whose customers' they are.
            pub(in crate::store) async fn cash_arrived_by(
                &mut self,
                staff: StaffId,
            ) -> Stored<BTreeMap<PaperId, (CustomerId, Money)>> {
                let mut query = self.of_company("SELECT paper, customer, fen FROM cash_arrived");
                query.push(" AND staff = ").push_bind(staff.bytes().to_vec());
                let rows = self.rows(&mut query).await?;
                let each = rows.iter().map(|row| {
                    let customer = CustomerId::from_bytes(codec::fixed(row, "customer")?);
                    let paper = PaperId::from_bytes(codec::fixed(row, "paper")?);
                    Ok((paper, (customer, Money::fen(row.number("fen")?))))
                });
                each.collect()
            }

            async fn owed_sums(&mut self, ask: &OwedAsk) -> Stored<OwedSums> {
                let company = self.company().to_vec();
                let further = goes_further(ask);
                let (one, table) = if further { ("1", "receivables") } else { ("orders", "receivable_sums") };
                let summed = |what: &str, name: &str| format!("CAST(COALESCE(SUM({what}), 0) AS BIGINT) AS {name}");
                let mut columns = vec![
                    summed(one, "orders"),
                    summed("total_fen", "total_fen"),
                    summed("collected_fen", "collected_fen"),
                    summed("paid_fen", "paid_fen"),
                ];
                let today = day_number(ask.today);
                for (place, age) in Age::ALL.into_iter().enumerate() {
                    let (from, to) = age.days();
                    let from = from.map_or(String::new(), |from| format!(" AND due <= {}", today - from));
                    let to = to.map_or(String::new(), |to| format!(" AND due >= {}", today - to));
                    let of = format!("CASE WHEN 1 = 1{from}{to} THEN total_fen - collected_fen ELSE 0 END");
                    columns.push(summed(&of, &format!("age_{place}")));
                }
                let mut query = QueryBuilder::<$db>::new("SELECT ");
                query.push(columns.join(", ")).push(" FROM ").push(table);
                query.push(" WHERE company = ").push_bind(company.clone());
                push_narrowed(&mut query, ask);
                if further {
                    push_further(&mut query, &company, ask);
                }
                let rows = self.rows(&mut query).await?;
                let Some(row) = rows.first() else { return Ok(OwedSums::default()) };
                let money = |name: &str| row.number(name).map(Money::fen);
                let mut ages = [Money::ZERO; 5];
                for (place, age) in ages.iter_mut().enumerate() {
                    *age = money(&format!("age_{place}"))?;
                }
                Ok(OwedSums {
                    orders: row.number("orders")?.cast_unsigned(),
                    total: money("total_fen")?,
                    collected: money("collected_fen")?,
                    paid: money("paid_fen")?,
                    ages,
                })
            }
        }

        impl Receivables {
            /// The table of one company.
            pub fn new(store: &$store, company: CompanyId) -> Self {
                Self { store: store.clone(), company }
            }

            fn company(&self) -> Vec<u8> {
                self.company.bytes().to_vec()
            }

            /// Puts what these customers owe in place of what the table had of them, with what has arrived of reps' cash, and
            /// notes how far it is read. Nothing is written, and `false` comes back, where somebody else has read it on
            /// meanwhile.
            ///
            /// # Errors
            /// The database does not answer, or holds what it should not.
            pub async fn replace(
                &self,
                before: OwedMark,
                now: OwedMark,
                of: &[OwedBy],
                cash: &[CashBy],
            ) -> Stored<bool> {
                let mut tx: Transaction<'_, $db> = $begin(&self.store).await.map_err(trouble)?;
                if !self.moves(&mut tx, before, now).await? {
                    return Ok(false);
                }
                for one in cash {
                    self.keep(&mut tx, one).await?;
                }
                let mut sums = BTreeMap::new();
                for some in of.chunks(AT_ONCE) {
                    self.take_off(&mut tx, some, &mut sums).await?;
                }
                let rows: Vec<&OwedRow> = of.iter().flat_map(|one| &one.rows).collect();
                for some in rows.chunks(AT_ONCE) {
                    for row in some {
                        count(&mut sums, row, 1);
                    }
                    self.insert(&mut tx, some).await?;
                }
                let moved: Vec<_> = sums.into_iter().filter(|(_, sum)| *sum != [0; 4]).collect();
                for some in moved.chunks(AT_ONCE) {
                    self.add(&mut tx, some).await?;
                }
                tx.commit().await.map_err(trouble)?;
                Ok(true)
            }

            /// Forgets what is known of reps' cash, and notes how far the table is to be read anew; `false` as with `replace`.
            ///
            /// # Errors
            /// The database does not answer.
            pub async fn forget_cash(&self, before: OwedMark, now: OwedMark) -> Stored<bool> {
                let mut tx: Transaction<'_, $db> = $begin(&self.store).await.map_err(trouble)?;
                if !self.moves(&mut tx, before, now).await? {
                    return Ok(false);
                }
                self.empty(&mut tx, &["cash_arrived", "cash_traced"]).await?;
                tx.commit().await.map_err(trouble)?;
                Ok(true)
            }

            async fn empty(&self, tx: &mut Transaction<'_, $db>, tables: &[&str]) -> Stored<()> {
                for table in tables {
                    let mut query = QueryBuilder::<$db>::new("DELETE FROM ");
                    query.push(*table).push(" WHERE company = ").push_bind(self.company());
                    query.build().execute(&mut **tx).await.map_err(trouble)?;
                }
                Ok(())
            }

            /// Keeps what has arrived of a rep's cash, and where the rest lies.
            async fn keep(&self, tx: &mut Transaction<'_, $db>, cash: &CashBy) -> Stored<()> {
                let staff = cash.staff.bytes().to_vec();
                let kept: &[&str] = if cash.anew { &["cash_traced", "cash_arrived"] } else { &["cash_traced"] };
                for table in kept {
                    let mut query = QueryBuilder::<$db>::new("DELETE FROM ");
                    query.push(*table).push(" WHERE company = ").push_bind(self.company());
                    query.push(" AND staff = ").push_bind(staff.clone());
                    query.build().execute(&mut **tx).await.map_err(trouble)?;
                }
                let mut query = QueryBuilder::<$db>::new(
                    "INSERT INTO cash_traced (company, staff, through, traced) VALUES (",
                );
                query.push_bind(self.company()).push(", ").push_bind(staff.clone());
                query.push(", ").push_bind(cash.mark.through.cast_signed());
                query.push(", ").push_bind(cash.mark.traced.clone()).push(")");
                query.build().execute(&mut **tx).await.map_err(trouble)?;
                for some in cash.arrived.chunks(AT_ONCE) {
                    let mut query = QueryBuilder::<$db>::new(
                        "INSERT INTO cash_arrived (company, paper, staff, customer, fen) ",
                    );
                    query.push_values(some, |mut into, (paper, customer, sum)| {
                        into.push_bind(self.company())
                            .push_bind(paper.0.as_bytes().to_vec())
                            .push_bind(staff.clone())
                            .push_bind(customer.bytes().to_vec())
                            .push_bind(sum.as_fen());
                    });
                    query.push(
                        " ON CONFLICT (company, paper) DO UPDATE SET fen = cash_arrived.fen + excluded.fen",
                    );
                    query.build().execute(&mut **tx).await.map_err(trouble)?;
                }
                Ok(())
            }

            /// Forgets all of it, unless somebody else has read it on meanwhile: the book was taken back to where the table
            /// had not been read to, or it is to be read anew.
            ///
            /// # Errors
            /// The database does not answer.
            pub async fn forget(&self, before: OwedMark) -> Stored<bool> {
                let mut tx: Transaction<'_, $db> = $begin(&self.store).await.map_err(trouble)?;
                if !self.moves(&mut tx, before, OwedMark::default()).await? {
                    return Ok(false);
                }
                self.empty(&mut tx, &["receivables", "receivable_sums", "cash_arrived", "cash_traced"]).await?;
                tx.commit().await.map_err(trouble)?;
                Ok(true)
            }

            /// Whether the mark stood where it was seen, and stands where it should now.
            async fn moves(
                &self,
                tx: &mut Transaction<'_, $db>,
                before: OwedMark,
                now: OwedMark,
            ) -> Stored<bool> {
                let mut first = QueryBuilder::<$db>::new(
                    "INSERT INTO receivables_read (company, through, until, after) VALUES (",
                );
                first.push_bind(self.company()).push(", 0, 0, ").push_bind(Vec::<u8>::new());
                first.push(") ON CONFLICT (company) DO NOTHING");
                first.build().execute(&mut **tx).await.map_err(trouble)?;
                let mut note = QueryBuilder::<$db>::new("UPDATE receivables_read SET through = ");
                note.push_bind(now.through.cast_signed()).push(", until = ").push_bind(now.until.cast_signed());
                note.push(", after = ").push_bind(bytes_after(now));
                note.push(" WHERE company = ").push_bind(self.company());
                note.push(" AND through = ").push_bind(before.through.cast_signed());
                note.push(" AND until = ").push_bind(before.until.cast_signed());
                note.push(" AND after = ").push_bind(bytes_after(before));
                Ok(note.build().execute(&mut **tx).await.map_err(trouble)?.rows_affected() > 0)
            }

            async fn take_off(
                &self,
                tx: &mut Transaction<'_, $db>,
                of: &[OwedBy],
                sums: &mut BTreeMap<SumKey, [i64; 4]>,
            ) -> Stored<()> {
                let of_company = |select: &str| {
                    let mut query = QueryBuilder::<$db>::new(select);
                    query.push(" WHERE company = ").push_bind(self.company());
                    query
                };
                let narrowed = |mut query: QueryBuilder<$db>| {
                    query.push(" AND customer IN (");
                    let mut list = query.separated(", ");
                    for one in of {
                        list.push_bind(one.customer.bytes().to_vec());
                    }
                    query.push(")");
                    query
                };
                let rows = narrowed(of_company(COLUMNS)).build().fetch_all(&mut **tx).await.map_err(trouble)?;
                for row in &rows {
                    count(sums, &owed(row)?, -1);
                }
                narrowed(of_company("DELETE FROM receivables")).build().execute(&mut **tx).await.map_err(trouble)?;
                Ok(())
            }

            async fn insert(&self, tx: &mut Transaction<'_, $db>, rows: &[&OwedRow]) -> Stored<()> {
                let mut query = QueryBuilder::<$db>::new(
                    "INSERT INTO receivables (company, paper, customer, name, staff, place, taken, due, standing, \
                     total_fen, collected_fen, paid_fen, open_fen, urged, promised, promised_fen, kept) ",
                );
                query.push_values(rows, |mut into, row| {
                    let owed = &row.owed;
                    into.push_bind(self.company())
                        .push_bind(owed.order.0.as_bytes().to_vec())
                        .push_bind(row.customer.bytes().to_vec())
                        .push_bind(row.name.clone())
                        .push_bind(staff_bytes(row))
                        .push_bind(row.place.clone())
                        .push_bind(packed(owed.at))
                        .push_bind(day_number(owed.due))
                        .push_bind(standing_number(owed.standing()))
                        .push_bind(owed.total.as_fen())
                        .push_bind(owed.collected.as_fen())
                        .push_bind(owed.paid.as_fen())
                        .push_bind(owed.open().as_fen())
                        .push_bind(row.urged.map(packed))
                        .push_bind(row.promised.map(|(day, _)| day_number(day)))
                        .push_bind(row.promised.map(|(_, sum)| sum.as_fen()))
                        .push_bind(Came::number(row.came));
                });
                query.build().execute(&mut **tx).await.map_err(trouble)?;
                Ok(())
            }

            async fn add(&self, tx: &mut Transaction<'_, $db>, sums: &[(SumKey, [i64; 4])]) -> Stored<()> {
                let mut query = QueryBuilder::<$db>::new(
                    "INSERT INTO receivable_sums (company, standing, staff, place, due, orders, total_fen, \
                     collected_fen, paid_fen) ",
                );
                query.push_values(sums, |mut into, ((standing, staff, place, due), [orders, total, collected, paid])| {
                    into.push_bind(self.company())
                        .push_bind(*standing)
                        .push_bind(staff.clone())
                        .push_bind(place.clone())
                        .push_bind(*due)
                        .push_bind(*orders)
                        .push_bind(*total)
                        .push_bind(*collected)
                        .push_bind(*paid);
                });
                query.push(
                    " ON CONFLICT (company, standing, staff, place, due) DO UPDATE SET \
                     orders = receivable_sums.orders + excluded.orders, \
                     total_fen = receivable_sums.total_fen + excluded.total_fen, \
                     collected_fen = receivable_sums.collected_fen + excluded.collected_fen, \
                     paid_fen = receivable_sums.paid_fen + excluded.paid_fen",
                );
                query.build().execute(&mut **tx).await.map_err(trouble)?;
                Ok(())
            }
        }
    };
}

pub(super) use receivables_table;
