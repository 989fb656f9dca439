//! Who is signed in at the console.
//!
//! Floor: office/api. This module must not draw anything.

use std::cell::RefCell;

use serde::Deserialize;
use serde_json::json;
use sync_core::domain::people::Role;

use super::call::{Request, body_of, keep_access, read, settled};
use super::fault::Fault;
use crate::shell::settings;

/// A member of staff as the sign-in names them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Me {
    /// The member of staff.
    pub(crate) id: String,
    /// Staff number (工号).
    #[serde(default)]
    pub(crate) number: String,
    /// Name.
    pub(crate) name: String,
    /// Role (岗位).
    pub(crate) role: Role,
    /// Team; empty where there is none.
    #[serde(default)]
    pub(crate) team: String,
}

/// The company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Company {
    /// Its name.
    pub(crate) name: String,
}

/// A sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// Who.
    pub(crate) staff: Me,
    /// Where.
    pub(crate) company: Company,
}

#[derive(Deserialize)]
struct Opened {
    access: String,
    staff: Me,
    #[serde(default)]
    company: Company,
}

thread_local! {
    static ON_OVER: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// What happens when the sign-in has run out while somebody works.
pub(crate) fn when_over(act: impl Fn() + 'static) {
    ON_OVER.set(Some(Box::new(act)));
}

pub(super) fn over() {
    keep_access(None);
    ON_OVER.with_borrow(|act| {
        if let Some(act) = act {
            act();
        }
    });
}

async fn open(path: &str, body: Option<String>) -> Result<Session, Fault> {
    let request = Request { method: "POST", body, ..Request::get(path) };
    let opened: Opened = read(settled(request.send(None).await?).await?).await?;
    keep_access(Some(opened.access));
    Ok(Session { staff: opened.staff, company: opened.company })
}

/// Signs in with number and passphrase.
pub(crate) async fn sign_in(number: &str, password: &str) -> Result<Session, Fault> {
    let body = body_of(&json!({ "number": number, "password": password }));
    let session = open("/session", Some(body)).await?;
    settings::keep_signed_out(false);
    Ok(session)
}

/// Renews by the cookie.
pub(crate) async fn refresh() -> Result<Session, Fault> {
    open("/session/refresh", None).await
}

/// How a reloaded page finds out who is signed in; `None` for nobody.
///
/// Whoever signed out while the server was out of reach stays signed out: the server is told now.
pub(crate) async fn ask_who() -> Result<Option<Session>, Fault> {
    let signed_out = settings::signed_out();
    match refresh().await {
        Ok(_) if signed_out => {
            sign_out().await;
            Ok(None)
        }
        Ok(session) => Ok(Some(session)),
        Err(fault) if signed_out || fault.is_refusal() => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Signs out; the cookie goes with it.
pub(crate) async fn sign_out() {
    // Remembered before the server is asked: out of its reach the cookie stays, and a reload would sign in again.
    settings::keep_signed_out(true);
    let request = Request { method: "DELETE", ..Request::get("/session") };
    if request.ask().await.is_ok() {
        settings::keep_signed_out(false);
    }
    keep_access(None);
}
