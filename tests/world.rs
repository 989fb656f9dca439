//! What the suites share: stores, phones and companies to tell stories with.

#[path = "world/failing.rs"]
pub mod failing;

#[path = "world/memory.rs"]
pub mod memory;

#[path = "world/postgres.rs"]
pub mod postgres;

#[path = "world/line.rs"]
pub mod line;

#[path = "world/books.rs"]
pub mod books;

#[path = "golden/mod.rs"]
pub mod golden;

#[path = "world/twist.rs"]
pub mod twist;

#[path = "world/picture.rs"]
pub mod picture;
