//! The hub from outside: pushes, verdicts, commands, pages, and the check of everything.

mod beside;
mod command;
mod day;
mod failing;
mod hand_in;
mod house;
mod integrity;
mod log_file;
mod moves;
mod pages;
mod push;
mod queue;
mod report;
mod ruling;
mod servers;
mod snapshots;
mod tamper;
mod unseen;
mod verdict;
mod violations;
