//! Signing in, staying signed in, signing out.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ed25519_dalek::Signer;
use serde::{Deserialize, Serialize};
use sync_core::{
    domain::people::{DeviceRefusal, Role},
    paper::{Paper, PaperKey},
    refusal::Refusal,
    unit::{CompanyId, DeviceId, StaffId, Text},
    wire::seal,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::problem::{Problem, ProblemDocument};
use super::read::{JSON_LIMIT, Json, hex, parsed, unhex_exactly, whole};
use super::{App, Caller, Language};
use crate::auth::{ACCESS_LIFE_MS, AuthRefusal, Client, Credentials, Opened, PresentedToken};
use crate::figures::SIGN_INS;
use crate::hub::Command;
use crate::store::{DeviceLog, Devices, Snapshot};

/// The cookie in which a browser of the office keeps its refresh token, out of reach of scripts.
const COOKIE: &str = "fieldbook_refresh";

/// The header by which the office bundle names itself; a foreign page cannot set it without being asked first.
const CLIENT: &str = "x-fieldbook-client";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open, here, close)).routes(routes!(renew))
}

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
pub(super) struct SignIn {
    /// Staff number (工号).
    #[schema(value_type = String, max_length = 20)]
    number: Text<1, 20>,
    /// Password.
    #[schema(value_type = String, max_length = 200)]
    password: Text<1, 200>,
    /// The device, where this phone has been enrolled before.
    #[schema(value_type = Option<uuid::Uuid>)]
    device: Option<DeviceId>,
}

/// What a phone renews its session with.
#[derive(Deserialize, ToSchema)]
pub(super) struct Renewal {
    /// The refresh token.
    refresh: String,
    /// The device it is bound to, after enrolment.
    #[schema(value_type = Option<uuid::Uuid>)]
    device: Option<DeviceId>,
    /// The device's Ed25519 signature over `fieldbook.refresh.v1` and the token, in 128 hexadecimal figures.
    signature: Option<String>,
}

/// A session, as it is given out.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionAnswer {
    /// The access token, for the header `Authorization: Bearer`.
    pub access: String,
    /// Seconds until it runs out.
    pub expires_in: u64,
    /// The next refresh token; absent where it came as a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
    /// Who has signed in.
    pub staff: SignedInStaff,
    /// The company.
    pub company: CompanyAnswer,
    /// For so many days after this contact the phone opens without a signal; absent for the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_days: Option<u32>,
    /// The public key that the phone seals unsent changes to, in 64 hexadecimal figures; absent for the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealing_key: Option<String>,
    /// The hub's Ed25519 signature over `fieldbook.sealing-key.v1`, the company's id and that key, in 128 hexadecimal
    /// figures: a phone seals to no other key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealing_signature: Option<String>,
    /// How the hub's key has come from the one the phone has known since its enrolment: a CBOR array of links, each
    /// signed by the key before and the key after, in hexadecimal figures; absent while it is the first, and for the
    /// office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub_keys: Option<String>,
    /// What opens the phone's book when its passphrase is not the password, in 64 hexadecimal figures: only for a fresh
    /// sign-in that names a device of one's own which has all its rights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery: Option<String>,
}

/// Who has signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedInStaff {
    /// Their id.
    #[schema(value_type = uuid::Uuid)]
    pub id: StaffId,
    /// Staff number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Role.
    #[schema(value_type = String, example = "direct-rep")]
    pub role: Role,
    /// Team, empty where there is none.
    pub team: String,
}

/// The company.
#[derive(Clone, Serialize, ToSchema)]
pub struct CompanyAnswer {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: CompanyId,
    /// Its name.
    pub name: String,
}

