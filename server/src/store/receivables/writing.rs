//! What is written into the table: customers' orders in place of what stood there, with their sums and how far was read.
//!
//! Floor: store, below `receivables`, whose macro brings the names used here. Must not know what orders owe.

/// The writing half of the table of one company in a backend.
macro_rules! receivables_written {
    ($store:ty, $db:ty, $begin:expr) => {
        /// So many rows are written by one statement: a statement takes some 32,000 values at most.
        const AT_ONCE: usize = 500;

        /// What is counted together: standing, staff, place and due day.
        type SumKey = (i64, Vec<u8>, String, i64);

        /// The table.
        #[derive(Clone, Debug)]
        pub struct Receivables {
            store: $store,
            company: CompanyId,
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

        fn bytes_after(mark: OwedMark) -> Vec<u8> {
            mark.after.map(|customer| customer.bytes().to_vec()).unwrap_or_default()
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

pub(in crate::store) use receivables_written;
