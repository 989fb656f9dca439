//! The table: every operation of the described interface, a row for each, with what it asks and who is answered how.
//!
//! A new route needs a row here, or the matrix fails: [`row`] with the operation as the document writes it, who calls,
//! what is sent, and the answer for a role and a thing.

use serde_json::json;
use sync_core::domain::people::Role;
use sync_core::domain::people::Role::{
    Administrator, Clerk, Finance, GeneralManager, MarketingHead, MarketingVp, SalesHead, SalesManager,
};
use sync_core::scope::Scope;
use sync_core::snapshot::SnapshotAsk;
use sync_core::unit::StaffId;
use sync_core::wire::{MEDIA_TYPE, seal};

use super::oracle::Duty::{Customers, Drawers, Personal, Phones};
use super::oracle::{Duty, Whose, own, sees};
use super::stage::{NOBODY, Stage, Thing, lost};
use crate::client::Request;
use crate::house::{ACCOUNT, PASSWORD, who};
use crate::phone::hex;

/// Who is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Anybody.
    Open,
    /// Somebody signed in, from the office or without a phone.
    Access,
    /// The same, asked by a rep's phone where the role has one.
    Phone,
    /// An enrolled phone that delivers, also one that has lost its other rights.
    Delivery,
}

impl Door {
    /// The name of it in the document.
    pub(crate) const fn scheme(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::Access | Self::Phone => Some("access"),
            Self::Delivery => Some("delivery"),
        }
    }
}

/// Who asks after what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asks {
    pub(crate) role: Role,
    pub(crate) whose: Whose,
}

impl Asks {
    fn sees(self, duties: &[Duty]) -> bool {
        sees(self.role, self.whose, duties)
    }

    fn is_own(self) -> bool {
        own(self.role) == Some(self.whose)
    }

    fn has_phone(self) -> bool {
        own(self.role).is_some()
    }

    /// Whether it is in this company's book.
    fn is_here(self) -> bool {
        !matches!(self.whose, Whose::Elsewhere | Whose::Nobodys)
    }

    fn works_as(self, roles: &[Role]) -> bool {
        roles.contains(&self.role)
    }
}

/// A status and, of a problem, its code.
pub(crate) type Due = (u16, &'static str);

const DONE: Due = (200, "");
const NOT_THERE: Due = (404, "thing.not-found");

/// The duties by which somebody sees what a row asks after beside their own; none where it asks after nothing.
pub(crate) type About = Option<&'static [Duty]>;

const NOTHING: About = None;
const OWN: About = Some(&[]);
const CUSTOMER: About = Some(&[Customers]);
const PERSON: About = Some(&[Personal]);
const DRAWER: About = Some(&[Drawers]);
const DEVICE: About = Some(&[Drawers, Phones]);

/// One operation, asked in one way.
pub(crate) struct Row {
    /// Method and path, as the document has them.
    pub(crate) operation: &'static str,
    pub(crate) door: Door,
    pub(crate) about: About,
    pub(crate) says: fn(&Stage, &Thing, Request) -> Request,
    pub(crate) due: fn(Asks) -> Due,
}

impl Row {
    pub(crate) fn method(&self) -> &'static str {
        self.operation.split_once(' ').expect("a method and a path").0
    }

    pub(crate) fn path(&self) -> &'static str {
        self.operation.split_once(' ').expect("a method and a path").1
    }

    /// Whether asking changes what was asked after, so that the next needs another.
    pub(crate) fn uses_up(&self) -> bool {
        self.operation.starts_with("DELETE /api/v1/devices/") || self.path().ends_with("/ruling")
    }

    /// What is due as it can be read: the answer to HEAD has no words.
    pub(crate) fn worded(&self, (status, code): (u16, &str)) -> (u16, String) {
        (status, if self.method() == "HEAD" { String::new() } else { code.to_owned() })
    }

    /// The address with a thing in its places.
    pub(crate) fn address(&self, thing: &Thing) -> String {
        let path = self.path();
        let id = match path {
            _ if self.operation.starts_with("DELETE /api/v1/devices/") => thing.spare.clone(),
            _ if path.contains("/devices/") => thing.device.clone(),
            _ if path.contains("/held/") => thing.held.clone(),
            _ => thing.customer.to_string(),
        };
        let hash = if path.contains("/push/") { thing.parcel_hash() } else { thing.photo_hash() };
        let path = path.replace("{month}", "2026-11");
        path.replace("{hash}", &hash).replace("{number}", "0").replace("{claim}", "x").replace("{id}", &id)
    }
}

