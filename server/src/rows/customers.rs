//! Rows of the list of customers and the page of one of them (客户基本信息卡). Source: S81–S83, S92.
//!
//! Floor: rows. Pure: papers and the names on a page. Personal fields are there or not there, never masked in part.

use serde::Serialize;
use sync_core::{
    crdt::{Register, Write},
    domain::{
        cash::{Balance, LedgerAccount},
        customer::{CardField, CustomerCard, FieldValue, PersonalCard},
    },
    paper::{Paper, PaperKey},
    unit::{ChangeId, CustomerId, Money},
};
use utoipa::ToSchema;

use super::{
    common::{ChangeRef, Person, clock},
    names::{Names, Wanted},
};

/// A customer in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CustomerRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: CustomerId,
    /// Name (名称).
    pub name: String,
    /// County or district (所在市县).
    pub county: String,
    /// Telephone.
    pub phone: String,
    /// Who looks after it.
    pub owner: Option<Person>,
    /// Where it stands in its life (客户阶段).
    #[schema(example = "maintained")]
    pub stage: Option<String>,
    /// When it was entered.
    pub created: String,
    /// When something last happened with it.
    pub last_at: Option<String>,
    /// What it has paid in all.
    #[schema(value_type = String, example = "18640.00")]
    pub paid: Money,
    /// Fields in which a value lost and nobody has decided yet.
    pub conflicts: u32,
}

/// One write of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WriteRow {
    /// The change that brought it.
    pub change: ChangeRef,
    /// The value.
    #[schema(value_type = Object)]
    pub value: FieldValue,
    /// When.
    pub at: String,
    /// Who.
    pub by: Person,
}

/// A field of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldRow {
    /// Which field.
    #[schema(example = "registered-address")]
    pub field: &'static str,
    /// The shown value.
    #[schema(value_type = Object)]
    pub value: FieldValue,
    /// When it was written.
    pub at: String,
    /// Who wrote it.
    pub by: Person,
    /// The change that brought it.
    pub change: ChangeRef,
    /// What a new write must name as replaced.
    pub heads: Vec<ChangeRef>,
    /// The values that lost and that nobody has decided yet, latest first.
    pub losing: Vec<WriteRow>,
}

/// A person at the customer's (联系人).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactRow {
    /// The addition that brought it, by which it is taken off again.
    pub change: ChangeRef,
    /// Name.
    pub name: String,
    /// What they are there.
    pub position: String,
    /// Telephone.
    pub phone: String,
}

/// The page of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CustomerPage {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: CustomerId,
    /// Name (名称).
    pub name: String,
    /// Who looks after it.
    pub owner: Option<Person>,
    /// What a new owner must name as replaced.
    pub owner_heads: Vec<ChangeRef>,
    /// When it was entered.
    pub created: String,
    /// What it has paid in all.
    #[schema(value_type = String, example = "18640.00")]
    pub paid: Money,
    /// The fields of its card, in the order of the card.
    pub fields: Vec<FieldRow>,
    /// The people there.
    pub contacts: Vec<ContactRow>,
    /// The personal fields; absent where the reader may not see them.
    pub personal: Option<Vec<FieldRow>>,
}

/// The names and papers a customer's row shows.
pub(super) fn wants(id: CustomerId, card: &CustomerCard, wanted: &mut Wanted) {
    if let Some(owner) = card.owner.value() {
        wanted.staff(*owner);
    }
    wanted.paper(PaperKey::balance(LedgerAccount::Customer(id)));
}

/// The names that the writes of a card show.
pub(super) fn writers(card: &CustomerCard, personal: Option<&PersonalCard>, wanted: &mut Wanted) {
    let fields = card.fields.values().flat_map(|field| field.writes().map(|(_, write)| write.by));
    let personal = personal.into_iter().flat_map(|card| card.fields.values());
    let personal = personal.flat_map(|field| field.writes().map(|(_, write)| write.by));
    for by in fields.chain(personal) {
        wanted.staff(by);
    }
}

