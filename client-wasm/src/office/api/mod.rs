//! The console's only way to the server: JSON over HTTP, live events, and what both can answer.
//!
//! Floor: office, at the bottom. These modules must not know any screen.

pub(crate) mod at;
pub(crate) mod call;
pub(crate) mod fault;
pub(crate) mod limits;
pub(crate) mod live;
pub(crate) mod month;
pub(crate) mod owed;
pub(crate) mod papers;
pub(crate) mod people;
pub(crate) mod session;
pub(crate) mod standing;
pub(crate) mod statements;

pub(crate) use at::At;
pub(crate) use call::{Deed, download, get};
pub(crate) use fault::Fault;
pub(crate) use session::Session;
