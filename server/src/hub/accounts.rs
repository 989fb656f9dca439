//! Whether an account can be the company's hangs on all its accounts and on everybody's name: asked within the command.
//! Source: S13, S46.

use sync_core::{
    domain::{
        cash::{AccountRefusal, may_be_ours},
        people::StaffCard,
    },
    op::Op,
    paper::{Paper, PaperKind},
};

use super::session::Session;
use crate::store::{Filter, ListAsk, Stored, Unit};

impl<U: Unit> Session<U> {
    /// Whether an account that was just opened can be the company's. Where it cannot, nothing of the transaction is kept.
    pub(super) async fn account_is_ours(&mut self, op: &Op) -> Stored<Result<(), AccountRefusal>> {
        let Op::CompanyAccountOpened(op) = op else { return Ok(Ok(())) };
        let (mut accounts, mut names) = (Vec::new(), Vec::new());
        let ask = ListAsk::every(&[PaperKind::Account, PaperKind::Staff], Filter::default());
        // As they stood before this transaction.
        for row in self.unit().await?.list(&ask).await?.rows {
            match row.paper {
                Paper::Account(account) => accounts.push(account),
                Paper::Staff(card) => names.extend(name(&card)),
                _ => {}
            }
        }
        Ok(may_be_ours(op, &accounts, names.iter().map(String::as_str)))
    }
}

fn name(card: &StaffCard) -> Option<String> {
    card.joined.as_ref().map(|joined| joined.what.name.to_string())
}