const fn row(
    operation: &'static str,
    door: Door,
    about: About,
    says: fn(&Stage, &Thing, Request) -> Request,
    due: fn(Asks) -> Due,
) -> Row {
    Row { operation, door, about, says, due }
}

/// Nothing beyond the address.
fn plain(_: &Stage, _: &Thing, request: Request) -> Request {
    request
}

/// The question of a list for what is a thing's.
fn of_customer(_: &Stage, thing: &Thing, request: Request) -> Request {
    request.query(&format!("per_page=200&customer={}", thing.customer))
}

const fn everybody(_: Asks) -> Due {
    DONE
}

/// What whoever sees it is answered; for anybody else it is as if it were not there.
fn shown(asks: Asks, duties: &[Duty]) -> Due {
    if asks.is_here() && asks.sees(duties) { DONE } else { NOT_THERE }
}

/// What is for phones alone.
fn delivered(asks: Asks, own: Due, other: Due) -> Due {
    match (asks.has_phone(), asks.is_own()) {
        (false, _) => (403, "device.missing"),
        (true, true) => own,
        (true, false) => other,
    }
}

/// The first so many bytes of something that is brought in pieces.
pub(crate) fn piece(request: Request, whole: &[u8], most: usize) -> Request {
    let request = request.header("content-type", "application/partial-upload").header("upload-offset", "0");
    let request = request.header("upload-length", whole.len().to_string());
    request.bytes(&whole[..whole.len().min(most)])
}

fn snapshot_of(request: Request, scope: Scope) -> Request {
    let ask = SnapshotAsk { epoch: 0, position: None, held: [0; 16], scopes: Some(vec![scope]) };
    request.header("content-type", MEDIA_TYPE).bytes(minicbor::to_vec(&ask).expect("to memory"))
}

fn staff(thing: &Thing) -> StaffId {
    StaffId(thing.staff.parse().expect("an id"))
}

/// Whoever holds a scope gets its snapshot. A role that sees every customer gets that of one who is not there: it is empty.
fn snapshot(asks: Asks, duties: &[Duty], chunk: bool) -> Due {
    let all = duties.iter().any(|duty| duty.roles().contains(&asks.role));
    match (all || asks.sees(duties), chunk && !asks.is_here()) {
        (false, _) => (403, "scope.not-held"),
        (true, true) => (404, "snapshot.no-such-chunk"),
        (true, false) => DONE,
    }
}

/// The heads who decide on what waits. Source: S79.
const RULERS: [Role; 4] = [SalesHead, SalesManager, MarketingHead, MarketingVp];

/// Those who hand customers over. Source: S79.
const ASSIGN: [Role; 2] = [SalesHead, MarketingVp];

/// From somebody who has none of them to whoever has them already: nothing moves.
fn handed_over(_: &Stage, thing: &Thing, request: Request) -> Request {
    request.json(&json!({ "from": who(NOBODY), "to": thing.staff, "customers": [thing.customer] }))
}

fn ruling(asks: Asks, duties: &[Duty]) -> Due {
    match (shown(asks, duties), asks.works_as(&RULERS)) {
        (DONE, false) => (422, "change.not-a-ruler"),
        (due, _) => due,
    }
}

/// The books of a month have a desk of their own: the clerk, finance, and the heads whose word may be needed. Source: S17, Q10.
fn books(asks: Asks) -> Due {
    if asks.works_as(&[Finance, Clerk, MarketingHead, SalesHead, MarketingVp, GeneralManager]) {
        DONE
    } else {
        NOT_THERE
    }
}

