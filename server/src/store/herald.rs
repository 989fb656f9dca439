//! What servers over one database tell each other: words that may be lost, and nothing with them.

use sync_core::unit::StaffId;
use tokio::sync::mpsc;

/// A word of one server to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The feed stands at this position.
    Feed(u64),
    /// Something else is known of a phone of somebody's, which is in no feed.
    PhoneOf(StaffId),
}

impl Word {
    /// The word as it is sent.
    pub fn said(self) -> String {
        match self {
            Self::Feed(position) => format!("feed {position}"),
            Self::PhoneOf(staff) => format!("phone {staff}"),
        }
    }

    /// A word that was sent; `None` for one that this version does not know.
    pub fn of(said: &str) -> Option<Self> {
        match said.split_once(' ')? {
            ("feed", position) => position.parse().ok().map(Self::Feed),
            ("phone", staff) => staff.parse().ok().map(Self::PhoneOf),
            _ => None,
        }
    }
}

/// Words of other servers as they come.
#[derive(Debug)]
pub struct Ear(mpsc::Receiver<Word>);

impl Ear {
    /// An ear that hears what is put into the other end; it hears nothing more once that is let go.
    pub fn open(most_waiting: usize) -> (mpsc::Sender<Word>, Self) {
        let (says, hears) = mpsc::channel(most_waiting);
        (says, Self(hears))
    }

    /// The next word; `None` when the connection is lost, and with it perhaps some words.
    pub async fn next(&mut self) -> Option<Word> {
        self.0.recv().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_as_it_was_said_and_one_of_a_later_version_is_passed_over() {
        for word in [Word::Feed(0), Word::Feed(u64::MAX), Word::PhoneOf(StaffId::from_bytes([7; 16]))] {
            assert_eq!(Word::of(&word.said()), Some(word));
        }
        for strange in ["", "feed", "feed x", "feed -1", "weather fine", "phone 12"] {
            assert_eq!(Word::of(strange), None, "{strange}");
        }
    }
}
