//! The hub from outside: pushes, verdicts, commands, pages, and the check of everything.

mod command;
mod house;
mod integrity;
mod log_file;
mod moves;
mod pages;
mod push;
mod queue;
mod ruling;
mod snapshots;
mod tamper;
mod unseen;
mod verdict;