/// Lists, each also as a file, asked for what is a customer's.
macro_rules! lists {
    ($($name:literal)*) => {
        [$(
            row(concat!("GET /api/v1/", $name), Door::Access, CUSTOMER, of_customer, everybody),
            row(concat!("GET /api/v1/", $name, ".xlsx"), Door::Access, CUSTOMER, of_customer, everybody),
        )*]
    };
}

/// Every row.
pub(crate) fn table() -> Vec<Row> {
    let mut all = Vec::from(lists! {
        "visits" "orders" "collections" "remittances" "violations" "hand-ins" "day-closes" "bank-lines" "statements" "customers" "staff" "devices"
        "held" "products" "price-lists" "accounts" "cash" "limits" "conflicts"
        "receivables" "urgings" "credit-exceptions"
    });
    all.extend(open_rows());
    all.extend(reading_rows());
    all.extend(office_rows());
    all.extend(statement_rows());
    all.extend(delivering_rows());
    all
}

fn open_rows() -> [Row; 6] {
    [
        row("GET /health/live", Door::Open, NOTHING, plain, everybody),
        row("GET /health/ready", Door::Open, NOTHING, plain, everybody),
        row("GET /metrics", Door::Open, NOTHING, plain, everybody),
        row("GET /r/{claim}", Door::Open, NOTHING, plain, everybody),
        row(
            "POST /api/v1/session",
            Door::Open,
            NOTHING,
            |_, thing, request| request.json(&json!({ "device": thing.device, "password": PASSWORD })),
            |_| (400, "request.missing-field"),
        ),
        row(
            "POST /api/v1/session/refresh",
            Door::Open,
            NOTHING,
            |_, thing, request| request.json(&json!({ "refresh": "x", "device": thing.device })),
            |_| (401, "session.ended"),
        ),
    ]
}

fn reading_rows() -> Vec<Row> {
    vec![
        row("GET /api/v1/customers/{id}", Door::Access, CUSTOMER, plain, |asks| shown(asks, &[Customers])),
        row("GET /api/v1/customers/{id}/timeline", Door::Access, CUSTOMER, plain, |asks| {
            shown(asks, &[Customers])
        }),
        row("GET /api/v1/customers/{id}/account", Door::Access, CUSTOMER, plain, |asks| {
            shown(asks, &[Customers])
        }),
        row("GET /api/v1/summary", Door::Access, NOTHING, plain, everybody),
        row("GET /api/v1/months", Door::Access, NOTHING, plain, books),
        row("GET /api/v1/months/{month}", Door::Access, NOTHING, plain, books),
        row("GET /api/v1/months/{month}/changes", Door::Access, NOTHING, plain, books),
        row("GET /api/v1/months/{month}/table.xlsx", Door::Access, NOTHING, plain, books),
        row("GET /api/v1/feed", Door::Access, NOTHING, |_, _, request| request.query("limit=500"), everybody),
        row("GET /api/v1/events", Door::Access, NOTHING, plain, everybody),
        row("GET /api/v1/blobs/{hash}", Door::Access, CUSTOMER, plain, |asks| shown(asks, &[Customers])),
        row("GET /api/v1/devices/{id}/log", Door::Access, DRAWER, plain, |asks| shown(asks, &[Drawers])),
        row("GET /api/v1/devices/{id}/evictions", Door::Access, DEVICE, plain, |asks| {
            shown(asks, &[Drawers, Phones])
        }),
        row("GET /api/v1/devices/{id}/aside", Door::Access, DEVICE, plain, |asks| {
            shown(asks, &[Drawers, Phones])
        }),
        row("GET /api/v1/pull", Door::Phone, NOTHING, |_, _, request| request.query("limit=1000"), everybody),
        row("GET /api/v1/digest", Door::Phone, NOTHING, plain, everybody),
        row(
            "POST /api/v1/snapshot",
            Door::Phone,
            CUSTOMER,
            |_, thing, request| snapshot_of(request, Scope::Customer(thing.customer)),
            |asks| snapshot(asks, &[Customers], false),
        ),
        row(
            "POST /api/v1/snapshot",
            Door::Phone,
            PERSON,
            |_, thing, request| snapshot_of(request, Scope::CustomerPrivate(thing.customer)),
            |asks| snapshot(asks, &[Personal], false),
        ),
        row(
            "POST /api/v1/snapshot/{number}",
            Door::Phone,
            CUSTOMER,
            |_, thing, request| snapshot_of(request, Scope::Customer(thing.customer)),
            |asks| snapshot(asks, &[Customers], true),
        ),
        row(
            "POST /api/v1/snapshot/{number}",
            Door::Phone,
            PERSON,
            |_, thing, request| snapshot_of(request, Scope::CustomerPrivate(thing.customer)),
            |asks| snapshot(asks, &[Personal], true),
        ),
        row(
            "POST /api/v1/snapshot/{number}",
            Door::Phone,
            DRAWER,
            |_, thing, request| snapshot_of(request, Scope::Staff(staff(thing))),
            |asks| snapshot(asks, &[Drawers], true),
        ),
    ]
}

