//! Staff and devices: who keeps them, each once. Source: S78.

use sync_core::{
    domain::{
        cash::Share,
        people::{DeviceEnrolled, DeviceRevoked, Role, StaffJoined, StaffRoleSet},
    },
    op::Op,
    unit::{DeviceId, StaffId},
};

use crate::book::{ADMIN, Book, FINANCE, FINE, HEAD, MA, device, text};

#[test]
fn staff_are_kept_by_administrators_and_the_head_of_sales_each_once() {
    let book = Book::new();
    let new = StaffId::from_bytes([77; 16]);
    let joins = |staff| {
        let (number, name, team) = (text("77"), text("新人"), text(""));
        Op::StaffJoined(StaffJoined { staff, number, name, role: Role::Rep, team })
    };
    let role = |staff| Op::StaffRoleSet(StaffRoleSet { staff, role: Role::Clerk, replaces: Vec::new() });
    for keeper in [ADMIN, HEAD] {
        assert_eq!(book.asks(keeper, &joins(new)), FINE);
        assert_eq!(book.asks(keeper, &role(MA)), FINE);
    }
    for stranger in [MA, FINANCE] {
        assert_eq!(book.asks(stranger, &joins(new)), Err("staff.not-yours"));
        assert_eq!(book.asks(stranger, &role(MA)), Err("staff.not-yours"));
    }
    assert_eq!(book.asks(ADMIN, &joins(MA)), Err("staff.exists"));
    assert_eq!(book.asks(ADMIN, &role(new)), Err("staff.unknown"));
}

#[test]
fn devices_are_kept_by_administrators_and_the_head_of_sales_each_once() {
    let book = Book::new();
    let new = DeviceId::from_bytes([78; 16]);
    let enrols = |device| {
        let (number, name, key, share) = (9, text(""), [8; 32], Share::NONE);
        Op::DeviceEnrolled(DeviceEnrolled { device, staff: MA, number, name, key, share })
    };
    let revokes = |device| Op::DeviceRevoked(DeviceRevoked { device, staff: MA, reason: text("丢了") });
    for keeper in [ADMIN, HEAD] {
        assert_eq!(book.asks(keeper, &enrols(new)), FINE);
        assert_eq!(book.asks(keeper, &revokes(device(MA))), FINE);
    }
    assert_eq!(book.asks(FINANCE, &enrols(new)), Err("device.not-yours"));
    assert_eq!(book.asks(MA, &revokes(device(MA))), Err("device.not-yours"));
    assert_eq!(book.asks(ADMIN, &enrols(device(MA))), Err("device.exists"));
    assert_eq!(book.asks(ADMIN, &revokes(new)), Err("device.unknown"));
}
