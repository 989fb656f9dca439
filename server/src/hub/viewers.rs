//! Who may see what, kept for as long as the feed stands: role and customers follow from the feed alone.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use sync_core::{scope::Viewer, unit::StaffId};

use crate::store::Head;

/// The customers of all viewers that are kept, and the viewers themselves: some megabytes. The one asked for last is kept
/// whatever it has.
const MOST: usize = 100_000;

/// Which state of the book: its life, and the head of its feed. A later one is greater.
type State = (u32, u64);

/// The viewers that were asked for last, each as of one state of the book.
#[derive(Debug, Default)]
pub(super) struct Viewers {
    kept: Mutex<VecDeque<(State, Arc<Viewer>)>>,
}

impl Viewers {
    /// A viewer, if the book stands where it stood when they were read.
    pub(super) fn as_of(&self, head: &Head, staff: StaffId) -> Option<Viewer> {
        self.kept_as_of(state_of(head), staff).map(|viewer| Viewer::clone(&viewer))
    }

    fn kept_as_of(&self, asked: State, staff: StaffId) -> Option<Arc<Viewer>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(_, viewer)| viewer.staff == staff)?;
        let (state, viewer) = kept.remove(at)?;
        // Whoever asks with an earlier state was overtaken: what was read later is kept for those who come after.
        if state >= asked {
            kept.push_back((state, Arc::clone(&viewer)));
        }
        (state == asked).then_some(viewer)
    }

    /// Keeps a viewer as they were read at this head, unless they were read later by another.
    pub(super) fn keep(&self, head: &Head, viewer: Viewer) {
        let (read, viewer) = (state_of(head), Arc::new(viewer));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().any(|(state, there)| there.staff == viewer.staff && *state > read) {
            return;
        }
        kept.retain(|(_, there)| there.staff != viewer.staff);
        kept.push_back((read, viewer));
        let mut all: usize = kept.iter().map(|(_, viewer)| weight(viewer)).sum();
        while all > MOST && kept.len() > 1 {
            all -= kept.pop_front().map_or(0, |(_, oldest)| weight(&oldest));
        }
    }
}

const fn state_of(head: &Head) -> State {
    (head.epoch, head.position)
}

fn weight(viewer: &Viewer) -> usize {
    1 + viewer.customers.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync_core::{domain::people::Role, unit::CustomerId};

    fn head(epoch: u32, position: u64) -> Head {
        Head { epoch, position, ..Head::default() }
    }

    fn viewer(number: u8, customers: usize) -> Viewer {
        let id = |index: usize| CustomerId::from_bytes((index as u128).to_be_bytes());
        let customers = (0..customers).map(id).collect();
        Viewer { staff: StaffId::from_bytes([number; 16]), role: Role::Rep, customers }
    }

    #[test]
    fn a_viewer_is_kept_for_as_long_as_the_book_stands_where_it_stood() {
        let (known, other) = (viewer(1, 2), StaffId::from_bytes([2; 16]));
        for moved in [head(1, 8), head(2, 1)] {
            let viewers = Viewers::default();
            viewers.keep(&head(1, 7), known.clone());
            assert_eq!(viewers.as_of(&head(1, 7), other), None);
            assert_eq!(viewers.as_of(&head(1, 7), known.staff), Some(known.clone()));
            assert_eq!(viewers.as_of(&moved, known.staff), None, "{moved:?}");
            assert_eq!(viewers.as_of(&head(1, 7), known.staff), None, "what has moved does not come back");
        }
    }

    #[test]
    fn whoever_was_overtaken_takes_nothing_from_those_who_come_after() {
        let viewers = Viewers::default();
        let (earlier, later) = (viewer(1, 2), viewer(1, 3));
        viewers.keep(&head(1, 8), later.clone());
        assert_eq!(viewers.as_of(&head(1, 7), later.staff), None, "it asks for what was before");
        viewers.keep(&head(1, 7), earlier.clone());
        assert_eq!(viewers.as_of(&head(1, 7), later.staff), None);
        assert_eq!(viewers.as_of(&head(1, 8), later.staff), Some(later));
    }

    #[test]
    fn those_asked_for_last_are_kept_and_no_more_than_there_is_room_for() {
        let viewers = Viewers::default();
        let (head, each) = (head(1, 7), MOST / 3);
        let all: Vec<Viewer> = (1..=4).map(|number| viewer(number, each)).collect();
        let [first, second, third, fourth] = &all[..] else { panic!("four") };
        for some in [first, second] {
            viewers.keep(&head, some.clone());
        }
        assert_eq!(viewers.as_of(&head, first.staff).as_ref(), Some(first));
        viewers.keep(&head, third.clone());
        assert_eq!(viewers.as_of(&head, second.staff), None, "it was asked for before the others");
        assert_eq!(viewers.as_of(&head, first.staff).as_ref(), Some(first));
        let large = viewer(4, MOST * 2);
        viewers.keep(&head, fourth.clone());
        viewers.keep(&head, large.clone());
        assert_eq!(viewers.as_of(&head, large.staff), Some(large), "the last one, whatever it has");
        assert_eq!(viewers.as_of(&head, first.staff), None);
    }
}
