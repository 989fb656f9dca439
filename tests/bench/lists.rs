//! The office's lists over a million changes, and what a push costs over a short and a long history.

use std::{fs, path::Path, time::Instant};

use server::{
    outside::Outside,
    receivables,
    store::{Receivables, Store, moving},
};

use crate::{
    Measured,
    client::{Connection, request},
    company::{
        self, CLERK, CUSTOMERS, Company, DAY_MS, DEVICES, Plan, customer_id, days_ago, rep_number, staff_id,
    },
    database,
    dice::Dice,
    figures::{Figure, for_each, median, percentile},
    history::{self, History, Span},
    rounds::{Load, drive, signed_in},
    server::{Running, Which},
};

/// Days the company has existed.
const DAYS: u64 = 400;
/// Changes of each of the reps who have worked all that time: ten thousand together, a million together.
const SHORT: usize = 100;
const LONG: usize = 10_000;
/// How often the load is pushed over each history.
const ROUNDS: usize = 3;
/// How often each list is asked for.
const ASKED: usize = 2;

/// A list, as the console offers it.
struct Offered {
    list: &'static str,
    by_staff: bool,
    by_date: bool,
    statuses: &'static [&'static str],
    sorts: &'static [&'static str],
}

const OFFERED: [Offered; 15] = [
    Offered {
        list: "visits",
        by_staff: true,
        by_date: true,
        statuses: &["withheld"],
        sorts: &["at", "staff", "customer"],
    },
    Offered {
        list: "orders",
        by_staff: true,
        by_date: true,
        statuses: &["taken", "accepted", "withdrawn"],
        sorts: &["at", "staff", "customer", "amount"],
    },
    Offered {
        list: "collections",
        by_staff: true,
        by_date: true,
        statuses: &["cash", "transfer", "confirmed", "reversed"],
        sorts: &["at", "staff", "customer", "amount"],
    },
    Offered {
        list: "remittances",
        by_staff: true,
        by_date: true,
        statuses: &["sent", "confirmed", "reversed"],
        sorts: &["at", "staff", "amount"],
    },
    Offered {
        list: "customers",
        by_staff: true,
        by_date: false,
        statuses: &["conflict"],
        sorts: &["label", "staff", "at"],
    },
    Offered {
        list: "held",
        by_staff: true,
        by_date: true,
        statuses: &["withheld"],
        sorts: &["at", "staff", "customer"],
    },
    Offered {
        list: "devices",
        by_staff: true,
        by_date: false,
        statuses: &["active"],
        sorts: &["label", "staff", "seen"],
    },
    Offered { list: "staff", by_staff: false, by_date: false, statuses: &[], sorts: &["label"] },
    Offered { list: "products", by_staff: false, by_date: false, statuses: &["sold"], sorts: &["label"] },
    Offered { list: "price-lists", by_staff: false, by_date: false, statuses: &[], sorts: &["at", "label"] },
    Offered {
        list: "accounts",
        by_staff: false,
        by_date: false,
        statuses: &["open"],
        sorts: &["at", "label"],
    },
    Offered {
        list: "receivables",
        by_staff: true,
        by_date: false,
        statuses: &["overdue", "broken", "collected", "paid"],
        sorts: &["due", "amount", "at", "customer"],
    },
    Offered {
        list: "bank-lines",
        by_staff: false,
        by_date: true,
        statuses: &["open", "reopened", "matched", "set-aside"],
        sorts: &["at", "amount"],
    },
    Offered {
        list: "urgings",
        by_staff: true,
        by_date: true,
        statuses: &["phone", "in-person"],
        sorts: &["at", "staff", "customer"],
    },
    Offered {
        list: "credit-exceptions",
        by_staff: true,
        by_date: true,
        statuses: &["proposed", "in-force", "ended"],
        sorts: &["at"],
    },
];

/// What is searched for: a customer, two words of what was said, a person, a telephone number, initials.
const WORDS: [&str; 5] = ["粮油", "发票 对账", "马", "138", "hj"];

/// One thing a person can ask of a list.
#[derive(Clone)]
struct Ask {
    path: String,
    searches: bool,
}