/// Sign in with staff number and password.
///
/// A browser of the office sends `X-Fieldbook-Client: office` and gets its refresh token as a cookie no script can read.
#[utoipa::path(post, path = "/session", tag = "identity", request_body = SignIn, responses(
    (status = 200, body = SessionAnswer),
    (status = 401, body = ProblemDocument, description = "`session.wrong-password` with `tries_left`"),
    (status = 429, body = ProblemDocument, description = "`session.throttled` with Retry-After"),
))]
async fn open(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Json(sign_in): Json<SignIn>,
) -> Result<Response, Problem> {
    let client = client_of(&headers);
    let credentials = Credentials {
        number: sign_in.number.to_string(),
        password: sign_in.password.to_string(),
        address: address_of(&app, peer, &headers),
        client,
    };
    let staff = app.auth.recognise(&credentials).await?;
    let device = enrolled(&app, staff, sign_in.device).await?;
    let opened =
        app.auth.open_session(staff, client, device.as_ref().map(|log| (log.device, log.key))).await?;
    metrics::counter!(SIGN_INS).increment(1);
    let recovery = match device.filter(|log| log.revoked.is_none()) {
        Some(log) => app.auth.recovery_of(log.device).await?,
        None => None,
    };
    answer(&app, opened, recovery).await
}

/// Renew a session: a new access token and the next refresh token.
///
/// The token before stays good for 30 seconds, for two tabs that race; used later it ends the session.
#[utoipa::path(post, path = "/session/refresh", tag = "identity", request_body = Option<Renewal>, responses(
    (status = 200, body = SessionAnswer),
    (status = 401, body = ProblemDocument, description = "`session.ended`, `session.reused`, `session.bad-signature`"),
))]
async fn renew(
    State(app): State<App>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<Response, Problem> {
    let presented = match client_of(&headers) {
        Client::Office => PresentedToken {
            token: cookie(&headers).ok_or(AuthRefusal::Missing)?,
            signature: None,
            device: None,
            client: Client::Office,
        },
        Client::Phone => presented_by_phone(&whole(body, JSON_LIMIT, "request.too-large").await?)?,
    };
    let opened = app.auth.refresh(&presented).await?;
    answer(&app, opened, None).await
}

/// Say that the caller is here: a phone whose book is locked is heard of, and hears whether it still has its rights.
#[utoipa::path(get, path = "/session", tag = "identity", security(("access" = [])), responses(
    (status = 204, description = "the session stands"),
    (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument, description = "`device.revoked`"),
))]
async fn here(State(app): State<App>, caller: Caller) -> StatusCode {
    if let Some(device) = caller.session.device {
        app.queue.heard_of(device);
    }
    StatusCode::NO_CONTENT
}

