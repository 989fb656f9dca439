//! The office's lists: each kind of paper, filtered, ordered and paged, as the caller may see it.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sync_core::{
    locale::Lang,
    time::{Timestamp, business_date},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::{Problem, ProblemDocument};
use super::read::Query;
use super::{App, Caller, Language};
use crate::export::{self, ExportError, ListKind, workbook};
use crate::rows::{
    AccountRow, Asked, BankLineRow, CashRow, CollectionRow, ConflictRow, CreditRow, CustomerRow, DayCloseRow,
    DeviceRow, HandInRow, HeldRow, LimitsRow, List, OrderRow, PriceListRow, ProductRow, Reader,
    RemittanceRow, RowsError, StaffRow, StatementRow, UrgingRow, ViolationRow, VisitRow,
};

/// One handler for each list; they differ by what they read.
macro_rules! lists {
    ($($(#[$doc:meta])* $list:ident $path:literal $row:ident; $file:ident $file_path:literal $kind:ident;)*) => {
        pub(super) fn routes() -> OpenApiRouter<App> {
            OpenApiRouter::new()$(.routes(routes!($list)).routes(routes!($file)))*
        }

        $(
        $(#[$doc])*
        #[utoipa::path(get, path = $path, tag = "lists", params(Asked), security(("access" = [])), responses(
            (status = 200, body = List<$row>),
            (status = 400, body = ProblemDocument, description = "`query.malformed`, `list.…` with field and limit"),
            (status = 401, body = ProblemDocument),
        ))]
        async fn $list(
            State(app): State<App>,
            caller: Caller,
            Language(lang): Language,
            Query(asked): Query<Asked>,
        ) -> Result<axum::Json<List<$row>>, Problem> {
            let mut moment = app.snapshot().await?;
            let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), app.outside.now());
            Ok(axum::Json(reader.$list(&asked).await?))
        }

        $(#[$doc])*
        ///
        /// The same as an Excel file: every row the caller sees, up to 100,000, with who took it out, when, and by what
        /// filter. Source: S78.
        #[utoipa::path(get, path = $file_path, tag = "files", params(Asked), security(("access" = [])), responses(
            (status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (status = 400, body = ProblemDocument, description = "`query.malformed`, `list.…` with field and limit"),
            (status = 401, body = ProblemDocument),
        ))]
        async fn $file(
            State(app): State<App>,
            caller: Caller,
            Language(lang): Language,
            Query(asked): Query<Asked>,
        ) -> Result<Response, Problem> {
            taken_out(&app, &caller, lang, ListKind::$kind, &asked).await
        }
        )*
    };
}