/// Reading bank statements in and matching them is finance's and nobody else's; the lines are read at finance's desk. Source: S34.
fn statement_rows() -> Vec<Row> {
    const FILE: &str = "记账时间,交易金额,对方账户名称\n2026-10-16,11.00,某\n";
    const LAYOUT: &str = "%7B%22name%22%3A%22a%22%2C%22date%22%3A%22%E8%AE%B0%E8%B4%A6%E6%97%B6%E9%97%B4%22%2C%22payer%22%3A%22%E5%AF%B9%E6%96%B9%E8%B4%A6%E6%88%B7%E5%90%8D%E7%A7%B0%22%2C%22amount%22%3A%7B%22type%22%3A%22signed%22%2C%22amount%22%3A%22%E4%BA%A4%E6%98%93%E9%87%91%E9%A2%9D%22%7D%7D";
    let for_finance =
        |asks: Asks| if asks.works_as(&[Finance]) { DONE } else { (422, "statement.not-finance") };
    vec![
        row(
            "POST /api/v1/statements/columns",
            Door::Access,
            NOTHING,
            |_, thing, request| request.query(&format!("name=a.csv&account={}", thing.customer)).bytes(FILE),
            for_finance,
        ),
        row(
            "POST /api/v1/statements/preview",
            Door::Access,
            NOTHING,
            |_, thing, request| {
                let query = format!("name=a.csv&account={}&layout={LAYOUT}", thing.customer);
                request.query(&query).bytes(FILE)
            },
            for_finance,
        ),
        // Each time another payer: the same line is not read in twice.
        row(
            "POST /api/v1/statements/import",
            Door::Access,
            NOTHING,
            |stage, _, request| {
                let query = format!("name=a.csv&account={ACCOUNT}&layout={LAYOUT}");
                let payer = hex(&stage.fresh_key());
                request.query(&query).bytes(FILE.replace('某', &payer[..40]))
            },
            for_finance,
        ),
        row(
            "GET /api/v1/statements/matching",
            Door::Access,
            NOTHING,
            |_, thing, request| request.query(&format!("account={}", thing.customer)),
            for_finance,
        ),
    ]
}

