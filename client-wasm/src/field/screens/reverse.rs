//! 冲正: an own collection or remittance is taken back whole, by a new entry with a reason. Source: S17.
//!
//! Floor: screens. This module must not edit the entry it takes back.

use leptos::prelude::*;
use sync_core::{
    domain::cash::{Reversed, Reversible},
    op::Op,
    replica::Replica,
    unit::{CustomerId, Money, PaperId, StaffId, Text},
};

use super::{
    drafts::{Form, Slot},
    parts::{self, NotHere, Saving, SubHead},
};
use crate::{
    field::{
        router::{self, Route},
        texts,
    },
    ui::{
        ActionBar, Body, Button, ButtonKind, ButtonSize, Card, ChipLayout, Choice, ChoiceChips, Note,
        TextField, focus, format, pairs, t, tell,
    },
};

const REASONS: [&str; 4] = ["wrong-amount", "wrong-customer", "twice", "other"];

#[derive(Clone, Copy)]
struct ReverseForm {
    reason: RwSignal<Option<String>>,
    more: RwSignal<String>,
    reason_error: RwSignal<Option<String>>,
    more_error: RwSignal<Option<String>>,
}

impl Form for ReverseForm {
    fn is_begun(&self) -> bool {
        self.reason.with_untracked(Option::is_some)
            || self.more.with_untracked(|more| !more.trim().is_empty())
    }

    fn slots(&self) -> Vec<Slot> {
        vec![Slot::Choice(self.reason), Slot::Text(self.more)]
    }
}

impl ReverseForm {
    fn blank() -> Self {
        Self {
            reason: RwSignal::new(None),
            more: RwSignal::new(String::new()),
            reason_error: RwSignal::new(None),
            more_error: RwSignal::new(None),
        }
    }

    fn text(&self) -> Option<Text<1, 200>> {
        self.reason_error.set(None);
        self.more_error.set(None);
        let more = self.more.with_untracked(|more| more.trim().to_owned());
        let said = match self.reason.get_untracked().as_deref() {
            None => {
                self.reason_error.set(Some(t!("form-missing", field = t!("reverse-reason"))));
                return None;
            }
            Some("other") if more.is_empty() => {
                self.more_error.set(Some(t!("taken-say-more")));
                return None;
            }
            Some("other") => more,
            Some(code) => {
                let word = t!(&format!("reverse-{code}"));
                if more.is_empty() { word } else { t!("taken-reason-more", reason = word, more = more) }
            }
        };
        let text = Text::new(&said);
        self.more_error.set(text.as_ref().err().map(texts::not_a_text));
        text.ok()
    }
}

struct Target {
    title: String,
    amount: Money,
    about: String,
    staff: StaffId,
    customer: Option<CustomerId>,
}

fn target(book: &Replica, kind: Reversible, id: PaperId) -> Option<Target> {
    match kind {
        Reversible::Collection => {
            let taken = book.collection(id)?.recorded.as_ref()?;
            Some(Target {
                title: super::told::collection_title(&taken.what),
                amount: taken.what.amount.money(),
                about: texts::customer_name(book, taken.what.customer),
                staff: taken.by,
                customer: Some(taken.what.customer),
            })
        }
        Reversible::Remittance => {
            let sent = book.remittance(id)?.recorded.as_ref()?;
            Some(Target {
                title: super::told::remittance_title(&sent.what),
                amount: sent.what.amount.money(),
                about: super::told::account_line(book, sent.what.account),
                staff: sent.by,
                customer: None,
            })
        }
    }
}

/// Takes a collection or remittance back.
#[component]
pub(super) fn Reverse(
    /// What kind of paper.
    kind: Reversible,
    /// Which one.
    id: PaperId,
) -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    let page = Route::Reverse(kind, id);
    let up = match kind {
        Reversible::Collection => Route::Receipt(id),
        Reversible::Remittance => Route::RemittancePage(id),
    };
    let Some(target) = field.peek(|book| target(book, kind, id)) else {
        return view! { <NotHere up=Route::Today /> }.into_any();
    };
    let form = drafts.on_screen(page, ReverseForm::blank);
    parts::clears(form.reason, form.reason_error);
    parts::clears(form.more, form.more_error);
    let saving = Saving::of(page);
    let (staff, customer) = (target.staff, target.customer);
    let save = move || {
        let Some(reason) = form.text() else {
            focus::first_error();
            return;
        };
        saving.record(
            move |_| Op::Reversed(Reversed { kind, of: id, staff, customer, reason }),
            move |_| {
                drafts.saved(page);
                tell(parts::saved_here());
                router::replace(up);
            },
            |_| false,
        );
    };
    let note = match kind {
        Reversible::Collection => t!("reverse-note-collection", amount = format::sum(target.amount)),
        Reversible::Remittance => t!("reverse-note-remittance", amount = format::sum(target.amount)),
    };
    let choices = REASONS.map(|reason| Choice::new(reason, t!(&format!("reverse-{reason}")))).to_vec();
    view! {
        <SubHead title=t!("reverse-title") sub=target.about.clone() up=up />
        <Body>
            {saving.note()}
            <Card>
                {pairs(true, vec![
                    (t!("reverse-what"), target.title.into_any()),
                    (t!("paper-amount"), t!("unit-yuan", amount = format::sum(target.amount)).into_any()),
                ])}
            </Card>
            <ChoiceChips label=t!("reverse-reason") value=form.reason choices=choices layout=ChipLayout::Two error=form.reason_error />
            <TextField label=t!("taken-more") value=form.more error=form.more_error optional=true autocomplete="off" testid="reverse-more" />
            <Note>{note}</Note>
        </Body>
        <ActionBar>
            <Button label=t!("reverse-save") kind=ButtonKind::Danger size=ButtonSize::Big on_press=save testid="save-reversal" />
        </ActionBar>
    }
    .into_any()
}
