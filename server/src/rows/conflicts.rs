//! 冲突: fields that two people wrote without knowing of each other, each with what stood there before. Source: S82.
//!
//! Floor: rows, beside the lists. A value that binds the company waits for a head to choose; of any other the later one
//! counts and the earlier is kept. Both stand in one list, so that they are found, counted and taken out together.

use serde::Serialize;
use sync_core::{
    crdt::{Register, Write},
    domain::customer::{CardField, CustomerCard, CustomerRefusal, FieldValue},
    op::Op,
    paper::{HeldChange, Paper, PaperKey, PaperKind},
    refusal::Refusal,
    scope::Scope,
    unit::{ChangeId, CustomerId},
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Asked, List, Reader, RowsError, Slice, WriteRow,
    common::{ChangeRef, CustomerRef, clock},
    customers,
    lists::{BY_NAME, LATEST},
    names::{Names, Wanted},
};
use crate::store::{Filter, Listed, Snapshot, Stored};

/// A field that two people wrote without knowing of each other, and on which nobody has decided yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConflictRow {
    /// Whose card.
    pub customer: CustomerRef,
    /// Which field.
    #[schema(example = "phone")]
    pub field: &'static str,
    /// What stood there before the two parted; absent where nothing did, or it is no longer known.
    pub base: Option<WriteRow>,
    /// The value that is shown.
    pub shown: WriteRow,
    /// The values that lost, latest first; the one that waits, where one of two has to be chosen.
    pub losing: Vec<WriteRow>,
    /// What a decision must name as replaced.
    pub heads: Vec<ChangeRef>,
    /// Where the field binds the company: the held change that is decided on to choose. Absent where the later value
    /// counts already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<ChoiceRef>,
}

/// A held change of which a head chooses, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChoiceRef {
    /// The paper that holds it.
    pub id: Uuid,
    /// Whether the reader may decide on it.
    pub may_decide: bool,
}

/// A value that binds the company, written without knowing of the one that stands there.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    id: Uuid,
    customer: CustomerId,
    field: CardField,
    value: FieldValue,
    replaces: Vec<ChangeId>,
    held: HeldChange,
}

impl Choice {
    /// What a held change leaves to be chosen; `None` where it waits for another reason.
    fn of(id: Uuid, held: HeldChange) -> Option<Self> {
        let Refusal::Customer(CustomerRefusal::Undecided { .. }) = held.reason else { return None };
        let op = held.op().ok()?;
        let Op::CardFieldSet(op) = op.said() else { return None };
        let (customer, field, value, replaces) =
            (op.customer, op.field, op.value.clone(), op.replaces.clone());
        Some(Self { id, customer, field, value, replaces, held })
    }

    fn wants(&self, wanted: &mut Wanted) {
        wanted.staff(self.held.by).customer(self.customer);
    }

    /// What the field holds; `None` where it has no value any more.
    fn field<'n>(&self, names: &'n Names<'_>) -> Option<(&'n Register<FieldValue>, Current<'n>)> {
        let Some(Paper::Customer(card)) = names.paper(&PaperKey::customer(self.customer)) else {
            return None;
        };
        let register = card.fields.get(&self.field)?;
        Some((register, register.current()?))
    }

    /// The row; `None` where the field has no value any more.
    fn row(&self, names: &Names<'_>) -> Option<ConflictRow> {
        let (register, (change, shown)) = self.field(names)?;
        let mine = WriteRow {
            change: self.held.id.into(),
            value: self.value.clone(),
            at: clock(self.held.at),
            by: names.person(self.held.by),
        };
        let viewer = names.viewer();
        let base = parted(register, &shown.replaces, &self.replaces);
        let base = base.or_else(|| seen(register, &self.replaces)).filter(|(id, _)| *id != change);
        Some(ConflictRow {
            customer: names.customer(self.customer)?,
            field: self.field.code(),
            base: base.map(|(id, write)| written(id, write, names)),
            shown: written(change, shown, names),
            losing: vec![mine],
            heads: register.heads().into_iter().map(ChangeRef::from).collect(),
            waits: Some(ChoiceRef { id: self.id, may_decide: viewer.role.rules_on_held() }),
        })
    }
}

/// The write that is shown.
type Current<'r> = (ChangeId, &'r Write<FieldValue>);

/// The write that both of two had seen.
fn parted<'r>(
    register: &'r Register<FieldValue>,
    one: &[ChangeId],
    other: &[ChangeId],
) -> Option<(ChangeId, &'r Write<FieldValue>)> {
    let common = one.iter().find(|id| other.contains(id))?;
    register.get(*common).map(|write| (*common, write))
}

/// The latest write that somebody had seen.
fn seen<'r>(
    register: &'r Register<FieldValue>,
    replaces: &[ChangeId],
) -> Option<(ChangeId, &'r Write<FieldValue>)> {
    let known = replaces.iter().filter_map(|id| register.get(*id).map(|write| (*id, write)));
    known.max_by_key(|(id, write)| (write.at, *id))
}

fn written(change: ChangeId, write: &Write<FieldValue>, names: &Names<'_>) -> WriteRow {
    WriteRow {
        change: change.into(),
        value: write.value.clone(),
        at: clock(write.at),
        by: names.person(write.by),
    }
}

/// A field of a card of which a value lost and nobody has decided yet.
struct Parted<'c> {
    field: CardField,
    register: &'c Register<FieldValue>,
    current: Current<'c>,
    lost: Vec<Current<'c>>,
}

/// The fields of a card of which a value lost and nobody has decided yet: what the list shows and every count counts.
fn of_card(card: &CustomerCard) -> impl Iterator<Item = Parted<'_>> {
    card.conflicts().filter_map(|(field, lost)| {
        let register = card.fields.get(&field)?;
        Some(Parted { field, register, current: register.current()?, lost })
    })
}

