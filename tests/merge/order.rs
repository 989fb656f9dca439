//! State is a fold: the same entries in any order, in any grouping, give the same book, byte for byte.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sync_core::{
    feed::Entry,
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
}