/// Everything the console offers: each list by each filter in each order both ways, the first pages.
fn asks(rep: u32, today: &dyn Fn(u64) -> String) -> Vec<Ask> {
    let mut asks = Vec::new();
    for offered in &OFFERED {
        let mut filters = vec![String::new()];
        filters.extend(offered.statuses.iter().map(|status| format!("&status={status}")));
        if offered.by_staff {
            filters.push(format!("&staff={}", staff_id(&rep_number(rep)).0));
            filters.extend(
                offered
                    .statuses
                    .iter()
                    .map(|status| format!("&staff={}&status={status}", staff_id(&rep_number(rep)).0)),
            );
        }
        if offered.by_date {
            filters.push(format!("&from={}&to={}", today(0), today(0)));
            filters.push(format!("&from={}&to={}", today(30), today(0)));
            filters.push(format!("&staff={}&from={}", staff_id(&rep_number(rep)).0, today(90)));
        }
        if matches!(offered.list, "visits" | "orders" | "collections" | "receivables" | "urgings") {
            filters.push(format!("&customer={}", customer_id(rep, 3).0));
        }
        let searches = WORDS.map(|words| format!("&q={}", words.replace(' ', "%20")));
        let filters = filters.into_iter().map(|filter| (filter, false));
        for (filter, searches) in filters.chain(searches.into_iter().map(|filter| (filter, true))) {
            // Whoever searches looks at the first page in the list's own order.
            let sorts = if searches { &offered.sorts[..1] } else { offered.sorts };
            let pages = if searches { &[1][..] } else { &[1, 3] };
            for (sort, page) in sorts.iter().flat_map(|sort| pages.iter().map(move |page| (sort, page))) {
                for way in if searches { &["-"][..] } else { &["", "-"] } {
                    let path =
                        format!("/api/v1/{}?per_page=50&page={page}&sort={way}{sort}{filter}", offered.list);
                    asks.push(Ask { path, searches });
                }
            }
        }
    }
    for path in ["/api/v1/cash", "/api/v1/conflicts", "/api/v1/summary", "/api/v1/months"] {
        asks.push(Ask { path: path.to_owned(), searches: false });
    }
    asks
}

/// The companies of a short and a long history, written once.
pub(crate) struct Histories {
    company: Company,
    files: [std::path::PathBuf; 2],
}

impl Histories {
    /// Writes both.
    pub(crate) async fn written(folder: &Path, outside: &Outside) -> Measured<Self> {
        println!("writing {} changes of history …", DEVICES as usize * LONG);
        let files = ["short.db", "long.db"].map(|name| folder.join(name));
        let plan = Plan { reps: 2 * DEVICES, customers: CUSTOMERS, phones: DEVICES, days: DAYS };
        let company = company::found(&files[1], outside, &plan).await?;
        let now = outside.now();
        let span = Span {
            reps: DEVICES..2 * DEVICES,
            customers: CUSTOMERS,
            from: days_ago(DAYS - 1, now),
            until: days_ago(0, now),
            each: LONG,
        };
        let begun = Instant::now();
        let mut history = History::begun(&files[1], outside, &span).await?;
        history.grows(&files[1], SHORT).await?;
        fs::copy(&files[1], &files[0])?;
        history.grows(&files[1], LONG - SHORT).await?;
        println!("written in {:.0} s, {:.0} MB", begun.elapsed().as_secs_f64(), {
            for_each(usize::try_from(fs::metadata(&files[1])?.len())?, 1) / 1e6
        });
        Ok(Self { company, files })
    }

    /// Asks for every list in every way, over the file.
    pub(crate) async fn lists(&self, outside: &Outside) -> Measured<Figure> {
        let value = asked(&self.files[1], outside).await?;
        Ok(Figure { name: "list_p95", value, unit: "ms", raw: self.raw_page(outside).await? })
    }

    /// The same over Postgres: the same book, moved there as an operator would.
    pub(crate) async fn lists_over_postgres(&self, outside: &Outside) -> Measured<Figure> {
        let copy = self.files[1].with_extension("copy");
        fs::copy(&self.files[1], &copy)?;
        let place = database::fresh("lists", "template0").await?;
        let begun = Instant::now();
        let (from, to) = (database::opened(&copy).await?, database::opened(&place).await?);
        for company in from.companies().await? {
            moving::move_company(&from, &to, company.id).await?;
        }
        to.look_over().await?;
        from.close().await;
        to.close().await;
        fs::remove_file(&copy)?;
        println!("moved to Postgres in {:.0} s", begun.elapsed().as_secs_f64());
        let value = asked(&place, outside).await?;
        Ok(Figure { name: "list_p95_postgres", value, unit: "ms", raw: self.raw_page(outside).await? })
    }

