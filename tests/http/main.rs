//! The HTTP interface from outside: a real listener on loopback, a clock that the tests move, and no sleep anywhere.

mod client;
mod house;

mod phone;
mod picture;

// The bench's words and its mixture of deeds: R6 is counted on what the bench measures with.
#[path = "../bench/dice.rs"]
mod dice;
#[path = "../bench/words.rs"]
mod words;
#[path = "../bench/workload.rs"]
mod workload;

mod at_rest;
mod bad_input;
mod conflicts;
mod failing;
mod figures;
mod first_sync;
mod held;
mod identity;
mod integrity;
mod keys;
mod live;
mod logs;
mod lost_phone;
mod matrix;
mod month;
mod month_phones;
mod moves;
mod named;
mod office;
mod pages;
mod pieces;
mod pressure;
mod receipts;
mod receivables;
mod receivables_cash;
mod receivables_moves;
mod rescue;
mod restore;
mod retention;
mod rights;
mod sign_out;
mod snapshots;
mod statements;
mod store;
mod sync;
mod two_servers;
