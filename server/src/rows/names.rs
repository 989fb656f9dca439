//! The names beside the ids of one page: gathered, loaded by one query, then looked up.
//!
//! Floor: above the store's papers, below every row. A customer that the reader may not see has no name here.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    judge::OPERATOR,
    locale::Texts,
    paper::{Paper, PaperKey},
    scope::{Scope, Viewer},
    unit::{AccountId, CustomerId, DeviceId, PriceListId, ProductId, StaffId},
};

use super::common::{AccountRef, CustomerRef, Person, PriceListRef, ProductRef};

/// The ids on a page whose names are wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted(pub(super) BTreeSet<PaperKey>);

impl Wanted {
    /// Wants the name of a member of staff.
    pub(super) fn staff(&mut self, id: StaffId) -> &mut Self {
        self.0.insert(PaperKey::staff(id));
        self
    }

    /// Wants the name of the head who took something over, where one did.
    pub(super) fn taken_over_by(&mut self, head: Option<StaffId>) -> &mut Self {
        self.0.extend(head.map(PaperKey::staff));
        self
    }

    /// Wants the name of a customer.
    pub(super) fn customer(&mut self, id: CustomerId) -> &mut Self {
        self.0.insert(PaperKey::customer(id));
        self
    }

    /// Wants a product.
    pub(super) fn product(&mut self, id: ProductId) -> &mut Self {
        self.0.insert(PaperKey::product(id));
        self
    }

    /// Wants a company account.
    pub(super) fn account(&mut self, id: AccountId) -> &mut Self {
        self.0.insert(PaperKey::account(id));
        self
    }

    /// Wants the version of a price list.
    pub(super) fn price_list(&mut self, id: PriceListId) -> &mut Self {
        self.0.insert(PaperKey::price_list(id));
        self
    }

    /// Wants the number of a device.
    pub(super) fn device(&mut self, id: DeviceId) -> &mut Self {
        self.0.insert(PaperKey::device(id));
        self
    }

    /// Wants any other paper beside.
    pub(super) fn paper(&mut self, key: PaperKey) -> &mut Self {
        self.0.insert(key);
        self
    }
}

/// The papers of one page, and who reads it in which language.
#[derive(Debug)]
pub(super) struct Names<'a> {
    papers: BTreeMap<PaperKey, Paper>,
    viewer: &'a Viewer,
    texts: &'a Texts,
}

impl<'a> Names<'a> {
    /// Over the papers that were wanted.
    pub(super) fn new(papers: BTreeMap<PaperKey, Paper>, viewer: &'a Viewer, texts: &'a Texts) -> Self {
        Self { papers, viewer, texts }
    }

    /// The language of the page.
    pub(super) fn texts(&self) -> &'a Texts {
        self.texts
    }

    /// Who reads.
    pub(super) fn viewer(&self) -> &'a Viewer {
        self.viewer
    }

    /// One of the papers.
    pub(super) fn paper(&self, key: &PaperKey) -> Option<&Paper> {
        self.papers.get(key)
    }

    /// A member of staff.
    pub(super) fn person(&self, id: StaffId) -> Person {
        let name = match self.papers.get(&PaperKey::staff(id)) {
            _ if id == OPERATOR => self.texts.text("role-operator", &[]),
            Some(Paper::Staff(card)) => {
                card.joined.as_ref().map_or_else(String::new, |j| j.what.name.to_string())
            }
            _ => String::new(),
        };
        Person { id, name }
    }

    /// A customer, unless the reader may not see it.
    pub(super) fn customer(&self, id: CustomerId) -> Option<CustomerRef> {
        if !self.viewer.may_see(Scope::Customer(id)) {
            return None;
        }
        match self.papers.get(&PaperKey::customer(id)) {
            Some(Paper::Customer(card)) if card.exists() => {
                Some(CustomerRef { id, name: card.name().to_owned() })
            }
            _ => None,
        }
    }

    /// A product.
    pub(super) fn product(&self, id: ProductId) -> ProductRef {
        let card = match self.papers.get(&PaperKey::product(id)) {
            Some(Paper::Product(product)) => product.card.value(),
            _ => None,
        };
        ProductRef {
            id,
            code: card.map(|c| c.code.to_string()).unwrap_or_default(),
            name: card.map(|c| c.name.to_string()).unwrap_or_default(),
            specification: card.map(|c| c.specification.to_string()).unwrap_or_default(),
            unit: card.map(|c| c.unit.to_string()).unwrap_or_default(),
        }
    }

    /// A company account.
    pub(super) fn account(&self, id: AccountId) -> AccountRef {
        let opened = match self.papers.get(&PaperKey::account(id)) {
            Some(Paper::Account(account)) => account.opened.as_ref(),
            _ => None,
        };
        AccountRef {
            id,
            bank: opened.map(|o| o.what.bank.to_string()).unwrap_or_default(),
            number: opened.map(|o| o.what.number.to_string()).unwrap_or_default(),
        }
    }

    /// A price list.
    pub(super) fn price_list(&self, id: PriceListId) -> PriceListRef {
        let version = match self.papers.get(&PaperKey::price_list(id)) {
            Some(Paper::PriceList(list)) => list.issued.as_ref().map(|i| i.what.version.to_string()),
            _ => None,
        };
        PriceListRef { id, version: version.unwrap_or_default() }
    }

    /// A device's number in the company, zero for the hub's own log.
    pub(super) fn device_number(&self, id: DeviceId) -> u32 {
        match self.papers.get(&PaperKey::device(id)) {
            Some(Paper::Device(card)) => card.enrolled.as_ref().map_or(0, |device| device.what.number),
            _ => 0,
        }
    }
}
