//! The hub from outside: pushes, verdicts, commands, pages, and the check of everything.

mod command;
mod house;
mod moves;
mod push;
mod queue;
mod snapshots;
mod tamper;
mod verdict;
