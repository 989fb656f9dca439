//! What screens ask of the book.

use super::{Pending, Replica};
use crate::{
    domain::{
        cash::{
            Balance, Collection, CompanyAccount, DayClose, HandIn, LedgerAccount, Limits, Remittance, Share,
            Urging, Violation, in_hand,
        },
        customer::{CustomerCard, PersonalCard},
        people::StaffCard,
        sale::{Order, PriceList, Product, ProductCard},
        visit::Visit,
    },
    judge::{drawer_holds, limits_on, share_on},
    op::Op,
    paper::{HeldChange, Outcome, Paper, PaperKey, PaperKind, Settled, customer_search},
    refusal::Verdict,
    time::{BusinessDate, Timestamp, business_date},
    unit::{
        AccountId, ChangeId, CustomerId, DeviceId, Initials, Money, PaperId, PriceListId, ProductId, StaffId,
        folded,
    },
};

/// What has become of one of the device's own changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// 已存本机: stored here, not acknowledged. Whether it is on its way just now, the shell knows.
    SavedHere,
    /// The hub has it, with this verdict.
    Judged(Verdict),
}

/// One line of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxLine {
    /// Its sequence in the device's log.
    pub seq: u64,
    /// When it was done.
    pub at: Timestamp,
    /// What it says.
    pub op: Op,
    /// What has become of it.
    pub fate: Fate,
    /// What was said of it since, where it waited for somebody to decide.
    pub settled: Option<Settled>,
}

/// One device of a rep, with its share of the limit and what lies in its drawer. Source: S15.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceShare {
    /// Which device.
    pub device: DeviceId,
    /// Its number in the company.
    pub number: u32,
    /// Its share.
    pub share: Share,
    /// What its drawer holds.
    pub held: Money,
}

impl DeviceShare {
    /// What may still be taken on it.
    pub fn left(&self) -> Money {
        self.share.less(self.held.max(Money::ZERO)).limit()
    }
}

/// One item of a customer's timeline.
#[derive(Clone, Copy, Debug)]
pub enum TimelineItem<'a> {
    /// A visit.
    Visit(PaperId, &'a Visit),
    /// An order.
    Order(PaperId, &'a Order),
    /// Money received.
    Collection(PaperId, &'a Collection),
    /// A reminder to pay.
    Urging(PaperId, &'a Urging),
}

impl TimelineItem<'_> {
    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Visit(_, paper) => paper.recorded.as_ref().map(|r| r.at),
            Self::Order(_, paper) => paper.recorded.as_ref().map(|r| r.at),
            Self::Collection(_, paper) => paper.recorded.as_ref().map(|r| r.at),
            Self::Urging(_, paper) => paper.recorded.as_ref().map(|r| r.at),
        }
        .unwrap_or_default()
    }
}

