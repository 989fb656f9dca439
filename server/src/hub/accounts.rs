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
use crate::store::{Filter, ListAsk, Listed, Sight, Sort, Stored, Unit};

impl<U: Unit> Session<U> {
    /// Whether an account that was just opened can be the company's. Where it cannot, nothing of the transaction is kept.
    pub(super) async fn account_is_ours(&mut self, op: &Op) -> Stored<Result<(), AccountRefusal>> {
        let Op::CompanyAccountOpened(op) = op else { return Ok(Ok(())) };
        let (mut accounts, mut names) = (Vec::new(), Vec::new());
        for row in self.all_of(&[PaperKind::Account, PaperKind::Staff], Filter::default()).await? {
            match row.paper {
                Paper::Account(account) => accounts.push(account),
                Paper::Staff(card) => names.extend(name(&card)),
                _ => {}
            }
        }
        Ok(may_be_ours(op, &accounts, names.iter().map(String::as_str)))
    }

    /// Every paper of some kinds that passes, as it stood before this transaction.
    pub(super) async fn all_of(&mut self, kinds: &[PaperKind], filter: Filter) -> Stored<Vec<Listed>> {
        let (sight, sort) = (Sight::everything(), Sort::default());
        let ask =
            ListAsk { kinds: kinds.to_vec(), sight, filter, sort, offset: 0, limit: u32::MAX, totals: false };
        Ok(self.unit().await?.list(&ask).await?.rows)
    }
}

fn name(card: &StaffCard) -> Option<String> {
    card.joined.as_ref().map(|joined| joined.what.name.to_string())
}
