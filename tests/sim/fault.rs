//! Everything that goes wrong in a run, and how often each of it did.

use std::collections::BTreeMap;

macro_rules! faults {
    ($($(#[$doc:meta])* $fault:ident $name:literal;)*) => {
        /// One kind of trouble.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Fault { $($(#[$doc])* $fault,)* }

        impl Fault {
            pub(crate) const ALL: &[Self] = &[$(Self::$fault),*];

            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$fault => $name,)* }
            }
        }
    };
}

faults! {
    /// A question never reached the office.
    QuestionLost "question lost";
    /// A push was committed and its answer never came.
    ReplyLostAfterCommit "reply lost after commit";
    /// Any other answer never came.
    AnswerLost "answer lost";
    /// Something arrived twice.
    Duplicated "delivered twice";
    /// Something took so long that others overtook it.
    Delayed "delayed by seconds";
    /// For a while nothing of a phone arrived, while it heard everything.
    OneWayUp "one-way partition, phone not heard";
    /// For a while a phone heard nothing, while it was heard.
    OneWayDown "one-way partition, phone deaf";
    /// A page came with an entry missing.
    EntryMissing "page with an entry missing";
    /// The office's store failed at some call.
    StoreFailed "office store failed";
    /// It stopped half-way through a write.
    TornWrite "office store stopped half-way through a write";
    /// It did not commit.
    CommitFailed "office commit failed";
    /// It committed and could not say so.
    CommitUnsure "office commit answered as failed";
    /// The office came back as its last backup had it.
    OfficeRestored "office restored from a backup";
    /// A phone started again.
    Restarted "phone restarted";
    /// Its power failed before a write.
    PowerBefore "power failed before a write";
    /// Its power failed in the middle of a write of several steps.
    PowerMidway "power failed in the middle of a write";
    /// Its power failed after a write that nobody heard of any more.
    PowerAfter "power failed after a write";
    /// The phone was full.
    Full "phone full, save refused";
    /// A second tab took over while the first went on writing.
    SecondTab "second tab behind a broken lock";
    /// The phone's clock went a year ahead.
    YearAhead "clock a year ahead";
    /// The phone's clock went a year back.
    YearBack "clock a year back";
    /// The phone's clock was some minutes off.
    MinutesOff "clock minutes off";
    /// Hours passed at once.
    TimeLeapt "hours without contact";
    /// A customer changed hands.
    HandedOver "customer handed over";
    /// A customer changed hands while a page was under way.
    HandedOverMidPage "customer handed over in the middle of a page";
    /// A device lost its rights with work on it.
    Revoked "device revoked";
    /// An old copy of the phone's store came back.
    SetBack "phone set back to an old image";
    /// The browser deleted everything.
    WhollyEvicted "phone's storage deleted";
    /// A part of the phone's storage was gone.
    PartlyEvicted "part of the phone's storage deleted";
    /// A second phone ran the same image and key.
    Cloned "phone cloned";
    /// A newer version of the phone's program recorded what this one cannot read.
    NewerPhone "change of a newer version recorded on a phone";
    /// A head accepted what waited.
    Accepted "held change accepted on behalf";
    /// A head accepted a fact that counted for its author only.
    FactAccepted "withheld fact accepted on behalf";
    /// A head sent back what waited.
    SentBack "held change sent back";
    /// Two wrote what binds the company without knowing of each other.
    TwoBinding "binding value written by two";
    /// A head chose one of two values.
    Chosen "binding value chosen by a head";
    /// An author corrected what waited.
    Corrected "held change corrected by its author";
    /// A correction came after somebody else had decided.
    CorrectedTooLate "correction of what was decided meanwhile";
    /// A newer server wrote into the feed what this version cannot read.
    NewerOffice "entry of a newer version in the feed";
}

/// How often each kind occurred.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(BTreeMap<Fault, u64>);

impl Tally {
    pub(crate) fn count(&mut self, fault: Fault) {
        self.add(fault, 1);
    }

    pub(crate) fn add(&mut self, fault: Fault, times: u64) {
        *self.0.entry(fault).or_default() += times;
    }

    pub(crate) fn absorb(&mut self, other: &Self) {
        other.0.iter().for_each(|(fault, times)| self.add(*fault, *times));
    }

    pub(crate) fn of(&self, fault: Fault) -> u64 {
        self.0.get(&fault).copied().unwrap_or_default()
    }

    /// The kinds that never occurred.
    pub(crate) fn never(&self) -> Vec<Fault> {
        Fault::ALL.iter().copied().filter(|fault| self.of(*fault) == 0).collect()
    }
}
