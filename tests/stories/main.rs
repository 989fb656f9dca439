//! Stories over the demo company: its past, what the office reads of it, what comes in from files and goes out as them.

mod demo;
mod export;
mod import;
mod month;
mod rows;
mod world;
