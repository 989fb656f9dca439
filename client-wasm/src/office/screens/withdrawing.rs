//! 撤销到账确认: finance takes back a confirmation that was wrong, whole: of every paper that it confirmed (S13, S34).
//!
//! Floor: office/screens. Whether it may be withdrawn, the rule says.

use leptos::prelude::*;
use serde_json::{Value, json};
use sync_core::domain::people::Role;
use sync_core::unit::{ChangeId, Money};

use crate::office::api::statements::Paid;
use crate::office::gesture::{Gesture, ReasonSheet};
use crate::office::state::office;
use crate::ui::{Button, ButtonKind, format, t};

/// A confirmation that stands, as it is withdrawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    pub(super) confirmation: ChangeId,
    /// `collection` or `remittance`.
    pub(super) kind: String,
    pub(super) papers: Vec<Paid>,
    /// Whose transfers they are.
    pub(super) customer: Option<String>,
    pub(super) lines: Vec<String>,
    /// Who has paid.
    pub(super) who: String,
    pub(super) amount: Money,
}

impl Standing {
    /// The command that withdraws it.
    pub(super) fn withdrawn(&self, reason: &str) -> Value {
        json!({
            "op": "confirmation-withdrawn", "confirmation": self.confirmation, "kind": self.kind,
            "papers": named(&self.papers), "customer": self.customer, "lines": self.lines, "reason": reason,
        })
    }
}

/// Papers as a confirmation names them.
pub(super) fn named(papers: &[Paid]) -> Vec<Value> {
    papers.iter().map(|paper| json!({ "of": paper.of, "staff": paper.staff.id })).collect()
}

/// The button and the sheet; absent for those who do not confirm, and where nothing is confirmed.
#[component]
pub(super) fn Withdrawing(standing: Signal<Option<Standing>>) -> impl IntoView {
    if !office().may(Role::confirms_money) {
        return ().into_any();
    }
    let gesture = Gesture::new();
    let open = RwSignal::new(false);
    let undo = move |reason: String| {
        let content = standing.with_untracked(|one| one.as_ref().map(|one| one.withdrawn(&reason)));
        if let Some(content) = content {
            gesture.command(content, t!("bank-lines-undone-said"), move || open.set(false));
        }
    };
    let title = Signal::derive(move || {
        standing.with(|one| {
            one.as_ref().map_or_else(String::new, |one| {
                t!("bank-lines-undo-title", payer = &one.who, amount = format::sum(one.amount))
            })
        })
    });
    let stands = Memo::new(move |_| standing.with(Option::is_some));
    view! {
        <Show when=move || stands.get()>
            <Button attr:data-testid="withdraw-confirmation" label=t!("bank-lines-undo") kind=ButtonKind::Danger on_press=move || open.set(true) />
        </Show>
        <ReasonSheet open=open title=title text=t!("bank-lines-undo-text") verb=t!("bank-lines-undo") gesture=gesture on_reason=undo />
    }
    .into_any()
}
