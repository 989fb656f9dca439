//! State is a fold: the same entries in any order, in any grouping, give the same book, byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use sync_core::{
    feed::Entry,
    op::Op,
    paper::{Paper, PaperKey},
    replica::state_digest,
    unit::Money,
};

use crate::deeds::{deeds, entries};

fn folded<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> BTreeMap<PaperKey, Paper> {
    let mut papers = BTreeMap::new();
    entries.into_iter().for_each(|entry| entry.fold(&mut papers));
    papers
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn entries_in_any_order_give_the_same_book((history, shuffled) in deeds().prop_flat_map(|history| {
        let entries = entries(&history);
        (Just(entries.clone()), Just(entries).prop_shuffle())
    })) {
        let straight = folded(&history);
        let mixed = folded(&shuffled);
        prop_assert_eq!(&straight, &mixed);
        prop_assert_eq!(state_digest(straight.iter()), state_digest(mixed.iter()));
    }

    #[test]
    fn an_entry_taken_in_twice_counts_once(history in deeds()) {
        let entries = entries(&history);
        let once = folded(&entries);
        let twice = folded(entries.iter().flat_map(|entry| [entry, entry]));
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn repeated_shuffled_and_grouped_as_it_likes_a_history_gives_the_same_book(
        (history, mixed) in deeds().prop_flat_map(|history| {
            let entries = entries(&history);
            let twice: Vec<_> = entries.iter().chain(&entries).cloned().collect();
            (Just(entries), Just(twice).prop_shuffle())
        }),
        groups in proptest::collection::vec(1usize..6, 1..60),
    ) {
        let straight = folded(&history);
        let (mut book, mut rest) = (BTreeMap::new(), &mixed[..]);
        for size in groups.into_iter().cycle().take(mixed.len()) {
            let (group, left) = rest.split_at(size.min(rest.len()));
            for entry in group {
                entry.fold(&mut book);
            }
            rest = left;
        }
        prop_assert_eq!(state_digest(straight.iter()), state_digest(book.iter()));
        prop_assert_eq!(straight, book);
    }

    #[test]
    fn postings_sum_to_zero_after_every_step(history in deeds()) {
        let mut papers: BTreeMap<PaperKey, Paper> = BTreeMap::new();
        for entry in entries(&history) {
            entry.fold(&mut papers);
            let sum: Money = papers
                .values()
                .filter_map(|paper| match paper { Paper::Balance(balance) => Some(balance.sum), _ => None })
                .sum();
            prop_assert_eq!(sum, Money::ZERO);
        }
    }

    #[test]
    fn every_paper_depends_only_on_entries_of_its_own_scope(history in deeds()) {
        let entries = entries(&history);
        let whole = folded(&entries);
        for (key, paper) in &whole {
            let Some(scope) = paper.scope(key) else { continue };
            let of_scope = folded(entries.iter().filter(|entry| entry.scopes().contains(&scope)));
            prop_assert_eq!(of_scope.get(key), Some(paper), "{:?} in {:?}", key, scope);
        }
    }

    #[test]
    fn whoever_holds_a_scope_has_no_paper_in_it_that_the_whole_has_not(history in deeds()) {
        let entries = entries(&history);
        let whole = folded(&entries);
        let scopes: std::collections::BTreeSet<_> = entries.iter().flat_map(Entry::scopes).collect();
        for scope in scopes {
            let of_scope = folded(entries.iter().filter(|entry| entry.scopes().contains(&scope)));
            for (key, paper) in of_scope.iter().filter(|(key, paper)| paper.scope(key) == Some(scope)) {
                prop_assert_eq!(whole.get(key), Some(paper), "{:?} in {:?}", key, scope);
            }
        }
    }
}

/// A kind of op that no history above holds would be held to no law.
#[test]
fn every_kind_of_op_occurs_in_these_histories() {
    let mut runner = TestRunner::deterministic();
    let mut occurred = BTreeSet::new();
    for _ in 0..400 {
        let history = deeds().new_tree(&mut runner).expect("a history").current();
        occurred.extend(entries(&history).iter().map(|entry| entry.change.header.kind));
    }
    let known = (0..=u16::MAX).filter(|kind| Op::ending_of(*kind).is_some());
    let never: Vec<&str> = known.filter(|kind| !occurred.contains(kind)).map(Op::name_of).collect();
    assert!(never.is_empty(), "never drawn: {never:?}; draw them in `deeds`");
}