/// The row of a customer; `None` while the paper is a shell.
pub(super) fn row(id: CustomerId, card: &CustomerCard, names: &Names<'_>) -> Option<CustomerRow> {
    let stage = match card.value(CardField::Stage) {
        Some(FieldValue::Stage(stage)) => serde_json::to_value(stage).ok(),
        _ => None,
    };
    Some(CustomerRow {
        id,
        name: card.name().to_owned(),
        county: card.text(CardField::County).to_owned(),
        phone: card.text(CardField::Phone).to_owned(),
        owner: card.owner.value().map(|owner| names.person(*owner)),
        stage: stage.and_then(|stage| stage.as_str().map(str::to_owned)),
        created: clock(card.created?),
        last_at: None,
        paid: paid(id, names),
        conflicts: u32::try_from(card.conflicts().count()).unwrap_or(u32::MAX),
    })
}

/// What a page knows of the personal fields.
#[derive(Clone, Copy, Debug)]
pub(super) enum Personal<'c> {
    /// The reader may not see them.
    NotTheirs,
    /// The reader may; nothing is written there yet.
    Nothing,
    /// What is written there.
    Card(&'c PersonalCard),
}

/// The page of a customer; `None` while the paper is a shell.
pub(super) fn page(
    id: CustomerId,
    card: &CustomerCard,
    personal: Personal<'_>,
    names: &Names<'_>,
) -> Option<CustomerPage> {
    let fields = CardField::ALL
        .iter()
        .filter_map(|field| field_row(field.code(), card.fields.get(field)?, FieldValue::clone, names));
    let contacts = card.contacts.elements().map(|(change, contact)| ContactRow {
        change: change.into(),
        name: contact.name.to_string(),
        position: contact.position.to_string(),
        phone: contact.phone.to_string(),
    });
    Some(CustomerPage {
        id,
        name: card.name().to_owned(),
        owner: card.owner.value().map(|owner| names.person(*owner)),
        owner_heads: changes(card.owner.heads()),
        created: clock(card.created?),
        paid: paid(id, names),
        fields: fields.collect(),
        contacts: contacts.collect(),
        personal: match personal {
            Personal::NotTheirs => None,
            Personal::Nothing => Some(Vec::new()),
            Personal::Card(card) => Some(personal_fields(card, names)),
        },
    })
}

fn personal_fields(card: &PersonalCard, names: &Names<'_>) -> Vec<FieldRow> {
    use sync_core::domain::customer::PersonalField;
    PersonalField::ALL
        .iter()
        .filter_map(|field| {
            let register = card.fields.get(field)?;
            field_row(field.code(), register, |text| FieldValue::Text(text.clone()), names)
        })
        .collect()
}

fn field_row<T: PartialEq>(
    field: &'static str,
    register: &Register<T>,
    value: impl Fn(&T) -> FieldValue,
    names: &Names<'_>,
) -> Option<FieldRow> {
    let (change, shown) = register.current()?;
    Some(FieldRow {
        field,
        value: value(&shown.value),
        at: clock(shown.at),
        by: names.person(shown.by),
        change: change.into(),
        heads: changes(register.heads()),
        losing: losing(register.losing(), value, names),
    })
}

fn losing<T>(
    losing: Vec<(ChangeId, &Write<T>)>,
    value: impl Fn(&T) -> FieldValue,
    names: &Names<'_>,
) -> Vec<WriteRow> {
    losing
        .into_iter()
        .map(|(change, write)| WriteRow {
            change: change.into(),
            value: value(&write.value),
            at: clock(write.at),
            by: names.person(write.by),
        })
        .collect()
}

fn changes(ids: Vec<ChangeId>) -> Vec<ChangeRef> {
    ids.into_iter().map(ChangeRef::from).collect()
}

fn paid(id: CustomerId, names: &Names<'_>) -> Money {
    match names.paper(&PaperKey::balance(LedgerAccount::Customer(id))) {
        Some(Paper::Balance(Balance { sum, .. })) => sum.negated(),
        _ => Money::ZERO,
    }
}
