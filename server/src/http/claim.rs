//! Where a customer checks a receipt: `/r/{claim}`, without signing in.
//!
//! It tells nothing that does not stand on the receipt itself: no name, no telephone number.

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sync_core::{
    claim::ScannedClaim,
    domain::cash::{Breached, Collection, DrawerRun, HandInStatus, LedgerAccount, Means, receipt_number},
    locale::{Lang, Texts},
    op::Op,
    paper::{Paper, PaperKey, PaperKind},
    unit::{Money, PaperId, StaffId},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::layers::ForPeople;
use super::problem::Problem;
use super::{App, Language};
use crate::rows::clock;
use crate::store::{FeedRow, Filter, ListAsk, Listed, Sight, Snapshot, Sort, Stored};

const STYLE: &str = "body{font:18px/1.6 system-ui,sans-serif;max-width:32em;margin:10vh auto;padding:0 1em}\
     h1{font-size:1.3em}strong{font-size:1.4em}.known strong,.remitted strong{color:#0b6b3a}.waiting strong{color:#7a4b00}\
     .unreadable strong,.unasked strong{color:#7a4b00}.foreign strong,.reversed strong{color:#a11212}dt{color:#555}dd{margin:0 0 .6em}\
     @media(prefers-color-scheme:dark){body{background:#161d1a;color:#e8efe9}dt{color:#a9b5ad}\
     .known strong,.remitted strong{color:#6fd39b}.waiting strong,.unreadable strong,.unasked strong{color:#f0bf6c}\
     .foreign strong,.reversed strong{color:#ff9a8f}}";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(check))
        .route("/check.css", get(style))
        // Whatever an address has come to on its way from the paper, somebody stands there and wants to know.
        .route("/r", get(unreadable))
        .route("/r/", get(unreadable))
        .route("/r/{claim}/", get(check))
        .route("/r/{claim}/{*more}", get(unreadable))
}

async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    (headers, STYLE)
}

/// What has become of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is in the book as the receipt says.
    Known,
    /// It is in the book, and the cash has left the rep's drawer: remitted, or handed in. Source: S13.
    Remitted,
    /// It was, and has been taken back (冲正): the receipt counts no more.
    Reversed,
    /// One of our phones has signed it, and has not delivered so far yet.
    Waiting,
    /// Another company's, not signed by the phone it names, or not as the book says.
    Foreign,
    /// No claim at all: scanned in part, or cut off.
    Unreadable,
    /// The book cannot be asked just now.
    Unasked,
}

impl Standing {
    const fn word(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Remitted => "remitted",
            Self::Reversed => "reversed",
            Self::Waiting => "waiting",
            Self::Foreign => "foreign",
            Self::Unreadable => "unreadable",
            Self::Unasked => "unasked",
        }
    }
}

/// Check a receipt by the code printed on it, without signing in.
///
/// The claim is base64url over CBOR (company, device, place in its log, receipt number, sum in fen), followed by the
/// device's Ed25519 signature over `fieldbook.receipt.v1` and those bytes. The answer is always a page for people, in
/// the language of `Accept-Language`; 200 for a code that cannot be read too, because many phones put a page of their
/// own in the place of an error; 503, a page as well, while the book cannot be asked.
#[utoipa::path(get, path = "/r/{claim}", tag = "receipts",
    params(("claim" = String, Path, description = "what the receipt's code says")),
    responses(
        (status = 200, content_type = "text/html", body = String, description = "received, remitted, taken back, not yet received, not ours, or \
            not to be read"),
    ))]
async fn check(
    State(app): State<App>,
    Language(lang): Language,
    claim: Result<Path<String>, PathRejection>,
) -> Response {
    let claim = claim.ok().and_then(|Path(claim)| read(claim.trim()));
    let checked = match claim {
        Some(claim) => checked(&app, &claim).await.unwrap_or_else(|problem| {
            // Whoever holds the receipt needs no code of ours, the log has it.
            tracing::warn!(code = problem.code(), "a receipt was not checked");
            Checked::without_the_book(Standing::Unasked)
        }),
        None => Checked::without_the_book(Standing::Unreadable),
    };
    shown(&app, lang, &checked)
}

/// An address that no code of ours leads to.
async fn unreadable(State(app): State<App>, Language(lang): Language) -> Response {
    shown(&app, lang, &Checked::without_the_book(Standing::Unreadable))
}