impl Parted<'_> {
    fn row(&self, customer: &CustomerRef, names: &Names<'_>) -> ConflictRow {
        let (register, (change, shown)) = (self.register, self.current);
        let lost = self.lost.first();
        let base = lost.and_then(|(_, lost)| parted(register, &shown.replaces, &lost.replaces));
        ConflictRow {
            customer: customer.clone(),
            field: self.field.code(),
            base: base.map(|(id, write)| written(id, write, names)),
            shown: written(change, shown, names),
            losing: self.lost.iter().map(|(id, write)| written(*id, write, names)).collect(),
            heads: register.heads().into_iter().map(ChangeRef::from).collect(),
            waits: None,
        }
    }
}

/// Cards that are looked at together.
const AT_ONCE: u32 = 1_000;

/// What is to be decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Undecided {
    /// The rows of the list of conflicts.
    pub(super) all: u64,
    /// Of them those of which one value must be chosen, which are held changes too.
    pub(super) to_choose: u64,
}

/// The cards among the papers of a list.
fn cards(listed: &[Listed]) -> impl Iterator<Item = (CustomerId, &CustomerCard)> {
    listed.iter().filter_map(|row| match &row.paper {
        Paper::Customer(card) => Some((CustomerId(row.key.id), card)),
        _ => None,
    })
}

impl<N: Snapshot> Reader<'_, N> {
    /// The fields of cards on which nobody has decided yet.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn conflicts(&mut self, asked: &Asked) -> Result<List<ConflictRow>, RowsError> {
        let paging = asked.paging()?;
        let slice = self.conflicts_from(asked, paging.offset(), paging.per_page).await?;
        self.page_of(slice, paging.page, paging.per_page).await
    }

    /// The same from an offset on, without the page around it: first what has to be chosen, then what counts already. A
    /// card may have several, so all cards are looked at.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn conflicts_from(
        &mut self,
        asked: &Asked,
        offset: u64,
        limit: u32,
    ) -> Result<Slice<ConflictRow>, RowsError> {
        let mut slice = Slice { rows: Vec::new(), total: 0 };
        let mut take = |row: ConflictRow| {
            if slice.total >= offset && slice.rows.len() < limit as usize {
                slice.rows.push(row);
            }
            slice.total += 1;
        };
        let filter = Filter { status: Vec::new(), ..asked.filter()? };
        let (choices, known) = self.choices_that_stand(filter).await?;
        // Who wrote what on the cards is known only once the cards are.
        let mut writers = Wanted::default();
        for choice in &choices {
            choice.wants(&mut writers);
            if let Some(Paper::Customer(card)) = known.paper(&PaperKey::customer(choice.customer)) {
                customers::writers(card, None, &mut writers);
            }
        }
        let names = self.names(writers).await?;
        choices.iter().filter_map(|choice| choice.row(&names)).for_each(&mut take);

        let asked = Asked { status: Some("conflict".into()), ..asked.clone() };
        let mut looked = 0;
        loop {
            let listed = self.listing(PaperKind::Customer, &asked, BY_NAME, looked, AT_ONCE).await?.rows;
            looked += listed.len() as u64;
            let last = listed.len() < AT_ONCE as usize;
            let mut wanted = Wanted::default();
            cards(&listed).for_each(|(_, card)| customers::writers(card, None, &mut wanted));
            let names = self.names(wanted).await?;
            for (id, card) in cards(&listed) {
                let customer = CustomerRef { id, name: card.name().to_owned() };
                of_card(card).map(|parted| parted.row(&customer, &names)).for_each(&mut take);
            }
            if last {
                return Ok(slice);
            }
        }
    }

    /// How much of all that the viewer sees is to be decided: as many as the list has rows.
    pub(super) async fn undecided(&mut self) -> Stored<Undecided> {
        let to_choose = self.choices_that_stand(Filter::default()).await?.0.len() as u64;
        let filter = Filter { status: vec!["conflict".to_owned()], ..Filter::default() };
        let (mut all, mut looked) = (to_choose, 0);
        loop {
            let ask = self.ask(&[PaperKind::Customer], filter.clone(), BY_NAME, looked, AT_ONCE);
            let listed = ask.await?.rows;
            looked += listed.len() as u64;
            all += cards(&listed).map(|(_, card)| of_card(card).count() as u64).sum::<u64>();
            if listed.len() < AT_ONCE as usize {
                return Ok(Undecided { all, to_choose });
            }
        }
    }

    /// The values of which one has to be chosen, beside one that is still there; with the cards.
    async fn choices_that_stand(&mut self, filter: Filter) -> Stored<(Vec<Choice>, Names<'_>)> {
        let choices = self.choices(filter).await?;
        let mut wanted = Wanted::default();
        for choice in &choices {
            choice.wants(&mut wanted);
        }
        let known = self.names(wanted).await?;
        Ok((choices.into_iter().filter(|choice| choice.field(&known).is_some()).collect(), known))
    }

    /// The values that bind the company of which one has to be chosen, latest first, of customers the viewer sees.
    async fn choices(&mut self, filter: Filter) -> Stored<Vec<Choice>> {
        const MOST: u32 = 10_000;
        let filter = Filter { status: vec!["undecided".to_owned()], ..filter };
        let listed = self.ask(&[PaperKind::Held], filter, LATEST, 0, MOST).await?.rows;
        let viewer = self.viewer;
        let held = listed.into_iter().filter_map(|row| match row.paper {
            Paper::Held(Some(held), _) => Choice::of(row.key.id, held),
            _ => None,
        });
        Ok(held.filter(|choice| viewer.may_see(Scope::Customer(choice.customer))).collect())
    }
}
