//! What reporting tools read in Postgres says what the book says.

use server::store::{Filter, ListAsk, Sight, Snapshot, Sort};
use sqlx::{AssertSqlSafe, Executor};
use sync_core::paper::PaperKind;
use tests::books::{Book, Shelf, number};

use crate::house::{House, MA, YANG, cash, minute, visit};

#[tokio::test]
async fn the_sums_of_the_reporting_views_are_those_of_the_book() {
    let book = Book::postgres().await;
    let house = House::over(book.store).await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "谈了订货"), minute(10));
    ma.writes(&cash(1, 400_001, 1), minute(11));
    ma.writes(&cash(2, 59_999, 2), minute(12));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let mut yang = house.pen(YANG, 2).await;
    yang.writes(&visit(11, "看陈列"), minute(13));
    house.push(&yang, yang.all(), minute(20)).await.expect("taken");
    house.holds().await;
    let store = house.hub.store();
    let mut moment = house.hub.snapshot().await.expect("a moment");
    let views = [
        (PaperKind::Visit, "report.visits", 2),
        (PaperKind::Order, "report.orders", 0),
        (PaperKind::Collection, "report.collections", 2),
        (PaperKind::Remittance, "report.remittances", 0),
        (PaperKind::Balance, "report.balances", 3),
        (PaperKind::Customer, "report.customers", 6),
        (PaperKind::Staff, "report.staff", 6),
    ];
    for (kind, view, there) in views {
        let ask = ListAsk {
            kinds: vec![kind],
            sight: Sight::everything(),
            filter: Filter::default(),
            sort: Sort::default(),
            offset: 0,
            limit: 0,
            totals: true,
        };
        let meant = moment.list(&ask).await.expect("a list");
        assert_eq!(meant.total, there, "{view}");
        let rows = number(store, &format!("SELECT COUNT(*) FROM {view}")).await;
        assert_eq!(rows.cast_unsigned(), meant.total, "{view}");
        if !matches!(kind, PaperKind::Visit | PaperKind::Customer | PaperKind::Staff) {
            let sum =
                number(store, &format!("SELECT (COALESCE(SUM(amount), 0) * 100)::int8 FROM {view}")).await;
            assert_eq!(sum, meant.amount.as_fen(), "{view}");
        }
    }
    assert_eq!(number(store, "SELECT (SUM(amount) * 100)::int8 FROM report.balances").await, 0);
    let head = moment.head().await.expect("a head");
    let said = "SELECT entries FROM report.companies WHERE received = applied + held + put_aside AND company = '塞北食品'";
    assert_eq!(number(store, said).await.cast_unsigned(), head.position);
}

#[tokio::test]
async fn the_reporting_views_join_names_and_tell_days_of_the_companys_zone() {
    let book = Book::postgres().await;
    let house = House::over(book.store).await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 400_001, 1), minute(11));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    // Nineteen o'clock in UTC is the next morning in the company's zone.
    let said = "SELECT COUNT(*) FROM report.collections WHERE staff = '马' AND customer = '商行1' AND amount = 4000.01 \
                AND status = 'cash' AND at = TIMESTAMPTZ '2025-09-27 19:17:40Z' AND on_day = DATE '2025-09-28'";
    assert_eq!(number(house.hub.store(), said).await, 1);
    let said = "SELECT COUNT(*) FROM report.devices WHERE number = 1 AND staff = '马' AND changes = 1 AND unsent = 1 \
                AND revoked_at IS NULL AND last_contact_at > enrolled_at";
    assert_eq!(number(house.hub.store(), said).await, 1);
    let said =
        "SELECT COUNT(*) FROM report.customers WHERE name = '商行1' AND owner = '马' AND NOT in_conflict";
    assert_eq!(number(house.hub.store(), said).await, 1);
}

#[tokio::test]
async fn who_may_read_reports_reads_nothing_else() {
    let book = Book::postgres().await;
    let house = House::over(book.store).await;
    let Shelf::Database(database) = &book.shelf else { panic!("it is in Postgres") };
    let reader = format!("reader_{}", database.name());
    let mut owner = database.connection().await;
    let granted = format!(
        "CREATE ROLE {reader} LOGIN; GRANT USAGE ON SCHEMA report TO {reader}; \
         GRANT SELECT ON ALL TABLES IN SCHEMA report TO {reader}"
    );
    owner.execute(AssertSqlSafe(granted)).await.expect("granted");
    let options = database.options().username(&reader);
    let mut reader_of_reports =
        <sqlx::PgConnection as sqlx::Connection>::connect_with(&options).await.expect("it is let in");
    let names: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM report.customers")
        .fetch_one(&mut reader_of_reports)
        .await
        .expect("it may");
    let key = reader_of_reports.execute("SELECT hub_key FROM company").await;
    drop(reader_of_reports);
    owner.execute(AssertSqlSafe(format!("DROP OWNED BY {reader}; DROP ROLE {reader}"))).await.expect("gone");
    assert_eq!(names, 6);
    assert!(key.is_err_and(|error| error.to_string().contains("permission denied")));
    house.holds().await;
}