fn office_rows() -> Vec<Row> {
    vec![
        row("DELETE /api/v1/session", Door::Access, NOTHING, plain, |_| (204, "")),
        row("GET /api/v1/session", Door::Access, NOTHING, plain, |_| (204, "")),
        // The id is no member of staff's, so that nobody's password changes; whom it may be given is a story of its own.
        row("POST /api/v1/staff/{id}/password", Door::Access, NOTHING, plain, |asks| {
            if asks.works_as(&[SalesHead, Administrator]) {
                (404, "thing.not-found")
            } else {
                (403, "staff.may-not-renew")
            }
        }),
        row(
            "POST /api/v1/devices",
            Door::Access,
            NOTHING,
            |stage, _, request| request.json(&json!({ "key": hex(&stage.fresh_key()) })),
            |asks| if asks.has_phone() { (201, "") } else { (403, "device.role-has-no-phone") },
        ),
        row(
            "DELETE /api/v1/devices/{id}",
            Door::Access,
            DEVICE,
            |_, _, request| request.json(&lost()),
            |asks| match (asks.works_as(&[SalesHead, Administrator]), asks.is_here()) {
                (false, _) => (422, "device.not-yours"),
                (true, false) => (422, "device.unknown"),
                (true, true) => DONE,
            },
        ),
        row(
            "PUT /api/v1/devices/recovery",
            Door::Phone,
            NOTHING,
            |_, _, request| request.json(&json!({ "recovery": "07".repeat(32) })),
            |asks| if asks.has_phone() { (204, "") } else { (403, "device.missing") },
        ),
        row(
            "POST /api/v1/held/{id}/ruling",
            Door::Access,
            DRAWER,
            |_, _, request| request.json(&json!({ "type": "declined", "reason": "请先商量" })),
            |asks| ruling(asks, &[Drawers]),
        ),
        row(
            "POST /api/v1/commands",
            Door::Access,
            CUSTOMER,
            |_, thing, request| {
                let said = json!({ "type": "text", "value": "字" });
                request.json(&json!({ "op": "card-field-set", "customer": thing.customer,
                    "field": "registered-address", "value": said, "replaces": [] }))
            },
            |asks| match (asks.sees(&[Customers]), asks.is_here()) {
                (true, true) => DONE,
                // Whoever sees every customer is told that there is none.
                (_, false) if asks.works_as(Customers.roles()) => (422, "customer.unknown"),
                _ => (422, "customer.not-yours"),
            },
        ),
        row("POST /api/v1/transfers", Door::Access, CUSTOMER, handed_over, |asks| {
            match (asks.works_as(&ASSIGN), asks.is_here()) {
                (false, _) => (422, "customer.may-not-assign"),
                (true, false) => (409, "transfer.elsewhere"),
                (true, true) => DONE,
            }
        }),
        row("POST /api/v1/transfers/preview", Door::Access, CUSTOMER, handed_over, |asks| {
            if asks.works_as(&ASSIGN) { DONE } else { (422, "customer.may-not-assign") }
        }),
        row(
            "POST /api/v1/rescue",
            Door::Access,
            NOTHING,
            |_, thing, request| request.bytes(thing.sealed.clone()),
            |_| (422, "rescue.does-not-open"),
        ),
    ]
}

/// In this order: first what asks, then what brings.
fn delivering_rows() -> Vec<Row> {
    vec![
        row("HEAD /api/v1/push/{hash}", Door::Delivery, OWN, plain, |asks| {
            delivered(asks, (204, ""), (204, ""))
        }),
        row(
            "PATCH /api/v1/push/{hash}",
            Door::Delivery,
            OWN,
            |_, thing, request| piece(request, &thing.parcel, 10),
            |asks| delivered(asks, (204, ""), (204, "")),
        ),
        row(
            "POST /api/v1/push",
            Door::Delivery,
            OWN,
            |_, thing, request| request.header("content-type", MEDIA_TYPE).bytes(thing.batch.clone()),
            |asks| delivered(asks, DONE, (403, "push.not-your-device")),
        ),
        row(
            "POST /api/v1/push/sealed",
            Door::Delivery,
            OWN,
            |_, thing, request| request.header("content-type", seal::MEDIA_TYPE).bytes(thing.sealed.clone()),
            |asks| delivered(asks, DONE, (422, "push.bad-seal")),
        ),
        row(
            "POST /api/v1/evictions",
            Door::Delivery,
            OWN,
            |_, thing, request| request.header("content-type", MEDIA_TYPE).bytes(thing.holding.clone()),
            |asks| delivered(asks, DONE, (403, "holding.not-your-device")),
        ),
        row("HEAD /api/v1/blobs/{hash}", Door::Delivery, OWN, plain, |asks| {
            delivered(asks, (204, ""), (204, ""))
        }),
        row(
            "PUT /api/v1/blobs/{hash}",
            Door::Delivery,
            OWN,
            |_, thing, request| request.bytes(thing.photo.clone()),
            |asks| delivered(asks, DONE, (201, "")),
        ),
        row(
            "PATCH /api/v1/blobs/{hash}",
            Door::Delivery,
            OWN,
            |_, thing, request| piece(request, &thing.photo, 64 * 1024),
            |asks| delivered(asks, (204, ""), (204, "")),
        ),
    ]
}