fn shown(app: &App, lang: Lang, checked: &Checked) -> Response {
    let html = page(app.texts(lang), &app.company.name, checked);
    let status = match checked.standing {
        Standing::Unasked => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag())),
    ];
    (status, Extension(ForPeople), headers, html).into_response()
}

/// What the book says to a claim. Of a receipt that is not ours nothing is repeated.
#[derive(Debug)]
struct Checked {
    standing: Standing,
    number: Option<String>,
    amount: Money,
    at: Option<String>,
}

impl Checked {
    /// What is said of a code that the book was not asked about.
    const fn without_the_book(standing: Standing) -> Self {
        Self { standing, number: None, amount: Money::ZERO, at: None }
    }
}

async fn checked(app: &App, scanned: &ScannedClaim) -> Result<Checked, Problem> {
    let claim = &scanned.claim;
    let log = app.hub().device_log(claim.device).await?;
    let log = log.filter(|log| claim.company == app.hub().company() && scanned.is_signed_by(&log.key));
    // The log was read first: a record that arrives in between is found as an entry.
    let mut snapshot = app.snapshot().await?;
    let entry = snapshot.entries(&[claim.change()]).await?.pop();
    let standing = match (&log, &entry) {
        (Some(log), None) if claim.seq > log.last_seq => Standing::Waiting,
        (Some(_), Some(row)) if says_the_same(row, scanned) => {
            let paper = PaperKey::collection(PaperId(claim.change().created()));
            let found = snapshot.papers(&[paper]).await?.pop();
            match found {
                Some((_, Paper::Collection(collection))) if !collection.reversals.is_empty() => {
                    Standing::Reversed
                }
                Some((_, Paper::Collection(collection))) if has_left(&mut snapshot, &collection).await? => {
                    Standing::Remitted
                }
                _ => Standing::Known,
            }
        }
        _ => Standing::Foreign,
    };
    let ours = log.filter(|_| standing != Standing::Foreign);
    let received = matches!(standing, Standing::Known | Standing::Remitted | Standing::Reversed);
    Ok(Checked {
        standing,
        number: ours.map(|log| receipt_number(log.number, claim.receipt)),
        amount: claim.amount,
        at: entry.filter(|_| received).map(|row| clock(row.entry.effective)),
    })
}

/// So many papers of a kind are looked through for one drawer: more than any share of the limit can hold notes for.
const LATER: u32 = 500;

/// Whether the cash of a collection has left the drawer it was put into and was rightly sent on. Source: S13, S14.
async fn has_left<N: Snapshot>(snapshot: &mut N, collection: &Collection) -> Stored<bool> {
    let Some(taken) = collection.recorded.as_ref().filter(|taken| taken.what.means == Means::Cash) else {
        return Ok(false);
    };
    let (staff, device) = (taken.by, taken.id.device);
    let balance = PaperKey::balance(LedgerAccount::Drawer(staff, device));
    let papers = snapshot.papers(&[balance, PaperKey::limits(staff)]).await?;
    let held = papers.iter().find_map(|(_, paper)| match paper {
        Paper::Balance(balance) => Some(balance.sum),
        _ => None,
    });
    let mut drawer = DrawerRun::of(device, held.unwrap_or_default());
    for (_, paper) in &papers {
        if let Paper::Limits(limits) = paper {
            drawer.settled(limits);
        }
    }
    tells_breaches(snapshot, &mut drawer, staff).await?;
    let from_ms = i64::try_from(drawer.known_from(taken.at).millis()).ok();
    let since = |status: &str| {
        let status = vec![status.to_owned()];
        Filter { staff: Some(staff), status, from_ms, ..Filter::default() }
    };
    for row in listed(snapshot, PaperKind::Collection, since("cash")).await? {
        if let Paper::Collection(paper) = &row.paper {
            drawer.collected(paper);
        }
    }
    if drawer.has_breaches() {
        let sent = Filter { staff: Some(staff), from_ms, ..Filter::default() };
        for row in listed(snapshot, PaperKind::Remittance, sent).await? {
            if let Paper::Remittance(paper) = &row.paper {
                drawer.remitted(paper);
            }
        }
        // One that was signed before may have been countersigned since.
        let received = Filter { from_ms: None, ..since(HandInStatus::Received.code()) };
        for row in listed(snapshot, PaperKind::HandIn, received).await? {
            if let Paper::HandIn(paper) = &row.paper {
                drawer.handed_in(paper);
            }
        }
    }
    Ok(drawer.has_left(taken.at, taken.id, taken.what.amount.money()))
}