/// Sign out: the session and everything renewed from it end at once.
///
/// A phone that is signed out is emptied, so its log has ended: it is stopped, and may deliver no more than a stopped one.
/// What share of the cash limit it did not give up waits for finance. Source: S15, S78.
#[utoipa::path(delete, path = "/session", tag = "identity", security(("access" = [])), responses(
    (status = 204, description = "signed out"),
    (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument, description = "`device.revoked`: it was stopped before"),
))]
async fn close(
    State(app): State<App>,
    caller: Caller,
    Language(lang): Language,
) -> Result<Response, Problem> {
    if let Some(device) = caller.session.device {
        let reason = app.texts(lang).text("device-signed-out", &[]);
        let reason = Text::new(&reason).expect("a word of ours is no longer than a reason may be");
        app.queue.revoke(Command::operator(caller.session.id), device, reason).await?;
        app.auth.forget_device(device);
    }
    app.auth.sign_out(caller.session.id).await?;
    let gone = format!("{COOKIE}=; Path=/api/v1/session; Max-Age=0; HttpOnly; SameSite=Strict");
    let gone = HeaderValue::from_str(&gone).expect("a cookie of plain letters is a header");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

fn presented_by_phone(body: &[u8]) -> Result<PresentedToken, Problem> {
    let renewal: Renewal = parsed(body)?;
    let signature = match renewal.signature.as_deref() {
        None => None,
        Some(text) => Some(unhex_exactly::<64>(text).ok_or(AuthRefusal::BadSignature)?),
    };
    Ok(PresentedToken { token: renewal.refresh, signature, device: renewal.device, client: Client::Phone })
}

/// The log of a device somebody names as theirs.
async fn enrolled(app: &App, staff: StaffId, device: Option<DeviceId>) -> Result<Option<DeviceLog>, Problem> {
    let Some(device) = device else { return Ok(None) };
    let logs = app.snapshot().await?.devices(&Devices::These(vec![device])).await?;
    let log = logs.into_iter().find(|log| log.staff == staff);
    Ok(Some(log.ok_or(Refusal::Device(DeviceRefusal::Unknown))?))
}

/// The session as its client takes it: a browser in a cookie, a phone in the body.
async fn answer(app: &App, opened: Opened, recovery: Option<[u8; 32]>) -> Result<Response, Problem> {
    let staff = signed_in(app, opened.session.staff).await?;
    app.auth.fresh_keys().await?;
    let phone = opened.session.client == Client::Phone;
    let in_body = phone.then(|| opened.refresh.clone());
    // Whoever has lost their rights may deliver; the days without contact are not begun anew for them.
    let stands = app.auth.still_stands(opened.session.id).await.is_ok();
    let sealing = app.auth.sealing_key();
    let signed = seal::key_signing_bytes(app.hub().company(), &sealing);
    let body = SessionAnswer {
        access: opened.access,
        expires_in: ACCESS_LIFE_MS / 1000,
        refresh: in_body,
        staff,
        company: app.company.clone(),
        lease_days: (phone && stands).then_some(app.surroundings.offline_lease_days),
        sealing_key: phone.then(|| hex(&sealing)),
        sealing_signature: phone.then(|| hex(&app.hub().signer().sign(&signed).to_bytes())),
        hub_keys: phone.then(|| hub_keys(app)).flatten(),
        recovery: recovery.map(|key| hex(&key)),
    };
    let mut response = axum::Json(body).into_response();
    if opened.session.client == Client::Office {
        let secure = if app.surroundings.secure_cookies { "; Secure" } else { "" };
        let life = Client::Office.refresh_life_ms() / 1000;
        let cookie = format!(
            "{COOKIE}={}; Path=/api/v1/session; Max-Age={life}; HttpOnly; SameSite=Strict{secure}",
            opened.refresh
        );
        let cookie = HeaderValue::from_str(&cookie).expect("a cookie of plain letters is a header");
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The proof of the hub's later keys, where there are any.
fn hub_keys(app: &App) -> Option<String> {
    let line = app.hub().signers().line(app.outside.now());
    (!line.is_empty()).then(|| hex(&minicbor::to_vec(&line).expect("writing to memory cannot fail")))
}

/// Who somebody is, by the book.
pub(super) async fn signed_in(app: &App, staff: StaffId) -> Result<SignedInStaff, Problem> {
    let papers = app.snapshot().await?.papers(&[PaperKey::staff(staff)]).await?;
    let Some((_, Paper::Staff(card))) = papers.into_iter().next() else {
        return Err(AuthRefusal::Ended.into());
    };
    let (Some(joined), Some(role)) = (&card.joined, card.role.value()) else {
        return Err(AuthRefusal::Ended.into());
    };
    Ok(SignedInStaff {
        id: staff,
        number: joined.what.number.to_string(),
        name: joined.what.name.to_string(),
        role: *role,
        team: joined.what.team.to_string(),
    })
}

fn client_of(headers: &HeaderMap) -> Client {
    headers
        .get(CLIENT)
        .and_then(|value| value.to_str().ok())
        .and_then(Client::from_code)
        .unwrap_or(Client::Phone)
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .map(ToOwned::to_owned)
}

/// Where a request comes from: behind a proxy, what the proxy itself appended last.
pub(super) fn address_of(app: &App, peer: SocketAddr, headers: &HeaderMap) -> String {
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .filter(|_| app.surroundings.behind_proxy)
        .and_then(|value| value.to_str().ok()?.rsplit(',').next())
        .map(|address| address.trim().to_owned());
    forwarded.unwrap_or_else(|| peer.ip().to_string())
}
