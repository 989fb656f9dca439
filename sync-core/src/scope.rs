//! Floor 4: who may see what. One function answers for sync, lists, reports, files and search alike.

use std::collections::BTreeSet;

use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteSlice, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    domain::people::Role,
    unit::{CustomerId, StaffId},
};

/// A desk (岗位) whose papers belong to nobody in person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Desk {
    /// 发运现场
    Dock,
    /// 物流
    Logistics,
    /// 财务
    Finance,
    /// 生产
    Production,
    /// 月末关账: the months of the books. Source: S17.
    Books,
}

/// A part of the book that is seen or not seen as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everybody's: products, prices, company accounts.
    Common,
    /// One customer's card, visits, orders and payments.
    Customer(CustomerId),
    /// The personal fields of one customer's card. Source: S92.
    CustomerPrivate(CustomerId),
    /// One member of staff's own: cash drawer, devices, held changes.
    Staff(StaffId),
    /// One desk's.
    Desk(Desk),
    /// What one member of staff wrote about a customer's person and nobody has accepted yet. Source: S92.
    StaffPrivate(StaffId),
}

impl Scope {
    /// The scope in one or seventeen bytes: its key in tables and on the wire.
    pub fn to_bytes(self) -> Vec<u8> {
        let (tag, id) = self.parts();
        [&[tag][..], id.map_or(&[], |id| &id[..])].concat()
    }

    /// Its first byte, and the sixteen after it.
    fn parts(&self) -> (u8, Option<&[u8; 16]>) {
        match self {
            Self::Common => (0, None),
            Self::Customer(id) => (1, Some(id.bytes())),
            Self::CustomerPrivate(id) => (2, Some(id.bytes())),
            Self::Staff(id) => (3, Some(id.bytes())),
            Self::StaffPrivate(id) => (4, Some(id.bytes())),
            Self::Desk(desk) => (16 + *desk as u8, None),
        }
    }

    /// The inverse of [`Scope::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (tag, rest) = bytes.split_first()?;
        let desk = match tag {
            0 if rest.is_empty() => return Some(Self::Common),
            16 => Some(Desk::Dock),
            17 => Some(Desk::Logistics),
            18 => Some(Desk::Finance),
            19 => Some(Desk::Production),
            20 => Some(Desk::Books),
            _ => None,
        };
        if let Some(desk) = desk {
            return rest.is_empty().then_some(Self::Desk(desk));
        }
        let id: [u8; 16] = rest.try_into().ok()?;
        match tag {
            1 => Some(Self::Customer(CustomerId::from_bytes(id))),
            2 => Some(Self::CustomerPrivate(CustomerId::from_bytes(id))),
            3 => Some(Self::Staff(StaffId::from_bytes(id))),
            4 => Some(Self::StaffPrivate(StaffId::from_bytes(id))),
            _ => None,
        }
    }
}

impl<C> Encode<C> for Scope {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.to_bytes())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Scope {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let bytes: &ByteSlice = d.decode()?;
        Self::from_bytes(bytes).ok_or_else(|| decode::Error::message("no such scope"))
    }
}

/// Who looks: a member of staff in a role, with the customers that are theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The member of staff.
    pub staff: StaffId,
    /// Their role.
    pub role: Role,
    /// The customers they look after.
    pub customers: BTreeSet<CustomerId>,
}

impl Viewer {
    /// Whether this person sees a scope. The one place where that is decided. Source: S78, S92.
    pub fn may_see(&self, scope: Scope) -> bool {
        match scope {
            Scope::Common => true,
            Scope::Customer(customer) => self.role.sees_all_customers() || self.customers.contains(&customer),
            Scope::CustomerPrivate(customer) => {
                self.role.sees_personal_fields() || self.customers.contains(&customer)
            }
            Scope::Staff(staff) => staff == self.staff || self.role.sees_all_drawers(),
            Scope::Desk(desk) => self.role.sits_at(desk),
            Scope::StaffPrivate(staff) => staff == self.staff || self.role.sees_personal_fields(),
        }
    }

    /// Whether this person sees something that lies in these scopes: any of them is enough.
    pub fn may_see_any(&self, scopes: &[Scope]) -> bool {
        scopes.iter().any(|scope| self.may_see(*scope))
    }

    /// Every scope that can be named for this person, when their role does not see whole classes of them.
    ///
    /// `None` means: the role sees all customers or all drawers, so the scopes cannot be listed;
    /// ask [`Viewer::may_see`] entry by entry.
    pub fn listed_scopes(&self) -> Option<BTreeSet<Scope>> {
        if self.role.sees_all_customers() || self.role.sees_all_drawers() {
            return None;
        }
        let desks = [Desk::Dock, Desk::Logistics, Desk::Finance, Desk::Production, Desk::Books];
        let desks = desks.into_iter().filter(|desk| self.role.sits_at(*desk)).map(Scope::Desk);
        let customers = || self.customers.iter().copied();
        // In their order: thousands of customers need not be put into it with every request.
        let scopes = [Scope::Common].into_iter().chain(customers().map(Scope::Customer));
        let scopes = scopes.chain(customers().map(Scope::CustomerPrivate)).chain([Scope::Staff(self.staff)]);
        Some(scopes.chain(desks).chain([Scope::StaffPrivate(self.staff)]).collect())
    }
}

/// A short name for a set of scopes, by which both ends notice that grants have changed.
pub fn scopes_fingerprint<'a>(scopes: impl IntoIterator<Item = &'a Scope>) -> [u8; 16] {
    let mut hash = Sha256::new();
    for scope in scopes {
        let (tag, id) = scope.parts();
        hash.update(if id.is_some() { [17, tag] } else { [1, tag] });
        hash.update(id.map_or(&[][..], |id| &id[..]));
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}
