//! 公司公钥的更替: one key of the company in the place of another, so that whoever knows one of them knows all.
//!
//! Floor: evidence. A link is signed by both keys: the one before says who comes after it, the one after says whom it
//! replaces. So the line is followed in both directions, and nobody is put into it who does not hold the key before.

use ed25519_dalek::{Signer, SigningKey};
use minicbor::{Encode, bytes::ByteVec};

use crate::{log::is_signed_by, time::Timestamp, unit::CompanyId};

const CONTEXT: &[u8] = b"fieldbook.company-key.v1";

/// What a link says.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Succession {
    /// The company.
    #[n(0)]
    pub company: CompanyId,
    /// The public key that was in use.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub before: [u8; 32],
    /// The public key that is used in its place.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// From when on, by the company's clock.
    #[n(3)]
    pub from: Timestamp,
}

reads_map!(Succession {
    0: company, 1: before with minicbor::bytes::decode, 2: key with minicbor::bytes::decode, 3: from,
});

/// A link with the signatures of both keys over [`Link::signing_bytes`].
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Link {
    /// A [`Succession`], as it was written.
    #[n(0)]
    pub said: ByteVec,
    /// The signature of the key before.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub by_before: [u8; 64],
    /// The signature of the key after.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub by_key: [u8; 64],
}

reads_map!(Link {
    0: said, 1: by_before with minicbor::bytes::decode, 2: by_key with minicbor::bytes::decode,
});

impl Link {
    /// `key` takes the place of `before`.
    pub fn between(company: CompanyId, before: &SigningKey, key: &SigningKey, from: Timestamp) -> Self {
        let [before_public, public] = [before, key].map(|key| key.verifying_key().to_bytes());
        let said = Succession { company, before: before_public, key: public, from };
        let said = minicbor::to_vec(&said).expect("writing to memory cannot fail");
        let signed = signing_bytes(&said);
        let [by_before, by_key] = [before, key].map(|key| key.sign(&signed).to_bytes());
        Self { said: said.into(), by_before, by_key }
    }

    /// What it says of a company, whoever has signed it; `None` where it says nothing of it.
    pub fn said(&self, company: CompanyId) -> Option<Succession> {
        let said: Succession = minicbor::decode(&self.said).ok()?;
        (said.company == company).then_some(said)
    }

    /// What both keys sign.
    pub fn signing_bytes(&self) -> Vec<u8> {
        signing_bytes(&self.said)
    }

    /// What it says, where both keys have signed it.
    fn proven(&self, company: CompanyId) -> Option<Succession> {
        let said = self.said(company)?;
        let bytes = self.signing_bytes();
        let signed = is_signed_by(&said.before, &bytes, &self.by_before)
            && is_signed_by(&said.key, &bytes, &self.by_key);
        signed.then_some(said)
    }
}

fn signing_bytes(said: &[u8]) -> Vec<u8> {
    [CONTEXT, said].concat()
}

/// The keys of a company that a known one leads to, from the earliest to the latest; it is one of them itself.
pub fn line(company: CompanyId, known: &[u8; 32], links: &[Link]) -> Vec<[u8; 32]> {
    let proven: Vec<Succession> = links.iter().filter_map(|link| link.proven(company)).collect();
    let mut line = follow(&proven, known, |said| (said.key, said.before));
    line.reverse();
    line.push(*known);
    line.extend(follow(&proven, known, |said| (said.before, said.key)));
    line
}

/// The keys that a key leads to in one direction; each link is followed once.
fn follow(
    proven: &[Succession],
    known: &[u8; 32],
    ends: impl Fn(&Succession) -> ([u8; 32], [u8; 32]),
) -> Vec<[u8; 32]> {
    let mut found: Vec<[u8; 32]> = Vec::new();
    let mut at = *known;
    while let Some((_, next)) = proven.iter().map(&ends).find(|(from, _)| *from == at) {
        if next == *known || found.contains(&next) {
            break;
        }
        found.push(next);
        at = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: CompanyId = CompanyId::from_bytes([1; 16]);

    fn key(secret: u8) -> SigningKey {
        SigningKey::from_bytes(&[secret; 32])
    }

    fn public(secret: u8) -> [u8; 32] {
        key(secret).verifying_key().to_bytes()
    }

    fn link(before: u8, after: u8) -> Link {
        Link::between(OURS, &key(before), &key(after), Timestamp::from_millis(7))
    }

    #[test]
    fn whoever_knows_one_key_of_the_line_knows_all_of_it() {
        let links = [link(2, 3), link(1, 2)];
        for known in [1, 2, 3] {
            assert_eq!(line(OURS, &public(known), &links), [1, 2, 3].map(public), "from {known}");
        }
        assert_eq!(line(OURS, &public(9), &links), [public(9)], "a stranger knows none of it");
    }

    #[test]
    fn a_link_that_one_of_both_has_not_signed_is_none() {
        let mut by_thief = link(1, 2);
        by_thief.by_before = Link::between(OURS, &key(9), &key(2), Timestamp::from_millis(7)).by_before;
        assert_eq!(line(OURS, &public(1), &[by_thief]), [public(1)], "who does not hold the key before");
        let mut unasked = link(1, 2);
        unasked.by_key = unasked.by_before;
        assert_eq!(line(OURS, &public(2), &[unasked]), [public(2)], "who does not hold the key after");
        let mut altered = link(1, 2);
        altered.said = link(1, 3).said;
        assert_eq!(line(OURS, &public(1), &[altered]), [public(1)]);
        let other = Link::between(CompanyId::from_bytes([2; 16]), &key(1), &key(2), Timestamp::ZERO);
        assert_eq!(line(OURS, &public(1), &[other]), [public(1)], "another company's");
    }

    #[test]
    fn links_in_a_ring_are_followed_once() {
        let keys = line(OURS, &public(1), &[link(1, 2), link(2, 1)]);
        assert!(keys.len() <= 3 && keys.contains(&public(2)), "{}", keys.len());
    }
}