    /// The 95th percentile of the last fifty of a million rows through the raw handler.
    async fn raw_page(&self, outside: &Outside) -> Measured<f64> {
        let file = self.files[1].with_file_name("rows.db");
        history::copied(&self.files[1], outside, &file).await?;
        let server = Running::start(Which::Raw, &file)?;
        let mut connection = Connection::open(server.address).await?;
        let mut each = Vec::new();
        for _ in 0..200 {
            let begun = Instant::now();
            connection.send(&request("GET", "/page", &[], &[])).await?.body()?;
            each.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        server.stop().await?;
        fs::remove_file(file)?;
        Ok(percentile(&mut each, 95))
    }

    /// What a push costs the server over each of the histories.
    pub(crate) async fn growth(&self) -> Measured<Vec<Figure>> {
        let mut loads = Vec::new();
        for file in &self.files {
            loads.push(Load::ready(&self.company, file).await?);
        }
        let mut cost = [Vec::new(), Vec::new()];
        for round in 1..=ROUNDS {
            for ((file, load), cost) in self.files.iter().zip(&loads).zip(&mut cost) {
                let copy = file.with_extension("copy");
                fs::copy(file, &copy)?;
                let server = Running::start(Which::Product, &copy)?;
                let cpu = server.count_from_here()?;
                let driven = drive(&server, load.full(Which::Product), true).await?;
                let used =
                    server.used_since(cpu)?.cpu_us / for_each(driven.each_ms.len() * company::CHANGES, 1);
                server.stop().await?;
                println!(
                    "round {round}: {used:.1} µs CPU a change, {:.0} ms in all",
                    driven.seconds * 1000.0
                );
                cost.push(used);
                for suffix in ["copy", "copy-wal", "copy-shm"] {
                    fs::remove_file(file.with_extension(suffix)).ok();
                }
            }
        }
        let [raw, value] = cost.map(|cost| median(cost.into_iter()));
        Ok(vec![Figure { name: "push_growth", value, unit: "µs/change", raw }])
    }
}

/// Reads the list of what is owed to where the feed stands: a server does so behind the feed, and nobody waits for it.
async fn owed_is_read(place: &Path) -> Measured<()> {
    let store = database::opened(place).await?;
    let begun = Instant::now();
    for company in store.companies().await? {
        let table = Receivables::new(&store, company.id);
        let read = receivables::refresh(&store, &table, company.id).await?;
        println!("{} accounts read in {:.1} s", read.customers, begun.elapsed().as_secs_f64());
    }
    store.close().await;
    Ok(())
}

/// The 95th percentile of every list in every way, each asked for several times, in mixed order.
async fn asked(place: &Path, outside: &Outside) -> Measured<f64> {
    let now = outside.now();
    let day = |ago: u64| {
        let at = sync_core::time::Timestamp::from_millis(now.millis() - ago * DAY_MS);
        sync_core::time::business_date(at).to_string()
    };
    let mut asks: Vec<Ask> = asks(DEVICES + 7, &day).into_iter().flat_map(|ask| vec![ask; ASKED]).collect();
    Dice::new(5).shuffle(&mut asks);
    owed_is_read(place).await?;
    let server = Running::start(Which::Product, place)?;
    let mut connection = Connection::open(server.address).await?;
    let bearer = format!("Bearer {}", signed_in(&mut connection, CLERK, None).await?);
    let headers = [("authorization", bearer.as_str()), ("accept-encoding", "gzip, deflate, br, zstd")];
    let (mut plain, mut searched, mut each) = (Vec::new(), Vec::new(), Vec::new());
    for ask in &asks {
        let begun = Instant::now();
        connection
            .send(&request("GET", &ask.path, &headers, &[]))
            .await?
            .body()
            .map_err(|why| format!("{}: {why}", ask.path))?;
        let ms = begun.elapsed().as_secs_f64() * 1000.0;
        if ask.searches {
            searched.push(ms);
        } else {
            plain.push(ms);
        }
        each.push((ms, &ask.path));
    }
    server.stop().await?;
    each.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut worst: Vec<&(f64, &String)> = each.iter().collect();
    worst.dedup_by_key(|(_, path)| *path);
    for (ms, path) in worst.iter().take(25) {
        println!("{ms:>8.1} ms  {path}");
    }
    let mut all = [plain.clone(), searched.clone()].concat();
    println!(
        "{} lists: median {:.1} ms, p95 {:.1}; without search p95 {:.1}, p99 {:.1}; with search p50 {:.1}, p95 {:.1}",
        all.len(),
        percentile(&mut all.clone(), 50),
        percentile(&mut all.clone(), 95),
        percentile(&mut plain.clone(), 95),
        percentile(&mut plain, 99),
        percentile(&mut searched.clone(), 50),
        percentile(&mut searched, 95),
    );
    Ok(percentile(&mut all, 95))
}
