//! The HTTP interface from outside: a real listener on loopback, a clock that the tests move, and no sleep anywhere.

mod client;
mod house;
mod phone;

mod bad_input;
mod identity;
mod live;
mod logs;
mod office;
mod pages;
mod receipts;
mod rights;
mod store;
mod sync;