macro_rules! lists {
    ($($(#[$doc:meta])* $all:ident $one:ident $id:ident $kind:ident $paper:ty;)*) => {
        impl Replica {
            $($(#[$doc])*
            pub fn $all(&self) -> impl Iterator<Item = ($id, &$paper)> {
                self.view.of_kind(PaperKind::$kind).filter_map(|(key, paper)| match paper {
                    Paper::$kind(paper) => Some(($id(key.id), paper)),
                    _ => None,
                })
            }

            #[doc = "One of them, by its id."]
            pub fn $one(&self, id: $id) -> Option<&$paper> {
                match self.view.get(&PaperKey { kind: PaperKind::$kind, id: id.0 }) {
                    Some(Paper::$kind(paper)) => Some(paper),
                    _ => None,
                }
            })*
        }
    };
}

lists! {
    /// Customer cards, shells left out by the caller with [`CustomerCard::exists`].
    customers customer CustomerId Customer CustomerCard;
    /// Personal fields of customer cards.
    personal_cards personal_card CustomerId Personal PersonalCard;
    /// Staff.
    staff_cards staff_card StaffId Staff StaffCard;
    /// Products.
    products product ProductId Product Product;
    /// Price lists.
    price_lists price_list PriceListId PriceList PriceList;
    /// Company accounts.
    accounts account AccountId Account CompanyAccount;
    /// Visits.
    visits visit PaperId Visit Visit;
    /// Orders.
    orders order PaperId Order Order;
    /// Collections.
    collections collection PaperId Collection Collection;
    /// Remittances.
    remittances remittance PaperId Remittance Remittance;
    /// Cash handed to the office.
    hand_ins hand_in PaperId HandIn HandIn;
    /// Days that were closed.
    day_closes day_close PaperId DayClose DayClose;
    /// Entries of the dunning log.
    urgings urging PaperId Urging Urging;
}

impl Replica {
    /// The cash in this device's drawer, pending changes included.
    pub fn cash_in_hand(&self) -> Money {
        let me = self.identity();
        drawer_holds(&self.view, me.staff, me.device)
    }

    /// The cash that the person on this device holds, over all their devices as far as is known here. Source: S14.
    pub fn cash_in_all(&self) -> Money {
        in_hand(self.own_drawers().map(|drawer| drawer.held))
    }

    /// This device's share of the cash limit at a time. Source: S14–S16.
    pub fn share(&self, now: Timestamp) -> Share {
        let (me, at) = (self.identity(), self.index.clock.tick(now));
        let Ok(author) = self.author(at) else { return Share::NONE };
        match self.view.get(&PaperKey::limits(me.staff)) {
            Some(Paper::Limits(limits)) => limits.share(me.device, author.share, business_date(at)),
            _ => author.share,
        }
    }

    /// What the person on this device is held against on a day. Source: S14–S16.
    pub fn limits(&self, day: BusinessDate) -> Limits {
        limits_on(&self.view, self.identity().staff, day)
    }

    /// The devices in use of the person on this device, this one first, each with its share and its drawer as far as is
    /// known here: where money may still be taken, and whence a share may come. Source: S14, S15.
    pub fn shares(&self, now: Timestamp) -> Vec<DeviceShare> {
        let (me, day) = (self.identity(), business_date(now));
        let mut shares: Vec<DeviceShare> = self
            .own_phones()
            .filter(|(.., stopped)| !stopped)
            .map(|(device, number, _)| {
                let own = device == me.device;
                let share = if own { self.share(now) } else { share_on(&self.view, me.staff, device, day) };
                DeviceShare { device, number, share, held: drawer_holds(&self.view, me.staff, device) }
            })
            .collect();
        shares.sort_by_key(|one| (one.device != me.device, one.number));
        shares
    }

    /// Violations of the person on this device, latest first. Source: S15.
    pub fn violations(&self) -> Vec<(PaperId, &Violation)> {
        let me = self.identity().staff;
        let mut mine: Vec<_> = self
            .view
            .of_kind(PaperKind::Violation)
            .filter_map(|(key, paper)| match paper {
                Paper::Violation(violation) if violation.staff() == Some(me) => {
                    Some((PaperId(key.id), violation))
                }
                _ => None,
            })
            .collect();
        mine.sort_by_key(|(_, violation)| {
            std::cmp::Reverse(violation.raised.as_ref().map(|raised| raised.at))
        });
        mine
    }

    /// The number the next receipt will carry.
    pub fn next_receipt(&self) -> u32 {
        self.own_card().map_or(0, |card| card.receipts) + 1
    }

    /// The number the next order will carry.
    pub fn next_order(&self) -> u32 {
        self.own_card().map_or(0, |card| card.orders) + 1
    }

    fn own_card(&self) -> Option<&crate::domain::people::DeviceCard> {
        match self.view.get(&PaperKey::device(self.identity().device)) {
            Some(Paper::Device(card)) => Some(card),
            _ => None,
        }
    }

    /// What a customer has paid, as a positive sum.
    pub fn paid_by(&self, customer: CustomerId) -> Money {
        match self.view.get(&PaperKey::balance(LedgerAccount::Customer(customer))) {
            Some(Paper::Balance(Balance { sum, .. })) => sum.negated(),
            _ => Money::ZERO,
        }
    }

    /// The price list in force on a day: of several, the one that began last.
    /// When none is in force, the one that ran out last, so that an order can be taken and flagged.
    pub fn price_list_on(&self, day: BusinessDate) -> Option<(PriceListId, &PriceList)> {
        let begins =
            |list: &PriceList| list.issued.as_ref().map(|issued| (issued.what.valid_from, issued.at));
        let started =
            || self.price_lists().filter(|(_, list)| begins(list).is_some_and(|(from, _)| from <= day));
        started()
            .filter(|(_, list)| list.in_force_on(day))
            .max_by_key(|(id, list)| (begins(list), *id))
            .or_else(|| started().max_by_key(|(id, list)| (begins(list), *id)))
    }

    /// A product's description.
    pub fn product_card(&self, product: ProductId) -> Option<&ProductCard> {
        self.product(product).and_then(|product| product.card.value())
    }

    /// Customers whose name, initials, place or telephone holds all the words, by name. Empty words: all.
    pub fn find_customers(&self, words: &str, initials: Initials) -> Vec<(CustomerId, &CustomerCard)> {
        let words: Vec<String> = words.split_whitespace().map(folded).collect();
        let mut found: Vec<_> = self
            .customers()
            .filter(|(_, card)| card.exists())
            .filter(|(_, card)| {
                let search = folded(&customer_search(card, initials));
                words.iter().all(|word| search.contains(word.as_str()))
            })
            .collect();
        found.sort_by(|a, b| a.1.name().cmp(b.1.name()).then(a.0.cmp(&b.0)));
        found
    }

    /// What happened with a customer, latest first.
    pub fn timeline(&self, customer: CustomerId) -> Vec<TimelineItem<'_>> {
        let visits = self
            .visits()
            .filter(|(_, p)| p.recorded.as_ref().is_some_and(|r| r.what.customer == customer))
            .map(|(id, p)| TimelineItem::Visit(id, p));
        let orders = self
            .orders()
            .filter(|(_, p)| p.recorded.as_ref().is_some_and(|r| r.what.customer == customer))
            .map(|(id, p)| TimelineItem::Order(id, p));
        let collections = self
            .collections()
            .filter(|(_, p)| p.recorded.as_ref().is_some_and(|r| r.what.customer == customer))
            .map(|(id, p)| TimelineItem::Collection(id, p));
        let urgings = self
            .urgings()
            .filter(|(_, p)| p.recorded.as_ref().is_some_and(|r| r.what.customer == customer))
            .map(|(id, p)| TimelineItem::Urging(id, p));
        let mut items: Vec<_> = visits.chain(orders).chain(collections).chain(urgings).collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.at()));
        items
    }

    /// The device's own changes, latest first: all that the feed has not shown yet, and the last ones that it has.
    /// What a later version of this program wrote has no words here and is left out.
    pub fn outbox(&self) -> Vec<OutboxLine> {
        self.pending
            .iter()
            .rev()
            .chain(self.settled.iter().rev().filter(|settled| !self.went_along(settled)))
            .filter_map(|pending| {
                Some(OutboxLine {
                    settled: self.outcome(pending.change.id).and_then(Outcome::settled).cloned(),
                    seq: pending.change.id.seq,
                    at: pending.change.header.at,
                    op: pending.op.clone()?,
                    fate: pending.judged.as_ref().map_or(Fate::SavedHere, |judged| {
                        Fate::Judged(judged.verdict.clone().unwrap_or_else(Verdict::plain))
                    }),
                })
            })
            .collect()
    }

    /// Whether a settled change is now with a customer that was taken away: what it says is read there only. S79.
    fn went_along(&self, settled: &Pending) -> bool {
        let verdict = settled.judged.as_ref().map(|judged| judged.verdict.as_ref());
        let counted = match verdict {
            Some(None) => true,
            Some(Some(Verdict::Applied { withheld, .. })) => !withheld,
            _ => false,
        };
        let customer = settled.op.as_ref().and_then(Op::customer);
        counted && customer.is_some_and(|customer| self.has_moved(customer))
    }

    /// When those of the device's own changes were made that are in the book and went with a customer who was taken away:
    /// they count, and nothing else of them is known here. Source: S79.
    pub fn moved_along(&self) -> impl Iterator<Item = Timestamp> {
        self.settled.iter().filter(|settled| self.went_along(settled)).map(|settled| settled.change.header.at)
    }

    /// The changes of the person on this device that wait or waited for somebody to decide, with what was said of them,
    /// latest first.
    pub fn held(&self) -> Vec<(&HeldChange, Option<&Outcome>)> {
        let me = self.identity().staff;
        let mut held: Vec<_> = self
            .view
            .of_kind(PaperKind::Held)
            .filter_map(|(_, paper)| match paper {
                Paper::Held(Some(held), outcome) if held.by == me => Some((held, outcome.as_ref())),
                _ => None,
            })
            .collect();
        held.sort_by_key(|(held, _)| std::cmp::Reverse(held.at));
        held
    }

    /// What was said of a change that waited.
    pub fn outcome(&self, change: ChangeId) -> Option<&Outcome> {
        match self.view.get(&PaperKey::held(change)) {
            Some(Paper::Held(_, outcome)) => outcome.as_ref(),
            _ => None,
        }
    }
}
