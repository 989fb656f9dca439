//! The papers of a field-sales company, their rules and their merging.
//!
//! *Invariant.* This crate never reads a clock, never draws a random number, never touches a disk, a socket or a
//! thread, and never iterates a hash map. Therefore a bug report is a seed.
//!
//! The modules stand in floor order: each knows those above it in this list and none below.

#[macro_use]
mod map;

pub mod unit;

pub mod time;

pub mod crdt;

pub mod scope;

pub mod log;

pub mod claim;

pub mod rescue;

pub mod domain;

pub mod op;
pub mod refusal;

pub mod paper;

pub mod judge;

pub mod feed;
pub mod recovery;
pub mod snapshot;
pub mod wire;

pub mod evidence;

pub mod replica;

pub mod locale;

pub mod sentence;
