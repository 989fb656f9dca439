//! The laws of merging, put to the real core: order, grouping and repetition do not matter, money sums to zero.

mod chain;
mod deeds;
mod order;
mod register;
mod replica;
mod snapshot;
mod storage;
mod wire;
