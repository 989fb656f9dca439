//! Chapter 7: the customer card (客户基本信息卡). Source: S81, S82, S85, S92.

mod card;
mod field;
mod rules;

pub use card::{
    CardFieldSet, Contact, ContactAdded, ContactRemoved, CustomerCard, CustomerCreated, OwnerSet,
    PersonalCard, PersonalFieldSet,
};
pub use field::{CardField, FieldRefusal, FieldValue, Organisation, PersonalField, Stage};
pub use rules::{CustomerRefusal, may_assign, may_touch, may_write_field, may_write_personal_field};