lists! {
    /// Visits (客户访问). Source: S93.
    visits "/visits" VisitRow; visits_file "/visits.xlsx" Visits;
    /// Orders (客户订单). Source: S42.
    orders "/orders" OrderRow; orders_file "/orders.xlsx" Orders;
    /// Collections (货款回收). Source: S13–S15.
    collections "/collections" CollectionRow; collections_file "/collections.xlsx" Collections;
    /// Remittances (汇回). Source: S14.
    remittances "/remittances" RemittanceRow; remittances_file "/remittances.xlsx" Remittances;
    /// Violations (违规): money taken above the limit, and the like; asked for by `status`: `open`, `looked-into`, `settled`,
    /// `closed`. Source: S15, S46.
    violations "/violations" ViolationRow; violations_file "/violations.xlsx" Violations;
    /// Cash handed to the office (交款单), signed by the rep and countersigned by finance; asked for by `status`: `signed`,
    /// `received`, `sent-back`, `withdrawn`, `taken-back`. Source: S13, S17.
    hand_ins "/hand-ins" HandInRow; hand_ins_file "/hand-ins.xlsx" HandIns;
    /// Days that reps have closed (日结): counted against expected; asked for by `status`: `even`, `short`, `over`.
    /// Source: S14, S17.
    day_closes "/day-closes" DayCloseRow; day_closes_file "/day-closes.xlsx" DayCloses;
    /// Lines of bank statements (银行流水), for finance's desk; asked for by `status`: `open`, `reopened`, `matched`,
    /// `set-aside`. Source: S34, S41, S46.
    bank_lines "/bank-lines" BankLineRow; bank_lines_file "/bank-lines.xlsx" BankLines;
    /// Bank statements that were read in, for finance's desk. Source: S34.
    statements "/statements" StatementRow; statements_file "/statements.xlsx" Statements;
    /// Customers (客户基本信息卡). Source: S85, S92.
    customers "/customers" CustomerRow; customers_file "/customers.xlsx" Customers;
    /// Staff.
    staff "/staff" StaffRow; staff_file "/staff.xlsx" Staff;
    /// Devices with what they last said of themselves.
    devices "/devices" DeviceRow; devices_file "/devices.xlsx" Devices;
    /// Changes that wait for somebody to decide: `held`, `undecided`, `withheld`; those settled are asked for by `status`:
    /// `accepted`, `declined`, `corrected`.
    held "/held" HeldRow; held_file "/held.xlsx" Held;
    /// Products. Source: S1.
    products "/products" ProductRow; products_file "/products.xlsx" Products;
    /// Price lists (销售定价). Source: S5.
    price_lists "/price-lists" PriceListRow; price_lists_file "/price-lists.xlsx" PriceLists;
    /// Company accounts (公司指定账户). Source: S13, S46.
    accounts "/accounts" AccountRow; accounts_file "/accounts.xlsx" Accounts;
    /// Cash in hand of each rep against the limits (未汇回货款). Source: S14, S15.
    cash "/cash" CashRow; cash_file "/cash.xlsx" Cash;
    /// How each cash rep's limit is divided among their phones, lost ones that nobody has settled (`status=stopped`), and
    /// the special rules (特殊规定: `in-force`, `ahead`, `ended`, `replaced`). Source: S14–S16.
    limits "/limits" LimitsRow; limits_file "/limits.xlsx" Limits;
    /// Fields of customer cards that two people wrote at the same time.
    conflicts "/conflicts" ConflictRow; conflicts_file "/conflicts.xlsx" Conflicts;
    /// Reminders to pay (催款): the dunning log; asked for by `status`: `phone`, `in-person`, `message`, `letter`.
    /// Source: S41, S43.
    urgings "/urgings" UrgingRow; urgings_file "/urgings.xlsx" Urgings;
    /// Credit exceptions (特殊政策); asked for by `status`: `proposed`, `sent-back`, `ahead`, `in-force`, `ended`.
    /// Source: S45.
    credit_exceptions "/credit-exceptions" CreditRow; credit_exceptions_file "/credit-exceptions.xlsx" CreditExceptions;
}

/// A list as a file to keep.
async fn taken_out(
    app: &App,
    caller: &Caller,
    lang: Lang,
    kind: ListKind,
    asked: &Asked,
) -> Result<Response, Problem> {
    let now = app.outside.now();
    let mut moment = app.snapshot().await?;
    let mut reader = Reader::new(&mut moment, &caller.viewer, app.texts(lang), now);
    let bytes = workbook(&mut reader, kind, asked).await?;
    Ok(as_file(kind.code(), now, bytes))
}

/// The answer with a file, named after its list and the day.
pub(super) fn as_file(list: &str, now: Timestamp, bytes: Vec<u8>) -> Response {
    let name = format!("attachment; filename=\"{list}-{}.xlsx\"", business_date(now));
    let name = HeaderValue::from_str(&name).expect("a list's name and a date are plain letters");
    let media = HeaderValue::from_static(export::MEDIA_TYPE);
    ([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Rows(error) => error.into(),
            ExportError::File(why) => {
                tracing::error!(why, "a list could not be written as a file");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server.fault")
            }
        }
    }
}

impl From<RowsError> for Problem {
    fn from(error: RowsError) -> Self {
        match error {
            RowsError::Store(error) => error.into(),
            RowsError::Ask(refusal) => Self::malformed(&refusal)
                .coded(refusal.code())
                .field(refusal.field())
                .limited(refusal.limit().map(u64::from)),
        }
    }
}
