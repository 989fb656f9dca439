//! What an operator relies on: settings, certificates, numbers of requests, and that the papers they read are true.
//!
//! What the program prints and how it ends is tested beside the server, because only that package is told where its binary lies.

// The house that the HTTP suite tests; this suite looks at it from the operator's side and needs a part of it.
#[path = "../http/client.rs"]
#[expect(dead_code, reason = "shared with the HTTP suite, which needs more of it")]
mod client;
#[path = "../http/house.rs"]
#[expect(dead_code, reason = "shared with the HTTP suite, which needs more of it")]
mod house;

mod deploy;
mod requests;
mod tls;
