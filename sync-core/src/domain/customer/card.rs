//! 客户基本信息卡: the card and the gestures that write it.

use minicbor::Encode;
use serde::{Deserialize, Serialize};

use super::{CardField, FieldValue, PersonalField};
use crate::{
    crdt::{AddWinsSet, Entries, Register, Write},
    time::Timestamp,
    unit::{ChangeId, CustomerId, StaffId, Text},
};

/// A customer is entered, first thing of all (S85). Whoever enters it looks after it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct CustomerCreated {
    /// The customer's id, derived from the change on a phone, handed in by an import.
    #[n(0)]
    pub customer: CustomerId,
    /// The fields known so far; a name is among them.
    #[n(1)]
    pub fields: Vec<(CardField, FieldValue)>,
    /// The people there, as far as known.
    #[n(2)]
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// Who looks after it.
    #[n(3)]
    pub owner: StaffId,
}

reads_map!(CustomerCreated { 0: customer, 1: fields, 2: contacts, 3: owner });

/// One field of a card is written.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct CardFieldSet {
    /// Whose card.
    #[n(0)]
    pub customer: CustomerId,
    /// Which field.
    #[n(1)]
    pub field: CardField,
    /// The value.
    #[n(2)]
    pub value: FieldValue,
    /// The writes its author saw there: more than one, when they settled a conflict.
    #[n(3)]
    pub replaces: Vec<ChangeId>,
}

reads_map!(CardFieldSet { 0: customer, 1: field, 2: value, 3: replaces });

/// One personal field is written: a change of its own, in a scope of its own.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct PersonalFieldSet {
    /// Whose card.
    #[n(0)]
    pub customer: CustomerId,
    /// Which field.
    #[n(1)]
    pub field: PersonalField,
    /// The words.
    #[n(2)]
    pub value: Text<0, 200>,
    /// The writes its author saw there.
    #[n(3)]
    pub replaces: Vec<ChangeId>,
}

reads_map!(PersonalFieldSet { 0: customer, 1: field, 2: value, 3: replaces });

/// A person at the customer's (联系人).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Contact {
    /// Name.
    #[n(0)]
    pub name: Text<1, 40>,
    /// What they are there.
    #[n(1)]
    #[serde(default)]
    pub position: Text<0, 40>,
    /// Telephone.
    #[n(2)]
    #[serde(default)]
    pub phone: Text<0, 30>,
}

reads_map!(Contact { 0: name, 1: position, 2: phone });

/// A person is added to the card.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ContactAdded {
    /// Whose card.
    #[n(0)]
    pub customer: CustomerId,
    /// Who.
    #[n(1)]
    pub contact: Contact,
    /// The addition this one corrects, if it does.
    #[n(2)]
    pub corrects: Option<ChangeId>,
}

reads_map!(ContactAdded { 0: customer, 1: contact, 2: corrects });

/// A person is taken off the card.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct ContactRemoved {
    /// Whose card.
    #[n(0)]
    pub customer: CustomerId,
    /// The addition that is taken back.
    #[n(1)]
    pub addition: ChangeId,
}

reads_map!(ContactRemoved { 0: customer, 1: addition });

/// A customer is handed to somebody: a change of grants, not a rewrite. Source: S79.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct OwnerSet {
    /// Which customer.
    #[n(0)]
    pub customer: CustomerId,
    /// Who looks after it from now on.
    #[n(1)]
    pub owner: StaffId,
    /// The writes it replaces.
    #[n(2)]
    pub replaces: Vec<ChangeId>,
    /// Why, where somebody said so.
    #[n(3)]
    #[serde(default)]
    pub reason: Option<Text<1, 200>>,
}

reads_map!(OwnerSet { 0: customer, 1: owner, 2: replaces, 3: reason });

/// The card (客户基本信息卡), without the personal fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct CustomerCard {
    /// The fields, each with its history.
    #[n(0)]
    pub fields: Entries<CardField, Register<FieldValue>>,
    /// The people there.
    #[n(1)]
    pub contacts: AddWinsSet<Contact>,
    /// Who looks after it, with its history.
    #[n(2)]
    pub owner: Register<StaffId>,
    /// When it was entered.
    #[n(3)]
    pub created: Option<Timestamp>,
}

reads_map!(CustomerCard { 0: fields, 1: contacts, 2: owner, 3: created });

impl CustomerCard {
    /// Whether the card was entered, or only written to by somebody who knew it earlier.
    pub const fn exists(&self) -> bool {
        self.created.is_some()
    }

    /// The customer's name (名称).
    pub fn name(&self) -> &str {
        self.text(CardField::Name)
    }

    /// The words in a field; empty where there are none.
    pub fn text(&self, field: CardField) -> &str {
        self.fields.get(&field).and_then(Register::value).and_then(FieldValue::text).unwrap_or_default()
    }

    /// A field's shown value.
    pub fn value(&self, field: CardField) -> Option<&FieldValue> {
        self.fields.get(&field).and_then(Register::value)
    }

    /// What a new write into the field must name as replaced.
    pub fn heads(&self, field: CardField) -> Vec<ChangeId> {
        self.fields.get(&field).map(Register::heads).unwrap_or_default()
    }

    /// The fields in which a value lost against another one and nobody has decided yet.
    pub fn conflicts(&self) -> impl Iterator<Item = (CardField, Vec<(ChangeId, &Write<FieldValue>)>)> {
        self.fields
            .iter()
            .map(|(field, register)| (*field, register.losing()))
            .filter(|(_, losing)| !losing.is_empty())
    }
}

/// The personal fields of one customer's card, in a scope of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct PersonalCard {
    /// The fields, each with its history.
    #[n(0)]
    pub fields: Entries<PersonalField, Register<Text<0, 200>>>,
}

reads_map!(PersonalCard { 0: fields });
