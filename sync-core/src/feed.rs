//! Floor 10: an entry of the feed: a change, when it takes effect, and what became of it.

use minicbor::Encode;

use crate::{
    judge::{self, Act, Papers},
    log::{Change, Hash, sha256},
    op::{Op, UnreadableBody},
    paper::{HeldChange, held_scope},
    refusal::{Finding, Refusal, Verdict},
    scope::Scope,
    time::Timestamp,
    unit::StaffId,
};

/// One entry of the company's feed. Entries are never edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the feed: dense, from 1.
    pub position: u64,
    /// The change, in its original bytes.
    pub change: Change,
    /// Who wrote it.
    pub staff: StaffId,
    /// When it takes effect; everyone merges by this.
    pub effective: Timestamp,
    /// When the hub received it.
    pub received: Timestamp,
    /// What became of it.
    pub verdict: Verdict,
}

impl Entry {
    /// Where the entry is to be seen: its author's scope only, when it is held or withheld; not with the customer, when it
    /// reverses what is withheld.
    pub fn scopes(&self) -> Vec<Scope> {
        self.scopes_as_read(self.op().as_ref())
    }

    /// [`Entry::scopes`], for whoever has read the body already.
    pub fn scopes_as_read(&self, op: Result<&Op, &UnreadableBody>) -> Vec<Scope> {
        match &self.verdict {
            Verdict::Applied { withheld: false, .. } => match op {
                Ok(op) => op.scopes(self.staff),
                Err(_) => self.change.header.scopes.clone(),
            },
            // Its author had the right, and it is seen where what it reverses is seen: not with the customer.
            Verdict::Applied { withheld: true, findings } if without_a_right(findings).is_none() => {
                let scopes = op.map(|op| op.scopes(self.staff)).unwrap_or_default();
                scopes.into_iter().filter(|scope| !matches!(scope, Scope::Customer(_))).collect()
            }
            Verdict::Applied { withheld: true, .. } => vec![Scope::Staff(self.staff)],
            Verdict::Held { .. } => vec![held_scope(self.staff, self.is_personal(op))],
        }
    }

    /// Whether it names what only few may see of a customer's person. Source: S92.
    fn is_personal(&self, op: Result<&Op, &UnreadableBody>) -> bool {
        self.change.header.is_personal() || op.is_ok_and(Op::is_personal)
    }

    /// What the change says.
    ///
    /// # Errors
    /// A kind not known here, or a malformed body.
    pub fn op(&self) -> Result<Op, UnreadableBody> {
        Op::from_body(self.change.header.kind, self.change.header.version, self.change.body())
    }

    /// The hash that digests of sets of entries are summed from.
    pub fn hash(&self) -> Hash {
        let verdict = minicbor::to_vec(&self.verdict).expect("writing to memory cannot fail");
        sha256(&[
            &self.change.content_hash(),
            self.change.id.device.bytes(),
            &self.effective.packed().to_be_bytes(),
            &verdict,
        ])
    }

    /// Writes the entry into the papers. The same entries in any order give the same papers.
    pub fn fold(&self, papers: &mut impl Papers) {
        self.fold_as_read(self.op().as_ref(), papers);
    }

    /// [`Entry::fold`], for whoever has read the body already.
    pub fn fold_as_read(&self, op: Result<&Op, &UnreadableBody>, papers: &mut impl Papers) {
        let reason = match &self.verdict {
            Verdict::Applied { withheld: true, findings } => without_a_right(findings),
            _ => None,
        };
        let (id, staff, at) = (self.change.id, self.staff, self.effective);
        let act = Act { id, staff, at, withheld: reason.is_some(), accepted_by: None };
        match (&self.verdict, op) {
            (Verdict::Applied { findings, .. }, Ok(op)) => {
                judge::apply(papers, &act, op);
                judge::raise(papers, &act, op, findings);
                if let Some(reason) = reason {
                    judge::wait(papers, &self.held(reason, Ok(op)));
                }
            }
            (Verdict::Applied { .. }, Err(_)) => {}
            (Verdict::Held { reason }, op) => {
                judge::hold(papers, &act, op, &self.held(reason, op));
            }
        }
    }
}

/// The right that somebody lacked who recorded a fact all the same.
fn without_a_right(findings: &[Finding]) -> Option<&Refusal> {
    findings.iter().filter_map(Finding::against_rule).find(|reason| reason.withholds())
}

impl Entry {
    /// The change as it waits for a decision.
    fn held(&self, reason: &Refusal, op: Result<&Op, &UnreadableBody>) -> HeldChange {
        HeldChange {
            id: self.change.id,
            by: self.staff,
            at: self.effective,
            reason: reason.clone(),
            kind: self.change.header.kind,
            version: self.change.header.version,
            body: self.change.body().to_vec(),
            personal: self.is_personal(op),
        }
    }
}

/// Where a reader of the feed stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode)]
#[cbor(map)]
pub struct Cursor {
    /// Which life of the company's book: a server restored from a backup begins a new one.
    #[n(0)]
    pub epoch: u32,
    /// Everything up to here was looked at.
    #[n(1)]
    pub position: u64,
}

reads_map!(Cursor { 0: epoch, 1: position });
