//! A field of a card: the later effective time wins, the losing value is kept and can be restored.

use sync_core::{
    crdt::{AddWinsSet, Register, Write},
    time::Timestamp,
    unit::{ChangeId, StaffId},
};

use crate::deeds::{device, id};

fn change(who: u8, seq: u64) -> ChangeId {
    ChangeId { device: device(who), seq }
}

fn write(value: &'static str, minute: u64, replaces: &[ChangeId]) -> Write<&'static str> {
    let at = Timestamp::from_millis(minute * 60_000);
    Write { value, at, by: StaffId::from_bytes(id(40)), replaces: replaces.to_vec() }
}

#[test]
fn the_later_value_wins_and_the_earlier_one_is_kept() {
    let mut field = Register::default();
    field.write(change(0, 1), write("起初", 1, &[]));
    field.write(change(1, 1), write("后写", 9, &[change(0, 1)]));
    field.write(change(2, 1), write("先写", 5, &[change(0, 1)]));
    assert_eq!(field.value(), Some(&"后写"));
    let losing: Vec<_> = field.losing().into_iter().map(|(_, write)| write.value).collect();
    assert_eq!(losing, ["先写"]);
}

#[test]
fn a_value_written_in_knowledge_of_the_other_is_no_conflict() {
    let mut field = Register::default();
    field.write(change(0, 1), write("起初", 1, &[]));
    field.write(change(1, 1), write("改过", 2, &[change(0, 1)]));
    assert!(field.losing().is_empty());
    assert_eq!(field.heads(), [change(1, 1)]);
}

#[test]
fn restoring_answers_every_value_that_was_open() {
    let mut field = Register::default();
    field.write(change(1, 1), write("后写", 9, &[]));
    field.write(change(2, 1), write("先写", 5, &[]));
    let heads = field.heads();
    field.write(change(1, 2), write("先写", 10, &heads));
    assert_eq!(field.value(), Some(&"先写"));
    assert!(field.losing().is_empty());
}

#[test]
fn a_contact_removed_by_one_and_added_again_by_another_stays() {
    let mut contacts = AddWinsSet::default();
    contacts.add(change(0, 1), "杨老板");
    contacts.remove(change(0, 1));
    contacts.add(change(1, 1), "杨老板");
    let left: Vec<_> = contacts.elements().map(|(_, contact)| *contact).collect();
    assert_eq!(left, ["杨老板"]);
}
