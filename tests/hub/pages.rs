//! Pages of the feed: full with so many entries, or with so many bytes.

use std::collections::BTreeSet;

use server::feed::PullAsk;
use sync_core::scope::Scope;

use crate::house::{HEAD, House, MA, minute, visit};

/// What a change of a newer version may weigh, of which this one reads nothing.
const LARGE: usize = 300_000;

#[tokio::test]
async fn a_page_is_full_with_a_mebibyte_whatever_its_changes_weigh_and_none_is_left_out() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    for turn in 0..12 {
        ma.writes_raw(60_000, vec![7; LARGE], vec![Scope::Staff(MA)], minute(10 + turn));
        let seq = ma.next_seq() - 1;
        house.push(&ma, ma.batch(seq..=seq), minute(40)).await.expect("kept, though nobody here can read it");
    }
    (0..300).for_each(|turn| ma.writes(&visit(1, &format!("第{turn}次")), minute(50)));
    house.push(&ma, ma.batch(13..=312), minute(60)).await.expect("taken");
    // One whose scopes are listed, and one who sees whole classes of them.
    for reader in [MA, HEAD] {
        let viewer = house.hub.viewer(reader).await.expect("the store").expect("a member of staff");
        let mut ask = PullAsk { limit: 1_000, ..PullAsk::default() };
        let (mut seqs, mut pages) = (BTreeSet::new(), 0);
        loop {
            let page = house.hub.pull(&viewer, ask, minute(70)).await.expect("the store");
            let weighs = page.to_bytes().len();
            assert!(weighs < (1 << 20) + LARGE + 100_000, "page {pages} weighs {weighs}");
            for entry in page.entries.iter().filter(|entry| entry.change.id.device == ma.device) {
                assert!(seqs.insert(entry.change.id.seq), "each once");
            }
            (ask.epoch, ask.after) = (page.scanned_to.epoch, page.scanned_to.position);
            pages += 1;
            if ask.after == page.head {
                break;
            }
        }
        assert_eq!(seqs, (1..=312).collect(), "and all of them");
        assert!((4..=6).contains(&pages), "four large ones fill a page: {pages}");
    }
}
