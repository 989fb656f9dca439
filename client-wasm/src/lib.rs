//! The phone's offline bundle and the office console: one library, two binaries, each with only its own code.
//!
//! Floors, each knowing only those before it: `shell` (the browser's powers), `ui` (parts of screens), `field` and `office`.

pub mod shell;
pub mod ui;

pub mod field;
pub mod office;
