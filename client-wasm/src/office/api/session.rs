//! Who is signed in at the console.
//!
//! Floor: office/api. This module must not draw anything.

use std::cell::RefCell;

use serde::Deserialize;
use serde_json::json;
use sync_core::domain::people::Role;

use super::call::{Request, body_of, keep_access, read, settled};
use super::fault::Fault;

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
    open("/session", Some(body)).await
}

/// Renews by the cookie; also how a reloaded page finds out who is signed in.
pub(crate) async fn refresh() -> Result<Session, Fault> {
    open("/session/refresh", None).await
}

/// Signs out; the cookie goes with it.
pub(crate) async fn sign_out() {
    let request = Request { method: "DELETE", ..Request::get("/session") };
    // Out of reach of the server the page forgets all the same; the cookie runs out by itself.
    let _ = request.ask().await;
    keep_access(None);
}
