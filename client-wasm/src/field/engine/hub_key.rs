//! 公司公钥: the hub's key that this phone believes: the one it was enrolled under, or one that has come from it by links
//! which the key before and the key after have both signed.
//!
//! Floor: field, engine.

use sync_core::{evidence::Link, replica::Replica};
use wasm_bindgen::JsValue;

use super::{Engine, keeping};
use crate::shell::{device_key::is_signed, hex::unhex_all, js};

impl Engine {
    /// The key that what the hub says must be signed with; none where the book is not open.
    pub(super) async fn hub_key(&self, book: &Replica) -> Option<Vec<u8>> {
        let line = self.door.borrow().line.clone();
        self.keys_of(book, line.as_deref().map(|line| &line[..])).await.pop()
    }

    /// Takes note of a line of the hub's keys that goes on from the key believed so far.
    pub(super) async fn learn_hub_keys(&self, book: &Replica, answer: &JsValue) {
        let Some(line) = js::text(answer, "hub_keys").and_then(|text| unhex_all(&text)) else { return };
        let Some(believed) = self.hub_key(book).await else { return };
        if self.keys_of(book, Some(&line)).await.contains(&believed) {
            self.door.borrow_mut().line = Some(line.into());
        }
    }

    /// The key known since enrolment, and those that a line proves to have come from it.
    async fn keys_of(&self, book: &Replica, line: Option<&[u8]>) -> Vec<Vec<u8>> {
        let company = book.identity().company;
        let mut keys: Vec<Vec<u8>> = book.index().hub_key.iter().map(|key| key.to_vec()).collect();
        let links = line.and_then(|line| keeping::decoded::<Vec<Link>>(line).ok()).unwrap_or_default();
        for link in links {
            let (Some(said), Some(last)) = (link.said(company), keys.last()) else { break };
            let signed = link.signing_bytes();
            if said.before[..] == last[..]
                && is_signed(&said.before, &signed, &link.by_before).await
                && is_signed(&said.key, &signed, &link.by_key).await
            {
                keys.push(said.key.to_vec());
            }
        }
        keys
    }
}
