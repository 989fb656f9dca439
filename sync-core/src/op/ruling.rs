//! Ops about other changes: a head decides on one that is held or withheld, its author corrects it.
//!
//! Whoever decides or corrects adds an entry; what was written stays as it was written.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Serialize};

use super::Op;
use crate::{
    paper::held_scope,
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, StaffId, Text},
};

/// What a head decides on a change that waits (待处理).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Ruling {
    /// 代为入账: it counts as its author wrote it, with the head's right in the place of the missing one.
    #[n(0)]
    Accepted,
    /// 退回并说明: it does not count; its author reads why.
    #[n(1)]
    Declined {
        /// Why.
        #[n(0)]
        reason: Text<1, 200>,
    },
    /// 已更正: its author wrote another one in its place. Said by [`Resubmitted`] alone.
    #[n(2)]
    Corrected,
}

reads_enum!(Ruling { 0: Accepted, 1: Declined { reason }, 2: Corrected });

/// A head has decided on a change that waits. It is seen where that change is seen. Source: S79.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct HeldDecided {
    /// Which change.
    #[n(0)]
    pub change: ChangeId,
    /// Who wrote it.
    #[n(1)]
    pub author: StaffId,
    /// Whether it names what only few may see of a customer's person. Source: S92.
    #[n(2)]
    pub personal: bool,
    /// What is decided.
    #[n(3)]
    pub ruling: Ruling,
}

reads_map!(HeldDecided { 0: change, 1: author, 2: personal, 3: ruling });

/// The content of a change that a head has accepted, with all it needs to count: it is seen where that content is seen,
/// and nobody has to hold the change itself.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct TakenOnBehalf {
    /// Which change; what it creates is named after it.
    #[n(0)]
    pub change: ChangeId,
    /// Who wrote it; it counts as theirs.
    #[n(1)]
    pub author: StaffId,
    /// When it takes effect: at its own time.
    #[n(2)]
    pub at: Timestamp,
    /// What it says.
    #[n(3)]
    pub said: Said,
}

reads_map!(TakenOnBehalf { 0: change, 1: author, 2: at, 3: said });

/// An author corrects a change that waits or was sent back, by writing it anew.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Resubmitted {
    /// The change that this one takes the place of.
    #[n(0)]
    pub held: ChangeId,
    /// What it says now.
    #[n(1)]
    pub said: Said,
}

reads_map!(Resubmitted { 0: held, 1: said });

/// An op inside another one: kind, version and body, as they would stand in a change of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Said(pub Box<Op>);

impl<C> Encode<C> for Said {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(3)?.u16(self.0.kind())?.u8(Op::VERSION)?.bytes(&self.0.to_body())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Said {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(3) {
            return Err(decode::Error::message("kind, version and body are wanted"));
        }
        let (kind, version, body) = (d.u16()?, d.u8()?, d.bytes()?);
        // What is about another change carries no further one: it would be read without end.
        if Op::is_about_a_change(kind) {
            return Err(decode::Error::message("an op inside another one stands for itself"));
        }
        Op::from_body(kind, version, body).map(|op| Self(Box::new(op))).map_err(decode::Error::message)
    }
}

impl Op {
    /// Whether ops of a kind are about another change: decide on it, take it over, take its place.
    const fn is_about_a_change(kind: u16) -> bool {
        matches!(kind, 5..=7)
    }

    /// What the op says of the company's papers: its own content, or that of the change it takes over or takes the
    /// place of.
    pub fn said(&self) -> &Self {
        match self {
            Self::TakenOnBehalf(TakenOnBehalf { said, .. }) | Self::Resubmitted(Resubmitted { said, .. }) => {
                &said.0
            }
            _ => self,
        }
    }

    /// Whether it names what only few may see of a customer's person. Source: S92.
    pub fn is_personal(&self) -> bool {
        matches!(self.said(), Self::PersonalFieldSet(_))
    }
}

impl TakenOnBehalf {
    /// Where it is to be seen: where its content is. A fact counts for its author already, so they see it as well.
    pub(super) fn scopes(&self) -> Vec<Scope> {
        let mut scopes = self.said.0.scopes(self.author);
        if self.said.0.ending() == super::Ending::Ledger {
            also(&mut scopes, Scope::Staff(self.author));
        }
        scopes
    }
}

impl Resubmitted {
    /// Where it is to be seen: where its content is, and where the change is that it takes the place of.
    pub(super) fn scopes(&self, author: StaffId) -> Vec<Scope> {
        let mut scopes = self.said.0.scopes(author);
        also(&mut scopes, held_scope(author, self.said.0.is_personal()));
        scopes
    }
}

fn also(scopes: &mut Vec<Scope>, scope: Scope) {
    if !scopes.contains(&scope) {
        scopes.push(scope);
    }
}
