//! Recording: first a draft, then the shell stores it, then it is in the book.

use super::{LogRecord, Pending, Replica};
use crate::{
    domain::people::Author,
    judge::{self, Act},
    log::{Change, Hash, Header, Salt, next_link},
    op::{Ending, Op},
    refusal::{ChangeRefusal, Finding, Refusal},
    time::{Timestamp, business_date},
    unit::{ChangeId, StaffId},
};

/// A gesture that passed the rules and waits for the shell to store it.
#[derive(Clone, Debug)]
pub struct Draft {
    change: Change,
    op: Op,
    link: Hash,
    findings: Vec<Finding>,
}

impl Draft {
    /// What the shell stores under the change's sequence, with an *add*: an existing record must not be overwritten.
    pub fn record(&self) -> LogRecord {
        LogRecord { change: self.change.clone(), link: self.link, judged: None }
    }

    /// Which change it will be.
    pub fn id(&self) -> ChangeId {
        self.change.id
    }

    /// What came to light: nothing of it stops the gesture.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The time the change claims.
    pub fn at(&self) -> Timestamp {
        self.change.header.at
    }
}

impl Pending {
    pub(super) fn act(&self, staff: StaffId) -> Act {
        let at = self.judged.as_ref().map_or(self.change.header.at, |judged| judged.effective);
        Act { id: self.change.id, staff, at, withheld: false, accepted_by: None }
    }
}

impl Replica {
    /// The author on this device, at a time.
    ///
    /// # Errors
    /// The device has been revoked.
    pub fn author(&self, at: Timestamp) -> Result<Author, ChangeRefusal> {
        let me = self.identity();
        match judge::author_at(&self.view, me.staff, me.device, at) {
            // Before the first pull the book knows neither person nor device; enrolment does.
            Err(ChangeRefusal::UnknownAuthor) => Ok(Author {
                staff: me.staff,
                role: me.role,
                device: me.device,
                share: me.share,
                backed: None,
            }),
            Ok(author) if author.share == crate::domain::cash::Share::NONE && !self.index.complete => {
                Ok(Author { share: me.share, ..author })
            }
            other => other,
        }
    }

    /// The identity the next change will have; what it creates is named after it.
    pub fn next_id(&self) -> ChangeId {
        ChangeId { device: self.identity().device, seq: self.next_seq() }
    }

    /// Puts the rules to a gesture. Changes nothing: the shell stores the draft and then calls [`Replica::saved`].
    ///
    /// # Errors
    /// The rule that says no, with its numbers. A local write is never refused because of a clock.
    pub fn draft(&self, op: Op, now: Timestamp, salt: Salt) -> Result<Draft, Refusal> {
        let at = self.index.clock.tick(now);
        let id = self.next_id();
        let author = self.author(at)?;
        let findings = match judge::check(&self.view, &op, id, &author, at) {
            // What was done before its customer was taken away is a fact all the same: the hub keeps it under its
            // author's name. Source: S79.
            Err(reason @ Refusal::Customer(_)) if self.is_fact_of_moved(&op) => {
                let mut findings = judge::check_fact_of_moved(&self.view, &op, &author, at)?;
                findings.insert(0, Finding::AgainstRule(reason));
                findings
            }
            checked => checked?,
        };
        self.may_promise(&op, business_date(at))?;
        let header = Header {
            seq: id.seq,
            at,
            seen: self.index.cursor.position,
            kind: op.kind(),
            version: Op::VERSION,
            scopes: op.scopes(author.staff),
            entity: op.entity(),
            actor: None,
            epoch: Some(self.index.cursor.epoch),
        };
        let salt = op.names_persons().then_some(salt);
        let change = Change::seal(id.device, header, salt, op.to_body());
        let link = next_link(&self.head(), &change);
        Ok(Draft { change, op, link, findings })
    }

    /// Whether an op is a fact of the ledger about a customer that was taken away.
    fn is_fact_of_moved(&self, op: &Op) -> bool {
        op.ending() == Ending::Ledger && op.customer().is_some_and(|customer| self.has_moved(customer))
    }

    /// Takes a stored draft into the book.
    ///
    /// # Panics
    /// When another draft was stored in between: the shell stores one at a time.
    pub fn saved(&mut self, draft: Draft) {
        assert_eq!(draft.change.id.seq, self.next_seq(), "drafts are stored one at a time");
        let Draft { change, op, link, .. } = draft;
        self.index.clock.observe(change.header.at);
        let mut pending = Pending { change, op: None, link, judged: None };
        self.view.lay(&pending.act(self.index.identity.staff), &op);
        pending.op = Some(op);
        self.pending.push_back(pending);
    }
}
