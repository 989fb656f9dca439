//! Who may see what, said by this test: from the regulation's roles, without asking the product.

use sync_core::domain::people::Role;

/// Whose something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The direct rep's who asks for that role.
    His,
    /// A colleague's, who never asks.
    Hers,
    /// The rep's who takes no cash.
    Theirs,
    /// Another company's in the same database.
    Elsewhere,
    /// Nobody's: it is not there.
    Nobodys,
}

/// What a role is trusted with beyond its own. Source: S78, S92.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Every customer's papers.
    Customers,
    /// What is known of every customer's person.
    Personal,
    /// Everybody's drawer, and what of theirs waits or was put aside.
    Drawers,
    /// Which phones there are.
    Phones,
}

impl Duty {
    /// The roles that have it.
    pub(crate) const fn roles(self) -> &'static [Role] {
        use Role::{
            Administrator, Archivist, Clerk, Finance, GeneralManager, Logistics, MarketingHead, MarketingVp,
            SalesHead, SalesManager,
        };
        match self {
            Self::Customers => &[
                Logistics,
                Finance,
                Clerk,
                Archivist,
                MarketingHead,
                SalesHead,
                SalesManager,
                MarketingVp,
                GeneralManager,
            ],
            Self::Personal => &[Archivist, SalesHead, MarketingVp, GeneralManager],
            Self::Drawers => {
                &[Finance, Clerk, MarketingHead, SalesHead, SalesManager, MarketingVp, GeneralManager]
            }
            Self::Phones => &[SalesHead, Administrator],
        }
    }
}

/// Whose things are a role's own.
pub(crate) const fn own(role: Role) -> Option<Whose> {
    match role {
        Role::DirectRep => Some(Whose::His),
        Role::Rep => Some(Whose::Theirs),
        _ => None,
    }
}

/// Whether a role sees something of somebody's, as its own or by any of these duties.
pub(crate) fn sees(role: Role, whose: Whose, duties: &[Duty]) -> bool {
    let here = whose != Whose::Elsewhere;
    own(role) == Some(whose) || here && duties.iter().any(|duty| duty.roles().contains(&role))
}

/// Something that stands in answers to those who may see it, and in no other.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) whose: Whose,
    pub(crate) bytes: Vec<u8>,
    duties: &'static [Duty],
    /// Whether somebody who may see it must find it somewhere.
    pub(crate) sought: bool,
}

impl Word {
    pub(crate) fn of(whose: Whose, bytes: impl Into<Vec<u8>>, duties: &'static [Duty]) -> Self {
        Self { whose, bytes: bytes.into(), duties, sought: true }
    }

    /// One that need not be found.
    pub(crate) fn unsought(mut self) -> Self {
        self.sought = false;
        self
    }

    pub(crate) fn is_for(&self, role: Role) -> bool {
        sees(role, self.whose, self.duties)
    }

    pub(crate) fn is_in(&self, read: &Read) -> bool {
        match self.text() {
            Some(word) => read.text.contains(word),
            None => read.bytes.windows(self.bytes.len()).any(|some| some == self.bytes),
        }
    }

    /// The word, where it is one that can be read and searched for.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }
}

/// Everything in an answer that somebody could read, as text; and its bytes, where they are more than text.
#[derive(Debug)]
pub(crate) struct Read {
    text: String,
    bytes: Vec<u8>,
}

impl Read {
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self { text, bytes: Vec::new() },
            Err(more) => {
                Self { text: String::from_utf8_lossy(more.as_bytes()).into_owned(), bytes: more.into_bytes() }
            }
        }
    }
}
