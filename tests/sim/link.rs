//! What is on its way between phones and office: lost, repeated, delayed, reordered, cut off one way or the other.

use sync_core::{log::Hash, snapshot::SnapshotAsk, unit::DeviceId};

use crate::{
    dice::Dice,
    fault::{Fault, Tally},
    office::{PullAsk, PushAnswer},
};

/// What travels.
#[derive(Clone)]
pub(crate) enum Message {
    Push(Vec<u8>),
    PushAnswer(PushAnswer),
    Pull(PullAsk),
    Page(Vec<u8>),
    AskSnapshot(SnapshotAsk, Option<u32>),
    /// A manifest, or the chunk of a number.
    Piece(SnapshotAsk, Option<u32>, Vec<u8>),
    /// There is no such snapshot for this phone: the feed must tell why.
    NoSnapshot,
    /// The device has no rights any more; what it recorded it may still deliver.
    Revoked,
}

impl Message {
    /// What it is, for whoever replays a seed.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::PushAnswer(PushAnswer::Taken(reply, end, _)) => {
                format!("taken {end}, the log stands at {} in life {}", reply.through, reply.epoch)
            }
            Self::PushAnswer(PushAnswer::Gap(due)) => format!("gap before {due}"),
            Self::PushAnswer(PushAnswer::Fork(end, _)) => format!("fork up to {end}"),
            Self::Page(bytes) => format!("a page of {} bytes", bytes.len()),
            Self::Piece(_, None, _) => "a manifest".into(),
            Self::Piece(_, Some(number), _) => format!("chunk {number}"),
            Self::NoSnapshot => "no snapshot".into(),
            Self::Revoked => "that it is revoked".into(),
            Self::Push(_) | Self::Pull(_) | Self::AskSnapshot(..) => "a question".into(),
        }
    }

    pub(crate) const fn is_question(&self) -> bool {
        matches!(self, Self::Push(_) | Self::Pull(_) | Self::AskSnapshot(..))
    }
}

/// Something on its way.
#[derive(Clone)]
pub(crate) struct Parcel {
    pub(crate) message: Message,
    pub(crate) phone: usize,
    /// The device that asks, or that asked.
    pub(crate) device: DeviceId,
    /// Which start of its program it was that asked.
    pub(crate) life: u64,
    /// When the question was asked.
    pub(crate) asked: u64,
    /// When this was sent.
    pub(crate) sent: u64,
    /// Where the office's copy of the device's log stood when it answered: what a phone that was set back must notice.
    pub(crate) known: Option<(u64, Hash)>,
}

#[derive(Clone)]
struct OnItsWay {
    arrives: u64,
    parcel: Parcel,
}

/// How long a phone is cut off one way.
#[derive(Clone, Copy, Default)]
struct CutOff {
    up_until: u64,
    down_until: u64,
}

#[derive(Default)]
pub(crate) struct Link {
    on_its_way: Vec<OnItsWay>,
    cut_off: Vec<CutOff>,
    pub(crate) healed: bool,
}

impl Link {
    fn cut_off(&mut self, phone: usize) -> &mut CutOff {
        if self.cut_off.len() <= phone {
            self.cut_off.resize(phone + 1, CutOff::default());
        }
        &mut self.cut_off[phone]
    }

    /// For a while nothing passes in one direction.
    pub(crate) fn cut(&mut self, dice: &mut Dice, phone: usize, tick: u64) {
        let until = tick + 20 + dice.below(150);
        let up = dice.once_in(2);
        let cut_off = self.cut_off(phone);
        if up {
            cut_off.up_until = until;
        } else {
            cut_off.down_until = until;
        }
    }

    /// Whether a page is under way to a phone.
    pub(crate) fn has_page_under_way(&self) -> bool {
        let is_page = |on: &OnItsWay| matches!(on.parcel.message, Message::Page(_) | Message::Piece(..));
        self.on_its_way.iter().any(is_page)
    }

    pub(crate) fn send(&mut self, dice: &mut Dice, tally: &mut Tally, parcel: &Parcel) {
        if self.healed {
            self.on_its_way.push(OnItsWay { arrives: parcel.sent + 1, parcel: parcel.clone() });
            return;
        }
        let question = parcel.message.is_question();
        let cut_off = *self.cut_off(parcel.phone);
        if question && cut_off.up_until > parcel.sent {
            return tally.count(Fault::OneWayUp);
        }
        let committed = matches!(parcel.message, Message::PushAnswer(PushAnswer::Taken(..)));
        if !question && cut_off.down_until > parcel.sent {
            tally.count(Fault::OneWayDown);
            if committed {
                tally.count(Fault::ReplyLostAfterCommit);
            }
            return;
        }
        let copies = match dice.below(10) {
            0 | 1 => 0,
            2 | 3 => 2,
            _ => 1,
        };
        match (copies, question, committed) {
            (0, true, _) => tally.count(Fault::QuestionLost),
            (0, false, true) => tally.count(Fault::ReplyLostAfterCommit),
            (0, false, false) => tally.count(Fault::AnswerLost),
            (2, ..) => tally.count(Fault::Duplicated),
            _ => {}
        }
        for _ in 0..copies {
            let longest = if dice.once_in(6) { 400 } else { 8 };
            let delay = 1 + dice.below(longest);
            if delay > 20 {
                tally.count(Fault::Delayed);
            }
            self.on_its_way.push(OnItsWay { arrives: parcel.sent + delay, parcel: parcel.clone() });
        }
    }

    /// What arrives now.
    pub(crate) fn arrived(&mut self, tick: u64) -> Vec<Parcel> {
        let (arrived, on_its_way) =
            std::mem::take(&mut self.on_its_way).into_iter().partition(|on| on.arrives <= tick);
        self.on_its_way = on_its_way;
        let arrived: Vec<OnItsWay> = arrived;
        arrived.into_iter().map(|on| on.parcel).collect()
    }
}
