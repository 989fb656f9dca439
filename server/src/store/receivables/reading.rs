//! What is read of the table: a page with its sums, one customer's orders, and the cash that has arrived.
//!
//! Floor: store, below `receivables`, whose macro brings the names used here. Must not write.

/// The reading half of the table of one company in a backend.
macro_rules! receivables_read {
    ($unit:ty, $db:ty, $find:literal, $unsought:literal, $in_book:path) => {
        const COLUMNS: &str = "SELECT paper, customer, name, staff, place, taken, due, total_fen, collected_fen, paid_fen, \
                               urged, promised, promised_fen, kept FROM receivables";

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

        /// Of more rows than these a page is come by along the index of its order, whatever days they are due.
        const GATHERED: u64 = 1_000;

        /// What both the rows and their sums are narrowed by; by the due day along its index, or else as they come.
        fn push_narrowed(query: &mut QueryBuilder<$db>, ask: &OwedAsk, by_due: bool) {
            // A customer has few, and an index of their own.
            let sign = if ask.customer.is_some() { $unsought } else { "" };
            query.push(" AND ").push(sign).push("standing = ");
            query.push_bind(standing_number(ask.status.standing()));
            let (today, sign) = (day_number(ask.today), if by_due { "" } else { $unsought });
            if ask.status == OwedStatus::Overdue {
                query.push(" AND ").push(sign).push("due < ").push_bind(today);
            }
            if let Some((from, to)) = ask.age.map(Age::days) {
                // So many days past the due day: the due day lies so many days back.
                if let Some(from) = from {
                    query.push(" AND ").push(sign).push("due <= ").push_bind(today - from);
                }
                if let Some(to) = to {
                    query.push(" AND ").push(sign).push("due >= ").push_bind(today - to);
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
                push_narrowed(&mut query, ask, sums.orders <= GATHERED || ask.by == OwedOrder::Due);
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
                push_narrowed(&mut query, ask, true);
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
    };
}

pub(in crate::store) use receivables_read;