/// Hands a drawer the breaches about what the book took out of it: sent to no account of the company's, more than lay in
/// it, or sent on and then said never to have been taken. Source: S13, S14, S17.
async fn tells_breaches<N: Snapshot>(snapshot: &mut N, drawer: &mut DrawerRun, staff: StaffId) -> Stored<()> {
    let filter = Filter { staff: Some(staff), ..Filter::default() };
    for row in listed(snapshot, PaperKind::Violation, filter).await? {
        let Paper::Violation(violation) = row.paper else { continue };
        let raised = violation.raised.as_ref().filter(|raised| raised.what.kind.sends_nothing());
        let Some(raised) = raised else { continue };
        let Some(entry) = snapshot.entries(&[raised.id]).await?.pop() else { continue };
        let behind = match entry.entry.op().as_ref().map(Op::said) {
            Ok(Op::Remitted(_)) => PaperKey::remittance(PaperId(raised.id.created())),
            Ok(Op::Reversed(op)) => PaperKey::collection(op.of),
            _ => continue,
        };
        match snapshot.papers(&[behind]).await?.pop() {
            Some((_, Paper::Remittance(paper))) => drawer.breached(&violation, Breached::Remitted(&paper)),
            Some((_, Paper::Collection(paper))) => drawer.breached(&violation, Breached::Reversed(&paper)),
            _ => {}
        }
    }
    Ok(())
}

async fn listed<N: Snapshot>(snapshot: &mut N, kind: PaperKind, filter: Filter) -> Stored<Vec<Listed>> {
    let (sight, sort) = (Sight::everything(), Sort::default());
    let ask = ListAsk { kinds: vec![kind], sight, filter, sort, offset: 0, limit: LATER, totals: false };
    Ok(snapshot.list(&ask).await?.rows)
}

fn read(claim: &str) -> Option<ScannedClaim> {
    ScannedClaim::from_bytes(&URL_SAFE_NO_PAD.decode(claim).ok()?)
}

fn says_the_same(row: &FeedRow, ScannedClaim { claim, .. }: &ScannedClaim) -> bool {
    row.entry.verdict.is_applied()
        && matches!(row.entry.op(), Ok(Op::Collected(op)) if op.receipt == claim.receipt && op.amount.money() == claim.amount)
}

fn page(texts: &Texts, company: &str, checked: &Checked) -> String {
    let word = checked.standing.word();
    let said = |key: &str| escaped(&texts.text(key, &[]));
    let mut facts = Vec::new();
    let mut fact =
        |key: &str, value: &str| facts.push(format!("<dt>{}</dt><dd>{}</dd>", said(key), escaped(value)));
    if let Some(number) = &checked.number {
        fact("check-number", number);
        fact("check-amount", &checked.amount.grouped());
    }
    if let Some(at) = &checked.at {
        // Day and minute are what a customer compares with the paper.
        fact("check-at", &at.chars().take(16).collect::<String>().replace('T', " "));
    }
    let facts = facts.concat();
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/check.css\"></head><body><main class=\"{word}\"><h1>{company}</h1>\
         <p><strong>{verdict}</strong></p><p>{means}</p><dl>{facts}</dl></main></body></html>",
        lang = texts.lang().tag(),
        title = said("check-title"),
        company = escaped(company),
        verdict = said(&format!("check-{word}")),
        means = said(&format!("check-{word}-means")),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync_core::locale::SERVER;

    #[test]
    fn a_company_name_cannot_write_into_the_page() {
        let texts = Texts::new(Lang::En).with(SERVER);
        let checked = Checked {
            standing: Standing::Waiting,
            number: Some("SK-01-0003".into()),
            amount: Money::yuan(5),
            at: None,
        };
        let html = page(&texts, "<script>", &checked);
        assert!(
            html.contains("&lt;script&gt;") && html.contains("SK-01-0003") && html.contains("5.00"),
            "{html}"
        );
    }
}
