//! Whether what a customer promises is owed hangs on all their orders and collections: asked within the command.
//! Source: S41, S43.

use sync_core::{
    domain::cash::{CustomerAccount, Owed, Payment, ReceivableRefusal, may_promise},
    op::Op,
    paper::{Paper, PaperKind},
    time::business_date,
    unit::{Money, PaperId},
};

use super::session::Session;
use crate::store::{Filter, ListAsk, Stored, Unit};

impl<U: Unit> Session<U> {
    /// Whether a promise that was just entered is of what is still to be collected. Where it is not, nothing of the
    /// transaction is kept.
    pub(super) async fn promise_is_owed(&mut self, op: &Op) -> Stored<Result<(), ReceivableRefusal>> {
        let Op::PaymentUrged(op) = op else { return Ok(Ok(())) };
        if op.promised.is_none() {
            return Ok(Ok(()));
        }
        let (mut orders, mut payments) = (Vec::new(), Vec::new());
        let of_customer = Filter { customer: Some(op.customer), ..Filter::default() };
        let ask = ListAsk::every(&[PaperKind::Order, PaperKind::Collection], of_customer);
        // As they stood before this transaction.
        for row in self.unit().await?.list(&ask).await?.rows {
            let id = PaperId(row.key.id);
            match &row.paper {
                Paper::Order(order) => orders.extend(Owed::of(id, order, None)),
                // What is still to be collected does not ask what of the rest has arrived.
                Paper::Collection(paper) => payments.extend(Payment::of(id, paper, |_| Money::ZERO)),
                _ => {}
            }
        }
        let account = CustomerAccount::of(&orders, &payments, None, business_date(self.now));
        Ok(may_promise(op, &account))
    }
}
